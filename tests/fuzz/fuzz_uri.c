/* Feed addresses from any text. */
#include "base/mem.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uri u;
    struct err err;
    char *text = mem_strndup((const char *)data, size);
    if (uri_parse(text, &u, &err) == 0) {
        assert(u.path && u.scheme[0] && u.n_params <= ARRAY_LEN(u.params));
        for (size_t i = 0; i < u.n_params; i++)
            assert(u.params[i].key[0] && uri_get(&u, u.params[i].key));
        uri_finish(&u);
    } else {
        assert(err.code == ERR_USAGE && err.text[0]);
    }
    mem_free(text);
    return 0;
}
