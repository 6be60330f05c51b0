/* msgpack captures: the sample frames against their JSON text, read by eye, and frames laid out by
 * hand from the MessagePack specification. */
#include "base/dec.h"
#include "base/limits.h"
#include "event/venue.h"
#include "feed/msgpack_scan.h"
#include "feeding.h"

static struct feeding *run_sample(void)
{
    char uri[700];
    const char *path = test_sample("alpaca/stream-frames.msgpack.bin");
    if (!path)
        return NULL;
    snprintf(uri, sizeof uri, "file:%s", path);
    return feeding_run(uri);
}

static const struct event *find(const struct feeding *g, int kind, const char *symbol, size_t nth)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->events[i].kind == kind && strcmp(feeding_symbol(g, &g->events[i]), symbol) == 0 &&
            nth-- == 0)
            return &g->events[i];
    ck_abort_msg("no %s of %s", event_kind_name((enum event_kind)kind), symbol);
    return NULL;
}

START_TEST(sample_frames_are_all_accounted_for)
{
    struct feeding *g = run_sample();
    if (!g)
        return;
    const struct feed_stats *s = &g->feed.stats;
    /* 38 frames, one of three trades. Control: 2 success, 1 subscription, 4 errors; bars 2, updated
     * bar 1, imbalance 1, news 1. */
    ck_assert_uint_eq(s->records, 40);
    ck_assert_uint_eq(s->used, 31);
    ck_assert_uint_eq(s->drops[DROP_SKIPPED], 9);
    ck_assert_uint_eq(feeding_drops(g), 9);
    ck_assert_uint_eq(s->events[EV_EQUITY_PRINT], 6);
    ck_assert_uint_eq(s->events[EV_EQUITY_QUOTE], 5);
    ck_assert_uint_eq(s->events[EV_OPTION_PRINT], 9);
    ck_assert_uint_eq(s->events[EV_OPTION_QUOTE], 2);
    ck_assert_uint_eq(s->events[EV_CANCEL], 2);
    ck_assert_uint_eq(s->events[EV_CORRECT], 1);
    ck_assert_uint_eq(s->events[EV_STATUS], 3);
    ck_assert_uint_eq(s->types['b'], 2);
    ck_assert_uint_eq(s->types[0], 7);
    feeding_free(g);
}
END_TEST

START_TEST(stock_messages_have_the_values_of_the_text)
{
    struct feeding *g = run_sample();
    if (!g)
        return;
    const struct event *q = find(g, EV_EQUITY_QUOTE, "AMD", 0);
    ck_assert_int_eq(q->ts_ns, INT64_C(1680782061670905508)); /* 2023-04-06T11:54:21.670905508Z */
    ck_assert_int_eq(q->u.quote.bid, INT64_C(91950000000));
    ck_assert_int_eq(q->u.quote.bid_qty, 2 * QTY_ONE);
    ck_assert_int_eq(q->u.quote.ask, INT64_C(91980000000));
    ck_assert_int_eq(q->u.quote.ask_qty, 1 * QTY_ONE);
    ck_assert_str_eq(venue_get(q->u.quote.bid_venue)->mic, "EDGX");
    ck_assert_str_eq(venue_get(q->u.quote.ask_venue)->mic, "XNAS");
    ck_assert_int_eq(q->u.quote.cond, 0); /* R, regular */
    const struct event *p = find(g, EV_EQUITY_PRINT, "AAPL", 0);
    ck_assert_int_eq(p->u.print.px, INT64_C(162920000000));
    ck_assert_int_eq(p->u.print.qty, 3 * QTY_ONE);
    ck_assert_uint_eq(p->u.print.id, 628);
    ck_assert_mem_eq(p->u.print.cond, "@FTI", 4);
    ck_assert_int_eq(p->u.print.tape, 'C');
    ck_assert_int_eq(p->ts_ns, INT64_C(1680782066838232225));
    p = find(g, EV_EQUITY_PRINT, "AAPL", 3);
    ck_assert(venue_off_exchange(p->venue));
    ck_assert_int_eq(p->u.print.px, INT64_C(126550000000));
    const struct event *c = find(g, EV_CORRECT, "EEM", 0);
    ck_assert_uint_eq(c->u.print.ref, UINT64_C(52983525033527));
    ck_assert_uint_eq(c->u.print.id, UINT64_C(52983525034326));
    ck_assert_int_eq(c->u.print.px, INT64_C(39180900000));
    ck_assert_int_eq(c->u.print.qty, 440000 * QTY_ONE);
    ck_assert_mem_eq(c->u.print.cond, "@7\0\0", 4);
    const struct event *x = find(g, EV_CANCEL, "GOOGL", 0);
    ck_assert_uint_eq(x->u.print.ref, 465);
    ck_assert_int_eq(x->u.print.px, INT64_C(105310000000));
    const struct event *l = find(g, EV_STATUS, "IONM", 0);
    ck_assert_str_eq(l->u.status.code, "luld");
    ck_assert_int_eq(l->u.status.value, 3240000000);
    ck_assert_int_eq(l->u.status.value2, 2650000000);
    ck_assert_str_eq(find(g, EV_STATUS, "AAPL", 0)->u.status.code, "halt");
    ck_assert_str_eq(find(g, EV_STATUS, "STRR", 0)->u.status.code, "resume");
    ck_assert_int_eq(find(g, EV_STATUS, "STRR", 0)->ts_ns, INT64_C(10000000010));
    feeding_free(g);
}
END_TEST

