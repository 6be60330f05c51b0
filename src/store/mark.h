/* What a person marked on the tape: a place, a letter or none, and a note. */
#pragma once
#include "base/base.h"
#include "base/err.h"

struct tape_mark {
    uint64_t id;    /* from 1; a letter set again keeps its id */
    uint64_t seq;   /* the playhead (query.h): last event, */
    int64_t ns;     /* and engine time */
    char letter;    /* what ' goes to; 0 = a note without one */
    bool gone;      /* to be taken out of the file */
    char text[102]; /* cleaned; "" = none */
};

/* Writes a mark into a closed session by a short connection of its own, under the session's lock.
 * An id that is there is replaced,
 * one that is gone taken out. ERR_LOCKED while it is recorded, ERR_DISK where it cannot be
 * written. */
int mark_put(const char *path, const struct tape_mark *m, struct err *err);

/* Marks the whole session as one to keep, or no longer: meta `pinned`. Errors as mark_put. */
int mark_pin(const char *path, bool pinned, struct err *err);
