/* tapedeck sessions: the session files in the user's data directory; which of them may go. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "command/listing.h"
#include "command/output.h"
#include "command/rows.h"
#include "event/calendar.h"
#include "view/column.h"

static void add_json(struct text *t, const char *key, const char *s)
{
    text_add(t, "%s\"%s\":", t->len > 1 ? "," : "", key);
    text_add_json(t, s, strlen(s));
}

static void print_row(const struct listing_line *l)
{
    char name[300], date[16], span[40];
    text_clean(name, sizeof name, l->name, strlen(l->name));
    listing_date(l, date, sizeof date);
    listing_span(l, span, sizeof span);
    output_printf("%-32s %-10s %-17s %12" PRIu64 " %8.1f %s%s%s\n", name, date, span, l->events,
                  (double)l->bytes / 1e6, listing_state_name(l->state), l->why[0] ? ": " : "",
                  l->why);
}

static void print_json(const struct listing_line *l)
{
    char buf[1024], date[16], first[40] = "", last[40] = "";
    struct text t = text_on(buf, sizeof buf);
    listing_date(l, date, sizeof date);
    if (l->events) {
        time_format_utc(first, sizeof first, l->first_ns);
        time_format_utc(last, sizeof last, l->last_ns);
    }
    text_add(&t, "{");
    add_json(&t, "name", l->name);
    add_json(&t, "date", date);
    add_json(&t, "start", first);
    add_json(&t, "end", last);
    text_add(&t, ",\"events\":%" PRIu64 ",\"bytes\":%" PRId64, l->events, l->bytes);
    add_json(&t, "feeds", l->feeds);
    add_json(&t, "state", listing_state_name(l->state));
    if (l->why[0])
        add_json(&t, "why", l->why);
    text_add(&t, "}\n");
    output_write(buf, t.len);
}

static void print_head(void)
{
    output_printf("%-32s %-10s %-17s %12s %8s %s\n", "SESSION", "DATE", "NEW YORK", "EVENTS", "MB",
                  "STATE");
}

static int list(const struct listing *l, bool json)
{
    if (!json)
        print_head();
    for (size_t i = 0; i < l->n; i++)
        if (json)
            print_json(&l->lines[i]);
        else
            print_row(&l->lines[i]);
    return 0;
}

/* What is complete and whose last event is older; what is being recorded, was cut off or cannot be
 * read is for a person to judge. */
static bool may_go(const struct listing_line *l, int64_t before_ns)
{
    bool whole = l->state == LISTING_CLOSED || l->state == LISTING_EXPORT;
    return whole && l->events && l->last_ns < before_ns;
}

/* Nothing goes without the word: not by Enter, not by an empty input. */
static bool word_typed(size_t n, int64_t bytes)
{
    char line[64] = "";
    fprintf(stderr, "%zu session%s, %.1f MB. Type the word remove to remove %s for good: ", n,
            n == 1 ? "" : "s", (double)bytes / 1e6, n == 1 ? "it" : "them");
    return fgets(line, sizeof line, stdin) && strcmp(line, "remove\n") == 0;
}

static int keep(const struct listing *l, const char *age, struct err *err)
{
    int64_t ns, bytes = 0, now = clock_wall_ns();
    size_t n = 0;
    int rc = 0;
    if (!duration_parse(age, strlen(age), &ns) || ns <= 0)
        return err_set(err, ERR_USAGE, "--keep: '%s' is no duration such as 30d", age);
    for (size_t i = 0; i < l->n; i++)
        if (may_go(&l->lines[i], now - ns)) {
            if (!n++)
                print_head();
            bytes += l->lines[i].bytes;
            print_row(&l->lines[i]);
        }
    if (!n)
        return err_set(err, ERR_NO_ROWS, "no session is older than %s", age);
    rc = output_finish(err);
    if (rc < 0)
        return rc;
    if (!word_typed(n, bytes)) {
        fprintf(stderr, "nothing is removed\n");
        return 0;
    }
    for (size_t i = 0; i < l->n && rc == 0; i++)
        if (may_go(&l->lines[i], now - ns) && unlink(l->lines[i].path) != 0)
            rc = err_set(err, ERR_DISK, "cannot remove %s: %s", l->lines[i].path, strerror(errno));
    return rc;
}

static int run(const struct args *a, struct err *err)
{
    const char *format = a->values[ARG_FORMAT] ? a->values[ARG_FORMAT] : "table";
    bool json = strcmp(format, "jsonl") == 0;
    char dir[PATH_MAX];
    struct listing l = {0};
    output_init();
    if (!json && strcmp(format, "table") != 0)
        return err_set(err, ERR_USAGE, "sessions prints a table or jsonl, not '%s'", format);
    int rc = paths_data(dir, sizeof dir, err);
    if (rc == 0)
        rc = listing_read(dir, &l, err);
    if (rc == 0 && !l.n)
        rc = err_set(err, ERR_NO_ROWS, "no sessions in %s", dir);
    if (rc == 0)
        rc = a->values[ARG_KEEP] ? keep(&l, a->values[ARG_KEEP], err) : list(&l, json);
    listing_finish(&l);
    return rc == 0 ? output_finish(err) : rc;
}

const struct command command_sessions = {
    .name = "sessions",
    .operands = "",
    .sentence = "list recorded sessions, remove old ones",
    .description = "Lists the session files in $XDG_DATA_HOME/tapedeck (~/.local/share/tapedeck) "
                   "with date, span, number of events, size and state. With --keep, lists the "
                   "closed ones that are older and removes them when the word remove is typed.",
    .options = ARG(FORMAT) | ARG(KEEP),
    .run = run,
};
