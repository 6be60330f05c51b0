/* American options. See american.h.
 *
 * All is done for a put of strike 1. With v = T - u the time after which the boundary B(u) is met,
 * integrals over u run over an angle: u = T sin^2, v = T cos^2, so that the roots of both, in
 * which the integrands are smooth, are smooth in the angle too; then Gauss and Legendre. */
#include "price/american.h"

#include <math.h>

#include "price/normal.h"

#define PI           3.14159265358979323846
#define MAX_NODES    32
#define MAX_POINTS   128
#define ASTRAY_STEPS 20 /* after so many steps a move above ASTRAY will not settle */
#define ASTRAY       0.02
#define LEAST_SD     1e-6 /* vol * sqrt(T) below which the future counts as certain */

/* Gauss-Legendre over the angle 0 to pi/2: its sine, cosine and weight. */
struct rule {
    int n;
    double sin[MAX_POINTS], cos[MAX_POINTS], weight[MAX_POINTS];
};

static const struct effort {
    int nodes;        /* of the boundary, without the one at T = 0 */
    int points;       /* of the integrals that find it */
    int price_points; /* of the integral that gives the price */
    int steps;        /* at most */
    double settled;   /* relative move of the boundary below which they end */
    double residual;  /* move accepted when they are used up */
} efforts[] = {
    [AMERICAN_FAST] = {8, 16, 32, 24, 1e-6, 1e-2},
    [AMERICAN_EXACT] = {20, 40, 120, 200, 1e-13, 1e-6},
};

struct solver {
    double rate, yield, vol, years; /* of the put */
    double ln_start;                /* ln B(0+) */
    const struct effort *effort;
    struct rule rule, price_rule;
    double ln_b[MAX_NODES + 1]; /* at the nodes; the last is T = 0 */
    double c[MAX_NODES + 1];    /* Chebyshev coefficients of H = ln(B/B(0+))^2 */
};

static void rule_init(struct rule *r, int n)
{
    r->n = n;
    for (int i = 0; i < (n + 1) / 2; i++) {
        double x = cos(PI * (i + 0.75) / (n + 0.5)), slope = 1;
        for (int k = 0; k < 20; k++) {
            double p = 1, before = 0;
            for (int j = 0; j < n; j++) {
                double next = ((2 * j + 1) * x * p - j * before) / (j + 1);
                before = p;
                p = next;
            }
            slope = n * (x * p - before) / (x * x - 1);
            double dx = p / slope;
            x -= dx;
            if (fabs(dx) < 1e-15)
                break;
        }
        double weight = 0.25 * PI * 2 / ((1 - x * x) * slope * slope);
        for (int side = 0; side < 2; side++) {
            int at = side ? n - 1 - i : i;
            double angle = 0.25 * PI * (1 + (side ? x : -x));
            r->sin[at] = sin(angle);
            r->cos[at] = cos(angle);
            r->weight[at] = weight;
        }
    }
}

/* ---- the boundary ---- */

/* ln B at the time whose root is `part` of the root of the whole time. */
static double boundary_at(const struct solver *s, double part)
{
    double y = 2 * part - 1, b1 = 0, b2 = 0;
    for (int k = s->effort->nodes; k > 0; k--) {
        double b0 = s->c[k] + 2 * y * b1 - b2;
        b2 = b1;
        b1 = b0;
    }
    double h = s->c[0] + y * b1 - b2;
    return s->ln_start - sqrt(MAX(h, 0));
}

static double node_part(const struct solver *s, int i)
{
    return 0.5 * (1 + cos(PI * i / s->effort->nodes));
}

static void boundary_fit(struct solver *s)
{
    int n = s->effort->nodes;
    for (int k = 0; k <= n; k++) {
        double sum = 0;
        for (int i = 0; i <= n; i++) {
            double gap = s->ln_b[i] - s->ln_start, end = i == 0 || i == n ? 0.5 : 1;
            sum += end * gap * gap * cos(PI * ((i * k) % (2 * n)) / n);
        }
        s->c[k] = (k == 0 || k == n ? 1.0 : 2.0) / n * sum;
    }
}

