/* Structures, legs and campaigns to and from table rows. See structure_row.h. Nothing read is
 * trusted: words and names are checked, sizes are whole contracts or exact decimals. */
#include "store/structure_row.h"

#include <string.h>

#include "store/row.h"

static int venue_of(const struct structure *s)
{
    return s->venue[0] | s->venue[1] << 8;
}

void structure_cells(struct cells *c, uint64_t rev, const struct structure *s, bool first)
{
    const int64_t values[STRUCTURE_COLUMNS] = {
        (int64_t)rev,
        (int64_t)s->id,
        (int64_t)s->at_seq,
        s->at_ns,
        (int64_t)s->by_seq,
        first,
        s->underlying,
        s->shape,
        s->grade,
        s->class,
        s->state,
        s->side,
        s->direction,
        s->direction_reason,
        s->confidence,
        s->start_ns,
        s->end_ns,
        s->units,
        s->premium,
        s->net_px,
        s->net_bid,
        s->net_ask,
        s->greeks,
        s->delta,
        s->delta_notional,
        s->gross_notional,
        s->vega,
        s->flags,
        venue_of(s),
        s->n_legs,
    };
    assert(s->n_legs <= STRUCTURE_LEGS);
    for (int i = 0; i < STRUCTURE_COLUMNS; i++)
        if (i == 4 || i == 28)
            cell_nonzero(c, i, values[i]);
        else if (i == 20 || i == 21)
            cell_px(c, i, values[i]);
        else
            cell_int(c, i, values[i]);
}

void leg_cells(struct cells *c, uint64_t rev, const struct structure *s, int n)
{
    const struct leg *l = &s->legs[n];
    cell_int(c, 0, (int64_t)rev);
    cell_int(c, 1, n + 1);
    cell_int(c, 2, (int64_t)l->seq);
    cell_int(c, 3, l->sym);
    cell_int(c, 4, l->sign);
    cell_int(c, 5, l->ratio);
    cell_whole(c, 6, l->qty);
    cell_int(c, 7, l->px);
    cell_px(c, 8, l->bid);
    cell_px(c, 9, l->ask);
    cell_int(c, 10, l->placement);
}

void campaign_cells(struct cells *c, uint64_t rev, const struct campaign *p, bool first)
{
    const int64_t values[CAMPAIGN_COLUMNS] = {
        (int64_t)rev,      (int64_t)p->id,   (int64_t)p->at_seq, p->at_ns,           first,
        p->underlying,     p->day,           p->direction,       p->state,           p->start_ns,
        p->end_ns,         (int64_t)p->last, p->packets,         p->contracts,       p->premium,
        p->delta_notional, p->vega,          p->unvalued,        p->packets_against, p->against,
    };
    for (int i = 0; i < CAMPAIGN_COLUMNS; i++)
        cell_int(c, i, values[i]);
}

const char *structure_select(void)
{
    return "SELECT s.rev, s.id, s.at_seq, s.at_ns, s.by_seq, s.first, s.underlying, s.shape, "
           "s.grade, s.class, s.state, s.side, s.direction, s.direction_reason, s.confidence, "
           "s.start_ns, s.end_ns, s.units_e6, s.premium_e9, s.net_e9, s.net_bid_e9, s.net_ask_e9, "
           "s.greeks, s.delta_e6, s.delta_notional_e9, s.gross_notional_e9, s.vega_e9, s.flags, "
           "s.venue, s.legs FROM structure s ";
}

const char *leg_select(void)
{
    return "SELECT l.n, l.seq, l.instrument, l.sign, l.ratio, l.size, l.price_e9, l.bid_e9, "
           "l.ask_e9, l.placement FROM leg l ";
}

const char *campaign_select(void)
{
    return "SELECT c.rev, c.id, c.at_seq, c.at_ns, c.first, c.underlying, c.day, c.direction, "
           "c.state, c.start_ns, c.end_ns, c.last, c.packets, c.contracts, c.premium_e9, "
           "c.delta_notional_e9, c.vega_e9, c.unvalued, c.packets_against, c.against_e9 "
           "FROM campaign c ";
}

/* A small number from 0 to below `end`. */
static bool read_word(sqlite3_stmt *s, int at, int64_t end, uint8_t *ret)
{
    int64_t v = sqlite3_column_int64(s, at);
    *ret = (uint8_t)v;
    return v >= 0 && v < end;
}

static bool read_sign(sqlite3_stmt *s, int at, int8_t *ret)
{
    int64_t v = sqlite3_column_int64(s, at);
    *ret = (int8_t)v;
    return v >= -1 && v <= 1;
}

