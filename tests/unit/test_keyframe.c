/* Keyframes: a seek that starts from one ends with the state of the engine that recorded, whatever
 * came late, was cancelled, is damaged or was killed; and they stay small. */
#include "harness.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/dec.h"
#include "base/mem.h"
#include "event/venue.h"
#include "feed/feed.h"
#include "play/follow.h"
#include "play/keyframer.h"
#include "store/store.h"

#define EVENTS 360000
#define PLACES 400

struct place { /* what the recording engine said of itself there */
    uint64_t seq, digest, records;
    int64_t clock_ns;
    uint32_t open;
};

struct taping {
    struct symbols *symbols;
    struct idents *idents;
    struct deck *deck;
    struct store *store;
    struct keyframer keyframer;
    struct place *places;
    size_t n_places;
    uint64_t random, pushed;
    bool prints; /* many prints and few quotes instead of the market's mixture */
};

static uint64_t draw(struct taping *t)
{
    t->random ^= t->random << 13;
    t->random ^= t->random >> 7;
    t->random ^= t->random << 17;
    return t->random;
}

static void stamp(struct taping *t)
{
    store_stamp(t->store, &(struct store_stamp){deck_seq(t->deck), deck_clock_ns(t->deck),
                                                deck_records(t->deck), deck_digest(t->deck)});
}

static void push(struct taping *t, struct event ev)
{
    ev.seq = 0;
    if (!deck_push(t->deck, &ev))
        return;
    /* Some lie just behind a keyframe, where what was open then has gone on. */
    bool chosen = draw(t) % (EVENTS / PLACES) == 0 || deck_seq(t->deck) - t->keyframer.seq == 500;
    if (t->places && chosen && t->n_places < 2 * PLACES)
        t->places[t->n_places++] = (struct place){deck_seq(t->deck), deck_digest(t->deck),
                                                  deck_records(t->deck), deck_clock_ns(t->deck),
                                                  deck_open_packets(t->deck)};
    if (++t->pushed % 256 == 0) {
        stamp(t);
        keyframer_run(&t->keyframer);
    }
}

/* The market's events and, among them, quotes that were overtaken and cancels and corrections of
 * what was just printed. */
static void take(void *self, struct event *ev)
{
    struct taping *t = self;
    struct event more = *ev;
    bool print = ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT;
    if (t->prints && !print && draw(t) % 10)
        return;
    push(t, *ev);
    for (uint64_t i = 1; t->prints && print && i < 9; i++) {
        struct event again = *ev;
        again.u.print.id = ev->u.print.id ? ev->u.print.id + (i << 52) : 0;
        push(t, again);
    }
    if (!print && draw(t) % 50 == 0) {
        more.ts_ns -= (int64_t)(draw(t) % (2 * NS_PER_SEC));
        push(t, more);
    } else if (print && draw(t) % (t->prints ? 300 : 3000) == 0) {
        more.kind = draw(t) % 2 && ev->u.print.id ? EV_CORRECT : EV_CANCEL;
        more.u.print.ref = ev->u.print.id;
        more.u.print.id = 0;
        more.u.print.px += PX_ONE / 100;
        if (more.kind == EV_CANCEL)
            more.u.print.px = ev->u.print.px;
        push(t, more);
    }
}

/* Waits until the writer has taken what was sent, as a feed in real time would have let it. */
static void settle(struct taping *t, uint64_t seq)
{
    struct store_health h;
    store_flush(t->store);
    do {
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
        store_health(t->store, &h);
        ck_assert_msg(!h.error, "%s", h.error_text);
    } while (h.committed_seq < seq);
}

