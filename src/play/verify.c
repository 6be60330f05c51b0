/* Verification. See verify.h. */
#include "play/verify.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "deck/deck.h"
#include "play/recorded.h"

#define CHUNK          4096
#define PROGRESS_NS    (2 * NS_PER_SEC)
#define MAX_COMPLAINTS 10

struct check {
    struct reader *reader;
    struct record *stored; /* CHUNK of them */
    size_t n, at;
    uint64_t taken; /* stored records read so far */
    uint64_t seen;  /* derived now */
    uint64_t limit; /* the recorder had emitted so many */
    struct verify_result *result;
    void (*say)(void *self, bool problem, const char *line);
    bool (*stopped)(void *self);
    void *self;
    struct err err;
};

static void complain(struct check *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void complain(struct check *c, const char *fmt, ...)
{
    char line[512];
    va_list ap;
    if (c->stopped(c->self)) /* rows that could not be read any more are no finding */
        return;
    if (c->result->problems++ >= MAX_COMPLAINTS)
        return;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    c->say(c->self, true, line);
}

static const struct record *next_stored(struct check *c)
{
    if (c->at == c->n) {
        int n = reader_records(c->reader, c->taken, c->stored, CHUNK, &c->err);
        c->at = 0;
        c->n = n > 0 ? (size_t)n : 0;
        c->taken += c->n;
    }
    return c->at < c->n ? &c->stored[c->at++] : NULL;
}

/* One row a field that people can name; the rest is still compared as bytes. */
#define FIELD(type, name)                                                                          \
    {                                                                                              \
#name, offsetof(struct type, name), sizeof(((struct type *)0)->name)                       \
    }
struct field_at {
    const char *name;
    size_t offset, size;
};
static const struct field_at join_fields[] = {
    FIELD(join, seq),
    FIELD(join, bid_seq),
    FIELD(join, ask_seq),
    FIELD(join, bid),
    FIELD(join, ask),
    FIELD(join, bid_qty),
    FIELD(join, ask_qty),
    FIELD(join, quote_ns),
    FIELD(join, packet),
    FIELD(join, notional),
    FIELD(join, side),
    FIELD(join, state),
    FIELD(join, rule),
    FIELD(join, placement),
    FIELD(join, reason),
    FIELD(join, confidence),
    FIELD(join, family),
    FIELD(join, flags),
    FIELD(join, by_seq),
    FIELD(join, px),
    FIELD(join, qty),
    FIELD(join, revision),
    FIELD(join, report_bid_seq),
    FIELD(join, report_ask_seq),
    FIELD(join, report_bid),
    FIELD(join, report_ask),
    FIELD(join, placement_report),
};
static const struct field_at packet_fields[] = {
    FIELD(packet, id),
    FIELD(packet, at_seq),
    FIELD(packet, at_ns),
    FIELD(packet, last_seq),
    FIELD(packet, start_ns),
    FIELD(packet, end_ns),
    FIELD(packet, qty),
    FIELD(packet, premium),
    FIELD(packet, px_qty),
    FIELD(packet, px_lo),
    FIELD(packet, px_hi),
    FIELD(packet, px_last),
    FIELD(packet, venues),
    FIELD(packet, sym),
    FIELD(packet, members),
    FIELD(packet, levels),
    FIELD(packet, isos),
    FIELD(packet, side),
    FIELD(packet, kind),
    FIELD(packet, grade),
    FIELD(packet, state),
    FIELD(packet, reason),
    FIELD(packet, confidence),
    FIELD(packet, family),
    FIELD(packet, split),
    FIELD(packet, flags),
    FIELD(packet, by_seq),
    FIELD(packet, parent),
    FIELD(packet, opening_min),
    FIELD(packet, forward_px),
    FIELD(packet, net_px),
    FIELD(packet, rarity_k),
    FIELD(packet, rarity_n),
    FIELD(packet, others),
    FIELD(packet, direction),
    FIELD(packet, direction_reason),
    FIELD(packet, opening_reason),
    FIELD(packet, forward_source),
    FIELD(packet, rarity_reason),
    FIELD(packet, shape),
    FIELD(packet, class),
    FIELD(packet, legs),
    FIELD(packet, day_volume),
};
static const struct field_at repair_fields[] = {
    FIELD(repair, seq),
    FIELD(repair, target),
    FIELD(repair, outcome),
};
static const struct field_at structure_fields[] = {
    FIELD(structure, id),
    FIELD(structure, at_seq),
    FIELD(structure, by_seq),
    FIELD(structure, at_ns),
    FIELD(structure, start_ns),
    FIELD(structure, end_ns),
    FIELD(structure, units),
    FIELD(structure, premium),
    FIELD(structure, net_px),
    FIELD(structure, net_bid),
    FIELD(structure, net_ask),
    FIELD(structure, delta),
    FIELD(structure, delta_notional),
    FIELD(structure, gross_notional),
    FIELD(structure, vega),
    FIELD(structure, underlying),
    FIELD(structure, flags),
    FIELD(structure, shape),
    FIELD(structure, class),
    FIELD(structure, grade),
    FIELD(structure, state),
    FIELD(structure, side),
    FIELD(structure, direction),
    FIELD(structure, direction_reason),
    FIELD(structure, confidence),
    FIELD(structure, n_legs),
    FIELD(structure, greeks),
    FIELD(structure, venue),
    FIELD(structure, legs[0]),
    FIELD(structure, legs[1]),
    FIELD(structure, legs[2]),
    FIELD(structure, legs[3]),
};
static const struct field_at campaign_fields[] = {
    FIELD(campaign, id),        FIELD(campaign, at_seq),          FIELD(campaign, at_ns),
    FIELD(campaign, start_ns),  FIELD(campaign, end_ns),          FIELD(campaign, last),
    FIELD(campaign, premium),   FIELD(campaign, against),         FIELD(campaign, delta_notional),
    FIELD(campaign, vega),      FIELD(campaign, underlying),      FIELD(campaign, packets),
    FIELD(campaign, contracts), FIELD(campaign, packets_against), FIELD(campaign, unvalued),
    FIELD(campaign, day),       FIELD(campaign, direction),       FIELD(campaign, state),
};
static const struct field_at opening_fields[] = {
    FIELD(opening, seq),      FIELD(opening, volume), FIELD(opening, oi_before),
    FIELD(opening, oi_after), FIELD(opening, opened), FIELD(opening, closed),
    FIELD(opening, sym),      FIELD(opening, day),    FIELD(opening, outcome),
};
static const struct {
    const char *what; /* the record is about, and is */
    const char *is;
    size_t id;
    const struct field_at *fields;
    size_t n;
} records[] = {
    [REC_JOIN] = {"print", "a join", offsetof(struct join, seq), join_fields,
                  ARRAY_LEN(join_fields)},
    [REC_PACKET] = {"packet", "a packet", offsetof(struct packet, id), packet_fields,
                    ARRAY_LEN(packet_fields)},
    [REC_REPAIR] = {"repair by", "a repair", offsetof(struct repair, seq), repair_fields,
                    ARRAY_LEN(repair_fields)},
    [REC_STRUCTURE] = {"structure", "a structure", offsetof(struct structure, id), structure_fields,
                       ARRAY_LEN(structure_fields)},
    [REC_CAMPAIGN] = {"campaign", "a campaign", offsetof(struct campaign, id), campaign_fields,
                      ARRAY_LEN(campaign_fields)},
    [REC_OPENING] = {"opening by", "an opening", offsetof(struct opening, seq), opening_fields,
                     ARRAY_LEN(opening_fields)},
};

static int64_t field_value(const void *rec, const struct field_at *f)
{
    int64_t v = 0;
    memcpy(&v, (const char *)rec + f->offset, MIN(f->size, sizeof v));
    return v;
}

static void compare_fields(struct check *c, const char *what, uint64_t id, const void *stored,
                           const void *derived, const struct field_at *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct field_at *f = &fields[i];
        if (memcmp((const char *)stored + f->offset, (const char *)derived + f->offset, f->size))
            complain(c, "%s %" PRIu64 ": %s is %" PRId64 " in the session, derived again %" PRId64,
                     what, id, f->name, field_value(stored, f), field_value(derived, f));
    }
}

