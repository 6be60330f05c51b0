/* The detail view. See detail.h. */
#include "tui/detail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/venue.h"
#include "tui/detail_package.h"
#include "tui/draw.h"
#include "view/greeks.h"

#define MEMBERS_MAX   512
#define NAME_WIDTH    18
#define HALF_FROM     150 /* screens this wide keep the tapes beside it */
#define VALUE_WIDTH   26
#define INDENT        2
#define BULLET        "\u00b7"
#define BULLET_MORE   "\u00a0" /* the lines after the first of a sentence */
#define BULLET_INDENT 4

void detail_finish(struct detail *d)
{
    mem_free(d->members);
    mem_free(d->lines);
    *d = (struct detail){0};
}

static struct detail_line *add_line(struct detail *d, enum style st, const char *name)
{
    if (d->n == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 64;
        d->lines = mem_grow(d->lines, d->cap, sizeof *d->lines);
    }
    struct detail_line *line = &d->lines[d->n++];
    *line = (struct detail_line){.style = (uint8_t)st, .member = -1};
    snprintf(line->name, sizeof line->name, "%s", name);
    return line;
}

/* The longest beginning of s that fits w columns, broken at a blank where there is one. */
static size_t wrap_at(const char *s, int w)
{
    char buf[224];
    size_t n = strlen(s), last = 0;
    if (canvas_width(s) <= w && n < sizeof buf)
        return n;
    for (size_t i = 1; i <= n && i < sizeof buf; i++) {
        if (s[i] != ' ' && s[i] != '|' && s[i] != '\0')
            continue;
        memcpy(buf, s, i);
        buf[i] = '\0';
        if (canvas_width(buf) > w)
            break;
        last = i;
    }
    if (last)
        return last;
    for (last = 1; last < n && last < (size_t)MAX(w, 1) && last < sizeof buf - 4; last++)
        ;
    while (last > 1 && ((unsigned char)s[last] & 0xc0) == 0x80)
        last--;
    return last;
}

