/* tapedeck why: the evidence of a packet or a print as a tree, down to the exact quote used. Facts
 * come from the session file; nothing is derived here. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "command/output.h"
#include "command/rows.h"
#include "command/why.h"
#include "event/calendar.h"
#include "event/cond.h"
#include "event/venue.h"
#include "flow/baseline.h"
#include "flow/day.h"
#include "store/query.h"
#include "view/column.h"
#include "view/greeks.h"

#define MEMBERS_MAX 65536 /* of one packet; more are counted, not shown */

void why_line(const struct why *w, const char *marks, const char *fmt, ...)
{
    static const struct {
        char mark;
        const char *utf8, *ascii;
    } glyphs[] = {
        {'|', "\xe2\x94\x82  ", "|  "},            /* U+2502 */
        {'+', "\xe2\x94\x9c\xe2\x94\x80 ", "+- "}, /* U+251C U+2500 */
        {'`', "\xe2\x94\x94\xe2\x94\x80 ", "`- "}, /* U+2514 U+2500 */
        {' ', "   ", "   "},
    };
    char text[LINE_CAP];
    for (; *marks; marks++)
        for (size_t i = 0; i < ARRAY_LEN(glyphs); i++)
            if (glyphs[i].mark == *marks)
                output_printf("%s", w->cells.ascii ? glyphs[i].ascii : glyphs[i].utf8);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text_clean(text, sizeof text, text, strlen(text));
    output_printf("%s\n", text);
}

/* Screen form (cell) or machine form of a column of a row; the buffer is the caller's. */
const char *why_show(const struct why *w, const struct row *r, const char *name, bool cell,
                     char *buf, size_t cap)
{
    const struct column *c = column_find(r->kind, name, strlen(name));
    struct text t = text_on(buf, cap);
    if (c)
        (cell && c->cell ? c->cell : c->value)(r, &w->cells, &t);
    return buf;
}
/* The sentences of a row, a line each. */
void why_lines_of(const struct why *w, const char *marks, const struct row *r)
{
    char buf[LINE_CAP], *save = NULL;
    why_show(w, r, "explanations", false, buf, sizeof buf);
    for (char *s = strtok_r(buf, "|", &save); s; s = strtok_r(NULL, "|", &save))
        why_line(w, marks, "%s", s);
}

static void conditions(const struct why *w, const char *marks, const struct row *r)
{
    const struct print *p = &r->ev.u.print;
    bool option = r->kind == ROW_OPTION;
    for (size_t i = 0; i < sizeof p->cond && p->cond[i]; i++) {
        const struct cond *c = option ? cond_option(p->cond[i]) : cond_equity(p->cond[i], p->tape);
        if (!c)
            why_line(w, marks, "condition %c: not in our tables; counts for volume alone",
                     p->cond[i]);
        else
            why_line(w, marks, "condition %s: %s; %s%s; written in: %s", c->mnemonic, c->meaning,
                     c->forbids[0] ? "forbids: " : "forbids nothing", c->forbids, c->source);
    }
    if (p->cond_other) {
        char code[80];
        ident_code_text(w->cells.idents, p->cond_other, code, sizeof code);
        why_line(w, marks, "condition %s: not in our tables; counts for volume alone", code);
    }
}

static bool quote_row(const struct why *w, const struct row *print, uint64_t seq, struct row *ret)
{
    memset(ret, 0, sizeof *ret);
    if (!seq || reader_event(w->reader, seq, &ret->ev, NULL) != 0)
        return false;
    ret->kind = print->kind == ROW_OPTION ? ROW_QUOTE : ROW_EQUITY_QUOTE;
    ret->key = seq;
    return ret->ev.kind == (print->kind == ROW_OPTION ? EV_OPTION_QUOTE : EV_EQUITY_QUOTE);
}

