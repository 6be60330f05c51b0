/* tapedeck import: files into a new session, through the same door as a live feed. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/output.h"
#include "command/recording.h"
#include "command/rows.h"
#include "store/store.h"

#define PROGRESS_NS (300 * NS_PER_MS)
#define MAX_URI     (PATH_MAX * 3 + 4096)

static void add_encoded(struct text *t, const char *s)
{
    for (; *s; s++) {
        bool plain = (*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') ||
                     (*s >= 'A' && *s <= 'Z') || strchr("-._~/", *s);
        if (plain)
            text_addn(t, s, 1);
        else
            text_add(t, "%%%02X", (unsigned char)*s);
    }
}

static void add_param(struct text *t, const char *key, const char *value)
{
    text_add(t, "%c%s=", strchr(t->buf, '?') ? '&' : '?', key);
    add_encoded(t, value);
}

/* file:PATH?map=M&set=k=v as one address; free with mem_free. A word that is an address already
 * keeps what it says: so each of several files can have a map of its own. */
static char *uri_of(const struct args *a, const char *word)
{
    char *buf = mem_alloc(MAX_URI);
    struct text t = text_on(buf, MAX_URI);
    bool address = strncmp(word, "file:", 5) == 0;
    text_add(&t, "%s", address ? word : "file:");
    if (!address)
        add_encoded(&t, word);
    if (a->values[ARG_MAP] && !(address && strstr(word, "map=")))
        add_param(&t, "map", a->values[ARG_MAP]);
    for (size_t i = 0; i < a->n_list; i++)
        add_param(&t, "set", a->list[i]);
    return buf;
}

/* Progress on a terminal only: share of the bytes, events, time left. */
struct progress {
    struct session *session;
    int64_t start_ns, last_ns;
    bool shown;
};

static void on_progress(void *self)
{
    struct progress *p = self;
    struct session_view v;
    uint64_t done = 0, total = 0;
    int64_t now = clock_mono_ns();
    if (now - p->last_ns < PROGRESS_NS)
        return;
    p->last_ns = now;
    session_view(p->session, &v);
    const struct feed *f;
    for (size_t i = 0; (f = session_feed(p->session, i)); i++) {
        done += f->stats.bytes_done;
        total += f->stats.bytes_total;
    }
    if (!total || !done)
        return;
    double share = (double)done / (double)total;
    double left = (double)(now - p->start_ns) / 1e9 * (1 - share) / share;
    fprintf(stderr, "\r%3.0f %%  %llu events  %.0f s left ", share * 100,
            (unsigned long long)v.events, left);
    p->shown = true;
}

static int run(const struct args *a, struct session *s, const char *part, struct err *err)
{
    struct progress progress = {.session = s, .start_ns = clock_mono_ns()};
    struct session_view v;
    progress.last_ns = progress.start_ns;
    if (isatty(STDERR_FILENO))
        session_on_frame(s, on_progress, &progress);
    int rc = session_run(s, err);
    session_on_frame(s, NULL, NULL);
    if (progress.shown)
        fprintf(stderr, "\r%60s\r", "");
    session_view(s, &v);
    bool interrupted = rc == 0 && session_signal(s) && !session_ended(s);
    struct err closing = {0};
    int closed = session_finish(s, &closing);
    if (rc == 0 && closed < 0) {
        *err = closing;
        rc = closed;
    }
    if (rc == 0 && interrupted) {
        err_set(err, ERR_USAGE, "interrupted after %" PRIu64 " events: nothing was kept", v.events);
        rc = -(128 + session_signal(s));
    } else if (rc < 0) {
        struct err why = *err;
        err_set(err, why.code, "%s: nothing was kept", why.text);
    }
    if (rc == 0 && v.events == 0)
        rc = err_set(err, ERR_NO_ROWS, "no record could be imported: nothing was written");
    if (rc < 0)
        store_remove(part, NULL);
    else if (rename(part, a->values[ARG_TO]) != 0)
        rc = err_set(err, ERR_DISK, "cannot rename %s to %s: %s", part, a->values[ARG_TO],
                     strerror(errno));
    return rc;
}

static int import_run(const struct args *a, struct err *err)
{
    char part[PATH_MAX];
    struct complaints complaints = {0};
    struct carry carry = {0};
    struct session *s;
    const char *to = a->values[ARG_TO];
    if (!to)
        return err_set(err, ERR_USAGE, "import needs --to SESSION: the file to write");
    if (access(to, F_OK) == 0)
        return err_set(err, ERR_USAGE, "%s exists: choose another name, or remove it first", to);
    if ((size_t)snprintf(part, sizeof part, "%s.part", to) >= sizeof part)
        return err_set(err, ERR_USAGE, "--to: the path is too long");
    /* Left by an import that was killed: it was never a session. */
    if (store_remove(part, NULL) < 0)
        return err_set(err, ERR_LOCKED, "%s is being imported by another process", to);
    const char **uris = mem_alloc(a->n_words * sizeof *uris);
    for (size_t i = 0; i < a->n_words; i++)
        uris[i] = uri_of(a, a->words[i]);
    struct session_options o = {.inputs = uris,
                                .n_inputs = a->n_words,
                                .record_to = part,
                                .shown_as = to,
                                .as_fast_as_possible = true,
                                .stop_at_end = true,
                                .reject = complaints_take,
                                .reject_self = &complaints};
    int rc = recording_times(a, &o, err);
    if (rc == 0)
        recording_carry(a, &o, &carry);
    if (rc == 0)
        rc = session_open(&o, &s, err);
    if (rc == 0) {
        rc = run(a, s, part, err);
        if (rc > -128)
            recording_summary(s, NULL);
        if (rc == 0 && session_unreadable(s))
            rc = err_set(err, ERR_FEED, "%zu of %zu files could not be read; the rest is in %s",
                         session_unreadable(s), a->n_words, to);
        session_close(s);
    }
    carry_finish(&carry);
    for (size_t i = 0; i < a->n_words; i++)
        mem_free((char *)uris[i]);
    mem_free(uris);
    int flushed = output_finish(rc < 0 ? NULL : err);
    return rc < 0 ? rc : flushed;
}

const struct command command_import = {
    .name = "import",
    .operands = "FILE...",
    .sentence = "files (Tape CSV, DBN, msgpack capture, mapped CSV) into a new session",
    .description =
        "Reads the files side by side in order of receive time, through the same engine as a live "
        "feed, into a new session. What cannot be read is named with file, line or record and "
        "reason, and the rest goes on; the summary accounts for every record. --map names a column "
        "map for other CSV files: one that is shipped, or a file; --set gives it values it asks "
        "for. A FILE may also be an address with a map of its own: "
        "'file:quotes.csv?map=taq-quote&set=k=v'.",
    .options = ARG(TO) | ARG(MAP) | ARG(SET) | ARG(REORDER) | ARG(BASELINE),
    .to = "the session file to write; it must not exist",
    .min_words = 1,
    .max_words = 255,
    .run = import_run,
};
