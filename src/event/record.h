/* What the deck derives, as fixed-size records without pointers, each tied to the events it came
 * from by sequence number. The digest runs over these bytes, so every byte is defined: fill them
 * from a zeroed struct. */
#pragma once
#include "base/base.h"

enum quote_state { QS_NONE, QS_OK, QS_LOCKED, QS_CROSSED, QS_WIDE, QS_STALE, QS_COUNT };
enum placement { PL_NONE, PL_BELOW, PL_BID, PL_LO, PL_MID, PL_HI, PL_ASK, PL_ABOVE, PL_COUNT };

/* Why a print has no side, or what lowers confidence in it: id, JSON text, sentence. */
#define SIDE_REASONS(X)                                                                            \
    X(OK, "", "signed by the rule named")                                                          \
    X(NO_QUOTE, "no_quote", "no quote at or before the print")                                     \
    X(HISTORY, "history", "the quote in force then is no longer in memory")                        \
    X(LOCKED, "locked", "bid equals ask, so the quote names no side")                              \
    X(CROSSED, "crossed", "bid above ask: the quote cannot be trusted")                            \
    X(WIDE, "wide", "spread too wide to place the print")                                          \
    X(STALE, "stale", "the quote is older than the staleness limit")                               \
    X(ONE_SIDED, "one_sided", "the quote has no bid or no ask")                                    \
    X(AT_MID, "at_mid", "at the midpoint, and nothing else names a side")                          \
    X(MID_BAND, "mid_band", "inside the 40-60 % band of the spread or of the cent")                \
    X(NO_TICK, "no_tick", "no different price to compare with, and the quote names no side")       \
    X(AUCTION, "auction", "an auction print: the taker cannot be read from the quote")             \
    X(CROSS, "cross", "a crossed print: both sides were one order pair")                           \
    X(MULTI_LEG, "multi_leg", "a leg of a package: its own price names no side")                   \
    X(STOCK_TIED, "stock_tied", "a leg tied to stock: its own price names no side")                \
    X(PROPRIETARY, "proprietary", "a proprietary floor package; may be outside the quote")         \
    X(COMPRESSION, "compression", "a compression trade, not a trading decision")                   \
    X(LATE, "late", "reported late or out of sequence")                                            \
    X(CANCELLED, "cancelled", "a cancel, not a trade")                                             \
    X(PRICE_MODE, "price_mode", "its price was not made by the market at that moment")             \
    X(UNKNOWN_COND, "unknown_condition", "a sale condition not in our tables")                     \
    X(OUT_OF_RULE, "out_of_rule", "the rule asked for says nothing about such a print")            \
    X(NO_SIZE, "no_size", "its size is not that of exactly one side of the quote")                 \
    X(DISAGREE, "disagree", "its size names one side, its place in the quote the other")           \
    X(NO_PRICE, "no_price", "a price of zero or less was not paid for a share")

enum side_reason {
#define X(id, name, sentence) SR_##id,
    SIDE_REASONS(X)
#undef X
        SR_COUNT
};

/* Up to RULE_DEPTH_VENUE the live stacks sign by them (book/side.h); the rest only sign for
 * research (book/classic.h). */
enum side_rule {
    RULE_NONE,
    RULE_QUOTE,
    RULE_DEPTH,
    RULE_TICK,
    RULE_QMP,
    RULE_SIZE,
    RULE_QUOTE_VENUE,
    RULE_DEPTH_VENUE,
    RULE_REVERSE_TICK,
    RULE_LR,
    RULE_EMO,
    RULE_CLNV,
    RULE_BJZZ,
    RULE_COUNT
};

/* What later events did to a print. */
enum revision { REV_NONE, REV_CANCELLED, REV_CORRECTED, REV_COUNT };

/* One print, joined to the quote in force at its execution. Emitted once when the print arrives and
 * again, with by_seq set, each time a later cancel or correction changes what it says (its price or
 * size, its packet, its side by the tick rule): the last version as of a playhead is in force. */
