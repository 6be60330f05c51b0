/* Meanings (enum style) to colours and attributes, read from a theme text (data/theme/). Knows the
 * sixteen colours by name and nothing of the terminal. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "view/column.h"

enum theme_attr {
    THEME_BOLD = 1 << 0,
    THEME_REVERSE = 1 << 1,
    THEME_UNDERLINE = 1 << 2,
    THEME_DIM = 1 << 3
};

struct look {
    int8_t colour; /* 0..15, -1 = the terminal's default */
    uint8_t attrs; /* enum theme_attr */
};
struct theme {
    struct look colour[STYLE_COUNT];
    struct look mono[STYLE_COUNT]; /* colour is -1 everywhere */
};

/* Lines `MEANING COLOUR ATTRIBUTES MONO-ATTRIBUTES`; `where` names the text in errors. Meanings not
 * mentioned are plain. 0, or -ERR_CONFIG with file:line and what was expected. */
int theme_parse(struct theme *ret, const char *text, const char *where, struct err *err);
/* A built-in theme: default, light. -ERR_USAGE with the names when there is none of that name. */
int theme_load(struct theme *ret, const char *name, struct err *err);
