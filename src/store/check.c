/* The check of a whole file: SQLite's own, references, counts against meta, and that every packet
 * is exactly the sum of its members. Read in pages, so that a running recorder is not held up. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "event/cond.h"
#include "store/reader.h"
#include "store/schema.h"

#define PAGE     512
#define FINDINGS 20 /* of one sort that are said; all are counted */
#define BUCKETS  (1u << 16)

struct check {
    struct reader *r;
    void (*say)(void *self, bool problem, const char *line);
    void *self;
    struct err *err;
    int problems;
    int said; /* of the present sort */
};

static void note(struct check *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void problem(struct check *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void say(struct check *c, bool bad, const char *fmt, va_list ap)
{
    char raw[512], line[512];
    vsnprintf(raw, sizeof raw, fmt, ap);
    text_clean(line, sizeof line, raw, strlen(raw));
    if (c->say)
        c->say(c->self, bad, line);
}

static void note(struct check *c, const char *fmt, ...)
{
    va_list ap;
    c->said = 0;
    va_start(ap, fmt);
    say(c, false, fmt, ap);
    va_end(ap);
}

static void problem(struct check *c, const char *fmt, ...)
{
    va_list ap;
    if (c->r->stopped && c->r->stopped(c->r->stopped_self))
        return; /* what failed because the work was stopped says nothing of the file */
    c->problems++;
    if (c->said++ >= FINDINGS)
        return;
    va_start(ap, fmt);
    say(c, true, fmt, ap);
    va_end(ap);
}

/* Runs a query whose every row is a finding; its columns are put into one line. */
static int query_findings(struct check *c, const char *what, const char *sql, const char *good)
{
    sqlite3_stmt *s;
    int rc = sqlite3_prepare_v2(c->r->db, sql, -1, &s, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        char line[400];
        struct text t = text_on(line, sizeof line);
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            const char *v = (const char *)sqlite3_column_text(s, i);
            text_add(&t, "%s%s", i ? " " : "", v ? v : "-");
        }
        if (!good || strcmp(line, good) != 0)
            problem(c, "%s: %s", what, line);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(s);
    if (rc == SQLITE_DONE)
        return 0;
    if (db_code(rc) != ERR_DAMAGED || (c->r->stopped && c->r->stopped(c->r->stopped_self)))
        return reader_fail(c->r, c->err, "cannot check");
    problem(c, "%s: %s", what, sqlite3_errmsg(c->r->db));
    return 0;
}

static int check_file(struct check *c)
{
    static const struct {
        const char *title, *what, *sql, *good;
    } queries[] = {
        {"structure of the file", "integrity", "PRAGMA integrity_check(100)", "ok"},
        {"references", "reference to a missing row (table, row, table meant)",
         "PRAGMA foreign_key_check", NULL},
        {"names", "event of an unknown symbol",
         "SELECT kind, seq, sym FROM (SELECT 'correction' AS kind, seq, sym FROM correction "
         "UNION ALL SELECT 'status', seq, sym FROM status UNION ALL "
         "SELECT 'reference', seq, sym FROM reference) WHERE sym NOT IN (SELECT id FROM symbol) "
         "AND sym NOT IN (SELECT id FROM instrument)",
         NULL},
        {"option prints against their quotes", "print with a quote later than itself",
         "SELECT j.seq, q.seq FROM option_join j JOIN option_print p USING (seq), option_quote q "
         "WHERE q.seq IN (j.bid_seq, j.ask_seq) AND (q.seq > j.seq OR q.ts_ns > p.ts_ns)",
         NULL},
        {"equity prints against their quotes", "print with a quote later than itself",
         "SELECT j.seq, q.seq FROM equity_join j JOIN equity_print p USING (seq), equity_quote q "
         "WHERE q.seq IN (j.bid_seq, j.ask_seq) AND (q.seq > j.seq OR q.ts_ns > p.ts_ns)",
         NULL},
        {"prints without a join", "print that was never joined",
         "SELECT seq FROM option_print WHERE seq NOT IN (SELECT seq FROM option_join) UNION ALL "
         "SELECT seq FROM equity_print WHERE seq NOT IN (SELECT seq FROM equity_join)",
         NULL},
        {"packets in order", "packet emitted before its predecessor (record, packet)",
         "SELECT rev, id FROM (SELECT rev, id, at_seq < lag(at_seq) OVER w OR at_ns < lag(at_ns) "
         "OVER w AS bad FROM packet WINDOW w AS (ORDER BY rev)) WHERE bad",
         NULL},
        {"revisions", "revision by no event, of a later print, or a cancelled print in a packet",
         "SELECT r.rev, r.seq, r.by_seq FROM (SELECT rev, seq, by_seq, packet, verdict, 1 AS "
         "option "
         "FROM option_revision UNION ALL SELECT rev, seq, by_seq, NULL, verdict, 0 FROM "
         "equity_revision) r JOIN verdict v ON v.id = r.verdict "
         "LEFT JOIN word f ON r.option AND f.list = 'family' AND f.n = v.family "
         "AND f.word IN ('multi_leg', 'stock_tied', 'proprietary') "
         "WHERE iif(f.n, r.by_seq < r.seq, r.by_seq <= r.seq) OR "
         "(r.packet IS NOT NULL AND v.revision = 1) OR (f.n IS NULL AND r.by_seq NOT IN (SELECT "
         "seq FROM correction) AND r.by_seq NOT IN (SELECT seq FROM option_print))",
         NULL},
        {"structures", "structure emitted before its predecessor (record, structure)",
         "SELECT rev, id FROM (SELECT rev, id, at_seq < lag(at_seq) OVER w OR at_ns < lag(at_ns) "
         "OVER w AS bad FROM structure WINDOW w AS (ORDER BY rev)) WHERE bad",
         NULL},
        {"legs of structures", "structure whose legs are not its own (record, structure, legs)",
         "SELECT s.rev, s.id, s.legs FROM structure s LEFT JOIN leg l USING (rev) "
         "LEFT JOIN instrument i ON i.id = l.instrument GROUP BY s.rev HAVING count(l.n) <> s.legs "
         "OR max(ifnull(l.n, 0)) <> s.legs OR (s.grade = 3 AND "
         "(min(ifnull(l.seq, s.id)) < s.id OR (s.legs > 0 AND sum(l.seq = s.id) = 0))) OR "
         "sum(i.underlying <> s.underlying) > 0",
         NULL},
        {"packages", "structure that is not what its packet is (record, structure)",
         "SELECT s.rev, s.id FROM structure s LEFT JOIN packet k ON k.rev = s.rev + 1 AND "
         "k.id = s.id LEFT JOIN packet_class c ON c.id = k.class "
         "LEFT JOIN packet_reading g ON g.id = k.reading LEFT JOIN packet_sum m ON m.rev = k.rev "
         "WHERE s.grade = 3 AND (k.rev IS NULL OR c.kind <> 5 OR c.state <> s.state OR "
         "g.structure <> s.shape OR g.class <> s.class OR g.legs <> s.legs OR "
         "(s.state <> 4 AND (m.rev IS NULL OR m.premium_e9 <> s.premium_e9 OR "
         "m.size <> (SELECT sum(size) FROM leg l WHERE l.rev = s.rev))))",
         NULL},
        {"inferred structures", "leg of an inferred structure that is no packet (structure, leg)",
         "SELECT s.id, l.seq FROM structure s JOIN leg l USING (rev) WHERE s.grade = 4 AND NOT "
         "EXISTS (SELECT 1 FROM option_join j JOIN verdict v ON v.id = j.verdict WHERE "
         "j.seq = l.seq AND j.packet IS NULL AND NOT v.no_packet) AND NOT EXISTS (SELECT 1 FROM "
         "option_revision r WHERE r.seq = l.seq AND r.packet = l.seq)",
         NULL},
        {"campaigns", "campaign whose packets are none (record, campaign, newest packet)",
         "SELECT c.rev, c.id, c.last FROM campaign c WHERE c.last < c.id OR "
         "(SELECT count(*) FROM option_join j WHERE j.seq IN (c.id, c.last)) <> 1 + (c.last > "
         "c.id)",
         NULL},
        {"repairs", "repair of no event, or of a print that is not there",
         "SELECT rev, seq, target FROM repair WHERE (seq NOT IN (SELECT seq FROM correction) AND "
         "seq NOT IN (SELECT seq FROM option_print)) OR (outcome = 0 AND target IS NULL) OR "
         "(outcome = 1 AND target IS NOT NULL) OR "
         "(target IS NOT NULL AND target NOT IN (SELECT seq FROM option_print) AND "
         "target NOT IN (SELECT seq FROM equity_print))",
         NULL},
    };
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(queries) && rc == 0; i++) {
        note(c, "%s", queries[i].title);
        rc = query_findings(c, queries[i].what, queries[i].sql, queries[i].good);
    }
    return rc;
}

/* meta: "rows.TABLE" is how many the recorder wrote; "GROUP.received" must be what became of them.
 */
static int check_counts(struct check *c)
{
    static const char *const sql =
        "SELECT m.key, m.value, sum(CAST(o.value AS INTEGER)) AS parts FROM "
        "(SELECT key, value, substr(key, 1, length(key) - 8) AS grp FROM meta "
        "WHERE key LIKE '%.received') m LEFT JOIN meta o ON o.key IN (grp || 'committed', "
        "grp || 'duplicate') OR o.key LIKE grp || 'rejected.%' OR o.key LIKE grp || 'dropped.%' "
        "GROUP BY m.key HAVING CAST(m.value AS INTEGER) <> ifnull(parts, 0)";
    note(c, "counts");
    sqlite3_stmt *s;
    int rc = sqlite3_prepare_v2(c->r->db,
                                "SELECT substr(key, 6), CAST(value AS INTEGER) FROM meta WHERE key "
                                "LIKE 'rows.%'",
                                -1, &s, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(s, 0);
        char *count = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table ? table : "");
        int64_t there = db_int(c->r->db, count, -1), said = sqlite3_column_int64(s, 1);
        sqlite3_free(count);
        if (there != said)
            problem(c, "table %s has %" PRId64 " rows, the recorder wrote %" PRId64,
                    table ? table : "?", there, said);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(s);
    if (rc != SQLITE_DONE)
        problem(c, "counts: %s", sqlite3_errmsg(c->r->db));
    return query_findings(c, "accounting does not add up (key, received, accounted)", sql, NULL);
}

/* Every event can be read, in order, with engine time that does not fall, none after the stamp. */
static int check_events(struct check *c)
{
    struct event *ev = mem_alloc(PAGE * sizeof *ev);
    struct reader_state state;
    struct err err;
    uint64_t after = 0, n = 0;
    int64_t clock_ns = INT64_MIN;
    int got, rc;
    note(c, "events");
    while ((got = reader_events(c->r, after, ev, PAGE, &err)) > 0)
        for (int i = 0; i < got; i++, n++) {
            if (ev[i].seq <= after || ev[i].recv_ns < clock_ns)
                problem(c, "event %" PRIu64 " is out of order", ev[i].seq);
            after = ev[i].seq;
            clock_ns = MAX(clock_ns, ev[i].recv_ns);
        }
    if (got < 0)
        problem(c, "events after %" PRIu64 ": %s", after, err.text);
    rc = reader_state(c->r, &state, c->err);
    if (rc == 0 && after > state.seq && !state.exported)
        problem(c, "event %" PRIu64 " is later than the last stamp, %" PRIu64, after, state.seq);
    note(c, "%" PRIu64 " events", n);
    mem_free(ev);
    return rc;
}

/* Sums of members by packet, for packets whose row has not come yet. */
struct sum {
    struct packet p;
    uint32_t next;
};
struct sums {
    struct sum *pool;
    uint32_t n, cap, free, live;
    uint32_t bucket[BUCKETS]; /* place in pool plus one */
    struct total {
        __int128 premium, qty;
    } prints, packets; /* of all that count; of top readings */
};

static void add_total(struct total *t, int64_t premium, int64_t qty)
{
    t->premium += premium;
    t->qty += qty;
}

static uint32_t *sums_slot(struct sums *t, uint64_t id)
{
    uint32_t *at = &t->bucket[id * UINT64_C(0x9e3779b97f4a7c15) >> 48];
    while (*at && t->pool[*at - 1].p.id != id)
        at = &t->pool[*at - 1].next;
    return at;
}

static struct packet *sums_get(struct sums *t, uint64_t id)
{
    uint32_t *at = sums_slot(t, id);
    if (*at)
        return &t->pool[*at - 1].p;
    uint32_t place = t->free;
    if (place)
        t->free = t->pool[place - 1].next;
    else {
        if (t->n == t->cap) {
            t->cap = MAX(t->cap * 2, 1024u);
            t->pool = mem_grow(t->pool, t->cap, sizeof *t->pool);
            at = sums_slot(t, id); /* the slot may have been in the pool that moved */
        }
        place = ++t->n;
    }
    t->live++;
    t->pool[place - 1] = (struct sum){.p.id = id};
    *at = place;
    return &t->pool[place - 1].p;
}

static void sums_drop(struct sums *t, uint64_t id)
{
    uint32_t *at = sums_slot(t, id), place = *at;
    *at = t->pool[place - 1].next;
    t->pool[place - 1].next = t->free;
    t->pool[place - 1].p.id = 0;
    t->free = place;
    t->live--;
}

static void add_member(struct packet *p, const struct event *ev, const struct join *j)
{
    bool first = p->members++ == 0;
    p->start_ns = first ? ev->ts_ns : MIN(p->start_ns, ev->ts_ns);
    p->end_ns = first ? ev->ts_ns : MAX(p->end_ns, ev->ts_ns);
    p->px_lo = first ? j->px : MIN(p->px_lo, j->px);
    p->px_hi = first ? j->px : MAX(p->px_hi, j->px);
    p->qty += j->qty;
    p->px_qty += (__int128)j->px * j->qty;
    p->premium = (int64_t)((uint64_t)p->premium + (uint64_t)j->notional);
    p->last_seq = ev->seq;
    p->sym = ev->sym;
}

static bool same_sum(const struct packet *a, const struct packet *b)
{
    return a->members == b->members && a->qty == b->qty && a->premium == b->premium &&
           a->px_qty == b->px_qty && a->px_lo == b->px_lo && a->px_hi == b->px_hi &&
           a->start_ns == b->start_ns && a->end_ns == b->end_ns && a->last_seq == b->last_seq &&
           a->sym == b->sym;
}

/* The two streams of the packet check, a page of each in memory. */
struct walk {
    struct row *rows;
    uint64_t after;
    int n, at;
};

static const struct row *walk_head(struct check *c, struct walk *w, enum row_kind kind)
{
    struct err err;
    if (w->at < w->n)
        return &w->rows[w->at];
    w->at = 0;
    w->n = kind == ROW_PACKET
               ? reader_page_packets(c->r, w->after, w->rows, PAGE, &err)
               : reader_page_after(c->r, kind, PLAYHEAD_END, w->after, w->rows, PAGE, &err);
    if (w->n < 0)
        problem(c, "%s after %" PRIu64 ": %s", row_kind_name(kind), w->after, err.text);
    if (w->n <= 0)
        return NULL;
    w->after = w->rows[w->n - 1].key;
    return w->rows;
}

/* A packet's sum as part of a repeat run. */
static void add_sum(struct packet *to, const struct packet *p)
{
    bool first = to->members == 0;
    to->start_ns = first ? p->start_ns : MIN(to->start_ns, p->start_ns);
    to->end_ns = first ? p->end_ns : MAX(to->end_ns, p->end_ns);
    to->px_lo = first ? p->px_lo : MIN(to->px_lo, p->px_lo);
    to->px_hi = first ? p->px_hi : MAX(to->px_hi, p->px_hi);
    to->sym = p->sym;
    to->members += p->members;
    to->qty += p->qty;
    to->px_qty += p->px_qty;
    to->premium = (int64_t)((uint64_t)to->premium + (uint64_t)p->premium);
}

/* Repeat runs whose members have not all come yet. */
struct run {
    struct packet told, sum; /* told.id 0: its own row has not come */
};
struct runs {
    struct run *runs;
    size_t n, cap;
};

static struct run *runs_get(struct runs *t, uint64_t id)
{
    for (size_t i = t->n; i > 0; i--)
        if (t->runs[i - 1].sum.id == id)
            return &t->runs[i - 1];
    if (t->n == t->cap) {
        t->cap = MAX(t->cap * 2, 64u);
        t->runs = mem_grow(t->runs, t->cap, sizeof *t->runs);
    }
    t->runs[t->n] = (struct run){.sum.id = id};
    return &t->runs[t->n++];
}

static void runs_add(struct runs *t, uint64_t id, const struct packet *sum,
                     const struct packet *told)
{
    struct run *run = runs_get(t, id);
    add_sum(&run->sum, sum);
    if (told) {
        run->told = *told;
        run->sum.last_seq = sum->last_seq; /* a run's is that of its own packet */
    }
    if (run->told.id && same_sum(&run->sum, &run->told))
        *run = t->runs[--t->n];
}

static void bad_sum(struct check *c, uint64_t id, const struct packet *sum)
{
    problem(c, "packet %" PRIu64 " is not the sum of its %" PRIu32 " members", id, sum->members);
}

/* A package's prices are those of several contracts: none is its own. */
static bool same_package(const struct packet *sum, const struct packet *p)
{
    struct packet s = *sum;
    s.px_lo = s.px_hi = 0;
    s.px_qty = 0;
    s.sym = p->sym;
    return same_sum(&s, p);
}

static void check_packet(struct check *c, struct sums *sums, struct runs *runs,
                         const struct packet *p)
{
    const struct packet *sum = sums_get(sums, p->id);
    bool run = p->kind == PK_REPEAT && p->state != PS_RETRACTED && p->state != PS_MERGED;
    bool good = p->state == PS_RETRACTED ? sum->members == 0
                : p->kind == PK_PACKAGE  ? same_package(sum, p)
                                         : run || same_sum(sum, p);
    if (!good)
        bad_sum(c, p->id, sum);
    if (p->state != PS_RETRACTED && p->state != PS_MERGED)
        add_total(&sums->packets, p->premium, p->qty);
    if (run)
        runs_add(runs, p->id, sum, p);
    else if (p->state == PS_MERGED)
        runs_add(runs, p->parent, sum, NULL);
    if (p->state != PS_OPEN || run)
        sums_drop(sums, p->id);
}

/* Whether an option print counts for volume and has a premium. */
static bool counts(const struct join *j)
{
    return j->family != COND_CANCEL && j->revision != REV_CANCELLED && j->notional != INT64_MAX;
}

/* Adds the prints up to `upto` to the packets they belong to in the end. */
static void walk_prints(struct check *c, struct sums *sums, struct walk *prints, uint64_t upto)
{
    const struct row *p;
    while ((p = walk_head(c, prints, ROW_OPTION)) && p->key <= upto) {
        if (counts(&p->u.join)) {
            add_total(&sums->prints, p->u.join.notional, p->u.join.qty);
            if (!p->u.join.packet)
                problem(c, "print %" PRIu64 " belongs to no packet", p->key);
        }
        if (p->u.join.packet)
            add_member(sums_get(sums, p->u.join.packet), &p->ev, &p->u.join);
        prints->at++;
    }
}

/* Packets come at the place of their first version with what they are in the end, when their
 * members may be later than that place but not later than the last of them. */
static void walk_packets(struct check *c, struct sums *sums, struct runs *runs, struct walk *prints,
                         struct walk *packets)
{
    const struct row *k;
    while ((k = walk_head(c, packets, ROW_PACKET))) {
        const struct packet *p = &k->u.packet;
        walk_prints(c, sums, prints, p->by_seq ? p->last_seq : p->at_seq);
        check_packet(c, sums, runs, p);
        packets->at++;
    }
    walk_prints(c, sums, prints, UINT64_MAX);
}

static int check_packets(struct check *c)
{
    struct reader_state state;
    struct sums *sums = mem_alloc(sizeof *sums);
    struct walk prints = {.rows = mem_alloc(PAGE * sizeof(struct row))};
    struct walk packets = {.rows = mem_alloc(PAGE * sizeof(struct row))};
    struct runs runs = {0};
    note(c, "packets against their members");
    walk_packets(c, sums, &runs, &prints, &packets);
    for (size_t i = 0; i < runs.n; i++)
        bad_sum(c, runs.runs[i].sum.id, &runs.runs[i].sum);
    int rc = reader_state(c->r, &state, c->err);
    if (rc == 0 && state.closed && !state.exported && sums->live)
        problem(c, "%" PRIu32 " packets named by prints are missing", sums->live);
    bool whole = rc == 0 && state.closed && !state.exported && !sums->live;
    if (whole && memcmp(&sums->prints, &sums->packets, sizeof sums->prints) != 0)
        problem(c,
                "the packets do not add up to the prints: premium differs by %" PRId64
                "e-9 dollars, size by %" PRId64 "e-6 contracts",
                (int64_t)(sums->packets.premium - sums->prints.premium),
                (int64_t)(sums->packets.qty - sums->prints.qty));
    mem_free(prints.rows);
    mem_free(packets.rows);
    mem_free(runs.runs);
    mem_free(sums->pool);
    mem_free(sums);
    return rc;
}

int reader_check(struct reader *r, void (*say_line)(void *self, bool problem, const char *line),
                 void *self, struct err *err)
{
    static int (*const steps[])(struct check *) = {check_file, check_counts, check_events,
                                                   check_packets};
    struct check c = {.r = r, .say = say_line, .self = self, .err = err};
    uint64_t limit = r->work_limit;
    int rc = 0;
    r->work_limit = 0;
    for (size_t i = 0; i < ARRAY_LEN(steps) && rc == 0; i++)
        rc = steps[i](&c);
    r->work_limit = limit;
    return rc ? rc : c.problems;
}
