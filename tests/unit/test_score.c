/* score: statistics against published values, matching against tapes whose counts were made by
 * hand, truth files that are wrong. */
#include "harness.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "deck/deck.h"
#include "base/text.h"
#include "feeding.h"
#include "score/report.h"
#include "score/spread.h"

#define CALL   "XYZ   260220C00105000"
#define HEADER "parent,class,structure,side,intent,open_close,symbol,print_id,leg,qty\n"
#define TAPE   "kind,ts,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref\n"
#define QUOTE(at)                                                                                  \
    "option_quote,2026-01-15T15:00:0" at "Z,XYZ260220C00105000,,,1.00,10,1.02,10,,,,,\n"
#define PRINT(at, px, size, venue, cond, id)                                                       \
    "option_print,2026-01-15T15:00:0" at "Z,XYZ260220C00105000," px "," size ",,,,," venue         \
    "," cond ",," id ",\n"
#define ROW(parent, class, side, id, size)                                                         \
    parent "," class ",none," side ",directional,open," CALL "," id ",0," size "\n"

/* ---- a tape through a deck, held against a truth -------------------------------------------- */

struct lines {
    char text[4096];
    int n;
};

static void keep_line(void *self, const char *line)
{
    struct lines *l = self;
    size_t at = strlen(l->text);
    snprintf(l->text + at, sizeof l->text - at, "%s\n", line);
    l->n++;
}

static const char *write_truth(const char *text)
{
    return feeding_file("truth.csv", text, strlen(text)) + strlen("file:");
}

struct scoring {
    struct score score;
    struct err err;
    struct lines bad;
    int rc;
    struct score_miss misses[16];
    size_t n_misses;
};

static void keep_miss(void *self, const struct score_miss *m)
{
    struct scoring *g = self;
    if (g->n_misses < ARRAY_LEN(g->misses))
        g->misses[g->n_misses++] = *m;
}

static struct scoring scored(const char *tape, const char *labels)
{
    struct scoring g = {0};
    struct claims claims = {0};
    struct truth truth = {0};
    struct deck_policy policy = deck_policy_default();
    struct feeding *f = feeding_run(feeding_file("tape.csv", tape, strlen(tape)));
    ck_assert_uint_eq(feeding_drops(f), 0);
    struct deck *d = deck_create(&policy, f->symbols);
    deck_add_sink(d, claims_sink(&claims));
    for (size_t i = 0; i < f->n; i++)
        deck_push(d, &f->events[i]);
    deck_finish(d);
    claims_settle(&claims);
    g.rc = truth_read(write_truth(labels), keep_line, &g.bad, &truth, &g.err);
    if (g.rc == 0)
        g.rc = score_make(&truth, &claims, f->symbols, keep_miss, &g, &g.score, &g.err);
    for (size_t i = 0; i < g.n_misses; i++)
        g.misses[i].row = NULL; /* goes with the truth */
    truth_finish(&truth);
    claims_finish(&claims);
    deck_destroy(d);
    feeding_free(f);
    return g;
}

static struct score_counts counts(const struct score *s, const char *reading)
{
    for (size_t i = 0; i < score_readings_n; i++)
        if (strcmp(score_readings[i].name, reading) == 0)
            return score_reading_counts(s, &score_readings[i]);
    ck_abort_msg("no reading %s", reading);
    return (struct score_counts){0};
}

static double measure(const struct score *s, const char *name)
{
    for (size_t i = 0; i < score_measures(); i++) {
        struct score_measure m = score_measure(s, i);
        if (strcmp(m.name, name) == 0)
            return m.value;
    }
    ck_abort_msg("no measure %s", name);
    return NAN;
}

/* Sweep 1 is found. Sweep 2 pauses for 300 ms, so it falls into two singles of 10 and 30. Fill run
 * 3 was bought at the bid. Singles 4 (size 4) and 5 (size 6) meet within 50 ms on two venues and
 * are read as one sweep. Single 6 is at the middle of equal sizes: no side. ISO sweep 7 and block 8
 * are found. Print 13 has no label; row 99 has no print. Of the equities one average-price print
 * has no true side, and one print at the ask was truly a sale. */
