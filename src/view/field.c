/* Shared writers and fields of the columns. See field.h. */
#include "view/field.h"

#include <stdlib.h>
#include <string.h>

#include "event/calendar.h"
#include "event/expiry.h"
#include "event/venue.h"

void put_word(struct text *t, const char *s)
{
    text_addn(t, s, strlen(s));
}

void put_dec(struct text *t, int64_t v, int digits, int min_frac)
{
    char buf[32];
    text_addn(t, buf, dec_format(buf, sizeof buf, v, digits, min_frac));
}

void put_time(struct text *t, int64_t ns)
{
    char buf[40];
    text_addn(t, buf, time_format_utc(buf, sizeof buf, ns));
}

void put_clock(struct text *t, int64_t ns)
{
    char buf[32];
    text_addn(t, buf, time_format_ny(buf, sizeof buf, ns, 3));
}

/* Three figures of v in the unit: 1.25, 12.5, 125. */
static void put_figures(struct text *t, int64_t v, int64_t unit)
{
    for (int digits = 2; digits >= 0; digits--) {
        int64_t scale = digits == 2 ? 100 : digits == 1 ? 10 : 1, scaled;
        if (!dec_muldiv(v, scale, unit, &scaled) || (scaled >= 1000 && digits))
            continue;
        put_dec(t, scaled, digits, digits);
        return;
    }
}

void put_money(struct text *t, int64_t px)
{
    static const struct {
        int64_t unit; /* 1e-9 dollars */
        const char *suffix;
    } units[] = {
        {PX_ONE * 1000000000, "B"}, {PX_ONE * 1000000, "M"}, {PX_ONE * 1000, "k"}, {PX_ONE, ""}};
    if (px < 0)
        put_word(t, "-");
    uint64_t mag = px < 0 ? 0 - (uint64_t)px : (uint64_t)px;
    int64_t v = mag > INT64_MAX ? INT64_MAX : (int64_t)mag;
    size_t i = 0;
    /* What rounds to 1000 of a unit is 1.00 of the next. */
    while (i < ARRAY_LEN(units) - 1 && v < units[i].unit - units[i].unit / 2000)
        i++;
    put_word(t, "$");
    if (units[i].unit == PX_ONE && v < 100 * PX_ONE) {
        int64_t cents;
        if (dec_muldiv(v, 100, PX_ONE, &cents))
            put_dec(t, cents, 2, 2);
    } else {
        put_figures(t, v, units[i].unit);
    }
    put_word(t, units[i].suffix);
}

void put_count(struct text *t, int64_t qty)
{
    char buf[32];
    size_t n = dec_format(buf, sizeof buf, qty, QTY_DIGITS, 0);
    size_t whole = strcspn(buf, "."), from = buf[0] == '-';
    text_addn(t, buf, from);
    for (size_t i = from; i < n; i++) {
        if (i > from && i < whole && (whole - i) % 3 == 0)
            put_word(t, ",");
        text_addn(t, buf + i, 1);
    }
}

void put_ns(struct text *t, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{NS_PER_SEC, " s"}, {NS_PER_MS, " ms"}, {NS_PER_US, " us"}};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (llabs(ns) >= units[i].ns) {
            int64_t tenths;
            if (dec_muldiv(ns, 10, units[i].ns, &tenths))
                put_dec(t, tenths, 1, 0);
            put_word(t, units[i].name);
            return;
        }
    text_add(t, "%lld ns", (long long)ns);
}

