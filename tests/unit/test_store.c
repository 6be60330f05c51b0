/* store/: what is recorded comes back exactly, commits are whole, and a killed recorder leaves a
 * consistent prefix. */
#include "harness.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/dec.h"
#include "deck/deck.h"
#include "session_file.h"

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", test_dir(), name);
    return path;
}

static struct reader *open_reader(const char *path)
{
    struct reader *r = NULL;
    struct err err = {0};
    int rc = reader_open(path, &r, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    return r;
}

static void say(void *self, bool problem, const char *line)
{
    (void)self;
    if (problem)
        printf("# %s\n", line);
}

static int check_file(const char *path)
{
    struct err err = {0};
    struct reader *r = open_reader(path);
    int n = reader_check(r, say, NULL, &err);
    ck_assert_msg(n >= 0, "%s", err.text);
    reader_close(r);
    return n;
}

/* Events of every kind, with what is unusual in each. */
static size_t unusual_events(struct maker *m, struct event *ev)
{
    uint32_t aapl = symbols_equity(m->symbols, "AAPL", 4);
    uint32_t call = symbols_option(m->symbols, "SPXW  260619C05000000", 21);
    size_t n = 0;
    ev[n] = maker_event(m, EV_OPTION_PRINT, call);
    ev[n].venue = m->venue;
    ev[n].feed = 1;
    ev[n++].u.print = (struct print){.px = -1,
                                     .qty = 2500000,
                                     .id = 123456789012345678,
                                     .report_ns = 77,
                                     .cond = "IL",
                                     .flags = PRINT_FRACTIONAL | PRINT_COND_OTHER,
                                     .cond_other = ident_code(m->idents, "theta:199", 9)};
    ev[n] = maker_event(m, EV_EQUITY_PRINT, aapl);
    ev[n++].u.print = (struct print){.px = 157123456789,
                                     .qty = 1,
                                     .id = ident_of(m->idents, "007", 3),
                                     .report_ns = DAY_NS + 5,
                                     .cond = "@FTI",
                                     .tape = 'C'};
    ev[n] = maker_event(m, EV_OPTION_QUOTE, call);
    ev[n].venue = m->venue;
    ev[n++].u.quote = (struct quote){.bid = PX_NONE,
                                     .ask = 50000000,
                                     .ask_qty = 11000000,
                                     .ask_venue = m->venue,
                                     .cond = 'A',
                                     .flags = QUOTE_KEEP_BID};
    ev[n] = maker_event(m, EV_EQUITY_QUOTE, aapl);
    ev[n++].u.quote = (struct quote){.bid = 0, .ask = PX_NONE, .bid_qty = 100500000};
    ev[n] = maker_event(m, EV_CANCEL, aapl);
    ev[n++].u.print.ref = ident_of(m->idents, "007", 3);
    ev[n] = maker_event(m, EV_CORRECT, call);
    ev[n++].u.print =
        (struct print){.px = 5, .qty = 3000000, .ref = 123456789012345678, .cond = " "};
    ev[n] = maker_event(m, EV_STATUS, aapl);
    ev[n++].u.status = (struct status){.code = "luld", .value = 200000000000, .value2 = -5};
    ev[n] = maker_event(m, EV_OPEN_INTEREST, call);
    ev[n++].u.reference.qty = 12345000000;
    ev[n] = maker_event(m, EV_CONTRACT, call);
    ev[n++].u.reference = (struct reference){.qty = 150000000, .underlying = aapl};
    ev[n] = maker_event(m, EV_GAP, 0);
    ev[n].recv_ns = ev[n - 1].recv_ns; /* equal engine time, event time far away */
    ev[n].ts_ns = -1;
    ev[n++].u.gap = (struct gap){.from_ns = 1, .to_ns = 2, .missing = -1, .reason = GAP_OVERFLOW};
    return n;
}

START_TEST(every_event_comes_back_exactly)
{
    const char *path = path_of("exact.db");
    struct maker m = maker_open(path);
    struct event ev[16], got[16];
    struct err err;
    size_t n = unusual_events(&m, ev);
    for (size_t i = 0; i < n; i++) {
        maker_push(&m, &ev[i]);
        if (ev[i].kind == EV_OPTION_PRINT || ev[i].kind == EV_EQUITY_PRINT) {
            struct record rec;
            memset(&rec, 0, sizeof rec);
            /* Too large to multiply: a print that belongs to no packet. */
            rec.u.join = (struct join){
                .seq = ev[i].seq, .bid = PX_NONE, .ask = PX_NONE, .notional = INT64_MAX};
            maker_record(&m, &rec);
        }
    }
    maker_close(&m);
    struct reader *r = open_reader(path);
    ck_assert_int_eq(reader_events(r, 0, got, 16, &err), (int)n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(memcmp(&got[i], &ev[i], sizeof ev[i]) == 0, "event %zu differs", i);
    char text[80];
    ident_text(reader_idents(r), got[1].u.print.id, text, sizeof text);
    ck_assert_str_eq(text, "007");
    ident_code_text(reader_idents(r), got[0].u.print.cond_other, text, sizeof text);
    ck_assert_str_eq(text, "theta:199");
    const struct instrument *in = symbols_get(reader_symbols(r), got[0].sym);
    ck_assert_str_eq(in->symbol, "SPXW  260619C05000000");
    ck_assert(in->index);
    ck_assert_str_eq(symbols_get(reader_symbols(r), in->underlying)->symbol, "SPX");
    ck_assert_int_eq(reader_events(r, 3, got, 2, &err), 2);
    ck_assert_uint_eq(got[0].seq, 4);
    reader_close(r);
    ck_assert_int_eq(check_file(path), 0);
}
END_TEST

/* Joins and packets that use, and that defy, what the file leaves out. */
static size_t records(struct maker *m, struct record *rec)
{
    uint32_t call = symbols_option(m->symbols, "AAPL  260619C00200000", 21);
    uint32_t aapl = symbols_equity(m->symbols, "AAPL", 4);
    struct event q = maker_event(m, EV_OPTION_QUOTE, call);
    q.u.quote = (struct quote){
        .bid = 1200000000, .ask = 1250000000, .bid_qty = 5000000, .ask_qty = 7000000};
    maker_push(m, &q);
    struct event q2 = maker_event(m, EV_OPTION_QUOTE, call);
    q2.u.quote = (struct quote){.bid = PX_NONE, .ask = 1300000000, .ask_qty = 1000000};
    maker_push(m, &q2);
    struct packet packet = {0};
    uint64_t first = 0;
    for (size_t i = 0; i < 6; i++) {
        bool option = i < 5;
        struct event ev =
            maker_event(m, option ? EV_OPTION_PRINT : EV_EQUITY_PRINT, option ? call : aapl);
        ev.u.print.px = INT64_C(9000000000000) + (int64_t)i;
        ev.u.print.qty = INT64_C(2000) * 1000000;
        maker_push(m, &ev);
        memset(&rec[i], 0, sizeof rec[i]);
        rec[i].kind = REC_JOIN;
        struct join *j = &rec[i].u.join;
        *j = (struct join){.seq = ev.seq,
                           .bid = PX_NONE,
                           .ask = PX_NONE,
                           .family = 3,
                           .notional = ev.u.print.px * 2000 * (option ? 100 : 1),
                           .px = ev.u.print.px,
                           .qty = ev.u.print.qty,
                           .report_bid = PX_NONE,
                           .report_ask = PX_NONE};
        if (i == 1 || i == 2) { /* both sides from one event; from two */
            j->bid_seq = q.seq;
            j->ask_seq = i == 1 ? q.seq : q2.seq;
            j->bid = 1200000000;
            j->bid_qty = 5000000;
            j->ask = i == 1 ? 1250000000 : 1300000000;
            j->ask_qty = i == 1 ? 7000000 : 1000000;
            j->quote_ns = i == 1 ? q.ts_ns : q2.ts_ns;
            j->side = -1;
        }
        if (i == 3) { /* a bid and no ask, a notional of its own */
            j->bid_seq = q.seq;
            j->bid = 1200000000;
            j->bid_qty = 5000000;
            j->quote_ns = q.ts_ns;
            j->notional = 12345;
        }
        if (i == 4) /* too large for a packet */
            j->notional = INT64_MAX;
        first = i == 0 ? ev.seq : first;
        j->packet = i == 0 ? ev.seq : i < 4 ? first : 0;
        maker_record(m, &rec[i]);
        if (i < 4) {
            packet_add(&packet, ev.seq, ev.ts_ns, call, ev.u.print.px, 2000);
            packet.premium += j->notional - ev.u.print.px * 2000 * 100;
        }
    }
    packet.venues = UINT64_C(1) << 63 | 5;
    packet.flags = PF_WIDE | PF_LATE;
    packet.isos = 4;
    rec[6] = (struct record){.kind = REC_PACKET};
    maker_packet(m, &packet);
    memset(&rec[6].u, 0, sizeof rec[6].u);
    rec[6].u.packet = packet;
    return 7;
}

START_TEST(every_derived_record_comes_back_exactly)
{
    const char *path = path_of("records.db");
    struct maker m = maker_open(path);
    struct record want[8], got[8];
    struct err err;
    size_t n = records(&m, want);
    maker_close(&m);
    struct reader *r = open_reader(path);
    ck_assert_int_eq(reader_records(r, 0, got, 8, &err), (int)n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(got[i].kind, want[i].kind);
        if (want[i].kind == REC_JOIN)
            ck_assert_msg(!memcmp(&got[i].u.join, &want[i].u.join, sizeof(struct join)),
                          "join %zu differs", i);
        else
            ck_assert_msg(!memcmp(&got[i].u.packet, &want[i].u.packet, sizeof(struct packet)),
                          "packet %zu differs", i);
    }
    /* From the middle, one by one. */
    for (size_t i = 2; i < n; i++) {
        ck_assert_int_eq(reader_records(r, i, got, 1, &err), 1);
        ck_assert_int_eq(got[0].kind, want[i].kind);
    }
    reader_close(r);
    ck_assert_int_eq(check_file(path), 0);
}
END_TEST

/* A stream of quotes, prints and packets, some of one print and some of two. */
static void record_stream(struct maker *m, int n, int stamp_every)
{
    char name[32];
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "AAPL  260619C%08d", 100000 + i % 50 * 1000);
        uint32_t sym = symbols_option(m->symbols, name, 21);
        struct event q = maker_event(m, EV_OPTION_QUOTE, sym);
        q.u.quote = (struct quote){
            .bid = 1000000000, .ask = 1050000000, .bid_qty = 10000000, .ask_qty = 20000000};
        maker_push(m, &q);
        struct packet p = {0};
        uint64_t seq = maker_print(m, sym, 1050000000, 5, &q, 0);
        packet_add(&p, seq, m->now_ns - 2500, sym, 1050000000, 5);
        if (i % 3 == 0) {
            uint64_t second = maker_print(m, sym, 1060000000, 7, &q, seq);
            packet_add(&p, second, m->now_ns - 2500, sym, 1060000000, 7);
        }
        maker_packet(m, &p);
        if (i % stamp_every == stamp_every - 1)
            maker_stamp(m);
    }
}