static void quote(const struct why *w, const char *marks, const struct row *print, uint64_t seq,
                  const char *what)
{
    struct row q;
    if (!quote_row(w, print, seq, &q)) {
        why_line(w, marks, "%s %" PRIu64 " is not in this file", what, seq);
        return;
    }
    const char *venue = TELL(w, &q, "venue");
    why_line(w, marks, "%s %" PRIu64 "  %s  %s x %s  (%s x %s)  %s", what, seq, SHOW(w, &q, "ts"),
             TELL(w, &q, "bid"), TELL(w, &q, "ask"), TELL(w, &q, "bid_size"),
             TELL(w, &q, "ask_size"), venue[0] ? venue : "NBBO");
}

/* Both sides usually come from one quote; venue quotes may show them in two. */
static void quotes(const struct why *w, const char *marks, const struct row *r)
{
    const struct join *j = &r->u.join;
    char more[16];
    if (!j->quote_ns) {
        why_line(w, marks, "no quote: %s", side_reason_sentence(j->reason));
        return;
    }
    bool two = j->bid_seq && j->ask_seq && j->bid_seq != j->ask_seq;
    snprintf(more, sizeof more, "%s", marks);
    if (two) {
        more[strlen(more) - 1] = '+';
        quote(w, more, r, j->bid_seq, "quote of the bid");
        quote(w, marks, r, j->ask_seq, "quote of the ask");
    } else {
        quote(w, marks, r, j->bid_seq ? j->bid_seq : j->ask_seq, "quote");
    }
}

/* The cancel or correction `seq`; false when the event is none. */
static bool repair_of(const struct why *w, uint64_t seq, struct repair *ret)
{
    return seq && reader_repair(w->reader, seq, ret, NULL) == 0;
}

/* The audit line: `cancelled by seq 8 (cancel of id 77, 10:00:07.000000000): the print was ...`. */
static void repair_line(const struct why *w, const char *marks, const char *what,
                        const struct repair *p)
{
    struct event ev;
    char id[80] = "price and size", clock[32];
    if (reader_event(w->reader, p->seq, &ev, NULL) != 0)
        return;
    bool print = ev.kind == EV_OPTION_PRINT || ev.kind == EV_EQUITY_PRINT;
    if (!print && ev.u.print.ref)
        ident_text(w->cells.idents, ev.u.print.ref, id, sizeof id);
    time_format_ny(clock, sizeof clock, ev.ts_ns, 9);
    why_line(w, marks, "%s seq %" PRIu64 " (%s of %s%s, %s): %s", what, p->seq,
             ev.kind == EV_CORRECT ? "correction" : "cancel", !print && ev.u.print.ref ? "id " : "",
             id, clock, repair_outcome_sentence(p->outcome));
}

/* What later events made of a print, or what a print that is a cancel did. */
static void revision_line(const struct why *w, const char *marks, const struct row *r)
{
    const struct join *j = &r->u.join;
    struct repair p;
    if (repair_of(w, j->by_seq, &p)) {
        if (p.target == j->seq)
            repair_line(w, marks, j->revision == REV_CORRECTED ? "corrected by" : "cancelled by",
                        &p);
    } else if (j->reason == SR_CANCELLED && repair_of(w, j->seq, &p)) {
        repair_line(w, marks, p.target ? "it is a cancel," : "it is a cancel without effect,", &p);
    }
}

/* What the feed had said of the contract by then; nothing where it had not. */
static void terms_line(const struct why *w, const char *marks, uint32_t sym, uint64_t seq)
{
    struct row in;
    char note[IDENT_MAX + 1];
    struct playhead at = {seq, INT64_MAX};
    if (!sym || reader_page_after(w->reader, ROW_INSTRUMENT, at, sym - 1, &in, 1, NULL) != 1 ||
        in.u.instrument.id != sym || !in.u.instrument.contract_seq)
        return;
    ident_text(w->cells.idents, in.u.instrument.note, note, sizeof note);
    why_line(w, marks, "contract %" PRIu64 "  multiplier %s%s%s", in.u.instrument.contract_seq,
             TELL(w, &in, "multiplier"), note[0] ? ", note: " : "", note);
}

