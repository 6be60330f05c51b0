/* The books of a recording, written into the session as meta: what every feed sent and what became
 * of it, what the deck did with it, under which policy. `verify` adds them up. */
#pragma once
#include "base/base.h"

struct deck;
struct deck_policy;
struct feed_stats;
struct store;

void account_policy(struct store *store, const struct deck_policy *policy, int64_t reorder_ns);
/* name: the feed's address without secrets. */
void account_feed(struct store *store, size_t i, const char *name, const struct feed_stats *st);
/* received: events handed over by all feeds. */
void account_deck(struct store *store, uint64_t received, const struct deck *deck);
