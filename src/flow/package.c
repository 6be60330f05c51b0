/* Groups of legs. See package.h.
 *
 * A group is what arrives with one key without a longer pause. Prints hang in groups, groups in
 * chains by key and in lists by deadline: a deadline is the engine time of the newest print plus
 * the pause, so a group that grows moves to the tail. Most groups of prints without the mark hold
 * one print and say nothing; they have a list of their own, so that nobody waits for them. */
#include "flow/package.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "book/side.h"
#include "flow/cluster.h"

#define BUCKETS        (1u << 14)
#define INFERRED_DOUBT 15 /* percent less confidence in what no mark says */

struct waiting {
    struct leg_print p;
    uint32_t next; /* in its group, or free: place plus one */
};

/* Lists by deadline. */
enum list { MARKED, SEVERAL, ALONE, LISTS };

struct group {
    struct package_key key;
    uint64_t id; /* seq of its first print */
    int64_t deadline_ns;
    uint32_t first, last, n; /* prints: place plus one */
    uint32_t prev, next;     /* in its list, or free: place plus one */
    uint32_t chain;          /* in its bucket */
    uint8_t list;            /* enum list */
    bool gap;                /* something may be missing inside */
    bool crowded;            /* unmarked: too many to say anything; the rest is not kept */
};

struct packages {
    struct package_policy policy;
    const struct symbols *symbols;
    struct package_out out;
    struct waiting *prints;
    struct join *joins; /* by place of the print; of marked ones */
    struct group *groups;
    uint32_t *buckets;
    uint32_t used_prints, free_prints, used_groups, free_groups;
    uint32_t n_marked;
    struct {
        uint32_t oldest, newest;
    } lists[LISTS];
};

#define PRINTS_BYTES  (LIMIT_WAITING_LEGS * sizeof(struct waiting))
#define JOINS_BYTES   (LIMIT_WAITING_LEGS * sizeof(struct join))
#define GROUPS_BYTES  (LIMIT_WAITING_LEGS * sizeof(struct group))
#define BUCKETS_BYTES (BUCKETS * sizeof(uint32_t))

struct packages *packages_create(const struct package_policy *policy, const struct symbols *symbols,
                                 const struct package_out *out)
{
    struct packages *k = mem_alloc(sizeof *k);
    k->policy = *policy;
    k->symbols = symbols;
    k->out = *out;
    k->prints = mem_reserve(PRINTS_BYTES);
    k->joins = mem_reserve(JOINS_BYTES);
    k->groups = mem_reserve(GROUPS_BYTES);
    k->buckets = mem_reserve(BUCKETS_BYTES);
    return k;
}

void packages_destroy(struct packages *k)
{
    if (!k)
        return;
    mem_unreserve(k->prints, PRINTS_BYTES);
    mem_unreserve(k->joins, JOINS_BYTES);
    mem_unreserve(k->groups, GROUPS_BYTES);
    mem_unreserve(k->buckets, BUCKETS_BYTES);
    mem_free(k);
}

void packages_reset(struct packages *k)
{
    memset(k->buckets, 0, BUCKETS_BYTES);
    memset(k->lists, 0, sizeof k->lists);
    k->used_prints = k->free_prints = k->used_groups = k->free_groups = k->n_marked = 0;
}

void packages_copy(struct packages *dst, const struct packages *src)
{
    struct package_out out = dst->out;
    struct waiting *prints = dst->prints;
    struct join *joins = dst->joins;
    struct group *groups = dst->groups;
    uint32_t *buckets = dst->buckets;
    *dst = *src;
    dst->out = out;
    dst->prints = memcpy(prints, src->prints, src->used_prints * sizeof *prints);
    dst->joins = memcpy(joins, src->joins, src->used_prints * sizeof *joins);
    dst->groups = memcpy(groups, src->groups, src->used_groups * sizeof *groups);
    dst->buckets = memcpy(buckets, src->buckets, BUCKETS_BYTES);
}

