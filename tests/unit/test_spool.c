/* Several sessions as one tape: rows, places, evidence and engines are those of each session. */
#include "harness.h"
#include "make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deck/deck.h"
#include "event/ident.h"
#include "marks.h"
#include "play/transport.h"
#include "store/query.h"
#include "store/store.h"
#include "view/tape.h"

#define SESSIONS 3
#define EVENTS   1500
#define DAY_MS   (24 * INT64_C(3600000))
#define ROWS_MAX 4096

static const char *path_of(int i)
{
    static char paths[8][256];
    snprintf(paths[i], sizeof paths[i], "%s/%d.db", test_dir(), i);
    return paths[i];
}

/* Every session meets its contracts in an order of its own, so that ids differ from file to file;
 * prints have ids in words. */
static void record(int i, int64_t from_ms, int events)
{
    struct symbols *syms = symbols_create();
    struct idents *ids = idents_create();
    struct deck_policy policy = deck_policy_default();
    struct deck *deck = deck_create(&policy, syms);
    struct store *store;
    struct err err = {0};
    struct store_options o = {.feeds = "test",
                              .policy_hash = deck_policy_hash(&policy),
                              .engine_version = DECK_ENGINE_VERSION};
    uint64_t x = 88172645463325252u + (uint64_t)i;
    int64_t at = from_ms;
    ck_assert_msg(store_create(path_of(i), &o, syms, ids, &store, &err) == 0, "%s", err.text);
    deck_add_sink(deck, store_sink(store));
    for (int k = 0; k < events; k++) {
        char osi[32], id[32];
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        snprintf(osi, sizeof osi, "ABC   261218C%08d", (50 + (int)(x % 10)) * 1000);
        uint32_t sym = symbols_option(syms, osi, 21);
        at += (int64_t)(x >> 20) % 40;
        struct event ev = (x >> 8) % 3
                              ? make_print(sym, at, 100 + (int64_t)((x >> 16) % 6), 3, "C", 'S')
                              : make_quote(sym, at, 100, 5, 104, 6);
        ev.recv_ns = ms(at);
        int n = snprintf(id, sizeof id, "print %d of %d", k, i);
        if (ev.kind == EV_OPTION_PRINT)
            ev.u.print.id = ident_of(ids, id, (size_t)n);
        deck_push(deck, &ev);
    }
    deck_finish(deck);
    store_stamp(store, &(struct store_stamp){deck_seq(deck), deck_clock_ns(deck),
                                             deck_records(deck), deck_digest(deck)});
    ck_assert_msg(store_close(store, &err) == 0, "%s", err.text);
    deck_destroy(deck);
    idents_destroy(ids);
    symbols_destroy(syms);
}

struct all {
    struct reader *one[SESSIONS], *whole;
    const struct tape_part *parts;
};

static struct all open_all(void)
{
    /* Not in order of time: that is the reader's business. */
    const char *const paths[] = {path_of(2), path_of(0), path_of(1)};
    struct all a;
    struct err err = {0};
    for (int i = 0; i < SESSIONS; i++) {
        FILE *there = fopen(path_of(i), "r");
        if (there)
            fclose(there);
        else
            record(i, i * DAY_MS, EVENTS);
        ck_assert_msg(reader_open(path_of(i), &a.one[i], &err) == 0, "%s", err.text);
    }
    ck_assert_msg(reader_open_all(paths, SESSIONS, &a.whole, &err) == 0, "%s", err.text);
    ck_assert_uint_eq(reader_parts(a.whole, &a.parts), SESSIONS);
    return a;
}

static void close_all(struct all *a)
{
    for (int i = 0; i < SESSIONS; i++)
        reader_close(a->one[i]);
    reader_close(a->whole);
}

static size_t read_up(struct reader *r, enum row_kind kind, struct playhead at, size_t page,
                      struct row *ret)
{
    struct err err = {0};
    size_t n = 0;
    int got;
    while ((got = reader_page_after(r, kind, at, n ? ret[n - 1].key : 0, ret + n,
                                    MIN(page, ROWS_MAX - n), &err)) > 0)
        n += (size_t)got;
    ck_assert_msg(got == 0 || got == -ERR_NO_ROWS, "%s", err.text);
    return n;
}

static const char *name(struct reader *r, uint32_t sym)
{
    const struct instrument *in = symbols_get(reader_symbols(r), sym);
    return in ? in->symbol : "";
}