START_TEST(option_messages_have_the_values_of_the_text)
{
    struct feeding *g = run_sample();
    if (!g)
        return;
    const struct event *p = find(g, EV_OPTION_PRINT, "AAPL  240315C00172500", 0);
    ck_assert_int_eq(p->ts_ns, INT64_C(1710164135133122560)); /* 2024-03-11T13:35:35.13312256Z */
    ck_assert_int_eq(p->u.print.px, 2840000000);
    ck_assert_int_eq(p->u.print.qty, 1 * QTY_ONE);
    ck_assert_mem_eq(p->u.print.cond, "S\0\0\0", 4);
    ck_assert_str_eq(venue_get(p->venue)->mic, "ARCO");
    const struct event *q = find(g, EV_OPTION_QUOTE, "SPXW  240327P04925000", 0);
    ck_assert_int_eq(q->u.quote.bid, INT64_C(11400000000));
    ck_assert_int_eq(q->u.quote.bid_qty, 172 * QTY_ONE);
    ck_assert_int_eq(q->u.quote.cond, 'A');
    ck_assert_str_eq(venue_get(q->u.quote.ask_venue)->mic, "XCBO");
    feeding_free(g);
}
END_TEST

/* ---- by hand ---- */

/* One frame: the length, then the bytes. */
static size_t frame(uint8_t *out, const void *bytes, size_t n)
{
    out[0] = (uint8_t)n;
    out[1] = (uint8_t)(n >> 8);
    out[2] = (uint8_t)(n >> 16);
    out[3] = (uint8_t)(n >> 24);
    memcpy(out + 4, bytes, n);
    return n + 4;
}

static struct feeding *run_frame(const void *bytes, size_t n, const char *options)
{
    uint8_t out[8192];
    char uri[700];
    snprintf(uri, sizeof uri, "%s%s", feeding_file("frames.bin", out, frame(out, bytes, n)),
             options);
    return feeding_run(uri);
}

/* A stock trade of 2 at 1.5 with the time given as bytes. */
#define TRADE_HEAD "\x85\xa1T\xa1t\xa1S\xa1X\xa1p\xcb\x3f\xf8\0\0\0\0\0\0\xa1s\x02\xa1t"