/* head: marks of the print's own line; body: of what hangs below it. */
void why_print(const struct why *w, const char *head, const char *body, const struct row *r)
{
    char last[16];
    char clock[32];
    time_format_ny(clock, sizeof clock, r->ev.ts_ns, 9);
    why_line(w, head, "print %" PRIu64 "  %s  %s  %s x %s  %s  %s", r->ev.seq, clock,
             r->kind == ROW_OPTION ? SHOW(w, r, "contract") : SHOW(w, r, "symbol"),
             TELL(w, r, "price"), SHOW(w, r, "size"), SHOW(w, r, "venue"),
             TELL(w, r, "conditions"));
    revision_line(w, body, r);
    why_lines_of(w, body, r);
    conditions(w, body, r);
    why_line(w, body, "quote state %s, age %s", TELL(w, r, "quote_state"),
             r->u.join.quote_ns ? SHOW(w, r, "quote_age_ns") : "unknown");
    why_print_greeks(w, body, r);
    snprintf(last, sizeof last, "%.*s`", (int)strlen(body) - 1, body);
    quotes(w, last, r);
}

static void policy_line(const struct why *w)
{
    struct reader_state s;
    if (reader_state(w->reader, &s, NULL) == 0)
        why_line(w, "|", "said by engine %d under policy %016" PRIx64, s.engine_version,
                 s.policy_hash);
}

/* The open interest of the packet's day, as last stated when it was told. */
static bool interest_of(const struct why *w, const struct packet *p, int32_t day, struct event *ret)
{
    struct event oi[16];
    struct days days = {0};
    struct playhead at = {p->at_seq, INT64_MAX};
    int n = reader_interest(w->reader, at, p->sym, oi, ARRAY_LEN(oi), NULL);
    for (int i = 0; i < n; i++)
        if (day_of_interest(&days, oi[i].ts_ns) == day) {
            *ret = oi[i];
            return true;
        }
    return false;
}

static const char *decimal(int64_t v, int digits, int min_frac, char *buf, size_t cap)
{
    buf[dec_format(buf, cap, v, digits, min_frac)] = '\0';
    return buf;
}
#define CONTRACTS(qty) decimal(qty, QTY_DIGITS, 0, (char[48]){0}, 47)
#define DOLLARS(px)    decimal(px, PX_DIGITS, 2, (char[48]){0}, 47)

/* The arithmetic of the opening minimum, term by term, and what the next morning said. */
static void opening_lines(const struct why *w, const char *marks, const struct packet *p)
{
    struct days days = {0};
    struct event oi;
    struct opening o;
    int32_t day = day_of_event(&days, p->end_ns)->date;
    bool known = interest_of(w, p, day, &oi);
    int64_t volume = p->day_volume * QTY_ONE, others = volume - p->qty;
    if (p->kind != PK_PACKAGE && p->day_volume && known) {
        why_line(w, marks, "s   %s contracts", CONTRACTS(p->qty));
        why_line(w, marks, "OI0 %s open that morning (event %" PRIu64 ")",
                 CONTRACTS(oi.u.reference.qty), oi.seq);
        why_line(w, marks,
                 "V   %s traded by others that day before its last print (%" PRIu32
                 " with its own)",
                 CONTRACTS(others), p->day_volume);
        if (p->opening_reason == OR_OK) {
            int64_t oi0 = oi.u.reference.qty;
            why_line(w, marks, "opening minimum max(0, %s - %s - %s) = %s", CONTRACTS(p->qty),
                     CONTRACTS(oi0), CONTRACTS(others), CONTRACTS(p->opening_min));
            why_line(w, marks,
                     "the day by then: of its %s sides max(0, %s - %s) = %s opened at least",
                     CONTRACTS(2 * volume), CONTRACTS(volume), CONTRACTS(oi0),
                     CONTRACTS(MAX(volume - oi0, 0)));
        }
    }
    if (reader_opening(w->reader, PLAYHEAD_END, p->sym, day, &o, NULL) != 0)
        return;
    why_line(w, marks, "next morning (event %" PRIu64 "): open interest %s, from %s, volume %s: %s",
             o.seq, CONTRACTS(o.oi_after), CONTRACTS(o.oi_before), CONTRACTS(o.volume),
             reconcile_outcome_sentence(o.outcome));
    if (o.outcome == RECONCILE_DONE)
        why_line(w, marks, "of the day's %s sides %s opened and %s closed", CONTRACTS(2 * o.volume),
                 CONTRACTS(o.opened), CONTRACTS(o.closed));
}

