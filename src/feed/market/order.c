/* Orders in options as they reach the tape: one order prints once, several times on one venue, on
 * several venues, through an auction or a cross, on a floor, or as the legs of a package. */
#include <string.h>

#include "base/dec.h"
#include "feed/market/market.h"

static const struct {
    int64_t floor_ns, usual_ns;               /* from quote to order */
    uint32_t touch_permille, middle_permille; /* single prints at the touch, in the middle */
    uint32_t opens_permille;
} figures = {180000, 450000, 710, 110, 640};

/* Sizes are lumpy. */
static const uint32_t lots[] = {1,  2,  3,  4,  5,  6,  7,  8,   9,   10,  12,  15,
                                20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 300, 400};
static const uint32_t lot_weights[] = {340, 460, 540, 590, 670, 690, 702, 716, 724, 790, 802, 822,
                                       868, 890, 902, 916, 944, 950, 956, 982, 987, 994, 998, 1000};

uint32_t order_size(const struct market *m, struct chance *c)
{
    uint32_t size = lots[chance_row(c, lot_weights, ARRAY_LEN(lots))];
    return size < 10 ? size : MAX(size * m->profile->size_permille / 1000, 1);
}

static const char venue_letters[] = "CXNPAIMZEQBUDHJSWTGV";
static const uint32_t venue_weights[] = {150, 250, 360, 430, 490, 550, 610, 660, 720, 775,
                                         835, 875, 915, 936, 957, 972, 981, 988, 995, 1000};

uint16_t order_venue(struct market *m, const struct order *o)
{
    /* The index trades at one exchange only. */
    return o->at.stock->name->tape ? venue_draw(m->option_venues, venue_letters, venue_weights,
                                                ARRAY_LEN(venue_weights), o->c)
                                   : m->option_venues['C' - 'A'];
}

void order_print(struct market *m, const struct order *o, int64_t ts, uint16_t venue, int64_t px,
                 uint32_t qty, char cond)
{
    struct event ev;
    struct tag tag = o->tag;
    memset(&ev, 0, sizeof ev);
    ev.ts_ns = MIN(ts, o->at.series->end_ns - 1);
    ev.kind = EV_OPTION_PRINT;
    ev.sym = o->at.contract->sym;
    ev.venue = venue;
    ev.u.print.px = px * 1000;
    ev.u.print.qty = qty * QTY_ONE;
    ev.u.print.cond[0] = cond;
    tag.side = o->buys ? 1 : -1;
    /* The other party opens or closes too: what is open grows, stays or falls. */
    bool other_opens = chance_permille(o->c, figures.opens_permille);
    if (tag.opens > 0 && other_opens)
        o->at.contract->change += qty;
    else if (tag.opens < 0 && !other_opens)
        o->at.contract->change -= MIN((int64_t)qty, o->at.contract->open + o->at.contract->change);
    market_print(m, o->at.stock, &ev, tag, o->c);
}

int64_t order_touch(const struct order *o)
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

int64_t order_inside(const struct order *o, int64_t grid, uint32_t part)
{
    const struct contract *q = o->at.contract;
    int64_t way = (q->ask - q->bid) * part / 1000;
    int64_t px = o->buys ? q->ask - way : q->bid + way;
    px -= px % grid;
    return MAX(px, MAX(q->bid, grid));
}

int64_t order_grid(const struct order *o)
{
    return tick_of(o->at.stock->name->ticks, o->at.contract->ask);
}

static int64_t single_px(const struct order *o)
{
    uint32_t draw = chance_below(o->c, 1000);
    if (draw < figures.touch_permille)
        return order_touch(o);
    if (draw < figures.touch_permille + figures.middle_permille)
        return order_inside(o, order_grid(o), 500);
    return order_inside(o, order_grid(o), 1 + chance_below(o->c, 700));
}

static void single(struct market *m, struct order *o)
{
    char cond = chance_permille(o->c, 970) ? 'I' : ' ';
    order_print(m, o, o->ts, order_venue(m, o), single_px(o), order_size(m, o->c), cond);
}

