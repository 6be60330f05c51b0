/* The engine. See deck.h. The order of stages is the order of the functions called in deck_push. */
#include "deck/deck.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "book/book.h"
#include "book/side.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/record.h"
#include "event/venue.h"
#include "flow/cluster.h"

#define MAX_SINKS 4
#define STANDARD_MULTIPLIER                                                                        \
    (100 * QTY_ONE) /* conditions.md D: all but adjusted and mini series                           \
                     */
#define LONG_DATED_DAYS 365

struct tick {
    int64_t px;  /* last price that set the last sale */
    int8_t sign; /* of the last change of price, 0 = none yet */
    bool any;
};

struct deck {
    struct deck_policy policy;
    struct side_policy option_side, equity_side;
    const struct symbols *symbols;
    struct book *book;
    struct cluster *cluster;
    struct tick *ticks;   /* by sym */
    int64_t *multipliers; /* by sym, 1e-6; 0 = standard */
    uint32_t top;         /* entries below this may be in use */
    struct sink sinks[MAX_SINKS];
    size_t n_sinks;
    uint64_t seq, records, digest;
    int64_t clock_ns;
    struct deck_counts counts;
};

#define TICKS_BYTES       (LIMIT_INSTRUMENTS * sizeof(struct tick))
#define MULTIPLIERS_BYTES (LIMIT_INSTRUMENTS * sizeof(int64_t))

struct deck_policy deck_policy_default(void)
{
    return (struct deck_policy){
        .run_gap_ns = 100 * NS_PER_MS,
        .sweep_gap_ns = 100 * NS_PER_MS,
        .sweep_span_ns = 500 * NS_PER_MS,
        .block_qty = 500 * QTY_ONE,
        .block_premium = 1000000 * PX_ONE,
        .eq_block_qty = 10000 * QTY_ONE,
        .eq_block_notional = 200000 * PX_ONE,
        .stale_option_ns = 5 * NS_PER_SEC,
        .stale_equity_ns = 1 * NS_PER_SEC,
        .stale_move_bp = 25,
        .wide_pct = 25,
        .wide_ticks = 4,
        .quote_lag_ns = 0,
    };
}

uint64_t deck_policy_hash(const struct deck_policy *p)
{
    return XXH3_64bits_withSeed(p, sizeof *p, DECK_ENGINE_VERSION);
}

static void digest_add(struct deck *d, const void *bytes, size_t n)
{
    d->digest = XXH3_64bits_withSeed(bytes, n, d->digest);
    d->records++;
}

static void emit(struct deck *d, const struct record *rec)
{
    for (size_t i = 0; i < d->n_sinks; i++)
        d->sinks[i].ops->record(d->sinks[i].self, rec);
}

static void on_packet(void *self, const struct packet *p)
{
    struct deck *d = self;
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_PACKET;
    rec.u.packet = *p;
    rec.u.packet.at_seq = d->seq;
    d->counts.packets++;
    digest_add(d, &rec.u.packet, sizeof rec.u.packet);
    emit(d, &rec);
}

struct deck *deck_create(const struct deck_policy *policy, const struct symbols *symbols)
{
    struct deck *d = mem_alloc(sizeof *d);
    struct cluster_policy cluster = {
        .run_gap_ns = policy->run_gap_ns,
        .sweep_gap_ns = policy->sweep_gap_ns,
        .sweep_span_ns = policy->sweep_span_ns,
        .block_qty = policy->block_qty,
        .block_premium = policy->block_premium,
    };
    d->policy = *policy;
    d->symbols = symbols;
    d->option_side = (struct side_policy){
        .stale_ns = policy->stale_option_ns,
        .stale_move_bp = policy->stale_move_bp,
        .wide_pct = policy->wide_pct,
        .wide_ticks = policy->wide_ticks,
    };
    d->equity_side = d->option_side;
    d->equity_side.stale_ns = policy->stale_equity_ns;
    d->book = book_create();
    d->cluster = cluster_create(&cluster, on_packet, d);
    d->ticks = mem_reserve(TICKS_BYTES);
    d->multipliers = mem_reserve(MULTIPLIERS_BYTES);
    deck_reset(d);
    return d;
}

