/* Words of derived records. See record.h. */
#include "event/record.h"

#include "base/text.h"

static const char *const quote_states[QS_COUNT] = {
    [QS_NONE] = "none",       [QS_OK] = "ok",     [QS_LOCKED] = "locked",
    [QS_CROSSED] = "crossed", [QS_WIDE] = "wide", [QS_STALE] = "stale",
};
static const char *const placements[PL_COUNT] = {
    [PL_NONE] = "none", [PL_BELOW] = "below", [PL_BID] = "bid", [PL_LO] = "lo",
    [PL_MID] = "mid",   [PL_HI] = "hi",       [PL_ASK] = "ask", [PL_ABOVE] = "above",
};
static const char *const rules[RULE_COUNT] = {
    [RULE_NONE] = "none",
    [RULE_QUOTE] = "quote",
    [RULE_DEPTH] = "depth",
    [RULE_TICK] = "tick",
    [RULE_QMP] = "qmp",
    [RULE_SIZE] = "size",
    [RULE_QUOTE_VENUE] = "quote_venue",
    [RULE_DEPTH_VENUE] = "depth_venue",
    [RULE_REVERSE_TICK] = "reverse-tick",
    [RULE_LR] = "lr",
    [RULE_EMO] = "emo",
    [RULE_CLNV] = "clnv",
    [RULE_BJZZ] = "bjzz",
};
static const char *const reasons[SR_COUNT] = {
#define X(id, name, sentence) [SR_##id] = name,
    SIDE_REASONS(X)
#undef X
};
static const char *const sentences[SR_COUNT] = {
#define X(id, name, sentence) [SR_##id] = sentence,
    SIDE_REASONS(X)
#undef X
};
static const char *const kinds[PK_KIND_COUNT] = {
    [PK_SINGLE] = "single", [PK_FILL_RUN] = "fill_run", [PK_SWEEP] = "sweep",
    [PK_BLOCK] = "block",   [PK_REPEAT] = "repeat",     [PK_PACKAGE] = "package",
};
static const char *const grades[PG_COUNT] = {
    [PG_NONE] = "",           [PG_ISO] = "iso",           [PG_APPARENT] = "apparent",
    [PG_FLAGGED] = "flagged", [PG_INFERRED] = "inferred",
};
static const char *const states[PS_COUNT] = {
    [PS_OPEN] = "open",       [PS_CLOSED] = "closed",       [PS_INCOMPLETE] = "incomplete",
    [PS_AMENDED] = "amended", [PS_RETRACTED] = "retracted", [PS_MERGED] = "merged",
};
static const char *const splits[SPLIT_COUNT] = {
    [SPLIT_DEADLINE] = "no further print within the gap",
    [SPLIT_GAP] = "the next print came after the gap",
    [SPLIT_SPAN] = "the next print would have exceeded the sweep span",
    [SPLIT_IMPROVED] = "the next print was at a better price for the taker",
    [SPLIT_VENUE] = "the next print was on another venue and may not be part of a sweep",
    [SPLIT_FAMILY] = "the next print was of another condition family",
    [SPLIT_FULL] = "closed early: too many packets open at once",
    [SPLIT_END] = "the tape ended",
    [SPLIT_ALONE] = "a print without a side, or late, stands alone",
    [SPLIT_OTHERS] = "the other flow in the contract outgrew its parts",
};
static const char *const revisions[REV_COUNT] = {
    [REV_NONE] = "",
    [REV_CANCELLED] = "cancelled",
    [REV_CORRECTED] = "corrected",
};
static const char *const outcome_names[REPAIR_COUNT] = {
    [REPAIR_DONE] = "done",
    [REPAIR_NO_TARGET] = "no_target",
    [REPAIR_AGAIN] = "again",
};
static const char *const outcomes[REPAIR_COUNT] = {
    [REPAIR_DONE] =
        "the print was found and its packet made again without it, or with the new values",
    [REPAIR_NO_TARGET] = "no such print is known; nothing was changed",
    [REPAIR_AGAIN] = "its print was cancelled before; nothing was changed",
};
static const char *const direction_reasons[DR_COUNT][2] = {
#define X(id, name, sentence) [DR_##id] = {name, sentence},
    DIRECTION_REASONS(X)
#undef X
};
static const char *const opening_reasons[OR_COUNT][2] = {
#define X(id, name, sentence) [OR_##id] = {name, sentence},
    OPENING_REASONS(X)
#undef X
};
static const char *const forward_sources[FS_COUNT][2] = {
#define X(id, name, sentence) [FS_##id] = {name, sentence},
    FORWARD_SOURCES(X)
#undef X
};
static const char *const rarity_reasons[RR_COUNT] = {
    [RR_OK] = "",
    [RR_COLD] = "cold_start",
    [RR_FULL] = "no_room",
    [RR_NONE] = "none",
};
static const char *const shapes[SHAPE_COUNT][3] = {
#define X(id, name, words, bought) [SHAPE_##id] = {name, words, bought},
    SHAPES(X)
#undef X
};
static const char *const classes[SC_COUNT] = {
    [SC_NONE] = "none", [SC_DIRECTIONAL] = "directional", [SC_VOLATILITY] = "volatility",
    [SC_ROLL] = "roll", [SC_NEUTRAL] = "neutral",         [SC_HEDGED] = "hedged",
};
static const char *const reconciles[RECONCILE_COUNT][2] = {
    [RECONCILE_DONE] = {"done", "the day's volume and the change of open interest agree"},
    [RECONCILE_BEYOND] = {"beyond", "open interest changed by more than the volume: exercise, "
                                    "an adjustment, or prints not seen"},
    [RECONCILE_EXPIRED] = {"expired", "the contract expired"},
    [RECONCILE_ADJUSTED] = {"adjusted", "an adjusted contract"},
    [RECONCILE_GAP] = {"gap", "prints of that day may be missing"},
};
static const struct {
    uint32_t flag;
    const char *name;
} flag_names[] = {
    {PF_LATE, "late"},
    {PF_AUCTION, "auction"},
    {PF_CROSS, "cross"},
    {PF_FLOOR, "floor"},
    {PF_EXTENDED, "extended"},
    {PF_ZERO_BID, "zero_bid"},
    {PF_WIDE, "wide"},
    {PF_DEGRADED, "degraded"},
    {PF_MULTI_LEG, "multi_leg"},
    {PF_STOCK_TIED, "stock_tied"},
    {PF_ADJUSTED, "adjusted"},
    {PF_RETAIL_PROXY, "retail_proxy"},
    {PF_ROLL_CANDIDATE, "roll_candidate"},
    {PF_LEG_CANDIDATE, "leg_candidate"},
    {PF_OVER_OI, "over_open_interest"},
    {PF_VOLUME_OVER_OI, "volume_over_open_interest"},
    {PF_OPENING, "opening"},
};

