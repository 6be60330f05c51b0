/* A byte queue between exactly one producing and one consuming thread. Records are contiguous,
 * 8-byte aligned and of any length up to a quarter of the ring; neither side ever locks. */
#pragma once
#include "base/base.h"

struct ring;

struct ring *ring_create(size_t bytes); /* rounded up to a power of two */
void ring_destroy(struct ring *r);

/* Producer: room for one record of n bytes, NULL when it does not fit now. Publish with
 * ring_commit (the same n); an uncommitted reservation is simply made again. */
void *ring_reserve(struct ring *r, size_t n);
void ring_commit(struct ring *r, size_t n);
size_t ring_free(const struct ring *r); /* bytes free, as the producer sees it */

/* Consumer: the oldest record or NULL; ring_pop gives it back. */
const void *ring_peek(struct ring *r, size_t *ret_n);
void ring_pop(struct ring *r);
bool ring_empty(const struct ring *r);
