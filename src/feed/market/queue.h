/* Events on their way from the venue to the recorder, taken out in the order of arrival. */
#pragma once
#include "event/event.h"

struct queue;

struct queue *queue_create(void);
void queue_destroy(struct queue *q);
void queue_push(struct queue *q, const struct event *ev); /* equal arrivals keep their order */
const struct event *queue_peek(const struct queue *q);    /* the earliest, or NULL */
void queue_pop(struct queue *q);
