/* A print meets its quote and gets its side. See state.h. */
#include "base/dec.h"

#include <string.h>

#include "deck/state.h"
#include "event/venue.h"

#define LONG_DATED_DAYS 365
#define GAP_SETTLE_NS   NS_PER_SEC /* a feed's quotes are trusted again this long after a gap */

/* price x size x multiplier in 1e-9 dollars, rounded half away from zero; false when it does not
 * fit. */
static bool notional_of(struct deck *d, const struct past_print *p, int64_t *ret)
{
    int64_t multiplier = QTY_ONE;
    if (p->option && d->multipliers[p->sym])
        multiplier = d->multipliers[p->sym];
    else if (p->option)
        multiplier = deck_terms(d, p->sym).multiplier * QTY_ONE;
    __int128 units, unit = (__int128)QTY_ONE * QTY_ONE;
    if (__builtin_mul_overflow((__int128)p->join.qty * multiplier, (__int128)p->join.px, &units))
        return false;
    __int128 v = (units + (units < 0 ? -unit / 2 : unit / 2)) / unit;
    *ret = (int64_t)v;
    return v == (int64_t)v && v != INT64_MAX;
}

/* Has the quote been standing too long? Only when its feed has fallen silent, or when the
 * underlying has left the price at which the quote was made: a quiet quote is not a stale one. */
static bool stale(const struct deck *d, const struct past_print *p, const struct nbbo *q,
                  uint32_t underlying)
{
    const struct side_policy *policy = p->option ? &d->option_side : &d->equity_side;
    int64_t alive = book_alive_ns(d->book, p->option ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE);
    struct nbbo u;
    if (p->ts_ns - q->ts_ns > policy->stale_ns && p->ts_ns - alive > policy->stale_ns)
        return true;
    if (!underlying || !q->under_sum ||
        book_asof(d->book, underlying, p->ts_ns, &u) != BOOK_FOUND || u.bid == PX_NONE ||
        u.ask == PX_NONE)
        return false;
    __int128 move = (__int128)u.bid + u.ask - q->under_sum;
    return (move < 0 ? -move : move) * 10000 > (__int128)policy->stale_move_bp * q->under_sum;
}

/* Finds the quote in force at execution and fills its part of the join. */
static void join_quote(const struct deck *d, struct past_print *p, uint32_t underlying)
{
    struct nbbo q;
    struct join *j = &p->join;
    const struct side_policy *policy = p->option ? &d->option_side : &d->equity_side;
    enum book_answer found = book_asof(d->book, p->sym, p->ts_ns - d->policy.quote_lag_ns, &q);
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
    j->state = (uint8_t)side_quote_state(&q, policy, p->option);
    if ((j->state == QS_OK || j->state == QS_WIDE) && stale(d, p, &q, underlying))
        j->state = QS_STALE;
    if (p->option && q.bid == 0 && j->state != QS_NONE)
        j->flags |= JOIN_ZERO_BID;
}

static void join_own_venue(const struct deck *d, struct past_print *p)
{
    struct nbbo q;
    p->own = book_venue_asof(d->book, p->sym, p->venue, p->ts_ns - d->policy.quote_lag_ns, &q);
    if (!p->own)
        return;
    p->own_bid = q.bid;
    p->own_ask = q.ask;
    p->own_bid_qty = q.bid_qty;
    p->own_ask_qty = q.ask_qty;
}

/* Off-exchange prints are reported later than they were made: where the price stood then, too. */
static void join_report(const struct deck *d, struct past_print *p, int64_t report_ns)
{
    struct nbbo q;
    struct join *j = &p->join;
    if (!(j->flags & JOIN_OFF_EXCHANGE) || !report_ns ||
        book_asof(d->book, p->sym, report_ns, &q) != BOOK_FOUND)
        return;
    j->report_bid = q.bid;
    j->report_ask = q.ask;
    j->report_bid_seq = q.bid_seq;
    j->report_ask_seq = q.ask_seq;
    j->placement_report = (uint8_t)side_place(j->px, q.bid, q.ask);
}

static void begin(struct deck *d, const struct event *ev, struct past_print *p)
{
    const struct print *t = &ev->u.print;
    const struct gap_span *gap = &d->gaps[ev->feed];
    *p = (struct past_print){
        .ts_ns = ev->ts_ns,
        .recv_ns = ev->recv_ns,
        .id = t->id,
        .sym = ev->sym,
        .venue = ev->venue,
        .cond_other = t->cond_other,
        .tape = t->tape,
        .print_flags = t->flags,
        .before_ns = INT64_MIN,
        .marked_ns = INT64_MIN,
        .option = ev->kind == EV_OPTION_PRINT,
        .join = {.seq = ev->seq,
                 .px = t->px,
                 .qty = t->qty,
                 .bid = PX_NONE,
                 .ask = PX_NONE,
                 .report_bid = PX_NONE,
                 .report_ask = PX_NONE},
    };
    memcpy(p->cond, t->cond, sizeof p->cond);
    if (gap->seq && ev->ts_ns >= gap->from_ns && ev->ts_ns <= gap->to_ns + GAP_SETTLE_NS)
        p->join.flags |= JOIN_DEGRADED;
}

