/* What data/gen_tables.py generates: rows and dense lookups. Only venue.c, cond.c, calendar.c and
 * root.c read it; everybody else calls their functions. In lookups 0 means "not in the table". */
#pragma once
#include "event/calendar.h"
#include "event/cond.h"
#include "event/root.h"
#include "event/venue.h"

extern const struct venue venue_rows[]; /* by id; ids not in use are zeroed */
extern const uint16_t venue_rows_n;
extern const uint8_t venue_letters[2][128]; /* first index: 0 options, 1 equities */
extern const uint8_t venue_thetas[2][256];
extern const uint8_t venue_massives[2][512];
extern const uint8_t venue_publishers[256];
extern const uint8_t venue_mics[]; /* ids in the order of their MICs */
extern const size_t venue_mics_n;

struct cond_name {
    const char *name;
    char letter;
};
extern const struct cond cond_option_rows[]; /* row 0 stands for every unknown letter */
extern const uint8_t cond_option_at[128];
extern const char cond_option_theta[256], cond_option_massive[512];
extern const struct cond_name cond_option_names[]; /* in the order of names */
extern const size_t cond_option_names_n;

extern const struct cond cond_equity_rows[]; /* row 0 stands for every unknown letter */
extern const uint8_t cond_equity_at[3][128]; /* first index: 0 CTA, 1 UTP, 2 tape not known */
extern const char cond_equity_massive[3][512], cond_equity_theta[256], cond_lean_bits[32];

/* Minutes after midnight in New York; both -1 when closed. In the order of dates. */
struct holiday {
    int32_t date;
    int16_t open_min, close_min;
    const char *note;
};
extern const struct holiday holiday_rows[];
extern const size_t holiday_rows_n;
extern const int32_t holiday_first_year, holiday_last_year, holiday_announced_year;

extern const struct root root_rows[]; /* in the order of names; "*7" stands for an ending */
extern const size_t root_rows_n;
