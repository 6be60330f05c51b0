/* Reading a session: the connection, names, facts, and the streams that replay and verify read. See
 * query.h; pages and evidence are in page.c, the check of a whole file in check.c.
 *
 * The file may be anybody's. Nothing in it is run (no triggers or functions of its own), every
 * number is checked before it indexes anything, and work per transaction is bounded. */
#include "store/query.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/calendar.h"
#include "store/keyframe.h"
#include "store/opening_row.h"
#include "store/reader.h"
#include "store/schema.h"
#include "store/spool.h"
#include "store/structure_row.h"

#define CHUNK      5000   /* rows in one read transaction at most */
#define WORK_STEP  100000 /* SQLite operations between two progress calls */
#define WORK_LIMIT 20000  /* progress calls in one transaction: some tens of seconds */
#define TEXT_ID    (UINT64_C(1) << 63)
#define SQL_MAX    2048

/* Statements. */

static void raw_sql(struct text *t, enum raw_table table, const char *tail)
{
    int n;
    const char *columns = raw_table_columns(table, &n);
    text_add(t, "SELECT %s FROM %s p %s", columns, raw_table_name(table), tail);
}

#define UP(key)   "WHERE " key " > ?1 AND " key " <= ?2 ORDER BY " key " LIMIT ?3"
#define DOWN(key) "WHERE " key " > ?1 AND " key " <= ?2 ORDER BY " key " DESC LIMIT ?3"
#define UP_WITH(key, more)                                                                         \
    "WHERE " more " AND " key " > ?1 AND " key " <= ?2 ORDER BY " key " LIMIT ?3"
#define DOWN_WITH(key, more)                                                                       \
    "WHERE " more " AND " key " > ?1 AND " key " <= ?2 ORDER BY " key " DESC LIMIT ?3"
#define NAMES                                                                                      \
    "SELECT id FROM (SELECT id FROM symbol WHERE id > ?1 AND id <= ?2 UNION ALL "                  \
    "SELECT id FROM instrument WHERE id > ?1 AND id <= ?2) ORDER BY id "

static void print_sql(struct text *t, int n)
{
    if (n < ST_LEAN_UP)
        text_add(t, "%s%s", print_select(n == ST_PRINT_UP, true), UP("p.seq"));
    else if (n < ST_LEAN_DOWN)
        text_add(t, "%s%s", print_select(n == ST_LEAN_UP, false), UP("p.seq"));
    else if (n < ST_QUOTE)
        text_add(t, "%s%s", print_select(n == ST_LEAN_DOWN, false), DOWN("p.seq"));
    else
        text_add(t, "%sWHERE seq = ?1", quote_select(n == ST_QUOTE));
}

static void structure_sql(struct text *t, enum statement which)
{
    if (which == ST_STRUCTURE_UP)
        text_add(t, "%s%s", structure_select(), UP_WITH("s.rev", "s.first"));
    else if (which == ST_STRUCTURE_DOWN)
        text_add(t, "%s%s", structure_select(), DOWN_WITH("s.rev", "s.first"));
    else if (which == ST_STRUCTURE_ALL)
        text_add(t, "%s%s", structure_select(), UP("s.rev"));
    else if (which == ST_LEGS)
        text_add(t, "%sWHERE l.rev = ?1 ORDER BY l.n", leg_select());
    else if (which == ST_CAMPAIGN_UP)
        text_add(t, "%s%s", campaign_select(), UP_WITH("c.rev", "c.first"));
    else if (which == ST_CAMPAIGN_DOWN)
        text_add(t, "%s%s", campaign_select(), DOWN_WITH("c.rev", "c.first"));
    else
        text_add(t, "%s%s", campaign_select(), UP("c.rev"));
}

