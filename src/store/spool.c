/* Several sessions as one tape. See spool.h. */
#include "store/spool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "event/calendar.h"
#include "store/reader.h"

#define TEXT_ID (UINT64_C(1) << 63)
/* A recorder's clock runs on when nothing comes any more: of that so much belongs to the tape. */
#define TAIL_NS NS_PER_SEC

struct part {
    struct reader *r;
    uint64_t seq, rev; /* events and records of the sessions before it */
    uint32_t *syms;    /* ids of the whole by its own, less one */
    uint32_t n_syms;
};

struct spool {
    struct part *parts;
    struct tape_part *shown; /* the same for those who ask */
    size_t n;
    struct symbols *symbols; /* of the whole; borrowed from its reader */
    struct idents *idents;
};

/* ---- opening -------------------------------------------------------------------------------- */

static int open_part(struct spool *s, const char *path, struct err *err)
{
    struct part *p = &s->parts[s->n];
    struct tape_part *shown = &s->shown[s->n];
    struct reader_state st;
    const char *name = strrchr(path, '/');
    int rc = reader_open(path, &p->r, err);
    if (rc < 0)
        return rc;
    s->n++;
    rc = reader_span(p->r, &shown->span, err);
    if (rc == 0)
        rc = reader_state(p->r, &st, err);
    if (rc < 0)
        return rc;
    if (!shown->span.last_seq)
        return err_set(err, ERR_USAGE, "%s holds no events: it has no place on a tape", path);
    shown->reader = p->r;
    shown->path = p->r->path;
    shown->end_ns = MAX(shown->span.last_ns, MIN(st.clock_ns, shown->span.last_ns + TAIL_NS));
    p->rev = st.records;
    text_clean(shown->name, sizeof shown->name, name ? name + 1 : path,
               strlen(name ? name + 1 : path));
    return 0;
}

/* In order of their first events: parts and shown together. */
static void sort(struct spool *s)
{
    for (size_t i = 1; i < s->n; i++)
        for (size_t k = i; k > 0 && s->shown[k].span.first_ns < s->shown[k - 1].span.first_ns;
             k--) {
            struct part p = s->parts[k];
            struct tape_part t = s->shown[k];
            s->parts[k] = s->parts[k - 1];
            s->shown[k] = s->shown[k - 1];
            s->parts[k - 1] = p;
            s->shown[k - 1] = t;
        }
}

static int refuse_overlap(const struct tape_part *a, const struct tape_part *b, struct err *err)
{
    char from[40], to[40];
    time_format_utc(from, sizeof from, b->span.first_ns);
    time_format_utc(to, sizeof to, MIN(a->span.last_ns, b->span.last_ns));
    return err_set(err, ERR_USAGE,
                   "%s and %s overlap from %s to %s: one tape can have only one of them", a->name,
                   b->name, from, to);
}

/* Later sessions count on: seqs from the last event, packets from the last record. */
static int number(struct spool *s, struct err *err)
{
    uint64_t seq = 0, rev = 0;
    for (size_t i = 0; i < s->n; i++) {
        struct part *p = &s->parts[i];
        struct tape_part *t = &s->shown[i];
        struct row last;
        int got = reader_page_before(p->r, ROW_PACKET, PLAYHEAD_END, UINT64_MAX, &last, 1, err);
        if (got < 0 && got != -ERR_NO_ROWS)
            return got;
        if (i && t->span.first_ns < s->shown[i - 1].span.last_ns)
            return refuse_overlap(t - 1, t, err);
        if (i) /* closing a session takes its clock on to its last deadline */
            s->shown[i - 1].end_ns = MIN(s->shown[i - 1].end_ns, t->span.first_ns);
        uint64_t records = MAX(p->rev, got > 0 ? last.key : 0);
        p->seq = seq;
        p->rev = rev;
        seq += t->span.last_seq;
        rev += records;
        t->before = p->seq;
        t->span.first_seq += p->seq;
        t->span.last_seq += p->seq;
    }
    return 0;
}

