/* The search for packages among legs. See partition.h. */
#include "flow/partition.h"

#include <string.h>

#include "base/dec.h"
#include "book/side.h"
#include "event/cond.h"
#include "event/event.h"
#include "flow/cluster.h"

#define WINDOW 8 /* prints searched in full: 255 sets, 3^8 ways to part them */

struct leg_print leg_print_of(const struct join *j, uint32_t sym, int64_t ts_ns, int64_t recv_ns)
{
    static const bool trusted[QS_COUNT] = {[QS_OK] = true, [QS_LOCKED] = true, [QS_WIDE] = true};
    struct leg_print p = {
        .seq = j->seq,
        .ts_ns = ts_ns,
        .recv_ns = recv_ns,
        .px = j->px,
        .qty = j->qty,
        .premium = j->notional,
        .bid = j->bid,
        .ask = j->ask,
        .sym = sym,
        .flags = cluster_flags(j),
        .side = j->side,
        .placement = j->placement,
    };
    p.market = j->bid != PX_NONE && j->ask != PX_NONE && j->state < QS_COUNT && trusted[j->state];
    if (j->state == QS_OK)
        p.sign = (int8_t)side_quote_rule(j->px, j->bid, j->ask);
    return p;
}

/* ---- one set of prints ---------------------------------------------------------------------- */

/* Prints of one contract that met different quotes or stand on different sides: only what they
 * share is said. */
static bool add_print(struct leg_view *v, const struct leg_print *p)
{
    int64_t qty;
    if (__builtin_add_overflow(v->leg.qty, p->qty, &qty))
        return false;
    v->leg.qty = qty;
    v->px_qty += (__int128)p->px * p->qty;
    v->leg.sign = v->leg.sign == p->sign ? v->leg.sign : 0;
    v->market &= p->market;
    if (v->leg.placement != p->placement)
        v->leg.placement = PL_NONE;
    return true;
}

static struct leg_view view_of(const struct leg_print *p, const struct instrument *in)
{
    return (struct leg_view){
        .leg = {.seq = p->packet ? p->packet : p->seq,
                .qty = p->qty,
                .bid = p->bid,
                .ask = p->ask,
                .sym = p->sym,
                .sign = p->sign,
                .placement = p->placement},
        .px_qty = (__int128)p->px * p->qty,
        .strike_px = in->strike_px,
        .expiry = in->expiry,
        .right = in->right,
        .market = p->market,
    };
}

/* Legs by contract; 0 when they are too many or too large. */
static size_t gather(const struct leg_print *prints, uint64_t mask, const struct symbols *symbols,
                     struct leg_view *legs)
{
    size_t n = 0;
    for (; mask; mask &= mask - 1) {
        const struct leg_print *p = &prints[__builtin_ctzll(mask)];
        size_t i = 0;
        while (i < n && legs[i].leg.sym != p->sym)
            i++;
        const struct instrument *in = i == n ? symbols_get(symbols, p->sym) : NULL;
        if (i < n ? !add_print(&legs[i], p) : n == STRUCTURE_LEGS || !in || p->qty <= 0)
            return 0;
        if (in)
            legs[n++] = view_of(p, in);
    }
    for (size_t i = 0; i < n; i++) {
        int64_t qty = legs[i].leg.qty, half = qty / 2;
        legs[i].leg.px = (int64_t)((legs[i].px_qty + (legs[i].px_qty < 0 ? -half : half)) / qty);
    }
    return n;
}

bool partition_name(const struct leg_print *prints, uint64_t mask,
                    const struct partition_rule *rule, const struct symbols *symbols,
                    struct structure *ret, bool *ret_agrees)
{
    struct leg_view legs[STRUCTURE_LEGS];
    size_t n = gather(prints, mask, symbols, legs);
    if (!n)
        return false;
    memset(ret, 0, sizeof *ret);
    *ret_agrees = structure_name(ret, legs, n, rule->family, &rule->structure);
    return true;
}

/* ---- what a set is worth -------------------------------------------------------------------- */

/* Sums of these over packages compare as the list in partition.h does: each field is larger than
 * anything those below it can sum up to. */
#define WORTH_PRINT    (INT64_C(1) << 56)
#define WORTH_AGREEING (INT64_C(1) << 49)
#define WORTH_AT_ONCE  (INT64_C(1) << 42)
#define COST_PACKAGE   (INT64_C(1) << 35)
#define WORTH_EVEN     (INT64_C(1) << 28)
#define COST_US        (INT64_C(1) << 7)
#define MOST_US        ((INT64_C(1) << 17) - 1)
#define NO_PACKAGE     INT64_MIN

