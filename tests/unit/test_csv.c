/* Tape CSV and column maps. Figures of vendor files are those of the sample notes. */
#include "base/dec.h"
#include "event/event.h"
#include "event/venue.h"
#include "feeding.h"

static struct feeding *run_text(const char *text)
{
    return feeding_run(feeding_file("rows.csv", text, strlen(text)));
}

START_TEST(every_kind_of_row_becomes_its_event)
{
    struct feeding *g = run_text(
        "kind,ts,recv,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref,report_ts,"
        "value\n"
        "option_print,2024-06-14T13:55:03.122Z,,XYZ   "
        "261218C00105000,2.35,10,,,,,XCBO,MLET,,17,,,\n"
        "option_quote,2024-06-14T13:55:03.2Z,,XYZ261218C00105000,2.3,5,2.30,5,2.40,7,,,,,,,\n"
        "equity_print,1718373303122000000,,XYZ,187.1825,0.5,,,,,D,@|F|T|I,C,a-1,,"
        "2024-06-14T13:55:04Z,\n"
        "equity_quote,1718373303122000001,1718373303122000009,XYZ,,,10,100,,,N,,,,,,\n"
        "cancel,1718373303122000002,,XYZ,,,,,,,,,,,a-1,,\n"
        "correct,1718373303122000003,,XYZ,187.19,2,,,,,,@,C,,a-1,,\n"
        "status,1718373303122000004,,XYZ,,,,,,,,halt,,,,,\n"
        "open_interest,1718323200000000000,,XYZ   261218C00105000,,1234,,,,,,,,,,,\n"
        "contract,1718323200000000000,,XYZ   261218C00105000,,10,,,,,,,,,,,ABC\n"
        "clock,1718373400000000000,,,,,,,,,,,,,,,\n");
    ck_assert_str_eq(g->rejects, "");
    ck_assert_uint_eq(g->n, 9);
    const struct event *e = g->events;
    ck_assert_int_eq(e[0].kind, EV_OPTION_PRINT);
    ck_assert_str_eq(feeding_symbol(g, &e[0]), "XYZ   261218C00105000");
    ck_assert_int_eq(e[0].ts_ns, INT64_C(1718373303122000000));
    ck_assert_int_eq(e[0].recv_ns, e[0].ts_ns);
    ck_assert_int_eq(e[0].u.print.px, 2350000000);
    ck_assert_int_eq(e[0].u.print.qty, 10000000);
    ck_assert_int_eq(e[0].u.print.cond[0], 'f'); /* MLET */
    ck_assert_uint_eq(e[0].u.print.id, 17);
    ck_assert_str_eq(venue_get(e[0].venue)->mic, "XCBO");
    ck_assert_int_eq(e[0].feed, 3);
    ck_assert_int_eq(e[1].kind, EV_OPTION_QUOTE);
    ck_assert_uint_eq(e[1].sym, e[0].sym);
    ck_assert_int_eq(e[1].u.quote.bid, 2300000000);
    ck_assert_int_eq(e[1].u.quote.ask_qty, 7000000);
    ck_assert_uint_eq(e[1].venue, 0);
    ck_assert_int_eq(e[2].kind, EV_EQUITY_PRINT);
    ck_assert_int_eq(e[2].u.print.px, INT64_C(187182500000));
    ck_assert_int_eq(e[2].u.print.qty, 500000);
    ck_assert_int_eq(e[2].u.print.flags, PRINT_FRACTIONAL);
    ck_assert_mem_eq(e[2].u.print.cond, "@FTI", 4);
    ck_assert_int_eq(e[2].u.print.tape, 'C');
    ck_assert(venue_off_exchange(e[2].venue));
    ck_assert_int_eq(e[2].u.print.report_ns, INT64_C(1718373304000000000));
    ck_assert_int_eq(e[2].recv_ns, e[2].u.print.report_ns);
    ck_assert_int_eq(e[3].u.quote.bid, 10 * PX_ONE);
    ck_assert_int_eq(e[3].u.quote.ask, PX_NONE);
    ck_assert_int_eq(e[3].recv_ns, INT64_C(1718373303122000009));
    ck_assert_str_eq(venue_get(e[3].venue)->mic, "XNYS");
    ck_assert_int_eq(e[4].kind, EV_CANCEL);
    ck_assert_uint_eq(e[4].u.print.ref, e[2].u.print.id);
    ck_assert_int_eq(e[5].kind, EV_CORRECT);
    ck_assert_int_eq(e[5].u.print.px, INT64_C(187190000000));
    ck_assert_str_eq(e[6].u.status.code, "halt");
    ck_assert_int_eq(e[7].u.reference.qty, INT64_C(1234000000));
    ck_assert_int_eq(e[8].u.reference.qty, 10000000);
    ck_assert_str_eq(symbols_get(g->symbols, e[8].u.reference.underlying)->symbol, "ABC");
    ck_assert_uint_eq(g->n_ticks, 1);
    ck_assert_int_eq(g->ticks[0], INT64_C(1718373400000000000));
    ck_assert_uint_eq(g->feed.stats.records, 10);
    ck_assert_uint_eq(g->feed.stats.used, 10);
    feeding_free(g);
}
END_TEST

