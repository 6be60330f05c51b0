/* Quote book. See book.h. */
#include "book/book.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

/* An older quote. `older` is the position (counted from 1 since creation) of the next one; a
 * position that the ring has gone past is gone. */
struct past {
    struct nbbo q;
    uint64_t older;
};

struct slot {
    struct nbbo q;     /* newest; ts_ns only meaningful when `any` */
    uint64_t older;    /* position in the ring, 0 = none */
    uint32_t venues;   /* first venue node plus one */
    bool any;          /* a quote was seen */
    bool consolidated; /* a consolidated quote was seen: venue quotes no longer make the NBBO */
};

struct venue_quote {
    int64_t bid, ask, bid_qty, ask_qty;
    uint64_t bid_seq, ask_seq;
    int64_t bid_ns, ask_ns;
    uint32_t next; /* node plus one */
    uint16_t venue;
};

struct book {
    struct slot *slots; /* by sym */
    struct past *ring;
    struct venue_quote *nodes;
    uint64_t head;    /* positions used so far */
    uint32_t n_nodes; /* nodes in use */
    uint32_t top;     /* slots below this may be in use */
    int64_t alive_ns[2];
};

#define SLOTS_BYTES (LIMIT_INSTRUMENTS * sizeof(struct slot))
#define RING_BYTES  (LIMIT_QUOTE_HISTORY * sizeof(struct past))
#define NODES_BYTES (LIMIT_VENUE_QUOTES * sizeof(struct venue_quote))

struct book *book_create(void)
{
    struct book *b = mem_alloc(sizeof *b);
    b->slots = mem_reserve_table(SLOTS_BYTES);
    b->ring = mem_reserve(RING_BYTES);
    b->nodes = mem_reserve(NODES_BYTES);
    book_reset(b);
    return b;
}

void book_destroy(struct book *b)
{
    if (!b)
        return;
    mem_unreserve(b->slots, SLOTS_BYTES);
    mem_unreserve(b->ring, RING_BYTES);
    mem_unreserve(b->nodes, NODES_BYTES);
    mem_free(b);
}

void book_reset(struct book *b)
{
    memset(b->slots, 0, b->top * sizeof *b->slots);
    b->head = 0;
    b->n_nodes = 0;
    b->top = 0;
    b->alive_ns[0] = b->alive_ns[1] = INT64_MIN;
}

void book_copy(struct book *dst, const struct book *src)
{
    book_reset(dst);
    memcpy(dst->slots, src->slots, src->top * sizeof *src->slots);
    memcpy(dst->ring, src->ring, MIN(src->head, LIMIT_QUOTE_HISTORY) * sizeof *src->ring);
    memcpy(dst->nodes, src->nodes, src->n_nodes * sizeof *src->nodes);
    dst->head = src->head;
    dst->n_nodes = src->n_nodes;
    dst->top = src->top;
    memcpy(dst->alive_ns, src->alive_ns, sizeof dst->alive_ns);
}

void book_prefetch(const struct book *b, uint32_t sym)
{
    const char *s = (const char *)&b->slots[sym];
    __builtin_prefetch(s, 1);
    __builtin_prefetch(s + sizeof(struct slot) - 1, 1);
}

static struct past *past_at(const struct book *b, uint64_t position)
{
    bool kept = position && position + LIMIT_QUOTE_HISTORY > b->head;
    return kept ? &b->ring[(position - 1) % LIMIT_QUOTE_HISTORY] : NULL;
}

static uint64_t remember(struct book *b, const struct nbbo *q, uint64_t older)
{
    uint64_t position = ++b->head;
    b->ring[(position - 1) % LIMIT_QUOTE_HISTORY] = (struct past){.q = *q, .older = older};
    return position;
}