static const char known_tape[] = TAPE QUOTE("0.000") PRINT("1.000", "1.02", "10", "C", "AUTO", "1")
    PRINT("1.010", "1.02", "20", "X", "AUTO",
          "2") PRINT("1.050", "1.03", "30", "I", "AUTO",
                     "3") PRINT("2.000", "1.02", "10", "C", "AUTO",
                                "4") PRINT("2.300", "1.02", "30", "X", "AUTO",
                                           "5") PRINT("3.000", "1.00", "5", "C", "AUTO", "6")
        PRINT("3.050", "1.00", "5", "C", "AUTO", "7") QUOTE(
            "3.900") PRINT("4.000", "1.02", "4", "C", "AUTO",
                           "8") PRINT("4.050", "1.02", "6", "X", "AUTO", "9")
            PRINT("5.000", "1.01", "2", "C", "AUTO", "10") PRINT(
                "6.000", "1.02", "1",
                "C", "ISOI", "11") PRINT("6.010", "1.02", "1", "X", "ISOI", "12")
                PRINT("7.000", "1.02", "3", "C", "AUTO", "13") QUOTE("7.900") PRINT(
                    "8.000", "1.02", "500",
                    "C", "AUTO",
                    "14") "equity_quote,2026-01-15T15:00:08.500Z,XYZ,,,100.00,300,100.02,200,,,,,\n"
                          "equity_print,2026-01-15T15:00:08.600Z,XYZ,100.017,500,,,,,D,W,C,15,\n"
                          "equity_print,2026-01-15T15:00:08.700Z,XYZ,100.02,100,,,,,Q,@,C,16,\n";

static const char known_truth[] = HEADER ROW("1", "sweep", "buy", "1", "10")
    ROW("1", "sweep", "buy", "2", "20") ROW("1", "sweep", "buy", "3", "30")
        ROW("2", "sweep", "buy", "4", "10") ROW("2", "sweep", "buy", "5", "30")
            ROW("3", "fill_run", "buy", "6", "5") ROW("3", "fill_run", "buy", "7", "5")
                ROW("4", "single", "buy", "8", "4") ROW("5", "single", "buy", "9", "6")
                    ROW("6", "single", "buy", "10", "2") ROW("7", "iso_sweep", "buy", "11", "1")
                        ROW("7", "iso_sweep", "buy", "12", "1")
                            ROW("8", "block", "buy", "14", "500")
                                ROW("9", "noise", "buy", "99",
                                    "7") "10,average_price,none,none,none,none,XYZ,15,0,500\n"
                                         "11,noise,none,sell,none,none,XYZ,16,0,100\n";

START_TEST(known_tape_gives_the_counts_made_by_hand)
{
    static const struct {
        const char *reading;
        uint64_t packets, parents, right, abstained, agreed, wrong;
    } rows[] = {
        {"single", 3, 3, 1, 1, 2, 0},         {"fill_run", 1, 1, 1, 0, 0, 1},
        {"sweep", 3, 3, 2, 0, 3, 0},          {"sweep iso", 1, 1, 1, 0, 1, 0},
        {"sweep apparent", 2, 2, 1, 0, 2, 0}, {"block", 1, 1, 1, 0, 1, 0},
    };
    struct scoring g = scored(known_tape, known_truth);
    ck_assert_msg(g.rc == 0, "%s", g.err.text);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct score_counts c = counts(&g.score, rows[i].reading);
        ck_assert_msg(c.packets == rows[i].packets && c.parents == rows[i].parents &&
                          c.right == rows[i].right && c.abstained == rows[i].abstained &&
                          c.agreed == rows[i].agreed && c.wrong == rows[i].wrong,
                      "%s: %d packets %d parents %d right %d abstained %d agreed %d wrong",
                      rows[i].reading, (int)c.packets, (int)c.parents, (int)c.right,
                      (int)c.abstained, (int)c.agreed, (int)c.wrong);
    }
    ck_assert_double_eq_tol(measure(&g.score, "sweep precision"), 2.0 / 3, 1e-12);
    ck_assert_double_eq_tol(measure(&g.score, "single F1"), 1.0 / 3, 1e-12);
    ck_assert_double_eq_tol(measure(&g.score, "single abstention"), 1.0 / 3, 1e-12);
    ck_assert_double_eq(measure(&g.score, "fill_run wrong direction"), 1);
}
END_TEST

