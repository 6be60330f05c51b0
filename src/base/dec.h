/* Exact decimals: int64 scaled by a power of ten. Prices are 1e-9 dollars, sizes 1e-6 units.
 * No binary floating point; doubles enter only by dec_from_double, at the feed's edge. */
#pragma once
#include "base/base.h"

#define PX_DIGITS  9
#define PX_ONE     INT64_C(1000000000) /* one dollar */
#define QTY_DIGITS 6
#define QTY_ONE    INT64_C(1000000) /* one share or contract */

enum dec_status { DEC_OK = 0, DEC_SYNTAX = -1, DEC_RANGE = -2, DEC_PRECISION = -3 };

/* Parses [-+]digits[.digits] of exactly n bytes. DEC_PRECISION: nonzero digits beyond `digits`.
 * No exponent, no thousands mark, no blanks. *ret is written only on DEC_OK. */
enum dec_status dec_parse(const char *s, size_t n, int digits, int64_t *ret);

/* Rounds half away from zero to 1e-digits; DEC_RANGE for NaN, infinities and overflow. The double
 * is taken as its shortest decimal (17 significant digits), since that is what the feed sent. */
enum dec_status dec_from_double(double d, int digits, int64_t *ret);

/* Writes v with at least min_frac and at most `digits` decimals, trailing zeros cut; returns the
 * length. cap >= 24 always suffices. dec_format(buf, cap, 1500000000, 9, 2) is "1.50". */
size_t dec_format(char *buf, size_t cap, int64_t v, int digits, int min_frac);

/* a*b/c rounded half away from zero through 128 bits; false when it does not fit. c > 0. */
bool dec_muldiv(int64_t a, int64_t b, int64_t c, int64_t *ret);