START_TEST(columns_stand_in_any_order_with_quotes_crlf_bom_and_comments)
{
    struct feeding *g = run_text("\xef\xbb\xbf# a comment\r\n"
                                 "symbol,\"price\",ts,kind,size\r\n"
                                 "# another\r\n"
                                 "\"XYZ\",\"1.5\",1718373303122000000,equity_print,\"1\"\r\n"
                                 "\r\n"
                                 "\"X\"\"Y\",2,1718373303122000000,equity_print,1");
    ck_assert_uint_eq(g->n, 1);
    ck_assert_int_eq(g->events[0].u.print.px, 1500000000);
    ck_assert_ptr_nonnull(
        strstr(g->rejects, "bad_symbol rows.csv:6 symbol 'X\"Y' is not a symbol"));
    feeding_free(g);
}
END_TEST

START_TEST(a_joined_quote_comes_before_its_print_at_the_prints_time)
{
    struct feeding *g =
        run_text("kind,ts,symbol,price,size,bid,bid_size,ask,ask_size,venue\n"
                 "option_print,1718373303122000000,XYZ261218P00105000,1,2,0.95,10,1.05,20,XPHL\n");
    ck_assert_uint_eq(g->n, 2);
    ck_assert_int_eq(g->events[0].kind, EV_OPTION_QUOTE);
    ck_assert_int_eq(g->events[0].ts_ns, g->events[1].ts_ns);
    ck_assert_uint_eq(g->events[0].venue, 0);
    ck_assert_int_eq(g->events[0].u.quote.bid, 950000000);
    ck_assert_int_eq(g->events[0].u.quote.ask_qty, 20000000);
    ck_assert_int_eq(g->events[1].kind, EV_OPTION_PRINT);
    ck_assert_uint_eq(g->feed.stats.joined_quotes, 1);
    ck_assert_uint_eq(g->feed.stats.used, 1);
    feeding_free(g);
}
END_TEST