void deck_destroy(struct deck *d)
{
    if (!d)
        return;
    book_destroy(d->book);
    cluster_destroy(d->cluster);
    mem_unreserve(d->ticks, TICKS_BYTES);
    mem_unreserve(d->multipliers, MULTIPLIERS_BYTES);
    mem_free(d);
}

void deck_reset(struct deck *d)
{
    book_reset(d->book);
    cluster_reset(d->cluster);
    memset(d->ticks, 0, d->top * sizeof *d->ticks);
    memset(d->multipliers, 0, d->top * sizeof *d->multipliers);
    d->top = 0;
    d->seq = d->records = 0;
    d->digest = deck_policy_hash(&d->policy);
    d->clock_ns = INT64_MIN;
    d->counts = (struct deck_counts){0};
}

void deck_copy(struct deck *dst, const struct deck *src)
{
    deck_reset(dst);
    dst->policy = src->policy;
    dst->option_side = src->option_side;
    dst->equity_side = src->equity_side;
    dst->symbols = src->symbols;
    book_copy(dst->book, src->book);
    cluster_copy(dst->cluster, src->cluster);
    memcpy(dst->ticks, src->ticks, src->top * sizeof *src->ticks);
    memcpy(dst->multipliers, src->multipliers, src->top * sizeof *src->multipliers);
    dst->top = src->top;
    dst->seq = src->seq;
    dst->records = src->records;
    dst->digest = src->digest;
    dst->clock_ns = src->clock_ns;
    dst->counts = src->counts;
}

void deck_add_sink(struct deck *d, struct sink sink)
{
    assert(d->n_sinks < MAX_SINKS);
    d->sinks[d->n_sinks++] = sink;
}

/* price x size x multiplier in 1e-9 dollars, rounded half up; false when it does not fit. */
static bool notional_of(const struct deck *d, const struct event *ev, int64_t *ret)
{
    int64_t multiplier = QTY_ONE;
    if (ev->kind == EV_OPTION_PRINT)
        multiplier = d->multipliers[ev->sym] ? d->multipliers[ev->sym] : STANDARD_MULTIPLIER;
    __int128 units;
    __int128 unit = (__int128)QTY_ONE * QTY_ONE;
    if (__builtin_mul_overflow((__int128)ev->u.print.qty * multiplier, (__int128)ev->u.print.px,
                               &units))
        return false;
    __int128 v = (units + (units < 0 ? -unit / 2 : unit / 2)) / unit;
    *ret = (int64_t)v;
    return v == (int64_t)v && v != INT64_MAX;
}

/* Has the quote been standing too long? Only when its feed has fallen silent, or when the
 * underlying has left the price at which the quote was made: a quiet quote is not a stale one. */
static bool stale(const struct deck *d, const struct event *ev, const struct nbbo *q,
                  uint32_t underlying)
{
    bool option = ev->kind == EV_OPTION_PRINT;
    const struct side_policy *policy = option ? &d->option_side : &d->equity_side;
    int64_t alive = book_alive_ns(d->book, option ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE);
    struct nbbo u;
    if (ev->ts_ns - q->ts_ns > policy->stale_ns && ev->ts_ns - alive > policy->stale_ns)
        return true;
    if (!underlying || !q->under_sum ||
        book_asof(d->book, underlying, ev->ts_ns, &u) != BOOK_FOUND || u.bid == PX_NONE ||
        u.ask == PX_NONE)
        return false;
    __int128 move = (__int128)u.bid + u.ask - q->under_sum;
    return (move < 0 ? -move : move) * 10000 > (__int128)policy->stale_move_bp * q->under_sum;
}

