/* price/american.c: against published values, a tree of another kind, and what must hold. */
#include "harness.h"

#include <math.h>

#include "base/mem.h"
#include "price/american.h"

static struct bsm option(enum option_right right, double spot, double strike, double years,
                         double rate, double yield, double vol)
{
    return (struct bsm){right, spot, strike, years, rate, yield, vol};
}

static double price(const struct bsm *in)
{
    double v;
    ck_assert_int_eq(american_price(in, AMERICAN_EXACT, &v), FAULT_NONE);
    return v;
}

START_TEST(the_premium_of_the_papers_example)
{
    /* Andersen, Lake, Offengenden (2016), table 2: early exercise premium of the put */
    struct bsm in = option(RIGHT_PUT, 100, 100, 1, .05, .05, .25);
    ck_assert_double_eq_tol(price(&in) - bsm_price(&in), 0.106952702747, 2e-9);
}
END_TEST

START_TEST(short_puts_have_their_published_values)
{
    /* Geske and Johnson (1984), Broadie and Detemple (1996), Ju and Zhong (1999): S = 40,
     * r = 0.0488; true values by trees of 10,000 steps */
    static const double values[3][3][3] = {
        {{.0062, .2004, .4328}, {.8522, 1.5798, 1.9904}, {5.0000, 5.0883, 5.2670}},
        {{.0774, .6975, 1.2198}, {1.3099, 2.4825, 3.1696}, {5.0597, 5.7056, 6.2436}},
        {{.2466, 1.3460, 2.1549}, {1.7681, 3.3874, 4.3526}, {5.2868, 6.5099, 7.3830}},
    };
    static const double years[] = {.0833, .3333, .5833};
    for (int v = 0; v < 3; v++)
        for (int k = 0; k < 3; k++)
            for (int t = 0; t < 3; t++) {
                struct bsm in = option(RIGHT_PUT, 40, 35 + 5 * k, years[t], .0488, 0, .2 + .1 * v);
                ck_assert_double_eq_tol(price(&in), values[v][k][t], 1.3e-4);
            }
}
END_TEST