/* ---- lists and chains ----------------------------------------------------------------------- */

static void list_remove(struct packages *k, struct group *g)
{
    uint8_t l = g->list;
    *(g->prev ? &k->groups[g->prev - 1].next : &k->lists[l].oldest) = g->next;
    *(g->next ? &k->groups[g->next - 1].prev : &k->lists[l].newest) = g->prev;
}

static void list_append(struct packages *k, struct group *g, uint8_t l)
{
    uint32_t at = (uint32_t)(g - k->groups) + 1;
    g->list = l;
    g->prev = k->lists[l].newest;
    g->next = 0;
    *(k->lists[l].newest ? &k->groups[k->lists[l].newest - 1].next : &k->lists[l].oldest) = at;
    k->lists[l].newest = at;
}

static uint32_t *bucket_of(const struct packages *k, const struct package_key *key)
{
    uint64_t h = (uint64_t)key->underlying << 32 | (uint64_t)key->venue << 16 |
                 (uint64_t)key->family << 1 | key->inferred;
    h = (h ^ (uint64_t)key->qty * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd);
    return &k->buckets[h >> 50];
}

static bool same_key(const struct package_key *a, const struct package_key *b)
{
    return a->underlying == b->underlying && a->venue == b->venue && a->qty == b->qty &&
           a->family == b->family && a->inferred == b->inferred;
}

static struct group *find(const struct packages *k, const struct package_key *key)
{
    for (uint32_t at = *bucket_of(k, key); at; at = k->groups[at - 1].chain)
        if (same_key(&k->groups[at - 1].key, key))
            return &k->groups[at - 1];
    return NULL;
}

static uint32_t take_print(struct packages *k)
{
    uint32_t at = k->free_prints ? k->free_prints : ++k->used_prints;
    if (k->free_prints)
        k->free_prints = k->prints[at - 1].next;
    return at;
}

static struct group *open_group(struct packages *k, const struct package_key *key, uint64_t id)
{
    uint32_t at = k->free_groups ? k->free_groups : ++k->used_groups;
    if (k->free_groups)
        k->free_groups = k->groups[at - 1].next;
    struct group *g = &k->groups[at - 1];
    uint32_t *bucket = bucket_of(k, key);
    *g = (struct group){.key = *key, .id = id, .chain = *bucket};
    *bucket = at;
    k->n_marked += !key->inferred;
    return g;
}

/* The group is gone; it hangs in no list any more. */
static void drop_group(struct packages *k, struct group *g)
{
    uint32_t self = (uint32_t)(g - k->groups) + 1, *at = bucket_of(k, &g->key);
    while (*at != self)
        at = &k->groups[*at - 1].chain;
    *at = g->chain;
    if (g->last) {
        k->prints[g->last - 1].next = k->free_prints;
        k->free_prints = g->first;
    }
    g->next = k->free_groups;
    k->free_groups = self;
    k->n_marked -= !g->key.inferred;
}

/* ---- what a group says ---------------------------------------------------------------------- */

struct closing {
    const struct packages *k;
    const struct package_key *key;
    const struct leg_print *prints;
    int64_t at_ns;
    enum packet_split why;
    bool incomplete;
};

static int64_t gap_of(const struct packages *k, const struct package_key *key)
{
    return key->inferred ? k->policy.infer_gap_ns : k->policy.leg_gap_ns;
}

static struct partition_rule rule_of(const struct closing *c)
{
    return (struct partition_rule){.gap_ns = gap_of(c->k, c->key),
                                   .family = c->key->family,
                                   .strict = c->key->inferred,
                                   .structure = c->k->policy.structure};
}

