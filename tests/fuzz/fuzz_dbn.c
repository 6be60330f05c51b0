/* A DBN stream from any bytes: with metadata, and as a fragment. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int fragment = 0; fragment < 2; fragment++) {
        struct fuzz z;
        fuzz_open(&z);
        struct input *in = input_memory(data, size);
        fuzz_drain(&z, dbn_create(&z.feed, in, "fuzz", fragment, &z.err));
        input_close(in);
        fuzz_close(&z);
    }
    return 0;
}
