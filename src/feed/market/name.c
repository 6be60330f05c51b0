/* Names, prices and grids of the synthetic market: levels roughly those of early 2026; nothing
 * here follows the real market. */
#include "feed/market/name.h"

/* symbol root tape ticks daily cents vol beta stock option price */
const struct name market_names[] = {
    {"SPY", "SPY", 'B', TICK_CENT, true, 1, 1500, 100, 900, 1500, CENTS(67120)},
    {"QQQ", "QQQ", 'C', TICK_CENT, true, 1, 1900, 125, 700, 900, CENTS(60340)},
    {"NVDA", "NVDA", 'C', TICK_PENNY, false, 1, 3800, 190, 900, 700, CENTS(18115)},
    {"TSLA", "TSLA", 'C', TICK_PENNY, false, 3, 4900, 200, 700, 650, CENTS(39560)},
    {"AAPL", "AAPL", 'C', TICK_PENNY, false, 1, 2500, 110, 600, 400, CENTS(25180)},
    {"AMD", "AMD", 'C', TICK_PENNY, false, 2, 4600, 190, 450, 260, CENTS(19830)},
    {"MSFT", "MSFT", 'C', TICK_PENNY, false, 4, 2300, 100, 400, 200, CENTS(40475)},
    {"AMZN", "AMZN", 'C', TICK_PENNY, false, 1, 2900, 120, 450, 260, CENTS(20990)},
    {"META", "META", 'C', TICK_PENNY, false, 8, 3100, 125, 300, 240, CENTS(63825)},
    {"GOOGL", "GOOGL", 'C', TICK_PENNY, false, 2, 2800, 110, 380, 200, CENTS(30510)},
    {"IWM", "IWM", 'B', TICK_CENT, true, 1, 2200, 120, 350, 300, CENTS(24735)},
    {"PLTR", "PLTR", 'C', TICK_PENNY, false, 2, 5600, 200, 350, 240, CENTS(15240)},
    {"AVGO", "AVGO", 'C', TICK_PENNY, false, 6, 4100, 170, 250, 130, CENTS(33150)},
    {"NFLX", "NFLX", 'C', TICK_PENNY, false, 1, 3300, 110, 260, 110, CENTS(9420)},
    {"INTC", "INTC", 'C', TICK_PENNY, false, 1, 5200, 150, 350, 120, CENTS(4585)},
    {"MSTR", "MSTR", 'C', TICK_PENNY, false, 6, 7000, 220, 200, 170, CENTS(13970)},
    {"COIN", "COIN", 'C', TICK_PENNY, false, 8, 6500, 210, 150, 110, CENTS(20160)},
    {"HOOD", "HOOD", 'C', TICK_PENNY, false, 2, 6200, 210, 180, 90, CENTS(7635)},
    {"MU", "MU", 'C', TICK_PENNY, false, 8, 5400, 180, 230, 120, CENTS(41290)},
    {"BAC", "BAC", 'A', TICK_PENNY, false, 1, 2500, 105, 260, 70, CENTS(4720)},
    {"JPM", "JPM", 'A', TICK_PENNY, false, 4, 2300, 100, 160, 50, CENTS(28645)},
    {"F", "F", 'A', TICK_PENNY, false, 1, 3200, 110, 200, 40, CENTS(1215)},
    {"XOM", "XOM", 'A', TICK_PENNY, false, 1, 2400, 60, 180, 60, CENTS(15610)},
    {"CVX", "CVX", 'A', TICK_PENNY, false, 3, 2300, 60, 100, 30, CENTS(19680)},
    {"DIS", "DIS", 'A', TICK_PENNY, false, 2, 2600, 90, 110, 40, CENTS(9945)},
    {"BA", "BA", 'A', TICK_PENNY, false, 8, 3200, 110, 110, 50, CENTS(20765)},
    {"UBER", "UBER", 'A', TICK_PENNY, false, 1, 3700, 120, 150, 50, CENTS(7430)},
    {"C", "C", 'A', TICK_PENNY, false, 2, 2900, 115, 130, 40, CENTS(10625)},
    {"GS", "GS", 'A', TICK_NICKEL, false, 35, 2700, 120, 60, 30, CENTS(79840)},
    {"KO", "KO", 'A', TICK_PENNY, false, 1, 1500, 40, 120, 25, CENTS(7715)},
    {"PFE", "PFE", 'A', TICK_PENNY, false, 1, 2400, 50, 180, 30, CENTS(2680)},
    {"T", "T", 'A', TICK_PENNY, false, 1, 2100, 40, 150, 25, CENTS(2765)},
    {"WMT", "WMT", 'C', TICK_PENNY, false, 2, 2200, 60, 150, 45, CENTS(12590)},
    {"LLY", "LLY", 'A', TICK_NICKEL, false, 60, 3400, 70, 60, 40, CENTS(98530)},
    {"UNH", "UNH", 'A', TICK_PENNY, false, 15, 3600, 60, 80, 60, CENTS(28375)},
    {"NKE", "NKE", 'A', TICK_PENNY, false, 1, 3300, 90, 110, 35, CENTS(5640)},
    {"BABA", "BABA", 'A', TICK_PENNY, false, 4, 4100, 90, 140, 70, CENTS(13620)},
    {"SNAP", "SNAP", 'A', TICK_PENNY, false, 1, 6300, 150, 140, 20, CENTS(485)},
    {"SOFI", "SOFI", 'C', TICK_PENNY, false, 1, 5900, 180, 200, 50, CENTS(1760)},
    {"TLT", "TLT", 'C', TICK_PENNY, false, 1, 1200, 10, 150, 60, CENTS(8755)},
    {"GLD", "GLD", 'B', TICK_PENNY, false, 5, 2600, 20, 120, 110, CENTS(45980)},
    {"XLF", "XLF", 'B', TICK_PENNY, false, 1, 1700, 95, 140, 30, CENTS(4935)},
    {"HYG", "HYG", 'B', TICK_PENNY, false, 1, 600, 35, 90, 30, CENTS(7990)},
    {"EEM", "EEM", 'B', TICK_PENNY, false, 1, 2000, 85, 110, 25, CENTS(5725)},
    {"BKNG", "BKNG", 'C', TICK_NICKEL, false, 300, 3000, 110, 20, 10, CENTS(431000)},
    {"RIVN", "RIVN", 'C', TICK_PENNY, false, 1, 6100, 160, 140, 25, CENTS(1530)},
    {"SPX", "SPXW", 0, TICK_NICKEL, true, 0, 1500, 100, 0, 1100, CENTS(671600)},
};
const size_t market_names_n = ARRAY_LEN(market_names);

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
