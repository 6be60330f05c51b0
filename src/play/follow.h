/* A deck of its own that follows the playhead of a recorded session: from the nearest keyframe it
 * takes the recorded events through the same door as the recorder did, and so knows what was open
 * and what digest the engine had. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "deck/deck.h"
#include "store/query.h"

struct follower;

/* The reader is borrowed. live: the file is being recorded, so that events it does not have may
 * come. */
struct follower *follower_create(struct reader *r, bool live);
void follower_destroy(struct follower *f); /* NULL is fine */
/* Works towards the playhead for about budget_ns. 1: the deck stands there, having taken every
 * event up to it that the file has; 0: not yet; -code. */
int follower_run(struct follower *f, struct playhead at, int64_t budget_ns, struct err *err);
/* Is it for the recorder that the last run had to stop? */
bool follower_waits(const struct follower *f);
/* The deck, wherever it stands; only to be looked at. */
const struct deck *follower_deck(const struct follower *f);
/* Standing at that place? Between two calls of follower_run it may stand at a place on the way. */
bool follower_there(const struct follower *f, struct playhead at);
