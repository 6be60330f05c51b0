/* Text fields to units. See cell.h. */
#include "feed/cell.h"

#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "event/calendar.h"
#include "event/cond.h"

#define CACHE_SLOTS (1u << 16)
#define CACHE_TEXT  26

struct slot {
    char text[CACHE_TEXT];
    uint8_t n, kind;
    uint32_t sym;
};
struct symbol_cache {
    struct slot *slots;
};

struct symbol_cache *symbol_cache_create(void)
{
    struct symbol_cache *c = mem_alloc(sizeof *c);
    c->slots = mem_reserve(CACHE_SLOTS * sizeof *c->slots);
    return c;
}

void symbol_cache_destroy(struct symbol_cache *c)
{
    if (!c)
        return;
    mem_unreserve(c->slots, CACHE_SLOTS * sizeof *c->slots);
    mem_free(c);
}

/* Multiply-and-mix over 8 bytes at a time; only spreads, the text is compared in full. */
static uint32_t spread(const char *s, size_t n, unsigned kind)
{
    uint64_t h = n * 4 + kind;
    for (size_t i = 0; i < n; i += 8) {
        uint64_t w = 0;
        memcpy(&w, s + i, MIN(n - i, 8));
        h = (h ^ w) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return (uint32_t)(h >> 32) & (CACHE_SLOTS - 1);
}

static uint32_t resolve(struct symbols *s, enum symbol_kind kind, const char *name, size_t n)
{
    uint32_t sym = kind == SYMBOL_EQUITY ? 0 : symbols_option(s, name, n);
    if (sym || kind == SYMBOL_OPTION || (kind == SYMBOL_ANY && n > 15))
        return sym;
    sym = symbols_equity(s, name, n);
    const struct instrument *in = symbols_get(s, sym);
    return in && in->right ? 0 : sym;
}

uint32_t symbol_find(struct symbol_cache *c, struct symbols *s, enum symbol_kind kind,
                     const char *name, size_t n)
{
    if (n == 0 || n > CACHE_TEXT)
        return 0;
    struct slot *slot = &c->slots[spread(name, n, kind)];
    if (slot->sym && slot->n == n && slot->kind == kind && memcmp(slot->text, name, n) == 0)
        return slot->sym;
    uint32_t sym = resolve(s, kind, name, n);
    if (sym) {
        memcpy(slot->text, name, n);
        slot->n = (uint8_t)n;
        slot->kind = (uint8_t)kind;
        slot->sym = sym;
    }
    return sym;
}

static bool refuse(struct refusal *r, enum drop_reason why, const char *what, struct csv_field f)
{
    r->why = why;
    r->what = what;
    r->text = f;
    return false;
}

bool cell_time(struct csv_field f, int64_t *ret_ns, struct refusal *r)
{
    if (time_parse(f.s, f.n, ret_ns) && *ret_ns >= 0)
        return true;
    return refuse(r, DROP_BAD_TIME, "is not an RFC 3339 time or integer nanoseconds since 1970", f);
}

static bool two_digits(const char *s, int64_t *ret)
{
    unsigned a = (unsigned)(unsigned char)s[0] - '0', b = (unsigned)(unsigned char)s[1] - '0';
    *ret = a * 10 + b;
    return a <= 9 && b <= 9;
}

/* "SS[.fff]Z" behind a known minute; false: leave it to the full parser. */
static bool seconds_of(const char *s, size_t n, int64_t *ret)
{
    int64_t v, unit = NS_PER_SEC;
    if (n < 3 || n > 13 || s[n - 1] != 'Z' || !two_digits(s, &v) || v > 59)
        return false;
    v *= NS_PER_SEC;
    if (n > 3 && (s[2] != '.' || n == 4))
        return false;
    for (size_t i = 3; i + 1 < n; i++) {
        unsigned d = (unsigned)(unsigned char)s[i] - '0';
        unit /= 10;
        if (d > 9)
            return false;
        v += d * unit;
    }
    *ret = v;
    return true;
}

bool cell_time_near(struct minute_cache *c, struct csv_field f, int64_t *ret_ns, struct refusal *r)
{
    int64_t part;
    bool shaped = f.n > sizeof c->text &&
                  seconds_of(f.s + sizeof c->text, f.n - sizeof c->text, &part);
    if (shaped && c->set && memcmp(c->text, f.s, sizeof c->text) == 0) {
        *ret_ns = c->ns + part;
        return true;
    }
    if (!cell_time(f, ret_ns, r))
        return false;
    if (shaped) {
        memcpy(c->text, f.s, sizeof c->text);
        c->ns = *ret_ns - part;
        c->set = true;
    }
    return true;
}

uint16_t *code_cache_at(struct code_cache *c, struct csv_field f, bool *ret_known)
{
    uint64_t key = 0;
    if (f.n > 7)
        return NULL;
    memcpy(&key, f.s, f.n);
    key |= (uint64_t)(f.n + 1) << 56; /* never 0, and "A" is not "A\0" */
    size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 58);
    *ret_known = c->slots[at].key == key;
    c->slots[at].key = key;
    return &c->slots[at].value;
}

