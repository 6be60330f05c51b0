/* The statistics of a score: shares with their intervals, and how far stated probabilities can be
 * taken at their word. Pure functions over counts (microstructure.md section 12). */
#pragma once
#include "base/base.h"

/* part / whole; NAN when whole is 0. */
double figure_share(uint64_t part, uint64_t whole);

struct interval {
    double low, high; /* NAN when there is nothing to estimate from */
};
/* Wilson score interval of a share, 95 % (E. B. Wilson 1927; z = 1.959964), 0..1. */
struct interval figure_wilson(uint64_t part, uint64_t whole);

/* Harmonic mean of precision and recall from the counts: 2 right / (claimed + wanted). */
double figure_f1(uint64_t right, uint64_t claimed, uint64_t wanted);

/* Forecasts by stated percent, and how many of each came true. Adding two is adding their counts.
 */
#define FIGURE_PERCENTS 101
struct calibration {
    uint64_t n[FIGURE_PERCENTS], right[FIGURE_PERCENTS];
};
void calibration_add(struct calibration *c, uint8_t percent, bool right); /* above 100 is 100 */

/* brier = reliability - resolution + uncertainty holds exactly but for rounding, since the bins are
 * the stated percents themselves (A. H. Murphy 1973). ece: mean distance between what was stated
 * and what came, weighted by bin. log_loss in nats; a statement of 0 or 100 % counts as 1e-6 from
 * it. All NAN without a forecast. */
struct calibration_figures {
    uint64_t n, right;
    double brier, reliability, resolution, uncertainty, ece, log_loss;
};
struct calibration_figures calibration_measure(const struct calibration *c);

/* Of one measure over several runs. sd is the sample's (n - 1), 0 for one run; NAN values are left
 * out and not counted in n. */
struct spread {
    size_t n;
    double mean, sd, low, high; /* NAN when n is 0 */
};
struct spread figure_spread(const double *values, size_t n);
