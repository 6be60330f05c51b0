/* The deck alone: prints and quotes through its one door, no feed, no store.
 *
 * Two parts. Cost of a print (quote join, side, packet) and of a quote at a million contracts,
 * beside the least that memory allows for the same contracts. And the comparison tapes L M H D,
 * made by a fixed recipe (32-bit xorshift), whose check sums must come out first. */
#include <inttypes.h>
#include <string.h>

#include "bench.h"
#include "base/dec.h"
#include "deck/deck.h"
#include "event/record.h"
#include "event/venue.h"

#define CONTRACTS 1000000u
#define PRINTS    1000000u
#define BATCH     256u
#define GAP_NS    5000 /* 200,000 prints and as many quotes a second */

struct output {
    uint64_t joins, packets;
};

static void count_event(void *self, const struct event *ev)
{
    (void)self, (void)ev;
}

static void count_record(void *self, const struct record *rec)
{
    struct output *out = self;
    if (rec->kind == REC_JOIN)
        out->joins++;
    else
        out->packets++;
}

static const struct sink_ops count_ops = {
    .name = "count", .event = count_event, .record = count_record};

static void push_all(struct deck *d, struct event *ev, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ev[i].seq = 0;
        deck_push(d, &ev[i]);
    }
}

static struct event option_event(enum event_kind kind, uint32_t sym, int64_t ts)
{
    return (struct event){.ts_ns = ts, .recv_ns = ts, .sym = sym, .kind = (uint8_t)kind};
}

static struct event quote_event(uint32_t sym, int64_t ts, int64_t bid, int64_t ask, int64_t qty)
{
    struct event ev = option_event(EV_OPTION_QUOTE, sym, ts);
    ev.u.quote = (struct quote){.bid = bid, .ask = ask, .bid_qty = qty, .ask_qty = qty};
    return ev;
}

static struct event print_event(uint32_t sym, int64_t ts, int64_t px, int64_t qty, uint16_t venue,
                                char cond)
{
    struct event ev = option_event(EV_OPTION_PRINT, sym, ts);
    ev.venue = venue;
    ev.u.print = (struct print){.px = px, .qty = qty, .cond = {cond}};
    return ev;
}

/* ---- the cost of one event at a million contracts ---- */

struct load {
    uint32_t *syms; /* of each contract */
    struct event *first, *quotes, *prints;
};

static uint32_t *make_contracts(struct symbols *symbols)
{
    uint32_t *syms = mem_alloc(CONTRACTS * sizeof *syms);
    for (uint32_t i = 0; i < CONTRACTS; i++) {
        char root[8];
        int n = snprintf(root, sizeof root, "R%03u", i / 1000);
        syms[i] = symbols_contract(symbols, root, (size_t)n, 20260220, i & 1 ? 'P' : 'C',
                                   (i % 1000 / 2 + 1) * PX_ONE);
        assert(syms[i]);
    }
    return syms;
}

static uint32_t draw(const double *cdf, struct bench_rng *r)
{
    return cdf ? bench_zipf_draw(cdf, CONTRACTS, r) : bench_below(r, CONTRACTS);
}

/* cdf NULL: uniform. Prices: 2.00 x 2.10, prints at one of bid, mid, ask. */
static void make_load(struct load *l, const double *cdf)
{
    struct bench_rng r = {11};
    int64_t t0 = INT64_C(1767366000) * NS_PER_SEC;
    for (uint32_t i = 0; i < CONTRACTS; i++)
        l->first[i] = quote_event(l->syms[i], t0 + i, 2 * PX_ONE, 21 * PX_ONE / 10, 10 * QTY_ONE);
    for (uint32_t i = 0; i < PRINTS; i++) {
        int64_t ts = t0 + NS_PER_SEC + (int64_t)(i / BATCH * BATCH) * GAP_NS;
        l->quotes[i] = quote_event(l->syms[draw(cdf, &r)], ts + i % BATCH, 2 * PX_ONE,
                                   21 * PX_ONE / 10, (1 + bench_below(&r, 50)) * QTY_ONE);
        l->prints[i] = print_event(
            l->syms[draw(cdf, &r)], ts + (int64_t)(i % BATCH) * GAP_NS,
            (200 + 5 * bench_below(&r, 3)) * (PX_ONE / 100), (1 + bench_below(&r, 50)) * QTY_ONE,
            venue_by_code(VENUE_OPTION, &"CXIMBN"[bench_below(&r, 6)], 1), 'I');
    }
}