START_TEST(purity_and_completeness_are_weighted_by_count_and_by_size)
{
    struct scoring g = scored(known_tape, known_truth);
    struct score_counts c = counts(&g.score, "sweep");
    /* packets of 60 (all of one parent), 10 (6 of its main parent) and 2 */
    ck_assert_double_eq_tol(c.packet_shares, 1 + 0.6 + 1, 1e-12);
    ck_assert_double_eq_tol(measure(&g.score, "sweep purity by size"), 68.0 / 72, 1e-12);
    /* parents of 60, 40 (30 in the best packet) and 2 */
    ck_assert_double_eq_tol(c.parent_shares, 1 + 0.75 + 1, 1e-12);
    ck_assert_double_eq_tol(measure(&g.score, "sweep completeness by size"), 92.0 / 102, 1e-12);
}
END_TEST

START_TEST(confusion_counts_the_kind_of_the_best_packet)
{
    struct scoring g = scored(known_tape, known_truth);
    const struct score_class *sweep = &g.score.classes[TC_SWEEP];
    const struct score_class *single = &g.score.classes[TC_SINGLE];
    ck_assert_uint_eq(sweep->parents, 2);
    ck_assert_uint_eq(sweep->best[SK_SINGLE], 1);
    ck_assert_uint_eq(sweep->best[SK_SWEEP_APPARENT], 1);
    ck_assert_uint_eq(single->best[SK_SWEEP_APPARENT], 2);
    ck_assert_uint_eq(single->best[SK_SINGLE], 1);
    ck_assert_uint_eq(g.score.classes[TC_ISO_SWEEP].best[SK_SWEEP_ISO], 1);
    /* Equities have no packets: their parents are not among these. */
    ck_assert_uint_eq(g.score.classes[TC_NOISE].parents, 0);
    ck_assert_uint_eq(g.score.classes[TC_AVERAGE_PRICE].parents, 0);
}
END_TEST

START_TEST(accounts_name_what_has_no_counterpart)
{
    struct scoring g = scored(known_tape, known_truth);
    ck_assert_uint_eq(g.score.rows, 16);
    ck_assert_uint_eq(g.score.absent, 1);
    ck_assert_uint_eq(g.score.prints, 16);
    ck_assert_uint_eq(g.score.labelled, 15);
    ck_assert_uint_eq(g.score.unlabelled_packets, 1);
    ck_assert_uint_eq(g.score.resized, 0);
}
END_TEST

START_TEST(sides_are_counted_by_place_in_the_quote)
{
    static const struct {
        enum score_group group;
        enum placement place;
        uint64_t prints, right, wrong;
    } rows[] = {
        {SG_OPTION, PL_ASK, 9, 9, 0}, {SG_OPTION, PL_ABOVE, 1, 1, 0}, {SG_OPTION, PL_BID, 2, 0, 2},
        {SG_OPTION, PL_MID, 1, 0, 0}, {SG_OPTION, PL_LO, 0, 0, 0},    {SG_LIT, PL_ASK, 1, 0, 1},
        {SG_OFF, PL_HI, 0, 0, 0},
    };
    struct scoring g = scored(known_tape, known_truth);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct score_place *p = &g.score.places[rows[i].group][rows[i].place];
        ck_assert_uint_eq(p->prints, rows[i].prints);
        ck_assert_uint_eq(p->right, rows[i].right);
        ck_assert_uint_eq(p->wrong, rows[i].wrong);
    }
    ck_assert_uint_eq(g.score.sideless[SG_OFF], 1);
    ck_assert_uint_eq(g.score.unfounded[SG_OFF], 0);
    ck_assert_double_eq_tol(measure(&g.score, "options side accuracy"), 10.0 / 12, 1e-12);
    ck_assert_double_eq_tol(measure(&g.score, "options side abstention"), 1.0 / 13, 1e-12);
    /* 0.75 stated of 11, 9 of them right; 0.65 of one that was right:
     * (9 x 0.0625 + 2 x 0.5625 + 0.1225) / 12 */
    ck_assert_double_eq_tol(measure(&g.score, "options Brier"), 1.81 / 12, 1e-12);
}
END_TEST

