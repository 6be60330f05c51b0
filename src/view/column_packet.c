/* Columns of packets: what was seen, what it is read as, and why not more. */
#include "view/field.h"
#include "view/greeks.h"

#include <string.h>

#include "event/cond.h"
#include "event/venue.h"

static const struct packet *packet_of(const struct row *r)
{
    return &r->u.packet;
}

NUMBER_IS(id_number, (int64_t)packet_of(r)->id)
INT_VALUE(id, id_number)

NUMBER_IS(start_number, packet_of(r)->start_ns)
TIME_VALUE(start, start_number)

NUMBER_IS(end_number, packet_of(r)->end_ns)
TIME_VALUE(end, end_number)

NUMBER_IS(at_number, packet_of(r)->at_ns)
TIME_VALUE(at, at_number)

WORD_IS(kind, packet_kind_name(packet_of(r)->kind))

static enum style kind_style(const struct row *r, const struct cell_context *c UNUSED)
{
    static const uint8_t styles[PK_KIND_COUNT] = {
        [PK_SINGLE] = STYLE_PLAIN,
        [PK_FILL_RUN] = STYLE_PLAIN,
        [PK_SWEEP] = STYLE_SWEEP,
        [PK_BLOCK] = STYLE_BLOCK,
    };
    return packet_of(r)->kind < PK_KIND_COUNT ? styles[packet_of(r)->kind] : STYLE_PLAIN;
}

WORD_IS(grade, packet_grade_name(packet_of(r)->grade))

static bool is_package(const struct row *r)
{
    return packet_of(r)->kind == PK_PACKAGE;
}

CELL(contract_cell)
{
    if (is_package(r))
        put_legs_short(out, &r->u.legs, c);
    else
        field_contract_short(r, c, out);
}

CELL(structure)
{
    if (is_package(r))
        put_word(out, shape_name(packet_of(r)->shape));
}

CELL(class)
{
    if (is_package(r))
        put_word(out, structure_class_name(packet_of(r)->class));
}

CELL(legs)
{
    put_legs(out, &r->u.legs, c);
}

NUMBER(net_number)
{
    const struct packet *p = packet_of(r);
    *ret = p->net_px;
    return is_package(r) && p->shape != SHAPE_NONE && p->shape != SHAPE_UNRESOLVED;
}
DEC_VALUE(net, net_number, 2)

NUMBER(parent_number)
{
    *ret = (int64_t)packet_of(r)->parent;
    return packet_of(r)->parent != 0;
}
INT_VALUE(parent, parent_number)

NUMBER(others_number)
{
    *ret = packet_of(r)->others;
    return packet_of(r)->kind == PK_REPEAT;
}
INT_VALUE(others, others_number)

WORD_IS(side, side_name(packet_of(r)->side))

CELL(side_cell)
{
    put_side(out, packet_of(r)->side, c->ascii);
}

static enum style packet_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return side_style(packet_of(r)->side);
}

WORD_IS(side_reason, side_reason_name(packet_of(r)->reason))

NUMBER(side_confidence_number)
{
    *ret = packet_of(r)->confidence * (PX_ONE / 100);
    return packet_of(r)->side != 0;
}
DEC_VALUE(side_confidence, side_confidence_number, 2)

NUMBER_IS(size_number, qty_nano(packet_of(r)->qty))

CELL(size)
{
    put_dec(out, packet_of(r)->qty, QTY_DIGITS, 0);
}

CELL(size_cell)
{
    put_count(out, packet_of(r)->qty);
}

NUMBER_IS(premium_number, packet_of(r)->premium)
DEC_VALUE(premium, premium_number, 2)

CELL(premium_cell)
{
    put_money(out, packet_of(r)->premium);
}

NUMBER(vwap_number)
{
    return packet_vwap(packet_of(r), ret);
}
DEC_VALUE(vwap, vwap_number, 2)

