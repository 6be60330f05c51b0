/* Open packets and their lines. See fold.h. */
#include "tui/fold.h"

#include <string.h>

#include "base/mem.h"
#include "tui/panel.h"

#define LINES_MIN 6 /* beneath a packet, in the smallest pane */

void folds_finish(struct folds *f)
{
    for (size_t i = 0; f->pages && i < FOLD_PAGES; i++)
        mem_free(f->pages[i].rows);
    mem_free(f->pages);
    *f = (struct folds){0};
}

static size_t index_of(const struct folds *f, uint64_t id)
{
    size_t i = 0;
    while (i < f->n && f->ids[i] != id)
        i++;
    return i;
}

bool fold_open(const struct folds *f, const struct row *row)
{
    return row->kind == ROW_PACKET && f->all != (index_of(f, row->u.packet.id) < f->n);
}

void fold_toggle(struct folds *f, const struct row *row)
{
    size_t i = index_of(f, row->u.packet.id);
    bool there = i < f->n;
    if (there || f->n == FOLD_IDS) {
        i = there ? i : 0;
        memmove(&f->ids[i], &f->ids[i + 1], (--f->n - i) * sizeof *f->ids);
    }
    if (!there)
        f->ids[f->n++] = row->u.packet.id;
}

void fold_all(struct folds *f, bool open)
{
    f->all = open;
    f->n = 0;
}

static struct fold_page *find(const struct folds *f, uint64_t id)
{
    for (size_t i = 0; f->pages && i < FOLD_PAGES; i++)
        if (f->pages[i].id == id)
            return &f->pages[i];
    return NULL;
}

/* A free page, or the one that was not looked at for longest. */
static struct fold_page *take_page(struct folds *f)
{
    if (!f->pages) {
        f->pages = mem_grow(NULL, FOLD_PAGES, sizeof *f->pages);
        memset(f->pages, 0, FOLD_PAGES * sizeof *f->pages);
    }
    struct fold_page *p = &f->pages[0];
    for (size_t i = 1; i < FOLD_PAGES && p->id; i++)
        if (!f->pages[i].id || f->pages[i].used < p->used)
            p = &f->pages[i];
    return p;
}

static size_t wanted(const struct row *row)
{
    return MIN(row->u.packet.members, (uint32_t)FOLD_PRINTS);
}

/* Still what the packet rests on: of this version, as of this playhead; a live recording may have
 * written the rest by now. */
static bool fresh(const struct fold_page *p, const struct panel_model *m, const struct row *row)
{
    const struct packet *k = &row->u.packet;
    struct playhead at = panel_at(m);
    if (p->members != k->members || p->by_seq != k->by_seq || p->at.seq != at.seq ||
        p->at.ns != at.ns)
        return false;
    bool whole = p->n == wanted(row) && (p->has_structure || k->kind != PK_PACKAGE);
    return whole || p->committed == m->session->committed_seq;
}

static void read_page(struct folds *f, struct fold_page *p, const struct panel_model *m,
                      const struct row *row)
{
    size_t want = wanted(row);
    if (want > p->cap) {
        p->rows = mem_grow(p->rows, want, sizeof *p->rows);
        p->cap = want;
    }
    int n = want ? f->ops->members(f->ops_self, row->u.packet.id, p->rows, want, NULL) : 0;
    p->id = row->u.packet.id;
    p->n = n > 0 ? (size_t)n : 0;
    p->at = panel_at(m);
    p->committed = m->session->committed_seq;
    p->by_seq = row->u.packet.by_seq;
    p->members = row->u.packet.members;
    p->has_structure = row->u.packet.kind == PK_PACKAGE &&
                       f->ops->structure(f->ops_self, row->u.packet.id, &p->structure, NULL) == 0;
}

/* How many lines of each kind: at most a pane full, the packet's own line included. */
struct shape_of_fold {
    size_t legs, prints, rest; /* rest: a last line that is neither */
    uint32_t more;
};

static struct shape_of_fold shape_of(const struct fold_page *p, int height)
{
    struct shape_of_fold s = {.legs = p->has_structure ? p->structure.n_legs : 0};
    size_t room = (size_t)MAX(height - 1, LINES_MIN);
    room = room > s.legs + 2 ? room - s.legs : 2;
    s.prints = p->n;
    if (s.prints < p->members || s.prints > room) {
        s.prints = MIN(s.prints, room - 1);
        s.rest = 1;
        s.more = p->members - (uint32_t)s.prints;
    }
    return s;
}

size_t fold_lines(struct folds *f, const struct panel_model *m, const struct row *row, int height)
{
    if (!fold_open(f, row))
        return 0;
    struct fold_page *p = find(f, row->u.packet.id);
    if (!p)
        p = take_page(f);
    if (p->id != row->u.packet.id || !fresh(p, m, row))
        read_page(f, p, m, row);
    p->used = ++f->clock;
    struct shape_of_fold s = shape_of(p, height);
    return s.legs + s.prints + s.rest;
}

bool fold_child(const struct folds *f, const struct row *row, size_t i, int height,
                struct child *ret)
{
    const struct fold_page *p = fold_open(f, row) ? find(f, row->u.packet.id) : NULL;
    if (!p)
        return false;
    struct shape_of_fold s = shape_of(p, height);
    size_t n = s.legs + s.prints + s.rest;
    if (i >= n)
        return false;
    *ret =
        (struct child){.kind = p->n ? CHILD_MORE : CHILD_WAIT, .more = s.more, .last = i + 1 == n};
    if (i < s.legs) {
        ret->kind = CHILD_LEG;
        ret->leg = &p->structure.legs[i];
    } else if (i < s.legs + s.prints) {
        ret->kind = CHILD_PRINT;
        ret->print = &p->rows[i - s.legs];
    }
    return true;
}
