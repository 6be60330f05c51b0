/* Prints of one moment and venue that are legs of something: which of them are one package
 * (microstructure.md section 6, 1). Pure functions. */
#pragma once
#include "base/base.h"
#include "event/record.h"
#include "event/symbol.h"
#include "flow/structure.h"

#define PARTITION_PRINTS 64 /* at most; a set of them is a mask */
/* Prints without the mark: more of one size at one venue and moment pair up by chance, so nothing
 * is inferred from any of them. */
#define PARTITION_CROWD 6

struct leg_print {
    uint64_t seq;
    uint64_t place;  /* in the history of prints (prints.h), from 1 */
    uint64_t packet; /* of a print without the mark; else 0 */
    int64_t ts_ns, recv_ns;
    int64_t px, qty, premium; /* 1e-9, 1e-6, 1e-9 dollars */
    int64_t bid, ask;         /* the quote it met, PX_NONE = none */
    uint32_t sym;
    uint32_t flags;    /* enum packet_flag */
    int8_t sign;       /* as its place in its quote says */
    int8_t side;       /* of its packet */
    uint8_t placement; /* enum placement */
    bool market;       /* the quote is two-sided and can be trusted */
    uint8_t pad[4];
};
/* ts_ns, recv_ns: of the print; place and packet stay 0. */
struct leg_print leg_print_of(const struct join *j, uint32_t sym, int64_t ts_ns, int64_t recv_ns);

struct partition_rule {
    int64_t gap_ns; /* execution times of a package lie within this */
    uint8_t family; /* enum cond_family of the prints */
    bool strict;    /* prints without the mark: a leg is one print, every sign is read and agrees */
    struct structure_policy structure;
};

/* The structure that prints of `mask` form, its named parts only (structure_name). False: they are
 * of more than STRUCTURE_LEGS contracts, too far apart, or a sum does not fit. */
bool partition_name(const struct leg_print *prints, uint64_t mask,
                    const struct partition_rule *rule, const struct symbols *symbols,
                    struct structure *ret, bool *ret_agrees);

/* Parts n prints (in order of seq) so that as many as possible are in known structures; then by
 * signs that agree, equal execution times, few packages, equal sizes, nearness. ret: a mask a
 * package, in order of their first prints; what is in none stands alone. Returns how many. Up to 8
 * prints are searched in full, more in windows of 8. */
size_t partition(const struct leg_print *prints, size_t n, const struct partition_rule *rule,
                 const struct symbols *symbols, uint64_t ret[PARTITION_PRINTS]);
