/* flow/structure: shapes have one name whatever the order of their legs, the side is the taker's,
 * and what cannot be told is not said. Prices in cents; expected values by hand from the
 * definitions in microstructure.md section 6. */
#include "harness.h"

#include "base/dec.h"
#include "event/cond.h"
#include "event/event.h"
#include "flow/structure.h"

#define CENT (PX_ONE / 100)
#define WIDE 20 /* cents between bid and ask of every leg here */

static const struct structure_policy policy = {.net_band_pct = 10, .directional_pct = 25};

/* A leg of who buys the structure; sold ones have a negative ratio. */
struct side_leg {
    char right;
    int strike, month, ratio;
    int bid; /* cents */
};
struct expected {
    enum shape shape;
    uint8_t family;
    size_t n;
    struct side_leg legs[STRUCTURE_LEGS];
    int bid, ask; /* of one unit bought */
    enum structure_class class;
    int direction; /* of who buys it */
};

/* clang-format off */
static const struct expected shapes[] = {
    {SHAPE_CALL_VERTICAL, COND_MULTI_LEG, 2, {{'C', 105, 1, 1, 200}, {'C', 110, 1, -1, 100}}, 80, 120, SC_DIRECTIONAL, 1},
    {SHAPE_PUT_VERTICAL, COND_MULTI_LEG, 2, {{'P', 100, 1, -1, 200}, {'P', 105, 1, 1, 500}}, 280, 320, SC_DIRECTIONAL, -1},
    {SHAPE_CALENDAR, COND_MULTI_LEG, 2, {{'P', 100, 1, -1, 200}, {'P', 100, 2, 1, 290}}, 70, 110, SC_ROLL, 0},
    {SHAPE_DIAGONAL, COND_MULTI_LEG, 2, {{'C', 105, 1, -1, 200}, {'C', 110, 2, 1, 190}}, -30, 10, SC_ROLL, 0},
    {SHAPE_DIAGONAL, COND_MULTI_LEG, 2, {{'C', 110, 1, -1, 100}, {'C', 105, 2, 1, 300}}, 180, 220, SC_ROLL, 0},
    {SHAPE_STRADDLE, COND_MULTI_LEG, 2, {{'C', 100, 1, 1, 400}, {'P', 100, 1, 1, 200}}, 600, 640, SC_VOLATILITY, 0},
    {SHAPE_STRANGLE, COND_MULTI_LEG, 2, {{'P', 95, 1, 1, 100}, {'C', 110, 1, 1, 100}}, 200, 240, SC_VOLATILITY, 0},
    {SHAPE_RISK_REVERSAL, COND_MULTI_LEG, 2, {{'P', 95, 1, -1, 100}, {'C', 110, 1, 1, 100}}, -20, 20, SC_DIRECTIONAL, 1},
    {SHAPE_RISK_REVERSAL, COND_MULTI_LEG, 2, {{'C', 95, 1, 1, 700}, {'P', 110, 1, -1, 900}}, -220, -180, SC_DIRECTIONAL, 1},
    {SHAPE_COLLAR, COND_STOCK_TIED, 2, {{'P', 95, 1, 1, 100}, {'C', 110, 1, -1, 100}}, -20, 20, SC_HEDGED, 0},
    {SHAPE_BUTTERFLY, COND_MULTI_LEG, 3, {{'C', 100, 1, 1, 400}, {'C', 105, 1, -2, 200}, {'C', 110, 1, 1, 100}}, 60, 140, SC_VOLATILITY, 0},
    {SHAPE_IRON_BUTTERFLY, COND_MULTI_LEG, 4, {{'P', 95, 1, -1, 100}, {'C', 100, 1, 1, 400}, {'P', 100, 1, 1, 200}, {'C', 105, 1, -1, 200}}, 260, 340, SC_VOLATILITY, 0},
    {SHAPE_CONDOR, COND_MULTI_LEG, 4, {{'P', 95, 1, 1, 100}, {'P', 100, 1, -1, 200}, {'P', 105, 1, -1, 500}, {'P', 110, 1, 1, 900}}, 260, 340, SC_VOLATILITY, 0},
    {SHAPE_IRON_CONDOR, COND_MULTI_LEG, 4, {{'P', 95, 1, -1, 100}, {'P', 100, 1, 1, 200}, {'C', 105, 1, 1, 200}, {'C', 110, 1, -1, 100}}, 160, 240, SC_VOLATILITY, 0},
    {SHAPE_BOX, COND_MULTI_LEG, 4, {{'C', 100, 1, 1, 400}, {'P', 100, 1, -1, 200}, {'C', 105, 1, -1, 200}, {'P', 105, 1, 1, 500}}, 460, 540, SC_NEUTRAL, 0},
    {SHAPE_JELLY_ROLL, COND_MULTI_LEG, 4, {{'C', 100, 1, -1, 400}, {'P', 100, 1, 1, 200}, {'C', 100, 2, 1, 500}, {'P', 100, 2, -1, 290}}, -30, 50, SC_NEUTRAL, 0},
    {SHAPE_LADDER, COND_MULTI_LEG, 3, {{'C', 100, 1, 1, 400}, {'C', 105, 1, -1, 200}, {'C', 115, 1, -1, 50}}, 110, 170, SC_VOLATILITY, 0},
    {SHAPE_LADDER, COND_MULTI_LEG, 3, {{'P', 95, 1, -1, 100}, {'P', 100, 1, -1, 200}, {'P', 105, 1, 1, 500}}, 160, 220, SC_VOLATILITY, 0},
    {SHAPE_STOCK_TIED, COND_STOCK_TIED, 1, {{'C', 105, 1, 1, 200}}, 200, 220, SC_HEDGED, 0},
    {SHAPE_CALL_VERTICAL, COND_STOCK_TIED, 2, {{'C', 105, 1, 1, 200}, {'C', 110, 1, -1, 100}}, 80, 120, SC_HEDGED, 0},
};
/* Those whose mirror has a name of its own: what the seller of one does is buying the other. */
static const struct { struct expected bought; enum shape sold; } pairs[] = {
    {{SHAPE_CONVERSION, COND_STOCK_TIED, 2, {{'C', 100, 1, -1, 400}, {'P', 100, 1, 1, 200}}, -220, -180, SC_NEUTRAL, 0}, SHAPE_REVERSAL},
    {{SHAPE_RATIO, COND_MULTI_LEG, 2, {{'C', 105, 1, 1, 200}, {'C', 110, 1, -2, 100}}, -40, 20, SC_VOLATILITY, 0}, SHAPE_BACKSPREAD},
    {{SHAPE_RATIO, COND_MULTI_LEG, 2, {{'C', 105, 1, 1, 200}, {'C', 110, 1, -3, 100}}, -160, -80, SC_VOLATILITY, 0}, SHAPE_BACKSPREAD},
    {{SHAPE_RATIO, COND_MULTI_LEG, 2, {{'P', 100, 1, -3, 200}, {'P', 105, 1, 2, 500}}, 340, 440, SC_VOLATILITY, 0}, SHAPE_BACKSPREAD},
};
/* clang-format on */

