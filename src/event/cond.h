/* Sale conditions: OPRA last-sale types and SIP sale conditions per tape, as tables
 * (data/opra_conditions.tsv, data/sip_conditions.tsv, generated). A vendor's code is mapped to our
 * letter here and nowhere else. */
#pragma once
#include "base/base.h"

struct print;

enum cond_family { /* options, microstructure section 4 */
                   COND_REGULAR,
                   COND_ISO,
                   COND_AUCTION,
                   COND_CROSS,
                   COND_FLOOR,
                   COND_MULTI_LEG,
                   COND_STOCK_TIED,
                   COND_PROPRIETARY,
                   COND_COMPRESSION,
                   COND_LATE,
                   COND_CANCEL,
                   COND_EXTENDED,
                   COND_UNKNOWN,
                   COND_FAMILY_COUNT
};

enum cond_use { /* what a print under the condition counts for */
                USE_VOLUME = 1 << 0,
                USE_HIGH_LOW = 1 << 1,
                USE_LAST = 1 << 2,
                USE_LAST_IF_FIRST = 1 << 3, /* last only when it is the first print (conditional) */
                USE_SIDE = 1 << 4,          /* may be signed */
                USE_SIDE_WEAK = 1 << 5,     /* signed with low confidence (auctions, floor) */
                USE_SWEEP = 1 << 6,         /* may be part of a sweep */
                USE_DARK_LEVEL = 1 << 7,    /* may form an off-exchange level */
                USE_ISO = 1 << 8,           /* carries the intermarket-sweep mark */
};

struct cond {
    char letter;          /* '@' for blank on UTP; ' ' for regular options */
    char tape;            /* 0 = options; 'A' CTA (tapes A and B), 'C' UTP, '*' both */
    const char *mnemonic; /* OPRA four letters; SIP: the letter */
    const char *meaning;
    uint8_t family;      /* enum cond_family (options); price mode of equities, see below */
    uint16_t use;        /* enum cond_use bits */
    const char *forbids; /* in words: what it forbids, for why and the detail pane */
    const char *source;  /* where that is written */
};

enum price_mode { /* equities, design.md section 3 */
                  PRICE_REGULAR,
                  PRICE_AVERAGE,
                  PRICE_DERIVATIVE,
                  PRICE_CONTINGENT,
                  PRICE_PRIOR_REF,
                  PRICE_LATE,
                  PRICE_CROSS,
                  PRICE_EXTENDED,
                  PRICE_NOT_A_TRADE,
                  PRICE_MODE_COUNT
};
const char *price_mode_name(enum price_mode mode);
const char *cond_family_name(enum cond_family family);

/* Rows; NULL when the letter is not in the table. tape as in struct print (A B C N O, 0 = both). A
 * letter that only one tape defines reads the same on the other; where CTA and UTP differ and the
 * tape is neither, the stricter row is given. */
const struct cond *cond_option(char letter);
const struct cond *cond_equity(char letter, char tape);

/* What all conditions of a print allow together: the most restrictive outcome of its set; an
 * unknown code allows volume only. No condition at all reads as regular. The family (or price mode)
 * is that of the strictest member. Of USE_SIDE and USE_SIDE_WEAK, and of USE_LAST and
 * USE_LAST_IF_FIRST, at most one is set; USE_ISO is a mark, not a permission: any member sets it.
 */
struct cond_sum {
    uint16_t use;
    uint8_t family; /* enum cond_family, or enum price_mode for equities */
};
struct cond_sum cond_option_sum(const struct print *p);
struct cond_sum cond_equity_sum(const struct print *p);

/* Codes to letters; 0 when unknown (the caller keeps the text by ident_code). A blank option
 * condition is ' '. */
char cond_by_mnemonic(const char *s, size_t n); /* AUTO ISOI ...; also a single OPRA letter; "" */
char cond_by_theta_option(int code);
char cond_by_theta_equity(int code); /* ThetaData codes carry no tape */
char cond_by_massive_option(int id);
char cond_by_massive_equity(int id, char tape);
char cond_by_lean_bit(int bit); /* LEAN trade mask bit 0..31; 0 = none for us */

/* Adds a letter to p->cond unless present; false when the four places are taken. */
bool print_add_cond(struct print *p, char letter);

/* "AUTO", "ISOI|LATE", "@|F|T|?theta:199" for people; other = text of cond_other or "". */
size_t cond_text(char *buf, size_t cap, const struct print *p, bool option, const char *other);
