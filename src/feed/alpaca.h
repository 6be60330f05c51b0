/* Messages of the Alpaca streams (reference/feeds-alpaca.md section 3) from msgpack to events. */
#pragma once
#include <msgpack.h>

#include "feed/decoder.h"
#include "feed/cell.h"

struct alpaca {
    struct feed *feed;
    struct symbol_cache *cache;
    int64_t quote_lot;         /* shares or contracts that a quote size of 1 stands for */
    uint16_t venues[2][128];   /* letter to venue, equities and options; 0xffff = not looked up */
    const char *refused;       /* DECODED_DROPPED: what was wrong, in words */
    enum drop_reason why;      /* and under which reason it is to be counted */
    char type[16], symbol[32]; /* of the message at hand, cleaned, for that report */
};
void alpaca_init(struct alpaca *a, struct feed *f, struct symbol_cache *cache, int64_t quote_lot);

/* One message: DECODED_USED (the batch may be empty: control), or DECODED_DROPPED with a->why and
 * a->refused set; nothing but types, unknown codes and fields is counted here. */
int alpaca_decode(struct alpaca *a, const msgpack_object *message, struct batch *ret);
