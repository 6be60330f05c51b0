/* deck/repair: after a cancel or a correction everything said is what would have been said without
 * the print, or with the corrected one. */
#include "harness.h"
#include "make.h"

#include <stdlib.h>

#include "base/mem.h"
#include "deck/deck.h"
#include "event/record.h"

#define EVENTS 3000
#define SEQS                                                                                       \
    (EVENTS * 10 + 400) /* events of the tape are numbered by tens, repairs between them           \
                         */

/* The last version of everything, by print and by packet id (both are event numbers). */
struct said {
    struct join joins[SEQS];
    struct packet packets[SEQS];
    struct structure structures[SEQS];
    struct repair repairs[EVENTS];
    size_t n_repairs;
};

static void no_event(void *self, const struct event *ev)
{
    (void)self;
    (void)ev;
}

static void take(void *self, const struct record *rec)
{
    struct said *s = self;
    if (rec->kind == REC_JOIN)
        s->joins[rec->u.join.seq] = rec->u.join;
    else if (rec->kind == REC_PACKET)
        s->packets[rec->u.packet.id] = rec->u.packet;
    else if (rec->kind == REC_STRUCTURE)
        s->structures[rec->u.structure.id] = rec->u.structure;
    else if (rec->kind == REC_REPAIR)
        s->repairs[s->n_repairs++] = rec->u.repair;
}

static const struct sink_ops ops = {.name = "test", .event = no_event, .record = take};

/* Pushes the events that have a seq; gives what was said in the end. */
static struct said *run(struct event *events, size_t n, const struct symbols *syms)
{
    struct said *s = mem_alloc(sizeof *s);
    struct deck_policy policy = deck_policy_default();
    struct deck *d = deck_create(&policy, syms);
    deck_add_sink(d, (struct sink){&ops, s});
    for (size_t i = 0; i < n; i++) {
        struct event ev = events[i];
        if (ev.seq)
            deck_push(d, &ev);
    }
    deck_finish(d);
    deck_destroy(d);
    return s;
}

static void forget_versions(struct said *s)
{
    for (size_t i = 0; i < ARRAY_LEN(s->packets); i++) {
        struct packet *p = &s->packets[i];
        if (p->state == PS_RETRACTED)
            memset(p, 0, sizeof *p);
        p->at_ns = 0;
        p->at_seq = p->by_seq = 0;
        p->state = p->split = 0;
        /* What was said of its history holds for the moment it was said. */
        p->opening_reason = p->rarity_reason = 0;
        p->rarity_k = p->rarity_n = 0;
        s->joins[i].by_seq = 0;
        struct structure *t = &s->structures[i];
        if (t->state == PS_RETRACTED)
            memset(t, 0, sizeof *t);
        t->at_ns = 0;
        t->at_seq = t->by_seq = 0;
        t->state = 0;
    }
}

/* Few contracts and close prints, so that cancels break and mend packets. */
static size_t make_tape(struct event *events, uint32_t *syms, unsigned seed, bool equities)
{
    static const char venues[] = "CNXQTB";
    uint64_t x = seed * 2654435761u + 7;
    int64_t at = 0;
    for (int i = 0; i < EVENTS; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        uint32_t sym = syms[x % 3];
        char venue[2] = {venues[(x >> 12) % 6], 0};
        at += (int64_t)(x >> 20) % ((x >> 44) % 3 ? 4 : 45);
        int64_t lag = (x >> 30) % 12 == 0 ? (int64_t)((x >> 40) % 400) : 0;
        struct event ev = (x >> 8) % 5 == 0
                              ? make_quote(sym, at, 100, 5, 104, 5 + (int64_t)(x >> 50) % 3)
                              : make_print(sym, at - lag, 100 + (int64_t)((x >> 16) % 6),
                                           1 + (int64_t)(x >> 24) % 4, venue,
                                           "SIfn"[(x >> 33) % 4]);
        ev.recv_ns = ms(at);
        ev.seq = (uint64_t)(i + 1) * 10;
        if (ev.kind == EV_OPTION_PRINT)
            ev.u.print.id = ev.seq;
        if (equities) {
            ev.kind = ev.kind == EV_OPTION_PRINT ? EV_EQUITY_PRINT : EV_EQUITY_QUOTE;
            if (ev.kind == EV_EQUITY_PRINT) {
                ev.venue = venue_by_code(VENUE_EQUITY, venue[0] == 'B' ? "D" : "P", 1);
                ev.u.print.cond[0] = '@';
            }
        }
        events[i] = ev;
    }
    return EVENTS;
}

