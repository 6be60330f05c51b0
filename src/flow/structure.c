/* The table of shapes and what follows from a row of it. See structure.h. */
#include "flow/structure.h"

#include "base/dec.h"
#include "event/cond.h"
#include "event/event.h"

/* Confidence in the side, percent: read from every leg's own quote, or from the net price alone
 * (section 3: at the quote, elsewhere). */
#define BY_SIGNS 75
#define BY_PRICE 65

/* Ratios of a pattern that stand for 1:2, 1:3 or 2:3. */
enum { SMALL = 14, BIG = 15 };

/* Legs in their order: by expiry, strike, calls first. right 'X': that of the first leg; strike and
 * expiry as places among the different ones, lowest first; sign: of who buys the structure. A row
 * with the shape UNRESOLVED has no name in the list, but looks like one that has. */
struct pattern {
    uint8_t shape, n;
    char with; /* 'S': with stock only, 'O': without only, ' ': either */
    bool even; /* strikes at equal distances */
    struct {
        char right;
        uint8_t strike, expiry, ratio;
        int8_t sign;
    } legs[STRUCTURE_LEGS];
};

/* clang-format off */
static const struct pattern patterns[] = {
    {SHAPE_STOCK_TIED, 1, 'S', false, {{'X', 0, 0, 1, 1}}},
    {SHAPE_CALL_VERTICAL, 2, ' ', false, {{'C', 0, 0, 1, 1}, {'C', 1, 0, 1, -1}}},
    {SHAPE_PUT_VERTICAL, 2, ' ', false, {{'P', 0, 0, 1, -1}, {'P', 1, 0, 1, 1}}},
    {SHAPE_CALENDAR, 2, ' ', false, {{'X', 0, 0, 1, -1}, {'X', 0, 1, 1, 1}}},
    {SHAPE_DIAGONAL, 2, ' ', false, {{'X', 0, 0, 1, -1}, {'X', 1, 1, 1, 1}}},
    {SHAPE_DIAGONAL, 2, ' ', false, {{'X', 1, 0, 1, -1}, {'X', 0, 1, 1, 1}}},
    {SHAPE_STRADDLE, 2, ' ', false, {{'C', 0, 0, 1, 1}, {'P', 0, 0, 1, 1}}},
    {SHAPE_STRANGLE, 2, ' ', false, {{'P', 0, 0, 1, 1}, {'C', 1, 0, 1, 1}}},
    {SHAPE_COLLAR, 2, 'S', false, {{'P', 0, 0, 1, 1}, {'C', 1, 0, 1, -1}}},
    {SHAPE_RISK_REVERSAL, 2, 'O', false, {{'P', 0, 0, 1, -1}, {'C', 1, 0, 1, 1}}},
    {SHAPE_RISK_REVERSAL, 2, ' ', false, {{'C', 0, 0, 1, 1}, {'P', 1, 0, 1, -1}}},
    {SHAPE_UNRESOLVED, 2, 'O', false, {{'C', 0, 0, 1, 1}, {'P', 1, 0, 1, 1}}}, /* guts */
    {SHAPE_CONVERSION, 2, 'S', false, {{'C', 0, 0, 1, -1}, {'P', 0, 0, 1, 1}}},
    {SHAPE_REVERSAL, 2, 'S', false, {{'C', 0, 0, 1, 1}, {'P', 0, 0, 1, -1}}},
    {SHAPE_UNRESOLVED, 2, 'O', false, {{'C', 0, 0, 1, 1}, {'P', 0, 0, 1, -1}}}, /* synthetic */
    {SHAPE_RATIO, 2, ' ', false, {{'X', 0, 0, SMALL, 1}, {'X', 1, 0, BIG, -1}}},
    {SHAPE_RATIO, 2, ' ', false, {{'X', 0, 0, BIG, -1}, {'X', 1, 0, SMALL, 1}}},
    {SHAPE_BACKSPREAD, 2, ' ', false, {{'X', 0, 0, SMALL, -1}, {'X', 1, 0, BIG, 1}}},
    {SHAPE_BACKSPREAD, 2, ' ', false, {{'X', 0, 0, BIG, 1}, {'X', 1, 0, SMALL, -1}}},
    {SHAPE_BUTTERFLY, 3, ' ', true,
     {{'X', 0, 0, 1, 1}, {'X', 1, 0, 2, -1}, {'X', 2, 0, 1, 1}}},
    {SHAPE_LADDER, 3, ' ', false,
     {{'X', 0, 0, 1, 1}, {'X', 1, 0, 1, -1}, {'X', 2, 0, 1, -1}}},
    {SHAPE_LADDER, 3, ' ', false,
     {{'X', 0, 0, 1, -1}, {'X', 1, 0, 1, -1}, {'X', 2, 0, 1, 1}}},
    {SHAPE_IRON_BUTTERFLY, 4, ' ', false,
     {{'P', 0, 0, 1, -1}, {'C', 1, 0, 1, 1}, {'P', 1, 0, 1, 1}, {'C', 2, 0, 1, -1}}},
    {SHAPE_CONDOR, 4, ' ', false,
     {{'X', 0, 0, 1, 1}, {'X', 1, 0, 1, -1}, {'X', 2, 0, 1, -1}, {'X', 3, 0, 1, 1}}},
    {SHAPE_IRON_CONDOR, 4, ' ', false,
     {{'P', 0, 0, 1, -1}, {'P', 1, 0, 1, 1}, {'C', 2, 0, 1, 1}, {'C', 3, 0, 1, -1}}},
    {SHAPE_BOX, 4, ' ', false,
     {{'C', 0, 0, 1, 1}, {'P', 0, 0, 1, -1}, {'C', 1, 0, 1, -1}, {'P', 1, 0, 1, 1}}},
    {SHAPE_JELLY_ROLL, 4, ' ', false,
     {{'C', 0, 0, 1, -1}, {'P', 0, 0, 1, 1}, {'C', 0, 1, 1, 1}, {'P', 0, 1, 1, -1}}},
};
/* clang-format on */
#define CANDIDATES 4 /* rows that share rights, strikes, expiries and ratios */

