/* What a screen may see of a run. See session.h. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "session_state.h"

#define LANES_NS (250 * NS_PER_MS) /* between two readings of a growing timeline */

const char *session_file(const struct session *s)
{
    return s->file;
}

struct uv_loop_s *session_loop(struct session *s)
{
    return &s->loop;
}

struct tapes *session_tapes(struct session *s)
{
    return s->tapes;
}

struct transport *session_transport(struct session *s)
{
    return s->transport;
}

struct cell_context session_cells(struct session *s)
{
    bool own = s->symbols != NULL;
    return (struct cell_context){
        .rate_bp = s->rate_bp,
        .symbols = own ? s->symbols : reader_symbols(s->reader),
        .idents = own ? s->idents : reader_idents(s->reader),
    };
}

struct marks *session_marks(struct session *s)
{
    return &s->marks;
}

const struct feed *session_feed(const struct session *s, size_t i)
{
    return i < s->n_sources ? &s->sources[i].feed : NULL;
}

static struct playhead playhead(const struct session *s)
{
    struct transport_view v;
    if (!s->transport)
        return PLAYHEAD_END;
    transport_view(s->transport, &v);
    return v.at;
}

int session_members(struct session *s, uint64_t packet_id, struct row *ret, size_t n,
                    struct err *err)
{
    return reader_members(s->reader, playhead(s), packet_id, ret, n, err);
}

int session_structure(struct session *s, uint64_t id, struct structure *ret, struct err *err)
{
    return reader_structure(s->reader, playhead(s), id, ret, err);
}

int session_structures_of(struct session *s, uint64_t packet_id, struct structure *ret, size_t n,
                          struct err *err)
{
    return reader_structures_of(s->reader, playhead(s), packet_id, ret, n, err);
}

int session_print(struct session *s, uint64_t seq, struct row *ret, struct err *err)
{
    return reader_print(s->reader, playhead(s), seq, ret, err);
}

static uint64_t drops_of(const struct source *src)
{
    uint64_t drops = 0;
    for (size_t k = 0; k < DROP_COUNT; k++)
        drops += src->feed.stats.drops[k];
    return drops;
}

static int64_t lag_of(const struct session *s, const struct source *src)
{
    if (!s->deck || src->speed <= 0 || !src->wall0_ns || src->ended)
        return INT64_MIN;
    return MAX(0, source_due_ns((struct source *)src) - deck_clock_ns(s->deck));
}

/* Of another process's recording the feeds are one, by their names together. */
static void view_other(const struct session *s, struct session_view *v)
{
    v->attached = true;
    v->n_feeds = 1;
    v->feeds[0] = (struct feed_view){.records = s->other.events, .lag_ns = INT64_MIN};
    v->feeds[0].ended = s->other.ended;
    if (s->reader)
        reader_meta(s->reader, "feeds", v->feeds[0].name, sizeof v->feeds[0].name);
    snprintf(v->word, sizeof v->word, "%s", s->other.word);
}

static void view_feeds(const struct session *s, struct session_view *v)
{
    v->n_feeds = MIN(s->n_sources, ARRAY_LEN(v->feeds));
    for (size_t i = 0; i < s->n_sources; i++) {
        const struct source *src = &s->sources[i];
        v->dropped += drops_of(src);
        if (i >= v->n_feeds)
            continue;
        struct feed_view *f = &v->feeds[i];
        snprintf(f->name, sizeof f->name, "%s", src->name);
        f->records = src->feed.stats.records;
        f->drops = drops_of(src);
        f->ended = src->ended;
        f->lag_ns = lag_of(s, src);
    }
}

void session_health(const struct session *s, struct health_view *ret)
{
    *ret = (struct health_view){0};
    if (!s->health)
        return;
    ret->n_feeds = MIN(s->n_sources, HEALTH_FEEDS);
    for (size_t i = 0; i < ret->n_feeds; i++) {
        const struct source *src = &s->sources[i];
        ret->feeds[i] = (struct health_feed){.records = src->feed.stats.records,
                                             .used = src->feed.stats.used,
                                             .drops = drops_of(src),
                                             .unknown_codes = src->feed.stats.unknown_codes,
                                             .lag_ns = lag_of(s, src),
                                             .ended = src->ended};
        snprintf(ret->feeds[i].name, sizeof ret->feeds[i].name, "%.63s", src->name);
    }
    ret->idents = s->idents;
    health_read(s->health, deck_counts(s->deck), ret);
}

static void view_recording(const struct session *s, struct session_view *v)
{
    const struct deck_counts *c = deck_counts(s->deck);
    struct store_health h = {.committed_seq = deck_seq(s->deck)};
    if (s->store)
        store_health(s->store, &h);
    v->clock_ns = deck_clock_ns(s->deck);
    v->events = deck_seq(s->deck);
    v->option_prints = c->events[EV_OPTION_PRINT];
    v->equity_prints = c->events[EV_EQUITY_PRINT];
    v->quotes = c->events[EV_OPTION_QUOTE] + c->events[EV_EQUITY_QUOTE];
    v->packets = c->packets;
    v->duplicates = c->duplicates;
    v->events_per_s = s->rates.events_per_s;
    v->prints_per_s = s->rates.prints_per_s;
    v->committed_seq = h.committed_seq;
    v->uncommitted = deck_seq(s->deck) - h.committed_seq;
    v->store_error = h.error;
    snprintf(v->store_error_text, sizeof v->store_error_text, "%s", h.error_text);
}

void session_view(const struct session *s, struct session_view *ret)
{
    *ret = (struct session_view){
        .recording = s->store != NULL, .turns = s->rotation.turns, .loop_lag_ns = s->rates.lag_ns};
    snprintf(ret->path, sizeof ret->path, "%s", s->path);
    view_feeds(s, ret);
    if (s->attach)
        view_other(s, ret);
    if (s->deck) {
        view_recording(s, ret);
    } else if (s->transport) {
        struct transport_view t;
        transport_view(s->transport, &t);
        if (t.n_parts)
            snprintf(ret->path, sizeof ret->path, "%s (%zu of %zu)", t.parts[t.part].name,
                     t.part + 1, t.n_parts);
        ret->events = t.span.last_seq;
        ret->events_per_s = s->attach ? s->rates.events_per_s : s->rates.replay_per_s;
        ret->clock_ns = t.span.last_ns;
        ret->committed_seq = t.span.last_seq;
    }
}

int session_lanes(struct session *s, int64_t from_ns, int64_t to_ns, struct lane_cell *ret,
                  size_t n, struct err *err)
{
    struct lanes *l = &s->lanes;
    struct transport_view t;
    int64_t now = clock_mono_ns();
    transport_view(s->transport, &t);
    bool same = l->n == n && l->from_ns == from_ns && l->to_ns == to_ns;
    bool grown = t.span.last_seq != l->last_seq && now - l->read_ns > LANES_NS;
    if (!same || grown) {
        l->cells = mem_grow(l->cells, n, sizeof *l->cells);
        l->n = 0;
        int rc = reader_lanes(s->reader, from_ns, to_ns, l->cells, n, err);
        if (rc < 0)
            return rc;
        *l = (struct lanes){from_ns, to_ns, now, t.span.last_seq, l->cells, n};
    }
    memcpy(ret, l->cells, n * sizeof *ret);
    return 0;
}
