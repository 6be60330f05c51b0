/* The derived records of a session in the order in which they were emitted. See query.h. */
#include "store/query.h"

#include <string.h>

#include "store/reader.h"
#include "store/structure_row.h"

#define CHUNK 5000 /* rows in one read transaction at most */

/* Derived records: first joins of both kinds by seq have no number of their own; between them,
 * where the other tables have the next number, what is there. An export has holes in the numbers:
 * there joins come first. */
enum record_stream {
    STREAM_OPTION,
    STREAM_EQUITY,
    STREAM_NUMBERED,
    STREAM_PACKET = STREAM_NUMBERED,
    STREAM_OPTION_REVISION,
    STREAM_EQUITY_REVISION,
    STREAM_REPAIR,
    STREAM_STRUCTURE,
    STREAM_CAMPAIGN,
    STREAM_OPENING,
    STREAM_COUNT
};
struct record_streams {
    sqlite3_stmt *s[STREAM_COUNT];
    uint64_t head[STREAM_COUNT]; /* seq of the first two, rev of the others; UINT64_MAX = ended */
};

static int next_join(struct reader *r, struct record_streams *m, int at, struct record *ret,
                     bool *ret_any, struct err *err)
{
    struct event ev;
    int rc =
        reader_print_row(r, m->s[at], at == STREAM_OPTION, &ev, true, &ret->u.join, ret_any, err);
    ret->kind = REC_JOIN;
    if (rc)
        return rc;
    r->cursor.seq = ev.seq;
    r->cursor.ordinal += *ret_any;
    return reader_step(r, m->s[at], &m->head[at], err);
}

/* What each numbered stream gives: the record's kind, and how its row is read. */

static int read_packet(struct reader *r, sqlite3_stmt *s, struct record *ret, struct err *err)
{
    uint64_t rev;
    return reader_packet_row(r, s, &rev, &ret->u.packet, err);
}

static int read_option(struct reader *r, sqlite3_stmt *s, struct record *ret, struct err *err)
{
    uint64_t rev;
    return reader_revision_row(r, s, true, &rev, &ret->u.join, err);
}

static int read_equity(struct reader *r, sqlite3_stmt *s, struct record *ret, struct err *err)
{
    uint64_t rev;
    return reader_revision_row(r, s, false, &rev, &ret->u.join, err);
}

static int read_repair(struct reader *r, sqlite3_stmt *s, struct record *ret, struct err *err)
{
    uint64_t rev;
    return repair_read(s, &rev, &ret->u.repair) ? 0 : reader_damaged(r, err, "repair", rev);
}

static int read_structure(struct reader *r, sqlite3_stmt *s, struct record *ret, struct err *err)
{
    uint64_t rev;
    return reader_structure_row(r, s, &rev, &ret->u.structure, err);
}

static int read_campaign(struct reader *r, sqlite3_stmt *s, struct record *ret, struct err *err)
{
    uint64_t rev;
    return reader_campaign_row(r, s, &rev, &ret->u.campaign, err);
}

static int read_opening(struct reader *r, sqlite3_stmt *s, struct record *ret, struct err *err)
{
    uint64_t rev;
    return reader_opening_row(r, s, &rev, &ret->u.opening, err);
}

static const struct {
    enum statement statement;
    uint8_t kind; /* enum record_kind */
    int (*read)(struct reader *r, sqlite3_stmt *s, struct record *ret, struct err *err);
} streams[STREAM_COUNT] = {
    [STREAM_OPTION] = {ST_PRINT_UP, REC_JOIN, NULL},
    [STREAM_EQUITY] = {(enum statement)(ST_PRINT_UP + 1), REC_JOIN, NULL},
    [STREAM_PACKET] = {ST_PACKET_ALL, REC_PACKET, read_packet},
    [STREAM_OPTION_REVISION] = {ST_REVISION_UP, REC_JOIN, read_option},
    [STREAM_EQUITY_REVISION] = {(enum statement)(ST_REVISION_UP + 1), REC_JOIN, read_equity},
    [STREAM_REPAIR] = {ST_REPAIR_UP, REC_REPAIR, read_repair},
    [STREAM_STRUCTURE] = {ST_STRUCTURE_ALL, REC_STRUCTURE, read_structure},
    [STREAM_CAMPAIGN] = {ST_CAMPAIGN_ALL, REC_CAMPAIGN, read_campaign},
    [STREAM_OPENING] = {ST_OPENING_ALL, REC_OPENING, read_opening},
};

static int next_numbered(struct reader *r, struct record_streams *m, int at, struct record *ret,
                         struct err *err)
{
    uint64_t rev = m->head[at];
    ret->kind = streams[at].kind;
    int rc = streams[at].read(r, m->s[at], ret, err);
    if (rc)
        return rc;
    r->cursor.rev = r->cursor.ordinal = rev;
    return reader_step(r, m->s[at], &m->head[at], err);
}

static int open_streams(struct reader *r, struct record_streams *m, struct err *err)
{
    int rc = 0;
    for (int i = 0; i < STREAM_COUNT && rc == 0; i++) {
        uint64_t after = i < STREAM_NUMBERED ? r->cursor.seq : r->cursor.rev;
        m->s[i] = reader_range(r, streams[i].statement, after, UINT64_MAX, -1);
        rc = m->s[i] ? reader_step(r, m->s[i], &m->head[i], err)
                     : reader_fail(r, err, "cannot read");
    }
    return rc;
}

static int merge_records(struct reader *r, struct record *ret, int n, struct err *err)
{
    struct record_streams m = {0};
    int got = 0, rc = open_streams(r, &m, err);
    while (rc == 0 && got < n) {
        int join = m.head[STREAM_EQUITY] < m.head[STREAM_OPTION], low = STREAM_NUMBERED;
        bool any = true;
        for (int i = STREAM_NUMBERED; i < STREAM_COUNT; i++)
            low = m.head[i] < m.head[low] ? i : low;
        if (m.head[low] == UINT64_MAX && m.head[join] == UINT64_MAX)
            break;
        memset(&ret[got], 0, sizeof *ret);
        if (m.head[low] == r->cursor.ordinal + 1 || m.head[join] == UINT64_MAX)
            rc = next_numbered(r, &m, low, &ret[got], err);
        else
            rc = next_join(r, &m, join, &ret[got], &any, err);
        got += any;
    }
    return rc ? rc : got;
}

static int read_records(struct reader *r, struct record *ret, size_t n, struct err *err)
{
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = merge_records(r, ret, (int)MIN(n, (size_t)CHUNK), err);
    reader_end(r);
    return rc;
}

int reader_records(struct reader *r, uint64_t after, struct record *ret, size_t n, struct err *err)
{
    struct record skipped[64];
    if (after < r->cursor.ordinal)
        memset(&r->cursor, 0, sizeof r->cursor);
    while (r->cursor.ordinal < after) {
        int rc = read_records(r, skipped, MIN(after - r->cursor.ordinal, ARRAY_LEN(skipped)), err);
        if (rc <= 0)
            return rc;
    }
    return read_records(r, ret, n, err);
}
