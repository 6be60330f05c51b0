/* Cancels and corrections: afterwards everything is as if the print had not come, or had come with
 * the new values. See state.h.
 *
 * A packet never reaches over a pause in the contract's prints that is longer than its deadline, so
 * it is enough to make the packets between two such pauses again, in a cluster apart: once with the
 * prints as they stood and once as they stand now. What differs is told as new versions. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "deck/state.h"

#define WINDOW                                                                                     \
    4096 /* prints made again at most; a longer run without a pause is left as it was              \
          */

struct made { /* packets of one making */
    struct packet *packets;
    size_t n;
};

struct repair_space {
    struct cluster *cluster;
    struct made *into; /* where the cluster's packets go now */
    struct made before, after;
    struct past_print *window[WINDOW]; /* oldest first */
    uint64_t packet_of[WINDOW];        /* after the making */
    bool late[WINDOW];
    size_t n;
    uint32_t marking[WINDOW]; /* prints added whose mark as a leg is still to come */
    size_t n_marking;
    /* Legs, marked or inferred, of which something else changed. */
    struct {
        struct past_print *p;
        uint64_t packet; /* as it was */
        uint8_t flags;
    } legs[WINDOW];
    size_t n_legs;
};

static void take(void *self, const struct packet *p)
{
    struct repair_space *s = self;
    if (s->into->n < WINDOW)
        s->into->packets[s->into->n++] = *p;
}

struct repair_space *repair_space_create(struct deck *d)
{
    struct repair_space *s = mem_alloc(sizeof *s);
    struct cluster_policy policy = deck_cluster_policy(&d->policy);
    s->cluster = cluster_create(&policy, take, s);
    s->before.packets = mem_reserve(WINDOW * sizeof *s->before.packets);
    s->after.packets = mem_reserve(WINDOW * sizeof *s->after.packets);
    return s;
}

void repair_space_destroy(struct repair_space *s)
{
    if (!s)
        return;
    cluster_destroy(s->cluster);
    mem_unreserve(s->before.packets, WINDOW * sizeof *s->before.packets);
    mem_unreserve(s->after.packets, WINDOW * sizeof *s->after.packets);
    mem_free(s);
}

static void tell(struct deck *d, uint64_t seq, uint64_t target, enum repair_outcome outcome)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_REPAIR;
    rec.u.repair = (struct repair){.seq = seq, .target = target, .outcome = (uint8_t)outcome};
    d->counts.repairs[outcome]++;
    deck_emit(d, &rec);
}

void deck_tell_join(struct deck *d, struct past_print *p, const struct join *j, uint64_t by_seq)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_JOIN;
    rec.u.join = *j;
    rec.u.join.by_seq = by_seq;
    if (p)
        p->join = rec.u.join;
    deck_emit(d, &rec);
}

static void tell_join(struct deck *d, struct past_print *p, uint64_t by_seq)
{
    deck_tell_join(d, p, &p->join, by_seq);
}

static void tell_packet(struct deck *d, const struct packet *p, enum packet_state state,
                        uint64_t by_seq)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_PACKET;
    rec.u.packet = *p;
    rec.u.packet.state = (uint8_t)state;
    rec.u.packet.by_seq = by_seq;
    rec.u.packet.at_ns = d->clock_ns;
    appraise(d, &rec.u.packet);
    if (!repeat_revise(d->repeat, &rec.u.packet))
        deck_emit(d, &rec);
}

/* ---- the window ------------------------------------------------------------------------------ */

/* Nothing reaches over: every packet of a's time has closed when b comes, and b is not late, so
 * what counts as late after it does not depend on anything before. */
static bool pause_between(const struct deck *d, const struct past_print *a,
                          const struct past_print *b)
{
    int64_t gap = MAX(d->policy.run_gap_ns, d->policy.sweep_gap_ns);
    return b->recv_ns - a->recv_ns > gap && b->ts_ns >= b->before_ns;
}

/* The same of b and whatever came before a keyframe, without knowing what that was. */
static bool pause_before(const struct deck *d, const struct past_print *b)
{
    int64_t gap = MAX(d->policy.run_gap_ns, d->policy.sweep_gap_ns);
    return prints_far(d->prints, b, gap) && b->ts_ns >= b->before_ns;
}

