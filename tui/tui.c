/* Joins session, panel and terminal on the session's loop. See tui.h. */
#include "tui/tui.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "base/mem.h"
#include "session.h"
#include "tui/action.h"
#include "tui/panel.h"
#include "tui/plain.h"
#include "tui/term.h"

#define WHICH_KEY_MS 400
#define TICK_MS      1000 /* what changes without events: staleness, messages */
#define LANES_MAX    1024
#define GAPS_MAX     256

/* Those that stop the session are its own. */
static const int signals[] = {SIGWINCH, SIGTSTP};

struct tui {
    struct session *session;
    struct term *term; /* NULL = plain */
    struct panel panel;
    struct plain plain;
    struct canvas canvas, before;
    bool ascii;

    struct session_view view;
    struct transport_view transport;
    struct health_view health;
    struct lane_cell lanes[LANES_MAX];
    struct gap_view gaps[GAPS_MAX];
    size_t n_gaps;
    uint64_t gaps_total;
    uint32_t turns; /* of the session, as last seen */
    char word[160];
    struct playhead gaps_at;
    struct panel_model model;
    struct session_view drawn; /* as of the last frame */
    struct transport_view drawn_deck;

    uv_async_t wake;
    uv_timer_t which, tick;
    uv_signal_t signals[ARRAY_LEN(signals)];
    size_t n_handles, n_closed; /* of those above that were opened */
};

/* --- what the panel reads --- */

static int source_page(void *self, enum row_kind kind, struct playhead at, uint64_t before,
                       const struct filter *f, size_t scan_limit, struct row *ret, size_t n,
                       bool *ret_more, struct err *err)
{
    return tape_page(self, kind, at, before, f, scan_limit, ret, n, ret_more, err);
}

static int source_after(void *self, enum row_kind kind, struct playhead at, uint64_t after,
                        const struct filter *f, size_t scan_limit, struct row *ret, size_t n,
                        struct err *err)
{
    return tape_page_after(self, kind, at, after, f, scan_limit, ret, n, err);
}

static uint64_t source_total(void *self, enum row_kind kind)
{
    return tape_total(self, kind);
}

/* Gaps are few and read again only when one came or the playhead went somewhere else. */
static void read_gaps(struct tui *t)
{
    struct tapes *tapes = session_tapes(t->session);
    struct playhead at = panel_at(&t->model);
    uint64_t total = tape_total(tapes, ROW_GAP);
    if (total == t->gaps_total && at.seq == t->gaps_at.seq)
        return;
    struct row *rows = mem_grow(NULL, GAPS_MAX, sizeof *rows);
    bool more;
    int n = tape_page(tapes, ROW_GAP, at, UINT64_MAX, NULL, 0, rows, GAPS_MAX, &more, NULL);
    t->n_gaps = 0;
    for (int i = 0; i < n; i++)
        t->gaps[t->n_gaps++] = (struct gap_view){rows[i].ev.u.gap.from_ns, rows[i].ev.u.gap.to_ns};
    mem_free(rows);
    t->gaps_total = total;
    t->gaps_at = at;
}

static void read_lanes(struct tui *t)
{
    struct panel_model *m = &t->model;
    m->span = t->transport.span;
    m->lanes = t->lanes;
    m->n_lanes = 0;
    if (!t->term || t->panel.layout.timeline.h == 0 || !m->span.last_seq)
        return;
    size_t n = (size_t)MAX(1, MIN(t->panel.cols, LANES_MAX));
    m->window = panel_window(&t->panel, &m->span, &t->transport);
    if (session_lanes(t->session, m->window.from, m->window.to, t->lanes, n, NULL) == 0)
        m->n_lanes = n;
}

static void read_model(struct tui *t)
{
    struct panel_model *m = &t->model;
    session_view(t->session, &t->view);
    transport_view(session_transport(t->session), &t->transport);
    m->session = &t->view;
    if (t->panel.view == VIEW_HEALTH)
        session_health(t->session, &t->health);
    m->health = t->panel.view == VIEW_HEALTH ? &t->health : NULL;
    m->transport = &t->transport;
    m->cells = session_cells(t->session);
    m->cells.ascii = t->ascii;
    m->rows =
        (struct row_source){session_tapes(t->session), source_page, source_after, source_total};
    m->mono_ns = clock_mono_ns();
    m->gaps = t->gaps;
    const struct marks *marks = session_marks(t->session);
    m->marks = marks->at;
    m->n_marks = marks->n;
    if (t->view.turns != t->turns) {
        panel_new_tape(&t->panel, m);
        t->plain.key = 0;
        t->gaps_total = UINT64_MAX;
    }
    t->turns = t->view.turns;
    if (strcmp(t->word, t->view.word) != 0) {
        panel_say(&t->panel, m, false, "%s", t->view.word);
        snprintf(t->word, sizeof t->word, "%s", t->view.word);
    }
    read_lanes(t);
    read_gaps(t);
    m->n_gaps = t->n_gaps;
}