/* Those that need nothing put together. */
static const char *const plain[ST_COUNT] = {
    [ST_BEGIN] = "BEGIN",
    [ST_END] = "COMMIT",
    [ST_META] = "SELECT value FROM meta WHERE key = ?1",
    [ST_PACKET_FLOOR] = "SELECT rev, at_seq, at_ns FROM packet WHERE rev <= ?1 "
                        "ORDER BY rev DESC LIMIT 1",
    [ST_PACKET_FIND] = "SELECT rev FROM packet WHERE rev > ?1 AND rev <= ?2 AND id = ?3 "
                       "ORDER BY rev LIMIT 1",
    [ST_PACKET_NEWEST] = "SELECT id, rev FROM packet_revision WHERE id > ?1 AND id <= ?2 AND "
                         "rev <= ?3 AND NOT first ORDER BY id, rev",
    [ST_REPAIR_UP] = "SELECT rev, seq, target, outcome FROM repair WHERE rev > ?1 AND "
                     "rev <= ?2 ORDER BY rev LIMIT ?3",
    [ST_STRUCTURE_FLOOR] = "SELECT rev, at_seq, at_ns FROM structure WHERE rev <= ?1 "
                           "ORDER BY rev DESC LIMIT 1",
    [ST_CAMPAIGN_FLOOR] = "SELECT rev, at_seq, at_ns FROM campaign WHERE rev <= ?1 "
                          "ORDER BY rev DESC LIMIT 1",
    [ST_STRUCTURE_OF] = "SELECT max(rev) FROM structure WHERE id = ?1 AND rev <= ?2",
    [ST_LEG_OF] = "SELECT DISTINCT s.id FROM leg l JOIN structure s ON s.rev = l.rev WHERE "
                  "l.seq = ?1 AND l.rev <= ?2 ORDER BY s.id",
    [ST_MERGED] = "SELECT DISTINCT k.id FROM packet_more m JOIN packet k ON k.rev = m.rev "
                  "WHERE m.parent = ?1 AND m.rev <= ?2 AND k.id > ?3 ORDER BY k.id LIMIT 1",
    [ST_CAMPAIGN_OF] = "SELECT max(rev) FROM campaign WHERE id = ?1 AND rev <= ?2",
    [ST_REPAIR_OF] = "SELECT rev, seq, target, outcome FROM repair WHERE seq = ?1 "
                     "ORDER BY rev LIMIT 1",
    [ST_OPENS] = "SELECT 1 FROM option_join j JOIN verdict v ON v.id = j.verdict WHERE "
                 "j.seq = ?1 AND j.packet IS NULL AND NOT v.no_packet UNION ALL "
                 "SELECT 1 FROM option_revision WHERE seq = ?1 AND packet = ?1",
    [ST_NAMES_UP] = NAMES "LIMIT ?3",
    [ST_NAMES_DOWN] = NAMES "DESC LIMIT ?3",
    [ST_LANES] = "SELECT at_s, events, prints, packets, gaps, halts, top_packet, "
                 "top_premium_e9, top_side, top_ns FROM lane "
                 "WHERE width_s = ?1 AND at_s > ?2 AND at_s <= ?3",
    [ST_LANE_SEQ] = "SELECT last_seq, at_s FROM lane WHERE width_s = 1 AND at_s <= ?1 "
                    "ORDER BY at_s DESC LIMIT 2",
    [ST_GAP_SPANS] = "SELECT from_ns, to_ns FROM gap WHERE to_ns >= ?1 AND from_ns <= ?2",
    [ST_KEYFRAME] = "SELECT seq, clock_ns, records, digest, quotes, prints, first_part, "
                    "last_part FROM keyframe WHERE seq <= ?1 AND clock_ns <= ?2 AND "
                    "quotes <= ?3 AND prints <= ?4 AND layout = ?5 ORDER BY seq DESC LIMIT 1",
    [ST_KEYFRAME_PART] =
        "SELECT id, kind, entry, n, bytes FROM keyframe_part WHERE id > ?1 AND id <= ?2 "
        "AND (kind < 128 OR keyframe = ?3) ORDER BY id LIMIT 1",
    [ST_BASELINE] = "SELECT symbol, dte, slot, n, counts FROM baseline_cell WHERE "
                    "generation = ?1",
    [ST_OPENING_ALL] = "SELECT " OPENING_NAMES " FROM opening " UP("rev"),
    [ST_OPENING_OF] = "SELECT " OPENING_NAMES " FROM opening WHERE instrument = ?1 AND "
                      "day = ?2 AND seq <= ?3 ORDER BY rev DESC LIMIT 1",
    [ST_MARK_UP] = "SELECT id, letter, at_seq, at_ns, text FROM mark " UP("id"),
    [ST_MARK_DOWN] = "SELECT id, letter, at_seq, at_ns, text FROM mark " DOWN("id"),
    [ST_HALT_UP] = "SELECT seq, ts_ns + lag_ns FROM status " UP_WITH("seq", "code = 'halt'"),
    [ST_HALT_DOWN] = "SELECT seq, ts_ns + lag_ns FROM status " DOWN_WITH("seq", "code = 'halt'"),
    [ST_STATS] = "SELECT key, value FROM meta ORDER BY key LIMIT 1000",
};

