/* tapedeck live, replay, attach: the panel over a recording, a session, another's recording. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/paths.h"
#include "command/listing.h"
#include "command/output.h"
#include "command/recording.h"
#include "command/rows.h"
#include "tui/tui.h"

static int screen_options(const struct args *a, struct tui_options *ret, struct err *err)
{
    static const struct {
        const char *word;
        enum tui_color color;
    } words[] = {
        {"auto", TUI_COLOR_AUTO}, {"always", TUI_COLOR_ALWAYS}, {"never", TUI_COLOR_NEVER}};
    const char *color = a->values[ARG_COLOR] ? a->values[ARG_COLOR] : "auto";
    *ret = (struct tui_options){.ascii = a->values[ARG_ASCII] != NULL,
                                .plain = a->values[ARG_PLAIN] != NULL,
                                .theme = a->values[ARG_THEME]};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        ret->color = words[i].color;
        if (strcmp(words[i].word, color) == 0)
            return 0;
    }
    return err_set(err, ERR_USAGE, "--color: '%s' is none of auto, always, never", color);
}

static int say_if_newer(const struct session_options *o, struct err *err)
{
    struct reader *r;
    int rc = 0;
    for (size_t i = 0; i < o->n_replay && rc == 0; i++)
        if ((rc = output_session(o->replay[i], &r, err)) == 0)
            reader_close(r);
    return rc;
}

/* The panel over an opened session, until it is left; target: of a recording. */
static int show(const struct args *a, const struct session_options *o,
                const struct recording *target, struct err *err)
{
    struct tui_options screen;
    struct session *s;
    struct tui *t;
    int rc = screen_options(a, &screen, err);
    if (rc == 0)
        rc = say_if_newer(o, err);
    if (rc == 0)
        rc = session_open(o, &s, err);
    if (rc < 0)
        return rc;
    rc = tui_start(s, &screen, &t, err);
    bool started = rc == 0;
    if (started) {
        rc = session_run(s, err);
        tui_stop(t);
    }
    struct session_view last;
    struct err closing = {0};
    int closed = session_finish(s, &closing);
    if (rc == 0 && closed < 0) {
        *err = closing;
        rc = closed;
    }
    if (rc == 0 && target)
        recording_summary(s, target);
    session_view(s, &last);
    if (rc == 0 && last.word[0])
        fprintf(stderr, "tapedeck: %s\n", last.word);
    rc = recording_exit(s, rc);
    /* Without a screen nothing ran: an empty session is not left behind. */
    if (!started && target)
        unlink(session_file(s));
    session_close(s);
    int flushed = output_finish(rc < 0 ? NULL : err);
    return rc < 0 ? rc : flushed;
}

static int live_run(const struct args *a, struct err *err)
{
    struct recording target = {.quiet = true};
    struct carry carry = {0};
    struct session_options o = {0};
    recording_feeds(a, &o);
    int rc = recording_times(a, &o, err);
    if (rc == 0)
        rc = recording_target(&target, a, &o, err);
    if (rc == 0)
        recording_carry(a, &o, &carry);
    if (rc == 0)
        rc = show(a, &o, &target, err);
    recording_finish(&target);
    carry_finish(&carry);
    return rc;
}

/* The newest tape on top, as one looks for it; of one time the recording named last. */
static int newer_first(const void *a, const void *b)
{
    const struct listing_line *x = a, *y = b;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? 1 : -1;
    return strcmp(y->name, x->name);
}

static char **make_lines(const struct listing *l)
{
    char **lines = mem_grow(NULL, l->n, sizeof *lines);
    for (size_t i = 0; i < l->n; i++) {
        const struct listing_line *s = &l->lines[i];
        char date[16], span[40];
        listing_date(s, date, sizeof date);
        listing_span(s, span, sizeof span);
        lines[i] = mem_printf("%-10s %-17s %-32s %-11s %12" PRIu64 " %8.1f %s", date, span, s->name,
                              listing_state_name(s->state), s->events, (double)s->bytes / 1e6,
                              s->why[0] ? s->why : s->feeds);
    }
    return lines;
}

/* Leaves those that are being recorded, or those that are there at all. */
static void keep_recording(struct listing *l, bool recording)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++)
        if (!recording || l->lines[i].state == LISTING_RECORDING)
            l->lines[n++] = l->lines[i];
        else
            mem_free(l->lines[i].path);
    l->n = n;
}

