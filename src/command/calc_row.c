/* One line of calc: reading its fields and asking the model. See calc_row.h. */
#include "command/calc_row.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "event/calendar.h"
#include "price/american.h"
#include "price/terms.h"

#define MAX_NUMBER    64
#define MAX_DIVIDENDS 64
#define YEAR_DAYS     365.0 /* of 525,600 minutes */
#define POINT         0.01  /* of volatility */

static const char *const field_names[CALC_FIELD_COUNT] = {
    [CALC_RIGHT] = "right",   [CALC_S] = "S",
    [CALC_F] = "F",           [CALC_K] = "K",
    [CALC_T] = "T",           [CALC_DAYS] = "days",
    [CALC_EXPIRY] = "expiry", [CALC_NOW] = "now",
    [CALC_R] = "r",           [CALC_Q] = "q",
    [CALC_D] = "D",           [CALC_SIGMA] = "sigma",
    [CALC_PRICE] = "price",   [CALC_TICK] = "tick",
    [CALC_IV_TOL] = "iv_tol", [CALC_DIVIDENDS] = "dividends",
};

static const char *const greek_names[] = {"price", "delta", "gamma", "vega",  "theta",
                                          "rho",   "vanna", "volga", "charm", NULL};
static const char *const implied_names[] = {"iv", NULL};

/* Which of spot and forward a model takes. */
static const struct {
    const char *name;
    bool spot, forward;
} models[CALC_MODEL_COUNT] = {
    [CALC_BSM] = {"bsm", true, false},
    [CALC_BLACK] = {"black", false, true},
    [CALC_IV] = {"iv", true, true},
    [CALC_AMERICAN] = {"american", true, false},
};

const char *calc_field_name(enum calc_field field)
{
    return field_names[field];
}

const char *calc_field_at(size_t i, const void *self)
{
    (void)self;
    return i < CALC_FIELD_COUNT ? field_names[i] : NULL;
}

enum calc_field calc_field_find(const char *name, size_t n)
{
    enum calc_field f = 0;
    while (f < CALC_FIELD_COUNT &&
           (strlen(field_names[f]) != n || memcmp(field_names[f], name, n) != 0))
        f++;
    return f;
}

const char *calc_model_at(size_t i, const void *self)
{
    (void)self;
    return i < CALC_MODEL_COUNT ? models[i].name : NULL;
}

enum calc_model calc_model_find(const char *name)
{
    enum calc_model m = 0;
    while (m < CALC_MODEL_COUNT && strcmp(models[m].name, name) != 0)
        m++;
    return m;
}

bool calc_is_implied(enum calc_model model, const bool given[CALC_FIELD_COUNT])
{
    return model == CALC_IV || (given[CALC_PRICE] && !given[CALC_SIGMA]);
}

const char *calc_result_name(bool implied, size_t i)
{
    return implied ? implied_names[i] : greek_names[i];
}

int calc_check_fields(enum calc_model model, const bool given[CALC_FIELD_COUNT], struct err *err)
{
    const char *name = models[model].name;
    bool spot = models[model].spot && given[CALC_S];
    bool forward = models[model].forward && given[CALC_F];
    if (!given[CALC_RIGHT])
        return err_set(err, ERR_USAGE, "%s needs right: C or P", name);
    if (!given[CALC_K])
        return err_set(err, ERR_USAGE, "%s needs K, the strike", name);
    if (!given[CALC_T] && !given[CALC_DAYS] && !given[CALC_EXPIRY])
        return err_set(err, ERR_USAGE, "%s needs T (years), days, or expiry and now", name);
    if (!spot && !forward)
        return err_set(err, ERR_USAGE, "%s needs %s", name,
                       model == CALC_IV ? "S, the price of the underlying, or F, the forward"
                       : model == CALC_BLACK
                           ? "F, the forward; for a spot price there is bsm"
                           : "S, the price of the underlying; for a forward there "
                             "is black");
    if (calc_is_implied(model, given) ? !given[CALC_PRICE] : !given[CALC_SIGMA])
        return err_set(err, ERR_USAGE, "%s needs %s", name,
                       model == CALC_IV ? "price" : "sigma, or price for implied volatility");
    return 0;
}

/* ---- reading ---- */

struct reading {
    const struct calc_row *row;
    struct err *err;
    int rc;
};

static bool has(const struct reading *r, enum calc_field f)
{
    return r->row->text[f] && r->row->text[f][0];
}

