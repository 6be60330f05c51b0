/* DBN records to events. See dbn.h. */
#include "feed/dbn.h"
#include "feed/cell.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/venue.h"

#define DAY_NS        (INT64_C(86400) * NS_PER_SEC)
#define VENUE_UNASKED 0xffff

enum { STAT_OPEN_INTEREST = 9 };

static uint16_t u16_at(const uint8_t *p)
{
    uint16_t v;
    memcpy(&v, p, 2);
    return le16toh(v);
}

static uint32_t u32_at(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return le32toh(v);
}

static uint64_t u64_at(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return le64toh(v);
}

static int64_t i64_at(const uint8_t *p)
{
    return (int64_t)u64_at(p);
}

struct dbn_head dbn_head_of(const uint8_t *r)
{
    return (struct dbn_head){r[0] * 4u, r[1], u16_at(r + 2), u32_at(r + 4), u64_at(r + 8)};
}

PRINTF_LIKE(3, 4)
static int drop(struct dbn *t, enum drop_reason why, const char *fmt, ...)
{
    char where[160], detail[256];
    va_list ap;
    if (!t->d.feed->ctx.reject) {
        t->d.feed->stats.drops[why]++;
        return DECODED_DROPPED;
    }
    va_start(ap, fmt);
    vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    snprintf(where, sizeof where, "%s: record %llu", t->d.file, (unsigned long long)t->record);
    feed_drop(t->d.feed, why, where, "%s", detail);
    return DECODED_DROPPED;
}

/* Publishers that are a consolidated view, not a venue (section 4 of the reference). */
static bool consolidated(uint16_t publisher)
{
    static const uint8_t ids[] = {30, 59, 90, 95, 134, 135};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        if (ids[i] == publisher)
            return true;
    return false;
}

static void unknown_publisher(struct dbn *t, uint16_t publisher)
{
    char text[16];
    int n = snprintf(text, sizeof text, "dbn:%u", publisher);
    feed_unknown(t->d.feed, "venue", text, (size_t)n);
}

static uint16_t venue_of(struct dbn *t, uint16_t publisher)
{
    if (publisher >= ARRAY_LEN(t->venues)) {
        unknown_publisher(t, publisher);
        return 0;
    }
    uint16_t *v = &t->venues[publisher];
    if (*v == VENUE_UNASKED)
        *v = consolidated(publisher) ? 0 : venue_by_publisher(publisher);
    if (*v == 0 && publisher != 0 && !consolidated(publisher))
        unknown_publisher(t, publisher);
    return *v;
}

static void resolve(struct dbn *t, struct dbn_name *name)
{
    struct symbols *s = t->d.feed->ctx.symbols;
    size_t n = strlen(name->text);
    name->state = DBN_REFUSED;
    if (!t->futures && (name->sym = symbols_option(s, name->text, n)) != 0)
        name->state = DBN_OPTION;
    else if ((name->class ? name->class == 'K' : t->equities) &&
             (name->sym = symbols_equity(s, name->text, n)) != 0)
        name->state = DBN_EQUITY;
}

/* The instrument of a record at a time; NULL after counting why not. */
static const struct dbn_name *name_of(struct dbn *t, const struct dbn_head *h, int64_t ns)
{
    struct dbn_name *name = dbn_names_find(t->names, h->id, ns);
    if (!name) {
        drop(t, DROP_UNMAPPED, "instrument id %u has no symbol at that time", h->id);
        return NULL;
    }
    if (name->state == DBN_UNRESOLVED)
        resolve(t, name);
    if (name->state == DBN_REFUSED) {
        drop(t, DROP_BAD_SYMBOL, "'%s' of %s is neither a US option nor a US equity", name->text,
             t->meta.dataset[0] ? t->meta.dataset : "this stream");
        return NULL;
    }
    return name;
}

static int64_t price_at(const uint8_t *p)
{
    int64_t px = i64_at(p);
    return px == DBN_UNDEF_PRICE ? PX_NONE : px;
}

