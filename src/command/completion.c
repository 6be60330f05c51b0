/* Completion scripts. See completion.h. */
#include "command/completion.h"

#include <string.h>

#include "command/output.h"
#include "command/rows.h"
#include "store/query.h"
#include "view/column.h"

static uint64_t options_of(const struct command *c)
{
    return c->options | ARG(HELP) | ARG(VERSION);
}

static void print_words(const char *between, const char *(*name)(int i), int n)
{
    for (int i = 0; i < n; i++)
        output_printf("%s%s", i ? between : "", name(i));
}

static const char *kind_at(int i)
{
    return row_kind_name((enum row_kind)i);
}

static const char *format_at(int i)
{
    return row_format_name((enum row_format)i);
}

/* Sentences stand in single quotes in every script. */
static void print_quoted(const char *s)
{
    output_printf("'");
    for (; *s; s++)
        output_printf(*s == '\'' ? "'\\''" : "%c", *s);
    output_printf("'");
}

static void print_bash(void)
{
    output_printf("# bash completion of tapedeck\n"
                  "_tapedeck()\n{\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                  "    local command='' i\n"
                  "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                  "        [[ ${COMP_WORDS[i]} == -* ]] || { command=${COMP_WORDS[i]}; break; }\n"
                  "    done\n"
                  "    case $prev in\n"
                  "    --format) COMPREPLY=($(compgen -W '");
    print_words(" ", format_at, FORMAT_COUNT);
    output_printf("' -- \"$cur\")); return ;;\n"
                  "    --color) COMPREPLY=($(compgen -W 'auto always never' -- \"$cur\")); "
                  "return ;;\n"
                  "    esac\n"
                  "    if [[ -z $command ]]; then\n"
                  "        COMPREPLY=($(compgen -W '");
    for (size_t i = 0; commands[i]; i++)
        output_printf("%s%s", i ? " " : "", commands[i]->name);
    output_printf("' -- \"$cur\"))\n        return\n    fi\n    local options=''\n"
                  "    case $command in\n");
    for (size_t i = 0; commands[i]; i++) {
        output_printf("    %s) options='", commands[i]->name);
        for (int k = 0, first = 1; k < ARG_COUNT; k++)
            if (options_of(commands[i]) >> k & 1) {
                output_printf("%s--%s", first ? "" : " ", arg_options[k].name);
                first = 0;
            }
        output_printf("' ;;\n");
    }
    output_printf("    esac\n"
                  "    if [[ $cur == -* ]]; then\n"
                  "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
                  "    elif [[ $command == query ]] && ((COMP_CWORD == i + 2)); then\n"
                  "        COMPREPLY=($(compgen -W '");
    print_words(" ", kind_at, ROW_KIND_COUNT);
    output_printf("' -- \"$cur\"))\n"
                  "    else\n"
                  "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                  "    fi\n}\n"
                  "complete -o filenames -F _tapedeck tapedeck\n");
}

/* A sentence inside _arguments' brackets: those characters end or split it. */
static void print_zsh_sentence(const char *s)
{
    for (; *s; s++)
        if (*s == '\'')
            output_printf("'\\''");
        else if (strchr("[]:\\", *s))
            output_printf("\\%c", *s);
        else
            output_printf("%c", *s);
}

static void print_zsh(void)
{
    output_printf("#compdef tapedeck\n# zsh completion of tapedeck\n"
                  "_tapedeck() {\n  local -a list\n  list=(\n");
    for (size_t i = 0; commands[i]; i++) {
        output_printf("    '%s:", commands[i]->name);
        print_zsh_sentence(commands[i]->sentence);
        output_printf("'\n");
    }
    output_printf(
        "  )\n  if (( CURRENT == 2 )); then\n    _describe command list\n    return\n  fi\n"
        "  case $words[2] in\n");
    for (size_t i = 0; commands[i]; i++) {
        output_printf("  %s) _arguments -s", commands[i]->name);
        for (int k = 0; k < ARG_COUNT; k++) {
            if (!(options_of(commands[i]) >> k & 1))
                continue;
            output_printf(" \\\n    '--%s%s[", arg_options[k].name,
                          arg_options[k].value ? "=" : "");
            print_zsh_sentence(arg_options[k].sentence);
            output_printf("]%s%s%s'", arg_options[k].value ? ":" : "",
                          arg_options[k].value ? arg_options[k].name : "",
                          k == ARG_FORMAT        ? ":(table csv tsv jsonl tape)"
                          : arg_options[k].value ? ":_files"
                                                 : "");
        }
        output_printf(" \\\n    '*:file:_files' ;;\n");
    }
    output_printf("  esac\n}\n_tapedeck \"$@\"\n");
}

static void print_fish(void)
{
    output_printf("# fish completion of tapedeck\n");
    for (size_t i = 0; commands[i]; i++) {
        output_printf("complete -c tapedeck -n __fish_use_subcommand -f -a %s -d ",
                      commands[i]->name);
        print_quoted(commands[i]->sentence);
        output_printf("\n");
        for (int k = 0; k < ARG_COUNT; k++) {
            if (!(options_of(commands[i]) >> k & 1))
                continue;
            output_printf("complete -c tapedeck -n '__fish_seen_subcommand_from %s' -l %s%s -d ",
                          commands[i]->name, arg_options[k].name,
                          arg_options[k].value ? " -r" : "");
            print_quoted(arg_options[k].sentence);
            output_printf("\n");
        }
    }
    output_printf("complete -c tapedeck -n '__fish_seen_subcommand_from query' -a '");
    print_words(" ", kind_at, ROW_KIND_COUNT);
    output_printf("'\ncomplete -c tapedeck -l format -x -a '");
    print_words(" ", format_at, FORMAT_COUNT);
    output_printf("'\n");
}

int completion_print(const char *shell, struct err *err)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    for (size_t i = 0; shell && i < ARRAY_LEN(shells); i++)
        if (strcmp(shells[i].name, shell) == 0) {
            shells[i].print();
            return 0;
        }
    return err_set(err, ERR_USAGE, "tapedeck help completions bash|zsh|fish");
}
