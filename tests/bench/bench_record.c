/* How fast a session is recorded and read: option prints, each with its quote, join and packet,
 * through the sink and the writing thread, against a bare loop of prepared INSERTs of the same rows
 * into the same tables.
 *
 * usage: bench_record [PRINTS] [DIRECTORY] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bare.h"
#include "bench.h"
#include "base/clock.h"
#include "base/mem.h"
#include "event/venue.h"
#include "store/query.h"
#include "store/store.h"

#define CONTRACTS 20000
#define SEEKS     500
#define START_NS  INT64_C(1718372103000000000)

struct tape { /* what is recorded, made beforehand */
    struct symbols *symbols;
    struct idents *idents;
    struct event *quotes, *prints;
    struct record *joins, *packets;
    bool *closes; /* a packet is emitted after this print */
    size_t n, packets_n;
};

static uint64_t next(uint64_t *s)
{
    *s = *s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *s >> 33;
}

static double seconds_since(int64_t start_ns)
{
    return (double)(clock_mono_ns() - start_ns) / 1e9;
}

static void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void make_join(struct tape *t, size_t i, uint64_t packet)
{
    const struct event *q = &t->quotes[i], *p = &t->prints[i];
    struct join *j = &t->joins[i].u.join;
    t->joins[i].kind = REC_JOIN;
    *j = (struct join){.seq = p->seq, .bid_seq = q->seq, .ask_seq = q->seq};
    j->bid = q->u.quote.bid;
    j->ask = q->u.quote.ask;
    j->bid_qty = q->u.quote.bid_qty;
    j->ask_qty = q->u.quote.ask_qty;
    j->quote_ns = q->ts_ns;
    j->packet = packet;
    j->notional = p->u.print.px / 10000 * (p->u.print.qty / 1000000) * 1000000;
    j->side = p->seq % 4 < 2 ? 1 : -1;
    j->state = QS_OK;
    j->placement = j->side > 0 ? PL_ASK : PL_BID;
    j->rule = RULE_QUOTE;
    j->confidence = 95;
}

static void add_member(struct packet *k, const struct event *p, const struct join *j)
{
    bool first = k->members++ == 0;
    if (first)
        *k = (struct packet){.id = p->seq,
                             .start_ns = p->ts_ns,
                             .px_lo = p->u.print.px,
                             .px_hi = p->u.print.px,
                             .sym = p->sym,
                             .members = 1,
                             .levels = 1,
                             .venues = UINT64_C(1) << p->seq % 18,
                             .state = PS_CLOSED};
    k->last_seq = p->seq;
    k->end_ns = p->ts_ns;
    k->qty += p->u.print.qty;
    k->premium += j->notional;
    k->px_qty += (__int128)p->u.print.px * p->u.print.qty;
    k->px_last = p->u.print.px;
    k->side = j->side;
    k->kind = first ? PK_SINGLE : PK_FILL_RUN;
}

/* Seven packets in ten are single prints, the rest have two to four. */
static struct tape make_tape(size_t n)
{
    struct tape t = {.symbols = symbols_create(), .idents = idents_create(), .n = n};
    uint64_t rnd = 42, seq = 0, packet = 0;
    int left = 0;
    int64_t now = START_NS;
    uint16_t venue = venue_by_code(VENUE_OPTION, "C", 1);
    uint32_t ids[CONTRACTS], sym = 0;
    t.quotes = mem_alloc(n * sizeof *t.quotes);
    t.prints = mem_alloc(n * sizeof *t.prints);
    t.joins = mem_alloc(n * sizeof *t.joins);
    t.packets = mem_alloc(n * sizeof *t.packets);
    t.closes = mem_alloc(n);
    for (uint32_t i = 0; i < CONTRACTS; i++)
        ids[i] = symbols_contract(t.symbols, "AAPL", 4, 20260619, i & 1 ? 'C' : 'P',
                                  (int64_t)(i / 2 + 1) * 1000000000);
    for (size_t i = 0; i < n; i++) {
        struct event *q = &t.quotes[i], *p = &t.prints[i];
        now += (int64_t)(next(&rnd) % 10000);
        if (!left) {
            left = next(&rnd) % 10 < 7 ? 1 : 2 + (int)(next(&rnd) % 3);
            sym = ids[next(&rnd) % CONTRACTS];
            packet = 0;
        }
        int64_t bid = (int64_t)(next(&rnd) % 2000 + 5) * 10000000;
        *q = (struct event){
            .ts_ns = now, .recv_ns = now, .seq = ++seq, .sym = sym, .kind = EV_OPTION_QUOTE};
        q->u.quote.bid = bid;
        q->u.quote.ask = bid + 50000000;
        q->u.quote.bid_qty = (int64_t)(next(&rnd) % 400) * 1000000;
        q->u.quote.ask_qty = (int64_t)(next(&rnd) % 400) * 1000000;
        q->u.quote.bid_venue = q->u.quote.ask_venue = venue;
        now += (int64_t)(next(&rnd) % 2000);
        *p = (struct event){.ts_ns = now,
                            .recv_ns = now,
                            .seq = ++seq,
                            .sym = sym,
                            .venue = (uint16_t)(venue + next(&rnd) % 8),
                            .kind = EV_OPTION_PRINT};
        p->u.print.px = bid + (seq % 4 < 2 ? 50000000 : 0);
        p->u.print.qty = (int64_t)(next(&rnd) % 50 + 1) * 1000000;
        p->u.print.cond[0] = "ISa"[next(&rnd) % 3];
        packet = packet ? packet : p->seq;
        make_join(&t, i, packet);
        add_member(&t.packets[t.packets_n].u.packet, p, &t.joins[i].u.join);
        if (--left == 0 || i + 1 == n) {
            struct record *k = &t.packets[t.packets_n++];
            k->kind = REC_PACKET;
            k->u.packet.at_seq = p->seq;
            k->u.packet.at_ns = now;
            t.closes[i] = true;
        }
    }
    return t;
}

