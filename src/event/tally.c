/* Counting prints. See tally.h. */
#include "event/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "event/cond.h"
#include "event/venue.h"

static void add_qty(int64_t *sum, int64_t qty)
{
    if (__builtin_add_overflow(*sum, qty, sum))
        *sum = INT64_MAX;
}

static void add_other(struct print_tally *t, uint16_t code, bool option, uint64_t n)
{
    size_t i = 0;
    while (i < t->n_others && (t->others[i].code != code || t->others[i].option != option))
        i++;
    if (i == t->n_others && i == TALLY_OTHERS) {
        t->others[TALLY_OTHERS].n += n;
        return;
    }
    t->others[i].code = code;
    t->others[i].option = option;
    t->others[i].n += n;
    t->n_others = MAX(t->n_others, i + 1);
}

static void add_origin(struct print_tally *t, struct tally_market *m, const struct event *ev,
                       uint64_t n, int64_t qty)
{
    const struct print *p = &ev->u.print;
    struct tally_venue *v = &m->venues[ev->venue & 0xff];
    v->prints += n;
    add_qty(&v->qty, qty);
    for (size_t i = 0; i < sizeof p->cond && p->cond[i]; i++)
        m->conds[p->cond[i] & 0x7f] += n;
    if (p->cond_other || p->flags & PRINT_COND_OTHER)
        add_other(t, p->cond_other, m == &t->option, n);
    if (venue_off_exchange(ev->venue)) {
        m->off.prints += n;
        add_qty(&m->off.qty, qty);
    }
}

static void add_verdict(struct tally_market *m, const struct join *j, uint64_t n)
{
    m->states[j->state < QS_COUNT ? j->state : QS_NONE] += n;
    m->sides[j->side > 0 ? 2 : j->side < 0 ? 0 : 1] += n;
    m->reasons[j->reason < SR_COUNT ? j->reason : SR_OK] += n;
    if (j->side)
        m->confidence[MIN(j->confidence / 10, 9)] += n;
    m->families[j->family & 15] += n;
    for (int bit = 0; bit < 8; bit++)
        if (j->flags >> bit & 1)
            m->flags[bit] += n;
    if ((j->flags & JOIN_OFF_EXCHANGE) && (j->flags & JOIN_SUBPENNY))
        m->off_subpenny += n;
}

void tally_add(struct print_tally *t, const struct event *ev, const struct join *j, uint64_t n,
               int64_t qty)
{
    bool option = ev->kind == EV_OPTION_PRINT;
    struct tally_market *m = option ? &t->option : &t->equity;
    if (ev->feed < TALLY_FEEDS)
        t->feeds[ev->feed][!option] += n;
    if (j && j->revision == REV_CANCELLED) {
        m->cancelled += n;
        return;
    }
    m->prints += n;
    add_qty(&m->qty, qty);
    add_origin(t, m, ev, n, qty);
    if (j)
        add_verdict(m, j, n);
}

/* Telling. */

struct teller {
    const char *market;
    tally_put *put;
    void *self;
};

static int64_t part_of(uint64_t n, uint64_t of)
{
    return of ? (int64_t)((unsigned __int128)n * PX_ONE / of) : -1;
}

/* market.group.name; of 0 = no share. Nothing where n is 0. */
static void tell(const struct teller *t, const char *group, const char *name, uint64_t n,
                 uint64_t of)
{
    char full[64], value[32];
    if (!n)
        return;
    snprintf(full, sizeof full, "%s.%s%s%s", t->market, group, *group && *name ? "." : "", name);
    snprintf(value, sizeof value, "%" PRIu64, n);
    t->put(t->self, full, value, part_of(n, of));
}

static void tell_qty(const struct teller *t, const char *name, int64_t qty, int64_t of)
{
    char full[64], value[32];
    if (qty <= 0)
        return;
    snprintf(full, sizeof full, "%s.%s", t->market, name);
    dec_format(value, sizeof value, qty, QTY_DIGITS, 0);
    t->put(t->self, full, value, of > 0 ? part_of((uint64_t)qty, (uint64_t)of) : -1);
}