#define NAME(table, v) ((size_t)(v) < ARRAY_LEN(table) ? (table)[v] : "?")

const char *quote_state_name(enum quote_state v)
{
    return NAME(quote_states, v);
}

const char *placement_name(enum placement v)
{
    return NAME(placements, v);
}

const char *side_name(int side)
{
    return side > 0 ? "buy" : side < 0 ? "sell" : "none";
}

const char *side_rule_name(enum side_rule v)
{
    return NAME(rules, v);
}

const char *side_reason_name(enum side_reason v)
{
    return NAME(reasons, v);
}

const char *side_reason_sentence(enum side_reason v)
{
    return NAME(sentences, v);
}

const char *packet_kind_name(enum packet_kind v)
{
    return NAME(kinds, v);
}

const char *packet_grade_name(enum packet_grade v)
{
    return NAME(grades, v);
}

const char *packet_state_name(enum packet_state v)
{
    return NAME(states, v);
}

const char *revision_name(enum revision v)
{
    return NAME(revisions, v);
}

const char *repair_outcome_name(enum repair_outcome v)
{
    return NAME(outcome_names, v);
}

const char *repair_outcome_sentence(enum repair_outcome v)
{
    return NAME(outcomes, v);
}

const char *packet_split_sentence(enum packet_split v)
{
    return NAME(splits, v);
}

const char *direction_name(int direction)
{
    return direction > 0 ? "bullish" : direction < 0 ? "bearish" : "neutral";
}

const char *direction_reason_name(enum direction_reason v)
{
    return (size_t)v < DR_COUNT ? direction_reasons[v][0] : "?";
}

const char *direction_reason_sentence(enum direction_reason v)
{
    return (size_t)v < DR_COUNT ? direction_reasons[v][1] : "?";
}

const char *opening_reason_name(enum opening_reason v)
{
    return (size_t)v < OR_COUNT ? opening_reasons[v][0] : "?";
}

const char *opening_reason_sentence(enum opening_reason v)
{
    return (size_t)v < OR_COUNT ? opening_reasons[v][1] : "?";
}

const char *forward_source_name(enum forward_source v)
{
    return (size_t)v < FS_COUNT ? forward_sources[v][0] : "?";
}

const char *forward_source_sentence(enum forward_source v)
{
    return (size_t)v < FS_COUNT ? forward_sources[v][1] : "?";
}

const char *rarity_reason_name(enum rarity_reason v)
{
    return NAME(rarity_reasons, v);
}

const char *shape_name(enum shape v)
{
    return (size_t)v < SHAPE_COUNT ? shapes[v][0] : "?";
}

const char *shape_words(enum shape v)
{
    return (size_t)v < SHAPE_COUNT ? shapes[v][1] : "?";
}

const char *shape_bought(enum shape v)
{
    return (size_t)v < SHAPE_COUNT ? shapes[v][2] : "?";
}

const char *structure_class_name(enum structure_class v)
{
    return NAME(classes, v);
}

const char *reconcile_outcome_name(enum reconcile_outcome v)
{
    return (size_t)v < RECONCILE_COUNT ? reconciles[v][0] : "?";
}

const char *reconcile_outcome_sentence(enum reconcile_outcome v)
{
    return (size_t)v < RECONCILE_COUNT ? reconciles[v][1] : "?";
}

size_t packet_flags_text(char *buf, size_t cap, uint32_t flags)
{
    struct text t = text_on(buf, cap);
    for (size_t i = 0; i < ARRAY_LEN(flag_names); i++)
        if (flags & flag_names[i].flag)
            text_add(&t, "%s%s", t.len ? "|" : "", flag_names[i].name);
    return t.len;
}

bool packet_is_cluster(const struct packet *p)
{
    return p->kind == PK_SWEEP || p->kind == PK_BLOCK || p->kind == PK_REPEAT ||
           (p->kind == PK_PACKAGE && p->class == SC_DIRECTIONAL);
}
