/* Option roots. See root.h; the rules are those of conditions.md section D. */
#include "event/root.h"

#include <string.h>

#include "event/table.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *settlement_name(enum settlement v)
{
    return v == SETTLE_AM ? "am" : v == SETTLE_PM ? "pm" : "";
}

const char *exercise_style_name(enum exercise_style v)
{
    return v == STYLE_AMERICAN ? "american" : v == STYLE_EUROPEAN ? "european" : "";
}

/* Some twenty rows, looked at once per contract. */
static const struct root *find(const char *s, size_t n)
{
    for (size_t i = 0; i < root_rows_n; i++)
        if (strlen(root_rows[i].name) == n && memcmp(root_rows[i].name, s, n) == 0)
            return &root_rows[i];
    return NULL;
}

struct root_terms root_read(const char *root, size_t n)
{
    struct root_terms t = {.settlement = SETTLE_PM, .style = STYLE_AMERICAN, .multiplier = 100};
    t.flex = n > 1 && is_digit(root[0]);
    const char *name = root + t.flex;
    size_t len = n - t.flex, letters = len;
    while (letters > 1 && is_digit(name[letters - 1]))
        letters--;
    const struct root *row = find(name, letters);
    /* One digit behind the letters may be a size of its own; any other is an adjustment. */
    const struct root *size = len - letters == 1 ? find((const char[]){'*', name[letters]}, 2)
                                                 : NULL;
    t.adjusted = len > letters && !size;
    if (row) {
        t.index = row->index;
        t.settlement = row->settlement;
        t.style = row->style;
        t.multiplier = row->multiplier;
    }
    if (size)
        t.multiplier = size->multiplier;
    if (t.flex) {
        t.style = STYLE_UNKNOWN;
        t.settlement = t.index ? SETTLE_UNKNOWN : SETTLE_PM;
    }
    const char *under = row && row->underlying[0] ? row->underlying : name;
    memcpy(t.underlying, under,
           MIN(under == name ? letters : strlen(under), sizeof t.underlying - 1));
    return t;
}
