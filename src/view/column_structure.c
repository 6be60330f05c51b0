/* Columns of structures: legs read as one order, what the taker did with it, and why not more. */
#include "view/field.h"

#include "event/venue.h"

static const struct structure *structure_of(const struct row *r)
{
    return &r->u.structure;
}

NUMBER_IS(id_number, (int64_t)structure_of(r)->id)
INT_VALUE(id, id_number)

NUMBER_IS(start_number, structure_of(r)->start_ns)
TIME_VALUE(start, start_number)

NUMBER_IS(end_number, structure_of(r)->end_ns)
TIME_VALUE(end, end_number)

NUMBER_IS(at_number, structure_of(r)->at_ns)
TIME_VALUE(at, at_number)

WORD_IS(shape, shape_name(structure_of(r)->shape))

WORD_IS(grade, packet_grade_name(structure_of(r)->grade))

WORD_IS(class, structure_class_name(structure_of(r)->class))

WORD_IS(side, side_name(structure_of(r)->side))

CELL(side_cell)
{
    put_side(out, structure_of(r)->side, c->ascii);
}

static enum style structure_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return side_style(structure_of(r)->side);
}

WORD_IS(direction, direction_word(structure_of(r)->direction, structure_of(r)->direction_reason))

CELL(direction_cell)
{
    put_direction(out, structure_of(r)->direction, c->ascii);
}

static enum style direction_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return side_style(structure_of(r)->direction);
}

WORD_IS(direction_reason, direction_reason_name(structure_of(r)->direction_reason))

CELL(legs)
{
    struct leg_list l = leg_list_of(structure_of(r));
    put_legs(out, &l, c);
}

CELL(reading)
{
    struct leg_list l = leg_list_of(structure_of(r));
    put_reading(out, structure_of(r)->shape, structure_of(r)->side, &l, c);
}

NUMBER_IS(size_number, qty_nano(structure_of(r)->units))

CELL(size)
{
    put_dec(out, structure_of(r)->units, QTY_DIGITS, 0);
}

CELL(size_cell)
{
    put_count(out, structure_of(r)->units);
}

NUMBER_IS(premium_number, structure_of(r)->premium)
DEC_VALUE(premium, premium_number, 2)

CELL(premium_cell)
{
    put_money(out, structure_of(r)->premium);
}

/* Legs that form nothing known have no unit, hence no price of one. */
static bool has_unit(const struct structure *s)
{
    return s->shape != SHAPE_NONE && s->shape != SHAPE_UNRESOLVED;
}

NUMBER(net_number)
{
    *ret = structure_of(r)->net_px;
    return has_unit(structure_of(r));
}
DEC_VALUE(net, net_number, 2)

NUMBER(net_bid_number)
{
    *ret = structure_of(r)->net_bid;
    return has_unit(structure_of(r)) && *ret != PX_NONE;
}
DEC_VALUE(net_bid, net_bid_number, 2)

NUMBER(net_ask_number)
{
    *ret = structure_of(r)->net_ask;
    return has_unit(structure_of(r)) && *ret != PX_NONE;
}
DEC_VALUE(net_ask, net_ask_number, 2)

NUMBER(delta_number)
{
    *ret = qty_nano(structure_of(r)->delta);
    return structure_of(r)->greeks;
}
DEC_VALUE(delta, delta_number, 0)

NUMBER(delta_notional_number)
{
    *ret = structure_of(r)->delta_notional;
    return structure_of(r)->greeks;
}
DEC_VALUE(delta_notional, delta_notional_number, 2)

CELL(delta_notional_cell)
{
    int64_t v;
    if (delta_notional_number(r, c, &v))
        put_money(out, v);
}

NUMBER(gross_notional_number)
{
    *ret = structure_of(r)->gross_notional;
    return structure_of(r)->greeks;
}
DEC_VALUE(gross_notional, gross_notional_number, 2)

NUMBER(vega_number)
{
    *ret = structure_of(r)->vega;
    return structure_of(r)->greeks;
}
DEC_VALUE(vega, vega_number, 2)

CELL(venue)
{
    unsigned id = structure_of(r)->venue[0] | (unsigned)structure_of(r)->venue[1] << 8;
    if (id && id < venue_count())
        put_word(out, venue_get((uint16_t)id)->mic);
}

