/* Feed addresses: scheme:details?key=value&key=value, percent-decoded (RFC 3986 section 2.1). */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "feed/feed.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes n bytes into a new string; NULL for a bad escape or an encoded NUL. */
static char *decode(const char *s, size_t n)
{
    char *out = mem_strndup(s, n), *p = out;
    for (size_t i = 0; i < n; i++) {
        int hi, lo;
        if (s[i] != '%') {
            *p++ = s[i];
            continue;
        }
        if (i + 2 >= n || (hi = hex(s[i + 1])) < 0 || (lo = hex(s[i + 2])) < 0 || !(hi | lo)) {
            mem_free(out);
            return NULL;
        }
        *p++ = (char)(hi << 4 | lo);
        i += 2;
    }
    *p = '\0';
    return out;
}

static int bad_escape(struct err *err, const char *text)
{
    return err_set(err, ERR_USAGE,
                   "feed '%.200s': after %% two hexadecimal digits are needed (a percent sign "
                   "itself is %%25)",
                   text);
}

static int parse_params(const char *text, const char *s, struct uri *u, struct err *err)
{
    while (*s) {
        size_t n = strcspn(s, "&"), key = strcspn(s, "=&");
        if (key == 0 || key == n)
            return err_set(err, ERR_USAGE, "feed '%.200s': options are key=value joined by &",
                           text);
        if (u->n_params == ARRAY_LEN(u->params))
            return err_set(err, ERR_USAGE, "feed '%.200s': more than %zu options", text,
                           ARRAY_LEN(u->params));
        char *k = decode(s, key), *v = decode(s + key + 1, n - key - 1);
        if (!k || !v) {
            mem_free(k);
            mem_free(v);
            return bad_escape(err, text);
        }
        u->params[u->n_params].key = k;
        u->params[u->n_params++].value = v;
        s += n + (s[n] == '&');
    }
    return 0;
}

int uri_parse(const char *text, struct uri *ret, struct err *err)
{
    struct uri u = {0};
    size_t scheme = strcspn(text, ":?&=/");
    if (text[scheme] != ':' || scheme == 0 || scheme >= sizeof u.scheme)
        return err_set(err, ERR_USAGE,
                       "'%.200s' is not a feed: write scheme:details?key=value, for example "
                       "file:trades.csv or synthetic:?seed=7",
                       text);
    for (size_t i = 0; i < scheme; i++)
        u.scheme[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
    const char *path = text + scheme + 1;
    size_t n = strcspn(path, "?");
    u.path = decode(path, n);
    int rc = u.path ? parse_params(text, path + n + (path[n] == '?'), &u, err)
                    : bad_escape(err, text);
    if (rc < 0) {
        uri_finish(&u);
        return rc;
    }
    *ret = u;
    return 0;
}

void uri_finish(struct uri *u)
{
    mem_free(u->path);
    for (size_t i = 0; i < u->n_params; i++) {
        mem_free(u->params[i].key);
        mem_free(u->params[i].value);
    }
    *u = (struct uri){0};
}

const char *uri_get(const struct uri *u, const char *key)
{
    for (size_t i = 0; i < u->n_params; i++)
        if (strcmp(u->params[i].key, key) == 0)
            return u->params[i].value;
    return NULL;
}

void uri_encode(struct text *t, const char *s)
{
    for (; *s; s++) {
        bool plain = (*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') ||
                     (*s >= 'A' && *s <= 'Z') || strchr("-._~/", *s);
        if (plain)
            text_addn(t, s, 1);
        else
            text_add(t, "%%%02X", (unsigned char)*s);
    }
}
