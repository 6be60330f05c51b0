/* Whole-number draws. See chance.h. */
#include "feed/market/chance.h"

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct chance chance_fork(uint64_t seed, const char *name)
{
    struct chance c;
    uint64_t state = UINT64_C(0xcbf29ce484222325); /* FNV-1a of the name, then the seed */
    for (; *name; name++)
        state = (state ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    state ^= splitmix(&seed);
    for (size_t i = 0; i < ARRAY_LEN(c.s); i++)
        c.s[i] = splitmix(&state);
    return c;
}

/* log2(1 + i/64) in 1/65536. */
static const uint32_t log2_table[65] = {
    0,     1466,  2909,  4331,  5732,  7112,  8473,  9814,  11136, 12440, 13727, 14996, 16248,
    17484, 18704, 19909, 21098, 22272, 23433, 24579, 25711, 26830, 27936, 29029, 30109, 31178,
    32234, 33279, 34312, 35334, 36346, 37346, 38336, 39316, 40286, 41246, 42196, 43137, 44068,
    44990, 45904, 46809, 47705, 48593, 49472, 50344, 51207, 52063, 52911, 53751, 54584, 55410,
    56229, 57040, 57845, 58643, 59434, 60219, 60997, 61769, 62534, 63294, 64047, 64794, 65536,
};

int64_t chance_exp(struct chance *c, int64_t mean)
{
    uint64_t u = chance_next(c) | 1, zeros = (uint64_t)__builtin_clzll(u), x = u << zeros;
    size_t i = x >> 57 & 63;
    uint32_t rest = (uint32_t)(x >> 41) & 0xffff;
    uint32_t mantissa = log2_table[i] + ((log2_table[i + 1] - log2_table[i]) * rest >> 16);
    uint64_t minus_log2 = ((zeros + 1) << 16) - mantissa;
    int64_t minus_ln = (int64_t)(minus_log2 * 45426 >> 16); /* ln 2 in 1/65536 */
    return mean * minus_ln >> 16;
}

int32_t chance_normal(struct chance *c)
{
    int32_t sum = -6 * 65536;
    for (int i = 0; i < 3; i++) {
        uint64_t v = chance_next(c);
        sum += (int32_t)((v & 0xffff) + (v >> 16 & 0xffff) + (v >> 32 & 0xffff) + (v >> 48));
    }
    return sum;
}

size_t chance_row(struct chance *c, const uint32_t *cumulative, size_t n)
{
    uint32_t at = chance_below(c, cumulative[n - 1]);
    size_t lo = 0, hi = n - 1;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (at < cumulative[mid])
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

uint32_t whole_sqrt(uint64_t v)
{
    uint64_t root = 0, bit = UINT64_C(1) << 62;
    while (bit > v)
        bit >>= 2;
    for (; bit; bit >>= 2) {
        if (v >= root + bit) {
            v -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (uint32_t)root;
}
