/* When a contract ends. See expiry.h. */
#include "event/expiry.h"

#include "event/calendar.h"

#define MINUTE_NS      (60 * NS_PER_SEC)
#define INDEX_EXTRA_NS (15 * MINUTE_NS) /* index options trade to 16:15, 13:15 on early closes */
#define SEARCH_DAYS    10               /* the longest closure was September 2001, four sessions */

/* The last session on or before a day; false when there is none near it. */
static bool session_at(int64_t days, struct trading_day *ret)
{
    for (int i = 0; i < SEARCH_DAYS; i++) {
        struct trading_day day = calendar_day(calendar_date(days - i));
        if (day.open_ns == day.close_ns)
            continue;
        *ret = day;
        return true;
    }
    return false;
}

static bool session_of(const struct instrument *in, struct trading_day *ret)
{
    return in && in->right && in->settlement != SETTLE_UNKNOWN &&
           session_at(calendar_days(in->expiry), ret);
}

bool expiry_instant(const struct instrument *in, int64_t *ret_ns)
{
    struct trading_day day;
    if (!session_of(in, &day))
        return false;
    *ret_ns = in->settlement == SETTLE_AM ? day.open_ns : day.close_ns;
    return true;
}

bool expiry_last_trade(const struct instrument *in, int64_t *ret_ns)
{
    struct trading_day day;
    if (!session_of(in, &day))
        return false;
    if (in->settlement == SETTLE_PM) {
        *ret_ns = day.close_ns;
        return true;
    }
    if (!session_at(calendar_days(day.date) - 1, &day))
        return false;
    *ret_ns = day.close_ns + (in->index ? INDEX_EXTRA_NS : 0);
    return true;
}

bool expiry_minutes(const struct instrument *in, int64_t ns, int64_t *ret)
{
    int64_t end, rest;
    if (!expiry_instant(in, &end) || __builtin_sub_overflow(end, ns, &rest))
        return false;
    *ret = rest / MINUTE_NS - (rest % MINUTE_NS < 0);
    return true;
}
