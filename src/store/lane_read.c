/* Timeline summaries: reading. See query.h; they are written in lane.c. */
#include <string.h>

#include "event/calendar.h"
#include "store/lane.h"
#include "store/reader.h"
#include "store/spool.h"

struct scale { /* columns of equal width from from_ns to to_ns, both inclusive */
    int64_t from_ns, to_ns;
    size_t n;
};

static __int128 length(const struct scale *s)
{
    return (__int128)s->to_ns - s->from_ns + 1;
}

/* The column of an instant; n when it lies outside. */
static size_t column(const struct scale *s, int64_t ns)
{
    if (ns < s->from_ns || ns > s->to_ns)
        return s->n;
    return (size_t)(((__int128)ns - s->from_ns) * (__int128)s->n / length(s));
}

static int64_t column_end(const struct scale *s, size_t i) /* first instant after it */
{
    return s->from_ns +
           (int64_t)((length(s) * (__int128)(i + 1) + (__int128)s->n - 1) / (__int128)s->n);
}

static void note_top(struct lane_cell *cell, sqlite3_stmt *s)
{
    int64_t premium = sqlite3_column_int64(s, 7);
    if (sqlite3_column_type(s, 6) == SQLITE_NULL ||
        (cell->top_packet && premium <= cell->top_premium))
        return;
    cell->top_packet = (uint64_t)sqlite3_column_int64(s, 6);
    cell->top_premium = premium;
    int side = sqlite3_column_int(s, 8);
    cell->top_side = (int8_t)((side > 0) - (side < 0));
}

/* Part k of n of a count, so that the parts add up to it. */
static uint64_t part(uint64_t count, size_t k, size_t n)
{
    return count * (k + 1) / n - count * k / n;
}

/* The columns a bucket counts in: where it begins; where columns are narrower than it, all it
 * covers, or every so many of them would look like a pause. */
static size_t columns_of(const struct scale *s, int64_t at, int64_t width_s, size_t first)
{
    if (length(s) / (__int128)s->n >= (__int128)width_s * NS_PER_SEC)
        return 1;
    int64_t end = at > INT64_MAX / NS_PER_SEC - width_s ? s->to_ns
                                                        : (at + width_s) * NS_PER_SEC - 1;
    return column(s, MIN(end, s->to_ns)) - first + 1;
}

/* One stored bucket. counts: take its numbers too; otherwise only what has a time of its own. */
static void add_bucket(const struct scale *scale, sqlite3_stmt *s, int64_t width_s, bool counts,
                       struct lane_cell *ret)
{
    int64_t at = sqlite3_column_int64(s, 0);
    if (at < INT64_MIN / NS_PER_SEC || at > INT64_MAX / NS_PER_SEC)
        return;
    size_t i = column(scale, MAX(at * NS_PER_SEC, scale->from_ns));
    size_t top = counts ? i : column(scale, sqlite3_column_int64(s, 9));
    if (top < scale->n)
        note_top(&ret[top], s);
    if (i >= scale->n || !counts)
        return;
    size_t over = columns_of(scale, at, width_s, i);
    for (size_t k = 0; k < over; k++) {
        ret[i + k].events += part((uint64_t)sqlite3_column_int64(s, 1), k, over);
        ret[i + k].prints += part((uint64_t)sqlite3_column_int64(s, 2), k, over);
        ret[i + k].packets += part((uint64_t)sqlite3_column_int64(s, 3), k, over);
    }
    ret[i].gap |= sqlite3_column_int64(s, 4) != 0;
    ret[i].halt |= sqlite3_column_int64(s, 5) != 0;
}

static int add_buckets(struct reader *r, const struct scale *scale, int64_t width_s, bool counts,
                       struct lane_cell *ret, struct err *err)
{
    sqlite3_stmt *s = reader_statement(r, ST_LANES);
    int rc = s ? SQLITE_ROW : SQLITE_ERROR;
    if (s) {
        sqlite3_bind_int64(s, 1, width_s);
        sqlite3_bind_int64(s, 2, scale->from_ns / NS_PER_SEC - width_s);
        sqlite3_bind_int64(s, 3, scale->to_ns / NS_PER_SEC);
    }
    while (s && (rc = sqlite3_step(s)) == SQLITE_ROW)
        add_bucket(scale, s, width_s, counts, ret);
    return rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

/* A gap is marked over the whole time in which something may be missing. */
static int add_gaps(struct reader *r, const struct scale *scale, struct lane_cell *ret,
                    struct err *err)
{
    sqlite3_stmt *s = reader_statement(r, ST_GAP_SPANS);
    int rc = s ? SQLITE_ROW : SQLITE_ERROR;
    if (s) {
        sqlite3_bind_int64(s, 1, scale->from_ns);
        sqlite3_bind_int64(s, 2, scale->to_ns);
    }
    while (s && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        int64_t from = MAX(sqlite3_column_int64(s, 0), scale->from_ns);
        int64_t to = MIN(sqlite3_column_int64(s, 1), scale->to_ns);
        for (size_t i = column(scale, from); from <= to && i < scale->n && i <= column(scale, to);
             i++)
            ret[i].gap = true;
    }
    return rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

/* Columns finer than the summaries: events by their numbers, at places of the tape. */
static int add_fine(struct reader *r, const struct scale *scale, struct lane_cell *ret,
                    struct err *err)
{
    struct playhead before;
    int rc = reader_at_time(r, scale->from_ns - 1, &before, err);
    for (size_t i = 0; i < scale->n && rc == 0; i++) {
        struct playhead at;
        rc = reader_at_time(r, MIN(column_end(scale, i) - 1, scale->to_ns), &at, err);
        if (rc)
            break;
        ret[i].events = at.seq - MIN(before.seq, at.seq);
        before = at;
    }
    return rc;
}

int reader_lanes(struct reader *r, int64_t from_ns, int64_t to_ns, struct lane_cell *ret, size_t n,
                 struct err *err)
{
    if (r->spool)
        return spool_lanes(r->spool, from_ns, to_ns, ret, n, err);
    struct scale scale = {from_ns, to_ns, n};
    assert(from_ns <= to_ns && from_ns > INT64_MIN);
    memset(ret, 0, n * sizeof *ret);
    if (!n)
        return 0;
    int64_t width = (int64_t)(length(&scale) / (__int128)n);
    int level = LANE_LEVELS - 1;
    while (level > 0 && width < lane_widths_s[level] * NS_PER_SEC)
        level--;
    bool fine = width < NS_PER_SEC / 2;
    int rc = fine ? add_fine(r, &scale, ret, err) : 0;
    if (rc || (rc = reader_begin(r, err)))
        return rc;
    rc = add_buckets(r, &scale, lane_widths_s[level], !fine, ret, err);
    if (rc == 0)
        rc = add_gaps(r, &scale, ret, err);
    reader_end(r);
    return rc;
}
