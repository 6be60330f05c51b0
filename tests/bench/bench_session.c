/* A whole session: feed, deck, packets, store, through the loop as it runs. Its rate beside bare
 * inserts of the rows, its memory, what the loop's thread is held at 200,000 events/s, a second of
 * 500,000 events, and how fast what was recorded comes back through the deck's door.
 *
 * usage: bench_session [EVENTS] [SECONDS] [DIRECTORY]; EVENTS of the recording (default 600000),
 * SECONDS at 200,000 events/s (default 5) */
#include "session.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "bare.h"
#include "bench.h"
#include "base/dec.h"
#include "deck/deck.h"
#include "event/calendar.h"
#include "store/query.h"
#include "store/store.h"

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static double rss_mb(void)
{
    unsigned long all, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%lu %lu", &all, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* ---- the loop, watched ----------------------------------------------------------------------- */

#define SAMPLES (1u << 21) /* of the loop; further ones are not kept */

struct watch {
    struct session *s;
    uv_prepare_t prepare;
    uv_check_t check;
    int64_t back_ns, back_cpu_ns; /* when the loop came back from waiting; 0 = not yet */
    double *wall, *cpu;           /* us the loop was held, iteration by iteration */
    size_t n;
    int64_t first_ns, behind_ns; /* first frame with an event; last frame that was behind */
    uint64_t events, drops;
    double rss_start, rss_end;
};

static void on_check(uv_check_t *h)
{
    struct watch *w = h->data;
    w->back_ns = clock_mono_ns();
    w->back_cpu_ns = clock_cpu_ns();
}

static void on_prepare(uv_prepare_t *h)
{
    struct watch *w = h->data;
    if (!w->back_ns || w->n == SAMPLES)
        return;
    w->cpu[w->n] = (double)(clock_cpu_ns() - w->back_cpu_ns) / 1e3;
    w->wall[w->n++] = (double)(clock_mono_ns() - w->back_ns) / 1e3;
}

#define BEHIND_NS (100 * NS_PER_MS)

static void on_frame(void *self)
{
    struct watch *w = self;
    struct session_view v;
    session_view(w->s, &v);
    if (v.events && !w->first_ns)
        w->first_ns = clock_mono_ns();
    if (v.n_feeds && v.feeds[0].lag_ns != INT64_MIN && v.feeds[0].lag_ns > BEHIND_NS)
        w->behind_ns = clock_mono_ns();
}

/* Runs a recording to its end and returns its seconds, closing included. */
static double run_session(struct watch *w, struct session_options *o)
{
    struct err err = {0};
    struct session_view v;
    unlink(o->record_to);
    int64_t start = clock_mono_ns();
    o->stop_at_end = true;
    if (session_open(o, &w->s, &err) < 0)
        die("open", err.text);
    w->rss_start = rss_mb();
    w->n = 0;
    w->first_ns = w->behind_ns = w->back_ns = 0;
    uv_prepare_init(session_loop(w->s), &w->prepare);
    uv_check_init(session_loop(w->s), &w->check);
    w->prepare.data = w->check.data = w;
    uv_prepare_start(&w->prepare, on_prepare);
    uv_check_start(&w->check, on_check);
    session_on_frame(w->s, on_frame, w);
    if (session_run(w->s, &err) < 0)
        die("run", err.text);
    w->rss_end = rss_mb();
    session_on_frame(w->s, NULL, NULL);
    session_view(w->s, &v);
    w->events = v.events;
    w->drops = v.dropped;
    if (session_finish(w->s, &err) < 0)
        die("finish", err.text);
    double took = (double)(clock_mono_ns() - start) / 1e9;
    session_close(w->s);
    return took;
}

/* ---- end to end, memory ---------------------------------------------------------------------- */

static void bench_end_to_end(struct watch *w, size_t events, const char *path, const char *other)
{
    char uri[128];
    double ours[BENCH_ROUNDS], theirs[BENCH_ROUNDS], start = 0, end = 0;
    size_t rows = 0;
    snprintf(uri, sizeof uri, "synthetic:?rate=100000&events=%zu", events);
    struct session_options o = {
        .options_feed = uri, .equities_feed = uri, .record_to = path, .as_fast_as_possible = true};
    for (int k = 0; k < BENCH_ROUNDS; k++) {
        ours[k] = run_session(w, &o);
        if (k == 0) {
            start = w->rss_start;
            end = w->rss_end;
        }
        theirs[k] = bare_insert(path, other, &rows);
    }
    double took = bench_median(ours, BENCH_ROUNDS);
    bench_row("session: record, beside bare inserts", (double)rows / took, "rows/s",
              (double)rows / bench_median(theirs, BENCH_ROUNDS), ">=0.9x");
    bench_row("session: the same in events", (double)w->events / took, "events/s", 0, "-");
    bench_row("session: memory at start", start, "MB", 0, "<=50");
    char figure[64];
    snprintf(figure, sizeof figure, "session: memory after %.3g M events", (double)events / 1e6);
    bench_row(figure, end, "MB", 0, "<=300");
}

/* ---- stalls ---------------------------------------------------------------------------------- */

static double quantile(const double *sorted, size_t n, double q)
{
    return sorted[MIN((size_t)(q * (double)n), n - 1)];
}

#define PIECE_NS (50 * NS_PER_US)

/* What any thread feels here: the p99 of pieces of 50 us that do nothing but look at the clock,
 * with a wait between them. More than the piece is what others took of the machine. */
static double piece_p99(struct watch *w)
{
    int64_t end = clock_mono_ns() + NS_PER_SEC, start, now;
    for (w->n = 0; (start = clock_mono_ns()) < end && w->n < SAMPLES; usleep(200)) {
        while ((now = clock_mono_ns()) - start < PIECE_NS)
            ;
        w->wall[w->n++] = (double)(now - start) / 1e3;
    }
    qsort(w->wall, w->n, sizeof *w->wall, bench_order);
    return quantile(w->wall, w->n, 0.99);
}

static void stall_rows(const char *name, struct watch *w)
{
    char figure[64];
    if (!w->n)
        die(name, "the loop did not turn");
    qsort(w->wall, w->n, sizeof *w->wall, bench_order);
    qsort(w->cpu, w->n, sizeof *w->cpu, bench_order);
    double p50 = quantile(w->wall, w->n, 0.5), p99 = quantile(w->wall, w->n, 0.99),
           max = quantile(w->wall, w->n, 1), cpu = quantile(w->cpu, w->n, 0.99);
    snprintf(figure, sizeof figure, "loop: held, %s, p50", name);
    bench_row(figure, p50, "us", 0, "-");
    snprintf(figure, sizeof figure, "loop: held, %s, p99", name);
    bench_row(figure, p99, "us", piece_p99(w), "<=100");
    snprintf(figure, sizeof figure, "loop: held, %s, max", name);
    bench_row(figure, max, "us", 0, "-");
    snprintf(figure, sizeof figure, "loop: CPU of it, %s, p99", name);
    bench_row(figure, cpu, "us", 0, "-");
}

static void bench_stall(struct watch *w, size_t seconds, const char *path)
{
    char uri[128];
    snprintf(uri, sizeof uri, "synthetic:?rate=200000&for=%zus", seconds);
    struct session_options o = {.options_feed = uri, .equities_feed = uri, .record_to = path};
    run_session(w, &o);
    stall_rows("200k/s", w);
}

/* ---- a second of 500,000 --------------------------------------------------------------------- */

#define CALM      20000
#define BURST     500000
#define BEFORE_NS NS_PER_SEC
#define AFTER_NS  (4 * NS_PER_SEC)
#define CONTRACTS 2000

/* Five quotes, then a print; Tape CSV (design.md section 5). */
static void write_row(FILE *f, size_t i, int64_t ns, struct bench_rng *r)
{
    uint32_t c = bench_below(r, CONTRACTS), qty = 1 + bench_below(r, 50);
    fprintf(f, i % 6 == 5 ? "option_print" : "option_quote");
    fprintf(f, ",%" PRId64 ",S%03u261218%c%08u,", ns, c / 20, c & 1 ? 'P' : 'C',
            (c % 20 / 2 + 50) * 1000);
    if (i % 6 == 5)
        fprintf(f, "2.1%u,%u,,,,,%c,AUTO\n", bench_below(r, 3) * 5 % 10, qty, "CXIMBN"[qty % 6]);
    else
        fprintf(f, ",,2.10,%u,2.20,%u,,\n", qty, 1 + bench_below(r, 50));
}

static size_t write_burst(const char *path)
{
    struct bench_rng r = {5};
    int64_t start = calendar_ny_ns(20260316, 10 * 3600 * NS_PER_SEC), ns = 0;
    size_t n = 0;
    FILE *f = fopen(path, "w");
    if (!f)
        die(path, "cannot write");
    fprintf(f, "kind,ts,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond\n");
    for (; ns < BEFORE_NS + NS_PER_SEC + AFTER_NS; n++) {
        bool burst = ns >= BEFORE_NS && ns < BEFORE_NS + NS_PER_SEC;
        write_row(f, n, start + ns, &r);
        ns += NS_PER_SEC / (burst ? BURST + CALM : CALM);
    }
    if (fclose(f) != 0)
        die(path, "cannot write");
    return n;
}

static void bench_burst(struct watch *w, const char *path, const char *tape)
{
    char uri[300];
    size_t made = write_burst(tape);
    snprintf(uri, sizeof uri, "file:%s?speed=1", tape);
    struct session_options o = {.options_feed = uri, .record_to = path};
    run_session(w, &o);
    unlink(tape);
    int64_t end = w->first_ns + BEFORE_NS + NS_PER_SEC;
    bench_row("session: events lost, 500k/s on 20k/s", (double)made - (double)w->events, "events",
              0, "<=0");
    bench_row("session: refused of them", (double)w->drops, "events", 0, "<=0");
    bench_row("session: behind after that second",
              w->behind_ns > end ? (double)(w->behind_ns - end) / 1e9 : 0, "s", 0, "<=3");
    stall_rows("burst", w);
}

/* ---- reading back ---------------------------------------------------------------------------- */

/* A million prints, scaled up from those recorded: six quotes and more come with each of them,
 * where the tape of the earlier system's figure had one for every five (limits.md section 11). */
static void bench_read(const char *path)
{
    struct err err;
    struct reader *r;
    static struct event ev[4096];
    int got;
    uint64_t after = 0;
    if (reader_open(path, &r, &err) < 0)
        die("open", err.text);
    struct deck_policy policy = deck_policy_default();
    struct deck *d = deck_create(&policy, reader_symbols(r));
    int64_t start = clock_mono_ns();
    while ((got = reader_events(r, after, ev, ARRAY_LEN(ev), &err)) > 0) {
        for (int i = 0; i < got; i++)
            deck_push(d, &ev[i]);
        after = ev[got - 1].seq;
    }
    double took = (double)(clock_mono_ns() - start) / 1e9;
    const struct deck_counts *c = deck_counts(d);
    uint64_t prints = c->events[EV_OPTION_PRINT] + c->events[EV_EQUITY_PRINT];
    bench_row("session: events back through the door", (double)after / took, "events/s", 0, "-");
    if (prints)
        bench_row("session: a million prints with their quotes back", took * 1e6 / (double)prints,
                  "s", 0, "<=0.5");
    bench_row("session: a million events back", took * 1e6 / (double)after, "s", 0, "-");
    deck_destroy(d);
    reader_close(r);
}

int main(int argc, char **argv)
{
    size_t events = argc > 1 ? strtoul(argv[1], NULL, 10) : 600000;
    size_t seconds = argc > 2 ? strtoul(argv[2], NULL, 10) : 5;
    const char *dir = argc > 3 ? argv[3] : "/var/tmp";
    char path[256], other[256];
    struct watch w = {0};
    store_global_init();
    snprintf(path, sizeof path, "%s/bench_session.%d.db", dir, (int)getpid());
    snprintf(other, sizeof other, "%s/bench_session.%d.csv", dir, (int)getpid());
    w.wall = mem_reserve(SAMPLES * sizeof *w.wall);
    w.cpu = mem_reserve(SAMPLES * sizeof *w.cpu);
    bench_end_to_end(&w, events, path, other);
    bench_read(path);
    bench_stall(&w, seconds, path);
    bench_burst(&w, path, other);
    unlink(path);
    mem_unreserve(w.wall, SAMPLES * sizeof *w.wall);
    mem_unreserve(w.cpu, SAMPLES * sizeof *w.cpu);
    return 0;
}
