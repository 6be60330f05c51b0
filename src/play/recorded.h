/* The policy a session was recorded under, so that a replay derives what the recorder derived. */
#pragma once
#include "deck/deck.h"
#include "store/query.h"

/* From the session's meta `policy.NAME`; what is absent or unreadable keeps its default, and the
 * hash then tells that the policies differ. */
struct deck_policy recorded_policy(struct reader *r);
/* The meta key and value of row i for the recorder to store. */
void recorded_policy_row(const struct deck_policy *p, size_t i, char *key, size_t key_cap,
                         char *value, size_t value_cap);
