/* The rows of the command table, each defined in its own file. A new command: its file, a line
 * here, a line in commands[] of command.c, its file in src/meson.build. */
#pragma once
#include "command/command.h"

#define ARG(name) (UINT64_C(1) << ARG_##name)

extern const struct command command_live;
extern const struct command command_record;
extern const struct command command_attach;
extern const struct command command_replay;
extern const struct command command_import;
extern const struct command command_export;
extern const struct command command_query;
extern const struct command command_why;
extern const struct command command_verify;
extern const struct command command_score;
extern const struct command command_sessions;
extern const struct command command_info;
extern const struct command command_calendar;
extern const struct command command_calc;
extern const struct command command_feeds;
extern const struct command command_help;