static void same_row(struct reader *one, const struct row *a, struct reader *whole,
                     const struct row *b, uint64_t before)
{
    char ours[80], theirs[80];
    if (a->kind == ROW_PACKET) {
        ck_assert_uint_eq(a->u.packet.id + before, b->u.packet.id);
        ck_assert_uint_eq(a->u.packet.last_seq + before, b->u.packet.last_seq);
        ck_assert_int_eq(a->u.packet.premium, b->u.packet.premium);
        ck_assert_str_eq(name(one, a->u.packet.sym), name(whole, b->u.packet.sym));
        return;
    }
    ck_assert_uint_eq(a->ev.seq + before, b->ev.seq);
    ck_assert_int_eq(a->ev.recv_ns, b->ev.recv_ns);
    ck_assert_str_eq(name(one, a->ev.sym), name(whole, b->ev.sym));
    if (a->kind != ROW_OPTION)
        return;
    ident_text(reader_idents(one), a->ev.u.print.id, ours, sizeof ours);
    ident_text(reader_idents(whole), b->ev.u.print.id, theirs, sizeof theirs);
    ck_assert_str_eq(ours, theirs);
    ck_assert(strncmp(ours, "print ", 6) == 0);
    ck_assert_uint_eq(a->u.join.bid_seq ? a->u.join.bid_seq + before : 0, b->u.join.bid_seq);
    ck_assert_int_eq(a->u.join.bid, b->u.join.bid);
    ck_assert_int_eq(a->u.join.quote_ns, b->u.join.quote_ns);
    ck_assert_int_eq(a->u.join.side, b->u.join.side);
}

static const enum row_kind kinds[] = {ROW_OPTION, ROW_QUOTE, ROW_PACKET};

START_TEST(rows_are_those_of_each_session_one_after_the_other)
{
    struct all a = open_all();
    struct row *one = mem_grow(NULL, ROWS_MAX, sizeof *one),
               *all = mem_grow(NULL, ROWS_MAX, sizeof *all);
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        size_t n = read_up(a.whole, kinds[k], PLAYHEAD_END, 97, all), at = 0;
        for (int i = 0; i < SESSIONS; i++) {
            size_t own = read_up(a.one[i], kinds[k], PLAYHEAD_END, ROWS_MAX, one);
            ck_assert_uint_gt(own, 10);
            for (size_t j = 0; j < own; j++)
                same_row(a.one[i], &one[j], a.whole, &all[at++], a.parts[i].before);
        }
        ck_assert_uint_eq(at, n);
        for (size_t j = 1; j < n; j++)
            ck_assert_uint_lt(all[j - 1].key, all[j].key);
    }
    mem_free(one);
    mem_free(all);
    close_all(&a);
}
END_TEST

START_TEST(backwards_is_forwards_backwards_whatever_the_page)
{
    static const size_t pages[] = {1, 64, ROWS_MAX};
    struct all a = open_all();
    struct err err = {0};
    struct row *up = mem_grow(NULL, ROWS_MAX, sizeof *up),
               *page = mem_grow(NULL, ROWS_MAX, sizeof *page);
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (size_t p = 0; p < ARRAY_LEN(pages); p++) {
            size_t left = read_up(a.whole, kinds[k], PLAYHEAD_END, ROWS_MAX, up);
            uint64_t before = UINT64_MAX;
            while (left) {
                int got = reader_page_before(a.whole, kinds[k], PLAYHEAD_END, before, page,
                                             pages[p], &err);
                ck_assert_int_eq(got, (int)MIN(pages[p], left));
                left -= (size_t)got;
                for (int i = 0; i < got; i++)
                    ck_assert_uint_eq(page[i].key, up[left + (size_t)i].key);
                before = page[0].key;
            }
            ck_assert_int_le(
                reader_page_before(a.whole, kinds[k], PLAYHEAD_END, before, page, 1, &err), 0);
        }
    mem_free(up);
    mem_free(page);
    close_all(&a);
}
END_TEST

