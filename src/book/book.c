/* Quote book. See book.h. */
#include "book/book.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

/* A quote that is not its instrument's newest. They hang in order of entering the ring, not of
 * time: so what the ring holds follows from the quotes alone, and can be made again from those that
 * filled it. `older` is the position (counted from 1 since creation) of the instrument's previous
 * one; a position that the ring has gone past is gone. */
struct past {
    struct nbbo q;
    uint64_t older;
    int64_t older_ns; /* latest event time among all before it; INT64_MIN = there were none */
};

struct slot {
    struct nbbo q;     /* newest; ts_ns only meaningful when `any` */
    uint64_t older;    /* position in the ring, 0 = none */
    int64_t older_ns;  /* latest event time of what entered the ring; only with `older` */
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
    uint64_t blank; /* positions up to it were never filled: the state came from a frame */
    bool *asked;    /* for what a blank position held */
    struct track slot_track, node_track;
};

#define SLOTS_BYTES (LIMIT_INSTRUMENTS * sizeof(struct slot))
#define RING_BYTES  (LIMIT_QUOTE_HISTORY * sizeof(struct past))
#define NODES_BYTES (LIMIT_VENUE_QUOTES * sizeof(struct venue_quote))

struct book *book_create(void)
{
    struct book *b = mem_alloc(sizeof *b);
    b->slots = mem_reserve_table(SLOTS_BYTES);
    b->ring = mem_reserve_table(RING_BYTES);
    b->nodes = mem_reserve(NODES_BYTES);
    b->asked = mem_alloc(sizeof *b->asked);
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
    track_close(&b->slot_track);
    track_close(&b->node_track);
    mem_free(b->asked);
    mem_free(b);
}

void book_reset(struct book *b)
{
    memset(b->slots, 0, b->top * sizeof *b->slots);
    b->head = 0;
    b->n_nodes = 0;
    b->top = 0;
    b->alive_ns[0] = b->alive_ns[1] = INT64_MIN;
    b->blank = 0;
    *b->asked = false;
    track_reset(&b->slot_track);
    track_reset(&b->node_track);
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
    dst->blank = src->blank;
    *dst->asked = *src->asked;
}

void book_prefetch(const struct book *b, uint32_t sym)
{
    const char *s = (const char *)&b->slots[sym];
    __builtin_prefetch(s, 1);
    __builtin_prefetch(s + sizeof(struct slot) - 1, 1);
}

static const struct past *past_at(const struct book *b, uint64_t position)
{
    bool kept = position && position + LIMIT_QUOTE_HISTORY > b->head;
    if (kept && position <= b->blank) {
        *b->asked = true;
        return NULL;
    }
    return kept ? &b->ring[(position - 1) % LIMIT_QUOTE_HISTORY] : NULL;
}

static void remember(struct book *b, struct slot *s, const struct nbbo *q)
{
    int64_t older_ns = s->older ? s->older_ns : INT64_MIN;
    uint64_t position = ++b->head;
    b->ring[(position - 1) % LIMIT_QUOTE_HISTORY] =
        (struct past){.q = *q, .older = s->older, .older_ns = older_ns};
    s->older = position;
    s->older_ns = MAX(older_ns, q->ts_ns);
}

/* The newest goes to the front; one that it overtook goes behind. */
static void file(struct book *b, struct slot *s, const struct nbbo *q)
{
    if (s->any && q->ts_ns < s->q.ts_ns) {
        remember(b, s, q);
        return;
    }
    if (s->any)
        remember(b, s, &s->q);
    s->q = *q;
    s->any = true;
}

