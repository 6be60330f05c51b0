/* What is said of a finished packet beside its sums. See state.h. */
#include "deck/state.h"

/* The direction of a packet in one contract: calls bought and puts sold are bullish. Which families
 * bar one: microstructure.md section 4. Packages have theirs from their structure. */
static enum direction_reason direction_of(const struct packet *p, char right, int8_t *ret)
{
    static const bool barred[COND_FAMILY_COUNT] = {
        [COND_AUCTION] = true,    [COND_CROSS] = true,       [COND_MULTI_LEG] = true,
        [COND_STOCK_TIED] = true, [COND_PROPRIETARY] = true, [COND_COMPRESSION] = true,
        [COND_LATE] = true,       [COND_CANCEL] = true,      [COND_UNKNOWN] = true,
    };
    *ret = 0;
    if (p->family < COND_FAMILY_COUNT && barred[p->family])
        return DR_CONDITION;
    if (!p->side)
        return DR_NO_SIDE;
    *ret = right == 'C' ? p->side : (int8_t)-p->side;
    return DR_OK;
}

void appraise(struct deck *d, struct packet *p)
{
    if (p->kind != PK_PACKAGE)
        p->direction_reason = (uint8_t)direction_of(p, deck_terms(d, p->sym).right, &p->direction);
    p->forward_px = 0;
    p->forward_source = (uint8_t)chain_forward(d, p->sym, p->end_ns, &p->forward_px);
}
