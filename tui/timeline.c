/* The timeline: a state line, events over the session on a log scale, the axis in New York time.
 * The playhead is a reversed column; what is after it is dim. */
#include <stdio.h>
#include <string.h>

#include "event/calendar.h"
#include "tui/draw.h"

#define BLOCK_FULL  0x2588
#define BLOCK_EMPTY 0x2580 /* plus 1..8 eighths */
#define GAP_GLYPH   0x2591

static int64_t span_ns(const struct session_span *s)
{
    return s->last_ns > s->first_ns ? s->last_ns - s->first_ns : 0;
}

/* Column of a time, 0..w-1, or -1 outside. */
static int column_of(const struct session_span *s, int64_t ns, int w)
{
    int64_t span = span_ns(s);
    if (span == 0 || ns < s->first_ns || ns > s->last_ns)
        return -1;
    return (int)((__int128)(ns - s->first_ns) * (w - 1) / span);
}

static int playhead_column(const struct panel_model *m, int w)
{
    if (panel_live(m) || m->transport->at.ns >= m->span.last_ns)
        return w - 1;
    int x = column_of(&m->span, m->transport->at.ns, w);
    return x < 0 ? 0 : x;
}

/* Whole steps of log2(1 + v), with the fraction read from the bits below the leading one. */
static uint32_t log2_x256(uint64_t v)
{
    uint64_t x = v + 1;
    int top = 63 - __builtin_clzll(x);
    uint64_t below = top >= 8 ? x >> (top - 8) : x << (8 - top);
    return (uint32_t)top * 256 + (uint32_t)(below & 255);
}

static uint64_t bucket(const struct panel_model *m, int x, int w)
{
    size_t from = (size_t)x * m->n_activity / (size_t)w;
    size_t to = MAX(from + 1, (size_t)(x + 1) * m->n_activity / (size_t)w);
    uint64_t most = 0;
    for (size_t i = from; i < to && i < m->n_activity; i++)
        most = MAX(most, m->activity[i]);
    return most;
}

static void draw_column(struct canvas *c, struct rect r, int x, uint32_t eighths, enum style st)
{
    for (int y = 0; y < r.h; y++) {
        int64_t level = (int64_t)eighths - (r.h - 1 - y) * 8;
        if (level <= 0)
            continue;
        uint32_t ch = level >= 8 ? BLOCK_FULL : BLOCK_EMPTY + (uint32_t)level;
        canvas_fill(c, (struct rect){r.x + x, r.y + y, 1, 1}, ch, st);
    }
}

static void draw_bars(const struct panel_model *m, struct rect r, int head, struct canvas *c)
{
    uint64_t most = 0;
    for (int x = 0; x < r.w; x++)
        most = MAX(most, bucket(m, x, r.w));
    uint32_t top = most ? log2_x256(most) : 1;
    for (int x = 0; x < r.w; x++) {
        uint64_t v = bucket(m, x, r.w);
        uint32_t levels = (uint32_t)r.h * 8;
        uint32_t eighths = v ? MAX(1u, log2_x256(v) * levels / MAX(top, 1u)) : 0;
        draw_column(c, r, x, eighths, x > head ? STYLE_DIM : STYLE_BAR);
    }
}

static void draw_gaps(const struct panel_model *m, struct rect r, struct canvas *c)
{
    for (size_t i = 0; i < m->n_gaps; i++) {
        int a = column_of(&m->span, MAX(m->gaps[i].from_ns, m->span.first_ns), r.w);
        int b = column_of(&m->span, MIN(m->gaps[i].to_ns, m->span.last_ns), r.w);
        if (a >= 0 && b >= a)
            canvas_fill(c, (struct rect){r.x + a, r.y, b - a + 1, r.h}, GAP_GLYPH, STYLE_WARN);
    }
}

static const int32_t steps_s[] = {1,   2,   5,    10,   15,   30,    60,    120,  300,
                                  600, 900, 1800, 3600, 7200, 14400, 21600, 43200};

static int64_t axis_step(int64_t span, int w)
{
    int64_t want = span / MAX(1, w / 14);
    for (size_t i = 0; i < ARRAY_LEN(steps_s); i++)
        if (steps_s[i] * NS_PER_SEC >= want)
            return steps_s[i] * NS_PER_SEC;
    return 86400 * NS_PER_SEC;
}

