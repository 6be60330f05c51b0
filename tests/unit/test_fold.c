/* Packets opened in place, their tags, and what a pane does with the lines beneath them. */
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "harness.h"
#include "tests/screen/model.h"
#include "tui/detail_package.h"
#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/tags.h"

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

static struct child child_at_cursor(void)
{
    struct child c = {0};
    ck_assert(pane_child(flow(), &c));
    return c;
}

/* The line of the screen on which a row of the flow pane stands, from its upper edge. */
static int line_on_screen(uint64_t key)
{
    for (size_t i = 0; i < flow()->n_lines; i++)
        if (flow()->rows[flow()->lines[i].row].key == key && flow()->lines[i].child == 0)
            return (int)i;
    return -1;
}

/* Packets 3 of 4 (fill runs, sweeps) have three prints, the others one: model.c. */
START_TEST(o_opens_a_packet_in_place_and_closes_it_again)
{
    type("kkkkk"); /* a sweep */
    uint64_t key = flow()->cursor;
    int y = line_on_screen(key);
    type("o");
    ck_assert_uint_eq(flow()->cursor, key);
    ck_assert_int_eq(line_on_screen(key), y);
    ck_assert_uint_eq(flow()->cursor_child, 0);
    size_t prints = pane_cursor(flow())->u.packet.members;
    for (size_t i = 1; i <= prints; i++) {
        type("j");
        ck_assert_uint_eq(flow()->cursor, key);
        ck_assert_int_eq(child_at_cursor().kind, CHILD_PRINT);
        ck_assert_uint_eq(child_at_cursor().print->key, 10 + 3 * (key - 1) + i - 1);
        ck_assert(child_at_cursor().last == (i == prints));
    }
    type("j");
    ck_assert_uint_eq(flow()->cursor, key + 1);
    type("ko"); /* from a print: the packet it belongs to */
    ck_assert_uint_eq(flow()->cursor, key);
    ck_assert_uint_eq(flow()->cursor_child, 0);
    ck_assert_int_eq(line_on_screen(key), y);
    type("j");
    ck_assert_uint_eq(flow()->cursor, key + 1);
}
END_TEST

START_TEST(what_is_opened_at_the_lower_edge_comes_into_sight)
{
    type("k");
    type("j"); /* held, at the newest */
    uint64_t key = flow()->cursor;
    type("kko"); /* the last but two: a sweep */
    ck_assert_uint_eq(pane_cursor(flow())->u.packet.members, 3);
    int y = line_on_screen(flow()->cursor);
    ck_assert_int_ge(y, 0);
    ck_assert_int_le(y + 3, (int)flow()->n_lines - 1);
    ck_assert_uint_eq(flow()->cursor, key - 2);
}
END_TEST

START_TEST(lines_of_open_packets_stay_where_they_are_while_rows_arrive)
{
    for (int k = 0; k < ROW_KIND_COUNT; k++)
        m.shown[k] = MIN(m.n[k], 90u);
    panel_update(&p, &m.panel);
    type("kkkkkojj");
    uint64_t key = flow()->cursor;
    uint32_t child = flow()->cursor_child;
    int y = line_on_screen(key);
    size_t n = flow()->n_lines;
    m.shown[ROW_PACKET] = 97;
    panel_update(&p, &m.panel);
    ck_assert_uint_eq(flow()->cursor, key);
    ck_assert_uint_eq(flow()->cursor_child, child);
    ck_assert_int_eq(line_on_screen(key), y);
    ck_assert_uint_eq(flow()->n_lines, n);
}
END_TEST

/* A recording writes a packet's prints a moment after it was told. */
START_TEST(prints_that_are_not_written_yet_are_waited_for_and_nothing_jumps)
{
    m.members_written = 0;
    m.session.committed_seq = 5;
    type("kkkkko");
    uint64_t key = flow()->cursor;
    int y = line_on_screen(key);
    type("j");
    ck_assert_int_eq(child_at_cursor().kind, CHILD_WAIT);
    type("k");
    m.members_written = SIZE_MAX;
    size_t reads = m.member_reads;
    panel_update(&p, &m.panel);
    ck_assert_uint_eq(m.member_reads, reads); /* nothing was written: not asked again */
    m.session.committed_seq = 6;
    panel_update(&p, &m.panel);
    ck_assert_int_eq(line_on_screen(key), y);
    type("j");
    ck_assert_int_eq(child_at_cursor().kind, CHILD_PRINT);
    reads = m.member_reads;
    panel_update(&p, &m.panel);
    ck_assert_uint_eq(m.member_reads, reads);
}
END_TEST

