/* Accounting written to the session. See accounts.h. */
#include "accounts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put(struct store *s, const char *group, const char *name, uint64_t n)
{
    char key[192], value[32];
    snprintf(key, sizeof key, "%s.%s", group, name);
    snprintf(value, sizeof value, "%" PRIu64, n);
    store_meta(s, key, value);
}

void accounts_feed(struct store *s, size_t i, const char *name, const struct feed_stats *st)
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
        put(s, group, rows[k].name, rows[k].n);
    for (size_t k = 0; k < DROP_COUNT; k++) {
        snprintf(key, sizeof key, "drop.%s", drop_reason_name(k));
        if (st->drops[k])
            put(s, group, key, st->drops[k]);
    }
    for (size_t k = 0; k < st->n_unknown; k++) {
        snprintf(key, sizeof key, "unknown.%s.%s", st->unknown[k].what, st->unknown[k].text);
        put(s, group, key, st->unknown[k].n);
    }
}

void accounts_deck(struct store *s, const struct deck_counts *c)
{
    const struct {
        const char *name;
        uint64_t n;
    } rows[] = {
        {"raised", c->raised},
        {"late", c->late},
        {"no_quote", c->no_quote},
        {"overflow", c->overflow},
        {"duplicates", c->duplicates},
        {"repairs.done", c->repairs[REPAIR_DONE]},
        {"repairs.no_target", c->repairs[REPAIR_NO_TARGET]},
        {"repairs.again", c->repairs[REPAIR_AGAIN]},
    };
    for (size_t k = 0; k < ARRAY_LEN(rows); k++)
        put(s, "deck", rows[k].name, rows[k].n);
}
