/* Signals that stop a long command, held back so that it ends at a place of its own choosing and
 * leaves nothing half-made. A second one of a kind changes nothing. */
#pragma once
#include <signal.h>

struct stops {
    sigset_t held, before;
};

void stops_hold(struct stops *s);
/* The one that waits, 0 = none. Any thread started after stops_hold may ask. */
int stops_pending(void);
/* As it was before; what waited is taken away and returned, 0 = nothing. */
int stops_release(struct stops *s);