CELL(vwap_cell)
{
    int64_t v, rounded;
    if (vwap_number(r, c, &v) && dec_muldiv(v, 10000, PX_ONE, &rounded))
        put_dec(out, rounded, 4, 2);
}

NUMBER_IS(members_number, packet_of(r)->members)
INT_VALUE(members, members_number)

NUMBER_IS(venues_number, __builtin_popcountll(packet_of(r)->venues))
INT_VALUE(venues, venues_number)

CELL(venue_list)
{
    const char *between = "";
    uint16_t first = venue_option_first();
    for (unsigned bit = 0; bit < 64; bit++)
        if (packet_of(r)->venues >> bit & 1) {
            text_add(out, "%s%s", between, venue_get((uint16_t)(first + bit))->mic);
            between = "|";
        }
}

NUMBER(levels_number)
{
    *ret = packet_of(r)->levels;
    return !is_package(r);
}
INT_VALUE(levels, levels_number)

NUMBER_IS(span_number, packet_of(r)->end_ns - packet_of(r)->start_ns)
INT_VALUE(span, span_number)

CELL(span_cell)
{
    put_ns(out, packet_of(r)->end_ns - packet_of(r)->start_ns);
}

NUMBER(price_low_number)
{
    *ret = packet_of(r)->px_lo;
    return !is_package(r);
}
DEC_VALUE(price_low, price_low_number, 2)

NUMBER(price_high_number)
{
    *ret = packet_of(r)->px_hi;
    return !is_package(r);
}
DEC_VALUE(price_high, price_high_number, 2)

WORD_IS(state, packet_state_name(packet_of(r)->state))

enum style packet_state_style(enum packet_state state)
{
    return state == PS_INCOMPLETE || state == PS_AMENDED || state == PS_RETRACTED ? STYLE_WARN
                                                                                  : STYLE_DIM;
}

static enum style state_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return packet_state_style(packet_of(r)->state);
}

NUMBER(revised_by_number)
{
    *ret = (int64_t)packet_of(r)->by_seq;
    return packet_of(r)->by_seq != 0;
}
INT_VALUE(revised_by, revised_by_number)

CELL(flags)
{
    char buf[256];
    text_addn(out, buf, packet_flags_text(buf, sizeof buf, packet_of(r)->flags));
}

WORD_IS(split, packet_split_sentence(packet_of(r)->split))

WORD_IS(family, cond_family_name(packet_of(r)->family))

WORD_IS(direction, direction_word(packet_of(r)->direction, packet_of(r)->direction_reason))

CELL(direction_cell)
{
    put_direction(out, packet_of(r)->direction, c->ascii);
}

/* Its own colour, not the side's: a sold put is bullish. */
static enum style direction_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return side_style(packet_of(r)->direction);
}

/* What it follows from (buy_call), or why there is none: the most telling of the words. */
CELL(direction_reason)
{
    const struct instrument *in = row_instrument(r, c);
    const struct packet *p = packet_of(r);
    if (p->direction && p->side && in && in->right)
        text_add(out, "%s_%s", side_name(p->side), in->right == 'C' ? "call" : "put");
    else if (p->direction_reason == DR_NO_SIDE && p->reason)
        put_word(out, side_reason_name(p->reason));
    else if (p->direction_reason == DR_CONDITION)
        put_word(out, cond_family_name(p->family));
    else
        put_word(out, direction_reason_name(p->direction_reason));
}

NUMBER(confidence_number)
{
    *ret = packet_of(r)->confidence * (PX_ONE / 100);
    return packet_of(r)->direction != 0;
}
DEC_VALUE(confidence, confidence_number, 2)