START_TEST(prints_are_read_again_when_the_packet_or_the_playhead_is_another)
{
    type("kkkkko");
    struct packet *k = NULL;
    for (size_t i = 0; i < m.n[ROW_PACKET]; i++)
        if (m.rows[ROW_PACKET][i].key == flow()->cursor)
            k = &m.rows[ROW_PACKET][i].u.packet;
    size_t reads = m.member_reads;
    panel_update(&p, &m.panel);
    ck_assert_uint_eq(m.member_reads, reads);
    k->by_seq = 900; /* a cancel made it what it is */
    panel_update(&p, &m.panel);
    ck_assert_uint_eq(m.member_reads, reads + 1);
    k->members = 2;
    panel_update(&p, &m.panel);
    ck_assert_uint_eq(m.member_reads, reads + 2);
    type("jj");
    ck_assert(child_at_cursor().last);
    model_replay(&m, TRANSPORT_PAUSE, 99);
    panel_update(&p, &m.panel);
    ck_assert_uint_eq(m.member_reads, reads + 3);
}
END_TEST

START_TEST(all_packets_open_and_close_and_the_cursor_walks_through_every_line)
{
    size_t lines = 0;
    for (size_t i = 0; i < m.n[ROW_PACKET]; i++)
        lines += 1 + m.rows[ROW_PACKET][i].u.packet.members;
    type("kO");
    ck_assert(flow()->folds.all);
    type("gg");
    ck_assert_uint_eq(flow()->cursor, 1);
    ck_assert_uint_eq(flow()->cursor_child, 0);
    for (size_t i = 1; i < lines; i++) {
        uint64_t key = flow()->cursor;
        uint32_t child = flow()->cursor_child;
        type("j");
        bool next = flow()->cursor == key && flow()->cursor_child == child + 1;
        bool below = flow()->cursor == key + 1 && flow()->cursor_child == 0;
        ck_assert_msg(next || below, "line %zu", i);
    }
    ck_assert_uint_eq(flow()->cursor, 100);
    for (size_t i = 1; i < lines; i++)
        type("k");
    ck_assert_uint_eq(flow()->cursor, 1);
    ck_assert_uint_eq(flow()->cursor_child, 0);
    press(K_PGDN);
    press(K_PGUP);
    ck_assert_uint_eq(flow()->cursor, 1);
    type("O");
    for (uint64_t i = 2; i <= 100; i++) {
        type("j");
        ck_assert_uint_eq(flow()->cursor, i);
    }
}
END_TEST

START_TEST(of_a_long_packet_a_pane_full_is_shown_and_how_many_more)
{
    struct packet *k = &m.rows[ROW_PACKET][95].u.packet;
    k->members = 500;
    panel_update(&p, &m.panel);
    type("kkkk");
    ck_assert_uint_eq(pane_cursor(flow())->u.packet.id, k->id);
    type("o");
    int lines = 0;
    do {
        type("j");
        lines++;
    } while (child_at_cursor().kind == CHILD_PRINT);
    ck_assert_int_eq(child_at_cursor().kind, CHILD_MORE);
    ck_assert_uint_eq(child_at_cursor().more, 500 - (uint32_t)(lines - 1));
    ck_assert_int_eq(lines, flow()->height - 1);
    press(K_ENTER);
    ck_assert_int_eq(p.detail.row.kind, ROW_PACKET);
    ck_assert_uint_eq(p.detail.n_members, 500);
    ck_assert_str_eq(p.detail.lines[p.detail.scroll].text, "Prints (500)");
}
END_TEST

START_TEST(enter_on_a_line_of_an_open_packet_shows_that_print)
{
    type("kkkkkojj");
    uint64_t seq = child_at_cursor().print->ev.seq, id = pane_cursor(flow())->u.packet.id;
    press(K_ENTER);
    ck_assert_int_eq(p.detail.row.kind, ROW_OPTION);
    ck_assert_uint_eq(p.detail.row.ev.seq, seq);
    ck_assert_uint_eq(p.detail.parent.u.packet.id, id);
    type("n"); /* the detail follows the cursor over the lines */
    ck_assert_uint_eq(p.detail.row.ev.seq, seq + 1);
    type("q");
    ck_assert_int_eq(p.detail.row.kind, ROW_PACKET);
    ck_assert_uint_eq(p.detail.row.u.packet.id, id);
}
END_TEST

START_TEST(prints_do_not_open_and_it_is_said)
{
    type("w1o");
    ck_assert(strstr(p.message, "flow pane") != NULL);
    ck_assert(!p.panes[PANE_OPTIONS].held);
}
END_TEST

static const char *tags(const struct packet *k, bool ascii)
{
    static char buf[256];
    struct row row = {.kind = ROW_PACKET};
    struct cell_context c = m.panel.cells;
    c.ascii = ascii;
    row.u.packet = *k;
    buf[0] = '\0';
    tags_text(&row, &c, buf, sizeof buf);
    return buf;
}

