/* See model.h. What happens in it: prints 250 ms apart from 09:31 on Friday 14 June 2024. */
#include "tests/screen/model.h"

#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "event/calendar.h"
#include "event/venue.h"

#define CENT INT64_C(10000000)

static const struct {
    const char *osi;
    int64_t bid, ask, px; /* cents */
    int64_t qty;
    int8_t side;
    uint8_t placement, rule, reason, confidence;
    char cond;
    const char *venue;
} option_prints[] = {
    {"SPY   240621C00545000", 210, 214, 214, 12, 1, PL_ASK, RULE_QUOTE, SR_OK, 75, ' ', "XCBO"},
    {"SPY   240621C00545000", 210, 214, 210, 3, -1, PL_BID, RULE_QUOTE, SR_OK, 75, 'S', "XPHL"},
    {"NVDA  240719P00120000", 455, 465, 460, 50, 0, PL_MID, RULE_NONE, SR_AT_MID, 0, ' ', "XISX"},
    {"TSLA  240614C00182500", 96, 99, 98, 1250, 1, PL_HI, RULE_QUOTE, SR_OK, 65, ' ', "ARCO"},
    {"AAPL  250117C00250000", 0, 5, 5, 1, 0, PL_ASK, RULE_NONE, SR_MULTI_LEG, 0, 'f', "XBOX"},
};
static const struct {
    const char *symbol;
    int64_t bid, ask, px_nano, qty;
    int8_t side;
    uint8_t placement, rule, reason, confidence, flags;
    const char *cond, *venue;
} equity_prints[] = {
    {"SPY", 54211, 54212, 542120000000, 100, 1, PL_ASK, RULE_QUOTE, SR_OK, 80, 0, "@", "XNAS"},
    {"NVDA", 13145, 13147, 131464200000, 27, -1, PL_HI, RULE_QMP, SR_OK, 65,
     JOIN_OFF_EXCHANGE | JOIN_SUBPENNY | JOIN_ODD_LOT, "@I", "FINN"},
    {"TSLA", 17750, 17756, 177530000000, 25000, 0, PL_MID, RULE_NONE, SR_MID_BAND, 0,
     JOIN_OFF_EXCHANGE | JOIN_BLOCK, "@", "FINY"},
    {"AAPL", 21210, 21211, 212100000000, 300, -1, PL_BID, RULE_QUOTE, SR_OK, 80, 0, "@F", "ARCX"},
};

static int64_t when(size_t i)
{
    return calendar_ny_ns(20240614, (9 * 3600 + 31 * 60) * NS_PER_SEC) +
           (int64_t)i * 250 * NS_PER_MS;
}

static struct event event_at(size_t i, uint8_t kind, uint32_t sym, uint16_t venue)
{
    return (struct event){.ts_ns = when(i),
                          .recv_ns = when(i) + 3 * NS_PER_MS,
                          .seq = 10 + 3 * i,
                          .sym = sym,
                          .venue = venue,
                          .kind = kind};
}

static struct row option_row(struct model *m, size_t i)
{
    size_t k = i % ARRAY_LEN(option_prints);
    const char *osi = option_prints[k].osi, *mic = option_prints[k].venue;
    struct row r = {.kind = ROW_OPTION};
    r.ev = event_at(i, EV_OPTION_PRINT, symbols_option(m->symbols, osi, strlen(osi)),
                    venue_by_code(VENUE_OPTION, mic, strlen(mic)));
    r.key = r.ev.seq;
    r.ev.u.print =
        (struct print){.px = option_prints[k].px * CENT, .qty = option_prints[k].qty * QTY_ONE};
    r.ev.u.print.cond[0] = option_prints[k].cond;
    r.u.join = (struct join){
        .seq = r.ev.seq,
        .bid_seq = r.ev.seq - 1,
        .ask_seq = r.ev.seq - 1,
        .bid = option_prints[k].bid * CENT,
        .ask = option_prints[k].ask * CENT,
        .bid_qty = 40 * QTY_ONE,
        .ask_qty = 25 * QTY_ONE,
        .quote_ns = r.ev.ts_ns - 120 * NS_PER_MS,
        .packet = r.ev.seq,
        .notional = option_prints[k].px * CENT * option_prints[k].qty * 100,
        .side = option_prints[k].side,
        .state = QS_OK,
        .placement = option_prints[k].placement,
        .rule = option_prints[k].rule,
        .reason = option_prints[k].reason,
        .confidence = option_prints[k].confidence,
    };
    return r;
}

