/* Baselines on their way from session to session. See carried.h. */
#include "event/carried.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

struct carried {
    struct carried_cell *cells;
    uint32_t n, cap;
};

static const char *const dte_names[BASELINE_DTES] = {"0", "1-7", "8-30", "31-90", "91-365", "366+"};
static const char *const slot_names[BASELINE_SLOTS] = {"pre",   "09:30", "10:00", "10:30", "11:00",
                                                       "11:30", "12:00", "12:30", "13:00", "13:30",
                                                       "14:00", "14:30", "15:00", "15:30", "post"};

const char *baseline_dte_name(int dte)
{
    return dte >= 0 && dte < BASELINE_DTES ? dte_names[dte] : "?";
}

const char *baseline_slot_name(int slot)
{
    return slot >= 0 && slot < BASELINE_SLOTS ? slot_names[slot] : "?";
}

struct carried *carried_create(void)
{
    return mem_alloc(sizeof(struct carried));
}

void carried_destroy(struct carried *c)
{
    if (!c)
        return;
    mem_free(c->cells);
    mem_free(c);
}

bool carried_add(struct carried *c, const struct carried_cell *cell)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < BASELINE_STEPS; i++)
        sum += cell->counts[i];
    if (c->n == LIMIT_BASELINE_CELLS || cell->dte >= BASELINE_DTES ||
        cell->slot >= BASELINE_SLOTS || !cell->n || cell->n > BASELINE_AGE || sum != cell->n ||
        !cell->symbol[0] || cell->symbol[sizeof cell->symbol - 1])
        return false;
    if (c->n == c->cap) {
        c->cap = MAX(2 * c->cap, 256u);
        c->cells = mem_grow(c->cells, c->cap, sizeof *c->cells);
    }
    c->cells[c->n] = *cell;
    memset(c->cells[c->n].pad, 0, sizeof cell->pad);
    c->n++;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return memcmp(a, b, offsetof(struct carried_cell, pad));
}

bool carried_sort(struct carried *c)
{
    if (c->n)
        qsort(c->cells, c->n, sizeof *c->cells, by_name);
    for (uint32_t i = 1; i < c->n; i++)
        if (by_name(&c->cells[i - 1], &c->cells[i]) == 0)
            return false;
    return true;
}

uint32_t carried_count(const struct carried *c)
{
    return c ? c->n : 0;
}

const struct carried_cell *carried_at(const struct carried *c, uint32_t i)
{
    return &c->cells[i];
}

const struct carried_cell *carried_find(const struct carried *c, const char *symbol, uint8_t dte,
                                        uint8_t slot)
{
    struct carried_cell key = {.dte = dte, .slot = slot};
    size_t n = strlen(symbol);
    if (!carried_count(c) || n >= sizeof key.symbol)
        return NULL;
    memcpy(key.symbol, symbol, n);
    return bsearch(&key, c->cells, c->n, sizeof *c->cells, by_name);
}

bool carried_same(const struct carried *a, const struct carried *b)
{
    uint32_t n = carried_count(a);
    return n == carried_count(b) && (!n || memcmp(a->cells, b->cells, n * sizeof *a->cells) == 0);
}
