/* Structures and campaigns as of a playhead. See query.h. Versions of an id are found by an index:
 * these tables are small beside those of packets. */
#include "store/query.h"

#include <inttypes.h>
#include <string.h>

#include "store/reader.h"
#include "store/spool.h"
#include "store/structure_row.h"

static int read_legs(struct reader *r, uint64_t rev, struct structure *to, struct err *err)
{
    sqlite3_stmt *s = reader_statement(r, ST_LEGS);
    int n = 0, rc = SQLITE_ERROR;
    if (s)
        sqlite3_bind_int64(s, 1, (int64_t)rev);
    while (s && (rc = sqlite3_step(s)) == SQLITE_ROW)
        if (!leg_read(s, r->symbols, to, n++))
            return reader_damaged(r, err, "leg", rev);
    if (rc != SQLITE_DONE)
        return reader_fail(r, err, "cannot read");
    return n == to->n_legs ? 0 : reader_damaged(r, err, "structure", rev);
}

int reader_structure_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev,
                         struct structure *ret, struct err *err)
{
    if (!structure_read(s, r->symbols, ret_rev, ret)) {
        int rc = reader_refresh(r, err);
        if (rc)
            return rc;
        if (!structure_read(s, r->symbols, ret_rev, ret))
            return reader_damaged(r, err, "structure", *ret_rev);
    }
    return read_legs(r, *ret_rev, ret, err);
}

int reader_campaign_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev, struct campaign *ret,
                        struct err *err)
{
    if (campaign_read(s, r->symbols, ret_rev, ret))
        return 0;
    int rc = reader_refresh(r, err);
    if (rc)
        return rc;
    return campaign_read(s, r->symbols, ret_rev, ret)
               ? 0
               : reader_damaged(r, err, "campaign", *ret_rev);
}

struct leg_list leg_list_of(const struct structure *s)
{
    struct leg_list l = {.delta_notional = s->delta_notional,
                         .side = s->side,
                         .n = s->n_legs,
                         .greeks = s->greeks != 0};
    for (int i = 0; i < s->n_legs; i++) {
        l.sym[i] = s->legs[i].sym;
        l.sign[i] = s->legs[i].sign;
        l.ratio[i] = s->legs[i].ratio;
    }
    return l;
}

/* The newest version of an id up to rev `last`; 0 = none. */
static int newest(struct reader *r, enum statement which, uint64_t id, uint64_t last, uint64_t *ret,
                  struct err *err)
{
    sqlite3_stmt *s = reader_range(r, which, id, last, 0);
    if (!s || sqlite3_step(s) != SQLITE_ROW)
        return reader_fail(r, err, "cannot read");
    *ret = (uint64_t)sqlite3_column_int64(s, 0);
    return 0;
}

static int structure_at(struct reader *r, uint64_t rev, struct structure *ret, struct err *err)
{
    uint64_t got;
    sqlite3_stmt *s = reader_range(r, ST_STRUCTURE_ALL, rev - 1, rev, 1);
    if (!s || sqlite3_step(s) != SQLITE_ROW)
        return reader_fail(r, err, "cannot read");
    return reader_structure_row(r, s, &got, ret, err);
}

static int campaign_at(struct reader *r, uint64_t rev, struct campaign *ret, struct err *err)
{
    uint64_t got;
    sqlite3_stmt *s = reader_range(r, ST_CAMPAIGN_ALL, rev - 1, rev, 1);
    if (!s || sqlite3_step(s) != SQLITE_ROW)
        return reader_fail(r, err, "cannot read");
    return reader_campaign_row(r, s, &got, ret, err);
}

int reader_revise_structures(struct reader *r, uint64_t last, struct row *rows, int n,
                             struct err *err)
{
    int rc = 0;
    for (int i = 0; i < n && rc == 0; i++) {
        uint64_t rev;
        rc = newest(r, ST_STRUCTURE_OF, rows[i].u.structure.id, last, &rev, err);
        if (rc == 0 && rev > rows[i].key)
            rc = structure_at(r, rev, &rows[i].u.structure, err);
    }
    return rc;
}

