/* Option chains and the forwards they imply. See chain.h. */
#include "book/chain.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "event/calendar.h"
#include "event/expiry.h"
#include "price/value.h"

#define REACH   8  /* strikes looked at beside the expected one for a live pair */
#define HOPS    4  /* from a strike to where its own forward lies; two do */
#define SAMPLES 32 /* strikes tried where nothing tells where the money is */
#define FIRST   8  /* strikes a list has room for at first */

/* What a chain is and remembers. */
struct chain {
    int64_t from_ns;    /* as of when its forward was found; INT64_MIN = not yet */
    int64_t forward_px; /* 0 = none */
    int64_t under_sum;  /* bid + ask of the underlying then, 0 = none */
    int64_t near_px;    /* strike it came from; 0 = none yet */
    uint32_t underlying;
    int32_t expiry; /* yyyymmdd */
    uint8_t settlement;
    uint8_t source; /* enum forward_source */
    uint8_t pad[6];
};
static_assert(sizeof(struct chain) == 48, "no padding that is not named");

struct strike {
    int64_t px;
    uint32_t syms[2]; /* call, put; 0 = not listed */
};

struct list {
    uint32_t first, n, cap; /* in the pool of strikes */
    int64_t expiry_ns;
};

struct chains {
    struct chain *chains; /* entry 0 is not used */
    struct list *lists;   /* beside them */
    struct strike *strikes;
    uint32_t *slots; /* by hash: chain, 0 = free */
    uint32_t n;      /* entries in use, with the first */
    uint32_t n_strikes;
    struct track track;
};

#define SLOTS         (LIMIT_CHAINS * 2)
#define STRIKES       (LIMIT_INSTRUMENTS * 6) /* lists move as they double */
#define CHAINS_BYTES  (LIMIT_CHAINS * sizeof(struct chain))
#define LISTS_BYTES   (LIMIT_CHAINS * sizeof(struct list))
#define STRIKES_BYTES (STRIKES * sizeof(struct strike))
#define SLOTS_BYTES   (SLOTS * sizeof(uint32_t))

struct chains *chains_create(void)
{
    struct chains *c = mem_alloc(sizeof *c);
    c->chains = mem_reserve(CHAINS_BYTES);
    c->lists = mem_reserve(LISTS_BYTES);
    c->strikes = mem_reserve(STRIKES_BYTES);
    c->slots = mem_reserve(SLOTS_BYTES);
    c->n = 1;
    return c;
}

void chains_destroy(struct chains *c)
{
    if (!c)
        return;
    mem_unreserve(c->chains, CHAINS_BYTES);
    mem_unreserve(c->lists, LISTS_BYTES);
    mem_unreserve(c->strikes, STRIKES_BYTES);
    mem_unreserve(c->slots, SLOTS_BYTES);
    track_close(&c->track);
    mem_free(c);
}

static uint32_t *slot_of(const struct chains *c, uint32_t underlying, int32_t expiry,
                         uint8_t settlement)
{
    uint64_t key = ((uint64_t)underlying << 32 | (uint32_t)expiry) * 4 + settlement;
    uint32_t at = (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) % SLOTS;
    for (;; at = (at + 1) % SLOTS) {
        const struct chain *h = &c->chains[c->slots[at]];
        if (!c->slots[at] ||
            (h->underlying == underlying && h->expiry == expiry && h->settlement == settlement))
            return &c->slots[at];
    }
}

void chains_reset(struct chains *c)
{
    if (c->n > 1)
        memset(c->slots, 0, SLOTS_BYTES);
    memset(c->chains, 0, c->n * sizeof *c->chains);
    memset(c->lists, 0, c->n * sizeof *c->lists);
    c->n = 1;
    c->n_strikes = 0;
    track_reset(&c->track);
}

void chains_copy(struct chains *dst, const struct chains *src)
{
    chains_reset(dst);
    memcpy(dst->chains, src->chains, src->n * sizeof *src->chains);
    memcpy(dst->lists, src->lists, src->n * sizeof *src->lists);
    memcpy(dst->strikes, src->strikes, src->n_strikes * sizeof *src->strikes);
    memcpy(dst->slots, src->slots, SLOTS_BYTES);
    dst->n = src->n;
    dst->n_strikes = src->n_strikes;
}

static int64_t expiry_of(const struct chain *h)
{
    int64_t ns = 0;
    const struct instrument in = {
        .right = 'C', .expiry = h->expiry, .settlement = h->settlement, .underlying = 1};
    expiry_instant(&in, &ns);
    return ns;
}

uint32_t chains_find(struct chains *c, const struct instrument *in)
{
    uint32_t *slot = slot_of(c, in->underlying, in->expiry, in->settlement);
    if (*slot || c->n == LIMIT_CHAINS)
        return *slot;
    track_touch(&c->track, c->n);
    struct chain *h = &c->chains[c->n];
    *h = (struct chain){.from_ns = INT64_MIN,
                        .underlying = in->underlying,
                        .expiry = in->expiry,
                        .settlement = in->settlement};
    c->lists[c->n] = (struct list){.expiry_ns = expiry_of(h)};
    return *slot = c->n++;
}

