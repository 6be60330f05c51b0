/* flow/baseline: ranks and quantiles against the sorted order of all premiums. */
#include "harness.h"

#include <stdlib.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "event/record.h"
#include "flow/baseline.h"
#include "session_file.h"

#define N 20000

static uint64_t next_random(uint64_t *x)
{
    *x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
    return *x;
}

/* From 1 dollar to 30 million, evenly by size of number, in 1e-9 dollars. */
static int64_t premium_of(uint64_t *x)
{
    unsigned shift = (unsigned)(next_random(x) % 25);
    return (int64_t)((UINT64_C(1) << shift) + next_random(x) % (UINT64_C(1) << shift)) * PX_ONE +
           (int64_t)(next_random(x) % PX_ONE);
}

/* Ranked, then counted. */
static struct baseline_rank put(struct baseline *b, uint32_t underlying, uint8_t dte, uint8_t slot,
                                int64_t premium, uint32_t min)
{
    struct baseline_key key = {underlying, dte, slot};
    struct baseline_rank r = baseline_rank(b, key, premium, min);
    baseline_add(b, key, premium);
    return r;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

START_TEST(a_rank_counts_all_that_are_as_large_and_nothing_below_eight_ninths)
{
    struct baseline *b = baseline_create(NULL);
    int64_t *seen = mem_alloc(N * sizeof *seen);
    uint64_t x = 88172645463325252u;
    for (uint32_t i = 0; i < N; i++) {
        int64_t premium = premium_of(&x);
        struct baseline_rank r = put(b, 7, 2, 3, premium, 50);
        ck_assert_uint_eq(r.n, i);
        ck_assert_int_eq(r.reason, i < 50 ? RR_COLD : RR_OK);
        uint32_t exact = 0, nearly = 0;
        for (uint32_t k = 0; i % 100 == 0 && k < i; k++) {
            exact += seen[k] >= premium;
            nearly += seen[k] >= premium / 9 * 8;
        }
        seen[i] = premium;
        if (i % 100)
            continue;
        ck_assert_uint_ge(r.k, exact);
        ck_assert_uint_le(r.k, nearly);
    }
    qsort(seen, N, sizeof *seen, by_size);
    const struct baseline_cell *c = baseline_at(b, 0);
    ck_assert_uint_eq(baseline_count(b), 1);
    for (uint32_t q = 1; q < 100; q++) {
        int64_t exact = seen[(uint64_t)N * q / 100 - 1],
                got = baseline_quantile(c->counts, c->n, q, 100);
        ck_assert_int_le(got, exact);
        ck_assert_int_ge(got, exact / 9 * 8);
    }
    mem_free(seen);
    baseline_destroy(b);
}
END_TEST

START_TEST(steps_meet_and_are_an_eighth_at_most)
{
    for (size_t i = 0; i < BASELINE_STEPS; i++) {
        int64_t from = baseline_edge(i);
        ck_assert_uint_eq(baseline_step(from), i);
        if (i)
            ck_assert_uint_eq(baseline_step(from - 1), i - 1);
        if (i && i + 1 < BASELINE_STEPS)
            ck_assert_int_le((baseline_edge(i + 1) - from) * 8, from);
    }
    ck_assert_int_eq(baseline_edge(8), 2 * PX_ONE);
    ck_assert_uint_eq(baseline_step(INT64_MIN), 0);
    ck_assert_uint_eq(baseline_step(INT64_MAX), BASELINE_STEPS - 1);
}
END_TEST

START_TEST(median_and_its_deviation_are_those_of_the_middles)
{
    struct baseline *b = baseline_create(NULL);
    /* 1, 2, 4, 8 and 1024 dollars: the median is 4, the distances 0, 2, 3, 4, 1020, of which the
     * third is 3; the middle of the step at 1 dollar is 1.0625, at 2 2.125, at 4 4.25, at 8 8.5. */
    const int64_t dollars[] = {1024, 1, 8, 2, 4};
    for (size_t i = 0; i < ARRAY_LEN(dollars); i++)
        put(b, 7, 0, 0, dollars[i] * PX_ONE, 1);
    const struct baseline_cell *c = baseline_at(b, 0);
    ck_assert_int_eq(baseline_quantile(c->counts, c->n, 1, 2), 4 * PX_ONE);
    /* The lowest step reaches from nothing: its middle is 0.5625. */
    ck_assert_int_eq(baseline_mad(c->counts, c->n), PX_ONE * 425 / 100 - PX_ONE * 5625 / 10000);
    baseline_destroy(b);
}
END_TEST

START_TEST(it_forgets_by_half_and_follows_what_comes)
{
    struct baseline *b = baseline_create(NULL);
    for (uint32_t i = 0; i < BASELINE_AGE; i++)
        put(b, 7, 0, 0, 1000 * PX_ONE, 1);
    put(b, 7, 0, 0, 5000000 * PX_ONE, 1);
    const struct baseline_cell *c = baseline_at(b, 0);
    ck_assert_uint_eq(c->n, BASELINE_AGE / 2 + 1);
    struct baseline_rank r = baseline_rank(b, (struct baseline_key){7, 0, 0}, 2000000 * PX_ONE, 1);
    ck_assert_uint_eq(r.k, 1);
    ck_assert_uint_eq(r.n, BASELINE_AGE / 2 + 1);
    for (uint32_t i = 0; i < 8 * BASELINE_AGE; i++)
        put(b, 7, 0, 0, 100 * PX_ONE, 1);
    ck_assert_uint_le(c->n, BASELINE_AGE);
    /* Of the 16384 of a thousand dollars a 2^16th is left, rounded up; the largest never goes. */
    r = baseline_rank(b, (struct baseline_key){7, 0, 0}, 1000 * PX_ONE, 1);
    ck_assert_uint_le(r.k, 2);
    ck_assert_uint_ge(r.k, 1);
    baseline_destroy(b);
}
END_TEST

START_TEST(cells_are_apart_and_a_full_pool_says_so)
{
    struct baseline *b = baseline_create(NULL);
    for (uint32_t i = 0; i < LIMIT_BASELINE_CELLS; i++) {
        struct baseline_rank r =
            put(b, 1 + i / 90, (uint8_t)(i % 6), (uint8_t)(i / 6 % 15), PX_ONE, 1);
        ck_assert_uint_eq(r.n, 0);
        ck_assert_int_eq(r.reason, RR_COLD);
    }
    ck_assert_uint_eq(baseline_count(b), LIMIT_BASELINE_CELLS);
    struct baseline_rank r = put(b, 2000000, 0, 0, PX_ONE, 1);
    ck_assert_int_eq(r.reason, RR_FULL);
    r = put(b, 1, 0, 0, PX_ONE, 1);
    ck_assert_int_eq(r.reason, RR_OK);
    ck_assert_uint_eq(r.k, 1);
    baseline_destroy(b);
}
END_TEST

START_TEST(cells_go_by_the_new_york_clock_and_days_to_expiry)
{
    struct days days = {0};
    /* 2026-06-15 09:30 New York is 13:30 UTC. */
    const int64_t open = INT64_C(1781530200) * NS_PER_SEC, minute = 60 * NS_PER_SEC;
    static const struct {
        int minutes;
        const char *name;
    } at[] = {{-1, "pre"},    {0, "09:30"},  {29, "09:30"}, {30, "10:00"},
              {389, "15:30"}, {390, "post"}, {405, "post"}};
    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        int64_t ns = open + at[i].minutes * minute;
        ck_assert_str_eq(baseline_slot_name(baseline_slot(day_of_event(&days, ns), ns)),
                         at[i].name);
    }
    static const struct {
        int days;
        const char *name;
    } dte[] = {{-1, "0"},      {0, "0"},        {1, "1-7"},    {7, "1-7"},
               {8, "8-30"},    {30, "8-30"},    {31, "31-90"}, {90, "31-90"},
               {91, "91-365"}, {365, "91-365"}, {366, "366+"}, {900, "366+"}};
    for (size_t i = 0; i < ARRAY_LEN(dte); i++)
        ck_assert_str_eq(baseline_dte_name(baseline_dte(dte[i].days)), dte[i].name);
}
END_TEST

