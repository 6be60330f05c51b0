/* Baseline cells to and from rows. See baseline_row.h. counts: for each step that is not empty its
 * number (a byte) and its count (seven bits a byte, the lowest first, 0x80 = more). */
#include "store/baseline_row.h"

#include <string.h>

#include "store/query.h"
#include "store/reader.h"

static_assert(BASELINE_STEPS <= 256, "a step fits a byte");

static size_t pack(const struct carried_cell *cell, uint8_t *to)
{
    size_t n = 0;
    for (size_t i = 0; i < BASELINE_STEPS; i++) {
        if (!cell->counts[i])
            continue;
        to[n++] = (uint8_t)i;
        for (uint32_t v = cell->counts[i]; v; v >>= 7)
            to[n++] = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
    }
    return n;
}

static bool unpack(const uint8_t *from, size_t n, struct carried_cell *cell)
{
    for (size_t i = 0; i < n;) {
        uint32_t step = from[i++], v = 0;
        for (int shift = 0;; shift += 7) {
            if (i == n || shift > 14)
                return false;
            v |= (uint32_t)(from[i] & 0x7f) << shift;
            if (!(from[i++] & 0x80))
                break;
        }
        if (step >= BASELINE_STEPS || !v || v > UINT16_MAX || cell->counts[step])
            return false;
        cell->counts[step] = (uint16_t)v;
    }
    return true;
}

int baseline_put(sqlite3_stmt *s, const struct baseline_put *p)
{
    uint8_t packed[BASELINE_STEPS * 4];
    size_t n = pack(&p->cell, packed);
    sqlite3_bind_int64(s, 1, p->generation);
    sqlite3_bind_text(s, 2, p->cell.symbol, -1, SQLITE_STATIC);
    sqlite3_bind_int(s, 3, p->cell.dte);
    sqlite3_bind_int(s, 4, p->cell.slot);
    sqlite3_bind_int64(s, 5, p->cell.n);
    sqlite3_bind_blob(s, 6, packed, (int)n, SQLITE_STATIC);
    sqlite3_step(s);
    return sqlite3_reset(s);
}

bool baseline_read(sqlite3_stmt *s, struct carried_cell *ret)
{
    memset(ret, 0, sizeof *ret);
    const char *symbol = (const char *)sqlite3_column_text(s, 0);
    size_t n = symbol ? strlen(symbol) : 0;
    int64_t dte = sqlite3_column_int64(s, 1), slot = sqlite3_column_int64(s, 2);
    if (!n || n >= sizeof ret->symbol || dte < 0 || dte >= BASELINE_DTES || slot < 0 ||
        slot >= BASELINE_SLOTS)
        return false;
    memcpy(ret->symbol, symbol, n);
    ret->dte = (uint8_t)dte;
    ret->slot = (uint8_t)slot;
    ret->n = (uint32_t)MIN(MAX(sqlite3_column_int64(s, 3), (int64_t)0), (int64_t)UINT32_MAX);
    const void *packed = sqlite3_column_blob(s, 4);
    return !packed || unpack(packed, (size_t)sqlite3_column_bytes(s, 4), ret);
}

static int read_cells(struct reader *r, int generation, struct carried *to, struct err *err)
{
    struct carried_cell cell;
    sqlite3_stmt *s = reader_range(r, ST_BASELINE, (uint64_t)generation, 0, 0);
    int step = SQLITE_ERROR;
    while (s && (step = sqlite3_step(s)) == SQLITE_ROW)
        if (!baseline_read(s, &cell) || !carried_add(to, &cell))
            return err_set(err, ERR_DAMAGED, "%s is damaged: a baseline cell makes no sense",
                           r->path);
    if (step != SQLITE_DONE)
        return reader_fail(r, err, "cannot read");
    return carried_sort(to) ? 0
                            : err_set(err, ERR_DAMAGED,
                                      "%s is damaged: a baseline cell is there twice", r->path);
}

int reader_carried(struct reader *r, bool left, struct carried **ret, struct err *err)
{
    struct carried *to = carried_create();
    int rc = reader_begin(r, err);
    if (rc == 0) {
        rc = read_cells(r, left ? BASELINE_LEFT : BASELINE_BEGUN, to, err);
        reader_end(r);
    }
    if (rc == 0)
        *ret = to;
    else
        carried_destroy(to);
    return rc;
}
