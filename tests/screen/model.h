/* A small session made by hand for the screen tests: rows of each kind, a header, a timeline; no
 * loop, no file, no terminal. */
#pragma once
#include "tui/panel.h"

struct model {
    struct symbols *symbols;
    struct idents *idents;
    struct row *rows[ROW_KIND_COUNT];
    size_t n[ROW_KIND_COUNT], shown[ROW_KIND_COUNT]; /* shown: those that have happened yet */
    struct session_view session;
    struct transport_view transport;
    struct lane_cell lanes[512];
    struct tape_mark marks[8]; /* the panel sees panel.n_marks of them */
    struct gap_view gaps[2];
    struct health_view health;
    struct print_tally tally;
    struct panel_model panel;
    char asked[64]; /* the last thing the panel asked for */
    int quits;
    size_t members_written; /* of a packet's prints, so many are in the session file */
    size_t member_reads;    /* how often they were asked for */
};

/* n rows of each tape. */
void model_init(struct model *m, size_t n);
void model_finish(struct model *m);
void model_replay(struct model *m, enum transport_state state, int percent);
/* Gives every name, address and note a text full of control bytes and escape sequences. */
void model_hostile(struct model *m);
/* Makes packets of every kind and state, with openings, rarities, flags and odd sizes. */
void model_tagged(struct model *m);
extern const struct panel_ops model_ops; /* self = struct model */