static int64_t size_at(const uint8_t *p)
{
    uint32_t v = u32_at(p);
    return v == DBN_UNDEF_SIZE ? 0 : v * QTY_ONE;
}

/* One level of the book: 32 bytes; the consolidated form names the publisher of each side. */
static void level_of(struct dbn *t, const uint8_t *p, bool merged, struct quote *q)
{
    *q = (struct quote){.bid = price_at(p), .ask = price_at(p + 8)};
    q->bid_qty = size_at(p + 16);
    q->ask_qty = size_at(p + 20);
    if (!merged)
        return;
    q->bid_venue = q->bid == PX_NONE ? 0 : venue_of(t, u16_at(p + 24));
    q->ask_venue = q->ask == PX_NONE ? 0 : venue_of(t, u16_at(p + 28));
}

static int print_of(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct event *ev)
{
    int64_t px = price_at(r + 16);
    uint32_t size = u32_at(r + 24);
    uint64_t recv = u64_at(r + 32);
    if (h->ts_event > INT64_MAX)
        return drop(t, DROP_BAD_TIME, "a trade without a time");
    if (px == PX_NONE)
        return drop(t, DROP_BAD_PRICE, "a trade without a price");
    if (px < 0)
        return drop(t, DROP_BAD_PRICE, "a trade at a negative price");
    if (size == 0 || size == DBN_UNDEF_SIZE)
        return drop(t, DROP_BAD_SIZE, "a trade of size %u", size);
    const struct dbn_name *name = name_of(t, h, (int64_t)h->ts_event);
    if (!name)
        return DECODED_DROPPED;
    memset(ev, 0, sizeof *ev);
    ev->kind = name->state == DBN_OPTION ? EV_OPTION_PRINT : EV_EQUITY_PRINT;
    ev->sym = name->sym;
    ev->ts_ns = (int64_t)h->ts_event;
    ev->recv_ns = recv > INT64_MAX ? ev->ts_ns : (int64_t)recv;
    ev->venue = venue_of(t, h->publisher);
    ev->u.print.px = px;
    ev->u.print.qty = size * QTY_ONE;
    if (!ev->venue && h->publisher && !consolidated(h->publisher)) {
        char code[16];
        int n = snprintf(code, sizeof code, "dbn:%u", h->publisher);
        print_other_venue(t->d.feed, &ev->u.print, code, (size_t)n);
    }
    return DECODED_USED;
}

static int read_trade(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct batch *b)
{
    b->n = 1;
    int rc = print_of(t, h, r, &b->ev[0]);
    if (rc == DECODED_USED)
        b->ev[0].u.print.id = u32_at(r + 44);
    return rc;
}

static int quote_of(struct dbn *t, const struct dbn_head *h, const uint8_t *r, int64_t ts,
                    bool merged, struct event *ev)
{
    const struct dbn_name *name = name_of(t, h, ts);
    if (!name)
        return DECODED_DROPPED;
    uint64_t recv = u64_at(r + 32);
    memset(ev, 0, sizeof *ev);
    ev->kind = name->state == DBN_OPTION ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE;
    ev->sym = name->sym;
    ev->ts_ns = ts;
    ev->recv_ns = recv > INT64_MAX ? ts : (int64_t)recv;
    ev->venue = merged ? 0 : venue_of(t, h->publisher);
    level_of(t, r + 48, merged, &ev->u.quote);
    return DECODED_USED;
}