START_TEST(times_of_one_minute_are_read_like_the_first_of_it)
{
    /* 1718373300 is 2024-06-14T13:55:00Z. */
    static const int64_t ns[] = {3122000000, 4000000000, 59999999999, 7000000001, 60000000000};
    struct feeding *g = run_text("kind,ts,symbol,price,size\n"
                                 "equity_print,2024-06-14T13:55:03.122Z,XYZ,1,1\n"
                                 "equity_print,2024-06-14T13:55:04Z,XYZ,1,1\n"
                                 "equity_print,2024-06-14T13:55:59.999999999Z,XYZ,1,1\n"
                                 "equity_print,2024-06-14T09:55:07.000000001-04:00,XYZ,1,1\n"
                                 "equity_print,2024-06-14T13:56:00.0Z,XYZ,1,1\n"
                                 "equity_print,2024-06-14T13:56:0x.0Z,XYZ,1,1\n"
                                 "equity_print,2024-06-14T13:56:00.Z,XYZ,1,1\n"
                                 "equity_print,2024-06-14T13:56:00.1234567891Z,XYZ,1,1\n");
    ck_assert_uint_eq(g->n, ARRAY_LEN(ns));
    for (size_t i = 0; i < g->n; i++)
        ck_assert_int_eq(g->events[i].ts_ns - INT64_C(1718373300000000000), ns[i]);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_BAD_TIME], 3);
    feeding_free(g);
}
END_TEST

static const struct {
    const char *row, *reject;
} bad_rows[] = {
    {"equity_print,x,XYZ,1,1", "bad_time rows.csv:2 ts 'x'"},
    {"equity_print,2024-02-30T00:00:00Z,XYZ,1,1", "bad_time"},
    {"equity_print,,XYZ,1,1", "missing_field rows.csv:2 ts ''"},
    {"equity_print,1,XYZ,1.0000000001,1", "bad_price rows.csv:2 price '1.0000000001'"},
    {"equity_print,1,XYZ,1e3,1", "bad_price"},
    {"equity_print,1,XYZ,99999999999,1", "bad_price"},
    {"equity_print,1,XYZ,,1", "missing_field rows.csv:2 price"},
    {"equity_print,1,XYZ,1,0", "bad_size rows.csv:2 size '0' is zero"},
    {"equity_print,1,XYZ,1,-1", "bad_size"},
    {"equity_print,1,XYZ,1,0.0000001", "bad_size"},
    {"option_print,1,XYZ261218C00105000,1,1.5", "bad_size rows.csv:2 size '1.5' is not a whole"},
    {"option_print,1,XYZ261318C00105000,1,1", "bad_symbol rows.csv:2 symbol"},
    {"option_print,1,XYZ,1,1", "bad_symbol"},
    {"equity_print,1,,1,1", "missing_field rows.csv:2 symbol"},
    {"trade,1,XYZ,1,1", "syntax rows.csv:2 kind 'trade'"},
    {",1,XYZ,1,1", "missing_field rows.csv:2 kind"},
    {"equity_print,1,XYZ,1,1,7", "syntax rows.csv:2 '7' stands beyond"},
    {"equity_print,1,\"XYZ,1,1", "syntax"},
    {"status,1,XYZ,,", "missing_field rows.csv:2 cond"},
    {"cancel,1,XYZ,,", "missing_field rows.csv:2 ref"},
    {"correct,1,XYZ,1,1", "missing_field rows.csv:2 ref"},
};

START_TEST(a_bad_row_is_named_with_line_column_and_text_and_the_rest_goes_on)
{
    char text[400];
    snprintf(text, sizeof text, "kind,ts,symbol,price,size\n%s\nequity_print,5,GOOD,1,1\n",
             bad_rows[_i].row);
    struct feeding *g = run_text(text);
    ck_assert_msg(strncmp(g->rejects, bad_rows[_i].reject, strlen(bad_rows[_i].reject)) == 0,
                  "row %s gave: %s", bad_rows[_i].row, g->rejects);
    ck_assert_uint_eq(g->n, 1);
    ck_assert_str_eq(feeding_symbol(g, &g->events[0]), "GOOD");
    ck_assert_uint_eq(g->feed.stats.records, 2);
    ck_assert_uint_eq(feeding_drops(g), 1);
    feeding_free(g);
}
END_TEST