static void tell_verdicts(const struct teller *t, const struct tally_market *m, bool option)
{
    uint64_t made = m->sides[0] + m->sides[2];
    for (int i = QS_OK; i <= QS_COUNT; i++)
        tell(t, "quote_state", quote_state_name((enum quote_state)(i % QS_COUNT)),
             m->states[i % QS_COUNT], m->prints);
    tell(t, "side", "buy", m->sides[2], m->prints);
    tell(t, "side", "sell", m->sides[0], m->prints);
    tell(t, "side", "none", m->sides[1], m->prints);
    for (int i = SR_OK + 1; i < SR_COUNT; i++)
        tell(t, "side_reason", side_reason_name((enum side_reason)i), m->reasons[i], m->prints);
    for (int i = 0; i < 10; i++) {
        char tens[16];
        snprintf(tens, sizeof tens, "%d-%d", i * 10, i == 9 ? 100 : i * 10 + 9);
        tell(t, "side_confidence", tens, m->confidence[i], made);
    }
    for (int i = 0; i < (option ? (int)COND_FAMILY_COUNT : (int)PRICE_MODE_COUNT); i++)
        tell(t, option ? "family" : "price_mode",
             option ? cond_family_name((enum cond_family)i) : price_mode_name((enum price_mode)i),
             m->families[i], m->prints);
}

static void tell_flags(const struct teller *t, const struct tally_market *m)
{
    static const char *const names[8] = {NULL,    "subpenny", "zero_bid", "late",
                                         "block", "odd_lot",  "degraded", "adjusted"};
    for (int bit = 0; bit < 8; bit++)
        if (names[bit])
            tell(t, names[bit], "", m->flags[bit], m->prints);
}

static void tell_off_exchange(const struct teller *t, const struct tally_market *m)
{
    tell(t, "off_exchange", "prints", m->off.prints, m->prints);
    tell_qty(t, "off_exchange.shares", m->off.qty, m->qty);
    tell(t, "off_exchange", "subpenny", m->off_subpenny, m->off.prints);
    for (uint16_t id = 1; id < 256; id++)
        if (venue_off_exchange(id))
            tell(t, "facility", venue_get(id)->mic, m->venues[id].prints, m->off.prints);
}

static void tell_origins(const struct teller *t, const struct tally_market *m, bool option)
{
    for (uint16_t id = 1; id < 256; id++)
        if (!venue_off_exchange(id))
            tell(t, "venue", venue_get(id)->mic, m->venues[id].prints, m->prints);
    tell(t, "venue", "none", m->venues[0].prints, m->prints);
    for (int c = 1; c < 128; c++) {
        const struct cond *row = option ? cond_option((char)c) : NULL;
        char name[8]; /* a file may hold any byte for a letter */
        snprintf(name, sizeof name, c == ' ' ? "blank" : c > ' ' && c < 127 ? "%c" : "0x%02x", c);
        tell(t, "condition", row ? row->mnemonic : name, m->conds[c], m->prints);
    }
}

static void tell_market(const struct teller *t, const struct tally_market *m, bool option)
{
    tell(t, "prints", "", m->prints, 0);
    tell(t, "cancelled", "", m->cancelled, 0);
    tell_qty(t, option ? "contracts" : "shares", m->qty, 0);
    tell_flags(t, m);
    tell_verdicts(t, m, option);
    tell_off_exchange(t, m);
    tell_origins(t, m, option);
}

static void tell_others(const struct print_tally *t, const struct idents *idents, tally_put *put,
                        void *self)
{
    for (size_t i = 0; i <= TALLY_OTHERS; i++) {
        char code[32] = "others";
        struct teller to = {t->others[i].option ? "unknown_condition.option"
                                                : "unknown_condition.equity",
                            put, self};
        if (i == TALLY_OTHERS)
            to.market = "unknown_condition";
        else if (t->others[i].code)
            ident_code_text(idents, t->others[i].code, code, sizeof code);
        tell(&to, "", code, t->others[i].n, 0);
    }
}

void tally_each(const struct print_tally *t, const struct idents *idents, tally_put *put,
                void *self)
{
    struct teller option = {"option", put, self}, equity = {"equity", put, self};
    tell_market(&option, &t->option, true);
    tell_market(&equity, &t->equity, false);
    tell_others(t, idents, put, self);
}
