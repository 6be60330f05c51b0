/* When things happen: traffic time, which passes faster than event time when the market is busy.
 * Its pace is the product of the shape of the day (busy at the open and before the close), a regime
 * of minutes, a heat of fractions of a second, and excitement: every print makes more events
 * likely for a while (A. G. Hawkes 1971, with two exponential kernels, in whole numbers). */
#pragma once
#include "event/calendar.h"
#include "feed/market/chance.h"
#include "feed/market/profile.h"

struct mood { /* what a regime does to prices */
    uint32_t vol_permille;
    int32_t drift_ppm; /* millionths of the price a second */
};

#define TRAFFIC_KERNELS 2

struct traffic {
    struct chance heats, regimes;
    const struct profile *profile;
    struct trading_day day;
    int64_t from_ns, at;      /* the segment's start in event time and in traffic time */
    int64_t until, pace;      /* its end in traffic time, its pace in 1/1000 */
    int64_t heat_ns, mood_ns; /* ends of heat and regime in event time */
    int64_t base, heat_pace;  /* 1/1000 */
    int64_t excited[TRAFFIC_KERNELS], step[TRAFFIC_KERNELS]; /* pace in 1e-9 */
    enum regime regime;
    bool calm;
};

/* prints_second: mean prints a second of traffic time. */
void traffic_init(struct traffic *t, uint64_t seed, const struct profile *profile,
                  int64_t prints_second);
/* Starts anew within the day at ns, where traffic time stands at `at`. */
void traffic_start(struct traffic *t, const struct trading_day *day, int64_t ns, int64_t at);
/* Event time at which traffic time `at` is reached; at never falls. */
int64_t traffic_reach(struct traffic *t, int64_t at);
/* Prints have been made at the point reached last. */
void traffic_excite(struct traffic *t, int64_t at, int64_t prints);
struct mood traffic_mood(const struct traffic *t);
