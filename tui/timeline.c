/* The timeline: a state line, events on a log scale, a lane of what happened, the axis in New York
 * time; of the session or the part that is zoomed to. The playhead is a reversed column; what is
 * after it is dim. Where rows are short the lane lies on the axis. */
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "event/calendar.h"
#include "tui/draw.h"

#define BLOCK_FULL  0x2588
#define BLOCK_EMPTY 0x2580 /* plus 1..8 eighths */
#define GAP_GLYPH   0x2591

#define MAX_DAYS 32 /* of nights without a place on the tape that an axis looks through */

/* The biggest packet of a column in dollars: which arrow it gets. */
#define PREMIUM_SMALL (INT64_C(25000) * PX_ONE)
#define PREMIUM_LARGE (INT64_C(250000) * PX_ONE)
#define PREMIUM_HUGE  (INT64_C(1000000) * PX_ONE)

static int64_t length_of(const struct span_ns *s)
{
    return s->to > s->from ? s->to - s->from : 0;
}

/* Column of a time, 0..w-1, or -1 outside. */
static int column_of(const struct span_ns *s, int64_t ns, int w)
{
    int64_t length = length_of(s);
    if (length == 0 || ns < s->from || ns > s->to)
        return -1;
    return (int)((__int128)(ns - s->from) * (w - 1) / length);
}

/* Where a time stands on the tape; the time between two sessions has no place of its own. */
static int64_t pos_of(const struct panel_model *m, int64_t ns)
{
    return tape_pos(m->transport->parts, m->transport->n_parts, ns);
}

static int playhead_column(const struct panel_model *m, int w)
{
    int64_t at = panel_live(m) ? m->span.last_ns : m->transport->at.ns;
    if (pos_of(m, at) >= m->window.to)
        return w - 1;
    return MAX(column_of(&m->window, pos_of(m, at), w), 0);
}