/* at: cents above the bid; sign as the place says, unless the leg has no readable quote. */
static struct leg_view view(const struct side_leg *l, int at, int64_t units)
{
    int ratio = l->ratio < 0 ? -l->ratio : l->ratio;
    struct leg_view v = {
        .leg = {.seq = (uint64_t)(l->strike * 10 + l->month),
                .qty = units * ratio * QTY_ONE,
                .px = (l->bid + at) * CENT,
                .bid = l->bid * CENT,
                .ask = (l->bid + WIDE) * CENT,
                .sym = (uint32_t)(l->strike * 100 + l->month * 10 + (l->right == 'P')),
                .sign = (int8_t)((2 * at > WIDE) - (2 * at < WIDE))},
        .strike_px = l->strike * PX_ONE,
        .expiry = 20260020 + 100 * l->month,
        .right = l->right,
        .market = true,
    };
    v.px_qty = (__int128)v.leg.px * v.leg.qty;
    return v;
}

/* Legs by a permutation, each at the side of a taker who buys (side > 0) or sells the whole. */
static size_t lay(const struct expected *e, int side, unsigned order, struct leg_view *ret)
{
    unsigned places[STRUCTURE_LEGS] = {0, 1, 2, 3};
    for (size_t i = 0; i < e->n; i++) {
        unsigned left = (unsigned)(e->n - i), pick = order % left;
        order /= left;
        const struct side_leg *l = &e->legs[places[pick]];
        ret[i] = view(l, (l->ratio > 0) == (side > 0) ? WIDE : 0, 7);
        places[pick] = places[left - 1];
    }
    return e->n;
}

