/* The writing thread of a session. See writer.h.
 *
 * A transaction is open while there are rows that are not committed. It is committed only where a
 * stamp has come and no row after it, so what is in the file is always cut between whole events and
 * the stamp in meta tells of exactly the rows beside it. On an SQLite error the transaction is
 * given up, the error is shown, and from then on messages are taken and thrown away: the loop is
 * never held up by a dead disk. */
#include "store/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/bits.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/calendar.h"
#include "store/baseline_row.h"
#include "store/batch.h"
#include "store/dim.h"
#include "store/keyframe.h"
#include "store/lane.h"
#include "store/mark_row.h"
#include "store/opening_row.h"
#include "store/row.h"
#include "store/schema.h"
#include "store/structure_row.h"

#define COMMIT_EVENTS 10000
#define COMMIT_NS     (250 * NS_PER_MS)
#define SLEEP_MIN_NS  (NS_PER_MS / 2)
#define SLEEP_MAX_NS  (20 * NS_PER_MS)
#define RECENT        (1u << 16) /* prints remembered, by seq: a packet closes within that many */

enum put { /* tables that are written besides the raw ones */
           PUT_SYMBOL,
           PUT_INSTRUMENT,
           PUT_IDENT,
           PUT_CODE,
           PUT_OPTION_JOIN,
           PUT_EQUITY_JOIN,
           PUT_PACKET,
           PUT_PACKET_SUM,
           PUT_PACKET_MORE,
           PUT_OPTION_REVISION,
           PUT_EQUITY_REVISION,
           PUT_PACKET_REVISION,
           PUT_REPAIR,
           PUT_STRUCTURE,
           PUT_LEG,
           PUT_CAMPAIGN,
           PUT_OPENING,
           PUT_COUNT
};
static const struct {
    const char *table;
    int n;
} puts_of[PUT_COUNT] = {
    [PUT_SYMBOL] = {"symbol", 2},
    [PUT_INSTRUMENT] = {"instrument", 11},
    [PUT_IDENT] = {"ident", 2},
    [PUT_CODE] = {"code", 2},
    [PUT_OPTION_JOIN] = {"option_join", OPTION_JOIN_COLUMNS},
    [PUT_EQUITY_JOIN] = {"equity_join", EQUITY_JOIN_COLUMNS},
    [PUT_PACKET] = {"packet", PACKET_ROW_COLUMNS},
    [PUT_PACKET_SUM] = {"packet_sum", PACKET_SUM_COLUMNS},
    [PUT_PACKET_MORE] = {"packet_more", PACKET_MORE_COLUMNS},
    [PUT_OPTION_REVISION] = {"option_revision", OPTION_REVISION_COLUMNS},
    [PUT_EQUITY_REVISION] = {"equity_revision", EQUITY_REVISION_COLUMNS},
    [PUT_PACKET_REVISION] = {"packet_revision", PACKET_REVISION_COLUMNS},
    [PUT_REPAIR] = {"repair", REPAIR_COLUMNS},
    [PUT_STRUCTURE] = {"structure", STRUCTURE_COLUMNS},
    [PUT_LEG] = {"leg", LEG_COLUMNS},
    [PUT_CAMPAIGN] = {"campaign", CAMPAIGN_COLUMNS},
    [PUT_OPENING] = {"opening", OPENING_COLUMNS},
};

struct tally { /* goes into meta, so that readers need not count */
    uint64_t raw[RAW_COUNT], put[PUT_COUNT];
    /* Of option and equity prints, as in force: sold, none, bought (cancelled ones are in none of
     * the three); and how many were cancelled or corrected. */
    uint64_t side[2][3], revised[2][REV_COUNT];
    uint64_t repairs[REPAIR_COUNT];
};

