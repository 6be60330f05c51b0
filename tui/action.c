/* The table of actions and what each does. See action.h. */
#include "tui/action.h"

#include <stdlib.h>
#include <string.h>

#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/prompt.h"

static struct pane *focused(struct panel *p)
{
    return &p->panes[p->focus];
}

static int rows_shown(const struct panel *p)
{
    return MAX(p->layout.panes[p->focus].h - 2, 0);
}

/* Moving means rows of the pane, or lines where there is text. */
static void move(struct panel *p, const struct panel_model *m, int by)
{
    if (p->view == VIEW_DETAIL)
        p->detail.scroll = MAX(0, MIN(p->detail.scroll + by, (int)p->detail.n - 1));
    else if (p->view == VIEW_HELP)
        p->help_scroll = MAX(0, MIN(p->help_scroll + by, help_lines(p) - 1));
    else if (p->view == VIEW_HEALTH)
        p->health_scroll = MAX(0, MIN(p->health_scroll + by, health_lines(m) - 1));
    else
        pane_move(focused(p), m, by, rows_shown(p));
}

static int page(const struct panel *p)
{
    return p->view == VIEW_TAPES ? MAX(rows_shown(p), 1) : MAX(p->layout.body.h - 2, 1);
}

static int times(int count)
{
    return count > 0 ? count : 1;
}

static void run_down(struct panel *p, const struct panel_model *m, int count)
{
    move(p, m, times(count));
}

static void run_up(struct panel *p, const struct panel_model *m, int count)
{
    move(p, m, -times(count));
}

static void run_half_down(struct panel *p, const struct panel_model *m, int count)
{
    move(p, m, times(count) * MAX(page(p) / 2, 1));
}

static void run_half_up(struct panel *p, const struct panel_model *m, int count)
{
    move(p, m, -times(count) * MAX(page(p) / 2, 1));
}

static void run_page_down(struct panel *p, const struct panel_model *m, int count)
{
    move(p, m, times(count) * page(p));
}

static void run_page_up(struct panel *p, const struct panel_model *m, int count)
{
    move(p, m, -times(count) * page(p));
}

static void run_oldest(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (p->view == VIEW_TAPES)
        pane_oldest(focused(p), m, rows_shown(p));
    else
        move(p, m, -(1 << 24));
}

static void run_newest(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (p->view == VIEW_TAPES)
        pane_follow(focused(p));
    else
        move(p, m, 1 << 24);
}

static void scroll_columns(struct panel *p, int by)
{
    size_t n, shown = 0;
    const struct column *all = columns_of(focused(p)->kind, &n);
    for (size_t i = 0; i < n; i++)
        shown += all[i].width > 0;
    focused(p)->col_off = MAX(0, MIN(focused(p)->col_off + by, (int)shown - 2));
}

static void run_column_left(struct panel *p, const struct panel_model *m, int count)
{
    (void)m;
    scroll_columns(p, -times(count));
}

static void run_column_right(struct panel *p, const struct panel_model *m, int count)
{
    (void)m;
    scroll_columns(p, times(count));
}

static void focus(struct panel *p, int id)
{
    p->focus = (enum pane_id)((id + PANE_COUNT) % PANE_COUNT);
    if (p->focus != PANE_FLOW)
        p->tape = p->focus;
    panel_layout(p);
}

/* Panes without rows are passed over; a number of their own still goes there. */
static void focus_on(struct panel *p, int by, int count)
{
    int id = (int)p->focus;
    for (int i = times(count) % (PANE_COUNT * 2); i > 0; i--)
        do
            id = (id + by + PANE_COUNT) % PANE_COUNT;
        while (!(p->present >> id & 1));
    focus(p, id);
}

static void run_pane_next(struct panel *p, const struct panel_model *m, int count)
{
    (void)m;
    focus_on(p, 1, count);
}

static void run_pane_previous(struct panel *p, const struct panel_model *m, int count)
{
    (void)m;
    focus_on(p, -1, count);
}

static void run_pane_1(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    focus(p, PANE_OPTIONS);
}

static void run_pane_2(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    focus(p, PANE_EQUITIES);
}

static void run_pane_3(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    focus(p, PANE_FLOW);
}

static void run_pane_4(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    p->health_scroll = 0;
    p->view = VIEW_HEALTH;
}

static void run_maximise(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    p->maximised = !p->maximised;
    panel_layout(p);
}

