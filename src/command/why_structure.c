/* tapedeck why: packages by their legs, repeat runs by their members, structures and campaigns. See
 * why.h. */
#include "command/why.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "base/mem.h"
#include "command/output.h"
#include "event/calendar.h"

#define RUN_MAX  4096 /* packets of a run, or of a campaign, that are shown; more are counted */
#define ALSO_MAX 16   /* structures a packet is a leg of */
#define PAGE     256

static const char *price(int64_t px, char *buf, size_t cap)
{
    if (px == PX_NONE)
        return "none";
    dec_format(buf, cap, px, PX_DIGITS, 2);
    return buf;
}
#define PRICE(px) price(px, (char[40]){0}, 40)

static const char *contracts(int64_t qty, char *buf, size_t cap)
{
    dec_format(buf, cap, qty, QTY_DIGITS, 0);
    return buf;
}
#define CONTRACTS(qty) contracts(qty, (char[40]){0}, 40)

/* Marks of a branch of `body`: its own line, or what hangs below it. */
static const char *branch(char *buf, size_t cap, const char *body, bool last, bool below)
{
    snprintf(buf, cap, "%s%s", body, below ? last ? " " : "|" : last ? "`" : "+");
    return buf;
}
#define HEAD(body, last)  branch((char[16]){0}, 16, body, last, false)
#define BELOW(body, last) branch((char[16]){0}, 16, body, last, true)

static struct row structure_row(const struct structure *s)
{
    struct row r = {.kind = ROW_STRUCTURE};
    r.u.structure = *s;
    return r;
}

static void leg_line(const struct why *w, const char *marks, const struct leg *l)
{
    const struct instrument *in = symbols_get(w->cells.symbols, l->sym);
    const char *sign = l->sign > 0 ? "+" : l->sign < 0 ? "-" : "";
    why_line(w, marks, "leg %s%u %s  %s x %s  in %s x %s, %s: %s", sign, l->ratio,
             in ? in->symbol : "?", PRICE(l->px), CONTRACTS(l->qty), PRICE(l->bid), PRICE(l->ask),
             placement_name(l->placement), l->sign ? side_name(l->sign) : "its side is not known");
}

/* The structure's own line and sentences. */
static void structure_lines(const struct why *w, const char *head, const char *body,
                            const struct row *r)
{
    const struct structure *s = &r->u.structure;
    why_line(w, head, "structure S%" PRIu64 "  %s  %s  %s units  %s", s->id, TELL(w, r, "reading"),
             TELL(w, r, "grade"), SHOW(w, r, "size"), TELL(w, r, "state"));
    why_lines_of(w, body, r);
}

static void prints_of(const struct why *w, const char *body, const struct row *prints, size_t n,
                      bool (*wanted)(const struct row *print, const void *key), const void *key)
{
    size_t last = n;
    for (size_t i = 0; i < n; i++)
        last = wanted(&prints[i], key) ? i : last;
    for (size_t i = 0; i < n && last < n; i++)
        if (wanted(&prints[i], key))
            why_print(w, HEAD(body, i == last),
                      i == last ? BELOW(BELOW(body, true), false)
                                : BELOW(BELOW(body, false), false),
                      &prints[i]);
}

static bool of_contract(const struct row *print, const void *key)
{
    return print->ev.sym == ((const struct leg *)key)->sym;
}

static bool of_packet(const struct row *print, const void *key)
{
    return print->u.join.packet == ((const struct packet *)key)->id;
}

static bool of_all(const struct row *print, const void *key)
{
    (void)print;
    (void)key;
    return true;
}

static void package_prints(const struct why *w, const struct structure *s, const struct row *prints,
                           size_t n)
{
    struct row r = structure_row(s);
    structure_lines(w, "|", "||", &r);
    for (int i = 0; i < s->n_legs; i++) {
        bool last = i + 1 == s->n_legs;
        leg_line(w, HEAD("", last), &s->legs[i]);
        prints_of(w, BELOW("", last), prints, n, of_contract, &s->legs[i]);
    }
}

static struct row packet_row(const struct packet *p)
{
    struct row r = {.kind = ROW_PACKET};
    r.u.packet = *p;
    return r;
}

static void member_line(const struct why *w, const char *marks, const struct packet *p)
{
    char clock[32];
    struct row r = packet_row(p);
    time_format_ny(clock, sizeof clock, p->start_ns, 9);
    why_line(w, marks, "packet P%" PRIu64 "  %s  %s  %s x %s  %s", p->id, clock,
             TELL(w, &r, "kind"), TELL(w, &r, "vwap"), TELL(w, &r, "size"), TELL(w, &r, "side"));
}

/* How often its orders came, and what speaks against their being one. */
static void rate_line(const struct why *w, const struct packet *p, int merged)
{
    char span[40] = "", every[40] = "";
    int64_t ms = (p->end_ns - p->start_ns) / NS_PER_MS;
    dec_format(span, sizeof span, ms, 3, 0);
    dec_format(every, sizeof every, merged ? ms / merged : ms, 3, 0);
    why_line(w, "|", "rate: %d orders in %s s, one every %s s", merged + 1, span, every);
}

