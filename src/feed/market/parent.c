/* Orders in options as they reach the tape: one order prints once, several times on one venue, on
 * several venues, through an auction or a cross, on a floor, or as the legs of a package. */
#include <string.h>

#include "base/dec.h"
#include "feed/market/market.h"

/* An order about to trade: its contract, its taker, and when it starts. */
struct order {
    struct place at;
    struct chance *c;
    int64_t ts;
    bool buys;
};

static const struct {
    int64_t fresh_ns;           /* an older quote is renewed before the order arrives */
    int64_t floor_ns, usual_ns; /* from quote to order */
    uint32_t touch_permille, middle_permille; /* single prints at the touch, in the middle */
} figures = {INT64_C(1700) * NS_PER_MS, 180000, 450000, 710, 110};

/* Sizes are lumpy. */
static const uint32_t sizes[] = {1,  2,  3,  4,  5,  6,  7,  8,   9,   10,  12,  15,
                                 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 300, 400};
static const uint32_t size_weights[] = {340, 460, 540, 590, 670, 690, 702, 716,
                                        724, 790, 802, 822, 868, 890, 902, 916,
                                        944, 950, 956, 982, 987, 994, 998, 1000};

static uint32_t size_draw(struct chance *c)
{
    return sizes[chance_row(c, size_weights, ARRAY_LEN(sizes))];
}

static const char venue_letters[] = "CXNPAIMZEQBUDHJSWT";
static const uint32_t venue_weights[] = {15, 25, 36, 43, 49, 55, 61, 66, 72,
                                         78, 84, 88, 92, 94, 96, 98, 99, 100};

static uint16_t venue_of(struct market *m, const struct order *o)
{
    return o->at.stock->name->tape ? venue_draw(m->option_venues, venue_letters, venue_weights,
                                                ARRAY_LEN(venue_weights), o->c)
                                   : m->option_venues['C' - 'A'];
}

static void print(struct market *m, const struct order *o, int64_t ts, uint16_t venue, int64_t px,
                  uint32_t qty, char cond)
{
    struct event ev;
    memset(&ev, 0, sizeof ev);
    ev.ts_ns = MIN(ts, m->day.close_ns - 1);
    ev.kind = EV_OPTION_PRINT;
    ev.sym = o->at.contract->sym;
    ev.venue = venue;
    ev.u.print.px = px * 1000;
    ev.u.print.qty = qty * QTY_ONE;
    ev.u.print.cond[0] = cond;
    market_send(m, &ev, STREAM_OPTION_PRINT, o->c);
}

/* Renews a quote that is missing or old; false when the contract does not trade. */
static bool ready(struct market *m, const struct place *at, struct chance *c)
{
    struct contract *o = at->contract;
    if (!o->sym || at->series->end_ns <= m->now_ns)
        return false;
    if (!o->quoted_ns || m->now_ns - o->quoted_ns > figures.fresh_ns)
        contract_quote(m, at, c);
    return true;
}

static int64_t touch(const struct order *o)
{
    return o->buys ? o->at.contract->ask : o->at.contract->bid;
}

/* One grid step worse for the taker; a sale stops at one step above zero. */
static int64_t worse(const struct order *o, int64_t px)
{
    enum tick_class ticks = o->at.stock->name->ticks;
    int64_t down = px - tick_of(ticks, px - 1);
    return o->buys ? px + tick_of(ticks, px) : MAX(down, tick_of(ticks, 0));
}

/* On the grid, within the quote, at `part` of 1000 of the way from the touch to the other side. */
static int64_t inside(const struct order *o, int64_t grid, uint32_t part)
{
    const struct contract *q = o->at.contract;
    int64_t way = (q->ask - q->bid) * part / 1000;
    int64_t px = o->buys ? q->ask - way : q->bid + way;
    px -= px % grid;
    return MAX(px, MAX(q->bid, grid));
}

static int64_t grid_of(const struct order *o)
{
    return tick_of(o->at.stock->name->ticks, o->at.contract->ask);
}

