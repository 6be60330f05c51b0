/* Reading of column maps. See column_map.h. */
#include "feed/column_map.h"

#include <errno.h>
#include <stdarg.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/dec.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/calendar.h"

#define MAP_BYTES (64u << 10) /* a map file; the shipped ones are below 2 KiB */
#define WORDS     40

enum { ON_PRINT = 1, ON_QUOTE = 2, ON_INTEREST = 4, ON_ALL = 7 };
static const struct {
    const char *name;
    uint8_t class; /* enum map_class */
    uint8_t on;    /* which events have the field */
} targets[MT_COUNT] = {
    [MT_SYMBOL] = {"symbol", CLASS_SYMBOL, ON_ALL},
    [MT_ROOT] = {"root", CLASS_ROOT, ON_ALL},
    [MT_EXPIRY] = {"expiry", CLASS_DATE, ON_ALL},
    [MT_RIGHT] = {"right", CLASS_RIGHT, ON_ALL},
    [MT_STRIKE] = {"strike", CLASS_PRICE, ON_ALL},
    [MT_TS] = {"ts", CLASS_TIME, ON_ALL},
    [MT_RECV] = {"recv", CLASS_TIME, ON_ALL},
    [MT_REPORT_TS] = {"report_ts", CLASS_TIME, ON_PRINT},
    [MT_PRICE] = {"price", CLASS_PRICE, ON_PRINT},
    [MT_SIZE] = {"size", CLASS_QTY, ON_PRINT | ON_INTEREST},
    [MT_BID] = {"bid", CLASS_PRICE, ON_QUOTE},
    [MT_BID_SIZE] = {"bid_size", CLASS_QTY, ON_QUOTE},
    [MT_BID_VENUE] = {"bid_venue", CLASS_VENUE, ON_QUOTE},
    [MT_ASK] = {"ask", CLASS_PRICE, ON_QUOTE},
    [MT_ASK_SIZE] = {"ask_size", CLASS_QTY, ON_QUOTE},
    [MT_ASK_VENUE] = {"ask_venue", CLASS_VENUE, ON_QUOTE},
    [MT_VENUE] = {"venue", CLASS_VENUE, ON_ALL},
    [MT_COND] = {"cond", CLASS_COND, ON_PRINT},
    [MT_TAPE] = {"tape", CLASS_TAPE, ON_PRINT},
    [MT_ID] = {"id", CLASS_ID, ON_PRINT},
    [MT_REF] = {"ref", CLASS_ID, ON_PRINT},
};

/* One line of the map as words, and where a complaint goes. */
struct line {
    struct column_map *m;
    struct map_row common;
    char *word[WORDS];
    size_t n;
    const char *name;
    int number;
    struct err *err;
};

