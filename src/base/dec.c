/* Exact decimals. See dec.h. */
#include "base/dec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int64_t pow10_i64(int n)
{
    int64_t p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

enum dec_status dec_parse(const char *s, size_t n, int digits, int64_t *ret)
{
    size_t i = 0;
    bool neg = false, any = false, range = false, precise = true;
    int frac = -1; /* digits seen after the point, -1 before it */
    uint64_t v = 0;
    if (n && (s[0] == '-' || s[0] == '+'))
        neg = s[i++] == '-';
    for (; i < n; i++) {
        unsigned d = (unsigned)(unsigned char)s[i] - '0';
        if (s[i] == '.' && frac < 0) {
            frac = 0;
            continue;
        }
        if (d > 9)
            return DEC_SYNTAX;
        any = true;
        if (frac >= digits) {
            precise &= d == 0;
            continue;
        }
        range |= __builtin_mul_overflow(v, UINT64_C(10), &v) || __builtin_add_overflow(v, d, &v);
        frac += frac >= 0;
    }
    if (!any)
        return DEC_SYNTAX;
    if (!precise)
        return DEC_PRECISION;
    for (int k = frac < 0 ? 0 : frac; k < digits; k++)
        range |= __builtin_mul_overflow(v, UINT64_C(10), &v);
    if (range || v > INT64_MAX)
        return DEC_RANGE;
    *ret = neg ? -(int64_t)v : (int64_t)v;
    return DEC_OK;
}

enum dec_status dec_from_double(double d, int digits, int64_t *ret)
{
    double scaled = d * (double)pow10_i64(digits);
    if (!(fabs(scaled) < 9.2e18))
        return DEC_RANGE;
    /* Below 2^53/10 the product's rounding error stays far from a half unit, so the nearest
     * integer is the decimal that was meant; above it the shortest decimal is parsed instead. */
    if (fabs(scaled) < 9e14) {
        *ret = llround(scaled);
        return DEC_OK;
    }
    char buf[400];
    int n = snprintf(buf, sizeof buf, "%.*f", digits, d);
    for (int p = 1; p <= 17; p++) {
        char g[64], full[400];
        double back = 0;
        snprintf(g, sizeof g, "%.*e", p - 1, d);
        if (sscanf(g, "%lf", &back) != 1 || back != d)
            continue;
        /* Shortest found: print the same value with that many significant digits in plain form. */
        int exp10 = 0;
        if (sscanf(strchr(g, 'e') + 1, "%d", &exp10) != 1)
            return DEC_SYNTAX;
        int keep = p - 1 - exp10;
        n = snprintf(full, sizeof full, "%.*f", MAX(0, MIN(keep, digits)), d);
        memcpy(buf, full, (size_t)n + 1);
        break;
    }
    return dec_parse(buf, (size_t)n, digits, ret);
}

size_t dec_format(char *buf, size_t cap, int64_t v, int digits, int min_frac)
{
    char frac[24];
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    uint64_t one = (uint64_t)pow10_i64(digits);
    uint64_t f = u % one;
    int keep = digits;
    for (int i = digits - 1; i >= 0; i--, f /= 10)
        frac[i] = (char)('0' + f % 10);
    while (keep > min_frac && frac[keep - 1] == '0')
        keep--;
    int n = snprintf(buf, cap, "%s%llu%s%.*s", v < 0 ? "-" : "", (unsigned long long)(u / one),
                     keep ? "." : "", keep, frac);
    return n < 0 ? 0 : MIN((size_t)n, cap ? cap - 1 : 0);
}

bool dec_muldiv(int64_t a, int64_t b, int64_t c, int64_t *ret)
{
    __int128 p = (__int128)a * b;
    __int128 half = c / 2;
    __int128 q = (p < 0 ? p - half : p + half) / c;
    if (q > INT64_MAX || q < INT64_MIN)
        return false;
    *ret = (int64_t)q;
    return true;
}