/* Bjerksund and Stensland's flat boundary (1993), by symmetry, at each time. */
static void boundary_guess(struct solver *s)
{
    double v2 = s->vol * s->vol, m = (s->rate - s->yield) / v2 - 0.5;
    double power = -m - sqrt(m * m + 2 * s->rate / v2); /* of the perpetual put */
    double start = exp(-s->ln_start), forever = (power - 1) / power;
    for (int i = 0; i < s->effort->nodes; i++) {
        double part = node_part(s, i), t = s->years * part * part, sd = s->vol * sqrt(t);
        double h = MAX((s->yield - s->rate) * t + 2 * sd, 0.1 * sd);
        double gain = -expm1(-h * start / (forever - start));
        double top = forever > start ? start + (forever - start) * gain : start;
        s->ln_b[i] = -log(top);
    }
    s->ln_b[s->effort->nodes] = s->ln_start;
}

/* The two fixed points of the paper. A converges faster; B still does where the rates move the
 * price further than chance does, as with volatilities of a few points over years. */
enum system { SYSTEM_A, SYSTEM_B };

/* ln of the right side of the fixed point at one time left. */
static double boundary_next(const struct solver *s, enum system system, double part, double ln_b)
{
    double t = s->years * part * part, root = sqrt(t), carry = s->rate - s->yield;
    double sd = s->vol * root, dm = (ln_b + carry * t) / sd - 0.5 * sd, dp = dm + sd;
    bool a = system == SYSTEM_A;
    double top = a ? normal_pdf(dm) / sd : normal_cdf(dm);
    double bottom = (a ? normal_pdf(dp) / sd : 0) + normal_cdf(dp);
    for (int k = 0; k < s->rule.n; k++) {
        double u = t * s->rule.sin[k] * s->rule.sin[k], rv = root * s->rule.cos[k], v = rv * rv;
        double gap = ln_b - boundary_at(s, part * s->rule.sin[k]);
        double du = s->rule.weight[k] * 2 * root * s->rule.sin[k] * rv;
        sd = s->vol * rv;
        dm = (gap + carry * v) / sd - 0.5 * sd;
        dp = dm + sd;
        top += du * s->rate * exp(s->rate * u) * (a ? normal_pdf(dm) / sd : normal_cdf(dm));
        bottom += du * s->yield * exp(s->yield * u) *
                  ((a ? normal_pdf(dp) / sd : 0) + normal_cdf(dp));
    }
    return log(top / bottom) - carry * t;
}

/* One step at every node; the largest relative move, infinite when there is no next. */
static double boundary_step(struct solver *s, enum system system)
{
    double next[MAX_NODES], residual = 0;
    for (int i = 0; i < s->effort->nodes; i++) {
        next[i] = boundary_next(s, system, node_part(s, i), s->ln_b[i]);
        if (!isfinite(next[i]))
            return INFINITY;
        next[i] = MIN(next[i], s->ln_start);
        residual = MAX(residual, fabs(next[i] - s->ln_b[i]));
    }
    for (int i = 0; i < s->effort->nodes; i++)
        s->ln_b[i] = next[i];
    boundary_fit(s);
    return residual;
}

static bool boundary_settles(struct solver *s, enum system system)
{
    double residual = INFINITY;
    boundary_guess(s);
    boundary_fit(s);
    for (int i = 0; i < s->effort->steps && residual > s->effort->settled; i++) {
        residual = boundary_step(s, system);
        if (!isfinite(residual) || (i == ASTRAY_STEPS && residual > ASTRAY))
            return false;
    }
    return residual <= s->effort->residual;
}

static bool boundary_solve(struct solver *s)
{
    return boundary_settles(s, SYSTEM_A) || boundary_settles(s, SYSTEM_B);
}

/* ---- the price of a put of strike 1 ---- */

struct value {
    double price, delta, gamma;
};

static struct value european(const struct solver *s, double spot)
{
    struct bsm in = {.right = RIGHT_PUT,
                     .spot = spot,
                     .strike = 1,
                     .years = s->years,
                     .rate = s->rate,
                     .yield = s->yield,
                     .vol = s->vol};
    struct greeks g;
    bsm_greeks(&in, &g);
    return (struct value){g.price, g.delta, g.gamma};
}