/* The contract's prints between the pauses around the target; false when they are too many. The
 * chain runs from the newest back, so the window is cut off at its new end whenever a pause comes
 * before the target is reached. */
static bool find_window(struct deck *d, const struct past_print *target)
{
    struct repair_space *s = d->space;
    struct past_print *newer = NULL;
    bool reached = false;
    s->n = 0;
    for (struct past_print *p = prints_newest(d->prints, target->sym); p;
         newer = p, p = prints_older(d->prints, p)) {
        if (newer && pause_between(d, p, newer)) {
            if (reached)
                break;
            s->n = 0;
        }
        if (s->n == WINDOW)
            return false;
        s->window[s->n++] = p;
        reached |= p == target;
        if (reached && pause_before(d, p))
            break;
    }
    for (size_t i = 0; i < s->n / 2; i++) {
        struct past_print *swap = s->window[i];
        s->window[i] = s->window[s->n - 1 - i];
        s->window[s->n - 1 - i] = swap;
    }
    return reached;
}

/* Packets read as legs too get their marks when they got them, in order, up to now_ns. */
static void mark_due(struct repair_space *s, int64_t now_ns)
{
    while (s->n_marking) {
        size_t next = 0;
        for (size_t i = 1; i < s->n_marking; i++)
            if (s->window[s->marking[i]]->marked_ns < s->window[s->marking[next]]->marked_ns)
                next = i;
        uint32_t at = s->marking[next];
        const struct past_print *p = s->window[at];
        if (p->marked_ns >= now_ns)
            return;
        cluster_advance(s->cluster, p->marked_ns + 1);
        cluster_mark_leg(s->cluster, p->sym, p->join.side, s->packet_of[at]);
        s->marking[next] = s->marking[--s->n_marking];
    }
}

/* Makes the window's packets in the cluster apart, up to now. */
static void make(struct deck *d, struct made *into)
{
    struct repair_space *s = d->space;
    cluster_reset(s->cluster);
    s->into = into;
    into->n = 0;
    s->n_marking = 0;
    cluster_begin(s->cluster, s->window[0]->sym, s->window[0]->before_ns);
    for (size_t i = 0; i < s->n; i++) {
        const struct past_print *p = s->window[i];
        struct event ev = {.ts_ns = p->ts_ns,
                           .recv_ns = p->recv_ns,
                           .seq = p->join.seq,
                           .sym = p->sym,
                           .venue = p->venue,
                           .kind = EV_OPTION_PRINT};
        struct join j = p->join;
        ev.u.print.px = j.px;
        ev.u.print.qty = j.qty;
        j.flags &= (uint8_t)~JOIN_LATE;
        s->packet_of[i] = 0;
        s->late[i] = false;
        if (j.revision == REV_CANCELLED || j.notional == INT64_MAX)
            continue;
        mark_due(s, p->recv_ns);
        cluster_advance(s->cluster, p->recv_ns);
        if (p->leg) { /* its packet is no matter of this contract alone */
            s->late[i] = cluster_seen(s->cluster, p->sym, p->ts_ns);
            s->packet_of[i] = j.packet;
        } else {
            /* The day's volume as of now is more than it was then: what stays open claims less. */
            int64_t volume = opening_volume(d->openings, p->sym, p->ts_ns);
            s->packet_of[i] = cluster_add(s->cluster, &ev, &j, p->use, volume, &s->late[i]);
            if (p->marked_ns != INT64_MIN)
                s->marking[s->n_marking++] = (uint32_t)i;
        }
    }
    mark_due(s, d->clock_ns);
    cluster_advance(s->cluster, d->clock_ns);
}

/* ---- what changed ---------------------------------------------------------------------------- */

static const struct packet *find(const struct made *m, uint64_t id)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->packets[i].id == id)
            return &m->packets[i];
    return NULL;
}

/* The same parent order in every respect but when and why it was told. */
static bool same(const struct packet *a, const struct packet *b)
{
    struct packet x = *a, y = *b;
    x.at_ns = y.at_ns = 0;
    x.at_seq = y.at_seq = 0;
    x.split = y.split = 0;
    x.by_seq = y.by_seq = 0;
    x.day_volume = y.day_volume = 0;
    return memcmp(&x, &y, sizeof x) == 0;
}

