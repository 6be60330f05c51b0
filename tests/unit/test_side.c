/* book/side: placement and side by integers, against the open check set of microstructure.md 13. */
#include "harness.h"

#include "base/dec.h"
#include "book/side.h"
#include "event/cond.h"

static const struct side_policy policy = {
    .stale_ns = NS_PER_SEC, .stale_move_bp = 25, .wide_pct = 25, .wide_ticks = 4};

START_TEST(midpoint_that_doubles_miss_is_found)
{
    int64_t b = 157940000000, a = 158100000000, p = 158020000000;
    ck_assert_int_eq(side_place(p, b, a), PL_MID);
    ck_assert_int_eq(side_quote_rule(p, b, a), 0);
}
END_TEST

START_TEST(quote_rule_matches_the_published_cases)
{
    ck_assert_int_eq(side_quote_rule(1 * PX_ONE, 1 * PX_ONE, 3 * PX_ONE), -1);
    ck_assert_int_eq(side_quote_rule(3 * PX_ONE, 1 * PX_ONE, 3 * PX_ONE), 1);
    ck_assert_int_eq(side_depth_rule(1 * QTY_ONE, 2 * QTY_ONE), 1);
    ck_assert_int_eq(side_depth_rule(2 * QTY_ONE, 1 * QTY_ONE), -1);
}
END_TEST

/* Bid, mid, ask and one tick around on 1, 2, 3, 5 and 10 cent markets. A one-cent market has no
 * price strictly inside; a mid exists on even widths only. */
START_TEST(tight_markets_are_placed_without_error)
{
    static const int widths[] = {1, 2, 3, 5, 10};
    for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
        int64_t w = widths[i] * (PX_ONE / 100), b = 123 * (PX_ONE / 100), a = b + w;
        int64_t tick = PX_ONE / 100;
        for (int64_t p = b - tick; p <= a + tick; p += tick / 2) {
            enum placement want = p < b           ? PL_BELOW
                                  : p == b        ? PL_BID
                                  : p > a         ? PL_ABOVE
                                  : p == a        ? PL_ASK
                                  : p - b < a - p ? PL_LO
                                  : p - b > a - p ? PL_HI
                                                  : PL_MID;
            ck_assert_int_eq(side_place(p, b, a), want);
            int sign = want == PL_MID ? 0 : want >= PL_HI ? 1 : -1;
            ck_assert_int_eq(side_quote_rule(p, b, a), sign);
        }
    }
}
END_TEST

