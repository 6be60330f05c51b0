/* What a session holds and how well it was read, as rows of names and values: what meta says, then
 * totals over feeds, then figures counted from the tables. Prints count as in force at the end, so
 * that a cancelled print is in no figure but its own. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/tally.h"
#include "store/dim.h"
#include "store/reader.h"

#define STATS_MAX 4096

static struct row *stat_row(struct reader *r)
{
    if (r->n_stats == STATS_MAX)
        return &r->stats[STATS_MAX - 1];
    r->stats = mem_grow(r->stats, r->n_stats + 1, sizeof *r->stats);
    struct row *row = &r->stats[r->n_stats++];
    memset(row, 0, sizeof *row);
    row->kind = ROW_STAT;
    row->key = r->n_stats;
    return row;
}

/* part: of its group, 1e-9, or -1. */
static void put(void *self, const char *name, const char *value, int64_t part)
{
    struct row *row = stat_row(self);
    text_clean(row->u.stat.name, sizeof row->u.stat.name, name, strlen(name));
    text_clean(row->u.stat.value, sizeof row->u.stat.value, value, strlen(value));
    row->u.stat.share = part < 0 ? -1 : part * 100;
}

static void put_count(struct reader *r, const char *name, uint64_t n)
{
    char value[32];
    snprintf(value, sizeof value, "%" PRIu64, n);
    put(r, name, value, -1);
}

static void put_fact(void *self, const char *key, const char *value)
{
    put(self, key, value, -1);
}

int reader_facts(struct reader *r, void (*take)(void *self, const char *key, const char *value),
                 void *self, struct err *err)
{
    sqlite3_stmt *s = reader_statement(r, ST_STATS);
    int rc = s ? SQLITE_ROW : SQLITE_ERROR;
    uint64_t n = 0;
    while (s && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(s, 0);
        const char *value = (const char *)sqlite3_column_text(s, 1);
        if (!key || !value)
            return reader_damaged(r, err, "meta", n);
        take(self, key, value);
        n++;
    }
    if (s)
        sqlite3_reset(s);
    return rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot read");
}

/* "feed.3.drop.syntax" gives "drop.syntax"; NULL for other names. */
static const char *name_within_feed(const char *name)
{
    if (strncmp(name, "feed.", 5) != 0)
        return NULL;
    size_t digits = strspn(name + 5, "0123456789");
    return digits && name[5 + digits] == '.' ? name + 5 + digits + 1 : NULL;
}

/* Counts of all feeds added up, in the order of their first appearance. */
static void put_totals(struct reader *r)
{
    size_t facts = r->n_stats;
    for (size_t i = 0; i < facts; i++) {
        const char *name = name_within_feed(r->stats[i].u.stat.name), *other;
        char total[64];
        uint64_t sum = 0;
        bool first = name != NULL && strspn(r->stats[i].u.stat.value, "0123456789") ==
                                         strlen(r->stats[i].u.stat.value);
        for (size_t k = 0; k < facts && first; k++) {
            other = name_within_feed(r->stats[k].u.stat.name);
            if (!other || strcmp(other, name) != 0)
                continue;
            first = k >= i;
            sum += strtoull(r->stats[k].u.stat.value, NULL, 10);
        }
        snprintf(total, sizeof total, "total.%s", name ? name : "");
        if (first)
            put_count(r, total, sum);
    }
}

/* Runs a statement of counts; row() gets each. */
static int each(struct reader *r, const char *sql, void (*row)(void *self, sqlite3_stmt *s),
                void *self, struct err *err)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(r->db, sql, -1, &s, NULL) != SQLITE_OK)
        return reader_fail(r, err, "cannot count in");
    int rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW)
        row(self, s);
    int code = rc == SQLITE_DONE ? 0 : reader_fail(r, err, "cannot count in");
    sqlite3_finalize(s);
    return code;
}

