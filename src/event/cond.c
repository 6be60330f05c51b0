/* Sale conditions over the generated rows. See cond.h. */
#include "event/cond.h"

#include <string.h>

#include "base/text.h"
#include "event/event.h"
#include "event/table.h"

static const char *const families[COND_FAMILY_COUNT] = {
    [COND_REGULAR] = "regular",
    [COND_ISO] = "iso",
    [COND_AUCTION] = "auction",
    [COND_CROSS] = "cross",
    [COND_FLOOR] = "floor",
    [COND_MULTI_LEG] = "multi_leg",
    [COND_STOCK_TIED] = "stock_tied",
    [COND_PROPRIETARY] = "proprietary",
    [COND_COMPRESSION] = "compression",
    [COND_LATE] = "late",
    [COND_CANCEL] = "cancel",
    [COND_EXTENDED] = "extended",
    [COND_UNKNOWN] = "unknown",
};
static const char *const modes[PRICE_MODE_COUNT] = {
    [PRICE_REGULAR] = "regular",
    [PRICE_AVERAGE] = "average",
    [PRICE_DERIVATIVE] = "derivative",
    [PRICE_CONTINGENT] = "contingent",
    [PRICE_PRIOR_REF] = "prior_ref",
    [PRICE_LATE] = "late",
    [PRICE_CROSS] = "cross",
    [PRICE_EXTENDED] = "extended",
    [PRICE_NOT_A_TRADE] = "not_a_trade",
};

/* Higher is stricter. A cancel is no trade at all; an unknown code may be anything; then what says
 * least about price, and last what says least about the taker. */
static const uint8_t family_rank[COND_FAMILY_COUNT] = {
    [COND_REGULAR] = 0, [COND_ISO] = 1,         [COND_FLOOR] = 2,        [COND_AUCTION] = 3,
    [COND_CROSS] = 4,   [COND_MULTI_LEG] = 5,   [COND_STOCK_TIED] = 6,   [COND_EXTENDED] = 7,
    [COND_LATE] = 8,    [COND_PROPRIETARY] = 9, [COND_COMPRESSION] = 10, [COND_UNKNOWN] = 11,
    [COND_CANCEL] = 12,
};
static const uint8_t mode_rank[PRICE_MODE_COUNT] = {
    [PRICE_REGULAR] = 0,    [PRICE_CROSS] = 1,     [PRICE_EXTENDED] = 2,
    [PRICE_LATE] = 3,       [PRICE_PRIOR_REF] = 4, [PRICE_DERIVATIVE] = 5,
    [PRICE_CONTINGENT] = 6, [PRICE_AVERAGE] = 7,   [PRICE_NOT_A_TRADE] = 8,
};

const char *cond_family_name(enum cond_family family)
{
    return (size_t)family < ARRAY_LEN(families) ? families[family] : "?";
}

const char *price_mode_name(enum price_mode mode)
{
    return (size_t)mode < ARRAY_LEN(modes) ? modes[mode] : "?";
}

static size_t tape_index(char tape)
{
    return tape == 'A' || tape == 'B' ? 0 : tape == 'C' ? 1 : 2;
}

static const struct cond *option_row(char letter)
{
    unsigned char c = (unsigned char)letter;
    return &cond_option_rows[c < ARRAY_LEN(cond_option_at) ? cond_option_at[c] : 0];
}

static const struct cond *equity_row(char letter, char tape)
{
    unsigned char c = (unsigned char)letter;
    size_t t = tape_index(tape);
    return &cond_equity_rows[c < ARRAY_LEN(cond_equity_at[0]) ? cond_equity_at[t][c] : 0];
}

const struct cond *cond_option(char letter)
{
    const struct cond *row = option_row(letter);
    return row == cond_option_rows ? NULL : row;
}

const struct cond *cond_equity(char letter, char tape)
{
    const struct cond *row = equity_row(letter, tape);
    return row == cond_equity_rows ? NULL : row;
}

#define USE_MARKS USE_ISO

/* A full permission contains the weak one, so that the stricter of two sets is their common part.
 */
static uint16_t use_widen(uint16_t use)
{
    return (uint16_t)(use | (use & USE_SIDE ? USE_SIDE_WEAK : 0) |
                      (use & USE_LAST ? USE_LAST_IF_FIRST : 0));
}

