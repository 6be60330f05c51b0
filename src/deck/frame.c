/* The state of an engine as frames, and back. See deck.h. */
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "base/mem.h"
#include "deck/state.h"

/* Kinds of parts. Entries of a flat array by index; from FRAME_WHOLE on a few records that stand
 * for themselves. */
enum part {
    PART_SLOT,
    PART_VENUE,
    PART_CONTRACT,
    PART_TICK,
    PART_MULTIPLIER,
    PART_CHAIN,
    PART_OPENING,
    PART_BASELINE,
    PART_REPEAT,                                 /* and those behind it: contracts, trains, parts */
    PART_CAMPAIGN = PART_REPEAT + REPEAT_TRACKS, /* and: underlyings, packets */
    PART_TRACKS = PART_CAMPAIGN + CAMPAIGN_TRACKS,
    PART_STATE = FRAME_WHOLE,
    PART_GAP,
    PART_OPEN,
    PART_GROUP,
    PART_LEG,
};

struct state { /* what is one of a kind */
    struct book_state book;
    struct deck_counts counts;
    struct repeat_state repeat;
    struct campaign_state campaigns;
    struct opening_state openings;
};

/* Every tracked array of the engine, in order of enum part. */
static void tracks(struct deck *d, struct track *ret[PART_TRACKS])
{
    book_tracks(d->book, ret);
    static_assert(BOOK_TRACKS == PART_CONTRACT, "the book's come first");
    ret[PART_CONTRACT] = cluster_contracts(d->cluster);
    ret[PART_TICK] = &d->tick_track;
    ret[PART_MULTIPLIER] = &d->multiplier_track;
    ret[PART_CHAIN] = chains_tracked(d->chains);
    repeat_tracks(d->repeat, &ret[PART_REPEAT]);
    campaigns_tracks(d->campaigns, &ret[PART_CAMPAIGN]);
    ret[PART_OPENING] = opening_contracts(d->openings);
    ret[PART_BASELINE] = baseline_cells(d->baseline);
}

uint64_t deck_frame_layout(void)
{
    const uint64_t sizes[] = {1, /* raised when a record means something else */
                              DECK_ENGINE_VERSION,
                              book_entry_size(0),
                              book_entry_size(1),
                              cluster_entry_size(false),
                              cluster_entry_size(true),
                              chains_entry_size(),
                              packages_entry_size(true),
                              packages_entry_size(false),
                              repeat_entry_size(0),
                              repeat_entry_size(1),
                              repeat_entry_size(2),
                              campaigns_entry_size(0),
                              campaigns_entry_size(1),
                              campaigns_entry_size(2),
                              packages_entry_size(true),
                              packages_entry_size(false),
                              sizeof(struct tick),
                              opening_entry_size(),
                              sizeof(struct baseline_cell),
                              BASELINE_VERSION,
                              sizeof(struct gap_span),
                              sizeof(struct state),
                              LIMIT_QUOTE_HISTORY,
                              LIMIT_PRINT_HISTORY};
    return XXH3_64bits(sizes, sizeof sizes);
}

void deck_track(struct deck *d)
{
    book_track(d->book);
    cluster_track(d->cluster);
    chains_track(d->chains);
    repeat_track(d->repeat);
    campaigns_track(d->campaigns);
    opening_track(d->openings);
    baseline_track(d->baseline);
    track_open(&d->tick_track, d->ticks, sizeof *d->ticks, LIMIT_INSTRUMENTS, &d->top);
    track_open(&d->multiplier_track, d->multipliers, sizeof *d->multipliers, LIMIT_INSTRUMENTS,
               &d->top);
}

size_t deck_frame_bytes(const struct deck *d, bool full)
{
    struct track *t[PART_TRACKS];
    size_t bytes = sizeof(struct state) + cluster_open(d->cluster) * cluster_entry_size(true);
    tracks((struct deck *)d, t);
    if (!t[0]->gen || t[0]->gen + 1 >= TRACK_GENERATIONS)
        return SIZE_MAX;
    for (int i = 0; i < PART_TRACKS; i++)
        bytes += track_bytes(t[i], full);
    return bytes;
}

