/* Paths and quotes of the stocks. */
#include <string.h>

#include "base/dec.h"
#include "feed/market/market.h"

static const struct {
    uint32_t still_permille;    /* quote events that change a size only */
    uint32_t extra_permille;    /* each further cent of spread beyond the name's usual one */
    uint32_t one_side_permille; /* size changes of one side only */
    uint32_t max_lots;
    int64_t overnight_ns; /* the night moves prices as much as this much trading time */
} stock_figures = {780, 160, 700, 24, INT64_C(6400) * NS_PER_SEC};

static const char lit_letters[] = "QPZKNVUHYJXBACMLFG";
static const uint32_t lit_weights[] = {270, 440, 565, 695, 790, 850, 920, 940, 958,
                                       966, 974, 980, 984, 988, 992, 995, 998, 1000};

/* sqrt(1e9) * sqrt(252 * 23400): a year of trading seconds in sqrt(ns). */
#define SQRT_TRADING_YEAR INT64_C(76790000)

void stock_move(struct market *m, struct stock *s)
{
    const struct stock *first = &m->stocks[0];
    int64_t root = whole_sqrt((uint64_t)(m->now_ns - s->moved_ns));
    int64_t vol = (int64_t)s->name->vol * m->profile->vol_permille / 1000 * m->mood.vol_permille /
                  1000;
    int64_t own = s->fair * vol / 10000 * root / SQRT_TRADING_YEAR;
    int64_t z = chance_normal(&m->paths), passed = m->now_ns - s->moved_ns;
    s->moved_ns = m->now_ns;
    if (s != first) {
        /* The common part comes from the first stock's move since; the own part is the rest. */
        int64_t common = (first->fair - s->leader) * 1000000 / s->leader;
        s->fair += common * s->name->beta / 100 * (s->fair / 1000) / 1000;
        s->leader = first->fair;
        own = own * 3 / 4;
    } else if (passed < stock_figures.overnight_ns) {
        s->fair += s->fair / 1000000 * m->mood.drift_ppm * (passed / NS_PER_MS) / 1000;
    }
    s->fair += own * z / 65536;
    s->fair = MAX(s->fair, CENTS(100));
}

static uint32_t lot_of(int64_t price)
{
    /* Round lots since 2025-11-03, conditions.md E. */
    return price <= CENTS(25000)     ? 100
           : price <= CENTS(100000)  ? 40
           : price <= CENTS(1000000) ? 10
                                     : 1;
}

static uint32_t size_of(const struct stock *s, struct chance *c)
{
    uint32_t a = 1 + chance_below(c, stock_figures.max_lots);
    return lot_of(s->fair) * (1 + chance_below(c, a));
}

uint16_t stock_venue(struct market *m, struct chance *c)
{
    return venue_draw(m->lit_venues, lit_letters, lit_weights, ARRAY_LEN(lit_weights), c);
}

static void set_prices(struct market *m, struct stock *s, struct chance *c)
{
    int64_t spread = s->name->cents;
    while (chance_permille(c, stock_figures.extra_permille))
        spread += 1 + s->name->cents / 4;
    /* The fair price lies somewhere within the new quote. */
    int64_t low = CENTS(chance_below(c, (uint32_t)spread));
    int64_t bid = MAX((s->fair - low) / CENTS(1), 1) * CENTS(1), ask = bid + CENTS(spread);
    bool bid_new = bid != s->bid, ask_new = ask != s->ask;
    s->bid = bid;
    s->ask = ask;
    if (bid_new) {
        s->bid_qty = size_of(s, c);
        s->bid_venue = stock_venue(m, c);
    }
    if (ask_new) {
        s->ask_qty = size_of(s, c);
        s->ask_venue = stock_venue(m, c);
    }
}

static void set_sizes(struct stock *s, struct chance *c)
{
    bool one = chance_permille(c, stock_figures.one_side_permille), bid = chance_permille(c, 500);
    if (!one || bid)
        s->bid_qty = size_of(s, c);
    if (!one || !bid)
        s->ask_qty = size_of(s, c);
}

void stock_quote(struct market *m, struct stock *s, struct chance *c)
{
    struct event ev;
    if (s->bid && chance_permille(c, stock_figures.still_permille)) {
        set_sizes(s, c);
    } else {
        stock_move(m, s);
        if (!s->bid || (m->now_ns >= s->held_ns && (s->fair <= s->bid || s->fair >= s->ask)))
            set_prices(m, s, c);
        else
            set_sizes(s, c);
    }
    memset(&ev, 0, sizeof ev);
    ev.ts_ns = m->now_ns;
    ev.kind = EV_EQUITY_QUOTE;
    ev.sym = s->sym;
    ev.u.quote.bid = s->bid * 1000;
    ev.u.quote.ask = s->ask * 1000;
    ev.u.quote.bid_qty = s->bid_qty * QTY_ONE;
    ev.u.quote.ask_qty = s->ask_qty * QTY_ONE;
    ev.u.quote.bid_venue = s->bid_venue;
    ev.u.quote.ask_venue = s->ask_venue;
    market_send(m, &ev, STREAM_EQUITY_QUOTE, c);
}

bool stock_halted(const struct market *m, const struct stock *s)
{
    return m->now_ns < s->halted_ns;
}

/* An index follows the first stock and is not quoted itself. */
static void indexes_follow(struct market *m)
{
    const struct stock *first = &m->stocks[0];
    for (size_t i = m->n_stocks; i-- && !m->stocks[i].name->tape;)
        m->stocks[i].fair = m->stocks[i].name->price + (first->fair - first->name->price) * 10;
}

void market_equity_quote(struct market *m)
{
    struct chance *c = &m->equity_quotes;
    struct stock *s = &m->stocks[chance_row(c, m->stock_weights, m->n_stocks)];
    if (stock_halted(m, s))
        return;
    stock_quote(m, s, c);
    indexes_follow(m);
}

/* What is owned by the day: quotes start anew, prices carry the night's move. */
void market_open_day(struct market *m, int32_t date)
{
    bool first = m->day.date == 0;
    m->day = calendar_day(market_next_session(date));
    m->now_ns = m->day.open_ns;
    for (size_t i = 0; i < m->n_stocks; i++) {
        struct stock *s = &m->stocks[i];
        s->moved_ns = m->now_ns - stock_figures.overnight_ns;
        s->bid = s->ask = s->traded_ns = s->halted_ns = s->held_ns = 0;
        if (!first)
            stock_move(m, s);
    }
    indexes_follow(m);
    for (size_t i = 0; i < m->n_stocks; i++) {
        m->stocks[i].moved_ns = m->now_ns;
        listing_build(m, &m->stocks[i]);
    }
}
