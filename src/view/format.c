/* Rows as lines: table, CSV, TSV, JSON lines and Tape CSV. See column.h. */
#include <stdlib.h>
#include <string.h>

#include "base/dec.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/venue.h"
#include "view/column.h"

#define VALUE_MAX 2048 /* one cell; the longest are explanations of some 500 bytes */

static const char *const format_names[FORMAT_COUNT] = {
    [FORMAT_TABLE] = "table", [FORMAT_CSV] = "csv",   [FORMAT_JSONL] = "jsonl",
    [FORMAT_TSV] = "tsv",     [FORMAT_TAPE] = "tape",
};

int row_format_parse(const char *s)
{
    for (int i = 0; i < FORMAT_COUNT; i++)
        if (strcmp(format_names[i], s) == 0)
            return i;
    return -1;
}

const char *row_format_name(enum row_format f)
{
    return (size_t)f < FORMAT_COUNT ? format_names[f] : "?";
}

bool row_format_fits(enum row_kind kind, enum row_format f)
{
    return f != FORMAT_TAPE || kind == ROW_OPTION || kind == ROW_QUOTE || kind == ROW_EQUITY ||
           kind == ROW_EQUITY_QUOTE;
}

/* Cells of a text on a terminal: one each for what our own cells hold. */
static size_t text_cells(const char *s, size_t n)
{
    size_t cells = 0;
    for (size_t i = 0; i < n; i++)
        cells += ((unsigned char)s[i] & 0xc0) != 0x80;
    return cells;
}

static void add_padded(struct text *out, const char *s, size_t n, size_t width, bool right,
                       bool last)
{
    size_t cells = text_cells(s, n), pad = cells < width ? width - cells : 0;
    if (right)
        text_add(out, "%*s", (int)pad, "");
    text_addn(out, s, n);
    if (!right && !last)
        text_add(out, "%*s", (int)pad, "");
}

/* The key is shown in every table: it is what `why` takes. */
static size_t table_width(const struct column *columns, size_t i)
{
    size_t width = i == 0 && !columns[i].width ? 8 : columns[i].width;
    return MAX(width, width ? strlen(columns[i].title) : 0);
}

static void write_table(const struct row *r, enum row_kind kind, const struct cell_context *c,
                        struct text *out)
{
    size_t n, last = 0;
    const struct column *columns = columns_of(kind, &n);
    for (size_t i = 0; i < n; i++)
        last = table_width(columns, i) ? i : last;
    for (size_t i = 0; i <= last; i++) {
        char buf[VALUE_MAX];
        struct text cell = text_on(buf, sizeof buf);
        size_t width = table_width(columns, i);
        if (!width)
            continue;
        if (!r)
            text_addn(&cell, columns[i].title, strlen(columns[i].title));
        else
            (columns[i].cell ? columns[i].cell : columns[i].value)(r, c, &cell);
        cell.len = text_clean(buf, sizeof buf, buf, cell.len);
        if (i)
            text_addn(out, " ", 1);
        add_padded(out, buf, cell.len, width, columns[i].align == CELL_RIGHT, i == last);
    }
    while (out->len && out->buf[out->len - 1] == ' ')
        out->buf[--out->len] = '\0';
    text_addn(out, "\n", 1);
}

static void write_separated(const struct row *r, enum row_kind kind, bool csv,
                            const struct cell_context *c, struct text *out)
{
    size_t n;
    const struct column *columns = columns_of(kind, &n);
    for (size_t i = 0; i < n; i++) {
        char buf[VALUE_MAX];
        struct text cell = text_on(buf, sizeof buf);
        if (!r)
            text_addn(&cell, columns[i].name, strlen(columns[i].name));
        else
            columns[i].value(r, c, &cell);
        cell.len = text_clean(buf, sizeof buf, buf, cell.len); /* no tab, no newline after this */
        if (i)
            text_addn(out, csv ? "," : "\t", 1);
        if (csv)
            text_add_csv(out, buf, cell.len);
        else
            text_addn(out, buf, cell.len);
    }
    text_addn(out, "\n", 1);
}

static void add_json_list(struct text *out, const char *s, size_t n, bool ids)
{
    text_addn(out, "[", 1);
    for (size_t i = 0; i < n;) {
        const char *bar = memchr(s + i, '|', n - i);
        size_t len = bar ? (size_t)(bar - (s + i)) : n - i;
        if (i)
            text_addn(out, ",", 1);
        if (ids)
            text_addn(out, s + i, len);
        else
            text_add_json(out, s + i, len);
        i += len + 1;
    }
    text_addn(out, "]", 1);
}

static void add_json(struct text *out, enum cell_type type, const char *s, size_t n)
{
    if (type == CELL_LIST || type == CELL_IDS)
        add_json_list(out, s, n, type == CELL_IDS);
    else if (!n)
        text_addn(out, "null", 4);
    else if (type == CELL_TEXT || type == CELL_TIME)
        text_add_json(out, s, n);
    else
        text_addn(out, s, n);
}

static void write_jsonl(const struct row *r, const struct cell_context *c, struct text *out)
{
    size_t n;
    const struct column *columns = columns_of(r->kind, &n);
    for (size_t i = 0; i < n; i++) {
        char buf[VALUE_MAX];
        struct text cell = text_on(buf, sizeof buf);
        columns[i].value(r, c, &cell);
        text_add(out, "%s\"%s\":", i ? "," : "{", columns[i].name);
        add_json(out, columns[i].type, buf, cell.len);
    }
    text_addn(out, "}\n", 2);
}

