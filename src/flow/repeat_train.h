/* Internal to repeat*.c: trains and their parts. Indices are plus one, 0 = none. */
#pragma once
#include "base/limits.h"
#include "flow/repeat.h"

#define SIDE_TRAINS 8 /* of a contract and side at once */

enum train_state { TRAIN_FREE, TRAIN_CANDIDATE, TRAIN_RUN, TRAIN_KEPT };

/* Live trains (candidates and runs) hang in one list in order of deadline, kept ones (runs that
 * have ended, for repairs) in another in order of ending. One line of memory. */
struct train {
    int64_t deadline_ns;
    int64_t start_ns; /* execution times: of the oldest part, of the latest end */
    int64_t end_ns;
    uint32_t ref; /* size of the first part, 1e-6 contracts */
    uint32_t sym;
    uint32_t own;         /* prints in its parts, those cancelled since too */
    uint32_t first, last; /* parts */
    uint32_t prev, next;  /* in the list */
    uint32_t sibling;     /* next of the contract: live of the side by place, kept by age */
    uint32_t gaps;        /* seen before its first part; GAPPED: one came before its end */
    uint16_t n;           /* parts */
    uint8_t state;        /* enum train_state */
    int8_t side;
};
static_assert(sizeof(struct train) == 64, "one line");
#define GAPPED UINT32_MAX

struct part {
    struct packet p; /* as told when it closed */
    uint32_t next;   /* newer part of the train */
    uint32_t train;
    uint32_t prints; /* of the contract, seen before it */
    uint16_t own;    /* prints in it when it closed */
    uint16_t head;   /* 1: the run has its id */
};
static_assert(sizeof(struct part) == 16 + sizeof(struct packet), "no padding that is not named");

struct repeat_contract {
    uint32_t live[2]; /* trains: [buy, sell] */
    uint32_t kept;
    uint32_t prints; /* seen so far; differences count */
};

struct repeat {
    struct repeat_policy policy;
    void (*tell)(void *self, struct packet *p);
    void *self;
    struct repeat_contract *contracts; /* by sym */
    struct train *trains;
    struct packet *sums; /* by train: runs as told last; follows from the parts, in no frame */
    struct part *parts;
    uint32_t *free_trains, *free_parts; /* stacks of places */
    uint32_t n_free_trains, n_free_parts;
    uint32_t top, used_trains, used_parts; /* entries below may be in use */
    struct repeat_state at;
    struct track tracks[REPEAT_TRACKS];
};

enum { TRACK_CONTRACT, TRACK_TRAIN, TRACK_PART };

static inline struct repeat_contract *contract_touch(struct repeat *r, uint32_t sym)
{
    r->top = MAX(r->top, sym + 1);
    track_touch(&r->tracks[TRACK_CONTRACT], sym);
    return &r->contracts[sym];
}

static inline struct train *train_touch(struct repeat *r, uint32_t at)
{
    track_touch(&r->tracks[TRACK_TRAIN], at - 1);
    return &r->trains[at - 1];
}

static inline struct part *part_touch(struct repeat *r, uint32_t at)
{
    track_touch(&r->tracks[TRACK_PART], at - 1);
    return &r->parts[at - 1];
}

static inline uint32_t place_of(const struct repeat *r, const struct train *t)
{
    return (uint32_t)(t - r->trains) + 1;
}

/* Parts that are needed at least, with so many other prints among them and so many parts of that
 * size on the other side. */
uint32_t repeat_need(const struct repeat_policy *policy, int64_t ref, uint32_t others,
                     uint32_t opposite);
/* A packet of the kind that runs are made of; of about the size of a train's first. */
bool repeat_may_join(const struct repeat *r, const struct packet *p);
bool repeat_fits_size(const struct repeat *r, int64_t ref, int64_t qty); /* 1e-6 */
/* Makes the run's sums from its parts. */
struct packet *repeat_sum(struct repeat *r, const struct train *t);
const struct part *repeat_head(const struct repeat *r, const struct train *t);
/* Tells a part again, as merged with a parent or (0) on its own. */
void repeat_tell_part(struct repeat *r, const struct packet *p, uint64_t parent, int64_t at_ns,
                      uint64_t by_seq);
/* Forgets a train and its parts; one part. */
void repeat_forget(struct repeat *r, struct train *t);
void repeat_free_part(struct repeat *r, uint32_t at);
/* Puts a train among those of its contract. */
void repeat_hang(struct repeat *r, struct train *t);