static void record(const char *path, bool prints, struct place *places, size_t *ret_n, bool finish)
{
    struct taping t = {.symbols = symbols_create(),
                       .idents = idents_create(),
                       .places = places,
                       .prints = prints,
                       .random = 88172645463325252u};
    struct deck_policy policy = deck_policy_default();
    struct feed feed;
    struct err err = {0};
    struct feed_context ctx = {
        .symbols = t.symbols, .idents = t.idents, .sides = FEED_BOTH, .emit = take, .self = &t};
    struct store_options o = {.feeds = "test",
                              .policy_hash = deck_policy_hash(&policy),
                              .engine_version = DECK_ENGINE_VERSION};
    char uri[80];
    snprintf(uri, sizeof uri, "synthetic:?seed=11&rate=20000&symbols=6&events=%d", EVENTS);
    ck_assert_msg(feed_open(&feed, uri, &ctx, &err) == 0, "%s", err.text);
    ck_assert_msg(store_create(path, &o, t.symbols, t.idents, &t.store, &err) == 0, "%s", err.text);
    t.deck = deck_create(&policy, t.symbols);
    deck_add_sink(t.deck, store_sink(t.store));
    keyframer_begin(&t.keyframer, t.deck, t.store);
    while (feed.ops->poll(&feed, INT64_MAX, 10000, &err) == FEED_MORE) {
        stamp(&t);
        settle(&t, deck_seq(t.deck));
    }
    stamp(&t);
    settle(&t, deck_seq(t.deck));
    if (!finish)
        kill(getpid(), SIGKILL);
    if (ret_n)
        *ret_n = t.n_places;
    deck_finish(t.deck);
    stamp(&t);
    ck_assert_msg(store_close(t.store, &err) == 0, "%s", err.text);
    feed_close(&feed);
    deck_destroy(t.deck);
    idents_destroy(t.idents);
    symbols_destroy(t.symbols);
}

struct taped {
    char path[256];
    struct place places[2 * PLACES];
    size_t n;
};

/* Each is made once; the test that damages one comes last. */
static struct taped *tape(bool prints)
{
    struct taped *t = mem_alloc(sizeof *t);
    char kept[300];
    snprintf(t->path, sizeof t->path, "%s/%s.db", test_dir(), prints ? "prints" : "mixed");
    snprintf(kept, sizeof kept, "%s.places", t->path);
    FILE *f = fopen(kept, "r");
    if (f) {
        t->n = fread(t->places, sizeof t->places[0], ARRAY_LEN(t->places), f);
    } else {
        record(t->path, prints, t->places, &t->n, true);
        f = fopen(kept, "w");
        ck_assert_uint_eq(fwrite(t->places, sizeof t->places[0], t->n, f), t->n);
    }
    fclose(f);
    ck_assert_uint_gt(t->n, PLACES / 2);
    return t;
}

static struct reader *open_reader(const char *path)
{
    struct reader *r;
    struct err err = {0};
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    return r;
}

static void sql(const char *path, const char *text)
{
    sqlite3 *db;
    char *why = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, &why) == SQLITE_OK, "%s", why);
    sqlite3_close(db);
}

static int64_t number(const char *path, const char *text)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, text, -1, &s, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return v;
}

static void go(struct follower *f, const struct place *p)
{
    struct err err = {0};
    int rc;
    while ((rc = follower_run(f, (struct playhead){p->seq, p->clock_ns}, 5 * NS_PER_MS, &err)) == 0)
        ;
    ck_assert_msg(rc == 1, "%s", err.text);
    const struct deck *d = follower_deck(f);
    ck_assert_uint_eq(deck_seq(d), p->seq);
    ck_assert_uint_eq(deck_records(d), p->records);
    ck_assert_msg(deck_digest(d) == p->digest, "digest differs at event %llu",
                  (unsigned long long)p->seq);
    if (p->open != UINT32_MAX)
        ck_assert_uint_eq(deck_open_packets(d), p->open);
}

/* n jumps to places drawn at random. */
static void jump(const char *path, const struct taped *t, int n)
{
    struct reader *r = open_reader(path);
    struct follower *f = follower_create(r, false);
    uint64_t x = 2463534242u;
    for (int i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        go(f, &t->places[x % t->n]);
    }
    follower_destroy(f);
    reader_close(r);
}

