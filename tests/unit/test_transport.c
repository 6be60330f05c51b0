/* play/transport: seeking to T is playing to T; speed changes nothing; the ends hold. */
#include "harness.h"
#include "make.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "deck/deck.h"
#include "event/ident.h"
#include "play/transport.h"
#include "store/reader.h"
#include "store/store.h"
#include "view/tape.h"

#define EVENTS 6000

struct taped {
    char path[256];
    struct reader *reader;
    struct reader_state state;
    struct session_span span;
};

/* Records a small market: 10 contracts, quotes and prints, some late. alike: all prints are of one
 * size, so that most packets are merged into repeat runs. */
static void record(const char *path, bool alike)
{
    static const char venues[] = "CNXQTB";
    struct symbols *syms = symbols_create();
    struct idents *ids = idents_create();
    struct deck_policy policy = deck_policy_default();
    struct deck *deck = deck_create(&policy, syms);
    struct store *store;
    struct err err = {0};
    struct store_options o = {.feeds = "test",
                              .policy_hash = deck_policy_hash(&policy),
                              .engine_version = DECK_ENGINE_VERSION};
    uint64_t x = 88172645463325252u;
    int64_t at = 0;
    ck_assert_msg(store_create(path, &o, syms, ids, &store, &err) == 0, "%s", err.text);
    deck_add_sink(deck, store_sink(store));
    for (int i = 0; i < EVENTS; i++) {
        char osi[32];
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        snprintf(osi, sizeof osi, "ABC   261218C%08d", (50 + (int)(x % 10)) * 1000);
        uint32_t sym = symbols_option(syms, osi, 21);
        char venue[2] = {venues[(x >> 12) % 6], 0};
        at += (int64_t)(x >> 20) % 40;
        struct event ev = (x >> 8) % 3
                              ? make_print(sym, at, 100 + (int64_t)((x >> 16) % 6),
                                           alike ? 3 : 1 + (int64_t)(x >> 24) % 9, venue, 'S')
                              : make_quote(sym, at - (int64_t)(x >> 40) % 20, 100, 5, 104, 6);
        ev.recv_ns = ms(at);
        deck_push(deck, &ev);
        if (i % 100 == 0)
            store_stamp(store, &(struct store_stamp){deck_seq(deck), deck_clock_ns(deck),
                                                     deck_records(deck), deck_digest(deck)});
    }
    deck_finish(deck);
    store_stamp(store, &(struct store_stamp){deck_seq(deck), deck_clock_ns(deck),
                                             deck_records(deck), deck_digest(deck)});
    ck_assert_msg(store_close(store, &err) == 0, "%s", err.text);
    deck_destroy(deck);
    idents_destroy(ids);
    symbols_destroy(syms);
}

static struct taped open_tape_of(bool alike)
{
    struct taped t;
    struct err err = {0};
    snprintf(t.path, sizeof t.path, "%s/%s.db", test_dir(), alike ? "alike" : "t");
    FILE *there = fopen(t.path, "r");
    if (there)
        fclose(there);
    else
        record(t.path, alike);
    ck_assert_msg(reader_open(t.path, &t.reader, &err) == 0, "%s", err.text);
    ck_assert_int_eq(reader_state(t.reader, &t.state, &err), 0);
    ck_assert_int_eq(reader_span(t.reader, &t.span, &err), 0);
    ck_assert_uint_eq(t.span.last_seq, EVENTS);
    return t;
}

static struct taped open_tape(void)
{
    return open_tape_of(false);
}

/* The digest of playing the raw events straight through a fresh deck up to a place. */
static uint64_t played_to(struct taped *t, struct playhead at)
{
    struct deck_policy policy = deck_policy_default();
    struct deck *d = deck_create(&policy, reader_symbols(t->reader));
    struct event ev;
    while (deck_seq(d) < at.seq && reader_events(t->reader, deck_seq(d), &ev, 1, NULL) == 1)
        deck_push(d, &ev);
    deck_advance(d, at.ns);
    uint64_t digest = deck_digest(d);
    deck_destroy(d);
    return digest;
}

