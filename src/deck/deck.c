/* The engine. See deck.h. The order of stages is the order of the functions called in deck_push. */
#include "deck/deck.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "deck/state.h"
#include "event/calendar.h"
#include "event/expiry.h"

#define TICKS_BYTES       (LIMIT_INSTRUMENTS * sizeof(struct tick))
#define MULTIPLIERS_BYTES (LIMIT_INSTRUMENTS * sizeof(int64_t))
#define TERMS_BYTES       (LIMIT_INSTRUMENTS * sizeof(struct terms))

/* The part of a record that is said, without the padding behind its kind. */
static void digest_add(struct deck *d, const struct record *rec)
{
    static const size_t sizes[] = {
        [REC_JOIN] = sizeof(struct join),         [REC_PACKET] = sizeof(struct packet),
        [REC_REPAIR] = sizeof(struct repair),     [REC_STRUCTURE] = sizeof(struct structure),
        [REC_CAMPAIGN] = sizeof(struct campaign), [REC_OPENING] = sizeof(struct opening)};
    static_assert(ARRAY_LEN(sizes) == REC_COUNT, "every record has a size");
    d->digest = XXH3_64bits_withSeed(&rec->u, sizes[rec->kind], d->digest);
    d->records++;
}

void deck_emit(struct deck *d, struct record *rec)
{
    if (rec->kind == REC_PACKET) {
        campaigns_advance(d->campaigns, rec->u.packet.at_ns);
        d->counts.packets += rec->u.packet.by_seq == 0 && rec->u.packet.at_seq == 0;
        rec->u.packet.at_seq = d->seq;
    } else if (rec->kind == REC_STRUCTURE) {
        campaigns_advance(d->campaigns, rec->u.structure.at_ns);
        rec->u.structure.at_seq = d->seq;
    }
    digest_add(d, rec);
    for (size_t i = 0; i < d->n_sinks; i++)
        d->sinks[i].ops->record(d->sinks[i].self, rec);
    if (rec->kind == REC_PACKET)
        campaign_packet(d, &rec->u.packet);
    else if (rec->kind == REC_STRUCTURE)
        campaign_structure(d, &rec->u.structure);
}

static void tell_packet(void *self, struct packet *p)
{
    struct record rec;
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_PACKET;
    if (p->kind == PK_REPEAT) /* its sums are new */
        appraise(self, p);
    appraise_count(self, p);
    rec.u.packet = *p;
    deck_emit(self, &rec);
}

/* A packet has closed. What ended before it did comes first. */
static void on_packet(void *self, const struct packet *p)
{
    struct deck *d = self;
    struct packet told = *p;
    repeat_prefetch(d->repeat, p->sym);
    repeat_advance(d->repeat, p->at_ns);
    appraise(d, &told);
    repeat_add(d->repeat, &told);
    d->counts.crowded = repeat_crowded(d->repeat) + campaigns_crowded(d->campaigns);
}

static struct repeat_policy repeat_policy(const struct deck_policy *policy)
{
    return (struct repeat_policy){
        .min = policy->repeat_min,
        .gap_ns = policy->repeat_gap_ns,
        .span_ns = policy->repeat_span_ns,
        .max_qty = policy->repeat_max_qty,
        .size_pct = policy->repeat_size_pct,
        .share_pct = policy->repeat_share_pct,
        .floor_pct = policy->repeat_floor_pct,
        .settle_ns = policy->sweep_span_ns + MAX(policy->run_gap_ns, policy->sweep_gap_ns),
    };
}

struct cluster_policy deck_cluster_policy(const struct deck_policy *policy)
{
    return (struct cluster_policy){
        .run_gap_ns = policy->run_gap_ns,
        .sweep_gap_ns = policy->sweep_gap_ns,
        .sweep_span_ns = policy->sweep_span_ns,
        .block_qty = policy->block_qty,
        .block_premium = policy->block_premium,
    };
}

