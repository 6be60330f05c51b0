/* Sums of scores, and the measures made from the counts. See score.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "score/score.h"

#define CLASS(name) (UINT32_C(1) << TC_##name)
#define KIND(name)  (UINT32_C(1) << SK_##name)

/* What a class of the truth should be called. An auction of a retail order and noise are prints on
 * their own. Classes without a row are none the deck claims to find yet: their prints count against
 * whatever it makes of them. */
const struct score_reading score_readings[] = {
    {"single", CLASS(SINGLE) | CLASS(RETAIL_AUCTION) | CLASS(NOISE), KIND(SINGLE)},
    {"fill_run", CLASS(FILL_RUN), KIND(FILL_RUN)},
    {"sweep", CLASS(SWEEP) | CLASS(ISO_SWEEP), KIND(SWEEP_ISO) | KIND(SWEEP_APPARENT)},
    {"sweep iso", CLASS(ISO_SWEEP), KIND(SWEEP_ISO)},
    {"sweep apparent", CLASS(SWEEP), KIND(SWEEP_APPARENT)},
    {"block", CLASS(BLOCK), KIND(BLOCK)},
    {"repeat", CLASS(REPEAT), KIND(REPEAT)},
    {"package", CLASS(PACKAGE) | CLASS(ROLL) | CLASS(STOCK_TIED), KIND(PACKAGE)},
};
const size_t score_readings_n = ARRAY_LEN(score_readings);

const char *score_kind_name(enum score_kind k)
{
    static const char *const names[SK_COUNT] = {
#define X(id, name, kind, grade) [SK_##id] = name,
        SCORE_KINDS(X)
#undef X
    };
    return (size_t)k < SK_COUNT ? names[k] : "none";
}

const char *score_group_name(enum score_group g)
{
    static const char *const names[SG_COUNT] = {[SG_OPTION] = "options",
                                                [SG_LIT] = "equities on exchange",
                                                [SG_OFF] = "equities off exchange"};
    return (size_t)g < SG_COUNT ? names[g] : "?";
}

static void add_counts(uint64_t *sum, const uint64_t *more, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += more[i];
}

static void add_class(struct score_class *sum, const struct score_class *c)
{
    sum->parents += c->parents;
    sum->abstained += c->abstained;
    sum->agreed += c->agreed;
    sum->wrong += c->wrong;
    sum->unfounded += c->unfounded;
    sum->size += c->size;
    sum->best_size += c->best_size;
    sum->shares += c->shares;
    add_counts(sum->exact, c->exact, ARRAY_LEN(c->exact));
    add_counts(sum->best, c->best, ARRAY_LEN(c->best));
}

static void add_kind(struct score_packets *sum, const struct score_packets *p)
{
    sum->packets += p->packets;
    sum->size += p->size;
    sum->main_size += p->main_size;
    sum->shares += p->shares;
}

static void add_place(struct score_place *sum, const struct score_place *p)
{
    sum->prints += p->prints;
    sum->right += p->right;
    sum->wrong += p->wrong;
}

static void add_group(struct score *sum, const struct score *s, size_t g)
{
    for (size_t i = 0; i < PL_COUNT; i++)
        add_place(&sum->places[g][i], &s->places[g][i]);
    sum->sideless[g] += s->sideless[g];
    sum->unfounded[g] += s->unfounded[g];
    add_counts(sum->calibration[g].n, s->calibration[g].n, FIGURE_PERCENTS);
    add_counts(sum->calibration[g].right, s->calibration[g].right, FIGURE_PERCENTS);
}

void score_add(struct score *sum, const struct score *s)
{
    sum->runs += s->runs;
    sum->rows += s->rows;
    sum->bad_rows += s->bad_rows;
    sum->absent += s->absent;
    sum->resized += s->resized;
    sum->prints += s->prints;
    sum->labelled += s->labelled;
    sum->cancelled += s->cancelled;
    sum->again += s->again;
    sum->unlabelled_packets += s->unlabelled_packets;
    for (size_t i = 0; i < TC_COUNT; i++)
        add_class(&sum->classes[i], &s->classes[i]);
    for (size_t i = 0; i < SK_COUNT; i++)
        add_kind(&sum->kinds[i], &s->kinds[i]);
    for (size_t g = 0; g < SG_COUNT; g++)
        add_group(sum, s, g);
}

