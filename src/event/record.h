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
    X(DISAGREE, "disagree", "its size names one side, its place in the quote the other")

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

enum packet_kind { PK_SINGLE, PK_FILL_RUN, PK_SWEEP, PK_BLOCK, PK_KIND_COUNT };
enum packet_grade { PG_NONE, PG_ISO, PG_APPARENT, PG_COUNT };
/* AMENDED: a member was cancelled or corrected and the packet is now this. RETRACTED: it is none.
 */
enum packet_state { PS_OPEN, PS_CLOSED, PS_INCOMPLETE, PS_AMENDED, PS_RETRACTED, PS_COUNT };
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
    PF_ADJUSTED = 1 << 10, /* of an adjusted series: its premium makes it no block */
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
};
static_assert(sizeof(struct packet) == 144, "no padding that is not named");
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
    SPLIT_COUNT
};

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

enum record_kind { REC_JOIN, REC_PACKET, REC_REPAIR };
struct record {
    uint8_t kind; /* enum record_kind */
    union {
        struct join join;
        struct packet packet;
        struct repair repair;
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
size_t packet_flags_text(char *buf, size_t cap, uint32_t flags); /* "late|auction" */
