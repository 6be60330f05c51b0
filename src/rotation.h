/* One session file a trading day: when it is time, what the next session is told of the one before.
 *
 * A day's events are handed over before the first of the next is (sources are not asked beyond the
 * end of the day), so that each session is complete in itself: engine, accounts, ids from 1. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "event/event.h"

struct session;
struct session_rotation;

struct rotation {
    bool on;
    const struct session_rotation *how; /* borrowed */
    int32_t date;                       /* the trading day that is recorded */
    int64_t last_ns;                    /* its last; INT64_MAX = without end */
    uint32_t turns;                     /* sessions completed */
    uint64_t carried;                   /* events told again at the session's start */
    char before[256], after[256];       /* names of the sessions around it; "" = none */
    struct event *terms;                /* the newest statement on each contract */
    size_t n_terms;
    uint32_t *place; /* in terms plus one, by symbol id */
};

/* The first session, after the sources are open. */
int rotation_begin(struct session *s, const struct session_rotation *how, struct err *err);
/* Every source has handed over its part of the day, and one has something of a later day due. */
bool rotation_due(struct session *s);
/* Completes the session and begins the next. 0 or -code: then nothing is recorded any more, what
 * was is complete. */
int rotation_turn(struct session *s, struct err *err);
/* A contract's terms, as they went through the door. */
void rotation_keep(struct rotation *r, const struct event *ev);
/* What the session's books say of it. */
void rotation_account(struct session *s);
void rotation_end(struct rotation *r);
