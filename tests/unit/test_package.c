/* flow/package and deck/legs: legs become packages through the one door, whatever the timers do and
 * however many come at once; nothing is counted twice or lost. */
#include "harness.h"
#include "make.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "deck/deck.h"
#include "event/ident.h"
#include "event/record.h"
#include "feed/feed.h"

struct said {
    struct join *joins; /* in force, by seq */
    struct packet *packets;
    struct structure *structures;
    size_t cap;
    uint64_t last; /* id of the newest packet told */
    size_t n_packets, n_structures, told_joins;
    bool paired; /* every package right behind its structure */
    uint64_t behind;
};

static void make_room(struct said *s, uint64_t seq)
{
    size_t had = s->cap;
    if (seq < s->cap)
        return;
    s->cap = MAX(2 * s->cap, seq + 1024);
    s->joins = mem_grow(s->joins, s->cap, sizeof *s->joins);
    s->packets = mem_grow(s->packets, s->cap, sizeof *s->packets);
    s->structures = mem_grow(s->structures, s->cap, sizeof *s->structures);
    memset(s->joins + had, 0, (s->cap - had) * sizeof *s->joins);
    memset(s->packets + had, 0, (s->cap - had) * sizeof *s->packets);
    memset(s->structures + had, 0, (s->cap - had) * sizeof *s->structures);
}

static void no_event(void *self, const struct event *ev)
{
    (void)self;
    (void)ev;
}

static void take(void *self, const struct record *rec)
{
    struct said *s = self;
    uint64_t behind = s->behind;
    s->behind = 0;
    if (rec->kind == REC_JOIN) {
        make_room(s, rec->u.join.seq);
        s->joins[rec->u.join.seq] = rec->u.join;
        s->told_joins++;
    } else if (rec->kind == REC_PACKET) {
        const struct packet *p = &rec->u.packet;
        make_room(s, p->id);
        s->packets[p->id] = *p;
        s->last = p->id;
        s->n_packets++;
        s->paired &= (p->kind == PK_PACKAGE) == (behind == p->id);
    } else if (rec->kind == REC_STRUCTURE) {
        make_room(s, rec->u.structure.id);
        s->structures[rec->u.structure.id] = rec->u.structure;
        s->n_structures++;
        s->behind = rec->u.structure.grade == PG_FLAGGED ? rec->u.structure.id : 0;
    }
}

static const struct sink_ops ops = {.name = "test", .event = no_event, .record = take};

struct bench {
    struct symbols *symbols;
    struct deck *deck;
    struct said said;
};

static void bench_open(struct bench *b)
{
    struct deck_policy policy = deck_policy_default();
    *b = (struct bench){.symbols = symbols_create(), .said = {.paired = true}};
    b->deck = deck_create(&policy, b->symbols);
    deck_add_sink(b->deck, (struct sink){&ops, &b->said});
}

static void bench_close(struct bench *b)
{
    deck_destroy(b->deck);
    symbols_destroy(b->symbols);
    mem_free(b->said.joins);
    mem_free(b->said.packets);
    mem_free(b->said.structures);
}

static uint32_t contract(struct bench *b, const char *root, char right, int strike)
{
    return symbols_contract(b->symbols, root, strlen(root), 20261218, right, strike * PX_ONE);
}

static void push(struct bench *b, struct event ev)
{
    deck_push(b->deck, &ev);
}

/* 1.00 x 1.20 for every contract here. */
static void quote(struct bench *b, uint32_t sym)
{
    push(b, make_quote(sym, 0, 100, 10, 120, 10));
}

START_TEST(a_package_closes_a_pause_after_its_last_leg)
{
    struct bench b;
    bench_open(&b);
    uint32_t a = contract(&b, "XYZ", 'C', 105), c = contract(&b, "XYZ", 'C', 110);
    quote(&b, a);
    quote(&b, c);
    push(&b, make_print(a, 10, 120, 5, "C", 'f'));
    push(&b, make_print(c, 14, 100, 5, "C", 'f'));
    ck_assert_uint_eq(deck_open_packets(b.deck), 1);
    deck_advance(b.deck, ms(24));
    ck_assert_uint_eq(b.said.n_packets, 0);
    deck_advance(b.deck, ms(24) + 1);
    ck_assert_uint_eq(b.said.n_packets, 1);
    const struct packet *p = &b.said.packets[3];
    ck_assert_int_eq(p->at_ns, ms(24));
    ck_assert_int_eq(p->shape, SHAPE_CALL_VERTICAL);
    ck_assert_int_eq(p->side, 1);
    ck_assert_int_eq(p->members, 2);
    ck_assert_uint_eq(p->last_seq, 4);
    ck_assert_int_eq(p->start_ns, ms(10));
    ck_assert_int_eq(p->end_ns, ms(14));
    ck_assert_uint_eq(b.said.joins[4].packet, 3);
    ck_assert_uint_eq(b.said.joins[4].by_seq, 0); /* it was right when it was told */
    ck_assert(b.said.paired);
    bench_close(&b);
}
END_TEST

