/* Keys and bindings. See keys.h. */
#include "tui/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "tui/action.h"
#include "tui/keys_default.h"

static const char *const contexts[KEYS_CONTEXT_COUNT] = {
    [KEYS_ALL] = "all",
    [KEYS_TAPES] = "tapes",
    [KEYS_DETAIL] = "detail",
    [KEYS_HELP] = "help",
};

/* name: as written in <...> and shown. */
static const struct {
    uint32_t key;
    const char *name, *shown;
} names[] = {
    {K_UP, "Up", "Up"},
    {K_DOWN, "Down", "Down"},
    {K_LEFT, "Left", "Left"},
    {K_RIGHT, "Right", "Right"},
    {K_HOME, "Home", "Home"},
    {K_END, "End", "End"},
    {K_PGUP, "PgUp", "PgUp"},
    {K_PGDN, "PgDn", "PgDn"},
    {K_SHIFT_TAB, "S-Tab", "Shift-Tab"},
    {K_BACKSPACE, "Backspace", "Backspace"},
    {K_DELETE, "Delete", "Delete"},
    {K_F1, "F1", "F1"},
    {K_TAB, "Tab", "Tab"},
    {K_ENTER, "Enter", "Enter"},
    {K_ESC, "Esc", "Esc"},
    {K_SPACE, "Space", "Space"},
    {'<', "lt", "<"},
};

void keymap_finish(struct keymap *m)
{
    mem_free(m->bindings);
    *m = (struct keymap){0};
}

void key_text(struct text *t, uint32_t key)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].key == key) {
            text_add(t, "%s", names[i].shown);
            return;
        }
    if (key < 32)
        text_add(t, "Ctrl-%c", (int)(key + 64));
    else
        text_add(t, "%c", key < 127 ? (int)key : '?');
}

void binding_text(struct text *t, const struct binding *b)
{
    for (size_t i = 0; i < b->n_keys; i++)
        key_text(t, b->keys[i]);
}

/* One key of a notation: a character, <Name> or <C-x>. Returns the bytes used, 0 if unknown. */
static size_t parse_key(const char *s, uint32_t *ret)
{
    const char *close = strchr(s, '>');
    if (s[0] != '<' || !close || close == s + 1) {
        *ret = (unsigned char)s[0];
        return s[0] > 32 && s[0] < 127;
    }
    size_t n = (size_t)(close - s) - 1;
    if (n == 3 && s[1] == 'C' && s[2] == '-' && s[3] >= 'a' && s[3] <= 'z') {
        *ret = K_CTRL(s[3]);
        return n + 2;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strlen(names[i].name) == n && memcmp(names[i].name, s + 1, n) == 0) {
            *ret = names[i].key;
            return n + 2;
        }
    return 0;
}

static bool parse_keys(const char *s, struct binding *b)
{
    while (*s) {
        size_t used = b->n_keys < KEY_SEQUENCE_MAX ? parse_key(s, &b->keys[b->n_keys]) : 0;
        if (!used)
            return false;
        b->n_keys++;
        s += used;
    }
    return b->n_keys > 0;
}

static int parse_context(const char *s)
{
    for (int i = 0; i < KEYS_CONTEXT_COUNT; i++)
        if (strcmp(contexts[i], s) == 0)
            return i;
    return -1;
}

static bool same_start(const struct binding *a, const struct binding *b)
{
    size_t n = MIN(a->n_keys, b->n_keys);
    return a->context == b->context && memcmp(a->keys, b->keys, n * sizeof *a->keys) == 0;
}