static struct structure name(const struct expected *e, struct leg_view *legs)
{
    struct structure s;
    memset(&s, 0, sizeof s);
    structure_name(&s, legs, e->n, e->family, &policy);
    return s;
}

static const unsigned orders[] = {1, 1, 2, 6, 24};

static void check(const struct expected *e, int side, enum shape shape, int told)
{
    struct leg_view legs[STRUCTURE_LEGS];
    for (unsigned order = 0; order < orders[e->n]; order++) {
        lay(e, side, order, legs);
        struct structure s = name(e, legs);
        ck_assert_msg(s.shape == shape, "%s, order %u, side %d: read as %s", shape_name(e->shape),
                      order, side, shape_name(s.shape));
        ck_assert_int_eq(s.side, told);
        ck_assert_int_eq(s.units, 7 * QTY_ONE);
        ck_assert_int_eq(s.class, e->class);
        ck_assert_int_eq(s.direction, e->direction * side);
        ck_assert_int_eq(s.confidence, 75);
        ck_assert_uint_eq(s.n_legs, e->n);
        int mirror = side * told;
        ck_assert_int_eq(s.net_bid, (mirror > 0 ? e->bid : -e->ask) * CENT);
        ck_assert_int_eq(s.net_ask, (mirror > 0 ? e->ask : -e->bid) * CENT);
        ck_assert_int_eq(s.net_px, told > 0 ? s.net_ask : s.net_bid);
        for (size_t i = 0; i < e->n; i++) {
            ck_assert_uint_eq(s.legs[i].sym, view(&e->legs[i], 0, 1).leg.sym); /* by expiry .. */
            ck_assert_int_eq(s.legs[i].sign * s.legs[i].ratio, side * e->legs[i].ratio);
        }
    }
}

START_TEST(every_shape_has_its_name_in_any_order_of_legs_and_from_both_sides)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        check(&shapes[i], 1, shapes[i].shape, 1);
        check(&shapes[i], -1, shapes[i].shape, -1);
    }
}
END_TEST

START_TEST(a_shape_whose_mirror_has_a_name_is_always_bought)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        check(&pairs[i].bought, 1, pairs[i].bought.shape, 1);
        check(&pairs[i].bought, -1, pairs[i].sold, 1);
    }
}
END_TEST

START_TEST(rolls_are_candidates_and_have_no_direction)
{
    struct leg_view legs[STRUCTURE_LEGS];
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        lay(&shapes[i], 1, 0, legs);
        struct structure s = name(&shapes[i], legs);
        bool roll = s.shape == SHAPE_CALENDAR || s.shape == SHAPE_DIAGONAL;
        ck_assert_int_eq((s.flags & PF_ROLL_CANDIDATE) != 0, roll);
        ck_assert_int_eq(s.direction_reason == DR_ROLL, roll);
    }
}
END_TEST

static const struct expected *of(enum shape shape)
{
    size_t i = 0;
    while (shapes[i].shape != shape)
        i++;
    return &shapes[i];
}

