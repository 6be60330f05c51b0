/* Tags of a packet. See tags.h. */
#include "tui/tags.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "tui/draw.h"

#define RARE_FROM 10 /* one in so many is worth a word */

struct tags {
    struct tag *at;
    size_t n;
};

static void add(struct tags *t, enum style st, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void add(struct tags *t, enum style st, const char *fmt, ...)
{
    va_list ap;
    if (t->n == TAGS_MAX)
        return;
    struct tag *tag = &t->at[t->n++];
    *tag = (struct tag){.style = (uint8_t)st};
    va_start(ap, fmt);
    vsnprintf(tag->text, sizeof tag->text, fmt, ap);
    va_end(ap);
}

static void add_kind(struct tags *t, const struct packet *k, bool narrow)
{
    static const struct {
        const char *word;
        enum style style;
    } kinds[PK_KIND_COUNT] = {
        [PK_FILL_RUN] = {"RUN", STYLE_PLAIN},  [PK_SWEEP] = {"SWP", STYLE_SWEEP},
        [PK_BLOCK] = {"BLK", STYLE_BLOCK},     [PK_REPEAT] = {"REP", STYLE_REPEAT},
        [PK_PACKAGE] = {"PKG", STYLE_PACKAGE},
    };
    static const char *const grades[PG_COUNT] = {[PG_ISO] = " iso", [PG_APPARENT] = " app"};
    static const char *const shorter[PG_COUNT] = {[PG_APPARENT] = "?"};
    char parts[48] = "";
    if (k->kind == PK_REPEAT && !narrow && k->members) { /* how many of what size */
        int64_t each = k->qty / k->members / QTY_ONE;
        snprintf(parts, sizeof parts, " %ux%s%lld", k->members,
                 each * QTY_ONE * k->members == k->qty ? "" : "~", (long long)each);
    }
    const char *grade = k->grade < PG_COUNT ? (narrow ? shorter : grades)[k->grade] : NULL;
    if (k->kind < PK_KIND_COUNT && kinds[k->kind].word)
        add(t, kinds[k->kind].style, "%s%s%s", kinds[k->kind].word, grade ? grade : "", parts);
}

/* As the column of structures words it: "buys call vertical 105/110". */
static void add_reading(struct tags *t, const struct row *row, const struct cell_context *c)
{
    const struct leg_list *l = &row->u.legs;
    struct row as = {.kind = ROW_STRUCTURE};
    struct structure *s = &as.u.structure;
    const struct column *reading = column_find(ROW_STRUCTURE, "reading", strlen("reading"));
    char buf[128] = "";
    struct text out = text_on(buf, sizeof buf);
    s->shape = row->u.packet.shape;
    s->side = l->side;
    s->n_legs = MIN(l->n, STRUCTURE_LEGS);
    for (int i = 0; i < s->n_legs; i++)
        s->legs[i] = (struct leg){.sym = l->sym[i], .sign = l->sign[i], .ratio = l->ratio[i]};
    if (s->n_legs && reading)
        reading->value(&as, c, &out);
    int side = row->u.packet.side;
    if (out.len)
        add(t, STYLE_PACKAGE, "%s", buf);
    else
        add(t, STYLE_PACKAGE, "%s%s",
            side > 0   ? "buys "
            : side < 0 ? "sells "
                       : "",
            shape_words(s->shape));
}

/* Short names, as they are said. */
static void add_shape(struct tags *t, const struct row *row, const struct cell_context *c,
                      bool narrow)
{
    static const char *const words[SHAPE_COUNT] = {
        [SHAPE_CALL_VERTICAL] = "vert",
        [SHAPE_PUT_VERTICAL] = "vert",
        [SHAPE_CALENDAR] = "cal",
        [SHAPE_DIAGONAL] = "diag",
        [SHAPE_STRADDLE] = "strad",
        [SHAPE_STRANGLE] = "strang",
        [SHAPE_RISK_REVERSAL] = "rr",
        [SHAPE_COLLAR] = "collar",
        [SHAPE_BUTTERFLY] = "fly",
        [SHAPE_IRON_BUTTERFLY] = "ifly",
        [SHAPE_CONDOR] = "condor",
        [SHAPE_IRON_CONDOR] = "icondor",
        [SHAPE_BOX] = "box",
        [SHAPE_JELLY_ROLL] = "jelly",
        [SHAPE_CONVERSION] = "conv",
        [SHAPE_REVERSAL] = "rev",
        [SHAPE_RATIO] = "ratio",
        [SHAPE_BACKSPREAD] = "back",
        [SHAPE_LADDER] = "ladder",
        [SHAPE_STOCK_TIED] = "stock",
        [SHAPE_UNRESOLVED] = "leg",
    };
    const struct packet *k = &row->u.packet;
    if (k->kind != PK_PACKAGE || k->shape == SHAPE_NONE || k->shape >= SHAPE_COUNT)
        return;
    if (narrow)
        add(t, STYLE_PACKAGE, "%s", words[k->shape]);
    else
        add_reading(t, row, c);
    t->at[t->n - 1].brief = words[k->shape];
}

static void add_state(struct tags *t, const struct packet *k, bool narrow)
{
    const char *word = packet_state_name(k->state);
    if (narrow && k->state == PS_INCOMPLETE)
        word = "incompl";
    if (k->state != PS_CLOSED)
        add(t, k->state == PS_OPEN ? STYLE_DIM : STYLE_WARN, "%s", word);
}

static void add_opening(struct tags *t, const struct packet *k, bool ascii)
{
    char size[32];
    if (k->opening_reason != OR_OK || k->opening_min <= 0)
        return;
    short_text(size, sizeof size, MIN(k->opening_min, INT64_MAX / 1000) * 1000, 7);
    add(t, STYLE_OPENING, "OPEN%s%s", ascii ? ">=" : "\u2265", size);
}

/* k of n packets before it had at least its premium. */
static void add_rarity(struct tags *t, const struct packet *k)
{
    if (k->rarity_reason != RR_OK || k->rarity_n < RARE_FROM)
        return;
    if (k->rarity_k == 0)
        add(t, STYLE_RARE, "<1/%u", k->rarity_n);
    else if (k->rarity_n / k->rarity_k >= RARE_FROM)
        add(t, STYLE_RARE, "1/%u", k->rarity_n / k->rarity_k);
}

static void add_flags(struct tags *t, const struct packet *k)
{
    static const struct {
        uint32_t flag;
        const char *word;
    } flags[] = {
        {PF_LEG_CANDIDATE, "leg?"},   {PF_ROLL_CANDIDATE, "roll?"}, {PF_FLOOR, "floor"},
        {PF_CROSS, "cross"},          {PF_AUCTION, "auction"},      {PF_LATE, "late"},
        {PF_STOCK_TIED, "stock"},     {PF_DEGRADED, "gap?"},        {PF_WIDE, "wide"},
        {PF_ZERO_BID, "0bid"},        {PF_ADJUSTED, "adjusted"},    {PF_EXTENDED, "extended"},
        {PF_RETAIL_PROXY, "retail?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (k->flags & flags[i].flag & ~(k->kind == PK_PACKAGE ? PF_STOCK_TIED : 0u))
            add(t, STYLE_WARN, "%s", flags[i].word);
    if (k->opening_min <= 0 && k->flags & PF_OVER_OI)
        add(t, STYLE_PLAIN, "size>OI");
    else if (k->opening_min <= 0 && k->flags & PF_VOLUME_OVER_OI)
        add(t, STYLE_DIM, "vol>OI");
}

/* Dollars that the position moves like, where the tables have them. */
static void add_delta(struct tags *t, const struct row *row, const struct cell_context *c)
{
    const struct column *col = column_find(row->kind, "delta_notional", strlen("delta_notional"));
    char buf[48];
    struct text out = text_on(buf, sizeof buf);
    if (col)
        (col->cell ? col->cell : col->value)(row, c, &out);
    if (out.len)
        add(t, STYLE_PLAIN, "%s%s", c->ascii ? "d" : "\u0394", buf);
}

size_t tags_of(const struct row *row, const struct cell_context *c, bool narrow,
               struct tag ret[TAGS_MAX])
{
    struct tags t = {ret, 0};
    const struct packet *k = &row->u.packet;
    if (row->kind != ROW_PACKET)
        return 0;
    add_kind(&t, k, narrow);
    add_state(&t, k, narrow);
    add_shape(&t, row, c, narrow);
    add_opening(&t, k, c->ascii);
    add_rarity(&t, k);
    add_flags(&t, k);
    add_delta(&t, row, c);
    return t.n;
}

size_t tags_text(const struct row *row, const struct cell_context *c, char *buf, size_t cap)
{
    struct tag tags[TAGS_MAX];
    struct text t = text_on(buf, cap);
    size_t n = tags_of(row, c, false, tags);
    for (size_t i = 0; i < n; i++)
        text_add(&t, "%s%s", i ? " " : "", tags[i].text);
    return t.len;
}
