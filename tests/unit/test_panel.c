/* What keys do to the panel: cursor and hold, transport, filters, prompts, detail. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "harness.h"
#include "tests/screen/model.h"
#include "tui/draw.h"
#include "tui/pane.h"

static struct model m;
static struct panel p;

static void setup(void)
{
    model_init(&m, 100);
    panel_init(&p, &model_ops, &m);
    ck_assert_int_eq(keymap_default(&p.keys, NULL), 0);
    pane_set_filter(&p.panes[PANE_FLOW], NULL, ""); /* these tests count on every row */
    panel_resize(&p, 80, 24);
    panel_update(&p, &m.panel);
}

static void teardown(void)
{
    panel_finish(&p);
    model_finish(&m);
}

static void press(uint32_t key)
{
    panel_key(&p, &m.panel, key);
    panel_update(&p, &m.panel);
}

static void type(const char *s)
{
    for (; *s; s++)
        press((unsigned char)*s);
}

static struct pane *flow(void)
{
    return &p.panes[PANE_FLOW];
}

START_TEST(moving_in_a_live_tape_holds_it_and_rows_stay)
{
    for (int k = 0; k < ROW_KIND_COUNT; k++)
        m.shown[k] = MIN(m.n[k], 90u);
    panel_update(&p, &m.panel);
    press('k');
    uint64_t first = flow()->rows[0].key, cursor = flow()->cursor;
    ck_assert(flow()->held);
    ck_assert(!p.panes[PANE_OPTIONS].held);
    m.shown[ROW_PACKET] = 97;
    panel_update(&p, &m.panel);
    ck_assert_uint_eq(flow()->rows[0].key, first);
    ck_assert_uint_eq(flow()->cursor, cursor);
    ck_assert_str_eq(panel_state(&p, &m.panel).text, "HOLD +7");
    press('F');
    ck_assert(!flow()->held);
    ck_assert_uint_eq(flow()->rows[flow()->n - 1].key, 97);
    ck_assert_str_eq(m.asked, "live");
}
END_TEST

START_TEST(the_cursor_walks_through_every_row_and_back)
{
    uint64_t newest = flow()->cursor;
    for (uint64_t i = 1; i < 100; i++) {
        press('k');
        ck_assert_uint_eq(flow()->cursor, newest - i);
    }
    press('k');
    ck_assert_uint_eq(flow()->cursor, 1);
    for (uint64_t i = 2; i <= 100; i++) {
        press('j');
        ck_assert_uint_eq(flow()->cursor, i);
    }
}
END_TEST

START_TEST(pages_counts_and_ends)
{
    type("5k");
    ck_assert_uint_eq(flow()->cursor, 95);
    press(K_PGUP);
    ck_assert_uint_eq(flow()->cursor, 95 - flow()->n);
    type("gg");
    ck_assert_uint_eq(flow()->cursor, 1);
    ck_assert_uint_eq(flow()->rows[0].key, 1);
    type("12j");
    ck_assert_uint_eq(flow()->cursor, 13);
    press('G');
    ck_assert(!flow()->held);
    ck_assert_uint_eq(flow()->rows[flow()->n - 1].key, 100);
}
END_TEST

