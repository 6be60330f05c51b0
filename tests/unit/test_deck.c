/* deck/: the one door. Packets by definition, and the properties everything rests on: ticks change
 * nothing, two decks are one deck twice, a stored stream gives the same digest again. */
#include "harness.h"
#include "make.h"

#include <stdio.h>

#include "base/mem.h"
#include "deck/deck.h"
#include "event/record.h"

#define MAX_PACKETS 4096

struct bench {
    struct symbols *symbols;
    struct deck *deck;
    uint32_t sym;
    struct packet packets[MAX_PACKETS];
    size_t n_packets;
    struct join last_join;
    struct event *stored; /* as committed */
    size_t n_stored;
};

static void take_event(void *self, const struct event *ev)
{
    struct bench *b = self;
    b->stored = mem_grow(b->stored, b->n_stored + 1, sizeof *b->stored);
    b->stored[b->n_stored++] = *ev;
}

static void take_record(void *self, const struct record *rec)
{
    struct bench *b = self;
    if (rec->kind == REC_JOIN)
        b->last_join = rec->u.join;
    else if (rec->kind == REC_PACKET && b->n_packets < MAX_PACKETS)
        b->packets[b->n_packets++] = rec->u.packet;
}

static const struct sink_ops take = {.name = "test", .event = take_event, .record = take_record};

static struct bench *bench_open(void)
{
    struct bench *b = mem_alloc(sizeof *b);
    struct deck_policy policy = deck_policy_default();
    b->symbols = symbols_create();
    b->sym = symbols_option(b->symbols, "XYZ   261218C00105000", 21);
    b->deck = deck_create(&policy, b->symbols);
    deck_add_sink(b->deck, (struct sink){&take, b});
    return b;
}

static void bench_close(struct bench *b)
{
    deck_destroy(b->deck);
    symbols_destroy(b->symbols);
    mem_free(b->stored);
    mem_free(b);
}

static void quote(struct bench *b, int64_t at)
{
    struct event ev = make_quote(b->sym, at, 100, 10, 104, 10);
    deck_push(b->deck, &ev);
}

static void print(struct bench *b, int64_t at, int64_t px, int64_t size, const char *venue,
                  char cond)
{
    struct event ev = make_print(b->sym, at, px, size, venue, cond);
    deck_push(b->deck, &ev);
}

START_TEST(three_venues_at_rising_prices_are_one_sweep)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 10, 104, 5, "C", 'S');
    print(b, 10, 104, 7, "N", 'S');
    print(b, 12, 105, 8, "X", 'I');
    ck_assert_uint_eq(b->n_packets, 0);
    deck_advance(b->deck, ms(112));
    ck_assert_uint_eq(b->n_packets, 0); /* due at 112, closes once time has passed it */
    deck_advance(b->deck, ms(112) + 1);
    ck_assert_uint_eq(b->n_packets, 1);
    const struct packet *p = &b->packets[0];
    ck_assert_int_eq(p->kind, PK_SWEEP);
    ck_assert_int_eq(p->grade, PG_ISO); /* all but one carry the mark */
    ck_assert_uint_eq(p->id, 2);
    ck_assert_int_eq(p->side, 1);
    ck_assert_int_eq(p->qty, 20 * QTY_ONE);
    ck_assert_int_eq(p->premium, (5 * 104 + 7 * 104 + 8 * 105) * PX_ONE); /* x 100 / 100 */
    ck_assert_int_eq(p->members, 3);
    ck_assert_int_eq(p->levels, 2);
    ck_assert_int_eq(p->at_ns, ms(112));
    ck_assert_int_eq(p->start_ns, ms(10));
    ck_assert_int_eq(p->end_ns, ms(12));
    bench_close(b);
}
END_TEST

START_TEST(two_isos_missing_make_it_an_apparent_sweep)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 10, 104, 5, "C", 'S');
    print(b, 10, 104, 7, "N", 'I');
    print(b, 12, 104, 8, "X", 'I');
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 1);
    ck_assert_int_eq(b->packets[0].grade, PG_APPARENT);
    bench_close(b);
}
END_TEST