static void run_detail(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (p->view == VIEW_DETAIL) {
        detail_descend(&p->detail, p, m);
        return;
    }
    const struct row *row = pane_cursor(focused(p));
    if (!row)
        return;
    detail_open(&p->detail, p, m, row);
    pane_hold(focused(p), m);
    p->view = VIEW_DETAIL;
}

static void step_row(struct panel *p, const struct panel_model *m, int by)
{
    pane_move(focused(p), m, by, rows_shown(p));
    const struct row *row = pane_cursor(focused(p));
    if (row)
        detail_open(&p->detail, p, m, row);
}

static void run_row_next(struct panel *p, const struct panel_model *m, int count)
{
    step_row(p, m, times(count));
}

static void run_row_previous(struct panel *p, const struct panel_model *m, int count)
{
    step_row(p, m, -times(count));
}

static void run_filter(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    prompt_open(p, PROMPT_FILTER, focused(p)->filter_text);
}

static void run_filter_toggle(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    struct pane *pane = focused(p);
    if (!pane->filter)
        panel_say(p, m, false, "no filter here: / sets one");
    else
        pane->filter_off = !pane->filter_off;
}

static void ask_quit(struct panel *p, const struct panel_model *m)
{
    if (m->session->recording)
        prompt_open(p, PROMPT_QUIT, "");
    else
        p->ops->quit(p->ops_self);
}

static void run_back(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (p->view == VIEW_HELP)
        p->view = p->help_from;
    else if (p->view == VIEW_HEALTH)
        p->view = VIEW_TAPES;
    else if (p->view == VIEW_DETAIL && !detail_ascend(&p->detail, p, m))
        p->view = VIEW_TAPES;
    else if (p->view == VIEW_TAPES && p->maximised)
        run_maximise(p, m, 0);
    else if (p->view == VIEW_TAPES)
        ask_quit(p, m);
}

static void run_cancel(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    ask_quit(p, m);
}

static void run_suspend(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (m->session->recording)
        prompt_open(p, PROMPT_SUSPEND, "");
    else
        p->ops->suspend(p->ops_self);
}

static void run_redraw(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    p->ops->redraw(p->ops_self);
}

static void run_help(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    if (p->view == VIEW_HELP) {
        p->view = p->help_from;
        return;
    }
    p->help_from = p->view;
    p->help_scroll = 0;
    p->view = VIEW_HELP;
}

static void follow_all(struct panel *p)
{
    for (int i = 0; i < PANE_COUNT; i++)
        pane_follow(&p->panes[i]);
}

/* Before the playhead moves: where it was is kept for undo, and the panes go with it. */
static void leave(struct panel *p, const struct panel_model *m, bool jump)
{
    if (jump) {
        p->undo = m->transport->at;
        p->undo_live = panel_live(m);
    }
    follow_all(p);
}

static void run_play(struct panel *p, const struct panel_model *m, int count)
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

static void step_event(struct panel *p, const struct panel_model *m, int n)
{
    struct err err = {0};
    leave(p, m, false);
    if (p->ops->step(p->ops_self, focused(p)->kind, pane_filter(focused(p)), n, &err) < 0)
        panel_say(p, m, true, "%s", err.text);
}

static void run_event_forward(struct panel *p, const struct panel_model *m, int count)
{
    step_event(p, m, times(count));
}

static void run_event_back(struct panel *p, const struct panel_model *m, int count)
{
    step_event(p, m, -times(count));
}

static void skip(struct panel *p, const struct panel_model *m, int64_t seconds, int count)
{
    leave(p, m, true);
    p->ops->skip(p->ops_self, seconds * NS_PER_SEC * times(count));
}

static void run_forward_5s(struct panel *p, const struct panel_model *m, int count)
{
    skip(p, m, 5, count);
}

static void run_back_5s(struct panel *p, const struct panel_model *m, int count)
{
    skip(p, m, -5, count);
}

static void run_forward_1m(struct panel *p, const struct panel_model *m, int count)
{
    skip(p, m, 60, count);
}

static void run_back_1m(struct panel *p, const struct panel_model *m, int count)
{
    skip(p, m, -60, count);
}

static void run_forward_10m(struct panel *p, const struct panel_model *m, int count)
{
    skip(p, m, 600, count);
}

static void run_back_10m(struct panel *p, const struct panel_model *m, int count)
{
    skip(p, m, -600, count);
}

