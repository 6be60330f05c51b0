/* Versions of what was derived, after cancels and corrections: the file gives back every record,
 * and file and live ring show at any playhead what had been said by then. The expected state is
 * kept by a list of the records as they came, each with the event and the clock it came at. */
#include "harness.h"

#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "deck/deck.h"
#include "event/cond.h"
#include "session_file.h"
#include "view/column.h"
#include "view/tape.h"

#define EVENTS  700
#define RECORDS (EVENTS * 20)
#define RING    64
#define ROWS    (EVENTS + 8)

struct told {
    struct record rec;
    uint64_t rev, seq;
    int64_t ns;
};
struct market {
    char path[512];
    struct maker m;
    struct deck *deck;
    struct tapes *tapes;
    struct told told[RECORDS];
    size_t n;
    struct event events[EVENTS + 1]; /* by seq */
    uint64_t seq;
    int64_t now_ns;
    uint32_t call, put, stock;
};

static void take_event(void *self, const struct event *ev)
{
    struct market *k = self;
    k->events[ev->seq] = *ev;
    k->seq = ev->seq;
    k->now_ns = ev->recv_ns;
}

static void take_record(void *self, const struct record *rec)
{
    struct market *k = self;
    ck_assert_uint_lt(k->n, RECORDS);
    k->told[k->n] = (struct told){.rec = *rec, .rev = k->n + 1, .seq = k->seq, .ns = k->now_ns};
    k->n++;
}

/* A leg told again as its group is resolved is told at the deadline at which its package is. */
static void settle_legs(struct market *k)
{
    int64_t ns = 0;
    for (size_t i = k->n; i-- > 0;) {
        const struct join *j = &k->told[i].rec.u.join;
        if (k->told[i].rec.kind == REC_PACKET)
            ns = k->told[i].rec.u.packet.at_ns;
        else if (k->told[i].rec.kind == REC_JOIN && j->by_seq && j->family == COND_MULTI_LEG &&
                 j->revision == REV_NONE)
            k->told[i].ns = ns;
    }
}

static void stamp(struct market *k)
{
    store_stamp(k->m.store, &(struct store_stamp){deck_seq(k->deck), deck_clock_ns(k->deck),
                                                  deck_records(k->deck), deck_digest(k->deck)});
}

/* A quote, a print with an id, a cancel or correction of one of the last prints (some twice), one
 * of a print that never was, or an option print that is a cancel by its condition. */
static void push_one(struct market *k, int i)
{
    struct event ev;
    int what = rand() % 20;
    uint32_t sym = (uint32_t[]){k->call, k->call, k->put, k->stock}[rand() % 4];
    bool option = sym != k->stock;
    memset(&ev, 0, sizeof ev);
    k->m.now_ns += rand() % 40 == 0  ? 600000000
                   : rand() % 3 == 0 ? rand() % 6000000 /* legs of one order */
                                     : rand() % 30000000;
    ev.ts_ns = ev.recv_ns = k->m.now_ns;
    ev.sym = sym;
    if (i < 3 || what < 3) {
        ev.sym = i < 3 ? (uint32_t[]){k->call, k->put, k->stock}[i] : sym;
        ev.kind = ev.sym != k->stock ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE;
        ev.u.quote = (struct quote){.bid = 1000000000,
                                    .ask = 1000000000 + (1 + rand() % 4) * 10000000,
                                    .bid_qty = 10000000,
                                    .ask_qty = 10000000};
    } else if (what < 16) {
        ev.kind = option ? EV_OPTION_PRINT : EV_EQUITY_PRINT;
        ev.venue = option       ? (uint16_t)(k->m.venue + rand() % 3)
                   : rand() % 2 ? venue_by_code(VENUE_EQUITY, "D", 1)
                                : 0;
        ev.u.print.px = 1000000000 + rand() % 4 * 10000000;
        ev.u.print.qty = (1 + rand() % 3) * 1000000;
        ev.u.print.id = 1000 + (uint64_t)i;
        ev.u.print.cond[0] = option ? "ISSSSCLafffff"[rand() % 13] : '@';
        ev.u.print.report_ns = option || !ev.venue ? 0 : ev.ts_ns;
    } else {
        uint64_t back = (uint64_t)(1 + rand() % 60);
        const struct event *of = &k->events[k->seq > back ? k->seq - back : 1];
        ev.kind = what < 18 ? EV_CANCEL : EV_CORRECT;
        ev.sym = of->sym;
        ev.venue = of->venue;
        ev.u.print.ref = rand() % 8 ? of->u.print.id : 77;
        if (of->kind != EV_OPTION_PRINT && of->kind != EV_EQUITY_PRINT)
            ev.u.print.ref = 78;
        ev.u.print.px = 1010000000;
        ev.u.print.qty = 5000000;
    }
    deck_push(k->deck, &ev);
}