/* Sums over the package's prints; false when the premium does not fit. */
static bool sum_up(const struct closing *c, uint64_t mask, struct packet *p)
{
    uint64_t left = mask;
    const struct leg_print *first = &c->prints[__builtin_ctzll(mask)];
    p->id = first->seq;
    p->start_ns = p->end_ns = first->ts_ns;
    for (; left; left &= left - 1) {
        const struct leg_print *t = &c->prints[__builtin_ctzll(left)];
        if (__builtin_add_overflow(p->premium, t->premium, &p->premium) ||
            __builtin_add_overflow(p->qty, t->qty, &p->qty))
            return false;
        p->start_ns = MIN(p->start_ns, t->ts_ns);
        p->end_ns = MAX(p->end_ns, t->ts_ns);
        p->last_seq = t->seq;
        p->flags |= t->flags;
        p->members++;
    }
    p->venues = cluster_venue(c->key->venue);
    return true;
}

static void fill_structure(const struct closing *c, struct structure *s, const struct packet *p)
{
    s->id = p->id;
    s->at_ns = c->at_ns;
    s->start_ns = p->start_ns;
    s->end_ns = p->end_ns;
    s->premium = p->premium;
    s->underlying = c->key->underlying;
    s->flags |= p->flags | (c->incomplete ? PF_DEGRADED : 0);
    s->grade = c->key->inferred ? PG_INFERRED : PG_FLAGGED;
    s->state = c->incomplete ? PS_INCOMPLETE : PS_CLOSED;
    s->venue[0] = (uint8_t)c->key->venue;
    s->venue[1] = (uint8_t)(c->key->venue >> 8);
}

static void fill_packet(const struct closing *c, const struct structure *s, struct packet *p)
{
    p->at_ns = c->at_ns;
    p->sym = s->legs[0].sym;
    p->side = s->side;
    p->kind = PK_PACKAGE;
    p->grade = s->grade;
    p->state = s->state;
    p->reason = (uint8_t)(s->side ? SR_OK : side_family_reason(c->key->family));
    p->confidence = s->confidence;
    p->family = c->key->family;
    p->split = (uint8_t)c->why;
    p->flags = s->flags;
    p->net_px = s->net_px;
    p->direction = s->direction;
    p->direction_reason = s->direction_reason;
    p->shape = s->shape;
    p->class = s->class;
    p->legs = s->n_legs;
}

/* A print that cannot be a leg of anything: of no size, or of no contract we know. */
static void fill_nameless(struct structure *s, const struct leg_print *p)
{
    *s = (struct structure){.units = p->qty,
                            .net_px = p->px,
                            .net_bid = p->bid,
                            .net_ask = p->ask,
                            .shape = SHAPE_UNRESOLVED,
                            .direction_reason = DR_UNRESOLVED,
                            .n_legs = 1};
    s->legs[0] = (struct leg){.seq = p->seq,
                              .qty = p->qty,
                              .px = p->px,
                              .bid = p->bid,
                              .ask = p->ask,
                              .sym = p->sym,
                              .sign = p->sign,
                              .ratio = 1,
                              .placement = p->placement};
}

static bool make(const struct closing *c, uint64_t mask, struct package *ret)
{
    bool agrees;
    struct partition_rule rule = rule_of(c);
    memset(ret, 0, sizeof *ret);
    ret->mask = mask;
    if (!sum_up(c, mask, &ret->p))
        return false;
    if (!partition_name(c->prints, mask, &rule, c->k->symbols, &ret->s, &agrees)) {
        if (mask & (mask - 1))
            return false;
        fill_nameless(&ret->s, &c->prints[__builtin_ctzll(mask)]);
    }
    fill_structure(c, &ret->s, &ret->p);
    if (c->key->inferred) {
        ret->s.confidence = (uint8_t)(ret->s.confidence - MIN(ret->s.confidence, INFERRED_DOUBT));
        memset(&ret->p, 0, sizeof ret->p);
    } else {
        fill_packet(c, &ret->s, &ret->p);
    }
    return true;
}

