/* The normal distribution. See normal.h. The coefficients are those of the papers named there. */
#include "price/normal.h"

#include <math.h>

double normal_pdf(double z)
{
    return exp(-0.5 * z * z) / SQRT_TWO_PI;
}

double normal_cdf(double z)
{
    return 0.5 * erfc(-z / SQRT_TWO);
}

/* c[0] + c[1]*x + ... */
static double polynomial(const double *c, int n, double x)
{
    double sum = c[n - 1];
    for (int i = n - 2; i >= 0; i--)
        sum = sum * x + c[i];
    return sum;
}

#define RATIO(p, q, x) (polynomial(p, ARRAY_LEN(p), x) / polynomial(q, ARRAY_LEN(q), x))

double normal_quantile(double p)
{
    static const double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                               1.9715909503065514427e+3, 1.3731693765509461125e+4,
                               4.5921953931549871457e+4, 6.7265770927008700853e+4,
                               3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[] = {1,
                               4.2313330701600911252e+1,
                               6.8718700749205790830e+2,
                               5.3941960214247511077e+3,
                               2.1213794301586595867e+4,
                               3.9307895800092710610e+4,
                               2.8729085735721942674e+4,
                               5.2264952788528545610e+3};
    static const double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                               5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                               1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[] = {1,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * RATIO(a, b, r);
    }
    double tail = q < 0 ? p : 1 - p;
    if (tail <= 0)
        return q < 0 ? -INFINITY : INFINITY;
    double r = sqrt(-log(tail));
    double z = r <= 5 ? RATIO(c, d, r - 1.6) : RATIO(e, f, r - 5);
    return q < 0 ? -z : z;
}

/* For x >= 0.46875. */
static double erfcx_above(double x)
{
    static const double c[] = {
        1.23033935479799725e3, 2.05107837782607147e3,  1.71204761263407058e3,
        8.81952221241769090e2, 2.98635138197400131e2,  6.61191906371416295e1,
        8.88314979438837594e0, 5.64188496988670089e-1, 2.15311535474403846e-8};
    static const double d[] = {1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3,
                               3.29079923573345963e3, 1.62138957456669019e3, 5.37181101862009858e2,
                               1.17693950891312499e2, 1.57449261107098347e1, 1};
    static const double p[] = {6.58749161529837803e-4, 1.60837851487422766e-2,
                               1.25781726111229246e-1, 3.60344899949804439e-1,
                               3.05326634961232344e-1, 1.63153871373020978e-2};
    static const double q[] = {2.33520497626869185e-3, 6.05183413124413191e-2,
                               5.27905102951428412e-1, 1.87295284992346725e0,
                               2.56852019228982242e0,  1};
    if (x <= 4)
        return RATIO(c, d, x);
    double y = 1 / (x * x);
    return (0.56418958354775628695 - y * RATIO(p, q, y)) / x;
}

double normal_erfcx(double x)
{
    if (x >= 0.46875)
        return erfcx_above(x);
    if (x > -0.46875)
        return exp(x * x) * (1 - erf(x));
    return 2 * exp(x * x) - erfcx_above(-x);
}

double normal_ratio(double z)
{
    return SQRT_HALF_PI * normal_erfcx(-z / SQRT_TWO);
}
