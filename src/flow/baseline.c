/* Histories of premium. See baseline.h. */
#include "flow/baseline.h"

#include <string.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "event/record.h"

#define STEPS_EACH 8 /* of a doubling */
#define UNIT       (PX_ONE / STEPS_EACH)
#define SLOTS      (2 * LIMIT_BASELINE_CELLS)
#define POOL_BYTES (LIMIT_BASELINE_CELLS * sizeof(struct baseline_cell))

struct baseline {
    const struct symbols *symbols; /* borrowed */
    const struct carried *carried; /* borrowed; NULL = nothing */
    struct baseline_cell *pool;
    uint32_t used;
    uint32_t *index; /* open addressing: pool index plus one, 0 = free */
    struct track track;
};

static_assert(BASELINE_STEPS == BASELINE_OCTAVES * STEPS_EACH, "every octave has its steps");
static_assert((SLOTS & (SLOTS - 1)) == 0, "the hash is masked");

/* ---- the sketch -------------------------------------------------------------------------------
 */

size_t baseline_step(int64_t premium)
{
    uint64_t u = premium > 0 ? (uint64_t)(premium / UNIT) : 0;
    if (u < STEPS_EACH)
        return 0;
    unsigned octave = 63u - (unsigned)__builtin_clzll(u) - 3;
    if (octave >= BASELINE_OCTAVES)
        return BASELINE_STEPS - 1;
    return octave * STEPS_EACH + ((u >> octave) & (STEPS_EACH - 1));
}

int64_t baseline_edge(size_t step)
{
    int64_t sub = STEPS_EACH + (int64_t)(step % STEPS_EACH);
    return step ? (sub << step / STEPS_EACH) * UNIT : 0;
}

static int64_t middle(size_t step)
{
    int64_t from = baseline_edge(step);
    return step + 1 < BASELINE_STEPS ? from + (baseline_edge(step + 1) - from) / 2 : from;
}

static uint32_t at_least(const struct baseline_cell *c, size_t step)
{
    uint32_t k = 0;
    size_t octave = step / STEPS_EACH;
    for (size_t i = step; i < (octave + 1) * STEPS_EACH; i++)
        k += c->counts[i];
    for (size_t i = octave + 1; i < BASELINE_OCTAVES; i++)
        k += c->octaves[i];
    return k;
}

static void sum_up(struct baseline_cell *c)
{
    c->n = 0;
    for (size_t i = 0; i < BASELINE_OCTAVES; i++) {
        uint32_t sum = 0;
        for (size_t k = 0; k < STEPS_EACH; k++)
            sum += c->counts[i * STEPS_EACH + k];
        c->octaves[i] = (uint16_t)sum;
        c->n += sum;
    }
}

/* Sums from the top: what stands at or above a step becomes half of it, rounded up. */
static void age(struct baseline_cell *c)
{
    uint32_t above = 0, kept = 0;
    for (size_t i = BASELINE_STEPS; i-- > 0;) {
        above += c->counts[i];
        c->counts[i] = (uint16_t)((above + 1) / 2 - kept);
        kept = (above + 1) / 2;
    }
    sum_up(c);
}

static void add_to(struct baseline_cell *c, size_t step)
{
    if (c->n >= BASELINE_AGE)
        age(c);
    c->counts[step]++;
    c->octaves[step / STEPS_EACH]++;
    c->n++;
}

int64_t baseline_quantile(const uint16_t *counts, uint32_t n, uint32_t num, uint32_t den)
{
    uint64_t below = 0, want = ((uint64_t)n * num + den - 1) / den;
    for (size_t i = 0; i < BASELINE_STEPS; i++) {
        below += counts[i];
        if (below && below >= want)
            return baseline_edge(i);
    }
    return baseline_edge(BASELINE_STEPS - 1);
}

