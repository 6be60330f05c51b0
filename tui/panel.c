/* The panel: state, keys, and the composition of its parts. See panel.h. */
#include "tui/panel.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/action.h"
#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/prompt.h"

#define MESSAGE_NS (6 * NS_PER_SEC)
#define COUNT_MAX  99999

static const struct {
    enum row_kind kind;
    const char *name;
    const char *filter; /* set at the start like any other; NULL = none */
} kinds[PANE_COUNT] = {
    [PANE_OPTIONS] = {ROW_OPTION, "Options", NULL},
    [PANE_EQUITIES] = {ROW_EQUITY, "Equities", NULL},
    [PANE_FLOW] = {ROW_PACKET, "Flow", "kind != single"},
};

const char *pane_name(enum pane_id id)
{
    return kinds[id].name;
}

void panel_init(struct panel *p, const struct panel_ops *ops, void *ops_self)
{
    *p = (struct panel){.ops = ops, .ops_self = ops_self, .focus = PANE_FLOW};
    struct filter_error wrong;
    p->present = (1u << PANE_COUNT) - 1;
    p->blocks = filter_parse("kind == block", ROW_PACKET, &wrong);
    p->equity_blocks = filter_parse("block == true", ROW_EQUITY, &wrong);
    p->inferred = filter_parse("grade == inferred", ROW_STRUCTURE, &wrong);
    for (int i = 0; i < PANE_COUNT; i++) {
        pane_init(&p->panes[i], kinds[i].kind);
        p->panes[i].folds.ops = ops;
        p->panes[i].folds.ops_self = ops_self;
        struct filter *f = kinds[i].filter ? filter_parse(kinds[i].filter, kinds[i].kind, &wrong)
                                           : NULL;
        if (f)
            pane_set_filter(&p->panes[i], f, kinds[i].filter);
    }
}

void panel_finish(struct panel *p)
{
    for (int i = 0; i < PANE_COUNT; i++)
        pane_finish(&p->panes[i]);
    filter_free(p->blocks);
    filter_free(p->equity_blocks);
    filter_free(p->inferred);
    filter_free(p->jump);
    detail_finish(&p->detail);
    keymap_finish(&p->keys);
}

void panel_new_tape(struct panel *p, const struct panel_model *m)
{
    for (int i = 0; i < PANE_COUNT; i++) {
        pane_follow(&p->panes[i]);
        p->panes[i].cursor = 0;
        p->panes[i].tally = p->panes[i].hits = (struct tally){0};
    }
    if (p->view == VIEW_DETAIL)
        p->view = VIEW_TAPES;
    p->looked = false;
    p->last.run = NULL;
    p->reference_ns = 0;
    panel_layout(p);
    panel_say(p, m, false, "a new trading day: recording to %s", m->session->path);
}

bool panel_live(const struct panel_model *m)
{
    return m->transport->state == TRANSPORT_LIVE;
}

struct playhead panel_at(const struct panel_model *m)
{
    return panel_live(m) ? PLAYHEAD_END : m->transport->at;
}

enum key_context panel_context(const struct panel *p)
{
    static const enum key_context contexts[] = {
        [VIEW_TAPES] = KEYS_TAPES,
        [VIEW_DETAIL] = KEYS_DETAIL,
        [VIEW_HELP] = KEYS_HELP,
        [VIEW_HEALTH] = KEYS_HELP,
    };
    return contexts[p->view];
}

void panel_layout(struct panel *p)
{
    struct layout_wish w = {
        .focus = p->focus,
        .tape = p->tape,
        .maximised = p->maximised,
        .beside = p->cols > 0 && p->view == VIEW_DETAIL ? detail_beside(p) : 0,
        .shown = p->present | 1u << p->focus,
    };
    if (p->cols > 0)
        p->layout = layout_make(p->cols, p->rows, &w);
}

void panel_resize(struct panel *p, int cols, int rows)
{
    p->cols = MAX(cols, 1);
    p->rows = MAX(rows, 1);
    panel_layout(p);
}

static void age(struct panel *p, const struct panel_model *m)
{
    if (p->fresh_ns == 0 || m->session->events != p->fresh_events) {
        p->fresh_events = m->session->events;
        p->fresh_ns = m->mono_ns;
    }
    const char *note = m->transport->note;
    if (strcmp(note, p->note) != 0) {
        snprintf(p->note, sizeof p->note, "%s", note);
        if (note[0])
            panel_say(p, m, false, "%s", note);
    }
    if (p->message_ns && m->mono_ns >= p->message_ns) {
        p->message[0] = '\0';
        p->message_ns = 0;
    }
}

/* A recording without a row of a pane's kind leaves its room to the others; while rows may still
 * come every pane keeps its place. */
static void find_present(struct panel *p, const struct panel_model *m)
{
    unsigned present = 0;
    if (p->looked || m->transport->live_session)
        return;
    p->looked = true;
    for (int i = 0; i < PANE_COUNT; i++) {
        struct row row;
        bool more;
        int n = m->rows.page(m->rows.self, kinds[i].kind, PLAYHEAD_END, UINT64_MAX, NULL, 0, &row,
                             1, &more, NULL);
        present |= n > 0 ? 1u << i : 0;
    }
    if (!present)
        return;
    p->present = present;
    while (!(present >> p->focus & 1))
        p->focus = (enum pane_id)((p->focus + 1) % PANE_COUNT);
    while (!(present >> p->tape & 1) && present != 1u << PANE_FLOW)
        p->tape = p->tape == PANE_OPTIONS ? PANE_EQUITIES : PANE_OPTIONS;
    panel_layout(p);
}

