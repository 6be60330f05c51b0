/* Trading days. See day.h. */
#include "flow/day.h"

#include "base/dec.h"
#include "event/calendar.h"

#define HOUR_NS     (3600 * NS_PER_SEC)
#define TURN_NS     (18 * HOUR_NS)
#define SEARCH_DAYS 14 /* the longest closure was September 2001, four sessions */
#define FIRST_NS    (INT64_C(-98600) * 24 * HOUR_NS) /* 1700 */
#define LAST_NS     (INT64_C(84000) * 24 * HOUR_NS)  /* 2199 */

/* The first session on or after a date; the date itself when there is none near it. */
static struct trading_day session_from(int64_t days)
{
    for (int i = 0; i < SEARCH_DAYS; i++) {
        struct trading_day day = calendar_day(calendar_date(days + i));
        if (day.open_ns != day.close_ns)
            return day;
    }
    return calendar_day(calendar_date(days));
}

static struct day find(int64_t ns)
{
    int64_t days = calendar_days(calendar_ny_date(ns));
    if (ns >= calendar_ny_ns(calendar_date(days), TURN_NS))
        days++;
    struct trading_day session = session_from(days);
    return (struct day){.from_ns = calendar_ny_ns(calendar_date(days - 1), TURN_NS),
                        .to_ns = calendar_ny_ns(calendar_date(days), TURN_NS),
                        .open_ns = session.open_ns,
                        .close_ns = session.close_ns,
                        .days = calendar_days(session.date),
                        .date = session.date};
}

const struct day *day_of_event(struct days *d, int64_t ns)
{
    ns = MAX(FIRST_NS, MIN(ns, LAST_NS));
    for (size_t i = 0; i < ARRAY_LEN(d->known); i++)
        if (ns >= d->known[i].from_ns && ns < d->known[i].to_ns)
            return &d->known[i];
    struct day *day = &d->known[d->next];
    d->next = (d->next + 1) % ARRAY_LEN(d->known);
    *day = find(ns);
    return day;
}

int32_t day_of_interest(struct days *d, int64_t ns)
{
    const struct day *day = day_of_event(d, ns);
    return ns < day->close_ns ? day->date : session_from(day->days + 1).date;
}

int32_t day_before(int32_t date)
{
    int64_t days = calendar_days(date);
    for (int i = 1; i <= SEARCH_DAYS; i++) {
        struct trading_day day = calendar_day(calendar_date(days - i));
        if (day.open_ns != day.close_ns)
            return day.date;
    }
    return 0;
}