/* What a bought structure is by its shape alone; delta: its sign, 0 = depends on the prices. free:
 * the greeks decide where they are known. */
static const struct {
    uint8_t class;
    int8_t delta;
    bool free;
    bool unknown; /* without greeks not even whether it has a direction */
} kinds[SHAPE_COUNT] = {
    [SHAPE_CALL_VERTICAL] = {SC_DIRECTIONAL, 1, true, false},
    [SHAPE_PUT_VERTICAL] = {SC_DIRECTIONAL, -1, true, false},
    [SHAPE_CALENDAR] = {SC_ROLL, 0, false, false},
    [SHAPE_DIAGONAL] = {SC_ROLL, 0, false, false},
    [SHAPE_STRADDLE] = {SC_VOLATILITY, 0, true, false},
    [SHAPE_STRANGLE] = {SC_VOLATILITY, 0, true, false},
    [SHAPE_RISK_REVERSAL] = {SC_DIRECTIONAL, 1, true, false},
    [SHAPE_COLLAR] = {SC_HEDGED, 0, false, false},
    [SHAPE_BUTTERFLY] = {SC_VOLATILITY, 0, true, false},
    [SHAPE_IRON_BUTTERFLY] = {SC_VOLATILITY, 0, true, false},
    [SHAPE_CONDOR] = {SC_VOLATILITY, 0, true, false},
    [SHAPE_IRON_CONDOR] = {SC_VOLATILITY, 0, true, false},
    [SHAPE_BOX] = {SC_NEUTRAL, 0, false, false},
    [SHAPE_JELLY_ROLL] = {SC_NEUTRAL, 0, false, false},
    [SHAPE_CONVERSION] = {SC_NEUTRAL, 0, false, false},
    [SHAPE_REVERSAL] = {SC_NEUTRAL, 0, false, false},
    [SHAPE_RATIO] = {SC_VOLATILITY, 0, true, true},
    [SHAPE_BACKSPREAD] = {SC_VOLATILITY, 0, true, true},
    [SHAPE_LADDER] = {SC_VOLATILITY, 0, true, true},
    [SHAPE_STOCK_TIED] = {SC_HEDGED, 0, false, false},
};