/* At 80 columns it takes two lines: the last of them is there too. */
START_TEST(all_that_may_follow_a_key_is_shown)
{
    struct canvas c;
    press(']');
    ck_assert(panel_which_key(&p));
    canvas_init(&c);
    canvas_resize(&c, 80, 24);
    panel_draw(&p, &m.panel, &c);
    char *dump = canvas_dump(&c, false);
    static const char *const parts[] = {"]p packet", "]k package", "]r repeat run", "]b block",
                                        "]f match",  "]m mark",    "]g gap",        "]s session",
                                        "]h halt",   "]] mark"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        ck_assert_msg(strstr(dump, parts[i]) != NULL, "%s is missing in\n%s", parts[i], dump);
    mem_free(dump);
    canvas_finish(&c);
}
END_TEST

START_TEST(the_first_key_of_a_sequence_waits_and_escape_forgets_it)
{
    press('w');
    ck_assert_uint_eq(p.n_pending, 1);
    ck_assert(panel_which_key(&p));
    press(K_ESC);
    ck_assert_uint_eq(p.n_pending, 0);
    ck_assert(!p.which_key);
    ck_assert_int_eq(m.quits, 0);
    type("w1");
    ck_assert_int_eq(p.focus, PANE_OPTIONS);
    press(K_TAB);
    ck_assert_int_eq(p.focus, PANE_EQUITIES);
    ck_assert_int_gt(p.layout.panes[PANE_EQUITIES].h, 0);
    press(K_SHIFT_TAB);
    ck_assert_int_eq(p.focus, PANE_OPTIONS);
}
END_TEST

START_TEST(transport_keys_ask_for_what_the_ux_reference_says)
{
    static const struct {
        const char *keys, *asked;
    } rows[] = {
        {"}", "skip 60"},        {"5}", "skip 300"}, {"{", "skip -60"},  {")", "skip 600"},
        {"(", "skip -600"},      {".", "step 1"},    {"10.", "step 10"}, {",", "step -1"},
        {"+", "speed 1"},        {"=", "speed 1"},   {"-", "speed -1"},  {"50%", "percent 50"},
        {"250%", "percent 100"}, {"F", "live"},      {" ", "toggle"},
    };
    model_replay(&m, TRANSPORT_PAUSE, 50);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        m.asked[0] = '\0';
        type(rows[i].keys);
        ck_assert_str_eq(m.asked, rows[i].asked);
    }
    press(K_RIGHT);
    ck_assert_str_eq(m.asked, "skip 5");
    press(K_LEFT);
    ck_assert_str_eq(m.asked, "skip -5");
    press(K_HOME);
    ck_assert_str_eq(m.asked, "home");
    press(K_END);
    ck_assert_str_eq(m.asked, "end");
    press(K_BACKSPACE);
    ck_assert_str_eq(m.asked, "speed reset");
}
END_TEST

START_TEST(r_repeats_the_last_relative_jump_and_R_goes_against_it)
{
    press('r');
    ck_assert_str_eq(m.asked, "");
    model_replay(&m, TRANSPORT_PAUSE, 50);
    type("3}");
    ck_assert_str_eq(m.asked, "skip 180");
    press('U'); /* no relative jump */
    ck_assert_str_eq(m.asked, "undo");
    press('r');
    ck_assert_str_eq(m.asked, "skip 180");
    press('R');
    ck_assert_str_eq(m.asked, "skip -180");
    press('R'); /* still against the jump, not against the last R */
    ck_assert_str_eq(m.asked, "skip -180");
    type("[m");
    press('r');
    ck_assert_str_eq(m.asked, "jump mark -1");
    press('R');
    ck_assert_str_eq(m.asked, "jump mark 1");
}
END_TEST

START_TEST(brackets_jump_in_the_streams_they_name)
{
    static const struct {
        const char *keys, *asked;
    } rows[] = {
        {"]p", "jump rows 1 packets"},
        {"[p", "jump rows -1 packets"},
        {"]b", "jump rows 1 packets? equities?"},
        {"2[b", "jump rows -2 packets? equities?"},
        {"w1]f", "jump rows 1 options"},
        {"]w", "jump rows 1 packets?"},
        {"3[k", "jump rows -3 packets? structures?"},
        {"]r", "jump rows 1 packets?"},
        {"]g", "jump rows 1 gaps"},
        {"]s", "jump boundary 1"},
        {"[h", "jump halt -1"},
        {"]]", "jump mark 1"},
        {"[[", "jump mark -1"},
    };
    model_replay(&m, TRANSPORT_PAUSE, 50);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        type(rows[i].keys);
        ck_assert_str_eq(m.asked, rows[i].asked);
    }
    type("w3&side == buy");
    press(K_ENTER);
    type("]p");
    ck_assert_str_eq(m.asked, "jump rows 1 packets?"); /* as filtered */
}
END_TEST

