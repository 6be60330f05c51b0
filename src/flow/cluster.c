/* Packet clustering. See cluster.h.
 *
 * Open packets live in a pool and hang in one list in order of deadline: a deadline is the engine
 * time of the last member plus the gap, engine time never falls, so a packet that grows simply
 * moves to the tail. Each contract has at most one open packet a side. */
#include "flow/cluster.h"

#include <string.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "event/cond.h"
#include "event/venue.h"

#define LEVELS                                                                                     \
    12 /* price levels remembered; beyond, only new extremes count (exact for a sweep)             \
        */

#define LEG_DOUBT 10 /* percent less confidence in a packet that may be a leg */

struct open {
    struct packet p;
    int64_t deadline_ns;
    int64_t levels[LEVELS];
    uint32_t prev, next; /* pool index plus one */
    uint16_t venue;      /* of the first member */
    bool sweepable;      /* no member's family forbids a sweep */
    bool gap;            /* something may be missing inside */
    bool improved;       /* a later price was better for the taker: can only be a fill run */
};

struct contract {
    int64_t last_ns;  /* latest execution time seen */
    uint32_t open[2]; /* [buy, sell]: pool index plus one */
    bool any;
};

struct cluster {
    struct cluster_policy policy;
    void (*emit)(void *self, const struct packet *p);
    void *self;
    struct contract *contracts; /* by sym */
    struct open *pool;
    uint32_t top;            /* contracts below this may be in use */
    uint32_t used;           /* pool entries ever used */
    uint32_t free, n_open;   /* free list (index plus one) */
    uint32_t oldest, newest; /* deadline list */
    struct track track; /* of contracts: what was last seen; the open ones are in frames whole */
};

#define CONTRACTS_BYTES (LIMIT_INSTRUMENTS * sizeof(struct contract))
#define POOL_BYTES      (LIMIT_OPEN_PACKETS * sizeof(struct open))

struct cluster *cluster_create(const struct cluster_policy *policy,
                               void (*emit)(void *self, const struct packet *p), void *self)
{
    struct cluster *c = mem_alloc(sizeof *c);
    c->policy = *policy;
    c->emit = emit;
    c->self = self;
    c->contracts = mem_reserve_table(CONTRACTS_BYTES);
    c->pool = mem_reserve_table(POOL_BYTES);
    return c;
}

void cluster_destroy(struct cluster *c)
{
    if (!c)
        return;
    mem_unreserve(c->contracts, CONTRACTS_BYTES);
    mem_unreserve(c->pool, POOL_BYTES);
    track_close(&c->track);
    mem_free(c);
}

void cluster_reset(struct cluster *c)
{
    memset(c->contracts, 0, c->top * sizeof *c->contracts);
    c->top = c->used = c->free = c->n_open = c->oldest = c->newest = 0;
    track_reset(&c->track);
}

void cluster_copy(struct cluster *dst, const struct cluster *src)
{
    cluster_reset(dst);
    memcpy(dst->contracts, src->contracts, src->top * sizeof *src->contracts);
    memcpy(dst->pool, src->pool, src->used * sizeof *src->pool);
    dst->policy = src->policy;
    dst->top = src->top;
    dst->used = src->used;
    dst->free = src->free;
    dst->n_open = src->n_open;
    dst->oldest = src->oldest;
    dst->newest = src->newest;
}

void cluster_prefetch(const struct cluster *c, uint32_t sym)
{
    __builtin_prefetch(&c->contracts[sym], 1);
}

uint32_t cluster_due(const struct cluster *c)
{
    return c->oldest ? c->pool[c->oldest - 1].p.sym : 0;
}

/* The packet that closes next has mostly not been looked at for the length of its deadline. */
static void prefetch_oldest(const struct cluster *c)
{
    if (!c->oldest)
        return;
    const char *o = (const char *)&c->pool[c->oldest - 1];
    for (size_t at = 0; at < offsetof(struct open, levels); at += 64)
        __builtin_prefetch(o + at, 1);
    __builtin_prefetch(o + offsetof(struct open, prev), 1);
}

static void list_remove(struct cluster *c, struct open *o)
{
    *(o->prev ? &c->pool[o->prev - 1].next : &c->oldest) = o->next;
    *(o->next ? &c->pool[o->next - 1].prev : &c->newest) = o->prev;
}

