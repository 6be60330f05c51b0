/* The line at the bottom where something is typed: a filter, a time, yes or no. */
#pragma once
#include "tui/panel.h"

void prompt_open(struct panel *p, enum prompt_kind kind, const char *text);
/* Takes every key while a prompt is open. */
void prompt_key(struct panel *p, const struct panel_model *m, uint32_t key);
