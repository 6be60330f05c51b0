/* The grid of cells. See canvas.h. */
#include "tui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Blocks whose characters every terminal shows in the same number of columns. What is not here
 * becomes '?': a table that disagrees with the terminal by one column ruins the whole row. */
static const struct {
    uint32_t from, to;
    uint8_t width; /* 0 = combining, dropped */
} widths[] = {
    {0x20, 0x7e, 1},       {0xa0, 0xac, 1},     {0xae, 0x2ff, 1},    {0x300, 0x36f, 0},
    {0x370, 0x482, 1},     {0x483, 0x489, 0},   {0x48a, 0x52f, 1},   {0x1ab0, 0x1aff, 0},
    {0x1dc0, 0x1dff, 0},   {0x1e00, 0x1fff, 1}, {0x2010, 0x2027, 1}, {0x2030, 0x205e, 1},
    {0x2070, 0x209c, 1},   {0x20a0, 0x20bf, 1}, {0x20d0, 0x20ff, 0}, {0x2100, 0x2319, 1},
    {0x2500, 0x25fc, 1},   {0x2800, 0x28ff, 1}, {0x2e80, 0x2fd5, 2}, {0x3001, 0x3029, 2},
    {0x3041, 0x3096, 2},   {0x30a1, 0x30ff, 2}, {0x3400, 0x4dbf, 2}, {0x4e00, 0x9fff, 2},
    {0xac00, 0xd7a3, 2},   {0xf900, 0xfad9, 2}, {0xfe20, 0xfe2f, 0}, {0xff01, 0xff60, 2},
    {0x20000, 0x2a6df, 2},
};