static void list_append(struct cluster *c, struct open *o)
{
    uint32_t at = (uint32_t)(o - c->pool) + 1;
    o->prev = c->newest;
    o->next = 0;
    *(c->newest ? &c->pool[c->newest - 1].next : &c->oldest) = at;
    c->newest = at;
}

static void classify(const struct cluster *c, struct packet *p)
{
    bool sweep = __builtin_popcountll(p->venues) > 1;
    bool dear = p->premium >= c->policy.block_premium && !(p->flags & PF_ADJUSTED);
    bool block = p->qty >= c->policy.block_qty || dear;
    p->kind = sweep ? PK_SWEEP : p->members > 1 ? PK_FILL_RUN : block ? PK_BLOCK : PK_SINGLE;
    p->grade = !sweep ? PG_NONE : p->isos + 1u >= p->members ? PG_ISO : PG_APPARENT;
}

static void close_packet(struct cluster *c, struct open *o, int64_t at_ns, enum packet_split why)
{
    struct contract *k = &c->contracts[o->p.sym];
    o->p.at_ns = at_ns;
    o->p.split = (uint8_t)why;
    o->p.state = why == SPLIT_FULL || o->gap ? PS_INCOMPLETE : PS_CLOSED;
    o->p.flags |= o->gap ? PF_DEGRADED : 0;
    classify(c, &o->p);
    k->open[o->p.side < 0] = 0;
    list_remove(c, o);
    c->emit(c->self, &o->p);
    o->next = c->free;
    c->free = (uint32_t)(o - c->pool) + 1;
    c->n_open--;
}

uint32_t cluster_flags(const struct join *j)
{
    static const uint32_t by_family[COND_FAMILY_COUNT] = {
        [COND_AUCTION] = PF_AUCTION,     [COND_CROSS] = PF_CROSS, [COND_FLOOR] = PF_FLOOR,
        [COND_MULTI_LEG] = PF_MULTI_LEG, [COND_LATE] = PF_LATE,   [COND_STOCK_TIED] = PF_STOCK_TIED,
        [COND_EXTENDED] = PF_EXTENDED,
    };
    return (j->family < COND_FAMILY_COUNT ? by_family[j->family] : 0) |
           (j->flags & JOIN_ZERO_BID ? PF_ZERO_BID : 0) | (j->flags & JOIN_LATE ? PF_LATE : 0) |
           (j->flags & JOIN_DEGRADED ? PF_DEGRADED : 0) | (j->state == QS_WIDE ? PF_WIDE : 0) |
           (j->flags & JOIN_ADJUSTED ? PF_ADJUSTED : 0);
}

uint64_t cluster_venue(uint16_t venue)
{
    uint16_t first = venue_option_first();
    return venue >= first && venue - first < 64 ? UINT64_C(1) << (venue - first) : 0;
}

/* In whole contracts, never less than it is. */
static uint32_t whole(int64_t volume)
{
    return (uint32_t)MIN(volume / QTY_ONE + (volume % QTY_ONE > 0), (int64_t)UINT32_MAX);
}

static void begin(struct packet *p, const struct event *ev, const struct join *j, uint16_t use,
                  int64_t volume)
{
    const struct print *t = &ev->u.print;
    *p = (struct packet){
        .id = ev->seq,
        .last_seq = ev->seq,
        .at_ns = ev->recv_ns,
        .start_ns = ev->ts_ns,
        .end_ns = ev->ts_ns,
        .qty = t->qty,
        .premium = j->notional,
        .px_qty = (__int128)t->px * t->qty,
        .px_lo = t->px,
        .px_hi = t->px,
        .px_last = t->px,
        .venues = cluster_venue(ev->venue),
        .sym = ev->sym,
        .members = 1,
        .levels = 1,
        .isos = (use & USE_ISO) != 0,
        .side = j->side,
        .reason = j->reason,
        .confidence = j->confidence,
        .family = j->family,
        .flags = cluster_flags(j),
        .day_volume = whole(volume),
    };
}

/* A print that nothing can join: emitted at once. */
static uint64_t stand_alone(struct cluster *c, const struct event *ev, const struct join *j,
                            uint16_t use, int64_t volume)
{
    struct packet p;
    begin(&p, ev, j, use, volume);
    p.split = SPLIT_ALONE;
    p.state = PS_CLOSED;
    classify(c, &p);
    c->emit(c->self, &p);
    return p.id;
}

static void set_deadline(struct cluster *c, struct open *o, int64_t recv_ns)
{
    int64_t gap = MAX(c->policy.run_gap_ns, c->policy.sweep_gap_ns);
    if (__builtin_add_overflow(recv_ns, gap, &o->deadline_ns))
        o->deadline_ns = INT64_MAX;
    list_append(c, o);
}