static struct market *make_market(const char *name)
{
    static const struct sink_ops keep = {"keep", take_event, take_record};
    struct market *k = mem_alloc(sizeof *k);
    struct deck_policy policy = deck_policy_default();
    struct err err = {0};
    snprintf(k->path, sizeof k->path, "%s/%s", test_dir(), name);
    k->m = maker_open(k->path);
    k->call = symbols_option(k->m.symbols, "AAPL  260619C00200000", 21);
    k->put = symbols_option(k->m.symbols, "AAPL  260619P00200000", 21);
    k->stock = symbols_equity(k->m.symbols, "AAPL", 4);
    k->deck = deck_create(&policy, k->m.symbols);
    k->tapes = tapes_create(k->m.symbols, k->m.idents, RING);
    deck_add_sink(k->deck, (struct sink){&keep, k});
    deck_add_sink(k->deck, k->m.sink);
    deck_add_sink(k->deck, tapes_sink(k->tapes));
    srand(11);
    for (int i = 0; i < EVENTS; i++) {
        push_one(k, i);
        if (i % 100 == 99)
            stamp(k);
    }
    deck_finish(k->deck);
    settle_legs(k);
    stamp(k);
    ck_assert_msg(store_close(k->m.store, &err) == 0, "%s", err.text);
    return k;
}

static void free_market(struct market *k)
{
    tapes_destroy(k->tapes);
    deck_destroy(k->deck);
    symbols_destroy(k->m.symbols);
    idents_destroy(k->m.idents);
    mem_free(k);
}

static struct reader *open_reader(const char *path)
{
    struct reader *r = NULL;
    struct err err = {0};
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    return r;
}

static void say(void *self, bool problem, const char *line)
{
    (void)self;
    if (problem)
        printf("# %s\n", line);
}

static int problems(const char *path)
{
    struct err err = {0};
    struct reader *r = open_reader(path);
    int n = reader_check(r, say, NULL, &err);
    ck_assert_msg(n >= 0, "%s", err.text);
    reader_close(r);
    return n;
}

static size_t record_size(const struct record *rec)
{
    static const size_t sizes[REC_COUNT] = {
        [REC_JOIN] = sizeof(struct join),         [REC_PACKET] = sizeof(struct packet),
        [REC_REPAIR] = sizeof(struct repair),     [REC_STRUCTURE] = sizeof(struct structure),
        [REC_CAMPAIGN] = sizeof(struct campaign), [REC_OPENING] = sizeof(struct opening)};
    return sizes[rec->kind];
}

START_TEST(every_version_comes_back_exactly_in_the_order_it_was_said)
{
    struct market *k = make_market("exact.db");
    struct reader *r = open_reader(k->path);
    struct record got[100];
    struct err err;
    size_t at = 0, revised = 0, repairs = 0, structures = 0, legs = 0;
    for (int n; (n = reader_records(r, at, got, ARRAY_LEN(got), &err)) > 0;)
        for (int i = 0; i < n; i++, at++) {
            const struct record *want = &k->told[at].rec;
            ck_assert_int_eq(got[i].kind, want->kind);
            ck_assert_msg(!memcmp(&got[i].u, &want->u, record_size(want)), "record %zu", at + 1);
            revised += want->kind == REC_JOIN && want->u.join.by_seq;
            repairs += want->kind == REC_REPAIR;
            structures += want->kind == REC_STRUCTURE;
            legs += want->kind == REC_JOIN && want->u.join.by_seq &&
                    want->u.join.family == COND_MULTI_LEG && want->u.join.revision == REV_NONE;
        }
    ck_assert_uint_eq(at, k->n);
    ck_assert_uint_gt(revised, 80); /* the tape is worth the name */
    ck_assert_uint_gt(repairs, 50);
    ck_assert_uint_gt(structures, 50);
    ck_assert_uint_gt(legs, 5);
    for (size_t i = 1; i < k->n; i += 37) {
        ck_assert_int_eq(reader_records(r, i, got, 1, &err), 1);
        ck_assert_int_eq(got[0].kind, k->told[i].rec.kind);
    }
    reader_close(r);
    ck_assert_int_eq(problems(k->path), 0);
    free_market(k);
}
END_TEST