START_TEST(rows_looked_through_are_complete_when_completed)
{
    struct all a = open_all();
    struct err err = {0};
    struct row page[300], lean[300];
    uint64_t before = a.parts[1].before + 100; /* some of the first session, some of the second */
    int n = reader_page_before(a.whole, ROW_OPTION, PLAYHEAD_END, before, page, 300, &err);
    ck_assert_int_eq(n, 300);
    ck_assert_uint_lt(page[0].key, a.parts[1].before);
    ck_assert_uint_gt(page[299].key, a.parts[1].before);
    ck_assert_int_eq(reader_scan_before(a.whole, ROW_OPTION, PLAYHEAD_END, before, lean, 300, &err),
                     300);
    ck_assert_int_eq(reader_complete(a.whole, lean, 300, &err), 0);
    for (int i = 0; i < 300; i++)
        ck_assert_msg(memcmp(&page[i].u.join, &lean[i].u.join, sizeof(struct join)) == 0, "row %d",
                      i);
    close_all(&a);
}
END_TEST

START_TEST(a_playhead_sees_the_sessions_before_it_and_its_own_up_to_it)
{
    struct all a = open_all();
    struct err err = {0};
    struct row *rows = mem_grow(NULL, ROWS_MAX, sizeof *rows);
    struct event ev;
    for (uint64_t seq = 1; seq <= SESSIONS * EVENTS; seq += 211) {
        ck_assert_int_eq(reader_event(a.whole, seq, &ev, &err), 0);
        struct playhead at = {seq, ev.recv_ns};
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            size_t n = read_up(a.whole, kinds[k], at, 500, rows), want = 0;
            for (int i = 0; i < SESSIONS; i++) {
                bool over = i + 1 < SESSIONS && seq > a.parts[i + 1].before;
                struct playhead own = {seq - MIN(seq, a.parts[i].before), ev.recv_ns};
                if (over || seq > a.parts[i].before)
                    want += read_up(a.one[i], kinds[k], over ? PLAYHEAD_END : own, ROWS_MAX, rows);
            }
            ck_assert_uint_eq(n, want);
        }
        ck_assert_int_eq(reader_at_time(a.whole, ev.recv_ns, &at, &err), 0);
        ck_assert_uint_ge(at.seq, seq);
    }
    mem_free(rows);
    close_all(&a);
}
END_TEST

START_TEST(the_night_has_no_place_on_the_tape)
{
    struct all a = open_all();
    struct err err = {0};
    const struct tape_part *p = a.parts;
    struct playhead at;
    int64_t night = p[0].end_ns + 3600 * NS_PER_SEC, length = 0;
    ck_assert_int_lt(night, p[1].span.first_ns);
    ck_assert_int_eq(reader_at_time(a.whole, night, &at, &err), 0);
    ck_assert_uint_eq(at.seq, p[0].span.last_seq);
    ck_assert_int_eq(tape_pos(p, SESSIONS, night), p[0].end_ns);
    ck_assert_int_eq(tape_pos(p, SESSIONS, p[1].span.first_ns), p[0].end_ns);
    for (int i = 0; i < SESSIONS; i++) {
        int64_t middle = p[i].span.first_ns + (p[i].end_ns - p[i].span.first_ns) / 3;
        ck_assert_int_eq(tape_pos(p, SESSIONS, middle) - p[0].span.first_ns,
                         length + (middle - p[i].span.first_ns));
        ck_assert_int_eq(tape_ns(p, SESSIONS, tape_pos(p, SESSIONS, middle)), middle);
        length += p[i].end_ns - p[i].span.first_ns;
    }
    ck_assert_int_eq(tape_pos(NULL, 0, night), night);
    ck_assert_int_eq(tape_ns(NULL, 0, night), night);
    struct lane_cell cells[60];
    uint64_t events = 0, silent = 0;
    ck_assert_int_eq(reader_lanes(a.whole, p[0].span.first_ns, tape_pos(p, SESSIONS, p[2].end_ns),
                                  cells, 60, &err),
                     0);
    for (int i = 0; i < 60; i++) {
        events += cells[i].events;
        silent += cells[i].events == 0;
    }
    ck_assert_uint_eq(events, SESSIONS * EVENTS);
    ck_assert_uint_le(silent, 2 * SESSIONS); /* the last second of each */
    close_all(&a);
}
END_TEST

