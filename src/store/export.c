/* Cuts a self-contained session out of another. See export.h.
 *
 * One connection writes the new file, with the source attached read-only. The source may be
 * growing: it is read in steps of a few thousand rows, each its own short transaction, up to where
 * it stood at the start; rows never change, so the steps fit together. Order matters: what is
 * chosen, then what proves it (members of packets, the joins of prints, the quotes joined), then
 * the names used. */
#include "store/export.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/query.h"
#include "store/reader.h"
#include "store/schema.h"
#include "store/store.h"

#define STEP 5000 /* keys in one statement */

struct export
{
    const struct export_options *opt;
    sqlite3 *db;
    const char *path;
    char *temporary;
    uint64_t first, last;         /* seq in the time range */
    uint64_t rev_first, rev_last; /* packets in it */
    uint64_t id_first, id_last;   /* where members of chosen packets lie */
    uint64_t records;
    uint64_t done, total;
    bool (*progress)(void *self, uint64_t done, uint64_t total);
    void *self;
    struct export_counts counts;
};

static bool wants(const struct export *x, enum row_kind kind)
{
    return !x->opt->kinds || x->opt->kinds & 1u << kind;
}

/* The last record of packets, structures and campaigns that a playhead lets one see. */
static int last_record(struct reader *r, struct playhead at, uint64_t *ret, struct err *err)
{
    static const int places[] = {PLACE_PACKET, PLACE_STRUCTURE, PLACE_CAMPAIGN};
    int rc = 0;
    *ret = 0;
    for (size_t i = 0; i < ARRAY_LEN(places) && rc == 0; i++) {
        uint64_t rev = 0;
        rc = reader_floor(r, places[i], at, &rev, err);
        *ret = MAX(*ret, rev);
    }
    return rc;
}

/* Where the source stands and which keys the time range means. */
static int find_range(struct export *x, struct reader *r, struct err *err)
{
    struct playhead at;
    struct reader_state state;
    int rc = reader_state(r, &state, err);
    if (rc == 0)
        rc = reader_at_time(r, x->opt->to_ns, &at, err);
    if (rc)
        return rc;
    x->last = MIN(at.seq, state.seq);
    x->first = 1;
    if (x->opt->from_ns > INT64_MIN) {
        if ((rc = reader_at_time(r, x->opt->from_ns - 1, &at, err)))
            return rc;
        x->first = at.seq + 1;
    }
    if ((rc = reader_begin(r, err)))
        return rc;
    rc = last_record(r, (struct playhead){state.seq, x->opt->to_ns}, &x->rev_last, err);
    if (rc == 0 && x->opt->from_ns > INT64_MIN) {
        rc = last_record(r, (struct playhead){UINT64_MAX, x->opt->from_ns - 1}, &x->rev_first, err);
        x->rev_first++;
    }
    reader_end(r);
    return rc;
}

static int fail(struct export *x, struct err *err)
{
    return db_fail(x->db, err, "cannot write", x->temporary);
}

/* Like a session, readable by its owner only. */
static int create_output(struct export *x, struct err *err)
{
    int fd = open(x->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_DISK, "cannot create %s: %s", x->temporary, strerror(errno));
    close(fd);
    return 0;
}

