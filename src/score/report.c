/* Tables and bars. See report.h. Sources are ASCII: the blocks are written as UTF-8 bytes. */
#include "score/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

#define BAR 40 /* cells of a bar from 0 to 1 */

/* 1234567 as 1,234,567. */
static const char *grouped(char *buf, size_t cap, uint64_t v)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, v);
    struct text t = text_on(buf, cap);
    for (int i = 0; i < n; i++)
        text_add(&t, "%s%c", i && (n - i) % 3 == 0 ? "," : "", digits[i]);
    return buf;
}

static void put_count(const struct report *r, int width, uint64_t v)
{
    char buf[40];
    fprintf(r->out, "%*s", width, grouped(buf, sizeof buf, v));
}

static void put_value(const struct report *r, int width, int digits, double v)
{
    if (isnan(v))
        fprintf(r->out, "%*s", width, "-");
    else
        fprintf(r->out, "%*.*f", width, digits, v);
}

/* "0.948 0.943-0.953", 19 wide with the two blanks before it. */
static void put_share(const struct report *r, uint64_t part, uint64_t whole)
{
    struct interval i = figure_wilson(part, whole);
    put_value(r, 7, 3, figure_share(part, whole));
    if (whole)
        fprintf(r->out, " %.3f-%.3f", i.low, i.high);
    else
        fprintf(r->out, "%12s", "");
}

static double per_count(double shares, uint64_t n)
{
    return n ? shares / (double)n : NAN;
}

