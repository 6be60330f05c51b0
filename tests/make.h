/* Short builders of events for unit tests. Times in ms after T0, prices in cents, sizes whole. */
#pragma once
#include <string.h>

#include "base/dec.h"
#include "event/event.h"
#include "event/symbol.h"
#include "event/venue.h"

#define T0 INT64_C(1781532600000000000) /* 2026-06-15 10:10 New York */

static inline int64_t ms(int64_t n)
{
    return T0 + n * NS_PER_MS;
}

static inline int64_t cents(int64_t n)
{
    return n * (PX_ONE / 100);
}

static inline struct event make_quote(uint32_t sym, int64_t at_ms, int64_t bid, int64_t bid_size,
                                      int64_t ask, int64_t ask_size)
{
    return (struct event){
        .kind = EV_OPTION_QUOTE,
        .sym = sym,
        .ts_ns = ms(at_ms),
        .recv_ns = ms(at_ms),
        .u.quote = {.bid = cents(bid),
                    .ask = cents(ask),
                    .bid_qty = bid_size * QTY_ONE,
                    .ask_qty = ask_size * QTY_ONE},
    };
}

/* venue: OPRA participant letter; cond: OPRA letter, 'I' = AUTO, 'S' = ISOI. */
static inline struct event make_print(uint32_t sym, int64_t at_ms, int64_t px, int64_t size,
                                      const char *venue, char cond)
{
    return (struct event){
        .kind = EV_OPTION_PRINT,
        .sym = sym,
        .ts_ns = ms(at_ms),
        .recv_ns = ms(at_ms),
        .venue = venue_by_code(VENUE_OPTION, venue, strlen(venue)),
        .u.print = {.px = cents(px), .qty = size * QTY_ONE, .cond = {cond}},
    };
}