/* ---- legs in order -------------------------------------------------------------------------- */

static bool precedes(const struct leg_view *a, const struct leg_view *b)
{
    if (a->expiry != b->expiry)
        return a->expiry < b->expiry;
    if (a->strike_px != b->strike_px)
        return a->strike_px < b->strike_px;
    if (a->right != b->right)
        return a->right < b->right;
    return a->leg.sym < b->leg.sym; /* two roots with one set of terms */
}

static void sort(struct leg_view *legs, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct leg_view v = legs[i];
        size_t k = i;
        for (; k > 0 && precedes(&v, &legs[k - 1]); k--)
            legs[k] = legs[k - 1];
        legs[k] = v;
    }
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Units and ratios; a ratio beyond a byte is 0, which fits nothing. */
static int64_t set_ratios(struct leg_view *legs, size_t n)
{
    int64_t units = legs[0].leg.qty;
    for (size_t i = 1; i < n; i++)
        units = common_divisor(units, legs[i].leg.qty);
    for (size_t i = 0; i < n; i++) {
        int64_t ratio = legs[i].leg.qty / units;
        legs[i].leg.ratio = (uint8_t)(ratio > UINT8_MAX ? 0 : ratio);
    }
    return units;
}

/* Places of strikes and expiries among the different ones. */
struct places {
    uint8_t strike[STRUCTURE_LEGS], expiry[STRUCTURE_LEGS];
};

static struct places places_of(const struct leg_view *legs, size_t n)
{
    struct places p = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            bool first_strike = true, first_expiry = true;
            for (size_t m = 0; m < k; m++) {
                first_strike &= legs[m].strike_px != legs[k].strike_px;
                first_expiry &= legs[m].expiry != legs[k].expiry;
            }
            if (first_strike && legs[k].strike_px < legs[i].strike_px)
                p.strike[i]++;
            if (first_expiry && legs[k].expiry < legs[i].expiry)
                p.expiry[i]++;
        }
    return p;
}

/* ---- which rows fit ------------------------------------------------------------------------- */

static bool ratios_fit(const struct pattern *p, const struct leg_view *legs)
{
    int small = 0, big = 0;
    for (size_t i = 0; i < p->n; i++) {
        int want = p->legs[i].ratio, have = legs[i].leg.ratio;
        if (want == SMALL)
            small = have;
        else if (want == BIG)
            big = have;
        else if (want != have)
            return false;
    }
    return !big || (small == 1 && (big == 2 || big == 3)) || (small == 2 && big == 3);
}

static bool even(const struct leg_view *legs, size_t n)
{
    for (size_t i = 2; i < n; i++)
        if ((__int128)legs[i].strike_px - legs[i - 1].strike_px !=
            (__int128)legs[1].strike_px - legs[0].strike_px)
            return false;
    return true;
}

static bool fits(const struct pattern *p, const struct leg_view *legs, size_t n,
                 const struct places *at, bool stock)
{
    if (p->n != n || (p->with != ' ' && (p->with == 'S') != stock))
        return false;
    for (size_t i = 0; i < n; i++) {
        char right = p->legs[i].right == 'X' ? legs[0].right : p->legs[i].right;
        if (legs[i].right != right || at->strike[i] != p->legs[i].strike ||
            at->expiry[i] != p->legs[i].expiry)
            return false;
    }
    return ratios_fit(p, legs) && (!p->even || even(legs, n));
}