/* mbp-1, tbbo, cmbp-1, tcbbo: a change of the book, or a trade with the book before it. */
static int read_book(struct dbn *t, const struct dbn_head *h, const uint8_t *r, bool merged,
                     struct batch *b)
{
    uint64_t recv = u64_at(r + 32);
    uint64_t ts = h->ts_event > INT64_MAX ? recv : h->ts_event;
    if (r[28] != 'T') {
        b->n = 1;
        return ts > INT64_MAX ? drop(t, DROP_BAD_TIME, "a quote without a time")
                              : quote_of(t, h, r, (int64_t)ts, merged, &b->ev[0]);
    }
    int rc = print_of(t, h, r, &b->ev[1]);
    if (rc != DECODED_USED)
        return rc;
    if (!merged)
        b->ev[1].u.print.id = u32_at(r + 44);
    b->n = 2;
    b->joined = true;
    return quote_of(t, h, r, b->ev[1].ts_ns, merged, &b->ev[0]);
}

static int read_mbp(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct batch *b)
{
    return read_book(t, h, r, false, b);
}

static int read_cmbp(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct batch *b)
{
    return read_book(t, h, r, true, b);
}

/* bbo and cbbo: the book at the end of an interval (ts_recv); ts_event is that of the last trade,
 * which other schemas bring as a trade. */
static int read_interval(struct dbn *t, const struct dbn_head *h, const uint8_t *r, bool merged,
                         struct batch *b)
{
    uint64_t ts = u64_at(r + 32);
    b->n = 1;
    if (ts > INT64_MAX)
        return drop(t, DROP_BAD_TIME, "a quote without a time");
    return quote_of(t, h, r, (int64_t)ts, merged, &b->ev[0]);
}

static int read_bbo(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct batch *b)
{
    return read_interval(t, h, r, false, b);
}

static int read_cbbo(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct batch *b)
{
    return read_interval(t, h, r, true, b);
}

/* A reference event of the instrument; times as in every record. */
static int reference_of(struct dbn *t, const struct dbn_head *h, const uint8_t *r, uint8_t kind,
                        struct event *ev)
{
    uint64_t recv = u64_at(r + 16);
    uint64_t ts = h->ts_event > INT64_MAX ? recv : h->ts_event;
    if (ts > INT64_MAX)
        return drop(t, DROP_BAD_TIME, "a record without a time");
    const struct dbn_name *name = name_of(t, h, (int64_t)ts);
    if (!name)
        return DECODED_DROPPED;
    memset(ev, 0, sizeof *ev);
    ev->kind = kind;
    ev->sym = name->sym;
    ev->ts_ns = (int64_t)ts;
    ev->recv_ns = recv > INT64_MAX ? (int64_t)ts : (int64_t)recv;
    return DECODED_USED;
}

static size_t bytes_without_ts_out(const struct dbn *t, const struct dbn_head *h)
{
    return h->bytes - (t->meta.ts_out ? 8 : 0);
}

static int read_statistics(struct dbn *t, const struct dbn_head *h, const uint8_t *r,
                           struct batch *b)
{
    bool v3 = bytes_without_ts_out(t, h) >= 80;
    uint16_t type = u16_at(r + (v3 ? 56 : 52));
    if (type != STAT_OPEN_INTEREST)
        return drop(t, DROP_SKIPPED, "statistics of type %u", type);
    int64_t n = v3 ? i64_at(r + 40) : (int32_t)u32_at(r + 40);
    if (n < 0 || n == (v3 ? INT64_MAX : INT32_MAX) || n > INT64_MAX / QTY_ONE)
        return drop(t, DROP_BAD_SIZE, "open interest undefined or out of range");
    b->n = 1;
    int rc = reference_of(t, h, r, EV_OPEN_INTEREST, &b->ev[0]);
    if (rc != DECODED_USED)
        return rc;
    uint64_t as_of = u64_at(r + 24);
    if (as_of <= INT64_MAX && as_of > 0)
        b->ev[0].ts_ns = (int64_t)as_of;
    b->ev[0].u.reference.qty = n * QTY_ONE;
    return DECODED_USED;
}

