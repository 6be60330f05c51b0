/* The synthetic market: state shared by its parts. Money in micro-dollars, time in UTC ns of event
 * time. Stocks follow a random path; their quotes, their prints, the quotes of their options and
 * the orders in those options are streams with generators of their own. Nothing here is meant to
 * look like any detector's thresholds: the figures of each part stand at the top of its file, and
 * tests/lint/constants.py compares them. */
#pragma once
#include "event/calendar.h"
#include "event/event.h"
#include "event/symbol.h"
#include "feed/market/chance.h"
#include "feed/market/name.h"
#include "feed/market/profile.h"
#include "feed/market/queue.h"
#include "feed/market/traffic.h"
#include "feed/market/truth.h"

#define MARKET_STOCKS    544
#define MARKET_SERIES    8   /* most expiries of a name */
#define MARKET_CAMPAIGNS 256 /* most at once; a further one does not start */
#define MARKET_HALTS     128 /* most in a day */

struct contract {
    int64_t strike;
    int64_t bid, ask;     /* as last sent */
    int64_t quoted_ns;    /* when; 0 = never today */
    int64_t settled_ns;   /* no print before this: its first quote is still under way */
    int64_t open, change; /* open interest of the morning, and what the day has added */
    uint32_t sym;         /* 0 = not named yet: contracts get their ids when first quoted */
    uint32_t bid_qty, ask_qty;
    uint16_t bid_venue, ask_venue;
};

struct series {
    int32_t expiry;
    uint32_t n;                      /* strikes, the middle one at the money in the morning */
    int64_t end_ns;                  /* last instant of trading */
    int64_t sqrt_ns;                 /* cached root of the time left, in sqrt(ns) */
    int64_t rooted_ns;               /* when it was taken */
    struct contract (*contracts)[2]; /* [strike][0 call, 1 put] */
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
    int64_t traded_ns; /* the latest print made, of the stock or its options */
    int64_t halted_ns; /* halted until then; 0 = not */
    int64_t held_ns;   /* somebody holds the price until then */
    uint32_t n_series;
    struct series *series; /* NULL = no options yet */
};

/* A part of the traffic: arrivals of its own and a share of all events. */
enum stream {
    STREAM_OPTION_QUOTE,
    STREAM_EQUITY_QUOTE,
    STREAM_OPTION_PRINT,
    STREAM_EQUITY_PRINT,
    STREAM_COUNT
};

struct place {
    struct stock *stock;
    struct series *series;
    struct contract *contract;
    int right; /* 0 call, 1 put */
};

/* An order worked over minutes: it acts, waits, and acts again. */
struct campaign {
    enum campaign_kind kind;
    struct tag tag;
    struct place at; /* stocks: the stock only */
    int64_t due_ns, gap_ns;
    uint32_t left, size;
    bool buys;
};

struct halt {
    int64_t from_ns, to_ns;
    struct stock *stock;
    bool told; /* it has begun */
};

struct market {
    struct symbols *symbols; /* borrowed */
    struct queue *queue;
    struct truth *truth; /* NULL = nobody asks */
    const struct profile *profile;
    uint64_t seed;
    int64_t rate; /* as asked for: events a second of a usual day */
    struct trading_day day;
    struct mood mood;
    int64_t now_ns;
    struct stock stocks[MARKET_STOCKS];
    size_t n_stocks;
    uint32_t stock_weights[MARKET_STOCKS], option_weights[MARKET_STOCKS]; /* cumulative */
    uint32_t order_weights[ORDER_KINDS];                                  /* cumulative */
    struct chance paths, equity_quotes, option_quotes, parents, equity_prints;
    struct chance worked, auctions, halting;
    uint64_t made[STREAM_COUNT];                /* events ever pushed, by stream */
    uint64_t print_id, parent_id;               /* last ids given */
    uint16_t option_venues[26], lit_venues[26]; /* ids by letter - 'A', 0 = none */
    uint16_t carteret, chicago, nyse_trf;
    struct campaign campaigns[MARKET_CAMPAIGNS];
    size_t n_campaigns;
    int64_t starts_ns[CAMPAIGN_KINDS]; /* when the next of the kind starts */
    struct halt halts[MARKET_HALTS];   /* of the day */
    size_t n_halts;
    int64_t special_ns; /* nothing of campaigns and halts is due before; INT64_MAX = none today */
    bool full;          /* the symbol table had no room: the feed ends */
};

