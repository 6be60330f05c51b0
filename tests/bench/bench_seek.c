/* Seeking: how long from a jump to a random instant until the rows of a screen are there, warm and
 * cold, beside the bare SQLite read of as many rows; single steps back; opening; the timeline; and
 * how soon the replay engine stands at the place too.
 *
 * usage: bench_seek [EVENTS | SESSION.db] [DIRECTORY]
 * EVENTS of the synthetic market (default a million; 20000000 is the long run) are recorded into
 * DIRECTORY first and removed afterwards; a session that is there is only read. Warm: the file is
 * in the page cache. Cold: the file is dropped from the page cache and opened again. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"
#include "event/calendar.h"
#include "play/transport.h"
#include "session.h"
#include "store/query.h"
#include "view/filter.h"
#include "view/tape.h"

#define SEEKS  400
#define COLD   60
#define SETTLE 12
#define ROWS   200 /* of the pane in focus; the others show a part of it */
#define OTHERS 60

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "bench_seek: %s: %s\n", what, why);
    exit(1);
}

static void record(const char *path, const char *events)
{
    char uri[128];
    struct err err = {0};
    struct session *s;
    snprintf(uri, sizeof uri, "synthetic:?seed=7&rate=20000&events=%s", events);
    struct session_options o = {.options_feed = uri,
                                .equities_feed = uri,
                                .record_to = path,
                                .as_fast_as_possible = true,
                                .stop_at_end = true};
    if (session_open(&o, &s, &err) < 0 || session_run(s, &err) < 0 || session_finish(s, &err) < 0)
        die(path, err.text);
    session_close(s);
}

struct opened {
    struct reader *reader;
    struct tapes *tapes;
    struct transport *transport;
    struct session_span span;
};

static struct opened open_all(const char *path)
{
    struct opened o;
    struct err err = {0};
    if (reader_open(path, &o.reader, &err) < 0 || reader_span(o.reader, &o.span, &err) < 0)
        die(path, err.text);
    o.tapes = tapes_create(reader_symbols(o.reader), reader_idents(o.reader), 0);
    tapes_set_reader(o.tapes, o.reader);
    o.transport = transport_create(o.reader, false, &err);
    if (!o.transport)
        die(path, err.text);
    transport_toggle(o.transport); /* stand, so that nothing moves by itself */
    return o;
}

static void close_all(struct opened *o)
{
    transport_destroy(o->transport);
    tapes_destroy(o->tapes);
    reader_close(o->reader);
}

static void drop_cache(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
        die(path, "cannot drop it from the page cache");
    close(fd);
}

/* Every page of the file into the page cache. */
static void warm_cache(const char *path)
{
    static char buf[1 << 20];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : 1;
    while (n > 0)
        n = read(fd, buf, sizeof buf);
    if (n < 0)
        die(path, "cannot read it");
    close(fd);
}

static double ms_since(int64_t start_ns)
{
    return (double)(clock_mono_ns() - start_ns) / 1e6;
}

/* Four rows: the distribution of n samples in ms, beside the limit's. */
static void report(const char *what, double *v, double *limit, size_t n, const char *p95,
                   const char *max)
{
    static const struct {
        const char *name;
        double q;
    } rows[] = {{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"max", 1}};
    qsort(v, n, sizeof *v, bench_order);
    if (limit)
        qsort(limit, n, sizeof *limit, bench_order);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char figure[80];
        size_t at = MIN(n - 1, (size_t)(rows[i].q * (double)n));
        snprintf(figure, sizeof figure, "seek: %s, %s", what, rows[i].name);
        bench_row(figure, v[at], "ms", limit ? limit[at] : 0, i == 1 ? p95 : i == 3 ? max : "-");
    }
}

static void jump(struct opened *o, struct bench_rng *rng)
{
    struct transport_view v;
    int64_t length = o->span.last_ns - o->span.first_ns;
    int64_t to = o->span.first_ns +
                 (int64_t)((double)length * (double)bench_below(rng, 1000000) / 1e6);
    transport_view(o->transport, &v);
    transport_skip(o->transport, to - v.at.ns);
}

