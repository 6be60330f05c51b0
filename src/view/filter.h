/* The filter language of ux.md: one parser for panes, --filter and exports. A compiled filter holds
 * no reference to the text. Example: symbol in {SPY QQQ} and premium >= 250k and side == buy */
#pragma once
#include "base/base.h"
#include "view/column.h"

struct filter;

struct filter_error {
    size_t at;       /* column of the error in the text, from 0 */
    bool incomplete; /* the text so far is a good beginning */
    char text[128];
};

/* NULL on error. An empty text gives a filter that takes every row. Fields are the columns of the
 * kind; unknown ones are errors with a did-you-mean. */
struct filter *filter_parse(const char *text, enum row_kind kind, struct filter_error *ret);
void filter_free(struct filter *f);
/* Whether it looks at what the quotes of a print say: it cannot be asked about rows without that
 * (reader_scan_before). */
bool filter_quotes(const struct filter *f);
bool filter_match(const struct filter *f, const struct row *r, const struct cell_context *c);
