/* Implied volatility. See implied.h.
 *
 * Names as in the paper: beta is the normalised price, b(s) the price at s, s_c the point of the
 * steepest slope, s_l and s_u where the tangent there meets 0 and the cap. Below b(s_l) and above
 * b(s_u) the guess interpolates a transform of the price that is nearly linear there. */
#include "price/implied.h"

#include <float.h>
#include <math.h>

#include "price/normal.h"

#define PI        3.14159265358979323846
#define SQRT_3    1.73205080756887729353
#define MAX_STEPS 60 /* two or three suffice; the rest is for bisection out of a bad guess */

#define LEAST_X 1e-20 /* far below the rounding of ln(F/K): at the money */

#define IMPLIED_REASON_SENTENCE(name, sentence) [IMPLIED_WHY_##name] = sentence,

const char *implied_state_name(enum implied_state state)
{
    static const char *const names[] = {
        [IMPLIED_OK] = "ok", [IMPLIED_LOW_RESOLUTION] = "low_resolution", [IMPLIED_NONE] = "none"};
    return names[state];
}

const char *implied_reason_sentence(enum implied_reason reason)
{
    static const char *const sentences[] = {IMPLIED_REASONS(IMPLIED_REASON_SENTENCE)};
    return sentences[reason];
}

/* ---- rational cubic interpolation (Delbourgo and Gregory 1985) ---- */

struct cubic {
    double x0, x1; /* ends */
    double y0, y1; /* values there */
    double d0, d1; /* slopes there */
};

/* The smallest control parameter that keeps the shape of the data. */
static double shape_control(const struct cubic *c, bool strictly)
{
    double slope = (c->y1 - c->y0) / (c->x1 - c->x0), least = -1 + 1.5e-8, most = 2 / DBL_EPSILON;
    bool monotone = c->d0 * slope >= 0 && c->d1 * slope >= 0;
    bool convex = c->d0 <= slope && slope <= c->d1, concave = c->d0 >= slope && slope >= c->d1;
    if (monotone && slope != 0)
        least = MAX(least, (c->d0 + c->d1) / slope);
    else if (monotone && strictly)
        least = most;
    if (convex || concave) {
        double left = slope - c->d0, right = c->d1 - slope, bend = c->d1 - c->d0;
        if (left != 0 && right != 0)
            least = MAX(least, MAX(fabs(bend / right), fabs(bend / left)));
        else if (strictly)
            least = most;
    } else if (monotone && strictly) {
        least = most;
    }
    return least;
}

/* The control parameter that gives the second derivative at the left or right end. */
static double control(const struct cubic *c, bool right, double second, bool strictly)
{
    double h = c->x1 - c->x0, slope = (c->y1 - c->y0) / h;
    double above = 0.5 * h * second + (c->d1 - c->d0),
           below = right ? c->d1 - slope : slope - c->d0;
    double r = below != 0 ? above / below : above > 0 ? 2 / DBL_EPSILON : -1;
    return MAX(r, shape_control(c, strictly));
}

static double cubic_at(const struct cubic *c, double r, double x)
{
    double h = c->x1 - c->x0, t = (x - c->x0) / h, u = 1 - t;
    if (!(r < 1 / DBL_EPSILON))
        return c->y1 * t + c->y0 * u;
    double top = c->y1 * t * t * t + (r * c->y1 - h * c->d1) * t * t * u +
                 (r * c->y0 + h * c->d0) * t * u * u + c->y0 * u * u * u;
    return top / (1 + (r - 3) * t * u);
}

/* ---- the first guess ---- */

/* The transform of the price below b(s_l), with its first and second derivative by the price. */
static void lower_map(double x, double s, double *f, double *d, double *dd)
{
    double ax = fabs(x), z = ax / (SQRT_3 * s), y = z * z, s2 = s * s;
    double cdf = normal_cdf(-z), ratio = normal_ratio(-z);
    *f = 2 * PI / (3 * SQRT_3) * ax * cdf * cdf * cdf;
    *d = 2 * PI * y * cdf * cdf * exp(y + s2 / 8);
    *dd = PI / 6 * y / (s2 * s) * cdf *
          (8 * SQRT_3 * s * ax + (3 * s2 * (s2 - 8) - 8 * x * x) * ratio) * exp(2 * y + s2 / 4);
}

static double lower_map_inverse(double x, double f)
{
    double cdf = cbrt(f * 3 * SQRT_3 / (2 * PI * fabs(x)));
    return fabs(x / (SQRT_3 * normal_quantile(MIN(cdf, 0.5))));
}