/* XYZ with 60 packets of 96 dollars in one cell and one of 1 dollar in another. */
static struct carried *some_carried(void)
{
    struct carried *c = carried_create();
    struct carried_cell cell = {.symbol = "XYZ", .dte = 2, .slot = 3, .n = 60};
    cell.counts[baseline_step(96 * PX_ONE)] = 60;
    ck_assert(carried_add(c, &cell));
    cell = (struct carried_cell){.symbol = "ABC", .dte = 5, .slot = 14, .n = 1, .counts[0] = 1};
    ck_assert(carried_add(c, &cell));
    ck_assert(carried_sort(c));
    return c;
}

START_TEST(a_cell_begins_with_what_was_carried_and_all_is_handed_on)
{
    struct symbols *symbols = symbols_create();
    uint32_t xyz = symbols_equity(symbols, "XYZ", 3), left_out;
    struct baseline *b = baseline_create(symbols);
    struct carried *begun = some_carried();
    baseline_begin(b, begun);
    struct baseline_rank r = put(b, xyz, 2, 3, 100 * PX_ONE, 50);
    ck_assert_int_eq(r.reason, RR_OK);
    ck_assert_uint_eq(r.n, 60);
    ck_assert_uint_eq(r.k, 60); /* 96 and 100 are in one step */
    r = put(b, xyz, 2, 4, PX_ONE, 50);
    ck_assert_uint_eq(r.n, 0);
    struct carried *left = baseline_carry(b, &left_out);
    ck_assert_uint_eq(left_out, 0);
    ck_assert_uint_eq(carried_count(left), 3);
    ck_assert_uint_eq(carried_find(left, "XYZ", 2, 3)->n, 61);
    ck_assert_uint_eq(carried_find(left, "XYZ", 2, 4)->n, 1);
    ck_assert_uint_eq(carried_find(left, "ABC", 5, 14)->n, 1);
    ck_assert_ptr_null(carried_find(left, "ABC", 5, 13));
    baseline_reset(b); /* it still begins with them */
    ck_assert_uint_eq(put(b, xyz, 2, 3, PX_ONE, 50).n, 60);
    carried_destroy(left);
    baseline_destroy(b);
    carried_destroy(begun);
    symbols_destroy(symbols);
}
END_TEST

