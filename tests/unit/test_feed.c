/* Feed addresses, the registry, compressed input, the file adapter's own behaviour. */
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "feed/input.h"
#include "feeding.h"

START_TEST(an_address_is_taken_apart_and_percent_decoded)
{
    struct uri u;
    ck_assert_int_eq(uri_parse("File:/a%20b%3f?map=x&set=date=20240101&set=a=%26b", &u, NULL), 0);
    ck_assert_str_eq(u.scheme, "file");
    ck_assert_str_eq(u.path, "/a b?");
    ck_assert_uint_eq(u.n_params, 3);
    ck_assert_str_eq(uri_get(&u, "map"), "x");
    ck_assert_str_eq(uri_get(&u, "set"), "date=20240101");
    ck_assert_str_eq(u.params[2].value, "a=&b");
    ck_assert_ptr_null(uri_get(&u, "none"));
    uri_finish(&u);
    ck_assert_int_eq(uri_parse("synthetic:", &u, NULL), 0);
    ck_assert_str_eq(u.path, "");
    uri_finish(&u);
}
END_TEST

static const char *const bad_uris[] = {
    "",
    ":",
    "trades.csv",
    "/a:b",
    "averylongschemename:",
    "file:a%2",
    "file:%zz",
    "file:%00",
    "file:a?b",
    "file:a?=b",
    "file:a?b=c&d",
    "file:a?k=%g0",
    "x:?a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1",
};

START_TEST(a_bad_address_is_a_usage_error)
{
    struct uri u;
    struct err err;
    ck_assert_int_eq(uri_parse(bad_uris[_i], &u, &err), -ERR_USAGE);
    ck_assert_ptr_nonnull(strchr(err.text, ' '));
}
END_TEST

static const struct {
    const char *uri;
    int code;
    const char *says;
} bad_feeds[] = {
    {"nosuch:x", ERR_USAGE, "no feed is called 'nosuch:'; there are: file:"},
    {"file:x?colour=red", ERR_USAGE, "has no option 'colour'; it has: map set format"},
    {"file:", ERR_USAGE, "needs a path"},
    {"file:/nonexistent/a.csv", ERR_FEED, "cannot open /nonexistent/a.csv: No such file"},
    {"file:/", ERR_FEED, "is a folder"},
    {"file:/dev/null", ERR_FEED, "it is empty"},
    {"file:/dev/null?format=nonsense", ERR_USAGE, "there are: tape dbn dbn-fragment capture"},
    {"file:/dev/null?map=nonsense", ERR_CONFIG, "shipped maps: lean-equity-nbbo"},
    {"file:/dev/null?set=a=b", ERR_USAGE, "give map=NAME"},
    {"file:/dev/null?lot=0", ERR_USAGE, "lot '0'"},
    {"file:/dev/null?format=dbn", ERR_FEED, "no DBN metadata"},
};

START_TEST(a_feed_that_cannot_be_opened_says_what_would_be_right)
{
    struct feeding *g = feeding_open(bad_feeds[_i].uri, FEED_BOTH);
    ck_assert_int_eq(g->rc, -bad_feeds[_i].code);
    ck_assert_int_eq(g->err.code, bad_feeds[_i].code);
    ck_assert_msg(strstr(g->err.text, bad_feeds[_i].says), "%s", g->err.text);
    ck_assert_ptr_null(g->feed.ops);
    feeding_free(g);
}
END_TEST

static const struct {
    const char *bytes;
    size_t n;
    const char *says;
} contents[] = {
    {"SQLite format 3\0...", 20, "is a session file"},
    {"\xd4\xc3\xb2\xa1\2\0\4\0........", 16, "pcap"},
    {"PK\3\4....", 8, "zip"},
    {"{\"T\":\"t\"}\n", 10, "is JSON"},
    {"\1\2\3\4\5\6\7\10", 8, "no format known here"},
    {"when,what,much\n1,2,3\n", 21, "begins"},
    {"when,what,much\n1,2,3\n", 21, "name a column map: lean-equity-nbbo"},
    {"DBN\x09........", 12, "DBN version 9; versions 1 to 3"},
};