struct writer {
    struct writer_shared *shared;
    sqlite3 *db;
    struct dim_writer *dims;
    struct lane_writer *lanes;
    struct keyframe_writer *keyframes;
    struct batch *raw[RAW_COUNT], *put[PUT_COUNT];
    struct cells cells; /* the row being made */
    sqlite3_stmt *begin, *commit, *meta, *mark, *unmark, *baseline, *pages, *in_force;
    struct lone_print *recent;
    struct bits *packets, *structures, *campaigns; /* ids that have a version */
    struct event print;                            /* the last print, whose join comes next */
    struct store_stamp stamp;
    struct tally now, stamped, written;
    uint64_t records; /* joins and packets taken: the emission ordinal */
    uint64_t records_stamped;
    uint64_t uncommitted; /* events */
    int64_t first_ns;     /* when the first uncommitted row was taken; 0 = none */
    bool open;            /* a transaction is */
    bool stamp_is_last;   /* no row has come after the last stamp */
    bool failed;
};

struct writer *writer_create(sqlite3 *db, struct writer_shared *shared)
{
    struct writer *w = mem_alloc(sizeof *w);
    w->db = db;
    w->shared = shared;
    w->stamp_is_last = true;
    w->recent = mem_reserve(RECENT * sizeof *w->recent);
    w->packets = bits_create();
    w->structures = bits_create();
    w->campaigns = bits_create();
    w->dims = dim_writer_create(db);
    w->lanes = lane_writer_create(db);
    w->keyframes = keyframe_writer_create(db);
    bool ok = w->dims && w->lanes && w->keyframes;
    for (int t = 0; t < RAW_COUNT; t++) {
        int n;
        raw_table_columns((enum raw_table)t, &n);
        w->raw[t] = batch_create(db, raw_table_name((enum raw_table)t), n);
        ok = ok && w->raw[t];
    }
    for (int t = 0; t < PUT_COUNT; t++) {
        w->put[t] = batch_create(db, puts_of[t].table, puts_of[t].n);
        ok = ok && w->put[t];
    }
    w->begin = db_prepare(db, "BEGIN IMMEDIATE");
    w->commit = db_prepare(db, "COMMIT");
    w->meta = db_prepare(db, DB_PUT_SQL);
    w->mark = db_prepare(db, MARK_PUT_SQL);
    w->baseline = db_prepare(db, BASELINE_PUT_SQL);
    w->unmark = db_prepare(db, MARK_DROP_SQL);
    w->pages = db_prepare(db, "PRAGMA page_count");
    w->in_force = db_prepare(
        db, "SELECT equity, v.side, v.revision FROM ("
            "SELECT 0 AS equity, 0 AS rev, verdict FROM option_join WHERE seq = ?1 UNION ALL "
            "SELECT 1, 0, verdict FROM equity_join WHERE seq = ?1 UNION ALL "
            "SELECT 0, rev, verdict FROM option_revision WHERE seq = ?1 UNION ALL "
            "SELECT 1, rev, verdict FROM equity_revision WHERE seq = ?1) "
            "JOIN verdict v ON v.id = verdict ORDER BY rev DESC LIMIT 1");
    if (ok && w->begin && w->commit && w->meta && w->mark && w->unmark && w->baseline && w->pages &&
        w->in_force)
        return w;
    writer_destroy(w);
    return NULL;
}

void writer_destroy(struct writer *w)
{
    if (!w)
        return;
    for (int t = 0; t < RAW_COUNT; t++)
        batch_destroy(w->raw[t]);
    for (int t = 0; t < PUT_COUNT; t++)
        batch_destroy(w->put[t]);
    sqlite3_finalize(w->begin);
    sqlite3_finalize(w->commit);
    sqlite3_finalize(w->meta);
    sqlite3_finalize(w->mark);
    sqlite3_finalize(w->baseline);
    sqlite3_finalize(w->unmark);
    sqlite3_finalize(w->pages);
    sqlite3_finalize(w->in_force);
    bits_destroy(w->packets);
    bits_destroy(w->structures);
    bits_destroy(w->campaigns);
    dim_writer_destroy(w->dims);
    lane_writer_destroy(w->lanes);
    keyframe_writer_destroy(w->keyframes);
    mem_unreserve(w->recent, RECENT * sizeof *w->recent);
    sqlite3_close_v2(w->db);
    mem_free(w);
}