START_TEST(long_calls_have_their_published_values)
{
    /* Broadie and Detemple (1996), Ju and Zhong (1999): K = 100, T = 3, S = 80 to 120 */
    static const struct {
        double rate, yield, vol, values[5];
    } rows[] = {
        {.03, .07, .2, {2.580, 5.167, 9.066, 14.443, 21.414}},
        {.03, .07, .4, {11.326, 15.722, 20.793, 26.495, 32.781}},
        {.00, .07, .3, {5.518, 8.842, 13.142, 18.453, 24.791}},
        {.07, .03, .3, {12.145, 17.369, 23.348, 29.964, 37.104}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (int k = 0; k < 5; k++) {
            struct bsm in =
                option(RIGHT_CALL, 80 + 10 * k, 100, 3, rows[i].rate, rows[i].yield, rows[i].vol);
            ck_assert_double_eq_tol(price(&in), rows[i].values[k], 8e-4);
        }
}
END_TEST

/* ---- an independent method: the tree of Broadie and Detemple (1996), BBSR ---- */

/* A Cox-Ross-Rubinstein tree whose last step is the European price. */
static double tree(const struct bsm *in, int n)
{
    double dt = in->years / n, up = exp(in->vol * sqrt(dt)), down = 1 / up;
    double p = (exp((in->rate - in->yield) * dt) - down) / (up - down);
    double discount = exp(-in->rate * dt);
    double *v = mem_alloc((size_t)n * sizeof *v);
    for (int step = n - 1; step >= 0; step--) {
        double spot = in->spot * pow(up, step);
        for (int i = 0; i <= step; i++, spot *= down * down) {
            struct bsm last = *in;
            last.spot = spot;
            last.years = dt;
            double held = step == n - 1 ? bsm_price(&last)
                                        : discount * (p * v[i] + (1 - p) * v[i + 1]);
            v[i] = fmax(in->right * (spot - in->strike), held);
        }
    }
    double root = v[0];
    mem_free(v);
    return root;
}

/* Its error falls like 1/n: extrapolated. */
static double tree_limit(const struct bsm *in)
{
    return 2 * tree(in, 2000) - tree(in, 1000);
}

START_TEST(a_tree_of_many_steps_says_the_same)
{
    static const struct bsm rows[] = {
        {RIGHT_PUT, 100, 100, .5, .05, 0, .2},       {RIGHT_PUT, 100, 110, 1, .03, .01, .35},
        {RIGHT_PUT, 100, 95, 2, .02, .06, .25},      {RIGHT_CALL, 100, 100, .5, .05, .03, .2},
        {RIGHT_CALL, 100, 90, 1, .01, .05, .4},      {RIGHT_CALL, 100, 105, .25, .04, .1, .3},
        {RIGHT_PUT, 50, 55, 1 / 12., .05, 0, .6},    {RIGHT_PUT, 100, 100, 1, .05, -.02, .3},
        {RIGHT_CALL, 100, 100, 1, -.02, .03, .3},    {RIGHT_PUT, 100, 100, 3, .08, .02, .08},
        {RIGHT_PUT, 100, 101, 4, .05, .01, .03},     {RIGHT_CALL, 20, 25, 1.5, .04, .08, 1.2},
        {RIGHT_PUT, 100, 120, 5 / 365., .05, 0, .9}, {RIGHT_CALL, 100, 80, 2, .05, .05, .15},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double want = tree_limit(&rows[i]), got = price(&rows[i]);
        /* where the rates move more than chance does the tree itself is off by so much */
        double tolerance = rows[i].vol < .1 ? 2e-3 : 1e-4;
        ck_assert_msg(fabs(got - want) < tolerance, "row %zu: %.9f, the tree says %.9f", i, got,
                      want);
    }
}
END_TEST

START_TEST(a_call_without_yield_and_a_put_without_rate_are_european)
{
    struct bsm in = option(RIGHT_CALL, 100, 90, 1, .05, 0, .3);
    ck_assert_double_eq(price(&in), bsm_price(&in));
    in = option(RIGHT_CALL, 100, 90, 1, .05, -.01, .3);
    ck_assert_double_eq(price(&in), bsm_price(&in));
    in = option(RIGHT_PUT, 100, 90, 1, 0, .04, .3);
    ck_assert_double_eq(price(&in), bsm_price(&in));
    double b;
    ck_assert_int_eq(american_boundary(&in, AMERICAN_EXACT, &b), FAULT_NONE);
    ck_assert(isnan(b));
    struct greeks a, e;
    ck_assert_int_eq(american_greeks(&in, AMERICAN_EXACT, &a), FAULT_NONE);
    bsm_greeks(&in, &e);
    ck_assert_mem_eq(&a, &e, sizeof a);
    in = option(RIGHT_PUT, 100, 90, 1, -.02, -.04, .3);
    double v = -7;
    ck_assert_int_eq(american_price(&in, AMERICAN_EXACT, &v), FAULT_TWO_BOUNDARIES);
    ck_assert_double_eq(v, -7);
}
END_TEST

START_TEST(calls_are_puts_with_the_sides_exchanged)
{
    struct bsm c = option(RIGHT_CALL, 110, 95, .8, .02, .06, .35);
    struct bsm p = option(RIGHT_PUT, 95, 110, .8, .06, .02, .35);
    ck_assert_double_eq_tol(price(&c), price(&p), 1e-13);
    /* and both boundaries mirror each other at the strikes */
    double b_c, b_p;
    ck_assert_int_eq(american_boundary(&c, AMERICAN_EXACT, &b_c), FAULT_NONE);
    ck_assert_int_eq(american_boundary(&p, AMERICAN_EXACT, &b_p), FAULT_NONE);
    ck_assert_double_eq_tol(b_c / 95 * b_p / 110, 1, 1e-13);
    ck_assert_double_gt(b_c, 95);
}
END_TEST

START_TEST(at_the_boundary_the_price_joins_exercise_smoothly)
{
    struct bsm in = option(RIGHT_PUT, 100, 100, 1, .05, .02, .3);
    double b;
    ck_assert_int_eq(american_boundary(&in, AMERICAN_EXACT, &b), FAULT_NONE);
    struct greeks g;
    in.spot = b * (1 + 1e-7);
    ck_assert_int_eq(american_greeks(&in, AMERICAN_EXACT, &g), FAULT_NONE);
    ck_assert_double_eq_tol(g.price, 100 - in.spot, 1e-6);
    ck_assert_double_eq_tol(g.delta, -1, 1e-4);
    in.spot = b * .999;
    ck_assert_int_eq(american_greeks(&in, AMERICAN_EXACT, &g), FAULT_NONE);
    ck_assert_double_eq(g.price, 100 - in.spot);
    ck_assert_double_eq(g.delta, -1);
    ck_assert_double_eq(g.gamma + g.vega + g.theta + g.rho, 0);
}
END_TEST

START_TEST(without_time_or_volatility_the_best_moment_counts)
{
    struct bsm in = option(RIGHT_PUT, 90, 100, 0, .05, 0, .3);
    ck_assert_double_eq(price(&in), 10);
    in = option(RIGHT_PUT, 90, 100, 1, .05, 0, 0); /* now is best */
    ck_assert_double_eq(price(&in), 10);
    in = option(RIGHT_CALL, 100, 100, 1, .05, .02, 0); /* at the end */
    ck_assert_double_eq_tol(price(&in), 100 * (exp(-.02) - exp(-.05)), 1e-12);
    /* r K = 6, q S = 9: a call of S e^-qt - K e^-rt peaks where 9 e^-.09t = 6 e^-.06t or ends */
    in = option(RIGHT_PUT, 100, 100, 30, .06, .09, 0);
    double t = log(6 / 9.0) / (.06 - .09);
    ck_assert_double_eq_tol(price(&in), 100 * (exp(-.06 * t) - exp(-.09 * t)), 1e-10);
    /* the limit of small volatilities is the same */
    in.vol = .002;
    ck_assert_double_eq_tol(price(&in), 100 * (exp(-.06 * t) - exp(-.09 * t)), .05);
}
END_TEST

START_TEST(greeks_agree_with_differences_of_the_price)
{
    static const struct bsm rows[] = {
        {RIGHT_PUT, 100, 105, .5, .05, .01, .25},
        {RIGHT_CALL, 100, 95, 1, .02, .06, .4},
        {RIGHT_PUT, 40, 40, .5833, .0488, 0, .3},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct greeks g;
        ck_assert_int_eq(american_greeks(&rows[i], AMERICAN_EXACT, &g), FAULT_NONE);
        struct bsm a = rows[i], b = rows[i];
        double h = .01 * a.spot, mid = price(&rows[i]);
        a.spot += h, b.spot -= h;
        ck_assert_double_eq(g.price, mid);
        ck_assert_double_eq_tol(g.delta, (price(&a) - price(&b)) / (2 * h), 2e-4);
        ck_assert_double_eq_tol(g.gamma, (price(&a) - 2 * mid + price(&b)) / (h * h),
                                1e-3 * g.gamma);
        a = b = rows[i];
        a.vol += 1e-3, b.vol -= 1e-3;
        ck_assert_double_eq_tol(g.vega, (price(&a) - price(&b)) / 2e-3, 1e-3);
        ck_assert_double_eq_tol(g.volga, (price(&a) - 2 * mid + price(&b)) / 1e-6, 2e-2);
        a = b = rows[i];
        a.years += 1e-3, b.years -= 1e-3;
        ck_assert_double_eq_tol(g.theta, -(price(&a) - price(&b)) / 2e-3, 1e-3);
        a = b = rows[i];
        a.rate += 1e-4, b.rate -= 1e-4;
        ck_assert_double_eq_tol(g.rho, (price(&a) - price(&b)) / 2e-4, 2e-3);
        struct greeks up, down;
        a = b = rows[i];
        a.vol += 1e-3, b.vol -= 1e-3;
        ck_assert_int_eq(american_greeks(&a, AMERICAN_EXACT, &up), FAULT_NONE);
        ck_assert_int_eq(american_greeks(&b, AMERICAN_EXACT, &down), FAULT_NONE);
        ck_assert_double_eq_tol(g.vanna, (up.delta - down.delta) / 2e-3, 1e-4);
        a = b = rows[i];
        a.years += 1e-3, b.years -= 1e-3;
        ck_assert_int_eq(american_greeks(&a, AMERICAN_EXACT, &up), FAULT_NONE);
        ck_assert_int_eq(american_greeks(&b, AMERICAN_EXACT, &down), FAULT_NONE);
        ck_assert_double_eq_tol(g.charm, -(up.delta - down.delta) / 2e-3, 1e-4);
    }
}
END_TEST

START_TEST(prices_rise_with_volatility_and_never_fall_below_exercise_or_european)
{
    for (double spot = 60; spot <= 150; spot += 7.5) {
        double before = 0;
        for (double vol = .05; vol <= 1; vol += .05) {
            struct bsm in = option(RIGHT_PUT, spot, 100, .7, .04, .02, vol);
            double v = price(&in);
            ck_assert_double_ge(v, 100 - spot);
            ck_assert_double_ge(v, bsm_price(&in) - 1e-9);
            ck_assert_double_ge(v, before - 1e-9);
            before = v;
        }
    }
}
END_TEST

START_TEST(fast_prices_are_near_the_exact_ones)
{
    double worst = 0;
    for (double spot = 70; spot <= 130; spot += 10)
        for (double vol = .1; vol <= .9; vol += .2)
            for (double years = .01; years < 3; years *= 3) {
                struct bsm in = option(RIGHT_PUT, spot, 100, years, .05, .01, vol);
                double v;
                ck_assert_int_eq(american_price(&in, AMERICAN_FAST, &v), FAULT_NONE);
                worst = fmax(worst, fabs(v - price(&in)));
            }
    ck_assert_double_lt(worst, 1e-4);
}
END_TEST

START_TEST(implied_volatility_leads_back_to_the_price)
{
    struct price_grain grain = price_grain_default();
    for (double strike = 80; strike <= 125; strike += 7.5)
        for (double vol = .15; vol <= .75; vol += .2) {
            struct bsm in = option(RIGHT_PUT, 100, strike, .5, .05, .01, vol);
            double v = price(&in);
            struct implied got = american_implied(&in, v, &grain);
            if (v - fmax(strike - 100, 0) < 1e-3)
                continue;
            ck_assert_int_ne(got.state, IMPLIED_NONE);
            ck_assert_msg(fabs(got.vol - vol) < 1e-6, "K %g vol %g: %.12g", strike, vol, got.vol);
        }
    struct bsm in = option(RIGHT_CALL, 100, 80, 1, .02, .06, .3);
    ck_assert_double_eq_tol(american_implied(&in, price(&in), &grain).vol, .3, 1e-8);
    ck_assert_int_eq(american_implied(&in, 20, &grain).reason, IMPLIED_WHY_INTRINSIC);
    ck_assert_int_eq(american_implied(&in, 100, &grain).reason, IMPLIED_WHY_CAP);
    ck_assert_int_eq(american_implied(&in, NAN, &grain).reason, IMPLIED_WHY_NO_PRICE);
    in.rate = -.01, in.yield = -.005, in.right = RIGHT_CALL;
    ck_assert_int_eq(american_implied(&in, 25, &grain).reason, IMPLIED_WHY_MODEL);
    /* a call that is never exercised early: as the European one */
    in = option(RIGHT_CALL, 100, 110, 1, .05, 0, 0);
    struct implied a = american_implied(&in, 5, &grain), e = bsm_implied(&in, 5, &grain);
    ck_assert_double_eq(a.vol, e.vol);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("american");
    TCase *t = tcase_create("american");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_premium_of_the_papers_example);
    tcase_add_test(t, short_puts_have_their_published_values);
    tcase_add_test(t, long_calls_have_their_published_values);
    tcase_add_test(t, a_tree_of_many_steps_says_the_same);
    tcase_add_test(t, a_call_without_yield_and_a_put_without_rate_are_european);
    tcase_add_test(t, calls_are_puts_with_the_sides_exchanged);
    tcase_add_test(t, at_the_boundary_the_price_joins_exercise_smoothly);
    tcase_add_test(t, without_time_or_volatility_the_best_moment_counts);
    tcase_add_test(t, greeks_agree_with_differences_of_the_price);
    tcase_add_test(t, prices_rise_with_volatility_and_never_fall_below_exercise_or_european);
    tcase_add_test(t, fast_prices_are_near_the_exact_ones);
    tcase_add_test(t, implied_volatility_leads_back_to_the_price);
    suite_add_tcase(s, t);
    return s;
}
