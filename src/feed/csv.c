/* Splitting of comma-separated lines. See csv.h. */
#include "feed/csv.h"

#include <string.h>

/* Takes the quoted field at p; returns where it ends, NULL when it does not. */
static char *quoted(char *p, char *end, struct csv_field *f)
{
    char *out = ++p;
    f->s = out;
    for (; p < end; p++) {
        if (*p == '"' && (p + 1 == end || p[1] != '"')) {
            f->n = (size_t)(out - f->s);
            return p + 1;
        }
        p += *p == '"';
        *out++ = *p;
    }
    return NULL;
}

int csv_split(char *line, size_t n, struct csv_field f[CSV_FIELDS])
{
    char *p = line, *end = line + n;
    for (int count = 0; count < CSV_FIELDS;) {
        struct csv_field *field = &f[count++];
        if (p < end && *p == '"') {
            p = quoted(p, end, field);
            if (!p || (p < end && *p != ','))
                return -1;
        } else {
            field->s = p;
            while (p < end && *p != ',')
                p++;
            field->n = (size_t)(p - field->s);
        }
        if (p == end)
            return count;
        p++;
    }
    return -1;
}

struct csv_field csv_trim(struct csv_field f)
{
    while (f.n && f.s[0] == ' ') {
        f.s++;
        f.n--;
    }
    while (f.n && f.s[f.n - 1] == ' ')
        f.n--;
    return f;
}

bool csv_is(struct csv_field f, const char *text)
{
    return strlen(text) == f.n && memcmp(f.s, text, f.n) == 0;
}
