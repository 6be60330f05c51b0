/* Events and packets to and from table rows; joins are in row_join.c. See row.h.
 *
 * Ids (ident.h) are numbers or interned texts with the top bit set; a text n is stored as -n, which
 * keeps it short. Sizes of options are whole contracts; should a feed ever give another, it is kept
 * exactly as a decimal in a BLOB. Nothing read is trusted: numbers are checked before they are used
 * as an index, and a row that cannot be right is refused. */
#include "store/row.h"

#include <string.h>

#include "base/dec.h"
#include "base/text.h"

static const struct {
    const char *name;
    const char *columns;
    int n;
} tables[RAW_COUNT] = {
    [RAW_OPTION_PRINT] = {"option_print",
                          "p.seq, p.ts_ns, p.lag_ns, p.instrument, p.price_e9, p.size, p.origin, "
                          "p.id, p.report_ns",
                          9},
    [RAW_OPTION_QUOTE] = {"option_quote",
                          "p.seq, p.ts_ns, p.lag_ns, p.instrument, p.bid_e9, p.ask_e9, p.bid_size, "
                          "p.ask_size, p.origin",
                          9},
    [RAW_EQUITY_PRINT] = {"equity_print",
                          "p.seq, p.ts_ns, p.lag_ns, p.symbol, p.price_e9, p.size_e6, p.origin, "
                          "p.id, p.report_ns",
                          9},
    [RAW_EQUITY_QUOTE] = {"equity_quote",
                          "p.seq, p.ts_ns, p.lag_ns, p.symbol, p.bid_e9, p.ask_e9, p.bid_size_e6, "
                          "p.ask_size_e6, p.origin",
                          9},
    [RAW_CORRECTION] = {"correction",
                        "p.seq, p.ts_ns, p.lag_ns, p.kind, p.sym, p.price_e9, p.size_e6, p.origin, "
                        "p.id, p.ref, p.report_ns",
                        11},
    [RAW_STATUS] = {"status",
                    "p.seq, p.ts_ns, p.lag_ns, p.sym, p.code, p.value, p.value2, p.venue, p.feed",
                    9},
    [RAW_REFERENCE] = {"reference",
                       "p.seq, p.ts_ns, p.lag_ns, p.kind, p.sym, p.quantity_e6, p.underlying, "
                       "p.venue, p.feed, p.note",
                       10},
    [RAW_GAP] = {"gap",
                 "p.seq, p.ts_ns, p.lag_ns, p.sym, p.from_ns, p.to_ns, p.missing, p.reason, "
                 "p.venue, p.feed",
                 10},
};

static const uint8_t table_of_kind[EV_COUNT] = {
    [EV_OPTION_PRINT] = RAW_OPTION_PRINT,
    [EV_OPTION_QUOTE] = RAW_OPTION_QUOTE,
    [EV_EQUITY_PRINT] = RAW_EQUITY_PRINT,
    [EV_EQUITY_QUOTE] = RAW_EQUITY_QUOTE,
    [EV_CANCEL] = RAW_CORRECTION,
    [EV_CORRECT] = RAW_CORRECTION,
    [EV_STATUS] = RAW_STATUS,
    [EV_OPEN_INTEREST] = RAW_REFERENCE,
    [EV_CONTRACT] = RAW_REFERENCE,
    [EV_GAP] = RAW_GAP,
};

const char *raw_table_name(enum raw_table t)
{
    return tables[t].name;
}

enum raw_table raw_table_of(enum event_kind kind)
{
    assert((size_t)kind < EV_COUNT);
    return (enum raw_table)table_of_kind[kind];
}

const char *raw_table_columns(enum raw_table t, int *ret_n)
{
    *ret_n = tables[t].n;
    return tables[t].columns;
}

/* Values with a stored form of their own. */

static void cell_id(struct cells *c, int at, uint64_t id)
{
    const uint64_t top = UINT64_C(1) << 63;
    if (id == 0)
        cell_null(c, at);
    else if (id < top)
        cell_int(c, at, (int64_t)id);
    else
        cell_int(c, at, id == top ? INT64_MIN : -(int64_t)(id - top));
}

static uint64_t read_id(sqlite3_stmt *s, int at)
{
    int64_t v = sqlite3_column_int64(s, at);
    const uint64_t top = UINT64_C(1) << 63;
    return v >= 0 ? (uint64_t)v : v == INT64_MIN ? top : top | (uint64_t)-v;
}

