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

/* Expiries and strikes of a name, by how much its options trade; rows are of falling weight. */
static const struct breadth {
    uint32_t weight;
    uint32_t series, strikes;
} breadths[] = {{1000, 8, 61}, {100, 8, 33}, {8, 5, 17}, {0, 4, 11}};

static const struct breadth *breadth_of(const struct name *name)
{
    size_t i = 0;
    while (name->option_weight < breadths[i].weight)
        i++;
    return &breadths[i];
}

/* Expiries in order: the next sessions for names with daily ones, then weeklies and monthlies. */
static size_t expiries_of(const struct name *name, int32_t today, size_t most,
                          int32_t list[MARKET_SERIES])
{
    size_t n = 0;
    int weeks = name->listing == LIST_MONTHLY ? 0 : most > 5 ? 4 : 3;
    if (name->listing == LIST_DAILY) {
        int32_t next = market_next_session(calendar_date(calendar_days(today) + 1));
        add_expiry(list, &n, today, today);
        add_expiry(list, &n, today, next);
    }
    for (int week = 0; week < weeks; week++)
        add_expiry(list, &n, today, friday(today, week));
    for (int month = 0; n < most; month++)
        add_expiry(list, &n, today, third_friday(today, month));
    return n;
}

/* Options of SPX itself settle in the morning of their expiry and stop the session before. */
static int64_t end_of(const struct name *name, int32_t expiry)
{
    bool morning = !name->tape && name->listing == LIST_MONTHLY;
    return calendar_day(morning ? session_before(calendar_days(expiry) - 1) : expiry).close_ns;
}

size_t listing_row(const struct series *series, int64_t strike)
{
    int64_t first = series->contracts[0][0].strike;
    int64_t step = series->contracts[1][0].strike - first, off = strike - first;
    return off >= 0 && off % step == 0 ? MIN((size_t)(off / step), series->n) : series->n;
}

/* Yesterday's contract of the same terms: its id and what is open carry over. */
static void inherit(struct contract *c, const struct stock *s, int32_t expiry, int right)
{
    for (uint32_t i = 0; s->series && i < s->n_series; i++) {
        const struct series *old = &s->series[i];
        size_t row = old->expiry == expiry ? listing_row(old, c->strike) : old->n;
        if (row == old->n)
            continue;
        c->sym = old->contracts[row][right].sym;
        c->open = old->contracts[row][right].open + old->contracts[row][right].change;
    }
}

static void list_series(const struct stock *s, struct series *series, int64_t step)
{
    int64_t middle = (s->fair + step / 2) / step * step;
    int64_t lowest = MAX(middle - series->n / 2 * step, step);
    series->contracts = mem_alloc(series->n * sizeof *series->contracts);
    for (uint32_t i = 0; i < series->n; i++) {
        for (int right = 0; right < 2; right++) {
            struct contract *c = &series->contracts[i][right];
            *c = (struct contract){.strike = lowest + i * step, .open = -1};
            inherit(c, s, series->expiry, right);
        }
    }
}

void listing_free(struct stock *s)
{
    for (uint32_t i = 0; s->series && i < s->n_series; i++)
        mem_free(s->series[i].contracts);
    mem_free(s->series);
    s->series = NULL;
}

void listing_build(struct market *m, struct stock *s)
{
    int32_t expiries[MARKET_SERIES];
    const struct breadth *breadth = breadth_of(s->name);
    struct strike_step step = strike_step_of(s->name, s->fair);
    size_t n = expiries_of(s->name, m->day.date, breadth->series, expiries);
    struct series *fresh = mem_alloc(n * sizeof *fresh);
    for (size_t i = 0; i < n; i++) {
        fresh[i].expiry = expiries[i];
        fresh[i].end_ns = end_of(s->name, expiries[i]);
        fresh[i].n = breadth->strikes;
        list_series(s, &fresh[i], i < n / 2 ? step.near : step.far);
    }
    listing_free(s);
    s->series = fresh;
    s->n_series = (uint32_t)n;
}

/* Near expiries and strikes near the money trade most: expiries by how near they are among those
 * not drawn as nearest; strikes within the inner part, but for some over the whole ladder. */
static const uint32_t series_weights[MARKET_SERIES] = {30, 52, 68, 80, 88, 93, 97, 100};
static const struct {
    uint32_t wide_permille, inner;
} reach = {180, 5};

struct contract *listing_pick(struct market *m, struct chance *c, struct place *ret)
{
    struct stock *s = &m->stocks[chance_row(c, m->option_weights, m->n_stocks)];
    size_t series_at = chance_permille(c, m->profile->near_permille)
                           ? 0
                           : chance_row(c, series_weights, s->n_series);
    struct series *series = &s->series[series_at];
    uint32_t wide = chance_permille(c, reach.wide_permille) ? series->n / 2 + 1 : reach.inner;
    int64_t offset = (int64_t)chance_below(c, wide) - chance_below(c, wide);
    int64_t step = series->contracts[1][0].strike - series->contracts[0][0].strike;
    int64_t at = (s->fair - series->contracts[0][0].strike + step / 2) / step + offset;
    ret->right = !chance_permille(c, m->profile->call_permille);
    ret->stock = s;
    ret->series = series;
    at = MAX(0, MIN(at, (int64_t)series->n - 1));
    ret->contract = &series->contracts[at][ret->right];
    return ret->contract;
}
