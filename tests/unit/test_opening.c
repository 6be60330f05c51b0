/* flow/opening: what must have opened, in the reference's own figures (microstructure.md sections 7
 * and 13), through the deck's door. */
#include "harness.h"
#include "make.h"

#include "base/mem.h"
#include "deck/deck.h"
#include "event/calendar.h"
#include "event/record.h"

#define HOUR (3600 * INT64_C(1000))
#define DAY  (24 * HOUR)

struct desk {
    struct symbols *symbols;
    struct deck *deck;
    uint32_t sym;
    struct packet last; /* the newest packet told */
    struct opening settled;
    size_t n_settled;
};

static void take_record(void *self, const struct record *rec)
{
    struct desk *d = self;
    if (rec->kind == REC_PACKET)
        d->last = rec->u.packet;
    if (rec->kind == REC_OPENING) {
        d->settled = rec->u.opening;
        d->n_settled++;
    }
}

static void take_event(void *self, const struct event *ev)
{
    (void)self;
    (void)ev;
}

static struct desk *desk_open(const char *osi)
{
    static const struct sink_ops take = {
        .name = "test", .event = take_event, .record = take_record};
    struct desk *d = mem_alloc(sizeof *d);
    struct deck_policy policy = deck_policy_default();
    d->symbols = symbols_create();
    d->sym = symbols_option(d->symbols, osi, strlen(osi));
    d->deck = deck_create(&policy, d->symbols);
    deck_add_sink(d->deck, (struct sink){&take, d});
    return d;
}

static void desk_close(struct desk *d)
{
    deck_destroy(d->deck);
    symbols_destroy(d->symbols);
    mem_free(d);
}

/* at_ms after 10:10 New York of Monday 2026-06-15. */
static void interest(struct desk *d, int64_t at_ms, int64_t contracts)
{
    struct event ev = {.kind = EV_OPEN_INTEREST,
                       .sym = d->sym,
                       .ts_ns = ms(at_ms),
                       .recv_ns = ms(at_ms),
                       .u.reference.qty = contracts * QTY_ONE};
    deck_push(d->deck, &ev);
}

static void quote(struct desk *d, int64_t at_ms)
{
    struct event ev = make_quote(d->sym, at_ms, 100, 10, 110, 10);
    deck_push(d->deck, &ev);
}

/* Bought at the ask, so that prints of one venue within 100 ms are one packet. */
static uint64_t print(struct desk *d, int64_t at_ms, int64_t size, int64_t px)
{
    struct event ev = make_print(d->sym, at_ms, px, size, "C", 'I');
    deck_push(d->deck, &ev);
    return ev.seq;
}

/* A print that has ended before the next comes. */
static struct packet trade(struct desk *d, int64_t at_ms, int64_t size)
{
    quote(d, at_ms - 1);
    print(d, at_ms, size, 110);
    deck_advance(d->deck, ms(at_ms + 1000));
    return d->last;
}

static void gap(struct desk *d, int64_t from_ms, int64_t to_ms)
{
    struct event ev = {.kind = EV_GAP, .ts_ns = ms(to_ms), .recv_ns = ms(to_ms)};
    ev.u.gap = (struct gap){
        .from_ns = ms(from_ms), .to_ns = ms(to_ms), .missing = -1, .reason = GAP_DISCONNECT};
    deck_push(d->deck, &ev);
}

#define FAR  "XYZ   261218C00105000"
#define NEAR "XYZ   260615C00105000" /* expires on the day the tests trade */

static void claims(const struct packet *p, int64_t min, enum opening_reason reason, uint32_t flags)
{
    uint32_t all = PF_OPENING | PF_OVER_OI | PF_VOLUME_OVER_OI;
    ck_assert_int_eq(p->opening_min, min * QTY_ONE);
    ck_assert_str_eq(opening_reason_name(p->opening_reason), opening_reason_name(reason));
    ck_assert_uint_eq(p->flags & all, flags);
}

