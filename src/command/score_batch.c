/* Many seeds, many decks. See score_batch.h. */
#include "command/score_batch.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "deck/deck.h"
#include "feed/feed.h"

#define THREADS_MOST 16
#define SLICE        4096
#define MAX_URI      (PATH_MAX * 3 + 4096)
#define PROGRESS_NS  (300 * NS_PER_MS)

struct work {
    const struct score_batch *batch;
    char folder[PATH_MAX - 64];
    struct score *scores; /* by seed */
    size_t n;
    uv_mutex_t lock; /* of what follows */
    size_t next, done;
    uint64_t events;
    int64_t start_ns, told_ns;
    int failed;
    struct err err;
};

/* ---- one seed ------------------------------------------------------------------------------- */

struct run {
    struct symbols *symbols;
    struct idents *idents;
    struct deck *deck;
    struct claims claims;
    struct truth truth;
};

static void on_emit(void *self, struct event *ev)
{
    struct run *r = self;
    deck_push(r->deck, ev);
}

static void on_tick(void *self, int64_t ns)
{
    struct run *r = self;
    deck_advance(r->deck, ns);
}

static int play(struct run *r, const char *uri, struct err *err)
{
    struct feed feed;
    struct feed_context ctx = {.symbols = r->symbols,
                               .idents = r->idents,
                               .sides = FEED_BOTH,
                               .emit = on_emit,
                               .tick = on_tick,
                               .self = r};
    int rc = feed_open(&feed, uri, &ctx, err);
    if (rc < 0)
        return rc;
    do
        rc = feed.ops->poll(&feed, INT64_MAX, SLICE, err);
    while (rc == FEED_MORE);
    feed_close(&feed);
    if (rc < 0)
        return rc;
    deck_finish(r->deck);
    claims_settle(&r->claims);
    return 0;
}

static int run_one(const char *uri, const char *truth, struct score *ret, uint64_t *ret_events,
                   struct err *err)
{
    struct deck_policy policy = deck_policy_default();
    struct run r = {.symbols = symbols_create(), .idents = idents_create()};
    r.deck = deck_create(&policy, r.symbols);
    deck_add_sink(r.deck, claims_sink(&r.claims));
    int rc = play(&r, uri, err);
    if (rc == 0)
        rc = truth_read(truth, NULL, NULL, &r.truth, err);
    if (rc == 0)
        rc = score_make(&r.truth, &r.claims, r.symbols, NULL, NULL, ret, err);
    *ret_events = deck_seq(r.deck);
    truth_finish(&r.truth);
    claims_finish(&r.claims);
    deck_destroy(r.deck);
    idents_destroy(r.idents);
    symbols_destroy(r.symbols);
    return rc;
}

static bool has_end(const char *args)
{
    return strncmp(args, "for=", 4) == 0 || strncmp(args, "events=", 7) == 0 ||
           strstr(args, "&for=") || strstr(args, "&events=");
}

static int make_uri(const struct score_batch *b, uint64_t seed, const char *truth, char *buf,
                    struct err *err)
{
    struct text t = text_on(buf, MAX_URI);
    const char *args = b->args ? b->args : "";
    text_add(&t, "synthetic:?seed=%" PRIu64 "&truth=", seed);
    uri_encode(&t, truth);
    if (b->profile) {
        text_add(&t, "&profile=");
        uri_encode(&t, b->profile);
    }
    text_add(&t, "%s%s%s", *args ? "&" : "", args, has_end(args) ? "" : "&for=60s");
    return t.over ? err_set(err, ERR_USAGE, "--feed-args is too long") : 0;
}

static int run_seed(const struct work *w, size_t at, uint64_t *ret_events, struct err *err)
{
    uint64_t seed = w->batch->first + at;
    char path[PATH_MAX], *uri = mem_alloc(MAX_URI);
    struct err why = {0};
    snprintf(path, sizeof path, "%s/truth-%" PRIu64 ".csv", w->folder, seed);
    int rc = make_uri(w->batch, seed, path, uri, &why);
    if (rc == 0)
        rc = run_one(uri, path, &w->scores[at], ret_events, &why);
    unlink(path);
    mem_free(uri);
    if (rc < 0)
        err_set(err, why.code, "seed %" PRIu64 "%s%s: %.800s", seed,
                w->batch->profile ? " of profile " : "", w->batch->profile ? w->batch->profile : "",
                why.text);
    return rc;
}

