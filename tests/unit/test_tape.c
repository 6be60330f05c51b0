/* view/tape.c: the live ring by itself, and ring and file together over a recorded session. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "event/venue.h"
#include "store/store.h"
#include "view/tape.h"

#define T0 (INT64_C(1718371800) * NS_PER_SEC)

static struct symbols *symbols;
static struct idents *idents;
static uint32_t call, stock;

static void setup(void)
{
    symbols = symbols_create();
    idents = idents_create();
    call = symbols_option(symbols, "SPY240621C00500000", 18);
    stock = symbols_equity(symbols, "AAPL", 4);
}

static void teardown(void)
{
    idents_destroy(idents);
    symbols_destroy(symbols);
}

/* What the deck does for one print: the event, its join, for every third option print a packet. */
static void feed_print(struct sink *sinks, size_t n, uint64_t seq, bool option)
{
    struct event ev = {.kind = option ? EV_OPTION_PRINT : EV_EQUITY_PRINT, .seq = seq};
    struct record rec;
    ev.ts_ns = ev.recv_ns = T0 + (int64_t)seq * NS_PER_MS;
    ev.sym = option ? call : stock;
    ev.u.print.px = 1000000000;
    ev.u.print.qty = (int64_t)seq * 1000000;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_JOIN;
    rec.u.join.seq = seq;
    rec.u.join.px = ev.u.print.px;
    rec.u.join.qty = ev.u.print.qty;
    rec.u.join.bid = rec.u.join.ask = PX_NONE;
    rec.u.join.report_bid = rec.u.join.report_ask = PX_NONE;
    rec.u.join.notional = 1000000000;
    rec.u.join.reason = SR_NO_QUOTE;
    rec.u.join.packet = option ? seq : 0;
    for (size_t i = 0; i < n; i++) {
        sinks[i].ops->event(sinks[i].self, &ev);
        sinks[i].ops->record(sinks[i].self, &rec);
    }
    if (!option || seq % 3)
        return;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_PACKET;
    rec.u.packet.id = rec.u.packet.last_seq = rec.u.packet.at_seq = seq;
    rec.u.packet.at_ns = rec.u.packet.start_ns = rec.u.packet.end_ns = ev.recv_ns;
    rec.u.packet.qty = ev.u.print.qty;
    rec.u.packet.sym = call;
    rec.u.packet.members = 1;
    rec.u.packet.state = PS_CLOSED;
    for (size_t i = 0; i < n; i++)
        sinks[i].ops->record(sinks[i].self, &rec);
}

static int page(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t before,
                const struct filter *f, struct row *ret, size_t n, bool *more)
{
    struct err err = {0};
    int got = tape_page(t, kind, at, before, f, 0, ret, n, more, &err);
    ck_assert_msg(got >= 0, "%s", err.text);
    return got;
}

START_TEST(a_print_is_a_row_once_it_is_joined)
{
    struct tapes *t = tapes_create(symbols, idents, 8);
    struct sink s = tapes_sink(t);
    struct row rows[4];
    bool more;
    struct event ev = {.kind = EV_OPTION_PRINT, .seq = 5, .sym = call, .ts_ns = T0};
    struct record rec = {.kind = REC_JOIN};
    s.ops->event(s.self, &ev);
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, NULL, rows, 4, &more), 0);
    rec.u.join.seq = 4; /* another print's join completes nothing */
    s.ops->record(s.self, &rec);
    ck_assert_uint_eq(tape_total(t, ROW_OPTION), 0);
    rec.u.join.seq = 5;
    s.ops->record(s.self, &rec);
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, NULL, rows, 4, &more), 1);
    ck_assert_uint_eq(rows[0].key, 5);
    ck_assert_uint_eq(rows[0].ev.sym, call);
    ck_assert_int_eq(rows[0].kind, ROW_OPTION);
    ck_assert(!more);
    tapes_destroy(t);
}
END_TEST

