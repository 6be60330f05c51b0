/* Common to the benchmark programs: a seeded generator, Zipf draws, and the rows bench.py reads.
 *
 * A program prints one line for each figure, tab separated:
 *     figure  value  unit  limit  target
 * limit: what the machine allows, measured in the same run beside the figure (0 = none); target:
 * ">=X" or "<=X" on the value, or with a trailing x on value/limit; "-" = none. */
#pragma once
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/mem.h"

#define BENCH_ROUNDS 3 /* odd: the median is one of them */

struct bench_rng {
    uint64_t state;
};

/* splitmix64: the next 64 bits. */
static inline uint64_t bench_next(struct bench_rng *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline uint32_t bench_below(struct bench_rng *r, uint32_t n)
{
    return (uint32_t)(((bench_next(r) >> 32) * n) >> 32);
}

/* Cumulative weights 1/(rank+1) over n ranks: Zipf(1.0). Free with mem_free. */
static inline double *bench_zipf(uint32_t n)
{
    double *cdf = mem_alloc(n * sizeof *cdf), sum = 0;
    for (uint32_t i = 0; i < n; i++)
        cdf[i] = sum += 1.0 / (i + 1.0);
    for (uint32_t i = 0; i < n; i++)
        cdf[i] /= sum;
    return cdf;
}

/* A draw from it, scattered so that busy ids are not neighbours in memory. */
static inline uint32_t bench_zipf_draw(const double *cdf, uint32_t n, struct bench_rng *r)
{
    double u = (double)(bench_next(r) >> 11) * 0x1p-53;
    uint32_t lo = 0, hi = n - 1;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (cdf[mid] < u)
            lo = mid + 1;
        else
            hi = mid;
    }
    return (uint32_t)(((uint64_t)lo * 2654435761u + 12345) % n);
}

static inline int bench_order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double bench_median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, bench_order);
    return v[n / 2];
}

static inline void bench_row(const char *figure, double value, const char *unit, double limit,
                             const char *target)
{
    printf("%s\t%.6g\t%s\t%.6g\t%s\n", figure, value, unit, limit, target);
    fflush(stdout);
}
