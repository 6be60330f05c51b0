/* The file of what really happened. See truth.h. Tags wait in a ring by id until their print is
 * received, so that the file holds what the tape holds, in the same order. */
#include "feed/market/truth.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const char *const classes[TAG_CLASSES] = {
#define X(id, name) [TAG_##id] = name,
    TRUTH_CLASSES(X)
#undef X
};
static const char *const intents[INTENT_COUNT] = {
    [INTENT_NEUTRAL] = "neutral",
    [INTENT_DIRECTIONAL] = "directional",
    [INTENT_VOLATILITY] = "volatility",
    [INTENT_HEDGE] = "hedge",
    [INTENT_ROLL] = "roll",
    [INTENT_RETAIL] = "retail",
};
static const char *const sides[] = {"sell", "none", "buy"};
static const char *const opens[] = {"close", "", "open"};

struct waiting {
    uint64_t id; /* 0 = free */
    struct tag tag;
};
struct truth {
    FILE *file;
    char *path;
    const struct symbols *symbols;
    struct waiting *ring;
    size_t cap; /* a power of two */
};

#define FIRST_CAP 4096

struct truth *truth_create(const char *path, const struct symbols *symbols, struct err *err)
{
    FILE *file = fopen(path, "w");
    if (!file) {
        err_set(err, ERR_DISK, "feed 'synthetic:': cannot write truth to %s: %s", path,
                strerror(errno));
        return NULL;
    }
    struct truth *t = mem_alloc(sizeof *t);
    *t = (struct truth){.file = file, .path = mem_strndup(path, strlen(path)), .symbols = symbols};
    t->cap = FIRST_CAP;
    t->ring = mem_alloc(t->cap * sizeof *t->ring);
    fputs("parent,class,structure,side,intent,open_close,symbol,print_id,leg,qty\n", file);
    return t;
}

static void grow(struct truth *t)
{
    struct waiting *old = t->ring;
    size_t n = t->cap;
    t->cap *= 2;
    t->ring = mem_alloc(t->cap * sizeof *t->ring);
    for (size_t i = 0; i < n; i++)
        if (old[i].id)
            t->ring[old[i].id & (t->cap - 1)] = old[i];
    mem_free(old);
}

void truth_expect(struct truth *t, uint64_t id, const struct tag *tag)
{
    if (!t)
        return;
    while (t->ring[id & (t->cap - 1)].id)
        grow(t);
    t->ring[id & (t->cap - 1)] = (struct waiting){id, *tag};
}

void truth_write(struct truth *t, uint64_t id)
{
    struct waiting *w = t ? &t->ring[id & (t->cap - 1)] : NULL;
    if (!w || w->id != id)
        return;
    const struct tag *tag = &w->tag;
    fprintf(t->file, "%" PRIu64 ",%s,%s,%s,%s,%s,%s,%" PRIu64 ",%u,%" PRId64 "\n", tag->parent,
            classes[tag->class], tag->structure ? tag->structure : "", sides[tag->side + 1],
            intents[tag->intent], opens[tag->opens + 1], symbols_get(t->symbols, tag->sym)->symbol,
            id, tag->leg, tag->qty);
    w->id = 0;
}

int truth_check(const struct truth *t, struct err *err)
{
    if (t && ferror(t->file))
        return err_set(err, ERR_DISK, "feed 'synthetic:': writing truth to %s failed", t->path);
    return 0;
}

void truth_close(struct truth *t)
{
    if (!t)
        return;
    fclose(t->file);
    mem_free(t->path);
    mem_free(t->ring);
    mem_free(t);
}
