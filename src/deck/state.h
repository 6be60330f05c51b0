/* Internal to deck/: the state of an engine, and the stages that share it. */
#pragma once
#include "base/limits.h"
#include "book/book.h"
#include "book/chain.h"
#include "book/side.h"
#include "deck/deck.h"
#include "event/cond.h"
#include "event/record.h"
#include "flow/baseline.h"
#include "flow/campaign.h"
#include "flow/cluster.h"
#include "flow/day.h"
#include "flow/opening.h"
#include "flow/package.h"
#include "flow/prints.h"
#include "flow/repeat.h"
#include "flow/structure.h"
#include "price/value.h"

#define DECK_SINKS 4

struct tick {
    int64_t px;  /* last price that set the last sale */
    int8_t sign; /* of the last change of price, 0 = none yet */
    bool any;
};

/* Per feed: event times between which something may be missing. */
struct gap_span {
    int64_t from_ns, to_ns;
    uint64_t seq;   /* of the latest gap, 0 = none yet */
    bool reconnect; /* prints up to from_ns may come again */
};

#define DECK_LAST_DAYS 64

/* Expiries met: when contracts of such a root trade for the last time. A memory, no state. */
struct last_day {
    int32_t expiry, date;
    uint8_t settlement;
    bool index, known;
};

/* What the stages ask of an instrument at every event, in one place; known once asked. */
struct terms {
    uint32_t underlying;  /* 0 = not known yet */
    int32_t last_day;     /* options: the last it trades, yyyymmdd; 0 = not known */
    uint16_t expiry_days; /* options: since 1970 */
    uint16_t multiplier;  /* as the root says */
    uint32_t chain : 24;  /* options: 0 = not known yet, or no room */
    bool index : 1, adjusted : 1;
    bool call : 1, put : 1;
    bool unsettled : 1; /* how it settles is not known */
    bool listed : 1;    /* in its chain */
};
static_assert(LIMIT_CHAINS <= 1 << 24, "every chain has a number");
static_assert(sizeof(struct terms) == 16, "four to a line of memory");

struct deck {
    struct deck_policy policy;
    struct side_policy option_side, equity_side;
    const struct symbols *symbols; /* borrowed */
    struct book *book;
    struct chains *chains;
    struct chain_policy chain_policy;
    struct cluster *cluster;
    struct packages *packages;
    struct prints *prints;
    struct openings *openings;
    struct baseline *baseline;
    struct days days; /* a memory, no state */
    struct last_day last_days[DECK_LAST_DAYS];
    struct repeat *repeat;
    struct campaigns *campaigns;
    uint64_t carried;          /* hash of what it began with; 0 = nothing */
    struct tick *ticks;        /* by sym */
    int64_t *multipliers;      /* by sym, 1e-6; 0 = as the root says */
    struct terms *terms;       /* by sym; follows from symbols and chains, no state */
    struct gap_span gaps[256]; /* by feed */
    uint32_t top;              /* entries below this may be in use */
    struct sink sinks[DECK_SINKS];
    size_t n_sinks;
    uint64_t seq, records, digest;
    int64_t clock_ns;
    struct deck_counts counts;
    struct repair_space *space; /* repair.c's scratch */
    struct inferred *inferred;  /* inferred.c's */
    struct track tick_track, multiplier_track;
    struct frame *frame;           /* being made; NULL = none */
    struct book_state book_loaded; /* by the frame being loaded */
    struct repeat_state repeat_loaded;
    struct campaign_state campaigns_loaded;
    struct {
        uint64_t id;
        int64_t delta_notional, vega;
        bool greeks;
    } structure; /* told last, for the packet that follows it */
};

/* The instrument's terms; zeros when symbols has none. */
struct terms deck_terms(struct deck *d, uint32_t sym);

/* chain.c: the chains of contracts that have had a quote, and the forwards they imply. */
void chain_list(struct deck *d, uint32_t sym); /* after a quote of it */
void chain_list_all(struct deck *d);           /* after the book was loaded or copied */
/* Of the contract's underlying at its expiry, as of ns; *ret_px only where there is one. */
enum forward_source chain_forward(struct deck *d, uint32_t sym, int64_t ns, int64_t *ret_px);
/* Volatility and greeks of the contract at a price, with that forward as of ns; none with
 * VALUE_WHY_NO_FORWARD. For legs of structures and for campaigns. */