START_TEST(seek_to_T_ends_in_the_state_of_the_recorder_at_T)
{
    struct taped *t = tape(false);
    ck_assert_int_ge(number(t->path, "SELECT count(*) FROM keyframe"), 2);
    ck_assert_int_ge(number(t->path, "SELECT count(*) FROM keyframe WHERE full_seq <> seq"), 1);
    jump(t->path, t, 40);
    struct reader *r = open_reader(t->path);
    for (size_t i = 0, done = 0; i < t->n && done < 20; i++) {
        struct keyframe k;
        struct playhead at = {t->places[i].seq, t->places[i].clock_ns};
        struct keyframe_wish wish = {at, UINT64_MAX, UINT64_MAX, deck_frame_layout()};
        if (reader_keyframe(r, &wish, &k, NULL) < 0 || at.seq - k.facts.seq != 500)
            continue;
        struct follower *f = follower_create(r, false);
        go(f, &t->places[i]);
        follower_destroy(f);
        done++;
    }
    reader_close(r);
    mem_free(t);
}
END_TEST

START_TEST(seeks_that_need_older_prints_end_there_too)
{
    struct taped *t = tape(true);
    ck_assert_int_ge(number(t->path, "SELECT count(*) FROM keyframe WHERE prints > 262144"), 1);
    jump(t->path, t, 20);
    mem_free(t);
}
END_TEST

START_TEST(playing_on_and_seeking_there_are_the_same)
{
    struct taped *t = tape(false);
    struct reader *r = open_reader(t->path);
    struct follower *f = follower_create(r, false);
    for (size_t i = t->n / 2; i < t->n; i += 3) /* from one seek on: no other way back */
        go(f, &t->places[i]);
    follower_destroy(f);
    reader_close(r);
    mem_free(t);
}
END_TEST

START_TEST(without_keyframes_or_with_damaged_ones_it_only_takes_longer)
{
    static const char *const harms[] = {
        "UPDATE keyframe_part SET bytes = zeroblob(length(bytes)) WHERE id % 3 = 0",
        "UPDATE keyframe SET quotes = quotes + 1",
        "UPDATE keyframe_part SET n = n / 2 + 1, kind = (kind + 1) % 5",
        "DELETE FROM keyframe_part WHERE id % 2",
        "UPDATE keyframe SET layout = layout + 1",
        "DELETE FROM keyframe_part; DELETE FROM keyframe",
    };
    struct taped *t = tape(false);
    for (size_t i = 0; i < ARRAY_LEN(harms); i++) {
        sql(t->path, harms[i]);
        jump(t->path, t, 1);
    }
    mem_free(t);
}
END_TEST

START_TEST(keyframes_take_no_more_than_a_tenth_of_the_session)
{
    struct taped *t = tape(false);
    int64_t all = number(t->path, "SELECT page_count * page_size FROM pragma_page_count, "
                                  "pragma_page_size");
    ck_assert_int_gt(all, 0);
    int64_t frames = number(t->path, "SELECT sum(length(bytes) + 40) FROM keyframe_part");
    ck_assert_int_le(frames * 10, all);
    mem_free(t);
}
END_TEST

/* A seek reads a full frame and what changed since; the longer that chain, the longer it takes. */
START_TEST(what_a_seek_reads_is_less_than_two_and_a_half_full_frames)
{
    struct taped *t = tape(false);
    ck_assert_int_ge(number(t->path, "SELECT count(*) FROM keyframe WHERE full_seq <> seq"), 1);
    ck_assert_int_eq(
        number(t->path,
               "WITH read AS (SELECT k.full_seq, (SELECT sum(p.n * p.entry) FROM keyframe_part p "
               "WHERE p.id BETWEEN k.first_part AND k.last_part AND (p.kind < 128 OR p.keyframe = "
               "k.seq)) AS bytes FROM keyframe k), "
               "whole AS (SELECT keyframe AS seq, sum(n * entry) AS bytes FROM keyframe_part "
               "GROUP BY keyframe) "
               "SELECT count(*) FROM read JOIN whole ON whole.seq = read.full_seq "
               "WHERE read.bytes > whole.bytes * 5 / 2"),
        0);
    mem_free(t);
}
END_TEST