/* About one print in ten is cancelled or corrected: at once, a few events later while its packet
 * may be open, or long after. `events` becomes the tape with the repairs in it; returns its length.
 */
static size_t add_repairs(struct event *events, size_t n, unsigned seed, bool correct,
                          struct event *clean)
{
    uint64_t x = seed * 97 + 3;
    struct event *repairs = mem_alloc(n * sizeof *repairs);
    size_t n_repairs = 0, out = 0;
    memcpy(clean, events, n * sizeof *events);
    for (size_t i = 0; i < n; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        bool print = events[i].kind == EV_OPTION_PRINT || events[i].kind == EV_EQUITY_PRINT;
        if (!print || (x >> 33) % 10)
            continue;
        size_t after = MIN(i + ((x >> 50) % 3 == 0 ? 400 : (size_t)(x >> 52) % 5), n - 1);
        struct event ev = events[i];
        ev.kind = correct ? EV_CORRECT : EV_CANCEL;
        ev.seq = events[after].seq;
        ev.recv_ns = events[after].recv_ns;
        ev.u.print.ref = ev.u.print.id;
        ev.u.print.id = 0;
        if (correct) {
            ev.u.print.px = cents(100 + (int64_t)((x >> 40) % 6));
            clean[i].u.print.px = ev.u.print.px;
        } else {
            clean[i].seq = 0;
        }
        repairs[n_repairs++] = ev;
    }
    struct event *tape = mem_alloc(n * sizeof *tape);
    memcpy(tape, events, n * sizeof *tape);
    for (size_t i = 0; i < n; i++) {
        events[out++] = tape[i];
        uint64_t seq = tape[i].seq;
        for (size_t k = 0; k < n_repairs; k++)
            if (repairs[k].seq == tape[i].seq && (seq % 10 < 9 || i == n - 1)) {
                events[out] = repairs[k];
                events[out++].seq = ++seq;
            }
    }
    mem_free(tape);
    mem_free(repairs);
    return out;
}

static void compare(unsigned seed, bool equities, bool correct)
{
    struct symbols *syms = symbols_create();
    uint32_t ids[3];
    for (int i = 0; i < 3; i++) {
        char osi[32];
        snprintf(osi, sizeof osi, "ABC   261218C%08d", (50 + i) * 1000);
        ids[i] = equities ? symbols_equity(syms, osi, 3 + (size_t)i)
                          : symbols_option(syms, osi, 21);
        if (equities && i) {
            char name[8];
            snprintf(name, sizeof name, "EQ%d", i);
            ids[i] = symbols_equity(syms, name, 3);
        }
    }
    struct event *events = mem_alloc(EVENTS * 2 * sizeof *events);
    struct event *clean = mem_alloc(EVENTS * 2 * sizeof *events);
    size_t n = make_tape(events, ids, seed, equities);
    size_t all = add_repairs(events, n, seed, correct, clean);
    struct said *with = run(events, all, syms), *without = run(clean, n, syms);
    ck_assert_uint_eq(with->n_repairs, all - n);
    for (size_t i = 0; i < with->n_repairs; i++)
        ck_assert_int_eq(with->repairs[i].outcome, REPAIR_DONE);
    forget_versions(with);
    forget_versions(without);
    size_t marked = 0, inferred = 0;
    for (size_t i = 0; i < SEQS; i++) {
        struct join *a = &with->joins[i], *b = &without->joins[i];
        if (a->revision == REV_CANCELLED) {
            ck_assert_uint_eq(a->packet, 0);
            continue;
        }
        a->revision = REV_NONE;
        ck_assert_msg(memcmp(a, b, sizeof *a) == 0, "seed %u: print %zu differs", seed, i);
        ck_assert_msg(memcmp(&with->packets[i], &without->packets[i], sizeof(struct packet)) == 0,
                      "seed %u: packet %zu differs", seed, i);
        ck_assert_msg(
            memcmp(&with->structures[i], &without->structures[i], sizeof(struct structure)) == 0,
            "seed %u: structure %zu differs", seed, i);
        marked += with->structures[i].grade == PG_FLAGGED && with->structures[i].n_legs > 1;
        inferred += with->structures[i].grade == PG_INFERRED;
    }
    ck_assert(equities || (marked && inferred));
    mem_free(with);
    mem_free(without);
    mem_free(events);
    mem_free(clean);
    symbols_destroy(syms);
}

