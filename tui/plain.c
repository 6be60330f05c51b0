/* Plain lines. See plain.h. */
#include "tui/plain.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "event/calendar.h"
#include "tui/draw.h"

#define LINE_MAX_BYTES 1024 /* below PIPE_BUF: goes out whole or not at all */
#define ROWS_AT_ONCE   64

void plain_init(struct plain *p, int fd)
{
    *p = (struct plain){.fd = fd};
}

static bool ready(struct plain *p)
{
    struct pollfd fd = {.fd = p->fd, .events = POLLOUT};
    int n = poll(&fd, 1, 0);
    if (n > 0 && fd.revents & (POLLERR | POLLNVAL))
        p->failed = true;
    return n > 0 && fd.revents & POLLOUT && !p->failed;
}

static bool put(struct plain *p, const char *line, size_t n)
{
    if (!ready(p))
        return false;
    ssize_t w;
    do
        w = write(p->fd, line, n);
    while (w < 0 && errno == EINTR);
    if (w < 0 && errno != EAGAIN)
        p->failed = true;
    return w > 0;
}

static void add_cell(struct text *t, const struct column *col, const struct row *r,
                     const struct cell_context *c)
{
    char raw[256], clean[256];
    struct text cell = text_on(raw, sizeof raw);
    (col->cell ? col->cell : col->value)(r, c, &cell);
    if (cell.len == 0)
        return;
    text_clean(clean, sizeof clean, raw, cell.len);
    text_add(t, "%s%s", t->len ? "  " : "", clean);
}

static bool put_packet(struct plain *p, const struct panel_model *m, const struct row *r)
{
    char line[LINE_MAX_BYTES];
    struct text t = text_on(line, sizeof line - 1);
    size_t n;
    const struct column *cols = columns_of(r->kind, &n);
    for (size_t i = 0; i < n; i++)
        if (cols[i].width)
            add_cell(&t, &cols[i], r, &m->cells);
    line[t.len++] = '\n';
    return put(p, line, t.len);
}

static void put_state(struct plain *p, const struct panel *panel, const struct panel_model *m)
{
    struct state_word w = panel_alarm(panel, m);
    if (!w.text[0])
        w = panel_state(panel, m);
    char word[32], clock[32], line[LINE_MAX_BYTES], note[96];
    snprintf(word, sizeof word, "%s", w.text);
    if (strncmp(word, "STALE", 5) == 0)
        word[5] = '\0'; /* its seconds are no change of state */
    if (strcmp(word, p->state) == 0)
        return;
    time_format_ny(clock, sizeof clock, panel_clock_ns(m), 3);
    text_clean(note, sizeof note, m->transport->note, strlen(m->transport->note));
    struct text t = text_on(line, sizeof line);
    text_add(&t, "%s%s  %s%s%s\n", w.style == STYLE_ALERT ? "ALERT: " : "STATE: ", word,
             panel_clock_ns(m) > 0 ? clock : "no event yet", note[0] ? "  " : "", note);
    if (put(p, line, t.len))
        snprintf(p->state, sizeof p->state, "%s", word);
}

bool plain_frame(struct plain *p, const struct panel *panel, const struct panel_model *m)
{
    struct row rows[ROWS_AT_ONCE];
    struct playhead at = panel_at(m);
    if (at.seq < p->at.seq)
        p->started = false; /* went back: what follows is new again */
    p->at = at;
    put_state(p, panel, m);
    if (!p->started) {
        bool more;
        int n =
            m->rows.page(m->rows.self, ROW_PACKET, at, UINT64_MAX, NULL, 0, rows, 1, &more, NULL);
        p->key = n > 0 ? rows[0].key - 1 : 0;
        p->started = n > 0;
    }
    int n =
        m->rows.page_after(m->rows.self, ROW_PACKET, at, p->key, NULL, 0, rows, ROWS_AT_ONCE, NULL);
    for (int i = 0; i < n && !p->failed; i++) {
        if (!put_packet(p, m, &rows[i]))
            break;
        p->key = rows[i].key;
    }
    return !p->failed;
}
