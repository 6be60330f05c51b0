/* Whole numbers around the models. See value.h. */
#include "price/value.h"

#include <math.h>

#include "base/dec.h"
#include "price/american.h"
#include "price/terms.h"

#define DAYS_A_YEAR 365.0 /* theta per day: microstructure.md section 9 */
#define POINT       0.01  /* of volatility */
#define BP          1e-4
#define IV_ONE      1e6
#define GREEK_ONE   1e9
#define INT_LIMIT   9.2e18 /* below what an int64 holds */

const char *value_state_name(enum value_state v)
{
    static_assert((int)VALUE_OK == (int)IMPLIED_OK &&
                      (int)VALUE_LOW_RESOLUTION == (int)IMPLIED_LOW_RESOLUTION &&
                      (int)VALUE_NONE == (int)IMPLIED_NONE,
                  "one set of words");
    return implied_state_name((enum implied_state)v);
}

#define X(id, name, sentence) [VALUE_WHY_##id] = {name, sentence},
static const char *const reasons[][2] = {VALUE_REASONS(X)};
#undef X

const char *value_reason_name(enum value_reason v)
{
    return v < VALUE_WHY_COUNT ? reasons[v][0] : "";
}

const char *value_reason_sentence(enum value_reason v)
{
    return v < VALUE_WHY_COUNT ? reasons[v][1] : "";
}

static struct value none(enum value_reason reason)
{
    return (struct value){.state = VALUE_NONE, .reason = (uint8_t)reason};
}

static struct value none_implied(enum implied_reason why)
{
    static const uint8_t reason[] = {
        [IMPLIED_WHY_NONE] = VALUE_WHY_OK,
        [IMPLIED_WHY_INPUT] = VALUE_WHY_INPUT,
        [IMPLIED_WHY_NO_PRICE] = VALUE_WHY_NO_PRICE,
        [IMPLIED_WHY_EXPIRED] = VALUE_WHY_EXPIRED,
        [IMPLIED_WHY_NO_UNDERLYING] = VALUE_WHY_NO_UNDERLYING,
        [IMPLIED_WHY_INTRINSIC] = VALUE_WHY_INTRINSIC,
        [IMPLIED_WHY_CAP] = VALUE_WHY_CAP,
        [IMPLIED_WHY_TICK] = VALUE_WHY_TICK,
        [IMPLIED_WHY_MODEL] = VALUE_WHY_MODEL,
    };
    static_assert(ARRAY_LEN(reason) == IMPLIED_REASON_COUNT, "every reason has its word");
    return none(reason[why]);
}

/* Rounded to whole units; false when it is no number or does not fit. */
static bool whole(double v, double unit, int64_t *ret)
{
    v = round(v * unit);
    if (!(fabs(v) < INT_LIMIT))
        return false;
    *ret = (int64_t)v;
    return true;
}

/* The terms in doubles; a reason where the models need not be asked. */
static enum value_reason model_of(const struct value_terms *t, struct bsm *ret)
{
    double years = terms_years(t->now_ns, t->expiry_ns), rate = (double)t->rate_bp * BP;
    double forward = terms_dollars(t->forward_px), spot = forward * exp(-rate * years);
    double yield = 0;
    if (t->forward_px <= 0)
        return VALUE_WHY_NO_FORWARD;
    if (years <= 0)
        return VALUE_WHY_EXPIRED;
    if (t->spot_px > 0) {
        spot = terms_dollars(t->spot_px);
        yield = rate - log_ratio(forward, spot) / years;
    }
    *ret = (struct bsm){.right = t->right > 0 ? RIGHT_CALL : RIGHT_PUT,
                        .spot = spot,
                        .strike = terms_dollars(t->strike_px),
                        .years = years,
                        .rate = rate,
                        .yield = yield};
    return bsm_check(ret) == FAULT_NONE ? VALUE_WHY_OK : VALUE_WHY_INPUT;
}

/* Does half a tick move the volatility by more than the tolerance? Asked by prices, which rise with
 * it: two of them instead of two more volatilities. Vega has one peak over volatility, so that over
 * a stretch it is least at an end; where even that would move the price enough, nothing is asked.
 */
static bool is_coarse(const struct bsm *in, double price, double vega)
{
    const double half = 0.5 * IMPLIED_TICK;
    struct bsm up = *in, down = *in;
    up.vol = in->vol + IMPLIED_TOLERANCE;
    down.vol = in->vol - IMPLIED_TOLERANCE;
    if (MIN(vega, bsm_vega(&up)) * IMPLIED_TOLERANCE < half && bsm_price(&up) < price + half)
        return true;
    if (down.vol <= 0 || MIN(vega, bsm_vega(&down)) * IMPLIED_TOLERANCE >= half)
        return false;
    return bsm_price(&down) > price - half;
}

static struct value value_of(const struct bsm *in, const struct greeks *g, bool coarse)
{
    struct value v = {.state = coarse ? VALUE_LOW_RESOLUTION : VALUE_OK,
                      .reason = coarse ? VALUE_WHY_TICK : VALUE_WHY_OK};
    bool fits = whole(in->vol, IV_ONE, &v.iv) && whole(g->delta, IV_ONE, &v.delta) &&
                whole(g->gamma, GREEK_ONE, &v.gamma) &&
                whole(g->vega, GREEK_ONE * POINT, &v.vega) &&
                whole(g->theta, GREEK_ONE / DAYS_A_YEAR, &v.theta) &&
                whole(in->spot, (double)PX_ONE, &v.spot_px) &&
                whole(in->spot * g->delta, (double)PX_ONE, &v.delta_px);
    return fits ? v : none(VALUE_WHY_INPUT);
}

struct value value_option(const struct value_terms *t)
{
    struct bsm in;
    struct greeks g;
    struct price_grain exact = {0};
    double price = terms_dollars(t->px);
    enum value_reason why = model_of(t, &in);
    if (why != VALUE_WHY_OK)
        return none(why);
    struct implied iv = bsm_implied(&in, price, &exact);
    if (iv.state == IMPLIED_NONE)
        return none_implied(iv.reason);
    in.vol = iv.vol;
    bsm_greeks(&in, &g);
    return value_of(&in, &g, is_coarse(&in, price, g.vega));
}

struct value value_american(const struct value_terms *t)
{
    struct bsm in;
    struct greeks g;
    struct price_grain grain = price_grain_default();
    enum value_reason why = model_of(t, &in);
    if (why != VALUE_WHY_OK)
        return none(why);
    struct implied iv = american_implied(&in, terms_dollars(t->px), &grain);
    if (iv.state == IMPLIED_NONE)
        return none_implied(iv.reason);
    in.vol = iv.vol;
    if (american_greeks(&in, AMERICAN_FAST, &g) != FAULT_NONE)
        return none(VALUE_WHY_MODEL);
    return value_of(&in, &g, iv.state == IMPLIED_LOW_RESOLUTION);
}

bool value_grow(int64_t twice_px, int64_t now_ns, int64_t expiry_ns, int64_t rate_bp,
                int64_t *ret_px)
{
    double growth = exp((double)rate_bp * BP * terms_years(now_ns, expiry_ns));
    return whole(0.5 * (double)twice_px, growth, ret_px);
}

bool value_notional(const struct value *v, int side, int64_t qty, int64_t multiplier, int64_t *ret)
{
    int64_t shares;
    return v->state != VALUE_NONE && dec_muldiv(qty, multiplier, QTY_ONE, &shares) &&
           dec_muldiv(side * shares, v->delta_px, QTY_ONE, ret);
}