struct join {
    uint64_t seq;              /* the print */
    uint64_t by_seq;           /* the event that made this version; 0 = the first */
    int64_t px, qty;           /* in force: the print's own, or the correction's; as struct print */
    uint64_t bid_seq, ask_seq; /* events that showed bid and ask (one for an NBBO); 0 = none */
    int64_t bid, ask;          /* 1e-9 dollars, PX_NONE = none */
    int64_t bid_qty, ask_qty;  /* 1e-6 */
    int64_t quote_ns;          /* event time of the newer of the two; 0 = none */
    /* The same at the time of report, for off-exchange prints that give one; else 0, PX_NONE. */
    uint64_t report_bid_seq, report_ask_seq;
    int64_t report_bid, report_ask;
    uint64_t packet;  /* id of the packet the print belongs to; 0 for equities, cancelled prints */
    int64_t notional; /* 1e-9 dollars: price x size x multiplier; INT64_MAX = too large */
    int8_t side;      /* +1 taker bought, -1 sold, 0 none */
    uint8_t state, placement, rule, reason; /* the enums above */
    uint8_t confidence;                     /* percent; 0 with side 0 */
    uint8_t family;                         /* enum cond_family, or enum price_mode for equities */
    uint8_t flags;                          /* enum join_flag */
    uint8_t placement_report;               /* enum placement */
    uint8_t revision;                       /* enum revision */
    uint8_t pad[6];
};
static_assert(sizeof(struct join) == 152, "no padding that is not named");
enum join_flag {
    JOIN_OFF_EXCHANGE = 1 << 0,
    JOIN_SUBPENNY = 1 << 1,
    JOIN_ZERO_BID = 1 << 2,
    JOIN_LATE = 1 << 3, /* arrived after a print of the same contract with a later execution time */
    JOIN_BLOCK = 1 << 4,
    JOIN_ODD_LOT = 1 << 5,
    JOIN_DEGRADED =
        1 << 6, /* made while a feed had a gap: its quote or its packet may lack something */
    JOIN_ADJUSTED = 1 << 7, /* an adjusted series: nothing is claimed of its premium */
};

enum packet_kind {
    PK_SINGLE,
    PK_FILL_RUN,
    PK_SWEEP,
    PK_BLOCK,
    PK_REPEAT,  /* small orders of one size, one after the other: one parent order, perhaps */
    PK_PACKAGE, /* legs of one multi-leg order, marked so by the exchange */
    PK_KIND_COUNT
};
enum packet_grade { PG_NONE, PG_ISO, PG_APPARENT, PG_FLAGGED, PG_INFERRED, PG_COUNT };
/* AMENDED: a member was cancelled or corrected and the packet is now this. RETRACTED: it is none.
 * MERGED: it is a member of the repeat run `parent` and no top reading any more. */
enum packet_state {
    PS_OPEN,
    PS_CLOSED,
    PS_INCOMPLETE,
    PS_AMENDED,
    PS_RETRACTED,
    PS_MERGED,
    PS_COUNT
};
enum packet_flag {
    PF_LATE = 1 << 0,
    PF_AUCTION = 1 << 1,
    PF_CROSS = 1 << 2,
    PF_FLOOR = 1 << 3,
    PF_EXTENDED = 1 << 4,
    PF_ZERO_BID = 1 << 5,
    PF_WIDE = 1 << 6,
    PF_MULTI_LEG = 1 << 7,
    PF_STOCK_TIED = 1 << 8,
    PF_DEGRADED = 1 << 9,
    PF_ADJUSTED = 1 << 10,       /* of an adjusted series: its premium makes it no block */
    PF_RETAIL_PROXY = 1 << 11,   /* a small single-leg auction print */
    PF_ROLL_CANDIDATE = 1 << 12, /* may be close-and-open or two openings */
    PF_LEG_CANDIDATE = 1 << 13,  /* also read as a leg of an inferred structure */
    PF_OVER_OI = 1 << 14,        /* larger than the morning's open interest: no proof of opening */
    PF_VOLUME_OVER_OI = 1 << 15, /* the day's volume is above it: weaker still */
    PF_OPENING = 1 << 16,        /* proven opening minimum above zero */
};

