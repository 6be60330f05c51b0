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

static void put_one(struct layout *l, enum pane_id shown)
{
    l->panes[shown] = l->body;
}

static void put_two(struct layout *l, enum pane_id tape)
{
    struct rect b = l->body;
    int top = (b.h + 1) / 2;
    l->panes[tape] = (struct rect){b.x, b.y, b.w, top};
    l->panes[PANE_FLOW] = (struct rect){b.x, b.y + top, b.w, b.h - top};
}

static void put_stack(struct layout *l)
{
    struct rect b = l->body;
    int y = b.y;
    for (int i = 0; i < PANE_COUNT; i++) {
        int h = (b.y + b.h - y) / (PANE_COUNT - i);
        l->panes[i] = (struct rect){b.x, y, b.w, h};
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

static void put_side(struct layout *l)
{
    struct rect b = l->body;
    int each = (b.w - 2) / PANE_COUNT;
    for (int i = 0; i < PANE_COUNT; i++) {
        int x = b.x + i * (each + 1), w = i == PANE_COUNT - 1 ? b.x + b.w - x : each;
        l->panes[i] = (struct rect){x, b.y, w, b.h};
        if (i < PANE_COUNT - 1)
            l->rules[i] = (struct rect){x + each, b.y, 1, b.h};
    }
}

struct layout layout_make(int cols, int rows, enum pane_id focus, enum pane_id tape, bool maximised,
                          int beside)
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
    l.body.w -= beside;
    if (maximised || l.form == LAYOUT_ONE)
        put_one(&l, focus);
    else if (l.form == LAYOUT_TWO || (beside && l.form != LAYOUT_STACK))
        put_two(&l, tape);
    else if (l.form == LAYOUT_STACK)
        put_stack(&l);
    else if (l.form == LAYOUT_OVER)
        put_over(&l);
    else
        put_side(&l);
    l.body = body;
    return l;
}
