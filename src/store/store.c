/* The recorder's door to a session file: creates it, holds its lock, and hands what the deck says
 * to the writing thread. See store.h; the thread is writer.c. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/calendar.h"
#include "store/baseline_row.h"
#include "store/lock.h"
#include "store/schema.h"
#include "store/writer.h"

#define TEXT_ID (UINT64_C(1) << 63) /* ident.h: interned text, numbered from 1 */

struct store {
    struct writer_shared shared;
    struct writer *writer;
    pthread_t thread;
    const struct symbols *symbols;
    const struct idents *idents;
    uint32_t sent_symbols;
    uint64_t sent_idents;
    uint16_t sent_codes;
    int lock_fd;
    char *path;
};

void store_global_init(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_LOG, NULL, NULL);
}

/* SQLite would create the file readable by others; so it is made first. */
static int create_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_DISK, "cannot create %s: %s", path, strerror(errno));
    close(fd);
    return 0;
}

/* What could not be made into a session is not left behind. */
static void remove_file(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        char *name = mem_printf("%s%s", path, tails[i]);
        unlink(name);
        mem_free(name);
    }
}

static sqlite3 *open_database(const char *path, const char *pragmas, struct err *err)
{
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(db, 2000);
    if (rc == SQLITE_OK)
        rc = db_execf(db,
                      "PRAGMA page_size=8192; %s PRAGMA mmap_size=0; PRAGMA cache_size=-8000;"
                      "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF;"
                      "PRAGMA trusted_schema=OFF",
                      pragmas);
    if (rc == SQLITE_OK)
        return db;
    db_fail(db, err, "cannot create", path);
    sqlite3_close(db);
    return NULL;
}

static int write_facts(sqlite3 *db, const struct store_options *opt)
{
    char created[32], engine[16], policy[24];
    time_format_utc(created, sizeof created, clock_wall_ns());
    snprintf(engine, sizeof engine, "%d", opt->engine_version);
    snprintf(policy, sizeof policy, "%016" PRIx64, opt->policy_hash);
    const char *const facts[][2] = {
        {"program", "tapedeck " TAPEDECK_VERSION},
        {"created_at", created},
        {"engine_version", engine},
        {"policy_hash", policy},
        {"feeds", opt->feeds ? opt->feeds : ""},
        {"closed", "0"},
        {"units", "_ns: ns since 1970 UTC; _e9: 1e-9 dollars; _e6: 1e-6 units; size: contracts"},
    };
    sqlite3_stmt *put = db_prepare(db, DB_PUT_SQL);
    int rc = put ? db_exec(db, "BEGIN") : SQLITE_ERROR;
    for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_LEN(facts); i++)
        rc = db_put(put, facts[i][0], facts[i][1]);
    sqlite3_finalize(put);
    return rc == SQLITE_OK ? db_exec(db, "COMMIT") : rc;
}

/* An empty session under another name: whoever looks, and whenever we are killed, PATH is either a
 * whole session or not there. */
static int create_session(const char *draft, const struct store_options *opt, struct err *err)
{
    remove_file(draft); /* left by a killed recorder */
    int rc = create_file(draft, err);
    sqlite3 *db = rc ? NULL : open_database(draft, "PRAGMA synchronous=NORMAL;", err);
    if (rc || !db)
        return rc ? rc : -(int)ERR_DISK;
    if (schema_create(db) != SQLITE_OK || write_facts(db, opt) != SQLITE_OK)
        rc = db_fail(db, err, "cannot create", draft);
    sqlite3_close(db);
    return rc;
}

static int create(const struct store *s, const struct store_options *opt, struct err *err)
{
    char *draft = mem_printf("%s.new", s->path);
    int rc = access(s->path, F_OK) == 0 ? -EEXIST : 0;
    if (rc == 0) {
        remove_file(s->path); /* a log of rows beside a name that is gone is not ours */
        rc = create_session(draft, opt, err);
    }
    if (rc == 0 && link(draft, s->path) != 0)
        rc = errno == EEXIST
                 ? -EEXIST
                 : err_set(err, ERR_DISK, "cannot create %s: %s", s->path, strerror(errno));
    if (rc == -EEXIST)
        rc = err_set(err, ERR_USAGE, "%s exists; choose another name to record to", s->path);
    remove_file(draft);
    mem_free(draft);
    return rc;
}

/* Signals are the loop's: the thread blocks all of them. */
static int start_thread(struct store *s)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&s->thread, NULL, writer_run, s->writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

