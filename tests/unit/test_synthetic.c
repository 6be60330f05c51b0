/* The synthetic market: the same bytes for the same options, and a market that keeps the rules. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/venue.h"
#include "feed/feed.h"

struct run {
    struct feed feed;
    struct symbols *symbols;
    struct idents *idents;
    struct event *events;
    size_t n, cap;
};

static void keep(void *self, struct event *ev)
{
    struct run *r = self;
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 4096;
        r->events = mem_grow(r->events, r->cap, sizeof *r->events);
    }
    r->events[r->n++] = *ev;
}

static int try_open(struct run *r, const char *uri, enum feed_side sides, struct err *err)
{
    *r = (struct run){.symbols = symbols_create(), .idents = idents_create()};
    struct feed_context ctx = {
        .symbols = r->symbols, .idents = r->idents, .sides = sides, .emit = keep, .self = r};
    return feed_open(&r->feed, uri, &ctx, err);
}

static void open_run(struct run *r, const char *uri, enum feed_side sides)
{
    struct err err = {0};
    int rc = try_open(r, uri, sides, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
}

static void drain(struct run *r, size_t max)
{
    struct err err;
    while (r->feed.ops->poll(&r->feed, INT64_MAX, max, &err) == FEED_MORE)
        ;
}

static void run_all(struct run *r, const char *uri, enum feed_side sides, size_t max)
{
    open_run(r, uri, sides);
    drain(r, max);
    ck_assert_uint_gt(r->n, 0);
}

static void close_run(struct run *r)
{
    feed_close(&r->feed);
    symbols_destroy(r->symbols);
    idents_destroy(r->idents);
    mem_free(r->events);
}

static bool same(const struct run *a, const struct run *b)
{
    return a->n == b->n && memcmp(a->events, b->events, a->n * sizeof *a->events) == 0;
}

static bool is_print(const struct event *ev)
{
    return ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT;
}

static bool is_quote(const struct event *ev)
{
    return ev->kind == EV_OPTION_QUOTE || ev->kind == EV_EQUITY_QUOTE;
}

#define MARKET "synthetic:?seed=11&rate=20000&events=60000"

START_TEST(the_same_seed_gives_the_same_bytes_whatever_the_polling)
{
    static const size_t portions[] = {1, 7, 100000};
    struct run whole, part;
    struct err err;
    run_all(&whole, MARKET, FEED_BOTH, 1000);
    ck_assert_uint_eq(whole.n, 60000);
    for (size_t i = 0; i < ARRAY_LEN(portions); i++) {
        run_all(&part, MARKET, FEED_BOTH, portions[i]);
        ck_assert_msg(same(&whole, &part), "portions of %zu", portions[i]);
        close_run(&part);
    }
    open_run(&part, MARKET, FEED_BOTH);
    int rc = FEED_WAIT;
    for (int64_t until = 0; rc != FEED_END;) {
        int64_t next = part.feed.ops->next_ns(&part.feed);
        rc = part.feed.ops->poll(&part.feed, until, 50, &err);
        ck_assert(part.n == 0 || part.events[part.n - 1].recv_ns <= until);
        if (rc == FEED_WAIT)
            until = next + 333333;
    }
    ck_assert_msg(same(&whole, &part), "paced");
    close_run(&part);
    close_run(&whole);
}
END_TEST

START_TEST(another_seed_gives_another_market)
{
    struct run a, b;
    run_all(&a, MARKET, FEED_BOTH, 1000);
    run_all(&b, "synthetic:?seed=12&rate=20000&events=60000", FEED_BOTH, 1000);
    ck_assert(!same(&a, &b));
    size_t differ = 0;
    for (size_t i = 1000; i < 2000; i++)
        differ += memcmp(&a.events[i], &b.events[i], sizeof *a.events) != 0;
    ck_assert_uint_gt(differ, 990);
    close_run(&a);
    close_run(&b);
}
END_TEST

START_TEST(one_side_alone_is_the_same_events_as_within_both)
{
    struct run both, side;
    run_all(&both, MARKET, FEED_BOTH, 1000);
    for (int want = FEED_OPTIONS; want <= FEED_EQUITIES; want++) {
        run_all(&side, MARKET, (enum feed_side)want, 1000);
        size_t at = 0;
        for (size_t i = 0; i < both.n; i++) {
            bool option = symbols_get(both.symbols, both.events[i].sym)->right != 0;
            if (option != (want == FEED_OPTIONS))
                continue;
            ck_assert_uint_lt(at, side.n);
            ck_assert(memcmp(&both.events[i], &side.events[at], sizeof *both.events) == 0);
            at++;
        }
        ck_assert_uint_eq(at, side.n);
        const struct feed_stats *stats = &side.feed.stats;
        ck_assert_uint_eq(stats->used, side.n);
        ck_assert_uint_eq(stats->records, stats->used + stats->drops[DROP_OTHER_SIDE]);
        close_run(&side);
    }
    close_run(&both);
}
END_TEST

START_TEST(every_print_has_an_earlier_quote_and_lies_near_it)
{
    struct run r;
    run_all(&r, "synthetic:?seed=3&rate=5000&events=200000", FEED_BOTH, 1000);
    struct quote *last = mem_alloc((symbols_count(r.symbols) + 1) * sizeof *last);
    int64_t *quoted = mem_alloc((symbols_count(r.symbols) + 1) * sizeof *quoted);
    size_t prints = 0, outside = 0;
    for (size_t i = 0; i < r.n; i++) {
        const struct event *ev = &r.events[i];
        if (is_quote(ev)) {
            const struct quote *q = &ev->u.quote;
            ck_assert(q->bid >= 0 && q->bid < q->ask && q->bid_qty > 0 && q->ask_qty > 0);
            ck_assert(q->bid_venue && q->ask_venue && ev->venue == 0);
            if (!quoted[ev->sym])
                quoted[ev->sym] = ev->ts_ns;
            last[ev->sym] = *q;
            continue;
        }
        if (!is_print(ev))
            continue;
        prints++;
        ck_assert_msg(quoted[ev->sym], "no quote before print %zu", i);
        ck_assert_int_lt(quoted[ev->sym], ev->ts_ns);
        ck_assert(ev->u.print.px > 0 && ev->u.print.qty > 0 && ev->venue != 0);
        const struct quote *q = &last[ev->sym];
        outside += ev->kind == EV_OPTION_PRINT &&
                   (ev->u.print.px < q->bid || ev->u.print.px > q->ask);
    }
    ck_assert_uint_gt(prints, 15000);
    ck_assert_uint_lt(outside, prints / 20); /* orders that walk the book, quotes that moved */
    mem_free(last);
    mem_free(quoted);
    close_run(&r);
}
END_TEST