/* The packages of prints without a pause, those of one print among them. */
static size_t masks_of(const struct closing *c, size_t n, uint64_t *ret)
{
    uint64_t used = 0;
    struct partition_rule rule = rule_of(c);
    size_t found = partition(c->prints, n, &rule, c->k->symbols, ret);
    for (size_t i = 0; i < found; i++)
        used |= ret[i];
    for (size_t i = 0; i < n && !c->key->inferred; i++) {
        if (used >> i & 1)
            continue;
        size_t at = found++;
        for (; at > 0 && (size_t)__builtin_ctzll(ret[at - 1]) > i; at--)
            ret[at] = ret[at - 1];
        ret[at] = UINT64_C(1) << i;
    }
    return found;
}

static void tell_run(const struct closing *c, size_t n, void *self,
                     void (*found)(void *self, const struct package *made,
                                   const struct leg_print *of))
{
    uint64_t masks[PARTITION_PRINTS];
    struct package made;
    size_t n_masks = masks_of(c, n, masks);
    for (size_t i = 0; i < n_masks; i++) {
        if (make(c, masks[i], &made)) {
            found(self, &made, c->prints);
            continue;
        }
        for (uint64_t left = masks[i]; left && !c->key->inferred; left &= left - 1)
            if (make(c, left & -left, &made))
                found(self, &made, c->prints);
    }
}

/* Run by run: between two there is a pause, which a cancelled print may have bridged. */
static void tell_runs(struct closing *c, size_t n, void *self,
                      void (*found)(void *self, const struct package *made,
                                    const struct leg_print *of))
{
    const struct leg_print *all = c->prints;
    int64_t gap = gap_of(c->k, c->key);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && all[to].recv_ns - all[to - 1].recv_ns <= gap; to++)
            ;
        c->prints = all + from;
        if (!c->key->inferred || to - from <= PARTITION_CROWD)
            tell_run(c, to - from, self, found);
    }
}

void packages_make(const struct packages *k, const struct package_key *key,
                   const struct leg_print *prints, size_t n, void *self,
                   void (*found)(void *self, const struct package *made,
                                 const struct leg_print *of))
{
    struct closing c = {.k = k, .key = key, .prints = prints};
    tell_runs(&c, n, self, found);
}

/* ---- groups come and go --------------------------------------------------------------------- */

struct told {
    const struct packages *k;
    const struct leg_print *prints;
    const struct join *joins;
};

static void on_found(void *self, const struct package *made, const struct leg_print *of)
{
    const struct told *t = self;
    t->k->out.found(t->k->out.self, made, of, t->joins ? t->joins + (of - t->prints) : NULL);
}

/* The first n prints of a group are all there is. */
static void tell(const struct packages *k, const struct group *g, size_t n, int64_t at_ns,
                 enum packet_split why)
{
    struct leg_print prints[PARTITION_PRINTS];
    struct join joins[PARTITION_PRINTS];
    uint32_t at = g->first;
    for (size_t i = 0; i < n; i++, at = k->prints[at - 1].next) {
        prints[i] = k->prints[at - 1].p;
        if (!g->key.inferred)
            joins[i] = k->joins[at - 1];
    }
    struct closing c = {.k = k,
                        .key = &g->key,
                        .prints = prints,
                        .at_ns = at_ns,
                        .why = why,
                        .incomplete = g->gap || why == SPLIT_FULL};
    struct told t = {k, prints, g->key.inferred ? NULL : joins};
    tell_runs(&c, n, &t, on_found);
}

static void close_group(struct packages *k, struct group *g, int64_t at_ns, enum packet_split why)
{
    if (g->list != ALONE && !g->crowded)
        tell(k, g, g->n, at_ns, why);
    list_remove(k, g);
    drop_group(k, g);
}

