/* Option prints to packets: one contract, one side, near time (microstructure.md section 5). A
 * packet only ever grows into something it may be called: a fill run (one venue) or a sweep (two
 * venues or more, prices never improving for the taker, bounded span). What would break that closes
 * it and starts another. Fixed memory; closes at deadlines of engine time. */
#pragma once
#include "base/base.h"
#include "base/track.h"
#include "event/event.h"
#include "event/record.h"

struct cluster_policy {
    int64_t run_gap_ns, sweep_gap_ns, sweep_span_ns;
    int64_t block_qty;     /* 1e-6 contracts */
    int64_t block_premium; /* 1e-9 dollars */
};

struct cluster;

/* emit gets each finished packet, at_seq left zero for the deck to fill; at_ns is the deadline, or
 * the engine time of the event that ended it. It may not call back into the cluster. */
struct cluster *cluster_create(const struct cluster_policy *policy,
                               void (*emit)(void *self, const struct packet *p), void *self);
void cluster_destroy(struct cluster *c);
void cluster_reset(struct cluster *c);
void cluster_copy(struct cluster *dst, const struct cluster *src); /* keeps dst's emit */

/* Starts loading what a print of the contract will touch; changes nothing. */
void cluster_prefetch(const struct cluster *c, uint32_t sym);

/* The contract of the packet that closes next; 0 = none. */
uint32_t cluster_due(const struct cluster *c);

/* Adds a joined option print and returns the id of its packet. use: cond_use bits. j->notional must
 * not be INT64_MAX. volume: the day's with this print, 1e-6 contracts (opening.h). *ret_late: a
 * print of the contract with a later execution time came before. */
uint64_t cluster_add(struct cluster *c, const struct event *ev, const struct join *j, uint16_t use,
                     int64_t volume, bool *ret_late);
/* A print of the contract that is no member of a packet here; the answer is *ret_late's. */
bool cluster_seen(struct cluster *c, uint32_t sym, int64_t ts_ns);
/* The packet is also read as a leg of an inferred structure: while it is open, it gets the flag and
 * less confidence. */
void cluster_mark_leg(struct cluster *c, uint32_t sym, int side, uint64_t packet);
/* What a print says of its packet: enum packet_flag, and its bit of `venues`. */
uint32_t cluster_flags(const struct join *j);
uint64_t cluster_venue(uint16_t venue);
/* Closes every packet whose deadline lies before now_ns, in order of deadline. */
void cluster_advance(struct cluster *c, int64_t now_ns);
/* Closes all at their deadlines; returns the last of these, INT64_MIN when none was open. */
int64_t cluster_finish(struct cluster *c);
uint32_t cluster_open(const struct cluster *c);

/* Latest execution time seen of a contract, INT64_MIN before the first. */
int64_t cluster_last_ns(const struct cluster *c, uint32_t sym);
/* Something may be missing from the tape: every open packet will close as incomplete. */
void cluster_gap(struct cluster *c);

/* Making packets again after a cancel, in a cluster apart: sets what is known of a contract ... */
void cluster_begin(struct cluster *c, uint32_t sym, int64_t last_ns);
/* ... and puts src's open packets and knowledge of the contract in the place of dst's, without a
 * word to anyone. */
void cluster_replace(struct cluster *dst, struct cluster *src, uint32_t sym);

/* Frames (base/track.h): contracts entry by entry, open packets whole, oldest deadline first. */
void cluster_track(struct cluster *c); /* begins tracking; before the first print */
struct track *cluster_contracts(struct cluster *c);
struct frame_part cluster_frame_open(const struct cluster *c, uint32_t kind);
size_t cluster_entry_size(bool open); /* of an open packet, or of a contract */
/* Loading: nothing is open; then contracts over what is there; then the open ones in their order.
 * False when an entry cannot be. */
void cluster_load_begin(struct cluster *c);
bool cluster_load_contract(struct cluster *c, uint32_t sym, const void *entry, size_t size);
bool cluster_load_open(struct cluster *c, const void *entry, size_t size);
