/* Structures inferred from prints without the mark of a leg, after cancels and corrections: as if
 * the print had not come, or had come with the new values. What was inferred follows from the
 * prints of one key (underlying, venue, size) between two pauses, so these are read again as they
 * were and as they are. See state.h. */
#include <string.h>

#include "base/mem.h"
#include "deck/state.h"

/* What prints of one key around a target say. */
struct reading {
    struct structure said[PARTITION_PRINTS / 2];
    uint64_t masks[PARTITION_PRINTS / 2]; /* of the neighbours */
    size_t n;
    int64_t marks[PARTITION_PRINTS]; /* by neighbour: when marked, INT64_MIN = not */
    bool waits;                      /* some still wait for others */
};

struct near {
    struct package_key key;
    struct past_print *past[PARTITION_PRINTS]; /* in order of seq, the target among them */
    size_t n;
    struct reading before, after;
};

struct inferred {
    struct near near[2]; /* of the key the target had, and of the one it has */
    size_t n;
    size_t at, next; /* of the prints whose mark may have changed */
    struct past_print *target;
    /* Of one reading: */
    struct leg_print prints[PARTITION_PRINTS];
    uint8_t of[PARTITION_PRINTS]; /* neighbours */
    struct reading *into;
    int64_t told_ns; /* of the run being read */
};

struct inferred *inferred_create(void)
{
    return mem_alloc(sizeof(struct inferred));
}

void inferred_destroy(struct inferred *f)
{
    mem_free(f);
}

bool inferred_watches(const struct past_print *p)
{
    return p->option && !p->leg && p->use & USE_SWEEP && p->join.side && p->join.state == QS_OK &&
           p->join.placement != PL_MID && p->join.notional != INT64_MAX;
}

static bool same_key(const struct package_key *a, const struct package_key *b)
{
    return a->underlying == b->underlying && a->venue == b->venue && a->qty == b->qty;
}

/* Does the print, as it is, count among those of the key? */
static bool counts(struct deck *d, const struct past_print *p, const struct package_key *key)
{
    if (p->venue != key->venue || p->join.qty != key->qty || !inferred_watches(p) ||
        p->join.revision == REV_CANCELLED)
        return false;
    struct package_key own = legs_key(d, p);
    return same_key(&own, key);
}

/* ---- neighbours ----------------------------------------------------------------------------- */

static void collect(struct deck *d, struct near *n, const struct past_print *target, int step)
{
    uint64_t at = prints_place(d->prints, target);
    int64_t last_ns = target->recv_ns;
    struct past_print *p;
    while ((p = prints_ask(d->prints, at += (uint64_t)(int64_t)step))) {
        int64_t pause = step > 0 ? p->recv_ns - last_ns : last_ns - p->recv_ns;
        if (pause > d->policy.infer_gap_ns || n->n == PARTITION_PRINTS)
            return;
        if (!counts(d, p, &n->key))
            continue;
        last_ns = p->recv_ns;
        n->past[n->n++] = p;
    }
}

static void begin(struct deck *d, struct near *n, const struct package_key *key,
                  struct past_print *target)
{
    n->key = *key;
    n->n = 0;
    collect(d, n, target, -1);
    for (size_t i = 0; i < n->n / 2; i++) {
        struct past_print *swap = n->past[i];
        n->past[i] = n->past[n->n - 1 - i];
        n->past[n->n - 1 - i] = swap;
    }
    if (n->n == PARTITION_PRINTS)
        n->n--; /* the nearest are dropped last: the target itself always counts */
    n->past[n->n++] = target;
    collect(d, n, target, 1);
}

/* ---- one reading ---------------------------------------------------------------------------- */

static void take(void *self, const struct package *made, const struct leg_print *of)
{
    struct inferred *f = self;
    struct reading *r = f->into;
    uint64_t mask = 0;
    for (uint64_t left = made->mask; left; left &= left - 1) {
        uint8_t at = f->of[(of - f->prints) + __builtin_ctzll(left)];
        mask |= UINT64_C(1) << at;
        r->marks[at] = f->told_ns;
    }
    r->masks[r->n] = mask;
    r->said[r->n++] = made->s;
}

/* Reads the neighbours as they are now; what comes together without a pause is one run, and a run
 * has been told when its deadline has passed. The waiting one, if `wait`, is put into the pool. */
