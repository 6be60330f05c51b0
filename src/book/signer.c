/* Signing by one rule over a stream. See signer.h.
 *
 * What belongs to one venue is kept under a dense id for each pair of symbol and venue, so that the
 * same book and the same last prices serve both scopes. */
#include "book/signer.h"

#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "book/classic.h"
#include "event/cond.h"
#include "event/venue.h"

struct last { /* price of the last print, and the sign of the last change of price */
    int64_t px;
    uint64_t waiting; /* reverse tick: newest print at px that waits, by number; 0 = none */
    int8_t sign;
    bool any;
};

struct wait {
    struct signed_print print;
    uint64_t older; /* the next that waits with it, by number; 0 = none */
    bool known;
};

struct signer {
    struct signer_rule rule;
    struct book *book;       /* national quotes by symbol */
    struct book *venue_book; /* quotes of a venue by pair; NULL when none are asked for */
    struct map *pairs;
    struct last *lasts;  /* by symbol or pair */
    struct wait *queue;  /* prints numbered from 1; number n stands at n - 1 - taken */
    uint64_t taken;      /* numbers up to this have left */
    size_t head, n, cap; /* queue[head..n) is in use */
};

#define LASTS_BYTES (LIMIT_INSTRUMENTS * sizeof(struct last))

struct signer *signer_create(const struct signer_rule *rule)
{
    struct signer *s = mem_alloc(sizeof *s);
    assert(rule->lag_ns >= 0);
    s->rule = *rule;
    s->book = book_create();
    if (rule->scope == SIGNER_VENUE || rule->rule == RULE_SIZE)
        s->venue_book = book_create();
    s->pairs = map_create();
    s->lasts = mem_reserve(LASTS_BYTES);
    return s;
}

void signer_destroy(struct signer *s)
{
    if (!s)
        return;
    book_destroy(s->book);
    book_destroy(s->venue_book);
    map_destroy(s->pairs);
    mem_unreserve(s->lasts, LASTS_BYTES);
    mem_free(s->queue);
    mem_free(s);
}

/* Dense id from 1 of a symbol at a venue; 0 for no venue, or when all ids are given: such prints
 * find neither quote nor last price. */
static uint32_t pair_of(struct signer *s, const struct event *ev)
{
    struct {
        uint32_t sym, venue;
    } key = {ev->sym, ev->venue};
    uint32_t id = 0;
    if (!ev->venue || map_get(s->pairs, &key, sizeof key, &id))
        return id;
    id = (uint32_t)map_count(s->pairs) + 1;
    if (id >= LIMIT_INSTRUMENTS)
        return 0;
    map_put(s->pairs, &key, sizeof key, id);
    return id;
}

static void take_quote(struct signer *s, const struct event *ev)
{
    book_quote(s->book, ev, 0);
    uint32_t pair = s->venue_book ? pair_of(s, ev) : 0;
    if (!pair)
        return;
    struct event own = *ev;
    own.sym = pair;
    own.venue = 0;
    book_quote(s->venue_book, &own, 0);
}

/* No trade at all: a cancel by its condition, or an official price. */
static enum side_reason no_trade(const struct event *ev)
{
    if (ev->kind == EV_OPTION_PRINT)
        return cond_option_sum(&ev->u.print).family == COND_CANCEL ? SR_CANCELLED : SR_OK;
    return cond_equity_sum(&ev->u.print).family == PRICE_NOT_A_TRADE ? SR_PRICE_MODE : SR_OK;
}

static const struct nbbo *quote_in(const struct signer *s, const struct book *b, uint32_t id,
                                   const struct event *ev, struct nbbo *q, enum side_reason *why)
{
    enum book_answer found = id ? book_asof(b, id, ev->ts_ns - s->rule.lag_ns, q) : BOOK_NONE;
    *why = found == BOOK_HISTORY ? SR_HISTORY : SR_NO_QUOTE;
    return found == BOOK_FOUND ? classic_quote(q, ev->kind == EV_OPTION_PRINT, why) : NULL;
}

