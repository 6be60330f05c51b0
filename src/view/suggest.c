/* Did you mean. See suggest.h. The distance is "optimal string alignment" (Damerau 1964). */
#include "view/suggest.h"

#include <string.h>

#define WORD_MAX 32

static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    uint8_t d[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= n; i++)
        d[i][0] = (uint8_t)i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            uint8_t v = MIN(d[i - 1][j], d[i][j - 1]) + 1;
            v = MIN(v, (uint8_t)(d[i - 1][j - 1] + (a[i - 1] != b[j - 1])));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                v = MIN(v, (uint8_t)(d[i - 2][j - 2] + 1));
            d[i][j] = v;
        }
    return d[n][m];
}

const char *suggest(const char *word, size_t n, const char *(*name)(size_t i, const void *self),
                    const void *self)
{
    const char *best = NULL, *at;
    size_t least = n / 3 + 2;
    if (!n || n > WORD_MAX)
        return NULL;
    for (size_t i = 0; (at = name(i, self)); i++) {
        size_t m = strlen(at);
        if (m > WORD_MAX)
            continue;
        if (n >= 2 && m > n && memcmp(at, word, n) == 0)
            return at;
        size_t d = distance(word, n, at, m);
        if (d < least && d < MAX(n, m)) {
            least = d;
            best = at;
        }
    }
    return best;
}
