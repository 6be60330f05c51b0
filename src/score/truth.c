/* Reading a truth file. See truth.h. Of its columns `structure`, `intent` and `open_close` say what
 * no measure asks for yet; they may hold anything. */
#include "score/truth.h"

#include <string.h>

#include "base/dec.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "feed/csv.h"
#include "feed/input.h"

#define COLUMNS(X)                                                                                 \
    X(PARENT, "parent")                                                                            \
    X(CLASS, "class")                                                                              \
    X(STRUCTURE, "structure")                                                                      \
    X(SIDE, "side")                                                                                \
    X(INTENT, "intent")                                                                            \
    X(OPEN_CLOSE, "open_close")                                                                    \
    X(SYMBOL, "symbol")                                                                            \
    X(PRINT, "print_id")                                                                           \
    X(LEG, "leg")                                                                                  \
    X(QTY, "qty")

enum column {
#define X(id, name) COL_##id,
    COLUMNS(X)
#undef X
        COL_COUNT
};
static const char *const columns[COL_COUNT] = {
#define X(id, name) [COL_##id] = name,
    COLUMNS(X)
#undef X
};
static const char *const classes[TC_COUNT] = {
#define X(id, name) [TC_##id] = name,
    TRUTH_CLASSES(X)
#undef X
};

const char *truth_class_name(enum truth_class c)
{
    return (size_t)c < TC_COUNT ? classes[c] : "?";
}

struct reading {
    const char *path;
    struct input *in;
    struct truth *truth;
    struct map *parents, *prints; /* number to its place; symbol and id to a row */
    uint32_t *first_rows;         /* by parent: its first row */
    size_t cap, parents_cap;
    void (*say)(void *self, const char *line);
    void *self;
};

static bool bad(struct reading *r, const char *column, struct csv_field f, const char *what)
{
    char line[320], shown[80];
    r->truth->bad++;
    if (!r->say)
        return false;
    text_clean(shown, sizeof shown, f.s, MIN(f.n, sizeof shown - 1));
    struct text t = text_on(line, sizeof line);
    text_add(&t, "%s:%llu: %s '%s' %s", r->path, (unsigned long long)input_line_number(r->in),
             column, shown, what);
    r->say(r->self, line);
    return false;
}

static bool bad_field(struct reading *r, const struct csv_field *f, enum column c, const char *what)
{
    return bad(r, columns[c], f[c], what);
}

static bool whole(struct reading *r, const struct csv_field *f, enum column c, int digits,
                  int64_t least, int64_t *ret)
{
    return (dec_parse(f[c].s, f[c].n, digits, ret) == DEC_OK && *ret >= least) ||
           bad_field(r, f, c, "is not a number that can stand there");
}

static bool class_of(struct reading *r, const struct csv_field *f, uint8_t *ret)
{
    for (uint8_t i = 0; i < TC_COUNT; i++)
        if (csv_is(f[COL_CLASS], classes[i])) {
            *ret = i;
            return true;
        }
    return bad_field(r, f, COL_CLASS, "is not a class of parent orders");
}

static bool side_of(struct reading *r, const struct csv_field *f, int8_t *ret)
{
    static const struct {
        const char *word;
        int8_t side;
    } sides[] = {{"buy", 1}, {"sell", -1}, {"none", 0}, {"", 0}};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++)
        if (csv_is(f[COL_SIDE], sides[i].word)) {
            *ret = sides[i].side;
            return true;
        }
    return bad_field(r, f, COL_SIDE, "is not buy, sell or none");
}

static bool fields_of(struct reading *r, const struct csv_field *f, struct truth_row *row)
{
    int64_t parent, print, leg = 0;
    struct csv_field symbol = f[COL_SYMBOL];
    if (!whole(r, f, COL_PARENT, 0, 0, &parent) || !class_of(r, f, &row->class) ||
        !side_of(r, f, &row->side))
        return false;
    if (!symbol.n || symbol.n >= sizeof row->symbol)
        return bad_field(r, f, COL_SYMBOL, "is not a symbol");
    if (!whole(r, f, COL_PRINT, 0, 1, &print) ||
        (f[COL_LEG].n && !whole(r, f, COL_LEG, 0, 0, &leg)))
        return false;
    if (leg > UINT32_MAX)
        return bad_field(r, f, COL_LEG, "is too large");
    if (!whole(r, f, COL_QTY, QTY_DIGITS, 1, &row->qty))
        return false;
    memcpy(row->symbol, symbol.s, symbol.n);
    row->number = (uint64_t)parent;
    row->print = (uint64_t)print;
    row->leg = (uint32_t)leg;
    return true;
}