/* Walks from the median's step outwards, always to the nearer side, until half have been met. */
int64_t baseline_mad(const uint16_t *counts, uint32_t n)
{
    size_t at = baseline_step(baseline_quantile(counts, n, 1, 2)), lo = at, hi = at + 1;
    int64_t from = middle(at), off = 0;
    uint64_t met = 0;
    while (met < (n + 1) / 2 && (lo != SIZE_MAX || hi < BASELINE_STEPS)) {
        int64_t below = lo != SIZE_MAX ? from - middle(lo) : INT64_MAX;
        int64_t above = hi < BASELINE_STEPS ? middle(hi) - from : INT64_MAX;
        size_t step = below <= above ? lo-- : hi++;
        met += counts[step];
        off = MIN(below, above);
    }
    return off;
}

/* ---- the cells --------------------------------------------------------------------------------
 */

uint8_t baseline_dte(int64_t days)
{
    static const int64_t upto[BASELINE_DTES - 1] = {0, 7, 30, 90, 365};
    uint8_t dte = 0;
    while (dte < BASELINE_DTES - 1 && days > upto[dte])
        dte++;
    return dte;
}

uint8_t baseline_slot(const struct day *day, int64_t ns)
{
    const int64_t half_hour = 1800 * NS_PER_SEC;
    if (ns < day->open_ns)
        return 0;
    if (ns >= day->close_ns)
        return BASELINE_SLOTS - 1;
    return (uint8_t)MIN((ns - day->open_ns) / half_hour + 1, BASELINE_SLOTS - 2);
}

struct baseline *baseline_create(const struct symbols *symbols)
{
    struct baseline *b = mem_alloc(sizeof *b);
    b->symbols = symbols;
    b->pool = mem_reserve_table(POOL_BYTES);
    b->index = mem_reserve(SLOTS * sizeof *b->index);
    return b;
}

void baseline_destroy(struct baseline *b)
{
    if (!b)
        return;
    mem_unreserve(b->pool, POOL_BYTES);
    mem_unreserve(b->index, SLOTS * sizeof *b->index);
    track_close(&b->track);
    mem_free(b);
}

void baseline_reset(struct baseline *b)
{
    memset(b->pool, 0, b->used * sizeof *b->pool);
    if (b->used)
        memset(b->index, 0, SLOTS * sizeof *b->index);
    b->used = 0;
    track_reset(&b->track);
}

void baseline_copy(struct baseline *dst, const struct baseline *src)
{
    baseline_reset(dst);
    memcpy(dst->pool, src->pool, src->used * sizeof *src->pool);
    if (src->used)
        memcpy(dst->index, src->index, SLOTS * sizeof *src->index);
    dst->used = src->used;
    dst->symbols = src->symbols;
    dst->carried = src->carried;
}

void baseline_begin(struct baseline *b, const struct carried *carried)
{
    b->carried = carried_count(carried) ? carried : NULL;
}

const struct carried *baseline_begun(const struct baseline *b)
{
    return b->carried;
}

