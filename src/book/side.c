/* Placement, quote state, side. See side.h. Prices reach 9.2e9 dollars, so sums of two fit int64
 * only through 128 bits. */
#include "book/side.h"

#include "base/dec.h"
#include "event/cond.h"

#define CENT (PX_ONE / 100)

static int sign(__int128 v)
{
    return (v > 0) - (v < 0);
}

int side_quote_rule(int64_t p, int64_t b, int64_t a)
{
    return sign((__int128)2 * p - a - b);
}

int side_band_rule(int64_t p, int64_t b, int64_t a)
{
    __int128 pos = (__int128)10 * ((__int128)p - b), width = (__int128)a - b;
    return pos < 4 * width ? -1 : pos > 6 * width ? 1 : 0;
}

int side_depth_rule(int64_t bid_qty, int64_t ask_qty)
{
    return (ask_qty > bid_qty) - (ask_qty < bid_qty);
}

int side_size_rule(int64_t qty, int64_t bid_qty, int64_t ask_qty)
{
    return (qty == bid_qty) - (qty == ask_qty);
}

enum placement side_place(int64_t p, int64_t b, int64_t a)
{
    if (b == PX_NONE || a == PX_NONE || a <= b)
        return PL_NONE;
    if (p < b)
        return PL_BELOW;
    if (p > a)
        return PL_ABOVE;
    if (p == b)
        return PL_BID;
    if (p == a)
        return PL_ASK;
    int s = side_quote_rule(p, b, a);
    return s < 0 ? PL_LO : s > 0 ? PL_HI : PL_MID;
}

enum quote_state side_quote_state(const struct nbbo *q, const struct side_policy *policy,
                                  bool zero_bid_ok)
{
    bool no_ask = q->ask == PX_NONE || q->ask_qty <= 0 || q->ask <= 0;
    bool no_bid = q->bid == PX_NONE || q->bid_qty <= 0;
    if (no_ask || (no_bid && !(zero_bid_ok && q->bid == 0)))
        return QS_NONE;
    if (q->bid == q->ask)
        return QS_LOCKED;
    if (q->bid > q->ask)
        return QS_CROSSED;
    __int128 width = (__int128)q->ask - q->bid, twice_mid = (__int128)q->ask + q->bid;
    if (width * 200 > policy->wide_pct * twice_mid && width > policy->wide_ticks * CENT)
        return QS_WIDE;
    return QS_OK;
}

enum side_reason side_family_reason(uint8_t family)
{
    static const uint8_t reasons[COND_FAMILY_COUNT] = {
        [COND_AUCTION] = SR_AUCTION,         [COND_CROSS] = SR_CROSS,
        [COND_FLOOR] = SR_AUCTION,           [COND_MULTI_LEG] = SR_MULTI_LEG,
        [COND_STOCK_TIED] = SR_STOCK_TIED,   [COND_PROPRIETARY] = SR_PROPRIETARY,
        [COND_COMPRESSION] = SR_COMPRESSION, [COND_LATE] = SR_LATE,
        [COND_CANCEL] = SR_CANCELLED,        [COND_UNKNOWN] = SR_UNKNOWN_COND,
    };
    return family < COND_FAMILY_COUNT ? reasons[family] : SR_UNKNOWN_COND;
}

static enum side_reason state_reason(const struct join *j)
{
    static const uint8_t reasons[QS_COUNT] = {
        [QS_NONE] = SR_NO_QUOTE, [QS_LOCKED] = SR_LOCKED, [QS_CROSSED] = SR_CROSSED,
        [QS_WIDE] = SR_WIDE,     [QS_STALE] = SR_STALE,
    };
    if (j->state == QS_NONE && j->reason == SR_HISTORY)
        return SR_HISTORY;
    bool some = j->bid_seq || j->ask_seq;
    return j->state == QS_NONE && some ? SR_ONE_SIDED : reasons[j->state];
}

static struct side_answer none(enum side_reason reason)
{
    return (struct side_answer){.reason = (uint8_t)reason};
}

/* Starting confidences in percent (section 3: option at the quote 75, elsewhere 65; never above 90;
 * 50 says nothing and is shown as none). */
static struct side_answer answer(int side, enum side_rule rule, int confidence,
                                 enum side_reason weak_reason)
{
    if (confidence <= 50)
        return none(weak_reason);
    return (struct side_answer){.side = (int8_t)side,
                                .rule = (uint8_t)rule,
                                .reason = SR_OK,
                                .confidence = (uint8_t)MIN(confidence, 90)};
}

