/* Copies of large flat arrays, taken while they go on changing. An array is tracked entry by entry:
 * its owner calls track_touch before it changes one. A copy (a frame) holds the entries changed
 * since the last frame, or all of them, as they stood when it was begun; it is made in slices, so
 * that nobody waits for it. What is touched before its turn is copied first.
 *
 * Each entry has room for a uint16_t that is the tracker's own: the frame it was last changed for.
 */
#pragma once
#include "base/base.h"

struct track {
    char *entries;
    uint32_t size;    /* of an entry, bytes */
    uint32_t mark_at; /* offset of the uint16_t in it */
    uint16_t gen;     /* mark of the entries changed since the last frame; 0 = not tracking */
    /* Entries changed since the last frame, and those of the frame being made. */
    uint32_t *changed, *saving;
    uint32_t n_changed, n_saving;
    uint32_t cap; /* entries at most */
    uint32_t next, upto;
    bool full, busy; /* a frame is being made */
    char *out;       /* records: uint32_t index, entry */
    size_t n_out, cap_out;
};

/* Begins tracking an array whose marks are zero. */
void track_open(struct track *t, void *entries, size_t size, size_t mark_at, uint32_t cap);
void track_close(struct track *t);

static inline uint16_t *track_mark(const struct track *t, uint32_t i)
{
    return (uint16_t *)(void *)(t->entries + (size_t)i * t->size + t->mark_at);
}
void track_first(struct track *t, uint32_t i);
/* Before entry i changes. Free but for a comparison when it has changed since the last frame. */
static inline void track_touch(struct track *t, uint32_t i)
{
    if (t->gen && *track_mark(t, i) != t->gen)
        track_first(t, i);
}

/* Entries a frame begun now would hold; top: entries in use, for a full one. */
static inline uint32_t track_count(const struct track *t, bool full, uint32_t top)
{
    return full ? top : t->n_changed;
}
/* Begins a frame; none may be under way. */
void track_begin(struct track *t, bool full, uint32_t top);
/* Copies at most n entries further; returns how many of n are left over: 0 = not done yet. */
uint32_t track_more(struct track *t, uint32_t n);

/* A finished piece of a frame: entries of one kind. */
struct frame_part {
    uint32_t kind;  /* the owner's word for the array */
    uint32_t entry; /* bytes of one record, its index (uint32_t) in front */
    uint32_t n;     /* records */
    char *records;  /* n * entry bytes */
    size_t reserved;
};
/* Takes the finished copy out, which the caller then owns (frame_part_free). */
struct frame_part track_take(struct track *t, uint32_t kind);
void frame_part_free(struct frame_part *p);

/* A frame as it goes from the engine to the store and back; plain facts and parts. */
#define FRAME_PARTS 8
struct frame {
    uint64_t seq, records, digest; /* where the engine stood */
    int64_t clock_ns;
    uint64_t quotes, prints; /* pushed into its histories by then */
    uint64_t layout;         /* of the records; another layout cannot be read */
    bool full;
    struct frame_part parts[FRAME_PARTS];
    size_t n_parts;
};
void frame_free(struct frame *f); /* parts and the frame itself (from mem_alloc) */
