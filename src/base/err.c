/* Error texts. See err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    if (err) {
        char raw[sizeof err->text];
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(raw, sizeof raw, fmt, ap);
        va_end(ap);
        err->code = code;
        text_clean(err->text, sizeof err->text, raw, strnlen(raw, sizeof raw));
    }
    return -(int)code;
}
