/* The feed `file:`: finds out what a file is, and gives its records in file order. */
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "feed/decoder.h"
#include "feed/map_csv.h"

#define LOOK (4u << 10) /* decoded bytes looked at to tell the format */

/* Records read while opening to find the first event; a file of nothing but others opens anyway. */
#define OPEN_RECORDS (1u << 16)

struct file {
    struct input *in;
    struct decoder *decoder;
    char *name; /* base name, clean */
    int64_t lot;
    bool have; /* `batch` holds a record that was not yet given */
    bool end;
    struct batch batch;
    bool any;                 /* an event was given: */
    int64_t last_ns, last_rx; /* event and receive time of the last one */
    bool damaged;             /* since then something could not be read */
};

static struct file *file_of(struct feed *f)
{
    return f->state;
}

/* ---- what is it? ---- */

static bool is_dbn(const uint8_t *p, size_t n)
{
    return n >= 4 && memcmp(p, "DBN", 3) == 0 && p[3] >= 1 && p[3] < ' ';
}

static bool is_capture(const uint8_t *p, size_t n)
{
    if (n < 5)
        return false;
    uint32_t len = p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
    uint8_t c = p[4];
    bool container = (c >= 0x80 && c <= 0x9f) || (c >= 0xdc && c <= 0xdf);
    return container && len >= 1 && len <= LIMIT_MP_MESSAGE;
}

static bool is_text(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] < ' ' && p[i] != '\n' && p[i] != '\r' && p[i] != '\t')
            return false;
    return n > 0;
}

/* The first line that is neither empty nor a comment. */
static struct csv_field first_line(const uint8_t *p, size_t n)
{
    const char *s = (const char *)p, *end = s + n;
    if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
        s += 3;
    while (s < end) {
        const char *nl = memchr(s, '\n', (size_t)(end - s));
        size_t len = nl ? (size_t)(nl - s) : (size_t)(end - s);
        if (len && *s != '#' && *s != '\r')
            return (struct csv_field){(char *)s, len - (s[len - 1] == '\r')};
        s += len + (nl != NULL);
    }
    return (struct csv_field){(char *)s, 0};
}

static bool is_tape_csv(const uint8_t *p, size_t n)
{
    char copy[LOOK];
    struct csv_field line = first_line(p, n), f[CSV_FIELDS];
    if (!is_text((const uint8_t *)line.s, line.n) || line.n > sizeof copy)
        return false;
    memcpy(copy, line.s, line.n);
    bool kind = false, ts = false;
    int count = csv_split(copy, line.n, f);
    for (int i = 0; i < count; i++) {
        kind |= csv_is(csv_trim(f[i]), "kind");
        ts |= csv_is(csv_trim(f[i]), "ts");
    }
    return kind && ts;
}

/* Files that people have beside tapes, to name them when they are given by mistake. */
static const struct {
    const char *magic;
    uint8_t n, at;
    const char *what;
} others[] = {
    {"SQLite format 3", 15, 0, "a session file (use `tapedeck replay`)"},
    {"\xd4\xc3\xb2\xa1", 4, 0, "a packet capture (pcap)"},
    {"\xa1\xb2\xc3\xd4", 4, 0, "a packet capture (pcap)"},
    {"\x4d\x3c\xb2\xa1", 4, 0, "a packet capture (pcap)"},
    {"\x0a\x0d\x0d\x0a", 4, 0, "a packet capture (pcapng)"},
    {"PK\x03\x04", 4, 0, "a zip archive (unpack it first)"},
    {"PAR1", 4, 0, "a Parquet file"},
    {"\xfd"
     "7zXZ",
     5, 0, "an xz file (unpack it first)"},
    {"BZh", 3, 0, "a bzip2 file (unpack it first)"},
    {"ARROW1", 6, 0, "an Arrow file"},
    {"ustar", 5, 0xff, "a tar archive (unpack it first)"},
    {"{", 1, 0, "JSON"},
    {"[", 1, 0, "JSON"},
};

static const char *other_name(const uint8_t *p, size_t n)
{
    if (n == 0)
        return "nothing: it is empty";
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        size_t at = others[i].at == 0xff ? 257 : others[i].at; /* tar names itself there */
        if (n >= at + others[i].n && memcmp(p + at, others[i].magic, others[i].n) == 0)
            return others[i].what;
    }
    return "bytes of no format known here (DBN records without metadata need "
           "format=dbn-fragment)";
}