void cell_px(struct cells *c, int at, int64_t px)
{
    if (px == PX_NONE)
        cell_null(c, at);
    else
        cell_int(c, at, px);
}

int64_t read_px(sqlite3_stmt *s, int at)
{
    return sqlite3_column_type(s, at) == SQLITE_NULL ? PX_NONE : sqlite3_column_int64(s, at);
}

void cell_whole(struct cells *c, int at, int64_t qty)
{
    if (qty % QTY_ONE == 0) {
        cell_int(c, at, qty / QTY_ONE);
        return;
    }
    char text[32];
    size_t n = dec_format(text, sizeof text, qty, QTY_DIGITS, 0);
    cell_odd(c, at, SQLITE_BLOB, text, n);
}

bool read_whole(sqlite3_stmt *s, int at, int64_t *ret)
{
    if (sqlite3_column_type(s, at) != SQLITE_BLOB)
        return !__builtin_mul_overflow(sqlite3_column_int64(s, at), QTY_ONE, ret);
    const char *text = sqlite3_column_blob(s, at);
    int n = sqlite3_column_bytes(s, at);
    return text && n > 0 && dec_parse(text, (size_t)n, QTY_DIGITS, ret) == DEC_OK;
}

/* Writing. Times wrap rather than overflow: what a feed gave comes back whatever it was. */

static void cells_head(struct cells *c, const struct event *ev)
{
    cell_int(c, 0, (int64_t)ev->seq);
    cell_int(c, 1, ev->ts_ns);
    cell_int(c, 2, (int64_t)((uint64_t)ev->recv_ns - (uint64_t)ev->ts_ns));
}

static bool cells_print(struct cells *c, const struct event *ev, struct dim_writer *dims)
{
    const struct print *p = &ev->u.print;
    uint32_t origin = dim_put(dims, DIM_ORIGIN, dim_of_print(ev));
    cell_int(c, 3, ev->sym);
    cell_int(c, 4, p->px);
    if (ev->kind == EV_OPTION_PRINT)
        cell_whole(c, 5, p->qty);
    else
        cell_int(c, 5, p->qty);
    cell_int(c, 6, origin);
    cell_id(c, 7, p->id);
    cell_nonzero(c, 8, p->report_ns);
    return origin != 0;
}

static bool cells_quote(struct cells *c, const struct event *ev, struct dim_writer *dims)
{
    const struct quote *q = &ev->u.quote;
    uint32_t origin = dim_put(dims, DIM_QUOTE_ORIGIN, dim_of_quote(ev));
    cell_int(c, 3, ev->sym);
    cell_px(c, 4, q->bid);
    cell_px(c, 5, q->ask);
    if (ev->kind == EV_OPTION_QUOTE) {
        cell_whole(c, 6, q->bid_qty);
        cell_whole(c, 7, q->ask_qty);
    } else {
        cell_int(c, 6, q->bid_qty);
        cell_int(c, 7, q->ask_qty);
    }
    cell_int(c, 8, origin);
    return origin != 0;
}

static bool cells_correction(struct cells *c, const struct event *ev, struct dim_writer *dims)
{
    const struct print *p = &ev->u.print;
    uint32_t origin = dim_put(dims, DIM_ORIGIN, dim_of_print(ev));
    cell_int(c, 3, ev->kind);
    cell_int(c, 4, ev->sym);
    cell_int(c, 5, p->px);
    cell_int(c, 6, p->qty);
    cell_int(c, 7, origin);
    cell_id(c, 8, p->id);
    cell_id(c, 9, p->ref);
    cell_nonzero(c, 10, p->report_ns);
    return origin != 0;
}

static bool cells_status(struct cells *c, const struct event *ev, struct dim_writer *dims)
{
    (void)dims;
    const struct status *u = &ev->u.status;
    cell_int(c, 3, ev->sym);
    cell_odd(c, 4, SQLITE_TEXT, u->code, strnlen(u->code, sizeof u->code));
    cell_int(c, 5, u->value);
    cell_int(c, 6, u->value2);
    cell_nonzero(c, 7, ev->venue);
    cell_int(c, 8, ev->feed);
    return true;
}

static bool cells_reference(struct cells *c, const struct event *ev, struct dim_writer *dims)
{
    (void)dims;
    cell_int(c, 3, ev->kind);
    cell_int(c, 4, ev->sym);
    cell_int(c, 5, ev->u.reference.qty);
    cell_nonzero(c, 6, ev->u.reference.underlying);
    cell_nonzero(c, 7, ev->venue);
    cell_int(c, 8, ev->feed);
    cell_id(c, 9, ev->u.reference.note);
    return true;
}