static void on_record(void *self, const struct record *derived)
{
    struct check *c = self;
    c->seen++;
    if (c->seen > c->limit || c->result->problems)
        return;
    const struct record *stored = next_stored(c);
    if (!stored || stored->kind != derived->kind) {
        complain(c, "derived record %" PRIu64 ": the session has %s, derived again it is %s",
                 c->seen, stored ? records[stored->kind].is : "none", records[derived->kind].is);
        return;
    }
    uint64_t id;
    memcpy(&id, (const char *)&derived->u + records[derived->kind].id, sizeof id);
    compare_fields(c, records[derived->kind].what, id, &stored->u, &derived->u,
                   records[derived->kind].fields, records[derived->kind].n);
}

static void on_event(void *self, const struct event *ev)
{
    (void)self;
    (void)ev;
}

static const struct sink_ops check_sink = {
    .name = "verify", .event = on_event, .record = on_record};

static void progress(struct check *c, const struct reader_state *st, int64_t start_ns,
                     int64_t *last_ns)
{
    char line[160];
    int64_t now = clock_mono_ns();
    if (now - *last_ns < PROGRESS_NS)
        return;
    *last_ns = now;
    uint64_t left = st->seq - c->result->events;
    double per_event = (double)(now - start_ns) / (double)c->result->events;
    snprintf(line, sizeof line,
             "derived again %" PRIu64 " of %" PRIu64 " events, about %.0f s left",
             c->result->events, st->seq, (double)left * per_event / (double)NS_PER_SEC);
    c->say(c->self, false, line);
}

