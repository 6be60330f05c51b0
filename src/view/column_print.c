/* Columns of option and equity prints: the report itself and the quote it was joined to. */
#include "view/field.h"

#include <string.h>

#include "event/cond.h"
#include "event/venue.h"

static const struct print *print_of(const struct row *r)
{
    return &r->ev.u.print;
}

/* Price and size in force: the report's, or what a correction made of them. */
static int64_t px_of(const struct row *r)
{
    return r->u.join.revision == REV_CORRECTED ? r->u.join.px : print_of(r)->px;
}

static int64_t qty_of(const struct row *r)
{
    return r->u.join.revision == REV_CORRECTED ? r->u.join.qty : print_of(r)->qty;
}

NUMBER_IS(price_number, px_of(r))
DEC_VALUE(price, price_number, 2)

NUMBER_IS(size_number, qty_nano(qty_of(r)))

CELL(size)
{
    put_dec(out, qty_of(r), QTY_DIGITS, 0);
}

CELL(size_cell)
{
    put_count(out, qty_of(r));
}

/* INT64_MAX stands for a product too large to hold: unknown to the eye, above every limit. */
NUMBER_IS(premium_number, r->u.join.notional)

CELL(premium)
{
    if (r->u.join.notional != INT64_MAX)
        put_dec(out, r->u.join.notional, PX_DIGITS, 2);
}

CELL(premium_cell)
{
    if (r->u.join.notional != INT64_MAX)
        put_money(out, r->u.join.notional);
}

static void put_conditions(const struct row *r, const struct cell_context *c, struct text *out)
{
    char buf[128], other[80];
    ident_code_text(c->idents, print_of(r)->cond_other, other, sizeof other);
    size_t n = cond_text(buf, sizeof buf, print_of(r), r->kind == ROW_OPTION, other);
    text_addn(out, buf, n);
}

CELL(conditions)
{
    put_conditions(r, c, out);
}

/* In a pane what became of a print matters more than how it was reported. */
CELL(conditions_cell)
{
    if (r->u.join.revision)
        put_word(out, revision_name(r->u.join.revision));
    else
        put_conditions(r, c, out);
}

WORD_IS(revision, revision_name(r->u.join.revision))

NUMBER(revised_by_number)
{
    *ret = (int64_t)r->u.join.by_seq;
    return r->u.join.by_seq != 0;
}
INT_VALUE(revised_by, revised_by_number)

CELL(id)
{
    char buf[80];
    text_addn(out, buf, ident_text(c->idents, print_of(r)->id, buf, sizeof buf));
}

static bool quote_price(int64_t px, int64_t *ret)
{
    if (px != PX_NONE)
        *ret = px;
    return px != PX_NONE;
}

NUMBER(bid_number)
{
    return quote_price(r->u.join.bid, ret);
}
DEC_VALUE(bid, bid_number, 2)

NUMBER(ask_number)
{
    return quote_price(r->u.join.ask, ret);
}
DEC_VALUE(ask, ask_number, 2)

NUMBER(bid_size_number)
{
    *ret = qty_nano(r->u.join.bid_qty);
    return r->u.join.bid != PX_NONE;
}
DEC_VALUE(bid_size, bid_size_number, 0)

NUMBER(ask_size_number)
{
    *ret = qty_nano(r->u.join.ask_qty);
    return r->u.join.ask != PX_NONE;
}
DEC_VALUE(ask_size, ask_size_number, 0)

NUMBER(quote_age_number)
{
    *ret = r->ev.ts_ns - r->u.join.quote_ns;
    return r->u.join.quote_ns != 0;
}
INT_VALUE(quote_age, quote_age_number)

CELL(quote_age_cell)
{
    int64_t v;
    if (quote_age_number(r, c, &v))
        put_ns(out, v);
}

WORD_IS(quote_state, quote_state_name(r->u.join.state))

static enum style quote_state_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return r->u.join.state == QS_OK ? STYLE_DIM : STYLE_WARN;
}

WORD_IS(placement, placement_name(r->u.join.placement))

NUMBER(report_bid_number)
{
    return quote_price(r->u.join.report_bid, ret);
}
DEC_VALUE(report_bid, report_bid_number, 2)

NUMBER(report_ask_number)
{
    return quote_price(r->u.join.report_ask, ret);
}
DEC_VALUE(report_ask, report_ask_number, 2)

CELL(placement_report)
{
    if (r->u.join.report_bid_seq || r->u.join.report_ask_seq)
        put_word(out, placement_name(r->u.join.placement_report));
}

WORD_IS(side, side_name(r->u.join.side))

CELL(side_cell)
{
    put_side(out, r->u.join.side, c->ascii);
}