/* The model: the newest version told at a playhead. */
static const struct join *join_at(const struct market *k, struct playhead at, uint64_t seq)
{
    const struct join *j = NULL;
    for (size_t i = 0; i < k->n; i++)
        if (k->told[i].rec.kind == REC_JOIN && k->told[i].rec.u.join.seq == seq &&
            k->told[i].seq <= at.seq && k->told[i].ns <= at.ns)
            j = &k->told[i].rec.u.join;
    return j;
}

static const struct packet *packet_at(const struct market *k, struct playhead at, uint64_t id,
                                      uint64_t *ret_key)
{
    const struct packet *p = NULL;
    for (size_t i = 0; i < k->n; i++) {
        const struct packet *one = &k->told[i].rec.u.packet;
        if (k->told[i].rec.kind != REC_PACKET || one->id != id || one->at_seq > at.seq ||
            one->at_ns > at.ns)
            continue;
        *ret_key = p ? *ret_key : k->told[i].rev;
        p = one;
    }
    return p;
}

static void check_prints(const struct market *k, struct playhead at, enum row_kind kind,
                         const struct row *rows, int n)
{
    for (int i = 0; i < n; i++) {
        const struct join *want = join_at(k, at, rows[i].key);
        ck_assert_msg(want && !memcmp(want, &rows[i].u.join, sizeof *want),
                      "print %llu at %llu is not what was said", (unsigned long long)rows[i].key,
                      (unsigned long long)at.seq);
        ck_assert_int_eq(rows[i].kind, kind);
        ck_assert(!memcmp(&rows[i].ev, &k->events[rows[i].key], sizeof rows[i].ev));
    }
}

static void check_packets(const struct market *k, struct playhead at, const struct row *rows, int n)
{
    for (int i = 0; i < n; i++) {
        uint64_t key = 0;
        const struct packet *want = packet_at(k, at, rows[i].u.packet.id, &key);
        ck_assert_msg(want && !memcmp(want, &rows[i].u.packet, sizeof *want),
                      "packet %llu at %llu is not what was said",
                      (unsigned long long)rows[i].u.packet.id, (unsigned long long)at.seq);
        ck_assert_uint_eq(rows[i].key, key);
        ck_assert(i == 0 || rows[i].key > rows[i - 1].key);
    }
}

/* How many rows the model has. */
static int count_at(const struct market *k, struct playhead at, enum row_kind kind)
{
    int n = 0;
    uint64_t key;
    for (uint64_t seq = 1; seq <= k->seq; seq++) {
        int of = k->events[seq].kind == EV_OPTION_PRINT   ? ROW_OPTION
                 : k->events[seq].kind == EV_EQUITY_PRINT ? ROW_EQUITY
                                                          : -1;
        const struct packet *p = kind == ROW_PACKET ? packet_at(k, at, seq, &key) : NULL;
        n += kind == ROW_PACKET ? p && p->state != PS_MERGED
                                : of == (int)kind && join_at(k, at, seq);
    }
    return n;
}

static void check_page(const struct market *k, struct playhead at, enum row_kind kind,
                       const struct row *rows, int n)
{
    ck_assert_int_eq(n, count_at(k, at, kind));
    if (kind == ROW_PACKET)
        check_packets(k, at, rows, n);
    else
        check_prints(k, at, kind, rows, n);
}

/* Rows looked through without quotes, completed afterwards, are those of a page. */
static void check_scan(const struct market *k, struct reader *r, struct playhead at,
                       enum row_kind kind, struct row *rows)
{
    struct err err = {0};
    for (int back = 0; back < 2; back++) {
        int n = back ? reader_scan_before(r, kind, at, UINT64_MAX, rows, ROWS, &err)
                     : reader_scan_after(r, kind, at, 0, rows, ROWS, &err);
        ck_assert_msg(n >= 0 && reader_complete(r, rows, (size_t)n, &err) == 0, "%s", err.text);
        check_page(k, at, kind, rows, n);
    }
}

