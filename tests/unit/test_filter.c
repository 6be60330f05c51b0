/* view/: the filter language, and times as people type them. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/venue.h"
#include "view/filter.h"
#include "view/when.h"

/* 2024-06-14 09:31:15.25 New York is 13:31:15.25 UTC (daylight time); the day count is
 * date -u -d 2024-06-14 +%s = 1718323200. */
#define TS (INT64_C(1718371875250000000))

static struct symbols *symbols;
static struct idents *idents;
static struct cell_context cells;
static struct row row;

/* 20 contracts of SPY 500 call of 2024-06-21 at 1.25, bought at the ask of 1.20 x 1.25: $2,500. */
static void setup(void)
{
    symbols = symbols_create();
    idents = idents_create();
    cells = (struct cell_context){.symbols = symbols, .idents = idents};
    memset(&row, 0, sizeof row);
    row.kind = ROW_OPTION;
    row.key = 7;
    row.ev = (struct event){.kind = EV_OPTION_PRINT, .seq = 7, .ts_ns = TS, .recv_ns = TS + 5};
    row.ev.sym = symbols_option(symbols, "SPY240621C00500000", 18);
    row.ev.venue = venue_by_code(VENUE_OPTION, "C", 1);
    row.ev.u.print = (struct print){.px = 1250000000, .qty = 20000000, .cond = {'S'}};
    row.u.join = (struct join){.seq = 7,
                               .bid_seq = 6,
                               .ask_seq = 6,
                               .bid = 1200000000,
                               .ask = 1250000000,
                               .bid_qty = 10000000,
                               .ask_qty = 30000000,
                               .quote_ns = TS - 15000000,
                               .notional = INT64_C(2500000000000),
                               .packet = 7,
                               .side = 1,
                               .state = QS_OK,
                               .placement = PL_ASK,
                               .rule = RULE_QUOTE,
                               .confidence = 75,
                               .family = COND_ISO};
}

static void teardown(void)
{
    idents_destroy(idents);
    symbols_destroy(symbols);
}

static bool match(const char *text)
{
    struct filter_error e = {0};
    struct filter *f = filter_parse(text, (enum row_kind)row.kind, &e);
    ck_assert_msg(f != NULL, "%s: column %zu: %s", text, e.at, e.text);
    bool m = filter_match(f, &row, &cells);
    filter_free(f);
    return m;
}

