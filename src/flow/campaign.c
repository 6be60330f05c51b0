/* Campaigns. See campaign.h. */
#include "flow/campaign.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "event/calendar.h"

enum { TRACK_CONTRACT, TRACK_NAME, TRACK_PART };

struct by_contract {
    uint32_t day;  /* of the counts, as counted in campaign_state */
    uint32_t name; /* of an underlying: its place among the names, plus one */
    uint32_t n[2]; /* packets that count: [bullish, bearish] */
};

struct sums { /* of one direction */
    int64_t premium, delta_notional, vega;
    int64_t start_ns, end_ns;
    uint64_t first, last; /* packets; the first keeps its place whatever becomes of it */
    uint32_t packets, contracts, unvalued;
    uint32_t told; /* packets when it was told last; 0 = it stands nowhere */
    int64_t deadline_ns;
    uint32_t prev, next; /* in order of deadline: place (2 x name + side) plus one */
    bool waits;          /* in that list */
    uint8_t pad[7];
};
struct name {
    struct sums sums[2];
    uint32_t underlying;
    uint32_t day; /* of the sums */
};

struct counted { /* a packet's share */
    uint64_t id; /* 0 = counts no longer */
    int64_t premium, delta_notional, vega;
    uint32_t underlying, sym;
    uint32_t next; /* of the same hash: place plus one */
    int8_t direction;
    bool valued;
    uint8_t pad[2];
};

struct campaigns {
    int64_t min, quiet_ns;
    void (*tell)(void *self, const struct campaign *c);
    void *self;
    struct by_contract *contracts; /* by sym */
    struct name *names;
    struct counted *parts; /* a ring */
    uint32_t *by_id;       /* by hash of id: place plus one */
    uint32_t top, n_names, n_parts;
    struct campaign_state at;
    struct track tracks[CAMPAIGN_TRACKS];
};

#define CONTRACTS_BYTES (LIMIT_INSTRUMENTS * sizeof(struct by_contract))
#define NAMES_BYTES     (LIMIT_UNDERLYINGS * sizeof(struct name))
#define PARTS_BYTES     (LIMIT_CAMPAIGN_PACKETS * sizeof(struct counted))
#define BY_ID_BYTES     (LIMIT_CAMPAIGN_PACKETS * sizeof(uint32_t))

struct campaigns *campaigns_create(int64_t min, int64_t quiet_ns,
                                   void (*tell)(void *self, const struct campaign *c), void *self)
{
    struct campaigns *c = mem_alloc(sizeof *c);
    c->min = min;
    c->quiet_ns = quiet_ns;
    c->tell = tell;
    c->self = self;
    c->contracts = mem_reserve_table(CONTRACTS_BYTES);
    c->names = mem_reserve(NAMES_BYTES);
    c->parts = mem_reserve_table(PARTS_BYTES);
    c->by_id = mem_reserve_table(BY_ID_BYTES);
    return c;
}

void campaigns_destroy(struct campaigns *c)
{
    if (!c)
        return;
    mem_unreserve(c->contracts, CONTRACTS_BYTES);
    mem_unreserve(c->names, NAMES_BYTES);
    mem_unreserve(c->parts, PARTS_BYTES);
    mem_unreserve(c->by_id, BY_ID_BYTES);
    for (int i = 0; i < CAMPAIGN_TRACKS; i++)
        track_close(&c->tracks[i]);
    mem_free(c);
}

void campaigns_reset(struct campaigns *c)
{
    memset(c->contracts, 0, c->top * sizeof *c->contracts);
    memset(c->by_id, 0, c->n_parts ? BY_ID_BYTES : 0);
    c->top = c->n_names = c->n_parts = 0;
    c->at = (struct campaign_state){0};
    for (int i = 0; i < CAMPAIGN_TRACKS; i++)
        track_reset(&c->tracks[i]);
}

