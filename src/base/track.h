/* Copies of large flat arrays, taken while they go on changing. An array is tracked entry by entry:
 * its owner calls track_touch before it changes one. A copy holds the entries changed since the
 * copy before, or all of them, as they stood when it was begun; it is made in slices, so that
 * nobody waits for it. What is touched before its turn is copied first. What was never touched is
 * as it was when tracking began, and in no copy. */
#pragma once
#include "base/base.h"

struct track {
    const char *entries;        /* borrowed */
    const uint32_t *top;        /* entries in use lie below it; borrowed */
    uint32_t size, cap;         /* bytes of an entry; entries at most */
    uint16_t *marks;            /* by entry: the generation it was last changed in */
    uint16_t gen;               /* since the last copy was begun; 0 = not tracking */
    uint32_t *changed, *saving; /* entries changed in this generation, and in the copied one */
    uint32_t n_changed, n_saving, n_used; /* used: ever touched */
    uint32_t next, upto; /* of the copy: entries of a full one, else places in `saving` */
    bool full, busy;     /* a copy is being made */
    char *out;           /* uint32_t index, entry; again and again */
    size_t n_out, cap_out;
};

/* Begins tracking; nothing has been changed yet. A zeroed struct track is one that does not. */
void track_open(struct track *t, const void *entries, size_t size, uint32_t cap,
                const uint32_t *top);
void track_close(struct track *t);
void track_reset(struct track *t); /* the array is empty again */

void track_first(struct track *t, uint32_t i);
/* Before entry i changes or comes into use. */
static inline void track_touch(struct track *t, uint32_t i)
{
    if (t->gen && t->marks[i] != t->gen)
        track_first(t, i);
}

#define TRACK_GENERATIONS 60000 /* copies that can be made */

/* Bytes a copy begun now would have. */
size_t track_bytes(const struct track *t, bool full);
/* Begins a copy; none may be under way. */
void track_begin(struct track *t, bool full);
/* Copies at most n entries further; returns how many of n are left: more than 0 = it is done. */
uint32_t track_more(struct track *t, uint32_t n);

/* A state as it goes from the engine to the store and back: facts, and entries by kind. */
enum frame_limit {
    FRAME_PARTS = 24,
    FRAME_ENTRY = 4096, /* bytes of a record at most */
    FRAME_WHOLE = 128,  /* kinds from here on: the newest copy alone counts, not the one before */
};
struct frame_part {
    uint32_t kind;
    uint32_t entry; /* bytes of a record: its index (uint32_t), then the entry */
    uint32_t n;     /* records */
    char *records;
    size_t reserved; /* of the memory at records (mem_reserve) */
};
struct frame {
    uint64_t seq, records, digest; /* where the engine stood */
    int64_t clock_ns;
    uint64_t quotes, prints; /* how many had entered its histories */
    uint64_t layout;         /* of the records; those of another cannot be read */
    bool full;
    struct frame_part parts[FRAME_PARTS];
    size_t n_parts;
};

/* Whether a byte of an entry from outside is a bool. */
static inline bool frame_bool(const void *entry, size_t at)
{
    return ((const uint8_t *)entry)[at] <= 1;
}

/* The finished copy, which is then the caller's. */
struct frame_part track_take(struct track *t, uint32_t kind);
/* Room for n records, for what is copied at once. */
struct frame_part frame_part_make(uint32_t kind, size_t size, uint32_t n);
void frame_part_put(struct frame_part *p, const void *entry); /* the next record, index = n */
void frame_free(struct frame *f); /* its parts and itself (mem_alloc); NULL is fine */