/* Whole steps of log2(1 + v), with the fraction read from the bits below the leading one. */
static uint32_t log2_x256(uint64_t v)
{
    uint64_t x = v + 1;
    int top = 63 - __builtin_clzll(x);
    uint64_t below = top >= 8 ? x >> (top - 8) : x << (8 - top);
    return (uint32_t)top * 256 + (uint32_t)(below & 255);
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

/* The lane cells are as many as the columns, or are spread over them. */
static const struct lane_cell *lane_at(const struct panel_model *m, int x, int w)
{
    return &m->lanes[(size_t)x * m->n_lanes / (size_t)w];
}

/* An eighth of the height for each halving of the highest rate: quiet times still show. */
static void draw_bars(const struct panel_model *m, struct rect r, int head, struct canvas *c)
{
    uint64_t most = 0;
    for (int x = 0; x < r.w; x++)
        most = MAX(most, lane_at(m, x, r.w)->events);
    for (int x = 0; x < r.w; x++) {
        uint64_t v = lane_at(m, x, r.w)->events;
        int64_t below = v ? (int64_t)(log2_x256(most) - log2_x256(v)) * r.h / 256 : 0;
        int64_t eighths = v ? MAX(1, r.h * 8 - below) : 0;
        draw_column(c, r, x, (uint32_t)eighths, x > head ? STYLE_DIM : STYLE_BAR);
    }
}

/* A gap is drawn as one, over whatever came in it. */
static void draw_gaps(const struct panel_model *m, struct rect r, struct canvas *c)
{
    const struct span_ns *s = &m->window;
    for (size_t i = 0; i < m->n_gaps; i++) {
        int a = column_of(s, MAX(pos_of(m, m->gaps[i].from_ns), s->from), r.w);
        int b = column_of(s, MIN(pos_of(m, m->gaps[i].to_ns), s->to), r.w);
        if (a >= 0 && b >= a)
            canvas_fill(c, (struct rect){r.x + a, r.y, b - a + 1, r.h}, GAP_GLYPH, STYLE_WARN);
    }
}

static void put(struct canvas *c, struct rect r, int x, uint32_t ch, enum style st)
{
    if (x >= 0 && x < r.w)
        canvas_fill(c, (struct rect){r.x + x, r.y, 1, 1}, ch, st);
}

/* Bought packets point up, sold ones down, large ones boldly: the sign never is colour alone. */
static void draw_packet(const struct lane_cell *l, bool ascii, struct rect r, int x, bool later,
                        struct canvas *c)
{
    static const uint32_t glyphs[2][3] = {{0x25be, 0x25ab, 0x25b4}, {0x25bc, 0x25a0, 0x25b2}};
    if (l->top_premium < PREMIUM_SMALL)
        return;
    bool huge = l->top_premium >= PREMIUM_HUGE;
    uint32_t ch = l->top_premium < PREMIUM_LARGE ? 0xb7 : glyphs[huge][l->top_side + 1];
    if (ascii && l->top_premium >= PREMIUM_LARGE)
        ch = (uint32_t)(l->top_side > 0 ? '+' : l->top_side < 0 ? '-' : '=');
    enum style st = l->top_side > 0 ? STYLE_BUY : l->top_side < 0 ? STYLE_SELL : STYLE_NEUTRAL;
    put(c, r, x, ch, later ? STYLE_DIM : st);
    if (huge && !later)
        canvas_flag(c, (struct rect){r.x + x, r.y, 1, 1}, CELL_BOLD);
}

/* What happened, the more important over the less: packets by premium, gaps, halts, marks, loop. */
static void draw_lane(const struct panel_model *m, bool packets, struct rect r, int head,
                      bool peek_off, struct canvas *c)
{
    const struct transport_view *t = m->transport;
    for (int x = 0; x < (peek_off ? head + 1 : r.w) && m->n_lanes; x++) {
        const struct lane_cell *l = lane_at(m, x, r.w);
        if (packets)
            draw_packet(l, c->ascii, r, x, x > head, c);
        if (l->gap)
            put(c, r, x, 'x', STYLE_WARN);
        if (l->halt)
            put(c, r, x, '^', STYLE_WARN);
    }
    for (size_t i = 1; i < t->n_parts; i++)
        put(c, r, column_of(&m->window, pos_of(m, t->parts[i].span.first_ns), r.w), 0x2502,
            STYLE_STRONG);
    for (size_t i = 0; i < m->n_marks; i++) {
        int x = column_of(&m->window, pos_of(m, m->marks[i].ns), r.w);
        char letter = m->marks[i].letter;
        if (!peek_off || x <= head)
            put(c, r, x, letter ? (uint32_t)(unsigned char)letter : '*', STYLE_STRONG);
    }
    for (int i = 0; i < t->n_loop; i++)
        put(c, r, column_of(&m->window, pos_of(m, t->loop[i].ns), r.w), i ? ']' : '[', STYLE_FOCUS);
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

static void put_label(struct canvas *c, struct rect r, int x, const char *text, enum style st)
{
    int w = canvas_width(text) + 1;
    if (!is_free(c, r, x, w))
        return;
    canvas_text(c, r, x, 0, st, "\u2502");
    canvas_text(c, r, x + 1, 0, st, text);
}

static void draw_label(struct canvas *c, struct rect r, int64_t at, bool seconds, enum style st,
                       const struct panel_model *m)
{
    const struct transport_view *t = m->transport;
    int64_t pos = pos_of(m, at);
    char text[32];
    if (tape_ns(t->parts, t->n_parts, pos) != at)
        return; /* between two sessions */
    size_t n = time_format_ny(text, sizeof text, at, 0);
    if (!seconds && n > 3)
        text[n - 3] = '\0';
    put_label(c, r, column_of(&m->window, pos, r.w), text, st);
}

/* Where each of several sessions begins, by its day. */
static void draw_parts(const struct panel_model *m, struct rect r, struct canvas *c)
{
    const struct transport_view *t = m->transport;
    for (size_t i = 0; i < t->n_parts; i++) {
        char text[16];
        int64_t first = t->parts[i].span.first_ns;
        int32_t date = calendar_ny_date(first);
        snprintf(text, sizeof text, "%02d-%02d", (int)(date / 100 % 100), (int)(date % 100));
        put_label(c, r, column_of(&m->window, pos_of(m, first), r.w), text, STYLE_STRONG);
    }
}

/* 04:00, 09:30, 16:00 and 20:00 of every day in range. */
static void draw_boundaries(const struct panel_model *m, struct span_ns s, struct rect r,
                            struct canvas *c)
{
    int64_t at = s.from - 1;
    for (int guard = 0; guard < r.w && calendar_boundary(at, 1, &at) && at <= s.to; guard++)
        draw_label(c, r, at, false, STYLE_STRONG, m);
}

/* The boundaries of the day go first; what is left gets round times. */
static void draw_axis(const struct panel_model *m, struct rect r, struct canvas *c)
{
    const struct transport_view *t = m->transport;
    int64_t length = length_of(&m->window);
    struct span_ns s = {tape_ns(t->parts, t->n_parts, m->window.from),
                        tape_ns(t->parts, t->n_parts, m->window.to)};
    if (length == 0)
        return;
    int64_t step = axis_step(length, r.w);
    int64_t midnight = calendar_ny_midnight(calendar_ny_date(s.from));
    draw_parts(m, r, c);
    draw_boundaries(m, s, r, c);
    int64_t at = midnight + (s.from - midnight + step - 1) / step * step;
    for (int guard = 0; at <= s.to && guard < r.w * MAX_DAYS; at += step, guard++)
        draw_label(c, r, at, step < 60 * NS_PER_SEC, STYLE_AXIS, m);
}

static int draw_loop(const struct transport_view *t, struct rect r, int x, struct canvas *c)
{
    char a[32], b[32] = "...";
    if (!t->n_loop)
        return 0;
    time_format_ny(a, sizeof a, t->loop[0].ns, 0);
    if (t->n_loop == 2)
        time_format_ny(b, sizeof b, t->loop[1].ns, 0);
    return canvas_print(c, r, x, 0, STYLE_FOCUS, " loop [%s %s] ", a, b);
}

/* What the timeline knows of the time after the playhead, wiped; the axis stays. */
static void hide_future(struct rect r, int head, struct canvas *c)
{
    canvas_fill(c, (struct rect){r.x + head + 1, r.y, r.w - head - 1, r.h}, ' ', STYLE_PLAIN);
}

static void draw_state_line(const struct panel *p, const struct panel_model *m, struct rect r,
                            struct canvas *c)
{
    const struct transport_view *t = m->transport;
    canvas_fill(c, (struct rect){r.x, r.y, r.w, 1}, 0x2500, STYLE_AXIS);
    char at[24], all[24];
    const struct span_ns whole = {m->span.first_ns, pos_of(m, m->span.last_ns)};
    int64_t span = length_of(&whole);
    int64_t done = panel_live(m) ? span : pos_of(m, t->at.ns) - m->span.first_ns;
    done = MAX(0, MIN(done, span));
    span_text(at, sizeof at, done);
    span_text(all, sizeof all, span);
    /* A part of a nanosecond is lost on the way to 90%: it is still 90%. */
    int percent = span ? (int)((__int128)MIN(done + 1, span) * 100 / span) : 100;
    struct state_word state = panel_state(p, m);
    int x = 1 + canvas_print(c, r, 1, 0, STYLE_TITLE, " %s ", state.text);
    x += canvas_print(c, r, x, 0, STYLE_PLAIN, "%s of %s  %d%% ", at, all, percent);
    x += draw_loop(t, r, x, c);
    if (p->peek_off)
        x += canvas_text(c, r, x, 0, STYLE_WARN, " peek off ");
    if (p->zoom)
        x += canvas_print(c, r, x, 0, STYLE_FOCUS, " zoom %dx ", 1 << p->zoom);
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
    bool own_lane = r.h > 2; /* a line of its own */
    struct rect axis = {r.x, r.y + r.h - 1, r.w, 1}, lane = axis;
    lane.y -= own_lane;
    struct rect bars = {r.x, r.y, r.w, lane.y - r.y};
    int head = playhead_column(m, r.w);
    if (m->n_lanes)
        draw_bars(m, bars, head, c);
    draw_gaps(m, bars, c);
    draw_axis(m, axis, c);
    draw_lane(m, own_lane, lane, head, p->peek_off, c);
    if (p->peek_off)
        hide_future(bars, head, c);
    canvas_flag(c, (struct rect){r.x + head, r.y, 1, r.h}, CELL_REVERSE);
}