static void tell_packets(struct deck *d, uint64_t by_seq)
{
    struct repair_space *s = d->space;
    for (size_t i = 0; i < s->before.n; i++)
        if (!find(&s->after, s->before.packets[i].id))
            tell_packet(d, &s->before.packets[i], PS_RETRACTED, by_seq);
    for (size_t i = 0; i < s->after.n; i++) {
        const struct packet *p = &s->after.packets[i], *old = find(&s->before, p->id);
        if (!old || !same(old, p))
            tell_packet(d, p, PS_AMENDED, by_seq);
    }
}

static void tell_joins(struct deck *d, const struct past_print *target, uint64_t by_seq)
{
    struct repair_space *s = d->space;
    for (size_t i = 0; i < s->n; i++) {
        struct past_print *p = s->window[i];
        uint8_t flags = (uint8_t)((p->join.flags & ~JOIN_LATE) | (s->late[i] ? JOIN_LATE : 0));
        if (p != target && p->join.packet == s->packet_of[i] && p->join.flags == flags)
            continue;
        if (p != target && (p->leg || p->marked_ns != INT64_MIN) && s->n_legs < WINDOW) {
            s->legs[s->n_legs].p = p;
            s->legs[s->n_legs].packet = p->join.packet;
            s->legs[s->n_legs++].flags = p->join.flags;
        }
        p->join.packet = s->packet_of[i];
        p->join.flags = flags;
        tell_join(d, p, by_seq);
    }
}

/* The packets of the target's contract around it. */
static void remake_window(struct deck *d, struct past_print *target, const struct past_print *was,
                          bool tell_target, uint64_t by_seq)
{
    struct repair_space *s = d->space;
    struct past_print now = *target;
    if (!find_window(d, target)) {
        if (tell_target)
            tell_join(d, target, by_seq);
        return;
    }
    *target = *was;
    make(d, &s->before);
    *target = now;
    make(d, &s->after);
    tell_joins(d, tell_target ? target : NULL, by_seq);
    tell_packets(d, by_seq);
    /* Only the newest window can hold what is still open. */
    if (s->window[s->n - 1] == prints_newest(d->prints, target->sym))
        cluster_replace(d->cluster, s->cluster, target->sym);
}

/* First the contract, then the package of a leg, then what was inferred from prints of several
 * contracts: their packets carry a mark, and structures name packets. */
static void remake(struct deck *d, struct past_print *target, const struct past_print *was,
                   uint64_t by_seq)
{
    struct repair_space *s = d->space;
    struct past_print *other, other_was;
    s->n_legs = 0;
    opening_revise(d->openings, target->sym, target->ts_ns, join_volume(target) - join_volume(was),
                   by_seq);
    inferred_begin(d, target, was);
    remake_window(d, target, was, true, by_seq);
    legs_remake(d, target, was, by_seq);
    while (inferred_next(d, &other, &other_was))
        remake_window(d, other, &other_was, false, by_seq);
    inferred_end(d, by_seq);
    for (size_t i = 0; i < s->n_legs; i++) {
        struct past_print *p = s->legs[i].p;
        other_was = *p;
        other_was.join.packet = s->legs[i].packet;
        other_was.join.flags = s->legs[i].flags;
        if (p->leg)
            legs_remake(d, p, &other_was, by_seq);
        else
            inferred_renamed(d, p, &other_was, by_seq);
    }
}

/* Equities: only the tick rule looks back. Later prints are signed again until the last sale and
 * its direction are what they were. */
