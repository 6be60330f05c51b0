/* A grid of cells that panes draw on: no terminal, no curses. What tests dump and what term.c turns
 * into bytes. Text given to it is cleaned here once more: no control byte can reach a cell. */
#pragma once
#include "base/base.h"
#include "view/column.h"

struct cell {
    uint32_t ch;   /* one character of width 1 or 2; 0 = right half of a wide one */
    uint8_t style; /* enum style */
    uint8_t flags; /* enum cell_flag */
};
enum cell_flag { CELL_REVERSE = 1 << 0, CELL_UNDERLINE = 1 << 1, CELL_BOLD = 1 << 2 };

struct canvas {
    int cols, rows;
    bool ascii;         /* draw every character in ASCII: a stand-in where there is one, else '?' */
    struct cell *cells; /* rows x cols */
};
struct rect {
    int x, y, w, h;
};

void canvas_init(struct canvas *c);
void canvas_finish(struct canvas *c);
void canvas_resize(struct canvas *c, int cols, int rows); /* clears */
void canvas_clear(struct canvas *c);
bool canvas_equal(const struct canvas *a, const struct canvas *b);
/* dst becomes as large as src and the same; allocates only when it grows. */
void canvas_copy(struct canvas *dst, const struct canvas *src);

/* Draws clipped to the rectangle (x, y count from its corner); returns the columns used. Control
 * bytes, malformed UTF-8 and characters whose width terminals do not agree on become '?';
 * combining marks are dropped. */
int canvas_text(struct canvas *c, struct rect r, int x, int y, enum style st, const char *utf8);
int canvas_print(struct canvas *c, struct rect r, int x, int y, enum style st, const char *fmt, ...)
    PRINTF_LIKE(6, 7);
int canvas_width(const char *utf8); /* the columns canvas_text would use without clipping */
void canvas_fill(struct canvas *c, struct rect r, uint32_t ch, enum style st);
void canvas_flag(struct canvas *c, struct rect r, uint8_t flags);
/* Plain text dump, one line a row, trailing blanks cut; styles: a second grid of letters, 'a' for
 * STYLE_PLAIN onwards (blank = plain), upper case where a flag is set. */
char *canvas_dump(const struct canvas *c, bool styles); /* free with mem_free */
