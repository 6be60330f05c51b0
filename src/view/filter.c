/* Compiled filters: a small tree of tests over one row. The parser is in filter_parse.c. See
 * filter.h. */
#include "view/filter_node.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "event/calendar.h"

#define VALUE_MAX 2048

void filter_free(struct filter *f)
{
    mem_free(f);
}

/* A clock literal means that clock on the New York date of the row's own value. */
static __int128 literal_at(const struct literal *l, int64_t value)
{
    return l->clock ? calendar_ny_ns(calendar_ny_date(value), (int64_t)l->number) : l->number;
}

static int compare_number(const struct test *t, const struct literal *l, int64_t value)
{
    __int128 v = value, lit = literal_at(l, value);
    if (t->column->type == CELL_INT || t->column->type == CELL_BOOL)
        v *= PX_ONE; /* literals of numbers are in 1e-9 */
    return v < lit ? -1 : v > lit;
}

static bool outcome(enum test_op op, int order)
{
    switch (op) {
    case TEST_EQ:
    case TEST_IN:
    case TEST_HAS:
        return order == 0;
    case TEST_NE:
        return order != 0;
    case TEST_LT:
        return order < 0;
    case TEST_LE:
        return order <= 0;
    case TEST_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

static bool match_number(const struct filter *f, const struct test *t, const struct row *r,
                         const struct cell_context *c)
{
    int64_t v;
    const struct literal *l = &f->literals[t->first];
    if (!t->column->number(r, c, &v))
        return false;
    if (t->op == TEST_BETWEEN)
        return compare_number(t, l, v) >= 0 && compare_number(t, l + 1, v) <= 0;
    for (size_t i = 0; i < t->count; i++)
        if (outcome(t->op, compare_number(t, l + i, v)))
            return true;
    return false;
}

static bool contains(const char *s, const char *part)
{
    size_t n = strlen(part);
    for (; strlen(s) >= n; s++)
        if (strncasecmp(s, part, n) == 0)
            return true;
    return false;
}

static bool match_text(const struct filter *f, const struct test *t, const char *s)
{
    const struct literal *l = &f->literals[t->first];
    if (t->op == TEST_LIKE)
        return contains(s, l->text);
    if (t->op == TEST_BETWEEN)
        return strcasecmp(s, l->text) >= 0 && strcasecmp(s, l[1].text) <= 0;
    for (size_t i = 0; i < t->count; i++)
        if (outcome(t->op, strcasecmp(s, l[i].text)))
            return true;
    return false;
}

/* A list equals a word when one of its items does. */
static bool match_list(const struct filter *f, const struct test *t, char *s)
{
    if (t->op == TEST_LIKE)
        return contains(s, f->literals[t->first].text);
    bool any = false;
    char *save = NULL;
    for (char *item = strtok_r(s, "|", &save); item; item = strtok_r(NULL, "|", &save))
        for (size_t i = 0; i < t->count; i++)
            any |= strcasecmp(item, f->literals[t->first + i].text) == 0;
    return t->op == TEST_NE ? !any : any;
}

static bool match_test(const struct filter *f, const struct test *t, const struct row *r,
                       const struct cell_context *c)
{
    if (t->column->number && t->op != TEST_LIKE)
        return match_number(f, t, r, c);
    char buf[VALUE_MAX];
    struct text value = text_on(buf, sizeof buf);
    t->column->value(r, c, &value);
    if (t->column->type == CELL_LIST || t->column->type == CELL_IDS)
        return match_list(f, t, buf);
    return match_text(f, t, buf);
}

static bool match_node(const struct filter *f, uint16_t at, const struct row *r,
                       const struct cell_context *c)
{
    const struct node *n = &f->nodes[at];
    switch (n->kind) {
    case NODE_AND:
        return match_node(f, n->left, r, c) && match_node(f, n->right, r, c);
    case NODE_OR:
        return match_node(f, n->left, r, c) || match_node(f, n->right, r, c);
    case NODE_NOT:
        return !match_node(f, n->left, r, c);
    default:
        return match_test(f, &n->test, r, c);
    }
}

bool filter_quotes(const struct filter *f)
{
    bool quotes = false;
    for (size_t i = 0; i < f->n_nodes; i++)
        quotes |= f->nodes[i].kind == NODE_TEST && f->nodes[i].test.column->quotes;
    return quotes;
}

bool filter_match(const struct filter *f, const struct row *r, const struct cell_context *c)
{
    return f->n_nodes == 0 || (r->kind == f->kind && match_node(f, f->root, r, c));
}
