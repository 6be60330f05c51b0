/* The actions that move the playhead, for the table in action.c. */
#pragma once
#include "tui/panel.h"

enum place_kind { /* what ] and [ go to; negative = backwards */
                  PLACE_PACKET = 1,
                  PLACE_BLOCK,
                  PLACE_MATCH,
                  PLACE_MARK,
                  PLACE_GAP,
                  PLACE_SESSION,
                  PLACE_HALT,
                  PLACE_SWEEP,
                  PLACE_PACKAGE,
                  PLACE_RUN
};

/* Each as struct action says of run and run_with. */
void deck_play(struct panel *p, const struct panel_model *m, int count);
void deck_live(struct panel *p, const struct panel_model *m, int count);
void deck_reverse(struct panel *p, const struct panel_model *m, int count);
void deck_speed_reset(struct panel *p, const struct panel_model *m, int count);
void deck_percent(struct panel *p, const struct panel_model *m, int count);
void deck_goto(struct panel *p, const struct panel_model *m, int count);
void deck_mark(struct panel *p, const struct panel_model *m, int count);
void deck_mark_go(struct panel *p, const struct panel_model *m, int count);
void deck_unmark(struct panel *p, const struct panel_model *m, int count);
void deck_peek(struct panel *p, const struct panel_model *m, int count);
void deck_note(struct panel *p, const struct panel_model *m, int count);
void deck_loop(struct panel *p, const struct panel_model *m, int count);
void deck_reference(struct panel *p, const struct panel_model *m, int count);
void deck_start(struct panel *p, const struct panel_model *m, int count);
void deck_end(struct panel *p, const struct panel_model *m, int count);
/* arg: seconds; bars; events; steps of speed; enum place_kind; 1 or -1; enum deck_move; 1 or -1 */
void deck_skip(struct panel *p, const struct panel_model *m, int count, int64_t arg);
void deck_bar(struct panel *p, const struct panel_model *m, int count, int64_t arg);
void deck_step(struct panel *p, const struct panel_model *m, int count, int64_t arg);
void deck_speed(struct panel *p, const struct panel_model *m, int count, int64_t arg);
void deck_jump(struct panel *p, const struct panel_model *m, int count, int64_t arg);
void deck_repeat(struct panel *p, const struct panel_model *m, int count, int64_t arg);
void deck_retrace(struct panel *p, const struct panel_model *m, int count, int64_t arg);
void deck_zoom(struct panel *p, const struct panel_model *m, int count, int64_t arg);
