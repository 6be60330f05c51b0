/* book/chain.c: forward prices by put-call parity, from quotes as of a moment. */
#include "harness.h"
#include "make.h"

#include <math.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"
#include "book/chain.h"
#include "event/calendar.h"
#include "event/expiry.h"
#include "price/forward.h"

#define EXPIRY 20260717 /* a month after T0 */

struct market {
    struct symbols *symbols;
    struct book *book;
    struct chains *chains;
    struct chain_policy policy;
    uint64_t seq;
};

static struct market open_market(int64_t rate_bp)
{
    return (struct market){
        .symbols = symbols_create(),
        .book = book_create(),
        .chains = chains_create(),
        .policy = {.rate_bp = rate_bp,
                   .refresh_ns = 100 * NS_PER_MS,
                   .side = {.wide_pct = 25, .wide_ticks = 4}},
    };
}

static void close_market(struct market *m)
{
    chains_destroy(m->chains);
    book_destroy(m->book);
    symbols_destroy(m->symbols);
}

/* A quote of a contract of XYZ, prices in cents; bid 0 = none. */
static void option(struct market *m, int64_t at_ms, char right, int64_t strike, int64_t bid,
                   int64_t ask)
{
    uint32_t sym = symbols_contract(m->symbols, "XYZ", 3, EXPIRY, right, strike * PX_ONE);
    const struct instrument *in = symbols_get(m->symbols, sym);
    struct event ev = make_quote(sym, at_ms, bid, bid ? 10 : 0, ask, 10);
    ev.seq = ++m->seq;
    book_quote(m->book, &ev, in->underlying);
    chains_add(m->chains, chains_find(m->chains, in), in);
}

static void stock(struct market *m, int64_t at_ms, int64_t bid, int64_t ask)
{
    struct event ev = make_quote(symbols_equity(m->symbols, "XYZ", 3), at_ms, bid, 1, ask, 1);
    ev.kind = EV_EQUITY_QUOTE;
    ev.seq = ++m->seq;
    book_quote(m->book, &ev, 0);
}

static enum forward_source ask_at(struct market *m, int64_t ns, int64_t *ret)
{
    uint32_t sym = symbols_contract(m->symbols, "XYZ", 3, EXPIRY, 'C', 100 * PX_ONE);
    *ret = 0;
    return chains_forward(m->chains, m->book, &m->policy,
                          chains_find(m->chains, symbols_get(m->symbols, sym)), ns, ret);
}

#define expect(m, at_ms, source, px)                                                               \
    do {                                                                                           \
        int64_t px_;                                                                               \
        ck_assert_int_eq(ask_at(m, ms(at_ms), &px_), source);                                      \
        ck_assert_int_eq(px_, px);                                                                 \
    } while (0)

/* At 95, 100 and 105 |C - P| is 6.10, 1.10 and 3.90: F = 100 + 1.10 exp(0.04 T), with T from
 * 10:10 of 15 June to 16:00 of 17 July, 32 days and 5:50 hours = 46,430 minutes of 525,600:
 * 1.10 * 1.003539735 = 1.103893709. */
START_TEST(forward_is_strike_plus_call_less_put_grown_where_they_are_closest)
{
    struct market m = open_market(400);
    option(&m, 0, 'C', 95, 700, 720);
    option(&m, 0, 'P', 95, 95, 105);
    option(&m, 0, 'C', 100, 340, 350);
    option(&m, 0, 'P', 100, 230, 240);
    option(&m, 0, 'C', 105, 120, 130);
    option(&m, 0, 'P', 105, 510, 520);
    int64_t got;
    ck_assert_int_eq(ask_at(&m, ms(0), &got), FS_PARITY);
    double want = 100 + 1.10 * exp(0.04 * 46430 / 525600.0);
    ck_assert_msg(fabs((double)got / 1e9 - want) < 1e-9, "%lld %.9f", (long long)got, want);
    close_market(&m);
    m = open_market(0);
    option(&m, 0, 'C', 100, 340, 350);
    option(&m, 0, 'P', 100, 230, 240);
    expect(&m, 0, FS_PARITY, 101100000000);
    close_market(&m);
}
END_TEST