static int open_output(struct export *x, const char *source, struct err *err)
{
    int rc = sqlite3_open_v2(
        x->temporary, &x->db,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
    if (rc == SQLITE_OK)
        rc = db_exec(x->db, "PRAGMA page_size=8192; PRAGMA journal_mode=MEMORY;"
                            "PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF;"
                            "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY");
    if (rc == SQLITE_OK)
        rc = schema_create(x->db);
    if (rc != SQLITE_OK)
        return fail(x, err);
    /* ?, # and % would end the name within a URI. */
    char *uri = mem_alloc(strlen(source) * 3 + 32), *to = uri + sprintf(uri, "file:");
    for (const char *s = source; *s; s++)
        to += strchr("?#%", *s) ? sprintf(to, "%%%02X", (unsigned)*s) : sprintf(to, "%c", *s);
    strcpy(to, "?mode=ro");
    sqlite3_stmt *s = NULL;
    rc = sqlite3_prepare_v2(x->db, "ATTACH ?1 AS src", -1, &s, NULL);
    sqlite3_bind_text(s, 1, uri, -1, SQLITE_TRANSIENT);
    if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_DONE)
        rc = SQLITE_OK;
    sqlite3_finalize(s);
    mem_free(uri);
    /* No checkpoint of the source, now or when this connection closes. */
    sqlite3_db_config(x->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (rc == SQLITE_OK)
        rc = db_exec(x->db, "PRAGMA wal_autocheckpoint=0;"
                            "CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY);"
                            "CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY)");
    return rc == SQLITE_OK ? 0 : db_fail(x->db, err, "cannot read", source);
}

/* Ids of the chosen symbols and of all contracts on them. */
static int choose_symbols(struct export *x, struct err *err)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(x->db,
                                "INSERT OR IGNORE INTO chosen SELECT id FROM src.symbol WHERE "
                                "symbol = ?1 UNION SELECT i.id FROM src.instrument i JOIN "
                                "src.symbol u ON u.id = i.underlying WHERE u.symbol = ?1 OR "
                                "i.osi = ?1",
                                -1, &s, NULL);
    for (size_t i = 0; rc == SQLITE_OK && i < x->opt->n_symbols; i++) {
        sqlite3_bind_text(s, 1, x->opt->symbols[i], -1, SQLITE_TRANSIENT);
        sqlite3_step(s);
        rc = sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    return rc == SQLITE_OK ? 0 : fail(x, err);
}

/* Runs a statement with (?1, ?2] stepping over (low, high]; adds what it wrote to *ret. */
static int in_steps(struct export *x, const char *sql, uint64_t low, uint64_t high, uint64_t *ret,
                    struct err *err)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(x->db, sql, -1, &s, NULL);
    bool go_on = true;
    for (uint64_t at = low; rc == SQLITE_OK && go_on && at < high; at += STEP) {
        sqlite3_bind_int64(s, 1, (int64_t)at);
        sqlite3_bind_int64(s, 2, (int64_t)MIN(at + STEP, high));
        sqlite3_step(s);
        rc = sqlite3_reset(s);
        *ret += (uint64_t)sqlite3_changes64(x->db);
        x->done += MIN((uint64_t)STEP, high - at);
        go_on = !x->progress || x->progress(x->self, MIN(x->done, x->total), x->total);
    }
    sqlite3_finalize(s);
    if (!go_on)
        return err_set(err, ERR_NO_ROWS, "export was stopped; nothing was written");
    return rc == SQLITE_OK ? 0 : fail(x, err);
}

/* The raw tables and the kinds they belong to: a kind of its own, or with the prints of its side.
 */
static const struct {
    const char *table, *symbol;
    uint32_t kinds;
} raws[] = {
    {"option_print", "instrument", 1u << ROW_OPTION},
    {"option_quote", "instrument", 1u << ROW_QUOTE},
    {"equity_print", "symbol", 1u << ROW_EQUITY},
    {"equity_quote", "symbol", 1u << ROW_EQUITY_QUOTE},
    {"correction", "sym", 1u << ROW_OPTION | 1u << ROW_EQUITY},
    {"status", "sym", 1u << ROW_OPTION | 1u << ROW_EQUITY},
    {"reference", "sym", 1u << ROW_OPTION | 1u << ROW_EQUITY},
    {"gap", NULL, 1u << ROW_GAP},
};

static int copy_chosen(struct export *x, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(raws) && rc == 0; i++) {
        char sql[512];
        struct text t = text_on(sql, sizeof sql);
        if (x->opt->kinds && !(x->opt->kinds & raws[i].kinds))
            continue;
        text_add(&t, "INSERT INTO main.%s SELECT * FROM src.%s WHERE seq > ?1 AND seq <= ?2",
                 raws[i].table, raws[i].table);
        if (x->opt->n_symbols && raws[i].symbol)
            text_add(&t, " AND %s IN (SELECT id FROM chosen)", raws[i].symbol);
        rc = in_steps(x, sql, x->first - 1, x->last, &x->counts.raw, err);
    }
    return rc;
}

