/* Repeat runs: packets of one contract, one side and about one small size, one after the other over
 * seconds to minutes, read as the parts of one parent order (microstructure.md section 5).
 *
 * The rule. Parts are closed packets (single, fill run or sweep, of regular or ISO prints, on time,
 * signed, no block, nothing missing inside) of at most max_qty. A part joins the train of its
 * contract and side whose first size differs from its own by at most size_pct percent, rounded down
 * to whole contracts, if it begins within gap_ns of the last part's end and ends within span_ns of
 * the first part's start. A train becomes a run with n parts of size q (whole contracts), among
 * which `others` more prints of the contract were seen, and while the other side's train of that
 * size has m parts (no more than there are others of another size), when
 *
 *     n >= min + min / q + m + others * max(share_pct / q, floor_pct) / 100
 *
 * Equal sizes also come about by chance, small ones and those of a busy contract more often: about
 * as one over the size, and about as often on either side. So one-lots need twice as many parts as
 * large ones even where nothing else trades, and every other print asks for more: a whole part each
 * among one-lots, half a part among two-lots, a part if it is of that size on the other side and
 * other sizes trade as well. A
 * busy contract's own flow thus makes no run, however many one-lots it has. The others are told
 * with each run: they are the evidence against it. A run that has less than half of what is needed
 * ends.
 *
 * A train that is no run yet looks back over its last REPEAT_CANDIDATE parts at most.
 *
 * Fixed memory (base/limits.h), constant work a packet, closes at deadlines of engine time. */
#pragma once
#include "base/base.h"
#include "base/track.h"
#include "event/record.h"

#define REPEAT_CANDIDATE 64

struct repeat_policy {
    int64_t min;             /* parts, at least 2 */
    int64_t gap_ns, span_ns; /* execution time */
    int64_t max_qty;         /* 1e-6 contracts */
    int64_t size_pct, share_pct, floor_pct;
    int64_t settle_ns; /* a packet closes at most so long after its first print came */
};

struct repeat;

/* tell gets, in this order, what is said of a packet handed in or of those before it: the packet as
 * it was (no part of a run), MERGED with its parent, or the run itself: kind PK_REPEAT under the id
 * of the packet that completed the evidence, which then has no other reading. Its sums are over all
 * parts, levels counts new extremes, last_seq is that packet's own. at_seq is not 0 in what is told
 * again without a cancel or correction. tell may change its argument; it may not call back. */
struct repeat *repeat_create(const struct repeat_policy *policy,
                             void (*tell)(void *self, struct packet *p), void *self);
void repeat_destroy(struct repeat *r);
void repeat_reset(struct repeat *r);
void repeat_copy(struct repeat *dst, const struct repeat *src); /* keeps dst's tell */

/* Starts loading what a packet of the contract will touch; changes nothing. */
void repeat_prefetch(const struct repeat *r, uint32_t sym);

/* A packet has closed, at p->at_ns, with all that is said of it. Tells it. */
void repeat_add(struct repeat *r, const struct packet *p);
/* Prints of a contract that reached no such packet: they count among the others. */
void repeat_others(struct repeat *r, uint32_t sym, uint32_t prints);
/* Something may be missing from the tape: what is a train now will end as incomplete. */
void repeat_gap(struct repeat *r);
/* Ends the trains whose deadline lies before now_ns, in order of deadline; runs are told. At one
 * instant packets close before trains end: call it with a packet's at_ns before the packet is
 * handed in, and with the clock after all packets that closed before it. */
void repeat_advance(struct repeat *r, int64_t now_ns);
/* Ends all at their deadlines; returns the last of a run, INT64_MIN when there was none. */
int64_t repeat_finish(struct repeat *r);
/* Trains given up early because there was no room. */
uint64_t repeat_crowded(const struct repeat *r);

/* A cancel or correction made of a packet what is in p: state AMENDED or RETRACTED, at_ns, by_seq
 * and all that is said of it. True when it was a part of a run: then it has been told, as part or
 * not, and so has the run, AMENDED with the sums that are left; when too few parts are left, all of
 * them on their own. This reaches back as far as runs are remembered (LIMIT_REPEAT_PARTS). */
bool repeat_revise(struct repeat *r, const struct packet *p);

/* Frames (base/track.h): tables by contract, train and part, and what is one of a kind. */
enum repeat_limit { REPEAT_TRACKS = 3 };
struct repeat_state {
    uint64_t crowded;
    uint32_t oldest, newest, kept_oldest, kept_newest; /* trains, plus one */
    uint32_t gaps, pad;
};
void repeat_track(struct repeat *r);
void repeat_tracks(struct repeat *r, struct track *ret[REPEAT_TRACKS]);
size_t repeat_entry_size(int track);
struct repeat_state repeat_state(const struct repeat *r);
/* Loading: begin, entries over what is there, end. False when they cannot be. */
void repeat_load_begin(struct repeat *r);
bool repeat_load(struct repeat *r, int track, uint32_t i, const void *entry, size_t size);
bool repeat_loaded(struct repeat *r, const struct repeat_state *s);