/* market.c */
void market_venues(struct market *m);
void market_free(struct market *m);
/* Pushes the event as received after a small delay of its own (drawn from c). */
void market_send(struct market *m, struct event *ev, enum stream stream, struct chance *c);
/* The same for a print of the stock or its options: it gets its id, and truth its tag. */
void market_print(struct market *m, struct stock *s, struct event *ev, struct tag tag,
                  struct chance *c);
uint16_t venue_draw(const uint16_t *ids, const char *letters, const uint32_t *cumulative, size_t n,
                    struct chance *c);
uint64_t market_parent(struct market *m); /* a new parent's number */

/* listing.c */
void listing_build(struct market *m, struct stock *s);
void listing_free(struct stock *s);
struct contract *listing_pick(struct market *m, struct chance *c, struct place *ret);
/* The row with the strike in the series, or series->n. */
size_t listing_row(const struct series *series, int64_t strike);
int32_t market_next_session(int32_t date); /* the first trading day on or after date */

/* One arrival each at m->now_ns; they push what it causes. */
void market_equity_quote(struct market *m);
void market_option_quote(struct market *m);
void market_option_parent(struct market *m);
void market_equity_print(struct market *m);

/* stock.c */
void market_open_day(struct market *m, int32_t date); /* the day that holds or follows date */
void stock_move(struct market *m, struct stock *s);
void stock_quote(struct market *m, struct stock *s, struct chance *c);
uint16_t stock_venue(struct market *m, struct chance *c);
bool stock_halted(const struct market *m, const struct stock *s);

/* contract.c */
int64_t contract_fair(struct market *m, const struct place *at);
/* A fresh quote, pushed; the first of the day after the open interest. */
void contract_quote(struct market *m, const struct place *at, struct chance *c);
/* Renews a quote that is missing or old; false when the contract does not trade now. */
bool contract_ready(struct market *m, const struct place *at, struct chance *c);

/* order.c: an order about to trade: its contract, its taker, and when it starts. */
struct order {
    struct place at;
    struct chance *c;
    struct tag tag; /* class, structure, intent, leg and opens are the maker's to set */
    int64_t ts;
    bool buys;
};
void order_print(struct market *m, const struct order *o, int64_t ts, uint16_t venue, int64_t px,
                 uint32_t qty, char cond);
uint32_t order_size(const struct market *m, struct chance *c);
uint16_t order_venue(struct market *m, const struct order *o);
int64_t order_touch(const struct order *o);
/* On the grid, within the quote, at `part` of 1000 of the way from the touch to the other side. */
int64_t order_inside(const struct order *o, int64_t grid, uint32_t part);
int64_t order_grid(const struct order *o);

/* package.c: orders of several legs. They fall back to false when the legs are not there. */
bool package_trade(struct market *m, struct order *o);
bool package_roll(struct market *m, struct order *o);
bool package_stock_tied(struct market *m, struct order *o);

/* print.c: a print of a stock off exchange as a leg, a hidden order or held price has it. */
struct fill {
    struct stock *s;
    struct tag tag;
    int64_t ts, px, report_ns;
    uint32_t qty;
    uint16_t venue;
    char conds[3];
    int8_t side;
};
void fill_print(struct market *m, const struct fill *f, struct chance *c);
void fill_report(struct market *m, struct fill *f, int64_t mean_ns, struct chance *c);

/* campaign.c */
void campaign_day(struct market *m);
void campaign_run(struct market *m); /* what is due at now_ns */
int64_t campaign_next(const struct market *m);

/* auction.c: openings and closings, halts. */
void auction_open(struct market *m);
void auction_close(struct market *m);
void halt_day(struct market *m);
void halt_run(struct market *m);
int64_t halt_next(const struct market *m);