START_TEST(closing_leaves_one_file_readable_by_the_owner_only)
{
    char path[512], other[600];
    struct stat st;
    snprintf(path, sizeof path, "%s", path_of("one.db"));
    struct maker m = maker_open(path);
    record_stream(&m, 100, 10);
    maker_close(&m);
    static const char *const tails[] = {"-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        snprintf(other, sizeof other, "%s%s", path, tails[i]);
        ck_assert_msg(access(other, F_OK) != 0, "%s", other);
    }
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(chmod(path, 0400), 0);
    struct reader *r = open_reader(path);
    struct reader_state state;
    struct err err;
    ck_assert_int_eq(reader_state(r, &state, &err), 0);
    ck_assert(state.closed && !state.exported);
    ck_assert_uint_eq(state.policy_hash, 0xabcdef);
    ck_assert_uint_eq(state.seq, 234);
    ck_assert_uint_eq(state.digest, 234 * 31);
    reader_close(r);
    ck_assert_int_eq(check_file(path), 0);
}
END_TEST

START_TEST(an_existing_file_is_not_recorded_over_and_a_running_one_is_locked)
{
    char path[512];
    struct err err = {0};
    struct store *second = NULL;
    struct store_options opt = {0};
    snprintf(path, sizeof path, "%s", path_of("lock.db"));
    struct maker m = maker_open(path);
    ck_assert_int_eq(store_create(path, &opt, m.symbols, m.idents, &second, &err), -ERR_LOCKED);
    maker_close(&m);
    struct maker n = {.symbols = symbols_create(), .idents = idents_create()};
    ck_assert_int_eq(store_create(path, &opt, n.symbols, n.idents, &second, &err), -ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, path));
    ck_assert_int_eq(store_create("/nonexistent/x.db", &opt, n.symbols, n.idents, &second, &err),
                     -ERR_DISK);
    symbols_destroy(n.symbols);
    idents_destroy(n.idents);
    ck_assert_int_eq(check_file(path), 0);
}
END_TEST