START_TEST(the_reference_print_opens_at_least_100)
{
    struct desk *d = desk_open(FAR);
    interest(d, -3 * HOUR, 1000);
    struct packet p = trade(d, 5000, 400);
    claims(&p, 0, OR_OK, 0);
    p = trade(d, 10000, 1500);
    claims(&p, 100, OR_OK, PF_OPENING | PF_OVER_OI | PF_VOLUME_OVER_OI);
    ck_assert_uint_eq(p.day_volume, 1900);
    desk_close(d);
}
END_TEST

START_TEST(the_weaker_tests_alone_prove_nothing)
{
    struct desk *d = desk_open(FAR);
    interest(d, -3 * HOUR, 1000);
    trade(d, 5000, 900);
    struct packet p = trade(d, 10000, 1100); /* 1100 > 1000, but 1100 - 1000 - 900 < 0 */
    claims(&p, 0, OR_OK, PF_OVER_OI | PF_VOLUME_OVER_OI);
    p = trade(d, 15000, 10);
    claims(&p, 0, OR_OK, PF_VOLUME_OVER_OI);
    desk_close(d);
}
END_TEST

START_TEST(a_packet_counts_as_one_and_what_others_trade_in_it_counts_against_it)
{
    struct desk *d = desk_open(FAR);
    interest(d, -3 * HOUR, 1000);
    quote(d, 4999);
    print(d, 5000, 800, 110);
    print(d, 5050, 900, 110);
    deck_advance(d->deck, ms(6000));
    claims(&d->last, 700, OR_OK, PF_OPENING | PF_OVER_OI | PF_VOLUME_OVER_OI); /* 1700 - 1000 */
    /* The same with 200 sold at the bid between the two: 1700 - 1000 - 200. */
    struct desk *e = desk_open(FAR);
    interest(e, -3 * HOUR, 1000);
    quote(e, 4999);
    print(e, 5000, 800, 110);
    print(e, 5020, 200, 100);
    print(e, 5050, 900, 110);
    print(e, 5060, 5000, 100); /* after its last print: not counted against it */
    deck_advance(e->deck, ms(5151));
    ck_assert_int_eq(e->last.side, 1);
    claims(&e->last, 500, OR_OK, PF_OPENING | PF_OVER_OI | PF_VOLUME_OVER_OI);
    ck_assert_uint_eq(e->last.day_volume, 1900);
    desk_close(d);
    desk_close(e);
}
END_TEST

START_TEST(a_cancel_takes_back_volume_and_a_correction_adjusts_it)
{
    struct desk *d = desk_open(FAR);
    interest(d, -3 * HOUR, 1000);
    struct event ev = make_print(d->sym, 5000, 110, 400, "C", 'I');
    ev.u.print.id = 77;
    quote(d, 4999);
    deck_push(d->deck, &ev);
    deck_advance(d->deck, ms(6000));
    struct event cancel = make_print(d->sym, 7000, 110, 400, "C", 'A');
    cancel.kind = EV_CANCEL;
    cancel.u.print.ref = 77;
    deck_push(d->deck, &cancel);
    ck_assert_int_eq(d->last.opening_reason, OR_REVISED);
    struct packet p = trade(d, 10000, 1500); /* as if the 400 had not been */
    claims(&p, 500, OR_OK, PF_OPENING | PF_OVER_OI | PF_VOLUME_OVER_OI);
    ev = make_print(d->sym, 20000, 110, 50, "C", 'I');
    ev.u.print.id = 78;
    deck_push(d->deck, &ev);
    deck_advance(d->deck, ms(21000));
    struct event correct = make_print(d->sym, 22000, 110, 250, "C", 'I');
    correct.kind = EV_CORRECT;
    correct.u.print.ref = 78;
    deck_push(d->deck, &correct);
    p = trade(d, 30000, 3000); /* 3000 - 1000 - (1500 + 250) */
    claims(&p, 250, OR_OK, PF_OPENING | PF_OVER_OI | PF_VOLUME_OVER_OI);
    ck_assert_uint_eq(p.day_volume, 4750);
    desk_close(d);
}
END_TEST

