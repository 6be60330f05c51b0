/* The synthetic market as a market: figures near those published (reference notes on traffic),
 * truth beside the tape, faults that leave the market as it is. */
#include "feeding.h"

#include <stdlib.h>

#include "base/dec.h"
#include "event/venue.h"

static bool is_print(const struct event *ev)
{
    return ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT;
}

static bool is_quote(const struct event *ev)
{
    return ev->kind == EV_OPTION_QUOTE || ev->kind == EV_EQUITY_QUOTE;
}

static bool is_official(const struct print *p)
{
    return p->cond[1] == 'Q' || p->cond[1] == 'M';
}

static void assert_share(double part, double whole, double least, double most, const char *what)
{
    ck_assert_msg(part >= least * whole && part <= most * whole, "%s: %.4f is not %.3f to %.3f",
                  what, part / whole, least, most);
}

/* One whole day, small in rate; shares of prints and of volume do not depend on it. */
#define DAY "synthetic:?seed=9&rate=60&for=6h35m"

START_TEST(off_exchange_prints_and_volume_are_near_the_published_shares)
{
    struct feeding *g = feeding_run(DAY);
    uint64_t prints = 0, off = 0, subpenny = 0, odd = 0, options = 0;
    double volume = 0, off_volume = 0;
    uint64_t kinds[EV_COUNT] = {0};
    for (size_t i = 0; i < g->n; i++) {
        const struct event *ev = &g->events[i];
        kinds[ev->kind]++;
        options += ev->kind == EV_OPTION_PRINT;
        if (ev->kind != EV_EQUITY_PRINT || is_official(&ev->u.print))
            continue;
        double qty = (double)ev->u.print.qty / (double)QTY_ONE;
        bool trf = venue_off_exchange(ev->venue);
        prints++;
        volume += qty;
        odd += qty < 100;
        off += trf;
        off_volume += trf ? qty : 0;
        subpenny += trf && ev->u.print.px % (PX_ONE / 100) != 0;
    }
    /* 50.6 % of 2025 volume; prints of single names 15 to 42 % in 2013-2018, more since; 53.8 % of
     * the off-exchange prints of one name are sub-penny; quotes to trades of stocks 2 or 3 to 1. */
    assert_share(off_volume, volume, 0.46, 0.56, "volume off exchange");
    assert_share((double)off, (double)prints, 0.30, 0.46, "prints off exchange");
    assert_share((double)subpenny, (double)off, 0.48, 0.62, "sub-penny of these");
    assert_share((double)odd, (double)prints, 0.35, 0.65, "odd lots");
    assert_share((double)kinds[EV_EQUITY_QUOTE], (double)prints, 2, 3.5, "stock quotes to prints");
    assert_share((double)kinds[EV_OPTION_QUOTE], (double)options, 12, 25,
                 "option quotes to prints");
    feeding_free(g);
}
END_TEST

START_TEST(a_day_is_busy_at_the_open_and_before_the_close)
{
    struct trading_day day = calendar_day(20260316);
    uint64_t halves[13] = {0}, all = 0;
    for (int seed = 1; seed <= 4; seed++) {
        char uri[100];
        snprintf(uri, sizeof uri, "synthetic:?seed=%d&rate=30&for=6h30m", seed);
        struct feeding *g = feeding_run(uri);
        for (size_t i = 0; i < g->n; i++) {
            int64_t half = (g->events[i].ts_ns - day.open_ns) / (1800 * NS_PER_SEC);
            if (g->events[i].kind == EV_OPEN_INTEREST || half < 0 || half > 12)
                continue;
            halves[half]++;
            all++;
        }
        feeding_free(g);
    }
    double mid = (double)(halves[5] + halves[6] + halves[7]) / 3;
    /* The opening and the closing half hour of a U-shaped day: two to six, and one and a half to
     * five times the middle; the mean of days is the rate asked for. */
    assert_share((double)halves[0], mid, 2, 6, "first half hour to the middle");
    assert_share((double)halves[12], mid, 1.5, 5, "last half hour to the middle");
    assert_share((double)all, 4 * 23400.0 * 30, 0.8, 1.2, "events to the rate asked for");
}
END_TEST