/* Several resting orders of one venue, or the venue's own slicing. */
static void fill_run(struct market *m, struct order *o)
{
    static const struct {
        int64_t gap_ns, span_ns;
        uint32_t more_permille, worse_permille, most;
    } run = {4600000, 47000000, 640, 70, 9};
    uint16_t venue = order_venue(m, o);
    int64_t px = order_touch(o), ts = o->ts;
    for (uint32_t i = 0; i < run.most; i++) {
        order_print(m, o, ts, venue, px, order_size(m, o->c), 'I');
        ts += 20000 + chance_exp(o->c, run.gap_ns);
        if ((i && !chance_permille(o->c, run.more_permille)) || ts - o->ts > run.span_ns)
            break;
        if (chance_permille(o->c, run.worse_permille))
            px = worse(o, px);
    }
}

/* A router sends to several venues at once; what it says is a sweep or not. */
static void route(struct market *m, struct order *o, bool iso)
{
    static const struct {
        int64_t least_ns, most_ns;
        uint32_t plain_last_permille, walk_permille, lots;
    } way = {1000000, 5300000, 120, 170, 160};
    uint32_t wanted = 2 + MIN(chance_below(o->c, 6), chance_below(o->c, 6));
    int64_t span = chance_between(o->c, way.least_ns, way.most_ns), px = order_touch(o);
    bool plain_last = chance_permille(o->c, way.plain_last_permille);
    uint64_t used = 0;
    if (!o->at.stock->name->tape) {
        o->tag.class = TAG_FILL_RUN;
        fill_run(m, o);
        return;
    }
    for (uint32_t i = 0; i < wanted;) {
        uint16_t venue = order_venue(m, o);
        if (used >> venue & 1)
            continue;
        used |= UINT64_C(1) << venue;
        i++;
        if (i > 1 && chance_permille(o->c, way.walk_permille))
            px = worse(o, px);
        char cond = iso && !(plain_last && i == wanted) ? 'S' : 'I';
        uint32_t qty = 1 + chance_below(o->c, 1 + chance_below(o->c, way.lots));
        order_print(m, o, o->ts + span * (i - 1) / (wanted - 1), venue, px, qty, cond);
    }
}

static void sweep(struct market *m, struct order *o)
{
    route(m, o, false);
}

static void iso_sweep(struct market *m, struct order *o)
{
    route(m, o, true);
}

static uint16_t floor_venue(struct market *m, const struct order *o)
{
    static const char floors[] = "CXANBS";
    uint32_t draw = chance_below(o->c, 6);
    return m->option_venues[o->at.stock->name->tape ? floors[draw] - 'A' : 'C' - 'A'];
}

/* Large, and mostly arranged: on a floor, as a cross, or shown to the book. */
static void block(struct market *m, struct order *o)
{
    static const char conds[] = "Iec";
    static const uint32_t cond_weights[] = {25, 55, 100};
    uint32_t qty = 20 * (14 + (uint32_t)chance_exp(o->c, 43));
    char cond = conds[chance_row(o->c, cond_weights, 3)];
    int64_t px = order_inside(o, order_grid(o), chance_below(o->c, 600));
    uint16_t venue = cond == 'e' ? floor_venue(m, o) : order_venue(m, o);
    order_print(m, o, o->ts, venue, cond == 'I' ? order_touch(o) : px, qty, cond);
}

/* Auctions improve by whole cents whatever the class's grid; most are small customers'. */
static void retail_auction(struct market *m, struct order *o)
{
    static const uint32_t few[] = {1, 2, 3, 4, 5, 8, 12, 18};
    static const uint32_t few_weights[] = {38, 54, 66, 73, 85, 92, 97, 100};
    char cond = chance_permille(o->c, 860) ? 'a' : 'b';
    int64_t px = order_inside(o, CENTS(1), 60 + chance_below(o->c, 420));
    uint32_t qty = few[chance_row(o->c, few_weights, ARRAY_LEN(few))];
    order_print(m, o, o->ts, order_venue(m, o), px, qty, cond);
}

static void cross(struct market *m, struct order *o)
{
    char cond = chance_permille(o->c, 900) ? 'c' : 'd';
    uint32_t qty = 10 * (2 + (uint32_t)chance_exp(o->c, 9));
    order_print(m, o, o->ts, order_venue(m, o), order_inside(o, order_grid(o), 500), qty, cond);
}