/* --- what the panel asks for --- */

static struct transport *deck_of(void *self)
{
    return session_transport(((struct tui *)self)->session);
}

static void ask_toggle(void *self)
{
    transport_toggle(deck_of(self));
}

static void ask_skip(void *self, int64_t by_ns)
{
    transport_skip(deck_of(self), by_ns);
}

static void ask_bar(void *self, int n)
{
    transport_bar(deck_of(self), n);
}

static void ask_speed(void *self, int steps)
{
    transport_speed(deck_of(self), steps);
}

static void ask_speed_reset(void *self)
{
    transport_speed_reset(deck_of(self));
}

static void ask_percent(void *self, int percent)
{
    transport_percent(deck_of(self), percent);
}

static void ask_home(void *self)
{
    transport_home(deck_of(self));
}

static void ask_end(void *self)
{
    transport_end(deck_of(self));
}

static void ask_live(void *self)
{
    transport_live(deck_of(self));
}

static bool ask_move(void *self, enum deck_move what)
{
    struct transport *deck = deck_of(self);
    switch (what) {
    case MOVE_REVERSE:
        transport_reverse(deck);
        return true;
    case MOVE_UNDO:
        return transport_undo(deck);
    case MOVE_REDO:
        return transport_redo(deck);
    case MOVE_SWAP:
        return transport_swap(deck);
    case MOVE_LOOP:
        transport_loop(deck);
        return true;
    }
    return false;
}

static int ask_step(void *self, struct stream stream, int n, struct err *err)
{
    return transport_step(deck_of(self), session_tapes(((struct tui *)self)->session), stream, n,
                          err);
}

static int ask_jump(void *self, const struct jump *j, struct err *err)
{
    return transport_jump(deck_of(self), session_tapes(((struct tui *)self)->session), j, err);
}

static int ask_go(void *self, const char *text, struct err *err)
{
    return transport_goto(deck_of(self), text, err);
}

static void ask_place(void *self, struct playhead to)
{
    transport_place(deck_of(self), to);
}

static int ask_mark(void *self, struct playhead at, char letter, const char *text, struct err *err)
{
    if (at.seq == UINT64_MAX)
        at = transport_origin(deck_of(self));
    return marks_set(session_marks(((struct tui *)self)->session), at, letter, text, err);
}

static int ask_unmark(void *self, struct playhead at, char letter, struct err *err)
{
    return marks_drop(session_marks(((struct tui *)self)->session), at, letter, err);
}

static int ask_members(void *self, uint64_t packet_id, struct row *ret, size_t n, struct err *err)
{
    return session_members(((struct tui *)self)->session, packet_id, ret, n, err);
}

static int ask_structure(void *self, uint64_t id, struct structure *ret, struct err *err)
{
    return session_structure(((struct tui *)self)->session, id, ret, err);
}

static int ask_structures_of(void *self, uint64_t packet_id, struct structure *ret, size_t n,
                             struct err *err)
{
    return session_structures_of(((struct tui *)self)->session, packet_id, ret, n, err);
}

static int ask_print(void *self, uint64_t seq, struct row *ret, struct err *err)
{
    return session_print(((struct tui *)self)->session, seq, ret, err);
}

static void ask_quit(void *self)
{
    session_stop(((struct tui *)self)->session);
}

static void ask_suspend(void *self)
{
    struct tui *t = self;
    if (t->term)
        term_suspend(t->term);
}

static void ask_redraw(void *self)
{
    struct tui *t = self;
    if (t->term)
        term_redraw(t->term);
}

