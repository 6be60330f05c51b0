/* Literals of the filter language: numbers with k m b %, durations, clocks, times and words, read
 * by the type of the field they are compared with. Exact: no binary floating point. */
#include "view/filter_node.h"

#include <string.h>
#include <strings.h>

#include "event/calendar.h"
#include "view/suggest.h"
#include "view/when.h"

/* Other words for the same thing. */
static const struct {
    const char *field, *said, *meant;
} synonyms[] = {
    {"side", "ask", "buy"},   {"side", "bid", "sell"}, {"side", "bought", "buy"},
    {"side", "sold", "sell"}, {"right", "c", "C"},     {"right", "p", "P"},
    {"right", "call", "C"},   {"right", "put", "P"},   {"right", "calls", "C"},
    {"right", "puts", "P"},
};

/* Fields whose words are all known, so that a mistyped one is an error and not an empty result. */
static const char *side_word(size_t i)
{
    return side_name((int)i - 1);
}
static const char *right_word(size_t i)
{
    static const char *const words[] = {"C", "P", "call", "put"};
    return words[i];
}
static const char *placement_word(size_t i)
{
    return placement_name((enum placement)i);
}
static const char *quote_state_word(size_t i)
{
    return quote_state_name((enum quote_state)i);
}
static const char *rule_word(size_t i)
{
    return side_rule_name((enum side_rule)i);
}
static const char *kind_word(size_t i)
{
    return packet_kind_name((enum packet_kind)i);
}
static const char *grade_word(size_t i)
{
    return packet_grade_name((enum packet_grade)i);
}

static const char *structure_word(size_t i)
{
    return shape_name((enum shape)(i + 1));
}
static const char *direction_text(size_t i)
{
    return i < 3 ? direction_name((int)i - 1) : "none";
}

struct vocabulary {
    const char *field;
    const char *(*word)(size_t i);
    size_t n;
};
static const struct vocabulary vocabularies[] = {
    {"side", side_word, 3},
    {"right", right_word, 4},
    {"placement", placement_word, PL_COUNT},
    {"quote_state", quote_state_word, QS_COUNT},
    {"side_rule", rule_word, RULE_COUNT},
    {"kind", kind_word, PK_KIND_COUNT},
    {"grade", grade_word, PG_COUNT},
    {"structure", structure_word, SHAPE_COUNT - 1},
    {"direction", direction_text, 4},
};

static const char *vocabulary_at(size_t i, const void *self)
{
    const struct vocabulary *v = self;
    return i < v->n ? v->word(i) : NULL;
}

static bool known_word(const struct column *column, const char *s, struct text *say)
{
    const struct vocabulary *v = NULL;
    for (size_t i = 0; i < ARRAY_LEN(vocabularies); i++)
        if (strcmp(vocabularies[i].field, column->name) == 0)
            v = &vocabularies[i];
    if (!v)
        return true;
    for (size_t i = 0; i < v->n; i++)
        if (strcasecmp(v->word(i), s) == 0)
            return true;
    const char *near = suggest(s, strlen(s), vocabulary_at, v);
    text_add(say, "%s is never '%s'", column->name, s);
    if (near)
        text_add(say, ", did you mean '%s'?", near);
    return false;
}

static bool text_literal(const struct column *column, const char *s, size_t n, struct literal *ret,
                         struct text *say)
{
    memcpy(ret->text, s, n);
    ret->text[n] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(synonyms); i++)
        if (strcmp(synonyms[i].field, column->name) == 0 &&
            strcasecmp(synonyms[i].said, ret->text) == 0)
            strcpy(ret->text, synonyms[i].meant);
    return known_word(column, ret->text, say);
}

/* ns in one unit of a field that counts time, 0 for others. */
static int64_t time_unit(const struct column *column)
{
    size_t n = strlen(column->name);
    if (n > 3 && strcmp(column->name + n - 3, "_ns") == 0)
        return 1;
    if (n > 3 && strcmp(column->name + n - 3, "_ms") == 0)
        return NS_PER_MS;
    return strcmp(column->name, "dte") == 0 ? 86400 * NS_PER_SEC : 0;
}

static __int128 suffix_of(char c)
{
    switch (c) {
    case 'k':
    case 'K':
        return 1000;
    case 'm':
    case 'M':
        return 1000000;
    case 'b':
    case 'B':
        return 1000000000;
    default:
        return 0;
    }
}

/* In 1e-9. Ten digits and more do not fit 1e-9 in 64 bits and are read as whole numbers. */
static bool number_literal(const char *s, size_t n, __int128 *ret, struct text *say)
{
    int64_t v = 0;
    bool percent = n > 1 && s[n - 1] == '%';
    __int128 factor = n > 1 ? suffix_of(s[n - 1]) : 0, scaled;
    size_t from = n && s[0] == '$', len = n - from - (percent || factor);
    enum dec_status status = dec_parse(s + from, len, PX_DIGITS, &v);
    scaled = v;
    if (status == DEC_RANGE) {
        status = dec_parse(s + from, len, 0, &v);
        scaled = (__int128)v * PX_ONE;
    }
    if (status != DEC_OK) {
        text_add(say,
                 status == DEC_SYNTAX      ? "'%.*s' is not a number"
                 : status == DEC_PRECISION ? "'%.*s' has more than nine decimals"
                                           : "'%.*s' is too large",
                 (int)n, s);
        return false;
    }
    *ret = percent ? scaled / 100 : scaled * (factor ? factor : 1);
    return true;
}

static bool time_literal(const char *s, size_t n, struct literal *ret, struct text *say)
{
    int64_t v;
    ret->clock = clock_parse(s, n, &v);
    if (!ret->clock && !time_parse(s, n, &v)) {
        text_add(say, "'%.*s' is not a time like 09:31:15 or 2024-06-14T13:55:03Z", (int)n, s);
        return false;
    }
    ret->number = v;
    return true;
}

static bool bool_literal(const char *s, size_t n, struct literal *ret, struct text *say)
{
    static const char *const words[] = {"false", "true", "no", "yes", "0", "1"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strlen(words[i]) == n && strncasecmp(words[i], s, n) == 0) {
            ret->number = (i & 1) * PX_ONE;
            return true;
        }
    text_add(say, "'%.*s' is neither true nor false", (int)n, s);
    return false;
}

bool literal_parse(const struct column *column, const char *s, size_t n, struct literal *ret,
                   struct text *say)
{
    int64_t ns, unit = time_unit(column);
    if (n >= FILTER_LITERAL_MAX) {
        text_add(say, "a value may have at most %d bytes", FILTER_LITERAL_MAX - 1);
        return false;
    }
    if (column->type == CELL_TEXT || column->type == CELL_LIST || column->type == CELL_IDS)
        return text_literal(column, s, n, ret, say);
    if (column->type == CELL_TIME)
        return time_literal(s, n, ret, say);
    if (column->type == CELL_BOOL)
        return bool_literal(s, n, ret, say);
    if (unit && duration_parse(s, n, &ns)) {
        ret->number = (__int128)ns * PX_ONE / unit;
        return true;
    }
    return number_literal(s, n, &ret->number, say);
}