/* Why a packet or structure has no direction. */
#define DIRECTION_REASONS(X)                                                                       \
    X(OK, "", "follows from the taker's side")                                                     \
    X(NO_SIDE, "no_side", "the taker's side is not known")                                         \
    X(CONDITION, "condition", "its sale condition bars a direction")                               \
    X(UNRESOLVED, "unresolved", "its legs form no structure known here")                           \
    X(AMBIGUOUS, "ambiguous", "its legs fit more than one structure")                              \
    X(NO_MARKET, "no_market", "a leg has no two-sided market")                                     \
    X(OUTSIDE, "outside", "the net price lies outside the market of the whole package")            \
    X(BALANCED, "balanced", "the net price is too near the middle of the package's market")        \
    X(VOLATILITY, "volatility", "a position in volatility rather than direction")                  \
    X(ROLL, "roll", "a roll: it may close and open, or open twice")                                \
    X(NEUTRAL, "neutral", "a position without a direction")                                        \
    X(HEDGED, "hedged", "tied to stock, which takes the direction out")                            \
    X(NO_DELTA, "no_delta", "its delta cannot be told")

enum direction_reason {
#define X(id, name, sentence) DR_##id,
    DIRECTION_REASONS(X)
#undef X
        DR_COUNT
};

/* Why no opening minimum is stated (microstructure.md section 7). */
#define OPENING_REASONS(X)                                                                         \
    X(OK, "", "from its size, the morning's open interest and the volume before it")               \
    X(NO_OI, "no_open_interest", "no open interest is known for the day")                          \
    X(EXPIRING, "expiring", "the contract expires that day")                                       \
    X(ADJUSTED, "adjusted", "an adjusted contract")                                                \
    X(REVISED, "revised", "a cancel or correction changed it")                                     \
    X(GAP, "gap", "prints of the day may be missing")

enum opening_reason {
#define X(id, name, sentence) OR_##id,
    OPENING_REASONS(X)
#undef X
        OR_COUNT
};

/* Where the forward price of a packet comes from, or why there is none (section 9). */
#define FORWARD_SOURCES(X)                                                                         \
    X(NONE, "none", "not asked")                                                                   \
    X(PARITY, "parity", "from calls and puts of its expiry by put-call parity")                    \
    X(SPOT, "spot", "from the underlying's quote and the rate; dividends are not in it")           \
    X(NO_UNDERLYING, "no_underlying",                                                              \
      "neither the underlying nor both rights at a strike have a live quote")                      \
    X(EXPIRED, "expired", "no time is left to expiry")                                             \
    X(ADJUSTED, "adjusted_series", "an adjusted contract: its deliverable is not known")           \
    X(UNSETTLED, "unknown_settlement", "a FLEX index contract: how it settles is not known")       \
    X(NO_ROOM, "no_room", "more chains than there is room for")

enum forward_source {
#define X(id, name, sentence) FS_##id,
    FORWARD_SOURCES(X)
#undef X
        FS_COUNT
};

/* Why a packet has no rarity. */
enum rarity_reason { RR_OK, RR_COLD, RR_FULL, RR_NONE, RR_COUNT };

/* Structures (section 6, 5): id, JSON word, and for people. A side of +1 means the taker buys it,
 * -1 that he sells it, in the sense `bought` says. */
