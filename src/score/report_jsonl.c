/* A score as JSON lines. See report.h. */
#include "score/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

/* One object being written. */
struct line {
    FILE *out;
};

static struct line begin(const struct report *r, const char *measure)
{
    struct line l = {r->out};
    fprintf(l.out, "{\"measure\":\"%s\"", measure);
    if (r->profile) {
        char buf[160];
        struct text t = text_on(buf, sizeof buf);
        text_add_json(&t, r->profile, strlen(r->profile));
        fprintf(l.out, ",\"profile\":%s", buf);
    }
    return l;
}

static void end(const struct line *l)
{
    fputs("}\n", l->out);
}

static void word(const struct line *l, const char *key, const char *value)
{
    fprintf(l->out, ",\"%s\":\"%s\"", key, value);
}

static void count(const struct line *l, const char *key, uint64_t v)
{
    fprintf(l->out, ",\"%s\":%" PRIu64, key, v);
}

static void value(const struct line *l, const char *key, double v)
{
    if (isnan(v))
        fprintf(l->out, ",\"%s\":null", key);
    else
        fprintf(l->out, ",\"%s\":%.6f", key, v);
}

static void share(const struct line *l, const char *key, uint64_t part, uint64_t whole)
{
    char name[48];
    struct interval i = figure_wilson(part, whole);
    value(l, key, figure_share(part, whole));
    snprintf(name, sizeof name, "%s_low", key);
    value(l, name, i.low);
    snprintf(name, sizeof name, "%s_high", key);
    value(l, name, i.high);
}

static void account(const struct report *r, const struct score *s)
{
    struct line l = begin(r, "account");
    count(&l, "sessions", s->runs);
    count(&l, "truth_rows", s->rows);
    count(&l, "truth_rows_unreadable", s->bad_rows);
    count(&l, "truth_rows_without_print", s->absent);
    count(&l, "prints", s->prints);
    count(&l, "prints_labelled", s->labelled);
    count(&l, "prints_resized", s->resized);
    count(&l, "prints_cancelled", s->cancelled);
    count(&l, "prints_again", s->again);
    count(&l, "packets_unlabelled", s->unlabelled_packets);
    end(&l);
}

static void class(const struct report *r, const struct score *s, const struct score_reading *what)
{
    struct score_counts c = score_reading_counts(s, what);
    struct line l = begin(r, "class");
    word(&l, "class", what->name);
    count(&l, "packets", c.packets);
    count(&l, "parents", c.parents);
    count(&l, "right", c.right);
    share(&l, "precision", c.right, c.packets);
    share(&l, "recall", c.right, c.parents);
    value(&l, "f1", figure_f1(c.right, c.packets, c.parents));
    count(&l, "abstained", c.abstained);
    share(&l, "abstention", c.abstained, c.parents);
    count(&l, "direction_right", c.agreed);
    count(&l, "direction_wrong", c.wrong);
    count(&l, "direction_unfounded", c.unfounded);
    value(&l, "purity_by_count", c.packets ? c.packet_shares / (double)c.packets : NAN);
    value(&l, "purity_by_size", c.packet_size ? (double)c.main_size / (double)c.packet_size : NAN);
    value(&l, "completeness_by_count", c.parents ? c.parent_shares / (double)c.parents : NAN);
    value(&l, "completeness_by_size",
          c.parent_size ? (double)c.best_size / (double)c.parent_size : NAN);
    end(&l);
}

static void parents(const struct report *r, const struct score *s, enum truth_class of)
{
    const struct score_class *c = &s->classes[of];
    struct line l = begin(r, "parents");
    word(&l, "class", truth_class_name(of));
    count(&l, "parents", c->parents);
    fputs(",\"best\":{", r->out);
    for (int k = 0; k <= SK_COUNT; k++)
        fprintf(r->out, "%s\"%s\":%" PRIu64, k ? "," : "", score_kind_name((enum score_kind)k),
                c->best[k]);
    fputs("},\"exact\":{", r->out);
    for (int k = 0; k < SK_COUNT; k++)
        fprintf(r->out, "%s\"%s\":%" PRIu64, k ? "," : "", score_kind_name((enum score_kind)k),
                c->exact[k]);
    fputs("}", r->out);
    count(&l, "abstained", c->abstained);
    count(&l, "direction_right", c->agreed);
    count(&l, "direction_wrong", c->wrong);
    count(&l, "direction_unfounded", c->unfounded);
    end(&l);
}

