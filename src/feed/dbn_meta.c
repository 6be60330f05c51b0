/* DBN metadata and the table of instrument ids. See dbn.h. */
#include <endian.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "event/calendar.h"
#include "feed/dbn.h"

#define DAY_NS     (INT64_C(86400) * NS_PER_SEC)
#define FIXED_PART 104 /* from behind the length field to the symbol lists, in all versions */
#define MAX_WIDTH  1024

struct dbn_names {
    struct dbn_name *rows;
    uint32_t n, cap;
    uint32_t *slots; /* newest row of an id + 1; 0 = empty */
    uint32_t n_slots, used;
};

struct dbn_names *dbn_names_create(void)
{
    struct dbn_names *t = mem_alloc(sizeof *t);
    t->n_slots = 1024;
    t->slots = mem_alloc(t->n_slots * sizeof *t->slots);
    return t;
}

void dbn_names_destroy(struct dbn_names *t)
{
    if (!t)
        return;
    mem_free(t->rows);
    mem_free(t->slots);
    mem_free(t);
}

static uint32_t *slot_of(struct dbn_names *t, uint32_t id)
{
    uint32_t mask = t->n_slots - 1;
    /* Fibonacci hashing: instrument ids are dense in places. */
    for (uint32_t i = id * 2654435769u >> 7 & mask;; i = (i + 1) & mask)
        if (!t->slots[i] || t->rows[t->slots[i] - 1].id == id)
            return &t->slots[i];
}

static void grow_slots(struct dbn_names *t)
{
    uint32_t *old = t->slots, n = t->n_slots;
    t->n_slots *= 2;
    t->slots = mem_alloc(t->n_slots * sizeof *t->slots);
    for (uint32_t i = 0; i < n; i++)
        if (old[i])
            *slot_of(t, t->rows[old[i] - 1].id) = old[i];
    mem_free(old);
}

void dbn_names_add(struct dbn_names *t, uint32_t id, int64_t from_ns, int64_t to_ns,
                   const char *text, size_t n, char class)
{
    struct dbn_name row = {.id = id, .from_ns = from_ns, .to_ns = to_ns, .class = class};
    text_clean(row.text, sizeof row.text, text, n);
    if (t->used * 2 >= t->n_slots)
        grow_slots(t);
    uint32_t *slot = slot_of(t, id);
    if (*slot) {
        struct dbn_name *newest = &t->rows[*slot - 1];
        if (strcmp(newest->text, row.text) == 0 && newest->class == class &&
            newest->from_ns <= from_ns && newest->to_ns >= from_ns) {
            newest->to_ns = MAX(newest->to_ns, to_ns); /* repeated by the gateway */
            return;
        }
    }
    if (t->n == t->cap) {
        t->cap = MAX(t->cap * 2, 256u);
        t->rows = mem_grow(t->rows, t->cap, sizeof *t->rows);
    }
    row.older = *slot;
    t->used += *slot == 0;
    t->rows[t->n] = row;
    *slot = ++t->n;
}

struct dbn_name *dbn_names_find(struct dbn_names *t, uint32_t id, int64_t ns)
{
    for (uint32_t at = *slot_of(t, id); at; at = t->rows[at - 1].older) {
        struct dbn_name *row = &t->rows[at - 1];
        if (ns >= row->from_ns && ns < row->to_ns)
            return row;
    }
    return NULL;
}

/* ---- metadata ---- */

struct reader {
    struct input *in;
    uint64_t left; /* bytes of metadata not yet read, as announced */
};

/* n bytes, or NULL when they are not there or not part of the metadata. */
static const uint8_t *take(struct reader *r, size_t n)
{
    const uint8_t *p = n <= r->left ? input_need(r->in, n) : NULL;
    if (p) {
        input_skip(r->in, n);
        r->left -= n;
    }
    return p;
}

static bool take_u32(struct reader *r, uint32_t *ret)
{
    const uint8_t *p = take(r, 4);
    if (!p)
        return false;
    memcpy(ret, p, 4);
    *ret = le32toh(*ret);
    return true;
}

static bool pass(struct reader *r, uint64_t n)
{
    while (n) {
        size_t step = MIN(n, 64u << 10);
        if (!take(r, step))
            return false;
        n -= step;
    }
    return true;
}

static uint64_t u64_at(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return le64toh(v);
}