static double guess_low(double x, double beta, double s_l, double b_l)
{
    double f_l, d_l, dd_l;
    lower_map(x, s_l, &f_l, &d_l, &dd_l);
    struct cubic c = {.x0 = 0, .x1 = b_l, .y0 = 0, .y1 = f_l, .d0 = 1, .d1 = d_l};
    double f = cubic_at(&c, control(&c, true, dd_l, true), beta);
    if (!(f > 0)) {
        double t = beta / b_l;
        f = (f_l * t + b_l * (1 - t)) * t;
    }
    return lower_map_inverse(x, f);
}

static double guess_high(double x, double beta, double s_u, double b_u)
{
    double cap = exp(0.5 * x), h = x / s_u, f_u = normal_cdf(-0.5 * s_u);
    double d_u = -0.5 * exp(0.5 * h * h);
    double dd_u = SQRT_HALF_PI * exp(h * h + s_u * s_u / 8) * h * h / s_u;
    struct cubic c = {.x0 = b_u, .x1 = cap, .y0 = f_u, .y1 = 0, .d0 = d_u, .d1 = -0.5};
    double f = isfinite(dd_u) ? cubic_at(&c, control(&c, false, dd_u, true), beta) : 0;
    if (!(f > 0)) {
        double t = (beta - b_u) / (cap - b_u);
        f = (f_u * (1 - t) + 0.5 * (cap - b_u) * t) * (1 - t);
    }
    return -2 * normal_quantile(f);
}

enum branch { BRANCH_LOW, BRANCH_MIDDLE, BRANCH_HIGH };

/* b(s_c), also at x = 0, where s_c is 0. */
static double guess(double x, double beta, enum branch *ret_branch)
{
    double cap = exp(0.5 * x), s_c = sqrt(fabs(2 * x));
    double b_c = normalised_black(x, s_c), v_c = normalised_vega(x, s_c);
    *ret_branch = BRANCH_MIDDLE;
    if (beta < b_c) {
        double s_l = s_c - b_c / v_c, b_l = normalised_black(x, s_l);
        if (beta < b_l) {
            *ret_branch = BRANCH_LOW;
            return guess_low(x, beta, s_l, b_l);
        }
        struct cubic c = {.x0 = b_l,
                          .x1 = b_c,
                          .y0 = s_l,
                          .y1 = s_c,
                          .d0 = 1 / normalised_vega(x, s_l),
                          .d1 = 1 / v_c};
        return cubic_at(&c, control(&c, true, 0, false), beta);
    }
    double s_u = s_c + (cap - b_c) / v_c, b_u = normalised_black(x, s_u);
    if (beta > b_u) {
        *ret_branch = beta > 0.5 * cap ? BRANCH_HIGH : BRANCH_MIDDLE;
        return guess_high(x, beta, s_u, b_u);
    }
    struct cubic c = {.x0 = b_c,
                      .x1 = b_u,
                      .y0 = s_c,
                      .y1 = s_u,
                      .d0 = 1 / v_c,
                      .d1 = 1 / normalised_vega(x, s_u)};
    return cubic_at(&c, control(&c, false, 0, false), beta);
}

/* ---- the steps ---- */

/* Newton's step, and the second and third derivative over the first, of the branch's objective. */
struct step {
    double newton, halley, third;
};

static struct step step_at(enum branch branch, double x, double beta, double s)
{
    double h = x < 0 ? x / s : 0, bend = h * h / s - 0.25 * s;
    struct step st = {.halley = bend, .third = bend * bend - 3 * (h / s) * (h / s) - 0.25};
    if (branch == BRANCH_LOW) {
        /* 1/ln(b) - 1/ln(beta) */
        double m = normalised_over_vega(x, s), slope = 1 / m;
        double ln_b = log(m / SQRT_TWO_PI) - 0.5 * (h * h + 0.25 * s * s), ln_beta = log(beta);
        double w = 1 / ln_b;
        st.newton = (ln_beta - ln_b) * ln_b / ln_beta * m;
        st.third += 2 * slope * slope * (1 + 3 * w * (1 + w)) - 3 * bend * slope * (1 + 2 * w);
        st.halley -= slope * (1 + 2 * w);
    } else if (branch == BRANCH_MIDDLE) {
        st.newton = (beta - normalised_black(x, s)) / normalised_vega(x, s);
    } else {
        /* ln(cap - beta) - ln(cap - b) */
        double left = normalised_complement(x, s), slope = normalised_vega(x, s) / left;
        st.newton = -log((exp(0.5 * x) - beta) / left) / slope;
        st.third += slope * (2 * slope + 3 * bend);
        st.halley += slope;
    }
    return st;
}