struct candidates {
    const struct pattern *rows[CANDIDATES];
    size_t n;
};

static struct candidates candidates_of(const struct leg_view *legs, size_t n, uint8_t family)
{
    struct candidates c = {.n = 0};
    struct places at = places_of(legs, n);
    bool stock = family == COND_STOCK_TIED;
    for (size_t i = 0; i < ARRAY_LEN(patterns) && c.n < CANDIDATES; i++)
        if (fits(&patterns[i], legs, n, &at, stock))
            c.rows[c.n++] = &patterns[i];
    return c;
}

/* ---- signs and the net price ---------------------------------------------------------------- */

/* +1 when the legs that were read are those of a buyer of the row, -1 of a seller, 0 of neither;
 * without any read, +1. */
static int side_by_signs(const struct pattern *p, const struct leg_view *legs)
{
    bool buyer = true, seller = true;
    for (size_t i = 0; i < p->n; i++) {
        buyer &= legs[i].leg.sign != -p->legs[i].sign;
        seller &= legs[i].leg.sign != p->legs[i].sign;
    }
    return buyer ? 1 : seller ? -1 : 0;
}

static bool allows(const struct pattern *p, const struct leg_view *legs, int side)
{
    for (size_t i = 0; i < p->n; i++)
        if (legs[i].leg.sign == -side * p->legs[i].sign)
            return false;
    return true;
}

static bool all_read(const struct leg_view *legs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!legs[i].leg.sign)
            return false;
    return true;
}

/* One unit bought: its price and its market. */
struct net {
    int64_t px, bid, ask; /* bid, ask: PX_NONE where a leg has none */
    bool market;          /* bid and ask can be trusted */
    bool inside;
    int side; /* whom the price is nearer to */
};

static int64_t fit64(__int128 v)
{
    return v == (int64_t)v ? (int64_t)v : PX_NONE;
}

static __int128 rounded(__int128 sum, int64_t units)
{
    return (sum + (sum < 0 ? -units / 2 : units / 2)) / units;
}

/* Section 6, 3: bid = buys at bid less sells at ask, ask = buys at ask less sells at bid. The price
 * compares as an exact fraction: its sum over all units against the market of so many. */
static struct net net_of(const struct pattern *p, const struct leg_view *legs, int64_t units,
                         const struct structure_policy *policy)
{
    struct net net = {.market = true, .bid = PX_NONE, .ask = PX_NONE};
    __int128 sum = 0, bid = 0, ask = 0;
    bool quoted = true;
    for (size_t i = 0; i < p->n; i++) {
        const struct leg_view *v = &legs[i];
        int sign = p->legs[i].sign;
        __int128 ratio = v->leg.ratio;
        quoted &= v->leg.bid != PX_NONE && v->leg.ask != PX_NONE;
        net.market &= v->market;
        sum += sign * v->px_qty;
        bid += ratio * (sign > 0 ? v->leg.bid : -(__int128)v->leg.ask);
        ask += ratio * (sign > 0 ? v->leg.ask : -(__int128)v->leg.bid);
    }
    net.px = fit64(rounded(sum, units));
    if (net.px == PX_NONE)
        net.px = 0;
    if (quoted) {
        net.bid = fit64(bid);
        net.ask = fit64(ask);
    }
    net.market &= net.bid != PX_NONE && net.ask != PX_NONE && net.bid <= net.ask;
    if (!net.market)
        return net;
    bid *= units;
    ask *= units;
    net.inside = sum >= bid && sum <= ask;
    __int128 nearer = 2 * sum - bid - ask, band = (ask - bid) * policy->net_band_pct;
    net.side = 100 * nearer > band ? 1 : 100 * nearer < -band ? -1 : 0;
    return net;
}

/* ---- the answer ----------------------------------------------------------------------------- */

