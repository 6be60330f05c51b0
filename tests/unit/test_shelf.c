/* What is kept of structures, packages, repeat runs and campaigns, and what of it is seen at which
 * playhead. The records are made by hand as the deck would tell them. */
#include "harness.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "event/cond.h"
#include "reading.h"

#define TOLD 400

/* A session with everything told about it kept beside it. */
struct shelf {
    char path[512];
    struct maker m;
    struct sink file;
    struct record told[TOLD];
    size_t n;
    uint32_t call, upper, put, far_call, stock;
    struct event quote, upper_quote;
};

static void keep_event(void *self, const struct event *ev)
{
    struct shelf *k = self;
    k->file.ops->event(k->file.self, ev);
}

static void keep_record(void *self, const struct record *rec)
{
    struct shelf *k = self;
    ck_assert_uint_lt(k->n, TOLD);
    k->told[k->n++] = *rec;
    k->file.ops->record(k->file.self, rec);
}

static struct event quote_of(struct maker *m, uint32_t sym, int64_t bid, int64_t ask)
{
    struct event ev = {.ts_ns = m->now_ns + 1000003 - 2500, .sym = sym, .kind = EV_OPTION_QUOTE};
    ev.u.quote =
        (struct quote){.bid = bid, .ask = ask, .bid_qty = 10 * 1000000, .ask_qty = 700 * 1000000};
    ev.seq = maker_quote(m, sym, bid, ask);
    return ev;
}

static struct shelf *shelf_open(const char *name)
{
    static const struct sink_ops keep = {"keep", keep_event, keep_record};
    struct shelf *k = mem_alloc(sizeof *k);
    snprintf(k->path, sizeof k->path, "%s/%s", test_dir(), name);
    k->m = maker_open(k->path);
    k->file = k->m.sink;
    k->m.sink = (struct sink){&keep, k};
    k->stock = symbols_equity(k->m.symbols, "XYZ", 3);
    k->call = symbols_option(k->m.symbols, "XYZ   260220C00105000", 21);
    k->upper = symbols_option(k->m.symbols, "XYZ   260220C00110000", 21);
    k->put = symbols_option(k->m.symbols, "XYZ   260220P00095000", 21);
    k->far_call = symbols_option(k->m.symbols, "XYZ   260320C00105000", 21);
    k->quote = quote_of(&k->m, k->call, 2000000000, 2100000000);
    k->upper_quote = quote_of(&k->m, k->upper, 500000000, 600000000);
    quote_of(&k->m, k->far_call, 3000000000, 3200000000);
    return k;
}

static struct reader *shelf_read(struct shelf *k)
{
    struct reader *r;
    struct err err = {0};
    maker_close(&k->m);
    ck_assert_msg(reader_open(k->path, &r, &err) == 0, "%s", err.text);
    return r;
}

static void shelf_free(struct shelf *k, struct reader *r)
{
    reader_close(r);
    unlink(k->path);
    mem_free(k);
}

/* Buys n call verticals 105/110: the lower call at its ask, the upper at its bid. */
static struct structure tell_vertical(struct shelf *k, int64_t n)
{
    struct structure s;
    memset(&s, 0, sizeof s);
    int64_t start = k->m.now_ns + 1000003 - 2500;
    uint64_t a = maker_print(&k->m, k->call, 2100000000, n, &k->quote, 0);
    uint64_t b = maker_print(&k->m, k->upper, 500000000, n, &k->upper_quote, a);
    s.id = a;
    s.start_ns = start;
    s.end_ns = k->m.now_ns - 2500;
    s.units = n * 1000000;
    structure_leg(&s, a, k->call, 1, 2100000000, n, 2000000000, 2100000000);
    structure_leg(&s, b, k->upper, -1, 500000000, n, 500000000, 600000000);
    s.net_bid = 1400000000; /* 2.00 - 0.60 */
    s.net_ask = 1600000000; /* 2.10 - 0.50 */
    s.underlying = k->stock;
    s.flags = PF_MULTI_LEG;
    s.shape = SHAPE_CALL_VERTICAL;
    s.class = SC_DIRECTIONAL;
    s.grade = PG_FLAGGED;
    s.state = PS_CLOSED;
    s.side = s.direction = 1;
    s.confidence = 75;
    s.venue[0] = (uint8_t)k->m.venue;
    s.venue[1] = (uint8_t)(k->m.venue >> 8);
    maker_structure(&k->m, &s);
    struct packet p = package_of(&s, b, 2);
    maker_packet(&k->m, &p);
    return s;
}