static struct row equity_row(struct model *m, size_t i)
{
    size_t k = i % ARRAY_LEN(equity_prints);
    const char *symbol = equity_prints[k].symbol, *mic = equity_prints[k].venue;
    struct row r = {.kind = ROW_EQUITY};
    r.ev = event_at(i, EV_EQUITY_PRINT, symbols_equity(m->symbols, symbol, strlen(symbol)),
                    venue_by_code(VENUE_EQUITY, mic, strlen(mic)));
    r.ev.seq++;
    r.key = r.ev.seq;
    r.ev.u.print = (struct print){
        .px = equity_prints[k].px_nano, .qty = equity_prints[k].qty * QTY_ONE, .tape = 'C'};
    memcpy(r.ev.u.print.cond, equity_prints[k].cond, strlen(equity_prints[k].cond));
    r.u.join = (struct join){
        .seq = r.ev.seq,
        .bid_seq = 5,
        .ask_seq = 6,
        .bid = equity_prints[k].bid * CENT,
        .ask = equity_prints[k].ask * CENT,
        .bid_qty = 400 * QTY_ONE,
        .ask_qty = 900 * QTY_ONE,
        .quote_ns = r.ev.ts_ns - 2 * NS_PER_MS,
        .notional = equity_prints[k].px_nano * equity_prints[k].qty,
        .side = equity_prints[k].side,
        .state = QS_OK,
        .placement = equity_prints[k].placement,
        .rule = equity_prints[k].rule,
        .reason = equity_prints[k].reason,
        .confidence = equity_prints[k].confidence,
        .flags = equity_prints[k].flags,
    };
    return r;
}

static struct row packet_row(struct model *m, size_t i)
{
    static const uint8_t kinds[] = {PK_SINGLE, PK_FILL_RUN, PK_SWEEP, PK_BLOCK};
    struct row print = option_row(m, i), r = {.kind = ROW_PACKET, .key = i + 1};
    uint8_t kind = kinds[i % 4];
    uint32_t members = kind == PK_SINGLE || kind == PK_BLOCK ? 1 : 3;
    const struct print *p = &print.ev.u.print;
    r.u.packet = (struct packet){
        .id = print.ev.seq,
        .at_seq = print.ev.seq + 2,
        .at_ns = print.ev.recv_ns + 100 * NS_PER_MS,
        .last_seq = print.ev.seq,
        .start_ns = print.ev.ts_ns,
        .end_ns = print.ev.ts_ns,
        .qty = p->qty * members,
        .premium = print.u.join.notional * members,
        .px_qty = (__int128)p->px * p->qty * members,
        .px_lo = p->px,
        .px_hi = p->px,
        .px_last = p->px,
        .venues = kind == PK_SWEEP ? 7 : 1,
        .sym = print.ev.sym,
        .members = members,
        .levels = 1,
        .isos = kind == PK_SWEEP ? 3 : 0,
        .side = print.u.join.side,
        .kind = kind,
        .grade = kind == PK_SWEEP ? PG_ISO : PG_NONE,
        .state = PS_CLOSED,
        .reason = print.u.join.reason,
        .confidence = print.u.join.confidence,
        .split = SPLIT_DEADLINE,
    };
    char right = symbols_get(m->symbols, print.ev.sym)->right;
    r.u.packet.direction = right == 'C' ? print.u.join.side : (int8_t)-print.u.join.side;
    r.u.packet.direction_reason = print.u.join.side ? DR_OK : DR_NO_SIDE;
    return r;
}

static void add_health(struct model *m)
{
    struct health_view *h = &m->health;
    *h = (struct health_view){.n_feeds = 1, .late = 12, .no_quote = 3, .unmatched = 1, .gaps = 2};
    h->tally = &m->tally;
    h->idents = m->idents;
    h->feeds[0] = (struct health_feed){.records = 41200,
                                       .used = 41180,
                                       .drops = 20,
                                       .events = 40118,
                                       .gaps = 2,
                                       .lag_ns = 12 * NS_PER_MS,
                                       .last_ns = m->session.clock_ns - 3 * NS_PER_SEC};
    strcpy(h->feeds[0].name, "synthetic:?seed=7");
    for (size_t i = 0; i < m->n[ROW_OPTION]; i++)
        tally_add(&m->tally, &m->rows[ROW_OPTION][i].ev, &m->rows[ROW_OPTION][i].u.join, 1,
                  m->rows[ROW_OPTION][i].ev.u.print.qty);
}

