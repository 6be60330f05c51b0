/* Columns of the panes. See columns.h. */
#include "tui/columns.h"

#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "tui/draw.h"
#include "tui/tags.h"

#define GUTTER 2 /* the cursor; before equities also the off-exchange mark */

/* The flow pane's own order: what an order was, then how large, then what it tells. */
static const struct {
    const char *name, *title;
    uint8_t width, most, own, least, enough;
} flow[] = {
    {"ts", "TIME", 12, 0, OWN_NONE},
    {"contract", "CONTRACT", 18, 27, OWN_WHAT, 18, 27},
    {"side", "SIDE", 6, 0, OWN_NONE},
    {"size", "SIZE", 7, 0, OWN_NONE},
    {"vwap", "PRICE", 7, 0, OWN_PRICE},
    {"premium", "PREMIUM", 7, 0, OWN_NONE},
    {"tags", "TAGS", 14, 72, OWN_TAGS, 9, 24},
    {"members", "N", 4, 0, OWN_NONE},
    {"venues", "V", 2, 0, OWN_NONE},
    {"direction", "DIR", 4, 0, OWN_NONE},
    {"iv", "IV", 6, 0, OWN_NONE},
    {"delta", "DELTA", 6, 0, OWN_NONE},
    {"levels", "LEV", 3, 0, OWN_NONE},
    {"span_ns", "SPAN", 8, 0, OWN_NONE},
};

static size_t flow_columns(struct pane_column *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(flow); i++) {
        const struct column *col = column_find(ROW_PACKET, flow[i].name, strlen(flow[i].name));
        if (!col && !flow[i].own)
            continue;
        ret[n++] = (struct pane_column){.column = col,
                                        .name = flow[i].name,
                                        .title = flow[i].title,
                                        .width = flow[i].width,
                                        .most = flow[i].most,
                                        .least = flow[i].least,
                                        .enough = flow[i].enough,
                                        .own = flow[i].own,
                                        .right = col && col->align == CELL_RIGHT};
    }
    return n;
}

static size_t all_columns(enum row_kind kind, struct pane_column *ret)
{
    size_t n_all, n = 0;
    const struct column *all = columns_of(kind, &n_all);
    if (kind == ROW_PACKET)
        return flow_columns(ret);
    for (size_t i = 0; i < n_all && n + 1 < COLUMNS_MAX; i++)
        if (all[i].width)
            ret[n++] = (struct pane_column){.column = &all[i],
                                            .name = all[i].name,
                                            .title = all[i].title,
                                            .width = all[i].width,
                                            .right = all[i].align == CELL_RIGHT};
    return n;
}

size_t columns_count(enum row_kind kind)
{
    struct pane_column all[COLUMNS_MAX];
    return all_columns(kind, all);
}

/* Beside the time, while there is a time reference. */
static size_t add_reference(struct pane_column *all, size_t n)
{
    for (size_t i = 0; i < n && n < COLUMNS_MAX; i++)
        if (strcmp(all[i].name, "ts") == 0) {
            memmove(&all[i + 2], &all[i + 1], (n - i - 1) * sizeof *all);
            all[i + 1] = (struct pane_column){
                .name = "since", .title = "DELTA T", .width = 10, .own = OWN_SINCE, .right = true};
            return n + 1;
        }
    return n;
}

static int width_of(const struct pane_column *all, size_t n, int gap)
{
    int sum = n ? -gap : 0;
    for (size_t i = 0; i < n; i++)
        sum += all[i].width + gap;
    return sum;
}

static void move_column(struct pane_column *all, size_t from, size_t to)
{
    struct pane_column moved = all[from];
    if (from < to)
        memmove(&all[from], &all[from + 1], (to - from) * sizeof *all);
    else
        memmove(&all[to + 1], &all[to], (from - to) * sizeof *all);
    all[to] = moved;
}

/* What grows goes last where everything has room, so that the numbers stay together, and before the
 * price where it would have none. */
static void place_growing(struct pane_column *all, size_t n, int room)
{
    size_t at = n;
    for (size_t i = 0; i < n; i++)
        at = all[i].most ? i : at;
    if (at == n)
        return;
    if (width_of(all, n, 1) <= room) {
        move_column(all, at, n - 1);
    } else if (width_of(all, at + 1, 1) > room) {
        all[at].width = all[at].least;
        while (at > 1 && width_of(all, at + 1, 1) > room) {
            move_column(all, at, at - 1);
            at--;
        }
    }
}

/* First what is enough for most rows, the last first; then all there is. */
static void grow(struct pane_column *all, size_t n, int room)
{
    for (int most = 0; most < 2; most++)
        for (size_t i = n; i-- > 0;) {
            int to = most ? all[i].most : all[i].enough;
            int free = room - width_of(all, n, 1);
            all[i].width += MAX(0, MIN(free, to - all[i].width));
        }
}

/* The first column stays, those up to the offset are scrolled away. */
static size_t scroll_away(struct pane_column *all, size_t n, size_t off)
{
    if (off == 0 || n == 0)
        return n;
    memmove(&all[1], &all[1 + off], (n - 1 - off) * sizeof *all);
    return n - off;
}

