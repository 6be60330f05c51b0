/* The panel's own state: panes, cursor, filters, prompt, messages; and what it draws from. It knows
 * neither terminal nor session: tui.c hands it a model and carries out what it asks for. Drawing
 * reads the state and the model and changes nothing. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "play/transport.h"
#include "session.h"
#include "tui/canvas.h"
#include "tui/detail.h"
#include "tui/fold.h"
#include "tui/keys.h"
#include "tui/layout.h"
#include "tui/undo.h"
#include "view/filter.h"

/* Pages of rows; tape.h says what each returns. */
struct row_source {
    void *self;
    int (*page)(void *self, enum row_kind kind, struct playhead at, uint64_t before,
                const struct filter *f, size_t scan_limit, struct row *ret, size_t n,
                bool *ret_more, struct err *err);
    int (*page_after)(void *self, enum row_kind kind, struct playhead at, uint64_t after,
                      const struct filter *f, size_t scan_limit, struct row *ret, size_t n,
                      struct err *err);
    uint64_t (*total)(void *self, enum row_kind kind);
};

struct gap_view {
    int64_t from_ns, to_ns;
};

struct span_ns {
    int64_t from, to;
};

/* What is drawn, borrowed for the length of a call. */
struct panel_model {
    const struct session_view *session;
    const struct transport_view *transport;
    const struct health_view *health; /* NULL = not known */
    struct cell_context cells;
    struct row_source rows;
    struct session_span span;      /* of the whole session */
    struct span_ns window;         /* what the timeline shows of it: panel_window */
    const struct lane_cell *lanes; /* n_lanes columns of equal width over the window */
    size_t n_lanes;
    const struct tape_mark *marks; /* in the order of the tape */
    size_t n_marks;
    const struct gap_view *gaps;
    size_t n_gaps;
    int64_t mono_ns; /* now, for what ages: messages, staleness */
};

enum deck_move { /* movements without a measure; false = there was nowhere to go */
                 MOVE_REVERSE,
                 MOVE_UNDO,
                 MOVE_REDO,
                 MOVE_SWAP,
                 MOVE_LOOP
};

/* What the panel asks of its owner. */
struct panel_ops {
    void (*toggle)(void *self);
    void (*skip)(void *self, int64_t by_ns);
    void (*bar)(void *self, int n);
    void (*speed)(void *self, int steps);
    void (*speed_reset)(void *self);
    void (*percent)(void *self, int percent);
    void (*home)(void *self);
    void (*end)(void *self);
    void (*live)(void *self);
    bool (*move)(void *self, enum deck_move what);
    int (*step)(void *self, struct stream s, int n, struct err *err);
    int (*jump)(void *self, const struct jump *j, struct err *err);
    int (*go)(void *self, const char *text, struct err *err);
    void (*place)(void *self, struct playhead to);
    /* at.seq UINT64_MAX = the playhead; marks.h says the rest */
    int (*mark)(void *self, struct playhead at, char letter, const char *text, struct err *err);
    /* takes out the mark of that letter, for 0 the one at that very place; ERR_NO_ROWS */
    int (*unmark)(void *self, struct playhead at, char letter, struct err *err);
    int (*members)(void *self, uint64_t packet_id, struct row *ret, size_t n, struct err *err);
    int (*structure)(void *self, uint64_t id, struct structure *ret, struct err *err);
    /* inferred ones that the packet may be a leg of: how many, or -code */
    int (*structures_of)(void *self, uint64_t packet_id, struct structure *ret, size_t n,
                         struct err *err);
    int (*print)(void *self, uint64_t seq, struct row *ret, struct err *err);
    void (*quit)(void *self);
    void (*suspend)(void *self);
    void (*redraw)(void *self);
};

struct tally { /* "312 of 40,118" of a filter, counted a little at a time */
    uint64_t key, seen, matched;
    bool behind; /* not all counted yet */
    struct playhead at;
};

struct pane_line {  /* of the screen */
    uint32_t row;   /* of the page */
    uint32_t child; /* 0 = the row itself, i = the i-th line beneath it */
};

struct pane {
    enum row_kind kind;
    struct row *rows; /* the page shown, older first */
    size_t n, cap;
    struct pane_line *lines; /* of them and what is unfolded, as on the screen */
    size_t n_lines, lines_cap;
    int height; /* lines there is room for */
    struct folds folds;
    bool more;             /* older rows were left unread by the filter's search */
    bool held;             /* stays where it is while rows arrive */
    uint64_t before;       /* held: the page holds rows with key < before */
    size_t below;          /* lines of the newest of them that are beyond the lower edge */
    uint64_t cursor;       /* key of the cursor's row */
    uint32_t cursor_child; /* and its line beneath it; 0 = the row itself */
    size_t cursor_up;      /* held: lines between the cursor and the lower edge */
    uint64_t hold_total;   /* rows seen when it was held */
    int cell;              /* the field last offered as a filter */
    int col_off;           /* columns scrolled away after the first */
    char filter_text[256];
    struct filter *filter; /* NULL = none */
    bool filter_off;       /* switched off but kept */
    struct tally tally;
    char search[64]; /* text looked for; "" = none */
    struct tally hits;
};