struct search {
    const struct leg_print *prints;
    const struct partition_rule *rule;
    const struct symbols *symbols;
    uint64_t atoms[WINDOW]; /* what is not parted any further, in order of time: sets of prints */
    size_t n;
    int64_t worth[1 << WINDOW], best[1 << WINDOW];
    uint8_t taken[1 << WINDOW]; /* with the best: the set of the lowest print */
};

static uint64_t mask_of(const struct search *s, unsigned set)
{
    uint64_t mask = 0;
    for (; set; set &= set - 1)
        mask |= s->atoms[__builtin_ctz(set)];
    return mask;
}

static const struct leg_print *print_of(const struct search *s, unsigned atom)
{
    return &s->prints[__builtin_ctzll(s->atoms[atom])];
}

/* What can be told without a name: near enough in time, not all of one contract. */
static bool may_be_one(const struct search *s, unsigned set, int64_t *ret_span)
{
    unsigned first = (unsigned)__builtin_ctz(set), last = 31 - (unsigned)__builtin_clz(set);
    const struct leg_print *a = print_of(s, first);
    bool one_contract = true;
    *ret_span = print_of(s, last)->ts_ns - a->ts_ns;
    for (unsigned i = first; i <= last; i++)
        one_contract &= !(set >> i & 1) || print_of(s, i)->sym == a->sym;
    return *ret_span <= s->rule->gap_ns && (!one_contract || s->rule->family == COND_STOCK_TIED);
}

/* Prints that do not say they are legs: one print a leg, each on a side. */
static bool strictly(const struct search *s, uint64_t mask, const struct structure *x, bool agrees)
{
    bool read = true;
    for (uint64_t left = mask; left; left &= left - 1)
        read &= s->prints[__builtin_ctzll(left)].sign != 0;
    return read && agrees && x->side && __builtin_popcountll(mask) == x->n_legs;
}

/* Every option with stock is something by itself: at different instants only what needs both
 * options is one order. */
static bool with_stock(uint8_t shape)
{
    return shape == SHAPE_COLLAR || shape == SHAPE_CONVERSION || shape == SHAPE_REVERSAL;
}

static int64_t worth_of(const struct search *s, unsigned set)
{
    struct structure x;
    bool agrees;
    uint64_t mask = mask_of(s, set);
    int64_t span, n = __builtin_popcountll(mask);
    unsigned width = 31 - (unsigned)__builtin_clz(set) - (unsigned)__builtin_ctz(set);
    int64_t apart = set & (set - 1) ? NO_PACKAGE : -n * COST_PACKAGE; /* one can always be alone */
    if (apart != NO_PACKAGE && s->rule->family != COND_STOCK_TIED)
        return apart;
    if (s->rule->strict && n > STRUCTURE_LEGS)
        return apart;
    if (!may_be_one(s, set, &span) ||
        !partition_name(s->prints, mask, s->rule, s->symbols, &x, &agrees))
        return apart;
    bool known = x.shape != SHAPE_UNRESOLVED, even = true;
    if (!known && x.direction_reason != DR_AMBIGUOUS)
        return apart;
    if (s->rule->family == COND_STOCK_TIED && span && !with_stock(x.shape))
        return apart;
    if (s->rule->strict && (!known || !strictly(s, mask, &x, agrees)))
        return NO_PACKAGE;
    for (size_t i = 1; i < x.n_legs; i++)
        even &= x.legs[i].qty == x.legs[0].qty;
    return (known ? n * WORTH_PRINT : 0) + (known && agrees ? n * WORTH_AGREEING : 0) +
           (span == 0 && n > 1 ? n * WORTH_AT_ONCE : 0) - COST_PACKAGE +
           (even ? n * WORTH_EVEN : 0) - MIN(span / NS_PER_US, MOST_US) * COST_US - (int64_t)width;
}

/* The best way to part each set, from those of its parts: the set of its lowest print, and the
 * rest. */
static void solve(struct search *s)
{
    unsigned all = (1u << s->n) - 1;
    for (unsigned set = 1; set <= all; set++)
        s->worth[set] = worth_of(s, set);
    s->best[0] = 0;
    for (unsigned set = 1; set <= all; set++) {
        unsigned low = set & -set, rest = set ^ low;
        s->best[set] = NO_PACKAGE;
        for (unsigned more = rest;; more = (more - 1) & rest) {
            unsigned one = low | more;
            if (s->worth[one] != NO_PACKAGE && s->worth[one] + s->best[set ^ one] > s->best[set]) {
                s->best[set] = s->worth[one] + s->best[set ^ one];
                s->taken[set] = (uint8_t)one;
            }
            if (!more)
                break;
        }
    }
}

