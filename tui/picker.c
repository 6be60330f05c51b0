/* Choosing from a list. See picker.h and tui_pick in tui.h. */
#include "tui/picker.h"

#include <signal.h>
#include <string.h>
#include <uv.h>

#include "base/mem.h"
#include "tui/keys.h"
#include "tui/term.h"

#define AROUND 3 /* title, head, foot */

static size_t room(const struct picker *p)
{
    return p->rows > AROUND ? (size_t)(p->rows - AROUND) : 1;
}

static void keep_in_sight(struct picker *p)
{
    if (p->at < p->top)
        p->top = p->at;
    if (p->at >= p->top + room(p))
        p->top = p->at - room(p) + 1;
}

void picker_resize(struct picker *p, int cols, int rows)
{
    p->cols = MAX(cols, 1);
    p->rows = MAX(rows, 1);
    keep_in_sight(p);
}

static void move(struct picker *p, long by)
{
    long at = (long)p->at + by, last = (long)p->n - 1;
    p->at = (size_t)MAX(0, MIN(at, last));
    keep_in_sight(p);
}

enum picked picker_key(struct picker *p, uint32_t key)
{
    long page = (long)room(p), all = (long)p->n;
    const struct {
        uint32_t key;
        long by;
    } moves[] = {
        {'j', 1},        {K_DOWN, 1},
        {'k', -1},       {K_UP, -1},
        {K_PGDN, page},  {K_CTRL('d'), page / 2},
        {K_PGUP, -page}, {K_CTRL('u'), -(page / 2)},
        {'G', all},      {K_END, all},
        {'g', -all},     {K_HOME, -all},
    };
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        if (moves[i].key == key)
            move(p, moves[i].by);
    if (key == K_ENTER)
        return PICK_TAKEN;
    return key == 'q' || key == K_ESC || key == K_CTRL('c') ? PICK_LEFT : PICK_ON;
}

void picker_draw(const struct picker *p, struct canvas *c)
{
    struct rect r = {0, 0, p->cols, p->rows};
    canvas_clear(c);
    canvas_fill(c, (struct rect){0, 0, p->cols, 1}, 0x2500, STYLE_AXIS);
    canvas_print(c, r, 0, 0, STYLE_FOCUS, "\u25ba%s ", p->title);
    canvas_fill(c, (struct rect){0, 1, p->cols, 1}, ' ', STYLE_DIM);
    canvas_text(c, r, 2, 1, STYLE_DIM, p->head);
    canvas_flag(c, (struct rect){0, 1, p->cols, p->rows > 1}, CELL_UNDERLINE);
    for (size_t i = 0; i < room(p) && p->top + i < p->n; i++) {
        int y = 2 + (int)i;
        bool cursor = p->top + i == p->at;
        canvas_text(c, r, 2, y, STYLE_PLAIN, p->lines[p->top + i]);
        if (!cursor || y >= p->rows)
            continue;
        canvas_text(c, r, 0, y, STYLE_STRONG, "\u25ba");
        canvas_flag(c, (struct rect){0, y, p->cols, 1}, CELL_REVERSE);
    }
    if (p->rows >= AROUND)
        canvas_text(c, r, 1, p->rows - 1, STYLE_DIM, "Enter open  j k move  g G ends  q quit");
}

/* --- on the terminal --- */

struct show {
    struct picker picker;
    struct term *term;
    struct canvas canvas;
    uv_loop_t loop;
    uv_async_t wake;
    uv_signal_t signals[4];
    enum picked picked;
    int signal;
};

static void draw(struct show *s)
{
    int cols, rows;
    term_size(s->term, &cols, &rows);
    picker_resize(&s->picker, cols, rows);
    canvas_resize(&s->canvas, s->picker.cols, s->picker.rows);
    picker_draw(&s->picker, &s->canvas);
    term_show(s->term, &s->canvas);
}

static void on_wake(uv_async_t *async)
{
    struct show *s = async->data;
    uint32_t key;
    while (s->picked == PICK_ON && term_key(s->term, &key))
        s->picked = picker_key(&s->picker, key);
    if (term_hung_up(s->term))
        s->picked = PICK_LEFT;
    if (s->picked == PICK_ON)
        draw(s);
    else
        uv_stop(&s->loop);
}

static void wake(void *self)
{
    uv_async_send(&((struct show *)self)->wake);
}

static void on_signal(uv_signal_t *handle, int sig)
{
    struct show *s = handle->data;
    if (sig == SIGWINCH) {
        term_resize(s->term);
        return;
    }
    s->signal = sig;
    s->picked = PICK_LEFT;
    uv_stop(&s->loop);
}

static void close_handle(uv_handle_t *h, void *arg)
{
    (void)arg;
    uv_close(h, NULL);
}

int tui_pick(const struct tui_list *list, const struct tui_options *o, size_t *ret, struct err *err)
{
    static const int signals[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP};
    struct show *s = mem_alloc(sizeof *s);
    struct term_options term = {.colour = (enum term_colour)o->color, .wake = wake, .self = s};
    s->picker = (struct picker){
        .title = list->title, .head = list->head, .lines = list->lines, .n = list->n};
    s->canvas.ascii = !term_utf8() || o->ascii;
    uv_loop_init(&s->loop);
    uv_async_init(&s->loop, &s->wake, on_wake);
    s->wake.data = s;
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        uv_signal_init(&s->loop, &s->signals[i]);
        s->signals[i].data = s;
        uv_signal_start(&s->signals[i], on_signal, signals[i]);
    }
    int rc = theme_load(&term.theme, o->theme ? o->theme : "default", err);
    if (rc == 0)
        rc = term_start(&term, &s->term, err);
    if (rc == 0) {
        draw(s);
        uv_run(&s->loop, UV_RUN_DEFAULT);
        term_stop(s->term);
        *ret = s->picked == PICK_TAKEN ? s->picker.at : list->n;
        rc = s->signal ? -(128 + s->signal) : 0;
    }
    uv_walk(&s->loop, close_handle, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    uv_loop_close(&s->loop);
    canvas_finish(&s->canvas);
    mem_free(s);
    return rc;
}
