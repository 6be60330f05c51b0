/* See rotation.h. */
#include "rotation.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "event/calendar.h"
#include "session_state.h"

#define NAMES_MAX    1000
#define PLACES_BYTES (LIMIT_INSTRUMENTS * sizeof(uint32_t))

/* Engine time of the next event of any source; INT64_MAX when none is known. */
static int64_t next_ns(struct session *s)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < s->n_sources; i++)
        if (!s->sources[i].ended)
            next = MIN(next, s->sources[i].feed.ops->next_ns(&s->sources[i].feed));
    return next;
}

static void set_day(struct rotation *r, int64_t ns)
{
    r->date = calendar_trading_date(ns);
    r->last_ns = calendar_trading_end(r->date) - 1;
}

/* Takes the first free name: the same day may have been recorded before. */
static int create_named(struct session *s, int32_t date, char *path, size_t cap, struct store **ret,
                        struct err *err)
{
    const struct session_rotation *how = s->rotation.how;
    int rc = 0;
    for (unsigned n = 1; n <= NAMES_MAX; n++) {
        rc = how->name(how->self, date, n, path, cap, err);
        if (rc < 0)
            return rc;
        if (access(path, F_OK) == 0)
            continue;
        rc = session_create_store(s, path, ret, err);
        /* Another process may have been quicker. */
        if (rc == 0 || (rc != -ERR_LOCKED && access(path, F_OK) != 0))
            return rc;
    }
    return err_set(err, ERR_USAGE, "%s and all names before it are taken", path);
}

int rotation_begin(struct session *s, const struct session_rotation *how, struct err *err)
{
    struct rotation *r = &s->rotation;
    int64_t first = next_ns(s);
    r->on = true;
    r->how = how;
    r->place = mem_reserve(PLACES_BYTES);
    set_day(r, first == INT64_MAX ? clock_wall_ns() : first);
    char path[PATH_MAX];
    struct store *store;
    int rc = create_named(s, r->date, path, sizeof path, &store, err);
    if (rc == 0)
        session_begin_part(s, path, store);
    return rc;
}

bool rotation_due(struct session *s)
{
    bool due = false;
    if (!s->rotation.on)
        return false;
    for (size_t i = 0; i < s->n_sources; i++) {
        struct source *src = &s->sources[i];
        if (src->ended)
            continue;
        int64_t next = src->feed.ops->next_ns(&src->feed);
        if (next <= s->rotation.last_ns)
            return false;
        due |= next != INT64_MAX && next <= source_due_ns(src);
    }
    return due;
}

void rotation_keep(struct rotation *r, const struct event *ev)
{
    uint32_t *place = &r->place[ev->sym];
    if (!*place) {
        r->terms = mem_grow(r->terms, r->n_terms + 1, sizeof *r->terms);
        *place = (uint32_t)++r->n_terms;
    }
    r->terms[*place - 1] = *ev;
}

/* Terms are stated when they change, not every day: the next session is told them again, without
 * those of contracts that have expired. Open interest and halts belong to their day. */
static void carry(struct session *s, int64_t now_ns)
{
    struct rotation *r = &s->rotation;
    size_t kept = 0;
    for (size_t i = 0; i < r->n_terms; i++) {
        const struct instrument *in = symbols_get(s->symbols, r->terms[i].sym);
        bool over = in && in->right && in->expiry < r->date;
        r->place[r->terms[i].sym] = over ? 0 : (uint32_t)kept + 1;
        if (!over)
            r->terms[kept++] = r->terms[i];
    }
    r->n_terms = r->carried = kept;
    for (size_t i = 0; i < kept; i++) {
        struct event ev = r->terms[i];
        ev.seq = 0;
        ev.recv_ns = now_ns;
        deck_push(s->deck, &ev);
    }
    s->received += kept;
    session_stamp(s);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void name_of(char *buf, size_t cap, const char *path)
{
    const char *name = base_name(path);
    text_clean(buf, cap, name, strlen(name));
}

static void forget_part(struct session *s)
{
    struct rotation *r = &s->rotation;
    name_of(r->before, sizeof r->before, s->file);
    r->after[0] = '\0';
    session_free_part(s);
    for (size_t i = 0; i < s->n_sources; i++)
        source_rebase(&s->sources[i]);
    s->received = 0;
    s->rates = (struct rates){0};
    s->lanes.n = 0;
    r->turns++;
}

/* The next session is made first: where that fails, the present one is ended like any other. */
int rotation_turn(struct session *s, struct err *err)
{
    struct rotation *r = &s->rotation;
    struct session_view done;
    struct store *next;
    char path[PATH_MAX];
    int64_t first = next_ns(s);
    bool reading = s->reader != NULL;
    int rc = create_named(s, calendar_trading_date(first), path, sizeof path, &next, err);
    if (rc < 0)
        return rc;
    name_of(r->after, sizeof r->after, path);
    rc = session_finish(s, err);
    if (rc < 0) {
        store_close(next, NULL);
        unlink(path);
        return rc;
    }
    session_view(s, &done);
    forget_part(s);
    set_day(r, first);
    session_begin_part(s, path, next);
    session_show_path(s, path);
    carry(s, first);
    if (r->how->turned)
        r->how->turned(r->how->self, &done, s->path);
    return reading ? session_open_reading(s, err) : 0;
}

void rotation_account(struct session *s)
{
    char count[32];
    const struct rotation *r = &s->rotation;
    if (!r->on)
        return;
    snprintf(count, sizeof count, "%" PRIu64, r->carried);
    store_meta(s->store, "events.carried", count);
    if (r->before[0])
        store_meta(s->store, "session.before", r->before);
    if (r->after[0])
        store_meta(s->store, "session.after", r->after);
}

void rotation_end(struct rotation *r)
{
    mem_free(r->terms);
    mem_unreserve(r->place, PLACES_BYTES);
    *r = (struct rotation){0};
}