START_TEST(tests_of_every_type_of_field_answer_by_value)
{
    static const struct {
        const char *text;
        bool passes;
    } rows[] = {
        {"", true},
        {"  ", true},
        {"symbol in {SPY QQQ} and premium >= 2.5k and side == ask and dte <= 7", true},
        {"symbol in {SPY,QQQ}", true},
        {"symbol in {IWM, QQQ}", false},
        {"symbol not in {IWM, QQQ}", true},
        {"symbol == spy", true},
        {"symbol != SPY", false},
        {"symbol ~ p", true},
        {"symbol ~ zz", false},
        {"premium >= 2500", true},
        {"premium > 2500", false},
        {"premium > 2499.999999999", true},
        {"premium < 2.500000001k", true},
        {"premium == $2500", true},
        {"premium == 0.0025m", true},
        {"premium == 0.0000025B", true},
        {"premium < 10b", true},
        {"premium < 100000000000", true},
        {"price between 1.2 and 1.25", true},
        {"price between 1.26 and 2", false},
        {"price = 1.25", true},
        {"size == 20", true},
        {"size >= 0.02k", true},
        {"strike >= 500 and strike <= 500.001", true},
        {"side == buy", true},
        {"side == bid", false},
        {"right == C", true},
        {"right == put", false},
        {"right == Call", true},
        {"right == p", false},
        {"expiry <= 2024-06-21", true},
        {"expiry < 2024-06-21", false},
        {"dte == 7", true},
        {"dte <= 1d", false},
        {"dte < 8d", true},
        {"side_confidence >= 75%", true},
        {"side_confidence > 75%", false},
        {"quote_age_ns <= 15ms", true},
        {"quote_age_ns < 15ms", false},
        {"quote_age_ns == 15000000", true},
        {"seq == 7", true},
        {"seq < 7.5", true},
        {"ts >= 09:31", true},
        {"ts >= 09:31:15.25 and ts <= 09:31:15.25", true},
        {"ts > 09:31:15.25", false},
        {"ts between 09:30 and 09:31:15", false},
        {"ts == 2024-06-14T13:31:15.25Z", true},
        {"ts < '2024-06-14 09:31:16-04:00'", true},
        {"conditions has ISOI", true},
        {"conditions has AUTO", false},
        {"conditions == ISOI", true},
        {"conditions != AUTO", true},
        {"evidence has 6", true},
        {"evidence has 5", false},
        {"late", false},
        {"not late", true},
        {"late == false", true},
        {"contract == \"SPY   240621C00500000\"", true},
        {"placement in {ask above}", true},
        {"quote_state != ok", false},
        {"side == sell or size > 10 and price < 1", false},
        {"(side == sell or size > 10) and price > 1", true},
        {"not not size > 10", true},
        {"not (size > 10)", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_msg(match(rows[i].text) == rows[i].passes, "%s", rows[i].text);
}
END_TEST

START_TEST(a_value_that_the_row_lacks_passes_no_comparison)
{
    row.u.join.bid = PX_NONE;
    row.u.join.side = 0;
    ck_assert(!match("bid > 0"));
    ck_assert(!match("bid < 1000"));
    ck_assert(match("not bid > 0"));
    ck_assert(!match("side_confidence < 1"));
}
END_TEST

START_TEST(no_binary_floating_point_comes_between)
{
    /* 0.1 + 0.2 in doubles is not 0.3; here 0.3 is. Nine decimals are told apart. */
    row.ev.u.print.px = 300000000;
    ck_assert(match("price == 0.3"));
    row.ev.u.print.px = 300000001;
    ck_assert(!match("price == 0.3"));
    ck_assert(match("price == 0.300000001"));
    /* 2^53 + 1 is no double. */
    row.ev.seq = 9007199254740993;
    ck_assert(match("seq == 9007199254740993"));
    ck_assert(!match("seq == 9007199254740992"));
}
END_TEST

START_TEST(mistakes_name_column_and_nearest_word)
{
    static const struct {
        const char *text;
        size_t at;
        const char *says;
    } rows[] = {
        {"simbol == SPY and size > 1", 0, "'symbol'"},
        {"size > 1 and primium > 5", 13, "'premium'"},
        {"size ! 5", 5, "comparison"},
        {"side == byu and size > 1", 8, "'buy'"},
        {"size > abc and size > 1", 7, "not a number"},
        {"size > 1.0000000001 and late", 7, "nine decimals"},
        {"ts > noon and late", 5, "not a time"},
        {"symbol has SPY", 7, "'has' is for lists"},
        {"conditions < AUTO", 11, "no order"},
        {"price ~ 1", 6, "'~' is for texts"},
        {"size > 1 size > 2", 9, "'and' or 'or'"},
        {"symbol in {}", 11, "no value"},
        {"symbol in SPY", 10, "braces"},
        {"price between 1 or 2", 16, "two values"},
        {"size > 1)", 8, "'and' or 'or'"},
        {"late < true", 5, "no order"},
        {"late == maybe and late", 8, "true nor false"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct filter_error e = {0};
        ck_assert_msg(filter_parse(rows[i].text, ROW_OPTION, &e) == NULL, "%s", rows[i].text);
        ck_assert_msg(e.at == rows[i].at, "%s: column %zu", rows[i].text, e.at);
        ck_assert_msg(strstr(e.text, rows[i].says) != NULL, "%s: %s", rows[i].text, e.text);
        ck_assert_msg(!e.incomplete, "%s", rows[i].text);
    }
}
END_TEST

START_TEST(every_beginning_of_a_good_filter_is_good_or_incomplete)
{
    static const char *const texts[] = {
        "symbol in {SPY QQQ} and premium >= 250k and side == ask and dte <= 7",
        "not (conditions has ISOI or ts between 09:30:00 and 09:31)",
        "contract == \"SPY   240621C00500000\" or late",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        for (size_t n = 0; n <= strlen(texts[i]); n++) {
            char part[128];
            struct filter_error e = {0};
            snprintf(part, sizeof part, "%.*s", (int)n, texts[i]);
            struct filter *f = filter_parse(part, ROW_OPTION, &e);
            ck_assert_msg(f || e.incomplete, "%s: column %zu: %s", part, e.at, e.text);
            filter_free(f);
        }
}
END_TEST

START_TEST(size_and_depth_are_bounded)
{
    static char text[20000];
    struct filter_error e;
    memset(text, '(', 3000);
    ck_assert_ptr_null(filter_parse(text, ROW_OPTION, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "deep"));
    memset(text, ' ', 5000);
    ck_assert_ptr_null(filter_parse(text, ROW_OPTION, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "long"));
    /* 300 tests, then 600 values: both within the length. */
    size_t n = 0;
    for (int i = 0; i < 300; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%slate", i ? " or " : "");
    ck_assert_ptr_null(filter_parse(text, ROW_OPTION, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "too many"));
    n = (size_t)snprintf(text, sizeof text, "seq in {");
    for (int i = 0; i < 600; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "1 ");
    snprintf(text + n, sizeof text - n, "}");
    ck_assert_ptr_null(filter_parse(text, ROW_OPTION, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "too many"));
}
END_TEST

START_TEST(any_bytes_give_a_filter_or_an_error)
{
    static const char bytes[] = "seq (){}=!<>~\"'andornti{5k%\x01\xff,";
    uint32_t x = 12345; /* a fixed linear congruential sequence */
    for (int i = 0; i < 20000; i++) {
        char text[24];
        size_t n = i % sizeof text;
        for (size_t k = 0; k < n; k++) {
            x = x * 1664525 + 1013904223;
            text[k] = bytes[(x >> 16) % (sizeof bytes - 1)];
        }
        text[n ? n - 1 : 0] = '\0';
        struct filter_error e = {0};
        struct filter *f = filter_parse(text, ROW_OPTION, &e);
        ck_assert(f || e.text[0]);
        if (f)
            filter_match(f, &row, &cells);
        filter_free(f);
    }
}
END_TEST

START_TEST(times_are_read_as_people_type_them)
{
    /* 13:30:00 to 13:40:00 UTC of 2024-06-14: 09:30 to 09:40 New York. */
    const int64_t first = INT64_C(1718371800) * NS_PER_SEC, last = first + 600 * NS_PER_SEC;
    const struct session_span span = {1, 99, first, last};
    const struct {
        const char *text;
        int64_t from_ns, ns;
    } rows[] = {
        {"2024-06-14T13:31:15.25Z", INT64_MIN, TS},
        {"1718371875250000000", INT64_MIN, TS},
        {"09:31:15.25", INT64_MIN, TS},
        {"9:31", INT64_MIN, first + 60 * NS_PER_SEC},
        {"+5s", INT64_MIN, first + 5 * NS_PER_SEC},
        {"-5m", INT64_MIN, last - 300 * NS_PER_SEC},
        {"+5s", TS, TS + 5 * NS_PER_SEC},
        {"-5m", TS, TS - 300 * NS_PER_SEC},
        {"0%", INT64_MIN, first},
        {"50%", INT64_MIN, first + 300 * NS_PER_SEC},
        {"100%", INT64_MIN, last},
        {"open", INT64_MIN, first},                                /* 09:30 New York */
        {"close", INT64_MIN, first + INT64_C(23400) * NS_PER_SEC}, /* 16:00 */
    };
    static const char *const wrong[] = {"",    "x", "101%", "-5",  "25:00",    "09:60",    "09:31:",
                                        "9:3", "+", "+5x",  "-1%", "09:31:60", "09:31:-5", "half"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        int64_t ns = 0;
        ck_assert_msg(when_parse(rows[i].text, &span, rows[i].from_ns, &ns, &err) == 0, "%s: %s",
                      rows[i].text, err.text);
        ck_assert_msg(ns == rows[i].ns, "%s: %lld", rows[i].text, (long long)ns);
    }
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        int64_t ns = 42;
        ck_assert_msg(when_parse(wrong[i], &span, INT64_MIN, &ns, NULL) == -ERR_USAGE, "%s",
                      wrong[i]);
        ck_assert_int_eq(ns, 42);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("filter");
    TCase *t = tcase_create("filter");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, tests_of_every_type_of_field_answer_by_value);
    tcase_add_test(t, a_value_that_the_row_lacks_passes_no_comparison);
    tcase_add_test(t, no_binary_floating_point_comes_between);
    tcase_add_test(t, mistakes_name_column_and_nearest_word);
    tcase_add_test(t, every_beginning_of_a_good_filter_is_good_or_incomplete);
    tcase_add_test(t, size_and_depth_are_bounded);
    tcase_add_test(t, any_bytes_give_a_filter_or_an_error);
    tcase_add_test(t, times_are_read_as_people_type_them);
    suite_add_tcase(s, t);
    return s;
}