START_TEST(misses_name_the_parents_that_were_not_found)
{
    struct scoring g = scored(known_tape, known_truth);
    /* 2 in parts, 3 the wrong way, 4 and 5 in one packet; in the order of the file */
    ck_assert_uint_eq(g.n_misses, 4);
    ck_assert_int_eq(g.misses[0].packets, 2);
    ck_assert_int_eq(g.misses[0].best, SK_SINGLE);
    ck_assert(g.misses[1].exact && g.misses[1].wrong_side);
    ck_assert(!g.misses[2].exact && g.misses[2].best == SK_SWEEP_APPARENT);
    ck_assert_uint_eq(g.misses[2].packet, g.misses[3].packet);
}
END_TEST

START_TEST(perfect_tape_scores_one_throughout)
{
    struct scoring g = scored(TAPE QUOTE("0.000") PRINT("1.000", "1.02", "10", "C", "AUTO", "1")
                                  PRINT("1.010", "1.02", "20", "X", "AUTO", "2")
                                      PRINT("2.000", "1.00", "5", "C", "AUTO", "3"),
                              HEADER ROW("1", "sweep", "buy", "1", "10")
                                  ROW("1", "sweep", "buy", "2", "20")
                                      ROW("2", "single", "sell", "3", "5"));
    ck_assert_int_eq(g.rc, 0);
    ck_assert_double_eq(measure(&g.score, "sweep F1"), 1);
    ck_assert_double_eq(measure(&g.score, "single precision"), 1);
    ck_assert_double_eq(measure(&g.score, "single recall"), 1);
    ck_assert_double_eq(measure(&g.score, "sweep purity by size"), 1);
    ck_assert_double_eq(measure(&g.score, "sweep completeness by size"), 1);
    ck_assert_double_eq(measure(&g.score, "options side accuracy"), 1);
    ck_assert_double_eq(measure(&g.score, "options side abstention"), 0);
    ck_assert_uint_eq(g.n_misses, 0);
}
END_TEST

START_TEST(empty_measures_are_nothing_not_zero)
{
    struct score none = {0};
    for (size_t i = 0; i < score_measures(); i++)
        ck_assert_msg(isnan(score_measure(&none, i).value), "%s", score_measure(&none, i).name);
}
END_TEST

START_TEST(cancelled_prints_count_on_neither_side)
{
    struct scoring g = scored(
        TAPE QUOTE("0.000") PRINT("1.000", "1.02", "10", "C", "AUTO", "1")
            PRINT("1.010", "1.02", "20", "C", "AUTO", "2")
                PRINT("1.020", "1.02", "40", "C", "AUTO",
                      "3") "cancel,2026-01-15T15:00:03.000Z,XYZ260220C00105000,,,,,,,,,,,2\n",
        HEADER ROW("1", "fill_run", "buy", "1", "10") ROW("1", "fill_run", "buy", "2", "20")
            ROW("1", "fill_run", "buy", "3", "40"));
    struct score_counts c = counts(&g.score, "fill_run");
    ck_assert_int_eq(g.rc, 0);
    ck_assert_uint_eq(g.score.cancelled, 1);
    ck_assert_uint_eq(c.right, 1);
    ck_assert_int_eq(c.parent_size, 50 * INT64_C(1000000));
    ck_assert_int_eq(c.packet_size, 50 * INT64_C(1000000));
    ck_assert_uint_eq(score_place_sum(&g.score, SG_OPTION).prints, 2);
}
END_TEST

START_TEST(print_that_is_a_cancel_by_condition_is_no_print)
{
    struct scoring g = scored(TAPE QUOTE("0.000") PRINT("1.000", "1.02", "10", "C", "AUTO", "1")
                                  PRINT("2.000", "1.02", "20", "C", "AUTO", "2")
                                      PRINT("3.000", "1.02", "20", "C", "CANC", "9"),
                              HEADER ROW("1", "single", "buy", "1", "10")
                                  ROW("2", "single", "buy", "2", "20"));
    ck_assert_int_eq(g.rc, 0);
    ck_assert_uint_eq(g.score.prints, 2);
    ck_assert_uint_eq(g.score.unlabelled_packets, 0);
}
END_TEST

START_TEST(repeated_id_is_counted_and_spoils_the_packet_it_joins)
{
    struct scoring g = scored(TAPE QUOTE("0.000") PRINT("1.000", "1.02", "10", "C", "AUTO", "1")
                                  PRINT("2.000", "1.02", "10", "C", "AUTO", "2")
                                      PRINT("2.010", "1.02", "15", "C", "AUTO", "1"),
                              HEADER ROW("1", "single", "buy", "1", "10")
                                  ROW("2", "single", "buy", "2", "10"));
    ck_assert_int_eq(g.rc, 0);
    ck_assert_uint_eq(g.score.labelled, 2);
    /* A deck that knows repeated ids drops the second print; else it is one without a label. */
    ck_assert_uint_le(g.score.again, 1);
    ck_assert_uint_eq(counts(&g.score, "single").right, 2 - g.score.again);
}
END_TEST