START_TEST(an_unknown_condition_or_venue_is_kept_and_counted)
{
    char buf[80];
    struct feeding *g = run_text("kind,ts,symbol,price,size,venue,cond,tape\n"
                                 "option_print,1,XYZ261218C00105000,1,1,XXXX,AUTO|WHAT,\n"
                                 "equity_print,1,XYZ,1,1,N,@|F|T|I|X,A\n");
    ck_assert_uint_eq(g->n, 2);
    ck_assert_uint_eq(g->events[0].venue, 0);
    ck_assert_int_eq(g->events[0].u.print.cond[0], 'I');
    ck_assert_int_eq(g->events[0].u.print.flags, PRINT_COND_OTHER);
    ident_code_text(g->idents, g->events[0].u.print.cond_other, buf, sizeof buf);
    ck_assert_str_eq(buf, "WHAT");
    ck_assert_int_eq(g->events[1].u.print.flags, PRINT_COND_OTHER); /* a fifth has no place */
    ck_assert_uint_eq(g->feed.stats.unknown_codes, 3);
    feeding_free(g);
}
END_TEST

START_TEST(a_line_over_the_limit_is_dropped_whole)
{
    char *text = mem_printf("kind,ts,symbol,price,size\nequity_print,1,%0200000d,1,1\n"
                            "equity_print,1,GOOD,1,1\n",
                            1);
    struct feeding *g = run_text(text);
    ck_assert_uint_eq(g->n, 2); /* what the line held is not known: a gap before the print */
    ck_assert_int_eq(g->events[1].kind, EV_EQUITY_PRINT);
    g->n = 1;
    feeding_ends_in_gap(g, 1, 1);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_TOO_LONG], 1);
    ck_assert_ptr_nonnull(strstr(g->rejects, "too_long rows.csv:2"));
    feeding_free(g);
    mem_free(text);
}
END_TEST

static const struct {
    const char *header, *error;
} bad_headers[] = {
    {"kind,ts,colour,taste\n", "no column colour taste"},
    {"kind,ts,ts\n", "ts stands twice"},
};

START_TEST(a_bad_header_is_an_error_that_names_the_column)
{
    const char *h = bad_headers[_i].header;
    struct feeding *g = feeding_open(feeding_file("h.csv", h, strlen(h)), FEED_BOTH);
    ck_assert_int_eq(g->rc, -ERR_FEED);
    ck_assert_msg(strstr(g->err.text, bad_headers[_i].error), "%s", g->err.text);
    feeding_free(g);
}
END_TEST

/* ---- maps on vendor files ---- */

static struct feeding *run_map(const char *sample, const char *map)
{
    char uri[800];
    const char *path = test_sample(sample);
    if (!path)
        return NULL;
    snprintf(uri, sizeof uri, "file:%s?map=%s", path, map);
    struct feeding *g = feeding_run(uri);
    ck_assert_uint_eq(g->feed.stats.records, g->feed.stats.used + feeding_drops(g));
    return g;
}

static void tally(const struct feeding *g, int kind, char cond, uint64_t *ret_n, int64_t *ret_qty)
{
    *ret_n = 0;
    *ret_qty = 0;
    for (size_t i = 0; i < g->n; i++) {
        const struct print *p = &g->events[i].u.print;
        if (g->events[i].kind != kind || (cond && p->cond[0] != cond))
            continue;
        ++*ret_n;
        *ret_qty += p->qty / QTY_ONE;
    }
}

