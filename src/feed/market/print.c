/* Prints of stocks: on exchanges at the quote, and off exchange as brokers and wholesalers report
 * them, with improved prices and later reports. */
#include <string.h>

#include "base/dec.h"
#include "feed/market/market.h"

static const struct {
    uint32_t off_permille;                  /* of orders */
    int64_t floor_ns, usual_ns;             /* after the quote they met */
    uint32_t iso_permille, hidden_permille; /* of lit prints: sweeps; midpoint orders */
    uint32_t more_permille;                 /* a lit order prints once more, at most `most` times */
    uint32_t most;
    int64_t gap_ns;
} figures = {512, 90000, 300000, 340, 60, 310, 8, 260000};

static const uint32_t sizes[] = {1,   2,   5,   8,    10,   14,   20,   25,  33,
                                 40,  50,  61,  75,   90,   100,  120,  200, 300,
                                 400, 500, 800, 1000, 1500, 2000, 3000, 5000};
static const uint32_t size_weights[] = {90,  125, 175, 200, 255, 275, 315, 345, 360,
                                        385, 430, 440, 460, 475, 790, 810, 885, 915,
                                        932, 957, 966, 984, 988, 995, 998, 1000};

void fill_print(struct market *m, const struct fill *f, struct chance *c)
{
    struct event ev;
    struct tag tag = f->tag;
    memset(&ev, 0, sizeof ev);
    ev.ts_ns = f->ts;
    ev.kind = EV_EQUITY_PRINT;
    ev.sym = f->s->sym;
    ev.venue = f->venue;
    ev.u.print.px = f->px * 1000;
    ev.u.print.qty = f->qty * QTY_ONE;
    ev.u.print.report_ns = f->report_ns;
    ev.u.print.tape = f->s->name->tape;
    ev.u.print.cond[0] = '@';
    size_t n = 1;
    for (size_t i = 0; i < sizeof f->conds && f->conds[i]; i++)
        ev.u.print.cond[n++] = f->conds[i];
    if (f->qty < 100 && n < sizeof ev.u.print.cond)
        ev.u.print.cond[n] = 'I';
    tag.side = f->side;
    market_print(m, f->s, &ev, tag, c);
}

static uint32_t size_draw(struct chance *c)
{
    return sizes[chance_row(c, size_weights, ARRAY_LEN(sizes))];
}

/* On exchanges: the touch, or the middle in half cents for hidden orders. */
static void lit(struct market *m, struct fill *f, struct chance *c)
{
    bool buys = chance_permille(c, 505), hidden = chance_permille(c, figures.hidden_permille);
    f->side = buys ? 1 : -1;
    f->px = hidden ? (f->s->bid + f->s->ask) / 2 : buys ? f->s->ask : f->s->bid;
    if (!hidden && chance_permille(c, figures.iso_permille))
        f->conds[0] = 'F';
    for (uint32_t i = 0; i < figures.most; i++) {
        f->venue = stock_venue(m, c);
        f->qty = size_draw(c);
        fill_print(m, f, c);
        if (!chance_permille(c, figures.more_permille))
            break;
        f->ts = MIN(f->ts + 1000 + chance_exp(c, figures.gap_ns), m->day.close_ns - 1);
    }
}

/* A wholesaler gives a part of a cent, of the near half of the spread. */
static void improved(struct fill *f, struct chance *c)
{
    bool buys = chance_permille(c, 520);
    f->side = buys ? 1 : -1;
    f->tag.intent = INTENT_RETAIL;
    int64_t spread = f->s->ask - f->s->bid, most = MAX(spread / 2 / 100 - 1, 1);
    int64_t better = 100 * chance_between(c, 1, MIN(most, 49));
    f->px = buys ? f->s->ask - better : f->s->bid + better;
    f->qty = size_draw(c);
}

static void at_touch(struct fill *f, struct chance *c)
{
    f->side = chance_permille(c, 500) ? 1 : -1;
    f->px = f->side > 0 ? f->s->ask : f->s->bid;
    f->qty = size_draw(c);
}

static void middle(struct fill *f, struct chance *c)
{
    f->side = chance_permille(c, 500) ? 1 : -1;
    f->px = (f->s->bid + f->s->ask) / 2;
    f->qty = chance_permille(c, 18) ? 100 * (20 + (uint32_t)chance_exp(c, 62)) : size_draw(c);
}

/* An average over some earlier while: any ten-thousandth near the market. */
static void average(struct fill *f, struct chance *c)
{
    int64_t away = f->s->fair / 100 * chance_normal(c) / 65536 / 12;
    f->px = (f->s->fair + away) / 100 * 100;
    f->qty = 100 * (1 + (uint32_t)chance_exp(c, 9));
    f->conds[0] = f->s->name->tape == 'C' ? 'W' : 'B';
    f->side = chance_permille(c, 500) ? 1 : -1;
    f->tag.class = TAG_AVERAGE_PRICE;
    f->tag.intent = INTENT_DIRECTIONAL;
}

static void contingent(struct fill *f, struct chance *c)
{
    f->px = (f->s->fair + f->s->fair / 1000 * chance_normal(c) / 65536) / CENTS(1) * CENTS(1);
    f->qty = 100 * (1 + (uint32_t)chance_exp(c, 9));
    f->conds[0] = chance_permille(c, 750) ? '7' : 'V';
    f->side = chance_permille(c, 500) ? 1 : -1;
    f->tag.intent = INTENT_HEDGE;
}

static const struct {
    uint32_t cumulative;
    int64_t report_ns; /* mean time to the report */
    void (*fill)(struct fill *f, struct chance *c);
} off_kinds[] = {
    {430, INT64_C(3500000), improved},      {660, INT64_C(5200000), at_touch},
    {900, INT64_C(2600000), middle},        {945, INT64_C(2100000000), average},
    {1000, INT64_C(900000000), contingent},
};
#define REPORT_FLOOR_NS INT64_C(350000)
#define REPORT_MOST_NS  INT64_C(9600000000) /* within the ten seconds the rule gives */

void fill_report(struct market *m, struct fill *f, int64_t mean_ns, struct chance *c)
{
    uint32_t facility = chance_below(c, 100);
    f->venue = facility < 88 ? m->carteret : facility < 98 ? m->nyse_trf : m->chicago;
    int64_t delay = REPORT_FLOOR_NS + chance_exp(c, mean_ns);
    f->report_ns = f->ts + MIN(delay, REPORT_MOST_NS);
    fill_print(m, f, c);
}

static void off_exchange(struct market *m, struct fill *f, struct chance *c)
{
    uint32_t draw = chance_below(c, 1000);
    size_t kind = 0;
    while (draw >= off_kinds[kind].cumulative)
        kind++;
    off_kinds[kind].fill(f, c);
    fill_report(m, f, off_kinds[kind].report_ns, c);
}

void market_equity_print(struct market *m)
{
    struct chance *c = &m->equity_prints;
    struct fill f = {.s = &m->stocks[chance_row(c, m->stock_weights, m->n_stocks)]};
    if (stock_halted(m, f.s))
        return;
    f.ts = MIN(m->now_ns + figures.floor_ns + chance_exp(c, figures.usual_ns), m->day.close_ns - 1);
    f.tag = (struct tag){.parent = market_parent(m), .class = TAG_NOISE};
    if (chance_permille(c, figures.off_permille))
        off_exchange(m, &f, c);
    else
        lit(m, &f, c);
}
