/* The limit of a recording: its rows inserted again, one prepared INSERT each, into bare tables of
 * the same form with the same commits, in the order in which they came. */
#pragma once
#include "base/base.h"

/* Reads the rows of a closed session into memory, then inserts them into a new file at path, which
 * is removed again. Seconds from the first BEGIN to the closing checkpoint; ends the program when
 * something fails. */
double bare_insert(const char *session, const char *path, size_t *ret_rows);
