/* Internal to store/: structures, their legs and campaigns to and from table rows. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "event/record.h"
#include "event/symbol.h"
#include "store/batch.h"

#define STRUCTURE_COLUMNS 30
#define LEG_COLUMNS       11
#define CAMPAIGN_COLUMNS  20

/* Writing: from cleared cells. first: no version of its id was stored before. */
void structure_cells(struct cells *c, uint64_t rev, const struct structure *s, bool first);
/* n of enum STRUCTURE_LEGS, from 0. */
void leg_cells(struct cells *c, uint64_t rev, const struct structure *s, int n);
void campaign_cells(struct cells *c, uint64_t rev, const struct campaign *p, bool first);

/* "SELECT ... FROM structure s ", "... FROM leg l ", "... FROM campaign c "; add WHERE. */
const char *structure_select(void);
const char *leg_select(void);
const char *campaign_select(void);
/* Each is false when the row makes no sense. A structure comes without its legs (*ret_rev names
 * them); legs are added one by one, in order of n. */
bool structure_read(sqlite3_stmt *s, const struct symbols *symbols, uint64_t *ret_rev,
                    struct structure *ret);
bool leg_read(sqlite3_stmt *s, const struct symbols *symbols, struct structure *to, int n);
bool campaign_read(sqlite3_stmt *s, const struct symbols *symbols, uint64_t *ret_rev,
                   struct campaign *ret);