START_TEST(prints_come_in_clusters)
{
    /* Counts of a Poisson stream have a variance equal to their mean; self-exciting ones far more.
     */
    struct feeding *g = feeding_run("synthetic:?seed=2&rate=2000&start=12:00&for=5m");
    int64_t from = g->events[0].recv_ns;
    double sum = 0, squares = 0;
    uint32_t bins[3000] = {0};
    for (size_t i = 0; i < g->n; i++) {
        int64_t bin = (g->events[i].ts_ns - from) / (NS_PER_SEC / 10);
        if (is_print(&g->events[i]) && bin >= 0 && bin < 3000)
            bins[bin]++;
    }
    for (size_t i = 0; i < ARRAY_LEN(bins); i++) {
        sum += bins[i];
        squares += (double)bins[i] * bins[i];
    }
    double mean = sum / 3000, variance = squares / 3000 - mean * mean;
    ck_assert_msg(variance > 2 * mean, "variance %.1f of mean %.1f", variance, mean);
    feeding_free(g);
}
END_TEST

START_TEST(most_option_quotes_change_sizes_only)
{
    struct feeding *g = feeding_run("synthetic:?seed=5&rate=5000&start=11:00&events=1500000");
    struct quote *last = mem_alloc((symbols_count(g->symbols) + 1) * sizeof *last);
    uint64_t again = 0, sizes = 0;
    for (size_t i = 0; i < g->n; i++) {
        const struct event *ev = &g->events[i];
        if (ev->kind != EV_OPTION_QUOTE)
            continue;
        struct quote *q = &last[ev->sym];
        again += q->bid_qty != 0;
        sizes += q->bid_qty && q->bid == ev->u.quote.bid && q->ask == ev->u.quote.ask;
        *q = ev->u.quote;
    }
    /* Over 90 % of OPRA quotes (SpiderRock, 2019). */
    assert_share((double)sizes, (double)again, 0.90, 0.995, "quotes that change sizes only");
    mem_free(last);
    feeding_free(g);
}
END_TEST

START_TEST(open_interest_comes_once_a_day_before_the_contracts_first_quote)
{
    struct feeding *g = feeding_run("synthetic:?seed=5&rate=600&start=15:58&events=500000");
    struct trading_day second = calendar_day(20260317);
    uint32_t top = symbols_count(g->symbols) + 1;
    int64_t *open[2] = {mem_alloc(top * sizeof(int64_t)), mem_alloc(top * sizeof(int64_t))};
    int64_t *traded = mem_alloc(top * sizeof *traded);
    uint64_t carried = 0, changed = 0;
    for (size_t i = 0; i < g->n; i++) {
        const struct event *ev = &g->events[i];
        size_t d = ev->recv_ns >= second.open_ns;
        if (ev->kind == EV_OPEN_INTEREST) {
            ck_assert_msg(open[d][ev->sym] == 0, "told twice: %s", feeding_symbol(g, ev));
            ck_assert_int_ge(ev->u.reference.qty, 0);
            open[d][ev->sym] = ev->u.reference.qty / QTY_ONE + 1;
        } else if (ev->kind == EV_OPTION_QUOTE) {
            ck_assert_msg(open[d][ev->sym], "not told: %s", feeding_symbol(g, ev));
        } else if (ev->kind == EV_OPTION_PRINT && d == 0) {
            traded[ev->sym] += ev->u.print.qty / QTY_ONE;
        }
    }
    for (uint32_t i = 1; i < top; i++) {
        if (!open[0][i] || !open[1][i])
            continue;
        /* Microstructure 7: a day changes open interest by at most its volume. */
        int64_t change = open[1][i] - open[0][i];
        ck_assert_int_le(llabs(change), traded[i]);
        carried++;
        changed += change != 0;
    }
    ck_assert_uint_gt(carried, 1000);
    ck_assert_uint_gt(changed, 100);
    mem_free(open[0]);
    mem_free(open[1]);
    mem_free(traded);
    feeding_free(g);
}
END_TEST

