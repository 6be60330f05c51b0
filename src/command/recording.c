/* See recording.h. */
#include "command/recording.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "command/output.h"
#include "event/calendar.h"

#define SHOWN_EACH   5
#define DEFAULT_FEED "synthetic:"

static const char *choose(const struct args *a, enum arg own, const char *variable)
{
    const char *v = a->values[own] ? a->values[own] : a->values[ARG_FEED];
    if (!v)
        v = getenv(variable);
    return v && *v ? v : DEFAULT_FEED;
}

void recording_feeds(const struct args *a, struct session_options *ret)
{
    ret->options_feed = choose(a, ARG_OPTIONS_FEED, "TAPEDECK_OPTIONS_FEED");
    ret->equities_feed = choose(a, ARG_EQUITIES_FEED, "TAPEDECK_EQUITIES_FEED");
}

int recording_times(const struct args *a, struct session_options *ret, struct err *err)
{
    const char *duration = a->values[ARG_FOR], *sync = a->values[ARG_SYNC];
    const char *reorder = a->values[ARG_REORDER];
    if (duration && (!duration_parse(duration, strlen(duration), &ret->for_ns) || ret->for_ns <= 0))
        return err_set(err, ERR_USAGE, "--for: '%s' is not a duration such as 30s, 5m or 1h30m",
                       duration);
    if (reorder && !duration_parse(reorder, strlen(reorder), &ret->reorder_ns))
        return err_set(err, ERR_USAGE, "--reorder: '%s' is not a duration such as 50ms", reorder);
    if (sync && strcmp(sync, "full") && strcmp(sync, "normal"))
        return err_set(err, ERR_USAGE, "--sync: '%s' is neither normal nor full", sync);
    ret->full_sync = sync && strcmp(sync, "full") == 0;
    return 0;
}

int recording_path(const struct args *a, const struct session_options *o, char *buf, size_t cap,
                   struct err *err)
{
    char dir[PATH_MAX], scheme[16] = "", stamp[32];
    if (a->values[ARG_SESSION]) {
        if ((size_t)snprintf(buf, cap, "%s", a->values[ARG_SESSION]) >= cap)
            return err_set(err, ERR_USAGE, "--session: the path is too long");
        return 0;
    }
    int rc = paths_data(dir, sizeof dir, err);
    if (rc == 0)
        rc = paths_make(dir, err);
    if (rc < 0)
        return rc;
    snprintf(scheme, sizeof scheme, "%.*s", (int)strcspn(o->options_feed, ":"), o->options_feed);
    time_t now = (time_t)(clock_wall_ns() / NS_PER_SEC);
    struct tm tm;
    strftime(stamp, sizeof stamp, "%Y-%m-%d-%H%M%S", gmtime_r(&now, &tm));
    /* A second recording in the same second gets a number: it must not fail on a name nobody chose.
     */
    for (unsigned n = 1; n == 1 || (access(buf, F_OK) == 0 && n < 1000); n++) {
        char number[16] = "";
        if (n > 1)
            snprintf(number, sizeof number, "-%u", n);
        if ((size_t)snprintf(buf, cap, "%s/%s-%s%s.db", dir, stamp, scheme, number) >= cap)
            return err_set(err, ERR_CONFIG, "the path of the data folder is too long: %s", dir);
    }
    return 0;
}

void complaints_take(void *self, enum drop_reason why, const char *where, const char *detail)
{
    struct complaints *c = self;
    if (c->shown[why] >= SHOWN_EACH) {
        c->kept_back++;
        return;
    }
    c->shown[why]++;
    char line[1024];
    snprintf(line, sizeof line, "%s: %s: %s", where, drop_reason_name(why), detail);
    char clean[1024];
    text_clean(clean, sizeof clean, line, strlen(line));
    fprintf(stderr, "tapedeck: %s\n", clean);
    if (c->shown[why] == SHOWN_EACH)
        fprintf(stderr, "tapedeck: further '%s' records are only counted\n", drop_reason_name(why));
}

static void summary_of(const struct feed *f, const char *name)
{
    const struct feed_stats *st = &f->stats;
    output_printf("%s: %" PRIu64 " records, %" PRIu64 " used\n", name, st->records, st->used);
    for (size_t k = 0; k < EV_COUNT; k++)
        if (st->events[k])
            output_printf("  %-22s %12" PRIu64 "\n", event_kind_name(k), st->events[k]);
    if (st->joined_quotes)
        output_printf("  %-22s %12" PRIu64 "  of the quotes, as joined by the source\n",
                      "joined quotes", st->joined_quotes);
    if (st->unknown_codes)
        output_printf("  %-22s %12" PRIu64 "  venue or condition codes kept as they came\n",
                      "unknown codes", st->unknown_codes);
    for (size_t k = 0; k < DROP_COUNT; k++)
        if (st->drops[k])
            output_printf("  %-22s %12" PRIu64 "  %s\n", drop_reason_name(k), st->drops[k],
                          drop_reason_sentence(k));
}

int recording_exit(const struct session *s, int rc)
{
    return rc == 0 && session_signal(s) ? -(128 + session_signal(s)) : rc;
}

void recording_summary(const struct session *s)
{
    struct session_view v;
    const struct feed *f;
    session_view(s, &v);
    for (size_t i = 0; (f = session_feed(s, i)); i++)
        summary_of(f, i < v.n_feeds ? v.feeds[i].name : "input");
    if (v.duplicates)
        output_printf("%" PRIu64 " copies of prints that had come before, not kept\n",
                      v.duplicates);
    output_printf("%" PRIu64 " events, %" PRIu64 " packets in %s\n", v.events, v.packets, v.path);
}
