/* Scores of many runs side by side: one value a measure and run, to say how much a measure moves
 * from seed to seed and which seeds are the worst. */
#pragma once
#include "score/score.h"

#define RUNS_WORST 3

struct runs {
    uint64_t *seeds;
    double *values; /* score_measures() a run */
    size_t n;
};

/* Room for n runs, all values NAN until set; seeds are first, first + 1, ... */
void runs_init(struct runs *r, uint64_t first, size_t n);
void runs_finish(struct runs *r);
void runs_set(struct runs *r, size_t run, const struct score *s);

struct runs_measure {
    struct score_measure what; /* value: the mean */
    struct spread spread;
    struct {
        uint64_t seed;
        double value;
    } worst[RUNS_WORST]; /* the worst first, equal ones by seed */
    size_t n_worst;
};
struct runs_measure runs_measure(const struct runs *r, size_t measure);
