/* What a deck said: its prints with their sides, and its packets. Filled from a session file, or
 * from a deck as it runs, through a sink beside it. The last version of a print or packet holds. */
#pragma once
#include "base/base.h"
#include "event/sink.h"
#include "store/query.h"

struct claim_print {
    uint64_t seq, id; /* id: event.u.print.id */
    uint64_t packet;  /* id of its packet, once settled of its top reading; 0 = in none */
    int64_t qty;      /* in force, 1e-6 */
    int64_t printed;  /* as first printed */
    uint32_t sym;
    int8_t side;
    uint8_t placement, confidence; /* enum placement; percent */
    bool option, off_exchange;
    bool cancelled; /* taken back by a later event */
    bool notice;    /* itself a cancel, by its condition */
};
struct claim_packet {
    uint64_t id, parent; /* parent: of a part of a repeat run, which is no reading of its own */
    int8_t side;
    uint8_t kind, grade, state; /* enums of event/record.h */
};

struct claims {
    struct claim_print *prints; /* by seq, rising */
    struct claim_packet *packets;
    size_t n_prints, n_packets, prints_cap, packets_cap;
};

/* A sink for deck_add_sink that fills *c, which must outlive the deck's run. */
struct sink claims_sink(struct claims *c);
/* All prints and packets of a session. 0 or -code. */
int claims_read(struct claims *c, struct reader *r, struct err *err);
/* Brings both arrays in order and leaves the last version of each packet that is a top reading,
 * without those that the deck took back, and the prints that are trades, each with its top reading;
 * to be called once after filling. */
void claims_settle(struct claims *c);
void claims_finish(struct claims *c);
