/* The synthetic market as a feed: reads its options, lets the parts of the market act at their
 * times, and hands over the events in the order in which they would be received. Everything follows
 * from the seed and the options; polling in other portions gives the same events. */
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "feed/feed.h"
#include "feed/market/market.h"

/* Share of all events in 1/1000, generator of the arrivals, what happens on one. */
static const struct {
    uint32_t share;
    const char *arrivals;
    void (*act)(struct market *m);
} parts[STREAM_COUNT] = {
    [STREAM_OPTION_QUOTE] = {700, "arrivals of option quotes", market_option_quote},
    [STREAM_EQUITY_QUOTE] = {150, "arrivals of equity quotes", market_equity_quote},
    [STREAM_OPTION_PRINT] = {80, "arrivals of option orders", market_option_parent},
    [STREAM_EQUITY_PRINT] = {70, "arrivals of equity orders", market_equity_print},
};

/* Traffic is calm, busy or in a surge; the pace of each in 1/1000 of the mean rate. The mean over
 * time is one: (400*0.585 + 0.9*40*4 + 0.1*20*30) / (400 + 0.9*40 + 0.1*20) = 1. */
enum { CALM, BUSY, SURGE };
static const struct {
    int64_t mean_ns;
    uint32_t pace;
} heats[] = {
    [CALM] = {INT64_C(400) * NS_PER_MS, 585},
    [BUSY] = {INT64_C(40) * NS_PER_MS, 4000},
    [SURGE] = {INT64_C(20) * NS_PER_MS, 30000},
};
#define SURGE_PERMILLE 100

#define OPENING_STEP_NS  INT64_C(40000)   /* between the opening quotes of two stocks */
#define OPENING_PAUSE_NS (20 * NS_PER_MS) /* after the last of them */
#define RATE_MOST        INT64_C(5000000)
#define DAY_NS           (86400 * NS_PER_SEC)

/* Traffic runs on a clock of its own that passes faster in busy times: `due` and `at` are its ns.
 */
struct traffic {
    struct chance chance;
    int64_t from_ns, at, until, pace;
    bool calm;
};
struct arrivals {
    struct chance chance;
    int64_t gap, due;
};
struct settings {
    int64_t seed, rate, symbols, events, for_ns, start;
    int32_t date;
};
struct synthetic {
    struct market market;
    struct traffic traffic;
    struct arrivals arrivals[STREAM_COUNT];
    int64_t end_ns; /* INT64_MAX = none */
    uint64_t events_left;
    bool stopped; /* nothing more will happen; what is under way still arrives */
};

static const struct feed_option options[] = {
    {"seed", "7", "which market: the same seed and options give the same events"},
    {"rate", "5000", "mean events per second of event time, 1 to 5000000"},
    {"date", "2026-03-16", "first day; a day without a session moves to the next one"},
    {"start", "09:30", "New York time of the first event, not before the open"},
    {"symbols", "40", "number of stocks, 1 to 46; options on the S&P 500 index come with them"},
    {"speed", "1", "event time per wall time when it plays live"},
    {"events", "0", "end after this many events; 0 = no limit"},
    {"for", "0s", "end after this much event time; 0s = no limit"},
    {0},
};

static int bad_value(struct err *err, const char *key, const char *value, const char *wanted)
{
    return err_set(err, ERR_USAGE, "feed 'synthetic:': %s=%.40s is not %s", key, value, wanted);
}

static const char *value_of(const struct uri *uri, const char *key)
{
    const char *value = uri_get(uri, key);
    for (const struct feed_option *o = options; !value && o->key; o++)
        if (strcmp(o->key, key) == 0)
            value = o->value;
    return value;
}

static int whole(const struct uri *uri, const char *key, int64_t least, int64_t most,
                 const char *wanted, int64_t *ret, struct err *err)
{
    const char *value = value_of(uri, key);
    int64_t v;
    if (dec_parse(value, strlen(value), 0, &v) != DEC_OK || v < least || v > most)
        return bad_value(err, key, value, wanted);
    *ret = v;
    return 0;
}

static int read_date(const struct uri *uri, int32_t *ret, struct err *err)
{
    const char *value = value_of(uri, "date");
    char at[32];
    int64_t ns;
    size_t n = strlen(value);
    if (n == 10) {
        memcpy(at, value, n);
        memcpy(at + n, "T12:00:00Z", 11);
        if (time_parse(at, n + 10, &ns) && calendar_known(calendar_ny_date(ns))) {
            *ret = calendar_ny_date(ns);
            return 0;
        }
    }
    return bad_value(err, "date", value, "a date yyyy-mm-dd of 1990 to 2060");
}

static int read_start(const struct uri *uri, int64_t *ret_ns, struct err *err)
{
    const char *value = value_of(uri, "start");
    int64_t h, min;
    if (strlen(value) != 5 || value[2] != ':' || dec_parse(value, 2, 0, &h) != DEC_OK ||
        dec_parse(value + 3, 2, 0, &min) != DEC_OK || h < 0 || h > 23 || min < 0 || min > 59)
        return bad_value(err, "start", value, "a time hh:mm");
    *ret_ns = (h * 60 + min) * 60 * NS_PER_SEC;
    return 0;
}

