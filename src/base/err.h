/* What went wrong, said once, for a person: the deepest layer fills it, the top prints it. */
#pragma once
#include "base/base.h"

/* Codes are the program's exit codes (man tapedeck, EXIT STATUS). */
enum err_code {
    ERR_OK = 0,
    ERR_NO_ROWS = 1,
    ERR_USAGE = 2,
    ERR_CONFIG = 3,
    ERR_FEED = 4,
    ERR_DAMAGED = 5,
    ERR_LOCKED = 6,
    ERR_DISK = 7,
};

struct err {
    enum err_code code;
    char text[1024]; /* what failed, on what, and what to do; sanitised, no newline at the end */
};

/* Fills *err (may be NULL) and returns -code, so that `return err_set(...)` reads well.
 * Control bytes in the finished text are replaced: file names and feed text may be in it. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
