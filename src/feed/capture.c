/* A recorded stream: msgpack frames, each behind a u32 little-endian length; a frame is an array of
 * messages or one message. */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "feed/alpaca.h"
#include "feed/decoder.h"
#include "feed/msgpack_scan.h"

struct capture {
    struct decoder d;
    struct symbol_cache *cache;
    struct alpaca alpaca;
    msgpack_zone *zone;
    msgpack_object root; /* the frame at hand */
    uint32_t at, n;      /* next message of it, and how many there are */
    uint64_t frame;      /* number of the frame, from 1 */
    bool done, told;
};

static int drop(struct capture *c, enum drop_reason why, const char *what)
{
    char where[160];
    c->d.feed->stats.records++;
    snprintf(where, sizeof where, "%s: frame %llu", c->d.file, (unsigned long long)c->frame);
    feed_drop(c->d.feed, why, where, "%s", what);
    return DECODED_DROPPED;
}

static int stop(struct capture *c, enum drop_reason why, const char *what)
{
    c->done = c->told = true;
    return drop(c, why, what);
}

static bool pass(struct input *in, size_t n)
{
    while (n) {
        size_t got;
        input_peek(in, MIN(n, 64u << 10), &got);
        if (!got)
            return false;
        input_skip(in, got);
        n -= got;
    }
    return true;
}

/* Unpacks the n bytes of a frame; they stay where they are while its messages are read. */
static int open_frame(struct capture *c, const uint8_t *p, size_t n)
{
    enum drop_reason why;
    size_t off = 0;
    const char *wrong = msgpack_scan(p, n, &why);
    if (wrong)
        return drop(c, why, wrong);
    msgpack_zone_clear(c->zone);
    int rc = msgpack_unpack((const char *)p, n, &off, c->zone, &c->root);
    if (rc != MSGPACK_UNPACK_SUCCESS && rc != MSGPACK_UNPACK_EXTRA_BYTES)
        return drop(c, DROP_CORRUPT, "not readable as msgpack");
    c->at = 0;
    c->n = c->root.type == MSGPACK_OBJECT_ARRAY ? c->root.via.array.size : 1;
    return DECODED_USED;
}

/* Reads the next frame: DECODED_USED when it is open. */
static int next_frame(struct capture *c, struct err *err)
{
    size_t got = 0;
    uint32_t n;
    const uint8_t *p = c->done ? NULL : input_peek(c->d.in, 4, &got);
    if (got == 0)
        return decoder_end(&c->d, &c->told, err);
    c->frame++;
    if (got < 4)
        return stop(c, DROP_TRUNCATED, "the file ends inside a frame's length");
    memcpy(&n, p, 4);
    n = le32toh(n);
    input_skip(c->d.in, 4);
    if (n == 0)
        return drop(c, DROP_CORRUPT, "an empty frame");
    if (n > LIMIT_MP_MESSAGE)
        return pass(c->d.in, n) ? drop(c, DROP_TOO_LONG, "a frame over 1 MiB")
                                : stop(c, DROP_CORRUPT, "a frame longer than the file");
    p = input_need(c->d.in, n);
    if (!p && input_fault(c->d.in) == INPUT_FAILED)
        return decoder_end(&c->d, &c->told, err);
    if (!p)
        return stop(c, DROP_TRUNCATED, "the file ends inside a frame");
    input_skip(c->d.in, n);
    return open_frame(c, p, n);
}

static int next(struct decoder *d, struct batch *b, struct err *err)
{
    struct capture *c = (struct capture *)d;
    while (c->at == c->n) {
        int rc = next_frame(c, err);
        if (rc != DECODED_USED)
            return rc;
    }
    const msgpack_object *o = c->root.type == MSGPACK_OBJECT_ARRAY ? &c->root.via.array.ptr[c->at]
                                                                   : &c->root;
    c->at++;
    d->feed->stats.records++;
    int rc = alpaca_decode(&c->alpaca, o, b);
    if (rc != DECODED_DROPPED)
        return rc;
    char where[160];
    snprintf(where, sizeof where, "%s: frame %llu", d->file, (unsigned long long)c->frame);
    feed_drop(d->feed, c->alpaca.why, where, "T=%s S=%s: %s", c->alpaca.type, c->alpaca.symbol,
              c->alpaca.refused);
    return rc;
}

static void close_capture(struct decoder *d)
{
    struct capture *c = (struct capture *)d;
    symbol_cache_destroy(c->cache);
    msgpack_zone_free(c->zone);
    mem_free(c);
}

static const struct decoder_ops capture_ops = {"capture", next, close_capture};

struct decoder *capture_create(struct feed *f, struct input *in, const char *file,
                               int64_t quote_lot, struct err *err)
{
    struct capture *c = mem_alloc(sizeof *c);
    c->d = (struct decoder){&capture_ops, f, in, file};
    c->zone = msgpack_zone_new(MSGPACK_ZONE_CHUNK_SIZE);
    if (!c->zone) {
        mem_free(c);
        err_set(err, ERR_FEED, "%s: out of memory for msgpack", file);
        return NULL;
    }
    c->cache = symbol_cache_create();
    alpaca_init(&c->alpaca, f, c->cache, quote_lot);
    return &c->d;
}
