/* tapedeck calc: price, greeks and implied volatility of one option, or of every row of a CSV. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "command/calc_row.h"
#include "command/output.h"
#include "command/rows.h"
#include "feed/csv.h"
#include "view/suggest.h"

#define MAX_LINE 65536 /* bytes; beyond it a line is refused */

struct calc {
    enum calc_model model;
    bool implied;
    bool table;                   /* read standard input */
    bool given[CALC_FIELD_COUNT]; /* by a key, or by a column */
    struct calc_row keys;         /* KEY=VALUE; for a table what its rows leave open */
    int column[CALC_FIELD_COUNT]; /* of the table, -1 = absent */
    int columns;
    uint64_t rows, computed, line;
};

/* ---- one option ---- */

static int one(const struct calc *c, struct err *err)
{
    struct calc_result r;
    int rc = calc_compute(c->model, c->implied, &c->keys, &r, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; calc_result_name(c->implied, i); i++)
        if (!c->implied || !isnan(r.value[i]))
            output_printf("%s %.17g\n", calc_result_name(c->implied, i), r.value[i]);
    if (c->implied)
        output_printf("state %s\n", r.state);
    if (c->implied && r.reason[0])
        output_printf("reason %s\n", r.reason);
    return 0;
}

/* ---- a table ---- */

static int read_header(struct calc *c, char *line, size_t n, struct err *err)
{
    struct csv_field f[CSV_FIELDS];
    c->columns = csv_split(line, n, f);
    if (c->columns < 0)
        return err_set(err, ERR_USAGE,
                       "line 1: not a header row: an open quote, or more than %d columns",
                       CSV_FIELDS);
    for (int i = 0; i < CALC_FIELD_COUNT; i++)
        c->column[i] = -1;
    for (int i = 0; i < c->columns; i++) {
        struct csv_field name = csv_trim(f[i]);
        enum calc_field field = calc_field_find(name.s, name.n);
        if (field == CALC_FIELD_COUNT)
            continue;
        if (c->column[field] >= 0)
            return err_set(err, ERR_USAGE, "line 1: two columns %s", calc_field_name(field));
        c->column[field] = i;
        c->given[field] = true;
    }
    c->implied = calc_is_implied(c->model, c->given);
    return calc_check_fields(c->model, c->given, err);
}

static void print_header(const struct calc *c, const char *line, size_t n)
{
    output_write(line, n);
    for (size_t i = 0; calc_result_name(c->implied, i); i++)
        output_printf(",%s", calc_result_name(c->implied, i));
    output_printf(c->implied ? ",state,reason\n" : "\n");
}

/* The row, and its results: empty cells where there is none. */
static void print_row(const struct calc *c, const char *line, size_t n, const struct calc_result *r,
                      const char *why)
{
    char buf[1024];
    struct text t = text_on(buf, sizeof buf);
    output_write(line, n);
    for (size_t i = 0; calc_result_name(c->implied, i); i++) {
        output_write(",", 1);
        if (r && !isnan(r->value[i]))
            output_printf("%.17g", r->value[i]);
    }
    if (c->implied) {
        const char *reason = r ? r->reason : why;
        text_add(&t, ",%s,", r ? r->state : "none");
        text_add_csv(&t, reason, strlen(reason));
    }
    output_write(t.buf, t.len);
    output_write("\n", 1);
}

static void complain(const struct calc *c, const struct err *err)
{
    fprintf(stderr, "tapedeck: line %llu: %s\n", (unsigned long long)c->line, err->text);
}

/* copy: the line again, to be taken apart. */
static void table_row(struct calc *c, const char *line, size_t n, char *copy)
{
    struct csv_field f[CSV_FIELDS];
    struct calc_row row = c->keys;
    struct calc_result r;
    struct err err = {0};
    c->rows++;
    int columns = csv_split(copy, n, f);
    if (columns != c->columns) {
        if (columns < 0)
            err_set(&err, ERR_USAGE, "a quote is open, or there are more than %d fields",
                    CSV_FIELDS);
        else
            err_set(&err, ERR_USAGE, "%d fields under a header of %d", columns, c->columns);
        complain(c, &err);
        return;
    }
    for (int i = 0; i < CALC_FIELD_COUNT; i++) {
        if (c->column[i] < 0)
            continue;
        struct csv_field cell = csv_trim(f[c->column[i]]);
        cell.s[cell.n] = '\0'; /* on the comma, the quote or the line's end behind it */
        if (cell.n)
            row.text[i] = cell.s;
    }
    int rc = calc_compute(c->model, c->implied, &row, &r, &err);
    if (rc < 0)
        complain(c, &err);
    else
        c->computed++;
    print_row(c, line, n, rc < 0 ? NULL : &r, err.text);
}

/* Cut at the line's end, a byte order mark taken off, cleaned. */
static size_t tidy(char *line, size_t n, bool first)
{
    while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        n--;
    if (first && n >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        n -= 3;
        memmove(line, line + 3, n);
    }
    return text_clean(line, n + 1, line, n);
}

