/* Alpaca stream messages. See alpaca.h. */
#include "feed/alpaca.h"

#include <endian.h>
#include <string.h>

#include "base/dec.h"
#include "base/text.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/venue.h"

#define VENUE_UNASKED 0xffff

/* Keys of one letter, and of two. */
#define LETTERS(X)                                                                                 \
    X(T, 'T')                                                                                      \
    X(S, 'S')                                                                                      \
    X(I, 'i')                                                                                      \
    X(VENUE, 'x')                                                                                  \
    X(P, 'p')                                                                                      \
    X(SIZE, 's')                                                                                   \
    X(C, 'c')                                                                                      \
    X(TIME, 't')                                                                                   \
    X(Z, 'z')                                                                                      \
    X(A, 'a')                                                                                      \
    X(U, 'u')                                                                                      \
    X(D, 'd')                                                                                      \
    X(R, 'r')
#define PAIRS(X)                                                                                   \
    X(BX, "bx")                                                                                    \
    X(BP, "bp")                                                                                    \
    X(BS, "bs")                                                                                    \
    X(AX, "ax")                                                                                    \
    X(AP, "ap")                                                                                    \
    X(AS, "as")                                                                                    \
    X(OI, "oi")                                                                                    \
    X(OP, "op")                                                                                    \
    X(OS, "os")                                                                                    \
    X(OC, "oc")                                                                                    \
    X(CI, "ci")                                                                                    \
    X(CP, "cp")                                                                                    \
    X(CS, "cs")                                                                                    \
    X(CC, "cc")                                                                                    \
    X(SC, "sc")                                                                                    \
    X(SM, "sm")                                                                                    \
    X(RC, "rc")                                                                                    \
    X(RM, "rm")

enum key {
    K_NONE, /* a key tapedeck does not know */
#define X(id, text) K_##id,
    LETTERS(X) PAIRS(X)
#undef X
        K_COUNT
};
static const uint8_t letters[128] = {
#define X(id, text) [text] = K_##id,
    LETTERS(X)
#undef X
};
static const struct {
    char text[3];
    uint8_t key; /* enum key */
} pairs[] = {
#define X(id, text) {text, K_##id},
    PAIRS(X)
#undef X
};

struct message {
    struct alpaca *a;
    bool option;
    const msgpack_object *v[K_COUNT]; /* NULL = absent or nil */
};

void alpaca_init(struct alpaca *a, struct feed *f, struct symbol_cache *cache, int64_t quote_lot)
{
    *a = (struct alpaca){.feed = f, .cache = cache, .quote_lot = quote_lot};
    memset(a->venues, 0xff, sizeof a->venues);
}

static bool refuse(struct message *m, enum drop_reason why, const char *what)
{
    m->a->why = why;
    m->a->refused = what;
    return false;
}

/* ---- values ---- */

static bool text_of(const msgpack_object *o, const char **s, size_t *n)
{
    if (!o || o->type != MSGPACK_OBJECT_STR)
        return false;
    *s = o->via.str.ptr;
    *n = o->via.str.size;
    return true;
}

/* The only byte of a text; 0 for none, a blank or something else. */
static char letter_of(const msgpack_object *o)
{
    const char *s;
    size_t n;
    return text_of(o, &s, &n) && n == 1 && s[0] > ' ' && s[0] <= '~' ? s[0] : 0;
}

static bool decimal_of(const msgpack_object *o, int digits, int64_t one, int64_t *ret)
{
    int64_t v;
    switch (o->type) {
    case MSGPACK_OBJECT_FLOAT64:
        return dec_from_double(o->via.f64, digits, ret) == DEC_OK;
    case MSGPACK_OBJECT_FLOAT32: /* 24 bits hold no more than four decimals of a price */
        return dec_from_double(o->via.f64, 4, &v) == DEC_OK &&
               !__builtin_mul_overflow(v, one / 10000, ret);
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        return o->via.u64 <= INT64_MAX && !__builtin_mul_overflow((int64_t)o->via.u64, one, ret);
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        return !__builtin_mul_overflow(o->via.i64, one, ret);
    default:
        return false;
    }
}

