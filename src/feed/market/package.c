/* Orders of several legs, as a table of shapes: the complex book, auctions and floors print their
 * legs at one venue at one moment, at prices that make up the price of the whole. */
#include <string.h>

#include "feed/market/market.h"

/* Of a leg: right ('C' 'P', 'X' either, 'S' the stock), how many, strike and expiry as places among
 * those drawn (0 is the lowest). Negative = sold by who buys the whole. */
struct leg {
    char right;
    int8_t ratio;
    uint8_t strike, expiry;
};
struct shape {
    const char *name; /* of design.md section 3; with X, "put" stands for "call" where it is one */
    const char *put_name;
    uint32_t weight;
    uint8_t intent, legs_n;
    struct leg legs[4];
};

/* clang-format off */
static const struct shape shapes[] = {
    {"call_vertical", "put_vertical", 330, INTENT_DIRECTIONAL, 2, {{'X', 1, 0, 0}, {'X', -1, 1, 0}}},
    {"calendar", NULL, 60, INTENT_VOLATILITY, 2, {{'X', -1, 0, 0}, {'X', 1, 0, 1}}},
    {"diagonal", NULL, 60, INTENT_DIRECTIONAL, 2, {{'X', -1, 1, 0}, {'X', 1, 0, 1}}},
    {"straddle", NULL, 90, INTENT_VOLATILITY, 2, {{'C', 1, 0, 0}, {'P', 1, 0, 0}}},
    {"strangle", NULL, 90, INTENT_VOLATILITY, 2, {{'P', 1, 0, 0}, {'C', 1, 1, 0}}},
    {"risk_reversal", NULL, 50, INTENT_DIRECTIONAL, 2, {{'P', -1, 0, 0}, {'C', 1, 1, 0}}},
    {"collar", NULL, 22, INTENT_HEDGE, 3, {{'S', 1, 0, 0}, {'P', 1, 0, 0}, {'C', -1, 1, 0}}},
    {"butterfly", NULL, 55, INTENT_VOLATILITY, 3, {{'X', 1, 0, 0}, {'X', -2, 1, 0}, {'X', 1, 2, 0}}},
    {"iron_butterfly", NULL, 22, INTENT_VOLATILITY, 4,
     {{'P', 1, 0, 0}, {'P', -1, 1, 0}, {'C', -1, 1, 0}, {'C', 1, 2, 0}}},
    {"condor", NULL, 22, INTENT_VOLATILITY, 4,
     {{'X', 1, 0, 0}, {'X', -1, 1, 0}, {'X', -1, 2, 0}, {'X', 1, 3, 0}}},
    {"iron_condor", NULL, 60, INTENT_VOLATILITY, 4,
     {{'P', 1, 0, 0}, {'P', -1, 1, 0}, {'C', -1, 2, 0}, {'C', 1, 3, 0}}},
    {"box", NULL, 10, INTENT_NEUTRAL, 4,
     {{'C', 1, 0, 0}, {'C', -1, 1, 0}, {'P', -1, 0, 0}, {'P', 1, 1, 0}}},
    {"jelly_roll", NULL, 8, INTENT_NEUTRAL, 4,
     {{'C', -1, 0, 0}, {'P', 1, 0, 0}, {'C', 1, 0, 1}, {'P', -1, 0, 1}}},
    {"conversion", NULL, 12, INTENT_NEUTRAL, 3, {{'S', 1, 0, 0}, {'P', 1, 0, 0}, {'C', -1, 0, 0}}},
    {"reversal", NULL, 12, INTENT_NEUTRAL, 3, {{'S', -1, 0, 0}, {'P', -1, 0, 0}, {'C', 1, 0, 0}}},
    {"ratio", NULL, 30, INTENT_DIRECTIONAL, 2, {{'X', 1, 0, 0}, {'X', -2, 1, 0}}},
    {"backspread", NULL, 22, INTENT_DIRECTIONAL, 2, {{'X', -1, 0, 0}, {'X', 2, 1, 0}}},
    {"ladder", NULL, 16, INTENT_DIRECTIONAL, 3, {{'X', 1, 0, 0}, {'X', -1, 1, 0}, {'X', -1, 2, 0}}},
};
/* clang-format on */

