/* The grid of cells: clipping, widths, and that nothing but characters gets in. */
#include <string.h>

#include "base/mem.h"
#include "harness.h"
#include "tui/canvas.h"

static struct canvas c;

static void setup(void)
{
    canvas_init(&c);
    canvas_resize(&c, 10, 3);
}

static void teardown(void)
{
    canvas_finish(&c);
}

static void expect(const char *dump)
{
    char *got = canvas_dump(&c, false);
    ck_assert_str_eq(got, dump);
    mem_free(got);
}

START_TEST(text_is_clipped_to_its_rectangle)
{
    struct rect r = {2, 1, 4, 1};
    ck_assert_int_eq(canvas_text(&c, r, 0, 0, STYLE_PLAIN, "abcdefgh"), 4);
    canvas_text(&c, r, 0, 1, STYLE_PLAIN, "below");
    canvas_text(&c, r, 0, -1, STYLE_PLAIN, "above");
    expect("\n  abcd\n\n");
}
END_TEST

START_TEST(text_beginning_left_of_its_rectangle_shows_its_end)
{
    canvas_text(&c, (struct rect){0, 0, 10, 1}, -2, 0, STYLE_PLAIN, "abcd");
    expect("cd\n\n\n");
}
END_TEST

START_TEST(a_rectangle_larger_than_the_canvas_is_cut)
{
    canvas_fill(&c, (struct rect){8, 2, 100, 100}, 'x', STYLE_BAR);
    canvas_fill(&c, (struct rect){-5, -5, 6, 6}, 'y', STYLE_BAR);
    expect("y\n\n        xx\n");
}
END_TEST

START_TEST(control_bytes_and_broken_utf8_become_question_marks)
{
    canvas_text(&c, (struct rect){0, 0, 10, 1}, 0, 0, STYLE_PLAIN,
                "a\033[\x9b\x07\n\xff\xc0\x7f"
                "b");
    expect("a?[??\?\?\?\?b\n\n\n");
}
END_TEST

START_TEST(bidi_zero_width_and_private_characters_become_question_marks)
{
    canvas_text(&c, (struct rect){0, 0, 10, 1}, 0, 0, STYLE_PLAIN,
                "\u202e\u200b\ufeff\ue000\U0001f600");
    expect("?????\n\n\n");
}
END_TEST

START_TEST(combining_marks_are_dropped)
{
    ck_assert_int_eq(canvas_text(&c, (struct rect){0, 0, 10, 1}, 0, 0, STYLE_PLAIN, "e\u0301x"), 2);
    expect("ex\n\n\n");
}
END_TEST

START_TEST(a_wide_character_takes_two_cells)
{
    ck_assert_int_eq(canvas_text(&c, (struct rect){0, 0, 10, 1}, 0, 0, STYLE_PLAIN, "a\u65e5z"), 4);
    ck_assert_uint_eq(c.cells[1].ch, 0x65e5);
    ck_assert_uint_eq(c.cells[2].ch, 0);
    ck_assert_uint_eq(c.cells[3].ch, 'z');
}
END_TEST

START_TEST(a_wide_character_is_not_cut_in_half_at_the_edge)
{
    canvas_text(&c, (struct rect){0, 0, 2, 1}, 0, 0, STYLE_PLAIN, "a\u65e5");
    expect("a\n\n\n");
}
END_TEST

START_TEST(writing_over_half_of_a_wide_character_removes_the_other)
{
    struct rect r = {0, 0, 10, 1};
    canvas_text(&c, r, 0, 0, STYLE_PLAIN, "\u65e5\u672c");
    canvas_text(&c, r, 1, 0, STYLE_PLAIN, "x");
    canvas_text(&c, r, 2, 0, STYLE_PLAIN, "y");
    ck_assert_uint_eq(c.cells[0].ch, ' ');
    ck_assert_uint_eq(c.cells[3].ch, ' ');
    expect(" xy\n\n\n");
}
END_TEST

START_TEST(ascii_mode_draws_stand_ins)
{
    c.ascii = true;
    canvas_text(&c, (struct rect){0, 0, 10, 1}, 0, 0, STYLE_PLAIN,
                "\u2581\u2588\u2502\u25b2\u00e9\u65e5");
    canvas_fill(&c, (struct rect){0, 1, 2, 1}, 0x2591, STYLE_PLAIN);
    expect(".#|^??\n~~\n\n");
}
END_TEST

START_TEST(styles_and_flags_stand_in_the_second_dump)
{
    canvas_text(&c, (struct rect){0, 0, 10, 1}, 0, 0, STYLE_BUY, "ab");
    canvas_flag(&c, (struct rect){1, 0, 1, 1}, CELL_REVERSE);
    char want[8] = {(char)('a' + STYLE_BUY), (char)('A' + STYLE_BUY), '\n', '\n', '\n', 0};
    char *got = canvas_dump(&c, true);
    ck_assert_str_eq(got, want);
    mem_free(got);
}
END_TEST

START_TEST(copies_are_equal_until_a_cell_differs)
{
    struct canvas d;
    canvas_init(&d);
    canvas_text(&c, (struct rect){0, 0, 10, 1}, 0, 0, STYLE_BUY, "ab");
    canvas_copy(&d, &c);
    ck_assert(canvas_equal(&c, &d));
    canvas_flag(&d, (struct rect){9, 2, 1, 1}, CELL_BOLD);
    ck_assert(!canvas_equal(&c, &d));
    canvas_resize(&d, 9, 3);
    ck_assert(!canvas_equal(&c, &d));
    canvas_finish(&d);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("canvas");
    TCase *t = tcase_create("canvas");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, text_is_clipped_to_its_rectangle);
    tcase_add_test(t, text_beginning_left_of_its_rectangle_shows_its_end);
    tcase_add_test(t, a_rectangle_larger_than_the_canvas_is_cut);
    tcase_add_test(t, control_bytes_and_broken_utf8_become_question_marks);
    tcase_add_test(t, bidi_zero_width_and_private_characters_become_question_marks);
    tcase_add_test(t, combining_marks_are_dropped);
    tcase_add_test(t, a_wide_character_takes_two_cells);
    tcase_add_test(t, a_wide_character_is_not_cut_in_half_at_the_edge);
    tcase_add_test(t, writing_over_half_of_a_wide_character_removes_the_other);
    tcase_add_test(t, ascii_mode_draws_stand_ins);
    tcase_add_test(t, styles_and_flags_stand_in_the_second_dump);
    tcase_add_test(t, copies_are_equal_until_a_cell_differs);
    suite_add_tcase(s, t);
    return s;
}
