/* Standard output for data: buffered, quiet about a reader that has gone (`| head`). */
#pragma once
#include "base/base.h"
#include "base/err.h"

/* First in a command that prints: a closed pipe becomes an error of the write, not a signal. */
void output_init(void);
/* false when nobody reads any more, or the write failed: the caller stops and returns
 * output_finish. */
bool output_write(const char *s, size_t n);
bool output_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Flushes. 0, also when the reader has gone; ERR_DISK for any other failure. */
int output_finish(struct err *err);
bool output_utf8(void); /* the locale of the environment says so */

struct reader;
/* Opens a session for a command; one of a newer program is read, and said to be so on standard
 * error. */
int output_session(const char *path, struct reader **ret, struct err *err);
/* The same of several as one tape (reader_open_all). */
int output_sessions(const char *const *paths, size_t n, struct reader **ret, struct err *err);