/* The first error stands; nothing is written after it. */
static void fail(struct writer *w, const char *doing)
{
    int rc = sqlite3_extended_errcode(w->db);
    enum err_code code = db_code(rc);
    if (w->failed)
        return;
    char text[256];
    snprintf(text, sizeof text, "%s: %s; recording has stopped, what was committed is safe", doing,
             sqlite3_errmsg(w->db));
    text_clean(w->shared->error_text, sizeof w->shared->error_text, text, strlen(text));
    db_exec(w->db, "ROLLBACK");
    w->failed = true;
    w->open = false;
    w->first_ns = 0;
    atomic_store(&w->shared->error, code == ERR_DAMAGED ? ERR_DAMAGED : ERR_DISK);
}

static bool step(struct writer *w, sqlite3_stmt *s, const char *doing)
{
    sqlite3_step(s);
    if (sqlite3_reset(s) == SQLITE_OK)
        return true;
    fail(w, doing);
    return false;
}

/* Before every row: opens the transaction, and remembers that the stamp is no longer the end. */
static bool begin_row(struct writer *w)
{
    w->stamp_is_last = false;
    if (w->open)
        return true;
    w->open = step(w, w->begin, "cannot begin a transaction");
    w->first_ns = clock_mono_ns();
    return w->open;
}

/* Adds the row made in w->cells; made says whether that went well. */
static void add(struct writer *w, struct batch *to, bool made)
{
    if (!made || batch_add(to, &w->cells) != SQLITE_OK)
        fail(w, "cannot write a row");
}

static struct cells *new_row(struct writer *w)
{
    cells_clear(&w->cells);
    return &w->cells;
}

static void flush_batches(struct writer *w)
{
    for (int t = 0; t < RAW_COUNT && !w->failed; t++)
        if (batch_flush(w->raw[t]) != SQLITE_OK)
            fail(w, "cannot write rows");
    for (int t = 0; t < PUT_COUNT && !w->failed; t++)
        if (batch_flush(w->put[t]) != SQLITE_OK)
            fail(w, "cannot write rows");
}

static struct lone_print *recent(struct writer *w, uint64_t seq)
{
    return &w->recent[seq & (RECENT - 1)];
}

static void take_event(struct writer *w, const void *payload)
{
    const struct event *ev = payload;
    enum raw_table t = raw_table_of((enum event_kind)ev->kind);
    if (ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT)
        w->print = *ev;
    w->uncommitted++;
    w->now.raw[t]++;
    if (lane_event(w->lanes, ev) != SQLITE_OK)
        fail(w, "cannot write a summary");
    add(w, w->raw[t], row_cells(new_row(w), ev, w->dims));
}

/* What is said of a print now: from memory, else from the file. */
static bool in_force(struct writer *w, uint64_t seq, struct lone_print *ret)
{
    *ret = *recent(w, seq);
    if (ret->seq == seq)
        return true;
    flush_batches(w);
    if (w->failed)
        return false;
    sqlite3_bind_int64(w->in_force, 1, (int64_t)seq);
    bool found = sqlite3_step(w->in_force) == SQLITE_ROW;
    if (found)
        *ret = (struct lone_print){.equity = sqlite3_column_int(w->in_force, 0) != 0,
                                   .side = (int8_t)sqlite3_column_int(w->in_force, 1),
                                   .revision = (uint8_t)sqlite3_column_int(w->in_force, 2)};
    if (sqlite3_reset(w->in_force) != SQLITE_OK)
        fail(w, "cannot read what is revised");
    return found;
}

static void count_join(struct writer *w, bool equity, int side, uint8_t revision, uint64_t by)
{
    if (revision != REV_CANCELLED)
        w->now.side[equity][side < 0 ? 0 : side > 0 ? 2 : 1] += by;
    w->now.revised[equity][revision] += by;
}

