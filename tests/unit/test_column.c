/* view/: columns and row formats. Expected texts are worked out by hand from the rows below and the
 * contract's words. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "event/cond.h"
#include "event/venue.h"
#include "feed/feed.h"
#include "view/column.h"

/* 2024-06-14T13:31:15.25Z = 09:31:15.250 New York. */
#define TS (INT64_C(1718371875250000000))

static struct symbols *symbols;
static struct idents *idents;
static struct cell_context cells;

static void setup(void)
{
    symbols = symbols_create();
    idents = idents_create();
    cells = (struct cell_context){.symbols = symbols, .idents = idents, .ascii = true};
}

static void teardown(void)
{
    idents_destroy(idents);
    symbols_destroy(symbols);
}

static uint32_t spy_call(void)
{
    return symbols_option(symbols, "SPY240621C00500000", 18);
}

static struct row option_row(void)
{
    struct row r = {.kind = ROW_OPTION, .key = 7};
    r.ev = (struct event){.kind = EV_OPTION_PRINT, .seq = 7, .ts_ns = TS, .recv_ns = TS + 1};
    r.ev.sym = spy_call();
    r.ev.venue = venue_by_code(VENUE_OPTION, "C", 1);
    r.ev.u.print = (struct print){.px = 1250000000, .qty = 1200000000, .cond = {'S'}, .id = 99};
    r.u.join = (struct join){.seq = 7,
                             .bid_seq = 6,
                             .ask_seq = 6,
                             .bid = 1200000000,
                             .ask = 1250000000,
                             .bid_qty = 10000000,
                             .ask_qty = 30000000,
                             .quote_ns = TS - 15000000,
                             .packet = 7,
                             .notional = INT64_C(150000000000000),
                             .side = 1,
                             .state = QS_OK,
                             .placement = PL_ASK,
                             .rule = RULE_QUOTE,
                             .confidence = 75,
                             .family = COND_ISO};
    return r;
}

/* AAPL on a TRF, 100.5 shares at 10.0025 against 10.00 x 10.02. */
static struct row equity_row(void)
{
    struct row r = {.kind = ROW_EQUITY, .key = 8};
    r.ev = (struct event){.kind = EV_EQUITY_PRINT, .seq = 8, .ts_ns = TS, .recv_ns = TS};
    r.ev.sym = symbols_equity(symbols, "AAPL", 4);
    r.ev.venue = venue_by_code(VENUE_EQUITY, "FINN", 4);
    r.ev.u.print = (struct print){.px = 10002500000,
                                  .qty = 100500000,
                                  .cond = {'@', 'I'},
                                  .tape = 'C',
                                  .report_ns = TS + 250000000};
    r.u.join = (struct join){.seq = 8,
                             .bid_seq = 5,
                             .ask_seq = 4,
                             .bid = 10000000000,
                             .ask = 10020000000,
                             .bid_qty = 100000000,
                             .ask_qty = 200000000,
                             .quote_ns = TS,
                             .notional = INT64_C(1005251250000),
                             .side = -1,
                             .state = QS_OK,
                             .placement = PL_LO,
                             .rule = RULE_QMP,
                             .confidence = 65,
                             .family = PRICE_REGULAR,
                             .flags = JOIN_OFF_EXCHANGE | JOIN_SUBPENNY};
    return r;
}

/* 120 contracts in five prints on four venues, 1.25 to 1.27: vwap 151.2 / 120 = 1.26. */
static struct row packet_row(void)
{
    struct row r = {.kind = ROW_PACKET, .key = 3};
    r.u.packet = (struct packet){.id = 7,
                                 .at_seq = 20,
                                 .at_ns = TS + 103200000,
                                 .last_seq = 15,
                                 .start_ns = TS,
                                 .end_ns = TS + 3200000,
                                 .qty = 120000000,
                                 .premium = INT64_C(15120000000000),
                                 .px_qty = (__int128)1260000000 * 120000000,
                                 .px_lo = 1250000000,
                                 .px_hi = 1270000000,
                                 .venues = 0xf,
                                 .sym = spy_call(),
                                 .members = 5,
                                 .levels = 3,
                                 .isos = 5,
                                 .side = 1,
                                 .kind = PK_SWEEP,
                                 .grade = PG_ISO,
                                 .state = PS_CLOSED,
                                 .confidence = 75,
                                 .family = COND_ISO,
                                 .direction = 1,
                                 .split = SPLIT_DEADLINE};
    return r;
}

