/* The synthetic market as a feed: reads its options, lets the parts of the market act at their
 * times, and hands over the events in the order in which they would be received. Everything follows
 * from the seed and the options; polling in other portions gives the same events. */
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "feed/feed.h"
#include "feed/market/fault.h"
#include "feed/market/market.h"

/* Share of all events in 1/1000, generator of the arrivals, what happens on one. */
static const struct {
    uint32_t share;
    const char *arrivals;
    void (*act)(struct market *m);
} parts[STREAM_COUNT] = {
    [STREAM_OPTION_QUOTE] = {760, "arrivals of option quotes", market_option_quote},
    [STREAM_EQUITY_QUOTE] = {140, "arrivals of equity quotes", market_equity_quote},
    [STREAM_OPTION_PRINT] = {45, "arrivals of option orders", market_option_parent},
    [STREAM_EQUITY_PRINT] = {55, "arrivals of equity orders", market_equity_print},
};

#define OPENING_STEP_NS  INT64_C(40000)   /* between the opening quotes of two stocks */
#define OPENING_PAUSE_NS (20 * NS_PER_MS) /* after the last of them */
#define RATE_MOST        INT64_C(5000000)
#define SKEW_MOST_US     INT64_C(60000000)

struct arrivals {
    struct chance chance;
    int64_t gap, due; /* ns of traffic time */
};
struct settings {
    int64_t seed, rate, symbols, events, for_ns, start, skew_us;
    int32_t date;
    const struct profile *profile;
    uint32_t faults[FAULT_COUNT];
};
struct synthetic {
    struct market market;
    struct traffic traffic;
    struct arrivals arrivals[STREAM_COUNT];
    struct faults *faults; /* NULL = none */
    int64_t end_ns;        /* INT64_MAX = none */
    uint64_t events_left;
    bool stopped; /* nothing more will happen; what is under way still arrives */
};

