/* Baselines from session to session: what a recording begins with and what it leaves to the next.
 */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/carried.h"

struct deck;
struct store;

struct carry { /* zeroed = nothing is carried */
    struct carried *cells;
    char from[256]; /* name of the session they come from; "" = none */
};

/* What a closed session leaves. An error says why nothing can be carried: recorded by a newer
 * program, not closed, damaged; *ret is then untouched. */
int carry_open(const char *path, struct carry *ret, struct err *err);
void carry_finish(struct carry *c);
/* A recording begins: into the deck, which borrows it, and into the file. */
void carry_begin(const struct carry *c, struct deck *d, struct store *s);
/* It ends, after deck_finish: writes what it leaves, which *ret then is, named after the session.
 */
void carry_end(struct carry *ret, const char *path, const struct deck *d, struct store *s);
