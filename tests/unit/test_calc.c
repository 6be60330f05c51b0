/* command/calc.c and calc_row.c: what `tapedeck calc` prints for its words and for CSV rows. */
#include "harness.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/rows.h"

/* One run: words in, both outputs and the exit code out. */
struct run {
    int code;
    char out[16384], messages[4096];
    struct err err;
};

static void path_of(char *buf, size_t cap, const char *name)
{
    snprintf(buf, cap, "%s/%s", test_dir(), name);
}

/* Points fd at a file, keeps what it was; returns the copy. */
static int redirect(int fd, const char *name, int flags)
{
    char path[4200];
    path_of(path, sizeof path, name);
    int kept = dup(fd), file = open(path, flags, 0600);
    ck_assert_int_ge(file, 0);
    dup2(file, fd);
    close(file);
    return kept;
}

static void restore(int fd, int kept)
{
    dup2(kept, fd);
    close(kept);
}

static void slurp(const char *name, char *buf, size_t cap)
{
    char path[4200];
    path_of(path, sizeof path, name);
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    buf[fread(buf, 1, cap - 1, f)] = '\0';
    fclose(f);
}

static void calc(struct run *r, const char *input, const char *const *words)
{
    char *argv[32] = {(char *)"tapedeck", (char *)"calc"}, path[4200];
    struct args a;
    int argc = 2;
    for (; *words; words++)
        argv[argc++] = (char *)*words;
    path_of(path, sizeof path, "in");
    FILE *f = fopen(path, "w");
    fputs(input, f);
    fclose(f);
    *r = (struct run){0};
    fflush(stdout);
    ck_assert_ptr_nonnull(freopen(path, "r", stdin));
    int out = redirect(STDOUT_FILENO, "out", O_WRONLY | O_CREAT | O_TRUNC);
    int err = redirect(STDERR_FILENO, "err", O_WRONLY | O_CREAT | O_TRUNC);
    int rc = args_parse(argc, argv, &a, &r->err);
    if (rc == 0)
        rc = a.command->run(&a, &r->err);
    args_finish(&a);
    fflush(stdout);
    fflush(stderr);
    restore(STDOUT_FILENO, out);
    restore(STDERR_FILENO, err);
    r->code = -rc;
    slurp("out", r->out, sizeof r->out);
    slurp("err", r->messages, sizeof r->messages);
}
#define CALC(r, ...)         calc(r, "", (const char *const[]){__VA_ARGS__, NULL})
#define TABLE(r, input, ...) calc(r, input, (const char *const[]){__VA_ARGS__, NULL})

/* The number behind `name ` at the start of a line. */
static double value(const struct run *r, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = r->out; *p; p += strcspn(p, "\n"), p += *p == '\n')
        if (strncmp(p, name, n) == 0 && p[n] == ' ')
            return strtod(p + n + 1, NULL);
    ck_abort_msg("no line %s in: %s%s", name, r->out, r->err.text);
    return NAN;
}

/* Cell `column` of line `line`, both from 0; no quotes. */
static const char *cell(const struct run *r, int line, int column)
{
    static char buf[256];
    const char *p = r->out;
    while (line--)
        p += strcspn(p, "\n"), p += *p == '\n';
    while (column--)
        p += strcspn(p, ",\n"), p += *p == ',';
    snprintf(buf, sizeof buf, "%.*s", (int)strcspn(p, ",\n"), p);
    return buf;
}

START_TEST(words_give_one_line_for_each_result)
{
    struct run r;
    static const char *const names[] = {"price", "delta", "gamma", "vega", "theta",
                                        "rho",   "vanna", "volga", "charm"};
    CALC(&r, "bsm", "right=C", "S=55", "K=60", "r=.1", "q=0.10", "T=.75", "sigma=3e-1");
    ck_assert_int_eq(r.code, 0);
    const char *p = r.out;
    for (size_t i = 0; i < ARRAY_LEN(names); i++, p = strchr(p, '\n') + 1)
        ck_assert_msg(strncmp(p, names[i], strlen(names[i])) == 0, "line %zu: %s", i, p);
    ck_assert_str_eq(p, "");
    CALC(&r, "bsm", "right=put", "S=75", "K=70", "r=.10", "q=.05", "T=.5", "sigma=.35");
    ck_assert_double_eq_tol(value(&r, "price"), 4.0870, 5e-5); /* Haug */
    CALC(&r, "black", "right=call", "F=100", "K=100", "T=.5", "D=1", "sigma=.2");
    ck_assert_double_eq_tol(value(&r, "price"), 5.637197779701664, 2e-15);
    /* seventeen digits: what is read back is the same double */
    CALC(&r, "iv", "right=C", "F=100", "K=100", "T=.5", "price=5.637197779701664");
    ck_assert_double_eq_tol(value(&r, "iv"), .2, 1e-15);
    ck_assert_ptr_nonnull(strstr(r.out, "\nstate ok\n"));
}
END_TEST