/* Files a quote: at the front, or behind the newer ones it was overtaken by. */
static void file(struct book *b, struct slot *s, const struct nbbo *q)
{
    if (!s->any || q->ts_ns >= s->q.ts_ns) {
        if (s->any)
            s->older = remember(b, &s->q, s->older);
        s->q = *q;
        s->any = true;
        return;
    }
    struct past *newer = NULL;
    uint64_t at = s->older;
    for (struct past *p; (p = past_at(b, at)) && p->q.ts_ns > q->ts_ns; at = p->older)
        newer = p;
    uint64_t position = remember(b, q, at);
    /* remember() may have overwritten the very oldest entry, never `newer`: it was just read as
     * kept and the ring holds more than one. */
    if (newer)
        newer->older = position;
    else
        s->older = position;
}

static struct venue_quote *venue_node(struct book *b, struct slot *s, uint16_t venue)
{
    for (uint32_t i = s->venues; i; i = b->nodes[i - 1].next)
        if (b->nodes[i - 1].venue == venue)
            return &b->nodes[i - 1];
    if (b->n_nodes == LIMIT_VENUE_QUOTES)
        return NULL;
    struct venue_quote *v = &b->nodes[b->n_nodes++];
    *v = (struct venue_quote){.bid = PX_NONE, .ask = PX_NONE, .next = s->venues, .venue = venue};
    s->venues = b->n_nodes;
    return v;
}

/* A quote that another venue has locked or crossed for this long is one whose withdrawal was never
 * sent, as in filtered tapes; for less it is a locked or crossed market. */
#define DEAD_NS NS_PER_SEC

static bool bids(const struct venue_quote *v)
{
    return v->bid != PX_NONE && v->bid_qty > 0;
}

static bool asks(const struct venue_quote *v)
{
    return v->ask != PX_NONE && v->ask_qty > 0;
}

/* The venues with the best bid and the best ask; of equal prices the one shown first. */
static void best(const struct book *b, const struct slot *s, struct venue_quote **ret_bid,
                 struct venue_quote **ret_ask)
{
    struct venue_quote *bid = NULL, *ask = NULL;
    for (uint32_t i = s->venues; i; i = b->nodes[i - 1].next) {
        struct venue_quote *v = &b->nodes[i - 1];
        if (bids(v) &&
            (!bid || v->bid > bid->bid || (v->bid == bid->bid && v->bid_seq < bid->bid_seq)))
            bid = v;
        if (asks(v) &&
            (!ask || v->ask < ask->ask || (v->ask == ask->ask && v->ask_seq < ask->ask_seq)))
            ask = v;
    }
    *ret_bid = bid;
    *ret_ask = ask;
}

/* The NBBO over the venues of a slot at q->ts_ns. */
static void build(const struct book *b, const struct slot *s, struct nbbo *q)
{
    struct venue_quote *bid, *ask;
    for (best(b, s, &bid, &ask); bid && ask && bid->bid >= ask->ask; best(b, s, &bid, &ask)) {
        bool bid_older = bid->bid_ns <= ask->ask_ns;
        if (q->ts_ns - (bid_older ? bid->bid_ns : ask->ask_ns) <= DEAD_NS)
            break;
        *(bid_older ? &bid->bid_qty : &ask->ask_qty) = 0;
    }
    q->bid = bid ? bid->bid : PX_NONE;
    q->bid_qty = bid ? bid->bid_qty : 0;
    q->bid_seq = bid ? bid->bid_seq : 0;
    q->bid_ns = bid ? bid->bid_ns : 0;
    q->ask = ask ? ask->ask : PX_NONE;
    q->ask_qty = ask ? ask->ask_qty : 0;
    q->ask_seq = ask ? ask->ask_seq : 0;
    q->ask_ns = ask ? ask->ask_ns : 0;
}

static void venue_update(struct venue_quote *v, const struct event *ev)
{
    const struct quote *q = &ev->u.quote;
    if (!(q->flags & QUOTE_KEEP_BID)) {
        v->bid = q->bid;
        v->bid_qty = q->bid_qty;
        v->bid_seq = ev->seq;
        v->bid_ns = ev->ts_ns;
    }
    if (!(q->flags & QUOTE_KEEP_ASK)) {
        v->ask = q->ask;
        v->ask_qty = q->ask_qty;
        v->ask_seq = ev->seq;
        v->ask_ns = ev->ts_ns;
    }
}

