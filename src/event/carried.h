/* What one session hands on to the next: the baselines of flow/baseline.h by name, as counts of
 * packets by premium. Read-only once sorted; decks borrow it. */
#pragma once
#include "base/base.h"

#define BASELINE_VERSION 1 /* raise when the cells or their steps mean something else */
#define BASELINE_AGE     32768
enum { BASELINE_DTES = 6, BASELINE_SLOTS = 15, BASELINE_OCTAVES = 26, BASELINE_STEPS = 208 };

struct carried_cell {
    char symbol[24];   /* underlying, NUL-padded */
    uint8_t dte, slot; /* buckets of days to expiry and time of day */
    uint8_t pad[2];
    uint32_t n; /* sum of the counts, at most BASELINE_AGE */
    uint16_t counts[BASELINE_STEPS];
};
static_assert(sizeof(struct carried_cell) == 448, "no padding that is not named");

const char *baseline_dte_name(int dte);   /* "8-30"; "?" for none */
const char *baseline_slot_name(int slot); /* "10:30", "pre", "post"; "?" for none */

struct carried;

struct carried *carried_create(void);
void carried_destroy(struct carried *c); /* NULL is fine */
/* False when the cell cannot be one, or when LIMIT_BASELINE_CELLS are there. */
bool carried_add(struct carried *c, const struct carried_cell *cell);
/* After the last; false when two are of the same symbol and buckets. */
bool carried_sort(struct carried *c);

uint32_t carried_count(const struct carried *c); /* 0 for NULL */
const struct carried_cell *carried_at(const struct carried *c, uint32_t i);
/* NULL when there is none. */
const struct carried_cell *carried_find(const struct carried *c, const char *symbol, uint8_t dte,
                                        uint8_t slot);
bool carried_same(const struct carried *a, const struct carried *b); /* both sorted */