START_TEST(five_hundred_names_and_every_venue_take_part)
{
    struct feeding *g = feeding_run("synthetic:?seed=3&rate=3000&events=600000");
    uint8_t *quoted = mem_alloc(symbols_count(g->symbols) + 1);
    uint8_t *venues = mem_alloc(venue_count());
    size_t names = 0, missing = 0;
    for (size_t i = 0; i < g->n; i++) {
        const struct event *ev = &g->events[i];
        names += ev->kind == EV_EQUITY_QUOTE && !quoted[ev->sym];
        quoted[ev->sym] = 1;
        venues[ev->venue] = 1;
    }
    for (uint16_t i = 1; i < venue_count(); i++) {
        const struct venue *v = venue_get(i);
        bool closed = strstr(v->name, "(closed)") != NULL, adf = strcmp(v->mic, "XADF") == 0;
        bool vague = strcmp(v->mic, "FINR") == 0, facility = v->kind == VENUE_TRF && !vague;
        if (!venues[i] && ((v->kind == VENUE_EXCHANGE && !closed) || (facility && !adf))) {
            printf("# no print at %s %s\n", v->mic, v->name);
            missing++;
        }
    }
    ck_assert_uint_ge(names, 500);
    ck_assert_uint_eq(missing, 0);
    ck_assert_uint_lt(symbols_count(g->symbols), 100000);
    mem_free(quoted);
    mem_free(venues);
    feeding_free(g);
}
END_TEST

START_TEST(a_halted_stock_and_its_options_do_not_trade)
{
    struct feeding *g = feeding_run("synthetic:?seed=6&rate=400&profile=stress&for=2h");
    int64_t *from = mem_alloc((symbols_count(g->symbols) + 1) * sizeof *from);
    int64_t *to = mem_alloc((symbols_count(g->symbols) + 1) * sizeof *to);
    size_t halts = 0, resumed = 0;
    for (size_t i = 0; i < g->n; i++) {
        const struct event *ev = &g->events[i];
        if (ev->kind != EV_STATUS)
            continue;
        bool halt = strcmp(ev->u.status.code, "halt") == 0;
        ck_assert(halt || strcmp(ev->u.status.code, "resume") == 0);
        (halt ? from : to)[ev->sym] = ev->ts_ns;
        halts += halt;
        resumed += !halt;
    }
    ck_assert(halts > 5 && resumed > 3);
    for (size_t i = 0; i < g->n; i++) {
        const struct event *ev = &g->events[i];
        uint32_t sym = symbols_get(g->symbols, ev->sym)->underlying;
        int64_t end = to[sym] ? to[sym] : INT64_MAX;
        if (is_print(ev) && from[sym])
            ck_assert_msg(ev->ts_ns < from[sym] || ev->ts_ns >= end, "%s", feeding_symbol(g, ev));
    }
    mem_free(from);
    mem_free(to);
    feeding_free(g);
}
END_TEST

/* Rows of a truth file, by print id. */
struct row {
    uint64_t parent, leg;
    int64_t qty;
    char class[24], structure[24], side[8], intent[16], opens[8], symbol[24];
};

static size_t read_truth(const char *path, struct row *rows, size_t cap)
{
    char line[300], *field[10];
    FILE *f = fopen(path, "r");
    size_t n = 0;
    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
    ck_assert_str_eq(line,
                     "parent,class,structure,side,intent,open_close,symbol,print_id,leg,qty\n");
    while (fgets(line, sizeof line, f)) {
        char *rest = line;
        for (size_t i = 0; i < 10; i++)
            ck_assert_ptr_nonnull(field[i] = strsep(&rest, ",\n"));
        uint64_t id = strtoull(field[7], NULL, 10);
        ck_assert_msg(id && id < cap && !rows[id].parent, "print %s twice or out of range",
                      field[7]);
        struct row *r = &rows[id];
        r->parent = strtoull(field[0], NULL, 10);
        snprintf(r->class, sizeof r->class, "%s", field[1]);
        snprintf(r->structure, sizeof r->structure, "%s", field[2]);
        snprintf(r->side, sizeof r->side, "%s", field[3]);
        snprintf(r->intent, sizeof r->intent, "%s", field[4]);
        snprintf(r->opens, sizeof r->opens, "%s", field[5]);
        snprintf(r->symbol, sizeof r->symbol, "%s", field[6]);
        r->leg = strtoull(field[8], NULL, 10);
        r->qty = strtoll(field[9], NULL, 10);
        n++;
    }
    fclose(f);
    return n;
}

#define TRUTH_CAP 400000

struct told {
    struct feeding *g;
    struct row *rows;
    size_t n;
};

static struct told run_with_truth(const char *options)
{
    char uri[800], path[500];
    struct told t = {.rows = mem_alloc(TRUTH_CAP * sizeof *t.rows)};
    snprintf(path, sizeof path, "%s/truth.csv", test_dir());
    snprintf(uri, sizeof uri, "synthetic:?%s&truth=%s", options, path);
    t.g = feeding_run(uri);
    t.g->feed.ops->close(&t.g->feed);
    t.n = read_truth(path, t.rows, TRUTH_CAP);
    return t;
}

