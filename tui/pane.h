/* One tape of rows: its page, its cursor, following or held. Rows never move under the cursor: a
 * held pane keeps its page by row key, and lines that come in beneath an open packet push away what
 * is newer. */
#pragma once
#include "tui/panel.h"

void pane_init(struct pane *p, enum row_kind kind);
void pane_finish(struct pane *p);
/* Reads the page again, at most `height` rows. */
void pane_update(struct pane *p, const struct panel_model *m, int height);
const struct filter *pane_filter(const struct pane *p); /* the one in force, or NULL */

void pane_hold(struct pane *p, const struct panel_model *m); /* stays at what it shows */
void pane_follow(struct pane *p);
/* Rows that came since it was held; 0 when following. */
uint64_t pane_newer(const struct pane *p, const struct panel_model *m);
/* Moves the cursor by lines (negative = older), scrolling the page where it must; holds the pane.
 */
void pane_move(struct pane *p, const struct panel_model *m, int by, int height);
void pane_oldest(struct pane *p, const struct panel_model *m, int height);
/* Holds the pane with the cursor on a row, which scrolls into the middle unless it is shown. */
void pane_show(struct pane *p, const struct panel_model *m, uint64_t key, int height);
struct pane_place pane_place(const struct pane *p);
void pane_go(struct pane *p, const struct pane_place *to); /* read again by pane_update */
const struct row *pane_cursor(const struct pane *p); /* the newest row when there is no cursor */
/* The line beneath the cursor's row that it stands on; false = on the row itself. */
bool pane_child(const struct pane *p, struct child *ret);
/* Opens the packet of the cursor's row or closes it; holds the pane. The row stays where it is on
 * the screen unless what is beneath it would not fit. */
void pane_fold(struct pane *p, const struct panel_model *m, int height);
void pane_fold_all(struct pane *p, const struct panel_model *m, bool open, int height);
void pane_set_filter(struct pane *p, struct filter *f, const char *text); /* takes f */

/* title, column heads and rows, inside r. */
void pane_draw(const struct pane *p, const struct panel *panel, const struct panel_model *m,
               enum pane_id id, struct rect r, struct canvas *c);