static int read_settings(const struct uri *uri, struct settings *s, struct err *err)
{
    const char *length = value_of(uri, "for");
    int rc;
    if (*uri->path)
        return err_set(err, ERR_USAGE, "feed 'synthetic:' takes no path, only ?options");
    if ((rc = whole(uri, "seed", 0, INT64_MAX, "a whole number", &s->seed, err)) < 0 ||
        (rc = whole(uri, "rate", 1, RATE_MOST, "1 to 5000000", &s->rate, err)) < 0 ||
        (rc = whole(uri, "symbols", 1, (int64_t)market_names_n - 1, "1 to 46", &s->symbols, err)) <
            0 ||
        (rc = whole(uri, "events", 0, INT64_MAX, "a whole number", &s->events, err)) < 0 ||
        (rc = read_date(uri, &s->date, err)) < 0 || (rc = read_start(uri, &s->start, err)) < 0)
        return rc;
    if (!duration_parse(length, strlen(length), &s->for_ns) || s->for_ns < 0)
        return bad_value(err, "for", length, "a duration like 90s or 1h30m");
    return 0;
}

/* Cumulative weights of picking a stock. */
static void set_names(struct market *m, size_t n_stocks)
{
    uint32_t stock = 0, option = 0;
    m->n_stocks = n_stocks + 1;
    for (size_t i = 0; i < m->n_stocks; i++) {
        struct stock *s = &m->stocks[i];
        s->name = &market_names[i < n_stocks ? i : market_names_n - 1];
        s->fair = s->name->price;
        s->leader = m->stocks[0].fair;
        m->stock_weights[i] = stock += s->name->stock_weight;
        m->option_weights[i] = option += s->name->option_weight;
    }
}

static int name_symbols(struct market *m, struct err *err)
{
    for (size_t i = 0; i < m->n_stocks; i++) {
        const char *symbol = m->stocks[i].name->symbol;
        m->stocks[i].sym = symbols_equity(m->symbols, symbol, strlen(symbol));
        if (!m->stocks[i].sym)
            return err_set(err, ERR_FEED, "feed 'synthetic:': the instrument table is full");
    }
    return 0;
}

static void enter_heat(struct traffic *t, int64_t from_ns)
{
    size_t heat = !t->calm ? CALM : chance_permille(&t->chance, SURGE_PERMILLE) ? SURGE : BUSY;
    int64_t ns = 1000 + chance_exp(&t->chance, heats[heat].mean_ns);
    t->calm = heat == CALM;
    t->from_ns = from_ns;
    t->at = t->until;
    t->pace = heats[heat].pace;
    t->until = t->at + ns * t->pace / 1000;
}

static int64_t traffic_ns(const struct traffic *t, int64_t at)
{
    return t->from_ns + (at - t->at) * 1000 / t->pace;
}

/* Event time at which traffic time `at` is reached; at never falls. */
static int64_t traffic_reach(struct traffic *t, int64_t at)
{
    while (at > t->until)
        enter_heat(t, traffic_ns(t, t->until));
    return traffic_ns(t, at);
}

/* A quote of every stock, before anything else happens on the day. */
static int open_day(struct synthetic *y, int32_t date, int64_t from_ns, int64_t at, struct err *err)
{
    struct market *m = &y->market;
    uint64_t before = m->made[STREAM_EQUITY_QUOTE];
    struct arrivals *quotes = &y->arrivals[STREAM_EQUITY_QUOTE];
    if (!market_open_day(m, date))
        return err_set(err, ERR_FEED, "feed 'synthetic:': the instrument table is full");
    m->now_ns = MAX(m->now_ns, from_ns);
    for (size_t i = 0; i < m->n_stocks; i++) {
        if (!m->stocks[i].name->tape)
            continue;
        stock_quote(m, &m->stocks[i], &m->equity_quotes);
        m->now_ns += OPENING_STEP_NS;
    }
    quotes->due += quotes->gap * (int64_t)(m->made[STREAM_EQUITY_QUOTE] - before);
    y->traffic.until = at;
    y->traffic.calm = false;
    enter_heat(&y->traffic, m->now_ns + OPENING_PAUSE_NS);
    return 0;
}

static int32_t day_after(int32_t date)
{
    return calendar_date(calendar_days(date) + 1);
}

static void fork_all(struct synthetic *y, const struct settings *s)
{
    struct market *m = &y->market;
    uint64_t seed = (uint64_t)s->seed;
    m->paths = chance_fork(seed, "paths of the underlyings");
    m->equity_quotes = chance_fork(seed, "equity quotes");
    m->option_quotes = chance_fork(seed, "option quotes");
    m->parents = chance_fork(seed, "option orders");
    m->equity_prints = chance_fork(seed, "equity prints");
    y->traffic.chance = chance_fork(seed, "traffic");
    for (size_t i = 0; i < STREAM_COUNT; i++) {
        struct arrivals *a = &y->arrivals[i];
        a->chance = chance_fork(seed, parts[i].arrivals);
        a->gap = 1000 * NS_PER_SEC / (s->rate * parts[i].share);
        a->due = chance_exp(&a->chance, a->gap);
    }
}

