/* Databento Binary Encoding, versions 1 to 3 (reference/feeds-databento.md section 1; layouts from
 * the public databento/dbn repository). All integers little endian. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "feed/decoder.h"

/* ---- instrument ids to symbols ---- */

enum dbn_state { DBN_UNRESOLVED, DBN_OPTION, DBN_EQUITY, DBN_REFUSED };

/* What an instrument id means in from_ns..to_ns (exclusive). */
struct dbn_name {
    uint32_t id;
    uint32_t older; /* another meaning of the id, index + 1; 0 = none */
    int64_t from_ns, to_ns;
    uint32_t sym;  /* when DBN_OPTION or DBN_EQUITY */
    uint8_t state; /* enum dbn_state: resolved at the first record that needs it */
    char class;    /* instrument class of a definition, 0 = not known */
    char text[26]; /* raw symbol, cut (no symbol of ours is longer than 21) */
};
struct dbn_names;
struct dbn_names *dbn_names_create(void);
void dbn_names_destroy(struct dbn_names *t);
/* The newest mapping wins where several hold. */
void dbn_names_add(struct dbn_names *t, uint32_t id, int64_t from_ns, int64_t to_ns,
                   const char *text, size_t n, char class);
struct dbn_name *dbn_names_find(struct dbn_names *t, uint32_t id, int64_t ns); /* NULL = none */

/* ---- metadata ---- */

struct dbn_metadata {
    uint8_t version;
    char dataset[17];
    uint16_t schema;
    uint64_t start_ns, end_ns, limit;
    uint8_t stype_in, stype_out;
    bool ts_out;
    uint16_t width; /* of symbol fields */
    uint32_t n_symbols, n_mappings;
};
/* Reads from the first byte of the stream to the first record; the symbol lists are streamed, so
 * that their size does not matter. file: for messages. */
int dbn_read_metadata(struct input *in, const char *file, struct dbn_metadata *ret,
                      struct dbn_names *names, struct err *err);

/* ---- records ---- */

#define DBN_UNDEF_PRICE INT64_MAX
#define DBN_UNDEF_TIME  UINT64_MAX
#define DBN_UNDEF_SIZE  UINT32_MAX

struct dbn_head {
    size_t bytes;
    uint8_t rtype;
    uint16_t publisher;
    uint32_t id;
    uint64_t ts_event;
};
struct dbn_head dbn_head_of(const uint8_t *record); /* 16 bytes at least */

/* The state that turns records into events, for files and, later, the live gateway. */
struct dbn {
    struct decoder d;
    struct dbn_metadata meta;
    struct dbn_names *names;
    uint16_t venues[256];   /* publisher to venue, 0xffff = not looked up yet */
    uint64_t record;        /* number of the record at hand, from 1 */
    bool futures, equities; /* what the dataset holds */
    bool done, told;
};
/* One whole record of head.bytes bytes: DECODED_USED or DECODED_DROPPED. */
int dbn_decode(struct dbn *t, const uint8_t *record, struct batch *ret);
