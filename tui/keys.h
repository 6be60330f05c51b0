/* Keys: their names, and which action a sequence of them means in a context. Bindings are text,
 * lines `bind CONTEXT KEY ACTION` (data/keys.conf); the footer, the help and the manual are made
 * from what is bound here and from the table of actions. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "base/text.h"

/* A key is a Unicode character, a control code 1..26, or one of these. */
enum key_code {
    K_BASE = 0x110000,
    K_UP,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PGUP,
    K_PGDN,
    K_SHIFT_TAB,
    K_BACKSPACE,
    K_DELETE,
    K_F1,
    K_END_OF_CODES
};
#define K_CTRL(c) ((uint32_t)((c)&0x1f))
#define K_TAB     9u
#define K_ENTER   13u
#define K_ESC     27u
#define K_SPACE   32u

#define KEY_SEQUENCE_MAX 4

enum key_context { KEYS_ALL, KEYS_TAPES, KEYS_DETAIL, KEYS_HELP, KEYS_CONTEXT_COUNT };

struct action;
struct binding {
    uint32_t keys[KEY_SEQUENCE_MAX];
    uint8_t n_keys;
    uint8_t context; /* enum key_context */
    const struct action *action;
};

struct keymap {
    struct binding *bindings; /* in the order of the text */
    size_t n;
};
void keymap_finish(struct keymap *m);
/* Adds the lines of a text; a key bound in an earlier text is replaced, bound twice in one text or
 * hidden behind a shorter one is an error. 0, or -ERR_CONFIG with where:line and the nearest right
 * word; then nothing was added. */
int keymap_add(struct keymap *m, const char *text, const char *where, struct err *err);
int keymap_default(struct keymap *m, struct err *err); /* the built-in data/keys.conf */

enum keymap_match { KEYMAP_NONE, KEYMAP_PREFIX, KEYMAP_FULL };
/* The context's own bindings go before those of `all`. *ret is written on KEYMAP_FULL. */
enum keymap_match keymap_find(const struct keymap *m, enum key_context context,
                              const uint32_t *keys, size_t n, const struct action **ret);
/* The first binding of an action that works in a context, NULL when there is none. */
const struct binding *keymap_of(const struct keymap *m, enum key_context context,
                                const struct action *a);

void key_text(struct text *t, uint32_t key);                /* `j`, `Ctrl-D`, `PgUp` */
void binding_text(struct text *t, const struct binding *b); /* `gg`, `w 1` */
