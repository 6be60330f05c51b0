/* A feed's pace. See source.h. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

int64_t source_due_ns(struct source *src)
{
    if (src->speed <= 0)
        return INT64_MAX;
    int64_t now = clock_mono_ns();
    if (!src->wall0_ns) {
        int64_t first = src->feed.ops->next_ns(&src->feed);
        if (first == INT64_MAX)
            return INT64_MAX;
        src->wall0_ns = now;
        src->engine0_ns = first;
    }
    return src->engine0_ns + (int64_t)((double)(now - src->wall0_ns) * src->speed);
}

/* "1", "10x", "max"; what a feed plays at when its URI says nothing is its scheme's matter: a
 * simulation runs with the clock, a file as fast as it can be taken in. */
static int read_speed(const char *text, const char *scheme, double *ret, struct err *err)
{
    char *end;
    if (!text) {
        *ret = strcmp(scheme, "file") == 0 ? 0 : 1;
        return 0;
    }
    double v = strtod(text, &end);
    end += *end == 'x';
    if (strcmp(text, "max") == 0)
        v = 0;
    else if (end == text || *end || !(v > 0) || v > 1e6)
        return err_set(err, ERR_USAGE, "speed '%s' is not a number such as 10x, or max", text);
    *ret = v;
    return 0;
}

int source_open(struct source *src, const char *uri, const struct feed_context *ctx, bool fast,
                struct err *err)
{
    struct uri u;
    int rc = uri_parse(uri, &u, err);
    if (rc == 0) {
        rc = fast ? 0 : read_speed(uri_get(&u, "speed"), u.scheme, &src->speed, err);
        uri_finish(&u);
    }
    if (rc == 0)
        rc = feed_open(&src->feed, uri, ctx, err);
    if (rc == 0)
        text_clean(src->name, sizeof src->name, uri, strlen(uri));
    return rc;
}

struct feed_stats source_since(const struct source *src)
{
    struct feed_stats d = src->feed.stats;
    const struct feed_stats *b = src->base;
    d.records -= d.ahead;
    d.used -= d.ahead;
    d.ahead = 0;
    if (!b)
        return d;
    d.records -= b->records;
    d.used -= b->used;
    d.joined_quotes -= b->joined_quotes;
    d.unknown_codes -= b->unknown_codes;
    d.flagged -= b->flagged;
    d.unknown_fields -= b->unknown_fields;
    for (size_t i = 0; i < DROP_COUNT; i++)
        d.drops[i] -= b->drops[i];
    for (size_t i = 0; i < EV_COUNT; i++)
        d.events[i] -= b->events[i];
    for (size_t i = 0; i < b->n_unknown; i++)
        d.unknown[i].n -= b->unknown[i].n;
    for (size_t i = 0; i < ARRAY_LEN(d.types); i++)
        d.types[i] -= b->types[i];
    return d;
}

void source_rebase(struct source *src)
{
    if (!src->base)
        src->base = mem_alloc(sizeof *src->base);
    *src->base = src->feed.stats;
    src->base->records -= src->base->ahead;
    src->base->used -= src->base->ahead;
}

void source_close(struct source *src)
{
    feed_close(&src->feed);
    mem_free(src->base);
    src->base = NULL;
}