static const struct {
    uint32_t ch;
    char ascii;
} stand_ins[] = {
    {0x2581, '.'}, {0x2582, ':'}, {0x2583, '-'}, {0x2584, '='},  {0x2585, '+'},  {0x2586, '*'},
    {0x2587, '#'}, {0x2588, '#'}, {0x2591, '~'}, {0x2500, '-'},  {0x2502, '|'},  {0x253c, '+'},
    {0x2534, '+'}, {0x252c, '+'}, {0x251c, '+'}, {0x2026, '~'},  {0x00b7, '.'},  {0x2190, '<'},
    {0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'}, {0x25b2, '^'},  {0x25bc, 'v'},  {0x25ba, '>'},
    {0x2039, '<'}, {0x25cf, 'o'}, {0x00d7, 'x'}, {0x2013, '-'},  {0x2014, '-'},  {0x203a, '>'},
    {0x2265, '>'}, {0x2264, '<'}, {0x00a0, ' '}, {0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'},
    {0x201d, '"'}, {0x25b4, '+'}, {0x25be, '-'}, {0x25ab, '='},  {0x25a0, '='},  {0x2514, '`'},
    {0x25b8, '+'},
};

static int char_width(uint32_t cp)
{
    size_t lo = 0, hi = ARRAY_LEN(widths);
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (cp > widths[mid].to)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < ARRAY_LEN(widths) && cp >= widths[lo].from ? widths[lo].width : -1;
}

static uint32_t char_ascii(uint32_t cp)
{
    if (cp < 0x7f)
        return cp;
    for (size_t i = 0; i < ARRAY_LEN(stand_ins); i++)
        if (stand_ins[i].ch == cp)
            return (unsigned char)stand_ins[i].ascii;
    return '?';
}

/* The next character to draw and its width; returns the bytes it took. Width 0: draw nothing. */
static size_t next_char(const char *s, size_t n, uint32_t *ret_cp, int *ret_width)
{
    uint32_t cp = 0;
    size_t len = text_utf8(s, n, &cp);
    int w = len ? char_width(cp) : -1;
    *ret_cp = w < 0 ? '?' : cp;
    *ret_width = w < 0 ? 1 : w;
    return len ? len : 1;
}

void canvas_init(struct canvas *c)
{
    *c = (struct canvas){0};
}

void canvas_finish(struct canvas *c)
{
    mem_free(c->cells);
    canvas_init(c);
}

static size_t cell_count(const struct canvas *c)
{
    return (size_t)c->cols * (size_t)c->rows;
}

void canvas_resize(struct canvas *c, int cols, int rows)
{
    assert(cols > 0 && rows > 0);
    if (cols != c->cols || rows != c->rows) {
        c->cells = mem_grow(c->cells, (size_t)cols * (size_t)rows, sizeof *c->cells);
        c->cols = cols;
        c->rows = rows;
    }
    canvas_clear(c);
}

void canvas_clear(struct canvas *c)
{
    for (size_t i = 0, n = cell_count(c); i < n; i++)
        c->cells[i] = (struct cell){.ch = ' '};
}

static bool cell_equal(const struct cell *a, const struct cell *b)
{
    return a->ch == b->ch && a->style == b->style && a->flags == b->flags;
}

bool canvas_equal(const struct canvas *a, const struct canvas *b)
{
    if (a->cols != b->cols || a->rows != b->rows)
        return false;
    for (size_t i = 0, n = cell_count(a); i < n; i++)
        if (!cell_equal(&a->cells[i], &b->cells[i]))
            return false;
    return true;
}

void canvas_copy(struct canvas *dst, const struct canvas *src)
{
    if (dst->cols != src->cols || dst->rows != src->rows)
        canvas_resize(dst, src->cols, src->rows);
    dst->ascii = src->ascii;
    memcpy(dst->cells, src->cells, cell_count(src) * sizeof *src->cells);
}

static struct rect clip(const struct canvas *c, struct rect r)
{
    int x2 = MIN(r.x + r.w, c->cols), y2 = MIN(r.y + r.h, c->rows);
    int x = MAX(r.x, 0), y = MAX(r.y, 0);
    return (struct rect){x, y, MAX(x2 - x, 0), MAX(y2 - y, 0)};
}

/* Writing over one half of a wide character leaves no half behind. */
static void put(struct canvas *c, int x, int y, uint32_t ch, enum style st)
{
    struct cell *row = c->cells + (size_t)y * (size_t)c->cols;
    if (row[x].ch == 0 && x > 0)
        row[x - 1].ch = ' ';
    if (x + 1 < c->cols && row[x + 1].ch == 0 && ch != 0)
        row[x + 1].ch = ' ';
    row[x] = (struct cell){.ch = ch, .style = (uint8_t)st};
}

int canvas_text(struct canvas *c, struct rect r, int x, int y, enum style st, const char *utf8)
{
    struct rect in = clip(c, r);
    int at = r.x + x, line = r.y + y, start = at;
    bool visible = line >= in.y && line < in.y + in.h;
    for (size_t i = 0, n = strlen(utf8); i < n;) {
        uint32_t cp;
        int w;
        i += next_char(utf8 + i, n - i, &cp, &w);
        if (c->ascii) {
            cp = char_ascii(cp);
            w = w ? 1 : 0;
        }
        if (w == 0)
            continue;
        if (at + w > in.x + in.w)
            break;
        if (visible && at >= in.x) {
            put(c, at, line, cp, st);
            if (w == 2)
                put(c, at + 1, line, 0, st);
        }
        at += w;
    }
    return at - start;
}

int canvas_print(struct canvas *c, struct rect r, int x, int y, enum style st, const char *fmt, ...)
{
    char buf[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(buf, sizeof buf, fmt, ap);
    va_end(ap);
    return canvas_text(c, r, x, y, st, buf);
}

int canvas_width(const char *utf8)
{
    int sum = 0;
    for (size_t i = 0, n = strlen(utf8); i < n;) {
        uint32_t cp;
        int w;
        i += next_char(utf8 + i, n - i, &cp, &w);
        sum += w;
    }
    return sum;
}

void canvas_fill(struct canvas *c, struct rect r, uint32_t ch, enum style st)
{
    struct rect in = clip(c, r);
    int w = char_width(ch);
    uint32_t draw = w == 1 ? ch : '?';
    if (c->ascii)
        draw = char_ascii(draw);
    for (int y = in.y; y < in.y + in.h; y++)
        for (int x = in.x; x < in.x + in.w; x++)
            put(c, x, y, draw, st);
}

void canvas_flag(struct canvas *c, struct rect r, uint8_t flags)
{
    struct rect in = clip(c, r);
    for (int y = in.y; y < in.y + in.h; y++)
        for (int x = in.x; x < in.x + in.w; x++)
            c->cells[(size_t)y * (size_t)c->cols + (size_t)x].flags |= flags;
}

static size_t utf8_write(char *s, uint32_t cp)
{
    if (cp < 0x80) {
        s[0] = (char)cp;
        return 1;
    }
    size_t len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len - 1; i > 0; i--, cp >>= 6)
        s[i] = (char)(0x80 | (cp & 0x3f));
    s[0] = (char)(lead[len] | cp);
    return len;
}

static size_t dump_cell(char *out, const struct cell *cell, bool styles)
{
    if (!styles)
        return cell->ch ? utf8_write(out, cell->ch) : 0;
    char letter = cell->style == STYLE_PLAIN ? ' ' : (char)('a' + cell->style);
    if (cell->flags)
        letter = (char)('A' + cell->style);
    *out = letter;
    return 1;
}

char *canvas_dump(const struct canvas *c, bool styles)
{
    char *out = mem_alloc(cell_count(c) * 4 + (size_t)c->rows + 1), *at = out;
    for (int y = 0; y < c->rows; y++) {
        char *line = at;
        for (int x = 0; x < c->cols; x++)
            at += dump_cell(at, &c->cells[(size_t)y * (size_t)c->cols + (size_t)x], styles);
        while (at > line && at[-1] == ' ')
            at--;
        *at++ = '\n';
    }
    *at = '\0';
    return out;
}