static bool cells_gap(struct cells *c, const struct event *ev, struct dim_writer *dims)
{
    (void)dims;
    const struct gap *g = &ev->u.gap;
    cell_nonzero(c, 3, ev->sym);
    cell_int(c, 4, g->from_ns);
    cell_int(c, 5, g->to_ns);
    if (g->missing == -1)
        cell_null(c, 6);
    else
        cell_int(c, 6, g->missing);
    cell_int(c, 7, g->reason);
    cell_nonzero(c, 8, ev->venue);
    cell_int(c, 9, ev->feed);
    return true;
}

bool row_cells(struct cells *c, const struct event *ev, struct dim_writer *dims)
{
    static bool (*const writers[RAW_COUNT])(struct cells *, const struct event *,
                                            struct dim_writer *) = {
        [RAW_OPTION_PRINT] = cells_print,    [RAW_OPTION_QUOTE] = cells_quote,
        [RAW_EQUITY_PRINT] = cells_print,    [RAW_EQUITY_QUOTE] = cells_quote,
        [RAW_CORRECTION] = cells_correction, [RAW_STATUS] = cells_status,
        [RAW_REFERENCE] = cells_reference,   [RAW_GAP] = cells_gap,
    };
    cells_head(c, ev);
    return writers[raw_table_of((enum event_kind)ev->kind)](c, ev, dims);
}

/* Reading. */

static bool read_print(sqlite3_stmt *s, int at, const struct dim_rows *dims, struct event *ev)
{
    struct print *p = &ev->u.print;
    struct dim_key key;
    if (!dim_get(dims, DIM_ORIGIN, sqlite3_column_int64(s, at + 6), &key))
        return false;
    dim_to_print(key, ev);
    p->px = sqlite3_column_int64(s, at + 4);
    p->id = read_id(s, at + 7);
    p->report_ns = sqlite3_column_int64(s, at + 8);
    if (ev->kind == EV_OPTION_PRINT)
        return read_whole(s, at + 5, &p->qty);
    p->qty = sqlite3_column_int64(s, at + 5);
    return true;
}

static bool read_quote(sqlite3_stmt *s, int at, const struct dim_rows *dims, struct event *ev)
{
    struct quote *q = &ev->u.quote;
    struct dim_key key;
    if (!dim_get(dims, DIM_QUOTE_ORIGIN, sqlite3_column_int64(s, at + 8), &key))
        return false;
    dim_to_quote(key, ev);
    q->bid = read_px(s, at + 4);
    q->ask = read_px(s, at + 5);
    if (ev->kind == EV_OPTION_QUOTE)
        return read_whole(s, at + 6, &q->bid_qty) && read_whole(s, at + 7, &q->ask_qty);
    q->bid_qty = sqlite3_column_int64(s, at + 6);
    q->ask_qty = sqlite3_column_int64(s, at + 7);
    return true;
}

static bool read_correction(sqlite3_stmt *s, int at, const struct dim_rows *dims, struct event *ev)
{
    struct print *p = &ev->u.print;
    struct dim_key key;
    int64_t kind = sqlite3_column_int64(s, at + 3);
    if ((kind != EV_CANCEL && kind != EV_CORRECT) ||
        !dim_get(dims, DIM_ORIGIN, sqlite3_column_int64(s, at + 7), &key))
        return false;
    dim_to_print(key, ev);
    ev->kind = (uint8_t)kind;
    ev->sym = (uint32_t)sqlite3_column_int64(s, at + 4);
    p->px = sqlite3_column_int64(s, at + 5);
    p->qty = sqlite3_column_int64(s, at + 6);
    p->id = read_id(s, at + 8);
    p->ref = read_id(s, at + 9);
    p->report_ns = sqlite3_column_int64(s, at + 10);
    return true;
}

static bool read_status(sqlite3_stmt *s, int at, const struct dim_rows *dims, struct event *ev)
{
    (void)dims;
    struct status *u = &ev->u.status;
    const void *code = sqlite3_column_text(s, at + 4);
    int n = sqlite3_column_bytes(s, at + 4);
    if (!code || n > (int)sizeof u->code)
        return false;
    memcpy(u->code, code, (size_t)n);
    u->value = sqlite3_column_int64(s, at + 5);
    u->value2 = sqlite3_column_int64(s, at + 6);
    ev->venue = (uint16_t)sqlite3_column_int(s, at + 7);
    ev->feed = (uint8_t)sqlite3_column_int(s, at + 8);
    return true;
}

