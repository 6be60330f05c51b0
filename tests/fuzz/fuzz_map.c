/* A column map, a line of only `---`, and the delimited text it is for: any bytes. */
#include "base/mem.h"
#include "feed/map_csv.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char cut[] = "\n---\n";
    if (!data || size == 0)
        return 0;
    const uint8_t *at = memmem(data, size, cut, 5);
    size_t n = at ? (size_t)(at - data) + 1 : size;
    if (memchr(data, '\0', n))
        return 0; /* a map file with a NUL is refused before it is parsed */
    char *text = mem_alloc(n + 1);
    memcpy(text, data, n);
    char key[] = "set", date[] = "date=20240614", symbol[] = "symbol=XYZ";
    struct uri u = {.n_params = 2, .params = {{key, date}, {key, symbol}}};
    struct fuzz z;
    fuzz_open(&z);
    struct column_map *map = column_map_parse("fuzz", text, NULL, &z.err);
    if (!map)
        map = column_map_parse("fuzz", text, &u, &z.err);
    if (map) {
        const uint8_t *rows = at ? at + 5 : data + size;
        struct input *in = input_memory(rows, (size_t)(data + size - rows));
        fuzz_drain(&z, map_csv_create(&z.feed, in, "fuzz", map, &z.err));
        input_close(in);
    }
    fuzz_close(&z);
    mem_free(text);
    return 0;
}
