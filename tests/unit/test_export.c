/* store/export: what is cut out stands on its own feet. */
#include "harness.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session_file.h"

#define ROUNDS 200

struct files {
    char in[512], out[512];
};

static struct files names(const char *name)
{
    struct files f;
    snprintf(f.in, sizeof f.in, "%s/%s.db", test_dir(), name);
    snprintf(f.out, sizeof f.out, "%s/%s.out.db", test_dir(), name);
    return f;
}

/* Each round: an AAPL quote, an AAPL print, an XYZ quote, an XYZ print, equity quote and print of
 * AAPL. Packets of AAPL have three prints, from three rounds; those of XYZ one. */
static void make_session(const char *path, int64_t *recv)
{
    struct maker m = maker_open(path);
    struct packet three = {0};
    uint64_t first = 0;
    uint32_t xyz = symbols_option(m.symbols, "XYZ   260619P00050000", 21);
    symbols_option(m.symbols, "ZZZ   260619P00050000", 21);
    uint32_t aapl_call = symbols_option(m.symbols, "AAPL  260619C00200000", 21);
    uint32_t aapl = symbols_equity(m.symbols, "AAPL", 4);
    for (int i = 0; i < ROUNDS; i++) {
        struct event q = maker_event(&m, EV_OPTION_QUOTE, aapl_call);
        q.u.quote = (struct quote){.bid = 1000000000, .ask = 1100000000};
        maker_push(&m, &q);
        recv[m.seq] = m.now_ns;
        uint64_t seq = maker_print(&m, aapl_call, 1100000000 - i, 2, &q, i % 3 ? first : 0);
        recv[m.seq] = m.now_ns;
        first = i % 3 ? first : seq;
        packet_add(&three, seq, m.now_ns - 2500, aapl_call, 1100000000 - i, 2);
        if (i % 3 == 2) {
            maker_packet(&m, &three);
            three.members = 0;
        }
        struct event x = maker_event(&m, EV_OPTION_QUOTE, xyz);
        x.u.quote = (struct quote){.bid = 2000000000, .ask = 2100000000};
        maker_push(&m, &x);
        recv[m.seq] = m.now_ns;
        struct packet one = {0};
        seq = maker_print(&m, xyz, 2000000000, 1, &x, 0);
        recv[m.seq] = m.now_ns;
        packet_add(&one, seq, m.now_ns - 2500, xyz, 2000000000, 1);
        maker_packet(&m, &one);
        struct event e = maker_event(&m, EV_EQUITY_QUOTE, aapl);
        e.u.quote = (struct quote){.bid = 1, .ask = 2};
        maker_push(&m, &e);
        recv[m.seq] = m.now_ns;
        maker_print(&m, aapl, 200000000000, 3, &e, 0);
        recv[m.seq] = m.now_ns;
    }
    if (three.members)
        maker_packet(&m, &three);
    maker_close(&m);
}

static void say(void *self, bool problem, const char *line)
{
    (void)self;
    if (problem)
        printf("# %s\n", line);
}

