/* What goes into the models and what comes out of them, in the market's own terms. */
#pragma once
#include "base/base.h"

/* A price of 1e-9 dollars (base/dec.h) as the nearest double. */
double terms_dollars(int64_t px);

/* Years of 525,600 minutes between two moments of UTC ns, to the ns; 0 when it has passed. */
double terms_years(int64_t now_ns, int64_t expiry_ns);

struct dividend {
    double amount; /* dollars a share */
    double years;  /* until its ex-date */
};

/* The escrowed model: the spot price less the present value of the dividends that go ex after now
 * and no later than expiry. May come out below zero: then the model gives no price. */
double terms_escrow(double spot, double rate, double years, const struct dividend *d, size_t n);

/* Dollars of the underlying that the position moves like: side (1 bought, -1 sold, 0 unknown)
 * * contracts * multiplier * delta * spot. */
double terms_delta_notional(int side, double contracts, double multiplier, double delta,
                            double spot);
