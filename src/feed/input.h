/* One buffered byte source over a plain, gzip or zstd file (any number of concatenated members or
 * frames), found by its first bytes. What was decoded before a fault is delivered first. */
#pragma once
#include "base/base.h"
#include "base/err.h"

enum input_fault {
    INPUT_SOUND,
    INPUT_FAILED,    /* the operating system refused to read: input_error() */
    INPUT_TRUNCATED, /* the compressed stream ends inside a member or frame */
    INPUT_CORRUPT,   /* the compressed stream contradicts itself */
};
enum input_line { LINE_END, LINE_OK, LINE_TOO_LONG };

struct input;

/* NULL with *err on failure. */
struct input *input_open(const char *path, struct err *err);
/* The same over n bytes in memory, which are borrowed and may be compressed too. */
struct input *input_memory(const void *bytes, size_t n);
void input_close(struct input *in);

/* At least n unread bytes, contiguous, or NULL when fewer are left. n is at most INPUT_NEED_MAX;
 * the bytes hold until the next call and may be changed in place. */
#define INPUT_NEED_MAX ((1u << 20) + 64)
uint8_t *input_need(struct input *in, size_t n);
/* What is left, up to n bytes; *ret_n is how many there are. */
uint8_t *input_peek(struct input *in, size_t n, size_t *ret_n);
void input_skip(struct input *in, size_t n); /* n bytes that input_need or input_peek gave */

/* The next line without its end (LF or CRLF), not terminated, changeable in place until the next
 * call. A line over LIMIT_LINE is skipped whole. The unfinished last line of a faulty stream is
 * not given: it may be half a number. */
enum input_line input_line(struct input *in, char **ret, size_t *ret_n);
uint64_t input_line_number(const struct input *in); /* of the line last given, from 1 */

uint64_t input_offset(const struct input *in); /* decoded bytes consumed */
/* Progress in the file as stored: bytes taken from it, its size (0 = unknown). */
void input_progress(const struct input *in, uint64_t *ret_done, uint64_t *ret_total);
/* The first stored bytes, before decompression; up to 16. */
const uint8_t *input_head(const struct input *in, size_t *ret_n);

/* Only meaningful once reading came to its end. */
enum input_fault input_fault(const struct input *in);
/* A sentence about the fault with the offset in the stored file; "" when sound. */
const char *input_error(const struct input *in);
