/* The classic rules of the literature, each on its own, for research over recorded sessions: pure
 * functions over one print, the quote it is held against and the last different price. Definitions
 * and sources stand with the functions in classic.c; all comparisons are in integers. The live
 * stacks are in side.h. */
#pragma once
#include "base/base.h"
#include "book/book.h"
#include "book/side.h"

/* What a rule may look at. */
struct classic_print {
    int64_t px, qty;      /* as struct print */
    const struct nbbo *q; /* NULL: none can be used, `why` says the reason */
    enum side_reason why; /* SR_OK with a quote */
    int tick;             /* sign of px minus the last different price; 0 = none */
    bool off_exchange;    /* reported through a TRF or the ADF */
};

/* The quote as the rules use it: NULL with *ret_why filled when a side is missing or empty (a zero
 * bid of an option is a bid), or when it is crossed, which every published implementation drops.
 * Locked and wide ones stay. */
const struct nbbo *classic_quote(const struct nbbo *q, bool option, enum side_reason *ret_why);

/* Signs one print by a rule that classic_find knows; RULE_REVERSE_TICK reads `tick` as the sign
 * against the next different price, turned (px above the next is a buy: +1). Confidence is 0:
 * the rule is taken as it is. */
struct side_answer classic_sign(enum side_rule rule, const struct classic_print *p);

/* By name (quote tick reverse-tick lr emo clnv depth size bjzz qmp): RULE_NONE when there is no
 * such rule. The i-th name from 0, NULL behind the last. */
enum side_rule classic_find(const char *name, size_t n);
const char *classic_name(size_t i);