static void statement_sql(struct text *t, enum statement which)
{
    int n = (int)which;
    if (plain[n])
        text_add(t, "%s", plain[n]);
    else if (n < ST_RAW_DOWN)
        raw_sql(t, (enum raw_table)(n - ST_RAW_UP), UP("p.seq"));
    else if (n < ST_RAW_FLOOR)
        raw_sql(t, (enum raw_table)(n - ST_RAW_DOWN), DOWN("p.seq"));
    else if (n < ST_RAW_CEILING)
        text_add(t, "SELECT seq, ts_ns, lag_ns FROM %s WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1",
                 raw_table_name((enum raw_table)(n - ST_RAW_FLOOR)));
    else if (n < ST_PRINT_UP)
        text_add(t, "SELECT seq, ts_ns, lag_ns FROM %s WHERE seq >= ?1 ORDER BY seq LIMIT 1",
                 raw_table_name((enum raw_table)(n - ST_RAW_CEILING)));
    else if (n < ST_PACKET_UP)
        print_sql(t, n);
    else if (n == ST_REFERENCE)
        raw_sql(t, RAW_REFERENCE,
                "WHERE p.sym = ?1 AND p.kind = ?2 AND p.seq <= ?3 ORDER BY p.seq DESC LIMIT 1");
    else if (n == ST_REFERENCES)
        raw_sql(t, RAW_REFERENCE,
                "WHERE p.sym = ?1 AND p.kind = ?2 AND p.seq <= ?3 ORDER BY p.seq DESC");
    else if (n == ST_PACKET_UP || n == ST_PACKET_DOWN)
        text_add(t, "%sWHERE k.rev > ?1 AND k.rev <= ?2 AND ifnull(v.first, 1) ORDER BY k.rev %s",
                 packet_select(), n == ST_PACKET_UP ? "LIMIT ?3" : "DESC LIMIT ?3");
    else if (n == ST_PACKET_ALL)
        text_add(t, "%s%s", packet_select(), UP("k.rev"));
    else if (n >= ST_STRUCTURE_UP && n <= ST_CAMPAIGN_ALL)
        structure_sql(t, which);
    else if (n < ST_REVISION_OF)
        text_add(t, "%s%s", revision_select(n == ST_REVISION_UP), UP("j.rev"));
    else if (n < ST_REPAIR_UP)
        text_add(t, "%sWHERE j.seq > ?1 AND j.seq <= ?2 AND j.by_seq <= ?3 ORDER BY j.seq, j.rev",
                 revision_select(n == ST_REVISION_OF));
    else
        text_add(t,
                 "%sWHERE p.seq > ?1 AND p.seq <= ?2 AND j.seq IS NOT NULL AND "
                 "(ifnull(j.packet, p.seq) = ?4 OR p.seq IN (SELECT r.seq FROM option_revision r "
                 "WHERE r.seq > ?1 AND r.seq <= ?2 AND r.packet = ?4)) ORDER BY p.seq LIMIT ?3",
                 print_select(true, true));
}

sqlite3_stmt *reader_statement(struct reader *r, enum statement which)
{
    if (!r->statements[which]) {
        char sql[SQL_MAX];
        struct text t = text_on(sql, sizeof sql);
        statement_sql(&t, which);
        assert(!t.over);
        r->statements[which] = db_prepare(r->db, sql);
    }
    if (r->statements[which])
        sqlite3_reset(r->statements[which]);
    return r->statements[which];
}

