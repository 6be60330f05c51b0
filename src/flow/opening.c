/* Opening arithmetic. See opening.h. */
#include "flow/opening.h"

#include <string.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "event/calendar.h"

#define UNKNOWN (-1)
#define BYTES   (LIMIT_INSTRUMENTS * sizeof(struct account))

enum opening_feed { FEED_HAS_OPTIONS = 1 << 0, FEED_HAS_EQUITIES = 1 << 1 };

struct share {        /* of a day, 1e-6 contracts */
    int64_t volume;   /* INT64_MAX = beyond counting */
    int64_t interest; /* that morning's; UNKNOWN */
};
struct account { /* of a contract: its newest day, and the one before that */
    struct share now, then;
    int32_t day, day_then; /* yyyymmdd, 0 = none */
    bool late, late_then;  /* the tape began after the interest's time and the open */
    uint8_t pad[6];
};
static_assert(sizeof(struct account) == 48, "no padding that is not named");

struct openings {
    struct account *accounts; /* by sym */
    uint32_t top;
    struct opening_state state;
    struct days days; /* a memory, no state */
    struct track track;
};

struct openings *opening_create(void)
{
    struct openings *o = mem_alloc(sizeof *o);
    o->accounts = mem_reserve_table(BYTES);
    o->state.from_ns = INT64_MAX;
    return o;
}

void opening_destroy(struct openings *o)
{
    if (!o)
        return;
    mem_unreserve(o->accounts, BYTES);
    track_close(&o->track);
    mem_free(o);
}

void opening_reset(struct openings *o)
{
    memset(o->accounts, 0, o->top * sizeof *o->accounts);
    o->top = 0;
    o->state = (struct opening_state){.from_ns = INT64_MAX};
    track_reset(&o->track);
}

void opening_copy(struct openings *dst, const struct openings *src)
{
    opening_reset(dst);
    memcpy(dst->accounts, src->accounts, src->top * sizeof *src->accounts);
    dst->top = src->top;
    dst->state = src->state;
}

void opening_prefetch(const struct openings *o, uint32_t sym)
{
    __builtin_prefetch(&o->accounts[sym], 1);
}

/* ---- what is traded -------------------------------------------------------------------------- */

void opening_event(struct openings *o, const struct event *ev)
{
    static const uint8_t brings[EV_COUNT] = {
        [EV_OPTION_PRINT] = FEED_HAS_OPTIONS,
        [EV_OPTION_QUOTE] = FEED_HAS_OPTIONS,
        [EV_EQUITY_PRINT] = FEED_HAS_EQUITIES,
        [EV_EQUITY_QUOTE] = FEED_HAS_EQUITIES,
    };
    struct opening_state *s = &o->state;
    if (s->from_ns == INT64_MAX)
        s->from_ns = brings[ev->kind] ? MIN(ev->ts_ns, ev->recv_ns) : ev->recv_ns;
    s->feeds[ev->feed] |= brings[ev->kind];
}

static struct account *account_of(struct openings *o, uint32_t sym)
{
    track_touch(&o->track, sym);
    o->top = MAX(o->top, sym + 1);
    return &o->accounts[sym];
}

static void begin_day(struct account *a, int32_t day)
{
    a->then = a->now;
    a->day_then = a->day;
    a->late_then = a->late;
    a->now = (struct share){.interest = UNKNOWN};
    a->day = day;
    a->late = false;
}

/* The day's place in the account, made when it is newer than what is there; NULL when it is too old
 * to matter. */
static struct share *share_of(struct account *a, int32_t day)
{
    if (day > a->day)
        begin_day(a, day);
    if (day == a->day)
        return &a->now;
    if (day > a->day_then) {
        a->day_then = day;
        a->late_then = false;
        a->then = (struct share){.interest = UNKNOWN};
    }
    return day == a->day_then ? &a->then : NULL;
}

