/* store/query: pages as of a playhead, seeking, evidence; and files that are newer, damaged, cut
 * short or not sessions at all. */
#include "base/dec.h"
#include "harness.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session_file.h"

#define PRINTS 300

/* A session of PRINTS rounds: quote (seq 4i+1), option print (4i+2), equity print (4i+3), gap
 * (4i+4); the packets of two prints each close one round after their second print. */
struct known {
    char path[512];
    int64_t recv[4 * PRINTS + 1]; /* by seq */
    uint64_t packet_at_seq[PRINTS / 2];
    int64_t packet_at_ns[PRINTS / 2];
    uint64_t packet_id[PRINTS / 2];
    size_t packets;
};

static void keep_recv(struct known *k, const struct maker *m)
{
    k->recv[m->seq] = m->now_ns;
}

static struct known make_session(const char *name)
{
    struct known k = {0};
    struct packet open = {0}, ready = {0};
    uint64_t first = 0;
    snprintf(k.path, sizeof k.path, "%s/%s", test_dir(), name);
    struct maker m = maker_open(k.path);
    uint32_t call = symbols_option(m.symbols, "AAPL  260619C00200000", 21);
    uint32_t aapl = symbols_equity(m.symbols, "AAPL", 4);
    for (int i = 0; i < PRINTS; i++) {
        struct event q = maker_event(&m, EV_OPTION_QUOTE, call);
        q.u.quote = (struct quote){.bid = 1000000000 + i, .ask = 1100000000 + i};
        q.u.quote.bid_qty = q.u.quote.ask_qty = 1000000;
        maker_push(&m, &q);
        keep_recv(&k, &m);
        if (ready.members) {
            k.packet_id[k.packets] = ready.id;
            k.packet_at_seq[k.packets] = m.seq;
            k.packet_at_ns[k.packets++] = m.now_ns;
            maker_packet(&m, &ready);
            ready.members = 0;
        }
        uint64_t seq = maker_print(&m, call, 1100000000 + i, 2, &q, i % 2 ? first : 0);
        first = i % 2 ? first : seq;
        keep_recv(&k, &m);
        packet_add(&open, seq, m.now_ns - 2500, call, 1100000000 + i, 2);
        if (i % 2) {
            ready = open;
            open.members = 0;
        }
        maker_print(&m, aapl, 200000000000, 100, NULL, 0);
        keep_recv(&k, &m);
        struct event gap = maker_event(&m, EV_GAP, 0);
        gap.u.gap = (struct gap){.from_ns = 1, .to_ns = 2, .missing = i};
        maker_push(&m, &gap);
        keep_recv(&k, &m);
    }
    maker_packet(&m, &ready);
    k.packet_id[k.packets] = ready.id;
    k.packet_at_seq[k.packets] = m.seq;
    k.packet_at_ns[k.packets++] = m.now_ns;
    maker_close(&m);
    return k;
}

