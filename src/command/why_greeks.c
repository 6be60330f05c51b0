/* tapedeck why: volatility and greeks of packets, and of prints beside the quotes they met. */
#include <string.h>

#include "command/output.h"
#include "command/why.h"
#include "view/greeks.h"

static void lines(const struct why *w, const char *marks, char *words)
{
    char *save = NULL;
    for (char *s = strtok_r(words, "|", &save); s; s = strtok_r(NULL, "|", &save))
        why_line(w, marks, "%s", s);
}

void why_greeks(const struct why *w, const char *marks, const struct row *p)
{
    char buf[LINE_CAP];
    struct text t = text_on(buf, sizeof buf);
    if (p->u.packet.kind == PK_PACKAGE)
        return; /* its structure has the sums */
    greeks_words(p, &w->cells, &t);
    lines(w, marks, buf);
}

/* Beside its quote, with the forward of the packet it belongs to. */
static bool print_greeks(const struct why *w, const struct row *r, struct greeks_quote *ret)
{
    struct packet p;
    return r->kind == ROW_OPTION && r->u.join.packet &&
           reader_packet(w->reader, PLAYHEAD_END, r->u.join.packet, &p, NULL) == 0 &&
           greeks_print(r, &p, &w->cells, ret);
}

void why_print_greeks(const struct why *w, const char *marks, const struct row *r)
{
    char buf[LINE_CAP];
    struct greeks_quote q;
    struct text t = text_on(buf, sizeof buf);
    if (!print_greeks(w, r, &q))
        return;
    greeks_print_words(&q, &t);
    why_line(w, marks, "%s", buf);
}

/* `"name":{"state":...,"reason":...,"iv":...,"delta":...}` */
static void json_value(const char *before, const char *name, const struct value *v)
{
    char buf[256];
    struct text t = text_on(buf, sizeof buf);
    text_add(&t, "%s\"%s\":{\"state\":\"%s\",\"reason\":", before, name,
             value_state_name(v->state));
    if (v->reason)
        text_add(&t, "\"%s\"", value_reason_name(v->reason));
    else
        text_add(&t, "null");
    if (v->state != VALUE_NONE) {
        text_add(&t, ",\"iv\":");
        put_dec(&t, v->iv, IV_DIGITS, 0);
        text_add(&t, ",\"delta\":");
        put_dec(&t, v->delta, IV_DIGITS, 0);
    }
    text_add(&t, "}");
    output_printf("%s", buf);
}

void why_json_greeks(const struct why *w, const struct row *p)
{
    struct value v;
    if (!greeks_early(row_instrument(p, &w->cells)) ||
        greeks_packet(p, &w->cells).state == VALUE_NONE)
        return;
    v = greeks_packet_american(p, &w->cells);
    json_value(",", "american", &v);
}

void why_json_print_greeks(const struct why *w, const struct row *r)
{
    struct greeks_quote q;
    if (!print_greeks(w, r, &q))
        return;
    output_printf(",\"greeks\":{");
    json_value("", "print", &q.trade);
    if (q.quoted) {
        json_value(",", "bid", &q.bid);
        json_value(",", "mid", &q.mid);
        json_value(",", "ask", &q.ask);
    }
    output_printf("}");
}