static int start(struct store *s, const struct store_options *opt, struct err *err)
{
    sqlite3 *db = open_database(s->path,
                                opt->full_sync
                                    ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                                      "PRAGMA wal_autocheckpoint=1500;"
                                      "PRAGMA journal_size_limit=67108864;"
                                    : "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                                      "PRAGMA wal_autocheckpoint=1500;"
                                      "PRAGMA journal_size_limit=67108864;",
                                err);
    if (!db)
        return -(int)ERR_DISK;
    if (!(s->writer = writer_create(db, &s->shared))) {
        int code = db_fail(db, err, "cannot write", s->path);
        sqlite3_close_v2(db);
        return code;
    }
    int rc = start_thread(s);
    return rc ? err_set(err, ERR_DISK, "cannot start the writing thread: %s", strerror(rc)) : 0;
}

static void release(struct store *s)
{
    writer_destroy(s->writer);
    lock_drop(s->path, s->lock_fd);
    ring_destroy(s->shared.ring);
    sem_destroy(&s->shared.wake);
    mem_free(s->path);
    mem_free(s);
}

int store_create(const char *path, const struct store_options *opt, const struct symbols *symbols,
                 const struct idents *idents, struct store **ret, struct err *err)
{
    struct store *s = mem_alloc(sizeof *s);
    s->symbols = symbols;
    s->idents = idents;
    s->lock_fd = -1;
    s->path = mem_strndup(path, strlen(path));
    s->shared.ring = ring_create(LIMIT_STORE_RING);
    sem_init(&s->shared.wake, 0, 0);
    int rc = lock_take(path, &s->lock_fd, err);
    bool created = rc == 0 && (rc = create(s, opt, err)) == 0;
    if (rc == 0)
        rc = start(s, opt, err);
    if (rc) {
        writer_destroy(s->writer);
        s->writer = NULL;
        if (created)
            remove_file(s->path);
        release(s);
        return rc;
    }
    *ret = s;
    return 0;
}

/* Room for a message; waits while the ring is full. The writer takes messages even when it has
 * stopped writing, so this ends. */
