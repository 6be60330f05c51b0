/* The registry of feeds and what all adapters share: opening, the side filter, counting. */
#include "feed/feed.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

extern const struct feed_ops feed_file, feed_synthetic;

static const struct feed_ops *const feeds[] = {
    &feed_file,
    &feed_synthetic,
    NULL,
};

static const struct {
    const char *name, *sentence;
} reasons[DROP_COUNT] = {
#define X(id, name, sentence) [DROP_##id] = {name, sentence},
    DROP_REASONS(X)
#undef X
};

const char *drop_reason_name(enum drop_reason r)
{
    return (size_t)r < DROP_COUNT ? reasons[r].name : "?";
}

const char *drop_reason_sentence(enum drop_reason r)
{
    return (size_t)r < DROP_COUNT ? reasons[r].sentence : "?";
}

const struct feed_ops *const *feed_all(void)
{
    return feeds;
}

const struct feed_ops *feed_find(const char *scheme)
{
    for (size_t i = 0; feeds[i]; i++)
        if (strcmp(feeds[i]->scheme, scheme) == 0)
            return feeds[i];
    return NULL;
}

static int unknown_scheme(const struct uri *u, struct err *err)
{
    char buf[256];
    struct text list = text_on(buf, sizeof buf);
    for (size_t i = 0; feeds[i]; i++)
        text_add(&list, "%s%s:", i ? " " : "", feeds[i]->scheme);
    return err_set(err, ERR_USAGE, "no feed is called '%s:'; there are: %s", u->scheme, buf);
}

static bool has_option(const struct feed_ops *ops, const char *key)
{
    for (const struct feed_option *o = ops->options; o && o->key; o++)
        if (strcmp(o->key, key) == 0)
            return true;
    return false;
}

static int check_keys(const struct feed_ops *ops, const struct uri *u, struct err *err)
{
    char buf[256];
    struct text list = text_on(buf, sizeof buf);
    for (size_t i = 0; i < u->n_params; i++) {
        if (has_option(ops, u->params[i].key))
            continue;
        for (const struct feed_option *o = ops->options; o && o->key; o++)
            text_add(&list, " %s", o->key);
        return err_set(err, ERR_USAGE, "feed '%s:' has no option '%s'; it has:%s", ops->scheme,
                       u->params[i].key, list.len ? buf : " none");
    }
    return 0;
}

int feed_open(struct feed *f, const char *uri, const struct feed_context *ctx, struct err *err)
{
    struct uri u;
    int rc = uri_parse(uri, &u, err);
    if (rc < 0)
        return rc;
    *f = (struct feed){.ctx = *ctx, .ops = feed_find(u.scheme)};
    rc = f->ops ? check_keys(f->ops, &u, err) : unknown_scheme(&u, err);
    if (rc == 0) {
        rc = f->ops->open(f, &u, err);
        if (rc < 0)
            f->ops->close(f);
    }
    uri_finish(&u);
    if (rc < 0)
        f->ops = NULL;
    return rc;
}

void feed_close(struct feed *f)
{
    if (f->ops)
        f->ops->close(f);
    f->ops = NULL;
}

static const uint8_t kind_sides[EV_COUNT] = {
    [EV_OPTION_PRINT] = FEED_OPTIONS,
    [EV_OPTION_QUOTE] = FEED_OPTIONS,
    [EV_EQUITY_PRINT] = FEED_EQUITIES,
    [EV_EQUITY_QUOTE] = FEED_EQUITIES,
    [EV_GAP] = FEED_BOTH,
};

bool feed_wants(const struct feed *f, const struct event *ev)
{
    unsigned side = kind_sides[ev->kind];
    if (f->ctx.sides == FEED_BOTH)
        return true;
    if (!side) {
        const struct instrument *in = symbols_get(f->ctx.symbols, ev->sym);
        side = in && in->right ? FEED_OPTIONS : FEED_EQUITIES;
    }
    return side & f->ctx.sides;
}

void feed_emit(struct feed *f, struct event *ev)
{
    if (!feed_wants(f, ev)) {
        f->stats.drops[DROP_OTHER_SIDE]++;
        return;
    }
    ev->seq = 0;
    ev->feed = f->ctx.index;
    f->stats.events[ev->kind]++;
    f->ctx.emit(f->ctx.self, ev);
}

void feed_drop(struct feed *f, enum drop_reason why, const char *where, const char *fmt, ...)
{
    char raw[512], clean[512];
    va_list ap;
    f->stats.drops[why]++;
    if (!f->ctx.reject)
        return;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof raw, fmt, ap);
    va_end(ap);
    text_clean(clean, sizeof clean, raw, strlen(raw));
    f->ctx.reject(f->ctx.self, why, where, clean);
}

void feed_unknown(struct feed *f, const char *what, const char *text, size_t n)
{
    struct feed_stats *s = &f->stats;
    char clean[sizeof s->unknown[0].text];
    size_t i = 0;
    text_clean(clean, sizeof clean, text, n);
    s->unknown_codes++;
    while (i < s->n_unknown &&
           (strcmp(s->unknown[i].what, what) != 0 || strcmp(s->unknown[i].text, clean) != 0))
        i++;
    if (i == FEED_UNKNOWN)
        return;
    s->unknown[i].what = what;
    memcpy(s->unknown[i].text, clean, sizeof clean);
    s->unknown[i].n++;
    s->n_unknown = MAX(s->n_unknown, i + 1);
}
