/* Which packets of a pane are open, and what stands beneath each: its legs, then its prints, read
 * when they are first shown and kept for the rows on the screen. Memory is bounded: of a packet at
 * most FOLD_PRINTS prints are read, of packets FOLD_PAGES are kept. */
#pragma once
#include "base/base.h"
#include "store/query.h"

#define FOLD_PRINTS 64  /* a screen of them; the detail shows all */
#define FOLD_PAGES  256 /* open packets on a screen of 500 rows */
#define FOLD_IDS    256 /* folded or unfolded one by one; the oldest is forgotten */

struct panel_model;
struct panel_ops;

struct fold_page { /* what was read of one packet */
    uint64_t id;   /* 0 = free */
    uint64_t used; /* clock of the last use */
    struct playhead at;
    uint64_t committed, by_seq;
    uint32_t members;
    bool has_structure;
    struct structure structure;
    struct row *rows;
    size_t n, cap;
};

struct folds {
    const struct panel_ops *ops; /* borrowed */
    void *ops_self;
    bool all; /* every packet is open but those in ids; else only those in ids */
    uint64_t ids[FOLD_IDS];
    size_t n;
    struct fold_page *pages; /* FOLD_PAGES of them; NULL until one is read */
    uint64_t clock;
};

enum child_kind {
    CHILD_LEG,
    CHILD_PRINT,
    CHILD_MORE, /* how many prints are not shown: Enter shows them */
    CHILD_WAIT, /* its prints are not in the session file yet */
};
/* One line beneath a packet; what it points to is valid until the fold is read again. */
struct child {
    enum child_kind kind;
    const struct leg *leg;
    const struct row *print;
    uint32_t more;
    bool last; /* nothing stands below it */
};

void folds_finish(struct folds *f);
bool fold_open(const struct folds *f, const struct row *row);
void fold_toggle(struct folds *f, const struct row *row);
void fold_all(struct folds *f, bool open);
/* Lines beneath a row as it is shown in a pane of so many lines; reads what it needs. 0 = folded.
 */
size_t fold_lines(struct folds *f, const struct panel_model *m, const struct row *row, int height);
/* The i-th of them, from 0, of what was read before; false = there is none. */
bool fold_child(const struct folds *f, const struct row *row, size_t i, int height,
                struct child *ret);
