/* How a tape is drawn: title line, column heads, rows with the newest at the bottom. */
#include <stdio.h>
#include <string.h>

#include "tui/cell.h"
#include "tui/columns.h"
#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/search.h"
#include "tui/tags.h"

#define GUTTER      2  /* the cursor; before equities also the off-exchange mark */
#define NARROW_TAGS 24 /* cells */

/* What is too long ends in an ellipsis; a number that even its short form does not make fit is not
 * shown: cut, it would be another number. */
static void fit(char *s, const struct pane_column *col)
{
    if (canvas_width(s) <= col->width)
        return;
    if (col->right) {
        memset(s, '#', (size_t)col->width);
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
static int draw_text(struct canvas *c, struct rect r, int y, const struct pane_column *at,
                     enum style st, const char *text)
{
    char buf[256];
    snprintf(buf, sizeof buf - 4, "%s", text);
    fit(buf, at);
    int pad = at->right ? at->width - canvas_width(buf) : 0;
    canvas_text(c, r, at->x + pad, y, st, buf);
    return at->x + pad;
}

/* What is looked for stands out where a cell shows it. */
static void draw_hit(const struct pane *p, const char *text, const struct pane_column *at, int x,
                     struct rect r, int y, struct canvas *c)
{
    char head[256];
    const char *hit = search_in(p, text);
    if (!hit)
        return;
    snprintf(head, sizeof head, "%.*s", (int)MIN((size_t)(hit - text), sizeof head - 1), text);
    int from = x + canvas_width(head), to = from + canvas_width(p->search);
    to = MIN(to, at->x + at->width);
    if (from < to)
        canvas_flag(c, (struct rect){r.x + from, r.y + y, to - from, 1},
                    CELL_UNDERLINE | CELL_BOLD);
}

static void draw_heads(const struct pane_columns *s, struct rect r, struct canvas *c)
{
    canvas_fill(c, (struct rect){r.x, r.y + 1, r.w, 1}, ' ', STYLE_DIM); /* one colour of line */
    for (size_t i = 0; i < s->n; i++)
        draw_text(c, r, 1, &s->at[i], STYLE_DIM, s->at[i].title);
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
    struct pane_columns columns;
    struct rect r;
    struct canvas *c;
};

/* Tags from the first on, each in its style; one that has no room is left out, and a mark at the
 * end says so. */
static void draw_tags(const struct drawing *d, const struct row *row, bool plain, int y,
                      const struct pane_column *at)
{
    struct tag tags[TAGS_MAX];
    size_t n = tags_of(row, &d->m->cells, at->width < NARROW_TAGS, tags);
    int x = at->x, end = at->x + at->width;
    bool left_out = false;
    for (size_t i = 0; i < n; i++) {
        const char *text = tags[i].text;
        if (x + canvas_width(text) > end && tags[i].brief)
            text = tags[i].brief;
        int w = canvas_width(text);
        if (x + w > end) {
            left_out = true;
            continue;
        }
        enum style st = plain ? STYLE_PLAIN : (enum style)tags[i].style;
        canvas_text(d->c, d->r, x, y, row_struck(row) ? STYLE_STRUCK : st, text);
        draw_hit(d->pane, text, at, x, d->r, y, d->c);
        x += w + 1;
    }
    if (left_out && x - 1 < end)
        canvas_text(d->c, d->r, x == end ? x - 1 : x, y, plain ? STYLE_PLAIN : STYLE_DIM, "\u2026");
}

/* The cursor's row, reversed, is without colours: they would be blocks in it. */
static void draw_row(const struct drawing *d, const struct row *row, bool cursor, int y)
{
    const struct cell_context *cells = &d->m->cells;
    if (row->kind == ROW_EQUITY && row->u.join.flags & JOIN_OFF_EXCHANGE)
        canvas_text(d->c, d->r, 1, y, STYLE_DARK, "D");
    bool struck = row_struck(row);
    if (struck) /* terminals cannot be relied on to strike through */
        canvas_text(d->c, d->r, GUTTER + (row->kind == ROW_EQUITY) - 1, y, STYLE_STRUCK, "x");
    else if (fold_open(&d->pane->folds, row))
        canvas_text(d->c, d->r, 1, y, STYLE_DIM, "\u25be");
    else if (row->kind == ROW_PACKET && row->u.packet.members > 1)
        canvas_text(d->c, d->r, 1, y, STYLE_DIM, "\u25b8");
    for (size_t i = 0; i < d->columns.n; i++) {
        const struct pane_column *col = &d->columns.at[i];
        char buf[256] = "";
        if (col->own == OWN_TAGS) {
            draw_tags(d, row, cursor, y, col);
            continue;
        }
        cell_text(col, row, d->panel, cells, buf, sizeof buf);
        enum style st = cursor ? STYLE_PLAIN : struck ? STYLE_STRUCK : cell_style(col, row, cells);
        int x = draw_text(d->c, d->r, y, col, st, buf);
        draw_hit(d->pane, buf, col, x, d->r, y, d->c);
    }
}

static enum style child_style(const struct child *child, const char *column)
{
    int side = child->kind == CHILD_PRINT ? child->print->u.join.side
               : child->kind == CHILD_LEG ? child->leg->sign
                                          : 0;
    if (strcmp(column, "side") == 0 && side)
        return side > 0 ? STYLE_BUY : STYLE_SELL;
    return child->kind == CHILD_LEG ? STYLE_PLAIN : STYLE_DIM;
}

/* Beneath an open packet: dim, its text moved in, held to its packet by a line in the gutter. */
static void draw_child(const struct drawing *d, const struct row *row, uint32_t i, bool cursor,
                       int y)
{
    struct child child;
    if (!fold_child(&d->pane->folds, row, i - 1, d->pane->height, &child))
        return;
    canvas_text(d->c, d->r, 1, y, STYLE_DIM, child.last ? "\u2514" : "\u2502");
    if (child.kind == CHILD_MORE)
        canvas_print(d->c, d->r, GUTTER + 1, y, cursor ? STYLE_PLAIN : STYLE_KEY,
                     "\u2026 %u more (Enter: all)", child.more);
    else if (child.kind == CHILD_WAIT)
        canvas_text(d->c, d->r, GUTTER + 1, y, cursor ? STYLE_PLAIN : STYLE_DIM,
                    "its prints are not in the session file yet");
    bool struck = child.kind == CHILD_PRINT && row_struck(child.print);
    for (size_t k = 0; k < d->columns.n; k++) {
        struct pane_column col = d->columns.at[k];
        char buf[256] = "";
        child_text(&col, &child, row, d->panel, &d->m->cells, buf, sizeof buf);
        if (!col.right && col.own != OWN_TAGS && col.width > 8 && canvas_width(buf) < col.width) {
            col.x++;
            col.width--;
        }
        enum style st = cursor   ? STYLE_PLAIN
                        : struck ? STYLE_STRUCK
                                 : child_style(&child, col.name);
        draw_text(d->c, d->r, y, &col, st, buf);
    }
}

/* The cursor shows where rows stand still: a reversed row would otherwise change under the eye. */
static bool cursor_shown(const struct pane *p, const struct panel_model *m)
{
    return p->held || m->transport->state == TRANSPORT_PAUSE;
}

/* The row is reversed, but for the cell whose value is offered as a filter. */
static void draw_cursor(const struct drawing *d, int y)
{
    struct rect all = {d->r.x, d->r.y + y, d->r.w, 1};
    const char *name = cell_shown_in(d->panel);
    for (size_t i = 0; name && i < d->columns.n; i++) {
        const struct pane_column *col = &d->columns.at[i];
        if (strcmp(col->name, name) != 0)
            continue;
        struct rect cell = {all.x + col->x, all.y, col->width, 1};
        canvas_flag(d->c, cell, CELL_BOLD | CELL_UNDERLINE);
        canvas_flag(d->c, (struct rect){all.x, all.y, col->x, 1}, CELL_REVERSE);
        all.x += col->x + col->width;
        all.w -= col->x + col->width;
        break;
    }
    canvas_flag(d->c, all, CELL_REVERSE);
}

static void draw_rows(const struct drawing *d, bool focused)
{
    const struct pane *p = d->pane;
    int height = d->r.h - 2;
    size_t n = MIN(p->n_lines, (size_t)MAX(height, 0));
    const struct pane_line *lines = p->lines + (p->n_lines - n);
    int y = d->r.h - (int)n;
    for (size_t i = 0; i < n; i++, y++) {
        const struct row *row = &p->rows[lines[i].row];
        bool cursor = row->key == p->cursor && lines[i].child == p->cursor_child &&
                      cursor_shown(p, d->m);
        if (lines[i].child)
            draw_child(d, row, lines[i].child, cursor && focused, y);
        else
            draw_row(d, row, cursor && focused, y);
        if (!cursor)
            continue;
        canvas_text(d->c, d->r, 0, y, STYLE_STRONG, focused ? "\u25ba" : "\u00b7");
        if (focused)
            draw_cursor(d, y);
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
    struct pane_columns s = columns_place(p, panel->reference_ns != 0, r.w);
    draw_title(p, panel, m, id, r, c);
    draw_heads(&s, r, c);
    if (p->n == 0)
        draw_empty(p, m, r, c);
    else
        draw_rows(&(struct drawing){p, panel, m, s, r, c},
                  panel->focus == id && panel->view == VIEW_TAPES);
}
