/* tapedeck live, replay, attach: the panel over a recording, a session, another's recording. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

/* The panel over an opened session, until it is left. */
static int show(const struct args *a, const struct session_options *o, struct err *err)
{
    struct tui_options screen;
    struct session *s;
    struct tui *t;
    int rc = screen_options(a, &screen, err);
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
    struct err closing = {0};
    int closed = session_finish(s, &closing);
    if (rc == 0 && closed < 0) {
        *err = closing;
        rc = closed;
    }
    if (rc == 0 && o->record_to)
        recording_summary(s);
    rc = recording_exit(s, rc);
    session_close(s);
    /* Without a screen nothing ran: an empty session is not left behind. */
    if (!started && o->record_to)
        unlink(o->record_to);
    int flushed = output_finish(rc < 0 ? NULL : err);
    return rc < 0 ? rc : flushed;
}

static int live_run(const struct args *a, struct err *err)
{
    char path[PATH_MAX];
    struct session_options o = {0};
    recording_feeds(a, &o);
    int rc = recording_times(a, &o, err);
    if (rc == 0)
        rc = recording_path(a, &o, path, sizeof path, err);
    o.record_to = path;
    return rc < 0 ? rc : show(a, &o, err);
}

static int replay_run(const struct args *a, struct err *err)
{
    struct session_options o = {.replay = a->words[0]};
    int rc = recording_times(a, &o, err);
    return rc < 0 ? rc : show(a, &o, err);
}

static int attach_run(const struct args *a, struct err *err)
{
    char newest[PATH_MAX];
    struct session_options o = {.replay = a->n_words ? a->words[0] : newest, .attach = true};
    int rc = recording_times(a, &o, err);
    if (rc == 0 && !a->n_words)
        rc = recording_newest(newest, sizeof newest, err);
    return rc < 0 ? rc : show(a, &o, err);
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
               ARG(SYNC) | ARG(REORDER),
    .max_words = 0,
    .run = live_run,
};
const struct command command_replay = {
    .name = "replay",
    .operands = "SESSION",
    .sentence = "the panel over a recorded session",
    .description = "Plays a session from its start; ? lists the keys of the transport.",
    .options = SCREEN,
    .min_words = 1,
    .max_words = 1,
    .run = replay_run,
};
const struct command command_attach = {
    .name = "attach",
    .operands = "[SESSION]",
    .sentence = "the panel over a session that another process records",
    .description = "Follows what `record` commits, without disturbing it; leaving does not stop "
                   "the recorder. Without SESSION: the newest one in the data folder.",
    .options = SCREEN,
    .max_words = 1,
    .run = attach_run,
};