int reader_open_all(const char *const *paths, size_t n, struct reader **ret, struct err *err)
{
    if (n == 1)
        return reader_open(paths[0], ret, err);
    struct reader *r = mem_alloc(sizeof *r);
    struct spool *s = r->spool = mem_alloc(sizeof *s);
    r->path = mem_printf("%s and %zu more", paths[0], n - 1);
    s->symbols = r->symbols = symbols_create();
    s->idents = r->idents = idents_create();
    s->parts = mem_alloc(n * sizeof *s->parts);
    s->shown = mem_alloc(n * sizeof *s->shown);
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = open_part(s, paths[i], err);
    if (rc == 0)
        sort(s);
    if (rc == 0)
        rc = number(s, err);
    for (size_t i = 0; i < s->n; i++)
        r->newer |= reader_newer(s->parts[i].r);
    if (rc < 0)
        reader_close(r);
    else
        *ret = r;
    return rc;
}

void spool_destroy(struct spool *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++) {
        reader_close(s->parts[i].r);
        mem_free(s->parts[i].syms);
    }
    mem_free(s->parts);
    mem_free(s->shown);
    mem_free(s);
}

size_t reader_parts(const struct reader *r, const struct tape_part **ret)
{
    if (!r->spool)
        return 0;
    *ret = r->spool->shown;
    return r->spool->n;
}

/* ---- names and numbers ---------------------------------------------------------------------- */

static uint32_t name_of(struct spool *s, const struct instrument *in)
{
    size_t n = strlen(in->symbol);
    uint32_t id = in->right ? symbols_option(s->symbols, in->symbol, n)
                            : symbols_equity(s->symbols, in->symbol, n);
    return id ? id : symbols_equity(s->symbols, "?", 1);
}

static uint32_t sym_of(struct spool *s, struct part *p, uint32_t id)
{
    const struct symbols *own = reader_symbols(p->r);
    if (!id)
        return 0;
    if (id > p->n_syms) {
        uint32_t n = MAX(symbols_count(own), id);
        p->syms = mem_grow(p->syms, n, sizeof *p->syms);
        memset(p->syms + p->n_syms, 0, (n - p->n_syms) * sizeof *p->syms);
        p->n_syms = n;
    }
    uint32_t *to = &p->syms[id - 1];
    const struct instrument *in = *to ? NULL : symbols_get(own, id);
    if (!*to)
        *to = in ? name_of(s, in) : symbols_equity(s->symbols, "?", 1);
    return *to;
}

static uint64_t text_of(struct spool *s, struct part *p, uint64_t id)
{
    char buf[IDENT_MAX + 1];
    if (!(id & TEXT_ID))
        return id;
    return ident_of(s->idents, buf, ident_text(reader_idents(p->r), id, buf, sizeof buf));
}

static uint16_t code_of(struct spool *s, struct part *p, uint16_t code)
{
    char buf[IDENT_MAX + 1];
    if (!code)
        return 0;
    return ident_code(s->idents, buf, ident_code_text(reader_idents(p->r), code, buf, sizeof buf));
}

static void shift(uint64_t *seq, int64_t by)
{
    if (*seq)
        *seq += (uint64_t)by;
}

static void shift_event(struct spool *s, struct part *p, struct event *ev)
{
    shift(&ev->seq, (int64_t)p->seq);
    ev->sym = sym_of(s, p, ev->sym);
    switch (ev->kind) {
    case EV_OPTION_PRINT:
    case EV_EQUITY_PRINT:
    case EV_CANCEL:
    case EV_CORRECT:
        ev->u.print.id = text_of(s, p, ev->u.print.id);
        ev->u.print.ref = text_of(s, p, ev->u.print.ref);
        ev->u.print.cond_other = code_of(s, p, ev->u.print.cond_other);
        break;
    case EV_CONTRACT:
        ev->u.reference.underlying = sym_of(s, p, ev->u.reference.underlying);
        ev->u.reference.note = text_of(s, p, ev->u.reference.note);
        break;
    default:
        break;
    }
}

