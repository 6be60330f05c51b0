/* What the keys of the tape deck do. See action_deck.h. */
#include "tui/action_deck.h"

#include <stdio.h>

#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/prompt.h"

#define ZOOM_MAX 16

static struct pane *focused(struct panel *p)
{
    return &p->panes[p->focus];
}

static int times(int count)
{
    return count > 0 ? count : 1;
}

/* The panes go with the playhead. */
static void follow_all(struct panel *p)
{
    for (int i = 0; i < PANE_COUNT; i++)
        pane_follow(&p->panes[i]);
}

static struct stream stream_of(const struct pane *p)
{
    return (struct stream){p->kind, pane_filter(p)};
}

typedef void deck_fn(struct panel *p, const struct panel_model *m, int count, int64_t arg);

static void remember(struct panel *p, deck_fn *run, int count, int64_t arg)
{
    p->last.run = run;
    p->last.count = count;
    p->last.arg = arg;
}

void deck_play(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (!panel_live(m)) {
        p->ops->toggle(p->ops_self);
        return;
    }
    bool any = false;
    for (int i = 0; i < PANE_COUNT; i++)
        any |= p->panes[i].held;
    if (any)
        follow_all(p);
    else
        for (int i = 0; i < PANE_COUNT; i++)
            pane_hold(&p->panes[i], m);
}

void deck_live(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    follow_all(p);
    p->ops->live(p->ops_self);
}

void deck_reverse(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    follow_all(p);
    p->ops->move(p->ops_self, MOVE_REVERSE);
}

void deck_step(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    struct err err = {0};
    remember(p, deck_step, count, arg);
    follow_all(p);
    if (p->ops->step(p->ops_self, stream_of(focused(p)), (int)arg * times(count), &err) < 0)
        panel_say(p, m, true, "%s", err.text);
}

void deck_skip(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    (void)m;
    remember(p, deck_skip, count, arg);
    follow_all(p);
    p->ops->skip(p->ops_self, arg * NS_PER_SEC * times(count));
}

void deck_bar(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    (void)m;
    remember(p, deck_bar, count, arg);
    follow_all(p);
    p->ops->bar(p->ops_self, (int)arg * times(count));
}

void deck_speed(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    (void)m;
    p->ops->speed(p->ops_self, (int)arg * times(count));
}

void deck_speed_reset(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    p->ops->speed_reset(p->ops_self);
}

void deck_percent(struct panel *p, const struct panel_model *m, int count)
{
    if (count == 0) {
        panel_say(p, m, false, "type the percent first: 50%%");
        return;
    }
    follow_all(p);
    p->ops->percent(p->ops_self, MIN(count, 100));
}

void deck_goto(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    prompt_open(p, PROMPT_GOTO, "");
}

void deck_start(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    follow_all(p);
    p->ops->home(p->ops_self);
}

void deck_end(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    follow_all(p);
    p->ops->end(p->ops_self);
}

/* Packets of one kind among those the flow pane shows. NULL: none can be. */
static struct filter *kind_filter(const struct panel *p, const char *kind)
{
    const struct pane *flow = &p->panes[PANE_FLOW];
    char text[sizeof flow->filter_text + 64];
    struct filter_error wrong;
    if (pane_filter(flow))
        snprintf(text, sizeof text, "(%s) and kind == %s", flow->filter_text, kind);
    else
        snprintf(text, sizeof text, "kind == %s", kind);
    return filter_parse(text, ROW_PACKET, &wrong);
}

static void jump_to_kind(struct panel *p, struct jump *j, const char *kind)
{
    filter_free(p->jump);
    p->jump = kind_filter(p, kind);
    j->streams[0] = (struct stream){ROW_PACKET, p->jump};
    j->n_streams = p->jump != NULL;
}

static struct jump jump_to(struct panel *p, const struct panel_model *m, enum place_kind to)
{
    struct jump j = {.kind = JUMP_ROWS, .n_streams = 1};
    switch (to) {
    case PLACE_PACKET:
        j.streams[0] = stream_of(&p->panes[PANE_FLOW]);
        break;
    case PLACE_MATCH:
        j.streams[0] = stream_of(&p->panes[p->focus]);
        break;
    case PLACE_GAP:
        j.streams[0] = (struct stream){ROW_GAP, NULL};
        break;
    case PLACE_BLOCK:
        j.streams[0] = (struct stream){ROW_PACKET, p->blocks};
        j.streams[1] = (struct stream){ROW_EQUITY, p->equity_blocks};
        j.n_streams = 2;
        break;
    case PLACE_MARK:
        j.kind = JUMP_MARK;
        j.marks = m->marks;
        j.n_marks = m->n_marks;
        break;
    case PLACE_SESSION:
        j.kind = JUMP_BOUNDARY;
        break;
    case PLACE_HALT:
        j.kind = JUMP_HALT;
        break;
    case PLACE_SWEEP:
        jump_to_kind(p, &j, packet_kind_name(PK_SWEEP));
        break;
    case PLACE_PACKAGE:
        jump_to_kind(p, &j, packet_kind_name(PK_PACKAGE));
        j.streams[j.n_streams++] = (struct stream){ROW_STRUCTURE, p->inferred};
        break;
    case PLACE_RUN:
        jump_to_kind(p, &j, packet_kind_name(PK_REPEAT));
        break;
    }
    return j;
}