static int pick(const struct args *a, struct listing *l, char *buf, size_t cap, struct err *err)
{
    struct tui_options screen;
    char head[128];
    size_t at = 0;
    qsort(l->lines, l->n, sizeof *l->lines, newer_first);
    char **lines = make_lines(l);
    snprintf(head, sizeof head, "%-10s %-17s %-32s %-11s %12s %8s %s", "DATE", "NEW YORK",
             "SESSION", "STATE", "EVENTS", "MB", "FEEDS");
    struct tui_list list = {"Sessions", head, (const char *const *)lines, l->n};
    int rc = screen_options(a, &screen, err);
    if (rc == 0)
        rc = tui_pick(&list, &screen, &at, err);
    buf[0] = '\0';
    if (rc == 0 && at < l->n)
        snprintf(buf, cap, "%s", l->lines[at].path);
    for (size_t i = 0; i < l->n; i++)
        mem_free(lines[i]);
    mem_free(lines);
    return rc;
}

/* Without an operand the session is chosen on the terminal; one alone being recorded needs no
 * choice. An empty path: the user left. */
static int choose(const struct args *a, bool recording, char *buf, size_t cap, struct err *err)
{
    struct listing l = {0};
    char dir[PATH_MAX];
    int rc = paths_data(dir, sizeof dir, err);
    if (rc == 0)
        rc = listing_read(dir, &l, err);
    keep_recording(&l, recording);
    if (rc == 0 && !l.n)
        rc = err_set(err, ERR_NO_ROWS, "no session %sin %s", recording ? "is being recorded " : "",
                     dir);
    else if (rc == 0 && recording && l.n == 1)
        snprintf(buf, cap, "%s", l.lines[0].path);
    else if (rc == 0 && (a->values[ARG_PLAIN] || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
        rc = err_set(err, ERR_USAGE, "which SESSION? `tapedeck sessions` lists those in %s", dir);
    else if (rc == 0)
        rc = pick(a, &l, buf, cap, err);
    listing_finish(&l);
    return rc;
}

static int open_session(const struct args *a, bool recording, struct err *err)
{
    char chosen[PATH_MAX];
    const char *one = chosen;
    struct session_options o = {.replay = a->n_words ? a->words : &one,
                                .n_replay = MAX(a->n_words, (size_t)1),
                                .attach = recording};
    int rc = recording_times(a, &o, err);
    if (rc == 0 && !a->n_words)
        rc = choose(a, recording, chosen, sizeof chosen, err);
    if (rc < 0 || o.replay[0][0] == '\0')
        return rc;
    return show(a, &o, NULL, err);
}

static int replay_run(const struct args *a, struct err *err)
{
    return open_session(a, false, err);
}

static int attach_run(const struct args *a, struct err *err)
{
    return open_session(a, true, err);
}

#define SCREEN (ARG(THEME) | ARG(COLOR) | ARG(ASCII) | ARG(PLAIN) | ARG(FOR))

const struct command command_live = {
    .name = "live",
    .operands = "",
    .sentence = "the panel, recording; the default",
    .description =
        "Records the feeds (the synthetic market unless chosen otherwise) into a new session and "
        "shows the tapes. Going back in time replays the running session while recording goes on; "
        "F returns to live.",
    .options = SCREEN | ARG(FEED) | ARG(OPTIONS_FEED) | ARG(EQUITIES_FEED) | ARG(SESSION) |
               ARG(SYNC) | ARG(REORDER) | ARG(BASELINE) | ARG(ROTATE),
    .max_words = 0,
    .run = live_run,
};
const struct command command_replay = {
    .name = "replay",
    .operands = "[SESSION...]",
    .sentence = "the panel over a recorded session, or several as one tape",
    .description = "Plays a session from its start; ? lists the keys of the transport. Several are "
                   "put into order of time and played as one tape; they must not overlap. Without "
                   "SESSION: a list of those in the data folder to choose from.",
    .options = SCREEN,
    .max_words = 255,
    .run = replay_run,
};
const struct command command_attach = {
    .name = "attach",
    .operands = "[SESSION]",
    .sentence = "the panel over a session that another process records",
    .description =
        "Follows what `record` commits, without disturbing it; leaving does not stop "
        "the recorder. Without SESSION: the one being recorded, or a list to choose from.",
    .options = SCREEN,
    .max_words = 1,
    .run = attach_run,
};
