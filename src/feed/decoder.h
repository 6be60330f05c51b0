/* What stands between a file's bytes and events: one decoder a format, one record a call. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/event.h"
#include "feed/feed.h"
#include "feed/input.h"

/* What one record became: at most a quote the source had joined and the print itself. */
struct batch {
    size_t n;
    bool joined; /* ev[0] is a quote that the source had joined to ev[1] */
    bool tick;   /* engine time reaches tick_ns; n is 0 */
    int64_t tick_ns;
    struct event ev[2];
};

enum decoded {
    DECODED_END,     /* nothing is left; the input's fault, if any, has been counted */
    DECODED_USED,    /* a record was read and is in the batch, which may be empty (metadata) */
    DECODED_DROPPED, /* a record was read and refused: counted with feed_drop */
};

struct decoder;
struct decoder_ops {
    const char *name; /* as in format=NAME */
    /* Reads one record and counts it in f->stats.records. Negative: the environment failed. */
    int (*next)(struct decoder *d, struct batch *ret, struct err *err);
    void (*close)(struct decoder *d);
};
struct decoder {
    const struct decoder_ops *ops;
    struct feed *feed; /* counters, symbol and ident tables */
    struct input *in;  /* borrowed */
    const char *file;  /* base name for messages, clean */
};

/* A decoder for the input, which stands at its first byte; NULL with *err on failure. */
struct decoder *tape_csv_create(struct feed *f, struct input *in, const char *file,
                                struct err *err);
struct decoder *dbn_create(struct feed *f, struct input *in, const char *file, bool fragment,
                           struct err *err);
/* quote_lot: shares or contracts that one unit of quote size stands for. */
struct decoder *capture_create(struct feed *f, struct input *in, const char *file,
                               int64_t quote_lot, struct err *err);

/* The end of an input: counts its fault as a record of its own; answers DECODED_END,
 * DECODED_DROPPED (then asked again: the end), or the failure. */
int decoder_end(struct decoder *d, bool *told, struct err *err);
