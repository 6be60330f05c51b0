/* Contracts: roots and what follows from them, and when a contract ends. Expected values are those
 * of conditions.md section D and of the exchanges' calendars. */
#include "base/dec.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/expiry.h"
#include "event/symbol.h"
#include "event/tally.h"
#include "event/venue.h"
#include "harness.h"

static const struct instrument *contract(struct symbols *s, const char *osi)
{
    return symbols_get(s, symbols_option(s, osi, strlen(osi)));
}

static const struct {
    const char *osi, *underlying, *settlement, *style;
    bool index, adjusted, flex;
    int multiplier;
} terms[] = {
    {"AAPL260116C00250000", "AAPL", "pm", "american", false, false, false, 100},
    {"SPX260116C06000000", "SPX", "am", "european", true, false, false, 100},
    {"SPXW260116C06000000", "SPX", "pm", "european", true, false, false, 100},
    {"NDXP260116C20000000", "NDX", "pm", "european", true, false, false, 100},
    {"RUT260116P02000000", "RUT", "am", "european", true, false, false, 100},
    {"VIX260121C00020000", "VIX", "am", "european", true, false, false, 100},
    {"OEX260116C03000000", "OEX", "pm", "american", true, false, false, 100},
    {"XEO260116C03000000", "OEX", "pm", "european", true, false, false, 100},
    {"XSP260116C00600000", "XSP", "pm", "european", true, false, false, 100},
    {"NANOS230120C00400000", "NANOS", "pm", "european", true, false, false, 1},
    {"BRKB260116C00500000", "BRK.B", "pm", "american", false, false, false, 100},
    {"AAPL7130920C00450000", "AAPL", "pm", "american", false, false, false, 10},
    {"SPY8130920C00160000", "SPY", "pm", "american", false, false, false, 1000},
    {"XYZ1260116C00010000", "XYZ", "pm", "american", false, true, false, 100},
    {"XYZ2260116C00010000", "XYZ", "pm", "american", false, true, false, 100},
    {"XYZ17260116C00010000", "XYZ", "pm", "american", false, true, false, 100},
    {"4SPX260116C06000000", "SPX", "", "", true, false, true, 100},
    {"2AAPL260116C00250000", "AAPL", "pm", "", false, false, true, 100},
};

START_TEST(a_root_says_underlying_settlement_style_and_multiplier)
{
    struct symbols *s = symbols_create();
    const struct instrument *in = contract(s, terms[_i].osi);
    ck_assert_ptr_nonnull(in);
    ck_assert_str_eq(symbols_get(s, in->underlying)->symbol, terms[_i].underlying);
    ck_assert_str_eq(settlement_name(in->settlement), terms[_i].settlement);
    ck_assert_str_eq(exercise_style_name(in->style), terms[_i].style);
    ck_assert_int_eq(in->index, terms[_i].index);
    ck_assert_int_eq(in->adjusted, terms[_i].adjusted);
    ck_assert_int_eq(in->flex, terms[_i].flex);
    ck_assert_int_eq(in->multiplier, terms[_i].multiplier);
    symbols_destroy(s);
}
END_TEST

START_TEST(a_root_is_part_of_the_identity_of_a_contract)
{
    struct symbols *s = symbols_create();
    const struct instrument *am = contract(s, "SPX   260116C06000000");
    const struct instrument *pm = contract(s, "SPXW  260116C06000000");
    ck_assert_uint_ne(am->id, pm->id);
    ck_assert_uint_eq(am->underlying, pm->underlying);
    ck_assert_uint_eq(contract(s, "O:SPXW260116C06000000")->id, pm->id);
    symbols_destroy(s);
}
END_TEST

static const struct {
    const char *osi, *instant, *last_trade; /* "" = not known */
} ends[] = {
    {"AAPL260116C00250000", "2026-01-16T21:00:00Z", "2026-01-16T21:00:00Z"},
    {"AAPL260717C00250000", "2026-07-17T20:00:00Z", "2026-07-17T20:00:00Z"},
    {"SPX260116C06000000", "2026-01-16T14:30:00Z", "2026-01-15T21:15:00Z"},
    {"SPXW260116C06000000", "2026-01-16T21:00:00Z", "2026-01-16T21:00:00Z"},
    /* the session before is Friday: Monday 19 January is a holiday */
    {"VIX260120C00020000", "2026-01-20T14:30:00Z", "2026-01-16T21:15:00Z"},
    /* early closes: 13:00, and 13:15 for index options the session before */
    {"SPY251128C00600000", "2025-11-28T18:00:00Z", "2025-11-28T18:00:00Z"},
    {"SPX250707C06000000", "2025-07-07T13:30:00Z", "2025-07-03T17:15:00Z"},
    /* Saturday expiries; 18 April 2014 was Good Friday */
    {"AAPL140621C00600000", "2014-06-20T20:00:00Z", "2014-06-20T20:00:00Z"},
    {"SPX140621C01900000", "2014-06-20T13:30:00Z", "2014-06-19T20:15:00Z"},
    {"AAPL140419C00600000", "2014-04-17T20:00:00Z", "2014-04-17T20:00:00Z"},
    {"4SPX260116C06000000", "", ""},
};

static void check_time(bool known, int64_t ns, const char *want)
{
    char text[40] = "";
    if (known)
        time_format_utc(text, sizeof text, ns);
    ck_assert_int_eq(known, *want != '\0');
    if (known) {
        ck_assert_str_eq(text + 19, ".000000000Z");
        ck_assert_mem_eq(text, want, 19);
    }
}

