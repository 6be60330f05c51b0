/* The tape deck's controls. See transport.h.
 *
 * What panes show at the playhead is read from the session as of the playhead, so a seek is instant
 * whatever the size. Behind it a deck of its own follows: it takes the recorded events through the
 * same door as the recorder did, in slices that leave the loop free, and so knows at any settled
 * playhead what was open and what digest the engine had. */
#include "play/transport.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "event/calendar.h"
#include "play/follow.h"
#include "view/tape.h"
#include "view/when.h"

#define SLICE_NS   (6 * NS_PER_MS)   /* most time a run may spend following */
#define QUIET_NS   (250 * NS_PER_MS) /* no following until the user has stopped seeking */
#define UNDO_DEPTH 16
#define BAR_NS     (60 * NS_PER_SEC)
#define SPEED_MAX  0      /* shown as max: */
#define MAX_X100   360000 /* an hour of market in a second */

/* ux.md: 0.1 0.25 0.5 1 2 5 10 20 60 120 300 max */
static const int32_t speeds[] = {10,   25,   50,   100,   200,   500,
                                 1000, 2000, 6000, 12000, 30000, SPEED_MAX};
#define SPEED_NORMAL 3

struct transport {
    struct reader *reader; /* borrowed */
    struct follower *follower;
    bool live;
    enum transport_state state;
    struct playhead at;
    struct playhead edge; /* end of the tape */
    struct session_span span;
    size_t speed;
    int64_t run_ns;  /* monotonic time of the last run, 0 = none */
    int64_t seek_ns; /* monotonic time of the last seek */
    struct playhead undo[UNDO_DEPTH];
    size_t n_undo;
    char note[96];
};

struct transport *transport_create(struct reader *r, bool live, struct err *err)
{
    struct transport *t = mem_alloc(sizeof *t);
    t->reader = r;
    t->live = live;
    t->speed = SPEED_NORMAL;
    t->follower = follower_create(r);
    if (reader_span(r, &t->span, err) < 0) {
        transport_destroy(t);
        return NULL;
    }
    /* The engine's clock may have gone on after the last event, closing what was due. */
    struct reader_state recorded;
    if (reader_state(r, &recorded, NULL) == 0 && t->span.last_seq)
        t->span.last_ns = MAX(t->span.last_ns, recorded.clock_ns);
    t->edge = (struct playhead){t->span.last_seq, t->span.last_ns};
    t->state = live ? TRANSPORT_LIVE : TRANSPORT_PLAY;
    t->at = live ? PLAYHEAD_END : (struct playhead){t->span.first_seq, t->span.first_ns};
    return t;
}

void transport_destroy(struct transport *t)
{
    if (!t)
        return;
    follower_destroy(t->follower);
    mem_free(t);
}

void transport_live_edge(struct transport *t, struct playhead edge)
{
    if (!t->span.first_seq && edge.seq) {
        struct event first;
        if (reader_events(t->reader, 0, &first, 1, NULL) == 1) {
            t->span.first_seq = first.seq;
            t->span.first_ns = first.recv_ns;
        }
    }
    t->edge = edge;
    t->span.last_seq = MAX(t->span.last_seq, edge.seq);
    t->span.last_ns = MAX(t->span.last_ns, edge.ns);
}

static struct playhead origin(const struct transport *t)
{
    return t->state == TRANSPORT_LIVE ? t->edge : t->at;
}

/* Every jump comes through here: remembers where it started, leaves LIVE, keeps within the tape. */
static void jump(struct transport *t, struct playhead to)
{
    struct playhead from = origin(t);
    if (t->n_undo == UNDO_DEPTH)
        memmove(t->undo, t->undo + 1, --t->n_undo * sizeof *t->undo);
    t->undo[t->n_undo++] = from;
    if (t->state == TRANSPORT_LIVE) {
        char clock[32];
        t->state = TRANSPORT_PAUSE;
        time_format_ny(clock, sizeof clock, to.ns, 0);
        snprintf(t->note, sizeof t->note, "replay from %s, F for live", clock);
    }
    t->at = to;
    t->seek_ns = clock_mono_ns();
}