START_TEST(of_strikes_as_close_the_one_with_closer_quotes)
{
    struct market m = open_market(0);
    option(&m, 0, 'C', 100, 300, 310);
    option(&m, 0, 'P', 100, 200, 210); /* +1.00 */
    option(&m, 0, 'C', 101, 250, 252);
    option(&m, 0, 'P', 101, 350, 352); /* -1.00 */
    expect(&m, 0, FS_PARITY, 100 * PX_ONE);
    option(&m, 200, 'C', 100, 295, 315);
    expect(&m, 200, FS_PARITY, 100 * PX_ONE); /* of 101: 101 - 1.00 */
    option(&m, 400, 'C', 101, 249, 251);
    option(&m, 400, 'P', 101, 348, 350); /* -0.99 */
    expect(&m, 400, FS_PARITY, 100010000000);
    close_market(&m);
}
END_TEST

START_TEST(quotes_that_are_not_live_on_both_sides_make_no_pair)
{
    static const struct {
        int64_t bid, ask;
    } dead[] = {{0, 240}, {240, 240}, {250, 240}, {100, 240}};
    for (size_t i = 0; i < ARRAY_LEN(dead); i++) {
        struct market m = open_market(0);
        option(&m, 0, 'C', 100, 340, 350);
        option(&m, 0, 'P', 100, dead[i].bid, dead[i].ask);
        option(&m, 0, 'C', 105, 120, 130);
        option(&m, 0, 'P', 105, 510, 520);
        expect(&m, 0, FS_PARITY, 101100000000); /* 105 - 3.90 */
        close_market(&m);
    }
}
END_TEST

START_TEST(without_a_pair_it_is_the_underlying_grown_and_then_wide_quotes)
{
    struct market m = open_market(400);
    option(&m, 0, 'C', 100, 340, 350);
    expect(&m, 0, FS_NO_UNDERLYING, 0);
    option(&m, 200, 'P', 100, 100, 200);
    int64_t got, at = ms(200);
    ck_assert_int_eq(ask_at(&m, at, &got), FS_PARITY); /* wide is better than nothing */
    stock(&m, 400, 10050, 10054);
    ck_assert_int_eq(ask_at(&m, ms(400), &got), FS_SPOT);
    double want = 100.52 * exp(0.04 * (46430 - 0.4 / 60) / 525600.0);
    ck_assert_msg(fabs((double)got / 1e9 - want) < 1e-9, "%lld %.9f", (long long)got, want);
    stock(&m, 600, 10060, 10054); /* crossed: it says nothing */
    ck_assert_int_eq(ask_at(&m, ms(600), &got), FS_PARITY);
    close_market(&m);
}
END_TEST

START_TEST(forward_holds_for_a_while_unless_the_underlying_moves)
{
    struct market m = open_market(0);
    stock(&m, 0, 10100, 10102);
    option(&m, 0, 'C', 100, 340, 350);
    option(&m, 0, 'P', 100, 230, 240);
    expect(&m, 0, FS_PARITY, 101100000000);
    option(&m, 10, 'C', 100, 350, 360);
    expect(&m, 99, FS_PARITY, 101100000000);
    expect(&m, 100, FS_PARITY, 101200000000);
    option(&m, 110, 'C', 100, 360, 370);
    stock(&m, 110, 10110, 10112);
    expect(&m, 111, FS_PARITY, 101300000000);
    /* What is asked late of an earlier time is answered from then, and changes nothing. */
    expect(&m, 105, FS_PARITY, 101200000000);
    option(&m, 112, 'C', 100, 390, 400);
    expect(&m, 112, FS_PARITY, 101300000000);
    close_market(&m);
}
END_TEST

