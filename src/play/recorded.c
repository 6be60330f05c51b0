/* See recorded.h. */
#include "play/recorded.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/dec.h"

static int64_t *field(struct deck_policy *p, size_t i)
{
    return (int64_t *)(void *)((char *)p + deck_policy_rows[i].offset);
}

struct deck_policy recorded_policy(struct reader *r)
{
    struct deck_policy p = deck_policy_default();
    for (size_t i = 0; i < deck_policy_count(); i++) {
        char key[64], value[64];
        snprintf(key, sizeof key, "policy.%s", deck_policy_rows[i].name);
        int64_t v;
        if (reader_meta(r, key, value, sizeof value) == 0 &&
            dec_parse(value, strlen(value), 0, &v) == DEC_OK)
            *field(&p, i) = v;
    }
    return p;
}

void recorded_policy_row(const struct deck_policy *p, size_t i, char *key, size_t key_cap,
                         char *value, size_t value_cap)
{
    struct deck_policy copy = *p;
    snprintf(key, key_cap, "policy.%s", deck_policy_rows[i].name);
    snprintf(value, value_cap, "%" PRId64, *field(&copy, i));
}
