/* Recent prints. See prints.h. */
#include "flow/prints.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "base/mem.h"

#define BY_ID (LIMIT_PRINT_HISTORY * 2)

struct prints {
    struct past_print *ring;
    uint64_t *newest; /* by sym: position, from 1 */
    uint64_t *by_id;  /* by hash of (sym, venue, id): the last position that had it */
    uint64_t head;
    uint32_t top; /* syms below this may be in use */
    /* After a frame: positions up to `blank` were never filled. What a look at them may have led
     * astray is doubtful from then on, and looking at that is as bad. */
    uint64_t blank;
    int64_t blank_ns;  /* they had all come by then */
    uint8_t *doubtful; /* by sym */
    bool *asked;
};

#define RING_BYTES   (LIMIT_PRINT_HISTORY * sizeof(struct past_print))
#define NEWEST_BYTES (LIMIT_INSTRUMENTS * sizeof(uint64_t))
#define BY_ID_BYTES  (BY_ID * sizeof(uint64_t))
#define DOUBT_BYTES  (LIMIT_INSTRUMENTS * sizeof(uint8_t))

struct prints *prints_create(void)
{
    struct prints *p = mem_alloc(sizeof *p);
    p->ring = mem_reserve_table(RING_BYTES);
    p->newest = mem_reserve_table(NEWEST_BYTES);
    p->by_id = mem_reserve(BY_ID_BYTES);
    p->doubtful = mem_reserve(DOUBT_BYTES);
    p->asked = mem_alloc(sizeof *p->asked);
    return p;
}

void prints_destroy(struct prints *p)
{
    if (!p)
        return;
    mem_unreserve(p->ring, RING_BYTES);
    mem_unreserve(p->newest, NEWEST_BYTES);
    mem_unreserve(p->by_id, BY_ID_BYTES);
    mem_unreserve(p->doubtful, DOUBT_BYTES);
    mem_free(p->asked);
    mem_free(p);
}

static uint64_t *slot_of(const struct prints *p, uint32_t sym, uint16_t venue, uint64_t id)
{
    uint64_t key[2] = {id, (uint64_t)sym << 16 | venue};
    return &p->by_id[XXH3_64bits(key, sizeof key) & (BY_ID - 1)];
}

/* Only what is in use is touched: the slots of remembered ids, the instruments seen. */
void prints_reset(struct prints *p)
{
    uint64_t n = p->blank ? 0 : MIN(p->head, LIMIT_PRINT_HISTORY);
    for (uint64_t i = 0; i < n; i++)
        if (p->ring[i].id)
            *slot_of(p, p->ring[i].sym, p->ring[i].venue, p->ring[i].id) = 0;
    if (p->head > LIMIT_PRINT_HISTORY || p->blank)
        memset(p->by_id, 0, BY_ID_BYTES);
    memset(p->newest, 0, p->top * sizeof *p->newest);
    memset(p->doubtful, 0, p->top * sizeof *p->doubtful);
    p->head = p->blank = 0;
    p->top = 0;
    *p->asked = false;
}

void prints_copy(struct prints *dst, const struct prints *src)
{
    prints_reset(dst);
    uint64_t n = MIN(src->head, LIMIT_PRINT_HISTORY);
    memcpy(dst->ring, src->ring, n * sizeof *src->ring);
    memcpy(dst->newest, src->newest, src->top * sizeof *src->newest);
    for (uint64_t i = 0; i < n; i++) {
        const struct past_print *e = &src->ring[i];
        if (e->id)
            *slot_of(dst, e->sym, e->venue, e->id) = *slot_of(src, e->sym, e->venue, e->id);
    }
    dst->head = src->head;
    dst->top = src->top;
}

static struct past_print *at(const struct prints *p, uint64_t position)
{
    bool kept = position > p->blank && position + LIMIT_PRINT_HISTORY > p->head;
    return kept ? &p->ring[(position - 1) % LIMIT_PRINT_HISTORY] : NULL;
}

void prints_prefetch(const struct prints *p, uint32_t sym)
{
    __builtin_prefetch(&p->newest[sym], 1);
    const char *next = (const char *)&p->ring[p->head % LIMIT_PRINT_HISTORY];
    for (size_t at = 0; at < sizeof(struct past_print); at += 64)
        __builtin_prefetch(next + at, 1);
}

