/* Internal to store/: settled days and baseline cells to and from table rows. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "event/record.h"
#include "event/symbol.h"
#include "store/batch.h"

#define OPENING_COLUMNS 10

void opening_cells(struct cells *c, uint64_t rev, const struct opening *o);
/* Columns of the table in their order; false when the row makes no sense. */
#define OPENING_NAMES                                                                              \
    "rev, seq, instrument, day, volume_e6, oi_before_e6, oi_after_e6, opened_e6, closed_e6, "      \
    "outcome"
bool opening_read(sqlite3_stmt *s, const struct symbols *symbols, uint64_t *ret_rev,
                  struct opening *ret);