static int table_line(struct calc *c, char *line, size_t n, char *copy, struct err *err)
{
    bool header = c->columns == 0;
    if (n >= MAX_LINE) {
        err_set(err, ERR_USAGE, "longer than %d bytes", MAX_LINE);
        complain(c, err);
        err->text[0] = '\0';
        c->rows += !header;
        return header ? err_set(err, ERR_USAGE, "line 1: no header row") : 0;
    }
    n = tidy(line, n, c->line == 1);
    if (n == 0)
        return 0;
    memcpy(copy, line, n + 1);
    if (!header) {
        table_row(c, line, n, copy);
        return 0;
    }
    int rc = read_header(c, copy, n, err);
    if (rc == 0)
        print_header(c, line, n);
    return rc;
}

static int table(struct calc *c, struct err *err)
{
    char *line = NULL, *copy = mem_alloc(MAX_LINE + 1);
    size_t cap = 0;
    ssize_t n;
    int rc = 0;
    errno = 0;
    while (rc == 0 && (n = getline(&line, &cap, stdin)) >= 0) {
        c->line++;
        rc = table_line(c, line, (size_t)n, copy, err);
    }
    if (rc == 0 && ferror(stdin))
        rc = err_set(err, ERR_DISK, "standard input: %s", strerror(errno));
    free(line);
    mem_free(copy);
    if (rc == 0 && c->rows == 0)
        rc = err_set(err, ERR_NO_ROWS, "no rows on standard input");
    if (rc == 0 && c->computed == 0)
        rc = err_set(err, ERR_USAGE, "no row could be computed");
    return rc;
}

/* ---- words ---- */

static int read_word(struct calc *c, const char *word, struct err *err)
{
    size_t n = strcspn(word, "=");
    enum calc_field f = calc_field_find(word, n);
    if (strcmp(word, "-") == 0) {
        c->table = true;
        return 0;
    }
    if (!word[n])
        return err_set(err, ERR_USAGE, "calc: '%s' is neither KEY=VALUE nor -", word);
    if (f == CALC_FIELD_COUNT) {
        const char *near = suggest(word, n, calc_field_at, NULL);
        return err_set(err, ERR_USAGE, "calc has no key '%.*s'%s%s%s", (int)n, word,
                       near ? ", did you mean '" : "; `tapedeck help calc` lists them",
                       near ? near : "", near ? "'?" : "");
    }
    if (c->given[f])
        return err_set(err, ERR_USAGE, "calc: %s is given twice", calc_field_name(f));
    c->keys.text[f] = word + n + 1;
    c->given[f] = word[n + 1] != '\0';
    return 0;
}

static int run(const struct args *a, struct err *err)
{
    struct calc c = {.model = calc_model_find(a->words[0])};
    output_init();
    if (c.model == CALC_MODEL_COUNT) {
        const char *near = suggest(a->words[0], strlen(a->words[0]), calc_model_at, NULL);
        return err_set(err, ERR_USAGE, "calc knows bsm, black, iv and american, not '%s'%s%s%s",
                       a->words[0], near ? "; did you mean '" : "", near ? near : "",
                       near ? "'?" : "");
    }
    int rc = 0;
    for (size_t i = 1; i < a->n_words && rc == 0; i++)
        rc = read_word(&c, a->words[i], err);
    if (rc == 0 && c.table) {
        rc = table(&c, err);
    } else if (rc == 0) {
        c.implied = calc_is_implied(c.model, c.given);
        rc = calc_check_fields(c.model, c.given, err);
        if (rc == 0)
            rc = one(&c, err);
    }
    int flushed = output_finish(rc < 0 ? NULL : err);
    return rc < 0 ? rc : flushed;
}

const struct command command_calc = {
    .name = "calc",
    .operands = "MODEL [KEY=VALUE... | -]",
    .sentence = "price, greeks and implied volatility: bsm, black, iv or american",
    .description =
        "MODEL is bsm (a spot price S with rates r and q), black (a forward F with discount factor "
        "D), american (S, r, q) or iv (European, from S or F). With sigma: price delta gamma vega "
        "theta rho vanna volga charm; with price instead: iv and state (ok low_resolution none) "
        "with the reason. Keys, which are also the columns of the CSV that - reads from standard "
        "input: right (C or P), S or F, K, T in years (or days, or expiry and now as RFC 3339 "
        "times; a date is that session's close), r and q (continuous, per year, 0 if absent), D "
        "instead of r, sigma or price, dividends=AMOUNT@YEARS;... (subtracted from S at their "
        "present value), tick=0.01 and iv_tol=5: half a tick moving iv by more than iv_tol "
        "volatility points makes it low_resolution. Volatilities are fractions: 0.2 is 20 %. "
        "Greeks are per unit and per year, not scaled: vega and volga per 1.00 of volatility, "
        "theta "
        "and charm per year (divide by 365 for a day), rho per 1.00 of r (black: at the same "
        "forward). For CSV every row comes back with the results as more columns; KEY=VALUE beside "
        "- stands for columns or cells that are absent; a row that cannot be computed is named on "
        "standard error and its results stay empty.",
    .min_words = 1,
    .max_words = 255,
    .run = run,
};
