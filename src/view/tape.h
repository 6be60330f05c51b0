/* The read model of one tape: rows of a kind in engine order. Live rows sit in a ring fed by the
 * deck (this is a sink); what has scrolled out, and everything in a replay, is read from the
 * session file as of the playhead. Panes ask for pages; nobody holds a pointer to a row. */
#pragma once
#include "base/base.h"
#include "event/sink.h"
#include "store/query.h"
#include "view/filter.h"

struct tapes;

/* Any of reader and capacity may be absent: live = ring, replay = reader only. Borrowed. */
struct tapes *tapes_create(const struct symbols *symbols, const struct idents *idents,
                           size_t rows_each);
void tapes_destroy(struct tapes *t);
void tapes_set_rate(struct tapes *t, int64_t rate_bp); /* of cell_context, for filters */
void tapes_set_reader(struct tapes *t, struct reader *r);
struct sink tapes_sink(struct tapes *t);

/* A page as of `at`: the newest n rows with key < before that pass the filter (NULL = all), older
 * first. UINT64_MAX = from the end. Looks at most `scan_limit` rows (0 = 200,000) and says in
 * *ret_more whether older rows were left unread. Returns the count or -code. */
int tape_page(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t before,
              const struct filter *f, size_t scan_limit, struct row *ret, size_t n, bool *ret_more,
              struct err *err);
/* The same forwards: the oldest n rows with key > after. */
int tape_page_after(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t after,
                    const struct filter *f, size_t scan_limit, struct row *ret, size_t n,
                    struct err *err);
/* The same of rows as they were first told, whatever became of them by then: where something
 * appeared on the tape, the same places whichever way one goes. */
int tape_told(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t before,
              const struct filter *f, struct row *ret, size_t n, bool *ret_more, struct err *err);
int tape_told_after(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t after,
                    const struct filter *f, struct row *ret, size_t n, struct err *err);
/* Rows of a kind that the live ring has seen since start (not only those kept), without those that
 * were cancelled or retracted while they were in it. */
uint64_t tape_total(const struct tapes *t, enum row_kind kind);