/* A group without room is cut where its prints are furthest apart; what came after goes on. */
static void cut(struct packages *k, struct group *g, int64_t at_ns)
{
    uint32_t at = g->first, last = 0, n = 1, keep = 0;
    int64_t widest = -1;
    for (uint32_t next; (next = k->prints[at - 1].next) && n < g->n; at = next, n++) {
        int64_t pause = k->prints[next - 1].p.ts_ns - k->prints[at - 1].p.ts_ns;
        if (pause < widest)
            continue;
        widest = pause;
        last = at;
        keep = n;
    }
    tell(k, g, keep, at_ns, SPLIT_FULL);
    uint32_t rest = k->prints[last - 1].next;
    k->prints[last - 1].next = k->free_prints;
    k->free_prints = g->first;
    g->first = rest;
    g->n -= keep;
    g->id = k->prints[rest - 1].p.seq;
    for (at = rest, n = 0; n < g->n && !g->key.inferred; at = k->prints[at - 1].next, n++)
        k->out.moved(k->out.self, k->prints[at - 1].p.place, g->id);
}

static void make_room(struct packages *k, int64_t now_ns)
{
    if (k->free_prints || k->used_prints < LIMIT_WAITING_LEGS)
        return;
    struct group *oldest = NULL;
    for (int l = 0; l < LISTS; l++) {
        struct group *g = k->lists[l].oldest ? &k->groups[k->lists[l].oldest - 1] : NULL;
        if (g && (!oldest || g->deadline_ns < oldest->deadline_ns))
            oldest = g;
    }
    close_group(k, oldest, now_ns, SPLIT_FULL);
}

/* Groups of one unmarked print have nothing to say: they go when somebody comes along. */
static void forget_lone(struct packages *k, int64_t now_ns)
{
    for (uint32_t at; (at = k->lists[ALONE].oldest);) {
        struct group *g = &k->groups[at - 1];
        if (g->deadline_ns >= now_ns)
            return;
        list_remove(k, g);
        drop_group(k, g);
    }
}

static void set_deadline(const struct packages *k, struct group *g, int64_t recv_ns)
{
    if (__builtin_add_overflow(recv_ns, gap_of(k, &g->key), &g->deadline_ns))
        g->deadline_ns = INT64_MAX;
}

/* The newest of its group, which is in no list meanwhile. */
static struct waiting *hang(struct packages *k, struct group *g, const struct leg_print *p)
{
    uint32_t at = take_print(k);
    struct waiting *w = &k->prints[at - 1];
    w->p = *p;
    w->next = 0;
    *(g->last ? &k->prints[g->last - 1].next : &g->first) = at;
    g->last = at;
    g->n++;
    set_deadline(k, g, p->recv_ns);
    return w;
}

static uint8_t list_of(const struct group *g)
{
    return !g->key.inferred ? MARKED : g->n > 1 ? SEVERAL : ALONE;
}

static struct waiting *add(struct packages *k, const struct package_key *key,
                           const struct leg_print *p, struct group **ret)
{
    make_room(k, p->recv_ns);
    struct group *g = find(k, key);
    if (g && g->n == PARTITION_PRINTS)
        cut(k, g, p->recv_ns);
    if (g)
        list_remove(k, g);
    else
        g = open_group(k, key, p->seq);
    struct waiting *w = hang(k, g, p);
    list_append(k, g, list_of(g));
    *ret = g;
    return w;
}

uint64_t packages_add(struct packages *k, const struct package_key *key, const struct event *ev,
                      const struct join *j, uint64_t place)
{
    struct group *g;
    struct leg_print p = leg_print_of(j, ev->sym, ev->ts_ns, ev->recv_ns);
    p.place = place;
    struct waiting *w = add(k, key, &p, &g);
    struct join *joined = &k->joins[w - k->prints];
    *joined = *j;
    joined->packet = g->id;
    return g->id;
}

void packages_watch(struct packages *k, const struct package_key *key, const struct event *ev,
                    const struct join *j, uint64_t place)
{
    forget_lone(k, ev->recv_ns);
    struct group *g = find(k, key);
    if (g && g->n == PARTITION_CROWD) {
        g->crowded = true;
        list_remove(k, g);
        set_deadline(k, g, ev->recv_ns);
        list_append(k, g, SEVERAL);
        return;
    }
    struct leg_print p = leg_print_of(j, ev->sym, ev->ts_ns, ev->recv_ns);
    p.place = place;
    p.packet = j->packet;
    add(k, key, &p, &g);
}

