/* Following the playhead. See follow.h.
 *
 * A keyframe has the engine's state without its histories (late prints look up older quotes,
 * cancels look up older prints). The way to a playhead is laid out in steps, at first the shortest
 * one:
 *   1. the newest keyframe before it, the history of quotes made again from an older keyframe on;
 *   2. when something then needs the history of prints: a part of that too, from a still older one,
 *      for most cancels are about the last minutes;
 *   3. all of that history;
 *   4. when even that is not enough: everything from the start.
 * Each is known to be exact while the deck says that nothing was needed that it does not have. */
#include "play/follow.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "event/calendar.h"
#include "play/recorded.h"

#define BATCH     512
#define FAR       400000 /* events that cost more than a way by a keyframe */
#define STEPS_MAX 6
#define NEAR      (LIMIT_PRINT_HISTORY / 16) /* prints behind that most cancels reach */

enum way { WAY_QUOTES, WAY_NEAR, WAY_PRINTS, WAY_START };
enum step_kind {
    STEP_LOAD,   /* a keyframe */
    STEP_QUOTES, /* quotes up to it, for the history alone */
    STEP_EVENTS, /* events up to it */
};
struct step {
    enum step_kind kind;
    struct keyframe k;
    bool keep_quotes, keep_prints; /* LOAD: histories that led there */
    int64_t held;                  /* LOAD: the last part that the deck has already */
};

struct follower {
    struct reader *reader; /* borrowed */
    struct deck *deck;
    struct event *events; /* BATCH of them */
    struct step steps[STEPS_MAX];
    size_t n_steps, step;  /* all, done */
    struct carried *begun; /* NULL: damaged; verify says so */
    bool loading;
    int64_t part;        /* of the keyframe being loaded: the last one taken */
    uint64_t quotes_seq; /* the last quote taken on the way */
    enum way way;
    uint64_t from_seq; /* of the keyframe the way leads through, 0 = none */
    bool usable;       /* keyframes are: this engine's, not damaged */
    bool live, waits;
    struct playhead stands; /* the playhead it has got to; seq 0 = on the way */
};

struct follower *follower_create(struct reader *r, bool live)
{
    struct follower *f = mem_alloc(sizeof *f);
    struct deck_policy policy = recorded_policy(r);
    struct reader_state st;
    f->reader = r;
    f->deck = deck_create(&policy, reader_symbols(r));
    if (reader_carried(r, false, &f->begun, NULL) == 0)
        deck_carry(f->deck, f->begun);
    f->events = mem_alloc(BATCH * sizeof *f->events);
    f->way = WAY_START;
    f->live = live;
    f->usable = reader_state(r, &st, NULL) == 0 && st.policy_hash == deck_policy_hash(&policy) &&
                st.engine_version == DECK_ENGINE_VERSION;
    return f;
}

void follower_destroy(struct follower *f)
{
    if (!f)
        return;
    deck_destroy(f->deck);
    carried_destroy(f->begun);
    mem_free(f->events);
    mem_free(f);
}

const struct deck *follower_deck(const struct follower *f)
{
    return f->deck;
}

bool follower_there(const struct follower *f, struct playhead at)
{
    return f->stands.seq && f->stands.seq == at.seq && f->stands.ns == at.ns;
}

bool follower_waits(const struct follower *f)
{
    return f->waits;
}

/* ---- the way ----------------------------------------------------------------------------------
 */

static bool find(struct follower *f, struct playhead at, uint64_t quotes, uint64_t prints,
                 struct keyframe *ret)
{
    struct keyframe_wish wish = {at, quotes, prints, deck_frame_layout()};
    return f->usable && reader_keyframe(f->reader, &wish, ret, NULL) == 0;
}

static void add(struct follower *f, struct step step)
{
    assert(f->n_steps < STEPS_MAX);
    f->steps[f->n_steps++] = step;
}

/* What a deck at one keyframe need not load again for a later one. */
static int64_t held(const struct keyframe *from, const struct keyframe *to)
{
    return from->first_part == to->first_part ? from->last_part : 0;
}

/* To a keyframe with its history of quotes: from one that lies a whole history before it. */
static void add_warm(struct follower *f, const struct keyframe *k)
{
    struct keyframe from = {0};
    struct playhead before = {k->facts.seq - 1, k->facts.clock_ns};
    deck_reset(f->deck);
    f->quotes_seq = 0;
    if (k->facts.quotes > LIMIT_QUOTE_HISTORY &&
        find(f, before, k->facts.quotes - LIMIT_QUOTE_HISTORY, UINT64_MAX, &from)) {
        add(f, (struct step){.kind = STEP_LOAD, .k = from});
        f->quotes_seq = from.facts.seq;
    }
    add(f, (struct step){.kind = STEP_QUOTES, .k = *k});
    add(f, (struct step){.kind = STEP_LOAD, .k = *k, .keep_quotes = true, .held = held(&from, k)});
}

