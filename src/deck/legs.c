/* Legs of packages: from prints to flow/package.h and from there to records; and packages made
 * again after a cancel or a correction. See state.h. */
#include <string.h>

#include "base/limits.h"
#include "deck/state.h"

bool legs_family(uint8_t family)
{
    return family == COND_MULTI_LEG || family == COND_STOCK_TIED || family == COND_PROPRIETARY;
}

struct structure legs_tell_structure(struct deck *d, const struct structure *s)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_STRUCTURE;
    rec.u.structure = chain_structure(d, s);
    deck_emit(d, &rec);
    return rec.u.structure;
}

static void tell_packet(struct deck *d, const struct packet *p, const struct structure *s)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_PACKET;
    rec.u.packet = *p;
    rec.u.packet.class = s->class;
    rec.u.packet.direction = s->direction;
    rec.u.packet.direction_reason = s->direction_reason;
    appraise_legs(d, &rec.u.packet, s);
    appraise(d, &rec.u.packet);
    appraise_count(d, &rec.u.packet);
    deck_emit(d, &rec);
}

/* A join says its packet when its print arrives: the first of its group, as it most often is. */
static void correct_joins(struct deck *d, const struct package *k, const struct leg_print *prints,
                          const struct join *joins)
{
    for (uint64_t left = k->mask; left; left &= left - 1) {
        int i = __builtin_ctzll(left);
        struct join j = joins[i];
        if (j.packet == k->p.id)
            continue;
        j.packet = k->p.id;
        deck_tell_join(d, prints_at(d->prints, prints[i].place), &j, d->seq);
    }
}

static void mark_packets(struct deck *d, const struct package *k, const struct leg_print *prints)
{
    for (uint64_t left = k->mask; left; left &= left - 1) {
        const struct leg_print *p = &prints[__builtin_ctzll(left)];
        struct past_print *past = prints_at(d->prints, p->place);
        cluster_mark_leg(d->cluster, p->sym, p->side, p->packet);
        if (past)
            past->marked_ns = k->s.at_ns;
    }
}

static void on_found(void *self, const struct package *k, const struct leg_print *prints,
                     const struct join *joins)
{
    struct deck *d = self;
    if (joins)
        correct_joins(d, k, prints, joins);
    else
        mark_packets(d, k, prints);
    struct structure told = legs_tell_structure(d, &k->s);
    if (!joins)
        return;
    d->counts.legs_early += k->p.split == SPLIT_FULL;
    tell_packet(d, &k->p, &told);
}

static void on_moved(void *self, uint64_t place, uint64_t group)
{
    struct deck *d = self;
    struct past_print *p = prints_at(d->prints, place);
    if (p)
        p->group = group;
}

struct packages *legs_create(struct deck *d)
{
    struct package_policy policy = {
        .leg_gap_ns = d->policy.leg_gap_ns,
        .infer_gap_ns = d->policy.infer_gap_ns,
        .structure = {.net_band_pct = d->policy.net_band_pct,
                      .directional_pct = d->policy.directional_pct},
    };
    struct package_out out = {.self = d, .found = on_found, .moved = on_moved};
    return packages_create(&policy, d->symbols, &out);
}

struct package_key legs_key(struct deck *d, const struct past_print *p)
{
    return (struct package_key){.qty = p->leg ? 0 : p->join.qty,
                                .underlying = deck_terms(d, p->sym).underlying,
                                .venue = p->venue,
                                .family = p->leg ? p->join.family : COND_REGULAR,
                                .inferred = !p->leg};
}

void legs_take(struct deck *d, const struct event *ev, struct past_print *p)
{
    uint64_t place = prints_head(d->prints) + 1;
    struct package_key key = legs_key(d, p);
    if (p->leg)
        p->join.packet = p->group = packages_add(d->packages, &key, ev, &p->join, place);
    else if (inferred_watches(p))
        packages_watch(d->packages, &key, ev, &p->join, place);
}

/* ---- repairs -------------------------------------------------------------------------------- */

/* Prints of one group, and its packages as they were and as they are. */
struct remake {
    struct package_key key;
    uint64_t group;
    int64_t gap_ns;
    struct past_print *past[PARTITION_PRINTS]; /* in order of seq */
    size_t n;
    struct leg_print prints[PARTITION_PRINTS]; /* of one making */
    struct past_print *of[PARTITION_PRINTS];
    size_t n_prints;
    struct package made[2][PARTITION_PRINTS];
    size_t n_made[2];
    int now; /* which of the two is being made */
};

static bool of_group(const struct remake *r, const struct past_print *p)
{
    return p->group == r->group && p->leg == !r->key.inferred &&
           (r->key.inferred || p->join.family == r->key.family);
}