/* Timestamp extension -1 of the MessagePack specification, all three forms. */
static bool ext_time(const msgpack_object_ext *e, int64_t *ret)
{
    uint64_t hi, ns, s;
    uint32_t lo;
    if (e->type != -1)
        return false;
    if (e->size == 4) {
        memcpy(&lo, e->ptr, 4);
        s = be32toh(lo);
        ns = 0;
    } else if (e->size == 8) {
        memcpy(&hi, e->ptr, 8);
        hi = be64toh(hi);
        ns = hi >> 34;
        s = hi & ((UINT64_C(1) << 34) - 1);
    } else if (e->size == 12) {
        memcpy(&lo, e->ptr, 4);
        memcpy(&hi, e->ptr + 4, 8);
        ns = be32toh(lo);
        s = be64toh(hi);
    } else {
        return false;
    }
    if (ns >= (uint64_t)NS_PER_SEC || s > (uint64_t)(INT64_MAX / NS_PER_SEC - 1))
        return false;
    *ret = (int64_t)s * NS_PER_SEC + (int64_t)ns;
    return true;
}

static bool time_of(const msgpack_object *o, int64_t *ret)
{
    const char *s;
    size_t n;
    if (o->type == MSGPACK_OBJECT_EXT)
        return ext_time(&o->via.ext, ret);
    if (o->type == MSGPACK_OBJECT_POSITIVE_INTEGER && o->via.u64 <= INT64_MAX) {
        *ret = (int64_t)o->via.u64;
        return true;
    }
    return text_of(o, &s, &n) && n >= 20 && time_parse(s, n, ret) && *ret >= 0;
}

static bool px_of(struct message *m, enum key k, int64_t *ret)
{
    if (!m->v[k])
        return refuse(m, DROP_MISSING_FIELD, "no price");
    return (decimal_of(m->v[k], PX_DIGITS, PX_ONE, ret) && *ret >= 0) ||
           refuse(m, DROP_BAD_PRICE, "a price that is no number, negative or out of range");
}

static bool qty_of(struct message *m, enum key k, int64_t *ret)
{
    if (!m->v[k])
        return refuse(m, DROP_MISSING_FIELD, "no size");
    if (!decimal_of(m->v[k], QTY_DIGITS, QTY_ONE, ret) || *ret <= 0)
        return refuse(m, DROP_BAD_SIZE, "a size that is no number, zero or negative");
    if (m->option && *ret % QTY_ONE)
        return refuse(m, DROP_BAD_SIZE, "a fraction of a contract");
    return true;
}

static uint16_t venue_of(struct message *m, const msgpack_object *o)
{
    char c = letter_of(o);
    if (!c)
        return 0;
    uint16_t *v = &m->a->venues[m->option][(unsigned char)c];
    if (*v == VENUE_UNASKED)
        *v = venue_by_code(m->option ? VENUE_OPTION : VENUE_EQUITY, &c, 1);
    if (*v == 0)
        feed_unknown(m->a->feed, "venue", &c, 1);
    return *v;
}

static uint64_t id_of(struct message *m, enum key k)
{
    const char *s;
    size_t n;
    const msgpack_object *o = m->v[k];
    if (o && o->type == MSGPACK_OBJECT_POSITIVE_INTEGER && o->via.u64 <= INT64_MAX)
        return o->via.u64;
    if (!text_of(o, &s, &n))
        return 0;
    uint64_t id = ident_of(m->a->feed->ctx.idents, s, n);
    return id == UINT64_MAX ? 0 : id;
}

/* ---- conditions ---- */

static void add_cond(struct message *m, struct print *p, const char *s, size_t n)
{
    char c = n == 1 ? s[0] : 0;
    if (m->option)
        c = cond_by_mnemonic(s, n);
    else if (c == ' ')
        c = '@';
    if (!m->option && !(c && cond_equity(c, p->tape)))
        c = 0;
    print_add_letter(m->a->feed, p, c, s, n);
}

/* A string of one code, or an array of such strings. */
static void conds_of(struct message *m, enum key k, struct print *p)
{
    const char *s;
    size_t n;
    const msgpack_object *o = m->v[k];
    if (text_of(o, &s, &n) && n)
        add_cond(m, p, s, n);
    if (!o || o->type != MSGPACK_OBJECT_ARRAY)
        return;
    for (uint32_t i = 0; i < o->via.array.size; i++)
        if (text_of(&o->via.array.ptr[i], &s, &n) && n)
            add_cond(m, p, s, n);
}

static char quote_cond(struct message *m)
{
    const msgpack_object *o = m->v[K_C];
    if (o && o->type == MSGPACK_OBJECT_ARRAY && o->via.array.size)
        o = &o->via.array.ptr[0];
    char c = letter_of(o);
    /* R is the regular quote of the equity tapes; on options it is a rotation. */
    return c == 'R' && !m->option ? 0 : c;
}

