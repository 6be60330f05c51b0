/* The header: what state this is, what time, how fast, and everything that may lose data. */
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "event/calendar.h"
#include "tui/draw.h"
#include "tui/pane.h"

/* A running recording without an event for this long is stale. */
#define STALE_NS (5 * NS_PER_SEC)
/* A gap is named in the header for this long after it ended. */
#define GAP_SHOWN_NS (10 * NS_PER_SEC)

size_t number_text(char *buf, size_t cap, uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    struct text t = text_on(buf, cap);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            text_addn(&t, ",", 1);
        text_addn(&t, digits + i, 1);
    }
    return t.len;
}

/* 1.23k, 12.3M, 123B: three figures of 1e-9. */
static void put_large(struct text *t, int64_t nano)
{
    static const struct {
        int64_t unit;
        char suffix;
    } units[] = {{PX_ONE * 1000000000, 'B'}, {PX_ONE * 1000000, 'M'}, {PX_ONE * 1000, 'k'}};
    static const int64_t tens[] = {1, 10, 100};
    size_t i = 0;
    char buf[32];
    int64_t v;
    while (i + 1 < ARRAY_LEN(units) && nano < units[i].unit)
        i++;
    int decimals = nano < 10 * units[i].unit ? 2 : nano / 100 < units[i].unit ? 1 : 0;
    if (!dec_muldiv(nano, tens[decimals], units[i].unit, &v))
        return;
    text_addn(t, buf, dec_format(buf, sizeof buf, v, decimals, 0));
    text_addn(t, &units[i].suffix, 1);
}

static size_t decimals_text(char *buf, size_t cap, int64_t nano, int digits, const char *mark)
{
    static const int64_t units[] = {1000000000, 100000000, 10000000, 1000000, 100000,
                                    10000,      1000,      100,      10,      1};
    int64_t unit = units[digits], v = (nano + unit / 2) / unit;
    char tail[32], whole[32];
    struct text t = text_on(buf, cap);
    number_text(whole, sizeof whole, (uint64_t)(v / (PX_ONE / unit)));
    dec_format(tail, sizeof tail, v % (PX_ONE / unit), digits, 0);
    text_add(&t, "%s%s%s", mark, whole, strchr(tail, '.') ? strchr(tail, '.') : "");
    return t.len;
}

size_t short_text(char *buf, size_t cap, int64_t nano, int width)
{
    if (nano < 0 || nano > INT64_MAX - PX_ONE)
        return (size_t)snprintf(buf, cap, "?");
    if ((int)decimals_text(buf, cap, nano, PX_DIGITS, "") <= width)
        return strlen(buf);
    for (int digits = PX_DIGITS - 1; digits >= 0; digits--)
        if ((int)decimals_text(buf, cap, nano, digits, "~") <= width &&
            (digits > 0 || nano >= PX_ONE))
            return strlen(buf);
    struct text t = text_on(buf, cap);
    text_addn(&t, "~", 1);
    put_large(&t, nano);
    return t.len;
}

size_t rate_text(char *buf, size_t cap, double v)
{
    struct text t = text_on(buf, cap);
    if (v >= 1e6)
        text_add(&t, "%.1fM", v / 1e6);
    else if (v >= 1e4)
        text_add(&t, "%.1fk", v / 1e3);
    else
        return number_text(buf, cap, (uint64_t)(v > 0 ? v + 0.5 : 0));
    return t.len;
}

size_t span_text(char *buf, size_t cap, int64_t ns)
{
    struct text t = text_on(buf, cap);
    int64_t s = ns / NS_PER_SEC;
    if (ns < 0)
        text_add(&t, "-%lldms", (long long)(-ns / NS_PER_MS));
    else if (ns < NS_PER_SEC)
        text_add(&t, "%lldms", (long long)(ns / NS_PER_MS));
    else if (s < 10)
        text_add(&t, "%lld.%llds", (long long)s, (long long)(ns / (100 * NS_PER_MS) % 10));
    else if (s < 60)
        text_add(&t, "%llds", (long long)s);
    else if (s < 3600)
        text_add(&t, "%lldm%02llds", (long long)(s / 60), (long long)(s % 60));
    else
        text_add(&t, "%lldh%02lldm", (long long)(s / 3600), (long long)(s / 60 % 60));
    return t.len;
}

