/* The exchange's clock and calendar: New York time by the US daylight rules in force since 1987,
 * holidays and early closes from data/holidays.tsv (generated), 1990 to what is known ahead. Pure
 * functions; the C library's time zone is not used. */
#pragma once
#include "base/base.h"

int32_t calendar_ny_offset_s(int64_t utc_ns); /* -14400 or -18000 */
/* Days since 1970-01-01 of a yyyymmdd and back; date must be valid. */
int64_t calendar_days(int32_t yyyymmdd);
int32_t calendar_date(int64_t days);
bool calendar_valid(int32_t yyyymmdd);
/* "20131008" or "2013-10-08", a day that exists; *ret is yyyymmdd. */
bool calendar_parse(const char *s, size_t n, int32_t *ret);
int32_t calendar_ny_date(int64_t utc_ns);                            /* yyyymmdd in New York */
int64_t calendar_ny_midnight(int32_t yyyymmdd);                      /* UTC ns of 00:00 New York */
int64_t calendar_ny_ns(int32_t yyyymmdd, int64_t ns_since_midnight); /* wall clock to UTC */

struct trading_day {
    int32_t date;
    int64_t open_ns, close_ns; /* UTC; both midnight New York when closed */
    bool early;
    const char *note; /* holiday name or early-close reason, "" otherwise */
};
/* date must be valid. Outside the years of the table (calendar_known) only weekends are closed. */
struct trading_day calendar_day(int32_t yyyymmdd);
bool calendar_known(int32_t yyyymmdd);
bool calendar_announced(int32_t yyyymmdd); /* its year's days are published, not by rule */
void calendar_years(int32_t *ret_first, int32_t *ret_last); /* of the table */
/* The nearest boundary of a trading session strictly after ns (dir > 0) or before it: 04:00, the
 * open, the close, the end of late trading (20:00; 17:00 on early closes). False when there is none
 * within two weeks. */
bool calendar_boundary(int64_t ns, int dir, int64_t *ret_ns);

/* The trading day a moment belongs to. It ends at 20:10 New York: after the last late report of the
 * day, before 20:15, when the index options' global session of the next one begins. What comes on
 * days without a session belongs to the next that has one. */
int32_t calendar_trading_date(int64_t ns);
int64_t calendar_trading_end(int32_t yyyymmdd); /* the first ns that is not of that day */

/* RFC 3339 UTC with nanoseconds `2024-06-14T13:55:03.122000000Z`; cap >= 31. */
size_t time_format_utc(char *buf, size_t cap, int64_t ns);
/* New York wall clock `09:55:03.122` with `frac` decimals (0..9). */
size_t time_format_ny(char *buf, size_t cap, int64_t ns, int frac);
/* RFC 3339 with offset or Z and up to nine decimals, or an integer of ns since 1970. */
bool time_parse(const char *s, size_t n, int64_t *ret_ns);
/* "250ms" "5s" "2m" "1h30m" "1d": ns; false on anything else or overflow. */
bool duration_parse(const char *s, size_t n, int64_t *ret_ns);