/* Raw events through the door again, up to the recorder's last commit. */
static int rederive(struct check *c, struct deck *d, const struct reader_state *st)
{
    struct event *events = mem_alloc(CHUNK * sizeof *events);
    int64_t start = clock_mono_ns(), last = start;
    int n = 0;
    while (deck_seq(d) < st->seq) {
        n = reader_events(c->reader, deck_seq(d), events, CHUNK, &c->err);
        if (n <= 0)
            break;
        for (int i = 0; i < n && events[i].seq <= st->seq; i++) {
            int64_t recv = events[i].recv_ns;
            deck_push(d, &events[i]);
            c->result->events++;
            if (events[i].recv_ns != recv)
                complain(c, "event %" PRIu64 ": its receive time lies before an earlier event's",
                         events[i].seq);
        }
        progress(c, st, start, &last);
    }
    mem_free(events);
    if (n >= 0 && deck_seq(d) != st->seq)
        complain(c, "the session ends at event %" PRIu64 ", its last commit says %" PRIu64,
                 deck_seq(d), st->seq);
    return n < 0 ? n : 0;
}

static void compare_end(struct check *c, struct deck *d, const struct reader_state *st)
{
    if (st->closed)
        deck_finish(d);
    else
        deck_advance(d, st->clock_ns);
    c->result->records = deck_records(d);
    c->result->digest = deck_digest(d);
    if (c->result->problems)
        return;
    if (deck_records(d) != st->records)
        complain(c, "the session has %" PRIu64 " derived records, derived again %" PRIu64,
                 st->records, deck_records(d));
    else if (deck_digest(d) != st->digest &&
             (st->seq || st->digest)) /* else nothing was committed */
        complain(c, "digest %016" PRIx64 " in the session, derived again %016" PRIx64, st->digest,
                 deck_digest(d));
    if (next_stored(c))
        complain(c, "the session has more derived records than its last commit says");
}

/* An export is a cut, and another engine or policy rightly says other things: then only the file's
 * own consistency can be checked. */
static bool comparable(struct check *c, const struct reader_state *st,
                       const struct deck_policy *policy)
{
    char line[200] = "";
    if (st->exported)
        snprintf(line, sizeof line,
                 "an export: its rows and references are checked, not derived again");
    else if (st->engine_version != DECK_ENGINE_VERSION)
        snprintf(line, sizeof line, "recorded by engine version %d, this is %d: not derived again",
                 st->engine_version, DECK_ENGINE_VERSION);
    else if (st->policy_hash != deck_policy_hash(policy))
        snprintf(line, sizeof line, "its policy cannot be read in full: not derived again");
    if (line[0])
        c->say(c->self, false, line);
    return !line[0];
}

/* The file's own check, on a thread and a connection of its own beside the derivation. What both
 * say goes through one lock. */
