/* The state of repeat runs as frames, and back. See repeat.h.
 *
 * Which places are free is in no frame: what hangs in no list is. Places differ after a load, so
 * nothing that is told may depend on them. */
#include <string.h>

#include "base/mem.h"
#include "flow/repeat_train.h"

static const size_t entry_sizes[REPEAT_TRACKS] = {
    [TRACK_CONTRACT] = sizeof(struct repeat_contract),
    [TRACK_TRAIN] = sizeof(struct train),
    [TRACK_PART] = sizeof(struct part),
};

void repeat_track(struct repeat *r)
{
    track_open(&r->tracks[TRACK_CONTRACT], r->contracts, sizeof *r->contracts, LIMIT_INSTRUMENTS,
               &r->top);
    track_open(&r->tracks[TRACK_TRAIN], r->trains, sizeof *r->trains, LIMIT_REPEAT_TRAINS,
               &r->used_trains);
    track_open(&r->tracks[TRACK_PART], r->parts, sizeof *r->parts, LIMIT_REPEAT_PARTS,
               &r->used_parts);
}

void repeat_tracks(struct repeat *r, struct track *ret[REPEAT_TRACKS])
{
    for (int i = 0; i < REPEAT_TRACKS; i++)
        ret[i] = &r->tracks[i];
}

size_t repeat_entry_size(int track)
{
    return entry_sizes[track];
}

struct repeat_state repeat_state(const struct repeat *r)
{
    return r->at;
}

void repeat_load_begin(struct repeat *r)
{
    uint32_t lists[] = {r->at.oldest, r->at.kept_oldest};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (uint32_t at = lists[i]; at; at = r->trains[at - 1].next) {
            struct repeat_contract *k = &r->contracts[r->trains[at - 1].sym];
            k->live[0] = k->live[1] = k->kept = 0;
        }
    r->at = (struct repeat_state){0};
}

bool repeat_load(struct repeat *r, int track, uint32_t i, const void *entry, size_t size)
{
    static const uint32_t limits[REPEAT_TRACKS] = {
        [TRACK_CONTRACT] = LIMIT_INSTRUMENTS,
        [TRACK_TRAIN] = LIMIT_REPEAT_TRAINS,
        [TRACK_PART] = LIMIT_REPEAT_PARTS,
    };
    char *const tables[REPEAT_TRACKS] = {(char *)r->contracts, (char *)r->trains, (char *)r->parts};
    uint32_t *const used[REPEAT_TRACKS] = {&r->top, &r->used_trains, &r->used_parts};
    if (size != entry_sizes[track] || i >= limits[track])
        return false;
    memcpy(tables[track] + (size_t)i * size, entry, size);
    *used[track] = MAX(*used[track], i + 1);
    if (track == TRACK_CONTRACT) /* the trains say themselves that they are there */
        r->contracts[i].live[0] = r->contracts[i].live[1] = r->contracts[i].kept = 0;
    return true;
}

/* Parts of a train: as many as it says, each its own and no other's. */
static bool sound_parts(const struct repeat *r, uint32_t self, const struct train *t, uint8_t *seen)
{
    uint32_t at = t->first, last = 0, n = 0;
    for (; at && n < t->n; at = r->parts[at - 1].next, n++) {
        if (at > r->used_parts || seen[at - 1] || r->parts[at - 1].train != self)
            return false;
        seen[at - 1] = 1;
        last = at;
    }
    return !at && n && n == t->n && last == t->last;
}

static bool sound_train(const struct repeat *r, uint32_t self, bool kept, uint8_t *seen)
{
    const struct train *t = &r->trains[self - 1];
    bool state = kept ? t->state == TRAIN_KEPT
                      : t->state == TRAIN_CANDIDATE || t->state == TRAIN_RUN;
    return state && t->sym && t->sym < r->top && (t->side == 1 || t->side == -1) && t->ref > 0 &&
           sound_parts(r, self, t, seen);
}

/* Walks a list and hangs its trains into their contracts. */
static bool load_list(struct repeat *r, uint32_t oldest, uint32_t newest, bool kept,
                      uint8_t *trains, uint8_t *parts)
{
    uint32_t before = 0;
    for (uint32_t at = oldest; at; before = at, at = r->trains[at - 1].next) {
        if (at > r->used_trains || trains[at - 1] || r->trains[at - 1].prev != before ||
            !sound_train(r, at, kept, parts))
            return false;
        trains[at - 1] = 1;
        repeat_hang(r, &r->trains[at - 1]);
        if (!kept && r->trains[at - 1].state == TRAIN_RUN)
            repeat_sum(r, &r->trains[at - 1]);
    }
    return before == newest;
}

/* What is in no list is free. */
static uint32_t stack_free(uint32_t *stack, const uint8_t *seen, uint32_t used)
{
    uint32_t n = 0;
    for (uint32_t i = used; i > 0; i--)
        if (!seen[i - 1])
            stack[n++] = i;
    return n;
}

bool repeat_loaded(struct repeat *r, const struct repeat_state *s)
{
    uint8_t *trains = mem_alloc(r->used_trains + 1), *parts = mem_alloc(r->used_parts + 1);
    bool sound = load_list(r, s->oldest, s->newest, false, trains, parts) &&
                 load_list(r, s->kept_oldest, s->kept_newest, true, trains, parts);
    r->at = *s;
    r->n_free_trains = stack_free(r->free_trains, trains, r->used_trains);
    r->n_free_parts = stack_free(r->free_parts, parts, r->used_parts);
    mem_free(trains);
    mem_free(parts);
    return sound;
}
