/* The forward price that calls and puts of one expiry imply by put-call parity:
 * C - P = D (F - K). Exact for European options; an estimate for American ones, to be taken near
 * the money. */
#pragma once
#include "base/base.h"

/* Bids and asks of the call and the put of one strike, in dollars; what is absent is 0 or NaN. */
struct parity_quote {
    double strike, call_bid, call_ask, put_bid, put_ask;
};

#define FORWARD_REASONS(X)                                                                         \
    X(NONE, "")                                                                                    \
    X(NO_PAIR, "no strike has live two-sided quotes of both call and put")                         \
    X(ONE_STRIKE, "one strike alone does not tell the discount factor")                            \
    X(SLOPE, "prices against strikes do not have the slope of a discount factor")                  \
    X(NOT_POSITIVE, "the forward would not be positive")

#define FORWARD_REASON_ENUM(name, sentence) FORWARD_WHY_##name,
enum forward_reason { FORWARD_REASONS(FORWARD_REASON_ENUM) FORWARD_REASON_COUNT };

struct implied_forward {
    double forward;   /* K + (C - P)/D from the mids of the strike with the smallest |C - P| */
    double low, high; /* the same from its bids and asks: what parity allows */
    double strike;    /* that strike */
    double discount;  /* D used: the one given, else that of the fit */
    size_t pairs;     /* strikes with both quotes live */
    /* Least squares of C - P on K over all pairs, NaN with fewer than two strikes: the check. */
    double fit_forward, fit_discount, fit_error; /* error: root mean square, dollars */
};

/* discount: known discount factor to expiry, or NaN to take it from the fit. Quotes may come in
 * any order; those that are not two-sided, locked or crossed on either side are passed over.
 * *ret is written only with FORWARD_WHY_NONE. */
enum forward_reason forward_imply(const struct parity_quote *q, size_t n, double discount,
                                  struct implied_forward *ret);