static void run_prints(const struct why *w, const struct row *p, const struct row *prints, size_t n)
{
    uint64_t *ids = mem_grow(NULL, RUN_MAX, sizeof *ids);
    int merged = reader_merged(w->reader, PLAYHEAD_END, p->u.packet.id, ids, RUN_MAX, NULL);
    rate_line(w, &p->u.packet, MAX(merged, 0));
    for (int i = 0; i < merged; i++) {
        struct packet member;
        if (reader_packet(w->reader, PLAYHEAD_END, ids[i], &member, NULL) != 0)
            continue;
        member_line(w, "+", &member);
        prints_of(w, "|", prints, n, of_packet, &member);
    }
    why_line(w, "`", "and the order that completed the evidence, P%" PRIu64, p->u.packet.id);
    prints_of(w, " ", prints, n, of_packet, &p->u.packet);
    mem_free(ids);
}

void why_prints(const struct why *w, const struct row *p, const struct row *prints, size_t n)
{
    struct structure s;
    const struct packet *k = &p->u.packet;
    if (k->kind == PK_PACKAGE && reader_structure(w->reader, PLAYHEAD_END, k->id, &s, NULL) == 0 &&
        s.n_legs)
        package_prints(w, &s, prints, n);
    else if (k->kind == PK_REPEAT && k->state != PS_RETRACTED)
        run_prints(w, p, prints, n);
    else
        prints_of(w, "", prints, n, of_all, NULL);
}

void why_besides(const struct why *w, uint64_t packet)
{
    struct campaign c;
    struct structure *s = mem_grow(NULL, ALSO_MAX, sizeof *s);
    int n = reader_structures_of(w->reader, PLAYHEAD_END, packet, s, ALSO_MAX, NULL);
    for (int i = 0; i < n; i++) {
        struct row r = structure_row(&s[i]);
        why_line(w, "", "also read as a leg of");
        structure_lines(w, "`", " |", &r);
        for (int k = 0; k < s[i].n_legs; k++)
            leg_line(w, HEAD(" ", k + 1 == s[i].n_legs), &s[i].legs[k]);
    }
    mem_free(s);
    if (reader_campaign(w->reader, PLAYHEAD_END, packet, &c, NULL) == 0) {
        struct row r = {.kind = ROW_CAMPAIGN};
        r.u.campaign = c;
        why_line(w, "", "the first packet of campaign C%" PRIu64 ": %s", c.id,
                 TELL(w, &r, "reading"));
    }
}

/* JSON. */

static void json_structure(const struct why *w, const struct structure *s)
{
    struct row r = structure_row(s);
    why_json_row(w, &r);
}

static void json_legs(const struct why *w, const struct structure *s)
{
    output_printf(",\"legs\":[");
    for (int i = 0; i < s->n_legs; i++) {
        const struct leg *l = &s->legs[i];
        const struct instrument *in = symbols_get(w->cells.symbols, l->sym);
        output_printf("%s{\"seq\":%" PRIu64 ",\"contract\":\"%s\",\"side\":\"%s\",\"ratio\":%u,"
                      "\"size\":%s,\"price\":%s,",
                      i ? "," : "", l->seq, in ? in->symbol : "", side_name(l->sign), l->ratio,
                      CONTRACTS(l->qty), PRICE(l->px));
        output_printf("\"bid\":%s,\"ask\":%s,\"placement\":\"%s\"}",
                      l->bid == PX_NONE ? "null" : PRICE(l->bid),
                      l->ask == PX_NONE ? "null" : PRICE(l->ask), placement_name(l->placement));
    }
    output_printf("]");
}

static void json_merged(const struct why *w, uint64_t id)
{
    uint64_t *ids = mem_grow(NULL, RUN_MAX, sizeof *ids);
    int n = reader_merged(w->reader, PLAYHEAD_END, id, ids, RUN_MAX, NULL);
    const char *between = "";
    output_printf(",\"merged\":[");
    for (int i = 0; i < n; i++) {
        struct packet p;
        if (reader_packet(w->reader, PLAYHEAD_END, ids[i], &p, NULL) != 0)
            continue;
        struct row r = packet_row(&p);
        output_printf("%s", between);
        why_json_row(w, &r);
        between = ",";
    }
    output_printf("]");
    mem_free(ids);
}

void why_json_besides(const struct why *w, const struct row *p)
{
    struct structure s, *also = mem_grow(NULL, ALSO_MAX, sizeof *also);
    const struct packet *k = &p->u.packet;
    if (k->kind == PK_PACKAGE && reader_structure(w->reader, PLAYHEAD_END, k->id, &s, NULL) == 0) {
        output_printf(",\"structure\":");
        json_structure(w, &s);
        json_legs(w, &s);
    }
    if (k->kind == PK_REPEAT)
        json_merged(w, k->id);
    int n = reader_structures_of(w->reader, PLAYHEAD_END, k->id, also, ALSO_MAX, NULL);
    for (int i = 0; i < n; i++) {
        output_printf(i ? "," : ",\"also\":[");
        json_structure(w, &also[i]);
    }
    output_printf(n > 0 ? "]" : "");
    mem_free(also);
}