static const enum row_kind shown[] = {ROW_OPTION, ROW_EQUITY, ROW_PACKET};

START_TEST(file_shows_at_every_playhead_what_had_been_said_by_then)
{
    struct market *k = make_market("playhead.db");
    struct reader *r = open_reader(k->path);
    struct row *rows = mem_grow(NULL, ROWS, sizeof *rows);
    struct err err;
    for (uint64_t seq = 1; seq <= k->seq; seq += seq == k->seq - 1 ? 1 : MIN(61, k->seq - seq - 1))
        for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
            /* By event and by time, which without equal times is the same. */
            struct playhead at = {seq, k->events[seq].recv_ns};
            int n = reader_page_before(r, shown[i], at, UINT64_MAX, rows, ROWS, &err);
            check_page(k, at, shown[i], rows, n);
            at.seq = UINT64_MAX;
            n = reader_page_after(r, shown[i], at, 0, rows, ROWS, &err);
            check_page(k, at, shown[i], rows, n);
            check_scan(k, r, at, shown[i], rows);
            if (seq == k->seq)
                break;
        }
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        int n = reader_page_after(r, shown[i], PLAYHEAD_END, 0, rows, ROWS, &err);
        check_page(k, PLAYHEAD_END, shown[i], rows, n);
    }
    mem_free(rows);
    reader_close(r);
    free_market(k);
}
END_TEST

/* Whether or not it looks at quotes, which are read for those rows alone that are shown. */
START_TEST(a_filter_takes_from_the_file_the_rows_it_takes_of_whole_ones)
{
    static const char *const texts[] = {"side == buy", "bid_size >= 1", "revision == cancelled",
                                        "quote_age_ns >= 0 and not side == none", "size >= 1"};
    struct market *k = make_market("filtered.db");
    struct reader *r = open_reader(k->path);
    struct row *all = mem_grow(NULL, ROWS, sizeof *all), *got = mem_grow(NULL, ROWS, sizeof *got);
    struct cell_context cells = {.symbols = reader_symbols(r), .idents = reader_idents(r)};
    struct tapes *tapes = tapes_create(cells.symbols, cells.idents, 0);
    struct playhead at = {k->seq / 2, k->events[k->seq / 2].recv_ns};
    struct err err = {0};
    size_t taken = 0;
    tapes_set_reader(tapes, r);
    for (size_t i = 0; i < 2 * ARRAY_LEN(texts); i++) {
        bool more = true;
        struct filter *f = filter_parse(texts[i / 2], shown[i % 2], NULL);
        int n = reader_page_after(r, shown[i % 2], at, 0, all, ROWS, &err), m = 0;
        for (int row = 0; row < n; row++)
            if (filter_match(f, &all[row], &cells))
                all[m++] = all[row];
        taken += (size_t)m;
        ck_assert_int_eq(
            tape_page(tapes, shown[i % 2], at, UINT64_MAX, f, 0, got, ROWS, &more, &err), m);
        ck_assert(!more);
        ck_assert_mem_eq(got, all, (size_t)m * sizeof *got);
        ck_assert_int_eq(tape_page_after(tapes, shown[i % 2], at, 0, f, 0, got, ROWS, &err), m);
        ck_assert_mem_eq(got, all, (size_t)m * sizeof *got);
        /* One row fewer than there are: older ones are left. */
        if (m > 1) {
            ck_assert_int_eq(tape_page(tapes, shown[i % 2], at, UINT64_MAX, f, 0, got,
                                       (size_t)m - 1, &more, &err),
                             m - 1);
            ck_assert(more);
        }
        filter_free(f);
    }
    ck_assert_uint_gt(taken, 100);
    tapes_destroy(tapes);
    mem_free(all);
    mem_free(got);
    reader_close(r);
    free_market(k);
}
END_TEST