static double per_size(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

static void head(const struct report *r, const char *text)
{
    if (r->profile)
        fprintf(r->out, "\n%s: %s\n", r->profile, text);
    else
        fprintf(r->out, "\n%s\n", text);
}

/* A bar to `value`; `mark` (NAN = none) is a place on the same scale. `filled`: with blanks to the
 * end of the scale. */
static void put_bar(const struct report *r, double value, double mark, bool filled)
{
    static const char *const eighths[] = {
        "",
        "\xe2\x96\x8f",
        "\xe2\x96\x8e",
        "\xe2\x96\x8d",
        "\xe2\x96\x8c",
        "\xe2\x96\x8b",
        "\xe2\x96\x8a",
        "\xe2\x96\x89",
    };
    int units = isnan(value) ? 0 : (int)lround(value * BAR * (r->ascii ? 1 : 8));
    int full = r->ascii ? units : units / 8, part = r->ascii ? 0 : units % 8;
    int at = isnan(mark) ? -1 : MIN((int)(mark * BAR), BAR - 1);
    int cells = filled ? BAR : MAX(full + (part > 0), at + 1);
    for (int i = 0; i < cells; i++) {
        if (i == at)
            fputs(r->ascii ? "|" : "\xe2\x94\x82", r->out);
        else if (i < full)
            fputs(r->ascii ? "#" : "\xe2\x96\x88", r->out);
        else if (i == full && part)
            fputs(eighths[part], r->out);
        else
            fputs(" ", r->out);
    }
}

static void account(const struct report *r, const struct score *s)
{
    char a[40], b[40], c[40], d[40];
    head(r, "Accounts");
    if (s->runs > 1)
        fprintf(r->out, "  %s sessions added up\n", grouped(a, sizeof a, s->runs));
    fprintf(r->out, "  truth    %s rows: %s have their print, %s have none; %s more unreadable\n",
            grouped(a, sizeof a, s->rows), grouped(b, sizeof b, s->labelled),
            grouped(c, sizeof c, s->absent), grouped(d, sizeof d, s->bad_rows));
    fprintf(r->out, "  session  %s prints: %s without a label, %s cancelled, %s with an id again\n",
            grouped(a, sizeof a, s->prints), grouped(b, sizeof b, s->prints - s->labelled),
            grouped(c, sizeof c, s->cancelled), grouped(d, sizeof d, s->again));
    if (s->resized)
        fprintf(r->out, "  %s prints have another size than the truth says\n",
                grouped(a, sizeof a, s->resized));
}

static void strict(const struct report *r, const struct score *s)
{
    head(r, "Packets: right = the kind of its class, and exactly the parent's prints (95 %)");
    fprintf(r->out, "  %-15s%9s%9s%9s  %-19s  %-17s%7s\n", "class", "packets", "parents", "right",
            "precision", "recall", "F1");
    for (size_t i = 0; i < score_readings_n; i++) {
        struct score_counts c = score_reading_counts(s, &score_readings[i]);
        fprintf(r->out, "  %-15s", score_readings[i].name);
        put_count(r, 9, c.packets);
        put_count(r, 9, c.parents);
        put_count(r, 9, c.right);
        put_share(r, c.right, c.packets);
        fputs("  ", r->out);
        put_share(r, c.right, c.parents);
        put_value(r, 7, 3, figure_f1(c.right, c.packets, c.parents));
        fputs("\n", r->out);
    }
}

static void relaxed(const struct report *r, const struct score *s)
{
    head(r,
         "Packets: purity (of a packet, from its main parent), completeness (of a parent, in its "
         "best packet)");
    fprintf(r->out, "  %-15s%9s%9s%10s%9s%11s%9s%7s%10s\n", "", "purity", "purity", "complete",
            "complete", "abstained", "right", "wrong", "side of");
    fprintf(r->out, "  %-15s%9s%9s%10s%9s%11s%9s%7s%10s\n", "class", "by count", "by size",
            "by count", "by size", "", "way", "way", "none");
    for (size_t i = 0; i < score_readings_n; i++) {
        struct score_counts c = score_reading_counts(s, &score_readings[i]);
        fprintf(r->out, "  %-15s", score_readings[i].name);
        put_value(r, 9, 3, per_count(c.packet_shares, c.packets));
        put_value(r, 9, 3, per_size(c.main_size, c.packet_size));
        put_value(r, 10, 3, per_count(c.parent_shares, c.parents));
        put_value(r, 9, 3, per_size(c.best_size, c.parent_size));
        put_value(r, 11, 3, figure_share(c.abstained, c.parents));
        put_count(r, 9, c.agreed);
        put_count(r, 7, c.wrong);
        put_count(r, 10, c.unfounded);
        fputs("\n", r->out);
    }
}

static void bars(const struct report *r, const struct score *s)
{
    head(r, "Precision (P) and recall (R), 0 to 1");
    for (size_t i = 0; i < score_readings_n; i++) {
        struct score_counts c = score_reading_counts(s, &score_readings[i]);
        double shares[] = {figure_share(c.right, c.packets), figure_share(c.right, c.parents)};
        for (int k = 0; k < 2; k++) {
            fprintf(r->out, "  %-15s %c ", k ? "" : score_readings[i].name, "PR"[k]);
            put_bar(r, shares[k], NAN, true);
            put_value(r, 7, 3, shares[k]);
            fputs("\n", r->out);
        }
    }
}

/* Columns of the table of confusion: the parents, the kinds, then what became of their sides. */
#define KIND_COLUMN   1
#define NOSIDE_COLUMN (KIND_COLUMN + SK_COUNT + 1)
#define COLUMNS       (NOSIDE_COLUMN + 2)

static uint64_t confusion_cell(const struct score_class *c, size_t column)
{
    if (column < KIND_COLUMN)
        return c->parents;
    if (column < NOSIDE_COLUMN)
        return c->best[column - KIND_COLUMN];
    return column == NOSIDE_COLUMN ? c->abstained : c->wrong;
}

static const char *confusion_head(size_t column)
{
    static const char *const heads[COLUMNS] = {"parents", [NOSIDE_COLUMN] = "no side",
                                               [NOSIDE_COLUMN + 1] = "wrong way"};
    return heads[column] ? heads[column] : score_kind_name((enum score_kind)(column - KIND_COLUMN));
}

/* The columns from one to another. */
static void confusion_part(const struct report *r, const struct score *s, size_t from, size_t to)
{
    int widths[COLUMNS];
    fprintf(r->out, "  %-19s", "class");
    for (size_t i = from; i < to; i++) {
        widths[i] = MAX(12, (int)strlen(confusion_head(i)) + 2);
        fprintf(r->out, "%*s", widths[i], confusion_head(i));
    }
    fputs("\n", r->out);
    for (size_t k = 0; k < TC_COUNT; k++) {
        const struct score_class *c = &s->classes[k];
        if (!c->parents)
            continue;
        fprintf(r->out, "  %-19s", truth_class_name((enum truth_class)k));
        for (size_t i = from; i < to; i++)
            put_count(r, widths[i], confusion_cell(c, i));
        fputs("\n", r->out);
    }
}

/* In two parts: side by side they would be too wide for a screen. */
static void confusion(const struct report *r, const struct score *s)
{
    head(r, "Parents: class of the truth by kind of the best packet");
    confusion_part(r, s, 0, KIND_COLUMN + SK_REPEAT);
    head(r, "The same, further kinds, and what was said of their sides");
    confusion_part(r, s, KIND_COLUMN + SK_REPEAT, COLUMNS);
}

static void place_row(const struct report *r, const char *name, const struct score_place *p)
{
    uint64_t sided = p->right + p->wrong;
    fprintf(r->out, "  %-10s", name);
    put_count(r, 11, p->prints);
    put_count(r, 11, p->right);
    put_count(r, 11, p->wrong);
    put_count(r, 11, p->prints - sided);
    fputs("  ", r->out);
    put_share(r, p->right, sided);
    fputs("  ", r->out);
    put_value(r, 9, 3, figure_share(p->prints - sided, p->prints));
    fputs("\n", r->out);
}

static void sides(const struct report *r, const struct score *s, enum score_group g)
{
    char title[96], a[40], b[40];
    struct score_place all = score_place_sum(s, g);
    if (!all.prints && !s->sideless[g])
        return;
    snprintf(title, sizeof title, "Sides of %s, by place in the quote (95 %%)",
             score_group_name(g));
    head(r, title);
    fprintf(r->out, "  %-10s%11s%11s%11s%11s  %-19s  %9s\n", "place", "prints", "right", "wrong",
            "none", "  accuracy", "abstained");
    for (size_t i = 0; i < PL_COUNT; i++) {
        size_t at = (i + 1) % PL_COUNT; /* none comes last */
        if (s->places[g][at].prints)
            place_row(r, placement_name((enum placement)at), &s->places[g][at]);
    }
    place_row(r, "all", &all);
    fprintf(r->out, "  %s prints truly have no side; %s of them were given one\n",
            grouped(a, sizeof a, s->sideless[g]), grouped(b, sizeof b, s->unfounded[g]));
}

static void confidence(const struct report *r, const struct score *s, enum score_group g)
{
    char title[96];
    const struct calibration *c = &s->calibration[g];
    struct calibration_figures f = calibration_measure(c);
    if (!f.n)
        return;
    snprintf(title, sizeof title, "Confidence in sides of %s", score_group_name(g));
    head(r, title);
    fprintf(r->out,
            "  Brier %.4f = reliability %.4f - resolution %.4f + uncertainty %.4f\n"
            "  ECE %.4f, log loss %.4f\n",
            f.brier, f.reliability, f.resolution, f.uncertainty, f.ece, f.log_loss);
    fprintf(r->out, "  %6s%11s  %-19s  came true (bar), stated (mark)\n", "stated", "prints",
            "  came true");
    for (size_t i = 0; i < FIGURE_PERCENTS; i++) {
        if (!c->n[i])
            continue;
        fprintf(r->out, "  %6.2f", (double)i / 100);
        put_count(r, 11, c->n[i]);
        fputs("  ", r->out);
        put_share(r, c->right[i], c->n[i]);
        fputs("  ", r->out);
        put_bar(r, figure_share(c->right[i], c->n[i]), (double)i / 100, false);
        fputs("\n", r->out);
    }
}

void report_score(const struct report *r, const struct score *s)
{
    account(r, s);
    strict(r, s);
    bars(r, s);
    relaxed(r, s);
    confusion(r, s);
    for (int g = 0; g < SG_COUNT; g++) {
        sides(r, s, (enum score_group)g);
        confidence(r, s, (enum score_group)g);
    }
}

void report_runs(const struct report *r, const struct runs *runs)
{
    head(r, "Seed by seed");
    fprintf(r->out, "  %-37s%6s%8s%8s%8s%8s  worst seeds\n", "measure", "seeds", "mean", "sd",
            "low", "high");
    for (size_t i = 0; i < score_measures(); i++) {
        struct runs_measure m = runs_measure(runs, i);
        if (!m.spread.n)
            continue;
        fprintf(r->out, "  %-37s%6zu%8.3f%8.3f%8.3f%8.3f ", m.what.name, m.spread.n, m.spread.mean,
                m.spread.sd, m.spread.low, m.spread.high);
        for (size_t k = 0; k < m.n_worst && m.spread.low < m.spread.high; k++)
            fprintf(r->out, " %" PRIu64, m.worst[k].seed);
        fputs("\n", r->out);
    }
}

void report_miss(const struct report *r, const struct score_miss *m)
{
    const struct truth_row *t = m->row;
    char symbol[48];
    text_clean(symbol, sizeof symbol, t->symbol, strlen(t->symbol));
    fprintf(r->out, "  %-8" PRIu64 " %-19s %-21s %6" PRIu32 "%8" PRIu32 "  P%" PRIu64 " %s%s%s\n",
            t->number, truth_class_name((enum truth_class)t->class), symbol, m->prints, m->packets,
            m->packet, score_kind_name(m->best), m->exact ? ", exact" : "",
            m->wrong_side ? ", wrong way" : "");
}
