/* Columns as rows of one table: the panes' text, the CSV header, the JSON key, the filter's field,
 * the help and the man page all come from here. */
#pragma once
#include "base/base.h"
#include "base/text.h"
#include "store/query.h"

/* What a cell may look up besides its row. */
struct cell_context {
    const struct symbols *symbols;
    const struct idents *idents;
    int64_t rate_bp;            /* the session's interest, 1/100 percent a year (greeks.h) */
    struct greeks_memo *greeks; /* what was worked out last; NULL = nothing is kept */
    bool ascii;                 /* cells without arrows: glyphs are chosen here, never in values */
};

/* LIST: texts joined by '|'. IDS: sequence numbers joined by '|'. BOOL: true or false. */
enum cell_type { CELL_TEXT, CELL_INT, CELL_DEC, CELL_TIME, CELL_BOOL, CELL_LIST, CELL_IDS };
enum cell_align { CELL_LEFT, CELL_RIGHT };

/* A meaning the theme maps to a colour and attribute; never colour alone (ux.md rule 6). */
enum style {
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_STRONG,
    STYLE_TITLE,
    STYLE_FOCUS,
    STYLE_CURSOR,
    STYLE_BUY,
    STYLE_SELL,
    STYLE_NEUTRAL,
    STYLE_DARK,
    STYLE_SWEEP,
    STYLE_BLOCK,
    STYLE_WARN,
    STYLE_ALERT,
    STYLE_LIVE,
    STYLE_HOLD,
    STYLE_REPLAY,
    STYLE_PLAYHEAD,
    STYLE_AXIS,
    STYLE_BAR,
    STYLE_KEY,
    STYLE_STRUCK, /* cancelled or retracted: counts for nothing */
    STYLE_PACKAGE,
    STYLE_REPEAT,
    STYLE_OPENING, /* a proven minimum of contracts opened */
    STYLE_RARE,
    STYLE_COUNT
};

struct column {
    const char *name;  /* JSON key and filter field (design.md section 3) */
    const char *title; /* pane header, at most `width` cells */
    uint8_t width;     /* cells in a pane; 0 = not shown in panes */
    uint8_t type, align;
    bool quotes; /* looks at what the quotes of a print say (reader_complete) */
    const char *sentence;
    /* Machine form: exact decimals, RFC 3339, plain words; empty when not applicable. */
    void (*value)(const struct row *r, const struct cell_context *c, struct text *out);
    /* Screen form, short (times as New York clock, sizes with separators); NULL = value. */
    void (*cell)(const struct row *r, const struct cell_context *c, struct text *out);
    /* For filters and sorting: a number in the type's unit (dec: 1e-9; time: ns; int and bool:
     * itself). false = the row has none. NULL for text and lists. */
    bool (*number)(const struct row *r, const struct cell_context *c, int64_t *ret);
    enum style (*style)(const struct row *r, const struct cell_context *c); /* NULL = plain */
};

/* A row that counts for nothing: a cancelled print, a print that is itself a cancel, a retracted
 * packet or structure. */
bool row_struck(const struct row *r);

/* The columns of a kind in their standard order. */
const struct column *columns_of(enum row_kind kind, size_t *ret_n);
const struct column *column_find(enum row_kind kind, const char *name, size_t n);

enum row_format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSONL, FORMAT_TSV, FORMAT_TAPE, FORMAT_COUNT };
int row_format_parse(const char *s); /* -1 when unknown */
const char *row_format_name(enum row_format f);
/* Tape CSV (design.md section 5) carries events: it fits prints and quotes alone. */
bool row_format_fits(enum row_kind kind, enum row_format f);

/* Writes a header (table, csv, tsv, tape; nothing for jsonl) or one row, newline included. Room for
 * ROW_TEXT_MAX bytes always suffices. A table shows the key and the columns that panes show. */
#define ROW_TEXT_MAX 8192
void row_write_header(enum row_kind kind, enum row_format format, struct text *out);
void row_write(const struct row *r, enum row_format format, const struct cell_context *c,
               struct text *out);
