/* Tape CSV, the neutral text format (design.md section 5): a header line, then a row an event.
 * Beyond the table there: a `status` row of code luld brings the bands in `bid` (lower) and `ask`
 * (upper). */
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/cond.h"
#include "feed/decoder.h"
#include "feed/cell.h"

#define COLUMNS(X)                                                                                 \
    X(KIND, "kind")                                                                                \
    X(TS, "ts")                                                                                    \
    X(RECV, "recv")                                                                                \
    X(SYMBOL, "symbol")                                                                            \
    X(PRICE, "price")                                                                              \
    X(SIZE, "size")                                                                                \
    X(BID, "bid")                                                                                  \
    X(BID_SIZE, "bid_size")                                                                        \
    X(ASK, "ask")                                                                                  \
    X(ASK_SIZE, "ask_size")                                                                        \
    X(VENUE, "venue")                                                                              \
    X(COND, "cond")                                                                                \
    X(TAPE, "tape")                                                                                \
    X(ID, "id")                                                                                    \
    X(REF, "ref")                                                                                  \
    X(REPORT_TS, "report_ts")                                                                      \
    X(VALUE, "value")

enum column {
#define X(id, name) COL_##id,
    COLUMNS(X)
#undef X
        COL_COUNT
};
static const char *const column_names[COL_COUNT] = {
#define X(id, name) [COL_##id] = name,
    COLUMNS(X)
#undef X
};

struct tape_csv {
    struct decoder d;
    uint8_t order[CSV_FIELDS]; /* enum column of each place */
    int n_columns;
    struct symbol_cache *cache;
    char last_symbol[32]; /* the text last resolved and what it was */
    uint32_t last_sym;
    uint8_t last_n, last_kind;
    struct minute_cache minutes[3]; /* ts, recv, report_ts */
    struct code_cache conds;        /* of options: mnemonic to letter */
    struct code_cache venues[2];    /* of equities and options */
    bool told;
};

/* One row being read. */
struct row {
    struct tape_csv *t;
    struct feed *feed;
    struct csv_field f[COL_COUNT];
    bool option;
    struct refusal bad;
};

static bool refuse(struct row *r, enum column c, enum drop_reason why, const char *what)
{
    r->bad = (struct refusal){why, column_names[c], what, r->f[c]};
    return false;
}

static bool missing(struct row *r, enum column c)
{
    return refuse(r, c, DROP_MISSING_FIELD, "is needed here and empty");
}

static bool time_of(struct row *r, enum column c, int64_t *ret)
{
    r->bad.column = column_names[c];
    size_t which = c == COL_TS ? 0 : c == COL_RECV ? 1 : 2;
    return cell_time_near(&r->t->minutes[which], r->f[c], ret, &r->bad);
}

static bool price_of(struct row *r, enum column c, int64_t *ret)
{
    r->bad.column = column_names[c];
    return cell_price(r->f[c], PX_DIGITS, ret, &r->bad);
}

static bool qty_of(struct row *r, enum column c, bool zero, int64_t *ret)
{
    r->bad.column = column_names[c];
    return cell_qty(r->f[c], 1, r->option, zero, ret, &r->bad);
}

static bool times_of(struct row *r, struct event *ev, int64_t *ret_report)
{
    if (!r->f[COL_TS].n)
        return missing(r, COL_TS);
    if (!time_of(r, COL_TS, &ev->ts_ns))
        return false;
    if (r->f[COL_REPORT_TS].n && !time_of(r, COL_REPORT_TS, ret_report))
        return false;
    ev->recv_ns = *ret_report ? *ret_report : ev->ts_ns;
    return !r->f[COL_RECV].n || time_of(r, COL_RECV, &ev->recv_ns);
}

static bool symbol_of(struct row *r, enum symbol_kind kind, struct event *ev)
{
    struct tape_csv *t = r->t;
    struct csv_field f = r->f[COL_SYMBOL];
    if (!f.n)
        return missing(r, COL_SYMBOL);
    if (f.n != t->last_n || kind != t->last_kind || memcmp(f.s, t->last_symbol, f.n) != 0) {
        uint32_t sym = symbol_find(t->cache, r->feed->ctx.symbols, kind, f.s, f.n);
        if (!sym)
            return refuse(r, COL_SYMBOL, DROP_BAD_SYMBOL,
                          kind == SYMBOL_OPTION ? "is not an option contract (OSI form, such as "
                                                  "XYZ261218C00105000)"
                                                : "is not a symbol");
        memcpy(t->last_symbol, f.s, f.n);
        t->last_n = (uint8_t)f.n;
        t->last_kind = (uint8_t)kind;
        t->last_sym = sym;
    }
    ev->sym = t->last_sym;
    if (kind == SYMBOL_ANY) {
        const struct instrument *in = symbols_get(r->feed->ctx.symbols, ev->sym);
        r->option = in && in->right;
    }
    return true;
}

