/* Settled days to and from rows. See opening_row.h. */
#include "store/opening_row.h"

#include <string.h>

#include "event/calendar.h"
#include "store/query.h"
#include "store/reader.h"

void opening_cells(struct cells *c, uint64_t rev, const struct opening *o)
{
    cell_int(c, 0, (int64_t)rev);
    cell_int(c, 1, (int64_t)o->seq);
    cell_int(c, 2, o->sym);
    cell_int(c, 3, o->day);
    cell_int(c, 4, o->volume);
    cell_int(c, 5, o->oi_before);
    cell_int(c, 6, o->oi_after);
    cell_int(c, 7, o->opened);
    cell_int(c, 8, o->closed);
    cell_int(c, 9, o->outcome);
}

bool opening_read(sqlite3_stmt *s, const struct symbols *symbols, uint64_t *ret_rev,
                  struct opening *ret)
{
    memset(ret, 0, sizeof *ret);
    *ret_rev = (uint64_t)sqlite3_column_int64(s, 0);
    ret->seq = (uint64_t)sqlite3_column_int64(s, 1);
    ret->sym = (uint32_t)sqlite3_column_int64(s, 2);
    ret->day = sqlite3_column_int(s, 3);
    ret->volume = sqlite3_column_int64(s, 4);
    ret->oi_before = sqlite3_column_int64(s, 5);
    ret->oi_after = sqlite3_column_int64(s, 6);
    ret->opened = sqlite3_column_int64(s, 7);
    ret->closed = sqlite3_column_int64(s, 8);
    int64_t outcome = sqlite3_column_int64(s, 9);
    ret->outcome = (uint8_t)outcome;
    const struct instrument *in = symbols_get(symbols, ret->sym);
    return in && in->right && calendar_valid(ret->day) && outcome >= 0 && outcome < RECONCILE_COUNT;
}

int reader_opening_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev, struct opening *ret,
                       struct err *err)
{
    if (opening_read(s, r->symbols, ret_rev, ret))
        return 0;
    int rc = reader_refresh(r, err);
    if (rc)
        return rc;
    return opening_read(s, r->symbols, ret_rev, ret) ? 0
                                                     : reader_damaged(r, err, "opening", *ret_rev);
}

int reader_opening(struct reader *r, struct playhead at, uint32_t sym, int32_t day,
                   struct opening *ret, struct err *err)
{
    uint64_t rev;
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    sqlite3_stmt *s = reader_range(r, ST_OPENING_OF, sym, (uint64_t)day,
                                   (int64_t)MIN(at.seq, (uint64_t)INT64_MAX));
    int step = s ? sqlite3_step(s) : SQLITE_ERROR;
    if (step == SQLITE_ROW)
        rc = reader_opening_row(r, s, &rev, ret, err);
    else
        rc = step == SQLITE_DONE ? -ERR_NO_ROWS : reader_fail(r, err, "cannot read");
    reader_end(r);
    return rc;
}

int reader_interest(struct reader *r, struct playhead at, uint32_t sym, struct event *ret, size_t n,
                    struct err *err)
{
    int rc = reader_begin(r, err), got = 0, step = SQLITE_DONE;
    if (rc)
        return rc;
    sqlite3_stmt *s = reader_range(r, ST_REFERENCES, sym, EV_OPEN_INTEREST,
                                   (int64_t)MIN(at.seq, (uint64_t)INT64_MAX));
    while (rc == 0 && (size_t)got < n && s && (step = sqlite3_step(s)) == SQLITE_ROW)
        rc = reader_row(r, s, RAW_REFERENCE, &ret[got++], err);
    if (rc == 0 && (!s || (step != SQLITE_DONE && step != SQLITE_ROW)))
        rc = reader_fail(r, err, "cannot read");
    reader_end(r);
    return rc ? rc : got;
}
