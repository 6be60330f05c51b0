/* Measures over many runs. See spread.h. */
#include "score/spread.h"

#include <math.h>

#include "base/mem.h"

void runs_init(struct runs *r, uint64_t first, size_t n)
{
    size_t values = n * score_measures();
    *r = (struct runs){.n = n};
    r->seeds = mem_grow(NULL, MAX(n, 1u), sizeof *r->seeds);
    r->values = mem_grow(NULL, MAX(values, 1u), sizeof *r->values);
    for (size_t i = 0; i < n; i++)
        r->seeds[i] = first + i;
    for (size_t i = 0; i < values; i++)
        r->values[i] = NAN;
}

void runs_finish(struct runs *r)
{
    mem_free(r->seeds);
    mem_free(r->values);
    *r = (struct runs){0};
}

void runs_set(struct runs *r, size_t run, const struct score *s)
{
    size_t n = score_measures();
    for (size_t i = 0; i < n; i++)
        r->values[run * n + i] = score_measure(s, i).value;
}

/* Puts a value at its place among the worst so far. */
static void offer(struct runs_measure *m, uint64_t seed, double value)
{
    size_t at = m->n_worst;
    while (at > 0 && (m->what.less_is_better ? value > m->worst[at - 1].value
                                             : value < m->worst[at - 1].value))
        at--;
    if (at == RUNS_WORST)
        return;
    m->n_worst = MIN(m->n_worst + 1, RUNS_WORST);
    for (size_t i = m->n_worst - 1; i > at; i--)
        m->worst[i] = m->worst[i - 1];
    m->worst[at].seed = seed;
    m->worst[at].value = value;
}

struct runs_measure runs_measure(const struct runs *r, size_t measure)
{
    struct score none = {0};
    struct runs_measure m = {.what = score_measure(&none, measure)};
    double *values = mem_grow(NULL, MAX(r->n, 1u), sizeof *values);
    for (size_t i = 0; i < r->n; i++) {
        values[i] = r->values[i * score_measures() + measure];
        if (!isnan(values[i]))
            offer(&m, r->seeds[i], values[i]);
    }
    m.spread = figure_spread(values, r->n);
    m.what.value = m.spread.mean;
    mem_free(values);
    return m;
}