START_TEST(pages_go_back_and_forth_through_the_ring_in_order)
{
    struct tapes *t = tapes_create(symbols, idents, 64);
    struct sink s = tapes_sink(t);
    struct row rows[16];
    bool more;
    for (uint64_t seq = 1; seq <= 40; seq++)
        feed_print(&s, 1, seq, seq % 2 == 0); /* even: options, odd: equities */
    ck_assert_uint_eq(tape_total(t, ROW_OPTION), 20);
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, NULL, rows, 8, &more), 8);
    ck_assert(more);
    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(rows[i].key, 26 + 2 * (unsigned)i);
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, 26, NULL, rows, 16, &more), 12);
    ck_assert(!more);
    ck_assert_uint_eq(rows[0].key, 2);
    ck_assert_uint_eq(rows[11].key, 24);
    ck_assert_int_eq(tape_page_after(t, ROW_EQUITY, PLAYHEAD_END, 5, NULL, 0, rows, 3, NULL), 3);
    ck_assert_uint_eq(rows[0].key, 7);
    ck_assert_uint_eq(rows[2].key, 11);
    ck_assert_int_eq(tape_page_after(t, ROW_EQUITY, PLAYHEAD_END, 39, NULL, 0, rows, 3, NULL), 0);
    /* Packets of 6 12 18 24 30 36, each the seventh record: six joins come before it. */
    ck_assert_int_eq(page(t, ROW_PACKET, PLAYHEAD_END, UINT64_MAX, NULL, rows, 16, &more), 6);
    for (int i = 0; i < 6; i++) {
        ck_assert_uint_eq(rows[i].key, 7 * (1 + (unsigned)i));
        ck_assert_uint_eq(rows[i].u.packet.id, 6 * (1 + (unsigned)i));
    }
    tapes_destroy(t);
}
END_TEST

START_TEST(nothing_behind_the_playhead_is_shown)
{
    struct tapes *t = tapes_create(symbols, idents, 64);
    struct sink s = tapes_sink(t);
    struct row rows[64];
    bool more;
    for (uint64_t seq = 1; seq <= 40; seq++)
        feed_print(&s, 1, seq, true);
    const struct playhead at = {21, T0 + 21 * NS_PER_MS}, early = {21, T0 + 20 * NS_PER_MS};
    ck_assert_int_eq(page(t, ROW_OPTION, at, UINT64_MAX, NULL, rows, 64, &more), 21);
    ck_assert_int_eq(page(t, ROW_PACKET, at, UINT64_MAX, NULL, rows, 64, &more), 7);
    /* The packet of seq 21 was said at 21 ms: not yet when the clock stood at 20. */
    ck_assert_int_eq(page(t, ROW_PACKET, early, UINT64_MAX, NULL, rows, 64, &more), 6);
    ck_assert_int_eq(tape_page_after(t, ROW_OPTION, at, 19, NULL, 0, rows, 64, NULL), 2);
    ck_assert_uint_eq(rows[1].key, 21);
    tapes_destroy(t);
}
END_TEST

START_TEST(the_ring_keeps_the_newest_rows_and_counts_all)
{
    struct tapes *t = tapes_create(symbols, idents, 16);
    struct sink s = tapes_sink(t);
    struct row rows[64];
    bool more;
    for (uint64_t seq = 1; seq <= 1000; seq++)
        feed_print(&s, 1, seq, true);
    ck_assert_uint_eq(tape_total(t, ROW_OPTION), 1000);
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, NULL, rows, 64, &more), 16);
    ck_assert_uint_eq(rows[0].key, 985);
    ck_assert_uint_eq(rows[15].key, 1000);
    tapes_destroy(t);
}
END_TEST

