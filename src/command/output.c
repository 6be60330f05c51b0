/* Standard output for data. See output.h. */
#include "command/output.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "store/query.h"

void output_init(void)
{
    signal(SIGPIPE, SIG_IGN);
}

bool output_write(const char *s, size_t n)
{
    return fwrite(s, 1, n, stdout) == n;
}

bool output_printf(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vfprintf(stdout, fmt, ap);
    va_end(ap);
    return n >= 0;
}

int output_finish(struct err *err)
{
    bool failed = ferror(stdout) != 0;
    int why = errno;
    if (fflush(stdout) != 0) {
        failed = true;
        why = errno;
    }
    if (!failed || why == EPIPE)
        return 0;
    return err_set(err, ERR_DISK, "cannot write standard output: %s", strerror(why));
}

/* POSIX order of precedence; the program does not call setlocale, its texts are UTF-8 or ASCII. */
bool output_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *v = getenv(names[i]);
        if (v && *v)
            return strcasestr(v, "utf-8") || strcasestr(v, "utf8");
    }
    return false;
}

int output_session(const char *path, struct reader **ret, struct err *err)
{
    return output_sessions(&path, 1, ret, err);
}

int output_sessions(const char *const *paths, size_t n, struct reader **ret, struct err *err)
{
    int rc = reader_open_all(paths, n, ret, err);
    if (rc == 0 && reader_newer(*ret))
        fprintf(stderr,
                "tapedeck: this session is of a newer tapedeck: it is read as far as this one "
                "understands it, and not changed\n");
    return rc;
}
