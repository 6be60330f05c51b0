/* A feed's faults. See fault.h. Every fault that is due goes into a second queue of arrivals. */
#include "feed/market/fault.h"

#include <string.h>

#include "base/dec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "event/cond.h"
#include "feed/market/chance.h"
#include "feed/market/queue.h"

static const struct {
    int64_t late_ns, twice_ns, overtaken_ns; /* means */
    int64_t revised_ns;                      /* mean from a print to its cancel or correction */
    int64_t cross_ns, crossed_ns;            /* into a crossed or locked quote, and out of it */
    int64_t line_ns, line_more_ns;           /* a line is lost: at least, and mean on top */
    uint32_t lost, lost_more;                /* events lost in a gap */
    int64_t step_ns, stepped_ns;  /* of the clock: mean size, mean until it is put right */
    int64_t burst, burst_step_ns; /* quotes of a burst, and between two */
} figures = {INT64_C(6300) * NS_PER_MS,
             INT64_C(37) * NS_PER_MS,
             INT64_C(8) * NS_PER_MS,
             INT64_C(17) * NS_PER_SEC,
             INT64_C(300) * NS_PER_MS / 1000,
             INT64_C(11) * NS_PER_MS,
             INT64_C(600) * NS_PER_MS,
             INT64_C(1800) * NS_PER_MS,
             4,
             160,
             INT64_C(140) * NS_PER_MS,
             INT64_C(2600) * NS_PER_MS,
             500000,
             2000};

#define STORM   4096                /* quotes a burst goes over */
#define OWN_IDS (UINT64_C(1) << 48) /* ids of cancels among the prints */

/* Of an event in the second queue, in its seq: what to do when it comes out. */
enum mark { MARK_NONE, MARK_REFRESH, MARK_BURST, MARK_GAP };

struct faults {
    struct chance chances[FAULT_COUNT];
    uint32_t ppm[FAULT_COUNT];
    int64_t skew_ns;
    struct queue *out;
    struct event *last;    /* by sym: the quote in force */
    uint32_t storm[STORM]; /* instruments quoted lately */
    uint32_t stormed;      /* how many were ever entered */
    int64_t burst_until_ns;
    int64_t lost_until_ns; /* a lost line */
    uint32_t lose;         /* events still to lose */
    struct gap gap;        /* what has been lost since it began */
    int64_t stepped_until_ns, step_ns;
    uint64_t own_id;
    struct event current;
    bool ready;
};

#define LAST_BYTES (LIMIT_INSTRUMENTS * sizeof(struct event))

struct faults *fault_create(uint64_t seed, const uint32_t ppm[FAULT_COUNT], int64_t skew_ns)
{
    static const char *const names[FAULT_COUNT] = {
#define X(id, key, sentence) [FAULT_##id] = "fault " key,
        FAULTS(X)
#undef X
    };
    bool any = skew_ns != 0;
    for (size_t i = 0; i < FAULT_COUNT; i++)
        any |= ppm[i] != 0;
    if (!any)
        return NULL;
    struct faults *f = mem_alloc(sizeof *f);
    f->skew_ns = skew_ns;
    f->own_id = OWN_IDS;
    f->out = queue_create();
    f->last = mem_reserve(LAST_BYTES);
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        f->ppm[i] = ppm[i];
        f->chances[i] = chance_fork(seed, names[i]);
    }
    return f;
}

void fault_destroy(struct faults *f)
{
    if (!f)
        return;
    queue_destroy(f->out);
    mem_unreserve(f->last, LAST_BYTES);
    mem_free(f);
}

static bool hits(struct faults *f, enum fault fault)
{
    return f->ppm[fault] && chance_below(&f->chances[fault], 1000000) < f->ppm[fault];
}

static bool is_print(const struct event *ev)
{
    return ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT;
}

static bool is_quote(const struct event *ev)
{
    return ev->kind == EV_OPTION_QUOTE || ev->kind == EV_EQUITY_QUOTE;
}

static void push(struct faults *f, const struct event *ev, int64_t later_ns, enum mark mark)
{
    struct event copy = *ev;
    copy.recv_ns += later_ns;
    copy.seq = mark;
    queue_push(f->out, &copy);
}

/* Late prints say so. */
static void mark_late(struct event *ev)
{
    if (ev->kind == EV_OPTION_PRINT)
        ev->u.print.cond[0] = ev->u.print.cond[0] == 'I' ? 'B' : 'D';
    else
        print_add_cond(&ev->u.print, 'Z');
}