static void shift_join(struct join *j, int64_t by)
{
    uint64_t *const seqs[] = {&j->seq,    &j->bid_seq,        &j->ask_seq,       &j->packet,
                              &j->by_seq, &j->report_bid_seq, &j->report_ask_seq};
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++)
        shift(seqs[i], by);
}

static void shift_packet(struct spool *s, struct part *part, struct packet *p)
{
    uint64_t *const seqs[] = {&p->id, &p->at_seq, &p->last_seq, &p->by_seq, &p->parent};
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++)
        shift(seqs[i], (int64_t)part->seq);
    p->sym = sym_of(s, part, p->sym);
}

static void shift_structure(struct spool *s, struct part *p, struct structure *t)
{
    uint64_t *const seqs[] = {&t->id, &t->at_seq, &t->by_seq};
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++)
        shift(seqs[i], (int64_t)p->seq);
    t->underlying = sym_of(s, p, t->underlying);
    for (size_t i = 0; i < MIN(t->n_legs, STRUCTURE_LEGS); i++) {
        shift(&t->legs[i].seq, (int64_t)p->seq);
        t->legs[i].sym = sym_of(s, p, t->legs[i].sym);
    }
}

static void shift_campaign(struct spool *s, struct part *p, struct campaign *c)
{
    uint64_t *const seqs[] = {&c->id, &c->at_seq, &c->last};
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++)
        shift(seqs[i], (int64_t)p->seq);
    c->underlying = sym_of(s, p, c->underlying);
}

static bool by_record(enum row_kind kind)
{
    return kind == ROW_PACKET || kind == ROW_STRUCTURE || kind == ROW_CAMPAIGN;
}

static void shift_row(struct spool *s, struct part *p, struct row *row)
{
    row->key += by_record(row->kind) ? p->rev : 0;
    row->said.seq += by_record(row->kind) ? p->seq : 0;
    switch (row->kind) {
    case ROW_PACKET:
        shift_packet(s, p, &row->u.packet);
        for (size_t i = 0; i < MIN(row->u.legs.n, STRUCTURE_LEGS); i++)
            row->u.legs.sym[i] = sym_of(s, p, row->u.legs.sym[i]);
        break;
    case ROW_STRUCTURE:
        shift_structure(s, p, &row->u.structure);
        break;
    case ROW_CAMPAIGN:
        shift_campaign(s, p, &row->u.campaign);
        break;
    case ROW_MARK:
        row->u.mark.seq += p->seq;
        break;
    case ROW_INSTRUMENT:
        row->u.instrument.id = sym_of(s, p, row->u.instrument.id);
        row->u.instrument.underlying = sym_of(s, p, row->u.instrument.underlying);
        row->u.instrument.note = text_of(s, p, row->u.instrument.note);
        break;
    case ROW_STAT:
        break;
    default:
        row->key += p->seq;
        shift_event(s, p, &row->ev);
        if (row->kind == ROW_OPTION || row->kind == ROW_EQUITY)
            shift_join(&row->u.join, (int64_t)p->seq);
    }
}

/* ---- places --------------------------------------------------------------------------------- */

/* The session of an event. */
static size_t part_of(const struct spool *s, uint64_t seq)
{
    size_t i = s->n - 1;
    while (i > 0 && s->parts[i].seq >= seq)
        i--;
    return i;
}

/* The playhead as session i sees it: one before it stands at its end. */
static struct playhead place_in(const struct spool *s, size_t i, struct playhead at)
{
    if (at.seq == UINT64_MAX || i < part_of(s, at.seq))
        return PLAYHEAD_END;
    return (struct playhead){at.seq - MIN(s->parts[i].seq, at.seq), at.ns};
}

