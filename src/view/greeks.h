/* Implied volatility and greeks of rows, worked out when they are looked at: they follow from the
 * packet, its forward price and the rate, and are not stored. */
#pragma once
#include "price/value.h"
#include "view/field.h"

/* The last packet worked out: its columns are asked one after the other. Zeroed = none. */
struct greeks_memo {
    int64_t px, forward_px, ns, rate_bp;
    uint32_t sym;
    bool any;
    struct value value;
};

/* The session's interest rate, 1/100 percent a year; 0 in a file that does not say. */
int64_t greeks_rate(struct reader *r);

/* A contract at a price (1e-9) as of ns, with that forward; european or american. None with
 * VALUE_WHY_INPUT where its expiry cannot be told. spot_px: 0 = not known (price/value.h). */
struct greeks_input {
    int64_t px, forward_px, spot_px, ns, rate_bp;
};
struct value greeks_european(const struct instrument *in, const struct greeks_input *at);
struct value greeks_american(const struct instrument *in, const struct greeks_input *at);

/* A packet at its mean price as a European option, and the word and the sentence for why not, ""
 * where there is no more to say. */
struct value greeks_packet(const struct row *r, const struct cell_context *c);
const char *greeks_reason(const struct row *r, const struct cell_context *c);
const char *greeks_sentence(const struct row *r, const struct cell_context *c);

/* greeks_words.c. May its holder exercise early? Then the European model is an estimate. */
bool greeks_early(const struct instrument *in);
/* The packet as an American option on the forward discounted: dividends until expiry are out of the
 * underlying, and with them what they make of early exercise. Takes some milliseconds. */
struct value greeks_packet_american(const struct row *r, const struct cell_context *c);
/* Sentences joined by '|': the forward, the European greeks, the American ones; or why not. */
void greeks_words(const struct row *r, const struct cell_context *c, struct text *out);

/* A print beside the quote it met, as European options with the forward of its packet. */
struct greeks_quote {
    struct value trade, bid, mid, ask;
    bool quoted; /* there were bid and ask */
};
/* False when the packet says nothing of the print's contract. */
bool greeks_print(const struct row *r, const struct packet *p, const struct cell_context *c,
                  struct greeks_quote *ret);
void greeks_print_words(const struct greeks_quote *q, struct text *out);

/* Columns. */
FIELD(field_iv);
FIELD(field_iv_cell);
bool field_iv_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_iv_state);
FIELD(field_iv_reason);
FIELD(field_delta);
FIELD(field_delta_cell);
bool field_delta_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_gamma);
bool field_gamma_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_vega);
bool field_vega_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_theta);
bool field_theta_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_forward);
bool field_forward_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_forward_source);
FIELD(field_delta_notional);
FIELD(field_delta_notional_cell);
bool field_delta_notional_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_delta_notional_reason);

/* clang-format off */
#define GREEK_COLUMNS                                                                              \
    {.name = "iv", .title = "IV", .width = 6, .type = CELL_DEC, .align = CELL_RIGHT,               \
     .sentence = "implied volatility at its mean price, European, a year: 0.25 is 25 %",           \
     .value = field_iv, .cell = field_iv_cell, .number = field_iv_number},                         \
    {.name = "iv_state", .title = "IVSTATE",                                                       \
     .sentence = "ok, low_resolution (half a cent moves it by 5 points) or none",                  \
     .value = field_iv_state},                                                                     \
    {.name = "iv_reason", .title = "IVWHY", .sentence = "why there is none, or a poor one",        \
     .value = field_iv_reason},                                                                    \
    {.name = "delta", .title = "DELTA", .width = 6, .type = CELL_DEC, .align = CELL_RIGHT,         \
     .sentence = "shares an option on one share moves like", .value = field_delta,                 \
     .cell = field_delta_cell, .number = field_delta_number},                                      \
    {.name = "gamma", .title = "GAMMA", .type = CELL_DEC, .align = CELL_RIGHT,                     \
     .sentence = "change of delta by a dollar of the underlying", .value = field_gamma,            \
     .number = field_gamma_number},                                                                \
    {.name = "vega", .title = "VEGA", .type = CELL_DEC, .align = CELL_RIGHT,                       \
     .sentence = "dollars a share by one point of volatility", .value = field_vega,                \
     .number = field_vega_number},                                                                 \
    {.name = "theta", .title = "THETA", .type = CELL_DEC, .align = CELL_RIGHT,                     \
     .sentence = "dollars a share by one calendar day", .value = field_theta,                      \
     .number = field_theta_number},                                                                \
    {.name = "forward", .title = "FORWARD", .type = CELL_DEC, .align = CELL_RIGHT,                 \
     .sentence = "price of the underlying at expiry, as of its last print, dollars",               \
     .value = field_forward, .number = field_forward_number},                                      \
    {.name = "forward_source", .title = "FWDFROM",                                                 \
     .sentence = "parity (calls against puts), spot (the underlying's quote), or why there is none", \
     .value = field_forward_source},                                                               \
    {.name = "delta_notional", .title = "DNOTL", .width = 8, .type = CELL_DEC,                     \
     .align = CELL_RIGHT,                                                                          \
     .sentence = "side x size x multiplier x delta x spot, dollars; of a package its legs' sum",                               \
     .value = field_delta_notional, .cell = field_delta_notional_cell,                             \
     .number = field_delta_notional_number},                                                       \
    {.name = "delta_notional_reason", .title = "DNWHY", .sentence = "why there is none",           \
     .value = field_delta_notional_reason}
/* clang-format on */
