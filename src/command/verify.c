/* tapedeck verify: integrity, accounting, re-derivation. */
#include "play/verify.h"

#include <inttypes.h>
#include <stdio.h>

#include "command/output.h"
#include "command/rows.h"

static void say(void *self, bool problem, const char *line)
{
    (void)self;
    if (problem)
        output_printf("PROBLEM %s\n", line);
    else
        fprintf(stderr, "tapedeck: %s\n", line);
}

static int verify_run(const struct args *a, struct err *err)
{
    struct reader *r;
    struct verify_result v;
    int rc = output_session(a->words[0], &r, err);
    if (rc < 0)
        return rc;
    rc = verify_session(r, say, NULL, &v, err);
    reader_close(r);
    if (rc < 0)
        return rc;
    if (v.rederived)
        output_printf("derived again: %" PRIu64 " events, %" PRIu64 " records, digest %016" PRIx64
                      "\n",
                      v.events, v.records, v.digest);
    if (v.problems)
        rc = err_set(err, ERR_DAMAGED, "%s: %" PRIu64 " problem%s found", a->words[0], v.problems,
                     v.problems == 1 ? "" : "s");
    else
        output_printf("%s: all agree\n", a->words[0]);
    int flushed = output_finish(rc < 0 ? NULL : err);
    return rc < 0 ? rc : flushed;
}

const struct command command_verify = {
    .name = "verify",
    .operands = "SESSION",
    .sentence = "integrity, accounting and re-derivation; exit 0 only if all agree",
    .description =
        "Checks the file and its references, that packets are the sum of their members, and "
        "derives "
        "every record again from the raw events through the engine; the first difference is named.",
    .min_words = 1,
    .max_words = 1,
    .run = verify_run,
};