static struct reader *open_reader(const char *path)
{
    struct reader *r = NULL;
    struct err err = {0};
    int rc = reader_open(path, &r, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    return r;
}

START_TEST(a_page_holds_the_newest_rows_as_of_the_playhead)
{
    struct known k = make_session("page.db");
    struct reader *r = open_reader(k.path);
    struct row rows[8];
    struct err err;
    ck_assert_int_eq(reader_page_before(r, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, rows, 3, &err), 3);
    ck_assert_uint_eq(rows[0].key, 4 * (PRINTS - 3) + 2);
    ck_assert_uint_eq(rows[2].key, 4 * (PRINTS - 1) + 2);
    ck_assert_int_eq(rows[2].u.join.ask, 1100000000 + PRINTS - 1);
    ck_assert_uint_eq(rows[2].u.join.bid_seq, 4 * (PRINTS - 1) + 1);
    /* By seq: event 42 is an option print, 41 its quote. */
    struct playhead at = {41, INT64_MAX};
    ck_assert_int_eq(reader_page_before(r, ROW_OPTION, at, UINT64_MAX, rows, 8, &err), 8);
    ck_assert_uint_eq(rows[7].key, 38);
    ck_assert_int_eq(reader_page_before(r, ROW_QUOTE, at, UINT64_MAX, rows, 1, &err), 1);
    ck_assert_uint_eq(rows[0].key, 41);
    /* By time: one ns before event 42 was seen. */
    at = (struct playhead){UINT64_MAX, k.recv[42] - 1};
    ck_assert_int_eq(reader_page_before(r, ROW_OPTION, at, UINT64_MAX, rows, 1, &err), 1);
    ck_assert_uint_eq(rows[0].key, 38);
    at.ns++;
    ck_assert_int_eq(reader_page_before(r, ROW_OPTION, at, UINT64_MAX, rows, 1, &err), 1);
    ck_assert_uint_eq(rows[0].key, 42);
    /* Before a key, and forwards; never past the playhead. */
    ck_assert_int_eq(reader_page_before(r, ROW_EQUITY, PLAYHEAD_END, 11, rows, 8, &err), 2);
    ck_assert_uint_eq(rows[1].key, 7);
    ck_assert_int_eq(reader_page_after(r, ROW_GAP, at, 32, rows, 8, &err), 2);
    ck_assert_uint_eq(rows[0].key, 36);
    ck_assert_int_eq(rows[0].ev.u.gap.missing, 8);
    ck_assert_int_eq(reader_page_after(r, ROW_GAP, at, 40, rows, 8, &err), 0);
    ck_assert_int_eq(
        reader_page_before(r, ROW_OPTION, (struct playhead){0, 0}, UINT64_MAX, rows, 8, &err), 0);
    reader_close(r);
}
END_TEST

START_TEST(a_packet_is_on_screen_from_the_moment_it_was_emitted)
{
    struct known k = make_session("packets.db");
    struct reader *r = open_reader(k.path);
    struct row rows[2];
    struct packet p;
    struct err err;
    for (size_t i = 1; i < k.packets; i++) {
        struct playhead by_seq = {k.packet_at_seq[i], INT64_MAX};
        struct playhead by_ns = {UINT64_MAX, k.packet_at_ns[i]};
        struct playhead heads[] = {by_seq, by_ns};
        for (int h = 0; h < 2; h++) {
            ck_assert_int_eq(reader_page_before(r, ROW_PACKET, heads[h], UINT64_MAX, rows, 1, &err),
                             1);
            ck_assert_uint_eq(rows[0].u.packet.id, k.packet_id[i]);
            ck_assert_int_eq(reader_packet(r, heads[h], k.packet_id[i], &p, &err), 0);
            ck_assert_uint_eq(p.members, 2);
            heads[h].seq -= h == 0;
            heads[h].ns -= h == 1;
            ck_assert_int_eq(reader_page_before(r, ROW_PACKET, heads[h], UINT64_MAX, rows, 1, &err),
                             1);
            ck_assert_uint_eq(rows[0].u.packet.id, k.packet_id[i - 1]);
            ck_assert_int_eq(reader_packet(r, heads[h], k.packet_id[i], &p, &err), -ERR_NO_ROWS);
        }
    }
    ck_assert_int_eq(reader_packet(r, PLAYHEAD_END, 1, &p, &err), -ERR_NO_ROWS);
    ck_assert_int_eq(reader_packet(r, PLAYHEAD_END, UINT64_MAX, &p, &err), -ERR_NO_ROWS);
    reader_close(r);
}
END_TEST

START_TEST(a_time_leads_to_the_last_event_seen_by_then)
{
    struct known k = make_session("time.db");
    struct reader *r = open_reader(k.path);
    struct playhead at;
    struct err err;
    for (uint64_t seq = 1; seq <= 4 * PRINTS; seq += 7) {
        ck_assert_int_eq(reader_at_time(r, k.recv[seq], &at, &err), 0);
        ck_assert_uint_eq(at.seq, seq);
        ck_assert_int_eq(at.ns, k.recv[seq]);
        ck_assert_int_eq(reader_at_time(r, k.recv[seq] - 1, &at, &err), 0);
        ck_assert_uint_eq(at.seq, seq - 1);
    }
    ck_assert_int_eq(reader_at_time(r, INT64_MAX, &at, &err), 0);
    ck_assert_uint_eq(at.seq, 4 * PRINTS);
    struct session_span span;
    ck_assert_int_eq(reader_span(r, &span, &err), 0);
    ck_assert_uint_eq(span.first_seq, 1);
    ck_assert_uint_eq(span.last_seq, 4 * PRINTS);
    ck_assert_int_eq(span.first_ns, k.recv[1]);
    ck_assert_int_eq(span.last_ns, k.recv[4 * PRINTS]);
    reader_close(r);
}
END_TEST

START_TEST(evidence_of_a_packet_is_its_members_with_their_quotes)
{
    struct known k = make_session("evidence.db");
    struct reader *r = open_reader(k.path);
    struct row rows[8];
    struct err err;
    ck_assert_int_eq(reader_members(r, PLAYHEAD_END, k.packet_id[5], rows, 8, &err), 2);
    ck_assert_uint_eq(rows[0].key, k.packet_id[5]);
    ck_assert_uint_eq(rows[1].key, k.packet_id[5] + 4);
    ck_assert_uint_eq(rows[1].u.join.packet, k.packet_id[5]);
    ck_assert_int_eq(rows[1].u.join.ask, rows[1].ev.u.print.px);
    ck_assert_int_eq(reader_members(r, PLAYHEAD_END, k.packet_id[5] + 4, rows, 8, &err),
                     -ERR_NO_ROWS);
    ck_assert_int_eq(reader_print(r, PLAYHEAD_END, 3, rows, &err), 0);
    ck_assert_int_eq(rows[0].kind, ROW_EQUITY);
    ck_assert_int_eq(rows[0].u.join.notional, INT64_C(20000) * 1000000000);
    ck_assert_int_eq(reader_print(r, PLAYHEAD_END, 1, rows, &err), -ERR_NO_ROWS);
    struct event ev;
    ck_assert_int_eq(reader_event(r, 4, &ev, &err), 0);
    ck_assert_int_eq(ev.kind, EV_GAP);
    ck_assert_int_eq(reader_event(r, 4 * PRINTS + 1, &ev, &err), -ERR_NO_ROWS);
    reader_close(r);
}
END_TEST

START_TEST(instruments_and_facts_are_rows_too)
{
    struct known k = make_session("facts.db");
    struct reader *r = open_reader(k.path);
    struct row rows[128];
    struct err err;
    char text[64];
    ck_assert_int_eq(reader_page_before(r, ROW_INSTRUMENT, PLAYHEAD_END, UINT64_MAX, rows, 8, &err),
                     2);
    ck_assert_uint_eq(rows[0].key, 1);
    int n = reader_page_after(r, ROW_STAT, PLAYHEAD_END, 0, rows, 128, &err);
    bool counted = false, shared = false;
    for (int i = 0; i < n; i++) {
        counted |= !strcmp(rows[i].u.stat.name, "rows.option_print") &&
                   !strcmp(rows[i].u.stat.value, "300");
        shared |= !strcmp(rows[i].u.stat.name, "equity.side.none") &&
                  rows[i].u.stat.share == 100 * PX_ONE;
    }
    ck_assert(counted && shared);
    struct row last;
    ck_assert_int_eq(reader_page_before(r, ROW_STAT, PLAYHEAD_END, UINT64_MAX, &last, 1, &err), 1);
    ck_assert_uint_eq(last.key, (uint64_t)n);
    ck_assert_int_eq(reader_meta(r, "feeds", text, sizeof text), 0);
    ck_assert_str_eq(text, "hand:");
    ck_assert_int_eq(reader_meta(r, "no such key", text, sizeof text), -ERR_NO_ROWS);
    for (int kind = 0; kind < ROW_KIND_COUNT; kind++)
        ck_assert_int_eq(row_kind_parse(row_kind_name((enum row_kind)kind)), kind);
    ck_assert_int_eq(row_kind_parse("nothing"), -1);
    reader_close(r);
}
END_TEST

static void change(const char *path, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK, "%s", message);
    sqlite3_close(db);
}