START_TEST(marks_are_set_by_a_letter_found_by_it_and_carry_notes)
{
    m.marks[0] = (struct tape_mark){.id = 1, .seq = 77, .ns = 5, .letter = 'x', .text = "sweep"};
    m.panel.marks = m.marks;
    m.panel.n_marks = 1;
    model_replay(&m, TRANSPORT_PAUSE, 50);
    type("mq"); /* q is a letter here */
    ck_assert_str_eq(m.asked, "mark q -1 ");
    ck_assert_int_eq(m.quits, 0);
    type("'x");
    ck_assert_str_eq(m.asked, "place 77");
    type("'y");
    ck_assert_str_eq(m.asked, "place 77");
    ck_assert(strstr(p.message, "no mark y"));
    type("''");
    ck_assert_str_eq(m.asked, "swap");
    type("M");
    m.transport.at.seq++; /* it plays on while the note is written */
    type("watch this");
    press(K_ENTER);
    char want[64];
    snprintf(want, sizeof want, "mark - %llu watch this",
             (unsigned long long)m.transport.at.seq - 1);
    ck_assert_str_eq(m.asked, want);
    type("mxM"); /* right after m the note is for that mark */
    ck_assert_str_eq(p.prompt.text, "sweep");
    type("block");
    press(K_ENTER);
    ck_assert_str_eq(m.asked, "mark x 77 block");
    m.asked[0] = '\0';
    press('m');
    press(K_ESC);
    type("m;");
    ck_assert_str_eq(m.asked, "");
    m.transport.at = (struct playhead){77, 5}; /* on the mark its note is there to be mended */
    press('M');
    ck_assert_str_eq(p.prompt.text, "sweep");
    press(K_ESC);
}
END_TEST

START_TEST(a_search_goes_to_older_rows_with_the_text_and_counts_them)
{
    press('w'), press('1');
    const struct pane *o = &p.panes[PANE_OPTIONS];
    uint64_t newest = o->cursor;
    type("/tsla"); /* the fourth of five contracts, at rows 3, 8 ... 98 of 0 to 99 */
    ck_assert(p.prompt.valid && o->held);
    ck_assert_uint_eq(o->cursor, m.rows[ROW_OPTION][98].key);
    press(K_ENTER);
    for (int i = 93; i >= 73; i -= 5) {
        press('n');
        ck_assert_uint_eq(pane_cursor(o)->key, m.rows[ROW_OPTION][i].key);
    }
    press('N');
    ck_assert_uint_eq(pane_cursor(o)->key, m.rows[ROW_OPTION][78].key);
    ck_assert_uint_eq(o->hits.matched, 20);
    type("200n"); /* beyond the oldest it stays there */
    ck_assert_uint_eq(pane_cursor(o)->key, m.rows[ROW_OPTION][3].key);
    ck_assert(strstr(p.message, "no older row"));
    press('F');
    type("/tslx");
    ck_assert(!p.prompt.valid);
    ck_assert_uint_eq(o->cursor, newest);
    press(K_BACKSPACE);
    press('a');
    ck_assert(p.prompt.valid);
    press(K_ESC); /* back to where it was opened */
    ck_assert(!o->held && !o->search[0]);
    ck_assert_uint_eq(o->cursor, newest);
}
END_TEST

