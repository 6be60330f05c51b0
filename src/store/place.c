/* Places: which rows a playhead lets one see, and where a time is on the tape. See query.h. There
 * is no index by time: recv_ns never falls as seq grows, and at_seq and at_ns never fall as a
 * packet's rev grows, so places are found by halving and interpolation over row ids. What was found
 * for a playhead is kept until another is asked for: all panes of a screen stand at the same one.
 */
#include "event/calendar.h"
#include "store/reader.h"
#include "store/spool.h"

struct place { /* a key and two numbers that do not fall as keys grow */
    uint64_t key, seq;
    int64_t ns;
};

/* The row at or before a key; key 0 = none. An SQLite code. */
static int row_before(struct reader *r, int table, uint64_t key, struct place *ret)
{
    static const enum statement floors[PLACE_COUNT] = {[PLACE_PACKET] = ST_PACKET_FLOOR,
                                                       [PLACE_STRUCTURE] = ST_STRUCTURE_FLOOR,
                                                       [PLACE_CAMPAIGN] = ST_CAMPAIGN_FLOOR};
    bool raw = table < RAW_COUNT;
    sqlite3_stmt *s =
        reader_statement(r, raw ? (enum statement)(ST_RAW_FLOOR + table) : floors[table]);
    if (!s)
        return SQLITE_ERROR;
    sqlite3_bind_int64(s, 1, (int64_t)key);
    int rc = sqlite3_step(s);
    *ret = (struct place){0};
    if (rc == SQLITE_ROW) {
        uint64_t a = (uint64_t)sqlite3_column_int64(s, 1), b = (uint64_t)sqlite3_column_int64(s, 2);
        ret->key = (uint64_t)sqlite3_column_int64(s, 0);
        ret->seq = raw ? ret->key : a;
        ret->ns = raw ? (int64_t)(a + b) : (int64_t)b;
    }
    sqlite3_reset(s);
    return rc;
}

/* What is known about the last row within a playhead: it is `within` or one of the keys above low
 * up to high; `beyond` is a later row that the playhead does not show. Keys 0: none known. */
struct search {
    int table;
    struct playhead at;
    uint64_t low, high;
    struct place within, beyond;
};

/* By which part of the way between two rows the playhead lies, of `length` keys. */
static uint64_t share(const struct search *s, uint64_t length)
{
    bool by_seq = s->at.seq != UINT64_MAX;
    unsigned __int128 part = by_seq ? s->at.seq - s->within.seq
                                    : (uint64_t)s->at.ns - (uint64_t)s->within.ns;
    unsigned __int128 all = by_seq ? s->beyond.seq - s->within.seq
                                   : (uint64_t)s->beyond.ns - (uint64_t)s->within.ns;
    return all && part < all ? (uint64_t)(length * part / all) : length / 2;
}

/* The next key to look at. Every other one halves what is left, so that a tape of bursts and pauses
 * costs at most twice a bisection. */
static uint64_t guess(const struct search *s, bool halve)
{
    uint64_t length = s->high - s->low;
    bool known = s->within.key && s->beyond.key;
    return s->low + MAX((uint64_t)1, halve || !known ? (length + 1) / 2 : share(s, length));
}

static int search_run(struct reader *r, struct search *s, struct err *err)
{
    bool halve = false;
    s->high = MIN(s->high, (uint64_t)INT64_MAX);
    for (uint64_t try = s->high; s->low < s->high; try = guess(s, halve), halve = !halve) {
        struct place p;
        int rc = row_before(r, s->table, try, &p);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            return reader_fail(r, err, "cannot read");
        if (p.key > try) /* only a damaged tree gives that */
            return reader_damaged(r, err, "a table", p.key);
        if (p.key <= s->low) { /* nothing between: go right, or end */
            s->low = try;
        } else if (p.seq <= s->at.seq && p.ns <= s->at.ns) {
            s->within = p;
            s->low = try;
        } else {
            s->beyond = p;
            s->high = p.key - 1;
        }
    }
    return 0;
}

int reader_floor(struct reader *r, int table, struct playhead at, uint64_t *ret, struct err *err)
{
    bool same = r->seen.at.seq == at.seq && r->seen.at.ns == at.ns;
    if (same && r->seen.known & 1u << table) {
        *ret = r->seen.last[table];
        return 0;
    }
    struct search s = {.table = table, .at = at, .high = table < RAW_COUNT ? at.seq : INT64_MAX};
    int rc = search_run(r, &s, err);
    if (rc)
        return rc;
    *ret = s.within.key;
    if (!same) {
        r->seen.at = at;
        r->seen.known = 0;
    }
    if (s.beyond.key) { /* else the row that comes next may still be within the playhead */
        r->seen.known |= 1u << table;
        r->seen.last[table] = s.within.key;
    }
    return 0;
}

/* Between which events a second of engine time lies, by the summaries: all up to *low came before
 * it, none up to its end lies above *high. Without summaries (an export) anywhere. */
static int second_bounds(struct reader *r, int64_t ns, uint64_t *low, uint64_t *high,
                         struct err *err)
{
    int64_t second = ns / NS_PER_SEC - (ns % NS_PER_SEC < 0);
    sqlite3_stmt *s = reader_statement(r, ST_LANE_SEQ);
    *low = 0;
    *high = INT64_MAX;
    if (!s)
        return reader_fail(r, err, "cannot read");
    sqlite3_bind_int64(s, 1, second);
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        *high = (uint64_t)MAX(sqlite3_column_int64(s, 0), 0);
        bool inside = sqlite3_column_int64(s, 1) == second;
        if (!inside)
            *low = *high;
        else if ((rc = sqlite3_step(s)) == SQLITE_ROW)
            *low = (uint64_t)MAX(sqlite3_column_int64(s, 0), 0);
    }
    sqlite3_reset(s);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

int reader_at_time(struct reader *r, int64_t ns, struct playhead *ret, struct err *err)
{
    if (r->spool)
        return spool_at_time(r->spool, ns, ret, err);
    uint64_t low, high;
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = second_bounds(r, ns, &low, &high, err);
    /* seq counts the events of all tables: what one says of a time holds for the others too. */
    for (int t = 0; t < RAW_COUNT && rc == 0; t++) {
        struct search s = {.table = t, .at = {UINT64_MAX, ns}, .low = low, .high = high};
        rc = search_run(r, &s, err);
        low = MAX(low, s.within.key);
        high = s.beyond.key ? s.beyond.key - 1 : high;
    }
    reader_end(r);
    if (rc == 0)
        *ret = (struct playhead){low, ns};
    return rc;
}