static void count(struct share *s, int64_t more)
{
    if (s->volume != INT64_MAX && __builtin_add_overflow(s->volume, more, &s->volume))
        s->volume = INT64_MAX;
    s->volume = MAX(s->volume, 0);
}

int64_t opening_print(struct openings *o, uint32_t sym, int64_t ts_ns, int64_t qty)
{
    struct account *a = account_of(o, sym);
    struct share *s = share_of(a, day_of_event(&o->days, ts_ns)->date);
    if (!s)
        return INT64_MAX;
    count(s, qty);
    return s->volume;
}

void opening_revise(struct openings *o, uint32_t sym, int64_t ts_ns, int64_t more, uint64_t seq)
{
    if (!more)
        return;
    opening_print(o, sym, ts_ns, more);
    /* What is still open has written down a smaller volume than is known now. */
    if (more > 0)
        o->state.raised_seq = seq;
}

static const struct share *look(const struct openings *o, uint32_t sym, int32_t day)
{
    const struct account *a = &o->accounts[sym];
    return day == a->day ? &a->now : day == a->day_then ? &a->then : NULL;
}

int64_t opening_volume(struct openings *o, uint32_t sym, int64_t ts_ns)
{
    const struct share *s = look(o, sym, day_of_event(&o->days, ts_ns)->date);
    return s ? s->volume : INT64_MAX;
}

/* ---- what may be missing ----------------------------------------------------------------------
 */

static bool has_gap(const struct openings *o, int32_t day)
{
    for (size_t i = 0; i < OPENING_GAPS; i++)
        if (o->state.gaps[i] == day)
            return true;
    return false;
}

static void add_gap(struct openings *o, int32_t day)
{
    int32_t *gaps = o->state.gaps;
    if (has_gap(o, day))
        return;
    memmove(gaps, gaps + 1, (OPENING_GAPS - 1) * sizeof *gaps);
    gaps[OPENING_GAPS - 1] = day;
}

/* A feed that has brought equities and no option does not leave a hole in the options' tape. Of a
 * long gap the newest days are kept: those before are settled. */
void opening_gap(struct openings *o, const struct event *ev)
{
    const struct gap *g = &ev->u.gap;
    if (o->state.feeds[ev->feed] == FEED_HAS_EQUITIES)
        return;
    const struct day *last = day_of_event(&o->days, MAX(g->from_ns, g->to_ns));
    int32_t first = day_of_event(&o->days, g->from_ns)->date, days[OPENING_GAPS] = {last->date};
    size_t n = 1;
    for (; n < OPENING_GAPS && days[n - 1] > first; n++)
        days[n] = day_before(days[n - 1]);
    while (n-- > 0)
        if (days[n])
            add_gap(o, days[n]);
}

/* ---- what is claimed --------------------------------------------------------------------------
 */

static enum opening_reason refusal(const struct openings *o, uint32_t sym, int32_t day,
                                   struct opening_terms terms, uint64_t last_seq)
{
    const struct account *a = &o->accounts[sym];
    const struct share *s = look(o, sym, day);
    if (terms.adjusted)
        return OR_ADJUSTED;
    if (terms.last_day && day >= terms.last_day)
        return OR_EXPIRING;
    if (!s || s->interest == UNKNOWN)
        return OR_NO_OI;
    if (has_gap(o, day) || (s == &a->now ? a->late : a->late_then))
        return OR_GAP;
    return last_seq < o->state.raised_seq ? OR_REVISED : OR_OK;
}

struct opening_claim opening_claim(struct openings *o, uint32_t sym, struct opening_terms terms,
                                   int64_t ts_ns, int64_t qty, int64_t volume, uint64_t last_seq)
{
    int32_t day = day_of_event(&o->days, ts_ns)->date;
    const struct share *s = look(o, sym, day);
    enum opening_reason reason = refusal(o, sym, day, terms, last_seq);
    struct opening_claim c = {.reason = (uint8_t)reason};
    if (reason != OR_OK && reason != OR_GAP)
        return c;
    c.flags |= qty > s->interest ? PF_OVER_OI : 0;
    c.flags |= volume > s->interest ? PF_VOLUME_OVER_OI : 0;
    int64_t others = MAX(volume, qty) - qty, min = 0;
    if (reason != OR_OK || volume == INT64_MAX ||
        __builtin_sub_overflow(qty - others, s->interest, &min) || min <= 0)
        return c;
    c.min = min;
    c.flags |= PF_OPENING;
    return c;
}

