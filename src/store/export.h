/* One self-contained SQLite file cut from a session: the same schema, every derived row with all of
 * its evidence (members, the quotes they joined, instruments), nothing else. */
#pragma once
#include "base/base.h"
#include "base/err.h"

struct export_options {
    int64_t from_ns, to_ns;     /* recv_ns, inclusive; INT64_MIN / INT64_MAX = open */
    const char *const *symbols; /* underlying or equity symbols; n 0 = all */
    size_t n_symbols;
    uint32_t kinds; /* bit per enum row_kind; 0 = all */
};
struct export_counts {
    uint64_t raw, derived,
        evidence; /* rows; evidence = raw rows outside the choice, kept as proof */
};
/* OUT must not exist; it is written under a temporary name and renamed when complete, so an
 * interrupted export leaves nothing. progress may be NULL; it returns false to cancel. */
int export_session(const char *path, const char *out, const struct export_options *opt,
                   bool (*progress)(void *self, uint64_t done, uint64_t total), void *self,
                   struct export_counts *ret, struct err *err);