/* With and without stock: how it was traded. Unmarked ones look like separate orders. */
static const struct {
    const char *conds;
    uint32_t weights[6];
} marks[2] = {
    {"fjgilm", {600, 790, 910, 955, 985, 1000}},
    {"nqkprs", {600, 780, 880, 950, 980, 1000}},
};
static const struct {
    uint32_t unmarked_permille;      /* of packages of options alone */
    uint32_t spread_permille;        /* whose legs print some time apart, */
    int64_t apart_ns, most_apart_ns; /* by this much a leg */
    uint32_t better_permille;        /* best part of the way into the spread for the taker */
    uint32_t opens_permille, buys_permille;
    uint32_t widest;          /* steps between strikes */
    int64_t stock_ns;         /* mean time to the report of a stock leg */
    uint32_t weekly_permille; /* rolls that go one expiry on, the others two */
} figures = {55, 300, 260000, 1900000, 430, 660, 520, 5, 21000000, 720};

static const char *name_of(const struct shape *shape, int right)
{
    return right && shape->put_name ? shape->put_name : shape->name;
}

/* Strikes for the places 0..3 by equal steps; butterflies stay symmetric so. A contract for each
 * leg, quoted; false when one is not there. */
static bool find_legs(struct market *m, const struct order *o, const struct shape *shape,
                      uint32_t step, struct place *legs)
{
    size_t base = listing_row(o->at.series, o->at.contract->strike);
    for (size_t i = 0; i < shape->legs_n; i++) {
        const struct leg *leg = &shape->legs[i];
        struct place *p = &legs[i];
        *p = o->at;
        if (leg->right == 'S')
            continue;
        p->series += leg->expiry;
        if (p->series >= o->at.stock->series + o->at.stock->n_series)
            return false;
        size_t at = base + (size_t)leg->strike * step;
        if (at >= o->at.series->n)
            return false;
        at = listing_row(p->series, o->at.series->contracts[at][0].strike);
        if (at >= p->series->n)
            return false;
        p->right = leg->right == 'X' ? o->at.right : leg->right == 'P';
        p->contract = &p->series->contracts[at][p->right];
        if (!contract_ready(m, p, o->c))
            return false;
    }
    return true;
}

static void stock_leg(struct market *m, const struct order *o, int64_t ts, uint32_t shares)
{
    struct stock *s = o->at.stock;
    struct fill f = {.s = s, .ts = ts, .qty = shares, .conds = {'7'}, .tag = o->tag};
    f.side = o->buys ? 1 : -1;
    f.tag.opens = 0;
    f.px = (s->bid + s->ask) / 2 / CENTS(1) * CENTS(1);
    fill_report(m, &f, figures.stock_ns, o->c);
}

struct deal {
    const struct shape *shape;
    struct place legs[4];
    bool buys;
    uint32_t qty, better;
    char cond;
    uint16_t venue;
};

/* Complex orders trade in cents whatever the class; what is not marked as one does not. */
static int64_t grid_of(const struct order *leg, char cond)
{
    return cond == 'I' ? order_grid(leg) : CENTS(1);
}

static void print_legs(struct market *m, struct order *o, const struct deal *d)
{
    struct order leg = *o;
    int64_t ts = o->ts;
    bool apart = chance_permille(o->c, figures.spread_permille);
    for (size_t i = 0; i < d->shape->legs_n; i++)
        if (d->shape->legs[i].right != 'S')
            ts = MAX(ts, d->legs[i].contract->settled_ns);
    for (size_t i = 0; i < d->shape->legs_n; i++) {
        const struct leg *l = &d->shape->legs[i];
        uint32_t ratio = (uint32_t)(l->ratio < 0 ? -l->ratio : l->ratio);
        leg.at = d->legs[i];
        leg.buys = (l->ratio > 0) == d->buys;
        leg.tag.leg = (uint32_t)i + 1;
        if (l->right == 'S')
            stock_leg(m, &leg, ts, d->qty * ratio * 100);
        else
            order_print(m, &leg, ts, d->venue,
                        order_inside(&leg, grid_of(&leg, d->cond), d->better), d->qty * ratio,
                        d->cond);
        if (apart)
            ts += MIN(1000 + chance_exp(o->c, figures.apart_ns), figures.most_apart_ns);
    }
}

static bool has_stock(const struct shape *shape)
{
    return shape->legs[0].right == 'S';
}

