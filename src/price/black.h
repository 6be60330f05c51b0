/* European options: Black (1976) on a forward, Black-Scholes-Merton on a spot price.
 *
 * The one place of binary floating point: prices come in as decimals and leave as doubles. All
 * units are plain: a price in dollars, time in years, rates continuous per year, volatility per
 * square root of a year; greeks per unit (a vega of 18.9 is per 1.00 of volatility, theta and
 * charm per year). Formulas: Haug, The Complete Guide to Option Pricing Formulas, chapters 1-2. */
#pragma once
#include "base/base.h"

enum option_right { RIGHT_PUT = -1, RIGHT_CALL = 1 };

/* Why an input has no price: one row a reason, with the sentence for a person. */
#define PRICE_FAULTS(X)                                                                            \
    X(NONE, "fine")                                                                                \
    X(SPOT, "the price of the underlying must be a number from 0")                                 \
    X(STRIKE, "the strike must be a number from 0")                                                \
    X(YEARS, "the time to expiry must be a number of years from 0")                                \
    X(RATE, "the rates must be numbers, and their growth until expiry must stay finite")           \
    X(DISCOUNT, "the discount factor must be a number above 0")                                    \
    X(VOL, "the volatility must be a number from 0")                                               \
    X(TWO_BOUNDARIES, "with these negative rates early exercise has two boundaries; no price")     \
    X(UNSETTLED, "the early exercise boundary does not settle; no price")

#define PRICE_FAULT_ENUM(name, sentence) FAULT_##name,
enum price_fault { PRICE_FAULTS(PRICE_FAULT_ENUM) FAULT_COUNT };
const char *price_fault_sentence(enum price_fault fault);

struct greeks {
    double price;
    double delta, gamma; /* by the spot, or by the forward for Black */
    double vega;         /* by volatility */
    double theta;        /* by calendar time, per year */
    double rho;          /* by the rate; Black: the forward stays, -T * price */
    double vanna, volga; /* of delta and of vega, by volatility */
    double charm;        /* of delta, by calendar time, per year */
};

struct bsm {
    enum option_right right;
    double spot, strike, years, rate, yield, vol;
};

struct black {
    enum option_right right;
    double forward, strike, years, discount, vol;
};

enum price_fault bsm_check(const struct bsm *in);
enum price_fault black_check(const struct black *in);

/* The price alone, of checked input. Relative accuracy also where it is all time value and tiny.
 * Without time or volatility left: the intrinsic value, discounted. */
double bsm_price(const struct bsm *in);
double black_price(const struct black *in);
double bsm_vega(const struct bsm *in); /* as bsm_greeks gives it, alone */

/* Price and greeks of checked input. Exactly at the money without time or volatility left gamma
 * is infinite and delta half; what is undefined there is NaN. */
void bsm_greeks(const struct bsm *in, struct greeks *ret);
void black_greeks(const struct black *in, struct greeks *ret);

/* ---- normalised form, for implied volatility and tests ---- */

/* ln(a / b) without loss where a is near b. */
double log_ratio(double a, double b);
/* Price of the out-of-the-money option divided by discount * sqrt(F*K): x = -|ln(F/K)| <= 0,
 * s = vol * sqrt(T) >= 0. */
double normalised_black(double x, double s);
/* The same divided by its vega, phi(h)exp(-t*t/2), where h = x/s and t = s/2; never underflows.
 * s > 0. */
double normalised_over_vega(double x, double s);
double normalised_vega(double x, double s);
/* exp(x/2) - normalised_black: the distance to the cap, without cancellation. s > 0. */
double normalised_complement(double x, double s);
