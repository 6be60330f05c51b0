/* Where the deck's output goes. A deck calls its sinks in the order they were added, on the thread
 * that pushed, and they must not push back. */
#pragma once
#include "base/base.h"

struct event;
struct record;

struct sink_ops {
    const char *name;
    void (*event)(void *self, const struct event *ev); /* as committed: seq given, recv raised */
    void (*record)(void *self,
                   const struct record *rec); /* derived, after the event it came from */
};
struct sink {
    const struct sink_ops *ops;
    void *self;
};