int64_t chains_expiry_ns(const struct chains *c, uint32_t chain)
{
    return c->lists[chain].expiry_ns;
}

/* The first strike at or above px; n when all lie below. */
static uint32_t strike_at(const struct strike *s, uint32_t n, int64_t px)
{
    uint32_t lo = 0;
    while (n) {
        uint32_t half = n / 2;
        if (s[lo + half].px < px) {
            lo += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return lo;
}

static void make_room(struct chains *c, struct list *l)
{
    uint32_t cap = l->cap ? l->cap * 2 : FIRST;
    assert(c->n_strikes + cap <= STRIKES);
    memcpy(&c->strikes[c->n_strikes], &c->strikes[l->first], l->n * sizeof *c->strikes);
    l->first = c->n_strikes;
    l->cap = cap;
    c->n_strikes += cap;
}

void chains_add(struct chains *c, uint32_t chain, const struct instrument *in)
{
    struct list *l = &c->lists[chain];
    uint32_t at = strike_at(&c->strikes[l->first], l->n, in->strike_px);
    if (at == l->n || c->strikes[l->first + at].px != in->strike_px) {
        if (l->n == l->cap)
            make_room(c, l);
        struct strike *s = &c->strikes[l->first + at];
        memmove(s + 1, s, (l->n - at) * sizeof *s);
        *s = (struct strike){.px = in->strike_px};
        l->n++;
    }
    uint32_t *sym = &c->strikes[l->first + at].syms[in->right == 'P'];
    *sym = *sym ? MIN(*sym, in->id) : in->id;
}

/* ---- the forward ------------------------------------------------------------------------------
 */

/* What a search looks at. */
struct search {
    const struct book *book;
    const struct chain_policy *policy;
    const struct strike *strikes;
    uint32_t n;
    int64_t ns, expiry_ns;
    bool wide; /* wide quotes will do */
};

/* A strike with both quotes live. */
struct pair {
    uint32_t at;
    int64_t gap; /* C - P, as twice the difference of midpoints */
    int64_t width;
};

static bool live(const struct search *s, uint32_t sym, struct nbbo *ret)
{
    if (!sym || book_asof(s->book, sym, s->ns, ret) != BOOK_FOUND || ret->bid <= 0)
        return false;
    enum quote_state state = side_quote_state(ret, &s->policy->side, true);
    return state == QS_OK || (s->wide && state == QS_WIDE);
}

static bool pair_at(const struct search *s, uint32_t at, struct pair *ret)
{
    struct nbbo call, put;
    int64_t calls, puts;
    const struct strike *k = &s->strikes[at];
    if (!k->syms[0] || !k->syms[1] || !live(s, k->syms[0], &call) || !live(s, k->syms[1], &put) ||
        __builtin_add_overflow(call.bid, call.ask, &calls) ||
        __builtin_add_overflow(put.bid, put.ask, &puts))
        return false;
    ret->at = at;
    ret->gap = calls - puts; /* both are above zero */
    ret->width = (call.ask - call.bid) + (put.ask - put.bid);
    return true;
}

/* The live pair nearest a place; of two as near the lower strike. */
static bool pair_near(const struct search *s, uint32_t at, struct pair *ret)
{
    for (uint32_t d = 0; d <= REACH; d++)
        if ((d <= at && at - d < s->n && pair_at(s, at - d, ret)) ||
            (d && at + d < s->n && pair_at(s, at + d, ret)))
            return true;
    return false;
}

/* Where nothing tells where the money is: places spread over the list. */
static bool pair_anywhere(const struct search *s, struct pair *ret)
{
    for (uint32_t i = 0; i < MIN(s->n, SAMPLES); i++)
        if (pair_at(s, (uint32_t)((uint64_t)s->n * i / MIN(s->n, SAMPLES)), ret))
            return true;
    return false;
}

static bool forward_of(const struct search *s, const struct pair *p, int64_t *ret)
{
    int64_t grown;
    return value_grow(p->gap, s->ns, s->expiry_ns, s->policy->rate_bp, &grown) &&
           !__builtin_add_overflow(s->strikes[p->at].px, grown, ret) && *ret > 0;
}

static uint32_t nearest_strike(const struct search *s, int64_t px)
{
    uint32_t at = strike_at(s->strikes, s->n, px);
    if (at == s->n || (at && px - s->strikes[at - 1].px <= s->strikes[at].px - px))
        at--;
    return at;
}

static int64_t size_of(int64_t gap)
{
    return gap < 0 ? -gap : gap;
}

/* From a live pair to where its forward lies, and there the one with the least |C - P|; of equals
 * the one whose quotes are closer. */
static struct pair settle(const struct search *s, struct pair p)
{
    struct pair other;
    int64_t px;
    for (int hop = 0; hop < HOPS && forward_of(s, &p, &px); hop++) {
        uint32_t to = nearest_strike(s, px);
        if (to == p.at || !pair_near(s, to, &other) || other.at == p.at ||
            size_of(other.gap) > size_of(p.gap))
            break;
        p = other;
    }
    struct pair best = p;
    for (uint32_t at = p.at ? p.at - 1 : 0; at <= p.at + 1 && at < s->n; at++) {
        if (at == p.at || !pair_at(s, at, &other))
            continue;
        int64_t closer = size_of(other.gap) - size_of(best.gap);
        if (closer < 0 || (closer == 0 && other.width < best.width))
            best = other;
    }
    return best;
}

/* near_px: where it was last, spot_px: of the underlying; each 0 = not known. */
static bool parity(const struct search *s, int64_t near_px, int64_t spot_px, int64_t *ret_px,
                   int64_t *ret_strike)
{
    struct pair p;
    bool found = s->n && ((near_px && pair_near(s, nearest_strike(s, near_px), &p)) ||
                          (spot_px && pair_near(s, nearest_strike(s, spot_px), &p)) ||
                          (!spot_px && pair_anywhere(s, &p)));
    if (!found)
        return false;
    p = settle(s, p);
    *ret_strike = s->strikes[p.at].px;
    return forward_of(s, &p, ret_px);
}

/* bid + ask of the underlying; 0 unless both are there and not crossed. */
static int64_t under_sum(const struct book *b, uint32_t underlying, int64_t ns)
{
    struct nbbo q;
    int64_t sum;
    bool both = book_asof(b, underlying, ns, &q) == BOOK_FOUND && q.bid > 0 && q.bid <= q.ask &&
                q.bid_qty > 0 && q.ask_qty > 0;
    return both && !__builtin_add_overflow(q.bid, q.ask, &sum) ? sum : 0;
}

static void find_forward(const struct search *s, struct chain *h)
{
    struct search any = *s;
    any.wide = true;
    h->source = FS_PARITY;
    h->forward_px = 0;
    if (parity(s, h->near_px, h->under_sum / 2, &h->forward_px, &h->near_px))
        return;
    if (h->under_sum &&
        value_grow(h->under_sum, s->ns, s->expiry_ns, s->policy->rate_bp, &h->forward_px)) {
        h->source = FS_SPOT;
        return;
    }
    if (parity(&any, h->near_px, 0, &h->forward_px, &h->near_px))
        return;
    h->source = FS_NO_UNDERLYING;
}

enum forward_source chains_forward(struct chains *c, const struct book *b,
                                   const struct chain_policy *policy, uint32_t chain, int64_t ns,
                                   int64_t *ret_px)
{
    struct chain *h = &c->chains[chain], made = *h;
    const struct list *l = &c->lists[chain];
    if (ns >= l->expiry_ns)
        return FS_EXPIRED;
    int64_t sum = under_sum(b, h->underlying, ns);
    bool holds = h->from_ns != INT64_MIN && h->from_ns <= ns &&
                 ns - h->from_ns < policy->refresh_ns && h->under_sum == sum;
    if (!holds) {
        const struct search s = {.book = b,
                                 .policy = policy,
                                 .strikes = &c->strikes[l->first],
                                 .n = l->n,
                                 .ns = ns,
                                 .expiry_ns = l->expiry_ns};
        made.under_sum = sum;
        find_forward(&s, &made);
        /* What is asked late of an earlier time is answered, and not remembered. */
        if (ns >= h->from_ns) {
            made.from_ns = ns;
            track_touch(&c->track, chain);
            *h = made;
        }
    }
    if (made.forward_px)
        *ret_px = made.forward_px;
    return made.source;
}

/* ---- frames -----------------------------------------------------------------------------------
 */

void chains_track(struct chains *c)
{
    track_open(&c->track, c->chains, sizeof *c->chains, LIMIT_CHAINS, &c->n);
}

struct track *chains_tracked(struct chains *c)
{
    return &c->track;
}

size_t chains_entry_size(void)
{
    return sizeof(struct chain);
}

bool chains_load(struct chains *c, uint32_t i, const void *entry, size_t size)
{
    struct chain h;
    if (i >= LIMIT_CHAINS || size != sizeof h)
        return false;
    memcpy(&h, entry, sizeof h);
    if (i && (!h.underlying || h.underlying >= LIMIT_INSTRUMENTS || !calendar_valid(h.expiry) ||
              (h.settlement != SETTLE_AM && h.settlement != SETTLE_PM) || h.source >= FS_COUNT))
        return false;
    c->chains[i] = h;
    c->n = MAX(c->n, i + 1);
    return true;
}

void chains_loaded(struct chains *c)
{
    memset(c->slots, 0, SLOTS_BYTES);
    c->n_strikes = 0;
    for (uint32_t i = 1; i < c->n; i++) {
        const struct chain *h = &c->chains[i];
        c->lists[i] = (struct list){.expiry_ns = expiry_of(h)};
        *slot_of(c, h->underlying, h->expiry, h->settlement) = i;
    }
}
