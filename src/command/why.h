/* Parts of `tapedeck why` that its files share: lines of the tree, rows as JSON. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "store/query.h"
#include "view/column.h"

#define LINE_CAP 1024

struct why {
    struct reader *reader;
    struct cell_context cells;
    bool json;
};

/* One line of the tree: the branch marks (| + ` and blank), then the text without control bytes. */
void why_line(const struct why *w, const char *marks, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Screen form (cell) or machine form of a column of a row; the buffer is the caller's. */
const char *why_show(const struct why *w, const struct row *r, const char *name, bool cell,
                     char *buf, size_t cap);
#define SHOW(w, r, name) why_show(w, r, name, true, (char[256]){0}, 256)
#define TELL(w, r, name) why_show(w, r, name, false, (char[256]){0}, 256)
/* The sentences of a row, a line each. */
void why_lines_of(const struct why *w, const char *marks, const struct row *r);
/* A print with its quotes. head: marks of its own line; body: of what hangs below it. */
void why_print(const struct why *w, const char *head, const char *body, const struct row *r);
void why_json_row(const struct why *w, const struct row *r);
void why_json_print(const struct why *w, const struct row *r);

/* Forward, volatility and greeks of a packet; of a print and the quote it met. why_greeks.c. */
void why_greeks(const struct why *w, const char *marks, const struct row *p);
void why_print_greeks(const struct why *w, const char *marks, const struct row *r);
/* `,"american":{...}` of a packet that may be exercised early, `,"greeks":{...}` of a print. */
void why_json_greeks(const struct why *w, const struct row *p);
void why_json_print_greeks(const struct why *w, const struct row *r);

/* The prints of a packet, as its kind has them: by legs, by members of a run, or one by one.
 * why_structure.c. */
void why_prints(const struct why *w, const struct row *p, const struct row *prints, size_t n);
/* What a packet is besides: a leg of inferred structures, the first of a campaign. */
void why_besides(const struct why *w, uint64_t packet);
/* `,"structure":{...},"legs":[...]` of a package, `,"merged":[...]` of a run, `,"also":[...]` */
void why_json_besides(const struct why *w, const struct row *p);
/* A structure or a campaign by itself. ERR_NO_ROWS when there is none. */
int why_structure(const struct why *w, uint64_t id, struct err *err);
int why_campaign(const struct why *w, uint64_t id, struct err *err);
