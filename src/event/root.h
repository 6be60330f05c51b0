/* Option roots: what series of a root are, from data/roots.tsv (generated) and from how the root is
 * written. A root is not its underlying: SPXW is on SPX, and settles otherwise than SPX does. */
#pragma once
#include "base/base.h"

/* UNKNOWN: the terms of a FLEX series are its own. */
enum settlement { SETTLE_UNKNOWN, SETTLE_AM, SETTLE_PM };
enum exercise_style { STYLE_UNKNOWN, STYLE_AMERICAN, STYLE_EUROPEAN };
const char *settlement_name(enum settlement v);         /* am pm, "" = unknown */
const char *exercise_style_name(enum exercise_style v); /* american european, "" = unknown */

struct root { /* a row of the table */
    const char *name;
    const char *underlying; /* "" = the root itself */
    const char *note, *source;
    bool index;
    uint8_t settlement, style; /* the enums above */
    uint16_t multiplier;
};

/* How the root of n letters and digits reads. */
struct root_terms {
    char underlying[8]; /* NUL-terminated: `XYZ1` is on XYZ, `4SPX` on SPX */
    bool index;         /* cash settled */
    bool adjusted;      /* a digit behind the letters: the deliverable is not known */
    bool flex;          /* a leading digit */
    uint8_t settlement, style;
    uint16_t multiplier; /* standard one: 100, but for minis, jumbos and nanos */
};
struct root_terms root_read(const char *root, size_t n);
