/* tapedeck help, --help and --version: pages made from the tables of command.c and the columns. */
#include <stdio.h>
#include <string.h>

#include "command/completion.h"
#include "command/output.h"
#include "command/rows.h"
#include "view/column.h"
#include "view/suggest.h"

#define PAGE_WIDTH 79

/* Words of s wrapped at the page, lines after the first indented; the first begins at `at`. */
static void wrap(const char *s, size_t indent, size_t at)
{
    bool first = true;
    while (*s) {
        size_t n = strcspn(s, " ");
        if (!first && at + 1 + n > PAGE_WIDTH) {
            output_printf("\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            output_printf(" ");
            at++;
        }
        output_printf("%.*s", (int)n, s);
        at += n;
        s += n + strspn(s + n, " ");
        first = false;
    }
    output_printf("\n");
}

static void entry(const char *head, size_t width, const char *sentence)
{
    output_printf("  %-*s  ", (int)width, head);
    wrap(sentence, width + 4, width + 4);
}

static void option_head(enum arg arg, const char *value, char *buf, size_t cap)
{
    const struct arg_option *o = &arg_options[arg];
    struct text t = text_on(buf, cap);
    if (o->letter)
        text_add(&t, "-%c, ", o->letter);
    else
        text_add(&t, "    ");
    text_add(&t, "--%s%s%s", o->name, value ? " " : "", value ? value : "");
}

static void print_options(uint64_t set, const struct command *c)
{
    for (int i = 0; i < ARG_COUNT; i++) {
        char head[48];
        if (!(set >> i & 1))
            continue;
        option_head((enum arg)i, arg_options[i].value, head, sizeof head);
        entry(head, 26, i == ARG_TO && c && c->to ? c->to : arg_options[i].sentence);
    }
}

static const struct {
    int code;
    const char *meaning;
} exits[] = {
    {0, "done"},
    {ERR_NO_ROWS, "no rows"},
    {ERR_USAGE, "wrong usage"},
    {ERR_CONFIG, "wrong configuration"},
    {ERR_FEED, "a feed failed"},
    {ERR_DAMAGED, "the session is damaged"},
    {ERR_LOCKED, "the session is locked"},
    {ERR_DISK, "the disk failed"},
};

static uint64_t options_in_use(void)
{
    uint64_t set = ARG(HELP) | ARG(VERSION);
    for (size_t i = 0; commands[i]; i++)
        set |= commands[i]->options;
    return set;
}

static void print_overview(void)
{
    output_printf("tapedeck: an instrument panel for US options flow and off-exchange prints\n\n"
                  "usage: tapedeck [COMMAND] [OPTION...] [WORD...]\n\nCommands:\n");
    for (size_t i = 0; commands[i]; i++) {
        char head[80];
        snprintf(head, sizeof head, "%s%s%s", commands[i]->name,
                 commands[i]->operands[0] ? " " : "", commands[i]->operands);
        entry(head, 24, commands[i]->sentence);
    }
    output_printf("\nOptions (each command takes those that `tapedeck help COMMAND` lists):\n");
    print_options(options_in_use(), NULL);
    output_printf("\nExit status:\n");
    for (size_t i = 0; i < ARRAY_LEN(exits); i++)
        output_printf("  %d  %s\n", exits[i].code, exits[i].meaning);
    output_printf("\nExamples:\n"
                  "  tapedeck query day.db packets --filter 'premium >= 250k and side == buy'\n"
                  "  tapedeck why day.db P1234\n");
}

static void print_command(const struct command *c)
{
    output_printf("usage: tapedeck %s%s%s [OPTION...]\n\n", c->name, c->operands[0] ? " " : "",
                  c->operands);
    wrap(c->description, 0, 0);
    output_printf("\nOptions:\n");
    print_options(c->options | ARG(HELP), c);
}

static const char *command_at(size_t i, const void *self)
{
    (void)self;
    return commands[i] ? commands[i]->name : NULL;
}

static int print_columns(const char *word, struct err *err)
{
    size_t n;
    int kind = word ? row_kind_parse(word) : -1;
    if (kind < 0) {
        char all[160];
        struct text t = text_on(all, sizeof all);
        for (int i = 0; i < ROW_KIND_COUNT; i++)
            text_add(&t, "%s%s", i ? " " : "", row_kind_name((enum row_kind)i));
        return err_set(err, ERR_USAGE, "tapedeck help columns KIND, one of: %s", all);
    }
    static const char *const types[] = {
        [CELL_TEXT] = "text", [CELL_INT] = "int",   [CELL_DEC] = "decimal", [CELL_TIME] = "time",
        [CELL_BOOL] = "bool", [CELL_LIST] = "list", [CELL_IDS] = "ids",
    };
    const struct column *columns = columns_of((enum row_kind)kind, &n);
    for (size_t i = 0; i < n; i++) {
        char head[48];
        snprintf(head, sizeof head, "%-17s %-7s", columns[i].name, types[columns[i].type]);
        entry(head, 25, columns[i].sentence);
    }
    return 0;
}

static int help_on(const struct args *a, struct err *err)
{
    const char *word = a->words[0], *more = a->n_words > 1 ? a->words[1] : NULL;
    if (strcmp(word, "completions") == 0)
        return completion_print(more, err);
    if (strcmp(word, "columns") == 0)
        return print_columns(more, err);
    const struct command *c = command_find(word, strlen(word));
    if (c && more)
        return err_set(err, ERR_USAGE, "help: '%s' is one word too many", more);
    if (c) {
        print_command(c);
        return 0;
    }
    const char *near = suggest(word, strlen(word), command_at, NULL);
    return err_set(err, ERR_USAGE, "no command '%s'%s%s%s", word, near ? ", did you mean '" : "",
                   near ? near : "", near ? "'?" : "");
}

static int run(const struct args *a, struct err *err)
{
    int rc = 0;
    output_init();
    if (a->values[ARG_VERSION])
        output_printf("tapedeck %s\n", TAPEDECK_VERSION);
    else if (a->n_words)
        rc = help_on(a, err);
    else
        print_overview();
    return rc == 0 ? output_finish(err) : rc;
}

const struct command command_help = {
    .name = "help",
    .operands = "[TOPIC]",
    .sentence = "explain a command; `columns KIND`, `completions SHELL`",
    .description =
        "Explains a command. `tapedeck help columns KIND` lists the columns of a kind of rows, "
        "which are the fields of --filter and the keys of jsonl. `tapedeck help completions "
        "bash|zsh|fish` prints a completion script, for example: "
        "tapedeck help completions bash > ~/.local/share/bash-completion/completions/tapedeck",
    .max_words = 2,
    .run = run,
};