START_TEST(a_time_reference_is_set_by_T_and_taken_away_by_it)
{
    struct canvas c;
    canvas_init(&c);
    model_replay(&m, TRANSPORT_PAUSE, 60);
    panel_update(&p, &m.panel);
    type("w1kkT"); /* prints are 250 ms apart, the cursor two above the newest */
    canvas_resize(&c, 80, 24);
    panel_draw(&p, &m.panel, &c);
    char *text = canvas_dump(&c, false);
    ck_assert(strstr(text, "DELTA"));
    ck_assert(strstr(text, " +0.000ms ") && strstr(text, " -250.000ms ") &&
              strstr(text, " +500.000ms ") && strstr(text, " -1.250s "));
    mem_free(text);
    press('T');
    ck_assert_int_eq(p.reference_ns, 0);
    canvas_finish(&c);
}
END_TEST

START_TEST(the_timeline_zooms_round_the_playhead_and_stays_put_while_it_moves)
{
    struct session_span span = {1, 100, 0, 1000 * NS_PER_SEC};
    struct transport_view t = {.state = TRANSPORT_PAUSE, .at = {50, 500 * NS_PER_SEC}};
    struct span_ns w = panel_window(&p, &span, &t);
    ck_assert(w.from == span.first_ns && w.to == span.last_ns);
    type("zz");
    w = panel_window(&p, &span, &t);
    ck_assert_int_eq(w.to - w.from, 250 * NS_PER_SEC);
    ck_assert_int_eq(w.from, 375 * NS_PER_SEC);
    t.at.ns = 590 * NS_PER_SEC; /* within the middle four fifths: 400 to 600 */
    ck_assert_int_eq(panel_window(&p, &span, &t).from, w.from);
    t.at.ns = 610 * NS_PER_SEC;
    ck_assert_int_eq(panel_window(&p, &span, &t).from, 485 * NS_PER_SEC);
    t.at.ns = 0;
    ck_assert_int_eq(panel_window(&p, &span, &t).from, 0);
    t.at.ns = 1000 * NS_PER_SEC;
    ck_assert_int_eq(panel_window(&p, &span, &t).to, 1000 * NS_PER_SEC);
    type("9Z");
    w = panel_window(&p, &span, &t);
    ck_assert(w.from == span.first_ns && w.to == span.last_ns);
}
END_TEST

START_TEST(a_live_timeline_grows_in_steps)
{
    struct transport_view t = {.state = TRANSPORT_LIVE, .live_session = true};
    int changes = 0;
    int64_t to = 0;
    for (int64_t s = 1000; s <= 2000; s++) { /* a thousand frames while it doubles */
        struct session_span span = {1, 100, 0, s * NS_PER_SEC};
        struct span_ns w = panel_window(&p, &span, &t);
        ck_assert_int_ge(w.to, span.last_ns);
        ck_assert_int_le(w.to - span.last_ns, span.last_ns / 30);
        changes += w.to != to;
        to = w.to;
    }
    ck_assert_int_le(changes, 65);
}
END_TEST

START_TEST(space_in_live_holds_all_panes_and_releases_them)
{
    press(' ');
    for (int i = 0; i < PANE_COUNT; i++)
        ck_assert(p.panes[i].held == (p.panes[i].n > 0));
    press(' ');
    for (int i = 0; i < PANE_COUNT; i++)
        ck_assert(!p.panes[i].held);
    ck_assert_str_eq(m.asked, "");
}
END_TEST

START_TEST(goto_asks_for_the_text_and_shows_what_is_wrong_with_it)
{
    type("t09:31:15");
    press(K_ENTER);
    ck_assert_str_eq(m.asked, "go 09:31:15");
    ck_assert_int_eq(p.prompt.kind, PROMPT_NONE);
    type("tnonsense");
    press(K_ENTER);
    ck_assert_str_eq(p.message, "not a time: nonsense");
    ck_assert(p.message_bad);
}
END_TEST

