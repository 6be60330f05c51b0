/* Bare prepared inserts. See bare.h. */
#include "bare.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define COMMIT_ROWS 10000

/* Rows with integers and NULL; a text (a sum beyond 63 bits) goes in as an integer. */
struct bare_table {
    const char *name;
    int key; /* column with the seq of the event behind the row; -1 = comes with the table before */
    int columns;
    size_t n, at;
    int64_t *v; /* INT64_MIN stands for NULL */
    sqlite3_stmt *insert;
};

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sql, sqlite3_errmsg(db));
}

static void copy_schema(sqlite3 *db, const char *table)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(db, "SELECT sql FROM src.sqlite_schema WHERE name = ?", -1, &s, NULL))
        die(table, sqlite3_errmsg(db));
    sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW)
        die(table, "no such table");
    run(db, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
}

static void load_rows(sqlite3 *db, struct bare_table *b)
{
    char sql[128];
    sqlite3_stmt *s;
    size_t cap = 0;
    snprintf(sql, sizeof sql, "SELECT * FROM src.%s ORDER BY 1", b->name);
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        die(sql, sqlite3_errmsg(db));
    b->columns = sqlite3_column_count(s);
    for (; sqlite3_step(s) == SQLITE_ROW; b->n++) {
        if (b->n == cap) {
            cap = MAX(cap * 2, (size_t)1024);
            b->v = mem_grow(b->v, cap * (size_t)b->columns, sizeof *b->v);
        }
        for (int i = 0; i < b->columns; i++)
            b->v[b->n * (size_t)b->columns + (size_t)i] =
                sqlite3_column_type(s, i) == SQLITE_NULL ? INT64_MIN : sqlite3_column_int64(s, i);
    }
    sqlite3_finalize(s);
}

static void prepare_insert(sqlite3 *db, struct bare_table *b)
{
    char sql[256];
    int n = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", b->name);
    for (int i = 1; i < b->columns; i++)
        n += snprintf(sql + n, sizeof sql - (size_t)n, ", ?");
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &b->insert, NULL) != SQLITE_OK)
        die(sql, sqlite3_errmsg(db));
}

static int64_t cell(const struct bare_table *b, int column)
{
    return b->v[b->at * (size_t)b->columns + (size_t)column];
}

static void insert_next(sqlite3 *db, struct bare_table *b)
{
    for (int i = 0; i < b->columns; i++)
        if (cell(b, i) == INT64_MIN)
            sqlite3_bind_null(b->insert, i + 1);
        else
            sqlite3_bind_int64(b->insert, i + 1, cell(b, i));
    b->at++;
    sqlite3_step(b->insert);
    if (sqlite3_reset(b->insert) != SQLITE_OK)
        die("insert", sqlite3_errmsg(db));
}

/* The table whose next row came first; NULL when all are through. */
static struct bare_table *first_of(struct bare_table *tables, size_t n)
{
    struct bare_table *first = NULL;
    for (size_t i = 0; i < n; i++) {
        struct bare_table *b = &tables[i];
        if (b->key >= 0 && b->at < b->n && (!first || cell(b, b->key) < cell(first, first->key)))
            first = b;
    }
    return first;
}

static size_t insert_all(sqlite3 *db, struct bare_table *tables, size_t n)
{
    struct bare_table *sums = &tables[n - 1], *b;
    size_t rows = 0;
    while ((b = first_of(tables, n))) {
        bool sum = b == sums - 1 && sums->at < sums->n && cell(sums, 0) == cell(b, 0);
        insert_next(db, b);
        if (sum)
            insert_next(db, sums);
        rows += sum ? 2 : 1;
        if (rows % COMMIT_ROWS < (sum ? 2u : 1u))
            run(db, "COMMIT; BEGIN");
    }
    return rows;
}

double bare_insert(const char *session, const char *path, size_t *ret_rows)
{
    struct bare_table tables[] = {{.name = "option_quote"},     {.name = "equity_quote"},
                                  {.name = "option_print"},     {.name = "equity_print"},
                                  {.name = "option_join"},      {.name = "equity_join"},
                                  {.name = "packet", .key = 2}, {.name = "packet_sum", .key = -1}};
    char sql[600];
    sqlite3 *db;
    unlink(path);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL))
        die(path, "cannot open");
    run(db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA wal_autocheckpoint=1500; PRAGMA cache_size=-8000");
    snprintf(sql, sizeof sql, "ATTACH '%s' AS src", session);
    run(db, sql);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        copy_schema(db, tables[i].name);
        load_rows(db, &tables[i]);
        prepare_insert(db, &tables[i]);
    }
    run(db, "DETACH src");
    int64_t start = clock_mono_ns();
    run(db, "BEGIN");
    *ret_rows = insert_all(db, tables, ARRAY_LEN(tables));
    run(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    double took = (double)(clock_mono_ns() - start) / 1e9;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        sqlite3_finalize(tables[i].insert);
        mem_free(tables[i].v);
    }
    sqlite3_close(db);
    unlink(path);
    return took;
}