/* From the target away, as long as prints of the group come without its pause. */
static void collect(struct deck *d, struct remake *r, const struct past_print *target, int step)
{
    uint64_t at = prints_place(d->prints, target);
    int64_t last_ns = target->recv_ns;
    struct past_print *p = NULL;
    while ((step > 0 || target->join.seq != r->group) &&
           (p = prints_ask(d->prints, at += (uint64_t)(int64_t)step))) {
        int64_t pause = step > 0 ? p->recv_ns - last_ns : last_ns - p->recv_ns;
        if (pause > r->gap_ns || r->n == PARTITION_PRINTS)
            return;
        if (p->group != r->group)
            continue;
        last_ns = p->recv_ns;
        if (p->option && of_group(r, p))
            r->past[r->n++] = p;
        if (step < 0 && p->join.seq == r->group)
            return;
    }
}

static void sort_by_seq(struct past_print **p, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct past_print *v = p[i];
        size_t k = i;
        for (; k > 0 && v->join.seq < p[k - 1]->join.seq; k--)
            p[k] = p[k - 1];
        p[k] = v;
    }
}

static void take(void *self, const struct package *made, const struct leg_print *of)
{
    struct remake *r = self;
    struct package *k = &r->made[r->now][r->n_made[r->now]++];
    *k = *made;
    k->mask <<= of - r->prints; /* of all prints of the group */
}

static void make(struct deck *d, struct remake *r, int now)
{
    r->now = now;
    r->n_prints = 0;
    for (size_t i = 0; i < r->n; i++) {
        struct past_print *p = r->past[i];
        if (!of_group(r, p) || p->join.revision == REV_CANCELLED)
            continue;
        r->of[r->n_prints] = p;
        r->prints[r->n_prints++] = leg_print_of(&p->join, p->sym, p->ts_ns, p->recv_ns);
    }
    packages_make(d->packages, &r->key, r->prints, r->n_prints, r, take);
}

static const struct package *find(const struct remake *r, int which, uint64_t id)
{
    for (size_t i = 0; i < r->n_made[which]; i++)
        if (r->made[which][i].s.id == id)
            return &r->made[which][i];
    return NULL;
}

static void tell_again(struct deck *d, const struct package *k, enum packet_state state,
                       uint64_t by_seq)
{
    struct package v = *k;
    v.s.state = v.p.state = (uint8_t)state;
    v.s.by_seq = v.p.by_seq = by_seq;
    v.s.at_ns = v.p.at_ns = d->clock_ns;
    v.s = legs_tell_structure(d, &v.s);
    tell_packet(d, &v.p, &v.s);
}

static void tell_joins(struct deck *d, const struct remake *r, uint64_t by_seq)
{
    for (size_t i = 0; i < r->n_made[1]; i++)
        for (uint64_t left = r->made[1][i].mask; left; left &= left - 1) {
            struct past_print *p = r->of[__builtin_ctzll(left)];
            if (p->join.packet == r->made[1][i].s.id)
                continue;
            p->join.packet = r->made[1][i].s.id;
            deck_tell_join(d, p, &p->join, by_seq);
        }
}

static void tell_packages(struct deck *d, const struct remake *r, uint64_t by_seq)
{
    for (size_t i = 0; i < r->n_made[0]; i++)
        if (!find(r, 1, r->made[0][i].s.id))
            tell_again(d, &r->made[0][i], PS_RETRACTED, by_seq);
    for (size_t i = 0; i < r->n_made[1]; i++) {
        const struct package *k = &r->made[1][i], *old = find(r, 0, k->s.id);
        bool same = old && memcmp(&old->s, &k->s, sizeof k->s) == 0 &&
                    memcmp(&old->p, &k->p, sizeof k->p) == 0;
        if (!same)
            tell_again(d, k, PS_AMENDED, by_seq);
    }
}

/* The group of `key` as it was with *was, and as it is: the target may have left it or come. */
static void remake_marked(struct deck *d, struct past_print *target, const struct past_print *was,
                          const struct package_key *key, uint64_t by_seq)
{
    struct remake r = {.key = *key, .group = target->group, .gap_ns = d->policy.leg_gap_ns};
    struct past_print now = *target;
    struct leg_print p = leg_print_of(&now.join, now.sym, now.ts_ns, now.recv_ns);
    bool stays = of_group(&r, target) && now.join.revision != REV_CANCELLED;
    if (packages_amend(d->packages, key, r.group, now.join.seq, stays ? &p : NULL, &now.join))
        return;
    r.past[r.n++] = target;
    collect(d, &r, target, -1);
    collect(d, &r, target, 1);
    sort_by_seq(r.past, r.n);
    *target = *was;
    make(d, &r, 0);
    *target = now;
    make(d, &r, 1);
    tell_joins(d, &r, by_seq);
    tell_packages(d, &r, by_seq);
}

void legs_remake(struct deck *d, struct past_print *target, const struct past_print *was,
                 uint64_t by_seq)
{
    struct package_key before = legs_key(d, was), after = legs_key(d, target);
    if (was->leg)
        remake_marked(d, target, was, &before, by_seq);
    if (!target->leg || (was->leg && before.family == after.family))
        return;
    /* A print that became a leg, or one of another kind, stands alone. */
    target->group = target->join.seq;
    remake_marked(d, target, was, &after, by_seq);
}
