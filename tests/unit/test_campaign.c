/* flow/campaign through the deck's door: clusters of one underlying and day that point one way. */
#include "harness.h"
#include "make.h"

#include "base/mem.h"
#include "deck/deck.h"

#define TOLD      256
#define CONTRACTS 4

struct said {
    struct campaign told[TOLD];
    size_t n;
    struct symbols *symbols;
    struct deck *deck;
    uint32_t calls[CONTRACTS], put, other; /* of XYZ; a call of ABC */
};

static void no_event(void *self, const struct event *ev)
{
    (void)self;
    (void)ev;
}

static void take(void *self, const struct record *rec)
{
    struct said *s = self;
    if (rec->kind == REC_CAMPAIGN && s->n < TOLD)
        s->told[s->n++] = rec->u.campaign;
}

static struct said *open_said(void)
{
    static const struct sink_ops ops = {.name = "test", .event = no_event, .record = take};
    struct said *s = mem_alloc(sizeof *s);
    struct deck_policy policy = deck_policy_default();
    s->symbols = symbols_create();
    for (int i = 0; i < CONTRACTS; i++)
        s->calls[i] = symbols_contract(s->symbols, "XYZ", 3, 20261218, 'C', (100 + i) * PX_ONE);
    s->put = symbols_contract(s->symbols, "XYZ", 3, 20261218, 'P', 95 * PX_ONE);
    s->other = symbols_contract(s->symbols, "ABC", 3, 20261218, 'C', 95 * PX_ONE);
    s->deck = deck_create(&policy, s->symbols);
    deck_add_sink(s->deck, (struct sink){&ops, s});
    return s;
}

static void close_said(struct said *s)
{
    deck_destroy(s->deck);
    symbols_destroy(s->symbols);
    mem_free(s);
}

/* A block of 500 at the ask (buys) or the bid; the id of its event. */
static uint64_t block(struct said *s, uint32_t sym, int64_t at_ms, bool buys)
{
    struct event q = make_quote(sym, at_ms, 100, 10, 102, 10);
    struct event p = make_print(sym, at_ms + 100, buys ? 102 : 100, 500, "C", 'I');
    deck_push(s->deck, &q);
    p.u.print.id = deck_seq(s->deck) + 1;
    deck_push(s->deck, &p);
    return p.seq;
}

static void cancel(struct said *s, uint32_t sym, int64_t at_ms, uint64_t id)
{
    struct event c = {.kind = EV_CANCEL, .sym = sym, .ts_ns = ms(at_ms), .recv_ns = ms(at_ms)};
    c.venue = venue_by_code(VENUE_OPTION, "C", 1);
    c.u.print.ref = id;
    deck_push(s->deck, &c);
}

START_TEST(third_cluster_in_a_second_contract_makes_a_campaign)
{
    struct said *s = open_said();
    uint64_t first = block(s, s->calls[0], 1000, true);
    block(s, s->calls[0], 2000, true);
    block(s, s->other, 3000, true);                /* another underlying */
    block(s, s->calls[1], 4000, false);            /* the other way */
    uint64_t last = block(s, s->put, 5000, false); /* a put sold points up */
    deck_finish(s->deck);
    ck_assert_uint_eq(s->n, 1);
    const struct campaign *c = &s->told[0];
    ck_assert_uint_eq(c->id, first);
    ck_assert_uint_eq(c->last, last);
    ck_assert_int_eq(c->direction, 1);
    ck_assert_uint_eq(c->packets, 3);
    ck_assert_uint_eq(c->contracts, 2);
    ck_assert_uint_eq(c->packets_against, 1);
    ck_assert_int_eq(c->premium, (2 * 102 + 100) * 500 * PX_ONE);
    ck_assert_int_eq(c->against, 100 * 500 * PX_ONE);
    ck_assert_uint_eq(c->unvalued, 3); /* no price of the underlying is known */
    ck_assert_int_eq(c->day, 20260615);
    ck_assert_int_eq(c->state, PS_OPEN);
    ck_assert_int_eq(c->start_ns, ms(1100));
    ck_assert_int_eq(c->end_ns, ms(5100));
    close_said(s);
}
END_TEST

START_TEST(growth_is_told_when_doubled_and_when_quiet)
{
    struct said *s = open_said();
    for (int i = 0; i < 13; i++)
        block(s, s->calls[i % CONTRACTS], 1000 * i, true);
    deck_finish(s->deck);
    static const uint32_t packets[] = {3, 6, 12, 13};
    ck_assert_uint_eq(s->n, 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(s->told[i].packets, packets[i]);
    /* The last block came at 12.1 s and closed 100 ms later; half a minute on it is quiet. */
    ck_assert_int_eq(s->told[3].at_ns, ms(12200 + 30000));
    close_said(s);
}
END_TEST

START_TEST(cancel_takes_a_packet_out_of_the_sums)
{
    struct said *s = open_said();
    uint64_t ids[4];
    for (int i = 0; i < 4; i++)
        ids[i] = block(s, s->calls[i], 1000 * i, true);
    cancel(s, s->calls[1], 50000, ids[1]);
    ck_assert_uint_eq(s->told[s->n - 1].packets, 3);
    ck_assert_uint_eq(s->told[s->n - 1].contracts, 3);
    ck_assert_int_eq(s->told[s->n - 1].premium, 3 * 500 * 102 * PX_ONE);
    ck_assert_int_eq(s->told[s->n - 1].state, PS_OPEN);
    cancel(s, s->calls[2], 51000, ids[2]);
    ck_assert_uint_eq(s->told[s->n - 1].packets, 2);
    ck_assert_int_eq(s->told[s->n - 1].state, PS_RETRACTED);
    close_said(s);
}
END_TEST

START_TEST(day_ends_at_midnight_in_New_York)
{
    struct said *s = open_said();
    int64_t midnight = 49800 * 1000; /* 2026-06-16 04:00 UTC, 1781582400, less T0 */
    for (int i = 0; i < 3; i++)
        block(s, s->calls[i], midnight - 60000 + 1000 * i, true);
    block(s, s->calls[3], midnight + 5000, true);
    ck_assert_uint_eq(s->n, 2);
    ck_assert_int_eq(s->told[1].state, PS_CLOSED);
    ck_assert_int_eq(s->told[1].at_ns, ms(midnight));
    ck_assert_uint_eq(s->told[1].packets, 3);
    ck_assert_int_eq(s->told[1].day, 20260615);
    for (int i = 0; i < 3; i++)
        block(s, s->calls[i], midnight + 10000 + 1000 * i, true);
    deck_finish(s->deck);
    ck_assert_int_eq(s->told[2].day, 20260616);
    ck_assert_uint_eq(s->told[2].packets, 3);
    close_said(s);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *tests[] = {
        third_cluster_in_a_second_contract_makes_a_campaign,
        growth_is_told_when_doubled_and_when_quiet,
        cancel_takes_a_packet_out_of_the_sums,
        day_ends_at_midnight_in_New_York,
    };
    Suite *s = suite_create("campaign");
    TCase *t = tcase_create("campaign");
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return s;
}