START_TEST(dividends_discount_factors_and_days_are_understood)
{
    struct run r, s;
    CALC(&r, "bsm", "right=C", "S=40", "K=40", "r=.09", "T=.5", "sigma=.3",
         "dividends=0.5@0.1666666667;0.5@0.4166666667");
    ck_assert_double_eq_tol(value(&r, "price"), 3.67, 5e-3); /* Hull */
    CALC(&r, "black", "right=P", "F=100", "K=95", "T=.5", "r=.06", "sigma=.2");
    CALC(&s, "black", "right=P", "F=100", "K=95", "days=182.5", "D=0.9704455335485082", "sigma=.2");
    ck_assert_double_eq_tol(value(&r, "price"), value(&s, "price"), 1e-14);
    CALC(&s, "bsm", "right=P", "S=100", "K=95", "T=.5", "D=0.9704455335485082", "q=.06",
         "sigma=.2");
    ck_assert_double_eq_tol(value(&r, "delta"), value(&s, "delta"), 1e-14);
}
END_TEST

START_TEST(time_runs_to_the_minute_of_the_close)
{
    struct run r, s;
    /* 2026-06-18, a Thursday, closes at 16:00 in New York: 20:00 UTC; 390 minutes after 13:30 */
    CALC(&r, "bsm", "right=C", "S=50", "K=50", "sigma=.3", "expiry=2026-06-18",
         "now=2026-06-18T13:30:00Z");
    CALC(&s, "bsm", "right=C", "S=50", "K=50", "sigma=.3", "T=0.000742009132420091");
    ck_assert_double_eq_tol(value(&r, "price"), value(&s, "price"), 1e-14);
    CALC(&s, "bsm", "right=C", "S=50", "K=50", "sigma=.3", "expiry=2026-06-18T16:00:00-04:00",
         "now=2026-06-18T09:30:00-04:00");
    ck_assert_str_eq(r.out, s.out);
    CALC(&r, "bsm", "right=C", "S=50", "K=50", "sigma=.3", "expiry=2026-06-20",
         "now=2026-06-18T13:30:00Z");
    ck_assert_int_eq(r.code, ERR_USAGE); /* a Saturday */
    CALC(&r, "bsm", "right=C", "S=50", "K=50", "sigma=.3", "expiry=2026-06-18");
    ck_assert_ptr_nonnull(strstr(r.err.text, "now"));
}
END_TEST

START_TEST(a_volatility_that_cannot_be_told_is_none_with_its_reason)
{
    struct run r;
    CALC(&r, "iv", "right=C", "S=100", "K=90", "T=.5", "price=9.99");
    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "state none\nreason at or below intrinsic value\n");
    CALC(&r, "iv", "right=C", "S=100", "K=400", "T=.1", "price=.01");
    ck_assert_ptr_nonnull(strstr(r.out, "state low_resolution\nreason "));
    CALC(&r, "iv", "right=C", "S=100", "K=400", "T=.1", "price=.01", "iv_tol=50");
    ck_assert_ptr_nonnull(strstr(r.out, "state ok\n"));
    CALC(&r, "iv", "right=C", "S=100", "K=400", "T=.1", "price=.01", "tick=.0001");
    ck_assert_ptr_nonnull(strstr(r.out, "state ok\n"));
}
END_TEST

