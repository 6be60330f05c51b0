/* Internal to store/: creating a session's tables, and small helpers over SQLite. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "base/err.h"

#define SCHEMA_APPLICATION_ID 0x54504431 /* "TPD1": what file(1) and reader_open look for */
#define SCHEMA_VERSION        1          /* PRAGMA user_version; raised by each migration */

/* Tables, views, application id and version, reference tables; inside one transaction. Returns an
 * SQLite code. The page size must have been set. */
int schema_create(sqlite3 *db);

/* Runs SQL without results; an SQLite code. */
int db_exec(sqlite3 *db, const char *sql);
int db_execf(sqlite3 *db, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* NULL on failure; the connection then has the error. Long-lived statements only. */
sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql);
/* First column of the first row, or `none`. */
int64_t db_int(sqlite3 *db, const char *sql, int64_t none);
/* INSERT OR REPLACE INTO meta through a prepared statement of two parameters. */
int db_put(sqlite3_stmt *put, const char *key, const char *value);
#define DB_PUT_SQL "INSERT OR REPLACE INTO meta VALUES (?, ?)"

/* The exit code an SQLite code stands for. */
enum err_code db_code(int rc);
/* Fills err from the connection's last error: "what PATH: message". Returns -code. */
int db_fail(sqlite3 *db, struct err *err, const char *what, const char *path);