/* Decimal notation with exponent; no blanks, no hexadecimal, no nan, no inf. */
static bool number_parse(const char *s, size_t n, double *ret)
{
    char buf[MAX_NUMBER], *end;
    if (n == 0 || n >= sizeof buf || strspn(s, "0123456789+-.eE") < n)
        return false;
    memcpy(buf, s, n);
    buf[n] = '\0';
    double v = strtod(buf, &end);
    if (*end || !isfinite(v))
        return false;
    *ret = v;
    return true;
}

static double number(struct reading *r, enum calc_field f, double absent)
{
    double v = absent;
    const char *s = r->row->text[f];
    if (r->rc == 0 && has(r, f) && !number_parse(s, strlen(s), &v))
        r->rc = err_set(r->err, ERR_USAGE, "%s: '%.40s' is not a number", field_names[f], s);
    return v;
}

static double needed(struct reading *r, enum calc_field f)
{
    if (r->rc == 0 && !has(r, f))
        r->rc = err_set(r->err, ERR_USAGE, "%s is missing", field_names[f]);
    return number(r, f, 0);
}

static enum option_right right_of(struct reading *r)
{
    const char *s = has(r, CALC_RIGHT) ? r->row->text[CALC_RIGHT] : "";
    if (strcasecmp(s, "C") == 0 || strcasecmp(s, "call") == 0)
        return RIGHT_CALL;
    if (strcasecmp(s, "P") != 0 && strcasecmp(s, "put") != 0 && r->rc == 0)
        r->rc = err_set(r->err, ERR_USAGE, "right: '%.40s' is neither C, P, call nor put", s);
    return RIGHT_PUT;
}

/* RFC 3339 or ns; a date alone is the close of that session. */
static int64_t moment_of(struct reading *r, enum calc_field f)
{
    const char *s = r->row->text[f];
    int64_t ns = 0;
    int y, m, d, used = 0;
    if (r->rc < 0)
        return 0;
    if (f == CALC_EXPIRY && strlen(s) == 10 && sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &used) == 3 &&
        used == 10 && calendar_valid(y * 10000 + m * 100 + d)) {
        struct trading_day day = calendar_day(y * 10000 + m * 100 + d);
        if (day.close_ns > day.open_ns)
            return day.close_ns;
        r->rc = err_set(r->err, ERR_USAGE, "expiry: no session on %s", s);
    } else if (!time_parse(s, strlen(s), &ns)) {
        r->rc = err_set(r->err, ERR_USAGE, "%s: '%.40s' is not a time (RFC 3339%s)", field_names[f],
                        s, f == CALC_EXPIRY ? ", or a date" : "");
    }
    return ns;
}

static double years_of(struct reading *r)
{
    int given = has(r, CALC_T) + has(r, CALC_DAYS) + has(r, CALC_EXPIRY);
    if (r->rc == 0 && given != 1)
        r->rc = err_set(r->err, ERR_USAGE, "give one of T, days, or expiry and now");
    if (has(r, CALC_T))
        return number(r, CALC_T, 0);
    if (has(r, CALC_DAYS))
        return number(r, CALC_DAYS, 0) / YEAR_DAYS;
    if (r->rc == 0 && !has(r, CALC_NOW))
        r->rc = err_set(r->err, ERR_USAGE, "expiry needs now, the moment to price at");
    if (r->rc < 0)
        return 0;
    int64_t expiry = moment_of(r, CALC_EXPIRY), now = moment_of(r, CALC_NOW);
    return terms_years(now, expiry);
}

/* AMOUNT@YEARS, separated by semicolons or blanks. */
static double less_dividends(struct reading *r, double spot, double rate, double years)
{
    struct dividend d[MAX_DIVIDENDS];
    size_t n = 0;
    const char *s = has(r, CALC_DIVIDENDS) ? r->row->text[CALC_DIVIDENDS] : "";
    for (s += strspn(s, "; "); *s && r->rc == 0; s += strspn(s, "; ")) {
        size_t len = strcspn(s, "; "), amount = strcspn(s, "@; ");
        if (n == MAX_DIVIDENDS || amount + 1 >= len || !number_parse(s, amount, &d[n].amount) ||
            !number_parse(s + amount + 1, len - amount - 1, &d[n].years)) {
            r->rc = err_set(r->err, ERR_USAGE,
                            "dividends: at '%.40s': they are written AMOUNT@YEARS;..., %d at most",
                            s, MAX_DIVIDENDS);
            break;
        }
        n++;
        s += len;
    }
    return terms_escrow(spot, rate, years, d, n);
}

