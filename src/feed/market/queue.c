/* A binary heap over slots; slots are reused, so memory grows to the most events ever under way. */
#include "feed/market/queue.h"

#include "base/mem.h"

struct node {
    int64_t recv_ns;
    uint64_t order;
    uint32_t slot;
};
struct queue {
    struct node *heap;
    struct event *slots;
    uint32_t *unused;
    uint32_t n, cap;
    uint64_t order;
};

struct queue *queue_create(void)
{
    return mem_alloc(sizeof(struct queue));
}

void queue_destroy(struct queue *q)
{
    if (!q)
        return;
    mem_free(q->heap);
    mem_free(q->slots);
    mem_free(q->unused);
    mem_free(q);
}

static bool before(const struct node *a, const struct node *b)
{
    return a->recv_ns != b->recv_ns ? a->recv_ns < b->recv_ns : a->order < b->order;
}

/* unused[n..cap) are the free slots when n are taken. */
static void grow(struct queue *q)
{
    uint32_t cap = q->cap ? q->cap * 2 : 1024;
    q->heap = mem_grow(q->heap, cap, sizeof *q->heap);
    q->slots = mem_grow(q->slots, cap, sizeof *q->slots);
    q->unused = mem_grow(q->unused, cap, sizeof *q->unused);
    for (uint32_t i = q->cap; i < cap; i++)
        q->unused[i] = i;
    q->cap = cap;
}

void queue_push(struct queue *q, const struct event *ev)
{
    if (q->n == q->cap)
        grow(q);
    struct node node = {ev->recv_ns, q->order++, q->unused[q->n]};
    q->slots[node.slot] = *ev;
    uint32_t at = q->n++;
    while (at && before(&node, &q->heap[(at - 1) / 2])) {
        q->heap[at] = q->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    q->heap[at] = node;
}

const struct event *queue_peek(const struct queue *q)
{
    return q->n ? &q->slots[q->heap[0].slot] : NULL;
}

void queue_pop(struct queue *q)
{
    assert(q->n);
    struct node last = q->heap[--q->n];
    q->unused[q->n] = q->heap[0].slot;
    uint32_t at = 0, child;
    while ((child = 2 * at + 1) < q->n) {
        child += child + 1 < q->n && before(&q->heap[child + 1], &q->heap[child]);
        if (!before(&q->heap[child], &last))
            break;
        q->heap[at] = q->heap[child];
        at = child;
    }
    q->heap[at] = last;
}
