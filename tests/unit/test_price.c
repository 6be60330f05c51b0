/* price/black.c, implied.c, normal.c, forward.c, terms.c: European prices and what is implied. */
#include "harness.h"

#include <float.h>
#include <math.h>

#include "price/forward.h"
#include "price/implied.h"
#include "price/normal.h"
#include "price/terms.h"
#include "unit/price_vectors.h"

#define near(got, want, tolerance)                                                                 \
    ck_assert_msg(fabs((got) - (want)) <= (tolerance), "%s is %.17g, not %.17g (row %zu)", #got,   \
                  (double)(got), (double)(want), (size_t)row)

static struct bsm option(enum option_right right, double spot, double strike, double yield,
                         double rate, double years, double vol)
{
    return (struct bsm){right, spot, strike, years, rate, yield, vol};
}

START_TEST(values_of_the_textbook_come_out)
{
    /* Haug, The Complete Guide to Option Pricing Formulas (1998): type, K, S, q, r, T, vol */
    static const struct {
        enum option_right right;
        double strike, spot, yield, rate, years, vol, price;
    } rows[] = {
        {RIGHT_CALL, 65, 60, 0, .08, .25, .30, 2.1334},
        {RIGHT_PUT, 95, 100, .05, .10, .50, .20, 2.4648},
        {RIGHT_PUT, 19, 19, .10, .10, .75, .28, 1.7011},
        {RIGHT_CALL, 1.60, 1.56, .08, .06, .50, .12, 0.0291},
        {RIGHT_PUT, 70, 75, .05, .10, .50, .35, 4.0870},
        {RIGHT_CALL, 40, 42, .08, .04, .75, .35, 5.0975},
    };
    size_t row = 0;
    for (; row < ARRAY_LEN(rows); row++) {
        struct bsm in = option(rows[row].right, rows[row].spot, rows[row].strike, rows[row].yield,
                               rows[row].rate, rows[row].years, rows[row].vol);
        near(bsm_price(&in), rows[row].price, 5.1e-5);
    }
    struct greeks g;
    struct bsm in = option(RIGHT_CALL, 105, 100, .10, .10, .5, .36);
    bsm_greeks(&in, &g);
    near(g.delta, 0.5946, 5e-5);
    in = option(RIGHT_CALL, 55, 60, 0, .10, .75, .30);
    bsm_greeks(&in, &g);
    near(g.gamma, 0.0278, 5e-5);
    near(g.vega, 18.9358, 5e-5);
    /* Black at the money, and the normalised values of Jaeckel's reference implementation. */
    struct black b = {RIGHT_CALL, 100, 100, .5, 1, .2};
    near(black_price(&b), 5.637197779701664, 2e-15);
    double x = log(100 / 95.0), s = .3 * sqrt(.5);
    near(normalised_black(-x, s), 0.061296663817558904, 2e-17);
    b = (struct black){RIGHT_CALL, 100, 95, .5, 1, .3};
    near(black_price(&b) / sqrt(9500), 0.11259558142181655, 3e-17);
    b.right = RIGHT_PUT;
    near(black_price(&b) / sqrt(9500), 0.061296663817558904, 1e-16); /* theirs rounds 100/95 */
}
END_TEST

/* What rounding x and s alone does to the value. */
static double condition(double x, double s)
{
    double h = s > 0 ? x / s : 0;
    return 1 + h * h;
}

START_TEST(normalised_prices_are_right_to_the_last_bits_also_far_out)
{
    for (size_t row = 0; row < ARRAY_LEN(normalised_vectors); row++) {
        double x = normalised_vectors[row].x, s = normalised_vectors[row].s;
        double b = normalised_vectors[row].b;
        near(normalised_black(x, s), b, 4 * DBL_EPSILON * condition(x, s) * b);
        double left = exp(0.5 * x) - b; /* cancels only near the cap */
        if (b < 0.5 * exp(0.5 * x))
            near(normalised_complement(x, s), left, 8 * DBL_EPSILON * left);
    }
}
END_TEST