static int unknown_content(const struct file *s, const uint8_t *p, size_t n, struct err *err)
{
    char maps[400], seen[80];
    struct csv_field line = first_line(p, n);
    if (input_fault(s->in))
        return err_set(err, ERR_FEED, "cannot read %s: %s", s->name, input_error(s->in));
    column_map_names(maps, sizeof maps);
    if (is_text((const uint8_t *)line.s, line.n) && memchr(line.s, ',', line.n)) {
        text_clean(seen, sizeof seen, line.s, MIN(line.n, sizeof seen - 1));
        return err_set(err, ERR_FEED,
                       "%s is delimited text beginning '%s', not Tape CSV (which begins with a "
                       "header of kind,ts,...); name a column map: %s, or the path of your own",
                       s->name, seen, maps);
    }
    return err_set(err, ERR_FEED,
                   "%s is %s; readable are Tape CSV, DBN, msgpack captures, and delimited text "
                   "with a column map, each plain or packed with gzip or zstd",
                   s->name, other_name(p, n));
}

/* ---- opening ---- */

static struct decoder *open_tape(struct feed *f, struct err *err)
{
    return tape_csv_create(f, file_of(f)->in, file_of(f)->name, err);
}

static struct decoder *open_dbn(struct feed *f, struct err *err)
{
    return dbn_create(f, file_of(f)->in, file_of(f)->name, false, err);
}

static struct decoder *open_fragment(struct feed *f, struct err *err)
{
    return dbn_create(f, file_of(f)->in, file_of(f)->name, true, err);
}

static struct decoder *open_capture(struct feed *f, struct err *err)
{
    return capture_create(f, file_of(f)->in, file_of(f)->name, file_of(f)->lot, err);
}

static const struct format {
    const char *name;
    bool (*is)(const uint8_t *p, size_t n); /* NULL = only when it is named */
    struct decoder *(*open)(struct feed *f, struct err *err);
} formats[] = {
    {"dbn", is_dbn, open_dbn},
    {"tape", is_tape_csv, open_tape},
    {"capture", is_capture, open_capture},
    {"dbn-fragment", NULL, open_fragment},
};

static int bad_format(const char *name, struct err *err)
{
    return err_set(err, ERR_USAGE,
                   "format '%s' is unknown; there are: tape dbn dbn-fragment capture (and map=NAME "
                   "for other delimited text)",
                   name);
}

static const struct format *find_format(const char *name, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (name ? strcmp(formats[i].name, name) == 0 : formats[i].is && formats[i].is(p, n))
            return &formats[i];
    return NULL;
}

static int open_map(struct feed *f, const char *map_name, const struct uri *u, struct err *err)
{
    struct file *s = file_of(f);
    struct column_map *map = column_map_load(map_name, u, err);
    if (!map)
        return -ERR_CONFIG;
    s->decoder = map_csv_create(f, s->in, s->name, map, err);
    return s->decoder ? 0 : -ERR_FEED;
}

static int open_decoder(struct feed *f, const struct uri *u, struct err *err)
{
    struct file *s = file_of(f);
    const char *name = uri_get(u, "format"), *map = uri_get(u, "map");
    size_t n, n_head;
    const uint8_t *head = input_head(s->in, &n_head);
    if (map)
        return open_map(f, map, u, err);
    if (uri_get(u, "set"))
        return err_set(err, ERR_USAGE, "set=... belongs to a column map: give map=NAME too");
    /* A .dbz begins with a zstd skippable frame that holds its metadata. */
    if (n_head >= 11 && memcmp(head + 8, "DBZ", 3) == 0 && head[1] == 0x2a)
        return err_set(err, ERR_FEED,
                       "%s is a DBZ file, the container before DBN; get it again as DBN, or "
                       "convert it with Databento's own tools",
                       s->name);
    const uint8_t *p = input_peek(s->in, LOOK, &n);
    const struct format *format = find_format(name, p, n);
    if (!format)
        return name ? bad_format(name, err) : unknown_content(s, p, n, err);
    s->decoder = format->open(f, err);
    return s->decoder ? 0 : -ERR_FEED;
}

static int read_lot(struct file *s, const struct uri *u, struct err *err)
{
    const char *lot = uri_get(u, "lot");
    s->lot = 1;
    if (lot &&
        (dec_parse(lot, strlen(lot), 0, &s->lot) != DEC_OK || s->lot < 1 || s->lot > 1000000))
        return err_set(err, ERR_USAGE, "lot '%s' is not a whole number from 1 to 1000000", lot);
    return 0;
}

/* Records of which nothing could be read: how many events were in them is not known. */
static uint64_t unreadable(const struct feed *f)
{
    return f->stats.drops[DROP_TRUNCATED] + f->stats.drops[DROP_CORRUPT] +
           f->stats.drops[DROP_TOO_LONG];
}

/* Reads on until a record gives something, at most `max` records; negative on failure. */
static int look_ahead(struct feed *f, size_t max, size_t *ret_read, struct err *err)
{
    struct file *s = file_of(f);
    size_t n = 0;
    while (!s->have && !s->end && n < max) {
        uint64_t before = unreadable(f);
        int rc = s->decoder->ops->next(s->decoder, &s->batch, err);
        if (rc < 0)
            return rc;
        s->damaged |= unreadable(f) != before;
        s->end = rc == DECODED_END;
        n += !s->end;
        if (rc != DECODED_USED)
            continue;
        if (s->batch.n && !feed_wants(f, &s->batch.ev[0])) {
            f->stats.drops[DROP_OTHER_SIDE]++;
            continue;
        }
        f->stats.used++;
        s->have = s->batch.n || s->batch.tick;
        f->stats.ahead = s->have;
    }
    *ret_read = n;
    return 0;
}