sqlite3_stmt *reader_range(struct reader *r, enum statement which, uint64_t low, uint64_t high,
                           int64_t limit)
{
    sqlite3_stmt *s = reader_statement(r, which);
    if (s) {
        sqlite3_bind_int64(s, 1, (int64_t)MIN(low, (uint64_t)INT64_MAX));
        sqlite3_bind_int64(s, 2, (int64_t)MIN(high, (uint64_t)INT64_MAX));
        sqlite3_bind_int64(s, 3, limit);
    }
    return s;
}

static bool is_stopped(const struct reader *r)
{
    return r->stopped && r->stopped(r->stopped_self);
}

int reader_begin(struct reader *r, struct err *err)
{
    assert(!r->spool);
    if (is_stopped(r))
        return err_set(err, ERR_NO_ROWS, "stopped");
    sqlite3_stmt *s = reader_statement(r, ST_BEGIN);
    r->work = 0;
    if (s && sqlite3_step(s) == SQLITE_DONE)
        return 0;
    return reader_fail(r, err, "cannot read");
}

void reader_end(struct reader *r)
{
    for (int i = ST_META; i < ST_COUNT; i++)
        if (r->statements[i])
            sqlite3_reset(r->statements[i]);
    sqlite3_stmt *s = reader_statement(r, ST_END);
    if (s)
        sqlite3_step(s);
}

int reader_fail(struct reader *r, struct err *err, const char *what)
{
    if (is_stopped(r))
        return err_set(err, ERR_NO_ROWS, "stopped");
    if (sqlite3_errcode(r->db) == SQLITE_INTERRUPT)
        return err_set(err, ERR_DAMAGED, "%s %s: reading it takes far too much work", what,
                       r->path);
    return db_fail(r->db, err, what, r->path);
}

int reader_damaged(struct reader *r, struct err *err, const char *table, uint64_t key)
{
    return err_set(err, ERR_DAMAGED, "%s is damaged: row %" PRIu64 " of %s makes no sense", r->path,
                   key, table);
}

int reader_row(struct reader *r, sqlite3_stmt *s, enum raw_table t, struct event *ret,
               struct err *err)
{
    if (row_read(s, 0, t, &r->dims, r->symbols, ret))
        return 0;
    int rc = reader_refresh(r, err);
    if (rc)
        return rc;
    return row_read(s, 0, t, &r->dims, r->symbols, ret)
               ? 0
               : reader_damaged(r, err, raw_table_name(t), ret->seq);
}

int reader_print_row(struct reader *r, sqlite3_stmt *s, bool option, struct event *ev, bool quotes,
                     struct join *join, bool *ret_any, struct err *err)
{
    enum raw_table t = option ? RAW_OPTION_PRINT : RAW_EQUITY_PRINT;
    int at;
    raw_table_columns(t, &at);
    int rc = reader_row(r, s, t, ev, err);
    bool ok = rc == 0 && join_read(s, at, ev, &r->dims, join, ret_any);
    if (rc == 0 && !ok && (rc = reader_refresh(r, err)) == 0)
        ok = join_read(s, at, ev, &r->dims, join, ret_any);
    if (ok && quotes && *ret_any)
        ok = join_quotes(s, at, option, join);
    return rc   ? rc
           : ok ? 0
                : reader_damaged(r, err, option ? "option_join" : "equity_join", ev->seq);
}

int reader_revision_row(struct reader *r, sqlite3_stmt *s, bool option, uint64_t *ret_rev,
                        struct join *ret, struct err *err)
{
    if (revision_read(s, option, &r->dims, ret_rev, ret))
        return 0;
    int rc = reader_refresh(r, err);
    if (rc)
        return rc;
    return revision_read(s, option, &r->dims, ret_rev, ret)
               ? 0
               : reader_damaged(r, err, option ? "option_revision" : "equity_revision", *ret_rev);
}