static char option_letter(struct row *r, struct csv_field code)
{
    bool known = false;
    uint16_t *at = code_cache_at(&r->t->conds, code, &known);
    if (at && !known)
        *at = (uint8_t)cond_by_mnemonic(code.s, code.n);
    return at ? (char)*at : 0;
}

static void add_cond(struct row *r, struct print *p, struct csv_field code)
{
    char letter = 0;
    if (r->option)
        letter = option_letter(r, code);
    else if (code.n == 1 && cond_equity(code.s[0] == ' ' ? '@' : code.s[0], p->tape))
        letter = code.s[0] == ' ' ? '@' : code.s[0];
    print_add_letter(r->feed, p, letter, code.s, code.n);
}

static void conds_of(struct row *r, struct print *p)
{
    struct csv_field f = r->f[COL_COND];
    while (f.n) {
        char *bar = memchr(f.s, '|', f.n);
        size_t n = bar ? (size_t)(bar - f.s) : f.n;
        if (n)
            add_cond(r, p, (struct csv_field){f.s, n});
        f.s += n + (bar != NULL);
        f.n -= n + (bar != NULL);
    }
}

static uint16_t venue_of(struct row *r)
{
    bool known = false;
    struct csv_field f = r->f[COL_VENUE];
    uint16_t *at = f.n ? code_cache_at(&r->t->venues[r->option], f, &known) : NULL;
    if (known && *at)
        return *at;
    uint16_t id = cell_venue(r->feed, r->option ? VENUE_OPTION : VENUE_EQUITY, f);
    if (at)
        *at = id;
    return id;
}

static bool quote_of(struct row *r, struct quote *q)
{
    *q = (struct quote){.bid = PX_NONE, .ask = PX_NONE};
    return (!r->f[COL_BID].n || price_of(r, COL_BID, &q->bid)) &&
           (!r->f[COL_ASK].n || price_of(r, COL_ASK, &q->ask)) &&
           (!r->f[COL_BID_SIZE].n || qty_of(r, COL_BID_SIZE, true, &q->bid_qty)) &&
           (!r->f[COL_ASK_SIZE].n || qty_of(r, COL_ASK_SIZE, true, &q->ask_qty));
}

/* Price, size, conditions, id and tape of a print or what replaces it. */
static bool print_of(struct row *r, struct event *ev)
{
    struct print *p = &ev->u.print;
    if (r->f[COL_PRICE].n && !price_of(r, COL_PRICE, &p->px))
        return false;
    if (r->f[COL_SIZE].n && !qty_of(r, COL_SIZE, false, &p->qty))
        return false;
    if (r->f[COL_ID].n && !cell_id(r->feed, r->f[COL_ID], &p->id, &r->bad))
        return refuse(r, COL_ID, r->bad.why, r->bad.what);
    if (r->f[COL_REF].n && !cell_id(r->feed, r->f[COL_REF], &p->ref, &r->bad))
        return refuse(r, COL_REF, r->bad.why, r->bad.what);
    p->flags = p->qty % QTY_ONE ? PRINT_FRACTIONAL : 0;
    p->tape = r->option ? 0 : cell_tape(r->feed, r->f[COL_TAPE]);
    conds_of(r, p);
    ev->venue = venue_of(r);
    if (!ev->venue && r->f[COL_VENUE].n)
        print_other_venue(r->feed, p, r->f[COL_VENUE].s, r->f[COL_VENUE].n);
    return true;
}

static bool read_print(struct row *r, struct batch *b)
{
    struct event *ev = &b->ev[0];
    r->option = ev->kind == EV_OPTION_PRINT;
    if (!times_of(r, ev, &ev->u.print.report_ns) ||
        !symbol_of(r, r->option ? SYMBOL_OPTION : SYMBOL_EQUITY, ev))
        return false;
    if (!r->f[COL_PRICE].n)
        return missing(r, COL_PRICE);
    if (!r->f[COL_SIZE].n)
        return missing(r, COL_SIZE);
    if (!print_of(r, ev))
        return false;
    if (!r->f[COL_BID].n && !r->f[COL_ASK].n)
        return true;
    b->ev[1] = *ev;
    ev->kind = r->option ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE;
    ev->venue = 0;
    b->joined = true;
    b->n = 2;
    return quote_of(r, &ev->u.quote);
}

static bool read_quote(struct row *r, struct batch *b)
{
    struct event *ev = &b->ev[0];
    int64_t report = 0;
    r->option = ev->kind == EV_OPTION_QUOTE;
    if (!times_of(r, ev, &report) || !symbol_of(r, r->option ? SYMBOL_OPTION : SYMBOL_EQUITY, ev) ||
        !quote_of(r, &ev->u.quote))
        return false;
    ev->venue = venue_of(r);
    return true;
}

