/* The sessions of a folder, as they are listed, chosen from and removed. */
#pragma once
#include "base/base.h"
#include "base/err.h"

enum listing_state {
    LISTING_CLOSED,
    LISTING_EXPORT,
    LISTING_RECORDING,   /* a process is at it */
    LISTING_INTERRUPTED, /* its recorder did not get to close it */
    LISTING_UNREADABLE
};

struct listing_line {
    char *path;
    const char *name;          /* of the file, within path */
    int64_t first_ns, last_ns; /* of its events; equal and 0 when there are none */
    uint64_t events;
    int64_t bytes;
    enum listing_state state;
    bool kept; /* pinned: not to be removed by any rule */
    char feeds[96];
    char why[96]; /* LISTING_UNREADABLE */
};
struct listing {
    struct listing_line *lines; /* by name: by date, as recordings are named */
    size_t n;
};

/* The files *.db of a folder; without a folder there are none. 0 or -code. */
int listing_read(const char *dir, struct listing *ret, struct err *err);
void listing_finish(struct listing *l);
const char *listing_state_name(enum listing_state s);
/* "2024-06-14" and "09:30:00-16:00:01", New York; "" without events. */
void listing_date(const struct listing_line *l, char *buf, size_t cap);
void listing_span(const struct listing_line *l, char *buf, size_t cap);