/* ---- messages ---- */

static bool head_of(struct message *m, struct event *ev)
{
    const char *s;
    size_t n;
    if (!text_of(m->v[K_S], &s, &n) || n == 0)
        return refuse(m, DROP_MISSING_FIELD, "no symbol");
    struct symbols *symbols = m->a->feed->ctx.symbols;
    ev->sym = symbol_find(m->a->cache, symbols, SYMBOL_ANY, s, n);
    if (!ev->sym)
        return refuse(m, DROP_BAD_SYMBOL, "not a symbol");
    m->option = symbols_get(symbols, ev->sym)->right != 0;
    if (!m->v[K_TIME])
        return refuse(m, DROP_MISSING_FIELD, "no time");
    if (!time_of(m->v[K_TIME], &ev->ts_ns))
        return refuse(m, DROP_BAD_TIME, "a time that cannot be read");
    ev->recv_ns = ev->ts_ns;
    if (m->v[K_R])
        time_of(m->v[K_R], &ev->recv_ns);
    return true;
}

static bool print_of(struct message *m, enum key px, enum key qty, enum key conds, struct event *ev)
{
    struct print *p = &ev->u.print;
    if (!px_of(m, px, &p->px) || !qty_of(m, qty, &p->qty))
        return false;
    p->flags = p->qty % QTY_ONE ? PRINT_FRACTIONAL : 0;
    char tape = letter_of(m->v[K_Z]);
    p->tape = tape && strchr("ABCNO", tape) && !m->option ? tape : 0;
    ev->venue = venue_of(m, m->v[K_VENUE]);
    conds_of(m, conds, p);
    char venue = letter_of(m->v[K_VENUE]);
    if (!ev->venue && venue)
        print_other_venue(m->a->feed, p, &venue, 1);
    return true;
}

static bool read_trade(struct message *m, struct event *ev)
{
    ev->kind = m->option ? EV_OPTION_PRINT : EV_EQUITY_PRINT;
    ev->u.print.id = id_of(m, K_I);
    return print_of(m, K_P, K_SIZE, K_C, ev);
}

/* Price 0, size 0 and no venue are an empty side (section 3.2). */
static bool side_of(struct message *m, enum key px, enum key qty, enum key venue, int64_t *ret_px,
                    int64_t *ret_qty, uint16_t *ret_venue)
{
    *ret_px = PX_NONE;
    if (m->v[px] && !px_of(m, px, ret_px))
        return false;
    if (m->v[qty] && (!decimal_of(m->v[qty], QTY_DIGITS, QTY_ONE, ret_qty) || *ret_qty < 0 ||
                      __builtin_mul_overflow(*ret_qty, m->a->quote_lot, ret_qty)))
        return refuse(m, DROP_BAD_SIZE, "a quote size that is no number or negative");
    *ret_venue = venue_of(m, m->v[venue]);
    if (*ret_px == 0 && *ret_qty == 0 && !letter_of(m->v[venue]))
        *ret_px = PX_NONE;
    return true;
}

static bool read_quote(struct message *m, struct event *ev)
{
    struct quote *q = &ev->u.quote;
    ev->kind = m->option ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE;
    q->cond = quote_cond(m);
    return side_of(m, K_BP, K_BS, K_BX, &q->bid, &q->bid_qty, &q->bid_venue) &&
           side_of(m, K_AP, K_AS, K_AX, &q->ask, &q->ask_qty, &q->ask_venue);
}

static bool read_correction(struct message *m, struct event *ev)
{
    ev->kind = EV_CORRECT;
    ev->u.print.ref = id_of(m, K_OI);
    ev->u.print.id = id_of(m, K_CI);
    if (!ev->u.print.ref)
        return refuse(m, DROP_MISSING_FIELD, "no id of the corrected print");
    return print_of(m, K_CP, K_CS, K_CC, ev);
}

static bool read_cancel(struct message *m, struct event *ev)
{
    ev->kind = EV_CANCEL;
    ev->u.print.ref = id_of(m, K_I);
    if (!ev->u.print.ref)
        return refuse(m, DROP_MISSING_FIELD, "no id of the cancelled print");
    return print_of(m, K_P, K_SIZE, K_C, ev);
}

static bool read_luld(struct message *m, struct event *ev)
{
    ev->kind = EV_STATUS;
    strcpy(ev->u.status.code, "luld");
    return px_of(m, K_U, &ev->u.status.value) && px_of(m, K_D, &ev->u.status.value2);
}

