/* What really happened, beside the tape: a CSV file with a row for each print, which says whose
 * order it was part of. It is written from the maker's side only; nothing of it enters an event. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/symbol.h"
#include "event/truth_class.h"

enum tag_class {
#define X(id, name) TAG_##id,
    TRUTH_CLASSES(X)
#undef X
        TAG_CLASSES
};

enum intent {
    INTENT_NEUTRAL,
    INTENT_DIRECTIONAL,
    INTENT_VOLATILITY,
    INTENT_HEDGE,
    INTENT_ROLL,
    INTENT_RETAIL,
    INTENT_COUNT
};

/* Of one print. */
struct tag {
    uint64_t parent;
    const char *structure; /* of design.md section 3; NULL = no package */
    int64_t qty;           /* shares or contracts */
    uint32_t sym, leg;     /* leg from 1 within a package, 0 = none */
    uint8_t class, intent;
    int8_t side;  /* of the taker: 1 buys, -1 sells, 0 = there is none (an auction) */
    int8_t opens; /* 1 opens, -1 closes, 0 = a stock: not known as such */
};

struct truth;

/* Makes the file anew. symbols is borrowed. ERR_DISK when it cannot be made. */
struct truth *truth_create(const char *path, const struct symbols *symbols, struct err *err);
/* A print is on its way: ids come from 1 without holes, in any order; t may be NULL in both. */
void truth_expect(struct truth *t, uint64_t id, const struct tag *tag);
/* It has reached the tape: its row is written. */
void truth_write(struct truth *t, uint64_t id);
/* -ERR_DISK when a row could not be written. */
int truth_check(const struct truth *t, struct err *err);
void truth_close(struct truth *t);