struct past_print *prints_add(struct prints *p, const struct past_print *print)
{
    uint64_t position = ++p->head;
    struct past_print *e = &p->ring[(position - 1) % LIMIT_PRINT_HISTORY];
    *e = *print;
    e->older = p->newest[e->sym];
    e->doubtful = p->doubtful[e->sym];
    p->newest[e->sym] = position;
    p->top = MAX(p->top, e->sym + 1);
    if (e->id)
        *slot_of(p, e->sym, e->venue, e->id) = position;
    return e;
}

struct past_print *prints_at(const struct prints *p, uint64_t position)
{
    return position <= p->head ? at(p, position) : NULL;
}

uint64_t prints_place(const struct prints *p, const struct past_print *of)
{
    uint64_t newest = (p->head - 1) % LIMIT_PRINT_HISTORY, index = (uint64_t)(of - p->ring);
    return p->head - (newest + LIMIT_PRINT_HISTORY - index) % LIMIT_PRINT_HISTORY;
}

struct past_print *prints_ask(const struct prints *p, uint64_t position)
{
    struct past_print *e = prints_at(p, position);
    bool blind = position && position <= p->blank && position + LIMIT_PRINT_HISTORY > p->head;
    *p->asked |= blind || (e && e->doubtful);
    return e;
}

/* A chain that ends only because what came before is blank. */
static bool ends_blind(const struct prints *p, uint64_t position)
{
    return !position && p->blank && p->blank + LIMIT_PRINT_HISTORY > p->head;
}

bool prints_far(const struct prints *p, const struct past_print *of, int64_t gap_ns)
{
    return ends_blind(p, of->older) && of->recv_ns - p->blank_ns > gap_ns;
}

/* Somebody looks at an instrument's chain where it ends, or at an entry of it. */
static struct past_print *look(const struct prints *p, uint32_t sym, uint64_t position)
{
    struct past_print *e = at(p, position);
    bool blind = ends_blind(p, position);
    *p->asked |= blind || (e && e->doubtful);
    if (blind) {
        p->doubtful[sym] = true;
        for (e = at(p, p->newest[sym]); e; e = at(p, e->older))
            e->doubtful = true;
    }
    return blind ? NULL : e;
}

struct past_print *prints_newest(const struct prints *p, uint32_t sym)
{
    return look(p, sym, p->newest[sym]);
}

struct past_print *prints_older(const struct prints *p, const struct past_print *of)
{
    return look(p, of->sym, of->older);
}

struct past_print *prints_by_id(const struct prints *p, uint32_t sym, uint16_t venue, uint64_t id)
{
    for (struct past_print *e = prints_newest(p, sym); e; e = prints_older(p, e))
        if (e->id == id && (!venue || e->venue == venue))
            return e;
    return NULL;
}

struct past_print *prints_equal(const struct prints *p, uint32_t sym, uint16_t venue, int64_t px,
                                int64_t qty, bool oldest, bool *ret_again)
{
    struct past_print *found = NULL;
    *ret_again = false;
    for (struct past_print *e = prints_newest(p, sym); e; e = prints_older(p, e)) {
        if (e->venue != venue || e->join.px != px || e->join.qty != qty)
            continue;
        if (e->join.revision == REV_CANCELLED) {
            *ret_again = true;
            continue;
        }
        found = e;
        if (!oldest)
            break;
    }
    return found;
}

bool prints_has(const struct prints *p, const struct event *ev)
{
    const struct past_print *e = at(p, *slot_of(p, ev->sym, ev->venue, ev->u.print.id));
    return ev->u.print.id && e && e->sym == ev->sym && e->venue == ev->venue &&
           e->id == ev->u.print.id && e->ts_ns == ev->ts_ns && e->join.px == ev->u.print.px &&
           e->join.qty == ev->u.print.qty;
}

uint64_t prints_head(const struct prints *p)
{
    return p->head;
}

bool prints_loaded(struct prints *p, uint64_t head, int64_t clock_ns, bool keep_history)
{
    if (keep_history) {
        memset(p->doubtful, 0, p->top * sizeof *p->doubtful);
        *p->asked = false;
        return p->head == head;
    }
    prints_reset(p);
    p->head = p->blank = head;
    p->blank_ns = clock_ns;
    return true;
}

bool prints_asked(const struct prints *p)
{
    return *p->asked;
}
