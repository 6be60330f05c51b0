/* tapedeck query: rows of one kind, oldest first, as text. Reads pages; holds none of the session
 * in memory. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "command/output.h"
#include "command/resign.h"
#include "command/rows.h"
#include "store/query.h"
#include "view/column.h"
#include "view/filter.h"
#include "view/greeks.h"
#include "view/suggest.h"
#include "view/when.h"

#define PAGE 512

struct query {
    struct reader *reader;
    enum row_kind kind;
    enum row_format format;
    struct filter *filter;
    struct resign *resign; /* NULL: sides as recorded */
    int64_t limit;
    int64_t from_ns; /* engine time; INT64_MIN = open */
    struct playhead to;
    uint64_t after; /* key to begin behind */
    struct cell_context cells;
    struct greeks_memo greeks;
};

static const char *kind_name(size_t i, const void *self)
{
    (void)self;
    return i < ROW_KIND_COUNT ? row_kind_name((enum row_kind)i) : NULL;
}

static const char *format_name(size_t i, const void *self)
{
    (void)self;
    return i < FORMAT_COUNT ? row_format_name((enum row_format)i) : NULL;
}

/* "no kind 'packet', did you mean 'packets'?" or the list of all. */
static int no_such(struct err *err, const char *what, const char *word,
                   const char *(*name)(size_t i, const void *self))
{
    char all[256];
    struct text t = text_on(all, sizeof all);
    const char *at, *near = suggest(word, strlen(word), name, NULL);
    if (near)
        return err_set(err, ERR_USAGE, "no %s '%s', did you mean '%s'?", what, word, near);
    for (size_t i = 0; (at = name(i, NULL)); i++)
        text_add(&t, "%s%s", i ? " " : "", at);
    return err_set(err, ERR_USAGE, "no %s '%s'; there are: %s", what, word, all);
}

static int read_kind(const struct args *a, struct query *q, struct err *err)
{
    const char *format = a->values[ARG_FORMAT] ? a->values[ARG_FORMAT] : "table";
    int kind = row_kind_parse(a->words[a->n_words - 1]), f = row_format_parse(format);
    if (kind < 0)
        return no_such(err, "kind", a->words[a->n_words - 1], kind_name);
    if (f < 0)
        return no_such(err, "format", format, format_name);
    q->kind = (enum row_kind)kind;
    q->format = (enum row_format)f;
    if (!row_format_fits(q->kind, q->format))
        return err_set(err, ERR_USAGE,
                       "format tape carries events: options, quotes, equities, equity-quotes; "
                       "not %s",
                       a->words[a->n_words - 1]);
    return 0;
}

/* The text with a caret below the mistake, where a line has room for it. */
static int read_filter(const struct args *a, struct query *q, struct err *err)
{
    const char *text = a->values[ARG_FILTER];
    struct filter_error wrong = {0};
    if (!text)
        return 0;
    q->filter = filter_parse(text, q->kind, &wrong);
    if (q->filter)
        return 0;
    char shown[160];
    size_t from = wrong.at > 60 ? wrong.at - 60 : 0;
    text_clean(shown, sizeof shown, text + from, strlen(text + from));
    fprintf(stderr, "%s\n%*s^\n", shown, (int)(wrong.at - from), "");
    return err_set(err, ERR_USAGE, "filter, column %zu: %s", wrong.at + 1, wrong.text);
}

/* What has no place on a tape is that of one session. */
static int check_several(const struct args *a, const struct query *q, struct err *err)
{
    bool alone = q->kind == ROW_INSTRUMENT || q->kind == ROW_STAT || q->kind == ROW_MARK;
    if (a->n_words > 2 && alone)
        return err_set(err, ERR_USAGE, "%s are those of one session; ask for each by itself",
                       row_kind_name(q->kind));
    if (a->n_words > 2 && a->values[ARG_SIDE_RULE])
        return err_set(err, ERR_USAGE, "--side-rule signs the prints of one session");
    return 0;
}

/* Rows without a time must not seem to be cut by one. */
static int check_times(const struct args *a, const struct query *q, struct err *err)
{
    const char *option = a->values[ARG_FROM] ? "--from" : a->values[ARG_TO] ? "--to" : NULL;
    if (option && q->kind == ROW_STAT)
        return err_set(err, ERR_USAGE,
                       "stats count the whole session, so %s does not apply; `export` a part and "
                       "ask for the stats of that",
                       option);
    if (a->values[ARG_FROM] && q->kind == ROW_INSTRUMENT)
        return err_set(err, ERR_USAGE,
                       "instruments have no time to begin at; --to gives their terms as of then");
    return 0;
}

/* Kinds with numbers of their own, marks and what the deck told: skipped by time. */
static bool numbered(enum row_kind kind)
{
    return kind == ROW_PACKET || kind == ROW_STRUCTURE || kind == ROW_CAMPAIGN || kind == ROW_MARK;
}

static int read_range(const struct args *a, struct query *q, struct err *err)
{
    struct session_span span;
    int64_t ns;
    int rc = reader_span(q->reader, &span, err);
    if (rc == 0 && a->values[ARG_TO]) {
        rc = when_parse(a->values[ARG_TO], &span, INT64_MIN, &ns, err);
        if (rc == 0)
            rc = reader_at_time(q->reader, ns, &q->to, err);
    }
    if (rc == 0 && a->values[ARG_FROM]) {
        struct playhead before = {0};
        rc = when_parse(a->values[ARG_FROM], &span, INT64_MIN, &q->from_ns, err);
        if (rc == 0 && q->from_ns > INT64_MIN)
            rc = reader_at_time(q->reader, q->from_ns - 1, &before, err);
        if (rc == 0 && !numbered(q->kind))
            q->after = before.seq;
    }
    return rc;
}

