/* Classic side rules. See classic.h. P is the price, B and A are bid and ask. */
#include "book/classic.h"

#include <string.h>

#include "base/dec.h"

#define CENT (PX_ONE / 100)

const struct nbbo *classic_quote(const struct nbbo *q, bool option, enum side_reason *ret_why)
{
    static const struct side_policy any_width = {.wide_pct = INT32_MAX, .wide_ticks = INT32_MAX};
    enum quote_state state = side_quote_state(q, &any_width, option);
    bool some = q->bid_seq || q->ask_seq;
    *ret_why = state == QS_CROSSED        ? SR_CROSSED
               : state == QS_NONE && some ? SR_ONE_SIDED
               : state == QS_NONE         ? SR_NO_QUOTE
                                          : SR_OK;
    return *ret_why == SR_OK ? q : NULL;
}

static struct side_answer signed_by(int side, enum side_reason otherwise)
{
    return (struct side_answer){.side = (int8_t)side,
                                .reason = (uint8_t)(side ? SR_OK : otherwise)};
}

/* Tick test (Blume, MacKinlay, Terker 1989; Lee and Ready 1991): up from the last different price
 * buys, down sells. */
static struct side_answer by_tick(const struct classic_print *p)
{
    return signed_by(p->tick, SR_NO_TICK);
}

/* Quote rule (Hasbrouck 1988): sign of 2P - A - B, none at the midpoint. */
static struct side_answer by_quote(const struct classic_print *p)
{
    return p->q ? signed_by(side_quote_rule(p->px, p->q->bid, p->q->ask), SR_AT_MID)
                : signed_by(0, p->why);
}

/* Lee and Ready (1991): the quote rule, where it is silent the tick test. */
static struct side_answer by_lr(const struct classic_print *p)
{
    struct side_answer a = by_quote(p);
    return a.side ? a : by_tick(p);
}

/* Ellis, Michaely, O'Hara (2000): at the ask buys, at the bid sells, anything else by the tick
 * test. At a locked quote a price is at both, and so at neither. */
static struct side_answer by_emo(const struct classic_print *p)
{
    int at = p->q ? (p->px == p->q->ask) - (p->px == p->q->bid) : 0;
    return at ? signed_by(at, SR_OK) : by_tick(p);
}

/* Chakrabarty, Li, Nguyen, Van Ness (2007): the upper 30 % of the spread buys (10P > 3B + 7A, P not
 * above A), the lower 30 % sells (10P < 7B + 3A, P not below B), anything else by the tick test. */
static struct side_answer by_clnv(const struct classic_print *p)
{
    if (!p->q)
        return by_tick(p);
    __int128 px = (__int128)10 * p->px, b = p->q->bid, a = p->q->ask;
    if (px > 3 * b + 7 * a && p->px <= p->q->ask)
        return signed_by(1, SR_OK);
    if (px < 7 * b + 3 * a && p->px >= p->q->bid)
        return signed_by(-1, SR_OK);
    return by_tick(p);
}

/* Depth rule (Grauer, Schuster, Uhrig-Homburg 2023): at the midpoint alone the larger displayed
 * size is the resting side's. */
static struct side_answer by_depth(const struct classic_print *p)
{
    if (!p->q)
        return signed_by(0, p->why);
    if (side_quote_rule(p->px, p->q->bid, p->q->ask))
        return signed_by(0, SR_OUT_OF_RULE);
    return signed_by(side_depth_rule(p->q->bid_qty, p->q->ask_qty), SR_AT_MID);
}

/* Trade size rule (the same authors): see side_size_rule. */
static struct side_answer by_size(const struct classic_print *p)
{
    return p->q ? signed_by(side_size_rule(p->qty, p->q->bid_qty, p->q->ask_qty), SR_NO_SIZE)
                : signed_by(0, p->why);
}

/* Boehmer, Jones, Zhang, Zhang (2021): of prints through a TRF, z = the price's part of a cent;
 * 0 < z < 0.4 retail sold, 0.6 < z < 1 retail bought. */
static struct side_answer by_bjzz(const struct classic_print *p)
{
    int64_t z = p->px % CENT * 10;
    if (!p->off_exchange || p->px < 0 || z == 0)
        return signed_by(0, SR_OUT_OF_RULE);
    return signed_by((z > 6 * CENT) - (z < 4 * CENT), SR_MID_BAND);
}

/* Quote midpoint (Barber, Huang, Jorion, Odean, Schwarz 2024): of the same prints below a cent by
 * the place in the spread, under 0.4 sold, above 0.6 bought. A locked quote has no places. */
static struct side_answer by_qmp(const struct classic_print *p)
{
    if (!p->off_exchange || p->px % CENT == 0)
        return signed_by(0, SR_OUT_OF_RULE);
    if (!p->q || p->q->bid == p->q->ask)
        return signed_by(0, p->q ? SR_LOCKED : p->why);
    return signed_by(side_band_rule(p->px, p->q->bid, p->q->ask), SR_MID_BAND);
}

static const struct {
    enum side_rule rule;
    struct side_answer (*sign)(const struct classic_print *p);
} rules[] = {
    {RULE_QUOTE, by_quote}, {RULE_TICK, by_tick}, {RULE_REVERSE_TICK, by_tick},
    {RULE_LR, by_lr},       {RULE_EMO, by_emo},   {RULE_CLNV, by_clnv},
    {RULE_DEPTH, by_depth}, {RULE_SIZE, by_size}, {RULE_BJZZ, by_bjzz},
    {RULE_QMP, by_qmp},
};

struct side_answer classic_sign(enum side_rule rule, const struct classic_print *p)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (rules[i].rule == rule) {
            struct side_answer a = rules[i].sign(p);
            a.rule = (uint8_t)rule;
            return a;
        }
    assert(!"a classic rule");
    return (struct side_answer){0};
}

const char *classic_name(size_t i)
{
    return i < ARRAY_LEN(rules) ? side_rule_name(rules[i].rule) : NULL;
}

enum side_rule classic_find(const char *name, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (strlen(classic_name(i)) == n && memcmp(classic_name(i), name, n) == 0)
            return rules[i].rule;
    return RULE_NONE;
}