static void find_quote(const struct signer *s, const struct event *ev, uint32_t pair,
                       struct nbbo *q, struct classic_print *p)
{
    if (s->venue_book)
        p->q = quote_in(s, s->venue_book, pair, ev, q, &p->why);
    if (!p->q && s->rule.scope == SIGNER_ANY)
        p->q = quote_in(s, s->book, ev->sym, ev, q, &p->why);
}

static struct wait *wait_at(const struct signer *s, uint64_t number)
{
    return &s->queue[s->head + (number - 1 - s->taken)];
}

/* Room at the end of the queue: what has left is overwritten once it is half of it. */
static struct wait *queue_add(struct signer *s)
{
    if (s->n == s->cap && s->head > s->cap / 2) {
        memmove(s->queue, s->queue + s->head, (s->n - s->head) * sizeof *s->queue);
        s->n -= s->head;
        s->head = 0;
    } else if (s->n == s->cap) {
        s->cap = MAX(2 * s->cap, 1024u);
        s->queue = mem_grow(s->queue, s->cap, sizeof *s->queue);
    }
    return &s->queue[s->n++];
}

/* A price other than the last: all that waited at the last one are known now. */
static void settle(struct signer *s, struct last *l, int64_t px)
{
    struct classic_print p = {.tick = l->px > px ? 1 : -1};
    for (uint64_t number = l->waiting; number;) {
        struct wait *w = wait_at(s, number);
        w->print.answer = classic_sign(RULE_REVERSE_TICK, &p);
        w->known = true;
        number = w->older;
    }
    l->waiting = 0;
}

/* Sign of px against the last different price; px becomes the last. */
static int tick_of(struct signer *s, struct last *l, int64_t px)
{
    if (l->any && px != l->px) {
        settle(s, l, px);
        l->sign = px > l->px ? 1 : -1;
    }
    l->px = px;
    l->any = true;
    return l->sign;
}

static void take_print(struct signer *s, const struct event *ev)
{
    struct nbbo q;
    struct last none = {0};
    enum side_reason why = no_trade(ev);
    uint32_t pair = s->rule.scope == SIGNER_VENUE || s->venue_book ? pair_of(s, ev) : 0;
    uint32_t id = s->rule.scope == SIGNER_VENUE ? pair : ev->sym;
    struct last *l = id ? &s->lasts[id] : &none;
    struct classic_print p = {.px = ev->u.print.px,
                              .qty = ev->u.print.qty,
                              .why = SR_NO_QUOTE,
                              .off_exchange = venue_off_exchange(ev->venue)};
    struct wait *w = queue_add(s);
    *w = (struct wait){.print.seq = ev->seq, .known = true};
    w->print.answer = (struct side_answer){.rule = (uint8_t)s->rule.rule, .reason = (uint8_t)why};
    if (why != SR_OK)
        return;
    p.tick = tick_of(s, l, p.px);
    if (s->rule.rule == RULE_REVERSE_TICK) {
        p.tick = 0;
        w->known = !id;
        w->older = l->waiting;
        l->waiting = s->taken + (s->n - s->head);
    } else {
        find_quote(s, ev, pair, &q, &p);
    }
    w->print.answer = classic_sign(s->rule.rule, &p);
}

void signer_push(struct signer *s, const struct event *ev)
{
    enum event_kind quotes = s->rule.prints == EV_OPTION_PRINT ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE;
    if (ev->kind == quotes)
        take_quote(s, ev);
    else if (ev->kind == s->rule.prints)
        take_print(s, ev);
}

void signer_finish(struct signer *s)
{
    for (size_t i = s->head; i < s->n; i++)
        s->queue[i].known = true;
}

bool signer_take(struct signer *s, struct signed_print *ret)
{
    if (s->head == s->n || !s->queue[s->head].known)
        return false;
    *ret = s->queue[s->head++].print;
    s->taken++;
    return true;
}
