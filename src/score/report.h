/* A score as text: tables and bars for people (80 to 100 columns), or JSON lines. Written to an
 * open stream, whose errors are its owner's to look at. */
#pragma once
#include <stdio.h>

#include "score/score.h"
#include "score/spread.h"

struct report {
    FILE *out;
    bool ascii;          /* bars of # instead of blocks */
    const char *profile; /* what a batch ran over, told with each part; NULL = one session */
};

/* For people: all of a score; a line a measure of many runs; a line a miss. */
void report_score(const struct report *r, const struct score *s);
void report_runs(const struct report *r, const struct runs *runs);
void report_miss(const struct report *r, const struct score_miss *m);

/* The same facts, one object a line: account, class, parents, side, calibration, reliability,
 * spread, miss. A measure without anything to measure is null. */
void report_score_jsonl(const struct report *r, const struct score *s);
void report_runs_jsonl(const struct report *r, const struct runs *runs);
void report_miss_jsonl(const struct report *r, const struct score_miss *m);
