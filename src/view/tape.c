/* Tapes: the newest rows of each kind from memory, older ones from the session file. See tape.h.
 *
 * Keys are those of the file: the seq of an event, for packets the ordinal of their first record
 * among all records derived. A row enters its ring when it is complete: a print with its join, a
 * packet when it is emitted, a gap at once. A later version takes the place of the row it is about;
 * what was said before it is in the file, for a playhead that stands before it. Quotes are not
 * kept: the file has them. A row that has left the ring is read from the file only once the writer
 * has committed past it; until then a page ends there and says that there is more, so that no row
 * is ever jumped over. */
#include "view/tape.h"

#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "view/greeks.h"

#define SCAN_LIMIT 200000 /* rows looked at for one page by default */
#define CHUNK      256    /* rows read from the file at a time */

struct mark { /* how much the deck had said when a row was complete, and when it was revised */
    uint64_t seq, records;
    uint64_t by_seq; /* the last event that revised it; 0 = none */
    int64_t by_ns;
};

struct tape {
    struct row *rows;
    struct mark *marks;
    uint64_t total;  /* rows ever; row i lives at i % cap */
    uint64_t struck; /* of them cancelled, retracted or merged */
};

struct tapes {
    struct cell_context cells;
    struct greeks_memo greeks; /* of the filter */
    size_t cap;
    struct reader *reader; /* borrowed */
    struct tape tapes[ROW_KIND_COUNT];
    struct event print;   /* waits for its join; seq 0 = none */
    struct leg_list legs; /* of the structure said last: its packet comes next */
    uint64_t legs_of;     /* its id */
    uint64_t pending;     /* first place of a join that waits for its package; UINT64_MAX = none */
    struct bits *packets; /* ids that were said */
    uint64_t seq, records;
    int64_t now_ns;
    struct row *chunk;
};

static bool kept(enum row_kind kind)
{
    return kind == ROW_OPTION || kind == ROW_EQUITY || kind == ROW_PACKET || kind == ROW_GAP;
}

struct tapes *tapes_create(const struct symbols *symbols, const struct idents *idents,
                           size_t rows_each)
{
    struct tapes *t = mem_alloc(sizeof *t);
    t->cells = (struct cell_context){.symbols = symbols, .idents = idents, .greeks = &t->greeks};
    t->cap = rows_each;
    t->packets = bits_create();
    t->pending = UINT64_MAX;
    t->chunk = mem_grow(NULL, CHUNK, sizeof *t->chunk);
    for (int k = 0; k < ROW_KIND_COUNT && rows_each; k++)
        if (kept(k)) {
            t->tapes[k].rows = mem_reserve(rows_each * sizeof(struct row));
            t->tapes[k].marks = mem_reserve(rows_each * sizeof(struct mark));
        }
    return t;
}

void tapes_destroy(struct tapes *t)
{
    if (!t)
        return;
    for (int k = 0; k < ROW_KIND_COUNT; k++)
        if (t->tapes[k].rows) {
            mem_unreserve(t->tapes[k].rows, t->cap * sizeof(struct row));
            mem_unreserve(t->tapes[k].marks, t->cap * sizeof(struct mark));
        }
    bits_destroy(t->packets);
    mem_free(t->chunk);
    mem_free(t);
}

void tapes_set_rate(struct tapes *t, int64_t rate_bp)
{
    t->cells.rate_bp = rate_bp;
}

void tapes_set_reader(struct tapes *t, struct reader *r)
{
    t->reader = r;
}

/* The next place of a kind's ring, zeroed; NULL without a ring. */
static struct row *tape_add(struct tapes *t, enum row_kind kind, uint64_t key)
{
    struct tape *tape = &t->tapes[kind];
    if (!tape->rows)
        return NULL;
    size_t at = tape->total++ % t->cap;
    tape->marks[at] = (struct mark){.seq = t->seq, .records = t->records};
    struct row *row = &tape->rows[at];
    memset(row, 0, sizeof *row);
    row->kind = (uint8_t)kind;
    row->key = key;
    return row;
}