/* Held: the European value plus what exercise is worth (Kim 1990), and that by the spot. */
static struct value value_held(const struct solver *s, double spot)
{
    struct value sum = european(s, spot);
    double ln_spot = log(spot), carry = s->rate - s->yield;
    for (int k = 0; k < s->price_rule.n; k++) {
        double sine = s->price_rule.sin[k], rv = sqrt(s->years) * s->price_rule.cos[k];
        double v = rv * rv, sd = s->vol * rv, gap = ln_spot - boundary_at(s, sine);
        double dm = (gap + carry * v) / sd - 0.5 * sd, dp = dm + sd;
        double du = s->price_rule.weight[k] * 2 * sqrt(s->years) * sine * rv;
        double wr = du * s->rate * exp(-s->rate * v), wq = du * s->yield * exp(-s->yield * v);
        double pm = normal_pdf(dm) / sd, pp = normal_pdf(dp) / sd, np = normal_cdf(-dp);
        sum.price += wr * normal_cdf(-dm) - wq * spot * np;
        sum.delta += -wr * pm / spot - wq * np + wq * pp;
        sum.gamma += wr * pm * dp / (spot * spot * sd) + wq * pp * (1 - dp / sd) / spot;
    }
    return sum;
}

static struct value value_at(const struct solver *s, double spot)
{
    if (log(spot) <= s->ln_b[0])
        return (struct value){1 - spot, -1, 0};
    struct value v = value_held(s, spot);
    v.price = MAX(v.price, MAX(1 - spot, 0));
    return v;
}

/* ---- any option ---- */

/* Whether early exercise can pay. As a put: it earns rate on the strike and costs yield. */
enum exercise { EXERCISE_NEVER, EXERCISE_EARLY, EXERCISE_TWICE };

static enum exercise exercise_kind(double rate, double yield)
{
    if (rate > 0)
        return EXERCISE_EARLY;
    return yield < rate ? EXERCISE_TWICE : EXERCISE_NEVER;
}

/* The option as a put: what is paid out, what is got, and the solver's state. */
struct as_put {
    double spot, strike, rate, yield;
};

static struct as_put put_of(const struct bsm *in)
{
    if (in->right == RIGHT_PUT)
        return (struct as_put){in->spot, in->strike, in->rate, in->yield};
    return (struct as_put){in->strike, in->spot, in->yield, in->rate};
}

/* Without chance or time the best moment is known today. */
static double certain_price(const struct bsm *in)
{
    double best = MAX(in->right * (in->spot - in->strike), 0);
    double top = in->rate * in->strike, bottom = in->yield * in->spot;
    double moments[] = {in->years, NAN};
    if (in->rate != in->yield && top / bottom > 0)
        moments[1] = log(top / bottom) / (in->rate - in->yield);
    for (int i = 0; i < 2; i++) {
        double t = moments[i];
        if (t >= 0 && t <= in->years)
            best = fmax(best, in->right * (in->spot * exp(-in->yield * t) -
                                           in->strike * exp(-in->rate * t)));
    }
    return best;
}

static bool is_certain(const struct bsm *in)
{
    return in->spot <= 0 || in->strike <= 0 || !(in->vol * sqrt(in->years) > LEAST_SD);
}

static enum price_fault solve(const struct bsm *in, enum american_effort effort, struct solver *ret)
{
    struct as_put p = put_of(in);
    *ret = (struct solver){.rate = p.rate,
                           .yield = p.yield,
                           .vol = in->vol,
                           .years = in->years,
                           .ln_start = p.yield > p.rate ? log(p.rate / p.yield) : 0,
                           .effort = &efforts[effort]};
    rule_init(&ret->rule, ret->effort->points);
    rule_init(&ret->price_rule, ret->effort->price_points);
    return boundary_solve(ret) ? FAULT_NONE : FAULT_UNSETTLED;
}

/* Value and its first two derivatives by the spot, of checked input. By symmetry a call is
 * strike' * put(spot'/strike') with spot and strike exchanged: C = S f(K/S). */
static enum price_fault american_value(const struct bsm *in, enum american_effort effort,
                                       struct value *ret)
{
    struct as_put p = put_of(in);
    struct greeks g;
    enum exercise kind = exercise_kind(p.rate, p.yield);
    if (kind == EXERCISE_TWICE)
        return FAULT_TWO_BOUNDARIES;
    bsm_greeks(in, &g);
    *ret = (struct value){g.price, g.delta, g.gamma};
    if (kind == EXERCISE_NEVER)
        return FAULT_NONE;
    if (is_certain(in)) {
        double now = in->right * (in->spot - in->strike), price = certain_price(in);
        if (price > g.price)
            *ret = (struct value){price, price == now ? in->right : g.delta, 0};
        return FAULT_NONE;
    }
    struct solver s;
    enum price_fault fault = solve(in, effort, &s);
    if (fault != FAULT_NONE)
        return fault;
    double ratio = p.spot / p.strike;
    struct value v = value_at(&s, ratio);
    /* never below exercise, and exactly that where it is exercised */
    ret->price = MAX(p.strike * v.price, in->right * (in->spot - in->strike));
    if (in->right == RIGHT_PUT) {
        ret->delta = v.delta;
        ret->gamma = v.gamma / p.strike;
    } else {
        ret->delta = v.price - ratio * v.delta;
        ret->gamma = ratio * ratio * v.gamma / in->spot;
    }
    return FAULT_NONE;
}

