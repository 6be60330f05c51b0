/* store/lane.c: columns of the timeline against counting by hand, at every width. */
#include "harness.h"
#include "session_file.h"

#include <stdio.h>

#include "event/calendar.h"

#define STEPS 400

struct told { /* what was put into the session, for counting again */
    struct {
        int64_t ns;
        bool print;
    } events[4 * STEPS];
    struct {
        int64_t ns, premium;
        uint64_t id;
        int8_t side;
        bool struck;
        struct packet p;
    } packets[STEPS];
    int n_events, n_packets;
    int64_t gap_from, gap_to, gap_ns, halt_ns;
};

static void note_event(struct told *t, const struct maker *m, bool print)
{
    t->events[t->n_events].ns = m->now_ns;
    t->events[t->n_events++].print = print;
}

static void tell_status(struct maker *m, struct told *t, uint32_t sym)
{
    struct event ev = maker_event(m, EV_STATUS, sym);
    snprintf(ev.u.status.code, sizeof ev.u.status.code, "halt");
    maker_push(m, &ev);
    note_event(t, m, false);
    t->halt_ns = m->now_ns;
    ev = maker_event(m, EV_GAP, 0);
    ev.u.gap.from_ns = t->gap_from = m->now_ns - 7 * NS_PER_SEC;
    ev.u.gap.to_ns = t->gap_to = m->now_ns - 2 * NS_PER_SEC;
    ev.u.gap.missing = -1;
    maker_push(m, &ev);
    note_event(t, m, false);
    t->gap_ns = m->now_ns;
}

/* One of the last few hundred packets once more: retracted, merged, larger, or as it was. */
static void tell_again(struct maker *m, struct told *t, uint64_t x)
{
    int i = t->n_packets - 1 - (int)(x % (x >> 20 & 1 ? 3 : 300));
    if (i < 0)
        return;
    struct packet p = t->packets[i].p;
    switch (x >> 32 & 3) {
    case 0:
        p.state = PS_RETRACTED;
        p.by_seq = m->seq;
        break;
    case 1:
        p.state = PS_MERGED;
        p.parent = 1;
        break;
    case 2:
        p.premium += (int64_t)(x >> 40 & 7) * 10000 * INT64_C(1000000000);
        p.side = -p.side;
        break;
    default:
        break;
    }
    p.at_seq = m->seq;
    p.at_ns = m->now_ns;
    t->packets[i].struck = p.state == PS_RETRACTED || p.state == PS_MERGED;
    t->packets[i].premium = p.premium;
    t->packets[i].side = p.side;
    maker_packet(m, &p);
}

/* A quote, a print and its packet a step; steps lie from 5 ms to some 20 s apart. */
static void make(const char *path, struct told *t, bool again)
{
    struct maker m = maker_open(path);
    uint32_t sym = symbols_option(m.symbols, "XYZ   261218C00105000", 21);
    uint64_t x = 88172645463325252u;
    memset(t, 0, sizeof *t);
    for (int i = 0; i < STEPS; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        m.now_ns += i % 7 ? 5000000 : (int64_t)(x % 20000) * 1000000;
        maker_quote(&m, sym, 1000000000, 1100000000);
        note_event(t, &m, false);
        int64_t size = 1 + (int64_t)(x >> 20) % 500;
        uint64_t seq = maker_print(&m, sym, 1100000000, size, NULL, 0);
        note_event(t, &m, true);
        struct packet p = {0};
        packet_add(&p, seq, m.now_ns - 2500, sym, 1100000000, size);
        p.side = i % 3 ? 1 : -1;
        maker_packet(&m, &p);
        t->packets[t->n_packets].ns = m.now_ns;
        t->packets[t->n_packets].premium = p.premium;
        t->packets[t->n_packets].side = p.side;
        t->packets[t->n_packets].p = p;
        t->packets[t->n_packets++].id = seq;
        if (again && x >> 50 & 1)
            tell_again(&m, t, x >> 7);
        if (i == STEPS / 2)
            tell_status(&m, t, sym);
        if (i % 10 == 0)
            maker_stamp(&m);
    }
    maker_close(&m);
}