int reader_revise_campaigns(struct reader *r, uint64_t last, struct row *rows, int n,
                            struct err *err)
{
    int rc = 0;
    for (int i = 0; i < n && rc == 0; i++) {
        uint64_t rev;
        rc = newest(r, ST_CAMPAIGN_OF, rows[i].u.campaign.id, last, &rev, err);
        if (rc == 0 && rev > rows[i].key)
            rc = campaign_at(r, rev, &rows[i].u.campaign, err);
    }
    return rc;
}

int reader_put_legs(struct reader *r, uint64_t last, struct row *rows, int n, struct err *err)
{
    int rc = 0;
    for (int i = 0; i < n && rc == 0; i++) {
        struct structure s;
        uint64_t rev;
        if (rows[i].u.packet.kind != PK_PACKAGE)
            continue;
        rc = newest(r, ST_STRUCTURE_OF, rows[i].u.packet.id, last, &rev, err);
        if (rc || !rev)
            continue;
        if ((rc = structure_at(r, rev, &s, err)) == 0)
            rows[i].u.legs = leg_list_of(&s);
    }
    return rc;
}

/* Single ones. */

static int find_structure(struct reader *r, struct playhead at, uint64_t id, struct structure *ret,
                          struct err *err)
{
    uint64_t last, rev = 0;
    int rc = reader_floor(r, PLACE_STRUCTURE, at, &last, err);
    if (rc == 0)
        rc = newest(r, ST_STRUCTURE_OF, id, last, &rev, err);
    if (rc == 0 && !rev)
        rc = err_set(err, ERR_NO_ROWS, "%s has no structure %" PRIu64, r->path, id);
    return rc ? rc : structure_at(r, rev, ret, err);
}

int reader_structure(struct reader *r, struct playhead at, uint64_t id, struct structure *ret,
                     struct err *err)
{
    if (r->spool)
        return spool_structure(r->spool, at, id, ret, err);
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = find_structure(r, at, id, ret, err);
    reader_end(r);
    return rc;
}

int reader_campaign(struct reader *r, struct playhead at, uint64_t id, struct campaign *ret,
                    struct err *err)
{
    if (r->spool)
        return spool_campaign(r->spool, at, id, ret, err);
    uint64_t last, rev = 0;
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = reader_floor(r, PLACE_CAMPAIGN, at, &last, err);
    if (rc == 0)
        rc = newest(r, ST_CAMPAIGN_OF, id, last, &rev, err);
    if (rc == 0 && !rev)
        rc = err_set(err, ERR_NO_ROWS, "%s has no campaign %" PRIu64, r->path, id);
    if (rc == 0)
        rc = campaign_at(r, rev, ret, err);
    reader_end(r);
    return rc;
}

static bool has_leg(const struct structure *s, uint64_t packet)
{
    for (int i = 0; i < s->n_legs; i++)
        if (s->legs[i].seq == packet)
            return true;
    return false;
}

/* Ids from the index of legs first, then each as of the playhead: a later version may have lost the
 * leg. */
static int structures_of(struct reader *r, struct playhead at, uint64_t packet,
                         struct structure *ret, size_t n, struct err *err)
{
    uint64_t ids[16], last;
    size_t found = 0;
    int got = 0, step = SQLITE_DONE, rc = reader_floor(r, PLACE_STRUCTURE, at, &last, err);
    sqlite3_stmt *s = rc ? NULL : reader_range(r, ST_LEG_OF, packet, last, 0);
    while (s && found < ARRAY_LEN(ids) && (step = sqlite3_step(s)) == SQLITE_ROW)
        ids[found++] = (uint64_t)sqlite3_column_int64(s, 0);
    if (rc || !s || (step != SQLITE_ROW && step != SQLITE_DONE))
        return rc ? rc : reader_fail(r, err, "cannot read");
    for (size_t i = 0; i < found && (size_t)got < n && rc == 0; i++) {
        rc = find_structure(r, at, ids[i], &ret[got], err);
        got += rc == 0 && ret[got].grade == PG_INFERRED && ret[got].state != PS_RETRACTED &&
               has_leg(&ret[got], packet);
    }
    return rc ? rc : got;
}

int reader_structures_of(struct reader *r, struct playhead at, uint64_t packet,
                         struct structure *ret, size_t n, struct err *err)
{
    if (r->spool)
        return spool_structures_of(r->spool, at, packet, ret, n, err);
    int rc = reader_begin(r, err);
    if (rc)
        return rc;
    rc = structures_of(r, at, packet, ret, n, err);
    reader_end(r);
    return rc;
}
