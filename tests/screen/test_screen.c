/* Whole screens as text: at each size, in UTF-8 and ASCII, with the letters of their styles,
 * against files under expected/ that were looked at by eye. To write them again after a wanted
 * change, run with SCREEN_UPDATE=1 and review the difference. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "harness.h"
#include "tests/screen/model.h"

static const struct {
    const char *name; /* of the file */
    int cols, rows;
    bool ascii, styles;
    int percent;      /* of a replay, -1 = live */
    const char *keys; /* pressed before; \r = Enter */
    bool tagged;      /* packets of every kind: model_tagged */
} screens[] = {
    {"live-200x55", 200, 55, false, false, -1, ""},
    {"live-80x24", 80, 24, false, false, -1, ""},
    {"live-60x15", 60, 15, false, false, -1, ""},
    {"live-20x5", 20, 5, false, false, -1, ""},
    {"live-19x3", 19, 3, false, false, -1, ""},
    {"live-80x24-ascii", 80, 24, true, false, -1, ""},
    {"live-60x15-ascii", 60, 15, true, false, -1, ""},
    {"live-20x5-ascii", 20, 5, true, false, -1, ""},
    {"live-80x24-styles", 80, 24, false, true, -1, ""},
    {"hold-80x24", 80, 24, false, false, -1, "kk"},
    {"hold-80x24-styles", 80, 24, false, true, -1, "kk"},
    {"replay-80x24", 80, 24, false, false, 60, ""},
    {"replay-80x24-styles", 80, 24, false, true, 60, ""},
    {"replay-200x55-ascii", 200, 55, true, false, 60, ""},
    {"detail-packet-200x55", 200, 55, false, false, 60, "kk\r"},
    {"detail-print-80x24", 80, 24, false, false, -1, "w2k\r"},
    {"filter-80x24", 80, 24, false, false, -1, "&side == buy and premium > 100k"},
    {"filter-wrong-80x24", 80, 24, false, false, -1, "&sise == buy"},
    {"search-80x24", 80, 24, false, false, -1, "/tsla"},
    {"search-80x24-styles", 80, 24, false, true, -1, "/tsla"},
    {"mark-80x24", 80, 24, false, false, 60, "'"},
    {"note-80x24", 80, 24, false, false, 60, "Mopening sweep"},
    {"reference-200x55", 200, 55, false, false, 60, "w1kkT"},
    {"help-80x24", 80, 24, false, false, -1, "?"},
    {"health-80x24", 80, 24, false, false, -1, "w4"},
    {"health-200x55-ascii", 200, 55, true, false, -1, "w4"},
    {"health-60x15", 60, 15, false, false, -1, "w4G"},
    {"which-80x24", 80, 24, false, false, 60, "]", false},
    {"quit-80x24", 80, 24, false, false, -1, "q"},
    {"columns-80x24", 80, 24, false, false, -1, "w15l"},
    {"tags-80x24", 80, 24, false, false, -1, "", true},
    {"tags-200x55", 200, 55, false, false, -1, "", true},
    {"tags-200x55-ascii", 200, 55, true, false, -1, "", true},
    {"tags-80x24-styles", 80, 24, false, true, -1, "", true},
    {"package-200x55", 200, 55, false, false, 60, "kk\r", true},
    {"package-80x24-ascii", 80, 24, true, false, 60, "kk\r", true},
    {"cell-80x24", 80, 24, false, false, 60, "kkill", true},
    {"cell-80x24-styles", 80, 24, false, true, 60, "kkill", true},
    {"unmark-80x24", 80, 24, false, false, 60, "P[mD", false},
    {"open-80x24", 80, 24, false, false, -1, "kkojj", true},
    {"open-80x24-ascii", 80, 24, true, false, -1, "kkojj", true},
    {"open-80x24-styles", 80, 24, false, true, -1, "kkojj", true},
    {"open-60x15", 60, 15, false, false, 60, "kko", true},
    {"open-all-200x55", 200, 55, false, false, 60, "kkkkO", true},
    {"open-print-200x55", 200, 55, false, false, 60, "kkkkoj\r", true},
};

static char *draw(struct model *m, int i)
{
    struct panel p;
    struct canvas c;
    panel_init(&p, &model_ops, m);
    ck_assert_int_eq(keymap_default(&p.keys, NULL), 0);
    canvas_init(&c);
    c.ascii = m->panel.cells.ascii = screens[i].ascii;
    if (screens[i].percent >= 0)
        model_replay(m, TRANSPORT_PAUSE, screens[i].percent);
    if (screens[i].tagged)
        model_tagged(m);
    panel_resize(&p, screens[i].cols, screens[i].rows);
    panel_update(&p, &m->panel);
    for (const char *k = screens[i].keys; *k; k++) {
        panel_key(&p, &m->panel, (unsigned char)*k);
        panel_update(&p, &m->panel);
    }
    panel_which_key(&p);
    canvas_resize(&c, p.cols, p.rows);
    panel_draw(&p, &m->panel, &c);
    char *dump = canvas_dump(&c, screens[i].styles);
    canvas_finish(&c);
    panel_finish(&p);
    return dump;
}

