/* Internal to deck/: the state of an engine, and the stages that share it. */
#pragma once
#include "book/book.h"
#include "book/side.h"
#include "deck/deck.h"
#include "event/cond.h"
#include "event/record.h"
#include "flow/baseline.h"
#include "flow/cluster.h"
#include "flow/day.h"
#include "flow/opening.h"
#include "flow/prints.h"

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

/* What the stages ask of an instrument at every event, in one place; known once asked. */
struct terms {
    uint32_t underlying; /* 0 = not known yet */
    int32_t expiry_days; /* since 1970; options */
    int32_t last_day;    /* options: the last it trades, yyyymmdd; 0 = not known */
    uint16_t multiplier; /* as the root says */
    bool index, adjusted;
};

struct deck {
    struct deck_policy policy;
    struct side_policy option_side, equity_side;
    const struct symbols *symbols; /* borrowed */
    struct book *book;
    struct cluster *cluster;
    struct prints *prints;
    struct openings *openings;
    struct baseline *baseline;
    struct days days;          /* a memory, no state */
    struct tick *ticks;        /* by sym */
    int64_t *multipliers;      /* by sym, 1e-6; 0 = as the root says */
    struct terms *terms;       /* by sym; follows from symbols, no state */
    struct gap_span gaps[256]; /* by feed */
    uint32_t top;              /* entries below this may be in use */
    struct sink sinks[DECK_SINKS];
    size_t n_sinks;
    uint64_t seq, records, digest;
    int64_t clock_ns;
    struct deck_counts counts;
    struct repair_space *space; /* repair.c's scratch */
    struct track tick_track, multiplier_track;
    struct frame *frame;           /* being made; NULL = none */
    struct book_state book_loaded; /* by the frame being loaded */
};

/* The instrument's terms; zeros when symbols has none. */
struct terms deck_terms(struct deck *d, uint32_t sym);

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

/* appraise.c: what is said of a packet beside its sums: direction, opening minimum, rarity. */
void appraise(struct deck *d, struct packet *p);
/* The opening minimum of a package from its legs. */
void appraise_legs(struct deck *d, struct packet *p, const struct structure *s);

struct cluster_policy deck_cluster_policy(const struct deck_policy *policy);
/* deck.c: gives a record to the digest and the sinks; packets get at_seq. */
void deck_emit(struct deck *d, struct record *rec);