/* What packets have in tables of their own, for the packets chosen with low < rev <= high. */
static int copy_parts(struct export *x, uint64_t low, uint64_t high, struct err *err)
{
    uint64_t n = 0;
    int rc = in_steps(x,
                      "INSERT OR IGNORE INTO main.packet_sum SELECT s.* FROM src.packet_sum s JOIN "
                      "main.packet k USING (rev) WHERE s.rev > ?1 AND s.rev <= ?2",
                      low, high, &n, err);
    return rc ? rc
              : in_steps(x,
                         "INSERT OR IGNORE INTO main.packet_more SELECT s.* FROM src.packet_more s "
                         "JOIN main.packet k USING (rev) WHERE s.rev > ?1 AND s.rev <= ?2",
                         low, high, &n, err);
}

static int copy_packets(struct export *x, struct err *err)
{
    char sql[512];
    struct text t = text_on(sql, sizeof sql);
    if (!wants(x, ROW_PACKET))
        return 0;
    text_add(&t, "INSERT INTO main.packet SELECT k.* FROM src.packet k JOIN src.option_print p ON "
                 "p.seq = k.id WHERE k.rev > ?1 AND k.rev <= ?2");
    if (x->opt->n_symbols)
        text_add(&t, " AND p.instrument IN (SELECT id FROM chosen)");
    uint64_t low = x->rev_first ? x->rev_first - 1 : 0;
    int rc = in_steps(x, sql, low, x->rev_last, &x->counts.derived, err);
    if (rc == 0)
        rc = copy_parts(x, low, x->rev_last, err);
    if (rc == 0 && db_exec(x->db, "INSERT OR IGNORE INTO wanted SELECT id FROM main.packet"))
        rc = fail(x, err);
    return rc;
}

/* Runs a statement with ?1 = the last event of the range, ?2 = the last record; adds what it wrote
 * to *ret. */
static int add_rows(struct export *x, const char *sql, uint64_t *ret, struct err *err)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(x->db, sql, -1, &s, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_bind_int64(s, 1, (int64_t)x->last);
        sqlite3_bind_int64(s, 2, (int64_t)x->rev_last);
        sqlite3_step(s);
        rc = sqlite3_reset(s);
        *ret += (uint64_t)sqlite3_changes64(x->db);
    }
    sqlite3_finalize(s);
    return rc == SQLITE_OK ? 0 : fail(x, err);
}

static int choose_records(struct export *x, enum row_kind kind, const char *table, struct err *err)
{
    char sql[256];
    struct text t = text_on(sql, sizeof sql);
    if (!wants(x, kind))
        return 0;
    text_add(&t, "INSERT INTO main.%s SELECT * FROM src.%s WHERE rev > ?1 AND rev <= ?2", table,
             table);
    if (x->opt->n_symbols)
        text_add(&t, " AND underlying IN (SELECT id FROM chosen)");
    return in_steps(x, sql, x->rev_first ? x->rev_first - 1 : 0, x->rev_last, &x->counts.derived,
                    err);
}

/* Structures and campaigns, and what makes them and the packets chosen whole: all their versions,
 * the packets they are of, the run of a merged packet and the members of a run, the structure of a
 * package. What is in the table `wanted` then is the packets to have. */