START_TEST(members_are_the_prints_whose_join_in_force_names_the_packet)
{
    struct market *k = make_market("members.db");
    struct reader *r = open_reader(k->path);
    struct row *rows = mem_grow(NULL, ROWS, sizeof *rows);
    struct err err;
    uint64_t key, some = 0, retracted = 0;
    for (uint64_t seq = 40; seq <= k->seq; seq += 97) {
        struct playhead at = {seq, k->events[seq].recv_ns};
        for (uint64_t id = 1; id <= seq; id++) {
            const struct packet *want = packet_at(k, at, id, &key);
            struct packet p;
            int rc = reader_packet(r, at, id, &p, &err);
            ck_assert_int_eq(rc, want ? 0 : -ERR_NO_ROWS);
            if (!want)
                continue;
            ck_assert(!memcmp(&p, want, sizeof p));
            int n = reader_members(r, at, id, rows, ROWS, &err), m = 0;
            check_prints(k, at, ROW_OPTION, rows, n);
            for (uint64_t s = 1; s <= seq; s++) {
                const struct join *j = join_at(k, at, s);
                m += j && j->packet == id;
            }
            ck_assert_int_eq(n, m);
            ck_assert_int_eq(n, p.state == PS_RETRACTED ? 0 : (int)p.members);
            some += p.by_seq != 0;
            retracted += p.state == PS_RETRACTED;
        }
    }
    ck_assert_uint_gt(some, 20);
    ck_assert_uint_gt(retracted, 5);
    mem_free(rows);
    reader_close(r);
    free_market(k);
}
END_TEST

START_TEST(live_ring_shows_the_newest_version_and_before_a_cancel_the_older_one)
{
    struct market *k = make_market("ring.db");
    struct reader *r = open_reader(k->path);
    struct row *rows = mem_grow(NULL, ROWS, sizeof *rows);
    struct err err = {0};
    bool more;
    for (int with = 0; with < 2; with++) { /* the ring alone; ring and file */
        tapes_set_reader(k->tapes, with ? r : NULL);
        for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
            int n = tape_page(k->tapes, shown[i], PLAYHEAD_END, UINT64_MAX, NULL, 0, rows, ROWS,
                              &more, &err);
            ck_assert_int_ge(n, RING);
            if (with)
                check_page(k, PLAYHEAD_END, shown[i], rows, n);
            else if (shown[i] == ROW_PACKET)
                check_packets(k, PLAYHEAD_END, rows, n);
            else
                check_prints(k, PLAYHEAD_END, shown[i], rows, n);
        }
    }
    for (uint64_t back = 0; back < 80; back++)
        for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
            struct playhead at = {k->seq - back, k->events[k->seq - back].recv_ns};
            int n = tape_page(k->tapes, shown[i], at, UINT64_MAX, NULL, 0, rows, ROWS, &more, &err);
            check_page(k, at, shown[i], rows, n);
            n = tape_page_after(k->tapes, shown[i], at, 0, NULL, 0, rows, ROWS, &err);
            check_page(k, at, shown[i], rows, n);
        }
    mem_free(rows);
    reader_close(r);
    free_market(k);
}
END_TEST

START_TEST(repairs_are_told_by_the_seq_of_the_cancel)
{
    struct market *k = make_market("repairs.db");
    struct reader *r = open_reader(k->path);
    struct err err;
    struct repair got;
    int n = 0, by[REPAIR_COUNT] = {0};
    for (size_t i = 0; i < k->n; i++) {
        if (k->told[i].rec.kind != REC_REPAIR)
            continue;
        const struct repair *want = &k->told[i].rec.u.repair;
        ck_assert_int_eq(reader_repair(r, want->seq, &got, &err), 0);
        ck_assert(!memcmp(&got, want, sizeof got));
        by[want->outcome]++;
        n++;
    }
    ck_assert_int_eq(reader_repair(r, 1, &got, &err), -ERR_NO_ROWS); /* a quote */
    for (int i = 0; i < REPAIR_COUNT; i++) {
        char key[40], value[24], want[24];
        snprintf(key, sizeof key, "repairs.%s", repair_outcome_name((enum repair_outcome)i));
        snprintf(want, sizeof want, "%d", by[i]);
        ck_assert_int_gt(by[i], 0);
        ck_assert_int_eq(reader_meta(r, key, value, sizeof value), 0);
        ck_assert_str_eq(value, want);
    }
    reader_close(r);
    free_market(k);
}
END_TEST

