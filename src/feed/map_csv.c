/* Rows of a delimited file to events through a column map: one engine for all vendors. */
#include "feed/map_csv.h"

#include <stddef.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/venue.h"
#include "feed/cell.h"

#define DAY_NS (INT64_C(86400) * NS_PER_SEC)

/* One row being read. */
struct map_run {
    struct feed *feed;
    const struct column_map *map;
    struct symbol_cache *cache;
    int64_t midnight; /* of the setting `date`, New York, UTC ns */
    bool plain_day;   /* no change of the clocks that day */
    bool option;
    uint32_t set; /* bits of enum map_target */
    struct event ev;
    struct csv_field root;
    int32_t expiry;
    char right;
    int64_t strike;
    struct { /* the contract last resolved from split fields */
        char root[8];
        int32_t expiry;
        char right;
        int64_t strike;
        uint32_t sym;
    } last;
    struct refusal bad;
};

#define AT(field) offsetof(struct map_run, field)
static const struct target {
    const char *name;
    size_t at; /* where a number goes */
} targets[MT_COUNT] = {
    [MT_SYMBOL] = {"symbol", 0},
    [MT_ROOT] = {"root", 0},
    [MT_EXPIRY] = {"expiry", 0},
    [MT_RIGHT] = {"right", 0},
    [MT_STRIKE] = {"strike", AT(strike)},
    [MT_TS] = {"ts", AT(ev.ts_ns)},
    [MT_RECV] = {"recv", AT(ev.recv_ns)},
    [MT_REPORT_TS] = {"report_ts", AT(ev.u.print.report_ns)},
    [MT_PRICE] = {"price", AT(ev.u.print.px)},
    [MT_SIZE] = {"size", AT(ev.u.print.qty)},
    [MT_BID] = {"bid", AT(ev.u.quote.bid)},
    [MT_BID_SIZE] = {"bid_size", AT(ev.u.quote.bid_qty)},
    [MT_BID_VENUE] = {"bid_venue", AT(ev.u.quote.bid_venue)},
    [MT_ASK] = {"ask", AT(ev.u.quote.ask)},
    [MT_ASK_SIZE] = {"ask_size", AT(ev.u.quote.ask_qty)},
    [MT_ASK_VENUE] = {"ask_venue", AT(ev.u.quote.ask_venue)},
    [MT_VENUE] = {"venue", AT(ev.venue)},
    [MT_COND] = {"cond", 0},
    [MT_TAPE] = {"tape", 0},
    [MT_ID] = {"id", AT(ev.u.print.id)},
    [MT_REF] = {"ref", AT(ev.u.print.ref)},
};
#undef AT

static int64_t *number_at(struct map_run *r, const struct map_op *op)
{
    return (int64_t *)(void *)((char *)r + targets[op->target].at);
}

static bool refuse(struct map_run *r, enum drop_reason why, const char *what, struct csv_field f)
{
    r->bad.why = why;
    r->bad.what = what;
    r->bad.text = f;
    return false;
}

/* ---- forms ---- */

static bool put_symbol(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    (void)op;
    r->ev.sym = symbol_find(r->cache, r->feed->ctx.symbols,
                            r->option ? SYMBOL_OPTION : SYMBOL_EQUITY, f.s, f.n);
    return r->ev.sym || refuse(r, DROP_BAD_SYMBOL,
                               r->option ? "is not an option contract" : "is not a symbol", f);
}

static bool put_root(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    (void)op;
    r->root = f;
    return f.n <= 6 || refuse(r, DROP_BAD_SYMBOL, "is longer than an option root", f);
}

static bool put_date(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    (void)op;
    return calendar_parse(f.s, f.n, &r->expiry) ||
           refuse(r, DROP_BAD_SYMBOL, "is not an expiry date", f);
}

static bool put_right(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    static const char *const words[] = {"C", "P",    "CALL", "PUT",  "c",
                                        "p", "call", "put",  "Call", "Put"};
    (void)op;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (csv_is(f, words[i])) {
            r->right = i % 2 ? 'P' : 'C';
            return true;
        }
    return refuse(r, DROP_BAD_SYMBOL, "is neither call nor put", f);
}

/* Integer or decimal epoch times; unit = decimals that one unit has in nanoseconds. */
static bool put_epoch(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    int64_t v;
    if (dec_parse(f.s, f.n, (int)op->form->unit - 1, &v) != DEC_OK || v < 0 ||
        __builtin_add_overflow(v, op->arg, number_at(r, op)))
        return refuse(r, DROP_BAD_TIME, "is not a time since 1970", f);
    return true;
}