static const char *reading_of(const struct packet *p)
{
    if (p->kind == PK_SWEEP)
        return p->grade == PG_ISO ? "consistent with an intermarket sweep"
                                  : "consistent with a sweep over several venues";
    if (p->kind == PK_FILL_RUN)
        return "consistent with one order filled in parts";
    if (p->kind == PK_REPEAT)
        return "consistent with one order worked in small parts of about one size";
    if (p->kind == PK_PACKAGE)
        return p->shape != SHAPE_UNRESOLVED ? "one order in several legs"
               : p->legs > 1                ? "legs marked as one order that form no one structure"
                                            : "a leg of a package whose others are not known";
    return p->kind == PK_BLOCK ? "one print of block size" : "a print that stands alone";
}

static void put_prices(const struct packet *p, struct text *out)
{
    put_word(out, " at ");
    put_dec(out, p->px_lo, PX_DIGITS, 2);
    if (p->px_hi != p->px_lo) {
        put_word(out, "-");
        put_dec(out, p->px_hi, PX_DIGITS, 2);
    }
}

static void put_story(const struct packet *p, struct text *out)
{
    int venues = __builtin_popcountll(p->venues);
    put_word(out, p->side > 0 ? "bought " : p->side < 0 ? "sold " : "traded ");
    put_count(out, p->qty);
    put_word(out, p->qty == QTY_ONE ? " contract" : " contracts");
    if (p->members > 1)
        text_add(out, " in %u prints", p->members);
    if (venues)
        text_add(out, " on %d %s", venues, venues == 1 ? "venue" : "venues");
    if (p->members > 1) {
        put_word(out, " in ");
        put_ns(out, p->end_ns - p->start_ns);
    }
    if (p->kind != PK_PACKAGE)
        put_prices(p, out);
    if (p->isos && p->isos == p->members)
        put_word(out, p->members > 1 ? ", all ISO" : ", ISO");
    else if (p->isos)
        text_add(out, ", %u of %u ISO", p->isos, p->members);
    text_add(out, ": %s", reading_of(p));
}

static void put_direction_story(const struct packet *p, struct text *out)
{
    if (p->direction)
        text_add(out, "|direction %s, confidence 0.%02d", direction_name(p->direction),
                 p->confidence);
    else
        text_add(out, "|no direction: %s", direction_reason_sentence(p->direction_reason));
}

CELL(explanations)
{
    const struct packet *p = packet_of(r);
    if (p->state == PS_RETRACTED)
        text_add(out, "retracted by event %llu: it is no packet any more; it was|",
                 (unsigned long long)p->by_seq);
    else if (p->by_seq)
        text_add(out, "made again by event %llu|", (unsigned long long)p->by_seq);
    if (p->state == PS_MERGED)
        text_add(out, "a member of the repeat run P%llu|", (unsigned long long)p->parent);
    if (is_package(r) && r->u.legs.n) {
        put_reading(out, p->shape, r->u.legs.side, &r->u.legs, c);
        put_word(out, "|");
    }
    put_story(p, out);
    if (is_package(r))
        put_direction_story(p, out);
    else if (p->side)
        text_add(out, "|side %s, confidence 0.%02d (its least certain print)", side_name(p->side),
                 p->confidence);
    else
        text_add(out, "|no side: %s", side_reason_sentence(p->reason));
    if (p->direction_reason == DR_CONDITION && p->side)
        text_add(out, "|no direction: prints of the family %s do not carry one alone",
                 cond_family_name(p->family));
    if (p->kind == PK_REPEAT)
        text_add(out, "|against it: %u other prints of the contract in that time", p->others);
    if (p->flags & PF_LEG_CANDIDATE)
        put_word(out, "|also read as a leg of an inferred structure");
    if (p->flags & PF_DEGRADED)
        put_word(out, "|degraded: a feed had a gap while it was made, so prints may be missing");
    if (p->flags & PF_ADJUSTED)
        put_word(out, "|an adjusted series: what a contract delivers is not known; its premium is "
                      "no measure and makes no block");
    put_history(p, out);
    text_add(out, "|ended: %s", packet_split_sentence(p->split));
}