START_TEST(what_makes_no_sense_is_not_carried)
{
    struct carried *c = carried_create();
    struct carried_cell good = {.symbol = "XYZ", .n = 2, .counts[7] = 2}, cell = good;
    cell.n = 3; /* not the sum */
    ck_assert(!carried_add(c, &cell));
    cell = good;
    cell.dte = BASELINE_DTES;
    ck_assert(!carried_add(c, &cell));
    cell = good;
    memset(cell.symbol, 'X', sizeof cell.symbol);
    ck_assert(!carried_add(c, &cell));
    ck_assert(carried_add(c, &good) && carried_sort(c));
    ck_assert(carried_add(c, &good) && !carried_sort(c)); /* twice */
    carried_destroy(c);
}
END_TEST

START_TEST(a_session_file_gives_back_what_it_was_given)
{
    char path[512];
    struct err err = {0};
    struct reader *r;
    struct carried *c = some_carried(), *got;
    struct carried_cell full = {.symbol = "LONGEST.SYMBOL.OF.ALL.", .dte = 1, .slot = 1};
    for (size_t i = 0; i < BASELINE_STEPS; i++)
        full.n += full.counts[i] = (uint16_t)(i % 3 ? i : 0);
    full.counts[0] = (uint16_t)(BASELINE_AGE - full.n);
    full.n = BASELINE_AGE;
    ck_assert(carried_add(c, &full) && carried_sort(c));
    snprintf(path, sizeof path, "%s/cells.db", test_dir());
    struct maker m = maker_open(path);
    for (uint32_t i = 0; i < carried_count(c); i++)
        store_baseline(m.store, i > 0, carried_at(c, i));
    maker_stamp(&m);
    maker_close(&m);
    ck_assert_int_eq(reader_open(path, &r, &err), 0);
    ck_assert_int_eq(reader_carried(r, false, &got, &err), 0);
    ck_assert_uint_eq(carried_count(got), 1);
    ck_assert_mem_eq(carried_at(got, 0), carried_at(c, 0), sizeof full);
    carried_destroy(got);
    ck_assert_int_eq(reader_carried(r, true, &got, &err), 0);
    ck_assert_uint_eq(carried_count(got), 2);
    ck_assert_mem_eq(carried_at(got, 0), carried_at(c, 1), 2 * sizeof full);
    carried_destroy(got);
    reader_close(r);
    carried_destroy(c);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("baseline");
    TCase *t = tcase_create("baseline");
    tcase_add_test(t, a_rank_counts_all_that_are_as_large_and_nothing_below_eight_ninths);
    tcase_add_test(t, steps_meet_and_are_an_eighth_at_most);
    tcase_add_test(t, median_and_its_deviation_are_those_of_the_middles);
    tcase_add_test(t, it_forgets_by_half_and_follows_what_comes);
    tcase_add_test(t, cells_are_apart_and_a_full_pool_says_so);
    tcase_add_test(t, cells_go_by_the_new_york_clock_and_days_to_expiry);
    tcase_add_test(t, a_cell_begins_with_what_was_carried_and_all_is_handed_on);
    tcase_add_test(t, what_makes_no_sense_is_not_carried);
    tcase_add_test(t, a_session_file_gives_back_what_it_was_given);
    suite_add_tcase(s, t);
    return s;
}