START_TEST(a_contract_ends_on_the_exchanges_clock)
{
    struct symbols *s = symbols_create();
    const struct instrument *in = contract(s, ends[_i].osi);
    int64_t ns = 0;
    bool known = expiry_instant(in, &ns);
    check_time(known, ns, ends[_i].instant);
    known = expiry_last_trade(in, &ns);
    check_time(known, ns, ends[_i].last_trade);
    symbols_destroy(s);
}
END_TEST

START_TEST(minutes_to_expiry_are_whole_and_go_below_zero_after_it)
{
    static const struct {
        const char *at;
        int64_t minutes;
    } rows[] = {
        {"2026-01-16T14:30:00Z", 390},
        {"2026-01-16T20:58:59.999999999Z", 1},
        {"2026-01-16T20:59:30Z", 0},
        {"2026-01-16T21:00:00Z", 0},
        {"2026-01-16T21:00:00.000000001Z", -1},
        {"2026-01-15T21:00:00Z", 1440},
    };
    struct symbols *s = symbols_create();
    const struct instrument *in = contract(s, "SPXW260116C06000000");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t ns, minutes;
        ck_assert(time_parse(rows[i].at, strlen(rows[i].at), &ns));
        ck_assert(expiry_minutes(in, ns, &minutes));
        ck_assert_msg(minutes == rows[i].minutes, "%s: %d", rows[i].at, (int)minutes);
    }
    int64_t none;
    ck_assert(!expiry_minutes(symbols_get(s, in->underlying), 0, &none));
    ck_assert(!expiry_minutes(NULL, 0, &none));
    symbols_destroy(s);
}
END_TEST

struct figures {
    char text[4096];
};

static void note(void *self, const char *name, const char *value, int64_t part)
{
    struct figures *f = self;
    size_t n = strlen(f->text);
    snprintf(f->text + n, sizeof f->text - n, "%s=%s/%d\n", name, value,
             part < 0 ? -1 : (int)(part / 1000000));
}

/* Shares are per thousand here, -1 = none. */
static void expect(const struct figures *f, const char *line)
{
    ck_assert_msg(strstr(f->text, line), "no %s in\n%s", line, f->text);
}

START_TEST(prints_are_counted_by_what_they_were_and_how_they_were_read)
{
    static struct print_tally t;
    struct figures f = {{0}};
    struct idents *idents = idents_create();
    struct event ev = {.kind = EV_EQUITY_PRINT, .venue = venue_by_code(VENUE_EQUITY, "D", 1)};
    struct join j = {.side = 1, .confidence = 85, .state = QS_OK, .family = PRICE_REGULAR};
    j.flags = JOIN_OFF_EXCHANGE | JOIN_SUBPENNY;
    memcpy(ev.u.print.cond, "@I", 2);
    tally_add(&t, &ev, &j, 3, 1500000); /* three prints, one and a half shares */
    ev.venue = venue_by_code(VENUE_EQUITY, "N", 1);
    ev.u.print.cond_other = ident_code(idents, "x9", 2);
    j = (struct join){.state = QS_LOCKED, .reason = SR_LOCKED, .family = PRICE_REGULAR};
    tally_add(&t, &ev, &j, 1, 500000);
    j.revision = REV_CANCELLED;
    tally_add(&t, &ev, &j, 7, INT64_MAX);
    tally_each(&t, idents, note, &f);
    expect(&f, "equity.prints=4/-1\n");
    expect(&f, "equity.cancelled=7/-1\n");
    expect(&f, "equity.shares=2/-1\n");
    expect(&f, "equity.off_exchange.prints=3/750\n");
    expect(&f, "equity.off_exchange.shares=1.5/750\n");
    expect(&f, "equity.off_exchange.subpenny=3/1000\n");
    expect(&f, "equity.facility.");
    expect(&f, "equity.venue.XNYS=1/250\n");
    expect(&f, "equity.quote_state.locked=1/250\n");
    expect(&f, "equity.side.buy=3/750\n");
    expect(&f, "equity.side_reason.locked=1/250\n");
    expect(&f, "equity.side_confidence.80-89=3/1000\n");
    expect(&f, "equity.condition.I=4/1000\n");
    expect(&f, "unknown_condition.equity.x9=1/-1\n");
    ck_assert_ptr_null(strstr(f.text, "option."));
    idents_destroy(idents);
}
END_TEST

START_TEST(a_sum_of_sizes_stays_at_its_end)
{
    static struct print_tally t;
    struct figures f = {{0}};
    struct event ev = {.kind = EV_OPTION_PRINT};
    tally_add(&t, &ev, NULL, 1, INT64_MAX - 1);
    tally_add(&t, &ev, NULL, 1, QTY_ONE);
    tally_each(&t, NULL, note, &f);
    expect(&f, "option.contracts=9223372036854.775807/-1\n");
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("event");
    TCase *t = tcase_create("contracts");
    tcase_add_loop_test(t, a_root_says_underlying_settlement_style_and_multiplier, 0,
                        ARRAY_LEN(terms));
    tcase_add_test(t, a_root_is_part_of_the_identity_of_a_contract);
    tcase_add_loop_test(t, a_contract_ends_on_the_exchanges_clock, 0, ARRAY_LEN(ends));
    tcase_add_test(t, minutes_to_expiry_are_whole_and_go_below_zero_after_it);
    suite_add_tcase(s, t);
    t = tcase_create("tally");
    tcase_add_test(t, prints_are_counted_by_what_they_were_and_how_they_were_read);
    tcase_add_test(t, a_sum_of_sizes_stays_at_its_end);
    suite_add_tcase(s, t);
    return s;
}
