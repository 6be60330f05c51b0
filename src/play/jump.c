/* Steps and jumps: places on the tape where something is. See transport.h. */
#include "event/calendar.h"
#include "play/transport.h"
#include "view/tape.h"

#define STEPS_MAX 10000
#define CHUNK     64

/* Where the playhead stands when a row has just appeared. */
static struct playhead row_place(const struct row *r)
{
    if (r->kind == ROW_PACKET || r->kind == ROW_STRUCTURE)
        return r->said;
    return (struct playhead){r->ev.seq, r->ev.recv_ns};
}

static bool before(struct playhead a, struct playhead b)
{
    return a.seq != b.seq ? a.seq < b.seq : a.ns < b.ns;
}

/* Mostly one row is a place, and reading a row is what costs. */
static size_t page_size(int n)
{
    return (size_t)MIN(n + 2, CHUNK);
}

/* Several rows may have appeared at once: they are one place. */
static int place_back(struct tapes *tapes, struct stream s, struct playhead from, int *n,
                      struct playhead *ret, struct err *err)
{
    struct row rows[CHUNK];
    struct playhead last = from;
    uint64_t key = UINT64_MAX;
    bool more = true;
    for (size_t size = page_size(*n); *n > 0 && more; size = CHUNK) {
        int got = tape_told(tapes, s.kind, from, key, s.filter, rows, size, &more, err);
        if (got < 0)
            return got;
        for (int i = got - 1; i >= 0 && *n > 0; i--) {
            if (!before(row_place(&rows[i]), last))
                continue;
            *ret = last = row_place(&rows[i]);
            --*n;
        }
        more = (size_t)got == size;
        key = got > 0 ? rows[0].key : 0;
    }
    return 0;
}

static int place_on(struct tapes *tapes, struct stream s, struct playhead from, int *n,
                    struct playhead *ret, struct err *err)
{
    struct row rows[CHUNK];
    struct playhead last = from;
    bool more;
    int got = tape_told(tapes, s.kind, from, UINT64_MAX, NULL, rows, 1, &more, err);
    uint64_t key = got > 0 ? rows[0].key : 0;
    for (size_t size = page_size(*n); *n > 0 && got >= 0; size = CHUNK) {
        got = tape_told_after(tapes, s.kind, PLAYHEAD_END, key, s.filter, rows, size, err);
        if (got <= 0)
            break;
        for (int i = 0; i<got && * n> 0; i++) {
            if (!before(last, row_place(&rows[i])))
                continue;
            *ret = last = row_place(&rows[i]);
            --*n;
        }
        key = rows[got - 1].key;
    }
    return got < 0 ? got : 0;
}

/* The newest place of the stream at the live edge: what a step back leaves. */
static int live_place(struct tapes *tapes, struct stream s, struct playhead *ret, struct err *err)
{
    struct row row;
    bool more;
    int got = tape_told(tapes, s.kind, PLAYHEAD_END, UINT64_MAX, s.filter, &row, 1, &more, err);
    if (got > 0)
        *ret = row_place(&row);
    return got < 0 ? got : 0;
}

int transport_step(struct transport *t, struct tapes *tapes, struct stream s, int n,
                   struct err *err)
{
    struct transport_view v;
    transport_view(t, &v);
    struct playhead from = transport_origin(t), to = from;
    bool live = v.state == TRANSPORT_LIVE;
    int left = MIN(n < 0 ? -n : n, STEPS_MAX), wanted = left, rc = 0;
    if (n == 0 || (live && n > 0))
        return 0;
    if (live)
        rc = live_place(tapes, s, &from, err);
    if (rc == 0)
        rc = n < 0 ? place_back(tapes, s, from, &left, &to, err)
                   : place_on(tapes, s, from, &left, &to, err);
    if (rc < 0)
        return rc;
    if (left < wanted)
        transport_place(t, to);
    else if (n > 0 && v.live_session)
        transport_live(t); /* beyond the newest row of a running recording */
    else if (live)
        transport_place(t, from);
    else if (v.state == TRANSPORT_PLAY)
        transport_toggle(t);
    return 0;
}

