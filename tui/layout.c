/* Layouts by size. See layout.h. */
#include "tui/layout.h"

/* The largest form that fits, largest first; 80x24 is the size designed for. */
static const struct {
    enum layout_form form;
    int cols, rows; /* at least */
    int head, timeline;
} forms[] = {
    {LAYOUT_SIDE, 300, 30, 2, 4}, {LAYOUT_OVER, 150, 34, 2, 4}, {LAYOUT_STACK, 60, 40, 2, 3},
    {LAYOUT_TWO, 60, 20, 1, 2},   {LAYOUT_ONE, 40, 10, 1, 2},   {LAYOUT_MINI, 20, 5, 0, 0},
    {LAYOUT_LINE, 0, 0, 0, 0},
};

/* The panes that get room, in order. */
struct some {
    enum pane_id ids[PANE_COUNT];
    int n;
};

static struct some shown_of(unsigned bits)
{
    struct some s = {0};
    for (int i = 0; i < PANE_COUNT; i++)
        if (bits >> i & 1)
            s.ids[s.n++] = (enum pane_id)i;
    return s;
}

static void put_stack(struct layout *l, const struct some *s)
{
    struct rect b = l->body;
    int y = b.y;
    for (int i = 0; i < s->n; i++) {
        int h = (b.y + b.h - y + s->n - i - 1) / (s->n - i);
        l->panes[s->ids[i]] = (struct rect){b.x, y, b.w, h};
        y += h;
    }
}

static void put_over(struct layout *l)
{
    struct rect b = l->body;
    int top = b.h / 2, left = b.w * 55 / 100;
    l->panes[PANE_OPTIONS] = (struct rect){b.x, b.y, left, top};
    l->rules[0] = (struct rect){b.x + left, b.y, 1, top};
    l->panes[PANE_EQUITIES] = (struct rect){b.x + left + 1, b.y, b.w - left - 1, top};
    l->panes[PANE_FLOW] = (struct rect){b.x, b.y + top, b.w, b.h - top};
}

static void put_side(struct layout *l, const struct some *s)
{
    struct rect b = l->body;
    int each = (b.w - (s->n - 1)) / s->n;
    for (int i = 0; i < s->n; i++) {
        bool last = i == s->n - 1;
        int x = b.x + i * (each + 1), w = last ? b.x + b.w - x : each;
        l->panes[s->ids[i]] = (struct rect){x, b.y, w, b.h};
        if (!last)
            l->rules[i] = (struct rect){x + each, b.y, 1, b.h};
    }
}

static void put_panes(struct layout *l, const struct layout_wish *w)
{
    struct some s = shown_of(w->shown);
    bool room_for_two = l->form == LAYOUT_TWO || (w->beside && l->form != LAYOUT_STACK);
    if (w->maximised || l->form == LAYOUT_ONE)
        s = shown_of(1u << w->focus);
    else if (room_for_two && s.n > 2)
        s = shown_of(1u << w->tape | 1u << PANE_FLOW);
    if (l->form == LAYOUT_OVER && s.n == PANE_COUNT)
        put_over(l);
    else if (l->form == LAYOUT_SIDE && !w->beside)
        put_side(l, &s);
    else
        put_stack(l, &s);
}

struct layout layout_make(int cols, int rows, const struct layout_wish *w)
{
    struct layout l = {0};
    size_t i = 0;
    while (cols < forms[i].cols || rows < forms[i].rows)
        i++;
    l.form = forms[i].form;
    if (l.form <= LAYOUT_MINI) {
        l.body = (struct rect){0, 0, cols, rows};
        return l;
    }
    int head = forms[i].head, timeline = forms[i].timeline;
    l.head = (struct rect){0, 0, cols, head};
    l.body = (struct rect){0, head, cols, rows - head - timeline - 1};
    l.timeline = (struct rect){0, rows - timeline - 1, cols, timeline};
    l.foot = (struct rect){0, rows - 1, cols, 1};
    struct rect body = l.body;
    l.body.w -= w->beside;
    put_panes(&l, w);
    l.body = body;
    return l;
}
