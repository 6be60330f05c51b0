/* What is said of a finished packet beside its sums. See state.h. */
#include "base/dec.h"
#include "deck/state.h"

#define OPENING_FLAGS (PF_OPENING | PF_OVER_OI | PF_VOLUME_OVER_OI)

/* The direction of a packet in one contract: calls bought and puts sold are bullish. Which families
 * bar one: microstructure.md section 4. Packages have theirs from their structure. */
static enum direction_reason direction_of(const struct packet *p, bool put, int8_t *ret)
{
    static const bool barred[COND_FAMILY_COUNT] = {
        [COND_AUCTION] = true,    [COND_CROSS] = true,       [COND_MULTI_LEG] = true,
        [COND_STOCK_TIED] = true, [COND_PROPRIETARY] = true, [COND_COMPRESSION] = true,
        [COND_FLOOR] = true,      [COND_LATE] = true,        [COND_CANCEL] = true,
        [COND_UNKNOWN] = true,
    };
    *ret = 0;
    if (p->family < COND_FAMILY_COUNT && barred[p->family])
        return DR_CONDITION;
    if (!p->side)
        return DR_NO_SIDE;
    *ret = put ? (int8_t)-p->side : p->side;
    return DR_OK;
}

/* ---- opening ----------------------------------------------------------------------------------
 */

/* as_of: the event up to which the volume is what is known now. */
static struct opening_claim claim(struct deck *d, uint32_t sym, int64_t ns, int64_t qty,
                                  int64_t volume, uint64_t as_of)
{
    struct terms t = deck_terms(d, sym);
    return opening_claim(d->openings, sym, (struct opening_terms){t.last_day, t.adjusted}, ns, qty,
                         volume, as_of);
}

static int64_t in_contracts(uint32_t day_volume)
{
    return day_volume == UINT32_MAX ? INT64_MAX : day_volume * QTY_ONE;
}

/* A repeat run has ended before the event that tells it: the volume up to now is no less than that
 * up to its last print. */
static void open_packet(struct deck *d, struct packet *p)
{
    struct opening_claim c = {.reason = OR_REVISED};
    int64_t volume = in_contracts(p->day_volume);
    uint64_t as_of = p->last_seq;
    if (p->kind == PK_REPEAT) {
        volume = opening_volume(d->openings, p->sym, p->end_ns);
        as_of = d->seq;
    }
    if (!p->by_seq)
        c = claim(d, p->sym, p->end_ns, p->qty, volume, as_of);
    p->opening_min = c.min;
    p->opening_reason = c.reason;
    p->flags = (p->flags & ~(uint32_t)OPENING_FLAGS) | c.flags;
    if (c.reason != OR_OK && c.reason != OR_GAP)
        p->day_volume = 0;
    else if (p->kind == PK_REPEAT)
        p->day_volume = (uint32_t)MIN(volume / QTY_ONE, (int64_t)UINT32_MAX);
}

void appraise_legs(struct deck *d, struct packet *p, const struct structure *s)
{
    p->opening_min = 0;
    p->day_volume = 0;
    p->flags &= ~(uint32_t)OPENING_FLAGS;
    p->opening_reason = p->by_seq ? OR_REVISED : OR_OK;
    for (size_t i = 0; i < s->n_legs && p->opening_reason == OR_OK; i++) {
        uint32_t sym = s->legs[i].sym;
        int64_t volume = opening_volume(d->openings, sym, p->end_ns);
        struct opening_claim c = claim(d, sym, p->end_ns, s->legs[i].qty, volume, d->seq);
        p->opening_reason = c.reason;
        p->flags |= c.flags;
        if (__builtin_add_overflow(p->opening_min, c.min, &p->opening_min))
            p->opening_min = INT64_MAX;
    }
    if (p->opening_reason == OR_OK)
        return;
    p->opening_min = 0;
    p->flags &= ~(uint32_t)PF_OPENING;
}

/* ---- rarity -----------------------------------------------------------------------------------
 */

/* Only top readings are ranked; the premium of an adjusted contract means nothing. */
static bool ranked(struct deck *d, const struct packet *p, struct baseline_key *ret)
{
    struct terms t = deck_terms(d, p->sym);
    if (p->state == PS_MERGED || p->by_seq || t.adjusted || !t.underlying)
        return false;
    const struct day *day = day_of_event(&d->days, p->start_ns);
    *ret = (struct baseline_key){.underlying = t.underlying,
                                 .dte = baseline_dte(t.expiry_days - day->days),
                                 .slot = baseline_slot(day, p->start_ns)};
    return true;
}

static void rank(struct deck *d, struct packet *p)
{
    struct baseline_key key;
    struct baseline_rank r = {.reason = RR_NONE};
    if (ranked(d, p, &key))
        r = baseline_rank(d->baseline, key, p->premium, (uint32_t)d->policy.baseline_min);
    p->rarity_k = r.k;
    p->rarity_n = r.n;
    p->rarity_reason = r.reason;
}

void appraise_count(struct deck *d, const struct packet *p)
{
    struct baseline_key key;
    if (!p->at_seq && ranked(d, p, &key))
        baseline_add(d->baseline, key, p->premium);
}

void appraise(struct deck *d, struct packet *p)
{
    if (p->kind != PK_PACKAGE) {
        p->direction_reason = (uint8_t)direction_of(p, deck_terms(d, p->sym).put, &p->direction);
        open_packet(d, p);
    }
    rank(d, p);
    p->forward_px = 0;
    p->forward_source = (uint8_t)chain_forward(d, p->sym, p->end_ns, &p->forward_px);
}
