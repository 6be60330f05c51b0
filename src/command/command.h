/* Subcommands as rows of one table, one small file each. Usage, --help, the completions and the
 * man page are made from the rows; nothing is typed twice. */
#pragma once
#include "base/base.h"
#include "base/err.h"

/* One option. Every option exists once; commands list which they take. */
struct arg_option {
    const char *name;  /* long name without dashes */
    char letter;       /* short letter, 0 = none */
    const char *value; /* placeholder of its value, NULL = a flag */
    const char *sentence;
};

struct args {
    const struct command *command;
    const char *values[64]; /* by enum arg; "" for a flag that is set, NULL when absent */
    const char **list;      /* repeated values of --set, in order */
    size_t n_list;
    const char **words; /* operands */
    size_t n_words;
};

enum arg {
    ARG_HELP,
    ARG_VERSION,
    ARG_FEED,
    ARG_OPTIONS_FEED,
    ARG_EQUITIES_FEED,
    ARG_FOR,
    ARG_TO,
    ARG_FROM,
    ARG_MAP,
    ARG_SET,
    ARG_SESSION,
    ARG_FORMAT,
    ARG_FILTER,
    ARG_LIMIT,
    ARG_SYMBOL,
    ARG_KIND,
    ARG_COLOR,
    ARG_ASCII,
    ARG_PLAIN,
    ARG_THEME,
    ARG_SYNC,
    ARG_REORDER,
    ARG_SIDE_RULE,
    ARG_QUOTE_LAG,
    ARG_TRUTH,
    ARG_SEEDS,
    ARG_PROFILE,
    ARG_FEED_ARGS,
    ARG_KEEP,
    ARG_ROTATE,
    ARG_BASELINE,
    ARG_DRY_RUN,
    ARG_PIN,
    ARG_UNPIN,
    ARG_COUNT
};
/* `--to` is a session path for import and a time for export and query: one option, two meanings by
 * command (design.md section 3), so the sentence is given per command in its row. */
extern const struct arg_option arg_options[ARG_COUNT];

struct command {
    const char *name;
    const char *operands;         /* "SESSION KIND" */
    const char *sentence;         /* one line for --help */
    const char *description;      /* a paragraph for `tapedeck help NAME` and the man page */
    uint64_t options;             /* bit per enum arg; --help and --version always are */
    const char *to;               /* what --to means here, NULL when it is not taken */
    uint8_t min_words, max_words; /* 255 = any */
    int (*run)(const struct args *a, struct err *err); /* 0 or -code; rows on standard output */
};
extern const struct command *const commands[]; /* ends with NULL, in the order of --help */
const struct command *command_find(const char *name, size_t n);

/* Parses argv (argv[0] skipped) by the tables; the words of argv are borrowed. No command word =
 * "live". --help and --version anywhere lead to the command `help` (values[] says which; words[0]
 * is then the command asked about, if any). -code with a message that names the mistake and the
 * nearest right word. *ret is always safe to give to args_finish. */
int args_parse(int argc, char **argv, struct args *ret, struct err *err);
void args_finish(struct args *a);

/* A whole number of an option's value, 1 to INT64_MAX; def when the option is absent. */
int args_count(const struct args *a, enum arg arg, int64_t def, int64_t *ret, struct err *err);