/* Where the columns of width w seconds lie on whole seconds, summary and count must agree. */
static void check_width(struct reader *r, const struct told *t, int64_t width_ns, size_t n,
                        int64_t from)
{
    struct err err = {0};
    struct lane_cell cells[256];
    ck_assert_uint_le(n, 256);
    int rc = reader_lanes(r, from, from + width_ns * (int64_t)n - 1, cells, n, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    for (size_t i = 0; i < n; i++) {
        int64_t a = from + width_ns * (int64_t)i, b = a + width_ns;
        uint64_t events = 0, prints = 0, packets = 0, top = 0;
        int64_t premium = 0;
        int side = 0;
        for (int k = 0; k < t->n_events; k++)
            if (t->events[k].ns >= a && t->events[k].ns < b) {
                events++;
                prints += t->events[k].print;
            }
        for (int k = 0; k < t->n_packets; k++)
            if (t->packets[k].ns >= a && t->packets[k].ns < b && !t->packets[k].struck) {
                packets++;
                if (t->packets[k].premium <= premium)
                    continue;
                premium = t->packets[k].premium;
                top = t->packets[k].id;
                side = t->packets[k].side;
            }
        ck_assert_uint_eq(cells[i].events, events);
        if (width_ns >= NS_PER_SEC) {
            ck_assert_uint_eq(cells[i].prints, prints);
            ck_assert_uint_eq(cells[i].packets, packets);
            ck_assert_uint_eq(cells[i].top_packet, top);
            ck_assert_int_eq(cells[i].top_premium, premium);
            ck_assert_int_eq(cells[i].top_side, side);
        } else if (cells[i].top_packet) /* the largest of its second, shown in its own column */
            ck_assert_uint_eq(cells[i].top_packet, top);
        bool told = t->gap_ns >= a && t->gap_ns < b;
        bool missing = t->gap_from < b && t->gap_to >= a;
        ck_assert_int_eq(cells[i].gap, missing || (told && width_ns >= NS_PER_SEC));
        if (width_ns >= NS_PER_SEC)
            ck_assert_int_eq(cells[i].halt, t->halt_ns >= a && t->halt_ns < b);
    }
}

static void check_session(const char *name, bool again)
{
    char path[256];
    struct err err = {0};
    struct reader *r;
    static struct told told;
    static const int64_t widths[] = {NS_PER_SEC, 5 * NS_PER_SEC, 30 * NS_PER_SEC, 60 * NS_PER_SEC,
                                     900 * NS_PER_SEC};
    snprintf(path, sizeof path, "%s/%s.db", test_dir(), name);
    make(path, &told, again);
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
        int64_t from = DAY_NS - DAY_NS % (900 * NS_PER_SEC);
        size_t n = (size_t)((told.events[told.n_events - 1].ns - from) / widths[i]) + 1;
        for (; n > 200; n -= 200, from += 200 * widths[i])
            check_width(r, &told, widths[i], 200, from);
        check_width(r, &told, widths[i], n, from);
    }
    int64_t start = DAY_NS - 3 * NS_PER_SEC;
    for (int64_t from = start; from < told.events[told.n_events - 1].ns; from += 50 * NS_PER_SEC)
        check_width(r, &told, NS_PER_SEC / 4, 200, from);
    reader_close(r);
}

START_TEST(columns_of_any_width_hold_what_was_told_in_their_time)
{
    check_session("lanes", false);
}
END_TEST

START_TEST(packets_that_were_retracted_or_merged_do_not_count_where_they_were_told)
{
    check_session("again", true);
}
END_TEST

START_TEST(a_steady_tape_has_no_empty_column_however_wide_they_are)
{
    enum { SECONDS = 20, EACH = 10 };
    char path[256];
    struct err err = {0};
    struct reader *r;
    snprintf(path, sizeof path, "%s/steady.db", test_dir());
    struct maker m = maker_open(path);
    uint32_t sym = symbols_option(m.symbols, "XYZ   261218C00105000", 21);
    m.now_ns = DAY_NS;
    for (int i = 0; i < SECONDS * EACH; i++) {
        m.now_ns = DAY_NS + i * (NS_PER_SEC / EACH);
        maker_quote(&m, sym, 1000000000, 1100000000);
    }
    maker_stamp(&m);
    ck_assert_int_eq(store_close(m.store, &err), 0);
    symbols_destroy(m.symbols);
    idents_destroy(m.idents);
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    for (size_t n = 1; n <= 60; n++) {
        struct lane_cell cells[60];
        uint64_t sum = 0;
        ck_assert_int_eq(reader_lanes(r, DAY_NS, DAY_NS + SECONDS * NS_PER_SEC - 1, cells, n, &err),
                         0);
        for (size_t i = 0; i < n; i++) {
            ck_assert_msg(cells[i].events > 0, "column %zu of %zu", i, n);
            sum += cells[i].events;
        }
        ck_assert_uint_eq(sum, SECONDS * EACH);
    }
    reader_close(r);
}
END_TEST

START_TEST(rows_after_the_last_stamp_leave_no_trace_in_the_summaries)
{
    char path[256];
    struct err err = {0};
    struct reader *r;
    struct lane_cell cell;
    snprintf(path, sizeof path, "%s/cut.db", test_dir());
    struct maker m = maker_open(path);
    uint32_t sym = symbols_option(m.symbols, "XYZ   261218C00105000", 21);
    maker_quote(&m, sym, 1000000000, 1100000000);
    uint64_t seq = maker_print(&m, sym, 1100000000, 3, NULL, 0);
    struct packet p = {0};
    packet_add(&p, seq, m.now_ns - 2500, sym, 1100000000, 3);
    maker_packet(&m, &p);
    maker_stamp(&m);
    p.state = PS_RETRACTED;
    maker_packet(&m, &p);
    maker_quote(&m, sym, 1000000000, 1100000000);
    m.now_ns += 3 * NS_PER_SEC;
    maker_quote(&m, sym, 1000000000, 1100000000);
    ck_assert_int_eq(store_close(m.store, &err), 0);
    symbols_destroy(m.symbols);
    idents_destroy(m.idents);
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    ck_assert_int_eq(reader_lanes(r, DAY_NS, DAY_NS + 100 * NS_PER_SEC, &cell, 1, &err), 0);
    ck_assert_uint_eq(cell.events, 2);
    ck_assert_uint_eq(cell.packets, 1);
    reader_close(r);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("lanes");
    TCase *t = tcase_create("lanes");
    tcase_add_test(t, columns_of_any_width_hold_what_was_told_in_their_time);
    tcase_add_test(t, packets_that_were_retracted_or_merged_do_not_count_where_they_were_told);
    tcase_add_test(t, a_steady_tape_has_no_empty_column_however_wide_they_are);
    tcase_add_test(t, rows_after_the_last_stamp_leave_no_trace_in_the_summaries);
    suite_add_tcase(s, t);
    return s;
}
