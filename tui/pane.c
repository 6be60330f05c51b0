/* Pages and cursor of one tape. See pane.h. Drawing is in pane_draw.c. */
#include "tui/pane.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "tui/search.h"

/* Rows a filtered page looks at: what the live ring holds, so that a rare match cannot stop the
 * loop; older rows are reached by moving up. */
#define SCAN_LIMIT 16384
/* Rows counted for "n of m" in one update. */
#define TALLY_STEP   1024
#define TALLY_MOVING 128 /* while the playhead moves, which costs enough */

void pane_init(struct pane *p, enum row_kind kind)
{
    *p = (struct pane){.kind = kind};
}

void pane_finish(struct pane *p)
{
    mem_free(p->rows);
    filter_free(p->filter);
    *p = (struct pane){0};
}

const struct filter *pane_filter(const struct pane *p)
{
    return p->filter_off ? NULL : p->filter;
}

static void reserve(struct pane *p, size_t rows)
{
    if (rows <= p->cap)
        return;
    p->rows = mem_grow(p->rows, rows, sizeof *p->rows);
    p->cap = rows;
}

static void read_page(struct pane *p, const struct panel_model *m, uint64_t before, int height)
{
    size_t n = height > 0 ? (size_t)height : 0;
    bool more = false;
    reserve(p, n);
    int got = n ? m->rows.page(m->rows.self, p->kind, panel_at(m), before, pane_filter(p),
                               SCAN_LIMIT, p->rows, n, &more, NULL)
                : 0;
    p->n = got > 0 ? (size_t)got : 0;
    p->more = more && p->n < n;
}

static long index_of(const struct pane *p, uint64_t key)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->rows[i].key == key)
            return (long)i;
    return -1;
}

static bool passes(const struct pane *p, const struct row *r, const struct cell_context *c)
{
    return !pane_filter(p) || filter_match(p->filter, r, c);
}

/* Counts on over all rows those that pass: the filter, and for a search also have its text. */
static void tally_update(struct tally *t, const struct pane *p, bool search,
                         const struct panel_model *m)
{
    struct playhead at = panel_at(m);
    bool back = at.seq < t->at.seq, moving = at.seq != t->at.seq;
    if (back)
        *t = (struct tally){.behind = true};
    t->at = at;
    if (back)
        return; /* the page comes first: counting goes on when the playhead stands */
    size_t step = moving ? TALLY_MOVING : TALLY_STEP;
    struct row *rows = mem_grow(NULL, step, sizeof *rows);
    int n = m->rows.page_after(m->rows.self, p->kind, at, t->key, NULL, 0, rows, step, NULL);
    for (int i = 0; i < n; i++)
        t->matched += passes(p, &rows[i], &m->cells) &&
                      (!search || search_match(p, &rows[i], &m->cells));
    if (n > 0) {
        t->seen += (uint64_t)n;
        t->key = rows[n - 1].key;
    }
    t->behind = n == (int)step;
    mem_free(rows);
}

void pane_update(struct pane *p, const struct panel_model *m, int height)
{
    read_page(p, m, p->held ? p->before : UINT64_MAX, height);
    if (p->held && p->n == 0 && height > 0) { /* the playhead went behind all of it */
        pane_follow(p);
        read_page(p, m, UINT64_MAX, height);
    }
    if (p->n && (!p->held || index_of(p, p->cursor) < 0))
        p->cursor = p->rows[p->n - 1].key;
    if (pane_filter(p))
        tally_update(&p->tally, p, false, m);
    if (p->search[0])
        tally_update(&p->hits, p, true, m);
}

void pane_hold(struct pane *p, const struct panel_model *m)
{
    if (p->held || p->n == 0)
        return;
    p->held = true;
    p->before = p->rows[p->n - 1].key + 1;
    p->cursor = p->rows[p->n - 1].key;
    p->hold_total = m->rows.total(m->rows.self, p->kind);
}

void pane_follow(struct pane *p)
{
    p->held = false;
    p->before = UINT64_MAX;
}

uint64_t pane_newer(const struct pane *p, const struct panel_model *m)
{
    if (!p->held)
        return 0;
    uint64_t total = m->rows.total(m->rows.self, p->kind);
    return total > p->hold_total ? total - p->hold_total : 0;
}

