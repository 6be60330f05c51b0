/* Wires one run: loop, feeds, deck, store, tapes, transport. The only place that knows them all.
 * A screen (tui/) is a guest: it reads the view below and sends commands; the session runs without.
 */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "feed/feed.h"
#include "health.h"
#include "marks.h"
#include "play/transport.h"
#include "view/tape.h"

struct carry;
struct uv_loop_s;

struct session_view;

/* Recording into one session a trading day. */
struct session_rotation {
    /* The n-th name (from 1) to try for the session of a day, yyyymmdd. 0 or -code. */
    int (*name)(void *self, int32_t date, unsigned n, char *buf, size_t cap, struct err *err);
    /* A session is complete and another begins; NULL = nobody is told. */
    void (*turned)(void *self, const struct session_view *done, const char *next);
    void *self;
};

struct session_options {
    const char *options_feed, *equities_feed; /* URIs; NULL = no such feed; equal = one feed */
    const char *const *inputs;                /* import: URIs read side by side in time order */
    size_t n_inputs;
    const char *record_to;                   /* path of a new session; NULL = replay */
    const struct session_rotation *rotation; /* instead of record_to; NULL = one session */
    const char *shown_as;                    /* the recording's name for people; NULL = record_to */
    /* Paths of sessions to replay as one tape, or of one to attach to. */
    const char *const *replay;
    size_t n_replay;
    bool attach;              /* the session is being recorded by another process */
    bool as_fast_as_possible; /* do not pace feeds by the wall clock (import) */
    bool stop_at_end;         /* stop when every feed has ended (no screen) */
    /* A refused record, at most a few hundred a session; NULL = counted only. */
    void (*reject)(void *self, enum drop_reason why, const char *where, const char *detail);
    void *reject_self;
    struct carry *carry; /* what a recording begins with; taken out of it; NULL = nothing */
    bool full_sync;
    int64_t reorder_ns; /* order of arrival within this changes nothing; 0 = as it arrives */
    int64_t for_ns;     /* stop after; 0 = until stopped */
};

struct session;

int session_open(const struct session_options *opt, struct session **ret, struct err *err);
/* Runs until the feeds end, the time is up or session_stop. 0 or -code. */
int session_run(struct session *s, struct err *err);
void session_stop(struct session *s);               /* safe from the loop thread at any time */
int session_signal(const struct session *s);        /* the signal that stopped it, 0 = none */
size_t session_unreadable(const struct session *s); /* inputs that could not be read at all */
bool session_ended(const struct session *s);        /* every feed came to its end */
/* Ends a recording: finishes the deck, writes the accounts, closes the store. After it only
 * session_view, session_feed and session_close may be called. The store's first error is returned.
 */
int session_finish(struct session *s, struct err *err);
void session_close(struct session *s); /* finishes first if need be; NULL is fine */

const char *
session_file(const struct session *s); /* being recorded or read; as the system has it */

struct uv_loop_s *session_loop(struct session *s);
struct tapes *session_tapes(struct session *s);
struct transport *session_transport(struct session *s);
struct cell_context session_cells(struct session *s);
struct marks *session_marks(struct session *s);

/* Evidence for the detail view, from the session file. Counts or -code; ERR_NO_ROWS when absent. */
int session_members(struct session *s, uint64_t packet_id, struct row *ret, size_t n,
                    struct err *err);
int session_structure(struct session *s, uint64_t id, struct structure *ret, struct err *err);
int session_structures_of(struct session *s, uint64_t packet_id, struct structure *ret, size_t n,
                          struct err *err);
int session_print(struct session *s, uint64_t seq, struct row *ret, struct err *err);

/* Accounting of one feed, for summaries. NULL past the last. */
const struct feed *session_feed(const struct session *s, size_t i);

/* What the header and the timeline show; a plain copy. */
struct feed_view {
    char name[256]; /* URI without secrets, cleaned */
    uint64_t records, drops;
    int64_t lag_ns; /* wall time minus event time; INT64_MIN = not meaningful */
    bool ended;
};
struct session_view {
    bool recording;
    bool attached;  /* another process records, or did; feeds tell whether it has ended */
    char word[160]; /* what became of its recording; "" = it goes on */
    char path[256];
    uint32_t turns;   /* sessions completed before this one, one a trading day */
    int64_t clock_ns; /* engine time */
    uint64_t events, option_prints, equity_prints, quotes, packets, dropped, duplicates;
    double events_per_s; /* over the last second of wall time */
    double prints_per_s;
    int64_t loop_lag_ns; /* worst delay of the frame timer in the last second */
    uint64_t committed_seq, uncommitted;
    int store_error; /* enum err_code */
    char store_error_text[256];
    struct feed_view feeds[2];
    size_t n_feeds;
};
void session_view(const struct session *s, struct session_view *ret);
/* What the health pane shows of a recording; in a replay ret->tally is NULL. */
void session_health(const struct session *s, struct health_view *ret);

/* The timeline's lanes: n columns of equal width over a span of engine time (query.h). Read from
 * the session file, so a running recording is up to a commit behind; the last answer is kept and
 * given again until what it shows has grown. 0 or -code. */
int session_lanes(struct session *s, int64_t from_ns, int64_t to_ns, struct lane_cell *ret,
                  size_t n, struct err *err);

/* Called on the loop thread after anything may have changed; at most 30 times a second. */
void session_on_frame(struct session *s, void (*frame)(void *self), void *self);