struct file_check {
    struct reader *reader;
    void (*say)(void *self, bool problem, const char *line);
    void *self;
    bool (*stopped)(void *self);
    pthread_mutex_t lock;
    char *at;  /* of verify_result */
    int found; /* problems, or -code with err */
    struct err err;
};

static bool is_stopped(void *self)
{
    const struct file_check *f = self;
    return f->stopped && f->stopped(f->self);
}

static void say_locked(void *self, bool problem, const char *line)
{
    struct file_check *f = self;
    pthread_mutex_lock(&f->lock);
    if (!is_stopped(f))
        f->say(f->self, problem, line);
    pthread_mutex_unlock(&f->lock);
}

/* The file's check says what it is at. */
static void say_step(void *self, bool problem, const char *line)
{
    struct file_check *f = self;
    if (!problem && !is_stopped(f))
        snprintf(f->at, sizeof((struct verify_result *)0)->at, "%s", line);
    say_locked(self, problem, line);
}

static void *check_file(void *self)
{
    struct file_check *f = self;
    f->found = reader_check(f->reader, say_step, f, &f->err);
    return NULL;
}

/* What a closed session leaves to the next must be what is left now. */
static int compare_left(struct check *c, const struct deck *d)
{
    struct carried *stored;
    uint32_t left_out;
    int rc = reader_carried(c->reader, true, &stored, &c->err);
    if (rc < 0)
        return rc;
    struct carried *left = deck_left(d, &left_out);
    if (!carried_same(stored, left))
        complain(c, "the session leaves %" PRIu32 " baselines, derived again %" PRIu32 " or others",
                 carried_count(stored), carried_count(left));
    carried_destroy(stored);
    carried_destroy(left);
    return 0;
}

static int derive(struct check *c, const struct deck_policy *policy, const struct reader_state *st)
{
    struct carried *begun;
    int begins = reader_carried(c->reader, false, &begun, &c->err);
    if (begins < 0)
        return begins;
    struct deck *d = deck_create(policy, reader_symbols(c->reader));
    deck_carry(d, begun);
    c->stored = mem_alloc(CHUNK * sizeof *c->stored);
    deck_add_sink(d, (struct sink){&check_sink, c});
    int rc = rederive(c, d, st);
    if (rc == 0)
        compare_end(c, d, st);
    if (rc == 0 && st->closed && !c->result->problems)
        rc = compare_left(c, d);
    deck_destroy(d);
    carried_destroy(begun);
    mem_free(c->stored);
    return rc;
}

int verify_session(struct reader *r, void (*say)(void *self, bool problem, const char *line),
                   bool (*stopped)(void *self), void *self, struct verify_result *ret,
                   struct err *err)
{
    struct reader_state st;
    struct deck_policy policy = recorded_policy(r);
    struct file_check file = {.say = say,
                              .self = self,
                              .stopped = stopped,
                              .at = ret->at,
                              .lock = PTHREAD_MUTEX_INITIALIZER};
    struct check c = {
        .reader = r, .result = ret, .say = say_locked, .stopped = is_stopped, .self = &file};
    pthread_t thread;
    *ret = (struct verify_result){0};
    int rc = reader_state(r, &st, err);
    if (rc == 0)
        rc = reader_again(r, &file.reader, err);
    if (rc < 0)
        return rc;
    reader_watch(r, is_stopped, &file);
    reader_watch(file.reader, is_stopped, &file);
    ret->of_events = st.seq;
    bool apart = pthread_create(&thread, NULL, check_file, &file) == 0;
    if (!apart)
        check_file(&file);
    c.limit = st.records;
    ret->rederived = comparable(&c, &st, &policy);
    rc = ret->rederived ? derive(&c, &policy, &st) : 0;
    if (apart)
        pthread_join(thread, NULL);
    ret->stopped = is_stopped(&file);
    reader_watch(r, NULL, NULL);
    reader_close(file.reader);
    ret->problems += (uint64_t)MAX(file.found, 0);
    if (ret->stopped)
        return 0;
    if (rc < 0 && err)
        *err = c.err;
    else if (file.found < 0 && err)
        *err = file.err;
    return rc < 0 ? rc : MIN(file.found, 0);
}