START_TEST(one_venue_is_a_fill_run_and_never_a_sweep)
{
    struct bench *b = bench_open();
    quote(b, 0);
    for (int i = 0; i < 10; i++)
        print(b, 10 + 100 * i, 104 - i % 2, 5, "C", 'S');
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 1);
    ck_assert_int_eq(b->packets[0].kind, PK_FILL_RUN);
    ck_assert_int_eq(b->packets[0].members, 10);
    ck_assert_int_eq(b->packets[0].levels, 2);
    bench_close(b);
}
END_TEST

START_TEST(a_gap_of_100_ms_joins_and_101_ms_does_not)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 0, 104, 1, "C", 'I');
    print(b, 100, 104, 1, "C", 'I');
    print(b, 201, 104, 1, "C", 'I');
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 2);
    ck_assert_int_eq(b->packets[0].members, 2);
    ck_assert_int_eq(b->packets[1].members, 1);
    ck_assert_int_eq(b->packets[1].kind, PK_SINGLE);
    bench_close(b);
}
END_TEST

START_TEST(a_better_price_for_the_taker_ends_a_sweep)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 10, 105, 1, "C", 'S');
    print(b, 11, 104, 1, "N", 'S');
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 2);
    ck_assert_int_eq(b->packets[0].kind, PK_SINGLE);
    ck_assert_int_eq(b->packets[0].split, SPLIT_IMPROVED);
    bench_close(b);
}
END_TEST

START_TEST(a_sweep_spans_500_ms_at_most)
{
    struct bench *b = bench_open();
    quote(b, 0);
    static const char *const venues[] = {"C", "N"};
    for (int i = 0; i <= 6; i++)
        print(b, 90 * i, 104, 1, venues[i % 2], 'S');
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 2);
    ck_assert_int_eq(b->packets[0].members, 6); /* 0..450; 540 would exceed the span */
    ck_assert_int_eq(b->packets[0].split, SPLIT_SPAN);
    bench_close(b);
}
END_TEST

START_TEST(two_sides_never_mix)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 10, 104, 1, "C", 'I');
    print(b, 11, 100, 1, "C", 'I');
    print(b, 12, 104, 1, "C", 'I');
    print(b, 13, 100, 1, "C", 'I');
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 2);
    ck_assert_int_eq(b->packets[0].side + b->packets[1].side, 0);
    ck_assert_int_eq(b->packets[0].members, 2);
    bench_close(b);
}
END_TEST

START_TEST(auction_prints_never_make_a_sweep)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 10, 104, 1, "C", 'a');
    print(b, 10, 104, 1, "N", 'a');
    print(b, 10, 104, 1, "X", 'S');
    deck_finish(b->deck);
    for (size_t i = 0; i < b->n_packets; i++)
        ck_assert_int_ne(b->packets[i].kind, PK_SWEEP);
    ck_assert_uint_eq(b->n_packets, 3);
    bench_close(b);
}
END_TEST

START_TEST(late_print_does_not_reopen_a_closed_packet)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 10, 104, 1, "C", 'I');
    struct event late = make_print(b->sym, 5, 104, 1, "C", 'I');
    late.recv_ns = ms(500);
    deck_push(b->deck, &late);
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 2);
    ck_assert_int_eq(b->packets[0].members, 1);
    ck_assert_uint_eq(b->packets[1].id, late.seq);
    ck_assert(b->packets[1].flags & PF_LATE);
    ck_assert(b->last_join.flags & JOIN_LATE);
    bench_close(b);
}
END_TEST

START_TEST(late_print_within_an_open_fill_run_joins_it)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 10, 104, 1, "C", 'I');
    struct event late = make_print(b->sym, 5, 104, 2, "C", 'I');
    late.recv_ns = ms(50);
    deck_push(b->deck, &late);
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 1);
    ck_assert_int_eq(b->packets[0].members, 2);
    ck_assert_int_eq(b->packets[0].start_ns, ms(5));
    ck_assert(b->packets[0].flags & PF_LATE);
    bench_close(b);
}
END_TEST

