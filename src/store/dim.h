/* Internal to store/: small facts that repeat together, kept once. A combination is a key of 128
 * bits in memory and a row with plain columns in the file; rows elsewhere hold its number. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "event/event.h"
#include "event/record.h"

enum dim { DIM_ORIGIN, DIM_QUOTE_ORIGIN, DIM_VERDICT, DIM_CLASS, DIM_READING, DIM_COUNT };

struct dim_key {
    uint64_t w[2];
};

/* Name of the SQL table that holds a kind of repeated values. */
const char *dim_table(enum dim d);

struct dim_key dim_of_print(const struct event *ev);
struct dim_key dim_of_quote(const struct event *ev);
enum verdict_bit { VERDICT_ASK_FROM_BID = 1 << 0, VERDICT_NO_PACKET = 1 << 1, VERDICT_BITS = 3 };
struct dim_key dim_of_join(const struct join *j, uint64_t bits); /* enum verdict_bit */
struct dim_key dim_of_packet(const struct packet *p);
struct dim_key dim_of_reading(const struct packet *p);
/* Back: writes only the fields the key holds. */
void dim_to_print(struct dim_key k, struct event *ev);
void dim_to_quote(struct dim_key k, struct event *ev);
uint64_t dim_to_join(struct dim_key k, struct join *j); /* returns enum verdict_bit */
void dim_to_packet(struct dim_key k, struct packet *p);
void dim_to_reading(struct dim_key k, struct packet *p);

/* Writing: numbers from 1 in order of appearance. */
struct dim_writer;
struct dim_writer *dim_writer_create(sqlite3 *db); /* NULL: the connection has the error */
void dim_writer_destroy(struct dim_writer *w);
/* The number of a key, its row inserted when new; 0 on an SQLite error. */
uint32_t dim_put(struct dim_writer *w, enum dim d, struct dim_key key);

/* Reading: rows by number, loaded as they appear. */
struct dim_rows {
    struct dim_key *keys[DIM_COUNT];
    uint32_t n[DIM_COUNT], cap[DIM_COUNT];
};
int dim_load(sqlite3 *db, struct dim_rows *rows); /* an SQLite code; adds what is new */
void dim_free(struct dim_rows *rows);
static inline bool dim_get(const struct dim_rows *r, enum dim d, int64_t id, struct dim_key *ret)
{
    if (id < 1 || id > r->n[d])
        return false;
    *ret = r->keys[d][id - 1];
    return true;
}
