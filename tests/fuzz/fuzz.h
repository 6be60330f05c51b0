/* Common to the fuzz targets: runs bytes through a decoder as a feed would, and checks that every
 * record was accounted for. */
#pragma once
#include <assert.h>
#include <string.h>

#include "feed/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz {
    struct feed feed;
    struct symbols *symbols;
    struct idents *idents;
    struct err err;
};

static inline void fuzz_emit(void *self, struct event *ev)
{
    struct fuzz *z = self;
    /* What the door may rely on: a known kind, an instrument that exists, a size that is one. */
    assert(ev->kind < EV_COUNT);
    assert(symbols_get(z->symbols, ev->sym));
    if (ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT)
        assert(ev->u.print.qty > 0 && ev->u.print.px != PX_NONE && ev->ts_ns >= 0);
}

static inline void fuzz_reject(void *self, enum drop_reason why, const char *where,
                               const char *detail)
{
    (void)self;
    assert(why < DROP_COUNT && strlen(where) < 200);
    for (; *detail; detail++)
        assert((unsigned char)*detail >= ' ' && *detail != 0x7f);
}

static inline void fuzz_open(struct fuzz *z)
{
    *z = (struct fuzz){.symbols = symbols_create(), .idents = idents_create()};
    z->feed.ctx = (struct feed_context){.symbols = z->symbols,
                                        .idents = z->idents,
                                        .sides = FEED_BOTH,
                                        .emit = fuzz_emit,
                                        .reject = fuzz_reject,
                                        .self = z};
}

/* Reads the decoder to its end; d may be NULL (it refused the input). */
static inline void fuzz_drain(struct fuzz *z, struct decoder *d)
{
    struct batch b;
    uint64_t used = 0, drops = 0;
    int rc = d ? DECODED_USED : DECODED_END;
    while (rc == DECODED_USED || rc == DECODED_DROPPED) {
        rc = d->ops->next(d, &b, &z->err);
        if (rc != DECODED_USED)
            continue;
        used++;
        for (size_t i = 0; i < b.n; i++)
            feed_emit(&z->feed, &b.ev[i]);
    }
    for (size_t i = 0; i < DROP_COUNT; i++)
        drops += z->feed.stats.drops[i];
    assert(z->feed.stats.records == used + drops);
    if (d)
        d->ops->close(d);
}

static inline void fuzz_close(struct fuzz *z)
{
    symbols_destroy(z->symbols);
    idents_destroy(z->idents);
}
