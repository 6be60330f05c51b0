/* The score of a deck's claims against the truth: counts that can be added over sessions, and the
 * measures made from them (microstructure.md section 12).
 *
 * Matching. Prints meet by symbol and print id. A packet is right when its members are exactly the
 * option prints of one parent and its kind is what the parent's class is called (the table of
 * `score_readings`). Prints that were cancelled, and rows of the truth whose print the session does
 * not have, are left out on both sides; so are packets wholly of prints without a label. Beside
 * this strict rule stand purity (a packet's size that comes from its main parent) and completeness
 * (a parent's size that is found in its best packet). */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/record.h"
#include "event/symbol.h"
#include "score/claims.h"
#include "score/figure.h"
#include "score/truth.h"

/* What a deck can call a packet: id, word, its packet_kind and packet_grade. */
#define SCORE_KINDS(X)                                                                             \
    X(SINGLE, "single", PK_SINGLE, PG_NONE)                                                        \
    X(FILL_RUN, "fill_run", PK_FILL_RUN, PG_NONE)                                                  \
    X(SWEEP_ISO, "sweep iso", PK_SWEEP, PG_ISO)                                                    \
    X(SWEEP_APPARENT, "sweep apparent", PK_SWEEP, PG_APPARENT)                                     \
    X(BLOCK, "block", PK_BLOCK, PG_NONE)                                                           \
    X(REPEAT, "repeat", PK_REPEAT, PG_INFERRED)                                                    \
    X(PACKAGE, "package", PK_PACKAGE, PG_FLAGGED)
enum score_kind {
#define X(id, name, kind, grade) SK_##id,
    SCORE_KINDS(X)
#undef X
        SK_COUNT,
    SK_NONE = SK_COUNT /* a parent none of whose prints is in a packet */
};
const char *score_kind_name(enum score_kind k); /* "none" for SK_NONE */

enum score_group { SG_OPTION, SG_LIT, SG_OFF, SG_COUNT }; /* prints of options; equities by venue */
const char *score_group_name(enum score_group g);

/* A class the deck claims to find: which classes of the truth are it, which kinds say it. */
struct score_reading {
    const char *name;
    uint32_t classes, kinds; /* bits of enum truth_class, enum score_kind */
};
extern const struct score_reading score_readings[];
extern const size_t score_readings_n;

struct score_class { /* parents of a class, by their option prints */
    uint64_t parents;
    uint64_t abstained;          /* no print of it has a side */
    uint64_t agreed;             /* the best packet's side is the parent's */
    uint64_t wrong;              /* ... is the opposite */
    uint64_t unfounded;          /* the best packet has a side where the parent has none */
    uint64_t exact[SK_COUNT];    /* a packet of the kind has exactly its prints */
    uint64_t best[SK_COUNT + 1]; /* by the kind of its best packet */
    int64_t size, best_size;     /* 1e-6 contracts */
    double shares;               /* sum over parents of best size / size */
};
struct score_packets { /* packets of a kind, with at least one labelled print */
    uint64_t packets;
    int64_t size, main_size; /* 1e-6 contracts: all, of the main parent */
    double shares;
};
struct score_place {               /* prints with a true side, by place in the quote */
    uint64_t prints, right, wrong; /* the rest abstained */
};

struct score {
    uint64_t runs;                   /* sessions added up */
    uint64_t rows, bad_rows, absent; /* of the truth: read, unreadable, without a print */
    uint64_t resized;                /* rows whose print had another size */
    uint64_t prints, labelled, cancelled, again; /* again: a second print of the same id */
    uint64_t unlabelled_packets;
    struct score_class classes[TC_COUNT];
    struct score_packets kinds[SK_COUNT];
    struct score_place places[SG_COUNT][PL_COUNT];
    uint64_t sideless[SG_COUNT];  /* labelled prints that truly have no side */
    uint64_t unfounded[SG_COUNT]; /* ... and were given one */
    struct calibration calibration[SG_COUNT];
};

/* A parent that no packet has exactly, or whose packet is of another kind or the wrong way. */
struct score_miss {
    const struct truth_row *row; /* its first in the file */
    uint32_t prints;             /* of options, in the session */
    uint32_t packets;            /* over which they are spread */
    enum score_kind best;
    uint64_t packet; /* id of the best one, 0 = none */
    bool exact, wrong_side;
};

/* Scores settled claims. miss may be NULL; it is called for parents of the classes that a reading
 * names. ERR_USAGE when the truth does not belong to these claims: fewer than half of its rows and
 * fewer than half of the prints have their counterpart with the same size. */
int score_make(const struct truth *truth, const struct claims *claims,
               const struct symbols *symbols, void (*miss)(void *self, const struct score_miss *m),
               void *self, struct score *ret, struct err *err);
void score_add(struct score *sum, const struct score *s);

/* Totals that the measures come from. */
struct score_counts {
    uint64_t packets, parents, right, abstained, agreed, wrong, unfounded;
    int64_t packet_size, main_size, parent_size, best_size;
    double packet_shares, parent_shares; /* sums; divide by packets, parents */
};
struct score_counts score_reading_counts(const struct score *s, const struct score_reading *r);
struct score_place score_place_sum(const struct score *s, enum score_group g);

/* The measures that runs are compared by: a dense table, read by index from 0. */
struct score_measure {
    char name[48]; /* "sweep precision" */
    bool less_is_better;
    double value; /* NAN where there is nothing to measure */
};
size_t score_measures(void);
struct score_measure score_measure(const struct score *s, size_t i);
