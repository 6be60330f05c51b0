/* What orders of several legs are called: one table of shapes, the taker's side, the price of the
 * whole and its class (microstructure.md section 6). Pure functions over integers. */
#pragma once
#include "base/base.h"
#include "event/record.h"

/* A leg as the tape shows it: all prints of one contract in a package. */
struct leg_view {
    struct leg leg;    /* sign: as its own place in its quote says, 0 = it says nothing */
    __int128 px_qty;   /* sum of px x qty over its prints, 1e-15 */
    int64_t strike_px; /* 1e-9 */
    int32_t expiry;    /* yyyymmdd */
    char right;        /* 'C' 'P' */
    bool market;       /* leg.bid and leg.ask are a two-sided market that can be trusted */
};

struct structure_policy {
    int64_t net_band_pct; /* nearer one side by more than this percent of width names the taker */
    int64_t directional_pct; /* net delta of gross, percent, from which it is directional */
};

/* Sorts 1..STRUCTURE_LEGS legs of different contracts (by expiry, strike, calls first) and fills of
 * *s, which is zeroed or to be overwritten there: legs with ratio and sign, units, shape, side,
 * net_px, net_bid, net_ask, direction, its reason, class, confidence and the flag of a roll.
 * family: enum cond_family of the prints. Returns whether the signs read contradict nothing.
 * Quantities are above 0. What fits no shape is SHAPE_UNRESOLVED: with reason DR_AMBIGUOUS where
 * the legs go together but their signs, which decide the name, cannot be told. */
bool structure_name(struct structure *s, struct leg_view *legs, size_t n, uint8_t family,
                    const struct structure_policy *policy);

/* What one contract of a leg moves like. */
struct leg_greeks {
    int64_t delta;    /* shares, 1e-6: the option's delta x multiplier */
    int64_t notional; /* 1e-9 dollars: those shares at the underlying's price */
    int64_t vega;     /* 1e-9 dollars per point of volatility */
};
/* With the greeks of every leg, in the order of s->legs: delta, notional and vega of the taker's
 * position, and what they say of class and direction. Without a side, or where a sum does not fit,
 * *s stays as it was. */
void structure_value(struct structure *s, const struct leg_greeks *greeks,
                     const struct structure_policy *policy);