START_TEST(a_join_that_named_the_wrong_packet_is_told_again_before_it)
{
    struct bench b;
    bench_open(&b);
    uint32_t a = contract(&b, "XYZ", 'C', 105), c = contract(&b, "XYZ", 'C', 110);
    quote(&b, a);
    quote(&b, c);
    push(&b, make_print(a, 10, 120, 5, "C", 'f'));
    push(&b, make_print(c, 10, 100, 7, "C", 'f'));
    ck_assert_uint_eq(b.said.joins[4].packet, 3);
    deck_finish(b.deck);
    ck_assert_uint_eq(b.said.joins[4].packet, 4);
    ck_assert_uint_eq(b.said.joins[4].by_seq, 4); /* the newest event */
    ck_assert_int_eq(b.said.joins[4].revision, REV_NONE);
    ck_assert_uint_eq(b.said.told_joins, 3);
    ck_assert_int_eq(b.said.packets[4].shape, SHAPE_UNRESOLVED);
    bench_close(&b);
}
END_TEST

START_TEST(a_gap_makes_what_waits_incomplete)
{
    struct bench b;
    bench_open(&b);
    uint32_t a = contract(&b, "XYZ", 'C', 105), c = contract(&b, "XYZ", 'C', 110);
    struct event gap = {.kind = EV_GAP, .ts_ns = ms(12), .recv_ns = ms(12)};
    gap.u.gap =
        (struct gap){.from_ns = ms(11), .to_ns = ms(12), .missing = 1, .reason = GAP_SEQUENCE};
    quote(&b, a);
    quote(&b, c);
    push(&b, make_print(a, 10, 120, 5, "C", 'f'));
    push(&b, gap);
    push(&b, make_print(c, 13, 100, 5, "C", 'f'));
    deck_finish(b.deck);
    ck_assert_int_eq(b.said.packets[3].state, PS_INCOMPLETE);
    ck_assert_int_eq(b.said.structures[3].state, PS_INCOMPLETE);
    ck_assert(b.said.packets[3].flags & PF_DEGRADED);
    bench_close(&b);
}
END_TEST

/* 120 verticals of sizes 1, 2, 3 .. in the same 10 ms at one venue: more than one group holds. */
START_TEST(a_burst_of_packages_is_told_apart)
{
    enum { PACKAGES = 120 };
    struct bench b;
    bench_open(&b);
    uint32_t a = contract(&b, "XYZ", 'C', 105), c = contract(&b, "XYZ", 'C', 110);
    quote(&b, a);
    quote(&b, c);
    for (int i = 0; i < PACKAGES; i++) {
        struct event one = make_print(a, 10, 120, 1 + i % 50, "C", 'f'), two;
        two = make_print(c, 10, 100, 1 + i % 50, "C", 'f');
        one.ts_ns += i * 50 * NS_PER_US;
        two.ts_ns = one.ts_ns;
        one.recv_ns = two.recv_ns = one.ts_ns;
        push(&b, one);
        push(&b, two);
    }
    deck_finish(b.deck);
    ck_assert_uint_eq(b.said.n_packets, PACKAGES);
    for (uint64_t id = 3; id < 3 + 2 * PACKAGES; id += 2) {
        ck_assert_int_eq(b.said.packets[id].shape, SHAPE_CALL_VERTICAL);
        ck_assert_int_eq(b.said.packets[id].members, 2);
        ck_assert_int_eq(b.said.packets[id].side, 1);
    }
    bench_close(&b);
}
END_TEST