static int copy_readings(struct export *x, struct err *err)
{
#define WANT "INSERT OR IGNORE INTO wanted SELECT "
    static const char *const sql[] = {
        "INSERT OR IGNORE INTO main.campaign SELECT c.* FROM src.campaign c WHERE c.rev <= ?2 AND "
        "c.id IN (SELECT id FROM main.campaign)",
        WANT
        "k.id FROM (SELECT id, underlying, direction, max(rev) AS rev FROM main.campaign "
        "GROUP BY id) c JOIN src.packet k ON k.rev < c.rev AND k.id >= c.id "
        "JOIN src.packet_reading g ON g.id = k.reading AND g.direction = c.direction "
        "JOIN src.packet_class q ON q.id = k.class AND (q.kind IN (2, 3, 4) OR (q.kind = 5 AND "
        "g.class = 1)) "
        "JOIN src.option_print p ON p.seq = k.id JOIN src.instrument i ON i.id = p.instrument "
        "AND i.underlying = c.underlying",
        WANT "id FROM main.campaign UNION SELECT last FROM main.campaign",
        WANT "id FROM main.structure WHERE grade = 3",
        WANT "l.seq FROM main.structure s JOIN src.leg l USING (rev) WHERE s.grade = 4",
        WANT "m.parent FROM src.packet_more m JOIN src.packet k USING (rev) WHERE m.parent IS NOT "
             "NULL AND m.rev <= ?2 AND k.id IN (SELECT id FROM wanted)",
        WANT "k.id FROM src.packet_more m JOIN src.packet k USING (rev) WHERE m.parent IN "
             "(SELECT id FROM wanted) AND m.rev <= ?2",
    };
#undef WANT
    uint64_t n = 0;
    int rc = choose_records(x, ROW_CAMPAIGN, "campaign", err);
    if (rc == 0)
        rc = choose_records(x, ROW_STRUCTURE, "structure", err);
    for (size_t i = 0; i < ARRAY_LEN(sql) && rc == 0; i++)
        rc = add_rows(x, sql[i], i ? &n : &x->counts.evidence, err);
    if (rc == 0)
        rc = in_steps(x,
                      "INSERT OR IGNORE INTO main.structure SELECT s.* FROM src.structure s WHERE "
                      "s.rev > ?1 AND s.rev <= ?2 AND (s.id IN (SELECT id FROM main.structure) OR "
                      "(s.grade = 3 AND s.id IN (SELECT id FROM wanted)))",
                      0, x->rev_last, &x->counts.evidence, err);
    return rc ? rc
              : add_rows(x,
                         "INSERT INTO main.leg SELECT l.* FROM src.leg l JOIN main.structure s "
                         "USING (rev)",
                         &n, err);
}

/* The packets wanted, each with all its versions up to the end of the range. */
static int copy_versions(struct export *x, struct err *err)
{
    int rc = 0;
    if (db_int(x->db, "SELECT 1 FROM src.packet_revision LIMIT 1", 0) == 0 &&
        db_int(x->db, "SELECT 1 FROM wanted WHERE id NOT IN (SELECT id FROM main.packet) LIMIT 1",
               0) == 0)
        return 0;
    rc = in_steps(x,
                  "INSERT OR IGNORE INTO main.packet SELECT k.* FROM src.packet k WHERE "
                  "k.rev > ?1 AND k.rev <= ?2 AND k.id IN (SELECT id FROM wanted)",
                  0, x->rev_last, &x->counts.evidence, err);
    if (rc == 0)
        rc = copy_parts(x, 0, x->rev_last, err);
    if (rc == 0 && db_exec(x->db, "INSERT INTO main.packet_revision SELECT r.* FROM "
                                  "src.packet_revision r JOIN main.packet k USING (rev)"))
        rc = fail(x, err);
    return rc;
}