/* conditions.md D. Classes of the names that are not plain penny classes. */
static int64_t grid(const struct instrument *in, int64_t px)
{
    static const char *const cents[] = {"SPY ", "QQQ ", "IWM "};
    static const char *const nickels[] = {"SPX ", "SPXW ", "GS ", "LLY ", "BKNG "};
    const int64_t cent = PX_ONE / 100;
    for (size_t i = 0; i < ARRAY_LEN(cents); i++)
        if (strncmp(in->symbol, cents[i], strlen(cents[i])) == 0)
            return cent;
    for (size_t i = 0; i < ARRAY_LEN(nickels); i++)
        if (strncmp(in->symbol, nickels[i], strlen(nickels[i])) == 0)
            return px < 3 * PX_ONE ? 5 * cent : 10 * cent;
    return px < 3 * PX_ONE ? cent : 5 * cent;
}

START_TEST(prices_stand_on_the_grid_of_their_class)
{
    const int64_t cent = PX_ONE / 100;
    struct run r;
    size_t subpenny = 0, off = 0;
    run_all(&r, "synthetic:?seed=5&rate=5000&events=300000&symbols=46", FEED_BOTH, 1000);
    for (size_t i = 0; i < r.n; i++) {
        const struct event *ev = &r.events[i];
        const struct instrument *in = symbols_get(r.symbols, ev->sym);
        int64_t px = ev->u.print.px;
        if (ev->kind == EV_OPTION_QUOTE) {
            ck_assert_int_eq(ev->u.quote.bid % grid(in, ev->u.quote.bid), 0);
            ck_assert_int_eq(ev->u.quote.ask % grid(in, ev->u.quote.ask), 0);
        } else if (ev->kind == EV_EQUITY_QUOTE) {
            ck_assert_int_eq(ev->u.quote.bid % cent, 0);
            ck_assert_int_eq(ev->u.quote.ask % cent, 0);
        } else if (ev->kind == EV_OPTION_PRINT) {
            /* Auctions and complex orders trade in cents in any class. */
            bool fine = cond_option(ev->u.print.cond[0])->family == COND_AUCTION ||
                        cond_option(ev->u.print.cond[0])->family == COND_MULTI_LEG ||
                        cond_option(ev->u.print.cond[0])->family == COND_PROPRIETARY ||
                        cond_option(ev->u.print.cond[0])->family == COND_STOCK_TIED;
            ck_assert_msg(px % (fine ? cent : grid(in, px)) == 0, "%s %lld", in->symbol,
                          (long long)px);
            ck_assert_int_eq(ev->u.print.qty % QTY_ONE, 0);
        } else if (ev->kind != EV_EQUITY_PRINT) {
            continue;
        } else if (venue_off_exchange(ev->venue)) {
            off++;
            subpenny += px % cent != 0;
            ck_assert_int_eq(px % (PX_ONE / 10000), 0);
        } else {
            ck_assert_int_eq(px % (cent / 2), 0);
        }
    }
    ck_assert_uint_gt(subpenny, off / 3);
    close_run(&r);
}
END_TEST

