/* American options by spectral collocation.
 *
 * Andersen, Lake and Offengenden, High-performance American option pricing (J. Computational
 * Finance 20(1), 2016): the exercise boundary is a Chebyshev polynomial in the root of the time
 * left, found as a fixed point; the price is the European one plus an integral over it. Calls are
 * puts with spot and strike, rate and yield exchanged (McDonald and Schroder 1998). */
#pragma once
#include "price/implied.h"

/* How much work; accuracy in parts of the strike for ordinary inputs, in brackets. */
enum american_effort {
    AMERICAN_FAST,  /* for a screen (about 1e-6) */
    AMERICAN_EXACT, /* for research (about 1e-9) */
};

/* FAULT_TWO_BOUNDARIES where the holder might exercise both above and below (rates below zero,
 * between which the other lies). Never below the value of exercise at once. */
enum price_fault american_price(const struct bsm *in, enum american_effort effort,
                                double *ret_price);

/* Delta and gamma come from the integral, theta from the Black-Scholes equation (where the option
 * is held; exercised, it is 0), the others are central differences of those of fourth order. */
enum price_fault american_greeks(const struct bsm *in, enum american_effort effort,
                                 struct greeks *ret);

/* Where the holder exercises with this time left: a put at or below, a call at or above. NaN where
 * early exercise never pays. */
enum price_fault american_boundary(const struct bsm *in, enum american_effort effort,
                                   double *ret_spot);

/* As bsm_implied; none at or below the value without volatility. */
struct implied american_implied(const struct bsm *in, double price,
                                const struct price_grain *grain);