START_TEST(unread_legs_leave_the_side_to_the_net_price)
{
    const struct expected *e = of(SHAPE_CALL_VERTICAL); /* 0.80 x 1.20 bought */
    static const struct {
        int first, second, side; /* cents above the bid of each leg */
        uint8_t reason;
    } rows[] = {
        {10, 10, 0, DR_BALANCED}, /* 2.10 - 1.10 = 1.00, the middle */
        {10, 8, 0, DR_BALANCED},  /* 1.02: 0.22 from the bid, 0.18 from the ask: 0.04 of 0.40 */
        {10, 7, 1, DR_OK},        /* 1.03: 0.06 nearer, more than 0.04 */
        {10, 12, 0, DR_BALANCED}, {10, 13, -1, DR_OK}, {12, 10, 0, DR_BALANCED}, {13, 10, 1, DR_OK},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct leg_view legs[] = {view(&e->legs[0], rows[i].first, 3),
                                  view(&e->legs[1], rows[i].second, 3)};
        struct structure s = name(e, legs);
        ck_assert_int_eq(s.shape, SHAPE_CALL_VERTICAL);
        ck_assert_msg(s.side == rows[i].side && s.direction_reason == rows[i].reason,
                      "row %zu: side %d, %s", i, s.side, direction_reason_name(s.direction_reason));
        ck_assert_int_eq(s.confidence, s.side ? 65 : 0);
        ck_assert_int_eq(s.direction, s.side);
    }
}
END_TEST

START_TEST(a_net_price_outside_its_market_claims_nothing)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        const struct expected *e = &shapes[i];
        struct leg_view legs[STRUCTURE_LEGS];
        lay(e, 1, 0, legs);
        for (size_t k = 0; k < e->n; k++) { /* a cent beyond, every leg */
            int64_t beyond = legs[k].leg.sign * CENT;
            legs[k].leg.px += beyond;
            legs[k].px_qty += (__int128)beyond * legs[k].leg.qty;
        }
        struct structure s = name(e, legs);
        ck_assert_int_eq(s.shape, e->shape);
        ck_assert_int_eq(s.side, 0);
        ck_assert_int_eq(s.direction, 0);
        ck_assert_int_eq(s.direction_reason, DR_OUTSIDE);
    }
}
END_TEST

START_TEST(a_leg_without_a_market_leaves_the_whole_without_one)
{
    const struct expected *e = of(SHAPE_BUTTERFLY);
    struct leg_view legs[STRUCTURE_LEGS];
    for (size_t k = 0; k < e->n; k++) {
        lay(e, 1, 0, legs);
        legs[k].leg.bid = PX_NONE;
        legs[k].leg.sign = 0;
        legs[k].market = false;
        struct structure s = name(e, legs);
        ck_assert_int_eq(s.shape, SHAPE_BUTTERFLY);
        ck_assert_int_eq(s.side, 0);
        ck_assert_int_eq(s.direction_reason, DR_NO_MARKET);
        ck_assert_int_eq(s.net_bid, PX_NONE);
        ck_assert_int_eq(s.net_ask, PX_NONE);
    }
}
END_TEST

/* Quotes that cannot be trusted are shown but prove nothing. */
START_TEST(a_stale_leg_keeps_its_quote_and_gives_no_side)
{
    const struct expected *e = of(SHAPE_STRADDLE);
    struct leg_view legs[STRUCTURE_LEGS];
    lay(e, 1, 0, legs);
    legs[1].leg.sign = 0;
    legs[1].market = false;
    struct structure s = name(e, legs);
    ck_assert_int_eq(s.direction_reason, DR_AMBIGUOUS); /* a straddle, or a synthetic */
    ck_assert_int_eq(s.shape, SHAPE_UNRESOLVED);
    e = of(SHAPE_CALL_VERTICAL);
    lay(e, 1, 0, legs);
    legs[1].leg.sign = 0;
    legs[1].market = false;
    s = name(e, legs);
    ck_assert_int_eq(s.direction_reason, DR_NO_MARKET);
    ck_assert_int_eq(s.net_bid, 80 * CENT);
}
END_TEST

/* Where the name hangs on signs: one at the middle leaves two names, unless the net price fits but
 * one of them. */