START_TEST(blocks_are_by_size_or_by_premium)
{
    struct bench *b = bench_open();
    quote(b, 0);
    print(b, 10, 104, 499, "C", 'I');
    print(b, 1000, 104, 500, "C", 'I');
    deck_finish(b->deck);
    ck_assert_int_eq(b->packets[0].kind, PK_SINGLE);
    ck_assert_int_eq(b->packets[1].kind, PK_BLOCK);
    struct bench *c = bench_open();
    struct event q = make_quote(c->sym, 0, 9990, 1, 10000, 1);
    deck_push(c->deck, &q);
    print(c, 10, 10000, 100, "C", 'I'); /* 100 x 100 x $100 = $1M */
    print(c, 1000, 9999, 100, "C", 'I');
    deck_finish(c->deck);
    ck_assert_int_eq(c->packets[0].kind, PK_BLOCK);
    ck_assert_int_eq(c->packets[1].kind, PK_SINGLE);
    bench_close(b);
    bench_close(c);
}
END_TEST

START_TEST(premium_uses_the_contracts_own_multiplier)
{
    struct bench *b = bench_open();
    struct event m = {.kind = EV_CONTRACT, .sym = b->sym, .ts_ns = ms(0), .recv_ns = ms(0)};
    m.u.reference.qty = 10 * QTY_ONE;
    deck_push(b->deck, &m);
    print(b, 10, 104, 3, "C", 'I');
    ck_assert_int_eq(b->last_join.notional, cents(104) * 30);
    bench_close(b);
}
END_TEST

START_TEST(notional_that_does_not_fit_is_kept_and_counted)
{
    struct bench *b = bench_open();
    struct event p = make_print(b->sym, 0, 0, 0, "C", 'I');
    p.u.print.px = INT64_MAX;
    p.u.print.qty = INT64_MAX;
    deck_push(b->deck, &p);
    ck_assert_int_eq(b->last_join.notional, INT64_MAX);
    ck_assert_uint_eq(deck_counts(b->deck)->overflow, 1);
    deck_finish(b->deck);
    ck_assert_uint_eq(b->n_packets, 0);
    bench_close(b);
}
END_TEST

START_TEST(no_quote_after_the_print_is_ever_used)
{
    struct bench *b = bench_open();
    struct event q = make_quote(b->sym, 20, 100, 10, 104, 10);
    q.recv_ns = ms(5);
    deck_push(b->deck, &q);
    print(b, 10, 104, 1, "C", 'I');
    ck_assert_int_eq(b->last_join.state, QS_NONE);
    ck_assert_int_eq(b->last_join.reason, SR_NO_QUOTE);
    quote(b, 20);
    print(b, 20, 104, 1, "C", 'I');
    ck_assert_int_eq(b->last_join.side, 1);
    bench_close(b);
}
END_TEST

START_TEST(quote_is_stale_when_its_feed_is_silent_not_when_it_is_quiet)
{
    struct bench *b = bench_open();
    uint32_t other = symbols_option(b->symbols, "XYZ   261218P00105000", 21);
    quote(b, 0);
    struct event alive = make_quote(other, 5900, 10, 1, 11, 1);
    deck_push(b->deck, &alive);
    print(b, 6000, 104, 1, "C", 'I');
    ck_assert_int_eq(b->last_join.state, QS_OK);
    print(b, 11000, 104, 1, "C", 'I'); /* nothing at all since 5,900 ms: 5,100 > 5,000 */
    ck_assert_int_eq(b->last_join.state, QS_STALE);
    ck_assert_int_eq(b->last_join.side, 0);
    bench_close(b);
}
END_TEST

START_TEST(quote_is_stale_when_the_underlying_has_moved_25_basis_points)
{
    for (int move = 25; move <= 26; move++) {
        struct bench *b = bench_open();
        uint32_t under = symbols_equity(b->symbols, "XYZ", 3);
        struct event u = make_quote(under, 0, 10000, 1, 10000, 1);
        u.kind = EV_EQUITY_QUOTE;
        deck_push(b->deck, &u);
        quote(b, 1);
        u = make_quote(under, 2, 10000 + move, 1, 10000 + move, 1);
        u.kind = EV_EQUITY_QUOTE;
        deck_push(b->deck, &u);
        print(b, 3, 104, 1, "C", 'I');
        ck_assert_int_eq(b->last_join.state, move > 25 ? QS_STALE : QS_OK);
        bench_close(b);
    }
}
END_TEST

