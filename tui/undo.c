/* Taking back. See undo.h. */
#include "tui/undo.h"

#include <stdio.h>
#include <string.h>

#include "tui/pane.h"

static struct change *add(struct panel *p, enum change_kind kind)
{
    struct undo *u = &p->undo;
    if (u->n == UNDO_MAX)
        memmove(&u->at[0], &u->at[1], --u->n * sizeof *u->at);
    struct change *c = &u->at[u->n++];
    u->top = u->n;
    *c = (struct change){.kind = kind};
    return c;
}

void undo_filter(struct panel *p, int pane, const char *before, bool off)
{
    struct change *c = add(p, CHANGE_FILTER);
    c->pane = pane;
    c->off = off;
    snprintf(c->filter, sizeof c->filter, "%s", before);
}

void undo_mark(struct panel *p, const struct tape_mark *mark)
{
    add(p, CHANGE_MARK)->mark = *mark;
}

/* The pane gets the filter of the change, and the change what the pane had. */
static void swap_filter(struct panel *p, const struct panel_model *m, struct change *c)
{
    struct pane *pane = &p->panes[c->pane];
    struct change was = *c;
    struct filter_error wrong;
    snprintf(c->filter, sizeof c->filter, "%s", pane->filter ? pane->filter_text : "");
    c->off = pane->filter_off;
    struct filter *f = was.filter[0] ? filter_parse(was.filter, pane->kind, &wrong) : NULL;
    pane_set_filter(pane, f, f ? was.filter : "");
    pane->filter_off = f && was.off;
    panel_say(p, m, false, f ? "filter%s: %s" : "no filter%s%s", f && was.off ? " off" : "",
              f ? was.filter : "");
}

static void run_mark(struct panel *p, const struct panel_model *m, const struct change *c,
                     bool again)
{
    struct err err = {0};
    struct playhead at = {c->mark.seq, c->mark.ns};
    int rc = again ? p->ops->unmark(p->ops_self, at, c->mark.letter, &err)
                   : p->ops->mark(p->ops_self, at, c->mark.letter, c->mark.text, &err);
    char name[8] = "";
    if (c->mark.letter)
        snprintf(name, sizeof name, " %c", c->mark.letter);
    if (rc < 0)
        panel_say(p, m, true, "%s", err.text);
    else
        panel_say(p, m, false, again ? "mark%s taken out again" : "mark%s is back", name);
}

void undo_run(struct panel *p, const struct panel_model *m, bool again)
{
    struct undo *u = &p->undo;
    if (again ? u->n == u->top : u->n == 0) {
        panel_say(p, m, false, again ? "nothing to make again" : "nothing to take back");
        return;
    }
    struct change *c = &u->at[again ? u->n++ : --u->n];
    if (c->kind == CHANGE_FILTER)
        swap_filter(p, m, c);
    else
        run_mark(p, m, c, again);
}
