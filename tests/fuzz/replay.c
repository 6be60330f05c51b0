/* Runs a fuzz target over the files of a corpus folder, each cut at every quarter too; one TAP line
 * a file. Surviving under the sanitizers is the test. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of exactly n bytes, so that reading past the end is seen. */
static void run_copy(const uint8_t *data, size_t n)
{
    uint8_t *copy = mem_alloc(n ? n : 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = data[i];
    LLVMFuzzerTestOneInput(copy, n);
    mem_free(copy);
}

static void run_file(const char *folder, const char *name, int number)
{
    static uint8_t data[1 << 20];
    char *path = mem_printf("%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(data, 1, sizeof data, f) : 0;
    for (size_t cut = 1; cut <= 4; cut++)
        run_copy(data, n * cut / 4);
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
