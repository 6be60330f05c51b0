/* One run: see session.h. Everything here happens on the loop's thread; the store's writer and the
 * screen have threads of their own behind queues.
 *
 * Pull feeds are polled in short slices by a timer, so that the loop is never held for long; a feed
 * that is behind its time is polled again at once by an idle handle. With no feed (a replay) there
 * is no pump and an idle session costs nothing. */
#include "session.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "account.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "session_state.h"
#include "view/greeks.h"

#define PUMP_MS 1
/* A live run looks at its loop again after so many records of a feed, or so long a time; an import
 * has nobody waiting. */
#define LIVE_RECORDS   32
#define LIVE_NS        (40 * NS_PER_US)
#define IMPORT_RECORDS 512
#define IMPORT_NS      (20 * NS_PER_MS)
#define ROOM_BYTES     (1u << 20) /* of the store's ring, before a feed is polled */
#define FRAME_NS       (NS_PER_SEC / 30)
#define ATTACH_POLL_NS (100 * NS_PER_MS)

/* ---- the way of an event -------------------------------------------------------------------- */

static void through_the_door(void *self, struct event *ev)
{
    struct session *s = self;
    if (ev->kind == EV_CONTRACT && s->rotation.on)
        rotation_keep(&s->rotation, ev);
    deck_push(s->deck, ev);
}

static void on_emit(void *self, struct event *ev)
{
    struct session *s = self;
    s->received++;
    if (s->reorder)
        reorder_push(s->reorder, ev);
    else
        through_the_door(s, ev);
}

static void on_tick(void *self, int64_t ns)
{
    struct session *s = self;
    if (s->reorder)
        reorder_advance(s->reorder, ns);
    deck_advance(s->deck, ns);
}

static void on_reject(void *self, enum drop_reason why, const char *where, const char *detail)
{
    struct session *s = self;
    if (s->reject)
        s->reject(s->reject_self, why, where, detail);
}

void session_stamp(struct session *s)
{
    store_stamp(s->store, &(struct store_stamp){
                              .seq = deck_seq(s->deck),
                              .clock_ns = deck_clock_ns(s->deck),
                              .records = deck_records(s->deck),
                              .digest = deck_digest(s->deck),
                          });
}

static void fail(struct session *s, const struct err *err)
{
    if (!s->failure.code)
        s->failure = *err;
    session_stop(s);
}

/* Polls one source up to a time; true when more is due at once. */
static bool poll_source(struct session *s, struct source *src, int64_t until_ns, size_t max)
{
    struct err err = {0};
    int answer = src->feed.ops->poll(&src->feed, until_ns, max, &err);
    if (answer < 0) {
        src->ended = true;
        fail(s, &err);
        return false;
    }
    src->ended = answer == FEED_END;
    return answer == FEED_MORE;
}

/* Paced sources go by the wall clock and tell the deck what time it is, so that windows close in a
 * lull. The tick never passes the next event, so it raises nobody's receive time. */
static bool pump_paced(struct session *s)
{
    bool more = false;
    int64_t tick = INT64_MAX;
    for (size_t i = 0; i < s->n_sources; i++) {
        struct source *src = &s->sources[i];
        if (src->ended)
            continue;
        int64_t until = MIN(source_due_ns(src), s->rotation.last_ns);
        bool again = poll_source(s, src, until, LIVE_RECORDS);
        int64_t next = src->ended ? INT64_MAX : src->feed.ops->next_ns(&src->feed);
        tick = MIN(tick, again ? INT64_MIN : MIN(until, next));
        more |= again;
    }
    if (tick != INT64_MAX && tick != INT64_MIN)
        on_tick(s, tick);
    return more;
}

/* Several inputs at once are read in order of receive time: the one that is behind goes first, up
 * to where the next one stands; at equal times those named first. */
static bool pump_merged(struct session *s)
{
    struct source *first = NULL;
    int64_t first_ns = INT64_MAX, until = INT64_MAX;
    for (size_t i = 0; i < s->n_sources; i++) {
        struct source *src = &s->sources[i];
        if (src->ended)
            continue;
        int64_t next = src->feed.ops->next_ns(&src->feed);
        if (!first || next < first_ns) {
            until = first ? first_ns - 1 : until;
            first = src;
            first_ns = next;
        } else {
            until = MIN(until, next);
        }
    }
    if (!first)
        return false;
    poll_source(s, first, until, IMPORT_RECORDS);
    return true;
}

