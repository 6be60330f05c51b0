/* Structures and campaigns as of a playhead. See query.h. Versions of an id are found by an index:
 * these tables are small beside those of packets. */
#include "store/query.h"

#include <inttypes.h>
#include <string.h>

#include "store/reader.h"
#include "store/structure_row.h"

static int read_legs(struct reader *r, uint64_t rev, struct structure *to, struct err *err)
{
    sqlite3_stmt *s = reader_statement(r, ST_LEGS);
    int n = 0, rc = SQLITE_ERROR;
    if (s)
        sqlite3_bind_int64(s, 1, (int64_t)rev);
    while (s && (rc = sqlite3_step(s)) == SQLITE_ROW)
        if (!leg_read(s, r->symbols, to, n++))
            return reader_damaged(r, err, "leg", rev);
    if (rc != SQLITE_DONE)
        return reader_fail(r, err, "cannot read");
    return n == to->n_legs ? 0 : reader_damaged(r, err, "structure", rev);
}

int reader_structure_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev,
                         struct structure *ret, struct err *err)
{
    if (!structure_read(s, r->symbols, ret_rev, ret)) {
        int rc = reader_refresh(r, err);
        if (rc)
            return rc;
        if (!structure_read(s, r->symbols, ret_rev, ret))
            return reader_damaged(r, err, "structure", *ret_rev);
    }
    return read_legs(r, *ret_rev, ret, err);
}

int reader_campaign_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev, struct campaign *ret,
                        struct err *err)
{
    if (campaign_read(s, r->symbols, ret_rev, ret))
        return 0;
    int rc = reader_refresh(r, err);
    if (rc)
        return rc;
    return campaign_read(s, r->symbols, ret_rev, ret)
               ? 0
               : reader_damaged(r, err, "campaign", *ret_rev);
}