static void floor_trade(struct market *m, struct order *o)
{
    uint32_t qty = 5 * (4 + (uint32_t)chance_exp(o->c, 19));
    int64_t px = order_inside(o, order_grid(o), chance_below(o->c, 480));
    order_print(m, o, o->ts, floor_venue(m, o), px, qty, 'e');
}

/* Positions of the index netted among members; nobody takes. */
static void compression(struct market *m, struct order *o)
{
    if (o->at.stock->name->tape) {
        o->tag.class = TAG_SINGLE;
        single(m, o);
        return;
    }
    uint32_t qty = 10 * (1 + (uint32_t)chance_exp(o->c, 22));
    order_print(m, o, o->ts, order_venue(m, o), order_inside(o, order_grid(o), 500), qty, 'u');
}

static void package(struct market *m, struct order *o)
{
    if (!package_trade(m, o))
        single(m, o);
}

static void roll(struct market *m, struct order *o)
{
    if (!package_roll(m, o))
        single(m, o);
}

static void stock_tied(struct market *m, struct order *o)
{
    if (!package_stock_tied(m, o))
        single(m, o);
}

/* What an order is, and what for: shares of directional, volatility, hedge, retail of 100, the rest
 * is neutral. Packages set theirs by structure. */
static const struct {
    void (*trade)(struct market *m, struct order *o);
    uint8_t class;
    uint8_t directional, volatility, hedge, retail;
} kinds[ORDER_KINDS] = {
    [ORDER_SINGLE] = {single, TAG_SINGLE, 28, 4, 10, 46},
    [ORDER_FILL_RUN] = {fill_run, TAG_FILL_RUN, 46, 8, 16, 14},
    [ORDER_SWEEP] = {sweep, TAG_SWEEP, 68, 6, 12, 6},
    [ORDER_ISO_SWEEP] = {iso_sweep, TAG_ISO_SWEEP, 72, 6, 12, 4},
    [ORDER_BLOCK] = {block, TAG_BLOCK, 38, 12, 34, 0},
    [ORDER_PACKAGE] = {package, TAG_SINGLE, 28, 4, 10, 46},
    [ORDER_ROLL] = {roll, TAG_SINGLE, 28, 4, 10, 46},
    [ORDER_STOCK_TIED] = {stock_tied, TAG_SINGLE, 28, 4, 10, 46},
    [ORDER_RETAIL_AUCTION] = {retail_auction, TAG_RETAIL_AUCTION, 0, 0, 0, 100},
    [ORDER_CROSS] = {cross, TAG_SINGLE, 22, 12, 36, 0},
    [ORDER_FLOOR] = {floor_trade, TAG_SINGLE, 26, 14, 34, 0},
    [ORDER_COMPRESSION] = {compression, TAG_NOISE, 0, 0, 0, 0},
};

static uint8_t draw_intent(struct chance *c, size_t kind)
{
    uint32_t draw = chance_below(c, 100), at = kinds[kind].directional;
    if (draw < at)
        return INTENT_DIRECTIONAL;
    if (draw < (at += kinds[kind].volatility))
        return INTENT_VOLATILITY;
    if (draw < (at += kinds[kind].hedge))
        return INTENT_HEDGE;
    return draw < at + kinds[kind].retail ? INTENT_RETAIL : INTENT_NEUTRAL;
}

void market_option_parent(struct market *m)
{
    struct order o = {.c = &m->parents};
    size_t kind = chance_row(o.c, m->order_weights, ORDER_KINDS);
    listing_pick(m, o.c, &o.at);
    if (!contract_ready(m, &o.at, o.c))
        return;
    /* Nobody sells to a bid of zero. */
    o.buys = chance_permille(o.c, m->profile->buy_permille) || o.at.contract->bid == 0;
    o.ts = MAX(m->now_ns + figures.floor_ns + chance_exp(o.c, figures.usual_ns),
               o.at.contract->settled_ns);
    bool closes = !chance_permille(o.c, figures.opens_permille) && o.at.contract->open > 0;
    o.tag = (struct tag){.parent = market_parent(m),
                         .class = kinds[kind].class,
                         .intent = draw_intent(o.c, kind),
                         .opens = closes ? -1 : 1};
    kinds[kind].trade(m, &o);
}