START_TEST(thetadata_option_prints_are_those_of_the_notes)
{
    static const struct {
        char cond;
        uint64_t n;
    } expected[] = {{'f', 70}, {'I', 15}, {'g', 7}, {'a', 5}, {'S', 1}};
    struct feeding *g =
        run_map("thetadata/opt-trade-nbbo-spy-20240621C500-20240614.csv", "thetadata-option");
    if (!g)
        return;
    uint64_t n;
    int64_t qty;
    ck_assert_uint_eq(feeding_drops(g), 0);
    ck_assert_uint_eq(g->feed.stats.joined_quotes, 98);
    tally(g, EV_OPTION_PRINT, 0, &n, &qty);
    ck_assert_uint_eq(n, 98);
    ck_assert_int_eq(qty, 682);
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        tally(g, EV_OPTION_PRINT, expected[i].cond, &n, &qty);
        ck_assert_uint_eq(n, expected[i].n);
    }
    /* First row of the file: quote 1718373299396 41.20 x 431 / 42.09 x 430 at Cboe, print of 10 at
     * 41.71 on ISE, 130. */
    const struct event *q = &g->events[0], *p = &g->events[1];
    ck_assert_str_eq(feeding_symbol(g, p), "SPY   240621C00500000");
    ck_assert_int_eq(q->kind, EV_OPTION_QUOTE);
    ck_assert_int_eq(q->ts_ns, INT64_C(1718373299396000000));
    ck_assert_int_eq(q->recv_ns, INT64_C(1718373303122000000));
    ck_assert_int_eq(q->u.quote.bid, INT64_C(41200000000));
    ck_assert_int_eq(q->u.quote.bid_qty, 431 * QTY_ONE);
    ck_assert_str_eq(venue_get(q->u.quote.ask_venue)->mic, "XCBO");
    ck_assert_int_eq(p->ts_ns, INT64_C(1718373303122000000));
    ck_assert_int_eq(p->recv_ns, p->ts_ns);
    ck_assert_int_eq(p->u.print.px, INT64_C(41710000000));
    ck_assert_str_eq(venue_get(p->venue)->mic, "XISX");
    feeding_free(g);
}
END_TEST

static uint64_t count_venue(const struct feeding *g, const char *mic)
{
    uint64_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        n += g->events[i].kind == EV_EQUITY_PRINT &&
             (mic ? strcmp(venue_get(g->events[i].venue)->mic, mic) == 0
                  : venue_off_exchange(g->events[i].venue));
    return n;
}

START_TEST(thetadata_stock_prints_carry_their_facility)
{
    struct feeding *g = run_map("thetadata/eq-trade-nbbo-aapl-20240102-open.csv.gz",
                                "thetadata-equity&set=symbol=AAPL");
    if (!g)
        return;
    ck_assert_uint_eq(g->feed.stats.events[EV_EQUITY_PRINT], 5924);
    ck_assert_uint_eq(count_venue(g, NULL), 819);
    ck_assert_uint_eq(count_venue(g, "FINN"), 796);
    ck_assert_uint_eq(count_venue(g, "FINY"), 21);
    ck_assert_uint_eq(count_venue(g, "FINC"), 2);
    ck_assert_uint_eq(g->feed.stats.unknown_codes, 0);
    /* First row: 32,95,1,115 is @ F T I; quote sizes 31 round lots. */
    ck_assert_mem_eq(g->events[1].u.print.cond, "@FTI", 4);
    ck_assert_int_eq(g->events[0].u.quote.bid_qty, 3100 * QTY_ONE);
    feeding_free(g);
}
END_TEST

START_TEST(lean_trades_have_the_shares_of_the_notes)
{
    struct feeding *g = run_map("lean/eq-tick-trade-bac-20131008.csv.gz",
                                "lean-equity-trade&set=date=20131008&set=symbol=BAC");
    if (!g)
        return;
    int64_t all = 0, dark = 0;
    for (size_t i = 0; i < g->n; i++) {
        all += g->events[i].u.print.qty;
        dark += venue_off_exchange(g->events[i].venue) ? g->events[i].u.print.qty : 0;
    }
    uint64_t d = count_venue(g, NULL);
    ck_assert_uint_eq(feeding_drops(g), 0);
    ck_assert_uint_eq(g->n, 125872);
    ck_assert_uint_eq((d * 2000 / g->n + 1) / 2, 404); /* 40.4 % */
    ck_assert_int_eq((dark / 1000 * 2000 / (all / 1000) + 1) / 2, 369);
    /* 21548450 ms is 05:59:08.450 New York, daylight time; 13.80 x 1000 on Arca, 2000 = extended.
     */
    ck_assert_int_eq(g->events[0].ts_ns, INT64_C(1381226348450000000));
    ck_assert_int_eq(g->events[0].u.print.px, INT64_C(13800000000));
    ck_assert_int_eq(g->events[0].u.print.cond[0], 'T');
    ck_assert_uint_eq(g->feed.stats.unknown_codes, 0);
    feeding_free(g);
}
END_TEST