/* Members of chosen packets; then the first print of every packet that a chosen print names. */
static int copy_members(struct export *x, struct err *err)
{
    x->id_first = (uint64_t)db_int(x->db, "SELECT min(id) FROM main.packet", 1);
    x->id_last = (uint64_t)db_int(x->db,
                                  "SELECT max(m) FROM (SELECT max(id) AS m FROM main.packet UNION "
                                  "ALL SELECT max(last_seq) FROM main.packet_sum)",
                                  0);
    uint64_t low = x->id_last ? x->id_first - 1 : 0;
    int rc = in_steps(x,
                      "INSERT OR IGNORE INTO main.option_print SELECT p.* FROM src.option_join j "
                      "JOIN src.option_print p USING (seq) WHERE j.seq > ?1 AND j.seq <= ?2 AND "
                      "ifnull(j.packet, j.seq) IN (SELECT id FROM wanted)",
                      low, x->id_last, &x->counts.evidence, err);
    if (rc == 0) /* a packet that an inferred structure is of may be told after the range */
        rc = add_rows(x,
                      "INSERT OR IGNORE INTO main.option_print SELECT p.* FROM main.leg l JOIN "
                      "src.option_print p USING (seq)",
                      &x->counts.evidence, err);
    if (rc)
        return rc;
    low = MIN(x->first, x->id_last ? x->id_first : x->first) - 1;
    if (db_int(x->db, "SELECT 1 FROM main.leg LIMIT 1", 0))
        low = 0;
    return in_steps(x,
                    "INSERT OR IGNORE INTO main.option_print SELECT f.* FROM main.option_print p "
                    "JOIN src.option_join j ON j.seq = p.seq JOIN src.option_print f ON f.seq = "
                    "j.packet WHERE p.seq > ?1 AND p.seq <= ?2",
                    low, MAX(x->last, x->id_last), &x->counts.evidence, err);
}

/* The open interest behind what packets say of opening, and the days it settled. */
static int copy_openings(struct export *x, struct err *err)
{
    int rc = 0;
    if (db_int(x->db, "SELECT 1 FROM main.packet LIMIT 1", 0))
        rc = add_rows(x,
                      "INSERT OR IGNORE INTO main.reference SELECT r.* FROM src.reference r WHERE "
                      "r.kind = 7 AND r.seq <= ?1 AND r.sym IN (SELECT DISTINCT instrument FROM "
                      "main.option_print)",
                      &x->counts.evidence, err);
    if (rc == 0)
        rc = add_rows(x,
                      "INSERT INTO main.opening SELECT * FROM src.opening WHERE seq <= ?1 AND seq "
                      "IN (SELECT seq FROM main.reference)",
                      &x->counts.derived, err);
    return rc;
}

/* What revisions refer to, until there is no more: prints that a later version put into a chosen
 * packet, the first prints of packets that versions name, the cancels and corrections, and the
 * prints those were about. All start from tables of a few rows. */
static int copy_causes(struct export *x, struct err *err)
{
#define PRINTS(side)                                                                               \
    "INSERT OR IGNORE INTO main." side "_print SELECT p.* FROM src." side "_print p "
    static const char *const sql[] = {
        PRINTS("option") "WHERE p.seq IN (SELECT seq FROM src.option_revision WHERE by_seq <= ?1 "
                         "AND packet IN (SELECT id FROM wanted))",
        PRINTS("option") "WHERE p.seq IN (SELECT r.packet FROM src.option_revision r JOIN "
                         "main.option_print m ON m.seq = r.seq WHERE r.by_seq <= ?1)",
        PRINTS("option") "WHERE p.seq IN (SELECT j.packet FROM src.option_revision r JOIN "
                         "main.option_print m ON m.seq = r.seq JOIN src.option_join j ON j.seq = "
                         "r.seq WHERE r.by_seq <= ?1)",
        PRINTS("option") "WHERE p.seq IN (SELECT r.by_seq FROM src.option_revision r JOIN "
                         "main.option_print m ON m.seq = r.seq WHERE r.by_seq <= ?1) AND p.seq IN "
                         "(SELECT seq FROM src.repair)",
        PRINTS("option") "WHERE p.seq IN (SELECT by_seq FROM main.packet_revision)",
        "INSERT OR IGNORE INTO main.correction SELECT c.* FROM src.correction c WHERE c.seq IN ("
        "SELECT r.by_seq FROM src.option_revision r JOIN main.option_print m ON m.seq = r.seq "
        "WHERE r.by_seq <= ?1 UNION SELECT r.by_seq FROM src.equity_revision r JOIN "
        "main.equity_print m ON m.seq = r.seq WHERE r.by_seq <= ?1 UNION "
        "SELECT by_seq FROM main.packet_revision)",
        PRINTS("option") "WHERE p.seq IN (SELECT target FROM src.repair WHERE seq IN (SELECT seq "
                         "FROM main.correction) OR seq IN (SELECT seq FROM main.option_print))",
        PRINTS("equity") "WHERE p.seq IN (SELECT target FROM src.repair WHERE seq IN (SELECT seq "
                         "FROM main.correction))",
    };
#undef PRINTS
    uint64_t before;
    int rc = 0;
    if (db_int(x->db, "SELECT 1 FROM src.repair LIMIT 1", 0) == 0 &&
        db_int(x->db, "SELECT 1 FROM src.option_revision LIMIT 1", 0) == 0)
        return 0;
    do {
        before = x->counts.evidence;
        for (size_t i = 0; i < ARRAY_LEN(sql) && rc == 0; i++)
            rc = add_rows(x, sql[i], &x->counts.evidence, err);
    } while (rc == 0 && x->counts.evidence > before);
    if (rc == 0)
        rc =
            add_rows(x,
                     "INSERT INTO main.repair SELECT * FROM src.repair WHERE seq <= ?1 AND (seq IN "
                     "(SELECT seq FROM main.correction) OR seq IN (SELECT seq FROM "
                     "main.option_print))",
                     &x->counts.derived, err);
    return rc;
}

