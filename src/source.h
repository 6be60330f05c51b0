/* One feed of a session and its pace: how its recorded or simulated time runs against the wall
 * clock. Pacing decides when a feed is asked, never what it says. */
#pragma once
#include "feed/feed.h"

struct source {
    struct feed feed;
    char name[64];    /* its address, cleaned, for people */
    double speed;     /* engine seconds a second; 0 = as fast as possible */
    int64_t wall0_ns; /* monotonic time of engine0_ns; 0 = not started */
    int64_t engine0_ns;
    bool ended;
    struct feed_stats *base; /* what it had handed over when the session began; NULL = nothing */
};

/* fast: unpaced whatever the address says. On failure nothing is left open. */
int source_open(struct source *src, const char *uri, const struct feed_context *ctx, bool fast,
                struct err *err);
/* Engine time up to which the source is due now; INT64_MAX for an unpaced one. The first call
 * starts its clock. */
int64_t source_due_ns(struct source *src);
/* What it has handed over since the base. A record that was read but waits for its time is not in
 * it. */
struct feed_stats source_since(const struct source *src);
void source_rebase(struct source *src); /* the base is now */
void source_close(struct source *src);
