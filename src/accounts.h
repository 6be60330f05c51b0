/* What became of everything a recording received, as facts for the session's meta: `feed.N.NAME`
 * and `deck.NAME`. `query SESSION stats` shows them. */
#pragma once
#include "deck/deck.h"
#include "feed/feed.h"
#include "store/store.h"

/* name: the feed's URI without secrets. */
void accounts_feed(struct store *s, size_t i, const char *name, const struct feed_stats *stats);
void accounts_deck(struct store *s, const struct deck_counts *counts);