static bool put_ny_ms(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    int64_t v;
    if (dec_parse(f.s, f.n, 6, &v) != DEC_OK || v < 0 || v > DAY_NS)
        return refuse(r, DROP_BAD_TIME, "is not milliseconds since midnight", f);
    *number_at(r, op) = (r->plain_day ? r->midnight + v : calendar_ny_ns(r->map->date, v)) +
                        op->arg;
    return true;
}

static bool put_rfc3339(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    return cell_time(f, number_at(r, op), &r->bad);
}

static bool put_price(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    return cell_price(f, PX_DIGITS - (int)op->arg, number_at(r, op), &r->bad);
}

static bool put_qty(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    bool print = r->ev.kind == EV_OPTION_PRINT || r->ev.kind == EV_EQUITY_PRINT;
    return cell_qty(f, op->arg ? op->arg : 1, r->option, !print, number_at(r, op), &r->bad);
}

static bool code_of(struct map_run *r, struct csv_field f, int *ret)
{
    int64_t v;
    if (dec_parse(f.s, f.n, 0, &v) != DEC_OK || v != (int16_t)v)
        return refuse(r, DROP_SYNTAX, "is not a code number", f);
    *ret = (int)v;
    return true;
}

static enum venue_side side_of(const struct map_run *r)
{
    return r->option ? VENUE_OPTION : VENUE_EQUITY;
}

static bool put_venue_id(struct map_run *r, const struct map_op *op, uint16_t id,
                         struct csv_field f)
{
    if (!id)
        feed_unknown(r->feed, "venue", f.s, f.n);
    if (!id && (r->ev.kind == EV_OPTION_PRINT || r->ev.kind == EV_EQUITY_PRINT))
        print_other_venue(r->feed, &r->ev.u.print, f.s, f.n);
    memcpy((char *)r + targets[op->target].at, &id, sizeof id);
    return true;
}

static bool put_venue(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    return put_venue_id(r, op, venue_by_code(side_of(r), f.s, f.n), f);
}

static bool put_venue_theta(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    int code;
    return code_of(r, f, &code) && put_venue_id(r, op, venue_by_theta(side_of(r), code), f);
}

static bool put_venue_massive(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    int code;
    return code_of(r, f, &code) && put_venue_id(r, op, venue_by_massive(side_of(r), code), f);
}

/* An unknown code is kept as vendor:code. */
static void add_letter(struct map_run *r, char letter, const char *vendor, struct csv_field f)
{
    char buf[64];
    struct text t = text_on(buf, sizeof buf);
    if (letter && print_add_cond(&r->ev.u.print, letter))
        return;
    text_add(&t, "%s%s%.*s", vendor, *vendor ? ":" : "", (int)MIN(f.n, 40), f.s);
    print_add_letter(r->feed, &r->ev.u.print, 0, buf, t.len);
}

static bool put_cond_opra(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    (void)op;
    add_letter(r, cond_by_mnemonic(f.s, f.n), "", f);
    return true;
}

/* SIP letters as one string, blanks between positions: `F I`, `4 B`, `TI`. */
static bool put_cond_sip(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    (void)op;
    for (size_t i = 0; i < f.n; i++) {
        struct csv_field one = {f.s + i, 1};
        if (f.s[i] == ' ')
            continue;
        add_letter(r, cond_equity(f.s[i], r->ev.u.print.tape) ? f.s[i] : 0, "", one);
    }
    return true;
}

static bool means_nothing(const struct map_op *op, int code)
{
    for (size_t i = 0; i < op->n_not; i++)
        if (op->not [i] == code)
            return true;
    return false;
}

static bool put_cond_theta(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    int code;
    if (!code_of(r, f, &code))
        return false;
    if (!means_nothing(op, code))
        add_letter(r, r->option ? cond_by_theta_option(code) : cond_by_theta_equity(code), "theta",
                   f);
    return true;
}

/* One number or several joined by commas. */
static bool put_cond_massive(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    while (f.n) {
        int code;
        char *comma = memchr(f.s, ',', f.n);
        struct csv_field one =
            csv_trim((struct csv_field){f.s, comma ? (size_t)(comma - f.s) : f.n});
        if (!code_of(r, one, &code))
            return false;
        if (!means_nothing(op, code))
            add_letter(r,
                       r->option ? cond_by_massive_option(code)
                                 : cond_by_massive_equity(code, r->ev.u.print.tape),
                       "massive", one);
        size_t used = comma ? (size_t)(comma - f.s) + 1 : f.n;
        f.s += used;
        f.n -= used;
    }
    return true;
}