CELL(evidence)
{
    const struct packet *p = packet_of(r);
    text_add(out, "%llu", (unsigned long long)p->id);
    if (p->last_seq != p->id)
        text_add(out, "|%llu", (unsigned long long)p->last_seq);
}

/* clang-format off */
const struct column packet_columns[] = {
    {.name = "id", .title = "ID", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "seq of its first print: the same whenever derived again", .value = id,
     .number = id_number},
    {.name = "ts", .title = "TIME", .width = 12, .type = CELL_TIME,
     .sentence = "execution time of its earliest print", .value = field_ts,
     .cell = field_ts_clock, .number = field_ts_number},
    {.name = "start", .title = "START", .type = CELL_TIME,
     .sentence = "execution time of its earliest print", .value = start, .number = start_number},
    {.name = "end", .title = "END", .type = CELL_TIME,
     .sentence = "execution time of its latest print", .value = end, .number = end_number},
    {.name = "symbol", .title = "SYMBOL", .sentence = "underlying", .value = field_symbol},
    {.name = "contract", .title = "CONTRACT", .width = 18, .sentence = "padded OSI symbol; empty for packages",
     .value = field_contract, .cell = contract_cell},
    {.name = "structure", .title = "STRUCTURE",
     .sentence = "of a package: call_vertical ... unresolved; the kinds of query structures",
     .value = structure},
    {.name = "legs", .title = "LEGS", .type = CELL_LIST,
     .sentence = "of a package: sign, ratio and contract of each leg", .value = legs},
    {.name = "right", .title = "RIGHT", .sentence = "C call, P put", .value = field_right},
    {.name = "strike", .title = "STRIKE", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "strike price, dollars", .value = field_strike, .number = field_strike_number},
    {.name = "expiry", .title = "EXPIRY", .sentence = "expiration date", .value = field_expiry},
    EXPIRY_COLUMNS,
    {.name = "kind", .title = "KIND", .width = 8,
     .sentence = "single fill_run sweep block repeat package",
     .value = kind, .style = kind_style},
    {.name = "grade", .title = "GRADE", .width = 8,
     .sentence = "of a sweep: iso (marked so) or apparent; of a package: flagged; of a repeat run: inferred", .value = grade,
     .style = kind_style},
    {.name = "side", .title = "SIDE", .width = 6, .sentence = "inferred taker: buy, sell or none",
     .value = side, .cell = side_cell, .style = packet_style},
    {.name = "size", .title = "SIZE", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "contracts, sum of its prints", .value = size, .cell = size_cell,
     .number = size_number},
    {.name = "premium", .title = "PREMIUM", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "sum of price x size x multiplier, dollars", .value = premium,
     .cell = premium_cell, .number = premium_number},
    {.name = "members", .title = "N", .width = 3, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "prints in it", .value = members, .number = members_number},
    {.name = "vwap", .title = "VWAP", .width = 8, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "mean price weighted by size, dollars", .value = vwap, .cell = vwap_cell,
     .number = vwap_number, .style = packet_style},
    {.name = "net_price", .title = "NET", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "of a package: price of one unit for the side that buys it, dollars",
     .value = net, .number = net_number},
    {.name = "venues", .title = "V", .width = 2, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "number of venues", .value = venues, .number = venues_number},
    {.name = "direction", .title = "DIR", .width = 4, .sentence = "bullish bearish neutral none",
     .value = direction, .cell = direction_cell, .style = direction_style},
    {.name = "direction_reason", .title = "WHY",
     .sentence = "what the direction follows from, or why there is none",
     .value = direction_reason},
    {.name = "class", .title = "CLASS",
     .sentence = "of a package: directional volatility roll neutral hedged none", .value = class},
    {.name = "confidence", .title = "CONF", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "confidence in the direction", .value = confidence,
     .number = confidence_number},
    {.name = "side_reason", .title = "REASON", .sentence = "why there is no side",
     .value = side_reason},
    {.name = "side_confidence", .title = "SCONF", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "confidence in the side: the lowest of its prints", .value = side_confidence,
     .number = side_confidence_number},
    {.name = "venue_list", .title = "VENUES", .type = CELL_LIST, .sentence = "MICs of the venues",
     .value = venue_list},
    {.name = "levels", .title = "LEV", .width = 3, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "price levels", .value = levels, .number = levels_number},
    {.name = "span_ns", .title = "SPAN", .width = 8, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "first to last execution, ns", .value = span, .cell = span_cell,
     .number = span_number},
    {.name = "price_low", .title = "LOW", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "lowest price, dollars", .value = price_low, .number = price_low_number},
    {.name = "price_high", .title = "HIGH", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "highest price, dollars", .value = price_high, .number = price_high_number},
    {.name = "state", .title = "STATE", .width = 10, .sentence = "open closed incomplete amended retracted merged",
     .value = state, .style = state_style},
    {.name = "flags", .title = "FLAGS", .width = 12, .type = CELL_LIST,
     .sentence = "late auction cross floor extended zero_bid wide multi_leg stock_tied degraded "
                 "adjusted retail_proxy roll_candidate leg_candidate over_oi volume_over_oi opening",
     .value = flags, .style = state_style},
    GREEK_COLUMNS,
    {.name = "family", .title = "FAMILY", .sentence = "condition family of its first print",
     .value = family},
    {.name = "opening_min", .title = "OPEN", .width = 6, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "contracts proven to open a position", .value = field_opening_min,
     .cell = field_opening_min_cell, .number = field_opening_min_number},
    {.name = "opening_reason", .title = "OPEN WHY", .sentence = "why no opening minimum is stated",
     .value = field_opening_reason},
    {.name = "day_volume", .title = "DAY VOL", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "contracts traded that day up to its last print, where open interest is known",
     .value = field_day_volume, .number = field_day_volume_number},
    {.name = "rarity", .title = "RARITY", .width = 9,
     .sentence = "1 in N before of its symbol, days to expiry and half hour had its premium",
     .value = field_rarity},
    {.name = "one_in", .title = "1 IN", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "the N of rarity, for filters", .value = field_one_in,
     .number = field_one_in_number},
    {.name = "rarity_n", .title = "OF", .width = 5, .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "packets before of its symbol, days to expiry and half hour",
     .value = field_rarity_n, .number = field_rarity_n_number},
    {.name = "rarity_k", .title = "AS LARGE", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "of these, those with its premium or more", .value = field_rarity_k,
     .number = field_rarity_k_number},
    {.name = "rarity_reason", .title = "RARITY WHY",
     .sentence = "why no rarity is stated: cold_start no_room none",
     .value = field_rarity_reason},
    {.name = "others", .title = "OTHERS", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "of a repeat run: prints of the contract in its span that are not its own",
     .value = others, .number = others_number},
    {.name = "parent", .title = "PARENT", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "of a packet merged into a repeat run: the run's id", .value = parent,
     .number = parent_number},
    TERM_COLUMNS,
    {.name = "at", .title = "AT", .type = CELL_TIME,
     .sentence = "engine time at which it was said", .value = at, .number = at_number},
    {.name = "ended", .title = "ENDED", .sentence = "why it ended", .value = split},
    {.name = "revised_by", .title = "BY", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "seq of the cancel or correction that made it what it is", .value = revised_by,
     .number = revised_by_number},
    {.name = "explanations", .title = "EXPLANATION", .type = CELL_LIST,
     .sentence = "what was seen and what follows, in sentences", .value = explanations},
    {.name = "evidence", .title = "EVIDENCE", .type = CELL_IDS,
     .sentence = "seq of its first and last print; `why` lists all", .value = evidence},
};
const size_t packet_columns_n = ARRAY_LEN(packet_columns);
/* clang-format on */