START_TEST(with_a_price_each_model_gives_its_own_volatility)
{
    struct run r;
    CALC(&r, "american", "right=P", "S=40", "K=45", "T=.5833", "r=.0488", "sigma=.3");
    ck_assert_double_eq_tol(value(&r, "price"), 6.2436, 1e-4); /* Geske and Johnson */
    CALC(&r, "american", "right=P", "S=40", "K=45", "T=.5833", "r=.0488", "price=6.2436");
    ck_assert_double_eq_tol(value(&r, "iv"), .3, 1e-5);
    CALC(&r, "bsm", "right=C", "S=60", "K=65", "T=.25", "r=.08", "price=2.1334");
    ck_assert_double_eq_tol(value(&r, "iv"), .3, 1e-5); /* Haug */
}
END_TEST

START_TEST(wrong_words_are_usage_errors_that_name_the_right_one)
{
    static const struct {
        const char *words[9], *says;
    } rows[] = {
        {{"blakc", "right=C"}, "'black'"},
        {{"bsm", "rigth=C"}, "'right'"},
        {{"bsm", "s=100"}, "no key 's'"},
        {{"bsm", "right"}, "KEY=VALUE"},
        {{"bsm", "right=C", "S=1", "S=2"}, "twice"},
        {{"bsm", "right=C", "S=1", "T=1", "sigma=.2"}, "needs K"},
        {{"bsm", "right=C", "F=1", "K=1", "T=1", "sigma=.2"}, "needs S"},
        {{"black", "right=C", "S=1", "K=1", "T=1", "sigma=.2"}, "needs F"},
        {{"iv", "right=C", "S=1", "K=1", "T=1", "sigma=.2"}, "needs price"},
        {{"iv", "right=C", "S=1", "F=1", "K=1", "T=1", "price=.2"}, "not both"},
        {{"bsm", "right=X", "S=1", "K=1", "T=1", "sigma=.2"}, "right: 'X'"},
        {{"bsm", "right=C", "S=1", "K=nan", "T=1", "sigma=.2"}, "K: 'nan'"},
        {{"bsm", "right=C", "S=1", "K=0x1", "T=1", "sigma=.2"}, "K: '0x1'"},
        {{"bsm", "right=C", "S=1", "K=1", "T=1", "sigma=-.2"}, "volatility"},
        {{"bsm", "right=C", "S=1", "K=1", "T=1", "days=2", "sigma=.2"}, "one of T, days"},
        {{"bsm", "right=C", "S=1", "K=1", "T=1", "r=.1", "D=.9", "sigma=.2"}, "r or D"},
        {{"bsm", "right=C", "S=1", "K=1", "T=1", "dividends=1", "sigma=.2"}, "AMOUNT@YEARS"},
        {{"american", "right=P", "S=1", "K=1", "T=1", "r=-.02", "q=-.03", "sigma=.2"},
         "two boundaries"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run r;
        calc(&r, "", rows[i].words);
        ck_assert_msg(r.code == ERR_USAGE && strstr(r.err.text, rows[i].says), "row %zu: %d, %s", i,
                      r.code, r.err.text);
        ck_assert_str_eq(r.out, "");
    }
}
END_TEST

START_TEST(a_table_comes_back_with_its_results_as_columns)
{
    struct run r;
    TABLE(&r,
          "note,right,S,K,T,r,q,sigma\n"
          "\"a, b\",C,60,65,.25,.08,0,.30\n"
          "\n"
          "plain,P,100,95,0.50,0.10,.05,.20\r\n",
          "bsm", "-");
    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.messages, "");
    static const char begin[] =
        "note,right,S,K,T,r,q,sigma,price,delta,gamma,vega,theta,rho,vanna,volga,charm\n"
        "\"a, b\",C,60,65,.25,.08,0,.30,2.1333"; /* Haug */
    ck_assert_msg(strncmp(r.out, begin, strlen(begin)) == 0, "%s", r.out);
    ck_assert_double_eq_tol(atof(cell(&r, 2, 8)), 2.4648, 5e-5);
    ck_assert_str_eq(cell(&r, 2, 4), "0.50"); /* as it was written */
    ck_assert_str_eq(cell(&r, 3, 0), "");
}
END_TEST

START_TEST(keys_beside_a_table_fill_what_its_rows_leave_open)
{
    struct run r;
    TABLE(&r, "right,K,T,price,D\nC,100,.5,2.818598889850832,\nP,100,.5,5.637197779701664,1\n",
          "iv", "-", "F=100", "D=.5");
    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(cell(&r, 0, 5), "iv");
    ck_assert_str_eq(cell(&r, 0, 6), "state");
    ck_assert_str_eq(cell(&r, 0, 7), "reason");
    for (int line = 1; line < 3; line++) {
        ck_assert_double_eq_tol(atof(cell(&r, line, 5)), .2, 1e-15);
        ck_assert_str_eq(cell(&r, line, 6), "ok");
    }
}
END_TEST