static const struct panel_ops ops = {
    .toggle = ask_toggle,
    .skip = ask_skip,
    .bar = ask_bar,
    .speed = ask_speed,
    .speed_reset = ask_speed_reset,
    .percent = ask_percent,
    .home = ask_home,
    .end = ask_end,
    .live = ask_live,
    .move = ask_move,
    .step = ask_step,
    .jump = ask_jump,
    .go = ask_go,
    .place = ask_place,
    .mark = ask_mark,
    .unmark = ask_unmark,
    .members = ask_members,
    .structure = ask_structure,
    .structures_of = ask_structures_of,
    .print = ask_print,
    .quit = ask_quit,
    .suspend = ask_suspend,
    .redraw = ask_redraw,
};

/* --- frames --- */

/* Nothing is handed to the terminal, and so nothing written, unless a cell changed. */
static void draw(struct tui *t)
{
    int cols, rows;
    term_size(t->term, &cols, &rows);
    if (cols != t->panel.cols || rows != t->panel.rows) {
        panel_resize(&t->panel, cols, rows);
        read_model(t); /* the timeline has as many buckets as columns */
    }
    panel_update(&t->panel, &t->model);
    canvas_resize(&t->canvas, t->panel.cols, t->panel.rows);
    panel_draw(&t->panel, &t->model, &t->canvas);
    if (canvas_equal(&t->canvas, &t->before))
        return;
    canvas_copy(&t->before, &t->canvas);
    term_show(t->term, &t->canvas);
}

/* The recording could not go on: the session is about to stop and has nothing to show any more. */
static bool ending(const struct tui *t)
{
    return !session_transport(t->session);
}

static void frame(void *self)
{
    struct tui *t = self;
    if (ending(t))
        return;
    read_model(t);
    t->drawn = t->view;
    t->drawn_deck = t->transport;
    if (t->term) {
        draw(t);
        return;
    }
    panel_update(&t->panel, &t->model);
    if (!plain_frame(&t->plain, &t->panel, &t->model))
        session_stop(t->session);
}

/* Whether a frame would show anything else than the last one; what only ages is left to the tick.
 */
static bool moved(const struct session_view *a, const struct session_view *b,
                  const struct transport_view *x, const struct transport_view *y)
{
    return a->events != b->events || a->clock_ns != b->clock_ns || a->packets != b->packets ||
           a->committed_seq != b->committed_seq || a->uncommitted != b->uncommitted ||
           a->dropped != b->dropped || a->store_error != b->store_error || x->state != y->state ||
           x->at.seq != y->at.seq || x->at.ns != y->at.ns || x->speed_x100 != y->speed_x100 ||
           x->catching_up != y->catching_up || x->behind != y->behind ||
           x->deck_seq != y->deck_seq || x->open_packets != y->open_packets ||
           x->span.last_seq != y->span.last_seq || strcmp(x->note, y->note) != 0;
}

static void on_frame(void *self)
{
    struct tui *t = self;
    if (ending(t))
        return;
    session_view(t->session, &t->view);
    transport_view(session_transport(t->session), &t->transport);
    if (panel_counting(&t->panel) || moved(&t->view, &t->drawn, &t->transport, &t->drawn_deck))
        frame(t);
}

static void on_which(uv_timer_t *timer)
{
    struct tui *t = timer->data;
    if (panel_which_key(&t->panel))
        frame(t);
}

static void on_tick(uv_timer_t *timer)
{
    frame(timer->data);
}

/* The keys of a key held down come in bunches: between two alike nothing is read, so that many of
 * them are one seek, one step, one movement. */
static void on_wake(uv_async_t *async)
{
    struct tui *t = async->data;
    uint32_t key, held = 0;
    int times = 0;
    if (ending(t))
        return;
    read_model(t);
    while (term_key(t->term, &key)) {
        if (times && key != held) {
            panel_keys(&t->panel, &t->model, held, times);
            read_model(t);
            panel_update(&t->panel, &t->model);
            times = 0;
        }
        held = key;
        times++;
    }
    panel_keys(&t->panel, &t->model, held, times);
    uv_timer_stop(&t->which);
    if (t->panel.n_pending)
        uv_timer_start(&t->which, on_which, WHICH_KEY_MS, 0);
    if (term_hung_up(t->term))
        session_stop(t->session);
    else
        frame(t);
}

/* On the terminal's thread. libuv before 1.53 needs the fence: what was queued must be seen by the
 * loop when it wakes. */
static void wake(void *self)
{
    atomic_thread_fence(memory_order_seq_cst);
    uv_async_send(&((struct tui *)self)->wake);
}