START_TEST(seek_to_T_is_play_to_T)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct transport *tr = transport_create(t.reader, false, &err);
    uint64_t x = 42;
    for (int i = 0; i < 40; i++) {
        char text[32];
        struct transport_view v;
        x = x * 6364136223846793005u + 1442695040888963407u;
        snprintf(text, sizeof text, "seq %u", 1 + (unsigned)((x >> 33) % EVENTS));
        if (i % 2)
            transport_percent(tr, (int)((x >> 33) % 101));
        else
            ck_assert_int_eq(transport_goto(tr, text, &err), 0);
        ck_assert_int_eq(transport_settle(tr, &v, &err), 0);
        ck_assert_uint_eq(v.deck_seq, v.at.seq);
        ck_assert_uint_eq(v.deck_digest, played_to(&t, v.at));
    }
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

START_TEST(replay_at_any_speed_ends_with_the_recorders_digest)
{
    static const int steps[] = {-3, 0, 4, 7, 20};
    struct taped t = open_tape();
    for (size_t k = 0; k < ARRAY_LEN(steps); k++) {
        struct err err = {0};
        struct transport *tr = transport_create(t.reader, false, &err);
        struct transport_view v;
        int64_t mono = NS_PER_SEC;
        transport_speed(tr, steps[k]);
        transport_run(tr, mono);
        /* Frames of uneven length; long ones for the slow speeds, or it would take a minute. */
        for (int i = 0; i < 100000; i++) {
            mono += (k < 2 ? 3000 : 10) * NS_PER_MS + (i % 7) * NS_PER_MS;
            transport_run(tr, mono);
            transport_view(tr, &v);
            if (v.state == TRANSPORT_PAUSE)
                break;
        }
        ck_assert_int_eq(v.state, TRANSPORT_PAUSE);
        ck_assert_uint_eq(v.at.seq, EVENTS);
        ck_assert_int_eq(transport_settle(tr, &v, &err), 0);
        ck_assert_uint_eq(v.deck_digest, t.state.digest);
        transport_destroy(tr);
    }
    reader_close(t.reader);
}
END_TEST

START_TEST(steps_forward_and_back_return_to_the_same_row)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct transport *tr = transport_create(t.reader, false, &err);
    struct tapes *tapes = tapes_create(reader_symbols(t.reader), reader_idents(t.reader), 0);
    tapes_set_reader(tapes, t.reader);
    static const enum row_kind kinds[] = {ROW_OPTION, ROW_PACKET, ROW_QUOTE};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct transport_view a, b;
        transport_percent(tr, 40);
        ck_assert_int_eq(transport_step(tr, tapes, (struct stream){kinds[k], NULL}, 1, &err), 0);
        transport_view(tr, &a);
        ck_assert_int_eq(transport_step(tr, tapes, (struct stream){kinds[k], NULL}, 7, &err), 0);
        transport_view(tr, &b);
        ck_assert_uint_gt(b.at.seq, a.at.seq);
        ck_assert_int_eq(transport_step(tr, tapes, (struct stream){kinds[k], NULL}, -7, &err), 0);
        transport_view(tr, &b);
        ck_assert_uint_eq(b.at.seq, a.at.seq);
    }
    transport_home(tr);
    ck_assert_int_eq(transport_step(tr, tapes, (struct stream){ROW_OPTION, NULL}, -5, &err), 0);
    struct transport_view v;
    transport_view(tr, &v);
    ck_assert_uint_le(v.at.seq, 20);
    tapes_destroy(tapes);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

START_TEST(no_row_is_later_than_the_playhead)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct tapes *tapes = tapes_create(reader_symbols(t.reader), reader_idents(t.reader), 0);
    tapes_set_reader(tapes, t.reader);
    struct row *rows = mem_alloc(500 * sizeof *rows);
    for (uint64_t seq = 1; seq < EVENTS; seq += 211) {
        struct event ev;
        bool more;
        ck_assert_int_eq(reader_event(t.reader, seq, &ev, &err), 0);
        struct playhead at = {seq, ev.recv_ns};
        int n = tape_page(tapes, ROW_PACKET, at, UINT64_MAX, NULL, 0, rows, 500, &more, &err);
        for (int i = 0; i < n; i++) {
            ck_assert_uint_le(rows[i].u.packet.at_seq, seq);
            ck_assert_int_le(rows[i].u.packet.at_ns, ev.recv_ns);
        }
        n = tape_page(tapes, ROW_OPTION, at, UINT64_MAX, NULL, 0, rows, 500, &more, &err);
        for (int i = 0; i < n; i++)
            ck_assert_uint_le(rows[i].ev.seq, seq);
    }
    mem_free(rows);
    tapes_destroy(tapes);
    reader_close(t.reader);
}
END_TEST