/* A later version of a print that was stored before. */
static void take_revision(struct writer *w, const struct join *j)
{
    struct lone_print was;
    if (!in_force(w, j->seq, &was)) {
        fail(w, "cannot find the print that is revised");
        return;
    }
    count_join(w, was.equity, was.side, was.revision, UINT64_MAX); /* less one */
    count_join(w, was.equity, j->side, j->revision, 1);
    if (recent(w, j->seq)->seq == j->seq) {
        recent(w, j->seq)->side = j->side;
        recent(w, j->seq)->revision = j->revision;
    }
    enum put t = was.equity ? PUT_EQUITY_REVISION : PUT_OPTION_REVISION;
    w->now.put[t]++;
    add(w, w->put[t], revision_cells(new_row(w), w->records, j, !was.equity, w->dims));
}

static void take_join(struct writer *w, const void *payload)
{
    struct join j;
    memcpy(&j, payload, sizeof j);
    w->records++;
    if (j.by_seq) {
        take_revision(w, &j);
        return;
    }
    assert(w->print.seq == j.seq); /* a first join comes before the next print */
    bool option = w->print.kind == EV_OPTION_PRINT;
    enum put t = option ? PUT_OPTION_JOIN : PUT_EQUITY_JOIN;
    if (j.reason != SR_CANCELLED) /* a cancel is no trade */
        count_join(w, !option, j.side, j.revision, 1);
    *recent(w, j.seq) = (struct lone_print){.seq = j.seq,
                                            .px = w->print.u.print.px,
                                            .qty = w->print.u.print.qty,
                                            .ts_ns = w->print.ts_ns,
                                            .notional = j.notional,
                                            .sym = w->print.sym,
                                            .side = j.side,
                                            .revision = j.revision,
                                            .equity = !option};
    w->now.put[t]++;
    add(w, w->put[t], join_cells(new_row(w), &j, &w->print, option, w->dims));
}

static void take_packet(struct writer *w, const void *payload)
{
    struct packet p;
    memcpy(&p, payload, sizeof p);
    uint64_t rev = ++w->records;
    bool first = bits_add(w->packets, p.id);
    w->now.put[PUT_PACKET]++;
    if (lane_packet(w->lanes, &p, first) != SQLITE_OK)
        fail(w, "cannot write a summary");
    add(w, w->put[PUT_PACKET], packet_cells(new_row(w), rev, &p, w->dims));
    if (!packet_is_lone(&p, recent(w, p.id))) {
        w->now.put[PUT_PACKET_SUM]++;
        packet_sum_cells(new_row(w), rev, &p);
        add(w, w->put[PUT_PACKET_SUM], true);
    }
    if (packet_has_more(&p)) {
        w->now.put[PUT_PACKET_MORE]++;
        packet_more_cells(new_row(w), rev, &p);
        add(w, w->put[PUT_PACKET_MORE], true);
    }
    if (p.by_seq || !first) {
        w->now.put[PUT_PACKET_REVISION]++;
        packet_revision_cells(new_row(w), rev, &p, first);
        add(w, w->put[PUT_PACKET_REVISION], true);
    }
}

static void take_repair(struct writer *w, const void *payload)
{
    struct repair p;
    memcpy(&p, payload, sizeof p);
    assert(p.outcome < REPAIR_COUNT);
    w->now.repairs[p.outcome]++;
    w->now.put[PUT_REPAIR]++;
    repair_cells(new_row(w), ++w->records, &p);
    add(w, w->put[PUT_REPAIR], true);
}

static void take_structure(struct writer *w, const void *payload)
{
    struct structure s;
    memcpy(&s, payload, sizeof s);
    uint64_t rev = ++w->records;
    w->now.put[PUT_STRUCTURE]++;
    structure_cells(new_row(w), rev, &s, bits_add(w->structures, s.id));
    add(w, w->put[PUT_STRUCTURE], true);
    for (int i = 0; i < s.n_legs; i++) {
        w->now.put[PUT_LEG]++;
        leg_cells(new_row(w), rev, &s, i);
        add(w, w->put[PUT_LEG], true);
    }
}