static void time_load(struct load *l, const struct symbols *symbols, double *ret_print_ns,
                      double *ret_quote_ns)
{
    struct deck_policy policy = deck_policy_default();
    policy.stale_option_ns = 3600 * NS_PER_SEC; /* every print is signed and may join a packet */
    struct deck *d = deck_create(&policy, symbols);
    struct output out = {0};
    deck_add_sink(d, (struct sink){&count_ops, &out});
    push_all(d, l->first, CONTRACTS);
    int64_t quote_ns = 0, print_ns = 0;
    for (uint32_t i = 0; i < PRINTS; i += BATCH) {
        size_t n = MIN(BATCH, PRINTS - i);
        int64_t a = clock_cpu_ns();
        push_all(d, l->quotes + i, n);
        int64_t b = clock_cpu_ns();
        push_all(d, l->prints + i, n);
        quote_ns += b - a;
        print_ns += clock_cpu_ns() - b;
    }
    deck_finish(d);
    assert(out.joins == PRINTS);
    deck_destroy(d);
    *ret_print_ns = (double)print_ns / PRINTS;
    *ret_quote_ns = (double)quote_ns / PRINTS;
}

/* What any deck has to do for an event: one line of memory for the contract's quote, one for its
 * open packet, read and written in the order of the load. */
struct line {
    int64_t words[8];
};

static double time_floor(const struct load *l, struct line *quotes, struct line *packets)
{
    int64_t a = clock_cpu_ns();
    for (uint32_t i = 0; i < PRINTS; i++) {
        const struct event *ev = &l->prints[i];
        struct line *p = &packets[ev->sym];
        p->words[0] += ev->u.print.qty;
        p->words[1] += ev->u.print.px * (ev->u.print.qty / QTY_ONE);
        p->words[2] += quotes[ev->sym].words[0] < ev->u.print.px;
        p->words[3] = ev->ts_ns;
    }
    return (double)(clock_cpu_ns() - a) / PRINTS;
}

static void report_load(struct load *l, const struct symbols *symbols, const double *cdf,
                        const char *name)
{
    size_t bytes = (symbols_count(symbols) + 1) * sizeof(struct line);
    struct line *quotes = mem_alloc(bytes), *packets = mem_alloc(bytes);
    memset(quotes, 0, bytes);
    memset(packets, 0, bytes);
    double print_ns[BENCH_ROUNDS], quote_ns[BENCH_ROUNDS], floor_ns[BENCH_ROUNDS];
    make_load(l, cdf);
    for (int k = 0; k < BENCH_ROUNDS; k++) {
        time_load(l, symbols, &print_ns[k], &quote_ns[k]);
        floor_ns[k] = time_floor(l, quotes, packets);
    }
    double floor = bench_median(floor_ns, BENCH_ROUNDS);
    char figure[64];
    snprintf(figure, sizeof figure, "deck: option print, 1M contracts %s", name);
    bench_row(figure, bench_median(print_ns, BENCH_ROUNDS), "ns", floor, "<=1000");
    snprintf(figure, sizeof figure, "deck: option quote, 1M contracts %s", name);
    bench_row(figure, bench_median(quote_ns, BENCH_ROUNDS), "ns", floor, "<=100");
    mem_free(quotes);
    mem_free(packets);
}

static void bench_events(void)
{
    struct symbols *symbols = symbols_create();
    struct load l = {.syms = make_contracts(symbols),
                     .first = mem_alloc(CONTRACTS * sizeof *l.first),
                     .quotes = mem_alloc(PRINTS * sizeof *l.quotes),
                     .prints = mem_alloc(PRINTS * sizeof *l.prints)};
    double *cdf = bench_zipf(CONTRACTS);
    report_load(&l, symbols, cdf, "Zipf(1.0)");
    report_load(&l, symbols, NULL, "uniform");
    mem_free(cdf);
    mem_free(l.first);
    mem_free(l.quotes);
    mem_free(l.prints);
    mem_free(l.syms);
    symbols_destroy(symbols);
}

/* ---- the comparison tapes ---- */

struct tape {
    const char *name;
    uint32_t underlyings, rate, prints;
    uint64_t quotes, size, cents; /* check sums: quotes sent, sum of sizes, sum of prices */
    double earlier;               /* prints per CPU second of the earlier system, 0 = not known */
    const char *target;
};

static const struct tape tapes[] = {
    {"L", 10, 200, 30000, 6728, 7738664, 11991765, 32000, "-"},
    {"M", 100, 1000, 75000, 16761, 19400338, 40118608, 8500, ">=2000000"},
    {"H", 500, 10000, 100000, 22338, 25949208, 54481395, 2100, "-"},
    {"D", 500, 1000, 1000000, 222342, 258932860, 547401439, 0, "-"},
};

#define SLOTS         64
#define PER_ROOT      20
#define TAPE_START_MS INT64_C(1767366000000)

struct slot {
    uint32_t contract, kind, remaining, size;
};

struct maker {
    uint32_t state;
    struct symbols *symbols;
    uint32_t *syms; /* by contract number */
    struct slot slots[SLOTS];
    uint64_t quotes, size, cents;
};

static uint32_t xorshift(struct maker *m, uint32_t n)
{
    m->state ^= m->state << 13;
    m->state ^= m->state >> 17;
    m->state ^= m->state << 5;
    return m->state % n;
}

