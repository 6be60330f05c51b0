/* A list to choose one line from, before there is a session: state and drawing, then the loop that
 * shows it on the terminal. */
#pragma once
#include "tui/canvas.h"
#include "tui/tui.h"

struct picker {
    const char *title, *head;
    const char *const *lines;
    size_t n, at, top;
    int cols, rows;
};

enum picked { PICK_ON, PICK_TAKEN, PICK_LEFT };

/* The screen has another size. */
void picker_resize(struct picker *p, int cols, int rows);
/* What a key did: nothing final, a line taken (p->at), or the list left. */
enum picked picker_key(struct picker *p, uint32_t key);
/* Draws the list into the canvas, the line at p->at marked. */
void picker_draw(const struct picker *p, struct canvas *c);
