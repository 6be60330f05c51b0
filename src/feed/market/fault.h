/* What goes wrong between a market and its recorder, by dials: events late, twice, in another
 * order, lost, revised; quotes that lock or cross; clocks that are off. The clean events pass
 * through it in their order of arrival; it draws from generators of its own, so that the market
 * itself is the same whatever goes wrong. */
#pragma once
#include "event/event.h"
#include "feed/market/profile.h"

struct faults;

/* NULL when nothing is to go wrong. ppm: faults in a million events. */
struct faults *fault_create(uint64_t seed, const uint32_t ppm[FAULT_COUNT], int64_t skew_ns);
void fault_destroy(struct faults *f);
/* Takes the next clean event; they come in the order of recv_ns. */
void fault_pass(struct faults *f, const struct event *ev);
/* The next event as it is received, ready to go: no clean event received at or after before_ns is
 * still to be passed first. NULL = none; valid until the next call. */
const struct event *fault_peek(struct faults *f, int64_t before_ns);
void fault_pop(struct faults *f);
