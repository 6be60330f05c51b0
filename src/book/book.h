/* The quote book: for each instrument the quotes in force, newest first, so that a print can be
 * joined to what stood at its execution even when it arrives late. Fixed memory: the newest quote
 * sits in the instrument's slot, older ones in one ring shared by all.
 *
 * A consolidated quote (venue 0) is taken as the NBBO. Where an instrument only has venue quotes,
 * the NBBO is built from them: best bid and ask over venues, each with the event that showed it. */
#pragma once
#include "base/base.h"
#include "base/track.h"
#include "event/event.h"

struct nbbo {
    int64_t bid, ask;          /* 1e-9 dollars, PX_NONE = none */
    int64_t bid_qty, ask_qty;  /* 1e-6, at the best */
    int64_t ts_ns;             /* event time from which it stood */
    uint64_t bid_seq, ask_seq; /* events that showed each side ... */
    int64_t bid_ns, ask_ns;    /* ... and their event times */
    int64_t under_sum; /* options: bid + ask of the underlying when this arrived, 0 = not known */
};

enum book_answer {
    BOOK_FOUND,
    BOOK_NONE,    /* no quote at or before that time */
    BOOK_HISTORY, /* there was one, but it has left the ring */
};

struct book;

struct book *book_create(void);
void book_destroy(struct book *b);
void book_reset(struct book *b);
void book_copy(struct book *dst, const struct book *src);

/* Starts loading what the instrument's next quote or print will touch; changes nothing. */
void book_prefetch(const struct book *b, uint32_t sym);

/* Takes a quote event (seq given). A quote older than the newest one is filed at its place.
 * underlying: for options the symbol whose price at this moment is remembered; 0 = none. */
void book_quote(struct book *b, const struct event *ev, uint32_t underlying);

/* The quote of an instrument in force at ts_ns: the latest with event time <= ts_ns; of equal
 * stamps the last to arrive. Written only on BOOK_FOUND. */
enum book_answer book_asof(const struct book *b, uint32_t sym, int64_t ts_ns, struct nbbo *ret);

/* An instrument has had a quote that makes or made its NBBO. */
bool book_quoted(const struct book *b, uint32_t sym);

/* The quote of one venue, when its newest one stood at ts_ns already: older ones are not kept, and
 * a later one is never answered. false: none, or it has changed since. */
bool book_venue_asof(const struct book *b, uint32_t sym, uint16_t venue, int64_t ts_ns,
                     struct nbbo *ret);

/* Event time of the newest quote of any instrument of the kind (EV_OPTION_QUOTE, EV_EQUITY_QUOTE);
 * INT64_MIN before the first. Tells whether the feed was alive. */
int64_t book_alive_ns(const struct book *b, enum event_kind quote_kind);

/* Frames of the state (base/track.h): slots of instruments and quotes of venues. What lies in the
 * history is not in a frame; it is made again by taking the quotes that led there once more, as
 * many as LIMIT_QUOTE_HISTORY entries. */
#define BOOK_TRACKS 2
struct book_state { /* beside the entries */
    uint64_t head;  /* entries that ever went into the history */
    int64_t alive_ns[2];
    uint64_t nodes; /* venue quotes in use */
};
void book_track(struct book *b); /* begins tracking; before the first event */
size_t book_tracks(struct book *b, struct track *ret[BOOK_TRACKS]);
struct book_state book_state(const struct book *b);
size_t book_entry_size(size_t track); /* bytes of an entry of that array */
/* Loading: entries over what is there, then the state; false when something cannot be.
 * keep_history: what the ring holds is what led to this state; otherwise it is blank. */
bool book_load(struct book *b, size_t track, uint32_t i, const void *entry, size_t size);
bool book_loaded(struct book *b, const struct book_state *state, bool keep_history);
/* Since the load an answer would have needed what is blank: answers may differ from those of a book
 * that saw everything. */
bool book_asked(const struct book *b);
