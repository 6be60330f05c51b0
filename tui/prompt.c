/* Typing at the bottom line. See prompt.h. The filter that is typed runs while it is valid: the
 * last valid one stays in force until then. */
#include "tui/prompt.h"

#include <stdio.h>
#include <string.h>

#include "tui/cell.h"
#include "tui/pane.h"
#include "tui/search.h"

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
    q->valid = true;
    q->off = p->panes[p->focus].filter_off;
    if (kind == PROMPT_SEARCH)
        q->from = pane_place(&p->panes[p->focus]);
    check(p);
}

static void cancel(struct panel *p)
{
    struct prompt *q = &p->prompt;
    if (q->kind == PROMPT_SEARCH) {
        pane_go(&p->panes[p->focus], &q->from);
        p->panes[p->focus].search[0] = '\0';
    }
    snprintf(q->text, sizeof q->text, "%s", q->before);
    q->len = strlen(q->text);
    check(p);
    q->kind = PROMPT_NONE;
}

/* Each character looks again from where the cursor was when the search was opened. */
static void look(struct panel *p, const struct panel_model *m)
{
    struct prompt *q = &p->prompt;
    struct pane *pane = &p->panes[p->focus];
    pane_go(pane, &q->from);
    search_set(pane, q->text);
    q->valid = q->len == 0 || search_first(pane, m, p->layout.panes[p->focus].h - 2);
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

static void follow_all(struct panel *p)
{
    for (int i = 0; i < PANE_COUNT; i++)
        pane_follow(&p->panes[i]);
}

static void go(struct panel *p, const struct panel_model *m)
{
    struct err err = {0};
    if (p->prompt.len == 0)
        return;
    if (p->ops->go(p->ops_self, p->prompt.text, &err) < 0)
        panel_say(p, m, true, "%s", err.text);
    else
        follow_all(p);
}

static void mark(struct panel *p, const struct panel_model *m, char letter)
{
    struct err err = {0};
    if (p->ops->mark(p->ops_self, PLAYHEAD_END, letter, NULL, &err) < 0) {
        panel_say(p, m, true, "%s", err.text);
        return;
    }
    panel_say(p, m, false, "mark %c set here: '%c goes to it, M writes a note", letter, letter);
    p->marked = letter;
}

/* The tape may have gone on since the note was begun: it belongs where that was. */
static void note(struct panel *p, const struct panel_model *m)
{
    const struct prompt *q = &p->prompt;
    struct err err = {0};
    if (p->ops->mark(p->ops_self, q->place, q->letter, q->text, &err) < 0)
        panel_say(p, m, true, "%s", err.text);
    else
        panel_say(p, m, false, "noted");
}

static void mark_go(struct panel *p, const struct panel_model *m, char letter)
{
    if (letter == '\'') {
        follow_all(p);
        if (!p->ops->move(p->ops_self, MOVE_SWAP))
            panel_say(p, m, false, "no jump to go back from");
        return;
    }
    for (size_t i = 0; i < m->n_marks; i++)
        if (m->marks[i].letter == letter) {
            follow_all(p);
            p->ops->place(p->ops_self, (struct playhead){m->marks[i].seq, m->marks[i].ns});
            return;
        }
    panel_say(p, m, false, "no mark %c in this session", letter);
}

/* A letter, or the place where the playhead stands. */
static void unmark(struct panel *p, const struct panel_model *m, char letter)
{
    struct playhead at = m->transport->at;
    struct err err = {0};
    for (size_t i = 0; i < m->n_marks; i++) {
        const struct tape_mark mark = m->marks[i];
        bool here = mark.seq == at.seq && mark.ns == at.ns;
        if (letter == '.' ? !here : mark.letter != letter)
            continue;
        if (p->ops->unmark(p->ops_self, (struct playhead){mark.seq, mark.ns}, mark.letter, &err) <
            0) {
            panel_say(p, m, true, "%s", err.text);
            return;
        }
        undo_mark(p, &mark);
        panel_say(p, m, false, "the mark is taken out: u brings it back");
        return;
    }
    panel_say(p, m, false, letter == '.' ? "no mark here" : "no mark %c in this session", letter);
}

/* One character after m, ' or D. */
static void letter(struct panel *p, const struct panel_model *m, uint32_t key)
{
    enum prompt_kind kind = p->prompt.kind;
    bool set = kind == PROMPT_MARK, out = kind == PROMPT_UNMARK;
    bool known = (key >= 'a' && key <= 'z') || (key >= 'A' && key <= 'Z') ||
                 (key >= '0' && key <= '9') || (kind == PROMPT_MARK_GO && key == '\'') ||
                 (out && key == '.');
    p->prompt.kind = PROMPT_NONE;
    if (key == K_ESC || key == K_CTRL('c'))
        return;
    if (!known)
        panel_say(p, m, true, "a mark is a letter or a digit");
    else if (set)
        mark(p, m, (char)key);
    else if (out)
        unmark(p, m, (char)key);
    else
        mark_go(p, m, (char)key);
}

static void finish(struct panel *p, const struct panel_model *m)
{
    struct prompt *q = &p->prompt;
    if (q->kind == PROMPT_FILTER && !q->valid) {
        panel_say(p, m, true, "%s", q->error.text);
        return; /* stays open: the mistake can be mended */
    }
    if (q->kind == PROMPT_FILTER && (q->off || strcmp(q->text, q->before) != 0))
        undo_filter(p, (int)p->focus, q->before, q->off);
    if (q->kind == PROMPT_GOTO)
        go(p, m);
    if (q->kind == PROMPT_NOTE)
        note(p, m);
    if (q->kind == PROMPT_SEARCH && !q->valid)
        panel_say(p, m, false, "'%s' is in none of the rows looked at: n looks on", q->text);
    q->kind = PROMPT_NONE;
}

void prompt_key(struct panel *p, const struct panel_model *m, uint32_t key)
{
    struct prompt *q = &p->prompt;
    if (q->kind == PROMPT_QUIT || q->kind == PROMPT_SUSPEND) {
        answer(p, key);
    } else if (q->kind == PROMPT_CELL) {
        cell_key(p, m, key);
    } else if (q->kind == PROMPT_MARK || q->kind == PROMPT_MARK_GO || q->kind == PROMPT_UNMARK) {
        letter(p, m, key);
    } else if (key == K_ESC || key == K_CTRL('c')) {
        cancel(p);
    } else if (key == K_ENTER) {
        finish(p, m);
    } else {
        edit(q, key);
        check(p);
        if (q->kind == PROMPT_SEARCH)
            look(p, m);
    }
}