enum price_fault american_price(const struct bsm *in, enum american_effort effort,
                                double *ret_price)
{
    struct value v;
    enum price_fault fault = bsm_check(in);
    if (fault == FAULT_NONE)
        fault = american_value(in, effort, &v);
    if (fault == FAULT_NONE)
        *ret_price = v.price;
    return fault;
}

enum price_fault american_boundary(const struct bsm *in, enum american_effort effort,
                                   double *ret_spot)
{
    struct as_put p = put_of(in);
    struct solver s;
    enum price_fault fault = bsm_check(in);
    if (fault != FAULT_NONE)
        return fault;
    enum exercise kind = exercise_kind(p.rate, p.yield);
    if (kind == EXERCISE_TWICE)
        return FAULT_TWO_BOUNDARIES;
    *ret_spot = NAN;
    if (kind == EXERCISE_NEVER || is_certain(in))
        return FAULT_NONE;
    fault = solve(in, effort, &s);
    if (fault == FAULT_NONE)
        *ret_spot = in->strike * exp(in->right * -s.ln_b[0]);
    return fault;
}

/* Central differences of fourth order of the value by one field of the input. */
struct slopes {
    double first, second, delta_first; /* of the price, twice; of delta */
};

static enum price_fault slopes_by(const struct bsm *in, enum american_effort effort, double *field,
                                  double step, const struct value *middle, struct slopes *ret)
{
    static const double first[] = {1 / 12.0, -8 / 12.0, 8 / 12.0, -1 / 12.0};
    static const double second[] = {-1 / 12.0, 16 / 12.0, 16 / 12.0, -1 / 12.0};
    static const int at[] = {-2, -1, 1, 2};
    double held = *field;
    struct slopes sum = {.second = -30 / 12.0 * middle->price};
    for (int i = 0; i < 4; i++) {
        struct value v;
        *field = held + at[i] * step;
        enum price_fault fault = american_value(in, effort, &v);
        *field = held;
        if (fault != FAULT_NONE)
            return fault;
        sum.first += first[i] * v.price / step;
        sum.delta_first += first[i] * v.delta / step;
        sum.second += second[i] * v.price;
    }
    *ret = (struct slopes){sum.first, sum.second / (step * step), sum.delta_first};
    return FAULT_NONE;
}

/* A rate's step may not cross 0, where early exercise begins to pay. */
static double rate_step(double rate)
{
    double room = fabs(rate) / 3;
    return room > 0 ? MIN(room, 1e-3) : 1e-3;
}

static double theta_held(const struct bsm *in, const struct value *v)
{
    return in->rate * v->price - (in->rate - in->yield) * in->spot * v->delta -
           0.5 * in->vol * in->vol * in->spot * in->spot * v->gamma;
}

enum price_fault american_greeks(const struct bsm *in, enum american_effort effort,
                                 struct greeks *ret)
{
    struct bsm at = *in;
    struct value v;
    struct slopes by_vol, by_rate, by_time;
    struct as_put p = put_of(in);
    enum price_fault fault = bsm_check(in);
    if (fault == FAULT_NONE)
        fault = american_value(in, effort, &v);
    if (fault != FAULT_NONE)
        return fault;
    struct greeks g;
    bsm_greeks(in, &g);
    if (exercise_kind(p.rate, p.yield) != EXERCISE_NEVER) {
        bool now = v.price <= in->right * (in->spot - in->strike);
        g = (struct greeks){.price = v.price, .delta = v.delta, .gamma = v.gamma};
        if (!now && is_certain(in))
            g.vega = g.theta = g.rho = g.vanna = g.volga = g.charm = NAN;
        if (!now && !is_certain(in)) {
            if ((fault = slopes_by(&at, effort, &at.vol, 0.02 * at.vol, &v, &by_vol)) ||
                (fault = slopes_by(&at, effort, &at.rate, rate_step(at.rate), &v, &by_rate)) ||
                (fault = slopes_by(&at, effort, &at.years, 0.02 * at.years, &v, &by_time)))
                return fault;
            g.theta = theta_held(in, &v);
            g.vega = by_vol.first;
            g.volga = by_vol.second;
            g.vanna = by_vol.delta_first;
            g.rho = by_rate.first;
            g.charm = -by_time.delta_first;
        }
    }
    *ret = g;
    return FAULT_NONE;
}