/* One place on or back in the nearest of the streams. */
static int next_row(struct tapes *tapes, const struct jump *j, struct playhead *at, struct err *err)
{
    struct playhead best = *at, p;
    bool found = false;
    for (size_t i = 0; i < j->n_streams; i++) {
        int one = 1;
        int rc = j->n < 0 ? place_back(tapes, j->streams[i], *at, &one, &p, err)
                          : place_on(tapes, j->streams[i], *at, &one, &p, err);
        if (rc < 0)
            return rc;
        if (one == 0 && (!found || (j->n < 0 ? before(best, p) : before(p, best))))
            best = p;
        found |= one == 0;
    }
    *at = best;
    return found ? 0 : err_set(err, ERR_NO_ROWS, "no more %s here", j->n < 0 ? "before" : "after");
}

static int next_mark(const struct jump *j, struct playhead *at, struct err *err)
{
    for (size_t i = 0; i < j->n_marks; i++) {
        const struct tape_mark *m = &j->marks[j->n < 0 ? j->n_marks - 1 - i : i];
        struct playhead p = {m->seq, m->ns};
        if (j->n < 0 ? before(p, *at) : before(*at, p)) {
            *at = p;
            return 0;
        }
    }
    return err_set(err, ERR_NO_ROWS, "no mark %s here", j->n < 0 ? "before" : "after");
}

/* The next boundary of a day that is on the tape, or start of a session. */
static bool boundary(const struct transport_view *v, int64_t from, int dir, int64_t *ret)
{
    int64_t at = from;
    bool found;
    do /* one between two sessions is on neither */
        found = calendar_boundary(at, dir, &at);
    while (found && at >= v->span.first_ns && at <= v->span.last_ns &&
           tape_ns(v->parts, v->n_parts, tape_pos(v->parts, v->n_parts, at)) != at);
    for (size_t i = 0; i < v->n_parts; i++) {
        int64_t start = v->parts[i].span.first_ns;
        bool ahead = dir > 0 ? start > from : start < from;
        if (ahead && (!found || (dir > 0 ? start < at : start > at))) {
            at = start;
            found = true;
        }
    }
    *ret = at;
    return found && at >= v->span.first_ns && at <= v->span.last_ns;
}

/* A boundary is a time: the playhead stands on it whether or not something happened then. */
static int jump_boundary(struct transport *t, const struct jump *j, struct err *err)
{
    struct transport_view v;
    int64_t ns = transport_origin(t).ns;
    transport_view(t, &v);
    for (int i = j->n < 0 ? -j->n : j->n; i > 0; i--)
        if (!boundary(&v, ns, j->n, &ns))
            return err_set(err, ERR_NO_ROWS, "the session has no boundary %s here",
                           j->n < 0 ? "before" : "after");
    for (size_t i = 0; i < v.n_parts; i++)
        if (v.parts[i].span.first_ns == ns) {
            transport_place(t, (struct playhead){v.parts[i].span.first_seq, ns});
            return 0;
        }
    transport_skip(t, tape_pos(v.parts, v.n_parts, ns) -
                          tape_pos(v.parts, v.n_parts, transport_origin(t).ns));
    transport_view(t, &v);
    return 0;
}

int transport_jump(struct transport *t, struct tapes *tapes, const struct jump *j, struct err *err)
{
    struct playhead at = transport_origin(t);
    int rc = 0;
    if (j->kind == JUMP_BOUNDARY)
        return jump_boundary(t, j, err);
    for (int i = MIN(j->n < 0 ? -j->n : j->n, STEPS_MAX); i > 0 && rc == 0; i--)
        rc = j->kind == JUMP_MARK   ? next_mark(j, &at, err)
             : j->kind == JUMP_HALT ? reader_halt(transport_reader(t), at, j->n, &at, err)
                                    : next_row(tapes, j, &at, err);
    if (rc == 0)
        transport_place(t, at);
    return rc;
}
