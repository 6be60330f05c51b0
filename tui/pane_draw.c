/* How a tape is drawn: title line, column heads, rows with the newest at the bottom. */
#include <stdio.h>
#include <string.h>

#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/search.h"

#define GUTTER      2 /* the cursor; before equities also the off-exchange mark */
#define COLUMNS_MAX 64

struct shown { /* a column and where it goes */
    const struct column *column;
    int x;
};
struct shown_columns {
    struct shown at[COLUMNS_MAX];
    size_t n;
    bool more_left, more_right;
};

/* Beside the time, while there is a time reference. Its cells are written here: a row does not know
 * the reference. */
static const struct column delta = {
    .name = "delta", .title = "DELTA", .width = 10, .align = CELL_RIGHT};

static size_t pane_columns(enum row_kind kind, bool reference, const struct column **ret,
                           size_t cap)
{
    size_t n_all, n = 0;
    const struct column *all = columns_of(kind, &n_all);
    for (size_t i = 0; i < n_all && n + 1 < cap; i++) {
        if (all[i].width)
            ret[n++] = &all[i];
        if (reference && strcmp(all[i].name, "ts") == 0)
            ret[n++] = &delta;
    }
    return n;
}

/* "+0.345ms", "+1.250s", "-3m02s": far away the small parts say nothing. */
static void delta_text(const struct row *row, const struct panel *panel,
                       const struct cell_context *c, char *buf, size_t cap)
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

/* The first column stays; the others move left by the pane's offset. Only whole columns show. */
static struct shown_columns place_columns(const struct pane *p, bool reference, int width)
{
    int gutter = GUTTER + (p->kind == ROW_EQUITY);
    const struct column *all[COLUMNS_MAX];
    size_t n = pane_columns(p->kind, reference, all, COLUMNS_MAX);
    size_t off = n ? MIN((size_t)p->col_off, n - 1) : 0;
    struct shown_columns s = {.more_left = off > 0};
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += all[i]->width + 2;
    int gap = sum - 2 < width - gutter ? 2 : 1;
    int x = gutter;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && i <= off)
            continue;
        if (x + all[i]->width >= width) { /* the last column is left to the mark of more */
            s.more_right = true;
            break;
        }
        s.at[s.n++] = (struct shown){all[i], x};
        x += all[i]->width + gap;
    }
    return s;
}

/* A number that does not fit must not be cut: it would be another number. */
static void fit(char *s, const struct column *col)
{
    int w = canvas_width(s);
    if (w <= col->width)
        return;
    if (col->align == CELL_RIGHT) {
        memset(s, '#', col->width);
        s[col->width] = '\0';
        return;
    }
    size_t end = strlen(s);
    while (end > 0 && canvas_width(s) > col->width - 1) {
        do
            end--;
        while (end > 0 && ((unsigned char)s[end] & 0xc0) == 0x80);
        s[end] = '\0';
    }
    memcpy(s + end, "\u2026", sizeof "\u2026");
}

/* Returns the column where the text begins. */
static int draw_text(struct canvas *c, struct rect r, int y, const struct shown *at, enum style st,
                     const char *text)
{
    char buf[256];
    snprintf(buf, sizeof buf - 4, "%s", text);
    fit(buf, at->column);
    int pad = at->column->align == CELL_RIGHT ? at->column->width - canvas_width(buf) : 0;
    canvas_text(c, r, at->x + pad, y, st, buf);
    return at->x + pad;
}

/* What is looked for stands out where a cell shows it. */
static void draw_hit(const struct pane *p, const char *text, const struct shown *at, int x,
                     struct rect r, int y, struct canvas *c)
{
    char head[256];
    const char *hit = search_in(p, text);
    if (!hit)
        return;
    snprintf(head, sizeof head, "%.*s", (int)MIN((size_t)(hit - text), sizeof head - 1), text);
    int from = x + canvas_width(head), to = from + canvas_width(p->search);
    to = MIN(to, at->x + at->column->width);
    if (from < to)
        canvas_flag(c, (struct rect){r.x + from, r.y + y, to - from, 1},
                    CELL_UNDERLINE | CELL_BOLD);
}

