/* Changes of a view that can be taken back, newest first: filters of panes, marks taken out. */
#pragma once
#include "base/base.h"
#include "store/query.h"

#define UNDO_MAX 32 /* the oldest is forgotten */

struct panel;
struct panel_model;
struct pane;

enum change_kind { CHANGE_FILTER, CHANGE_MARK };
struct change {
    enum change_kind kind;
    int pane; /* CHANGE_FILTER: what it was before, or after when it has been taken back */
    bool off;
    char filter[256];
    struct tape_mark mark; /* CHANGE_MARK: what was taken out */
};
struct undo {
    struct change at[UNDO_MAX];
    size_t n, top; /* at[0..n) can be taken back, at[n..top) made again */
};

/* Before a pane's filter changes from this text. */
void undo_filter(struct panel *p, int pane, const char *before, bool off);
void undo_mark(struct panel *p, const struct tape_mark *mark); /* it was taken out */
/* Takes the newest change back, or makes it again; says what it was, or that there is none. */
void undo_run(struct panel *p, const struct panel_model *m, bool again);