START_TEST(evidence_is_found_by_the_numbers_of_the_whole)
{
    struct all a = open_all();
    struct err err = {0};
    struct row last, rows[64], own[64];
    ck_assert_int_eq(
        reader_page_before(a.whole, ROW_PACKET, PLAYHEAD_END, UINT64_MAX, &last, 1, &err), 1);
    uint64_t before = a.parts[2].before, id = last.u.packet.id;
    ck_assert_uint_gt(id, before);
    int n = reader_members(a.whole, PLAYHEAD_END, id, rows, 64, &err);
    ck_assert_int_eq(n, reader_members(a.one[2], PLAYHEAD_END, id - before, own, 64, &err));
    ck_assert_int_eq(n, (int)last.u.packet.members);
    for (int i = 0; i < n; i++) {
        ck_assert_uint_eq(rows[i].key, own[i].key + before);
        ck_assert_uint_eq(rows[i].u.join.packet, id);
    }
    struct packet p;
    ck_assert_int_eq(reader_packet(a.whole, PLAYHEAD_END, id, &p, &err), 0);
    ck_assert_uint_eq(p.id, id);
    ck_assert_int_eq(reader_print(a.whole, PLAYHEAD_END, rows[0].key, &last, &err), 0);
    ck_assert_uint_eq(last.ev.seq, rows[0].ev.seq);
    ck_assert_int_eq(reader_event(a.whole, SESSIONS * EVENTS + 1, &last.ev, &err), -ERR_NO_ROWS);
    close_all(&a);
}
END_TEST

/* The digest is the recorder's own: at a place of the whole it is that of the session alone. */
START_TEST(each_session_has_an_engine_of_its_own)
{
    struct all a = open_all();
    struct err err = {0};
    struct transport *whole = transport_create(a.whole, false, &err);
    struct transport_view v, w;
    ck_assert_ptr_nonnull(whole);
    for (uint64_t seq = 50; seq <= SESSIONS * EVENTS; seq += 331) {
        char place[32];
        snprintf(place, sizeof place, "seq %llu", (unsigned long long)seq);
        ck_assert_int_eq(transport_goto(whole, place, &err), 0);
        ck_assert_int_eq(transport_settle(whole, &v, &err), 0);
        ck_assert_uint_eq(v.part, (seq - 1) / EVENTS);
        struct transport *one = transport_create(a.one[v.part], false, &err);
        snprintf(place, sizeof place, "seq %llu",
                 (unsigned long long)(seq - a.parts[v.part].before));
        ck_assert_int_eq(transport_goto(one, place, &err), 0);
        ck_assert_int_eq(transport_settle(one, &w, &err), 0);
        ck_assert_uint_eq(v.deck_digest, w.deck_digest);
        ck_assert_uint_eq(v.deck_seq, w.deck_seq);
        transport_destroy(one);
    }
    transport_destroy(whole);
    close_all(&a);
}
END_TEST

START_TEST(the_transport_goes_from_one_session_into_the_next)
{
    struct all a = open_all();
    struct err err = {0};
    struct transport *t = transport_create(a.whole, false, &err);
    const struct tape_part *p = a.parts;
    struct transport_view v;
    transport_toggle(t); /* stands */
    transport_place(t, (struct playhead){p[0].span.last_seq, p[0].end_ns});
    transport_skip(t, 5 * NS_PER_SEC);
    transport_view(t, &v);
    ck_assert_uint_eq(v.part, 1);
    ck_assert_int_eq(v.at.ns, p[1].span.first_ns + 5 * NS_PER_SEC);
    transport_skip(t, -6 * NS_PER_SEC);
    transport_view(t, &v);
    ck_assert_uint_eq(v.part, 0);
    ck_assert_int_eq(v.at.ns, p[0].end_ns - NS_PER_SEC);
    transport_toggle(t); /* plays */
    transport_run(t, 1000);
    transport_run(t, 1000 + 3 * NS_PER_SEC);
    transport_view(t, &v);
    ck_assert_uint_eq(v.part, 1);
    ck_assert_int_eq(v.at.ns, p[1].span.first_ns + 2 * NS_PER_SEC);
    transport_percent(t, 100);
    transport_view(t, &v);
    ck_assert_uint_eq(v.part, 2);
    ck_assert_int_eq(transport_goto(t, "50%", &err), 0);
    transport_view(t, &v);
    ck_assert_uint_eq(v.part, 1);
    struct jump back = {.kind = JUMP_BOUNDARY, .n = -1}, on = {.kind = JUMP_BOUNDARY, .n = 1};
    struct tapes *tapes = tapes_create(reader_symbols(a.whole), reader_idents(a.whole), 0);
    tapes_set_reader(tapes, a.whole);
    ck_assert_msg(transport_jump(t, tapes, &back, &err) == 0, "%s", err.text);
    transport_view(t, &v);
    ck_assert_int_eq(v.at.ns, p[1].span.first_ns); /* the start of a session is a boundary */
    ck_assert_uint_eq(v.part, 1);
    ck_assert_msg(transport_jump(t, tapes, &on, &err) == 0, "%s", err.text);
    transport_view(t, &v);
    ck_assert_int_eq(v.at.ns, p[2].span.first_ns);
    ck_assert_int_eq(transport_jump(t, tapes, &on, &err), -ERR_NO_ROWS);
    tapes_destroy(tapes);
    transport_destroy(t);
    close_all(&a);
}
END_TEST