static bool all_ended(const struct session *s)
{
    for (size_t i = 0; i < s->n_sources; i++)
        if (!s->sources[i].ended)
            return false;
    return true;
}

/* Watches the writer: after an error nothing more is taken in, so that nothing is lost unseen. */
static bool store_failed(struct session *s)
{
    struct store_health h;
    store_health(s->store, &h);
    if (h.error && !s->failure.code)
        err_set(&s->failure, (enum err_code)h.error, "%s", h.error_text);
    if (h.error && s->stop_at_end)
        session_stop(s);
    return h.error != 0;
}

static bool pump_once(struct session *s)
{
    if (s->stopping || store_failed(s) || store_room(s->store) < ROOM_BYTES)
        return false;
    bool more = s->pace ? pump_paced(s) : pump_merged(s);
    session_stamp(s);
    keyframer_run(&s->keyframer);
    if (!more && rotation_due(s)) {
        struct err err = {0};
        if (rotation_turn(s, &err) < 0) {
            fail(s, &err);
            return false;
        }
        return true;
    }
    if (all_ended(s)) {
        if (s->stop_at_end)
            session_stop(s);
        return false;
    }
    return more;
}

static void on_busy(uv_idle_t *h)
{
    struct session *s = h->data;
    int64_t stop = clock_mono_ns() + (s->pace ? LIVE_NS : IMPORT_NS);
    bool more;
    do
        more = pump_once(s);
    while (more && clock_mono_ns() < stop);
    if (!more)
        uv_idle_stop(h);
}

static void on_pump(uv_timer_t *h)
{
    struct session *s = h->data;
    if (uv_is_active((uv_handle_t *)&s->busy))
        return;
    if (pump_once(s))
        uv_idle_start(&s->busy, on_busy);
    if (all_ended(s))
        uv_timer_stop(h);
}

/* ---- the screen's clock --------------------------------------------------------------------- */

/* In a replay the rates are those of the market second before the playhead. */
static void measure_replay(struct session *s)
{
    struct transport_view t;
    struct playhead before;
    transport_view(s->transport, &t);
    if (t.state == TRANSPORT_LIVE || t.at.seq == s->rates.replay_seq)
        return;
    s->rates.replay_seq = t.at.seq;
    s->rates.replay_per_s = 0;
    if (t.at.ns > INT64_MIN + NS_PER_SEC &&
        reader_at_time(s->reader, t.at.ns - NS_PER_SEC, &before, NULL) == 0)
        s->rates.replay_per_s = (double)(t.at.seq - MIN(before.seq, t.at.seq));
}

/* Rates of the recording, whether it is ours or another process's. */
static void measure(struct session *s, int64_t now)
{
    struct rates *r = &s->rates;
    const struct deck_counts *c = s->deck ? deck_counts(s->deck) : NULL;
    if ((!c && !s->attach) || now - r->at_ns < NS_PER_SEC)
        return;
    uint64_t prints = c ? c->events[EV_OPTION_PRINT] + c->events[EV_EQUITY_PRINT] : 0;
    uint64_t events = c ? deck_seq(s->deck) : s->other.events;
    double seconds = (double)(now - r->at_ns) / (double)NS_PER_SEC;
    if (r->at_ns && r->events) {
        r->events_per_s = (double)(events - r->events) / seconds;
        r->prints_per_s = (double)(prints - r->prints) / seconds;
    }
    r->at_ns = now;
    r->events = events;
    r->prints = prints;
    r->lag_ns = r->worst_lag_ns;
    r->worst_lag_ns = 0;
}

/* Whether the process we are attached to still records, once a second: the lock tells of one that
 * was killed. */
static void look_after(struct session *s, const struct reader_state *st)
{
    char after[96];
    if (s->other.ended)
        return;
    s->other.closed = st->closed;
    s->other.ended = st->closed || !store_recording(s->file);
    if (!s->other.ended)
        return;
    if (!st->closed)
        snprintf(s->other.word, sizeof s->other.word, "the recorder is gone without an end");
    else if (reader_meta(s->reader, "session.after", after, sizeof after) == 0)
        snprintf(s->other.word, sizeof s->other.word, "the recording goes on in %s", after);
    else
        snprintf(s->other.word, sizeof s->other.word, "the recording has ended");
}