START_TEST(options_after_cancels_are_as_without_the_prints)
{
    for (unsigned seed = 1; seed <= 12; seed++)
        compare(seed, false, false);
}
END_TEST

START_TEST(options_after_corrections_are_as_with_the_corrected_prints)
{
    for (unsigned seed = 1; seed <= 12; seed++)
        compare(seed, false, true);
}
END_TEST

START_TEST(equities_after_cancels_are_as_without_the_prints)
{
    for (unsigned seed = 1; seed <= 12; seed++)
        compare(seed, true, false);
}
END_TEST

START_TEST(equities_after_corrections_are_as_with_the_corrected_prints)
{
    for (unsigned seed = 1; seed <= 12; seed++)
        compare(seed, true, true);
}
END_TEST

struct small {
    struct symbols *syms;
    uint32_t sym;
    struct event events[32];
    size_t n;
};

static struct small small_tape(void)
{
    struct small t = {.syms = symbols_create()};
    t.sym = symbols_option(t.syms, "XYZ   261218C00105000", 21);
    t.events[t.n++] = make_quote(t.sym, 0, 100, 5, 104, 5);
    t.events[t.n++] = make_print(t.sym, 10, 104, 7, "C", 'S');
    t.events[t.n++] = make_print(t.sym, 11, 104, 9, "N", 'S');
    for (size_t i = 0; i < t.n; i++)
        t.events[i].seq = i + 1;
    return t;
}

static void add(struct small *t, struct event ev)
{
    ev.seq = t->n + 1;
    t->events[t->n++] = ev;
}

START_TEST(implicit_opra_cancel_finds_the_equal_print)
{
    struct small t = small_tape();
    add(&t, make_print(t.sym, 5000, 104, 9, "N", 'A'));
    struct said *s = run(t.events, t.n, t.syms);
    ck_assert_uint_eq(s->n_repairs, 1);
    ck_assert_uint_eq(s->repairs[0].target, 3);
    ck_assert_int_eq(s->joins[3].revision, REV_CANCELLED);
    ck_assert_int_eq(s->packets[2].state, PS_AMENDED);
    ck_assert_int_eq(s->packets[2].kind, PK_SINGLE);
    ck_assert_int_eq(s->packets[2].qty, 7 * QTY_ONE);
    /* The cancel itself is no trade: no packet, no side. */
    ck_assert_int_eq(s->joins[4].side, 0);
    ck_assert_uint_eq(s->joins[4].packet, 0);
    mem_free(s);
    symbols_destroy(t.syms);
}
END_TEST

START_TEST(cancel_without_target_changes_nothing_and_says_so)
{
    struct small t = small_tape();
    struct said *before = run(t.events, t.n, t.syms);
    struct event c = make_print(t.sym, 5000, 104, 9, "N", 0);
    c.kind = EV_CANCEL;
    c.u.print.ref = 424242;
    add(&t, c);
    add(&t, make_print(t.sym, 5001, 103, 9, "N", 'A'));
    struct said *s = run(t.events, t.n, t.syms);
    ck_assert_uint_eq(s->n_repairs, 2);
    ck_assert_int_eq(s->repairs[0].outcome, REPAIR_NO_TARGET);
    ck_assert_int_eq(s->repairs[1].outcome, REPAIR_NO_TARGET);
    ck_assert_mem_eq(&before->packets[2], &s->packets[2], sizeof(struct packet));
    mem_free(before);
    mem_free(s);
    symbols_destroy(t.syms);
}
END_TEST

