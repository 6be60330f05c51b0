/* Pages of a tape as of a playhead, and evidence. See query.h; what a playhead shows is found in
 * place.c. */
#include "store/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "event/calendar.h"
#include "store/reader.h"
#include "store/spool.h"

static const char *const kind_names[ROW_KIND_COUNT] = {
    [ROW_OPTION] = "options",
    [ROW_QUOTE] = "quotes",
    [ROW_EQUITY] = "equities",
    [ROW_EQUITY_QUOTE] = "equity-quotes",
    [ROW_PACKET] = "packets",
    [ROW_GAP] = "gaps",
    [ROW_INSTRUMENT] = "instruments",
    [ROW_STAT] = "stats",
    [ROW_MARK] = "marks",
};

const char *row_kind_name(enum row_kind k)
{
    return (size_t)k < ROW_KIND_COUNT ? kind_names[k] : "?";
}

int row_kind_parse(const char *s)
{
    for (int k = 0; k < ROW_KIND_COUNT; k++)
        if (strcmp(kind_names[k], s) == 0)
            return k;
    return -1;
}

/* Rows. A range is (low, high], read upwards or downwards; downwards rows are turned round. */

struct range {
    uint64_t low, high;
    size_t n;
    bool down;
    uint64_t seen; /* the last event a playhead lets one see */
    bool lean;     /* prints without what their quotes say */
};

static int read_raw(struct reader *r, sqlite3_stmt *s, enum raw_table t, struct row *ret,
                    struct err *err)
{
    int rc = reader_row(r, s, t, &ret->ev, err);
    ret->key = ret->ev.seq;
    return rc;
}

static int read_print(struct reader *r, sqlite3_stmt *s, bool option, bool quotes, struct row *ret,
                      struct err *err)
{
    bool any;
    int rc = reader_print_row(r, s, option, &ret->ev, quotes, &ret->u.join, &any, err);
    ret->key = ret->ev.seq;
    if (rc == 0 && !any) { /* a print without its join says so like one without a quote */
        ret->u.join.seq = ret->ev.seq;
        ret->u.join.px = ret->ev.u.print.px;
        ret->u.join.qty = ret->ev.u.print.qty;
        ret->u.join.bid = ret->u.join.ask = PX_NONE;
        ret->u.join.report_bid = ret->u.join.report_ask = PX_NONE;
        ret->u.join.reason = SR_NO_QUOTE;
    }
    return rc;
}

static int read_packet(struct reader *r, sqlite3_stmt *s, struct row *ret, struct err *err)
{
    int rc = reader_packet_row(r, s, &ret->key, &ret->u.packet, err);
    ret->said = (struct playhead){ret->u.packet.at_seq, ret->u.packet.at_ns};
    return rc;
}