START_TEST(filters_and_the_scan_limit_bound_a_page)
{
    struct tapes *t = tapes_create(symbols, idents, 64);
    struct sink s = tapes_sink(t);
    struct row rows[64];
    bool more;
    for (uint64_t seq = 1; seq <= 40; seq++)
        feed_print(&s, 1, seq, true);
    struct filter *f = filter_parse("size in {3 17 31 40}", ROW_OPTION, NULL);
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, f, rows, 2, &more), 2);
    ck_assert(more);
    ck_assert_uint_eq(rows[0].key, 31);
    ck_assert_uint_eq(rows[1].key, 40);
    /* Ten rows looked at: 31 to 40. */
    ck_assert_int_eq(
        tape_page(t, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, f, 10, rows, 64, &more, NULL), 2);
    ck_assert(more);
    ck_assert_int_eq(tape_page_after(t, ROW_OPTION, PLAYHEAD_END, 0, f, 10, rows, 64, NULL), 1);
    ck_assert_uint_eq(rows[0].key, 3);
    filter_free(f);
    tapes_destroy(t);
}
END_TEST

/* A session of n option prints in a file and in the ring of the same moment. */
static struct store *record(const char *name, struct tapes *t, uint64_t n, char *path, size_t cap)
{
    struct store *store;
    struct err err = {0};
    const struct store_options opt = {.feeds = "test", .policy_hash = 1, .engine_version = 1};
    snprintf(path, cap, "%s/%s.db", test_dir(), name);
    ck_assert_msg(store_create(path, &opt, symbols, idents, &store, &err) == 0, "%s", err.text);
    struct sink sinks[] = {store_sink(store), tapes_sink(t)};
    for (uint64_t seq = 1; seq <= n; seq++)
        feed_print(sinks, 2, seq, true);
    store_stamp(store, &(struct store_stamp){.seq = n,
                                             .clock_ns = T0 + (int64_t)n * NS_PER_MS,
                                             .records = n + n / 3});
    return store;
}

START_TEST(ring_and_file_join_without_hole_or_duplicate)
{
    const enum row_kind kinds[] = {ROW_OPTION, ROW_PACKET};
    /* A packet's key: three joins and itself are four records. */
    const uint64_t totals[] = {3000, 1000}, steps[] = {1, 4};
    struct tapes *t = tapes_create(symbols, idents, 100);
    char path[4096];
    struct err err = {0};
    struct reader *r;
    struct row rows[37];
    ck_assert_int_eq(store_close(record("join", t, 3000, path, sizeof path), &err), 0);
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    tapes_set_reader(t, r);
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        uint64_t before = UINT64_MAX, want = totals[k];
        bool more = true;
        while (more) {
            int got = page(t, kinds[k], PLAYHEAD_END, before, NULL, rows, ARRAY_LEN(rows), &more);
            ck_assert_int_gt(got, 0);
            for (int i = got - 1; i >= 0; i--)
                ck_assert_uint_eq(rows[i].key, steps[k] * want--);
            before = rows[0].key;
        }
        ck_assert_uint_eq(want, 0);
        int got;
        while ((got = tape_page_after(t, kinds[k], PLAYHEAD_END, want * steps[k], NULL, 0, rows,
                                      ARRAY_LEN(rows), &err)) > 0)
            for (int i = 0; i < got; i++)
                ck_assert_uint_eq(rows[i].key, steps[k] * ++want);
        ck_assert_uint_eq(want, totals[k]);
    }
    /* One page across the seam: 2900 is the last row that left the ring. */
    struct row seam[256];
    bool more = true;
    ck_assert_int_eq(tape_page_after(t, ROW_OPTION, PLAYHEAD_END, 2850, NULL, 0, seam, 256, &err),
                     150);
    for (int i = 0; i < 150; i++)
        ck_assert_uint_eq(seam[i].key, 2851 + (unsigned)i);
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, NULL, seam, 200, &more), 200);
    for (int i = 0; i < 200; i++)
        ck_assert_uint_eq(seam[i].key, 2801 + (unsigned)i);
    ck_assert(more);
    /* A page that ends at the very first row says that nothing is left. */
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, 38, NULL, rows, 37, &more), 37);
    ck_assert(!more);
    reader_close(r);
    tapes_destroy(t);
}
END_TEST