/* A structure by itself: its legs with the prints of their packets. */

static int leg_prints(const struct why *w, const struct structure *s, const struct leg *l,
                      struct row **ret, struct err *err)
{
    struct packet p;
    uint64_t id = s->grade == PG_INFERRED ? l->seq : s->id;
    int rc = reader_packet(w->reader, PLAYHEAD_END, id, &p, err);
    if (rc)
        return rc;
    *ret = mem_grow(NULL, (size_t)p.members + 1, sizeof **ret);
    rc = reader_members(w->reader, PLAYHEAD_END, id, *ret, p.members, err);
    if (rc < 0)
        mem_free(*ret);
    return rc;
}

static int structure_legs(const struct why *w, const struct structure *s, struct err *err)
{
    for (int i = 0; i < s->n_legs; i++) {
        struct row *prints = NULL;
        bool last = i + 1 == s->n_legs;
        int n = leg_prints(w, s, &s->legs[i], &prints, err);
        if (n < 0)
            return n;
        leg_line(w, HEAD("", last), &s->legs[i]);
        prints_of(w, BELOW("", last), prints, (size_t)n, of_contract, &s->legs[i]);
        mem_free(prints);
    }
    return 0;
}

int why_structure(const struct why *w, uint64_t id, struct err *err)
{
    struct structure s;
    int rc = reader_structure(w->reader, PLAYHEAD_END, id, &s, err);
    if (rc)
        return rc;
    if (w->json) {
        output_printf("{\"structure\":");
        json_structure(w, &s);
        json_legs(w, &s);
        output_printf("}\n");
        return 0;
    }
    struct row r = structure_row(&s);
    structure_lines(w, "", "|", &r);
    return structure_legs(w, &s, err);
}

/* Campaigns: their packets are those of the underlying that point its way, told between its first
 * packet and its last version. */

static bool of_campaign(const struct why *w, const struct campaign *c, const struct packet *p)
{
    const struct instrument *in = symbols_get(w->cells.symbols, p->sym);
    return in && in->underlying == c->underlying && p->direction == c->direction &&
           packet_is_cluster(p) && p->state != PS_RETRACTED &&
           calendar_ny_date(p->start_ns) == c->day;
}

static void campaign_packet(const struct why *w, const struct row *r, bool first)
{
    char clock[32];
    if (w->json) {
        output_printf(first ? "" : ",");
        why_json_row(w, r);
        return;
    }
    time_format_ny(clock, sizeof clock, r->u.packet.start_ns, 3);
    why_line(w, "+", "packet P%" PRIu64 "  %s  %s  %s  %s  %s contracts  $%s", r->u.packet.id,
             clock, SHOW(w, r, "contract"), TELL(w, r, "kind"), TELL(w, r, "side"),
             SHOW(w, r, "size"), TELL(w, r, "premium"));
}

/* Shows the packets; how many there were, or -code. */
static int campaign_packets(const struct why *w, const struct campaign *c, struct err *err)
{
    struct row *page = mem_grow(NULL, PAGE, sizeof *page);
    struct playhead at = {c->at_seq, c->at_ns};
    uint64_t after = 0;
    int n = 0, got,
        rc = reader_last(w->reader, ROW_PACKET, (struct playhead){c->id - 1, INT64_MAX}, &after,
                         err);
    while (rc == 0 &&
           (got = rc = reader_page_after(w->reader, ROW_PACKET, at, after, page, PAGE, err)) > 0) {
        for (int i = 0; i < got; i++)
            if (of_campaign(w, c, &page[i].u.packet) && n++ < RUN_MAX)
                campaign_packet(w, &page[i], n == 1);
        after = page[got - 1].key;
        rc = 0;
    }
    mem_free(page);
    return rc < 0 && rc != -ERR_NO_ROWS ? rc : n;
}

int why_campaign(const struct why *w, uint64_t id, struct err *err)
{
    struct row r = {.kind = ROW_CAMPAIGN};
    int rc = reader_campaign(w->reader, PLAYHEAD_END, id, &r.u.campaign, err);
    if (rc)
        return rc;
    if (w->json) {
        output_printf("{\"campaign\":");
        why_json_row(w, &r);
        output_printf(",\"packets\":[");
    } else {
        why_line(w, "", "campaign C%" PRIu64 "  %s  %s  %s  %s", id, TELL(w, &r, "symbol"),
                 TELL(w, &r, "day"), TELL(w, &r, "direction"), TELL(w, &r, "state"));
        why_lines_of(w, "|", &r);
    }
    int n = campaign_packets(w, &r.u.campaign, err);
    if (n < 0)
        return n;
    if (w->json)
        output_printf("]}\n");
    else
        why_line(w, "`", "%d packets", n);
    return 0;
}
