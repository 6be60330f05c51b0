/* Copies of arrays that go on changing. See track.h. */
#include "base/track.h"

#include <string.h>

#include "base/mem.h"

void track_open(struct track *t, const void *entries, size_t size, uint32_t cap,
                const uint32_t *top)
{
    assert(size + sizeof(uint32_t) <= FRAME_ENTRY);
    *t = (struct track){
        .entries = entries, .size = (uint32_t)size, .cap = cap, .top = top, .gen = 1};
    t->marks = mem_reserve(cap * sizeof *t->marks);
    t->changed = mem_reserve(cap * sizeof *t->changed);
    t->saving = mem_reserve(cap * sizeof *t->saving);
    t->n_used = *top; /* what is there already, changed in no generation */
    memset(t->marks, 0xff, *top * sizeof *t->marks);
}

static void drop_copy(struct track *t)
{
    if (t->out)
        mem_unreserve(t->out, t->cap_out);
    t->out = NULL;
    t->n_out = t->cap_out = 0;
    t->busy = false;
}

void track_close(struct track *t)
{
    if (!t->gen)
        return;
    drop_copy(t);
    mem_unreserve(t->marks, t->cap * sizeof *t->marks);
    mem_unreserve(t->changed, t->cap * sizeof *t->changed);
    mem_unreserve(t->saving, t->cap * sizeof *t->saving);
    *t = (struct track){0};
}

void track_reset(struct track *t)
{
    struct track was = *t;
    if (!t->gen)
        return;
    track_close(t);
    track_open(t, was.entries, was.size, was.cap, was.top);
}

static size_t record_bytes(const struct track *t)
{
    return sizeof(uint32_t) + t->size;
}

/* An entry may come twice, by its turn and by being touched: with the same bytes, and there is room
 * for both. */
static void copy(struct track *t, uint32_t i)
{
    char *to = t->out + t->n_out;
    assert(t->n_out + record_bytes(t) <= t->cap_out);
    memcpy(to, &i, sizeof i);
    memcpy(to + sizeof i, t->entries + (size_t)i * t->size, t->size);
    t->n_out += record_bytes(t);
}

void track_first(struct track *t, uint32_t i)
{
    uint16_t mark = t->marks[i];
    bool pending = t->full ? i < t->upto && i >= t->next : mark == t->gen - 1;
    if (t->busy && pending && mark)
        copy(t, i);
    t->n_used += !mark;
    t->marks[i] = t->gen;
    t->changed[t->n_changed++] = i;
}

size_t track_bytes(const struct track *t, bool full)
{
    return record_bytes(t) * (full ? t->n_used : t->n_changed);
}

void track_begin(struct track *t, bool full)
{
    uint32_t *swap = t->saving;
    assert(!t->busy && !t->out && t->gen && t->gen < TRACK_GENERATIONS);
    t->saving = t->changed;
    t->n_saving = t->n_changed;
    t->changed = swap;
    t->n_changed = 0;
    t->gen++;
    t->next = 0;
    t->upto = full ? *t->top : t->n_saving;
    t->full = full;
    t->busy = true;
    t->cap_out = 2 * (size_t)(full ? t->n_used : t->n_saving) * record_bytes(t);
    t->out = t->cap_out ? mem_reserve(t->cap_out) : NULL;
}

uint32_t track_more(struct track *t, uint32_t n)
{
    for (; n && t->next < t->upto; n--) {
        uint32_t i = t->full ? t->next : t->saving[t->next];
        t->next++;
        if (t->marks[i] && t->marks[i] != t->gen)
            copy(t, i);
    }
    t->busy = t->next < t->upto;
    return n;
}

struct frame_part track_take(struct track *t, uint32_t kind)
{
    uint32_t entry = (uint32_t)record_bytes(t);
    struct frame_part p = {kind, entry, (uint32_t)(t->n_out / entry), t->out, t->cap_out};
    assert(!t->busy);
    t->out = NULL;
    t->n_out = t->cap_out = 0;
    return p;
}

struct frame_part frame_part_make(uint32_t kind, size_t size, uint32_t n)
{
    struct frame_part p = {.kind = kind, .entry = (uint32_t)(sizeof n + size)};
    assert(p.entry <= FRAME_ENTRY);
    p.reserved = MAX((size_t)1, n * (size_t)p.entry);
    p.records = mem_reserve(p.reserved);
    return p;
}

void frame_part_put(struct frame_part *p, const void *entry)
{
    char *to = p->records + (size_t)p->n * p->entry;
    assert((size_t)(p->n + 1) * p->entry <= p->reserved);
    memcpy(to, &p->n, sizeof p->n);
    memcpy(to + sizeof p->n, entry, p->entry - sizeof p->n);
    p->n++;
}

void frame_free(struct frame *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n_parts; i++)
        if (f->parts[i].records)
            mem_unreserve(f->parts[i].records, f->parts[i].reserved);
    mem_free(f);
}