/* The cell a packet was ranked in, as the session found it or as it leaves it. */
static void baseline_line(const struct why *w, const char *marks, const struct packet *p, bool left)
{
    struct days days = {0};
    struct carried *c;
    const struct day *day = day_of_event(&days, p->start_ns);
    const struct instrument *in = symbols_get(w->cells.symbols, p->sym);
    const struct instrument *on = in ? symbols_get(w->cells.symbols, in->underlying) : NULL;
    if (!on || p->rarity_reason == RR_NONE || reader_carried(w->reader, left, &c, NULL) != 0)
        return;
    uint8_t dte = baseline_dte(calendar_days(in->expiry) - day->days);
    uint8_t slot = baseline_slot(day, p->start_ns);
    const struct carried_cell *cell = carried_find(c, on->symbol, dte, slot);
    if (cell) {
        int64_t median = baseline_quantile(cell->counts, cell->n, 1, 2);
        int64_t high = baseline_quantile(cell->counts, cell->n, 99, 100);
        why_line(w, marks,
                 "baseline %s, %s days, %s, %s: %" PRIu32 " packets, median premium $%s to $%s, "
                 "median distance from it $%s, 99 %% below $%s",
                 cell->symbol, baseline_dte_name(dte), baseline_slot_name(slot),
                 left ? "when the session ended" : "carried in", cell->n, DOLLARS(median),
                 DOLLARS(baseline_edge(baseline_step(median) + 1)),
                 DOLLARS(baseline_mad(cell->counts, cell->n)),
                 DOLLARS(baseline_edge(baseline_step(high) + 1)));
    }
    carried_destroy(c);
}

static void packet_tree(const struct why *w, const struct row *p, const struct row *prints,
                        size_t n)
{
    const char *grade = TELL(w, p, "grade"), *flags = TELL(w, p, "flags");
    why_line(w, "", "packet P%" PRIu64 "  %s  %s%s%s  %s  %s contracts  $%s  %s", p->u.packet.id,
             SHOW(w, p, "contract"), TELL(w, p, "kind"), grade[0] ? " " : "", grade,
             TELL(w, p, "side"), SHOW(w, p, "size"), TELL(w, p, "premium"), TELL(w, p, "state"));
    struct repair repair;
    if (repair_of(w, p->u.packet.by_seq, &repair))
        repair_line(w, "|", p->u.packet.state == PS_RETRACTED ? "retracted by" : "made again by",
                    &repair);
    why_lines_of(w, "|", p);
    why_line(w, "|", "direction %s: %s", TELL(w, p, "direction"), TELL(w, p, "direction_reason"));
    if (flags[0])
        why_line(w, "|", "flags %s", flags);
    opening_lines(w, "|", &p->u.packet);
    baseline_line(w, "|", &p->u.packet, false);
    baseline_line(w, "|", &p->u.packet, true);
    why_greeks(w, "|", p);
    terms_line(w, "|", p->u.packet.sym, p->u.packet.at_seq);
    policy_line(w);
    why_prints(w, p, prints, n);
    if (p->u.packet.state == PS_RETRACTED)
        why_line(w, "", "no print belongs to it any more");
    else if (p->u.packet.members > n)
        why_line(w, "", "and %zu prints more", p->u.packet.members - n);
    why_besides(w, p->u.packet.id);
}

void why_json_row(const struct why *w, const struct row *r)
{
    char *buf = mem_alloc(ROW_TEXT_MAX);
    struct text t = text_on(buf, ROW_TEXT_MAX);
    row_write(r, FORMAT_JSONL, &w->cells, &t);
    output_write(buf, t.len - 1); /* without its newline */
    mem_free(buf);
}