static void take_campaign(struct writer *w, const void *payload)
{
    struct campaign c;
    memcpy(&c, payload, sizeof c);
    w->now.put[PUT_CAMPAIGN]++;
    campaign_cells(new_row(w), ++w->records, &c, bits_add(w->campaigns, c.id));
    add(w, w->put[PUT_CAMPAIGN], true);
}

static void take_opening(struct writer *w, const void *payload)
{
    struct opening o;
    memcpy(&o, payload, sizeof o);
    w->now.put[PUT_OPENING]++;
    opening_cells(new_row(w), ++w->records, &o);
    add(w, w->put[PUT_OPENING], true);
}

static void take_symbol(struct writer *w, const void *payload)
{
    const struct instrument *in = payload;
    enum put t = in->right ? PUT_INSTRUMENT : PUT_SYMBOL;
    struct cells *c = new_row(w);
    cell_int(c, 0, in->id);
    if (in->right) {
        cell_int(c, 1, in->underlying);
        cell_odd(c, 2, SQLITE_TEXT, in->symbol, strlen(in->symbol));
        cell_int(c, 3, in->expiry);
        cell_odd(c, 4, SQLITE_TEXT, &in->right, 1);
        cell_int(c, 5, in->strike_px);
        cell_int(c, 6, in->index);
        cell_int(c, 7, in->settlement);
        cell_int(c, 8, in->style);
        cell_int(c, 9, in->adjusted);
        cell_int(c, 10, in->multiplier);
    } else
        cell_odd(c, 1, SQLITE_TEXT, in->symbol, strlen(in->symbol));
    w->now.put[t]++;
    add(w, w->put[t], true);
}

static void take_text(struct writer *w, const struct msg_text *t, enum put put)
{
    struct cells *c = new_row(w);
    cell_int(c, 0, (int64_t)t->n);
    cell_odd(c, 1, SQLITE_TEXT, t->text, strlen(t->text));
    w->now.put[put]++;
    add(w, w->put[put], true);
}

static void take_ident(struct writer *w, const void *payload)
{
    take_text(w, payload, PUT_IDENT);
}

static void take_code(struct writer *w, const void *payload)
{
    take_text(w, payload, PUT_CODE);
}

static void take_meta(struct writer *w, const void *payload)
{
    const char *key = payload;
    if (db_put(w->meta, key, key + strlen(key) + 1) != SQLITE_OK)
        fail(w, "cannot write meta");
}

static void take_frame(struct writer *w, const void *payload)
{
    struct frame *f;
    uint64_t bytes = 0;
    memcpy(&f, payload, sizeof f);
    if (!w->failed && begin_row(w) && keyframe_put(w->keyframes, f, &bytes) != SQLITE_OK)
        fail(w, "cannot write a keyframe");
    atomic_fetch_add(&w->shared->frame_bytes, bytes);
    frame_free(f);
}

static void take_baseline(struct writer *w, const void *payload)
{
    if (baseline_put(w->baseline, payload) != SQLITE_OK)
        fail(w, "cannot write a baseline");
}

static void take_mark(struct writer *w, const void *payload)
{
    struct tape_mark m;
    memcpy(&m, payload, sizeof m);
    if (mark_bind(m.gone ? w->unmark : w->mark, &m) != SQLITE_OK)
        fail(w, "cannot write a mark");
}

static void put_count(struct writer *w, const char *group, const char *name, uint64_t now,
                      uint64_t *written)
{
    char key[64], value[24];
    if (now == *written)
        return;
    snprintf(key, sizeof key, "%s.%s", group, name);
    snprintf(value, sizeof value, "%" PRIu64, now);
    if (db_put(w->meta, key, value) == SQLITE_OK)
        *written = now;
    else
        fail(w, "cannot write meta");
}