/* The place of a cell in the index: where it stands, or the free one where it would. */
static uint32_t *place(const struct baseline *b, struct baseline_key key)
{
    uint64_t bits = (uint64_t)key.underlying << 16 | (uint64_t)key.dte << 8 | key.slot;
    uint32_t at = (uint32_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    for (;; at++) {
        uint32_t *p = &b->index[at & (SLOTS - 1)];
        const struct baseline_cell *c = *p ? &b->pool[*p - 1] : NULL;
        if (!c || (c->underlying == key.underlying && c->dte == key.dte && c->slot == key.slot))
            return p;
    }
}

static struct baseline_cell *begin_cell(struct baseline *b, struct baseline_key key)
{
    track_touch(&b->track, b->used);
    struct baseline_cell *c = &b->pool[b->used++];
    *c = (struct baseline_cell){.underlying = key.underlying, .dte = key.dte, .slot = key.slot};
    const struct instrument *in = b->carried ? symbols_get(b->symbols, key.underlying) : NULL;
    const struct carried_cell *from = in ? carried_find(b->carried, in->symbol, key.dte, key.slot)
                                         : NULL;
    if (from) {
        c->carried = true;
        memcpy(c->counts, from->counts, sizeof c->counts);
        sum_up(c);
    }
    return c;
}

/* The cell of a key, made when it is not there; NULL when there is no room. */
static struct baseline_cell *cell_of(struct baseline *b, struct baseline_key key)
{
    uint32_t *at = place(b, key);
    if (*at)
        return &b->pool[*at - 1];
    if (b->used == LIMIT_BASELINE_CELLS)
        return NULL;
    struct baseline_cell *c = begin_cell(b, key);
    *at = b->used;
    return c;
}

struct baseline_rank baseline_rank(struct baseline *b, struct baseline_key key, int64_t premium,
                                   uint32_t min)
{
    const struct baseline_cell *c = cell_of(b, key);
    if (!c)
        return (struct baseline_rank){.reason = RR_FULL};
    return (struct baseline_rank){.k = at_least(c, baseline_step(premium)),
                                  .n = c->n,
                                  .reason = c->n < min || !c->n ? RR_COLD : RR_OK};
}

void baseline_add(struct baseline *b, struct baseline_key key, int64_t premium)
{
    struct baseline_cell *c = cell_of(b, key);
    if (!c)
        return;
    track_touch(&b->track, (uint32_t)(c - b->pool));
    add_to(c, baseline_step(premium));
}

static bool hand_on(const struct baseline *b, const struct baseline_cell *c, struct carried *to)
{
    const struct instrument *in = symbols_get(b->symbols, c->underlying);
    struct carried_cell cell = {.dte = c->dte, .slot = c->slot, .n = c->n};
    size_t n = in ? strlen(in->symbol) : 0;
    if (!n || n >= sizeof cell.symbol)
        return false;
    memcpy(cell.symbol, in->symbol, n);
    memcpy(cell.counts, c->counts, sizeof cell.counts);
    return carried_add(to, &cell);
}

struct carried *baseline_carry(const struct baseline *b, uint32_t *ret_left_out)
{
    uint32_t n = carried_count(b->carried), left_out = 0;
    bool *used = mem_alloc(n + 1);
    struct carried *to = carried_create();
    for (uint32_t i = 0; i < b->used; i++) {
        const struct baseline_cell *c = &b->pool[i];
        const struct instrument *in = symbols_get(b->symbols, c->underlying);
        if (c->carried && in)
            used[carried_find(b->carried, in->symbol, c->dte, c->slot) -
                 carried_at(b->carried, 0)] = true;
        left_out += c->n && !hand_on(b, c, to);
    }
    for (uint32_t i = 0; i < n; i++)
        left_out += !used[i] && !carried_add(to, carried_at(b->carried, i));
    mem_free(used);
    bool sorted = carried_sort(to);
    assert(sorted);
    (void)sorted;
    *ret_left_out = left_out;
    return to;
}

uint32_t baseline_count(const struct baseline *b)
{
    return b->used;
}

const struct baseline_cell *baseline_at(const struct baseline *b, uint32_t i)
{
    return &b->pool[i];
}

/* ---- frames -----------------------------------------------------------------------------------
 */

void baseline_track(struct baseline *b)
{
    track_open(&b->track, b->pool, sizeof *b->pool, LIMIT_BASELINE_CELLS, &b->used);
}

struct track *baseline_cells(struct baseline *b)
{
    return &b->track;
}

bool baseline_load(struct baseline *b, uint32_t i, const void *entry, size_t size)
{
    struct baseline_cell c;
    if (i >= LIMIT_BASELINE_CELLS || size != sizeof c)
        return false;
    memcpy(&c, entry, sizeof c);
    uint32_t n = c.n;
    sum_up(&c);
    if (c.dte >= BASELINE_DTES || c.slot >= BASELINE_SLOTS || !c.underlying || c.n != n ||
        n > BASELINE_AGE)
        return false;
    b->pool[i] = c;
    b->used = MAX(b->used, i + 1);
    return true;
}

bool baseline_loaded(struct baseline *b)
{
    memset(b->index, 0, SLOTS * sizeof *b->index);
    for (uint32_t i = 0; i < b->used; i++) {
        const struct baseline_cell *c = &b->pool[i];
        uint32_t *at = place(b, (struct baseline_key){c->underlying, c->dte, c->slot});
        if (*at || !c->underlying)
            return false;
        *at = i + 1;
    }
    return true;
}
