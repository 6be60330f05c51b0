/* How rare a packet is among those of the same kind before it (microstructure.md section 11: own
 * history by symbol x days to expiry x time of day). One sketch for each such cell counts premiums
 * in a histogram of fixed size: 8 equal steps to each doubling from 1 dollar to 2^26 dollars, so
 * that a step is at most 1/8 of the premiums in it; all below count as the lowest step, all above
 * as the highest. A rank or quantile is exact but for that: what is said to be at least as large as
 * a premium is at least 8/9 of it, and all that is at least as large is counted. Integers only.
 *
 * It adapts: at BASELINE_AGE packets all counts are halved, so that the older ones weigh half. They
 * are halved as sums from the largest premium down, each rounded up; the largest is never forgotten
 * that way, and nothing becomes rarer by it than it was. */
#pragma once
#include "base/base.h"
#include "base/track.h"
#include "event/carried.h"
#include "event/symbol.h"
#include "flow/day.h"

struct baseline_cell {
    uint32_t underlying; /* symbol id */
    uint8_t dte, slot;
    uint16_t carried; /* it began with what a session before had counted */
    uint32_t n;       /* sum of all counts */
    uint16_t octaves[BASELINE_OCTAVES];
    uint16_t counts[BASELINE_STEPS];
};
static_assert(sizeof(struct baseline_cell) == 480, "no padding that is not named");

/* Bucket of days to expiry: 0, 1-7, 8-30, 31-90, 91-365, more; and of the time of day: before the
 * open, the half hours of the regular session, after the close. */
uint8_t baseline_dte(int64_t days);
uint8_t baseline_slot(const struct day *day, int64_t ns);

/* What stands in a cell, for people. The lower edge of a step in 1e-9 dollars; 0 for the lowest. */
int64_t baseline_edge(size_t step);
size_t baseline_step(int64_t premium);
/* Lower edge of the step in which the share num/den of the n counts from below lies; n must not be
 * 0. */
int64_t baseline_quantile(const uint16_t *counts, uint32_t n, uint32_t num, uint32_t den);
/* Median distance of the counts from the median, by the middles of the steps. */
int64_t baseline_mad(const uint16_t *counts, uint32_t n);

struct baseline;

struct baseline *baseline_create(const struct symbols *symbols); /* borrowed */
void baseline_destroy(struct baseline *b);
void baseline_reset(struct baseline *b);
void baseline_copy(struct baseline *dst, const struct baseline *src);
/* A cell begins with what an earlier session had counted in it; before the first rank. Borrowed,
 * and kept by a reset. */
void baseline_begin(struct baseline *b, const struct carried *carried);
const struct carried *baseline_begun(const struct baseline *b); /* NULL = with nothing */
/* What the next session may begin with: the cells as they stand, and those that were carried here
 * and never asked for. *ret_left_out: cells for which there was no room. */
struct carried *baseline_carry(const struct baseline *b, uint32_t *ret_left_out);

struct baseline_key {
    uint32_t underlying; /* symbol id */
    uint8_t dte, slot;
};
struct baseline_rank {
    uint32_t k, n;  /* of n before, k had at least this premium */
    uint8_t reason; /* enum rarity_reason; RR_COLD: n below `min` */
};
/* Ranks a premium in its cell. */
struct baseline_rank baseline_rank(struct baseline *b, struct baseline_key key, int64_t premium,
                                   uint32_t min);
/* Counts it there; without room for its cell nowhere. */
void baseline_add(struct baseline *b, struct baseline_key key, int64_t premium);

/* Cells in use, in the order they were begun. */
uint32_t baseline_count(const struct baseline *b);
const struct baseline_cell *baseline_at(const struct baseline *b, uint32_t i);

/* Frames (base/track.h). */
void baseline_track(struct baseline *b);
struct track *baseline_cells(struct baseline *b);
bool baseline_load(struct baseline *b, uint32_t i, const void *entry, size_t size);
bool baseline_loaded(struct baseline *b); /* after the last; false: no state */