static void draw_heads(const struct shown_columns *s, struct rect r, struct canvas *c)
{
    canvas_fill(c, (struct rect){r.x, r.y + 1, r.w, 1}, ' ', STYLE_DIM); /* one colour of line */
    for (size_t i = 0; i < s->n; i++)
        draw_text(c, r, 1, &s->at[i], STYLE_DIM, s->at[i].column->title);
    canvas_flag(c, (struct rect){r.x, r.y + 1, r.w, 1}, CELL_UNDERLINE);
    if (s->more_left)
        canvas_text(c, r, 0, 1, STYLE_KEY, "\u2039");
    if (s->more_right)
        canvas_text(c, r, r.w - 1, 1, STYLE_KEY, "\u203a");
}

/* Everything a pane's row is drawn from. */
struct drawing {
    const struct pane *pane;
    const struct panel *panel;
    const struct panel_model *m;
    struct shown_columns columns;
    struct rect r;
    struct canvas *c;
};

/* The cursor's row, reversed, is without colours: they would be blocks in it. */
static void draw_row(const struct drawing *d, const struct row *row, bool cursor, int y)
{
    const struct cell_context *cells = &d->m->cells;
    if (row->kind == ROW_EQUITY && row->u.join.flags & JOIN_OFF_EXCHANGE)
        canvas_text(d->c, d->r, 1, y, STYLE_DARK, "D");
    bool struck = row_struck(row);
    if (struck) /* terminals cannot be relied on to strike through */
        canvas_text(d->c, d->r, GUTTER + (row->kind == ROW_EQUITY) - 1, y, STYLE_STRUCK, "x");
    for (size_t i = 0; i < d->columns.n; i++) {
        const struct column *col = d->columns.at[i].column;
        char buf[256] = "";
        struct text t = text_on(buf, sizeof buf);
        if (col == &delta)
            delta_text(row, d->panel, cells, buf, sizeof buf);
        else
            (col->cell ? col->cell : col->value)(row, cells, &t);
        enum style st = cursor       ? STYLE_PLAIN
                        : struck     ? STYLE_STRUCK
                        : col->style ? col->style(row, cells)
                                     : STYLE_PLAIN;
        int x = draw_text(d->c, d->r, y, &d->columns.at[i], st, buf);
        draw_hit(d->pane, buf, &d->columns.at[i], x, d->r, y, d->c);
    }
}

/* The cursor shows where rows stand still: a reversed row would otherwise change under the eye. */
static bool cursor_shown(const struct pane *p, const struct panel_model *m)
{
    return p->held || m->transport->state == TRANSPORT_PAUSE;
}

static void draw_rows(const struct drawing *d, bool focused)
{
    const struct pane *p = d->pane;
    int height = d->r.h - 2;
    size_t n = MIN(p->n, (size_t)MAX(height, 0));
    const struct row *rows = p->rows + (p->n - n);
    int y = d->r.h - (int)n;
    for (size_t i = 0; i < n; i++, y++) {
        bool cursor = rows[i].key == p->cursor && cursor_shown(p, d->m);
        draw_row(d, &rows[i], cursor && focused, y);
        if (!cursor)
            continue;
        canvas_text(d->c, d->r, 0, y, STYLE_STRONG, focused ? "\u25ba" : "\u00b7");
        if (focused)
            canvas_flag(d->c, (struct rect){d->r.x, d->r.y + y, d->r.w, 1}, CELL_REVERSE);
    }
}

static void draw_empty(const struct pane *p, const struct panel_model *m, struct rect r,
                       struct canvas *c)
{
    const char *why = "no rows yet";
    if (pane_filter(p))
        why = p->more ? "no match in the newest rows: PgUp searches on"
                      : "no row passes the filter";
    else if (!panel_live(m))
        why = "no rows up to here";
    int x = MAX(GUTTER, (r.w - canvas_width(why)) / 2);
    canvas_text(c, r, x, 2 + (r.h - 2) / 2, STYLE_DIM, why);
}