START_TEST(rows_after_the_last_stamp_are_not_kept)
{
    char path[512];
    struct err err = {0};
    struct event got[300];
    snprintf(path, sizeof path, "%s", path_of("cut.db"));
    struct maker m = maker_open(path);
    record_stream(&m, 90, 30);
    uint64_t stamped = m.seq;
    record_stream(&m, 7, 1000);
    ck_assert_int_eq(store_close(m.store, &err), 0);
    struct reader *r = open_reader(path);
    int n = reader_events(r, 0, got, 300, &err);
    ck_assert_int_eq(n, (int)stamped);
    ck_assert_uint_eq(got[n - 1].seq, stamped);
    reader_close(r);
    ck_assert_int_eq(check_file(path), 0);
    symbols_destroy(m.symbols);
    idents_destroy(m.idents);
}
END_TEST

static void wait_committed(struct maker *m)
{
    struct store_health health;
    store_flush(m->store);
    for (int i = 0; i < 2000; i++) {
        store_health(m->store, &health);
        if (health.committed_seq == m->seq)
            break;
        usleep(1000);
    }
    ck_assert_uint_eq(health.committed_seq, m->seq);
    ck_assert_int_eq(health.error, 0);
}

/* What a playhead shows is kept only once something later is there. */
START_TEST(a_playhead_ahead_of_the_recorder_shows_what_has_come_since)
{
    static const enum row_kind kinds[] = {ROW_OPTION, ROW_EQUITY, ROW_PACKET};
    static struct row rows[400];
    struct err err = {0};
    int had[ARRAY_LEN(kinds)] = {0};
    const char *path = path_of("ahead.db");
    struct maker m = maker_open(path);
    struct reader *r = open_reader(path);
    struct playhead at = {200, INT64_MAX - 1}; /* a round is 140 events */
    for (int round = 0; round < 3; round++) {
        record_stream(&m, 60, 10);
        wait_committed(&m);
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
            int n = reader_page_after(r, kinds[i], at, 0, rows, ARRAY_LEN(rows), &err), want = 0;
            ck_assert_int_ge(n, had[i]);
            had[i] = n;
            n = reader_page_after(r, kinds[i], PLAYHEAD_END, 0, rows, ARRAY_LEN(rows), &err);
            for (int row = 0; row < n; row++)
                want += (kinds[i] == ROW_PACKET ? rows[row].said.seq : rows[row].key) <= at.seq;
            ck_assert_int_eq(had[i], want);
        }
    }
    ck_assert(had[0] > 0 && had[2] > 0);
    reader_close(r);
    maker_close(&m);
}
END_TEST