START_TEST(a_name_that_hangs_on_unread_signs_is_not_given)
{
    static const enum shape hanging[] = {SHAPE_STRANGLE, SHAPE_STRADDLE, SHAPE_RISK_REVERSAL};
    for (size_t i = 0; i < ARRAY_LEN(hanging); i++) {
        const struct expected *e = of(hanging[i]);
        struct leg_view legs[] = {view(&e->legs[0], WIDE / 2, 3), view(&e->legs[1], WIDE, 3)};
        struct structure s = name(e, legs);
        ck_assert_int_eq(s.shape, SHAPE_UNRESOLVED);
        ck_assert_int_eq(s.direction_reason, DR_AMBIGUOUS);
        ck_assert_int_eq(s.class, SC_NONE);
        ck_assert_int_eq(s.side, 0);
    }
}
END_TEST

START_TEST(wide_quotes_leave_one_name_where_only_one_has_a_price)
{
    const struct expected *e = of(SHAPE_STRANGLE);
    struct leg_view legs[] = {view(&e->legs[0], WIDE, 3), view(&e->legs[1], WIDE, 3)};
    legs[0].leg.sign = legs[1].leg.sign = 0; /* wide: no sign of its own, but a market */
    struct structure s = name(e, legs);
    /* As a strangle 2.40 in 2.00 x 2.40: bought. As a risk reversal 1.20 - 1.20 = 0: the middle. */
    ck_assert_int_eq(s.shape, SHAPE_STRANGLE);
    ck_assert_int_eq(s.side, 1);
    ck_assert_int_eq(s.confidence, 65);
}
END_TEST

START_TEST(a_ratio_is_told_from_a_backspread_by_its_net_price)
{
    const struct expected *e = &pairs[1].bought; /* -0.40 x 0.20, width 0.60 */
    for (int k = 0; k < 2; k++) {
        struct leg_view legs[] = {view(&e->legs[0], WIDE / 2, 3),
                                  view(&e->legs[1], k ? WIDE : 0, 3)};
        struct structure s = name(e, legs);
        ck_assert_int_eq(s.shape, k ? SHAPE_BACKSPREAD : SHAPE_RATIO);
        ck_assert_int_eq(s.side, 1);
    }
    struct leg_view middle[] = {view(&e->legs[0], WIDE / 2, 3), view(&e->legs[1], WIDE / 2, 3)};
    ck_assert_int_eq(name(e, middle).shape, SHAPE_UNRESOLVED);
}
END_TEST

static const struct expected refused[] = {
    /* 7:3, 1:4, 3:4 are no ratios of the list */
    {0, COND_MULTI_LEG, 2, {{'C', 105, 1, 7, 200}, {'C', 110, 1, -3, 100}}, 0, 0, 0, 0},
    {0, COND_MULTI_LEG, 2, {{'C', 105, 1, 1, 200}, {'C', 110, 1, -4, 100}}, 0, 0, 0, 0},
    {0, COND_MULTI_LEG, 2, {{'C', 105, 1, 3, 200}, {'C', 110, 1, -4, 100}}, 0, 0, 0, 0},
    /* a calendar by 1:2 */
    {0, COND_MULTI_LEG, 2, {{'C', 105, 1, -1, 200}, {'C', 105, 2, 2, 300}}, 0, 0, 0, 0},
    /* put and call of two expiries */
    {0, COND_MULTI_LEG, 2, {{'C', 105, 1, 1, 200}, {'P', 100, 2, 1, 290}}, 0, 0, 0, 0},
    /* wings at unequal distances */
    {0,
     COND_MULTI_LEG,
     3,
     {{'C', 100, 1, 1, 400}, {'C', 105, 1, -2, 200}, {'C', 115, 1, 1, 50}},
     0,
     0,
     0,
     0},
    /* three legs of two rights */
    {0,
     COND_MULTI_LEG,
     3,
     {{'P', 95, 1, 1, 100}, {'C', 105, 1, 1, 200}, {'C', 110, 1, 1, 100}},
     0,
     0,
     0,
     0},
    /* an option without stock */
    {0, COND_MULTI_LEG, 1, {{'C', 105, 1, 1, 200}}, 0, 0, 0, 0},
};

