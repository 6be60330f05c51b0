/* Columns of gaps, instruments and stats. */
#include "view/field.h"

#include <string.h>

#include "event/calendar.h"
#include "event/expiry.h"

static const struct gap *gap_of(const struct row *r)
{
    return &r->ev.u.gap;
}

NUMBER_IS(from_number, gap_of(r)->from_ns)
TIME_VALUE(from, from_number)

CELL(from_cell)
{
    put_clock(out, gap_of(r)->from_ns);
}

NUMBER_IS(to_number, gap_of(r)->to_ns)
TIME_VALUE(to, to_number)

CELL(to_cell)
{
    put_clock(out, gap_of(r)->to_ns);
}

NUMBER(missing_number)
{
    *ret = gap_of(r)->missing;
    return gap_of(r)->missing >= 0;
}
INT_VALUE(missing, missing_number)

CELL(missing_cell)
{
    int64_t v;
    if (missing_number(r, c, &v))
        text_add(out, "%lld", (long long)v);
    else
        put_word(out, "?");
}

CELL(gap_reason)
{
    static const char *const words[GAP_COUNT] = {
        [GAP_DISCONNECT] = "disconnect",
        [GAP_SEQUENCE] = "sequence",
        [GAP_OVERFLOW] = "overflow",
        [GAP_DAMAGED_INPUT] = "damaged_input",
    };
    put_word(out, gap_of(r)->reason < GAP_COUNT ? words[gap_of(r)->reason] : "?");
}

NUMBER_IS(feed_number, r->ev.feed)
INT_VALUE(feed, feed_number)

CELL(gap_symbol)
{
    const struct instrument *in = row_instrument(r, c);
    if (in)
        put_word(out, in->symbol);
}

static enum style gap_style(const struct row *r UNUSED, const struct cell_context *c UNUSED)
{
    return STYLE_WARN;
}

NUMBER_IS(instrument_number, r->u.instrument.id)
INT_VALUE(instrument_id, instrument_number)

CELL(instrument_symbol)
{
    const struct instrument *in = row_instrument(r, c);
    if (in)
        put_word(out, in->symbol);
}

/* Options on it settle in cash: its own root is in the table as an index. */
static bool is_index(const struct instrument *in)
{
    struct root_terms t = root_read(in->symbol, strlen(in->symbol));
    return t.index && !t.adjusted && !t.flex && strcmp(t.underlying, in->symbol) == 0;
}

CELL(instrument_class)
{
    const struct instrument *in = row_instrument(r, c);
    if (in)
        put_word(out, in->right ? "option" : is_index(in) ? "index" : "equity");
}

/* What the last contract event said, or else what the root says. */
CELL(instrument_underlying)
{
    const struct instrument *stated = symbols_get(c->symbols, r->u.instrument.underlying);
    if (stated)
        put_word(out, stated->symbol);
    else
        field_symbol(r, c, out);
}

CELL(instrument_note)
{
    char buf[IDENT_MAX + 1];
    text_addn(out, buf, ident_text(c->idents, r->u.instrument.note, buf, sizeof buf));
}

NUMBER(last_trade_number)
{
    return expiry_last_trade(row_instrument(r, c), ret);
}
TIME_VALUE(last_trade, last_trade_number)

NUMBER(open_interest_number)
{
    *ret = qty_nano(r->u.instrument.oi);
    return r->u.instrument.oi_seq != 0;
}

CELL(open_interest)
{
    if (r->u.instrument.oi_seq)
        put_dec(out, r->u.instrument.oi, QTY_DIGITS, 0);
}

CELL(open_interest_cell)
{
    if (r->u.instrument.oi_seq)
        put_count(out, r->u.instrument.oi);
}

NUMBER(oi_ts_number)
{
    *ret = r->u.instrument.oi_ns;
    return r->u.instrument.oi_seq != 0;
}
TIME_VALUE(oi_ts, oi_ts_number)

/* Open interest is a figure of a morning: its date says more than its time. */
CELL(oi_date)
{
    int64_t ns;
    if (oi_ts_number(r, c, &ns))
        put_date(out, calendar_ny_date(ns));
}

NUMBER(oi_feed_number)
{
    *ret = r->u.instrument.oi_feed;
    return r->u.instrument.oi_seq != 0;
}
INT_VALUE(oi_feed, oi_feed_number)

CELL(instrument_evidence)
{
    uint64_t contract = r->u.instrument.contract_seq, oi = r->u.instrument.oi_seq;
    if (contract)
        text_add(out, "%llu", (unsigned long long)contract);
    if (oi)
        text_add(out, "%s%llu", contract ? "|" : "", (unsigned long long)oi);
}

WORD_IS(stat_name, r->u.stat.name)

WORD_IS(stat_value, r->u.stat.value)

