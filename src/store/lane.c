/* Timeline summaries: writing. See lane.h; they are read in lane_read.c.
 *
 * A packet told again is counted anew in the buckets of its first telling: the largest of a second
 * is then looked for among the packets remembered, that of a longer bucket among the shorter ones
 * in it. Because rows after the last stamp must leave no trace, this waits for the stamp. */
#include "store/lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/calendar.h"
#include "store/schema.h"

const int64_t lane_widths_s[LANE_LEVELS] = {1, 30, 900};

#define TOLD LANE_PACKETS /* a power of two */

struct told { /* a packet as it was last told */
    uint64_t id;
    int64_t at_ns, premium; /* at_ns: of its first telling */
    uint64_t older;         /* position of the one before it with the same hash, 0 = none */
    int8_t side;
    bool counts;
};

struct lane_row {
    int64_t at_s; /* start of the bucket, s since 1970 */
    uint64_t seq; /* last event seen when the bucket ended */
    uint64_t events, prints, packets, gaps, halts;
    uint64_t top; /* packet of the largest premium, 0 = none */
    int64_t top_premium, top_ns;
    int top_side;
};

struct lane_writer {
    sqlite3 *db;
    sqlite3_stmt *put, *cut, *get, *top;
    uint64_t seq;
    struct lane_row now[LANE_LEVELS], stamped[LANE_LEVELS];
    bool dirty[LANE_LEVELS]; /* counted since it was put */
    struct told *told;       /* ring; position n, from 1, lives at (n - 1) % TOLD */
    uint64_t *by_id;         /* by hash: the newest position */
    uint64_t head;
    struct told *again; /* told again since the last stamp */
    size_t n_again, cap_again;
};

#define TOLD_BYTES  (TOLD * sizeof(struct told))
#define BY_ID_BYTES (TOLD * sizeof(uint64_t))