static uint64_t oldest(const struct tapes *t, const struct tape *tape)
{
    return tape->total > t->cap ? tape->total - t->cap : 0;
}

static const struct row *row_at(const struct tapes *t, const struct tape *tape, uint64_t i)
{
    return &tape->rows[i % t->cap];
}

/* The place of the first row that is not before a key (or, for packets, that was said when the deck
 * had seen event `key`). */
static uint64_t ring_find(const struct tapes *t, const struct tape *tape, uint64_t key)
{
    uint64_t lo = oldest(t, tape), hi = tape->total;
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        const struct row *r = row_at(t, tape, mid);
        if ((r->kind == ROW_PACKET ? r->said.seq : r->key) < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void mark_revised(struct tapes *t, struct tape *tape, uint64_t i)
{
    struct mark *m = &tape->marks[i % t->cap];
    m->by_seq = t->seq;
    m->by_ns = t->now_ns;
}

static void take_event(void *self, const struct event *ev)
{
    struct tapes *t = self;
    t->seq = ev->seq;
    t->now_ns = ev->recv_ns;
    if (ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT) {
        t->print = *ev;
    } else if (ev->kind == EV_GAP) {
        struct row *row = tape_add(t, ROW_GAP, ev->seq);
        if (row)
            row->ev = *ev;
    }
}

/* A later version of a print. Which tape it is in its seq tells; one that has left the ring is read
 * from the file. */
static void revise_print(struct tapes *t, const struct join *join)
{
    static const enum row_kind kinds[] = {ROW_OPTION, ROW_EQUITY};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct tape *tape = &t->tapes[kinds[k]];
        uint64_t i = ring_find(t, tape, join->seq);
        if (i == tape->total || row_at(t, tape, i)->key != join->seq)
            continue;
        struct join *was = &tape->rows[i % t->cap].u.join;
        tape->struck += (join->revision == REV_CANCELLED) - (was->revision == REV_CANCELLED);
        *was = *join;
        mark_revised(t, tape, i);
        if (k == 0 && join->revision == REV_NONE && join->packet)
            t->pending = MIN(t->pending, i);
    }
}

static void take_join(struct tapes *t, const struct join *join)
{
    if (join->by_seq) {
        revise_print(t, join);
        return;
    }
    if (join->seq != t->print.seq)
        return;
    enum row_kind kind = t->print.kind == EV_OPTION_PRINT ? ROW_OPTION : ROW_EQUITY;
    struct row *row = tape_add(t, kind, join->seq);
    if (row) {
        row->ev = t->print;
        row->u.join = *join;
    }
    t->print.seq = 0;
}

/* Retracted, or a member of a repeat run: no row of its own. */
static uint64_t counts_not(const struct packet *p)
{
    return p->state == PS_RETRACTED || p->state == PS_MERGED;
}

static struct leg_list legs_of(const struct tapes *t, const struct packet *p)
{
    return p->kind == PK_PACKAGE && p->id == t->legs_of ? t->legs : (struct leg_list){.n = 0};
}

/* The legs of a package, told again right before it at a deadline: until that moment what was said
 * before holds. */
static void settle_pending(struct tapes *t, const struct packet *p)
{
    struct tape *tape = &t->tapes[ROW_OPTION];
    for (uint64_t i = MAX(t->pending, oldest(t, tape)); i < tape->total; i++) {
        const struct join *j = &row_at(t, tape, i)->u.join;
        struct mark *m = &tape->marks[i % t->cap];
        if (j->packet == p->id && m->by_seq && j->revision == REV_NONE)
            m->by_ns = MAX(m->by_ns, p->at_ns);
    }
    t->pending = UINT64_MAX;
}

/* A later version of a packet: it was first said when its first print had been seen, or soon
 * after. */
static void revise_packet(struct tapes *t, const struct packet *p)
{
    struct tape *tape = &t->tapes[ROW_PACKET];
    for (uint64_t i = ring_find(t, tape, p->id); i < tape->total; i++) {
        struct packet *was = &tape->rows[i % t->cap].u.packet;
        if (was->id != p->id)
            continue;
        tape->struck += counts_not(p) - counts_not(was);
        *was = *p;
        tape->rows[i % t->cap].u.legs = legs_of(t, p);
        tape->marks[i % t->cap].by_seq = p->at_seq;
        tape->marks[i % t->cap].by_ns = p->at_ns;
        return;
    }
}

static void take_packet(struct tapes *t, const struct packet *p)
{
    if (p->kind == PK_PACKAGE && t->pending != UINT64_MAX)
        settle_pending(t, p);
    if (!bits_add(t->packets, p->id)) {
        revise_packet(t, p);
        return;
    }
    struct row *row = tape_add(t, ROW_PACKET, t->records);
    if (row) {
        row->u.packet = *p;
        row->u.legs = legs_of(t, p);
        t->tapes[ROW_PACKET].struck += counts_not(p);
        row->said = (struct playhead){p->at_seq, p->at_ns};
    }
}

static void take_record(void *self, const struct record *rec)
{
    struct tapes *t = self;
    t->records++;
    if (rec->kind == REC_JOIN)
        take_join(t, &rec->u.join);
    else if (rec->kind == REC_PACKET && t->cap)
        take_packet(t, &rec->u.packet);
    else if (rec->kind == REC_STRUCTURE) {
        t->legs = leg_list_of(&rec->u.structure);
        t->legs_of = rec->u.structure.id;
    }
}

struct sink tapes_sink(struct tapes *t)
{
    static const struct sink_ops ops = {
        .name = "tapes", .event = take_event, .record = take_record};
    return (struct sink){&ops, t};
}

uint64_t tape_total(const struct tapes *t, enum row_kind kind)
{
    return t->tapes[kind].total - t->tapes[kind].struck;
}

/* Whether the engine had said this row when it stood at the playhead. */
static bool said(const struct row *r, struct playhead at)
{
    if (r->kind == ROW_PACKET)
        return r->said.seq <= at.seq && r->said.ns <= at.ns;
    return r->ev.seq <= at.seq;
}

/* Keys and "said" both only ever go from true to false along a ring, so a place is found by
 * halving: the number of leading rows (from the oldest) with key < before, said at the playhead. */
static uint64_t ring_end(const struct tapes *t, const struct tape *tape, struct playhead at,
                         uint64_t before)
{
    uint64_t lo = oldest(t, tape), hi = tape->total;
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        const struct row *r = row_at(t, tape, mid);
        if (r->key < before && said(r, at))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The file holds every row below `before` (and below the ring) that was said at the playhead. */
static int committed(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t before,
                     bool *ret, struct err *err)
{
    const struct tape *tape = &t->tapes[kind];
    struct reader_state state;
    *ret = true;
    if (tape->total <= t->cap)
        return 0;
    int rc = reader_state(t->reader, &state, err);
    if (rc < 0)
        return rc;
    /* The oldest row kept is behind the newest one lost: its mark is the stricter of the two. */
    const struct mark *m = &tape->marks[oldest(t, tape) % t->cap];
    bool keys = before <= (kind == ROW_PACKET ? state.records : state.seq);
    *ret = keys || at.seq < state.seq || (state.seq >= m->seq && state.records >= m->records);
    return 0;
}

/* Everything a scan carries along. */
struct scan {
    struct tapes *t;
    enum row_kind kind;
    struct playhead at;
    const struct filter *f;
    size_t left; /* rows that may still be looked at */
    struct row *ret;
    size_t n, cap;
    bool told;     /* rows as they were first told */
    bool lean;     /* the filter does without the quotes of prints */
    size_t looked; /* rows of the file looked at */
    size_t whole;  /* rows of ret that came from the ring */
};

static struct scan scan_of(struct tapes *t, enum row_kind kind, struct playhead at,
                           const struct filter *f, size_t limit, struct row *ret, size_t cap)
{
    return (struct scan){.t = t,
                         .kind = kind,
                         .at = at,
                         .f = f,
                         .left = limit ? limit : SCAN_LIMIT,
                         .ret = ret,
                         .cap = cap,
                         .lean = f && !filter_quotes(f)};
}

/* A packet by its id: a page of the file would leave out one that is merged. Its legs are those it
 * has now: a package keeps them through all its versions but the last, when it is none any more. */
static const struct row *ring_packet(struct scan *s, const struct row *r, struct row *older)
{
    *older = *r;
    return reader_packet(s->t->reader, s->at, r->u.packet.id, &older->u.packet, NULL) == 0 ? older
                                                                                           : r;
}

static const struct row *ring_told(struct scan *s, const struct mark *m, const struct row *r,
                                   struct row *older)
{
    if (!m->by_seq || !s->t->reader ||
        reader_told_before(s->t->reader, s->kind, s->at, r->key + 1, older, 1, NULL) != 1 ||
        older->key != r->key || reader_complete(s->t->reader, older, 1, NULL) < 0)
        return r;
    return older;
}

/* A row of the ring as it was said at the playhead: what stood before a revision is in the file. */
static const struct row *ring_row(struct scan *s, const struct tape *tape, uint64_t i,
                                  struct row *older)
{
    const struct mark *m = &tape->marks[i % s->t->cap];
    const struct row *r = row_at(s->t, tape, i);
    if (s->told)
        return ring_told(s, m, r, older);
    bool later = m->by_seq > s->at.seq || (m->by_seq && m->by_ns > s->at.ns);
    if (later && s->t->reader && s->kind == ROW_PACKET)
        return ring_packet(s, r, older);
    if (!later || !s->t->reader ||
        reader_page_before(s->t->reader, s->kind, s->at, r->key + 1, older, 1, NULL) != 1 ||
        older->key != r->key)
        return r;
    return older;
}

static bool scan_row(struct scan *s, const struct row *r)
{
    s->left--;
    if (r->kind == ROW_PACKET && r->u.packet.state == PS_MERGED)
        return false;
    if (s->f && !filter_match(s->f, r, &s->t->cells))
        return false;
    s->ret[s->n++] = *r;
    return true;
}

static bool scan_done(const struct scan *s)
{
    return s->n == s->cap || s->left == 0;
}

/* How many rows to ask the file for: what is still wanted and one more, which tells whether there
 * are more; as many more as the filter has let through few so far. */
static size_t scan_chunk(const struct scan *s)
{
    size_t want = s->cap - s->n + 1;
    if (s->f)
        want = MAX(want * (s->looked + 1) / (s->n - s->whole + 1), want);
    return MIN(MIN(want, (size_t)CHUNK), s->left + 1);
}

/* What the filter did without. */
static int scan_complete(struct scan *s, struct err *err)
{
    return s->lean ? reader_complete(s->t->reader, s->ret + s->whole, s->n - s->whole, err) : 0;
}

static int scan_read(struct scan *s, bool back, uint64_t from, size_t n, struct err *err)
{
    typedef int read_fn(struct reader *, enum row_kind, struct playhead, uint64_t, struct row *,
                        size_t, struct err *);
    static read_fn *const reads[][2] = {{reader_page_after, reader_page_before},
                                        {reader_scan_after, reader_scan_before},
                                        {reader_told_after, reader_told_before}};
    struct reader *r = s->t->reader;
    int got = reads[s->told ? 2 : s->lean][back](r, s->kind, s->at, from, s->t->chunk, n, err);
    int rc = 0;
    if (got > 0 && s->told && !s->lean)
        rc = reader_complete(r, s->t->chunk, (size_t)got, err);
    return got == -ERR_NO_ROWS ? 0 : rc < 0 ? rc : got;
}

/* Backwards through the file from `before`; rows are appended newest first. */
static int scan_file_back(struct scan *s, uint64_t before, bool *more, struct err *err)
{
    int left = 0; /* rows read that were not looked at */
    *more = true;
    s->whole = s->n;
    while (*more && !scan_done(s)) {
        int asked = (int)scan_chunk(s), got = left = scan_read(s, true, before, (size_t)asked, err);
        while (left > 0 && !scan_done(s)) {
            before = s->t->chunk[--left].key;
            s->looked++;
            scan_row(s, &s->t->chunk[left]);
        }
        if (got < 0)
            return got;
        *more = got == asked;
    }
    if (*more && !left)
        left = scan_read(s, true, before, 1, err);
    *more = left > 0;
    return left < 0 ? left : scan_complete(s, err);
}

static void reverse(struct row *rows, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct row r = rows[i];
        rows[i] = rows[n - 1 - i];
        rows[n - 1 - i] = r;
    }
}

static int page_back(struct scan *s, uint64_t before, bool *ret_more, struct err *err)
{
    struct tapes *t = s->t;
    const struct tape *tape = &t->tapes[s->kind];
    bool more = false, all = true;
    int rc = 0;
    if (tape->total) {
        struct row older;
        uint64_t first = oldest(t, tape), i = ring_end(t, tape, s->at, before);
        while (i > first && !scan_done(s))
            scan_row(s, ring_row(s, tape, --i, &older));
        more = i > first;
        before = MIN(before, row_at(t, tape, first)->key);
    }
    if (t->reader && !more) {
        rc = committed(t, s->kind, s->at, before, &all, err);
        more = !all;
        if (rc == 0 && all)
            rc = scan_file_back(s, before, &more, err);
    }
    if (rc < 0)
        return rc;
    reverse(s->ret, s->n);
    *ret_more = more;
    return (int)s->n;
}

int tape_page(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t before,
              const struct filter *f, size_t scan_limit, struct row *ret, size_t n, bool *ret_more,
              struct err *err)
{
    struct scan s = scan_of(t, kind, at, f, scan_limit, ret, n);
    return page_back(&s, before, ret_more, err);
}

int tape_told(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t before,
              const struct filter *f, struct row *ret, size_t n, bool *ret_more, struct err *err)
{
    struct scan s = scan_of(t, kind, at, f, 0, ret, n);
    s.told = true;
    return page_back(&s, before, ret_more, err);
}

/* Forwards through the file from `after` up to the ring's first key. */
static int scan_file_on(struct scan *s, uint64_t after, uint64_t until, struct err *err)
{
    bool more = true;
    while (more && !scan_done(s)) {
        int asked = (int)scan_chunk(s), got = scan_read(s, false, after, (size_t)asked, err);
        if (got < 0)
            return got;
        more = got == asked;
        for (int i = 0; i < got && !scan_done(s); i++) {
            after = s->t->chunk[i].key;
            more &= after < until;
            s->looked++;
            if (after < until)
                scan_row(s, &s->t->chunk[i]);
        }
    }
    return scan_complete(s, err);
}

static int page_on(struct scan *s, uint64_t after, struct err *err)
{
    struct tapes *t = s->t;
    const struct tape *tape = &t->tapes[s->kind];
    uint64_t first = oldest(t, tape), until = UINT64_MAX;
    if (tape->total)
        until = row_at(t, tape, first)->key;
    bool all = true;
    /* With nothing lost from the ring, the file can only add what came before this process. */
    if (t->reader && after < until) {
        int rc = committed(t, s->kind, s->at, until, &all, err);
        if (rc == 0)
            rc = scan_file_on(s, after, until, err);
        if (rc < 0)
            return rc;
    }
    if (!all || after == UINT64_MAX)
        return (int)s->n;
    struct row older;
    uint64_t i = tape->total ? ring_end(t, tape, PLAYHEAD_END, after + 1) : 0;
    for (; i < tape->total && !scan_done(s) && said(row_at(t, tape, i), s->at); i++)
        scan_row(s, ring_row(s, tape, i, &older));
    return (int)s->n;
}

int tape_page_after(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t after,
                    const struct filter *f, size_t scan_limit, struct row *ret, size_t n,
                    struct err *err)
{
    struct scan s = scan_of(t, kind, at, f, scan_limit, ret, n);
    return page_on(&s, after, err);
}

int tape_told_after(struct tapes *t, enum row_kind kind, struct playhead at, uint64_t after,
                    const struct filter *f, struct row *ret, size_t n, struct err *err)
{
    struct scan s = scan_of(t, kind, at, f, 0, ret, n);
    s.told = true;
    return page_on(&s, after, err);
}