/* A leg of 40 against forty orders of one: one package all the same. */
START_TEST(a_leg_of_many_fills_is_one_leg)
{
    struct bench b;
    bench_open(&b);
    uint32_t a = contract(&b, "XYZ", 'C', 105), c = contract(&b, "XYZ", 'C', 110);
    quote(&b, a);
    quote(&b, c);
    for (int i = 0; i < 40; i++)
        push(&b, make_print(a, 10, 120, 1, "C", 'j'));
    push(&b, make_print(c, 10, 100, 40, "C", 'j'));
    deck_finish(b.deck);
    ck_assert_uint_eq(b.said.n_packets, 1);
    ck_assert_int_eq(b.said.packets[3].shape, SHAPE_CALL_VERTICAL);
    ck_assert_int_eq(b.said.packets[3].members, 41);
    ck_assert_int_eq(b.said.packets[3].qty, 80 * QTY_ONE);
    bench_close(&b);
}
END_TEST

START_TEST(more_legs_than_there_is_room_for_are_told_early_and_counted)
{
    enum { ROOTS = 700, EACH = 60 }; /* 42,000 in an instant */
    struct bench b;
    uint64_t prints = 0, told = 0;
    bench_open(&b);
    for (int r = 0; r < ROOTS; r++) {
        char root[16];
        snprintf(root, sizeof root, "R%03d", r);
        uint32_t sym = contract(&b, root, 'C', 100);
        for (int i = 0; i < EACH; i++, prints++)
            push(&b, make_print(sym, 10, 110, 1, "C", 'f'));
    }
    ck_assert_uint_gt(prints, LIMIT_WAITING_LEGS);
    deck_finish(b.deck);
    uint64_t early = 0;
    for (uint64_t id = 1; id <= prints; id++) {
        told += b.said.packets[id].members;
        early += b.said.packets[id].state == PS_INCOMPLETE;
    }
    ck_assert_uint_eq(told, prints);
    ck_assert_uint_ge(early, prints - LIMIT_WAITING_LEGS);
    ck_assert_uint_eq(deck_counts(b.deck)->legs_early, early);
    bench_close(&b);
}
END_TEST

/* ---- the synthetic market ---- */

struct market {
    struct bench b;
    struct idents *idents;
    uint64_t random;
    bool timers;
};

static void on_market(void *self, struct event *ev)
{
    struct market *m = self;
    m->random = m->random * 6364136223846793005u + 1442695040888963407u;
    if (m->timers && (m->random >> 33) % 3 == 0)
        deck_advance(m->b.deck, ev->recv_ns - (int64_t)((m->random >> 36) % 1000000));
    push(&m->b, *ev);
}

static void run_market(struct market *m, const char *uri, bool timers)
{
    struct feed feed;
    struct err err = {0};
    bench_open(&m->b);
    m->idents = idents_create();
    m->random = 1;
    m->timers = timers;
    struct feed_context ctx = {.symbols = m->b.symbols,
                               .idents = m->idents,
                               .sides = FEED_BOTH,
                               .emit = on_market,
                               .self = m};
    ck_assert_msg(feed_open(&feed, uri, &ctx, &err) == 0, "%s", err.text);
    while (feed.ops->poll(&feed, INT64_MAX, 10000, &err) == FEED_MORE)
        ;
    feed_close(&feed);
    deck_finish(m->b.deck);
}

static void close_market(struct market *m)
{
    bench_close(&m->b);
    idents_destroy(m->idents);
}

/* Top readings: not retracted, not part of a repeat run. */
START_TEST(packets_sum_to_the_tape_to_the_cent)
{
    struct market m;
    run_market(&m, "synthetic:?seed=5&rate=20000&events=400000&speed=max", false);
    struct said *s = &m.b.said;
    __int128 premium = 0, of_packets = 0;
    int64_t qty = 0, qty_of_packets = 0;
    uint64_t prints = 0, members = 0, packages = 0, inferred = 0;
    for (uint64_t seq = 1; seq < s->cap; seq++) {
        const struct join *j = &s->joins[seq];
        const struct packet *p = &s->packets[seq];
        if (j->packet) {
            premium += j->notional;
            qty += j->qty;
            prints++;
            ck_assert_uint_eq(s->packets[j->packet].id, j->packet);
        }
        inferred += s->structures[seq].grade == PG_INFERRED;
        if (!p->id || p->state == PS_RETRACTED || p->state == PS_MERGED)
            continue;
        of_packets += p->premium;
        qty_of_packets += p->qty;
        members += p->members;
        packages += p->kind == PK_PACKAGE && p->legs > 1;
    }
    ck_assert(premium == of_packets);
    ck_assert_int_eq(qty, qty_of_packets);
    ck_assert_uint_eq(prints, members);
    ck_assert(s->paired);
    ck_assert_uint_gt(packages, 500);
    ck_assert_uint_gt(inferred, 20);
    close_market(&m);
}
END_TEST