START_TEST(small_prices_of_inputs_without_rounding_lose_nothing)
{
    /* s = 2^-k and x = -h s are exact; b as in price_vectors.h. What is left is the rounding of
     * the exponent h*h/2. */
    static const struct {
        int h, k;
        double b;
    } rows[] = {
        {5, 3, 6.6704965996807864569e-9},   {5, 14, 3.2630404855357321512e-12},
        {6, 3, 1.950827683219622396e-11},   {6, 14, 9.5432726762517217081e-15},
        {7, 3, 2.1962681644196518562e-14},  {7, 14, 1.0744177312299928542e-17},
        {8, 3, 9.4199329753479992156e-18},  {8, 14, 4.60831445833132845e-21},
        {12, 3, 1.8221350807133136719e-35}, {12, 14, 8.9143073505460380159e-39},
        {20, 3, 1.7091905317837116135e-91}, {20, 14, 8.3618926641525481181e-95},
    };
    for (size_t row = 0; row < ARRAY_LEN(rows); row++) {
        double s = ldexp(1, -rows[row].k), h = rows[row].h;
        near(normalised_black(-h * s, s), rows[row].b, (3 + h * h / 4) * DBL_EPSILON * rows[row].b);
    }
    size_t row = 0;
    near(log_ratio(5.00000002, 5.00000001), 1.9999999818450581498e-9, 1e-24);
    near(log_ratio(1e300, 1e-300), 600 * log(10), 1e-12);
}
END_TEST

START_TEST(greeks_are_the_derivatives_of_the_price)
{
    for (size_t row = 0; row < ARRAY_LEN(greek_vectors); row++) {
        const double *want = (const double *)&greek_vectors[row].out;
        struct greeks g;
        bsm_greeks(&greek_vectors[row].in, &g);
        const double *got = (const double *)&g;
        for (size_t i = 0; i < sizeof g / sizeof *got; i++)
            ck_assert_msg(fabs(got[i] - want[i]) <= 1e-13 * fabs(want[i]),
                          "row %zu, greek %zu: %.17g, not %.17g", row, i, got[i], want[i]);
    }
}
END_TEST

START_TEST(black_is_bsm_that_yields_its_rate_and_its_rho_keeps_the_forward)
{
    size_t row = 0;
    struct bsm s = option(RIGHT_PUT, 95, 100, .04, .04, 1.5, .3);
    struct black f = {RIGHT_PUT, 95, 100, 1.5, exp(-.06), .3};
    struct greeks a, b;
    bsm_greeks(&s, &a);
    black_greeks(&f, &b);
    near(b.price, a.price, 1e-13);
    near(b.delta, a.delta, 1e-14);
    near(b.gamma, a.gamma, 1e-15);
    near(b.vega, a.vega, 1e-12);
    near(b.theta, a.theta, 1e-13);
    near(b.vanna, a.vanna, 1e-14);
    near(b.volga, a.volga, 1e-12);
    near(b.charm, a.charm, 1e-14);
    near(b.rho, -1.5 * a.price, 1e-12);
}
END_TEST

START_TEST(parity_and_the_identities_of_the_greeks_hold)
{
    static const double spots[] = {20, 80, 99, 100, 101, 140, 900};
    static const double vols[] = {.01, .1, .35, 1.5};
    static const double years[] = {1e-4, .02, .5, 4};
    size_t row = 0;
    for (size_t i = 0; i < ARRAY_LEN(spots); i++)
        for (size_t j = 0; j < ARRAY_LEN(vols); j++)
            for (size_t k = 0; k < ARRAY_LEN(years); k++, row++) {
                double S = spots[i], T = years[k], q = .02, r = .05;
                struct bsm in = option(RIGHT_CALL, S, 100, q, r, T, vols[j]);
                struct greeks c, p;
                bsm_greeks(&in, &c);
                in.right = RIGHT_PUT;
                bsm_greeks(&in, &p);
                double gap = S * exp(-q * T) - 100 * exp(-r * T);
                near(c.price - p.price, gap, 8e-16 * (S + 100));
                near(c.delta - p.delta, exp(-q * T), 3e-16);
                near(c.gamma, p.gamma, 0);
                near(c.vega, p.vega, 0);
                near(c.vega, S * S * c.gamma * vols[j] * T, 1e-15 * c.vega);
                near(c.rho - p.rho, 100 * T * exp(-r * T), 1e-13);
                /* Black, Scholes and Merton's equation */
                near(c.theta + (r - q) * S * c.delta + .5 * vols[j] * vols[j] * S * S * c.gamma,
                     r * c.price, 1e-15 * (fabs(c.theta) + r * S * 4 + 1));
            }
}
END_TEST

