/* The table of actions and what each does. See action.h. */
#include "tui/action.h"
#include "tui/action_deck.h"
#include "tui/action_fold.h"

#include <stdlib.h>
#include <string.h>

#include "tui/cell.h"
#include "tui/columns.h"
#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/prompt.h"
#include "tui/search.h"

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
    int shown = (int)columns_count(focused(p)->kind);
    focused(p)->col_off = MAX(0, MIN(focused(p)->col_off + by, shown - 2));
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

/* The detail of the cursor's line: a row, a print beneath an open packet, or the part of the packet
 * that the line stands for. */
static void open_line(struct panel *p, const struct panel_model *m)
{
    const struct row *row = pane_cursor(focused(p));
    struct child child;
    if (!row)
        return;
    if (!pane_child(focused(p), &child))
        detail_open(&p->detail, p, m, row);
    else if (child.kind == CHILD_PRINT)
        detail_open_print(&p->detail, p, m, row, child.print);
    else
        detail_open_at(&p->detail, p, m, row, child.kind == CHILD_LEG ? "Legs" : "Prints");
}

static void run_detail(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    if (p->view == VIEW_DETAIL) {
        detail_descend(&p->detail, p, m);
        return;
    }
    if (!pane_cursor(focused(p)))
        return;
    open_line(p, m);
    pane_hold(focused(p), m);
    p->view = VIEW_DETAIL;
}

