/* Repeat runs. See repeat.h. */
#include "flow/repeat.h"

#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "event/cond.h"
#include "flow/repeat_train.h"

#define CONTRACTS_BYTES   (LIMIT_INSTRUMENTS * sizeof(struct repeat_contract))
#define TRAINS_BYTES      (LIMIT_REPEAT_TRAINS * sizeof(struct train))
#define SUMS_BYTES        (LIMIT_REPEAT_TRAINS * sizeof(struct packet))
#define PARTS_BYTES       (LIMIT_REPEAT_PARTS * sizeof(struct part))
#define FREE_TRAINS_BYTES (LIMIT_REPEAT_TRAINS * sizeof(uint32_t))
#define FREE_PARTS_BYTES  (LIMIT_REPEAT_PARTS * sizeof(uint32_t))

struct repeat *repeat_create(const struct repeat_policy *policy,
                             void (*tell)(void *self, struct packet *p), void *self)
{
    struct repeat *r = mem_alloc(sizeof *r);
    r->policy = *policy;
    r->tell = tell;
    r->self = self;
    r->contracts = mem_reserve_table(CONTRACTS_BYTES);
    r->trains = mem_reserve_table(TRAINS_BYTES);
    r->sums = mem_reserve_table(SUMS_BYTES);
    r->parts = mem_reserve_table(PARTS_BYTES);
    r->free_trains = mem_reserve(FREE_TRAINS_BYTES);
    r->free_parts = mem_reserve(FREE_PARTS_BYTES);
    return r;
}

void repeat_destroy(struct repeat *r)
{
    if (!r)
        return;
    mem_unreserve(r->contracts, CONTRACTS_BYTES);
    mem_unreserve(r->trains, TRAINS_BYTES);
    mem_unreserve(r->sums, SUMS_BYTES);
    mem_unreserve(r->parts, PARTS_BYTES);
    mem_unreserve(r->free_trains, FREE_TRAINS_BYTES);
    mem_unreserve(r->free_parts, FREE_PARTS_BYTES);
    for (int i = 0; i < REPEAT_TRACKS; i++)
        track_close(&r->tracks[i]);
    mem_free(r);
}

void repeat_reset(struct repeat *r)
{
    memset(r->contracts, 0, r->top * sizeof *r->contracts);
    r->top = r->used_trains = r->used_parts = r->n_free_trains = r->n_free_parts = 0;
    r->at = (struct repeat_state){0};
    for (int i = 0; i < REPEAT_TRACKS; i++)
        track_reset(&r->tracks[i]);
}

