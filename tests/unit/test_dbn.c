/* DBN: every sample file against the index an independent reader made of it, the values decoded in
 * the reference (section 1.6), and streams laid out by hand from its tables. */
#include <endian.h>

#include "base/dec.h"
#include "event/venue.h"
#include "feed/dbn.h"
#include "feeding.h"

/* ---- all samples against INDEX.csv ---- */

enum {
    FILE_NAME,
    BYTES,
    CONTAINER,
    VERSION,
    DATASET,
    SCHEMA,
    STYPE_IN,
    STYPE_OUT,
    TS_OUT,
    META_LEN,
    START,
    END,
    LIMIT,
    N_SYMBOLS,
    N_MAPPINGS,
    N_RECORDS,
    TYPES,
    PUBLISHERS,
    FIRST_TS,
    LAST_TS,
    FIRST_I64,
    N_COLUMNS
};

static void check_metadata(char *col[N_COLUMNS], const struct dbn_metadata *m)
{
    ck_assert_int_eq(m->version, atoi(col[VERSION]));
    ck_assert_str_eq(m->dataset, col[DATASET]);
    ck_assert_int_eq(m->stype_in, atoi(col[STYPE_IN]));
    ck_assert_int_eq(m->stype_out, atoi(col[STYPE_OUT]));
    ck_assert_int_eq(m->ts_out, atoi(col[TS_OUT]));
    ck_assert_uint_eq(m->start_ns, strtoull(col[START], NULL, 10));
    ck_assert_uint_eq(m->end_ns, strtoull(col[END], NULL, 10));
    ck_assert_uint_eq(m->limit, strtoull(col[LIMIT], NULL, 10));
    ck_assert_uint_eq(m->n_symbols, strtoul(col[N_SYMBOLS], NULL, 10));
    ck_assert_uint_eq(m->n_mappings, strtoul(col[N_MAPPINGS], NULL, 10));
}

static void check_raw(char *col[N_COLUMNS], const char *path)
{
    struct err err;
    struct dbn_metadata m;
    struct dbn_names *names = dbn_names_create();
    struct input *in = input_open(path, &err);
    ck_assert_ptr_nonnull(in);
    if (strcmp(col[CONTAINER], "fragment") != 0 && col[DATASET][0]) {
        ck_assert_msg(dbn_read_metadata(in, "f", &m, names, &err) == 0, "%s", err.text);
        check_metadata(col, &m);
    }
    uint64_t n = 0, last = 0, expected = strtoull(col[N_RECORDS], NULL, 10);
    const uint8_t *r;
    size_t got;
    while ((r = input_peek(in, 1, &got)) && got) {
        size_t bytes = r[0] * 4u;
        r = input_need(in, bytes);
        ck_assert_ptr_nonnull(r);
        struct dbn_head h = dbn_head_of(r);
        if (n++ == 0) {
            int64_t i64;
            memcpy(&i64, r + 16, 8);
            ck_assert_uint_eq(h.ts_event, strtoull(col[FIRST_TS], NULL, 10));
            ck_assert_int_eq((int64_t)le64toh((uint64_t)i64), strtoll(col[FIRST_I64], NULL, 10));
        }
        last = h.ts_event;
        input_skip(in, bytes);
    }
    ck_assert_uint_eq(n, expected);
    if (n)
        ck_assert_uint_eq(last, strtoull(col[LAST_TS], NULL, 10));
    input_close(in);
    dbn_names_destroy(names);
}

/* "00:48:2 01:80:2": rtype, bytes, count. */
static void check_types(const char *types, const struct feeding *g)
{
    uint64_t expected[256] = {0};
    unsigned rtype, bytes, n;
    int used;
    for (; sscanf(types, " %x:%u:%u%n", &rtype, &bytes, &n, &used) == 3; types += used)
        expected[rtype & 0xff] += n;
    ck_assert_mem_eq(g->feed.stats.types, expected, sizeof expected);
}

