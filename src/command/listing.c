/* Reading a folder of sessions. See listing.h. */
#include "command/listing.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "event/calendar.h"
#include "store/query.h"
#include "store/store.h"

static int is_session(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return n > 3 && d->d_name[0] != '.' && strcmp(d->d_name + n - 3, ".db") == 0;
}

/* A file that cannot be read is a line too, with the reason. */
static void read_line(const char *dir, const char *name, struct listing_line *ret)
{
    struct reader *r = NULL;
    struct reader_state state;
    struct session_span span;
    struct err err = {0};
    struct stat st;
    *ret =
        (struct listing_line){.path = mem_printf("%s/%s", dir, name), .state = LISTING_UNREADABLE};
    ret->name = ret->path + strlen(dir) + 1;
    if (stat(ret->path, &st) == 0)
        ret->bytes = st.st_size;
    if (reader_open(ret->path, &r, &err) == 0 && reader_span(r, &span, &err) == 0 &&
        reader_state(r, &state, &err) == 0) {
        ret->state = state.exported               ? LISTING_EXPORT
                     : state.closed               ? LISTING_CLOSED
                     : store_recording(ret->path) ? LISTING_RECORDING
                                                  : LISTING_INTERRUPTED;
        char pinned[8];
        reader_meta(r, "feeds", ret->feeds, sizeof ret->feeds);
        ret->kept = reader_meta(r, "pinned", pinned, sizeof pinned) == 0;
        if (span.last_seq) {
            ret->events = span.last_seq - span.first_seq + 1;
            ret->first_ns = span.first_ns;
            ret->last_ns = span.last_ns;
        }
    } else {
        snprintf(ret->why, sizeof ret->why, "%.90s", err.text);
    }
    reader_close(r);
}

int listing_read(const char *dir, struct listing *ret, struct err *err)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_session, alphasort);
    if (n < 0 && errno != ENOENT)
        return err_set(err, ERR_CONFIG, "cannot list %s: %s", dir, strerror(errno));
    *ret = (struct listing){0};
    if (n > 0)
        ret->lines = mem_grow(NULL, (size_t)n, sizeof *ret->lines);
    for (int i = 0; i < n; i++) {
        read_line(dir, names[i]->d_name, &ret->lines[ret->n++]);
        free(names[i]);
    }
    free(names);
    return 0;
}

void listing_finish(struct listing *l)
{
    for (size_t i = 0; i < l->n; i++)
        mem_free(l->lines[i].path);
    mem_free(l->lines);
    *l = (struct listing){0};
}

const char *listing_state_name(enum listing_state s)
{
    static const char *const names[] = {
        [LISTING_CLOSED] = "closed",         [LISTING_EXPORT] = "export",
        [LISTING_RECORDING] = "recording",   [LISTING_INTERRUPTED] = "interrupted",
        [LISTING_UNREADABLE] = "unreadable",
    };
    return names[s];
}

void listing_date(const struct listing_line *l, char *buf, size_t cap)
{
    int32_t date = calendar_ny_date(l->first_ns);
    buf[0] = '\0';
    if (l->events)
        snprintf(buf, cap, "%04d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100),
                 (int)(date % 100));
}

void listing_span(const struct listing_line *l, char *buf, size_t cap)
{
    char a[16], b[16];
    buf[0] = '\0';
    time_format_ny(a, sizeof a, l->first_ns, 0);
    time_format_ny(b, sizeof b, l->last_ns, 0);
    if (l->events)
        snprintf(buf, cap, "%s-%s", a, b);
}
