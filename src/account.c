/* The books of a recording. See account.h. */
#include "account.h"

#include <inttypes.h>
#include <stdio.h>

#include "deck/deck.h"
#include "feed/feed.h"
#include "play/recorded.h"
#include "store/store.h"

void account_policy(struct store *store, const struct deck_policy *policy, int64_t reorder_ns)
{
    char key[64], value[64];
    for (size_t i = 0; i < deck_policy_count(); i++) {
        recorded_policy_row(policy, i, key, sizeof key, value, sizeof value);
        store_meta(store, key, value);
    }
    snprintf(value, sizeof value, "%" PRId64, reorder_ns);
    store_meta(store, "reorder_ns", value);
}

static void write_count(struct store *store, const char *group, const char *name, uint64_t n)
{
    char key[192], value[32];
    snprintf(key, sizeof key, "%s.%s", group, name);
    snprintf(value, sizeof value, "%" PRIu64, n);
    store_meta(store, key, value);
}

void account_feed(struct store *s, size_t i, const char *name, const struct feed_stats *st)
{
    const struct {
        const char *name;
        uint64_t n;
    } rows[] = {
        {"records", st->records},
        {"used", st->used},
        {"joined_quotes", st->joined_quotes},
        {"unknown_codes", st->unknown_codes},
        {"flagged", st->flagged},
        {"unknown_fields", st->unknown_fields},
    };
    char group[32], key[128];
    snprintf(group, sizeof group, "feed.%zu", i);
    snprintf(key, sizeof key, "%s.uri", group);
    store_meta(s, key, name);
    for (size_t k = 0; k < ARRAY_LEN(rows); k++)
        write_count(s, group, rows[k].name, rows[k].n);
    for (size_t k = 0; k < DROP_COUNT; k++) {
        snprintf(key, sizeof key, "drop.%s", drop_reason_name(k));
        if (st->drops[k])
            write_count(s, group, key, st->drops[k]);
    }
    for (size_t k = 0; k < st->n_unknown; k++) {
        snprintf(key, sizeof key, "unknown.%s.%s", st->unknown[k].what, st->unknown[k].text);
        if (st->unknown[k].n)
            write_count(s, group, key, st->unknown[k].n);
    }
}

void account_deck(struct store *store, uint64_t received, const struct deck *deck)
{
    const struct deck_counts *c = deck_counts(deck);
    const struct {
        const char *name;
        uint64_t n;
    } rows[] = {
        {"raised", c->raised},
        {"late", c->late},
        {"no_quote", c->no_quote},
        {"overflow", c->overflow},
        {"packets", c->packets},
        {"crowded", c->crowded},
        {"repairs.done", c->repairs[REPAIR_DONE]},
        {"repairs.no_target", c->repairs[REPAIR_NO_TARGET]},
        {"repairs.again", c->repairs[REPAIR_AGAIN]},
    };
    write_count(store, "events", "received", received);
    write_count(store, "events", "committed", deck_seq(deck));
    write_count(store, "events", "duplicate", c->duplicates);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        write_count(store, "deck", rows[i].name, rows[i].n);
}
