/* What the prints of a session were and how they were read, counted: the figures of data health.
 * Filled from a recording as it runs, or from its file. Plain memory, no pointers. */
#pragma once
#include "event/event.h"
#include "event/ident.h"
#include "event/record.h"

#define TALLY_OTHERS 64 /* different unknown conditions told apart; more are counted together */
#define TALLY_FEEDS  64

struct tally_venue {
    uint64_t prints;
    int64_t qty; /* 1e-6; stays at INT64_MAX when it would pass it */
};
struct tally_market {
    uint64_t prints, cancelled; /* cancelled prints are in nothing below */
    int64_t qty;
    uint64_t states[QS_COUNT], sides[3] /* sell none buy */, reasons[SR_COUNT];
    uint64_t confidence[10]; /* signed prints by tens of percent; 100 counts with 90-99 */
    uint64_t families[16];   /* enum cond_family, or enum price_mode */
    uint64_t flags[8];       /* by bit of enum join_flag */
    uint64_t off_subpenny;   /* off-exchange prints that are no whole cent */
    uint64_t conds[128];     /* by letter */
    struct tally_venue off, venues[256]; /* off-exchange together; by venue id */
};
struct print_tally {
    struct tally_market option, equity;
    struct {
        uint16_t code; /* ident_code; 0 = the rest */
        bool option;
        uint64_t n;
    } others[TALLY_OTHERS + 1];
    size_t n_others;
    uint64_t feeds[TALLY_FEEDS][2]; /* prints by feed: options, equities */
};

/* Adds n prints alike, with qty (1e-6) in all. Of ev the venue, conditions and feed count; of j the
 * verdict; j NULL = not joined. */
void tally_add(struct print_tally *t, const struct event *ev, const struct join *j, uint64_t n,
               int64_t qty);

/* Gives every figure that is not zero: name such as "equity.off_exchange.prints", value as exact
 * decimal, part of its group in 1e-9, or -1. idents name the unknown conditions. */
typedef void tally_put(void *self, const char *name, const char *value, int64_t part);
void tally_each(const struct print_tally *t, const struct idents *idents, tally_put *put,
                void *self);
