/* Columns of campaigns: packets of one underlying and day that point one way. */
#include "view/field.h"

static const struct campaign *campaign_of(const struct row *r)
{
    return &r->u.campaign;
}

NUMBER_IS(id_number, (int64_t)campaign_of(r)->id)
INT_VALUE(id, id_number)

NUMBER_IS(start_number, campaign_of(r)->start_ns)
TIME_VALUE(start, start_number)

NUMBER_IS(end_number, campaign_of(r)->end_ns)
TIME_VALUE(end, end_number)

CELL(end_cell)
{
    put_clock(out, campaign_of(r)->end_ns);
}

NUMBER_IS(at_number, campaign_of(r)->at_ns)
TIME_VALUE(at, at_number)

CELL(day)
{
    put_date(out, campaign_of(r)->day);
}

WORD_IS(direction, direction_name(campaign_of(r)->direction))

static enum style campaign_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return side_style(campaign_of(r)->direction);
}

NUMBER_IS(packets_number, campaign_of(r)->packets)
INT_VALUE(packets, packets_number)

NUMBER_IS(contracts_number, campaign_of(r)->contracts)
INT_VALUE(contracts, contracts_number)

NUMBER_IS(premium_number, campaign_of(r)->premium)
DEC_VALUE(premium, premium_number, 2)

CELL(premium_cell)
{
    put_money(out, campaign_of(r)->premium);
}

NUMBER(delta_notional_number)
{
    *ret = campaign_of(r)->delta_notional;
    return campaign_of(r)->unvalued < campaign_of(r)->packets;
}
DEC_VALUE(delta_notional, delta_notional_number, 2)

CELL(delta_notional_cell)
{
    int64_t v;
    if (delta_notional_number(r, c, &v))
        put_money(out, v);
}

NUMBER(vega_number)
{
    *ret = campaign_of(r)->vega;
    return campaign_of(r)->unvalued < campaign_of(r)->packets;
}
DEC_VALUE(vega, vega_number, 2)

NUMBER_IS(unvalued_number, campaign_of(r)->unvalued)
INT_VALUE(unvalued, unvalued_number)

NUMBER_IS(packets_against_number, campaign_of(r)->packets_against)
INT_VALUE(packets_against, packets_against_number)

NUMBER_IS(against_number, campaign_of(r)->against)
DEC_VALUE(against, against_number, 2)

CELL(against_cell)
{
    put_money(out, campaign_of(r)->against);
}

WORD_IS(state, packet_state_name(campaign_of(r)->state))

static enum style state_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return packet_state_style(campaign_of(r)->state);
}

CELL(reading)
{
    const struct campaign *p = campaign_of(r);
    text_add(out, "%s: %u packets in %u contracts, ", direction_name(p->direction), p->packets,
             p->contracts);
    put_money(out, p->premium);
}

CELL(explanations)
{
    const struct campaign *p = campaign_of(r);
    put_word(out, "consistent with one interest spread over packets: ");
    reading(r, c, out);
    if (p->unvalued < p->packets) {
        put_word(out, "|delta notional ");
        put_money(out, p->delta_notional);
        put_word(out, ", vega ");
        put_money(out, p->vega);
        put_word(out, " a point");
    }
    if (p->unvalued)
        text_add(out, "|the delta of %u of them is not known: their direction is the side's",
                 p->unvalued);
    text_add(out, "|against it: %u packets, ", p->packets_against);
    put_money(out, p->against);
}

CELL(evidence)
{
    const struct campaign *p = campaign_of(r);
    text_add(out, "%llu", (unsigned long long)p->id);
    if (p->last != p->id)
        text_add(out, "|%llu", (unsigned long long)p->last);
}

/* clang-format off */
const struct column campaign_columns[] = {
    {.name = "id", .title = "ID", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "id of its first packet", .value = id, .number = id_number},
    {.name = "ts", .title = "TIME", .width = 12, .type = CELL_TIME,
     .sentence = "execution time of its earliest print", .value = field_ts,
     .cell = field_ts_clock, .number = field_ts_number},
    {.name = "start", .title = "START", .type = CELL_TIME,
     .sentence = "execution time of its earliest print", .value = start, .number = start_number},
    {.name = "end", .title = "END", .width = 12, .type = CELL_TIME,
     .sentence = "execution time of its latest print", .value = end, .cell = end_cell,
     .number = end_number},
    {.name = "day", .title = "DAY", .sentence = "New York date", .value = day},
    {.name = "symbol", .title = "SYMBOL", .width = 6, .sentence = "underlying",
     .value = field_symbol},
    {.name = "direction", .title = "DIR", .width = 8, .sentence = "bullish or bearish",
     .value = direction, .style = campaign_style},
    {.name = "packets", .title = "PACKETS", .width = 7, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "clusters that point that way: sweeps, blocks, repeat runs, directional packages", .value = packets, .number = packets_number},
    {.name = "contracts", .title = "CONTR", .width = 5, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "how many contracts they are in", .value = contracts,
     .number = contracts_number},
    {.name = "premium", .title = "PREMIUM", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "sum over its packets, dollars", .value = premium, .cell = premium_cell,
     .number = premium_number},
    {.name = "delta_notional", .title = "DELTA$", .width = 8, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "sum of delta in dollars of the underlying, of packets whose delta is known",
     .value = delta_notional, .cell = delta_notional_cell, .number = delta_notional_number},
    {.name = "vega", .title = "VEGA", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "dollars for a point of volatility, of the same", .value = vega,
     .number = vega_number},
    {.name = "unvalued", .title = "UNVAL", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "packets of it whose delta is not known", .value = unvalued,
     .number = unvalued_number},
    {.name = "packets_against", .title = "AGAINST", .width = 7, .type = CELL_INT,
     .align = CELL_RIGHT, .sentence = "packets of the day that point the other way",
     .value = packets_against, .number = packets_against_number},
    {.name = "premium_against", .title = "PREM_AG", .width = 7, .type = CELL_DEC,
     .align = CELL_RIGHT, .sentence = "their premium, dollars", .value = against,
     .cell = against_cell, .number = against_number},
    {.name = "state", .title = "STATE", .width = 10, .sentence = "open closed incomplete",
     .value = state, .style = state_style},
    {.name = "at", .title = "AT", .type = CELL_TIME,
     .sentence = "engine time at which it was said", .value = at, .number = at_number},
    {.name = "reading", .title = "READING", .sentence = "what it comes to, in words",
     .value = reading},
    {.name = "explanations", .title = "EXPLANATION", .type = CELL_LIST,
     .sentence = "what was seen and what follows, in sentences", .value = explanations},
    {.name = "evidence", .title = "EVIDENCE", .type = CELL_IDS,
     .sentence = "ids of its first and its newest packet; `why` lists all", .value = evidence},
};
const size_t campaign_columns_n = ARRAY_LEN(campaign_columns);
/* clang-format on */
