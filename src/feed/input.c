/* Buffered, decompressing byte source. See input.h. */
#include "feed/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "base/mem.h"

#define WINDOW    (256u << 10)
#define RAW_CHUNK (64u << 10)

struct input {
    bool (*decode)(struct input *in); /* adds bytes to the window; false: there are no more */
    int fd;                           /* -1 = memory */
    const uint8_t *memory;
    uint8_t *buf; /* window of decoded bytes: at..len are unread */
    size_t cap, at, len;
    uint64_t base;          /* decoded offset of buf[0] */
    uint8_t raw[RAW_CHUNK]; /* stored bytes: raw_at..raw_len are not yet decoded */
    size_t raw_at, raw_len;
    uint64_t done, total;
    uint64_t line;
    bool inside; /* a member or frame was begun and not finished */
    bool raw_end, end;
    z_stream z;
    ZSTD_DStream *zs;
    uint8_t head[16];
    size_t n_head;
    enum input_fault fault;
    char error[160];
};

static bool fail(struct input *in, enum input_fault fault, const char *what)
{
    in->fault = fault;
    in->end = true;
    snprintf(in->error, sizeof in->error, "%s at byte %llu", what,
             (unsigned long long)(in->done - (in->raw_len - in->raw_at)));
    return false;
}

/* Stored bytes into p; 0 at the end or on failure. */
static size_t read_stored(struct input *in, uint8_t *p, size_t n)
{
    if (in->fd < 0) {
        n = MIN(n, in->total - in->done);
        if (n)
            memcpy(p, in->memory + in->done, n);
        in->done += n;
        in->raw_end = n == 0;
        return n;
    }
    ssize_t got;
    do
        got = read(in->fd, p, n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        fail(in, INPUT_FAILED, strerror(errno));
    in->raw_end = got <= 0;
    in->done += got > 0 ? (uint64_t)got : 0;
    return got > 0 ? (size_t)got : 0;
}

static bool raw_fill(struct input *in)
{
    if (in->raw_at == in->raw_len && !in->raw_end) {
        in->raw_at = 0;
        in->raw_len = 0;
        in->raw_len = read_stored(in, in->raw, sizeof in->raw);
    }
    return in->raw_at < in->raw_len;
}

static bool decode_plain(struct input *in)
{
    size_t had = in->raw_len - in->raw_at;
    if (had) { /* what was read to look at the first bytes */
        size_t n = MIN(had, in->cap - in->len);
        memcpy(in->buf + in->len, in->raw + in->raw_at, n);
        in->raw_at += n;
        in->len += n;
        return true;
    }
    size_t n = read_stored(in, in->buf + in->len, in->cap - in->len);
    in->len += n;
    in->end = n == 0;
    return n > 0;
}

/* Between gzip members: another member, zero padding to the end, or garbage. */
static bool next_member(struct input *in)
{
    while (raw_fill(in) && in->raw[in->raw_at] == 0)
        in->raw_at++;
    if (!raw_fill(in)) {
        in->end = true;
        return false;
    }
    if (in->raw[in->raw_at] != 0x1f)
        return fail(in, INPUT_CORRUPT, "something other than gzip follows the gzip data");
    inflateReset(&in->z);
    in->inside = true;
    return true;
}

static bool decode_gzip(struct input *in)
{
    size_t before = in->len;
    while (in->len == before) {
        if (!in->inside && !next_member(in))
            return false;
        bool more = raw_fill(in);
        in->z.next_in = in->raw + in->raw_at;
        in->z.avail_in = (uInt)(in->raw_len - in->raw_at);
        in->z.next_out = in->buf + in->len;
        in->z.avail_out = (uInt)(in->cap - in->len);
        int rc = inflate(&in->z, Z_NO_FLUSH);
        in->raw_at = in->raw_len - in->z.avail_in;
        in->len = in->cap - in->z.avail_out;
        if (rc == Z_STREAM_END)
            in->inside = false;
        else if (rc != Z_OK && rc != Z_BUF_ERROR)
            return fail(in, INPUT_CORRUPT, "damaged gzip data");
        else if (!more && in->len == before)
            return in->end ? false : fail(in, INPUT_TRUNCATED, "the gzip data stops short");
    }
    return true;
}

static bool decode_zstd(struct input *in)
{
    size_t before = in->len;
    while (in->len == before) {
        bool more = raw_fill(in);
        if (!more && !in->inside) {
            in->end = true;
            return false;
        }
        ZSTD_inBuffer src = {in->raw, in->raw_len, in->raw_at};
        ZSTD_outBuffer dst = {in->buf, in->cap, in->len};
        size_t rc = ZSTD_decompressStream(in->zs, &dst, &src);
        in->raw_at = src.pos;
        in->len = dst.pos;
        if (ZSTD_isError(rc))
            return fail(in, INPUT_CORRUPT, "damaged zstd data");
        in->inside = rc != 0;
        if (!more && in->len == before && in->inside)
            return in->end ? false : fail(in, INPUT_TRUNCATED, "the zstd data stops short");
    }
    return true;
}

static bool is_zstd(const uint8_t *p, size_t n)
{
    /* A frame, or a skippable frame 184D2A50..5F (RFC 8878 section 3.1). */
    return n >= 4 && ((p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd) ||
                      ((p[0] & 0xf0) == 0x50 && p[1] == 0x2a && p[2] == 0x4d && p[3] == 0x18));
}

static void start(struct input *in)
{
    in->cap = WINDOW;
    in->buf = mem_grow(NULL, in->cap, 1);
    raw_fill(in);
    in->n_head = MIN(in->raw_len, sizeof in->head);
    memcpy(in->head, in->raw, in->n_head);
    in->decode = decode_plain;
    if (in->n_head >= 2 && in->raw[0] == 0x1f && in->raw[1] == 0x8b) {
        if (inflateInit2(&in->z, 15 + 16) != Z_OK) {
            fail(in, INPUT_FAILED, "out of memory for zlib");
            return;
        }
        in->inside = true;
        in->decode = decode_gzip;
    } else if (is_zstd(in->raw, in->n_head)) {
        in->zs = ZSTD_createDStream();
        if (!in->zs) {
            fail(in, INPUT_FAILED, "out of memory for zstd");
            return;
        }
        in->inside = true;
        in->decode = decode_zstd;
    }
}

struct input *input_open(const char *path, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        err_set(err, ERR_FEED, "cannot open %s: %s", path, strerror(errno));
        return NULL;
    }
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        err_set(err, ERR_FEED, "%s is a folder; name the files in it", path);
        return NULL;
    }
    struct input *in = mem_alloc(sizeof *in);
    in->fd = fd;
    in->total = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    start(in);
    if (in->fault) {
        err_set(err, ERR_FEED, "cannot read %s: %s", path, in->error);
        input_close(in);
        return NULL;
    }
    return in;
}

