/* What a packet is, in short words beside its row: kind and grade, state, opening minimum, rarity,
 * flags, net price. The most important first, so that a narrow pane cuts the least. */
#pragma once
#include "base/base.h"
#include "view/column.h"

#define TAGS_MAX 32

struct tag {
    char text[96];
    const char *brief; /* where that has no room; NULL = left out then */
    uint8_t style;     /* enum style; the word says the same */
};
/* Returns how many; none for rows of other kinds. Narrow: shorter words, and none for what the
 * row's other columns say. */
size_t tags_of(const struct row *row, const struct cell_context *c, bool narrow,
               struct tag ret[TAGS_MAX]);
/* All of them as one text, one blank apart: what a search looks at. */
size_t tags_text(const struct row *row, const struct cell_context *c, char *buf, size_t cap);