static void check_file(char *col[N_COLUMNS])
{
    char uri[700], name[200];
    snprintf(name, sizeof name, "dbn/%s", col[FILE_NAME]);
    const char *path = test_sample(name);
    ck_assert_ptr_nonnull(path);
    bool fragment = strstr(col[FILE_NAME], ".frag") != NULL;
    snprintf(uri, sizeof uri, "file:%s%s", path, fragment ? "?format=dbn-fragment" : "");
    struct feeding *g = feeding_open(uri, FEED_BOTH);
    if (strncmp(col[CONTAINER], "dbz", 3) == 0) {
        ck_assert_int_eq(g->rc, -ERR_FEED);
        ck_assert_ptr_nonnull(strstr(g->err.text, "DBZ"));
    } else {
        ck_assert_msg(g->rc == 0, "%s: %s", name, g->err.text);
        ck_assert_int_eq(feeding_drain(g), FEED_END);
        ck_assert_uint_eq(g->feed.stats.records, strtoull(col[N_RECORDS], NULL, 10));
        ck_assert_uint_eq(g->feed.stats.records, g->feed.stats.used + feeding_drops(g));
        ck_assert_uint_eq(g->feed.stats.drops[DROP_CORRUPT], 0);
        ck_assert_uint_eq(g->feed.stats.drops[DROP_TRUNCATED], 0);
        check_types(col[TYPES], g);
        check_raw(col, path);
    }
    feeding_free(g);
}

START_TEST(every_sample_file_agrees_with_its_index)
{
    const char *path = test_sample("dbn/INDEX.csv");
    char line[2000];
    int files = 0;
    FILE *f = path ? fopen(path, "r") : NULL;
    if (!f)
        return;
    ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
    while (fgets(line, sizeof line, f)) {
        char *col[N_COLUMNS], *p = line;
        line[strcspn(line, "\r\n")] = '\0';
        for (int i = 0; i < N_COLUMNS; i++)
            col[i] = p ? strsep(&p, ",") : line + strlen(line);
        check_file(col);
        files++;
    }
    fclose(f);
    ck_assert_int_eq(files, 122);
}
END_TEST

static struct feeding *run_sample(const char *name)
{
    char uri[700];
    const char *path = test_sample(name);
    if (!path)
        return NULL;
    snprintf(uri, sizeof uri, "file:%s", path);
    return feeding_run(uri);
}

START_TEST(opra_trades_have_the_values_of_the_reference)
{
    static const struct {
        int64_t ts, px, recv;
        unsigned publisher, size, sequence;
    } rows[] = {
        {1740061800817657088, 240000000, 1740061800817866523, 23, 1, 713382},
        {1740061801631777024, 200000000, 1740061801631988096, 26, 2, 882595},
        {1740061801644682240, 190000000, 1740061801644892784, 26, 1, 887133},
        {1740061801745517312, 190000000, 1740061801745727547, 37, 4, 921205},
    };
    struct feeding *g = run_sample("dbn/dbpy--OPRA.PILLAR--trades.dbn.zst");
    if (!g)
        return;
    ck_assert_uint_eq(g->n, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct event *e = &g->events[i];
        ck_assert_int_eq(e->kind, EV_OPTION_PRINT);
        ck_assert_str_eq(feeding_symbol(g, e), "AAPL  250221C00250000");
        ck_assert_int_eq(e->ts_ns, rows[i].ts);
        ck_assert_int_eq(e->recv_ns, rows[i].recv);
        ck_assert_int_eq(e->u.print.px, rows[i].px);
        ck_assert_int_eq(e->u.print.qty, rows[i].size * QTY_ONE);
        ck_assert_uint_eq(e->u.print.id, rows[i].sequence);
        ck_assert_uint_eq(e->venue, venue_by_publisher((uint16_t)rows[i].publisher));
        ck_assert_int_eq(e->u.print.cond[0], 0); /* DBN carries no sale condition */
    }
    ck_assert_str_eq(venue_get(g->events[0].venue)->mic, "EMLD");
    feeding_free(g);
}
END_TEST

START_TEST(opra_cbbo_has_the_values_of_the_reference)
{
    struct feeding *g = run_sample("dbn/dbpy--OPRA.PILLAR--cbbo-1s.dbn.zst");
    if (!g)
        return;
    ck_assert_uint_eq(g->n, 4);
    const struct quote *empty = &g->events[0].u.quote, *q = &g->events[1].u.quote;
    ck_assert_int_eq(empty->bid, PX_NONE);
    ck_assert_int_eq(empty->ask, PX_NONE);
    ck_assert_int_eq(g->events[0].ts_ns, INT64_C(1740056401000000000));
    ck_assert_int_eq(g->events[1].ts_ns, INT64_C(1740061801000000000));
    ck_assert_int_eq(q->bid, 100000000);
    ck_assert_int_eq(q->ask, 250000000);
    ck_assert_int_eq(q->bid_qty, 1 * QTY_ONE);
    ck_assert_int_eq(q->ask_qty, 4 * QTY_ONE);
    ck_assert_uint_eq(q->bid_venue, venue_by_publisher(23));
    ck_assert_uint_eq(q->ask_venue, venue_by_publisher(23));
    ck_assert_uint_eq(g->events[1].venue, 0);
    feeding_free(g);
}
END_TEST