START_TEST(what_is_not_in_the_list_has_no_name)
{
    struct leg_view legs[STRUCTURE_LEGS];
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        for (unsigned order = 0; order < orders[refused[i].n]; order++) {
            lay(&refused[i], 1, order, legs);
            struct structure s = name(&refused[i], legs);
            ck_assert_msg(s.shape == SHAPE_UNRESOLVED, "row %zu: %s", i, shape_name(s.shape));
            ck_assert_int_eq(s.direction_reason, DR_UNRESOLVED);
            ck_assert_int_eq(s.side, 0);
        }
}
END_TEST

START_TEST(a_synthetic_stock_has_no_name_without_stock)
{
    struct expected e = pairs[0].bought;
    struct leg_view legs[STRUCTURE_LEGS];
    e.family = COND_MULTI_LEG;
    lay(&e, 1, 0, legs);
    struct structure s = name(&e, legs);
    ck_assert_int_eq(s.shape, SHAPE_UNRESOLVED);
    ck_assert_int_eq(s.direction_reason, DR_AMBIGUOUS);
}
END_TEST

START_TEST(proprietary_floor_packages_have_a_shape_and_no_side)
{
    struct expected e = *of(SHAPE_CALL_VERTICAL);
    struct leg_view legs[STRUCTURE_LEGS];
    e.family = COND_PROPRIETARY;
    lay(&e, 1, 0, legs);
    struct structure s = name(&e, legs);
    ck_assert_int_eq(s.shape, SHAPE_CALL_VERTICAL);
    ck_assert_int_eq(s.side, 0);
    ck_assert_int_eq(s.direction_reason, DR_CONDITION);
}
END_TEST

/* 4 x 2.09 + 6 x 2.10 = 20.96 over 10: 2.096, exact; three at 1.00 and seven at 1.01: 1.007. */
START_TEST(parts_of_a_leg_are_weighed_exactly)
{
    const struct expected *e = of(SHAPE_CALL_VERTICAL);
    struct leg_view legs[] = {view(&e->legs[0], WIDE, 10), view(&e->legs[1], 0, 10)};
    legs[0].px_qty = (__int128)(4 * 209 + 6 * 210) * CENT * QTY_ONE;
    legs[1].px_qty = (__int128)(3 * 100 + 7 * 101) * CENT * QTY_ONE;
    struct structure s = name(e, legs);
    ck_assert_int_eq(s.net_px, 2096 * CENT / 10 - 1007 * CENT / 10);
    ck_assert_int_eq(s.side, 1);
}
END_TEST

START_TEST(enormous_prices_do_not_overflow)
{
    const struct expected *e = of(SHAPE_BUTTERFLY);
    struct leg_view legs[STRUCTURE_LEGS];
    lay(e, 1, 0, legs);
    for (size_t k = 0; k < e->n; k++) {
        legs[k].leg.bid = INT64_MAX - 10;
        legs[k].leg.ask = INT64_MAX;
        legs[k].leg.px = INT64_MAX - 5;
        legs[k].leg.qty = INT64_MAX / 4 / 7 * (legs[k].leg.qty / QTY_ONE);
        legs[k].px_qty = (__int128)legs[k].leg.px * legs[k].leg.qty;
    }
    struct structure s = name(e, legs);
    ck_assert_int_eq(s.shape, SHAPE_BUTTERFLY);
}
END_TEST

/* Deltas of 0.60 and 0.35, hundred shares, the underlying at 106: by hand. */
START_TEST(greeks_decide_the_class_where_they_are_known)
{
    const struct expected *e = of(SHAPE_CALL_VERTICAL);
    struct leg_view legs[STRUCTURE_LEGS];
    struct leg_greeks far[] = {{60 * 1000000, 6360 * PX_ONE, 12 * PX_ONE},
                               {35 * 1000000, 3710 * PX_ONE, 11 * PX_ONE}};
    struct leg_greeks near[] = {{60 * 1000000, 6360 * PX_ONE, 12 * PX_ONE},
                                {37 * 1000000, 3922 * PX_ONE, 11 * PX_ONE}};
    for (int side = -1; side <= 1; side += 2) {
        lay(e, side, 0, legs);
        struct structure s = name(e, legs);
        structure_value(&s, far, &policy);
        ck_assert(s.greeks);
        ck_assert_int_eq(s.delta, side * 7 * 25 * INT64_C(1000000));
        ck_assert_int_eq(s.delta_notional, side * 7 * 2650 * PX_ONE);
        ck_assert_int_eq(s.gross_notional, 7 * 10070 * PX_ONE);
        ck_assert_int_eq(s.vega, side * 7 * PX_ONE);
        ck_assert_int_eq(s.class, SC_DIRECTIONAL); /* 2650 of 10070: 26 % */
        ck_assert_int_eq(s.direction, side);
        s = name(e, legs);
        structure_value(&s, near, &policy);
        ck_assert_int_eq(s.class, SC_VOLATILITY); /* 2438 of 10282: 23.7 % */
        ck_assert_int_eq(s.direction, side);      /* it still gains by a rise alone */
        ck_assert_int_eq(s.direction_reason, DR_OK);
    }
}
END_TEST

