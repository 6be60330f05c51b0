/* What the column files share: how a value is written, and the fields that several kinds have.
 * Private to view/. */
#pragma once
#include "base/base.h"
#include "base/dec.h"
#include "view/column.h"

/* Heads of the three kinds of functions in a column; not every one looks at all it is given. */
#define UNUSED __attribute__((unused))
#define CELL(name)                                                                                 \
    static void name(const struct row *r UNUSED, const struct cell_context *c UNUSED,              \
                     struct text *out)
#define NUMBER(name)                                                                               \
    static bool name(const struct row *r UNUSED, const struct cell_context *c UNUSED, int64_t *ret)
#define FIELD(name) void name(const struct row *r, const struct cell_context *c, struct text *out)

/* A number that every row has; a word. */
#define NUMBER_IS(name, value)                                                                     \
    NUMBER(name)                                                                                   \
    {                                                                                              \
        *ret = (value);                                                                            \
        return true;                                                                               \
    }
#define WORD_IS(name, word)                                                                        \
    CELL(name)                                                                                     \
    {                                                                                              \
        put_word(out, word);                                                                       \
    }

/* Machine forms of a number that the row may not have. */
#define DEC_VALUE(name, number, min_frac)                                                          \
    CELL(name)                                                                                     \
    {                                                                                              \
        int64_t v;                                                                                 \
        if (number(r, c, &v))                                                                      \
            put_dec(out, v, PX_DIGITS, min_frac);                                                  \
    }
#define INT_VALUE(name, number)                                                                    \
    CELL(name)                                                                                     \
    {                                                                                              \
        int64_t v;                                                                                 \
        if (number(r, c, &v))                                                                      \
            text_add(out, "%lld", (long long)v);                                                   \
    }
#define TIME_VALUE(name, number)                                                                   \
    CELL(name)                                                                                     \
    {                                                                                              \
        int64_t v;                                                                                 \
        if (number(r, c, &v))                                                                      \
            put_time(out, v);                                                                      \
    }
#define BOOL_VALUE(name, number)                                                                   \
    CELL(name)                                                                                     \
    {                                                                                              \
        int64_t v;                                                                                 \
        if (number(r, c, &v))                                                                      \
            put_word(out, v ? "true" : "false");                                                   \
    }

void put_word(struct text *t, const char *s);
void put_dec(struct text *t, int64_t v, int digits, int min_frac);
void put_time(struct text *t, int64_t ns);   /* RFC 3339 UTC */
void put_clock(struct text *t, int64_t ns);  /* 09:31:02.123 New York */
void put_money(struct text *t, int64_t px);  /* 1e-9 dollars as $1.25M: three figures */
void put_count(struct text *t, int64_t qty); /* 1e-6 units as 12,500 */
void put_ns(struct text *t, int64_t ns);     /* a duration as 3.2 ms */
void put_date(struct text *t, int32_t yyyymmdd);

/* Mean price weighted by size, rounded to 1e-9 half away from zero; false when it has none. */
bool packet_vwap(const struct packet *p, int64_t *ret);

/* A quantity in 1e-6 as 1e-9, held at the ends of int64: only orders above nine billion. */
int64_t qty_nano(int64_t qty);

/* The instrument of a row; NULL when it has none (gaps, stats). */
const struct instrument *row_instrument(const struct row *r, const struct cell_context *c);
/* Execution or event time; a packet's first print. 0 when the row has no time. */
int64_t row_time(const struct row *r);

FIELD(field_seq);
bool field_seq_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_ts);
FIELD(field_ts_clock);
bool field_ts_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_recv);
bool field_recv_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_symbol);
FIELD(field_contract);
FIELD(field_contract_short); /* SPY 500C 06-21 */
FIELD(field_right);
FIELD(field_strike);
bool field_strike_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_expiry);
FIELD(field_dte);
bool field_dte_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_minutes);
bool field_minutes_number(const struct row *r, const struct cell_context *c, int64_t *ret);
FIELD(field_settlement);
FIELD(field_style);
FIELD(field_adjusted);
bool field_adjusted_number(const struct row *r, const struct cell_context *c, int64_t *ret);
/* The multiplier in force for the row, 1e-9: what its premium was made with, the last contract
 * event's, or what the root says. */
