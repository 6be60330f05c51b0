/* Gathering what a deck said. See claims.h. */
#include "score/claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define PAGE 1024

static void add_print(struct claims *c, const struct event *ev)
{
    if (c->n_prints == c->prints_cap) {
        c->prints_cap = MAX(c->prints_cap * 2, 4096u);
        c->prints = mem_grow(c->prints, c->prints_cap, sizeof *c->prints);
    }
    c->prints[c->n_prints++] = (struct claim_print){
        .seq = ev->seq,
        .id = ev->u.print.id,
        .qty = ev->u.print.qty,
        .printed = ev->u.print.qty,
        .sym = ev->sym,
        .option = ev->kind == EV_OPTION_PRINT,
    };
}

static void add_packet(struct claims *c, const struct packet *p)
{
    if (c->n_packets == c->packets_cap) {
        c->packets_cap = MAX(c->packets_cap * 2, 4096u);
        c->packets = mem_grow(c->packets, c->packets_cap, sizeof *c->packets);
    }
    c->packets[c->n_packets++] = (struct claim_packet){
        .id = p->id,
        .parent = p->parent,
        .side = p->side,
        .kind = p->kind,
        .grade = p->grade,
        .state = p->state,
    };
}

static void set_join(struct claim_print *p, const struct join *j)
{
    p->packet = j->packet;
    p->qty = j->qty;
    p->side = j->side;
    p->placement = j->placement;
    p->confidence = j->confidence;
    p->off_exchange = (j->flags & JOIN_OFF_EXCHANGE) != 0;
    p->cancelled = j->revision == REV_CANCELLED;
    p->notice = j->reason == SR_CANCELLED;
}

static int compare_print(const void *a, const void *b)
{
    const struct claim_print *x = a, *y = b;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

static struct claim_print *find_print(struct claims *c, uint64_t seq)
{
    struct claim_print key = {.seq = seq};
    struct claim_print *last = c->n_prints ? &c->prints[c->n_prints - 1] : NULL;
    if (!last || last->seq == seq)
        return last;
    return bsearch(&key, c->prints, c->n_prints, sizeof *c->prints, compare_print);
}

static void on_event(void *self, const struct event *ev)
{
    if (ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT)
        add_print(self, ev);
}

static void on_record(void *self, const struct record *rec)
{
    struct claims *c = self;
    if (rec->kind == REC_PACKET)
        add_packet(c, &rec->u.packet);
    if (rec->kind != REC_JOIN)
        return;
    struct claim_print *p = find_print(c, rec->u.join.seq);
    if (p)
        set_join(p, &rec->u.join);
}

static const struct sink_ops ops = {.name = "claims", .event = on_event, .record = on_record};

struct sink claims_sink(struct claims *c)
{
    return (struct sink){&ops, c};
}

static int read_kind(struct claims *c, struct reader *r, enum row_kind kind, struct err *err)
{
    struct row *page = mem_grow(NULL, PAGE, sizeof *page);
    uint64_t after = 0;
    int got;
    while ((got = reader_page_after(r, kind, PLAYHEAD_END, after, page, PAGE, err)) > 0)
        for (int i = 0; i < got; i++) {
            after = page[i].key;
            if (kind == ROW_PACKET) {
                add_packet(c, &page[i].u.packet);
                continue;
            }
            add_print(c, &page[i].ev);
            set_join(&c->prints[c->n_prints - 1], &page[i].u.join);
        }
    mem_free(page);
    return got == -ERR_NO_ROWS ? 0 : got;
}

int claims_read(struct claims *c, struct reader *r, struct err *err)
{
    int rc = read_kind(c, r, ROW_OPTION, err);
    if (rc == 0)
        rc = read_kind(c, r, ROW_EQUITY, err);
    if (rc == 0)
        rc = read_kind(c, r, ROW_PACKET, err);
    return rc;
}

/* Versions of a packet stand in the order of emission, and qsort need not keep it: hence `at`. */
struct version {
    struct claim_packet packet;
    size_t at;
};

static int compare_version(const void *a, const void *b)
{
    const struct version *x = a, *y = b;
    if (x->packet.id != y->packet.id)
        return x->packet.id < y->packet.id ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* A print that by its condition is a cancel is no trade that could have a parent. */
static void settle_prints(struct claims *c)
{
    size_t kept = 0;
    if (c->n_prints)
        qsort(c->prints, c->n_prints, sizeof *c->prints, compare_print);
    for (size_t i = 0; i < c->n_prints; i++)
        if (!c->prints[i].notice || c->prints[i].cancelled)
            c->prints[kept++] = c->prints[i];
    c->n_prints = kept;
}

static void settle_packets(struct claims *c)
{
    struct version *all = mem_grow(NULL, MAX(c->n_packets, 1u), sizeof *all);
    size_t n = c->n_packets, kept = 0;
    for (size_t i = 0; i < n; i++)
        all[i] = (struct version){c->packets[i], i};
    qsort(all, n, sizeof *all, compare_version);
    for (size_t i = 0; i < n; i++) {
        bool last = i + 1 == n || all[i + 1].packet.id != all[i].packet.id;
        if (last && all[i].packet.state != PS_RETRACTED)
            c->packets[kept++] = all[i].packet;
    }
    c->n_packets = kept;
    mem_free(all);
}

static int compare_packet(const void *a, const void *b)
{
    const struct claim_packet *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* Prints of a part belong to the run it is a part of; parts go. */
static void settle_parts(struct claims *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->n_prints && c->n_packets; i++) {
        struct claim_packet key = {.id = c->prints[i].packet};
        const struct claim_packet *p =
            bsearch(&key, c->packets, c->n_packets, sizeof key, compare_packet);
        if (p && p->state == PS_MERGED)
            c->prints[i].packet = p->parent;
    }
    for (size_t i = 0; i < c->n_packets; i++)
        if (c->packets[i].state != PS_MERGED)
            c->packets[kept++] = c->packets[i];
    c->n_packets = kept;
}

void claims_settle(struct claims *c)
{
    settle_prints(c);
    settle_packets(c);
    settle_parts(c);
}

void claims_finish(struct claims *c)
{
    mem_free(c->prints);
    mem_free(c->packets);
    *c = (struct claims){0};
}
