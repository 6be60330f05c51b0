/* Packets as shares of campaigns. See state.h. */
#include <string.h>

#include "base/dec.h"
#include "deck/state.h"

static void tell(void *self, const struct campaign *c)
{
    struct record rec;
    struct deck *d = self;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_CAMPAIGN;
    rec.u.campaign = *c;
    rec.u.campaign.at_seq = d->seq;
    deck_emit(d, &rec);
}

struct campaigns *campaign_create(struct deck *d)
{
    return campaigns_create(d->policy.campaign_min, d->policy.campaign_quiet_ns, tell, d);
}

void campaign_structure(struct deck *d, const struct structure *s)
{
    d->structure.id = s->id;
    d->structure.delta_notional = s->delta_notional;
    d->structure.vega = s->vega;
    d->structure.greeks = s->greeks;
}

void campaign_packet(struct deck *d, const struct packet *p)
{
    bool gone = p->state == PS_RETRACTED || p->state == PS_MERGED, revised = p->by_seq != 0;
    uint32_t underlying = deck_terms(d, p->sym).underlying;
    if (gone || !packet_is_cluster(p) || !p->direction || !underlying) {
        if (gone || revised)
            campaigns_drop(d->campaigns, p->id, p->at_ns, revised);
        return;
    }
    struct campaign_part part = {.id = p->id,
                                 .start_ns = p->start_ns,
                                 .end_ns = p->end_ns,
                                 .premium = p->premium,
                                 .underlying = underlying,
                                 .sym = p->sym,
                                 .direction = p->direction};
    if (p->kind == PK_PACKAGE && d->structure.id == p->id && d->structure.greeks) {
        part.valued = true;
        part.delta_notional = d->structure.delta_notional;
        part.vega = d->structure.vega;
    }
    if (p->kind != PK_PACKAGE)
        part.valued = chain_packet(d, p, &part.delta_notional, &part.vega);
    campaigns_put(d->campaigns, &part, p->at_ns, revised);
}