/* A row must not be jumped over because the writer is behind: the page ends and says so. */
START_TEST(what_left_the_ring_uncommitted_ends_the_page)
{
    struct tapes *t = tapes_create(symbols, idents, 100);
    char path[4096];
    struct err err = {0};
    struct reader *r;
    struct row rows[256];
    bool more;
    ck_assert_int_eq(store_close(record("behind", t, 300, path, sizeof path), &err), 0);
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    tapes_set_reader(t, r);
    struct sink sink = tapes_sink(t);
    for (uint64_t seq = 301; seq <= 500; seq++) /* seen live, not in the file */
        feed_print(&sink, 1, seq, true);
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, NULL, rows, 256, &more), 100);
    ck_assert_uint_eq(rows[0].key, 401);
    ck_assert(more);
    /* What lies before the last commit is there, forwards too, but not what comes after the hole.
     */
    ck_assert_int_eq(page(t, ROW_OPTION, PLAYHEAD_END, 201, NULL, rows, 50, &more), 50);
    ck_assert_uint_eq(rows[49].key, 200);
    ck_assert_int_eq(tape_page_after(t, ROW_OPTION, PLAYHEAD_END, 290, NULL, 0, rows, 256, &err),
                     10);
    ck_assert_uint_eq(rows[9].key, 300);
    reader_close(r);
    tapes_destroy(t);
}
END_TEST

START_TEST(a_row_reads_the_same_from_the_ring_and_from_the_file)
{
    struct tapes *live = tapes_create(symbols, idents, 100);
    struct tapes *replay = tapes_create(symbols, idents, 0);
    char path[4096];
    struct err err = {0};
    struct reader *r;
    struct row a[8], b[8];
    bool more;
    ck_assert_int_eq(store_close(record("same", live, 50, path, sizeof path), &err), 0);
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    tapes_set_reader(replay, r);
    for (int k = 0; k < 2; k++) {
        enum row_kind kind = k ? ROW_PACKET : ROW_OPTION;
        ck_assert_int_eq(page(live, kind, PLAYHEAD_END, UINT64_MAX, NULL, a, 8, &more), 8);
        ck_assert_int_eq(page(replay, kind, PLAYHEAD_END, UINT64_MAX, NULL, b, 8, &more), 8);
        for (int i = 0; i < 8; i++) {
            ck_assert_uint_eq(a[i].key, b[i].key);
            ck_assert_int_eq(a[i].kind, b[i].kind);
            if (k)
                ck_assert_mem_eq(&a[i].u.packet, &b[i].u.packet, sizeof a[i].u.packet);
            else {
                ck_assert_mem_eq(&a[i].ev, &b[i].ev, sizeof a[i].ev);
                ck_assert_mem_eq(&a[i].u.join, &b[i].u.join, sizeof a[i].u.join);
            }
        }
    }
    reader_close(r);
    tapes_destroy(live);
    tapes_destroy(replay);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("tape");
    TCase *t = tcase_create("tape");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_print_is_a_row_once_it_is_joined);
    tcase_add_test(t, pages_go_back_and_forth_through_the_ring_in_order);
    tcase_add_test(t, nothing_behind_the_playhead_is_shown);
    tcase_add_test(t, the_ring_keeps_the_newest_rows_and_counts_all);
    tcase_add_test(t, filters_and_the_scan_limit_bound_a_page);
    tcase_add_test(t, ring_and_file_join_without_hole_or_duplicate);
    tcase_add_test(t, what_left_the_ring_uncommitted_ends_the_page);
    tcase_add_test(t, a_row_reads_the_same_from_the_ring_and_from_the_file);
    suite_add_tcase(s, t);
    return s;
}
