/* Looking for text. See search.h. */
#include "tui/search.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "tui/pane.h"
#include "tui/tags.h"

#define CHUNK 128
#define LIMIT 8192 /* rows looked at in one call: about a frame */

void search_set(struct pane *p, const char *text)
{
    snprintf(p->search, sizeof p->search, "%s", text);
    p->hits = (struct tally){0};
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

const char *search_in(const struct pane *p, const char *text)
{
    for (; p->search[0] && *text; text++) {
        size_t i = 0;
        while (p->search[i] && lower(p->search[i]) == lower(text[i]))
            i++;
        if (!p->search[i])
            return text;
    }
    return NULL;
}

bool search_match(const struct pane *p, const struct row *r, const struct cell_context *c)
{
    size_t n;
    const struct column *cols = columns_of(p->kind, &n);
    for (size_t i = 0; i < n; i++) {
        char buf[256];
        struct text t = text_on(buf, sizeof buf);
        if (!cols[i].width)
            continue;
        buf[0] = '\0';
        (cols[i].cell ? cols[i].cell : cols[i].value)(r, c, &t);
        if (search_in(p, buf))
            return true;
    }
    char tags[512];
    tags_text(r, c, tags, sizeof tags);
    return search_in(p, tags) != NULL;
}

/* The key of the nearest match beyond `from`, 0 = none. */
static uint64_t find(const struct pane *p, const struct panel_model *m, uint64_t from, int dir)
{
    struct row *rows = mem_grow(NULL, CHUNK, sizeof *rows);
    uint64_t found = 0;
    for (size_t seen = 0; seen < LIMIT && !found; seen += CHUNK) {
        bool more;
        int n = dir < 0 ? m->rows.page(m->rows.self, p->kind, panel_at(m), from, pane_filter(p),
                                       LIMIT, rows, CHUNK, &more, NULL)
                        : m->rows.page_after(m->rows.self, p->kind, panel_at(m), from,
                                             pane_filter(p), LIMIT, rows, CHUNK, NULL);
        if (n <= 0)
            break;
        for (int i = 0; i < n && !found; i++) {
            const struct row *r = &rows[dir < 0 ? n - 1 - i : i];
            if (search_match(p, r, &m->cells))
                found = r->key;
        }
        from = rows[dir < 0 ? 0 : n - 1].key;
    }
    mem_free(rows);
    return found;
}

bool search_first(struct pane *p, const struct panel_model *m, int height)
{
    uint64_t key = find(p, m, p->n ? p->cursor + 1 : UINT64_MAX, -1);
    if (key)
        pane_show(p, m, key, height);
    return key != 0;
}

bool search_next(struct pane *p, const struct panel_model *m, int dir, int height)
{
    uint64_t key = find(p, m, p->cursor, dir);
    if (key)
        pane_show(p, m, key, height);
    return key != 0;
}