/* ---- truth files ---------------------------------------------------------------------------- */

START_TEST(truth_of_another_session_is_refused)
{
    struct scoring g = scored(known_tape, HEADER ROW("1", "single", "buy", "501", "10")
                                              ROW("2", "single", "buy", "502", "3"));
    ck_assert_int_eq(g.rc, -ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(g.err.text, "does not belong to this session"));
    ck_assert_ptr_nonnull(strstr(g.err.text, "of its 2 rows 0 name a print"));
}
END_TEST

START_TEST(truth_whose_sizes_differ_is_refused)
{
    struct scoring g = scored(known_tape, HEADER ROW("1", "sweep", "buy", "1", "11")
                                              ROW("1", "sweep", "buy", "2", "21")
                                                  ROW("1", "sweep", "buy", "3", "30"));
    ck_assert_int_eq(g.rc, -ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(g.err.text, "3 name a print of the session by symbol and id, 1 "));
}
END_TEST

START_TEST(part_of_a_longer_tape_can_be_scored)
{
    /* The session holds a tenth of what the truth tells, but all it holds is labelled. */
    char labels[8192];
    struct text t = text_on(labels, sizeof labels);
    text_add(&t, "%s", HEADER);
    for (int i = 1; i <= 30; i++)
        text_add(&t, "%d,single,none,buy,none,open," CALL ",%d,0,10\n", i, i);
    struct scoring g = scored(TAPE QUOTE("0.000") PRINT("1.000", "1.02", "10", "C", "AUTO", "1")
                                  PRINT("2.000", "1.02", "10", "C", "AUTO", "2"),
                              labels);
    ck_assert_msg(g.rc == 0, "%s", g.err.text);
    ck_assert_uint_eq(g.score.absent, 28);
    ck_assert_uint_eq(counts(&g.score, "single").parents, 2);
}
END_TEST

START_TEST(malformed_rows_are_counted_and_named_by_line)
{
    static const char *const expected[] = {
        "truth.csv:3: class 'swep' is not a class",
        "truth.csv:4: side 'up' is not buy",
        "truth.csv:5: row '1,single' has not the columns",
        "truth.csv:6: print_id '0' is not",
        "truth.csv:7: qty '-1' is not",
        "truth.csv:8: print_id '1' stands twice",
        "truth.csv:9: class 'block' is not the class its parent has above",
        "truth.csv:10: symbol '' is not",
        "truth.csv:12: parent 'x' is not",
    };
    struct truth truth;
    struct lines bad = {0};
    struct err err = {0};
    int rc = truth_read(
        write_truth(
            HEADER ROW("1", "single", "buy", "1", "10") ROW("2", "swep", "buy", "2", "1") ROW(
                "2", "single", "up", "2", "1") "1,single\n" ROW("2", "single", "buy", "0", "1")
                ROW("2", "single", "buy", "2", "-1") ROW("2", "single", "buy", "1", "1")
                    ROW("1", "block", "buy", "3", "1") "3,single,none,buy,none,open,,4,0,1\n" ROW(
                        "4", "noise", "none", "5", "7") ROW("x", "single", "buy", "6", "1")),
        keep_line, &bad, &truth, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    ck_assert_uint_eq(truth.n, 2);
    ck_assert_uint_eq(truth.n_parents, 2);
    ck_assert_uint_eq(truth.bad, ARRAY_LEN(expected));
    ck_assert_int_eq(bad.n, (int)ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        ck_assert_msg(strstr(bad.text, expected[i]), "no '%s' in\n%s", expected[i], bad.text);
    ck_assert_int_eq(truth.rows[1].side, 0);
    truth_finish(&truth);
}
END_TEST

START_TEST(files_that_are_no_truth_are_refused)
{
    struct truth truth;
    struct err err = {0};
    ck_assert_int_eq(truth_read("/nowhere/truth.csv", NULL, NULL, &truth, &err), -ERR_FEED);
    ck_assert_int_eq(truth_read(write_truth("parent,class\n1,single\n"), NULL, NULL, &truth, &err),
                     -ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "is not a truth file"));
    ck_assert_int_eq(truth_read(write_truth(HEADER), NULL, NULL, &truth, &err), -ERR_USAGE);
    ck_assert_int_eq(truth_read(write_truth(HEADER "nonsense\n"), NULL, NULL, &truth, &err),
                     -ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "1 rows, none of them readable"));
}
END_TEST