static void on_signal(uv_signal_t *handle, int sig)
{
    struct tui *t = handle->data;
    if (t->term && sig == SIGWINCH)
        term_resize(t->term);
    else if (t->term && !t->view.recording)
        term_suspend(t->term);
}

/* --- start and stop --- */

static void on_closed(uv_handle_t *handle)
{
    ((struct tui *)handle->data)->n_closed++;
}

static void start_handles(struct tui *t)
{
    struct uv_loop_s *loop = session_loop(t->session);
    uv_async_init(loop, &t->wake, on_wake);
    uv_timer_init(loop, &t->which);
    uv_timer_init(loop, &t->tick);
    uv_timer_start(&t->tick, on_tick, TICK_MS, TICK_MS);
    uv_handle_t *own[] = {(uv_handle_t *)&t->wake, (uv_handle_t *)&t->which,
                          (uv_handle_t *)&t->tick};
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        own[i]->data = t;
        uv_unref(own[i]); /* the session alone decides how long the loop runs */
    }
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        uv_signal_init(loop, &t->signals[i]);
        t->signals[i].data = t;
        uv_signal_start(&t->signals[i], on_signal, signals[i]);
        uv_unref((uv_handle_t *)&t->signals[i]);
    }
    t->n_handles = ARRAY_LEN(own) + ARRAY_LEN(signals);
}

static void close_handles(struct tui *t)
{
    uv_close((uv_handle_t *)&t->wake, on_closed);
    uv_close((uv_handle_t *)&t->which, on_closed);
    uv_close((uv_handle_t *)&t->tick, on_closed);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        uv_close((uv_handle_t *)&t->signals[i], on_closed);
    while (t->n_closed < t->n_handles)
        uv_run(session_loop(t->session), UV_RUN_NOWAIT);
}

static void destroy(struct tui *t)
{
    if (t->n_handles)
        close_handles(t);
    panel_finish(&t->panel);
    canvas_finish(&t->canvas);
    canvas_finish(&t->before);
    mem_free(t);
}

static int start_terminal(struct tui *t, const struct tui_options *o, struct err *err)
{
    struct term_options term = {.colour = (enum term_colour)o->color, .wake = wake, .self = t};
    int rc = theme_load(&term.theme, o->theme ? o->theme : "default", err);
    if (rc == 0)
        rc = term_start(&term, &t->term, err);
    return rc;
}

static int load_keys(struct panel *p, const struct tui_options *o, struct err *err)
{
    int rc = keymap_default(&p->keys, err);
    if (rc == 0 && o->keys)
        rc = keymap_add(&p->keys, o->keys, o->keys_name ? o->keys_name : "keys", err);
    return rc;
}

int tui_start(struct session *s, const struct tui_options *o, struct tui **ret, struct err *err)
{
    const char *term = getenv("TERM");
    bool plain = o->plain || (term && strcmp(term, "dumb") == 0);
    struct tui *t = mem_alloc(sizeof *t);
    t->session = s;
    panel_init(&t->panel, &ops, t);
    plain_init(&t->plain, STDOUT_FILENO);
    t->ascii = !term_utf8() || o->ascii;
    t->canvas.ascii = t->ascii;
    int rc = load_keys(&t->panel, o, err);
    if (rc == 0)
        start_handles(t);
    if (rc == 0 && !plain)
        rc = start_terminal(t, o, err);
    if (rc < 0) {
        destroy(t);
        return rc;
    }
    panel_resize(&t->panel, 80, 24);
    session_on_frame(s, on_frame, t);
    frame(t);
    *ret = t;
    return 0;
}

void tui_stop(struct tui *t)
{
    if (!t)
        return;
    session_on_frame(t->session, NULL, NULL);
    term_stop(t->term);
    t->term = NULL;
    destroy(t);
}

char *tui_keys_text(void)
{
    struct keymap map = {0};
    size_t cap = 16384;
    char *buf = mem_alloc(cap);
    struct text out = text_on(buf, cap);
    int rc = keymap_default(&map, NULL);
    assert(rc == 0);
    (void)rc;
    for (const struct action *a = actions; a->name; a++) {
        bool first = true;
        for (size_t i = 0; i < map.n; i++) {
            if (map.bindings[i].action != a)
                continue;
            text_add(&out, first ? "" : ", ");
            binding_text(&out, &map.bindings[i]);
            first = false;
        }
        text_add(&out, "\t%s\t%s\n", a->name, a->sentence);
    }
    assert(!out.over);
    keymap_finish(&map);
    return buf;
}
