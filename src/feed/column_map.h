/* Column maps: how rows of a foreign delimited file become events, as data. The text form:
 *
 *   # comment
 *   about    One sentence for lists.
 *   header   yes | no             does the file begin with column names?
 *   columns  NAME...              the columns in order (header no), or those that must be there
 *   setting  NAME [=DEFAULT] WHAT IT IS IN WORDS        given by --set NAME=VALUE, used as @NAME
 *   skip     COLUMN VALUE...      rows with such a value are not used (counted skipped_type)
 *   flag     COLUMN VALUE...      rows with such a value are used and counted as flagged
 *   sides    one                  a row shows one side of a quote: the other, 0, stays as it was
 *   lines before the first `row` hold for every row:
 *   TARGET   SOURCE FORM [ARG...] a field of the event: SOURCE is a column or @SETTING
 *   row      KIND                 begins what one line of the file gives; two rows: the first is a
 *                                 quote that the source joined to the print of the second
 *
 * Targets and forms are the tables of column_map.c and map_csv.c. A later line for the same target
 * wins where its source is not empty. A side of a quote with price 0 and size 0 is no side. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/event.h"
#include "feed/csv.h"
#include "feed/feed.h"

enum map_class {
    CLASS_SYMBOL,
    CLASS_ROOT,
    CLASS_DATE,
    CLASS_RIGHT,
    CLASS_TIME,
    CLASS_PRICE,
    CLASS_QTY,
    CLASS_VENUE,
    CLASS_COND,
    CLASS_TAPE,
    CLASS_ID
};

enum map_target {
    MT_SYMBOL,
    MT_ROOT,
    MT_EXPIRY,
    MT_RIGHT,
    MT_STRIKE,
    MT_TS,
    MT_RECV,
    MT_REPORT_TS,
    MT_PRICE,
    MT_SIZE,
    MT_BID,
    MT_BID_SIZE,
    MT_BID_VENUE,
    MT_ASK,
    MT_ASK_SIZE,
    MT_ASK_VENUE,
    MT_VENUE,
    MT_COND,
    MT_TAPE,
    MT_ID,
    MT_REF,
    MT_COUNT
};

struct map_run;
struct map_op;
struct map_form {
    const char *name;
    uint8_t class;
    /* Puts the field's value where op->target says; false with the run's refusal filled. */
    bool (*apply)(struct map_run *run, const struct map_op *op, struct csv_field f);
    int64_t unit; /* what the form means by 1, where forms share their function */
};
const struct map_form *map_form_find(const char *s, size_t n); /* map_csv.c */

struct map_op {
    const struct map_form *form;
    uint8_t target;    /* enum map_target */
    int8_t column;     /* place among map.columns; -1 = the constant */
    const char *value; /* the constant: text of a setting */
    int64_t arg;       /* e-4: digits fewer; x100: factor; +60s: ns. 0 = none */
    bool zero_none;    /* "0" is as good as empty */
    uint8_t n_not;
    int16_t not [4]; /* codes that mean nothing */
};

#define MAP_COLUMNS 48
#define MAP_OPS     28
struct column_map {
    char *text;   /* all names point into it */
    char *values; /* those of the settings */
    bool header;
    bool one_side; /* `sides one` */
    const char *about;
    const char *columns[MAP_COLUMNS];
    int n_columns;
    struct {
        const char *name, *what;
        const char *value; /* NULL = must be given */
    } settings[8];
    size_t n_settings;
    struct map_test {
        int column;
        const char *values[8];
        size_t n;
    } skips[4], flags[4];
    size_t n_skips, n_flags;
    struct map_row {
        uint8_t kind; /* enum event_kind */
        struct map_op ops[MAP_OPS];
        size_t n;
    } rows[2];
    size_t n_rows;
    int32_t date; /* setting `date`, 0 = none */
};

/* The texts shipped in the program (generated from data/maps). */
struct map_text {
    const char *name, *text;
};
extern const struct map_text map_texts[]; /* ends with name NULL */

/* By the name of a shipped map or the path of a file; settings from the set=NAME=VALUE parameters
 * of the URI. The result is freed with column_map_free. */
struct column_map *column_map_load(const char *name, const struct uri *u, struct err *err);
struct column_map *column_map_parse(const char *name, const char *text, const struct uri *u,
                                    struct err *err);
void column_map_free(struct column_map *m);
/* Names of the shipped maps, blank-separated, into buf. */
void column_map_names(char *buf, size_t cap);