static enum style print_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return side_style(r->u.join.side);
}

WORD_IS(side_rule, side_rule_name(r->u.join.rule))

WORD_IS(side_reason, side_reason_name(r->u.join.reason))

NUMBER(confidence_number)
{
    *ret = r->u.join.confidence * (PX_ONE / 100);
    return r->u.join.side != 0 && r->u.join.confidence != 0;
}
DEC_VALUE(confidence, confidence_number, 2)

WORD_IS(family, cond_family_name(r->u.join.family))

NUMBER(packet_number)
{
    *ret = (int64_t)r->u.join.packet;
    return r->u.join.packet != 0;
}
INT_VALUE(packet, packet_number)

static bool has_flag(const struct row *r, enum join_flag flag, int64_t *ret)
{
    *ret = (r->u.join.flags & flag) != 0;
    return true;
}

NUMBER(late_number)
{
    return has_flag(r, JOIN_LATE, ret);
}
BOOL_VALUE(late, late_number)

static void put_lot(struct text *out, int64_t qty, int64_t px)
{
    put_count(out, qty);
    put_word(out, " at ");
    put_dec(out, px, PX_DIGITS, 2);
}

/* What a later event did, in a sentence; nothing for a print that stands as it came. */
static void put_revision(const struct row *r, struct text *out)
{
    const struct join *j = &r->u.join;
    unsigned long long by = j->by_seq;
    if (j->revision == REV_CANCELLED)
        text_add(out, "cancelled by event %llu: it counts for nothing|", by);
    else if (j->revision == REV_CORRECTED) {
        put_word(out, "corrected, it was reported as ");
        put_lot(out, print_of(r)->qty, print_of(r)->px);
        text_add(out, "; last changed by event %llu|", by);
    } else if (by)
        text_add(out, "its packet or side was changed by event %llu, about another print|", by);
}

/* What was traded, against which quote, and what follows or does not. */
CELL(explanations)
{
    const struct join *j = &r->u.join;
    put_revision(r, out);
    put_word(out, j->revision == REV_CANCELLED ? "reported "
                  : j->side > 0                ? "bought "
                  : j->side < 0                ? "sold "
                                               : "traded ");
    put_lot(out, qty_of(r), px_of(r));
    if (j->bid != PX_NONE && j->ask != PX_NONE) {
        put_word(out, " against ");
        put_dec(out, j->bid, PX_DIGITS, 2);
        put_word(out, " x ");
        put_dec(out, j->ask, PX_DIGITS, 2);
        put_word(out, ", placement ");
        put_word(out, placement_name(j->placement));
    }
    if (j->quote_ns && r->ev.ts_ns >= j->quote_ns) {
        put_word(out, ", quote ");
        put_ns(out, r->ev.ts_ns - j->quote_ns);
        put_word(out, " old");
    }
    if (j->side)
        text_add(out, "|side %s by the %s rule", side_name(j->side), side_rule_name(j->rule));
    if (j->side && j->confidence)
        text_add(out, ", confidence 0.%02d", j->confidence);
    if (!j->side && j->revision != REV_CANCELLED)
        text_add(out, "|no side: %s", side_reason_sentence(j->reason));
    if (j->flags & JOIN_DEGRADED)
        put_word(out, "|degraded: made while a feed had a gap, so its quote may be missing one");
    if (j->flags & JOIN_ADJUSTED)
        put_word(out, "|an adjusted series: what a contract delivers is not known, nor what the "
                      "premium is a price of");
}

/* The print, the quotes it was held against, and what revised it. */
CELL(evidence)
{
    const struct join *j = &r->u.join;
    text_add(out, "%llu", (unsigned long long)j->seq);
    if (j->bid_seq)
        text_add(out, "|%llu", (unsigned long long)j->bid_seq);
    if (j->ask_seq && j->ask_seq != j->bid_seq)
        text_add(out, "|%llu", (unsigned long long)j->ask_seq);
    if (j->by_seq)
        text_add(out, "|%llu", (unsigned long long)j->by_seq);
}

NUMBER(off_exchange_number)
{
    return has_flag(r, JOIN_OFF_EXCHANGE, ret);
}
BOOL_VALUE(off_exchange, off_exchange_number)

NUMBER(subpenny_number)
{
    return has_flag(r, JOIN_SUBPENNY, ret);
}
BOOL_VALUE(subpenny, subpenny_number)

NUMBER(block_number)
{
    return has_flag(r, JOIN_BLOCK, ret);
}
BOOL_VALUE(block, block_number)