struct score_counts score_reading_counts(const struct score *s, const struct score_reading *r)
{
    struct score_counts c = {0};
    for (size_t i = 0; i < TC_COUNT; i++) {
        const struct score_class *class = &s->classes[i];
        if (!(r->classes >> i & 1))
            continue;
        c.parents += class->parents;
        c.abstained += class->abstained;
        c.agreed += class->agreed;
        c.wrong += class->wrong;
        c.unfounded += class->unfounded;
        c.parent_size += class->size;
        c.best_size += class->best_size;
        c.parent_shares += class->shares;
        for (size_t k = 0; k < SK_COUNT; k++)
            c.right += r->kinds >> k & 1 ? class->exact[k] : 0;
    }
    for (size_t k = 0; k < SK_COUNT; k++) {
        if (!(r->kinds >> k & 1))
            continue;
        c.packets += s->kinds[k].packets;
        c.packet_size += s->kinds[k].size;
        c.main_size += s->kinds[k].main_size;
        c.packet_shares += s->kinds[k].shares;
    }
    return c;
}

struct score_place score_place_sum(const struct score *s, enum score_group g)
{
    struct score_place sum = {0};
    for (size_t i = 0; i < PL_COUNT; i++)
        add_place(&sum, &s->places[g][i]);
    return sum;
}

static double precision(const struct score_counts *c)
{
    return figure_share(c->right, c->packets);
}

static double recall(const struct score_counts *c)
{
    return figure_share(c->right, c->parents);
}

static double f1(const struct score_counts *c)
{
    return figure_f1(c->right, c->packets, c->parents);
}

static double abstention(const struct score_counts *c)
{
    return figure_share(c->abstained, c->parents);
}

static double wrong(const struct score_counts *c)
{
    return figure_share(c->wrong, c->agreed + c->wrong);
}

static double purity(const struct score_counts *c)
{
    return c->packet_size ? (double)c->main_size / (double)c->packet_size : NAN;
}

static double completeness(const struct score_counts *c)
{
    return c->parent_size ? (double)c->best_size / (double)c->parent_size : NAN;
}

static const struct {
    const char *name;
    bool less_is_better;
    double (*value)(const struct score_counts *c);
} class_measures[] = {
    {"precision", false, precision},
    {"recall", false, recall},
    {"F1", false, f1},
    {"abstention", true, abstention},
    {"wrong direction", true, wrong},
    {"purity by size", false, purity},
    {"completeness by size", false, completeness},
};

static double accuracy(const struct score *s, enum score_group g)
{
    struct score_place p = score_place_sum(s, g);
    return figure_share(p.right, p.right + p.wrong);
}

static double silence(const struct score *s, enum score_group g)
{
    struct score_place p = score_place_sum(s, g);
    return figure_share(p.prints - p.right - p.wrong, p.prints);
}

static double brier(const struct score *s, enum score_group g)
{
    return calibration_measure(&s->calibration[g]).brier;
}

static double ece(const struct score *s, enum score_group g)
{
    return calibration_measure(&s->calibration[g]).ece;
}

static double log_loss(const struct score *s, enum score_group g)
{
    return calibration_measure(&s->calibration[g]).log_loss;
}

static const struct {
    const char *name;
    bool less_is_better;
    double (*value)(const struct score *s, enum score_group g);
} side_measures[] = {
    {"side accuracy", false, accuracy},
    {"side abstention", true, silence},
    {"Brier", true, brier},
    {"ECE", true, ece},
    {"log loss", true, log_loss},
};

#define CLASS_MEASURES ARRAY_LEN(class_measures)
#define SIDE_MEASURES  ARRAY_LEN(side_measures)

size_t score_measures(void)
{
    return score_readings_n * CLASS_MEASURES + SG_COUNT * SIDE_MEASURES;
}

struct score_measure score_measure(const struct score *s, size_t i)
{
    struct score_measure m = {.value = NAN};
    assert(i < score_measures());
    if (i < score_readings_n * CLASS_MEASURES) {
        const struct score_reading *r = &score_readings[i / CLASS_MEASURES];
        size_t at = i % CLASS_MEASURES;
        struct score_counts c = score_reading_counts(s, r);
        snprintf(m.name, sizeof m.name, "%s %s", r->name, class_measures[at].name);
        m.less_is_better = class_measures[at].less_is_better;
        m.value = class_measures[at].value(&c);
        return m;
    }
    i -= score_readings_n * CLASS_MEASURES;
    enum score_group g = (enum score_group)(i / SIDE_MEASURES);
    size_t at = i % SIDE_MEASURES;
    snprintf(m.name, sizeof m.name, "%s %s", score_group_name(g), side_measures[at].name);
    m.less_is_better = side_measures[at].less_is_better;
    m.value = side_measures[at].value(s, g);
    return m;
}