static void add_header(struct model *m, size_t n)
{
    m->session = (struct session_view){
        .recording = true,
        .path = "/data/2024-06-14.tapedeck",
        .clock_ns = when(n) - NS_PER_MS,
        .events = 40118,
        .option_prints = 12034,
        .equity_prints = 8011,
        .packets = 9120,
        .events_per_s = 1204.4,
        .prints_per_s = 85.2,
        .committed_seq = 40010,
        .uncommitted = 108,
        .n_feeds = 1,
    };
    strcpy(m->session.feeds[0].name, "synthetic:?seed=7");
    m->session.feeds[0].lag_ns = 12 * NS_PER_MS;
    struct session_span span = {1, 3 * n + 12, when(0) - 60 * NS_PER_SEC, when(n) - NS_PER_MS};
    m->transport = (struct transport_view){.state = TRANSPORT_LIVE,
                                           .at = PLAYHEAD_END,
                                           .span = span,
                                           .speed_x100 = 100,
                                           .live_session = true};
    m->panel.span = span;
    for (size_t i = 0; i < ARRAY_LEN(m->lanes); i++) {
        struct lane_cell *l = &m->lanes[i];
        l->events = i % 37 == 0 ? 0 : (uint32_t)((i * 7919) % 97) * (i % 5 == 0 ? 40 : 1);
        l->packets = i % 11 == 0;
        l->top_premium = i % 11 ? 0 : (int64_t)(i * 7919 % 13) * 100000 * PX_ONE;
        l->top_side = (int8_t)((int)(i % 3) - 1);
        l->gap = i == 300;
        l->halt = i == 200;
    }
    m->panel.window = (struct span_ns){span.first_ns, span.last_ns};
}

/* --- the row source --- */

static bool passed(const struct model *m, enum row_kind kind, size_t i, struct playhead at)
{
    const struct row *r = &m->rows[kind][i];
    uint64_t seq = kind == ROW_PACKET ? r->u.packet.at_seq : r->ev.seq;
    return i < m->shown[kind] && seq <= at.seq;
}

static int page(void *self, enum row_kind kind, struct playhead at, uint64_t before,
                const struct filter *f, size_t scan_limit, struct row *ret, size_t n,
                bool *ret_more, struct err *err)
{
    struct model *m = self;
    (void)scan_limit, (void)err;
    size_t got = 0;
    for (size_t i = m->n[kind]; i-- > 0 && got < n;) {
        const struct row *r = &m->rows[kind][i];
        if (r->key < before && passed(m, kind, i, at) &&
            (!f || filter_match(f, r, &m->panel.cells)))
            ret[n - 1 - got++] = *r;
    }
    memmove(ret, ret + (n - got), got * sizeof *ret);
    *ret_more = false;
    return (int)got;
}

static int page_after(void *self, enum row_kind kind, struct playhead at, uint64_t after,
                      const struct filter *f, size_t scan_limit, struct row *ret, size_t n,
                      struct err *err)
{
    struct model *m = self;
    (void)scan_limit, (void)err;
    size_t got = 0;
    for (size_t i = 0; i < m->n[kind] && got < n; i++) {
        const struct row *r = &m->rows[kind][i];
        if (r->key > after && passed(m, kind, i, at) && (!f || filter_match(f, r, &m->panel.cells)))
            ret[got++] = *r;
    }
    return (int)got;
}

static uint64_t total(void *self, enum row_kind kind)
{
    return ((struct model *)self)->shown[kind];
}

void model_init(struct model *m, size_t n)
{
    static struct row (*const make[])(struct model *, size_t) = {
        [ROW_OPTION] = option_row, [ROW_EQUITY] = equity_row, [ROW_PACKET] = packet_row};
    static const enum row_kind kinds[] = {ROW_OPTION, ROW_EQUITY, ROW_PACKET};
    *m = (struct model){
        .symbols = symbols_create(), .idents = idents_create(), .members_written = SIZE_MAX};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        enum row_kind kind = kinds[k];
        m->rows[kind] = mem_grow(NULL, n + 1, sizeof **m->rows);
        m->n[kind] = m->shown[kind] = n;
        for (size_t i = 0; i < n; i++)
            m->rows[kind][i] = make[kind](m, i);
    }
    add_header(m, n);
    add_health(m);
    m->panel.session = &m->session;
    m->panel.health = &m->health;
    m->panel.transport = &m->transport;
    m->panel.cells = (struct cell_context){.symbols = m->symbols, .idents = m->idents};
    m->panel.rows = (struct row_source){m, page, page_after, total};
    m->panel.lanes = m->lanes;
    m->panel.n_lanes = ARRAY_LEN(m->lanes);
    m->panel.marks = m->marks;
    m->panel.gaps = m->gaps;
    m->panel.mono_ns = 1000 * NS_PER_SEC;
}