NUMBER(odd_lot_number)
{
    return has_flag(r, JOIN_ODD_LOT, ret);
}
BOOL_VALUE(odd_lot, odd_lot_number)

/* 2P = A + B through 128 bits; unknown without both sides. */
NUMBER(midpoint_number)
{
    const struct join *j = &r->u.join;
    if (j->bid == PX_NONE || j->ask == PX_NONE)
        return false;
    *ret = (__int128)2 * px_of(r) == (__int128)j->bid + j->ask;
    return true;
}
BOOL_VALUE(midpoint, midpoint_number)

WORD_IS(price_mode, price_mode_name(r->u.join.family))

NUMBER(lateness_number)
{
    *ret = (print_of(r)->report_ns - r->ev.ts_ns) / NS_PER_MS;
    return print_of(r)->report_ns != 0;
}
INT_VALUE(lateness, lateness_number)

CELL(tape)
{
    if (print_of(r)->tape)
        text_addn(out, &print_of(r)->tape, 1);
}

#define CENT (PX_ONE / 100)

static bool off_exchange_flag(const struct row *r)
{
    return r->u.join.flags & JOIN_OFF_EXCHANGE;
}

/* BJZZ (Boehmer, Jones, Zhang, Zhang 2021), microstructure.md section 3: z is the price's part of
 * a cent; 0 < z < 0.4 retail sold, 0.6 < z < 1 retail bought. TRF prints only. */
CELL(retail_bjzz)
{
    int64_t px = px_of(r);
    if (!off_exchange_flag(r) || px < 0)
        return;
    int64_t z = px % CENT * 10;
    put_word(out, side_name(z > 0 && z < 4 * CENT ? -1 : z > 6 * CENT ? 1 : 0));
}

/* QMP (Barber and others 2024), the same section: sub-penny TRF prints by their place in the
 * spread, below 0.4 sold, above 0.6 bought. Needs a quote of both sides, not locked or crossed. */
CELL(retail_qmp)
{
    const struct join *j = &r->u.join;
    if (!off_exchange_flag(r))
        return;
    int sign = 0;
    if ((j->flags & JOIN_SUBPENNY) && j->bid != PX_NONE && j->ask != PX_NONE && j->bid < j->ask) {
        __int128 tenths = ((__int128)px_of(r) - j->bid) * 10;
        __int128 spread = (__int128)j->ask - j->bid;
        sign = tenths < 4 * spread ? -1 : tenths > 6 * spread ? 1 : 0;
    }
    put_word(out, side_name(sign));
}

static enum style off_exchange_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return off_exchange_flag(r) ? STYLE_DARK : STYLE_PLAIN;
}

static enum style block_style(const struct row *r, const struct cell_context *c UNUSED)
{
    return (r->u.join.flags & JOIN_BLOCK) ? STYLE_BLOCK : STYLE_PLAIN;
}

static enum style dim(const struct row *r UNUSED, const struct cell_context *c UNUSED)
{
    return STYLE_DIM;
}

/* Columns that both kinds of prints have; the place in the row differs. */
#define SEQ_COLUMN                                                                                 \
    {                                                                                              \
        .name = "seq", .title = "SEQ", .type = CELL_INT, .align = CELL_RIGHT,                      \
        .sentence = "order of the event in the session", .value = field_seq,                       \
        .number = field_seq_number,                                                                \
    }
#define TS_COLUMN                                                                                  \
    {                                                                                              \
        .name = "ts", .title = "TIME", .width = 12, .type = CELL_TIME,                             \
        .sentence = "execution time", .value = field_ts, .cell = field_ts_clock,                   \
        .number = field_ts_number,                                                                 \
    }
#define RECV_COLUMN                                                                                \
    {                                                                                              \
        .name = "recv", .title = "RECEIVED", .type = CELL_TIME,                                    \
        .sentence = "engine time: when the recorder saw it", .value = field_recv,                  \
        .number = field_recv_number,                                                               \
    }
#define SIDE_COLUMN                                                                                \
    {                                                                                              \
        .name = "side", .title = "SIDE", .width = 6,                                               \
        .sentence = "inferred taker: buy, sell or none", .value = side, .cell = side_cell,         \
        .style = print_style,                                                                      \
    }
#define PRICE_COLUMN(w)                                                                            \
    {                                                                                              \
        .name = "price", .title = "PRICE", .width = w, .type = CELL_DEC, .align = CELL_RIGHT,      \
        .sentence = "price of the print, dollars", .value = price, .number = price_number,         \
        .style = print_style,                                                                      \
    }
#define SIZE_COLUMN(what)                                                                          \
    {                                                                                              \
        .name = "size", .title = "SIZE", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,        \
        .sentence = what, .value = size, .cell = size_cell, .number = size_number,                 \
        .style = block_style,                                                                      \
    }