/* The rate as given, or as the discount factor says. */
static double rate_of(struct reading *r, double years)
{
    double d = number(r, CALC_D, 1);
    if (r->rc == 0 && has(r, CALC_D) && has(r, CALC_R))
        r->rc = err_set(r->err, ERR_USAGE, "give r or D, not both");
    if (has(r, CALC_R))
        return number(r, CALC_R, 0);
    if (r->rc == 0 && !(d > 0))
        r->rc = err_set(r->err, ERR_USAGE, "D: a discount factor is above 0");
    return years > 0 && d > 0 ? -log(d) / years : 0;
}

/* Both models read; which one was given is told by `forward`. */
struct problem {
    struct bsm bsm;
    struct black black;
    double price;
    struct price_grain grain;
    bool forward;
};

static int problem_read(enum calc_model model, bool implied, struct reading *r, struct problem *ret)
{
    struct problem p = {.forward = models[model].forward && has(r, CALC_F),
                        .grain = price_grain_default()};
    enum option_right right = right_of(r);
    double years = years_of(r), rate = rate_of(r, years), strike = needed(r, CALC_K);
    double vol = implied ? 0 : needed(r, CALC_SIGMA);
    if (r->rc == 0 && p.forward && models[model].spot && has(r, CALC_S))
        r->rc = err_set(r->err, ERR_USAGE, "give S or F, not both");
    if (p.forward || model == CALC_BLACK) {
        double d = has(r, CALC_D) ? number(r, CALC_D, 1) : exp(-rate * years);
        p.black = (struct black){right, needed(r, CALC_F), strike, years, d, vol};
        if (r->rc == 0 && has(r, CALC_DIVIDENDS))
            r->rc = err_set(r->err, ERR_USAGE, "dividends go with S: a forward knows them");
    } else {
        double spot = less_dividends(r, needed(r, CALC_S), rate, years);
        p.bsm = (struct bsm){right, spot, strike, years, rate, number(r, CALC_Q, 0), vol};
    }
    if (implied) {
        p.price = needed(r, CALC_PRICE);
        p.grain.tick = number(r, CALC_TICK, p.grain.tick);
        p.grain.tolerance = number(r, CALC_IV_TOL, p.grain.tolerance / POINT) * POINT;
        if (r->rc == 0 && (p.grain.tick < 0 || p.grain.tolerance < 0))
            r->rc = err_set(r->err, ERR_USAGE, "tick and iv_tol are numbers from 0");
    }
    *ret = p;
    return r->rc;
}

/* ---- answering ---- */

static void put_greeks(const struct greeks *g, struct calc_result *ret)
{
    *ret = (struct calc_result){.value = {g->price, g->delta, g->gamma, g->vega, g->theta, g->rho,
                                          g->vanna, g->volga, g->charm}};
}

static enum price_fault problem_price(enum calc_model model, const struct problem *p,
                                      struct calc_result *ret)
{
    struct greeks g;
    enum price_fault fault = p->forward ? black_check(&p->black) : bsm_check(&p->bsm);
    if (fault != FAULT_NONE)
        return fault;
    if (model == CALC_AMERICAN)
        fault = american_greeks(&p->bsm, AMERICAN_EXACT, &g);
    else if (p->forward)
        black_greeks(&p->black, &g);
    else
        bsm_greeks(&p->bsm, &g);
    if (fault == FAULT_NONE)
        put_greeks(&g, ret);
    return fault;
}

static enum price_fault problem_implied(enum calc_model model, const struct problem *p,
                                        struct calc_result *ret)
{
    enum price_fault fault = p->forward ? black_check(&p->black) : bsm_check(&p->bsm);
    if (fault != FAULT_NONE)
        return fault;
    struct implied v = model == CALC_AMERICAN ? american_implied(&p->bsm, p->price, &p->grain)
                       : p->forward           ? black_implied(&p->black, p->price, &p->grain)
                                              : bsm_implied(&p->bsm, p->price, &p->grain);
    *ret = (struct calc_result){.value = {v.vol},
                                .state = implied_state_name(v.state),
                                .reason = implied_reason_sentence(v.reason)};
    return FAULT_NONE;
}

int calc_compute(enum calc_model model, bool implied, const struct calc_row *row,
                 struct calc_result *ret, struct err *err)
{
    struct reading r = {.row = row, .err = err};
    struct problem p;
    if (problem_read(model, implied, &r, &p) < 0)
        return r.rc;
    enum price_fault fault = implied ? problem_implied(model, &p, ret)
                                     : problem_price(model, &p, ret);
    return fault == FAULT_NONE ? 0 : err_set(err, ERR_USAGE, "%s", price_fault_sentence(fault));
}