static void told_free(struct told *t)
{
    feeding_free(t->g);
    mem_free(t->rows);
}

START_TEST(truth_has_each_print_once_and_changes_nothing)
{
    struct told t = run_with_truth("seed=4&rate=4000&events=400000");
    struct feeding *plain = feeding_run("synthetic:?seed=4&rate=4000&events=400000");
    size_t prints = 0;
    ck_assert_uint_eq(plain->n, t.g->n);
    ck_assert(memcmp(plain->events, t.g->events, plain->n * sizeof *plain->events) == 0);
    for (size_t i = 0; i < t.g->n; i++) {
        const struct event *ev = &t.g->events[i];
        if (!is_print(ev))
            continue;
        const struct row *r = &t.rows[ev->u.print.id];
        prints++;
        ck_assert_msg(r->parent, "print without a row");
        ck_assert_str_eq(r->symbol, feeding_symbol(t.g, ev));
        ck_assert_int_eq(r->qty * QTY_ONE, ev->u.print.qty);
        ck_assert(strcmp(r->side, "buy") == 0 || strcmp(r->side, "sell") == 0 ||
                  strcmp(r->class, "noise") == 0);
        ck_assert((ev->kind == EV_OPTION_PRINT) == (r->opens[0] != '\0'));
    }
    ck_assert_uint_eq(prints, t.n);
    feeding_free(plain);
    told_free(&t);
}
END_TEST

START_TEST(truth_has_every_print_whatever_goes_wrong)
{
    struct told t = run_with_truth("seed=4&rate=4000&events=300000&profile=dirty&duplicate=20000");
    uint8_t *seen = mem_alloc(TRUTH_CAP);
    size_t prints = 0, again = 0;
    for (size_t i = 0; i < t.g->n; i++) {
        const struct event *ev = &t.g->events[i];
        if (!is_print(ev) || (ev->kind == EV_OPTION_PRINT && ev->u.print.cond[0] == 'A'))
            continue;
        ck_assert_uint_lt(ev->u.print.id, TRUTH_CAP);
        ck_assert(t.rows[ev->u.print.id].parent != 0);
        again += seen[ev->u.print.id];
        prints += !seen[ev->u.print.id];
        seen[ev->u.print.id] = 1;
    }
    /* The others are lost in gaps or still on their way: truth is about the market. */
    ck_assert_uint_lt(prints, t.n);
    ck_assert_uint_gt(again, 100);
    mem_free(seen);
    told_free(&t);
}
END_TEST

/* What is told of a parent: the venue and the first instant of its option legs. */
struct parent {
    uint16_t venue;
    int64_t ts;
    uint64_t legs, buys;
    char structure[24];
};

static void check_member(struct parent *p, const struct event *ev, const struct row *r)
{
    bool roll = strcmp(r->class, "roll") == 0;
    ck_assert(r->leg >= 1 && r->leg <= 4);
    ck_assert_msg((p->legs >> r->leg & 1) == 0, "leg twice");
    p->legs |= UINT64_C(1) << r->leg;
    p->buys += strcmp(r->side, "buy") == 0;
    if (*p->structure)
        ck_assert_str_eq(p->structure, r->structure);
    snprintf(p->structure, sizeof p->structure, "%s", r->structure);
    ck_assert(!roll || strcmp(r->opens, r->leg == 1 ? "close" : "open") == 0);
    if (ev->kind != EV_OPTION_PRINT)
        return;
    if (p->venue) {
        int64_t apart = ev->ts_ns - p->ts;
        ck_assert_uint_eq(ev->venue, p->venue);
        ck_assert(apart > -8 * NS_PER_MS && apart < 8 * NS_PER_MS);
    }
    p->venue = ev->venue;
    p->ts = ev->ts_ns;
}

static int legs_of(const char *structure)
{
    static const char *const fours[] = {"iron_butterfly", "condor", "iron_condor", "box",
                                        "jelly_roll"};
    static const char *const threes[] = {"collar", "butterfly", "conversion", "reversal", "ladder"};
    for (size_t i = 0; i < ARRAY_LEN(fours); i++)
        if (strcmp(structure, fours[i]) == 0)
            return 4;
    for (size_t i = 0; i < ARRAY_LEN(threes); i++)
        if (strcmp(structure, threes[i]) == 0)
            return 3;
    return 2;
}

