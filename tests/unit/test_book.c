/* book/: as-of quotes by event time, whatever order they arrive in; the NBBO built from venues. */
#include "harness.h"
#include "make.h"

#include "base/limits.h"
#include "book/book.h"

static void put(struct book *b, struct event ev, uint64_t seq)
{
    ev.seq = seq;
    book_quote(b, &ev, 0);
}

START_TEST(quote_in_force_is_the_last_at_or_before_the_time)
{
    struct book *b = book_create();
    struct nbbo q;
    ck_assert_int_eq(book_asof(b, 1, ms(0), &q), BOOK_NONE);
    put(b, make_quote(1, 10, 100, 1, 102, 1), 1);
    put(b, make_quote(1, 20, 101, 1, 103, 1), 2);
    ck_assert_int_eq(book_asof(b, 1, ms(9), &q), BOOK_NONE);
    ck_assert_int_eq(book_asof(b, 1, ms(10), &q), BOOK_FOUND);
    ck_assert_uint_eq(q.bid_seq, 1);
    ck_assert_int_eq(book_asof(b, 1, ms(20) - 1, &q), BOOK_FOUND);
    ck_assert_uint_eq(q.bid_seq, 1);
    ck_assert_int_eq(book_asof(b, 1, ms(20), &q), BOOK_FOUND);
    ck_assert_uint_eq(q.bid_seq, 2);
    ck_assert_int_eq(book_asof(b, 2, ms(20), &q), BOOK_NONE);
    book_destroy(b);
}
END_TEST

START_TEST(order_of_arrival_does_not_change_what_stood_when)
{
    static const int order[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 3, 0, 2}};
    for (size_t k = 0; k < ARRAY_LEN(order); k++) {
        struct book *b = book_create();
        for (int i = 0; i < 4; i++) {
            int n = order[k][i];
            put(b, make_quote(7, n * 10, 100 + n, 1, 110, 1), (uint64_t)i + 1);
        }
        for (int n = 0; n < 4; n++) {
            struct nbbo q;
            ck_assert_int_eq(book_asof(b, 7, ms(n * 10 + 5), &q), BOOK_FOUND);
            ck_assert_int_eq(q.bid, cents(100 + n));
        }
        book_destroy(b);
    }
}
END_TEST

START_TEST(quote_that_left_the_history_is_said_to_be_gone)
{
    struct book *b = book_create();
    struct nbbo q;
    put(b, make_quote(1, 0, 100, 1, 102, 1), 1);
    put(b, make_quote(1, 10, 101, 1, 103, 1), 2);
    for (uint32_t i = 0; i <= LIMIT_QUOTE_HISTORY; i++)
        put(b, make_quote(2, 10 + i, 50, 1, 51, 1), i + 3);
    ck_assert_int_eq(book_asof(b, 1, ms(5), &q), BOOK_HISTORY);
    ck_assert_int_eq(book_asof(b, 1, ms(15), &q), BOOK_FOUND);
    ck_assert_int_eq(q.bid, cents(101));
    book_destroy(b);
}
END_TEST

START_TEST(nbbo_is_built_from_venue_quotes_one_side_a_row)
{
    struct book *b = book_create();
    struct nbbo q;
    struct event a = make_quote(3, 0, 100, 5, 0, 0), c = make_quote(3, 1, 0, 0, 103, 7);
    struct event d = make_quote(3, 2, 101, 2, 104, 2);
    a.venue = c.venue = 5;
    d.venue = 6;
    a.u.quote.flags = QUOTE_KEEP_ASK;
    c.u.quote.flags = QUOTE_KEEP_BID;
    put(b, a, 1);
    ck_assert_int_eq(book_asof(b, 3, ms(0), &q), BOOK_FOUND);
    ck_assert_int_eq(q.bid, cents(100));
    ck_assert_int_eq(q.ask, PX_NONE);
    put(b, c, 2);
    put(b, d, 3);
    ck_assert_int_eq(book_asof(b, 3, ms(2), &q), BOOK_FOUND);
    ck_assert_int_eq(q.bid, cents(101));
    ck_assert_uint_eq(q.bid_seq, 3);
    ck_assert_int_eq(q.ask, cents(103));
    ck_assert_uint_eq(q.ask_seq, 2);
    /* The better venue leaves: the other's bid stands again. */
    struct event gone = make_quote(3, 3, 0, 0, 104, 2);
    gone.venue = 6;
    gone.u.quote.bid = PX_NONE;
    put(b, gone, 4);
    ck_assert_int_eq(book_asof(b, 3, ms(3), &q), BOOK_FOUND);
    ck_assert_int_eq(q.bid, cents(100));
    book_destroy(b);
}
END_TEST

