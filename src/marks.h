/* The marks of an open session, in the order of the tape; what is set is written to its file. */
#pragma once
#include "base/base.h"
#include "store/query.h"
#include "store/store.h"

#define MARKS_MAX 512

struct marks {
    struct tape_mark *at; /* MARKS_MAX of them, by seq, then time */
    size_t n;
    uint64_t last_id;
    struct store *store;   /* where they go while recording; else NULL */
    char *path;            /* of the session, for a short connection of its own */
    struct reader *reader; /* borrowed; of several sessions each keeps its own marks */
};

void marks_init(struct marks *m, const char *path, struct store *store); /* store borrowed */
void marks_finish(struct marks *m);
int marks_load(struct marks *m, struct reader *r, struct err *err); /* again: forgets what was */
/* Sets a mark and stores it. A letter set before moves; its note stays if text is NULL. A letter 0
 * puts the text to the mark at that very place, or makes one without a letter. ERR_USAGE when there
 * are too many, ERR_LOCKED while another process records, ERR_DISK where nothing can be written. */
int marks_set(struct marks *m, struct playhead at, char letter, const char *text, struct err *err);
/* Takes out the mark of a letter; for letter 0 the one at that very place. ERR_NO_ROWS when there
 * is none, else as marks_set. */
int marks_drop(struct marks *m, struct playhead at, char letter, struct err *err);
const struct tape_mark *marks_find(const struct marks *m, char letter); /* NULL = none */
