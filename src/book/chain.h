/* Option chains: the strikes of one underlying, expiry and settlement with their calls and puts,
 * and the forward price they imply by put-call parity (microstructure.md section 9):
 *
 *     F = K + (C - P) / D, from midpoints at the strike where |C - P| is least.
 *
 * A chain lists what has had a quote. It remembers its last forward, which holds for refresh_ns of
 * event time while the underlying's quote stays; that and the strike it came from are state and go
 * into frames (base/track.h). The lists follow from the book and are made again. */
#pragma once
#include "book/book.h"
#include "book/side.h"
#include "event/record.h"
#include "event/symbol.h"

struct chain_policy {
    int64_t rate_bp;         /* continuous, 1/100 percent a year; D = exp(-rate * T) */
    int64_t refresh_ns;      /* a forward holds this long */
    struct side_policy side; /* what makes a quote wide */
};

struct chains;

struct chains *chains_create(void);
void chains_destroy(struct chains *c);
void chains_reset(struct chains *c);
void chains_copy(struct chains *dst, const struct chains *src);

/* The chain an option belongs to, made when it is new; 0 when there is no room for another
 * (LIMIT_CHAINS). Its settlement must be known and its expiry valid. */
uint32_t chains_find(struct chains *c, const struct instrument *in);
/* Lists a contract, once it has had a quote; again changes nothing. Of two with the same right and
 * strike the older symbol stands. */
void chains_add(struct chains *c, uint32_t chain, const struct instrument *in);

/* The forward price of a chain as of ns and where it comes from: from parity over quotes that are
 * two-sided, neither locked nor crossed nor wide; else from the underlying's quote, grown at the
 * rate; else from parity over wide quotes; else there is none and the source says why. */
enum forward_source chains_forward(struct chains *c, const struct book *b,
                                   const struct chain_policy *policy, uint32_t chain, int64_t ns,
                                   int64_t *ret_px);
int64_t chains_expiry_ns(const struct chains *c, uint32_t chain);

/* Frames: the chains with what they remember. */
void chains_track(struct chains *c); /* begins tracking; before the first event */
struct track *chains_tracked(struct chains *c);
size_t chains_entry_size(void);
/* Loading: entries over what is there, false when one cannot be; then the lists are empty, and
 * what has had a quote must be added again. */
bool chains_load(struct chains *c, uint32_t i, const void *entry, size_t size);
void chains_loaded(struct chains *c);