static void step_row(struct panel *p, const struct panel_model *m, int by)
{
    pane_move(focused(p), m, by, rows_shown(p));
    open_line(p, m);
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

static void run_search(struct panel *p, const struct panel_model *m, int count)
{
    (void)m, (void)count;
    prompt_open(p, PROMPT_SEARCH, "");
}

static void run_search_again(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    struct pane *pane = focused(p);
    if (!pane->search[0]) {
        panel_say(p, m, false, "nothing is looked for here: / asks");
        return;
    }
    for (int i = times(count); i > 0; i--)
        if (!search_next(pane, m, (int)arg, rows_shown(p))) {
            panel_say(p, m, false, arg < 0 ? "no older row with '%s'" : "no newer row with '%s'",
                      pane->search);
            return;
        }
}

static void run_filter_toggle(struct panel *p, const struct panel_model *m, int count)
{
    (void)count;
    struct pane *pane = focused(p);
    if (!pane->filter)
        panel_say(p, m, false, "no filter here: & sets one");
    else
        pane->filter_off = !pane->filter_off;
}

static void run_cell(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    (void)count;
    cell_open(p, m, arg != 0);
}

static void run_undo(struct panel *p, const struct panel_model *m, int count, int64_t arg)
{
    for (int i = times(count); i > 0; i--)
        undo_run(p, m, arg != 0);
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

#define IN_ALL    (1 << KEYS_TAPES | 1 << KEYS_DETAIL | 1 << KEYS_HELP)
#define IN_TAPES  (1 << KEYS_TAPES)
#define IN_DETAIL (1 << KEYS_DETAIL)
#define IN_DECK   (IN_TAPES | IN_DETAIL)

/* clang-format off */
const struct action actions[] = {
    {"play", "play/hold", "Play or pause; in LIVE hold all panes, or release them", "pause stop space hold", IN_DECK, 1, deck_play},
    {"live", "live", "Back to live, or to the end of a recording, and follow", "follow now newest", IN_DECK, 3, deck_live},
    {"reverse", "reverse", "Play backwards, and forwards again; from LIVE, back from here", "rewind direction", IN_DECK, 0, deck_reverse},
    {"event_forward", "event", "One event forward in the focused pane, as filtered", "step next", IN_DECK, 0, NULL, deck_step, 1, true},
    {"event_back", "step back", "One event back in the focused pane, as filtered", "step previous", IN_DECK, 2, NULL, deck_step, -1, true},
    {"bar_forward", "bar", "To the next bar: a full minute of market time", "minute candle", IN_DECK, 0, NULL, deck_bar, 1, true},
    {"bar_back", "bar back", "To the bar before: a full minute of market time", "minute candle", IN_DECK, 0, NULL, deck_bar, -1, true},
    {"forward_5s", "+5s", "Five seconds forward", "skip seek", IN_DECK, 0, NULL, deck_skip, 5},
    {"back_5s", "-5s", "Five seconds back", "skip seek rewind", IN_DECK, 9, NULL, deck_skip, -5},
    {"forward_1m", "+1m", "One minute forward", "skip seek", IN_DECK, 0, NULL, deck_skip, 60},
    {"back_1m", "-1m", "One minute back", "skip seek rewind", IN_DECK, 0, NULL, deck_skip, -60},
    {"forward_10m", "+10m", "Ten minutes forward", "skip seek", IN_DECK, 0, NULL, deck_skip, 600},
    {"back_10m", "-10m", "Ten minutes back", "skip seek rewind", IN_DECK, 0, NULL, deck_skip, -600},
    {"faster", "faster", "Faster: 0.1 0.25 0.5 1 2 5 10 20 60 120 300 max", "speed", IN_DECK, 10, NULL, deck_speed, 1, true},
    {"slower", "slower", "Slower, along the same steps", "speed", IN_DECK, 0, NULL, deck_speed, -1, true},
    {"speed_reset", "1x", "Speed 1x", "normal", IN_DECK, 0, deck_speed_reset},
    {"percent", "percent", "Go to a percent of the session: 50%", "seek position", IN_DECK, 0, deck_percent},
    {"goto", "go to", "Go to 09:31:15 +90s -5m 50% open close seq 123 packet 456", "seek time jump id", IN_DECK, 8, deck_goto},
    {"next_packet", "packet", "The next packet of the flow pane, as filtered", "jump flow sweep", IN_DECK, 0, NULL, deck_jump, PLACE_PACKET},
    {"previous_packet", "packet", "The packet before", "jump flow sweep", IN_DECK, 0, NULL, deck_jump, -PLACE_PACKET},
    {"next_sweep", "sweep", "The next sweep of the flow pane, as filtered", "jump flow", IN_DECK, 0, NULL, deck_jump, PLACE_SWEEP},
    {"previous_sweep", "sweep", "The sweep before", "jump flow", IN_DECK, 0, NULL, deck_jump, -PLACE_SWEEP},
    {"next_package", "package", "The next package as filtered, or inferred structure", "jump flow structure legs", IN_DECK, 0, NULL, deck_jump, PLACE_PACKAGE},
    {"previous_package", "package", "The package before", "jump flow structure legs", IN_DECK, 0, NULL, deck_jump, -PLACE_PACKAGE},
    {"next_run", "repeat run", "The next repeat run of the flow pane, as filtered", "jump flow parent", IN_DECK, 0, NULL, deck_jump, PLACE_RUN},
    {"previous_run", "repeat run", "The repeat run before", "jump flow parent", IN_DECK, 0, NULL, deck_jump, -PLACE_RUN},
    {"next_block", "block", "The next block, of options or equities", "jump large", IN_DECK, 0, NULL, deck_jump, PLACE_BLOCK},
    {"previous_block", "block", "The block before", "jump large", IN_DECK, 0, NULL, deck_jump, -PLACE_BLOCK},
    {"next_match", "match", "The next row of the focused pane, as filtered", "jump filter", IN_DECK, 0, NULL, deck_jump, PLACE_MATCH},
    {"previous_match", "match", "The row before, as filtered", "jump filter", IN_DECK, 0, NULL, deck_jump, -PLACE_MATCH},
    {"next_mark", "mark", "The next mark", "jump bookmark", IN_DECK, 0, NULL, deck_jump, PLACE_MARK},
    {"previous_mark", "mark", "The mark before", "jump bookmark", IN_DECK, 0, NULL, deck_jump, -PLACE_MARK},
    {"next_gap", "gap", "The next gap", "jump missing lost", IN_DECK, 0, NULL, deck_jump, PLACE_GAP},
    {"previous_gap", "gap", "The gap before", "jump missing lost", IN_DECK, 0, NULL, deck_jump, -PLACE_GAP},
    {"next_session", "session", "The next session boundary: 04:00, open, close, 20:00", "jump open close", IN_DECK, 0, NULL, deck_jump, PLACE_SESSION},
    {"previous_session", "session", "The session boundary before", "jump open close", IN_DECK, 0, NULL, deck_jump, -PLACE_SESSION},
    {"next_halt", "halt", "The next trading halt", "jump status", IN_DECK, 0, NULL, deck_jump, PLACE_HALT},
    {"previous_halt", "halt", "The trading halt before", "jump status", IN_DECK, 0, NULL, deck_jump, -PLACE_HALT},
    {"repeat", "again", "The last relative jump again", "redo same", IN_DECK, 0, NULL, deck_repeat, 1},
    {"repeat_back", "again back", "The last relative jump the other way", "reverse opposite", IN_DECK, 0, NULL, deck_repeat, -1},
    {"undo_seek", "undo jump", "Back to where the last jump came from; again, further back", "return", IN_DECK, 0, NULL, deck_retrace, MOVE_UNDO},
    {"redo_seek", "redo jump", "Forth again after an undo", "return", IN_DECK, 0, NULL, deck_retrace, MOVE_REDO},
    {"mark", "mark", "Mark the playhead with a letter; a letter set before moves", "bookmark", IN_DECK, 0, deck_mark},
    {"mark_go", "to mark", "Go to a mark's letter; ' again: back to where you were", "bookmark jump", IN_DECK, 0, deck_mark_go},
    {"note", "note", "Write a note to the mark at the playhead, or make one", "mark comment text", IN_DECK, 0, deck_note},
    {"unmark", "take out", "Take out a mark: its letter, . the one here; u: back again", "delete remove mark", IN_DECK, 0, deck_unmark},
    {"peek", "peek", "Hide what the timeline knows of the future; again: show it", "future timeline hide", IN_DECK, 0, deck_peek},
    {"loop", "loop", "Loop: from here, to here, off", "repeat a-b", IN_DECK, 0, deck_loop},
    {"reference", "from here", "Show times also as distance from this row; again: off", "delta time zero", IN_TAPES, 0, deck_reference},
    {"zoom_in", "zoom in", "The timeline shows half as much", "timeline axis", IN_DECK, 0, NULL, deck_zoom, 1},
    {"zoom_out", "zoom out", "The timeline shows twice as much", "timeline axis", IN_DECK, 0, NULL, deck_zoom, -1},
    {"start", "start", "The session's start", "home first", IN_DECK, 0, deck_start},
    {"end", "end", "The session's newest event", "last", IN_DECK, 0, deck_end},
    {"down", "down", "Move down; in a running tape this holds the pane", "cursor next", IN_ALL, 0, run_down, NULL, 0, true},
    {"up", "up", "Move up; in a running tape this holds the pane", "cursor previous", IN_ALL, 0, run_up, NULL, 0, true},
    {"half_down", "half down", "Half a page down", "scroll", IN_ALL, 0, run_half_down, NULL, 0, true},
    {"half_up", "half up", "Half a page up", "scroll", IN_ALL, 0, run_half_up, NULL, 0, true},
    {"page_down", "page down", "A page down", "scroll", IN_ALL, 0, run_page_down, NULL, 0, true},
    {"page_up", "page up", "A page up", "scroll", IN_ALL, 0, run_page_up, NULL, 0, true},
    {"oldest", "oldest", "The oldest row, or the top", "first top", IN_ALL, 0, run_oldest},
    {"newest", "newest", "The newest row and follow it, or the bottom", "last bottom follow", IN_ALL, 0, run_newest},
    {"column_left", "columns left", "Scroll the columns to the left", "horizontal", IN_TAPES, 0, run_column_left},
    {"column_right", "columns", "Scroll the columns to the right", "horizontal", IN_TAPES, 11, run_column_right},
    {"pane_next", "pane", "The next pane", "focus window", IN_TAPES, 6, run_pane_next},
    {"pane_previous", "pane back", "The previous pane", "focus window", IN_TAPES, 0, run_pane_previous},
    {"pane_1", "options", "The options tape", "focus window prints", IN_TAPES, 0, run_pane_1},
    {"pane_2", "equities", "The equities tape", "focus window prints dark", IN_TAPES, 0, run_pane_2},
    {"pane_3", "flow", "The flow tape: packets", "focus window packets sweeps", IN_TAPES, 0, run_pane_3},
    {"pane_4", "health", "Data health: feeds, drops, gaps, quotes, sides", "stats lag unknown quality", IN_TAPES, 0, run_pane_4},
    {"maximise", "maximise", "The focused pane alone, and back", "zoom full screen", IN_TAPES, 12, run_maximise},
    {"detail", "detail", "All of a row, with the quotes and prints behind it", "open evidence why", IN_DECK, 5, run_detail},
    {"fold", "open", "Open a packet to its legs and prints, or close it again", "unfold expand collapse tree members", IN_TAPES, 7, fold_one},
    {"fold_all", "open all", "Open all packets of the pane; with some open, close all", "unfold expand collapse tree", IN_TAPES, 0, fold_every},
    {"row_next", "next row", "The next row's detail", "down", IN_DETAIL, 4, run_row_next},
    {"row_previous", "previous row", "The previous row's detail", "up", IN_DETAIL, 5, run_row_previous},
    {"filter", "filter", "Filter the pane: symbol == SPY and premium >= 250k", "hide where", IN_TAPES, 4, run_filter},
    {"search", "search", "Find text in the pane's rows, from the cursor to older ones", "find text", IN_TAPES, 0, run_search},
    {"search_older", "older hit", "The next row with that text, older", "find next", IN_TAPES, 0, NULL, run_search_again, -1},
    {"search_newer", "newer hit", "The row with that text before, newer", "find previous", IN_TAPES, 0, NULL, run_search_again, 1},
    {"filter_toggle", "filter on/off", "Switch the pane's filter off and on", "clear", IN_TAPES, 0, run_filter_toggle},
    {"include", "only these", "Show only rows with a value of this row, to be chosen", "filter cell value", IN_TAPES, 0, NULL, run_cell, 0},
    {"exclude", "not these", "Hide rows with a value of this row, to be chosen", "filter cell value", IN_TAPES, 0, NULL, run_cell, 1},
    {"undo", "undo", "Take back a change of a filter, bring back a mark", "view return", IN_TAPES, 0, NULL, run_undo, 0},
    {"redo", "redo", "Make it again", "view", IN_TAPES, 0, NULL, run_undo, 1},
    {"help", "help", "This list", "keys", IN_ALL, 13, run_help},
    {"back", "back/quit", "Back one level; from the tapes quit", "exit leave escape", IN_ALL, 14, run_back},
    {"cancel", "quit", "Ask to quit", "exit interrupt", IN_ALL, 0, run_cancel},
    {"suspend", "suspend", "Suspend the program; when recording it asks first", "background shell", IN_ALL, 0, run_suspend},
    {"redraw", "redraw", "Draw the whole screen again", "refresh repaint", IN_ALL, 0, run_redraw},
    {0},
};
/* clang-format on */

void action_run(const struct action *a, struct panel *p, const struct panel_model *m, int count)
{
    if (a->run)
        a->run(p, m, count);
    else
        a->run_with(p, m, count, a->arg);
}

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
