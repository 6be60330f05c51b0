/* book/classic, book/signer: every classic rule against the cases of microstructure.md 13 and
 * sequences worked out by hand. */
#include "harness.h"

#include "base/dec.h"
#include "book/classic.h"
#include "book/signer.h"
#include "event/venue.h"

#define DIME (PX_ONE / 10)
#define CENT (PX_ONE / 100)

static struct nbbo quote(int64_t bid, int64_t ask, int64_t bid_size, int64_t ask_size)
{
    return (struct nbbo){.bid = bid,
                         .ask = ask,
                         .bid_qty = bid_size * QTY_ONE,
                         .ask_qty = ask_size * QTY_ONE,
                         .bid_seq = 1,
                         .ask_seq = 1};
}

/* Side of a price in dimes on 1 x 3; the last different price in dimes gives the tick, -1 = none.
 */
static int on_one_by_three(enum side_rule rule, int64_t dimes, int64_t last)
{
    struct nbbo q = quote(10 * DIME, 30 * DIME, 1, 1);
    struct classic_print p = {.px = dimes * DIME, .qty = QTY_ONE, .q = &q};
    p.tick = last < 0 ? 0 : (dimes > last) - (dimes < last);
    return classic_sign(rule, &p).side;
}

START_TEST(quote_rule_signs_the_published_cases)
{
    ck_assert_int_eq(on_one_by_three(RULE_QUOTE, 10, -1), -1);
    ck_assert_int_eq(on_one_by_three(RULE_QUOTE, 30, -1), 1);
    ck_assert_int_eq(on_one_by_three(RULE_QUOTE, 20, 10), 0);
}
END_TEST

START_TEST(clnv_signs_the_published_cases)
{
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 29, -1), 1);
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 13, -1), -1);
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 23, 30), -1);
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 17, 0), 1);
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 50, 0), 1);
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 25, 30), 1);
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 15, 0), -1);
    /* The bounds themselves, 1.6 and 2.4, belong to the middle; below the bid is the tick's. */
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 24, 30), -1);
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 16, 0), 1);
    ck_assert_int_eq(on_one_by_three(RULE_CLNV, 5, 0), 1);
}
END_TEST

START_TEST(emo_signs_at_the_quote_and_elsewhere_by_tick)
{
    ck_assert_int_eq(on_one_by_three(RULE_EMO, 30, 40), 1);
    ck_assert_int_eq(on_one_by_three(RULE_EMO, 10, 0), -1);
    ck_assert_int_eq(on_one_by_three(RULE_EMO, 29, 30), -1);
    ck_assert_int_eq(on_one_by_three(RULE_EMO, 29, -1), 0);
}
END_TEST

START_TEST(lr_signs_by_quote_and_at_the_midpoint_by_tick)
{
    ck_assert_int_eq(on_one_by_three(RULE_LR, 21, 30), 1);
    ck_assert_int_eq(on_one_by_three(RULE_LR, 20, 30), -1);
    ck_assert_int_eq(on_one_by_three(RULE_LR, 20, 10), 1);
    ck_assert_int_eq(on_one_by_three(RULE_LR, 20, -1), 0);
}
END_TEST

static int sized(enum side_rule rule, int64_t px, int64_t qty, int64_t bid_size, int64_t ask_size)
{
    struct nbbo q = quote(10 * DIME, 30 * DIME, bid_size, ask_size);
    struct classic_print p = {.px = px, .qty = qty * QTY_ONE, .q = &q};
    return classic_sign(rule, &p).side;
}

START_TEST(depth_and_size_sign_the_published_cases)
{
    ck_assert_int_eq(sized(RULE_DEPTH, 20 * DIME, 5, 1, 2), 1);
    ck_assert_int_eq(sized(RULE_DEPTH, 20 * DIME, 5, 2, 1), -1);
    ck_assert_int_eq(sized(RULE_DEPTH, 20 * DIME, 5, 2, 2), 0);
    ck_assert_int_eq(sized(RULE_DEPTH, 21 * DIME, 5, 1, 2), 0);
    ck_assert_int_eq(sized(RULE_SIZE, 20 * DIME, 1, 3, 1), -1);
    ck_assert_int_eq(sized(RULE_SIZE, 20 * DIME, 3, 3, 1), 1);
    ck_assert_int_eq(sized(RULE_SIZE, 20 * DIME, 2, 3, 1), 0);
    ck_assert_int_eq(sized(RULE_SIZE, 20 * DIME, 3, 3, 3), 0);
}
END_TEST

