/* Which expiries and strikes a name has on a day. */
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "feed/market/market.h"

static int weekday(int64_t days)
{
    return (int)((days + 4) % 7); /* 1970-01-01 was a Thursday; 0 = Sunday */
}

static bool is_session(int32_t date)
{
    struct trading_day day = calendar_day(date);
    return day.open_ns != day.close_ns;
}

int32_t market_next_session(int32_t date)
{
    int64_t days = calendar_days(date);
    while (!is_session(calendar_date(days)))
        days++;
    return calendar_date(days);
}

/* An expiry that falls on a holiday is the session before. */
static int32_t session_before(int64_t days)
{
    while (!is_session(calendar_date(days)))
        days--;
    return calendar_date(days);
}

static int32_t friday(int32_t date, int weeks)
{
    int64_t days = calendar_days(date);
    return session_before(days + (5 - weekday(days) + 7) % 7 + 7 * weeks);
}

/* The third Friday of the month `months` after that of date. */
static int32_t third_friday(int32_t date, int months)
{
    int32_t month = date / 10000 * 12 + date / 100 % 100 - 1 + months;
    int64_t first = calendar_days(month / 12 * 10000 + (month % 12 + 1) * 100 + 1);
    return session_before(first + (5 - weekday(first) + 7) % 7 + 14);
}

static void add_expiry(int32_t *list, size_t *n, int32_t today, int32_t expiry)
{
    size_t at = 0;
    if (expiry < today || *n == MARKET_SERIES)
        return;
    while (at < *n && list[at] < expiry)
        at++;
    if (at < *n && list[at] == expiry)
        return;
    memmove(list + at + 1, list + at, (*n - at) * sizeof *list);
    list[at] = expiry;
    (*n)++;
}

/* Six expiries in order: the next two sessions for names with daily ones, then weeklies and
 * monthlies. */
static void expiries_of(const struct name *name, int32_t today, int32_t list[MARKET_SERIES])
{
    size_t n = 0;
    if (name->daily) {
        add_expiry(list, &n, today, today);
        add_expiry(list, &n, today, market_next_session(calendar_date(calendar_days(today) + 1)));
    }
    for (int week = 0; week < (name->daily ? 2 : 3); week++)
        add_expiry(list, &n, today, friday(today, week));
    for (int month = 0; n < MARKET_SERIES; month++)
        add_expiry(list, &n, today, third_friday(today, month));
}

static bool list_series(struct market *m, struct stock *s, struct series *series, int64_t step)
{
    const struct name *name = s->name;
    int64_t middle = (s->fair + step / 2) / step * step;
    for (int i = 0; i < MARKET_STRIKES; i++) {
        int64_t strike = middle + (i - MARKET_STRIKES / 2) * step;
        for (int right = 0; right < 2; right++) {
            struct contract *c = &series->contracts[i][right];
            *c = (struct contract){.strike = strike};
            if (strike <= 0)
                continue;
            c->sym = symbols_contract(m->symbols, name->root, strlen(name->root), series->expiry,
                                      right ? 'P' : 'C', strike * (PX_ONE / 1000000));
            if (!c->sym)
                return false;
        }
    }
    return true;
}

bool listing_build(struct market *m, struct stock *s)
{
    int32_t expiries[MARKET_SERIES];
    struct strike_step step = strike_step_of(s->name, s->fair);
    expiries_of(s->name, m->day.date, expiries);
    if (!s->series)
        s->series = mem_alloc(MARKET_SERIES * sizeof *s->series);
    for (int i = 0; i < MARKET_SERIES; i++) {
        struct series *series = &s->series[i];
        series->expiry = expiries[i];
        series->end_ns = calendar_day(expiries[i]).close_ns;
        series->rooted_ns = 0;
        if (!list_series(m, s, series, i < MARKET_SERIES / 2 ? step.near : step.far))
            return false;
    }
    return true;
}

/* Near expiries and strikes near the money trade most. */
static const uint32_t series_weights[MARKET_SERIES] = {40, 62, 76, 87, 95, 100};
#define WIDE_PERMILLE                                                                              \
    180 /* of picks over the whole ladder; the others stay within the inner part */

struct contract *listing_pick(struct market *m, struct chance *c, struct stock **ret_stock,
                              struct series **ret_series, int *ret_right)
{
    struct stock *s = &m->stocks[chance_row(c, m->option_weights, m->n_stocks)];
    struct series *series = &s->series[chance_row(c, series_weights, MARKET_SERIES)];
    uint32_t reach = chance_permille(c, WIDE_PERMILLE) ? MARKET_STRIKES / 2 + 1 : 5;
    int offset = (int)chance_below(c, reach) - (int)chance_below(c, reach);
    int64_t step = series->contracts[1][0].strike - series->contracts[0][0].strike;
    int64_t at = (s->fair - series->contracts[0][0].strike + step / 2) / step + offset;
    *ret_right = chance_permille(c, 470);
    *ret_stock = s;
    *ret_series = series;
    at = MAX(0, MIN(at, MARKET_STRIKES - 1));
    return &series->contracts[at][*ret_right];
}
