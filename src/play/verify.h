/* Is a session what it says it is? The file itself (store), its accounting, and every derived
 * record again from the raw events through the same deck, compared byte by byte with what was
 * recorded. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "store/query.h"

struct verify_result {
    uint64_t problems; /* findings, each told through say() */
    uint64_t events, records, digest;
    uint64_t of_events; /* the session has so many to derive */
    bool stopped;       /* stopped() said so: what is said here is of the part before */
    char at[80];        /* where the check of the file then stood */
    bool rederived;     /* false for an export, or a session of another engine or policy */
};

/* stopped (NULL = never) ends the work early when it gives true; it is asked on two threads.
 * say() gets a line for a person: a finding (problem) or where the work stands. Returns 0 when the
 * work was done, whatever it found, or -code when it could not be. */
int verify_session(struct reader *r, void (*say)(void *self, bool problem, const char *line),
                   bool (*stopped)(void *self), void *self, struct verify_result *ret,
                   struct err *err);