void campaigns_copy(struct campaigns *dst, const struct campaigns *src)
{
    campaigns_reset(dst);
    memcpy(dst->contracts, src->contracts, src->top * sizeof *src->contracts);
    memcpy(dst->names, src->names, src->n_names * sizeof *src->names);
    memcpy(dst->parts, src->parts, src->n_parts * sizeof *src->parts);
    memcpy(dst->by_id, src->by_id, src->n_parts ? BY_ID_BYTES : 0);
    dst->min = src->min;
    dst->quiet_ns = src->quiet_ns;
    dst->top = src->top;
    dst->n_names = src->n_names;
    dst->n_parts = src->n_parts;
    dst->at = src->at;
}

/* ---- packets by id --------------------------------------------------------------------------- */

static uint32_t *chain_of(struct campaigns *c, uint64_t id)
{
    return &c->by_id[(id * UINT64_C(0x9E3779B97F4A7C15) >> 40) % LIMIT_CAMPAIGN_PACKETS];
}

static struct counted *find(struct campaigns *c, uint64_t id)
{
    for (uint32_t at = *chain_of(c, id); at; at = c->parts[at - 1].next)
        if (c->parts[at - 1].id == id)
            return &c->parts[at - 1];
    return NULL;
}

static void part_touch(struct campaigns *c, const struct counted *k)
{
    track_touch(&c->tracks[TRACK_PART], (uint32_t)(k - c->parts));
}

static void hang(struct campaigns *c, struct counted *k)
{
    uint32_t *chain = chain_of(c, k->id);
    k->next = *chain;
    *chain = (uint32_t)(k - c->parts) + 1;
}

/* The packet is looked up no more; its place is empty. */
static void forget(struct campaigns *c, struct counted *k)
{
    uint32_t *link = chain_of(c, k->id);
    while (*link != (uint32_t)(k - c->parts) + 1) {
        struct counted *before = &c->parts[*link - 1];
        part_touch(c, before);
        link = &before->next;
    }
    part_touch(c, k);
    *link = k->next;
    *k = (struct counted){0};
}

static struct counted *remember(struct campaigns *c, const struct campaign_part *p)
{
    uint32_t at = c->at.head++ % LIMIT_CAMPAIGN_PACKETS;
    struct counted *k = &c->parts[at];
    if (at < c->n_parts && k->id) {
        c->at.forgotten = MAX(c->at.forgotten, k->id);
        forget(c, k);
    }
    c->n_parts = MAX(c->n_parts, at + 1);
    part_touch(c, k);
    *k = (struct counted){.id = p->id,
                          .premium = p->premium,
                          .delta_notional = p->delta_notional,
                          .vega = p->vega,
                          .underlying = p->underlying,
                          .sym = p->sym,
                          .direction = p->direction,
                          .valued = p->valued};
    hang(c, k);
    return k;
}

/* ---- sums ------------------------------------------------------------------------------------ */

static struct by_contract *contract_of(struct campaigns *c, uint32_t sym)
{
    c->top = MAX(c->top, sym + 1);
    track_touch(&c->tracks[TRACK_CONTRACT], sym);
    return &c->contracts[sym];
}

/* NULL when there is no room for one more. */
static struct name *name_of(struct campaigns *c, uint32_t underlying)
{
    struct by_contract *k = contract_of(c, underlying);
    if (!k->name) {
        if (c->n_names == LIMIT_UNDERLYINGS)
            return NULL;
        k->name = ++c->n_names;
        track_touch(&c->tracks[TRACK_NAME], k->name - 1);
        c->names[k->name - 1] = (struct name){.underlying = underlying, .day = c->at.days};
    }
    struct name *n = &c->names[k->name - 1];
    track_touch(&c->tracks[TRACK_NAME], k->name - 1);
    if (n->day != c->at.days)
        *n = (struct name){.underlying = underlying, .day = c->at.days};
    return n;
}

