/* Text in the rows of a pane: found in what the cells show, upper and lower case alike. Rows are
 * read in pages, a bounded number at a time; the next call looks on from there. */
#pragma once
#include "tui/panel.h"

void search_set(struct pane *p, const char *text);
bool search_match(const struct pane *p, const struct row *r, const struct cell_context *c);
/* Where the text first stands in a cell's text, NULL = it does not. */
const char *search_in(const struct pane *p, const char *text);
/* Moves the cursor, holding the pane: to the row at it or the nearest older one with the text; to
 * the next one older (dir < 0) or newer. False when none was found: then nothing has moved. */
bool search_first(struct pane *p, const struct panel_model *m, int height);
bool search_next(struct pane *p, const struct panel_model *m, int dir, int height);
