/* Filtering by the value of a cell: of the cursor's row one field after the other is offered at the
 * bottom line and marked in the row; what is taken joins the pane's filter. */
#pragma once
#include "tui/panel.h"

void cell_open(struct panel *p, const struct panel_model *m, bool exclude);
void cell_key(struct panel *p, const struct panel_model *m, uint32_t key);
/* The test as the filter language writes it, "" where there is none. */
void cell_test(const struct panel *p, const struct panel_model *m, char *buf, size_t cap);
/* The name of the pane's column that shows the field; NULL = nothing is offered. */
const char *cell_shown_in(const struct panel *p);
