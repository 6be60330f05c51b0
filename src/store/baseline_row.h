/* Internal to store/: baseline cells to and from rows, each alone (they are written at the two ends
 * of a recording). */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "event/carried.h"

#define BASELINE_PUT_SQL "INSERT INTO baseline_cell VALUES (?, ?, ?, ?, ?, ?)"

/* Generations: what the session began with, and what it leaves to the next. */
enum { BASELINE_BEGUN, BASELINE_LEFT };
struct baseline_put {
    struct carried_cell cell;
    int64_t generation;
};
/* Executes a statement prepared from BASELINE_PUT_SQL; an SQLite code. */
int baseline_put(sqlite3_stmt *s, const struct baseline_put *p);
/* Columns symbol, dte, slot, n, counts at 0...; false when they make no cell. */
bool baseline_read(sqlite3_stmt *s, struct carried_cell *ret);
