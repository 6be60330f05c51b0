/* In front of the door: holds events until nothing earlier can still come within a stated bound,
 * and hands them on in order of event time. What arrives in another order within the bound is then
 * the same tape. Later than the bound: handed on at once, as ordinary late input. */
#pragma once
#include "base/base.h"
#include "event/event.h"

struct reorder;

/* emit takes the events in their new order; recv_ns is event time plus the bound, or the time of
 * arrival where that was later. */
struct reorder *reorder_create(int64_t bound_ns, void (*emit)(void *self, struct event *ev),
                               void *self);
void reorder_destroy(struct reorder *r);

/* Takes an event and hands on what its receive time sets free. Equal event times: quotes before
 * prints, then by the print's id where both have one, then in order of arrival. */
void reorder_push(struct reorder *r, const struct event *ev);
/* Engine time reaches now_ns. */
void reorder_advance(struct reorder *r, int64_t now_ns);
/* End of input: everything goes on. */
void reorder_finish(struct reorder *r);
size_t reorder_held(const struct reorder *r);