/* Only whole columns show; the last cell of the pane is left to the mark of more. */
struct pane_columns columns_place(const struct pane *p, bool reference, int width)
{
    struct pane_columns s = {0};
    struct pane_column all[COLUMNS_MAX];
    int gutter = GUTTER + (p->kind == ROW_EQUITY), room = width - gutter - 1;
    size_t n = all_columns(p->kind, all);
    n = reference ? add_reference(all, n) : n;
    place_growing(all, n, room);
    size_t off = n ? MIN((size_t)p->col_off, n - 1) : 0;
    n = scroll_away(all, n, off);
    while (s.n < n && width_of(all, s.n + 1, 1) <= room)
        s.n++;
    s.more_left = off > 0;
    s.more_right = s.n < n;
    grow(all, s.n, room);
    int gap = width_of(all, s.n, 2) <= room && s.n == n ? 2 : 1;
    for (size_t i = 0, x = (size_t)gutter; i < s.n; i++) {
        s.at[i] = all[i];
        s.at[i].x = (int)x;
        x += (size_t)(all[i].width + gap);
    }
    return s;
}

/* "+0.345ms", "+1.250s", "-3m02s": far away the small parts say nothing. */
void since_text(const struct row *row, const struct panel *panel, const struct cell_context *c,
                char *buf, size_t cap)
{
    const struct column *ts = column_find(row->kind, "ts", 2);
    struct text t = text_on(buf, cap);
    int64_t ns;
    buf[0] = '\0';
    if (!ts || !ts->number(row, c, &ns))
        return;
    int64_t d = ns - panel->reference_ns, size = d < 0 ? -d : d;
    text_add(&t, "%s", d < 0 ? "-" : "+");
    if (size < NS_PER_SEC)
        text_add(&t, "%lld.%03lldms", (long long)(size / NS_PER_MS),
                 (long long)(size % NS_PER_MS / 1000));
    else if (size < 60 * NS_PER_SEC)
        text_add(&t, "%lld.%03llds", (long long)(size / NS_PER_SEC),
                 (long long)(size % NS_PER_SEC / NS_PER_MS));
    else
        span_text(buf + t.len, cap - t.len, size);
}

static void column_text(enum row_kind kind, const char *name, const struct row *row,
                        const struct cell_context *c, struct text *out)
{
    const struct column *col = column_find(kind, name, strlen(name));
    if (col)
        (col->cell ? col->cell : col->value)(row, c, out);
}

static bool is_package(const struct row *row)
{
    return row->kind == ROW_PACKET && row->u.packet.kind == PK_PACKAGE;
}

/* Of a package the symbol and its name while its legs are not known. */
static void what_text(const struct row *row, const struct cell_context *c, struct text *out)
{
    column_text(row->kind, "contract", row, c, out);
    if (!is_package(row) || out->len)
        return;
    column_text(row->kind, "symbol", row, c, out);
    text_add(out, " %s", shape_words(row->u.packet.shape));
}

/* Four decimals at most, as many as have room. */
static void price_text(int64_t px, int width, struct text *out)
{
    static const int64_t units[] = {1, 10, 100, 1000, 10000};
    char buf[32];
    for (int digits = 4; digits >= 2; digits--) {
        int64_t v;
        if (!dec_muldiv(px, units[digits], PX_ONE, &v))
            return;
        size_t n = dec_format(buf, sizeof buf, v, digits, 2);
        if ((int)n <= width || digits == 2) {
            text_addn(out, buf, n);
            return;
        }
    }
}

static void own_price(const struct pane_column *col, const struct row *row,
                      const struct cell_context *c, struct text *out)
{
    int64_t px;
    if (is_package(row))
        price_text(row->u.packet.net_px, col->width, out);
    else if (col->column && col->column->number(row, c, &px))
        price_text(px, col->width, out);
}

/* A number that does not fit must not be cut: it would be another number. */
static void shorten(const struct pane_column *col, const struct row *row,
                    const struct cell_context *c, char *buf, size_t cap)
{
    int64_t v;
    if (col->right && col->column && col->column->type == CELL_DEC && col->width >= 4 &&
        canvas_width(buf) > col->width && col->column->number && col->column->number(row, c, &v) &&
        v >= 0)
        short_text(buf, cap, v, col->width);
}

void cell_text(const struct pane_column *col, const struct row *row, const struct panel *panel,
               const struct cell_context *c, char *buf, size_t cap)
{
    struct text t = text_on(buf, cap);
    switch ((enum own_cell)col->own) {
    case OWN_SINCE:
        since_text(row, panel, c, buf, cap);
        return;
    case OWN_TAGS:
        tags_text(row, c, buf, cap);
        return;
    case OWN_WHAT:
        what_text(row, c, &t);
        return;
    case OWN_PRICE:
        own_price(col, row, c, &t);
        return;
    case OWN_NONE:
        break;
    }
    (col->column->cell ? col->column->cell : col->column->value)(row, c, &t);
    shorten(col, row, c, buf, cap);
}

enum style cell_style(const struct pane_column *col, const struct row *row,
                      const struct cell_context *c)
{
    return col->column && col->column->style ? col->column->style(row, c) : STYLE_PLAIN;
}
