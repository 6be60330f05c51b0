/* Exchange clock and calendar. See calendar.h. Dates are the proleptic Gregorian calendar; the day
 * arithmetic is the era method of Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013). */
#include "event/calendar.h"

#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "event/table.h"

#define DAY_NS (INT64_C(86400) * NS_PER_SEC)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t calendar_days(int32_t date)
{
    int64_t y = date / 10000, m = date / 100 % 100, d = date % 100;
    y -= m <= 2;
    int64_t era = floor_div(y, 400), yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int32_t calendar_date(int64_t days)
{
    days += 719468;
    int64_t era = floor_div(days, 146097), doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t d = doy - (153 * mp + 2) / 5 + 1, m = mp + (mp < 10 ? 3 : -9);
    int64_t y = yoe + era * 400 + (m <= 2);
    return (int32_t)(y * 10000 + m * 100 + d);
}

bool calendar_valid(int32_t date)
{
    return date >= 101 && date <= 99991231 && calendar_date(calendar_days(date)) == date;
}

static bool number(const char *s, size_t n, int64_t *ret)
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = v * 10 + (s[i] - '0');
    }
    *ret = v;
    return n > 0;
}

bool calendar_parse(const char *s, size_t n, int32_t *ret)
{
    int64_t y, m, d;
    bool dashes = n == 10 && s[4] == '-' && s[7] == '-';
    if ((n != 8 && !dashes) || !number(s, 4, &y) || !number(s + (dashes ? 5 : 4), 2, &m) ||
        !number(s + n - 2, 2, &d))
        return false;
    int32_t date = (int32_t)(y * 10000 + m * 100 + d);
    if (!calendar_valid(date))
        return false;
    *ret = date;
    return true;
}

/* The nth (from 1; 0 = last) Sunday of a month, as days since 1970. */
static int64_t sunday(int32_t year, int32_t month, int nth)
{
    int32_t next = month == 12 ? (year + 1) * 10000 + 101 : year * 10000 + (month + 1) * 100 + 1;
    int64_t first = calendar_days(year * 10000 + month * 100 + 1);
    /* 1970-01-01 was a Thursday: day number 3 a Sunday. */
    if (nth == 0) {
        int64_t last = calendar_days(next) - 1;
        return last - ((last - 3) % 7 + 7) % 7;
    }
    return first + ((3 - first) % 7 + 7) % 7 + 7 * (nth - 1);
}

int32_t calendar_ny_offset_s(int64_t utc_ns)
{
    int32_t year = calendar_date(floor_div(utc_ns, DAY_NS)) / 10000;
    bool new_rule = year >= 2007; /* Energy Policy Act of 2005, section 110 */
    int64_t from = new_rule ? sunday(year, 3, 2) : sunday(year, 4, 1);
    int64_t to = new_rule ? sunday(year, 11, 1) : sunday(year, 10, 0);
    /* 02:00 standard time is 07:00 UTC; 02:00 daylight time is 06:00 UTC. */
    bool dst = utc_ns >= from * DAY_NS + 7 * 3600 * NS_PER_SEC &&
               utc_ns < to * DAY_NS + 6 * 3600 * NS_PER_SEC;
    return dst ? -4 * 3600 : -5 * 3600;
}

int32_t calendar_ny_date(int64_t utc_ns)
{
    return calendar_date(floor_div(utc_ns + calendar_ny_offset_s(utc_ns) * NS_PER_SEC, DAY_NS));
}

int64_t calendar_ny_ns(int32_t date, int64_t ns_since_midnight)
{
    int64_t local = calendar_days(date) * DAY_NS + ns_since_midnight;
    int64_t utc = local + 5 * 3600 * NS_PER_SEC;
    /* The daylight reading of the same wall clock is an hour earlier; take it where it is in force.
     */
    int64_t dst = utc - 3600 * NS_PER_SEC;
    return calendar_ny_offset_s(dst) == -4 * 3600 ? dst : utc;
}

int64_t calendar_ny_midnight(int32_t date)
{
    return calendar_ny_ns(date, 0);
}

