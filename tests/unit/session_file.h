/* Shared by the store suites: a small session built by hand, without a deck. */
#pragma once
#include <stdlib.h>
#include <string.h>

#include "event/event.h"
#include "event/ident.h"
#include "event/record.h"
#include "event/symbol.h"
#include "event/venue.h"
#include "store/export.h"
#include "store/query.h"
#include "store/store.h"

#define DAY_NS INT64_C(1718372103000000000) /* 2024-06-14T13:35:03Z */

struct maker {
    struct symbols *symbols;
    struct idents *idents;
    struct store *store;
    struct sink sink;
    uint64_t seq, records;
    int64_t now_ns;
    uint16_t venue;
};

static inline struct maker maker_open(const char *path)
{
    struct err err = {0};
    struct maker m = {.symbols = symbols_create(), .idents = idents_create(), .now_ns = DAY_NS};
    struct store_options opt = {.feeds = "hand:", .policy_hash = 0xabcdef, .engine_version = 1};
    int rc = store_create(path, &opt, m.symbols, m.idents, &m.store, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    m.sink = store_sink(m.store);
    m.venue = venue_by_code(VENUE_OPTION, "C", 1);
    return m;
}

static inline void maker_stamp(struct maker *m)
{
    struct store_stamp s = {m->seq, m->now_ns, m->records, m->seq * 31};
    store_stamp(m->store, &s);
}

static inline void maker_close(struct maker *m)
{
    struct err err = {0};
    maker_stamp(m);
    int rc = store_close(m->store, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    symbols_destroy(m->symbols);
    idents_destroy(m->idents);
}

/* An event with times and seq, ready for its u. */
static inline struct event maker_event(struct maker *m, enum event_kind kind, uint32_t sym)
{
    struct event ev;
    memset(&ev, 0, sizeof ev);
    m->now_ns += 1000003;
    ev.ts_ns = m->now_ns - 2500;
    ev.recv_ns = m->now_ns;
    ev.seq = ++m->seq;
    ev.sym = sym;
    ev.kind = (uint8_t)kind;
    return ev;
}

static inline void maker_push(struct maker *m, const struct event *ev)
{
    m->sink.ops->event(m->sink.self, ev);
}

static inline uint64_t maker_quote(struct maker *m, uint32_t sym, int64_t bid, int64_t ask)
{
    bool option = symbols_get(m->symbols, sym)->right != 0;
    struct event ev = maker_event(m, option ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE, sym);
    ev.u.quote.bid = bid;
    ev.u.quote.ask = ask;
    ev.u.quote.bid_qty = bid == PX_NONE ? 0 : 10 * 1000000;
    ev.u.quote.ask_qty = ask == PX_NONE ? 0 : 700 * 1000000;
    maker_push(m, &ev);
    return ev.seq;
}

static inline void maker_record(struct maker *m, const struct record *rec)
{
    m->records++;
    m->sink.ops->record(m->sink.self, rec);
}

/* A print with its join; quote 0 = none. packet 0 = it opens one. Returns its seq. */
static inline uint64_t maker_print(struct maker *m, uint32_t sym, int64_t px, int64_t n,
                                   const struct event *quote, uint64_t packet)
{
    bool option = symbols_get(m->symbols, sym)->right != 0;
    struct event ev = maker_event(m, option ? EV_OPTION_PRINT : EV_EQUITY_PRINT, sym);
    ev.venue = option ? m->venue : 0;
    ev.u.print.px = px;
    ev.u.print.qty = n * 1000000;
    ev.u.print.cond[0] = option ? 'S' : '@';
    maker_push(m, &ev);
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_JOIN;
    struct join *j = &rec.u.join;
    j->seq = ev.seq;
    j->px = px;
    j->qty = n * 1000000;
    j->bid = j->ask = j->report_bid = j->report_ask = PX_NONE;
    if (quote) {
        j->bid_seq = j->ask_seq = quote->seq;
        j->bid = quote->u.quote.bid;
        j->ask = quote->u.quote.ask;
        j->bid_qty = quote->u.quote.bid_qty;
        j->ask_qty = quote->u.quote.ask_qty;
        j->quote_ns = quote->ts_ns;
        j->state = QS_OK;
        j->placement = PL_ASK;
        j->side = 1;
        j->rule = RULE_QUOTE;
        j->confidence = 95;
    } else
        j->reason = SR_NO_QUOTE;
    j->notional = px * n * (option ? 100 : 1);
    j->packet = !option ? 0 : packet ? packet : ev.seq;
    maker_record(m, &rec);
    return ev.seq;
}

/* What the deck would say of a packet of these prints, each px x n of one contract. */
static inline void packet_add(struct packet *p, uint64_t seq, int64_t ts_ns, uint32_t sym,
                              int64_t px, int64_t n)
{
    if (!p->members) {
        memset(p, 0, sizeof *p);
        p->id = seq;
        p->start_ns = ts_ns;
        p->px_lo = p->px_hi = px;
        p->levels = 0;
    }
    p->levels = (uint16_t)(p->levels + (p->members == 0 || px != p->px_last));
    p->members++;
    p->sym = sym;
    p->last_seq = seq;
    p->end_ns = ts_ns;
    p->qty += n * 1000000;
    p->premium += px * n * 100;
    p->px_qty += (__int128)px * n * 1000000;
    p->px_lo = px < p->px_lo ? px : p->px_lo;
    p->px_hi = px > p->px_hi ? px : p->px_hi;
    p->px_last = px;
    p->side = 1;
    p->confidence = 95;
    p->state = PS_CLOSED;
    p->kind = p->members > 1 ? PK_FILL_RUN : PK_SINGLE;
    p->venues = 1;
}

static inline void maker_packet(struct maker *m, struct packet *p)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_PACKET;
    p->at_seq = m->seq;
    p->at_ns = m->now_ns;
    rec.u.packet = *p;
    maker_record(m, &rec);
}