START_TEST(a_newer_file_opens_and_says_so)
{
    struct known k = make_session("newer.db");
    struct row row;
    struct err err;
    change(k.path, "PRAGMA user_version = 7; ALTER TABLE option_print ADD COLUMN more INTEGER;"
                   "CREATE TABLE something (a)");
    struct reader *r = open_reader(k.path);
    ck_assert(reader_newer(r));
    ck_assert_int_eq(reader_page_before(r, ROW_OPTION, PLAYHEAD_END, UINT64_MAX, &row, 1, &err), 1);
    reader_close(r);
}
END_TEST

static int count_problems(const char *path)
{
    struct reader *r = open_reader(path);
    struct err err;
    int n = reader_check(r, NULL, NULL, &err);
    reader_close(r);
    return n;
}

START_TEST(the_check_finds_what_does_not_fit)
{
    static const char *const changes[] = {
        "DELETE FROM option_print WHERE seq = 42",
        "DELETE FROM option_quote WHERE seq = 41",
        "UPDATE option_print SET size = size + 1 WHERE seq = 42",
        "UPDATE option_print SET price_e9 = price_e9 + 1 WHERE seq = 42",
        "UPDATE packet_sum SET premium_e9 = premium_e9 - 1 WHERE rev = (SELECT max(rev) FROM "
        "packet)",
        "UPDATE packet_sum SET px_qty = px_qty + 1 WHERE rev = (SELECT max(rev) FROM packet)",
        "DELETE FROM packet WHERE rev = (SELECT max(rev) FROM packet)",
        "UPDATE option_join SET bid_seq = 45 WHERE seq = 42",
        "UPDATE option_quote SET ts_ns = ts_ns + 900000000, lag_ns = lag_ns - 900000000 "
        "WHERE seq = 41",
        "UPDATE option_join SET verdict = 999 WHERE seq = 42",
        "UPDATE equity_print SET symbol = 77 WHERE seq = 43",
        "DELETE FROM gap WHERE seq = 44",
        "UPDATE gap SET lag_ns = lag_ns - 500000000 WHERE seq = 44",
        "INSERT OR REPLACE INTO meta VALUES ('feed.0.received', '10'), ('feed.0.committed', '9'), "
        "('feed.0.rejected.bad_price', '2')",
    };
    struct known k = make_session("good.db");
    char copy[600], command[1400];
    ck_assert_int_eq(count_problems(k.path), 0);
    snprintf(copy, sizeof copy, "%s.changed", k.path);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        snprintf(command, sizeof command, "cp '%s' '%s'", k.path, copy);
        ck_assert_int_eq(system(command), 0);
        change(copy, changes[i]);
        ck_assert_msg(count_problems(copy) > 0, "not found: %s", changes[i]);
    }
    change(k.path, "INSERT INTO meta VALUES ('feed.0.received', '12'), ('feed.0.committed', '9'), "
                   "('feed.0.rejected.bad_price', '2'), ('feed.0.dropped.late', '1')");
    ck_assert_int_eq(count_problems(k.path), 0);
}
END_TEST