static uint32_t contract_symbol(struct maker *m, uint32_t c)
{
    uint32_t i = c / PER_ROOT, j = c % PER_ROOT;
    char root[12];
    int n = snprintf(root, sizeof root, "S%03u", i);
    int64_t strike = 50 + 37 * (int64_t)i % 400 + 5 * ((int64_t)(j >> 2) - 2);
    return symbols_contract(m->symbols, root, (size_t)n, j % 2 ? 20260220 : 20260116,
                            j & 2 ? 'P' : 'C', strike * PX_ONE);
}

static uint32_t base_cents(uint32_t c)
{
    return 100 + (31 * (c / PER_ROOT) + 17 * (c % PER_ROOT)) % 900;
}

/* kind 0 buys, 1 sells, others wander. */
static uint32_t price_cents(const struct slot *s, uint32_t d)
{
    uint32_t base = base_cents(s->contract), bid = base - 5, ask = base + 5;
    if (s->kind == 0)
        return d < 6 ? ask : d < 8 ? ask + 2 : d == 8 ? base : bid;
    if (s->kind == 1)
        return d < 6 ? bid : d < 8 ? bid - 2 : d == 8 ? base : ask;
    const uint32_t pick[] = {bid, base, ask, ask + 2};
    return pick[d & 3];
}

/* Appends print n and, when its slot was empty, the quote before it; returns the events added. */
static size_t make_print(struct maker *m, const struct tape *t, uint32_t n, struct event *ret)
{
    int64_t ts = (TAPE_START_MS + INT64_C(1000) * n / t->rate) * NS_PER_MS, cent = PX_ONE / 100;
    struct slot *s = &m->slots[xorshift(m, SLOTS)];
    size_t added = 0;
    if (s->remaining == 0) {
        s->contract = xorshift(m, PER_ROOT * t->underlyings);
        s->kind = xorshift(m, 4);
        s->remaining = 1 + xorshift(m, 8);
        s->size = 10 + xorshift(m, 490);
        int64_t base = base_cents(s->contract);
        ret[added++] = quote_event(m->syms[s->contract], ts, (base - 5) * cent, (base + 5) * cent,
                                   s->size * QTY_ONE);
        m->quotes++;
    }
    uint32_t cents = price_cents(s, xorshift(m, 10));
    uint32_t size = s->size + xorshift(m, 10);
    static const char venues[] = "CXINBM"; /* CBOE PHLX ISE ARCA BOX MIAX */
    uint16_t venue = venue_by_code(VENUE_OPTION, &venues[xorshift(m, 6)], 1);
    ret[added++] = print_event(m->syms[s->contract], ts, cents * cent, size * QTY_ONE, venue,
                               s->kind < 2 ? 'S' : 'I');
    s->remaining--;
    m->size += size;
    m->cents += cents;
    return added;
}

static size_t make_tape(const struct tape *t, struct symbols *symbols, struct event *ret)
{
    struct maker m = {.state = 2463534242u, .symbols = symbols};
    uint32_t contracts = t->underlyings * PER_ROOT;
    m.syms = mem_alloc(contracts * sizeof *m.syms);
    for (uint32_t c = 0; c < contracts; c++)
        m.syms[c] = contract_symbol(&m, c);
    size_t n = 0;
    for (uint32_t i = 0; i < t->prints; i++)
        n += make_print(&m, t, i, ret + n);
    mem_free(m.syms);
    if (m.quotes != t->quotes || m.size != t->size || m.cents != t->cents) {
        fprintf(stderr, "tape %s: quotes %" PRIu64 " size %" PRIu64 " cents %" PRIu64 "\n", t->name,
                m.quotes, m.size, m.cents);
        exit(1);
    }
    return n;
}

static double time_tape(struct event *ev, size_t n, uint32_t prints, const struct symbols *symbols)
{
    struct deck_policy policy = deck_policy_default();
    struct deck *d = deck_create(&policy, symbols);
    struct output out = {0};
    deck_add_sink(d, (struct sink){&count_ops, &out});
    int64_t start = clock_cpu_ns();
    push_all(d, ev, n);
    deck_finish(d);
    double seconds = (double)(clock_cpu_ns() - start) / 1e9;
    assert(out.joins == prints);
    deck_destroy(d);
    return prints / seconds;
}

static void bench_tape(const struct tape *t)
{
    struct symbols *symbols = symbols_create();
    struct event *ev = mem_alloc(2 * (size_t)t->prints * sizeof *ev);
    size_t n = make_tape(t, symbols, ev);
    double rate[BENCH_ROUNDS];
    for (int k = 0; k < BENCH_ROUNDS; k++)
        rate[k] = time_tape(ev, n, t->prints, symbols);
    char figure[64];
    snprintf(figure, sizeof figure, "deck: tape %s, beside the earlier system", t->name);
    bench_row(figure, bench_median(rate, BENCH_ROUNDS), "prints/CPU s", t->earlier, t->target);
    mem_free(ev);
    symbols_destroy(symbols);
}

int main(void)
{
    for (size_t i = 0; i < ARRAY_LEN(tapes); i++)
        bench_tape(&tapes[i]);
    bench_events();
    return 0;
}
