/* For tests of feeds: reads a whole feed and keeps what came out of it. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/calendar.h"
#include "feed/feed.h"
#include "harness.h"

struct feeding {
    struct symbols *symbols;
    struct idents *idents;
    struct event *events;
    size_t n, cap;
    int64_t ticks[16];
    size_t n_ticks;
    char rejects[8192]; /* lines of "reason where detail" */
    struct feed feed;
    struct err err;
    int rc; /* of opening */
};

static inline void feeding_emit(void *self, struct event *ev)
{
    struct feeding *g = self;
    if (g->n == g->cap) {
        g->cap = g->cap ? g->cap * 2 : 1024;
        g->events = mem_grow(g->events, g->cap, sizeof *g->events);
    }
    g->events[g->n++] = *ev;
}

static inline void feeding_tick(void *self, int64_t ns)
{
    struct feeding *g = self;
    if (g->n_ticks < ARRAY_LEN(g->ticks))
        g->ticks[g->n_ticks++] = ns;
}

static inline void feeding_reject(void *self, enum drop_reason why, const char *where,
                                  const char *detail)
{
    struct feeding *g = self;
    size_t at = strlen(g->rejects);
    snprintf(g->rejects + at, sizeof g->rejects - at, "%s %s %s\n", drop_reason_name(why), where,
             detail);
}

/* Opens the feed; g->rc and g->err say how it went. */
static inline struct feeding *feeding_open(const char *uri, enum feed_side sides)
{
    struct feeding *g = mem_alloc(sizeof *g);
    g->symbols = symbols_create();
    g->idents = idents_create();
    struct feed_context ctx = {.symbols = g->symbols,
                               .idents = g->idents,
                               .sides = sides,
                               .index = 3,
                               .emit = feeding_emit,
                               .tick = feeding_tick,
                               .reject = feeding_reject,
                               .self = g};
    g->rc = feed_open(&g->feed, uri, &ctx, &g->err);
    return g;
}

/* Polls to the end; the answer of the last poll. */
static inline int feeding_drain(struct feeding *g)
{
    int answer = FEED_MORE;
    while (answer == FEED_MORE)
        answer = g->feed.ops->poll(&g->feed, INT64_MAX, 1000, &g->err);
    return answer;
}

static inline struct feeding *feeding_run(const char *uri)
{
    struct feeding *g = feeding_open(uri, FEED_BOTH);
    ck_assert_msg(g->rc == 0, "%s", g->err.text);
    ck_assert_msg(feeding_drain(g) == FEED_END, "%s", g->err.text);
    return g;
}

static inline void feeding_free(struct feeding *g)
{
    feed_close(&g->feed);
    symbols_destroy(g->symbols);
    idents_destroy(g->idents);
    mem_free(g->events);
    mem_free(g);
}

static inline uint64_t feeding_drops(const struct feeding *g)
{
    uint64_t n = 0;
    for (size_t i = 0; i < DROP_COUNT; i++)
        n += g->feed.stats.drops[i];
    return n;
}

/* Takes a gap off the end of the events and checks what it says of damage. */
static inline void feeding_ends_in_gap(struct feeding *g, int64_t from_ns, int64_t to_ns)
{
    const struct event *ev = &g->events[g->n - 1];
    ck_assert_uint_ge(g->n, 1);
    ck_assert_int_eq(ev->kind, EV_GAP);
    ck_assert_int_eq(ev->u.gap.reason, GAP_DAMAGED_INPUT);
    ck_assert_int_eq(ev->u.gap.from_ns, from_ns);
    ck_assert_int_eq(ev->u.gap.to_ns, to_ns);
    ck_assert_int_eq(ev->u.gap.missing, -1);
    g->n--;
}

static inline const char *feeding_symbol(const struct feeding *g, const struct event *ev)
{
    const struct instrument *in = symbols_get(g->symbols, ev->sym);
    return in ? in->symbol : "?";
}

/* Writes a file into the directory of the test and gives its URI; the memory is static. */
static inline const char *feeding_file(const char *name, const void *bytes, size_t n)
{
    static char uri[600];
    char path[500];
    snprintf(path, sizeof path, "%s/%s", test_dir(), name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
    snprintf(uri, sizeof uri, "file:%s", path);
    return uri;
}