struct value chain_value(struct deck *d, uint32_t sym, int64_t px, int64_t forward_px, int64_t ns);
/* What a signed packet in one contract moves like, dollars of the underlying and dollars a point of
 * volatility (1e-9); false when its delta cannot be told. */
bool chain_packet(struct deck *d, const struct packet *p, int64_t *ret_notional, int64_t *ret_vega);
/* A structure with the sums of its legs' greeks and what follows from them, where all are known:
 * each leg at its mean price, with the forward of its expiry as of the structure's end. */
struct structure chain_structure(struct deck *d, const struct structure *s);

/* join.c: a print meets its quote and gets its side. */
void join_option_print(struct deck *d, const struct event *ev);
void join_equity_print(struct deck *d, const struct event *ev);
/* Signs again after price, size or conditions changed; the quote stays. The print's own values are
 * in p->join.px, .qty and the conditions beside it. */
void join_sign_option(struct deck *d, struct past_print *p);
void join_sign_equity(struct deck *d, struct past_print *p, int tick);
/* What an option print counts for the day's volume, 1e-6 contracts. */
int64_t join_volume(const struct past_print *p);
/* The tick state after a print, from the state before. */
struct tick join_tick(struct tick before, int64_t px, uint16_t use);

/* repair.c: cancels and corrections. */
struct repair_space *repair_space_create(struct deck *d);
void repair_space_destroy(struct repair_space *s);
void repair_cancel(struct deck *d, const struct event *ev);
void repair_correct(struct deck *d, const struct event *ev);
/* An option print that is a cancel by its condition; its target is implicit. */
void repair_cancel_print(struct deck *d, const struct event *ev);

/* legs.c: prints that are legs of packages, marked so or not. */
struct packages *legs_create(struct deck *d);
/* A print of a family of legs gets its packet and its place in a group; a signed one that could be
 * a leg is looked at. p->join.packet: of those without the mark. */
void legs_take(struct deck *d, const struct event *ev, struct past_print *p);
bool legs_family(uint8_t family); /* enum cond_family: its prints are legs */
struct package_key legs_key(struct deck *d, const struct past_print *p);
/* Tells it with its greeks, and returns it as told. */
struct structure legs_tell_structure(struct deck *d, const struct structure *s);
/* The target was cancelled or corrected, `was` is what it had been: its package is made again. */
void legs_remake(struct deck *d, struct past_print *target, const struct past_print *was,
                 uint64_t by_seq);

/* inferred.c: structures of prints without the mark, after cancels and corrections. */
struct inferred;
struct inferred *inferred_create(void);
void inferred_destroy(struct inferred *f);
/* Whether a print, no leg by its mark, is looked at: it stands on one side of a good quote. */
bool inferred_watches(const struct past_print *p);
/* Before the target's contract is made again: what structures it was and is in; it gets its new
 * mark (marked_ns). */
void inferred_begin(struct deck *d, struct past_print *target, const struct past_print *was);
/* Afterwards: other prints whose mark changed, one a call until false; *ret_was is the print as it
 * was, it has its new mark. */
bool inferred_next(struct deck *d, struct past_print **ret, struct past_print *ret_was);
/* Tells what changed of the structures. */
void inferred_end(struct deck *d, uint64_t by_seq);
/* A print belongs to another packet than in *was: structures name packets. */
void inferred_renamed(struct deck *d, struct past_print *p, const struct past_print *was,
                      uint64_t by_seq);

/* appraise.c: what is said of a packet beside its sums: direction, opening minimum, rarity,
 * forward price. */
void appraise(struct deck *d, struct packet *p);
/* A reading is told: the first time, as a top reading, it goes into the baselines. */
void appraise_count(struct deck *d, const struct packet *p);
/* The opening minimum of a package from its legs. */
void appraise_legs(struct deck *d, struct packet *p, const struct structure *s);

/* repair.c: a new version of a join; the print's own entry may be gone (NULL). */
void deck_tell_join(struct deck *d, struct past_print *p, const struct join *j, uint64_t by_seq);

/* campaign.c: what a version of a packet counts for in its underlying's campaigns. */
struct campaigns *campaign_create(struct deck *d);
void campaign_structure(struct deck *d, const struct structure *s);
void campaign_packet(struct deck *d, const struct packet *p);

struct cluster_policy deck_cluster_policy(const struct deck_policy *policy);
/* deck.c: gives a record to the digest and the sinks; packets get at_seq. One that comes with an
 * at_seq already is told again without a cancel or correction. */
void deck_emit(struct deck *d, struct record *rec);
