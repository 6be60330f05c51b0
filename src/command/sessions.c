/* tapedeck sessions: the session files in the user's data directory. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/paths.h"
#include "command/output.h"
#include "command/rows.h"
#include "event/calendar.h"
#include "store/query.h"
#include "view/column.h"

static int is_session(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return n > 3 && d->d_name[0] != '.' && strcmp(d->d_name + n - 3, ".db") == 0;
}

static void add_json(struct text *t, const char *key, const char *s)
{
    text_add(t, "%s\"%s\":", t->len > 1 ? "," : "", key);
    text_add_json(t, s, strlen(s));
}

struct line {
    char date[16], first[40], last[40], state[96];
    uint64_t events;
    int64_t bytes;
};

/* A file that cannot be read is a line too, with the reason as its state. */
static void read_session(const char *path, struct line *ret)
{
    struct reader *r = NULL;
    struct reader_state state;
    struct session_span span;
    struct err err = {0};
    struct stat st;
    *ret = (struct line){0};
    if (stat(path, &st) == 0)
        ret->bytes = st.st_size;
    if (reader_open(path, &r, &err) == 0 && reader_span(r, &span, &err) == 0 &&
        reader_state(r, &state, &err) == 0) {
        snprintf(ret->state, sizeof ret->state, "%s",
                 state.exported ? "export"
                 : state.closed ? "closed"
                                : "open or interrupted");
        if (span.last_seq) {
            int32_t date = calendar_ny_date(span.first_ns);
            ret->events = span.last_seq - span.first_seq + 1;
            snprintf(ret->date, sizeof ret->date, "%04d-%02d-%02d", (int)(date / 10000),
                     (int)(date / 100 % 100), (int)(date % 100));
            time_format_utc(ret->first, sizeof ret->first, span.first_ns);
            time_format_utc(ret->last, sizeof ret->last, span.last_ns);
        }
    } else {
        snprintf(ret->state, sizeof ret->state, "%.90s", err.text);
    }
    reader_close(r);
}

static void clocks(const struct line *l, char *buf, size_t cap)
{
    int64_t first, last;
    char a[16], b[16];
    buf[0] = '\0';
    if (!time_parse(l->first, strlen(l->first), &first) ||
        !time_parse(l->last, strlen(l->last), &last))
        return;
    time_format_ny(a, sizeof a, first, 0);
    time_format_ny(b, sizeof b, last, 0);
    snprintf(buf, cap, "%s-%s", a, b);
}

static void print_line(const char *name, const struct line *l, bool json)
{
    char buf[1024], safe[300];
    struct text t = text_on(buf, sizeof buf);
    text_clean(safe, sizeof safe, name, strlen(name));
    if (!json) {
        char span[40];
        clocks(l, span, sizeof span);
        output_printf("%-28s %-10s %-17s %12" PRIu64 " %8.1f %s\n", safe, l->date, span, l->events,
                      (double)l->bytes / 1e6, l->state);
        return;
    }
    text_add(&t, "{");
    add_json(&t, "name", name);
    add_json(&t, "date", l->date);
    add_json(&t, "start", l->first);
    add_json(&t, "end", l->last);
    text_add(&t, ",\"events\":%" PRIu64 ",\"bytes\":%" PRId64, l->events, l->bytes);
    add_json(&t, "state", l->state);
    text_add(&t, "}\n");
    output_write(buf, t.len);
}

static int run(const struct args *a, struct err *err)
{
    const char *format = a->values[ARG_FORMAT] ? a->values[ARG_FORMAT] : "table";
    bool json = strcmp(format, "jsonl") == 0;
    output_init();
    if (!json && strcmp(format, "table") != 0)
        return err_set(err, ERR_USAGE, "sessions prints a table or jsonl, not '%s'", format);
    char dir[PATH_MAX];
    int rc = paths_data(dir, sizeof dir, err);
    if (rc < 0)
        return rc;
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_session, alphasort);
    if (n < 0 && errno != ENOENT)
        rc = err_set(err, ERR_CONFIG, "cannot list %s: %s", dir, strerror(errno));
    else if (n <= 0)
        rc = err_set(err, ERR_NO_ROWS, "no sessions in %s", dir);
    for (int i = 0; i < n; i++) {
        struct line l;
        char *path = mem_printf("%s/%s", dir, names[i]->d_name);
        if (i == 0 && !json)
            output_printf("%-28s %-10s %-17s %12s %8s %s\n", "SESSION", "DATE", "NEW YORK",
                          "EVENTS", "MB", "STATE");
        read_session(path, &l);
        print_line(names[i]->d_name, &l, json);
        mem_free(path);
        free(names[i]);
    }
    free(names);
    return rc == 0 ? output_finish(err) : rc;
}

const struct command command_sessions = {
    .name = "sessions",
    .operands = "",
    .sentence = "list recorded sessions",
    .description = "Lists the session files in $XDG_DATA_HOME/tapedeck (~/.local/share/tapedeck) "
                   "with date, span, number of events, size and state.",
    .options = ARG(FORMAT),
    .run = run,
};