PRINTF_LIKE(2, 3)
static int complain(struct line *l, const char *fmt, ...)
{
    char what[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    return err_set(l->err, ERR_CONFIG, "map %s line %d: %s", l->name, l->number, what);
}

static int column_index(const struct column_map *m, const char *name)
{
    for (int i = 0; i < m->n_columns; i++)
        if (strcmp(m->columns[i], name) == 0)
            return i;
    return -1;
}

static const char *setting_value(const struct column_map *m, const char *name)
{
    for (size_t i = 0; i < m->n_settings; i++)
        if (strcmp(m->settings[i].name, name) == 0)
            return m->settings[i].value;
    return NULL;
}

/* ---- lines ---- */

static int read_header(struct line *l)
{
    if (l->n != 2 || (strcmp(l->word[1], "yes") != 0 && strcmp(l->word[1], "no") != 0))
        return complain(l, "header is yes or no");
    l->m->header = l->word[1][0] == 'y';
    return 0;
}

static int read_sides(struct line *l)
{
    if (l->n != 2 || strcmp(l->word[1], "one") != 0)
        return complain(l, "sides is one");
    l->m->one_side = true;
    return 0;
}

static int read_columns(struct line *l)
{
    for (size_t i = 1; i < l->n; i++) {
        if (l->m->n_columns == MAP_COLUMNS)
            return complain(l, "more than %d columns", MAP_COLUMNS);
        if (column_index(l->m, l->word[i]) >= 0)
            return complain(l, "column %s stands twice", l->word[i]);
        l->m->columns[l->m->n_columns++] = l->word[i];
    }
    return 0;
}

/* The words from i on as they were, one blank between. */
static const char *rest(struct line *l, size_t i)
{
    for (size_t k = i; k + 1 < l->n; k++)
        l->word[k][strlen(l->word[k])] = ' ';
    return i < l->n ? l->word[i] : "";
}

static int read_setting(struct line *l)
{
    if (l->n < 3 || l->m->n_settings == ARRAY_LEN(l->m->settings))
        return complain(l, "a setting needs a name and what it is (up to %zu settings)",
                        ARRAY_LEN(l->m->settings));
    bool has = l->word[2][0] == '=';
    size_t i = l->m->n_settings++;
    l->m->settings[i].name = l->word[1];
    l->m->settings[i].value = has ? l->word[2] + 1 : NULL;
    l->m->settings[i].what = rest(l, has ? 3 : 2);
    return 0;
}

static int read_about(struct line *l)
{
    l->m->about = rest(l, 1);
    return 0;
}

static int read_test(struct line *l, struct map_test *tests, size_t *n, size_t cap)
{
    struct map_test t = {.column = l->n > 1 ? column_index(l->m, l->word[1]) : -1};
    if (t.column < 0 || l->n < 3 || l->n - 2 > ARRAY_LEN(t.values) || *n == cap)
        return complain(l, "%s needs a column of this map and 1 to %zu values", l->word[0],
                        ARRAY_LEN(t.values));
    for (size_t i = 2; i < l->n; i++)
        t.values[t.n++] = l->word[i];
    tests[(*n)++] = t;
    return 0;
}

static int read_skip(struct line *l)
{
    return read_test(l, l->m->skips, &l->m->n_skips, ARRAY_LEN(l->m->skips));
}

static int read_flag(struct line *l)
{
    return read_test(l, l->m->flags, &l->m->n_flags, ARRAY_LEN(l->m->flags));
}

static bool is_quote(int kind)
{
    return kind == EV_OPTION_QUOTE || kind == EV_EQUITY_QUOTE;
}

static int read_row(struct line *l)
{
    int kind = l->n == 2 ? event_kind_parse(l->word[1], strlen(l->word[1])) : -1;
    if (kind != EV_OPTION_PRINT && kind != EV_EQUITY_PRINT && !is_quote(kind) &&
        kind != EV_OPEN_INTEREST)
        return complain(l, "row is option_print option_quote equity_print equity_quote or "
                           "open_interest");
    if (l->m->n_rows == 2 ||
        (l->m->n_rows == 1 && (!is_quote(l->m->rows[0].kind) || is_quote(kind))))
        return complain(l, "two rows are a quote and then the print it belongs to");
    struct map_row *row = &l->m->rows[l->m->n_rows++];
    *row = l->common;
    row->kind = (uint8_t)kind;
    return 0;
}

static int read_arg(struct line *l, struct map_op *op, const char *w)
{
    int64_t v;
    size_t n = strlen(w);
    if (strcmp(w, "zero-none") == 0) {
        op->zero_none = true;
        return 0;
    }
    if (strncmp(w, "not=", 4) == 0 && dec_parse(w + 4, n - 4, 0, &v) == DEC_OK && v == (int16_t)v &&
        op->n_not < ARRAY_LEN(op->not )) {
        op->not [op->n_not++] = (int16_t)v;
        return 0;
    }
    bool scale = strncmp(w, "e-", 2) == 0 && op->form->class == CLASS_PRICE;
    bool factor = w[0] == 'x' && op->form->class == CLASS_QTY;
    if ((scale && dec_parse(w + 2, n - 2, 0, &v) == DEC_OK && v > 0 && v <= 9) ||
        (factor && dec_parse(w + 1, n - 1, 0, &v) == DEC_OK && v > 0) ||
        (w[0] == '+' && op->form->class == CLASS_TIME && duration_parse(w + 1, n - 1, &v))) {
        op->arg = v;
        return 0;
    }
    return complain(l, "'%s' does not go with %s", w, op->form->name);
}

static int read_source(struct line *l, struct map_op *op, const char *w)
{
    op->column = (int8_t)column_index(l->m, w);
    if (w[0] == '@') {
        op->column = -1;
        op->value = setting_value(l->m, w + 1);
        return op->value ? 0 : complain(l, "there is no setting %s", w + 1);
    }
    return op->column >= 0 ? 0 : complain(l, "there is no column %s", w);
}

static int read_field(struct line *l)
{
    struct map_op op = {0};
    struct map_row *row = l->m->n_rows ? &l->m->rows[l->m->n_rows - 1] : &l->common;
    size_t t = 0;
    while (t < MT_COUNT && strcmp(targets[t].name, l->word[0]) != 0)
        t++;
    if (t == MT_COUNT)
        return complain(l, "'%s' is neither a keyword nor a field of an event", l->word[0]);
    if (l->n < 3)
        return complain(l, "a field needs a source and a form");
    int rc = read_source(l, &op, l->word[1]);
    if (rc < 0)
        return rc;
    op.target = (uint8_t)t;
    op.form = map_form_find(l->word[2], strlen(l->word[2]));
    if (!op.form || op.form->class != targets[t].class)
        return complain(l, "form '%s' does not give a %s", l->word[2], l->word[0]);
    for (size_t i = 3; i < l->n; i++)
        if ((rc = read_arg(l, &op, l->word[i])) < 0)
            return rc;
    if (row->n == MAP_OPS)
        return complain(l, "more than %d fields", MAP_OPS);
    row->ops[row->n++] = op;
    return 0;
}

static const struct {
    const char *name;
    int (*read)(struct line *l);
} keywords[] = {
    {"about", read_about}, {"header", read_header}, {"columns", read_columns}, {"skip", read_skip},
    {"flag", read_flag},   {"row", read_row},       {"sides", read_sides},
};

/* Settings come first, so that their values are known when a field uses them. */
static int read_line(struct line *l, bool settings)
{
    bool setting = strcmp(l->word[0], "setting") == 0;
    if (setting != settings)
        return 0;
    if (setting)
        return read_setting(l);
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
        if (strcmp(keywords[i].name, l->word[0]) == 0)
            return keywords[i].read(l);
    return read_field(l);
}

static int split_words(struct line *l, char *s)
{
    l->n = 0;
    for (;;) {
        while (*s == ' ' || *s == '\t' || *s == '\r')
            *s++ = '\0';
        if (!*s || *s == '#')
            break;
        if (l->n == WORDS)
            return complain(l, "more than %d words", WORDS);
        l->word[l->n++] = s;
        while (*s && *s != ' ' && *s != '\t' && *s != '\r')
            s++;
    }
    *s = '\0';
    return 0;
}

static int read_lines(struct line *l, char *text, bool settings)
{
    l->number = 0;
    for (char *s = text, *end; s; s = end) {
        end = strchr(s, '\n');
        if (end)
            *end++ = '\0';
        l->number++;
        int rc = split_words(l, s);
        if (rc == 0 && l->n)
            rc = read_line(l, settings);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* ---- settings ---- */

static int bad_setting(const struct column_map *m, const char *name, const char *given,
                       struct err *err)
{
    char buf[300];
    struct text t = text_on(buf, sizeof buf);
    for (size_t i = 0; i < m->n_settings; i++)
        text_add(&t, "%s%s (%s)", i ? ", " : "", m->settings[i].name, m->settings[i].what);
    return err_set(err, ERR_USAGE, "map %s has no setting '%s'; it has: %s", name, given,
                   m->n_settings ? buf : "none");
}

static int apply_setting(struct column_map *m, const char *name, const char *given, struct err *err)
{
    const char *eq = strchr(given, '=');
    if (!eq)
        return err_set(err, ERR_USAGE, "setting '%s': write NAME=VALUE", given);
    for (size_t i = 0; i < m->n_settings; i++) {
        size_t n = strlen(m->settings[i].name);
        if (n == (size_t)(eq - given) && memcmp(given, m->settings[i].name, n) == 0) {
            m->settings[i].value = eq + 1;
            return 0;
        }
    }
    return bad_setting(m, name, given, err);
}

static int check_date(struct column_map *m, const char *name, struct err *err)
{
    const char *date = setting_value(m, "date");
    int32_t v;
    if (!date)
        return 0;
    if (!calendar_parse(date, strlen(date), &v) || v < 19700101)
        return err_set(err, ERR_USAGE, "map %s: date '%s' is not a date yyyymmdd or yyyy-mm-dd",
                       name, date);
    m->date = v;
    return 0;
}

static int apply_settings(struct column_map *m, const char *name, const struct uri *u,
                          struct err *err)
{
    for (size_t i = 0; u && i < u->n_params; i++) {
        int rc = strcmp(u->params[i].key, "set") == 0
                     ? apply_setting(m, name, u->params[i].value, err)
                     : 0;
        if (rc < 0)
            return rc;
    }
    for (size_t i = 0; i < m->n_settings; i++)
        if (!m->settings[i].value)
            return err_set(err, ERR_USAGE, "map %s needs --set %s=...: %s", name,
                           m->settings[i].name, m->settings[i].what);
    return check_date(m, name, err);
}

/* Settings keep values of the URI, which is gone after opening: copy what is used. */
static void keep_values(struct column_map *m, char **copy)
{
    size_t total = 1;
    for (size_t i = 0; i < m->n_settings; i++)
        total += strlen(m->settings[i].value) + 1;
    char *p = *copy = mem_alloc(total);
    for (size_t i = 0; i < m->n_settings; i++) {
        size_t n = strlen(m->settings[i].value) + 1;
        m->settings[i].value = memcpy(p, m->settings[i].value, n);
        p += n;
    }
}

/* ---- whole maps ---- */

static int check_row(struct line *l, const struct map_row *row)
{
    bool ts = false;
    int on = is_quote(row->kind)             ? ON_QUOTE
             : row->kind == EV_OPEN_INTEREST ? ON_INTEREST
                                             : ON_PRINT;
    for (size_t i = 0; i < row->n; i++) {
        const struct map_op *op = &row->ops[i];
        ts |= op->target == MT_TS;
        if (!(targets[op->target].on & on))
            return err_set(l->err, ERR_CONFIG, "map %s: a row %s has no field %s", l->name,
                           event_kind_name(row->kind), targets[op->target].name);
        if (op->form->class == CLASS_TIME && op->form->unit == 0 && !l->m->date)
            return err_set(l->err, ERR_CONFIG, "map %s: ny-ms needs a setting date", l->name);
    }
    return ts ? 0
              : err_set(l->err, ERR_CONFIG, "map %s: a row %s without ts", l->name,
                        event_kind_name(row->kind));
}

static int check_whole(struct line *l)
{
    if (!l->m->n_rows)
        return err_set(l->err, ERR_CONFIG, "map %s: no row line", l->name);
    for (size_t r = 0; r < l->m->n_rows; r++)
        if (check_row(l, &l->m->rows[r]) < 0)
            return -ERR_CONFIG;
    return 0;
}

struct column_map *column_map_parse(const char *name, const char *text, const struct uri *u,
                                    struct err *err)
{
    size_t n = strlen(text);
    struct column_map *m = mem_alloc(sizeof *m);
    struct line l = {.m = m, .name = name, .err = err};
    /* Two copies: the first pass cuts its copy into words and takes the settings out of it. */
    char *second;
    m->about = "";
    m->text = mem_alloc(2 * n + 2);
    memcpy(m->text, text, n);
    second = memcpy(m->text + n + 1, text, n);
    int rc = read_lines(&l, m->text, true);
    if (rc == 0)
        rc = apply_settings(m, name, u, err);
    if (rc == 0) {
        keep_values(m, &m->values);
        rc = read_lines(&l, second, false);
    }
    if (rc == 0)
        rc = check_whole(&l);
    if (rc == 0)
        return m;
    column_map_free(m);
    return NULL;
}

void column_map_free(struct column_map *m)
{
    if (!m)
        return;
    mem_free(m->text);
    mem_free(m->values);
    mem_free(m);
}

void column_map_names(char *buf, size_t cap)
{
    struct text t = text_on(buf, cap);
    for (const struct map_text *m = map_texts; m->name; m++)
        text_add(&t, "%s%s", t.len ? " " : "", m->name);
}

/* The text of a map file; NULL with *err. */
static char *read_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        char names[400];
        column_map_names(names, sizeof names);
        err_set(err, ERR_CONFIG, "no map %s (%s); shipped maps: %s", path, strerror(errno), names);
        return NULL;
    }
    char *text = mem_alloc(MAP_BYTES + 1);
    size_t n = 0;
    ssize_t got;
    while (n < MAP_BYTES && (got = read(fd, text + n, MAP_BYTES - n)) > 0)
        n += (size_t)got;
    close(fd);
    if (n > 0 && n < MAP_BYTES && !memchr(text, '\0', n))
        return text;
    mem_free(text);
    err_set(err, ERR_CONFIG, "map %s: cannot be read, empty, not text, or over 64 KiB", path);
    return NULL;
}

struct column_map *column_map_load(const char *name, const struct uri *u, struct err *err)
{
    for (const struct map_text *m = map_texts; m->name; m++)
        if (strcmp(m->name, name) == 0)
            return column_map_parse(name, m->text, u, err);
    char *text = read_file(name, err);
    struct column_map *m = text ? column_map_parse(name, text, u, err) : NULL;
    mem_free(text);
    return m;
}