static int synthetic_open(struct feed *f, const struct uri *uri, struct err *err)
{
    struct settings s;
    int rc = read_settings(uri, &s, err);
    if (rc < 0)
        return rc;
    struct synthetic *y = f->state = mem_alloc(sizeof *y);
    struct market *m = &y->market;
    m->symbols = f->ctx.symbols;
    m->queue = queue_create();
    fork_all(y, &s);
    set_names(m, (size_t)s.symbols);
    if ((rc = name_symbols(m, err)) < 0)
        return rc;
    market_venues(m);
    int32_t date = market_next_session(s.date);
    int64_t from = calendar_ny_ns(s.date, s.start);
    if (from >= calendar_day(date).close_ns)
        date = market_next_session(day_after(date));
    if ((rc = open_day(y, date, from, 0, err)) < 0)
        return rc;
    int64_t start = MAX(m->day.open_ns, from);
    y->end_ns = s.for_ns && s.for_ns < INT64_MAX - start ? start + s.for_ns : INT64_MAX;
    y->events_left = s.events ? (uint64_t)s.events : UINT64_MAX;
    return 0;
}

/* The stream whose turn it is. */
static size_t next_stream(const struct synthetic *y)
{
    size_t next = 0;
    for (size_t i = 1; i < STREAM_COUNT; i++)
        if (y->arrivals[i].due < y->arrivals[next].due)
            next = i;
    return next;
}

/* Orders make several prints, and renew quotes: every stream pays in time for what was made in its
 * name, so that the shares and the rate hold. */
static void pay(struct synthetic *y, size_t acted, const uint64_t *before)
{
    for (size_t i = 0; i < STREAM_COUNT; i++) {
        struct arrivals *a = &y->arrivals[i];
        int64_t made = (int64_t)(y->market.made[i] - before[i]);
        if (i == acted)
            a->due += chance_exp(&a->chance, a->gap) * MAX(made, 1);
        else
            a->due += a->gap * made;
    }
}

static int act(struct synthetic *y, struct err *err)
{
    struct market *m = &y->market;
    size_t stream = next_stream(y);
    int64_t at = MAX(y->arrivals[stream].due, y->traffic.at);
    int64_t ns = traffic_reach(&y->traffic, at);
    uint64_t before[STREAM_COUNT];
    if (MIN(ns, m->day.close_ns) >= y->end_ns) {
        y->stopped = true;
        return 0;
    }
    if (ns >= m->day.close_ns)
        return open_day(y, day_after(m->day.date), 0, at, err);
    m->now_ns = ns;
    memcpy(before, m->made, sizeof before);
    parts[stream].act(m);
    pay(y, stream, before);
    return 0;
}

/* Lets the market act until nothing earlier than the front of the queue can still come: all that
 * happens later is received later. *ret is NULL at the end. */
static int front(struct synthetic *y, const struct event **ret, struct err *err)
{
    const struct event *ev = NULL;
    while (y->events_left && !((ev = queue_peek(y->market.queue)) &&
                               (y->stopped || ev->recv_ns <= y->market.now_ns))) {
        if (y->stopped)
            break;
        int rc = act(y, err);
        if (rc < 0)
            return rc;
    }
    *ret = y->events_left && ev && ev->recv_ns < y->end_ns ? ev : NULL;
    return 0;
}

static int synthetic_poll(struct feed *f, int64_t until_ns, size_t max, struct err *err)
{
    struct synthetic *y = f->state;
    for (size_t i = 0; i < max; i++) {
        const struct event *ev;
        int rc = front(y, &ev, err);
        if (rc < 0)
            return rc;
        if (!ev)
            return FEED_END;
        if (ev->recv_ns > until_ns)
            return FEED_WAIT;
        struct event copy = *ev;
        queue_pop(y->market.queue);
        y->events_left--;
        f->stats.records++;
        f->stats.used += feed_wants(f, &copy);
        feed_emit(f, &copy);
    }
    return FEED_MORE;
}

static int64_t synthetic_next_ns(struct feed *f)
{
    const struct event *ev;
    return front(f->state, &ev, NULL) < 0 || !ev ? INT64_MAX : ev->recv_ns;
}

static void synthetic_close(struct feed *f)
{
    struct synthetic *y = f->state;
    if (y)
        market_free(&y->market);
    mem_free(y);
    f->state = NULL;
}

const struct feed_ops feed_synthetic = {
    .scheme = "synthetic",
    .sentence = "a made-up market: about 40 stocks, their options and the S&P 500 index's",
    .options = options,
    .open = synthetic_open,
    .poll = synthetic_poll,
    .next_ns = synthetic_next_ns,
    .close = synthetic_close,
};