START_TEST(a_killed_recorders_session_seeks_as_well)
{
    char path[256];
    int status;
    snprintf(path, sizeof path, "%s/killed.db", test_dir());
    pid_t child = fork();
    if (child == 0)
        record(path, false, NULL, NULL, false);
    waitpid(child, &status, 0);
    ck_assert_int_eq(WTERMSIG(status), SIGKILL);
    struct reader *r = open_reader(path);
    struct reader_state st;
    struct err err = {0};
    ck_assert_int_eq(reader_state(r, &st, &err), 0);
    ck_assert(!st.closed);
    struct follower *f = follower_create(r, false);
    go(f, &(struct place){st.seq, st.digest, st.records, st.clock_ns, UINT32_MAX});
    follower_destroy(f);
    reader_close(r);
}
END_TEST

/* ---- frames of a deck, without a file ---- */

static uint32_t index_of(const struct frame_part *p, uint32_t record)
{
    uint32_t i;
    memcpy(&i, p->records + (size_t)record * p->entry, sizeof i);
    return i;
}

/* An entry as it was before anything happened: those that were never touched are in no frame. */
static bool blank(const struct frame_part *p, uint32_t record)
{
    const char *entry = p->records + (size_t)record * p->entry + sizeof(uint32_t);
    for (size_t i = 0; i < p->entry - sizeof(uint32_t); i++)
        if (entry[i])
            return false;
    return true;
}

/* Every record of a is in b, byte by byte. */
static void ck_part_in(const struct frame_part *a, const struct frame_part *b)
{
    ck_assert_uint_eq(a->kind, b->kind);
    for (uint32_t i = 0; i < a->n; i++) {
        uint32_t k = 0;
        while (k < b->n && index_of(b, k) != index_of(a, i))
            k++;
        if (k == b->n && blank(a, i))
            continue;
        ck_assert_msg(k < b->n && memcmp(a->records + (size_t)i * a->entry,
                                         b->records + (size_t)k * b->entry, a->entry) == 0,
                      "kind %u entry %u", a->kind, index_of(a, i));
    }
}

static struct frame *whole_frame(struct deck *d, bool full)
{
    struct frame *f;
    deck_frame_begin(d, full);
    while (!(f = deck_frame_more(d, 7)))
        ;
    return f;
}

/* The parts of a frame; of all but the last of a chain the whole ones are left out. */
static void load(struct deck *d, const struct frame *f, bool last)
{
    for (size_t i = 0; i < f->n_parts; i++)
        if (f->parts[i].kind < FRAME_WHOLE || last)
            ck_assert(deck_load_part(d, &f->parts[i]));
}

