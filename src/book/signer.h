/* Signs the prints of a recorded session by one classic rule: raw events in engine order go in,
 * answers in the order of the prints come out. Each print is held against what stood before it,
 * with a book of its own; the reverse tick alone waits for the next different price, which is why
 * all this is for recorded sessions and never for a live one.
 *
 * Prints are signed as they were first reported, whatever their conditions, as the literature does;
 * left out, and no reference for the tick test, are only those that are no trades: cancels,
 * official opens and closes. Cancels and corrections that come later change nothing. */
#pragma once
#include "base/base.h"
#include "book/side.h"
#include "event/event.h"

/* VENUE: last prices and quotes of the print's own venue alone. ANY: last prices of all venues, the
 * national quote; the trade size rule takes the venue's own quote where there is one. */
enum signer_scope { SIGNER_ANY, SIGNER_VENUE };

struct signer_rule {
    enum side_rule rule; /* one of classic.h */
    enum signer_scope scope;
    enum event_kind prints; /* EV_OPTION_PRINT or EV_EQUITY_PRINT: those to sign */
    int64_t lag_ns;         /* a quote must be this much older than the print; >= 0 */
};

struct signed_print {
    uint64_t seq;
    struct side_answer answer; /* rule always; reason when side is 0; confidence 0 */
};

struct signer;

struct signer *signer_create(const struct signer_rule *rule);
void signer_destroy(struct signer *s);

/* Takes an event (seq given, ascending; any kind). */
void signer_push(struct signer *s, const struct event *ev);
/* No more events: what still waits for a price stays unsigned. */
void signer_finish(struct signer *s);
/* The oldest print not yet taken, when its answer is known. Memory: 24 bytes a print waiting. */
bool signer_take(struct signer *s, struct signed_print *ret);
