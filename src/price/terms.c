/* Terms of the market for the models. See terms.h. */
#include "price/terms.h"

#include <math.h>

#define DOLLAR_PX 1e9
#define YEAR_NS   (525600.0 * 60e9)

double terms_dollars(int64_t px)
{
    return (double)px / DOLLAR_PX;
}

double terms_years(int64_t now_ns, int64_t expiry_ns)
{
    return expiry_ns > now_ns ? (double)((uint64_t)expiry_ns - (uint64_t)now_ns) / YEAR_NS : 0;
}

double terms_escrow(double spot, double rate, double years, const struct dividend *d, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (d[i].years > 0 && d[i].years <= years)
            spot -= d[i].amount * exp(-rate * d[i].years);
    return spot;
}

double terms_delta_notional(int side, double contracts, double multiplier, double delta,
                            double spot)
{
    return side * contracts * multiplier * delta * spot;
}
