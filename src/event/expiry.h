/* When a contract ends, on the exchange's clock (conditions.md section D; calendar.h for sessions).
 * The expiry date of a series may be no trading day: a Saturday until 2015, or a holiday. Then the
 * session before it counts. */
#pragma once
#include "event/symbol.h"

/* All are false for equities and where the settlement is not known; UTC ns otherwise. */

/* Where its value is set: the open of the session of expiry for AM settlement, else its close. */
bool expiry_instant(const struct instrument *in, int64_t *ret_ns);
/* The last moment it trades: for AM settlement the close of the session before (index options trade
 * on for 15 minutes), else the close of the session of expiry. */
bool expiry_last_trade(const struct instrument *in, int64_t *ret_ns);
/* Whole minutes from ns to the instant of expiry, rounded down; below 0 after it. */
bool expiry_minutes(const struct instrument *in, int64_t ns, int64_t *ret);
