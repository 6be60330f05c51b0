/* Marks: set while recording and in a closed session, kept, moved, noted, refused. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "marks.h"
#include "session_file.h"
#include "store/lock.h"

static char path[300];

static struct reader *reopened(struct marks *m)
{
    struct reader *r;
    struct err err = {0};
    ck_assert_msg(reader_open(path, &r, &err) == 0, "%s", err.text);
    marks_init(m, path, NULL);
    ck_assert_msg(marks_load(m, r, &err) == 0, "%s", err.text);
    return r;
}

static void leave(struct marks *m, struct reader *r)
{
    marks_finish(m);
    reader_close(r);
}

/* A closed session of one print, recorded with the marks `a` at 7 and a note at 3. */
static void recorded(const char *name)
{
    struct err err = {0};
    struct marks m;
    snprintf(path, sizeof path, "%s/%s.db", test_dir(), name);
    struct maker k = maker_open(path);
    uint32_t spy = symbols_equity(k.symbols, "SPY", 3);
    maker_print(&k, spy, 1000000000, 100, NULL, 0);
    marks_init(&m, path, k.store);
    ck_assert_int_eq(marks_set(&m, (struct playhead){7, 70}, 'a', NULL, &err), 0);
    ck_assert_int_eq(marks_set(&m, (struct playhead){3, 30}, 0, "first \033[2J note", &err), 0);
    ck_assert_uint_eq(m.n, 2);
    marks_finish(&m);
    maker_close(&k);
}

START_TEST(marks_set_while_recording_are_in_the_file_in_the_order_of_the_tape)
{
    struct marks m;
    recorded("recording");
    struct reader *r = reopened(&m);
    ck_assert_uint_eq(m.n, 2);
    ck_assert_uint_eq(m.at[0].seq, 3);
    ck_assert_int_eq(m.at[0].letter, 0);
    ck_assert(strstr(m.at[0].text, "note") && !strchr(m.at[0].text, '\033'));
    ck_assert_uint_eq(m.at[1].seq, 7);
    ck_assert_int_eq(m.at[1].ns, 70);
    ck_assert_int_eq(m.at[1].letter, 'a');
    ck_assert_ptr_eq(marks_find(&m, 'a'), &m.at[1]);
    ck_assert_ptr_null(marks_find(&m, 'b'));
    leave(&m, r);
}
END_TEST

START_TEST(a_mark_taken_out_is_in_the_file_no_more)
{
    struct err err = {0};
    struct marks m;
    recorded("taken");
    struct reader *r = reopened(&m);
    ck_assert_int_eq(marks_drop(&m, (struct playhead){0, 0}, 'b', &err), -ERR_NO_ROWS);
    ck_assert_msg(marks_drop(&m, (struct playhead){0, 0}, 'a', &err) == 0, "%s", err.text);
    ck_assert_uint_eq(m.n, 1);
    leave(&m, r);
    r = reopened(&m);
    ck_assert_uint_eq(m.n, 1);
    ck_assert_int_eq(m.at[0].letter, 0);
    ck_assert_int_eq(marks_drop(&m, (struct playhead){3, 31}, 0, &err), -ERR_NO_ROWS);
    ck_assert_int_eq(marks_drop(&m, (struct playhead){3, 30}, 0, &err), 0);
    leave(&m, r);
    r = reopened(&m);
    ck_assert_uint_eq(m.n, 0);
    leave(&m, r);
}
END_TEST

START_TEST(a_mark_taken_out_while_recording_is_not_in_the_file)
{
    struct err err = {0};
    struct marks m;
    snprintf(path, sizeof path, "%s/dropped.db", test_dir());
    struct maker k = maker_open(path);
    maker_print(&k, symbols_equity(k.symbols, "SPY", 3), 1000000000, 100, NULL, 0);
    marks_init(&m, path, k.store);
    ck_assert_int_eq(marks_set(&m, (struct playhead){7, 70}, 'a', NULL, &err), 0);
    ck_assert_int_eq(marks_set(&m, (struct playhead){8, 80}, 'b', NULL, &err), 0);
    ck_assert_int_eq(marks_drop(&m, (struct playhead){0, 0}, 'a', &err), 0);
    marks_finish(&m);
    maker_close(&k);
    struct reader *r = reopened(&m);
    ck_assert_uint_eq(m.n, 1);
    ck_assert_int_eq(m.at[0].letter, 'b');
    leave(&m, r);
}
END_TEST

