/* A structure in the detail view. See detail_package.h. */
#include "tui/detail_package.h"

#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "event/venue.h"
#include "tui/draw.h"

#define BAR 21 /* cells of the market bar */

static void px_text(char *buf, size_t cap, int64_t px)
{
    if (px == PX_NONE)
        snprintf(buf, cap, "none");
    else
        dec_format(buf, cap, px, PX_DIGITS, 2);
}

static void column_text(const struct row *row, const struct cell_context *c, const char *name,
                        char *buf, size_t cap)
{
    const struct column *col = column_find(row->kind, name, strlen(name));
    struct text t = text_on(buf, cap);
    buf[0] = '\0';
    if (col)
        (col->cell ? col->cell : col->value)(row, c, &t);
}

bool market_bar(int64_t bid, int64_t ask, int64_t px, bool ascii, char *buf, size_t cap)
{
    if (bid == PX_NONE || ask == PX_NONE || ask <= bid)
        return false;
    const char *line = ascii ? "-" : "\u2500", *end = ascii ? "|" : "\u2502";
    const char *middle = ascii ? "+" : "\u253c", *dot = ascii ? "o" : "\u25cf";
    struct text t = text_on(buf, cap);
    __int128 cells = ((__int128)px - bid) * (BAR - 1);
    int at = px < bid ? -1 : px > ask ? BAR : (int)((cells + (ask - bid) / 2) / (ask - bid));
    text_add(&t, "%s", at < 0 ? dot : " ");
    text_add(&t, "%s", end);
    for (int i = 0; i < BAR; i++)
        text_add(&t, "%s", i == at ? dot : i == BAR / 2 ? middle : line);
    text_add(&t, "%s%s", end, at >= BAR ? dot : "");
    return true;
}

/* Only what forms something has a unit, and a price of one. */
static bool has_unit(const struct structure *s)
{
    return s->shape != SHAPE_NONE && s->shape != SHAPE_UNRESOLVED;
}

static void add_reading(struct detail *d, const struct row *row, const struct cell_context *c)
{
    const struct structure *s = &row->u.structure;
    char reading[160], units[64], sums[64];
    column_text(row, c, "reading", reading, sizeof reading);
    column_text(row, c, "size", units, sizeof units);
    column_text(row, c, "premium", sums, sizeof sums);
    detail_title(d, s->grade == PG_INFERRED ? "Inferred structure" : "Package");
    detail_text(d,
                s->side > 0   ? STYLE_BUY
                : s->side < 0 ? STYLE_SELL
                              : STYLE_PLAIN,
                "reading", has_unit(s) ? "consistent with: %s" : "%s", reading);
    detail_text(d, STYLE_PLAIN, "told by", "%s",
                s->grade == PG_INFERRED
                    ? "one venue, size and moment: inferred, each leg keeps its own reading"
                    : "the exchange marked its prints as legs of one order");
    if (has_unit(s))
        detail_text(d, STYLE_PLAIN, "units", "%s, %s of premium in all, nothing subtracted", units,
                    sums);
    if (has_unit(s) && shape_bought(s->shape)[0])
        detail_text(d, STYLE_DIM, "bought means", "%s", shape_bought(s->shape));
}

static void add_net(struct detail *d, const struct structure *s, bool ascii)
{
    char net[32], bid[32], ask[32], bar[128];
    if (!has_unit(s))
        return;
    px_text(net, sizeof net, s->net_px);
    px_text(bid, sizeof bid, s->net_bid);
    px_text(ask, sizeof ask, s->net_ask);
    detail_text(d, STYLE_STRONG, "net price", "%s a unit, as bought", net);
    if (market_bar(s->net_bid, s->net_ask, s->net_px, ascii, bar, sizeof bar))
        detail_text(d, STYLE_PLAIN, "its market", "%s %s %s%s", bid, bar, ask,
                    s->net_px < s->net_bid || s->net_px > s->net_ask ? "  outside" : "");
    else
        detail_text(d, STYLE_WARN, "its market", "%s x %s: a leg has no two-sided quote", bid, ask);
}

