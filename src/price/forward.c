/* The implied forward. See forward.h. */
#include "price/forward.h"

#include <math.h>

#define MOST_DISCOUNT 2.0 /* no rate and expiry of this market discount by more, below zero */

static bool is_live(double bid, double ask)
{
    return isfinite(bid) && isfinite(ask) && bid > 0 && ask > bid;
}

static bool is_pair(const struct parity_quote *q)
{
    return isfinite(q->strike) && q->strike > 0 && is_live(q->call_bid, q->call_ask) &&
           is_live(q->put_bid, q->put_ask);
}

/* C - P from mids. */
static double gap(const struct parity_quote *q)
{
    return 0.5 * (q->call_bid + q->call_ask) - 0.5 * (q->put_bid + q->put_ask);
}

static double width(const struct parity_quote *q)
{
    return q->call_ask - q->call_bid + q->put_ask - q->put_bid;
}

/* The pair nearest the forward; of equals the one with the closer quotes. */
static const struct parity_quote *nearest(const struct parity_quote *q, size_t n, size_t *ret_pairs)
{
    const struct parity_quote *best = NULL;
    *ret_pairs = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_pair(&q[i]))
            continue;
        ++*ret_pairs;
        double d = best ? fabs(gap(&q[i])) - fabs(gap(best)) : -1;
        if (d < 0 || (d == 0 && width(&q[i]) < width(best)))
            best = &q[i];
    }
    return best;
}

/* About the means, so that nothing cancels. */
static void fit(const struct parity_quote *q, size_t n, size_t pairs, struct implied_forward *ret)
{
    double mean_k = 0, mean_y = 0, kk = 0, ky = 0, yy = 0;
    for (size_t i = 0; i < n; i++)
        if (is_pair(&q[i])) {
            mean_k += q[i].strike / (double)pairs;
            mean_y += gap(&q[i]) / (double)pairs;
        }
    for (size_t i = 0; i < n; i++)
        if (is_pair(&q[i])) {
            double k = q[i].strike - mean_k, y = gap(&q[i]) - mean_y;
            kk += k * k;
            ky += k * y;
            yy += y * y;
        }
    ret->fit_forward = ret->fit_discount = ret->fit_error = NAN;
    if (kk <= 0)
        return;
    ret->fit_discount = -ky / kk;
    ret->fit_forward = mean_k + mean_y / ret->fit_discount;
    ret->fit_error = sqrt(MAX(yy - ky * ky / kk, 0) / (double)pairs);
}

enum forward_reason forward_imply(const struct parity_quote *q, size_t n, double discount,
                                  struct implied_forward *ret)
{
    struct implied_forward f;
    const struct parity_quote *near = nearest(q, n, &f.pairs);
    if (!near)
        return FORWARD_WHY_NO_PAIR;
    fit(q, n, f.pairs, &f);
    if (isnan(discount) && isnan(f.fit_discount))
        return FORWARD_WHY_ONE_STRIKE;
    f.discount = isnan(discount) ? f.fit_discount : discount;
    if (!(f.discount > 0 && f.discount < MOST_DISCOUNT))
        return FORWARD_WHY_SLOPE;
    f.strike = near->strike;
    f.forward = f.strike + gap(near) / f.discount;
    f.low = f.strike + (near->call_bid - near->put_ask) / f.discount;
    f.high = f.strike + (near->call_ask - near->put_bid) / f.discount;
    if (!(f.forward > 0))
        return FORWARD_WHY_NOT_POSITIVE;
    *ret = f;
    return FORWARD_WHY_NONE;
}
