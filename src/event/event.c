/* Event kind names. See event.h. */
#include "event/event.h"

#include <string.h>

static const char *const names[EV_COUNT] = {
#define X(id, name) [EV_##id] = name,
    EVENT_KINDS(X)
#undef X
};

const char *event_kind_name(enum event_kind kind)
{
    return (size_t)kind < EV_COUNT ? names[kind] : "?";
}

int event_kind_parse(const char *s, size_t n)
{
    for (int k = 0; k < EV_COUNT; k++)
        if (strlen(names[k]) == n && memcmp(names[k], s, n) == 0)
            return k;
    return -1;
}
