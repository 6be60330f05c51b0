/* Open-addressing hash map from short byte strings to u32; used to intern names. Keys are copied
 * into the map's own arena. Not for the event path of the deck: that uses dense ids. */
#pragma once
#include "base/base.h"

struct map;

struct map *map_create(void);
void map_destroy(struct map *m);
bool map_get(const struct map *m, const void *key, size_t n, uint32_t *ret_value);
void map_put(struct map *m, const void *key, size_t n, uint32_t value); /* replaces */
size_t map_count(const struct map *m);
