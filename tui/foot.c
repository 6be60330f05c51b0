/* The bottom line: what is being typed, a message, or the keys that matter most here; above it, for
 * a moment, what may follow the first key of a sequence. And the help, from the same tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/calendar.h"
#include "tui/action.h"
#include "tui/cell.h"
#include "tui/draw.h"

static enum style prompt_style(const struct prompt *q)
{
    if (q->kind == PROMPT_SEARCH)
        return q->valid ? STYLE_PLAIN : STYLE_SELL;
    return q->kind != PROMPT_FILTER ? STYLE_PLAIN
           : q->valid               ? STYLE_BUY
           : q->error.incomplete    ? STYLE_WARN
                                    : STYLE_SELL;
}

/* After ': the letters that lead somewhere, with time and note, while there is room. */
static void draw_marks(const struct panel_model *m, struct rect r, int x, struct canvas *c)
{
    for (size_t i = 0; i < m->n_marks && x + 12 < r.w; i++) {
        const struct tape_mark *mark = &m->marks[i];
        char clock[32];
        if (!mark->letter)
            continue;
        time_format_ny(clock, sizeof clock, mark->ns, 0);
        x += canvas_print(c, r, x, 0, STYLE_KEY, "%c", mark->letter) + 1;
        x += canvas_print(c, r, x, 0, STYLE_DIM, "%s%s%.20s", clock, mark->text[0] ? " " : "",
                          mark->text) +
             2;
    }
}

static void draw_error(const struct prompt *q, struct rect r, int x, int start, int end,
                       struct canvas *c)
{
    canvas_flag(c, (struct rect){r.x + x + (int)q->error.at - start, r.y, 1, 1}, CELL_UNDERLINE);
    canvas_print(c, r, end + 2, 0, STYLE_DIM, "%s%zu: %s", q->error.incomplete ? "..." : "! ",
                 q->error.at + 1, q->error.text);
}

/* The test that Enter takes, and what else the keys do; the hint goes where there is no room. */
static void draw_cell(const struct panel *p, const struct panel_model *m, struct rect r,
                      struct canvas *c)
{
    char test[256];
    cell_test(p, m, test, sizeof test);
    int x = canvas_print(c, r, 0, 0, STYLE_KEY, " %s ", p->prompt.exclude ? "hide:" : "only:");
    x += canvas_text(c, r, x, 0, STYLE_WARN, test[0] ? test : "no value here");
    const char *hint = p->prompt.exclude ? "h l other value  i only these  Enter  Esc"
                                         : "h l other value  x hide these  Enter  Esc";
    if (x + 2 + canvas_width(hint) < r.w)
        canvas_text(c, r, x + 2, 0, STYLE_DIM, hint);
}

