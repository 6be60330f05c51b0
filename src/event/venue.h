/* Trading venues: one table (data/venues.tsv, generated) for options and equities with every
 * vendor's code. Ids are stable row numbers of the table, 0 = none given. */
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
uint16_t venue_count(void);                 /* ids are 0..count-1 */

/* By MIC, or by participant letter, of the side given; 0 when unknown. */
uint16_t venue_by_code(enum venue_side side, const char *s, size_t n);
uint16_t venue_by_publisher(uint16_t databento_publisher); /* either side; 0 when unknown */
uint16_t venue_by_theta(enum venue_side side, int code);
uint16_t venue_by_massive(enum venue_side side, int id);
bool venue_off_exchange(uint16_t id); /* a TRF or the ADF */
/* Option venues are one block of ids from here, fewer than 64: bit i of struct packet's venues. */
uint16_t venue_option_first(void);