START_TEST(a_reader_beside_the_recorder_sees_what_is_flushed)
{
    char path[512];
    struct err err = {0};
    struct event ev;
    snprintf(path, sizeof path, "%s", path_of("live.db"));
    struct maker m = maker_open(path);
    struct reader *r = open_reader(path);
    ck_assert_int_eq(reader_events(r, 0, &ev, 1, &err), 0);
    for (int round = 0; round < 3; round++) {
        record_stream(&m, 60, 10);
        wait_committed(&m);
        ck_assert_int_eq(reader_event(r, m.seq, &ev, &err), 0);
    }
    struct reader_state state;
    ck_assert_int_eq(reader_state(r, &state, &err), 0);
    ck_assert(!state.closed);
    ck_assert_int_eq(reader_check(r, say, NULL, &err), 0);
    reader_close(r);
    maker_close(&m);
}
END_TEST

/* A child records; it tells each flushed seq through a pipe, and is killed. */
static uint64_t record_and_be_killed(const char *path, useconds_t after_us)
{
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct maker m = maker_open(path);
        for (;;) {
            struct store_health h;
            record_stream(&m, 40, 7);
            maker_stamp(&m);
            store_flush(m.store);
            store_health(m.store, &h);
            if (write(fds[1], &h.committed_seq, sizeof h.committed_seq) < 0)
                _exit(1);
        }
    }
    close(fds[1]);
    uint64_t committed = 0, last = 0;
    /* The clock runs from the first word on: before it there may be no session yet. */
    ck_assert_int_eq(read(fds[0], &last, sizeof last), sizeof last);
    usleep(after_us);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    while (read(fds[0], &last, sizeof last) == sizeof last)
        committed = last;
    close(fds[0]);
    return committed;
}