struct deck *deck_create(const struct deck_policy *policy, const struct symbols *symbols)
{
    struct deck *d = mem_alloc(sizeof *d);
    struct cluster_policy cluster = deck_cluster_policy(policy);
    struct repeat_policy repeat = repeat_policy(policy);
    d->policy = *policy;
    d->symbols = symbols;
    d->option_side = (struct side_policy){
        .stale_ns = policy->stale_option_ns,
        .stale_move_bp = policy->stale_move_bp,
        .wide_pct = policy->wide_pct,
        .wide_ticks = policy->wide_ticks,
    };
    d->equity_side = d->option_side;
    d->equity_side.stale_ns = policy->stale_equity_ns;
    d->chain_policy = (struct chain_policy){.rate_bp = policy->rate_bp,
                                            .refresh_ns = policy->forward_refresh_ns,
                                            .side = d->option_side};
    d->book = book_create();
    d->chains = chains_create();
    d->cluster = cluster_create(&cluster, on_packet, d);
    d->packages = legs_create(d);
    d->prints = prints_create();
    d->repeat = repeat_create(&repeat, tell_packet, d);
    d->campaigns = campaign_create(d);
    d->openings = opening_create();
    d->baseline = baseline_create(symbols);
    d->space = repair_space_create(d);
    d->inferred = inferred_create();
    d->ticks = mem_reserve_table(TICKS_BYTES);
    d->multipliers = mem_reserve_table(MULTIPLIERS_BYTES);
    d->terms = mem_reserve_table(TERMS_BYTES);
    deck_reset(d);
    return d;
}

void deck_destroy(struct deck *d)
{
    if (!d)
        return;
    book_destroy(d->book);
    chains_destroy(d->chains);
    cluster_destroy(d->cluster);
    packages_destroy(d->packages);
    prints_destroy(d->prints);
    repeat_destroy(d->repeat);
    campaigns_destroy(d->campaigns);
    opening_destroy(d->openings);
    baseline_destroy(d->baseline);
    repair_space_destroy(d->space);
    inferred_destroy(d->inferred);
    mem_unreserve(d->ticks, TICKS_BYTES);
    mem_unreserve(d->multipliers, MULTIPLIERS_BYTES);
    track_close(&d->tick_track);
    track_close(&d->multiplier_track);
    frame_free(d->frame);
    mem_unreserve(d->terms, TERMS_BYTES);
    mem_free(d);
}

/* Of everything that the records follow from beside the events. */
static uint64_t first_digest(const struct deck *d)
{
    uint64_t policy = deck_policy_hash(&d->policy);
    return d->carried ? XXH3_64bits_withSeed(&d->carried, sizeof d->carried, policy) : policy;
}

void deck_carry(struct deck *d, const struct carried *carried)
{
    assert(!d->seq && !d->records);
    uint32_t n = carried_count(carried);
    baseline_begin(d->baseline, carried);
    d->carried = n ? XXH3_64bits(carried_at(carried, 0), n * sizeof *carried_at(carried, 0)) : 0;
    d->digest = first_digest(d);
}

const struct carried *deck_begun(const struct deck *d)
{
    return baseline_begun(d->baseline);
}

struct carried *deck_left(const struct deck *d, uint32_t *ret_left_out)
{
    return baseline_carry(d->baseline, ret_left_out);
}

void deck_reset(struct deck *d)
{
    book_reset(d->book);
    chains_reset(d->chains);
    cluster_reset(d->cluster);
    packages_reset(d->packages);
    prints_reset(d->prints);
    repeat_reset(d->repeat);
    campaigns_reset(d->campaigns);
    opening_reset(d->openings);
    baseline_reset(d->baseline);
    memset(d->gaps, 0, sizeof d->gaps);
    memset(d->ticks, 0, d->top * sizeof *d->ticks);
    memset(d->multipliers, 0, d->top * sizeof *d->multipliers);
    memset(d->terms, 0, d->top * sizeof *d->terms);
    d->top = 0;
    d->seq = d->records = 0;
    d->digest = first_digest(d);
    d->clock_ns = INT64_MIN;
    d->counts = (struct deck_counts){0};
}

void deck_copy(struct deck *dst, const struct deck *src)
{
    deck_reset(dst);
    dst->policy = src->policy;
    dst->option_side = src->option_side;
    dst->equity_side = src->equity_side;
    dst->symbols = src->symbols;
    dst->chain_policy = src->chain_policy;
    book_copy(dst->book, src->book);
    chains_copy(dst->chains, src->chains);
    cluster_copy(dst->cluster, src->cluster);
    packages_copy(dst->packages, src->packages);
    prints_copy(dst->prints, src->prints);
    repeat_copy(dst->repeat, src->repeat);
    campaigns_copy(dst->campaigns, src->campaigns);
    opening_copy(dst->openings, src->openings);
    baseline_copy(dst->baseline, src->baseline);
    dst->carried = src->carried;
    memcpy(dst->gaps, src->gaps, sizeof dst->gaps);
    memcpy(dst->ticks, src->ticks, src->top * sizeof *src->ticks);
    memcpy(dst->multipliers, src->multipliers, src->top * sizeof *src->multipliers);
    dst->top = src->top;
    dst->seq = src->seq;
    dst->records = src->records;
    dst->digest = src->digest;
    memcpy(dst->terms, src->terms, src->top * sizeof *src->terms);
    dst->clock_ns = src->clock_ns;
    dst->counts = src->counts;
}

