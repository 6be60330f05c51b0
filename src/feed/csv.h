/* One line of comma-separated values per RFC 4180, split in place. */
#pragma once
#include "base/base.h"

#define CSV_FIELDS 64

struct csv_field {
    char *s; /* not terminated */
    size_t n;
};

/* Splits the n bytes of a line, taking doubled quotes out of quoted fields. Returns the number of
 * fields (at least 1), or -1 for a quote that is not closed on its line, text after a closing
 * quote, or more than CSV_FIELDS fields. */
int csv_split(char *line, size_t n, struct csv_field f[CSV_FIELDS]);

/* Blanks at both ends cut. */
struct csv_field csv_trim(struct csv_field f);
bool csv_is(struct csv_field f, const char *text);
