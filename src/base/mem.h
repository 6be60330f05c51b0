/* Memory that cannot fail: running out of memory ends the program with a message (a terminal
 * panel can do nothing useful without it; the session file is safe, its writer is transactional).
 */
#pragma once
#include "base/base.h"

void *mem_alloc(size_t size);                       /* zeroed; free with mem_free */
void *mem_grow(void *p, size_t count, size_t size); /* realloc to count*size, overflow-checked */
char *mem_strndup(const char *s, size_t n);
char *mem_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);
void mem_free(void *p);

/* A large zeroed region whose pages cost nothing until touched (mmap); for arrays that are
 * sized for the worst case once, so that nothing is allocated on the event path. */
void *mem_reserve(size_t size);
/* The same for a table that is looked up at random: large pages, where the system gives them, save
 * most of the address translation. The first 2 MiB and more stay on small ones, since the first
 * touch of a large one costs its 2 MiB; for what is filled in order mem_reserve is the better. */
void *mem_reserve_table(size_t size);
void mem_unreserve(void *p, size_t size);
