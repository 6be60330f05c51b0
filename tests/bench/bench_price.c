/* Pricing alone: one option at a time, over a spread of ordinary inputs. */
#include "bench.h"
#include "base/dec.h"
#include "price/american.h"
#include "price/value.h"

#define OPTIONS  1024
#define CLOSED   200 /* rounds over them for closed formulas */
#define AMERICAN 64  /* options for the methods that iterate */

struct load {
    struct bsm in[OPTIONS];
    double price[OPTIONS];
    double sum; /* of what came out, so that nothing is left out */
};

static double between(struct bench_rng *r, double lo, double hi)
{
    return lo + (hi - lo) * (double)(bench_next(r) >> 11) * 0x1p-53;
}

static void load_make(struct load *l)
{
    struct bench_rng r = {3};
    for (size_t i = 0; i < OPTIONS; i++) {
        l->in[i] = (struct bsm){.right = i % 2 ? RIGHT_CALL : RIGHT_PUT,
                                .spot = 100,
                                .strike = between(&r, 75, 130),
                                .years = between(&r, 0.02, 1.5),
                                .rate = between(&r, 0.01, 0.06),
                                .yield = between(&r, 0.005, 0.05),
                                .vol = between(&r, 0.15, 0.9)};
        l->price[i] = bsm_price(&l->in[i]);
    }
    l->sum = 0;
}

static void one_price(struct load *l, size_t i)
{
    l->sum += bsm_price(&l->in[i]);
}

static void one_greeks(struct load *l, size_t i)
{
    struct greeks g;
    bsm_greeks(&l->in[i], &g);
    l->sum += g.charm;
}

static void one_implied(struct load *l, size_t i)
{
    struct price_grain exact = {0};
    l->sum += bsm_implied(&l->in[i], l->price[i], &exact).vol;
}

static void one_judged(struct load *l, size_t i)
{
    struct price_grain grain = price_grain_default();
    l->sum += bsm_implied(&l->in[i], l->price[i], &grain).vol;
}

/* All that is said of a packet: volatility, its resolution, five greeks, rounded. */
static void one_value(struct load *l, size_t i)
{
    const struct bsm *in = &l->in[i];
    const struct value_terms t = {.px = (int64_t)(l->price[i] * 1e9),
                                  .forward_px = 100 * PX_ONE,
                                  .strike_px = (int64_t)(in->strike * 1e9),
                                  .expiry_ns = (int64_t)(in->years * 525600 * 60e9),
                                  .rate_bp = 400,
                                  .right = (int8_t)in->right};
    l->sum += (double)value_option(&t).delta;
}

static void american(struct load *l, size_t i, enum american_effort effort)
{
    double v;
    enum price_fault fault = american_price(&l->in[i], effort, &v);
    assert(fault == FAULT_NONE);
    (void)fault;
    l->sum += v;
}

static void one_fast(struct load *l, size_t i)
{
    american(l, i, AMERICAN_FAST);
}

static void one_exact(struct load *l, size_t i)
{
    american(l, i, AMERICAN_EXACT);
}

static void one_american_greeks(struct load *l, size_t i)
{
    struct greeks g;
    american_greeks(&l->in[i], AMERICAN_EXACT, &g);
    l->sum += g.charm;
}

static const struct {
    const char *figure;
    void (*one)(struct load *l, size_t i);
    size_t options, rounds;
    const char *target;
} figures[] = {
    {"price: European price", one_price, OPTIONS, CLOSED, "<=1000"},
    {"price: European price and greeks", one_greeks, OPTIONS, CLOSED, "<=2000"},
    {"price: implied volatility", one_implied, OPTIONS, CLOSED, "<=5000"},
    {"price: implied volatility, resolution judged", one_judged, OPTIONS, CLOSED, "<=15000"},
    {"price: volatility and greeks of a packet, rounded", one_value, OPTIONS, CLOSED, "<=2000"},
    {"price: American, fast", one_fast, AMERICAN, 1, "-"},
    {"price: American, exact", one_exact, AMERICAN, 1, "-"},
    {"price: American greeks, exact", one_american_greeks, AMERICAN, 1, "-"},
};

int main(void)
{
    struct load *l = mem_alloc(sizeof *l);
    load_make(l);
    for (size_t f = 0; f < ARRAY_LEN(figures); f++) {
        double ns[BENCH_ROUNDS];
        for (int k = 0; k < BENCH_ROUNDS; k++) {
            int64_t start = clock_cpu_ns();
            for (size_t round = 0; round < figures[f].rounds; round++)
                for (size_t i = 0; i < figures[f].options; i++)
                    figures[f].one(l, i);
            ns[k] = (double)(clock_cpu_ns() - start) /
                    (double)(figures[f].rounds * figures[f].options);
        }
        bench_row(figures[f].figure, bench_median(ns, BENCH_ROUNDS), "ns", 0, figures[f].target);
    }
    int failed = l->sum != l->sum;
    mem_free(l);
    return failed;
}