void deck_add_sink(struct deck *d, struct sink sink)
{
    assert(d->n_sinks < DECK_SINKS);
    d->sinks[d->n_sinks++] = sink;
}

/* The calendar is asked once an expiry, not once a contract. */
static int32_t last_day_of(struct deck *d, const struct instrument *in)
{
    int64_t ns;
    if (!in->right)
        return 0;
    uint32_t at = (uint32_t)in->expiry * 4 + in->settlement * 2u + in->index;
    struct last_day *l = &d->last_days[at % DECK_LAST_DAYS];
    if (l->known && l->expiry == in->expiry && l->settlement == in->settlement &&
        l->index == in->index)
        return l->date;
    *l = (struct last_day){.expiry = in->expiry,
                           .date = in->expiry,
                           .settlement = in->settlement,
                           .index = in->index,
                           .known = true};
    if (expiry_last_trade(in, &ns))
        l->date = calendar_ny_date(ns);
    return l->date;
}

struct terms deck_terms(struct deck *d, uint32_t sym)
{
    struct terms *t = &d->terms[sym];
    if (t->underlying)
        return *t;
    const struct instrument *in = symbols_get(d->symbols, sym);
    if (in)
        *t = (struct terms){.underlying = in->underlying,
                            .expiry_days = in->right ? (uint16_t)calendar_days(in->expiry) : 0,
                            .last_day = last_day_of(d, in),
                            .multiplier = in->multiplier,
                            .call = in->right == 'C',
                            .put = in->right == 'P',
                            .index = in->index,
                            .adjusted = in->adjusted,
                            .unsettled = in->settlement == SETTLE_UNKNOWN};
    return *t;
}

/* The event's way leads past several arrays by instrument: their lines are loaded side by side
 * rather than one after the other. */
static void prefetch(const struct deck *d, const struct event *ev)
{
    uint32_t due = cluster_due(d->cluster);
    __builtin_prefetch(&d->terms[due]);
    opening_prefetch(d->openings, due);
    book_prefetch(d->book, ev->sym);
    __builtin_prefetch(&d->terms[ev->sym]);
    if (ev->kind != EV_OPTION_PRINT)
        return;
    __builtin_prefetch(&d->multipliers[ev->sym]);
    cluster_prefetch(d->cluster, ev->sym);
    prints_prefetch(d->prints, ev->sym);
    opening_prefetch(d->openings, ev->sym);
}

static void on_option_quote(struct deck *d, const struct event *ev)
{
    struct terms in = deck_terms(d, ev->sym);
    book_quote(d->book, ev, in.underlying);
    if (!in.listed)
        chain_list(d, ev->sym);
}

static void on_equity_quote(struct deck *d, const struct event *ev)
{
    book_quote(d->book, ev, 0);
}

static void on_contract(struct deck *d, const struct event *ev)
{
    track_touch(&d->multiplier_track, ev->sym);
    if (ev->u.reference.qty > 0)
        d->multipliers[ev->sym] = ev->u.reference.qty;
}

/* Something may be missing: what is open may lack members, what follows may lack its quote. */
static void on_gap(struct deck *d, const struct event *ev)
{
    const struct gap *g = &ev->u.gap;
    d->gaps[ev->feed] = (struct gap_span){.from_ns = g->from_ns,
                                          .to_ns = g->to_ns,
                                          .seq = ev->seq,
                                          .reconnect = g->reason == GAP_DISCONNECT};
    cluster_gap(d->cluster);
    opening_gap(d->openings, ev);
    packages_gap(d->packages);
    repeat_gap(d->repeat);
}

static void on_open_interest(struct deck *d, const struct event *ev)
{
    struct record rec;
    struct terms t = deck_terms(d, ev->sym);
    memset(&rec, 0, sizeof rec);
    rec.kind = REC_OPENING;
    if (opening_interest(d->openings, ev, (struct opening_terms){t.last_day, t.adjusted},
                         &rec.u.opening))
        deck_emit(d, &rec);
}

/* Recorded, shown and counted; they change no derived record. */
static void on_fact(struct deck *d, const struct event *ev)
{
    (void)d;
    (void)ev;
}

/* A kind without a row does not compile: the array has EV_COUNT entries checked below. */
static void (*const handlers[])(struct deck *d, const struct event *ev) = {
    [EV_OPTION_PRINT] = join_option_print,
    [EV_OPTION_QUOTE] = on_option_quote,
    [EV_EQUITY_PRINT] = join_equity_print,
    [EV_EQUITY_QUOTE] = on_equity_quote,
    [EV_CANCEL] = repair_cancel,
    [EV_CORRECT] = repair_correct,
    [EV_STATUS] = on_fact,
    [EV_OPEN_INTEREST] = on_open_interest,
    [EV_CONTRACT] = on_contract,
    [EV_GAP] = on_gap,
};
static_assert(ARRAY_LEN(handlers) == EV_COUNT, "every event kind has a handler");