static bool seek_time(struct transport *t, int64_t ns, struct err *err)
{
    struct playhead to;
    ns = MAX(t->span.first_ns, MIN(ns, t->span.last_ns));
    if (reader_at_time(t->reader, ns, &to, err) < 0)
        return false;
    if (to.seq < t->span.first_seq)
        to = (struct playhead){t->span.first_seq, t->span.first_ns};
    jump(t, to);
    return true;
}

/* Plays dt of wall time at the chosen speed. At the end of a recording the playhead rests on the
 * last event; at the edge of a running one it goes on with the edge. */
static bool play(struct transport *t, int64_t dt)
{
    int32_t x100 = speeds[t->speed] == SPEED_MAX ? MAX_X100 : speeds[t->speed];
    int64_t step = dt / 100 * x100;
    struct playhead to;
    int64_t want = t->at.ns > t->span.last_ns - step ? t->span.last_ns : t->at.ns + step;
    if (want <= t->at.ns || reader_at_time(t->reader, want, &to, NULL) < 0) {
        if (!t->live && t->at.ns >= t->span.last_ns)
            t->state = TRANSPORT_PAUSE;
        return false;
    }
    if (want == t->span.last_ns)
        to.seq = MAX(to.seq, t->span.last_seq);
    t->at = to;
    return true;
}

bool transport_run(struct transport *t, int64_t mono_ns)
{
    int64_t dt = t->run_ns ? mono_ns - t->run_ns : 0;
    bool moved = false;
    t->run_ns = mono_ns;
    if (t->state == TRANSPORT_LIVE)
        return false;
    if (t->state == TRANSPORT_PLAY)
        moved = play(t, dt);
    if (mono_ns - t->seek_ns > QUIET_NS)
        follower_run(t->follower, t->at, SLICE_NS, NULL);
    return moved;
}

void transport_view(const struct transport *t, struct transport_view *ret)
{
    const struct deck *deck = follower_deck(t->follower);
    *ret = (struct transport_view){
        .state = t->state,
        .at = t->at,
        .span = t->span,
        .speed_x100 = speeds[t->speed],
        .live_session = t->live,
        .catching_up = t->state != TRANSPORT_LIVE && !follower_there(t->follower, t->at),
        .behind = t->state == TRANSPORT_LIVE || t->at.seq > t->edge.seq ? 0
                                                                        : t->edge.seq - t->at.seq,
        .deck_seq = deck_seq(deck),
        .deck_digest = deck_digest(deck),
        .open_packets = deck_open_packets(deck),
    };
    memcpy(ret->note, t->note, sizeof ret->note);
}

void transport_toggle(struct transport *t)
{
    if (t->state == TRANSPORT_LIVE)
        return; /* holding a live pane is the screen's matter */
    bool at_end = t->at.ns >= t->span.last_ns && !t->live;
    t->state = t->state == TRANSPORT_PLAY || at_end ? TRANSPORT_PAUSE : TRANSPORT_PLAY;
    t->note[0] = '\0';
}

void transport_skip(struct transport *t, int64_t by_ns)
{
    int64_t to;
    if (by_ns > 0 && t->state == TRANSPORT_LIVE)
        return;
    if (__builtin_add_overflow(origin(t).ns, by_ns, &to))
        to = by_ns > 0 ? INT64_MAX : INT64_MIN;
    if (by_ns > 0 && t->live && to >= t->span.last_ns) {
        transport_live(t);
        return;
    }
    seek_time(t, to, NULL);
}

/* Full minutes of UTC are full minutes of New York. */
void transport_bar(struct transport *t, int n)
{
    int64_t at = origin(t).ns, into = at % BAR_NS;
    int64_t bar = at - (into < 0 ? into + BAR_NS : into);
    if (n < 0 && bar != at)
        n++;
    transport_skip(t, bar + n * BAR_NS - at);
}

void transport_speed(struct transport *t, int steps)
{
    int at = (int)t->speed + steps;
    t->speed = (size_t)MAX(0, MIN(at, (int)ARRAY_LEN(speeds) - 1));
}

void transport_speed_reset(struct transport *t)
{
    t->speed = SPEED_NORMAL;
}

void transport_percent(struct transport *t, int percent)
{
    int64_t length = t->span.last_ns - t->span.first_ns;
    int64_t part = (int64_t)((__int128)length * MAX(0, MIN(percent, 100)) / 100);
    seek_time(t, t->span.first_ns + part, NULL);
}

