/* tapedeck calendar: the sessions of the exchange, from the tables that the engine uses. */
#include "event/calendar.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "command/output.h"
#include "command/rows.h"
#include "view/column.h"

struct range {
    int32_t from, to; /* yyyymmdd, both included */
};

/* A day, or a year as its first or last day. */
static int read_date(const char *word, bool last, int32_t *ret, struct err *err)
{
    size_t n = strlen(word);
    int32_t first_year, last_year, date = 0;
    calendar_years(&first_year, &last_year);
    if (n == 4 && strspn(word, "0123456789") == 4)
        for (size_t i = 0; i < n; i++)
            date = date * 10 + (word[i] - '0');
    if (date)
        date = date * 10000 + (last ? 1231 : 101);
    else if (!calendar_parse(word, n, &date))
        return err_set(err, ERR_USAGE, "'%s' is neither a year nor a date yyyy-mm-dd", word);
    if (!calendar_known(date))
        return err_set(err, ERR_USAGE, "the calendar covers %d to %d, not %s", (int)first_year,
                       (int)last_year, word);
    *ret = date;
    return 0;
}

static int read_range(const struct args *a, struct range *ret, struct err *err)
{
    int rc = 0;
    if (a->n_words == 0) {
        int32_t year = calendar_ny_date(clock_wall_ns()) / 10000;
        *ret = (struct range){year * 10000 + 101, year * 10000 + 1231};
        return calendar_known(ret->from) ? 0 : err_set(err, ERR_USAGE, "give a year");
    }
    rc = read_date(a->words[0], false, &ret->from, err);
    if (rc == 0)
        rc = read_date(a->words[a->n_words - 1], true, &ret->to, err);
    if (rc == 0 && ret->from > ret->to)
        rc = err_set(err, ERR_USAGE, "%s comes after %s", a->words[0], a->words[1]);
    return rc;
}

static int read_format(const struct args *a, enum row_format *ret, struct err *err)
{
    const char *word = a->values[ARG_FORMAT] ? a->values[ARG_FORMAT] : "table";
    int f = row_format_parse(word);
    if (f < 0 || f == FORMAT_TAPE)
        return err_set(err, ERR_USAGE, "no format '%s'; there are: table csv tsv jsonl", word);
    *ret = (enum row_format)f;
    return 0;
}

enum { F_DATE, F_OPEN, F_CLOSE, F_EARLY, F_NOTE, F_BASIS, F_COUNT };
static const struct {
    const char *name;
    int width; /* in the table */
    bool bare; /* in JSON without quotes */
} fields[F_COUNT] = {
    [F_DATE] = {"date", 10, false},   [F_OPEN] = {"open", 30, false},
    [F_CLOSE] = {"close", 30, false}, [F_EARLY] = {"early", 5, true},
    [F_NOTE] = {"note", 28, false},   [F_BASIS] = {"basis", 5, false},
};

static void fill(const struct trading_day *day, char cells[F_COUNT][64])
{
    struct text t = text_on(cells[F_DATE], sizeof cells[0]);
    text_add(&t, "%04d-%02d-%02d", (int)(day->date / 10000), (int)(day->date / 100 % 100),
             (int)(day->date % 100));
    time_format_utc(cells[F_OPEN], sizeof cells[0], day->open_ns);
    time_format_utc(cells[F_CLOSE], sizeof cells[0], day->close_ns);
    strcpy(cells[F_EARLY], day->early ? "true" : "false");
    t = text_on(cells[F_NOTE], sizeof cells[0]);
    text_addn(&t, day->note, strlen(day->note));
    strcpy(cells[F_BASIS], calendar_announced(day->date) ? "known" : "rule");
}

static void write_cell(struct text *t, enum row_format format, int i, const char *s)
{
    size_t n = strlen(s);
    if (format == FORMAT_TABLE && i < F_COUNT - 1)
        text_add(t, "%-*s ", fields[i].width, s);
    else if (format == FORMAT_CSV)
        text_add_csv(t, s, n);
    else if (format == FORMAT_JSONL && !fields[i].bare)
        text_add_json(t, s, n);
    else
        text_addn(t, s, n);
}

/* One line; cells NULL = the header. */
static bool write_line(enum row_format format, char cells[F_COUNT][64])
{
    char line[512];
    struct text t = text_on(line, sizeof line);
    bool json = format == FORMAT_JSONL;
    const char *between = format == FORMAT_TABLE ? "" : format == FORMAT_TSV ? "\t" : ",";
    for (int i = 0; i < F_COUNT; i++) {
        text_add(&t, "%s", i ? between : json ? "{" : "");
        if (json)
            text_add(&t, "\"%s\":", fields[i].name);
        write_cell(&t, format, i, cells ? cells[i] : fields[i].name);
    }
    text_add(&t, "%s\n", json ? "}" : "");
    return output_write(line, t.len);
}

static int print(struct range r, enum row_format format, struct err *err)
{
    bool open = true, any = false;
    int64_t last = calendar_days(r.to);
    for (int64_t d = calendar_days(r.from); d <= last && open; d++) {
        char cells[F_COUNT][64];
        struct trading_day day = calendar_day(calendar_date(d));
        if (day.open_ns == day.close_ns)
            continue;
        fill(&day, cells);
        open = (any || format == FORMAT_JSONL || write_line(format, NULL)) &&
               write_line(format, cells);
        any = true;
    }
    int rc = output_finish(err);
    return rc == 0 && !any ? err_set(err, ERR_NO_ROWS, "no session in that time") : rc;
}

static int run(const struct args *a, struct err *err)
{
    struct range r;
    enum row_format format = FORMAT_TABLE;
    output_init();
    int rc = read_format(a, &format, err);
    if (rc == 0)
        rc = read_range(a, &r, err);
    return rc == 0 ? print(r, format, err) : rc;
}

const struct command command_calendar = {
    .name = "calendar",
    .operands = "[YEAR | FROM TO]",
    .sentence = "the exchange's sessions: open and close in UTC",
    .description =
        "Lists the sessions of the US exchanges with their regular open and close in UTC, one a "
        "row; days without a row are closed. early is true where the session closes before 16:00 "
        "in New York; note says why it is unlike others. basis is known where the year's days are "
        "published, rule where they follow from the rules alone. Without operands this year; FROM "
        "and TO are dates yyyy-mm-dd or years, both included. The tables reach from 1990 to 2060.",
    .options = ARG(FORMAT),
    .min_words = 0,
    .max_words = 2,
    .run = run,
};