/* The last event of a kind about an instrument up to seq `seen`; ret->seq 0 = none. */
static int last_reference(struct reader *r, uint32_t sym, enum event_kind kind, uint64_t seen,
                          struct event *ret, struct err *err)
{
    sqlite3_stmt *s = reader_range(r, ST_REFERENCE, sym, kind, (int64_t)MIN(seen, INT64_MAX));
    int rc = s ? sqlite3_step(s) : SQLITE_ERROR;
    memset(ret, 0, sizeof *ret);
    if (rc == SQLITE_ROW)
        return reader_row(r, s, RAW_REFERENCE, ret, err);
    return rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

static int read_instrument(struct reader *r, uint64_t id, uint64_t seen, struct row *ret,
                           struct err *err)
{
    struct event contract, oi;
    ret->key = id;
    ret->u.instrument.id = (uint32_t)id;
    int rc = symbols_get(r->symbols, (uint32_t)id) ? 0 : reader_refresh(r, err);
    if (rc == 0 && !symbols_get(r->symbols, (uint32_t)id))
        rc = reader_damaged(r, err, "instrument", id);
    if (rc == 0)
        rc = last_reference(r, (uint32_t)id, EV_CONTRACT, seen, &contract, err);
    if (rc == 0)
        rc = last_reference(r, (uint32_t)id, EV_OPEN_INTEREST, seen, &oi, err);
    if (rc)
        return rc;
    ret->u.instrument.contract_seq = contract.seq;
    ret->u.instrument.multiplier = contract.u.reference.qty;
    ret->u.instrument.underlying = contract.u.reference.underlying;
    ret->u.instrument.note = contract.u.reference.note;
    ret->u.instrument.oi_seq = oi.seq;
    ret->u.instrument.oi = oi.u.reference.qty;
    ret->u.instrument.oi_ns = oi.ts_ns;
    ret->u.instrument.oi_feed = oi.feed;
    return 0;
}

static int read_mark(struct reader *r, sqlite3_stmt *s, struct row *ret, struct err *err)
{
    const char *letter = (const char *)sqlite3_column_text(s, 1);
    const char *text = (const char *)sqlite3_column_text(s, 4);
    struct tape_mark *m = &ret->u.mark;
    ret->key = m->id = (uint64_t)sqlite3_column_int64(s, 0);
    m->seq = (uint64_t)sqlite3_column_int64(s, 2);
    m->ns = sqlite3_column_int64(s, 3);
    if (!letter || !text || m->id > INT64_MAX)
        return reader_damaged(r, err, "mark", m->id);
    m->letter = letter[0] > 32 && letter[0] < 127 ? letter[0] : 0;
    text_clean(m->text, sizeof m->text, text, strlen(text));
    return 0;
}

static int read_one(struct reader *r, sqlite3_stmt *s, enum row_kind kind, uint64_t seen,
                    struct row *ret, struct err *err)
{
    switch (kind) {
    case ROW_OPTION:
    case ROW_EQUITY:
        return read_print(r, s, kind == ROW_OPTION, false, ret, err);
    case ROW_QUOTE:
        return read_raw(r, s, RAW_OPTION_QUOTE, ret, err);
    case ROW_EQUITY_QUOTE:
        return read_raw(r, s, RAW_EQUITY_QUOTE, ret, err);
    case ROW_GAP:
        return read_raw(r, s, RAW_GAP, ret, err);
    case ROW_PACKET:
        return read_packet(r, s, ret, err);
    case ROW_MARK:
        return read_mark(r, s, ret, err);
    default:
        return read_instrument(r, (uint64_t)sqlite3_column_int64(s, 0), seen, ret, err);
    }
}

static const struct {
    enum statement up, down;
    enum raw_table table;
} kinds[ROW_KIND_COUNT] = {
    [ROW_OPTION] = {ST_LEAN_UP, ST_LEAN_DOWN, RAW_OPTION_PRINT},
    [ROW_EQUITY] = {(enum statement)(ST_LEAN_UP + 1), (enum statement)(ST_LEAN_DOWN + 1),
                    RAW_EQUITY_PRINT},
    [ROW_QUOTE] = {(enum statement)(ST_RAW_UP + RAW_OPTION_QUOTE),
                   (enum statement)(ST_RAW_DOWN + RAW_OPTION_QUOTE), RAW_OPTION_QUOTE},
    [ROW_EQUITY_QUOTE] = {(enum statement)(ST_RAW_UP + RAW_EQUITY_QUOTE),
                          (enum statement)(ST_RAW_DOWN + RAW_EQUITY_QUOTE), RAW_EQUITY_QUOTE},
    [ROW_GAP] = {(enum statement)(ST_RAW_UP + RAW_GAP), (enum statement)(ST_RAW_DOWN + RAW_GAP),
                 RAW_GAP},
    [ROW_PACKET] = {ST_PACKET_UP, ST_PACKET_DOWN, RAW_COUNT},
    [ROW_INSTRUMENT] = {ST_NAMES_UP, ST_NAMES_DOWN, RAW_COUNT},
    [ROW_MARK] = {ST_MARK_UP, ST_MARK_DOWN, RAW_COUNT},
};

static void turn_round(struct row *rows, int n)
{
    for (int i = 0; i < n / 2; i++) {
        struct row t = rows[i];
        rows[i] = rows[n - 1 - i];
        rows[n - 1 - i] = t;
    }
}

static int read_range(struct reader *r, enum row_kind kind, struct range g, struct row *ret,
                      struct err *err)
{
    if (g.low >= g.high || g.n == 0)
        return 0;
    sqlite3_stmt *s = reader_range(r, g.down ? kinds[kind].down : kinds[kind].up, g.low, g.high,
                                   (int64_t)MIN(g.n, (size_t)INT32_MAX));
    int got = 0, rc = s ? SQLITE_ROW : SQLITE_ERROR;
    while (s && (size_t)got < g.n && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        memset(&ret[got], 0, sizeof *ret);
        ret[got].kind = (uint8_t)kind;
        int code = read_one(r, s, kind, g.seen, &ret[got++], err);
        if (code)
            return code;
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return reader_fail(r, err, "cannot read");
    if (g.down)
        turn_round(ret, got);
    return got;
}

/* Statistics: made once, kept by the reader. */
static int read_stats(struct reader *r, struct range g, struct row *ret, struct err *err)
{
    size_t n;
    const struct row *rows = reader_stats(r, &n, err);
    if (!rows)
        return -(int)(err && err->code ? err->code : ERR_DAMAGED);
    uint64_t low = MIN(g.low, n), high = MIN(g.high, n);
    if (high - low > g.n && g.down)
        low = high - g.n;
    int got = (int)MIN(high - low, g.n);
    if (got > 0)
        memcpy(ret, rows + low, (size_t)got * sizeof *ret);
    return got;
}

/* The last key a playhead lets one see. */
static int visible(struct reader *r, enum row_kind kind, struct playhead at, uint64_t *ret,
                   struct err *err)
{
    if (kind == ROW_INSTRUMENT || kind == ROW_STAT || kind == ROW_MARK ||
        (at.seq == UINT64_MAX && at.ns == INT64_MAX)) {
        *ret = UINT64_MAX;
        return 0;
    }
    return reader_floor(r, kind == ROW_PACKET ? PLACE_PACKET : (int)kinds[kind].table, at, ret,
                        err);
}

/* Rows of prints and packets as in force at the playhead; n or -code. */
static int revise(struct reader *r, enum row_kind kind, struct playhead at, uint64_t last,
                  struct row *rows, int n, struct err *err)
{
    int rc = 0;
    if (kind == ROW_OPTION || kind == ROW_EQUITY)
        rc = reader_revise_prints(r, kind == ROW_OPTION, at, rows, n, err);
    else if (kind == ROW_PACKET)
        rc = reader_revise_packets(r, last, rows, n, err);
    return rc ? rc : n;
}

/* The quotes a join names, one after the other: most name one quote twice. */
static int read_quotes(struct reader *r, bool option, struct join *j, struct err *err)
{
    const uint64_t seqs[] = {j->bid_seq, j->ask_seq, j->report_bid_seq, j->report_ask_seq};
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++) {
        bool known = seqs[i] == 0;
        for (size_t k = 0; k < i; k++)
            known |= seqs[k] == seqs[i];
        if (known)
            continue;
        sqlite3_stmt *s = reader_statement(r, (enum statement)(ST_QUOTE + !option));
        if (!s)
            return reader_fail(r, err, "cannot read");
        sqlite3_bind_int64(s, 1, (int64_t)seqs[i]);
        int rc = sqlite3_step(s);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            return reader_fail(r, err, "cannot read");
        if (rc == SQLITE_DONE || !quote_to_join(s, seqs[i], option, j))
            return reader_damaged(r, err, option ? "option_join" : "equity_join", j->seq);
    }
    return 0;
}

/* Prints are read without their quotes, then those are looked up. */
static int complete(struct reader *r, struct row *rows, int n, struct err *err)
{
    int rc = 0;
    for (int i = 0; i < n && rc == 0; i++)
        if (rows[i].kind == ROW_OPTION || rows[i].kind == ROW_EQUITY)
            rc = read_quotes(r, rows[i].kind == ROW_OPTION, &rows[i].u.join, err);
    return rc ? rc : n;
}

int reader_complete(struct reader *r, struct row *rows, size_t n, struct err *err)
{
    if (r->spool)
        return spool_complete(r->spool, rows, n, err);
    int rc = n ? reader_begin(r, err) : 0;
    if (rc || !n)
        return rc;
    rc = complete(r, rows, (int)n, err);
    reader_end(r);
    return MIN(rc, 0);
}

static int page(struct reader *r, enum row_kind kind, struct playhead at, struct range g,
                struct row *ret, struct err *err)
{
    uint64_t last;
    assert((size_t)kind < ROW_KIND_COUNT);
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = visible(r, kind, at, &last, err);
    if (rc == 0) {
        g.high = MIN(g.high, last);
        g.seen = at.seq;
        rc = kind == ROW_STAT ? read_stats(r, g, ret, err) : read_range(r, kind, g, ret, err);
    }
    if (rc > 0)
        rc = revise(r, kind, at, last, ret, rc, err);
    if (rc > 0 && !g.lean)
        rc = complete(r, ret, rc, err);
    reader_end(r);
    return rc;
}

int reader_page_before(struct reader *r, enum row_kind kind, struct playhead at, uint64_t before,
                       struct row *ret, size_t n, struct err *err)
{
    if (r->spool)
        return spool_before(r->spool, reader_page_before, kind, at, before, ret, n, err);
    struct range g = {.high = before ? before - 1 : 0, .n = n, .down = true};
    return before ? page(r, kind, at, g, ret, err) : 0;
}

int reader_page_after(struct reader *r, enum row_kind kind, struct playhead at, uint64_t after,
                      struct row *ret, size_t n, struct err *err)
{
    if (r->spool)
        return spool_after(r->spool, reader_page_after, kind, at, after, ret, n, err);
    return page(r, kind, at, (struct range){.low = after, .high = UINT64_MAX, .n = n}, ret, err);
}

int reader_scan_before(struct reader *r, enum row_kind kind, struct playhead at, uint64_t before,
                       struct row *ret, size_t n, struct err *err)
{
    if (r->spool)
        return spool_before(r->spool, reader_scan_before, kind, at, before, ret, n, err);
    struct range g = {.high = before ? before - 1 : 0, .n = n, .down = true, .lean = true};
    return before ? page(r, kind, at, g, ret, err) : 0;
}

int reader_scan_after(struct reader *r, enum row_kind kind, struct playhead at, uint64_t after,
                      struct row *ret, size_t n, struct err *err)
{
    if (r->spool)
        return spool_after(r->spool, reader_scan_after, kind, at, after, ret, n, err);
    struct range g = {.low = after, .high = UINT64_MAX, .n = n, .lean = true};
    return page(r, kind, at, g, ret, err);
}

/* Single rows and evidence. */

int reader_event(struct reader *r, uint64_t seq, struct event *ret, struct err *err)
{
    if (r->spool)
        return spool_event(r->spool, seq, ret, err);
    int rc = seq && seq <= INT64_MAX ? reader_begin(r, err) : -ERR_NO_ROWS;
    if (rc)
        return rc == -ERR_NO_ROWS
                   ? err_set(err, ERR_NO_ROWS, "%s has no event %" PRIu64, r->path, seq)
                   : rc;
    bool found = false;
    for (int t = 0; t < RAW_COUNT && rc == 0 && !found; t++) {
        sqlite3_stmt *s = reader_range(r, (enum statement)(ST_RAW_UP + t), seq - 1, seq, 1);
        int step = s ? sqlite3_step(s) : SQLITE_ERROR;
        found = step == SQLITE_ROW;
        if (found)
            rc = reader_row(r, s, (enum raw_table)t, ret, err);
        else if (step != SQLITE_DONE)
            rc = reader_fail(r, err, "cannot read");
    }
    reader_end(r);
    if (rc == 0 && !found)
        rc = err_set(err, ERR_NO_ROWS, "%s has no event %" PRIu64, r->path, seq);
    return rc;
}

int reader_halt(struct reader *r, struct playhead at, int dir, struct playhead *ret,
                struct err *err)
{
    if (r->spool)
        return spool_halt(r->spool, at, dir, ret, err);
    uint64_t after = dir > 0 ? at.seq : 0, upto = dir > 0 ? UINT64_MAX : MAX(at.seq, 1u) - 1;
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    sqlite3_stmt *s = reader_range(r, dir > 0 ? ST_HALT_UP : ST_HALT_DOWN, after, upto, 1);
    int step = s ? sqlite3_step(s) : SQLITE_ERROR;
    if (step == SQLITE_ROW)
        *ret = (struct playhead){(uint64_t)sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
    else if (step != SQLITE_DONE)
        rc = reader_fail(r, err, "cannot read");
    reader_end(r);
    return rc || step == SQLITE_ROW
               ? rc
               : err_set(err, ERR_NO_ROWS, "no halt %s here", dir > 0 ? "after" : "before");
}

int reader_print(struct reader *r, struct playhead at, uint64_t seq, struct row *ret,
                 struct err *err)
{
    if (r->spool)
        return spool_print(r->spool, at, seq, ret, err);
    struct range g = {.low = seq - 1, .high = seq, .n = 1};
    enum row_kind kind = ROW_OPTION;
    int rc = seq ? reader_begin(r, err) : 0;
    if (rc || !seq)
        return rc ? rc : err_set(err, ERR_NO_ROWS, "%s has no print 0", r->path);
    rc = read_range(r, kind, g, ret, err);
    if (rc == 0)
        rc = read_range(r, kind = ROW_EQUITY, g, ret, err);
    if (rc > 0)
        rc = revise(r, kind, at, 0, ret, rc, err);
    if (rc > 0)
        rc = complete(r, ret, rc, err);
    reader_end(r);
    return rc > 0 ? 0
           : rc   ? rc
                  : err_set(err, ERR_NO_ROWS, "%s has no print %" PRIu64, r->path, seq);
}

/* Whether the option print `id` ever opened a packet: one of its joins names itself. */
static int opens_packet(struct reader *r, uint64_t id, bool *ret, struct err *err)
{
    sqlite3_stmt *s = reader_statement(r, ST_OPENS);
    if (!s)
        return reader_fail(r, err, "cannot read");
    sqlite3_bind_int64(s, 1, (int64_t)MIN(id, (uint64_t)INT64_MAX));
    int rc = sqlite3_step(s);
    *ret = rc == SQLITE_ROW;
    sqlite3_reset(s);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

static int find_rev(struct reader *r, uint64_t after, uint64_t upto, uint64_t id, uint64_t *ret,
                    struct err *err)
{
    sqlite3_stmt *s = reader_range(r, ST_PACKET_FIND, after, upto, (int64_t)id);
    int rc = s ? sqlite3_step(s) : SQLITE_ERROR;
    *ret = rc == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

/* The newest version that is not the first, up to a rev; 0 = none. */
static int find_later(struct reader *r, uint64_t upto, uint64_t id, uint64_t *ret, struct err *err)
{
    sqlite3_stmt *s =
        reader_range(r, ST_PACKET_NEWEST, id - 1, id, (int64_t)MIN(upto, (uint64_t)INT64_MAX));
    int rc = SQLITE_ERROR;
    *ret = 0;
    while (s && (rc = sqlite3_step(s)) == SQLITE_ROW)
        *ret = (uint64_t)sqlite3_column_int64(s, 1);
    return rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

/* A packet is first emitted after its first print was seen, so the search for that starts there. */
static int find_packet(struct reader *r, struct playhead at, uint64_t id, struct packet *ret,
                       bool *ret_found, struct err *err)
{
    uint64_t low, high, rev = 0;
    bool opens = false;
    *ret_found = false;
    int rc = id ? opens_packet(r, id, &opens, err) : 0;
    if (rc || !opens)
        return rc;
    rc = reader_floor(r, PLACE_PACKET, at, &high, err);
    if (rc == 0)
        rc = find_later(r, high, id, &rev, err);
    if (rc == 0 && !rev) {
        rc = reader_floor(r, PLACE_PACKET, (struct playhead){id - 1, INT64_MAX}, &low, err);
        if (rc == 0)
            rc = find_rev(r, low, high, id, &rev, err);
    }
    *ret_found = rc == 0 && rev;
    return *ret_found ? reader_packet_at(r, rev, ret, err) : rc;
}

int reader_packet(struct reader *r, struct playhead at, uint64_t id, struct packet *ret,
                  struct err *err)
{
    if (r->spool)
        return spool_packet(r->spool, at, id, ret, err);
    struct packet p;
    bool found;
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = find_packet(r, at, id, &p, &found, err);
    reader_end(r);
    if (rc == 0 && !found)
        rc = err_set(err, ERR_NO_ROWS, "%s has no packet %" PRIu64, r->path, id);
    if (rc == 0)
        *ret = p;
    return rc;
}

/* Rows of prints that at any time belonged to packet `id`, kept where they do at the playhead. */
static int read_members(struct reader *r, struct playhead at, uint64_t id, struct row *ret,
                        size_t n, struct err *err)
{
    struct packet p;
    bool found;
    int got = 0, step = SQLITE_DONE, rc = find_packet(r, at, id, &p, &found, err);
    if (rc)
        return rc;
    if (!found)
        return err_set(err, ERR_NO_ROWS, "%s has no packet %" PRIu64, r->path, id);
    sqlite3_stmt *s = reader_range(r, ST_MEMBERS, id - 1, p.last_seq, -1);
    if (!s)
        return reader_fail(r, err, "cannot read");
    sqlite3_bind_int64(s, 4, (int64_t)id);
    while ((size_t)got < n && (step = sqlite3_step(s)) == SQLITE_ROW) {
        memset(&ret[got], 0, sizeof *ret);
        ret[got].kind = ROW_OPTION;
        if ((rc = read_print(r, s, true, true, &ret[got], err)) ||
            (rc = reader_revise_prints(r, true, at, &ret[got], 1, err)))
            return rc;
        got += ret[got].u.join.packet == id;
    }
    return (size_t)got == n || step == SQLITE_DONE ? got : reader_fail(r, err, "cannot read");
}

int reader_members(struct reader *r, struct playhead at, uint64_t id, struct row *ret, size_t n,
                   struct err *err)
{
    if (r->spool)
        return spool_members(r->spool, at, id, ret, n, err);
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = read_members(r, at, id, ret, n, err);
    reader_end(r);
    return rc;
}