/* Finds the quote in force and fills its part of the join. */
static void join_quote(const struct deck *d, const struct event *ev, uint32_t underlying,
                       struct join *j)
{
    struct nbbo q;
    bool option = ev->kind == EV_OPTION_PRINT;
    const struct side_policy *policy = option ? &d->option_side : &d->equity_side;
    int64_t px = ev->u.print.px;
    j->bid = j->ask = PX_NONE;
    enum book_answer found = book_asof(d->book, ev->sym, ev->ts_ns - d->policy.quote_lag_ns, &q);
    if (found != BOOK_FOUND) {
        j->reason = found == BOOK_HISTORY ? SR_HISTORY : SR_NO_QUOTE;
        return;
    }
    j->bid = q.bid;
    j->ask = q.ask;
    j->bid_qty = q.bid_qty;
    j->ask_qty = q.ask_qty;
    j->bid_seq = q.bid_seq;
    j->ask_seq = q.ask_seq;
    j->quote_ns = MAX(q.bid_seq ? q.bid_ns : 0, q.ask_seq ? q.ask_ns : 0);
    j->state = (uint8_t)side_quote_state(&q, policy, option);
    if ((j->state == QS_OK || j->state == QS_WIDE) && stale(d, ev, &q, underlying))
        j->state = QS_STALE;
    if (j->state != QS_NONE)
        j->placement = (uint8_t)side_place(px, q.bid, q.ask);
    if (option && q.bid == 0 && j->state != QS_NONE)
        j->flags |= JOIN_ZERO_BID;
}

static void begin_join(struct deck *d, const struct event *ev, uint32_t underlying,
                       struct record *rec)
{
    memset(rec, 0, sizeof *rec);
    rec->kind = REC_JOIN;
    rec->u.join.seq = ev->seq;
    rec->u.join.px = ev->u.print.px;
    rec->u.join.qty = ev->u.print.qty;
    rec->u.join.report_bid = rec->u.join.report_ask = PX_NONE;
    join_quote(d, ev, underlying, &rec->u.join);
    d->counts.no_quote += rec->u.join.quote_ns == 0;
    if (!notional_of(d, ev, &rec->u.join.notional)) {
        rec->u.join.notional = INT64_MAX;
        d->counts.overflow++;
    }
}

static void sign(struct join *j, struct side_answer a)
{
    j->side = a.side;
    j->rule = a.rule;
    j->reason = a.reason;
    j->confidence = a.confidence;
}

static void finish_join(struct deck *d, struct record *rec)
{
    digest_add(d, &rec->u.join, sizeof rec->u.join);
    emit(d, rec);
}

static void on_option_print(struct deck *d, const struct event *ev)
{
    struct record rec;
    struct join *j = &rec.u.join;
    const struct instrument *in = symbols_get(d->symbols, ev->sym);
    begin_join(d, ev, in ? in->underlying : 0, &rec);
    struct cond_sum cond = cond_option_sum(&ev->u.print);
    bool long_dated = in && calendar_days(in->expiry) - ev->ts_ns / (86400 * NS_PER_SEC) >
                                LONG_DATED_DAYS;
    bool late = false;
    j->family = cond.family;
    struct nbbo venue;
    bool own =
        book_venue_asof(d->book, ev->sym, ev->venue, ev->ts_ns - d->policy.quote_lag_ns, &venue);
    sign(j, side_option(j, ev->u.print.px, own ? &venue : NULL, cond.use, in && in->index,
                        long_dated));
    if (j->notional != INT64_MAX)
        j->packet = cluster_add(d->cluster, ev, j, cond.use, &late);
    if (late) {
        j->flags |= JOIN_LATE;
        d->counts.late++;
    }
    finish_join(d, &rec);
}

/* Keeps the sign of the last price change for the tick rule; only prints that set the last sale. */
static int tick_update(struct deck *d, const struct event *ev, uint16_t use)
{
    struct tick *t = &d->ticks[ev->sym];
    int64_t px = ev->u.print.px;
    int sign_now = t->any && px != t->px ? (px > t->px ? 1 : -1) : t->sign;
    if (use & USE_LAST) {
        t->sign = (int8_t)sign_now;
        t->px = px;
        t->any = true;
    }
    return sign_now;
}

