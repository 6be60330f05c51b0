/* The health pane: what the recording has received and how well it could be read, as lines of names
 * and values. */
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "tui/draw.h"

#define NAME_WIDTH  36
#define VALUE_WIDTH 20

/* Where lines go: `canvas` NULL only counts them. */
struct lines {
    struct canvas *canvas;
    struct rect r;
    int top, n;
};

static void add(struct lines *l, enum style style, const char *name, const char *value,
                const char *share)
{
    int y = l->n++ - l->top + 1;
    if (!l->canvas || y < 1 || y >= l->r.h)
        return;
    int value_at = MIN(NAME_WIDTH, l->r.w / 2), width = MIN(VALUE_WIDTH, l->r.w - value_at);
    struct rect left = {l->r.x, l->r.y, value_at, l->r.h};
    canvas_text(l->canvas, left, 2, y, style, name);
    canvas_text(l->canvas, l->r, value_at + MAX(0, width - canvas_width(value)), y, style, value);
    canvas_text(l->canvas, l->r, value_at + width + 2, y, STYLE_DIM, share);
}

static void add_count(struct lines *l, enum style style, const char *name, uint64_t n)
{
    char value[32];
    number_text(value, sizeof value, n);
    add(l, n ? style : STYLE_PLAIN, name, value, "");
}

static void add_span(struct lines *l, const char *name, bool known, int64_t ns)
{
    char value[32] = "?";
    if (known)
        span_text(value, sizeof value, ns);
    add(l, STYLE_PLAIN, name, value, "");
}

static void add_feed(struct lines *l, const struct health_feed *f, int64_t clock_ns)
{
    char name[80];
    snprintf(name, sizeof name, "feed %s", f->name);
    add(l, STYLE_TITLE, name, f->ended ? "ended" : "", "");
    add_span(l, "  lag", f->lag_ns != INT64_MIN, f->lag_ns);
    add_span(l, "  age of its last event", f->last_ns != 0, clock_ns - f->last_ns);
    add_count(l, STYLE_PLAIN, "  records", f->records);
    add_count(l, STYLE_PLAIN, "  events", f->events);
    add_count(l, STYLE_WARN, "  dropped", f->drops);
    add_count(l, STYLE_WARN, "  unknown codes", f->unknown_codes);
    add_count(l, STYLE_WARN, "  gaps", f->gaps);
}

static void put_figure(void *self, const char *name, const char *value, int64_t part)
{
    struct lines *l = self;
    char share[24] = "";
    int64_t tenths;
    if (part >= 0 && dec_muldiv(part, 1000, PX_ONE, &tenths))
        snprintf(share, sizeof share, "%d.%d %%", (int)(tenths / 10), (int)(tenths % 10));
    add(l, strncmp(name, "unknown", 7) == 0 ? STYLE_WARN : STYLE_PLAIN, name, value, share);
}

static void put_lines(struct lines *l, const struct panel_model *m)
{
    const struct health_view *h = m->health;
    if (!h || !h->tally) {
        add(l, STYLE_DIM, "only of a recording as it runs;", "", "");
        add(l, STYLE_DIM, "of this file: query SESSION stats", "", "");
        return;
    }
    for (size_t i = 0; i < h->n_feeds; i++)
        add_feed(l, &h->feeds[i], m->session->clock_ns);
    add(l, STYLE_TITLE, "in all", "", "");
    add_count(l, STYLE_WARN, "  late prints", h->late);
    add_count(l, STYLE_WARN, "  receive times raised", h->raised);
    add_count(l, STYLE_WARN, "  prints without a quote", h->no_quote);
    add_count(l, STYLE_WARN, "  prints too large to multiply", h->overflow);
    add_count(l, STYLE_WARN, "  duplicates", h->duplicates);
    add_count(l, STYLE_PLAIN, "  cancels and corrections done", h->repaired);
    add_count(l, STYLE_WARN, "  cancels without a target", h->unmatched);
    add_count(l, STYLE_WARN, "  gaps", h->gaps);
    add_count(l, STYLE_PLAIN, "  prints read again since", h->revised);
    add(l, STYLE_TITLE, "prints as first read", "", "");
    tally_each(h->tally, h->idents, put_figure, l);
}

int health_lines(const struct panel_model *m)
{
    struct lines l = {0};
    put_lines(&l, m);
    return l.n;
}

void health_draw(const struct panel *p, const struct panel_model *m, struct rect r,
                 struct canvas *c)
{
    canvas_fill(c, r, ' ', STYLE_PLAIN);
    canvas_fill(c, (struct rect){r.x, r.y, r.w, 1}, 0x2500, STYLE_AXIS);
    canvas_text(c, r, 0, 0, STYLE_FOCUS, "\u25ba4 Health ");
    int all = health_lines(m);
    struct lines l = {c, r, MAX(0, MIN(p->health_scroll, all - (r.h - 1))), 0};
    put_lines(&l, m);
    if (l.top + r.h - 1 < all)
        canvas_text(c, r, r.w - 6, 0, STYLE_DIM, " more ");
}