START_TEST(tags_say_what_a_packet_is_the_most_important_first)
{
    struct packet k = {.kind = PK_SWEEP, .grade = PG_ISO, .state = PS_CLOSED, .side = 1};
    k.opening_reason = OR_NO_OI;
    k.rarity_reason = RR_COLD;
    ck_assert_str_eq(tags(&k, false), "SWP iso");
    k.grade = PG_APPARENT;
    k.state = PS_INCOMPLETE;
    k.opening_reason = OR_OK;
    k.opening_min = 1250 * QTY_ONE;
    k.rarity_reason = RR_OK;
    k.rarity_k = 3;
    k.rarity_n = 1200;
    k.flags = PF_LATE | PF_FLOOR | PF_ROLL_CANDIDATE;
    ck_assert_str_eq(tags(&k, false), "SWP app incomplete OPEN\u22651,250 1/400 roll? floor late");
    ck_assert_str_eq(tags(&k, true), "SWP app incomplete OPEN>=1,250 1/400 roll? floor late");
    k.rarity_k = 0; /* none of them was as large: rarer than one in all of them */
    k.flags = 0;
    k.state = PS_AMENDED;
    ck_assert_str_eq(tags(&k, true), "SWP app amended OPEN>=1,250 <1/1200");
    k = (struct packet){.kind = PK_REPEAT, .state = PS_CLOSED, .members = 40};
    k.opening_reason = OR_EXPIRING;
    k.rarity_reason = RR_NONE;
    k.qty = 200 * QTY_ONE;
    ck_assert_str_eq(tags(&k, true), "REP 40x5");
    k.qty = 204 * QTY_ONE; /* within a fifth of each other they are one run */
    ck_assert_str_eq(tags(&k, true), "REP 40x~5");
    k = (struct packet){.kind = PK_PACKAGE, .state = PS_OPEN, .side = -1};
    k.shape = SHAPE_CALL_VERTICAL;
    k.opening_reason = OR_EXPIRING;
    k.rarity_reason = RR_NONE;
    ck_assert_str_eq(tags(&k, true), "PKG open sells call vertical");
}
END_TEST

START_TEST(a_packages_tag_is_the_reading_of_its_legs)
{
    static const char *const osi[] = {"SPY   240621C00545000", "SPY   240621C00550000"};
    struct row row = {.kind = ROW_PACKET};
    struct tag t[TAGS_MAX];
    char buf[256] = "";
    row.u.packet = (struct packet){.kind = PK_PACKAGE, .state = PS_CLOSED, .side = 1};
    row.u.packet.shape = SHAPE_CALL_VERTICAL;
    row.u.packet.flags = PF_STOCK_TIED; /* a package says that by its shape */
    row.u.packet.opening_reason = OR_NO_OI;
    row.u.packet.rarity_reason = RR_COLD;
    row.u.legs = (struct leg_list){.n = 2, .side = 1, .sign = {1, -1}, .ratio = {1, 1}};
    for (int i = 0; i < 2; i++)
        row.u.legs.sym[i] = symbols_option(m.symbols, osi[i], strlen(osi[i]));
    tags_text(&row, &m.panel.cells, buf, sizeof buf);
    ck_assert_str_eq(buf, "PKG buys call vertical 545/550");
    ck_assert_uint_eq(tags_of(&row, &m.panel.cells, true, t), 2);
    ck_assert_str_eq(t[1].text, "vert");
}
END_TEST

/* 1.10 x 1.35: the middle is 1.225, so that 1.25 is a tenth of the width, two cells of twenty,
 * further on; outside it stands outside. */
START_TEST(the_market_bar_places_the_net_price)
{
    char buf[128];
    ck_assert(market_bar(1100000000, 1350000000, 1250000000, true, buf, sizeof buf));
    ck_assert_str_eq(buf, " |----------+-o--------|");
    ck_assert(market_bar(1100000000, 1350000000, 1100000000, true, buf, sizeof buf));
    ck_assert_str_eq(buf, " |o---------+----------|");
    ck_assert(market_bar(1100000000, 1350000000, 1350000000, true, buf, sizeof buf));
    ck_assert_str_eq(buf, " |----------+---------o|");
    ck_assert(market_bar(-200000000, 100000000, -210000000, true, buf, sizeof buf));
    ck_assert_str_eq(buf, "o|----------+----------|");
    ck_assert(market_bar(-200000000, 100000000, 110000000, true, buf, sizeof buf));
    ck_assert_str_eq(buf, " |----------+----------|o");
    ck_assert(!market_bar(1, 1, 1, true, buf, sizeof buf));
    ck_assert(!market_bar(PX_NONE, 1, 1, true, buf, sizeof buf));
    ck_assert(!market_bar(1, PX_NONE, 1, true, buf, sizeof buf));
}
END_TEST

static bool detail_says(const char *name, const char *text)
{
    for (size_t i = 0; i < p.detail.n; i++)
        if (strcmp(p.detail.lines[i].name, name) == 0 && strstr(p.detail.lines[i].text, text))
            return true;
    return false;
}