struct lag {
    uint64_t prints;
    int64_t max_ns;
    __int128 sum_ns;
};
struct counting {
    struct reader *r;
    struct print_tally tally;
    struct lag lags[TALLY_FEEDS];
    uint64_t quotes[TALLY_FEEDS][2];
    bool option;
};

/* Sizes are added up in two parts, so that no sum SQLite makes can overflow. Prints of a cancelled
 * or corrected kind are looked up in their last version. */
#define PRINTS(print, join, revision, size)                                                        \
    "SELECT verdict, origin, count(*), sum(size / 1000000), sum(size % 1000000), "                 \
    "max(lag), sum(lag / 1000000000), sum(lag % 1000000000) FROM ("                                \
    "SELECT j.verdict, p.origin, " size " AS size, p.lag_ns AS lag FROM " print " p "              \
    "LEFT JOIN " join " j USING (seq) "                                                            \
    "WHERE NOT EXISTS (SELECT 1 FROM " revision " r WHERE r.seq = p.seq) UNION ALL "               \
    "SELECT r.verdict, p.origin, r." size ", p.lag_ns FROM " revision " r "                        \
    "JOIN " print " p USING (seq) WHERE NOT EXISTS "                                               \
    "(SELECT 1 FROM " revision " n WHERE n.seq = r.seq AND n.rev > r.rev)) GROUP BY 1, 2"

static void take_lag(struct counting *c, uint8_t feed, sqlite3_stmt *s)
{
    struct lag *lag = &c->lags[MIN(feed, TALLY_FEEDS - 1)];
    int64_t max = sqlite3_column_int64(s, 5);
    lag->max_ns = lag->prints ? MAX(lag->max_ns, max) : max;
    lag->prints += (uint64_t)sqlite3_column_int64(s, 2);
    lag->sum_ns += (__int128)sqlite3_column_int64(s, 6) * NS_PER_SEC + sqlite3_column_int64(s, 7);
}

static void take_prints(void *self, sqlite3_stmt *s)
{
    struct counting *c = self;
    struct event ev = {.kind = c->option ? EV_OPTION_PRINT : EV_EQUITY_PRINT};
    struct join j = {0};
    struct dim_key key;
    int64_t whole = sqlite3_column_int64(s, 3), rest = sqlite3_column_int64(s, 4), qty;
    if (dim_get(&c->r->dims, DIM_ORIGIN, sqlite3_column_int64(s, 1), &key))
        dim_to_print(key, &ev);
    bool joined = dim_get(&c->r->dims, DIM_VERDICT, sqlite3_column_int64(s, 0), &key);
    if (joined)
        dim_to_join(key, &j);
    if (__builtin_mul_overflow(whole, QTY_ONE, &qty) || __builtin_add_overflow(qty, rest, &qty))
        qty = INT64_MAX;
    tally_add(&c->tally, &ev, joined ? &j : NULL, (uint64_t)sqlite3_column_int64(s, 2), qty);
    take_lag(c, ev.feed, s);
}

static void take_quotes(void *self, sqlite3_stmt *s)
{
    struct counting *c = self;
    int64_t feed = sqlite3_column_int64(s, 0);
    if (feed >= 0 && feed < TALLY_FEEDS)
        c->quotes[feed][!c->option] += (uint64_t)sqlite3_column_int64(s, 1);
}

static int count_market(struct counting *c, bool option, struct err *err)
{
    c->option = option;
    int rc = each(c->r,
                  option
                      ? PRINTS("option_print", "option_join", "option_revision", "size * 1000000")
                      : PRINTS("equity_print", "equity_join", "equity_revision", "size_e6"),
                  take_prints, c, err);
    if (rc)
        return rc;
    return each(c->r,
                option ? "SELECT o.feed, sum(n) FROM (SELECT origin, count(*) AS n FROM "
                         "option_quote GROUP BY 1) q JOIN quote_origin o ON o.id = q.origin "
                         "GROUP BY 1"
                       : "SELECT o.feed, sum(n) FROM (SELECT origin, count(*) AS n FROM "
                         "equity_quote GROUP BY 1) q JOIN quote_origin o ON o.id = q.origin "
                         "GROUP BY 1",
                take_quotes, c, err);
}