/* ---- statistics ----------------------------------------------------------------------------- */

START_TEST(wilson_interval_agrees_with_published_values)
{
    static const struct {
        uint64_t part, whole;
        double low, high;
    } rows[] = {
        {8, 10, 0.4902, 0.9433},   {81, 263, 0.2553, 0.3662}, /* Newcombe 1998, table I */
        {15, 148, 0.0624, 0.1605}, {0, 20, 0.0000, 0.1611},   {1, 29, 0.0061, 0.1718},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct interval v = figure_wilson(rows[i].part, rows[i].whole);
        ck_assert_double_eq_tol(v.low, rows[i].low, 0.00005001);
        ck_assert_double_eq_tol(v.high, rows[i].high, 0.00005001);
    }
    ck_assert_double_eq(figure_wilson(7, 7).high, 1);
    ck_assert(isnan(figure_wilson(0, 0).low));
}
END_TEST

START_TEST(brier_score_is_murphys_three_parts)
{
    struct calibration c = {0};
    uint32_t x = 1;
    for (int i = 0; i < 5000; i++) {
        x = x * 1664525u + 1013904223u;
        uint8_t percent = (uint8_t)(50 + 5 * (x >> 29));
        calibration_add(&c, percent, (x >> 8 & 1023) < 700);
    }
    struct calibration_figures f = calibration_measure(&c);
    ck_assert_uint_eq(f.n, 5000);
    ck_assert_double_eq_tol(f.brier, f.reliability - f.resolution + f.uncertainty, 1e-12);
    ck_assert(f.resolution > 0 && f.reliability > 0);
}
END_TEST

START_TEST(calibration_of_a_few_forecasts_by_hand)
{
    /* 80 % four times, three right; 50 % twice, one right. Base rate 4/6. */
    struct calibration c = {0};
    for (int i = 0; i < 4; i++)
        calibration_add(&c, 80, i < 3);
    calibration_add(&c, 50, true);
    calibration_add(&c, 50, false);
    struct calibration_figures f = calibration_measure(&c);
    ck_assert_double_eq_tol(f.brier, (3 * 0.04 + 0.64 + 2 * 0.25) / 6, 1e-12);
    ck_assert_double_eq_tol(f.reliability, 4.0 / 6 * 0.0025, 1e-12);
    ck_assert_double_eq_tol(f.resolution, 4.0 / 6 / 144 + 2.0 / 6 / 36, 1e-12);
    ck_assert_double_eq_tol(f.uncertainty, 2.0 / 9, 1e-12);
    ck_assert_double_eq_tol(f.ece, 4.0 / 6 * 0.05, 1e-12);
    ck_assert_double_eq_tol(f.log_loss, -(3 * log(0.8) + log(0.2) + 2 * log(0.5)) / 6, 1e-12);
}
END_TEST

START_TEST(certainty_that_fails_costs_much_but_not_everything)
{
    struct calibration c = {0};
    calibration_add(&c, 100, false);
    ck_assert_double_eq_tol(calibration_measure(&c).log_loss, -log(1e-6), 1e-6);
    ck_assert_double_eq(calibration_measure(&c).brier, 1);
}
END_TEST

START_TEST(f1_is_the_harmonic_mean)
{
    /* precision 2/4, recall 2/5: 2 x 0.5 x 0.4 / 0.9 */
    ck_assert_double_eq_tol(figure_f1(2, 4, 5), 0.4 / 0.9, 1e-12);
    ck_assert(isnan(figure_f1(0, 0, 0)));
    ck_assert_double_eq(figure_f1(0, 3, 0), 0);
}
END_TEST

