/* Prices and quotes of option contracts. The model is Bachelier's with a skew, in whole numbers
 * from a table: cheap, free of arbitrage across a call and its put, and wrong in detail. */
#include <string.h>

#include "base/dec.h"
#include "feed/market/market.h"

static const struct {
    uint32_t half_permille, half_busy_permille; /* half the spread, of the option's value */
    uint32_t busy_weight;                       /* names that trade this much have the narrow one */
    uint32_t cap_of_underlying; /* half the spread is at most the underlying's price / this */
    uint32_t still_permille;    /* quote events that change sizes only */
    uint32_t max_lots;
    int64_t reroot_ns; /* the root of the time left is taken again after this */
    int64_t settle_ns; /* a first quote may be this long under way */
    int64_t fresh_ns;  /* an older quote is renewed before an order arrives */
} figures = {13,
             6,
             600,
             400,
             895,
             180,
             INT64_C(240) * NS_PER_MS,
             INT64_C(13) * NS_PER_MS,
             INT64_C(1700) * NS_PER_MS};

/* Open interest in the morning: mean contracts for a name's weight, and how it falls off over
 * steps of a deviation from the money; expiries on third Fridays have more. */
static const struct {
    int64_t each_weight, most_steps;
    int64_t monthly;
} interest = {9, 6, 3};

static const char option_letters[] = "CXNPAIMZEQBUDHJSWTGV";
static const uint32_t option_weights[] = {140, 240, 350, 420, 480, 540, 600, 650, 710, 770,
                                          830, 880, 920, 940, 960, 975, 983, 990, 996, 1000};

/* phi(x) - x (1 - Phi(x)) at x = i/16, in 2^-20: the value of an option that is x deviations out of
 * the money, in deviations. */
static const uint32_t out_value[82] = {
    418321, 386370, 356049, 327349, 300254, 274743, 250787, 228353, 207405, 187898, 169785, 153017,
    137538, 123293, 110223, 98266,  87363,  77450,  68467,  60352,  53044,  46485,  40616,  35382,
    30730,  26609,  22970,  19768,  16959,  14505,  12366,  10509,  8903,   7518,   6328,   5310,
    4440,   3701,   3075,   2546,   2101,   1729,   1417,   1158,   943,    765,    619,    499,
    401,    321,    256,    203,    161,    127,    100,    78,     61,     48,     37,     29,
    22,     17,     13,     10,     7,      6,      4,      3,      2,      2,      1,      1,
    1,      1,      0,      0,      0,      0,      0,      0,      0,      0,
};

#define SQRT_YEAR INT64_C(177583783) /* sqrt(365 days in ns) */

/* Standard deviation of the underlying until expiry, micro-dollars, at least 1. */
static int64_t deviation(struct market *m, const struct place *at, int64_t spot)
{
    struct series *series = at->series;
    if (m->now_ns - series->rooted_ns > figures.reroot_ns || !series->rooted_ns) {
        series->sqrt_ns = whole_sqrt((uint64_t)MAX(series->end_ns - m->now_ns, NS_PER_SEC));
        series->rooted_ns = m->now_ns;
    }
    /* Lower strikes carry more volatility, and so do far ones. */
    int64_t below = (spot - at->contract->strike) * 1000 / spot;
    below = MAX(-400, MIN(below, 400));
    int64_t base = (int64_t)at->stock->name->vol * m->profile->vol_permille / 1000;
    /* Short expiries move with the day, far ones towards a level of their own. */
    int64_t days = (series->end_ns - m->now_ns) / (INT64_C(86400) * NS_PER_SEC);
    base = base * (1000 - 2 * MIN(days, 40)) / 1000;
    int64_t vol = base * (1000 + below * 6 / 5 + (below < 0 ? -below : below) / 2) / 1000;
    return MAX(spot * vol / 10000 * series->sqrt_ns / SQRT_YEAR, 1);
}

int64_t contract_fair(struct market *m, const struct place *at)
{
    int64_t spot = at->stock->fair, in = spot - at->contract->strike;
    int64_t away = in < 0 ? -in : in, dev = deviation(m, at, spot), x = away * 4096 / dev;
    int64_t i = x >> 8, part = x & 255, time_value = 0;
    if (i < (int64_t)ARRAY_LEN(out_value) - 1) {
        int64_t v = out_value[i] * (256 - part) + out_value[i + 1] * part;
        time_value = dev * (v >> 8) >> 20;
    }
    /* Call less put is spot less strike: there are no rates here. */
    return time_value + MAX(at->right ? -in : in, 0);
}

static uint16_t option_venue(struct market *m, const struct stock *s, struct chance *c)
{
    /* The index trades at one exchange only. */
    return s->name->tape ? venue_draw(m->option_venues, option_letters, option_weights,
                                      ARRAY_LEN(option_weights), c)
                         : m->option_venues['C' - 'A'];
}

static uint32_t size_of(struct chance *c)
{
    return 1 + chance_below(c, 1 + chance_below(c, figures.max_lots));
}