static const char *value(const struct row *r, const char *name)
{
    static char buf[2048];
    struct text t = text_on(buf, sizeof buf);
    const struct column *c = column_find((enum row_kind)r->kind, name, strlen(name));
    ck_assert_msg(c != NULL, "%s", name);
    c->value(r, &cells, &t);
    return buf;
}

static const char *cell(const struct row *r, const char *name)
{
    static char buf[2048];
    struct text t = text_on(buf, sizeof buf);
    const struct column *c = column_find((enum row_kind)r->kind, name, strlen(name));
    ck_assert_msg(c && c->width, "%s", name);
    (c->cell ? c->cell : c->value)(r, &cells, &t);
    return buf;
}

static void check_values(const struct row *r, const char *const (*rows)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(strcmp(value(r, rows[i][0]), rows[i][1]) == 0, "%s: %s, not %s", rows[i][0],
                      value(r, rows[i][0]), rows[i][1]);
}

START_TEST(option_print_has_the_contract_s_keys_and_exact_values)
{
    static const char *const rows[][2] = {
        {"seq", "7"},
        {"ts", "2024-06-14T13:31:15.250000000Z"},
        {"recv", "2024-06-14T13:31:15.250000001Z"},
        {"symbol", "SPY"},
        {"contract", "SPY   240621C00500000"},
        {"right", "C"},
        {"strike", "500"},
        {"expiry", "2024-06-21"},
        {"dte", "7"},
        {"price", "1.25"},
        {"size", "1200"},
        {"premium", "150000.00"},
        {"venue", "XCBO"},
        {"conditions", "ISOI"},
        {"bid", "1.20"},
        {"ask", "1.25"},
        {"bid_size", "10"},
        {"ask_size", "30"},
        {"quote_age_ns", "15000000"},
        {"quote_state", "ok"},
        {"placement", "ask"},
        {"side", "buy"},
        {"side_rule", "quote"},
        {"side_reason", ""},
        {"side_confidence", "0.75"},
        {"packet", "7"},
        {"id", "99"},
        {"evidence", "7|6"},
    };
    struct row r = option_row();
    check_values(&r, rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(screen_cells_are_short_and_never_colour_alone)
{
    struct row r = option_row();
    ck_assert_str_eq(cell(&r, "ts"), "09:31:15.250");
    ck_assert_str_eq(cell(&r, "contract"), "SPY 500C 06-21");
    ck_assert_str_eq(cell(&r, "size"), "1,200");
    ck_assert_str_eq(cell(&r, "premium"), "$150k");
    ck_assert_str_eq(cell(&r, "side"), "+ buy");
    ck_assert_str_eq(cell(&r, "quote_age_ns"), "15 ms");
    cells.ascii = false;
    ck_assert_str_eq(cell(&r, "side"), "\xe2\x96\xb2 buy");
    r.u.join.side = -1;
    ck_assert_str_eq(cell(&r, "side"), "\xe2\x96\xbc sell");
    r.ev.sym = symbols_option(symbols, "SPY270115P00502500", 18);
    ck_assert_str_eq(cell(&r, "contract"), "SPY 502.5P 27-01-15");
}
END_TEST

START_TEST(money_is_shown_with_three_figures)
{
    static const struct {
        int64_t px;
        const char *text;
    } rows[] = {
        {INT64_C(1250000) * PX_ONE, "$1.25M"}, {INT64_C(12400) * PX_ONE, "$12.4k"},
        {INT64_C(999) * PX_ONE, "$999"},       {INT64_C(999400000000), "$999"},
        {INT64_C(999500000000), "$1.00k"},     {INT64_C(999499) * PX_ONE, "$999k"},
        {INT64_C(999500) * PX_ONE, "$1.00M"},  {INT64_C(1234000000) * PX_ONE, "$1.23B"},
        {INT64_C(12500000000), "$12.50"},      {0, "$0.00"},
        {INT64_C(-12400) * PX_ONE, "-$12.4k"},
    };
    struct row r = option_row();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        r.u.join.notional = rows[i].px;
        ck_assert_str_eq(cell(&r, "premium"), rows[i].text);
    }
}
END_TEST

START_TEST(what_is_not_known_is_empty_and_never_zero)
{
    struct row r = option_row();
    r.u.join.bid = PX_NONE;
    r.u.join.ask = PX_NONE;
    r.u.join.quote_ns = 0;
    r.u.join.side = 0;
    r.u.join.reason = SR_NO_QUOTE;
    r.u.join.notional = INT64_MAX;
    r.ev.venue = 0;
    static const char *const rows[][2] = {
        {"bid", ""},
        {"ask", ""},
        {"bid_size", ""},
        {"ask_size", ""},
        {"quote_age_ns", ""},
        {"premium", ""},
        {"side_confidence", ""},
        {"venue", ""},
        {"side", "none"},
        {"side_reason", "no_quote"},
    };
    check_values(&r, rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(equity_print_says_how_its_price_was_made)
{
    static const char *const rows[][2] = {
        {"symbol", "AAPL"},
        {"price", "10.0025"},
        {"size", "100.5"},
        {"notional", "1005.25125"},
        {"venue", "FINN"},
        {"conditions", "@|I"},
        {"tape", "C"},
        {"off_exchange", "true"},
        {"price_mode", "regular"},
        {"lateness_ms", "250"},
        {"subpenny", "true"},
        {"midpoint", "false"},
        {"block", "false"},
        {"side", "sell"},
        {"side_rule", "qmp"},
        {"retail_bjzz", "sell"},
        {"retail_qmp", "sell"},
        {"evidence", "8|5|4"},
    };
    struct row r = equity_row();
    check_values(&r, rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(retail_signs_follow_their_published_bounds)
{
    /* BJZZ: z is the part of a cent in hundredths of 100: below 40 sold, above 60 bought. QMP by
     * (P - B) / (A - B) with B 10.00, A 10.02: 10.008 is 0.4, 10.012 is 0.6. */
    static const struct {
        int64_t px;
        bool subpenny;
        const char *bjzz, *qmp;
    } rows[] = {
        {10000000000, false, "none", "none"}, {10003900000, true, "sell", "sell"},
        {10004000000, true, "none", "sell"},  {10005000000, true, "none", "sell"},
        {10006000000, true, "none", "sell"},  {10006100000, true, "buy", "sell"},
        {10007900000, true, "buy", "sell"},   {10008000001, true, "buy", "none"},
        {10008000000, true, "buy", "none"},   {10012000000, true, "sell", "none"},
        {10012000001, true, "sell", "buy"},   {10000000001, true, "sell", "sell"},
        {10019999999, true, "buy", "buy"},
    };
    struct row r = equity_row();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        r.ev.u.print.px = rows[i].px;
        r.u.join.flags = JOIN_OFF_EXCHANGE | (rows[i].subpenny ? JOIN_SUBPENNY : 0);
        ck_assert_msg(strcmp(value(&r, "retail_bjzz"), rows[i].bjzz) == 0, "row %zu", i);
        ck_assert_msg(strcmp(value(&r, "retail_qmp"), rows[i].qmp) == 0, "row %zu", i);
    }
    r.u.join.flags = 0; /* lit prints have neither */
    ck_assert_str_eq(value(&r, "retail_bjzz"), "");
    ck_assert_str_eq(value(&r, "retail_qmp"), "");
}
END_TEST

START_TEST(midpoint_is_exact_where_doubles_fail)
{
    struct row r = equity_row();
    r.u.join.bid = 157940000000;
    r.u.join.ask = 158100000000;
    r.ev.u.print.px = 158020000000;
    ck_assert_str_eq(value(&r, "midpoint"), "true");
    r.ev.u.print.px++;
    ck_assert_str_eq(value(&r, "midpoint"), "false");
}
END_TEST

START_TEST(packet_says_what_was_seen_and_what_it_is_consistent_with)
{
    static const char *const rows[][2] = {
        {"id", "7"},
        {"start", "2024-06-14T13:31:15.250000000Z"},
        {"end", "2024-06-14T13:31:15.253200000Z"},
        {"at", "2024-06-14T13:31:15.353200000Z"},
        {"kind", "sweep"},
        {"grade", "iso"},
        {"side", "buy"},
        {"size", "120"},
        {"premium", "15120.00"},
        {"vwap", "1.26"},
        {"members", "5"},
        {"venues", "4"},
        {"levels", "3"},
        {"span_ns", "3200000"},
        {"price_low", "1.25"},
        {"price_high", "1.27"},
        {"state", "closed"},
        {"direction", "bullish"},
        {"direction_reason", "buy_call"},
        {"confidence", "0.75"},
        {"evidence", "7|15"},
        {"flags", ""},
    };
    struct row r = packet_row();
    check_values(&r, rows, ARRAY_LEN(rows));
    ck_assert_ptr_nonnull(strstr(value(&r, "explanations"),
                                 "bought 120 contracts in 5 prints on 4 venues in 3.2 ms at "
                                 "1.25-1.27, all ISO: consistent with an intermarket sweep"));
}
END_TEST

START_TEST(direction_follows_side_and_right_or_says_why_not)
{
    static const struct {
        int side;
        const char *contract;
        uint8_t family, reason;
        const char *direction, *why;
        int told; /* by the deck */
    } rows[] = {
        {1, "SPY240621C00500000", COND_REGULAR, 0, "bullish", "buy_call", 1},
        {-1, "SPY240621C00500000", COND_REGULAR, 0, "bearish", "sell_call", -1},
        {1, "SPY240621P00500000", COND_ISO, 0, "bearish", "buy_put", -1},
        {-1, "SPY240621P00500000", COND_EXTENDED, 0, "bullish", "sell_put", 1},
        {0, "SPY240621P00500000", COND_REGULAR, SR_LOCKED, "none", "locked", 0},
        {1, "SPY240621C00500000", COND_AUCTION, 0, "none", "auction", 0},
        {1, "SPY240621C00500000", COND_FLOOR, 0, "none", "floor", 0},
        {0, "SPY240621C00500000", COND_MULTI_LEG, SR_MULTI_LEG, "none", "multi_leg", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct row r = packet_row();
        r.u.packet.sym = symbols_option(symbols, rows[i].contract, 18);
        r.u.packet.side = (int8_t)rows[i].side;
        r.u.packet.family = rows[i].family;
        r.u.packet.reason = rows[i].reason;
        r.u.packet.direction = (int8_t)rows[i].told;
        r.u.packet.direction_reason = rows[i].told   ? DR_OK
                                      : rows[i].side ? DR_CONDITION
                                                     : DR_NO_SIDE;
        ck_assert_str_eq(value(&r, "direction"), rows[i].direction);
        ck_assert_str_eq(value(&r, "direction_reason"), rows[i].why);
        ck_assert_int_eq(value(&r, "confidence")[0] != '\0',
                         strcmp(rows[i].direction, "none") != 0);
        const struct column *dir = column_find(ROW_PACKET, "direction", 9);
        enum style st = rows[i].direction[1] == 'u'   ? STYLE_BUY
                        : rows[i].direction[1] == 'e' ? STYLE_SELL
                                                      : STYLE_NEUTRAL;
        ck_assert_int_eq(dir->style(&r, &cells), st); /* not the side's: a sold put is bullish */
    }
}
END_TEST

/* What a correction or cancel made of a print is shown; the event as it came stays in the words. */
START_TEST(revised_print_shows_what_is_in_force_and_by_which_event)
{
    struct row r = option_row(); /* 1200 at 1.25 */
    ck_assert(!row_struck(&r));
    ck_assert_str_eq(value(&r, "revision"), "");
    ck_assert_str_eq(value(&r, "revised_by"), "");
    r.u.join.px = 1200000000;
    r.u.join.qty = 1000000000;
    r.u.join.revision = REV_CORRECTED;
    r.u.join.by_seq = 12;
    ck_assert_str_eq(value(&r, "price"), "1.20");
    ck_assert_str_eq(value(&r, "size"), "1000");
    ck_assert_str_eq(value(&r, "revision"), "corrected");
    ck_assert_str_eq(value(&r, "revised_by"), "12");
    ck_assert_ptr_nonnull(strstr(value(&r, "explanations"), "reported as 1,200 at 1.25"));
    ck_assert_str_eq(value(&r, "evidence"), "7|6|12");
    ck_assert(!row_struck(&r));
    r.u.join.revision = REV_CANCELLED;
    ck_assert(row_struck(&r));
    ck_assert_ptr_nonnull(strstr(value(&r, "explanations"), "cancelled by event 12"));
    ck_assert_str_eq(value(&r, "conditions"), "ISOI");
    ck_assert_str_eq(cell(&r, "conditions"), "cancelled");
    r.u.join.revision = REV_NONE;
    r.u.join.family = COND_CANCEL; /* a print that takes another back */
    ck_assert(row_struck(&r));
    r = (struct row){.kind = ROW_PACKET, .u.packet.state = PS_RETRACTED};
    ck_assert(row_struck(&r));
    r.u.packet.state = PS_AMENDED;
    ck_assert(!row_struck(&r));
}
END_TEST

static const char *written(const struct row *r, enum row_format f)
{
    static char buf[2 * ROW_TEXT_MAX];
    struct text t = text_on(buf, sizeof buf);
    row_write_header((enum row_kind)r->kind, f, &t);
    row_write(r, f, &cells, &t);
    ck_assert(!t.over);
    return buf;
}

START_TEST(json_line_is_typed_and_unknown_is_null)
{
    struct row r = option_row();
    r.u.join.side = 0;
    r.u.join.reason = SR_WIDE;
    const char *s = written(&r, FORMAT_JSONL);
    static const char *const parts[] = {
        "{\"seq\":7,",
        "\"ts\":\"2024-06-14T13:31:15.250000000Z\"",
        "\"price\":1.25,",
        "\"size\":1200,",
        "\"premium\":150000.00,",
        "\"conditions\":[\"ISOI\"]",
        "\"strike\":500,",
        "\"side\":\"none\"",
        "\"side_reason\":\"wide\"",
        "\"side_confidence\":null",
        "\"late\":false",
        "\"evidence\":[7,6]}\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        ck_assert_msg(strstr(s, parts[i]) != NULL, "%s not in %s", parts[i], s);
    r = packet_row();
    s = written(&r, FORMAT_JSONL);
    ck_assert_ptr_nonnull(strstr(s, "\"flags\":[]"));
}
END_TEST

START_TEST(separated_values_have_one_field_for_each_column)
{
    const enum row_kind kinds[] = {ROW_OPTION, ROW_EQUITY, ROW_PACKET};
    struct row rows[] = {option_row(), equity_row(), packet_row()};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t n, tabs = 0, lines = 0;
        columns_of(kinds[i], &n);
        for (const char *s = written(&rows[i], FORMAT_TSV); *s; s++) {
            tabs += *s == '\t';
            lines += *s == '\n';
        }
        ck_assert_uint_eq(lines, 2);
        ck_assert_uint_eq(tabs, 2 * (n - 1));
    }
    struct row r = {.kind = ROW_STAT};
    strcpy(r.u.stat.name, "=cmd");
    strcpy(r.u.stat.value, "a,\"b\"");
    r.u.stat.share = -1;
    ck_assert_str_eq(written(&r, FORMAT_CSV), "name,value,share\n\"'=cmd\",\"a,\"\"b\"\"\",\n");
}
END_TEST

START_TEST(hostile_text_reaches_no_format_with_control_bytes)
{
    struct row r = {.kind = ROW_STAT};
    strcpy(r.u.stat.name, "a\x1b[31m\x07\tb\n\xc2\x9b");
    strcpy(r.u.stat.value, "\xe2\x80\xae"
                           "x");
    for (int f = 0; f < FORMAT_TAPE; f++) {
        size_t lines = 0;
        for (const char *s = written(&r, (enum row_format)f); *s; s++) {
            bool tab = *s == '\t' && f == FORMAT_TSV;
            lines += *s == '\n';
            ck_assert_msg((unsigned char)*s >= 0x20 || *s == '\n' || tab, "format %d", f);
        }
        ck_assert_uint_eq(lines, f == FORMAT_JSONL ? 1 : 2);
        ck_assert_ptr_null(strstr(written(&r, (enum row_format)f), "\xe2\x80\xae"));
        ck_assert_ptr_null(strstr(written(&r, (enum row_format)f), "\xc2\x9b"));
    }
}
END_TEST

START_TEST(tape_csv_carries_what_an_import_needs)
{
    static const char head[] =
        "kind,ts,recv,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref,"
        "report_ts,value\n";
    struct row r = option_row();
    char want[512];
    snprintf(want, sizeof want, "%s%s", head,
             "option_print,2024-06-14T13:31:15.250000000Z,2024-06-14T13:31:15.250000001Z,"
             "SPY   240621C00500000,1.25,1200,,,,,XCBO,ISOI,,99,,,\n");
    ck_assert_str_eq(written(&r, FORMAT_TAPE), want);
    r = equity_row();
    r.ev.u.print.flags = PRINT_COND_OTHER;
    r.ev.u.print.cond_other = ident_code(idents, "theta:199", 9);
    snprintf(want, sizeof want, "%s%s", head,
             "equity_print,2024-06-14T13:31:15.250000000Z,2024-06-14T13:31:15.250000000Z,AAPL,"
             "10.0025,100.5,,,,,FINN,@|I|theta:199,C,,,2024-06-14T13:31:15.500000000Z,\n");
    ck_assert_str_eq(written(&r, FORMAT_TAPE), want);
    struct row q = {.kind = ROW_QUOTE, .ev = r.ev};
    q.ev.kind = EV_OPTION_QUOTE;
    q.ev.sym = spy_call();
    q.ev.venue = 0;
    q.ev.u.quote =
        (struct quote){.bid = PX_NONE, .ask = 30000000, .bid_qty = 0, .ask_qty = 10000000};
    snprintf(want, sizeof want, "%s%s", head,
             "option_quote,2024-06-14T13:31:15.250000000Z,2024-06-14T13:31:15.250000000Z,"
             "SPY   240621C00500000,,,,,0.03,10,,,,,,,\n");
    ck_assert_str_eq(written(&q, FORMAT_TAPE), want);
}
END_TEST

static struct event read_back[4];
static size_t n_read;

static void keep(void *self, struct event *ev)
{
    (void)self;
    ck_assert_uint_lt(n_read, ARRAY_LEN(read_back));
    read_back[n_read++] = *ev;
}

static void import_text(const char *text)
{
    char path[4096], uri[4200];
    struct feed feed;
    struct err err = {0};
    const struct feed_context ctx = {
        .symbols = symbols, .idents = idents, .sides = FEED_BOTH, .emit = keep};
    snprintf(path, sizeof path, "%s/rows.csv", test_dir());
    snprintf(uri, sizeof uri, "file:%s", path);
    FILE *f = fopen(path, "w");
    ck_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
    n_read = 0;
    ck_assert_msg(feed_open(&feed, uri, &ctx, &err) == 0, "%s", err.text);
    int rc;
    while ((rc = feed.ops->poll(&feed, INT64_MAX, 100, &err)) == FEED_MORE)
        ;
    ck_assert_int_eq(rc, FEED_END);
    feed_close(&feed);
}

START_TEST(tape_csv_read_again_gives_the_same_event)
{
    struct row rows[] = {option_row(), equity_row(), option_row()};
    rows[1].ev.u.print.flags = PRINT_COND_OTHER | PRINT_FRACTIONAL;
    rows[1].ev.u.print.cond_other = ident_code(idents, "theta:199", 9);
    rows[1].ev.u.print.id = ident_of(idents, "=1,\"x\"", 6);
    rows[2].kind = ROW_QUOTE;
    rows[2].ev.kind = EV_OPTION_QUOTE;
    rows[2].ev.u.quote =
        (struct quote){.bid = 0, .ask = 30000000, .bid_qty = 0, .ask_qty = 10000000};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        rows[i].ev.seq = 0; /* given at the door */
        import_text(written(&rows[i], FORMAT_TAPE));
        ck_assert_uint_eq(n_read, 1);
        const struct event *a = &rows[i].ev, *b = &read_back[0];
        ck_assert_int_eq(a->ts_ns, b->ts_ns);
        ck_assert_int_eq(a->recv_ns, b->recv_ns);
        ck_assert_uint_eq(a->sym, b->sym);
        ck_assert_uint_eq(a->venue, b->venue);
        ck_assert_uint_eq(a->kind, b->kind);
        if (i < 2)
            ck_assert_mem_eq(&a->u.print, &b->u.print, sizeof a->u.print);
        else
            ck_assert_mem_eq(&a->u.quote, &b->u.quote, sizeof a->u.quote);
    }
}
END_TEST

/* Every form of a cell but its style, behind one another. */
static void put_cell(const struct column *c, const struct row *r, char *buf, size_t cap)
{
    struct text t = text_on(buf, cap);
    int64_t v = 0;
    c->value(r, &cells, &t);
    text_add(&t, "\n");
    if (c->cell)
        c->cell(r, &cells, &t);
    if (c->number && c->number(r, &cells, &v))
        text_add(&t, "\n%lld", (long long)v);
}

START_TEST(a_column_that_looks_at_the_quotes_of_a_print_says_so)
{
    const struct row with[] = {option_row(), equity_row()};
    for (size_t k = 0; k < ARRAY_LEN(with); k++) {
        struct row without = with[k];
        struct join *j = &without.u.join;
        j->bid = j->ask = j->report_bid = j->report_ask = PX_NONE;
        j->bid_qty = j->ask_qty = j->quote_ns = 0;
        size_t n;
        const struct column *c = columns_of((enum row_kind)with[k].kind, &n);
        for (size_t i = 0; i < n; i++) {
            char a[1024], b[1024];
            put_cell(&c[i], &with[k], a, sizeof a);
            put_cell(&c[i], &without, b, sizeof b);
            ck_assert_msg(c[i].quotes || strcmp(a, b) == 0, "%s: %s is without its quotes %s",
                          c[i].name, a, b);
        }
    }
}
END_TEST

START_TEST(every_column_row_is_complete_and_titles_fit)
{
    for (int k = 0; k < ROW_KIND_COUNT; k++) {
        size_t n;
        const struct column *c = columns_of((enum row_kind)k, &n);
        for (size_t i = 0; i < n; i++) {
            bool list = c[i].type == CELL_LIST || c[i].type == CELL_IDS;
            ck_assert(c[i].name && c[i].title && c[i].sentence && c[i].value);
            ck_assert_msg(!c[i].width || strlen(c[i].title) <= c[i].width, "%s", c[i].name);
            ck_assert_msg((c[i].number != NULL) == (c[i].type != CELL_TEXT && !list), "%s",
                          c[i].name);
            ck_assert_ptr_eq(column_find((enum row_kind)k, c[i].name, strlen(c[i].name)), &c[i]);
        }
    }
}
END_TEST

START_TEST(table_lines_up_and_begins_with_the_key)
{
    struct row r = option_row();
    char lines[2 * ROW_TEXT_MAX];
    strcpy(lines, written(&r, FORMAT_TABLE));
    char *second = strchr(lines, '\n') + 1;
    second[-1] = '\0';
    ck_assert_uint_eq(strspn(second, " "), 7); /* 7 right-aligned in eight */
    ck_assert_int_eq(second[7], '7');
    ck_assert_ptr_nonnull(strstr(lines, "TIME"));
    ck_assert_int_eq(strstr(lines, "TIME") - lines, strstr(second, "09:31:15.250") - second);
    ck_assert_int_eq(strstr(lines, "SIDE") - lines, strstr(second, "+ buy") - second);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("column");
    TCase *t = tcase_create("column");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, option_print_has_the_contract_s_keys_and_exact_values);
    tcase_add_test(t, screen_cells_are_short_and_never_colour_alone);
    tcase_add_test(t, money_is_shown_with_three_figures);
    tcase_add_test(t, what_is_not_known_is_empty_and_never_zero);
    tcase_add_test(t, equity_print_says_how_its_price_was_made);
    tcase_add_test(t, retail_signs_follow_their_published_bounds);
    tcase_add_test(t, midpoint_is_exact_where_doubles_fail);
    tcase_add_test(t, packet_says_what_was_seen_and_what_it_is_consistent_with);
    tcase_add_test(t, direction_follows_side_and_right_or_says_why_not);
    tcase_add_test(t, revised_print_shows_what_is_in_force_and_by_which_event);
    tcase_add_test(t, json_line_is_typed_and_unknown_is_null);
    tcase_add_test(t, separated_values_have_one_field_for_each_column);
    tcase_add_test(t, hostile_text_reaches_no_format_with_control_bytes);
    tcase_add_test(t, tape_csv_carries_what_an_import_needs);
    tcase_add_test(t, tape_csv_read_again_gives_the_same_event);
    tcase_add_test(t, a_column_that_looks_at_the_quotes_of_a_print_says_so);
    tcase_add_test(t, every_column_row_is_complete_and_titles_fit);
    tcase_add_test(t, table_lines_up_and_begins_with_the_key);
    suite_add_tcase(s, t);
    return s;
}
