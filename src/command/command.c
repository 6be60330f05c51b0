/* The tables of the command line: options and commands. See command.h. */
#include "command/command.h"

#include <string.h>

#include "command/rows.h"

const struct arg_option arg_options[ARG_COUNT] = {
    [ARG_HELP] = {"help", 'h', NULL, "show help; after a command, help on that command"},
    [ARG_VERSION] = {"version", 'V', NULL, "show the version"},
    [ARG_FEED] = {"feed", 0, "URI", "feed for options and equities: scheme:details?key=value"},
    [ARG_OPTIONS_FEED] = {"options-feed", 0, "URI", "feed for options alone"},
    [ARG_EQUITIES_FEED] = {"equities-feed", 0, "URI", "feed for equities alone"},
    [ARG_FOR] = {"for", 0, "DURATION", "stop after this much time: 90s, 5m, 1h30m"},
    [ARG_TO] = {"to", 0, "VALUE", "end of a range of time, or where to write"},
    [ARG_FROM] = {"from", 0, "TIME", "only what came at or after this time"},
    [ARG_MAP] = {"map", 0, "NAME|FILE", "column map of a CSV that is not Tape CSV"},
    [ARG_SET] = {"set", 0, "KEY=VALUE", "a value the column map asks for; may be repeated"},
    [ARG_SESSION] = {"session", 0, "PATH", "record into this new session file"},
    [ARG_FORMAT] = {"format", 0, "FORMAT", "table, csv, tsv, jsonl or tape"},
    [ARG_FILTER] = {"filter", 0, "EXPR",
                    "only rows that pass: 'symbol == SPY and premium >= 250k'"},
    [ARG_LIMIT] = {"limit", 'n', "N", "at most N rows"},
    [ARG_SYMBOL] = {"symbol", 0, "S,...", "only these underlyings"},
    [ARG_KIND] = {"kind", 0, "K,...", "only these kinds of rows"},
    [ARG_COLOR] = {"color", 0, "WHEN", "auto, always or never"},
    [ARG_ASCII] = {"ascii", 0, NULL, "draw with ASCII characters only"},
    [ARG_PLAIN] = {"plain", 0, NULL, "lines instead of a screen"},
    [ARG_THEME] = {"theme", 0, "NAME", "colours of the screen: default or light"},
    [ARG_SYNC] = {"sync", 0, "MODE", "normal, or full: wait for the disk at every commit"},
    [ARG_BASELINE] = {"baseline", 0, "SESSION",
                      "begin with the baselines this session left; none: with none"},
    [ARG_REORDER] = {"reorder", 0, "DURATION",
                     "put events into order of event time; arrival within this changes nothing"},
    [ARG_SIDE_RULE] = {"side-rule", 0, "RULE",
                       "sign by this rule alone: quote tick reverse-tick lr emo clnv depth size "
                       "bjzz qmp; RULE:ex = the print's own venue alone"},
    [ARG_QUOTE_LAG] = {"quote-lag", 0, "DURATION",
                       "with --side-rule: a quote must be this much older than the print"},
    [ARG_TRUTH] = {"truth", 0, "FILE", "the parent orders behind a session, as labelled CSV"},
    [ARG_SEEDS] = {"seeds", 0, "A..B", "score the synthetic market over these seeds"},
    [ARG_PROFILE] = {"profile", 0, "NAME,...", "profiles of the synthetic market, one by one"},
    [ARG_FEED_ARGS] = {"feed-args", 0, "K=V&...",
                       "options of the synthetic market; for=60s unless for or events is given"},
    [ARG_KEEP] = {"keep", 0, "RULE,...",
                  "remove sessions beyond an age (30d), a number (20) or a size (50GB)"},
    [ARG_DRY_RUN] = {"dry-run", 0, NULL, "with --keep: only say what would go"},
    [ARG_PIN] = {"pin", 0, "SESSION", "never to be removed by --keep"},
    [ARG_UNPIN] = {"unpin", 0, "SESSION", "no longer pinned"},
    [ARG_ROTATE] = {"rotate", 0, "WHEN", "day: a session of its own for each trading day; or off"},
};

const struct command *const commands[] = {
    &command_live,
    &command_record,
    &command_attach,
    &command_replay,
    &command_import,
    &command_export,
    &command_query,
    &command_why,
    &command_verify,
    &command_score,
    &command_sessions,
    &command_info,
    &command_calendar,
    &command_calc,
    &command_feeds,
    &command_help,
    NULL,
};

const struct command *command_find(const char *name, size_t n)
{
    for (size_t i = 0; commands[i]; i++)
        if (strlen(commands[i]->name) == n && memcmp(commands[i]->name, name, n) == 0)
            return commands[i];
    return NULL;
}