struct reader *reader_part(struct reader *r, struct playhead *at)
{
    if (!r->spool)
        return r;
    size_t i = part_of(r->spool, at->seq);
    *at = place_in(r->spool, i, *at);
    return r->spool->parts[i].r;
}

static uint64_t key_base(const struct part *p, enum row_kind kind)
{
    return by_record(kind) ? p->rev : p->seq;
}

/* Rows without a place on the tape are those of the playhead's session. */
static bool placed(enum row_kind kind)
{
    return kind != ROW_INSTRUMENT && kind != ROW_STAT && kind != ROW_MARK;
}

static int page_alone(struct spool *s, spool_page *page, enum row_kind kind, struct playhead at,
                      uint64_t key, struct row *ret, size_t n, struct err *err)
{
    size_t i = part_of(s, at.seq);
    int got = page(s->parts[i].r, kind, place_in(s, i, at), key, ret, n, err);
    for (int k = 0; k < got; k++)
        shift_row(s, &s->parts[i], &ret[k]);
    return got;
}

int spool_before(struct spool *s, spool_page *page, enum row_kind kind, struct playhead at,
                 uint64_t before, struct row *ret, size_t n, struct err *err)
{
    size_t have = 0;
    if (!placed(kind))
        return page_alone(s, page, kind, at, before, ret, n, err);
    for (size_t i = part_of(s, at.seq) + 1; i-- > 0 && have < n;) {
        struct part *p = &s->parts[i];
        uint64_t base = key_base(p, kind);
        if (before <= base)
            continue;
        uint64_t own = before == UINT64_MAX ? UINT64_MAX : before - base;
        /* Newer rows have been read already: the older ones come before them. */
        struct row *rows = have ? mem_grow(NULL, n - have, sizeof *rows) : ret;
        int got = page(p->r, kind, place_in(s, i, at), own, rows, n - have, err);
        for (int k = 0; k < got; k++)
            shift_row(s, p, &rows[k]);
        if (have && got > 0) {
            memmove(ret + got, ret, have * sizeof *ret);
            memcpy(ret, rows, (size_t)got * sizeof *ret);
        }
        if (have)
            mem_free(rows);
        if (got < 0 && got != -ERR_NO_ROWS)
            return got;
        have += (size_t)MAX(got, 0);
    }
    return (int)have;
}

int spool_after(struct spool *s, spool_page *page, enum row_kind kind, struct playhead at,
                uint64_t after, struct row *ret, size_t n, struct err *err)
{
    size_t have = 0, last = part_of(s, at.seq);
    if (!placed(kind))
        return page_alone(s, page, kind, at, after, ret, n, err);
    for (size_t i = 0; i <= last && have < n; i++) {
        struct part *p = &s->parts[i];
        uint64_t base = key_base(p, kind);
        if (i + 1 < s->n && after >= key_base(p + 1, kind))
            continue;
        int got = page(p->r, kind, place_in(s, i, at), after > base ? after - base : 0, ret + have,
                       n - have, err);
        if (got < 0 && got != -ERR_NO_ROWS)
            return got;
        for (int k = 0; k < got; k++)
            shift_row(s, p, &ret[have++]);
    }
    return (int)have;
}

/* Only the numbers of the quotes are looked at, so only they go back and forth. */
int spool_complete(struct spool *s, struct row *rows, size_t n, struct err *err)
{
    int rc = 0;
    for (size_t i = 0, end; i < n && rc == 0; i = end) {
        struct part *p = &s->parts[part_of(s, rows[i].ev.seq)];
        for (end = i; end < n && &s->parts[part_of(s, rows[end].ev.seq)] == p; end++)
            shift_join(&rows[end].u.join, -(int64_t)p->seq);
        rc = reader_complete(p->r, rows + i, end - i, err);
        for (size_t k = i; k < end; k++)
            shift_join(&rows[k].u.join, (int64_t)p->seq);
    }
    return rc;
}

/* ---- the rest ------------------------------------------------------------------------------- */