/* Where the running recording stands: our own, or the one we are attached to. */
static void find_edge(struct session *s, int64_t now)
{
    if (s->store) {
        struct playhead edge = {deck_seq(s->deck), deck_clock_ns(s->deck)};
        if (edge.seq)
            transport_live_edge(s->transport, edge);
    } else if (s->attach && now - s->other.poll_ns > ATTACH_POLL_NS) {
        struct reader_state st;
        s->other.poll_ns = now;
        marks_load(&s->marks, s->reader, NULL);
        if (reader_refresh(s->reader, NULL) < 0 || reader_state(s->reader, &st, NULL) < 0)
            return;
        s->other.events = st.seq;
        if (st.seq)
            transport_live_edge(s->transport, (struct playhead){st.seq, st.clock_ns});
        look_after(s, &st);
    }
}

static void on_frame(uv_timer_t *h)
{
    struct session *s = h->data;
    int64_t now = clock_mono_ns();
    s->rates.worst_lag_ns = MAX(s->rates.worst_lag_ns, now - s->frame_due_ns);
    /* Re-armed to an absolute time: a repeating timer would drift (limits.md section 4). */
    s->frame_due_ns += FRAME_NS;
    if (s->frame_due_ns < now)
        s->frame_due_ns = now;
    uv_update_time(&s->loop);
    uv_timer_start(h, on_frame, (uint64_t)((s->frame_due_ns - now + NS_PER_MS - 1) / NS_PER_MS), 0);
    measure(s, now);
    if (s->transport) {
        find_edge(s, now);
        transport_run(s->transport, now);
        measure_replay(s);
    }
    if (s->frame)
        s->frame(s->frame_self);
}

void session_on_frame(struct session *s, void (*frame)(void *self), void *self)
{
    s->frame = frame;
    s->frame_self = self;
    if (!frame) {
        uv_timer_stop(&s->frame_timer);
        return;
    }
    s->frame_due_ns = clock_mono_ns();
    uv_timer_start(&s->frame_timer, on_frame, 0, 0);
}

/* ---- opening and closing -------------------------------------------------------------------- */

static void on_signal(uv_signal_t *h, int signum)
{
    struct session *s = h->data;
    s->signal = signum;
    session_stop(s);
}

static void on_stop_timer(uv_timer_t *h)
{
    session_stop(h->data);
}

static int open_loop(struct session *s, struct err *err)
{
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    if (uv_loop_init(&s->loop) != 0)
        return err_set(err, ERR_CONFIG, "cannot start the event loop");
    s->loop_open = true;
    uv_timer_init(&s->loop, &s->pump);
    uv_timer_init(&s->loop, &s->frame_timer);
    uv_timer_init(&s->loop, &s->stop_timer);
    uv_idle_init(&s->loop, &s->busy);
    s->pump.data = s->frame_timer.data = s->stop_timer.data = s->busy.data = s;
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        uv_signal_init(&s->loop, &s->signals[i]);
        s->signals[i].data = s;
        uv_signal_start(&s->signals[i], on_signal, stops[i]);
    }
    return 0;
}

static int open_source(struct session *s, const char *uri, enum feed_side sides, bool fast,
                       struct err *err)
{
    struct source *src = &s->sources[s->n_sources];
    struct feed_context ctx = {
        .symbols = s->symbols,
        .idents = s->idents,
        .sides = sides,
        .index = (uint8_t)s->n_sources,
        .emit = on_emit,
        .tick = on_tick,
        .reject = on_reject,
        .self = s,
    };
    if (s->n_sources == MAX_FEEDS)
        return err_set(err, ERR_USAGE, "at most %d inputs at once", MAX_FEEDS);
    int rc = source_open(src, uri, &ctx, fast, err);
    if (rc < 0)
        return rc;
    s->n_sources++;
    return 0;
}