START_TEST(a_mark_needs_no_event_after_it_to_be_committed)
{
    struct err err = {0};
    struct marks m, seen;
    snprintf(path, sizeof path, "%s/quiet.db", test_dir());
    struct maker k = maker_open(path);
    maker_print(&k, symbols_equity(k.symbols, "SPY", 3), 1000000000, 100, NULL, 0);
    maker_stamp(&k);
    marks_init(&m, path, k.store);
    ck_assert_int_eq(marks_set(&m, (struct playhead){1, 10}, 'q', NULL, &err), 0);
    size_t n = 0;
    for (int i = 0; i < 100 && !n; i++) { /* the feed is silent now; a commit is due in 250 ms */
        usleep(50000);
        struct reader *r = reopened(&seen);
        n = seen.n;
        leave(&seen, r);
    }
    ck_assert_uint_eq(n, 1);
    marks_finish(&m);
    maker_close(&k);
}
END_TEST

START_TEST(in_a_closed_session_a_letter_moves_keeps_its_note_and_others_stay)
{
    struct err err = {0};
    struct marks m;
    recorded("closed");
    struct reader *r = reopened(&m);
    ck_assert_msg(marks_set(&m, (struct playhead){7, 70}, 0, "seven", &err) == 0, "%s", err.text);
    ck_assert_int_eq(marks_set(&m, (struct playhead){1, 10}, 'a', NULL, &err), 0);
    ck_assert_int_eq(marks_set(&m, (struct playhead){9, 90}, 'z', NULL, &err), 0);
    leave(&m, r);
    r = reopened(&m);
    ck_assert_uint_eq(m.n, 3);
    ck_assert_int_eq(m.at[0].letter, 'a'); /* noted at 7, then moved to 1 */
    ck_assert_uint_eq(m.at[0].seq, 1);
    ck_assert_str_eq(m.at[0].text, "seven");
    ck_assert_uint_eq(m.at[1].seq, 3);
    ck_assert_int_eq(m.at[2].letter, 'z');
    struct stat st;
    char lock[320];
    snprintf(lock, sizeof lock, "%s.lock", path);
    ck_assert_int_ne(stat(lock, &st), 0); /* and nothing is left beside the file */
    snprintf(lock, sizeof lock, "%s-journal", path);
    ck_assert_int_ne(stat(lock, &st), 0);
    leave(&m, r);
}
END_TEST

START_TEST(a_locked_or_read_only_session_says_so_and_keeps_what_it_had)
{
    struct err err = {0};
    struct marks m;
    int fd;
    recorded("locked");
    struct reader *r = reopened(&m);
    ck_assert_int_eq(lock_take(path, &fd, &err), 0);
    ck_assert_int_eq(marks_set(&m, (struct playhead){1, 10}, 'b', NULL, &err), -ERR_LOCKED);
    lock_drop(path, fd);
    if (geteuid() != 0) { /* root may write everything */
        ck_assert_int_eq(chmod(path, 0400), 0);
        ck_assert_int_eq(marks_set(&m, (struct playhead){1, 10}, 'b', NULL, &err), -ERR_DISK);
    }
    ck_assert_uint_eq(m.n, 2);
    ck_assert_ptr_null(marks_find(&m, 'b'));
    ck_assert_int_eq(mark_put("/nonexistent/x.db", &m.at[0], &err), -ERR_DISK);
    leave(&m, r);
}
END_TEST

START_TEST(a_session_holds_only_so_many)
{
    struct err err = {0};
    struct marks m;
    snprintf(path, sizeof path, "%s/many.db", test_dir());
    struct maker k = maker_open(path);
    marks_init(&m, path, k.store);
    for (uint64_t i = 0; i < MARKS_MAX; i++)
        ck_assert_int_eq(marks_set(&m, (struct playhead){i + 1, 0}, 0, "", &err), 0);
    ck_assert_int_eq(marks_set(&m, (struct playhead){MARKS_MAX + 1, 0}, 0, "", &err), -ERR_USAGE);
    ck_assert_int_eq(marks_set(&m, (struct playhead){5, 0}, 0, "again", &err), 0);
    ck_assert_uint_eq(m.n, MARKS_MAX);
    marks_finish(&m);
    maker_close(&k);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *tests[] = {
        marks_set_while_recording_are_in_the_file_in_the_order_of_the_tape,
        a_mark_needs_no_event_after_it_to_be_committed,
        a_mark_taken_out_is_in_the_file_no_more,
        a_mark_taken_out_while_recording_is_not_in_the_file,
        in_a_closed_session_a_letter_moves_keeps_its_note_and_others_stay,
        a_locked_or_read_only_session_says_so_and_keeps_what_it_had,
        a_session_holds_only_so_many,
    };
    Suite *s = suite_create("marks");
    TCase *t = tcase_create("marks");
    tcase_set_timeout(t, 60);
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return s;
}
