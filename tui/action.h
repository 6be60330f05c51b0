/* Everything the panel can be told to do, one row each. Keys, footer, help and manual come from
 * this table; data/keys.conf says which key means which. */
#pragma once
#include "tui/panel.h"

struct action {
    const char *name;
    const char *label; /* one or two words for the footer */
    const char *sentence;
    const char *keywords;
    uint8_t contexts; /* bits of enum key_context where it does something */
    uint8_t foot;     /* place in the footer, 1 = first; 0 = not there */
    /* count: as typed, 0 = none given */
    void (*run)(struct panel *p, const struct panel_model *m, int count);
    /* Instead of run: one function for several rows, told apart by arg. */
    void (*run_with)(struct panel *p, const struct panel_model *m, int count, int64_t arg);
    int64_t arg;
    bool counts; /* n times is once with the count n: keys of one held down are put together */
};
extern const struct action actions[]; /* ends with name NULL; in the order of the help */

void action_run(const struct action *a, struct panel *p, const struct panel_model *m, int count);
const struct action *action_find(const char *name); /* NULL when there is none */
const char *action_nearest(const char *name);       /* the name most like it */
