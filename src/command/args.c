/* Argument words to struct args, by the tables. See command.h. Words and options may come in any
 * order; `--` ends the options. */
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "command/rows.h"
#include "view/suggest.h"

struct scan {
    int argc;
    char **argv;
    int at; /* the next word */
    struct args *args;
    const char *command;
    struct err *err;
};

static const char *option_name(size_t i, const void *self)
{
    const struct command *c = self;
    for (size_t k = 0; k < ARG_COUNT; k++) {
        bool taken = !c || (c->options | ARG(HELP) | ARG(VERSION)) >> k & 1;
        if (taken && i-- == 0)
            return arg_options[k].name;
    }
    return NULL;
}

static const char *command_name(size_t i, const void *self)
{
    (void)self;
    return commands[i] ? commands[i]->name : NULL;
}

static int find_long(const char *name, size_t n)
{
    for (int i = 0; i < ARG_COUNT; i++)
        if (strlen(arg_options[i].name) == n && memcmp(arg_options[i].name, name, n) == 0)
            return i;
    return -1;
}

static int find_letter(char letter)
{
    for (int i = 0; i < ARG_COUNT; i++)
        if (arg_options[i].letter && arg_options[i].letter == letter)
            return i;
    return -1;
}

static void keep(struct args *a, enum arg arg, const char *value)
{
    a->values[arg] = value;
    if (arg != ARG_SET)
        return;
    a->list = mem_grow(a->list, a->n_list + 1, sizeof *a->list);
    a->list[a->n_list++] = value;
}

/* The value of an option: what stands behind `=` or the letter, else the next word. A word that is
 * itself an option is not taken for a value; `-5m` and `-` are. */
static int value(struct scan *s, enum arg arg, const char *attached)
{
    const struct arg_option *o = &arg_options[arg];
    if (!attached && s->at < s->argc) {
        const char *word = s->argv[s->at];
        bool option = strncmp(word, "--", 2) == 0 &&
                      (!word[2] || find_long(word + 2, strcspn(word + 2, "=")) >= 0);
        if (!option) {
            attached = word;
            s->at++;
        }
    }
    if (!attached)
        return err_set(s->err, ERR_USAGE, "--%s needs a value: --%s %s", o->name, o->name,
                       o->value);
    keep(s->args, arg, attached);
    return 0;
}

static int long_option(struct scan *s, const char *word)
{
    size_t n = strcspn(word, "=");
    int arg = find_long(word, n);
    if (arg < 0) {
        const char *near = suggest(word, n, option_name, NULL);
        return err_set(s->err, ERR_USAGE, "no option --%.*s%s%s%s", (int)n, word,
                       near ? ", did you mean --" : "", near ? near : "", near ? "?" : "");
    }
    if (arg_options[arg].value)
        return value(s, (enum arg)arg, word[n] ? word + n + 1 : NULL);
    if (word[n])
        return err_set(s->err, ERR_USAGE, "--%s takes no value", arg_options[arg].name);
    keep(s->args, (enum arg)arg, "");
    return 0;
}

static int letters(struct scan *s, const char *word)
{
    for (; *word; word++) {
        int arg = find_letter(*word);
        if (arg < 0)
            return err_set(s->err, ERR_USAGE, "no option -%c; `tapedeck help` lists all", *word);
        if (arg_options[arg].value)
            return value(s, (enum arg)arg, word[1] ? word + 1 : NULL);
        keep(s->args, (enum arg)arg, "");
    }
    return 0;
}

static void operand(struct scan *s, const char *word)
{
    if (!s->command)
        s->command = word;
    else
        s->args->words[s->args->n_words++] = word;
}

static int scan_words(struct scan *s)
{
    bool options = true;
    while (s->at < s->argc) {
        const char *word = s->argv[s->at++];
        int rc = 0;
        if (!options || word[0] != '-' || !word[1])
            operand(s, word);
        else if (strcmp(word, "--") == 0)
            options = false;
        else
            rc = word[1] == '-' ? long_option(s, word + 2) : letters(s, word + 1);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int find_command(struct scan *s)
{
    const char *name = s->command ? s->command : "live";
    s->args->command = command_find(name, strlen(name));
    if (s->args->command)
        return 0;
    if (!s->command)
        return err_set(s->err, ERR_USAGE, "a command is missing; `tapedeck help` lists all");
    const char *near = suggest(name, strlen(name), command_name, NULL);
    return err_set(s->err, ERR_USAGE, "no command '%s'%s%s%s", name,
                   near ? ", did you mean '" : "; `tapedeck help` lists all", near ? near : "",
                   near ? "'?" : "");
}

static int check_options(const struct scan *s)
{
    const struct command *c = s->args->command;
    for (int i = 0; i < ARG_COUNT; i++) {
        if (!s->args->values[i] || (c->options | ARG(HELP) | ARG(VERSION)) >> i & 1)
            continue;
        const char *name = arg_options[i].name;
        const char *near = suggest(name, strlen(name), option_name, c);
        return err_set(s->err, ERR_USAGE, "%s takes no --%s%s%s%s", c->name, name,
                       near ? ", did you mean --" : "", near ? near : "", near ? "?" : "");
    }
    return 0;
}

static int check_words(const struct scan *s)
{
    const struct command *c = s->args->command;
    size_t n = s->args->n_words;
    if (n < c->min_words)
        return err_set(s->err, ERR_USAGE, "%s needs %s: tapedeck %s %s", c->name,
                       n ? "more words" : "its words", c->name, c->operands);
    if (c->max_words != 255 && n > c->max_words)
        return err_set(s->err, ERR_USAGE, "%s: '%s' is one word too many: tapedeck %s %s", c->name,
                       s->args->words[c->max_words], c->name, c->operands);
    return 0;
}

/* --help and --version win over whatever else the line lacks. */
static int lead_to_help(struct scan *s)
{
    struct args *a = s->args;
    a->n_words = 0;
    if (a->values[ARG_HELP] && s->command && strcmp(s->command, "help") != 0) {
        int rc = find_command(s);
        if (rc < 0)
            return rc;
        a->words[a->n_words++] = a->command->name;
    }
    a->command = &command_help;
    return 0;
}

int args_parse(int argc, char **argv, struct args *ret, struct err *err)
{
    static_assert(ARG_COUNT <= ARRAY_LEN(((struct args *)0)->values), "room for every option");
    struct scan s = {.argc = argc, .argv = argv, .at = 1, .args = ret, .err = err};
    *ret = (struct args){.words = mem_alloc(((size_t)MAX(argc, 1) + 1) * sizeof *ret->words)};
    int rc = scan_words(&s);
    if (rc == 0 && (ret->values[ARG_HELP] || ret->values[ARG_VERSION]))
        return lead_to_help(&s);
    if (rc == 0)
        rc = find_command(&s);
    if (rc == 0)
        rc = check_options(&s);
    return rc == 0 ? check_words(&s) : rc;
}

void args_finish(struct args *a)
{
    mem_free(a->words);
    mem_free(a->list);
    *a = (struct args){0};
}

int args_count(const struct args *a, enum arg arg, int64_t def, int64_t *ret, struct err *err)
{
    const char *s = a->values[arg];
    int64_t v = def;
    if (s && (dec_parse(s, strlen(s), 0, &v) != DEC_OK || v < 1))
        return err_set(err, ERR_USAGE, "--%s takes a whole number from 1, not '%s'",
                       arg_options[arg].name, s);
    *ret = v;
    return 0;
}
