/* Completion scripts for shells, made from the tables of command.c. */
#pragma once
#include "base/base.h"
#include "base/err.h"

/* shell: bash, zsh or fish; NULL or another name is ERR_USAGE. Prints to standard output. */
int completion_print(const char *shell, struct err *err);
