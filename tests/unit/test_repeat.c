/* flow/repeat through the deck's door: small orders of one size, one after the other. */
#include "harness.h"
#include "make.h"

#include "base/mem.h"
#include "deck/deck.h"

#define TOLD 4096

struct said {
    struct packet told[TOLD]; /* in order */
    size_t n;
    struct symbols *symbols;
    struct deck *deck;
    uint32_t sym;
    int64_t at;
};

static void no_event(void *self, const struct event *ev)
{
    (void)self;
    (void)ev;
}

static void take(void *self, const struct record *rec)
{
    struct said *s = self;
    if (rec->kind == REC_PACKET && s->n < TOLD)
        s->told[s->n++] = rec->u.packet;
}

static struct said *open_said(void)
{
    static const struct sink_ops ops = {.name = "test", .event = no_event, .record = take};
    struct said *s = mem_alloc(sizeof *s);
    struct deck_policy policy = deck_policy_default();
    s->symbols = symbols_create();
    s->sym = symbols_option(s->symbols, "XYZ   261218C00105000", 21);
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

/* A quote and then a print half a second later; the id of the print's event. */
static uint64_t print(struct said *s, int64_t at_ms, int64_t px, int64_t size)
{
    struct event q = make_quote(s->sym, at_ms, 100, 10, 102, 10);
    struct event p = make_print(s->sym, at_ms + 500, px, size, "C", 'I');
    deck_push(s->deck, &q);
    p.u.print.id = deck_seq(s->deck) + 1;
    deck_push(s->deck, &p);
    return p.seq;
}

static void gap(struct said *s, int64_t at_ms)
{
    struct event ev = {.kind = EV_GAP, .ts_ns = ms(at_ms), .recv_ns = ms(at_ms)};
    ev.u.gap.from_ns = ms(at_ms) - 1;
    ev.u.gap.to_ns = ms(at_ms);
    ev.u.gap.reason = GAP_DISCONNECT;
    deck_push(s->deck, &ev);
}

static const struct packet *last_of(const struct said *s, uint64_t id)
{
    static const struct packet none = {.kind = PK_KIND_COUNT, .state = PS_COUNT};
    const struct packet *p = &none;
    for (size_t i = 0; i < s->n; i++)
        if (s->told[i].id == id)
            p = &s->told[i];
    return p;
}

static size_t versions_of(const struct said *s, uint64_t id)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->told[i].id == id;
    return n;
}

START_TEST(seventh_five_lot_is_told_as_the_run_and_the_earlier_ones_as_its_parts)
{
    struct said *s = open_said();
    uint64_t ids[9];
    for (int i = 0; i < 9; i++)
        ids[i] = print(s, 2000 * i, 102, 5);
    deck_finish(s->deck);
    for (int i = 0; i < 9; i++) {
        const struct packet *p = last_of(s, ids[i]);
        ck_assert_int_eq(p->state, i == 6 ? PS_CLOSED : PS_MERGED);
        ck_assert_uint_eq(p->parent, i == 6 ? 0 : ids[6]);
        /* Six were told alone before; two came when there was a run. The run: as it was found,
         * twice as it grew, and closed. */
        ck_assert_uint_eq(versions_of(s, ids[i]), i < 6 ? 2 : i == 6 ? 4 : 1);
    }
    const struct packet *run = last_of(s, ids[6]);
    ck_assert_int_eq(run->kind, PK_REPEAT);
    ck_assert_int_eq(run->grade, PG_INFERRED);
    ck_assert_int_eq(run->direction, 1);
    ck_assert_uint_eq(run->members, 9);
    ck_assert_int_eq(run->qty, 45 * QTY_ONE);
    ck_assert_int_eq(run->premium, 45 * 102 * PX_ONE);
    ck_assert_int_eq(run->start_ns, ms(500));
    ck_assert_int_eq(run->end_ns, ms(16500));
    ck_assert_uint_eq(run->others, 0);
    ck_assert_uint_eq(deck_counts(s->deck)->packets, 9);
    close_said(s);
}
END_TEST

START_TEST(run_closes_at_its_deadline_whatever_timers_did)
{
    uint64_t digests[2];
    for (int timers = 0; timers < 2; timers++) {
        struct said *s = open_said();
        for (int i = 0; i < 20; i++) {
            for (int64_t t = 0; timers && t < 2000; t += 7)
                deck_advance(s->deck, ms(2000 * (i - 1) + t));
            print(s, 2000 * i + (i > 10 ? 40000 : 0), 102, 5);
        }
        deck_finish(s->deck);
        digests[timers] = deck_digest(s->deck);
        /* At the last of the first eleven prints: closed 100 ms after it, then 30 s and 600 ms. */
        size_t closed = 0;
        for (size_t i = 0; i < s->n; i++)
            if (s->told[i].kind == PK_REPEAT && s->told[i].state == PS_CLOSED && !closed++)
                ck_assert_int_eq(s->told[i].at_ns, ms(20500 + 100 + 30600));
        ck_assert_uint_eq(closed, 2);
        close_said(s);
    }
    ck_assert_uint_eq(digests[0], digests[1]);
}
END_TEST

