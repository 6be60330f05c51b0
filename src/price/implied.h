/* Implied volatility of a European option, to machine precision.
 *
 * Jaeckel, Let's Be Rational (2013, revised 2016): the price is normalised, a rational cubic in
 * four branches gives a first guess, and third-order Householder steps finish, usually two. */
#pragma once
#include "price/black.h"

#define IMPLIED_TICK      0.01 /* dollars: the step of the price the resolution is judged by */
#define IMPLIED_TOLERANCE 0.05 /* of volatility: 5 points */

enum implied_state { IMPLIED_OK, IMPLIED_LOW_RESOLUTION, IMPLIED_NONE, IMPLIED_STATE_COUNT };
const char *implied_state_name(enum implied_state state); /* ok low_resolution none */

/* Why there is no volatility, or a poor one. */
#define IMPLIED_REASONS(X)                                                                         \
    X(NONE, "")                                                                                    \
    X(INPUT, "an input is out of range")                                                           \
    X(NO_PRICE, "the price must be a number from 0")                                               \
    X(EXPIRED, "no time is left")                                                                  \
    X(NO_UNDERLYING, "underlying or strike is zero")                                               \
    X(INTRINSIC, "at or below intrinsic value")                                                    \
    X(CAP, "at or above the most the option can be worth")                                         \
    X(TICK, "half a tick moves it by more than the tolerance")                                     \
    X(MODEL, "the model gives no price for these rates")

#define IMPLIED_REASON_ENUM(name, sentence) IMPLIED_WHY_##name,
enum implied_reason { IMPLIED_REASONS(IMPLIED_REASON_ENUM) IMPLIED_REASON_COUNT };
const char *implied_reason_sentence(enum implied_reason reason);

struct implied {
    double vol;        /* NaN where the state is none */
    double resolution; /* how far half a tick moves it at most; infinite beyond the cap */
    enum implied_state state;
    enum implied_reason reason;
};

/* How exactly the price is known. tick 0: exactly, nothing is of low resolution. */
struct price_grain {
    double tick, tolerance; /* dollars; volatility */
};
struct price_grain price_grain_default(void);

/* The volatility at which the model gives this price; the vol of *in is not looked at. A price in
 * the money is judged by its time value. */
struct implied bsm_implied(const struct bsm *in, double price, const struct price_grain *grain);
struct implied black_implied(const struct black *in, double price, const struct price_grain *grain);

/* s = vol * sqrt(T) with normalised_black(x, s) = beta, for x <= 0 and 0 < beta < exp(x/2). */
double implied_normalised(double x, double beta);

/* State and resolution from the volatility at the price and at half a tick below and above
 * (below: 0 at or under intrinsic value; above: infinite at the cap). */
struct implied implied_judge(double vol, double below, double above,
                             const struct price_grain *grain);
struct implied implied_none(enum implied_reason reason);