/* ---- all of them ---------------------------------------------------------------------------- */

static const char *title(const struct work *w)
{
    return w->batch->profile ? w->batch->profile : "synthetic";
}

static void tell(struct work *w)
{
    int64_t now = clock_mono_ns();
    if (!isatty(STDERR_FILENO) || now - w->told_ns < PROGRESS_NS)
        return;
    w->told_ns = now;
    double left = (double)(now - w->start_ns) / 1e9 * (double)(w->n - w->done) / (double)w->done;
    fprintf(stderr, "\r%s: %zu of %zu seeds, about %.0f s left ", title(w), w->done, w->n, left);
}

static bool take(struct work *w, size_t *ret)
{
    uv_mutex_lock(&w->lock);
    bool any = !w->failed && w->next < w->n;
    if (any)
        *ret = w->next++;
    uv_mutex_unlock(&w->lock);
    return any;
}

static void give(struct work *w, uint64_t events, int rc, const struct err *err)
{
    uv_mutex_lock(&w->lock);
    w->done++;
    w->events += events;
    if (rc < 0 && !w->failed) {
        w->failed = rc;
        w->err = *err;
    }
    tell(w);
    uv_mutex_unlock(&w->lock);
}

static void worker(void *self)
{
    struct work *w = self;
    size_t at;
    while (take(w, &at)) {
        struct err err = {0};
        uint64_t events = 0;
        int rc = run_seed(w, at, &events, &err);
        give(w, events, rc, &err);
    }
}

static void run_all(struct work *w)
{
    uv_thread_t threads[THREADS_MOST];
    size_t wanted = MIN(MIN((size_t)uv_available_parallelism(), (size_t)THREADS_MOST), w->n), n = 0;
    while (n + 1 < wanted && uv_thread_create(&threads[n], worker, w) == 0)
        n++;
    worker(w);
    for (size_t i = 0; i < n; i++)
        uv_thread_join(&threads[i]);
    double s = (double)(clock_mono_ns() - w->start_ns) / 1e9;
    fprintf(stderr, "%s%s: %zu seeds, %" PRIu64 " events in %.1f s on %zu threads\n",
            isatty(STDERR_FILENO) ? "\r" : "", title(w), w->done, w->events, s, n + 1);
}

static int make_folder(struct work *w, struct err *err)
{
    const char *base = getenv("TMPDIR");
    base = base && *base ? base : "/tmp";
    int n = snprintf(w->folder, sizeof w->folder, "%s/tapedeck-score-XXXXXX", base);
    if ((size_t)n >= sizeof w->folder || !mkdtemp(w->folder))
        return err_set(err, ERR_DISK, "cannot make a folder in %s: %s", base, strerror(errno));
    return 0;
}

int score_batch_run(const struct score_batch *b, struct score *ret, struct runs *ret_runs,
                    struct err *err)
{
    struct work w = {.batch = b, .n = (size_t)(b->last - b->first + 1)};
    int rc = make_folder(&w, err);
    if (rc < 0)
        return rc;
    w.scores = mem_alloc(w.n * sizeof *w.scores);
    w.start_ns = clock_mono_ns();
    uv_mutex_init(&w.lock);
    run_all(&w);
    uv_mutex_destroy(&w.lock);
    rmdir(w.folder);
    if (!w.failed) {
        *ret = (struct score){0};
        runs_init(ret_runs, b->first, w.n);
        for (size_t i = 0; i < w.n; i++) {
            score_add(ret, &w.scores[i]);
            runs_set(ret_runs, i, &w.scores[i]);
        }
    } else if (err)
        *err = w.err;
    mem_free(w.scores);
    return w.failed;
}
