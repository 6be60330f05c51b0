/* Names to dense ids, once, at the feed's edge: equity symbols, option roots and option contracts
 * share one number space from 1. Grows only; ids are never reused. Owned by the loop thread and
 * shared by all feeds and decks of a session; a replay loads it from the session file. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/root.h"

struct instrument {
    uint32_t id;
    uint32_t underlying; /* options: id of the root's underlying symbol; equities: own id */
    int64_t strike_px;   /* options, 1e-9 dollars */
    int32_t expiry;      /* options: yyyymmdd, New York */
    char right;          /* 'C' 'P'; 0 for equities */
    /* Options: what the root says, see root.h. */
    bool index;          /* cash settled */
    bool adjusted, flex; /* adjusted: the deliverable is not known */
    uint8_t settlement;  /* enum settlement */
    uint8_t style;       /* enum exercise_style */
    uint16_t multiplier; /* where no contract event states another */
    char symbol[23];     /* equity symbol, or padded OSI `AAPL  250221C00250000`, NUL-terminated */
};

struct symbols;

struct symbols *symbols_create(void);
void symbols_destroy(struct symbols *s);

/* Id of an equity (or index) symbol: 1..20 printable ASCII characters without blank, comma, quote.
 * Returns 0 when the name is not acceptable or the table is full. Case is kept. */
uint32_t symbols_equity(struct symbols *s, const char *name, size_t n);

/* Id of an option contract from any of: padded OSI, compact OSI, `O:` prefixed. Parsed from the
 * right (8 digits, C/P, yymmdd, root of 1-6). Returns 0 for a malformed one: bad date, bad right.
 */
uint32_t symbols_option(struct symbols *s, const char *name, size_t n);
/* The same from split fields. expiry yyyymmdd; strike 1e-9 dollars, whole thousandths. */
uint32_t symbols_contract(struct symbols *s, const char *root, size_t n, int32_t expiry, char right,
                          int64_t strike_px);

const struct instrument *symbols_get(const struct symbols *s, uint32_t id); /* NULL if none */
uint32_t symbols_count(const struct symbols *s); /* the highest id in use */

/* Replay: puts a row of a session file at its id; ids must come in order without holes. */
bool symbols_restore(struct symbols *s, const struct instrument *in);
