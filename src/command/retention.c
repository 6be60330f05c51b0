/* See retention.h. */
#include "command/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "event/calendar.h"

/* Powers of 1000, as the listing gives sizes. */
static bool size_parse(const char *s, size_t n, int64_t *ret)
{
    static const struct {
        const char *unit;
        int64_t bytes;
    } units[] = {{"kB", 1000}, {"MB", 1000000}, {"GB", 1000000000}, {"TB", 1000000000000}};
    int64_t v;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (n > 2 && memcmp(s + n - 2, units[i].unit, 2) == 0)
            return dec_parse(s, n - 2, 0, &v) == DEC_OK && v > 0 &&
                   !__builtin_mul_overflow(v, units[i].bytes, ret);
    return false;
}

static bool rule_parse(const char *s, size_t n, struct retention *ret)
{
    if (n && dec_parse(s, n, 0, &ret->count) == DEC_OK)
        return ret->count > 0;
    if (size_parse(s, n, &ret->bytes))
        return true;
    return n && duration_parse(s, n, &ret->age_ns) && ret->age_ns > 0;
}

int retention_parse(const char *text, struct retention *ret, struct err *err)
{
    *ret = (struct retention){0};
    for (const char *s = text;; s++) {
        size_t n = strcspn(s, ",");
        if (!rule_parse(s, n, ret))
            return err_set(
                err, ERR_USAGE,
                "--keep: '%.*s' is no age such as 30d, number of sessions such as 20, or "
                "size such as 50GB",
                (int)MIN(n, (size_t)60), s);
        s += n;
        if (!*s)
            return 0;
    }
}

/* Places of the lines, those with the newest events first. */
static size_t *newest_first(const struct listing *l)
{
    size_t *order = mem_grow(NULL, l->n, sizeof *order);
    for (size_t i = 0; i < l->n; i++) {
        size_t k = i;
        for (; k > 0 && l->lines[order[k - 1]].last_ns < l->lines[i].last_ns; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
    return order;
}

static const char *held_by(const struct listing_line *l)
{
    if (l->kept)
        return "pinned";
    if (l->state != LISTING_CLOSED && l->state != LISTING_EXPORT)
        return listing_state_name(l->state);
    return l->events ? NULL : "without events";
}

void retention_judge(const struct retention *r, const struct listing *l, int64_t now_ns,
                     struct verdict *ret)
{
    size_t *order = newest_first(l);
    int64_t bytes = 0, count = 0;
    for (size_t i = 0; i < l->n; i++) {
        const struct listing_line *line = &l->lines[order[i]];
        struct verdict *v = &ret[order[i]];
        *v = (struct verdict){0};
        count++;
        bytes += line->bytes;
        if (r->age_ns && line->events && line->last_ns < now_ns - r->age_ns)
            snprintf(v->why, sizeof v->why, "older than the age to keep");
        else if (r->count && count > r->count)
            snprintf(v->why, sizeof v->why, "beyond the newest %lld", (long long)r->count);
        else if (r->bytes && bytes > r->bytes)
            snprintf(v->why, sizeof v->why, "beyond %.1f MB of newer ones", (double)r->bytes / 1e6);
        const char *held = v->why[0] ? held_by(line) : NULL;
        v->goes = v->why[0] && !held;
        if (held)
            snprintf(v->why, sizeof v->why, "%s", held);
    }
    mem_free(order);
}
