/* The filter language over any bytes, for every kind of row: the first byte chooses the kind. */
#include <stdlib.h>

#include "base/mem.h"
#include "view/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct filter_error err;
    if (size == 0)
        return 0;
    char *text = mem_strndup((const char *)data + 1, size - 1);
    struct filter *f = filter_parse(text, data[0] % ROW_KIND_COUNT, &err);
    if (!f && err.at > size)
        abort(); /* the error has to lie within the text */
    filter_free(f);
    mem_free(text);
    return 0;
}
