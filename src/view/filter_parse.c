/* The filter language's parser: recursive descent over tokens into the nodes of filter_node.h.
 *
 *   any   = all { "or" all }
 *   all   = one { "and" one }
 *   one   = "not" one | "(" any ")" | test
 *   test  = field [ compare value | [ "not" ] "in" "{" value { [","] value } "}"
 *                 | "between" value "and" value | "has" value | "~" value ]
 *
 * A field alone is a test only if it is true or false. Depth, length and counts are bounded. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "view/filter_node.h"
#include "view/suggest.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_MARK };
struct token {
    enum token_kind kind;
    size_t at;     /* where it begins in the text */
    const char *s; /* its bytes; a string without its quotes */
    size_t n;
};

struct parser {
    const char *text;
    size_t at; /* behind the token */
    struct token token;
    struct filter *f;
    struct filter_error *error;
    int depth;
    bool failed;
};

#define NO_NODE UINT16_MAX

static void fail_at(struct parser *p, size_t at, bool incomplete, const char *what)
{
    if (p->failed)
        return;
    p->failed = true;
    p->error->at = at;
    p->error->incomplete = incomplete;
    text_clean(p->error->text, sizeof p->error->text, what, strlen(what));
}

/* At the end of the text every complaint means "go on typing". */
static uint16_t fail(struct parser *p, const char *what)
{
    fail_at(p, p->token.at, p->token.kind == TOKEN_END, what);
    return NO_NODE;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool word_byte(char c)
{
    return c && !blank(c) && !strchr("(){},\"'=!<>~", c);
}

static void read_string(struct parser *p, char quote)
{
    const char *end = strchr(p->text + p->at + 1, quote);
    if (!end) {
        fail_at(p, p->at, true, "the quotation mark is not closed");
        p->token = (struct token){.kind = TOKEN_END, .at = p->at};
        return;
    }
    const char *s = p->text + p->at + 1;
    p->token = (struct token){TOKEN_STRING, p->at, s, (size_t)(end - s)};
    p->at = (size_t)(end + 1 - p->text);
}

static void next(struct parser *p)
{
    while (blank(p->text[p->at]))
        p->at++;
    const char *s = p->text + p->at;
    size_t n = 0;
    if (*s == '"' || *s == '\'') {
        read_string(p, *s);
        return;
    }
    while (word_byte(s[n]))
        n++;
    enum token_kind kind = n ? TOKEN_WORD : *s ? TOKEN_MARK : TOKEN_END;
    if (kind == TOKEN_MARK) {
        n = 1;
        /* == != <= >= */
        n += strchr("=!<>", s[0]) && s[1] == '=';
    }
    p->token = (struct token){kind, p->at, s, n};
    p->at += n;
}

static bool is(const struct parser *p, const char *word)
{
    return (p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_MARK) &&
           strlen(word) == p->token.n && strncasecmp(word, p->token.s, p->token.n) == 0;
}

static bool take(struct parser *p, const char *word)
{
    if (!is(p, word))
        return false;
    next(p);
    return true;
}

static uint16_t add(struct parser *p, struct node node)
{
    if (p->f->n_nodes == FILTER_NODES_MAX)
        return fail(p, "too many tests in one filter");
    p->f->nodes[p->f->n_nodes] = node;
    return (uint16_t)p->f->n_nodes++;
}

static const char *field_at(size_t i, const void *self)
{
    size_t n;
    const struct column *columns = columns_of(((const struct filter *)self)->kind, &n);
    return i < n ? columns[i].name : NULL;
}

static const char *not_at(size_t i, const void *self)
{
    (void)self;
    return i ? NULL : "not";
}

/* The word being typed may still become one of the candidates. */
static bool may_become(const struct parser *p, const char *(*name)(size_t i, const void *self))
{
    const char *at;
    if (p->text[p->token.at + p->token.n])
        return false;
    for (size_t i = 0; (at = name(i, p->f)); i++)
        if (strncmp(at, p->token.s, p->token.n) == 0)
            return true;
    return false;
}

static void fail_field(struct parser *p)
{
    char what[128];
    const char *near = suggest(p->token.s, p->token.n, field_at, p->f);
    struct text t = text_on(what, sizeof what);
    text_add(&t, "%s have no field '%.*s'", row_kind_name(p->f->kind), (int)MIN(p->token.n, 40u),
             p->token.s);
    if (near)
        text_add(&t, ", did you mean '%s'?", near);
    fail_at(p, p->token.at, may_become(p, field_at) || may_become(p, not_at), what);
}

static bool value(struct parser *p, struct test *t)
{
    char what[128];
    struct text say = text_on(what, sizeof what);
    if (p->token.kind != TOKEN_WORD && p->token.kind != TOKEN_STRING) {
        fail(p, "a value is expected here");
        return false;
    }
    if (p->f->n_literals == FILTER_VALUES_MAX) {
        fail(p, "too many values in one filter");
        return false;
    }
    if (!literal_parse(t->column, p->token.s, p->token.n, &p->f->literals[p->f->n_literals],
                       &say)) {
        bool typing = p->token.kind == TOKEN_WORD && !p->text[p->token.at + p->token.n];
        fail_at(p, p->token.at, typing, what);
        return false;
    }
    p->f->n_literals++;
    t->count++;
    next(p);
    return !p->failed;
}

static void value_set(struct parser *p, struct test *t)
{
    if (!take(p, "{")) {
        fail(p, "'in' takes values in braces: in {SPY QQQ}");
        return;
    }
    while (!p->failed && !is(p, "}")) {
        if (p->token.kind == TOKEN_END)
            fail(p, "the brace is not closed");
        else if (value(p, t))
            take(p, ",");
    }
    if (!p->failed && t->count == 0)
        fail(p, "the braces hold no value");
    if (!p->failed)
        next(p);
}

static const struct {
    const char *mark;
    enum test_op op;
} comparisons[] = {
    {"==", TEST_EQ},
    {"=", TEST_EQ},
    {"!=", TEST_NE},
    {"<=", TEST_LE},
    {">=", TEST_GE},
    {"<", TEST_LT},
    {">", TEST_GT},
    {"~", TEST_LIKE},
    {"in", TEST_IN},
    {"has", TEST_HAS},
    {"between", TEST_BETWEEN},
};

static const char *comparison_at(size_t i, const void *self)
{
    (void)self;
    return i == ARRAY_LEN(comparisons)  ? "not"
           : i < ARRAY_LEN(comparisons) ? comparisons[i].mark
                                        : NULL;
}

static const char *in_at(size_t i, const void *self)
{
    (void)self;
    return i ? NULL : "in";
}

static bool list_type(const struct column *c)
{
    return c->type == CELL_LIST || c->type == CELL_IDS;
}

/* What the field's type allows; a message otherwise. */
static const char *misuse(const struct column *c, enum test_op op)
{
    bool order = op == TEST_LT || op == TEST_LE || op == TEST_GT || op == TEST_GE ||
                 op == TEST_BETWEEN;
    if (op == TEST_HAS && !list_type(c))
        return "'has' is for lists; use == or ~ here";
    if (order && (list_type(c) || c->type == CELL_BOOL))
        return "this field has no order; use ==, != or in";
    if (op == TEST_LIKE && c->number)
        return "'~' is for texts; compare numbers and times with == < >";
    return NULL;
}

static const char *connective_at(size_t i, const void *self)
{
    static const char *const words[] = {"and", "or"};
    (void)self;
    return i < ARRAY_LEN(words) ? words[i] : NULL;
}

static void operands(struct parser *p, struct test *t)
{
    if (t->op == TEST_IN) {
        value_set(p, t);
        return;
    }
    if (!value(p, t) || t->op != TEST_BETWEEN)
        return;
    if (!take(p, "and"))
        fail_at(p, p->token.at, p->token.kind == TOKEN_END || may_become(p, connective_at),
                "'between' takes two values: between 1 and 2");
    else
        value(p, t);
}

static uint16_t test(struct parser *p)
{
    struct test t = {.first = (uint16_t)p->f->n_literals};
    if (p->token.kind != TOKEN_WORD)
        return fail(p, "a field is expected here");
    t.column = column_find(p->f->kind, p->token.s, p->token.n);
    if (!t.column) {
        fail_field(p);
        return NO_NODE;
    }
    next(p);
    bool negated = is(p, "not");
    if (negated) {
        next(p);
        if (!is(p, "in")) {
            fail_at(p, p->token.at, p->token.kind == TOKEN_END || may_become(p, in_at),
                    "'in' is expected after 'not'");
            return NO_NODE;
        }
    }
    size_t i = 0;
    while (i < ARRAY_LEN(comparisons) && !is(p, comparisons[i].mark))
        i++;
    if (i < ARRAY_LEN(comparisons)) {
        t.op = comparisons[i].op;
        const char *wrong = misuse(t.column, t.op);
        if (wrong)
            return fail(p, wrong);
        next(p);
        operands(p, &t);
    } else if (t.column->type == CELL_BOOL) {
        if (p->f->n_literals == FILTER_VALUES_MAX)
            return fail(p, "too many values in one filter");
        p->f->literals[p->f->n_literals++] = (struct literal){.number = PX_ONE};
        t.count = 1;
    } else {
        bool typing = p->token.kind == TOKEN_END || may_become(p, comparison_at);
        fail_at(p, p->token.at, typing,
                "a comparison is expected here: == != < <= > >= in between ~ has");
    }
    if (p->failed)
        return NO_NODE;
    uint16_t at = add(p, (struct node){.kind = NODE_TEST, .test = t});
    return negated ? add(p, (struct node){.kind = NODE_NOT, .left = at}) : at;
}

static uint16_t any(struct parser *p);

static uint16_t one(struct parser *p)
{
    uint16_t at = NO_NODE;
    if (++p->depth > FILTER_DEPTH_MAX)
        return fail(p, "nested too deeply");
    if (take(p, "not")) {
        uint16_t left = one(p);
        if (!p->failed)
            at = add(p, (struct node){.kind = NODE_NOT, .left = left});
    } else if (take(p, "(")) {
        at = any(p);
        if (!p->failed && !take(p, ")"))
            fail_at(p, p->token.at, p->token.kind == TOKEN_END || may_become(p, connective_at),
                    "the parenthesis is not closed");
    } else {
        at = test(p);
    }
    p->depth--;
    return at;
}

static uint16_t chain(struct parser *p, const char *word, enum node_kind kind,
                      uint16_t (*part)(struct parser *p))
{
    uint16_t left = part(p);
    while (!p->failed && take(p, word)) {
        uint16_t right = part(p);
        if (!p->failed)
            left = add(p, (struct node){.kind = kind, .left = left, .right = right});
    }
    return left;
}

static uint16_t all(struct parser *p)
{
    return chain(p, "and", NODE_AND, one);
}

static uint16_t any(struct parser *p)
{
    return chain(p, "or", NODE_OR, all);
}

struct filter *filter_parse(const char *text, enum row_kind kind, struct filter_error *ret)
{
    struct filter_error ignored;
    struct parser p = {.text = text, .error = ret ? ret : &ignored};
    p.f = mem_alloc(sizeof *p.f);
    p.f->kind = kind;
    if (strlen(text) > FILTER_TEXT_MAX) {
        fail_at(&p, FILTER_TEXT_MAX, false, "the filter is too long");
    } else {
        next(&p);
        if (!p.failed && p.token.kind != TOKEN_END) {
            p.f->root = any(&p);
            if (!p.failed && p.token.kind != TOKEN_END)
                fail_at(&p, p.token.at, may_become(&p, connective_at),
                        "'and' or 'or' is expected here");
        }
    }
    if (!p.failed)
        return p.f;
    filter_free(p.f);
    return NULL;
}
