/* What a frame costs: 200x55, three panes, about twenty new rows in each, through the panel, the
 * canvas and term.c into a pseudo-terminal that a thread drains; beside it a bare cell diff of the
 * same canvases written to the same terminal. Prints CPU time and bytes per frame of both and their
 * ratios. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/screen/model.h"
#include "tui/term.h"

#define COLS   200
#define ROWS   55
#define FRAMES 300

static void nothing(void *self)
{
    (void)self;
}

/* Reads the terminal's other end as fast as it comes. */
static void *drain_pty(void *arg)
{
    int fd = *(int *)arg;
    char buf[65536];
    while (read(fd, buf, sizeof buf) > 0)
        ;
    return NULL;
}

struct run {
    struct model model;
    struct panel panel;
    struct canvas canvas;
};

/* New rows a frame: not the same number in each pane, since a whole screen that scrolls by one
 * number is an easier case. */
static const size_t new_rows[ROW_KIND_COUNT] = {
    [ROW_OPTION] = 23, [ROW_EQUITY] = 17, [ROW_PACKET] = 20};

/* The model repeats itself; here every row is another. */
static void vary(struct model *m)
{
    for (size_t k = 0; k < ROW_KIND_COUNT; k++)
        for (size_t i = 0; i < m->n[k]; i++) {
            struct row *r = &m->rows[k][i];
            int64_t cents = (int64_t)(i * 7919 % 997) * 10000000,
                    n = (int64_t)(i * 104729 % 613) + 1;
            if (k == ROW_PACKET) {
                r->u.packet.qty = n * 1000000;
                r->u.packet.premium = cents * n * 100;
                r->u.packet.px_qty = (__int128)cents * n * 1000000;
            } else {
                r->ev.u.print.px += cents;
                r->ev.u.print.qty = n * 1000000;
                r->u.join.bid += cents;
                r->u.join.ask += cents;
                r->u.join.notional = r->ev.u.print.px * n;
            }
        }
}

static void run_init(struct run *r)
{
    model_init(&r->model, (FRAMES + 10) * 23);
    vary(&r->model);
    panel_init(&r->panel, &model_ops, &r->model);
    panel_resize(&r->panel, COLS, ROWS);
    canvas_init(&r->canvas);
}

/* The model's pages look at every row; a window of it keeps that out of the measurement. */
static void draw_frame(struct run *r, size_t frame)
{
    for (int k = 0; k < ROW_KIND_COUNT; k++)
        r->model.shown[k] = MIN(r->model.n[k], (frame + 3) * new_rows[k]);
    r->model.session.events = frame * 60;
    r->model.session.clock_ns += 33 * NS_PER_MS;
    panel_update(&r->panel, &r->model.panel);
}

static void paint(struct run *r)
{
    canvas_resize(&r->canvas, COLS, ROWS);
    panel_draw(&r->panel, &r->model.panel, &r->canvas);
}

