/* The actions that open and close packets in place, for the table in action.c. */
#pragma once
#include "tui/panel.h"

/* Each as struct action says of run. */
void fold_one(struct panel *p, const struct panel_model *m, int count);
void fold_every(struct panel *p, const struct panel_model *m, int count);
