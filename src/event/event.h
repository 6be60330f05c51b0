/* The one record that enters the deck, of whatever origin. Fixed size, no pointers: an event can be
 * copied, queued, hashed and stored as it is. What an event means is decided downstream; a decoder
 * only translates. */
#pragma once
#include "base/base.h"

/* name (Tape CSV kind), printed plural */
#define EVENT_KINDS(X)                                                                             \
    X(OPTION_PRINT, "option_print")                                                                \
    X(OPTION_QUOTE, "option_quote")                                                                \
    X(EQUITY_PRINT, "equity_print")                                                                \
    X(EQUITY_QUOTE, "equity_quote")                                                                \
    X(CANCEL, "cancel")                                                                            \
    X(CORRECT, "correct")                                                                          \
    X(STATUS, "status")                                                                            \
    X(OPEN_INTEREST, "open_interest")                                                              \
    X(CONTRACT, "contract")                                                                        \
    X(GAP, "gap")

enum event_kind {
#define X(id, name) EV_##id,
    EVENT_KINDS(X)
#undef X
        EV_COUNT
};

const char *event_kind_name(enum event_kind kind);
int event_kind_parse(const char *s, size_t n); /* enum event_kind, or -1 */

/* A side of a quote that is missing. Prices are otherwise any int64 in 1e-9 dollars; zero and
 * negative prices exist (a zero bid; complex orders). */
#define PX_NONE INT64_MIN

enum print_flag {
    PRINT_FRACTIONAL = 1 << 0, /* size is not whole */
    PRINT_COND_OTHER = 1 << 1, /* cond_other names a code our tables do not know */
};

struct print {
    int64_t px;          /* 1e-9 dollars per share or per unit of the contract */
    int64_t qty;         /* 1e-6 shares or contracts; option sizes are whole */
    uint64_t id;         /* the venue's or vendor's id of the print, see ident.h; 0 = none */
    int64_t report_ns;   /* when the venue or FINRA facility reported it; 0 = not given */
    char cond[4];        /* our letters (OPRA type or SIP letters), NUL-padded, order kept */
    char tape;           /* 'A' 'B' 'C', 'N' overnight, 'O' OTC; 0 = not given or an option */
    uint8_t flags;       /* enum print_flag */
    uint16_t cond_other; /* ident_code of a condition text our tables do not know; 0 = none */
    uint64_t ref;        /* CANCEL, CORRECT: id of the print meant; 0 = implicit */
};

enum quote_flag {
    QUOTE_KEEP_BID = 1 << 0, /* the feed states one side a row: the bid is as it was */
    QUOTE_KEEP_ASK = 1 << 1,
};

struct quote {
    int64_t bid, ask;              /* 1e-9 dollars, PX_NONE = no such side */
    int64_t bid_qty, ask_qty;      /* 1e-6 shares or contracts */
    uint16_t bid_venue, ask_venue; /* venue at the best; 0 = not given */
    char cond;                     /* quote condition letter, 0 = regular */
    uint8_t flags;                 /* enum quote_flag */
};

struct status {
    char code[24];  /* halt, resume, luld, ... or the feed's own letters, NUL-padded */
    int64_t value;  /* with code luld: upper band */
    int64_t value2; /* lower band */
};

/* OPEN_INTEREST: qty is the count, ts its as-of. CONTRACT: multiplier, underlying, note. */
struct reference {
    int64_t qty;         /* open interest 1e-6 contracts; multiplier 1e-6 units */
    uint32_t underlying; /* CONTRACT: symbol id, 0 = unchanged */
    uint64_t note;       /* CONTRACT: what was said of an adjustment, see ident.h; 0 = nothing */
};

enum gap_reason { GAP_DISCONNECT, GAP_SEQUENCE, GAP_OVERFLOW, GAP_DAMAGED_INPUT, GAP_COUNT };
struct gap {
    int64_t from_ns, to_ns; /* what may be missing, event time */
    int64_t missing;        /* records known missing, -1 = unknown */
    uint8_t reason;         /* enum gap_reason */
};

struct event {
    int64_t ts_ns;   /* when it happened at the venue (execution time of a print), UTC */
    int64_t recv_ns; /* when the recorder saw it: engine time; raised at the door, never falls */
    uint64_t seq;    /* given at the door from 1; the order of everything */
    uint32_t sym;    /* symbols.h id; 0 only for GAP */
    uint16_t venue;  /* venue.h id; 0 = consolidated, or not given */
    uint8_t kind;    /* enum event_kind */
    uint8_t feed;    /* index of the feed within the session */
    union {
        struct print print; /* OPTION_PRINT EQUITY_PRINT CANCEL CORRECT */
        struct quote quote; /* OPTION_QUOTE EQUITY_QUOTE */
        struct status status;
        struct reference reference;
        struct gap gap;
    } u;
};
static_assert(sizeof(struct event) == 80, "events are copied by value everywhere");
