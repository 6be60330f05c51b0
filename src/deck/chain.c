/* Contracts meet their chains: forwards, and the greeks they give. See state.h. */
#include "base/dec.h"
#include "deck/state.h"

/* The contract's chain, asked for once; 0 where it has none. */
static uint32_t chain_of(struct deck *d, uint32_t sym)
{
    struct terms t = deck_terms(d, sym);
    if (!t.chain && (t.call || t.put) && !t.unsettled)
        d->terms[sym].chain = t.chain = chains_find(d->chains, symbols_get(d->symbols, sym)) &
                                        0xffffff; /* all of it */
    return t.chain;
}

void chain_list(struct deck *d, uint32_t sym)
{
    struct terms t = deck_terms(d, sym);
    if (t.listed || !book_quoted(d->book, sym))
        return;
    /* What an adjusted contract is worth says nothing of the underlying; quotes of a contract not
     * known by name cannot come. */
    uint32_t chain = (t.call || t.put) && !t.adjusted ? chain_of(d, sym) : 0;
    if (chain)
        chains_add(d->chains, chain, symbols_get(d->symbols, sym));
    d->terms[sym].listed = true;
}

void chain_list_all(struct deck *d)
{
    for (uint32_t sym = 1; sym <= symbols_count(d->symbols); sym++) {
        if (!book_quoted(d->book, sym))
            continue;
        d->top = MAX(d->top, sym + 1);
        chain_list(d, sym);
    }
}

enum forward_source chain_forward(struct deck *d, uint32_t sym, int64_t ns, int64_t *ret_px)
{
    struct terms t = deck_terms(d, sym);
    if (t.adjusted || t.unsettled)
        return t.adjusted ? FS_ADJUSTED : FS_UNSETTLED;
    uint32_t chain = chain_of(d, sym);
    return chain ? chains_forward(d->chains, d->book, &d->chain_policy, chain, ns, ret_px)
                 : FS_NO_ROOM;
}

struct value chain_value(struct deck *d, uint32_t sym, int64_t px, int64_t forward_px, int64_t ns)
{
    const struct instrument *in = symbols_get(d->symbols, sym);
    uint32_t chain = chain_of(d, sym);
    const struct value_terms t = {.px = px,
                                  .forward_px = chain ? forward_px : 0,
                                  .strike_px = in ? in->strike_px : 0,
                                  .now_ns = ns,
                                  .expiry_ns = chain ? chains_expiry_ns(d->chains, chain) : 0,
                                  .rate_bp = d->policy.rate_bp,
                                  .right = in && in->right == 'C' ? 1 : -1};
    return value_option(&t);
}

/* ---- what packets and structures move like ----------------------------------------------------
 */

/* qty (1e-6 contracts) as shares, 1e-6. */
static bool shares_of(struct deck *d, uint32_t sym, int64_t qty, int64_t *ret)
{
    int64_t multiplier = d->multipliers[sym];
    if (!multiplier)
        multiplier = deck_terms(d, sym).multiplier * QTY_ONE;
    return dec_muldiv(qty, multiplier, QTY_ONE, ret);
}

bool chain_packet(struct deck *d, const struct packet *p, int64_t *ret_notional, int64_t *ret_vega)
{
    int64_t shares, px;
    if (p->qty <= 0 || !p->forward_px || !shares_of(d, p->sym, p->qty, &shares))
        return false;
    __int128 mean = (p->px_qty + (p->px_qty < 0 ? -p->qty / 2 : p->qty / 2)) / p->qty;
    px = (int64_t)mean;
    struct value v = chain_value(d, p->sym, px, p->forward_px, p->end_ns);
    return px == mean && value_notional(&v, p->side, shares, QTY_ONE, ret_notional) &&
           dec_muldiv(p->side * shares, v.vega, QTY_ONE, ret_vega);
}

struct structure chain_structure(struct deck *d, const struct structure *s)
{
    struct structure valued = *s;
    struct leg_greeks greeks[STRUCTURE_LEGS];
    const struct structure_policy policy = {.net_band_pct = d->policy.net_band_pct,
                                            .directional_pct = d->policy.directional_pct};
    for (size_t i = 0; i < s->n_legs; i++) {
        const struct leg *l = &s->legs[i];
        int64_t forward = 0, one;
        if (!s->side || !shares_of(d, l->sym, QTY_ONE, &one))
            return valued;
        chain_forward(d, l->sym, s->end_ns, &forward);
        struct value v = chain_value(d, l->sym, l->px, forward, s->end_ns);
        if (v.state == VALUE_NONE || v.spot_px <= 0 ||
            !dec_muldiv(v.delta_px, one, v.spot_px, &greeks[i].delta) ||
            !dec_muldiv(v.vega, one, QTY_ONE, &greeks[i].vega) ||
            !dec_muldiv(greeks[i].delta, v.spot_px, QTY_ONE, &greeks[i].notional))
            return valued;
    }
    structure_value(&valued, greeks, &policy);
    return valued;
}
