/* Joins, their later versions and repairs to and from table rows. See row.h. */
#include <string.h>

#include "base/dec.h"
#include "store/row.h"

bool plain_notional(const struct event *print, int64_t *ret)
{
    bool option = print->kind == EV_OPTION_PRINT;
    __int128 v = (__int128)print->u.print.px * print->u.print.qty;
    if (v > (__int128)INT64_MAX * QTY_ONE || v < (__int128)INT64_MIN * QTY_ONE)
        return false;
    v *= option ? 100 : 1;
    if (v % QTY_ONE || v / QTY_ONE >= INT64_MAX || v / QTY_ONE <= INT64_MIN)
        return false;
    *ret = (int64_t)(v / QTY_ONE);
    return true;
}

/* Joins. */

bool join_cells(struct cells *c, const struct join *j, const struct event *print, bool option,
                struct dim_writer *dims)
{
    int64_t plain;
    bool same = j->bid_seq == j->ask_seq;
    bool implied = print && plain_notional(print, &plain) && plain == j->notional;
    uint64_t bits = (same ? VERDICT_ASK_FROM_BID : 0) |
                    (option && !j->packet ? VERDICT_NO_PACKET : 0);
    uint32_t verdict = dim_put(dims, DIM_VERDICT, dim_of_join(j, bits));
    cell_int(c, 0, (int64_t)j->seq);
    cell_nonzero(c, 1, (int64_t)j->bid_seq);
    cell_nonzero(c, 2, same ? 0 : (int64_t)j->ask_seq);
    int at = 3;
    if (option)
        cell_nonzero(c, at++, j->packet == j->seq ? 0 : (int64_t)j->packet);
    if (implied)
        cell_null(c, at++);
    else
        cell_int(c, at++, j->notional);
    cell_int(c, at++, verdict);
    if (!option) {
        cell_nonzero(c, at++, (int64_t)j->report_bid_seq);
        cell_nonzero(c, at, (int64_t)j->report_ask_seq);
    }
    return verdict != 0;
}

/* A join, for join_read, and its quotes, for join_quotes; then where those come from: j, its bid b
 * and its ask a, and for equities the bid and ask at report, rb and ra. */
#define OPTION_FACTS "j.seq, j.bid_seq, j.ask_seq, j.packet, j.notional_e9, j.verdict, NULL, NULL"
#define EQUITY_FACTS                                                                               \
    "j.seq, j.bid_seq, j.ask_seq, NULL, j.notional_e9, j.verdict, j.report_bid_seq, "              \
    "j.report_ask_seq"
#define OPTION_JOIN OPTION_FACTS ", b.ts_ns, b.bid_e9, b.bid_size, a.ts_ns, a.ask_e9, a.ask_size "
#define EQUITY_JOIN                                                                                \
    EQUITY_FACTS ", b.ts_ns, b.bid_e9, b.bid_size_e6, a.ts_ns, a.ask_e9, a.ask_size_e6, "          \
                 "rb.bid_e9, ra.ask_e9 "
#define OPTION_QUOTES                                                                              \
    "LEFT JOIN option_quote b ON b.seq = j.bid_seq "                                               \
    "LEFT JOIN option_quote a ON a.seq = ifnull(j.ask_seq, j.bid_seq) "
#define EQUITY_QUOTES                                                                              \
    "LEFT JOIN equity_quote b ON b.seq = j.bid_seq "                                               \
    "LEFT JOIN equity_quote a ON a.seq = ifnull(j.ask_seq, j.bid_seq) "                            \
    "LEFT JOIN equity_quote rb ON rb.seq = j.report_bid_seq "                                      \
    "LEFT JOIN equity_quote ra ON ra.seq = j.report_ask_seq "

#define OPTION_PRINT                                                                               \
    "SELECT p.seq, p.ts_ns, p.lag_ns, p.instrument, p.price_e9, p.size, p.origin, p.id, "          \
    "p.report_ns, "
#define EQUITY_PRINT                                                                               \
    "SELECT p.seq, p.ts_ns, p.lag_ns, p.symbol, p.price_e9, p.size_e6, p.origin, p.id, "           \
    "p.report_ns, "