static struct cond_sum conditions(const struct past_print *p)
{
    struct print t = {.tape = p->tape, .flags = p->print_flags, .cond_other = p->cond_other};
    memcpy(t.cond, p->cond, sizeof t.cond);
    return p->option ? cond_option_sum(&t) : cond_equity_sum(&t);
}

int64_t join_volume(const struct past_print *p)
{
    return p->use & USE_VOLUME && p->join.revision != REV_CANCELLED ? p->join.qty : 0;
}

static void sign(struct join *j, struct side_answer a)
{
    j->side = a.side;
    j->rule = a.rule;
    j->reason = a.reason;
    j->confidence = a.confidence;
}

/* What follows from the print's own values: conditions, placement, notional. */
static void value(struct deck *d, struct past_print *p)
{
    struct join *j = &p->join;
    struct cond_sum cond = conditions(p);
    p->use = cond.use;
    j->family = cond.family;
    if (j->state != QS_NONE)
        j->placement = (uint8_t)side_place(j->px, j->bid, j->ask);
    if (!notional_of(d, p, &j->notional))
        j->notional = INT64_MAX;
}

void join_sign_option(struct deck *d, struct past_print *p)
{
    struct terms in = deck_terms(d, p->sym);
    value(d, p);
    bool long_dated = in.expiry_days - p->ts_ns / (86400 * NS_PER_SEC) > LONG_DATED_DAYS;
    const struct nbbo own = {
        .bid = p->own_bid, .ask = p->own_ask, .bid_qty = p->own_bid_qty, .ask_qty = p->own_ask_qty};
    sign(&p->join,
         side_option(&p->join, p->join.px, p->own ? &own : NULL, p->use, in.index, long_dated));
}

void join_sign_equity(struct deck *d, struct past_print *p, int tick)
{
    struct join *j = &p->join;
    value(d, p);
    uint8_t by_value = JOIN_SUBPENNY | JOIN_ODD_LOT | JOIN_BLOCK;
    bool block = j->qty >= d->policy.eq_block_qty || j->notional >= d->policy.eq_block_notional;
    j->flags &= (uint8_t)~by_value;
    j->flags |= (j->px % (PX_ONE / 100) ? JOIN_SUBPENNY : 0) |
                (j->qty < 100 * QTY_ONE ? JOIN_ODD_LOT : 0) | (block ? JOIN_BLOCK : 0);
    sign(j, side_equity(j, j->px, p->use, tick));
}

struct tick join_tick(struct tick before, int64_t px, uint16_t use)
{
    struct tick after = before;
    if (px <= 0) /* nothing to compare a price with */
        return before;
    if (before.any && px != before.px)
        after.sign = px > before.px ? 1 : -1;
    /* Only a print that sets the last sale is remembered; the sign of this one counts for itself.
     */
    if (use & USE_LAST) {
        after.px = px;
        after.any = true;
    }
    return after;
}

static void finish(struct deck *d, struct past_print *p)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_JOIN;
    rec.u.join = p->join;
    d->counts.no_quote += p->join.quote_ns == 0;
    d->counts.overflow += p->join.notional == INT64_MAX;
    d->counts.late += (p->join.flags & JOIN_LATE) != 0;
    prints_add(d->prints, p);
    deck_emit(d, &rec);
}

void join_option_print(struct deck *d, const struct event *ev)
{
    struct past_print p;
    bool late = false;
    struct terms in = deck_terms(d, ev->sym);
    begin(d, ev, &p);
    p.join.flags |= in.adjusted ? JOIN_ADJUSTED : 0;
    join_quote(d, &p, in.underlying);
    join_own_venue(d, &p);
    join_sign_option(d, &p);
    p.before_ns = cluster_last_ns(d->cluster, ev->sym);
    int64_t volume = opening_print(d->openings, ev->sym, ev->ts_ns, join_volume(&p));
    bool counts = p.join.family != COND_CANCEL && p.join.notional != INT64_MAX;
    p.leg = counts && legs_family(p.join.family);
    if (p.leg) {
        late = cluster_seen(d->cluster, ev->sym, ev->ts_ns);
        repeat_others(d->repeat, ev->sym, 1);
    } else if (counts)
        p.join.packet = cluster_add(d->cluster, ev, &p.join, p.use, volume, &late);
    p.join.flags |= late ? JOIN_LATE : 0;
    if (counts)
        legs_take(d, ev, &p);
    if (p.join.family == COND_CANCEL) {
        struct record rec;
        memset(&rec, 0, sizeof rec);
        rec.kind = REC_JOIN;
        rec.u.join = p.join;
        deck_emit(d, &rec);
        repair_cancel_print(d, ev);
        return;
    }
    finish(d, &p);
}

void join_equity_print(struct deck *d, const struct event *ev)
{
    struct past_print p;
    struct tick *t = &d->ticks[ev->sym];
    begin(d, ev, &p);
    p.join.flags |= venue_off_exchange(ev->venue) ? JOIN_OFF_EXCHANGE : 0;
    join_quote(d, &p, 0);
    join_report(d, &p, ev->u.print.report_ns);
    p.before_px = t->px;
    p.before_sign = t->any ? t->sign : 2;
    struct tick after = join_tick(*t, ev->u.print.px, conditions(&p).use);
    join_sign_equity(d, &p, after.sign);
    track_touch(&d->tick_track, ev->sym);
    if (p.use & USE_LAST)
        *t = after;
    finish(d, &p);
}