static struct group *next_of(const struct packages *k)
{
    uint32_t a = k->lists[MARKED].oldest, b = k->lists[SEVERAL].oldest;
    struct group *m = a ? &k->groups[a - 1] : NULL, *s = b ? &k->groups[b - 1] : NULL;
    return !m || (s && s->deadline_ns < m->deadline_ns) ? s : m;
}

int64_t packages_next(const struct packages *k)
{
    const struct group *g = next_of(k);
    return g ? g->deadline_ns : INT64_MAX;
}

void packages_advance(struct packages *k, int64_t now_ns)
{
    for (struct group *g; (g = next_of(k)) && g->deadline_ns < now_ns;)
        close_group(k, g, g->deadline_ns, SPLIT_DEADLINE);
}

uint32_t packages_open(const struct packages *k)
{
    return k->n_marked;
}

void packages_gap(struct packages *k)
{
    for (int l = 0; l < LISTS; l++)
        for (uint32_t at = k->lists[l].oldest; at; at = k->groups[at - 1].next)
            k->groups[at - 1].gap = true;
}

/* ---- repairs -------------------------------------------------------------------------------- */

bool packages_amend(struct packages *k, const struct package_key *key, uint64_t group, uint64_t seq,
                    const struct leg_print *p, const struct join *j)
{
    struct group *g = find(k, key);
    if (!g || g->id != group)
        return false;
    uint32_t before = 0, at = g->first;
    for (; at && k->prints[at - 1].p.seq != seq; at = k->prints[at - 1].next)
        before = at;
    if (!at)
        return true;
    if (p) {
        uint64_t place = k->prints[at - 1].p.place;
        k->prints[at - 1].p = *p;
        k->prints[at - 1].p.place = place;
        k->joins[at - 1] = *j;
        return true;
    }
    *(before ? &k->prints[before - 1].next : &g->first) = k->prints[at - 1].next;
    g->last = g->last == at ? before : g->last;
    g->n--;
    k->prints[at - 1].next = k->free_prints;
    k->free_prints = at;
    if (!g->n) {
        list_remove(k, g);
        drop_group(k, g);
    }
    return true;
}

/* Into its list at its place, from the newest end. */
static void list_insert(struct packages *k, struct group *g, uint8_t l)
{
    uint32_t self = (uint32_t)(g - k->groups) + 1, before = k->lists[l].newest;
    while (before && k->groups[before - 1].deadline_ns > g->deadline_ns)
        before = k->groups[before - 1].prev;
    g->list = l;
    g->prev = before;
    g->next = before ? k->groups[before - 1].next : k->lists[l].oldest;
    *(g->prev ? &k->groups[g->prev - 1].next : &k->lists[l].oldest) = self;
    *(g->next ? &k->groups[g->next - 1].prev : &k->lists[l].newest) = self;
}

void packages_replace(struct packages *k, const struct package_key *key,
                      const struct leg_print *prints, size_t n)
{
    struct group *g = find(k, key);
    bool gap = g && g->gap;
    if (g) {
        list_remove(k, g);
        drop_group(k, g);
    }
    if (!n)
        return;
    if (k->used_prints + n > LIMIT_WAITING_LEGS)
        return; /* as full as it ever gets: they go unread as the oldest would */
    g = open_group(k, key, prints[0].seq);
    g->gap = gap;
    g->crowded = n > PARTITION_CROWD;
    for (size_t i = 0; i < MIN(n, PARTITION_CROWD); i++)
        hang(k, g, &prints[i]);
    set_deadline(k, g, prints[n - 1].recv_ns);
    list_insert(k, g, list_of(g));
}

/* ---- frames --------------------------------------------------------------------------------- */

struct group_entry {
    struct package_key key;
    uint64_t id;
    int64_t deadline_ns;
    uint8_t list;
    bool gap, crowded;
};
struct print_entry {
    struct leg_print p;
    struct join join; /* zeros without the mark */
    uint32_t group;   /* which of the groups, from 0 */
};