START_TEST(nothing_is_left_at_expiry)
{
    struct market m = open_market(0);
    option(&m, 0, 'C', 100, 340, 350);
    option(&m, 0, 'P', 100, 230, 240);
    int64_t got, end = calendar_ny_ns(EXPIRY, INT64_C(16) * 3600 * NS_PER_SEC);
    ck_assert_int_eq(ask_at(&m, end - 1, &got), FS_PARITY);
    ck_assert_int_eq(ask_at(&m, end, &got), FS_EXPIRED);
    ck_assert_int_eq(got, 0);
    close_market(&m);
}
END_TEST

/* Two hundred strikes from 50, a dollar apart, on a forward that wanders far: C - P = F - K in
 * whole cents, except for a few dead ones. The answer is that of looking at all of them. */
START_TEST(wherever_the_money_goes_the_closest_strike_is_found)
{
    struct market m = open_market(0);
    uint32_t random = 2463534242u;
    for (int round = 0; round < 300; round++) {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        int64_t f = 6000 + random % 18000, at = round * 1000; /* cents */
        int64_t best = INT64_MAX, want = 0;
        for (int64_t k = 50; k < 250; k++) {
            int64_t gap = f - k * 100 + (int64_t)(random >> (k % 16)) % 7 - 3;
            int64_t put = MAX(-gap, 0) + 500, call = put + gap;
            bool dead = (k * 7 + round) % 5 == 0;
            option(&m, at, 'C', k, call - 2, call + 2);
            option(&m, at, 'P', k, dead ? 0 : put - 2, put + 2);
            if (!dead && llabs(gap) < best) {
                best = llabs(gap);
                want = k * 100 + gap;
            }
        }
        int64_t got;
        ck_assert_int_eq(ask_at(&m, ms(at), &got), FS_PARITY);
        /* Of pairs on both sides, as close but for the noise of 3 cents, either is right. */
        ck_assert_msg(llabs(got / (PX_ONE / 100) - want) <= 6, "round %d: %lld, not %lld", round,
                      (long long)got, (long long)want * (PX_ONE / 100));
    }
    close_market(&m);
}
END_TEST

START_TEST(lists_made_in_any_order_and_loaded_from_a_frame_are_the_same)
{
    struct market a = open_market(400), b = open_market(400);
    for (int64_t i = 0; i < 60; i++) {
        int64_t k = 70 + i, r = 70 + 59 - i;
        option(&a, 0, 'C', k, MAX(10000 - k * 100, 0) + 300, MAX(10000 - k * 100, 0) + 304);
        option(&a, 0, 'P', k, MAX(k * 100 - 10000, 0) + 290, MAX(k * 100 - 10000, 0) + 294);
        option(&b, 0, 'P', r, MAX(r * 100 - 10000, 0) + 290, MAX(r * 100 - 10000, 0) + 294);
        option(&b, 0, 'C', r, MAX(10000 - r * 100, 0) + 300, MAX(10000 - r * 100, 0) + 304);
    }
    int64_t one, two;
    ck_assert_int_eq(ask_at(&a, ms(0), &one), ask_at(&b, ms(0), &two));
    ck_assert_int_eq(one, two);
    /* A frame of it: the entries; the lists are made again from the book. */
    struct track *t;
    chains_track(a.chains);
    t = chains_tracked(a.chains);
    ck_assert_uint_eq(*t->top, 2); /* and the unused first */
    struct chains *c = chains_create();
    for (uint32_t i = 0; i < *t->top; i++)
        ck_assert(chains_load(c, i, t->entries + (size_t)i * t->size, chains_entry_size()));
    chains_loaded(c);
    for (uint32_t sym = symbols_count(a.symbols); sym; sym--) {
        const struct instrument *in = symbols_get(a.symbols, sym);
        if (in->right && book_quoted(a.book, sym))
            chains_add(c, chains_find(c, in), in);
    }
    struct chains *was = a.chains;
    a.chains = c;
    ck_assert_int_eq(ask_at(&a, ms(500), &two), FS_PARITY);
    a.chains = was;
    ck_assert_int_eq(ask_at(&a, ms(500), &one), FS_PARITY);
    ck_assert_int_eq(one, two);
    char bad[64] = {0};
    ck_assert(!chains_load(c, 1, bad, chains_entry_size())); /* of nothing */
    ck_assert(!chains_load(c, 1, bad, chains_entry_size() - 1));
    chains_destroy(c);
    close_market(&a);
    close_market(&b);
}
END_TEST

