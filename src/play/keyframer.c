/* Keyframes by cost. See keyframer.h.
 *
 * All keyframes together take at most SHARE percent of the session. A frame is made as soon as what
 * it will probably take fits into that, so they come the closer the less state there is. A seek
 * reads a full frame and the deltas after it; when these have grown to the size of two full ones,
 * the next is full again, which keeps what a seek reads below three times that. So that it can be
 * paid for then, every delta leaves its part of the next full one unspent. */
#include "play/keyframer.h"

#define SHARE       9     /* percent; the limit is 10, compression is only guessed beforehand */
#define CHAIN       2     /* deltas behind a full frame, in sizes of it */
#define MIN_EVENTS  20000 /* between frames: less is replayed in no time */
#define SLICE       256   /* entries copied at a time: some 20 us */
#define FIRST_GUESS 25    /* percent left by compression before there is a figure */

void keyframer_begin(struct keyframer *k, struct deck *deck, struct store *store)
{
    *k = (struct keyframer){.deck = deck, .store = store};
    deck_track(deck);
}

/* What raw bytes will probably take in the file. */
static uint64_t guess(const struct keyframer *k, const struct store_health *h, uint64_t raw)
{
    bool known = h->frame_bytes > 0 && k->raw > 0;
    uint64_t share = known ? h->frame_bytes * 120 / k->raw : FIRST_GUESS;
    return raw / 100 * MAX(share, (uint64_t)5) + 4096;
}

/* May `raw` bytes be spent now, and `saved` ones at the next full frame? */
static bool affordable(const struct keyframer *k, const struct store_health *h, size_t raw,
                       size_t saved)
{
    uint64_t rows = h->bytes > h->frame_bytes ? h->bytes - h->frame_bytes : 0;
    return raw != SIZE_MAX &&
           h->frame_bytes + guess(k, h, raw) + (saved ? guess(k, h, saved) : 0) <=
               rows / 100 * SHARE;
}

static void begin(struct keyframer *k, bool full, size_t raw)
{
    deck_frame_begin(k->deck, full);
    k->busy = true;
    k->chain = true;
    k->seq = deck_seq(k->deck);
    k->raw += raw;
    k->full = full ? raw : k->full;
    k->deltas = full ? 0 : k->deltas + raw;
}

void keyframer_run(struct keyframer *k)
{
    if (k->busy) {
        struct frame *f = deck_frame_more(k->deck, SLICE);
        if (!f)
            return;
        k->busy = false;
        store_frame(k->store, f);
        return;
    }
    if (deck_seq(k->deck) - k->seq < MIN_EVENTS)
        return;
    struct store_health h;
    store_health(k->store, &h);
    size_t full = deck_frame_bytes(k->deck, true), delta = deck_frame_bytes(k->deck, false);
    size_t most = CHAIN * k->full, chain = k->deltas + delta;
    bool whole = !k->chain || chain > most;
    size_t saved = whole ? 0 : (size_t)((__int128)full * chain / most);
    if (affordable(k, &h, whole ? full : delta, saved))
        begin(k, whole, whole ? full : delta);
}