static int copy_joins(struct export *x, struct err *err)
{
    static const struct {
        const char *name, *quotes;
    } sides[] = {
        {"option", "j.bid_seq, j.ask_seq"},
        {"equity", "j.bid_seq, j.ask_seq, j.report_bid_seq, j.report_ask_seq"},
    };
    uint64_t last = MAX(x->last, x->id_last);
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(sides) && rc == 0; i++) {
        const char *s = sides[i].name, *q = sides[i].quotes;
        char join[256], quote[512], revision[256], revised[512];
        snprintf(join, sizeof join,
                 "INSERT INTO main.%s_join SELECT j.* FROM src.%s_join j JOIN main.%s_print p "
                 "USING (seq) WHERE j.seq > ?1 AND j.seq <= ?2",
                 s, s, s);
        snprintf(quote, sizeof quote,
                 "INSERT OR IGNORE INTO main.%s_quote SELECT q.* FROM main.%s_join j JOIN "
                 "src.%s_quote q ON q.seq IN (%s) WHERE j.seq > ?1 AND j.seq <= ?2",
                 s, s, s, q);
        snprintf(revision, sizeof revision,
                 "INSERT INTO main.%s_revision SELECT r.* FROM src.%s_revision r WHERE r.by_seq <= "
                 "?1 AND r.seq IN (SELECT seq FROM main.%s_print)",
                 s, s, s);
        snprintf(revised, sizeof revised,
                 "INSERT OR IGNORE INTO main.%s_quote SELECT q.* FROM main.%s_revision j JOIN "
                 "src.%s_quote q ON q.seq IN (%s) WHERE j.by_seq <= ?1",
                 s, s, s, q);
        rc = in_steps(x, join, 0, last, &x->counts.derived, err);
        if (rc == 0)
            rc = in_steps(x, quote, 0, last, &x->counts.evidence, err);
        if (rc == 0)
            rc = add_rows(x, revision, &x->counts.derived, err);
        if (rc == 0)
            rc = add_rows(x, revised, &x->counts.evidence, err);
    }
    return rc;
}