/* What a screen asks for at a playhead: the focused pane full, the others in part. */
static void draw(struct opened *o, const struct filter *f)
{
    static const enum row_kind kinds[] = {ROW_OPTION, ROW_EQUITY, ROW_PACKET, ROW_QUOTE, ROW_GAP};
    static struct row rows[ROWS];
    struct transport_view v;
    struct err err = {0};
    bool more;
    transport_view(o->transport, &v);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (tape_page(o->tapes, kinds[i], v.at, UINT64_MAX, i == 0 ? f : NULL, 0, rows,
                      i == 0 ? ROWS : OTHERS, &more, &err) < 0)
            die("a page", err.text);
}

/* The limit: as many rows by row id at a random place, every column, nothing made of them. */
static double bare(sqlite3_stmt **s, const struct session_span *span, struct bench_rng *rng)
{
    int64_t at = (int64_t)span->first_seq +
                 (int64_t)bench_below(rng, (uint32_t)(span->last_seq - span->first_seq + 1));
    int64_t start = clock_mono_ns();
    for (int i = 0; i < 4; i++) {
        sqlite3_bind_int64(s[i], 1, at);
        sqlite3_bind_int64(s[i], 2, i == 0 ? ROWS : OTHERS);
        while (sqlite3_step(s[i]) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(s[i]); c++)
                sqlite3_column_int64(s[i], c);
        sqlite3_reset(s[i]);
    }
    return ms_since(start);
}

static sqlite3 *open_bare(const char *path, sqlite3_stmt **ret)
{
    static const char *const sql[] = {
        "SELECT * FROM option_print WHERE seq <= ?1 ORDER BY seq DESC LIMIT ?2",
        "SELECT * FROM equity_print WHERE seq <= ?1 ORDER BY seq DESC LIMIT ?2",
        "SELECT * FROM packet WHERE rev <= ?1 ORDER BY rev DESC LIMIT ?2",
        "SELECT * FROM option_quote WHERE seq <= ?1 ORDER BY seq DESC LIMIT ?2"};
    sqlite3 *db;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        die(path, sqlite3_errmsg(db));
    for (size_t i = 0; i < ARRAY_LEN(sql); i++)
        if (sqlite3_prepare_v2(db, sql[i], -1, &ret[i], NULL) != SQLITE_OK)
            die(path, sqlite3_errmsg(db));
    return db;
}

static void close_bare(sqlite3 *db, sqlite3_stmt **s)
{
    for (int i = 0; i < 4; i++)
        sqlite3_finalize(s[i]);
    sqlite3_close(db);
}

static void bench_warm(const char *path, const struct filter *f, const char *what)
{
    static double took[SEEKS], limit[SEEKS];
    struct bench_rng rng = {42};
    struct opened o = open_all(path);
    sqlite3_stmt *s[4];
    sqlite3 *db = open_bare(path, s);
    for (int i = 0; i < SEEKS; i++) {
        int64_t start = clock_mono_ns();
        jump(&o, &rng);
        draw(&o, f);
        took[i] = ms_since(start);
        limit[i] = bare(s, &o.span, &rng);
    }
    close_bare(db, s);
    close_all(&o);
    report(what, took, limit, SEEKS, "<=16", "<=50");
}

static void bench_cold(const char *path)
{
    static double took[COLD], limit[COLD];
    struct bench_rng rng = {43};
    for (int i = 0; i < COLD; i++) {
        sqlite3_stmt *s[4];
        struct opened o = open_all(path);
        drop_cache(path);
        int64_t start = clock_mono_ns();
        jump(&o, &rng);
        draw(&o, NULL);
        took[i] = ms_since(start);
        struct session_span span = o.span;
        close_all(&o);
        sqlite3 *db = open_bare(path, s);
        drop_cache(path);
        limit[i] = bare(s, &span, &rng);
        close_bare(db, s);
    }
    report("to the page, cold", took, limit, COLD, "<=50", "-");
}

