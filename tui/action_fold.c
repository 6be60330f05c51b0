/* Opening and closing packets in place. See action_fold.h. */
#include "tui/action_fold.h"

#include "tui/pane.h"

static int rows_shown(const struct panel *p)
{
    return MAX(p->layout.panes[p->focus].h - 2, 0);
}

/* A tape of prints has nothing to open. */
static bool has_packets(struct panel *p, const struct panel_model *m)
{
    if (p->panes[p->focus].kind == ROW_PACKET)
        return true;
    panel_say(p, m, false, "packets open and close in the flow pane");
    return false;
}

void fold_one(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (has_packets(p, m))
        pane_fold(&p->panes[p->focus], m, rows_shown(p));
}

/* Where some are open, all close. */
void fold_every(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    struct pane *pane = &p->panes[p->focus];
    if (!has_packets(p, m))
        return;
    bool open = !pane->folds.all && pane->folds.n == 0;
    pane_fold_all(pane, m, open, rows_shown(p));
    panel_say(p, m, false, open ? "all packets open" : "all packets closed");
}