START_TEST(lean_quotes_show_one_side_a_row)
{
    struct feeding *g = run_map("lean/eq-tick-quote-ibm-20131010.csv.gz",
                                "lean-equity-nbbo&set=date=20131010&set=symbol=IBM");
    if (!g)
        return;
    ck_assert_uint_eq(g->feed.stats.records, 105428);
    for (size_t i = 0; i < g->n; i++) {
        const struct quote *q = &g->events[i].u.quote;
        bool bid = q->bid != PX_NONE;
        ck_assert_int_eq(bid, q->ask == PX_NONE);
        ck_assert_int_eq(q->flags, bid ? QUOTE_KEEP_ASK : QUOTE_KEEP_BID);
        ck_assert_int_ne(q->bid_venue, q->ask_venue);
        ck_assert_int_eq(bid, q->bid_venue != 0);
        ck_assert_int_eq(g->events[i].venue, 0);
    }
    feeding_free(g);
}
END_TEST

START_TEST(lean_option_files_give_quotes_and_open_interest)
{
    struct feeding *g = run_map("lean/opt-minute-quote-spxw-20210104.csv.gz",
                                "lean-option-quote&set=date=2021-01-04");
    if (!g)
        return;
    ck_assert_uint_eq(g->feed.stats.records, 4565);
    /* 34200000 ms = 09:30 New York (14:30 UTC), known a minute later; bid 64.90 x 48 / 67.90 x 15.
     */
    ck_assert_int_eq(g->events[0].ts_ns, INT64_C(1609770660000000000));
    ck_assert_int_eq(g->events[0].u.quote.bid, INT64_C(64900000000));
    ck_assert_int_eq(g->events[0].u.quote.ask_qty, 15 * QTY_ONE);
    ck_assert_str_eq(feeding_symbol(g, &g->events[0]), "SPXW  210104C03700000");
    feeding_free(g);
    g = run_map("lean/opt-minute-openinterest-twx-20140605.csv.gz",
                "lean-open-interest&set=date=20140605");
    ck_assert_uint_eq(g->feed.stats.events[EV_OPEN_INTEREST], 184);
    ck_assert_int_eq(g->events[0].u.reference.qty, 21 * QTY_ONE);
    ck_assert_uint_eq(g->events[0].u.reference.underlying, 0);
    feeding_free(g);
}
END_TEST

START_TEST(taq_trades_and_quotes_are_those_of_the_notes)
{
    struct feeding *g =
        run_map("taq/eq-taq-trades-xxx-20180102-0925-1100-1545-1615.csv.gz", "taq-trade");
    if (!g)
        return;
    ck_assert_uint_eq(g->n, 15637);
    ck_assert_uint_eq(count_venue(g, NULL), 4653);
    ck_assert_uint_eq(g->feed.stats.unknown_codes, 0);
    uint64_t subpenny = 0;
    for (size_t i = 0; i < g->n; i++)
        subpenny += venue_off_exchange(g->events[i].venue) && g->events[i].u.print.px % 10000000;
    ck_assert_uint_eq(subpenny, 2604);
    ck_assert_mem_eq(g->events[0].u.print.cond, "TI\0\0", 4);
    feeding_free(g);
    g = run_map("taq/eq-taq-quotes-xxx-20180102-0925-1100-1545-1615.csv.gz", "taq-quote");
    ck_assert_uint_eq(g->n, 25187);
    ck_assert_int_eq(g->events[0].u.quote.bid_qty, 300 * QTY_ONE);
    feeding_free(g);
}
END_TEST