static struct reader *open_checked(const char *path)
{
    struct reader *r = NULL;
    struct err err = {0};
    int rc = reader_open(path, &r, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    ck_assert_int_eq(reader_check(r, say, NULL, &err), 0);
    return r;
}

static void export_it(const struct files *f, const struct export_options *opt,
                      struct export_counts *ret)
{
    struct err err = {0};
    int rc = export_session(f->in, f->out, opt, NULL, NULL, ret, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
}

static int count(struct reader *r, enum row_kind kind)
{
    static struct row rows[2000];
    struct err err = {0};
    int n = reader_page_after(r, kind, PLAYHEAD_END, 0, rows, 2000, &err);
    ck_assert_msg(n >= 0, "%s", err.text);
    return n;
}

START_TEST(an_export_of_everything_is_the_session)
{
    struct files f = names("all");
    int64_t recv[6 * ROUNDS + 1];
    struct export_counts counts;
    struct export_options opt = {.from_ns = INT64_MIN, .to_ns = INT64_MAX};
    struct reader_state state;
    struct err err;
    static struct event a[6 * ROUNDS], b[6 * ROUNDS];
    make_session(f.in, recv);
    export_it(&f, &opt, &counts);
    ck_assert_uint_eq(counts.raw, 6 * ROUNDS);
    ck_assert_uint_eq(counts.evidence, 0);
    struct reader *r = open_checked(f.out), *in = open_checked(f.in);
    ck_assert_int_eq(reader_events(r, 0, a, 6 * ROUNDS, &err), 6 * ROUNDS);
    ck_assert_int_eq(reader_events(in, 0, b, 6 * ROUNDS, &err), 6 * ROUNDS);
    ck_assert_mem_eq(a, b, sizeof a);
    ck_assert_int_eq(reader_state(r, &state, &err), 0);
    ck_assert(state.exported && state.closed);
    ck_assert_uint_eq(state.seq, 6 * ROUNDS);
    reader_close(in);
    reader_close(r);
    struct stat st;
    ck_assert_int_eq(stat(f.out, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(export_session(f.in, f.out, &opt, NULL, NULL, &counts, &err), -ERR_USAGE);
}
END_TEST

START_TEST(a_packet_in_range_brings_members_from_outside_it)
{
    struct files f = names("evidence");
    int64_t recv[6 * ROUNDS + 1];
    struct export_counts counts;
    struct row rows[8];
    struct err err;
    const char *aapl[] = {"AAPL"};
    make_session(f.in, recv);
    /* Round 32 (its AAPL print is seq 194) closes the packet opened in round 30 (seq 182). */
    struct export_options opt = {.from_ns = recv[194],
                                 .to_ns = recv[194],
                                 .symbols = aapl,
                                 .n_symbols = 1,
                                 .kinds = 1u << ROW_PACKET};
    export_it(&f, &opt, &counts);
    struct reader *r = open_checked(f.out);
    ck_assert_int_eq(count(r, ROW_PACKET), 1);
    ck_assert_int_eq(count(r, ROW_OPTION), 3);
    ck_assert_int_eq(count(r, ROW_QUOTE), 3);
    ck_assert_int_eq(count(r, ROW_EQUITY), 0);
    ck_assert_uint_eq(counts.raw, 0);
    ck_assert_uint_eq(counts.evidence, 6);
    ck_assert_int_eq(reader_members(r, PLAYHEAD_END, 182, rows, 8, &err), 3);
    ck_assert_uint_eq(rows[2].key, 194);
    ck_assert_uint_eq(rows[2].u.join.bid_seq, 193);
    /* AAPL has an id behind names that are not here, and keeps it. */
    ck_assert_int_eq(count(r, ROW_INSTRUMENT), 2);
    ck_assert_str_eq(symbols_get(reader_symbols(r), rows[0].ev.sym)->symbol,
                     "AAPL  260619C00200000");
    reader_close(r);
}
END_TEST

START_TEST(a_range_of_prints_is_complete_with_joins_and_quotes)
{
    struct files f = names("range");
    int64_t recv[6 * ROUNDS + 1];
    struct export_counts counts;
    make_session(f.in, recv);
    /* Events 62..120: the AAPL print 62 (round 10) belongs to the packet opened by 56 (round 9). */
    struct export_options opt = {
        .from_ns = recv[62], .to_ns = recv[120], .kinds = 1u << ROW_OPTION | 1u << ROW_EQUITY};
    export_it(&f, &opt, &counts);
    struct reader *r = open_checked(f.out);
    ck_assert_int_eq(count(r, ROW_OPTION), 20 + 1);
    ck_assert_int_eq(count(r, ROW_EQUITY), 10);
    ck_assert_int_eq(count(r, ROW_QUOTE), 20 + 1);
    ck_assert_int_eq(count(r, ROW_EQUITY_QUOTE), 10);
    ck_assert_int_eq(count(r, ROW_PACKET), 0);
    ck_assert_uint_eq(counts.raw, 30);
    reader_close(r);
}
END_TEST

START_TEST(symbols_choose_their_contracts_only)
{
    struct files f = names("symbols");
    int64_t recv[6 * ROUNDS + 1];
    struct export_counts counts;
    const char *xyz[] = {"XYZ"};
    struct export_options opt = {
        .from_ns = INT64_MIN, .to_ns = INT64_MAX, .symbols = xyz, .n_symbols = 1};
    make_session(f.in, recv);
    export_it(&f, &opt, &counts);
    struct reader *r = open_checked(f.out);
    ck_assert_int_eq(count(r, ROW_OPTION), ROUNDS);
    ck_assert_int_eq(count(r, ROW_QUOTE), ROUNDS);
    ck_assert_int_eq(count(r, ROW_PACKET), ROUNDS);
    ck_assert_int_eq(count(r, ROW_EQUITY), 0);
    ck_assert_int_eq(count(r, ROW_INSTRUMENT), 2);
    reader_close(r);
}
END_TEST

static bool stop(void *self, uint64_t done, uint64_t total)
{
    int *calls = self;
    ck_assert_uint_le(done, total);
    return ++*calls < 3;
}

START_TEST(a_stopped_export_leaves_nothing)
{
    struct files f = names("stopped");
    char part[600];
    int64_t recv[6 * ROUNDS + 1];
    int calls = 0;
    struct export_counts counts;
    struct export_options opt = {.from_ns = INT64_MIN, .to_ns = INT64_MAX};
    struct err err;
    make_session(f.in, recv);
    ck_assert_int_lt(export_session(f.in, f.out, &opt, stop, &calls, &counts, &err), 0);
    snprintf(part, sizeof part, "%s.part", f.out);
    ck_assert_int_ne(access(f.out, F_OK), 0);
    ck_assert_int_ne(access(part, F_OK), 0);
    ck_assert_int_lt(export_session("/nonexistent", f.out, &opt, NULL, NULL, &counts, &err), 0);
    ck_assert_int_ne(access(f.out, F_OK), 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("export");
    TCase *t = tcase_create("export");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, an_export_of_everything_is_the_session);
    tcase_add_test(t, a_packet_in_range_brings_members_from_outside_it);
    tcase_add_test(t, a_range_of_prints_is_complete_with_joins_and_quotes);
    tcase_add_test(t, symbols_choose_their_contracts_only);
    tcase_add_test(t, a_stopped_export_leaves_nothing);
    suite_add_tcase(s, t);
    return s;
}
