/* All of one row in words: what it says, the quote used, the side and why, its conditions, and for
 * a packet its prints. Built as lines when it is opened, drawn and scrolled later. */
#pragma once
#include "base/base.h"
#include "store/query.h"
#include "tui/canvas.h"

struct panel;
struct panel_model;

struct detail_line {
    char name[20]; /* "" = text goes over the whole width */
    char text[224];
    const char *meaning; /* the column's sentence, beside a short value; NULL = none */
    uint8_t style;
    int member; /* the print this line stands for, -1 = none */
};

#define DETAIL_STRUCTURES 4 /* that a packet may be a leg of; more are not shown */

struct detail {
    struct row row;
    struct row parent; /* the packet whose print this is */
    bool has_parent;
    struct row *members;
    size_t n_members;
    struct structure structures[DETAIL_STRUCTURES]; /* of a package its own */
    size_t n_structures;
    struct detail_line *lines;
    size_t n, cap;
    char label[64]; /* the contract or symbol */
    int scroll;     /* the line of the cursor */
    int width;      /* the lines were wrapped to this */
};

void detail_finish(struct detail *d);
/* Reads what the row rests on through the panel's ops and writes the lines. */
void detail_open(struct detail *d, const struct panel *p, const struct panel_model *m,
                 const struct row *row);
/* A print of a packet, with the packet to go back to. */
void detail_open_print(struct detail *d, const struct panel *p, const struct panel_model *m,
                       const struct row *packet, const struct row *print);
/* With the cursor on the section whose title begins so; at the top when there is none. */
void detail_open_at(struct detail *d, const struct panel *p, const struct panel_model *m,
                    const struct row *row, const char *title);
void detail_rewrap(struct detail *d, const struct panel *p, const struct panel_model *m);
/* Opens the print under the cursor; goes back to the packet: false when there is none. */
void detail_descend(struct detail *d, const struct panel *p, const struct panel_model *m);
bool detail_ascend(struct detail *d, const struct panel *p, const struct panel_model *m);
void detail_draw(const struct detail *d, const struct panel *p, struct rect r, struct canvas *c);
struct rect detail_rect(const struct panel *p);
int detail_beside(const struct panel *p); /* its columns beside the tapes; 0 = over them */
