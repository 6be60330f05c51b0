/* A delimited file read through a column map. */
#pragma once
#include "feed/column_map.h"
#include "feed/decoder.h"

/* Takes the map over, also on failure. NULL with *err when the file does not have its columns. */
struct decoder *map_csv_create(struct feed *f, struct input *in, const char *file,
                               struct column_map *map, struct err *err);