START_TEST(a_filter_hides_rows_and_says_how_many_it_shows)
{
    type("&side == sell");
    ck_assert(p.prompt.valid);
    press(K_ENTER);
    ck_assert_uint_gt(flow()->n, 0);
    for (size_t i = 0; i < flow()->n; i++)
        ck_assert_int_lt(flow()->rows[i].u.packet.side, 0);
    ck_assert_uint_eq(flow()->tally.seen, 100);
    ck_assert_uint_eq(flow()->tally.matched, 20); /* the second of five prints is a sale */
    press('\\');
    ck_assert(pane_filter(flow()) == NULL);
    press('\\');
    ck_assert(pane_filter(flow()) != NULL);
}
END_TEST

START_TEST(the_last_valid_filter_runs_while_a_new_one_is_typed)
{
    type("&side == sell");
    press(K_ENTER);
    press('&');
    press(K_END);
    type(" and");
    ck_assert(!p.prompt.valid);
    ck_assert(p.prompt.error.incomplete);
    ck_assert_str_eq(flow()->filter_text, "side == sell ");
    type(" premium )");
    ck_assert(!p.prompt.error.incomplete);
    press(K_ESC);
    ck_assert_str_eq(flow()->filter_text, "side == sell");
    press('&');
    press(K_CTRL('u'));
    press(K_ENTER);
    ck_assert(flow()->filter == NULL);
}
END_TEST

START_TEST(a_character_takes_the_place_of_the_filter_that_was_there)
{
    type("&side == sell");
    press(K_ENTER);
    type("&side == buy");
    ck_assert_str_eq(p.prompt.text, "side == buy");
    press(K_ESC);
    ck_assert_str_eq(flow()->filter_text, "side == sell");
    press('&');
    press(K_BACKSPACE);
    press(K_ENTER);
    ck_assert(flow()->filter == NULL);
}
END_TEST

START_TEST(the_flow_pane_starts_without_singles_and_a_backslash_shows_them)
{
    struct panel fresh;
    panel_init(&fresh, &model_ops, &m);
    ck_assert_int_eq(keymap_default(&fresh.keys, NULL), 0);
    panel_resize(&fresh, 200, 55);
    panel_update(&fresh, &m.panel);
    const struct pane *f = &fresh.panes[PANE_FLOW];
    ck_assert_str_eq(f->filter_text, "kind != single");
    ck_assert_uint_gt(f->n, 10);
    for (size_t i = 0; i < f->n; i++)
        ck_assert_int_ne(f->rows[i].u.packet.kind, PK_SINGLE);
    panel_key(&fresh, &m.panel, '\\');
    panel_update(&fresh, &m.panel);
    size_t singles = 0;
    for (size_t i = 0; i < f->n; i++)
        singles += f->rows[i].u.packet.kind == PK_SINGLE;
    ck_assert_uint_ge(singles, f->n / 4); /* every fourth packet of the model is one */
    panel_finish(&fresh);
}
END_TEST

START_TEST(a_recording_without_rows_of_a_pane_leaves_its_room_to_the_others)
{
    struct panel fresh;
    m.transport.live_session = false;
    m.n[ROW_OPTION] = m.n[ROW_PACKET] = 0;
    model_replay(&m, TRANSPORT_PAUSE, 60);
    panel_init(&fresh, &model_ops, &m);
    ck_assert_int_eq(keymap_default(&fresh.keys, NULL), 0);
    panel_resize(&fresh, 200, 55);
    panel_update(&fresh, &m.panel);
    ck_assert_int_eq(fresh.focus, PANE_EQUITIES);
    ck_assert_int_eq(fresh.layout.panes[PANE_OPTIONS].h, 0);
    ck_assert_int_eq(fresh.layout.panes[PANE_FLOW].h, 0);
    ck_assert_int_eq(fresh.layout.panes[PANE_EQUITIES].h, fresh.layout.body.h);
    panel_key(&fresh, &m.panel, K_TAB);
    ck_assert_int_eq(fresh.focus, PANE_EQUITIES);
    panel_key(&fresh, &m.panel, 'w');
    panel_key(&fresh, &m.panel, '3'); /* asked for by number it is there, empty */
    ck_assert_int_gt(fresh.layout.panes[PANE_FLOW].h, 2);
    panel_finish(&fresh);
}
END_TEST

