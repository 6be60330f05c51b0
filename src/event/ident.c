/* Ids and unknown codes as numbers. See ident.h. */
#include "event/ident.h"

#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

#define TEXT_BIT (UINT64_C(1) << 63)
#define TEXT_MAX 64

struct list {
    struct map *map;
    char (*text)[TEXT_MAX + 1];
    uint32_t n, cap;
};
struct idents {
    struct list ids, codes;
};

struct idents *idents_create(void)
{
    struct idents *t = mem_alloc(sizeof *t);
    t->ids.map = map_create();
    t->codes.map = map_create();
    return t;
}

void idents_destroy(struct idents *t)
{
    if (!t)
        return;
    map_destroy(t->ids.map);
    map_destroy(t->codes.map);
    mem_free(t->ids.text);
    mem_free(t->codes.text);
    mem_free(t);
}

/* 1-based place of the text in the list, added when new. */
static uint32_t intern(struct list *l, const char *s, size_t n)
{
    uint32_t at;
    if (map_get(l->map, s, n, &at))
        return at;
    if (l->n == l->cap) {
        l->cap = MAX(l->cap * 2, 64u);
        l->text = mem_grow(l->text, l->cap, sizeof *l->text);
    }
    memcpy(l->text[l->n], s, n);
    l->text[l->n][n] = '\0';
    map_put(l->map, s, n, ++l->n);
    return l->n;
}

uint64_t ident_of(struct idents *t, const char *s, size_t n)
{
    uint64_t v = 0;
    if (n == 0)
        return 0;
    if (n > TEXT_MAX)
        return UINT64_MAX;
    /* "007" and "7" are different texts: only the canonical decimal is its own number, and "0" is
     * a text since 0 means none. */
    bool number = n <= 18 && s[0] != '0';
    for (size_t i = 0; i < n && number; i++) {
        number = s[i] >= '0' && s[i] <= '9';
        v = v * 10 + (uint64_t)(s[i] - '0');
    }
    return number ? v : TEXT_BIT | intern(&t->ids, s, n);
}

size_t ident_text(const struct idents *t, uint64_t id, char *buf, size_t cap)
{
    if (id == 0 || cap == 0) {
        if (cap)
            buf[0] = '\0';
        return 0;
    }
    if (!(id & TEXT_BIT))
        return (size_t)snprintf(buf, cap, "%llu", (unsigned long long)id);
    uint64_t at = id & ~TEXT_BIT;
    const char *s = at - 1 < t->ids.n ? t->ids.text[at - 1] : "?";
    return text_clean(buf, cap, s, strlen(s));
}

uint16_t ident_code(struct idents *t, const char *s, size_t n)
{
    uint32_t at;
    if (n == 0 || n > TEXT_MAX)
        return 0;
    if (!map_get(t->codes.map, s, n, &at) && t->codes.n == UINT16_MAX)
        return 0;
    return (uint16_t)intern(&t->codes, s, n);
}

size_t ident_code_text(const struct idents *t, uint16_t code, char *buf, size_t cap)
{
    const char *s = code && code <= t->codes.n ? t->codes.text[code - 1] : "";
    return cap ? text_clean(buf, cap, s, strlen(s)) : 0;
}

uint16_t ident_code_count(const struct idents *t)
{
    return (uint16_t)t->codes.n;
}