static char *expected(const char *name, const char *got)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/screen/expected/%s.txt", getenv("TAPEDECK_SOURCE"), name);
    if (getenv("SCREEN_UPDATE")) {
        FILE *f = fopen(path, "w");
        ck_assert_msg(f && fputs(got, f) >= 0 && fclose(f) == 0, "cannot write %s", path);
    }
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "no file %s", path);
    char *text = mem_alloc(1 << 16);
    size_t n = fread(text, 1, (1 << 16) - 1, f);
    ck_assert_uint_gt(n, 0);
    fclose(f);
    return text;
}

/* Where two dumps part: a whole one may be longer than a message can be. */
static const char *first_difference(const char *got, const char *want)
{
    static char line[1024];
    size_t i = 0, from = 0;
    for (; got[i] && got[i] == want[i]; i++)
        from = got[i] == '\n' ? i + 1 : from;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(got + from, "\n"), got + from);
    return line;
}

START_TEST(a_screen_looks_as_expected)
{
    struct model m;
    model_init(&m, 120);
    char *got = draw(&m, _i), *want = expected(screens[_i].name, got);
    ck_assert_msg(strcmp(got, want) == 0, "%s: %s", screens[_i].name, first_difference(got, want));
    mem_free(got);
    mem_free(want);
    model_finish(&m);
}
END_TEST

START_TEST(hostile_text_leaves_no_control_byte_on_a_screen)
{
    struct model m;
    model_init(&m, 120);
    model_hostile(&m);
    char *got = draw(&m, _i);
    for (const char *s = got; *s; s++) {
        unsigned char c = (unsigned char)*s;
        ck_assert_msg((c >= 32 || c == '\n') && c != 127, "%s: byte %02x", screens[_i].name, c);
        ck_assert_msg(c != 0xc2 || (unsigned char)s[1] >= 0xa0, "%s: C1", screens[_i].name);
    }
    mem_free(got);
    model_finish(&m);
}
END_TEST

START_TEST(ascii_screens_hold_nothing_but_ascii)
{
    struct model m;
    model_init(&m, 120);
    char *got = draw(&m, _i);
    for (const char *s = got; screens[_i].ascii && *s; s++)
        ck_assert_msg((unsigned char)*s < 127, "%s", screens[_i].name);
    mem_free(got);
    model_finish(&m);
}
END_TEST

START_TEST(drawing_again_gives_the_same_screen)
{
    struct model a, b;
    model_init(&a, 120);
    model_init(&b, 120);
    char *one = draw(&a, _i), *two = draw(&b, _i);
    ck_assert_str_eq(one, two);
    mem_free(one);
    mem_free(two);
    model_finish(&a);
    model_finish(&b);
}
END_TEST

START_TEST(every_size_can_be_drawn)
{
    struct model m;
    struct panel p;
    struct canvas c;
    model_init(&m, 40);
    panel_init(&p, &model_ops, &m);
    canvas_init(&c);
    for (int cols = 1; cols < 320; cols += cols < 30 ? 1 : 7)
        for (int rows = 1; rows < 70; rows += rows < 12 ? 1 : 5) {
            panel_resize(&p, cols, rows);
            panel_update(&p, &m.panel);
            canvas_resize(&c, cols, rows);
            panel_draw(&p, &m.panel, &c);
            bool something = false;
            for (int x = 0; x < cols; x++)
                something |= c.cells[x].ch > ' ';
            ck_assert_msg(something || cols < 2, "nothing on the first line of %dx%d", cols, rows);
        }
    canvas_finish(&c);
    panel_finish(&p);
    model_finish(&m);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("screen");
    TCase *t = tcase_create("screen");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, a_screen_looks_as_expected, 0, (int)ARRAY_LEN(screens));
    tcase_add_loop_test(t, hostile_text_leaves_no_control_byte_on_a_screen, 0,
                        (int)ARRAY_LEN(screens));
    tcase_add_loop_test(t, ascii_screens_hold_nothing_but_ascii, 0, (int)ARRAY_LEN(screens));
    tcase_add_loop_test(t, drawing_again_gives_the_same_screen, 0, (int)ARRAY_LEN(screens));
    tcase_add_test(t, every_size_can_be_drawn);
    suite_add_tcase(s, t);
    return s;
}