START_TEST(quitting_a_recording_asks_first)
{
    press('q');
    ck_assert_int_eq(p.prompt.kind, PROMPT_QUIT);
    press(K_ENTER);
    ck_assert_int_eq(m.quits, 0);
    press(K_CTRL('c'));
    press('n');
    ck_assert_int_eq(m.quits, 0);
    type("qy");
    ck_assert_int_eq(m.quits, 1);
    m.session.recording = false;
    press('q');
    ck_assert_int_eq(m.quits, 2);
}
END_TEST

START_TEST(suspending_a_recording_asks_first)
{
    press(K_CTRL('z'));
    ck_assert_str_eq(m.asked, "");
    press('y');
    ck_assert_str_eq(m.asked, "suspend");
}
END_TEST

START_TEST(enter_goes_down_to_a_print_and_q_comes_back_up)
{
    press(K_ENTER);
    ck_assert_int_eq(p.view, VIEW_DETAIL);
    ck_assert_int_eq(p.detail.row.kind, ROW_PACKET);
    press(K_ENTER); /* to the first print */
    press(K_ENTER);
    ck_assert_int_eq(p.detail.row.kind, ROW_OPTION);
    ck_assert(p.detail.has_parent);
    press('q');
    ck_assert_int_eq(p.detail.row.kind, ROW_PACKET);
    press(K_ESC);
    ck_assert_int_eq(p.view, VIEW_TAPES);
    ck_assert_int_eq(m.quits, 0);
}
END_TEST