START_TEST(without_time_or_volatility_only_intrinsic_value_is_left)
{
    size_t row = 0;
    struct greeks g;
    struct bsm in = option(RIGHT_CALL, 110, 100, 0, 0, 0, .3);
    bsm_greeks(&in, &g);
    near(g.price, 10, 0);
    near(g.delta, 1, 0);
    near(g.gamma + g.vega + g.theta + g.vanna + g.volga + g.charm + g.rho, 0, 0);
    in = option(RIGHT_PUT, 110, 100, 0, 0, 0, .3);
    bsm_greeks(&in, &g);
    near(g.price, 0, 0);
    near(g.delta, 0, 0);
    /* forward 100 e^.05 in a year, for certain */
    in = option(RIGHT_CALL, 100, 100, 0, .05, 1, 0);
    bsm_greeks(&in, &g);
    near(g.price, 100 - 100 * exp(-.05), 1e-13);
    near(g.theta, -5 * exp(-.05), 1e-14);
    near(g.rho, 100 * exp(-.05), 1e-13);
    in = option(RIGHT_CALL, 100, 100, 0, 0, 0, .3);
    bsm_greeks(&in, &g);
    near(g.price, 0, 0);
    near(g.delta, .5, 0);
    ck_assert(isinf(g.gamma));
    /* a strike of nothing: the stock without its yield */
    in = option(RIGHT_CALL, 50, 0, .1, .05, 2, .3);
    bsm_greeks(&in, &g);
    near(g.price, 50 * exp(-.2), 1e-14);
    near(g.delta, exp(-.2), 1e-16);
    near(g.theta, 5 * exp(-.2), 1e-14);
    in.right = RIGHT_PUT;
    near(bsm_price(&in), 0, 0);
    in = option(RIGHT_PUT, 0, 50, .1, .05, 2, .3);
    bsm_greeks(&in, &g);
    near(g.price, 50 * exp(-.1), 1e-14);
    near(g.delta, -exp(-.2), 1e-16);
}
END_TEST

START_TEST(input_out_of_range_is_refused_with_its_reason)
{
    struct bsm in = option(RIGHT_CALL, 100, 100, 0, 0, 1, .3);
    ck_assert_int_eq(bsm_check(&in), FAULT_NONE);
    in.vol = -.1;
    ck_assert_int_eq(bsm_check(&in), FAULT_VOL);
    in.vol = NAN;
    ck_assert_int_eq(bsm_check(&in), FAULT_VOL);
    in.spot = -1;
    ck_assert_int_eq(bsm_check(&in), FAULT_SPOT);
    in = option(RIGHT_CALL, 100, INFINITY, 0, 0, 1, .3);
    ck_assert_int_eq(bsm_check(&in), FAULT_STRIKE);
    in = option(RIGHT_CALL, 100, 100, 0, 0, -1, .3);
    ck_assert_int_eq(bsm_check(&in), FAULT_YEARS);
    in = option(RIGHT_CALL, 100, 100, 0, 500, 1, .3);
    ck_assert_int_eq(bsm_check(&in), FAULT_RATE);
    struct black b = {RIGHT_CALL, 100, 100, 1, 0, .3};
    ck_assert_int_eq(black_check(&b), FAULT_DISCOUNT);
    for (int i = 1; i < FAULT_COUNT; i++)
        ck_assert(strlen(price_fault_sentence((enum price_fault)i)) > 10);
}
END_TEST

/* ---- implied volatility ---- */

START_TEST(implied_volatility_of_exact_prices_is_right_to_the_last_bits)
{
    for (size_t row = 0; row < ARRAY_LEN(normalised_vectors); row++) {
        double x = normalised_vectors[row].x, s = normalised_vectors[row].s;
        double b = normalised_vectors[row].b, cap = exp(0.5 * x);
        /* what the rounding of the price itself does: d(ln s) = b / (vega s) d(ln b) */
        double doubt = 1 + b / (normalised_vega(x, s) * s);
        if (b < cap)
            near(implied_normalised(x, b), s, 4 * DBL_EPSILON * doubt * s);
    }
}
END_TEST

START_TEST(price_to_volatility_and_back_over_a_wide_grid)
{
    size_t row = 0, tried = 0;
    for (double lnk = -3; lnk <= 3; lnk += 0.0625)
        for (double lns = -5; lns <= 1.7; lns += 0.05, row++) {
            double vol = exp(lns), T = .7, D = .95;
            enum option_right right = lnk < 0 ? RIGHT_PUT : RIGHT_CALL;
            struct black in = {right, 100, 100 * exp(lnk), T, D, vol};
            double price = black_price(&in);
            if (price < DBL_MIN || price > .999 * D * (right > 0 ? 100 : in.strike))
                continue;
            struct greeks g;
            black_greeks(&in, &g);
            struct price_grain exact = {0};
            struct implied v = black_implied(&in, price, &exact);
            ck_assert_int_eq(v.state, IMPLIED_OK);
            near(v.vol, vol, 4e-15 * vol * (1 + price / (g.vega * vol)));
            tried++;
        }
    ck_assert_uint_gt(tried, 7000);
}
END_TEST