/* ---- implied volatility ---- */

#define IMPLIED_STEPS 100
#define IMPLIED_MOST  100.0 /* volatility beyond which a price counts as at the cap */

static double price_gap(const struct bsm *in, enum american_effort effort, double vol, double price)
{
    struct bsm at = *in;
    struct value v;
    at.vol = vol;
    return american_value(&at, effort, &v) == FAULT_NONE ? v.price - price : NAN;
}

/* Root between lo and hi, whose gaps differ in sign: false position after Anderson and Bjorck
 * (1973). NaN when the model has no price on the way. */
static double root_between(const struct bsm *in, enum american_effort effort, double price,
                           double lo, double hi, double tolerance)
{
    double f_lo = price_gap(in, effort, lo, price), f_hi = price_gap(in, effort, hi, price);
    if (f_hi <= 0)
        return hi;
    for (int i = 0; i < IMPLIED_STEPS && hi - lo > tolerance * hi; i++) {
        double vol = i % 8 == 7 ? 0.5 * (lo + hi) : hi - f_hi * (hi - lo) / (f_hi - f_lo);
        double f = price_gap(in, effort, vol, price);
        if (isnan(f) || f == 0)
            return isnan(f) ? NAN : vol;
        bool above = f > 0;
        double shrink = 1 - f / (above ? f_hi : f_lo);
        if (shrink <= 0)
            shrink = 0.5;
        if (above) {
            hi = vol;
            f_hi = f;
            f_lo *= shrink;
        } else {
            lo = vol;
            f_lo = f;
            f_hi *= shrink;
        }
    }
    return fabs(f_lo) < fabs(f_hi) ? lo : hi;
}

/* The right to exercise early only adds: the European volatility is an upper bound. */
static enum implied_reason american_vol(const struct bsm *in, enum american_effort effort,
                                        double price, double tolerance, double *ret_vol)
{
    struct price_grain exact = {0};
    struct implied european = bsm_implied(in, price, &exact);
    double hi = european.state == IMPLIED_OK ? european.vol : 1;
    if (price <= certain_price(in))
        return IMPLIED_WHY_INTRINSIC;
    if (price >= (in->right == RIGHT_CALL ? in->spot : in->strike))
        return IMPLIED_WHY_CAP;
    while (price_gap(in, effort, hi, price) < 0 && hi < IMPLIED_MOST)
        hi *= 1.5;
    if (hi >= IMPLIED_MOST)
        return IMPLIED_WHY_CAP;
    double vol = root_between(in, effort, price, 0, hi, tolerance);
    if (isnan(vol))
        return IMPLIED_WHY_MODEL;
    *ret_vol = vol;
    return IMPLIED_WHY_NONE;
}

struct implied american_implied(const struct bsm *in, double price, const struct price_grain *grain)
{
    struct as_put p = put_of(in);
    struct bsm at = *in;
    at.vol = 0;
    if (bsm_check(&at) != FAULT_NONE)
        return implied_none(IMPLIED_WHY_INPUT);
    enum exercise kind = exercise_kind(p.rate, p.yield);
    if (kind == EXERCISE_TWICE)
        return implied_none(IMPLIED_WHY_MODEL);
    if (kind == EXERCISE_NEVER || !(isfinite(price) && price >= 0) || in->years <= 0 ||
        in->spot <= 0 || in->strike <= 0)
        return bsm_implied(in, price, grain);
    double vol, below = 0, above = INFINITY, half = 0.5 * grain->tick;
    enum implied_reason why = american_vol(&at, AMERICAN_EXACT, price, 1e-12, &vol);
    if (why != IMPLIED_WHY_NONE)
        return implied_none(why);
    if (!(half > 0)) {
        below = above = vol;
    } else {
        american_vol(&at, AMERICAN_FAST, price - half, 1e-4, &below);
        american_vol(&at, AMERICAN_FAST, price + half, 1e-4, &above);
    }
    return implied_judge(vol, below, above, grain);
}