START_TEST(sessions_that_overlap_are_refused_with_the_time)
{
    struct all a = open_all();
    struct err err = {0};
    struct reader *r;
    record(5, 500, 50); /* within the first */
    const char *const paths[] = {path_of(0), path_of(1), path_of(5)};
    ck_assert_int_eq(reader_open_all(paths, 3, &r, &err), -ERR_USAGE);
    ck_assert_msg(strstr(err.text, "0.db") && strstr(err.text, "5.db") &&
                      strstr(err.text, "overlap from"),
                  "%s", err.text);
    const char *const twice[] = {path_of(0), path_of(0)};
    ck_assert_int_eq(reader_open_all(twice, 2, &r, &err), -ERR_USAGE);
    record(6, 0, 0);
    const char *const empty[] = {path_of(0), path_of(6)};
    ck_assert_int_eq(reader_open_all(empty, 2, &r, &err), -ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "no events"));
    const char *const missing[] = {path_of(0), "/nowhere.db"};
    ck_assert_int_eq(reader_open_all(missing, 2, &r, &err), -ERR_USAGE);
    close_all(&a);
}
END_TEST

START_TEST(a_mark_goes_into_the_file_of_its_session)
{
    struct all a = open_all();
    struct err err = {0};
    struct marks m;
    struct row row;
    const struct tape_part *p = a.parts;
    struct playhead at = {p[1].before + 7, p[1].span.first_ns};
    marks_init(&m, path_of(0), NULL);
    ck_assert_int_eq(marks_load(&m, a.whole, &err), 0);
    ck_assert_msg(marks_set(&m, at, 'x', "seven", &err) == 0, "%s", err.text);
    ck_assert_msg(marks_set(&m, (struct playhead){3, p[0].span.first_ns}, 'y', NULL, &err) == 0,
                  "%s", err.text);
    ck_assert_int_eq(marks_load(&m, a.whole, &err), 0);
    ck_assert_uint_eq(m.n, 2);
    ck_assert_uint_eq(marks_find(&m, 'x')->seq, at.seq);
    struct reader *own;
    ck_assert_int_eq(reader_open(path_of(1), &own, &err), 0);
    ck_assert_int_eq(reader_page_after(own, ROW_MARK, PLAYHEAD_END, 0, &row, 1, &err), 1);
    ck_assert_uint_eq(row.u.mark.seq, 7);
    ck_assert_uint_lt(row.u.mark.id, 1000);
    ck_assert_str_eq(row.u.mark.text, "seven");
    reader_close(own);
    marks_finish(&m);
    close_all(&a);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("spool");
    TCase *t = tcase_create("spool");
    tcase_add_test(t, rows_are_those_of_each_session_one_after_the_other);
    tcase_add_test(t, backwards_is_forwards_backwards_whatever_the_page);
    tcase_add_test(t, rows_looked_through_are_complete_when_completed);
    tcase_add_test(t, a_playhead_sees_the_sessions_before_it_and_its_own_up_to_it);
    tcase_add_test(t, the_night_has_no_place_on_the_tape);
    tcase_add_test(t, evidence_is_found_by_the_numbers_of_the_whole);
    tcase_add_test(t, each_session_has_an_engine_of_its_own);
    tcase_add_test(t, the_transport_goes_from_one_session_into_the_next);
    tcase_add_test(t, sessions_that_overlap_are_refused_with_the_time);
    tcase_add_test(t, a_mark_goes_into_the_file_of_its_session);
    suite_add_tcase(s, t);
    return s;
}