/* What each condition is, what it forbids, and where that is written. */
static void json_conditions(const struct row *r)
{
    const struct print *p = &r->ev.u.print;
    output_printf(",\"conditions\":[");
    for (size_t i = 0; i < sizeof p->cond && p->cond[i]; i++) {
        const struct cond *c = r->kind == ROW_OPTION ? cond_option(p->cond[i])
                                                     : cond_equity(p->cond[i], p->tape);
        const char letter[2] = {p->cond[i], '\0'};
        const char *const cells[][2] = {
            {"condition", c ? c->mnemonic : letter},
            {"meaning", c ? c->meaning : "not in our tables"},
            {"forbids", c ? c->forbids : "everything but volume"},
            {"source", c ? c->source : ""},
        };
        char buf[1024];
        struct text t = text_on(buf, sizeof buf);
        for (size_t k = 0; k < ARRAY_LEN(cells); k++) {
            text_add(&t, "%s\"%s\":", k ? "," : i ? ",{" : "{", cells[k][0]);
            text_add_json(&t, cells[k][1], strlen(cells[k][1]));
        }
        output_printf("%s}", buf);
    }
    output_printf("]");
}

void why_json_print(const struct why *w, const struct row *r)
{
    const uint64_t seqs[] = {r->u.join.bid_seq,
                             r->u.join.ask_seq != r->u.join.bid_seq ? r->u.join.ask_seq : 0};
    bool any = false;
    output_printf("{\"print\":");
    why_json_row(w, r);
    output_printf(",\"quotes\":[");
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++) {
        struct row q;
        if (!quote_row(w, r, seqs[i], &q))
            continue;
        output_printf(any ? "," : "");
        why_json_row(w, &q);
        any = true;
    }
    output_printf("]");
    json_conditions(r);
    why_json_print_greeks(w, r);
    output_printf("}");
}

static void packet_json(const struct why *w, const struct row *p, const struct row *prints,
                        size_t n)
{
    output_printf("{\"packet\":");
    why_json_row(w, p);
    why_json_greeks(w, p);
    why_json_besides(w, p);
    output_printf(",\"prints\":[");
    for (size_t i = 0; i < n; i++) {
        output_printf(i ? "," : "");
        why_json_print(w, &prints[i]);
    }
    output_printf("]}\n");
}

static int why_packet(const struct why *w, const struct packet *p, struct err *err)
{
    struct row row = {.kind = ROW_PACKET};
    struct structure s;
    row.u.packet = *p;
    if (p->kind == PK_PACKAGE && reader_structure(w->reader, PLAYHEAD_END, p->id, &s, NULL) == 0)
        row.u.legs = leg_list_of(&s);
    size_t n = MIN(p->members, (uint32_t)MEMBERS_MAX);
    struct row *prints = mem_grow(NULL, n + 1, sizeof *prints);
    int got = reader_members(w->reader, PLAYHEAD_END, p->id, prints, n, err);
    if (got >= 0)
        (w->json ? packet_json : packet_tree)(w, &row, prints, (size_t)got);
    mem_free(prints);
    return MIN(got, 0);
}

static void json_repair(const struct why *w, const struct repair *p)
{
    struct row target;
    output_printf("{\"repair\":{\"seq\":%" PRIu64 ",\"target\":", p->seq);
    if (p->target)
        output_printf("%" PRIu64, p->target);
    else
        output_printf("null");
    output_printf(",\"outcome\":\"%s\",\"meaning\":\"%s\"}", repair_outcome_name(p->outcome),
                  repair_outcome_sentence(p->outcome));
    if (p->target && reader_print(w->reader, PLAYHEAD_END, p->target, &target, NULL) == 0) {
        output_printf(",\"target\":");
        why_json_print(w, &target);
    }
    output_printf("}\n");
}

/* A cancel or correction that is no print itself: what became of it, and the print it was about. */
static int why_repair(const struct why *w, uint64_t seq, struct err *err)
{
    struct repair p;
    struct row target;
    int rc = reader_repair(w->reader, seq, &p, err);
    if (rc == -ERR_NO_ROWS)
        return err_set(err, ERR_NO_ROWS, "no packet, print or cancel %" PRIu64 " in this session",
                       seq);
    if (rc < 0)
        return rc;
    if (w->json) {
        json_repair(w, &p);
        return 0;
    }
    repair_line(w, "", "event", &p);
    if (p.target && (rc = reader_print(w->reader, PLAYHEAD_END, p.target, &target, err)) == 0)
        why_print(w, "`", " |", &target);
    return rc;
}

