/* tapedeck score: what the deck derived, held against a labelled truth. */
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "command/output.h"
#include "command/rows.h"
#include "command/score_batch.h"
#include "score/report.h"

#define SEEDS_MOST 100000
#define BAD_SHOWN  5

struct form {
    bool jsonl;
    struct report report;
};

static int read_form(const struct args *a, struct form *ret, struct err *err)
{
    const char *format = a->values[ARG_FORMAT] ? a->values[ARG_FORMAT] : "table";
    ret->jsonl = strcmp(format, "jsonl") == 0;
    ret->report = (struct report){.out = stdout, .ascii = a->values[ARG_ASCII] || !output_utf8()};
    if (!ret->jsonl && strcmp(format, "table") != 0)
        return err_set(err, ERR_USAGE, "score: no format '%s'; there are: table jsonl", format);
    return 0;
}

/* ---- one session ---------------------------------------------------------------------------- */

static void complain(void *self, const char *line)
{
    uint64_t *told = self;
    if ((*told)++ < BAD_SHOWN)
        fprintf(stderr, "tapedeck: %s\n", line);
}

struct misses {
    const struct form *form;
    int64_t left;
    bool begun;
};

static void on_miss(void *self, const struct score_miss *m)
{
    struct misses *k = self;
    if (k->left-- <= 0)
        return;
    if (!k->form->jsonl && !k->begun)
        output_printf("Parents that were not found as they are\n  %-8s %-19s %-21s %6s%8s  %s\n",
                      "parent", "class", "symbol", "prints", "packets", "best packet");
    k->begun = true;
    (k->form->jsonl ? report_miss_jsonl : report_miss)(&k->form->report, m);
}

static int score_claims(const struct args *a, const struct form *form, const struct truth *truth,
                        struct reader *r, struct err *err)
{
    struct misses misses = {.form = form};
    struct claims claims = {0};
    struct score score;
    int rc = a->values[ARG_LIMIT] ? args_count(a, ARG_LIMIT, 1, &misses.left, err) : 0;
    if (rc == 0)
        rc = claims_read(&claims, r, err);
    if (rc == 0) {
        claims_settle(&claims);
        rc = score_make(truth, &claims, reader_symbols(r), misses.left ? on_miss : NULL, &misses,
                        &score, err);
    }
    if (rc == 0)
        (form->jsonl ? report_score_jsonl : report_score)(&form->report, &score);
    claims_finish(&claims);
    return rc;
}

static int score_session(const struct args *a, const struct form *form, struct err *err)
{
    struct truth truth = {0};
    struct reader *r;
    uint64_t told = 0;
    const char *path = a->values[ARG_TRUTH];
    if (!path)
        return err_set(err, ERR_USAGE, "score needs --truth FILE, or --seeds A..B for a batch");
    int rc = output_session(a->words[0], &r, err);
    if (rc < 0)
        return rc;
    rc = truth_read(path, complain, &told, &truth, err);
    if (told > BAD_SHOWN)
        fprintf(stderr, "tapedeck: %s: %llu more rows cannot be read\n", path,
                (unsigned long long)(told - BAD_SHOWN));
    if (rc == 0)
        rc = score_claims(a, form, &truth, r, err);
    truth_finish(&truth);
    reader_close(r);
    return rc;
}

/* ---- many seeds ----------------------------------------------------------------------------- */

static int read_seeds(const char *text, struct score_batch *b, struct err *err)
{
    const char *dots = strstr(text, "..");
    size_t n = dots ? (size_t)(dots - text) : strlen(text);
    int64_t first, last;
    if (dec_parse(text, n, 0, &first) != DEC_OK || first < 0 ||
        dec_parse(dots ? dots + 2 : text, strlen(dots ? dots + 2 : text), 0, &last) != DEC_OK ||
        last < first || last - first >= SEEDS_MOST)
        return err_set(err, ERR_USAGE, "--seeds takes A..B, at most %d seeds, not '%s'", SEEDS_MOST,
                       text);
    b->first = (uint64_t)first;
    b->last = (uint64_t)last;
    return 0;
}

static int score_profile(struct score_batch *b, struct form *form, struct err *err)
{
    struct score score;
    struct runs runs;
    int rc = score_batch_run(b, &score, &runs, err);
    if (rc < 0)
        return rc;
    form->report.profile = b->profile;
    (form->jsonl ? report_score_jsonl : report_score)(&form->report, &score);
    (form->jsonl ? report_runs_jsonl : report_runs)(&form->report, &runs);
    runs_finish(&runs);
    return output_finish(err); /* the next profile takes its time */
}

static int score_seeds(const struct args *a, struct form *form, struct err *err)
{
    struct score_batch b = {.args = a->values[ARG_FEED_ARGS]};
    const char *profiles = a->values[ARG_PROFILE];
    int rc = read_seeds(a->values[ARG_SEEDS], &b, err);
    if (rc == 0 && (a->n_words || a->values[ARG_TRUTH] || a->values[ARG_LIMIT]))
        rc = err_set(err, ERR_USAGE,
                     "score --seeds makes its own tapes and truth: it takes no "
                     "SESSION, --truth or --limit");
    if (rc < 0 || !profiles)
        return rc < 0 ? rc : score_profile(&b, form, err);
    char *list = mem_strndup(profiles, strlen(profiles)), *rest = list;
    while (rc == 0 && (b.profile = strsep(&rest, ",")))
        rc = score_profile(&b, form, err);
    mem_free(list);
    return rc;
}

static int run(const struct args *a, struct err *err)
{
    struct form form;
    output_init();
    int rc = read_form(a, &form, err);
    if (rc == 0 && a->values[ARG_SEEDS])
        rc = score_seeds(a, &form, err);
    else if (rc == 0 && (a->values[ARG_PROFILE] || a->values[ARG_FEED_ARGS]))
        rc = err_set(err, ERR_USAGE, "--profile and --feed-args belong to --seeds");
    else if (rc == 0 && !a->n_words)
        rc = err_set(err, ERR_USAGE, "score needs a SESSION, or --seeds A..B");
    else if (rc == 0)
        rc = score_session(a, &form, err);
    int flushed = output_finish(rc < 0 ? NULL : err);
    return rc < 0 ? rc : flushed;
}

const struct command command_score = {
    .name = "score",
    .operands = "[SESSION]",
    .sentence = "what the deck derived against a labelled truth, or over seeds",
    .description =
        "Holds packets and sides of a session against the truth its maker labelled (--truth), or "
        "runs the synthetic market over --seeds and adds up. A packet is right when its members "
        "are exactly the prints of one parent order and its kind is what the parent's class is "
        "called: single (also retail_auction and noise), fill_run, sweep (sweep and iso_sweep; "
        "then once more by grade: iso, apparent), block, repeat, package (also roll and "
        "stock_tied). Precision is right / packets of the kind, "
        "recall right / parents of the class, with Wilson 95 % intervals. Purity is the share of a "
        "packet's size that comes from its main parent, completeness the share of a parent's size "
        "in its best packet, averaged over packets or parents and weighted by size. A parent is "
        "abstained from when none of its prints has a side. Sides are compared print by print, by "
        "place in the quote; their stated confidence is measured by Brier score (Murphy's parts), "
        "ECE, log loss and a reliability table. Cancelled prints, and rows without a print in the "
        "session, are left out on both sides.",
    .options = ARG(TRUTH) | ARG(SEEDS) | ARG(PROFILE) | ARG(FEED_ARGS) | ARG(FORMAT) | ARG(LIMIT) |
               ARG(ASCII),
    .max_words = 1,
    .run = run,
};
