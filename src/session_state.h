/* Internal to the session's files (session.c, session_view.c, rotation.c): one run's state. */
#pragma once
#include <uv.h>

#include "carry.h"
#include "deck/deck.h"
#include "feed/reorder.h"
#include "play/keyframer.h"
#include "rotation.h"
#include "session.h"
#include "source.h"
#include "store/store.h"

#define MAX_FEEDS 64

struct rates {
    int64_t at_ns; /* monotonic time of the last measure */
    uint64_t events, prints;
    double events_per_s, prints_per_s;
    uint64_t replay_seq;
    double replay_per_s;
    int64_t worst_lag_ns, lag_ns;
};

struct lanes { /* the last answer of session_lanes */
    int64_t from_ns, to_ns, read_ns;
    uint64_t last_seq;
    struct lane_cell *cells;
    size_t n;
};

struct session {
    uv_loop_t loop;
    uv_timer_t pump, frame_timer, stop_timer;
    uv_idle_t busy;
    uv_signal_t signals[4];
    bool loop_open, stopping;
    size_t unreadable; /* inputs that could not be opened, and why the last could not */
    struct err unreadable_err;
    int signal;
    struct symbols *symbols;
    struct idents *idents;
    struct reorder *reorder; /* NULL = none */
    uint64_t received;       /* events handed over by the feeds */
    struct deck *deck;
    int64_t rate_bp; /* interest of greeks: of its policy, or as the file says */
    struct store *store;
    struct tapes *tapes;
    struct reader *reader;
    struct transport *transport;
    struct health *health; /* recordings */
    struct marks marks;
    struct source sources[MAX_FEEDS];
    size_t n_sources;
    struct err failure; /* what ended the run, code 0 = nothing did */
    struct rotation rotation;
    struct carry carry, left; /* what the session began with, and what it left when it ended */
    char *file;               /* being recorded or read */
    char path[256];           /* its name for people */
    char feeds[256];          /* addresses, for the file */
    bool full_sync;
    int64_t reorder_ns;
    bool stop_at_end, attach, pace;
    int64_t for_ns;
    int64_t frame_due_ns;
    struct {
        int64_t poll_ns;
        uint64_t events; /* committed by the other process */
        bool ended;      /* it has closed the session, or is gone */
        bool closed;     /* closed it */
        char word[160];  /* what became of it, for people */
    } other;             /* the recorder we are attached to */
    struct rates rates;
    struct lanes lanes;
    struct keyframer keyframer;
    void (*frame)(void *self);
    void *frame_self;
    void (*reject)(void *self, enum drop_reason why, const char *where, const char *detail);
    void *reject_self;
};

/* The session file that is recorded: a run has one, or one a trading day (rotation.h). */
int session_create_store(struct session *s, const char *path, struct store **ret, struct err *err);
void session_begin_part(struct session *s, const char *path, struct store *store);
void session_free_part(struct session *s);                    /* after session_finish */
int session_open_reading(struct session *s, struct err *err); /* of what is recorded */
void session_show_path(struct session *s, const char *path);
void session_stamp(struct session *s);
