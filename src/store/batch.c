/* Rows on their way into one table. See batch.h.
 *
 * The virtual table is one per target, known to one connection, and shows what is in the batch now.
 */
#include "store/batch.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/schema.h"

struct batch {
    sqlite3_stmt *many, *one;
    int columns, n;
    char shape[256]; /* of the virtual table */
    int64_t *cells;  /* BATCH_ROWS x columns */
};

struct cursor {
    sqlite3_vtab_cursor base;
    const struct batch *batch;
    int at;
};
struct table {
    sqlite3_vtab base;
    const struct batch *batch;
};

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **ret, char **ret_error)
{
    (void)argc;
    (void)argv;
    (void)ret_error;
    const struct batch *b = aux;
    int rc = sqlite3_declare_vtab(db, b->shape);
    if (rc != SQLITE_OK)
        return rc;
    struct table *t = sqlite3_malloc(sizeof *t);
    if (!t)
        return SQLITE_NOMEM;
    *t = (struct table){.batch = b};
    *ret = &t->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *t)
{
    sqlite3_free(t);
    return SQLITE_OK;
}

static int table_plan(sqlite3_vtab *t, sqlite3_index_info *info)
{
    (void)t;
    info->estimatedCost = 1;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *t, sqlite3_vtab_cursor **ret)
{
    struct cursor *c = sqlite3_malloc(sizeof *c);
    if (!c)
        return SQLITE_NOMEM;
    *c = (struct cursor){.batch = ((struct table *)t)->batch};
    *ret = &c->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *c)
{
    sqlite3_free(c);
    return SQLITE_OK;
}

static int cursor_filter(sqlite3_vtab_cursor *c, int n, const char *s, int argc,
                         sqlite3_value **argv)
{
    (void)n;
    (void)s;
    (void)argc;
    (void)argv;
    ((struct cursor *)c)->at = 0;
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *c)
{
    ((struct cursor *)c)->at++;
    return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *c)
{
    const struct cursor *u = (const struct cursor *)c;
    return u->at >= u->batch->n;
}

static int cursor_column(sqlite3_vtab_cursor *c, sqlite3_context *to, int column)
{
    const struct cursor *u = (const struct cursor *)c;
    int64_t v = u->batch->cells[u->at * u->batch->columns + column];
    if (v != CELL_NULL)
        sqlite3_result_int64(to, v);
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *c, sqlite3_int64 *ret)
{
    *ret = ((struct cursor *)c)->at;
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .xConnect = table_connect,
    .xBestIndex = table_plan,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

static void prepare(struct batch *b, sqlite3 *db, const char *table)
{
    char sql[256], name[64];
    struct text t = text_on(b->shape, sizeof b->shape);
    text_add(&t, "CREATE TABLE x(c0");
    for (int i = 1; i < b->columns; i++)
        text_add(&t, ", c%d", i);
    text_add(&t, ")");
    snprintf(name, sizeof name, "batch_%s", table);
    if (sqlite3_create_module(db, name, &module, b) != SQLITE_OK)
        return;
    snprintf(sql, sizeof sql, "INSERT INTO main.%s SELECT * FROM %s", table, name);
    b->many = db_prepare(db, sql);
    t = text_on(sql, sizeof sql);
    text_add(&t, "INSERT INTO main.%s VALUES (?", table);
    for (int i = 1; i < b->columns; i++)
        text_add(&t, ", ?");
    text_add(&t, ")");
    b->one = db_prepare(db, sql);
}

struct batch *batch_create(sqlite3 *db, const char *table, int n)
{
    struct batch *b = mem_alloc(sizeof *b);
    assert(n <= CELLS_MAX);
    b->columns = n;
    b->cells = mem_alloc((size_t)n * BATCH_ROWS * sizeof *b->cells);
    prepare(b, db, table);
    if (b->many && b->one)
        return b;
    batch_destroy(b);
    return NULL;
}

void batch_destroy(struct batch *b)
{
    if (!b)
        return;
    sqlite3_finalize(b->many);
    sqlite3_finalize(b->one);
    mem_free(b->cells);
    mem_free(b);
}

void cell_odd(struct cells *c, int at, int type, const char *s, size_t n)
{
    assert(c->n_texts < TEXTS_MAX && n <= sizeof c->text[0].s);
    c->odd = true;
    c->v[at] = CELL_NULL;
    c->text[c->n_texts].cell = (uint8_t)at;
    c->text[c->n_texts].n = (uint8_t)n;
    c->text[c->n_texts].type = type;
    memcpy(c->text[c->n_texts++].s, s, n);
}

int batch_flush(struct batch *b)
{
    if (!b->n)
        return SQLITE_OK;
    sqlite3_step(b->many);
    b->n = 0;
    return sqlite3_reset(b->many);
}

/* Rows before it first, so that row ids only grow. */
static int add_odd(struct batch *b, const struct cells *row)
{
    int rc = batch_flush(b);
    if (rc != SQLITE_OK)
        return rc;
    for (int i = 0; i < b->columns; i++)
        if (row->v[i] == CELL_NULL)
            sqlite3_bind_null(b->one, i + 1);
        else
            sqlite3_bind_int64(b->one, i + 1, row->v[i]);
    for (int i = 0; i < row->n_texts; i++) {
        int at = row->text[i].cell + 1, n = row->text[i].n;
        if (row->text[i].type == SQLITE_TEXT)
            sqlite3_bind_text(b->one, at, row->text[i].s, n, SQLITE_STATIC);
        else if (row->text[i].type == SQLITE_BLOB)
            sqlite3_bind_blob(b->one, at, row->text[i].s, n, SQLITE_STATIC);
        else
            sqlite3_bind_int64(b->one, at, INT64_MIN);
    }
    sqlite3_step(b->one);
    return sqlite3_reset(b->one);
}

int batch_add(struct batch *b, const struct cells *row)
{
    if (row->odd)
        return add_odd(b, row);
    memcpy(&b->cells[b->n * b->columns], row->v, (size_t)b->columns * sizeof *row->v);
    return ++b->n == BATCH_ROWS ? batch_flush(b) : SQLITE_OK;
}
