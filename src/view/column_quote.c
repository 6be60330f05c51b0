/* Columns of option and equity quotes. */
#include "view/field.h"

#include "event/record.h"
#include "event/venue.h"

static const struct quote *quote_of(const struct row *r)
{
    return &r->ev.u.quote;
}

NUMBER(bid_number)
{
    *ret = quote_of(r)->bid;
    return quote_of(r)->bid != PX_NONE;
}
DEC_VALUE(bid, bid_number, 2)

NUMBER(ask_number)
{
    *ret = quote_of(r)->ask;
    return quote_of(r)->ask != PX_NONE;
}
DEC_VALUE(ask, ask_number, 2)

NUMBER(bid_size_number)
{
    *ret = qty_nano(quote_of(r)->bid_qty);
    return quote_of(r)->bid != PX_NONE;
}
DEC_VALUE(bid_size, bid_size_number, 0)

CELL(bid_size_cell)
{
    if (quote_of(r)->bid != PX_NONE)
        put_count(out, quote_of(r)->bid_qty);
}

NUMBER(ask_size_number)
{
    *ret = qty_nano(quote_of(r)->ask_qty);
    return quote_of(r)->ask != PX_NONE;
}
DEC_VALUE(ask_size, ask_size_number, 0)

CELL(ask_size_cell)
{
    if (quote_of(r)->ask != PX_NONE)
        put_count(out, quote_of(r)->ask_qty);
}

NUMBER(spread_number)
{
    const struct quote *q = quote_of(r);
    return q->bid != PX_NONE && q->ask != PX_NONE && !__builtin_sub_overflow(q->ask, q->bid, ret);
}
DEC_VALUE(spread, spread_number, 2)

CELL(bid_venue)
{
    if (quote_of(r)->bid_venue)
        put_word(out, venue_get(quote_of(r)->bid_venue)->mic);
}

CELL(ask_venue)
{
    if (quote_of(r)->ask_venue)
        put_word(out, venue_get(quote_of(r)->ask_venue)->mic);
}

CELL(condition)
{
    if (quote_of(r)->cond)
        text_addn(out, &quote_of(r)->cond, 1);
}

/* By its two prices alone: whether it is wide or stale is judged where a print meets it. */
static enum quote_state state_of(const struct row *r)
{
    const struct quote *q = quote_of(r);
    if (q->bid == PX_NONE || q->ask == PX_NONE)
        return QS_NONE;
    return q->bid < q->ask ? QS_OK : q->bid == q->ask ? QS_LOCKED : QS_CROSSED;
}

WORD_IS(state, quote_state_name(state_of(r)))

static enum style state_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return state_of(r) == QS_OK ? STYLE_DIM : STYLE_WARN;
}

#define HEAD_COLUMNS                                                                               \
    {.name = "seq",                                                                                \
     .title = "SEQ",                                                                               \
     .type = CELL_INT,                                                                             \
     .align = CELL_RIGHT,                                                                          \
     .sentence = "order of the event in the session",                                              \
     .value = field_seq,                                                                           \
     .number = field_seq_number},                                                                  \
        {.name = "ts",                                                                             \
         .title = "TIME",                                                                          \
         .width = 12,                                                                              \
         .type = CELL_TIME,                                                                        \
         .sentence = "time of the quote at the venue",                                             \
         .value = field_ts,                                                                        \
         .cell = field_ts_clock,                                                                   \
         .number = field_ts_number},                                                               \
    {                                                                                              \
        .name = "recv", .title = "RECEIVED", .type = CELL_TIME,                                    \
        .sentence = "engine time: when the recorder saw it", .value = field_recv,                  \
        .number = field_recv_number,                                                               \
    }