WORD_IS(state, packet_state_name(structure_of(r)->state))

static enum style state_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return packet_state_style(structure_of(r)->state);
}

NUMBER(confidence_number)
{
    *ret = structure_of(r)->confidence * (PX_ONE / 100);
    return structure_of(r)->side != 0;
}
DEC_VALUE(confidence, confidence_number, 2)

CELL(flags)
{
    char buf[256];
    text_addn(out, buf, packet_flags_text(buf, sizeof buf, structure_of(r)->flags));
}

NUMBER(revised_by_number)
{
    *ret = (int64_t)structure_of(r)->by_seq;
    return structure_of(r)->by_seq != 0;
}
INT_VALUE(revised_by, revised_by_number)

static void put_greeks(struct text *out, const struct structure *s)
{
    if (!s->greeks) {
        text_add(out, "|class %s; delta and vega are not known", structure_class_name(s->class));
        return;
    }
    text_add(out, "|class %s: delta notional ", structure_class_name(s->class));
    put_money(out, s->delta_notional);
    put_word(out, " of ");
    put_money(out, s->gross_notional);
    put_word(out, " gross, vega ");
    put_money(out, s->vega);
    put_word(out, " a point");
}

/* How the taker's side was read: from each leg's own place in its quote, or from the net price. */
static void put_side_read(struct text *out, const struct structure *s)
{
    bool signs = true;
    for (int i = 0; i < s->n_legs; i++)
        signs = signs && s->legs[i].sign;
    if (s->side && signs)
        put_word(out, "|side read from the legs' own places in their quotes");
    else if (s->side)
        put_word(out, "|side read from the net price within the market of the whole");
    else
        text_add(out, "|no side: %s", direction_reason_sentence(s->direction_reason));
}

static void put_net(struct text *out, const struct structure *s)
{
    if (!has_unit(s))
        return;
    put_word(out, "|net price ");
    put_dec(out, s->net_px, PX_DIGITS, 2);
    if (s->net_bid == PX_NONE || s->net_ask == PX_NONE) {
        put_word(out, "; a leg has no two-sided market");
        return;
    }
    put_word(out, " in a market of ");
    put_dec(out, s->net_bid, PX_DIGITS, 2);
    put_word(out, " x ");
    put_dec(out, s->net_ask, PX_DIGITS, 2);
    text_add(out, " for one unit bought");
}

void put_structure_story(struct text *out, const struct structure *s)
{
    put_word(out,
             s->grade == PG_FLAGGED
                 ? "legs marked as one order by the exchange"
                 : "legs without a mark, near in time, on one venue, of fitting sizes: inferred");
    if (shape_bought(s->shape)[0])
        text_add(out, "|to buy %s means: %s", shape_words(s->shape), shape_bought(s->shape));
    put_net(out, s);
    put_side_read(out, s);
    put_greeks(out, s);
    if (s->class == SC_ROLL)
        put_word(out, "|a roll is a candidate only: it may close and open, or open twice");
}

CELL(explanations)
{
    const struct structure *s = structure_of(r);
    if (s->state == PS_RETRACTED)
        text_add(out, "retracted by event %llu: it is no structure any more; it was|",
                 (unsigned long long)s->by_seq);
    else if (s->by_seq)
        text_add(out, "made again by event %llu|", (unsigned long long)s->by_seq);
    put_structure_story(out, s);
}

CELL(evidence)
{
    const struct structure *s = structure_of(r);
    for (int i = 0; i < s->n_legs; i++)
        text_add(out, "%s%llu", i ? "|" : "", (unsigned long long)s->legs[i].seq);
}

