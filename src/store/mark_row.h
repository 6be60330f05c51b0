/* Internal to store/: a mark as a row of its table. */
#pragma once
#include "store/mark.h"
#include "store/schema.h"

#define MARK_PUT_SQL                                                                               \
    "INSERT OR REPLACE INTO mark (id, letter, at_seq, at_ns, text) VALUES (?,?,?,?,?)"

/* Runs a statement of MARK_PUT_SQL; an SQLite code. */
int mark_bind(sqlite3_stmt *s, const struct tape_mark *m);