START_TEST(massive_flat_files_read_with_their_maps)
{
    struct feeding *g =
        run_map("massive/flatfile-us_stocks_sip-trades_v1-rows.csv", "massive-stock-trade");
    if (!g)
        return;
    /* A,"12,37",exchange 4, trf_id 202 (Carteret), 157.35 x 10, tape 1, odd lot in form T. */
    const struct event *e = &g->events[0];
    ck_assert_str_eq(g->rejects, "");
    ck_assert_str_eq(venue_get(e->venue)->mic, "FINN");
    ck_assert_mem_eq(e->u.print.cond, "TI\0\0", 4);
    ck_assert_int_eq(e->u.print.tape, 'A');
    ck_assert_int_eq(e->ts_ns, INT64_C(1789718400814766587));
    ck_assert_int_eq(e->recv_ns, INT64_C(1789718400831008119));
    ck_assert_int_eq(e->u.print.report_ns, INT64_C(1789718400830651291));
    ck_assert_int_eq(e->u.print.px, INT64_C(157350000000));
    ck_assert_uint_eq(e->u.print.id, UINT64_C(71675222901845));
    /* Second row: exchange 8, trf_id 0 and trf_timestamp 0, which mean nothing. */
    ck_assert_uint_eq(g->events[1].venue, venue_by_massive(VENUE_EQUITY, 8));
    ck_assert_int_eq(g->events[1].u.print.report_ns, 0);
    ck_assert_uint_eq(g->feed.stats.unknown_codes, 0);
    feeding_free(g);
    g = run_map("massive/flatfile-us_options_opra-trades_v1-rows.csv", "massive-option-trade");
    ck_assert_str_eq(feeding_symbol(g, &g->events[0]), "A     260618C00100000");
    ck_assert_int_eq(g->events[0].u.print.cond[0], 'a'); /* 227 */
    feeding_free(g);
    g = run_map("massive/flatfile-us_options_opra-quotes_v1-rows.csv", "massive-option-quote");
    ck_assert_int_eq(g->events[0].u.quote.ask, PX_NONE);
    ck_assert_int_eq(g->events[0].u.quote.bid, INT64_C(45300000000));
    feeding_free(g);
    g = run_map("massive/flatfile-us_stocks_sip-quotes_v1-rows.csv", "massive-stock-quote");
    ck_assert_int_eq(g->events[0].u.quote.bid, PX_NONE);
    feeding_free(g);
}
END_TEST

static struct feeding *open_map_text(const char *map, const char *data, const char *more)
{
    char uri[1500], path[620];
    snprintf(path, sizeof path, "%s", feeding_file("own.map", map, strlen(map)) + 5);
    snprintf(uri, sizeof uri, "%s?map=%s%s", feeding_file("own.csv", data, strlen(data)), path,
             more);
    return feeding_open(uri, FEED_BOTH);
}

static const struct {
    const char *map, *more, *error;
} bad_maps[] = {
    {"header maybe\n", "", "line 1: header is yes or no"},
    {"header no\ncolumns a\nrow equity_print\nts b epoch-ns\n", "", "line 4: there is no column b"},
    {"columns a\nrow equity_print\nts a when\n", "", "line 3: form 'when' does not give a ts"},
    {"columns a\nrow equity_print\nprice a px x100\n", "", "'x100' does not go with px"},
    {"columns a\nrow equity_print\nprice a px\n", "", "without ts"},
    {"columns a\nrow equity_quote\nts a epoch-ns\nprice a px\n", "", "has no field price"},
    {"columns a\nrow equity_print\nts a ny-ms\n", "", "needs a setting date"},
    {"columns a\n", "", "no row line"},
    {"columns a\nsetting date the day\nrow equity_print\nts a ny-ms\n", "", "needs --set date="},
    {"columns a\nsetting date the day\nrow equity_print\nts a ny-ms\n", "&set=date=20230229",
     "is not a date"},
    {"columns a\nrow equity_print\nts a epoch-ns\n", "&set=colour=red", "no setting 'colour=red'"},
    {"header yes\ncolumns a zz\nrow equity_print\nts a epoch-ns\n", "", "not there: zz"},
};

