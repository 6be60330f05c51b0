/* feed/reorder: permuting arrival within the bound changes nothing of what the deck says. */
#include "harness.h"
#include "make.h"

#include <stdlib.h>

#include "base/mem.h"
#include "deck/deck.h"
#include "feed/reorder.h"

#define EVENTS   4000
#define BOUND_MS 50

struct door {
    struct deck *deck;
    int64_t last_ns;
    uint64_t backwards;
};

static void through(void *self, struct event *ev)
{
    struct door *d = self;
    d->backwards += ev->ts_ns < d->last_ns;
    d->last_ns = MAX(d->last_ns, ev->ts_ns);
    deck_push(d->deck, ev);
}

static int by_recv(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return (x->recv_ns > y->recv_ns) - (x->recv_ns < y->recv_ns);
}

static uint64_t digest_of(const struct event *tape, unsigned shuffle, bool reorder,
                          const struct symbols *syms)
{
    struct deck_policy policy = deck_policy_default();
    struct door door = {.deck = deck_create(&policy, syms), .last_ns = INT64_MIN};
    struct reorder *r = reorder_create(reorder ? BOUND_MS * NS_PER_MS : 0, through, &door);
    struct event *events = mem_alloc(EVENTS * sizeof *events);
    uint64_t x = shuffle * 2654435761u + 1;
    for (int i = 0; i < EVENTS; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        events[i] = tape[i];
        events[i].recv_ns = tape[i].ts_ns +
                            (shuffle ? (int64_t)((x >> 33) % (BOUND_MS * NS_PER_MS)) : 0);
    }
    qsort(events, EVENTS, sizeof *events, by_recv);
    for (int i = 0; i < EVENTS; i++)
        if (reorder)
            reorder_push(r, &events[i]);
        else
            deck_push(door.deck, &events[i]);
    reorder_finish(r);
    deck_finish(door.deck);
    ck_assert_uint_eq(deck_seq(door.deck), EVENTS);
    if (reorder)
        ck_assert_uint_eq(door.backwards, 0);
    uint64_t digest = deck_digest(door.deck);
    reorder_destroy(r);
    deck_destroy(door.deck);
    mem_free(events);
    return digest;
}

START_TEST(permuting_arrival_within_the_bound_changes_no_output)
{
    static const char venues[] = "CNXQTB";
    struct symbols *syms = symbols_create();
    struct event *tape = mem_alloc(EVENTS * sizeof *tape);
    uint64_t x = 99;
    for (int i = 0; i < EVENTS; i++) {
        char osi[32];
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        snprintf(osi, sizeof osi, "ABC   261218C%08d", (50 + (int)(x % 5)) * 1000);
        uint32_t sym = symbols_option(syms, osi, 21);
        char venue[2] = {venues[(x >> 12) % 6], 0};
        tape[i] = (x >> 8) % 3 ? make_print(sym, i * 7, 100 + (int64_t)((x >> 16) % 6), 3, venue,
                                            (x >> 33) % 2 ? 'S' : 'I')
                               : make_quote(sym, i * 7, 100, 5, 104, 6);
    }
    uint64_t sorted = digest_of(tape, 0, true, syms);
    for (unsigned shuffle = 1; shuffle <= 8; shuffle++)
        ck_assert_uint_eq(digest_of(tape, shuffle, true, syms), sorted);
    /* Without the stage the same permutations do change it, or this test shows nothing. */
    ck_assert_uint_ne(digest_of(tape, 1, false, syms), digest_of(tape, 2, false, syms));
    mem_free(tape);
    symbols_destroy(syms);
}
END_TEST

static void count(void *self, struct event *ev)
{
    uint64_t *n = self;
    n[ev->seq ? 1 : 0]++;
    n[2] = ev->u.print.id;
}

START_TEST(events_wait_for_the_bound_and_late_ones_do_not)
{
    uint64_t n[3] = {0};
    struct reorder *r = reorder_create(10 * NS_PER_MS, count, n);
    struct event a = make_print(1, 0, 1, 1, "C", 'I'), b = make_print(1, 5, 1, 1, "C", 'I');
    reorder_push(r, &a);
    reorder_push(r, &b);
    ck_assert_uint_eq(n[0], 0);
    reorder_advance(r, ms(10));
    ck_assert_uint_eq(n[0], 0); /* another event of that instant may still come */
    reorder_advance(r, ms(10) + 1);
    ck_assert_uint_eq(n[0], 1);
    struct event late = make_print(1, -100, 1, 1, "C", 'I');
    late.recv_ns = ms(11);
    late.u.print.id = 9;
    reorder_push(r, &late);
    ck_assert_uint_eq(n[0], 2);
    ck_assert_uint_eq(n[2], 9);
    ck_assert_uint_eq(reorder_held(r), 1);
    reorder_finish(r);
    ck_assert_uint_eq(n[0], 3);
    reorder_destroy(r);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("reorder");
    TCase *t = tcase_create("reorder");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, permuting_arrival_within_the_bound_changes_no_output);
    tcase_add_test(t, events_wait_for_the_bound_and_late_ones_do_not);
    suite_add_tcase(s, t);
    return s;
}
