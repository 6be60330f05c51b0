/* Which columns belong to which kind of row. See column.h. */
#include "view/column.h"

#include <string.h>

#include "event/cond.h"
#include "view/field.h"

bool row_struck(const struct row *r)
{
    if (r->kind == ROW_PACKET)
        return r->u.packet.state == PS_RETRACTED;
    if (r->kind == ROW_STRUCTURE)
        return r->u.structure.state == PS_RETRACTED;
    if (r->kind == ROW_OPTION && r->u.join.family == COND_CANCEL)
        return true;
    return (r->kind == ROW_OPTION || r->kind == ROW_EQUITY) && r->u.join.revision == REV_CANCELLED;
}

const struct column *columns_of(enum row_kind kind, size_t *ret_n)
{
    const struct {
        const struct column *columns;
        size_t n;
    } rows[ROW_KIND_COUNT] = {
        [ROW_OPTION] = {option_columns, option_columns_n},
        [ROW_QUOTE] = {quote_columns, quote_columns_n},
        [ROW_EQUITY] = {equity_columns, equity_columns_n},
        [ROW_EQUITY_QUOTE] = {equity_quote_columns, equity_quote_columns_n},
        [ROW_PACKET] = {packet_columns, packet_columns_n},
        [ROW_STRUCTURE] = {structure_columns, structure_columns_n},
        [ROW_CAMPAIGN] = {campaign_columns, campaign_columns_n},
        [ROW_GAP] = {gap_columns, gap_columns_n},
        [ROW_INSTRUMENT] = {instrument_columns, instrument_columns_n},
        [ROW_STAT] = {stat_columns, stat_columns_n},
        [ROW_MARK] = {mark_columns, mark_columns_n},
    };
    assert(kind < ROW_KIND_COUNT);
    *ret_n = rows[kind].n;
    return rows[kind].columns;
}

const struct column *column_find(enum row_kind kind, const char *name, size_t n)
{
    size_t count;
    const struct column *columns = columns_of(kind, &count);
    for (size_t i = 0; i < count; i++)
        if (strlen(columns[i].name) == n && memcmp(columns[i].name, name, n) == 0)
            return &columns[i];
    return NULL;
}