/* Settles the account's day before with the interest of its newest. */
static bool settle(const struct openings *o, const struct account *a, struct opening_terms terms,
                   struct opening *ret)
{
    const struct share *was = &a->then;
    if (!a->day_then || a->day_then != day_before(a->day) || was->interest == UNKNOWN ||
        was->volume <= 0 || was->volume > INT64_MAX / 4)
        return false;
    int64_t change = a->now.interest - was->interest;
    *ret = (struct opening){.volume = was->volume,
                            .oi_before = was->interest,
                            .oi_after = a->now.interest,
                            .day = a->day_then,
                            .outcome = RECONCILE_DONE};
    if (terms.adjusted)
        ret->outcome = RECONCILE_ADJUSTED;
    else if (terms.last_day && a->day_then >= terms.last_day)
        ret->outcome = RECONCILE_EXPIRED;
    else if (has_gap(o, a->day_then) || a->late_then)
        ret->outcome = RECONCILE_GAP;
    else if (change > was->volume || -change > was->volume)
        ret->outcome = RECONCILE_BEYOND;
    if (ret->outcome != RECONCILE_DONE)
        return true;
    ret->opened = was->volume + change;
    ret->closed = was->volume - change;
    return true;
}

bool opening_interest(struct openings *o, const struct event *ev, struct opening_terms terms,
                      struct opening *ret)
{
    int32_t day = day_of_interest(&o->days, ev->ts_ns);
    int64_t oi = ev->u.reference.qty;
    struct account *a = account_of(o, ev->sym);
    struct share *s = share_of(a, day);
    if (!s || oi < 0)
        return false;
    bool again = s->interest == oi,
         late = o->state.from_ns > MAX(calendar_day(day).open_ns, ev->ts_ns);
    s->interest = oi;
    *(s == &a->now ? &a->late : &a->late_then) = late;
    if (s != &a->now || again || !settle(o, a, terms, ret))
        return false;
    ret->seq = ev->seq;
    ret->sym = ev->sym;
    return true;
}

/* ---- frames -----------------------------------------------------------------------------------
 */

void opening_track(struct openings *o)
{
    track_open(&o->track, o->accounts, sizeof *o->accounts, LIMIT_INSTRUMENTS, &o->top);
}

struct track *opening_contracts(struct openings *o)
{
    return &o->track;
}

const struct opening_state *opening_state(const struct openings *o)
{
    return &o->state;
}

size_t opening_entry_size(void)
{
    return sizeof(struct account);
}

bool opening_load(struct openings *o, uint32_t sym, const void *entry, size_t size)
{
    struct account a;
    if (sym >= LIMIT_INSTRUMENTS || size != sizeof a ||
        !frame_bool(entry, offsetof(struct account, late)) ||
        !frame_bool(entry, offsetof(struct account, late_then)))
        return false;
    memcpy(&a, entry, sizeof a);
    bool days = (!a.day || calendar_valid(a.day)) && (!a.day_then || calendar_valid(a.day_then));
    bool sums = a.now.volume >= 0 && a.then.volume >= 0 && a.now.interest >= UNKNOWN &&
                a.then.interest >= UNKNOWN;
    if (!days || !sums)
        return false;
    o->accounts[sym] = a;
    o->top = MAX(o->top, sym + 1);
    return true;
}

bool opening_load_state(struct openings *o, const struct opening_state *s)
{
    for (size_t i = 0; i < OPENING_GAPS; i++)
        if (s->gaps[i] && !calendar_valid(s->gaps[i]))
            return false;
    o->state = *s;
    return true;
}