START_TEST(older_receive_times_are_raised_and_stored_so)
{
    struct bench *b = bench_open();
    quote(b, 100);
    struct event ev = make_quote(b->sym, 50, 1, 1, 2, 1);
    deck_push(b->deck, &ev);
    ck_assert_int_eq(ev.recv_ns, ms(100));
    ck_assert_int_eq(ev.ts_ns, ms(50));
    ck_assert_uint_eq(deck_counts(b->deck)->raised, 1);
    bench_close(b);
}
END_TEST

/* A tape of many contracts with late prints and quotes, by a small generator of the test's own. */
static void push_random(struct deck *d, struct symbols *syms, unsigned seed, int n,
                        int64_t tick_every)
{
    static const char venues[] = "CNXQTB";
    uint32_t ids[20];
    for (int i = 0; i < 20; i++) {
        char osi[32];
        snprintf(osi, sizeof osi, "ABC   261218C%08d", (50 + i) * 1000);
        ids[i] = symbols_option(syms, osi, 21);
    }
    uint64_t x = seed * 2654435761u + 1;
    int64_t at = 0;
    for (int i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        uint32_t sym = ids[x % 20];
        at += (int64_t)(x >> 20) % 30;
        int64_t lag = (x >> 30) % 10 == 0 ? (int64_t)((x >> 40) % 60) : 0;
        char venue[2] = {venues[(x >> 12) % 6], 0};
        struct event ev =
            (x >> 8) % 3 ? make_print(sym, at - lag, 100 + (int64_t)((x >> 16) % 6),
                                      1 + (int64_t)(x >> 24) % 9, venue, (x >> 33) % 2 ? 'S' : 'I')
                         : make_quote(sym, at - lag, 100, 5, 104, 5 + (int64_t)(x >> 50) % 3);
        ev.recv_ns = ms(at);
        if (tick_every)
            for (int64_t t = at - 20; t < at; t += tick_every)
                deck_advance(d, ms(t));
        deck_push(d, &ev);
    }
    deck_finish(d);
}

START_TEST(any_schedule_of_ticks_gives_the_same_digest)
{
    static const int64_t ticks[] = {0, 1, 7, 20};
    uint64_t digest = 0, records = 0;
    for (size_t k = 0; k < ARRAY_LEN(ticks); k++) {
        struct bench *b = bench_open();
        push_random(b->deck, b->symbols, 11, 5000, ticks[k]);
        if (k) {
            ck_assert_uint_eq(deck_digest(b->deck), digest);
            ck_assert_uint_eq(deck_records(b->deck), records);
        }
        digest = deck_digest(b->deck);
        records = deck_records(b->deck);
        ck_assert_uint_gt(records, 4000);
        bench_close(b);
    }
}
END_TEST

START_TEST(stored_events_pushed_again_give_the_same_digest)
{
    struct bench *a = bench_open(), *b = bench_open();
    push_random(a->deck, a->symbols, 3, 5000, 5);
    push_random(b->deck, b->symbols, 99, 10, 0); /* gives b the same symbol ids */
    deck_reset(b->deck);
    for (size_t i = 0; i < a->n_stored; i++)
        deck_push(b->deck, &a->stored[i]);
    deck_finish(b->deck);
    ck_assert_uint_eq(deck_digest(a->deck), deck_digest(b->deck));
    bench_close(a);
    bench_close(b);
}
END_TEST

START_TEST(two_decks_side_by_side_do_not_disturb_each_other)
{
    struct bench *a = bench_open(), *b = bench_open(), *alone = bench_open();
    push_random(alone->deck, alone->symbols, 5, 3000, 0);
    push_random(a->deck, a->symbols, 1, 2, 0);
    push_random(b->deck, b->symbols, 2, 2, 0);
    deck_reset(a->deck);
    deck_reset(b->deck);
    for (size_t i = 0; i < alone->n_stored; i++) {
        struct event one = alone->stored[i], two = alone->stored[i];
        deck_push(a->deck, &one);
        if (i % 2)
            deck_push(b->deck, &two);
    }
    deck_finish(a->deck);
    deck_finish(b->deck);
    ck_assert_uint_eq(deck_digest(a->deck), deck_digest(alone->deck));
    ck_assert_uint_ne(deck_digest(b->deck), deck_digest(alone->deck));
    bench_close(a);
    bench_close(b);
    bench_close(alone);
}
END_TEST

