/* Interned instruments. See symbol.h. */
#include "event/symbol.h"

#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "event/calendar.h"

#define STRIKE_UNIT (PX_ONE / 1000) /* OSI strikes are thousandths of a dollar */

struct symbols {
    struct map *map;
    struct instrument *rows; /* rows[id - 1] */
    uint32_t n;
};

struct symbols *symbols_create(void)
{
    struct symbols *s = mem_alloc(sizeof *s);
    s->map = map_create();
    s->rows = mem_reserve(LIMIT_INSTRUMENTS * sizeof *s->rows);
    return s;
}

void symbols_destroy(struct symbols *s)
{
    if (!s)
        return;
    map_destroy(s->map);
    mem_unreserve(s->rows, LIMIT_INSTRUMENTS * sizeof *s->rows);
    mem_free(s);
}

static size_t root_length(const char *osi)
{
    size_t n = 6;
    while (n > 1 && osi[n - 1] == ' ')
        n--;
    return n;
}

static void take_terms(struct instrument *in)
{
    struct root_terms t = root_read(in->symbol, root_length(in->symbol));
    in->index = t.index;
    in->adjusted = t.adjusted;
    in->flex = t.flex;
    in->settlement = t.settlement;
    in->style = t.style;
    in->multiplier = t.multiplier;
}

static uint32_t add(struct symbols *s, struct instrument *in)
{
    if (s->n == LIMIT_INSTRUMENTS - 1)
        return 0;
    in->id = ++s->n;
    if (!in->underlying)
        in->underlying = in->id;
    if (in->right)
        take_terms(in);
    s->rows[in->id - 1] = *in;
    map_put(s->map, in->symbol, strlen(in->symbol), in->id);
    return in->id;
}

uint32_t symbols_equity(struct symbols *s, const char *name, size_t n)
{
    uint32_t id;
    if (map_get(s->map, name, n, &id))
        return id;
    if (n < 1 || n > 20)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (name[i] <= ' ' || name[i] > '~' || strchr(",\"'|", name[i]))
            return 0;
    struct instrument in = {0};
    memcpy(in.symbol, name, n);
    return add(s, &in);
}

uint32_t symbols_contract(struct symbols *s, const char *root, size_t n, int32_t expiry, char right,
                          int64_t strike_px)
{
    if (n < 1 || n > 6 || !calendar_valid(expiry) || (right != 'C' && right != 'P') ||
        strike_px < 0 || strike_px % STRIKE_UNIT || strike_px / STRIKE_UNIT > 99999999 ||
        expiry < 19700101 || expiry > 20691231)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (!((root[i] >= 'A' && root[i] <= 'Z') || (root[i] >= '0' && root[i] <= '9')))
            return 0;
    struct instrument in = {.strike_px = strike_px, .expiry = expiry, .right = right};
    snprintf(in.symbol, sizeof in.symbol, "%-6.*s%06d%c%08d", (int)n, root, (int)(expiry % 1000000),
             right, (int)(strike_px / STRIKE_UNIT));
    uint32_t id;
    if (map_get(s->map, in.symbol, 21, &id))
        return id;
    struct root_terms terms = root_read(root, n);
    in.underlying = symbols_equity(s, terms.underlying, strlen(terms.underlying));
    return in.underlying ? add(s, &in) : 0;
}

static bool digits(const char *s, size_t n, int32_t *ret)
{
    int32_t v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = v * 10 + (s[i] - '0');
    }
    *ret = v;
    return true;
}

uint32_t symbols_option(struct symbols *s, const char *name, size_t n)
{
    uint32_t id;
    int32_t date, strike;
    if (map_get(s->map, name, n, &id))
        return s->rows[id - 1].right ? id : 0;
    if (n > 2 && name[0] == 'O' && name[1] == ':') {
        name += 2;
        n -= 2;
    }
    if (n < 16 || n > 21)
        return 0;
    const char *tail = name + n - 15;
    size_t root = n - 15;
    while (root && name[root - 1] == ' ')
        root--;
    if (!digits(tail, 6, &date) || !digits(tail + 7, 8, &strike))
        return 0;
    /* OSI years are two digits: 1970-2069, as listed options began in 1973. */
    date += date >= 700000 ? 19000000 : 20000000;
    return symbols_contract(s, name, root, date, tail[6], (int64_t)strike * STRIKE_UNIT);
}

const struct instrument *symbols_get(const struct symbols *s, uint32_t id)
{
    return id && id <= s->n ? &s->rows[id - 1] : NULL;
}

uint32_t symbols_count(const struct symbols *s)
{
    return s->n;
}

bool symbols_restore(struct symbols *s, const struct instrument *in)
{
    struct instrument copy = *in;
    if (in->id != s->n + 1 || in->underlying > in->id)
        return false;
    return add(s, &copy) == in->id;
}
