/* command/args.c: argument words by the tables. */
#include "harness.h"

#include <string.h>

#include "command/command.h"
#include "command/rows.h"

static int parse(struct args *a, struct err *err, const char *const *words)
{
    char *argv[16] = {(char *)"tapedeck"};
    int argc = 1;
    for (; *words; words++)
        argv[argc++] = (char *)*words;
    *err = (struct err){0};
    return args_parse(argc, argv, a, err);
}
#define PARSE(a, err, ...) parse(a, err, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(options_and_words_come_in_any_order)
{
    struct args a;
    struct err err;
    ck_assert_int_eq(
        PARSE(&a, &err, "--limit=3", "query", "--format", "csv", "s.db", "-n", "7", "packets"), 0);
    ck_assert_str_eq(a.command->name, "query");
    ck_assert_uint_eq(a.n_words, 2);
    ck_assert_str_eq(a.words[0], "s.db");
    ck_assert_str_eq(a.words[1], "packets");
    ck_assert_str_eq(a.values[ARG_FORMAT], "csv");
    ck_assert_str_eq(a.values[ARG_LIMIT], "7"); /* the last one counts */
    ck_assert_ptr_null(a.values[ARG_FILTER]);
    args_finish(&a);
}
END_TEST

START_TEST(values_may_begin_with_a_dash_and_two_dashes_end_options)
{
    struct args a;
    struct err err;
    ck_assert_int_eq(PARSE(&a, &err, "query", "--from", "-5m", "-n5", "--", "--odd", "options"), 0);
    ck_assert_str_eq(a.values[ARG_FROM], "-5m");
    ck_assert_str_eq(a.values[ARG_LIMIT], "5");
    ck_assert_str_eq(a.words[0], "--odd");
    args_finish(&a);
}
END_TEST

START_TEST(mistakes_are_usage_errors_that_name_the_right_word)
{
    static const struct {
        const char *words[6];
        const char *says[2];
    } rows[] = {
        {{"qurey", "s.db", "packets"}, {"'qurey'", "'query'"}},
        {{"query", "s.db", "packets", "--fromat", "csv"}, {"--fromat", "--format"}},
        {{"query", "s.db", "packets", "--format"}, {"needs a value", "FORMAT"}},
        {{"query", "s.db", "packets", "--from", "--to"}, {"--from needs a value", "TIME"}},
        {{"query", "s.db", "packets", "--ascii=1"}, {"--ascii takes no value", ""}},
        {{"query", "s.db", "packets", "-x"}, {"-x", "help"}},
        {{"query", "s.db"}, {"SESSION... KIND", ""}},
        {{"why", "s.db", "5", "more"}, {"'more'", "too many"}},
        {{"info", "s.db", "--limit", "5"}, {"info takes no --limit", ""}},
        {{"zzzzzzzz"}, {"no command 'zzzzzzzz'", "tapedeck help"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct args a;
        struct err err;
        ck_assert_int_eq(parse(&a, &err, rows[i].words), -ERR_USAGE);
        for (size_t k = 0; k < 2; k++)
            ck_assert_msg(strstr(err.text, rows[i].says[k]) != NULL, "row %zu: %s", i, err.text);
        args_finish(&a);
    }
}
END_TEST

START_TEST(help_and_version_win_wherever_they_stand)
{
    struct args a;
    struct err err;
    ck_assert_int_eq(PARSE(&a, &err, "query", "--help"), 0); /* its words are missing */
    ck_assert_ptr_eq(a.command, &command_help);
    ck_assert_uint_eq(a.n_words, 1);
    ck_assert_str_eq(a.words[0], "query");
    args_finish(&a);
    ck_assert_int_eq(PARSE(&a, &err, "-h"), 0);
    ck_assert_ptr_eq(a.command, &command_help);
    ck_assert_uint_eq(a.n_words, 0);
    args_finish(&a);
    ck_assert_int_eq(PARSE(&a, &err, "info", "--version"), 0);
    ck_assert_ptr_eq(a.command, &command_help);
    ck_assert_ptr_nonnull(a.values[ARG_VERSION]);
    args_finish(&a);
}
END_TEST

START_TEST(counts_are_whole_numbers_from_one)
{
    static const char *const wrong[] = {"0", "-1", "1.5", "x", "", "9223372036854775808"};
    struct args a;
    struct err err;
    int64_t v;
    ck_assert_int_eq(PARSE(&a, &err, "query", "s", "options"), 0);
    ck_assert_int_eq(args_count(&a, ARG_LIMIT, 42, &v, &err), 0);
    ck_assert_int_eq(v, 42);
    a.values[ARG_LIMIT] = "9223372036854775807";
    ck_assert_int_eq(args_count(&a, ARG_LIMIT, 42, &v, &err), 0);
    ck_assert_int_eq(v, INT64_MAX);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        a.values[ARG_LIMIT] = wrong[i];
        ck_assert_int_eq(args_count(&a, ARG_LIMIT, 42, &v, &err), -ERR_USAGE);
    }
    args_finish(&a);
}
END_TEST

START_TEST(every_row_of_the_tables_is_complete)
{
    for (int i = 0; i < ARG_COUNT; i++) {
        ck_assert_ptr_nonnull(arg_options[i].name);
        ck_assert_ptr_nonnull(arg_options[i].sentence);
        for (int k = 0; k < i; k++) {
            ck_assert_str_ne(arg_options[i].name, arg_options[k].name);
            ck_assert(!arg_options[i].letter || arg_options[i].letter != arg_options[k].letter);
        }
    }
    for (size_t i = 0; commands[i]; i++) {
        const struct command *c = commands[i];
        ck_assert_ptr_eq(command_find(c->name, strlen(c->name)), c);
        ck_assert(c->operands && c->sentence && c->description && c->run);
        ck_assert_uint_le(c->min_words, c->max_words);
        ck_assert_msg(!(c->options & ARG(TO)) == !c->to, "%s says what --to means", c->name);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("args");
    TCase *t = tcase_create("args");
    tcase_add_test(t, options_and_words_come_in_any_order);
    tcase_add_test(t, values_may_begin_with_a_dash_and_two_dashes_end_options);
    tcase_add_test(t, mistakes_are_usage_errors_that_name_the_right_word);
    tcase_add_test(t, help_and_version_win_wherever_they_stand);
    tcase_add_test(t, counts_are_whole_numbers_from_one);
    tcase_add_test(t, every_row_of_the_tables_is_complete);
    suite_add_tcase(s, t);
    return s;
}