static int64_t single_px(const struct order *o)
{
    uint32_t draw = chance_below(o->c, 1000);
    if (draw < figures.touch_permille)
        return touch(o);
    if (draw < figures.touch_permille + figures.middle_permille)
        return inside(o, grid_of(o), 500);
    return inside(o, grid_of(o), 1 + chance_below(o->c, 700));
}

static void single(struct market *m, struct order *o)
{
    char cond = chance_permille(o->c, 970) ? 'I' : ' ';
    print(m, o, o->ts, venue_of(m, o), single_px(o), size_draw(o->c), cond);
}

/* Several resting orders of one venue, or the venue's own slicing. */
static void fill_run(struct market *m, struct order *o)
{
    static const struct {
        int64_t gap_ns, span_ns;
        uint32_t more_permille, worse_permille, most;
    } run = {4600000, 47000000, 640, 70, 9};
    uint16_t venue = venue_of(m, o);
    int64_t px = touch(o), ts = o->ts;
    for (uint32_t i = 0; i < run.most; i++) {
        print(m, o, ts, venue, px, size_draw(o->c), 'I');
        ts += 20000 + chance_exp(o->c, run.gap_ns);
        if ((i && !chance_permille(o->c, run.more_permille)) || ts - o->ts > run.span_ns)
            break;
        if (chance_permille(o->c, run.worse_permille))
            px = worse(o, px);
    }
}

static void sweep(struct market *m, struct order *o)
{
    static const struct {
        int64_t least_ns, most_ns;
        uint32_t iso_permille, plain_last_permille, walk_permille, size;
    } route = {1000000, 5000000, 870, 120, 170, 160};
    uint32_t wanted = 2 + MIN(chance_below(o->c, 6), chance_below(o->c, 6));
    int64_t span = chance_between(o->c, route.least_ns, route.most_ns), px = touch(o);
    bool iso = chance_permille(o->c, route.iso_permille);
    bool plain_last = chance_permille(o->c, route.plain_last_permille);
    uint64_t used = 0;
    if (!o->at.stock->name->tape) {
        fill_run(m, o);
        return;
    }
    for (uint32_t i = 0; i < wanted;) {
        uint16_t venue = venue_of(m, o);
        if (used >> venue & 1)
            continue;
        used |= UINT64_C(1) << venue;
        i++;
        if (i > 1 && chance_permille(o->c, route.walk_permille))
            px = worse(o, px);
        char cond = iso && !(plain_last && i == wanted) ? 'S' : 'I';
        uint32_t qty = 1 + chance_below(o->c, 1 + chance_below(o->c, route.size));
        print(m, o, o->ts + span * (i - 1) / (wanted - 1), venue, px, qty, cond);
    }
}

static void block(struct market *m, struct order *o)
{
    static const char conds[] = "Iec";
    static const uint32_t cond_weights[] = {25, 55, 100};
    uint32_t qty = 500 + 25 * (uint32_t)chance_exp(o->c, 34);
    char cond = conds[chance_row(o->c, cond_weights, 3)];
    int64_t px = inside(o, grid_of(o), chance_below(o->c, 600));
    print(m, o, o->ts, venue_of(m, o), cond == 'I' ? touch(o) : px, qty, cond);
}

/* Auctions improve by whole cents whatever the class's grid. */
static void auction(struct market *m, struct order *o)
{
    char cond = chance_permille(o->c, 860) ? 'a' : 'b';
    int64_t px = inside(o, CENTS(1), 60 + chance_below(o->c, 420));
    print(m, o, o->ts, venue_of(m, o), px, size_draw(o->c), cond);
}

static void cross(struct market *m, struct order *o)
{
    char cond = chance_permille(o->c, 900) ? 'c' : 'd';
    uint32_t qty = 10 * (2 + (uint32_t)chance_exp(o->c, 21));
    print(m, o, o->ts, venue_of(m, o), inside(o, grid_of(o), 500), qty, cond);
}

