/* Where things go on a screen of a given size. Pure. */
#pragma once
#include "tui/canvas.h"

enum pane_id { PANE_OPTIONS, PANE_EQUITIES, PANE_FLOW, PANE_COUNT };

enum layout_form {
    LAYOUT_LINE,  /* less than 20x5: one line */
    LAYOUT_MINI,  /* state and last prints */
    LAYOUT_ONE,   /* the focused pane */
    LAYOUT_TWO,   /* a tape above the flow */
    LAYOUT_STACK, /* three, one above the other */
    LAYOUT_OVER,  /* two tapes side by side above the flow */
    LAYOUT_SIDE,  /* three side by side */
};

struct layout {
    enum layout_form form;
    struct rect head, timeline, foot;
    struct rect panes[PANE_COUNT]; /* h = 0: not shown */
    struct rect body;              /* all panes together: detail and help go here */
    struct rect rules[2];          /* vertical lines between panes; h = 0: none */
};

struct layout_wish {
    enum pane_id focus;
    enum pane_id tape; /* the tape shown where there is room for one only */
    bool maximised;
    int beside; /* columns at the right of the body kept for the detail; the panes share the rest */
    unsigned shown; /* bit = pane_id: panes that get room, the focused one always among them */
};
struct layout layout_make(int cols, int rows, const struct layout_wish *w);