/* Replaces what an earlier text bound to the key; `own` is where this text's bindings begin. */
static int place(struct keymap *m, size_t own, const struct binding *b, const char *where, int line,
                 struct err *err)
{
    for (size_t i = 0; i < m->n; i++) {
        if (!same_start(&m->bindings[i], b))
            continue;
        if (i >= own || m->bindings[i].n_keys != b->n_keys) {
            char buf[64];
            struct text t = text_on(buf, sizeof buf);
            binding_text(&t, &m->bindings[i]);
            return err_set(err, ERR_CONFIG, "%s:%d: the key is taken: '%s' already means %s", where,
                           line, buf, m->bindings[i].action->name);
        }
        m->bindings[i].action = b->action;
        return 0;
    }
    m->bindings = mem_grow(m->bindings, m->n + 1, sizeof *m->bindings);
    m->bindings[m->n++] = *b;
    return 0;
}

static int parse_line(struct keymap *m, size_t own, const char *line, const char *where, int number,
                      struct err *err)
{
    char word[16], context[16], key[32], name[32], rest[2];
    int n = sscanf(line, "%15s %15s %31s %31s %1s", word, context, key, name, rest);
    if (n <= 0 || word[0] == '#')
        return 0;
    if (n != 4 || strcmp(word, "bind") != 0)
        return err_set(err, ERR_CONFIG, "%s:%d: expected `bind CONTEXT KEY ACTION`", where, number);
    struct binding b = {.action = action_find(name)};
    int c = parse_context(context);
    if (c < 0)
        return err_set(err, ERR_CONFIG, "%s:%d: no context '%s': all tapes detail help", where,
                       number, context);
    b.context = (uint8_t)c;
    if (!parse_keys(key, &b))
        return err_set(err, ERR_CONFIG, "%s:%d: no key '%s'", where, number, key);
    if (!b.action)
        return err_set(err, ERR_CONFIG, "%s:%d: no action '%s': did you mean %s?", where, number,
                       name, action_nearest(name));
    return place(m, own, &b, where, number, err);
}

static void keymap_copy(struct keymap *dst, const struct keymap *src)
{
    *dst = (struct keymap){.n = src->n};
    if (src->n) {
        dst->bindings = mem_grow(NULL, src->n, sizeof *dst->bindings);
        memcpy(dst->bindings, src->bindings, src->n * sizeof *dst->bindings);
    }
}

int keymap_add(struct keymap *m, const char *text, const char *where, struct err *err)
{
    struct keymap next;
    keymap_copy(&next, m);
    int number = 1;
    for (const char *at = text; *at; number++) {
        char line[256];
        size_t n = strcspn(at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)MIN(n, sizeof line - 1), at);
        int rc = parse_line(&next, m->n, line, where, number, err);
        if (rc < 0) {
            keymap_finish(&next);
            return rc;
        }
        at += n + (at[n] == '\n');
    }
    keymap_finish(m);
    *m = next;
    return 0;
}

int keymap_default(struct keymap *m, struct err *err)
{
    return keymap_add(m, keys_default, "keys.conf", err);
}

static enum keymap_match find_in(const struct keymap *m, enum key_context context,
                                 const uint32_t *keys, size_t n, const struct action **ret)
{
    enum keymap_match best = KEYMAP_NONE;
    for (size_t i = 0; i < m->n; i++) {
        const struct binding *b = &m->bindings[i];
        if (b->context != context || b->n_keys < n || memcmp(b->keys, keys, n * sizeof *keys) != 0)
            continue;
        if (b->n_keys == n) {
            *ret = b->action;
            return KEYMAP_FULL;
        }
        best = KEYMAP_PREFIX;
    }
    return best;
}

enum keymap_match keymap_find(const struct keymap *m, enum key_context context,
                              const uint32_t *keys, size_t n, const struct action **ret)
{
    enum keymap_match own = find_in(m, context, keys, n, ret);
    return own != KEYMAP_NONE ? own : find_in(m, KEYS_ALL, keys, n, ret);
}

const struct binding *keymap_of(const struct keymap *m, enum key_context context,
                                const struct action *a)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct binding *b = &m->bindings[i];
        if (b->action == a && (b->context == context || b->context == KEYS_ALL))
            return b;
    }
    return NULL;
}