/* Percent in 1e-9. */
NUMBER(stat_share_number)
{
    *ret = r->u.stat.share;
    return r->u.stat.share >= 0;
}
DEC_VALUE(stat_share, stat_share_number, 0)

CELL(stat_share_cell)
{
    int64_t v, tenths;
    if (stat_share_number(r, c, &v) && dec_muldiv(v, 10, PX_ONE, &tenths)) {
        put_dec(out, tenths, 1, 1);
        put_word(out, " %");
    }
}

/* clang-format off */
const struct column gap_columns[] = {
    {.name = "seq", .title = "SEQ", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "order of the event in the session", .value = field_seq,
     .number = field_seq_number},
    {.name = "ts", .title = "TIME", .width = 12, .type = CELL_TIME,
     .sentence = "when the gap was noticed", .value = field_ts, .cell = field_ts_clock,
     .number = field_ts_number},
    {.name = "recv", .title = "RECEIVED", .type = CELL_TIME,
     .sentence = "engine time: when the recorder saw it", .value = field_recv,
     .number = field_recv_number},
    {.name = "reason", .title = "REASON", .width = 13,
     .sentence = "disconnect sequence overflow damaged_input", .value = gap_reason,
     .style = gap_style},
    {.name = "from", .title = "FROM", .width = 12, .type = CELL_TIME,
     .sentence = "first moment that may be missing", .value = from, .cell = from_cell,
     .number = from_number},
    {.name = "to", .title = "TO", .width = 12, .type = CELL_TIME,
     .sentence = "last moment that may be missing", .value = to, .cell = to_cell,
     .number = to_number},
    {.name = "missing", .title = "MISSING", .width = 9, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "records known to be missing; empty = unknown", .value = missing,
     .cell = missing_cell, .number = missing_number},
    {.name = "feed", .title = "FEED", .width = 4, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "number of the feed within the session", .value = feed, .number = feed_number},
    {.name = "symbol", .title = "SYMBOL", .width = 21,
     .sentence = "instrument, where the gap is of one alone", .value = gap_symbol},
};
const size_t gap_columns_n = ARRAY_LEN(gap_columns);

const struct column instrument_columns[] = {
    {.name = "id", .title = "ID", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "number of the instrument in the session", .value = instrument_id,
     .number = instrument_number},
    {.name = "symbol", .title = "UNDER", .width = 8, .sentence = "equity symbol or underlying",
     .value = field_symbol},
    {.name = "contract", .title = "CONTRACT", .width = 21, .sentence = "padded OSI symbol",
     .value = field_contract},
    {.name = "class", .title = "CLASS", .width = 6, .sentence = "option, index or equity",
     .value = instrument_class},
    {.name = "right", .title = "RIGHT", .width = 5, .sentence = "C call, P put",
     .value = field_right},
    {.name = "strike", .title = "STRIKE", .width = 9, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "strike price, dollars", .value = field_strike, .number = field_strike_number},
    {.name = "expiry", .title = "EXPIRY", .width = 10, .sentence = "expiration date",
     .value = field_expiry},
    TERM_COLUMNS,
    {.name = "underlying", .title = "ON", .sentence = "underlying, as a contract event stated it",
     .value = instrument_underlying},
    {.name = "note", .title = "NOTE",
     .sentence = "what a contract event said of an adjustment in words", .value = instrument_note},
    {.name = "last_trade", .title = "LAST TRADE", .type = CELL_TIME,
     .sentence = "last moment it trades", .value = last_trade, .number = last_trade_number},
    {.name = "open_interest", .title = "OI", .width = 9, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "open contracts as last stated; empty = never", .value = open_interest,
     .cell = open_interest_cell, .number = open_interest_number},
    {.name = "oi_ts", .title = "AS OF", .width = 10, .type = CELL_TIME,
     .sentence = "when that open interest held", .value = oi_ts, .cell = oi_date,
     .number = oi_ts_number},
    {.name = "oi_feed", .title = "OI FEED", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "number of the feed that stated it; stats names the feeds", .value = oi_feed,
     .number = oi_feed_number},
    {.name = "evidence", .title = "EVIDENCE", .type = CELL_IDS,
     .sentence = "seq of the last contract and open interest events",
     .value = instrument_evidence},
    {.name = "name", .title = "NAME", .sentence = "its own symbol, as stored",
     .value = instrument_symbol},
};
const size_t instrument_columns_n = ARRAY_LEN(instrument_columns);

const struct column stat_columns[] = {
    {.name = "name", .title = "NAME", .width = 40, .sentence = "what is counted or stated",
     .value = stat_name, .style = NULL},
    {.name = "value", .title = "VALUE", .width = 36, .sentence = "count or text",
     .value = stat_value},
    {.name = "share", .title = "SHARE", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "part of its group, percent", .value = stat_share, .cell = stat_share_cell,
     .number = stat_share_number},
};
const size_t stat_columns_n = ARRAY_LEN(stat_columns);
/* clang-format on */