START_TEST(a_killed_recorder_leaves_a_whole_prefix)
{
    srand(7);
    for (int round = 0; round < 12; round++) {
        char path[512], name[32];
        struct err err = {0};
        struct reader_state state;
        struct session_span span;
        snprintf(name, sizeof name, "killed%d.db", round);
        snprintf(path, sizeof path, "%s", path_of(name));
        uint64_t told = record_and_be_killed(path, (useconds_t)rand() % 150000);
        struct reader *r = open_reader(path);
        ck_assert_int_eq(reader_state(r, &state, &err), 0);
        ck_assert_int_eq(reader_span(r, &span, &err), 0);
        ck_assert(!state.closed);
        ck_assert_uint_ge(state.seq, told);
        ck_assert_uint_eq(span.last_seq, state.seq);
        struct event ev;
        uint64_t seq = 0;
        while (reader_events(r, seq, &ev, 1, &err) == 1)
            ck_assert_uint_eq(ev.seq, ++seq);
        ck_assert_uint_eq(seq, state.seq);
        ck_assert_int_eq(reader_check(r, say, NULL, &err), 0);
        reader_close(r);
    }
}
END_TEST

START_TEST(every_view_reads_in_plain_words)
{
    char path[512];
    sqlite3 *db;
    sqlite3_stmt *s;
    snprintf(path, sizeof path, "%s", path_of("views.db"));
    struct maker m = maker_open(path);
    struct event ev[16];
    size_t n = unusual_events(&m, ev);
    for (size_t i = 2; i < n; i++)
        maker_push(&m, &ev[i]);
    record_stream(&m, 3, 1);
    maker_close(&m);
    static const struct {
        const char *sql, *want;
    } rows[] = {
        {"SELECT ts || ' ' || contract || ' ' || price || ' ' || size || ' ' || venue || ' ' || "
         "conditions FROM v_option_print ORDER BY seq LIMIT 1",
         "2024-06-14T13:35:03.011997536Z AAPL  260619C00100000 1.05 5 XCBO ISOI"},
        {"SELECT kind || ' ' || side || ' ' || members || ' ' || size || ' ' || premium || ' ' || "
         "vwap || ' ' || state FROM v_packet ORDER BY rev LIMIT 1",
         "fill_run buy 2 12 1267.00 1.055833333 closed"},
        {"SELECT kind || ' ' || members || ' ' || size || ' ' || premium || ' ' || vwap FROM "
         "v_packet ORDER BY rev LIMIT 1 OFFSET 1",
         "single 1 5 525.00 1.05"},
        {"SELECT bid || ' ' || ask || ' ' || placement || ' ' || side || ' ' || side_rule || ' ' "
         "|| quote_state || ' ' || premium FROM v_print_join ORDER BY seq LIMIT 1",
         "1.00 1.05 ask buy quote ok 525.00"},
        {"SELECT count(*) FROM packet_member WHERE packet = 12", "2"},
        {"SELECT symbol || ' ' || ref || ' ' || kind FROM v_correction ORDER BY seq LIMIT 1",
         "AAPL 007 cancel"},
        {"SELECT symbol || ' ' || quantity FROM v_reference ORDER BY seq LIMIT 1",
         "SPXW  260619C05000000 12345"},
        {"SELECT code || ' ' || value FROM v_status", "luld 200.00"},
        {"SELECT reason FROM v_gap", "overflow"},
        {"SELECT underlying || ' ' || expiry || ' ' || strike FROM v_instrument LIMIT 1",
         "SPX 2026-06-19 5000.00"},
    };
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ck_assert_msg(sqlite3_prepare_v2(db, rows[i].sql, -1, &s, NULL) == SQLITE_OK, "%s: %s",
                      rows[i].sql, sqlite3_errmsg(db));
        ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
        ck_assert_str_eq((const char *)sqlite3_column_text(s, 0), rows[i].want);
        sqlite3_finalize(s);
    }
    /* A view for every table. */
    ck_assert_int_eq(
        sqlite3_prepare_v2(db,
                           "SELECT group_concat(name) FROM sqlite_schema t WHERE type = 'table' "
                           "AND name IN ('option_print', 'option_quote', 'equity_print', "
                           "'equity_quote', 'correction', 'status', 'reference', 'packet', "
                           "'instrument', 'symbol', 'gap', 'mark', 'meta', 'venue', 'condition') "
                           "AND NOT EXISTS (SELECT 1 FROM sqlite_schema v WHERE v.type = 'view' "
                           "AND v.name = 'v_' || t.name)",
                           -1, &s, NULL),
        SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    ck_assert_int_eq(sqlite3_column_type(s, 0), SQLITE_NULL);
    sqlite3_finalize(s);
    sqlite3_close(db);
}
END_TEST

