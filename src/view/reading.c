/* A structure in words: what the taker did, with strikes and expiries. See field.h. */
#include "view/field.h"

#include <string.h>

static const struct instrument *leg_of(const struct leg_list *l, int i,
                                       const struct cell_context *c)
{
    return symbols_get(c->symbols, l->sym[i]);
}

/* "XYZ 260220C00105000": the root, then the rest of the padded OSI symbol. */
static void put_osi(struct text *t, const struct instrument *in)
{
    size_t n = strlen(in->symbol), root = MIN(n, (size_t)6);
    const char *rest = in->symbol + root;
    while (root > 1 && in->symbol[root - 1] == ' ')
        root--;
    text_addn(t, in->symbol, root);
    text_add(t, " %s", rest);
}

void put_legs(struct text *t, const struct leg_list *l, const struct cell_context *c)
{
    for (int i = 0; i < l->n; i++) {
        const struct instrument *in = leg_of(l, i, c);
        text_add(t, "%s%s%u ", i ? "|" : "",
                 l->sign[i] > 0   ? "+"
                 : l->sign[i] < 0 ? "-"
                                  : "",
                 l->ratio[i]);
        if (in)
            put_osi(t, in);
    }
}

/* Whether leg i's strike (or expiry) is that of an earlier leg. */
static bool repeated(const struct leg_list *l, int i, bool expiry, const struct cell_context *c)
{
    const struct instrument *a = leg_of(l, i, c);
    for (int k = 0; k < i; k++) {
        const struct instrument *b = leg_of(l, k, c);
        if (a && b && (expiry ? a->expiry == b->expiry : a->strike_px == b->strike_px))
            return true;
    }
    return false;
}

static void put_strikes(struct text *t, const struct leg_list *l, const struct cell_context *c)
{
    const char *between = "";
    for (int i = 0; i < l->n; i++) {
        const struct instrument *in = leg_of(l, i, c);
        if (!in || repeated(l, i, false, c))
            continue;
        put_word(t, between);
        put_dec(t, in->strike_px, PX_DIGITS, 0);
        between = "/";
    }
}

static int expiries(const struct leg_list *l, const struct cell_context *c)
{
    int n = 0;
    for (int i = 0; i < l->n; i++)
        n += !repeated(l, i, true, c);
    return n;
}

static void put_expiries(struct text *t, const struct leg_list *l, const struct cell_context *c)
{
    const char *between = " ";
    for (int i = 0; i < l->n; i++) {
        const struct instrument *in = leg_of(l, i, c);
        if (!in || repeated(l, i, true, c))
            continue;
        put_word(t, between);
        put_date(t, in->expiry);
        between = "/";
    }
}

/* C or P where all legs have it, else 0. */
static char common_right(const struct leg_list *l, const struct cell_context *c)
{
    char right = 0;
    for (int i = 0; i < l->n; i++) {
        const struct instrument *in = leg_of(l, i, c);
        if (!in || (right && in->right != right))
            return 0;
        right = in->right;
    }
    return right;
}

static void put_ratios(struct text *t, const struct leg_list *l)
{
    for (int i = 0; i < l->n; i++)
        text_add(t, "%s%u", i ? ":" : " ", l->ratio[i]);
}

void put_reading(struct text *t, enum shape shape, int side, const struct leg_list *l,
                 const struct cell_context *c)
{
    static const bool says_right[SHAPE_COUNT] = {
        [SHAPE_CALL_VERTICAL] = true, [SHAPE_PUT_VERTICAL] = true};
    static const bool by_ratio[SHAPE_COUNT] = {[SHAPE_RATIO] = true, [SHAPE_BACKSPREAD] = true};
    char right = common_right(l, c);
    const char *word = right == 'C' ? "call" : "put";
    put_word(t, side > 0 ? "buys " : side < 0 ? "sells " : "trades ");
    if (right && l->n > 1 && !says_right[shape])
        text_add(t, "%s ", word);
    text_add(t, "%s ", shape_words(shape));
    put_strikes(t, l, c);
    if (right && l->n == 1)
        text_add(t, " %s", word);
    if (by_ratio[shape])
        put_ratios(t, l);
    if (expiries(l, c) > 1)
        put_expiries(t, l, c);
}

void put_legs_short(struct text *t, const struct leg_list *l, const struct cell_context *c)
{
    const struct instrument *in = l->n ? leg_of(l, 0, c) : NULL;
    const struct instrument *under = in ? symbols_get(c->symbols, in->underlying) : NULL;
    char right = common_right(l, c);
    if (!under)
        return;
    text_add(t, "%s ", under->symbol);
    put_strikes(t, l, c);
    text_addn(t, &right, right != 0);
    text_add(t, " %02d-%02d%s", (int)(in->expiry / 100 % 100), (int)(in->expiry % 100),
             expiries(l, c) > 1 ? "+" : "");
}

const char *direction_word(int direction, enum direction_reason reason)
{
    if (direction)
        return direction_name(direction);
    return reason == DR_OK || reason == DR_NEUTRAL ? direction_name(0) : "none";
}

void put_direction(struct text *t, int direction, bool ascii)
{
    put_word(t, direction > 0 ? "bull" : direction < 0 ? "bear" : ascii ? "." : "\xc2\xb7");
}
