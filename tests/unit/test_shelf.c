/* What is kept of structures, packages, repeat runs and campaigns, and what of it is seen at which
 * playhead. The records are made by hand as the deck would tell them. */
#include "harness.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "event/cond.h"
#include "reading.h"
#include "view/tape.h"

#define TOLD 400

/* A session with everything told about it kept beside it. */
struct shelf {
    char path[512];
    struct maker m;
    struct sink file;
    struct record told[TOLD];
    struct tapes *tapes;
    size_t n;
    uint32_t call, upper, put, far_call, stock;
    struct event quote, upper_quote;
};

static void keep_event(void *self, const struct event *ev)
{
    struct shelf *k = self;
    struct sink live = tapes_sink(k->tapes);
    k->file.ops->event(k->file.self, ev);
    live.ops->event(live.self, ev);
}

static void keep_record(void *self, const struct record *rec)
{
    struct shelf *k = self;
    ck_assert_uint_lt(k->n, TOLD);
    k->told[k->n++] = *rec;
    struct sink live = tapes_sink(k->tapes);
    k->file.ops->record(k->file.self, rec);
    live.ops->record(live.self, rec);
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
    k->tapes = tapes_create(k->m.symbols, k->m.idents, 64);
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
    maker_stamp(&k->m);
    ck_assert_msg(store_close(k->m.store, &err) == 0, "%s", err.text);
    ck_assert_msg(reader_open(k->path, &r, &err) == 0, "%s", err.text);
    tapes_set_reader(k->tapes, r);
    return r;
}