int reader_packet_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev, struct packet *ret,
                      struct err *err)
{
    if (packet_read(s, &r->dims, r->symbols, ret_rev, ret))
        return 0;
    int rc = reader_refresh(r, err);
    if (rc)
        return rc;
    return packet_read(s, &r->dims, r->symbols, ret_rev, ret)
               ? 0
               : reader_damaged(r, err, "packet", *ret_rev);
}

/* Names. */

static bool restore_name(struct reader *r, sqlite3_stmt *s)
{
    struct instrument in = {0};
    const char *name = (const char *)sqlite3_column_text(s, 1);
    const char *right = (const char *)sqlite3_column_text(s, 4);
    int64_t id = sqlite3_column_int64(s, 0), under = sqlite3_column_int64(s, 2);
    if (!name || id <= symbols_count(r->symbols) || id >= LIMIT_INSTRUMENTS ||
        strlen(name) >= sizeof in.symbol)
        return false;
    /* An exported session has only the names it needs; ids stay what they were. */
    while (symbols_count(r->symbols) + 1 < id) {
        struct instrument hole = {.id = symbols_count(r->symbols) + 1};
        hole.underlying = hole.id;
        snprintf(hole.symbol, sizeof hole.symbol, "#%u", hole.id);
        if (!symbols_restore(r->symbols, &hole))
            return false;
    }
    text_clean(in.symbol, sizeof in.symbol, name, strlen(name));
    in.id = in.underlying = (uint32_t)id;
    if (right) {
        const struct instrument *u = symbols_get(r->symbols, (uint32_t)under);
        in.right = right[0];
        in.expiry = (int32_t)sqlite3_column_int(s, 3);
        in.strike_px = sqlite3_column_int64(s, 5);
        in.index = sqlite3_column_int(s, 6) != 0;
        in.underlying = (uint32_t)under;
        if (under < 1 || under >= id || !u || u->right || (in.right != 'C' && in.right != 'P') ||
            !calendar_valid(in.expiry) || in.strike_px < 0 || strlen(in.symbol) != 21)
            return false;
    }
    return symbols_restore(r->symbols, &in);
}

static int load_names(struct reader *r, struct err *err)
{
    sqlite3_stmt *s;
    int rc = sqlite3_prepare_v2(
        r->db,
        "SELECT id, symbol, NULL, NULL, NULL, NULL, NULL FROM symbol WHERE id > ?1 UNION ALL "
        "SELECT id, osi, underlying, expiry, \"right\", strike_e9, index_root FROM instrument "
        "WHERE id > ?1 ORDER BY id",
        -1, &s, NULL);
    if (rc != SQLITE_OK)
        return reader_fail(r, err, "cannot read the names of");
    sqlite3_bind_int64(s, 1, symbols_count(r->symbols));
    int code = 0;
    while (!code && (rc = sqlite3_step(s)) == SQLITE_ROW)
        if (!restore_name(r, s))
            code = reader_damaged(r, err, "instrument", (uint64_t)sqlite3_column_int64(s, 0));
    if (!code && rc != SQLITE_DONE)
        code = reader_fail(r, err, "cannot read the names of");
    sqlite3_finalize(s);
    return code;
}

/* Texts must come back under their numbers. Where cleaning has made two alike, or an export left
 * one out, a stand-in keeps the place. */
static bool restore_text(struct reader *r, uint64_t n, const char *text, bool code)
{
    char stand_in[32];
    size_t len = text ? strlen(text) : 0;
    uint64_t got = 0;
    if (len && len <= 64 && !code)
        got = ident_of(r->idents, text, len);
    else if (len && len <= 64)
        got = ident_code(r->idents, text, len);
    if (got == (code ? n : TEXT_ID | n))
        return true;
    len = (size_t)snprintf(stand_in, sizeof stand_in, "#%" PRIu64, n);
    got = code ? ident_code(r->idents, stand_in, len) : ident_of(r->idents, stand_in, len);
    return got == (code ? n : TEXT_ID | n);
}

