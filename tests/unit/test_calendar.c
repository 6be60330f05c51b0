/* New York clock and exchange calendar against the published rules and calendars. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "event/calendar.h"

#define HOUR (3600 * NS_PER_SEC)

static int64_t at(const char *utc)
{
    int64_t ns = 0;
    ck_assert_msg(time_parse(utc, strlen(utc), &ns), "%s", utc);
    return ns;
}

START_TEST(daylight_time_switches_on_the_days_the_law_names)
{
    /* Uniform Time Act as of 1987: first Sunday of April, last of October; Energy Policy Act of
     * 2005: second of March, first of November. conditions.md E names 2025-2027. */
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"1990-04-01", "1990-10-28"}, {"2006-04-02", "2006-10-29"}, {"2007-03-11", "2007-11-04"},
        {"2025-03-09", "2025-11-02"}, {"2026-03-08", "2026-11-01"}, {"2027-03-14", "2027-11-07"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char utc[64];
        snprintf(utc, sizeof utc, "%sT07:00:00Z", rows[i].from); /* 02:00 standard time */
        ck_assert_int_eq(calendar_ny_offset_s(at(utc) - 1), -18000);
        ck_assert_int_eq(calendar_ny_offset_s(at(utc)), -14400);
        snprintf(utc, sizeof utc, "%sT06:00:00Z", rows[i].to); /* 02:00 daylight time */
        ck_assert_int_eq(calendar_ny_offset_s(at(utc) - 1), -14400);
        ck_assert_int_eq(calendar_ny_offset_s(at(utc)), -18000);
    }
    /* 2007 moved the switch: in 2006 the middle of March was standard time. */
    ck_assert_int_eq(calendar_ny_offset_s(at("2006-03-15T12:00:00Z")), -18000);
    ck_assert_int_eq(calendar_ny_offset_s(at("2007-03-15T12:00:00Z")), -14400);
    ck_assert_int_eq(calendar_ny_offset_s(at("2006-11-01T12:00:00Z")), -18000);
    ck_assert_int_eq(calendar_ny_offset_s(at("2007-11-01T12:00:00Z")), -14400);
}
END_TEST

START_TEST(wall_clock_around_the_switches_maps_to_one_instant)
{
    ck_assert_int_eq(calendar_ny_ns(20260308, 1 * HOUR), at("2026-03-08T06:00:00Z"));
    ck_assert_int_eq(calendar_ny_ns(20260308, 3 * HOUR), at("2026-03-08T07:00:00Z"));
    /* The repeated hour reads as its first passing, in daylight time. */
    ck_assert_int_eq(calendar_ny_ns(20261101, 1 * HOUR), at("2026-11-01T05:00:00Z"));
    ck_assert_int_eq(calendar_ny_ns(20261101, 2 * HOUR), at("2026-11-01T07:00:00Z"));
    ck_assert_int_eq(calendar_ny_midnight(20260308), at("2026-03-08T05:00:00Z"));
    ck_assert_int_eq(calendar_ny_midnight(20260309), at("2026-03-09T04:00:00Z"));
    ck_assert_int_eq(calendar_ny_date(at("2026-03-09T03:59:59.999999999Z")), 20260308);
    ck_assert_int_eq(calendar_ny_date(at("2026-03-09T04:00:00Z")), 20260309);
    char buf[32];
    time_format_ny(buf, sizeof buf, at("2026-11-01T06:30:00.5Z"), 3);
    ck_assert_str_eq(buf, "01:30:00.500");
}
END_TEST

static bool closed(int32_t date)
{
    struct trading_day day = calendar_day(date);
    return day.open_ns == day.close_ns;
}

static bool listed(const int32_t *list, size_t n, int32_t date)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == date)
            return true;
    return false;
}