/* A venue's quote that can name a side: both sides shown, not locked, not crossed. */
static const struct nbbo *two_sided(const struct nbbo *q)
{
    bool good = q && q->bid != PX_NONE && q->ask != PX_NONE && q->bid < q->ask && q->bid_qty > 0 &&
                q->ask_qty > 0;
    return good ? q : NULL;
}

/* The stack below the conditions: which rule speaks and with what confidence. venue: two-sided or
 * NULL. The trade size rule is heard at or inside the venue's quote only, and its confidence moves
 * with the quote rule's view of the same print. */
/* iso: an intermarket sweep takes the size shown by definition (Reg NMS rule 600), so that its size
 * equals the quote's says nothing of a resting order. */
static struct side_answer option_stack(const struct join *j, int64_t px, const struct nbbo *venue,
                                       bool iso, int at_quote, int cut, enum side_reason weak)
{
    int by_quote = side_quote_rule(px, j->bid, j->ask), s = 0;
    if (venue && !iso && px >= venue->bid && px <= venue->ask)
        s = side_size_rule(j->qty, venue->bid_qty, venue->ask_qty);
    if (s) {
        int moved = s == by_quote ? 5 : s == -by_quote ? -10 : 0;
        return answer(s, RULE_SIZE, at_quote + moved - cut, weak);
    }
    if (by_quote)
        return answer(by_quote, RULE_QUOTE, at_quote - cut, weak);
    s = venue ? side_quote_rule(px, venue->bid, venue->ask) : 0;
    if (s)
        return answer(s, RULE_QUOTE_VENUE, 65 - cut, weak);
    s = side_depth_rule(j->bid_qty, j->ask_qty);
    if (s)
        return answer(s, RULE_DEPTH, 65 - cut, weak);
    s = venue ? side_depth_rule(venue->bid_qty, venue->ask_qty) : 0;
    return s ? answer(s, RULE_DEPTH_VENUE, 65 - cut, weak) : none(SR_AT_MID);
}

struct side_answer side_option(const struct join *j, int64_t px, const struct nbbo *venue,
                               uint16_t use, bool index, bool long_dated)
{
    bool weak = !(use & USE_SIDE) && use & USE_SIDE_WEAK;
    enum side_reason family = side_family_reason(j->family);
    if (!(use & (USE_SIDE | USE_SIDE_WEAK)))
        return none(family != SR_OK ? family : SR_UNKNOWN_COND);
    /* A zero bid makes any spread wide, but a price at the ask was still paid by a buyer. */
    bool zero_bid_buy = j->flags & JOIN_ZERO_BID && j->state == QS_WIDE && j->placement >= PL_ASK;
    if (j->state != QS_OK && !zero_bid_buy)
        return none(state_reason(j));
    int cut = (index ? 8 : 0) + (long_dated ? 6 : 0) + (weak ? 15 : 0);
    bool at = j->placement == PL_BID || j->placement == PL_ASK;
    return option_stack(j, px, two_sided(venue), use & USE_ISO, at && !zero_bid_buy ? 75 : 65, cut,
                        weak ? family : SR_DISAGREE);
}

struct side_answer side_equity(const struct join *j, int64_t px, uint16_t use, int tick)
{
    if (!(use & USE_SIDE))
        return none(j->family == PRICE_LATE      ? SR_LATE
                    : j->family != PRICE_REGULAR ? SR_PRICE_MODE
                                                 : SR_UNKNOWN_COND);
    if (px <= 0)
        return none(SR_NO_PRICE);
    if (j->state != QS_OK)
        return none(state_reason(j));
    if (j->flags & JOIN_OFF_EXCHANGE) {
        int s = side_band_rule(px, j->bid, j->ask);
        bool sub = j->flags & JOIN_SUBPENNY;
        return s ? answer(s, sub ? RULE_QMP : RULE_QUOTE, sub ? 90 : 75, SR_MID_BAND)
                 : none(SR_MID_BAND);
    }
    int s = side_quote_rule(px, j->bid, j->ask);
    if (s)
        return answer(s, RULE_QUOTE, 85, SR_AT_MID);
    return tick ? answer(tick, RULE_TICK, 75, SR_NO_TICK) : none(SR_NO_TICK);
}
