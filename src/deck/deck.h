/* The deterministic engine: (state, event) -> (state, outputs). The one door is deck_push. No wall
 * clock, no randomness, no global, no allocation per event; two decks do not know of each other.
 *
 * Engine time is the largest recv_ns or tick seen. The door raises an older recv_ns to it and the
 * raised value is what is stored, so that a replay of the stored events takes the same decisions
 * whatever timers did. Windows close when engine time passes their deadline, in deadline order,
 * before the event that moved the clock is looked at, and carry the deadline as their time. */
#pragma once
#include "base/base.h"
#include "base/track.h"
#include "event/carried.h"
#include "event/event.h"
#include "event/record.h"
#include "event/sink.h"
#include "event/symbol.h"

#define DECK_ENGINE_VERSION 1 /* raise when the same events would give other records */

struct deck_policy {       /* microstructure.md sections 1-6; hashed into the digest */
    int64_t run_gap_ns;    /* fill run: largest gap between prints */
    int64_t sweep_gap_ns;  /* sweep: largest gap */
    int64_t sweep_span_ns; /* sweep: first to last */
    int64_t block_qty;     /* options block: 1e-6 contracts */
    int64_t block_premium; /* or premium in 1e-9 dollars */
    int64_t eq_block_qty, eq_block_notional;
    int64_t stale_option_ns, stale_equity_ns;
    int64_t stale_move_bp;      /* move of the underlying since the quote, 1/100 percent */
    int64_t wide_pct;           /* spread above this percent of mid ... */
    int64_t wide_ticks;         /* ... and above this many cents is wide */
    int64_t quote_lag_ns;       /* a quote must be at least this much older than the print */
    int64_t rate_bp;            /* interest, continuous, 1/100 percent a year (section 9) */
    int64_t forward_refresh_ns; /* an implied forward holds this long, event time */
    int64_t leg_gap_ns;         /* legs marked by the exchange: within this in execution time */
    int64_t infer_gap_ns;       /* legs without a mark */
    int64_t net_band_pct;       /* of a package's width: so much nearer a side names the taker */
    int64_t directional_pct;    /* net delta of gross, from which a package is directional */
    int64_t baseline_min;       /* packets seen before of its kind, before a rarity is stated */
    /* Repeat runs, the rule in flow/repeat.h: */
    int64_t repeat_min;
    int64_t repeat_gap_ns, repeat_span_ns;
    int64_t repeat_max_qty;
    int64_t repeat_size_pct, repeat_share_pct, repeat_floor_pct;
    int64_t campaign_min;      /* packets of a campaign at least */
    int64_t campaign_quiet_ns; /* it is told when it has not grown for so long */
};
struct deck_policy deck_policy_default(void);
uint64_t deck_policy_hash(const struct deck_policy *p);

struct deck_counts {
    uint64_t events[EV_COUNT];
    uint64_t raised;   /* recv_ns raised to the clock */
    uint64_t late;     /* prints behind a later one of the same instrument */
    uint64_t no_quote; /* prints that joined no quote */
    uint64_t overflow; /* prints whose notional does not fit: kept, no packet */
    uint64_t packets;
    uint64_t crowded;    /* parts of repeat runs and campaigns given up for want of room */
    uint64_t legs_early; /* packages closed before their time for want of room */
    uint64_t duplicates; /* copies of prints, not committed */
    uint64_t repairs[REPAIR_COUNT]; /* cancels and corrections by outcome */
};

struct deck;

/* symbols is borrowed: reference data that only grows; rows do not change once made. */
struct deck *deck_create(const struct deck_policy *policy, const struct symbols *symbols);
void deck_destroy(struct deck *d);
/* Baselines of an earlier session to begin with; before the first event, kept by deck_reset and
 * deck_copy. Borrowed; NULL = none. The digest covers them. */
void deck_carry(struct deck *d, const struct carried *carried);
const struct carried *deck_begun(const struct deck *d); /* NULL = with none */
/* What a session after this one may begin with, the caller's. *ret_left_out: cells without room. */
struct carried *deck_left(const struct deck *d, uint32_t *ret_left_out);
void deck_reset(struct deck *d);                          /* as created; sinks stay */
void deck_copy(struct deck *dst, const struct deck *src); /* state only; sinks stay */
void deck_add_sink(struct deck *d, struct sink sink);     /* at most 4 */

/* The one door. Gives ev its seq (unless the event brings one above the last, as a replayed event
 * does) and raises its recv_ns. False for a copy of a print that has come before: it is counted and
 * goes no further. Asserts on kind and sym, which feeds and stores have checked. */
bool deck_push(struct deck *d, struct event *ev);
/* Engine time reaches now_ns: closes what is due. Never changes what the records say. */
void deck_advance(struct deck *d, int64_t now_ns);
/* End of input: everything open closes at its own deadline. */
void deck_finish(struct deck *d);

int64_t deck_clock_ns(const struct deck *d);
uint64_t deck_seq(const struct deck *d);
uint64_t deck_records(const struct deck *d); /* derived records emitted so far */
uint64_t deck_digest(const struct deck *d);  /* over all derived records so far, in order */
const struct deck_counts *deck_counts(const struct deck *d);
uint32_t deck_open_packets(const struct deck *d);

/* The policy as rows, for the session file, `info` and settings: names with their unit. */
struct deck_policy_row {
    const char *name;
    size_t offset; /* of an int64_t in struct deck_policy */
    const char *sentence;
};
extern const struct deck_policy_row deck_policy_rows[];
size_t deck_policy_count(void);

/* Frames (frame.c): the state as bytes, whole or as what changed since the frame before, taken in
 * slices while events go on (base/track.h). Histories of quotes and prints are not in it; they are
 * made again from the events that filled them. */
void deck_track(struct deck *d); /* begins tracking; before the first event, not with deck_reset */
/* Bytes a frame begun now would have before compression; SIZE_MAX when none can be made any more.
 */
size_t deck_frame_bytes(const struct deck *d, bool full);
/* Begins a frame of the state as it is; none may be under way. */
void deck_frame_begin(struct deck *d, bool full);
/* Copies at most n entries further. The finished frame is the caller's (frame_free); NULL = not
 * finished, or none was begun. */
struct frame *deck_frame_more(struct deck *d, uint32_t n);
uint64_t deck_frame_layout(void); /* of the frames this program makes and reads */

/* Loading a state: begin, the parts of a full frame and of those after it in order, end with the
 * facts of the last. Over a fresh deck, or over one that has taken all quotes (quotes) or all
 * events (prints) that filled the histories as of this frame: those are kept. False: this cannot be
 * a state; the deck must be reset. */
void deck_load_begin(struct deck *d);
bool deck_load_part(struct deck *d, const struct frame_part *p);
bool deck_load_end(struct deck *d, const struct frame *facts, bool keep_quotes, bool keep_prints);
/* Of an event only what it does to the history of quotes. */
void deck_push_quote(struct deck *d, const struct event *ev);
/* Since the load something was needed that is not in the histories: records and digest may differ
 * from those of a deck that saw every event. */
bool deck_doubtful(const struct deck *d);
