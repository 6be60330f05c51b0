/* Packets to and from rows. See row.h. */
#include "store/row.h"

#include <string.h>

bool packet_is_lone(const struct packet *p, const struct lone_print *t)
{
    return p->members == 1 && p->id == t->seq && p->last_seq == t->seq && p->start_ns == t->ts_ns &&
           p->end_ns == t->ts_ns && p->qty == t->qty && p->premium == t->notional &&
           p->px_qty == (__int128)t->px * t->qty && p->px_lo == t->px && p->px_hi == t->px &&
           p->px_last == t->px && p->sym == t->sym && p->levels == 1;
}

bool packet_cells(struct cells *c, uint64_t rev, const struct packet *p, struct dim_writer *dims)
{
    uint32_t class = dim_put(dims, DIM_CLASS, dim_of_packet(p));
    uint32_t reading = dim_put(dims, DIM_READING, dim_of_reading(p));
    cell_int(c, 0, (int64_t)rev);
    cell_int(c, 1, (int64_t)p->id);
    cell_int(c, 2, (int64_t)p->at_seq);
    cell_int(c, 3, p->at_ns);
    cell_int(c, 4, class);
    cell_int(c, 5, (int64_t)p->venues);
    cell_int(c, 6, p->isos);
    cell_int(c, 7, reading);
    cell_nonzero(c, 8, p->forward_px);
    cell_int(c, 9, p->rarity_k);
    cell_int(c, 10, p->rarity_n);
    cell_nonzero(c, 11, p->day_volume);
    return class != 0 && reading != 0;
}

bool packet_has_more(const struct packet *p)
{
    return p->parent || p->opening_min || p->net_px || p->others;
}

void packet_more_cells(struct cells *c, uint64_t rev, const struct packet *p)
{
    cell_int(c, 0, (int64_t)rev);
    cell_nonzero(c, 1, (int64_t)p->parent);
    cell_nonzero(c, 2, p->opening_min);
    cell_nonzero(c, 3, p->net_px);
    cell_int(c, 4, p->others);
}

void packet_revision_cells(struct cells *c, uint64_t rev, const struct packet *p, bool first)
{
    cell_int(c, 0, (int64_t)rev);
    cell_int(c, 1, (int64_t)p->id);
    cell_nonzero(c, 2, (int64_t)p->by_seq);
    cell_int(c, 3, first);
}

/* Decimal text of a 128-bit integer at the end of buf; returns where it starts. */
static const char *wide_text(char *end, __int128 v)
{
    unsigned __int128 u = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v;
    *--end = '\0';
    do
        *--end = (char)('0' + (int)(u % 10));
    while (u /= 10);
    if (v < 0)
        *--end = '-';
    return end;
}

static bool wide_parse(const char *s, __int128 *ret)
{
    bool minus = s && *s == '-';
    unsigned __int128 u = 0;
    size_t n = 0;
    if (!s)
        return false;
    for (s += minus; *s >= '0' && *s <= '9' && n < 38; s++, n++)
        u = u * 10 + (unsigned)(*s - '0');
    *ret = minus ? -(__int128)u : (__int128)u;
    return n > 0 && *s == '\0';
}

void packet_sum_cells(struct cells *c, uint64_t rev, const struct packet *p)
{
    char wide[48];
    cell_int(c, 0, (int64_t)rev);
    cell_nonzero(c, 1, (int64_t)p->last_seq);
    cell_int(c, 2, p->sym);
    cell_int(c, 3, p->start_ns);
    cell_int(c, 4, p->end_ns);
    cell_whole(c, 5, p->qty);
    cell_int(c, 6, p->premium);
    if (p->px_qty == (int64_t)p->px_qty)
        cell_int(c, 7, (int64_t)p->px_qty);
    else {
        const char *text = wide_text(wide + sizeof wide, p->px_qty);
        cell_odd(c, 7, SQLITE_TEXT, text, strlen(text));
    }
    cell_int(c, 8, p->px_lo);
    cell_int(c, 9, p->px_hi);
    cell_int(c, 10, p->px_last);
    cell_int(c, 11, p->members);
    cell_int(c, 12, p->levels);
}