/* bid + ask of an instrument now; 0 unless both are there. */
static int64_t sum_of(const struct book *b, uint32_t sym)
{
    const struct slot *s = &b->slots[sym];
    int64_t sum = 0;
    bool both = sym && s->any && s->q.bid != PX_NONE && s->q.ask != PX_NONE;
    return both && !__builtin_add_overflow(s->q.bid, s->q.ask, &sum) ? sum : 0;
}

void book_quote(struct book *b, const struct event *ev, uint32_t underlying)
{
    const struct quote *in = &ev->u.quote;
    struct slot *s = &b->slots[ev->sym];
    b->top = MAX(b->top, ev->sym + 1);
    int64_t *alive = &b->alive_ns[ev->kind == EV_EQUITY_QUOTE];
    *alive = MAX(*alive, ev->ts_ns);
    struct nbbo q = {.ts_ns = ev->ts_ns, .under_sum = sum_of(b, underlying)};
    if (ev->venue == 0) {
        bool keep_bid = in->flags & QUOTE_KEEP_BID && s->any;
        bool keep_ask = in->flags & QUOTE_KEEP_ASK && s->any;
        s->consolidated = true;
        q.bid = keep_bid ? s->q.bid : in->bid;
        q.bid_qty = keep_bid ? s->q.bid_qty : in->bid_qty;
        q.bid_seq = keep_bid ? s->q.bid_seq : ev->seq;
        q.bid_ns = keep_bid ? s->q.bid_ns : ev->ts_ns;
        q.ask = keep_ask ? s->q.ask : in->ask;
        q.ask_qty = keep_ask ? s->q.ask_qty : in->ask_qty;
        q.ask_seq = keep_ask ? s->q.ask_seq : ev->seq;
        q.ask_ns = keep_ask ? s->q.ask_ns : ev->ts_ns;
    } else {
        struct venue_quote *v = venue_node(b, s, ev->venue);
        if (!v)
            return;
        venue_update(v, ev);
        if (s->consolidated)
            return;
        build(b, s, &q);
    }
    file(b, s, &q);
}

enum book_answer book_asof(const struct book *b, uint32_t sym, int64_t ts_ns, struct nbbo *ret)
{
    const struct slot *s = &b->slots[sym];
    if (sym >= b->top || !s->any)
        return BOOK_NONE;
    if (s->q.ts_ns <= ts_ns) {
        *ret = s->q;
        return BOOK_FOUND;
    }
    for (uint64_t at = s->older; at;) {
        const struct past *p = past_at(b, at);
        if (!p)
            return BOOK_HISTORY;
        if (p->q.ts_ns <= ts_ns) {
            *ret = p->q;
            return BOOK_FOUND;
        }
        at = p->older;
    }
    return BOOK_NONE;
}

bool book_venue_asof(const struct book *b, uint32_t sym, uint16_t venue, int64_t ts_ns,
                     struct nbbo *ret)
{
    if (!venue || sym >= b->top)
        return false;
    for (uint32_t i = b->slots[sym].venues; i; i = b->nodes[i - 1].next) {
        const struct venue_quote *v = &b->nodes[i - 1];
        int64_t newest = MAX(v->bid_seq ? v->bid_ns : 0, v->ask_seq ? v->ask_ns : 0);
        if (v->venue != venue)
            continue;
        if (newest > ts_ns)
            return false;
        *ret = (struct nbbo){v->bid,     v->ask,     v->bid_qty, v->ask_qty, newest,
                             v->bid_seq, v->ask_seq, v->bid_ns,  v->ask_ns,  0};
        return true;
    }
    return false;
}

int64_t book_alive_ns(const struct book *b, enum event_kind quote_kind)
{
    return b->alive_ns[quote_kind == EV_EQUITY_QUOTE];
}
