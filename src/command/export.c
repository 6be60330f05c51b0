/* tapedeck export: a self-contained cut of a session. */
#include "store/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "command/output.h"
#include "command/rows.h"
#include "command/stops.h"
#include "view/when.h"

#define MAX_SYMBOLS 1024

static int time_of(const struct args *a, enum arg arg, const struct session_span *span,
                   int64_t *ret, struct err *err)
{
    return a->values[arg] ? when_parse(a->values[arg], span, INT64_MIN, ret, err) : 0;
}

static int read_times(const struct args *a, struct export_options *o, struct err *err)
{
    struct reader *r;
    struct session_span span;
    int rc = output_session(a->words[0], &r, err);
    if (rc < 0)
        return rc;
    rc = reader_span(r, &span, err);
    if (rc == 0)
        rc = time_of(a, ARG_FROM, &span, &o->from_ns, err);
    if (rc == 0)
        rc = time_of(a, ARG_TO, &span, &o->to_ns, err);
    reader_close(r);
    return rc;
}

/* Splits "A,B" in place; returns the count, or -1 when there are too many. */
static int split(char *text, const char **ret, size_t max)
{
    size_t n = 0;
    for (char *save = NULL, *word = strtok_r(text, ",", &save); word;
         word = strtok_r(NULL, ",", &save)) {
        if (n == max)
            return -1;
        ret[n++] = word;
    }
    return (int)n;
}

static int read_kinds(const char *text, uint32_t *ret, struct err *err)
{
    char *copy = mem_strndup(text, strlen(text));
    const char *words[32];
    int n = split(copy, words, ARRAY_LEN(words)), rc = 0;
    for (int i = 0; i < n && rc == 0; i++) {
        int kind = row_kind_parse(words[i]);
        if (kind < 0)
            rc = err_set(err, ERR_USAGE, "--kind: '%s' is not a kind of rows", words[i]);
        else
            *ret |= UINT32_C(1) << kind;
    }
    mem_free(copy);
    return n < 0 ? err_set(err, ERR_USAGE, "--kind: too many kinds") : rc;
}

static bool on_progress(void *self, uint64_t done, uint64_t total)
{
    (void)self;
    if (isatty(STDERR_FILENO) && total)
        fprintf(stderr, "\r%3.0f %% ", (double)done * 100 / (double)total);
    return stops_pending() == 0;
}

static int export_run(const struct args *a, struct err *err)
{
    const char *symbols[MAX_SYMBOLS];
    struct export_options o = {.from_ns = INT64_MIN, .to_ns = INT64_MAX, .symbols = symbols};
    struct export_counts n;
    char *list = NULL;
    int rc = read_times(a, &o, err);
    if (rc == 0 && a->values[ARG_KIND])
        rc = read_kinds(a->values[ARG_KIND], &o.kinds, err);
    if (rc == 0 && a->values[ARG_SYMBOL]) {
        list = mem_strndup(a->values[ARG_SYMBOL], strlen(a->values[ARG_SYMBOL]));
        int words = split(list, symbols, MAX_SYMBOLS);
        o.n_symbols = words < 0 ? 0 : (size_t)words;
        if (words <= 0)
            rc = err_set(err, ERR_USAGE, "--symbol: one to %d symbols, joined by commas",
                         MAX_SYMBOLS);
    }
    if (rc == 0) {
        /* Held back while writing: an interrupt then leaves nothing half-made. */
        struct stops stops;
        stops_hold(&stops);
        rc = export_session(a->words[0], a->words[1], &o, on_progress, NULL, &n, err);
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r%10s\r", "");
        int signal = stops_release(&stops);
        if (rc < 0 && signal) {
            err_set(err, ERR_USAGE, "interrupted: nothing was written");
            rc = -(128 + signal);
        }
    }
    if (rc == 0) {
        output_printf("%s: %" PRIu64 " raw rows, %" PRIu64 " derived, %" PRIu64
                      " kept as evidence from outside the choice\n",
                      a->words[1], n.raw, n.derived, n.evidence);
        rc = output_finish(err);
    }
    mem_free(list);
    return rc;
}

const struct command command_export = {
    .name = "export",
    .operands = "SESSION OUT.db",
    .sentence = "a self-contained SQLite file of a session, or of a cut of it",
    .description =
        "Writes the session, or the part chosen by time, symbol and kind, as one SQLite file of "
        "the same schema: every derived row comes with all of its evidence. Times are given as for "
        "`query`: RFC 3339, +5s from the start, -5m before the end, 09:31:15 New York, 50%.",
    .options = ARG(FROM) | ARG(TO) | ARG(SYMBOL) | ARG(KIND),
    .to = "only what came at or before this time",
    .min_words = 2,
    .max_words = 2,
    .run = export_run,
};