START_TEST(unknown_content_is_named_with_what_can_be_read)
{
    struct feeding *g =
        feeding_open(feeding_file("f.bin", contents[_i].bytes, contents[_i].n), FEED_BOTH);
    ck_assert_int_eq(g->rc, -ERR_FEED);
    ck_assert_msg(strstr(g->err.text, contents[_i].says), "%s", g->err.text);
    feeding_free(g);
}
END_TEST

/* ---- compressed input ---- */

static size_t gzip(void *out, size_t cap, const void *p, size_t n)
{
    z_stream z = {0};
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (void *)(uintptr_t)p;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)cap;
    deflate(&z, Z_FINISH);
    deflateEnd(&z);
    return cap - z.avail_out;
}

static size_t zstd(void *out, size_t cap, const void *p, size_t n)
{
    return ZSTD_compress(out, cap, p, n, 3);
}

static size_t plain(void *out, size_t cap, const void *p, size_t n)
{
    memcpy(out, p, MIN(n, cap));
    return n;
}

typedef size_t pack(void *, size_t, const void *, size_t);
static pack *const packs[] = {plain, gzip, zstd};

/* Lines 0..n-1 in `parts` members or frames. */
static size_t lines(pack *how, int n, int parts, uint8_t *out, size_t cap)
{
    char *text = malloc((size_t)n * 16);
    size_t at = 0;
    for (int part = 0; part < parts; part++) {
        size_t len = 0;
        for (int i = part * n / parts; i < (part + 1) * n / parts; i++)
            len += (size_t)sprintf(text + len, "line %d\r\n", i);
        at += how(out + at, cap - at, text, len);
    }
    free(text);
    return at;
}

/* Counts the lines; the first `sure` must be what was written. */
static int read_lines(struct input *in, int sure)
{
    char *s, expected[32];
    size_t n;
    int i = 0;
    while (input_line(in, &s, &n) == LINE_OK) {
        snprintf(expected, sizeof expected, "line %d", i++);
        if (i > sure)
            continue;
        if (n != strlen(expected) || memcmp(s, expected, n) != 0 ||
            input_line_number(in) != (uint64_t)i)
            ck_abort_msg("line %d is '%.*s'", i, (int)n, s);
    }
    return i;
}

START_TEST(plain_gzip_and_zstd_of_one_or_more_frames_give_the_same_lines)
{
    size_t cap = 4u << 20;
    uint8_t *bytes = malloc(cap);
    for (int parts = 1; parts <= 3; parts++) {
        size_t n = lines(packs[_i], 100000, parts, bytes, cap);
        struct input *in = input_memory(bytes, n);
        ck_assert_int_eq(read_lines(in, INT32_MAX), 100000);
        ck_assert_int_eq(input_fault(in), INPUT_SOUND);
        uint64_t done, total;
        input_progress(in, &done, &total);
        ck_assert_uint_eq(done, n);
        ck_assert_uint_eq(total, n);
        input_close(in);
    }
    free(bytes);
}
END_TEST

START_TEST(a_cut_stream_gives_its_whole_lines_and_says_where_it_stops)
{
    size_t cap = 4u << 20;
    uint8_t *bytes = malloc(cap);
    for (size_t how = 1; how < ARRAY_LEN(packs); how++) {
        size_t n = lines(packs[how], 100000, 2, bytes, cap);
        struct input *in = input_memory(bytes, n - 9);
        int got = read_lines(in, INT32_MAX);
        ck_assert_int_ge(got, 50000);
        ck_assert_int_le(got, 100000);
        ck_assert_int_eq(input_fault(in), INPUT_TRUNCATED);
        ck_assert_ptr_nonnull(strstr(input_error(in), "stops short at byte"));
        input_close(in);
    }
    free(bytes);
}
END_TEST

