/* The parts of the screen apart from the panes; each draws into its rectangle. Pure. */
#pragma once
#include "tui/panel.h"

/* The state as word and style: LIVE, HOLD +n, REPLAY 4x, PAUSED, ENDED, and what is wrong, which
 * takes LIVE's place: STALE 12s, GAP, DISK FULL, NOT SAVED. */
struct state_word {
    char text[32];
    enum style style;
};
struct state_word panel_state(const struct panel *p, const struct panel_model *m);
/* What is wrong, apart from the state; "" when nothing is. */
struct state_word panel_alarm(const struct panel *p, const struct panel_model *m);

void head_draw(const struct panel *p, const struct panel_model *m, struct canvas *c);
void timeline_draw(const struct panel *p, const struct panel_model *m, struct canvas *c);
void foot_draw(const struct panel *p, const struct panel_model *m, struct canvas *c);
void help_draw(const struct panel *p, struct rect r, struct canvas *c);
int help_lines(const struct panel *p);
/* Data health of the recording, over the panes. */
void health_draw(const struct panel *p, const struct panel_model *m, struct rect r,
                 struct canvas *c);
int health_lines(const struct panel_model *m);
/* The two smallest forms. */
void mini_draw(const struct panel *p, const struct panel_model *m, struct canvas *c);

size_t number_text(char *buf, size_t cap, uint64_t n);  /* 40,118 */
size_t rate_text(char *buf, size_t cap, double v);      /* 85, 1,204, 20.4k, 1.2M */
size_t span_text(char *buf, size_t cap, int64_t ns);    /* 12ms, 1.5s, 3m20s, 2h05m */
size_t speed_text(char *buf, size_t cap, int32_t x100); /* 4x, 0.25x, max */
/* A number in 1e-9 in at most `width` cells, 4 or more: exact with commas where it fits, else with
 * fewer decimals or as 1.23M, both marked by ~. */
size_t short_text(char *buf, size_t cap, int64_t nano, int width);
int64_t panel_clock_ns(const struct panel_model *m); /* the playhead's, or the live tape's */
