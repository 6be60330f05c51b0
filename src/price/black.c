/* European options. See black.h.
 *
 * With h = x/s and t = s/2 the normalised price is
 *     b = exp(x/2) N(h+t) - exp(-x/2) N(h-t) = phi(h) exp(-t*t/2) (Y(h+t) - Y(h-t)),
 * where Y(z) = N(z)/phi(z). The derivatives of Y are moments,
 *     Y_n(z) = integral over u from 0 of u^n exp(z*u - u*u/2),
 * all positive, with Y_(n+1) = n Y_(n-1) + z Y_n. For small t the difference is taken as a Taylor
 * series of them at h, which has no cancellation; far out their ratios come from the backward
 * recurrence, in which every term is positive. Regions after Jaeckel, Let's Be Rational (2013). */
#include "price/black.h"

#include <math.h>

#include "price/normal.h"

#define PRICE_FAULT_SENTENCE(name, sentence) [FAULT_##name] = sentence,

#define SERIES_TERMS 19    /* of the Taylor series in t; odd */
#define RATIO_START  26    /* where the backward recurrence begins */
#define NOTHING      1e-18 /* of a sum: no term this small changes it */
#define FAR_OUT      -4.0  /* h below which it is used */

const char *price_fault_sentence(enum price_fault fault)
{
    static const char *const sentences[] = {PRICE_FAULTS(PRICE_FAULT_SENTENCE)};
    return sentences[fault];
}

double log_ratio(double a, double b)
{
    return a > 0.5 * b && a < 2 * b ? log1p((a - b) / b) : log(a) - log(b);
}

/* Y_n(h) t^n / n! for h not far out: upward from Y_0 and Y_1. */
static double series_near(double h, double t)
{
    double before = normal_ratio(h), now = 1 + h * before, factor = t, sum = factor * now;
    for (int n = 1; n < SERIES_TERMS; n++) {
        double next = n * before + h * now;
        before = now;
        now = next;
        factor *= t / (n + 1);
        if (n % 2)
            continue;
        sum += factor * now;
        if (factor * now < NOTHING * sum) /* all are positive, and fall ever faster */
            break;
    }
    return 2 * sum;
}

/* The same for h <= FAR_OUT: Y_n / Y_(n-1) = n / (Y_(n+1)/Y_n - h). */
static double series_far(double h, double t)
{
    double ratio[RATIO_START];
    double r = 2.0 * RATIO_START / (sqrt(h * h + 4.0 * RATIO_START) - h);
    for (int n = RATIO_START - 1; n > 0; n--)
        ratio[n] = r = n / (r - h);
    double term = normal_ratio(h), sum = 0;
    for (int n = 1; n <= SERIES_TERMS; n++) {
        term *= ratio[n] * t / n;
        if (n % 2)
            sum += term;
    }
    return 2 * sum;
}

double normalised_over_vega(double x, double s)
{
    double h = x / s, t = 0.5 * s;
    if (t <= MAX(0.25, -0.125 * h))
        return h > FAR_OUT ? series_near(h, t) : series_far(h, t);
    return normal_ratio(h + t) - normal_ratio(h - t);
}

double normalised_vega(double x, double s)
{
    double h = x < 0 ? x / s : 0, t = 0.5 * s;
    return exp(-0.5 * (h * h + t * t)) / SQRT_TWO_PI;
}

double normalised_black(double x, double s)
{
    if (s <= 0)
        return 0;
    if (x == 0)
        return erf(s / (2 * SQRT_TWO));
    double h = x / s, t = 0.5 * s;
    if (h + t <= 0.7)
        return normalised_vega(x, s) * normalised_over_vega(x, s);
    return exp(0.5 * x) * normal_cdf(h + t) - normalised_vega(x, s) * normal_ratio(h - t);
}

double normalised_complement(double x, double s)
{
    double h = x / s, t = 0.5 * s;
    return exp(0.5 * x) * normal_cdf(-h - t) + normalised_vega(x, s) * normal_ratio(h - t);
}

/* What both models come down to: spot and strike already discounted to today. */
struct core {
    int right;
    double spot, strike; /* S exp(-qT), K exp(-rT) */
    double x, s, years, vol;
    double rate, yield;
};

static struct core core_of_bsm(const struct bsm *in)
{
    struct core c = {.right = in->right,
                     .spot = in->spot * exp(-in->yield * in->years),
                     .strike = in->strike * exp(-in->rate * in->years),
                     .s = in->vol * sqrt(in->years),
                     .years = in->years,
                     .vol = in->vol,
                     .rate = in->rate,
                     .yield = in->yield};
    if (in->spot > 0 && in->strike > 0)
        c.x = log_ratio(in->spot, in->strike) + (in->rate - in->yield) * in->years;
    return c;
}

