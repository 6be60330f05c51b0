/* What the recording commands share: which feeds, which file, what is said at the end. */
#pragma once
#include "command/command.h"
#include "carry.h"
#include "session.h"

/* Feeds from options, then environment, then the synthetic market; the strings live as long as
 * args and the environment. */
void recording_feeds(const struct args *a, struct session_options *ret);

/* Where a recording goes: one file, or with --rotate day one a trading day. Lives as long as the
 * session; recording_finish frees what it has gathered. */
struct recording {
    const struct args *args;
    const char *options_feed;
    bool quiet; /* a screen is on: nothing is said meanwhile */
    char path[4096];
    struct session_rotation rotation;
    char **done; /* a line for each session completed before the last */
    size_t n_done;
};
/* Fills record_to or rotation of *o, whose feeds are set. Sessions of a day are named by date and
 * feed, 2026-06-15-synthetic.db, or with --session DIR/NAME.db DIR/NAME-2026-06-15.db; -2, -3
 * before .db where a name is taken. */
int recording_target(struct recording *r, const struct args *a, struct session_options *o,
                     struct err *err);
void recording_finish(struct recording *r);

/* --baseline into *carry and o->carry; without the option the newest closed session of the default
 * folder with the same kind of feed, if the recording goes there. What cannot be taken over is said
 * on standard error and the recording starts cold. */
void recording_carry(const struct args *a, struct session_options *o, struct carry *carry);

/* --for and --sync into *ret. */
int recording_times(const struct args *a, struct session_options *ret, struct err *err);

/* Refused records to standard error: the first ones of each reason in full, then silence. */
struct complaints {
    uint32_t shown[DROP_COUNT], kept_back;
};
void complaints_take(void *self, enum drop_reason why, const char *where, const char *detail);

/* rc, or -(128 + signal) when a signal ended an otherwise good run. */
int recording_exit(const struct session *s, int rc);

/* The account of every feed, one line a fact, then a line a session, to standard output. r: of what
 * was recorded, NULL for an import. */
void recording_summary(const struct session *s, const struct recording *r);
