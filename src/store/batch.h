/* Internal to store/: rows on their way into one table. Almost all cells are integers or NULL; such
 * rows are gathered and go in together, `INSERT INTO t SELECT * FROM (the batch as a virtual
 * table)`, which costs about half of an INSERT each (limits.md section 1). The few others go in one
 * by one. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"

#define CELLS_MAX  30
#define TEXTS_MAX  2
#define CELL_NULL  INT64_MIN /* in v; an INT64_MIN that is meant is kept by cell_int as odd */
#define BATCH_ROWS 512

/* One row being made. Cleared by cells_clear; each cell set once. */
struct cells {
    int64_t v[CELLS_MAX];
    uint8_t n_texts;
    bool odd; /* has more than integers and NULL */
    struct {
        uint8_t cell, n;
        int type;   /* SQLITE_INTEGER (INT64_MIN), SQLITE_TEXT or SQLITE_BLOB */
        char s[72]; /* an interned text is at most 64 */
    } text[TEXTS_MAX];
};

static inline void cells_clear(struct cells *c)
{
    c->n_texts = 0;
    c->odd = false;
}
/* Text, bytes, or INT64_MIN itself: at most TEXTS_MAX of them in a row, copied. */
void cell_odd(struct cells *c, int at, int type, const char *s, size_t n);
static inline void cell_int(struct cells *c, int at, int64_t v)
{
    c->v[at] = v;
    if (v == CELL_NULL)
        cell_odd(c, at, SQLITE_INTEGER, "", 0);
}
static inline void cell_null(struct cells *c, int at)
{
    c->v[at] = CELL_NULL;
}
static inline void cell_nonzero(struct cells *c, int at, int64_t v)
{
    c->v[at] = v ? v : CELL_NULL;
}

struct batch;

/* A table with n columns on a connection; NULL when it cannot be prepared. */
struct batch *batch_create(sqlite3 *db, const char *table, int n);
void batch_destroy(struct batch *b);
/* Each returns an SQLite code. Added rows are in the table after batch_flush. */
int batch_add(struct batch *b, const struct cells *row);
int batch_flush(struct batch *b);