FIELD(field_multiplier);
bool field_multiplier_number(const struct row *r, const struct cell_context *c, int64_t *ret);
/* Columns of a contract's terms. */
#define TERM_COLUMNS                                                                               \
    {.name = "settlement",                                                                         \
     .title = "SETTLE",                                                                            \
     .sentence = "am: at the open of expiry; pm: at its close; empty = not known (FLEX)",          \
     .value = field_settlement},                                                                   \
        {.name = "style",                                                                          \
         .title = "STYLE",                                                                         \
         .sentence = "american or european; empty = not known (FLEX)",                             \
         .value = field_style},                                                                    \
        {.name = "adjusted",                                                                       \
         .title = "ADJ",                                                                           \
         .type = CELL_BOOL,                                                                        \
         .sentence = "an adjusted series: its deliverable is not known, nor what a price means",   \
         .value = field_adjusted,                                                                  \
         .number = field_adjusted_number},                                                         \
    {                                                                                              \
        .name = "multiplier", .title = "MULT", .type = CELL_DEC, .align = CELL_RIGHT,              \
        .sentence = "units of the underlying a contract stands for", .value = field_multiplier,    \
        .number = field_multiplier_number                                                          \
    }
#define EXPIRY_COLUMNS                                                                             \
    {.name = "dte",                                                                                \
     .title = "DTE",                                                                               \
     .type = CELL_INT,                                                                             \
     .align = CELL_RIGHT,                                                                          \
     .sentence = "calendar days to expiration, by the New York date",                              \
     .value = field_dte,                                                                           \
     .number = field_dte_number},                                                                  \
    {                                                                                              \
        .name = "minutes_to_expiry", .title = "MTE", .type = CELL_INT, .align = CELL_RIGHT,        \
        .sentence = "minutes to where its value is set: 09:30 (am) or the close (pm) of expiry",   \
        .value = field_minutes, .number = field_minutes_number                                     \
    }
FIELD(field_venue);

/* Of packets: what opened and how rare it is, column_opening.c. */
#define FIELD_NUMBER(name)                                                                         \
    bool name(const struct row *r, const struct cell_context *c, int64_t *ret)
FIELD(field_opening_min);
FIELD(field_opening_min_cell);
FIELD_NUMBER(field_opening_min_number);
FIELD(field_opening_reason);
FIELD(field_day_volume);
FIELD_NUMBER(field_day_volume_number);
FIELD(field_rarity);
FIELD(field_one_in);
FIELD_NUMBER(field_one_in_number);
FIELD(field_rarity_n);
FIELD_NUMBER(field_rarity_n_number);
FIELD(field_rarity_k);
FIELD_NUMBER(field_rarity_k_number);
FIELD(field_rarity_reason);
void put_history(const struct packet *p, struct text *out); /* sentences, each after a '|' */

/* Side as a sign: +1, -1, 0. */
void put_side(struct text *t, int side, bool ascii); /* arrow and word, never colour alone */
enum style side_style(int side);

/* Structures in words (reading.c). Lists are joined by '|'. */
void put_legs(struct text *t, const struct leg_list *l, const struct cell_context *c);
void put_legs_short(struct text *t, const struct leg_list *l, const struct cell_context *c);
/* "buys call vertical 105/110"; side as in SHAPES. */
void put_reading(struct text *t, enum shape shape, int side, const struct leg_list *l,
                 const struct cell_context *c);
/* What a structure rests on: mark, net price and market, side, class; sentences joined by '|'. */
void put_structure_story(struct text *out, const struct structure *s);
/* bullish bearish neutral none */
const char *direction_word(int direction, enum direction_reason reason);
void put_direction(struct text *t, int direction, bool ascii); /* bull bear */
enum style packet_state_style(enum packet_state state);

/* The columns of each kind: `column_KIND.c`. */
extern const struct column option_columns[], equity_columns[], quote_columns[],
    equity_quote_columns[], packet_columns[], gap_columns[], instrument_columns[], stat_columns[],
    mark_columns[], structure_columns[], campaign_columns[];
extern const size_t option_columns_n, equity_columns_n, quote_columns_n, equity_quote_columns_n,
    packet_columns_n, gap_columns_n, instrument_columns_n, stat_columns_n, mark_columns_n,
    structure_columns_n, campaign_columns_n;