START_TEST(spread_leaves_out_what_could_not_be_measured)
{
    double values[] = {2, NAN, 4, 6};
    struct spread s = figure_spread(values, ARRAY_LEN(values));
    ck_assert_uint_eq(s.n, 3);
    ck_assert_double_eq(s.mean, 4);
    ck_assert_double_eq(s.sd, 2);
    ck_assert_double_eq(s.low, 2);
    ck_assert_double_eq(s.high, 6);
    ck_assert(isnan(figure_spread(values + 1, 1).mean));
    ck_assert_double_eq(figure_spread(values, 1).sd, 0);
}
END_TEST

/* ---- many runs ------------------------------------------------------------------------------ */

static size_t measure_index(const char *name)
{
    struct score none = {0};
    size_t i = 0;
    while (i < score_measures() && strcmp(score_measure(&none, i).name, name) != 0)
        i++;
    ck_assert_uint_lt(i, score_measures());
    return i;
}

START_TEST(worst_seeds_are_named_by_the_direction_of_the_measure)
{
    static const uint64_t right[] = {9, 3, 7, 3, 10};
    struct runs runs;
    runs_init(&runs, 40, ARRAY_LEN(right));
    for (size_t i = 0; i < ARRAY_LEN(right); i++) {
        struct score s = {0};
        s.classes[TC_BLOCK].parents = 10;
        s.classes[TC_BLOCK].exact[SK_BLOCK] = right[i];
        s.classes[TC_BLOCK].abstained = right[i];
        runs_set(&runs, i, &s);
    }
    struct runs_measure recall = runs_measure(&runs, measure_index("block recall"));
    ck_assert_uint_eq(recall.spread.n, 5);
    ck_assert_double_eq_tol(recall.spread.mean, 0.64, 1e-12);
    ck_assert_uint_eq(recall.worst[0].seed, 41);
    ck_assert_uint_eq(recall.worst[1].seed, 43);
    ck_assert_uint_eq(recall.worst[2].seed, 42);
    struct runs_measure silence = runs_measure(&runs, measure_index("block abstention"));
    ck_assert_uint_eq(silence.worst[0].seed, 44);
    ck_assert_double_eq(silence.worst[0].value, 1);
    ck_assert_uint_eq(runs_measure(&runs, measure_index("sweep recall")).spread.n, 0);
    runs_finish(&runs);
}
END_TEST

START_TEST(scores_add_up_count_by_count)
{
    struct scoring g = scored(known_tape, known_truth);
    struct score sum = {0};
    score_add(&sum, &g.score);
    ck_assert_mem_eq(&sum, &g.score, sizeof sum);
    score_add(&sum, &g.score);
    ck_assert_uint_eq(sum.runs, 2);
    ck_assert_uint_eq(counts(&sum, "sweep").right, 4);
    ck_assert_uint_eq(counts(&sum, "single").abstained, 2);
    ck_assert_double_eq_tol(counts(&sum, "sweep").parent_shares, 5.5, 1e-12);
    ck_assert_double_eq_tol(counts(&sum, "sweep").packet_shares, 5.2, 1e-12);
    ck_assert_uint_eq(sum.places[SG_OPTION][PL_BID].wrong, 4);
    for (size_t i = 0; i < score_measures(); i++) {
        double once = score_measure(&g.score, i).value, twice = score_measure(&sum, i).value;
        ck_assert_msg(isnan(once) ? isnan(twice) : fabs(once - twice) < 1e-12, "%s: %f, then %f",
                      score_measure(&sum, i).name, once, twice);
    }
}
END_TEST

/* ---- text ----------------------------------------------------------------------------------- */

static char *written(void (*write)(const struct report *r, const struct score *s),
                     const struct score *s, bool ascii)
{
    char *buf = NULL;
    size_t n;
    FILE *out = open_memstream(&buf, &n);
    write(&(struct report){.out = out, .ascii = ascii}, s);
    fclose(out);
    return buf;
}