static void floor_trade(struct market *m, struct order *o)
{
    static const char floors[] = "CXANBS";
    uint16_t venue = m->option_venues[floors[chance_below(o->c, 6)] - 'A'];
    uint32_t qty = 5 * (4 + (uint32_t)chance_exp(o->c, 26));
    if (!o->at.stock->name->tape)
        venue = m->option_venues['C' - 'A'];
    print(m, o, o->ts, venue, inside(o, grid_of(o), chance_below(o->c, 500)), qty, 'e');
}

static void stock_tied(struct market *m, struct order *o)
{
    uint32_t qty = 5 * (1 + (uint32_t)chance_exp(o->c, 14));
    char cond = chance_permille(o->c, 700) ? 'n' : 'q';
    print(m, o, o->ts, venue_of(m, o), inside(o, CENTS(1), 300 + chance_below(o->c, 400)), qty,
          cond);
}

/* The row with the strike in the series, or MARKET_STRIKES. */
static size_t row_of(const struct series *series, int64_t strike)
{
    size_t row = 0;
    while (row < MARKET_STRIKES && series->contracts[row][0].strike != strike)
        row++;
    return row;
}

/* The other leg of a package: a few strikes up, the other right, or the next expiry; false when
 * there is none. */
static bool other_leg(struct market *m, const struct order *o, struct place *leg,
                      bool *ret_same_way)
{
    enum { VERTICAL, STRADDLE, CALENDAR };
    static const uint32_t weights[] = {64, 82, 100};
    size_t shape = chance_row(o->c, weights, ARRAY_LEN(weights));
    *leg = o->at;
    if (shape == STRADDLE)
        leg->right = !o->at.right;
    if (shape == CALENDAR && ++leg->series == o->at.stock->series + MARKET_SERIES)
        return false;
    size_t row = row_of(leg->series, o->at.contract->strike);
    if (shape == VERTICAL)
        row += 1 + chance_below(o->c, 4);
    if (row >= MARKET_STRIKES)
        return false;
    leg->contract = &leg->series->contracts[row][leg->right];
    *ret_same_way = shape == STRADDLE;
    return ready(m, leg, o->c);
}

static void package(struct market *m, struct order *o)
{
    static const char conds[] = "fjgi";
    static const uint32_t cond_weights[] = {62, 80, 95, 100};
    struct order other = *o;
    bool same_way;
    if (!other_leg(m, o, &other.at, &same_way)) {
        single(m, o);
        return;
    }
    char cond = conds[chance_row(o->c, cond_weights, ARRAY_LEN(cond_weights))];
    uint16_t venue = venue_of(m, o);
    uint32_t qty = size_draw(o->c), ratio = chance_permille(o->c, 60) ? 2 : 1;
    int64_t ts = MAX(o->ts, other.at.contract->settled_ns);
    other.buys = same_way ? o->buys : !o->buys;
    print(m, o, ts, venue, inside(o, CENTS(1), chance_below(o->c, 480)), qty, cond);
    print(m, &other, ts, venue, inside(&other, CENTS(1), chance_below(o->c, 480)), qty * ratio,
          cond);
}

static const struct {
    uint32_t cumulative;
    void (*trade)(struct market *m, struct order *o);
} kinds[] = {
    {720, single}, {800, fill_run},    {846, sweep},   {851, block},       {914, auction},
    {926, cross},  {932, floor_trade}, {993, package}, {1000, stock_tied},
};

void market_option_parent(struct market *m)
{
    struct order o = {.c = &m->parents};
    uint32_t draw = chance_below(o.c, kinds[ARRAY_LEN(kinds) - 1].cumulative);
    size_t kind = 0;
    o.at.contract = listing_pick(m, o.c, &o.at.stock, &o.at.series, &o.at.right);
    if (!ready(m, &o.at, o.c))
        return;
    while (draw >= kinds[kind].cumulative)
        kind++;
    /* Nobody sells to a bid of zero. */
    o.buys = chance_permille(o.c, 510) || o.at.contract->bid == 0;
    o.ts = MAX(m->now_ns + figures.floor_ns + chance_exp(o.c, figures.usual_ns),
               o.at.contract->settled_ns);
    kinds[kind].trade(m, &o);
}
