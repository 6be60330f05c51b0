/* Implied volatility and greeks of one option price, whole numbers in and out: what engine and
 * screens see of the models, which calculate in doubles (black.h, implied.h, american.h). A result
 * is the double rounded to the nearest unit, half away from zero: the doubles are right to a few
 * units of the fourteenth figure, so that what comes out does not depend on compiler or library. */
#pragma once
#include "base/base.h"

#define IV_DIGITS    6 /* of volatility, and of delta */
#define GREEK_DIGITS 9 /* of gamma, vega and theta */

struct value_terms {
    int64_t px;                /* of the option, 1e-9 dollars a share */
    int64_t forward_px;        /* of the underlying at expiry, 1e-9; 0 = none */
    int64_t strike_px;         /* 1e-9 */
    int64_t spot_px;           /* of the underlying now, 1e-9; 0 = not known, see below */
    int64_t now_ns, expiry_ns; /* UTC */
    int64_t rate_bp;           /* continuous, 1/100 percent a year */
    int8_t right;              /* +1 call, -1 put */
};

enum value_state { VALUE_OK, VALUE_LOW_RESOLUTION, VALUE_NONE, VALUE_STATE_COUNT };

/* Why there is no volatility, or a poor one: id, JSON word, sentence. */
#define VALUE_REASONS(X)                                                                           \
    X(OK, "", "")                                                                                  \
    X(NO_FORWARD, "no_forward", "no forward price is known")                                       \
    X(INPUT, "out_of_range", "an input is out of range")                                           \
    X(NO_PRICE, "no_price", "the price is below zero")                                             \
    X(EXPIRED, "expired", "no time is left to expiry")                                             \
    X(NO_UNDERLYING, "no_strike", "the strike is zero")                                            \
    X(INTRINSIC, "intrinsic", "at or below its intrinsic value")                                   \
    X(CAP, "cap", "at or above the most the option can be worth")                                  \
    X(TICK, "tick", "half a cent moves it by more than 5 points of volatility")                    \
    X(MODEL, "model", "the model of early exercise gives no price here")

enum value_reason {
#define X(id, name, sentence) VALUE_WHY_##id,
    VALUE_REASONS(X)
#undef X
        VALUE_WHY_COUNT
};

/* All but state, reason and spot_px hold unless the state is VALUE_NONE. */
struct value {
    int64_t iv;            /* 1e-6: 0.25 is 250000 */
    int64_t delta;         /* shares of the underlying an option on one share moves like, 1e-6 */
    int64_t gamma;         /* of delta by a dollar of the underlying, 1e-9 */
    int64_t vega;          /* 1e-9 dollars a share by one point (0.01) of volatility */
    int64_t theta;         /* 1e-9 dollars a share by one calendar day */
    int64_t spot_px;       /* what delta and gamma are by, 1e-9 */
    int64_t delta_px;      /* delta x spot: dollars the option on one share moves like, 1e-9 */
    uint8_t state, reason; /* the enums above */
};

/* As a European option (microstructure.md section 9). Where the spot price is known, what lies
 * between it and the forward counts as a steady yield. Where it is not, the spot price is the
 * forward discounted: the underlying without the dividends it pays until expiry. Delta times spot
 * is the same either way. */
struct value value_option(const struct value_terms *t);

/* As an American option: the volatility and its greeks by the method of american.h; some thousand
 * times slower, for one option on a screen, the greeks to about 1e-5. */
struct value value_american(const struct value_terms *t);

/* A price, given as twice itself (a midpoint is bid + ask), carried to expiry at the
 * rate, 1e-9 dollars. False when it is out of range. Time that has passed counts as none. */
bool value_grow(int64_t twice_px, int64_t now_ns, int64_t expiry_ns, int64_t rate_bp,
                int64_t *ret_px);

/* Dollars (1e-9) of the underlying that a position moves like: side x contracts (1e-6) x multiplier
 * (1e-6) x delta_px. False without a value, or when it does not fit. */
bool value_notional(const struct value *v, int side, int64_t qty, int64_t multiplier, int64_t *ret);

const char *value_state_name(enum value_state v); /* ok low_resolution none */
const char *value_reason_name(enum value_reason v);
const char *value_reason_sentence(enum value_reason v);
