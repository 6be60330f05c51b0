/* Keyframes: writing and reading. See keyframe.h and query.h. */
#include "store/keyframe.h"

#include <string.h>
#include <zstd.h>

#include "base/mem.h"
#include "store/reader.h"
#include "store/schema.h"

#define BLOCK_RECORDS 8192
#define BLOCK_BYTES   (2u << 20) /* of a block before compression, at most */
#define LEVEL         3

struct keyframe_writer {
    sqlite3 *db;
    sqlite3_stmt *put, *part;
    char *columns, *packed; /* BLOCK_BYTES; what that may grow to */
    size_t packed_cap;
    uint64_t full_seq;          /* of the present chain */
    int64_t first_part, n_part; /* its first part; parts so far */
};

struct keyframe_writer *keyframe_writer_create(sqlite3 *db)
{
    struct keyframe_writer *w = mem_alloc(sizeof *w);
    w->db = db;
    w->put = db_prepare(db, "INSERT INTO keyframe VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    w->part = db_prepare(db, "INSERT INTO keyframe_part VALUES (?, ?, ?, ?, ?, ?)");
    w->packed_cap = ZSTD_compressBound(BLOCK_BYTES);
    w->columns = mem_reserve(BLOCK_BYTES);
    w->packed = mem_reserve(w->packed_cap);
    if (w->put && w->part)
        return w;
    keyframe_writer_destroy(w);
    return NULL;
}

void keyframe_writer_destroy(struct keyframe_writer *w)
{
    if (!w)
        return;
    sqlite3_finalize(w->put);
    sqlite3_finalize(w->part);
    mem_unreserve(w->columns, BLOCK_BYTES);
    mem_unreserve(w->packed, w->packed_cap);
    mem_free(w);
}

#define TILE 64 /* records turned at a time, so that they stay in the cache */

/* n records of `entry` bytes to columns of n bytes: equal bytes of many records lie together. */
static void to_columns(char *to, const char *from, size_t entry, size_t n)
{
    for (size_t tile = 0; tile < n; tile += TILE)
        for (size_t b = 0; b < entry; b++)
            for (size_t i = tile; i < MIN(tile + TILE, n); i++)
                to[b * n + i] = from[i * entry + b];
}

static void to_records(char *to, const char *from, size_t entry, size_t n)
{
    for (size_t tile = 0; tile < n; tile += TILE)
        for (size_t b = 0; b < entry; b++)
            for (size_t i = tile; i < MIN(tile + TILE, n); i++)
                to[i * entry + b] = from[b * n + i];
}

static int put_block(struct keyframe_writer *w, uint64_t seq, const struct frame_part *p,
                     uint32_t from, uint32_t n, uint64_t *bytes)
{
    size_t raw = (size_t)n * p->entry;
    to_columns(w->columns, p->records + (size_t)from * p->entry, p->entry, n);
    size_t packed = ZSTD_compress(w->packed, w->packed_cap, w->columns, raw, LEVEL);
    if (ZSTD_isError(packed))
        return SQLITE_NOMEM;
    sqlite3_bind_int64(w->part, 1, ++w->n_part);
    sqlite3_bind_int64(w->part, 2, (int64_t)seq);
    sqlite3_bind_int64(w->part, 3, p->kind);
    sqlite3_bind_int64(w->part, 4, p->entry);
    sqlite3_bind_int64(w->part, 5, n);
    sqlite3_bind_blob64(w->part, 6, w->packed, packed, SQLITE_STATIC);
    sqlite3_step(w->part);
    *bytes += packed + 32;
    return sqlite3_reset(w->part);
}

static int put_part(struct keyframe_writer *w, uint64_t seq, const struct frame_part *p,
                    uint64_t *bytes)
{
    uint32_t most = MIN(BLOCK_RECORDS, BLOCK_BYTES / p->entry);
    int rc = SQLITE_OK;
    for (uint32_t at = 0; at < p->n && rc == SQLITE_OK; at += most)
        rc = put_block(w, seq, p, at, MIN(most, p->n - at), bytes);
    return rc;
}

int keyframe_put(struct keyframe_writer *w, const struct frame *f, uint64_t *bytes)
{
    int rc = SQLITE_OK;
    if (f->full) {
        w->full_seq = f->seq;
        w->first_part = w->n_part + 1;
    }
    for (size_t i = 0; i < f->n_parts && rc == SQLITE_OK; i++)
        rc = put_part(w, f->seq, &f->parts[i], bytes);
    const int64_t facts[] = {(int64_t)f->seq,    f->clock_ns,          (int64_t)f->records,
                             (int64_t)f->digest, (int64_t)f->quotes,   (int64_t)f->prints,
                             (int64_t)f->layout, (int64_t)w->full_seq, w->first_part,
                             w->n_part};
    for (size_t i = 0; i < ARRAY_LEN(facts); i++)
        sqlite3_bind_int64(w->put, (int)i + 1, facts[i]);
    if (rc == SQLITE_OK) {
        sqlite3_step(w->put);
        rc = sqlite3_reset(w->put);
    }
    *bytes += 80;
    return rc;
}

/* Reading. */

int reader_keyframe(struct reader *r, const struct keyframe_wish *wish, struct keyframe *ret,
                    struct err *err)
{
    const int64_t bounds[] = {(int64_t)MIN(wish->at.seq, (uint64_t)INT64_MAX), wish->at.ns,
                              (int64_t)MIN(wish->quotes, (uint64_t)INT64_MAX),
                              (int64_t)MIN(wish->prints, (uint64_t)INT64_MAX),
                              (int64_t)wish->layout};
    sqlite3_stmt *s = reader_statement(r, ST_KEYFRAME);
    if (!s)
        return reader_fail(r, err, "cannot read");
    for (size_t i = 0; i < ARRAY_LEN(bounds); i++)
        sqlite3_bind_int64(s, (int)i + 1, bounds[i]);
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW)
        *ret = (struct keyframe){
            .facts = {.seq = (uint64_t)sqlite3_column_int64(s, 0),
                      .clock_ns = sqlite3_column_int64(s, 1),
                      .records = (uint64_t)sqlite3_column_int64(s, 2),
                      .digest = (uint64_t)sqlite3_column_int64(s, 3),
                      .quotes = (uint64_t)sqlite3_column_int64(s, 4),
                      .prints = (uint64_t)sqlite3_column_int64(s, 5),
                      .layout = wish->layout},
            .first_part = sqlite3_column_int64(s, 6),
            .last_part = sqlite3_column_int64(s, 7),
        };
    sqlite3_reset(s);
    return rc == SQLITE_ROW    ? 0
           : rc == SQLITE_DONE ? -ERR_NO_ROWS
                               : reader_fail(r, err, "cannot read");
}