static void retick(struct deck *d, struct past_print *target, uint64_t by_seq)
{
    struct repair_space *s = d->space;
    struct past_print *p = prints_newest(d->prints, target->sym);
    for (s->n = 0; p && p != target && s->n < WINDOW; p = prints_older(d->prints, p))
        s->window[s->n++] = p;
    struct tick tick = {.px = target->before_px,
                        .sign = target->before_sign == 2 ? 0 : target->before_sign,
                        .any = target->before_sign != 2};
    if (target->join.revision != REV_CANCELLED) {
        struct tick after = join_tick(tick, target->join.px, target->use);
        join_sign_equity(d, target, after.sign);
        tick = target->use & USE_LAST ? after : tick;
    }
    tell_join(d, target, by_seq);
    if (p != target)
        return;
    for (size_t i = s->n; i-- > 0;) {
        p = s->window[i];
        int8_t sign = tick.any ? tick.sign : 2;
        if (p->before_px == tick.px && p->before_sign == sign)
            return;
        p->before_px = tick.px;
        p->before_sign = sign;
        if (p->join.revision == REV_CANCELLED)
            continue;
        struct join old = p->join;
        struct tick after = join_tick(tick, p->join.px, p->use);
        join_sign_equity(d, p, after.sign);
        tick = p->use & USE_LAST ? after : tick;
        if (memcmp(&old, &p->join, sizeof old))
            tell_join(d, p, by_seq);
    }
    track_touch(&d->tick_track, target->sym);
    d->ticks[target->sym] = tick;
}

/* ---- the three ways in ----------------------------------------------------------------------- */

static void cancel(struct deck *d, struct past_print *target, uint64_t by_seq)
{
    struct past_print was = *target;
    struct join *j = &target->join;
    tell(d, by_seq, j->seq, REPAIR_DONE);
    j->revision = REV_CANCELLED;
    j->side = 0;
    j->rule = RULE_NONE;
    j->reason = SR_CANCELLED;
    j->confidence = 0;
    if (target->option)
        remake(d, target, &was, by_seq);
    else
        retick(d, target, by_seq);
}

/* The print meant by id, or, without one, by price and size. */
static struct past_print *meant(struct deck *d, const struct event *ev, bool *ret_again)
{
    const struct print *t = &ev->u.print;
    *ret_again = false;
    if (!t->ref)
        return prints_equal(d->prints, ev->sym, ev->venue, t->px, t->qty, false, ret_again);
    struct past_print *p = prints_by_id(d->prints, ev->sym, ev->venue, t->ref);
    *ret_again = p && p->join.revision == REV_CANCELLED;
    return *ret_again ? NULL : p;
}

void repair_cancel(struct deck *d, const struct event *ev)
{
    bool again;
    struct past_print *target = meant(d, ev, &again);
    if (target)
        cancel(d, target, ev->seq);
    else
        tell(d, ev->seq, 0, again ? REPAIR_AGAIN : REPAIR_NO_TARGET);
}

/* OPRA: A neither first nor last, C the last, E the opening, G the only print; price and size are
 * repeated, the reference is implicit (conditions.md A). */
void repair_cancel_print(struct deck *d, const struct event *ev)
{
    bool again, opening = memchr(ev->u.print.cond, 'E', sizeof ev->u.print.cond) != NULL;
    struct past_print *target = prints_equal(d->prints, ev->sym, ev->venue, ev->u.print.px,
                                             ev->u.print.qty, opening, &again);
    if (target)
        cancel(d, target, ev->seq);
    else
        tell(d, ev->seq, 0, again ? REPAIR_AGAIN : REPAIR_NO_TARGET);
}

void repair_correct(struct deck *d, const struct event *ev)
{
    bool again;
    const struct print *t = &ev->u.print;
    struct past_print *target = t->ref ? meant(d, ev, &again) : NULL;
    if (!t->ref || !target) {
        tell(d, ev->seq, 0, t->ref && again ? REPAIR_AGAIN : REPAIR_NO_TARGET);
        return;
    }
    struct past_print was = *target;
    tell(d, ev->seq, target->join.seq, REPAIR_DONE);
    target->join.px = t->px;
    target->join.qty = t->qty;
    if (t->cond[0]) {
        memcpy(target->cond, t->cond, sizeof target->cond);
        target->cond_other = t->cond_other;
        target->print_flags = t->flags;
    }
    target->join.revision = REV_CORRECTED;
    if (!target->option) {
        retick(d, target, ev->seq);
        return;
    }
    join_sign_option(d, target);
    target->leg = target->join.notional != INT64_MAX && legs_family(target->join.family);
    remake(d, target, &was, ev->seq);
}
