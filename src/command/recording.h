/* What the recording commands share: which feeds, which file, what is said at the end. */
#pragma once
#include "command/command.h"
#include "session.h"

/* Feeds from options, then environment, then the synthetic market; the strings live as long as
 * args and the environment. */
void recording_feeds(const struct args *a, struct session_options *ret);

/* --session, or a new name in the data folder ($XDG_DATA_HOME/tapedeck, made with mode 0700):
 * 2026-06-15-093000-synthetic.db by the wall clock in UTC; -2, -3 before .db where that name is
 * taken. */
int recording_path(const struct args *a, const struct session_options *o, char *buf, size_t cap,
                   struct err *err);

/* --for and --sync into *ret. */
int recording_times(const struct args *a, struct session_options *ret, struct err *err);

/* Refused records to standard error: the first ones of each reason in full, then silence. */
struct complaints {
    uint32_t shown[DROP_COUNT], kept_back;
};
void complaints_take(void *self, enum drop_reason why, const char *where, const char *detail);

/* rc, or -(128 + signal) when a signal ended an otherwise good run. */
int recording_exit(const struct session *s, int rc);

/* The account of every feed, one line a fact, to standard output. */
void recording_summary(const struct session *s);