void model_finish(struct model *m)
{
    for (size_t i = 0; i < ROW_KIND_COUNT; i++)
        mem_free(m->rows[i]);
    symbols_destroy(m->symbols);
    idents_destroy(m->idents);
}

void model_replay(struct model *m, enum transport_state state, int percent)
{
    struct transport_view *t = &m->transport;
    t->state = state;
    t->at.seq = t->span.first_seq +
                (t->span.last_seq - t->span.first_seq) * (uint64_t)percent / 100;
    t->at.ns = t->at.seq < 10 ? t->span.first_ns : when((size_t)(t->at.seq - 10) / 3);
    t->behind = t->span.last_seq - t->at.seq;
    strcpy(t->note, "replay from 09:31:02, F for live");
}

/* The structure of a package: SPY 545/550 call verticals bought, NVDA 120 straddles. */
static struct structure structure_of(struct model *m, const struct packet *k)
{
    static const char *const legs[2][2] = {{"SPY   240621C00545000", "SPY   240621C00550000"},
                                           {"NVDA  240719C00120000", "NVDA  240719P00120000"}};
    bool vertical = k->shape == SHAPE_CALL_VERTICAL;
    struct structure s = {.id = k->id,
                          .start_ns = k->start_ns,
                          .units = 50 * QTY_ONE,
                          .premium = k->premium,
                          .net_px = 125 * CENT,
                          .net_bid = 110 * CENT,
                          .net_ask = vertical ? 135 * CENT : PX_NONE,
                          .delta = 1250 * QTY_ONE,
                          .delta_notional = 680000 * PX_ONE,
                          .gross_notional = 1200000 * PX_ONE,
                          .vega = 1250 * PX_ONE,
                          .shape = k->shape,
                          .class = k->class,
                          .grade = PG_FLAGGED,
                          .side = k->side,
                          .direction = k->side,
                          .direction_reason = vertical ? DR_OK : DR_NO_MARKET,
                          .confidence = 65,
                          .greeks = vertical,
                          .n_legs = 2};
    for (int l = 0; l < 2; l++) {
        const char *osi = legs[!vertical][l];
        bool quoted = vertical || !l;
        s.legs[l] = (struct leg){.seq = k->id + (uint64_t)l,
                                 .qty = 50 * QTY_ONE,
                                 .px = (250 - 125 * l) * CENT,
                                 .bid = (245 - 125 * l) * CENT,
                                 .ask = quoted ? (255 - 125 * l) * CENT : PX_NONE,
                                 .sym = symbols_option(m->symbols, osi, strlen(osi)),
                                 .sign = (int8_t)(l ? -k->side : k->side),
                                 .ratio = 1,
                                 .placement = quoted ? PL_MID : PL_NONE};
    }
    return s;
}