static struct core core_of_black(const struct black *in)
{
    double rate = in->years > 0 ? -log(in->discount) / in->years : 0;
    struct core c = {.right = in->right,
                     .spot = in->forward * in->discount,
                     .strike = in->strike * in->discount,
                     .s = in->vol * sqrt(in->years),
                     .years = in->years,
                     .vol = in->vol,
                     .rate = rate,
                     .yield = rate};
    if (in->forward > 0 && in->strike > 0)
        c.x = log_ratio(in->forward, in->strike);
    return c;
}

static double core_price(const struct core *c)
{
    double intrinsic = MAX(c->right * (c->spot - c->strike), 0);
    if (c->spot <= 0 || c->strike <= 0)
        return intrinsic;
    return intrinsic + sqrt(c->spot) * sqrt(c->strike) * normalised_black(-fabs(c->x), c->s);
}

/* d1, infinite where no chance is left, 0 exactly at the money. */
static double core_d1(const struct core *c)
{
    if (c->spot <= 0)
        return -INFINITY;
    if (c->strike <= 0)
        return INFINITY;
    if (c->s > 0)
        return c->x / c->s + 0.5 * c->s;
    return c->x > 0 ? INFINITY : c->x < 0 ? -INFINITY : 0;
}

/* a * b where a density of 0 wins over whatever is infinite beside it. */
static double weigh(double density, double value)
{
    return density == 0 ? 0 : density * value;
}

/* spot: what delta and gamma are by, S or F; growth: spot's own discount, exp(-qT) or D. */
static void core_greeks(const struct core *c, double spot, double growth, struct greeks *ret)
{
    double d1 = core_d1(c), d2 = d1 - c->s, root = sqrt(c->years), sign = c->right;
    double density = isfinite(d1) ? normal_pdf(d1) : 0;
    double n1 = normal_cdf(sign * d1), n2 = normal_cdf(sign * d2);
    double carry = c->rate - c->yield;
    double drift = carry == 0 ? -0.5 * d2 / c->years
                              : (2 * carry * c->years - d2 * c->s) / (2 * c->years * c->s);
    ret->price = core_price(c);
    ret->delta = sign * growth * n1;
    ret->gamma = weigh(growth * density, 1 / (spot * c->s));
    ret->vega = c->spot * density * root;
    ret->theta = -weigh(c->spot * density, 0.5 * c->vol / root) -
                 sign * (c->rate * c->strike * n2 - c->yield * c->spot * n1);
    ret->rho = sign * c->years * c->strike * n2;
    ret->vanna = weigh(growth * density, c->s > 0 ? -d2 / c->vol : 0.5 * root);
    ret->volga = weigh(ret->vega, c->s > 0 ? d1 * d2 / c->vol : 0);
    ret->charm = sign * c->yield * growth * n1 - weigh(growth * density, drift);
}

static bool from_zero(double v)
{
    return isfinite(v) && v >= 0;
}

enum price_fault bsm_check(const struct bsm *in)
{
    if (!from_zero(in->spot))
        return FAULT_SPOT;
    if (!from_zero(in->strike))
        return FAULT_STRIKE;
    if (!from_zero(in->years))
        return FAULT_YEARS;
    if (!(fabs(in->rate * in->years) < 300 && fabs(in->yield * in->years) < 300))
        return FAULT_RATE;
    return from_zero(in->vol) ? FAULT_NONE : FAULT_VOL;
}

enum price_fault black_check(const struct black *in)
{
    if (!from_zero(in->forward))
        return FAULT_SPOT;
    if (!from_zero(in->strike))
        return FAULT_STRIKE;
    if (!from_zero(in->years))
        return FAULT_YEARS;
    if (!(isfinite(in->discount) && in->discount > 0))
        return FAULT_DISCOUNT;
    return from_zero(in->vol) ? FAULT_NONE : FAULT_VOL;
}

double bsm_price(const struct bsm *in)
{
    struct core c = core_of_bsm(in);
    return core_price(&c);
}

double black_price(const struct black *in)
{
    struct core c = core_of_black(in);
    return core_price(&c);
}

double bsm_vega(const struct bsm *in)
{
    struct core c = core_of_bsm(in);
    double d1 = core_d1(&c);
    return isfinite(d1) ? c.spot * normal_pdf(d1) * sqrt(c.years) : 0;
}

void bsm_greeks(const struct bsm *in, struct greeks *ret)
{
    struct core c = core_of_bsm(in);
    core_greeks(&c, in->spot, exp(-in->yield * in->years), ret);
}

void black_greeks(const struct black *in, struct greeks *ret)
{
    struct core c = core_of_black(in);
    core_greeks(&c, in->forward, in->discount, ret);
    ret->rho = -in->years * ret->price;
}