START_TEST(a_price_in_the_money_is_judged_by_its_time_value)
{
    size_t row = 0;
    struct price_grain exact = {0};
    struct bsm in = option(RIGHT_CALL, 100, 90, .01, .04, .25, .2);
    double call = bsm_price(&in);
    near(bsm_implied(&in, call, &exact).vol, .2, 1e-13);
    in.right = RIGHT_PUT;
    double put = bsm_price(&in);
    near(bsm_implied(&in, put, &exact).vol, .2, 1e-15);
    struct black b = {RIGHT_CALL, 100, 100, .5, 1, 0};
    near(black_implied(&b, 5.637197779701664, &exact).vol, .2, 1e-15);
    near(black_implied(&b, 6.54635543387, &exact).vol, .232323232, 1e-12);
}
END_TEST

START_TEST(no_volatility_without_time_value_and_the_reason_says_why)
{
    struct price_grain grain = price_grain_default();
    static const struct {
        enum option_right right;
        double forward, strike, years, price;
        enum implied_reason reason;
    } rows[] = {
        {RIGHT_CALL, 100, 90, .5, 10, IMPLIED_WHY_INTRINSIC},
        {RIGHT_CALL, 100, 90, .5, 9.5, IMPLIED_WHY_INTRINSIC},
        {RIGHT_CALL, 100, 110, .5, 0, IMPLIED_WHY_INTRINSIC},
        {RIGHT_CALL, 100, 110, .5, 100, IMPLIED_WHY_CAP},
        {RIGHT_PUT, 100, 110, .5, 110, IMPLIED_WHY_CAP},
        {RIGHT_PUT, 100, 110, .5, 111, IMPLIED_WHY_CAP},
        {RIGHT_PUT, 100, 110, 0, 11, IMPLIED_WHY_EXPIRED},
        {RIGHT_PUT, 100, 0, 1, 11, IMPLIED_WHY_NO_UNDERLYING},
        {RIGHT_PUT, 100, 110, .5, -1, IMPLIED_WHY_NO_PRICE},
        {RIGHT_PUT, 100, 110, .5, NAN, IMPLIED_WHY_NO_PRICE},
        {RIGHT_PUT, -100, 110, .5, 11, IMPLIED_WHY_INPUT},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct black in = {rows[i].right, rows[i].forward, rows[i].strike, rows[i].years, 1, 0};
        struct implied v = black_implied(&in, rows[i].price, &grain);
        ck_assert_msg(v.state == IMPLIED_NONE && isnan(v.vol) && v.reason == rows[i].reason,
                      "row %zu: %s, %s", i, implied_state_name(v.state),
                      implied_reason_sentence(v.reason));
    }
}
END_TEST

START_TEST(low_resolution_where_half_a_tick_moves_it_by_more_than_the_tolerance)
{
    struct price_grain grain = price_grain_default();
    /* vega 28 at the money: half a cent is 0.02 points; far out a cent is the whole price */
    struct black in = {RIGHT_CALL, 100, 100, .5, 1, 0};
    ck_assert_int_eq(black_implied(&in, 5.64, &grain).state, IMPLIED_OK);
    in = (struct black){RIGHT_CALL, 100, 400, .1, 1, 0};
    struct implied v = black_implied(&in, .01, &grain);
    ck_assert_int_eq(v.state, IMPLIED_LOW_RESOLUTION);
    ck_assert_int_eq(v.reason, IMPLIED_WHY_TICK);
    ck_assert(v.vol > .5 && v.vol < 3 && v.resolution > .05);
    /* the resolution is the distance to the volatilities half a tick away */
    struct price_grain exact = {0};
    in = (struct black){RIGHT_CALL, 100, 150, .25, 1, 0};
    v = black_implied(&in, .02, &grain);
    double vol = v.vol, below = black_implied(&in, .015, &exact).vol;
    double above = black_implied(&in, .025, &exact).vol;
    ck_assert_double_eq_tol(v.resolution, fmax(vol - below, above - vol), 1e-15);
    ck_assert_int_eq(v.state, IMPLIED_OK);
    grain.tolerance = v.resolution * .99;
    ck_assert_int_eq(black_implied(&in, .02, &grain).state, IMPLIED_LOW_RESOLUTION);
    grain.tick = 0;
    ck_assert_int_eq(black_implied(&in, .02, &grain).state, IMPLIED_OK);
}
END_TEST