START_TEST(a_damaged_stream_gives_what_stood_before_the_damage)
{
    size_t cap = 4u << 20;
    uint8_t *bytes = malloc(cap);
    for (size_t how = 1; how < ARRAY_LEN(packs); how++) {
        size_t first = lines(packs[how], 50000, 1, bytes, cap);
        size_t n = lines(packs[how], 100000, 2, bytes, cap);
        memset(bytes + first + (n - first) / 2, 0xff, 64);
        struct input *in = input_memory(bytes, n);
        /* deflate may decode damage to something before its checksum tells */
        ck_assert_int_ge(read_lines(in, 50000), 50000);
        ck_assert_int_eq(input_fault(in), INPUT_CORRUPT);
        input_close(in);
        n = lines(packs[how], 10, 1, bytes, cap);
        memcpy(bytes + n, "garbage!", 8);
        in = input_memory(bytes, n + 8);
        ck_assert_int_eq(read_lines(in, 10), 10);
        ck_assert_int_eq(input_fault(in), INPUT_CORRUPT);
        input_close(in);
    }
    free(bytes);
}
END_TEST

START_TEST(a_cut_file_is_one_refused_record_of_the_feed)
{
    char text[40000], packed[40000];
    size_t len = (size_t)sprintf(text, "kind,ts,symbol,price,size\n");
    for (int i = 1; i <= 1000; i++)
        len += (size_t)sprintf(text + len, "equity_print,%d,XYZ,1,1\n", i * 7919);
    size_t n = gzip(packed, sizeof packed, text, len);
    struct feeding *g = feeding_run(feeding_file("cut.csv.gz", packed, n - 100));
    ck_assert_uint_gt(g->n, 100);
    int64_t last = g->events[g->n - 2].ts_ns;
    feeding_ends_in_gap(g, last, last);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_TRUNCATED], 1);
    ck_assert_uint_eq(g->feed.stats.records, g->n + 1);
    /* No half row: every time is one that was written. */
    for (size_t i = 0; i < g->n; i++)
        ck_assert_int_eq(g->events[i].ts_ns, (int64_t)(i + 1) * 7919);
    feeding_free(g);
}
END_TEST

START_TEST(a_need_beyond_the_window_grows_it_and_beyond_the_end_is_refused)
{
    size_t n = 700000;
    uint8_t *bytes = malloc(n);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(i * 31 >> 3);
    struct input *in = input_memory(bytes, n);
    ck_assert_ptr_nonnull(input_need(in, 10));
    input_skip(in, 10);
    uint8_t *p = input_need(in, 600000);
    ck_assert_ptr_nonnull(p);
    ck_assert_mem_eq(p, bytes + 10, 600000);
    input_skip(in, 600000);
    ck_assert_uint_eq(input_offset(in), 600010);
    ck_assert_ptr_null(input_need(in, 100000));
    size_t left;
    p = input_peek(in, 100000, &left);
    ck_assert_uint_eq(left, 99990);
    ck_assert_mem_eq(p, bytes + 600010, left);
    input_close(in);
    free(bytes);
}
END_TEST

/* ---- the adapter ---- */

static const char two_sides[] = "kind,ts,symbol,price,size,cond,ref\n"
                                "equity_print,100,XYZ,1,1,,\n"
                                "option_print,200,XYZ261218C00105000,1,1,,\n"
                                "status,300,XYZ,,,halt,\n"
                                "cancel,400,XYZ261218C00105000,1,1,,\n"
                                "clock,500,,,,,\n";

START_TEST(events_of_the_other_side_are_counted_and_not_given)
{
    struct feeding *g =
        feeding_open(feeding_file("s.csv", two_sides, sizeof two_sides - 1), FEED_OPTIONS);
    ck_assert_int_eq(feeding_drain(g), FEED_END);
    ck_assert_uint_eq(g->n, 2);
    ck_assert_int_eq(g->events[0].kind, EV_OPTION_PRINT);
    ck_assert_int_eq(g->events[1].kind, EV_CANCEL);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_OTHER_SIDE], 2);
    ck_assert_uint_eq(g->feed.stats.records, 5);
    ck_assert_uint_eq(g->feed.stats.used, 3);
    ck_assert_str_eq(g->rejects, "");
    feeding_free(g);
}
END_TEST