START_TEST(the_detail_of_a_print_names_quote_side_and_condition)
{
    struct canvas c;
    type("w1");
    type("k"); /* the last but one: bought below the ask */
    press(K_ENTER);
    panel_resize(&p, 100, 60);
    panel_update(&p, &m.panel);
    canvas_init(&c);
    canvas_resize(&c, 100, 60);
    panel_draw(&p, &m.panel, &c);
    char *dump = canvas_dump(&c, false);
    static const char *const parts[] = {"0.96 x 0.99", "40 x 25", "120ms", "bid seq 303",
                                        "buy",         "quote",   "0.65",  "hi"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        ck_assert_msg(strstr(dump, parts[i]) != NULL, "%s is missing in\n%s", parts[i], dump);
    mem_free(dump);
    canvas_finish(&c);
}
END_TEST

START_TEST(what_is_wrong_takes_the_place_of_live)
{
    ck_assert_str_eq(panel_state(&p, &m.panel).text, "LIVE");
    m.panel.mono_ns += 12 * NS_PER_SEC;
    ck_assert_str_eq(panel_state(&p, &m.panel).text, "STALE 12s");
    m.session.events++;
    panel_update(&p, &m.panel);
    ck_assert_str_eq(panel_state(&p, &m.panel).text, "LIVE");
    m.gaps[0] =
        (struct gap_view){m.session.clock_ns - 3 * NS_PER_SEC, m.session.clock_ns - NS_PER_SEC};
    m.panel.n_gaps = 1;
    ck_assert_str_eq(panel_state(&p, &m.panel).text, "GAP");
    m.session.store_error = ERR_DISK;
    ck_assert_str_eq(panel_state(&p, &m.panel).text, "DISK FULL");
    model_replay(&m, TRANSPORT_PLAY, 50);
    m.transport.speed_x100 = 400;
    ck_assert_str_eq(panel_state(&p, &m.panel).text, "REPLAY 4x");
    ck_assert_str_eq(panel_alarm(&p, &m.panel).text, "DISK FULL");
    m.transport.speed_x100 = 25;
    ck_assert_str_eq(panel_state(&p, &m.panel).text, "REPLAY 0.25x");
}
END_TEST

START_TEST(in_replay_no_row_is_later_than_the_playhead)
{
    model_replay(&m, TRANSPORT_PAUSE, 40);
    panel_update(&p, &m.panel);
    ck_assert_uint_gt(p.panes[PANE_OPTIONS].n, 0);
    for (size_t i = 0; i < p.panes[PANE_OPTIONS].n; i++)
        ck_assert_uint_le(p.panes[PANE_OPTIONS].rows[i].ev.seq, m.transport.at.seq);
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

START_TEST(a_mark_is_taken_out_by_its_letter_and_u_brings_it_back)
{
    model_replay(&m, TRANSPORT_PAUSE, 50);
    m.marks[0] = (struct tape_mark){.id = 1, .seq = 40, .ns = 7, .letter = 'a', .text = "why"};
    m.marks[1] = (struct tape_mark){.id = 2, .seq = m.transport.at.seq, .ns = m.transport.at.ns};
    m.panel.n_marks = 2;
    type("Db");
    ck_assert_str_eq(m.asked, "");
    ck_assert_str_eq(p.message, "no mark b in this session");
    type("D");
    press(K_ESC);
    ck_assert_str_eq(m.asked, "");
    type("Da");
    ck_assert_str_eq(m.asked, "unmark a 40");
    type("u");
    ck_assert_str_eq(m.asked, "mark a 40 why");
    press(K_CTRL('r'));
    ck_assert_str_eq(m.asked, "unmark a 40");
    type("D.");
    char want[64];
    snprintf(want, sizeof want, "unmark - %llu", (unsigned long long)m.transport.at.seq);
    ck_assert_str_eq(m.asked, want);
}
END_TEST

START_TEST(a_key_held_down_is_one_movement)
{
    panel_keys(&p, &m.panel, '.', 7);
    ck_assert_str_eq(m.asked, "step 7");
    type("3");
    panel_keys(&p, &m.panel, ',', 4); /* 3, and three more */
    ck_assert_str_eq(m.asked, "step -6");
    panel_update(&p, &m.panel);
    uint64_t newest = flow()->cursor;
    panel_keys(&p, &m.panel, 'k', 20);
    ck_assert_uint_eq(flow()->cursor, newest - 20);
    panel_keys(&p, &m.panel, 'L', 3); /* what does not count is done as often */
    ck_assert_str_eq(m.asked, "loop");
    panel_keys(&p, &m.panel, '/', 2);
    ck_assert_str_eq(p.prompt.text, "/");
    press(K_ESC);
    panel_keys(&p, &m.panel, '9', 2);
    ck_assert_int_eq(p.count, 99);
}
END_TEST

START_TEST(peek_off_hides_what_comes_after_the_playhead)
{
    struct canvas c;
    model_replay(&m, TRANSPORT_PAUSE, 50);
    m.marks[0] = (struct tape_mark){
        .id = 1, .seq = 1000, .ns = m.transport.span.last_ns - NS_PER_SEC, .letter = 'q'};
    m.panel.n_marks = 1;
    canvas_init(&c);
    for (int off = 0; off < 2; off++) {
        panel_update(&p, &m.panel);
        canvas_resize(&c, 80, 24);
        panel_draw(&p, &m.panel, &c);
        int ink = 0, marks = 0;
        for (int x = 60; x < 80; x++) { /* the playhead is at 83 % of the time */
            ink += c.cells[21 * 80 + x].ch != ' ' && x > 70;
            marks += c.cells[22 * 80 + x].ch == 'q';
        }
        ck_assert_int_eq(ink > 0, !off);
        ck_assert_int_eq(marks, !off);
        type("P");
    }
    canvas_finish(&c);
}
END_TEST

/* Any keys in any order at changing sizes: nothing is asserted but that it holds together. */
START_TEST(ten_thousand_random_keys_do_no_harm)
{
    static const uint32_t special[] = {K_UP,     K_DOWN, K_LEFT,  K_RIGHT,     K_HOME,
                                       K_END,    K_PGUP, K_PGDN,  K_SHIFT_TAB, K_BACKSPACE,
                                       K_DELETE, K_F1,   K_ENTER, K_ESC};
    uint32_t seed = 2463534242;
    struct canvas c;
    canvas_init(&c);
    for (int i = 0; i < 10000; i++) {
        uint32_t r = next_random(&seed);
        if (r % 50 == 0)
            panel_resize(&p, 1 + (int)(next_random(&seed) % 220),
                         1 + (int)(next_random(&seed) % 60));
        if (r % 97 == 0)
            model_replay(&m, (enum transport_state)(next_random(&seed) % 3), (int)(r >> 8) % 101);
        uint32_t pick = next_random(&seed);
        uint32_t key = pick % 3 ? pick / 3 % 128 : special[pick / 3 % ARRAY_LEN(special)];
        press(key);
        canvas_resize(&c, p.cols, p.rows);
        panel_draw(&p, &m.panel, &c);
        ck_assert(p.focus < PANE_COUNT);
    }
    canvas_finish(&c);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("panel");
    TCase *t = tcase_create("panel");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, moving_in_a_live_tape_holds_it_and_rows_stay);
    tcase_add_test(t, the_cursor_walks_through_every_row_and_back);
    tcase_add_test(t, pages_counts_and_ends);
    tcase_add_test(t, all_that_may_follow_a_key_is_shown);
    tcase_add_test(t, the_first_key_of_a_sequence_waits_and_escape_forgets_it);
    tcase_add_test(t, transport_keys_ask_for_what_the_ux_reference_says);
    tcase_add_test(t, r_repeats_the_last_relative_jump_and_R_goes_against_it);
    tcase_add_test(t, brackets_jump_in_the_streams_they_name);
    tcase_add_test(t, marks_are_set_by_a_letter_found_by_it_and_carry_notes);
    tcase_add_test(t, a_search_goes_to_older_rows_with_the_text_and_counts_them);
    tcase_add_test(t, a_time_reference_is_set_by_T_and_taken_away_by_it);
    tcase_add_test(t, the_timeline_zooms_round_the_playhead_and_stays_put_while_it_moves);
    tcase_add_test(t, a_live_timeline_grows_in_steps);
    tcase_add_test(t, space_in_live_holds_all_panes_and_releases_them);
    tcase_add_test(t, goto_asks_for_the_text_and_shows_what_is_wrong_with_it);
    tcase_add_test(t, a_filter_hides_rows_and_says_how_many_it_shows);
    tcase_add_test(t, the_last_valid_filter_runs_while_a_new_one_is_typed);
    tcase_add_test(t, a_character_takes_the_place_of_the_filter_that_was_there);
    tcase_add_test(t, the_flow_pane_starts_without_singles_and_a_backslash_shows_them);
    tcase_add_test(t, a_recording_without_rows_of_a_pane_leaves_its_room_to_the_others);
    tcase_add_test(t, quitting_a_recording_asks_first);
    tcase_add_test(t, suspending_a_recording_asks_first);
    tcase_add_test(t, enter_goes_down_to_a_print_and_q_comes_back_up);
    tcase_add_test(t, the_detail_of_a_print_names_quote_side_and_condition);
    tcase_add_test(t, what_is_wrong_takes_the_place_of_live);
    tcase_add_test(t, in_replay_no_row_is_later_than_the_playhead);
    tcase_add_test(t, a_mark_is_taken_out_by_its_letter_and_u_brings_it_back);
    tcase_add_test(t, a_key_held_down_is_one_movement);
    tcase_add_test(t, peek_off_hides_what_comes_after_the_playhead);
    tcase_add_test(t, ten_thousand_random_keys_do_no_harm);
    suite_add_tcase(s, t);
    return s;
}