static bool near(size_t part, size_t whole, double share, double off)
{
    double is = (double)part / (double)whole;
    return is > share - off && is < share + off;
}

START_TEST(the_mix_and_the_conditions_are_those_asked_for)
{
    struct run r;
    size_t kinds[EV_COUNT] = {0}, autos = 0, isos = 0, venues = 0;
    run_all(&r, "synthetic:?seed=7&rate=1000&events=500000", FEED_BOTH, 1000);
    for (size_t i = 0; i < r.n; i++) {
        const struct event *ev = &r.events[i];
        kinds[ev->kind]++;
        autos += ev->kind == EV_OPTION_PRINT && ev->u.print.cond[0] == 'I';
        isos += ev->kind == EV_OPTION_PRINT && ev->u.print.cond[0] == 'S';
        venues += ev->kind == EV_EQUITY_PRINT && venue_get(ev->venue)->side == VENUE_EQUITY;
    }
    size_t all = r.n - kinds[EV_OPEN_INTEREST] - kinds[EV_STATUS];
    ck_assert(near(kinds[EV_OPTION_QUOTE], all, 0.76, 0.02));
    ck_assert(near(kinds[EV_EQUITY_QUOTE], all, 0.14, 0.01));
    ck_assert(near(kinds[EV_OPTION_PRINT], all, 0.045, 0.006));
    ck_assert(near(kinds[EV_EQUITY_PRINT], all, 0.055, 0.006));
    ck_assert_msg(near(autos, kinds[EV_OPTION_PRINT], 0.66, 0.06), "%zu", autos);
    ck_assert_msg(near(isos, kinds[EV_OPTION_PRINT], 0.10, 0.04), "%zu", isos);
    ck_assert_uint_eq(venues, kinds[EV_EQUITY_PRINT]);
    close_run(&r);
}
END_TEST