START_TEST(legs_of_packages_share_venue_and_moment_and_every_structure_occurs)
{
    static const char *const all[] = {
        "call_vertical", "put_vertical",  "calendar",   "diagonal",   "straddle",
        "strangle",      "risk_reversal", "collar",     "butterfly",  "iron_butterfly",
        "condor",        "iron_condor",   "box",        "jelly_roll", "conversion",
        "reversal",      "ratio",         "backspread", "ladder",     "stock_tied"};
    struct told t = run_with_truth("seed=8&rate=9000&events=1200000");
    struct parent *parents = mem_alloc(TRUTH_CAP * sizeof *parents);
    for (size_t i = 0; i < t.g->n; i++) {
        const struct event *ev = &t.g->events[i];
        const struct row *r = is_print(ev) ? &t.rows[ev->u.print.id] : NULL;
        if (r && *r->structure)
            check_member(&parents[r->parent], ev, r);
    }
    size_t found[ARRAY_LEN(all)] = {0}, cut = 0, whole = 0;
    for (size_t i = 0; i < TRUTH_CAP; i++) {
        const struct parent *p = &parents[i];
        if (!p->legs)
            continue;
        bool complete = __builtin_popcountll(p->legs) == legs_of(p->structure);
        cut += !complete; /* by the end of the run */
        whole += complete;
        for (size_t k = 0; k < ARRAY_LEN(all); k++)
            found[k] += complete && strcmp(all[k], p->structure) == 0;
    }
    for (size_t k = 0; k < ARRAY_LEN(all); k++)
        ck_assert_msg(found[k], "no %s", all[k]);
    ck_assert_uint_lt(cut, 20);
    ck_assert_uint_gt(whole, 3000);
    mem_free(parents);
    told_free(&t);
}
END_TEST

START_TEST(sweeps_take_several_venues_and_runs_one)
{
    struct told t = run_with_truth("seed=8&rate=9000&events=600000");
    struct parent *parents = mem_alloc(TRUTH_CAP * sizeof *parents);
    size_t sweeps = 0, runs = 0;
    for (size_t i = 0; i < t.g->n; i++) {
        const struct event *ev = &t.g->events[i];
        const struct row *r = ev->kind == EV_OPTION_PRINT ? &t.rows[ev->u.print.id] : NULL;
        if (!r || !(strstr(r->class, "sweep") || strcmp(r->class, "fill_run") == 0))
            continue;
        struct parent *p = &parents[r->parent];
        uint64_t bit = UINT64_C(1) << (ev->venue - venue_option_first());
        bool sweep = strstr(r->class, "sweep") != NULL;
        ck_assert(!p->legs || sweep == ((p->legs & bit) == 0));
        ck_assert(!*p->structure || strcmp(p->structure, r->symbol) == 0);
        snprintf(p->structure, sizeof p->structure, "%s", r->symbol);
        p->legs |= bit;
        sweeps += sweep;
        runs += !sweep;
    }
    ck_assert(sweeps > 1000 && runs > 1000);
    mem_free(parents);
    told_free(&t);
}
END_TEST

#define DIRTY "synthetic:?seed=11&rate=20000&events=150000&profile=dirty&burst=8&disconnect=20"

START_TEST(faults_are_the_same_whatever_the_polling)
{
    static const size_t portions[] = {1, 13, 100000};
    struct feeding *whole = feeding_run(DIRTY);
    ck_assert_uint_eq(whole->n, 150000);
    for (size_t i = 0; i < ARRAY_LEN(portions); i++) {
        struct feeding *part = feeding_open(DIRTY, FEED_BOTH);
        while (part->feed.ops->poll(&part->feed, INT64_MAX, portions[i], &part->err) == FEED_MORE)
            ;
        ck_assert_uint_eq(part->n, whole->n);
        ck_assert_msg(memcmp(part->events, whole->events, whole->n * sizeof *whole->events) == 0,
                      "portions of %zu", portions[i]);
        feeding_free(part);
    }
    feeding_free(whole);
}
END_TEST

