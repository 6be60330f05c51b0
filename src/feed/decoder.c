/* What all decoders share. See decoder.h. */
#include "feed/decoder.h"

int decoder_end(struct decoder *d, bool *told, struct err *err)
{
    enum input_fault fault = input_fault(d->in);
    if (fault == INPUT_FAILED)
        return err_set(err, ERR_FEED, "cannot read %s: %s", d->file, input_error(d->in));
    if (fault == INPUT_SOUND || *told)
        return DECODED_END;
    *told = true;
    d->feed->stats.records++;
    feed_drop(d->feed, fault == INPUT_TRUNCATED ? DROP_TRUNCATED : DROP_CORRUPT, d->file,
              "%s; what stood before it was read", input_error(d->in));
    return DECODED_DROPPED;
}