START_TEST(gap_inside_leaves_the_run_incomplete)
{
    struct said *s = open_said();
    uint64_t id = 0;
    for (int i = 0; i < 9; i++) {
        uint64_t now = print(s, 2000 * i, 102, 5);
        id = i == 6 ? now : id;
        if (i == 7)
            gap(s, 2000 * i + 1500);
    }
    deck_finish(s->deck);
    ck_assert_int_eq(last_of(s, id)->state, PS_INCOMPLETE);
    ck_assert(last_of(s, id)->flags & PF_DEGRADED);
    ck_assert_uint_eq(last_of(s, id)->members, 9);
    close_said(s);
}
END_TEST

START_TEST(others_are_counted_and_ask_for_more_parts)
{
    struct said *s = open_said();
    uint64_t ids[12];
    for (int i = 0; i < 12; i++) {
        ids[i] = print(s, 2000 * i, 102, 5);
        if (i < 8)
            print(s, 2000 * i + 1000, 102, 30);
    }
    deck_finish(s->deck);
    /* 6 + 6/5 + a quarter of the 8 others: the ninth. */
    ck_assert_int_eq(last_of(s, ids[8])->kind, PK_REPEAT);
    ck_assert_uint_eq(last_of(s, ids[8])->others, 8);
    ck_assert_uint_eq(last_of(s, ids[8])->members, 12);
    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(last_of(s, ids[i])->parent, ids[8]);
    close_said(s);
}
END_TEST

START_TEST(span_of_a_run_is_bounded)
{
    struct said *s = open_said();
    for (int i = 0; i < 60; i++)
        print(s, 25000 * i, 102, 5);
    deck_finish(s->deck);
    size_t closed = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->told[i].kind != PK_REPEAT)
            continue;
        ck_assert_int_le(s->told[i].end_ns - s->told[i].start_ns, 900 * NS_PER_SEC);
        closed += s->told[i].state == PS_CLOSED;
    }
    ck_assert_uint_eq(closed, 2);
    close_said(s);
}
END_TEST

/* Whatever happens, every print that counts is in one top reading. */
START_TEST(top_readings_add_up_after_cancels_at_random)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct said *s = open_said();
        uint64_t x = seed * UINT64_C(2654435761) + 1, ids[60];
        bool gone[60] = {false};
        int64_t want = 0, have = 0;
        for (int i = 0; i < 60; i++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            ids[i] = print(s, 1500 * i, 102, 5 + (int64_t)(x >> 20) % 2);
            int back = (int)((x >> 30) % 12);
            if ((x >> 40) % 3 || back > i || gone[i - back])
                continue;
            struct event c = {.kind = EV_CANCEL,
                              .sym = s->sym,
                              .ts_ns = ms(1500 * i + 700),
                              .recv_ns = ms(1500 * i + 700)};
            c.venue = venue_by_code(VENUE_OPTION, "C", 1);
            c.u.print.ref = ids[i - back];
            deck_push(s->deck, &c);
            gone[i - back] = true;
        }
        deck_finish(s->deck);
        ck_assert_uint_gt(deck_counts(s->deck)->repairs[REPAIR_DONE], 5);
        for (int i = 0; i < 60; i++) {
            const struct packet *p = last_of(s, ids[i]);
            ck_assert_int_lt(p->kind, PK_KIND_COUNT);
            ck_assert_int_eq(p->state == PS_RETRACTED, gone[i]);
            if (p->state == PS_MERGED) {
                const struct packet *run = last_of(s, p->parent);
                ck_assert(run->kind == PK_REPEAT && run->state != PS_RETRACTED);
            }
            have += p->state == PS_MERGED || p->state == PS_RETRACTED ? 0 : p->members;
            want += !gone[i];
        }
        ck_assert_int_eq(have, want);
        close_said(s);
    }
}
END_TEST

Suite *test_suite(void)
{
    const TTest *tests[] = {
        seventh_five_lot_is_told_as_the_run_and_the_earlier_ones_as_its_parts,
        run_closes_at_its_deadline_whatever_timers_did,
        gap_inside_leaves_the_run_incomplete,
        others_are_counted_and_ask_for_more_parts,
        span_of_a_run_is_bounded,
        top_readings_add_up_after_cancels_at_random,
    };
    Suite *s = suite_create("repeat");
    TCase *t = tcase_create("repeat");
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return s;
}