/* LEAN's 32 flags in hexadecimal; a flag without a letter of ours says nothing (samples.md). */
static bool put_cond_lean(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    uint32_t mask = 0;
    (void)op;
    for (size_t i = 0; i < f.n; i++) {
        const char *hex = "0123456789abcdef";
        const char *at = f.s[i] ? strchr(hex, f.s[i] | (f.s[i] >= 'A' ? 0x20 : 0)) : NULL;
        if (!at || f.n > 8)
            return refuse(r, DROP_SYNTAX, "is not a mask of 32 bits in hexadecimal", f);
        mask = mask << 4 | (uint32_t)(at - hex);
    }
    for (int bit = 0; bit < 32; bit++) {
        char letter = mask >> bit & 1 ? cond_by_lean_bit(bit) : 0;
        if (letter)
            add_letter(r, letter, "lean", f);
    }
    return true;
}

static bool put_tape(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    (void)op;
    r->ev.u.print.tape = cell_tape(r->feed, f);
    return true;
}

static bool put_tape_massive(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    (void)op;
    bool known = f.n == 1 && f.s[0] >= '1' && f.s[0] <= '3';
    r->ev.u.print.tape = known ? (char)('A' + f.s[0] - '1') : 0;
    if (!known)
        feed_unknown(r->feed, "tape", f.s, f.n);
    return true;
}

static bool put_id(struct map_run *r, const struct map_op *op, struct csv_field f)
{
    uint64_t id;
    if (!cell_id(r->feed, f, &id, &r->bad))
        return false;
    memcpy((char *)r + targets[op->target].at, &id, sizeof id);
    return true;
}

static const struct map_form forms[] = {
    {"symbol", CLASS_SYMBOL, put_symbol, 0},
    {"text", CLASS_ROOT, put_root, 0},
    {"date", CLASS_DATE, put_date, 0},
    {"right", CLASS_RIGHT, put_right, 0},
    {"ny-ms", CLASS_TIME, put_ny_ms, 0}, /* of the setting `date` */
    {"epoch-ns", CLASS_TIME, put_epoch, 1},
    {"epoch-us", CLASS_TIME, put_epoch, 4},
    {"epoch-ms", CLASS_TIME, put_epoch, 7},
    {"epoch-s", CLASS_TIME, put_epoch, 10},
    {"rfc3339", CLASS_TIME, put_rfc3339, 1},
    {"px", CLASS_PRICE, put_price, 0},
    {"qty", CLASS_QTY, put_qty, 0},
    {"venue", CLASS_VENUE, put_venue, 0}, /* MIC or participant letter */
    {"venue-theta", CLASS_VENUE, put_venue_theta, 0},
    {"venue-massive", CLASS_VENUE, put_venue_massive, 0},
    {"cond-opra", CLASS_COND, put_cond_opra, 0},
    {"cond-sip", CLASS_COND, put_cond_sip, 0},
    {"cond-theta", CLASS_COND, put_cond_theta, 0},
    {"cond-massive", CLASS_COND, put_cond_massive, 0},
    {"cond-lean", CLASS_COND, put_cond_lean, 0},
    {"tape", CLASS_TAPE, put_tape, 0},
    {"tape-massive", CLASS_TAPE, put_tape_massive, 0},
    {"id", CLASS_ID, put_id, 0},
};

const struct map_form *map_form_find(const char *s, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (strlen(forms[i].name) == n && memcmp(forms[i].name, s, n) == 0)
            return &forms[i];
    return NULL;
}

/* ---- rows ---- */

struct map_csv {
    struct decoder d;
    struct column_map *map;
    struct symbol_cache *cache;
    struct map_run run;
    uint8_t place[MAP_COLUMNS]; /* where each column of the map stands in the file */
    int n_fields;               /* of a line of the file */
    bool told;
};

static bool is_print(int kind)
{
    return kind == EV_OPTION_PRINT || kind == EV_EQUITY_PRINT;
}

static bool is_option(int kind)
{
    return kind == EV_OPTION_PRINT || kind == EV_OPTION_QUOTE || kind == EV_OPEN_INTEREST;
}

static bool find_contract(struct map_run *r)
{
    if (r->ev.sym || !(r->set & 1u << MT_ROOT))
        return true;
    size_t n = r->root.n;
    bool same = r->last.sym && r->strike == r->last.strike && r->expiry == r->last.expiry &&
                r->right == r->last.right && strlen(r->last.root) == n &&
                memcmp(r->last.root, r->root.s, n) == 0;
    if (!same) {
        r->last.sym =
            symbols_contract(r->feed->ctx.symbols, r->root.s, n, r->expiry, r->right, r->strike);
        memcpy(r->last.root, r->root.s, n);
        r->last.root[n] = '\0';
        r->last.strike = r->strike;
        r->last.expiry = r->expiry;
        r->last.right = r->right;
    }
    r->ev.sym = r->last.sym;
    r->bad.column = "root";
    return r->ev.sym || refuse(r, DROP_BAD_SYMBOL, "makes no option contract", r->root);
}

