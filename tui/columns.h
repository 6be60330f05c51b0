/* Which columns a pane shows, in which order and how wide, and what stands in them: a row's own
 * cells, and those that only a screen has (distance in time, tags, lines beneath an open packet).
 */
#pragma once
#include "tui/canvas.h"
#include "tui/panel.h"

#define COLUMNS_MAX 64

enum own_cell { /* written by the pane */
                OWN_NONE,
                OWN_SINCE, /* distance from the time reference */
                OWN_WHAT,  /* contract; of a package its name */
                OWN_PRICE, /* mean price; of a package the net price */
                OWN_TAGS
};

struct pane_column {
    const struct column *column; /* NULL: an own cell alone */
    const char *name, *title;
    int width;   /* cells */
    int least;   /* where even its width has no room */
    int enough;  /* grows to this before others take more */
    int most;    /* takes what room is left, up to so many; 0 = it does not grow */
    uint8_t own; /* enum own_cell */
    bool right;  /* aligned */
    int x;       /* where it stands in the pane */
};
struct pane_columns {
    struct pane_column at[COLUMNS_MAX];
    size_t n;
    bool more_left, more_right;
};

/* All columns of a pane of this kind, before they are placed. */
size_t columns_count(enum row_kind kind);
/* Those of them that fit, from the first and those after the pane's offset. */
struct pane_columns columns_place(const struct pane *p, bool reference, int width);

/* The text of a row's cell, of a line beneath a packet. "" where it has none. */
void cell_text(const struct pane_column *col, const struct row *row, const struct panel *panel,
               const struct cell_context *c, char *buf, size_t cap);
void child_text(const struct pane_column *col, const struct child *child, const struct row *packet,
                const struct panel *panel, const struct cell_context *c, char *buf, size_t cap);
void since_text(const struct row *row, const struct panel *panel, const struct cell_context *c,
                char *buf, size_t cap); /* its distance from the time reference */
enum style cell_style(const struct pane_column *col, const struct row *row,
                      const struct cell_context *c);