static void set_prices(struct market *m, const struct place *at, struct chance *c, int64_t fair)
{
    struct contract *o = at->contract;
    const struct name *name = at->stock->name;
    enum tick_class ticks = name->ticks;
    uint32_t permille = name->option_weight >= figures.busy_weight ? figures.half_busy_permille
                                                                   : figures.half_permille;
    int64_t half = MIN(fair * permille / 1000, at->stock->fair / figures.cap_of_underlying);
    half += tick_of(ticks, fair) / 3;
    int64_t bid = fair > half ? tick_floor(ticks, fair - half) : 0;
    int64_t ask = tick_ceil(ticks, fair + half);
    if (ask <= bid)
        ask = bid + tick_of(ticks, bid);
    if (bid != o->bid || !o->quoted_ns) {
        o->bid = bid;
        o->bid_qty = size_of(c);
        o->bid_venue = option_venue(m, at->stock, c);
    }
    if (ask != o->ask) {
        o->ask = ask;
        o->ask_qty = size_of(c);
        o->ask_venue = option_venue(m, at->stock, c);
    }
}

static void set_sizes(struct contract *o, struct chance *c)
{
    uint32_t which = chance_below(c, 5);
    if (which != 0)
        o->bid_qty = size_of(c);
    if (which == 0 || which == 1)
        o->ask_qty = size_of(c);
}

/* Quoters leave a quote alone while the value stays well within it. */
static bool holds(const struct contract *o, int64_t fair)
{
    int64_t off = 2 * fair - o->bid - o->ask;
    return (off < 0 ? -off : off) * 5 < (o->ask - o->bid) * 3;
}

/* Of the contract as named, so that it does not depend on when it is first quoted. */
static int64_t morning_interest(const struct market *m, const struct place *at)
{
    const struct instrument *in = symbols_get(m->symbols, at->contract->sym);
    struct chance c = chance_fork(m->seed, in->symbol);
    int64_t spot = at->stock->fair, off = at->contract->strike - spot;
    int64_t steps = (off < 0 ? -off : off) * 25 / spot, day = at->series->expiry % 100;
    int64_t mean = at->stock->name->option_weight * interest.each_weight + 20;
    mean = mean * (interest.most_steps - MIN(steps, interest.most_steps - 1)) / interest.most_steps;
    if (day >= 15 && day <= 21)
        mean *= interest.monthly;
    return chance_permille(&c, 60) ? 0 : chance_exp(&c, mean);
}

/* The clearing house tells the open interest once, before the open; it is sent on when the contract
 * is first looked at. */
static void tell_interest(struct market *m, const struct place *at)
{
    struct contract *o = at->contract;
    struct event ev;
    if (o->open < 0)
        o->open = morning_interest(m, at);
    memset(&ev, 0, sizeof ev);
    ev.ts_ns = calendar_ny_ns(m->day.date, INT64_C(390) * 60 * NS_PER_SEC);
    ev.recv_ns = m->now_ns;
    ev.kind = EV_OPEN_INTEREST;
    ev.sym = o->sym;
    ev.u.reference.qty = o->open * QTY_ONE;
    queue_push(m->queue, &ev);
}

static bool name_contract(struct market *m, const struct place *at)
{
    const struct name *name = at->stock->name;
    struct contract *o = at->contract;
    if (!o->sym)
        o->sym = symbols_contract(m->symbols, name->root, strlen(name->root), at->series->expiry,
                                  at->right ? 'P' : 'C', o->strike * (PX_ONE / 1000000));
    m->full |= !o->sym;
    return o->sym != 0;
}

static void send_quote(struct market *m, const struct contract *o, struct chance *c)
{
    struct event ev;
    memset(&ev, 0, sizeof ev);
    ev.ts_ns = m->now_ns;
    ev.kind = EV_OPTION_QUOTE;
    ev.sym = o->sym;
    ev.u.quote.bid = o->bid * 1000;
    ev.u.quote.ask = o->ask * 1000;
    ev.u.quote.bid_qty = o->bid_qty * QTY_ONE;
    ev.u.quote.ask_qty = o->ask_qty * QTY_ONE;
    ev.u.quote.bid_venue = o->bid_venue;
    ev.u.quote.ask_venue = o->ask_venue;
    market_send(m, &ev, STREAM_OPTION_QUOTE, c);
}

void contract_quote(struct market *m, const struct place *at, struct chance *c)
{
    struct contract *o = at->contract;
    if (!name_contract(m, at))
        return;
    int64_t fair =
        o->quoted_ns && chance_permille(c, figures.still_permille) ? -1 : contract_fair(m, at);
    if (fair < 0 || (o->quoted_ns && holds(o, fair)))
        set_sizes(o, c);
    else
        set_prices(m, at, c, fair);
    if (!o->quoted_ns) {
        o->settled_ns = m->now_ns + figures.settle_ns;
        tell_interest(m, at);
    }
    o->quoted_ns = m->now_ns;
    send_quote(m, o, c);
}

static bool trades(const struct market *m, const struct place *at)
{
    return at->series->end_ns > m->now_ns && !stock_halted(m, at->stock);
}

bool contract_ready(struct market *m, const struct place *at, struct chance *c)
{
    struct contract *o = at->contract;
    if (!trades(m, at))
        return false;
    if (!o->quoted_ns || m->now_ns - o->quoted_ns > figures.fresh_ns)
        contract_quote(m, at, c);
    return o->sym != 0;
}

void market_option_quote(struct market *m)
{
    struct place at;
    listing_pick(m, &m->option_quotes, &at);
    if (trades(m, &at))
        contract_quote(m, &at, &m->option_quotes);
}