void model_tagged(struct model *m)
{
    static const struct packet kinds[] = {
        {.kind = PK_SWEEP,
         .grade = PG_ISO,
         .opening_min = 1250 * QTY_ONE,
         .rarity_k = 3,
         .rarity_n = 1200},
        {.kind = PK_PACKAGE,
         .grade = PG_FLAGGED,
         .side = 1,
         .net_px = 125 * CENT,
         .legs = 2,
         .shape = SHAPE_CALL_VERTICAL,
         .class = SC_DIRECTIONAL,
         .rarity_k = 0,
         .rarity_n = 840},
        {.kind = PK_REPEAT, .grade = PG_INFERRED, .state = PS_OPEN},
        {.kind = PK_SWEEP, .grade = PG_APPARENT, .state = PS_INCOMPLETE, .flags = PF_DEGRADED},
        {.kind = PK_BLOCK, .flags = PF_LEG_CANDIDATE | PF_LATE | PF_ZERO_BID},
        {.kind = PK_PACKAGE,
         .grade = PG_FLAGGED,
         .net_px = 1234567890123,
         .legs = 4,
         .shape = SHAPE_STRADDLE,
         .class = SC_VOLATILITY,
         .state = PS_AMENDED},
        {.kind = PK_FILL_RUN, .state = PS_RETRACTED, .flags = PF_ROLL_CANDIDATE},
    };
    for (size_t i = 0; i < m->n[ROW_PACKET]; i++) {
        const struct packet *as = &kinds[i % ARRAY_LEN(kinds)];
        struct packet *k = &m->rows[ROW_PACKET][i].u.packet;
        bool package = as->kind == PK_PACKAGE;
        k->kind = as->kind;
        k->grade = as->grade;
        k->state = as->state ? as->state : PS_CLOSED;
        k->flags = as->flags;
        k->opening_reason = as->opening_min ? OR_OK : OR_NO_OI;
        k->opening_min = as->opening_min;
        k->rarity_reason = as->rarity_n ? RR_OK : RR_COLD;
        k->rarity_k = as->rarity_k;
        k->rarity_n = as->rarity_n;
        k->shape = as->shape;
        k->class = as->class;
        k->legs = as->legs;
        k->net_px = as->net_px;
        k->side = package ? as->side : k->side;
        k->members = package || k->kind == PK_REPEAT ? 4 : k->members;
        k->px_qty = package ? 0 : k->px_qty;
        if (package) {
            struct structure of = structure_of(m, k);
            m->rows[ROW_PACKET][i].u.legs = leg_list_of(&of);
            k->sym = of.legs[0].sym;
            k->direction = of.direction;
            k->direction_reason = of.direction_reason;
        }
        if (i % 3 == 0)
            k->qty = k->qty * 1000 + 125000;
    }
}

void model_hostile(struct model *m)
{
    static const char bad[] = "\033[2J\033]0;x\007\x9b\x31mA\r\n\t\b\xff\xc0\xaf\xe2\x80\xae\x7fZ";
    strcpy(m->session.path, bad);
    strcpy(m->session.feeds[0].name, bad);
    strcpy(m->health.feeds[0].name, bad);
    strcpy(m->session.store_error_text, bad);
    m->session.store_error = ERR_DISK;
    strcpy(m->transport.note, bad);
    for (size_t k = 0; k < ROW_KIND_COUNT; k++)
        for (size_t i = 0; i < m->n[k]; i++) {
            struct row *r = &m->rows[k][i];
            if (k == ROW_PACKET)
                continue;
            memcpy(r->ev.u.print.cond, "\033[\x9b\x07", 4);
            r->ev.u.print.id = ident_of(m->idents, bad, strlen(bad));
            r->ev.u.print.cond_other = ident_code(m->idents, bad, strlen(bad));
            r->ev.u.print.flags |= PRINT_COND_OTHER;
            if (k == ROW_OPTION)
                tally_add(&m->tally, &r->ev, &r->u.join, 1, 0);
        }
}

/* --- what the panel asks for is written down --- */

static void note(void *self, const char *fmt, long long v)
{
    struct model *m = self;
    snprintf(m->asked, sizeof m->asked, fmt, v);
}

static void ask_toggle(void *self)
{
    note(self, "toggle", 0);
}

static void ask_skip(void *self, int64_t by_ns)
{
    note(self, "skip %lld", by_ns / NS_PER_SEC);
}

static void ask_bar(void *self, int n)
{
    note(self, "bar %lld", n);
}

static void ask_speed(void *self, int steps)
{
    note(self, "speed %lld", steps);
}

static void ask_speed_reset(void *self)
{
    note(self, "speed reset", 0);
}

static void ask_percent(void *self, int percent)
{
    note(self, "percent %lld", percent);
}

static void ask_home(void *self)
{
    note(self, "home", 0);
}

static void ask_end(void *self)
{
    note(self, "end", 0);
}

static void ask_live(void *self)
{
    note(self, "live", 0);
}

static bool ask_move(void *self, enum deck_move what)
{
    static const char *const names[] = {[MOVE_REVERSE] = "reverse",
                                        [MOVE_UNDO] = "undo",
                                        [MOVE_REDO] = "redo",
                                        [MOVE_SWAP] = "swap",
                                        [MOVE_LOOP] = "loop"};
    note(self, names[what], 0);
    return true;
}

static int ask_step(void *self, struct stream s, int n, struct err *err)
{
    (void)s, (void)err;
    note(self, "step %lld", n);
    return 0;
}

