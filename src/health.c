/* Health of a running recording. See health.h. */
#include "health.h"

#include "base/mem.h"

struct health {
    struct print_tally tally;
    struct event last; /* the print whose join comes next */
    struct {
        uint64_t events, gaps;
        int64_t last_ns;
    } feeds[HEALTH_FEEDS];
    uint64_t gaps, revised;
};

struct health *health_create(void)
{
    return mem_alloc(sizeof(struct health));
}

void health_destroy(struct health *h)
{
    mem_free(h);
}

static void on_event(void *self, const struct event *ev)
{
    struct health *h = self;
    bool gap = ev->kind == EV_GAP;
    h->gaps += gap;
    if (ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT)
        h->last = *ev;
    if (ev->feed >= HEALTH_FEEDS)
        return;
    h->feeds[ev->feed].events++;
    h->feeds[ev->feed].gaps += gap;
    h->feeds[ev->feed].last_ns = ev->recv_ns;
}

static void on_record(void *self, const struct record *rec)
{
    struct health *h = self;
    const struct join *j = &rec->u.join;
    if (rec->kind != REC_JOIN)
        return;
    if (j->by_seq)
        h->revised++;
    else if (j->seq == h->last.seq)
        tally_add(&h->tally, &h->last, j, 1, h->last.u.print.qty);
}

struct sink health_sink(struct health *h)
{
    static const struct sink_ops ops = {"health", on_event, on_record};
    return (struct sink){&ops, h};
}

void health_read(const struct health *h, const struct deck_counts *c, struct health_view *ret)
{
    ret->late = c->late;
    ret->raised = c->raised;
    ret->no_quote = c->no_quote;
    ret->overflow = c->overflow;
    ret->duplicates = c->duplicates;
    ret->repaired = c->repairs[REPAIR_DONE];
    ret->unmatched = c->repairs[REPAIR_NO_TARGET];
    ret->tally = &h->tally;
    ret->gaps = h->gaps;
    ret->revised = h->revised;
    for (size_t i = 0; i < MIN(ret->n_feeds, HEALTH_FEEDS); i++) {
        ret->feeds[i].events = h->feeds[i].events;
        ret->feeds[i].gaps = h->feeds[i].gaps;
        ret->feeds[i].last_ns = h->feeds[i].last_ns;
    }
}