static struct event some_event(uint64_t x, uint32_t *syms, uint32_t n, int64_t now)
{
    struct event ev = {.sym = syms[x % n], .ts_ns = now, .recv_ns = now};
    bool option = x % n >= n / 4;
    unsigned what = (unsigned)(x >> 20) % 100;
    if (what < 2 && option) {
        ev.kind = EV_CONTRACT;
        ev.u.reference.qty = (int64_t)(10 + x % 90) * QTY_ONE;
    } else if (what < 6 && option) {
        ev.kind = EV_OPEN_INTEREST;
        ev.u.reference.qty = (int64_t)(x >> 30) % 3 * QTY_ONE;
    } else if (what < 3) {
        ev = (struct event){.kind = EV_GAP, .feed = x % 3, .ts_ns = now, .recv_ns = now};
        ev.u.gap = (struct gap){.from_ns = now - 5, .to_ns = now, .missing = -1};
    } else if (what < 55) {
        ev.kind = option ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE;
        ev.ts_ns -= (int64_t)(x >> 40) % 3 * NS_PER_SEC;
        ev.venue = (uint16_t)((x >> 30) % 3 ? venue_by_code(VENUE_OPTION, "C", 1) : 0);
        ev.u.quote = (struct quote){.bid = PX_ONE * (int64_t)(x >> 8 & 3),
                                    .ask = 4 * PX_ONE,
                                    .bid_qty = QTY_ONE,
                                    .ask_qty = QTY_ONE};
    } else {
        ev.kind = option ? EV_OPTION_PRINT : EV_EQUITY_PRINT;
        ev.u.print.px = PX_ONE * (1 + (int64_t)(x >> 8 & 3));
        ev.u.print.qty = QTY_ONE;
        memcpy(ev.u.print.cond, option ? "I" : "@", 1);
        ev.u.print.tape = option ? 0 : 'A';
    }
    return ev;
}

START_TEST(a_chain_of_frames_taken_in_slices_is_the_state_itself)
{
    enum { SYMS = 200 };
    struct symbols *symbols = symbols_create();
    struct deck_policy policy = deck_policy_default();
    struct deck *a = deck_create(&policy, symbols), *b = deck_create(&policy, symbols);
    struct carried *carried = carried_create();
    struct carried_cell cell = {.symbol = "ABC", .dte = 4, .slot = 2, .n = 60, .counts[40] = 60};
    ck_assert(carried_add(carried, &cell) && carried_sort(carried));
    deck_carry(a, carried);
    deck_carry(b, carried);
    struct frame *frames[9] = {0};
    uint32_t syms[SYMS];
    uint64_t x = 88172645463325252u;
    int64_t now = INT64_C(1781532600000000000);
    size_t n = 0;
    for (uint32_t i = 0; i < SYMS; i++) {
        char name[32];
        snprintf(name, sizeof name, i < SYMS / 4 ? "S%u" : "ABC   261218C%08u",
                 i < SYMS / 4 ? i : 1000 * i);
        syms[i] = i < SYMS / 4 ? symbols_equity(symbols, name, strlen(name))
                               : symbols_option(symbols, name, 21);
    }
    deck_track(a);
    for (int i = 0; i < 20000 && n < 8; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        struct event ev = some_event(x, syms, SYMS, now += 10 * NS_PER_MS);
        deck_push(a, &ev);
        if (i % 500 == 499 && (i / 500) % 2 == 0)
            deck_frame_begin(a, n % 5 == 0);
        else if ((frames[n] = deck_frame_more(a, 3)))
            n++;
    }
    ck_assert_uint_eq(n, 8);
    deck_advance(a,
                 now + NS_PER_SEC); /* nothing is open: where it hangs is not part of the state */
    ck_assert_uint_eq(deck_open_packets(a), 0);
    frames[n] = whole_frame(a, false);
    struct frame *truth = whole_frame(a, true);
    deck_load_begin(b);
    for (size_t i = 5; i <= n; i++) /* from the second full one on */
        load(b, frames[i], i == n);
    ck_assert(deck_load_end(b, frames[n], false, false));
    ck_assert_uint_eq(deck_digest(b), deck_digest(a));
    ck_assert_int_eq(deck_clock_ns(b), deck_clock_ns(a));
    ck_assert_mem_eq(deck_counts(b), deck_counts(a), sizeof(struct deck_counts));
    deck_track(b);
    struct frame *again = whole_frame(b, true);
    ck_assert_uint_eq(again->n_parts, truth->n_parts);
    for (size_t i = 0; i < truth->n_parts; i++) {
        ck_part_in(&truth->parts[i], &again->parts[i]);
        ck_part_in(&again->parts[i], &truth->parts[i]);
    }
    for (size_t i = 0; i <= n; i++)
        frame_free(frames[i]);
    frame_free(truth);
    frame_free(again);
    uint32_t left_out;
    struct carried *of_a = deck_left(a, &left_out), *of_b = deck_left(b, &left_out);
    ck_assert_uint_gt(carried_at(of_a, 0)->n, 60);
    ck_assert(carried_same(of_a, of_b));
    carried_destroy(of_a);
    carried_destroy(of_b);
    deck_destroy(a);
    deck_destroy(b);
    carried_destroy(carried);
    symbols_destroy(symbols);
}
END_TEST

