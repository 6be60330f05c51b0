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
    char note[96];                  /* e.g. "replay from 09:31:02, F for live"; "" = none */
};
void transport_view(const struct transport *t, struct transport_view *ret);

/* Commands. Each is relative to where pending commands will have led. */
void transport_toggle(struct transport *t);              /* Space */
void transport_skip(struct transport *t, int64_t by_ns); /* arrows, {} () */
void transport_bar(struct transport *t, int n); /* > <: the n-th full minute ahead or behind */
void transport_speed(struct transport *t, int steps); /* + - along the table of ux.md */
void transport_speed_reset(struct transport *t);      /* Backspace */
void transport_percent(struct transport *t, int percent);
void transport_home(struct transport *t);
void transport_end(struct transport *t);
void transport_live(struct transport *t); /* F: live, or the end of a recording */
void transport_undo(struct transport *t); /* U: back to before the last seek */
/* One row forwards or back in a stream: n rows of `kind` that pass the filter (borrowed). */
struct tapes;
struct filter;
int transport_step(struct transport *t, struct tapes *tapes, enum row_kind kind,
                   const struct filter *f, int n, struct err *err);
/* "09:31:15.25" (New York, the session's date), "+90s" "-5m", "50%", "open" "close", "seq 123". */
int transport_goto(struct transport *t, const char *text, struct err *err);

/* Runs the replay deck to the playhead at once and gives where it then stands. The same events
 * through the same door: at the end of a recording this is the recorder's own digest. */
int transport_settle(struct transport *t, struct transport_view *ret, struct err *err);
