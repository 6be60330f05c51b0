/* Volatility and greeks of rows. See greeks.h. */
#include "view/greeks.h"

#include <string.h>

#include "event/expiry.h"

#define NANO 1000 /* 1e-6 to 1e-9 */

int64_t greeks_rate(struct reader *r)
{
    char text[32];
    int64_t v;
    bool said = r && reader_meta(r, "policy.rate_bp", text, sizeof text) == 0 &&
                dec_parse(text, strlen(text), 0, &v) == DEC_OK;
    return said ? v : 0;
}

static bool terms_of(const struct instrument *in, const struct greeks_input *at,
                     struct value_terms *ret)
{
    memset(ret, 0, sizeof *ret);
    if (!in || !expiry_instant(in, &ret->expiry_ns))
        return false;
    ret->px = at->px;
    ret->forward_px = at->forward_px;
    ret->spot_px = at->spot_px;
    ret->strike_px = in->strike_px;
    ret->now_ns = at->ns;
    ret->rate_bp = at->rate_bp;
    ret->right = in->right == 'C' ? 1 : -1;
    return true;
}

struct value greeks_european(const struct instrument *in, const struct greeks_input *at)
{
    struct value_terms t;
    return terms_of(in, at, &t) ? value_option(&t)
                                : (struct value){.state = VALUE_NONE, .reason = VALUE_WHY_INPUT};
}

struct value greeks_american(const struct instrument *in, const struct greeks_input *at)
{
    struct value_terms t;
    return terms_of(in, at, &t) ? value_american(&t)
                                : (struct value){.state = VALUE_NONE, .reason = VALUE_WHY_INPUT};
}

/* Why the models are not asked: word and sentence; NULL = they are. */
static const char *barred(const struct packet *p, bool sentence)
{
    if (p->kind == PK_PACKAGE)
        return sentence ? "several contracts: its structure has their sums" : "package";
    if (p->qty <= 0 || p->state == PS_RETRACTED)
        return sentence ? "nothing of it is left" : "retracted";
    if (p->forward_source != FS_PARITY && p->forward_source != FS_SPOT)
        return sentence ? forward_source_sentence(p->forward_source)
                        : forward_source_name(p->forward_source);
    return NULL;
}

struct value greeks_packet(const struct row *r, const struct cell_context *c)
{
    const struct packet *p = &r->u.packet;
    struct greeks_memo *m = c->greeks;
    struct greeks_input at = {.forward_px = p->forward_px, .ns = p->end_ns, .rate_bp = c->rate_bp};
    if (barred(p, false) || !packet_vwap(p, &at.px))
        return (struct value){.state = VALUE_NONE, .reason = VALUE_WHY_INPUT};
    if (m && m->any && m->sym == p->sym && m->px == at.px && m->forward_px == at.forward_px &&
        m->ns == at.ns && m->rate_bp == at.rate_bp)
        return m->value;
    struct value v = greeks_european(symbols_get(c->symbols, p->sym), &at);
    if (m)
        *m = (struct greeks_memo){at.px, at.forward_px, at.ns, at.rate_bp, p->sym, true, v};
    return v;
}

const char *greeks_reason(const struct row *r, const struct cell_context *c)
{
    const char *bar = barred(&r->u.packet, false);
    return bar ? bar : value_reason_name(greeks_packet(r, c).reason);
}

const char *greeks_sentence(const struct row *r, const struct cell_context *c)
{
    const char *bar = barred(&r->u.packet, true);
    return bar ? bar : value_reason_sentence(greeks_packet(r, c).reason);
}

/* ---- columns ----------------------------------------------------------------------------------
 */

/* Each is a member of struct value, shown with that many of its decimals. */
#define GREEK(name, member, scale)                                                                 \
    bool name##_number(const struct row *r, const struct cell_context *c, int64_t *ret)            \
    {                                                                                              \
        struct value v = greeks_packet(r, c);                                                      \
        return v.state != VALUE_NONE && !__builtin_mul_overflow(v.member, INT64_C(scale), ret);    \
    }                                                                                              \
    FIELD(name)                                                                                    \
    {                                                                                              \
        int64_t v;                                                                                 \
        if (name##_number(r, c, &v))                                                               \
            put_dec(out, v, PX_DIGITS, 0);                                                         \
    }
GREEK(field_iv, iv, NANO)
GREEK(field_delta, delta, NANO)
GREEK(field_gamma, gamma, 1)
GREEK(field_vega, vega, 1)
GREEK(field_theta, theta, 1)

/* Tenths of a percent. */
FIELD(field_iv_cell)
{
    int64_t v, tenths;
    if (field_iv_number(r, c, &v) && dec_muldiv(v, 1000, PX_ONE, &tenths)) {
        put_dec(out, tenths, 1, 1);
        put_word(out, "%");
    }
}

FIELD(field_delta_cell)
{
    int64_t v, cents;
    if (field_delta_number(r, c, &v) && dec_muldiv(v, 100, PX_ONE, &cents))
        put_dec(out, cents, 2, 2);
}

FIELD(field_iv_state)
{
    put_word(out, value_state_name(greeks_packet(r, c).state));
}

FIELD(field_iv_reason)
{
    put_word(out, greeks_reason(r, c));
}

bool field_forward_number(const struct row *r, const struct cell_context *c UNUSED, int64_t *ret)
{
    *ret = r->u.packet.forward_px;
    return *ret != 0;
}

FIELD(field_forward)
{
    int64_t v;
    if (field_forward_number(r, c, &v))
        put_dec(out, v, PX_DIGITS, 2);
}

FIELD(field_forward_source)
{
    (void)c;
    put_word(out, forward_source_name(r->u.packet.forward_source));
}

bool field_delta_notional_number(const struct row *r, const struct cell_context *c, int64_t *ret)
{
    int64_t multiplier;
    const struct packet *p = &r->u.packet;
    if (p->kind == PK_PACKAGE) {
        *ret = r->u.legs.delta_notional;
        return r->u.legs.greeks;
    }
    if (!p->side || !field_multiplier_number(r, c, &multiplier))
        return false;
    struct value v = greeks_packet(r, c);
    return value_notional(&v, p->side, p->qty, multiplier / NANO, ret);
}

FIELD(field_delta_notional)
{
    int64_t v, cents;
    if (field_delta_notional_number(r, c, &v) && dec_muldiv(v, 100, PX_ONE, &cents))
        put_dec(out, cents, 2, 2);
}

FIELD(field_delta_notional_cell)
{
    int64_t v;
    if (field_delta_notional_number(r, c, &v))
        put_money(out, v);
}

FIELD(field_delta_notional_reason)
{
    int64_t v;
    if (field_delta_notional_number(r, c, &v))
        return;
    if (r->u.packet.kind == PK_PACKAGE) { /* its structure says more */
        put_word(out, r->u.legs.side ? "no_delta" : "no_side");
        return;
    }
    bool value = greeks_packet(r, c).state != VALUE_NONE;
    put_word(out, !value ? greeks_reason(r, c) : !r->u.packet.side ? "no_side" : "too_large");
}