static void keep_parent(struct reading *r, struct truth_row *row)
{
    struct truth *t = r->truth;
    if (t->n_parents == r->parents_cap) {
        r->parents_cap = MAX(r->parents_cap * 2, 1024u);
        r->first_rows = mem_grow(r->first_rows, r->parents_cap, sizeof *r->first_rows);
    }
    row->parent = (uint32_t)t->n_parents++;
    r->first_rows[row->parent] = (uint32_t)t->n;
    map_put(r->parents, &row->number, sizeof row->number, row->parent);
}

/* Every print has one parent, and every parent one class. */
static bool keep(struct reading *r, const struct csv_field *f, struct truth_row *row)
{
    struct truth *t = r->truth;
    struct {
        uint64_t print;
        char symbol[24];
    } key = {.print = row->print};
    uint32_t at;
    memcpy(key.symbol, row->symbol, sizeof row->symbol);
    if (map_get(r->prints, &key, sizeof key, &at))
        return bad_field(r, f, COL_PRINT, "stands twice for its symbol");
    if (!map_get(r->parents, &row->number, sizeof row->number, &row->parent))
        keep_parent(r, row);
    else if (t->rows[r->first_rows[row->parent]].class != row->class)
        return bad_field(r, f, COL_CLASS, "is not the class its parent has above");
    map_put(r->prints, &key, sizeof key, (uint32_t)t->n);
    if (t->n == r->cap) {
        r->cap = MAX(r->cap * 2, 4096u);
        t->rows = mem_grow(t->rows, r->cap, sizeof *t->rows);
    }
    t->rows[t->n++] = *row;
    return true;
}

static bool take_line(struct reading *r, char *line, size_t n)
{
    struct csv_field f[CSV_FIELDS];
    struct truth_row row;
    memset(&row, 0, sizeof row);
    if (csv_split(line, n, f) != COL_COUNT)
        return bad(r, "row", (struct csv_field){line, n}, "has not the columns of the header");
    return fields_of(r, f, &row) && keep(r, f, &row);
}

static int read_header(struct reading *r, struct err *err)
{
    struct csv_field f[CSV_FIELDS];
    char *line;
    size_t n, same = 0;
    if (input_line(r->in, &line, &n) == LINE_OK && csv_split(line, n, f) == COL_COUNT)
        while (same < COL_COUNT && csv_is(csv_trim(f[same]), columns[same]))
            same++;
    if (same == COL_COUNT)
        return 0;
    return err_set(err, ERR_USAGE,
                   "%s is not a truth file: its first line is not "
                   "parent,class,structure,side,intent,open_close,symbol,print_id,leg,qty",
                   r->path);
}

static int read_rows(struct reading *r, struct err *err)
{
    char *line;
    size_t n;
    enum input_line got;
    while ((got = input_line(r->in, &line, &n)) != LINE_END && r->truth->n < UINT32_MAX - 1) {
        if (got == LINE_TOO_LONG)
            bad(r, "row", (struct csv_field){0}, "is longer than a line may be");
        else if (n)
            take_line(r, line, n);
    }
    if (input_fault(r->in) != INPUT_SOUND)
        return err_set(err, ERR_USAGE, "%s: %s", r->path, input_error(r->in));
    if (!r->truth->n)
        return err_set(err, ERR_USAGE, "%s holds no truth: %llu rows, none of them readable",
                       r->path, (unsigned long long)r->truth->bad);
    return 0;
}

int truth_read(const char *path, void (*say)(void *self, const char *line), void *self,
               struct truth *ret, struct err *err)
{
    struct truth truth = {0};
    struct reading r = {.path = path, .truth = &truth, .say = say, .self = self};
    r.in = input_open(path, err);
    if (!r.in)
        return -ERR_FEED;
    r.parents = map_create();
    r.prints = map_create();
    int rc = read_header(&r, err);
    if (rc == 0)
        rc = read_rows(&r, err);
    map_destroy(r.parents);
    map_destroy(r.prints);
    mem_free(r.first_rows);
    input_close(r.in);
    if (rc < 0)
        truth_finish(&truth);
    else
        *ret = truth;
    return rc;
}

void truth_finish(struct truth *t)
{
    mem_free(t->rows);
    *t = (struct truth){0};
}