static bool read_words(sqlite3_stmt *s, struct structure *p)
{
    return read_word(s, 7, SHAPE_COUNT, &p->shape) && read_word(s, 8, PG_COUNT, &p->grade) &&
           read_word(s, 9, SC_COUNT, &p->class) && read_word(s, 10, PS_COUNT, &p->state) &&
           read_sign(s, 11, &p->side) && read_sign(s, 12, &p->direction) &&
           read_word(s, 13, DR_COUNT, &p->direction_reason) &&
           read_word(s, 14, 256, &p->confidence) && read_word(s, 22, 2, &p->greeks) &&
           read_word(s, 29, STRUCTURE_LEGS + 1, &p->n_legs);
}

bool structure_read(sqlite3_stmt *s, const struct symbols *symbols, uint64_t *ret_rev,
                    struct structure *ret)
{
    memset(ret, 0, sizeof *ret);
    *ret_rev = (uint64_t)sqlite3_column_int64(s, 0);
    ret->id = (uint64_t)sqlite3_column_int64(s, 1);
    ret->at_seq = (uint64_t)sqlite3_column_int64(s, 2);
    ret->at_ns = sqlite3_column_int64(s, 3);
    ret->by_seq = (uint64_t)sqlite3_column_int64(s, 4);
    ret->underlying = (uint32_t)sqlite3_column_int64(s, 6);
    ret->start_ns = sqlite3_column_int64(s, 15);
    ret->end_ns = sqlite3_column_int64(s, 16);
    ret->units = sqlite3_column_int64(s, 17);
    ret->premium = sqlite3_column_int64(s, 18);
    ret->net_px = sqlite3_column_int64(s, 19);
    ret->net_bid = read_px(s, 20);
    ret->net_ask = read_px(s, 21);
    ret->delta = sqlite3_column_int64(s, 23);
    ret->delta_notional = sqlite3_column_int64(s, 24);
    ret->gross_notional = sqlite3_column_int64(s, 25);
    ret->vega = sqlite3_column_int64(s, 26);
    ret->flags = (uint32_t)sqlite3_column_int64(s, 27);
    ret->venue[0] = (uint8_t)sqlite3_column_int64(s, 28);
    ret->venue[1] = (uint8_t)(sqlite3_column_int64(s, 28) >> 8);
    return read_words(s, ret) && symbols_get(symbols, ret->underlying);
}

bool leg_read(sqlite3_stmt *s, const struct symbols *symbols, struct structure *to, int n)
{
    struct leg *l = &to->legs[n];
    if (n >= STRUCTURE_LEGS || sqlite3_column_int64(s, 0) != n + 1)
        return false;
    l->seq = (uint64_t)sqlite3_column_int64(s, 1);
    l->sym = (uint32_t)sqlite3_column_int64(s, 2);
    l->px = sqlite3_column_int64(s, 6);
    l->bid = read_px(s, 7);
    l->ask = read_px(s, 8);
    const struct instrument *in = symbols_get(symbols, l->sym);
    return read_sign(s, 3, &l->sign) && read_word(s, 4, 256, &l->ratio) &&
           read_whole(s, 5, &l->qty) && read_word(s, 9, PL_COUNT, &l->placement) && in && in->right;
}

bool campaign_read(sqlite3_stmt *s, const struct symbols *symbols, uint64_t *ret_rev,
                   struct campaign *ret)
{
    memset(ret, 0, sizeof *ret);
    *ret_rev = (uint64_t)sqlite3_column_int64(s, 0);
    ret->id = (uint64_t)sqlite3_column_int64(s, 1);
    ret->at_seq = (uint64_t)sqlite3_column_int64(s, 2);
    ret->at_ns = sqlite3_column_int64(s, 3);
    ret->underlying = (uint32_t)sqlite3_column_int64(s, 5);
    ret->day = (int32_t)sqlite3_column_int64(s, 6);
    ret->start_ns = sqlite3_column_int64(s, 9);
    ret->end_ns = sqlite3_column_int64(s, 10);
    ret->last = (uint64_t)sqlite3_column_int64(s, 11);
    ret->packets = (uint32_t)sqlite3_column_int64(s, 12);
    ret->contracts = (uint32_t)sqlite3_column_int64(s, 13);
    ret->premium = sqlite3_column_int64(s, 14);
    ret->delta_notional = sqlite3_column_int64(s, 15);
    ret->vega = sqlite3_column_int64(s, 16);
    ret->unvalued = (uint32_t)sqlite3_column_int64(s, 17);
    ret->packets_against = (uint32_t)sqlite3_column_int64(s, 18);
    ret->against = sqlite3_column_int64(s, 19);
    return read_sign(s, 7, &ret->direction) && read_word(s, 8, PS_COUNT, &ret->state) &&
           symbols_get(symbols, ret->underlying);
}