/* A print sent twice. With an id of its venue it is known by that; without one (options) only after
 * a reconnect, when what came before the gap may come again: each earlier print answers for one
 * copy, so that genuine equal prints are kept. */
static bool duplicate(struct deck *d, const struct event *ev)
{
    if (ev->seq) /* replayed: it has passed the door once */
        return false;
    const struct gap_span *gap = &d->gaps[ev->feed];
    const struct print *t = &ev->u.print;
    if (ev->kind != EV_OPTION_PRINT && ev->kind != EV_EQUITY_PRINT)
        return false;
    if (t->id)
        return prints_has(d->prints, ev);
    if (!gap->reconnect || ev->ts_ns > gap->from_ns)
        return false;
    for (struct past_print *p = prints_newest(d->prints, ev->sym); p;
         p = prints_older(d->prints, p)) {
        bool equal = p->ts_ns == ev->ts_ns && p->venue == ev->venue && p->join.px == t->px &&
                     p->join.qty == t->qty && memcmp(p->cond, t->cond, sizeof t->cond) == 0;
        if (!equal || p->join.seq > gap->seq || p->seen_again)
            continue;
        p->seen_again = true;
        return true;
    }
    return false;
}

bool deck_push(struct deck *d, struct event *ev)
{
    assert(ev->kind < EV_COUNT);
    assert(ev->kind == EV_GAP || (ev->sym && ev->sym < LIMIT_INSTRUMENTS));
    prefetch(d, ev);
    if (duplicate(d, ev)) {
        d->counts.duplicates++;
        return false;
    }
    if (ev->recv_ns < d->clock_ns) {
        ev->recv_ns = d->clock_ns;
        d->counts.raised++;
    }
    deck_advance(d, ev->recv_ns);
    assert(!ev->seq || ev->seq > d->seq);
    d->seq = ev->seq ? ev->seq : d->seq + 1;
    ev->seq = d->seq;
    d->top = MAX(d->top, ev->sym + 1);
    d->counts.events[ev->kind]++;
    for (size_t i = 0; i < d->n_sinks; i++)
        d->sinks[i].ops->event(d->sinks[i].self, ev);
    opening_event(d->openings, ev);
    handlers[ev->kind](d, ev);
    return true;
}

/* What is due before now_ns, of all kinds in order of deadline; where they tie packets come first,
 * then repeat runs, campaigns and packages. */
static void close_due(struct deck *d, int64_t now_ns)
{
    for (int64_t due; (due = packages_next(d->packages)) < now_ns;) {
        cluster_advance(d->cluster, due + 1);
        repeat_advance(d->repeat, due + 1);
        campaigns_advance(d->campaigns, due + 1);
        packages_advance(d->packages, due + 1);
    }
    cluster_advance(d->cluster, now_ns);
    repeat_advance(d->repeat, now_ns);
    campaigns_advance(d->campaigns, now_ns);
}

void deck_advance(struct deck *d, int64_t now_ns)
{
    if (now_ns <= d->clock_ns)
        return;
    close_due(d, now_ns);
    d->clock_ns = now_ns;
}

void deck_finish(struct deck *d)
{
    /* The instant after the last deadline, so that advancing another deck to this one's clock
     * closes the same packets. */
    int64_t last = INT64_MIN;
    for (int64_t due; (due = packages_next(d->packages)) < INT64_MAX;) {
        close_due(d, due + 1);
        last = due;
    }
    int64_t closed = cluster_finish(d->cluster);
    int64_t last_run = repeat_finish(d->repeat);
    int64_t last_campaign = campaigns_finish(d->campaigns);
    last = MAX(last, MAX(closed, MAX(last_run, last_campaign)));
    if (last < INT64_MAX)
        d->clock_ns = MAX(d->clock_ns, last + 1);
}

int64_t deck_clock_ns(const struct deck *d)
{
    return d->clock_ns;
}

uint64_t deck_seq(const struct deck *d)
{
    return d->seq;
}

uint64_t deck_records(const struct deck *d)
{
    return d->records;
}

uint64_t deck_digest(const struct deck *d)
{
    return d->digest;
}

const struct deck_counts *deck_counts(const struct deck *d)
{
    return &d->counts;
}

uint32_t deck_open_packets(const struct deck *d)
{
    return cluster_open(d->cluster) + packages_open(d->packages);
}
