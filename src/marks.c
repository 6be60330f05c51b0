/* Marks in memory. See marks.h. */
#include "marks.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define PAGE 32

void marks_init(struct marks *m, const char *path, struct store *store)
{
    *m = (struct marks){.at = mem_grow(NULL, MARKS_MAX, sizeof *m->at),
                        .store = store,
                        .path = mem_strndup(path, strlen(path))};
}

void marks_finish(struct marks *m)
{
    mem_free(m->at);
    mem_free(m->path);
    *m = (struct marks){0};
}

static bool before(const struct tape_mark *a, const struct tape_mark *b)
{
    return a->seq != b->seq ? a->seq < b->seq : a->ns != b->ns ? a->ns < b->ns : a->id < b->id;
}

static void take_out(struct marks *m, uint64_t id)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->at[i].id == id) {
            memmove(&m->at[i], &m->at[i + 1], (--m->n - i) * sizeof *m->at);
            return;
        }
}

static void keep(struct marks *m, const struct tape_mark *mark)
{
    take_out(m, mark->id);
    if (m->n == MARKS_MAX)
        return;
    size_t i = m->n++;
    for (; i > 0 && before(mark, &m->at[i - 1]); i--)
        m->at[i] = m->at[i - 1];
    m->at[i] = *mark;
    m->last_id = MAX(m->last_id, mark->id);
}

int marks_load(struct marks *m, struct reader *r, struct err *err)
{
    struct row rows[PAGE];
    uint64_t after = 0;
    int n;
    m->n = 0;
    while ((n = reader_page_after(r, ROW_MARK, PLAYHEAD_END, after, rows, PAGE, err)) > 0) {
        for (int i = 0; i < n; i++)
            keep(m, &rows[i].u.mark);
        after = rows[n - 1].key;
    }
    return n == -ERR_NO_ROWS ? 0 : n;
}

const struct tape_mark *marks_find(const struct marks *m, char letter)
{
    for (size_t i = 0; i < m->n; i++)
        if (letter && m->at[i].letter == letter)
            return &m->at[i];
    return NULL;
}

static const struct tape_mark *mark_at(const struct marks *m, struct playhead at)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->at[i].seq == at.seq && m->at[i].ns == at.ns)
            return &m->at[i];
    return NULL;
}

static int put(const struct marks *m, const struct tape_mark *mark, struct err *err)
{
    if (!m->store)
        return mark_put(m->path, mark, err);
    store_mark(m->store, mark);
    return 0;
}

int marks_set(struct marks *m, struct playhead at, char letter, const char *text, struct err *err)
{
    const struct tape_mark *old = letter ? marks_find(m, letter) : mark_at(m, at);
    struct tape_mark mark = {.id = m->last_id + 1, .letter = letter};
    int rc = 0;
    if (!old && m->n == MARKS_MAX)
        return err_set(err, ERR_USAGE, "this session has %d marks, which is the most it can have",
                       MARKS_MAX);
    if (old)
        mark = *old;
    mark.seq = at.seq;
    mark.ns = at.ns;
    if (text)
        text_clean(mark.text, sizeof mark.text, text, strlen(text));
    rc = put(m, &mark, err);
    if (rc == 0)
        keep(m, &mark);
    return rc;
}

int marks_drop(struct marks *m, struct playhead at, char letter, struct err *err)
{
    const struct tape_mark *old = letter ? marks_find(m, letter) : mark_at(m, at);
    if (!old)
        return err_set(err, ERR_NO_ROWS, "no such mark in this session");
    struct tape_mark mark = *old;
    mark.gone = true;
    int rc = put(m, &mark, err);
    if (rc == 0)
        take_out(m, mark.id);
    return rc;
}
