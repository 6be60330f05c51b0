/* Typing at the bottom line. See prompt.h. The filter that is typed runs while it is valid: the
 * last valid one stays in force until then. */
#include "tui/prompt.h"

#include <stdio.h>
#include <string.h>

#include "tui/pane.h"

/* Parses what is typed for its colour, and applies it to the pane when it is a filter. */
static void check(struct panel *p)
{
    struct prompt *q = &p->prompt;
    if (q->kind != PROMPT_FILTER)
        return;
    struct pane *pane = &p->panes[p->focus];
    q->error = (struct filter_error){0};
    struct filter *f = filter_parse(q->text, pane->kind, &q->error);
    q->valid = f != NULL;
    if (f && q->len == 0) {
        filter_free(f);
        f = NULL;
    }
    if (q->valid)
        pane_set_filter(pane, f, q->text);
}

void prompt_open(struct panel *p, enum prompt_kind kind, const char *text)
{
    struct prompt *q = &p->prompt;
    *q = (struct prompt){.kind = kind};
    snprintf(q->text, sizeof q->text, "%s", text);
    snprintf(q->before, sizeof q->before, "%s", q->text);
    q->len = q->at = strlen(q->text);
    q->whole = q->len > 0;
    check(p);
}

static void cancel(struct panel *p)
{
    struct prompt *q = &p->prompt;
    snprintf(q->text, sizeof q->text, "%s", q->before);
    q->len = strlen(q->text);
    check(p);
    q->kind = PROMPT_NONE;
}

static void insert(struct prompt *q, uint32_t key)
{
    if (q->len + 1 >= sizeof q->text)
        return;
    memmove(q->text + q->at + 1, q->text + q->at, q->len - q->at + 1);
    q->text[q->at++] = (char)key;
    q->len++;
}

static void erase(struct prompt *q, size_t from, size_t to)
{
    memmove(q->text + from, q->text + to, q->len - to + 1);
    q->len -= to - from;
    q->at = from;
}

static size_t word_start(const struct prompt *q)
{
    size_t i = q->at;
    while (i > 0 && q->text[i - 1] == ' ')
        i--;
    while (i > 0 && q->text[i - 1] != ' ')
        i--;
    return i;
}

static void edit(struct prompt *q, uint32_t key)
{
    if (q->whole && (key == K_BACKSPACE || (key >= 32 && key < 127)))
        erase(q, 0, q->len);
    q->whole = false;
    if (key == K_BACKSPACE && q->at > 0)
        erase(q, q->at - 1, q->at);
    else if (key == K_DELETE && q->at < q->len)
        erase(q, q->at, q->at + 1);
    else if (key == K_CTRL('u'))
        erase(q, 0, q->at);
    else if (key == K_CTRL('w'))
        erase(q, word_start(q), q->at);
    else if (key == K_LEFT && q->at > 0)
        q->at--;
    else if (key == K_RIGHT && q->at < q->len)
        q->at++;
    else if (key == K_HOME || key == K_CTRL('a'))
        q->at = 0;
    else if (key == K_END || key == K_CTRL('e'))
        q->at = q->len;
    else if (key >= 32 && key < 127)
        insert(q, key);
}

static void answer(struct panel *p, uint32_t key)
{
    enum prompt_kind kind = p->prompt.kind;
    p->prompt.kind = PROMPT_NONE;
    if (key != 'y' && key != 'Y')
        return;
    if (kind == PROMPT_QUIT)
        p->ops->quit(p->ops_self);
    else
        p->ops->suspend(p->ops_self);
}

static void go(struct panel *p, const struct panel_model *m)
{
    struct err err = {0};
    struct playhead from = m->transport->at;
    if (p->prompt.len == 0)
        return;
    if (p->ops->go(p->ops_self, p->prompt.text, &err) < 0) {
        panel_say(p, m, true, "%s", err.text);
        return;
    }
    p->undo = from;
    p->undo_live = panel_live(m);
    for (int i = 0; i < PANE_COUNT; i++)
        pane_follow(&p->panes[i]);
}

static void finish(struct panel *p, const struct panel_model *m)
{
    struct prompt *q = &p->prompt;
    if (q->kind == PROMPT_FILTER && !q->valid) {
        panel_say(p, m, true, "%s", q->error.text);
        return; /* stays open: the mistake can be mended */
    }
    if (q->kind == PROMPT_GOTO)
        go(p, m);
    q->kind = PROMPT_NONE;
}

void prompt_key(struct panel *p, const struct panel_model *m, uint32_t key)
{
    struct prompt *q = &p->prompt;
    if (q->kind == PROMPT_QUIT || q->kind == PROMPT_SUSPEND) {
        answer(p, key);
    } else if (key == K_ESC || key == K_CTRL('c')) {
        cancel(p);
    } else if (key == K_ENTER) {
        finish(p, m);
    } else {
        edit(q, key);
        check(p);
    }
}
