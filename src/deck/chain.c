/* Contracts meet their chains. See state.h. */
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
