/* Versions: what later events made of prints and packets, as of a playhead. See query.h. Rows are
 * read with their first version; what was revised is looked up once a page, in tables that are
 * almost always empty, and put over it. */
#include <inttypes.h>
#include <string.h>

#include "event/cond.h"
#include "store/reader.h"
#include "store/spool.h"

/* Events of the revisions that a playhead lets one see have seq <= *ret. recv_ns never falls as seq
 * grows, so the last visible event of the tables that hold them is the limit. */
static int visible_events(struct reader *r, struct playhead at, uint64_t *ret, struct err *err)
{
    static const enum raw_table tables[] = {RAW_CORRECTION, RAW_OPTION_PRINT, RAW_EQUITY_PRINT};
    uint64_t best = 0;
    if (at.ns == INT64_MAX) {
        *ret = at.seq;
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        uint64_t seq;
        int rc = reader_floor(r, (int)tables[i], at, &seq, err);
        if (rc)
            return rc;
        best = MAX(best, seq);
    }
    *ret = best;
    return 0;
}

/* What of the revisions a playhead lets one see. */
struct limits {
    bool known;
    uint64_t events; /* those made by events up to here */
    uint64_t packet; /* last visible record of a packet */
};

static int find_limits(struct reader *r, struct playhead at, struct limits *ret, struct err *err)
{
    int rc = visible_events(r, at, &ret->events, err);
    if (rc == 0)
        rc = reader_floor(r, PLACE_PACKET, at, &ret->packet, err);
    ret->known = rc == 0;
    return rc;
}

/* A leg of a package is told again when its group is resolved, at a deadline, right before the
 * record of its package: it is seen when that is. All else is told when its event comes. */
static bool is_visible(const struct limits *l, bool option, uint64_t rev, const struct join *j)
{
    bool leg = option && (j->family == COND_MULTI_LEG || j->family == COND_STOCK_TIED ||
                          j->family == COND_PROPRIETARY);
    if (leg && j->revision == REV_NONE)
        return rev < l->packet;
    return j->by_seq <= l->events || (leg && rev < l->packet);
}

int reader_revise_prints(struct reader *r, bool option, struct playhead at, struct row *rows, int n,
                         struct err *err)
{
    if (n == 0)
        return 0;
    uint64_t rev;
    struct limits limits = {0};
    int i = 0, step = 0, rc = 0;
    sqlite3_stmt *s = reader_range(r, (enum statement)(ST_REVISION_OF + !option), rows[0].key - 1,
                                   rows[n - 1].key, (int64_t)MIN(at.seq, (uint64_t)INT64_MAX));
    while (s && (step = sqlite3_step(s)) == SQLITE_ROW) {
        struct join j;
        if (!limits.known && (rc = find_limits(r, at, &limits, err)))
            return rc;
        if ((rc = reader_revision_row(r, s, option, &rev, &j, err)))
            return rc;
        while (i < n && rows[i].key < j.seq)
            i++;
        if (i < n && rows[i].key == j.seq && is_visible(&limits, option, rev, &j))
            rows[i].u.join = j;
    }
    return s && step == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

int reader_packet_at(struct reader *r, uint64_t rev, struct packet *ret, struct err *err)
{
    uint64_t got;
    sqlite3_stmt *s = reader_range(r, ST_PACKET_ALL, rev - 1, rev, 1);
    if (!s || sqlite3_step(s) != SQLITE_ROW)
        return reader_fail(r, err, "cannot read");
    return reader_packet_row(r, s, &got, ret, err);
}

static int revise_packet(struct reader *r, uint64_t id, uint64_t rev, struct row *rows, int n,
                         struct err *err)
{
    for (int i = 0; i < n; i++)
        if (rows[i].u.packet.id == id && rows[i].key < rev)
            return reader_packet_at(r, rev, &rows[i].u.packet, err);
    return 0;
}

int reader_revise_packets(struct reader *r, uint64_t last, struct row *rows, int n, struct err *err)
{
    uint64_t low = UINT64_MAX, high = 0, id = 0, rev = 0;
    int step = 0, rc = 0;
    if (n == 0)
        return 0;
    for (int i = 0; i < n; i++) {
        low = MIN(low, rows[i].u.packet.id);
        high = MAX(high, rows[i].u.packet.id);
    }
    sqlite3_stmt *s =
        reader_range(r, ST_PACKET_NEWEST, low - 1, high, (int64_t)MIN(last, (uint64_t)INT64_MAX));
    while (rc == 0 && s && (step = sqlite3_step(s)) == SQLITE_ROW) {
        uint64_t next = (uint64_t)sqlite3_column_int64(s, 0);
        if (rev && next != id) /* the last version of an id is the one that counts */
            rc = revise_packet(r, id, rev, rows, n, err);
        id = next;
        rev = (uint64_t)sqlite3_column_int64(s, 1);
    }
    if (rc == 0 && rev)
        rc = revise_packet(r, id, rev, rows, n, err);
    if (rc)
        return rc;
    return s && step == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

int reader_repair(struct reader *r, uint64_t seq, struct repair *ret, struct err *err)
{
    if (r->spool)
        return spool_repair(r->spool, seq, ret, err);
    uint64_t rev;
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    sqlite3_stmt *s = reader_statement(r, ST_REPAIR_OF);
    int step = SQLITE_ERROR;
    if (s) {
        sqlite3_bind_int64(s, 1, (int64_t)MIN(seq, (uint64_t)INT64_MAX));
        step = sqlite3_step(s);
    }
    if (step == SQLITE_ROW)
        rc = repair_read(s, &rev, ret) ? 0 : reader_damaged(r, err, "repair", rev);
    else if (step == SQLITE_DONE)
        rc = err_set(err, ERR_NO_ROWS, "%s: event %" PRIu64 " is no cancel or correction", r->path,
                     seq);
    else
        rc = reader_fail(r, err, "cannot read");
    reader_end(r);
    return rc;
}