void deck_jump(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    static const char *const names[] = {
        [PLACE_PACKET] = "packet",  [PLACE_BLOCK] = "block", [PLACE_MATCH] = "row",
        [PLACE_MARK] = "mark",      [PLACE_GAP] = "gap",     [PLACE_SESSION] = "session boundary",
        [PLACE_HALT] = "halt",      [PLACE_SWEEP] = "sweep", [PLACE_PACKAGE] = "package",
        [PLACE_RUN] = "repeat run",
    };
    enum place_kind to = (enum place_kind)(arg < 0 ? -arg : arg);
    struct jump j = jump_to(p, m, to);
    struct err err = {0};
    remember(p, deck_jump, count, arg);
    j.n = times(count) * (arg < 0 ? -1 : 1);
    int rc = p->ops->jump(p->ops_self, &j, &err);
    if (rc == 0)
        follow_all(p);
    else if (rc == -ERR_NO_ROWS)
        panel_say(p, m, false, "no %s %s here", names[to], arg < 0 ? "before" : "after");
    else
        panel_say(p, m, true, "%s", err.text);
}

void deck_repeat(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    int64_t was = p->last.arg;
    if (!p->last.run) {
        panel_say(p, m, false, "no jump to repeat");
        return;
    }
    p->last.run(p, m, count ? count : p->last.count, was * arg);
    p->last.arg = was; /* R goes against r, not against itself */
}

void deck_retrace(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    follow_all(p);
    for (int i = times(count); i > 0; i--)
        if (!p->ops->move(p->ops_self, (enum deck_move)arg)) {
            panel_say(p, m, false, "no jump to %s", arg == MOVE_REDO ? "redo" : "undo");
            return;
        }
}

void deck_mark(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    prompt_open(p, PROMPT_MARK, "");
}

void deck_mark_go(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    prompt_open(p, PROMPT_MARK_GO, "");
}

void deck_unmark(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (m->n_marks == 0)
        panel_say(p, m, false, "no mark in this session");
    else
        prompt_open(p, PROMPT_UNMARK, "");
}

void deck_peek(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    p->peek_off = !p->peek_off;
    panel_say(p, m, false, p->peek_off ? "peek off: the timeline ends at the playhead" : "peek on");
}

void deck_note(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    struct playhead at = panel_live(m) ? PLAYHEAD_END : m->transport->at;
    const struct tape_mark *of = NULL;
    for (size_t i = 0; i < m->n_marks; i++) {
        const struct tape_mark *mark = &m->marks[i];
        bool here = mark->seq == at.seq && mark->ns == at.ns;
        if (p->marked ? mark->letter == p->marked : here)
            of = mark;
    }
    prompt_open(p, PROMPT_NOTE, of ? of->text : "");
    p->prompt.place = of ? (struct playhead){of->seq, of->ns} : at;
    p->prompt.letter = of ? of->letter : 0;
    p->marked = 0;
}

void deck_loop(struct panel *p, const struct panel_model *m, int count)
{
    static const char *const said[] = {"loop from here: L again where it ends",
                                       "loop: L again ends it", "loop off"};
    (void)count;
    p->ops->move(p->ops_self, MOVE_LOOP);
    panel_say(p, m, false, "%s", said[MIN(m->transport->n_loop, 2)]);
}

/* The cursor's row; where there is no cursor, the playhead. */
static int64_t time_here(const struct panel *p, const struct panel_model *m)
{
    const struct pane *pane = &p->panes[p->focus];
    const struct row *row = pane_cursor(pane);
    const struct column *ts = column_find(pane->kind, "ts", 2);
    struct child child;
    int64_t ns;
    if (pane_child(pane, &child) && child.kind == CHILD_PRINT)
        return child.print->ev.ts_ns;
    if (row && ts && ts->number && ts->number(row, &m->cells, &ns))
        return ns;
    return panel_clock_ns(m);
}

void deck_reference(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    int64_t here = time_here(p, m);
    p->reference_ns = p->reference_ns == here ? 0 : here;
    panel_say(p, m, false,
              p->reference_ns ? "times from this row on; T on it again: off" : "no time reference");
}

void deck_zoom(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    (void)m;
    p->zoom = MAX(0, MIN(p->zoom + (int)arg * times(count), ZOOM_MAX));
}