/* ---- more than a window --------------------------------------------------------------------- */

static bool earlier(const struct leg_print *a, const struct leg_print *b)
{
    return a->ts_ns != b->ts_ns ? a->ts_ns < b->ts_ns : a->seq < b->seq;
}

/* Places in order of execution time. */
static void order(const struct leg_print *prints, size_t n, uint8_t *ret)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = i;
        for (; k > 0 && earlier(&prints[i], &prints[ret[k - 1]]); k--)
            ret[k] = ret[k - 1];
        ret[k] = (uint8_t)i;
    }
}

struct result {
    uint64_t *masks;
    size_t n;
    uint64_t used;
};

static void put(struct result *r, const struct search *s, unsigned set)
{
    uint64_t mask = mask_of(s, set);
    if ((set & (set - 1)) || s->rule->family == COND_STOCK_TIED)
        r->masks[r->n++] = mask;
    r->used |= mask;
}

static void put_all(struct result *r, const struct search *s)
{
    for (unsigned left = (1u << s->n) - 1; left; left &= ~(unsigned)s->taken[left])
        put(r, s, s->taken[left]);
}

/* Takes the first atoms of what is left. Where there are many prints, those of one contract and
 * instant count as one: the fills of a leg against several orders. */
static void fill(struct search *s, const struct result *r, const uint8_t *by_time, size_t n,
                 bool merge)
{
    s->n = 0;
    for (size_t i = 0; i < n; i++) {
        const struct leg_print *p = &s->prints[by_time[i]];
        uint64_t bit = UINT64_C(1) << by_time[i];
        size_t k = 0;
        while (k < s->n && !(merge && print_of(s, (unsigned)k)->sym == p->sym &&
                             print_of(s, (unsigned)k)->ts_ns == p->ts_ns))
            k++;
        if (r->used & bit || k == WINDOW)
            continue;
        s->atoms[k] = k < s->n ? s->atoms[k] | bit : bit;
        s->n = MAX(s->n, k + 1);
    }
}

/* Prints of one instant that make up packages without a rest are those. */
static void take_instants(struct search *s, struct result *r, const uint8_t *by_time, size_t n)
{
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n; to++)
            if (s->prints[by_time[to]].ts_ns != s->prints[by_time[from]].ts_ns)
                break;
        if (to - from < 2 || to - from > WINDOW)
            continue;
        fill(s, r, by_time + from, to - from, false);
        solve(s);
        int64_t whole = (int64_t)(to - from) * (WORTH_PRINT + WORTH_AGREEING);
        if (s->best[(1u << s->n) - 1] >= whole - WORTH_AGREEING / 2)
            put_all(r, s);
    }
}

static void take_windows(struct search *s, struct result *r, const uint8_t *by_time, size_t n)
{
    for (;;) {
        fill(s, r, by_time, n, true);
        if (!s->n)
            return;
        solve(s);
        put(r, s, s->taken[(1u << s->n) - 1]); /* that of the earliest print; the rest slides on */
    }
}

static void sort_masks(uint64_t *masks, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t v = masks[i];
        size_t k = i;
        for (; k > 0 && __builtin_ctzll(v) < __builtin_ctzll(masks[k - 1]); k--)
            masks[k] = masks[k - 1];
        masks[k] = v;
    }
}

size_t partition(const struct leg_print *prints, size_t n, const struct partition_rule *rule,
                 const struct symbols *symbols, uint64_t ret[PARTITION_PRINTS])
{
    struct search s;
    struct result r = {.masks = ret};
    uint8_t by_time[PARTITION_PRINTS];
    assert(n <= PARTITION_PRINTS);
    if (n == 0 || (n == 1 && rule->family != COND_STOCK_TIED))
        return 0;
    s.prints = prints;
    s.rule = rule;
    s.symbols = symbols;
    order(prints, n, by_time);
    if (n > WINDOW) {
        take_instants(&s, &r, by_time, n);
        take_windows(&s, &r, by_time, n);
    } else {
        fill(&s, &r, by_time, n, false);
        solve(&s);
        put_all(&r, &s);
    }
    sort_masks(ret, r.n);
    return r.n;
}
