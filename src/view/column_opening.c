/* Columns of packets about opening and rarity (microstructure.md sections 7 and 11), and their
 * sentences. */
#include "view/field.h"

#include "event/record.h"

/* Heads of what the table in column_packet.c names. */
#define SHOWN_NUMBER(name)                                                                         \
    bool name(const struct row *r UNUSED, const struct cell_context *c UNUSED, int64_t *ret)
#define SHOWN(name)                                                                                \
    void name(const struct row *r UNUSED, const struct cell_context *c UNUSED, struct text *out)
#define SHOWN_INT(name)                                                                            \
    SHOWN(name)                                                                                    \
    {                                                                                              \
        int64_t v;                                                                                 \
        if (name##_number(r, c, &v))                                                               \
            text_add(out, "%lld", (long long)v);                                                   \
    }

static const struct packet *packet_of(const struct row *r)
{
    return &r->u.packet;
}

SHOWN_NUMBER(field_opening_min_number)
{
    *ret = qty_nano(packet_of(r)->opening_min);
    return packet_of(r)->opening_reason == OR_OK;
}
SHOWN(field_opening_min)
{
    if (packet_of(r)->opening_reason == OR_OK)
        put_dec(out, packet_of(r)->opening_min, QTY_DIGITS, 0);
}

SHOWN(field_opening_min_cell)
{
    if (packet_of(r)->opening_min)
        put_count(out, packet_of(r)->opening_min);
}

SHOWN(field_opening_reason)
{
    put_word(out, opening_reason_name(packet_of(r)->opening_reason));
}

SHOWN_NUMBER(field_day_volume_number)
{
    *ret = packet_of(r)->day_volume;
    return packet_of(r)->day_volume != 0;
}
SHOWN_INT(field_day_volume)

/* N of "1 in N", rounded down: never rarer than it is. */
SHOWN_NUMBER(field_one_in_number)
{
    const struct packet *p = packet_of(r);
    *ret = p->rarity_k ? p->rarity_n / p->rarity_k : p->rarity_n;
    return p->rarity_reason == RR_OK;
}
SHOWN_INT(field_one_in)

SHOWN(field_rarity)
{
    int64_t v;
    if (field_one_in_number(r, c, &v))
        text_add(out, "1 in %s%lld", packet_of(r)->rarity_k ? "" : ">", (long long)v);
}

SHOWN_NUMBER(field_rarity_k_number)
{
    *ret = packet_of(r)->rarity_k;
    return packet_of(r)->rarity_reason == RR_OK || packet_of(r)->rarity_reason == RR_COLD;
}
SHOWN_INT(field_rarity_k)

SHOWN_NUMBER(field_rarity_n_number)
{
    *ret = packet_of(r)->rarity_n;
    return packet_of(r)->rarity_reason == RR_OK || packet_of(r)->rarity_reason == RR_COLD;
}
SHOWN_INT(field_rarity_n)

SHOWN(field_rarity_reason)
{
    put_word(out, rarity_reason_name(packet_of(r)->rarity_reason));
}

static void put_weaker(const struct packet *p, struct text *out)
{
    if (p->opening_min)
        return;
    if (p->flags & PF_OVER_OI)
        put_word(out, "|larger than the morning's open interest, which alone proves nothing");
    if (p->flags & PF_VOLUME_OVER_OI)
        put_word(out, "|the day's volume is above the morning's open interest, which alone proves "
                      "nothing");
}

static void put_opening(const struct packet *p, struct text *out)
{
    if (p->opening_reason != OR_OK) {
        text_add(out, "|no opening minimum: %s", opening_reason_sentence(p->opening_reason));
    } else if (p->opening_min) {
        put_word(out, "|at least ");
        put_count(out, p->opening_min);
        put_word(out, " of its ");
        put_count(out, p->qty);
        put_word(out, p->members > 1 ? " contracts opened a position, if it was one order"
                                     : " contracts opened a position, on each side");
    } else {
        put_word(out, "|opening minimum 0: all of it may have closed positions");
    }
    put_weaker(p, out);
}

static void put_rarity(const struct packet *p, struct text *out)
{
    if (p->rarity_reason == RR_COLD)
        text_add(
            out,
            "|rarity not stated: %u came before of its symbol, days to expiry and half hour, too "
            "few",
            p->rarity_n);
    else if (p->rarity_reason == RR_FULL)
        put_word(out, "|rarity not stated: no room for further baselines");
    if (p->rarity_reason != RR_OK)
        return;
    if (p->rarity_k)
        text_add(out, "|of %u packets before of its symbol, days to expiry and half hour %u had ",
                 p->rarity_n, p->rarity_k);
    else
        text_add(out, "|of %u packets before of its symbol, days to expiry and half hour none had ",
                 p->rarity_n);
    put_word(out, "its premium or more");
}

void put_history(const struct packet *p, struct text *out)
{
    put_opening(p, out);
    put_rarity(p, out);
}