/* A structure or packet counts by its newest version, a campaign by its last packet. */
static bool out_of_time(const struct query *q, const struct row *r)
{
    return (r->kind == ROW_PACKET && r->u.packet.at_ns < q->from_ns) ||
           (r->kind == ROW_STRUCTURE && r->u.structure.at_ns < q->from_ns) ||
           (r->kind == ROW_CAMPAIGN && r->u.campaign.end_ns < q->from_ns) ||
           (r->kind == ROW_MARK && (r->u.mark.ns < q->from_ns || r->u.mark.ns > q->to.ns));
}

static bool print_header(const struct query *q)
{
    char line[ROW_TEXT_MAX];
    struct text t = text_on(line, sizeof line);
    row_write_header(q->kind, q->format, &t);
    return output_write(line, t.len);
}

static int print_rows(struct query *q, struct err *err)
{
    struct row *page = mem_grow(NULL, PAGE, sizeof *page);
    char *line = mem_alloc(ROW_TEXT_MAX);
    int64_t printed = 0;
    bool open = true;
    int got = 0, rc = 0;
    while (open && rc == 0 && printed < q->limit &&
           (got = reader_page_after(q->reader, q->kind, q->to, q->after, page, PAGE, err)) > 0)
        for (int i = 0; i < got && open && printed < q->limit; i++) {
            q->after = page[i].key;
            if (q->resign)
                rc = resign_row(q->resign, q->reader, q->to, &page[i], err);
            if (rc < 0)
                break;
            if (out_of_time(q, &page[i]) ||
                (q->filter && !filter_match(q->filter, &page[i], &q->cells)))
                continue;
            struct text t = text_on(line, ROW_TEXT_MAX);
            row_write(&page[i], q->format, &q->cells, &t);
            open = (printed++ || print_header(q)) && output_write(line, t.len);
        }
    mem_free(line);
    mem_free(page);
    if (got < 0 && got != -ERR_NO_ROWS)
        rc = got;
    if (rc < 0)
        return rc;
    rc = output_finish(err);
    if (rc == 0 && printed == 0)
        rc = err_set(err, ERR_NO_ROWS, "no %s", row_kind_name(q->kind));
    return rc;
}

static int run(const struct args *a, struct err *err)
{
    struct query q = {.limit = INT64_MAX, .from_ns = INT64_MIN, .to = PLAYHEAD_END};
    output_init();
    int rc = read_kind(a, &q, err);
    if (rc == 0)
        rc = check_times(a, &q, err);
    if (rc == 0)
        rc = check_several(a, &q, err);
    if (rc == 0)
        rc = read_filter(a, &q, err);
    if (rc == 0)
        rc = resign_open(a, q.kind, &q.resign, err);
    if (rc == 0)
        rc = args_count(a, ARG_LIMIT, INT64_MAX, &q.limit, err);
    if (rc == 0)
        rc = output_sessions(a->words, a->n_words - 1, &q.reader, err);
    if (rc == 0) {
        q.cells = (struct cell_context){.symbols = reader_symbols(q.reader),
                                        .idents = reader_idents(q.reader),
                                        .rate_bp = greeks_rate(q.reader),
                                        .greeks = &q.greeks,
                                        .ascii = a->values[ARG_ASCII] || !output_utf8()};
        rc = read_range(a, &q, err);
    }
    if (rc == 0)
        rc = print_rows(&q, err);
    resign_close(q.resign);
    reader_close(q.reader);
    filter_free(q.filter);
    return rc;
}

const struct command command_query = {
    .name = "query",
    .operands = "SESSION... KIND",
    .sentence = "print rows of a session, or of several as one tape",
    .description =
        "Prints the rows of one kind, oldest first: options, quotes, equities, equity-quotes, "
        "packets, structures, campaigns, gaps, instruments, stats or marks. csv, tsv and "
        "jsonl carry every column; table carries "
        "those that fit a screen; tape is the neutral text format that import reads. Fields for "
        "--filter are the columns: `tapedeck help columns KIND` lists them. Times are those of the "
        "recorder: 2024-06-14T13:55:03Z, 09:31:15 (New York), +5s after the start, -5m before the "
        "end, 50%, open or close. Exit status 1 when no row passes. --side-rule signs options or "
        "equities by one published rule, from the raw events as of each print, as they were first "
        "reported: side, side_rule and side_reason are then the rule's, side_confidence is empty, "
        "and all other columns stay as recorded. It signs under every condition but those that are "
        "no trade (cancels, official opens and closes), and looks past no crossed or one-sided "
        "quote. reverse-tick looks at later prints. "
        "Several sessions, which must not overlap, give their rows in order of time; numbers of "
        "events and packets count on from one to the next.",
    .options = ARG(SIDE_RULE) | ARG(QUOTE_LAG) | ARG(FORMAT) | ARG(FILTER) | ARG(FROM) | ARG(TO) |
               ARG(LIMIT) | ARG(ASCII),
    .to = "only what came at or before this time",
    .min_words = 2,
    .max_words = 255,
    .run = run,
};