START_TEST(a_bad_row_is_named_by_its_line_and_the_rest_goes_on)
{
    struct run r;
    TABLE(&r,
          "right,S,K,T,sigma\n"
          "C,100,x,1,.2\n"
          "C,100,90\n"
          "C,100,\"90,1,.2\n"
          "C,100,90,1,\n"
          "C,100,90,1,.2\n",
          "bsm", "-");
    ck_assert_int_eq(r.code, 0);
    ck_assert_ptr_nonnull(strstr(r.messages, "line 2: K: 'x' is not a number\n"));
    ck_assert_ptr_nonnull(strstr(r.messages, "line 3: 3 fields under a header of 5\n"));
    ck_assert_ptr_nonnull(strstr(r.messages, "line 4: a quote is open"));
    ck_assert_ptr_nonnull(strstr(r.messages, "line 5: sigma is missing\n"));
    ck_assert_ptr_nonnull(strstr(r.out, "\nC,100,x,1,.2,,,,,,,,,\nC,100,90,1,,,,,,,,,,\n"));
    ck_assert(atof(cell(&r, 3, 5)) > 10);
    TABLE(&r, "right,F,K,T,price\nC,100,90,1,9\nQ,1,1,1,1\n", "iv", "-");
    ck_assert_int_eq(r.code, 0); /* none is an answer */
    ck_assert_str_eq(cell(&r, 1, 6), "none");
    ck_assert_str_eq(cell(&r, 2, 5), "");
    ck_assert_str_eq(cell(&r, 2, 6), "none");
}
END_TEST

START_TEST(nothing_computed_is_an_error)
{
    struct run r;
    TABLE(&r, "right,S,K,T,sigma\nC,100,x,1,.2\n", "bsm", "-");
    ck_assert_int_eq(r.code, ERR_USAGE);
    TABLE(&r, "right,S,K,T\nC,100,90,1\n", "bsm", "-");
    ck_assert_int_eq(r.code, ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(r.err.text, "sigma"));
    ck_assert_str_eq(r.out, "");
    TABLE(&r, "right,S,S,K,T,sigma\n", "bsm", "-");
    ck_assert_int_eq(r.code, ERR_USAGE);
    TABLE(&r, "right,S,K,T,sigma\n", "bsm", "-");
    ck_assert_int_eq(r.code, ERR_NO_ROWS);
    TABLE(&r, "", "bsm", "-");
    ck_assert_int_eq(r.code, ERR_NO_ROWS);
}
END_TEST

START_TEST(control_bytes_of_a_table_do_not_reach_the_output)
{
    struct run r;
    TABLE(&r, "\xef\xbb\xbfright,S,K,T,sigma,note\nC,100,90,1,.2,\x1b[31mred\n", "bsm", "-");
    ck_assert_int_eq(r.code, 0);
    ck_assert_ptr_null(strchr(r.out, '\x1b'));
    ck_assert(atof(cell(&r, 1, 6)) > 10);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("calc");
    TCase *t = tcase_create("calc");
    tcase_add_test(t, words_give_one_line_for_each_result);
    tcase_add_test(t, dividends_discount_factors_and_days_are_understood);
    tcase_add_test(t, time_runs_to_the_minute_of_the_close);
    tcase_add_test(t, a_volatility_that_cannot_be_told_is_none_with_its_reason);
    tcase_add_test(t, with_a_price_each_model_gives_its_own_volatility);
    tcase_add_test(t, wrong_words_are_usage_errors_that_name_the_right_one);
    tcase_add_test(t, a_table_comes_back_with_its_results_as_columns);
    tcase_add_test(t, keys_beside_a_table_fill_what_its_rows_leave_open);
    tcase_add_test(t, a_bad_row_is_named_by_its_line_and_the_rest_goes_on);
    tcase_add_test(t, nothing_computed_is_an_error);
    tcase_add_test(t, control_bytes_of_a_table_do_not_reach_the_output);
    suite_add_tcase(s, t);
    return s;
}