static bool is_free(const struct canvas *c, struct rect r, int x, int w)
{
    for (int i = MAX(x - 1, 0); i <= x + w && i < r.w; i++)
        if (c->cells[r.y * c->cols + r.x + i].ch != ' ')
            return false;
    return x >= 0 && x + w <= r.w;
}

static void draw_label(struct canvas *c, struct rect r, int64_t at, bool seconds, enum style st,
                       const struct session_span *s)
{
    int x = column_of(s, at, r.w);
    char text[32];
    size_t n = time_format_ny(text, sizeof text, at, 0);
    if (!seconds && n > 3)
        text[n - 3] = '\0';
    int w = canvas_width(text) + 1;
    if (!is_free(c, r, x, w))
        return;
    canvas_text(c, r, x, 0, st, "\u2502");
    canvas_text(c, r, x + 1, 0, st, text);
}

/* 04:00, 09:30, 16:00 and 20:00 of every day in range. */
static void draw_boundaries(const struct panel_model *m, struct rect r, struct canvas *c)
{
    const struct session_span *s = &m->span;
    int64_t at = s->first_ns - 1;
    for (int guard = 0; guard < r.w && calendar_boundary(at, 1, &at) && at <= s->last_ns; guard++)
        draw_label(c, r, at, false, STYLE_STRONG, s);
}

/* The boundaries of the day go first; what is left gets round times. */
static void draw_axis(const struct panel_model *m, struct rect r, struct canvas *c)
{
    const struct session_span *s = &m->span;
    int64_t span = span_ns(s);
    if (span == 0)
        return;
    int64_t step = axis_step(span, r.w);
    int64_t midnight = calendar_ny_midnight(calendar_ny_date(s->first_ns));
    int64_t at = midnight + (s->first_ns - midnight + step - 1) / step * step;
    draw_boundaries(m, r, c);
    for (int guard = 0; at <= s->last_ns && guard < r.w; at += step, guard++)
        draw_label(c, r, at, step < 60 * NS_PER_SEC, STYLE_AXIS, s);
}

static void draw_state_line(const struct panel *p, const struct panel_model *m, struct rect r,
                            struct canvas *c)
{
    const struct transport_view *t = m->transport;
    canvas_fill(c, (struct rect){r.x, r.y, r.w, 1}, 0x2500, STYLE_AXIS);
    char at[24], all[24];
    int64_t span = span_ns(&m->span);
    int64_t done = panel_live(m) ? span : t->at.ns - m->span.first_ns;
    done = MAX(0, MIN(done, span));
    span_text(at, sizeof at, done);
    span_text(all, sizeof all, span);
    int percent = span ? (int)((__int128)done * 100 / span) : 100;
    struct state_word state = panel_state(p, m);
    int x = 1 + canvas_print(c, r, 1, 0, STYLE_TITLE, " %s ", state.text);
    x += canvas_print(c, r, x, 0, STYLE_PLAIN, "%s of %s  %d%% ", at, all, percent);
    if (t->catching_up)
        x += canvas_text(c, r, x, 0, STYLE_WARN, " catching up ");
    else if (!panel_live(m))
        x += canvas_print(c, r, x, 0, STYLE_DIM, " %u open packets ", t->open_packets);
    if (t->note[0])
        canvas_print(c, r, x, 0, STYLE_REPLAY, " %s ", t->note);
}

void timeline_draw(const struct panel *p, const struct panel_model *m, struct canvas *c)
{
    struct rect r = p->layout.timeline;
    if (r.h < 2)
        return;
    if (r.h > 2) {
        draw_state_line(p, m, (struct rect){r.x, r.y, r.w, 1}, c);
        r.y++;
        r.h--;
    }
    struct rect bars = {r.x, r.y, r.w, r.h - 1}, axis = {r.x, r.y + r.h - 1, r.w, 1};
    int head = playhead_column(m, r.w);
    if (m->n_activity)
        draw_bars(m, bars, head, c);
    draw_gaps(m, bars, c);
    draw_axis(m, axis, c);
    canvas_flag(c, (struct rect){r.x + head, r.y, 1, r.h}, CELL_REVERSE);
}
