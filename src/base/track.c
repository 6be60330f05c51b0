/* Copies of arrays that go on changing. See track.h. */
#include "base/track.h"

#include <string.h>

#include "base/mem.h"

#define GEN_MAX UINT16_MAX

void track_open(struct track *t, void *entries, size_t size, size_t mark_at, uint32_t cap)
{
    *t = (struct track){.entries = entries,
                        .size = (uint32_t)size,
                        .mark_at = (uint32_t)mark_at,
                        .gen = 1,
                        .cap = cap};
    t->changed = mem_reserve(cap * sizeof *t->changed);
    t->saving = mem_reserve(cap * sizeof *t->saving);
}

void track_close(struct track *t)
{
    if (!t->gen)
        return;
    mem_unreserve(t->changed, t->cap * sizeof *t->changed);
    mem_unreserve(t->saving, t->cap * sizeof *t->saving);
    if (t->out)
        mem_unreserve(t->out, t->cap_out);
    *t = (struct track){0};
}

/* An entry may come twice, once by its turn and once by being touched: then with the same bytes, so
 * there is room for both. */
static void copy(struct track *t, uint32_t i)
{
    char *to = t->out + t->n_out;
    assert(t->n_out + sizeof i + t->size <= t->cap_out);
    memcpy(to, &i, sizeof i);
    memcpy(to + sizeof i, t->entries + (size_t)i * t->size, t->size);
    memset(to + sizeof i + t->mark_at, 0, sizeof(uint16_t));
    t->n_out += sizeof i + t->size;
}

void track_first(struct track *t, uint32_t i)
{
    uint16_t *mark = track_mark(t, i);
    bool pending = t->full ? i < t->upto && i >= t->next : *mark == (uint16_t)(t->gen - 1);
    if (t->busy && pending)
        copy(t, i);
    *mark = t->gen;
    t->changed[t->n_changed++] = i;
}

void track_begin(struct track *t, bool full, uint32_t top)
{
    uint32_t *swap = t->saving;
    assert(!t->busy && t->gen && t->gen < GEN_MAX && top <= t->cap);
    t->saving = t->changed;
    t->n_saving = t->n_changed;
    t->changed = swap;
    t->n_changed = 0;
    t->gen++;
    t->next = 0;
    t->upto = full ? top : t->n_saving;
    t->full = full;
    t->busy = true;
    t->n_out = 0;
    t->cap_out = 2 * (size_t)t->upto * (sizeof(uint32_t) + t->size);
    t->out = t->cap_out ? mem_reserve(t->cap_out) : NULL;
}

uint32_t track_more(struct track *t, uint32_t n)
{
    for (; n && t->next < t->upto; n--) {
        uint32_t i = t->full ? t->next : t->saving[t->next];
        t->next++;
        if (*track_mark(t, i) != t->gen)
            copy(t, i);
    }
    t->busy = t->next < t->upto;
    return n;
}

struct frame_part track_take(struct track *t, uint32_t kind)
{
    uint32_t entry = (uint32_t)sizeof(uint32_t) + t->size;
    struct frame_part p = {kind, entry, (uint32_t)(t->n_out / entry), t->out, t->cap_out};
    assert(!t->busy);
    t->out = NULL;
    t->n_out = t->cap_out = 0;
    return p;
}

void frame_part_free(struct frame_part *p)
{
    if (p->records)
        mem_unreserve(p->records, p->reserved);
    p->records = NULL;
}

void frame_free(struct frame *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n_parts; i++)
        frame_part_free(&f->parts[i]);
    mem_free(f);
}