START_TEST(publisher_30_of_mbp_1_is_the_nbbo_and_others_are_venues)
{
    struct feeding *g = run_sample("dbn/dbpy--OPRA.PILLAR--mbp-1.dbn.zst");
    if (!g)
        return;
    static const unsigned publishers[] = {34, 30, 24, 36};
    ck_assert_uint_eq(g->n, 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(g->events[i].venue,
                          publishers[i] == 30 ? 0 : venue_by_publisher((uint16_t)publishers[i]));
    ck_assert_uint_eq(g->feed.stats.unknown_codes, 0);
    feeding_free(g);
}
END_TEST

START_TEST(a_parent_file_with_megabytes_of_mappings_resolves_its_records)
{
    struct feeding *g = run_sample("dbn/nautilus--definition-opra.dbn.zst");
    if (!g)
        return;
    ck_assert_uint_eq(g->feed.stats.used, 2);
    /* Only what a record needed became a symbol: two contracts and their root. */
    ck_assert_uint_eq(symbols_count(g->symbols), 3);
    feeding_free(g);
}
END_TEST

START_TEST(futures_are_refused_in_words_and_accounted_for)
{
    struct feeding *g = run_sample("dbn/dbncore--trades.v3.dbn.zst");
    if (!g)
        return;
    ck_assert_uint_eq(g->feed.stats.drops[DROP_BAD_SYMBOL], 2);
    ck_assert_ptr_nonnull(strstr(g->rejects, "neither a US option nor a US equity"));
    feeding_free(g);
}
END_TEST

/* ---- streams laid out by hand ---- */

struct stream {
    uint8_t b[4096];
    size_t n;
};

static void put(struct stream *s, const void *p, size_t n)
{
    ck_assert_uint_le(s->n + n, sizeof s->b);
    memcpy(s->b + s->n, p, n);
    s->n += n;
}

static void put_int(struct stream *s, uint64_t v, size_t n)
{
    v = htole64(v);
    put(s, &v, n);
}

static void put_text(struct stream *s, const char *text, size_t width)
{
    char buf[80] = {0};
    memcpy(buf, text, strlen(text));
    put(s, buf, width);
}

struct mapping {
    const char *name, *id;
    unsigned from, to;
};

/* Metadata of version 3 (section 1.1) with one mapping of one interval each. */
static struct stream stream_of(const char *dataset, bool ts_out, const struct mapping *m, size_t n)
{
    struct stream s = {.n = 0};
    put(&s, "DBN\3", 4);
    put_int(&s, 0, 4);
    put_text(&s, dataset, 16);
    put_int(&s, 0xffff, 2);
    put_int(&s, 0, 8);
    put_int(&s, UINT64_MAX, 8);
    put_int(&s, 0, 8);
    put_int(&s, 1, 1);
    put_int(&s, 0, 1);
    put_int(&s, ts_out, 1);
    put_int(&s, 71, 2);
    put(&s, (uint8_t[53]){0}, 53);
    put_int(&s, 0, 4);
    for (int i = 0; i < 3; i++)
        put_int(&s, 0, 4);
    put_int(&s, n, 4);
    for (size_t i = 0; i < n; i++) {
        put_text(&s, m[i].name, 71);
        put_int(&s, 1, 4);
        put_int(&s, m[i].from, 4);
        put_int(&s, m[i].to, 4);
        put_text(&s, m[i].id, 71);
    }
    while (s.n % 8)
        put_int(&s, 0, 1);
    uint32_t length = htole32((uint32_t)(s.n - 8));
    memcpy(s.b + 4, &length, 4);
    return s;
}

static void put_head(struct stream *s, size_t bytes, unsigned rtype, unsigned publisher,
                     unsigned id, uint64_t ts)
{
    put_int(s, bytes / 4, 1);
    put_int(s, rtype, 1);
    put_int(s, publisher, 2);
    put_int(s, id, 4);
    put_int(s, ts, 8);
}

/* The 32 bytes that trades, mbp-1 and cmbp-1 share. */
static void put_trade(struct stream *s, int64_t px, unsigned size, char action, uint64_t recv)
{
    put_int(s, (uint64_t)px, 8);
    put_int(s, size, 4);
    put_int(s, (uint8_t)action, 1);
    put_int(s, 'N', 1);
    put_int(s, 0xc2, 1);
    put_int(s, 0, 1);
    put_int(s, recv, 8);
    put_int(s, 0, 4);
    put_int(s, 77, 4);
}

static void put_level(struct stream *s, int64_t bid, int64_t ask, unsigned bid_pub,
                      unsigned ask_pub)
{
    put_int(s, (uint64_t)bid, 8);
    put_int(s, (uint64_t)ask, 8);
    put_int(s, 5, 4);
    put_int(s, 6, 4);
    put_int(s, bid_pub, 4);
    put_int(s, ask_pub, 4);
}

static struct feeding *run_stream(const struct stream *s)
{
    return feeding_run(feeding_file("stream.dbn", s->b, s->n));
}

#define DAY1 UINT64_C(1740009600000000000) /* 2025-02-20 00:00 UTC */
#define DAY  UINT64_C(86400000000000)
static const struct mapping two_days[] = {
    {"AAPL  250221C00250000", "7", 20250220, 20250221},
    {"SPY   250221P00500000", "7", 20250221, 20250222},
};

START_TEST(an_instrument_id_means_what_its_day_says)
{
    struct stream s = stream_of("OPRA.PILLAR", false, two_days, 2);
    for (uint64_t day = 0; day < 3; day++) {
        put_head(&s, 48, 0, 23, 7, DAY1 + day * DAY);
        put_trade(&s, PX_ONE, 1, 'T', DAY1);
    }
    put_head(&s, 48, 0, 23, 8, DAY1);
    put_trade(&s, PX_ONE, 1, 'T', DAY1);
    struct feeding *g = run_stream(&s);
    ck_assert_uint_eq(g->n, 2);
    ck_assert_str_eq(feeding_symbol(g, &g->events[0]), "AAPL  250221C00250000");
    ck_assert_str_eq(feeding_symbol(g, &g->events[1]), "SPY   250221P00500000");
    ck_assert_uint_eq(g->feed.stats.drops[DROP_UNMAPPED], 2);
    feeding_free(g);
}
END_TEST

START_TEST(a_trade_in_a_book_record_brings_the_book_before_it_as_its_quote)
{
    struct stream s = stream_of("OPRA.PILLAR", true, two_days, 1);
    put_head(&s, 88, 0x01, 23, 7, DAY1 + 5);
    put_trade(&s, 2 * PX_ONE, 3, 'T', DAY1 + 9);
    put_level(&s, PX_ONE, 3 * PX_ONE, 0, 0);
    put_int(&s, 99, 8); /* ts_out */
    put_head(&s, 88, 0xc2, 26, 7, DAY1 + 6);
    put_trade(&s, 2 * PX_ONE, 4, 'T', DAY1 + 9);
    put_level(&s, PX_ONE, INT64_MAX, 23, 0);
    put_int(&s, 99, 8);
    struct feeding *g = run_stream(&s);
    ck_assert_str_eq(g->rejects, "");
    ck_assert_uint_eq(g->n, 4);
    const struct event *e = g->events;
    ck_assert_int_eq(e[0].kind, EV_OPTION_QUOTE);
    ck_assert_uint_eq(e[0].venue, venue_by_publisher(23));
    ck_assert_int_eq(e[0].ts_ns, (int64_t)DAY1 + 5);
    ck_assert_int_eq(e[0].u.quote.ask, 3 * PX_ONE);
    ck_assert_int_eq(e[0].u.quote.ask_qty, 6 * QTY_ONE);
    ck_assert_int_eq(e[1].kind, EV_OPTION_PRINT);
    ck_assert_int_eq(e[1].u.print.qty, 3 * QTY_ONE);
    ck_assert_int_eq(e[1].recv_ns, (int64_t)DAY1 + 9);
    ck_assert_uint_eq(e[2].venue, 0); /* the consolidated book names venues at its sides */
    ck_assert_uint_eq(e[2].u.quote.bid_venue, venue_by_publisher(23));
    ck_assert_int_eq(e[2].u.quote.ask, PX_NONE);
    ck_assert_uint_eq(e[3].venue, venue_by_publisher(26));
    ck_assert_uint_eq(g->feed.stats.joined_quotes, 2);
    ck_assert_uint_eq(g->feed.stats.used, 2);
    feeding_free(g);
}
END_TEST

START_TEST(undefined_values_of_a_trade_are_refused_each_under_its_reason)
{
    struct stream s = stream_of("OPRA.PILLAR", false, two_days, 1);
    put_head(&s, 48, 0, 23, 7, UINT64_MAX);
    put_trade(&s, PX_ONE, 1, 'T', DAY1);
    put_head(&s, 48, 0, 23, 7, DAY1);
    put_trade(&s, INT64_MAX, 1, 'T', DAY1);
    put_head(&s, 48, 0, 23, 7, DAY1);
    put_trade(&s, PX_ONE, UINT32_MAX, 'T', DAY1);
    put_head(&s, 48, 0, 23, 7, DAY1);
    put_trade(&s, PX_ONE, 1, 'T', UINT64_MAX);
    struct feeding *g = run_stream(&s);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_BAD_TIME], 1);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_BAD_PRICE], 1);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_BAD_SIZE], 1);
    ck_assert_uint_eq(g->n, 1); /* without a capture time the venue's stands in */
    ck_assert_int_eq(g->events[0].recv_ns, (int64_t)DAY1);
    feeding_free(g);
}
END_TEST