static int answer_print(const struct why *w, uint64_t seq, struct err *err)
{
    struct row row;
    int rc = reader_print(w->reader, PLAYHEAD_END, seq, &row, err);
    if (rc == -ERR_NO_ROWS) {
        if (err)
            *err = (struct err){0};
        return why_repair(w, seq, err);
    }
    if (rc < 0)
        return rc;
    if (w->json) {
        why_json_print(w, &row);
        output_printf("\n");
    } else {
        why_print(w, "", "|", &row);
        terms_line(w, "", row.ev.sym, row.ev.seq);
        if (row.u.join.packet)
            why_line(w, "", "it belongs to packet P%" PRIu64, row.u.join.packet);
    }
    return 0;
}

/* `P123` is a packet, `S123` a structure, `C123` a campaign, `123` a packet or else a print. */
static bool read_id(const char *s, char *ret_sort, uint64_t *ret)
{
    int64_t v;
    char sort = s[0] >= 'a' ? (char)(s[0] - 'a' + 'A') : s[0];
    *ret_sort = sort == 'P' || sort == 'S' || sort == 'C' ? sort : 0;
    s += *ret_sort != 0;
    if (dec_parse(s, strlen(s), 0, &v) != DEC_OK || v < 1)
        return false;
    *ret = (uint64_t)v;
    return true;
}

static int answer(const struct why *w, const char *word, struct err *err)
{
    char sort;
    uint64_t id;
    struct packet p;
    if (!read_id(word, &sort, &id))
        return err_set(err, ERR_USAGE,
                       "'%s' is no packet like P123, structure like S123, campaign like C123 or "
                       "print like 123",
                       word);
    if (sort == 'S' || sort == 'C')
        return (sort == 'S' ? why_structure : why_campaign)(w, id, err);
    int rc = reader_packet(w->reader, PLAYHEAD_END, id, &p, err);
    if (rc == 0)
        return why_packet(w, &p, err);
    if (rc != -ERR_NO_ROWS)
        return rc;
    if (sort)
        return err_set(err, ERR_NO_ROWS, "no packet %s in this session", word);
    if (err)
        *err = (struct err){0};
    return answer_print(w, id, err);
}

static int run(const struct args *a, struct err *err)
{
    const char *format = a->values[ARG_FORMAT] ? a->values[ARG_FORMAT] : "table";
    struct why w = {.json = strcmp(format, "jsonl") == 0};
    output_init();
    if (!w.json && strcmp(format, "table") != 0)
        return err_set(err, ERR_USAGE, "why prints a tree (table) or jsonl, not '%s'", format);
    int rc = output_session(a->words[0], &w.reader, err);
    if (rc == 0) {
        w.cells = (struct cell_context){.symbols = reader_symbols(w.reader),
                                        .idents = reader_idents(w.reader),
                                        .rate_bp = greeks_rate(w.reader),
                                        .ascii = a->values[ARG_ASCII] || !output_utf8()};
        rc = answer(&w, a->words[1], err);
    }
    reader_close(w.reader);
    return rc == 0 ? output_finish(err) : rc;
}

const struct command command_why = {
    .name = "why",
    .operands = "SESSION ID",
    .sentence = "show the evidence of a packet, structure, campaign, print or cancel",
    .description =
        "Prints the tree of evidence: the packet with its kind, side, sums and why it ended; each "
        "of its prints with conditions and what they forbid, placement, side, rule and confidence; "
        "and the exact quote each was held against. A package comes leg by leg with the market of "
        "the "
        "whole, a repeat run member by member with what speaks against it. ID is a packet (P123), "
        "a "
        "structure (S123), a campaign (C123), or a number that is a "
        "packet's id or else the seq of a print, or of a cancel or correction: then what became "
        "of it. --format jsonl gives the same as one object.",
    .options = ARG(FORMAT) | ARG(ASCII),
    .min_words = 2,
    .max_words = 2,
    .run = run,
};