START_TEST(quote_states_follow_their_definitions)
{
    static const struct {
        int64_t bid, bid_size, ask, ask_size; /* cents */
        bool option;
        enum quote_state state;
    } rows[] = {
        {100, 10, 102, 10, true, QS_OK},
        {100, 10, 100, 10, true, QS_LOCKED},
        {103, 10, 102, 10, true, QS_CROSSED},
        {100, 0, 102, 10, true, QS_NONE},
        {100, 10, 102, 0, true, QS_NONE},
        /* 25 % of mid and more than four cents: 20 wide on a mid of 30 is wide ... */
        {20, 1, 40, 1, true, QS_WIDE},
        /* ... four cents never are, and exactly 25 % is not above it (70/90: 20 on 80). */
        {1, 1, 5, 1, true, QS_OK},
        {70, 1, 90, 1, true, QS_OK},
        {69, 1, 90, 1, true, QS_WIDE},
        /* A zero bid is a market in options only. */
        {0, 0, 5, 10, true, QS_WIDE},
        {0, 0, 4, 10, true, QS_OK},
        {0, 0, 4, 10, false, QS_NONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct nbbo q = {.bid = rows[i].bid * (PX_ONE / 100),
                         .ask = rows[i].ask * (PX_ONE / 100),
                         .bid_qty = rows[i].bid_size * QTY_ONE,
                         .ask_qty = rows[i].ask_size * QTY_ONE};
        ck_assert_msg(side_quote_state(&q, &policy, rows[i].option) == rows[i].state, "row %zu", i);
    }
}
END_TEST

START_TEST(band_rule_abstains_between_40_and_60_percent)
{
    int64_t b = 10 * PX_ONE, a = 10 * PX_ONE + PX_ONE / 100;
    ck_assert_int_eq(side_band_rule(b + 3900000, b, a), -1);
    ck_assert_int_eq(side_band_rule(b + 4000000, b, a), 0);
    ck_assert_int_eq(side_band_rule(b + 5000000, b, a), 0);
    ck_assert_int_eq(side_band_rule(b + 6000000, b, a), 0);
    ck_assert_int_eq(side_band_rule(b + 6100000, b, a), 1);
}
END_TEST

static struct join joined(int64_t px, int64_t bid, int64_t ask, int64_t bid_size, int64_t ask_size)
{
    struct nbbo q = {.bid = bid, .ask = ask, .bid_qty = bid_size, .ask_qty = ask_size};
    return (struct join){.bid = bid,
                         .ask = ask,
                         .bid_qty = bid_size,
                         .ask_qty = ask_size,
                         .bid_seq = 1,
                         .ask_seq = 1,
                         .state = (uint8_t)side_quote_state(&q, &policy, true),
                         .placement = (uint8_t)side_place(px, bid, ask),
                         .family = COND_REGULAR};
}

START_TEST(option_stack_signs_by_quote_then_depth_with_starting_confidence)
{
    const uint16_t use = USE_SIDE | USE_VOLUME;
    int64_t b = 100 * PX_ONE, a = 102 * PX_ONE, mid = 101 * PX_ONE;
    struct join j = joined(a, b, a, QTY_ONE, QTY_ONE);
    struct side_answer s = side_option(&j, a, NULL, use, false, false);
    ck_assert_int_eq(s.side, 1);
    ck_assert_int_eq(s.confidence, 75);
    ck_assert_int_eq(side_option(&j, a, NULL, use, true, true).confidence, 75 - 8 - 6);
    j = joined(mid, b, a, QTY_ONE, 2 * QTY_ONE);
    s = side_option(&j, mid, NULL, use, false, false);
    ck_assert_int_eq(s.side, 1);
    ck_assert_int_eq(s.rule, RULE_DEPTH);
    ck_assert_int_eq(s.confidence, 65);
    j = joined(mid, b, a, QTY_ONE, QTY_ONE);
    s = side_option(&j, mid, NULL, use, false, false);
    ck_assert_int_eq(s.side, 0);
    ck_assert_int_eq(s.reason, SR_AT_MID);
}
END_TEST

START_TEST(size_rule_does_not_turn_a_sweep_round)
{
    int64_t b = 100 * PX_ONE, a = 102 * PX_ONE;
    struct join j = joined(a, b, a, 7 * QTY_ONE, 5 * QTY_ONE);
    struct nbbo own = {.bid = b, .ask = a, .bid_qty = 7 * QTY_ONE, .ask_qty = 5 * QTY_ONE};
    j.px = a;
    j.qty = 5 * QTY_ONE; /* exactly what the venue offered */
    struct side_answer s = side_option(&j, a, &own, USE_SIDE, false, false);
    ck_assert_int_eq(s.rule, RULE_SIZE);
    ck_assert_int_eq(s.side, -1);
    s = side_option(&j, a, &own, USE_SIDE | USE_ISO, false, false);
    ck_assert_int_eq(s.rule, RULE_QUOTE);
    ck_assert_int_eq(s.side, 1);
}
END_TEST

START_TEST(a_side_is_void_with_its_reason)
{
    int64_t b = 100 * PX_ONE, a = 102 * PX_ONE;
    struct join j = joined(a, b, a, QTY_ONE, QTY_ONE);
    j.family = COND_MULTI_LEG;
    struct side_answer s = side_option(&j, a, NULL, USE_VOLUME, false, false);
    ck_assert_int_eq(s.side, 0);
    ck_assert_int_eq(s.reason, SR_MULTI_LEG);
    j = joined(a, a, a, QTY_ONE, QTY_ONE);
    s = side_option(&j, a, NULL, USE_SIDE, false, false);
    ck_assert_int_eq(s.side, 0);
    ck_assert_int_eq(s.reason, SR_LOCKED);
}
END_TEST

START_TEST(price_at_the_ask_over_a_zero_bid_is_still_a_buy)
{
    int64_t a = 10 * (PX_ONE / 100);
    struct join j = joined(a, 0, a, 0, QTY_ONE);
    j.flags = JOIN_ZERO_BID;
    ck_assert_int_eq(j.state, QS_WIDE);
    ck_assert_int_eq(side_option(&j, a, NULL, USE_SIDE, false, false).side, 1);
    j.placement = PL_LO;
    ck_assert_int_eq(side_option(&j, a / 4, NULL, USE_SIDE, false, false).side, 0);
}
END_TEST

START_TEST(equities_lit_by_quote_then_tick_off_exchange_by_band)
{
    int64_t b = 10 * PX_ONE, a = b + PX_ONE / 100;
    struct join j = joined(b, b, a, QTY_ONE, QTY_ONE);
    j.family = PRICE_REGULAR;
    ck_assert_int_eq(side_equity(&j, b, USE_SIDE, 1).side, -1);
    int64_t mid = b + PX_ONE / 200;
    ck_assert_int_eq(side_equity(&j, mid, USE_SIDE, 1).side, 1);
    ck_assert_int_eq(side_equity(&j, mid, USE_SIDE, 1).rule, RULE_TICK);
    ck_assert_int_eq(side_equity(&j, mid, USE_SIDE, 0).reason, SR_NO_TICK);
    j.flags = JOIN_OFF_EXCHANGE | JOIN_SUBPENNY;
    ck_assert_int_eq(side_equity(&j, mid, USE_SIDE, 1).reason, SR_MID_BAND);
    ck_assert_int_eq(side_equity(&j, a - 1000000, USE_SIDE, 0).rule, RULE_QMP);
    j.family = PRICE_AVERAGE;
    ck_assert_int_eq(side_equity(&j, b, USE_VOLUME, 1).reason, SR_PRICE_MODE);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("side");
    TCase *t = tcase_create("side");
    tcase_add_test(t, midpoint_that_doubles_miss_is_found);
    tcase_add_test(t, quote_rule_matches_the_published_cases);
    tcase_add_test(t, tight_markets_are_placed_without_error);
    tcase_add_test(t, quote_states_follow_their_definitions);
    tcase_add_test(t, band_rule_abstains_between_40_and_60_percent);
    tcase_add_test(t, option_stack_signs_by_quote_then_depth_with_starting_confidence);
    tcase_add_test(t, size_rule_does_not_turn_a_sweep_round);
    tcase_add_test(t, a_side_is_void_with_its_reason);
    tcase_add_test(t, price_at_the_ask_over_a_zero_bid_is_still_a_buy);
    tcase_add_test(t, equities_lit_by_quote_then_tick_off_exchange_by_band);
    suite_add_tcase(s, t);
    return s;
}