/* Every record comes back as it was told, in order, whatever part of the stream is asked for. */
static void ck_records(struct shelf *k, struct reader *r)
{
    struct record *got = mem_grow(NULL, TOLD, sizeof *got);
    struct err err = {0};
    int n = reader_records(r, 0, got, TOLD, &err);
    ck_assert_msg(n == (int)k->n, "%d of %zu records: %s", n, k->n, err.text);
    for (size_t i = 0; i < k->n; i++)
        ck_assert_msg(memcmp(&got[i], &k->told[i], sizeof got[i]) == 0,
                      "record %zu, of kind %d, is not as it was told", i + 1, k->told[i].kind);
    for (uint64_t after = 1; after < k->n; after += 3) {
        n = reader_records(r, after, got, 2, &err);
        ck_assert_int_eq(n, (int)MIN(k->n - after, 2u));
        ck_assert_mem_eq(&got[0], &k->told[after], sizeof got[0]);
    }
    mem_free(got);
}

START_TEST(structures_come_back_as_told)
{
    struct shelf *k = shelf_open("structures.db");
    struct structure s = tell_vertical(k, 50), odd = s;
    odd.id = maker_print(&k->m, k->put, 1000000000, 3, NULL, 0);
    odd.n_legs = 0;
    odd.premium = odd.net_px = 0;
    memset(odd.legs, 0, sizeof odd.legs);
    structure_leg(&odd, odd.id, k->put, 0, 1000000000, 3, PX_NONE, PX_NONE);
    structure_leg(&odd, s.id, k->call, -1, -1, 1, PX_NONE, INT64_MAX);
    structure_leg(&odd, s.id, k->upper, 1, INT64_MAX, 2, -5, 0);
    structure_leg(&odd, s.id, k->far_call, 1, 7, 2, 0, 0);
    odd.legs[0].qty = 1500000; /* a contract and a half */
    odd.legs[3].ratio = 255;
    odd.premium = INT64_MIN;
    odd.net_bid = odd.net_ask = PX_NONE;
    odd.greeks = 1;
    odd.delta = -17;
    odd.delta_notional = INT64_MIN;
    odd.gross_notional = INT64_MAX;
    odd.vega = -3;
    odd.venue[0] = odd.venue[1] = 0;
    odd.flags = UINT32_MAX;
    odd.by_seq = k->m.seq;
    odd.grade = PG_INFERRED;
    odd.shape = SHAPE_UNRESOLVED;
    odd.side = odd.direction = -1;
    maker_structure(&k->m, &odd);
    odd.n_legs = 0; /* a later version: nothing is left of it */
    memset(odd.legs, 0, sizeof odd.legs);
    odd.state = PS_RETRACTED;
    maker_structure(&k->m, &odd);
    struct reader *r = shelf_read(k);
    ck_records(k, r);
    shelf_free(k, r);
}
END_TEST

START_TEST(campaigns_come_back_as_told)
{
    struct shelf *k = shelf_open("campaigns.db");
    struct structure s = tell_vertical(k, 50);
    struct campaign c = {.id = s.id,
                         .start_ns = s.start_ns,
                         .end_ns = s.end_ns,
                         .last = s.id,
                         .premium = s.premium,
                         .underlying = k->stock,
                         .packets = 2,
                         .contracts = 3,
                         .day = 20240614,
                         .direction = 1};
    maker_campaign(&k->m, &c);
    struct structure t = tell_vertical(k, 20);
    c.last = t.id;
    c.against = INT64_MAX;
    c.delta_notional = -5;
    c.vega = INT64_MIN;
    c.packets_against = 7;
    c.unvalued = UINT32_MAX;
    c.state = PS_CLOSED;
    maker_campaign(&k->m, &c);
    struct reader *r = shelf_read(k);
    ck_records(k, r);
    shelf_free(k, r);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("shelf");
    TCase *t = tcase_create("shelf");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, structures_come_back_as_told);
    tcase_add_test(t, campaigns_come_back_as_told);
    suite_add_tcase(s, t);
    return s;
}
