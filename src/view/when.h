/* Times as people type them, for --from, --to and the transport's "go to". */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "store/query.h"

/* A time as engine time (ns since 1970 UTC). text is one of:
 * - RFC 3339 with offset or Z, or an integer of ns since 1970
 * - `+5s`, `-5m`: relative to from_ns; with from_ns INT64_MIN, + counts from the session's start
 *   and - before its end
 * - `09:31`, `09:31:15.25`: New York, on the date of the session's first event
 * - `50%` of the span, with up to nine decimals, 0 to 100
 * - `open` `close` of the regular session of that date
 * ERR_USAGE otherwise, with what is accepted. The result may lie outside the span. */
int when_parse(const char *text, const struct session_span *span, int64_t from_ns, int64_t *ret_ns,
               struct err *err);

/* `9:31`, `09:31:15.25`: ns since midnight; false on anything else. */
bool clock_parse(const char *s, size_t n, int64_t *ret_ns);