static int64_t added(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

/* Adds a packet's share, or (-1) takes it away. */
static void count(struct campaigns *c, struct name *n, const struct counted *k, int sign)
{
    struct sums *s = &n->sums[k->direction < 0];
    struct by_contract *contract = contract_of(c, k->sym);
    uint32_t *of = &contract->n[k->direction < 0];
    if (contract->day != c->at.days) {
        contract->day = c->at.days;
        contract->n[0] = contract->n[1] = 0;
    }
    s->contracts += sign > 0 && *of == 0;
    *of += (uint32_t)sign;
    s->contracts -= sign < 0 && *of == 0;
    s->packets += (uint32_t)sign;
    s->unvalued += k->valued ? 0 : (uint32_t)sign;
    s->premium = added(s->premium, sign * k->premium);
    s->delta_notional = added(s->delta_notional, sign * k->delta_notional);
    s->vega = added(s->vega, sign * k->vega);
}

static bool is_campaign(const struct campaigns *c, const struct sums *s)
{
    return s->packets >= c->min && s->contracts >= 2;
}

static struct sums *sums_at(struct campaigns *c, uint32_t place)
{
    track_touch(&c->tracks[TRACK_NAME], (place - 1) / 2);
    return &c->names[(place - 1) / 2].sums[(place - 1) % 2];
}

static void unlist(struct campaigns *c, struct sums *s)
{
    if (!s->waits)
        return;
    *(s->prev ? &sums_at(c, s->prev)->next : &c->at.oldest) = s->next;
    *(s->next ? &sums_at(c, s->next)->prev : &c->at.newest) = s->prev;
    s->waits = false;
    s->prev = s->next = 0;
}

/* It has grown: told when quiet. */
static void wait(struct campaigns *c, struct name *n, int side, int64_t at_ns)
{
    uint32_t place = (uint32_t)(n - c->names) * 2 + (uint32_t)side + 1;
    struct sums *s = &n->sums[side];
    unlist(c, s);
    if (__builtin_add_overflow(at_ns, c->quiet_ns, &s->deadline_ns))
        s->deadline_ns = INT64_MAX;
    s->prev = c->at.newest;
    *(s->prev ? &sums_at(c, s->prev)->next : &c->at.oldest) = place;
    c->at.newest = place;
    s->waits = true;
}

static void tell(struct campaigns *c, struct name *n, int side, int64_t at_ns,
                 enum packet_state state)
{
    struct sums *s = &n->sums[side];
    const struct sums *other = &n->sums[!side];
    const struct campaign told = {.id = s->first,
                                  .at_ns = at_ns,
                                  .start_ns = s->start_ns,
                                  .end_ns = s->end_ns,
                                  .last = s->last,
                                  .premium = s->premium,
                                  .against = other->premium,
                                  .delta_notional = s->delta_notional,
                                  .vega = s->vega,
                                  .underlying = n->underlying,
                                  .packets = s->packets,
                                  .contracts = s->contracts,
                                  .packets_against = other->packets,
                                  .unvalued = s->unvalued,
                                  .day = c->at.day,
                                  .direction = side ? -1 : 1,
                                  .state = (uint8_t)state};
    s->told = state == PS_OPEN ? s->packets : 0;
    unlist(c, s);
    c->tell(c->self, &told);
}

/* Tells a direction's campaign when there is something new to say. */
static void consider(struct campaigns *c, struct name *n, int side, int64_t at_ns, bool revised)
{
    struct sums *s = &n->sums[side];
    bool is = is_campaign(c, s);
    if (is && (!s->told || s->packets >= 2 * s->told || revised))
        tell(c, n, side, at_ns, PS_OPEN);
    else if (!is && s->told)
        tell(c, n, side, at_ns, PS_RETRACTED);
    else if (is)
        wait(c, n, side, at_ns);
}

/* ---- the day --------------------------------------------------------------------------------- */

static void close_all(struct campaigns *c, int64_t at_ns)
{
    for (uint32_t i = 0; i < c->n_names; i++) {
        struct name *n = &c->names[i];
        for (int side = 0; side < 2; side++) {
            if (n->day != c->at.days || !n->sums[side].told)
                continue;
            track_touch(&c->tracks[TRACK_NAME], i);
            tell(c, n, side, at_ns, PS_CLOSED);
        }
    }
    for (uint32_t i = 0; i < c->n_parts; i++)
        if (c->parts[i].id)
            forget(c, &c->parts[i]);
    c->at.end_ns = 0;
    c->at.head = 0;
}

static void begin_day(struct campaigns *c, int64_t at_ns)
{
    c->at.day = calendar_ny_date(at_ns);
    c->at.days++;
    c->at.end_ns = calendar_ny_midnight(calendar_date(calendar_days(c->at.day) + 1));
}

static int64_t tell_oldest(struct campaigns *c)
{
    uint32_t place = c->at.oldest;
    int64_t due = sums_at(c, place)->deadline_ns;
    tell(c, &c->names[(place - 1) / 2], (place - 1) % 2, due, PS_OPEN);
    return due;
}

void campaigns_advance(struct campaigns *c, int64_t now_ns)
{
    int64_t end = c->at.end_ns ? c->at.end_ns : INT64_MAX;
    while (c->at.oldest && sums_at(c, c->at.oldest)->deadline_ns < MIN(now_ns, end))
        tell_oldest(c);
    if (end < now_ns)
        close_all(c, end);
}

int64_t campaigns_finish(struct campaigns *c)
{
    int64_t last = INT64_MIN;
    while (c->at.oldest)
        last = tell_oldest(c);
    return last;
}

/* ---- packets come and go --------------------------------------------------------------------- */

/* Takes a packet's share away; what it was part of, or NULL. */
static struct name *take_away(struct campaigns *c, uint64_t id, int *ret_side)
{
    struct counted *k = find(c, id);
    if (!k)
        return NULL;
    struct name *n = name_of(c, k->underlying);
    *ret_side = k->direction < 0;
    count(c, n, k, -1);
    forget(c, k);
    return n;
}

/* Nothing of what counts is new. */
static bool same_share(const struct counted *k, const struct campaign_part *p)
{
    return k && k->premium == p->premium && k->delta_notional == p->delta_notional &&
           k->vega == p->vega && k->sym == p->sym && k->direction == p->direction &&
           k->valued == p->valued;
}

void campaigns_drop(struct campaigns *c, uint64_t id, int64_t at_ns, bool revised)
{
    int side;
    struct name *n = take_away(c, id, &side);
    if (n)
        consider(c, n, side, at_ns, revised);
}

void campaigns_put(struct campaigns *c, const struct campaign_part *p, int64_t at_ns, bool revised)
{
    int was = 0, side = p->direction < 0;
    if (same_share(find(c, p->id), p))
        return;
    if (!c->at.end_ns)
        begin_day(c, at_ns);
    struct name *before = take_away(c, p->id, &was);
    struct name *n = name_of(c, p->underlying);
    if (!n || (!before && p->id <= c->at.forgotten)) {
        c->at.crowded++;
        return;
    }
    struct sums *s = &n->sums[side];
    count(c, n, remember(c, p), 1);
    /* A campaign has the id of its first packet, and no two have the same. */
    s->first = s->first || p->id == n->sums[!side].first ? s->first : p->id;
    s->last = MAX(s->last, p->id);
    s->start_ns = s->packets == 1 ? p->start_ns : MIN(s->start_ns, p->start_ns);
    s->end_ns = s->packets == 1 ? p->end_ns : MAX(s->end_ns, p->end_ns);
    if (before && was != side)
        consider(c, n, was, at_ns, revised);
    consider(c, n, side, at_ns, revised);
}

uint64_t campaigns_crowded(const struct campaigns *c)
{
    return c->at.crowded;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static const size_t entry_sizes[CAMPAIGN_TRACKS] = {
    [TRACK_CONTRACT] = sizeof(struct by_contract),
    [TRACK_NAME] = sizeof(struct name),
    [TRACK_PART] = sizeof(struct counted),
};

void campaigns_track(struct campaigns *c)
{
    track_open(&c->tracks[TRACK_CONTRACT], c->contracts, sizeof *c->contracts, LIMIT_INSTRUMENTS,
               &c->top);
    track_open(&c->tracks[TRACK_NAME], c->names, sizeof *c->names, LIMIT_UNDERLYINGS, &c->n_names);
    track_open(&c->tracks[TRACK_PART], c->parts, sizeof *c->parts, LIMIT_CAMPAIGN_PACKETS,
               &c->n_parts);
}

void campaigns_tracks(struct campaigns *c, struct track *ret[CAMPAIGN_TRACKS])
{
    for (int i = 0; i < CAMPAIGN_TRACKS; i++)
        ret[i] = &c->tracks[i];
}

size_t campaigns_entry_size(int track)
{
    return entry_sizes[track];
}

struct campaign_state campaigns_state(const struct campaigns *c)
{
    return c->at;
}

bool campaigns_load(struct campaigns *c, int track, uint32_t i, const void *entry, size_t size)
{
    static const uint32_t limits[CAMPAIGN_TRACKS] = {
        [TRACK_CONTRACT] = LIMIT_INSTRUMENTS,
        [TRACK_NAME] = LIMIT_UNDERLYINGS,
        [TRACK_PART] = LIMIT_CAMPAIGN_PACKETS,
    };
    char *const tables[CAMPAIGN_TRACKS] = {(char *)c->contracts, (char *)c->names,
                                           (char *)c->parts};
    uint32_t *const used[CAMPAIGN_TRACKS] = {&c->top, &c->n_names, &c->n_parts};
    if (size != entry_sizes[track] || i >= limits[track])
        return false;
    if (track == TRACK_PART && !frame_bool(entry, offsetof(struct counted, valued)))
        return false;
    for (size_t side = 0; track == TRACK_NAME && side < 2; side++)
        if (!frame_bool(entry, side * sizeof(struct sums) + offsetof(struct sums, waits)))
            return false;
    memcpy(tables[track] + (size_t)i * size, entry, size);
    *used[track] = MAX(*used[track], i + 1);
    return track != TRACK_CONTRACT || c->contracts[i].name <= LIMIT_UNDERLYINGS;
}

/* The chains are made again from the packets, oldest first. */
static bool load_parts(struct campaigns *c)
{
    uint32_t head = c->at.head;
    memset(c->by_id, 0, BY_ID_BYTES);
    for (uint32_t i = 0; i < c->n_parts; i++) {
        uint32_t at = head > LIMIT_CAMPAIGN_PACKETS ? (head + i) % LIMIT_CAMPAIGN_PACKETS : i;
        struct counted *k = &c->parts[at];
        if (at >= c->n_parts || k->id == 0)
            continue;
        if (k->underlying >= LIMIT_INSTRUMENTS || k->sym >= LIMIT_INSTRUMENTS ||
            (k->direction != 1 && k->direction != -1))
            return false;
        hang(c, k);
    }
    return true;
}

static bool sound_list(const struct campaigns *c)
{
    uint32_t before = 0, n = 0;
    for (uint32_t at = c->at.oldest; at; n++) {
        if (n > 2 * c->n_names || at > 2 * c->n_names)
            return false;
        const struct sums *s = &c->names[(at - 1) / 2].sums[(at - 1) % 2];
        if (!s->waits || s->prev != before)
            return false;
        before = at;
        at = s->next;
    }
    return before == c->at.newest;
}

bool campaigns_loaded(struct campaigns *c, const struct campaign_state *s)
{
    c->at = *s;
    return sound_list(c) && load_parts(c);
}
