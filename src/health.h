/* How well a running recording is read: what each feed has given and when, and what its prints
 * were. Counts joins as the deck first made them; what cancels and corrections changed later is a
 * number of its own. `query SESSION stats` has the same of a file. */
#pragma once
#include "deck/deck.h"
#include "event/sink.h"
#include "event/tally.h"

#define HEALTH_FEEDS 8

struct health_feed { /* filled by the session */
    char name[64];
    uint64_t records, used, drops, unknown_codes;
    int64_t lag_ns; /* INT64_MIN = not meaningful */
    bool ended;
    /* Filled here: */
    uint64_t events, gaps;
    int64_t last_ns; /* engine time of its last event, 0 = none yet */
};
struct health_view {
    struct health_feed feeds[HEALTH_FEEDS];
    size_t n_feeds;
    uint64_t late, raised, no_quote, overflow, duplicates;
    uint64_t repaired, unmatched; /* cancels and corrections with a target, and without */
    uint64_t gaps, revised;
    const struct print_tally *tally; /* borrowed; NULL in a replay */
    const struct idents *idents;
};

struct health;
struct health *health_create(void);
void health_destroy(struct health *h);
struct sink health_sink(struct health *h);
/* Fills what is counted here; the rest of *ret stays. */
void health_read(const struct health *h, const struct deck_counts *counts, struct health_view *ret);