/* What the taker's position moves like, and what class that makes it. */
static void add_class(struct detail *d, const struct row *row, const struct cell_context *c)
{
    static const char *const notes[SC_COUNT] = {
        [SC_DIRECTIONAL] = "its net delta is a good part of the legs'",
        [SC_VOLATILITY] = "vega, little net delta",
        [SC_ROLL] = "a candidate alone: it may close and open, or open twice",
        [SC_NEUTRAL] = "no direction and no volatility to speak of",
        [SC_HEDGED] = "tied to stock",
    };
    const struct structure *s = &row->u.structure;
    char notional[64], vega[64], delta[64];
    detail_text(d, STYLE_PLAIN, "class", "%s%s%s", structure_class_name(s->class),
                s->class < SC_COUNT && notes[s->class] ? ": " : "",
                s->class < SC_COUNT && notes[s->class] ? notes[s->class] : "");
    if (!s->greeks) {
        detail_text(d, STYLE_DIM, "delta, vega", "not known");
        return;
    }
    column_text(row, c, "delta", delta, sizeof delta);
    column_text(row, c, "delta_notional", notional, sizeof notional);
    column_text(row, c, "vega", vega, sizeof vega);
    detail_text(d, STYLE_PLAIN, "delta", "%s shares, %s of the underlying", delta, notional);
    detail_text(d, STYLE_PLAIN, "vega", "$%s a point of volatility", vega);
}

static void add_direction(struct detail *d, const struct structure *s)
{
    if (s->direction)
        detail_text(d, s->direction > 0 ? STYLE_BUY : STYLE_SELL, "direction",
                    "consistent with %s, confidence 0.%02d", direction_name(s->direction),
                    s->confidence);
    else
        detail_text(d, STYLE_NEUTRAL, "direction", "none: %s",
                    direction_reason_sentence(s->direction_reason));
}

static void add_leg(struct detail *d, const struct structure *s, const struct leg *leg,
                    const struct cell_context *c)
{
    struct row row = {.kind = ROW_OPTION};
    char contract[64], qty[32], px[32], bid[32], ask[32];
    row.ev.sym = leg->sym;
    row.ev.ts_ns = s->start_ns;
    column_text(&row, c, "contract", contract, sizeof contract);
    short_text(qty, sizeof qty, MIN(leg->qty, INT64_MAX / 1000) * 1000, 7);
    px_text(px, sizeof px, leg->px);
    px_text(bid, sizeof bid, leg->bid);
    px_text(ask, sizeof ask, leg->ask);
    detail_text(d,
                leg->sign > 0   ? STYLE_BUY
                : leg->sign < 0 ? STYLE_SELL
                                : STYLE_NEUTRAL,
                contract, "%s%-2u %-6s %7s @ %-7s %-5s %s x %s",
                leg->sign > 0   ? "+"
                : leg->sign < 0 ? "-"
                                : "?",
                leg->ratio,
                leg->sign > 0   ? "bought"
                : leg->sign < 0 ? "sold"
                                : "",
                qty, px, placement_name(leg->placement), bid, ask);
}

void detail_structure(struct detail *d, const struct structure *s, const struct cell_context *c)
{
    struct row row = {.kind = ROW_STRUCTURE};
    row.u.structure = *s;
    add_reading(d, &row, c);
    add_net(d, s, c->ascii);
    add_class(d, &row, c);
    add_direction(d, s);
    char title[32];
    snprintf(title, sizeof title, "Legs (%u)", s->n_legs);
    detail_title(d, title);
    for (int i = 0; i < MIN(s->n_legs, STRUCTURE_LEGS); i++)
        add_leg(d, s, &s->legs[i], c);
}

static const char *contracts(int64_t qty, char *buf, size_t cap)
{
    short_text(buf, cap, MIN(qty, INT64_MAX / 1000) * 1000, 16);
    return buf;
}

/* minimum = size - open interest - volume before it, of which the packet keeps all but the open
 * interest: that follows where the minimum is above zero. Of packages and repeat runs it is the sum
 * of what was proven of their parts. */
void detail_opening(struct detail *d, const struct packet *k)
{
    char size[32], before[32], day[32], least[32], interest[32];
    int64_t others = (int64_t)k->day_volume * QTY_ONE - k->qty;
    bool one = k->kind != PK_PACKAGE && k->kind != PK_REPEAT;
    if (k->opening_reason != OR_OK || !one || !k->day_volume || k->day_volume == UINT32_MAX ||
        others < 0)
        return;
    contracts(k->qty, size, sizeof size);
    contracts(others, before, sizeof before);
    contracts(others + k->qty, day, sizeof day);
    contracts(k->opening_min, least, sizeof least);
    detail_title(d, "Opening");
    detail_text(d, STYLE_PLAIN, "size", "%s", size);
    detail_text(d, STYLE_PLAIN, "traded before", "%s that day, %s with its own", before, day);
    if (k->opening_min <= 0) {
        detail_text(d, STYLE_PLAIN, "minimum",
                    "0: it is not larger than the morning's open interest and what was traded "
                    "before");
        return;
    }
    contracts(k->qty - others - k->opening_min, interest, sizeof interest);
    detail_text(d, STYLE_PLAIN, "open interest", "%s that morning", interest);
    detail_text(d, STYLE_OPENING, "minimum", "%s - %s - %s = %s%s", size, interest, before, least,
                k->members > 1 ? ", if it was one order" : "");
}