START_TEST(sessions_of_2025_to_2027_are_those_published)
{
    /* conditions.md E. */
    static const int32_t shut[] = {
        20250101, 20250109, 20250120, 20250217, 20250418, 20250526, 20250619, 20250704,
        20250901, 20251127, 20251225, 20260101, 20260119, 20260216, 20260403, 20260525,
        20260619, 20260703, 20260907, 20261126, 20261225, 20270101, 20270118, 20270215,
        20270326, 20270531, 20270618, 20270705, 20270906, 20271125, 20271224,
    };
    static const int32_t early[] = {20250703, 20251128, 20251224, 20261127, 20261224, 20271126};
    unsigned n_shut = 0, n_early = 0, sessions = 0;
    for (int64_t d = calendar_days(20250101); d <= calendar_days(20271231); d++) {
        int32_t date = calendar_date(d);
        int weekday = (int)((d + 4) % 7); /* 1970-01-01 was a Thursday; 0 = Sunday */
        struct trading_day day = calendar_day(date);
        ck_assert_int_eq(day.date, date);
        if (weekday == 0 || weekday == 6) {
            ck_assert(closed(date) && !day.early);
            continue;
        }
        bool want_shut = listed(shut, ARRAY_LEN(shut), date);
        bool want_early = listed(early, ARRAY_LEN(early), date);
        ck_assert_msg(closed(date) == want_shut, "%d", (int)date);
        ck_assert_msg(day.early == want_early, "%d", (int)date);
        ck_assert_msg((*day.note != '\0') == (want_shut || want_early), "%d", (int)date);
        n_shut += want_shut;
        n_early += want_early;
        sessions += !want_shut;
        if (want_shut)
            continue;
        ck_assert_int_eq(day.open_ns, calendar_ny_midnight(date) + 9 * HOUR + HOUR / 2);
        ck_assert_int_eq(day.close_ns, calendar_ny_midnight(date) + (want_early ? 13 : 16) * HOUR);
    }
    ck_assert_uint_eq(n_shut, ARRAY_LEN(shut));
    ck_assert_uint_eq(n_early, ARRAY_LEN(early));
    ck_assert_uint_eq(sessions, 250 + 251 + 251);
}
END_TEST

START_TEST(a_date_is_read_with_and_without_dashes)
{
    static const char *const wrong[] = {
        "",           "2013108",  "2013-10-8", "2013/10/08",  "20130229",
        "2013-02-30", "2013100a", "2013-1008", "2013-10-08 ", "-013-10-08"};
    int32_t date = 0;
    ck_assert(calendar_parse("20131008", 8, &date) && date == 20131008);
    ck_assert(calendar_parse("2024-02-29", 10, &date) && date == 20240229);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        ck_assert_msg(!calendar_parse(wrong[i], strlen(wrong[i]), &date), "%s", wrong[i]);
    ck_assert_int_eq(date, 20240229);
}
END_TEST

START_TEST(regular_hours_follow_daylight_time)
{
    /* conditions.md E: 13:30-20:00Z in daylight time, 14:30-21:00Z otherwise. */
    ck_assert_int_eq(calendar_day(20260316).open_ns, at("2026-03-16T13:30:00Z"));
    ck_assert_int_eq(calendar_day(20260316).close_ns, at("2026-03-16T20:00:00Z"));
    ck_assert_int_eq(calendar_day(20260306).open_ns, at("2026-03-06T14:30:00Z"));
    ck_assert_int_eq(calendar_day(20260306).close_ns, at("2026-03-06T21:00:00Z"));
    ck_assert_int_eq(calendar_day(20261127).close_ns, at("2026-11-27T18:00:00Z"));
}
END_TEST

START_TEST(special_closures_are_closed_and_their_neighbours_open)
{
    static const int32_t shut[] = {
        19940427, 20010911, 20010912, 20010913, 20010914, 20040611,
        20070102, 20121029, 20121030, 20181205, 20250109,
    };
    static const int32_t open[] = {
        19940426, 19940428, 20010910, 20010917, 20040610, 20040614, 20070103,
        20121026, 20121031, 20181204, 20181206, 20250108, 20250110,
    };
    for (size_t i = 0; i < ARRAY_LEN(shut); i++)
        ck_assert_msg(closed(shut[i]), "%d", (int)shut[i]);
    for (size_t i = 0; i < ARRAY_LEN(open); i++)
        ck_assert_msg(!closed(open[i]), "%d", (int)open[i]);
}
END_TEST

START_TEST(holidays_begin_in_the_year_they_were_introduced_and_move_by_the_rule)
{
    ck_assert(!closed(19970120) && closed(19980119));  /* Martin Luther King Jr. Day */
    ck_assert(!closed(20210618) && closed(20220620));  /* Juneteenth */
    ck_assert(!closed(20211231) && !closed(20220103)); /* New Year on a Saturday is not moved */
    ck_assert(closed(20230102));                       /* on a Sunday it is */
    ck_assert(closed(20211224) && closed(20200703) && closed(20210705) && closed(20221226));
    /* Good Fridays of the published NYSE calendars 2011-2016 and 2022-2024. */
    static const int32_t fridays[] = {20110422, 20120406, 20130329, 20140418, 20150403,
                                      20160325, 20220415, 20230407, 20240329};
    for (size_t i = 0; i < ARRAY_LEN(fridays); i++)
        ck_assert_msg(closed(fridays[i]), "%d", (int)fridays[i]);
}
END_TEST