static void draw_prompt(const struct panel *p, const struct panel_model *m, struct rect r,
                        struct canvas *c)
{
    static const struct {
        const char *head, *hint;
        bool one_key;
    } prompts[] = {
        [PROMPT_FILTER] = {"filter:", NULL, false},
        [PROMPT_SEARCH] = {"/", NULL, false},
        [PROMPT_GOTO] = {"go to:", "09:31:15.25  +90s  -5m  50%  open  close  seq 123  packet 456",
                         false},
        [PROMPT_NOTE] = {"note:", NULL, false},
        [PROMPT_MARK] = {"mark this place: a letter or digit", NULL, true},
        [PROMPT_MARK_GO] = {"go to mark: ' back", NULL, true},
        [PROMPT_UNMARK] = {"take out mark: . the one here", NULL, true},
        [PROMPT_QUIT] = {"stop recording and quit? y/n", NULL, true},
        [PROMPT_SUSPEND] = {"suspending stops recording until you return: a gap. Suspend? y/n",
                            NULL, true},
    };
    const struct prompt *q = &p->prompt;
    if (q->kind == PROMPT_CELL) {
        draw_cell(p, m, r, c);
        return;
    }
    bool ask = q->kind == PROMPT_QUIT || q->kind == PROMPT_SUSPEND;
    int x = canvas_print(c, r, 0, 0, ask ? STYLE_WARN : STYLE_KEY, " %s%s", prompts[q->kind].head,
                         q->kind == PROMPT_SEARCH ? "" : " ");
    if (q->kind == PROMPT_MARK_GO || q->kind == PROMPT_UNMARK)
        draw_marks(m, r, x + 1, c);
    if (prompts[q->kind].one_key)
        return;
    int start = MAX(0, (int)q->at - (r.w - x - 2)); /* long texts scroll with the cursor */
    int end = x + canvas_text(c, r, x, 0, prompt_style(q), q->text + start);
    if (q->whole)
        canvas_flag(c, (struct rect){r.x + x, r.y, end - x, 1}, CELL_REVERSE);
    canvas_flag(c, (struct rect){r.x + x + (int)q->at - start, r.y, 1, 1}, CELL_REVERSE);
    if (prompts[q->kind].hint && q->len == 0)
        canvas_text(c, r, x + 2, 0, STYLE_DIM, prompts[q->kind].hint);
    if (q->kind == PROMPT_FILTER && !q->valid)
        draw_error(q, r, x, start, end, c);
}

static const struct action *foot_action(enum key_context context, int place)
{
    for (const struct action *a = actions; a->name; a++)
        if (a->foot == place && a->contexts & 1u << context)
            return a;
    return NULL;
}

static int key_width(const struct panel *p, const struct action *a, char *buf, size_t cap)
{
    const struct binding *b = keymap_of(&p->keys, panel_context(p), a);
    if (!b)
        return 0;
    struct text t = text_on(buf, cap);
    binding_text(&t, b);
    return canvas_width(buf) + 1 + canvas_width(a->label);
}

/* Help and the way out always have their place; the others come while there is room. */
static void draw_keys(const struct panel *p, struct rect r, struct canvas *c)
{
    enum { LAST_PLACE = 14, KEPT_FROM = 13 };
    char key[32];
    int kept = 1, x = 1;
    for (int place = KEPT_FROM; place <= LAST_PLACE; place++) {
        const struct action *a = foot_action(panel_context(p), place);
        kept += a ? key_width(p, a, key, sizeof key) + 2 : 0;
    }
    for (int place = 1; place <= LAST_PLACE; place++) {
        const struct action *a = foot_action(panel_context(p), place);
        int w = a ? key_width(p, a, key, sizeof key) : 0;
        if (w == 0 || (place < KEPT_FROM && x + w + kept > r.w))
            continue;
        int used = canvas_text(c, r, x, 0, STYLE_KEY, key);
        canvas_text(c, r, x + used + 1, 0, STYLE_DIM, a->label);
        x += w + 2;
    }
}

/* What may follow, over as many lines as that takes; draws nothing for c NULL. Returns the lines.
 */
static int draw_following(const struct panel *p, struct rect r, struct canvas *c)
{
    int x = 1, y = 0;
    for (size_t i = 0; i < p->keys.n; i++) {
        const struct binding *b = &p->keys.bindings[i];
        if ((b->context != panel_context(p) && b->context != KEYS_ALL) ||
            b->n_keys <= p->n_pending ||
            memcmp(b->keys, p->pending, p->n_pending * sizeof *b->keys) != 0)
            continue;
        char key[64];
        struct text t = text_on(key, sizeof key);
        binding_text(&t, b);
        int w = canvas_width(key) + 1 + canvas_width(b->action->label);
        if (x > 1 && x + w >= r.w) {
            x = 1;
            y++;
        }
        if (c) {
            canvas_text(c, r, x, y, STYLE_KEY, key);
            canvas_text(c, r, x + canvas_width(key) + 1, y, STYLE_PLAIN, b->action->label);
        }
        x += w + 2;
    }
    return y + 1;
}

