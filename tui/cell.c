/* A cell's value as a filter. See cell.h. */
#include "tui/cell.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tui/columns.h"
#include "tui/pane.h"
#include "tui/undo.h"

#define VALUE_MAX 96 /* longer ones are no value to filter by */

/* Fields beyond the pane's own columns, and the column in which one sees them. The first is offered
 * first. */
static const struct {
    const char *name, *in;
} beside[] = {
    {"symbol", "contract"}, {"symbol", "symbol"},   {"kind", "tags"},       {"grade", "tags"},
    {"state", "tags"},      {"structure", "tags"},  {"class", "tags"},      {"family", "tags"},
    {"right", "contract"},  {"expiry", "contract"}, {"strike", "contract"},
};

struct field {
    const struct column *column;
    const char *in; /* name of the pane's column */
};

static bool useful(const struct column *col)
{
    return col && col->type != CELL_TIME && col->type != CELL_IDS;
}

static void offer(struct field *ret, size_t *n, enum row_kind kind, const char *name,
                  const char *in)
{
    const struct column *col = column_find(kind, name, strlen(name));
    for (size_t i = 0; i < *n; i++)
        if (ret[i].column == col)
            return;
    if (useful(col) && *n < COLUMNS_MAX)
        ret[(*n)++] = (struct field){col, in};
}

static bool has_column(const struct pane_columns *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->at[i].name, name) == 0)
            return true;
    return false;
}

/* In the order of the pane, its fields without a column of their own behind the one that shows
 * them. */
static size_t fields_of(const struct pane *p, struct field ret[COLUMNS_MAX])
{
    struct pane_columns all =
        columns_place(&(struct pane){.kind = p->kind}, false, 10000); /* every one of them */
    size_t n = 0;
    if (has_column(&all, beside[0].in))
        offer(ret, &n, p->kind, "symbol", beside[0].in);
    for (size_t i = 0; i < all.n; i++) {
        offer(ret, &n, p->kind, all.at[i].name, all.at[i].name);
        for (size_t k = 0; k < ARRAY_LEN(beside); k++)
            if (strcmp(beside[k].in, all.at[i].name) == 0)
                offer(ret, &n, p->kind, beside[k].name, beside[k].in);
    }
    return n;
}

static bool value_of(const struct column *col, const struct row *row, const struct cell_context *c,
                     char *buf, size_t cap)
{
    struct text t = text_on(buf, cap);
    buf[0] = '\0';
    col->value(row, c, &t);
    return t.len > 0 && t.len < cap - 1;
}

static bool plain_word(const char *s, size_t n)
{
    static const char *const reserved[] = {"and", "or", "not", "in", "between", "has"};
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
        if (strlen(reserved[i]) == n && strncasecmp(reserved[i], s, n) == 0)
            return false;
    for (size_t i = 0; i < n; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
              (s[i] >= '0' && s[i] <= '9') || s[i] == '_' || s[i] == '.' || s[i] == '-'))
            return false;
    return n > 0;
}

/* A word as it is; anything else in quotes. */
static void add_word(struct text *t, const char *s, size_t n)
{
    const char *quote = plain_word(s, n) ? "" : memchr(s, '"', n) ? "'" : "\"";
    text_add(t, "%s%.*s%s", quote, (int)n, s, quote);
}

/* A list has each of its items. */
static void add_items(struct text *t, const char *name, const char *s)
{
    for (bool first = true; *s; first = false) {
        size_t n = strcspn(s, "|");
        text_add(t, "%s%s has ", first ? "" : " and ", name);
        add_word(t, s, n);
        s += n + (s[n] == '|');
    }
}

static void write_test(const struct column *col, const char *value, bool exclude, struct text *t)
{
    if (col->type == CELL_LIST) {
        text_add(t, exclude ? "not (" : "");
        add_items(t, col->name, value);
        text_add(t, exclude ? ")" : "");
        return;
    }
    text_add(t, "%s %s ", col->name, exclude ? "!=" : "==");
    add_word(t, value, strlen(value));
}