/* ---- real chains ------------------------------------------------------------------------------
 */

/* Quotes of one root at one minute, from a LEAN file of minute bars (closing bid and ask). */
struct real {
    struct market m;
    struct parity_quote pairs[400]; /* of the expiry looked at */
    size_t n;
};

static struct parity_quote *pair_of(struct real *r, double strike)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->pairs[i].strike == strike)
            return &r->pairs[i];
    ck_assert_uint_lt(r->n, ARRAY_LEN(r->pairs));
    r->pairs[r->n] = (struct parity_quote){.strike = strike};
    return &r->pairs[r->n++];
}

static void take(struct real *r, char *line, int day, int expiry, long minute_ms)
{
    char *cell[16] = {0};
    size_t n = 0;
    for (char *s = line; s && n < ARRAY_LEN(cell); n++) {
        cell[n] = s;
        s = strchr(s, ',');
        if (s)
            *s++ = '\0';
    }
    if (n < 16 || atoi(cell[1]) != expiry || atol(cell[5]) != minute_ms || !*cell[9] || !*cell[14])
        return;
    int64_t strike = atoll(cell[3]) * (PX_ONE / 10000);
    uint32_t sym =
        symbols_contract(r->m.symbols, cell[0], strlen(cell[0]), expiry, cell[2][0], strike);
    const struct instrument *in = symbols_get(r->m.symbols, sym);
    struct event ev = {.kind = EV_OPTION_QUOTE,
                       .sym = sym,
                       .seq = ++r->m.seq,
                       .ts_ns = calendar_ny_ns(day, minute_ms * NS_PER_MS)};
    ev.u.quote = (struct quote){.bid = atoll(cell[9]) * (PX_ONE / 10000),
                                .ask = atoll(cell[14]) * (PX_ONE / 10000),
                                .bid_qty = QTY_ONE,
                                .ask_qty = QTY_ONE};
    book_quote(r->m.book, &ev, in->underlying);
    chains_add(r->m.chains, chains_find(r->m.chains, in), in);
    struct parity_quote *q = pair_of(r, (double)strike / 1e9);
    double bid = (double)ev.u.quote.bid / 1e9, ask = (double)ev.u.quote.ask / 1e9;
    *(cell[2][0] == 'C' ? &q->call_bid : &q->put_bid) = bid;
    *(cell[2][0] == 'C' ? &q->call_ask : &q->put_ask) = ask;
}

static bool read_chain(struct real *r, const char *sample, int day, int expiry, long minute_ms)
{
    char line[512];
    const char *path = test_sample(sample);
    *r = (struct real){.m = open_market(0)};
    gzFile f = path ? gzopen(path, "rb") : NULL;
    while (f && gzgets(f, line, sizeof line))
        take(r, line, day, expiry, minute_ms);
    if (f)
        gzclose(f);
    return f != NULL;
}

static double forward_at(struct real *r, int day, long minute_ms)
{
    int64_t got = 0;
    const struct instrument *in = NULL;
    for (uint32_t sym = symbols_count(r->m.symbols); sym && !(in && in->right); sym--)
        in = symbols_get(r->m.symbols, sym);
    ck_assert_int_eq(chains_forward(r->m.chains, r->m.book, &r->m.policy,
                                    chains_find(r->m.chains, in),
                                    calendar_ny_ns(day, minute_ms * NS_PER_MS), &got),
                     FS_PARITY);
    return (double)got / 1e9;
}

/* GOOG at 10:00 of 24 December 2015 (748 dollars, no dividend, American), three expiries: the
 * forward lies within what the quotes of that strike allow, and near the line of least squares
 * through all strikes within 5 % of it, whose slope is about 1. */