/* One of 0.60 bought, two of 0.45 sold: 60 - 90 = -30 of 150 shares, 20 %; two of 0.55: -50 of 170.
 */
START_TEST(a_ratio_has_the_direction_of_its_delta)
{
    const struct expected *e = &pairs[1].bought;
    struct leg_view legs[STRUCTURE_LEGS];
    struct leg_greeks g[] = {{60 * 1000000, 6000 * PX_ONE, 0}, {45 * 1000000, 4500 * PX_ONE, 0}};
    lay(e, 1, 0, legs);
    struct structure s = name(e, legs);
    ck_assert_int_eq(s.direction_reason, DR_NO_DELTA);
    structure_value(&s, g, &policy);
    ck_assert_int_eq(s.class, SC_VOLATILITY);
    ck_assert_int_eq(s.direction_reason, DR_VOLATILITY);
    g[1] = (struct leg_greeks){55 * 1000000, 5500 * PX_ONE, 0};
    s = name(e, legs);
    structure_value(&s, g, &policy);
    ck_assert_int_eq(s.class, SC_DIRECTIONAL); /* 29 % */
    ck_assert_int_eq(s.direction, -1);
}
END_TEST

START_TEST(greeks_leave_rolls_hedges_and_arbitrage_what_they_are)
{
    static const enum shape fixed[] = {SHAPE_CALENDAR, SHAPE_COLLAR, SHAPE_BOX, SHAPE_STOCK_TIED};
    struct leg_greeks g[STRUCTURE_LEGS] = {{50 * 1000000, 5000 * PX_ONE, PX_ONE}};
    struct leg_view legs[STRUCTURE_LEGS];
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
        const struct expected *e = of(fixed[i]);
        lay(e, 1, 0, legs);
        struct structure s = name(e, legs);
        structure_value(&s, g, &policy);
        ck_assert(s.greeks);
        ck_assert_int_eq(s.class, e->class);
        ck_assert_int_eq(s.direction, 0);
    }
}
END_TEST

Suite *test_suite(void)
{
    const TTest *tests[] = {
        every_shape_has_its_name_in_any_order_of_legs_and_from_both_sides,
        a_shape_whose_mirror_has_a_name_is_always_bought,
        rolls_are_candidates_and_have_no_direction,
        unread_legs_leave_the_side_to_the_net_price,
        a_net_price_outside_its_market_claims_nothing,
        a_leg_without_a_market_leaves_the_whole_without_one,
        a_stale_leg_keeps_its_quote_and_gives_no_side,
        a_name_that_hangs_on_unread_signs_is_not_given,
        wide_quotes_leave_one_name_where_only_one_has_a_price,
        a_ratio_is_told_from_a_backspread_by_its_net_price,
        what_is_not_in_the_list_has_no_name,
        a_synthetic_stock_has_no_name_without_stock,
        proprietary_floor_packages_have_a_shape_and_no_side,
        parts_of_a_leg_are_weighed_exactly,
        enormous_prices_do_not_overflow,
        greeks_decide_the_class_where_they_are_known,
        a_ratio_has_the_direction_of_its_delta,
        greeks_leave_rolls_hedges_and_arbitrage_what_they_are,
    };
    Suite *s = suite_create("structure");
    TCase *t = tcase_create("structure");
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return s;
}
