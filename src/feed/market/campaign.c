/* Orders worked over minutes: the same option again and again, stock bought quietly off exchange,
 * and somebody who takes all that comes at one price. */
#include <string.h>

#include "feed/market/market.h"

struct pace {
    uint32_t least, usual;   /* prints: at least, and mean of what comes on top */
    int64_t gap_ns, more_ns; /* mean between prints: at least, and mean on top, drawn for each */
};
static const struct pace paces[CAMPAIGN_KINDS] = {
    [CAMPAIGN_REPEAT] = {5, 11, INT64_C(900) * NS_PER_MS, INT64_C(4600) * NS_PER_MS},
    [CAMPAIGN_HIDDEN] = {12, 30, INT64_C(2300) * NS_PER_MS, INT64_C(7700) * NS_PER_MS},
    [CAMPAIGN_ABSORPTION] = {14, 26, INT64_C(130) * NS_PER_MS, INT64_C(360) * NS_PER_MS},
};
static const struct {
    uint32_t odd_permille, same_permille; /* repeat: sizes that differ; hidden: at the middle */
    uint32_t lots, shares;                /* mean sizes a print */
    int64_t report_ns;
    int64_t hold_ns; /* absorption: the price stays this long after a print */
} figures = {350, 700, 14, 260, 2700000, INT64_C(2900) * NS_PER_MS};

/* The profile's figures are for this many events a second; more trade brings more of them. */
#define USUAL_RATE 5000

static int64_t start_after(struct market *m, size_t kind)
{
    int64_t hour = m->profile->campaigns[kind] * m->rate;
    if (!hour)
        return INT64_MAX;
    return m->now_ns +
           MAX(chance_exp(&m->worked, INT64_C(3600) * 1000000 * USUAL_RATE / hour), 1) * 1000;
}

void campaign_day(struct market *m)
{
    m->n_campaigns = 0;
    for (size_t i = 0; i < CAMPAIGN_KINDS; i++)
        m->starts_ns[i] = start_after(m, i);
}

int64_t campaign_next(const struct market *m)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < CAMPAIGN_KINDS; i++)
        next = MIN(next, m->starts_ns[i]);
    for (size_t i = 0; i < m->n_campaigns; i++)
        next = MIN(next, m->campaigns[i].due_ns);
    return next;
}

static void start(struct market *m, size_t kind)
{
    static const uint8_t classes[CAMPAIGN_KINDS] = {
        [CAMPAIGN_REPEAT] = TAG_REPEAT,
        [CAMPAIGN_HIDDEN] = TAG_HIDDEN_ACCUMULATION,
        [CAMPAIGN_ABSORPTION] = TAG_ABSORPTION,
    };
    struct chance *c = &m->worked;
    const struct pace *pace = &paces[kind];
    if (m->n_campaigns == MARKET_CAMPAIGNS)
        return;
    struct campaign *k = &m->campaigns[m->n_campaigns];
    *k = (struct campaign){.kind = (enum campaign_kind)kind, .buys = chance_permille(c, 560)};
    if (kind == CAMPAIGN_REPEAT)
        listing_pick(m, c, &k->at);
    else
        k->at.stock = &m->stocks[chance_row(c, m->stock_weights, m->n_stocks)];
    k->left = pace->least + (uint32_t)chance_exp(c, pace->usual);
    k->gap_ns = pace->gap_ns + chance_exp(c, pace->more_ns);
    k->size = 1 + (uint32_t)chance_exp(c, kind == CAMPAIGN_REPEAT ? figures.lots : figures.shares);
    k->due_ns = m->now_ns;
    k->tag = (struct tag){.parent = market_parent(m),
                          .class = classes[kind],
                          .intent = INTENT_DIRECTIONAL,
                          .opens = kind == CAMPAIGN_REPEAT};
    m->n_campaigns++;
}

static void repeat(struct market *m, struct campaign *k)
{
    struct chance *c = &m->worked;
    struct order o = {.at = k->at, .c = c, .tag = k->tag, .buys = k->buys};
    if (!contract_ready(m, &o.at, c) || (!o.buys && o.at.contract->bid == 0))
        return;
    o.ts = MAX(m->now_ns + 210000, o.at.contract->settled_ns);
    uint32_t odd = chance_permille(c, figures.odd_permille) ? chance_below(c, k->size + 1) : 0;
    order_print(m, &o, o.ts, order_venue(m, &o), order_touch(&o), k->size + odd, 'I');
}

static uint32_t shares(const struct campaign *k, struct chance *c)
{
    return 1 + k->size / 2 + chance_below(c, k->size);
}

static void hidden(struct market *m, struct campaign *k)
{
    struct chance *c = &m->worked;
    struct stock *s = k->at.stock;
    struct fill f = {.s = s, .tag = k->tag, .ts = m->now_ns + 110000, .side = k->buys ? 1 : -1};
    bool same = chance_permille(c, figures.same_permille);
    f.px = same ? (s->bid + s->ask) / 2 : k->buys ? s->ask : s->bid;
    f.qty = shares(k, c);
    fill_report(m, &f, figures.report_ns, c);
}

/* Others sell into the bid (or buy from the offer), which is shown anew each time. The taker's side
 * is theirs: who absorbs is the maker. */
static void absorb(struct market *m, struct campaign *k)
{
    struct chance *c = &m->worked;
    struct stock *s = k->at.stock;
    uint32_t shown = k->buys ? s->bid_qty : s->ask_qty;
    struct fill f = {.s = s, .tag = k->tag, .ts = m->now_ns + 110000, .side = k->buys ? -1 : 1};
    f.px = k->buys ? s->bid : s->ask;
    f.qty = shown * (1 + chance_below(c, 2)) + chance_below(c, 90);
    f.venue = k->buys ? s->bid_venue : s->ask_venue;
    fill_print(m, &f, c);
    s->held_ns = MAX(s->held_ns, m->now_ns + figures.hold_ns);
    stock_quote(m, s, c);
}

static void act(struct market *m, struct campaign *k)
{
    static void (*const acts[CAMPAIGN_KINDS])(struct market * m, struct campaign * k) = {
        [CAMPAIGN_REPEAT] = repeat,
        [CAMPAIGN_HIDDEN] = hidden,
        [CAMPAIGN_ABSORPTION] = absorb,
    };
    if (!stock_halted(m, k->at.stock))
        acts[k->kind](m, k);
    k->left--;
    k->due_ns = m->now_ns + 1000000 + chance_exp(&m->worked, k->gap_ns);
}

void campaign_run(struct market *m)
{
    for (size_t i = 0; i < CAMPAIGN_KINDS; i++) {
        if (m->starts_ns[i] > m->now_ns)
            continue;
        start(m, i);
        m->starts_ns[i] = start_after(m, i);
    }
    for (size_t i = 0; i < m->n_campaigns;) {
        struct campaign *k = &m->campaigns[i];
        if (k->due_ns <= m->now_ns)
            act(m, k);
        if (k->left)
            i++;
        else
            *k = m->campaigns[--m->n_campaigns];
    }
}
