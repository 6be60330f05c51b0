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
    mem_free(p->lines);
    folds_finish(&p->folds);
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

/* Lines that a row takes on the screen. */
static size_t lines_of(struct pane *p, const struct panel_model *m, const struct row *row)
{
    return 1 + fold_lines(&p->folds, m, row, p->height);
}

/* The page as lines, from the lower edge up. */
static void make_lines(struct pane *p, const struct panel_model *m)
{
    size_t height = (size_t)MAX(p->height, 0), n = 0;
    if (height > p->lines_cap) {
        p->lines = mem_grow(p->lines, height, sizeof *p->lines);
        p->lines_cap = height;
    }
    for (size_t i = p->n; i-- > 0 && n < height;) {
        size_t of_row = lines_of(p, m, &p->rows[i]);
        if (i == p->n - 1)
            p->below = MIN(p->below, of_row - 1);
        for (size_t k = of_row - (i == p->n - 1 ? p->below : 0); k-- > 0 && n < height;)
            p->lines[n++] = (struct pane_line){(uint32_t)i, (uint32_t)k};
    }
    for (size_t i = 0; i < n / 2; i++) {
        struct pane_line line = p->lines[i];
        p->lines[i] = p->lines[n - 1 - i];
        p->lines[n - 1 - i] = line;
    }
    p->n_lines = n;
}

static long line_of(const struct pane *p, uint64_t key, uint32_t child)
{
    for (size_t i = 0; i < p->n_lines; i++)
        if (p->lines[i].child == child && p->rows[p->lines[i].row].key == key)
            return (long)i;
    return -1;
}

static long cursor_line(const struct pane *p)
{
    return line_of(p, p->cursor, p->cursor_child);
}

static uint64_t line_key(const struct pane *p, size_t line)
{
    return p->rows[p->lines[line].row].key;
}

static void put_cursor(struct pane *p, long line)
{
    line = MAX(0, MIN(line, (long)p->n_lines - 1));
    p->cursor = line_key(p, (size_t)line);
    p->cursor_child = p->lines[line].child;
    p->cursor_up = p->n_lines - 1 - (size_t)line;
}