START_TEST(a_bad_map_or_setting_is_an_error_that_says_where)
{
    struct feeding *g = open_map_text(bad_maps[_i].map, "a,b\n1,2\n", bad_maps[_i].more);
    ck_assert_int_lt(g->rc, 0);
    ck_assert_msg(strstr(g->err.text, bad_maps[_i].error), "%s", g->err.text);
    feeding_free(g);
}
END_TEST

START_TEST(rows_that_do_not_fit_the_map_are_dropped_one_by_one)
{
    struct feeding *g = open_map_text("columns when what much ok\nheader no\n"
                                      "setting symbol the name\nskip ok no\nflag ok odd\n"
                                      "symbol @symbol symbol\nrow equity_print\n"
                                      "ts when epoch-s\nprice what px\nsize much qty\n",
                                      "1,2,3,yes\n1,2\n1,x,3,yes\n1,2,3,no\n1,2,3,odd\n,2,3,yes\n",
                                      "&set=symbol=XYZ");
    ck_assert_msg(g->rc == 0, "%s", g->err.text);
    ck_assert_int_eq(feeding_drain(g), FEED_END);
    ck_assert_uint_eq(g->n, 2);
    ck_assert_int_eq(g->events[0].ts_ns, NS_PER_SEC);
    ck_assert_uint_eq(g->feed.stats.records, 6);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_SYNTAX], 1);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_BAD_PRICE], 1);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_SKIPPED], 1);
    ck_assert_uint_eq(g->feed.stats.drops[DROP_MISSING_FIELD], 1);
    ck_assert_uint_eq(g->feed.stats.flagged, 1);
    ck_assert_ptr_nonnull(strstr(g->rejects, "own.csv:3 what 'x' is not a decimal number"));
    feeding_free(g);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("csv");
    TCase *tape = tcase_create("tape csv"), *maps = tcase_create("column maps");
    tcase_add_test(tape, every_kind_of_row_becomes_its_event);
    tcase_add_test(tape, columns_stand_in_any_order_with_quotes_crlf_bom_and_comments);
    tcase_add_test(tape, a_joined_quote_comes_before_its_print_at_the_prints_time);
    tcase_add_test(tape, times_of_one_minute_are_read_like_the_first_of_it);
    tcase_add_loop_test(tape, a_bad_row_is_named_with_line_column_and_text_and_the_rest_goes_on, 0,
                        ARRAY_LEN(bad_rows));
    tcase_add_test(tape, an_unknown_condition_or_venue_is_kept_and_counted);
    tcase_add_test(tape, a_line_over_the_limit_is_dropped_whole);
    tcase_add_loop_test(tape, a_bad_header_is_an_error_that_names_the_column, 0,
                        ARRAY_LEN(bad_headers));
    suite_add_tcase(s, tape);
    tcase_set_timeout(maps, 60);
    tcase_add_test(maps, thetadata_option_prints_are_those_of_the_notes);
    tcase_add_test(maps, thetadata_stock_prints_carry_their_facility);
    tcase_add_test(maps, lean_trades_have_the_shares_of_the_notes);
    tcase_add_test(maps, lean_quotes_show_one_side_a_row);
    tcase_add_test(maps, lean_option_files_give_quotes_and_open_interest);
    tcase_add_test(maps, taq_trades_and_quotes_are_those_of_the_notes);
    tcase_add_test(maps, massive_flat_files_read_with_their_maps);
    tcase_add_loop_test(maps, a_bad_map_or_setting_is_an_error_that_says_where, 0,
                        ARRAY_LEN(bad_maps));
    tcase_add_test(maps, rows_that_do_not_fit_the_map_are_dropped_one_by_one);
    suite_add_tcase(s, maps);
    return s;
}