START_TEST(ends_hold_and_undo_goes_back)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct transport *tr = transport_create(t.reader, false, &err);
    struct transport_view v;
    transport_end(tr);
    transport_skip(tr, 3600 * NS_PER_SEC);
    transport_view(tr, &v);
    ck_assert_uint_eq(v.at.seq, EVENTS);
    transport_skip(tr, -100 * 3600 * NS_PER_SEC);
    transport_view(tr, &v);
    ck_assert_uint_eq(v.at.seq, 1);
    transport_undo(tr);
    transport_view(tr, &v);
    ck_assert_uint_eq(v.at.seq, EVENTS);
    ck_assert_int_lt(transport_goto(tr, "seq 999999", &err), 0);
    ck_assert_int_lt(transport_goto(tr, "nonsense", &err), 0);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

START_TEST(bars_are_full_minutes)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct transport *tr = transport_create(t.reader, false, &err);
    struct transport_view v;
    const int64_t bar = 60 * NS_PER_SEC;
    transport_percent(tr, 80);
    transport_view(tr, &v);
    int64_t under = v.at.ns - v.at.ns % bar;
    ck_assert_int_gt(v.at.ns, under); /* 80 % of two minutes is none */
    transport_bar(tr, -1);
    transport_view(tr, &v);
    ck_assert_int_eq(v.at.ns, under);
    transport_bar(tr, 1);
    transport_view(tr, &v);
    ck_assert_int_eq(v.at.ns, MIN(under + bar, v.span.last_ns));
    transport_bar(tr, -1);
    transport_view(tr, &v);
    ck_assert_int_eq(v.at.ns, under);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

/* A transport over the tape, standing at a percentage of it. */
static struct transport *open_at(const struct taped *t, int percent)
{
    struct err err = {0};
    struct transport *tr = transport_create(t->reader, false, &err);
    ck_assert_msg(tr != NULL, "%s", err.text);
    transport_toggle(tr); /* pause */
    transport_percent(tr, percent);
    return tr;
}

static struct transport_view look(struct transport *tr)
{
    struct transport_view v;
    transport_view(tr, &v);
    return v;
}

