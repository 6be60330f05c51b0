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
#include "base/mem.h"
#include "base/paths.h"
#include "command/listing.h"
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

/* The data folder, made when it is not there, and the feed a session is named by. */
static int place_of(const struct recording *r, char *dir, size_t cap, char scheme[16],
                    struct err *err)
{
    int rc = paths_data(dir, cap, err);
    if (rc == 0)
        rc = paths_make(dir, err);
    snprintf(scheme, 16, "%.*s", (int)strcspn(r->options_feed, ":"), r->options_feed);
    return rc;
}

static int too_long(struct err *err)
{
    return err_set(err, ERR_CONFIG, "the path of the session is too long");
}

static int path_by_clock(struct recording *r, struct err *err)
{
    char dir[PATH_MAX], scheme[16], stamp[32];
    int rc = place_of(r, dir, sizeof dir, scheme, err);
    if (rc < 0)
        return rc;
    time_t now = (time_t)(clock_wall_ns() / NS_PER_SEC);
    struct tm tm;
    strftime(stamp, sizeof stamp, "%Y-%m-%d-%H%M%S", gmtime_r(&now, &tm));
    /* A second recording in the same second gets a number: it must not fail on a name nobody chose.
     */
    for (unsigned n = 1; n == 1 || (access(r->path, F_OK) == 0 && n < 1000); n++) {
        char number[16] = "";
        if (n > 1)
            snprintf(number, sizeof number, "-%u", n);
        if ((size_t)snprintf(r->path, sizeof r->path, "%s/%s-%s%s.db", dir, stamp, scheme,
                             number) >= sizeof r->path)
            return too_long(err);
    }
    return 0;
}

/* struct session_rotation. */
static int name_day(void *self, int32_t date, unsigned n, char *buf, size_t cap, struct err *err)
{
    const struct recording *r = self;
    const char *given = r->args->values[ARG_SESSION];
    char dir[PATH_MAX], scheme[16], number[16] = "", day[16];
    int rc = given ? 0 : place_of(r, dir, sizeof dir, scheme, err), stem, len;
    if (rc < 0)
        return rc;
    if (n > 1)
        snprintf(number, sizeof number, "-%u", n);
    snprintf(day, sizeof day, "%04d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100),
             (int)(date % 100));
    if (given) {
        size_t all = strlen(given);
        bool db = all > 3 && strcmp(given + all - 3, ".db") == 0;
        stem = (int)MIN(db ? all - 3 : all, (size_t)PATH_MAX);
        len = snprintf(buf, cap, "%.*s-%s%s%s", stem, given, day, number, db ? ".db" : "");
    } else {
        len = snprintf(buf, cap, "%s/%s-%s%s.db", dir, day, scheme, number);
    }
    return (size_t)len >= cap ? too_long(err) : 0;
}

static void day_turned(void *self, const struct session_view *done, const char *next)
{
    struct recording *r = self;
    r->done = mem_grow(r->done, r->n_done + 1, sizeof *r->done);
    r->done[r->n_done++] = mem_printf("%" PRIu64 " events, %" PRIu64 " packets in %s", done->events,
                                      done->packets, done->path);
    if (!r->quiet)
        fprintf(stderr, "tapedeck: a new trading day: %s is complete, recording to %s\n",
                done->path, next);
}

int recording_target(struct recording *r, const struct args *a, struct session_options *o,
                     struct err *err)
{
    const char *rotate = a->values[ARG_ROTATE] ? a->values[ARG_ROTATE] : "off";
    bool by_day = strcmp(rotate, "day") == 0;
    r->args = a;
    r->options_feed = o->options_feed;
    if (!by_day && strcmp(rotate, "off") != 0)
        return err_set(err, ERR_USAGE, "--rotate: '%s' is neither day nor off", rotate);
    if (by_day) {
        r->rotation = (struct session_rotation){name_day, day_turned, r};
        o->rotation = &r->rotation;
        return 0;
    }
    o->record_to = r->path;
    if (!a->values[ARG_SESSION])
        return path_by_clock(r, err);
    if ((size_t)snprintf(r->path, sizeof r->path, "%s", a->values[ARG_SESSION]) >= sizeof r->path)
        return too_long(err);
    return 0;
}

void recording_finish(struct recording *r)
{
    for (size_t i = 0; i < r->n_done; i++)
        mem_free(r->done[i]);
    mem_free(r->done);
    r->done = NULL;
    r->n_done = 0;
}

/* The newest closed session of the folder made from the same kind of feed; false: none. */
static bool find_before(const char *options_feed, char *buf, size_t cap)
{
    char dir[PATH_MAX];
    struct listing l = {0};
    const struct listing_line *best = NULL;
    size_t scheme = strcspn(options_feed, ":");
    if (paths_data(dir, sizeof dir, NULL) < 0 || listing_read(dir, &l, NULL) < 0)
        return false;
    for (size_t i = 0; i < l.n; i++) {
        const struct listing_line *line = &l.lines[i];
        bool same = strncmp(line->feeds, options_feed, scheme) == 0 && line->feeds[scheme] == ':';
        if (line->state == LISTING_CLOSED && line->events && same &&
            (!best || line->last_ns >= best->last_ns))
            best = line;
    }
    if (best)
        snprintf(buf, cap, "%s", best->path);
    listing_finish(&l);
    return best != NULL;
}

void recording_carry(const struct args *a, struct session_options *o, struct carry *carry)
{
    char path[PATH_MAX];
    struct err err = {0};
    const char *from = a->values[ARG_BASELINE];
    bool here = !a->values[ARG_SESSION] && !o->n_inputs;
    if (!from && here && find_before(o->options_feed, path, sizeof path))
        from = path;
    if (!from || strcmp(from, "none") == 0)
        return;
    if (carry_open(from, carry, &err) == 0)
        o->carry = carry;
    else
        fprintf(stderr, "tapedeck: no baselines are carried over: %s; rarity starts cold\n",
                err.text);
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

void recording_summary(const struct session *s, const struct recording *r)
{
    struct session_view v;
    const struct feed *f;
    session_view(s, &v);
    for (size_t i = 0; (f = session_feed(s, i)); i++)
        summary_of(f, i < v.n_feeds ? v.feeds[i].name : "input");
    if (v.duplicates)
        output_printf("%" PRIu64 " copies of prints that had come before, not kept\n",
                      v.duplicates);
    for (size_t i = 0; r && i < r->n_done; i++)
        output_printf("%s\n", r->done[i]);
    output_printf("%" PRIu64 " events, %" PRIu64 " packets in %s\n", v.events, v.packets, v.path);
}