START_TEST(all_three_timestamp_forms_are_read)
{
    static const struct {
        const char *bytes;
        size_t n;
        int64_t ns;
    } forms[] = {
        {TRADE_HEAD "\xd6\xff\x00\x00\x00\x0a", sizeof TRADE_HEAD - 1 + 6, 10000000000},
        /* 30 bits of ns (1 << 34 is one), 34 bits of seconds */
        {TRADE_HEAD "\xd7\xff\x00\x00\x00\x04\x00\x00\x00\x0a", sizeof TRADE_HEAD - 1 + 10,
         10000000001},
        {TRADE_HEAD "\xc7\x0c\xff\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x0a",
         sizeof TRADE_HEAD - 1 + 15, 10000000002},
    };
    struct feeding *g = run_frame(forms[_i].bytes, forms[_i].n, "");
    ck_assert_str_eq(g->rejects, "");
    ck_assert_uint_eq(g->n, 1);
    ck_assert_int_eq(g->events[0].ts_ns, forms[_i].ns);
    ck_assert_int_eq(g->events[0].u.print.px, 1500000000);
    ck_assert_int_eq(g->events[0].u.print.qty, 2 * QTY_ONE);
    feeding_free(g);
}
END_TEST

#define TIME_10       "\xa1t\xd6\xff\x00\x00\x00\x0a"
#define MESSAGE(text) text, sizeof text - 1

static const struct {
    const char *bytes;
    size_t n;
    const char *reject; /* "" = read */
} messages[] = {
    /* integer price, fractional size, unknown key, id as u64 */
    {MESSAGE("\x87\xa1T\xa1t\xa1S\xa1X\xa1p\x05\xa1s\xcb\x3f\xe0\0\0\0\0\0\0\xa2??"
             "\xc0\xa1i\xcf\0\0\0\0\0"
             "\0\0\x09" TIME_10),
     ""},
    {MESSAGE("\x85\xa1T\xa1t\xa1S\xa1X\xa1p\xc0\xa1s\x05" TIME_10), "missing_field"},
    {MESSAGE("\x85\xa1T\xa1t\xa1S\xa1X\xa1p\xa1p\xa1s\x05" TIME_10), "bad_price"},
    {MESSAGE("\x85\xa1T\xa1t\xa1S\xa1X\xa1p\xcb\x7f\xf8\0\0\0\0\0\0\xa1s\x05" TIME_10),
     "bad_price"},
    {MESSAGE("\x85\xa1T\xa1t\xa1S\xa1X\xa1p\x05\xa1s\x00" TIME_10), "bad_size"},
    {MESSAGE("\x85\xa1T\xa1t\xa1S\xa1X\xa1p\x05\xa1s\xff" TIME_10), "bad_size"},
    {MESSAGE("\x84\xa1T\xa1t\xa1S\xa1X\xa1p\x05\xa1s\x01"), "missing_field"},
    {MESSAGE("\x85\xa1T\xa1t\xa1S\xa1X\xa1p\x05\xa1s\x01\xa1t\xa1x"), "bad_time"},
    {MESSAGE("\x84\xa1T\xa1t\xa1p\x05\xa1s\x01" TIME_10), "missing_field"},
    {MESSAGE("\x81\xa1S\xa1X"), "missing_field"},
    {MESSAGE("\x91\x05"), "syntax"},
    {MESSAGE("\x81\xa1T\xa1%"), "skipped_type"},
};

START_TEST(values_of_any_number_type_are_read_and_others_refused_with_the_reason)
{
    struct feeding *g = run_frame(messages[_i].bytes, messages[_i].n, "");
    const char *reject = messages[_i].reject;
    ck_assert_msg(strncmp(g->rejects, reject, strlen(reject)) == 0, "%s", g->rejects);
    ck_assert_uint_eq(g->n, reject[0] ? 0 : 1);
    ck_assert_uint_eq(g->feed.stats.records, 1);
    if (g->n) {
        ck_assert_int_eq(g->events[0].u.print.px, 5 * PX_ONE);
        ck_assert_int_eq(g->events[0].u.print.qty, 500000);
        ck_assert_int_eq(g->events[0].u.print.flags, PRINT_FRACTIONAL);
        ck_assert_uint_eq(g->events[0].u.print.id, 9);
        ck_assert_uint_eq(g->feed.stats.unknown_fields, 1);
    }
    feeding_free(g);
}
END_TEST