static int load_texts(struct reader *r, bool code, uint64_t *loaded, struct err *err)
{
    sqlite3_stmt *s;
    int rc = sqlite3_prepare_v2(r->db,
                                code ? "SELECT n, text FROM code WHERE n > ?1 ORDER BY n"
                                     : "SELECT n, text FROM ident WHERE n > ?1 ORDER BY n",
                                -1, &s, NULL);
    if (rc != SQLITE_OK)
        return reader_fail(r, err, "cannot read the ids of");
    sqlite3_bind_int64(s, 1, (int64_t)*loaded);
    bool ok = true;
    while (ok && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        int64_t n = sqlite3_column_int64(s, 0);
        ok = n <= (code ? UINT16_MAX : 1 << 30);
        while (ok && *loaded + 1 < (uint64_t)n)
            ok = restore_text(r, ++*loaded, NULL, code);
        ok = ok && restore_text(r, ++*loaded, (const char *)sqlite3_column_text(s, 1), code);
    }
    sqlite3_finalize(s);
    if (!ok)
        return reader_damaged(r, err, code ? "code" : "ident", *loaded);
    return rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read the ids of");
}

int reader_refresh(struct reader *r, struct err *err)
{
    if (r->spool)
        return 0;
    uint64_t codes = ident_code_count(r->idents);
    int rc = load_names(r, err);
    if (rc == 0)
        rc = load_texts(r, false, &r->n_idents, err);
    if (rc == 0)
        rc = load_texts(r, true, &codes, err);
    if (rc == 0 && dim_load(r->db, &r->dims) != SQLITE_OK)
        rc = reader_fail(r, err, "cannot read");
    return rc;
}

/* Opening. */

static int on_progress(void *self)
{
    struct reader *r = self;
    return is_stopped(r) || (r->work_limit && ++r->work > r->work_limit);
}

void reader_watch(struct reader *r, bool (*stopped)(void *self), void *self)
{
    r->stopped = stopped;
    r->stopped_self = self;
}

