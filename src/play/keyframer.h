/* Decides while a session is recorded when a keyframe is worth its bytes, and carries it from the
 * deck to the store in slices, so that the loop is never held up. */
#pragma once
#include "deck/deck.h"
#include "store/store.h"

struct keyframer {
    struct deck *deck;   /* borrowed; tracks from keyframer_begin on */
    struct store *store; /* borrowed */
    uint64_t seq;        /* of the last frame begun */
    uint64_t raw, full;  /* bytes before compression: of all frames begun, of the last full one */
    uint64_t deltas;     /* of those since it */
    bool busy, chain;    /* a frame is being copied; a full one has been made */
};

/* Before the first event. */
void keyframer_begin(struct keyframer *k, struct deck *deck, struct store *store);
/* After a stamp: begins a frame of the stamped state or copies a slice of one. */
void keyframer_run(struct keyframer *k);