static int open_sources(struct session *s, const struct session_options *o, struct err *err)
{
    int rc = 0;
    /* An input that cannot be read is told and the others are still taken in. */
    for (size_t i = 0; i < o->n_inputs; i++) {
        struct err why = {0};
        if (open_source(s, o->inputs[i], FEED_BOTH, true, &why) == 0)
            continue;
        if (o->n_inputs > 1)
            on_reject(s, DROP_CORRUPT, o->inputs[i], why.text);
        s->unreadable++;
        s->unreadable_err = why;
    }
    if (s->unreadable && s->unreadable == o->n_inputs) {
        if (err)
            *err = s->unreadable_err;
        return -(int)s->unreadable_err.code;
    }
    bool both = o->options_feed && o->equities_feed;
    if (rc == 0 && both && strcmp(o->options_feed, o->equities_feed) == 0)
        return open_source(s, o->options_feed, FEED_BOTH, o->as_fast_as_possible, err);
    if (rc == 0 && o->options_feed)
        rc = open_source(s, o->options_feed, FEED_OPTIONS, o->as_fast_as_possible, err);
    if (rc == 0 && o->equities_feed)
        rc = open_source(s, o->equities_feed, FEED_EQUITIES, o->as_fast_as_possible, err);
    return rc;
}

int session_create_store(struct session *s, const char *path, struct store **ret, struct err *err)
{
    struct deck_policy policy = deck_policy_default();
    struct store_options options = {
        .full_sync = s->full_sync,
        .feeds = s->feeds,
        .policy_hash = deck_policy_hash(&policy),
        .engine_version = DECK_ENGINE_VERSION,
    };
    return store_create(path, &options, s->symbols, s->idents, ret, err);
}

void session_begin_part(struct session *s, const char *path, struct store *store)
{
    struct deck_policy policy = deck_policy_default();
    s->store = store;
    s->file = mem_strndup(path, strlen(path));
    s->deck = deck_create(&policy, s->symbols);
    account_policy(s->store, &policy, s->reorder_ns);
    s->rate_bp = policy.rate_bp;
    s->tapes = tapes_create(s->symbols, s->idents, LIMIT_TAPE_ROWS);
    tapes_set_rate(s->tapes, s->rate_bp);
    deck_add_sink(s->deck, store_sink(s->store));
    deck_add_sink(s->deck, tapes_sink(s->tapes));
    s->health = health_create();
    deck_add_sink(s->deck, health_sink(s->health));
    if (s->left.cells) { /* by the session of the day before */
        carry_finish(&s->carry);
        s->carry = s->left;
        s->left = (struct carry){0};
    }
    carry_begin(&s->carry, s->deck, s->store);
    keyframer_begin(&s->keyframer, s->deck, s->store);
}

static int open_recording(struct session *s, const struct session_options *o, struct err *err)
{
    struct text t = text_on(s->feeds, sizeof s->feeds);
    s->symbols = symbols_create();
    s->idents = idents_create();
    s->full_sync = o->full_sync;
    s->reorder_ns = o->reorder_ns;
    int rc = open_sources(s, o, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < s->n_sources; i++)
        text_add(&t, "%s%s", i ? " " : "", s->sources[i].name);
    s->reorder = o->reorder_ns > 0 ? reorder_create(o->reorder_ns, through_the_door, s) : NULL;
    if (o->rotation)
        return rotation_begin(s, o->rotation, err);
    struct store *store;
    rc = session_create_store(s, o->record_to, &store, err);
    if (rc == 0)
        session_begin_part(s, o->record_to, store);
    return rc;
}

/* Pages, seeks and evidence come from the file, recorded or recording. */
static int open_reading(struct session *s, const char *const *paths, size_t n, bool live,
                        struct err *err)
{
    int rc = reader_open_all(paths, n, &s->reader, err);
    if (rc < 0)
        return rc;
    if (!s->tapes)
        s->tapes = tapes_create(reader_symbols(s->reader), reader_idents(s->reader), 0);
    tapes_set_reader(s->tapes, s->reader);
    if (!s->deck) {
        s->rate_bp = greeks_rate(s->reader);
        tapes_set_rate(s->tapes, s->rate_bp);
    }
    marks_init(&s->marks, paths[0], s->store);
    rc = marks_load(&s->marks, s->reader, err);
    if (rc < 0)
        return rc;
    s->transport = transport_create(s->reader, live, err);
    return s->transport ? 0 : -(int)(err && err->code ? err->code : ERR_DAMAGED);
}

int session_open_reading(struct session *s, struct err *err)
{
    return open_reading(s, (const char *const[]){s->file}, 1, true, err);
}

void session_show_path(struct session *s, const char *path)
{
    text_clean(s->path, sizeof s->path, path, strlen(path));
}

