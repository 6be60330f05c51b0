/* tapedeck verify: integrity, accounting, re-derivation. */
#include "play/verify.h"

#include <inttypes.h>
#include <stdio.h>

#include "command/output.h"
#include "command/rows.h"
#include "command/stops.h"

static void say(void *self, bool problem, const char *line)
{
    (void)self;
    if (problem)
        output_printf("PROBLEM %s\n", line);
    else
        fprintf(stderr, "tapedeck: %s\n", line);
}

static bool stopped(void *self)
{
    (void)self;
    return stops_pending() != 0;
}

/* Where it stopped, and what had been found by then. */
static void say_stopped(const char *path, const struct verify_result *v)
{
    output_printf("%s: stopped", path);
    if (v->rederived)
        output_printf(" after %" PRIu64 " of %" PRIu64 " events were derived again", v->events,
                      v->of_events);
    if (v->at[0])
        output_printf(", while checking the file (%s)", v->at);
    output_printf("; %" PRIu64 " problem%s up to there, the rest is not known\n", v->problems,
                  v->problems == 1 ? "" : "s");
}

/* 0, -ERR_DAMAGED when something was found, or -code. */
static int verify_one(const char *path, bool *ret_stopped, struct err *err)
{
    struct reader *r;
    struct verify_result v;
    int rc = output_session(path, &r, err);
    if (rc < 0)
        return rc;
    rc = verify_session(r, say, stopped, NULL, &v, err);
    reader_close(r);
    if (rc < 0)
        return rc;
    *ret_stopped = v.stopped;
    if (v.rederived && !v.stopped)
        output_printf("derived again: %" PRIu64 " events, %" PRIu64 " records, digest %016" PRIx64
                      "\n",
                      v.events, v.records, v.digest);
    if (v.stopped)
        say_stopped(path, &v);
    else if (!v.problems)
        output_printf("%s: all agree\n", path);
    return v.problems ? err_set(err, ERR_DAMAGED, "%s: %" PRIu64 " problem%s found", path,
                                v.problems, v.problems == 1 ? "" : "s")
                      : 0;
}

/* Every session is looked at, whatever is wrong with one before it; the first failure is the
 * answer, the others are said meanwhile. */
static int verify_run(const struct args *a, struct err *err)
{
    struct stops stops;
    bool interrupted = false;
    size_t bad = 0;
    int first = 0;
    stops_hold(&stops);
    for (size_t i = 0; i < a->n_words && !interrupted; i++) {
        struct err why = {0};
        int rc = verify_one(a->words[i], &interrupted, &why);
        bad += rc < 0;
        if (rc < 0 && a->n_words > 1)
            fprintf(stderr, "tapedeck: %s\n", why.text);
        if (rc < 0 && !first) {
            first = rc;
            *err = why;
        }
    }
    int signal = stops_release(&stops);
    if (bad && a->n_words > 1)
        err_set(err, err->code, "%zu of %zu sessions do not verify", bad, a->n_words);
    int flushed = output_finish(first < 0 ? NULL : err);
    if (interrupted && !first)
        return -(128 + signal);
    return first < 0 ? first : flushed;
}

const struct command command_verify = {
    .name = "verify",
    .operands = "SESSION...",
    .sentence = "integrity, accounting and re-derivation; exit 0 only if all agree",
    .description =
        "Checks the file and its references, that packets are the sum of their members, and "
        "derives "
        "every record again from the raw events through the engine; the first difference is named. "
        "Ctrl-C stops it: it says how far it came, and what it had found.",
    .min_words = 1,
    .max_words = 255,
    .run = verify_run,
};