START_TEST(early_closes_follow_the_published_calendars)
{
    /* NYSE holiday pages of 2012, 2014-2016, 2018 and 2023-2024. */
    static const int32_t early[] = {20120703, 20121123, 20121224, 20140703, 20141128,
                                    20141224, 20151127, 20151224, 20161125, 20181123,
                                    20181224, 20230703, 20240703, 20130703, 20020705};
    static const int32_t full[] = {20150702, 20161223, 20161230, 20200702, 20210702,
                                   20020703, 20130705, 20270702, 20241226};
    for (size_t i = 0; i < ARRAY_LEN(early); i++) {
        struct trading_day day = calendar_day(early[i]);
        ck_assert_msg(day.early, "%d", (int)early[i]);
        ck_assert_int_eq(day.close_ns, calendar_ny_ns(early[i], 13 * HOUR));
    }
    for (size_t i = 0; i < ARRAY_LEN(full); i++)
        ck_assert_msg(!calendar_day(full[i]).early && !closed(full[i]), "%d", (int)full[i]);
    /* An early close of the sample files: GOOG on 2015-12-24. */
    ck_assert_int_eq(calendar_day(20151224).close_ns, at("2015-12-24T18:00:00Z"));
}
END_TEST

START_TEST(years_outside_the_table_say_so_and_close_on_weekends_only)
{
    ck_assert(calendar_known(19900102) && calendar_known(20271231));
    ck_assert(!calendar_known(19891231) && !calendar_known(20990101));
    ck_assert(closed(20990103) && !closed(20990101)); /* a Saturday; a Thursday */
    ck_assert_ptr_nonnull(strstr(calendar_day(20281225).note, "by rule"));
}
END_TEST

START_TEST(session_boundaries_follow_each_other_over_nights_weekends_and_early_closes)
{
    /* At -05:00. Thursday 26 November 2026 is Thanksgiving, the 27th closes at 13:00. */
    static const char *const in_order[] = {
        "2026-11-25T14:30:00Z", "2026-11-25T21:00:00Z", "2026-11-26T01:00:00Z", /* Wednesday */
        "2026-11-27T09:00:00Z", "2026-11-27T14:30:00Z", "2026-11-27T18:00:00Z", /* half a day */
        "2026-11-27T22:00:00Z", "2026-11-30T09:00:00Z",                         /* Monday */
    };
    for (size_t i = 0; i + 1 < ARRAY_LEN(in_order); i++) {
        int64_t v;
        ck_assert(calendar_boundary(at(in_order[i]), 1, &v));
        ck_assert_msg(v == at(in_order[i + 1]), "after %s", in_order[i]);
        ck_assert(calendar_boundary(at(in_order[i + 1]), -1, &v));
        ck_assert_msg(v == at(in_order[i]), "before %s", in_order[i + 1]);
    }
}
END_TEST

/* conditions.md: trade reporting ends at 20:00, the global session begins at 20:15 and belongs to
 * the next business day. */
START_TEST(a_trading_day_ends_between_the_last_report_and_the_global_session)
{
    static const struct {
        const char *at;
        int32_t date;
    } cases[] = {
        {"2024-06-13T13:30:00Z", 20240613},           {"2024-06-14T00:00:00Z", 20240613},
        {"2024-06-14T00:09:59.999999999Z", 20240613}, {"2024-06-14T00:10:00Z", 20240614},
        {"2024-06-14T00:15:00Z", 20240614},           {"2024-06-14T08:00:00Z", 20240614},
        {"2024-06-15T00:10:00Z", 20240617}, /* Friday evening: Monday's */
        {"2024-06-16T12:00:00Z", 20240617},           {"2024-06-17T00:15:00Z", 20240617},
        {"2024-06-19T00:15:00Z", 20240620}, /* Juneteenth was a Wednesday */
        {"2024-12-13T01:09:59Z", 20241212}, /* winter: UTC-5 */
        {"2024-12-13T01:10:00Z", 20241213},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        ck_assert_msg(calendar_trading_date(at(cases[i].at)) == cases[i].date, "%s: %d",
                      cases[i].at, calendar_trading_date(at(cases[i].at)));
    ck_assert(calendar_trading_end(20240613) == at("2024-06-14T00:10:00Z"));
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("calendar");
    TCase *t = tcase_create("calendar");
    tcase_add_test(t, daylight_time_switches_on_the_days_the_law_names);
    tcase_add_test(t, wall_clock_around_the_switches_maps_to_one_instant);
    tcase_add_test(t, sessions_of_2025_to_2027_are_those_published);
    tcase_add_test(t, a_date_is_read_with_and_without_dashes);
    tcase_add_test(t, regular_hours_follow_daylight_time);
    tcase_add_test(t, special_closures_are_closed_and_their_neighbours_open);
    tcase_add_test(t, holidays_begin_in_the_year_they_were_introduced_and_move_by_the_rule);
    tcase_add_test(t, early_closes_follow_the_published_calendars);
    tcase_add_test(t, years_outside_the_table_say_so_and_close_on_weekends_only);
    tcase_add_test(t, session_boundaries_follow_each_other_over_nights_weekends_and_early_closes);
    tcase_add_test(t, a_trading_day_ends_between_the_last_report_and_the_global_session);
    suite_add_tcase(s, t);
    return s;
}
