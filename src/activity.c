/* Timeline counts. See activity.h. */
#include "activity.h"

#include <string.h>

#include "base/mem.h"

#define BUCKETS      8192
#define FIRST_BUCKET (5 * NS_PER_MS)

struct activity {
    int64_t from_ns, width_ns; /* of bucket 0; each bucket */
    bool any;
    uint32_t counts[BUCKETS];
    /* The last scan. */
    struct session_span scanned;
    uint32_t *scan;
    size_t n_scan;
};

struct activity *activity_create(void)
{
    struct activity *a = mem_alloc(sizeof *a);
    a->width_ns = FIRST_BUCKET;
    return a;
}

void activity_destroy(struct activity *a)
{
    if (!a)
        return;
    mem_free(a->scan);
    mem_free(a);
}

static void widen(struct activity *a)
{
    for (size_t i = 0; i < BUCKETS / 2; i++)
        a->counts[i] = a->counts[2 * i] + a->counts[2 * i + 1];
    memset(a->counts + BUCKETS / 2, 0, sizeof a->counts / 2);
    a->width_ns *= 2;
}

void activity_add(struct activity *a, int64_t ns, uint64_t n)
{
    if (!a->any)
        a->from_ns = ns;
    a->any = true;
    while ((ns - a->from_ns) / a->width_ns >= BUCKETS)
        widen(a);
    a->counts[(ns - a->from_ns) / a->width_ns] += (uint32_t)n;
}

/* Start of bucket i of n over the span. */
static int64_t bound(const struct session_span *span, size_t i, size_t n)
{
    __int128 length = (__int128)span->last_ns - span->first_ns + 1;
    return span->first_ns + (int64_t)(length * (__int128)i / (__int128)n);
}

void activity_read(const struct activity *a, const struct session_span *span, uint32_t *ret,
                   size_t n)
{
    memset(ret, 0, n * sizeof *ret);
    if (!a->any || !n)
        return;
    __int128 length = (__int128)span->last_ns - span->first_ns + 1;
    for (size_t i = 0; i < BUCKETS; i++) {
        int64_t at = a->from_ns + (int64_t)i * a->width_ns;
        if (!a->counts[i] || at > span->last_ns)
            continue;
        __int128 k = ((__int128)MAX(at, span->first_ns) - span->first_ns) * (__int128)n / length;
        ret[k] += a->counts[i];
    }
}

void activity_scan(struct activity *a, struct reader *r, const struct session_span *span,
                   uint32_t *ret, size_t n)
{
    bool same = a->n_scan == n && memcmp(&a->scanned, span, sizeof *span) == 0;
    if (!same) {
        a->scan = mem_grow(a->scan, n, sizeof *a->scan);
        memset(a->scan, 0, n * sizeof *a->scan);
        uint64_t before = span->first_seq ? span->first_seq - 1 : 0;
        for (size_t i = 0; i < n && span->first_seq; i++) {
            struct playhead at;
            if (reader_at_time(r, bound(span, i + 1, n) - 1, &at, NULL) < 0)
                break;
            a->scan[i] = at.seq > before ? (uint32_t)(at.seq - before) : 0;
            before = MAX(before, at.seq);
        }
        a->scanned = *span;
        a->n_scan = n;
    }
    memcpy(ret, a->scan, n * sizeof *ret);
}