static const struct holiday *holiday_of(int32_t date)
{
    size_t lo = 0, hi = holiday_rows_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (holiday_rows[mid].date < date)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < holiday_rows_n && holiday_rows[lo].date == date ? &holiday_rows[lo] : NULL;
}

bool calendar_known(int32_t date)
{
    return date / 10000 >= holiday_first_year && date / 10000 <= holiday_last_year;
}

bool calendar_announced(int32_t date)
{
    return calendar_known(date) && date / 10000 <= holiday_announced_year;
}

void calendar_years(int32_t *ret_first, int32_t *ret_last)
{
    *ret_first = holiday_first_year;
    *ret_last = holiday_last_year;
}

struct trading_day calendar_day(int32_t date)
{
    const int64_t minute = 60 * NS_PER_SEC;
    int16_t open_min = 9 * 60 + 30, close_min = 16 * 60;
    const struct holiday *h = holiday_of(date);
    struct trading_day day = {.date = date, .note = h ? h->note : ""};
    /* 1970-01-01 was a Thursday: day 2 a Saturday, day 3 a Sunday. */
    int64_t weekday = ((calendar_days(date) - 2) % 7 + 7) % 7;
    day.open_ns = day.close_ns = calendar_ny_midnight(date);
    if (weekday < 2 || (h && h->open_min < 0))
        return day;
    day.open_ns = calendar_ny_ns(date, (h ? h->open_min : open_min) * minute);
    day.close_ns = calendar_ny_ns(date, (h ? h->close_min : close_min) * minute);
    day.early = h && h->close_min < close_min;
    return day;
}

static bool boundary_on(int32_t date, int64_t ns, int dir, int64_t *ret)
{
    const int64_t hour = 3600 * NS_PER_SEC;
    struct trading_day day = calendar_day(date);
    const int64_t at[] = {calendar_ny_ns(date, 4 * hour), day.open_ns, day.close_ns,
                          calendar_ny_ns(date, (day.early ? 17 : 20) * hour)};
    if (day.open_ns == day.close_ns)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        int64_t v = at[dir > 0 ? i : ARRAY_LEN(at) - 1 - i];
        if (dir > 0 ? v > ns : v < ns) {
            *ret = v;
            return true;
        }
    }
    return false;
}

bool calendar_boundary(int64_t ns, int dir, int64_t *ret_ns)
{
    int64_t days = calendar_days(calendar_ny_date(ns));
    for (int i = 0; i < 14; i++)
        if (boundary_on(calendar_date(days + (dir > 0 ? i : -i)), ns, dir, ret_ns))
            return true;
    return false;
}

#define TRADING_END_NS ((20 * 60 + 10) * 60 * NS_PER_SEC)

int64_t calendar_trading_end(int32_t date)
{
    return calendar_ny_ns(date, TRADING_END_NS);
}

int32_t calendar_trading_date(int64_t ns)
{
    int64_t days = calendar_days(calendar_ny_date(ns));
    days += ns >= calendar_trading_end(calendar_date(days));
    for (struct trading_day day; days < INT32_MAX; days++) {
        day = calendar_day(calendar_date(days));
        if (day.open_ns != day.close_ns)
            break;
    }
    return calendar_date(days);
}

size_t time_format_utc(char *buf, size_t cap, int64_t ns)
{
    int64_t days = floor_div(ns, DAY_NS), rest = ns - days * DAY_NS, s = rest / NS_PER_SEC;
    int32_t date = calendar_date(days);
    int n = snprintf(buf, cap, "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", (int)(date / 10000),
                     (int)(date / 100 % 100), (int)(date % 100), (int)(s / 3600),
                     (int)(s / 60 % 60), (int)(s % 60), (int)(rest % NS_PER_SEC));
    return n < 0 ? 0 : MIN((size_t)n, cap ? cap - 1 : 0);
}