static bool read_cancel(struct row *r, struct batch *b)
{
    struct event *ev = &b->ev[0];
    if (!times_of(r, ev, &ev->u.print.report_ns) || !symbol_of(r, SYMBOL_ANY, ev))
        return false;
    /* Without a reference the print is named by its price and size, as OPRA does it. */
    bool by_value = !r->f[COL_REF].n || ev->kind == EV_CORRECT;
    if (!r->f[COL_REF].n && ev->kind == EV_CORRECT)
        return missing(r, COL_REF);
    if (by_value && !r->f[COL_PRICE].n)
        return missing(r, ev->kind == EV_CORRECT ? COL_PRICE : COL_REF);
    if (by_value && !r->f[COL_SIZE].n)
        return missing(r, ev->kind == EV_CORRECT ? COL_SIZE : COL_REF);
    return print_of(r, ev);
}

static bool read_status(struct row *r, struct batch *b)
{
    struct event *ev = &b->ev[0];
    int64_t report = 0;
    if (!times_of(r, ev, &report) || !symbol_of(r, SYMBOL_ANY, ev))
        return false;
    struct csv_field code = r->f[COL_COND];
    if (!code.n)
        return missing(r, COL_COND);
    if (code.n >= sizeof ev->u.status.code)
        return refuse(r, COL_COND, DROP_SYNTAX, "is longer than a status code may be");
    text_clean(ev->u.status.code, sizeof ev->u.status.code, code.s, code.n);
    return (!r->f[COL_ASK].n || price_of(r, COL_ASK, &ev->u.status.value)) &&
           (!r->f[COL_BID].n || price_of(r, COL_BID, &ev->u.status.value2));
}

static bool read_open_interest(struct row *r, struct batch *b)
{
    struct event *ev = &b->ev[0];
    int64_t report = 0;
    r->option = true;
    if (!times_of(r, ev, &report) || !symbol_of(r, SYMBOL_OPTION, ev))
        return false;
    return r->f[COL_SIZE].n ? qty_of(r, COL_SIZE, true, &ev->u.reference.qty)
                            : missing(r, COL_SIZE);
}

static bool read_contract(struct row *r, struct batch *b)
{
    struct event *ev = &b->ev[0];
    int64_t report = 0;
    if (!times_of(r, ev, &report) || !symbol_of(r, SYMBOL_OPTION, ev))
        return false;
    if (!r->f[COL_SIZE].n)
        return missing(r, COL_SIZE);
    r->option = false; /* a multiplier may be fractional after an adjustment */
    if (!qty_of(r, COL_SIZE, false, &ev->u.reference.qty))
        return false;
    /* An adjustment note is no symbol and leaves the underlying as it is. */
    struct csv_field u = r->f[COL_VALUE];
    if (u.n)
        ev->u.reference.underlying = symbols_equity(r->feed->ctx.symbols, u.s, u.n);
    if (u.n && !ev->u.reference.underlying)
        ev->u.reference.note = ident_of(r->feed->ctx.idents, u.s, MIN(u.n, (size_t)IDENT_MAX));
    return true;
}

static bool read_clock(struct row *r, struct batch *b)
{
    if (!r->f[COL_TS].n)
        return missing(r, COL_TS);
    b->n = 0;
    b->tick = true;
    return time_of(r, COL_TS, &b->tick_ns);
}

static const struct {
    const char *name;
    uint8_t kind; /* enum event_kind */
    bool (*read)(struct row *r, struct batch *b);
} kinds[] = {
    {"option_print", EV_OPTION_PRINT, read_print},
    {"option_quote", EV_OPTION_QUOTE, read_quote},
    {"equity_print", EV_EQUITY_PRINT, read_print},
    {"equity_quote", EV_EQUITY_QUOTE, read_quote},
    {"cancel", EV_CANCEL, read_cancel},
    {"correct", EV_CORRECT, read_cancel},
    {"status", EV_STATUS, read_status},
    {"open_interest", EV_OPEN_INTEREST, read_open_interest},
    {"contract", EV_CONTRACT, read_contract},
    {"clock", EV_COUNT, read_clock},
};

static bool read_row(struct row *r, struct batch *b)
{
    struct csv_field kind = r->f[COL_KIND];
    if (!kind.n)
        return missing(r, COL_KIND);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!csv_is(kind, kinds[i].name))
            continue;
        b->ev[0].kind = kinds[i].kind;
        return kinds[i].read(r, b);
    }
    return refuse(r, COL_KIND, DROP_SYNTAX,
                  "is not a kind (option_print option_quote equity_print equity_quote cancel "
                  "correct status open_interest contract clock)");
}

