/* Wall and monotonic clocks. Only session, feeds' pacing and the screen may read them: the deck's
 * time is data. */
#pragma once
#include "base/base.h"

int64_t clock_wall_ns(void); /* ns since 1970 UTC */
int64_t clock_mono_ns(void);
int64_t clock_cpu_ns(void); /* CPU time of the calling thread */
