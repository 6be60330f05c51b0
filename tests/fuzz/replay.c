/* Runs a fuzz target over the files of a corpus folder: each as it is, cut at every quarter, and in
 * a thousand mutations, the same ones every time; one TAP line a file. Surviving under the
 * sanitizers is the test. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/mem.h"

#define MUTATIONS 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of exactly n bytes, so that reading past the end is seen. */
static void run_copy(const uint8_t *data, size_t n)
{
    uint8_t *copy = mem_alloc(n ? n : 1);
    memcpy(copy, data, n);
    LLVMFuzzerTestOneInput(copy, n);
    mem_free(copy);
}

/* xorshift64 (Marsaglia 2003) */
static uint64_t draw(uint64_t *s, uint64_t below)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s % below;
}

/* One change of the n bytes: a bit flipped, a telling byte put in, the end cut, a stretch
 * overwritten or doubled. Returns the new length. */
static size_t change(uint8_t *p, size_t n, size_t cap, uint64_t *s)
{
    static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, 0xc1, 0xdd, '"', ',', '\n', '-', '.'};
    size_t at = draw(s, n), len = MIN(1 + draw(s, 16), n - at);
    switch (draw(s, 5)) {
    case 0:
        p[at] ^= (uint8_t)(1u << draw(s, 8));
        return n;
    case 1:
        p[at] = odd[draw(s, sizeof odd)];
        return n;
    case 2:
        return at;
    case 3:
        memset(p + at, (int)draw(s, 256), len);
        return n;
    default:
        if (n + len > cap)
            return n;
        memmove(p + at + len, p + at, n - at);
        return n + len;
    }
}

static void run_mutations(const uint8_t *data, size_t n)
{
    size_t cap = n + 256;
    uint8_t *work = mem_alloc(cap);
    uint64_t s = UINT64_C(0x9e3779b97f4a7c15) + n;
    for (int i = 0; i < MUTATIONS && n; i++) {
        size_t len = n;
        memcpy(work, data, n);
        for (uint64_t k = 1 + draw(&s, 4); k && len; k--)
            len = change(work, len, cap, &s);
        run_copy(work, len);
    }
    mem_free(work);
}

static void run_file(const char *folder, const char *name, int number)
{
    static uint8_t data[1 << 20];
    char *path = mem_printf("%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(data, 1, sizeof data, f) : 0;
    for (size_t cut = 0; cut <= 4; cut++)
        run_copy(data, n * cut / 4);
    run_mutations(data, n);
    printf("%s %d - %s\n", f ? "ok" : "not ok", number, name);
    if (f)
        fclose(f);
    mem_free(path);
}

int main(int argc, char **argv)
{
    struct dirent **names;
    int n = argc == 2 ? scandir(argv[1], &names, NULL, alphasort) : -1, count = 0;
    if (n < 0) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < n; i++) {
        if (names[i]->d_name[0] != '.')
            run_file(argv[1], names[i]->d_name, ++count);
        free(names[i]);
    }
    free(names);
    printf("1..%d\n", count);
    return 0;
}