/* The file may not grow past a megabyte, as on a full disk. Exit status 0: all as it should be. */
static void record_on_a_full_disk(const char *path)
{
    struct store_health h;
    struct err err = {0};
    struct rlimit limit = {1 << 20, 1 << 20};
    signal(SIGXFSZ, SIG_IGN);
    struct maker m = maker_open(path);
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 3000; i++) {
        record_stream(&m, 100, 10);
        store_flush(m.store);
        store_health(m.store, &h);
        if (h.error && i > 2000)
            break;
    }
    bool said = h.error == ERR_DISK && h.error_text[0];
    maker_stamp(&m);
    int rc = store_close(m.store, &err);
    _exit(said && rc == -ERR_DISK && strstr(err.text, path) ? 0 : 1);
}

START_TEST(a_full_disk_stops_the_writer_and_nothing_else)
{
    char path[512];
    int status;
    struct err err = {0};
    struct reader_state state;
    snprintf(path, sizeof path, "%s", path_of("full.db"));
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        record_on_a_full_disk(path);
    waitpid(pid, &status, 0);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    struct reader *r = open_reader(path);
    ck_assert_int_eq(reader_state(r, &state, &err), 0);
    ck_assert(!state.closed);
    ck_assert_int_eq(reader_check(r, say, NULL, &err), 0);
    reader_close(r);
}
END_TEST

/* What the deck says, kept beside the file. */
struct kept {
    struct record *rec;
    size_t n;
};

static void keep_event(void *self, const struct event *ev)
{
    (void)self;
    (void)ev;
}

static void keep_record(void *self, const struct record *rec)
{
    struct kept *k = self;
    k->rec[k->n++] = *rec;
}

static void push_random(struct deck *d, const struct maker *m, uint32_t sym, int64_t now)
{
    struct event ev;
    bool option = symbols_get(m->symbols, sym)->right != 0, quote = rand() % 2;
    memset(&ev, 0, sizeof ev);
    ev.recv_ns = now;
    ev.ts_ns = now - rand() % 3000000;
    ev.sym = sym;
    ev.venue = (uint16_t)(rand() % 3 ? 0 : m->venue + rand() % 4);
    if (quote) {
        ev.kind = option ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE;
        ev.u.quote.bid = rand() % 9 ? 1000000000 + rand() % 5 * 10000000 : PX_NONE;
        ev.u.quote.ask = rand() % 9 ? 1040000000 + rand() % 5 * 10000000 : PX_NONE;
        ev.u.quote.bid_qty = rand() % 5 * 1000000;
        ev.u.quote.ask_qty = rand() % 5 * 1000000;
        ev.u.quote.flags = (uint8_t)(rand() % 4 ? 0 : rand() % 4);
    } else {
        ev.kind = option ? EV_OPTION_PRINT : EV_EQUITY_PRINT;
        ev.u.print.px = 990000000 + rand() % 14 * 10000000;
        ev.u.print.qty = rand() % 200 * 1000000;
        ev.u.print.cond[0] = option ? "ISLajl"[rand() % 6] : "@FTI"[rand() % 4];
    }
    deck_push(d, &ev);
}