void panel_update(struct panel *p, const struct panel_model *m)
{
    age(p, m);
    find_present(p, m);
    for (int i = 0; i < PANE_COUNT; i++) {
        bool mini = p->layout.form <= LAYOUT_MINI && i == (int)p->tape;
        int height = mini ? 1 : p->layout.panes[i].h - 2;
        if (height > 0)
            pane_update(&p->panes[i], m, height);
    }
    if (p->view == VIEW_DETAIL)
        detail_rewrap(&p->detail, p, m);
}

static void draw_panes(const struct panel *p, const struct panel_model *m, struct canvas *c)
{
    for (int i = 0; i < PANE_COUNT; i++)
        if (p->layout.panes[i].h > 0)
            pane_draw(&p->panes[i], p, m, (enum pane_id)i, p->layout.panes[i], c);
    for (size_t i = 0; i < ARRAY_LEN(p->layout.rules); i++)
        canvas_fill(c, p->layout.rules[i], 0x2502, STYLE_AXIS);
}

void panel_draw(const struct panel *p, const struct panel_model *m, struct canvas *c)
{
    canvas_clear(c);
    if (p->layout.form <= LAYOUT_MINI) {
        mini_draw(p, m, c);
        return;
    }
    head_draw(p, m, c);
    if (p->view != VIEW_HELP && p->view != VIEW_HEALTH)
        draw_panes(p, m, c);
    if (p->view == VIEW_DETAIL)
        detail_draw(&p->detail, p, detail_rect(p), c);
    if (p->view == VIEW_HELP)
        help_draw(p, p->layout.body, c);
    if (p->view == VIEW_HEALTH)
        health_draw(p, m, p->layout.body, c);
    timeline_draw(p, m, c);
    foot_draw(p, m, c);
}

void panel_say(struct panel *p, const struct panel_model *m, bool bad, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(p->message, sizeof p->message, fmt, ap);
    va_end(ap);
    p->message_bad = bad;
    p->message_ns = m->mono_ns + MESSAGE_NS;
}

static void forget(struct panel *p)
{
    p->n_pending = 0;
    p->count = 0;
    p->which_key = false;
}

/* Digits before a key are a count; a 0 alone is not. */
static bool take_digit(struct panel *p, uint32_t key)
{
    if (p->n_pending || key < '0' || key > '9' || (key == '0' && p->count == 0))
        return false;
    p->count = MIN(p->count * 10 + (int)(key - '0'), COUNT_MAX);
    return true;
}

void panel_key(struct panel *p, const struct panel_model *m, uint32_t key)
{
    p->message[0] = '\0';
    if (p->prompt.kind) {
        prompt_key(p, m, key);
        return;
    }
    if (take_digit(p, key))
        return;
    if (key == K_ESC && (p->n_pending || p->count)) {
        forget(p);
        return;
    }
    const struct action *a = NULL;
    p->pending[p->n_pending++] = key;
    enum keymap_match match = keymap_find(&p->keys, panel_context(p), p->pending, p->n_pending, &a);
    if (match == KEYMAP_PREFIX && p->n_pending < KEY_SEQUENCE_MAX)
        return;
    int count = p->count;
    forget(p);
    if (a && strcmp(a->name, "note") != 0)
        p->marked = 0;
    if (match == KEYMAP_FULL && a->contexts & 1u << panel_context(p))
        action_run(a, p, m, count);
    panel_layout(p);
}

void panel_keys(struct panel *p, const struct panel_model *m, uint32_t key, int times)
{
    const struct action *a = NULL;
    enum keymap_match match = keymap_find(&p->keys, panel_context(p), &key, 1, &a);
    bool counts = match == KEYMAP_FULL && a->counts && a->contexts & 1u << panel_context(p);
    if (times > 1 && counts && !p->prompt.kind && !p->n_pending) {
        p->count = MIN(MAX(p->count, 1) + times - 1, COUNT_MAX);
        times = 1;
    }
    for (int i = 0; i < times; i++)
        panel_key(p, m, key);
}

bool panel_counting(const struct panel *p)
{
    for (int i = 0; i < PANE_COUNT; i++) {
        const struct pane *pane = &p->panes[i];
        if (p->layout.panes[i].h > 0 &&
            ((pane_filter(pane) && pane->tally.behind) || (pane->search[0] && pane->hits.behind)))
            return true;
    }
    return false;
}

/* The end of a running recording moves: the window grows in steps, or every column would move with
 * every frame. */
static int64_t window_end(const struct session_span *s, bool live)
{
    int64_t length = s->last_ns - s->first_ns, step = 1;
    if (!live)
        return s->last_ns;
    while (step < length / 64)
        step *= 2;
    return s->first_ns + (length + step - 1) / step * step;
}

struct span_ns panel_window(struct panel *p, const struct session_span *span,
                            const struct transport_view *t)
{
    struct session_span tape = *span;
    tape.last_ns = tape_pos(t->parts, t->n_parts, span->last_ns);
    struct span_ns all = {span->first_ns, window_end(&tape, t->live_session)}, *w = &p->window;
    int64_t whole = all.to - all.from, length = MAX(whole >> p->zoom, MIN(whole, NS_PER_SEC));
    int64_t at = t->state == TRANSPORT_LIVE ? span->last_ns : t->at.ns, edge = length / 10;
    at = tape_pos(t->parts, t->n_parts, at);
    bool inside = at >= w->from + edge && at <= w->to - edge;
    if (length == whole) {
        *w = all;
    } else if (w->to - w->from != length || !inside) {
        w->from = MAX(all.from, MIN(at - length / 2, all.to - length));
        w->to = w->from + length;
    }
    return *w;
}

bool panel_which_key(struct panel *p)
{
    if (!p->n_pending || p->which_key)
        return false;
    p->which_key = true;
    return true;
}