START_TEST(contracts_have_sessions_as_expiries_and_listed_strikes)
{
    struct run r;
    bool today = false, index = false;
    run_all(&r, "synthetic:?seed=2&events=1000&date=2026-04-02", FEED_BOTH, 1000);
    for (uint32_t id = 1; id <= symbols_count(r.symbols); id++) {
        const struct instrument *in = symbols_get(r.symbols, id);
        if (!in->right)
            continue;
        struct trading_day day = calendar_day(in->expiry);
        ck_assert_msg(day.open_ns != day.close_ns, "%s", in->symbol);
        ck_assert_int_ge(in->expiry, 20260402);
        ck_assert_int_gt(in->strike_px, 0);
        ck_assert_int_eq(in->strike_px % (PX_ONE / 2), 0);
        bool spxw = strncmp(in->symbol, "SPXW ", 5) == 0;
        ck_assert(!spxw || in->strike_px % (5 * PX_ONE) == 0);
        ck_assert(!spxw || strcmp(symbols_get(r.symbols, in->underlying)->symbol, "SPX") == 0);
        index |= spxw;
        /* Good Friday of 2026 is April 3: that week expires on the Thursday. */
        today |= in->expiry == 20260402 && strncmp(in->symbol, "NVDA ", 5) == 0;
    }
    ck_assert(today && index);
    close_run(&r);
}
END_TEST

START_TEST(calls_and_puts_of_a_strike_agree_with_the_underlying)
{
    struct run r;
    size_t checked = 0;
    run_all(&r, "synthetic:?seed=8&rate=20000&events=400000", FEED_BOTH, 1000);
    uint32_t top = symbols_count(r.symbols); /* a put never quoted gets an id above */
    struct event *last = mem_alloc((top + 1) * sizeof *last);
    for (size_t i = 0; i < r.n; i++) {
        const struct event *ev = &r.events[i];
        if (!is_quote(ev))
            continue;
        last[ev->sym] = *ev;
        const struct instrument *in = symbols_get(r.symbols, ev->sym);
        if (in->right != 'C')
            continue;
        char put[23];
        memcpy(put, in->symbol, sizeof put);
        put[12] = 'P';
        uint32_t other = symbols_option(r.symbols, put, 21);
        if (other > top)
            continue;
        const struct event *p = &last[other];
        const struct event *s = &last[in->underlying];
        if (!s->ts_ns || !p->ts_ns || ev->ts_ns - p->ts_ns > 100 * NS_PER_MS ||
            ev->ts_ns - s->ts_ns > 100 * NS_PER_MS)
            continue;
        /* What the quotes allow, and a tenth of a percent for prices that have moved since. */
        int64_t slack = s->u.quote.ask / 1000, k = in->strike_px;
        ck_assert_int_ge(ev->u.quote.ask - p->u.quote.bid, s->u.quote.bid - k - slack);
        ck_assert_int_le(ev->u.quote.bid - p->u.quote.ask, s->u.quote.ask - k + slack);
        checked++;
    }
    ck_assert_uint_gt(checked, 1000);
    mem_free(last);
    close_run(&r);
}
END_TEST

START_TEST(arrivals_never_fall_and_nothing_happens_outside_the_session)
{
    struct run r;
    size_t late = 0, swapped = 0;
    int64_t start = calendar_ny_ns(20260316, (10 * 60 + 15) * 60 * NS_PER_SEC), seen = 0;
    run_all(&r, "synthetic:?seed=4&rate=20000&start=10:15&for=20s", FEED_BOTH, 1000);
    for (size_t i = 0; i < r.n; i++) {
        const struct event *ev = &r.events[i];
        ck_assert(i == 0 || ev->recv_ns >= ev[-1].recv_ns);
        if (ev->kind == EV_OPEN_INTEREST)
            continue;
        ck_assert_int_ge(ev->ts_ns, start);
        ck_assert_int_lt(ev->recv_ns, start + 20 * NS_PER_SEC);
        ck_assert_int_ge(ev->recv_ns, ev->ts_ns);
        swapped += ev->ts_ns < seen;
        seen = MAX(seen, ev->ts_ns);
        if (ev->kind != EV_EQUITY_PRINT)
            continue;
        ck_assert_uint_ne(ev->u.print.id, 0);
        if (!venue_off_exchange(ev->venue)) {
            ck_assert_int_eq(ev->u.print.report_ns, 0);
            continue;
        }
        ck_assert_int_gt(ev->u.print.report_ns, ev->ts_ns);
        ck_assert_int_le(ev->u.print.report_ns, ev->ts_ns + 10 * NS_PER_SEC);
        ck_assert_int_eq(ev->recv_ns, ev->u.print.report_ns);
        late += ev->u.print.report_ns - ev->ts_ns > NS_PER_SEC;
    }
    ck_assert_uint_gt(late, 0);
    ck_assert_uint_gt(swapped, r.n / 200);
    ck_assert_uint_lt(swapped, r.n / 2);
    close_run(&r);
}
END_TEST

