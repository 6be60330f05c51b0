/* The terminal: the only file that knows curses. A thread of its own shows the newest finished
 * canvas and reads keys; the caller never waits for either. Nobody reading the terminal stops this
 * thread's frames, nothing else. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "tui/canvas.h"
#include "tui/theme.h"

enum term_colour { TERM_COLOUR_AUTO, TERM_COLOUR_NEVER, TERM_COLOUR_ALWAYS };

struct term_options {
    enum term_colour colour; /* AUTO: as the terminal and NO_COLOR say */
    struct theme theme;      /* copied */
    /* Called on the terminal's thread after keys, a new size or a hang-up are there to be fetched;
     * it may only wake the caller. */
    void (*wake)(void *self);
    void *self;
};

struct term;

/* Takes over the controlling terminal. Start signal handling for SIGWINCH and SIGTSTP before, then
 * curses leaves those alone. ERR_USAGE: no terminal, or TERM names none we can use. */
int term_start(const struct term_options *opt, struct term **ret, struct err *err);
/* Restores the terminal, whatever state it is in, in a quarter of a second; NULL is fine. */
void term_stop(struct term *t);

/* Hands over a finished canvas (copied). An older one not shown yet is forgotten. */
void term_show(struct term *t, const struct canvas *c);
void term_size(struct term *t, int *ret_cols, int *ret_rows);
bool term_key(struct term *t, uint32_t *ret_key); /* the oldest key not fetched yet */
bool term_hung_up(struct term *t);                /* the terminal is gone: end the session */

void term_resize(struct term *t);  /* after SIGWINCH: asks for the size again */
void term_redraw(struct term *t);  /* paints everything again */
void term_suspend(struct term *t); /* restores the terminal and stops the process until SIGCONT */

struct term_counts {
    uint64_t frames, bytes; /* shown, written */
    int64_t cpu_ns;         /* CPU time of the thread */
};
struct term_counts term_counts(struct term *t);

/* True when the locale's character set is UTF-8 (calls setlocale for LC_CTYPE). */
bool term_utf8(void);