static struct frame_part copy_state(const struct deck *d)
{
    struct state s;
    struct frame_part p = frame_part_make(PART_STATE, sizeof s, 1);
    memset(&s, 0, sizeof s);
    s.book = book_state(d->book);
    s.counts = d->counts;
    s.repeat = repeat_state(d->repeat);
    s.campaigns = campaigns_state(d->campaigns);
    s.openings = *opening_state(d->openings);
    frame_part_put(&p, &s);
    return p;
}

static struct frame_part copy_gaps(const struct deck *d)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < ARRAY_LEN(d->gaps); i++)
        n = d->gaps[i].seq ? i + 1 : n;
    struct frame_part p = frame_part_make(PART_GAP, sizeof d->gaps[0], n);
    for (uint32_t i = 0; i < n; i++)
        frame_part_put(&p, &d->gaps[i]);
    return p;
}

void deck_frame_begin(struct deck *d, bool full)
{
    struct track *t[PART_TRACKS];
    assert(!d->frame);
    struct frame *f = d->frame = mem_alloc(sizeof *f);
    f->seq = d->seq;
    f->records = d->records;
    f->digest = d->digest;
    f->clock_ns = d->clock_ns;
    f->quotes = book_state(d->book).head;
    f->prints = prints_head(d->prints);
    f->layout = deck_frame_layout();
    f->full = full;
    tracks(d, t);
    for (int i = 0; i < PART_TRACKS; i++)
        track_begin(t[i], full);
    /* Behind the arrays: open packets are hung into the contracts loaded before them. */
    f->n_parts = PART_TRACKS;
    f->parts[f->n_parts++] = copy_state(d);
    f->parts[f->n_parts++] = copy_gaps(d);
    f->parts[f->n_parts++] = cluster_frame_open(d->cluster, PART_OPEN);
    f->parts[f->n_parts++] = packages_frame_groups(d->packages, PART_GROUP);
    f->parts[f->n_parts++] = packages_frame_prints(d->packages, PART_LEG);
    static_assert(PART_TRACKS + 5 <= FRAME_PARTS, "room for every part");
}

struct frame *deck_frame_more(struct deck *d, uint32_t n)
{
    struct track *t[PART_TRACKS];
    struct frame *f = d->frame;
    tracks(d, t);
    for (int i = 0; f && i < PART_TRACKS; i++)
        if (!(n = track_more(t[i], n)))
            return NULL;
    for (int i = 0; f && i < PART_TRACKS; i++)
        f->parts[i] = track_take(t[i], (uint32_t)i);
    d->frame = NULL;
    return f;
}

/* ---- loading ----------------------------------------------------------------------------------
 */

static bool load_sym(struct deck *d, void *to, size_t to_size, uint32_t i, const void *entry,
                     size_t size)
{
    if (i >= LIMIT_INSTRUMENTS || size != to_size)
        return false;
    memcpy((char *)to + (size_t)i * size, entry, size);
    d->top = MAX(d->top, i + 1);
    return true;
}

static bool load_state(struct deck *d, const void *entry, size_t size)
{
    struct state s;
    if (size != sizeof s)
        return false;
    memcpy(&s, entry, sizeof s);
    d->counts = s.counts;
    d->book_loaded = s.book;
    d->repeat_loaded = s.repeat;
    d->campaigns_loaded = s.campaigns;
    memset(d->gaps, 0, sizeof d->gaps);
    return opening_load_state(d->openings, &s.openings);
}

static bool load_gap(struct deck *d, uint32_t i, const void *entry, size_t size)
{
    if (i >= ARRAY_LEN(d->gaps) || size != sizeof d->gaps[0] ||
        !frame_bool(entry, offsetof(struct gap_span, reconnect)))
        return false;
    memcpy(&d->gaps[i], entry, size);
    return true;
}