static uint16_t use_narrow(uint16_t use)
{
    return (uint16_t)(use & ~((use & USE_SIDE ? USE_SIDE_WEAK : 0) |
                              (use & USE_LAST ? USE_LAST_IF_FIRST : 0)));
}

/* Folds one row into a sum whose use is kept widened. */
static void sum_add(struct cond_sum *sum, const struct cond *row, const uint8_t *rank)
{
    uint16_t both = sum->use & use_widen(row->use), marks = (sum->use | row->use) & USE_MARKS;
    sum->use = (uint16_t)((both & ~USE_MARKS) | marks);
    if (rank[row->family] > rank[sum->family])
        sum->family = row->family;
}

static struct cond_sum sum_start(uint8_t family)
{
    return (struct cond_sum){.use = (uint16_t)~USE_MARKS, .family = family};
}

struct cond_sum cond_option_sum(const struct print *p)
{
    if (!p->cond[1] && !(p->flags & PRINT_COND_OTHER)) {
        const struct cond *only = option_row(p->cond[0] ? p->cond[0] : ' ');
        return (struct cond_sum){only->use, only->family};
    }
    struct cond_sum sum = sum_start(COND_REGULAR);
    for (size_t i = 0; i < sizeof p->cond && p->cond[i]; i++)
        sum_add(&sum, option_row(p->cond[i]), family_rank);
    if (p->flags & PRINT_COND_OTHER)
        sum_add(&sum, &cond_option_rows[0], family_rank);
    sum.use = use_narrow(sum.use);
    return sum;
}

struct cond_sum cond_equity_sum(const struct print *p)
{
    if (!p->cond[1] && !(p->flags & PRINT_COND_OTHER)) {
        const struct cond *only = equity_row(p->cond[0] ? p->cond[0] : '@', p->tape);
        return (struct cond_sum){only->use, only->family};
    }
    struct cond_sum sum = sum_start(PRICE_REGULAR);
    for (size_t i = 0; i < sizeof p->cond && p->cond[i]; i++)
        sum_add(&sum, equity_row(p->cond[i], p->tape), mode_rank);
    if (p->flags & PRINT_COND_OTHER)
        sum_add(&sum, &cond_equity_rows[0], mode_rank);
    sum.use = use_narrow(sum.use);
    return sum;
}

char cond_by_mnemonic(const char *s, size_t n)
{
    if (n == 0)
        return ' ';
    if (n == 1)
        return cond_option(*s) ? *s : 0;
    size_t lo = 0, hi = cond_option_names_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const char *name = cond_option_names[mid].name;
        int order = strncmp(name, s, n);
        if (order == 0 && name[n] == '\0')
            return cond_option_names[mid].letter;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return 0;
}

#define AT(table, i) ((i) >= 0 && (i) < (int)ARRAY_LEN(table) ? (table)[i] : 0)

char cond_by_theta_option(int code)
{
    return AT(cond_option_theta, code);
}

char cond_by_theta_equity(int code)
{
    return AT(cond_equity_theta, code);
}

char cond_by_massive_option(int id)
{
    return AT(cond_option_massive, id);
}

char cond_by_massive_equity(int id, char tape)
{
    return AT(cond_equity_massive[tape_index(tape)], id);
}

char cond_by_lean_bit(int bit)
{
    return AT(cond_lean_bits, bit);
}

bool print_add_cond(struct print *p, char letter)
{
    for (size_t i = 0; i < sizeof p->cond; i++) {
        if (p->cond[i] == letter)
            return true;
        if (!p->cond[i]) {
            p->cond[i] = letter;
            return true;
        }
    }
    return false;
}

size_t cond_text(char *buf, size_t cap, const struct print *p, bool option, const char *other)
{
    struct text t = text_on(buf, cap);
    for (size_t i = 0; i < sizeof p->cond && p->cond[i]; i++) {
        char c = p->cond[i];
        const struct cond *row = option ? cond_option(c) : cond_equity(c, p->tape);
        char bare[2] = {c > ' ' && c <= '~' ? c : '?', '\0'};
        text_add(&t, "%s%s", t.len ? "|" : "", row ? row->mnemonic : bare);
    }
    if (p->flags & PRINT_COND_OTHER)
        text_add(&t, "%s?%s", t.len ? "|" : "", other);
    return t.len;
}