START_TEST(a_deck_without_its_history_says_when_it_would_have_needed_it)
{
    struct symbols *symbols = symbols_create();
    struct deck_policy policy = deck_policy_default();
    struct deck *a = deck_create(&policy, symbols), *b = deck_create(&policy, symbols);
    uint32_t sym = symbols_equity(symbols, "ABC", 3);
    int64_t now = INT64_C(1781532600000000000);
    deck_track(a);
    for (int i = 0; i < 3; i++) {
        struct event ev = {
            .kind = EV_EQUITY_QUOTE, .sym = sym, .ts_ns = now + i, .recv_ns = now + i};
        ev.u.quote = (struct quote){PX_ONE, 2 * PX_ONE, QTY_ONE, QTY_ONE, 0, 0, 0, 0};
        deck_push(a, &ev);
    }
    struct frame *f = whole_frame(a, true);
    struct event print = {
        .kind = EV_EQUITY_PRINT, .sym = sym, .ts_ns = now + 2, .recv_ns = now + 9};
    print.u.print = (struct print){.px = PX_ONE, .qty = QTY_ONE, .cond = "@", .tape = 'A'};
    struct event late = print;
    late.ts_ns = now + 1;
    for (int which = 0; which < 2; which++) {
        deck_reset(b);
        deck_load_begin(b);
        load(b, f, true);
        ck_assert(deck_load_end(b, f, false, false));
        struct event ev = which ? late : print;
        deck_push(b, &ev);
        ck_assert_int_eq(deck_doubtful(b), which);
    }
    frame_free(f);
    deck_destroy(a);
    deck_destroy(b);
    symbols_destroy(symbols);
}
END_TEST

/* Of a cancel behind a frame: whatever came before the frame was over when the print came, if there
 * was a pause between the two. */
START_TEST(a_cancel_of_a_print_behind_the_frame_needs_no_history_after_a_pause)
{
    struct symbols *symbols = symbols_create();
    struct deck_policy policy = deck_policy_default();
    struct deck *a = deck_create(&policy, symbols), *b = deck_create(&policy, symbols);
    uint32_t sym = symbols_option(symbols, "ABC   261218C00050000", 21);
    int64_t now = INT64_C(1781532600000000000);
    int64_t gap = MAX(policy.run_gap_ns, policy.sweep_gap_ns);
    struct event print = {.kind = EV_OPTION_PRINT, .sym = sym, .ts_ns = now, .recv_ns = now};
    print.venue = venue_by_code(VENUE_OPTION, "C", 1);
    print.u.print = (struct print){.px = PX_ONE, .qty = QTY_ONE, .cond = "I", .id = 7};
    struct event first = print;
    deck_track(a);
    deck_push(a, &first);
    struct frame *f = whole_frame(a, true);
    for (int which = 0; which < 2; which++) {
        int64_t at = now + gap + !which; /* a pause is longer than the gap */
        struct deck *truth = deck_create(&policy, symbols);
        struct event again = print, events[2] = {print, print};
        again.seq = 0;
        deck_push(truth, &again);
        deck_reset(b);
        deck_load_begin(b);
        load(b, f, true);
        ck_assert(deck_load_end(b, f, false, false));
        events[0].ts_ns = events[0].recv_ns = at;
        events[0].u.print.id = 8;
        events[1].ts_ns = events[1].recv_ns = at + NS_PER_SEC;
        events[1].kind = EV_CANCEL;
        events[1].u.print.id = 0;
        events[1].u.print.ref = 8;
        for (int i = 0; i < 2; i++) {
            struct event x = events[i], y = events[i];
            deck_push(b, &x);
            deck_push(truth, &y);
        }
        ck_assert_int_eq(deck_doubtful(b), which);
        ck_assert_uint_eq(deck_counts(truth)->repairs[REPAIR_DONE], 1);
        ck_assert(which || deck_digest(b) == deck_digest(truth));
        deck_destroy(truth);
    }
    frame_free(f);
    deck_destroy(a);
    deck_destroy(b);
    symbols_destroy(symbols);
}
END_TEST