START_TEST(a_correction_upwards_while_a_packet_is_open_leaves_it_no_claim_that_could_be_wrong)
{
    struct desk *d = desk_open(FAR);
    interest(d, -3 * HOUR, 1000);
    struct event ev = make_print(d->sym, 5000, 110, 100, "C", 'I');
    ev.u.print.id = 77;
    quote(d, 4999);
    deck_push(d->deck, &ev);
    print(d, 9000, 1500, 110);
    struct event correct = make_print(d->sym, 9010, 110, 900, "C", 'I');
    correct.kind = EV_CORRECT;
    correct.u.print.ref = 77;
    deck_push(d->deck, &correct);
    deck_advance(d->deck, ms(9500));
    ck_assert_uint_eq(d->last.members, 1);
    ck_assert_int_eq(d->last.qty, 1500 * QTY_ONE);
    ck_assert_int_eq(d->last.opening_min, 0); /* 1500 - 1000 - 900 < 0, not 1500 - 1000 - 100 */
    desk_close(d);
}
END_TEST

START_TEST(volume_begins_anew_on_a_trading_day_and_needs_its_own_open_interest)
{
    struct desk *d = desk_open(FAR);
    interest(d, -3 * HOUR, 1000);
    trade(d, 5000, 900);
    struct packet p = trade(d, DAY + 5000, 1500);
    claims(&p, 0, OR_NO_OI, 0);
    ck_assert_uint_eq(p.day_volume, 0);
    /* Stated on Monday after the close: it is Tuesday's, though the row came late. */
    struct event ev = {.kind = EV_OPEN_INTEREST,
                       .sym = d->sym,
                       .ts_ns = ms(7 * HOUR),
                       .recv_ns = ms(DAY + 20000),
                       .u.reference.qty = 1200 * QTY_ONE};
    deck_push(d->deck, &ev);
    p = trade(d, DAY + 30000, 3000); /* 3000 - 1200 - 1500 */
    claims(&p, 300, OR_OK, PF_OPENING | PF_OVER_OI | PF_VOLUME_OVER_OI);
    desk_close(d);
}
END_TEST

START_TEST(expiring_and_adjusted_contracts_are_exempt)
{
    struct desk *d = desk_open(NEAR);
    interest(d, -3 * HOUR, 10);
    struct packet p = trade(d, 5000, 500);
    claims(&p, 0, OR_EXPIRING, 0);
    desk_close(d);
    d = desk_open("XYZ1  261218C00105000");
    interest(d, -3 * HOUR, 10);
    p = trade(d, 5000, 500);
    claims(&p, 0, OR_ADJUSTED, 0);
    desk_close(d);
}
END_TEST

START_TEST(a_day_that_may_lack_prints_gives_no_proof)
{
    struct desk *d = desk_open(FAR);
    interest(d, -3 * HOUR, 10);
    gap(d, 1000, 2000);
    struct packet p = trade(d, 5000, 500);
    claims(&p, 0, OR_GAP, PF_OVER_OI | PF_VOLUME_OVER_OI);
    desk_close(d);
    /* Began at 11:40 with the interest of the morning: who knows what was traded before. */
    d = desk_open(FAR);
    quote(d, HOUR + HOUR / 2);
    struct event ev = {.kind = EV_OPEN_INTEREST,
                       .sym = d->sym,
                       .ts_ns = ms(-3 * HOUR),
                       .recv_ns = ms(2 * HOUR),
                       .u.reference.qty = 10 * QTY_ONE};
    deck_push(d->deck, &ev);
    p = trade(d, 2 * HOUR + 5000, 500);
    claims(&p, 0, OR_GAP, PF_OVER_OI | PF_VOLUME_OVER_OI);
    desk_close(d);
}
END_TEST

/* Monday: V contracts against the interest of the morning. Tuesday: the next interest. */
static struct opening settle(const char *osi, int64_t v, int64_t before, int64_t after, bool hole,
                             size_t *ret_n)
{
    struct desk *d = desk_open(osi);
    interest(d, -3 * HOUR, before);
    for (int64_t i = 1; v; i++) {
        int64_t size = MIN(v, 2000);
        trade(d, i * 5000, size);
        v -= size;
    }
    if (hole)
        gap(d, 60000, 61000);
    interest(d, DAY - 3 * HOUR, after);
    struct opening o = d->settled;
    *ret_n = d->n_settled;
    desk_close(d);
    return o;
}

