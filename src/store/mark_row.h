/* Internal to store/: a mark as a row of its table. */
#pragma once
#include "store/mark.h"
#include "store/schema.h"

#define MARK_PUT_SQL                                                                               \
    "INSERT OR REPLACE INTO mark (id, letter, at_seq, at_ns, text) VALUES (?,?,?,?,?)"

#define MARK_DROP_SQL "DELETE FROM mark WHERE id = ?"

/* Runs a statement of MARK_PUT_SQL, of a mark that is gone of MARK_DROP_SQL; an SQLite code. */
int mark_bind(sqlite3_stmt *s, const struct tape_mark *m);