static uint32_t take_entry(struct cluster *c)
{
    uint32_t at = c->free ? c->free : ++c->used;
    if (c->free)
        c->free = c->pool[at - 1].next;
    return at;
}

static uint64_t open_packet(struct cluster *c, const struct event *ev, const struct join *j,
                            uint16_t use, int64_t volume)
{
    if (!c->free && c->used == LIMIT_OPEN_PACKETS)
        close_packet(c, &c->pool[c->oldest - 1], ev->recv_ns, SPLIT_FULL);
    uint32_t at = take_entry(c);
    struct open *o = &c->pool[at - 1];
    begin(&o->p, ev, j, use, volume);
    o->levels[0] = ev->u.print.px;
    o->venue = ev->venue;
    o->sweepable = (use & USE_SWEEP) != 0;
    o->improved = o->gap = false;
    c->contracts[ev->sym].open[j->side < 0] = at;
    c->n_open++;
    set_deadline(c, o, ev->recv_ns);
    return o->p.id;
}

/* Is px better for the taker than `than`? */
static bool better(int side, int64_t px, int64_t than)
{
    return side > 0 ? px < than : px > than;
}

/* Why a print in order of time cannot join; SPLIT_DEADLINE when it can. */
static enum packet_split refuse(const struct cluster *c, const struct open *o,
                                const struct event *ev, const struct join *j, uint16_t use)
{
    const struct packet *p = &o->p;
    bool sweepable = o->sweepable && use & USE_SWEEP;
    bool one_venue = ev->venue == o->venue && __builtin_popcountll(p->venues) <= 1;
    int64_t gap = one_venue ? c->policy.run_gap_ns : c->policy.sweep_gap_ns;
    if (ev->ts_ns - p->end_ns > gap)
        return SPLIT_GAP;
    if (!sweepable && j->family != p->family)
        return SPLIT_FAMILY;
    if (one_venue)
        return SPLIT_DEADLINE;
    if (!sweepable || !cluster_venue(ev->venue) || !p->venues)
        return SPLIT_VENUE;
    if (o->improved || better(p->side, ev->u.print.px, p->px_last))
        return SPLIT_IMPROVED;
    if (ev->ts_ns - p->start_ns > c->policy.sweep_span_ns)
        return SPLIT_SPAN;
    return SPLIT_DEADLINE;
}

/* A print behind the packet's last execution time joins where its place among the members makes no
 * difference to what the packet is: one venue, or one price. */
static bool takes_late(const struct cluster *c, const struct open *o, const struct event *ev,
                       const struct join *j, uint16_t use)
{
    const struct packet *p = &o->p;
    bool one_venue = ev->venue == o->venue && __builtin_popcountll(p->venues) <= 1;
    bool sweepable = o->sweepable && use & USE_SWEEP;
    int64_t gap = one_venue ? c->policy.run_gap_ns : c->policy.sweep_gap_ns;
    if (p->start_ns - ev->ts_ns > gap || (!sweepable && j->family != p->family))
        return false;
    bool one_price = p->levels == 1 && ev->u.print.px == p->px_last;
    bool in_span = p->end_ns - MIN(ev->ts_ns, p->start_ns) <= c->policy.sweep_span_ns;
    return one_venue ||
           (sweepable && cluster_venue(ev->venue) && p->venues && one_price && in_span);
}

static void count_level(struct open *o, int64_t px)
{
    struct packet *p = &o->p;
    size_t known = MIN(p->levels, LEVELS);
    for (size_t i = 0; i < known; i++)
        if (o->levels[i] == px)
            return;
    if (p->levels < LEVELS)
        o->levels[p->levels++] = px;
    else if ((px < p->px_lo || px > p->px_hi) && p->levels < UINT16_MAX)
        p->levels++;
}