static bool check_needed(struct map_run *r)
{
    static const uint8_t print_needs[] = {MT_TS, MT_PRICE, MT_SIZE};
    static const struct csv_field none = {0};
    for (size_t i = 0; i < ARRAY_LEN(print_needs); i++) {
        if (i && !is_print(r->ev.kind) &&
            !(print_needs[i] == MT_SIZE && r->ev.kind == EV_OPEN_INTEREST))
            continue;
        r->bad.column = targets[print_needs[i]].name;
        if (!(r->set & 1u << print_needs[i]))
            return refuse(r, DROP_MISSING_FIELD, "is needed here and empty", none);
    }
    r->bad.column = "symbol";
    return r->ev.sym || refuse(r, DROP_MISSING_FIELD, "is needed here and empty", none);
}

static void finish_quote(struct quote *q, bool one_side)
{
    bool no_bid = q->bid == 0 && q->bid_qty == 0, no_ask = q->ask == 0 && q->ask_qty == 0;
    if (no_bid) {
        q->bid = PX_NONE;
        q->bid_venue = 0;
        q->flags |= one_side && !no_ask ? QUOTE_KEEP_BID : 0;
    }
    if (no_ask) {
        q->ask = PX_NONE;
        q->ask_venue = 0;
        q->flags |= one_side && !no_bid ? QUOTE_KEEP_ASK : 0;
    }
}

static bool apply_op(struct map_csv *t, const struct map_op *op, const struct csv_field *fields)
{
    struct map_run *r = &t->run;
    struct csv_field f = op->column < 0 ? (struct csv_field){(char *)op->value, strlen(op->value)}
                                        : csv_trim(fields[t->place[op->column]]);
    if (f.n == 0 || (op->zero_none && csv_is(f, "0")))
        return true;
    r->bad.column = op->column < 0 ? targets[op->target].name : t->map->columns[op->column];
    r->set |= 1u << op->target;
    return op->form->apply(r, op, f);
}

static bool read_event(struct map_csv *t, const struct map_row *row, const struct csv_field *fields,
                       struct event *ret)
{
    struct map_run *r = &t->run;
    memset(&r->ev, 0, sizeof r->ev);
    r->ev.kind = row->kind;
    r->option = is_option(row->kind);
    r->set = 0;
    if (!is_print(row->kind) && row->kind != EV_OPEN_INTEREST)
        r->ev.u.quote.bid = r->ev.u.quote.ask = PX_NONE;
    for (size_t i = 0; i < row->n; i++)
        if (!apply_op(t, &row->ops[i], fields))
            return false;
    if (!find_contract(r) || !check_needed(r))
        return false;
    if (!(r->set & 1u << MT_RECV)) {
        bool report = is_print(row->kind) && r->ev.u.print.report_ns;
        r->ev.recv_ns = report ? r->ev.u.print.report_ns : r->ev.ts_ns;
    }
    if (is_print(row->kind))
        r->ev.u.print.flags |= r->ev.u.print.qty % QTY_ONE ? PRINT_FRACTIONAL : 0;
    else if (row->kind == EV_OPEN_INTEREST)
        r->ev.u = (typeof(r->ev.u)){.reference = {.qty = r->ev.u.print.qty}};
    else
        finish_quote(&r->ev.u.quote, t->map->one_side);
    *ret = r->ev;
    return true;
}

static int drop_row(struct map_csv *t, enum drop_reason why, const char *column,
                    struct csv_field text, const char *what)
{
    char where[160];
    struct text w = text_on(where, sizeof where);
    text_add(&w, "%s:%llu", t->d.file, (unsigned long long)input_line_number(t->d.in));
    feed_drop(t->d.feed, why, where, "%s%s'%.*s' %s", column ? column : "", column ? " " : "",
              (int)MIN(text.n, 60), text.n ? text.s : "", what);
    return DECODED_DROPPED;
}

static bool test_holds(const struct map_csv *t, const struct map_test *test,
                       const struct csv_field *fields)
{
    struct csv_field f = csv_trim(fields[t->place[test->column]]);
    for (size_t i = 0; i < test->n; i++)
        if (csv_is(f, test->values[i]))
            return true;
    return false;
}

