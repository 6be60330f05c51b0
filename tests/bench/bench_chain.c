/* The forward price of a busy chain: one expiry with a hundred strikes, a thousand quotes a second
 * in it, and packets that ask as of a tenth of a second ago, as closing ones do. */
#include "base/dec.h"
#include "bench.h"
#include "book/chain.h"

#define STRIKES 100
#define ASKS    20000
#define STEP_NS NS_PER_MS /* between events */

struct load {
    struct symbols *symbols;
    struct book *book;
    struct chains *chains;
    struct chain_policy policy;
    uint32_t syms[2 * STRIKES], under, chain;
    uint64_t seq;
    int64_t now_ns, sum;
    struct bench_rng random;
};

static void quote(struct load *l, uint32_t sym, int64_t mid)
{
    const struct instrument *in = symbols_get(l->symbols, sym);
    struct event ev = {.kind = in->right ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE,
                       .sym = sym,
                       .seq = ++l->seq,
                       .ts_ns = l->now_ns};
    ev.u.quote = (struct quote){
        .bid = mid - PX_ONE / 50, .ask = mid + PX_ONE / 50, .bid_qty = QTY_ONE, .ask_qty = QTY_ONE};
    book_quote(l->book, &ev, in->right ? l->under : 0);
}

/* Calls and puts of strikes 50 to 149 around a forward of 100. */
static void quote_option(struct load *l, uint32_t i)
{
    int64_t gap = (100 - (50 + (int64_t)i / 2)) * PX_ONE;
    quote(l, l->syms[i], 2 * PX_ONE + (i % 2 ? MAX(-gap, 0) : MAX(gap, 0)));
}

static void load_make(struct load *l)
{
    *l = (struct load){.symbols = symbols_create(),
                       .book = book_create(),
                       .chains = chains_create(),
                       .policy = {.rate_bp = 400,
                                  .refresh_ns = 100 * NS_PER_MS,
                                  .side = {.wide_pct = 25, .wide_ticks = 4}},
                       .now_ns = INT64_C(1767366000) * NS_PER_SEC,
                       .random = {5}};
    l->under = symbols_equity(l->symbols, "XYZ", 3);
    quote(l, l->under, 100 * PX_ONE);
    for (uint32_t i = 0; i < 2 * STRIKES; i++) {
        l->syms[i] = symbols_contract(l->symbols, "XYZ", 3, 20260220, i % 2 ? 'P' : 'C',
                                      (50 + (int64_t)i / 2) * PX_ONE);
        const struct instrument *in = symbols_get(l->symbols, l->syms[i]);
        l->chain = chains_find(l->chains, in);
        chains_add(l->chains, l->chain, in);
        quote_option(l, i);
    }
}

static void load_free(struct load *l)
{
    chains_destroy(l->chains);
    book_destroy(l->book);
    symbols_destroy(l->symbols);
}

/* Mean cost of an answer; moving: the underlying is quoted anew before each. */
static double time_asks(bool moving, int64_t *ret_sum)
{
    struct load l;
    int64_t spent = 0;
    load_make(&l);
    for (uint32_t k = 0; k < ASKS; k++) {
        l.now_ns += STEP_NS;
        quote_option(&l, bench_below(&l.random, 2 * STRIKES));
        if (moving)
            quote(&l, l.under, 100 * PX_ONE + bench_below(&l.random, 20) * (PX_ONE / 100));
        int64_t px, a = clock_cpu_ns();
        enum forward_source from =
            chains_forward(l.chains, l.book, &l.policy, l.chain, l.now_ns - 100 * NS_PER_MS, &px);
        spent += clock_cpu_ns() - a;
        l.sum += from == FS_PARITY ? px : 0;
    }
    *ret_sum += l.sum;
    load_free(&l);
    return (double)spent / ASKS;
}

int main(void)
{
    static const struct {
        const char *figure;
        bool moving;
        const char *target;
    } figures[] = {
        {"chain: forward, quiet underlying, clock included", false, "<=1000"},
        {"chain: forward, underlying moves each time, clock included", true, "<=3000"},
    };
    int64_t sum = 0;
    for (size_t f = 0; f < ARRAY_LEN(figures); f++) {
        double ns[BENCH_ROUNDS];
        for (int k = 0; k < BENCH_ROUNDS; k++)
            ns[k] = time_asks(figures[f].moving, &sum);
        bench_row(figures[f].figure, bench_median(ns, BENCH_ROUNDS), "ns", 0, figures[f].target);
    }
    return sum == 0;
}
