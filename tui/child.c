/* Lines beneath an open packet: what stands in the columns of its pane. See columns.h. */
#include <stdio.h>
#include <string.h>

#include "base/dec.h"
#include "event/venue.h"
#include "tui/columns.h"
#include "tui/draw.h"

static void put(struct text *t, const struct row *row, const struct cell_context *c,
                const char *name)
{
    const struct column *col = column_find(row->kind, name, strlen(name));
    char buf[128];
    struct text cell = text_on(buf, sizeof buf);
    if (!col)
        return;
    (col->cell ? col->cell : col->value)(row, c, &cell);
    if (cell.len)
        text_add(t, "%s%s", t->len ? " " : "", buf);
}

static void put_px(struct text *t, int64_t px)
{
    char buf[32];
    if (px == PX_NONE)
        text_add(t, "?");
    else
        text_addn(t, buf, dec_format(buf, sizeof buf, px, PX_DIGITS, 2));
}

static void put_quote(struct text *t, int64_t bid, int64_t ask, uint8_t placement)
{
    put_px(t, bid);
    text_add(t, "x");
    put_px(t, ask);
    if (placement != PL_NONE)
        text_add(t, " %s", placement_name(placement));
}

/* The quote it met and how old that was; what is wrong with it. */
static void print_quote(const struct row *print, struct text *t)
{
    const struct join *j = &print->u.join;
    char age[32];
    if (j->state == QS_NONE) {
        text_add(t, "no quote");
        return;
    }
    put_quote(t, j->bid, j->ask, j->placement);
    if (j->state != QS_OK)
        text_add(t, " %s", quote_state_name(j->state));
    if (j->quote_ns && print->ev.ts_ns >= j->quote_ns) {
        span_text(age, sizeof age, print->ev.ts_ns - j->quote_ns);
        text_add(t, " %s", age);
    }
}

/* In a packet of one contract the contract is said above: venue and conditions take its place. */
static void print_what(const struct row *print, const struct row *packet,
                       const struct cell_context *c, struct text *t)
{
    if (print->ev.sym != packet->u.packet.sym || packet->u.packet.kind == PK_PACKAGE) {
        put(t, print, c, "contract");
        return;
    }
    put(t, print, c, "venue");
    put(t, print, c, "conditions");
}

static void print_tags(const struct row *print, const struct row *packet,
                       const struct cell_context *c, struct text *t)
{
    if (packet->u.packet.kind == PK_PACKAGE) {
        put(t, print, c, "venue");
        put(t, print, c, "conditions");
        text_add(t, " ");
    }
    print_quote(print, t);
}

/* What is the same as the packet's is left out, so that its prints stand in from it. */
static void print_time(const struct row *print, const struct row *packet,
                       const struct cell_context *c, struct text *t)
{
    char above[64] = "", own[64] = "";
    struct text a = text_on(above, sizeof above), b = text_on(own, sizeof own);
    const size_t minute = sizeof "09:31:" - 1;
    put(&a, packet, c, "ts");
    put(&b, print, c, "ts");
    if (b.len > minute && strncmp(above, own, minute) == 0)
        memset(own, ' ', minute);
    text_add(t, "%s", own);
}

static void print_text(const struct pane_column *col, const struct row *print,
                       const struct row *packet, const struct cell_context *c, struct text *t)
{
    if (strcmp(col->name, "contract") == 0)
        print_what(print, packet, c, t);
    else if (strcmp(col->name, "tags") == 0)
        print_tags(print, packet, c, t);
    else if (strcmp(col->name, "vwap") == 0)
        put(t, print, c, "price");
    else if (strcmp(col->name, "ts") == 0)
        print_time(print, packet, c, t);
    else if (strcmp(col->name, "side") == 0 || strcmp(col->name, "size") == 0 ||
             strcmp(col->name, "premium") == 0)
        put(t, print, c, col->name);
}

/* As of the packet: the year is said of expiries far from it. */
static void leg_contract(const struct leg *leg, const struct row *packet,
                         const struct cell_context *c, struct text *t)
{
    struct row row = {.kind = ROW_OPTION};
    row.ev.sym = leg->sym;
    row.ev.ts_ns = packet->u.packet.start_ns;
    put(t, &row, c, "contract");
}

static void leg_text(const struct pane_column *col, const struct leg *leg, const struct row *packet,
                     const struct cell_context *c, struct text *t)
{
    char buf[32];
    if (strcmp(col->name, "contract") == 0) {
        leg_contract(leg, packet, c, t);
    } else if (strcmp(col->name, "ts") == 0) {
        text_add(t, "         leg");
    } else if (strcmp(col->name, "side") == 0) {
        text_add(t, "%s%u", leg->sign > 0 ? "+" : leg->sign < 0 ? "-" : "?", leg->ratio);
    } else if (strcmp(col->name, "size") == 0) {
        int64_t qty = MIN(leg->qty, INT64_MAX / 1000);
        text_addn(t, buf, short_text(buf, sizeof buf, qty * 1000, col->width));
    } else if (strcmp(col->name, "vwap") == 0) {
        put_px(t, leg->px);
    } else if (strcmp(col->name, "tags") == 0) {
        put_quote(t, leg->bid, leg->ask, leg->placement);
    }
}

/* A narrow column shows fewer of the words, each whole. */
static void whole_words(char *s, int width)
{
    while (canvas_width(s) > width) {
        char *blank = strrchr(s, ' ');
        if (!blank)
            return;
        *blank = '\0';
    }
}

void child_text(const struct pane_column *col, const struct child *child, const struct row *packet,
                const struct panel *panel, const struct cell_context *c, char *buf, size_t cap)
{
    struct text t = text_on(buf, cap);
    buf[0] = '\0';
    if (col->own == OWN_SINCE && child->kind == CHILD_PRINT) {
        since_text(child->print, panel, c, buf, cap);
        return;
    }
    if (child->kind == CHILD_PRINT)
        print_text(col, child->print, packet, c, &t);
    else if (child->kind == CHILD_LEG)
        leg_text(col, child->leg, packet, c, &t);
    if (strcmp(col->name, "tags") == 0)
        whole_words(buf, col->width);
}