START_TEST(faults_leave_the_market_as_it_is)
{
    struct feeding *clean = feeding_run("synthetic:?seed=11&rate=2000&start=12:00&events=100000");
    struct feeding *dirty =
        feeding_run("synthetic:?seed=11&rate=2000&start=12:00&events=130000&duplicate=9000"
                    "&cancel=9000&correct=9000&crossed=9000&locked=9000");
    size_t at = 0, kinds[EV_COUNT] = {0}, locked = 0, crossed = 0;
    for (size_t i = 0; i < dirty->n; i++) {
        const struct event *ev = &dirty->events[i];
        kinds[ev->kind]++;
        locked += is_quote(ev) && ev->u.quote.bid == ev->u.quote.ask;
        crossed += is_quote(ev) && ev->u.quote.bid > ev->u.quote.ask;
        if (at < clean->n && memcmp(ev, &clean->events[at], sizeof *ev) == 0)
            at++;
    }
    ck_assert_uint_eq(at, clean->n);
    ck_assert(kinds[EV_CANCEL] > 10 && kinds[EV_CORRECT] > 50 && locked > 300 && crossed > 300);
    feeding_free(clean);
    feeding_free(dirty);
}
END_TEST

START_TEST(a_burst_is_half_a_million_events_in_a_second)
{
    struct feeding *g = feeding_run("synthetic:?seed=2&rate=1000&start=12:00&burst=30&for=2m");
    uint64_t most = 0;
    for (size_t from = 0, to = 0; to < g->n; to++) {
        while (g->events[to].recv_ns - g->events[from].recv_ns >= NS_PER_SEC)
            from++;
        most = MAX(most, to - from + 1);
    }
    ck_assert_uint_ge(most, 499000);
    ck_assert_uint_le(most, 520000);
    feeding_free(g);
}
END_TEST

START_TEST(losses_are_told_with_what_is_missing)
{
    const char *base = "synthetic:?seed=3&rate=5000&start=12:00&for=20s";
    char uri[200];
    snprintf(uri, sizeof uri, "%s&gap=200", base);
    struct feeding *clean = feeding_run(base), *lossy = feeding_run(uri);
    int64_t missing = 0;
    size_t gaps = 0;
    for (size_t i = 0; i < lossy->n; i++) {
        const struct event *ev = &lossy->events[i];
        if (ev->kind != EV_GAP)
            continue;
        gaps++;
        missing += ev->u.gap.missing;
        ck_assert_int_eq(ev->u.gap.reason, GAP_SEQUENCE);
        ck_assert_int_le(ev->u.gap.from_ns, ev->u.gap.to_ns);
    }
    ck_assert_uint_gt(gaps, 3);
    ck_assert_int_eq((int64_t)clean->n - missing + (int64_t)gaps, (int64_t)lossy->n);
    feeding_free(clean);
    feeding_free(lossy);
}
END_TEST

START_TEST(skew_moves_quotes_against_prints)
{
    const char *base = "synthetic:?seed=3&rate=5000&start=12:00&events=50000";
    char uri[200];
    snprintf(uri, sizeof uri, "%s&skew=-2500", base);
    struct feeding *clean = feeding_run(base), *skewed = feeding_run(uri);
    ck_assert_uint_eq(clean->n, skewed->n);
    for (size_t i = 0; i < clean->n; i++)
        ck_assert_int_eq(skewed->events[i].ts_ns - clean->events[i].ts_ns,
                         is_quote(&clean->events[i]) ? -2500000 : 0);
    feeding_free(clean);
    feeding_free(skewed);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("market");
    TCase *t = tcase_create("market");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, off_exchange_prints_and_volume_are_near_the_published_shares);
    tcase_add_test(t, a_day_is_busy_at_the_open_and_before_the_close);
    tcase_add_test(t, prints_come_in_clusters);
    tcase_add_test(t, most_option_quotes_change_sizes_only);
    tcase_add_test(t, open_interest_comes_once_a_day_before_the_contracts_first_quote);
    tcase_add_test(t, five_hundred_names_and_every_venue_take_part);
    tcase_add_test(t, a_halted_stock_and_its_options_do_not_trade);
    tcase_add_test(t, truth_has_each_print_once_and_changes_nothing);
    tcase_add_test(t, truth_has_every_print_whatever_goes_wrong);
    tcase_add_test(t, legs_of_packages_share_venue_and_moment_and_every_structure_occurs);
    tcase_add_test(t, sweeps_take_several_venues_and_runs_one);
    tcase_add_test(t, faults_are_the_same_whatever_the_polling);
    tcase_add_test(t, faults_leave_the_market_as_it_is);
    tcase_add_test(t, a_burst_is_half_a_million_events_in_a_second);
    tcase_add_test(t, losses_are_told_with_what_is_missing);
    tcase_add_test(t, skew_moves_quotes_against_prints);
    suite_add_tcase(s, t);
    return s;
}