static void put_ms(struct reader *r, const char *name, int64_t ns)
{
    char value[32];
    dec_format(value, sizeof value, ns / 1000, 3, 0);
    put(r, name, value, -1);
}

static void put_feeds(struct counting *c)
{
    static const char *const names[] = {"option_prints", "equity_prints", "option_quotes",
                                        "equity_quotes"};
    for (size_t i = 0; i < TALLY_FEEDS; i++) {
        char name[48];
        const struct lag *lag = &c->lags[i];
        for (size_t k = 0; k < ARRAY_LEN(names); k++) {
            uint64_t n = k < 2 ? c->tally.feeds[i][k] : c->quotes[i][k - 2];
            snprintf(name, sizeof name, "feed.%zu.events.%s", i, names[k]);
            if (n)
                put_count(c->r, name, n);
        }
        if (!lag->prints)
            continue;
        snprintf(name, sizeof name, "feed.%zu.lag_mean_ms", i);
        put_ms(c->r, name, (int64_t)(lag->sum_ns / (__int128)lag->prints));
        snprintf(name, sizeof name, "feed.%zu.lag_max_ms", i);
        put_ms(c->r, name, lag->max_ns);
    }
}

/* name, count, and what it is a part of (NULL = nothing). */
static void take_counts(void *self, sqlite3_stmt *s)
{
    char value[32];
    const char *name = (const char *)sqlite3_column_text(s, 0);
    int64_t n = sqlite3_column_int64(s, 1), of = sqlite3_column_int64(s, 2);
    snprintf(value, sizeof value, "%" PRId64, n);
    put(self, name ? name : "?", value,
        of > 0 && n >= 0 && n <= of ? (int64_t)((__int128)n * PX_ONE / of) : -1);
}

static const char *const counts[] = {
    "SELECT 'gaps.' || ifnull((SELECT word FROM word WHERE list = 'gap' AND n = reason), '?'), "
    "count(*), NULL FROM gap GROUP BY reason",
    "SELECT 'feed.' || feed || '.gaps', count(*), NULL FROM gap GROUP BY feed",
    "SELECT 'corrections.' || ifnull((SELECT word FROM word WHERE list = 'event' AND n = kind), "
    "'?'), count(*), NULL FROM correction GROUP BY kind",
    "SELECT 'repairs.' || ifnull((SELECT word FROM word WHERE list = 'repair' AND n = outcome), "
    "'?'), count(*), sum(count(*)) OVER () FROM repair GROUP BY outcome",
    "SELECT 'reference.' || ifnull((SELECT word FROM word WHERE list = 'event' AND n = kind), '?'),"
    " count(*), NULL FROM reference GROUP BY kind",
};

static int make(struct reader *r, struct err *err)
{
    struct counting *c = mem_alloc(sizeof *c);
    c->r = r;
    int rc = reader_facts(r, put_fact, r, err);
    if (rc == 0)
        put_totals(r);
    if (rc == 0)
        rc = count_market(c, true, err);
    if (rc == 0)
        rc = count_market(c, false, err);
    if (rc == 0) {
        put_feeds(c);
        tally_each(&c->tally, r->idents, put, r);
    }
    for (size_t i = 0; i < ARRAY_LEN(counts) && rc == 0; i++)
        rc = each(r, counts[i], take_counts, r, err);
    mem_free(c);
    return rc;
}

const struct row *reader_stats(struct reader *r, size_t *ret_n, struct err *err)
{
    if (!r->stats && make(r, err)) {
        mem_free(r->stats);
        r->stats = NULL;
        r->n_stats = 0;
        return NULL;
    }
    *ret_n = r->n_stats;
    return r->stats;
}
