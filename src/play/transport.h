/* The deck's controls: where the playhead stands and how it moves. Commands merge: many key repeats
 * between two frames make one seek. Wall time only paces; every position is engine time plus seq.
 */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "store/query.h"

enum transport_state {
    TRANSPORT_LIVE,  /* the playhead is the end of a running recording */
    TRANSPORT_PLAY,  /* replay, moving at `speed` */
    TRANSPORT_PAUSE, /* replay, standing */
};

struct transport;

/* live: a recording is running and its end moves (transport_live_edge). The reader is borrowed. */
struct transport *transport_create(struct reader *r, bool live, struct err *err);
void transport_destroy(struct transport *t);

/* Called by the session: the newest committed event and the recording's clock. */
void transport_live_edge(struct transport *t, struct playhead edge);
/* Moves the playhead by the wall time passed and runs pending seeks. True when it moved. */
bool transport_run(struct transport *t, int64_t mono_ns);

struct transport_view {
    enum transport_state state;
    struct playhead at;             /* PLAYHEAD_END while LIVE */
    struct session_span span;       /* of the whole session, its live edge included */
    int32_t speed_x100;             /* 10 .. 30000; 0 = max */
    bool live_session;              /* F leads back to a running recording */
    bool catching_up;               /* the replay deck is still behind the playhead */
    uint64_t behind;                /* events between playhead and live edge */
    uint64_t deck_seq, deck_digest; /* where the replay deck stands and what it has derived */
    uint32_t open_packets;          /* of the replay deck at the playhead, when caught up */
    bool reverse;                   /* PLAY goes backwards */
    int n_loop;                     /* ends of the loop that are set: 0, 1 = A, 2 = A and B */
    struct playhead loop[2];        /* A before B */
    const struct tape_part *parts;  /* of several sessions: those, in order; n_parts 0 = one */
    size_t n_parts, part;           /* part: that of the playhead */
    char note[96];                  /* e.g. "replay from 09:31:02, F for live"; "" = none */
};
/* Runs a skip that waits. */
void transport_view(struct transport *t, struct transport_view *ret);

/* Commands. Each is relative to where pending commands will have led. Skips are only added up until
 * somebody looks: a key held down is one seek a frame, and one step of undo. */
void transport_toggle(struct transport *t);              /* Space */
void transport_reverse(struct transport *t);             /* plays the other way; from LIVE, back */
void transport_skip(struct transport *t, int64_t by_ns); /* arrows, {} () */
void transport_bar(struct transport *t, int n); /* > <: the n-th full minute ahead or behind */
void transport_speed(struct transport *t, int steps); /* + - along the table of ux.md */
void transport_speed_reset(struct transport *t);      /* Backspace */
void transport_percent(struct transport *t, int percent);
void transport_home(struct transport *t);
void transport_end(struct transport *t);
void transport_live(struct transport *t); /* F: live, or the end of a recording */
/* Back to before the last seek, and forth again: false when there is none. */
bool transport_undo(struct transport *t);
bool transport_redo(struct transport *t);
bool transport_swap(struct transport *t); /* to where the last seek came from; twice: here again */
void transport_loop(struct transport *t); /* A here, B here, off */

/* Rows of a kind that pass a filter (borrowed, NULL = all), as a stream of places. */
struct tapes;
struct filter;
struct stream {
    enum row_kind kind;
    const struct filter *filter;
};
/* n places forwards or back (n < 0) in a stream; at its ends it stays. Stops playing. 0 or -code.
 */
int transport_step(struct transport *t, struct tapes *tapes, struct stream s, int n,
                   struct err *err);

enum jump_kind {
    JUMP_ROWS,     /* the nearest place of any of the streams */
    JUMP_MARK,     /* of the marks */
    JUMP_BOUNDARY, /* of a trading session: calendar_boundary */
    JUMP_HALT,     /* a halt was called */
};
struct jump {
    enum jump_kind kind;
    int n; /* how many further; < 0 = back */
    struct stream streams[2];
    size_t n_streams;
    const struct tape_mark *marks; /* in the order of the tape */
    size_t n_marks;
};
/* 0; ERR_NO_ROWS when there are not so many: then nothing has moved. */
int transport_jump(struct transport *t, struct tapes *tapes, const struct jump *j, struct err *err);

/* "09:31:15.25" (New York, the session's date), "+90s" "-5m", "50%", "open" "close", "seq 123",
 * "packet 123" or "P123": where that packet was told. */
int transport_goto(struct transport *t, const char *text, struct err *err);
/* To a place, as any seek. */
void transport_place(struct transport *t, struct playhead to);
struct playhead transport_origin(struct transport *t); /* the playhead; the edge while LIVE */
struct reader *transport_reader(struct transport *t);

/* Runs the replay deck to the playhead at once and gives where it then stands. The same events
 * through the same door: at the end of a recording this is the recorder's own digest.
 * -ERR_NO_ROWS: the playhead stands on events that the recorder has not committed. */
int transport_settle(struct transport *t, struct transport_view *ret, struct err *err);
