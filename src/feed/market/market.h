/* The synthetic market: state shared by its parts. Money in micro-dollars, time in UTC ns of event
 * time. Stocks follow a random path; their quotes, their prints, the quotes of their options and
 * the orders in those options are streams with generators of their own. Nothing here is meant to
 * look like any detector's thresholds: the figures of each part stand at the top of its file. */
#pragma once
#include "event/calendar.h"
#include "event/event.h"
#include "event/symbol.h"
#include "feed/market/chance.h"
#include "feed/market/name.h"
#include "feed/market/queue.h"

#define MARKET_STOCKS    64
#define MARKET_SERIES    6  /* expiries of a name */
#define MARKET_STRIKES   21 /* strikes of a series, the middle one at the money */
#define MARKET_CONTRACTS (MARKET_SERIES * MARKET_STRIKES * 2) /* of a name */

struct contract {
    int64_t strike;
    int64_t bid, ask;   /* as last sent */
    int64_t quoted_ns;  /* when; 0 = never today */
    int64_t settled_ns; /* no print before this: its first quote is still under way */
    uint32_t sym;       /* 0 = not listed (strike not above zero) */
    uint32_t bid_qty, ask_qty;
    uint16_t bid_venue, ask_venue;
};

struct series {
    int32_t expiry;
    int64_t end_ns;                               /* last instant of trading */
    int64_t sqrt_ns;                              /* cached root of the time left, in sqrt(ns) */
    int64_t rooted_ns;                            /* when it was taken */
    struct contract contracts[MARKET_STRIKES][2]; /* [strike][0 call, 1 put] */
};

struct stock {
    const struct name *name;
    uint32_t sym;
    int64_t fair;     /* the price nobody sees */
    int64_t moved_ns; /* when it last moved */
    int64_t leader;   /* the first stock's price then, for the common part of moves */
    int64_t bid, ask; /* as last sent; 0 = none yet */
    uint32_t bid_qty, ask_qty;
    uint16_t bid_venue, ask_venue;
    struct series *series; /* MARKET_SERIES of them */
};

/* A part of the traffic: arrivals of its own and a share of all events. */
enum stream {
    STREAM_OPTION_QUOTE,
    STREAM_EQUITY_QUOTE,
    STREAM_OPTION_PRINT,
    STREAM_EQUITY_PRINT,
    STREAM_COUNT
};

struct market {
    struct symbols *symbols; /* borrowed */
    struct queue *queue;
    struct trading_day day;
    int64_t now_ns;
    struct stock stocks[MARKET_STOCKS];
    size_t n_stocks;
    uint32_t stock_weights[MARKET_STOCKS], option_weights[MARKET_STOCKS]; /* cumulative */
    struct chance paths, equity_quotes, option_quotes, parents, equity_prints;
    uint64_t made[STREAM_COUNT];                /* events ever pushed, by stream */
    uint64_t print_id;                          /* last id given to an equity print */
    uint16_t option_venues[26], lit_venues[26]; /* ids by letter - 'A', 0 = none */
    uint16_t carteret, chicago, nyse_trf;
};

void market_venues(struct market *m);
/* Starts the day that holds or follows date: expiries, strikes, an opening quote of every stock.
 * False when the symbol table is full. */
bool market_open_day(struct market *m, int32_t date);
void market_free(struct market *m);
int32_t market_next_session(int32_t date); /* the first trading day on or after date */

/* listing.c */
bool listing_build(struct market *m, struct stock *s);
struct contract *listing_pick(struct market *m, struct chance *c, struct stock **ret_stock,
                              struct series **ret_series, int *ret_right);

/* One arrival each at m->now_ns; they push what it causes. */
void market_equity_quote(struct market *m);
void market_option_quote(struct market *m);
void market_option_parent(struct market *m);
void market_equity_print(struct market *m);

/* stock.c */
void stock_move(struct market *m, struct stock *s);
void stock_quote(struct market *m, struct stock *s, struct chance *c);

/* contract.c: a fresh quote of the contract, pushed. */
struct place {
    struct stock *stock;
    struct series *series;
    struct contract *contract;
    int right; /* 0 call, 1 put */
};
int64_t contract_fair(struct market *m, const struct place *at);
void contract_quote(struct market *m, const struct place *at, struct chance *c);

/* Pushes the event as received after a small delay of its own (drawn from c). */
void market_send(struct market *m, struct event *ev, enum stream stream, struct chance *c);
uint16_t venue_draw(const uint16_t *ids, const char *letters, const uint32_t *cumulative, size_t n,
                    struct chance *c);
