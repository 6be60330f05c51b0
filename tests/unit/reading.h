/* Structures, packages, campaigns and repeat runs made by hand, for the suites of what is stored
 * and shown of them. See session_file.h. */
#pragma once
#include "session_file.h"

/* A leg of n contracts at px, with the quote it met; sign +1 bought, -1 sold. */
static inline void structure_leg(struct structure *s, uint64_t seq, uint32_t sym, int sign,
                                 int64_t px, int64_t n, int64_t bid, int64_t ask)
{
    struct leg *l = &s->legs[s->n_legs++];
    *l = (struct leg){.seq = seq,
                      .qty = n * 1000000,
                      .px = px,
                      .bid = bid,
                      .ask = ask,
                      .sym = sym,
                      .sign = (int8_t)sign,
                      .ratio = 1,
                      .placement = sign > 0 ? PL_ASK : PL_BID};
    s->premium += (int64_t)((uint64_t)px * (uint64_t)n * 100);
    s->net_px = (int64_t)((uint64_t)s->net_px + (uint64_t)sign * (uint64_t)px);
}

static inline void maker_structure(struct maker *m, struct structure *s)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_STRUCTURE;
    s->at_seq = m->seq;
    s->at_ns = m->now_ns;
    rec.u.structure = *s;
    maker_record(m, &rec);
}

static inline void maker_campaign(struct maker *m, struct campaign *c)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_CAMPAIGN;
    c->at_seq = m->seq;
    c->at_ns = m->now_ns;
    rec.u.campaign = *c;
    maker_record(m, &rec);
}

/* The packet of a structure whose legs the exchange marked: sums over all of its legs. */
static inline struct packet package_of(const struct structure *s, uint64_t last_seq,
                                       uint32_t members)
{
    struct packet p;
    memset(&p, 0, sizeof p);
    p.id = s->id;
    p.last_seq = last_seq;
    p.start_ns = s->start_ns;
    p.end_ns = s->end_ns;
    for (int i = 0; i < s->n_legs; i++)
        p.qty += s->legs[i].qty;
    p.premium = s->premium;
    p.net_px = s->net_px;
    p.venues = 1;
    p.sym = s->legs[0].sym;
    p.members = members;
    p.side = 0;
    p.reason = SR_MULTI_LEG;
    p.kind = PK_PACKAGE;
    p.grade = PG_FLAGGED;
    p.state = s->state;
    p.confidence = s->confidence;
    p.family = COND_MULTI_LEG;
    p.flags = s->flags;
    p.by_seq = s->by_seq;
    p.direction = s->direction;
    p.direction_reason = s->direction_reason;
    p.shape = s->shape;
    p.class = s->class;
    p.legs = s->n_legs;
    return p;
}