struct answer {
    const struct pattern *row; /* NULL: none fits */
    struct net net;
    int side;
    uint8_t reason, confidence;
    bool agrees; /* with the signs read */
};

static bool mirrored(const struct candidates *c, const struct pattern *p)
{
    for (size_t k = 0; k < c->n; k++) {
        bool opposite = true;
        for (size_t i = 0; i < p->n; i++)
            opposite &= c->rows[k]->legs[i].sign == -p->legs[i].sign;
        if (opposite)
            return true;
    }
    return false;
}

static struct answer by_signs(const struct candidates *c, const struct leg_view *legs)
{
    struct answer a = {.agrees = true, .confidence = BY_SIGNS};
    for (size_t i = 0; i < c->n && a.side <= 0; i++) {
        int side = side_by_signs(c->rows[i], legs);
        if (side && (!a.row || side > 0))
            a = (struct answer){
                .row = c->rows[i], .side = side, .agrees = true, .confidence = BY_SIGNS};
    }
    return a;
}

/* Where the signs would decide between rows: the only one that they and the net price allow. */
static struct answer by_elimination(const struct candidates *c, const struct leg_view *legs,
                                    int64_t units, const struct structure_policy *policy)
{
    struct answer a = {.reason = DR_AMBIGUOUS, .confidence = BY_PRICE, .agrees = true};
    size_t left = 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct pattern *p = c->rows[i];
        struct net net = net_of(p, legs, units, policy);
        bool possible = net.inside && net.side && allows(p, legs, net.side);
        if (!possible || (net.side < 0 && mirrored(c, p)))
            continue;
        a.row = p;
        a.side = net.side;
        left++;
    }
    if (left != 1)
        a.row = NULL;
    return a;
}

static struct answer decide(const struct candidates *c, const struct leg_view *legs, size_t n,
                            int64_t units, const struct structure_policy *policy)
{
    struct answer a = {.reason = DR_UNRESOLVED};
    if (!c->n)
        return a;
    if (all_read(legs, n))
        a = by_signs(c, legs);
    bool read = a.row != NULL;
    if (!read && c->n > 1)
        a = by_elimination(c, legs, units, policy);
    else if (!read)
        a = (struct answer){.row = c->rows[0],
                            .confidence = BY_PRICE,
                            .agrees = side_by_signs(c->rows[0], legs) != 0};
    if (!a.row || a.row->shape == SHAPE_UNRESOLVED) {
        a.row = NULL;
        a.side = 0;
        a.reason = DR_AMBIGUOUS;
        return a;
    }
    a.net = net_of(a.row, legs, units, policy);
    a.side = read ? a.side : a.net.side;
    a.reason = !a.net.market   ? DR_NO_MARKET
               : !a.net.inside ? DR_OUTSIDE
               : !a.side       ? DR_BALANCED
                               : DR_OK;
    a.side = a.reason == DR_OK ? a.side : 0;
    return a;
}

/* delta: the sign of the taker's. Verticals and risk reversals never lose by a move their way,
 * whatever their class; of the others only directional ones have a direction. */
static void set_direction(struct structure *s, int delta)
{
    static const uint8_t reasons[SC_COUNT] = {
        [SC_NONE] = DR_UNRESOLVED, [SC_VOLATILITY] = DR_VOLATILITY, [SC_ROLL] = DR_ROLL,
        [SC_NEUTRAL] = DR_NEUTRAL, [SC_HEDGED] = DR_HEDGED,
    };
    bool one_way = kinds[s->shape].delta && s->class == SC_VOLATILITY;
    s->direction = 0;
    if (!s->side)
        return; /* the reason says why there is no side */
    s->direction_reason = reasons[s->class];
    if (one_way)
        delta = kinds[s->shape].delta * s->side;
    if (delta && (one_way || s->class == SC_DIRECTIONAL)) {
        s->direction_reason = DR_OK;
        s->direction = (int8_t)delta;
    }
}