static struct venue_quote *venue_node(struct book *b, struct slot *s, uint16_t venue)
{
    for (uint32_t i = s->venues; i; i = b->nodes[i - 1].next)
        if (b->nodes[i - 1].venue == venue)
            return &b->nodes[i - 1];
    if (b->n_nodes == LIMIT_VENUE_QUOTES)
        return NULL;
    track_touch(&b->node_track, b->n_nodes);
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
static void build(struct book *b, const struct slot *s, struct nbbo *q)
{
    struct venue_quote *bid, *ask;
    for (best(b, s, &bid, &ask); bid && ask && bid->bid >= ask->ask; best(b, s, &bid, &ask)) {
        bool bid_older = bid->bid_ns <= ask->ask_ns;
        if (q->ts_ns - (bid_older ? bid->bid_ns : ask->ask_ns) <= DEAD_NS)
            break;
        struct venue_quote *dead = bid_older ? bid : ask;
        track_touch(&b->node_track, (uint32_t)(dead - b->nodes));
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
    track_touch(&b->slot_track, ev->sym);
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
        track_touch(&b->node_track, (uint32_t)(v - b->nodes));
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
    const struct past *best = NULL;
    for (uint64_t at = s->older; at;) {
        const struct past *p = past_at(b, at);
        if (!p)
            return BOOK_HISTORY;
        if (p->q.ts_ns <= ts_ns && (!best || p->q.ts_ns > best->q.ts_ns))
            best = p;
        if (best && best->q.ts_ns >= p->older_ns)
            break;
        at = p->older;
    }
    if (!best)
        return BOOK_NONE;
    *ret = best->q;
    return BOOK_FOUND;
}

bool book_quoted(const struct book *b, uint32_t sym)
{
    return sym < b->top && b->slots[sym].any;
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

/* ---- frames -----------------------------------------------------------------------------------
 */

void book_track(struct book *b)
{
    track_open(&b->slot_track, b->slots, sizeof *b->slots, LIMIT_INSTRUMENTS, &b->top);
    track_open(&b->node_track, b->nodes, sizeof *b->nodes, LIMIT_VENUE_QUOTES, &b->n_nodes);
}

size_t book_tracks(struct book *b, struct track *ret[BOOK_TRACKS])
{
    ret[0] = &b->slot_track;
    ret[1] = &b->node_track;
    return BOOK_TRACKS;
}

struct book_state book_state(const struct book *b)
{
    return (struct book_state){b->head, {b->alive_ns[0], b->alive_ns[1]}, b->n_nodes};
}

size_t book_entry_size(size_t track)
{
    return track == 0 ? sizeof(struct slot) : sizeof(struct venue_quote);
}

bool book_load(struct book *b, size_t track, uint32_t i, const void *entry, size_t size)
{
    if (track == 0) {
        struct slot s;
        if (i >= LIMIT_INSTRUMENTS || size != sizeof s ||
            !frame_bool(entry, offsetof(struct slot, any)) ||
            !frame_bool(entry, offsetof(struct slot, consolidated)))
            return false;
        memcpy(&s, entry, sizeof s);
        if (s.venues > LIMIT_VENUE_QUOTES)
            return false;
        b->slots[i] = s;
        b->top = MAX(b->top, i + 1);
        return true;
    }
    struct venue_quote v;
    if (i >= LIMIT_VENUE_QUOTES || size != sizeof v)
        return false;
    memcpy(&v, entry, sizeof v);
    if (v.next > i) /* a chain leads to older nodes only, and so ends */
        return false;
    b->nodes[i] = v;
    b->n_nodes = MAX(b->n_nodes, i + 1);
    return true;
}

bool book_loaded(struct book *b, const struct book_state *state, bool keep_history)
{
    if (state->nodes != b->n_nodes || (keep_history && b->head != state->head))
        return false;
    for (uint32_t i = 0; i < b->top; i++)
        if (b->slots[i].older > state->head || b->slots[i].venues > b->n_nodes)
            return false;
    b->head = state->head;
    b->blank = keep_history ? b->blank : b->head;
    memcpy(b->alive_ns, state->alive_ns, sizeof b->alive_ns);
    *b->asked = false;
    return true;
}

bool book_asked(const struct book *b)
{
    return *b->asked;
}