START_TEST(status_and_open_interest_of_both_layouts_become_events)
{
    struct stream s = stream_of("OPRA.PILLAR", false, two_days, 1);
    put_head(&s, 80, 0x18, 20, 7, DAY1 + 1); /* statistics v3 */
    put_int(&s, DAY1 + 2, 8);
    put_int(&s, DAY1 - DAY, 8);
    put_int(&s, INT64_MAX, 8);
    put_int(&s, 1234, 8);
    put(&s, (uint8_t[8]){0}, 8);
    put_int(&s, 9, 2);
    put(&s, (uint8_t[22]){0}, 22);
    put_head(&s, 64, 0x18, 20, 7, DAY1 + 1); /* statistics v1 and v2 */
    put_int(&s, DAY1 + 2, 8);
    put_int(&s, UINT64_MAX, 8);
    put_int(&s, INT64_MAX, 8);
    put_int(&s, 55, 4);
    put(&s, (uint8_t[8]){0}, 8);
    put_int(&s, 9, 2);
    put(&s, (uint8_t[10]){0}, 10);
    put_head(&s, 40, 0x12, 20, 7, DAY1 + 3); /* status: halt */
    put_int(&s, DAY1 + 4, 8);
    put_int(&s, 8, 2);
    put(&s, (uint8_t[14]){0}, 14);
    struct feeding *g = run_stream(&s);
    ck_assert_str_eq(g->rejects, "");
    ck_assert_uint_eq(g->n, 3);
    ck_assert_int_eq(g->events[0].kind, EV_OPEN_INTEREST);
    ck_assert_int_eq(g->events[0].ts_ns, (int64_t)(DAY1 - DAY));
    ck_assert_int_eq(g->events[0].recv_ns, (int64_t)DAY1 + 2);
    ck_assert_int_eq(g->events[0].u.reference.qty, 1234 * QTY_ONE);
    ck_assert_int_eq(g->events[1].u.reference.qty, 55 * QTY_ONE);
    ck_assert_int_eq(g->events[1].ts_ns, (int64_t)DAY1 + 1);
    ck_assert_int_eq(g->events[2].kind, EV_STATUS);
    ck_assert_str_eq(g->events[2].u.status.code, "halt");
    feeding_free(g);
}
END_TEST

