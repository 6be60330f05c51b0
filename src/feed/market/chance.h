/* Random draws of the synthetic market in whole numbers only, so that every machine draws the same.
 * Each use has a generator of its own, forked by name: more draws in one do not shift the others.
 */
#pragma once
#include "base/base.h"

struct chance {
    uint64_t s[4]; /* xoshiro256** (Blackman and Vigna 2018) */
};

/* A generator of its own for every (seed, name): drawing more from one never shifts another. */
struct chance chance_fork(uint64_t seed, const char *name);

static inline uint64_t chance_next(struct chance *c)
{
    uint64_t *s = c->s, x = s[1] * 5, t = s[1] << 17;
    uint64_t out = (x << 7 | x >> 57) * 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = s[3] << 45 | s[3] >> 19;
    return out;
}

/* 0..n-1; n > 0. */
static inline uint32_t chance_below(struct chance *c, uint32_t n)
{
    return (uint32_t)(((unsigned __int128)chance_next(c) * n) >> 64);
}

/* lo..hi, both included. */
static inline int64_t chance_between(struct chance *c, int64_t lo, int64_t hi)
{
    return lo + (int64_t)(((unsigned __int128)chance_next(c) * (uint64_t)(hi - lo + 1)) >> 64);
}

static inline bool chance_permille(struct chance *c, uint32_t p)
{
    return chance_below(c, 1000) < p;
}

/* An exponential draw of the mean given; at most 44 means. 0 <= mean < 2^40. */
int64_t chance_exp(struct chance *c, int64_t mean);
/* A standard normal draw in 1/65536 (sum of twelve uniform ones). */
int32_t chance_normal(struct chance *c);
/* Index of the row drawn by cumulative weights: weight[i] is the sum up to i, the last the total.
 */
size_t chance_row(struct chance *c, const uint32_t *cumulative, size_t n);

uint32_t whole_sqrt(uint64_t v); /* rounded down */