int spool_span(struct spool *s, struct session_span *ret)
{
    const struct session_span *a = &s->shown[0].span, *b = &s->shown[s->n - 1].span;
    *ret = (struct session_span){a->first_seq, b->last_seq, a->first_ns, b->last_ns};
    return 0;
}

int spool_state(struct spool *s, struct reader_state *ret, struct err *err)
{
    struct part *last = &s->parts[s->n - 1];
    int rc = reader_state(last->r, ret, err);
    if (rc == 0) {
        ret->seq += last->seq;
        ret->records += last->rev;
    }
    return rc;
}

int spool_events(struct spool *s, uint64_t after, struct event *ret, size_t n, struct err *err)
{
    for (size_t i = part_of(s, after + 1); i < s->n; i++) {
        struct part *p = &s->parts[i];
        int got = reader_events(p->r, after > p->seq ? after - p->seq : 0, ret, n, err);
        for (int k = 0; k < got; k++)
            shift_event(s, p, &ret[k]);
        if (got != 0)
            return got;
    }
    return 0;
}

int spool_at_time(struct spool *s, int64_t ns, struct playhead *ret, struct err *err)
{
    size_t i = s->n - 1;
    struct playhead own;
    while (i > 0 && s->shown[i].span.first_ns > ns)
        i--;
    int rc = reader_at_time(s->parts[i].r, ns, &own, err);
    if (rc == 0)
        *ret = (struct playhead){own.seq + s->parts[i].seq, ns};
    return rc;
}

int spool_event(struct spool *s, uint64_t seq, struct event *ret, struct err *err)
{
    struct part *p = &s->parts[part_of(s, seq)];
    int rc = reader_event(p->r, seq - MIN(seq, p->seq), ret, err);
    if (rc == 0)
        shift_event(s, p, ret);
    return rc;
}

static void add_lane(struct lane_cell *to, const struct lane_cell *from, uint64_t base)
{
    to->events += from->events;
    to->prints += from->prints;
    to->packets += from->packets;
    to->gap |= from->gap;
    to->halt |= from->halt;
    if (from->top_packet && (!to->top_packet || from->top_premium > to->top_premium)) {
        to->top_packet = from->top_packet + base;
        to->top_premium = from->top_premium;
        to->top_side = from->top_side;
    }
}

int64_t tape_pos(const struct tape_part *parts, size_t n, int64_t ns)
{
    int64_t gaps = 0;
    for (size_t i = 1; i < n && ns > parts[i - 1].end_ns; i++)
        gaps += MIN(ns, parts[i].span.first_ns) - parts[i - 1].end_ns;
    return ns - gaps;
}

int64_t tape_ns(const struct tape_part *parts, size_t n, int64_t pos)
{
    for (size_t i = 1; i < n && pos > parts[i - 1].end_ns; i++)
        pos += parts[i].span.first_ns - parts[i - 1].end_ns;
    return pos;
}

int spool_lanes(struct spool *s, int64_t from_ns, int64_t to_ns, struct lane_cell *ret, size_t n,
                struct err *err)
{
    struct lane_cell *own = mem_grow(NULL, MAX(n, 1u), sizeof *own);
    int rc = 0;
    memset(ret, 0, n * sizeof *ret);
    for (size_t i = 0; i < s->n && rc == 0; i++) {
        const struct tape_part *t = &s->shown[i];
        int64_t first = tape_pos(s->shown, i + 1, t->span.first_ns);
        int64_t on = t->span.first_ns - first; /* from a place to the time of this session */
        if (first > to_ns || t->end_ns - on < from_ns)
            continue;
        rc = reader_lanes(s->parts[i].r, from_ns + on, to_ns + on, own, n, err);
        for (size_t k = 0; k < n && rc == 0; k++)
            add_lane(&ret[k], &own[k], s->parts[i].seq);
    }
    mem_free(own);
    return rc;
}

