/* Event-time order within a bound. See reorder.h. A binary heap; it grows to what a bound of the
 * busiest moment holds and stays there. */
#include "feed/reorder.h"

#include "base/mem.h"

struct held {
    struct event ev;
    uint64_t arrival;
};

struct reorder {
    int64_t bound_ns;
    void (*emit)(void *self, struct event *ev);
    void *self;
    struct held *heap;
    size_t n, cap;
    uint64_t arrivals;
};

struct reorder *reorder_create(int64_t bound_ns, void (*emit)(void *self, struct event *ev),
                               void *self)
{
    struct reorder *r = mem_alloc(sizeof *r);
    r->bound_ns = bound_ns;
    r->emit = emit;
    r->self = self;
    return r;
}

void reorder_destroy(struct reorder *r)
{
    if (!r)
        return;
    mem_free(r->heap);
    mem_free(r);
}

static bool is_print(const struct event *ev)
{
    return ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT || ev->kind == EV_CANCEL ||
           ev->kind == EV_CORRECT;
}

static bool before(const struct held *a, const struct held *b)
{
    if (a->ev.ts_ns != b->ev.ts_ns)
        return a->ev.ts_ns < b->ev.ts_ns;
    if (is_print(&a->ev) != is_print(&b->ev))
        return is_print(&b->ev);
    uint64_t x = is_print(&a->ev) ? a->ev.u.print.id : 0,
             y = is_print(&b->ev) ? b->ev.u.print.id : 0;
    if (x && y && x != y && a->ev.sym == b->ev.sym)
        return x < y;
    return a->arrival < b->arrival;
}

static void swap(struct held *a, struct held *b)
{
    struct held t = *a;
    *a = *b;
    *b = t;
}

static void pop(struct reorder *r)
{
    struct event ev = r->heap[0].ev;
    r->heap[0] = r->heap[--r->n];
    for (size_t i = 0;;) {
        size_t left = 2 * i + 1, least = i;
        for (size_t k = left; k < left + 2 && k < r->n; k++)
            if (before(&r->heap[k], &r->heap[least]))
                least = k;
        if (least == i)
            break;
        swap(&r->heap[i], &r->heap[least]);
        i = least;
    }
    int64_t due;
    if (!__builtin_add_overflow(ev.ts_ns, r->bound_ns, &due))
        ev.recv_ns = MAX(ev.recv_ns, due);
    r->emit(r->self, &ev);
}

void reorder_advance(struct reorder *r, int64_t now_ns)
{
    int64_t free_to;
    if (__builtin_sub_overflow(now_ns, r->bound_ns, &free_to))
        free_to = INT64_MIN;
    while (r->n && r->heap[0].ev.ts_ns < free_to)
        pop(r);
}

void reorder_push(struct reorder *r, const struct event *ev)
{
    reorder_advance(r, ev->recv_ns);
    if (r->n == r->cap) {
        r->cap = MAX(r->cap * 2, (size_t)1024);
        r->heap = mem_grow(r->heap, r->cap, sizeof *r->heap);
    }
    size_t i = r->n++;
    r->heap[i] = (struct held){*ev, r->arrivals++};
    for (; i && before(&r->heap[i], &r->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&r->heap[i], &r->heap[(i - 1) / 2]);
    reorder_advance(r, ev->recv_ns);
}

void reorder_finish(struct reorder *r)
{
    while (r->n)
        pop(r);
}

size_t reorder_held(const struct reorder *r)
{
    return r->n;
}