void transport_home(struct transport *t)
{
    if (t->span.first_seq)
        jump(t, (struct playhead){t->span.first_seq, t->span.first_ns});
}

void transport_end(struct transport *t)
{
    if (t->live)
        transport_live(t);
    else if (t->span.last_seq)
        jump(t, (struct playhead){t->span.last_seq, MAX(t->edge.ns, t->span.last_ns)});
}

void transport_live(struct transport *t)
{
    if (!t->live) {
        transport_end(t);
        return;
    }
    t->state = TRANSPORT_LIVE;
    t->at = PLAYHEAD_END;
    t->note[0] = '\0';
}

void transport_undo(struct transport *t)
{
    if (!t->n_undo)
        return;
    struct playhead to = t->undo[--t->n_undo];
    if (t->live && to.seq >= t->edge.seq) {
        transport_live(t);
        return;
    }
    jump(t, to);
    t->n_undo--;
}

/* Where the playhead stands when a row has just appeared. */
static struct playhead row_place(const struct row *r)
{
    if (r->kind == ROW_PACKET)
        return r->said;
    return (struct playhead){r->ev.seq, r->ev.recv_ns};
}

static int step_back(struct transport *t, struct tapes *tapes, enum row_kind kind,
                     const struct filter *f, int n, struct err *err)
{
    struct playhead at = origin(t);
    struct row *rows = mem_alloc(((size_t)n + 1) * sizeof *rows);
    bool more;
    int got = tape_page(tapes, kind, t->state == TRANSPORT_LIVE ? PLAYHEAD_END : at, UINT64_MAX, f,
                        0, rows, (size_t)n + 1, &more, err);
    /* Standing between rows, the newest visible one is itself a step back. */
    bool between = got > 0 && t->state != TRANSPORT_LIVE && row_place(&rows[got - 1]).seq < at.seq;
    int want = got - n - (between ? 0 : 1);
    if (got > 0)
        jump(t, row_place(&rows[MAX(want, 0)]));
    mem_free(rows);
    return got < 0 ? got : 0;
}

static int step_forward(struct transport *t, struct tapes *tapes, enum row_kind kind,
                        const struct filter *f, int n, struct err *err)
{
    bool more;
    struct row last, *rows;
    if (t->state == TRANSPORT_LIVE)
        return 0;
    int got = tape_page(tapes, kind, t->at, UINT64_MAX, NULL, 0, &last, 1, &more, err);
    uint64_t after = got > 0 ? last.key : 0;
    if (got < 0)
        return got;
    rows = mem_alloc((size_t)n * sizeof *rows);
    got = tape_page_after(tapes, kind, PLAYHEAD_END, after, f, 0, rows, (size_t)n, err);
    if (got > 0)
        jump(t, row_place(&rows[got - 1]));
    else if (got == 0 && t->live)
        transport_live(t);
    mem_free(rows);
    return got < 0 ? got : 0;
}

int transport_step(struct transport *t, struct tapes *tapes, enum row_kind kind,
                   const struct filter *f, int n, struct err *err)
{
    n = MAX(-10000, MIN(n, 10000));
    if (t->state == TRANSPORT_PLAY)
        t->state = TRANSPORT_PAUSE;
    if (n < 0)
        return step_back(t, tapes, kind, f, -n, err);
    return n ? step_forward(t, tapes, kind, f, n, err) : 0;
}

int transport_goto(struct transport *t, const char *text, struct err *err)
{
    unsigned long long seq;
    int end = 0;
    if (sscanf(text, " seq %llu %n", &seq, &end) == 1 && text[end] == '\0') {
        struct event ev;
        int rc = reader_event(t->reader, seq, &ev, err);
        if (rc == 0)
            jump(t, (struct playhead){ev.seq, ev.recv_ns});
        return rc;
    }
    int64_t ns;
    int rc = when_parse(text, &t->span, origin(t).ns, &ns, err);
    if (rc < 0)
        return rc;
    return seek_time(t, ns, err) ? 0 : -(int)ERR_DAMAGED;
}

int transport_settle(struct transport *t, struct transport_view *ret, struct err *err)
{
    int rc = 0;
    while (t->state != TRANSPORT_LIVE && rc == 0)
        rc = follower_run(t->follower, t->at, NS_PER_SEC, err);
    if (rc < 0)
        return rc;
    transport_view(t, ret);
    return 0;
}