static void on_equity_print(struct deck *d, const struct event *ev)
{
    struct record rec;
    struct join *j = &rec.u.join;
    const struct print *p = &ev->u.print;
    begin_join(d, ev, 0, &rec);
    struct cond_sum cond = cond_equity_sum(p);
    j->family = cond.family;
    j->flags |=
        (venue_off_exchange(ev->venue) ? JOIN_OFF_EXCHANGE : 0) |
        (p->px % (PX_ONE / 100) ? JOIN_SUBPENNY : 0) | (p->qty < 100 * QTY_ONE ? JOIN_ODD_LOT : 0) |
        (p->qty >= d->policy.eq_block_qty || j->notional >= d->policy.eq_block_notional ? JOIN_BLOCK
                                                                                        : 0);
    sign(j, side_equity(j, p->px, cond.use, tick_update(d, ev, cond.use)));
    finish_join(d, &rec);
}

static void on_option_quote(struct deck *d, const struct event *ev)
{
    const struct instrument *in = symbols_get(d->symbols, ev->sym);
    book_quote(d->book, ev, in ? in->underlying : 0);
}

static void on_equity_quote(struct deck *d, const struct event *ev)
{
    book_quote(d->book, ev, 0);
}

static void on_contract(struct deck *d, const struct event *ev)
{
    if (ev->u.reference.qty > 0)
        d->multipliers[ev->sym] = ev->u.reference.qty;
}

/* Recorded, shown and counted; they change no derived record. */
static void on_fact(struct deck *d, const struct event *ev)
{
    (void)d;
    (void)ev;
}

/* A kind without a row does not compile: the array has EV_COUNT entries checked below. */
static void (*const handlers[])(struct deck *d, const struct event *ev) = {
    [EV_OPTION_PRINT] = on_option_print,
    [EV_OPTION_QUOTE] = on_option_quote,
    [EV_EQUITY_PRINT] = on_equity_print,
    [EV_EQUITY_QUOTE] = on_equity_quote,
    [EV_CANCEL] = on_fact,
    [EV_CORRECT] = on_fact,
    [EV_STATUS] = on_fact,
    [EV_OPEN_INTEREST] = on_fact,
    [EV_CONTRACT] = on_contract,
    [EV_GAP] = on_fact,
};
static_assert(ARRAY_LEN(handlers) == EV_COUNT, "every event kind has a handler");

void deck_push(struct deck *d, struct event *ev)
{
    assert(ev->kind < EV_COUNT);
    assert(ev->kind == EV_GAP || (ev->sym && ev->sym < LIMIT_INSTRUMENTS));
    if (ev->recv_ns < d->clock_ns) {
        ev->recv_ns = d->clock_ns;
        d->counts.raised++;
    }
    deck_advance(d, ev->recv_ns);
    assert(!ev->seq || ev->seq > d->seq);
    d->seq = ev->seq ? ev->seq : d->seq + 1;
    ev->seq = d->seq;
    d->top = MAX(d->top, ev->sym + 1);
    d->counts.events[ev->kind]++;
    for (size_t i = 0; i < d->n_sinks; i++)
        d->sinks[i].ops->event(d->sinks[i].self, ev);
    handlers[ev->kind](d, ev);
}

void deck_advance(struct deck *d, int64_t now_ns)
{
    if (now_ns <= d->clock_ns)
        return;
    cluster_advance(d->cluster, now_ns);
    d->clock_ns = now_ns;
}

void deck_finish(struct deck *d)
{
    /* The instant after the last deadline, so that advancing another deck to this one's clock
     * closes the same packets. */
    int64_t last = cluster_finish(d->cluster);
    if (last < INT64_MAX)
        d->clock_ns = MAX(d->clock_ns, last + 1);
}

int64_t deck_clock_ns(const struct deck *d)
{
    return d->clock_ns;
}

uint64_t deck_seq(const struct deck *d)
{
    return d->seq;
}

uint64_t deck_records(const struct deck *d)
{
    return d->records;
}

uint64_t deck_digest(const struct deck *d)
{
    return d->digest;
}

const struct deck_counts *deck_counts(const struct deck *d)
{
    return &d->counts;
}

uint32_t deck_open_packets(const struct deck *d)
{
    return cluster_open(d->cluster);
}