START_TEST(real_american_chains_agree_with_least_squares_near_the_money)
{
    static const int expiries[] = {20151231, 20160115, 20160318};
    struct real *r = mem_alloc(sizeof *r);
    for (size_t i = 0; i < ARRAY_LEN(expiries); i++) {
        if (read_chain(r, "lean/opt-minute-quote-goog-20151224.csv.gz", 20151224, expiries[i],
                       36000000)) {
            struct implied_forward all, near;
            double f = forward_at(r, 20151224, 36000000);
            ck_assert_int_eq(forward_imply(r->pairs, r->n, 1, &all), FORWARD_WHY_NONE);
            ck_assert_msg(f >= all.low && f <= all.high, "%f: %f %f", f, all.low, all.high);
            size_t n = 0;
            for (size_t k = 0; k < r->n; k++)
                if (fabs(r->pairs[k].strike - f) < 0.05 * f)
                    r->pairs[n++] = r->pairs[k];
            ck_assert_uint_gt(n, 5);
            ck_assert_int_eq(forward_imply(r->pairs, n, NAN, &near), FORWARD_WHY_NONE);
            ck_assert_msg(fabs(near.fit_discount - 1) < 0.02, "%f", near.fit_discount);
            ck_assert_msg(fabs(f - near.fit_forward) < 0.001 * f, "%d: %f, not %f", expiries[i], f,
                          near.fit_forward);
            ck_assert_msg(f > 740 && f < 756, "%f", f); /* the stock: 745.55 to 751.35 that day */
        }
        close_market(&r->m);
    }
    mem_free(r);
}
END_TEST

/* SPXW of 4 and 6 January 2021 has two strikes, 3700 and 3800. Both give the forward, which on the
 * day of expiry is the index but for two hours' carry (minute bars of the index in the samples:
 * 3,746 at 10:00 on the 4th to 3,662 at 11:30). */
START_TEST(real_european_chains_agree_from_strike_to_strike)
{
    struct real *r = mem_alloc(sizeof *r);
    if (read_chain(r, "lean/opt-minute-quote-spxw-20210104.csv.gz", 20210104, 20210106, 36000000)) {
        struct implied_forward f;
        double got = forward_at(r, 20210104, 36000000);
        ck_assert_uint_eq(r->n, 2);
        ck_assert_int_eq(forward_imply(r->pairs, r->n, 1, &f), FORWARD_WHY_NONE);
        ck_assert_msg(fabs(got - f.forward) < 1e-6, "%f %f", got, f.forward);
        ck_assert_msg(fabs(got - f.fit_forward) < 0.5, "%f %f", got, f.fit_forward);
        ck_assert_msg(fabs(f.fit_discount - 1) < 0.005, "%f", f.fit_discount);
    }
    close_market(&r->m);
    mem_free(r);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("chain");
    TCase *t = tcase_create("forward");
    tcase_add_test(t, forward_is_strike_plus_call_less_put_grown_where_they_are_closest);
    tcase_add_test(t, of_strikes_as_close_the_one_with_closer_quotes);
    tcase_add_test(t, quotes_that_are_not_live_on_both_sides_make_no_pair);
    tcase_add_test(t, without_a_pair_it_is_the_underlying_grown_and_then_wide_quotes);
    tcase_add_test(t, forward_holds_for_a_while_unless_the_underlying_moves);
    tcase_add_test(t, nothing_is_left_at_expiry);
    tcase_add_test(t, wherever_the_money_goes_the_closest_strike_is_found);
    tcase_add_test(t, lists_made_in_any_order_and_loaded_from_a_frame_are_the_same);
    suite_add_tcase(s, t);
    t = tcase_create("real");
    tcase_add_test(t, real_american_chains_agree_with_least_squares_near_the_money);
    tcase_add_test(t, real_european_chains_agree_from_strike_to_strike);
    suite_add_tcase(s, t);
    return s;
}