void detail_text(struct detail *d, enum style st, const char *name, const char *fmt, ...)
{
    char all[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(all, sizeof all, fmt, ap);
    va_end(ap);
    bool whole = strcmp(name, BULLET) == 0;
    int w = MAX(d->width - (whole ? BULLET_INDENT : INDENT + NAME_WIDTH), 12);
    const char *s = all;
    do {
        size_t n = wrap_at(s, w);
        struct detail_line *line = add_line(d, st, name);
        snprintf(line->text, sizeof line->text, "%.*s", (int)n, s);
        s += n + (s[n] == ' ');
        name = whole ? BULLET_MORE : " "; /* what follows stands under it */
    } while (*s);
}

void detail_title(struct detail *d, const char *text)
{
    if (d->n)
        add_line(d, STYLE_PLAIN, "");
    snprintf(add_line(d, STYLE_TITLE, "")->text, sizeof d->lines[0].text, "%s", text);
}

static const char *px_text(char *buf, size_t cap, int64_t px)
{
    if (px == PX_NONE)
        snprintf(buf, cap, "none");
    else
        dec_format(buf, cap, px, PX_DIGITS, 2);
    return buf;
}

static const char *qty_text(char *buf, size_t cap, int64_t qty)
{
    dec_format(buf, cap, qty, QTY_DIGITS, 0);
    return buf;
}

static const char *age_text(char *buf, size_t cap, const struct row *r)
{
    int64_t age = r->ev.ts_ns - r->u.join.quote_ns;
    if (r->u.join.quote_ns == 0)
        snprintf(buf, cap, "?");
    else if (age >= 0 && age < NS_PER_MS)
        snprintf(buf, cap, "%lldus", (long long)(age / NS_PER_US));
    else
        span_text(buf, cap, age);
    return buf;
}

static void add_quote(struct detail *d, const struct row *r)
{
    static const char *const states[QS_COUNT] = {
        [QS_NONE] = "no quote at or before the print",
        [QS_OK] = "two-sided, fresh and not wide: it may name a side",
        [QS_LOCKED] = "bid equals ask: it names no side",
        [QS_CROSSED] = "bid above ask: it cannot be trusted",
        [QS_WIDE] = "too wide to place the print",
        [QS_STALE] = "older than the staleness limit",
    };
    const struct join *j = &r->u.join;
    char a[32], b[32], c[32], e[32];
    detail_title(d, "Quote used");
    if (j->state != QS_NONE) {
        detail_text(d, STYLE_PLAIN, "bid x ask", "%s x %s", px_text(a, sizeof a, j->bid),
                    px_text(b, sizeof b, j->ask));
        detail_text(d, STYLE_PLAIN, "sizes", "%s x %s", qty_text(c, sizeof c, j->bid_qty),
                    qty_text(e, sizeof e, j->ask_qty));
        detail_text(d, STYLE_PLAIN, "age at the print", "%s", age_text(a, sizeof a, r));
        detail_text(d, STYLE_PLAIN, "events", "bid seq %llu, ask seq %llu",
                    (unsigned long long)j->bid_seq, (unsigned long long)j->ask_seq);
    }
    detail_text(d, j->state == QS_OK ? STYLE_PLAIN : STYLE_WARN, "state", "%s: %s",
                quote_state_name(j->state), j->state < QS_COUNT ? states[j->state] : "?");
    detail_text(d, STYLE_PLAIN, "placement", "%s", placement_name(j->placement));
}

static void add_side(struct detail *d, int side, uint8_t rule, uint8_t reason, uint8_t confidence)
{
    enum style st = side > 0 ? STYLE_BUY : side < 0 ? STYLE_SELL : STYLE_NEUTRAL;
    detail_title(d, "Side of the taker");
    detail_text(d, st, "side", "%s", side_name(side));
    if (side && rule != RULE_NONE)
        detail_text(d, STYLE_PLAIN, "rule", "%s", side_rule_name(rule));
    if (side) {
        detail_text(d, STYLE_PLAIN, "confidence", "0.%02d", confidence);
    }
    detail_text(d, STYLE_PLAIN, side ? "note" : "why none", "%s", side_reason_sentence(reason));
}

static void add_condition(struct detail *d, const struct cond *cond, char letter)
{
    char name[20];
    snprintf(name, sizeof name, "%s", cond ? cond->mnemonic : "");
    if (!cond)
        snprintf(name, sizeof name, "%c", letter);
    detail_text(d, STYLE_PLAIN, name, "%s",
                cond ? cond->meaning : "not in our tables: counts for volume only");
    if (cond && cond->forbids && cond->forbids[0])
        detail_text(d, STYLE_WARN, "  forbids", "%s", cond->forbids);
    if (cond && cond->source[0])
        detail_text(d, STYLE_DIM, "  written in", "%s", cond->source);
}

static void add_conditions(struct detail *d, const struct row *r, const struct cell_context *cells)
{
    const struct print *p = &r->ev.u.print;
    bool option = r->kind == ROW_OPTION;
    detail_title(d, "Conditions");
    size_t shown = 0;
    for (size_t i = 0; i < sizeof p->cond && p->cond[i]; i++, shown++)
        add_condition(d, option ? cond_option(p->cond[i]) : cond_equity(p->cond[i], p->tape),
                      p->cond[i]);
    if (p->cond_other && cells->idents) {
        char text[80];
        ident_code_text(cells->idents, p->cond_other, text, sizeof text);
        detail_text(d, STYLE_WARN, text, "a code not in our tables: counts for volume only");
    } else if (shown == 0) {
        detail_text(d, STYLE_PLAIN, "none", "regular");
    }
}

static const struct column *column_named(enum row_kind kind, const char *name)
{
    return column_find(kind, name, strlen(name));
}

/* The sentences that the row's own column gives, one each. */
static void add_explanations(struct detail *d, const struct row *r, const struct cell_context *c)
{
    const struct column *col = column_named(r->kind, "explanations");
    char buf[1024];
    struct text t = text_on(buf, sizeof buf);
    if (!col)
        return;
    col->value(r, c, &t);
    if (t.len == 0)
        return;
    detail_title(d, "In words");
    char *save = NULL;
    for (char *s = strtok_r(buf, "|", &save); s; s = strtok_r(NULL, "|", &save))
        detail_text(d, STYLE_PLAIN, BULLET, "%s", s);
}

static void add_columns(struct detail *d, const struct row *r, const struct cell_context *c)
{
    size_t n;
    const struct column *cols = columns_of(r->kind, &n);
    detail_title(d, "All fields");
    for (size_t i = 0; i < n; i++) {
        char buf[512];
        struct text t = text_on(buf, sizeof buf);
        if (strcmp(cols[i].name, "explanations") == 0)
            continue;
        cols[i].value(r, c, &t);
        if (t.len == 0)
            continue;
        int room = d->width - INDENT - NAME_WIDTH - VALUE_WIDTH - 1;
        detail_text(d, cols[i].style ? cols[i].style(r, c) : STYLE_PLAIN, cols[i].name, "%s", buf);
        if (canvas_width(buf) <= VALUE_WIDTH && canvas_width(cols[i].sentence) <= room)
            d->lines[d->n - 1].meaning = cols[i].sentence;
    }
}

/* In a packet of several contracts each print says its own. */
static void add_contract(const struct detail *d, const struct row *print,
                         const struct cell_context *c, char *buf, size_t cap)
{
    const struct column *col = column_named(ROW_OPTION, "contract");
    char contract[64] = "";
    struct text t = text_on(contract, sizeof contract);
    buf[0] = '\0';
    if (!col || d->row.u.packet.kind != PK_PACKAGE)
        return;
    col->cell(print, c, &t);
    snprintf(buf, cap, "%-18s ", contract);
}

static void add_member(struct detail *d, size_t i, const struct cell_context *c)
{
    const struct row *r = &d->members[i];
    const struct join *j = &r->u.join;
    char clock[32], px[32], qty[32], bid[32], ask[32], age[32], contract[72];
    time_format_ny(clock, sizeof clock, r->ev.ts_ns, 3);
    add_contract(d, r, c, contract, sizeof contract);
    struct detail_line *line = add_line(d, STYLE_PLAIN, "");
    line->member = (int)i;
    snprintf(line->text, sizeof line->text, "%s %s%-4s %6s @ %-7s %-5s %s x %s %s%s%s  %s %s",
             clock, contract, venue_get(r->ev.venue)->mic,
             qty_text(qty, sizeof qty, r->ev.u.print.qty), px_text(px, sizeof px, r->ev.u.print.px),
             placement_name(j->placement), px_text(bid, sizeof bid, j->bid),
             px_text(ask, sizeof ask, j->ask), age_text(age, sizeof age, r),
             j->state == QS_OK ? "" : " ", j->state == QS_OK ? "" : quote_state_name(j->state),
             side_name(j->side), j->side ? side_rule_name(j->rule) : side_reason_name(j->reason));
    line->style = j->side > 0 ? STYLE_BUY : j->side < 0 ? STYLE_SELL : STYLE_NEUTRAL;
}

static void add_words(struct detail *d, const char *title, char *words)
{
    char *save = NULL;
    detail_title(d, title);
    for (char *s = strtok_r(words, "|", &save); s; s = strtok_r(NULL, "|", &save))
        detail_text(d, STYLE_PLAIN, BULLET, "%s", s);
}

/* Of a packet; of a print beside its quote where it was reached through its packet. */
static void add_greeks(struct detail *d, const struct cell_context *c)
{
    char buf[1024];
    struct greeks_quote q;
    struct text t = text_on(buf, sizeof buf);
    if (d->row.kind == ROW_PACKET && d->row.u.packet.kind != PK_PACKAGE)
        greeks_words(&d->row, c, &t);
    else if (d->row.kind == ROW_OPTION && d->has_parent && d->parent.kind == ROW_PACKET &&
             greeks_print(&d->row, &d->parent.u.packet, c, &q))
        greeks_print_words(&q, &t);
    if (t.len)
        add_words(d, "Volatility and greeks", buf);
}

static void add_packet(struct detail *d, const struct cell_context *c)
{
    const struct packet *k = &d->row.u.packet;
    for (size_t i = 0; i < d->n_structures; i++)
        detail_structure(d, &d->structures[i], c);
    detail_opening(d, k);
    if (k->kind != PK_PACKAGE)
        add_side(d, k->side, RULE_NONE, k->reason, k->confidence);
    detail_title(d, "Why these prints are one packet");
    detail_text(d, STYLE_PLAIN, "read as", "%s %s", packet_kind_name(k->kind),
                packet_grade_name(k->grade));
    detail_text(d, STYLE_PLAIN, "ended because", "%s", packet_split_sentence(k->split));
    char flags[128];
    if (packet_flags_text(flags, sizeof flags, k->flags))
        detail_text(d, STYLE_WARN, "flags", "%s", flags);
    char title[64];
    snprintf(title, sizeof title, "Prints (%u)", k->members);
    detail_title(d, title);
    for (size_t i = 0; i < d->n_members; i++)
        add_member(d, i, c);
    if (d->n_members < k->members)
        detail_text(d, STYLE_WARN, "", "%s",
                    d->n_members
                        ? "the others are not shown here"
                        : "not written to the session file yet: open it again in a moment");
}

static void set_label(struct detail *d, const struct cell_context *c)
{
    const struct column *col = column_named(d->row.kind, "contract");
    if (!col)
        col = column_named(d->row.kind, "symbol");
    struct text t = text_on(d->label, sizeof d->label);
    if (col)
        (col->cell ? col->cell : col->value)(&d->row, c, &t);
    if (t.len == 0 && d->row.kind == ROW_PACKET)
        text_add(&t, "%s", shape_words(d->row.u.packet.shape));
}

static void build(struct detail *d, const struct panel *p, const struct panel_model *m)
{
    set_label(d, &m->cells);
    d->n = 0;
    d->width = detail_rect(p).w - 1;
    add_explanations(d, &d->row, &m->cells);
    if (d->row.kind == ROW_PACKET)
        add_packet(d, &m->cells);
    if (d->row.kind == ROW_OPTION || d->row.kind == ROW_EQUITY) {
        const struct join *j = &d->row.u.join;
        add_quote(d, &d->row);
        add_side(d, j->side, j->rule, j->reason, j->confidence);
        add_conditions(d, &d->row, &m->cells);
    }
    add_greeks(d, &m->cells);
    add_columns(d, &d->row, &m->cells);
    d->scroll = MIN(d->scroll, (int)d->n - 1);
}

/* A package's own; else those it may be a leg of. */
static void read_structures(struct detail *d, const struct panel *p)
{
    const struct packet *k = &d->row.u.packet;
    if (k->kind == PK_PACKAGE) {
        d->n_structures = p->ops->structure(p->ops_self, k->id, &d->structures[0], NULL) == 0;
    } else if (k->flags & PF_LEG_CANDIDATE) {
        int n = p->ops->structures_of(p->ops_self, k->id, d->structures, DETAIL_STRUCTURES, NULL);
        d->n_structures = n > 0 ? (size_t)n : 0;
    }
}

void detail_open(struct detail *d, const struct panel *p, const struct panel_model *m,
                 const struct row *row)
{
    d->row = *row;
    d->has_parent = false;
    d->scroll = 0;
    d->n_members = d->n_structures = 0;
    if (row->kind == ROW_PACKET) {
        size_t want = MIN(row->u.packet.members, (uint32_t)MEMBERS_MAX);
        d->members = mem_grow(d->members, MAX(want, 1u), sizeof *d->members);
        int n = p->ops->members(p->ops_self, row->u.packet.id, d->members, want, NULL);
        d->n_members = n > 0 ? (size_t)n : 0;
        read_structures(d, p);
    }
    build(d, p, m);
}

void detail_open_print(struct detail *d, const struct panel *p, const struct panel_model *m,
                       const struct row *packet, const struct row *print)
{
    struct row above = *packet;
    detail_open(d, p, m, print);
    d->parent = above;
    d->has_parent = true;
    build(d, p, m); /* a print beside its packet says more */
}

void detail_open_at(struct detail *d, const struct panel *p, const struct panel_model *m,
                    const struct row *row, const char *title)
{
    detail_open(d, p, m, row);
    for (size_t i = 0; i < d->n; i++)
        if (d->lines[i].style == STYLE_TITLE && !d->lines[i].name[0] &&
            strncmp(d->lines[i].text, title, strlen(title)) == 0)
            d->scroll = (int)i;
}

void detail_rewrap(struct detail *d, const struct panel *p, const struct panel_model *m)
{
    if (d->width != detail_rect(p).w - 1)
        build(d, p, m);
}

void detail_descend(struct detail *d, const struct panel *p, const struct panel_model *m)
{
    if (d->row.kind != ROW_PACKET || (size_t)d->scroll >= d->n)
        return;
    int member = d->lines[d->scroll].member;
    if (member < 0) { /* anywhere else Enter leads to the first print */
        for (size_t i = 0; i < d->n && member < 0; i++)
            if (d->lines[i].member >= 0) {
                d->scroll = (int)i;
                return;
            }
        return;
    }
    struct row parent = d->row, print = d->members[member];
    detail_open_print(d, p, m, &parent, &print);
}

bool detail_ascend(struct detail *d, const struct panel *p, const struct panel_model *m)
{
    if (!d->has_parent)
        return false;
    struct row parent = d->parent;
    detail_open(d, p, m, &parent);
    return true;
}

int detail_beside(const struct panel *p)
{
    return p->cols >= HALF_FROM ? p->cols / 2 : 0;
}

struct rect detail_rect(const struct panel *p)
{
    struct rect r = p->layout.body;
    int beside = detail_beside(p);
    if (beside) {
        r.x += r.w - beside;
        r.w = beside;
    }
    return r;
}

static void draw_title(const struct detail *d, const struct panel *p, struct rect r,
                       struct canvas *c)
{
    char crumbs[128];
    struct text t = text_on(crumbs, sizeof crumbs);
    text_add(&t, "%s \u203a ", pane_name(p->focus));
    if (d->has_parent)
        text_add(&t, "packet %llu \u203a ", (unsigned long long)d->parent.u.packet.id);
    if (d->row.kind == ROW_PACKET)
        text_add(&t, "packet %llu", (unsigned long long)d->row.u.packet.id);
    else
        text_add(&t, "print %llu", (unsigned long long)d->row.ev.seq);
    canvas_fill(c, (struct rect){r.x, r.y, r.w, 1}, 0x2500, STYLE_AXIS);
    int x = canvas_print(c, r, 0, 0, STYLE_FOCUS, "\u25ba%s ", crumbs);
    canvas_print(c, r, x, 0, STYLE_TITLE, " %s ", d->label);
}

static void draw_line(const struct detail_line *line, struct rect r, int y, struct canvas *c)
{
    if (!line->name[0]) {
        canvas_text(c, r, line->member >= 0 ? INDENT : 1, y, line->style, line->text);
        return;
    }
    if (strcmp(line->name, BULLET) == 0 || strcmp(line->name, BULLET_MORE) == 0) {
        canvas_text(c, r, INDENT, y, STYLE_DIM, line->name);
        canvas_text(c, r, BULLET_INDENT, y, line->style, line->text);
        return;
    }
    if (line->meaning)
        canvas_text(c, r, INDENT + NAME_WIDTH + VALUE_WIDTH, y, STYLE_DIM, line->meaning);
    canvas_text(c, (struct rect){r.x, r.y, INDENT + NAME_WIDTH - 1, r.h}, INDENT, y, STYLE_DIM,
                line->name);
    canvas_text(c, r, INDENT + NAME_WIDTH, y, line->style, line->text);
}

void detail_draw(const struct detail *d, const struct panel *p, struct rect r, struct canvas *c)
{
    canvas_fill(c, r, ' ', STYLE_PLAIN);
    if (r.x > 0) {
        canvas_fill(c, (struct rect){r.x, r.y, 1, r.h}, 0x2502, STYLE_AXIS);
        r.x++;
        r.w--;
    }
    draw_title(d, p, r, c);
    int height = r.h - 1;
    int top = MAX(0, MIN(d->scroll - height / 2, (int)d->n - height));
    for (int y = 0; y < height && top + y < (int)d->n; y++) {
        draw_line(&d->lines[top + y], r, y + 1, c);
        if (top + y == d->scroll)
            canvas_text(c, r, 0, y + 1, STYLE_STRONG, "\u25ba");
    }
    if (top + height < (int)d->n)
        canvas_text(c, r, r.w - 6, 0, STYLE_DIM, " more ");
}