static bool deal(struct market *m, struct order *o, const struct shape *shape, uint32_t step)
{
    struct deal d = {.shape = shape};
    bool stock = has_stock(shape), index = !o->at.stock->name->tape;
    if ((stock && index) || !find_legs(m, o, shape, step, d.legs))
        return false;
    d.cond = marks[stock].conds[chance_row(o->c, marks[stock].weights, 6)];
    if (!stock && chance_permille(o->c, figures.unmarked_permille))
        d.cond = 'I';
    if (index && d.cond == 'i' && shape->legs_n > 2)
        d.cond = 't';
    d.venue = order_venue(m, o);
    d.buys = chance_permille(o->c, figures.buys_permille);
    d.qty = order_size(m, o->c);
    d.better = chance_below(o->c, figures.better_permille);
    print_legs(m, o, &d);
    return true;
}

bool package_trade(struct market *m, struct order *o)
{
    uint32_t total = 0, draw;
    const struct shape *shape = shapes;
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        total += shapes[i].weight;
    for (draw = chance_below(o->c, total); draw >= shape->weight; shape++)
        draw -= shape->weight;
    struct order try = *o;
    try.tag.class = TAG_PACKAGE;
    try.tag.structure = name_of(shape, o->at.right);
    try.tag.intent = shape->intent;
    try.tag.opens = chance_permille(o->c, figures.opens_permille) ? 1 : -1;
    return deal(m, &try, shape, 1 + chance_below(o->c, figures.widest));
}

/* The position moves on: the near leg closes, the far one opens, at the same strike or another. */
bool package_roll(struct market *m, struct order *o)
{
    struct order leg = *o;
    struct place to = o->at;
    size_t row = listing_row(o->at.series, o->at.contract->strike);
    size_t on = chance_permille(o->c, figures.weekly_permille) ? 1 : 2;
    size_t shift = chance_permille(o->c, 450) ? 0 : 1 + chance_below(o->c, 3);
    to.series += on;
    if (to.series >= o->at.stock->series + o->at.stock->n_series || row + shift >= o->at.series->n)
        return false;
    row = listing_row(to.series, o->at.series->contracts[row + shift][0].strike);
    if (row >= to.series->n)
        return false;
    to.contract = &to.series->contracts[row][to.right];
    if (!contract_ready(m, &to, o->c) || to.contract->bid == 0)
        return false;
    int64_t ts = MAX(o->ts, to.contract->settled_ns);
    uint16_t venue = order_venue(m, o);
    char cond = marks[0].conds[chance_row(o->c, marks[0].weights, 6)];
    uint32_t qty = order_size(m, o->c), better = chance_below(o->c, figures.better_permille);
    leg.tag.class = TAG_ROLL;
    leg.tag.intent = INTENT_ROLL;
    leg.tag.structure = shift ? "diagonal" : "calendar";
    leg.tag.opens = -1;
    leg.tag.leg = 1;
    order_print(m, &leg, ts, venue, order_inside(&leg, CENTS(1), better), qty, cond);
    leg.at = to;
    leg.buys = !o->buys;
    leg.tag.opens = 1;
    leg.tag.leg = 2;
    order_print(m, &leg, ts, venue, order_inside(&leg, CENTS(1), better), qty, cond);
    return true;
}

/* An option against its delta in stock: bought calls with sold stock, bought puts with bought. */
bool package_stock_tied(struct market *m, struct order *o)
{
    struct order leg = *o;
    const struct contract *c = o->at.contract;
    if (!o->at.stock->name->tape)
        return false;
    /* A coarse delta, in shares a contract: half at the money. */
    int64_t off = (o->at.stock->fair - c->strike) * 1000 / o->at.stock->fair;
    int64_t delta = MAX(10, MIN(50 + (o->at.right ? -off : off) * 3 / 5, 90));
    uint32_t qty = 5 * (1 + (uint32_t)chance_exp(o->c, 14));
    leg.tag.class = TAG_STOCK_TIED;
    leg.tag.intent = INTENT_VOLATILITY;
    leg.tag.structure = "stock_tied";
    leg.tag.leg = 1;
    order_print(m, &leg, o->ts, order_venue(m, o),
                order_inside(o, CENTS(1), 300 + chance_below(o->c, 400)), qty,
                marks[1].conds[chance_row(o->c, marks[1].weights, 6)]);
    leg.tag.leg = 2;
    leg.buys = o->at.right ? o->buys : !o->buys;
    stock_leg(m, &leg, o->ts, qty * (uint32_t)delta);
    return true;
}