START_TEST(a_mapping_record_names_an_instrument_from_then_on)
{
    /* Without and with ts_out, the 8 bytes more at the end of each record. */
    size_t more = _i ? 8 : 0;
    struct stream s = stream_of("XNAS.BASIC", _i, NULL, 0);
    put_head(&s, 176 + more, 0x16, 0, 9, DAY1);
    put_int(&s, 255, 1);
    put_text(&s, "AAPL", 71);
    put_int(&s, 255, 1);
    put_text(&s, "AAPL", 71);
    put_int(&s, UINT64_MAX, 8);
    put_int(&s, UINT64_MAX, 8);
    put_int(&s, 77, more);
    put_head(&s, 48 + more, 0, 82, 9, DAY1);
    put_trade(&s, PX_ONE, 1, 'T', DAY1);
    put_int(&s, 77, more);
    struct feeding *g = run_stream(&s);
    ck_assert_str_eq(g->rejects, "");
    ck_assert_uint_eq(g->feed.stats.used, 2);
    ck_assert_int_eq(g->events[0].kind, EV_EQUITY_PRINT);
    ck_assert_str_eq(feeding_symbol(g, &g->events[0]), "AAPL");
    ck_assert_str_eq(venue_get(g->events[0].venue)->mic, "FINN");
    feeding_free(g);
}
END_TEST

