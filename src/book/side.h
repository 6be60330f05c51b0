/* Where a print stands in its quote, whether that quote can be trusted, and who the taker was: the
 * live rule stacks of microstructure.md section 3. All comparisons are in integers. */
#pragma once
#include "base/base.h"
#include "book/book.h"
#include "event/record.h"

struct side_policy {
    int64_t stale_ns;      /* a quote may stand longer while its feed is alive */
    int64_t stale_move_bp; /* underlying move since the quote that makes it stale, 1/100 percent */
    int64_t wide_pct, wide_ticks; /* wide = above both; ticks of one cent */
};

/* Placement of price p in bid b and ask a; PL_NONE when a side is missing or the quote is locked or
 * crossed. Section 2: below bid lo mid hi ask above. */
enum placement side_place(int64_t p, int64_t b, int64_t a);

/* State of a quote by its prices and sizes alone (not staleness). zero_bid_ok: options, where a
 * zero bid beside a live ask is an ordinary market. */
enum quote_state side_quote_state(const struct nbbo *q, const struct side_policy *policy,
                                  bool zero_bid_ok);

/* The quote rule: sign of 2p - a - b. */
int side_quote_rule(int64_t p, int64_t b, int64_t a);
/* Quote rule outside the middle band of 40-60 % of the spread, 0 inside (QMP, section 3). */
int side_band_rule(int64_t p, int64_t b, int64_t a);
/* At the midpoint: +1 when the ask shows more, -1 when less, 0 equal. */
int side_depth_rule(int64_t bid_qty, int64_t ask_qty);

/* Trade size (Grauer, Schuster, Uhrig-Homburg 2023): a print of exactly the size shown on one side
 * of its venue fills a customer's resting order whole, so the customer stands on that side: +1 when
 * qty = bid size, -1 when qty = ask size; 0 when both or neither. */
int side_size_rule(int64_t qty, int64_t bid_qty, int64_t ask_qty);

struct side_answer {
    int8_t side;
    uint8_t rule, reason, confidence; /* enum side_rule, enum side_reason, percent */
};

/* Options: trade size, quote, quote of the venue, depth, depth of the venue; the last three only at
 * the midpoint of the NBBO. join gives quote, placement and size; venue: the quote of the print's
 * own venue in force then, NULL = none. use: cond_use bits. index: an index option, long_dated:
 * over twelve months to expiry (both lower confidence, section 3). */
struct side_answer side_option(const struct join *j, int64_t px, const struct nbbo *venue,
                               uint16_t use, bool index, bool long_dated);
/* Lit equities: quote, then tick (tick: sign of the last price change before this print, 0 none).
 * Off-exchange: the band rule. */
struct side_answer side_equity(const struct join *j, int64_t px, uint16_t use, int tick);

/* The reason a condition family (enum cond_family) forbids a side; SR_OK when it does not. */
enum side_reason side_family_reason(uint8_t family);
