/* Internal to store/: events and records to and from table rows. The one place that knows which
 * column holds what. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "event/event.h"
#include "event/record.h"
#include "event/symbol.h"
#include "store/batch.h"
#include "store/dim.h"

enum raw_table {
    RAW_OPTION_PRINT,
    RAW_OPTION_QUOTE,
    RAW_EQUITY_PRINT,
    RAW_EQUITY_QUOTE,
    RAW_CORRECTION,
    RAW_STATUS,
    RAW_REFERENCE,
    RAW_GAP,
    RAW_COUNT
};
const char *raw_table_name(enum raw_table t);
enum raw_table raw_table_of(enum event_kind kind);
/* "seq, ts_ns, lag_ns, ..." each behind "p.", in the order row_read expects; n columns. */
const char *raw_table_columns(enum raw_table t, int *ret_n);

/* Values with a stored form of their own: prices (PX_NONE is NULL), and sizes of options: whole
 * contracts, or an exact decimal where a feed gives a part of one (false when damaged). */
void cell_px(struct cells *c, int at, int64_t px);
int64_t read_px(sqlite3_stmt *s, int at);
void cell_whole(struct cells *c, int at, int64_t qty);
bool read_whole(sqlite3_stmt *s, int at, int64_t *ret);

/* Writing: each fills the cells of a row of its table from cleared ones; false when a combination
 * could not be stored (an SQLite error). */
bool row_cells(struct cells *c, const struct event *ev, struct dim_writer *dims);
/* Reads one from columns `at`...; false when the row cannot be an event of this session (its
 * instrument, kind or combination is not there). */
bool row_read(sqlite3_stmt *s, int at, enum raw_table t, const struct dim_rows *dims,
              const struct symbols *symbols, struct event *ret);

/* Joins. print is what the join is about, for what follows from it; may be NULL when not known. */
#define OPTION_JOIN_COLUMNS 6
#define EQUITY_JOIN_COLUMNS 7
bool join_cells(struct cells *c, const struct join *j, const struct event *print, bool option,
                struct dim_writer *dims);
/* "SELECT print columns, join columns FROM ... " of option (or equity) prints, each with its join
 * and, if asked for, its quotes; add WHERE p.seq ... */
const char *print_select(bool option, bool quotes);
/* Reads the join at columns `at`, without its quotes; false when damaged. *ret is zeroed where the
 * print has none; *ret_any says so. */
bool join_read(sqlite3_stmt *s, int at, const struct event *print, const struct dim_rows *dims,
               struct join *ret, bool *ret_any);
#define JOIN_FACTS 8 /* columns that it reads */
/* Puts the quotes into it, from the same row; false when one is not there. */
bool join_quotes(sqlite3_stmt *s, int at, bool option, struct join *j);
/* "SELECT ... FROM option_quote (or equity_quote) "; add WHERE seq = ... That row into a join that
 * names it; false when damaged. */
const char *quote_select(bool option);
bool quote_to_join(sqlite3_stmt *s, uint64_t seq, bool option, struct join *j);

/* Later versions of joins, in a table of their own; nothing of them is left out. */
#define OPTION_REVISION_COLUMNS 10
#define EQUITY_REVISION_COLUMNS 11
bool revision_cells(struct cells *c, uint64_t rev, const struct join *j, bool option,
                    struct dim_writer *dims);
/* "SELECT ... FROM option_revision (or equity_revision) j ..."; add WHERE j.seq or j.rev ... */
const char *revision_select(bool option);
bool revision_read(sqlite3_stmt *s, bool option, const struct dim_rows *dims, uint64_t *ret_rev,
                   struct join *ret);

/* Repairs. */
#define REPAIR_COLUMNS 4
void repair_cells(struct cells *c, uint64_t rev, const struct repair *p);
/* Columns rev, seq, target, outcome. */
bool repair_read(sqlite3_stmt *s, uint64_t *ret_rev, struct repair *ret);

/* Packets. A packet that is exactly its one print needs no row in packet_sum. */
struct lone_print { /* what is remembered of a print: for that comparison, and as in force */
    uint64_t seq;
    int64_t px, qty, ts_ns, notional;
    uint32_t sym;
    int8_t side;
    uint8_t revision;
    bool equity;
};
bool packet_is_lone(const struct packet *p, const struct lone_print *print);
#define PACKET_ROW_COLUMNS  12
#define PACKET_MORE_COLUMNS 5
#define PACKET_SUM_COLUMNS  13
bool packet_cells(struct cells *c, uint64_t rev, const struct packet *p, struct dim_writer *dims);
void packet_sum_cells(struct cells *c, uint64_t rev, const struct packet *p);
/* A row of packet_more: what most packets do not have. */
bool packet_has_more(const struct packet *p);
void packet_more_cells(struct cells *c, uint64_t rev, const struct packet *p);
/* A row of packet_revision: of versions made by a later event, and of all after the first. */
#define PACKET_REVISION_COLUMNS 4
void packet_revision_cells(struct cells *c, uint64_t rev, const struct packet *p, bool first);
/* "SELECT ... FROM packet k ..."; add WHERE k.rev ...; v is the row of packet_revision, if any. */
const char *packet_select(void);
bool packet_read(sqlite3_stmt *s, const struct dim_rows *dims, const struct symbols *symbols,
                 uint64_t *ret_rev, struct packet *ret);

/* What a print's notional is unless the row says otherwise: price x size (x 100 for options), in
 * 1e-9 dollars; false when that is not whole or does not fit. */
bool plain_notional(const struct event *print, int64_t *ret);