static int read_status(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct batch *b)
{
    static const char *const codes[] = {
        "none",       "pre_open",   "pre_cross",  "quoting",       "cross",   "rotation",
        "indication", "resume",     "halt",       "pause",         "suspend", "pre_close",
        "close",      "post_close", "short_sale", "not_available",
    };
    uint16_t action = u16_at(r + 24);
    if (action >= ARRAY_LEN(codes))
        return drop(t, DROP_SKIPPED, "status action %u", action);
    b->n = 1;
    int rc = reference_of(t, h, r, EV_STATUS, &b->ev[0]);
    if (rc == DECODED_USED)
        snprintf(b->ev[0].u.status.code, sizeof b->ev[0].u.status.code, "%s", codes[action]);
    return rc;
}

/* Where the fields of a definition stand, by version; told apart by the record's length. */
static const struct definition {
    uint16_t bytes, raw_symbol, width, class, multiplier, underlying;
} definitions[] = {
    {360, 200, 22, 325, 160, 300},
    {400, 200, 71, 374, 164, 349},
    {520, 238, 71, 487, 176, 391},
};

static int read_definition(struct dbn *t, const struct dbn_head *h, const uint8_t *r,
                           struct batch *b)
{
    const struct definition *def = NULL;
    for (size_t i = 0; i < ARRAY_LEN(definitions); i++)
        if (definitions[i].bytes == bytes_without_ts_out(t, h))
            def = &definitions[i];
    if (!def)
        return drop(t, DROP_CORRUPT, "a definition of %zu bytes", h->bytes);
    uint64_t ts = h->ts_event > INT64_MAX ? u64_at(r + 16) : h->ts_event;
    if (ts > INT64_MAX)
        return drop(t, DROP_BAD_TIME, "a definition without a time");
    const char *symbol = (const char *)r + def->raw_symbol;
    int64_t day = (int64_t)ts - (int64_t)ts % DAY_NS;
    dbn_names_add(t->names, h->id, day, INT64_MAX, symbol, strnlen(symbol, def->width),
                  (char)r[def->class]);
    int32_t multiplier = (int32_t)u32_at(r + def->multiplier);
    b->n = multiplier > 0 && multiplier != INT32_MAX;
    int rc = reference_of(t, h, r, EV_CONTRACT, &b->ev[0]);
    const struct instrument *in =
        rc == DECODED_USED ? symbols_get(t->d.feed->ctx.symbols, b->ev[0].sym) : NULL;
    if (!in || !in->right)
        b->n = 0; /* a share has no multiplier; its name has been learned */
    else if (b->n)
        b->ev[0].u.reference.qty = multiplier * QTY_ONE;
    return rc;
}

static int read_mapping(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct batch *b)
{
    size_t n = bytes_without_ts_out(t, h);
    if (n != 80 && n != 176)
        return drop(t, DROP_CORRUPT, "a symbol mapping of %zu bytes", h->bytes);
    size_t width = n == 80 ? 22 : 71;
    const char *out = (const char *)r + (n == 80 ? 38 : 89);
    uint64_t from = u64_at(r + n - 16), to = u64_at(r + n - 8);
    dbn_names_add(t->names, h->id, from > INT64_MAX ? 0 : (int64_t)from,
                  to > INT64_MAX ? INT64_MAX : (int64_t)to, out, strnlen(out, width), 0);
    b->n = 0;
    return DECODED_USED;
}

/* What is read of each rtype; the rest is counted and skipped. */
static const struct {
    uint16_t bytes; /* at least */
    int (*read)(struct dbn *t, const struct dbn_head *h, const uint8_t *r, struct batch *b);
} readers[256] = {
    [0x00] = {48, read_trade},       [0x01] = {80, read_mbp},     [0x12] = {40, read_status},
    [0x13] = {360, read_definition}, [0x16] = {80, read_mapping}, [0x18] = {64, read_statistics},
    [0xb1] = {80, read_cmbp},        [0xc0] = {80, read_cbbo},    [0xc1] = {80, read_cbbo},
    [0xc2] = {80, read_cmbp},        [0xc3] = {80, read_bbo},     [0xc4] = {80, read_bbo},
};

