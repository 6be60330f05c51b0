/* The terminal. See term.h.
 *
 * curses is given the terminal to learn its modes, then its descriptor is turned into a file in
 * memory: what curses writes for a frame is collected there and goes out in one piece through
 * `drain`, which waits for the terminal and for the caller's word at once. So a terminal that
 * nobody reads can be left at any time, and a frame costs one write instead of hundreds.
 *
 * Fields under `lock` are shared; the others belong to the thread once it runs. */
#include "tui/term.h"

#include <curses.h>
#include <term.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/keys.h"

#define KEYS_MAX    256 /* keys not fetched yet; full: newer ones are lost, as in a terminal */
#define STOP_MS     200 /* for a terminal that takes no bytes */
#define LOOKS       (STYLE_COUNT * 8)
#define EMPTY_READS 16 /* readable without a byte this often: the terminal is gone */

/* What the signal handler needs; a handler is given no argument. */
struct crash_terminal {
    int fd; /* -1: nothing to restore */
    struct termios modes;
    char bytes[256];
    size_t n;
    struct sigaction before[5];
};
static struct crash_terminal crash_terminal = {.fd = -1};
static const int crash_signals[5] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

struct term {
    /* set at start */
    int tty;  /* its own open file: non-blocking here alone */
    int out;  /* what curses writes to */
    int mem;  /* the file in memory behind `out` */
    int wake; /* eventfd: the caller has something for the thread */
    FILE *out_file, *in_file;
    SCREEN *screen;
    WINDOW *keys; /* a pad: reading from it draws nothing */
    struct termios modes;
    cchar_t looks[LOOKS]; /* style x flags, ready for a character */
    struct term_options opt;
    pthread_t thread;
    /* the thread's own */
    struct canvas shown;
    bool all;  /* draw every cell */
    bool cut;  /* the last bytes did not all go out */
    char *buf; /* a frame on its way out */
    size_t buf_cap;
    int empty_reads;
    cchar_t *run;
    int run_cap;

    pthread_mutex_t lock;
    struct canvas next; /* the newest finished one */
    bool has_next, stop, resize, redraw, suspend, hung_up;
    int cols, rows;
    uint32_t queue[KEYS_MAX];
    size_t q_at, q_n;
    struct term_counts counts;
};