/* Householder's third-order step. */
static double step_length(const struct step *st)
{
    double n = st->newton;
    double step = n * (1 + 0.5 * st->halley * n) / (1 + n * (st->halley + st->third * n / 6));
    return isfinite(step) && step * n >= 0 ? step : n;
}

double implied_normalised(double x, double beta)
{
    enum branch branch;
    x = x > -LEAST_X ? 0 : x;
    double s = guess(x, beta, &branch), lo = 0, hi = INFINITY;
    if (!(s > 0 && isfinite(s)))
        s = sqrt(fabs(2 * x)) + 1e-3;
    for (int i = 0; i < MAX_STEPS; i++) {
        struct step st = step_at(branch, x, beta, s);
        double ds = step_length(&st);
        if (fabs(ds) <= 1e-5 * s)
            return s + ds; /* of fourth order: what is left is far below the last bit */
        if (ds > 0)
            lo = s;
        else
            hi = s;
        s += ds;
        if (!(s > lo && s < hi))
            s = isfinite(hi) ? 0.5 * (lo + hi) : 2 * lo;
    }
    return s;
}

/* ---- prices ---- */

struct price_grain price_grain_default(void)
{
    return (struct price_grain){.tick = IMPLIED_TICK, .tolerance = IMPLIED_TOLERANCE};
}

struct implied implied_none(enum implied_reason reason)
{
    return (struct implied){.vol = NAN, .resolution = NAN, .state = IMPLIED_NONE, .reason = reason};
}

struct implied implied_judge(double vol, double below, double above,
                             const struct price_grain *grain)
{
    struct implied ret = {.vol = vol, .resolution = MAX(vol - below, above - vol)};
    if (grain->tick > 0 && !(ret.resolution <= grain->tolerance)) {
        ret.state = IMPLIED_LOW_RESOLUTION;
        ret.reason = IMPLIED_WHY_TICK;
    }
    return ret;
}

/* Both models with spot and strike discounted to today. */
struct target {
    int right;
    double spot, strike, x, years;
};

static enum implied_reason target_vol(const struct target *t, double price, double *ret_vol)
{
    double time_value = price - MAX(t->right * (t->spot - t->strike), 0);
    double scale = sqrt(t->spot) * sqrt(t->strike), beta = time_value / scale, x = -fabs(t->x);
    if (!(beta > 0))
        return IMPLIED_WHY_INTRINSIC;
    /* The cap in prices: exact where exp(x/2) is rounded. */
    if (price >= (t->right > 0 ? t->spot : t->strike) || beta >= exp(0.5 * x))
        return IMPLIED_WHY_CAP;
    *ret_vol = implied_normalised(x, beta) / sqrt(t->years);
    return IMPLIED_WHY_NONE;
}

static struct implied target_implied(const struct target *t, double price,
                                     const struct price_grain *grain)
{
    double vol, below = 0, above = INFINITY, half = 0.5 * grain->tick;
    if (!(isfinite(price) && price >= 0))
        return implied_none(IMPLIED_WHY_NO_PRICE);
    if (t->years <= 0)
        return implied_none(IMPLIED_WHY_EXPIRED);
    if (t->spot <= 0 || t->strike <= 0)
        return implied_none(IMPLIED_WHY_NO_UNDERLYING);
    enum implied_reason why = target_vol(t, price, &vol);
    if (why != IMPLIED_WHY_NONE)
        return implied_none(why);
    if (!(half > 0)) {
        below = above = vol;
    } else {
        target_vol(t, price - half, &below);
        target_vol(t, price + half, &above);
    }
    return implied_judge(vol, below, above, grain);
}

struct implied bsm_implied(const struct bsm *in, double price, const struct price_grain *grain)
{
    struct bsm at = *in;
    at.vol = 0;
    if (bsm_check(&at) != FAULT_NONE)
        return implied_none(IMPLIED_WHY_INPUT);
    struct target t = {.right = in->right,
                       .spot = in->spot * exp(-in->yield * in->years),
                       .strike = in->strike * exp(-in->rate * in->years),
                       .years = in->years};
    if (in->spot > 0 && in->strike > 0)
        t.x = log_ratio(in->spot, in->strike) + (in->rate - in->yield) * in->years;
    return target_implied(&t, price, grain);
}

struct implied black_implied(const struct black *in, double price, const struct price_grain *grain)
{
    struct black at = *in;
    at.vol = 0;
    if (black_check(&at) != FAULT_NONE)
        return implied_none(IMPLIED_WHY_INPUT);
    struct target t = {.right = in->right,
                       .spot = in->forward * in->discount,
                       .strike = in->strike * in->discount,
                       .years = in->years};
    if (in->forward > 0 && in->strike > 0)
        t.x = log_ratio(in->forward, in->strike);
    return target_implied(&t, price, grain);
}