START_TEST(a_packages_detail_shows_legs_market_class_and_never_claims)
{
    model_tagged(&m);
    panel_update(&p, &m.panel);
    uint64_t key = 99 - 99 % 7 + 2; /* a call vertical: model.c */
    pane_show(flow(), &m.panel, key, flow()->height);
    ck_assert_int_eq(pane_cursor(flow())->u.packet.shape, SHAPE_CALL_VERTICAL);
    press(K_ENTER);
    ck_assert(detail_says("reading", "consistent with: buys call vertical 545/550"));
    ck_assert(detail_says("net price", "1.25"));
    ck_assert(detail_says("its market", "1.10"));
    ck_assert(detail_says("class", "directional"));
    ck_assert(detail_says("direction", "consistent with bullish"));
    ck_assert(detail_says("delta", "1250 shares"));
    ck_assert(detail_says("SPY 545C 06-21", "+1  bought"));
    ck_assert(detail_says("SPY 550C 06-21", "-1  sold"));
    type("q");
    type("oj");
    ck_assert_int_eq(child_at_cursor().kind, CHILD_LEG);
    press(K_ENTER); /* from a leg: the packet, at its legs */
    ck_assert_int_eq(p.detail.row.kind, ROW_PACKET);
    ck_assert_str_eq(p.detail.lines[p.detail.scroll].text, "Legs (2)");
}
END_TEST

/* 441 contracts, 100 traded before, 51 open that morning: 441 - 51 - 100 = 290. */
START_TEST(the_detail_shows_the_arithmetic_of_the_opening_minimum)
{
    struct packet *k = &m.rows[ROW_PACKET][99].u.packet;
    k->qty = 441 * QTY_ONE;
    k->opening_min = 290 * QTY_ONE;
    k->opening_reason = OR_OK;
    k->day_volume = 541;
    k->members = 1;
    panel_update(&p, &m.panel);
    press(K_ENTER);
    ck_assert(detail_says("minimum", "441 - 51 - 100 = 290"));
    ck_assert(detail_says("traded before", "100 that day, 541 with its own"));
    type("q");
    k->opening_min = 0;
    panel_update(&p, &m.panel);
    press(K_ENTER);
    ck_assert(detail_says("minimum", "0: it is not larger"));
    type("q");
    k->opening_reason = OR_NO_OI;
    panel_update(&p, &m.panel);
    press(K_ENTER);
    ck_assert(!detail_says("minimum", ""));
}
END_TEST

START_TEST(a_number_too_long_for_its_column_is_rounded_and_marked)
{
    static const struct {
        int64_t nano;
        int width;
        const char *text;
    } cases[] = {
        {1250 * PX_ONE, 7, "1,250"},
        {1234567890123, 7, "~1,235"},
        {1234567890123, 9, "~1,234.57"},
        {123456789, 7, "~0.1235"},
        {999999999, 7, "~1"},
        {12345 * PX_ONE, 6, "12,345"},
        {1234567 * PX_ONE, 7, "~1.23M"},
        {12345678 * PX_ONE, 7, "~12.3M"},
        {1, 7, "~0"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char buf[64];
        short_text(buf, sizeof buf, cases[i].nano, cases[i].width);
        ck_assert_str_eq(buf, cases[i].text);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("fold");
    TCase *t = tcase_create("fold");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, o_opens_a_packet_in_place_and_closes_it_again);
    tcase_add_test(t, what_is_opened_at_the_lower_edge_comes_into_sight);
    tcase_add_test(t, lines_of_open_packets_stay_where_they_are_while_rows_arrive);
    tcase_add_test(t, prints_that_are_not_written_yet_are_waited_for_and_nothing_jumps);
    tcase_add_test(t, prints_are_read_again_when_the_packet_or_the_playhead_is_another);
    tcase_add_test(t, all_packets_open_and_close_and_the_cursor_walks_through_every_line);
    tcase_add_test(t, of_a_long_packet_a_pane_full_is_shown_and_how_many_more);
    tcase_add_test(t, enter_on_a_line_of_an_open_packet_shows_that_print);
    tcase_add_test(t, prints_do_not_open_and_it_is_said);
    tcase_add_test(t, tags_say_what_a_packet_is_the_most_important_first);
    tcase_add_test(t, a_packages_tag_is_the_reading_of_its_legs);
    tcase_add_test(t, the_market_bar_places_the_net_price);
    tcase_add_test(t, a_packages_detail_shows_legs_market_class_and_never_claims);
    tcase_add_test(t, the_detail_shows_the_arithmetic_of_the_opening_minimum);
    tcase_add_test(t, a_number_too_long_for_its_column_is_rounded_and_marked);
    suite_add_tcase(s, t);
    return s;
}