struct pane_place { /* where a pane stands in its tape */
    bool held;
    uint64_t before, cursor, hold_total;
    size_t below, cursor_up;
    uint32_t cursor_child;
};

enum panel_view { VIEW_TAPES, VIEW_DETAIL, VIEW_HELP, VIEW_HEALTH };
enum prompt_kind {
    PROMPT_NONE,
    PROMPT_FILTER,
    PROMPT_SEARCH,
    PROMPT_GOTO,
    PROMPT_NOTE,
    PROMPT_MARK,    /* a letter */
    PROMPT_MARK_GO, /* a letter, or ' */
    PROMPT_UNMARK,  /* a letter, or . */
    PROMPT_CELL,    /* a field of the cursor's row: cell.h */
    PROMPT_QUIT,    /* y/n */
    PROMPT_SUSPEND, /* y/n */
};

struct prompt {
    enum prompt_kind kind;
    char text[256];
    size_t len, at;         /* bytes; the cursor */
    char before[256];       /* the filter when it was opened: Esc brings it back */
    struct pane_place from; /* the pane's when a search was opened: the same */
    struct playhead place;  /* PROMPT_NOTE: where it was opened, */
    char letter;            /* and the mark it is for, 0 = none */
    struct filter_error error;
    bool valid;
    int cell;     /* PROMPT_CELL: which field, */
    bool exclude; /* and whether rows with its value go or stay */
    bool off;     /* PROMPT_FILTER: it was switched off when it was opened */
    bool whole; /* the text stands as it was found: a character takes its place, a move edits it */
};

struct panel {
    struct keymap keys;
    const struct panel_ops *ops;
    void *ops_self;
    int cols, rows;
    struct layout layout;
    struct pane panes[PANE_COUNT];
    enum pane_id focus, tape; /* tape: which of the two tapes was looked at last */
    unsigned present; /* bit = pane_id: panes of which the session has rows, or may get some */
    bool looked;      /* present has been found */
    bool maximised;
    enum panel_view view;
    enum panel_view help_from; /* where help goes back to */
    struct detail detail;
    int help_scroll, health_scroll;
    struct prompt prompt;
    char message[256];
    bool message_bad;
    int64_t message_ns; /* mono time after which it goes; 0 = none */
    char note[96];      /* the transport's last one, which became a message */
    uint32_t pending[KEY_SEQUENCE_MAX];
    size_t n_pending;
    bool which_key; /* show what may follow */
    int count;      /* typed before a key; 0 = none */
    struct {        /* the last relative jump, for r and R */
        void (*run)(struct panel *p, const struct panel_model *m, int count, int64_t arg);
        int count;
        int64_t arg;
    } last;
    int64_t reference_ns; /* times are also shown from here; 0 = no reference */
    int zoom;             /* the timeline shows 1 / 2^zoom of the session */
    struct span_ns window;
    char marked;                           /* the letter set by the last action, 0 = it set none */
    struct filter *blocks, *equity_blocks; /* what ]b stops at */
    struct filter *inferred;               /* and ]k beside packages */
    struct filter *jump;                   /* what the last jump looked for, of the flow pane */
    struct undo undo;
    bool peek_off;         /* the timeline shows nothing after the playhead */
    uint64_t fresh_events; /* staleness: the last count seen and when it last changed */
    int64_t fresh_ns;
};

void panel_init(struct panel *p, const struct panel_ops *ops, void *ops_self);
void panel_finish(struct panel *p);
void panel_resize(struct panel *p, int cols, int rows);
/* The tapes begin anew: nothing that stands in the panel is on them. */
void panel_new_tape(struct panel *p, const struct panel_model *m);
/* Reads the pages that the panes show. Call before drawing whenever the model may have changed. */
void panel_update(struct panel *p, const struct panel_model *m);
/* Draws everything; the canvas must have the panel's size. */
void panel_draw(const struct panel *p, const struct panel_model *m, struct canvas *c);
/* One key. The pages may be out of date afterwards: panel_update. */
void panel_key(struct panel *p, const struct panel_model *m, uint32_t key);
/* The same key so often, as from one held down: where its action counts, one movement. */
void panel_keys(struct panel *p, const struct panel_model *m, uint32_t key, int times);
/* 400 ms after a first key of a sequence: show what may follow. True when something changed. */
bool panel_which_key(struct panel *p);
/* A count of what passes a filter is not at its end yet: another frame takes it further. */
bool panel_counting(const struct panel *p);
/* The part of the session that the timeline is to show: all of it, or round the playhead. Stays
 * while the playhead is well inside. */
struct span_ns panel_window(struct panel *p, const struct session_span *span,
                            const struct transport_view *t);
void panel_say(struct panel *p, const struct panel_model *m, bool bad, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Used among the panel's own files. */
enum key_context panel_context(const struct panel *p);
struct playhead panel_at(const struct panel_model *m); /* where the tapes are read */
bool panel_live(const struct panel_model *m);
void panel_layout(struct panel *p); /* after focus or size changed */
const char *pane_name(enum pane_id id);