/* Stocks are cancelled by id, options by a print that repeats what it takes back. */
static void cancel(struct faults *f, const struct event *ev)
{
    struct event c = *ev;
    int64_t after = 1000000 + chance_exp(&f->chances[FAULT_CANCEL], figures.revised_ns);
    c.u.print.report_ns = 0;
    if (ev->kind == EV_EQUITY_PRINT) {
        c.kind = EV_CANCEL;
        c.u.print.ref = ev->u.print.id;
        c.u.print.id = 0;
    } else {
        c.u.print.cond[0] = 'A';
        c.u.print.id = ++f->own_id;
    }
    c.ts_ns += after;
    push(f, &c, after, MARK_NONE);
}

/* A tenth of the size too many, or a cent off. */
static void correct(struct faults *f, const struct event *ev)
{
    struct chance *c = &f->chances[FAULT_CORRECT];
    struct event fixed = *ev;
    int64_t after = 1000000 + chance_exp(c, figures.revised_ns), cent = PX_ONE / 100;
    fixed.kind = EV_CORRECT;
    fixed.u.print.ref = ev->u.print.id;
    fixed.u.print.id = 0;
    fixed.u.print.report_ns = 0;
    if (chance_permille(c, 500))
        fixed.u.print.px += fixed.u.print.px > 10 * cent && chance_permille(c, 500) ? -cent : cent;
    else
        fixed.u.print.qty = (fixed.u.print.qty / QTY_ONE * 9 / 10 + 1) * QTY_ONE;
    fixed.ts_ns += after;
    push(f, &fixed, after, MARK_NONE);
}

/* For a moment the two sides meet, or pass each other by a cent; then the quote as it then is. */
static void distort(struct faults *f, const struct event *ev, enum fault fault)
{
    struct chance *c = &f->chances[fault];
    struct event bad = *ev;
    int64_t in = 1000 + chance_exp(c, figures.cross_ns);
    int64_t out = in + 1000 + chance_exp(c, figures.crossed_ns);
    int64_t over = fault == FAULT_CROSSED ? PX_ONE / 100 : 0;
    if (chance_permille(c, 500) && ev->u.quote.bid > 2 * PX_ONE / 100)
        bad.u.quote.ask = ev->u.quote.bid - over;
    else
        bad.u.quote.bid = ev->u.quote.ask + over;
    bad.ts_ns += in;
    push(f, &bad, in, MARK_NONE);
    bad.ts_ns += out - in;
    push(f, &bad, out, MARK_REFRESH);
}

static void start_burst(struct faults *f, const struct event *ev)
{
    struct event tick = *ev;
    if (ev->recv_ns < f->burst_until_ns)
        return;
    f->burst_until_ns = ev->recv_ns + figures.burst * figures.burst_step_ns;
    push(f, &tick, figures.burst_step_ns, MARK_BURST);
}

static void begin_loss(struct faults *f, const struct event *ev, enum gap_reason reason)
{
    f->gap = (struct gap){.from_ns = ev->ts_ns, .to_ns = ev->ts_ns, .reason = (uint8_t)reason};
}

/* Counts what is lost; when it is over, the gap is told before the first event that comes again.
 * A sequence gap knows its number, a lost line does not. */
static bool lose(struct faults *f, const struct event *ev)
{
    bool lost = f->lose || ev->recv_ns < f->lost_until_ns;
    if (lost) {
        f->lose -= f->lose > 0;
        f->gap.missing++;
        f->gap.to_ns = MAX(f->gap.to_ns, ev->ts_ns);
        return true;
    }
    if (!f->gap.from_ns)
        return false;
    struct event told;
    memset(&told, 0, sizeof told);
    told.kind = EV_GAP;
    told.ts_ns = MAX(f->gap.to_ns, f->gap.from_ns);
    told.recv_ns = ev->recv_ns;
    told.u.gap = f->gap;
    if (f->gap.reason == GAP_DISCONNECT)
        told.u.gap.missing = -1;
    push(f, &told, 0, MARK_GAP);
    f->gap = (struct gap){0};
    return false;
}

static void losses(struct faults *f, const struct event *ev)
{
    bool losing = f->gap.from_ns != 0;
    if (hits(f, FAULT_GAP) && !losing) {
        f->lose = figures.lost + (uint32_t)chance_exp(&f->chances[FAULT_GAP], figures.lost_more);
        begin_loss(f, ev, GAP_SEQUENCE);
        losing = true;
    }
    if (hits(f, FAULT_DISCONNECT) && !losing) {
        f->lost_until_ns = ev->recv_ns + figures.line_ns +
                           chance_exp(&f->chances[FAULT_DISCONNECT], figures.line_more_ns);
        begin_loss(f, ev, GAP_DISCONNECT);
    }
}

