/* A growing set of numbers. See bits.h. */
#include "base/bits.h"

#include <string.h>

#include "base/mem.h"

#define PAGE_BITS  (UINT64_C(1) << 19)
#define PAGE_WORDS (PAGE_BITS / 64)

struct bits {
    uint64_t **pages;
    size_t n;
};

struct bits *bits_create(void)
{
    return mem_alloc(sizeof(struct bits));
}

void bits_destroy(struct bits *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n; i++)
        mem_free(b->pages[i]);
    mem_free(b->pages);
    mem_free(b);
}

bool bits_add(struct bits *b, uint64_t n)
{
    size_t page = n / PAGE_BITS;
    assert(n < UINT64_C(1) << 48);
    if (page >= b->n) {
        size_t upto = MAX(page + 1, b->n * 2);
        b->pages = mem_grow(b->pages, upto, sizeof *b->pages);
        memset(b->pages + b->n, 0, (upto - b->n) * sizeof *b->pages);
        b->n = upto;
    }
    if (!b->pages[page])
        b->pages[page] = mem_alloc(PAGE_WORDS * sizeof **b->pages);
    uint64_t *word = &b->pages[page][n % PAGE_BITS / 64], bit = UINT64_C(1) << n % 64;
    bool added = !(*word & bit);
    *word |= bit;
    return added;
}