static int ask_jump(void *self, const struct jump *j, struct err *err)
{
    static const char *const names[] = {[JUMP_ROWS] = "rows",
                                        [JUMP_MARK] = "mark",
                                        [JUMP_BOUNDARY] = "boundary",
                                        [JUMP_HALT] = "halt"};
    struct model *m = self;
    (void)err;
    int len = snprintf(m->asked, sizeof m->asked, "jump %s %d", names[j->kind], j->n);
    for (size_t i = 0; j->kind == JUMP_ROWS && i < j->n_streams; i++)
        len += snprintf(m->asked + len, sizeof m->asked - (size_t)len, " %s%s",
                        row_kind_name(j->streams[i].kind), j->streams[i].filter ? "?" : "");
    return 0;
}

static int ask_go(void *self, const char *text, struct err *err)
{
    struct model *m = self;
    if (strcmp(text, "nonsense") == 0)
        return err_set(err, ERR_USAGE, "not a time: nonsense");
    snprintf(m->asked, sizeof m->asked, "go %.50s", text);
    return 0;
}

static void ask_place(void *self, struct playhead to)
{
    note(self, "place %lld", (long long)to.seq);
}

static int ask_mark(void *self, struct playhead at, char letter, const char *text, struct err *err)
{
    struct model *m = self;
    (void)err;
    snprintf(m->asked, sizeof m->asked, "mark %c %lld %.40s", letter ? letter : '-',
             at.seq == UINT64_MAX ? -1 : (long long)at.seq, text ? text : "");
    return 0;
}

static int ask_unmark(void *self, struct playhead at, char letter, struct err *err)
{
    struct model *m = self;
    (void)err;
    snprintf(m->asked, sizeof m->asked, "unmark %c %lld", letter ? letter : '-', (long long)at.seq);
    return 0;
}

/* A packet's prints: its first print, given again a millisecond and a venue further on. */
static int ask_members(void *self, uint64_t packet_id, struct row *ret, size_t n, struct err *err)
{
    struct model *m = self;
    (void)err;
    m->member_reads++;
    for (size_t i = 0; i < m->n[ROW_OPTION]; i++) {
        const struct row *first = &m->rows[ROW_OPTION][i];
        if (first->key != packet_id)
            continue;
        for (size_t k = 0; k < n && k < m->members_written; k++) {
            ret[k] = *first;
            ret[k].ev.ts_ns += (int64_t)k * NS_PER_MS;
            ret[k].ev.seq = ret[k].key = first->key + k;
            ret[k].ev.venue = (uint16_t)(first->ev.venue + k % 3);
        }
        return (int)MIN(n, m->members_written);
    }
    return 0;
}

static int ask_structure(void *self, uint64_t id, struct structure *ret, struct err *err)
{
    struct model *m = self;
    (void)err;
    for (size_t i = 0; i < m->n[ROW_PACKET]; i++) {
        const struct packet *k = &m->rows[ROW_PACKET][i].u.packet;
        if (k->id != id || k->kind != PK_PACKAGE)
            continue;
        *ret = structure_of(m, k);
        return 0;
    }
    return -ERR_NO_ROWS;
}

static int ask_structures_of(void *self, uint64_t packet_id, struct structure *ret, size_t n,
                             struct err *err)
{
    (void)self, (void)packet_id, (void)ret, (void)n, (void)err;
    return 0;
}

static int ask_print(void *self, uint64_t seq, struct row *ret, struct err *err)
{
    return ask_members(self, seq, ret, 1, err) == 1 ? 0 : -ERR_NO_ROWS;
}

static void ask_quit(void *self)
{
    ((struct model *)self)->quits++;
}

static void ask_suspend(void *self)
{
    note(self, "suspend", 0);
}

static void ask_redraw(void *self)
{
    note(self, "redraw", 0);
}

const struct panel_ops model_ops = {
    .toggle = ask_toggle,
    .skip = ask_skip,
    .bar = ask_bar,
    .speed = ask_speed,
    .speed_reset = ask_speed_reset,
    .percent = ask_percent,
    .home = ask_home,
    .end = ask_end,
    .live = ask_live,
    .move = ask_move,
    .step = ask_step,
    .jump = ask_jump,
    .go = ask_go,
    .place = ask_place,
    .mark = ask_mark,
    .unmark = ask_unmark,
    .members = ask_members,
    .structure = ask_structure,
    .structures_of = ask_structures_of,
    .print = ask_print,
    .quit = ask_quit,
    .suspend = ask_suspend,
    .redraw = ask_redraw,
};