#define VENUE_COLUMN(style_fn)                                                                     \
    {                                                                                              \
        .name = "venue", .title = "VEN", .width = 4, .sentence = "MIC of the venue",               \
        .value = field_venue, .style = style_fn,                                                   \
    }
#define PLACEMENT_COLUMN                                                                           \
    {                                                                                              \
        .name = "placement", .title = "PLACE", .width = 5,                                         \
        .sentence = "where the price stands in the quote: below bid lo mid hi ask above none",     \
        .value = placement,                                                                        \
    }
#define CONDITIONS_COLUMN                                                                          \
    {                                                                                              \
        .name = "conditions", .title = "COND", .width = 9, .type = CELL_LIST,                      \
        .sentence = "sale conditions", .value = conditions, .cell = conditions_cell, .style = dim, \
    }
#define DEC_COLUMN(n, t, w, s, fn)                                                                 \
    {                                                                                              \
        .name = n, .title = t, .width = w, .type = CELL_DEC, .align = CELL_RIGHT, .sentence = s,   \
        .value = fn, .number = fn##_number,                                                        \
    }
#define BOOL_COLUMN(n, t, s, fn)                                                                   \
    {                                                                                              \
        .name = n, .title = t, .type = CELL_BOOL, .sentence = s, .value = fn,                      \
        .number = fn##_number,                                                                     \
    }
#define WORD_COLUMN(n, t, s, fn)                                                                   \
    {                                                                                              \
        .name = n, .title = t, .sentence = s, .value = fn,                                         \
    }
#define QUOTE_COLUMN(n, t, w, s, fn)                                                               \
    {                                                                                              \
        .name = n, .title = t, .width = w, .type = CELL_DEC, .align = CELL_RIGHT, .quotes = true,  \
        .sentence = s, .value = fn, .number = fn##_number,                                         \
    }
#define QUOTE_COLUMNS                                                                              \
    QUOTE_COLUMN("bid", "BID", 7, "bid in force at execution, dollars", bid),                      \
        QUOTE_COLUMN("ask", "ASK", 7, "ask in force at execution, dollars", ask),                  \
        QUOTE_COLUMN("bid_size", "BSIZE", 0, "size shown at that bid", bid_size),                  \
        QUOTE_COLUMN("ask_size", "ASIZE", 0, "size shown at that ask", ask_size),                  \
        {.name = "quote_age_ns",                                                                   \
         .title = "AGE",                                                                           \
         .width = 8,                                                                               \
         .type = CELL_INT,                                                                         \
         .align = CELL_RIGHT,                                                                      \
         .quotes = true,                                                                           \
         .sentence = "age of that quote at execution, ns",                                         \
         .value = quote_age,                                                                       \
         .cell = quote_age_cell,                                                                   \
         .number = quote_age_number},                                                              \
    {                                                                                              \
        .name = "quote_state", .title = "QUOTE", .width = 7,                                       \
        .sentence = "state of that quote: ok locked crossed wide stale none",                      \
        .value = quote_state, .style = quote_state_style,                                          \
    }
#define REVISION_COLUMNS                                                                           \
    WORD_COLUMN("revision", "REVISION", "cancelled or corrected by a later event; else empty",     \
                revision),                                                                         \
    {                                                                                              \
        .name = "revised_by", .title = "BY", .type = CELL_INT, .align = CELL_RIGHT,                \
        .sentence = "seq of the event that last changed what is said of the print",                \
        .value = revised_by, .number = revised_by_number,                                          \
    }
#define RULE_COLUMNS                                                                               \
    WORD_COLUMN("side_rule", "RULE", "rule that gave the side: quote depth tick qmp none",         \
                side_rule),                                                                        \
        WORD_COLUMN("side_reason", "REASON", "why there is no side, or what weakens it",           \
                    side_reason),                                                                  \
        DEC_COLUMN("side_confidence", "CONF", 4, "confidence in the side, 0.50 to 0.90",           \
                   confidence)
#define PROOF_COLUMNS                                                                              \
    {                                                                                              \
        .name = "explanations",                                                                    \
        .title = "EXPLANATION",                                                                    \
        .type = CELL_LIST,                                                                         \
        .quotes = true,                                                                            \
        .sentence = "what was seen and what follows, in sentences",                                \
        .value = explanations,                                                                     \
    },                                                                                             \
    {                                                                                              \
        .name = "evidence", .title = "EVIDENCE", .type = CELL_IDS,                                 \
        .sentence = "seq of the print and of the quotes used", .value = evidence,                  \
    }

