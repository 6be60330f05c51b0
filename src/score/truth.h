/* Ground truth: what the parent orders behind a tape really were, as the maker of the tape labelled
 * them. A CSV file with the header
 *
 *     parent,class,structure,side,intent,open_close,symbol,print_id,leg,qty
 *
 * and a row for each print that is a member of a parent order. It is read after the deck has
 * finished and never reaches it. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/truth_class.h"

enum truth_class {
#define X(id, name) TC_##id,
    TRUTH_CLASSES(X)
#undef X
        TC_COUNT
};
const char *truth_class_name(enum truth_class c);

struct truth_row {
    uint64_t print;  /* event.u.print.id */
    uint64_t number; /* the parent's number in the file */
    int64_t qty;     /* 1e-6 shares or contracts, as printed */
    uint32_t parent; /* its place among the parents, from 0 */
    uint32_t leg;
    uint8_t class;   /* enum truth_class */
    int8_t side;     /* +1 the taker bought, -1 sold, 0 there was none */
    char symbol[23]; /* equity symbol or padded OSI, NUL-terminated */
};

struct truth {
    struct truth_row *rows; /* in the order of the file */
    size_t n, n_parents;
    uint64_t bad; /* rows that could not be read */
};

/* Reads a file, plain or compressed. A row that cannot be right is left out, counted and told
 * through say() as "FILE:LINE: what is wrong"; say may be NULL. ERR_FEED: the file cannot be
 * opened; ERR_USAGE: another header, a damaged file, or not one good row. */
int truth_read(const char *path, void (*say)(void *self, const char *line), void *self,
               struct truth *ret, struct err *err);
void truth_finish(struct truth *t);
