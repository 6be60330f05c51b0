/* Memory that cannot fail. See mem.h. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "tapedeck: out of memory (asked for %zu bytes)\n", size);
    abort();
}

void *mem_alloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p)
        out_of_memory(size);
    return p;
}

void *mem_grow(void *p, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        out_of_memory(SIZE_MAX);
    void *q = realloc(p, bytes ? bytes : 1);
    if (!q)
        out_of_memory(bytes);
    return q;
}

char *mem_strndup(const char *s, size_t n)
{
    char *p = mem_alloc(n + 1);
    memcpy(p, s, n);
    return p;
}

char *mem_printf(const char *fmt, ...)
{
    va_list ap;
    char *s = NULL;
    va_start(ap, fmt);
    int n = vasprintf(&s, fmt, ap);
    va_end(ap);
    if (n < 0)
        out_of_memory(0);
    return s;
}

void mem_free(void *p)
{
    free(p);
}

void *mem_reserve(size_t size)
{
    void *p = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        out_of_memory(size);
    return p;
}

#define LARGE_PAGE  ((uintptr_t)2 << 20)
#define SMALL_BYTES ((uintptr_t)2 << 20)

void *mem_reserve_table(size_t size)
{
    char *p = mem_reserve(size);
    uintptr_t end = (uintptr_t)p + size;
    uintptr_t from = ((uintptr_t)p + SMALL_BYTES + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
    if (from + 2 * LARGE_PAGE <= end)
        madvise(p + (from - (uintptr_t)p), end - from, MADV_HUGEPAGE);
    return p;
}

void mem_unreserve(void *p, size_t size)
{
    if (p)
        munmap(p, size ? size : 1);
}