/* Combinations and texts are few and go whole; instruments only where something uses them. */
static int copy_names(struct export *x, struct err *err)
{
    static const char *const sql =
        "BEGIN;"
        "INSERT INTO main.origin SELECT * FROM src.origin;"
        "INSERT INTO main.quote_origin SELECT * FROM src.quote_origin;"
        "INSERT INTO main.verdict SELECT * FROM src.verdict;"
        "INSERT INTO main.packet_class SELECT * FROM src.packet_class;"
        "INSERT INTO main.packet_reading SELECT * FROM src.packet_reading;"
        "INSERT INTO main.code SELECT * FROM src.code;"
        "INSERT INTO main.mark SELECT * FROM src.mark;"
        "DELETE FROM main.venue; INSERT INTO main.venue SELECT * FROM src.venue;"
        "DELETE FROM main.condition; INSERT INTO main.condition SELECT * FROM src.condition;"
        "DELETE FROM main.word; INSERT INTO main.word SELECT * FROM src.word;"
        "DELETE FROM wanted;"
        "INSERT OR IGNORE INTO wanted SELECT instrument FROM main.option_print;"
        "INSERT OR IGNORE INTO wanted SELECT instrument FROM main.option_quote;"
        "INSERT OR IGNORE INTO wanted SELECT instrument FROM main.packet_sum;"
        "INSERT OR IGNORE INTO wanted SELECT instrument FROM main.leg;"
        "INSERT OR IGNORE INTO wanted SELECT underlying FROM main.structure;"
        "INSERT OR IGNORE INTO wanted SELECT underlying FROM main.campaign;"
        "INSERT OR IGNORE INTO wanted SELECT symbol FROM main.equity_print;"
        "INSERT OR IGNORE INTO wanted SELECT symbol FROM main.equity_quote;"
        "INSERT OR IGNORE INTO wanted SELECT sym FROM main.correction;"
        "INSERT OR IGNORE INTO wanted SELECT sym FROM main.status;"
        "INSERT OR IGNORE INTO wanted SELECT sym FROM main.reference;"
        "INSERT OR IGNORE INTO wanted SELECT underlying FROM main.reference WHERE underlying > 0;"
        "INSERT OR IGNORE INTO wanted SELECT sym FROM main.gap WHERE sym > 0;";
    static const char *const more =
        "INSERT INTO main.instrument SELECT * FROM src.instrument WHERE id IN "
        "(SELECT id FROM wanted);"
        "INSERT INTO main.symbol SELECT * FROM src.symbol WHERE id IN (SELECT id FROM wanted "
        "UNION SELECT underlying FROM main.instrument);"
        "INSERT INTO main.ident SELECT * FROM src.ident WHERE n IN (SELECT -id FROM "
        "main.option_print WHERE id < 0 UNION SELECT -id FROM main.equity_print WHERE id < 0 UNION "
        "SELECT -id FROM main.correction WHERE id < 0 UNION SELECT -ref FROM main.correction WHERE "
        "ref < 0 UNION SELECT -note FROM main.reference WHERE note < 0);";
    int rc = db_exec(x->db, sql);
    if (rc == SQLITE_OK && !x->opt->n_symbols && wants(x, ROW_INSTRUMENT) && x->opt->kinds)
        rc = db_exec(x->db, "INSERT OR IGNORE INTO wanted SELECT id FROM src.symbol UNION SELECT "
                            "id FROM src.instrument");
    if (rc == SQLITE_OK)
        rc = db_exec(x->db, more);
    return rc == SQLITE_OK ? 0 : fail(x, err);
}

/* The source's facts under `source.`, its identity as it is, and counts of what is here. */
static int write_meta(struct export *x, struct err *err)
{
    static const char *const counted[] = {"option_print",
                                          "option_quote",
                                          "equity_print",
                                          "equity_quote",
                                          "correction",
                                          "status",
                                          "reference",
                                          "gap",
                                          "symbol",
                                          "instrument",
                                          "ident",
                                          "code",
                                          "option_join",
                                          "equity_join",
                                          "packet",
                                          "packet_sum",
                                          "packet_more",
                                          "option_revision",
                                          "equity_revision",
                                          "packet_revision",
                                          "repair",
                                          "structure",
                                          "leg",
                                          "campaign",
                                          "opening"};
    int rc = db_execf(x->db,
                      "INSERT INTO main.meta SELECT 'source.' || key, value FROM src.meta;"
                      "INSERT INTO main.meta SELECT key, value FROM src.meta WHERE key IN "
                      "('program', 'engine_version', 'policy_hash', 'feeds', 'units') OR key LIKE "
                      "'stamp.%%';"
                      "INSERT INTO main.meta VALUES ('exported', '1'), ('closed', '1'), "
                      "('export.from_ns', '%" PRId64 "'), ('export.to_ns', '%" PRId64 "')",
                      x->opt->from_ns, x->opt->to_ns);
    for (size_t i = 0; i < ARRAY_LEN(counted) && rc == SQLITE_OK; i++)
        rc = db_execf(x->db, "INSERT INTO main.meta SELECT 'rows.%s', count(*) FROM main.%s",
                      counted[i], counted[i]);
    sqlite3_stmt *put = rc == SQLITE_OK ? db_prepare(x->db, DB_PUT_SQL) : NULL;
    struct text t;
    char names[1024];
    t = text_on(names, sizeof names);
    for (size_t i = 0; i < x->opt->n_symbols; i++)
        text_add(&t, "%s%s", i ? "," : "", x->opt->symbols[i]);
    if (put)
        rc = db_put(put, "export.symbols", names);
    sqlite3_finalize(put);
    if (rc == SQLITE_OK)
        rc = db_exec(x->db, "COMMIT");
    return rc == SQLITE_OK ? 0 : fail(x, err);
}