static void bar(struct panel *p, const struct panel_model *m, int n)
{
    leave(p, m, true);
    p->ops->bar(p->ops_self, n);
}

static void run_bar_forward(struct panel *p, const struct panel_model *m, int count)
{
    bar(p, m, times(count));
}

static void run_bar_back(struct panel *p, const struct panel_model *m, int count)
{
    bar(p, m, -times(count));
}

static void run_faster(struct panel *p, const struct panel_model *m, int count)
{
    (void)m;
    p->ops->speed(p->ops_self, times(count));
}

static void run_slower(struct panel *p, const struct panel_model *m, int count)
{
    (void)m;
    p->ops->speed(p->ops_self, -times(count));
}

static void run_speed_reset(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    p->ops->speed_reset(p->ops_self);
}

static void run_percent(struct panel *p, const struct panel_model *m, int count)
{
    if (count == 0) {
        panel_say(p, m, false, "type the percent first: 50%%");
        return;
    }
    leave(p, m, true);
    p->ops->percent(p->ops_self, MIN(count, 100));
}

static void run_goto(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    prompt_open(p, PROMPT_GOTO, "");
}

static void run_undo_seek(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    char text[40];
    struct err err = {0};
    struct playhead to = p->undo;
    bool live = p->undo_live;
    if (!live && to.seq == 0) {
        panel_say(p, m, false, "no jump to undo");
        return;
    }
    leave(p, m, true);
    struct text t = text_on(text, sizeof text);
    text_add(&t, "seq %llu", (unsigned long long)to.seq);
    if (live)
        p->ops->live(p->ops_self);
    else if (p->ops->go(p->ops_self, text, &err) < 0)
        panel_say(p, m, true, "%s", err.text);
}

static void run_live(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    leave(p, m, !panel_live(m));
    p->ops->live(p->ops_self);
}

static void run_start(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    leave(p, m, true);
    p->ops->home(p->ops_self);
}

static void run_end(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    leave(p, m, true);
    p->ops->end(p->ops_self);
}

#define IN_ALL    (1 << KEYS_TAPES | 1 << KEYS_DETAIL | 1 << KEYS_HELP)
#define IN_TAPES  (1 << KEYS_TAPES)
#define IN_DETAIL (1 << KEYS_DETAIL)
#define IN_DECK   (IN_TAPES | IN_DETAIL)

