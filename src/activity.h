/* Event counts over time for the timeline: kept while recording, found by bisection in a recording
 * (event numbers are dense, so two seeks tell how many lie between). */
#pragma once
#include "base/base.h"
#include "store/query.h"

struct activity;

struct activity *activity_create(void);
void activity_destroy(struct activity *a);

/* n events at engine time ns (not falling). Bounded memory: buckets double when the span grows. */
void activity_add(struct activity *a, int64_t ns, uint64_t n);

/* Counts over the span in n equal buckets: from what was added, or read from a session. A scan of
 * the same span and n is remembered. */
void activity_read(const struct activity *a, const struct session_span *span, uint32_t *ret,
                   size_t n);
void activity_scan(struct activity *a, struct reader *r, const struct session_span *span,
                   uint32_t *ret, size_t n);
