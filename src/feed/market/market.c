/* What all parts of the synthetic market use: venues, and the way to the recorder. */
#include "feed/market/market.h"

#include "base/dec.h"
#include "base/mem.h"
#include "event/venue.h"

/* From venue to recorder: a floor, a usual part, and now and then a hiccup that lets later events
 * overtake. */
static const struct {
    int64_t floor_ns, usual_ns;
    uint32_t hiccup_permille;
    int64_t hiccup_ns, most_ns;
} way = {24000, 47000, 4, 1900000, 12000000};

void market_send(struct market *m, struct event *ev, enum stream stream, struct chance *c)
{
    /* A print reported later than it happened is seen when it is reported. */
    bool reported = ev->kind == EV_EQUITY_PRINT && ev->u.print.report_ns;
    int64_t delay = way.floor_ns + chance_exp(c, way.usual_ns);
    if (chance_permille(c, way.hiccup_permille))
        delay += chance_exp(c, way.hiccup_ns);
    ev->recv_ns = reported ? ev->u.print.report_ns : ev->ts_ns + MIN(delay, way.most_ns);
    m->made[stream]++;
    queue_push(m->queue, ev);
}

void market_print(struct market *m, struct stock *s, struct event *ev, struct tag tag,
                  struct chance *c)
{
    bool option = ev->kind == EV_OPTION_PRINT;
    ev->u.print.id = ++m->print_id;
    tag.sym = ev->sym;
    tag.qty = ev->u.print.qty / QTY_ONE;
    truth_expect(m->truth, m->print_id, &tag);
    s->traded_ns = MAX(s->traded_ns, ev->ts_ns);
    market_send(m, ev, option ? STREAM_OPTION_PRINT : STREAM_EQUITY_PRINT, c);
}

uint64_t market_parent(struct market *m)
{
    return ++m->parent_id;
}

uint16_t venue_draw(const uint16_t *ids, const char *letters, const uint32_t *cumulative, size_t n,
                    struct chance *c)
{
    return ids[letters[chance_row(c, cumulative, n)] - 'A'];
}

void market_venues(struct market *m)
{
    for (char letter = 'A'; letter <= 'Z'; letter++) {
        m->option_venues[letter - 'A'] = venue_by_code(VENUE_OPTION, &letter, 1);
        m->lit_venues[letter - 'A'] = venue_by_code(VENUE_EQUITY, &letter, 1);
    }
    m->carteret = venue_by_code(VENUE_EQUITY, "FINN", 4);
    m->chicago = venue_by_code(VENUE_EQUITY, "FINC", 4);
    m->nyse_trf = venue_by_code(VENUE_EQUITY, "FINY", 4);
}

void market_free(struct market *m)
{
    for (size_t i = 0; i < m->n_stocks; i++)
        listing_free(&m->stocks[i]);
    queue_destroy(m->queue);
    truth_close(m->truth);
}