/* n prints back at once, as a key held down gives them. */
static void bench_steps(const char *path, int n, const char *what)
{
    static double took[SEEKS];
    struct bench_rng rng = {44};
    struct opened o = open_all(path);
    struct err err = {0};
    for (int i = 0; i < SEEKS; i++) {
        if (i % 20 == 0)
            jump(&o, &rng);
        int64_t start = clock_mono_ns();
        if (transport_step(o.transport, o.tapes, (struct stream){.kind = ROW_OPTION}, -n, &err) < 0)
            die("a step", err.text);
        draw(&o, NULL);
        took[i] = ms_since(start);
    }
    close_all(&o);
    report(what, took, NULL, SEEKS, "<=16", "-");
}

#define SLICES (1u << 16)

/* The replay engine follows in slices between two frames: all of them together, and each. */
static void bench_follow(const char *path)
{
    static double took[SETTLE], slices[SLICES];
    struct bench_rng rng = {45};
    struct opened o = open_all(path);
    struct transport_view v;
    size_t n = 0;
    for (int i = 0; i < SETTLE; i++) {
        jump(&o, &rng);
        took[i] = 0;
        transport_view(o.transport, &v);
        for (v.catching_up = true; v.catching_up; transport_view(o.transport, &v)) {
            int64_t start = clock_cpu_ns();
            transport_run(o.transport, clock_mono_ns() + NS_PER_SEC); /* nobody seeks any more */
            double ms = (double)(clock_cpu_ns() - start) / 1e6;
            took[i] += ms;
            slices[n < SLICES ? n++ : SLICES - 1] = ms;
        }
    }
    close_all(&o);
    report("until the engine stands there, CPU", took, NULL, SETTLE, "-", "-");
    report("the loop held by that, CPU", slices, NULL, n, "<=16", "<=50");
}

static void bench_open(const char *path)
{
    double warm[9], cold[9], lanes[9];
    static struct lane_cell cells[200];
    struct err err = {0};
    for (int i = 0; i < 9; i++) {
        drop_cache(path);
        int64_t start = clock_mono_ns();
        struct opened o = open_all(path);
        draw(&o, NULL);
        cold[i] = ms_since(start);
        close_all(&o);
        start = clock_mono_ns();
        o = open_all(path);
        draw(&o, NULL);
        warm[i] = ms_since(start);
        start = clock_mono_ns();
        if (reader_lanes(o.reader, o.span.first_ns, o.span.last_ns, cells, 200, &err) < 0)
            die("the timeline", err.text);
        lanes[i] = ms_since(start);
        close_all(&o);
    }
    bench_row("seek: open a session to its first page", bench_median(warm, 9), "ms", 0, "<=300");
    bench_row("seek: the same, cold", bench_median(cold, 9), "ms", 0, "<=300");
    bench_row("seek: timeline of the whole session", bench_median(lanes, 9), "ms", 0, "<=16");
}

int main(int argc, char **argv)
{
    const char *events = argc > 1 ? argv[1] : "1000000";
    const char *dir = argc > 2 ? argv[2] : getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    bool there = access(events, R_OK) == 0;
    struct rusage use;
    char *path = there ? mem_printf("%s", events)
                       : mem_printf("%s/bench_seek.%d.db", dir, getpid());
    struct filter_error wrong;
    struct filter *f = filter_parse("premium >= 100k", ROW_OPTION, &wrong);
    if (!f)
        die("filter", wrong.text);
    if (!there)
        record(path, events);
    bench_open(path);
    warm_cache(path);
    bench_warm(path, NULL, "to the page, warm");
    bench_warm(path, f, "to a filtered page, warm");
    bench_cold(path);
    warm_cache(path);
    bench_steps(path, 1, "one print back, drawn");
    bench_steps(path, 20, "twenty prints back, drawn");
    bench_follow(path);
    getrusage(RUSAGE_SELF, &use);
    bench_row("seek: memory at most", (double)use.ru_maxrss / 1024, "MB", 0, "<=300");
    filter_free(f);
    if (!there)
        unlink(path);
    mem_free(path);
    return 0;
}
