/* tapedeck record: the recorder without a screen. */
#include <stdio.h>

#include "command/output.h"
#include "command/recording.h"
#include "command/rows.h"

static int record_run(const struct args *a, struct err *err)
{
    struct recording target = {0};
    struct complaints complaints = {0};
    struct carry carry = {0};
    struct session_options o = {
        .stop_at_end = true, .reject = complaints_take, .reject_self = &complaints};
    struct session *s;
    recording_feeds(a, &o);
    int rc = recording_times(a, &o, err);
    if (rc == 0)
        rc = recording_target(&target, a, &o, err);
    if (rc == 0)
        recording_carry(a, &o, &carry);
    if (rc == 0)
        rc = session_open(&o, &s, err);
    carry_finish(&carry);
    if (rc < 0)
        return rc;
    fprintf(stderr, "tapedeck: recording to %s; Ctrl-C ends it\n", session_file(s));
    rc = session_run(s, err);
    struct err closing = {0};
    int closed = session_finish(s, &closing);
    recording_summary(s, &target);
    recording_finish(&target);
    if (rc == 0 && closed < 0) {
        *err = closing;
        rc = closed;
    }
    rc = recording_exit(s, rc);
    session_close(s);
    int flushed = output_finish(rc < 0 ? NULL : err);
    return rc < 0 ? rc : flushed;
}

const struct command command_record = {
    .name = "record",
    .operands = "",
    .sentence = "record without a screen; `attach` watches it",
    .description = "Records the feeds into a session file until they end, --for is over, or a "
                   "signal comes, and prints the account of every record. With --rotate day every "
                   "trading day gets a session of its own, named by date and feed.",
    .options = ARG(FEED) | ARG(OPTIONS_FEED) | ARG(EQUITIES_FEED) | ARG(FOR) | ARG(SESSION) |
               ARG(SYNC) | ARG(REORDER) | ARG(BASELINE) | ARG(ROTATE),
    .max_words = 0,
    .run = record_run,
};