static size_t columns_of_line(const char *s)
{
    size_t n = 0;
    for (; *s && *s != '\n'; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

START_TEST(tables_fit_a_hundred_columns_and_ascii_is_ascii)
{
    struct scoring g = scored(known_tape, known_truth);
    g.score.classes[TC_SWEEP].parents = g.score.kinds[SK_SINGLE].packets = 123456789;
    g.score.places[SG_OPTION][PL_ASK].prints = 1234567890;
    for (int ascii = 0; ascii < 2; ascii++) {
        char *text = written(report_score, &g.score, ascii);
        for (const char *line = text; line; line = strchr(line + 1, '\n'))
            ck_assert_msg(columns_of_line(line + 1) <= 100, "%.120s", line);
        bool plain = true;
        for (const char *c = text; *c; c++)
            plain &= (unsigned char)*c < 0x80;
        ck_assert(plain == (ascii == 1));
        free(text);
    }
}
END_TEST

START_TEST(bars_are_as_long_as_their_shares)
{
    /* 2 right of 4 packets and 4 parents: half of the 40 cells. */
    struct score s = {.runs = 1};
    s.kinds[SK_BLOCK].packets = s.classes[TC_BLOCK].parents = 4;
    s.classes[TC_BLOCK].exact[SK_BLOCK] = 2;
    char *text = written(report_score, &s, true);
    ck_assert_ptr_nonnull(strstr(text, "block           P ####################          "));
    ck_assert_ptr_null(strstr(text, "#####################"));
    free(text);
}
END_TEST

START_TEST(jsonl_has_an_object_a_line_and_null_for_nothing)
{
    struct scoring g = scored(known_tape, known_truth);
    char *text = written(report_score_jsonl, &g.score, false);
    ck_assert_ptr_nonnull(strstr(text, "{\"measure\":\"class\",\"class\":\"sweep\",\"packets\":3,"
                                       "\"parents\":3,\"right\":2,\"precision\":0.666667,"));
    ck_assert_ptr_nonnull(strstr(text, "\"group\":\"options\",\"placement\":\"ask\",\"prints\":9,"
                                       "\"right\":9,\"wrong\":0,\"abstained\":0,"
                                       "\"accuracy\":1.000000"));
    ck_assert_ptr_nonnull(strstr(text, "\"stated\":0.750000,\"prints\":11,\"right\":9"));
    ck_assert_ptr_nonnull(strstr(text, "\"brier\":null"));
    ck_assert_ptr_null(strstr(text, "nan"));
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        ck_assert_msg(*line == '{' && strchr(line, '\n')[-1] == '}', "%.80s", line);
    free(text);
}
END_TEST

Suite *test_suite(void)
{
    Suite *s = suite_create("score");
    TCase *t = tcase_create("score");
    tcase_add_test(t, known_tape_gives_the_counts_made_by_hand);
    tcase_add_test(t, purity_and_completeness_are_weighted_by_count_and_by_size);
    tcase_add_test(t, confusion_counts_the_kind_of_the_best_packet);
    tcase_add_test(t, accounts_name_what_has_no_counterpart);
    tcase_add_test(t, sides_are_counted_by_place_in_the_quote);
    tcase_add_test(t, misses_name_the_parents_that_were_not_found);
    tcase_add_test(t, perfect_tape_scores_one_throughout);
    tcase_add_test(t, empty_measures_are_nothing_not_zero);
    tcase_add_test(t, cancelled_prints_count_on_neither_side);
    tcase_add_test(t, print_that_is_a_cancel_by_condition_is_no_print);
    tcase_add_test(t, repeated_id_is_counted_and_spoils_the_packet_it_joins);
    tcase_add_test(t, truth_of_another_session_is_refused);
    tcase_add_test(t, truth_whose_sizes_differ_is_refused);
    tcase_add_test(t, part_of_a_longer_tape_can_be_scored);
    tcase_add_test(t, malformed_rows_are_counted_and_named_by_line);
    tcase_add_test(t, files_that_are_no_truth_are_refused);
    tcase_add_test(t, wilson_interval_agrees_with_published_values);
    tcase_add_test(t, brier_score_is_murphys_three_parts);
    tcase_add_test(t, calibration_of_a_few_forecasts_by_hand);
    tcase_add_test(t, certainty_that_fails_costs_much_but_not_everything);
    tcase_add_test(t, f1_is_the_harmonic_mean);
    tcase_add_test(t, spread_leaves_out_what_could_not_be_measured);
    tcase_add_test(t, worst_seeds_are_named_by_the_direction_of_the_measure);
    tcase_add_test(t, scores_add_up_count_by_count);
    tcase_add_test(t, tables_fit_a_hundred_columns_and_ascii_is_ascii);
    tcase_add_test(t, bars_are_as_long_as_their_shares);
    tcase_add_test(t, jsonl_has_an_object_a_line_and_null_for_nothing);
    suite_add_tcase(s, t);
    return s;
}