START_TEST(quote_crossed_for_over_a_second_is_taken_as_gone)
{
    struct book *b = book_create();
    struct nbbo q;
    struct event old = make_quote(3, 0, 105, 5, 106, 5), now = make_quote(3, 1000, 101, 2, 102, 2);
    old.venue = 5;
    now.venue = 6;
    put(b, old, 1);
    put(b, now, 2); /* exactly a second later: a crossed market */
    ck_assert_int_eq(book_asof(b, 3, ms(1000), &q), BOOK_FOUND);
    ck_assert_int_eq(q.bid, cents(105));
    ck_assert_int_eq(q.ask, cents(102));
    now.ts_ns = ms(1001);
    put(b, now, 3);
    ck_assert_int_eq(book_asof(b, 3, ms(1001), &q), BOOK_FOUND);
    ck_assert_int_eq(q.bid, cents(101));
    ck_assert_uint_eq(q.bid_seq, 3);
    ck_assert_int_eq(q.ask, cents(102));
    book_destroy(b);
}
END_TEST

START_TEST(consolidated_quote_wins_over_venue_quotes)
{
    struct book *b = book_create();
    struct nbbo q;
    struct event v = make_quote(3, 0, 100, 5, 110, 5);
    v.venue = 5;
    put(b, make_quote(3, 0, 101, 1, 102, 1), 1);
    put(b, v, 2);
    ck_assert_int_eq(book_asof(b, 3, ms(1), &q), BOOK_FOUND);
    ck_assert_uint_eq(q.bid_seq, 1);
    book_destroy(b);
}
END_TEST

START_TEST(copy_answers_as_the_original)
{
    struct book *b = book_create(), *c = book_create();
    struct nbbo q;
    for (int i = 0; i < 100; i++)
        put(b, make_quote(1 + (uint32_t)i % 3, i, 100 + i, 1, 300, 1), (uint64_t)i + 1);
    put(c, make_quote(9, 0, 1, 1, 2, 1), 1);
    book_copy(c, b);
    ck_assert_int_eq(book_asof(c, 9, ms(50), &q), BOOK_NONE);
    for (int i = 3; i < 100; i++) {
        struct nbbo p;
        ck_assert_int_eq(book_asof(b, 1, ms(i), &q), book_asof(c, 1, ms(i), &p));
        ck_assert_int_eq(q.bid, p.bid);
    }
    book_destroy(b);
    book_destroy(c);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("book");
    TCase *t = tcase_create("book");
    tcase_add_test(t, quote_in_force_is_the_last_at_or_before_the_time);
    tcase_add_test(t, order_of_arrival_does_not_change_what_stood_when);
    tcase_add_test(t, quote_that_left_the_history_is_said_to_be_gone);
    tcase_add_test(t, nbbo_is_built_from_venue_quotes_one_side_a_row);
    tcase_add_test(t, quote_crossed_for_over_a_second_is_taken_as_gone);
    tcase_add_test(t, consolidated_quote_wins_over_venue_quotes);
    tcase_add_test(t, copy_answers_as_the_original);
    suite_add_tcase(s, t);
    return s;
}
