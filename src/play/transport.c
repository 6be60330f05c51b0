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
#include "view/when.h"

#define SLICE_NS   (6 * NS_PER_MS)   /* most time a run may spend following */
#define QUIET_NS   (250 * NS_PER_MS) /* no following until the user has stopped seeking */
#define SCRUB_NS   NS_PER_SEC        /* skips no further apart are one movement */
#define UNDO_DEPTH 64
#define BAR_NS     (60 * NS_PER_SEC)
#define SPEED_MAX  0      /* shown as max: */
#define MAX_X100   360000 /* an hour of market in a second */

/* ux.md: 0.1 0.25 0.5 1 2 5 10 20 60 120 300 max */
static const int32_t speeds[] = {10,   25,   50,   100,   200,   500,
                                 1000, 2000, 6000, 12000, 30000, SPEED_MAX};
#define SPEED_NORMAL 3

struct trail { /* places, the newest last; PLAYHEAD_END = LIVE */
    struct playhead at[UNDO_DEPTH];
    size_t n;
};

struct transport {
    struct reader *reader; /* borrowed */
    struct follower *follower;
    struct reader *followed; /* of several sessions that of the playhead */
    const struct tape_part *parts;
    size_t n_parts;
    bool live;
    enum transport_state state;
    struct playhead at;
    struct playhead edge; /* end of the tape */
    struct session_span span;
    size_t speed;
    int64_t run_ns;  /* monotonic time of the last run, 0 = none */
    int64_t seek_ns; /* monotonic time of the last seek */
    bool reverse;
    int64_t skip_ns; /* engine time of a skip that waits */
    bool skipping;   /* one does */
    bool scrubbed;   /* the last seek was a skip: the next one belongs to it */
    struct trail undo, redo;
    int n_loop;
    struct playhead loop[2];
    char note[96];
};