#define FROM_OPTION " FROM option_print p LEFT JOIN option_join j ON j.seq = p.seq "
#define FROM_EQUITY " FROM equity_print p LEFT JOIN equity_join j ON j.seq = p.seq "

const char *print_select(bool option, bool quotes)
{
    static const char *const sql[2][2] = {
        {EQUITY_PRINT EQUITY_FACTS FROM_EQUITY, EQUITY_PRINT EQUITY_JOIN FROM_EQUITY EQUITY_QUOTES},
        {OPTION_PRINT OPTION_FACTS FROM_OPTION, OPTION_PRINT OPTION_JOIN FROM_OPTION OPTION_QUOTES},
    };
    return sql[option][quotes];
}

const char *quote_select(bool option)
{
    return option ? "SELECT ts_ns, bid_e9, bid_size, ask_e9, ask_size FROM option_quote "
                  : "SELECT ts_ns, bid_e9, bid_size_e6, ask_e9, ask_size_e6 FROM equity_quote ";
}

static bool read_size(sqlite3_stmt *s, int at, bool option, int64_t *ret)
{
    if (option)
        return read_whole(s, at, ret);
    *ret = sqlite3_column_int64(s, at);
    return true;
}

/* Columns: 0 seq 1 bid_seq 2 ask_seq 3 packet 4 notional 5 verdict; of equities 6 and 7 the seqs of
 * the quote at report. */
bool join_read(sqlite3_stmt *s, int at, const struct event *print, const struct dim_rows *dims,
               struct join *ret, bool *ret_any)
{
    struct dim_key key;
    bool option = print->kind == EV_OPTION_PRINT;
    memset(ret, 0, sizeof *ret);
    *ret_any = sqlite3_column_type(s, at) != SQLITE_NULL;
    if (!*ret_any)
        return true;
    if (!dim_get(dims, DIM_VERDICT, sqlite3_column_int64(s, at + 5), &key))
        return false;
    uint64_t bits = dim_to_join(key, ret);
    ret->seq = print->seq;
    ret->bid_seq = (uint64_t)sqlite3_column_int64(s, at + 1);
    ret->ask_seq = bits & VERDICT_ASK_FROM_BID ? ret->bid_seq
                                               : (uint64_t)sqlite3_column_int64(s, at + 2);
    ret->px = print->u.print.px;
    ret->qty = print->u.print.qty;
    ret->bid = ret->ask = ret->report_bid = ret->report_ask = PX_NONE;
    if (!option) {
        ret->report_bid_seq = (uint64_t)sqlite3_column_int64(s, at + 6);
        ret->report_ask_seq = (uint64_t)sqlite3_column_int64(s, at + 7);
    }
    if (option && !(bits & VERDICT_NO_PACKET))
        ret->packet = sqlite3_column_type(s, at + 3) == SQLITE_NULL
                          ? ret->seq
                          : (uint64_t)sqlite3_column_int64(s, at + 3);
    ret->notional = sqlite3_column_int64(s, at + 4);
    return sqlite3_column_type(s, at + 4) != SQLITE_NULL || plain_notional(print, &ret->notional);
}

/* One side of the quote, from a time, a price and a size; the newer of the two times is the
 * quote's. A quote that is not there is damage. */
static bool read_side(sqlite3_stmt *s, int ts, int px, bool option, struct join *j, int64_t *ret_px,
                      int64_t *ret_qty)
{
    int64_t ns = sqlite3_column_int64(s, ts);
    j->quote_ns = j->quote_ns ? MAX(j->quote_ns, ns) : ns;
    *ret_px = read_px(s, px);
    return sqlite3_column_type(s, ts) != SQLITE_NULL && read_size(s, px + 1, option, ret_qty);
}

/* Columns behind those of join_read: 0-2 bid's ts, price, size 3-5 the same of the ask; of equities
 * 6 and 7 the prices of the quote at report. */
bool join_quotes(sqlite3_stmt *s, int at, bool option, struct join *j)
{
    at += JOIN_FACTS;
    if (j->bid_seq && !read_side(s, at, at + 1, option, j, &j->bid, &j->bid_qty))
        return false;
    if (j->ask_seq && !read_side(s, at + 3, at + 4, option, j, &j->ask, &j->ask_qty))
        return false;
    if (j->report_bid_seq)
        j->report_bid = read_px(s, at + 6);
    if (j->report_ask_seq)
        j->report_ask = read_px(s, at + 7);
    return true;
}