static bool load_entry(struct deck *d, uint32_t kind, uint32_t i, const void *entry, size_t size)
{
    if (kind >= PART_REPEAT && kind < PART_CAMPAIGN)
        return repeat_load(d->repeat, (int)(kind - PART_REPEAT), i, entry, size);
    if (kind >= PART_CAMPAIGN && kind < PART_TRACKS)
        return campaigns_load(d->campaigns, (int)(kind - PART_CAMPAIGN), i, entry, size);
    switch (kind) {
    case PART_SLOT:
    case PART_VENUE:
        return book_load(d->book, kind, i, entry, size);
    case PART_CONTRACT:
        return cluster_load_contract(d->cluster, i, entry, size);
    case PART_TICK:
        return frame_bool(entry, offsetof(struct tick, any)) &&
               load_sym(d, d->ticks, sizeof *d->ticks, i, entry, size);
    case PART_MULTIPLIER:
        return load_sym(d, d->multipliers, sizeof *d->multipliers, i, entry, size);
    case PART_CHAIN:
        return chains_load(d->chains, i, entry, size);
    case PART_OPENING:
        return opening_load(d->openings, i, entry, size);
    case PART_BASELINE:
        return baseline_load(d->baseline, i, entry, size);
    case PART_STATE:
        return load_state(d, entry, size);
    case PART_GAP:
        return load_gap(d, i, entry, size);
    case PART_OPEN:
        return cluster_load_open(d->cluster, entry, size);
    case PART_GROUP:
        return packages_load_group(d->packages, entry, size);
    case PART_LEG:
        return packages_load_print(d->packages, entry, size);
    default:
        return false;
    }
}

void deck_load_begin(struct deck *d)
{
    cluster_load_begin(d->cluster);
    repeat_load_begin(d->repeat);
    packages_load_begin(d->packages);
}

bool deck_load_part(struct deck *d, const struct frame_part *p)
{
    uint32_t i;
    if (p->entry <= sizeof i || p->entry > FRAME_ENTRY)
        return false;
    for (uint32_t k = 0; k < p->n; k++) {
        const char *record = p->records + (size_t)k * p->entry;
        memcpy(&i, record, sizeof i);
        if (!load_entry(d, p->kind, i, record + sizeof i, p->entry - sizeof i))
            return false;
    }
    return true;
}

/* Which chain is which may be another than before the load. */
static void forget_chains(struct deck *d)
{
    for (uint32_t sym = 1; sym < d->top; sym++) {
        d->terms[sym].chain = 0;
        d->terms[sym].listed = false;
    }
}

bool deck_load_end(struct deck *d, const struct frame *facts, bool keep_quotes, bool keep_prints)
{
    if (!book_loaded(d->book, &d->book_loaded, keep_quotes) ||
        d->book_loaded.head != facts->quotes || !baseline_loaded(d->baseline) ||
        !prints_loaded(d->prints, facts->prints, facts->clock_ns, keep_prints) ||
        !repeat_loaded(d->repeat, &d->repeat_loaded) ||
        !campaigns_loaded(d->campaigns, &d->campaigns_loaded))
        return false;
    forget_chains(d);
    chains_loaded(d->chains);
    chain_list_all(d);
    d->seq = facts->seq;
    d->records = facts->records;
    d->digest = facts->digest;
    d->clock_ns = facts->clock_ns;
    return true;
}

void deck_push_quote(struct deck *d, const struct event *ev)
{
    const struct instrument *in = symbols_get(d->symbols, ev->sym);
    if (ev->kind == EV_OPTION_QUOTE)
        book_quote(d->book, ev, in ? in->underlying : 0);
    else if (ev->kind == EV_EQUITY_QUOTE)
        book_quote(d->book, ev, 0);
}

bool deck_doubtful(const struct deck *d)
{
    return book_asked(d->book) || prints_asked(d->prints);
}
