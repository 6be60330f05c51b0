/* What became of cancels and corrections, to and from table rows. See row.h. */
#include "store/row.h"

#include <string.h>

void repair_cells(struct cells *c, uint64_t rev, const struct repair *p)
{
    cell_int(c, 0, (int64_t)rev);
    cell_int(c, 1, (int64_t)p->seq);
    cell_nonzero(c, 2, (int64_t)p->target);
    cell_int(c, 3, p->outcome);
}

bool repair_read(sqlite3_stmt *s, uint64_t *ret_rev, struct repair *ret)
{
    int64_t outcome = sqlite3_column_int64(s, 3);
    memset(ret, 0, sizeof *ret);
    *ret_rev = (uint64_t)sqlite3_column_int64(s, 0);
    ret->seq = (uint64_t)sqlite3_column_int64(s, 1);
    ret->target = (uint64_t)sqlite3_column_int64(s, 2);
    ret->outcome = (uint8_t)outcome;
    return outcome >= 0 && outcome < REPAIR_COUNT;
}