const char *packet_select(void)
{
    return "SELECT k.rev, k.id, k.at_seq, k.at_ns, k.class, k.venues, k.isos, s.rev, s.last_seq, "
           "s.instrument, s.start_ns, s.end_ns, s.size, s.premium_e9, s.px_qty, s.low_e9, "
           "s.high_e9, s.last_e9, s.members, s.levels, p.ts_ns, p.instrument, p.price_e9, p.size, "
           "j.notional_e9, v.by_seq, k.reading, k.forward_e9, k.rarity_k, k.rarity_n, m.parent, "
           "m.opening_min_e6, m.net_e9, m.others, k.day_volume "
           "FROM packet k LEFT JOIN packet_sum s ON s.rev = k.rev "
           "LEFT JOIN option_print p ON s.rev IS NULL AND p.seq = k.id "
           "LEFT JOIN option_join j ON s.rev IS NULL AND j.seq = k.id "
           "LEFT JOIN packet_revision v ON v.rev = k.rev "
           "LEFT JOIN packet_more m ON m.rev = k.rev ";
}

static bool read_sum(sqlite3_stmt *s, struct packet *p)
{
    p->last_seq = (uint64_t)sqlite3_column_int64(s, 8);
    p->sym = (uint32_t)sqlite3_column_int64(s, 9);
    p->start_ns = sqlite3_column_int64(s, 10);
    p->end_ns = sqlite3_column_int64(s, 11);
    p->premium = sqlite3_column_int64(s, 13);
    p->px_lo = sqlite3_column_int64(s, 15);
    p->px_hi = sqlite3_column_int64(s, 16);
    p->px_last = sqlite3_column_int64(s, 17);
    p->members = (uint32_t)sqlite3_column_int64(s, 18);
    p->levels = (uint16_t)sqlite3_column_int(s, 19);
    p->px_qty = sqlite3_column_int64(s, 14);
    return read_whole(s, 12, &p->qty) &&
           (sqlite3_column_type(s, 14) == SQLITE_INTEGER ||
            wide_parse((const char *)sqlite3_column_text(s, 14), &p->px_qty));
}

static bool read_lone(sqlite3_stmt *s, struct packet *p)
{
    struct event ev = {.kind = EV_OPTION_PRINT, .u.print.px = sqlite3_column_int64(s, 22)};
    if (sqlite3_column_type(s, 20) == SQLITE_NULL || !read_whole(s, 23, &p->qty))
        return false;
    ev.u.print.qty = p->qty;
    p->last_seq = p->id;
    p->start_ns = p->end_ns = sqlite3_column_int64(s, 20);
    p->sym = (uint32_t)sqlite3_column_int64(s, 21);
    p->px_lo = p->px_hi = p->px_last = ev.u.print.px;
    p->px_qty = (__int128)ev.u.print.px * p->qty;
    p->members = p->levels = 1;
    p->premium = sqlite3_column_int64(s, 24);
    return sqlite3_column_type(s, 24) != SQLITE_NULL || plain_notional(&ev, &p->premium);
}

bool packet_read(sqlite3_stmt *s, const struct dim_rows *dims, const struct symbols *symbols,
                 uint64_t *ret_rev, struct packet *ret)
{
    struct dim_key key;
    memset(ret, 0, sizeof *ret);
    *ret_rev = (uint64_t)sqlite3_column_int64(s, 0);
    ret->id = (uint64_t)sqlite3_column_int64(s, 1);
    ret->at_seq = (uint64_t)sqlite3_column_int64(s, 2);
    ret->at_ns = sqlite3_column_int64(s, 3);
    ret->venues = (uint64_t)sqlite3_column_int64(s, 5);
    ret->isos = (uint16_t)sqlite3_column_int(s, 6);
    ret->by_seq = (uint64_t)sqlite3_column_int64(s, 25);
    if (!dim_get(dims, DIM_CLASS, sqlite3_column_int64(s, 4), &key))
        return false;
    dim_to_packet(key, ret);
    if (!dim_get(dims, DIM_READING, sqlite3_column_int64(s, 26), &key))
        return false;
    dim_to_reading(key, ret);
    ret->forward_px = sqlite3_column_int64(s, 27);
    ret->rarity_k = (uint32_t)sqlite3_column_int64(s, 28);
    ret->rarity_n = (uint32_t)sqlite3_column_int64(s, 29);
    ret->parent = (uint64_t)sqlite3_column_int64(s, 30);
    ret->opening_min = sqlite3_column_int64(s, 31);
    ret->net_px = sqlite3_column_int64(s, 32);
    ret->others = (uint32_t)sqlite3_column_int64(s, 33);
    ret->day_volume = (uint32_t)sqlite3_column_int64(s, 34);
    bool summed = sqlite3_column_type(s, 7) != SQLITE_NULL;
    if (!(summed ? read_sum(s, ret) : read_lone(s, ret)))
        return false;
    const struct instrument *in = symbols_get(symbols, ret->sym);
    return in && in->right;
}