/* Price of 10 dollars plus hundredths of a cent, through a TRF or not, on 10.00 x 10.02. */
static int trf(enum side_rule rule, int hundredths, bool off_exchange)
{
    struct nbbo q = quote(10 * PX_ONE, 10 * PX_ONE + 2 * CENT, 1, 1);
    struct classic_print p = {
        .px = 10 * PX_ONE + hundredths * (CENT / 100), .q = &q, .off_exchange = off_exchange};
    return classic_sign(rule, &p).side;
}

START_TEST(bjzz_signs_by_the_part_of_a_cent)
{
    static const struct {
        int hundredths, side;
    } rows[] = {{0, 0},  {1, -1}, {39, -1}, {40, 0},  {50, 0},
                {60, 0}, {61, 1}, {99, 1},  {100, 0}, {110, -1}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ck_assert_int_eq(trf(RULE_BJZZ, rows[i].hundredths, true), rows[i].side);
        ck_assert_int_eq(trf(RULE_BJZZ, rows[i].hundredths, false), 0);
    }
}
END_TEST

/* The spread is 200 hundredths: under 80 sold, over 120 bought; whole cents say nothing. */
START_TEST(qmp_signs_by_the_place_in_the_spread)
{
    static const struct {
        int hundredths, side;
    } rows[] = {{1, -1},  {79, -1}, {80, 0},  {90, 0}, {120, 0},
                {121, 1}, {199, 1}, {200, 0}, {0, 0}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_int_eq(trf(RULE_QMP, rows[i].hundredths, true), rows[i].side);
    ck_assert_int_eq(trf(RULE_QMP, 199, false), 0);
}
END_TEST

START_TEST(crossed_and_empty_quotes_are_not_used_and_locked_ones_are)
{
    enum side_reason why;
    struct nbbo q = quote(30 * DIME, 10 * DIME, 1, 1);
    ck_assert_ptr_null(classic_quote(&q, false, &why));
    ck_assert_int_eq(why, SR_CROSSED);
    q = quote(10 * DIME, 30 * DIME, 1, 0);
    ck_assert_ptr_null(classic_quote(&q, false, &why));
    ck_assert_int_eq(why, SR_ONE_SIDED);
    q = quote(0, 30 * DIME, 0, 1);
    ck_assert_ptr_null(classic_quote(&q, false, &why));
    ck_assert_ptr_nonnull(classic_quote(&q, true, &why));
    q = quote(10 * DIME, 10 * DIME, 1, 1);
    ck_assert_ptr_eq(classic_quote(&q, false, &why), &q);
    struct classic_print p = {.px = 10 * DIME, .q = &q, .tick = -1};
    ck_assert_int_eq(classic_sign(RULE_QUOTE, &p).side, 0);
    ck_assert_int_eq(classic_sign(RULE_EMO, &p).side, -1);
    p.tick = 1;
    ck_assert_int_eq(classic_sign(RULE_EMO, &p).side, 1);
}
END_TEST

START_TEST(prices_at_the_ends_of_the_range_do_not_overflow)
{
    const int64_t top = INT64_MAX - 1;
    struct nbbo q = quote(top - 10, top, 1, 1);
    struct classic_print p = {.px = top, .q = &q, .off_exchange = true};
    ck_assert_int_eq(classic_sign(RULE_QUOTE, &p).side, 1);
    ck_assert_int_eq(classic_sign(RULE_CLNV, &p).side, 1);
    ck_assert_int_eq(classic_sign(RULE_QMP, &p).side, 1);
    p.px = top - 10;
    ck_assert_int_eq(classic_sign(RULE_CLNV, &p).side, -1);
}
END_TEST

START_TEST(rules_are_found_by_the_names_of_the_contract)
{
    static const char *const names[] = {"quote", "tick",  "reverse-tick", "lr",   "emo",
                                        "clnv",  "depth", "size",         "bjzz", "qmp"};
    size_t n = 0;
    for (; n < ARRAY_LEN(names); n++)
        ck_assert_str_eq(side_rule_name(classic_find(names[n], strlen(names[n]))), names[n]);
    ck_assert_ptr_null(classic_name(n));
    ck_assert_int_eq(classic_find("quot", 4), RULE_NONE);
    ck_assert_int_eq(classic_find("quote_venue", 11), RULE_NONE);
}
END_TEST

/* ---- streams ---- */

static struct event trade(uint64_t seq, uint32_t sym, int64_t cents, const char *venue, char cond)
{
    struct event ev = {.kind = EV_EQUITY_PRINT, .seq = seq, .sym = sym};
    ev.ts_ns = ev.recv_ns = (int64_t)seq * NS_PER_SEC;
    ev.venue = venue_by_code(VENUE_EQUITY, venue, 1);
    ev.u.print = (struct print){.px = cents * CENT, .qty = 100 * QTY_ONE, .cond = {cond}};
    return ev;
}

/* Signs prints of one symbol, prices in cents; letters of venues or NULL for N. Answers as text. */
static const char *stream(struct signer_rule rule, const int *cents, const char *venues, size_t n)
{
    static char out[64];
    size_t len = 0;
    struct signed_print got;
    rule.prints = EV_EQUITY_PRINT;
    struct signer *s = signer_create(&rule);
    for (size_t i = 0; i < n; i++) {
        struct event ev = trade(i + 1, 1, cents[i], venues ? &venues[i] : "N", '@');
        signer_push(s, &ev);
        while (signer_take(s, &got))
            out[len++] = "-0+"[got.answer.side + 1];
    }
    out[len++] = '|'; /* the rest is known only at the end */
    signer_finish(s);
    while (signer_take(s, &got))
        out[len++] = "-0+"[got.answer.side + 1];
    out[len] = '\0';
    signer_destroy(s);
    return out;
}

START_TEST(tick_compares_with_the_last_different_price)
{
    static const int cents[] = {100, 100, 101, 101, 101, 99, 99, 100};
    struct signer_rule rule = {.rule = RULE_TICK};
    ck_assert_str_eq(stream(rule, cents, NULL, 8), "00+++--+|");
}
END_TEST

/* 100 100 wait for 101 (sold), 101 x3 for 99 (bought), 99 99 for 100 (sold), the last for nothing.
 */
START_TEST(reverse_tick_compares_with_the_next_different_price)
{
    static const int cents[] = {100, 100, 101, 101, 101, 99, 99, 100};
    struct signer_rule rule = {.rule = RULE_REVERSE_TICK};
    ck_assert_str_eq(stream(rule, cents, NULL, 8), "--+++--|0");
}
END_TEST

/* On N: 100 102 101; on P: 101 101 103. */
START_TEST(of_one_venue_only_its_own_prices_count)
{
    static const int cents[] = {100, 101, 102, 101, 101, 103};
    struct signer_rule all = {.rule = RULE_TICK}, own = {.rule = RULE_TICK, .scope = SIGNER_VENUE};
    ck_assert_str_eq(stream(all, cents, "NPNPNP", 6), "0++--+|");
    ck_assert_str_eq(stream(own, cents, "NPNPNP", 6), "00+0-+|");
}
END_TEST

START_TEST(answers_keep_the_order_of_the_prints_whatever_they_wait_for)
{
    struct signer_rule rule = {.rule = RULE_REVERSE_TICK, .prints = EV_EQUITY_PRINT};
    struct signer *s = signer_create(&rule);
    struct signed_print got;
    uint64_t next = 1;
    /* Symbol 1 prints once and waits to the end; 2 alternates. */
    for (uint64_t seq = 1; seq <= 5000; seq++) {
        struct event ev = trade(seq, seq == 1 ? 1 : 2, 100 + (int)(seq & 1), "N", '@');
        signer_push(s, &ev);
        ck_assert(!signer_take(s, &got));
    }
    signer_finish(s);
    for (; signer_take(s, &got); next++) {
        ck_assert_uint_eq(got.seq, next);
        int side = next == 1 || next == 5000 ? 0 : next & 1 ? 1 : -1;
        ck_assert_int_eq(got.answer.side, side);
        ck_assert_int_eq(got.answer.reason, side ? SR_OK : SR_NO_TICK);
    }
    ck_assert_uint_eq(next, 5001);
    signer_destroy(s);
}
END_TEST

START_TEST(an_official_close_is_neither_signed_nor_a_reference)
{
    struct signer_rule rule = {.rule = RULE_TICK, .prints = EV_EQUITY_PRINT};
    struct signer *s = signer_create(&rule);
    struct signed_print got[3];
    struct event evs[] = {trade(1, 1, 100, "N", '@'), trade(2, 1, 105, "N", 'M'),
                          trade(3, 1, 101, "N", '@')};
    for (size_t i = 0; i < 3; i++) {
        signer_push(s, &evs[i]);
        ck_assert(signer_take(s, &got[i]));
    }
    ck_assert_int_eq(got[1].answer.reason, SR_PRICE_MODE);
    ck_assert_int_eq(got[2].answer.side, 1);
    signer_destroy(s);
}
END_TEST

static void push_quote(struct signer *s, uint64_t seq, const char *venue, int64_t bid, int64_t ask,
                       int64_t bid_size, int64_t ask_size)
{
    struct event ev = {.kind = EV_EQUITY_QUOTE, .seq = seq, .sym = 1};
    ev.ts_ns = ev.recv_ns = (int64_t)seq * NS_PER_SEC;
    ev.venue = venue ? venue_by_code(VENUE_EQUITY, venue, 1) : 0;
    ev.u.quote = (struct quote){.bid = bid * CENT,
                                .ask = ask * CENT,
                                .bid_qty = bid_size * QTY_ONE,
                                .ask_qty = ask_size * QTY_ONE};
    signer_push(s, &ev);
}

/* Quotes at seconds 1 and 3, a print of 1.03 at 4: 1.00 x 1.04 then 1.02 x 1.08. */
START_TEST(lag_goes_back_to_the_quote_that_is_old_enough)
{
    static const struct {
        int64_t lag_s;
        int side;
        enum side_reason reason;
    } rows[] = {{0, -1, SR_OK}, {1, -1, SR_OK}, {2, 1, SR_OK}, {3, 1, SR_OK}, {4, 0, SR_NO_QUOTE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct signer_rule rule = {
            .rule = RULE_QUOTE, .prints = EV_EQUITY_PRINT, .lag_ns = rows[i].lag_s * NS_PER_SEC};
        struct signer *s = signer_create(&rule);
        struct signed_print got;
        push_quote(s, 1, NULL, 100, 104, 1, 1);
        push_quote(s, 3, NULL, 102, 108, 1, 1);
        struct event ev = trade(4, 1, 103, "N", '@');
        signer_push(s, &ev);
        ck_assert(signer_take(s, &got));
        ck_assert_int_eq(got.answer.side, rows[i].side);
        ck_assert_int_eq(got.answer.reason, rows[i].reason);
        signer_destroy(s);
    }
}
END_TEST

/* Venue N shows 100 x 300, the nation 300 x 100; a late print of second 2 sees N's quote of then.
 */
START_TEST(trade_size_reads_the_venue_of_the_print_as_of_the_print)
{
    struct signer_rule rule = {.rule = RULE_SIZE, .prints = EV_EQUITY_PRINT};
    struct signer *s = signer_create(&rule);
    struct signed_print got;
    push_quote(s, 1, NULL, 100, 104, 300, 100);
    push_quote(s, 1, "N", 100, 104, 100, 300);
    push_quote(s, 3, "N", 100, 104, 500, 100);
    struct event own = trade(4, 1, 102, "N", '@'), other = trade(5, 1, 102, "P", '@');
    struct event late = trade(6, 1, 102, "N", '@');
    late.ts_ns = 2 * NS_PER_SEC;
    signer_push(s, &own);
    ck_assert(signer_take(s, &got));
    ck_assert_int_eq(got.answer.side, -1);
    signer_push(s, &other);
    ck_assert(signer_take(s, &got));
    ck_assert_int_eq(got.answer.side, -1);
    signer_push(s, &late);
    ck_assert(signer_take(s, &got));
    ck_assert_int_eq(got.answer.side, 1);
    signer_destroy(s);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("classic");
    TCase *t = tcase_create("classic");
    tcase_add_test(t, quote_rule_signs_the_published_cases);
    tcase_add_test(t, clnv_signs_the_published_cases);
    tcase_add_test(t, emo_signs_at_the_quote_and_elsewhere_by_tick);
    tcase_add_test(t, lr_signs_by_quote_and_at_the_midpoint_by_tick);
    tcase_add_test(t, depth_and_size_sign_the_published_cases);
    tcase_add_test(t, bjzz_signs_by_the_part_of_a_cent);
    tcase_add_test(t, qmp_signs_by_the_place_in_the_spread);
    tcase_add_test(t, crossed_and_empty_quotes_are_not_used_and_locked_ones_are);
    tcase_add_test(t, prices_at_the_ends_of_the_range_do_not_overflow);
    tcase_add_test(t, rules_are_found_by_the_names_of_the_contract);
    tcase_add_test(t, tick_compares_with_the_last_different_price);
    tcase_add_test(t, reverse_tick_compares_with_the_next_different_price);
    tcase_add_test(t, of_one_venue_only_its_own_prices_count);
    tcase_add_test(t, answers_keep_the_order_of_the_prints_whatever_they_wait_for);
    tcase_add_test(t, an_official_close_is_neither_signed_nor_a_reference);
    tcase_add_test(t, lag_goes_back_to_the_quote_that_is_old_enough);
    tcase_add_test(t, trade_size_reads_the_venue_of_the_print_as_of_the_print);
    suite_add_tcase(s, t);
    return s;
}
