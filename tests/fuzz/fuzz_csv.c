/* Tape CSV from any bytes. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz z;
    fuzz_open(&z);
    struct input *in = input_memory(data, size);
    fuzz_drain(&z, tape_csv_create(&z.feed, in, "fuzz", &z.err));
    input_close(in);
    fuzz_close(&z);
    return 0;
}
