/* What a day of the synthetic market is like, as a row of figures (data/market_profiles.tsv). */
#pragma once
#include "base/base.h"

enum regime {
    REGIME_QUIET,
    REGIME_USUAL,
    REGIME_BUSY,
    REGIME_RISE,
    REGIME_FALL,
    REGIME_PANIC,
    REGIME_COUNT
};

/* Orders in options. */
enum order_kind {
    ORDER_SINGLE,
    ORDER_FILL_RUN,
    ORDER_SWEEP,
    ORDER_ISO_SWEEP,
    ORDER_BLOCK,
    ORDER_PACKAGE,
    ORDER_ROLL,
    ORDER_STOCK_TIED,
    ORDER_RETAIL_AUCTION,
    ORDER_CROSS,
    ORDER_FLOOR,
    ORDER_COMPRESSION,
    ORDER_KINDS
};

/* Orders worked over minutes, in options (repeat) and stocks. */
enum campaign_kind { CAMPAIGN_REPEAT, CAMPAIGN_HIDDEN, CAMPAIGN_ABSORPTION, CAMPAIGN_KINDS };

/* Faults of a feed: id, key of the address, sentence. Figures are in a million events. */
#define FAULTS(X)                                                                                  \
    X(LATE, "late", "prints that arrive seconds later and are marked late, in a million")          \
    X(DUPLICATE, "duplicate", "events that arrive twice, in a million")                            \
    X(CANCEL, "cancel", "prints that are cancelled later, in a million")                           \
    X(CORRECT, "correct", "prints that are corrected later, in a million")                         \
    X(REORDER, "reorder", "events that others overtake by milliseconds, in a million")             \
    X(CROSSED, "crossed", "quotes that cross for a moment, in a million")                          \
    X(LOCKED, "locked", "quotes that lock for a moment, in a million")                             \
    X(GAP, "gap", "losses of some events with a gap told, in a million")                           \
    X(DISCONNECT, "disconnect", "losses of the line for seconds, in a million")                    \
    X(CLOCK_STEP, "clock_step", "steps back of the recorder's clock, in a million")                \
    X(BURST, "burst", "seconds with 500000 quotes more, in a million")

enum fault {
#define X(id, key, sentence) FAULT_##id,
    FAULTS(X)
#undef X
        FAULT_COUNT
};

struct profile {
    char name[12];
    uint32_t pace_permille; /* events against the rate asked for */
    uint32_t vol_permille;  /* volatility of paths and of option values */
    uint32_t buy_permille, call_permille;
    uint32_t near_permille;             /* of options picked: from the nearest expiry */
    uint32_t size_permille;             /* of orders in options */
    uint32_t halts_day;                 /* mean number of halted stocks a day */
    uint32_t regimes[REGIME_COUNT];     /* weights */
    uint32_t orders[ORDER_KINDS];       /* weights */
    uint32_t campaigns[CAMPAIGN_KINDS]; /* started an hour at 5000 events a second */
    uint32_t faults[FAULT_COUNT];       /* in a million events */
    uint32_t skew_us;                   /* quotes are stamped this much ahead of prints */
};

extern const struct profile market_profiles[];
extern const size_t market_profiles_n;
