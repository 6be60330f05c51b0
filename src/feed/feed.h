/* The one adapter seam. A feed turns bytes (a file, a simulation, a socket) into events and hands
 * them to the session; it decides nothing about them. Pull feeds implement poll(); a feed driven by
 * its own socket (later) leaves it NULL and calls feed_emit from its callbacks. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/event.h"
#include "event/ident.h"
#include "event/symbol.h"

/* Why a record did not become an event: id, name in counters, sentence. */
#define DROP_REASONS(X)                                                                            \
    X(SYNTAX, "syntax", "not readable in the feed's format")                                       \
    X(TOO_LONG, "too_long", "longer than the limit")                                               \
    X(MISSING_FIELD, "missing_field", "a required field is absent")                                \
    X(BAD_TIME, "bad_time", "time absent, undefined or out of range")                              \
    X(BAD_PRICE, "bad_price", "price undefined, out of range or too precise")                      \
    X(BAD_SIZE, "bad_size", "size undefined, negative, zero or out of range")                      \
    X(BAD_SYMBOL, "bad_symbol", "not a symbol or option contract")                                 \
    X(UNMAPPED, "unmapped_instrument", "instrument id without a symbol mapping")                   \
    X(TOO_MANY, "too_many_instruments", "instrument table full")                                   \
    X(TRUNCATED, "truncated", "input ends inside a record")                                        \
    X(CORRUPT, "corrupt", "lengths or checksums contradict each other")                            \
    X(OTHER_SIDE, "other_side", "belongs to the side this feed was not opened for")                \
    X(SKIPPED, "skipped_type", "a record type tapedeck does not use")

enum drop_reason {
#define X(id, name, sentence) DROP_##id,
    DROP_REASONS(X)
#undef X
        DROP_COUNT
};
const char *drop_reason_name(enum drop_reason r);
const char *drop_reason_sentence(enum drop_reason r);

enum feed_side { FEED_OPTIONS = 1, FEED_EQUITIES = 2, FEED_BOTH = 3 };

/* Codes that no table of ours knows, told apart while there is room. */
#define FEED_UNKNOWN 32
struct unknown_code {
    const char *what; /* condition venue tape; static text */
    char text[32];    /* cleaned */
    uint64_t n;
};

/* Every record read is accounted for:
 * records = sum of used + sum of drops (a record may give several events, or none but a mapping).
 */
struct feed_stats {
    uint64_t records; /* read from the input, good or bad */
    uint64_t used;    /* became events, or were metadata that was applied */
    uint64_t ahead;   /* of records and used: read, its events wait for their time */
    uint64_t drops[DROP_COUNT];
    uint64_t events[EV_COUNT]; /* emitted, by kind */
    uint64_t joined_quotes;    /* of events: quotes that the source had joined to a print */
    uint64_t unknown_codes;    /* venue or condition codes our tables do not know (kept as text) */
    struct unknown_code unknown[FEED_UNKNOWN]; /* which they are, in order of appearance */
    size_t n_unknown;
    uint64_t flagged;        /* of used: records that the source itself marks as doubtful */
    uint64_t unknown_fields; /* keys of messages that tapedeck does not know, skipped */
    uint64_t types[256];     /* records by the format's own one-byte type (DBN rtype, Alpaca T) */
    uint64_t bytes_done, bytes_total; /* progress of files; total 0 = unknown */
};

/* scheme:details?key=value&key=value, percent-decoded. */
struct uri {
    char scheme[16];
    char *path; /* after the scheme, before '?'; may be "" */
    struct {
        char *key, *value;
    } params[16];
    size_t n_params;
};
int uri_parse(const char *text, struct uri *ret, struct err *err);
void uri_finish(struct uri *u);
const char *uri_get(const struct uri *u, const char *key); /* NULL when absent */
struct text;
void uri_encode(struct text *t, const char *s); /* as a path or value of a URI */

struct feed;
struct feed_context {
    struct symbols *symbols; /* borrowed, outlive the feed */
    struct idents *idents;
    enum feed_side sides;
    uint8_t index; /* goes into event.feed */
    /* Takes the event (seq 0) through the one door. */
    void (*emit)(void *self, struct event *ev);
    /* Engine time reaches ns (Tape CSV kind clock); NULL = ignored. */
    void (*tick)(void *self, int64_t ns);
    /* A refused record, for a person; rate-limited by the receiver. where: "file:line" or
     * "file: record 17". NULL = counted only. */
    void (*reject)(void *self, enum drop_reason why, const char *where, const char *detail);
    void *self;
};

enum feed_poll { FEED_MORE, FEED_WAIT, FEED_END }; /* WAIT: nothing due before until_ns */

struct feed_option {
    const char *key, *value, *sentence; /* value: default as text */
};
struct feed_ops {
    const char *scheme;
    const char *sentence;
    const struct feed_option *options; /* ends with key NULL; unknown keys are errors */
    int (*open)(struct feed *f, const struct uri *uri, struct err *err); /* 0 or -code */
    /* Emits at most `max` records whose event time is <= until_ns (INT64_MAX = no limit).
     * A negative answer is a failure of the environment with *err filled. */
    int (*poll)(struct feed *f, int64_t until_ns, size_t max, struct err *err);
    /* recv time of the next event, for pacing; INT64_MAX when unknown or at the end. */
    int64_t (*next_ns)(struct feed *f);
    void (*close)(struct feed *f); /* takes a half-opened feed */
};

struct feed {
    const struct feed_ops *ops;
    struct feed_context ctx;
    struct feed_stats stats;
    void *state; /* the adapter's own */
};

const struct feed_ops *feed_find(const char *scheme); /* NULL when unknown */
const struct feed_ops *const *feed_all(void);         /* ends with NULL */

/* Opens by URI text; on failure nothing is left open. */
int feed_open(struct feed *f, const char *uri, const struct feed_context *ctx, struct err *err);
void feed_close(struct feed *f);

/* For adapters: counts and hands over one event; events of a side not asked for are dropped. */
void feed_emit(struct feed *f, struct event *ev);
/* Does the event belong to a side this feed was opened for? Adapters whose record gives several
 * events ask first, so that the record is counted once. */
bool feed_wants(const struct feed *f, const struct event *ev);
void feed_drop(struct feed *f, enum drop_reason why, const char *where, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* Counts a code that is in no table. what: condition, venue or tape; text as the source wrote it.
 */
void feed_unknown(struct feed *f, const char *what, const char *text, size_t n);