static void plan(struct follower *f, struct playhead at, enum way way)
{
    struct keyframe k, from;
    f->n_steps = f->step = 0;
    f->loading = false;
    f->way = way;
    f->from_seq = 0;
    deck_reset(f->deck);
    if (way == WAY_START || !find(f, at, UINT64_MAX, UINT64_MAX, &k)) {
        f->way = WAY_START;
        return;
    }
    f->from_seq = k.facts.seq;
    if (way == WAY_QUOTES) {
        add_warm(f, &k);
        return;
    }
    struct playhead before = {k.facts.seq - 1, k.facts.clock_ns};
    uint64_t behind = way == WAY_NEAR ? NEAR : LIMIT_PRINT_HISTORY;
    if (k.facts.prints <= behind || !find(f, before, UINT64_MAX, k.facts.prints - behind, &from)) {
        f->way = WAY_START;
        return;
    }
    add_warm(f, &from);
    add(f, (struct step){.kind = STEP_EVENTS, .k = k});
    add(f, (struct step){.kind = STEP_LOAD,
                         .k = k,
                         .keep_quotes = true,
                         .keep_prints = true,
                         .held = held(&from, &k)});
}

/* ---- steps: 1 done, 0 more to do (or nothing there yet), -code ---------------------------------
 */

static int load(struct follower *f, const struct step *s, int64_t stop_ns, struct err *err)
{
    struct frame_part p;
    int rc;
    if (!f->loading) {
        deck_load_begin(f->deck);
        f->part = s->held;
        f->loading = true;
    }
    while ((rc = reader_keyframe_part(f->reader, &s->k, &f->part, &p, err)) > 0) {
        if (!deck_load_part(f->deck, &p))
            return err_set(err, ERR_DAMAGED, "keyframe %llu is damaged",
                           (unsigned long long)s->k.facts.seq);
        if (clock_mono_ns() > stop_ns)
            return 0;
    }
    if (rc < 0)
        return rc;
    f->loading = false;
    if (!deck_load_end(f->deck, &s->k.facts, s->keep_quotes, s->keep_prints))
        return err_set(err, ERR_DAMAGED, "keyframe %llu is damaged",
                       (unsigned long long)s->k.facts.seq);
    return 1;
}

static int take_quotes(struct follower *f, uint64_t upto, int64_t stop_ns, struct err *err)
{
    for (;;) {
        int n = reader_quotes(f->reader, f->quotes_seq, f->events, BATCH, err);
        if (n <= 0)
            return n < 0 ? n : 1;
        for (int i = 0; i < n; i++) {
            if (f->events[i].seq > upto)
                return 1;
            deck_push_quote(f->deck, &f->events[i]);
        }
        f->quotes_seq = f->events[n - 1].seq;
        if (clock_mono_ns() > stop_ns)
            return 0;
    }
}

/* An export has holes in the numbers, and a mark may stand behind the last event of a session that
 * was killed: there is nothing to wait for then. */
static int take_events(struct follower *f, uint64_t upto, int64_t stop_ns, struct err *err)
{
    while (deck_seq(f->deck) < upto) {
        int n = reader_events(f->reader, deck_seq(f->deck), f->events, BATCH, err);
        f->waits = n == 0 && f->live;
        if (n <= 0)
            return n < 0 ? n : !f->live;
        for (int i = 0; i < n && f->events[i].seq <= upto; i++)
            deck_push(f->deck, &f->events[i]);
        if (f->events[n - 1].seq > upto)
            break;
        if (clock_mono_ns() > stop_ns)
            return deck_seq(f->deck) >= upto;
    }
    return 1;
}

static int walk(struct follower *f, int64_t stop_ns, struct err *err)
{
    while (f->step < f->n_steps) {
        const struct step *s = &f->steps[f->step];
        int rc = s->kind == STEP_LOAD     ? load(f, s, stop_ns, err)
                 : s->kind == STEP_QUOTES ? take_quotes(f, s->k.facts.seq, stop_ns, err)
                                          : take_events(f, s->k.facts.seq, stop_ns, err);
        if (rc <= 0)
            return rc;
        f->step++;
        if (clock_mono_ns() > stop_ns)
            return f->step == f->n_steps;
    }
    return 1;
}

/* Is the present way still one to that playhead? */
static bool on_the_way(struct follower *f, struct playhead at)
{
    struct keyframe k;
    if (f->step < f->n_steps)
        return f->from_seq <= at.seq && f->steps[f->n_steps - 1].k.facts.clock_ns <= at.ns;
    if (deck_seq(f->deck) > at.seq || deck_clock_ns(f->deck) > at.ns)
        return false;
    uint64_t here = MAX(deck_seq(f->deck), f->from_seq);
    return at.seq - deck_seq(f->deck) < FAR || !find(f, at, UINT64_MAX, UINT64_MAX, &k) ||
           k.facts.seq < here + FAR;
}

/* The next way, when one turns out not to be exact. */
static enum way next_way(enum way way)
{
    return way == WAY_START ? WAY_START : (enum way)(way + 1);
}

int follower_run(struct follower *f, struct playhead at, int64_t budget_ns, struct err *err)
{
    int64_t stop = clock_mono_ns() + budget_ns;
    f->waits = false;
    f->stands.seq = 0;
    if (!on_the_way(f, at))
        plan(f, at, WAY_QUOTES);
    int rc = walk(f, stop, err);
    if (rc == -ERR_DAMAGED) { /* a keyframe is only a copy: without them it takes longer */
        f->usable = false;
        plan(f, at, WAY_START);
        return 0;
    }
    if (rc <= 0)
        return rc;
    rc = take_events(f, at.seq, stop, err);
    if (rc >= 0 && deck_doubtful(f->deck)) {
        plan(f, at, next_way(f->way));
        return 0;
    }
    if (rc == 1) {
        deck_advance(f->deck, at.ns);
        f->stands = at;
    }
    return rc;
}