int spool_packet(struct spool *s, struct playhead at, uint64_t id, struct packet *ret,
                 struct err *err)
{
    size_t i = part_of(s, id);
    struct part *p = &s->parts[i];
    int rc = reader_packet(p->r, place_in(s, i, at), id - MIN(id, p->seq), ret, err);
    if (rc == 0)
        shift_packet(s, p, ret);
    return rc;
}

int spool_members(struct spool *s, struct playhead at, uint64_t id, struct row *ret, size_t n,
                  struct err *err)
{
    size_t i = part_of(s, id);
    struct part *p = &s->parts[i];
    int got = reader_members(p->r, place_in(s, i, at), id - MIN(id, p->seq), ret, n, err);
    for (int k = 0; k < got; k++)
        shift_row(s, p, &ret[k]);
    return got;
}

int spool_merged(struct spool *s, struct playhead at, uint64_t id, uint64_t *ret, size_t n,
                 struct err *err)
{
    size_t i = part_of(s, id);
    struct part *p = &s->parts[i];
    int got = reader_merged(p->r, place_in(s, i, at), id - MIN(id, p->seq), ret, n, err);
    for (int k = 0; k < got; k++)
        shift(&ret[k], (int64_t)p->seq);
    return got;
}

int spool_structure(struct spool *s, struct playhead at, uint64_t id, struct structure *ret,
                    struct err *err)
{
    size_t i = part_of(s, id);
    struct part *p = &s->parts[i];
    int rc = reader_structure(p->r, place_in(s, i, at), id - MIN(id, p->seq), ret, err);
    if (rc == 0)
        shift_structure(s, p, ret);
    return rc;
}

int spool_structures_of(struct spool *s, struct playhead at, uint64_t packet, struct structure *ret,
                        size_t n, struct err *err)
{
    size_t i = part_of(s, packet);
    struct part *p = &s->parts[i];
    int got =
        reader_structures_of(p->r, place_in(s, i, at), packet - MIN(packet, p->seq), ret, n, err);
    for (int k = 0; k < got; k++)
        shift_structure(s, p, &ret[k]);
    return got;
}

int spool_campaign(struct spool *s, struct playhead at, uint64_t id, struct campaign *ret,
                   struct err *err)
{
    size_t i = part_of(s, id);
    struct part *p = &s->parts[i];
    int rc = reader_campaign(p->r, place_in(s, i, at), id - MIN(id, p->seq), ret, err);
    if (rc == 0)
        shift_campaign(s, p, ret);
    return rc;
}

int spool_print(struct spool *s, struct playhead at, uint64_t seq, struct row *ret, struct err *err)
{
    size_t i = part_of(s, seq);
    struct part *p = &s->parts[i];
    int rc = reader_print(p->r, place_in(s, i, at), seq - MIN(seq, p->seq), ret, err);
    if (rc == 0)
        shift_row(s, p, ret);
    return rc;
}

int spool_repair(struct spool *s, uint64_t seq, struct repair *ret, struct err *err)
{
    struct part *p = &s->parts[part_of(s, seq)];
    int rc = reader_repair(p->r, seq - MIN(seq, p->seq), ret, err);
    if (rc == 0) {
        shift(&ret->seq, (int64_t)p->seq);
        shift(&ret->target, (int64_t)p->seq);
    }
    return rc;
}

int spool_halt(struct spool *s, struct playhead at, int dir, struct playhead *ret, struct err *err)
{
    int rc = -(int)ERR_NO_ROWS;
    for (size_t i = part_of(s, at.seq); i < s->n && rc == -ERR_NO_ROWS; i += dir > 0 ? 1 : -1UL) {
        struct part *p = &s->parts[i];
        bool here = i == part_of(s, at.seq);
        struct playhead own = here      ? place_in(s, i, at)
                              : dir > 0 ? (struct playhead){0, INT64_MIN}
                                        : PLAYHEAD_END;
        rc = reader_halt(p->r, own, dir, ret, err);
        if (rc == 0)
            ret->seq += p->seq;
    }
    return rc;
}
