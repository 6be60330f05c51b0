/* Cancels and corrections that reach a repeat run. See repeat.h. */
#include "flow/repeat_train.h"

struct found {
    struct train *train;
    uint32_t part, before; /* before: the part that leads to it, 0 = it is the first */
};

static bool find_in(struct repeat *r, uint32_t chain, uint64_t id, struct found *ret)
{
    for (uint32_t at = chain; at; at = r->trains[at - 1].sibling) {
        struct found f = {.train = &r->trains[at - 1]};
        for (f.part = f.train->first; f.part; f.part = r->parts[f.part - 1].next) {
            if (r->parts[f.part - 1].p.id == id) {
                *ret = f;
                return true;
            }
            f.before = f.part;
        }
    }
    return false;
}

static void remove_part(struct repeat *r, struct train *t, const struct found *f, bool other)
{
    const struct part *gone = &r->parts[f->part - 1];
    *(f->before ? &part_touch(r, f->before)->next : &t->first) = gone->next;
    if (t->last == f->part)
        t->last = f->before;
    t->own -= other ? MIN(t->own, gone->own) : 0;
    t->n--;
    repeat_free_part(r, f->part);
}

static void set_times(const struct repeat *r, struct train *t)
{
    t->start_ns = r->parts[t->first - 1].p.start_ns;
    t->end_ns = INT64_MIN;
    for (uint32_t at = t->first; at; at = r->parts[at - 1].next)
        t->end_ns = MAX(t->end_ns, r->parts[at - 1].p.end_ns);
}

/* Too few are left: each part stands on its own again. */
static void dissolve(struct repeat *r, struct train *t, const struct packet *by)
{
    for (uint32_t at = t->first; at; at = r->parts[at - 1].next) {
        part_touch(r, at)->head = 0;
        repeat_tell_part(r, &r->parts[at - 1].p, 0, by->at_ns, by->by_seq);
    }
    if (t->state == TRAIN_RUN)
        t->state = TRAIN_CANDIDATE;
    else
        repeat_forget(r, t);
}

/* The run again, under the id it had or, when that part is gone, under its newest part's. */
static void tell_again(struct repeat *r, struct train *t, const struct packet *by)
{
    const struct part *head = repeat_head(r, t);
    bool renamed = !head->head;
    if (renamed)
        part_touch(r, t->last)->head = 1;
    struct packet sum = *repeat_sum(r, t);
    sum.state = PS_AMENDED;
    sum.at_ns = by->at_ns;
    sum.by_seq = by->by_seq;
    r->tell(r->self, &sum);
    for (uint32_t at = t->first; at && renamed; at = r->parts[at - 1].next)
        if (&r->parts[at - 1] != head)
            repeat_tell_part(r, &r->parts[at - 1].p, head->p.id, by->at_ns, by->by_seq);
}

static void revise_run(struct repeat *r, struct train *t, const struct packet *p, bool stays,
                       uint64_t id)
{
    struct packet told = *p;
    if (!stays)
        r->tell(r->self, &told);
    else if (p->id != id)
        repeat_tell_part(r, p, id, p->at_ns, p->by_seq);
    if (t->n >= repeat_need(&r->policy, t->ref, 0, 0))
        tell_again(r, t, p);
    else
        dissolve(r, t, p);
}

bool repeat_revise(struct repeat *r, const struct packet *p)
{
    struct found f;
    const struct repeat_contract *k = &r->contracts[p->sym];
    if (!find_in(r, k->live[0], p->id, &f) && !find_in(r, k->live[1], p->id, &f) &&
        !find_in(r, k->kept, p->id, &f))
        return false;
    struct train *t = train_touch(r, place_of(r, f.train));
    bool run = t->state != TRAIN_CANDIDATE, retracted = p->state == PS_RETRACTED;
    uint64_t id = repeat_head(r, t)->p.id;
    bool stays = repeat_may_join(r, p) && p->side == t->side && repeat_fits_size(r, t->ref, p->qty);
    if (stays)
        part_touch(r, f.part)->p = *p;
    else
        remove_part(r, t, &f, !retracted);
    if (t->n)
        set_times(r, t);
    if (run)
        revise_run(r, t, p, stays, id);
    if (!t->n && t->state == TRAIN_CANDIDATE)
        repeat_forget(r, t);
    return run;
}