START_TEST(the_next_morning_settles_the_reference_day_at_6700_of_13000)
{
    size_t n;
    struct opening o = settle(FAR, 6500, 1000, 1200, false, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(o.outcome, RECONCILE_DONE);
    ck_assert_int_eq(o.day, 20260615);
    ck_assert_int_eq(o.volume, 6500 * QTY_ONE);
    ck_assert_int_eq(o.oi_before, 1000 * QTY_ONE);
    ck_assert_int_eq(o.oi_after, 1200 * QTY_ONE);
    ck_assert_int_eq(o.opened, 6700 * QTY_ONE);
    ck_assert_int_eq(o.closed, 6300 * QTY_ONE);
    o = settle(FAR, 500, 1000, 500, false, &n); /* all of it closed */
    ck_assert_int_eq(o.outcome, RECONCILE_DONE);
    ck_assert_int_eq(o.opened, 0);
    ck_assert_int_eq(o.closed, 1000 * QTY_ONE);
}
END_TEST

START_TEST(what_volume_cannot_explain_is_not_settled)
{
    size_t n;
    struct opening o = settle(FAR, 500, 1000, 1501, false, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(o.outcome, RECONCILE_BEYOND);
    ck_assert_int_eq(o.opened, 0);
    o = settle(FAR, 500, 1000, 499, false, &n);
    ck_assert_int_eq(o.outcome, RECONCILE_BEYOND);
    o = settle(FAR, 500, 1000, 1100, true, &n);
    ck_assert_int_eq(o.outcome, RECONCILE_GAP);
    o = settle(NEAR, 500, 1000, 0, false, &n);
    ck_assert_int_eq(o.outcome, RECONCILE_EXPIRED);
    o = settle("XYZ1  261218C00105000", 500, 1000, 1100, false, &n);
    ck_assert_int_eq(o.outcome, RECONCILE_ADJUSTED);
    settle(FAR, 0, 1000, 1100, false, &n); /* nothing was traded: nothing to settle */
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(a_day_between_is_not_settled_by_the_morning_after_it)
{
    struct desk *d = desk_open(FAR);
    interest(d, -3 * HOUR, 1000);
    trade(d, 5000, 500);
    interest(d, 2 * DAY - 3 * HOUR, 1100); /* Wednesday's: Tuesday's volume is not in ours */
    ck_assert_uint_eq(d->n_settled, 0);
    desk_close(d);
    d = desk_open(FAR);
    interest(d, -3 * HOUR, 1000);
    trade(d, 5000, 500);
    trade(d, DAY + 5000, 10); /* the tape of Tuesday has begun when its interest comes */
    interest(d, DAY + 6500, 1100);
    interest(d, DAY + 7500, 1100); /* said again: no news */
    ck_assert_uint_eq(d->n_settled, 1);
    ck_assert_int_eq(d->settled.opened, 600 * QTY_ONE);
    interest(d, DAY + 8500, 1200); /* restated: the later word counts */
    ck_assert_uint_eq(d->n_settled, 2);
    ck_assert_int_eq(d->settled.opened, 700 * QTY_ONE);
    desk_close(d);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("opening");
    TCase *t = tcase_create("opening");
    tcase_add_test(t, the_reference_print_opens_at_least_100);
    tcase_add_test(t, the_weaker_tests_alone_prove_nothing);
    tcase_add_test(t, a_packet_counts_as_one_and_what_others_trade_in_it_counts_against_it);
    tcase_add_test(t, a_cancel_takes_back_volume_and_a_correction_adjusts_it);
    tcase_add_test(
        t, a_correction_upwards_while_a_packet_is_open_leaves_it_no_claim_that_could_be_wrong);
    tcase_add_test(t, volume_begins_anew_on_a_trading_day_and_needs_its_own_open_interest);
    tcase_add_test(t, expiring_and_adjusted_contracts_are_exempt);
    tcase_add_test(t, a_day_that_may_lack_prints_gives_no_proof);
    tcase_add_test(t, the_next_morning_settles_the_reference_day_at_6700_of_13000);
    tcase_add_test(t, what_volume_cannot_explain_is_not_settled);
    tcase_add_test(t, a_day_between_is_not_settled_by_the_morning_after_it);
    suite_add_tcase(s, t);
    return s;
}
