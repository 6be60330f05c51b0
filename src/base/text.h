/* Outside text made safe for a terminal, a log, a title or a file, and small text writing. */
#pragma once
#include "base/base.h"
#include <string.h>

/* Copies n bytes of s into buf as printable UTF-8, NUL-terminated: control bytes, escape, DEL,
 * C1, bidi and zero-width characters and malformed UTF-8 become '?'; newline and tab become a
 * space. Returns the length written (< cap). buf and s may be the same. */
size_t text_clean(char *buf, size_t cap, const char *s, size_t n);

/* Decodes one UTF-8 character of s[0..n), n > 0; returns its length, 0 if malformed. Table 3-7 of
 * the Unicode Standard: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t text_utf8(const char *s, size_t n, uint32_t *ret_cp);

/* A bounded text being written; after overflow `over` is set and the text stays terminated. */
struct text {
    char *buf;
    size_t cap, len;
    bool over;
};
struct text text_on(char *buf, size_t cap);
void text_add(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_addn(struct text *t, const char *s, size_t n);

/* JSON string with quotes, escapes per RFC 8259; input is cleaned as above first. */
void text_add_json(struct text *t, const char *s, size_t n);

/* RFC 4180 CSV field: quoted only where needed; a field that a spreadsheet would run as a formula
 * (leading = + - @, unless it is a plain number) gets a leading apostrophe. */
void text_add_csv(struct text *t, const char *s, size_t n);