START_TEST(an_empty_side_is_none_and_sizes_count_in_the_lot_given)
{
    static const char quote[] = "\x88\xa1T\xa1q\xa1S\xa1X\xa2"
                                "bp\x05\xa2"
                                "bs\x03\xa2"
                                "ap\x00\xa2"
                                "as\x00\xa2"
                                "ax\xa1 " TIME_10;
    struct feeding *g = run_frame(quote, sizeof quote - 1, "?lot=100");
    ck_assert_str_eq(g->rejects, "");
    ck_assert_int_eq(g->events[0].u.quote.bid_qty, 300 * QTY_ONE);
    ck_assert_int_eq(g->events[0].u.quote.ask, PX_NONE);
    feeding_free(g);
}
END_TEST

static const struct {
    const char *bytes;
    size_t n;
    bool good;
} scans[] = {
    {MESSAGE("\x91\x81\xa1T\xa1t"), true},
    {MESSAGE("\xdd\x00\x00\x00\x00"), true},
    {MESSAGE("\xdd\x7f\xff\xff\xff"), false}, /* 2 G elements announced */
    {MESSAGE("\xdc\xff\xff\x01"), false},     /* more announced than there */
    {MESSAGE("\xde\x04\x01"), false},         /* 1,025 pairs */
    {MESSAGE("\xdb\x00\x01\x00\x01"), false}, /* a string of 65,537 bytes */
    {MESSAGE("\xa5"
             "ab"),
     false},                      /* cut */
    {MESSAGE("\xc1"), false},     /* never used */
    {MESSAGE("\x90\x90"), false}, /* something behind it */
    {MESSAGE(""), false},
    {MESSAGE("\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x05"), true},
    {MESSAGE("\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x05"), false},
};

START_TEST(the_scan_refuses_lengths_and_depths_beyond_the_limits)
{
    enum drop_reason why;
    const char *wrong = msgpack_scan((const uint8_t *)scans[_i].bytes, scans[_i].n, &why);
    ck_assert_msg((wrong == NULL) == scans[_i].good, "%s", wrong ? wrong : "accepted");
}
END_TEST

START_TEST(a_bad_frame_is_dropped_and_the_next_one_read)
{
    uint8_t out[256];
    size_t n = frame(out, "\x81\xc1\x05", 3);
    n += frame(out + n, MESSAGE(TRADE_HEAD "\xd6\xff\x00\x00\x00\x0a"));
    n += frame(out + n, "\x91\x05", 2) - 1; /* one byte short */
    struct feeding *g = feeding_run(feeding_file("frames.bin", out, n));
    ck_assert_uint_eq(g->n, 3); /* a gap, the print, a gap */
    int64_t ns = g->events[1].ts_ns;
    ck_assert_int_eq(g->events[1].kind, EV_EQUITY_PRINT);
    feeding_ends_in_gap(g, ns, ns);
    ck_assert_int_eq(g->events[0].recv_ns, g->events[1].recv_ns);
    g->n = 1;
    feeding_ends_in_gap(g, ns, ns);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_CORRUPT], 1);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_TRUNCATED], 1);
    ck_assert_uint_eq(g->feed.stats.records, 3);
    feeding_free(g);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("capture");
    TCase *c = tcase_create("capture");
    tcase_add_test(c, sample_frames_are_all_accounted_for);
    tcase_add_test(c, stock_messages_have_the_values_of_the_text);
    tcase_add_test(c, option_messages_have_the_values_of_the_text);
    tcase_add_loop_test(c, all_three_timestamp_forms_are_read, 0, 3);
    tcase_add_loop_test(c, values_of_any_number_type_are_read_and_others_refused_with_the_reason, 0,
                        ARRAY_LEN(messages));
    tcase_add_test(c, an_empty_side_is_none_and_sizes_count_in_the_lot_given);
    tcase_add_loop_test(c, the_scan_refuses_lengths_and_depths_beyond_the_limits, 0,
                        ARRAY_LEN(scans));
    tcase_add_test(c, a_bad_frame_is_dropped_and_the_next_one_read);
    suite_add_tcase(s, c);
    return s;
}
