/* Prints of a query signed by one classic rule instead of the live stack: --side-rule. */
#pragma once
#include "command/command.h"
#include "store/query.h"

struct resign;

/* By the options of the command: *ret NULL when none is asked for. The reader is borrowed; events
 * behind `to` are not looked at. -ERR_USAGE: no such rule, a kind that has no prints, a bad lag. */
int resign_open(const struct args *a, enum row_kind kind, struct resign **ret, struct err *err);
void resign_close(struct resign *s); /* NULL is fine */

/* Puts the rule's answer into a row's side, rule and reason; no confidence. Rows have to come in
 * ascending order of key; reads the session's events as far as it needs to. 0 or -code. */
int resign_row(struct resign *s, struct reader *r, struct playhead to, struct row *row,
               struct err *err);