static int open_defensive(struct reader *r, struct err *err)
{
    static const struct {
        int id, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 16 << 20},   {SQLITE_LIMIT_SQL_LENGTH, 100000},
        {SQLITE_LIMIT_COLUMN, 100},        {SQLITE_LIMIT_EXPR_DEPTH, 100},
        {SQLITE_LIMIT_COMPOUND_SELECT, 8}, {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},   {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    int rc = sqlite3_open_v2(r->path, &r->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK)
        return reader_fail(r, err, "cannot open");
    sqlite3_extended_result_codes(r->db, 1);
    sqlite3_busy_timeout(r->db, 2000);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        sqlite3_limit(r->db, limits[i].id, limits[i].value);
    sqlite3_progress_handler(r->db, WORK_STEP, on_progress, r);
    r->work_limit = WORK_LIMIT;
    rc = db_exec(r->db, "PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0; PRAGMA mmap_size=0;"
                        "PRAGMA cell_size_check=1; PRAGMA cache_size=-8000;"
                        "PRAGMA temp_store=MEMORY");
    return rc == SQLITE_OK ? 0 : reader_fail(r, err, "cannot open");
}

/* The tables this program reads must be tables: a view of the same name could be anything. */
static bool tables_there(sqlite3 *db)
{
    static const char *const others[] = {"meta",
                                         "symbol",
                                         "instrument",
                                         "ident",
                                         "code",
                                         "packet",
                                         "option_join",
                                         "equity_join",
                                         "packet_sum",
                                         "option_revision",
                                         "equity_revision",
                                         "packet_revision",
                                         "repair",
                                         "structure",
                                         "leg",
                                         "campaign",
                                         "opening",
                                         "baseline_cell",
                                         "lane",
                                         "keyframe",
                                         "keyframe_part"};
    char sql[1024];
    struct text t = text_on(sql, sizeof sql);
    int64_t n = ARRAY_LEN(others) + RAW_COUNT + DIM_COUNT;
    text_add(&t, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql LIKE "
                 "'CREATE TABLE%%' AND rootpage > 0 AND name IN (''");
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        text_add(&t, ", '%s'", others[i]);
    for (int i = 0; i < RAW_COUNT; i++)
        text_add(&t, ", '%s'", raw_table_name((enum raw_table)i));
    for (int i = 0; i < DIM_COUNT; i++)
        text_add(&t, ", '%s'", dim_table((enum dim)i));
    text_add(&t, ")");
    return db_int(db, sql, -1) == n;
}

static int check_kind(struct reader *r, struct err *err)
{
    int64_t id = db_int(r->db, "PRAGMA application_id", -1);
    int rc = sqlite3_errcode(r->db);
    if (rc == SQLITE_NOTADB || (id != SCHEMA_APPLICATION_ID && db_code(rc) == ERR_OK))
        return err_set(err, ERR_USAGE, "%s is not a tapedeck session", r->path);
    if (id != SCHEMA_APPLICATION_ID)
        return reader_fail(r, err, "cannot open");
    int64_t version = db_int(r->db, "PRAGMA user_version", 0);
    r->newer = version > SCHEMA_VERSION;
    if (version < 1)
        return err_set(err, ERR_DAMAGED, "%s is damaged: it has no schema version", r->path);
    if (!tables_there(r->db))
        return db_code(sqlite3_errcode(r->db)) == ERR_OK
                   ? err_set(err, ERR_DAMAGED, "%s is damaged: tables are missing", r->path)
                   : reader_fail(r, err, "cannot open");
    return 0;
}

int reader_open(const char *path, struct reader **ret, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_set(err, ERR_USAGE, "cannot open %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_USAGE, "%s is not a tapedeck session (not a file)", path);
    struct reader *r = mem_alloc(sizeof *r);
    r->path = mem_strndup(path, strlen(path));
    r->symbols = symbols_create();
    r->idents = idents_create();
    int rc = open_defensive(r, err);
    if (rc == 0)
        rc = check_kind(r, err);
    if (rc == 0 && (rc = reader_begin(r, err)) == 0) {
        rc = reader_refresh(r, err);
        reader_end(r);
    }
    if (rc) {
        reader_close(r);
        return rc;
    }
    *ret = r;
    return 0;
}

int reader_again(const struct reader *r, struct reader **ret, struct err *err)
{
    return reader_open(r->path, ret, err);
}

void reader_close(struct reader *r)
{
    if (!r)
        return;
    spool_destroy(r->spool);
    for (int i = 0; i < ST_COUNT; i++)
        sqlite3_finalize(r->statements[i]);
    sqlite3_close(r->db);
    symbols_destroy(r->symbols);
    idents_destroy(r->idents);
    dim_free(&r->dims);
    mem_free(r->stats);
    keyframe_reader_free(r);
    mem_free(r->path);
    mem_free(r);
}

struct symbols *reader_symbols(struct reader *r)
{
    return r->symbols;
}

struct idents *reader_idents(struct reader *r)
{
    return r->idents;
}

bool reader_newer(const struct reader *r)
{
    return r->newer;
}

/* Facts. */

int reader_meta(struct reader *r, const char *key, char *buf, size_t cap)
{
    struct playhead first = {0};
    r = reader_part(r, &first);
    sqlite3_stmt *s = reader_statement(r, ST_META);
    int rc = -ERR_NO_ROWS;
    assert(cap > 0);
    buf[0] = '\0';
    if (!s)
        return rc;
    sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(s) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        if (text)
            text_clean(buf, cap, text, strlen(text));
        rc = 0;
    }
    sqlite3_reset(s);
    return rc;
}

static uint64_t meta_number(struct reader *r, const char *key, int base)
{
    char buf[64];
    return reader_meta(r, key, buf, sizeof buf) == 0 ? strtoull(buf, NULL, base) : 0;
}

int reader_state(struct reader *r, struct reader_state *ret, struct err *err)
{
    if (r->spool)
        return spool_state(r->spool, ret, err);
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    *ret = (struct reader_state){
        .seq = meta_number(r, "stamp.seq", 10),
        .records = meta_number(r, "stamp.records", 10),
        .digest = meta_number(r, "stamp.digest", 16),
        .clock_ns = (int64_t)meta_number(r, "stamp.clock_ns", 10),
        .policy_hash = meta_number(r, "policy_hash", 16),
        .engine_version = (int)meta_number(r, "engine_version", 10),
        .closed = meta_number(r, "closed", 10) == 1,
        .exported = meta_number(r, "exported", 10) == 1,
    };
    reader_end(r);
    return 0;
}

/* First or last row of all raw tables. */
static int edge(struct reader *r, bool last, uint64_t *ret_seq, int64_t *ret_ns, struct err *err)
{
    uint64_t best = 0;
    for (int t = 0; t < RAW_COUNT; t++) {
        enum statement which = (enum statement)((last ? ST_RAW_FLOOR : ST_RAW_CEILING) + t);
        sqlite3_stmt *s = reader_statement(r, which);
        if (!s)
            return reader_fail(r, err, "cannot read");
        sqlite3_bind_int64(s, 1, last ? INT64_MAX : 1);
        int rc = sqlite3_step(s);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            return reader_fail(r, err, "cannot read");
        uint64_t seq = rc == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
        if (seq && (!best || (last ? seq > best : seq < best))) {
            best = seq;
            *ret_ns = (int64_t)((uint64_t)sqlite3_column_int64(s, 1) +
                                (uint64_t)sqlite3_column_int64(s, 2));
        }
        sqlite3_reset(s);
    }
    *ret_seq = best;
    return 0;
}

int reader_span(struct reader *r, struct session_span *ret, struct err *err)
{
    if (r->spool)
        return spool_span(r->spool, ret);
    struct session_span span = {0};
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = edge(r, false, &span.first_seq, &span.first_ns, err);
    if (rc == 0)
        rc = edge(r, true, &span.last_seq, &span.last_ns, err);
    reader_end(r);
    if (rc == 0)
        *ret = span;
    return rc;
}

/* Streams. Each table gives its rows in order of seq; the lowest head goes next. */

int reader_step(struct reader *r, sqlite3_stmt *s, uint64_t *head, struct err *err)
{
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW)
        *head = (uint64_t)sqlite3_column_int64(s, 0);
    else if (rc == SQLITE_DONE)
        *head = UINT64_MAX;
    else
        return reader_fail(r, err, "cannot read");
    return 0;
}