static void draw_which(const struct panel *p, struct canvas *c)
{
    struct rect r = {0, 0, p->cols, p->rows};
    int lines = MIN(draw_following(p, r, NULL), p->layout.foot.y);
    r.y = p->layout.foot.y - lines;
    r.h = lines;
    canvas_fill(c, r, ' ', STYLE_PLAIN);
    draw_following(p, r, c);
}

static void draw_typed(const struct panel *p, struct rect r, struct canvas *c)
{
    char buf[64] = "";
    struct text t = text_on(buf, sizeof buf);
    if (p->count)
        text_add(&t, "%d", p->count);
    for (size_t i = 0; i < p->n_pending; i++)
        key_text(&t, p->pending[i]);
    if (t.len)
        canvas_print(c, r, r.w - (int)t.len - 2, 0, STYLE_KEY, " %s ", buf);
}

void foot_draw(const struct panel *p, const struct panel_model *m, struct canvas *c)
{
    struct rect r = p->layout.foot;
    if (p->prompt.kind)
        draw_prompt(p, m, r, c);
    else if (p->message[0])
        canvas_print(c, r, 0, 0, p->message_bad ? STYLE_ALERT : STYLE_STRONG, " %s ", p->message);
    else if (m->session->store_error)
        canvas_print(c, r, 0, 0, STYLE_ALERT, " %s ", m->session->store_error_text);
    else
        draw_keys(p, (struct rect){r.x, r.y, r.w - (p->count || p->n_pending ? 8 : 0), r.h}, c);
    if (!p->prompt.kind)
        draw_typed(p, r, c);
    if (p->which_key)
        draw_which(p, c);
}

int help_lines(const struct panel *p)
{
    (void)p;
    int n = 0;
    for (const struct action *a = actions; a->name; a++)
        n++;
    return n;
}

/* The same key means the same in another context: one word is enough. */
static bool said_before(const struct panel *p, size_t at)
{
    const struct binding *b = &p->keys.bindings[at];
    for (size_t i = 0; i < at; i++) {
        const struct binding *o = &p->keys.bindings[i];
        if (o->action == b->action && o->n_keys == b->n_keys &&
            memcmp(o->keys, b->keys, b->n_keys * sizeof *b->keys) == 0)
            return true;
    }
    return false;
}

static void keys_of(const struct panel *p, const struct action *a, char *buf, size_t cap)
{
    struct text t = text_on(buf, cap);
    for (size_t i = 0; i < p->keys.n; i++) {
        if (p->keys.bindings[i].action != a || said_before(p, i))
            continue;
        if (t.len)
            text_add(&t, " ");
        binding_text(&t, &p->keys.bindings[i]);
    }
}

void help_draw(const struct panel *p, struct rect r, struct canvas *c)
{
    canvas_fill(c, r, ' ', STYLE_PLAIN);
    canvas_fill(c, (struct rect){r.x, r.y, r.w, 1}, 0x2500, STYLE_AXIS);
    canvas_text(c, r, 0, 0, STYLE_FOCUS, "\u25baHelp ");
    bool here_only = p->help_from == VIEW_DETAIL;
    int y = 1;
    int top = MAX(0, MIN(p->help_scroll, help_lines(p) - (r.h - 1)));
    int i = 0;
    for (const struct action *a = actions; a->name && y < r.h; a++, i++) {
        if (i < top)
            continue;
        char keys[64];
        keys_of(p, a, keys, sizeof keys);
        bool here = a->contexts & 1u << (here_only ? KEYS_DETAIL : KEYS_TAPES);
        canvas_text(c, (struct rect){r.x, r.y, 18, r.h}, 2, y, here ? STYLE_KEY : STYLE_DIM, keys);
        canvas_text(c, r, 18, y, here ? STYLE_PLAIN : STYLE_DIM, a->sentence);
        y++;
    }
    if (top + r.h - 1 < help_lines(p))
        canvas_text(c, r, r.w - 6, 0, STYLE_DIM, " more ");
}