/* sides.*: prints as in force; what was cancelled, and what is a cancel, is in none of them. */
START_TEST(counts_leave_out_what_was_cancelled)
{
    static const char *const keys[2][4] = {
        {"sides.option_sell", "sides.option_none", "sides.option_buy", "prints.option_cancelled"},
        {"sides.equity_sell", "sides.equity_none", "sides.equity_buy", "prints.equity_cancelled"}};
    struct market *k = make_market("counts.db");
    struct reader *r = open_reader(k->path);
    int want[2][4] = {{0}};
    for (uint64_t seq = 1; seq <= k->seq; seq++) {
        const struct join *j = join_at(k, PLAYHEAD_END, seq);
        int equity = k->events[seq].kind == EV_EQUITY_PRINT;
        if (j && j->revision == REV_CANCELLED)
            want[equity][3]++;
        else if (j && j->reason != SR_CANCELLED)
            want[equity][j->side + 1]++;
    }
    for (int m = 0; m < 2; m++)
        for (int i = 0; i < 4; i++) {
            char value[24] = "0", expected[24];
            reader_meta(r, keys[m][i], value, sizeof value);
            snprintf(expected, sizeof expected, "%d", want[m][i]);
            ck_assert_msg(!strcmp(value[0] ? value : "0", expected), "%s is %s, not %s", keys[m][i],
                          value, expected);
        }
    reader_close(r);
    free_market(k);
}
END_TEST

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    char *error = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &error) == SQLITE_OK, "%s", error);
    sqlite3_close(db);
}

START_TEST(check_finds_versions_that_contradict_each_other)
{
    static const char *const damages[] = {
        /* a cancelled print back in its packet */
        "UPDATE option_revision SET packet = seq, verdict = verdict WHERE rev = (SELECT r.rev FROM "
        "option_revision r JOIN verdict v ON v.id = r.verdict WHERE v.revision = 1 LIMIT 1)",
        "UPDATE packet_sum SET size = size + 1 WHERE rev = (SELECT max(s.rev) FROM packet_sum s "
        "JOIN "
        "packet k USING (rev) JOIN packet_class c ON c.id = k.class WHERE c.state = 3 AND NOT "
        "EXISTS "
        "(SELECT 1 FROM packet_revision r WHERE r.id = k.id AND r.rev > k.rev))",
        "DELETE FROM packet_revision WHERE rev = (SELECT max(rev) FROM packet_revision WHERE "
        "NOT first)",
        "UPDATE repair SET target = NULL WHERE rev = (SELECT min(rev) FROM repair WHERE outcome = "
        "0)",
        "UPDATE option_revision SET by_seq = seq WHERE rev = (SELECT min(rev) FROM "
        "option_revision)",
        "DELETE FROM option_revision WHERE rev = (SELECT max(rev) FROM option_revision)",
    };
    struct market *k = make_market("sound.db");
    ck_assert_int_eq(problems(k->path), 0);
    for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
        char copy[600], command[1400];
        snprintf(copy, sizeof copy, "%s.%zu", k->path, i);
        snprintf(command, sizeof command, "cp '%s' '%s'", k->path, copy);
        ck_assert_int_eq(system(command), 0);
        run_sql(copy, damages[i]);
        ck_assert_msg(problems(copy) > 0, "not found: %s", damages[i]);
    }
    free_market(k);
}
END_TEST

START_TEST(revisions_after_the_last_stamp_are_not_kept)
{
    struct market *k = mem_alloc(sizeof *k);
    struct deck_policy policy = deck_policy_default();
    struct err err;
    struct record got[8];
    snprintf(k->path, sizeof k->path, "%s/cut.db", test_dir());
    k->m = maker_open(k->path);
    k->deck = deck_create(&policy, k->m.symbols);
    deck_add_sink(k->deck, k->m.sink);
    struct event ev = maker_event(&k->m, EV_OPTION_PRINT,
                                  symbols_option(k->m.symbols, "AAPL  260619C00200000", 21));
    ev.u.print = (struct print){.px = 1000000000, .qty = 1000000, .id = 5, .cond = "S"};
    deck_push(k->deck, &ev);
    deck_advance(k->deck, ev.recv_ns + NS_PER_SEC);
    stamp(k); /* a join and a packet */
    struct event cancel = ev;
    cancel.kind = EV_CANCEL;
    cancel.seq = 0;
    cancel.recv_ns = cancel.ts_ns = ev.recv_ns + 2 * NS_PER_SEC;
    cancel.u.print.ref = 5;
    deck_push(k->deck, &cancel);
    ck_assert_uint_eq(deck_records(k->deck), 5); /* and repair, join, packet */
    ck_assert_int_eq(store_close(k->m.store, &err), 0);
    struct reader *r = open_reader(k->path);
    ck_assert_int_eq(reader_records(r, 0, got, 8, &err), 2);
    ck_assert_int_eq(reader_repair(r, 2, &got[0].u.repair, &err), -ERR_NO_ROWS);
    reader_close(r);
    ck_assert_int_eq(problems(k->path), 0);
    deck_destroy(k->deck);
    symbols_destroy(k->m.symbols);
    idents_destroy(k->m.idents);
    mem_free(k);
}
END_TEST