static void progress(struct feed *f)
{
    input_progress(file_of(f)->in, &f->stats.bytes_done, &f->stats.bytes_total);
}

static int open_file(struct feed *f, const struct uri *u, struct err *err)
{
    struct file *s = mem_alloc(sizeof *s);
    f->state = s;
    size_t read;
    if (!u->path[0])
        return err_set(err, ERR_USAGE, "file: needs a path, as in file:trades.csv");
    const char *base = strrchr(u->path, '/');
    base = base && base[1] ? base + 1 : u->path;
    s->name = mem_strndup(base, strlen(base));
    text_clean(s->name, strlen(s->name) + 1, base, strlen(base));
    int rc = read_lot(s, u, err);
    if (rc < 0)
        return rc;
    s->in = input_open(u->path, err);
    if (!s->in)
        return -ERR_FEED;
    rc = open_decoder(f, u, err);
    if (rc == 0)
        rc = look_ahead(f, OPEN_RECORDS, &read, err);
    progress(f);
    return rc;
}

/* ---- running ---- */

static int64_t due_at(const struct batch *b)
{
    return b->tick ? b->tick_ns : b->ev[b->n - 1].recv_ns;
}

/* Damage becomes a gap between the events around it; next is NULL at the end of the file. Without
 * any event there are no times to name, and the counts must do. */
static void give_gap(struct feed *f, const struct event *next)
{
    struct file *s = file_of(f);
    if (!s->damaged || (!s->any && !next))
        return;
    int64_t from = s->any ? s->last_ns : next->ts_ns, to = next ? next->ts_ns : s->last_ns;
    struct event ev = {
        .kind = EV_GAP,
        .ts_ns = MAX(from, to),
        .recv_ns = next ? next->recv_ns : s->last_rx,
        .u.gap = {.from_ns = MIN(from, to),
                  .to_ns = MAX(from, to),
                  .missing = -1,
                  .reason = GAP_DAMAGED_INPUT},
    };
    s->damaged = false;
    feed_emit(f, &ev);
}

static void give(struct feed *f)
{
    struct file *s = file_of(f);
    struct batch *b = &s->batch;
    s->have = false;
    f->stats.ahead = 0;
    if (b->n) {
        give_gap(f, &b->ev[0]);
        s->any = true;
        s->last_ns = b->ev[b->n - 1].ts_ns;
        s->last_rx = b->ev[b->n - 1].recv_ns;
    }
    if (b->tick && f->ctx.tick)
        f->ctx.tick(f->ctx.self, b->tick_ns);
    f->stats.joined_quotes += b->joined;
    for (size_t i = 0; i < b->n; i++)
        feed_emit(f, &b->ev[i]);
}

static int poll_file(struct feed *f, int64_t until_ns, size_t max, struct err *err)
{
    struct file *s = file_of(f);
    int answer = FEED_MORE;
    for (size_t n = 0; n < max && answer == FEED_MORE;) {
        if (s->have && due_at(&s->batch) > until_ns) {
            answer = FEED_WAIT;
            break;
        }
        if (s->have)
            give(f);
        size_t read;
        int rc = look_ahead(f, max - n, &read, err);
        if (rc < 0)
            return rc;
        n += read;
        if (s->end && !s->have) {
            give_gap(f, NULL);
            answer = FEED_END;
        }
    }
    progress(f);
    return answer;
}

static int64_t next_ns(struct feed *f)
{
    struct file *s = file_of(f);
    return s->have ? due_at(&s->batch) : INT64_MAX;
}

static void close_file(struct feed *f)
{
    struct file *s = file_of(f);
    if (!s)
        return;
    if (s->decoder)
        s->decoder->ops->close(s->decoder);
    input_close(s->in);
    mem_free(s->name);
    mem_free(s);
    f->state = NULL;
}

static const struct feed_option options[] = {
    {"map", "", "column map for delimited text: a shipped name or a file"},
    {"set", "", "NAME=VALUE for the column map; may be given several times"},
    {"format", "", "tape, dbn, dbn-fragment or capture, where the content does not tell"},
    {"lot", "1", "shares or contracts that 1 of a quote size of a capture stands for"},
    {"speed", "max", "pace while it plays: max, or a factor of recorded time such as 10x"},
    {NULL, NULL, NULL},
};

const struct feed_ops feed_file = {
    .scheme = "file",
    .sentence = "recorded files: Tape CSV, DBN, msgpack captures, delimited text with a map",
    .options = options,
    .open = open_file,
    .poll = poll_file,
    .next_ns = next_ns,
    .close = close_file,
};