static int copy_all(struct export *x, struct err *err)
{
    static int (*const steps[])(struct export *, struct err *) = {
        copy_chosen, copy_packets, copy_readings, copy_versions, copy_members,
        copy_causes, copy_joins,   copy_openings, copy_names,    write_meta};
    int rc = x->opt->n_symbols ? choose_symbols(x, err) : 0;
    x->total = (ARRAY_LEN(raws) + 6) * (x->last - MIN(x->first, x->last)) + 2 * x->rev_last;
    for (size_t i = 0; i < ARRAY_LEN(steps) && rc == 0; i++)
        rc = steps[i](x, err);
    return rc;
}

/* To the disk, then under its name; never over a file that appeared meanwhile. */
static int publish(struct export *x, const char *out, struct err *err)
{
    int rc = db_exec(x->db, "DETACH src; PRAGMA synchronous=FULL; PRAGMA journal_mode=DELETE;"
                            "BEGIN IMMEDIATE; INSERT INTO meta VALUES ('export.complete', '1');"
                            "COMMIT");
    if (rc != SQLITE_OK)
        return fail(x, err);
    sqlite3_close(x->db);
    x->db = NULL;
    if (link(x->temporary, out) == 0) {
        unlink(x->temporary);
        return 0;
    }
    if (errno == EEXIST || access(out, F_OK) == 0)
        return err_set(err, ERR_USAGE, "%s exists; choose another name to export to", out);
    if (rename(x->temporary, out) == 0) /* a file system without links */
        return 0;
    return err_set(err, ERR_DISK, "cannot write %s: %s", out, strerror(errno));
}

int export_session(const char *path, const char *out, const struct export_options *opt,
                   bool (*progress)(void *self, uint64_t done, uint64_t total), void *self,
                   struct export_counts *ret, struct err *err)
{
    struct export x = {.opt = opt, .path = path, .progress = progress, .self = self};
    struct reader *r = NULL;
    if (access(out, F_OK) == 0)
        return err_set(err, ERR_USAGE, "%s exists; choose another name to export to", out);
    int rc = reader_open(path, &r, err);
    if (rc)
        return rc;
    x.temporary = mem_printf("%s.part", out);
    if (store_remove(x.temporary, NULL)) { /* of an export that was killed */
        rc = err_set(err, ERR_LOCKED, "%s is being written by another process", out);
        mem_free(x.temporary);
        reader_close(r);
        return rc;
    }
    if (reader_newer(r))
        rc = err_set(err, ERR_USAGE, "%s was made by a newer version of this program", path);
    if (rc == 0)
        rc = find_range(&x, r, err);
    if (rc == 0)
        rc = create_output(&x, err);
    if (rc == 0)
        rc = open_output(&x, path, err);
    if (rc == 0)
        rc = copy_all(&x, err);
    if (rc == 0)
        rc = publish(&x, out, err);
    sqlite3_close(x.db);
    if (rc)
        unlink(x.temporary);
    else
        *ret = x.counts;
    mem_free(x.temporary);
    reader_close(r);
    return rc;
}