static void put_tally(struct writer *w)
{
    static const char *const sides[2][3] = {{"option_sell", "option_none", "option_buy"},
                                            {"equity_sell", "equity_none", "equity_buy"}};
    static const char *const prints[2][REV_COUNT] = {
        {[REV_CANCELLED] = "option_cancelled", [REV_CORRECTED] = "option_corrected"},
        {[REV_CANCELLED] = "equity_cancelled", [REV_CORRECTED] = "equity_corrected"}};
    for (int t = 0; t < RAW_COUNT; t++)
        put_count(w, "rows", raw_table_name((enum raw_table)t), w->stamped.raw[t],
                  &w->written.raw[t]);
    for (int t = 0; t < PUT_COUNT; t++)
        put_count(w, "rows", puts_of[t].table, w->stamped.put[t], &w->written.put[t]);
    for (int m = 0; m < 2; m++)
        for (int i = 0; i < 3; i++)
            put_count(w, "sides", sides[m][i], w->stamped.side[m][i], &w->written.side[m][i]);
    for (int m = 0; m < 2; m++)
        for (int i = REV_CANCELLED; i < REV_COUNT; i++)
            put_count(w, "prints", prints[m][i], w->stamped.revised[m][i],
                      &w->written.revised[m][i]);
    for (int i = 0; i < REPAIR_COUNT; i++)
        put_count(w, "repairs", repair_outcome_name((enum repair_outcome)i), w->stamped.repairs[i],
                  &w->written.repairs[i]);
}

static void put_stamp(struct writer *w)
{
    const struct {
        const char *key, *format;
        uint64_t v;
    } rows[] = {
        {"stamp.seq", "%" PRIu64, w->stamp.seq},
        {"stamp.clock_ns", "%" PRId64, (uint64_t)w->stamp.clock_ns},
        {"stamp.records", "%" PRIu64, w->stamp.records},
        {"stamp.digest", "%016" PRIx64, w->stamp.digest},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows) && !w->failed; i++) {
        char value[32];
        snprintf(value, sizeof value, rows[i].format, rows[i].v);
        if (db_put(w->meta, rows[i].key, value) != SQLITE_OK)
            fail(w, "cannot write meta");
    }
}

static void commit(struct writer *w)
{
    flush_batches(w);
    if (!w->failed && lane_flush(w->lanes) != SQLITE_OK)
        fail(w, "cannot write a summary");
    if (w->failed)
        return;
    put_stamp(w);
    put_tally(w);
    if (w->failed || !step(w, w->commit, "cannot commit"))
        return;
    w->open = false;
    w->uncommitted = 0;
    w->first_ns = 0;
    uint64_t pages =
        sqlite3_step(w->pages) == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(w->pages, 0) : 0;
    sqlite3_reset(w->pages);
    atomic_store(&w->shared->bytes, pages * 8192);
    atomic_store(&w->shared->commit_ns, clock_mono_ns());
    atomic_store(&w->shared->committed, w->stamp.seq);
}

static void commit_if_due(struct writer *w)
{
    if (!w->open || !w->stamp_is_last)
        return;
    bool flush = atomic_load(&w->shared->flush);
    if (!flush && w->uncommitted < COMMIT_EVENTS && clock_mono_ns() - w->first_ns < COMMIT_NS)
        return;
    atomic_store(&w->shared->flush, false);
    commit(w);
}

static void take_stamp(struct writer *w, const void *payload)
{
    memcpy(&w->stamp, payload, sizeof w->stamp);
    w->stamped = w->now;
    if (lane_stamp(w->lanes) != SQLITE_OK)
        fail(w, "cannot write a summary");
    w->records_stamped = w->records;
    w->stamp_is_last = true;
    commit_if_due(w);
}

static void take(struct writer *w, const struct msg *m)
{
    static void (*const takers[MSG_COUNT])(struct writer *, const void *) = {
        [MSG_EVENT] = take_event,       [MSG_JOIN] = take_join,
        [MSG_PACKET] = take_packet,     [MSG_REPAIR] = take_repair,
        [MSG_SYMBOL] = take_symbol,     [MSG_IDENT] = take_ident,
        [MSG_CODE] = take_code,         [MSG_STAMP] = take_stamp,
        [MSG_META] = take_meta,         [MSG_FRAME] = take_frame,
        [MSG_MARK] = take_mark,         [MSG_STRUCTURE] = take_structure,
        [MSG_CAMPAIGN] = take_campaign, [MSG_OPENING] = take_opening,
        [MSG_BASELINE] = take_baseline,
    };
    assert(m->type < MSG_COUNT);
    bool stamped = w->stamp_is_last;
    bool owned = m->type == MSG_FRAME; /* must be given back whatever happens */
    if (!owned && (w->failed || (m->type != MSG_STAMP && !begin_row(w))))
        return;
    takers[m->type](w, m + 1);
    if (m->type == MSG_MARK) /* no part of what the engine said: a commit needs no new stamp */
        w->stamp_is_last = stamped;
}

