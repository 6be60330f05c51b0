/* Single-producer single-consumer byte ring. See ring.h.
 * head and tail count bytes since creation; each side keeps a stale copy of the other's counter so
 * that the shared cache line is read only when the ring looks full or empty. */
#include "base/ring.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"

#define HEADER     ((size_t)8)
#define SKIP       UINT64_MAX /* length word that says: go on at the start of the buffer */
#define ALIGNED(n) (((n) + 7) & ~(size_t)7)

struct ring {
    char *buf;
    size_t size;
    _Alignas(64) _Atomic uint64_t head; /* written by the producer */
    uint64_t tail_seen;                 /* producer's copy */
    uint64_t pad_for_commit;            /* producer: bytes skipped before the reserved record */
    _Alignas(64) _Atomic uint64_t tail; /* written by the consumer */
    uint64_t head_seen;                 /* consumer's copy */
};

struct ring *ring_create(size_t bytes)
{
    size_t size = 4096;
    while (size < bytes)
        size *= 2;
    struct ring *r = aligned_alloc(64, sizeof *r);
    if (!r)
        abort();
    *r = (struct ring){.buf = mem_reserve(size), .size = size};
    return r;
}

void ring_destroy(struct ring *r)
{
    if (!r)
        return;
    mem_unreserve(r->buf, r->size);
    free(r);
}

void *ring_reserve(struct ring *r, size_t n)
{
    size_t need = HEADER + ALIGNED(n);
    assert(need <= r->size / 4);
    uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
    size_t at = head & (r->size - 1);
    size_t pad = at + need > r->size ? r->size - at : 0;
    if (head + pad + need - r->tail_seen > r->size) {
        r->tail_seen = atomic_load_explicit(&r->tail, memory_order_acquire);
        if (head + pad + need - r->tail_seen > r->size)
            return NULL;
    }
    if (pad)
        *(uint64_t *)(void *)(r->buf + at) = SKIP;
    r->pad_for_commit = pad;
    return r->buf + ((head + pad) & (r->size - 1)) + HEADER;
}

void ring_commit(struct ring *r, size_t n)
{
    uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed) + r->pad_for_commit;
    *(uint64_t *)(void *)(r->buf + (head & (r->size - 1))) = n;
    atomic_store_explicit(&r->head, head + HEADER + ALIGNED(n), memory_order_release);
}

size_t ring_free(const struct ring *r)
{
    uint64_t used = atomic_load_explicit(&r->head, memory_order_relaxed) -
                    atomic_load_explicit(&r->tail, memory_order_acquire);
    return r->size - (size_t)used;
}

const void *ring_peek(struct ring *r, size_t *ret_n)
{
    for (;;) {
        uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
        if (tail == r->head_seen) {
            r->head_seen = atomic_load_explicit(&r->head, memory_order_acquire);
            if (tail == r->head_seen)
                return NULL;
        }
        size_t at = tail & (r->size - 1);
        uint64_t n = *(uint64_t *)(void *)(r->buf + at);
        if (n != SKIP) {
            *ret_n = (size_t)n;
            return r->buf + at + HEADER;
        }
        atomic_store_explicit(&r->tail, tail + (r->size - at), memory_order_release);
    }
}

void ring_pop(struct ring *r)
{
    uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
    uint64_t n = *(uint64_t *)(void *)(r->buf + (tail & (r->size - 1)));
    atomic_store_explicit(&r->tail, tail + HEADER + ALIGNED((size_t)n), memory_order_release);
}

bool ring_empty(const struct ring *r)
{
    return atomic_load_explicit(&r->head, memory_order_acquire) ==
           atomic_load_explicit(&r->tail, memory_order_acquire);
}