int dbn_decode(struct dbn *t, const uint8_t *r, struct batch *b)
{
    struct dbn_head h = dbn_head_of(r);
    t->record++;
    t->d.feed->stats.records++;
    t->d.feed->stats.types[h.rtype]++;
    b->n = 0;
    b->joined = b->tick = false;
    if (!readers[h.rtype].read)
        return drop(t, DROP_SKIPPED, "record type %02x", h.rtype);
    if (bytes_without_ts_out(t, &h) < readers[h.rtype].bytes)
        return drop(t, DROP_CORRUPT, "record type %02x of only %zu bytes", h.rtype, h.bytes);
    return readers[h.rtype].read(t, &h, r, b);
}

/* The stream can only be stepped by its length bytes: after a broken one the rest is lost. */
static int stop(struct dbn *t, enum drop_reason why, const char *what)
{
    t->done = true;
    t->told = true;
    t->record++;
    t->d.feed->stats.records++;
    return drop(t, why, "%s at byte %llu; the rest of the stream cannot be read", what,
                (unsigned long long)input_offset(t->d.in));
}

static int next(struct decoder *d, struct batch *b, struct err *err)
{
    struct dbn *t = (struct dbn *)d;
    size_t n = 0;
    const uint8_t *r = t->done ? NULL : input_peek(d->in, 1, &n);
    if (n == 0)
        return decoder_end(d, &t->told, err);
    size_t bytes = r[0] * 4u;
    if (bytes < 16)
        return stop(t, DROP_CORRUPT, "a record length below the header's");
    r = input_need(d->in, bytes);
    if (!r && input_fault(d->in) == INPUT_FAILED)
        return decoder_end(d, &t->told, err);
    if (!r)
        return stop(t, DROP_TRUNCATED, "the stream ends inside a record");
    int rc = dbn_decode(t, r, b);
    input_skip(d->in, bytes);
    return rc;
}

static void close_dbn(struct decoder *d)
{
    struct dbn *t = (struct dbn *)d;
    dbn_names_destroy(t->names);
    mem_free(t);
}

static const struct decoder_ops dbn_ops = {"dbn", next, close_dbn};

/* Datasets by what they hold (section 3 of the reference); OPRA's contracts show by their names.
 */
static bool starts_with_any(const char *dataset, const char *const *prefixes)
{
    for (; *prefixes; prefixes++)
        if (strncmp(dataset, *prefixes, strlen(*prefixes)) == 0)
            return true;
    return false;
}

static void judge_dataset(struct dbn *t)
{
    static const char *const equities[] = {
        "XNAS.", "XNYS.", "XASE.", "XBOS.", "XPSX.", "XCHI.", "XCIS.", "ARCX.", "BATS.", "BATY.",
        "EDGA.", "EDGX.", "IEXG.", "MEMX.", "EPRL.", "LTSE.", "DBEQ.", "EQUS.", "OCEA.", NULL};
    static const char *const futures[] = {"GLBX.", "IFEU.", "IFUS.", "IFLL.", "NDEX.",
                                          "XEUR.", "XEEE.", "XCBF.", NULL};
    t->equities = starts_with_any(t->meta.dataset, equities);
    t->futures = starts_with_any(t->meta.dataset, futures);
}

struct decoder *dbn_create(struct feed *f, struct input *in, const char *file, bool fragment,
                           struct err *err)
{
    struct dbn *t = mem_alloc(sizeof *t);
    t->d = (struct decoder){&dbn_ops, f, in, file};
    t->names = dbn_names_create();
    memset(t->venues, 0xff, sizeof t->venues);
    if (!fragment && dbn_read_metadata(in, file, &t->meta, t->names, err) < 0) {
        close_dbn(&t->d);
        return NULL;
    }
    judge_dataset(t);
    return &t->d;
}