static const char *dec_fault(enum dec_status st)
{
    return st == DEC_SYNTAX      ? "is not a decimal number"
           : st == DEC_PRECISION ? "has more decimals than can be kept exactly"
                                 : "is out of range";
}

bool cell_price(struct csv_field f, int digits, int64_t *ret, struct refusal *r)
{
    enum dec_status st = dec_parse(f.s, f.n, digits, ret);
    if (st == DEC_OK && *ret < 0)
        return refuse(r, DROP_BAD_PRICE, "is negative", f);
    return st == DEC_OK || refuse(r, DROP_BAD_PRICE, dec_fault(st), f);
}

bool cell_qty(struct csv_field f, int64_t lot, bool whole, bool zero, int64_t *ret,
              struct refusal *r)
{
    enum dec_status st = dec_parse(f.s, f.n, QTY_DIGITS, ret);
    if (st != DEC_OK)
        return refuse(r, DROP_BAD_SIZE, dec_fault(st), f);
    if (lot != 1 && __builtin_mul_overflow(*ret, lot, ret))
        return refuse(r, DROP_BAD_SIZE, "is out of range", f);
    if (*ret < 0)
        return refuse(r, DROP_BAD_SIZE, "is negative", f);
    if (*ret == 0 && !zero)
        return refuse(r, DROP_BAD_SIZE, "is zero", f);
    if (whole && *ret % QTY_ONE)
        return refuse(r, DROP_BAD_SIZE, "is not a whole number of contracts", f);
    return true;
}

bool cell_id(struct feed *f, struct csv_field text, uint64_t *ret, struct refusal *r)
{
    *ret = ident_of(f->ctx.idents, text.s, text.n);
    return *ret != UINT64_MAX ||
           refuse(r, DROP_SYNTAX, "is longer than the 64 bytes an id may have", text);
}

uint16_t cell_venue(struct feed *f, enum venue_side side, struct csv_field text)
{
    text = csv_trim(text);
    if (text.n == 0)
        return 0;
    uint16_t id = venue_by_code(side, text.s, text.n);
    if (!id)
        feed_unknown(f, "venue", text.s, text.n);
    return id;
}

char cell_tape(struct feed *f, struct csv_field text)
{
    text = csv_trim(text);
    if (text.n == 1 && strchr("ABCNO", text.s[0]))
        return text.s[0];
    if (text.n)
        feed_unknown(f, "tape", text.s, text.n);
    return 0;
}

void print_add_letter(struct feed *f, struct print *p, char letter, const char *text, size_t n)
{
    if (letter && print_add_cond(p, letter))
        return;
    feed_unknown(f, "condition", text, n);
    p->flags |= PRINT_COND_OTHER;
    if (!p->cond_other)
        p->cond_other = ident_code(f->ctx.idents, text, n);
}

void print_other_venue(struct feed *f, struct print *p, const char *code, size_t n)
{
    char text[64];
    int len = snprintf(text, sizeof text, "venue:%.*s", (int)MIN(n, (size_t)32), code);
    p->flags |= PRINT_COND_OTHER;
    if (!p->cond_other)
        p->cond_other = ident_code(f->ctx.idents, text, (size_t)len);
}