struct lane_writer *lane_writer_create(sqlite3 *db)
{
    struct lane_writer *w = mem_alloc(sizeof *w);
    w->db = db;
    w->put =
        db_prepare(db, "INSERT OR REPLACE INTO lane VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    w->cut = db_prepare(db, "DELETE FROM lane WHERE width_s = ?1 AND at_s >= ?2");
    w->get = db_prepare(db, "SELECT last_seq, events, prints, packets, gaps, halts, top_packet, "
                            "top_premium_e9, top_side, top_ns FROM lane "
                            "WHERE width_s = ?1 AND at_s = ?2");
    w->top = db_prepare(db, "SELECT top_packet, top_premium_e9, top_side, top_ns FROM lane "
                            "WHERE width_s = ?1 AND at_s >= ?2 AND at_s < ?3 AND "
                            "top_packet IS NOT NULL ORDER BY top_premium_e9 DESC, at_s LIMIT 1");
    w->told = mem_reserve(TOLD_BYTES);
    w->by_id = mem_reserve(BY_ID_BYTES);
    if (w->put && w->cut && w->get && w->top)
        return w;
    lane_writer_destroy(w);
    return NULL;
}

void lane_writer_destroy(struct lane_writer *w)
{
    if (!w)
        return;
    sqlite3_finalize(w->put);
    sqlite3_finalize(w->cut);
    sqlite3_finalize(w->get);
    sqlite3_finalize(w->top);
    mem_unreserve(w->told, TOLD_BYTES);
    mem_unreserve(w->by_id, BY_ID_BYTES);
    mem_free(w->again);
    mem_free(w);
}

static int put_row(struct lane_writer *w, int level, const struct lane_row *row)
{
    const int64_t cells[] = {
        lane_widths_s[level], row->at_s,
        (int64_t)row->seq,    (int64_t)row->events,
        (int64_t)row->prints, (int64_t)row->packets,
        (int64_t)row->gaps,   (int64_t)row->halts,
        (int64_t)row->top,    row->top_premium,
        row->top_side,        row->top_ns,
    };
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        if (i >= 8 && !row->top)
            sqlite3_bind_null(w->put, (int)i + 1);
        else
            sqlite3_bind_int64(w->put, (int)i + 1, cells[i]);
    sqlite3_step(w->put);
    return sqlite3_reset(w->put);
}

static int put(struct lane_writer *w, int level)
{
    bool dirty = w->dirty[level];
    w->dirty[level] = false;
    return dirty ? put_row(w, level, &w->now[level]) : SQLITE_OK;
}

int lane_flush(struct lane_writer *w)
{
    int rc = SQLITE_OK;
    for (int i = 0; i < LANE_LEVELS && rc == SQLITE_OK; i++)
        rc = put(w, i);
    return rc;
}

static int64_t bucket(int level, int64_t ns)
{
    int64_t start = ns / NS_PER_SEC;
    return start - start % lane_widths_s[level];
}

/* The buckets of an instant; earlier ones are put away. Time never falls; should it, the bucket at
 * hand takes what comes. */
static int at(struct lane_writer *w, int64_t ns)
{
    int rc = SQLITE_OK;
    for (int i = 0; i < LANE_LEVELS; i++) {
        int64_t start = bucket(i, ns);
        if (start > w->now[i].at_s) {
            rc = rc == SQLITE_OK ? put(w, i) : rc;
            w->now[i] = (struct lane_row){.at_s = start};
        }
        w->now[i].seq = w->seq;
        w->dirty[i] = true;
    }
    return rc;
}

int lane_event(struct lane_writer *w, const struct event *ev)
{
    w->seq = ev->seq;
    int rc = at(w, ev->recv_ns);
    for (int i = 0; i < LANE_LEVELS; i++) {
        struct lane_row *row = &w->now[i];
        row->events++;
        row->prints += ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT;
        row->gaps += ev->kind == EV_GAP;
        row->halts += ev->kind == EV_STATUS && strcmp(ev->u.status.code, "halt") == 0;
    }
    return rc;
}

/* Packets remembered. */

static uint64_t *hash(const struct lane_writer *w, uint64_t id)
{
    return &w->by_id[(id * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - LANE_PACKETS_LOG2)];
}

static struct told *told_at(const struct lane_writer *w, uint64_t position)
{
    bool kept = position && position <= w->head && position + TOLD > w->head;
    return kept ? &w->told[(position - 1) % TOLD] : NULL;
}

static uint64_t told_find(const struct lane_writer *w, uint64_t id)
{
    uint64_t at = *hash(w, id);
    for (struct told *t = told_at(w, at); t; t = told_at(w, at = t->older))
        if (t->id == id)
            return at;
    return 0;
}

static struct told told_of(const struct packet *p)
{
    return (struct told){.id = p->id,
                         .at_ns = p->at_ns,
                         .premium = p->premium,
                         .side = p->side,
                         .counts = p->state != PS_RETRACTED && p->state != PS_MERGED};
}

static void told_add(struct lane_writer *w, struct told t)
{
    uint64_t *newest = hash(w, t.id);
    t.older = *newest;
    *newest = ++w->head;
    w->told[(w->head - 1) % TOLD] = t;
}

static void set_top(struct lane_row *row, const struct told *t)
{
    row->top = t->id;
    row->top_premium = t->premium;
    row->top_side = t->side;
    row->top_ns = t->at_ns;
}

/* Larger than what is there; of equals the first told stays. */
static void offer(struct lane_row *row, const struct told *t)
{
    if (t->counts && (!row->top || t->premium > row->top_premium))
        set_top(row, t);
}

int lane_packet(struct lane_writer *w, const struct packet *p, bool first)
{
    struct told t = told_of(p);
    if (!first) {
        if (w->n_again == w->cap_again) {
            w->cap_again = MAX(2 * w->cap_again, (size_t)64);
            w->again = mem_grow(w->again, w->cap_again, sizeof *w->again);
        }
        w->again[w->n_again++] = t;
        return SQLITE_OK;
    }
    int rc = at(w, p->at_ns);
    told_add(w, t);
    for (int i = 0; i < LANE_LEVELS; i++) {
        w->now[i].packets += t.counts;
        offer(&w->now[i], &t);
    }
    return rc;
}

/* Told again. */

static int get_row(struct lane_writer *w, int level, int64_t start, struct lane_row *ret)
{
    *ret = (struct lane_row){.at_s = start};
    sqlite3_bind_int64(w->get, 1, lane_widths_s[level]);
    sqlite3_bind_int64(w->get, 2, start);
    if (sqlite3_step(w->get) == SQLITE_ROW) {
        uint64_t *const counts[] = {&ret->seq,  &ret->events, &ret->prints, &ret->packets,
                                    &ret->gaps, &ret->halts,  &ret->top};
        for (size_t i = 0; i < ARRAY_LEN(counts); i++)
            *counts[i] = (uint64_t)sqlite3_column_int64(w->get, (int)i);
        ret->top_premium = sqlite3_column_int64(w->get, 7);
        ret->top_side = sqlite3_column_int(w->get, 8);
        ret->top_ns = sqlite3_column_int64(w->get, 9);
    }
    return sqlite3_reset(w->get);
}

/* The largest of a second: its packets lie side by side. */
static void top_of_told(struct lane_writer *w, uint64_t position, struct lane_row *row)
{
    const struct told *t;
    while ((t = told_at(w, position - 1)) && bucket(0, t->at_ns) == row->at_s)
        position--;
    for (; (t = told_at(w, position)) && bucket(0, t->at_ns) == row->at_s; position++)
        offer(row, t);
}

static int top_of_shorter(struct lane_writer *w, int level, struct lane_row *row)
{
    int rc = put(w, level - 1);
    sqlite3_bind_int64(w->top, 1, lane_widths_s[level - 1]);
    sqlite3_bind_int64(w->top, 2, row->at_s);
    sqlite3_bind_int64(w->top, 3, row->at_s + lane_widths_s[level]);
    if (sqlite3_step(w->top) == SQLITE_ROW)
        set_top(row, &(struct told){.id = (uint64_t)sqlite3_column_int64(w->top, 0),
                                    .premium = sqlite3_column_int64(w->top, 1),
                                    .side = (int8_t)sqlite3_column_int(w->top, 2),
                                    .at_ns = sqlite3_column_int64(w->top, 3)});
    int reset = sqlite3_reset(w->top);
    return rc == SQLITE_OK ? reset : rc;
}

/* One bucket: from what the packet at a position was to what it is. */
static int amend(struct lane_writer *w, int level, uint64_t position, const struct told *was,
                 const struct told *is)
{
    struct lane_row past, *row = &w->now[level];
    int64_t start = bucket(level, is->at_ns);
    int rc = SQLITE_OK;
    if (start != row->at_s)
        rc = get_row(w, level, start, row = &past);
    row->packets += (uint64_t)is->counts - was->counts;
    if (row->top != is->id) {
        offer(row, is);
    } else {
        row->top = 0;
        row->top_premium = 0;
        if (level == 0)
            top_of_told(w, position, row);
        else if (rc == SQLITE_OK)
            rc = top_of_shorter(w, level, row);
    }
    if (row == &w->now[level])
        w->dirty[level] = true;
    else if (rc == SQLITE_OK)
        rc = put_row(w, level, row);
    return rc;
}

static int tell_again(struct lane_writer *w, const struct told *now)
{
    uint64_t position = told_find(w, now->id);
    struct told *t = told_at(w, position), was;
    int rc = SQLITE_OK;
    if (!t)
        return rc;
    was = *t;
    t->premium = now->premium;
    t->side = now->side;
    t->counts = now->counts;
    for (int i = 0; i < LANE_LEVELS && rc == SQLITE_OK; i++)
        rc = amend(w, i, position, &was, t);
    return rc;
}

int lane_stamp(struct lane_writer *w)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < w->n_again && rc == SQLITE_OK; i++)
        rc = tell_again(w, &w->again[i]);
    w->n_again = 0;
    memcpy(w->stamped, w->now, sizeof w->stamped);
    return rc;
}

int lane_cut(struct lane_writer *w)
{
    int rc = SQLITE_OK;
    w->n_again = 0;
    for (int i = 0; i < LANE_LEVELS && rc == SQLITE_OK; i++) {
        sqlite3_bind_int64(w->cut, 1, lane_widths_s[i]);
        sqlite3_bind_int64(w->cut, 2, w->stamped[i].at_s);
        sqlite3_step(w->cut);
        rc = sqlite3_reset(w->cut);
        w->now[i] = w->stamped[i];
        w->dirty[i] = w->now[i].at_s != 0;
    }
    return rc == SQLITE_OK ? lane_flush(w) : rc;
}