/* Tape CSV columns, design.md section 5. */
enum tape_field {
    TF_KIND,
    TF_TS,
    TF_RECV,
    TF_SYMBOL,
    TF_PRICE,
    TF_SIZE,
    TF_BID,
    TF_BID_SIZE,
    TF_ASK,
    TF_ASK_SIZE,
    TF_VENUE,
    TF_COND,
    TF_TAPE,
    TF_ID,
    TF_REF,
    TF_REPORT_TS,
    TF_VALUE,
    TF_COUNT
};
#define TAPE_HEADER                                                                                \
    "kind,ts,recv,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref,report_ts,"   \
    "value\n"

struct tape_line {
    char field[TF_COUNT][96];
};

static void tape_dec(struct tape_line *l, enum tape_field f, int64_t v, int digits)
{
    dec_format(l->field[f], sizeof l->field[f], v, digits, 0);
}

static void tape_word(struct tape_line *l, enum tape_field f, const char *s)
{
    struct text t = text_on(l->field[f], sizeof l->field[f]);
    text_addn(&t, s, strlen(s));
}

/* An unknown code is written as it came, without the mark that people see, so that reading it again
 * gives the same code. */
static void tape_print(struct tape_line *l, const struct event *ev, const struct cell_context *c)
{
    const struct print *p = &ev->u.print;
    bool option = ev->kind == EV_OPTION_PRINT;
    struct text cond = text_on(l->field[TF_COND], sizeof l->field[TF_COND]);
    tape_dec(l, TF_PRICE, p->px, PX_DIGITS);
    tape_dec(l, TF_SIZE, p->qty, QTY_DIGITS);
    for (size_t i = 0; i < sizeof p->cond && p->cond[i]; i++) {
        const struct cond *row = option ? cond_option(p->cond[i]) : NULL;
        if (p->cond[i] == ' ')
            continue;
        text_add(&cond, "%s", cond.len ? "|" : "");
        if (row && row->mnemonic[0])
            text_add(&cond, "%s", row->mnemonic);
        else
            text_addn(&cond, &p->cond[i], 1);
    }
    if (p->cond_other) {
        char other[72];
        ident_code_text(c->idents, p->cond_other, other, sizeof other);
        text_add(&cond, "%s%s", cond.len ? "|" : "", other);
    }
    if (p->tape)
        l->field[TF_TAPE][0] = p->tape;
    ident_text(c->idents, p->id, l->field[TF_ID], sizeof l->field[TF_ID]);
    if (p->report_ns)
        time_format_utc(l->field[TF_REPORT_TS], sizeof l->field[0], p->report_ns);
}

static void tape_quote(struct tape_line *l, const struct quote *q)
{
    if (q->bid != PX_NONE) {
        tape_dec(l, TF_BID, q->bid, PX_DIGITS);
        tape_dec(l, TF_BID_SIZE, q->bid_qty, QTY_DIGITS);
    }
    if (q->ask != PX_NONE) {
        tape_dec(l, TF_ASK, q->ask, PX_DIGITS);
        tape_dec(l, TF_ASK_SIZE, q->ask_qty, QTY_DIGITS);
    }
    if (q->cond)
        l->field[TF_COND][0] = q->cond;
}

/* RFC 4180 without the guard against spreadsheets: "@|I" must come back as it is. */
static void add_exact(struct text *out, const char *s)
{
    if (!strpbrk(s, ",\"\r\n")) {
        text_addn(out, s, strlen(s));
        return;
    }
    text_addn(out, "\"", 1);
    for (; *s; s++)
        text_addn(out, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
    text_addn(out, "\"", 1);
}

static void write_tape(const struct row *r, const struct cell_context *c, struct text *out)
{
    const struct event *ev = &r->ev;
    const struct instrument *in = symbols_get(c->symbols, ev->sym);
    struct tape_line l = {0};
    tape_word(&l, TF_KIND, event_kind_name(ev->kind));
    time_format_utc(l.field[TF_TS], sizeof l.field[0], ev->ts_ns);
    time_format_utc(l.field[TF_RECV], sizeof l.field[0], ev->recv_ns);
    tape_word(&l, TF_SYMBOL, in ? in->symbol : "");
    if (ev->venue)
        tape_word(&l, TF_VENUE, venue_get(ev->venue)->mic);
    if (r->kind == ROW_QUOTE || r->kind == ROW_EQUITY_QUOTE)
        tape_quote(&l, &ev->u.quote);
    else
        tape_print(&l, ev, c);
    for (int i = 0; i < TF_COUNT; i++) {
        text_addn(out, ",", i > 0);
        add_exact(out, l.field[i]);
    }
    text_addn(out, "\n", 1);
}

void row_write_header(enum row_kind kind, enum row_format format, struct text *out)
{
    assert(row_format_fits(kind, format));
    if (format == FORMAT_TABLE)
        write_table(NULL, kind, NULL, out);
    else if (format == FORMAT_CSV || format == FORMAT_TSV)
        write_separated(NULL, kind, format == FORMAT_CSV, NULL, out);
    else if (format == FORMAT_TAPE)
        text_addn(out, TAPE_HEADER, strlen(TAPE_HEADER));
}

void row_write(const struct row *r, enum row_format format, const struct cell_context *c,
               struct text *out)
{
    assert(row_format_fits(r->kind, format));
    if (format == FORMAT_TABLE)
        write_table(r, r->kind, c, out);
    else if (format == FORMAT_JSONL)
        write_jsonl(r, c, out);
    else if (format == FORMAT_TAPE)
        write_tape(r, c, out);
    else
        write_separated(r, r->kind, format == FORMAT_CSV, c, out);
}