struct frame_part packages_frame_groups(const struct packages *k, uint32_t kind)
{
    uint32_t n = 0;
    struct group_entry e;
    for (int l = 0; l < LISTS; l++)
        for (uint32_t at = k->lists[l].oldest; at; at = k->groups[at - 1].next)
            n++;
    struct frame_part part = frame_part_make(kind, sizeof e, n);
    for (int l = 0; l < LISTS; l++)
        for (uint32_t at = k->lists[l].oldest; at; at = k->groups[at - 1].next) {
            const struct group *g = &k->groups[at - 1];
            memset(&e, 0, sizeof e);
            e.key = g->key;
            e.id = g->id;
            e.deadline_ns = g->deadline_ns;
            e.list = g->list;
            e.gap = g->gap;
            e.crowded = g->crowded;
            frame_part_put(&part, &e);
        }
    return part;
}

struct frame_part packages_frame_prints(const struct packages *k, uint32_t kind)
{
    uint32_t n = 0, group = 0;
    struct print_entry e;
    for (int l = 0; l < LISTS; l++)
        for (uint32_t at = k->lists[l].oldest; at; at = k->groups[at - 1].next)
            n += k->groups[at - 1].n;
    struct frame_part part = frame_part_make(kind, sizeof e, n);
    for (int l = 0; l < LISTS; l++)
        for (uint32_t at = k->lists[l].oldest; at; at = k->groups[at - 1].next, group++)
            for (uint32_t i = k->groups[at - 1].first; i; i = k->prints[i - 1].next) {
                memset(&e, 0, sizeof e);
                e.p = k->prints[i - 1].p;
                if (l == MARKED)
                    e.join = k->joins[i - 1];
                e.group = group;
                frame_part_put(&part, &e);
            }
    return part;
}

size_t packages_entry_size(bool group)
{
    return group ? sizeof(struct group_entry) : sizeof(struct print_entry);
}

void packages_load_begin(struct packages *k)
{
    packages_reset(k);
}

/* Into fresh memory, so that the first group is place 1. */
bool packages_load_group(struct packages *k, const void *entry, size_t size)
{
    struct group_entry e;
    if (size != sizeof e || k->used_groups == LIMIT_WAITING_LEGS ||
        !frame_bool(entry, offsetof(struct group_entry, gap)) ||
        !frame_bool(entry, offsetof(struct group_entry, crowded)) ||
        !frame_bool(entry, offsetof(struct group_entry, key.inferred)))
        return false;
    memcpy(&e, entry, sizeof e);
    uint32_t newest = e.list < LISTS ? k->lists[e.list].newest : 0;
    bool in_order = !newest || k->groups[newest - 1].deadline_ns <= e.deadline_ns;
    if (e.list >= LISTS || (e.list == MARKED) == e.key.inferred || !in_order || find(k, &e.key))
        return false;
    struct group *g = open_group(k, &e.key, e.id);
    g->deadline_ns = e.deadline_ns;
    g->gap = e.gap;
    g->crowded = e.crowded;
    list_append(k, g, e.list);
    return true;
}

bool packages_load_print(struct packages *k, const void *entry, size_t size)
{
    struct print_entry e;
    if (size != sizeof e || k->used_prints == LIMIT_WAITING_LEGS ||
        !frame_bool(entry, offsetof(struct print_entry, p.market)))
        return false;
    memcpy(&e, entry, sizeof e);
    struct group *g = e.group < k->used_groups ? &k->groups[e.group] : NULL;
    if (!g || g->n == PARTITION_PRINTS || e.p.qty <= 0 || !symbols_get(k->symbols, e.p.sym))
        return false;
    uint32_t at = take_print(k);
    k->prints[at - 1] = (struct waiting){.p = e.p};
    k->joins[at - 1] = e.join;
    *(g->last ? &k->prints[g->last - 1].next : &g->first) = at;
    g->last = at;
    g->n++;
    return true;
}