static uint16_t u16_at(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static bool read_fixed(struct reader *r, struct dbn_metadata *m)
{
    const uint8_t *p = take(r, FIXED_PART);
    if (!p)
        return false;
    size_t n = strnlen((const char *)p, 16);
    text_clean(m->dataset, sizeof m->dataset, (const char *)p, n);
    m->schema = u16_at(p + 16);
    m->start_ns = u64_at(p + 18);
    m->end_ns = u64_at(p + 26);
    m->limit = u64_at(p + 34);
    const uint8_t *q = p + (m->version == 1 ? 50 : 42); /* version 1 counts records at 42 */
    m->stype_in = q[0];
    m->stype_out = q[1];
    m->ts_out = q[2] != 0;
    m->width = m->version == 1 ? 22 : u16_at(q + 3);
    uint32_t definition = (uint32_t)(u16_at(p + 100) | (uint32_t)u16_at(p + 102) << 16);
    return m->width > 0 && m->width <= MAX_WIDTH && pass(r, definition);
}

static bool number_of(const char *s, size_t n, uint32_t *ret)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9' || v > UINT32_MAX)
            return false;
        v = v * 10 + (uint64_t)(s[i] - '0');
    }
    *ret = (uint32_t)v;
    return n > 0 && v <= UINT32_MAX;
}

/* UTC midnight of a yyyymmdd; dates too late for 64 bits of nanoseconds are "for ever". */
static bool day_ns(uint32_t date, int64_t *ret)
{
    if (date < 19700101 || date > 99991231 || !calendar_valid((int32_t)date))
        return false;
    *ret = date > 22611231 ? INT64_MAX : calendar_days((int32_t)date) * DAY_NS;
    return true;
}

/* One interval of a mapping: one of its two names is the instrument id (stype 0). */
static bool read_interval(struct reader *r, const struct dbn_metadata *m, const char *raw,
                          struct dbn_names *names)
{
    uint32_t from, to, id;
    int64_t from_ns, to_ns;
    if (!take_u32(r, &from) || !take_u32(r, &to))
        return false;
    const char *symbol = (const char *)take(r, m->width);
    if (!symbol || !day_ns(from, &from_ns) || !day_ns(to, &to_ns))
        return false;
    size_t n_raw = strnlen(raw, m->width), n = strnlen(symbol, m->width);
    if (m->stype_out == 0 && number_of(symbol, n, &id))
        dbn_names_add(names, id, from_ns, to_ns, raw, n_raw, 0);
    else if (m->stype_in == 0 && number_of(raw, n_raw, &id))
        dbn_names_add(names, id, from_ns, to_ns, symbol, n, 0);
    return true;
}

static bool read_mappings(struct reader *r, struct dbn_metadata *m, struct dbn_names *names)
{
    char raw[MAX_WIDTH];
    if (!take_u32(r, &m->n_mappings))
        return false;
    for (uint32_t i = 0; i < m->n_mappings; i++) {
        uint32_t intervals;
        const uint8_t *p = take(r, m->width);
        if (!p)
            return false;
        memcpy(raw, p, m->width);
        if (!take_u32(r, &intervals))
            return false;
        for (uint32_t k = 0; k < intervals; k++)
            if (!read_interval(r, m, raw, names))
                return false;
    }
    return true;
}

static bool read_lists(struct reader *r, struct dbn_metadata *m)
{
    for (int i = 0; i < 3; i++) { /* symbols, partial, not found */
        uint32_t n;
        if (!take_u32(r, &n) || (uint64_t)n * m->width > r->left ||
            !pass(r, (uint64_t)n * m->width))
            return false;
        if (i == 0)
            m->n_symbols = n;
    }
    return true;
}

int dbn_read_metadata(struct input *in, const char *file, struct dbn_metadata *ret,
                      struct dbn_names *names, struct err *err)
{
    struct dbn_metadata m = {0};
    struct reader r = {in, 8};
    const uint8_t *p = take(&r, 8);
    if (!p || memcmp(p, "DBN", 3) != 0)
        return err_set(err, ERR_FEED, "%s: no DBN metadata at its beginning", file);
    m.version = p[3];
    if (m.version < 1 || m.version > 3)
        return err_set(err, ERR_FEED, "%s: DBN version %u; versions 1 to 3 can be read", file,
                       m.version);
    r.left = (uint32_t)(u16_at(p + 4) | (uint32_t)u16_at(p + 6) << 16);
    if (!read_fixed(&r, &m) || !read_lists(&r, &m) || !read_mappings(&r, &m, names) ||
        !pass(&r, r.left))
        return err_set(err, ERR_FEED,
                       "%s: the DBN metadata is damaged or cut short at byte %llu; get the file "
                       "again",
                       file, (unsigned long long)input_offset(in));
    *ret = m;
    return 0;
}