bool quote_to_join(sqlite3_stmt *s, uint64_t seq, bool option, struct join *j)
{
    if (seq == j->report_bid_seq)
        j->report_bid = read_px(s, 1);
    if (seq == j->report_ask_seq)
        j->report_ask = read_px(s, 3);
    return (seq != j->bid_seq || read_side(s, 0, 1, option, j, &j->bid, &j->bid_qty)) &&
           (seq != j->ask_seq || read_side(s, 0, 3, option, j, &j->ask, &j->ask_qty));
}

/* Revisions: rev, seq, by_seq, price, size, bid_seq, ask_seq, packet of options, notional, verdict,
 * and the quote at report of equities. */

bool revision_cells(struct cells *c, uint64_t rev, const struct join *j, bool option,
                    struct dim_writer *dims)
{
    uint64_t bits = option && !j->packet ? VERDICT_NO_PACKET : 0;
    uint32_t verdict = dim_put(dims, DIM_VERDICT, dim_of_join(j, bits));
    int at = 0;
    cell_int(c, at++, (int64_t)rev);
    cell_int(c, at++, (int64_t)j->seq);
    cell_int(c, at++, (int64_t)j->by_seq);
    cell_int(c, at++, j->px);
    if (option)
        cell_whole(c, at++, j->qty);
    else
        cell_int(c, at++, j->qty);
    cell_nonzero(c, at++, (int64_t)j->bid_seq);
    cell_nonzero(c, at++, (int64_t)j->ask_seq);
    if (option)
        cell_nonzero(c, at++, (int64_t)j->packet);
    cell_int(c, at++, j->notional);
    cell_int(c, at++, verdict);
    if (!option) {
        cell_nonzero(c, at++, (int64_t)j->report_bid_seq);
        cell_nonzero(c, at, (int64_t)j->report_ask_seq);
    }
    return verdict != 0;
}

const char *revision_select(bool option)
{
    return option ? "SELECT j.rev, j.by_seq, j.price_e9, j.size, " OPTION_JOIN
                    "FROM option_revision j " OPTION_QUOTES
                  : "SELECT j.rev, j.by_seq, j.price_e9, j.size_e6, " EQUITY_JOIN
                    "FROM equity_revision j " EQUITY_QUOTES;
}

bool revision_read(sqlite3_stmt *s, bool option, const struct dim_rows *dims, uint64_t *ret_rev,
                   struct join *ret)
{
    struct event print = {.kind = option ? EV_OPTION_PRINT : EV_EQUITY_PRINT};
    bool any;
    *ret_rev = (uint64_t)sqlite3_column_int64(s, 0);
    print.seq = (uint64_t)sqlite3_column_int64(s, 4);
    print.u.print.px = sqlite3_column_int64(s, 2);
    if (!read_size(s, 3, option, &print.u.print.qty) || !join_read(s, 4, &print, dims, ret, &any) ||
        !any || !join_quotes(s, 4, option, ret))
        return false;
    ret->by_seq = (uint64_t)sqlite3_column_int64(s, 1);
    return true;
}

/* Repairs. */

void repair_cells(struct cells *c, uint64_t rev, const struct repair *p)
{
    cell_int(c, 0, (int64_t)rev);
    cell_int(c, 1, (int64_t)p->seq);
    cell_nonzero(c, 2, (int64_t)p->target);
    cell_int(c, 3, p->outcome);
}

bool repair_read(sqlite3_stmt *s, uint64_t *ret_rev, struct repair *ret)
{
    int64_t outcome = sqlite3_column_int64(s, 3);
    memset(ret, 0, sizeof *ret);
    *ret_rev = (uint64_t)sqlite3_column_int64(s, 0);
    ret->seq = (uint64_t)sqlite3_column_int64(s, 1);
    ret->target = (uint64_t)sqlite3_column_int64(s, 2);
    ret->outcome = (uint8_t)outcome;
    return outcome >= 0 && outcome < REPAIR_COUNT;
}
