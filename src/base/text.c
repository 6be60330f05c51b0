/* Text safety. See text.h. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

size_t text_utf8(const char *text, size_t n, uint32_t *ret_cp)
{
    const unsigned char *s = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char c = s[0];
    size_t len = c < 0x80 ? 1 : c >= 0xf0 && c < 0xf5 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 0;
    if (len == 0 || len > n || c >= 0xf5)
        return 0;
    uint32_t cp = len == 1 ? c : c & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        cp = cp << 6 | (s[i] & 0x3f);
    }
    if (cp < least[len] || (cp >= 0xd800 && cp < 0xe000) || cp > 0x10ffff)
        return 0;
    *ret_cp = cp;
    return len;
}

static bool printable(uint32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
        return false;
    if (cp == 0xad || cp == 0x61c || cp == 0xfeff)
        return false;
    if ((cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e))
        return false;
    if ((cp >= 0x2060 && cp <= 0x206f) || (cp >= 0xfff0 && cp <= 0xfffb))
        return false;
    if ((cp >= 0xe000 && cp <= 0xf8ff) || cp >= 0xe0000 || (cp >= 0xfe00 && cp <= 0xfe0f))
        return false;
    /* Combining marks would be drawn into the neighbouring cell. */
    return !(cp >= 0x300 && cp <= 0x36f);
}

size_t text_clean(char *buf, size_t cap, const char *s, size_t n)
{
    size_t out = 0;
    if (cap == 0)
        return 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = text_utf8(s + i, n - i, &cp);
        bool keep = len && printable(cp);
        size_t put = keep ? len : 1;
        if (out + put >= cap)
            break;
        if (keep)
            memmove(buf + out, s + i, len);
        else
            buf[out] = cp == '\n' || cp == '\t' ? ' ' : '?';
        out += put;
        i += len ? len : 1;
    }
    buf[out] = '\0';
    return out;
}

struct text text_on(char *buf, size_t cap)
{
    assert(cap > 0);
    buf[0] = '\0';
    return (struct text){.buf = buf, .cap = cap};
}

void text_addn(struct text *t, const char *s, size_t n)
{
    size_t room = t->cap - t->len - 1;
    if (n > room) {
        n = room;
        t->over = true;
    }
    memcpy(t->buf + t->len, s, n);
    t->len += n;
    t->buf[t->len] = '\0';
}

void text_add(struct text *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(t->buf + t->len, t->cap - t->len, fmt, ap);
    va_end(ap);
    if (n < 0)
        return;
    if ((size_t)n >= t->cap - t->len) {
        t->over = true;
        t->len = t->cap - 1;
    } else {
        t->len += (size_t)n;
    }
}

void text_add_json(struct text *t, const char *s, size_t n)
{
    text_addn(t, "\"", 1);
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = text_utf8(s + i, n - i, &cp);
        if (!len || !printable(cp))
            text_addn(t, cp == '\n' || cp == '\t' ? " " : "?", 1);
        else if (cp == '"' || cp == '\\')
            text_add(t, "\\%c", (int)cp);
        else
            text_addn(t, s + i, len);
        i += len ? len : 1;
    }
    text_addn(t, "\"", 1);
}

static bool plain_number(const char *s, size_t n)
{
    bool digit = false;
    for (size_t i = s[0] == '-' || s[0] == '+'; i < n; i++) {
        if (s[i] >= '0' && s[i] <= '9')
            digit = true;
        else if (s[i] != '.')
            return false;
    }
    return digit;
}

void text_add_csv(struct text *t, const char *s, size_t n)
{
    bool formula = n && strchr("=+-@", s[0]) && !plain_number(s, n);
    bool quote = formula;
    for (size_t i = 0; i < n && !quote; i++)
        quote = strchr(",\"\r\n", s[i]) != NULL && s[i];
    if (!quote) {
        text_addn(t, s, n);
        return;
    }
    text_addn(t, "\"", 1);
    if (formula)
        text_addn(t, "'", 1);
    for (size_t i = 0; i < n; i++)
        text_addn(t, s[i] == '"' ? "\"\"" : s + i, s[i] == '"' ? 2 : 1);
    text_addn(t, "\"", 1);
}