/* False when a sum would not fit. */
static bool grow(struct cluster *c, struct open *o, const struct event *ev, const struct join *j,
                 uint16_t use, int64_t volume)
{
    const struct print *t = &ev->u.print;
    struct packet *p = &o->p;
    int64_t qty, premium;
    if (__builtin_add_overflow(p->qty, t->qty, &qty) ||
        __builtin_add_overflow(p->premium, j->notional, &premium))
        return false;
    p->qty = qty;
    p->premium = premium;
    p->px_qty += (__int128)t->px * t->qty;
    count_level(o, t->px);
    if (ev->ts_ns >= p->end_ns) {
        o->improved |= better(p->side, t->px, p->px_last);
        p->px_last = t->px;
    } else {
        o->improved |= p->levels > 1; /* its neighbours in time are not known any more */
    }
    p->px_lo = MIN(p->px_lo, t->px);
    p->px_hi = MAX(p->px_hi, t->px);
    p->start_ns = MIN(p->start_ns, ev->ts_ns);
    p->end_ns = MAX(p->end_ns, ev->ts_ns);
    p->last_seq = ev->seq;
    p->day_volume = whole(volume);
    p->venues |= cluster_venue(ev->venue);
    p->members++;
    p->isos += (use & USE_ISO) != 0;
    p->confidence = MIN(p->confidence, j->confidence);
    p->flags |= cluster_flags(j);
    o->sweepable &= (use & USE_SWEEP) != 0;
    list_remove(c, o);
    set_deadline(c, o, ev->recv_ns);
    return true;
}

bool cluster_seen(struct cluster *c, uint32_t sym, int64_t ts_ns)
{
    struct contract *k = &c->contracts[sym];
    track_touch(&c->track, sym);
    c->top = MAX(c->top, sym + 1);
    bool late = k->any && ts_ns < k->last_ns;
    k->last_ns = late ? k->last_ns : ts_ns;
    k->any = true;
    return late;
}

void cluster_mark_leg(struct cluster *c, uint32_t sym, int side, uint64_t packet)
{
    uint32_t at = side ? c->contracts[sym].open[side < 0] : 0;
    struct packet *p = at ? &c->pool[at - 1].p : NULL;
    if (!p || p->id != packet || p->flags & PF_LEG_CANDIDATE)
        return;
    p->flags |= PF_LEG_CANDIDATE;
    p->confidence = (uint8_t)MAX(p->confidence - LEG_DOUBT, 51);
}

uint64_t cluster_add(struct cluster *c, const struct event *ev, const struct join *j, uint16_t use,
                     int64_t volume, bool *ret_late)
{
    struct contract *k = &c->contracts[ev->sym];
    bool late = cluster_seen(c, ev->sym, ev->ts_ns);
    struct join joined = *j;
    if (late)
        joined.flags |= JOIN_LATE;
    *ret_late = late;
    uint32_t at = j->side ? k->open[j->side < 0] : 0;
    struct open *o = at ? &c->pool[at - 1] : NULL;
    if (!j->side)
        return stand_alone(c, ev, &joined, use, volume);
    enum packet_split why = SPLIT_ALONE;
    if (o && ev->ts_ns < o->p.end_ns)
        why = takes_late(c, o, ev, j, use) ? SPLIT_DEADLINE : SPLIT_ALONE;
    else if (o)
        why = refuse(c, o, ev, j, use);
    if (o && why == SPLIT_DEADLINE && grow(c, o, ev, &joined, use, volume))
        return o->p.id;
    /* A late print opens and closes nothing: it stands alone. */
    if (late)
        return stand_alone(c, ev, &joined, use, volume);
    if (o)
        close_packet(c, o, ev->recv_ns, why == SPLIT_DEADLINE ? SPLIT_FULL : why);
    return open_packet(c, ev, j, use, volume);
}

void cluster_advance(struct cluster *c, int64_t now_ns)
{
    while (c->oldest && c->pool[c->oldest - 1].deadline_ns < now_ns) {
        struct open *o = &c->pool[c->oldest - 1];
        close_packet(c, o, o->deadline_ns, SPLIT_DEADLINE);
        prefetch_oldest(c);
    }
}

int64_t cluster_finish(struct cluster *c)
{
    int64_t last = INT64_MIN;
    while (c->oldest) {
        struct open *o = &c->pool[c->oldest - 1];
        last = o->deadline_ns;
        close_packet(c, o, o->deadline_ns, SPLIT_DEADLINE);
    }
    return last;
}

uint32_t cluster_open(const struct cluster *c)
{
    return c->n_open;
}

int64_t cluster_last_ns(const struct cluster *c, uint32_t sym)
{
    return c->contracts[sym].any ? c->contracts[sym].last_ns : INT64_MIN;
}

void cluster_gap(struct cluster *c)
{
    for (uint32_t at = c->oldest; at; at = c->pool[at - 1].next)
        c->pool[at - 1].gap = true;
}

