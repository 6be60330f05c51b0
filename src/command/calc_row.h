/* One line of `tapedeck calc`: texts by name, the model they are for, the numbers that come out.
 */
#pragma once
#include "base/base.h"
#include "base/err.h"

/* Keys of KEY=VALUE and columns of the header row. */
enum calc_field {
    CALC_RIGHT,
    CALC_S,
    CALC_F,
    CALC_K,
    CALC_T,
    CALC_DAYS,
    CALC_EXPIRY,
    CALC_NOW,
    CALC_R,
    CALC_Q,
    CALC_D,
    CALC_SIGMA,
    CALC_PRICE,
    CALC_TICK,
    CALC_IV_TOL,
    CALC_DIVIDENDS,
    CALC_FIELD_COUNT
};
const char *calc_field_name(enum calc_field field);
/* CALC_FIELD_COUNT when there is none of this name; names are case-sensitive. */
enum calc_field calc_field_find(const char *name, size_t n);
/* name(i, self) for suggest(): NULL ends. */
const char *calc_field_at(size_t i, const void *self);

enum calc_model { CALC_BSM, CALC_BLACK, CALC_IV, CALC_AMERICAN, CALC_MODEL_COUNT };
const char *calc_model_at(size_t i, const void *self);
enum calc_model calc_model_find(const char *name); /* CALC_MODEL_COUNT: none */

/* NULL or empty = absent; borrowed. */
struct calc_row {
    const char *text[CALC_FIELD_COUNT];
};

#define CALC_RESULTS 9
struct calc_result {
    double value[CALC_RESULTS]; /* in the order of calc_result_name; NaN = none */
    const char *state, *reason; /* of an implied volatility, else NULL */
};

/* Whether iv and state come out, not price and greeks: always for iv, else when there is a price
 * and no sigma. */
bool calc_is_implied(enum calc_model model, const bool given[CALC_FIELD_COUNT]);
/* Names of the numbers that come out; NULL ends. */
const char *calc_result_name(bool implied, size_t i);

/* ERR_USAGE where a field that the model needs is not among those given. */
int calc_check_fields(enum calc_model model, const bool given[CALC_FIELD_COUNT], struct err *err);

/* ERR_USAGE with the field and what is wrong with it. *ret is written only on success. */
int calc_compute(enum calc_model model, bool implied, const struct calc_row *row,
                 struct calc_result *ret, struct err *err);
