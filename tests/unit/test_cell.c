/* Values of cells as filters, and taking back. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "harness.h"
#include "tests/screen/model.h"
#include "tui/cell.h"
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

static void take_every_value(struct pane *pane, uint64_t key, int height)
{
    char first[256] = "", test[256];
    for (int k = 0; k < 80; k++) {
        pane_show(pane, &m.panel, key, height);
        struct row row = *pane_cursor(pane);
        type("i");
        ck_assert_int_eq(p.prompt.kind, PROMPT_CELL);
        if (k)
            type("l");
        cell_test(&p, &m.panel, test, sizeof test);
        if (k && strcmp(test, first) == 0)
            break;
        if (!k)
            strcpy(first, test);
        press(K_ENTER);
        ck_assert_str_eq(pane->filter_text, test);
        ck_assert_msg(filter_match(pane->filter, &row, &m.panel.cells), "%s", test);
        ck_assert_uint_eq(pane->cursor, key);
        type("u");
        ck_assert_ptr_null(pane->filter);
        type("x");
        press(K_ENTER);
        ck_assert_msg(!filter_match(pane->filter, &row, &m.panel.cells), "%s", test);
        type("u");
    }
    press(K_ESC);
    pane->cell = 0;
    ck_assert_msg(strncmp(first, "symbol == ", 10) == 0, "%s", first);
    ck_assert_ptr_null(pane->filter);
}

/* Every value that is offered, taken as a filter: its row passes it and not its opposite. */
START_TEST(the_value_of_a_cell_becomes_a_filter)
{
    static const char *const panes[] = {"w1", "w2", "w3"};
    for (size_t i = 0; i < ARRAY_LEN(panes); i++) {
        type(panes[i]);
        struct pane *pane = &p.panes[p.focus];
        take_every_value(pane, pane->rows[pane->n - 2].key, 8);
    }
    model_tagged(&m);
    panel_update(&p, &m.panel);
    for (uint64_t key = 80; key < 87; key++) /* one of each kind */
        take_every_value(flow(), key, flow()->height);
}
END_TEST

START_TEST(a_cell_joins_the_filter_that_is_there_and_u_and_ctrl_r_go_back_and_forth)
{
    struct pane *pane = flow();
    type("&side == buy or side == sell\r");
    type("i");
    char test[256], want[320];
    cell_test(&p, &m.panel, test, sizeof test);
    press(K_ENTER);
    snprintf(want, sizeof want, "(side == buy or side == sell) and %s", test);
    ck_assert_str_eq(pane->filter_text, want);
    type("u");
    ck_assert_str_eq(pane->filter_text, "side == buy or side == sell");
    type("u");
    ck_assert_ptr_null(pane->filter);
    type("u");
    ck_assert_str_eq(p.message, "nothing to take back");
    press(K_CTRL('r'));
    press(K_CTRL('r'));
    ck_assert_str_eq(pane->filter_text, want);
    press(K_CTRL('r'));
    ck_assert_str_eq(p.message, "nothing to make again");
    type("i");
    press(K_ESC);
    ck_assert_str_eq(pane->filter_text, want);
    type("\\"); /* one that is off does not take part, and comes back off */
    type("i\r");
    ck_assert_str_eq(pane->filter_text, test);
    ck_assert(!pane->filter_off);
    type("u");
    ck_assert_str_eq(pane->filter_text, want);
    ck_assert(pane->filter_off);
    press(K_CTRL('r'));
    ck_assert(!pane->filter_off);
    type("u");
    ck_assert(pane->filter_off);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("cell");
    TCase *t = tcase_create("cell");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_value_of_a_cell_becomes_a_filter);
    tcase_add_test(t, a_cell_joins_the_filter_that_is_there_and_u_and_ctrl_r_go_back_and_forth);
    suite_add_tcase(s, t);
    return s;
}