bool term_utf8(void)
{
    setlocale(LC_CTYPE, "");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* --- restoring after a crash: only functions that signal handlers may call --- */

static void crash_handler(int sig)
{
    struct crash_terminal *c = &crash_terminal;
    if (c->fd >= 0) {
        ssize_t done = write(c->fd, c->bytes, c->n);
        (void)done;
        tcsetattr(c->fd, TCSANOW, &c->modes);
    }
    for (size_t i = 0; i < ARRAY_LEN(crash_signals); i++)
        sigaction(crash_signals[i], &c->before[i], NULL);
    raise(sig);
}

static void crash_add(const char *capability)
{
    char *s = tigetstr((char *)(uintptr_t)capability);
    if (!s || s == (char *)-1)
        return;
    size_t n = strlen(s);
    if (crash_terminal.n + n <= sizeof crash_terminal.bytes) {
        memcpy(crash_terminal.bytes + crash_terminal.n, s, n);
        crash_terminal.n += n;
    }
}

static void crash_arm(struct term *t)
{
    struct sigaction act = {.sa_handler = crash_handler, .sa_flags = SA_NODEFER};
    crash_terminal.modes = t->modes;
    crash_terminal.n = 0;
    crash_add("sgr0");
    crash_add("rmkx");
    crash_add("cnorm");
    crash_add("rmcup");
    crash_terminal.fd = t->tty;
    for (size_t i = 0; i < ARRAY_LEN(crash_signals); i++)
        sigaction(crash_signals[i], &act, &crash_terminal.before[i]);
}

static void crash_disarm(void)
{
    if (crash_terminal.fd < 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(crash_signals); i++)
        sigaction(crash_signals[i], &crash_terminal.before[i], NULL);
    crash_terminal.fd = -1;
}

static void read_keys(struct term *t);

/* --- bytes out --- */

static bool locked_flag(struct term *t, const bool *flag)
{
    pthread_mutex_lock(&t->lock);
    bool v = *flag;
    pthread_mutex_unlock(&t->lock);
    return v;
}

static void hang_up(struct term *t)
{
    pthread_mutex_lock(&t->lock);
    t->hung_up = true;
    pthread_mutex_unlock(&t->lock);
    t->opt.wake(t->opt.self);
}

/* Waits a little for room. Keys are read meanwhile: who cannot see the screen can still leave it.
 */
static void wait_writable(struct term *t, bool leaving)
{
    struct pollfd fd = {.fd = t->tty, .events = POLLOUT | (leaving ? 0 : POLLIN)};
    if (poll(&fd, 1, 20) > 0 && fd.revents & POLLIN && !leaving)
        read_keys(t);
}

/* Writes until done, the terminal is gone, or (once asked to stop, or with a limit) time is up.
 * Returns what was written. */
static size_t drain(struct term *t, const char *s, size_t n, int limit_ms)
{
    size_t done = 0;
    int64_t until = limit_ms >= 0 ? clock_mono_ns() + limit_ms * NS_PER_MS : INT64_MAX;
    while (done < n && clock_mono_ns() < until) {
        ssize_t w = write(t->tty, s + done, n - done);
        if (w > 0) {
            done += (size_t)w;
            continue;
        }
        if (w < 0 && errno != EAGAIN && errno != EINTR) {
            hang_up(t);
            break;
        }
        wait_writable(t, limit_ms >= 0);
        if (limit_ms < 0 && locked_flag(t, &t->stop))
            break;
    }
    t->cut = done < n;
    pthread_mutex_lock(&t->lock);
    t->counts.bytes += done;
    pthread_mutex_unlock(&t->lock);
    return done;
}

/* What curses has written since the last time, into buf; the file is emptied. */
static size_t collect(struct term *t)
{
    off_t n = lseek(t->mem, 0, SEEK_CUR);
    if (n <= 0)
        return 0;
    if ((size_t)n > t->buf_cap) {
        t->buf_cap = (size_t)n * 2;
        t->buf = mem_grow(t->buf, t->buf_cap, 1);
    }
    ssize_t got = pread(t->mem, t->buf, (size_t)n, 0);
    lseek(t->mem, 0, SEEK_SET);
    return got > 0 ? (size_t)got : 0;
}

/* --- cells --- */

static attr_t curses_attrs(const struct look *look, uint8_t flags)
{
    attr_t a = A_NORMAL;
    a |= look->attrs & THEME_BOLD || flags & CELL_BOLD ? A_BOLD : 0;
    a |= look->attrs & THEME_UNDERLINE || flags & CELL_UNDERLINE ? A_UNDERLINE : 0;
    a |= look->attrs & THEME_DIM ? A_DIM : 0;
    /* reversed twice would be plain: the cursor on a reversed cell stays visible as bold */
    a |= look->attrs & THEME_REVERSE || flags & CELL_REVERSE ? A_REVERSE : 0;
    return a;
}

static void prepare_looks(struct term *t, bool colour)
{
    const struct look *looks = colour ? t->opt.theme.colour : t->opt.theme.mono;
    for (int st = 0; st < STYLE_COUNT; st++) {
        short pair = 0;
        if (colour && looks[st].colour >= 0 && looks[st].colour < COLORS) {
            pair = (short)(st + 1);
            init_pair(pair, looks[st].colour, -1);
        }
        for (uint8_t flags = 0; flags < 8; flags++) {
            wchar_t blank[2] = {L' ', 0};
            setcchar(&t->looks[st * 8 + flags], blank, curses_attrs(&looks[st], flags), pair, NULL);
        }
    }
}

static cchar_t curses_cell(const struct term *t, const struct cell *cell)
{
    cchar_t cc = t->looks[MIN(cell->style, STYLE_COUNT - 1) * 8 + (cell->flags & 7)];
    cc.chars[0] = (wchar_t)cell->ch;
    return cc;
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->ch == b->ch && a->style == b->style && a->flags == b->flags;
}

/* Gives curses the changed runs of one row. The right half of a wide character goes with its left
 * one: a run begins before it and curses places it itself. */
static void put_row(struct term *t, const struct canvas *c, int y)
{
    const struct cell *now = c->cells + (size_t)y * (size_t)c->cols;
    const struct cell *old = t->shown.cells + (size_t)y * (size_t)c->cols;
    for (int x = 0; x < c->cols;) {
        if (!t->all && same(&now[x], &old[x])) {
            x++;
            continue;
        }
        while (x > 0 && now[x].ch == 0)
            x--;
        int n = 0, end = x;
        for (; end < c->cols && (t->all || !same(&now[end], &old[end]) || now[end].ch == 0); end++)
            if (now[end].ch)
                t->run[n++] = curses_cell(t, &now[end]);
        if (n == 0) { /* a wide character began the run unchanged: take it along */
            t->run[n++] = curses_cell(t, &now[x]);
            for (end = x + 1; end < c->cols && now[end].ch == 0;)
                end++;
        }
        mvwadd_wchnstr(stdscr, y, x, t->run, n);
        x = end;
    }
}

static void put_canvas(struct term *t, const struct canvas *c)
{
    if (c->cols != t->shown.cols || c->rows != t->shown.rows)
        t->all = true;
    if (t->all) {
        canvas_resize(&t->shown, c->cols, c->rows);
        t->run = mem_grow(t->run, (size_t)c->cols + 1, sizeof *t->run);
        werase(stdscr);
    }
    for (int y = 0; y < c->rows && y < LINES; y++)
        put_row(t, c, y);
    canvas_copy(&t->shown, c);
    t->all = false;
}

static bool take_next(struct term *t, struct canvas *ret)
{
    pthread_mutex_lock(&t->lock);
    bool has = t->has_next;
    if (has) {
        struct canvas swap = *ret;
        *ret = t->next;
        t->next = swap;
        t->has_next = false;
    }
    pthread_mutex_unlock(&t->lock);
    return has;
}

static void show(struct term *t, const struct canvas *c)
{
    if (c->cols != COLS || c->rows != LINES)
        return; /* drawn for the size before: the next one is on its way */
    put_canvas(t, c);
    refresh();
    size_t n = collect(t);
    if (n)
        drain(t, t->buf, n, -1);
    pthread_mutex_lock(&t->lock);
    t->counts.frames++;
    t->counts.cpu_ns = clock_cpu_ns();
    pthread_mutex_unlock(&t->lock);
}

/* --- keys --- */

static uint32_t key_of(int rc, wint_t ch)
{
    static const struct {
        wint_t curses;
        uint32_t key;
    } map[] = {
        {KEY_UP, K_UP},       {KEY_DOWN, K_DOWN},  {KEY_LEFT, K_LEFT},
        {KEY_RIGHT, K_RIGHT}, {KEY_HOME, K_HOME},  {KEY_END, K_END},
        {KEY_PPAGE, K_PGUP},  {KEY_NPAGE, K_PGDN}, {KEY_BTAB, K_SHIFT_TAB},
        {KEY_DC, K_DELETE},   {KEY_F(1), K_F1},    {KEY_BACKSPACE, K_BACKSPACE},
        {KEY_ENTER, K_ENTER}, {KEY_FIND, K_HOME},  {KEY_SELECT, K_END},
    };
    if (rc == OK)
        return ch == 127 || ch == 8 ? K_BACKSPACE : ch == '\n' ? K_ENTER : (uint32_t)ch;
    for (size_t i = 0; i < ARRAY_LEN(map); i++)
        if (map[i].curses == ch)
            return map[i].key;
    return 0;
}

static void read_keys(struct term *t)
{
    wint_t ch;
    int rc, n = 0;
    pthread_mutex_lock(&t->lock);
    while ((rc = wget_wch(t->keys, &ch)) != ERR) {
        uint32_t key = key_of(rc, ch);
        n++;
        if (key && t->q_n < KEYS_MAX)
            t->queue[(t->q_at + t->q_n++) % KEYS_MAX] = key;
    }
    pthread_mutex_unlock(&t->lock);
    t->empty_reads = n ? 0 : t->empty_reads + 1;
    if (n)
        t->opt.wake(t->opt.self);
    if (t->empty_reads >= EMPTY_READS)
        hang_up(t);
}

/* --- the thread --- */

static void read_size(struct term *t)
{
    struct winsize ws;
    if (ioctl(t->tty, TIOCGWINSZ, &ws) < 0 || ws.ws_col == 0 || ws.ws_row == 0)
        return;
    resizeterm(ws.ws_row, ws.ws_col);
    pthread_mutex_lock(&t->lock);
    t->cols = COLS;
    t->rows = LINES;
    pthread_mutex_unlock(&t->lock);
}

static void set_raw(struct term *t)
{
    struct termios raw = t->modes;
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(t->tty, TCSANOW, &raw);
}

/* Leaves the terminal as it was found. CAN ends a sequence that was cut short. */
static void restore(struct term *t)
{
    bool cut = t->cut;
    endwin();
    size_t n = collect(t);
    if (cut) {
        tcflush(t->tty, TCOFLUSH);
        drain(t, "\030", 1, STOP_MS);
    }
    drain(t, t->buf, n, STOP_MS);
    tcsetattr(t->tty, TCSANOW, &t->modes);
}

static void suspend(struct term *t)
{
    restore(t);
    raise(SIGSTOP); /* to this thread: it must not run on while the others are being stopped */
    set_raw(t);
    keypad(t->keys, TRUE); /* endwin switched it off, and curses finds no modes to bring it back */
    t->all = true;
    clearok(stdscr, TRUE);
    read_size(t);
    t->opt.wake(t->opt.self);
}

struct asked {
    bool stop, resize, redraw, suspend;
};

static struct asked take_asked(struct term *t)
{
    uint64_t n;
    ssize_t got = read(t->wake, &n, sizeof n);
    (void)got;
    pthread_mutex_lock(&t->lock);
    struct asked a = {t->stop, t->resize, t->redraw, t->suspend};
    t->resize = t->redraw = t->suspend = false;
    pthread_mutex_unlock(&t->lock);
    return a;
}

static void obey(struct term *t, const struct asked *a, struct canvas *c)
{
    if (a->suspend)
        suspend(t);
    if (a->resize) {
        read_size(t);
        t->opt.wake(t->opt.self);
    }
    if (a->redraw) {
        t->all = true;
        clearok(stdscr, TRUE);
    }
    bool fresh = take_next(t, c);
    if ((fresh || a->redraw) && c->cells)
        show(t, c);
}

static void *run(void *self)
{
    struct term *t = self;
    struct canvas c;
    canvas_init(&c);
    for (bool gone = false;;) {
        struct pollfd fds[2] = {{.fd = t->wake, .events = POLLIN},
                                {.fd = t->tty, .events = POLLIN}};
        poll(fds, gone ? 1 : 2, -1);
        if (fds[0].revents) {
            struct asked a = take_asked(t);
            if (a.stop)
                break;
            if (!gone)
                obey(t, &a, &c);
        }
        if (!gone && fds[1].revents & POLLIN)
            read_keys(t);
        if (!gone && fds[1].revents & (POLLHUP | POLLERR | POLLNVAL))
            hang_up(t);
        gone = locked_flag(t, &t->hung_up);
    }
    canvas_finish(&c);
    return NULL;
}

/* --- start and stop --- */

static int open_terminal(struct term *t, struct err *err)
{
    t->tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (t->tty < 0)
        return err_set(err, ERR_USAGE, "no terminal to draw on (%s): use --plain, or `record`",
                       strerror(errno));
    if (tcgetattr(t->tty, &t->modes) < 0)
        return err_set(err, ERR_USAGE, "the terminal gives no modes (%s): use --plain",
                       strerror(errno));
    t->mem = memfd_create("tapedeck-frame", MFD_CLOEXEC);
    t->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    t->out = fcntl(t->tty, F_DUPFD_CLOEXEC, 3);
    int in = fcntl(t->tty, F_DUPFD_CLOEXEC, 3);
    if (t->mem < 0 || t->wake < 0 || t->out < 0 || in < 0)
        return err_set(err, ERR_USAGE, "no descriptor for the screen: %s", strerror(errno));
    t->out_file = fdopen(t->out, "w");
    t->in_file = fdopen(in, "r");
    return 0;
}

static bool colour_wanted(const struct term *t)
{
    const char *no = getenv("NO_COLOR");
    if (t->opt.colour == TERM_COLOUR_NEVER)
        return false;
    return t->opt.colour == TERM_COLOUR_ALWAYS || !no || !no[0];
}

/* Some terminals send the arrows of cursor mode whatever mode they were put in. */
static void define_plain_arrows(void)
{
    static const struct {
        const char *bytes;
        int key;
    } plain[] = {{"\033[A", KEY_UP},    {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT},
                 {"\033[D", KEY_LEFT},  {"\033[H", KEY_HOME}, {"\033[F", KEY_END},
                 {"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}};
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (!key_defined(plain[i].bytes))
            define_key(plain[i].bytes, plain[i].key);
}

/* newterm ends the program's curses world on failure by returning NULL; setupterm says why. */
static int open_screen(struct term *t, struct err *err)
{
    const char *name = getenv("TERM");
    t->screen = newterm(NULL, t->out_file, t->in_file);
    if (!t->screen)
        return err_set(err, ERR_USAGE, "TERM=%s is no terminal we can draw on: use --plain",
                       name ? name : "");
    set_term(t->screen);
    set_escdelay(25);
    raw();
    noecho();
    nonl();
    leaveok(stdscr, TRUE);
    curs_set(0);
    t->keys = newpad(1, 1);
    keypad(t->keys, TRUE);
    nodelay(t->keys, TRUE);
    define_plain_arrows();
    bool colour = colour_wanted(t) && start_color() == OK && has_colors();
    if (colour)
        use_default_colors();
    prepare_looks(t, colour);
    fflush(t->out_file);
    if (dup2(t->mem, t->out) < 0)
        return err_set(err, ERR_USAGE, "no frame buffer: %s", strerror(errno));
    crash_arm(t);
    set_raw(t);
    t->all = true;
    t->cols = COLS;
    t->rows = LINES;
    return 0;
}

static void destroy(struct term *t)
{
    if (t->screen)
        delscreen(t->screen);
    if (t->out_file)
        fclose(t->out_file);
    if (t->in_file)
        fclose(t->in_file);
    int fds[] = {t->tty, t->mem, t->wake};
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    canvas_finish(&t->shown);
    canvas_finish(&t->next);
    pthread_mutex_destroy(&t->lock);
    mem_free(t->buf);
    mem_free(t->run);
    mem_free(t);
}

/* Signals are the loop's: none is delivered to this thread. */
static int start_thread(struct term *t)
{
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < ARRAY_LEN(crash_signals); i++)
        sigdelset(&all, crash_signals[i]);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int rc = pthread_create(&t->thread, NULL, run, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

int term_start(const struct term_options *opt, struct term **ret, struct err *err)
{
    struct term *t = mem_alloc(sizeof *t);
    t->opt = *opt;
    t->tty = t->out = t->mem = t->wake = -1;
    pthread_mutex_init(&t->lock, NULL);
    int rc = open_terminal(t, err);
    if (rc == 0)
        rc = open_screen(t, err);
    if (rc < 0) {
        destroy(t);
        return rc;
    }
    int failed = start_thread(t);
    if (failed) {
        restore(t);
        crash_disarm();
        destroy(t);
        return err_set(err, ERR_USAGE, "no thread for the screen: %s", strerror(failed));
    }
    *ret = t;
    return 0;
}

static void ask(struct term *t, bool *flag)
{
    uint64_t one = 1;
    pthread_mutex_lock(&t->lock);
    *flag = true;
    pthread_mutex_unlock(&t->lock);
    ssize_t done = write(t->wake, &one, sizeof one);
    (void)done;
}

void term_stop(struct term *t)
{
    if (!t)
        return;
    ask(t, &t->stop);
    pthread_join(t->thread, NULL);
    restore(t);
    crash_disarm();
    destroy(t);
}

void term_show(struct term *t, const struct canvas *c)
{
    pthread_mutex_lock(&t->lock);
    canvas_copy(&t->next, c);
    pthread_mutex_unlock(&t->lock);
    ask(t, &t->has_next);
}

void term_size(struct term *t, int *ret_cols, int *ret_rows)
{
    pthread_mutex_lock(&t->lock);
    *ret_cols = t->cols;
    *ret_rows = t->rows;
    pthread_mutex_unlock(&t->lock);
}

bool term_key(struct term *t, uint32_t *ret_key)
{
    pthread_mutex_lock(&t->lock);
    bool has = t->q_n > 0;
    if (has) {
        *ret_key = t->queue[t->q_at];
        t->q_at = (t->q_at + 1) % KEYS_MAX;
        t->q_n--;
    }
    pthread_mutex_unlock(&t->lock);
    return has;
}

bool term_hung_up(struct term *t)
{
    return locked_flag(t, &t->hung_up);
}

void term_resize(struct term *t)
{
    ask(t, &t->resize);
}

void term_redraw(struct term *t)
{
    ask(t, &t->redraw);
}

void term_suspend(struct term *t)
{
    ask(t, &t->suspend);
}

struct term_counts term_counts(struct term *t)
{
    pthread_mutex_lock(&t->lock);
    struct term_counts c = t->counts;
    pthread_mutex_unlock(&t->lock);
    return c;
}