static void remember(struct faults *f, const struct event *ev)
{
    if (!f->last[ev->sym].kind && ev->kind != EV_OPTION_PRINT)
        f->storm[f->stormed++ % STORM] = ev->sym;
    f->last[ev->sym] = *ev;
}

static void quote_faults(struct faults *f, const struct event *ev)
{
    if (hits(f, FAULT_CROSSED))
        distort(f, ev, FAULT_CROSSED);
    if (hits(f, FAULT_LOCKED))
        distort(f, ev, FAULT_LOCKED);
    if (hits(f, FAULT_BURST))
        start_burst(f, ev);
}

static void print_faults(struct faults *f, const struct event *ev)
{
    if (hits(f, FAULT_CANCEL))
        cancel(f, ev);
    if (hits(f, FAULT_CORRECT))
        correct(f, ev);
}

void fault_pass(struct faults *f, const struct event *clean)
{
    struct event ev = *clean;
    int64_t later = 0;
    if (is_quote(&ev)) {
        ev.ts_ns += f->skew_ns;
        remember(f, &ev);
        quote_faults(f, &ev);
    } else if (is_print(&ev)) {
        print_faults(f, &ev);
        if (hits(f, FAULT_LATE)) {
            mark_late(&ev);
            later = NS_PER_SEC / 5 + chance_exp(&f->chances[FAULT_LATE], figures.late_ns);
        }
    }
    if (hits(f, FAULT_REORDER))
        later += chance_exp(&f->chances[FAULT_REORDER], figures.overtaken_ns);
    if ((is_quote(&ev) || is_print(&ev)) && hits(f, FAULT_DUPLICATE))
        push(f, &ev, later + chance_exp(&f->chances[FAULT_DUPLICATE], figures.twice_ns), MARK_NONE);
    push(f, &ev, later, MARK_NONE);
}

/* The next quote of a burst, and the one after it. */
static void burst(struct faults *f, struct event *ev)
{
    struct chance *c = &f->chances[FAULT_BURST];
    int64_t recv = ev->recv_ns;
    if (recv + figures.burst_step_ns < f->burst_until_ns)
        push(f, ev, figures.burst_step_ns, MARK_BURST);
    *ev = f->last[f->storm[chance_below(c, MIN(f->stormed, STORM))]];
    ev->ts_ns = ev->recv_ns = recv;
    ev->u.quote.bid_qty = (1 + chance_below(c, 90)) * QTY_ONE;
    ev->u.quote.ask_qty = (1 + chance_below(c, 90)) * QTY_ONE;
}

/* The recorder's clock falls back, and is put right after a while. */
static void step_clock(struct faults *f, struct event *ev)
{
    struct chance *c = &f->chances[FAULT_CLOCK_STEP];
    int64_t recv = ev->recv_ns;
    if (hits(f, FAULT_CLOCK_STEP) && recv >= f->stepped_until_ns) {
        f->step_ns = 1000000 + chance_exp(c, figures.step_ns);
        f->stepped_until_ns = recv + chance_exp(c, figures.stepped_ns);
    }
    if (recv < f->stepped_until_ns)
        ev->recv_ns -= f->step_ns;
}

/* Takes one event from the queue; false when it is lost on the way. */
static bool take(struct faults *f)
{
    f->current = *queue_peek(f->out);
    enum mark mark = (enum mark)f->current.seq;
    queue_pop(f->out);
    f->current.seq = 0;
    if (mark == MARK_REFRESH) {
        int64_t ts = f->current.ts_ns, recv = f->current.recv_ns;
        f->current = f->last[f->current.sym];
        f->current.ts_ns = ts;
        f->current.recv_ns = recv;
    } else if (mark == MARK_BURST) {
        burst(f, &f->current);
    }
    if (mark != MARK_GAP) {
        losses(f, &f->current);
        bool was = f->gap.from_ns != 0;
        if (lose(f, &f->current))
            return false;
        if (was) {
            /* The gap is told first; this one comes right behind it. */
            push(f, &f->current, 0, MARK_GAP);
            return false;
        }
    }
    step_clock(f, &f->current);
    return true;
}

const struct event *fault_peek(struct faults *f, int64_t before_ns)
{
    const struct event *next;
    while (!f->ready && (next = queue_peek(f->out)) && next->recv_ns < before_ns)
        f->ready = take(f);
    return f->ready ? &f->current : NULL;
}

void fault_pop(struct faults *f)
{
    f->ready = false;
}
