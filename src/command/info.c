/* tapedeck info: what a session file holds and how it was made. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "command/output.h"
#include "command/rows.h"
#include "event/calendar.h"
#include "store/query.h"
#include "view/column.h"

struct fact {
    char name[64], value[192];
};
struct facts {
    struct fact *rows;
    size_t n;
};

static void fact(struct facts *f, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void fact(struct facts *f, const char *name, const char *fmt, ...)
{
    char raw[192];
    va_list ap;
    f->rows = mem_grow(f->rows, f->n + 1, sizeof *f->rows);
    struct fact *row = &f->rows[f->n++];
    va_start(ap, fmt);
    vsnprintf(raw, sizeof raw, fmt, ap);
    va_end(ap);
    snprintf(row->name, sizeof row->name, "%s", name);
    text_clean(row->value, sizeof row->value, raw, strlen(raw));
}

static void time_fact(struct facts *f, const char *name, int64_t ns)
{
    char buf[40];
    time_format_utc(buf, sizeof buf, ns);
    fact(f, name, "%s", buf);
}

static int add_span(struct facts *f, struct reader *r, struct err *err)
{
    struct session_span span;
    int rc = reader_span(r, &span, err);
    if (rc < 0)
        return rc;
    fact(f, "events", "%" PRIu64, span.last_seq ? span.last_seq - span.first_seq + 1 : 0);
    if (!span.last_seq)
        return 0;
    int32_t date = calendar_ny_date(span.first_ns);
    fact(f, "date", "%04d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100),
         (int)(date % 100));
    time_fact(f, "first", span.first_ns);
    time_fact(f, "last", span.last_ns);
    return 0;
}

static int add_state(struct facts *f, struct reader *r, struct err *err)
{
    struct reader_state s;
    int rc = reader_state(r, &s, err);
    if (rc < 0)
        return rc;
    fact(f, "state", "%s",
         s.exported ? "export"
         : s.closed ? "closed"
                    : "recording or interrupted");
    fact(f, "engine", "%d", s.engine_version);
    fact(f, "policy", "%016" PRIx64, s.policy_hash);
    fact(f, "derived", "%" PRIu64, s.records);
    fact(f, "digest", "%016" PRIx64, s.digest);
    time_fact(f, "clock", s.clock_ns);
    if (reader_newer(r))
        fact(f, "note", "written by a newer tapedeck; read as far as it is understood");
    return 0;
}

/* Stats that add_state has said already. */
static bool said(const char *name)
{
    static const char *const names[] = {"closed", "engine_version", "policy_hash", "exported"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return strncmp(name, "stamp.", 6) == 0;
}

/* A whole number as JSON has them; what a hash or a name is made of is none. */
static bool is_number(const struct fact *f)
{
    size_t n = strlen(f->value), digits = strspn(f->value, "0123456789");
    bool hash = strcmp(f->name, "policy") == 0 || strcmp(f->name, "digest") == 0;
    return n && digits == n && n < 19 && (n == 1 || f->value[0] != '0') && !hash;
}

/* Counts, feeds and accounting, as the recorder wrote them. */
static void take_fact(void *self, const char *key, const char *value)
{
    if (!said(key))
        fact(self, key, "%s", value);
}

static void print_facts(const struct facts *f, bool json)
{
    char buf[512];
    struct text t;
    size_t width = 0;
    for (size_t i = 0; i < f->n; i++)
        width = MAX(width, strlen(f->rows[i].name));
    for (size_t i = 0; i < f->n; i++) {
        const struct fact *row = &f->rows[i];
        if (!json) {
            output_printf("%-*s  %s\n", (int)width, row->name, row->value);
            continue;
        }
        t = text_on(buf, sizeof buf);
        text_add(&t, "%s", i ? "," : "{");
        text_add_json(&t, row->name, strlen(row->name));
        text_add(&t, ":");
        if (is_number(row))
            text_add(&t, "%s", row->value);
        else
            text_add_json(&t, row->value, strlen(row->value));
        output_write(buf, t.len);
    }
    if (json)
        output_printf("}\n");
}

static int print_one(const char *path, bool json, struct err *err)
{
    struct facts f = {0};
    struct reader *r = NULL;
    struct stat st;
    int rc = output_session(path, &r, err);
    if (rc == 0) {
        fact(&f, "path", "%s", path);
        if (stat(path, &st) == 0)
            fact(&f, "bytes", "%lld", (long long)st.st_size);
        rc = add_span(&f, r, err);
    }
    if (rc == 0)
        rc = add_state(&f, r, err);
    if (rc == 0)
        rc = reader_facts(r, take_fact, &f, err);
    if (rc == 0)
        print_facts(&f, json);
    reader_close(r);
    mem_free(f.rows);
    return rc;
}

/* The others are told whatever is wrong with one; the first failure is the answer. */
static int run(const struct args *a, struct err *err)
{
    const char *format = a->values[ARG_FORMAT];
    bool json = format && strcmp(format, "jsonl") == 0;
    int first = 0;
    output_init();
    if (format && !json && strcmp(format, "table") != 0)
        return err_set(err, ERR_USAGE, "info prints a table or jsonl, not '%s'", format);
    for (size_t i = 0; i < a->n_words; i++) {
        struct err why = {0};
        if (i && !json)
            output_printf("\n");
        int rc = print_one(a->words[i], json, &why);
        if (rc < 0 && first < 0)
            fprintf(stderr, "tapedeck: %s\n", why.text);
        else if (rc < 0) {
            first = rc;
            *err = why;
        }
    }
    return first < 0 ? first : output_finish(err);
}

const struct command command_info = {
    .name = "info",
    .operands = "SESSION...",
    .sentence = "say what a session holds",
    .description = "Prints facts about a session file: its span, counts by kind, feeds, accounting "
                   "of every record received, whether it was closed properly, the engine and the "
                   "policy that made its derived rows, and its size.",
    .options = ARG(FORMAT),
    .min_words = 1,
    .max_words = 255,
    .run = run,
};
