/* Screens too small for a pane: the state and the last prints, or one line. */
#include <stdio.h>
#include <string.h>

#include "event/calendar.h"
#include "tui/draw.h"

static void cell(const struct row *r, const struct cell_context *c, const char *name,
                 struct text *out)
{
    const struct column *col = column_find(r->kind, name, strlen(name));
    if (col)
        (col->cell ? col->cell : col->value)(r, c, out);
}

static void print_text(const struct row *r, const struct cell_context *c, char *buf, size_t cap)
{
    struct text t = text_on(buf, cap);
    cell(r, c, "size", &t);
    text_add(&t, " @ ");
    cell(r, c, "price", &t);
    text_add(&t, " ");
    cell(r, c, "side", &t);
}

static const struct row *last_row(const struct pane *p)
{
    return p->n ? &p->rows[p->n - 1] : NULL;
}

static void draw_last(const struct panel *p, const struct panel_model *m, struct rect r, int y,
                      struct canvas *c)
{
    const struct row *row = last_row(&p->panes[p->tape]);
    char name[64] = "no print yet", text[96] = "";
    if (row) {
        struct text t = text_on(name, sizeof name);
        cell(row, &m->cells, row->kind == ROW_OPTION ? "contract" : "symbol", &t);
        print_text(row, &m->cells, text, sizeof text);
    }
    canvas_text(c, r, 0, y, STYLE_STRONG, name);
    canvas_text(c, r, 0, y + 1, STYLE_PLAIN, text);
}

static int draw_state(const struct panel *p, const struct panel_model *m, struct rect r,
                      struct canvas *c)
{
    struct state_word w = panel_state(p, m), alarm = panel_alarm(p, m);
    if (alarm.text[0])
        w = alarm;
    return canvas_print(c, r, 0, 0, w.style, " %s ", w.text) + 1;
}

static void draw_clock(const struct panel_model *m, struct rect r, int x, struct canvas *c)
{
    char clock[32];
    time_format_ny(clock, sizeof clock, panel_clock_ns(m), 0);
    canvas_text(c, r, x, 0, STYLE_STRONG, panel_clock_ns(m) > 0 ? clock : "--:--:--");
}

void mini_draw(const struct panel *p, const struct panel_model *m, struct canvas *c)
{
    struct rect r = {0, 0, p->cols, p->rows};
    draw_clock(m, r, draw_state(p, m, r, c), c);
    if (p->layout.form == LAYOUT_LINE)
        return;
    char rate[32];
    bool prints = m->session->recording; /* a reader of a file knows of events alone */
    rate_text(rate, sizeof rate, prints ? m->session->prints_per_s : m->session->events_per_s);
    canvas_print(c, r, 0, 1, STYLE_DIM, "%s %s", rate, prints ? "prints/s" : "ev/s");
    draw_last(p, m, r, 2, c);
    struct rect foot = {0, p->rows - 1, p->cols, 1};
    struct panel at_foot = *p;
    at_foot.layout.foot = foot;
    foot_draw(&at_foot, m, c);
}