/* Another process records; this one reads along, jumps about and comes back to the edge. */
START_TEST(attached_to_a_running_recorder_no_event_is_lost_and_every_stamp_is_reached)
{
    char path[256];
    struct err err = {0};
    struct reader *r = NULL;
    struct reader_state st = {0};
    static struct event events[1000];
    uint64_t last = 0, x = 2463534242u;
    int status, reached = 0, n;
    snprintf(path, sizeof path, "%s/running.db", test_dir());
    pid_t child = fork();
    if (child == 0)
        record(path, false, NULL, NULL, false);
    while (!r && reader_open(path, &r, &err) < 0)
        nanosleep(&(struct timespec){.tv_nsec = 10 * NS_PER_MS}, NULL);
    struct follower *f = follower_create(r, true);
    for (bool gone = false; !gone;) {
        gone = waitpid(child, &status, WNOHANG) == child;
        ck_assert_int_eq(reader_state(r, &st, &err), 0);
        while ((n = reader_events(r, last, events, ARRAY_LEN(events), &err)) > 0)
            for (int i = 0; i < n; i++, last++)
                ck_assert_uint_eq(events[i].seq, last + 1);
        ck_assert_msg(n == 0, "%s", err.text);
        ck_assert_uint_ge(last, st.seq);
        if (!st.seq)
            continue;
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        struct event there;
        ck_assert_int_eq(reader_event(r, 1 + x % st.seq, &there, &err), 0);
        follower_run(f, (struct playhead){there.seq, there.recv_ns}, 20 * NS_PER_MS, &err);
        go(f, &(struct place){st.seq, st.digest, st.records, st.clock_ns, UINT32_MAX});
        reached++;
    }
    ck_assert_int_eq(WTERMSIG(status), SIGKILL);
    ck_assert_int_ge(reached, 3);
    follower_destroy(f);
    reader_close(r);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("keyframe");
    TCase *t = tcase_create("keyframe");
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_chain_of_frames_taken_in_slices_is_the_state_itself);
    tcase_add_test(t, a_deck_without_its_history_says_when_it_would_have_needed_it);
    tcase_add_test(t, a_cancel_of_a_print_behind_the_frame_needs_no_history_after_a_pause);
    tcase_add_test(t, seek_to_T_ends_in_the_state_of_the_recorder_at_T);
    tcase_add_test(t, seeks_that_need_older_prints_end_there_too);
    tcase_add_test(t, playing_on_and_seeking_there_are_the_same);
    tcase_add_test(t, keyframes_take_no_more_than_a_tenth_of_the_session);
    tcase_add_test(t, what_a_seek_reads_is_less_than_two_and_a_half_full_frames);
    tcase_add_test(t, a_killed_recorders_session_seeks_as_well);
    tcase_add_test(t, attached_to_a_running_recorder_no_event_is_lost_and_every_stamp_is_reached);
    tcase_add_test(t, without_keyframes_or_with_damaged_ones_it_only_takes_longer);
    suite_add_tcase(s, t);
    return s;
}