/* tables: bits of enum raw_table. */
static int merge_events(struct reader *r, unsigned tables, uint64_t after, struct event *ret, int n,
                        struct err *err)
{
    sqlite3_stmt *s[RAW_COUNT];
    uint64_t head[RAW_COUNT];
    int rc = 0, got = 0;
    for (int t = 0; t < RAW_COUNT && rc == 0; t++) {
        head[t] = UINT64_MAX;
        if (!(tables & 1u << t))
            continue;
        s[t] = reader_range(r, (enum statement)(ST_RAW_UP + t), after, UINT64_MAX, n);
        rc = s[t] ? reader_step(r, s[t], &head[t], err) : reader_fail(r, err, "cannot read");
    }
    while (rc == 0 && got < n) {
        int low = 0;
        for (int t = 1; t < RAW_COUNT; t++)
            low = head[t] < head[low] ? t : low;
        if (head[low] == UINT64_MAX)
            break;
        rc = reader_row(r, s[low], (enum raw_table)low, &ret[got++], err);
        if (rc == 0)
            rc = reader_step(r, s[low], &head[low], err);
    }
    return rc ? rc : got;
}

static int read_events(struct reader *r, unsigned tables, uint64_t after, struct event *ret,
                       size_t n, struct err *err)
{
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = merge_events(r, tables, after, ret, (int)MIN(n, (size_t)CHUNK), err);
    reader_end(r);
    return rc;
}

int reader_events(struct reader *r, uint64_t after, struct event *ret, size_t n, struct err *err)
{
    if (r->spool)
        return spool_events(r->spool, after, ret, n, err);
    return read_events(r, (1u << RAW_COUNT) - 1, after, ret, n, err);
}

int reader_quotes(struct reader *r, uint64_t after, struct event *ret, size_t n, struct err *err)
{
    return read_events(r, 1u << RAW_OPTION_QUOTE | 1u << RAW_EQUITY_QUOTE, after, ret, n, err);
}