struct input *input_memory(const void *bytes, size_t n)
{
    struct input *in = mem_alloc(sizeof *in);
    in->fd = -1;
    in->memory = bytes;
    in->total = n;
    start(in);
    return in;
}

void input_close(struct input *in)
{
    if (!in)
        return;
    if (in->decode == decode_gzip)
        inflateEnd(&in->z);
    ZSTD_freeDStream(in->zs);
    if (in->fd >= 0)
        close(in->fd);
    mem_free(in->buf);
    mem_free(in);
}

/* Makes room behind the unread bytes for a window of `want` and decodes once. */
static bool fill(struct input *in, size_t want)
{
    if (in->end)
        return false;
    if (in->at) {
        memmove(in->buf, in->buf + in->at, in->len - in->at);
        in->base += in->at;
        in->len -= in->at;
        in->at = 0;
    }
    if (want > in->cap) {
        in->cap = want;
        in->buf = mem_grow(in->buf, in->cap, 1);
    }
    return in->len < in->cap && in->decode(in);
}

uint8_t *input_peek(struct input *in, size_t n, size_t *ret_n)
{
    assert(n <= INPUT_NEED_MAX);
    while (in->len - in->at < n && fill(in, n))
        ;
    *ret_n = MIN(n, in->len - in->at);
    return in->buf + in->at;
}

uint8_t *input_need(struct input *in, size_t n)
{
    if (in->len - in->at >= n)
        return in->buf + in->at;
    size_t got;
    uint8_t *p = input_peek(in, n, &got);
    return got == n ? p : NULL;
}

void input_skip(struct input *in, size_t n)
{
    assert(n <= in->len - in->at);
    in->at += n;
}

/* Skips to behind the next newline. */
static void skip_line(struct input *in)
{
    do {
        char *nl = memchr(in->buf + in->at, '\n', in->len - in->at);
        if (nl) {
            in->at = (size_t)((uint8_t *)nl + 1 - in->buf);
            return;
        }
        in->at = in->len;
    } while (fill(in, 0));
}

enum input_line input_line(struct input *in, char **ret, size_t *ret_n)
{
    size_t seen = 0;
    char *s, *nl;
    for (;;) {
        s = (char *)in->buf + in->at;
        size_t have = in->len - in->at;
        nl = memchr(s + seen, '\n', have - seen);
        seen = nl ? (size_t)(nl - s) : have;
        if (nl || seen > LIMIT_LINE || !fill(in, 0))
            break;
    }
    s = (char *)in->buf + in->at;
    if (!nl && seen <= LIMIT_LINE && (seen == 0 || in->fault)) {
        in->at = in->len;
        return LINE_END;
    }
    in->line++;
    if (seen > LIMIT_LINE) {
        skip_line(in);
        return LINE_TOO_LONG;
    }
    in->at += seen + (nl != NULL);
    *ret = s;
    *ret_n = seen - (seen && s[seen - 1] == '\r');
    return LINE_OK;
}

uint64_t input_line_number(const struct input *in)
{
    return in->line;
}

uint64_t input_offset(const struct input *in)
{
    return in->base + in->at;
}

void input_progress(const struct input *in, uint64_t *ret_done, uint64_t *ret_total)
{
    *ret_done = in->done;
    *ret_total = in->total;
}

const uint8_t *input_head(const struct input *in, size_t *ret_n)
{
    *ret_n = in->n_head;
    return in->head;
}

enum input_fault input_fault(const struct input *in)
{
    return in->fault;
}

const char *input_error(const struct input *in)
{
    return in->error;
}