#define SHAPES(X)                                                                                  \
    X(NONE, "", "", "")                                                                            \
    X(CALL_VERTICAL, "call_vertical", "call vertical", "the lower strike bought")                  \
    X(PUT_VERTICAL, "put_vertical", "put vertical", "the higher strike bought")                    \
    X(CALENDAR, "calendar", "calendar", "the far expiry bought")                                   \
    X(DIAGONAL, "diagonal", "diagonal", "the far expiry bought")                                   \
    X(STRADDLE, "straddle", "straddle", "both bought")                                             \
    X(STRANGLE, "strangle", "strangle", "both bought")                                             \
    X(RISK_REVERSAL, "risk_reversal", "risk reversal", "the call bought")                          \
    X(COLLAR, "collar", "collar", "the put bought, the call sold, stock held")                     \
    X(BUTTERFLY, "butterfly", "butterfly", "the wings bought")                                     \
    X(IRON_BUTTERFLY, "iron_butterfly", "iron butterfly", "the wings bought")                      \
    X(CONDOR, "condor", "condor", "the wings bought")                                              \
    X(IRON_CONDOR, "iron_condor", "iron condor", "the wings bought")                               \
    X(BOX, "box", "box", "the lower call bought")                                                  \
    X(JELLY_ROLL, "jelly_roll", "jelly roll", "the far synthetic bought")                          \
    X(CONVERSION, "conversion", "conversion", "the put bought, the call sold, stock bought")       \
    X(REVERSAL, "reversal", "reversal", "the call bought, the put sold, stock sold")               \
    X(RATIO, "ratio", "ratio spread", "the smaller leg bought")                                    \
    X(BACKSPREAD, "backspread", "backspread", "the larger leg bought")                             \
    X(LADDER, "ladder", "ladder", "one bought, two sold")                                          \
    X(STOCK_TIED, "stock_tied", "stock-tied", "the option bought")                                 \
    X(UNRESOLVED, "unresolved", "unresolved", "")

enum shape {
#define X(id, name, words, bought) SHAPE_##id,
    SHAPES(X)
#undef X
        SHAPE_COUNT
};
enum structure_class {
    SC_NONE,
    SC_DIRECTIONAL,
    SC_VOLATILITY,
    SC_ROLL,
    SC_NEUTRAL,
    SC_HEDGED,
    SC_COUNT
};

/* Prints read as one parent order: one contract, one side, near time. */
struct packet {
    uint64_t id;     /* seq of its first print: the same whenever derived again */
    uint64_t at_seq; /* last event the deck had seen when this was emitted */
    int64_t at_ns; /* engine time of emission: the deadline, or recv of the event that closed it */
    uint64_t last_seq;             /* last member; members lie within id..last_seq */
    int64_t start_ns, end_ns;      /* execution time of the earliest and the latest member */
    int64_t qty;                   /* 1e-6 contracts, sum of members */
    int64_t premium;               /* 1e-9 dollars, sum over members of price x size x multiplier */
    __int128 px_qty;               /* sum of px*qty (1e-15): vwap = px_qty / qty exactly */
    int64_t px_lo, px_hi, px_last; /* 1e-9 */
    uint64_t venues;               /* bit = venue id - first option venue */
    uint32_t sym;
    uint32_t members;
    uint16_t levels; /* distinct price levels (changes of price in member order, plus one) */
    uint16_t isos;   /* members with the ISO mark */
    int8_t side;
    uint8_t kind, grade, state; /* the enums above */
    uint8_t reason;             /* enum side_reason: why no side; of the first member */
    uint8_t confidence;         /* percent, the lowest of its members */
    uint8_t family;             /* enum cond_family of the first member */
    uint8_t split;              /* enum packet_split: why it ended */
    uint32_t flags;             /* enum packet_flag */
    uint64_t by_seq;            /* the cancel or correction that made this version; 0 = the first */
    uint64_t parent;            /* MERGED: the repeat run it belongs to; else 0 */
    int64_t opening_min;        /* 1e-6 contracts, proven; holds with opening_reason OR_OK */
    int64_t forward_px; /* 1e-9 dollars, of the underlying at expiry, as of end_ns; 0 = none */
    int64_t net_px;     /* PACKAGE: price of one unit, paid by the side that buys it, 1e-9 */
    uint32_t rarity_k;  /* of rarity_n packets seen before of this symbol, days to expiry */
    uint32_t rarity_n;  /* and hour, so many had at least its premium; RR_OK */
    uint32_t others;    /* REPEAT: prints of the contract in its span that are not its own */
    int8_t direction;   /* +1 bullish, -1 bearish */
    uint8_t direction_reason; /* the enums above */
    uint8_t opening_reason, forward_source, rarity_reason;
    uint8_t shape, class; /* PACKAGE: enum shape, enum structure_class */
    uint8_t legs;         /* PACKAGE: contracts in it */
    /* Whole contracts traded on the day up to and with its last member (of a repeat run up to its
     * emission); UINT32_MAX = at least so many; 0 = not stated. */
    uint32_t day_volume;
};
static_assert(sizeof(struct packet) == 208, "no padding that is not named");
/* Why a packet ended. */
enum packet_split {
    SPLIT_DEADLINE,
    SPLIT_GAP,
    SPLIT_SPAN,
    SPLIT_IMPROVED,
    SPLIT_VENUE,
    SPLIT_FAMILY,
    SPLIT_FULL,
    SPLIT_END,
    SPLIT_ALONE,
    SPLIT_OTHERS, /* repeat runs */
    SPLIT_COUNT
};