START_TEST(a_structure_is_the_sum_of_its_legs)
{
    struct market m;
    run_market(&m, "synthetic:?seed=9&rate=20000&events=200000&speed=max", false);
    struct said *s = &m.b.said;
    for (uint64_t id = 1; id < s->cap; id++) {
        const struct structure *t = &s->structures[id];
        const struct packet *p = &s->packets[id];
        int64_t qty = 0;
        if (!t->id || t->grade != PG_FLAGGED)
            continue;
        for (size_t i = 0; i < t->n_legs; i++) {
            qty += t->legs[i].qty;
            ck_assert(t->shape == SHAPE_UNRESOLVED ||
                      t->legs[i].qty == t->units * t->legs[i].ratio);
            ck_assert_uint_ge(t->legs[i].seq, id);
        }
        ck_assert_int_eq(qty, p->qty);
        ck_assert_int_eq(t->premium, p->premium);
        ck_assert_int_eq(t->side, p->side);
        ck_assert_int_eq(t->shape, p->shape);
        ck_assert(t->side == 0 || (t->net_px >= t->net_bid && t->net_px <= t->net_ask));
        ck_assert(!t->direction || t->side);
        ck_assert(!t->direction == (t->direction_reason != DR_OK));
    }
    close_market(&m);
}
END_TEST

START_TEST(timers_change_nothing)
{
    struct market a, b;
    run_market(&a, "synthetic:?seed=6&rate=20000&events=120000&speed=max", false);
    run_market(&b, "synthetic:?seed=6&rate=20000&events=120000&speed=max", true);
    ck_assert_uint_eq(deck_records(a.b.deck), deck_records(b.b.deck));
    ck_assert_uint_eq(deck_digest(a.b.deck), deck_digest(b.b.deck));
    ck_assert_uint_gt(a.b.said.n_structures, 300);
    close_market(&a);
    close_market(&b);
}
END_TEST

/* A deck copied in the middle of things goes on as its origin. */
START_TEST(a_copy_goes_on_as_its_origin)
{
    struct bench b;
    bench_open(&b);
    struct deck_policy policy = deck_policy_default();
    struct deck *copy = deck_create(&policy, b.symbols);
    uint32_t a = contract(&b, "XYZ", 'C', 105), c = contract(&b, "XYZ", 'C', 110);
    quote(&b, a);
    quote(&b, c);
    push(&b, make_print(a, 10, 120, 5, "C", 'f'));
    push(&b, make_print(a, 11, 120, 3, "N", 'I'));
    deck_copy(copy, b.deck);
    struct event rest[] = {make_print(c, 12, 100, 5, "C", 'f'),
                           make_print(c, 13, 100, 3, "N", 'I')};
    for (size_t i = 0; i < ARRAY_LEN(rest); i++) {
        struct event ev = rest[i];
        push(&b, rest[i]);
        deck_push(copy, &ev);
    }
    deck_finish(b.deck);
    deck_finish(copy);
    ck_assert_uint_eq(b.said.n_structures, 2);
    ck_assert_uint_eq(deck_digest(copy), deck_digest(b.deck));
    deck_reset(copy);
    deck_finish(copy);
    ck_assert_uint_eq(deck_records(copy), 0);
    deck_destroy(copy);
    bench_close(&b);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *tests[] = {
        a_package_closes_a_pause_after_its_last_leg,
        a_join_that_named_the_wrong_packet_is_told_again_before_it,
        a_gap_makes_what_waits_incomplete,
        a_burst_of_packages_is_told_apart,
        a_leg_of_many_fills_is_one_leg,
        more_legs_than_there_is_room_for_are_told_early_and_counted,
        packets_sum_to_the_tape_to_the_cent,
        a_structure_is_the_sum_of_its_legs,
        timers_change_nothing,
        a_copy_goes_on_as_its_origin,
    };
    Suite *s = suite_create("package");
    TCase *t = tcase_create("package");
    tcase_set_timeout(t, 60);
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return s;
}