size_t speed_text(char *buf, size_t cap, int32_t x100)
{
    struct text t = text_on(buf, cap);
    if (x100 == 0)
        text_add(&t, "max");
    else if (x100 % 100 == 0)
        text_add(&t, "%dx", (int)(x100 / 100));
    else if (x100 % 10 == 0)
        text_add(&t, "%d.%dx", (int)(x100 / 100), (int)(x100 / 10 % 10));
    else
        text_add(&t, "%d.%02dx", (int)(x100 / 100), (int)(x100 % 100));
    return t.len;
}

int64_t panel_clock_ns(const struct panel_model *m)
{
    return panel_live(m) ? m->session->clock_ns : m->transport->at.ns;
}

static bool feeds_ended(const struct session_view *s)
{
    for (size_t i = 0; i < s->n_feeds; i++)
        if (!s->feeds[i].ended)
            return false;
    return s->n_feeds > 0;
}

static struct state_word word(enum style st, const char *text)
{
    struct state_word w = {.style = st};
    snprintf(w.text, sizeof w.text, "%.31s", text);
    return w;
}

static bool gap_now(const struct panel_model *m)
{
    int64_t now = panel_clock_ns(m);
    for (size_t i = 0; i < m->n_gaps; i++)
        if (m->gaps[i].from_ns <= now && now - m->gaps[i].to_ns < GAP_SHOWN_NS)
            return true;
    return false;
}

struct state_word panel_alarm(const struct panel *p, const struct panel_model *m)
{
    const struct session_view *s = m->session;
    if (s->store_error)
        return word(STYLE_ALERT, s->store_error == ERR_DISK ? "DISK FULL" : "NOT SAVED");
    if (gap_now(m))
        return word(STYLE_ALERT, "GAP");
    int64_t idle = m->mono_ns - p->fresh_ns;
    bool running = (s->recording || s->attached) && !feeds_ended(s);
    struct state_word w = {.style = STYLE_ALERT};
    if (running && idle >= STALE_NS)
        snprintf(w.text, sizeof w.text, "STALE %llds", (long long)(idle / NS_PER_SEC));
    return w;
}

static const struct pane *held_pane(const struct panel *p)
{
    if (p->panes[p->focus].held)
        return &p->panes[p->focus];
    for (int i = 0; i < PANE_COUNT; i++)
        if (p->panes[i].held)
            return &p->panes[i];
    return NULL;
}

static struct state_word live_word(const struct panel *p, const struct panel_model *m)
{
    const struct pane *held = held_pane(p);
    if (!held)
        return feeds_ended(m->session) ? word(STYLE_STRONG, "ENDED") : word(STYLE_LIVE, "LIVE");
    char n[24], text[64];
    number_text(n, sizeof n, pane_newer(held, m));
    snprintf(text, sizeof text, "HOLD +%.23s", n);
    return word(STYLE_HOLD, text);
}

struct state_word panel_state(const struct panel *p, const struct panel_model *m)
{
    char speed[16], text[32];
    speed_text(speed, sizeof speed, m->transport->speed_x100);
    snprintf(text, sizeof text, "REPLAY %s%s", m->transport->reverse ? "-" : "", speed);
    if (m->transport->state == TRANSPORT_PLAY)
        return word(STYLE_REPLAY, text);
    if (m->transport->state == TRANSPORT_PAUSE)
        return word(STYLE_REPLAY, "PAUSED");
    struct state_word alarm = panel_alarm(p, m);
    bool following = !held_pane(p);
    return alarm.text[0] && following ? alarm : live_word(p, m);
}

static int chip(struct canvas *c, struct rect r, int x, struct state_word w)
{
    return w.text[0] ? canvas_print(c, r, x, 0, w.style, " %s ", w.text) : 0;
}

static int draw_state(const struct panel *p, const struct panel_model *m, struct rect r,
                      struct canvas *c)
{
    struct state_word state = panel_state(p, m), alarm = panel_alarm(p, m);
    int x = chip(c, r, 0, state);
    if (alarm.text[0] && strcmp(alarm.text, state.text) != 0)
        x += chip(c, r, x, alarm);
    const struct transport_view *t = m->transport;
    if (t->state != TRANSPORT_LIVE && t->live_session) {
        char n[32];
        number_text(n, sizeof n, t->behind);
        x += canvas_print(c, r, x + 1, 0, STYLE_BUY, "LIVE +%s", n) + 2;
    }
    return x;
}