#define STRUCTURE_LEGS 4
/* A leg: the prints of one contract in a structure. */
struct leg {
    uint64_t seq;     /* first print; of an inferred structure: the id of its packet */
    int64_t qty;      /* 1e-6 contracts */
    int64_t px;       /* volume-weighted, 1e-9, rounded half away from zero */
    int64_t bid, ask; /* the quote it met, PX_NONE = none */
    uint32_t sym;
    int8_t sign;       /* +1 the taker bought it, -1 sold, 0 not known */
    uint8_t ratio;     /* contracts in one unit */
    uint8_t placement; /* enum placement */
    uint8_t pad;
};
static_assert(sizeof(struct leg) == 48, "no padding that is not named");

/* Legs read as one order (section 6). Emitted right before its packet, which has the same id, when
 * the exchange marked the legs; an inferred one has no packet: its legs keep their own. */
struct structure {
    uint64_t id;             /* seq of its first leg's first print */
    uint64_t at_seq, by_seq; /* as of a packet */
    int64_t at_ns, start_ns, end_ns;
    int64_t units;            /* 1e-6: how many times the ratios */
    int64_t premium;          /* 1e-9 dollars, sum over legs, none subtracted */
    int64_t net_px;           /* of one unit as the taker's side or, without one, as bought; 1e-9 */
    int64_t net_bid, net_ask; /* market of one unit bought; PX_NONE = a leg has none */
    int64_t delta;            /* shares the taker's position moves like, 1e-6; 0 if !greeks */
    int64_t delta_notional;   /* 1e-9 dollars */
    int64_t gross_notional;   /* sum of the legs' absolute delta notionals */
    int64_t vega;             /* 1e-9 dollars per point of volatility */
    uint32_t underlying;
    uint32_t flags;                     /* enum packet_flag */
    uint8_t shape, class, grade, state; /* grade: PG_FLAGGED PG_INFERRED */
    int8_t side;                        /* +1 the taker buys it, as `bought` of SHAPES says */
    int8_t direction;
    uint8_t direction_reason, confidence;
    uint8_t n_legs, greeks; /* greeks: delta and vega hold */
    uint8_t venue[2];       /* little-endian venue id */
    uint8_t pad[4];
    struct leg legs[STRUCTURE_LEGS]; /* by expiry, strike, calls first */
};
static_assert(sizeof(struct structure) == 144 + STRUCTURE_LEGS * sizeof(struct leg),
              "no padding that is not named");

/* Clusters of one underlying and day whose deltas point one way (section 5). Told again as it
 * grows; the last version counts. */
struct campaign {
    uint64_t id; /* of its first packet */
    uint64_t at_seq;
    int64_t at_ns, start_ns, end_ns;
    uint64_t last;            /* its newest packet */
    int64_t premium, against; /* 1e-9 dollars: of its packets; of those pointing the other way */
    int64_t delta_notional;   /* 1e-9 dollars, of those whose delta is known */
    int64_t vega;             /* 1e-9 dollars per point */
    uint32_t underlying, packets, contracts, packets_against, unvalued;
    int32_t day;      /* yyyymmdd, New York */
    int8_t direction; /* +1 bullish, -1 bearish */
    uint8_t state;    /* enum packet_state */
    uint8_t pad[6];
};
static_assert(sizeof(struct campaign) == 112, "no padding that is not named");