START_TEST(a_copied_deck_goes_on_as_the_original)
{
    struct bench *whole = bench_open(), *half = bench_open(), *copy = bench_open();
    push_random(whole->deck, whole->symbols, 8, 4000, 0);
    push_random(half->deck, half->symbols, 1, 1, 0);
    push_random(copy->deck, copy->symbols, 2, 50, 0);
    deck_reset(half->deck);
    for (size_t i = 0; i < whole->n_stored; i++) {
        if (i == whole->n_stored / 2)
            deck_copy(copy->deck, half->deck);
        struct event ev = whole->stored[i], same = ev;
        deck_push(half->deck, &ev);
        if (i >= whole->n_stored / 2)
            deck_push(copy->deck, &same);
    }
    deck_finish(half->deck);
    deck_finish(copy->deck);
    ck_assert_uint_eq(deck_digest(half->deck), deck_digest(whole->deck));
    ck_assert_uint_eq(deck_digest(copy->deck), deck_digest(whole->deck));
    bench_close(whole);
    bench_close(half);
    bench_close(copy);
}
END_TEST

START_TEST(sums_over_packets_equal_the_sum_over_the_tape)
{
    struct bench *b = bench_open();
    push_random(b->deck, b->symbols, 21, 5000, 3);
    int64_t qty = 0, premium = 0, packet_qty = 0, packet_premium = 0;
    for (size_t i = 0; i < b->n_stored; i++) {
        if (b->stored[i].kind != EV_OPTION_PRINT)
            continue;
        qty += b->stored[i].u.print.qty;
        premium += b->stored[i].u.print.px * (b->stored[i].u.print.qty / QTY_ONE) * 100;
    }
    /* The last version of each; parts of repeat runs are in their run. */
    for (size_t i = 0; i < b->n_packets; i++) {
        bool last = b->packets[i].state != PS_MERGED && b->packets[i].state != PS_RETRACTED;
        for (size_t k = i + 1; last && k < b->n_packets; k++)
            last = b->packets[k].id != b->packets[i].id;
        if (!last)
            continue;
        packet_qty += b->packets[i].qty;
        packet_premium += b->packets[i].premium;
    }
    ck_assert_uint_lt(b->n_packets, MAX_PACKETS);
    ck_assert_int_eq(packet_qty, qty);
    ck_assert_int_eq(packet_premium, premium);
    bench_close(b);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *tests[] = {
        three_venues_at_rising_prices_are_one_sweep,
        two_isos_missing_make_it_an_apparent_sweep,
        one_venue_is_a_fill_run_and_never_a_sweep,
        a_gap_of_100_ms_joins_and_101_ms_does_not,
        a_better_price_for_the_taker_ends_a_sweep,
        a_sweep_spans_500_ms_at_most,
        two_sides_never_mix,
        auction_prints_never_make_a_sweep,
        late_print_does_not_reopen_a_closed_packet,
        late_print_within_an_open_fill_run_joins_it,
        blocks_are_by_size_or_by_premium,
        premium_uses_the_contracts_own_multiplier,
        notional_that_does_not_fit_is_kept_and_counted,
        no_quote_after_the_print_is_ever_used,
        quote_is_stale_when_its_feed_is_silent_not_when_it_is_quiet,
        quote_is_stale_when_the_underlying_has_moved_25_basis_points,
        older_receive_times_are_raised_and_stored_so,
        any_schedule_of_ticks_gives_the_same_digest,
        stored_events_pushed_again_give_the_same_digest,
        two_decks_side_by_side_do_not_disturb_each_other,
        a_copied_deck_goes_on_as_the_original,
        sums_over_packets_equal_the_sum_over_the_tape,
    };
    Suite *s = suite_create("deck");
    TCase *t = tcase_create("deck");
    tcase_set_timeout(t, 60);
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return s;
}