static void *reserve(struct store *s, enum msg_type type, size_t n)
{
    struct msg *m;
    while (!(m = ring_reserve(s->shared.ring, sizeof *m + n))) {
        sem_post(&s->shared.wake);
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    m->type = type;
    m->n = (uint32_t)n;
    return m + 1;
}

static void publish(struct store *s, size_t n)
{
    ring_commit(s->shared.ring, sizeof(struct msg) + n);
}

static void send(struct store *s, enum msg_type type, const void *payload, size_t n)
{
    memcpy(reserve(s, type, n), payload, n);
    publish(s, n);
}

/* Names come before the first event that uses them, all up to it, so that the file has no holes. */
static void send_symbols(struct store *s, uint32_t upto)
{
    while (s->sent_symbols < upto) {
        const struct instrument *in = symbols_get(s->symbols, ++s->sent_symbols);
        if (in)
            send(s, MSG_SYMBOL, in, sizeof *in);
    }
}

static void send_ident(struct store *s, uint64_t id)
{
    uint64_t n = id & ~TEXT_ID;
    if (!(id & TEXT_ID) || n > UINT32_MAX)
        return;
    while (s->sent_idents < n) {
        struct msg_text t = {.n = ++s->sent_idents};
        ident_text(s->idents, TEXT_ID | t.n, t.text, sizeof t.text);
        send(s, MSG_IDENT, &t, sizeof t);
    }
}

static void send_code(struct store *s, uint16_t code)
{
    uint16_t upto = MIN(code, ident_code_count(s->idents));
    while (s->sent_codes < upto) {
        struct msg_text t = {.n = ++s->sent_codes};
        ident_code_text(s->idents, (uint16_t)t.n, t.text, sizeof t.text);
        send(s, MSG_CODE, &t, sizeof t);
    }
}

static void send_names(struct store *s, const struct event *ev)
{
    if (ev->sym > s->sent_symbols)
        send_symbols(s, ev->sym);
    switch (ev->kind) {
    case EV_OPTION_PRINT:
    case EV_EQUITY_PRINT:
    case EV_CANCEL:
    case EV_CORRECT:
        send_ident(s, ev->u.print.id);
        send_ident(s, ev->u.print.ref);
        send_code(s, ev->u.print.cond_other);
        break;
    case EV_CONTRACT:
        send_symbols(s, ev->u.reference.underlying);
        send_ident(s, ev->u.reference.note);
        break;
    default:
        break;
    }
}

static void on_event(void *self, const struct event *ev)
{
    struct store *s = self;
    if (atomic_load_explicit(&s->shared.error, memory_order_relaxed))
        return;
    send_names(s, ev);
    send(s, MSG_EVENT, ev, sizeof *ev);
}

static void on_record(void *self, const struct record *rec)
{
    struct store *s = self;
    if (atomic_load_explicit(&s->shared.error, memory_order_relaxed))
        return;
    if (rec->kind == REC_JOIN)
        send(s, MSG_JOIN, &rec->u.join, sizeof rec->u.join);
    else if (rec->kind == REC_PACKET)
        send(s, MSG_PACKET, &rec->u.packet, sizeof rec->u.packet);
    else if (rec->kind == REC_REPAIR)
        send(s, MSG_REPAIR, &rec->u.repair, sizeof rec->u.repair);
    else if (rec->kind == REC_STRUCTURE)
        send(s, MSG_STRUCTURE, &rec->u.structure, sizeof rec->u.structure);
    else if (rec->kind == REC_CAMPAIGN)
        send(s, MSG_CAMPAIGN, &rec->u.campaign, sizeof rec->u.campaign);
    else if (rec->kind == REC_OPENING)
        send(s, MSG_OPENING, &rec->u.opening, sizeof rec->u.opening);
}

struct sink store_sink(struct store *s)
{
    static const struct sink_ops ops = {.name = "store", .event = on_event, .record = on_record};
    return (struct sink){&ops, s};
}

void store_stamp(struct store *s, const struct store_stamp *stamp)
{
    send(s, MSG_STAMP, stamp, sizeof *stamp);
}

size_t store_room(const struct store *s)
{
    return ring_free(s->shared.ring);
}

void store_flush(struct store *s)
{
    atomic_store(&s->shared.flush, true);
    sem_post(&s->shared.wake);
}

void store_health(const struct store *s, struct store_health *ret)
{
    *ret = (struct store_health){
        .committed_seq = atomic_load(&s->shared.committed),
        .last_commit_ns = atomic_load(&s->shared.commit_ns),
        .bytes = atomic_load(&s->shared.bytes),
        .frame_bytes = atomic_load(&s->shared.frame_bytes),
        .error = atomic_load(&s->shared.error),
    };
    if (ret->error)
        memcpy(ret->error_text, s->shared.error_text, sizeof ret->error_text);
}

void store_meta(struct store *s, const char *key, const char *value)
{
    size_t k = strlen(key) + 1, v = strlen(value) + 1;
    char *to = reserve(s, MSG_META, k + v);
    memcpy(to, key, k);
    memcpy(to + k, value, v);
    publish(s, k + v);
}

void store_frame(struct store *s, struct frame *f)
{
    send(s, MSG_FRAME, &f, sizeof f);
}

void store_baseline(struct store *s, bool left, const struct carried_cell *cell)
{
    struct baseline_put p = {.cell = *cell, .generation = left ? BASELINE_LEFT : BASELINE_BEGUN};
    send(s, MSG_BASELINE, &p, sizeof p);
}

void store_mark(struct store *s, const struct tape_mark *m)
{
    send(s, MSG_MARK, m, sizeof *m);
}

int store_remove(const char *path, struct err *err)
{
    int fd = -1, rc = lock_take(path, &fd, err);
    if (rc)
        return rc;
    remove_file(path);
    lock_drop(path, fd);
    return 0;
}

void store_tidy(const char *path)
{
    sqlite3 *db = NULL;
    int fd = -1;
    if (lock_take(path, &fd, NULL))
        return;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
            SQLITE_OK &&
        db_int(db, "PRAGMA application_id", 0) == SCHEMA_APPLICATION_ID)
        db_exec(db, "PRAGMA trusted_schema=OFF; PRAGMA journal_mode=DELETE");
    sqlite3_close(db);
    lock_drop(path, fd);
}

bool store_recording(const char *path)
{
    return lock_held(path);
}

int store_close(struct store *s, struct err *err)
{
    if (!s)
        return 0;
    int rc = 0;
    atomic_store(&s->shared.closing, true);
    sem_post(&s->shared.wake);
    pthread_join(s->thread, NULL);
    if (s->shared.error)
        rc = err_set(err, (enum err_code)s->shared.error, "%s: %s", s->path, s->shared.error_text);
    release(s);
    return rc;
}