static int draw_clock(const struct panel_model *m, struct rect r, int x, struct canvas *c)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    int64_t ns = panel_clock_ns(m);
    if (ns <= 0)
        return canvas_text(c, r, x, 0, STYLE_DIM, "--:--:--.---");
    char clock[32];
    time_format_ny(clock, sizeof clock, ns, 3);
    int32_t date = calendar_ny_date(ns);
    int64_t day = calendar_days(date) % 7;
    int w = canvas_print(c, r, x, 0, STYLE_STRONG, "%s", clock);
    return w + canvas_print(c, r, x + w, 0, STYLE_PLAIN, " ET %s %04d-%02d-%02d",
                            days[day < 0 ? day + 7 : day], date / 10000, date / 100 % 100,
                            date % 100);
}

/* One figure of the header; the least important is left out first. */
struct figure {
    char text[288];
    enum style style;
};

static struct figure rate_figure(double v, const char *unit)
{
    struct figure f = {.style = STYLE_PLAIN};
    char n[32];
    rate_text(n, sizeof n, v);
    snprintf(f.text, sizeof f.text, "%s %s", n, unit);
    return f;
}

static struct figure count_figure(const char *before, uint64_t v, const char *after, enum style st)
{
    struct figure f = {.style = st};
    char n[32];
    number_text(n, sizeof n, v);
    snprintf(f.text, sizeof f.text, "%s%s%s", before, n, after);
    return f;
}

static struct figure lag_figure(const struct session_view *s)
{
    int64_t lag = INT64_MIN;
    for (size_t i = 0; i < s->n_feeds; i++)
        lag = MAX(lag, s->feeds[i].lag_ns);
    struct figure f = {.style = STYLE_PLAIN};
    char text[32];
    if (lag == INT64_MIN)
        return f;
    span_text(text, sizeof text, lag);
    snprintf(f.text, sizeof f.text, "lag %s", text);
    return f;
}

static struct figure file_figure(const struct session_view *s)
{
    struct figure f = {.style = STYLE_PLAIN};
    const char *slash = strrchr(s->path, '/');
    snprintf(f.text, sizeof f.text, "%s%s", s->recording ? "rec " : "",
             slash ? slash + 1 : s->path);
    return f;
}

/* Figures from the left while they fit, two blanks apart. */
static void draw_figures(const struct figure *f, size_t n, struct rect r, int x, int y,
                         struct canvas *c)
{
    for (size_t i = 0; i < n; i++) {
        int w = canvas_width(f[i].text);
        if (w == 0 || x + 2 + w > r.w)
            continue;
        canvas_text(c, r, x + 2, y, f[i].style, f[i].text);
        x += 2 + w;
    }
}

static void draw_second(const struct panel_model *m, struct rect r, struct canvas *c)
{
    const struct session_view *s = m->session;
    struct figure f[8] = {
        file_figure(s),
        count_figure("", s->events, " events", STYLE_DIM),
    };
    size_t n = 2;
    if (s->recording) { /* a reader of a file has not counted these */
        f[n++] = count_figure("", s->option_prints, " option prints", STYLE_DIM);
        f[n++] = count_figure("", s->equity_prints, " equity prints", STYLE_DIM);
        f[n++] = count_figure("", s->packets, " packets", STYLE_DIM);
        f[n++] = count_figure("saved to seq ", s->committed_seq, "", STYLE_DIM);
        f[n++] = count_figure("", s->uncommitted, " unsaved", STYLE_DIM);
    }
    draw_figures(f, n, r, -1, 1, c);
    char feeds[160] = "";
    struct text t = text_on(feeds, sizeof feeds);
    for (size_t i = 0; i < s->n_feeds; i++)
        text_add(&t, "%s%.64s", i ? "  " : "", s->feeds[i].name);
    int w = canvas_width(feeds), used = 1;
    for (size_t i = 0; i < n; i++)
        used += 2 + canvas_width(f[i].text);
    if (used + w + 2 <= r.w)
        canvas_text(c, r, r.w - w - 1, 1, STYLE_DIM, feeds);
}

void head_draw(const struct panel *p, const struct panel_model *m, struct canvas *c)
{
    struct rect r = p->layout.head;
    const struct session_view *s = m->session;
    int x = draw_state(p, m, r, c) + 1;
    x += draw_clock(m, r, x, c);
    struct figure f[6];
    size_t n = 0;
    if (s->dropped)
        f[n++] = count_figure("DROPPED ", s->dropped, "", STYLE_ALERT);
    f[n++] = rate_figure(s->events_per_s, "ev/s");
    if (s->recording)
        f[n++] = rate_figure(s->prints_per_s, "prints/s");
    f[n++] = lag_figure(s);
    if (r.h == 1)
        f[n++] = file_figure(s);
    draw_figures(f, n, r, x, 0, c);
    if (r.h > 1)
        draw_second(m, r, c);
}
