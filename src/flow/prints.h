/* The prints of the recent past, each with what was said of it, so that a cancel or a correction
 * can find its print and the neighbours it touches. One ring for all instruments; within an
 * instrument they hang in a chain from the newest back. What has left the ring can no longer be
 * repaired. */
#pragma once
#include "base/base.h"
#include "event/event.h"
#include "event/record.h"

struct past_print {
    struct join join; /* the version in force */
    int64_t ts_ns, recv_ns;
    uint64_t id;
    uint64_t older;    /* position of the instrument's previous print, 0 = none */
    uint64_t group;    /* a leg's: those it came in with (package.h); 0 = none */
    int64_t marked_ns; /* engine time at which its packet was marked as a leg; INT64_MIN = never */
    /* What the stages knew of the instrument just before this print: */
    int64_t before_ns; /* options: latest execution time, INT64_MIN = none */
    int64_t before_px; /* equities: last sale */
    /* Options: the quote of the print's own venue then, where it was known. */
    int64_t own_bid, own_ask, own_bid_qty, own_ask_qty;
    uint32_t sym;
    uint16_t venue, use; /* use: cond_use bits */
    char cond[4];
    uint16_t cond_other;
    char tape;
    uint8_t print_flags; /* enum print_flag */
    int8_t before_sign;  /* equities: tick sign; 2 = no last sale yet */
    bool option, own;    /* own: own_bid.. hold */
    bool seen_again;     /* a copy came after a reconnect */
    bool doubtful;       /* see prints_asked */
    bool leg;            /* its mark says that it is a leg: `group` decides about its packet */
};

struct prints;

struct prints *prints_create(void);
void prints_destroy(struct prints *p);
void prints_reset(struct prints *p);
void prints_copy(struct prints *dst, const struct prints *src);

/* Starts loading what adding a print of the instrument will touch; changes nothing. */
void prints_prefetch(const struct prints *p, uint32_t sym);
/* Remembers a print; the entry stays valid until LIMIT_PRINT_HISTORY further prints. */
struct past_print *prints_add(struct prints *p, const struct past_print *print);

/* Newest print of an instrument and the one before another; NULL when none is left. */
struct past_print *prints_newest(const struct prints *p, uint32_t sym);
struct past_print *prints_older(const struct prints *p, const struct past_print *of);

/* By position, from 1: prints of all instruments in the order they came. NULL when it is not
 * remembered, also where a frame left it blank (see prints_ask). */
struct past_print *prints_at(const struct prints *p, uint64_t position);
/* The same for an answer that depends on it: a blank is noted, see prints_asked. */
struct past_print *prints_ask(const struct prints *p, uint64_t position);
/* Where an entry stands, until it is forgotten. */
uint64_t prints_place(const struct prints *p, const struct past_print *of);

/* The print of an instrument with a venue's id (venue 0 = any); NULL when not remembered. */
struct past_print *prints_by_id(const struct prints *p, uint32_t sym, uint16_t venue, uint64_t id);
/* The newest print not yet cancelled with these values, or the oldest; NULL when there is none.
 * *ret_again: there was one, but it has been cancelled. */
struct past_print *prints_equal(const struct prints *p, uint32_t sym, uint16_t venue, int64_t px,
                                int64_t qty, bool oldest, bool *ret_again);

/* Is this event a copy of a remembered print with the same id (id not 0), time, price and size? */
bool prints_has(const struct prints *p, const struct event *ev);

/* Frames hold none of this: it is made again from the prints that led there, as many as
 * LIMIT_PRINT_HISTORY. prints_head: how many were ever remembered. */
uint64_t prints_head(const struct prints *p);
/* The state of a frame, of that clock, has been loaded around this. keep_history: what is
 * remembered led to it (false when the numbers differ); otherwise what came before is blank. */
bool prints_loaded(struct prints *p, uint64_t head, int64_t clock_ns, bool keep_history);
/* After a load without history: what the instrument printed before this one is blank, but all of it
 * came more than gap_ns earlier. Where that suffices nothing blank need be asked for. */
bool prints_far(const struct prints *p, const struct past_print *of, int64_t gap_ns);
/* Since the load an answer would have needed what is blank, or what such an answer has touched. */
bool prints_asked(const struct prints *p);
