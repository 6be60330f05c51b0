/* Bindings, actions and themes: text in, tables out, mistakes named with their line. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "harness.h"
#include "tui/action.h"
#include "tui/keys.h"
#include "tui/theme.h"
#include "tui/tui.h"

static struct keymap map;
static struct err err;

static void setup(void)
{
    map = (struct keymap){0};
    err = (struct err){0};
}

static void teardown(void)
{
    keymap_finish(&map);
}

static const char *name_of(enum key_context context, const uint32_t *keys, size_t n)
{
    const struct action *a = NULL;
    enum keymap_match m = keymap_find(&map, context, keys, n, &a);
    return m == KEYMAP_FULL ? a->name : m == KEYMAP_PREFIX ? "..." : "none";
}

static const char *name_of_key(enum key_context context, uint32_t key)
{
    return name_of(context, &key, 1);
}

START_TEST(the_built_in_keys_are_those_of_the_ux_reference)
{
    static const struct {
        uint32_t key;
        const char *action;
    } expected[] = {
        {'j', "down"},
        {K_DOWN, "down"},
        {'k', "up"},
        {K_UP, "up"},
        {K_CTRL('d'), "half_down"},
        {K_CTRL('u'), "half_up"},
        {K_PGDN, "page_down"},
        {K_PGUP, "page_up"},
        {'G', "newest"},
        {'h', "column_left"},
        {'l', "column_right"},
        {K_TAB, "pane_next"},
        {K_SHIFT_TAB, "pane_previous"},
        {'f', "maximise"},
        {K_ENTER, "detail"},
        {K_ESC, "back"},
        {'q', "back"},
        {'/', "search"},
        {'n', "search_older"},
        {'N', "search_newer"},
        {'&', "filter"},
        {'\\', "filter_toggle"},
        {'?', "help"},
        {K_F1, "help"},
        {K_SPACE, "play"},
        {'.', "event_forward"},
        {',', "event_back"},
        {K_RIGHT, "forward_5s"},
        {K_LEFT, "back_5s"},
        {'}', "forward_1m"},
        {'{', "back_1m"},
        {')', "forward_10m"},
        {'(', "back_10m"},
        {'+', "faster"},
        {'=', "faster"},
        {'-', "slower"},
        {K_BACKSPACE, "speed_reset"},
        {'%', "percent"},
        {'t', "goto"},
        {'>', "bar_forward"},
        {'<', "bar_back"},
        {'r', "repeat"},
        {'R', "repeat_back"},
        {'L', "loop"},
        {'U', "undo_seek"},
        {'T', "reference"},
        {'z', "zoom_in"},
        {'Z', "zoom_out"},
        {'m', "mark"},
        {'\'', "mark_go"},
        {'M', "note"},
        {'F', "live"},
        {K_HOME, "start"},
        {K_END, "end"},
        {K_CTRL('l'), "redraw"},
        {K_CTRL('z'), "suspend"},
        {K_CTRL('c'), "cancel"},
    };
    ck_assert_int_eq(keymap_default(&map, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        ck_assert_str_eq(name_of_key(KEYS_TAPES, expected[i].key), expected[i].action);
}
END_TEST

START_TEST(sequences_are_found_by_their_beginning_and_as_a_whole)
{
    ck_assert_int_eq(keymap_default(&map, &err), 0);
    ck_assert_str_eq(name_of_key(KEYS_TAPES, 'g'), "...");
    ck_assert_str_eq(name_of(KEYS_TAPES, (uint32_t[]){'g', 'g'}, 2), "oldest");
    ck_assert_str_eq(name_of(KEYS_TAPES, (uint32_t[]){'w', '2'}, 2), "pane_2");
    ck_assert_str_eq(name_of(KEYS_TAPES, (uint32_t[]){'g', 'x'}, 2), "none");
    ck_assert_str_eq(name_of(KEYS_DETAIL, (uint32_t[]){'w', '2'}, 2), "none");
    static const struct {
        char after;
        const char *next, *previous;
    } jumps[] = {
        {'p', "next_packet", "previous_packet"}, {'b', "next_block", "previous_block"},
        {'f', "next_match", "previous_match"},   {'m', "next_mark", "previous_mark"},
        {'g', "next_gap", "previous_gap"},       {'s', "next_session", "previous_session"},
        {'h', "next_halt", "previous_halt"},
    };
    for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
        uint32_t after = (unsigned char)jumps[i].after;
        ck_assert_str_eq(name_of(KEYS_TAPES, (uint32_t[]){']', after}, 2), jumps[i].next);
        ck_assert_str_eq(name_of(KEYS_TAPES, (uint32_t[]){'[', after}, 2), jumps[i].previous);
    }
    ck_assert_str_eq(name_of(KEYS_TAPES, (uint32_t[]){']', ']'}, 2), "next_mark");
    ck_assert_str_eq(name_of(KEYS_TAPES, (uint32_t[]){'[', '['}, 2), "previous_mark");
}
END_TEST

START_TEST(a_context_goes_before_all)
{
    ck_assert_int_eq(keymap_add(&map, "bind all x up\nbind detail x down\n", "t", &err), 0);
    ck_assert_str_eq(name_of_key(KEYS_DETAIL, 'x'), "down");
    ck_assert_str_eq(name_of_key(KEYS_TAPES, 'x'), "up");
}
END_TEST

START_TEST(a_later_text_replaces_a_binding)
{
    ck_assert_int_eq(keymap_default(&map, &err), 0);
    ck_assert_int_eq(keymap_add(&map, "bind all j up\n", "mine", &err), 0);
    ck_assert_str_eq(name_of_key(KEYS_TAPES, 'j'), "up");
}
END_TEST

START_TEST(mistakes_are_named_with_file_and_line_and_change_nothing)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        {"# fine\nbind all j dwn\n", "mine:2: no action 'dwn': did you mean down?"},
        {"bind nowhere j down\n", "mine:1: no context 'nowhere'"},
        {"bind all <Hyper> down\n", "mine:1: no key '<Hyper>'"},
        {"bind all j\n", "mine:1: expected"},
        {"bind all z up\n\nbind all z down\n", "mine:3: the key is taken: 'z' already means up"},
        {"bind all gx up\nbind all g down\n", "mine:2: the key is taken"},
        {"bind all abcde up\n", "mine:1: no key"},
    };
    ck_assert_int_eq(keymap_add(&map, "bind all y up\n", "first", &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(keymap_add(&map, bad[i].text, "mine", &err), -ERR_CONFIG);
        ck_assert_msg(strstr(err.text, bad[i].part) == err.text, "%s", err.text);
        ck_assert_uint_eq(map.n, 1);
    }
}
END_TEST

START_TEST(every_action_has_a_key_a_sentence_and_fits_the_help)
{
    ck_assert_int_eq(keymap_default(&map, &err), 0);
    for (const struct action *a = actions; a->name; a++) {
        bool bound = false;
        for (size_t i = 0; i < map.n; i++)
            bound |= map.bindings[i].action == a;
        ck_assert_msg(bound, "%s has no key", a->name);
        ck_assert_msg((!a->run != !a->run_with) && a->contexts, "%s does nothing", a->name);
        ck_assert_msg(a->sentence[0] && canvas_width(a->sentence) <= 80 - 18, "%s", a->sentence);
        ck_assert_msg(a->label[0] && canvas_width(a->label) <= 14, "%s", a->label);
    }
}
END_TEST

START_TEST(a_key_that_is_bound_does_something_in_its_context)
{
    ck_assert_int_eq(keymap_default(&map, &err), 0);
    for (size_t i = 0; i < map.n; i++) {
        const struct binding *b = &map.bindings[i];
        if (b->context != KEYS_ALL)
            ck_assert_msg(b->action->contexts & 1u << b->context, "%s", b->action->name);
    }
}
END_TEST

START_TEST(the_manual_text_has_a_line_for_every_action)
{
    char *text = tui_keys_text();
    for (const struct action *a = actions; a->name; a++) {
        char want[128];
        snprintf(want, sizeof want, "\t%s\t", a->name);
        ck_assert_msg(strstr(text, want) != NULL, "%s", a->name);
    }
    ck_assert(strstr(text, "j, Down\tdown\t") != NULL);
    mem_free(text);
}
END_TEST

START_TEST(both_themes_give_every_meaning_and_mono_has_no_colour)
{
    static const char *const names[] = {"default", "light"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct theme t;
        ck_assert_int_eq(theme_load(&t, names[i], &err), 0);
        ck_assert_int_ge(t.colour[STYLE_BUY].colour, 0);
        ck_assert_int_ne(t.colour[STYLE_BUY].colour, t.colour[STYLE_SELL].colour);
        for (int st = 0; st < STYLE_COUNT; st++) {
            ck_assert_int_eq(t.mono[st].colour, -1);
            ck_assert_uint_eq(t.mono[st].attrs & THEME_DIM, 0);
        }
        ck_assert(t.mono[STYLE_ALERT].attrs & THEME_REVERSE);
    }
    struct theme t;
    ck_assert_int_eq(theme_load(&t, "neon", &err), -ERR_USAGE);
}
END_TEST

START_TEST(a_theme_with_a_mistake_is_refused_with_its_line)
{
    struct theme t;
    ck_assert_int_eq(theme_parse(&t, "buy green - -\nsell rot - -\n", "mine", &err), -ERR_CONFIG);
    ck_assert_msg(strstr(err.text, "mine:2: no colour 'rot'") == err.text, "%s", err.text);
    ck_assert_int_eq(theme_parse(&t, "buy green shiny -\n", "mine", &err), -ERR_CONFIG);
    ck_assert_int_eq(theme_parse(&t, "buyer green - -\n", "mine", &err), -ERR_CONFIG);
    ck_assert_int_eq(theme_parse(&t, "buy green\n", "mine", &err), -ERR_CONFIG);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("keys");
    TCase *t = tcase_create("keys");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_built_in_keys_are_those_of_the_ux_reference);
    tcase_add_test(t, sequences_are_found_by_their_beginning_and_as_a_whole);
    tcase_add_test(t, a_context_goes_before_all);
    tcase_add_test(t, a_later_text_replaces_a_binding);
    tcase_add_test(t, mistakes_are_named_with_file_and_line_and_change_nothing);
    tcase_add_test(t, every_action_has_a_key_a_sentence_and_fits_the_help);
    tcase_add_test(t, a_key_that_is_bound_does_something_in_its_context);
    tcase_add_test(t, the_manual_text_has_a_line_for_every_action);
    tcase_add_test(t, both_themes_give_every_meaning_and_mono_has_no_colour);
    tcase_add_test(t, a_theme_with_a_mistake_is_refused_with_its_line);
    suite_add_tcase(s, t);
    return s;
}
