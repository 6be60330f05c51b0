/* What greeks say in sentences, for `why` and the detail view. See greeks.h. */
#include "event/root.h"
#include "view/greeks.h"

/* 22.7 %, or why there is none. */
static void put_iv(struct text *out, const struct value *v)
{
    int64_t tenths;
    if (v->state == VALUE_NONE) {
        text_add(out, "none (%s)", value_reason_sentence(v->reason));
        return;
    }
    if (dec_muldiv(v->iv, 1000, 1000000, &tenths))
        put_dec(out, tenths, 1, 1);
    text_add(out, " %%%s", v->state == VALUE_LOW_RESOLUTION ? " (half a cent moves it far)" : "");
}

static void put_rounded(struct text *out, int64_t v, int digits, int shown)
{
    int64_t scale = 1, rounded;
    for (int i = shown; i < digits; i++)
        scale *= 10;
    if (dec_muldiv(v, 1, scale, &rounded))
        put_dec(out, rounded, shown, shown);
}

static void put_greeks(struct text *out, const char *model, const struct value *v)
{
    text_add(out, "|%s: volatility ", model);
    put_iv(out, v);
    if (v->state == VALUE_NONE)
        return;
    const struct {
        const char *name;
        int64_t v;
        int digits, shown;
        const char *unit;
    } figures[] = {
        {", delta ", v->delta, IV_DIGITS, 3, ""},
        {", gamma ", v->gamma, GREEK_DIGITS, 5, ""},
        {", vega ", v->vega, GREEK_DIGITS, 4, " a point"},
        {", theta ", v->theta, GREEK_DIGITS, 4, " a day"},
    };
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        put_word(out, figures[i].name);
        put_rounded(out, figures[i].v, figures[i].digits, figures[i].shown);
        put_word(out, figures[i].unit);
    }
}

bool greeks_early(const struct instrument *in)
{
    return in && in->right && in->style == STYLE_AMERICAN;
}

struct value greeks_packet_american(const struct row *r, const struct cell_context *c)
{
    const struct packet *p = &r->u.packet;
    struct greeks_input at = {.forward_px = p->forward_px, .ns = p->end_ns, .rate_bp = c->rate_bp};
    if (greeks_packet(r, c).state == VALUE_NONE || !packet_vwap(p, &at.px))
        return greeks_packet(r, c);
    return greeks_american(symbols_get(c->symbols, p->sym), &at);
}

void greeks_words(const struct row *r, const struct cell_context *c, struct text *out)
{
    const struct packet *p = &r->u.packet;
    const struct instrument *in = row_instrument(r, c);
    struct value v = greeks_packet(r, c);
    if (p->forward_source == FS_NONE)
        return;
    if (p->forward_px) {
        put_word(out, "forward ");
        put_rounded(out, p->forward_px, PX_DIGITS, 4);
        text_add(out, ", %s; interest ", forward_source_sentence(p->forward_source));
        put_dec(out, c->rate_bp, 2, 0);
        put_word(out, " %");
    } else {
        text_add(out, "no forward: %s", forward_source_sentence(p->forward_source));
        return;
    }
    if (v.state == VALUE_NONE) {
        text_add(out, "|no volatility: %s", greeks_sentence(r, c));
        return;
    }
    bool early = greeks_early(in);
    put_greeks(out, early ? "European, as listed; an estimate" : "European", &v);
    if (!early)
        return;
    v = greeks_packet_american(r, c);
    put_greeks(out, "American, on the underlying without its dividends", &v);
}

/* ---- a print and its quote --------------------------------------------------------------------
 */

bool greeks_print(const struct row *r, const struct packet *p, const struct cell_context *c,
                  struct greeks_quote *ret)
{
    const struct join *j = &r->u.join;
    const struct instrument *in = row_instrument(r, c);
    struct greeks_input at = {
        .forward_px = p->forward_px, .ns = r->ev.ts_ns, .rate_bp = c->rate_bp};
    if (r->kind != ROW_OPTION || p->sym != r->ev.sym || !p->forward_px)
        return false;
    at.px = j->px;
    ret->trade = greeks_european(in, &at);
    at.px = j->bid;
    ret->bid = greeks_european(in, &at);
    at.px = j->ask;
    ret->ask = greeks_european(in, &at);
    ret->quoted = j->state != QS_NONE && j->bid != PX_NONE && j->ask != PX_NONE;
    at.px = ret->quoted ? j->bid + (j->ask - j->bid) / 2 : PX_NONE;
    ret->mid = greeks_european(in, &at);
    return true;
}

void greeks_print_words(const struct greeks_quote *q, struct text *out)
{
    put_word(out, "volatility of the print ");
    put_iv(out, &q->trade);
    if (!q->quoted)
        return;
    put_word(out, "; of bid ");
    put_iv(out, &q->bid);
    put_word(out, ", mid ");
    put_iv(out, &q->mid);
    put_word(out, ", ask ");
    put_iv(out, &q->ask);
}