/* clang-format off */
const struct column option_columns[] = {
    SEQ_COLUMN,
    TS_COLUMN,
    RECV_COLUMN,
    WORD_COLUMN("symbol", "SYMBOL", "underlying", field_symbol),
    {.name = "contract", .title = "CONTRACT", .width = 18, .sentence = "padded OSI symbol",
     .value = field_contract, .cell = field_contract_short, .style = NULL},
    WORD_COLUMN("right", "RIGHT", "C call, P put", field_right),
    {.name = "strike", .title = "STRIKE", .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "strike price, dollars", .value = field_strike, .number = field_strike_number},
    WORD_COLUMN("expiry", "EXPIRY", "expiration date", field_expiry),
    EXPIRY_COLUMNS,
    SIDE_COLUMN,
    PRICE_COLUMN(7),
    SIZE_COLUMN("contracts"),
    {.name = "premium", .title = "PREMIUM", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "price x size x multiplier, dollars", .value = premium, .cell = premium_cell,
     .number = premium_number, .style = block_style},
    VENUE_COLUMN(NULL),
    PLACEMENT_COLUMN,
    CONDITIONS_COLUMN,
    QUOTE_COLUMNS,
    RULE_COLUMNS,
    WORD_COLUMN("family", "FAMILY", "condition family", family),
    BOOL_COLUMN("late", "LATE", "arrived behind a later execution of the contract", late),
    TERM_COLUMNS,
    {.name = "packet", .title = "PACKET", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "id of its packet", .value = packet, .number = packet_number},
    WORD_COLUMN("id", "ID", "the venue's or vendor's id of the print", id),
    REVISION_COLUMNS,
    PROOF_COLUMNS,
};
const size_t option_columns_n = ARRAY_LEN(option_columns);

const struct column equity_columns[] = {
    SEQ_COLUMN,
    TS_COLUMN,
    RECV_COLUMN,
    {.name = "symbol", .title = "SYMBOL", .width = 6, .sentence = "equity symbol",
     .value = field_symbol},
    SIDE_COLUMN,
    PRICE_COLUMN(10),
    SIZE_COLUMN("shares"),
    {.name = "notional", .title = "VALUE", .width = 7, .type = CELL_DEC, .align = CELL_RIGHT,
     .sentence = "price x size, dollars", .value = premium, .cell = premium_cell,
     .number = premium_number, .style = block_style},
    VENUE_COLUMN(off_exchange_style),
    PLACEMENT_COLUMN,
    CONDITIONS_COLUMN,
    QUOTE_COLUMNS,
    RULE_COLUMNS,
    BOOL_COLUMN("off_exchange", "OFF", "reported through a TRF or the ADF", off_exchange),
    QUOTE_COLUMN("report_bid", "RBID", 0, "bid at the time of report, dollars", report_bid),
    QUOTE_COLUMN("report_ask", "RASK", 0, "ask at the time of report, dollars", report_ask),
    WORD_COLUMN("placement_report", "RPLACE", "where the price stands in the quote at report",
                placement_report),
    {.name = "price_mode", .title = "MODE", .width = 10,
     .sentence = "regular average derivative contingent prior_ref late cross extended",
     .value = price_mode},
    {.name = "lateness_ms", .title = "LATE", .type = CELL_INT, .align = CELL_RIGHT,
     .sentence = "report time minus execution time, ms", .value = lateness,
     .number = lateness_number},
    BOOL_COLUMN("subpenny", "SUB", "price is not a whole cent", subpenny),
    {.name = "midpoint", .title = "MID", .type = CELL_BOOL, .quotes = true,
     .sentence = "exactly between bid and ask", .value = midpoint, .number = midpoint_number},
    BOOL_COLUMN("block", "BLOCK", "of block size (10,000 shares or $200,000)", block),
    BOOL_COLUMN("odd_lot", "ODD", "less than a round lot", odd_lot),
    WORD_COLUMN("retail_bjzz", "BJZZ", "retail sign by part of a cent; TRF prints", retail_bjzz),
    {.name = "retail_qmp", .title = "QMP", .quotes = true,
     .sentence = "retail sign by place in the spread; TRF prints", .value = retail_qmp},
    BOOL_COLUMN("late", "BEHIND", "arrived behind a later execution of the symbol", late),
    WORD_COLUMN("tape", "TAPE", "tape A, B, C, N or O", tape),
    WORD_COLUMN("id", "ID", "the venue's or vendor's id of the print", id),
    REVISION_COLUMNS,
    PROOF_COLUMNS,
};
const size_t equity_columns_n = ARRAY_LEN(equity_columns);
/* clang-format on */
