/* Which trading day a moment belongs to. Options trade from the evening before (20:15 New York,
 * index options) to 17:00, so the day turns at 18:00 New York; what falls on a closed day belongs
 * to the next session. The last answers are remembered: most moments ask for the same day. */
#pragma once
#include "base/base.h"

struct day {
    int64_t from_ns, to_ns;    /* what belongs to it lies in [from, to) */
    int64_t open_ns, close_ns; /* its regular session */
    int64_t days;              /* since 1970 */
    int32_t date;              /* yyyymmdd */
};
struct days { /* a memory, no state: zeroed is empty */
    struct day known[4];
    uint32_t next;
};

/* The trading day of an event at ns. Moments outside the years 1700-2200 count as their ends. */
const struct day *day_of_event(struct days *d, int64_t ns);
/* The session that is the first to close after ns: the day an open interest of that time is for. */
int32_t day_of_interest(struct days *d, int64_t ns);
/* The session before a date; 0 when there is none within two weeks. */
int32_t day_before(int32_t date);
