/* Trading venues: one table (data/venues.tsv, generated) for options and equities with every
 * vendor's code. Ids are stable (they stand in session files); 0 = none given. Option venues lie in
 * one block of at most 63 ids from venue_option_first(), so that a set of them is a 64-bit mask.
 * Ids of no row answer as "?" with kind VENUE_NONE. The consolidated tapes (OPRA, CTA, UTP) are
 * rows of kind VENUE_SIP; what they send is consolidated, so a decoder writes venue 0 into the
 * event. */
#pragma once
#include "base/base.h"

enum venue_kind { VENUE_NONE, VENUE_EXCHANGE, VENUE_TRF, VENUE_ADF, VENUE_ATS, VENUE_SIP };
enum venue_side { VENUE_EQUITY = 'E', VENUE_OPTION = 'O' };

struct venue {
    const char *mic; /* ISO 10383 */
    const char *name;
    char side;              /* enum venue_side: the same letter means different venues on each */
    uint8_t kind;           /* enum venue_kind */
    char letter;            /* SIP or OPRA participant letter */
    int16_t theta, massive; /* vendor ids, -1 = none */
    const char *source;
};

const struct venue *venue_get(uint16_t id); /* never NULL; id 0 and unknown ids give "?" */
uint16_t venue_count(void);                 /* ids are 0..count-1, not all in use */
uint16_t venue_option_first(void);          /* lowest id of an option venue */

/* By MIC, or by participant letter, of the side given; 0 when unknown. */
uint16_t venue_by_code(enum venue_side side, const char *s, size_t n);
uint16_t venue_by_publisher(uint16_t databento_publisher); /* either side; 0 when unknown */
uint16_t venue_by_theta(enum venue_side side, int code);
uint16_t venue_by_massive(enum venue_side side, int id);
bool venue_off_exchange(uint16_t id); /* a TRF or the ADF */
/* Option venues are one block of ids from here, fewer than 64: bit i of struct packet's venues. */
uint16_t venue_option_first(void);