/* "filter: side == buy  312 of 40,118", or the part of it that has room. */
static void filter_text(const struct pane *p, char *buf, size_t cap)
{
    char a[32], b[32];
    number_text(a, sizeof a, p->tally.matched);
    number_text(b, sizeof b, p->tally.seen);
    if (p->filter_off)
        snprintf(buf, cap, " filter off: %s ", p->filter_text);
    else
        snprintf(buf, cap, " %.200s  %.26s of %.26s%s ", p->filter_text, a, b,
                 p->tally.behind ? "+" : "");
}

/* "/sweep  3 hits" */
static void search_text(const struct pane *p, char *buf, size_t cap)
{
    char n[32];
    number_text(n, sizeof n, p->hits.matched);
    snprintf(buf, cap, " /%s  %.26s%s %s ", p->search, n, p->hits.behind ? "+" : "",
             p->hits.matched == 1 ? "hit" : "hits");
}

static int draw_right(struct canvas *c, struct rect r, int right, enum style st, const char *text)
{
    int w = canvas_width(text);
    if (right - w < 16)
        return right;
    canvas_text(c, r, right - w, 0, st, text);
    return right - w - 1;
}

static void draw_title(const struct pane *p, const struct panel *panel, const struct panel_model *m,
                       enum pane_id id, struct rect r, struct canvas *c)
{
    bool focused = panel->focus == id && panel->view == VIEW_TAPES;
    canvas_fill(c, (struct rect){r.x, r.y, r.w, 1}, 0x2500, STYLE_AXIS);
    int x =
        canvas_text(c, r, 0, 0, focused ? STYLE_FOCUS : STYLE_AXIS, focused ? "\u25ba" : "\u2500");
    x += canvas_print(c, r, x, 0, focused ? STYLE_FOCUS : STYLE_TITLE, "%d %s ", (int)id + 1,
                      pane_name(id));
    for (int i = 0; i < PANE_COUNT; i++)
        if (panel->layout.panes[i].h == 0 && panel->present >> i & 1 &&
            (panel->layout.panes[PANE_FLOW].h == 0 || id != PANE_FLOW ||
             panel->layout.panes[panel->tape].h == 0))
            x += canvas_print(c, r, x, 0, STYLE_DIM, " %d %s ", i + 1, pane_name((enum pane_id)i));
    int right = r.w - 1;
    if (p->held) {
        char n[24], text[64];
        number_text(n, sizeof n, pane_newer(p, m));
        snprintf(text, sizeof text, panel_live(m) ? " HOLD +%.23s " : " HOLD ", n);
        right = draw_right(c, r, right, STYLE_HOLD, text);
    }
    if (p->search[0]) {
        char text[128];
        search_text(p, text, sizeof text);
        right = draw_right(c, r, right, STYLE_FOCUS, text);
    }
    if (p->filter) {
        char text[320];
        filter_text(p, text, sizeof text);
        if (canvas_width(text) > right - x - 1) /* keep the end: the counts */
            memmove(text, text + 1 + strlen(p->filter_text),
                    strlen(text + 1 + strlen(p->filter_text)) + 1);
        draw_right(c, r, right, p->filter_off ? STYLE_DIM : STYLE_WARN, text);
    }
}

void pane_draw(const struct pane *p, const struct panel *panel, const struct panel_model *m,
               enum pane_id id, struct rect r, struct canvas *c)
{
    if (r.h < 3 || r.w < 4)
        return;
    struct shown_columns s = place_columns(p, panel->reference_ns != 0, r.w);
    draw_title(p, panel, m, id, r, c);
    draw_heads(&s, r, c);
    if (p->n == 0)
        draw_empty(p, m, r, c);
    else
        draw_rows(&(struct drawing){p, panel, m, s, r, c},
                  panel->focus == id && panel->view == VIEW_TAPES);
}
