/* Themes. See theme.h. */
#include "tui/theme.h"

#include <stdio.h>
#include <string.h>

#include "tui/theme_default.h"
#include "tui/theme_light.h"

static const char *const styles[STYLE_COUNT] = {
    [STYLE_PLAIN] = "plain",       [STYLE_DIM] = "dim",         [STYLE_STRONG] = "strong",
    [STYLE_TITLE] = "title",       [STYLE_FOCUS] = "focus",     [STYLE_CURSOR] = "cursor",
    [STYLE_BUY] = "buy",           [STYLE_SELL] = "sell",       [STYLE_NEUTRAL] = "neutral",
    [STYLE_DARK] = "dark",         [STYLE_STRUCK] = "struck",   [STYLE_SWEEP] = "sweep",
    [STYLE_BLOCK] = "block",       [STYLE_WARN] = "warn",       [STYLE_ALERT] = "alert",
    [STYLE_LIVE] = "live",         [STYLE_HOLD] = "hold",       [STYLE_REPLAY] = "replay",
    [STYLE_PLAYHEAD] = "playhead", [STYLE_AXIS] = "axis",       [STYLE_BAR] = "bar",
    [STYLE_KEY] = "key",           [STYLE_PACKAGE] = "package", [STYLE_REPEAT] = "repeat",
    [STYLE_OPENING] = "opening",   [STYLE_RARE] = "rare",
};
static const char *const colours[16] = {
    "black",        "red",           "green",       "yellow",         "blue",
    "magenta",      "cyan",          "white",       "bright_black",   "bright_red",
    "bright_green", "bright_yellow", "bright_blue", "bright_magenta", "bright_cyan",
    "bright_white",
};
static const char *const attributes[] = {"bold", "reverse", "underline", "dim"};

static const struct {
    const char *name, *text;
} themes[] = {{"default", theme_default}, {"light", theme_light}};

static int index_of(const char *const *names, size_t n, const char *s, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(names[i]) == len && memcmp(names[i], s, len) == 0)
            return (int)i;
    return -1;
}

static bool parse_colour(const char *s, int8_t *ret)
{
    int i = strcmp(s, "-") == 0 ? -1 : index_of(colours, ARRAY_LEN(colours), s, strlen(s));
    if (i < 0 && strcmp(s, "-") != 0)
        return false;
    *ret = (int8_t)i;
    return true;
}

static bool parse_attrs(const char *s, uint8_t *ret)
{
    uint8_t bits = 0;
    for (const char *at = s; strcmp(s, "-") != 0 && *at;) {
        size_t n = strcspn(at, "+");
        int i = index_of(attributes, ARRAY_LEN(attributes), at, n);
        if (i < 0)
            return false;
        bits |= (uint8_t)(1u << i);
        at += n + (at[n] == '+');
    }
    *ret = bits;
    return true;
}

static int parse_line(struct theme *t, const char *line, const char *where, int number,
                      struct err *err)
{
    char name[32], colour[32], attrs[64], mono[64], rest[2];
    int n = sscanf(line, "%31s %31s %63s %63s %1s", name, colour, attrs, mono, rest);
    if (n <= 0 || name[0] == '#')
        return 0;
    if (n != 4)
        return err_set(err, ERR_CONFIG, "%s:%d: expected MEANING COLOUR ATTRIBUTES MONO", where,
                       number);
    int st = index_of(styles, STYLE_COUNT, name, strlen(name));
    if (st < 0)
        return err_set(err, ERR_CONFIG, "%s:%d: no meaning '%s'", where, number, name);
    if (!parse_colour(colour, &t->colour[st].colour))
        return err_set(err, ERR_CONFIG, "%s:%d: no colour '%s'", where, number, colour);
    if (!parse_attrs(attrs, &t->colour[st].attrs) || !parse_attrs(mono, &t->mono[st].attrs))
        return err_set(err, ERR_CONFIG, "%s:%d: attributes are bold reverse underline dim", where,
                       number);
    return 0;
}

int theme_parse(struct theme *ret, const char *text, const char *where, struct err *err)
{
    struct theme t = {0};
    for (int i = 0; i < STYLE_COUNT; i++)
        t.colour[i].colour = t.mono[i].colour = -1;
    int number = 1;
    for (const char *at = text; *at; number++) {
        char line[256];
        size_t n = strcspn(at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)MIN(n, sizeof line - 1), at);
        int rc = parse_line(&t, line, where, number, err);
        if (rc < 0)
            return rc;
        at += n + (at[n] == '\n');
    }
    *ret = t;
    return 0;
}

int theme_load(struct theme *ret, const char *name, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(themes); i++)
        if (strcmp(themes[i].name, name) == 0)
            return theme_parse(ret, themes[i].text, name, err);
    return err_set(err, ERR_USAGE, "no theme '%s': there are default and light", name);
}
