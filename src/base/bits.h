/* A growing set of numbers from a dense range, such as sequence numbers: a bit each, in pages that
 * are made when first needed (one allocation in half a million numbers). */
#pragma once
#include "base/base.h"

struct bits;

struct bits *bits_create(void);
void bits_destroy(struct bits *b); /* NULL is fine */
/* Adds n (below 2^48); false when it was there. */
bool bits_add(struct bits *b, uint64_t n);