START_TEST(reverse_play_goes_back_at_the_same_speeds_and_rests_at_the_start)
{
    struct taped t = open_tape();
    struct transport *tr = open_at(&t, 50);
    struct transport_view a = look(tr), b;
    transport_reverse(tr);
    transport_speed(tr, 1); /* 2x */
    transport_toggle(tr);
    transport_run(tr, 10 * NS_PER_SEC);
    transport_run(tr, 13 * NS_PER_SEC);
    b = look(tr);
    ck_assert_int_eq(b.state, TRANSPORT_PLAY);
    ck_assert(b.reverse);
    ck_assert_int_eq(a.at.ns - b.at.ns, 6 * NS_PER_SEC);
    ck_assert_int_eq(transport_settle(tr, &b, NULL), 0);
    ck_assert_uint_eq(b.deck_digest, played_to(&t, b.at));
    for (int i = 14; i < 200; i++)
        transport_run(tr, i * NS_PER_SEC);
    b = look(tr);
    ck_assert_int_eq(b.state, TRANSPORT_PAUSE);
    ck_assert_uint_eq(b.at.seq, 1);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

START_TEST(a_loop_goes_round_both_ways_until_it_is_off)
{
    struct taped t = open_tape();
    struct transport *tr = open_at(&t, 60);
    struct transport_view a, b, v;
    a = look(tr);
    transport_loop(tr);
    ck_assert_int_eq(look(tr).n_loop, 1);
    transport_skip(tr, -10 * NS_PER_SEC); /* set backwards: the earlier end is A all the same */
    b = look(tr);
    transport_loop(tr);
    v = look(tr);
    ck_assert_int_eq(v.n_loop, 2);
    ck_assert_int_eq(v.loop[0].ns, b.at.ns);
    ck_assert_int_eq(v.loop[1].ns, a.at.ns);
    int64_t mono = NS_PER_SEC;
    for (int way = 0; way < 2; way++) {
        int64_t last = look(tr).at.ns;
        int turns = 0;
        if (look(tr).state != TRANSPORT_PLAY)
            transport_toggle(tr);
        transport_run(tr, mono);
        for (int i = 0; i < 400; i++) { /* 40 s at 1x: ten seconds of tape go round */
            transport_run(tr, mono += 100 * NS_PER_MS);
            v = look(tr);
            ck_assert_int_ge(v.at.ns, b.at.ns);
            ck_assert_int_le(v.at.ns, a.at.ns);
            turns += way ? v.at.ns > last : v.at.ns < last;
            last = v.at.ns;
        }
        ck_assert_int_ge(turns, 3);
        ck_assert_int_le(turns, 4);
        transport_reverse(tr);
    }
    transport_loop(tr);
    ck_assert_int_eq(look(tr).n_loop, 0);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

START_TEST(a_key_held_down_is_one_seek_and_one_step_of_undo)
{
    struct taped t = open_tape();
    struct transport *tr = open_at(&t, 90);
    struct transport_view a = look(tr), b;
    for (int i = 0; i < 6; i++) {
        transport_skip(tr, -5 * NS_PER_SEC);
        if (i % 2)
            look(tr); /* a frame is drawn between */
    }
    b = look(tr);
    ck_assert_int_eq(a.at.ns - b.at.ns, 30 * NS_PER_SEC);
    ck_assert(transport_undo(tr));
    ck_assert_uint_eq(look(tr).at.seq, a.at.seq);
    ck_assert(transport_redo(tr));
    ck_assert_uint_eq(look(tr).at.seq, b.at.seq);
    ck_assert(!transport_redo(tr));
    ck_assert(transport_undo(tr));
    transport_percent(tr, 10); /* a new jump: what was undone is gone */
    ck_assert(!transport_redo(tr));
    ck_assert_int_eq(transport_goto(tr, "seq 2000", NULL), 0);
    b = look(tr);
    transport_percent(tr, 10);
    struct transport_view c = look(tr);
    ck_assert(transport_swap(tr));
    ck_assert_uint_eq(look(tr).at.seq, b.at.seq);
    ck_assert(transport_swap(tr));
    ck_assert_uint_eq(look(tr).at.seq, c.at.seq);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

static void check_places(bool alike)
{
    struct taped t = open_tape_of(alike);
    struct transport *tr = open_at(&t, 40);
    struct tapes *tapes = tapes_create(reader_symbols(t.reader), reader_idents(t.reader), 0);
    struct err err = {0};
    struct stream packets = {ROW_PACKET, NULL};
    struct playhead on[200];
    tapes_set_reader(tapes, t.reader);
    for (size_t i = 0; i < ARRAY_LEN(on); i++) {
        ck_assert_int_eq(transport_step(tr, tapes, packets, 1, &err), 0);
        on[i] = look(tr).at;
        ck_assert(i == 0 || on[i].seq > on[i - 1].seq || on[i].ns > on[i - 1].ns);
    }
    /* Packets that were told at one moment are one place: none holds the way back up. */
    for (size_t i = ARRAY_LEN(on) - 1; i-- > 0;) {
        ck_assert_int_eq(transport_step(tr, tapes, packets, -1, &err), 0);
        ck_assert_uint_eq(look(tr).at.seq, on[i].seq);
        ck_assert_int_eq(look(tr).at.ns, on[i].ns);
    }
    tapes_destroy(tapes);
    transport_destroy(tr);
    reader_close(t.reader);
}

START_TEST(every_place_of_a_stream_is_reached_in_both_directions)
{
    check_places(false);
}
END_TEST

/* A packet appeared where it was first told, though later it became part of another. */
START_TEST(places_are_the_same_in_both_directions_where_packets_were_merged)
{
    struct err err = {0};
    struct taped t = open_tape_of(true);
    struct row row;
    int merged = 0;
    for (uint64_t key = 0; reader_page_packets(t.reader, key, &row, 1, &err) == 1; key = row.key)
        merged += row.u.packet.state == PS_MERGED;
    ck_assert_int_gt(merged, 100);
    reader_close(t.reader);
    check_places(true);
}
END_TEST

START_TEST(jumps_find_marks_and_say_when_there_is_none)
{
    struct taped t = open_tape();
    struct transport *tr = open_at(&t, 50);
    struct err err = {0};
    uint64_t seqs[] = {100, 3000, 3010, 5900};
    struct tape_mark marks[4];
    for (size_t i = 0; i < 4; i++) {
        struct event ev;
        ck_assert_int_eq(reader_event(t.reader, seqs[i], &ev, &err), 0);
        marks[i] = (struct tape_mark){.id = i + 1, .seq = ev.seq, .ns = ev.recv_ns};
    }
    struct jump j = {.kind = JUMP_MARK, .n = -1, .marks = marks, .n_marks = 4};
    ck_assert_int_eq(transport_goto(tr, "seq 3005", &err), 0);
    ck_assert_int_eq(transport_jump(tr, NULL, &j, &err), 0);
    ck_assert_uint_eq(look(tr).at.seq, 3000);
    j.n = 2;
    ck_assert_int_eq(transport_jump(tr, NULL, &j, &err), 0);
    ck_assert_uint_eq(look(tr).at.seq, 5900);
    j.n = 1;
    ck_assert_int_eq(transport_jump(tr, NULL, &j, &err), -ERR_NO_ROWS);
    ck_assert_uint_eq(look(tr).at.seq, 5900);
    j.kind = JUMP_HALT; /* this tape has none, nor a boundary */
    ck_assert_int_eq(transport_jump(tr, NULL, &j, &err), -ERR_NO_ROWS);
    j.kind = JUMP_BOUNDARY;
    ck_assert_int_eq(transport_jump(tr, NULL, &j, &err), -ERR_NO_ROWS);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

START_TEST(goto_packet_stands_where_it_was_told)
{
    struct taped t = open_tape();
    struct transport *tr = open_at(&t, 0);
    struct err err = {0};
    struct row row;
    ck_assert_int_eq(
        reader_page_before(t.reader, ROW_PACKET, PLAYHEAD_END, UINT64_MAX, &row, 1, &err), 1);
    const char *const forms[] = {"packet %llu", "P%llu", "p%llu"};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        char text[64];
        transport_home(tr);
        snprintf(text, sizeof text, forms[i], (unsigned long long)row.u.packet.id);
        ck_assert_int_eq(transport_goto(tr, text, &err), 0);
        ck_assert_uint_eq(look(tr).at.seq, row.u.packet.at_seq);
        ck_assert_int_eq(look(tr).at.ns, row.u.packet.at_ns);
    }
    ck_assert_int_lt(transport_goto(tr, "packet 99999999", &err), 0);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

/* Rows in the live ring may lie ahead of what the recorder has committed. */
START_TEST(settling_on_events_that_are_not_in_the_file_says_so_and_returns)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct transport_view v;
    struct transport *tr = transport_create(t.reader, true, &err);
    struct playhead ahead = {t.span.last_seq + 50, t.state.clock_ns + NS_PER_SEC};
    transport_live_edge(tr, ahead);
    transport_place(tr, ahead);
    ck_assert_int_eq(transport_settle(tr, &v, &err), -ERR_NO_ROWS);
    ck_assert(strstr(err.text, "6050"));
    ck_assert(look(tr).catching_up);
    transport_place(tr, (struct playhead){t.span.last_seq, t.state.clock_ns});
    ck_assert_int_eq(transport_settle(tr, &v, &err), 0);
    ck_assert_uint_eq(v.deck_digest, t.state.digest);
    ck_assert(!look(tr).catching_up);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

/* Of a recording that is over: a mark behind the last event, a number that an export left out. */
START_TEST(a_playhead_on_no_event_stands_on_the_one_before)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct transport_view v;
    sqlite3 *db;
    char path[300], sql[128], copy[600];
    struct transport *tr = transport_create(t.reader, false, &err);
    transport_place(tr, (struct playhead){t.span.last_seq + 50, t.state.clock_ns + NS_PER_SEC});
    ck_assert_int_eq(transport_settle(tr, &v, &err), 0);
    ck_assert_uint_eq(v.deck_seq, t.span.last_seq);
    ck_assert_uint_eq(v.deck_digest, t.state.digest);
    ck_assert(!v.catching_up);
    transport_destroy(tr);
    reader_close(t.reader);
    snprintf(path, sizeof path, "%s.holes", t.path);
    snprintf(copy, sizeof copy, "cp %s %s", t.path, path);
    ck_assert_int_eq(system(copy), 0);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    static const char *const tables[] = {"option_print", "option_quote"};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE seq > 2000 AND seq < 2100", tables[i]);
        ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
    sqlite3_close(db);
    ck_assert_int_eq(reader_open(path, &t.reader, &err), 0);
    tr = transport_create(t.reader, false, &err);
    struct event ev;
    ck_assert_int_eq(reader_event(t.reader, 2000, &ev, &err), 0);
    transport_place(tr, (struct playhead){2050, ev.recv_ns});
    ck_assert_int_eq(transport_settle(tr, &v, &err), 0);
    ck_assert_uint_eq(v.deck_seq, 2000);
    ck_assert_uint_eq(v.deck_digest, played_to(&t, (struct playhead){2000, ev.recv_ns}));
    ck_assert(!v.catching_up);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

START_TEST(undo_of_the_first_step_back_is_live_again)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct transport *tr = transport_create(t.reader, true, &err);
    transport_live_edge(tr, (struct playhead){t.span.last_seq - 50, t.state.clock_ns - NS_PER_SEC});
    transport_skip(tr, -5 * NS_PER_SEC);
    ck_assert_int_eq(look(tr).state, TRANSPORT_PAUSE);
    transport_live_edge(tr, (struct playhead){t.span.last_seq, t.state.clock_ns}); /* it goes on */
    ck_assert(transport_undo(tr));
    ck_assert_int_eq(look(tr).state, TRANSPORT_LIVE);
    ck_assert(transport_redo(tr));
    ck_assert_int_eq(look(tr).state, TRANSPORT_PAUSE);
    transport_live(tr);
    transport_reverse(tr); /* from live, backwards from here */
    ck_assert_int_eq(look(tr).state, TRANSPORT_PLAY);
    ck_assert(look(tr).reverse);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

START_TEST(going_back_from_live_replays_and_F_returns)
{
    struct taped t = open_tape();
    struct err err = {0};
    struct transport *tr = transport_create(t.reader, true, &err);
    struct transport_view v;
    transport_live_edge(tr, (struct playhead){t.span.last_seq, t.state.clock_ns});
    transport_view(tr, &v);
    ck_assert_int_eq(v.state, TRANSPORT_LIVE);
    /* What waits at the end of a tape closes later than the last event. */
    int64_t back = t.state.clock_ns - t.span.last_ns + 5 * NS_PER_SEC;
    transport_skip(tr, -back);
    transport_view(tr, &v);
    ck_assert_int_eq(v.state, TRANSPORT_PAUSE);
    ck_assert_int_eq(v.at.ns, t.state.clock_ns - back);
    ck_assert_uint_gt(v.behind, 0);
    ck_assert(strstr(v.note, "F for live"));
    transport_live(tr);
    transport_view(tr, &v);
    ck_assert_int_eq(v.state, TRANSPORT_LIVE);
    transport_destroy(tr);
    reader_close(t.reader);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *tests[] = {
        seek_to_T_is_play_to_T,
        replay_at_any_speed_ends_with_the_recorders_digest,
        steps_forward_and_back_return_to_the_same_row,
        no_row_is_later_than_the_playhead,
        ends_hold_and_undo_goes_back,
        bars_are_full_minutes,
        reverse_play_goes_back_at_the_same_speeds_and_rests_at_the_start,
        a_loop_goes_round_both_ways_until_it_is_off,
        a_key_held_down_is_one_seek_and_one_step_of_undo,
        every_place_of_a_stream_is_reached_in_both_directions,
        places_are_the_same_in_both_directions_where_packets_were_merged,
        jumps_find_marks_and_say_when_there_is_none,
        goto_packet_stands_where_it_was_told,
        settling_on_events_that_are_not_in_the_file_says_so_and_returns,
        a_playhead_on_no_event_stands_on_the_one_before,
        undo_of_the_first_step_back_is_live_again,
        going_back_from_live_replays_and_F_returns,
    };
    Suite *s = suite_create("transport");
    TCase *t = tcase_create("transport");
    tcase_set_timeout(t, 120);
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return s;
}