static void show_page(struct pane *p, const struct panel_model *m, uint64_t before, int height)
{
    p->height = height;
    read_page(p, m, before, height);
    make_lines(p, m);
    size_t room = height > 0 ? (size_t)height - p->n_lines : 0;
    if (room && p->below) { /* nothing older is there to fill it */
        p->below -= MIN(room, p->below);
        make_lines(p, m);
    }
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

/* Scrolls the page towards newer lines by at most `by`. */
static void scroll_newer(struct pane *p, const struct panel_model *m, size_t by)
{
    size_t own = MIN(by, p->below);
    p->below -= own;
    by -= own;
    struct row *next = by ? mem_grow(NULL, by, sizeof *next) : NULL;
    int n = by ? m->rows.page_after(m->rows.self, p->kind, panel_at(m), p->before - 1,
                                    pane_filter(p), SCAN_LIMIT, next, by, NULL)
               : 0;
    for (int i = 0; i < n && by; i++) {
        size_t lines = lines_of(p, m, &next[i]), taken = MIN(lines, by);
        p->before = next[i].key + 1;
        p->below = lines - taken;
        by -= taken;
    }
    mem_free(next);
    show_page(p, m, p->before, p->height);
}

/* The lower edge goes `below` lines up from the end of the newest of the rows, which go on upwards
 * with the older ones. */
static void lower_edge(struct pane *p, const struct panel_model *m, const struct row *older,
                       size_t n_older, size_t below)
{
    size_t n = p->n + n_older;
    for (size_t i = 0; i < n; i++) {
        const struct row *row = i < p->n ? &p->rows[p->n - 1 - i] : &older[n - 1 - i];
        size_t lines = lines_of(p, m, row);
        p->before = row->key + 1;
        p->below = MIN(below, lines - 1);
        if (below < lines)
            return;
        below -= lines;
    }
}

/* Scrolls towards older lines: those before the page's first come in at the top. */
static void scroll_older(struct pane *p, const struct panel_model *m, size_t by)
{
    if (p->n_lines == 0 || by == 0)
        return;
    struct row *older = mem_grow(NULL, by, sizeof *older);
    bool more;
    size_t first = p->lines[0].row, hidden = p->lines[0].child;
    int n = m->rows.page(m->rows.self, p->kind, panel_at(m), p->rows[first].key, pane_filter(p),
                         SCAN_LIMIT, older, by, &more, NULL);
    for (int i = n - 1; i >= 0 && hidden < by; i--)
        hidden += lines_of(p, m, &older[i]);
    if (hidden) {
        /* what the page holds above its first line comes with the older rows */
        memmove(p->rows, p->rows + first, (p->n - first) * sizeof *p->rows);
        p->n -= first;
        lower_edge(p, m, older, n > 0 ? (size_t)n : 0, p->below + MIN(by, hidden));
        show_page(p, m, p->before, p->height);
    }
    mem_free(older);
}

/* Lines came or went beneath an open packet: the cursor's line stays where it was. */
static void keep_in_place(struct pane *p, const struct panel_model *m)
{
    long at = cursor_line(p);
    while (at < 0 && p->cursor_child > 0 && line_of(p, p->cursor, 0) >= 0)
        at = line_of(p, p->cursor, --p->cursor_child);
    if (at < 0 || p->cursor_up >= (size_t)p->height)
        return;
    size_t up = p->n_lines - 1 - (size_t)at;
    if (up > p->cursor_up)
        scroll_older(p, m, up - p->cursor_up);
    else if (up < p->cursor_up)
        scroll_newer(p, m, p->cursor_up - up);
}

void pane_update(struct pane *p, const struct panel_model *m, int height)
{
    show_page(p, m, p->held ? p->before : UINT64_MAX, height);
    if (p->held && p->n == 0 && height > 0) { /* the playhead went behind all of it */
        pane_follow(p);
        show_page(p, m, UINT64_MAX, height);
    }
    if (p->held && p->n_lines)
        keep_in_place(p, m);
    if (p->n_lines && (!p->held || cursor_line(p) < 0)) {
        p->cursor = p->rows[p->n - 1].key;
        p->cursor_child = 0;
    }
    if (p->n_lines && cursor_line(p) >= 0)
        put_cursor(p, cursor_line(p));
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
    p->cursor_child = 0;
    p->hold_total = m->rows.total(m->rows.self, p->kind);
    long at = cursor_line(p);
    p->cursor_up = at < 0 ? 0 : p->n_lines - 1 - (size_t)at;
}

void pane_follow(struct pane *p)
{
    p->held = false;
    p->before = UINT64_MAX;
    p->below = 0;
}

uint64_t pane_newer(const struct pane *p, const struct panel_model *m)
{
    if (!p->held)
        return 0;
    uint64_t total = m->rows.total(m->rows.self, p->kind);
    return total > p->hold_total ? total - p->hold_total : 0;
}

void pane_move(struct pane *p, const struct panel_model *m, int by, int height)
{
    if (p->n_lines == 0 || by == 0 || height <= 0)
        return;
    pane_hold(p, m);
    p->height = height;
    long at = cursor_line(p), last = (long)p->n_lines - 1;
    long want = (at < 0 ? last : at) + by;
    if (want < 0) {
        uint64_t top = line_key(p, 0);
        uint32_t child = p->lines[0].child;
        scroll_older(p, m, (size_t)-want);
        long was = line_of(p, top, child);
        want = was < 0 ? 0 : want + was;
    } else if (want > last) {
        uint64_t bottom = line_key(p, (size_t)last);
        uint32_t child = p->lines[last].child;
        scroll_newer(p, m, (size_t)(want - last));
        long was = line_of(p, bottom, child);
        want = was < 0 ? (long)p->n_lines - 1 : was + (want - last);
    }
    if (p->n_lines)
        put_cursor(p, want);
}

/* The row's own line to stand `up` lines above the lower edge, further down where nothing newer is.
 */
static void place_row(struct pane *p, const struct panel_model *m, const struct row *row, size_t up)
{
    p->before = row->key + 1;
    p->below = lines_of(p, m, row) - 1;
    scroll_newer(p, m, up);
    if (p->n_lines < (size_t)p->height) /* nothing older is there to fill it */
        scroll_newer(p, m, (size_t)p->height - p->n_lines);
    long at = line_of(p, row->key, 0);
    if (at >= 0)
        put_cursor(p, at);
}

void pane_oldest(struct pane *p, const struct panel_model *m, int height)
{
    struct row first;
    if (p->n == 0 || height <= 0)
        return;
    pane_hold(p, m);
    p->height = height;
    if (m->rows.page_after(m->rows.self, p->kind, panel_at(m), 0, pane_filter(p), SCAN_LIMIT,
                           &first, 1, NULL) == 1)
        place_row(p, m, &first, (size_t)height - 1);
}

void pane_show(struct pane *p, const struct panel_model *m, uint64_t key, int height)
{
    struct row row;
    bool more;
    pane_hold(p, m);
    p->height = height;
    p->cursor = key;
    p->cursor_child = 0;
    if (cursor_line(p) >= 0)
        put_cursor(p, cursor_line(p));
    else if (height > 0 && m->rows.page(m->rows.self, p->kind, panel_at(m), key + 1, NULL, 1, &row,
                                        1, &more, NULL) == 1)
        place_row(p, m, &row, (size_t)height / 2);
}

void pane_fold(struct pane *p, const struct panel_model *m, int height)
{
    if (p->kind != ROW_PACKET || p->n_lines == 0 || height <= 0)
        return;
    pane_hold(p, m);
    struct row row = *pane_cursor(p);
    long at = MAX(line_of(p, row.key, 0), 0);
    size_t up = p->n_lines - 1 - (size_t)at;
    fold_toggle(&p->folds, &row);
    p->height = height;
    size_t lines = lines_of(p, m, &row);
    place_row(p, m, &row, MAX(up, MIN(lines - 1, (size_t)height - 1)));
}

void pane_fold_all(struct pane *p, const struct panel_model *m, bool open, int height)
{
    fold_all(&p->folds, open);
    if (!p->held || p->n_lines == 0 || height <= 0)
        return; /* a tape that runs goes on, open or not */
    struct row row = *pane_cursor(p);
    long at = MAX(line_of(p, row.key, 0), 0);
    p->height = height;
    place_row(p, m, &row, p->n_lines - 1 - (size_t)at);
}

struct pane_place pane_place(const struct pane *p)
{
    return (struct pane_place){p->held,  p->before,    p->cursor,      p->hold_total,
                               p->below, p->cursor_up, p->cursor_child};
}

void pane_go(struct pane *p, const struct pane_place *to)
{
    p->held = to->held;
    p->before = to->before;
    p->cursor = to->cursor;
    p->hold_total = to->hold_total;
    p->below = to->below;
    p->cursor_up = to->cursor_up;
    p->cursor_child = to->cursor_child;
}

const struct row *pane_cursor(const struct pane *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->rows[i].key == p->cursor)
            return &p->rows[i];
    return p->n ? &p->rows[p->n - 1] : NULL;
}

bool pane_child(const struct pane *p, struct child *ret)
{
    const struct row *row = pane_cursor(p);
    return row && p->cursor_child &&
           fold_child(&p->folds, row, p->cursor_child - 1, p->height, ret);
}

void pane_set_filter(struct pane *p, struct filter *f, const char *text)
{
    filter_free(p->filter);
    p->filter = f;
    p->filter_off = false;
    p->tally = p->hits = (struct tally){0};
    snprintf(p->filter_text, sizeof p->filter_text, "%s", text);
}