static void read(struct deck *d, struct near *n, struct reading *into, bool wait)
{
    struct inferred *f = d->inferred;
    int64_t gap = d->policy.infer_gap_ns;
    size_t count = 0;
    f->into = into;
    into->n = 0;
    into->waits = false;
    for (size_t i = 0; i < n->n; i++) {
        const struct past_print *p = n->past[i];
        into->marks[i] = INT64_MIN;
        if (!counts(d, p, &n->key))
            continue;
        f->of[count] = (uint8_t)i;
        f->prints[count] = leg_print_of(&p->join, p->sym, p->ts_ns, p->recv_ns);
        f->prints[count].place = prints_place(d->prints, p);
        f->prints[count++].packet = p->join.packet;
    }
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && f->prints[to].recv_ns - f->prints[to - 1].recv_ns <= gap;)
            to++;
        f->told_ns = f->prints[to - 1].recv_ns + gap;
        if (f->told_ns < d->clock_ns) {
            packages_make(d->packages, &n->key, f->prints + from, to - from, f, take);
            continue;
        }
        into->waits = true;
        if (wait)
            packages_replace(d->packages, &n->key, f->prints + from, to - from);
    }
}

/* ---- the steps of a repair ------------------------------------------------------------------ */

static void read_before(struct deck *d, struct past_print *target, const struct past_print *was)
{
    struct inferred *f = d->inferred;
    struct past_print now = *target;
    *target = *was;
    for (size_t i = 0; i < f->n; i++)
        read(d, &f->near[i], &f->near[i].before, false);
    *target = now;
}

static void read_after(struct deck *d, bool wait)
{
    struct inferred *f = d->inferred;
    for (size_t i = 0; i < f->n; i++) {
        struct near *n = &f->near[i];
        read(d, n, &n->after, wait);
        if (wait && n->before.waits && !n->after.waits)
            packages_replace(d->packages, &n->key, NULL, 0);
    }
}

static int64_t mark_after(const struct near *n, const struct past_print *p)
{
    for (size_t i = 0; i < n->n; i++)
        if (n->past[i] == p)
            return n->after.marks[i];
    return INT64_MIN;
}

void inferred_begin(struct deck *d, struct past_print *target, const struct past_print *was)
{
    struct inferred *f = d->inferred;
    struct package_key had = legs_key(d, was), has = legs_key(d, target);
    bool counted = counts(d, was, &had), counting = counts(d, target, &has);
    f->n = f->at = f->next = 0;
    f->target = target;
    if (counted)
        begin(d, &f->near[f->n++], &had, target);
    if (counting && !(counted && same_key(&had, &has)))
        begin(d, &f->near[f->n++], &has, target);
    read_before(d, target, was);
    read_after(d, false);
    target->marked_ns = INT64_MIN;
    for (size_t i = 0; i < f->n; i++)
        target->marked_ns = MAX(target->marked_ns, mark_after(&f->near[i], target));
}

bool inferred_next(struct deck *d, struct past_print **ret, struct past_print *ret_was)
{
    struct inferred *f = d->inferred;
    for (; f->at < f->n; f->at++, f->next = 0) {
        struct near *n = &f->near[f->at];
        while (f->next < n->n) {
            size_t i = f->next++;
            struct past_print *p = n->past[i];
            if (p == f->target || n->before.marks[i] == n->after.marks[i])
                continue;
            *ret = p;
            *ret_was = *p;
            p->marked_ns = n->after.marks[i];
            return true;
        }
    }
    return false;
}

static const struct structure *find(const struct reading *r, uint64_t id)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->said[i].id == id)
            return &r->said[i];
    return NULL;
}

static void tell_again(struct deck *d, const struct structure *s, enum packet_state state,
                       uint64_t by_seq)
{
    struct structure v = *s;
    v.state = (uint8_t)state;
    v.by_seq = by_seq;
    v.at_ns = d->clock_ns;
    legs_tell_structure(d, &v);
}

static void tell(struct deck *d, const struct near *n, uint64_t by_seq)
{
    for (size_t i = 0; i < n->before.n; i++)
        if (!find(&n->after, n->before.said[i].id))
            tell_again(d, &n->before.said[i], PS_RETRACTED, by_seq);
    for (size_t i = 0; i < n->after.n; i++) {
        const struct structure *s = &n->after.said[i], *old = find(&n->before, s->id);
        if (!old || memcmp(old, s, sizeof *s))
            tell_again(d, s, PS_AMENDED, by_seq);
    }
}

void inferred_end(struct deck *d, uint64_t by_seq)
{
    struct inferred *f = d->inferred;
    read_after(d, true); /* once more: packets may have got other ids */
    for (size_t i = 0; i < f->n; i++)
        tell(d, &f->near[i], by_seq);
}

void inferred_renamed(struct deck *d, struct past_print *p, const struct past_print *was,
                      uint64_t by_seq)
{
    struct inferred *f = d->inferred;
    struct package_key key = legs_key(d, p);
    f->n = 0;
    if (!counts(d, p, &key))
        return;
    begin(d, &f->near[f->n++], &key, p);
    read_before(d, p, was);
    inferred_end(d, by_seq);
}
