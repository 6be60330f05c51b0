/* Campaigns: the clusters of one underlying and day whose deltas point one way (microstructure.md
 * section 5). Which packets count, and what each is worth, the caller says; here they are added up
 * by underlying and direction: as long as a packet's last version counts, so does its share.
 *
 * The sums of a direction are a campaign once they hold `min` packets in at least two contracts.
 * It is told then, again each time its packets have doubled, when it has not grown for quiet_ns
 * since, when a cancel changes it, and, closed, when engine time passes the end of the day in New
 * York. Told with it is what points the other way. Start and end are those of all packets that ever
 * counted.
 *
 * Fixed memory (base/limits.h). */
#pragma once
#include "base/base.h"
#include "base/track.h"
#include "event/record.h"

struct campaign_part {
    uint64_t id; /* of the packet */
    int64_t start_ns, end_ns;
    int64_t premium;        /* 1e-9 dollars */
    int64_t delta_notional; /* 1e-9 dollars, with its sign; 0 if not valued */
    int64_t vega;           /* 1e-9 dollars a point of volatility */
    uint32_t underlying, sym;
    int8_t direction; /* +1 bullish, -1 bearish; not 0 */
    bool valued;
};

struct campaigns;

/* tell gets each version, at_seq left zero for the deck to fill; it may not call back. */
struct campaigns *campaigns_create(int64_t min, int64_t quiet_ns,
                                   void (*tell)(void *self, const struct campaign *c), void *self);
void campaigns_destroy(struct campaigns *c);
void campaigns_reset(struct campaigns *c);
void campaigns_copy(struct campaigns *dst, const struct campaigns *src); /* keeps dst's tell */

/* A packet counts as p says from now on, whatever it counted for before. revised: a cancel or
 * correction made it so. at_ns: engine time. */
void campaigns_put(struct campaigns *c, const struct campaign_part *p, int64_t at_ns, bool revised);
/* A packet counts no longer; nothing happens when it did not. */
void campaigns_drop(struct campaigns *c, uint64_t id, int64_t at_ns, bool revised);

/* Tells what is due before now_ns in order of deadline: campaigns that were quiet, then, at the end
 * of the day, all by underlying in the order they came up. As with packets: call it before what
 * happens at a later time. */
void campaigns_advance(struct campaigns *c, int64_t now_ns);
/* End of input: those that have grown are told at their deadlines; returns the last of these,
 * INT64_MIN when there was none. The day has not ended. */
int64_t campaigns_finish(struct campaigns *c);
/* Packets not counted for want of room. */
uint64_t campaigns_crowded(const struct campaigns *c);

/* Frames (base/track.h): tables by instrument, underlying and packet, and what is one of a kind. */
enum campaign_limit { CAMPAIGN_TRACKS = 3 };
struct campaign_state {
    uint64_t crowded;
    uint64_t forgotten;      /* ids up to here may have been forgotten */
    int64_t end_ns;          /* of the day; 0 = none yet */
    int32_t day;             /* yyyymmdd */
    uint32_t days;           /* seen so far */
    uint32_t head;           /* packets of the day, those forgotten too */
    uint32_t oldest, newest; /* sums that have grown since they were told: place plus one */
    uint32_t pad;
};
void campaigns_track(struct campaigns *c);
void campaigns_tracks(struct campaigns *c, struct track *ret[CAMPAIGN_TRACKS]);
size_t campaigns_entry_size(int track);
struct campaign_state campaigns_state(const struct campaigns *c);
/* Loading: entries over what is there, then the end. False when they cannot be. */
bool campaigns_load(struct campaigns *c, int track, uint32_t i, const void *entry, size_t size);
bool campaigns_loaded(struct campaigns *c, const struct campaign_state *s);