START_TEST(what_is_not_a_session_is_refused_with_a_reason)
{
    char path[512];
    struct reader *r = NULL;
    struct err err = {0};
    ck_assert_int_eq(reader_open("/nonexistent.db", &r, &err), -ERR_USAGE);
    ck_assert_int_eq(reader_open(test_dir(), &r, &err), -ERR_USAGE);
    snprintf(path, sizeof path, "%s/text.db", test_dir());
    FILE *f = fopen(path, "w");
    fputs("this is a text of some length, but no database at all, whatever its name may say\n", f);
    fclose(f);
    ck_assert_int_eq(reader_open(path, &r, &err), -ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, path));
    ck_assert_int_eq(truncate(path, 0), 0);
    ck_assert_int_eq(reader_open(path, &r, &err), -ERR_USAGE);
    unlink(path);
    change(path, "CREATE TABLE meta (key, value); CREATE TABLE packet (a)");
    ck_assert_int_eq(reader_open(path, &r, &err), -ERR_USAGE);
    change(path, "PRAGMA application_id = 0x54504431; PRAGMA user_version = 1");
    ck_assert_int_eq(reader_open(path, &r, &err), -ERR_DAMAGED);
    ck_assert_ptr_null(r);
}
END_TEST

/* Everything a reader can be asked, on a file that may be anything; only codes may come of it. */
static void ask_everything(const char *path)
{
    static struct event ev[256];
    static struct record rec[256];
    static struct row rows[64];
    struct err err = {0};
    struct reader *r = NULL;
    struct session_span span;
    struct playhead at;
    struct packet p;
    int rc = reader_open(path, &r, &err);
    ck_assert_msg(rc == 0 || rc == -ERR_USAGE || rc == -ERR_DAMAGED || rc == -ERR_DISK, "%d", rc);
    if (rc) {
        ck_assert_uint_gt(strlen(err.text), 0);
        return;
    }
    uint64_t after = 0;
    for (int n, i = 0; i < 100 && (n = reader_events(r, after, ev, 256, &err)) > 0; i++)
        after = ev[n - 1].seq;
    after = 0;
    for (int n, i = 0; i < 100 && (n = reader_records(r, after, rec, 256, &err)) > 0; i++)
        after += (uint64_t)n;
    for (int kind = 0; kind < ROW_KIND_COUNT; kind++) {
        at = (struct playhead){500, INT64_MAX};
        reader_page_before(r, (enum row_kind)kind, at, UINT64_MAX, rows, 64, &err);
        reader_page_after(r, (enum row_kind)kind, PLAYHEAD_END, 100, rows, 64, &err);
    }
    reader_span(r, &span, &err);
    reader_at_time(r, DAY_NS + 300000000, &at, &err);
    reader_packet(r, PLAYHEAD_END, 2, &p, &err);
    reader_members(r, PLAYHEAD_END, 10, rows, 64, &err);
    reader_print(r, PLAYHEAD_END, 42, rows, &err);
    reader_check(r, NULL, NULL, &err);
    reader_close(r);
}