START_TEST(what_a_deck_derives_comes_back_exactly)
{
    enum { EVENTS = 40000 };
    char path[512];
    struct err err = {0};
    struct kept kept = {.rec = calloc(4 * EVENTS, sizeof *kept.rec)};
    struct deck_policy policy = deck_policy_default();
    static const struct sink_ops keep = {"keep", keep_event, keep_record};
    uint32_t syms[8];
    snprintf(path, sizeof path, "%s", path_of("deck.db"));
    struct maker m = maker_open(path);
    struct deck *d = deck_create(&policy, m.symbols);
    deck_add_sink(d, (struct sink){&keep, &kept});
    deck_add_sink(d, m.sink);
    for (uint32_t i = 0; i < 7; i++)
        syms[i] = symbols_contract(m.symbols, "AAPL", 4, 20260619, 'C', (i + 1) * PX_ONE);
    syms[7] = symbols_equity(m.symbols, "AAPL", 4);
    srand(5);
    for (int i = 0; i < EVENTS; i++) {
        m.now_ns += rand() % 2000000;
        push_random(d, &m, syms[rand() % 8], m.now_ns);
        if (i % 50 == 0) {
            deck_advance(d, m.now_ns + 100000);
            store_stamp(m.store, &(struct store_stamp){deck_seq(d), deck_clock_ns(d),
                                                       deck_records(d), deck_digest(d)});
        }
    }
    deck_finish(d);
    store_stamp(m.store, &(struct store_stamp){deck_seq(d), deck_clock_ns(d), deck_records(d),
                                               deck_digest(d)});
    ck_assert_int_eq(store_close(m.store, &err), 0);
    struct reader *r = open_reader(path);
    static struct record got[512];
    size_t at = 0;
    for (int n; (n = reader_records(r, at, got, ARRAY_LEN(got), &err)) > 0;)
        for (int i = 0; i < n; i++, at++) {
            ck_assert_int_eq(got[i].kind, kept.rec[at].kind);
            size_t size = got[i].kind == REC_JOIN     ? sizeof(struct join)
                          : got[i].kind == REC_PACKET ? sizeof(struct packet)
                                                      : sizeof(struct structure);
            ck_assert_msg(!memcmp(&got[i].u, &kept.rec[at].u, size), "record %zu differs", at);
        }
    ck_assert_uint_eq(at, kept.n);
    ck_assert_uint_eq(at, deck_records(d));
    ck_assert_int_eq(reader_check(r, say, NULL, &err), 0);
    reader_close(r);
    deck_destroy(d);
    symbols_destroy(m.symbols);
    idents_destroy(m.idents);
    free(kept.rec);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("store");
    TCase *t = tcase_create("store");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_event_comes_back_exactly);
    tcase_add_test(t, every_derived_record_comes_back_exactly);
    tcase_add_test(t, closing_leaves_one_file_readable_by_the_owner_only);
    tcase_add_test(t, an_existing_file_is_not_recorded_over_and_a_running_one_is_locked);
    tcase_add_test(t, rows_after_the_last_stamp_are_not_kept);
    tcase_add_test(t, a_playhead_ahead_of_the_recorder_shows_what_has_come_since);
    tcase_add_test(t, a_reader_beside_the_recorder_sees_what_is_flushed);
    tcase_add_test(t, a_killed_recorder_leaves_a_whole_prefix);
    tcase_add_test(t, a_full_disk_stops_the_writer_and_nothing_else);
    tcase_add_test(t, what_a_deck_derives_comes_back_exactly);
    tcase_add_test(t, every_view_reads_in_plain_words);
    suite_add_tcase(s, t);
    return s;
}
