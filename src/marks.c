/* Marks in memory. See marks.h. */
#include "marks.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define PAGE       32
#define PART_SHIFT 48 /* ids in a file are far below */

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
    m->last_id = MAX(m->last_id, mark->id & ((UINT64_C(1) << PART_SHIFT) - 1));
}

/* In memory a mark of several sessions is known by its session too. */
static uint64_t part_bits(size_t part)
{
    return (uint64_t)part << PART_SHIFT;
}

static int load_from(struct marks *m, struct reader *r, size_t part, uint64_t before_it,
                     struct err *err)
{
    struct row rows[PAGE];
    uint64_t after = 0;
    int n;
    while ((n = reader_page_after(r, ROW_MARK, PLAYHEAD_END, after, rows, PAGE, err)) > 0) {
        for (int i = 0; i < n; i++) {
            struct tape_mark mark = rows[i].u.mark;
            mark.id |= part_bits(part);
            mark.seq += before_it;
            keep(m, &mark);
        }
        after = rows[n - 1].key;
    }
    return n == -ERR_NO_ROWS ? 0 : n;
}

int marks_load(struct marks *m, struct reader *r, struct err *err)
{
    const struct tape_part *parts;
    size_t n = reader_parts(r, &parts);
    m->n = 0;
    m->reader = r;
    int rc = n ? 0 : load_from(m, r, 0, 0, err);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = load_from(m, parts[i].reader, i, parts[i].before, err);
    return rc;
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

/* Into its session's file, with the numbers it has there. */
static int write(const struct marks *m, const struct tape_mark *mark, size_t part, struct err *err)
{
    const struct tape_part *parts;
    struct tape_mark own = *mark;
    if (m->store) {
        store_mark(m->store, mark);
        return 0;
    }
    if (!m->reader || !reader_parts(m->reader, &parts))
        return mark_put(m->path, mark, err);
    own.id &= part_bits(1) - 1;
    own.seq -= parts[part].before;
    return mark_put(parts[part].path, &own, err);
}

static size_t part_of(const struct marks *m, struct playhead at)
{
    const struct tape_part *parts;
    size_t i = m->reader ? reader_parts(m->reader, &parts) : 0;
    while (i > 1 && parts[i - 1].before >= at.seq)
        i--;
    return i ? i - 1 : 0;
}

int marks_set(struct marks *m, struct playhead at, char letter, const char *text, struct err *err)
{
    const struct tape_mark *old = letter ? marks_find(m, letter) : mark_at(m, at);
    size_t part = part_of(m, at);
    struct tape_mark mark = {.id = (m->last_id & (part_bits(1) - 1)) + 1, .letter = letter};
    mark.id |= part_bits(part);
    if (old && old->id >> PART_SHIFT != part) /* one of another session stays there */
        old = NULL;
    if (!old && m->n == MARKS_MAX)
        return err_set(err, ERR_USAGE, "this session has %d marks, which is the most it can have",
                       MARKS_MAX);
    if (old)
        mark = *old;
    mark.seq = at.seq;
    mark.ns = at.ns;
    if (text)
        text_clean(mark.text, sizeof mark.text, text, strlen(text));
    int rc = write(m, &mark, part, err);
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
    int rc = write(m, &mark, mark.id >> PART_SHIFT, err);
    if (rc == 0)
        take_out(m, mark.id);
    return rc;
}