size_t time_format_ny(char *buf, size_t cap, int64_t ns, int frac)
{
    int64_t local = ns + calendar_ny_offset_s(ns) * NS_PER_SEC;
    int64_t rest = local - floor_div(local, DAY_NS) * DAY_NS, s = rest / NS_PER_SEC;
    char digits[16];
    snprintf(digits, sizeof digits, ".%09d", (int)(rest % NS_PER_SEC));
    int n = snprintf(buf, cap, "%02d:%02d:%02d%.*s", (int)(s / 3600), (int)(s / 60 % 60),
                     (int)(s % 60), frac > 0 ? frac + 1 : 0, digits);
    return n < 0 ? 0 : MIN((size_t)n, cap ? cap - 1 : 0);
}

/* "+05:30" "-0400" "Z" to seconds east of UTC. */
static bool parse_zone(const char *s, size_t n, int64_t *ret)
{
    int64_t h, m;
    if (n == 1 && (*s == 'Z' || *s == 'z')) {
        *ret = 0;
        return true;
    }
    bool colon = n == 6 && s[3] == ':';
    if ((n != 5 && !colon) || (*s != '+' && *s != '-') || !number(s + 1, 2, &h) ||
        !number(s + n - 2, 2, &m) || h > 23 || m > 59)
        return false;
    *ret = (*s == '-' ? -1 : 1) * (h * 3600 + m * 60);
    return true;
}

bool time_parse(const char *s, size_t n, int64_t *ret_ns)
{
    int64_t y, mo, d, h, mi, se, zone;
    if (n < 20 || s[4] != '-') {
        int64_t v;
        if (dec_parse(s, n, 0, &v) != DEC_OK || (n && s[0] == '+') || memchr(s, '.', n))
            return false;
        *ret_ns = v;
        return true;
    }
    if (s[7] != '-' || (s[10] != 'T' && s[10] != ' ' && s[10] != 't') || s[13] != ':' ||
        s[16] != ':' || !number(s, 4, &y) || !number(s + 5, 2, &mo) || !number(s + 8, 2, &d) ||
        !number(s + 11, 2, &h) || !number(s + 14, 2, &mi) || !number(s + 17, 2, &se) || h > 23 ||
        mi > 59 || se > 60)
        return false;
    size_t i = 19;
    int64_t frac = 0;
    if (s[i] == '.') {
        int64_t unit = NS_PER_SEC;
        size_t from = ++i;
        for (; i < n && s[i] >= '0' && s[i] <= '9'; i++) {
            unit /= 10;
            frac += (s[i] - '0') * unit;
        }
        if (i == from || i - from > 9)
            return false;
    }
    int32_t date = (int32_t)(y * 10000 + mo * 100 + d);
    if (i >= n || !parse_zone(s + i, n - i, &zone) || !calendar_valid(date) || y < 1678 || y > 2261)
        return false;
    *ret_ns = calendar_days(date) * DAY_NS + (h * 3600 + mi * 60 + se - zone) * NS_PER_SEC + frac;
    return true;
}

bool duration_parse(const char *s, size_t n, int64_t *ret_ns)
{
    static const struct {
        const char *unit;
        int64_t ns;
    } units[] = {
        {"ns", 1},         {"us", NS_PER_US},      {"ms", NS_PER_MS},
        {"s", NS_PER_SEC}, {"m", 60 * NS_PER_SEC}, {"h", 3600 * NS_PER_SEC},
        {"d", DAY_NS},
    };
    int64_t total = 0;
    size_t i = 0;
    while (i < n) {
        size_t digits = i, unit;
        int64_t v, part = 0;
        while (digits < n && ((s[digits] >= '0' && s[digits] <= '9') || s[digits] == '.'))
            digits++;
        for (unit = digits; unit < n && s[unit] >= 'a' && s[unit] <= 'z'; unit++)
            ;
        if (dec_parse(s + i, digits - i, 9, &v) != DEC_OK || unit == digits)
            return false;
        size_t k = 0;
        while (k < ARRAY_LEN(units) && (strlen(units[k].unit) != unit - digits ||
                                        memcmp(units[k].unit, s + digits, unit - digits) != 0))
            k++;
        if (k == ARRAY_LEN(units) || !dec_muldiv(v, units[k].ns, PX_ONE, &part) ||
            __builtin_add_overflow(total, part, &total))
            return false;
        i = unit;
    }
    *ret_ns = total;
    return n > 0;
}