static void shelf_free(struct shelf *k, struct reader *r)
{
    reader_close(r);
    tapes_destroy(k->tapes);
    symbols_destroy(k->m.symbols);
    idents_destroy(k->m.idents);
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

/* Ids of the packets a playhead shows, as text; from the file forwards and backwards in pages of
 * every length, and from the live ring. */
static const char *packets_at(struct shelf *k, struct reader *r, struct playhead at)
{
    static char text[512], other[512];
    struct row rows[TOLD];
    struct err err = {0};
    bool more;
    int n = reader_page_after(r, ROW_PACKET, at, 0, rows, TOLD, &err);
    ck_assert_msg(n >= 0, "%s", err.text);
    struct text t = text_on(text, sizeof text);
    for (int i = 0; i < n; i++)
        text_add(&t, "%s%d", i ? " " : "", (int)rows[i].u.packet.id);
    for (size_t page = 1; page <= 4; page++) {
        uint64_t after = 0;
        struct row some[4];
        t = text_on(other, sizeof other);
        while ((n = reader_page_after(r, ROW_PACKET, at, after, some, page, &err)) > 0)
            for (int i = 0; i < n; i++, after = some[i - 1].key)
                text_add(&t, "%s%d", t.len ? " " : "", (int)some[i].u.packet.id);
        ck_assert_str_eq(other, text);
        size_t len = strlen(text);
        for (uint64_t before = UINT64_MAX;
             (n = reader_page_before(r, ROW_PACKET, at, before, some, page, &err)) > 0;
             before = some[0].key)
            for (int i = n - 1; i >= 0; i--) {
                int w = snprintf(other, sizeof other, "%d", (int)some[i].u.packet.id);
                ck_assert(len >= (size_t)w && memcmp(text + len - w, other, (size_t)w) == 0);
                len -= (size_t)w;
                len -= len && text[len - 1] == ' ';
            }
        ck_assert_uint_eq(len, 0);
    }
    n = tape_page(k->tapes, ROW_PACKET, at, UINT64_MAX, NULL, 0, rows, TOLD, &more, &err);
    t = text_on(other, sizeof other);
    for (int i = 0; i < n; i++)
        text_add(&t, "%s%d", i ? " " : "", (int)rows[i].u.packet.id);
    ck_assert_str_eq(other, text);
    n = tape_page_after(k->tapes, ROW_PACKET, at, 0, NULL, 0, rows, TOLD, &err);
    t = text_on(other, sizeof other);
    for (int i = 0; i < n; i++)
        text_add(&t, "%s%d", i ? " " : "", (int)rows[i].u.packet.id);
    ck_assert_str_eq(other, text);
    return text;
}

static const char *members_at(struct reader *r, struct playhead at, uint64_t id)
{
    static char text[512];
    struct row rows[TOLD];
    struct err err = {0};
    int n = reader_members(r, at, id, rows, TOLD, &err);
    struct text t = text_on(text, sizeof text);
    if (n < 0)
        text_add(&t, "%s", n == -ERR_NO_ROWS ? "none" : err.text);
    for (int i = 0; i < n; i++)
        text_add(&t, "%s%d", i ? " " : "", (int)rows[i].ev.seq);
    return text;
}

static void count_problem(void *self, bool problem, const char *line)
{
    int *n = self;
    *n += problem;
    if (problem)
        printf("# %s\n", line);
}

static int problems_of(struct reader *r)
{
    int n = 0;
    struct err err = {0};
    int rc = reader_check(r, count_problem, &n, &err);
    ck_assert_msg(rc == n, "%d %s", rc, err.text);
    return n;
}

static struct playhead now(const struct shelf *k)
{
    return (struct playhead){k->m.seq, k->m.now_ns};
}

/* A run of 5-lots: three told as packets of their own, the fourth completes the evidence and is the
 * run, the fifth comes as a member, a last word ends it. Prints 4, 5, 6, 7, 9; 8 is another's. */
struct run_told {
    uint64_t id[5], other;
    struct playhead three, run, grown, end;
    struct packet run_end;
};

static struct packet lot(struct shelf *k, uint64_t *ret_id, int64_t n)
{
    struct packet p = {0};
    *ret_id = maker_print(&k->m, k->call, 2100000000, n, &k->quote, 0);
    packet_add(&p, *ret_id, k->m.now_ns - 2500, k->call, 2100000000, n);
    return p;
}

static void merge(struct shelf *k, struct packet *p, uint64_t parent)
{
    p->state = PS_MERGED;
    p->parent = parent;
    maker_packet(&k->m, p);
}

static void add_to_run(struct packet *run, const struct packet *p)
{
    run->members += p->members;
    run->qty += p->qty;
    run->premium += p->premium;
    run->px_qty += p->px_qty;
    run->start_ns = run->start_ns < p->start_ns ? run->start_ns : p->start_ns;
    run->end_ns = run->end_ns > p->end_ns ? run->end_ns : p->end_ns;
}

static struct run_told tell_run(struct shelf *k)
{
    struct run_told t;
    struct packet lots[5];
    for (int i = 0; i < 3; i++) {
        lots[i] = lot(k, &t.id[i], 5);
        maker_packet(&k->m, &lots[i]);
    }
    t.three = now(k);
    lots[3] = lot(k, &t.id[3], 5);
    t.run_end = lots[3];
    t.run_end.kind = PK_REPEAT;
    t.run_end.grade = PG_INFERRED;
    t.run_end.state = PS_OPEN;
    k->m.now_ns += 100000000; /* told at a deadline: no event comes with it */
    for (int i = 0; i < 3; i++)
        add_to_run(&t.run_end, &lots[i]);
    maker_packet(&k->m, &t.run_end);
    for (int i = 0; i < 3; i++)
        merge(k, &lots[i], t.id[3]);
    t.run = now(k);
    struct packet other = lot(k, &t.other, 700);
    maker_packet(&k->m, &other);
    lots[4] = lot(k, &t.id[4], 5);
    merge(k, &lots[4], t.id[3]);
    add_to_run(&t.run_end, &lots[4]);
    t.run_end.others = 1;
    maker_packet(&k->m, &t.run_end);
    t.grown = now(k);
    k->m.now_ns += 5000000000;
    t.run_end.state = PS_CLOSED;
    maker_packet(&k->m, &t.run_end);
    t.end = now(k);
    return t;
}

START_TEST(merged_packets_stand_in_no_list_once_their_run_is_told)
{
    struct shelf *k = shelf_open("run.db");
    struct run_told t = tell_run(k);
    ck_assert_uint_eq(tape_total(k->tapes, ROW_PACKET), 2); /* the run and the other */
    struct reader *r = shelf_read(k);
    ck_records(k, r);
    ck_assert_str_eq(packets_at(k, r, t.three), "4 5 6");
    ck_assert_str_eq(packets_at(k, r, (struct playhead){t.id[3], t.run.ns - 1}), "4 5 6");
    ck_assert_str_eq(packets_at(k, r, t.run), "7");
    ck_assert_str_eq(packets_at(k, r, t.grown), "7 8");
    ck_assert_str_eq(packets_at(k, r, t.end), "7 8");
    ck_assert_str_eq(packets_at(k, r, PLAYHEAD_END), "7 8");
    ck_assert_int_eq(problems_of(r), 0);
    shelf_free(k, r);
}
END_TEST

START_TEST(members_of_a_run_are_the_prints_of_its_packets_as_of_the_playhead)
{
    struct shelf *k = shelf_open("members.db");
    struct run_told t = tell_run(k);
    struct reader *r = shelf_read(k);
    struct packet p;
    struct err err = {0};
    uint64_t ids[8];
    ck_assert_str_eq(members_at(r, t.three, 7), "none");
    ck_assert_str_eq(members_at(r, t.three, 5), "5");
    ck_assert_str_eq(members_at(r, t.run, 7), "4 5 6 7");
    ck_assert_str_eq(members_at(r, t.grown, 7), "4 5 6 7 9");
    ck_assert_str_eq(members_at(r, PLAYHEAD_END, 7), "4 5 6 7 9");
    ck_assert_str_eq(members_at(r, PLAYHEAD_END, 9), "9"); /* a member is found by its id */
    ck_assert_int_eq(reader_packet(r, PLAYHEAD_END, 5, &p, &err), 0);
    ck_assert_int_eq(p.state, PS_MERGED);
    ck_assert_uint_eq(p.parent, 7);
    ck_assert_int_eq(reader_packet(r, t.three, 5, &p, &err), 0);
    ck_assert_int_eq(p.state, PS_CLOSED);
    ck_assert_int_eq(reader_merged(r, PLAYHEAD_END, 7, ids, 8, &err), 4);
    ck_assert_uint_eq(ids[0], 4);
    ck_assert_uint_eq(ids[3], 9);
    ck_assert_int_eq(reader_merged(r, t.run, 7, ids, 8, &err), 3);
    ck_assert_int_eq(reader_merged(r, PLAYHEAD_END, 8, ids, 8, &err), 0);
    shelf_free(k, r);
}
END_TEST

START_TEST(check_finds_a_run_that_is_not_the_sum_of_its_members)
{
    struct shelf *k = shelf_open("badrun.db");
    struct run_told t = tell_run(k);
    t.run_end.premium++;
    maker_packet(&k->m, &t.run_end);
    struct reader *r = shelf_read(k);
    ck_assert_int_eq(problems_of(r), 2); /* the run, and the sum of all */
    shelf_free(k, r);
}
END_TEST

START_TEST(packages_come_with_their_legs)
{
    struct shelf *k = shelf_open("package.db");
    struct structure s = tell_vertical(k, 50), got;
    struct row row;
    struct err err = {0};
    bool more;
    struct reader *r = shelf_read(k);
    ck_assert_int_eq(problems_of(r), 0);
    for (int i = 0; i < 2; i++) {
        int n = i ? tape_page(k->tapes, ROW_PACKET, PLAYHEAD_END, UINT64_MAX, NULL, 0, &row, 1,
                              &more, &err)
                  : reader_page_before(r, ROW_PACKET, PLAYHEAD_END, UINT64_MAX, &row, 1, &err);
        ck_assert_int_eq(n, 1);
        ck_assert_uint_eq(row.u.packet.id, s.id);
        ck_assert_int_eq(row.u.legs.n, 2);
        ck_assert_int_eq(row.u.legs.side, 1);
        ck_assert_uint_eq(row.u.legs.sym[0], k->call);
        ck_assert_int_eq(row.u.legs.sign[1], -1);
    }
    ck_assert_str_eq(members_at(r, PLAYHEAD_END, s.id), "4 5");
    ck_assert_int_eq(reader_structure(r, PLAYHEAD_END, s.id, &got, &err), 0);
    ck_assert_mem_eq(&got, &s, sizeof s);
    ck_assert_int_eq(reader_structure(r, (struct playhead){4, DAY_NS}, s.id, &got, &err),
                     -ERR_NO_ROWS);
    shelf_free(k, r);
}
END_TEST

/* Two verticals whose legs came mixed: at first all were taken for one group, at the deadline the
 * third and fourth print are told again as a package of their own. */
START_TEST(legs_told_again_are_seen_when_their_package_is)
{
    struct shelf *k = shelf_open("regroup.db");
    struct record rec[2];
    struct err err = {0};
    struct row rows[8];
    uint64_t first = tell_vertical(k, 5).id;
    struct structure s;
    memset(&s, 0, sizeof s);
    uint64_t a = maker_print(&k->m, k->call, 2100000000, 2, &k->quote, first);
    rec[0] = k->told[k->n - 1];
    uint64_t b = maker_print(&k->m, k->far_call, 3200000000, 2, NULL, first);
    rec[1] = k->told[k->n - 1];
    quote_of(&k->m, k->put, 1, 2);
    struct playhead before = now(k);
    k->m.now_ns += 10000000;
    for (int i = 0; i < 2; i++) {
        rec[i].u.join.by_seq = k->m.seq; /* of a quote */
        rec[i].u.join.packet = a;
        rec[i].u.join.family = COND_MULTI_LEG;
        maker_record(&k->m, &rec[i]);
    }
    s.id = a;
    s.start_ns = before.ns - 2 * 1000003 - 2500;
    s.end_ns = before.ns - 1000003 - 2500;
    s.grade = PG_FLAGGED;
    s.shape = SHAPE_CALENDAR;
    s.state = PS_CLOSED;
    s.underlying = k->stock;
    structure_leg(&s, a, k->call, -1, 2100000000, 2, PX_NONE, PX_NONE);
    structure_leg(&s, b, k->far_call, 1, 3200000000, 2, PX_NONE, PX_NONE);
    maker_structure(&k->m, &s);
    struct packet p = package_of(&s, b, 2);
    maker_packet(&k->m, &p);
    struct playhead after = now(k), just = {after.seq, after.ns - 1};
    struct reader *r = shelf_read(k);
    const struct {
        struct playhead at;
        uint64_t packet;
        const char *members;
    } rows_of[] = {{before, first, "none"},
                   {just, first, "none"},
                   {after, a, "6 7"},
                   {PLAYHEAD_END, a, "6 7"},
                   {{after.seq, INT64_MAX}, a, "6 7"}};
    for (size_t i = 0; i < ARRAY_LEN(rows_of); i++) {
        bool more;
        struct playhead at = rows_of[i].at;
        ck_assert_int_eq(reader_page_after(r, ROW_OPTION, at, first + 1, rows, 8, &err), 2);
        ck_assert_uint_eq(rows[0].u.join.packet, rows_of[i].packet);
        ck_assert_uint_eq(rows[1].u.join.packet, rows_of[i].packet);
        ck_assert_int_eq(
            tape_page(k->tapes, ROW_OPTION, at, UINT64_MAX, NULL, 0, rows, 2, &more, &err), 2);
        ck_assert_uint_eq(rows[0].u.join.packet, rows_of[i].packet);
        ck_assert_str_eq(members_at(r, at, a), rows_of[i].members);
    }
    ck_assert_int_eq(problems_of(r), 0);
    ck_records(k, r);
    shelf_free(k, r);
}
END_TEST

START_TEST(structures_and_campaigns_are_listed_as_of_the_playhead)
{
    struct shelf *k = shelf_open("versions.db");
    struct err err = {0};
    struct row rows[4];
    struct structure first = tell_vertical(k, 50), got[4];
    struct campaign c = {.id = first.id,
                         .last = first.id,
                         .underlying = k->stock,
                         .packets = 1,
                         .day = 20240614,
                         .direction = 1};
    maker_campaign(&k->m, &c);
    struct playhead one = now(k);
    struct structure second = tell_vertical(k, 20);
    k->m.now_ns += 1000;
    c.packets = 2;
    c.last = second.id;
    maker_campaign(&k->m, &c);
    struct reader *r = shelf_read(k);
    ck_assert_int_eq(reader_page_after(r, ROW_STRUCTURE, one, 0, rows, 4, &err), 1);
    ck_assert_mem_eq(&rows[0].u.structure, &k->told[2].u.structure, sizeof first);
    ck_assert_int_eq(reader_page_before(r, ROW_STRUCTURE, PLAYHEAD_END, UINT64_MAX, rows, 4, &err),
                     2);
    ck_assert_uint_eq(rows[1].u.structure.id, second.id);
    ck_assert_int_eq(reader_page_after(r, ROW_CAMPAIGN, one, 0, rows, 4, &err), 1);
    ck_assert_uint_eq(rows[0].u.campaign.packets, 1);
    ck_assert_int_eq(reader_page_after(r, ROW_CAMPAIGN,
                                       (struct playhead){k->m.seq, k->m.now_ns - 1}, 0, rows, 4,
                                       &err),
                     1);
    ck_assert_uint_eq(rows[0].u.campaign.packets, 1);
    ck_assert_int_eq(reader_page_after(r, ROW_CAMPAIGN, PLAYHEAD_END, 0, rows, 4, &err), 1);
    ck_assert_uint_eq(rows[0].u.campaign.packets, 2);
    ck_assert_int_eq(reader_structures_of(r, PLAYHEAD_END, second.id, got, 4, &err), 0);
    ck_assert_int_eq(problems_of(r), 0);
    shelf_free(k, r);
}
END_TEST

/* A vertical without marks: two packets of their own, and what they are read as beside. */
static struct structure tell_inferred(struct shelf *k, int64_t n)
{
    struct structure s;
    struct packet legs[2] = {{0}, {0}};
    memset(&s, 0, sizeof s);
    for (int i = 0; i < 2; i++) {
        uint32_t sym = i ? k->upper : k->call;
        int64_t px = i ? 500000000 : 2100000000;
        uint64_t id = maker_print(&k->m, sym, px, n, i ? &k->upper_quote : &k->quote, 0);
        packet_add(&legs[i], id, k->m.now_ns - 2500, sym, px, n);
        legs[i].flags = PF_LEG_CANDIDATE;
        structure_leg(&s, id, sym, i ? -1 : 1, px, n, PX_NONE, PX_NONE);
    }
    s.id = s.legs[0].seq;
    s.grade = PG_INFERRED;
    s.shape = SHAPE_CALL_VERTICAL;
    s.state = PS_CLOSED;
    s.underlying = k->stock;
    maker_structure(&k->m, &s);
    maker_packet(&k->m, &legs[0]);
    maker_packet(&k->m, &legs[1]);
    return s;
}

START_TEST(a_packet_tells_the_inferred_structure_it_is_a_leg_of)
{
    struct shelf *k = shelf_open("inferred.db");
    struct err err = {0};
    struct structure got[4], s = tell_inferred(k, 10);
    struct playhead before = now(k);
    uint64_t second = s.legs[1].seq;
    s.n_legs = 0;
    memset(s.legs, 0, sizeof s.legs);
    s.state = PS_RETRACTED;
    k->m.now_ns++;
    maker_structure(&k->m, &s);
    struct reader *r = shelf_read(k);
    ck_assert_int_eq(reader_structures_of(r, before, second, got, 4, &err), 1);
    ck_assert_uint_eq(got[0].id, s.id);
    ck_assert_int_eq(reader_structures_of(r, PLAYHEAD_END, second, got, 4, &err), 0);
    ck_assert_str_eq(packets_at(k, r, PLAYHEAD_END), "4 5");
    ck_assert_int_eq(problems_of(r), 0);
    shelf_free(k, r);
}
END_TEST

/* A structure says another sum than its packet; a leg that is no packet; legs that are missing. */
START_TEST(check_finds_structures_that_contradict_their_packets)
{
    struct shelf *k = shelf_open("bad.db");
    struct structure s = tell_vertical(k, 50);
    s.premium++;
    s.by_seq = k->m.seq;
    maker_structure(&k->m, &s); /* and no packet behind it */
    struct structure t = tell_vertical(k, 20);
    t.grade = PG_INFERRED;
    t.id = t.legs[1].seq;
    maker_structure(&k->m,
                    &t); /* neither leg but the first opens a packet; the first is before it */
    struct reader *r = shelf_read(k);
    ck_assert_int_eq(problems_of(r), 2);
    shelf_free(k, r);
}
END_TEST

static int rows_of(struct reader *r, enum row_kind kind)
{
    struct row rows[TOLD];
    struct err err = {0};
    return reader_page_after(r, kind, PLAYHEAD_END, 0, rows, TOLD, &err);
}

/* Cuts by time and by kind of a session with everything in it; each is whole in itself. */
START_TEST(every_cut_has_the_evidence_of_its_readings)
{
    static const uint32_t kinds[] = {0,
                                     1u << ROW_PACKET,
                                     1u << ROW_STRUCTURE,
                                     1u << ROW_CAMPAIGN,
                                     1u << ROW_OPTION,
                                     1u << ROW_STRUCTURE | 1u << ROW_CAMPAIGN};
    struct shelf *k = shelf_open("whole.db");
    int64_t at[5];
    at[0] = k->m.now_ns;
    struct structure s = tell_vertical(k, 5);
    struct campaign c = {.id = s.id,
                         .last = s.id,
                         .underlying = k->stock,
                         .day = 20240614,
                         .direction = 1,
                         .packets = 1};
    maker_campaign(&k->m, &c);
    at[1] = k->m.now_ns;
    tell_run(k);
    at[2] = k->m.now_ns - 5000000000 - 1000003; /* between the run's beginning and its end */
    c.last = tell_inferred(k, 10).legs[1].seq;
    at[3] = k->m.now_ns;
    k->m.now_ns++;
    c.packets = 3;
    maker_campaign(&k->m, &c);
    at[4] = k->m.now_ns;
    reader_close(shelf_read(k));
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (int from = 0; from < 5; from++)
            for (int to = from; to < 5; to++) {
                char out[600];
                struct export_options opt = {
                    .from_ns = at[from], .to_ns = at[to], .kinds = kinds[i]};
                struct export_counts counts;
                struct err err = {0};
                struct reader *r;
                snprintf(out, sizeof out, "%s.%zu.%d.%d", k->path, i, from, to);
                int rc = export_session(k->path, out, &opt, NULL, NULL, &counts, &err);
                ck_assert_msg(rc == 0, "%s", err.text);
                ck_assert_int_eq(reader_open(out, &r, &err), 0);
                ck_assert_msg(problems_of(r) == 0, "kinds %x from %d to %d", kinds[i], from, to);
                if (from == 0 && to == 4 && kinds[i] & 1u << ROW_STRUCTURE) {
                    ck_assert_int_eq(rows_of(r, ROW_STRUCTURE), 2);
                    ck_assert_int_ge(rows_of(r, ROW_PACKET), 3);
                }
                if (from == 4 && to == 4 && kinds[i] == 1u << ROW_CAMPAIGN)
                    ck_assert_int_eq(rows_of(r, ROW_CAMPAIGN), 1);
                if (from == 2 && to == 3 && kinds[i] == 1u << ROW_PACKET)
                    ck_assert_str_eq(members_at(r, PLAYHEAD_END, 9), "6 7 8 9 11");
                reader_close(r);
                unlink(out);
            }
    struct reader *r;
    ck_assert_int_eq(reader_open(k->path, &r, NULL), 0);
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
    tcase_add_test(t, merged_packets_stand_in_no_list_once_their_run_is_told);
    tcase_add_test(t, members_of_a_run_are_the_prints_of_its_packets_as_of_the_playhead);
    tcase_add_test(t, check_finds_a_run_that_is_not_the_sum_of_its_members);
    tcase_add_test(t, packages_come_with_their_legs);
    tcase_add_test(t, legs_told_again_are_seen_when_their_package_is);
    tcase_add_test(t, structures_and_campaigns_are_listed_as_of_the_playhead);
    tcase_add_test(t, a_packet_tells_the_inferred_structure_it_is_a_leg_of);
    tcase_add_test(t, check_finds_structures_that_contradict_their_packets);
    tcase_add_test(t, every_cut_has_the_evidence_of_its_readings);
    suite_add_tcase(s, t);
    return s;
}