START_TEST(polling_gives_nothing_beyond_the_time_or_the_number_asked)
{
    struct feeding *g =
        feeding_open(feeding_file("s.csv", two_sides, sizeof two_sides - 1), FEED_BOTH);
    struct feed *f = &g->feed;
    ck_assert_int_eq(f->ops->next_ns(f), 100);
    ck_assert_int_eq(f->ops->poll(f, 99, 10, &g->err), FEED_WAIT);
    ck_assert_uint_eq(g->n, 0);
    ck_assert_int_eq(f->ops->poll(f, 200, 10, &g->err), FEED_WAIT);
    ck_assert_uint_eq(g->n, 2);
    ck_assert_int_eq(f->ops->next_ns(f), 300);
    ck_assert_int_eq(f->ops->poll(f, INT64_MAX, 1, &g->err), FEED_MORE);
    ck_assert_uint_eq(g->n, 3);
    ck_assert_int_eq(f->ops->poll(f, INT64_MAX, 10, &g->err), FEED_END);
    ck_assert_uint_eq(g->n, 4);
    ck_assert_uint_eq(g->n_ticks, 1);
    ck_assert_int_eq(f->ops->next_ns(f), INT64_MAX);
    ck_assert_int_eq(f->ops->poll(f, INT64_MAX, 10, &g->err), FEED_END);
    ck_assert_uint_eq(f->stats.bytes_done, sizeof two_sides - 1);
    ck_assert_uint_eq(f->stats.bytes_total, sizeof two_sides - 1);
    feeding_free(g);
}
END_TEST

START_TEST(names_of_files_and_feed_text_come_clean_into_messages)
{
    const char *text = "kind,ts,symbol,price,size\nequity_print,\x1b[31m,XYZ,1,1\n";
    struct feeding *g = feeding_run(feeding_file("evil\x1b]0;x\x07.csv", text, strlen(text)));
    ck_assert_str_eq(g->rejects, "bad_time evil?]0;x?.csv:2 ts '?[31m' is not an RFC 3339 time or "
                                 "integer nanoseconds since 1970\n");
    feeding_free(g);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("feed");
    TCase *uri = tcase_create("uri"), *input = tcase_create("input"), *file = tcase_create("file");
    tcase_add_test(uri, an_address_is_taken_apart_and_percent_decoded);
    tcase_add_loop_test(uri, a_bad_address_is_a_usage_error, 0, ARRAY_LEN(bad_uris));
    tcase_add_loop_test(uri, a_feed_that_cannot_be_opened_says_what_would_be_right, 0,
                        ARRAY_LEN(bad_feeds));
    suite_add_tcase(s, uri);
    tcase_add_loop_test(input, plain_gzip_and_zstd_of_one_or_more_frames_give_the_same_lines, 0, 3);
    tcase_add_test(input, a_cut_stream_gives_its_whole_lines_and_says_where_it_stops);
    tcase_add_test(input, a_damaged_stream_gives_what_stood_before_the_damage);
    tcase_add_test(input, a_cut_file_is_one_refused_record_of_the_feed);
    tcase_add_test(input, a_need_beyond_the_window_grows_it_and_beyond_the_end_is_refused);
    suite_add_tcase(s, input);
    tcase_add_loop_test(file, unknown_content_is_named_with_what_can_be_read, 0,
                        ARRAY_LEN(contents));
    tcase_add_test(file, events_of_the_other_side_are_counted_and_not_given);
    tcase_add_test(file, polling_gives_nothing_beyond_the_time_or_the_number_asked);
    tcase_add_test(file, names_of_files_and_feed_text_come_clean_into_messages);
    suite_add_tcase(s, file);
    return s;
}
