/* Interning hash map. See map.h. */
#include "base/map.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"

struct entry {
    uint32_t hash, value;
    uint32_t key; /* offset into the arena plus one; 0 = empty */
    uint32_t n;
};

struct map {
    struct entry *slots;
    size_t cap, count;
    char *arena;
    size_t arena_len, arena_cap;
};

struct map *map_create(void)
{
    struct map *m = mem_alloc(sizeof *m);
    m->cap = 1024;
    m->slots = mem_alloc(m->cap * sizeof *m->slots);
    return m;
}

void map_destroy(struct map *m)
{
    if (!m)
        return;
    mem_free(m->slots);
    mem_free(m->arena);
    mem_free(m);
}

static struct entry *find(const struct map *m, const void *key, size_t n, uint32_t hash)
{
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct entry *e = &m->slots[i];
        if (!e->key || (e->hash == hash && e->n == n && memcmp(m->arena + e->key - 1, key, n) == 0))
            return e;
    }
}

static void grow(struct map *m)
{
    struct entry *old = m->slots;
    size_t cap = m->cap;
    m->cap *= 2;
    m->slots = mem_alloc(m->cap * sizeof *m->slots);
    for (size_t i = 0; i < cap; i++) {
        if (!old[i].key)
            continue;
        size_t at = old[i].hash & (m->cap - 1);
        while (m->slots[at].key)
            at = (at + 1) & (m->cap - 1);
        m->slots[at] = old[i];
    }
    mem_free(old);
}

bool map_get(const struct map *m, const void *key, size_t n, uint32_t *ret_value)
{
    const struct entry *e = find(m, key, n, (uint32_t)XXH3_64bits(key, n));
    if (!e->key)
        return false;
    *ret_value = e->value;
    return true;
}

void map_put(struct map *m, const void *key, size_t n, uint32_t value)
{
    uint32_t hash = (uint32_t)XXH3_64bits(key, n);
    struct entry *e = find(m, key, n, hash);
    if (e->key) {
        e->value = value;
        return;
    }
    if (m->count * 2 >= m->cap) {
        grow(m);
        e = find(m, key, n, hash);
    }
    if (m->arena_len + n > m->arena_cap) {
        m->arena_cap = MAX(m->arena_cap * 2, m->arena_len + n + 4096);
        m->arena = mem_grow(m->arena, m->arena_cap, 1);
    }
    memcpy(m->arena + m->arena_len, key, n);
    *e = (struct entry){
        .hash = hash, .value = value, .n = (uint32_t)n, .key = (uint32_t)m->arena_len + 1};
    m->arena_len += n;
    m->count++;
}

size_t map_count(const struct map *m)
{
    return m->count;
}
