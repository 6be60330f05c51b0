/* Price grids and strike steps of the synthetic market's options. */
#include "feed/market/name.h"

int64_t tick_of(enum tick_class ticks, int64_t price)
{
    static const int64_t grid[][2] = {
        [TICK_CENT] = {CENTS(1), CENTS(1)},
        [TICK_PENNY] = {CENTS(1), CENTS(5)},
        [TICK_NICKEL] = {CENTS(5), CENTS(10)},
    };
    return grid[ticks][price >= CENTS(300)];
}

int64_t tick_floor(enum tick_class ticks, int64_t price)
{
    return price - price % tick_of(ticks, price);
}

int64_t tick_ceil(enum tick_class ticks, int64_t price)
{
    int64_t tick = tick_of(ticks, price), up = price + tick - 1;
    return up - up % tick;
}

struct strike_step strike_step_of(const struct name *name, int64_t price)
{
    static const struct strike_step steps[] = {
        {CENTS(5000), CENTS(50), CENTS(100)},      {CENTS(10000), CENTS(100), CENTS(250)},
        {CENTS(25000), CENTS(250), CENTS(500)},    {CENTS(60000), CENTS(500), CENTS(1000)},
        {CENTS(200000), CENTS(1000), CENTS(2000)}, {INT64_MAX, CENTS(5000), CENTS(10000)},
    };
    if (!name->tape)
        return (struct strike_step){INT64_MAX, CENTS(500), CENTS(2500)};
    if (name->ticks == TICK_CENT)
        return (struct strike_step){INT64_MAX, CENTS(100), CENTS(500)};
    size_t i = 0;
    while (price >= steps[i].below)
        i++;
    return steps[i];
}