static bool read_part(sqlite3_stmt *s, struct frame_part *p, char *columns)
{
    int64_t kind = sqlite3_column_int64(s, 1), entry = sqlite3_column_int64(s, 2);
    int64_t n = sqlite3_column_int64(s, 3);
    const void *packed = sqlite3_column_blob(s, 4);
    int size = sqlite3_column_bytes(s, 4);
    if (kind < 0 || kind > UINT8_MAX || entry < 1 || entry > FRAME_ENTRY || n < 1 ||
        n > BLOCK_RECORDS || n * entry > BLOCK_BYTES || !packed)
        return false;
    p->kind = (uint32_t)kind;
    p->entry = (uint32_t)entry;
    p->n = (uint32_t)n;
    if (ZSTD_decompress(columns, BLOCK_BYTES, packed, (size_t)size) != (size_t)(n * entry))
        return false;
    to_records(p->records, columns, p->entry, p->n);
    return true;
}

int reader_keyframe_part(struct reader *r, const struct keyframe *k, int64_t *after,
                         struct frame_part *ret, struct err *err)
{
    sqlite3_stmt *s = reader_statement(r, ST_KEYFRAME_PART);
    if (!s)
        return reader_fail(r, err, "cannot read");
    sqlite3_bind_int64(s, 1, MAX(*after, k->first_part - 1));
    sqlite3_bind_int64(s, 2, k->last_part);
    sqlite3_bind_int64(s, 3, (int64_t)k->facts.seq);
    int rc = sqlite3_step(s), code = rc == SQLITE_ROW;
    if (!r->columns) {
        r->columns = mem_reserve(BLOCK_BYTES);
        r->records = mem_reserve(BLOCK_BYTES);
    }
    *ret = (struct frame_part){.records = r->records};
    if (rc == SQLITE_ROW) {
        *after = sqlite3_column_int64(s, 0);
        if (!read_part(s, ret, r->columns))
            code = reader_damaged(r, err, "keyframe_part", (uint64_t)*after);
    } else if (rc != SQLITE_DONE)
        code = reader_fail(r, err, "cannot read");
    sqlite3_reset(s);
    return code;
}

void keyframe_reader_free(struct reader *r)
{
    if (!r->columns)
        return;
    mem_unreserve(r->columns, BLOCK_BYTES);
    mem_unreserve(r->records, BLOCK_BYTES);
}