static double record(const struct tape *t, const char *path)
{
    struct err err;
    struct store *s;
    struct store_options opt = {.feeds = "bench", .engine_version = 1};
    int64_t start = clock_mono_ns();
    if (store_create(path, &opt, t->symbols, t->idents, &s, &err))
        die("create", err.text);
    struct sink sink = store_sink(s);
    size_t packet = 0;
    for (size_t i = 0; i < t->n; i++) {
        sink.ops->event(sink.self, &t->quotes[i]);
        sink.ops->event(sink.self, &t->prints[i]);
        sink.ops->record(sink.self, &t->joins[i]);
        if (t->closes[i])
            sink.ops->record(sink.self, &t->packets[packet++]);
        if (i % 100 == 99 || i + 1 == t->n) {
            struct store_stamp stamp = {t->prints[i].seq, t->prints[i].ts_ns, 0, 0};
            store_stamp(s, &stamp);
        }
    }
    if (store_close(s, &err))
        die("close", err.text);
    return seconds_since(start);
}

static void read_back(const char *path, size_t n)
{
    struct err err;
    struct reader *r;
    static struct event ev[4096];
    static struct record rec[2048];
    struct row rows[50];
    char figure[64];
    int got;
    uint64_t after = 0, rnd = 1;
    int64_t start = clock_mono_ns();
    if (reader_open(path, &r, &err))
        die("open", err.text);
    bench_row("store: open", (double)(clock_mono_ns() - start) / 1e6, "ms", 0, "-");
    start = clock_mono_ns();
    while ((got = reader_events(r, after, ev, ARRAY_LEN(ev), &err)) > 0)
        after = ev[got - 1].seq;
    bench_row("store: read events", (double)after / seconds_since(start), "events/s", 0, "-");
    uint64_t records = 0;
    start = clock_mono_ns();
    while ((got = reader_records(r, records, rec, ARRAY_LEN(rec), &err)) > 0)
        records += (uint64_t)got;
    bench_row("store: read records", (double)records / seconds_since(start), "records/s", 0, "-");
    static const enum row_kind kinds[] = {ROW_OPTION, ROW_QUOTE, ROW_PACKET};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        start = clock_mono_ns();
        for (int i = 0; i < SEEKS; i++) {
            struct playhead at;
            int64_t ns = START_NS + (int64_t)(next(&rnd) % (n * 6000));
            if (reader_at_time(r, ns, &at, &err) ||
                reader_page_before(r, kinds[k], at, UINT64_MAX, rows, 50, &err) < 0)
                die("page", err.text);
        }
        snprintf(figure, sizeof figure, "store: seek and page of 50, %s", row_kind_name(kinds[k]));
        bench_row(figure, seconds_since(start) * 1e6 / SEEKS, "us", 0, "-");
    }
    reader_close(r);
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000, rows = 0;
    const char *dir = argc > 2 ? argv[2] : "/var/tmp";
    char path[256], other[256];
    double ours[BENCH_ROUNDS], theirs[BENCH_ROUNDS];
    struct stat st;
    store_global_init();
    struct tape t = make_tape(n);
    snprintf(path, sizeof path, "%s/bench_record.%d.db", dir, (int)getpid());
    snprintf(other, sizeof other, "%s/bench_bare.%d.db", dir, (int)getpid());
    for (int k = 0; k < BENCH_ROUNDS; k++) {
        unlink(path);
        ours[k] = record(&t, path);
        theirs[k] = bare_insert(path, other, &rows);
    }
    bench_row("store: record, beside bare inserts of the rows",
              (double)rows / bench_median(ours, BENCH_ROUNDS), "rows/s",
              (double)rows / bench_median(theirs, BENCH_ROUNDS), ">=0.9x");
    stat(path, &st);
    bench_row("store: print with quote, join and packet", (double)st.st_size / (double)n, "B", 0,
              "<=64");
    read_back(path, n);
    unlink(path);
    return 0;
}