/* What the next morning's open interest says of a day's volume in a contract (section 7). */
enum reconcile_outcome {
    RECONCILE_DONE,
    RECONCILE_BEYOND, /* it changed by more than the volume: exercise, adjustment or a lost print */
    RECONCILE_EXPIRED, /* expiring and adjusted contracts are exempt */
    RECONCILE_ADJUSTED,
    RECONCILE_GAP, /* something of that day's tape may be missing */
    RECONCILE_COUNT
};
struct opening {
    uint64_t seq;                        /* the open interest event that came */
    int64_t volume, oi_before, oi_after; /* 1e-6 contracts */
    int64_t opened, closed;              /* sides, of 2 x volume; with RECONCILE_DONE */
    uint32_t sym;
    int32_t day;     /* yyyymmdd: the day reconciled */
    uint8_t outcome; /* enum reconcile_outcome */
    uint8_t pad[7];
};
static_assert(sizeof(struct opening) == 64, "no padding that is not named");

/* What became of a cancel or correction, or of a print that is a cancel by its condition. */
enum repair_outcome {
    REPAIR_DONE,
    REPAIR_NO_TARGET, /* no such print is known: stored and shown, nothing guessed */
    REPAIR_AGAIN,     /* its target was cancelled before */
    REPAIR_COUNT
};
struct repair {
    uint64_t seq;    /* the cancel or correction */
    uint64_t target; /* the print; 0 = none */
    uint8_t outcome; /* enum repair_outcome */
    uint8_t pad[7];
};

enum record_kind {
    REC_JOIN,
    REC_PACKET,
    REC_REPAIR,
    REC_STRUCTURE,
    REC_CAMPAIGN,
    REC_OPENING,
    REC_COUNT
};
struct record {
    uint8_t kind; /* enum record_kind */
    union {
        struct join join;
        struct packet packet;
        struct repair repair;
        struct structure structure;
        struct campaign campaign;
        struct opening opening;
    } u;
};

/* Words for screens, JSON and `why`; never NULL. */
const char *quote_state_name(enum quote_state v);
const char *placement_name(enum placement v);
const char *side_name(int side); /* buy sell none */
const char *side_rule_name(enum side_rule v);
const char *side_reason_name(enum side_reason v);
const char *side_reason_sentence(enum side_reason v);
const char *packet_kind_name(enum packet_kind v);
const char *packet_grade_name(enum packet_grade v); /* "" for none */
const char *packet_state_name(enum packet_state v);
const char *revision_name(enum revision v);             /* "" for none */
const char *repair_outcome_name(enum repair_outcome v); /* done no_target again */
const char *repair_outcome_sentence(enum repair_outcome v);
const char *packet_split_sentence(enum packet_split v);
const char *
direction_name(int direction); /* bullish bearish neutral; neutral is for 0 with DR_OK */
const char *direction_reason_name(enum direction_reason v);
const char *direction_reason_sentence(enum direction_reason v);
const char *opening_reason_name(enum opening_reason v);
const char *opening_reason_sentence(enum opening_reason v);
const char *forward_source_name(enum forward_source v);
const char *forward_source_sentence(enum forward_source v);
const char *rarity_reason_name(enum rarity_reason v); /* "" cold_start no_room none */
const char *shape_name(enum shape v);                 /* JSON word */
const char *shape_words(enum shape v);                /* "call vertical" */
const char *shape_bought(enum shape v);
const char *structure_class_name(enum structure_class v); /* none directional ... */
const char *reconcile_outcome_name(enum reconcile_outcome v);
const char *reconcile_outcome_sentence(enum reconcile_outcome v);
size_t packet_flags_text(char *buf, size_t cap, uint32_t flags); /* "late|auction" */
/* Clusters are parts of campaigns (section 5), single orders and fill runs are not; of packages
 * those that are about direction. */
bool packet_is_cluster(const struct packet *p);
