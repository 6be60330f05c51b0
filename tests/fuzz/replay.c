/* Runs a fuzz target over the files of a corpus and a few thousand mutations of each, the same ones
 * every time: bits flipped, bytes overwritten, ends cut, pieces doubled.
 *
 * usage: fuzz_NAME CORPUS_DIR [MUTATIONS] */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define MAX_BYTES (64u << 10)

static uint64_t rng_next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static size_t mutate(uint8_t *p, size_t n, size_t cap, uint64_t *s)
{
    static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, 0xc1, 0xdd, '"', ',', '\n', '-', '.'};
    for (uint64_t k = 1 + rng_next(s) % 4; k && n; k--) {
        size_t at = rng_next(s) % n, len = 1 + rng_next(s) % 16;
        switch (rng_next(s) % 5) {
        case 0:
            p[at] ^= (uint8_t)(1u << rng_next(s) % 8);
            break;
        case 1:
            p[at] = odd[rng_next(s) % sizeof odd];
            break;
        case 2:
            n = at;
            break;
        case 3:
            memset(p + at, (int)rng_next(s), len < n - at ? len : n - at);
            break;
        default:
            len = len < n - at ? len : n - at;
            if (n + len <= cap) {
                memmove(p + at + len, p + at, n - at);
                n += len;
            }
        }
    }
    return n;
}

/* Exactly n bytes on the heap, so that a sanitizer sees a read beyond them. */
static void run(const uint8_t *p, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy)
        abort();
    memcpy(copy, p, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static int run_file(const char *path, long mutations)
{
    static uint8_t seed[MAX_BYTES], work[MAX_BYTES];
    FILE *f = fopen(path, "rb");
    if (!f)
        return 1;
    size_t n = fread(seed, 1, sizeof seed, f);
    fclose(f);
    run(seed, n);
    uint64_t s = 0x9e3779b97f4a7c15 + n;
    for (long i = 0; i < mutations; i++) {
        memcpy(work, seed, n);
        run(work, mutate(work, n, sizeof work, &s));
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct dirent **names;
    long mutations = argc > 2 ? strtol(argv[2], NULL, 10) : 1000;
    int n = argc > 1 ? scandir(argv[1], &names, NULL, alphasort) : -1, bad = n < 3;
    if (n < 0) {
        fprintf(stderr, "usage: %s CORPUS_DIR [MUTATIONS]\n", argv[0]);
        return 2;
    }
    run((const uint8_t *)"", 0);
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            bad |= run_file(path, mutations);
        free(names[i]);
    }
    free(names);
    return bad;
}
