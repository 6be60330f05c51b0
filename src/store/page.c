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
    [ROW_STRUCTURE] = "structures",
    [ROW_CAMPAIGN] = "campaigns",
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
    bool merged;   /* packets: those merged into a repeat run too */
    uint64_t seen; /* the last event a playhead lets one see */
    bool lean;     /* prints without what their quotes say */
    bool told;     /* as they were first told */
};

static int read_raw(struct reader *r, sqlite3_stmt *s, enum raw_table t, struct row *ret,
                    struct err *err)
{
    int rc = reader_row(r, s, t, &ret->ev, err);
    ret->key = ret->ev.seq;
    return rc;
}

int reader_print_as_row(struct reader *r, sqlite3_stmt *s, bool option, bool quotes,
                        struct row *ret, struct err *err)
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

static int read_structure(struct reader *r, sqlite3_stmt *s, struct row *ret, struct err *err)
{
    int rc = reader_structure_row(r, s, &ret->key, &ret->u.structure, err);
    ret->said = (struct playhead){ret->u.structure.at_seq, ret->u.structure.at_ns};
    return rc;
}

static int read_campaign(struct reader *r, sqlite3_stmt *s, struct row *ret, struct err *err)
{
    int rc = reader_campaign_row(r, s, &ret->key, &ret->u.campaign, err);
    ret->said = (struct playhead){ret->u.campaign.at_seq, ret->u.campaign.at_ns};
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
        return reader_print_as_row(r, s, kind == ROW_OPTION, false, ret, err);
    case ROW_QUOTE:
        return read_raw(r, s, RAW_OPTION_QUOTE, ret, err);
    case ROW_EQUITY_QUOTE:
        return read_raw(r, s, RAW_EQUITY_QUOTE, ret, err);
    case ROW_GAP:
        return read_raw(r, s, RAW_GAP, ret, err);
    case ROW_PACKET:
        return read_packet(r, s, ret, err);
    case ROW_STRUCTURE:
        return read_structure(r, s, ret, err);
    case ROW_CAMPAIGN:
        return read_campaign(r, s, ret, err);
    case ROW_MARK:
        return read_mark(r, s, ret, err);
    default:
        return read_instrument(r, (uint64_t)sqlite3_column_int64(s, 0), seen, ret, err);
    }
}

static const struct {
    enum statement up, down;
    int place; /* enum raw_table or enum place_table; PLACE_COUNT: a playhead hides none of them */
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
    [ROW_PACKET] = {ST_PACKET_UP, ST_PACKET_DOWN, PLACE_PACKET},
    [ROW_STRUCTURE] = {ST_STRUCTURE_UP, ST_STRUCTURE_DOWN, PLACE_STRUCTURE},
    [ROW_CAMPAIGN] = {ST_CAMPAIGN_UP, ST_CAMPAIGN_DOWN, PLACE_CAMPAIGN},
    [ROW_INSTRUMENT] = {ST_NAMES_UP, ST_NAMES_DOWN, PLACE_COUNT},
    [ROW_MARK] = {ST_MARK_UP, ST_MARK_DOWN, PLACE_COUNT},
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
    return reader_floor(r, kinds[kind].place, at, ret, err);
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
    else if (kind == ROW_STRUCTURE)
        rc = reader_revise_structures(r, last, rows, n, err);
    else if (kind == ROW_CAMPAIGN)
        rc = reader_revise_campaigns(r, last, rows, n, err);
    if (rc == 0 && kind == ROW_PACKET)
        rc = reader_put_legs(r, last, rows, n, err);
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

/* Leaves out packets that are members of a repeat run; how many rows are left. */
static int leave_out_merged(struct row *rows, int n)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        if (rows[i].u.packet.state == PS_MERGED)
            continue;
        if (kept != i)
            rows[kept] = rows[i];
        kept++;
    }
    return kept;
}

/* Top readings alone: where rows fall out, the range goes on behind them. Downwards the page is
 * filled from its end. */
static int read_tops(struct reader *r, struct playhead at, uint64_t last, struct range g,
                     struct row *ret, struct err *err)
{
    size_t n = g.n, filled = 0;
    int got = 0;
    while (filled < n) {
        struct row *to = g.down ? ret : ret + filled;
        g.n = n - filled;
        got = read_range(r, ROW_PACKET, g, to, err);
        if (got <= 0)
            break;
        if (g.down)
            g.high = to[0].key - 1;
        else
            g.low = to[got - 1].key;
        bool end = (size_t)got < g.n;
        if (!g.told && (got = revise(r, ROW_PACKET, at, last, to, got, err)) < 0)
            break;
        got = leave_out_merged(to, got);
        filled += (size_t)got;
        if (g.down)
            memmove(&ret[n - filled], ret, (size_t)got * sizeof *ret);
        if (end)
            break;
    }
    if (g.down && filled < n)
        memmove(ret, &ret[n - filled], filled * sizeof *ret);
    return got < 0 ? got : (int)filled;
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
        g.n = MIN(g.n, (size_t)INT32_MAX);
        rc = kind == ROW_STAT                  ? read_stats(r, g, ret, err)
             : kind == ROW_PACKET && !g.merged ? read_tops(r, at, last, g, ret, err)
                                               : read_range(r, kind, g, ret, err);
    }
    if (rc > 0 && !g.told && (kind != ROW_PACKET || g.merged))
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

int reader_last(struct reader *r, enum row_kind kind, struct playhead at, uint64_t *ret,
                struct err *err)
{
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = visible(r, kind, at, ret, err);
    reader_end(r);
    return rc;
}

int reader_told_before(struct reader *r, enum row_kind kind, struct playhead at, uint64_t before,
                       struct row *ret, size_t n, struct err *err)
{
    if (r->spool)
        return spool_before(r->spool, reader_told_before, kind, at, before, ret, n, err);
    struct range g = {.high = MAX(before, 1) - 1, .n = n, .down = true, .lean = true, .told = true};
    return page(r, kind, at, g, ret, err);
}

int reader_told_after(struct reader *r, enum row_kind kind, struct playhead at, uint64_t after,
                      struct row *ret, size_t n, struct err *err)
{
    if (r->spool)
        return spool_after(r->spool, reader_told_after, kind, at, after, ret, n, err);
    struct range g = {.low = after, .high = UINT64_MAX, .n = n, .lean = true, .told = true};
    return page(r, kind, at, g, ret, err);
}

int reader_page_packets(struct reader *r, uint64_t after, struct row *ret, size_t n,
                        struct err *err)
{
    struct range g = {.low = after, .high = UINT64_MAX, .n = n, .merged = true};
    return page(r, ROW_PACKET, PLAYHEAD_END, g, ret, err);
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