/* The n-th field that the cursor's row has a value for, counted from *at in steps of dir; *at is
 * where it stands. */
static bool find_value(const struct panel *p, const struct panel_model *m, int *at, int dir,
                       struct field *ret, char *value, size_t cap)
{
    const struct pane *pane = &p->panes[p->focus];
    const struct row *row = pane_cursor(pane);
    struct field fields[COLUMNS_MAX];
    size_t n = fields_of(pane, fields);
    for (size_t i = 0; row && i < n; i++) {
        int k = (int)(((size_t)(*at + (int)n) + (dir < 0 ? n - i : i)) % n);
        if (!value_of(fields[k].column, row, &m->cells, value, cap))
            continue;
        *at = k;
        *ret = fields[k];
        return true;
    }
    return false;
}

void cell_test(const struct panel *p, const struct panel_model *m, char *buf, size_t cap)
{
    struct field field;
    char value[VALUE_MAX];
    int at = p->prompt.cell;
    struct text t = text_on(buf, cap);
    buf[0] = '\0';
    if (find_value(p, m, &at, 1, &field, value, sizeof value))
        write_test(field.column, value, p->prompt.exclude, &t);
}

const char *cell_shown_in(const struct panel *p)
{
    struct field fields[COLUMNS_MAX];
    const struct pane *pane = &p->panes[p->focus];
    size_t n = fields_of(pane, fields);
    if (p->prompt.kind != PROMPT_CELL || (size_t)p->prompt.cell >= n)
        return NULL;
    return fields[p->prompt.cell].in;
}

/* To the next field with a value. */
static void go(struct panel *p, const struct panel_model *m, int from, int dir)
{
    struct field field;
    char value[VALUE_MAX];
    if (find_value(p, m, &from, dir, &field, value, sizeof value))
        p->prompt.cell = p->panes[p->focus].cell = from;
}

void cell_open(struct panel *p, const struct panel_model *m, bool exclude)
{
    struct pane *pane = &p->panes[p->focus];
    if (!pane_cursor(pane)) {
        panel_say(p, m, false, "no row here whose value could be taken");
        return;
    }
    pane_hold(pane, m);
    p->prompt = (struct prompt){.kind = PROMPT_CELL, .exclude = exclude, .valid = true};
    go(p, m, pane->cell, 1);
}

/* What was there stays: both must hold. */
static void take(struct panel *p, const struct panel_model *m)
{
    struct pane *pane = &p->panes[p->focus];
    char test[256], text[640];
    const char *old = pane->filter && !pane->filter_off ? pane->filter_text : "";
    bool either = strstr(old, " or ") != NULL;
    struct filter_error wrong = {0};
    cell_test(p, m, test, sizeof test);
    snprintf(text, sizeof text, "%s%s%s%s%s", either ? "(" : "", old, either ? ")" : "",
             old[0] ? " and " : "", test);
    struct filter *f = test[0] ? filter_parse(text, pane->kind, &wrong) : NULL;
    if (!f || strlen(text) >= sizeof pane->filter_text) {
        filter_free(f);
        panel_say(p, m, true, "%s", f ? "the filter would be too long" : wrong.text);
        return;
    }
    undo_filter(p, (int)p->focus, pane->filter ? pane->filter_text : "", pane->filter_off);
    pane_set_filter(pane, f, text);
    panel_say(p, m, false, "filter: %s   (u takes it back)", test);
}

void cell_key(struct panel *p, const struct panel_model *m, uint32_t key)
{
    int at = p->prompt.cell;
    if (key == 'l' || key == K_RIGHT || key == K_TAB)
        go(p, m, at + 1, 1);
    else if (key == 'h' || key == K_LEFT || key == K_SHIFT_TAB)
        go(p, m, at - 1, -1);
    else if (key == 'i' || key == 'x')
        p->prompt.exclude = key == 'x';
    else
        p->prompt.kind = PROMPT_NONE;
    if (key == K_ENTER)
        take(p, m);
}
