/* Evidence: packets by id, the prints that belong to them, the packets merged into a repeat run.
 * See query.h. */
#include "store/query.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/reader.h"
#include "store/spool.h"

/* Whether the option print `id` ever opened a packet: one of its joins names itself. */
static int opens_packet(struct reader *r, uint64_t id, bool *ret, struct err *err)
{
    sqlite3_stmt *s = reader_statement(r, ST_OPENS);
    if (!s)
        return reader_fail(r, err, "cannot read");
    sqlite3_bind_int64(s, 1, (int64_t)MIN(id, (uint64_t)INT64_MAX));
    int rc = sqlite3_step(s);
    *ret = rc == SQLITE_ROW;
    sqlite3_reset(s);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

static int find_rev(struct reader *r, uint64_t after, uint64_t upto, uint64_t id, uint64_t *ret,
                    struct err *err)
{
    sqlite3_stmt *s = reader_range(r, ST_PACKET_FIND, after, upto, (int64_t)id);
    int rc = s ? sqlite3_step(s) : SQLITE_ERROR;
    *ret = rc == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

/* The newest version that is not the first, up to a rev; 0 = none. */
static int find_later(struct reader *r, uint64_t upto, uint64_t id, uint64_t *ret, struct err *err)
{
    sqlite3_stmt *s =
        reader_range(r, ST_PACKET_NEWEST, id - 1, id, (int64_t)MIN(upto, (uint64_t)INT64_MAX));
    int rc = SQLITE_ERROR;
    *ret = 0;
    while (s && (rc = sqlite3_step(s)) == SQLITE_ROW)
        *ret = (uint64_t)sqlite3_column_int64(s, 1);
    return rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

/* A packet is first emitted after its first print was seen, so the search for that starts there. */
static int find_packet(struct reader *r, struct playhead at, uint64_t id, struct packet *ret,
                       bool *ret_found, struct err *err)
{
    uint64_t low, high, rev = 0;
    bool opens = false;
    *ret_found = false;
    int rc = id ? opens_packet(r, id, &opens, err) : 0;
    if (rc || !opens)
        return rc;
    rc = reader_floor(r, PLACE_PACKET, at, &high, err);
    if (rc == 0)
        rc = find_later(r, high, id, &rev, err);
    if (rc == 0 && !rev) {
        rc = reader_floor(r, PLACE_PACKET, (struct playhead){id - 1, INT64_MAX}, &low, err);
        if (rc == 0)
            rc = find_rev(r, low, high, id, &rev, err);
    }
    *ret_found = rc == 0 && rev;
    return *ret_found ? reader_packet_at(r, rev, ret, err) : rc;
}

int reader_packet(struct reader *r, struct playhead at, uint64_t id, struct packet *ret,
                  struct err *err)
{
    if (r->spool)
        return spool_packet(r->spool, at, id, ret, err);
    struct packet p;
    bool found;
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = find_packet(r, at, id, &p, &found, err);
    reader_end(r);
    if (rc == 0 && !found)
        rc = err_set(err, ERR_NO_ROWS, "%s has no packet %" PRIu64, r->path, id);
    if (rc == 0)
        *ret = p;
    return rc;
}

/* The prints of packet p itself: all that at any time belonged to it, kept where they do at the
 * playhead. */
static int read_own(struct reader *r, struct playhead at, const struct packet *p, struct row *ret,
                    size_t n, struct err *err)
{
    int got = 0, step = SQLITE_DONE, rc;
    sqlite3_stmt *s = reader_range(r, ST_MEMBERS, p->id - 1, p->last_seq, -1);
    if (!s)
        return reader_fail(r, err, "cannot read");
    sqlite3_bind_int64(s, 4, (int64_t)p->id);
    while ((size_t)got < n && (step = sqlite3_step(s)) == SQLITE_ROW) {
        memset(&ret[got], 0, sizeof *ret);
        ret[got].kind = ROW_OPTION;
        if ((rc = reader_print_as_row(r, s, true, true, &ret[got], err)) ||
            (rc = reader_revise_prints(r, true, at, &ret[got], 1, err)))
            return rc;
        got += ret[got].u.join.packet == p->id;
    }
    return (size_t)got == n || step == SQLITE_DONE ? got : reader_fail(r, err, "cannot read");
}

/* Ids that were ever merged into `id`: after the one given; 0 = no more. */
static int next_merged(struct reader *r, uint64_t last, uint64_t id, uint64_t after, uint64_t *ret,
                       struct err *err)
{
    sqlite3_stmt *s = reader_range(r, ST_MERGED, id, last, (int64_t)after);
    int rc = s ? sqlite3_step(s) : SQLITE_ERROR;
    *ret = rc == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

/* The next packet after *after that is a member of run `id` at the playhead; false in *ret_any at
 * the end. */
static int next_member(struct reader *r, struct playhead at, uint64_t id, uint64_t *after,
                       struct packet *ret, bool *ret_any, struct err *err)
{
    uint64_t last, next;
    int rc = reader_floor(r, PLACE_PACKET, at, &last, err);
    *ret_any = false;
    while (rc == 0 && !*ret_any && (rc = next_merged(r, last, id, *after, &next, err)) == 0 &&
           next) {
        bool found;
        *after = next;
        rc = find_packet(r, at, next, ret, &found, err);
        *ret_any = rc == 0 && found && ret->state == PS_MERGED && ret->parent == id;
    }
    return rc;
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct row *)a)->key, y = ((const struct row *)b)->key;
    return (x > y) - (x < y);
}

static int read_members(struct reader *r, struct playhead at, uint64_t id, struct row *ret,
                        size_t n, struct err *err)
{
    struct packet p, member;
    bool any;
    uint64_t after = 0;
    int rc = find_packet(r, at, id, &p, &any, err);
    if (rc)
        return rc;
    if (!any)
        return err_set(err, ERR_NO_ROWS, "%s has no packet %" PRIu64, r->path, id);
    int got = read_own(r, at, &p, ret, n, err);
    if (p.kind != PK_REPEAT || got < 0)
        return got;
    while ((size_t)got < n && (rc = next_member(r, at, id, &after, &member, &any, err)) == 0 &&
           any) {
        int more = read_own(r, at, &member, ret + got, n - (size_t)got, err);
        if (more < 0)
            return more;
        got += more;
    }
    if (rc)
        return rc;
    qsort(ret, (size_t)got, sizeof *ret, by_key);
    return got;
}

int reader_members(struct reader *r, struct playhead at, uint64_t id, struct row *ret, size_t n,
                   struct err *err)
{
    if (r->spool)
        return spool_members(r->spool, at, id, ret, n, err);
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = read_members(r, at, id, ret, n, err);
    reader_end(r);
    return rc;
}

int reader_merged(struct reader *r, struct playhead at, uint64_t id, uint64_t *ret, size_t n,
                  struct err *err)
{
    if (r->spool)
        return spool_merged(r->spool, at, id, ret, n, err);
    struct packet p;
    uint64_t after = 0;
    bool any = true;
    int got = 0, rc = reader_begin(r, err);
    if (rc)
        return rc;
    while ((size_t)got < n && (rc = next_member(r, at, id, &after, &p, &any, err)) == 0 && any)
        ret[got++] = after;
    reader_end(r);
    return rc ? rc : got;
}