/* clang-format off */
const struct action actions[] = {
    {"play", "play/hold", "Play or pause; in LIVE hold all panes, or release them", "pause stop space hold", IN_DECK, 1, run_play},
    {"live", "live", "Back to live, or to the end of a recording, and follow", "follow now newest", IN_DECK, 3, run_live},
    {"event_forward", "event", "One event forward in the focused pane, as filtered", "step next", IN_DECK, 0, run_event_forward},
    {"event_back", "step back", "One event back in the focused pane, as filtered", "step previous", IN_DECK, 2, run_event_back},
    {"bar_forward", "bar", "To the next bar: a full minute of market time", "minute candle", IN_DECK, 0, run_bar_forward},
    {"bar_back", "bar back", "To the bar before: a full minute of market time", "minute candle", IN_DECK, 0, run_bar_back},
    {"forward_5s", "+5s", "Five seconds forward", "skip seek", IN_DECK, 0, run_forward_5s},
    {"back_5s", "-5s", "Five seconds back", "skip seek rewind", IN_DECK, 8, run_back_5s},
    {"forward_1m", "+1m", "One minute forward", "skip seek", IN_DECK, 0, run_forward_1m},
    {"back_1m", "-1m", "One minute back", "skip seek rewind", IN_DECK, 0, run_back_1m},
    {"forward_10m", "+10m", "Ten minutes forward", "skip seek", IN_DECK, 0, run_forward_10m},
    {"back_10m", "-10m", "Ten minutes back", "skip seek rewind", IN_DECK, 0, run_back_10m},
    {"faster", "faster", "Faster: 0.1 0.25 0.5 1 2 5 10 20 60 120 300 max", "speed", IN_DECK, 9, run_faster},
    {"slower", "slower", "Slower, along the same steps", "speed", IN_DECK, 0, run_slower},
    {"speed_reset", "1x", "Speed 1x", "normal", IN_DECK, 0, run_speed_reset},
    {"percent", "percent", "Go to a percent of the session: 50%", "seek position", IN_DECK, 0, run_percent},
    {"goto", "go to", "Go to 09:31:15.25 +90s -5m 50% open close or seq 123", "seek time jump", IN_DECK, 7, run_goto},
    {"undo_seek", "undo jump", "Back to where the last jump came from", "return", IN_DECK, 0, run_undo_seek},
    {"start", "start", "The session's start", "home first", IN_DECK, 0, run_start},
    {"end", "end", "The session's newest event", "last", IN_DECK, 0, run_end},
    {"down", "down", "Move down; in a running tape this holds the pane", "cursor next", IN_ALL, 0, run_down},
    {"up", "up", "Move up; in a running tape this holds the pane", "cursor previous", IN_ALL, 0, run_up},
    {"half_down", "half down", "Half a page down", "scroll", IN_ALL, 0, run_half_down},
    {"half_up", "half up", "Half a page up", "scroll", IN_ALL, 0, run_half_up},
    {"page_down", "page down", "A page down", "scroll", IN_ALL, 0, run_page_down},
    {"page_up", "page up", "A page up", "scroll", IN_ALL, 0, run_page_up},
    {"oldest", "oldest", "The oldest row, or the top", "first top", IN_ALL, 0, run_oldest},
    {"newest", "newest", "The newest row and follow it, or the bottom", "last bottom follow", IN_ALL, 0, run_newest},
    {"column_left", "columns left", "Scroll the columns to the left", "horizontal", IN_TAPES, 0, run_column_left},
    {"column_right", "columns", "Scroll the columns to the right", "horizontal", IN_TAPES, 10, run_column_right},
    {"pane_next", "pane", "The next pane", "focus window", IN_TAPES, 6, run_pane_next},
    {"pane_previous", "pane back", "The previous pane", "focus window", IN_TAPES, 0, run_pane_previous},
    {"pane_1", "options", "The options tape", "focus window prints", IN_TAPES, 0, run_pane_1},
    {"pane_2", "equities", "The equities tape", "focus window prints dark", IN_TAPES, 0, run_pane_2},
    {"pane_3", "flow", "The flow tape: packets", "focus window packets sweeps", IN_TAPES, 0, run_pane_3},
    {"pane_4", "health", "Data health: feeds, drops, gaps, quotes, sides", "stats lag unknown quality", IN_TAPES, 0, run_pane_4},
    {"maximise", "maximise", "The focused pane alone, and back", "zoom full screen", IN_TAPES, 11, run_maximise},
    {"detail", "detail", "All of a row, with the quotes and prints behind it", "open evidence why", IN_DECK, 5, run_detail},
    {"row_next", "next row", "The next row's detail", "down", IN_DETAIL, 4, run_row_next},
    {"row_previous", "previous row", "The previous row's detail", "up", IN_DETAIL, 5, run_row_previous},
    {"filter", "filter", "Filter the pane: symbol == SPY and premium >= 250k", "search find", IN_TAPES, 4, run_filter},
    {"filter_toggle", "filter on/off", "Switch the pane's filter off and on", "clear", IN_TAPES, 0, run_filter_toggle},
    {"help", "help", "This list", "keys", IN_ALL, 12, run_help},
    {"back", "back/quit", "Back one level; from the tapes quit", "exit leave escape", IN_ALL, 13, run_back},
    {"cancel", "quit", "Ask to quit", "exit interrupt", IN_ALL, 0, run_cancel},
    {"suspend", "suspend", "Suspend the program; when recording it asks first", "background shell", IN_ALL, 0, run_suspend},
    {"redraw", "redraw", "Draw the whole screen again", "refresh repaint", IN_ALL, 0, run_redraw},
    {0},
};
/* clang-format on */

const struct action *action_find(const char *name)
{
    for (const struct action *a = actions; a->name; a++)
        if (strcmp(a->name, name) == 0)
            return a;
    return NULL;
}

/* Letters in common from both ends: enough to mend a slip of the keys. */
static size_t likeness(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b), front = 0, back = 0;
    while (front < MIN(na, nb) && a[front] == b[front])
        front++;
    while (back < MIN(na, nb) - front && a[na - 1 - back] == b[nb - 1 - back])
        back++;
    size_t apart = na > nb ? na - nb : nb - na;
    return 2 * (front + back) + 16 - MIN(apart, 16u);
}

const char *action_nearest(const char *name)
{
    const struct action *best = actions;
    for (const struct action *a = actions; a->name; a++)
        if (likeness(a->name, name) > likeness(best->name, name))
            best = a;
    return best->name;
}
