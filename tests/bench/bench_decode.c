/* Recorded files to events through the feed `file:`, symbols interned, CPU time; beside them a
 * plain copy of the same bytes (DBN, msgpack) or a search for the line ends (text) in the same run.
 */
#include <string.h>
#include <unistd.h>

#include "base/dec.h"
#include "event/calendar.h"
#include "feed/feed.h"
#include "tests/bench/bench.h"

#define CONTRACTS 10000
#define T0        INT64_C(1718373303122000000)

struct bytes {
    uint8_t *p;
    size_t n, cap;
    size_t records;
};

static void put(struct bytes *b, const void *p, size_t n)
{
    if (b->n + n > b->cap) {
        b->cap = MAX(b->cap * 2, b->n + n + 4096);
        b->p = mem_grow(b->p, b->cap, 1);
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

/* The i-th contract as compact OSI. */
static int contract(char buf[32], uint32_t i)
{
    return snprintf(buf, 32, "XY%c26121%u%c%08u", 'A' + (int)(i % 20), i % 9, i & 1 ? 'C' : 'P',
                    100000 + i / 20 * 500);
}

static void make_dbn(struct bytes *b, const double *zipf)
{
    struct bench_rng rng = {1};
    uint8_t fixed[112] = "DBN\3";
    uint32_t n = CONTRACTS, length = 104 + 12 + 4 + CONTRACTS * (71 + 4 + 8 + 71), one = 1;
    uint32_t days[2] = {20240614, 20240615}, zero[3] = {0};
    memcpy(fixed + 4, &length, 4);
    memcpy(fixed + 8, "OPRA.PILLAR", 11);
    fixed[50] = 1;
    fixed[53] = 71;
    put(b, fixed, sizeof fixed);
    put(b, zero, sizeof zero);
    put(b, &n, 4);
    for (uint32_t i = 0; i < n; i++) {
        char name[71] = {0}, id[71] = {0}, compact[32];
        int len = contract(compact, i);
        snprintf(name, sizeof name, "%-6.*s%s", len - 15, compact, compact + len - 15);
        snprintf(id, sizeof id, "%u", i + 1000);
        put(b, name, 71);
        put(b, &one, 4);
        put(b, days, 8);
        put(b, id, 71);
    }
    for (b->records = 0; b->records < 4000000; b->records++) {
        uint8_t r[48] = {12, 0, 23, 0};
        uint32_t id = bench_zipf_draw(zipf, CONTRACTS, &rng) + 1000;
        int64_t ts = T0 + (int64_t)b->records * 1000, px = 240000000, recv = ts + 210000;
        uint32_t size = 1 + bench_below(&rng, 20), sequence = (uint32_t)b->records + 1;
        memcpy(r + 4, &id, 4);
        memcpy(r + 8, &ts, 8);
        memcpy(r + 16, &px, 8);
        memcpy(r + 24, &size, 4);
        memcpy(r + 28, "TN", 2);
        memcpy(r + 32, &recv, 8);
        memcpy(r + 44, &sequence, 4);
        put(b, r, sizeof r);
    }
}

static void make_csv(struct bytes *b, const double *zipf)
{
    static const char header[] = "kind,ts,recv,symbol,price,size,venue,cond,id\n";
    struct bench_rng rng = {2};
    put(b, header, sizeof header - 1);
    for (b->records = 0; b->records < 1000000; b->records++) {
        char row[200], ts[40], recv[40], name[32];
        int64_t ns = T0 + (int64_t)b->records * 1000;
        contract(name, bench_zipf_draw(zipf, CONTRACTS, &rng));
        time_format_utc(ts, sizeof ts, ns);
        time_format_utc(recv, sizeof recv, ns + 210000);
        int n = snprintf(row, sizeof row, "option_print,%s,%s,%s,%u.%02u,%u,XCBO,AUTO,%zu\n", ts,
                         recv, name, 1 + bench_below(&rng, 9), bench_below(&rng, 100),
                         1 + bench_below(&rng, 20), b->records + 1);
        put(b, row, (size_t)n);
    }
}

static void make_msgpack(struct bytes *b, const double *zipf)
{
    struct bench_rng rng = {3};
    for (b->records = 0; b->records < 1000000;) {
        struct bytes f = {0};
        put(&f, "\xdc\x00\x64", 3); /* 100 messages a frame */
        for (int i = 0; i < 100; i++, b->records++) {
            char name[32];
            uint8_t len = (uint8_t)(0xa0 + contract(name, bench_zipf_draw(zipf, CONTRACTS, &rng)));
            double px = (100 + bench_below(&rng, 900)) / 100.0;
            uint64_t bits, ns = (uint64_t)b->records * 100 % 1000000000;
            uint64_t when = __builtin_bswap64(ns << 34 | (uint64_t)(T0 / NS_PER_SEC));
            uint8_t size = (uint8_t)(1 + bench_below(&rng, 100));
            memcpy(&bits, &px, 8);
            bits = __builtin_bswap64(bits);
            put(&f, "\x87\xa1T\xa1t\xa1S", 7);
            put(&f, &len, 1);
            put(&f, name, len - 0xa0u);
            put(&f, "\xa1t\xd7\xff", 4);
            put(&f, &when, 8);
            put(&f, "\xa1p\xcb", 3);
            put(&f, &bits, 8);
            put(&f, "\xa1s", 2);
            put(&f, &size, 1);
            put(&f,
                "\xa1x\xa1"
                "C\xa1"
                "c\xa1I",
                8);
        }
        uint32_t n = (uint32_t)f.n;
        put(b, &n, 4);
        put(b, f.p, f.n);
        mem_free(f.p);
    }
}

struct sum {
    uint64_t n;
    int64_t qty;
};

static void take(void *self, struct event *ev)
{
    struct sum *s = self;
    s->n++;
    s->qty += ev->u.print.qty;
}

/* Records a CPU second through the feed. */
static double run_feed(const char *path, const struct bytes *b)
{
    char uri[300];
    struct err err = {0};
    struct sum sum = {0};
    struct feed f;
    struct symbols *symbols = symbols_create();
    struct idents *idents = idents_create();
    struct feed_context ctx = {
        .symbols = symbols, .idents = idents, .sides = FEED_BOTH, .emit = take, .self = &sum};
    snprintf(uri, sizeof uri, "file:%s", path);
    int64_t start = clock_cpu_ns();
    int rc = feed_open(&f, uri, &ctx, &err);
    while (rc == FEED_MORE)
        rc = f.ops->poll(&f, INT64_MAX, 4096, &err);
    double seconds = (double)(clock_cpu_ns() - start) / 1e9;
    if (rc != FEED_END || sum.n != b->records) {
        fprintf(stderr, "%s: %llu of %zu records: %s\n", path, (unsigned long long)sum.n,
                b->records, err.text);
        exit(1);
    }
    feed_close(&f);
    symbols_destroy(symbols);
    idents_destroy(idents);
    return (double)b->records / seconds;
}

static double run_copy(const struct bytes *b)
{
    static volatile uint8_t last;
    uint8_t *to = mem_grow(NULL, b->n, 1);
    memset(to, 1, b->n); /* pages are there before the clock runs */
    int64_t start = clock_cpu_ns();
    memcpy(to, b->p, b->n);
    last = to[b->n - 1];
    double seconds = (double)(clock_cpu_ns() - start) / 1e9;
    (void)last;
    mem_free(to);
    return (double)b->records / seconds;
}

static double run_scan(const struct bytes *b)
{
    size_t lines = 0;
    int64_t start = clock_cpu_ns();
    const uint8_t *p = b->p, *end = p + b->n;
    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        lines++;
        if (++p == end)
            break;
    }
    double seconds = (double)(clock_cpu_ns() - start) / 1e9;
    return (double)lines / seconds;
}

static const struct {
    const char *figure, *target;
    void (*make)(struct bytes *b, const double *zipf);
    double (*limit)(const struct bytes *b);
} formats[] = {
    {"decode: DBN trades, beside a copy", ">=20000000", make_dbn, run_copy},
    {"decode: Tape CSV, beside a line scan", ">=3000000", make_csv, run_scan},
    {"decode: msgpack frames, beside a copy", ">=4000000", make_msgpack, run_copy},
};

int main(void)
{
    double *zipf = bench_zipf(CONTRACTS);
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        char path[] = "/tmp/tapedeck-bench-XXXXXX";
        struct bytes b = {0};
        double rate[BENCH_ROUNDS], limit[BENCH_ROUNDS];
        formats[i].make(&b, zipf);
        int fd = mkstemp(path);
        if (fd < 0 || write(fd, b.p, b.n) != (ssize_t)b.n)
            return 1;
        close(fd);
        for (int k = 0; k < BENCH_ROUNDS; k++) {
            limit[k] = formats[i].limit(&b);
            rate[k] = run_feed(path, &b);
        }
        double r = bench_median(rate, BENCH_ROUNDS);
        bench_row(formats[i].figure, r, "records/CPU s", bench_median(limit, BENCH_ROUNDS),
                  formats[i].target);
        fprintf(stderr, "%s: %.1f ns a record\n", formats[i].figure, 1e9 / r);
        unlink(path);
        mem_free(b.p);
    }
    mem_free(zipf);
    return 0;
}