static void side(const struct report *r, enum score_group g, const char *place,
                 const struct score_place *p)
{
    uint64_t sided = p->right + p->wrong;
    struct line l = begin(r, "side");
    word(&l, "group", score_group_name(g));
    word(&l, "placement", place);
    count(&l, "prints", p->prints);
    count(&l, "right", p->right);
    count(&l, "wrong", p->wrong);
    count(&l, "abstained", p->prints - sided);
    share(&l, "accuracy", p->right, sided);
    share(&l, "abstention", p->prints - sided, p->prints);
    end(&l);
}

static void calibration(const struct report *r, const struct score *s, enum score_group g)
{
    struct calibration_figures f = calibration_measure(&s->calibration[g]);
    struct line l = begin(r, "calibration");
    word(&l, "group", score_group_name(g));
    count(&l, "prints", f.n);
    value(&l, "brier", f.brier);
    value(&l, "reliability", f.reliability);
    value(&l, "resolution", f.resolution);
    value(&l, "uncertainty", f.uncertainty);
    value(&l, "ece", f.ece);
    value(&l, "log_loss", f.log_loss);
    count(&l, "sideless", s->sideless[g]);
    count(&l, "unfounded", s->unfounded[g]);
    end(&l);
}

static void reliability(const struct report *r, const struct score *s, enum score_group g)
{
    const struct calibration *c = &s->calibration[g];
    for (size_t i = 0; i < FIGURE_PERCENTS; i++) {
        if (!c->n[i])
            continue;
        struct line l = begin(r, "reliability");
        word(&l, "group", score_group_name(g));
        value(&l, "stated", (double)i / 100);
        count(&l, "prints", c->n[i]);
        count(&l, "right", c->right[i]);
        share(&l, "came_true", c->right[i], c->n[i]);
        end(&l);
    }
}

void report_score_jsonl(const struct report *r, const struct score *s)
{
    account(r, s);
    for (size_t i = 0; i < score_readings_n; i++)
        class(r, s, &score_readings[i]);
    for (int i = 0; i < TC_COUNT; i++)
        parents(r, s, (enum truth_class)i);
    for (int g = 0; g < SG_COUNT; g++) {
        struct score_place all = score_place_sum(s, (enum score_group)g);
        for (int i = 0; i < PL_COUNT; i++)
            side(r, (enum score_group)g, placement_name((enum placement)i), &s->places[g][i]);
        side(r, (enum score_group)g, "all", &all);
        calibration(r, s, (enum score_group)g);
        reliability(r, s, (enum score_group)g);
    }
}

void report_runs_jsonl(const struct report *r, const struct runs *runs)
{
    for (size_t i = 0; i < score_measures(); i++) {
        struct runs_measure m = runs_measure(runs, i);
        struct line l = begin(r, "spread");
        word(&l, "of", m.what.name);
        count(&l, "seeds", m.spread.n);
        value(&l, "mean", m.spread.mean);
        value(&l, "sd", m.spread.sd);
        value(&l, "low", m.spread.low);
        value(&l, "high", m.spread.high);
        fputs(",\"worst\":[", r->out);
        for (size_t k = 0; k < m.n_worst; k++)
            fprintf(r->out, "%s{\"seed\":%" PRIu64 ",\"value\":%.6f}", k ? "," : "",
                    m.worst[k].seed, m.worst[k].value);
        fputs("]", r->out);
        end(&l);
    }
}

void report_miss_jsonl(const struct report *r, const struct score_miss *m)
{
    char symbol[64];
    struct text t = text_on(symbol, sizeof symbol);
    struct line l = begin(r, "miss");
    text_add_json(&t, m->row->symbol, strlen(m->row->symbol));
    count(&l, "parent", m->row->number);
    word(&l, "class", truth_class_name((enum truth_class)m->row->class));
    fprintf(r->out, ",\"symbol\":%s", symbol);
    count(&l, "prints", m->prints);
    count(&l, "packets", m->packets);
    count(&l, "packet", m->packet);
    word(&l, "best", score_kind_name(m->best));
    fprintf(r->out, ",\"exact\":%s,\"wrong_side\":%s", m->exact ? "true" : "false",
            m->wrong_side ? "true" : "false");
    end(&l);
}