int session_open(const struct session_options *o, struct session **ret, struct err *err)
{
    struct session *s = mem_alloc(sizeof *s);
    bool recording = o->record_to || o->rotation;
    if (o->carry) {
        s->carry = *o->carry;
        *o->carry = (struct carry){0};
    }
    s->reject = o->reject;
    s->reject_self = o->reject_self;
    s->stop_at_end = o->stop_at_end;
    s->attach = o->attach;
    s->pace = o->n_inputs == 0;
    s->for_ns = o->for_ns;
    s->rotation.last_ns = INT64_MAX;
    int rc = open_loop(s, err);
    if (rc == 0 && recording)
        rc = open_recording(s, o, err);
    else if (rc == 0)
        s->file = mem_strndup(o->replay[0], strlen(o->replay[0]));
    if (rc == 0)
        session_show_path(s, o->shown_as ? o->shown_as : s->file);
    /* An import shows nothing, so it needs no reader. */
    if (rc == 0 && !o->n_inputs)
        rc = open_reading(s, recording ? (const char *const[]){s->file} : o->replay,
                          recording ? 1 : o->n_replay, recording || o->attach, err);
    if (rc < 0) {
        session_close(s);
        return rc;
    }
    *ret = s;
    return 0;
}

int session_run(struct session *s, struct err *err)
{
    if (s->n_sources) {
        uv_timer_start(&s->pump, on_pump, 0, PUMP_MS);
        if (!s->pace)
            uv_idle_start(&s->busy, on_busy);
    }
    if (s->for_ns > 0)
        uv_timer_start(&s->stop_timer, on_stop_timer,
                       (uint64_t)((s->for_ns + NS_PER_MS - 1) / NS_PER_MS), 0);
    while (!s->stopping)
        uv_run(&s->loop, UV_RUN_ONCE);
    if (s->failure.code && err)
        *err = s->failure;
    return -(int)s->failure.code;
}

void session_stop(struct session *s)
{
    s->stopping = true;
    uv_stop(&s->loop);
}

static void close_handle(uv_handle_t *h, void *arg)
{
    (void)arg;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

size_t session_unreadable(const struct session *s)
{
    return s->unreadable;
}

int session_signal(const struct session *s)
{
    return s->signal;
}

bool session_ended(const struct session *s)
{
    return all_ended(s);
}

int session_finish(struct session *s, struct err *err)
{
    int rc = 0;
    /* Readers first: the writer turns the file into a single one, which takes it alone. */
    transport_destroy(s->transport);
    s->transport = NULL;
    if (s->tapes)
        tapes_set_reader(s->tapes, NULL);
    reader_close(s->reader);
    s->reader = NULL;
    if (s->other.closed)
        store_tidy(s->file);
    s->other.closed = false;
    if (s->store) {
        if (s->reorder)
            reorder_finish(s->reorder);
        deck_finish(s->deck);
        session_stamp(s);
        for (size_t i = 0; i < s->n_sources; i++) {
            struct feed_stats since = source_since(&s->sources[i]);
            account_feed(s->store, i, s->sources[i].name, &since);
        }
        account_deck(s->store, s->received, s->deck);
        carry_end(&s->left, s->path, s->deck, s->store);
        rotation_account(s);
        rc = store_close(s->store, err);
        s->store = NULL;
    }
    return rc;
}

void session_free_part(struct session *s)
{
    tapes_destroy(s->tapes);
    deck_destroy(s->deck);
    health_destroy(s->health);
    marks_finish(&s->marks);
    mem_free(s->file);
    s->tapes = NULL;
    s->deck = NULL;
    s->health = NULL;
    s->file = NULL;
}

void session_close(struct session *s)
{
    if (!s)
        return;
    session_finish(s, NULL);
    for (size_t i = 0; i < s->n_sources; i++)
        source_close(&s->sources[i]);
    reorder_destroy(s->reorder);
    session_free_part(s);
    rotation_end(&s->rotation);
    mem_free(s->lanes.cells);
    carry_finish(&s->carry);
    carry_finish(&s->left);
    idents_destroy(s->idents);
    symbols_destroy(s->symbols);
    if (s->loop_open) {
        uv_walk(&s->loop, close_handle, NULL);
        while (uv_run(&s->loop, UV_RUN_DEFAULT) != 0)
            ;
        uv_loop_close(&s->loop);
    }
    mem_free(s);
}