static size_t put_utf8(char *s, uint32_t cp)
{
    if (cp < 0x80) {
        s[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        s[0] = (char)(0xc0 | cp >> 6);
        s[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    s[0] = (char)(0xe0 | cp >> 12);
    s[1] = (char)(0x80 | (cp >> 6 & 0x3f));
    s[2] = (char)(0x80 | (cp & 0x3f));
    return 3;
}

/* The bare diff: changed cells with a cursor move before each run, a style before each change of
 * it; gaps of up to four unchanged cells are written over, which is shorter than a move. */
static size_t raw_diff(const struct canvas *now, const struct canvas *old,
                       const struct theme *theme, char *out)
{
    char *at = out;
    int style = -1;
    for (int y = 0; y < ROWS; y++) {
        int last = -10;
        for (int x = 0; x < COLS; x++) {
            const struct cell *a = &now->cells[y * COLS + x], *b = &old->cells[y * COLS + x];
            if (a->ch == b->ch && a->style == b->style && a->flags == b->flags)
                continue;
            if (x - last > 5)
                at += sprintf(at, "\033[%d;%dH", y + 1, x + 1);
            for (int i = x - last > 5 ? x : last + 1; i <= x; i++) {
                const struct cell *cell = &now->cells[y * COLS + i];
                int st = cell->style * 8 + cell->flags;
                const struct look *look = &theme->colour[cell->style];
                if (st != style) {
                    at += sprintf(at, "\033[0");
                    if (look->colour >= 0)
                        at += sprintf(at, ";3%d", look->colour);
                    if (look->attrs & THEME_BOLD)
                        at += sprintf(at, ";1");
                    if (look->attrs & THEME_DIM)
                        at += sprintf(at, ";2");
                    if (cell->flags & CELL_UNDERLINE)
                        at += sprintf(at, ";4");
                    if (look->attrs & THEME_REVERSE || cell->flags & CELL_REVERSE)
                        at += sprintf(at, ";7");
                    *at++ = 'm';
                    style = st;
                }
                if (cell->ch)
                    at += put_utf8(at, cell->ch);
            }
            last = x;
        }
    }
    return (size_t)(at - out);
}

struct cost {
    double us, bytes, paint_us; /* paint: the part of us that drew the canvas */
};

static void wait_shown(struct term *t, uint64_t frames)
{
    while (term_counts(t).frames < frames)
        usleep(100);
}

static struct cost measure_term(struct run *r)
{
    struct err err = {0};
    struct term *t;
    struct term_options o = {.wake = nothing, .colour = TERM_COLOUR_ALWAYS};
    if (theme_load(&o.theme, "default", &err) < 0 || term_start(&o, &t, &err) < 0) {
        fprintf(stderr, "bench_frame: %s\n", err.text);
        exit(1);
    }
    int64_t cpu = 0, painted = 0;
    struct term_counts before = {0};
    for (size_t i = 0; i < FRAMES; i++) {
        draw_frame(r, i);
        int64_t start = clock_cpu_ns();
        paint(r);
        painted += clock_cpu_ns() - start;
        term_show(t, &r->canvas);
        cpu += clock_cpu_ns() - start;
        wait_shown(t, i + 1);
        if (i == 0) {
            before = term_counts(t);
            cpu = 0;
        }
    }
    struct term_counts after = term_counts(t);
    term_stop(t);
    return (struct cost){(double)(cpu + after.cpu_ns - before.cpu_ns) / (FRAMES - 1) / 1e3,
                         (double)(after.bytes - before.bytes) / (FRAMES - 1),
                         (double)painted / FRAMES / 1e3};
}

static struct cost measure_raw(struct run *r)
{
    struct canvas old;
    struct theme theme;
    char *out = mem_alloc(COLS * ROWS * 40);
    int64_t cpu = 0, painted = 0;
    size_t bytes = 0;
    int tty = open("/dev/tty", O_RDWR);
    theme_load(&theme, "default", NULL);
    canvas_init(&old);
    for (size_t i = 0; i < FRAMES; i++) {
        draw_frame(r, i);
        int64_t start = clock_cpu_ns();
        paint(r);
        painted += clock_cpu_ns() - start;
        size_t n = i ? raw_diff(&r->canvas, &old, &theme, out) : 0;
        for (size_t done = 0; done < n;) {
            ssize_t w = write(tty, out + done, n - done);
            done += w > 0 ? (size_t)w : 0;
        }
        cpu += clock_cpu_ns() - start;
        bytes += n;
        canvas_copy(&old, &r->canvas);
    }
    close(tty);
    canvas_finish(&old);
    mem_free(out);
    return (struct cost){(double)cpu / (FRAMES - 1) / 1e3, (double)bytes / (FRAMES - 1),
                         (double)painted / FRAMES / 1e3};
}

static int child(int result)
{
    struct run a, b;
    setenv("TERM", "xterm-256color", 1);
    term_utf8();
    run_init(&a);
    run_init(&b);
    struct cost cost[2] = {measure_term(&a), measure_raw(&b)};
    return write(result, cost, sizeof cost) == sizeof cost ? 0 : 1;
}

int main(void)
{
    int master, pipes[2];
    struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
    struct cost cost[2];
    if (pipe(pipes) < 0)
        return 1;
    pid_t pid = forkpty(&master, NULL, NULL, &size);
    if (pid < 0) {
        perror("forkpty");
        return 1;
    }
    if (pid == 0)
        _exit(child(pipes[1]));
    pthread_t reader;
    pthread_create(&reader, NULL, drain_pty, &master);
    close(pipes[1]);
    ssize_t got = read(pipes[0], cost, sizeof cost);
    int status;
    waitpid(pid, &status, 0);
    pthread_join(reader, NULL);
    if (got != sizeof cost || status != 0)
        return 1;
    bench_row("frame: 200x55, 20 new rows, CPU", cost[0].us, "us", cost[1].us, "<=1000");
    bench_row("frame: the panes onto the canvas, of it", cost[0].paint_us, "us", 0, "-");
    bench_row("frame: bytes, beside a bare diff", cost[0].bytes, "B", cost[1].bytes, "<=1.1x");
    return 0;
}