static bool read_reference(sqlite3_stmt *s, int at, const struct dim_rows *dims, struct event *ev)
{
    (void)dims;
    int64_t kind = sqlite3_column_int64(s, at + 3);
    if (kind != EV_OPEN_INTEREST && kind != EV_CONTRACT)
        return false;
    ev->kind = (uint8_t)kind;
    ev->sym = (uint32_t)sqlite3_column_int64(s, at + 4);
    ev->u.reference.qty = sqlite3_column_int64(s, at + 5);
    ev->u.reference.underlying = (uint32_t)sqlite3_column_int64(s, at + 6);
    ev->u.reference.note = read_id(s, at + 9);
    ev->venue = (uint16_t)sqlite3_column_int(s, at + 7);
    ev->feed = (uint8_t)sqlite3_column_int(s, at + 8);
    return true;
}

static bool read_gap(sqlite3_stmt *s, int at, const struct dim_rows *dims, struct event *ev)
{
    (void)dims;
    struct gap *g = &ev->u.gap;
    int64_t reason = sqlite3_column_int64(s, at + 7);
    if (reason < 0 || reason >= GAP_COUNT)
        return false;
    g->from_ns = sqlite3_column_int64(s, at + 4);
    g->to_ns = sqlite3_column_int64(s, at + 5);
    g->missing = sqlite3_column_type(s, at + 6) == SQLITE_NULL ? -1
                                                               : sqlite3_column_int64(s, at + 6);
    g->reason = (uint8_t)reason;
    ev->venue = (uint16_t)sqlite3_column_int(s, at + 8);
    ev->feed = (uint8_t)sqlite3_column_int(s, at + 9);
    return true;
}

/* The engine indexes by instrument, so an id that names none, or one of the wrong sort, is damage.
 */
static bool names_known(const struct event *ev, enum raw_table t, const struct symbols *symbols)
{
    const struct instrument *in = symbols_get(symbols, ev->sym);
    uint32_t under = t == RAW_REFERENCE ? ev->u.reference.underlying : 0;
    if (under && !symbols_get(symbols, under))
        return false;
    if (t == RAW_OPTION_PRINT || t == RAW_OPTION_QUOTE)
        return in && in->right;
    if (t == RAW_EQUITY_PRINT || t == RAW_EQUITY_QUOTE)
        return in && !in->right;
    return in || (t == RAW_GAP && ev->sym == 0);
}

bool row_read(sqlite3_stmt *s, int at, enum raw_table t, const struct dim_rows *dims,
              const struct symbols *symbols, struct event *ret)
{
    static const struct {
        bool (*read)(sqlite3_stmt *, int, const struct dim_rows *, struct event *);
        enum event_kind kind; /* where the table holds several, the reader sets it and sym */
    } readers[RAW_COUNT] = {
        [RAW_OPTION_PRINT] = {read_print, EV_OPTION_PRINT},
        [RAW_OPTION_QUOTE] = {read_quote, EV_OPTION_QUOTE},
        [RAW_EQUITY_PRINT] = {read_print, EV_EQUITY_PRINT},
        [RAW_EQUITY_QUOTE] = {read_quote, EV_EQUITY_QUOTE},
        [RAW_CORRECTION] = {read_correction, EV_CANCEL},
        [RAW_STATUS] = {read_status, EV_STATUS},
        [RAW_REFERENCE] = {read_reference, EV_CONTRACT},
        [RAW_GAP] = {read_gap, EV_GAP},
    };
    int64_t seq = sqlite3_column_int64(s, at), sym = sqlite3_column_int64(s, at + 3);
    memset(ret, 0, sizeof *ret);
    ret->seq = (uint64_t)seq;
    ret->ts_ns = sqlite3_column_int64(s, at + 1);
    ret->recv_ns = (int64_t)((uint64_t)ret->ts_ns + (uint64_t)sqlite3_column_int64(s, at + 2));
    ret->kind = (uint8_t)readers[t].kind;
    if (seq < 1 || sym < 0 || sym > UINT32_MAX)
        return false;
    ret->sym = (uint32_t)sym;
    return readers[t].read(s, at, dims, ret) && names_known(ret, t, symbols);
}