START_TEST(second_cancel_of_the_same_print_is_told_as_such)
{
    struct small t = small_tape();
    add(&t, make_print(t.sym, 5000, 104, 9, "N", 'A'));
    add(&t, make_print(t.sym, 5001, 104, 9, "N", 'A'));
    struct said *s = run(t.events, t.n, t.syms);
    ck_assert_int_eq(s->repairs[0].outcome, REPAIR_DONE);
    ck_assert_int_eq(s->repairs[1].outcome, REPAIR_AGAIN);
    mem_free(s);
    symbols_destroy(t.syms);
}
END_TEST

START_TEST(copy_of_a_print_with_an_id_is_counted_and_not_committed)
{
    struct small t = small_tape();
    struct deck_policy policy = deck_policy_default();
    struct deck *d = deck_create(&policy, t.syms);
    struct event a = make_print(t.sym, 10, 104, 7, "C", 'S'), b, c;
    a.u.print.id = 77;
    b = c = a;
    c.u.print.id = 78;
    ck_assert(deck_push(d, &a));
    ck_assert(!deck_push(d, &b));
    ck_assert(deck_push(d, &c));
    ck_assert_uint_eq(deck_counts(d)->duplicates, 1);
    ck_assert_uint_eq(deck_seq(d), 2);
    deck_destroy(d);
    symbols_destroy(t.syms);
}
END_TEST

START_TEST(after_a_reconnect_each_earlier_print_answers_for_one_copy)
{
    struct small t = small_tape();
    struct deck_policy policy = deck_policy_default();
    struct deck *d = deck_create(&policy, t.syms);
    struct event p = make_print(t.sym, 10, 104, 7, "C", 'S');
    struct event gap = {.kind = EV_GAP, .ts_ns = ms(20), .recv_ns = ms(20)};
    gap.u.gap =
        (struct gap){.from_ns = ms(15), .to_ns = ms(20), .missing = -1, .reason = GAP_DISCONNECT};
    for (int i = 0; i < 2; i++) { /* genuine repeats before the gap: both are prints */
        struct event ev = p;
        ck_assert(deck_push(d, &ev));
    }
    deck_push(d, &gap);
    for (int i = 0; i < 3; i++) { /* two copies, and one that had been missed */
        struct event ev = p;
        ev.recv_ns = ms(30);
        ck_assert_int_eq(deck_push(d, &ev), i == 2);
    }
    ck_assert_uint_eq(deck_counts(d)->duplicates, 2);
    deck_destroy(d);
    symbols_destroy(t.syms);
}
END_TEST

START_TEST(gap_inside_a_packet_makes_it_incomplete)
{
    struct small t = small_tape();
    struct event gap = {.kind = EV_GAP, .ts_ns = ms(12), .recv_ns = ms(12)};
    gap.u.gap =
        (struct gap){.from_ns = ms(11), .to_ns = ms(12), .missing = 3, .reason = GAP_SEQUENCE};
    add(&t, gap);
    add(&t, make_print(t.sym, 13, 104, 9, "X", 'S'));
    add(&t, make_print(t.sym, 5000, 104, 9, "X", 'S'));
    struct said *s = run(t.events, t.n, t.syms);
    ck_assert_int_eq(s->packets[2].state, PS_INCOMPLETE);
    ck_assert_int_eq(s->packets[2].members, 3);
    ck_assert(s->joins[5].flags & JOIN_DEGRADED);
    ck_assert_int_eq(s->packets[6].state, PS_CLOSED);
    ck_assert(!(s->joins[6].flags & JOIN_DEGRADED));
    mem_free(s);
    symbols_destroy(t.syms);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *tests[] = {
        options_after_cancels_are_as_without_the_prints,
        options_after_corrections_are_as_with_the_corrected_prints,
        equities_after_cancels_are_as_without_the_prints,
        equities_after_corrections_are_as_with_the_corrected_prints,
        implicit_opra_cancel_finds_the_equal_print,
        cancel_without_target_changes_nothing_and_says_so,
        second_cancel_of_the_same_print_is_told_as_such,
        copy_of_a_print_with_an_id_is_counted_and_not_committed,
        after_a_reconnect_each_earlier_print_answers_for_one_copy,
        gap_inside_a_packet_makes_it_incomplete,
    };
    Suite *s = suite_create("repair");
    TCase *t = tcase_create("repair");
    tcase_set_timeout(t, 60);
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return s;
}
