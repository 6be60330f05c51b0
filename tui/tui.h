/* The screen of a session: a guest that draws what the session shows and sends commands. */
#pragma once
#include "base/base.h"
#include "base/err.h"

struct session;
struct tui;

enum tui_color { TUI_COLOR_AUTO, TUI_COLOR_NEVER, TUI_COLOR_ALWAYS };

struct tui_options {
    enum tui_color color;
    bool ascii;            /* also where the locale is not UTF-8 */
    bool plain;            /* lines on standard output instead of a screen; also with TERM=dumb */
    const char *theme;     /* NULL = default */
    const char *keys;      /* text of the user's own bindings, NULL = none */
    const char *keys_name; /* its name in errors */
};

/* Before session_run: takes the terminal, registers with the session's loop and its frames. The
 * session must outlive the screen; it handles the signals that stop it. */
int tui_start(struct session *s, const struct tui_options *o, struct tui **ret, struct err *err);
/* After session_run: restores the terminal and runs the loop until the screen's handles are closed.
 * NULL is fine. */
void tui_stop(struct tui *t);
/* Before there is a session: shows lines on the terminal until one is chosen. *ret is its index, or
 * n when the user left. 0, -code, or -(128 + a signal that ended it). */
struct tui_list {
    const char *title, *head; /* above the lines, in their columns */
    const char *const *lines;
    size_t n; /* at least 1 */
};
int tui_pick(const struct tui_list *list, const struct tui_options *o, size_t *ret,
             struct err *err);

/* Keys, actions and their sentences as lines `KEYS<TAB>ACTION<TAB>SENTENCE`, for the manual; free
 * with mem_free. */
char *tui_keys_text(void);