/* Scrolls the page towards newer rows by at most `by`. */
static void scroll_newer(struct pane *p, const struct panel_model *m, size_t by, int height)
{
    struct row *next = mem_grow(NULL, by, sizeof *next);
    int n = m->rows.page_after(m->rows.self, p->kind, panel_at(m), p->before - 1, pane_filter(p),
                               SCAN_LIMIT, next, by, NULL);
    if (n > 0) {
        p->before = next[n - 1].key + 1;
        read_page(p, m, p->before, height);
    }
    mem_free(next);
}

/* Scrolls towards older rows: the rows before the page's first come in at the top. */
static void scroll_older(struct pane *p, const struct panel_model *m, size_t by, int height)
{
    struct row *older = mem_grow(NULL, by, sizeof *older);
    bool more;
    int n = m->rows.page(m->rows.self, p->kind, panel_at(m), p->rows[0].key, pane_filter(p),
                         SCAN_LIMIT, older, by, &more, NULL);
    size_t keep = n > 0 && (size_t)height > (size_t)n ? (size_t)(height - n) : 0;
    if (n > 0) {
        size_t last = MIN(keep, p->n);
        p->before = (last ? p->rows[last - 1].key : older[n - 1].key) + 1;
        read_page(p, m, p->before, height);
    }
    mem_free(older);
}

void pane_move(struct pane *p, const struct panel_model *m, int by, int height)
{
    if (p->n == 0 || by == 0 || height <= 0)
        return;
    pane_hold(p, m);
    long at = index_of(p, p->cursor);
    long want = (at < 0 ? (long)p->n - 1 : at) + by;
    uint64_t top = p->rows[0].key;
    if (want < 0) {
        scroll_older(p, m, (size_t)-want, height);
        long old_top = index_of(p, top);
        want = old_top < 0 ? 0 : want + old_top;
    } else if (want >= (long)p->n) {
        uint64_t bottom = p->rows[p->n - 1].key;
        scroll_newer(p, m, (size_t)(want - (long)p->n + 1), height);
        long old_bottom = index_of(p, bottom);
        want = old_bottom < 0 ? (long)p->n - 1 : old_bottom + (want - (long)p->n + 1);
    }
    if (p->n == 0)
        return;
    want = MAX(0, MIN(want, (long)p->n - 1));
    p->cursor = p->rows[want].key;
}

void pane_oldest(struct pane *p, const struct panel_model *m, int height)
{
    if (p->n == 0 || height <= 0)
        return;
    pane_hold(p, m);
    reserve(p, (size_t)height);
    int n = m->rows.page_after(m->rows.self, p->kind, panel_at(m), 0, pane_filter(p), SCAN_LIMIT,
                               p->rows, (size_t)height, NULL);
    p->n = n > 0 ? (size_t)n : 0;
    if (p->n == 0)
        return;
    p->before = p->rows[p->n - 1].key + 1;
    p->cursor = p->rows[0].key;
}

void pane_show(struct pane *p, const struct panel_model *m, uint64_t key, int height)
{
    pane_hold(p, m);
    p->cursor = key;
    if (index_of(p, key) >= 0 || height <= 0)
        return;
    size_t half = (size_t)height / 2;
    struct row *below = mem_grow(NULL, half + 1, sizeof *below);
    int n = m->rows.page_after(m->rows.self, p->kind, panel_at(m), key, pane_filter(p), SCAN_LIMIT,
                               below, half, NULL);
    p->before = (n > 0 ? below[n - 1].key : key) + 1;
    mem_free(below);
    read_page(p, m, p->before, height);
}

struct pane_place pane_place(const struct pane *p)
{
    return (struct pane_place){p->held, p->before, p->cursor, p->hold_total};
}

void pane_go(struct pane *p, const struct pane_place *to)
{
    p->held = to->held;
    p->before = to->before;
    p->cursor = to->cursor;
    p->hold_total = to->hold_total;
}

const struct row *pane_cursor(const struct pane *p)
{
    long at = index_of(p, p->cursor);
    return at >= 0 ? &p->rows[at] : p->n ? &p->rows[p->n - 1] : NULL;
}

void pane_set_filter(struct pane *p, struct filter *f, const char *text)
{
    filter_free(p->filter);
    p->filter = f;
    p->filter_off = false;
    p->tally = p->hits = (struct tally){0};
    snprintf(p->filter_text, sizeof p->filter_text, "%s", text);
}