/* Rows after the last stamp belong to no whole state of the engine. */
static void cut_to_stamp(struct writer *w)
{
    static const char *const derived[] = {"option_join", "equity_join"};
    static const char *const by_rev[] = {"packet",          "packet_sum",      "packet_more",
                                         "option_revision", "equity_revision", "packet_revision",
                                         "repair",          "structure",       "leg",
                                         "campaign",        "opening"};
    int rc = SQLITE_OK;
    for (int t = 0; t < RAW_COUNT && rc == SQLITE_OK; t++)
        rc = db_execf(w->db, "DELETE FROM %s WHERE seq > %" PRIu64,
                      raw_table_name((enum raw_table)t), w->stamp.seq);
    for (size_t t = 0; t < ARRAY_LEN(derived) && rc == SQLITE_OK; t++)
        rc = db_execf(w->db, "DELETE FROM %s WHERE seq > %" PRIu64, derived[t], w->stamp.seq);
    for (size_t t = 0; t < ARRAY_LEN(by_rev) && rc == SQLITE_OK; t++)
        rc = db_execf(w->db, "DELETE FROM %s WHERE rev > %" PRIu64, by_rev[t], w->records_stamped);
    if (rc == SQLITE_OK)
        rc = lane_cut(w->lanes);
    if (rc != SQLITE_OK)
        fail(w, "cannot cut the session at its last stamp");
    /* Names outlive the rows that brought them. */
    for (int t = PUT_SYMBOL; t <= PUT_CODE; t++)
        w->stamped.put[t] = w->now.put[t];
}

/* One file is left, unless somebody still reads it: then the last reader leaves an empty WAL. */
static void finish(struct writer *w)
{
    char now[32];
    if (w->failed || !begin_row(w))
        return;
    flush_batches(w);
    if (!w->failed)
        cut_to_stamp(w);
    time_format_utc(now, sizeof now, clock_wall_ns());
    if (!w->failed && (db_put(w->meta, "closed", "1") != SQLITE_OK ||
                       db_put(w->meta, "closed_at", now) != SQLITE_OK))
        fail(w, "cannot write meta");
    if (!w->failed)
        commit(w);
    if (w->failed)
        return;
    sqlite3_wal_checkpoint_v2(w->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    db_exec(w->db, "PRAGMA journal_mode=DELETE");
}

static void nap(struct writer *w, int64_t ns)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)ns;
    t.tv_sec += t.tv_nsec / NS_PER_SEC;
    t.tv_nsec %= NS_PER_SEC;
    while (sem_clockwait(&w->shared->wake, CLOCK_MONOTONIC, &t) != 0 && errno == EINTR)
        ;
}

void *writer_run(void *self)
{
    struct writer *w = self;
    int64_t sleep_ns = SLEEP_MIN_NS;
    for (;;) {
        bool closing = atomic_load(&w->shared->closing); /* before the ring is seen empty */
        size_t n;
        const void *m = ring_peek(w->shared->ring, &n);
        if (m) {
            do {
                take(w, m);
                ring_pop(w->shared->ring);
            } while ((m = ring_peek(w->shared->ring, &n)));
            sleep_ns = SLEEP_MIN_NS;
            continue;
        }
        commit_if_due(w);
        if (closing)
            break;
        nap(w, sleep_ns);
        sleep_ns = MIN(sleep_ns * 2, SLEEP_MAX_NS);
    }
    finish(w);
    return NULL;
}