/* Status codes with a word of ours (section 3.5), by the tapes they belong to. */
static const struct {
    const char *tapes;
    char code;
    const char *word;
} statuses[] = {
    {"AB", '2', "halt"},   {"AB", '3', "resume"}, {"CO", 'H', "halt"},
    {"CO", 'T', "resume"}, {"CO", 'P', "pause"},  {"CO", 'Q', "quote_resume"},
};

static bool read_status(struct message *m, struct event *ev)
{
    const char *s;
    size_t n;
    char tape = letter_of(m->v[K_Z]);
    ev->kind = EV_STATUS;
    if (!text_of(m->v[K_SC], &s, &n) || n == 0)
        return refuse(m, DROP_MISSING_FIELD, "no status code");
    char *code = ev->u.status.code;
    text_clean(code, sizeof ev->u.status.code, s, n);
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (tape && strchr(statuses[i].tapes, tape) && n == 1 && s[0] == statuses[i].code)
            strcpy(code, statuses[i].word);
    return true;
}

static bool (*const readers[128])(struct message *m, struct event *ev) = {
    ['t'] = read_trade,  ['q'] = read_quote, ['c'] = read_correction,
    ['x'] = read_cancel, ['l'] = read_luld,  ['s'] = read_status,
};

static enum key key_of(const char *s, size_t n)
{
    if (n == 1)
        return (unsigned char)s[0] < ARRAY_LEN(letters) ? letters[(unsigned char)s[0]] : K_NONE;
    for (size_t i = 0; n == 2 && i < ARRAY_LEN(pairs); i++)
        if (pairs[i].text[0] == s[0] && pairs[i].text[1] == s[1])
            return pairs[i].key;
    return K_NONE;
}

static void collect(struct message *m, const msgpack_object_map *map)
{
    for (uint32_t i = 0; i < map->size; i++) {
        const msgpack_object_kv *kv = &map->ptr[i];
        const char *s;
        size_t n;
        enum key k = text_of(&kv->key, &s, &n) ? key_of(s, n) : K_NONE;
        if (k == K_NONE)
            m->a->feed->stats.unknown_fields++;
        else if (kv->val.type != MSGPACK_OBJECT_NIL)
            m->v[k] = &kv->val;
    }
}

/* Longer types are the connection's own: they carry no data. */
static bool read_control(struct message *m, const char *type, size_t n)
{
    m->a->feed->stats.types[0]++;
    if (n == 5 && memcmp(type, "error", 5) == 0)
        return refuse(m, DROP_SKIPPED, "the server reported an error");
    if ((n == 7 && memcmp(type, "success", 7) == 0) ||
        (n == 12 && memcmp(type, "subscription", 12) == 0))
        return true;
    return refuse(m, DROP_SKIPPED, "a message type tapedeck does not use");
}

static bool read_message(struct message *m, struct batch *b)
{
    const char *type;
    size_t n;
    if (!text_of(m->v[K_T], &type, &n) || n == 0)
        return refuse(m, DROP_MISSING_FIELD, "no message type T");
    if (n != 1)
        return read_control(m, type, n);
    unsigned char c = (unsigned char)type[0];
    m->a->feed->stats.types[c]++;
    if (c >= 128 || !readers[c])
        return refuse(m, DROP_SKIPPED, "a message type tapedeck does not use");
    struct event *ev = &b->ev[0];
    memset(ev, 0, sizeof *ev);
    b->n = 1;
    return head_of(m, ev) && readers[c](m, ev);
}

int alpaca_decode(struct alpaca *a, const msgpack_object *o, struct batch *b)
{
    struct message m = {.a = a};
    const char *s;
    size_t n;
    b->n = 0;
    b->joined = b->tick = false;
    bool good = o->type == MSGPACK_OBJECT_MAP || refuse(&m, DROP_SYNTAX, "not a msgpack map");
    if (good) {
        collect(&m, &o->via.map);
        good = read_message(&m, b);
    }
    if (good)
        return DECODED_USED;
    a->type[0] = a->symbol[0] = '\0';
    if (text_of(m.v[K_T], &s, &n))
        text_clean(a->type, sizeof a->type, s, n);
    if (text_of(m.v[K_S], &s, &n))
        text_clean(a->symbol, sizeof a->symbol, s, n);
    return DECODED_DROPPED;
}