void repeat_copy(struct repeat *dst, const struct repeat *src)
{
    repeat_reset(dst);
    memcpy(dst->contracts, src->contracts, src->top * sizeof *src->contracts);
    memcpy(dst->trains, src->trains, src->used_trains * sizeof *src->trains);
    for (uint32_t i = 0; i < src->used_trains; i++)
        if (src->trains[i].state == TRAIN_RUN)
            dst->sums[i] = src->sums[i];
    memcpy(dst->parts, src->parts, src->used_parts * sizeof *src->parts);
    memcpy(dst->free_trains, src->free_trains, src->n_free_trains * sizeof *src->free_trains);
    memcpy(dst->free_parts, src->free_parts, src->n_free_parts * sizeof *src->free_parts);
    dst->policy = src->policy;
    dst->top = src->top;
    dst->used_trains = src->used_trains;
    dst->used_parts = src->used_parts;
    dst->n_free_trains = src->n_free_trains;
    dst->n_free_parts = src->n_free_parts;
    dst->at = src->at;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void list_remove(struct repeat *r, struct train *t)
{
    bool kept = t->state == TRAIN_KEPT;
    *(t->prev ? &train_touch(r, t->prev)->next
      : kept  ? &r->at.kept_oldest
              : &r->at.oldest) = t->next;
    *(t->next ? &train_touch(r, t->next)->prev
      : kept  ? &r->at.kept_newest
              : &r->at.newest) = t->prev;
}

static void list_append(struct repeat *r, struct train *t)
{
    bool kept = t->state == TRAIN_KEPT;
    uint32_t *oldest = kept ? &r->at.kept_oldest : &r->at.oldest;
    uint32_t *newest = kept ? &r->at.kept_newest : &r->at.newest;
    t->prev = *newest;
    t->next = 0;
    *(t->prev ? &train_touch(r, t->prev)->next : oldest) = place_of(r, t);
    *newest = place_of(r, t);
}

static uint32_t *chain_of(struct repeat *r, const struct train *t)
{
    struct repeat_contract *k = contract_touch(r, t->sym);
    return t->state == TRAIN_KEPT ? &k->kept : &k->live[t->side < 0];
}

void repeat_hang(struct repeat *r, struct train *t)
{
    uint32_t *link = chain_of(r, t), self = place_of(r, t);
    while (t->state != TRAIN_KEPT && *link && *link < self)
        link = &train_touch(r, *link)->sibling;
    t->sibling = *link;
    *link = self;
}

static void unhang(struct repeat *r, struct train *t)
{
    uint32_t *link = chain_of(r, t);
    while (*link != place_of(r, t))
        link = &train_touch(r, *link)->sibling;
    *link = t->sibling;
}

void repeat_free_part(struct repeat *r, uint32_t at)
{
    r->free_parts[r->n_free_parts++] = at;
}

void repeat_forget(struct repeat *r, struct train *t)
{
    for (uint32_t at = t->first; at; at = r->parts[at - 1].next)
        repeat_free_part(r, at);
    list_remove(r, t);
    unhang(r, t);
    t->state = TRAIN_FREE;
    r->free_trains[r->n_free_trains++] = place_of(r, t);
}

/* ---- the rule -------------------------------------------------------------------------------- */

uint32_t repeat_need(const struct repeat_policy *policy, int64_t ref, uint32_t others,
                     uint32_t opposite)
{
    int64_t q = MAX(ref / QTY_ONE, 1), share = MAX(policy->share_pct / q, policy->floor_pct);
    return (uint32_t)(policy->min + policy->min / q + opposite + (others * share + 99) / 100);
}

bool repeat_fits_size(const struct repeat *r, int64_t ref, int64_t qty)
{
    int64_t off = qty > ref ? qty - ref : ref - qty;
    return off <= ref / QTY_ONE * r->policy.size_pct / 100 * QTY_ONE;
}

bool repeat_may_join(const struct repeat *r, const struct packet *p)
{
    bool kind = p->kind == PK_SINGLE || p->kind == PK_FILL_RUN || p->kind == PK_SWEEP;
    bool family = p->family == COND_REGULAR || p->family == COND_ISO;
    bool whole = p->state == PS_CLOSED || p->state == PS_AMENDED;
    return kind && family && whole && p->side && p->qty > 0 &&
           p->qty <= MIN(r->policy.max_qty, (int64_t)UINT32_MAX) && !(p->flags & PF_LATE);
}

/* Other prints of the contract from the first part's to the last one's. */
static uint32_t others_of(const struct repeat *r, const struct train *t)
{
    const struct part *first = &r->parts[t->first - 1], *last = &r->parts[t->last - 1];
    uint32_t seen = last->prints + last->own - first->prints;
    return seen > t->own ? seen - t->own : 0;
}

/* Parts of the other side's largest train of that size; where nothing but these two trade, none. */
static uint32_t opposite_of(const struct repeat *r, const struct train *t, uint32_t others)
{
    uint32_t n = 0;
    for (uint32_t at = r->contracts[t->sym].live[t->side > 0]; at; at = r->trains[at - 1].sibling)
        if (repeat_fits_size(r, r->trains[at - 1].ref, t->ref))
            n = MAX(n, r->trains[at - 1].n);
    return MIN(n, others - MIN(n, others));
}

static uint32_t need(const struct repeat *r, const struct train *t)
{
    uint32_t others = others_of(r, t);
    return repeat_need(&r->policy, t->ref, others, opposite_of(r, t, others));
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void add_sum(struct packet *s, const struct packet *p)
{
    s->qty += p->qty; /* cannot overflow: parts are small, their number bounded by the span */
    s->premium += p->premium;
    s->px_qty += p->px_qty;
    s->levels =
        (uint16_t)MIN(s->levels + (p->px_lo < s->px_lo) + (p->px_hi > s->px_hi), UINT16_MAX);
    s->px_lo = MIN(s->px_lo, p->px_lo);
    s->px_hi = MAX(s->px_hi, p->px_hi);
    s->px_last = p->end_ns >= s->end_ns ? p->px_last : s->px_last;
    s->start_ns = MIN(s->start_ns, p->start_ns);
    s->end_ns = MAX(s->end_ns, p->end_ns);
    s->venues |= p->venues;
    s->members += p->members;
    s->isos = (uint16_t)MIN(s->isos + p->isos, UINT16_MAX);
    s->confidence = MIN(s->confidence, p->confidence);
    s->flags |= p->flags;
}

const struct part *repeat_head(const struct repeat *r, const struct train *t)
{
    uint32_t at = t->last;
    for (uint32_t i = t->first; i; i = r->parts[i - 1].next)
        at = r->parts[i - 1].head ? i : at;
    return &r->parts[at - 1];
}

struct packet *repeat_sum(struct repeat *r, const struct train *t)
{
    const struct part *first = &r->parts[t->first - 1];
    const struct packet *head = &repeat_head(r, t)->p;
    struct packet *s = &r->sums[place_of(r, t) - 1];
    *s = first->p;
    for (uint32_t at = first->next; at; at = r->parts[at - 1].next)
        add_sum(s, &r->parts[at - 1].p);
    s->id = s->at_seq = head->id;
    s->last_seq = head->last_seq;
    s->kind = PK_REPEAT;
    s->grade = PG_INFERRED;
    s->state = PS_OPEN;
    s->split = SPLIT_DEADLINE;
    s->flags |= t->gaps == GAPPED ? PF_DEGRADED : 0;
    s->parent = s->by_seq = 0;
    s->others = others_of(r, t);
    return s;
}

static void tell_run(struct repeat *r, const struct packet *sum)
{
    struct packet p = *sum;
    r->tell(r->self, &p);
}

void repeat_tell_part(struct repeat *r, const struct packet *p, uint64_t parent, int64_t at_ns,
                      uint64_t by_seq)
{
    struct packet told = *p;
    told.at_seq = told.id;
    told.at_ns = at_ns;
    told.by_seq = by_seq;
    told.parent = parent;
    told.state = parent ? PS_MERGED : PS_AMENDED;
    r->tell(r->self, &told);
}

/* The evidence is complete with the newest part: it becomes the run. */
static void found(struct repeat *r, struct train *t)
{
    struct part *head = part_touch(r, t->last);
    head->head = 1;
    t->state = TRAIN_RUN;
    struct packet *sum = repeat_sum(r, t);
    sum->at_ns = head->p.at_ns;
    sum->at_seq = 0; /* its id has not been told before */
    tell_run(r, sum);
    sum->at_seq = sum->id;
    for (uint32_t at = t->first; at != t->last; at = r->parts[at - 1].next)
        repeat_tell_part(r, &r->parts[at - 1].p, sum->id, sum->at_ns, 0);
}

/* Ends a live train; a run is told and kept. */
static void end_train(struct repeat *r, struct train *t, int64_t at_ns, enum packet_split why)
{
    train_touch(r, place_of(r, t));
    if (t->state != TRAIN_RUN) {
        repeat_forget(r, t);
        return;
    }
    struct packet *sum = &r->sums[place_of(r, t) - 1];
    t->gaps = t->gaps == r->at.gaps ? 0 : GAPPED;
    sum->state = t->gaps == GAPPED || why == SPLIT_FULL ? PS_INCOMPLETE : PS_CLOSED;
    sum->flags |= t->gaps == GAPPED ? PF_DEGRADED : 0;
    sum->split = (uint8_t)why;
    sum->at_ns = at_ns;
    sum->by_seq = 0;
    tell_run(r, sum);
    list_remove(r, t);
    unhang(r, t);
    t->state = TRAIN_KEPT;
    list_append(r, t);
    repeat_hang(r, t);
}

static void grown(struct repeat *r, struct train *t, const struct packet *p)
{
    struct packet told = *p, *sum = &r->sums[place_of(r, t) - 1];
    told.state = PS_MERGED;
    told.parent = sum->id;
    r->tell(r->self, &told);
    add_sum(sum, p);
    sum->others = others_of(r, t);
    sum->state = PS_OPEN;
    sum->by_seq = 0;
    sum->at_ns = p->at_ns;
    tell_run(r, sum);
    if (t->n * 2u < need(r, t) || t->n == UINT16_MAX)
        end_train(r, t, p->at_ns, t->n == UINT16_MAX ? SPLIT_SPAN : SPLIT_OTHERS);
}

/* ---- trains ---------------------------------------------------------------------------------- */

/* Room for one more train and one more part: what ended first goes first, then what would. */
static void make_room(struct repeat *r, int64_t at_ns)
{
    while ((!r->n_free_trains && r->used_trains == LIMIT_REPEAT_TRAINS) ||
           (!r->n_free_parts && r->used_parts == LIMIT_REPEAT_PARTS)) {
        if (!r->at.kept_oldest) {
            r->at.crowded++;
            end_train(r, &r->trains[r->at.oldest - 1], at_ns, SPLIT_FULL);
        } else
            repeat_forget(r, train_touch(r, r->at.kept_oldest));
    }
}

static uint64_t last_id(const struct repeat *r, const struct train *t)
{
    return r->parts[t->last - 1].p.id;
}

/* Is a the likelier train for a packet that both would take? Places say nothing: they depend on
 * what was loaded when. */
static bool likelier(const struct repeat *r, const struct train *a, const struct train *b)
{
    if (a->state != b->state)
        return a->state == TRAIN_RUN;
    return a->n != b->n ? a->n > b->n : last_id(r, a) > last_id(r, b);
}

static struct train *find_train(struct repeat *r, uint32_t chain, const struct packet *p)
{
    struct train *best = NULL;
    for (uint32_t at = chain; at; at = r->trains[at - 1].sibling) {
        struct train *t = &r->trains[at - 1];
        if (repeat_fits_size(r, t->ref, p->qty) && p->start_ns - t->end_ns <= r->policy.gap_ns &&
            (!best || likelier(r, t, best)))
            best = t;
    }
    return best;
}

/* No more trains than SIDE_TRAINS: the one that has waited longest makes room, runs excepted.
 * False when they are all runs. */
static bool make_place(struct repeat *r, uint32_t chain)
{
    struct train *oldest = NULL;
    int n = 0;
    for (uint32_t at = chain; at; at = r->trains[at - 1].sibling, n++) {
        struct train *t = &r->trains[at - 1];
        if (t->state == TRAIN_RUN)
            continue;
        if (!oldest || t->deadline_ns < oldest->deadline_ns ||
            (t->deadline_ns == oldest->deadline_ns && last_id(r, t) < last_id(r, oldest)))
            oldest = t;
    }
    if (n < SIDE_TRAINS)
        return true;
    r->at.crowded++;
    if (oldest)
        repeat_forget(r, train_touch(r, place_of(r, oldest)));
    return oldest;
}

static struct train *begin_train(struct repeat *r, const struct packet *p)
{
    uint32_t at = r->n_free_trains ? r->free_trains[--r->n_free_trains] : ++r->used_trains;
    struct train *t = train_touch(r, at);
    memset(t, 0, sizeof *t);
    t->ref = (uint32_t)p->qty;
    t->start_ns = p->start_ns;
    t->end_ns = p->end_ns;
    t->sym = p->sym;
    t->side = p->side;
    t->gaps = r->at.gaps;
    t->state = TRAIN_CANDIDATE;
    repeat_hang(r, t);
    return t;
}

static void add_part(struct repeat *r, struct train *t, const struct packet *p, uint32_t prints)
{
    uint32_t at = r->n_free_parts ? r->free_parts[--r->n_free_parts] : ++r->used_parts;
    struct part *new = part_touch(r, at);
    *new = (struct part){.p = *p,
                         .train = place_of(r, t),
                         .prints = prints,
                         .own = (uint16_t)MIN(p->members, UINT16_MAX)};
    *(t->last ? &part_touch(r, t->last)->next : &t->first) = at;
    if (t->last)
        list_remove(r, t);
    t->last = at;
    t->n++;
    t->own += new->own;
    t->end_ns = MAX(t->end_ns, p->end_ns);
    int64_t wait = r->policy.gap_ns + r->policy.settle_ns;
    if (__builtin_add_overflow(p->at_ns, wait, &t->deadline_ns))
        t->deadline_ns = INT64_MAX;
    list_append(r, t);
}

/* A candidate looks back only so far. */
static void trim(struct repeat *r, struct train *t)
{
    while (t->n > REPEAT_CANDIDATE || (t->n > 1 && t->end_ns - t->start_ns > r->policy.span_ns)) {
        const struct part *first = &r->parts[t->first - 1];
        repeat_free_part(r, t->first);
        t->own -= MIN(t->own, first->own);
        t->first = first->next;
        t->start_ns = r->parts[t->first - 1].p.start_ns;
        t->n--;
    }
}

/* The train a packet belongs to, or a new one; NULL when there is no place for one. */
static struct train *train_for(struct repeat *r, const struct packet *p)
{
    uint32_t *chain = &r->contracts[p->sym].live[p->side < 0];
    struct train *t = find_train(r, *chain, p);
    if (t && t->state == TRAIN_RUN && p->end_ns - t->start_ns > r->policy.span_ns) {
        end_train(r, t, p->at_ns, SPLIT_SPAN);
        t = NULL;
    }
    if (t)
        return train_touch(r, place_of(r, t));
    return make_place(r, *chain) ? begin_train(r, p) : NULL;
}

void repeat_prefetch(const struct repeat *r, uint32_t sym)
{
    uint32_t at = r->n_free_parts ? r->free_parts[r->n_free_parts - 1] - 1 : r->used_parts;
    const char *part = (const char *)&r->parts[at % LIMIT_REPEAT_PARTS];
    __builtin_prefetch(&r->contracts[sym], 1);
    for (size_t i = 0; i < sizeof(struct part); i += 64)
        __builtin_prefetch(part + i, 1);
    if (r->at.newest)
        __builtin_prefetch(&r->trains[r->at.newest - 1], 1);
}

void repeat_others(struct repeat *r, uint32_t sym, uint32_t prints)
{
    contract_touch(r, sym)->prints += prints;
}

void repeat_add(struct repeat *r, const struct packet *p)
{
    struct packet told = *p;
    bool may = repeat_may_join(r, p);
    if (may)
        make_room(r, p->at_ns);
    struct repeat_contract *k = contract_touch(r, p->sym);
    uint32_t before = k->prints;
    k->prints += p->members;
    struct train *t = may ? train_for(r, p) : NULL;
    if (t)
        add_part(r, t, p, before);
    if (t && t->state == TRAIN_RUN) {
        grown(r, t, p);
        return;
    }
    if (t) {
        trim(r, t);
        if (t->n >= need(r, t)) {
            found(r, t);
            return;
        }
    }
    r->tell(r->self, &told);
}

void repeat_gap(struct repeat *r)
{
    r->at.gaps++;
}

void repeat_advance(struct repeat *r, int64_t now_ns)
{
    while (r->at.oldest && r->trains[r->at.oldest - 1].deadline_ns < now_ns) {
        struct train *t = &r->trains[r->at.oldest - 1];
        end_train(r, t, t->deadline_ns, SPLIT_DEADLINE);
    }
}

int64_t repeat_finish(struct repeat *r)
{
    int64_t last = INT64_MIN;
    while (r->at.oldest) {
        struct train *t = &r->trains[r->at.oldest - 1];
        last = t->state == TRAIN_RUN ? t->deadline_ns : last;
        end_train(r, t, t->deadline_ns, SPLIT_DEADLINE);
    }
    return last;
}

uint64_t repeat_crowded(const struct repeat *r)
{
    return r->at.crowded;
}