void put_date(struct text *t, int32_t date)
{
    text_add(t, "%04d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100), (int)(date % 100));
}

bool packet_vwap(const struct packet *p, int64_t *ret)
{
    if (p->qty <= 0 || p->kind == PK_PACKAGE)
        return false;
    __int128 half = p->qty / 2;
    __int128 v = (p->px_qty < 0 ? p->px_qty - half : p->px_qty + half) / p->qty;
    if (v > INT64_MAX || v < INT64_MIN)
        return false;
    *ret = (int64_t)v;
    return true;
}

int64_t qty_nano(int64_t qty)
{
    int64_t v;
    if (__builtin_mul_overflow(qty, INT64_C(1000), &v))
        return qty < 0 ? INT64_MIN : INT64_MAX;
    return v;
}

/* A package is of no one contract: its instrument is the underlying. */
static const struct instrument *packet_instrument(const struct packet *p,
                                                  const struct cell_context *c)
{
    const struct instrument *in = symbols_get(c->symbols, p->sym);
    return in && p->kind == PK_PACKAGE ? symbols_get(c->symbols, in->underlying) : in;
}

const struct instrument *row_instrument(const struct row *r, const struct cell_context *c)
{
    switch ((enum row_kind)r->kind) {
    case ROW_PACKET:
        return packet_instrument(&r->u.packet, c);
    case ROW_STRUCTURE:
        return symbols_get(c->symbols, r->u.structure.underlying);
    case ROW_CAMPAIGN:
        return symbols_get(c->symbols, r->u.campaign.underlying);
    case ROW_INSTRUMENT:
        return symbols_get(c->symbols, r->u.instrument.id);
    case ROW_STAT:
    case ROW_MARK:
        return NULL;
    default:
        return symbols_get(c->symbols, r->ev.sym);
    }
}

int64_t row_time(const struct row *r)
{
    if (r->kind == ROW_INSTRUMENT || r->kind == ROW_STAT)
        return 0;
    if (r->kind == ROW_MARK)
        return r->u.mark.ns;
    if (r->kind == ROW_STRUCTURE)
        return r->u.structure.start_ns;
    if (r->kind == ROW_CAMPAIGN)
        return r->u.campaign.start_ns;
    return r->kind == ROW_PACKET ? r->u.packet.start_ns : r->ev.ts_ns;
}

bool field_seq_number(const struct row *r, const struct cell_context *c UNUSED, int64_t *ret)
{
    *ret = (int64_t)r->ev.seq;
    return true;
}

FIELD(field_seq)
{
    (void)c;
    text_add(out, "%llu", (unsigned long long)r->ev.seq);
}

bool field_ts_number(const struct row *r, const struct cell_context *c UNUSED, int64_t *ret)
{
    *ret = row_time(r);
    return true;
}

FIELD(field_ts)
{
    (void)c;
    put_time(out, row_time(r));
}

FIELD(field_ts_clock)
{
    (void)c;
    put_clock(out, row_time(r));
}

bool field_recv_number(const struct row *r, const struct cell_context *c UNUSED, int64_t *ret)
{
    *ret = r->ev.recv_ns;
    return true;
}

FIELD(field_recv)
{
    (void)c;
    put_time(out, r->ev.recv_ns);
}

FIELD(field_symbol)
{
    const struct instrument *in = row_instrument(r, c);
    const struct instrument *under = in ? symbols_get(c->symbols, in->underlying) : NULL;
    if (under)
        put_word(out, under->symbol);
}

FIELD(field_contract)
{
    const struct instrument *in = row_instrument(r, c);
    if (in && in->right)
        put_word(out, in->symbol);
}

FIELD(field_contract_short)
{
    const struct instrument *in = row_instrument(r, c);
    if (!in)
        return;
    if (!in->right) {
        put_word(out, in->symbol);
        return;
    }
    int root = 6;
    while (root > 1 && in->symbol[root - 1] == ' ')
        root--;
    text_add(out, "%.*s ", root, in->symbol);
    put_dec(out, in->strike_px, PX_DIGITS, 0);
    text_add(out, "%c ", in->right);
    int32_t year = row_time(r) ? calendar_ny_date(row_time(r)) / 10000 : 0;
    if (in->expiry / 10000 != year)
        text_add(out, "%02d-", (int)(in->expiry / 10000 % 100));
    text_add(out, "%02d-%02d", (int)(in->expiry / 100 % 100), (int)(in->expiry % 100));
}

FIELD(field_right)
{
    const struct instrument *in = row_instrument(r, c);
    if (in && in->right)
        text_addn(out, &in->right, 1);
}

bool field_strike_number(const struct row *r, const struct cell_context *c, int64_t *ret)
{
    const struct instrument *in = row_instrument(r, c);
    if (!in || !in->right)
        return false;
    *ret = in->strike_px;
    return true;
}

FIELD(field_strike)
{
    int64_t v;
    if (field_strike_number(r, c, &v))
        put_dec(out, v, PX_DIGITS, 0);
}

FIELD(field_expiry)
{
    const struct instrument *in = row_instrument(r, c);
    if (in && in->right)
        put_date(out, in->expiry);
}

bool field_dte_number(const struct row *r, const struct cell_context *c, int64_t *ret)
{
    const struct instrument *in = row_instrument(r, c);
    if (!in || !in->right || !row_time(r))
        return false;
    *ret = calendar_days(in->expiry) - calendar_days(calendar_ny_date(row_time(r)));
    return true;
}

FIELD(field_dte)
{
    int64_t v;
    if (field_dte_number(r, c, &v))
        text_add(out, "%lld", (long long)v);
}

bool field_minutes_number(const struct row *r, const struct cell_context *c, int64_t *ret)
{
    return row_time(r) && expiry_minutes(row_instrument(r, c), row_time(r), ret);
}

FIELD(field_minutes)
{
    int64_t v;
    if (field_minutes_number(r, c, &v))
        text_add(out, "%lld", (long long)v);
}

FIELD(field_settlement)
{
    const struct instrument *in = row_instrument(r, c);
    put_word(out, in ? settlement_name(in->settlement) : "");
}

FIELD(field_style)
{
    const struct instrument *in = row_instrument(r, c);
    put_word(out, in ? exercise_style_name(in->style) : "");
}

bool field_adjusted_number(const struct row *r, const struct cell_context *c, int64_t *ret)
{
    const struct instrument *in = row_instrument(r, c);
    *ret = in && in->adjusted;
    return in && in->right;
}

FIELD(field_adjusted)
{
    int64_t v;
    if (field_adjusted_number(r, c, &v))
        put_word(out, v ? "true" : "false");
}

/* value (1e-9 dollars) / units (1e-15, price x size) in 1e-9; false when it does not fit. */
static bool quotient(int64_t value, __int128 units, int64_t *ret)
{
    __int128 scaled, half = units / 2;
    if (!units || __builtin_mul_overflow((__int128)value, (__int128)PX_ONE * QTY_ONE, &scaled))
        return false;
    scaled = (scaled + ((scaled < 0) == (units < 0) ? half : -half)) / units;
    *ret = (int64_t)scaled;
    return scaled == (int64_t)scaled;
}

static bool multiplier_used(const struct row *r, int64_t *ret)
{
    const struct join *j = &r->u.join;
    const struct packet *p = &r->u.packet;
    if (r->kind == ROW_OPTION)
        return j->notional != INT64_MAX && quotient(j->notional, (__int128)j->px * j->qty, ret);
    if (r->kind == ROW_PACKET)
        return quotient(p->premium, p->px_qty, ret);
    *ret = qty_nano(r->u.instrument.multiplier);
    return r->kind == ROW_INSTRUMENT && *ret > 0;
}

bool field_multiplier_number(const struct row *r, const struct cell_context *c, int64_t *ret)
{
    const struct instrument *in = row_instrument(r, c);
    if (!in || !in->right)
        return false;
    if (!multiplier_used(r, ret))
        *ret = in->multiplier * PX_ONE;
    return true;
}

FIELD(field_multiplier)
{
    int64_t v;
    if (field_multiplier_number(r, c, &v))
        put_dec(out, v, PX_DIGITS, 0);
}

FIELD(field_venue)
{
    (void)c;
    if (r->ev.venue)
        put_word(out, venue_get(r->ev.venue)->mic);
}

/* U+25B2, U+25BC and U+00B7. */
void put_side(struct text *t, int side, bool ascii)
{
    if (side > 0)
        put_word(t, ascii ? "+ buy" : "\xe2\x96\xb2 buy");
    else if (side < 0)
        put_word(t, ascii ? "- sell" : "\xe2\x96\xbc sell");
    else
        put_word(t, ascii ? "." : "\xc2\xb7");
}

enum style side_style(int side)
{
    return side > 0 ? STYLE_BUY : side < 0 ? STYLE_SELL : STYLE_NEUTRAL;
}