static void set_class(struct structure *s, uint8_t family, bool agrees)
{
    bool stock = family == COND_STOCK_TIED && s->shape != SHAPE_UNRESOLVED;
    s->class = kinds[s->shape].class;
    /* Legs of one sign do not close one position to open another. */
    if (s->class == SC_ROLL && !agrees)
        s->class = SC_VOLATILITY;
    if (stock && s->class != SC_NEUTRAL)
        s->class = SC_HEDGED;
    s->flags |= s->class == SC_ROLL ? PF_ROLL_CANDIDATE : 0;
    set_direction(s, kinds[s->shape].delta * s->side);
    if (s->side && s->class == SC_VOLATILITY && kinds[s->shape].unknown)
        s->direction_reason = DR_NO_DELTA;
}

bool structure_name(struct structure *s, struct leg_view *legs, size_t n, uint8_t family,
                    const struct structure_policy *policy)
{
    sort(legs, n);
    s->units = set_ratios(legs, n);
    struct candidates c = candidates_of(legs, n, family);
    struct answer a = decide(&c, legs, n, s->units, policy);
    if (family == COND_PROPRIETARY) { /* may print outside the quote: nothing is claimed */
        a.side = 0;
        a.reason = a.row ? DR_CONDITION : a.reason;
    }
    s->n_legs = (uint8_t)n;
    s->shape = a.row ? a.row->shape : SHAPE_UNRESOLVED;
    s->side = (int8_t)a.side;
    s->direction_reason = a.reason;
    s->confidence = a.side ? a.confidence : 0;
    s->net_px = a.row ? a.net.px : n == 1 ? legs[0].leg.px : 0;
    s->net_bid = a.row ? a.net.bid : n == 1 ? legs[0].leg.bid : PX_NONE;
    s->net_ask = a.row ? a.net.ask : n == 1 ? legs[0].leg.ask : PX_NONE;
    for (size_t i = 0; i < n; i++) {
        s->legs[i] = legs[i].leg;
        if (a.side)
            s->legs[i].sign = (int8_t)(a.side * a.row->legs[i].sign);
    }
    set_class(s, family, a.agrees);
    return a.agrees;
}

/* ---- greeks --------------------------------------------------------------------------------- */

/* Of 1e-6 contracts: to whole ones. */
static bool per_contract(__int128 sum, int64_t *ret)
{
    *ret = fit64(rounded(sum, QTY_ONE));
    return *ret != PX_NONE;
}

void structure_value(struct structure *s, const struct leg_greeks *greeks,
                     const struct structure_policy *policy)
{
    __int128 delta = 0, notional = 0, gross = 0, vega = 0;
    int64_t sums[4];
    if (!s->side)
        return;
    for (size_t i = 0; i < s->n_legs; i++) {
        const struct leg *l = &s->legs[i];
        __int128 own = (__int128)greeks[i].notional * l->qty;
        delta += l->sign * (__int128)greeks[i].delta * l->qty;
        vega += l->sign * (__int128)greeks[i].vega * l->qty;
        notional += l->sign * own;
        gross += own < 0 ? -own : own;
    }
    if (!per_contract(delta, &sums[0]) || !per_contract(notional, &sums[1]) ||
        !per_contract(gross, &sums[2]) || !per_contract(vega, &sums[3]))
        return;
    s->greeks = true;
    s->delta = sums[0];
    s->delta_notional = sums[1];
    s->gross_notional = sums[2];
    s->vega = sums[3];
    if (!kinds[s->shape].free || s->class == SC_HEDGED)
        return;
    bool directional = (notional < 0 ? -notional : notional) * 100 >=
                       gross * policy->directional_pct;
    s->class = directional && notional ? SC_DIRECTIONAL : SC_VOLATILITY;
    set_direction(s, notional > 0 ? 1 : -1);
}