START_TEST(the_normal_distribution_and_its_inverse)
{
    /* Abramowitz and Stegun, tables 26.1 and 26.2 */
    size_t row = 0;
    near(normal_cdf(1), .841344746068543, 1e-15);
    near(normal_cdf(-2), .0227501319481792, 1e-16);
    near(normal_cdf(-10), 7.619853024160527e-24, 1e-37);
    near(normal_pdf(1), .241970724519143, 1e-15);
    near(normal_quantile(.975), 1.959963984540054, 4e-15);
    near(normal_quantile(1e-20), -9.262340089798408, 4e-14);
    near(normal_quantile(.5), 0, 0);
    ck_assert(isinf(normal_quantile(0)) && isinf(normal_quantile(1)));
    /* erfcx(x) = exp(x^2) erfc(x): at 0, 1, 5, 30 and -1 */
    near(normal_erfcx(0), 1, 0);
    near(normal_erfcx(1), .42758357615580700441, 2e-16);
    near(normal_erfcx(5), .11070463773306862637, 1e-16);
    near(normal_erfcx(30), .018795888861416751252, 1e-17);
    near(normal_erfcx(-1), 5.0089800807622834663, 2e-15);
}
END_TEST

/* ---- the forward, and terms ---- */

START_TEST(parity_prices_give_their_forward_back)
{
    size_t row = 0;
    struct parity_quote q[5];
    struct implied_forward f;
    double F = 101.37, D = .985;
    for (size_t i = 0; i < ARRAY_LEN(q); i++) {
        struct black in = {RIGHT_CALL, F, 90 + 5.0 * (double)i, .3, D, .25};
        double call = black_price(&in);
        in.right = RIGHT_PUT;
        double put = black_price(&in), half = .05 + .01 * (double)i;
        q[i] = (struct parity_quote){in.strike, call - half, call + half, put - half, put + half};
    }
    ck_assert_int_eq(forward_imply(q, 5, D, &f), FORWARD_WHY_NONE);
    near(f.forward, F, 1e-12);
    near(f.strike, 100, 0);
    near(f.discount, D, 0);
    near(f.high - f.low, 4 * .07 / D, 1e-12);
    near(f.fit_forward, F, 1e-11);
    near(f.fit_discount, D, 1e-13);
    near(f.fit_error, 0, 1e-7);
    ck_assert_uint_eq(f.pairs, 5);
    ck_assert_int_eq(forward_imply(q, 5, NAN, &f), FORWARD_WHY_NONE);
    near(f.forward, F, 1e-11);
}
END_TEST

START_TEST(the_fit_is_the_least_squares_line)
{
    /* C - P = 6, 1, -3 at 95, 100, 105: slope -0.9, mean 4/3, so F = 100 + (4/3)/0.9; the
     * residuals are 1/6, -1/3, 1/6 */
    size_t row = 0;
    struct parity_quote q[] = {
        {95, 7.9, 8.1, 1.9, 2.1}, {100, 3.9, 4.1, 2.9, 3.1}, {105, 1.9, 2.1, 4.9, 5.1}};
    struct implied_forward f;
    ck_assert_int_eq(forward_imply(q, 3, .98, &f), FORWARD_WHY_NONE);
    near(f.fit_discount, .9, 1e-14);
    near(f.fit_forward, 100 + 4 / 2.7, 1e-12);
    near(f.fit_error, sqrt(1 / 18.0), 1e-13);
    near(f.forward, 100 + 1 / .98, 1e-12);
    near(f.low, 100 + (3.9 - 3.1) / .98, 1e-12);
    near(f.high, 100 + (4.1 - 2.9) / .98, 1e-12);
}
END_TEST

