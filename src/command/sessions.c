/* tapedeck sessions: the session files in the user's data directory; which of them may go. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/paths.h"
#include "command/listing.h"
#include "command/output.h"
#include "command/retention.h"
#include "command/rows.h"
#include "event/calendar.h"
#include "store/mark.h"
#include "store/store.h"
#include "view/column.h"

static void add_json(struct text *t, const char *key, const char *s)
{
    text_add(t, "%s\"%s\":", t->len > 1 ? "," : "", key);
    text_add_json(t, s, strlen(s));
}

/* why: "" = the reason of one that cannot be read, if any. */
static void print_row(const struct listing_line *l, const char *why)
{
    why = why[0] ? why : l->why;
    char name[300], date[16], span[40];
    text_clean(name, sizeof name, l->name, strlen(l->name));
    listing_date(l, date, sizeof date);
    listing_span(l, span, sizeof span);
    output_printf("%-32s %-10s %-17s %12" PRIu64 " %8.1f %s%s%s%s\n", name, date, span, l->events,
                  (double)l->bytes / 1e6, listing_state_name(l->state), l->kept ? " pinned" : "",
                  why[0] ? ": " : "", why);
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
    text_add(&t, ",\"pinned\":%s", l->kept ? "true" : "false");
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
            print_row(&l->lines[i], "");
    return 0;
}

/* Nothing goes without the word: not by Enter, not by an empty input. */
static bool word_typed(size_t n, int64_t bytes)
{
    char line[64] = "";
    fprintf(stderr, "%zu session%s, %.1f MB. Type the word remove to remove %s for good: ", n,
            n == 1 ? "" : "s", (double)bytes / 1e6, n == 1 ? "it" : "them");
    return fgets(line, sizeof line, stdin) && strcmp(line, "remove\n") == 0;
}

/* What goes with the rule that says so, and what a rule would take but something holds back. */
static size_t explain(const struct listing *l, const struct verdict *v, int64_t *ret_bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++)
        if (v[i].goes) {
            if (!n++)
                print_head();
            *ret_bytes += l->lines[i].bytes;
            print_row(&l->lines[i], v[i].why);
        }
    for (size_t i = 0; i < l->n; i++)
        if (!v[i].goes && v[i].why[0])
            fprintf(stderr, "tapedeck: %s stays: %s\n", l->lines[i].name, v[i].why);
    return n;
}

/* The lock that a removal takes keeps it from a session whose recording has begun meanwhile. */
static int remove_all(const struct listing *l, const struct verdict *v, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < l->n && rc == 0; i++)
        if (v[i].goes)
            rc = store_remove(l->lines[i].path, err);
    return rc;
}

static int keep(const struct listing *l, const struct args *a, struct err *err)
{
    struct retention rules;
    int64_t bytes = 0;
    int rc = retention_parse(a->values[ARG_KEEP], &rules, err);
    if (rc < 0)
        return rc;
    struct verdict *v = mem_grow(NULL, l->n, sizeof *v);
    retention_judge(&rules, l, clock_wall_ns(), v);
    size_t n = explain(l, v, &bytes);
    if (!n)
        rc = err_set(err, ERR_NO_ROWS, "no session goes by --keep %s", a->values[ARG_KEEP]);
    else
        rc = output_finish(err);
    if (rc == 0 && a->values[ARG_DRY_RUN])
        fprintf(stderr, "%zu session%s, %.1f MB would go; nothing is removed\n", n,
                n == 1 ? "" : "s", (double)bytes / 1e6);
    else if (rc == 0 && word_typed(n, bytes))
        rc = remove_all(l, v, err);
    else if (rc == 0)
        fprintf(stderr, "nothing is removed\n");
    mem_free(v);
    return rc;
}

/* By name within the folder, or by path. */
static int pin(const struct listing *l, const char *which, bool pinned, struct err *err)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->lines[i].name, which) == 0)
            which = l->lines[i].path;
    return mark_pin(which, pinned, err);
}

static int run(const struct args *a, struct err *err)
{
    const char *format = a->values[ARG_FORMAT] ? a->values[ARG_FORMAT] : "table";
    bool json = strcmp(format, "jsonl") == 0;
    char dir[PATH_MAX];
    struct listing l = {0};
    output_init();
    if (a->values[ARG_DRY_RUN] && !a->values[ARG_KEEP])
        return err_set(err, ERR_USAGE, "--dry-run goes with --keep: it says what would be removed");
    if (!json && strcmp(format, "table") != 0)
        return err_set(err, ERR_USAGE, "sessions prints a table or jsonl, not '%s'", format);
    int rc = paths_data(dir, sizeof dir, err);
    if (rc == 0)
        rc = listing_read(dir, &l, err);
    const char *which = a->values[ARG_PIN] ? a->values[ARG_PIN] : a->values[ARG_UNPIN];
    if (rc == 0 && which)
        rc = pin(&l, which, a->values[ARG_PIN] != NULL, err);
    else if (rc == 0 && !l.n)
        rc = err_set(err, ERR_NO_ROWS, "no sessions in %s", dir);
    else if (rc == 0)
        rc = a->values[ARG_KEEP] ? keep(&l, a, err) : list(&l, json);
    listing_finish(&l);
    return rc == 0 ? output_finish(err) : rc;
}

const struct command command_sessions = {
    .name = "sessions",
    .operands = "",
    .sentence = "list recorded sessions, remove old ones",
    .description = "Lists the session files in $XDG_DATA_HOME/tapedeck (~/.local/share/tapedeck) "
                   "with date, span, number of events, size and state. With --keep, lists the "
                   "complete ones beyond an age, a number of sessions (the newest stay) or a size "
                   "(the newest that fit stay), with the rule that says so, and removes them when "
                   "the word remove is typed; --dry-run only lists. What is being recorded, was "
                   "interrupted, cannot be read, or is pinned with --pin never goes.",
    .options = ARG(FORMAT) | ARG(KEEP) | ARG(DRY_RUN) | ARG(PIN) | ARG(UNPIN),
    .run = run,
};