#define TAIL_COLUMNS                                                                               \
    {.name = "bid_size",                                                                           \
     .title = "BSIZE",                                                                             \
     .width = 7,                                                                                   \
     .type = CELL_DEC,                                                                             \
     .align = CELL_RIGHT,                                                                          \
     .sentence = "size shown at the bid",                                                          \
     .value = bid_size,                                                                            \
     .cell = bid_size_cell,                                                                        \
     .number = bid_size_number},                                                                   \
        {.name = "bid",                                                                            \
         .title = "BID",                                                                           \
         .width = 9,                                                                               \
         .type = CELL_DEC,                                                                         \
         .align = CELL_RIGHT,                                                                      \
         .sentence = "best bid, dollars",                                                          \
         .value = bid,                                                                             \
         .number = bid_number,                                                                     \
         .style = buy_style},                                                                      \
        {.name = "ask",                                                                            \
         .title = "ASK",                                                                           \
         .width = 9,                                                                               \
         .type = CELL_DEC,                                                                         \
         .align = CELL_RIGHT,                                                                      \
         .sentence = "best ask, dollars",                                                          \
         .value = ask,                                                                             \
         .number = ask_number,                                                                     \
         .style = sell_style},                                                                     \
        {.name = "ask_size",                                                                       \
         .title = "ASIZE",                                                                         \
         .width = 7,                                                                               \
         .type = CELL_DEC,                                                                         \
         .align = CELL_RIGHT,                                                                      \
         .sentence = "size shown at the ask",                                                      \
         .value = ask_size,                                                                        \
         .cell = ask_size_cell,                                                                    \
         .number = ask_size_number},                                                               \
        {.name = "venue",                                                                          \
         .title = "VEN",                                                                           \
         .width = 4,                                                                               \
         .sentence = "MIC of the venue; empty = consolidated",                                     \
         .value = field_venue},                                                                    \
        {.name = "state",                                                                          \
         .title = "STATE",                                                                         \
         .width = 7,                                                                               \
         .sentence = "by its prices alone: ok locked crossed none",                                \
         .value = state,                                                                           \
         .style = state_style},                                                                    \
        {.name = "spread",                                                                         \
         .title = "SPREAD",                                                                        \
         .width = 6,                                                                               \
         .type = CELL_DEC,                                                                         \
         .align = CELL_RIGHT,                                                                      \
         .sentence = "ask minus bid, dollars",                                                     \
         .value = spread,                                                                          \
         .number = spread_number},                                                                 \
        {.name = "bid_venue",                                                                      \
         .title = "BVEN",                                                                          \
         .sentence = "MIC at the best bid",                                                        \
         .value = bid_venue},                                                                      \
        {.name = "ask_venue",                                                                      \
         .title = "AVEN",                                                                          \
         .sentence = "MIC at the best ask",                                                        \
         .value = ask_venue},                                                                      \
    {                                                                                              \
        .name = "condition", .title = "COND", .sentence = "quote condition letter",                \
        .value = condition,                                                                        \
    }

static enum style buy_style(const struct row *r UNUSED, const struct cell_context *c UNUSED)
{
    return STYLE_BUY;
}

static enum style sell_style(const struct row *r UNUSED, const struct cell_context *c UNUSED)
{
    return STYLE_SELL;
}

/* clang-format off */
const struct column quote_columns[] = {
    HEAD_COLUMNS,
    {.name = "symbol", .title = "SYMBOL", .sentence = "underlying", .value = field_symbol},
    {.name = "contract", .title = "CONTRACT", .width = 18, .sentence = "padded OSI symbol",
     .value = field_contract, .cell = field_contract_short},
    TAIL_COLUMNS,
};
const size_t quote_columns_n = ARRAY_LEN(quote_columns);

const struct column equity_quote_columns[] = {
    HEAD_COLUMNS,
    {.name = "symbol", .title = "SYMBOL", .width = 6, .sentence = "equity symbol",
     .value = field_symbol},
    TAIL_COLUMNS,
};
const size_t equity_quote_columns_n = ARRAY_LEN(equity_quote_columns);
/* clang-format on */
