/* Text fields to units, shared by the text decoders. Each answers NULL or what is wrong with the
 * text in words, and the reason under which the record is refused. */
#pragma once
#include "event/event.h"
#include "event/venue.h"
#include "feed/csv.h"
#include "feed/feed.h"

struct refusal {
    enum drop_reason why;
    const char *column;
    const char *what;
    struct csv_field text;
};

/* A direct-mapped memory of symbol texts already resolved: compact and prefixed contract names
 * would otherwise be rewritten for each record. */
struct symbol_cache;
struct symbol_cache *symbol_cache_create(void);
void symbol_cache_destroy(struct symbol_cache *c);

enum symbol_kind { SYMBOL_OPTION, SYMBOL_EQUITY, SYMBOL_ANY };
/* 0 when the text is no such symbol. ANY takes a text of contract form as a contract. */
uint32_t symbol_find(struct symbol_cache *c, struct symbols *s, enum symbol_kind kind,
                     const char *name, size_t n);

/* The minute last read: rows of a file share it, and its calendar is the costly part of a time. */
struct minute_cache {
    char text[17]; /* YYYY-MM-DDTHH:MM: */
    int64_t ns;
    bool set;
};
/* cell_time through a minute already known; the same answers. */
bool cell_time_near(struct minute_cache *c, struct csv_field f, int64_t *ret_ns, struct refusal *r);

/* Codes of up to seven bytes already looked up. */
struct code_cache {
    struct {
        uint64_t key;
        uint16_t value;
    } slots[64];
};
/* Where the answer for the text is or is to be put; *ret_known says which. NULL = too long. */
uint16_t *code_cache_at(struct code_cache *c, struct csv_field f, bool *ret_known);

bool cell_time(struct csv_field f, int64_t *ret_ns, struct refusal *r);
/* digits: 9 for dollars, less for a scaled integer (5 for ten-thousandths). */
bool cell_price(struct csv_field f, int digits, int64_t *ret, struct refusal *r);
/* lot: units that 1 stands for; whole: no fractions; zero: is 0 allowed? */
bool cell_qty(struct csv_field f, int64_t lot, bool whole, bool zero, int64_t *ret,
              struct refusal *r);
bool cell_id(struct feed *f, struct csv_field text, uint64_t *ret, struct refusal *r);

/* Unknown venues and conditions are never a reason to refuse a record: they are counted, and an
 * unknown condition is kept as text. */
uint16_t cell_venue(struct feed *f, enum venue_side side, struct csv_field text);
char cell_tape(struct feed *f, struct csv_field text);
/* A print of a venue our tables do not know keeps the code as `venue:CODE` beside its conditions
 * and is treated as one under an unknown condition: nobody can say what its price stands for. */
void print_other_venue(struct feed *f, struct print *p, const char *code, size_t n);
void print_add_letter(struct feed *f, struct print *p, char letter, const char *text, size_t n);