static int drop_row(struct tape_csv *t, enum drop_reason why, const char *column,
                    struct csv_field text, const char *what)
{
    char where[160];
    struct text w = text_on(where, sizeof where);
    text_add(&w, "%s:%llu", t->d.file, (unsigned long long)input_line_number(t->d.in));
    feed_drop(t->d.feed, why, where, "%s%s'%.*s' %s", column ? column : "", column ? " " : "",
              (int)MIN(text.n, 60), text.n ? text.s : "", what);
    return DECODED_DROPPED;
}

static int take_row(struct tape_csv *t, char *line, size_t n, struct batch *b)
{
    struct csv_field fields[CSV_FIELDS];
    struct row r = {.t = t, .feed = t->d.feed};
    int count = csv_split(line, n, fields);
    if (count < 0)
        return drop_row(t, DROP_SYNTAX, NULL, (struct csv_field){line, n},
                        "is not a line of comma-separated values (quotes)");
    if (count > t->n_columns)
        return drop_row(t, DROP_SYNTAX, NULL, fields[t->n_columns],
                        "stands beyond the last column of the header");
    for (int i = 0; i < count; i++)
        r.f[t->order[i]] = fields[i];
    if (!read_row(&r, b))
        return drop_row(t, r.bad.why, r.bad.column, r.bad.text, r.bad.what);
    return DECODED_USED;
}

static int next(struct decoder *d, struct batch *b, struct err *err)
{
    struct tape_csv *t = (struct tape_csv *)d;
    char *line;
    size_t n;
    for (;;) {
        enum input_line got = input_line(d->in, &line, &n);
        if (got == LINE_END)
            return decoder_end(d, &t->told, err);
        if (got == LINE_OK && (n == 0 || line[0] == '#'))
            continue;
        d->feed->stats.records++;
        if (got == LINE_TOO_LONG)
            return drop_row(t, DROP_TOO_LONG, NULL, (struct csv_field){0}, "line over 64 KiB");
        b->n = 1;
        b->joined = b->tick = false;
        memset(&b->ev[0], 0, sizeof b->ev[0]);
        return take_row(t, line, n, b);
    }
}

static void close_csv(struct decoder *d)
{
    struct tape_csv *t = (struct tape_csv *)d;
    symbol_cache_destroy(t->cache);
    mem_free(t);
}

static const struct decoder_ops tape_csv_ops = {"tape", next, close_csv};

static int read_column(struct tape_csv *t, struct csv_field f, struct text *unknown, bool *seen)
{
    f = csv_trim(f);
    for (int c = 0; c < COL_COUNT; c++) {
        if (!csv_is(f, column_names[c]))
            continue;
        t->order[t->n_columns++] = (uint8_t)c;
        if (seen[c])
            return c;
        seen[c] = true;
        return -1;
    }
    text_add(unknown, "%s%.*s", unknown->len ? " " : "", (int)MIN(f.n, 40), f.s);
    return -1;
}

static int read_header(struct tape_csv *t, char *line, size_t n, struct err *err)
{
    struct csv_field fields[CSV_FIELDS];
    bool seen[COL_COUNT] = {0};
    char buf[400];
    struct text unknown = text_on(buf, sizeof buf);
    int count = csv_split(line, n, fields);
    if (count < 0)
        return err_set(err, ERR_FEED, "%s: the header line is not comma-separated values",
                       t->d.file);
    for (int i = 0; i < count; i++) {
        int twice = read_column(t, fields[i], &unknown, seen);
        if (twice >= 0)
            return err_set(err, ERR_FEED, "%s: column %s stands twice in the header", t->d.file,
                           column_names[twice]);
    }
    if (unknown.len)
        return err_set(err, ERR_FEED,
                       "%s: Tape CSV has no column %s; it has kind ts recv symbol price size bid "
                       "bid_size ask ask_size venue cond tape id ref report_ts value",
                       t->d.file, buf);
    if (!seen[COL_KIND] || !seen[COL_TS])
        return err_set(err, ERR_FEED, "%s: Tape CSV needs the columns kind and ts", t->d.file);
    return 0;
}

struct decoder *tape_csv_create(struct feed *f, struct input *in, const char *file, struct err *err)
{
    struct tape_csv *t = mem_alloc(sizeof *t);
    t->d = (struct decoder){&tape_csv_ops, f, in, file};
    t->cache = symbol_cache_create();
    size_t n;
    uint8_t *bom = input_peek(in, 3, &n);
    if (n == 3 && memcmp(bom, "\xef\xbb\xbf", 3) == 0)
        input_skip(in, 3);
    char *line = NULL;
    enum input_line got;
    do
        got = input_line(in, &line, &n);
    while (got == LINE_OK && (n == 0 || line[0] == '#'));
    int rc = got == LINE_OK ? read_header(t, line, n, err)
                            : err_set(err, ERR_FEED, "%s: no header line was found", file);
    if (rc < 0) {
        close_csv(&t->d);
        return NULL;
    }
    return &t->d;
}