START_TEST(after_the_close_the_next_session_opens)
{
    /* 2026-11-26 is Thanksgiving Day; the day after closes at 13:00. */
    struct run r;
    struct trading_day days[] = {calendar_day(20261125), calendar_day(20261127),
                                 calendar_day(20261130)};
    size_t on[ARRAY_LEN(days)] = {0}, closings = 0;
    run_all(&r, "synthetic:?seed=4&rate=5&date=2026-11-25&start=15:50&events=95000", FEED_BOTH, 99);
    for (size_t i = 0; i < r.n; i++) {
        const struct event *ev = &r.events[i];
        size_t d = 0;
        if (ev->kind == EV_OPEN_INTEREST)
            continue;
        while (d < ARRAY_LEN(days) && ev->ts_ns >= days[d].close_ns + 60 * NS_PER_SEC)
            d++;
        ck_assert_uint_lt(d, ARRAY_LEN(days));
        ck_assert_int_ge(ev->ts_ns, days[d].open_ns);
        on[d]++;
        if (ev->ts_ns < days[d].close_ns)
            continue;
        /* Only the closing auction comes after the bell: the print, and the official close. */
        ck_assert_int_eq(ev->kind, EV_EQUITY_PRINT);
        ck_assert(ev->u.print.cond[1] == '6' || ev->u.print.cond[1] == 'M');
        closings += d == 1;
    }
    ck_assert_int_eq(days[1].close_ns, calendar_ny_ns(20261127, 13 * 3600 * NS_PER_SEC));
    ck_assert(on[0] > 1000 && on[1] > 40000 && on[2] > 100);
    ck_assert_uint_eq(closings, 2 * 512);
    close_run(&r);
}
END_TEST

START_TEST(bad_options_are_refused_by_name)
{
    static const char *const bad[] = {
        "synthetic:?rate=0",          "synthetic:?rate=5000001",
        "synthetic:?rate=5k",         "synthetic:?seed=-1",
        "synthetic:?date=2026-02-30", "synthetic:?date=20260316",
        "synthetic:?date=1989-01-03", "synthetic:?start=9:30",
        "synthetic:?start=24:00",     "synthetic:?symbols=0",
        "synthetic:?symbols=513",     "synthetic:?for=-5s",
        "synthetic:?for=soon",        "synthetic:?events=1.5",
        "synthetic:?volume=3",        "synthetic:path",
        "synthetic:?profile=wild",    "synthetic:?late=-1",
        "synthetic:?gap=1000001",     "synthetic:?skew=5ms",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct run r;
        struct err err = {0};
        ck_assert_msg(try_open(&r, bad[i], FEED_BOTH, &err) == -ERR_USAGE, "%s", bad[i]);
        ck_assert_ptr_nonnull(strstr(err.text, "synthetic:"));
        close_run(&r);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("synthetic");
    TCase *t = tcase_create("synthetic");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_same_seed_gives_the_same_bytes_whatever_the_polling);
    tcase_add_test(t, another_seed_gives_another_market);
    tcase_add_test(t, one_side_alone_is_the_same_events_as_within_both);
    tcase_add_test(t, every_print_has_an_earlier_quote_and_lies_near_it);
    tcase_add_test(t, prices_stand_on_the_grid_of_their_class);
    tcase_add_test(t, the_mix_and_the_conditions_are_those_asked_for);
    tcase_add_test(t, contracts_have_sessions_as_expiries_and_listed_strikes);
    tcase_add_test(t, calls_and_puts_of_a_strike_agree_with_the_underlying);
    tcase_add_test(t, arrivals_never_fall_and_nothing_happens_outside_the_session);
    tcase_add_test(t, after_the_close_the_next_session_opens);
    tcase_add_test(t, bad_options_are_refused_by_name);
    suite_add_tcase(s, t);
    return s;
}