static void write_file(const char *path, const uint8_t *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

START_TEST(a_damaged_file_never_crashes_the_reader)
{
    struct known k = make_session("whole.db");
    char path[600];
    struct stat st;
    ck_assert_int_eq(stat(k.path, &st), 0);
    size_t n = (size_t)st.st_size;
    uint8_t *whole = malloc(n), *bad = malloc(n);
    FILE *f = fopen(k.path, "rb");
    ck_assert_uint_eq(fread(whole, 1, n, f), n);
    fclose(f);
    snprintf(path, sizeof path, "%s.bad", k.path);
    srand(11);
    for (int round = 0; round < 300; round++) {
        memcpy(bad, whole, n);
        int flips = 1 + rand() % 20;
        /* A third of the rounds spoil the first page and its schema, the rest anything. */
        for (int i = 0; i < flips; i++)
            bad[(size_t)rand() % (round % 3 ? n : 8192 * 4)] ^= (uint8_t)(1 << rand() % 8);
        write_file(path, bad, n);
        ask_everything(path);
    }
    for (int round = 0; round < 40; round++) {
        write_file(path, whole, (size_t)rand() % n);
        ask_everything(path);
    }
    /* Whole cells of rows that SQLite finds in order but that make no sense. */
    static const char *const cells[] = {
        "UPDATE option_print SET instrument = 4000000000",
        "UPDATE option_print SET instrument = -1",
        "UPDATE option_print SET instrument = 2",
        "UPDATE option_print SET origin = -5",
        "UPDATE option_print SET size = 9223372036854775807",
        "UPDATE option_print SET size = x'2e2e'",
        "UPDATE option_print SET price_e9 = 'much'",
        "UPDATE packet SET class = 0, id = -9",
        "UPDATE packet_sum SET px_qty = '1e5', last_seq = 9223372036854775807",
        "UPDATE instrument SET expiry = 20261399",
        "UPDATE instrument SET underlying = id",
        "UPDATE instrument SET id = 4000000000",
        "UPDATE symbol SET symbol = char(27) || '[31m' || hex(zeroblob(99))",
        "UPDATE gap SET reason = 99",
        "UPDATE option_join SET packet = -1, bid_seq = 9223372036854775807",
        "INSERT INTO code VALUES (9223372036854775807, 'x')",
        "INSERT INTO ident VALUES (-3, x'00')",
        "UPDATE meta SET value = 'nonsense'",
    };
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        write_file(path, whole, n);
        change(path, cells[i]);
        ask_everything(path);
    }
    free(whole);
    free(bad);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("query");
    TCase *t = tcase_create("query");
    tcase_set_timeout(t, 100);
    tcase_add_test(t, a_page_holds_the_newest_rows_as_of_the_playhead);
    tcase_add_test(t, a_packet_is_on_screen_from_the_moment_it_was_emitted);
    tcase_add_test(t, a_time_leads_to_the_last_event_seen_by_then);
    tcase_add_test(t, evidence_of_a_packet_is_its_members_with_their_quotes);
    tcase_add_test(t, instruments_and_facts_are_rows_too);
    tcase_add_test(t, a_newer_file_opens_and_says_so);
    tcase_add_test(t, the_check_finds_what_does_not_fit);
    tcase_add_test(t, what_is_not_a_session_is_refused_with_a_reason);
    tcase_add_test(t, a_damaged_file_never_crashes_the_reader);
    suite_add_tcase(s, t);
    return s;
}
