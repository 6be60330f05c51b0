/* What happens to stocks at set times: the opening and the closing auction of the listing exchange,
 * and halts with the reopening after them. */
#include <string.h>

#include "base/dec.h"
#include "feed/market/market.h"

static const struct {
    int64_t open_ns, most_ns; /* mean from the open to a stock's opening print, and at most */
    int64_t close_ns;         /* the same from the close */
    int64_t official_ns;      /* from the auction to the official price */
    /* Hundreds of shares in all names for an event a second: about 1 and 9 percent of a day. */
    int64_t open_lots, close_lots;
} auctions = {INT64_C(820) * NS_PER_MS,
              INT64_C(9) * NS_PER_SEC,
              INT64_C(640) * NS_PER_MS,
              INT64_C(31) * NS_PER_MS,
              62,
              240};

static const struct {
    int64_t first_ns;            /* after the open */
    int64_t pause_ns, longer_ns; /* length: at least, and mean on top */
} halts = {INT64_C(170) * NS_PER_SEC, INT64_C(302) * NS_PER_SEC, INT64_C(140) * NS_PER_SEC};

static uint16_t home(const struct market *m, const struct stock *s)
{
    static const char letters[] = {['A' - 'A'] = 'N', ['B' - 'A'] = 'P', ['C' - 'A'] = 'Q'};
    return m->lit_venues[letters[s->name->tape - 'A'] - 'A'];
}

/* The auction's print, and the exchange's word of it, which is no trade. */
static void auction(struct market *m, struct stock *s, int64_t ts, int64_t lots, const char *conds)
{
    struct chance *c = &m->auctions;
    int64_t mean = lots * m->rate * s->name->stock_weight / m->stock_weights[m->n_stocks - 1];
    struct fill f = {.s = s, .ts = ts, .venue = home(m, s), .conds = {conds[0]}};
    f.tag = (struct tag){.parent = market_parent(m), .class = TAG_NOISE};
    f.px = (s->bid + s->ask) / 2 / CENTS(1) * CENTS(1);
    f.qty = 100 * (1 + (uint32_t)chance_exp(c, mean));
    fill_print(m, &f, c);
    if (!conds[1])
        return;
    f.ts += auctions.official_ns;
    f.conds[0] = conds[1];
    fill_print(m, &f, c);
}

void auction_open(struct market *m)
{
    for (size_t i = 0; i < m->n_stocks && m->stocks[i].name->tape; i++) {
        struct stock *s = &m->stocks[i];
        int64_t after = MIN(chance_exp(&m->auctions, auctions.open_ns), auctions.most_ns);
        auction(m, s, m->now_ns + after, auctions.open_lots, "OQ");
    }
}

void auction_close(struct market *m)
{
    for (size_t i = 0; i < m->n_stocks && m->stocks[i].name->tape; i++) {
        struct stock *s = &m->stocks[i];
        int64_t after = MIN(chance_exp(&m->auctions, auctions.close_ns), auctions.most_ns);
        auction(m, s, m->day.close_ns + after, auctions.close_lots, "6M");
    }
}

/* The day's halts, drawn in the morning: names of little weight as likely as large ones. */
void halt_day(struct market *m)
{
    struct chance *c = &m->halting;
    int64_t from = m->day.open_ns + halts.first_ns, length = m->day.close_ns - from;
    uint32_t usual = m->profile->halts_day, n = usual / 2 + chance_below(c, usual + 1);
    m->n_halts = 0;
    for (uint32_t i = 0; i < MIN(n, MARKET_HALTS); i++) {
        struct stock *s = &m->stocks[chance_below(c, (uint32_t)m->n_stocks)];
        int64_t at = from + chance_between(c, 0, length - 1);
        int64_t to = at + halts.pause_ns + chance_exp(c, halts.longer_ns);
        bool again = !s->name->tape || s == m->stocks;
        for (size_t k = 0; k < m->n_halts; k++)
            again |= m->halts[k].stock == s;
        if (!again && at > m->now_ns && to < m->day.close_ns)
            m->halts[m->n_halts++] = (struct halt){.from_ns = at, .to_ns = to, .stock = s};
    }
}

int64_t halt_next(const struct market *m)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < m->n_halts; i++)
        next = MIN(next, m->halts[i].told ? m->halts[i].to_ns : m->halts[i].from_ns);
    return next;
}

static void tell(struct market *m, const struct stock *s, int64_t ts, const char *code)
{
    struct event ev;
    memset(&ev, 0, sizeof ev);
    ev.ts_ns = ts;
    ev.recv_ns = ts;
    ev.kind = EV_STATUS;
    ev.sym = s->sym;
    ev.venue = home(m, s);
    memcpy(ev.u.status.code, code, strlen(code));
    queue_push(m->queue, &ev);
}

static void resume(struct market *m, struct stock *s)
{
    s->halted_ns = 0;
    tell(m, s, m->now_ns, "resume");
    auction(m, s, m->now_ns + auctions.official_ns, auctions.open_lots, "5");
    stock_quote(m, s, &m->halting);
}

void halt_run(struct market *m)
{
    for (size_t i = 0; i < m->n_halts;) {
        struct halt *h = &m->halts[i];
        if (h->told && h->to_ns <= m->now_ns) {
            resume(m, h->stock);
            *h = m->halts[--m->n_halts];
            continue;
        }
        if (!h->told && h->from_ns <= m->now_ns) {
            /* What was already on its way trades before the halt. */
            tell(m, h->stock, MAX(m->now_ns, h->stock->traded_ns + 1), "halt");
            h->stock->halted_ns = h->to_ns;
            h->told = true;
        }
        i++;
    }
}