START_TEST(every_cut_of_a_session_with_cancels_stands_on_its_own_feet)
{
    struct market *k = make_market("cuts.db");
    const char *symbol = "AAPL  260619C00200000";
    for (int i = 0; i < 24; i++) {
        struct export_options opt = {.from_ns = INT64_MIN, .to_ns = INT64_MAX};
        struct export_counts counts;
        struct err err = {0};
        char out[600];
        snprintf(out, sizeof out, "%s.%d", k->path, i);
        uint64_t a = 1 + (uint64_t)rand() % (k->seq - 1), b = a + (uint64_t)rand() % (k->seq - a);
        opt.from_ns = i % 3 ? k->events[a].recv_ns : INT64_MIN;
        opt.to_ns = i % 4 ? k->events[b].recv_ns : INT64_MAX;
        opt.kinds = i % 5 == 0 ? 1u << ROW_PACKET : i % 7 == 0 ? 1u << ROW_EQUITY : 0;
        opt.symbols = &symbol;
        opt.n_symbols = i % 6 == 5;
        int rc = export_session(k->path, out, &opt, NULL, NULL, &counts, &err);
        ck_assert_msg(rc == 0, "%s", err.text);
        ck_assert_msg(problems(out) == 0, "cut %d", i);
        struct playhead at = {UINT64_MAX, opt.to_ns};
        struct reader *r = open_reader(out);
        struct row *rows = mem_grow(NULL, ROWS, sizeof *rows);
        int n = reader_page_after(r, ROW_OPTION, PLAYHEAD_END, 0, rows, ROWS, &err);
        ck_assert_int_ge(n, 0);
        check_prints(k, at, ROW_OPTION, rows, n);
        n = reader_page_after(r, ROW_EQUITY, PLAYHEAD_END, 0, rows, ROWS, &err);
        check_prints(k, at, ROW_EQUITY, rows, n);
        n = reader_page_after(r, ROW_PACKET, PLAYHEAD_END, 0, rows, ROWS, &err);
        for (int j = 0; j < n; j++) {
            uint64_t key;
            const struct packet *p = packet_at(k, at, rows[j].u.packet.id, &key);
            ck_assert(p && !memcmp(p, &rows[j].u.packet, sizeof *p));
        }
        mem_free(rows);
        reader_close(r);
    }
    free_market(k);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("revision");
    TCase *t = tcase_create("revision");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, every_version_comes_back_exactly_in_the_order_it_was_said);
    tcase_add_test(t, file_shows_at_every_playhead_what_had_been_said_by_then);
    tcase_add_test(t, a_filter_takes_from_the_file_the_rows_it_takes_of_whole_ones);
    tcase_add_test(t, members_are_the_prints_whose_join_in_force_names_the_packet);
    tcase_add_test(t, live_ring_shows_the_newest_version_and_before_a_cancel_the_older_one);
    tcase_add_test(t, repairs_are_told_by_the_seq_of_the_cancel);
    tcase_add_test(t, counts_leave_out_what_was_cancelled);
    tcase_add_test(t, check_finds_versions_that_contradict_each_other);
    tcase_add_test(t, revisions_after_the_last_stamp_are_not_kept);
    tcase_add_test(t, every_cut_of_a_session_with_cancels_stands_on_its_own_feet);
    suite_add_tcase(s, t);
    return s;
}