static int take_row(struct map_csv *t, char *line, size_t n, struct batch *b)
{
    struct csv_field fields[CSV_FIELDS];
    const struct column_map *m = t->map;
    int count = csv_split(line, n, fields);
    if (count != t->n_fields)
        return drop_row(t, DROP_SYNTAX, NULL, (struct csv_field){line, n},
                        count < 0 ? "is not a line of comma-separated values (quotes)"
                                  : "has another number of fields than the file's columns");
    for (size_t i = 0; i < m->n_skips; i++)
        if (test_holds(t, &m->skips[i], fields))
            return drop_row(t, DROP_SKIPPED, m->columns[m->skips[i].column],
                            fields[t->place[m->skips[i].column]],
                            "marks a row that the map leaves out");
    b->n = m->n_rows;
    b->joined = m->n_rows == 2;
    b->tick = false;
    for (size_t i = 0; i < m->n_rows; i++)
        if (!read_event(t, &m->rows[i], fields, &b->ev[i]))
            return drop_row(t, t->run.bad.why, t->run.bad.column, t->run.bad.text, t->run.bad.what);
    for (size_t i = 0; i < m->n_flags; i++)
        t->d.feed->stats.flagged += test_holds(t, &m->flags[i], fields);
    return DECODED_USED;
}

static int next(struct decoder *d, struct batch *b, struct err *err)
{
    struct map_csv *t = (struct map_csv *)d;
    char *line;
    size_t n;
    for (;;) {
        enum input_line got = input_line(d->in, &line, &n);
        if (got == LINE_END)
            return decoder_end(d, &t->told, err);
        if (got == LINE_OK && n == 0)
            continue;
        d->feed->stats.records++;
        if (got == LINE_TOO_LONG)
            return drop_row(t, DROP_TOO_LONG, NULL, (struct csv_field){0}, "line over 64 KiB");
        return take_row(t, line, n, b);
    }
}

static void close_map(struct decoder *d)
{
    struct map_csv *t = (struct map_csv *)d;
    symbol_cache_destroy(t->cache);
    column_map_free(t->map);
    mem_free(t);
}

static const struct decoder_ops map_csv_ops = {"map", next, close_map};

/* Finds the map's columns in the header line of the file. */
static int place_columns(struct map_csv *t, struct err *err)
{
    struct csv_field fields[CSV_FIELDS];
    char *line = NULL, lack[300], have[300];
    size_t n = 0;
    struct text missing = text_on(lack, sizeof lack), there = text_on(have, sizeof have);
    if (input_line(t->d.in, &line, &n) != LINE_OK)
        return err_set(err, ERR_FEED, "%s: no header line was found", t->d.file);
    t->n_fields = csv_split(line, n, fields);
    if (t->n_fields < 0)
        return err_set(err, ERR_FEED, "%s: the header line is not comma-separated values",
                       t->d.file);
    for (int i = 0; i < t->n_fields; i++)
        text_add(&there, " %.*s", (int)MIN(fields[i].n, 40), fields[i].s);
    for (int c = 0; c < t->map->n_columns; c++) {
        int i = 0;
        while (i < t->n_fields && !csv_is(csv_trim(fields[i]), t->map->columns[c]))
            i++;
        t->place[c] = (uint8_t)i;
        if (i == t->n_fields)
            text_add(&missing, " %s", t->map->columns[c]);
    }
    if (missing.len)
        return err_set(err, ERR_FEED,
                       "%s: the map needs columns that are not there:%s; there are:%s", t->d.file,
                       lack, have);
    return 0;
}

struct decoder *map_csv_create(struct feed *f, struct input *in, const char *file,
                               struct column_map *map, struct err *err)
{
    struct map_csv *t = mem_alloc(sizeof *t);
    t->d = (struct decoder){&map_csv_ops, f, in, file};
    t->map = map;
    t->cache = symbol_cache_create();
    t->run = (struct map_run){.feed = f, .map = map, .cache = t->cache};
    if (map->date) {
        t->run.midnight = calendar_ny_midnight(map->date);
        t->run.plain_day = calendar_ny_ns(map->date, 20 * 3600 * NS_PER_SEC) ==
                           t->run.midnight + 20 * 3600 * NS_PER_SEC;
    }
    size_t n;
    uint8_t *bom = input_peek(in, 3, &n);
    if (n == 3 && memcmp(bom, "\xef\xbb\xbf", 3) == 0)
        input_skip(in, 3);
    t->n_fields = map->n_columns;
    for (int c = 0; c < map->n_columns; c++)
        t->place[c] = (uint8_t)c;
    if (map->header && place_columns(t, err) < 0) {
        close_map(&t->d);
        return NULL;
    }
    return &t->d;
}
