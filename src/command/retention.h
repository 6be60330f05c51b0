/* Which sessions of a folder may go: rules of age, number and size, and what is never touched. */
#pragma once
#include "command/listing.h"

struct retention {
    int64_t age_ns; /* of the last event; 0 = no such rule */
    int64_t count;  /* the newest so many stay; 0 */
    int64_t bytes;  /* the newest that fit in together stay; 0 */
};

/* "30d", "20", "50GB", or several joined by commas: a session goes where any of them says so. */
int retention_parse(const char *text, struct retention *ret, struct err *err);

struct verdict {
    bool goes;
    char why[64]; /* the rule that says so; with goes false what holds it back, "" = no rule */
};
/* A verdict for each line. now_ns: wall clock. Only complete sessions go: what is being recorded,
 * pinned, was cut off or cannot be read is for a person to judge. */
void retention_judge(const struct retention *r, const struct listing *l, int64_t now_ns,
                     struct verdict *ret);
