/* Every capacity, with its reason and what happens when it is full. */
#pragma once

/* Dense ids for equity symbols and option contracts of one session. OPRA lists about 1.4 million
 * series; full: a new name is rejected with the reason `too_many_instruments`, counted. */
#define LIMIT_INSTRUMENTS (1u << 21)

/* Quotes kept behind the newest one of each instrument, shared by all; full: the oldest is
 * overwritten, and a print older than what is left joins no quote (reason `history`). */
#define LIMIT_QUOTE_HISTORY (1u << 18)

/* Venue quotes in force, one node per instrument and venue. Full: a further venue's quotes do not
 * enter the built NBBO (they are still recorded). */
#define LIMIT_VENUE_QUOTES (1u << 20)

/* Prints kept behind for cancels, corrections and copies, shared by all instruments: some minutes
 * of a busy market. Full: the oldest is forgotten; a cancel of it has no target (counted). */
#define LIMIT_PRINT_HISTORY (1u << 18)

/* Option chains (an underlying, expiry and settlement each): OPRA lists some 6,000 names with ten
 * to twenty expiries. Full: packets of further chains have no forward price (source `no_room`). */
#define LIMIT_CHAINS (1u << 17)

/* Open packets at once: prints of one gap (100 ms) at a million prints/s. Full: the oldest open
 * packet is closed early, flagged `incomplete`, counted. */
#define LIMIT_OPEN_PACKETS (1u << 17)

/* Repeat runs: trains of small packets and their parts, live ones and, for repairs, runs that have
 * ended; 65 MB when full. Full: the run that ended first is forgotten, then the train that would
 * end first ends early (a run `incomplete`), counted. */
#define LIMIT_REPEAT_TRAINS (1u << 17)
#define LIMIT_REPEAT_PARTS  (1u << 17)

/* Underlyings with campaigns: some 6,000 have listed options. Full: a further one has none,
 * counted.
 */
#define LIMIT_UNDERLYINGS (1u << 14)

/* Packets remembered that count in campaigns of the day: sweeps, blocks, repeat runs, packages.
 * Full: the oldest is forgotten; its share stays, and a cancel of it changes no campaign. */
#define LIMIT_CAMPAIGN_PACKETS (1u << 17)

/* Cells of baselines (symbol x days to expiry x time of day), 480 bytes each: 6,000 names with 20
 * in use. Full: packets of further cells have no rarity (reason `no_room`). */
#define LIMIT_BASELINE_CELLS (1u << 17)

/* Prints that wait to be read as legs: those of some 10 ms at a million prints/s. Full: the group
 * that waits longest closes early, flagged `incomplete`, counted. */
#define LIMIT_WAITING_LEGS (1u << 15)

/* Bytes between loop and store writer: about 200,000 events, a second of an OPRA burst. Full: pull
 * feeds are not polled and sockets not read until there is room; nothing is dropped. */
#define LIMIT_STORE_RING (32u << 20)

/* Live rows kept in memory for each tape; older ones are read from the session file. */
#define LIMIT_TAPE_ROWS (1u << 14)

/* One line of a text feed; longer ones are rejected with the reason `too_long`. */
#define LIMIT_LINE (64u << 10)

/* msgpack from outside: message bytes, nesting, array and map lengths, string bytes. */
#define LIMIT_MP_MESSAGE (1u << 20)
#define LIMIT_MP_DEPTH   16
#define LIMIT_MP_ARRAY   65536
#define LIMIT_MP_MAP     1024
#define LIMIT_MP_STRING  65536