struct transport *transport_create(struct reader *r, bool live, struct err *err)
{
    struct transport *t = mem_alloc(sizeof *t);
    t->reader = r;
    t->live = live;
    t->speed = SPEED_NORMAL;
    t->n_parts = reader_parts(r, &t->parts);
    struct playhead first = {0};
    t->followed = reader_part(r, &first);
    t->follower = follower_create(t->followed, live);
    if (reader_span(r, &t->span, err) < 0) {
        transport_destroy(t);
        return NULL;
    }
    /* The engine's clock may have gone on after the last event, closing what was due. */
    struct reader_state recorded;
    if (t->n_parts)
        t->span.last_ns = t->parts[t->n_parts - 1].end_ns;
    else if (reader_state(r, &recorded, NULL) == 0 && t->span.last_seq)
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

static int64_t pos_of(const struct transport *t, int64_t ns)
{
    return tape_pos(t->parts, t->n_parts, ns);
}

/* The time that lies so far from another on the tape. */
static int64_t moved(const struct transport *t, int64_t ns, int64_t by)
{
    int64_t pos;
    if (__builtin_add_overflow(pos_of(t, ns), by, &pos))
        return by > 0 ? INT64_MAX : INT64_MIN;
    return tape_ns(t->parts, t->n_parts, pos);
}

/* Each session has a deck of its own: the follower goes over to that of the playhead. */
static struct playhead follow(struct transport *t)
{
    struct playhead own = t->at;
    struct reader *r = reader_part(t->reader, &own);
    if (r != t->followed) {
        follower_destroy(t->follower);
        t->follower = follower_create(r, t->live);
        t->followed = r;
    }
    return own;
}

static struct playhead origin(const struct transport *t)
{
    return t->state == TRANSPORT_LIVE ? t->edge : t->at;
}

static void trail_push(struct trail *r, struct playhead at)
{
    if (r->n == UNDO_DEPTH)
        memmove(r->at, r->at + 1, --r->n * sizeof *r->at);
    r->at[r->n++] = at;
}

/* Puts the playhead there: leaves LIVE, saying so. */
static void place(struct transport *t, struct playhead to)
{
    if (t->state == TRANSPORT_LIVE) {
        char clock[32];
        t->state = TRANSPORT_PAUSE;
        time_format_ny(clock, sizeof clock, to.ns, 0);
        snprintf(t->note, sizeof t->note, "replay from %s, F for live", clock);
    }
    t->at = to;
    t->seek_ns = clock_mono_ns();
}

/* Remembers where a seek starts, for undo. */
static void leave(struct transport *t, bool scrub)
{
    bool on = scrub && t->scrubbed && clock_mono_ns() - t->seek_ns < SCRUB_NS;
    t->scrubbed = scrub;
    t->redo.n = 0;
    if (!on)
        trail_push(&t->undo, t->state == TRANSPORT_LIVE ? PLAYHEAD_END : t->at);
}

static void jump(struct transport *t, struct playhead to)
{
    leave(t, false);
    place(t, to);
}

static bool find_time(struct transport *t, int64_t ns, struct playhead *ret, struct err *err)
{
    ns = MAX(t->span.first_ns, MIN(ns, t->span.last_ns));
    if (reader_at_time(t->reader, ns, ret, err) < 0)
        return false;
    if (ret->seq < t->span.first_seq)
        *ret = (struct playhead){t->span.first_seq, t->span.first_ns};
    return true;
}

/* A waiting skip becomes a seek before anything else happens. */
static void settle(struct transport *t)
{
    struct playhead to;
    if (!t->skipping)
        return;
    t->skipping = false;
    if (t->live && t->skip_ns >= t->span.last_ns) {
        if (t->state != TRANSPORT_LIVE)
            transport_live(t);
    } else if (find_time(t, t->skip_ns, &to, NULL)) {
        leave(t, true);
        place(t, to);
    }
}

static bool seek_time(struct transport *t, int64_t ns, struct err *err)
{
    struct playhead to;
    if (!find_time(t, ns, &to, err))
        return false;
    jump(t, to);
    return true;
}

/* The end of what is played towards: of the loop while inside it, else of the tape. */
static int64_t play_end(const struct transport *t)
{
    const struct playhead *l = t->loop;
    if (t->reverse)
        return t->n_loop == 2 && t->at.ns >= l[0].ns ? l[0].ns : t->span.first_ns;
    return t->n_loop == 2 && t->at.ns <= l[1].ns ? l[1].ns : t->span.last_ns;
}

/* At an end: round the loop, or rest there; at the edge of a running recording go on with it. */
static bool turn(struct transport *t)
{
    const struct playhead *l = t->loop;
    if (t->n_loop == 2 && t->at.ns == l[!t->reverse].ns && l[0].ns < l[1].ns) {
        t->at = l[t->reverse];
        return true;
    }
    if (!t->live || t->reverse)
        t->state = TRANSPORT_PAUSE;
    return false;
}

/* Plays dt of wall time at the chosen speed, one way or the other. */
static bool play(struct transport *t, int64_t dt)
{
    int32_t x100 = speeds[t->speed] == SPEED_MAX ? MAX_X100 : speeds[t->speed];
    int64_t step = dt / 100 * x100, end = play_end(t);
    struct playhead to;
    if (t->at.ns == end)
        return turn(t);
    int64_t left = t->reverse ? pos_of(t, t->at.ns) - pos_of(t, end)
                              : pos_of(t, end) - pos_of(t, t->at.ns);
    int64_t want = left <= step ? end : moved(t, t->at.ns, t->reverse ? -step : step);
    if (want == t->at.ns || reader_at_time(t->reader, want, &to, NULL) < 0)
        return false;
    if (want == t->span.last_ns)
        to.seq = MAX(to.seq, t->span.last_seq);
    /* Behind the last event nothing is left but what closes by itself: nobody waits for that. */
    if (!t->live && !t->reverse && end == t->span.last_ns && to.seq >= t->span.last_seq)
        to = (struct playhead){t->span.last_seq, end};
    if (to.seq < t->span.first_seq)
        to.seq = t->span.first_seq;
    t->at = to;
    return true;
}

bool transport_run(struct transport *t, int64_t mono_ns)
{
    int64_t dt = t->run_ns ? mono_ns - t->run_ns : 0;
    bool gone = false;
    t->run_ns = mono_ns;
    settle(t);
    if (t->state == TRANSPORT_LIVE)
        return false;
    if (t->state == TRANSPORT_PLAY)
        gone = play(t, dt);
    struct playhead own = follow(t);
    if (mono_ns - t->seek_ns > QUIET_NS)
        follower_run(t->follower, own, SLICE_NS, NULL);
    return gone;
}

static size_t part_at(const struct transport *t)
{
    size_t i = t->n_parts;
    while (i > 1 && t->parts[i - 1].before >= t->at.seq)
        i--;
    return i ? i - 1 : 0;
}

void transport_view(struct transport *t, struct transport_view *ret)
{
    settle(t);
    struct playhead own = follow(t);
    const struct deck *deck = follower_deck(t->follower);
    *ret = (struct transport_view){
        .state = t->state,
        .at = t->at,
        .span = t->span,
        .speed_x100 = speeds[t->speed],
        .live_session = t->live,
        .catching_up = t->state != TRANSPORT_LIVE && !follower_there(t->follower, own),
        .behind = t->state == TRANSPORT_LIVE || t->at.seq > t->edge.seq ? 0
                                                                        : t->edge.seq - t->at.seq,
        .deck_seq = deck_seq(deck),
        .deck_digest = deck_digest(deck),
        .open_packets = deck_open_packets(deck),
        .reverse = t->reverse,
        .n_loop = t->n_loop,
        .loop = {t->loop[0], t->loop[1]},
        .parts = t->parts,
        .n_parts = t->n_parts,
        .part = part_at(t),
    };
    memcpy(ret->note, t->note, sizeof ret->note);
}

void transport_toggle(struct transport *t)
{
    settle(t);
    if (t->state == TRANSPORT_LIVE)
        return; /* holding a live pane is the screen's matter */
    bool at_end = t->reverse ? t->at.ns <= t->span.first_ns
                             : t->at.ns >= t->span.last_ns && !t->live;
    if (t->n_loop == 2)
        at_end = false;
    t->state = t->state == TRANSPORT_PLAY || at_end ? TRANSPORT_PAUSE : TRANSPORT_PLAY;
    t->note[0] = '\0';
}

void transport_reverse(struct transport *t)
{
    settle(t);
    t->reverse = !t->reverse;
    if (t->state != TRANSPORT_LIVE)
        return;
    t->reverse = true;
    jump(t, t->edge);
    t->state = TRANSPORT_PLAY;
}

void transport_skip(struct transport *t, int64_t by_ns)
{
    int64_t from = t->skipping ? t->skip_ns : origin(t).ns;
    if (by_ns > 0 && t->state == TRANSPORT_LIVE && !t->skipping)
        return;
    t->skip_ns = moved(t, from, by_ns);
    t->skip_ns = MAX(t->span.first_ns, MIN(t->skip_ns, t->span.last_ns));
    t->skipping = true;
}

/* Full minutes of UTC are full minutes of New York. */
void transport_bar(struct transport *t, int n)
{
    int64_t at = t->skipping ? t->skip_ns : origin(t).ns, into = at % BAR_NS;
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
    settle(t);
    int64_t length = pos_of(t, t->span.last_ns) - t->span.first_ns;
    int64_t part = (int64_t)((__int128)length * MAX(0, MIN(percent, 100)) / 100);
    seek_time(t, moved(t, t->span.first_ns, part), NULL);
}

void transport_home(struct transport *t)
{
    settle(t);
    if (t->span.first_seq)
        jump(t, (struct playhead){t->span.first_seq, t->span.first_ns});
}

void transport_end(struct transport *t)
{
    settle(t);
    if (t->live)
        transport_live(t);
    else if (t->span.last_seq)
        jump(t, (struct playhead){t->span.last_seq, MAX(t->edge.ns, t->span.last_ns)});
}

static void go_live(struct transport *t)
{
    t->state = TRANSPORT_LIVE;
    t->at = PLAYHEAD_END;
    t->reverse = false;
    t->note[0] = '\0';
}

void transport_live(struct transport *t)
{
    t->skipping = false;
    if (!t->live) {
        transport_end(t);
        return;
    }
    if (t->state != TRANSPORT_LIVE)
        leave(t, false);
    go_live(t);
}

/* To the last place of one trail, leaving the present one on the other. */
static bool retrace(struct transport *t, struct trail *from, struct trail *to)
{
    settle(t);
    if (!from->n)
        return false;
    trail_push(to, t->state == TRANSPORT_LIVE ? PLAYHEAD_END : t->at);
    struct playhead at = from->at[--from->n];
    t->scrubbed = false;
    if (at.seq == UINT64_MAX)
        go_live(t);
    else
        place(t, at);
    return true;
}

bool transport_undo(struct transport *t)
{
    return retrace(t, &t->undo, &t->redo);
}

bool transport_redo(struct transport *t)
{
    return retrace(t, &t->redo, &t->undo);
}

bool transport_swap(struct transport *t)
{
    settle(t);
    if (!t->undo.n)
        return false;
    struct playhead to = t->undo.at[--t->undo.n];
    leave(t, false);
    if (to.seq == UINT64_MAX)
        go_live(t);
    else
        place(t, to);
    return true;
}

void transport_loop(struct transport *t)
{
    settle(t);
    struct playhead at = origin(t);
    if (t->n_loop == 2) {
        t->n_loop = 0;
        return;
    }
    t->loop[t->n_loop++] = at;
    if (t->n_loop == 2 && t->loop[1].ns < t->loop[0].ns) {
        t->loop[1] = t->loop[0];
        t->loop[0] = at;
    }
}

void transport_place(struct transport *t, struct playhead to)
{
    settle(t);
    if (t->state == TRANSPORT_PLAY)
        t->state = TRANSPORT_PAUSE;
    jump(t, to);
}

struct playhead transport_origin(struct transport *t)
{
    settle(t);
    return origin(t);
}

struct reader *transport_reader(struct transport *t)
{
    return t->reader;
}

static int goto_packet(struct transport *t, uint64_t id, struct err *err)
{
    struct packet p;
    int rc = reader_packet(t->reader, PLAYHEAD_END, id, &p, err);
    if (rc == 0)
        jump(t, (struct playhead){p.at_seq, p.at_ns});
    return rc;
}

int transport_goto(struct transport *t, const char *text, struct err *err)
{
    unsigned long long seq;
    int end = 0;
    settle(t);
    if ((sscanf(text, " packet %llu %n", &seq, &end) == 1 ||
         sscanf(text, " P%llu %n", &seq, &end) == 1 ||
         sscanf(text, " p%llu %n", &seq, &end) == 1) &&
        text[end] == '\0')
        return goto_packet(t, seq, err);
    if (sscanf(text, " seq %llu %n", &seq, &end) == 1 && text[end] == '\0') {
        struct event ev;
        int rc = reader_event(t->reader, seq, &ev, err);
        if (rc == 0)
            jump(t, (struct playhead){ev.seq, ev.recv_ns});
        return rc;
    }
    if (t->n_parts && sscanf(text, " %llu %% %n", &seq, &end) == 1 && text[end] == '\0') {
        transport_percent(t, (int)MIN(seq, 100u));
        return 0;
    }
    /* A clock time is one of the day at which the playhead stands. */
    const struct session_span *day = t->n_parts ? &t->parts[part_at(t)].span : &t->span;
    int64_t ns;
    int rc = when_parse(text, day, origin(t).ns, &ns, err);
    if (rc < 0)
        return rc;
    return seek_time(t, ns, err) ? 0 : -(int)ERR_DAMAGED;
}

int transport_settle(struct transport *t, struct transport_view *ret, struct err *err)
{
    int rc = 0;
    settle(t);
    struct playhead own = follow(t);
    while (t->state != TRANSPORT_LIVE && rc == 0) {
        rc = follower_run(t->follower, own, NS_PER_SEC, err);
        if (rc == 0 && follower_waits(t->follower))
            rc = err_set(err, ERR_NO_ROWS, "event %llu is not in the session yet",
                         (unsigned long long)t->at.seq);
    }
    if (rc < 0)
        return rc;
    transport_view(t, ret);
    return 0;
}
