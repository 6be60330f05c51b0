/* The pace of the synthetic market. See traffic.h. */
#include "feed/market/traffic.h"

/* Volume over the session: place in it and pace, both in 1/1000. Between two rows the pace moves
 * evenly; the mean over the day is 1. */
static const struct {
    int64_t at, pace;
} shape[] = {
    {0, 4420},  {8, 3170},  {30, 2065},  {80, 1540},  {160, 1135}, {300, 798},   {480, 596},
    {650, 615}, {800, 769}, {900, 1038}, {960, 1442}, {988, 2211}, {1000, 3076},
};

static const struct {
    int64_t mean_ns;
    int64_t pace;
    struct mood mood;
} regimes[REGIME_COUNT] = {
    [REGIME_QUIET] = {INT64_C(540) * NS_PER_SEC, 620, {650, 0}},
    [REGIME_USUAL] = {INT64_C(700) * NS_PER_SEC, 1000, {1000, 0}},
    [REGIME_BUSY] = {INT64_C(230) * NS_PER_SEC, 1550, {1400, 0}},
    [REGIME_RISE] = {INT64_C(340) * NS_PER_SEC, 1250, {1150, 4}},
    [REGIME_FALL] = {INT64_C(290) * NS_PER_SEC, 1450, {1450, -5}},
    [REGIME_PANIC] = {INT64_C(47) * NS_PER_SEC, 2600, {2700, -24}},
};

/* Calm for a while, busy for a moment, now and then a surge. The mean over time is one:
 * (430*0.86 + 0.92*44*2.2 + 0.08*21*8) / (430 + 0.92*44 + 0.08*21) = 1. */
enum { HEAT_CALM, HEAT_BUSY, HEAT_SURGE };
static const struct {
    int64_t mean_ns, pace;
} heats[] = {
    [HEAT_CALM] = {INT64_C(430) * NS_PER_MS, 860},
    [HEAT_BUSY] = {INT64_C(44) * NS_PER_MS, 2200},
    [HEAT_SURGE] = {INT64_C(21) * NS_PER_MS, 8000},
};
#define SURGE_PERMILLE 80

/* How long excitement lasts, and how many events each event causes in the mean, in 1/1000. */
static const struct {
    int64_t decay_ns, children;
} kernels[TRAFFIC_KERNELS] = {
    {INT64_C(57) * NS_PER_MS, 240},
    {INT64_C(2300) * NS_PER_MS, 230},
};
#define EXCITED_MOST INT64_C(200000000000)
#define SEGMENT_NS   (INT64_C(14) * NS_PER_MS)
#define PACE_LEAST   20

void traffic_init(struct traffic *t, uint64_t seed, const struct profile *profile,
                  int64_t prints_second)
{
    int64_t weight = 0, busy = 0, own = 1000;
    *t = (struct traffic){.profile = profile};
    t->heats = chance_fork(seed, "heats of the traffic");
    t->regimes = chance_fork(seed, "regimes of the market");
    for (size_t i = 0; i < REGIME_COUNT; i++) {
        int64_t w = profile->regimes[i] * (regimes[i].mean_ns / NS_PER_SEC);
        weight += w;
        busy += w * regimes[i].pace;
    }
    for (size_t i = 0; i < TRAFFIC_KERNELS; i++) {
        /* A print adds children / (decay * prints a second) to the pace. */
        t->step[i] = kernels[i].children * 1000000 * 1000 /
                     MAX(kernels[i].decay_ns / 1000000 * prints_second, 1);
        own -= kernels[i].children;
    }
    t->base = profile->pace_permille * own * weight / MAX(busy, 1);
}

static void draw_regime(struct traffic *t, int64_t ns)
{
    const uint32_t *weights = t->profile->regimes;
    uint32_t total = 0, draw;
    size_t i = 0;
    for (size_t k = 0; k < REGIME_COUNT; k++)
        total += weights[k];
    for (draw = chance_below(&t->regimes, total); draw >= weights[i]; i++)
        draw -= weights[i];
    t->regime = (enum regime)i;
    t->mood_ns = ns + NS_PER_SEC + chance_exp(&t->regimes, regimes[i].mean_ns / 1000) * 1000;
}

static void draw_heat(struct traffic *t, int64_t ns)
{
    size_t heat = !t->calm                                     ? HEAT_CALM
                  : chance_permille(&t->heats, SURGE_PERMILLE) ? HEAT_SURGE
                                                               : HEAT_BUSY;
    t->calm = heat == HEAT_CALM;
    t->heat_pace = heats[heat].pace;
    t->heat_ns = ns + 1000 + chance_exp(&t->heats, heats[heat].mean_ns);
}

static int64_t shape_at(const struct trading_day *day, int64_t ns)
{
    int64_t x = (ns - day->open_ns) / 1000 * 1000 / ((day->close_ns - day->open_ns) / 1000);
    size_t i = 1;
    x = MAX(0, MIN(x, 1000));
    while (shape[i].at < x)
        i++;
    int64_t dx = shape[i].at - shape[i - 1].at, dy = shape[i].pace - shape[i - 1].pace;
    return shape[i - 1].pace + dy * (x - shape[i - 1].at) / dx;
}

static int64_t traffic_ns(const struct traffic *t, int64_t at)
{
    return t->from_ns + (at - t->at) * 1000 / t->pace;
}

/* A new segment from the point given, where prints were made; at most a fraction of the shortest
 * decay long. */
static void segment(struct traffic *t, int64_t at, int64_t prints)
{
    int64_t ns = traffic_ns(t, at), passed = ns - t->from_ns, excited = 0;
    if (ns >= t->mood_ns)
        draw_regime(t, ns);
    if (ns >= t->heat_ns)
        draw_heat(t, ns);
    for (size_t i = 0; i < TRAFFIC_KERNELS; i++) {
        int64_t left = t->excited[i] -
                       t->excited[i] * MIN(passed, SEGMENT_NS) / kernels[i].decay_ns;
        t->excited[i] = MIN(left + t->step[i] * prints, EXCITED_MOST);
        excited += t->excited[i];
    }
    int64_t pace = t->base * shape_at(&t->day, ns) / 1000 *
                       (regimes[t->regime].pace * t->heat_pace) / 1000000 +
                   excited / 1000000;
    int64_t length = MIN(MAX(t->heat_ns - ns, 1000), SEGMENT_NS);
    t->from_ns = ns;
    t->at = at;
    t->pace = MAX(pace, PACE_LEAST);
    t->until = at + MAX(length * t->pace / 1000, 1);
}

void traffic_start(struct traffic *t, const struct trading_day *day, int64_t ns, int64_t at)
{
    t->day = *day;
    t->from_ns = ns;
    t->at = at;
    t->pace = 1000;
    t->heat_ns = t->mood_ns = ns;
    t->calm = false;
    for (size_t i = 0; i < TRAFFIC_KERNELS; i++)
        t->excited[i] = 0;
    segment(t, at, 0);
}

int64_t traffic_reach(struct traffic *t, int64_t at)
{
    while (at > t->until)
        segment(t, t->until, 0);
    return traffic_ns(t, at);
}

void traffic_excite(struct traffic *t, int64_t at, int64_t prints)
{
    if (prints)
        segment(t, MAX(at, t->at), prints);
}

struct mood traffic_mood(const struct traffic *t)
{
    return regimes[t->regime].mood;
}
