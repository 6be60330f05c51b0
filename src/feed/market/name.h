/* The names the synthetic market trades (data/market_names.tsv), and the price grids of their
 * options. Money inside the synthetic market is in micro-dollars. */
#pragma once
#include "base/base.h"

#define CENTS(n) ((int64_t)(n)*10000)

enum tick_class {              /* conditions.md D */
                  TICK_CENT,   /* 0.01 throughout */
                  TICK_PENNY,  /* 0.01 below 3.00, 0.05 above */
                  TICK_NICKEL, /* 0.05 below 3.00, 0.10 above */
};

enum listing { LIST_DAILY, LIST_WEEKLY, LIST_MONTHLY };

struct name {
    char symbol[8], root[8]; /* stock or index, option root */
    char tape;               /* 'A' 'B' 'C'; 0 = an index, which does not trade itself */
    uint8_t ticks;           /* enum tick_class */
    uint8_t listing;         /* enum listing: how often its options expire */
    uint16_t cents;          /* typical spread of the stock */
    uint16_t vol;            /* volatility a year in 1/10000 */
    uint16_t beta;           /* of the market's moves, in percent */
    uint16_t stock_weight, option_weight;
    int64_t price;
};

extern const struct name market_names[]; /* the first leads the market, index roots come last */
extern const size_t market_names_n;

int64_t tick_of(enum tick_class ticks, int64_t price);
/* On the grid of the class; price > 0. */
int64_t tick_floor(enum tick_class ticks, int64_t price);
int64_t tick_ceil(enum tick_class ticks, int64_t price);

struct strike_step {
    int64_t below, near, far; /* price of the underlying; steps of early and of later expiries */
};
struct strike_step strike_step_of(const struct name *name, int64_t price);
