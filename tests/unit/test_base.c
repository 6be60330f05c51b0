/* base/: exact decimals, text safety, the ring between two threads. */
#include "harness.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/dec.h"
#include "base/map.h"
#include "base/ring.h"
#include "base/text.h"

START_TEST(decimal_parses_exactly_or_says_why)
{
    static const struct {
        const char *s;
        int digits;
        enum dec_status status;
        int64_t v;
    } rows[] = {
        {"157.94", 9, DEC_OK, 157940000000},
        {"0.000000001", 9, DEC_OK, 1},
        {"-1.5", 9, DEC_OK, -1500000000},
        {"1.0000000000", 9, DEC_OK, 1000000000},
        {"1.0000000001", 9, DEC_PRECISION, 0},
        {"9223372036.854775807", 9, DEC_OK, INT64_MAX},
        {"9223372036.854775808", 9, DEC_RANGE, 0},
        {"99999999999999999999", 0, DEC_RANGE, 0},
        {"", 9, DEC_SYNTAX, 0},
        {".", 9, DEC_SYNTAX, 0},
        {"1e5", 9, DEC_SYNTAX, 0},
        {"1.2.3", 9, DEC_SYNTAX, 0},
        {" 1", 9, DEC_SYNTAX, 0},
        {".5", 9, DEC_OK, 500000000},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t v = 0;
        ck_assert_msg(dec_parse(rows[i].s, strlen(rows[i].s), rows[i].digits, &v) == rows[i].status,
                      "%s", rows[i].s);
        ck_assert_int_eq(v, rows[i].v);
    }
}
END_TEST

START_TEST(decimal_formats_without_trailing_zeros)
{
    static const struct {
        int64_t v;
        int digits, min;
        const char *s;
    } rows[] = {
        {1500000000, 9, 2, "1.50"},
        {1500000000, 9, 0, "1.5"},
        {0, 9, 2, "0.00"},
        {-1, 9, 0, "-0.000000001"},
        {INT64_MIN, 9, 0, "-9223372036.854775808"},
        {42, 0, 0, "42"},
        {100000000, 6, 0, "100"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char buf[32];
        dec_format(buf, sizeof buf, rows[i].v, rows[i].digits, rows[i].min);
        ck_assert_str_eq(buf, rows[i].s);
    }
}
END_TEST

START_TEST(double_from_a_feed_becomes_the_decimal_that_was_sent)
{
    int64_t v;
    ck_assert_int_eq(dec_from_double(157.94, 9, &v), DEC_OK);
    ck_assert_int_eq(v, 157940000000);
    ck_assert_int_eq(dec_from_double(0.1 + 0.2, 4, &v), DEC_OK);
    ck_assert_int_eq(v, 3000);
    ck_assert_int_eq(dec_from_double(6543210.1234, 9, &v), DEC_OK);
    ck_assert_int_eq(v, 6543210123400000);
    ck_assert_int_eq(dec_from_double(DBL_MAX, 9, &v), DEC_RANGE);
    ck_assert_int_eq(dec_from_double((double)NAN, 9, &v), DEC_RANGE);
}
END_TEST

START_TEST(hostile_text_leaves_no_control_byte)
{
    static const char hostile[] = "a\x1b[31mb\x07\xc2\x9b"
                                  "c\xe2\x80\xae"
                                  "d\xff\xc0\x80\n\te\xcc\x81\x7f";
    char out[128];
    size_t n = text_clean(out, sizeof out, hostile, sizeof hostile - 1);
    ck_assert_uint_eq(n, strlen(out));
    ck_assert_str_eq(out, "a?[31mb??c?d???  e??");
    for (size_t cap = 1; cap < 24; cap++)
        ck_assert_uint_lt(text_clean(out, cap, hostile, sizeof hostile - 1), cap);
}
END_TEST

START_TEST(csv_field_cannot_become_a_formula)
{
    char buf[64];
    struct text t = text_on(buf, sizeof buf);
    text_add_csv(&t, "=1+1", 4);
    text_add(&t, ",");
    text_add_csv(&t, "-1.5", 4);
    text_add(&t, ",");
    text_add_csv(&t, "a\"b,", 4);
    ck_assert_str_eq(buf, "\"'=1+1\",-1.5,\"a\"\"b,\"");
}
END_TEST

#define RING_RECORDS 200000
static void *produce(void *arg)
{
    struct ring *r = arg;
    for (uint64_t i = 0; i < RING_RECORDS; i++) {
        size_t n = 8 + (i * 7919) % 200;
        char *p;
        while (!(p = ring_reserve(r, n)))
            ;
        memset(p, (int)(i & 0xff), n);
        memcpy(p, &i, sizeof i);
        ring_commit(r, n);
    }
    return NULL;
}

START_TEST(ring_hands_over_every_record_in_order)
{
    struct ring *r = ring_create(1 << 14);
    pthread_t th;
    ck_assert_int_eq(pthread_create(&th, NULL, produce, r), 0);
    for (uint64_t i = 0; i < RING_RECORDS;) {
        size_t n;
        const char *p = ring_peek(r, &n);
        if (!p)
            continue;
        uint64_t got;
        memcpy(&got, p, sizeof got);
        if (got != i || n != 8 + (i * 7919) % 200 || (n > 8 && (uint8_t)p[n - 1] != (i & 0xff)))
            ck_abort_msg("record %llu is damaged", (unsigned long long)i);
        ring_pop(r);
        i++;
    }
    pthread_join(th, NULL);
    ck_assert(ring_empty(r));
    ring_destroy(r);
}
END_TEST

START_TEST(map_finds_what_was_put)
{
    struct map *m = map_create();
    for (uint32_t i = 0; i < 50000; i++)
        map_put(m, &i, sizeof i, i ^ 0x5a5a);
    for (uint32_t i = 0; i < 50000; i++) {
        uint32_t v;
        ck_assert(map_get(m, &i, sizeof i, &v));
        ck_assert_uint_eq(v, i ^ 0x5a5a);
    }
    uint32_t v, absent = 50000;
    ck_assert(!map_get(m, &absent, sizeof absent, &v));
    map_destroy(m);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("base");
    TCase *t = tcase_create("base");
    tcase_add_test(t, decimal_parses_exactly_or_says_why);
    tcase_add_test(t, decimal_formats_without_trailing_zeros);
    tcase_add_test(t, double_from_a_feed_becomes_the_decimal_that_was_sent);
    tcase_add_test(t, hostile_text_leaves_no_control_byte);
    tcase_add_test(t, csv_field_cannot_become_a_formula);
    tcase_add_test(t, ring_hands_over_every_record_in_order);
    tcase_add_test(t, map_finds_what_was_put);
    suite_add_tcase(s, t);
    return s;
}
