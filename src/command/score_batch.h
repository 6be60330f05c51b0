/* Scores over many seeds of the synthetic market: a deck and a feed a seed, side by side on the
 * machine's cores, nothing recorded. The truth of each goes to a file in a temporary folder, which
 * is read when the deck has finished. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "score/spread.h"

struct score_batch {
    uint64_t first, last; /* seeds */
    const char *profile;  /* NULL = the market's own */
    const char *args;     /* more of the feed's options, "rate=5000&for=60s" */
};

/* Fills the sum over all seeds and the values of each; *ret_runs is the caller's to finish. Where
 * it stands goes to standard error. The answer does not depend on the number of cores. */
int score_batch_run(const struct score_batch *b, struct score *ret, struct runs *ret_runs,
                    struct err *err);
