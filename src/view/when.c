/* Times as people type them. See when.h. */
#include "view/when.h"

#include <string.h>

#include "base/dec.h"
#include "event/calendar.h"

static bool two_digits(const char *s, size_t n, int64_t below, int64_t *ret)
{
    int64_t v = 0;
    if (n < 1 || n > 2)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = v * 10 + (s[i] - '0');
    }
    *ret = v;
    return v < below;
}

bool clock_parse(const char *s, size_t n, int64_t *ret_ns)
{
    int64_t h, m, sec = 0;
    const char *colon = memchr(s, ':', n);
    size_t at = colon ? (size_t)(colon - s) : 0;
    if (!colon || n < at + 3 || !two_digits(s, at, 24, &h) || !two_digits(s + at + 1, 2, 60, &m))
        return false;
    if (n > at + 3) {
        const char *rest = s + at + 4;
        size_t len = n - at - 4;
        /* Seconds as exact decimals of 1e-9: `15.25`; no sign. */
        if (n < at + 6 || s[at + 3] != ':' || *rest < '0' || *rest > '9' ||
            dec_parse(rest, len, 9, &sec) != DEC_OK || sec >= 60 * NS_PER_SEC)
            return false;
    }
    *ret_ns = (h * 60 + m) * 60 * NS_PER_SEC + sec;
    return true;
}

/* from_ns plus a duration, held within int64. */
static bool offset(const char *s, size_t n, int64_t from_ns, int64_t *ret)
{
    int64_t d;
    if (!duration_parse(s + 1, n - 1, &d))
        return false;
    return s[0] == '+' ? !__builtin_add_overflow(from_ns, d, ret)
                       : !__builtin_sub_overflow(from_ns, d, ret);
}

static bool percent(const char *s, size_t n, const struct session_span *span, int64_t *ret)
{
    int64_t p, part;
    if (n < 2 || s[n - 1] != '%' || dec_parse(s, n - 1, 9, &p) != DEC_OK || p < 0 ||
        p > 100 * PX_ONE || !dec_muldiv(span->last_ns - span->first_ns, p, 100 * PX_ONE, &part))
        return false;
    *ret = span->first_ns + part;
    return true;
}

int when_parse(const char *text, const struct session_span *span, int64_t from_ns, int64_t *ret_ns,
               struct err *err)
{
    size_t n = strlen(text);
    int32_t date = calendar_ny_date(span->first_ns);
    int64_t v = 0;
    bool known = false;
    if (strcmp(text, "open") == 0 || strcmp(text, "close") == 0) {
        struct trading_day day = calendar_day(date);
        v = text[0] == 'o' ? day.open_ns : day.close_ns;
        known = day.open_ns != day.close_ns;
        if (!known)
            return err_set(err, ERR_USAGE, "the market was closed on %d (%s): no %s", (int)date,
                           day.note, text);
    } else if (n && (text[0] == '+' || text[0] == '-')) {
        int64_t base = text[0] == '+' ? span->first_ns : span->last_ns;
        known = offset(text, n, from_ns == INT64_MIN ? base : from_ns, &v);
    } else if (clock_parse(text, n, &v)) {
        v = calendar_ny_ns(date, v);
        known = true;
    } else {
        known = percent(text, n, span, &v) || time_parse(text, n, &v);
    }
    if (!known)
        return err_set(err, ERR_USAGE,
                       "cannot read the time '%s': give 2024-06-14T13:55:03Z, ns since 1970, "
                       "09:31:15 (New York), +90s (from the start), -5m (before the end), 50%%, "
                       "open or close",
                       text);
    *ret_ns = v;
    return 0;
}
