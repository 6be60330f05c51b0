/* How much of the volume must have opened positions (microstructure.md section 7).
 *
 * A trade has two sides, and a side opens a position or closes one. Of a contract with open
 * interest OI0 in the morning, OI0 long and OI0 short positions stand; every contract traded since
 * adds at most one of each. Before a print with volume V before it at most OI0 + V positions can
 * therefore be closed by either of its sides: of its s contracts at least max(0, s - OI0 - V) open,
 * on each side.
 *
 * A packet of size Q is read as one taker on one side. When it starts, at most OI0 + V positions
 * stand, V the volume before its first print. While it goes on the taker buys (or sells) and makes
 * with these prints no position that he could close by them; but what others trade between its
 * prints may be his too, on the other side, so each such contract counts against it. At least
 * max(0, Q - OI0 - O) of its contracts open, O the volume of everybody else before its last print:
 * the day's volume up to and with its last print, less Q. A repeat run is a packet in this respect.
 * A package has so many as its legs have together.
 *
 * A day: the opening sides are at least max(0, V - OI0) on each side's account, out of 2 V. The
 * next morning's open interest settles it: opening sides less closing sides are twice the change,
 * so that V + change sides opened and V - change closed; a change beyond V has other causes.
 *
 * No claim is made without open interest of the day, on the last day of a contract, of an adjusted
 * one, and when the tape may lack prints of the day: a gap fell into it, or it began after both the
 * open and the time for which the interest was stated. s > OI0 and V > OI0 are weaker and say
 * nothing certain: flags, no proof. The claim is about the tape as it stood: a print reported later
 * than it was made enters the volume when it comes. */
#pragma once
#include "base/base.h"
#include "base/track.h"
#include "event/event.h"
#include "event/record.h"
#include "flow/day.h"

struct openings;

/* What the engine knows of a contract beside its trading. */
struct opening_terms {
    int32_t last_day; /* yyyymmdd: the last it trades; 0 = not known */
    bool adjusted;
};

struct openings *opening_create(void);
void opening_destroy(struct openings *o);
void opening_reset(struct openings *o);
void opening_copy(struct openings *dst, const struct openings *src);
/* Starts loading what a print of the contract will touch; changes nothing. */
void opening_prefetch(const struct openings *o, uint32_t sym);

/* The tape goes on: of every event, before the calls below. */
void opening_event(struct openings *o, const struct event *ev);
/* A print that counts for volume; returns the day's volume with it, 1e-6 contracts, INT64_MAX when
 * it cannot be told. */
int64_t opening_print(struct openings *o, uint32_t sym, int64_t ts_ns, int64_t qty);
/* A print of before counts `more` (or less, below 0) from the event `seq` on. */
void opening_revise(struct openings *o, uint32_t sym, int64_t ts_ns, int64_t more, uint64_t seq);
/* The volume up to now of the day of ts_ns, as opening_print. */
int64_t opening_volume(struct openings *o, uint32_t sym, int64_t ts_ns);
void opening_gap(struct openings *o, const struct event *ev);
/* Open interest: true when it settles the day before, which *ret then says. */
bool opening_interest(struct openings *o, const struct event *ev, struct opening_terms terms,
                      struct opening *ret);

struct opening_claim {
    int64_t min;    /* 1e-6 contracts; 0 unless OR_OK */
    uint32_t flags; /* PF_OPENING PF_OVER_OI PF_VOLUME_OVER_OI */
    uint8_t reason; /* enum opening_reason */
};
/* Of qty contracts with the last print `last_seq` at ts_ns; volume: the day's, up to and with that
 * print (more is safe, less is not). */
struct opening_claim opening_claim(struct openings *o, uint32_t sym, struct opening_terms terms,
                                   int64_t ts_ns, int64_t qty, int64_t volume, uint64_t last_seq);

/* Frames (base/track.h): contracts entry by entry, the rest in one piece. */
#define OPENING_GAPS 8
struct opening_state {
    int64_t from_ns;            /* where the tape begins */
    uint64_t raised_seq;        /* the last event that raised a volume of before */
    int32_t gaps[OPENING_GAPS]; /* days into which one fell, newest last; 0 = none */
    uint8_t feeds[256];         /* what each has brought: enum opening_feed */
};
void opening_track(struct openings *o);
struct track *opening_contracts(struct openings *o);
const struct opening_state *opening_state(const struct openings *o);
size_t opening_entry_size(void);
bool opening_load(struct openings *o, uint32_t sym, const void *entry, size_t size);
bool opening_load_state(struct openings *o, const struct opening_state *s);
