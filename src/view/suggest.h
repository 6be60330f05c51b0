/* The nearest right word to a mistyped one, for every "did you mean". */
#pragma once
#include "base/base.h"

/* name(i, self) gives the candidates from 0, NULL ends. The one with the smallest edit distance
 * (insert, delete, replace, swap of neighbours), if that is at most a third of the word and one
 * more; a candidate that the word begins wins over all. NULL when none is near. */
const char *suggest(const char *word, size_t n, const char *(*name)(size_t i, const void *self),
                    const void *self);
