/* Marks in a session file. See mark.h. */
#include "store/mark.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/lock.h"
#include "store/mark_row.h"

int mark_bind(sqlite3_stmt *s, const struct tape_mark *m)
{
    const char letter[2] = {m->letter, 0};
    sqlite3_bind_int64(s, 1, (int64_t)m->id);
    if (!m->gone) {
        sqlite3_bind_text(s, 2, letter, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(s, 3, (int64_t)m->seq);
        sqlite3_bind_int64(s, 4, m->ns);
        sqlite3_bind_text(s, 5, m->text, -1, SQLITE_TRANSIENT);
    }
    sqlite3_step(s);
    return sqlite3_reset(s);
}

/* The file is not ours to trust: no triggers, no functions from its schema. */
static int defend(sqlite3 *db)
{
    sqlite3_busy_timeout(db, 2000);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    if (db_int(db, "PRAGMA application_id", 0) != SCHEMA_APPLICATION_ID ||
        db_int(db, "PRAGMA user_version", 0) != SCHEMA_VERSION)
        return SQLITE_READONLY;
    return SQLITE_OK;
}

static int put_mark(sqlite3 *db, const void *mark)
{
    const struct tape_mark *m = mark;
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, m->gone ? MARK_DROP_SQL : MARK_PUT_SQL, -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = mark_bind(s, m);
    sqlite3_finalize(s);
    return rc;
}

static int put_pin(sqlite3 *db, const void *pinned)
{
    return db_exec(db, *(const bool *)pinned
                           ? "INSERT OR REPLACE INTO meta (key, value) VALUES ('pinned', '1')"
                           : "DELETE FROM meta WHERE key = 'pinned'");
}

/* Writes something small into a session that nobody records. */
static int write_into(const char *path, int (*put)(sqlite3 *db, const void *what), const void *what,
                      struct err *err)
{
    sqlite3 *db = NULL;
    int fd = -1;
    if (access(path, W_OK) != 0)
        return err_set(err, ERR_DISK, "cannot mark %s: %s", path, strerror(errno));
    int rc = lock_take(path, &fd, err);
    if (rc)
        return rc;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = defend(db);
    if (code == SQLITE_OK)
        code = put(db, what);
    if (code == SQLITE_READONLY)
        rc = err_set(err, ERR_DISK, "cannot mark %s: it is of another version, or read only", path);
    else if (code != SQLITE_OK)
        rc = db_fail(db, err, "cannot mark", path);
    sqlite3_close(db);
    lock_drop(path, fd);
    return rc;
}

int mark_put(const char *path, const struct tape_mark *m, struct err *err)
{
    return write_into(path, put_mark, m, err);
}

int mark_pin(const char *path, bool pinned, struct err *err)
{
    return write_into(path, put_pin, &pinned, err);
}