void cluster_begin(struct cluster *c, uint32_t sym, int64_t last_ns)
{
    track_touch(&c->track, sym);
    c->top = MAX(c->top, sym + 1);
    c->contracts[sym] = (struct contract){.last_ns = last_ns, .any = last_ns != INT64_MIN};
}

static void drop_open(struct cluster *c, uint32_t at)
{
    struct open *o = &c->pool[at - 1];
    list_remove(c, o);
    o->next = c->free;
    c->free = at;
    c->n_open--;
}

/* Into the deadline list at its place, from the newest end. */
static void list_insert(struct cluster *c, struct open *o)
{
    uint32_t self = (uint32_t)(o - c->pool) + 1, before = c->newest;
    while (before && c->pool[before - 1].deadline_ns > o->deadline_ns)
        before = c->pool[before - 1].prev;
    o->prev = before;
    o->next = before ? c->pool[before - 1].next : c->oldest;
    *(o->prev ? &c->pool[o->prev - 1].next : &c->oldest) = self;
    *(o->next ? &c->pool[o->next - 1].prev : &c->newest) = self;
}

void cluster_replace(struct cluster *dst, struct cluster *src, uint32_t sym)
{
    struct contract *to = &dst->contracts[sym], *from = &src->contracts[sym];
    for (int i = 0; i < 2; i++)
        if (to->open[i])
            drop_open(dst, to->open[i]);
    track_touch(&dst->track, sym);
    *to = *from;
    for (int i = 0; i < 2; i++) {
        if (!from->open[i])
            continue;
        /* No more are opened than were dropped or are remembered, and dst has shed at least its
         * own: the pool holds one entry a contract and side in flight. */
        uint32_t at = take_entry(dst);
        dst->pool[at - 1] = src->pool[from->open[i] - 1];
        list_insert(dst, &dst->pool[at - 1]);
        to->open[i] = at;
        dst->n_open++;
        drop_open(src, from->open[i]);
        from->open[i] = 0;
    }
}

/* ---- frames -----------------------------------------------------------------------------------
 */

void cluster_track(struct cluster *c)
{
    track_open(&c->track, c->contracts, sizeof *c->contracts, LIMIT_INSTRUMENTS, &c->top);
}

struct track *cluster_contracts(struct cluster *c)
{
    return &c->track;
}

struct frame_part cluster_frame_open(const struct cluster *c, uint32_t kind)
{
    struct frame_part p = frame_part_make(kind, sizeof(struct open), c->n_open);
    for (uint32_t at = c->oldest; at; at = c->pool[at - 1].next)
        frame_part_put(&p, &c->pool[at - 1]);
    return p;
}

size_t cluster_entry_size(bool open)
{
    return open ? sizeof(struct open) : sizeof(struct contract);
}

void cluster_load_begin(struct cluster *c)
{
    for (uint32_t at = c->oldest; at; at = c->pool[at - 1].next) {
        const struct packet *p = &c->pool[at - 1].p;
        c->contracts[p->sym].open[p->side < 0] = 0;
    }
    c->used = c->free = c->n_open = c->oldest = c->newest = 0;
}

bool cluster_load_contract(struct cluster *c, uint32_t sym, const void *entry, size_t size)
{
    struct contract k;
    if (c->n_open || sym >= LIMIT_INSTRUMENTS || size != sizeof k ||
        !frame_bool(entry, offsetof(struct contract, any)))
        return false;
    memcpy(&k, entry, sizeof k);
    k.open[0] = k.open[1] = 0; /* those that are open say so themselves */
    c->contracts[sym] = k;
    c->top = MAX(c->top, sym + 1);
    return true;
}

bool cluster_load_open(struct cluster *c, const void *entry, size_t size)
{
    struct open *o;
    if (size != sizeof *o || c->used == LIMIT_OPEN_PACKETS ||
        !frame_bool(entry, offsetof(struct open, sweepable)) ||
        !frame_bool(entry, offsetof(struct open, gap)) ||
        !frame_bool(entry, offsetof(struct open, improved)))
        return false;
    o = &c->pool[c->used];
    memcpy(o, entry, sizeof *o);
    uint32_t *open = o->p.sym < c->top ? &c->contracts[o->p.sym].open[o->p.side < 0] : NULL;
    bool in_order = !c->newest || c->pool[c->newest - 1].deadline_ns <= o->deadline_ns;
    if (!open || *open || !o->p.side || !in_order)
        return false;
    *open = ++c->used;
    c->n_open++;
    list_append(c, o);
    return true;
}