START_TEST(damage_is_told_with_its_place_and_what_came_before_is_kept)
{
    static const struct {
        size_t cut;
        uint8_t length;
        enum drop_reason why;
    } cases[] = {{1, 12, DROP_TRUNCATED}, {0, 3, DROP_CORRUPT}, {47, 12, DROP_TRUNCATED}};
    struct stream s = stream_of("OPRA.PILLAR", false, two_days, 1);
    put_head(&s, 48, 0, 23, 7, DAY1);
    put_trade(&s, PX_ONE, 1, 'T', DAY1);
    size_t second = s.n;
    put_head(&s, 48, 0, 23, 7, DAY1);
    put_trade(&s, PX_ONE, 1, 'T', DAY1);
    s.b[second] = cases[_i].length;
    s.n -= cases[_i].cut;
    struct feeding *g = run_stream(&s);
    feeding_ends_in_gap(g, g->events[0].ts_ns, g->events[0].ts_ns);
    ck_assert_uint_eq(g->n, 1);
    ck_assert_uint_eq(g->feed.stats.drops[cases[_i].why], 1);
    ck_assert_uint_eq(g->feed.stats.records, 2);
    ck_assert_ptr_nonnull(strstr(g->rejects, "record 2"));
    feeding_free(g);
}
END_TEST

START_TEST(damaged_metadata_is_an_error_with_the_byte)
{
    struct stream s = stream_of("OPRA.PILLAR", false, two_days, 1);
    static const size_t at[] = {4, 53, 112, 124, 199, 203};
    if (_i < 6)
        memset(s.b + at[_i], 0xee, 2);
    else
        s.n -= 40;
    struct feeding *g = feeding_open(feeding_file("meta.dbn", s.b, s.n), FEED_BOTH);
    ck_assert_int_eq(g->rc, -ERR_FEED);
    ck_assert_msg(strstr(g->err.text, "metadata is damaged"), "%s", g->err.text);
    feeding_free(g);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("dbn");
    TCase *samples = tcase_create("samples"), *made = tcase_create("made");
    tcase_set_timeout(samples, 60);
    tcase_add_test(samples, every_sample_file_agrees_with_its_index);
    tcase_add_test(samples, opra_trades_have_the_values_of_the_reference);
    tcase_add_test(samples, opra_cbbo_has_the_values_of_the_reference);
    tcase_add_test(samples, publisher_30_of_mbp_1_is_the_nbbo_and_others_are_venues);
    tcase_add_test(samples, a_parent_file_with_megabytes_of_mappings_resolves_its_records);
    tcase_add_test(samples, futures_are_refused_in_words_and_accounted_for);
    suite_add_tcase(s, samples);
    tcase_add_test(made, an_instrument_id_means_what_its_day_says);
    tcase_add_test(made, a_trade_in_a_book_record_brings_the_book_before_it_as_its_quote);
    tcase_add_test(made, undefined_values_of_a_trade_are_refused_each_under_its_reason);
    tcase_add_test(made, status_and_open_interest_of_both_layouts_become_events);
    tcase_add_loop_test(made, a_mapping_record_names_an_instrument_from_then_on, 0, 2);
    tcase_add_loop_test(made, damage_is_told_with_its_place_and_what_came_before_is_kept, 0, 3);
    tcase_add_loop_test(made, damaged_metadata_is_an_error_with_the_byte, 0, 7);
    suite_add_tcase(s, made);
    return s;
}