static const struct feed_option options[] = {
    {"seed", "7", "which market: the same seed and options give the same events"},
    {"rate", "1500", "mean events a second of event time over a usual day, 1 to 5000000"},
    {"profile", "open", "kind of day: calm open event-day chase expiry stress dirty"},
    {"date", "2026-03-16", "first day; a day without a session moves to the next one"},
    {"start", "09:30", "New York time of the first event, not before the open"},
    {"symbols", "512", "number of stocks, 1 to 512; options on the S&P 500 index come with them"},
    {"speed", "1", "event time per wall time when it plays live"},
    {"events", "0", "end after this many events; 0 = no limit"},
    {"for", "0s", "end after this much event time; 0s = no limit"},
    {"truth", "", "write what really happened to this CSV file, a row for each print"},
    {"skew", "by profile", "microseconds that quotes are stamped ahead of prints; negative behind"},
#define X(id, key, sentence) {key, "by profile", sentence},
    FAULTS(X)
#undef X
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

static int read_profile(const struct uri *uri, struct settings *s, struct err *err)
{
    const char *value = value_of(uri, "profile");
    for (size_t i = 0; i < market_profiles_n; i++)
        if (strcmp(market_profiles[i].name, value) == 0)
            s->profile = &market_profiles[i];
    return s->profile ? 0
                      : bad_value(err, "profile", value,
                                  "one of: calm open event-day chase expiry stress dirty");
}

/* The profile's dials, and those turned by hand. */
static int read_faults(const struct uri *uri, struct settings *s, struct err *err)
{
    static const char *const keys[FAULT_COUNT] = {
#define X(id, key, sentence) [FAULT_##id] = key,
        FAULTS(X)
#undef X
    };
    int rc = 0;
    s->skew_us = s->profile->skew_us;
    if (uri_get(uri, "skew"))
        rc = whole(uri, "skew", -SKEW_MOST_US, SKEW_MOST_US, "microseconds within a minute",
                   &s->skew_us, err);
    for (size_t i = 0; rc == 0 && i < FAULT_COUNT; i++) {
        int64_t ppm = s->profile->faults[i];
        if (uri_get(uri, keys[i]))
            rc = whole(uri, keys[i], 0, 1000000, "0 to 1000000", &ppm, err);
        s->faults[i] = (uint32_t)ppm;
    }
    return rc;
}

static int read_settings(const struct uri *uri, struct settings *s, struct err *err)
{
    const char *length = value_of(uri, "for");
    int64_t names = 0;
    int rc;
    while (market_names[names].tape)
        names++;
    if (*uri->path)
        return err_set(err, ERR_USAGE, "feed 'synthetic:' takes no path, only ?options");
    if ((rc = whole(uri, "seed", 0, INT64_MAX, "a whole number", &s->seed, err)) < 0 ||
        (rc = whole(uri, "rate", 1, RATE_MOST, "1 to 5000000", &s->rate, err)) < 0 ||
        (rc = whole(uri, "symbols", 1, names, "1 to 512", &s->symbols, err)) < 0 ||
        (rc = whole(uri, "events", 0, INT64_MAX, "a whole number", &s->events, err)) < 0 ||
        (rc = read_date(uri, &s->date, err)) < 0 || (rc = read_start(uri, &s->start, err)) < 0 ||
        (rc = read_profile(uri, s, err)) < 0 || (rc = read_faults(uri, s, err)) < 0)
        return rc;
    if (!duration_parse(length, strlen(length), &s->for_ns) || s->for_ns < 0)
        return bad_value(err, "for", length, "a duration like 90s or 1h30m");
    return 0;
}

static void add_name(struct market *m, const struct name *name)
{
    size_t i = m->n_stocks++;
    struct stock *s = &m->stocks[i];
    s->name = name;
    s->fair = name->price;
    s->leader = m->stocks[0].fair;
    m->stock_weights[i] = (i ? m->stock_weights[i - 1] : 0) + name->stock_weight;
    m->option_weights[i] = (i ? m->option_weights[i - 1] : 0) + name->option_weight;
}

/* The first names of the table and the index roots at its end; cumulative weights of picking. */
static void set_names(struct market *m, size_t n_stocks)
{
    uint32_t orders = 0;
    assert(market_names_n <= MARKET_STOCKS);
    for (size_t i = 0; i < market_names_n; i++)
        if (i < n_stocks || !market_names[i].tape)
            add_name(m, &market_names[i]);
    for (size_t i = 0; i < ORDER_KINDS; i++)
        m->order_weights[i] = orders += m->profile->orders[i];
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

static int table_full(struct err *err)
{
    return err_set(err, ERR_FEED, "feed 'synthetic:': the instrument table is full");
}

static void set_special(struct market *m)
{
    m->special_ns = MIN(campaign_next(m), halt_next(m));
}

/* A quote of every stock, before anything else happens on the day. */
static void open_day(struct synthetic *y, int32_t date, int64_t from_ns, int64_t at)
{
    struct market *m = &y->market;
    uint64_t before = m->made[STREAM_EQUITY_QUOTE];
    struct arrivals *quotes = &y->arrivals[STREAM_EQUITY_QUOTE];
    market_open_day(m, date);
    m->now_ns = MAX(m->now_ns, from_ns);
    for (size_t i = 0; i < m->n_stocks; i++) {
        if (!m->stocks[i].name->tape)
            continue;
        stock_quote(m, &m->stocks[i], &m->equity_quotes);
        m->now_ns += OPENING_STEP_NS;
    }
    quotes->due += quotes->gap * (int64_t)(m->made[STREAM_EQUITY_QUOTE] - before);
    if (from_ns <= m->day.open_ns)
        auction_open(m);
    halt_day(m);
    campaign_day(m);
    set_special(m);
    traffic_start(&y->traffic, &m->day, m->now_ns + OPENING_PAUSE_NS, at);
}

static int32_t day_after(int32_t date)
{
    return calendar_date(calendar_days(date) + 1);
}

static void fork_all(struct synthetic *y, const struct settings *s)
{
    struct market *m = &y->market;
    uint64_t seed = m->seed = (uint64_t)s->seed;
    int64_t prints = s->rate *
                     (parts[STREAM_OPTION_PRINT].share + parts[STREAM_EQUITY_PRINT].share);
    m->paths = chance_fork(seed, "paths of the underlyings");
    m->equity_quotes = chance_fork(seed, "equity quotes");
    m->option_quotes = chance_fork(seed, "option quotes");
    m->parents = chance_fork(seed, "option orders");
    m->equity_prints = chance_fork(seed, "equity prints");
    m->worked = chance_fork(seed, "orders worked over minutes");
    m->auctions = chance_fork(seed, "auctions");
    m->halting = chance_fork(seed, "halts");
    traffic_init(&y->traffic, seed, s->profile, MAX(prints / 1000, 1));
    for (size_t i = 0; i < STREAM_COUNT; i++) {
        struct arrivals *a = &y->arrivals[i];
        a->chance = chance_fork(seed, parts[i].arrivals);
        a->gap = 1000 * NS_PER_SEC / (s->rate * parts[i].share);
        a->due = chance_exp(&a->chance, a->gap);
    }
}

static int open_truth(struct market *m, const struct uri *uri, struct err *err)
{
    const char *path = uri_get(uri, "truth");
    if (!path || !*path)
        return 0;
    m->truth = truth_create(path, m->symbols, err);
    return m->truth ? 0 : -ERR_DISK;
}

static int synthetic_open(struct feed *f, const struct uri *uri, struct err *err)
{
    struct settings s = {0};
    int rc = read_settings(uri, &s, err);
    if (rc < 0)
        return rc;
    struct synthetic *y = f->state = mem_alloc(sizeof *y);
    struct market *m = &y->market;
    m->symbols = f->ctx.symbols;
    m->queue = queue_create();
    m->profile = s.profile;
    m->rate = s.rate;
    fork_all(y, &s);
    y->faults = fault_create(m->seed, s.faults, s.skew_us * 1000);
    set_names(m, (size_t)s.symbols);
    if ((rc = name_symbols(m, err)) < 0 || (rc = open_truth(m, uri, err)) < 0)
        return rc;
    market_venues(m);
    int32_t date = market_next_session(s.date);
    int64_t from = calendar_ny_ns(s.date, s.start);
    if (from >= calendar_day(date).close_ns)
        date = market_next_session(day_after(date));
    open_day(y, date, from, 0);
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

/* Halts, and orders worked over minutes. */
static void act_special(struct synthetic *y)
{
    struct market *m = &y->market;
    uint64_t before[STREAM_COUNT];
    memcpy(before, m->made, sizeof before);
    m->now_ns = m->special_ns;
    halt_run(m);
    campaign_run(m);
    set_special(m);
    pay(y, STREAM_COUNT, before);
}

static void act_stream(struct synthetic *y, size_t stream, int64_t at, int64_t ns)
{
    struct market *m = &y->market;
    uint64_t before[STREAM_COUNT];
    memcpy(before, m->made, sizeof before);
    m->now_ns = ns;
    m->mood = traffic_mood(&y->traffic);
    parts[stream].act(m);
    pay(y, stream, before);
    traffic_excite(&y->traffic, at,
                   (int64_t)(m->made[STREAM_OPTION_PRINT] - before[STREAM_OPTION_PRINT] +
                             m->made[STREAM_EQUITY_PRINT] - before[STREAM_EQUITY_PRINT]));
}

static void act(struct synthetic *y)
{
    struct market *m = &y->market;
    size_t stream = next_stream(y);
    int64_t at = MAX(y->arrivals[stream].due, y->traffic.at);
    int64_t ns = MAX(traffic_reach(&y->traffic, at), m->now_ns);
    bool special = m->special_ns <= MIN(ns, m->day.close_ns - 1);
    int64_t next = special ? m->special_ns : MIN(ns, m->day.close_ns);
    if (next >= y->end_ns) {
        y->stopped = true;
    } else if (special) {
        act_special(y);
    } else if (ns >= m->day.close_ns) {
        auction_close(m);
        open_day(y, day_after(m->day.date), 0, at);
    } else {
        act_stream(y, stream, at, ns);
    }
}

/* Lets the market act until nothing earlier than the front of the queue can still come: all that
 * happens later is received later. *ret is NULL at the end. */
static int clean_front(struct synthetic *y, const struct event **ret, struct err *err)
{
    const struct event *ev;
    while (
        !((ev = queue_peek(y->market.queue)) && (y->stopped || ev->recv_ns <= y->market.now_ns))) {
        if (y->stopped)
            break;
        act(y);
        if (y->market.full)
            return table_full(err);
    }
    *ret = ev && ev->recv_ns < y->end_ns ? ev : NULL;
    return 0;
}

static void pop_clean(struct synthetic *y, const struct event *ev)
{
    if (ev->kind == EV_OPTION_PRINT || ev->kind == EV_EQUITY_PRINT)
        truth_write(y->market.truth, ev->u.print.id);
    queue_pop(y->market.queue);
}

/* The next event as it is received, clean or after what went wrong with it. */
static int front(struct synthetic *y, const struct event **ret, struct err *err)
{
    const struct event *clean = NULL, *ev = NULL;
    int rc = 0;
    while (y->events_left && (rc = clean_front(y, &clean, err)) == 0) {
        ev = y->faults ? fault_peek(y->faults, clean ? clean->recv_ns : INT64_MAX) : clean;
        if (ev || !clean)
            break;
        fault_pass(y->faults, clean);
        pop_clean(y, clean);
    }
    *ret = rc == 0 && ev && ev->recv_ns < y->end_ns ? ev : NULL;
    return rc;
}

static void pop(struct synthetic *y, const struct event *ev)
{
    y->events_left--;
    if (y->faults)
        fault_pop(y->faults);
    else
        pop_clean(y, ev);
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
        pop(y, ev);
        f->stats.records++;
        f->stats.used += feed_wants(f, &copy);
        feed_emit(f, &copy);
    }
    int rc = truth_check(y->market.truth, err);
    return rc < 0 ? rc : FEED_MORE;
}

static int64_t synthetic_next_ns(struct feed *f)
{
    const struct event *ev;
    return front(f->state, &ev, NULL) < 0 || !ev ? INT64_MAX : ev->recv_ns;
}

static void synthetic_close(struct feed *f)
{
    struct synthetic *y = f->state;
    if (y) {
        fault_destroy(y->faults);
        market_free(&y->market);
    }
    mem_free(y);
    f->state = NULL;
}

const struct feed_ops feed_synthetic = {
    .scheme = "synthetic",
    .sentence = "a made-up market: 512 stocks, their options and the S&P 500 index's",
    .options = options,
    .open = synthetic_open,
    .poll = synthetic_poll,
    .next_ns = synthetic_next_ns,
    .close = synthetic_close,
};
