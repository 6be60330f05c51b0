/* Shares, intervals, calibration. See figure.h. */
#include "score/figure.h"

#include <math.h>

#define Z95 1.9599639845400545 /* two-sided 95 % of the normal distribution */

double figure_share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

struct interval figure_wilson(uint64_t part, uint64_t whole)
{
    if (!whole)
        return (struct interval){NAN, NAN};
    double n = (double)whole, p = (double)part / n, zz = Z95 * Z95;
    double middle = (p + zz / (2 * n)) / (1 + zz / n);
    double half = Z95 * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n);
    /* At 0 and n the ends are exact; rounding would leave them a hair off. */
    return (struct interval){part ? middle - half : 0, part < whole ? middle + half : 1};
}

double figure_f1(uint64_t right, uint64_t claimed, uint64_t wanted)
{
    return figure_share(2 * right, claimed + wanted);
}

void calibration_add(struct calibration *c, uint8_t percent, bool right)
{
    size_t at = MIN(percent, FIGURE_PERCENTS - 1);
    c->n[at]++;
    c->right[at] += right;
}

static double log_loss_of(uint64_t n, uint64_t right, double stated)
{
    double p = fmin(fmax(stated, 1e-6), 1 - 1e-6);
    return -((double)right * log(p) + (double)(n - right) * log1p(-p));
}

struct calibration_figures calibration_measure(const struct calibration *c)
{
    struct calibration_figures f = {0};
    for (size_t i = 0; i < FIGURE_PERCENTS; i++) {
        f.n += c->n[i];
        f.right += c->right[i];
    }
    double base = figure_share(f.right, f.n);
    for (size_t i = 0; i < FIGURE_PERCENTS; i++) {
        if (!c->n[i])
            continue;
        double weight = (double)c->n[i] / (double)f.n, stated = (double)i / 100;
        double came = (double)c->right[i] / (double)c->n[i];
        f.brier += weight * (came * (1 - stated) * (1 - stated) + (1 - came) * stated * stated);
        f.reliability += weight * (stated - came) * (stated - came);
        f.resolution += weight * (came - base) * (came - base);
        f.ece += weight * fabs(stated - came);
        f.log_loss += log_loss_of(c->n[i], c->right[i], stated) / (double)f.n;
    }
    f.uncertainty = base * (1 - base);
    if (!f.n)
        f.brier = f.reliability = f.resolution = f.ece = f.log_loss = NAN;
    return f;
}

struct spread figure_spread(const double *values, size_t n)
{
    struct spread s = {.low = NAN, .high = NAN};
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            continue;
        s.n++;
        sum += values[i];
        s.low = s.n == 1 ? values[i] : fmin(s.low, values[i]);
        s.high = s.n == 1 ? values[i] : fmax(s.high, values[i]);
    }
    s.mean = s.n ? sum / (double)s.n : NAN;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            squares += (values[i] - s.mean) * (values[i] - s.mean);
    s.sd = s.n > 1 ? sqrt(squares / (double)(s.n - 1)) : s.n ? 0 : NAN;
    return s;
}