START_TEST(a_forward_that_cannot_be_told_has_a_reason)
{
    struct parity_quote good = {100, 3.9, 4.1, 2.9, 3.1}, q[3];
    struct implied_forward f = {.forward = -7};
    ck_assert_int_eq(forward_imply(&good, 0, 1, &f), FORWARD_WHY_NO_PAIR);
    ck_assert_int_eq(forward_imply(&good, 1, NAN, &f), FORWARD_WHY_ONE_STRIKE);
    ck_assert_int_eq(forward_imply(&good, 1, 0, &f), FORWARD_WHY_SLOPE);
    q[0] = q[1] = q[2] = good;
    q[0].call_bid = 0;   /* no bid */
    q[1].put_bid = 3.1;  /* locked */
    q[2].call_ask = 3.8; /* crossed */
    ck_assert_int_eq(forward_imply(q, 3, 1, &f), FORWARD_WHY_NO_PAIR);
    q[0] = good;
    q[1] = good;
    q[1].strike = 110; /* C - P the same at both: no discount factor */
    ck_assert_int_eq(forward_imply(q, 2, NAN, &f), FORWARD_WHY_SLOPE);
    q[0] = (struct parity_quote){1, .1, .2, 2.9, 3.1};
    ck_assert_int_eq(forward_imply(q, 1, 1, &f), FORWARD_WHY_NOT_POSITIVE);
    ck_assert_double_eq(f.forward, -7);
}
END_TEST

START_TEST(dividends_to_expiry_are_escrowed)
{
    /* Hull, Options, Futures and Other Derivatives: dividends of 0.50 in two and five months */
    size_t row = 0;
    static const struct dividend d[] = {{.5, 2 / 12.0}, {.5, 5 / 12.0}, {9, 1}, {9, -.1}};
    double spot = terms_escrow(40, .09, .5, d, ARRAY_LEN(d));
    near(spot, 40 - .5 * exp(-.015) - .5 * exp(-.0375), 1e-14);
    struct bsm in = option(RIGHT_CALL, spot, 40, 0, .09, .5, .30);
    near(bsm_price(&in), 3.67, 5e-3);
}
END_TEST

START_TEST(time_dollars_and_delta_notional)
{
    size_t row = 0;
    const int64_t minute = 60 * NS_PER_SEC;
    near(terms_years(0, 525600 * minute), 1, 0);
    near(terms_years(1000 * minute, 1390 * minute), 390 / 525600.0, 1e-19);
    near(terms_years(0, minute / 2), .5 / 525600, 1e-22);
    near(terms_years(5, 5), 0, 0);
    near(terms_years(6, 5), 0, 0);
    near(terms_dollars(157940000000), 157.94, 0);
    /* sold 10 contracts of 100 at delta -0.4 of a 50 dollar stock */
    near(terms_delta_notional(-1, 10, 100, -.4, 50), 20000, 1e-11);
    near(terms_delta_notional(0, 10, 100, -.4, 50), 0, 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("price");
    TCase *t = tcase_create("european");
    tcase_add_test(t, values_of_the_textbook_come_out);
    tcase_add_test(t, normalised_prices_are_right_to_the_last_bits_also_far_out);
    tcase_add_test(t, small_prices_of_inputs_without_rounding_lose_nothing);
    tcase_add_test(t, greeks_are_the_derivatives_of_the_price);
    tcase_add_test(t, black_is_bsm_that_yields_its_rate_and_its_rho_keeps_the_forward);
    tcase_add_test(t, parity_and_the_identities_of_the_greeks_hold);
    tcase_add_test(t, without_time_or_volatility_only_intrinsic_value_is_left);
    tcase_add_test(t, input_out_of_range_is_refused_with_its_reason);
    tcase_add_test(t, the_normal_distribution_and_its_inverse);
    suite_add_tcase(s, t);
    t = tcase_create("implied");
    tcase_add_test(t, implied_volatility_of_exact_prices_is_right_to_the_last_bits);
    tcase_add_test(t, price_to_volatility_and_back_over_a_wide_grid);
    tcase_add_test(t, a_price_in_the_money_is_judged_by_its_time_value);
    tcase_add_test(t, no_volatility_without_time_value_and_the_reason_says_why);
    tcase_add_test(t, low_resolution_where_half_a_tick_moves_it_by_more_than_the_tolerance);
    suite_add_tcase(s, t);
    t = tcase_create("terms");
    tcase_add_test(t, parity_prices_give_their_forward_back);
    tcase_add_test(t, the_fit_is_the_least_squares_line);
    tcase_add_test(t, a_forward_that_cannot_be_told_has_a_reason);
    tcase_add_test(t, dividends_to_expiry_are_escrowed);
    tcase_add_test(t, time_dollars_and_delta_notional);
    suite_add_tcase(s, t);
    return s;
}
