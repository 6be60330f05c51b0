/* The part of the detail view about legs read as one order: what it is consistent with, its legs
 * against their quotes, the net price against the market of the whole. */
#pragma once
#include "store/query.h"
#include "tui/detail.h"
#include "view/column.h"

/* A package's own structure, or inferred ones that a packet may be a leg of. */
void detail_structure(struct detail *d, const struct structure *s, const struct cell_context *c);
/* The arithmetic of a packet's opening minimum (microstructure.md section 7), where it is stated.
 */
void detail_opening(struct detail *d, const struct packet *k);
/* "1.10 |-----+--o--| 1.40": where a price stands in a market, 21 cells wide; false when the market
 * has no width. */
bool market_bar(int64_t bid, int64_t ask, int64_t px, bool ascii, char *buf, size_t cap);

/* Lines, written by detail.c: a title after an empty line; a name and its text, wrapped. */
void detail_title(struct detail *d, const char *text);
void detail_text(struct detail *d, enum style st, const char *name, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