/* clang-format off */
const struct column structure_columns[] = {
    {.name = "id", .title = "ID", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "seq of its first leg's first print; a flagged one's packet has the same id",
     .value = id, .number = id_number},
    {.name = "ts", .title = "TIME", .width = 12, .type = CELL_TIME,
     .sentence = "execution time of its earliest print", .value = field_ts,
     .cell = field_ts_clock, .number = field_ts_number},
    {.name = "start", .title = "START", .type = CELL_TIME,
     .sentence = "execution time of its earliest print", .value = start, .number = start_number},
    {.name = "end", .title = "END", .type = CELL_TIME,
     .sentence = "execution time of its latest print", .value = end, .number = end_number},
    {.name = "symbol", .title = "SYMBOL", .width = 6, .sentence = "underlying",
     .value = field_symbol},
    {.name = "reading", .title = "READING", .width = 32,
     .sentence = "what the taker did, in words: buys call vertical 105/110", .value = reading,
     .style = structure_style},
    {.name = "structure", .title = "STRUCTURE",
     .sentence = "call_vertical put_vertical calendar diagonal straddle strangle risk_reversal collar "
                 "butterfly iron_butterfly condor iron_condor box jelly_roll conversion reversal "
                 "ratio backspread ladder stock_tied unresolved", .value = shape},
    {.name = "grade", .title = "GRADE", .width = 8,
     .sentence = "flagged (marked by the exchange) or inferred", .value = grade},
    {.name = "class", .title = "CLASS", .width = 11,
     .sentence = "directional volatility roll neutral hedged none", .value = class},
    {.name = "side", .title = "SIDE", .width = 6,
     .sentence = "taker of the whole: buy, sell or none", .value = side, .cell = side_cell,
     .style = structure_style},
    {.name = "size", .title = "UNITS", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "units: how many times its ratios", .value = size, .cell = size_cell,
     .number = size_number},
    {.name = "premium", .title = "PREMIUM", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "sum over its legs of price x size x multiplier, dollars, none subtracted",
     .value = premium, .cell = premium_cell, .number = premium_number},
    {.name = "net_price", .title = "NET", .width = 8, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "price of one unit for the side that buys it, dollars", .value = net,
     .number = net_number},
    {.name = "net_bid", .title = "NETBID", .width = 8, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "bid of one unit, from the quotes of its legs, dollars", .value = net_bid,
     .number = net_bid_number},
    {.name = "net_ask", .title = "NETASK", .width = 8, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "ask of one unit, from the quotes of its legs, dollars", .value = net_ask,
     .number = net_ask_number},
    {.name = "direction", .title = "DIR", .width = 4, .sentence = "bullish bearish neutral none",
     .value = direction, .cell = direction_cell, .style = direction_style},
    {.name = "direction_reason", .title = "WHY", .sentence = "why there is no direction",
     .value = direction_reason},
    {.name = "confidence", .title = "CONF", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "confidence in its side", .value = confidence, .number = confidence_number},
    {.name = "legs", .title = "LEGS", .type = CELL_LIST,
     .sentence = "sign and ratio of each leg with its contract: +1 XYZ 260220C00105000",
     .value = legs},
    {.name = "delta", .title = "DELTA", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "shares the taker's position moves like", .value = delta, .number = delta_number},
    {.name = "delta_notional", .title = "DELTA$", .width = 8, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "delta in dollars of the underlying", .value = delta_notional,
     .cell = delta_notional_cell, .number = delta_notional_number},
    {.name = "gross_notional", .title = "GROSS$", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "sum of its legs' absolute delta notionals, dollars", .value = gross_notional,
     .number = gross_notional_number},
    {.name = "vega", .title = "VEGA", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "dollars for a point of volatility", .value = vega, .number = vega_number},
    {.name = "venue", .title = "VENUE", .width = 5, .sentence = "MIC of the venue of its legs",
     .value = venue},
    {.name = "state", .title = "STATE", .width = 10,
     .sentence = "closed incomplete amended retracted", .value = state, .style = state_style},
    {.name = "flags", .title = "FLAGS", .type = CELL_LIST,
     .sentence = "late floor wide zero_bid multi_leg stock_tied degraded adjusted roll_candidate",
     .value = flags},
    {.name = "at", .title = "AT", .type = CELL_TIME,
     .sentence = "engine time at which it was said", .value = at, .number = at_number},
    {.name = "revised_by", .title = "BY", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "seq of the cancel or correction that made it what it is", .value = revised_by,
     .number = revised_by_number},
    {.name = "explanations", .title = "EXPLANATION", .type = CELL_LIST,
     .sentence = "what was seen and what follows, in sentences", .value = explanations},
    {.name = "evidence", .title = "EVIDENCE", .type = CELL_IDS,
     .sentence = "of each leg its first print, or its packet where inferred", .value = evidence},
};
const size_t structure_columns_n = ARRAY_LEN(structure_columns);
/* clang-format on */
