/* The normal distribution in double precision, also far out in its tails. */
#pragma once
#include "base/base.h"

#define SQRT_TWO     1.41421356237309504880
#define SQRT_TWO_PI  2.50662827463100050242
#define SQRT_HALF_PI 1.25331413731550025121

double normal_pdf(double z);
double normal_cdf(double z); /* relative accuracy in the lower tail, too */
/* Inverse of normal_cdf for 0 < p < 1 (Wichura 1988, AS 241), relative error about 1e-15;
 * -inf at 0, inf at 1. */
double normal_quantile(double p);
/* exp(x*x) * erfc(x) (Cody 1969), for x >= -26; infinite below about -26.6. */
double normal_erfcx(double x);
/* Mills' ratio from below: normal_cdf(z) / normal_pdf(z). */
double normal_ratio(double z);
