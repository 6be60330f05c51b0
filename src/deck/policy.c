/* The engine's settings: defaults, their names, their hash. See deck.h. Sources of the figures:
 * microstructure.md sections 1, 2, 5 and 6; section 5 names repeat runs without figures: those are
 * ours (flow/repeat.h). */
#include "deck/deck.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/dec.h"

struct deck_policy deck_policy_default(void)
{
    return (struct deck_policy){
        .run_gap_ns = 100 * NS_PER_MS,
        .sweep_gap_ns = 100 * NS_PER_MS,
        .sweep_span_ns = 500 * NS_PER_MS,
        .block_qty = 500 * QTY_ONE,
        .block_premium = 1000000 * PX_ONE,
        .eq_block_qty = 10000 * QTY_ONE,
        .eq_block_notional = 200000 * PX_ONE,
        .stale_option_ns = 5 * NS_PER_SEC,
        .stale_equity_ns = 1 * NS_PER_SEC,
        .stale_move_bp = 25,
        .wide_pct = 25,
        .wide_ticks = 4,
        .quote_lag_ns = 0,
        /* Three-month US Treasury bills yielded 3.6 to 4.3 percent through 2025 (Federal Reserve,
         * release H.15); the forward from parity hardly depends on it. */
        .rate_bp = 400,
        /* As long as prints of one order may lie apart: quotes of one packet and the next. */
        .forward_refresh_ns = 100 * NS_PER_MS,
        .baseline_min = 50, /* ours: one in fifty is the rarest that few can show */
        .leg_gap_ns = 10 * NS_PER_MS,
        .infer_gap_ns = 5 * NS_PER_MS,
        .net_band_pct = 10,
        .directional_pct = 25,
        .repeat_min = 6,
        .repeat_gap_ns = 30 * NS_PER_SEC,
        .repeat_span_ns = 900 * NS_PER_SEC,
        .repeat_max_qty = 80 * QTY_ONE,
        .repeat_size_pct = 20,
        .repeat_share_pct = 100,
        .repeat_floor_pct = 25,
        .campaign_min = 3,
        .campaign_quiet_ns = 30 * NS_PER_SEC,
    };
}

#define ROW(field, text)                                                                           \
    {                                                                                              \
#field, offsetof(struct deck_policy, field), text                                          \
    }
const struct deck_policy_row deck_policy_rows[] = {
    ROW(run_gap_ns, "largest gap between prints of a fill run"),
    ROW(sweep_gap_ns, "largest gap between prints of a sweep"),
    ROW(sweep_span_ns, "longest sweep, first print to last"),
    ROW(block_qty, "an option print of this size is a block, 1e-6 contracts"),
    ROW(block_premium, "or of this premium, 1e-9 dollars"),
    ROW(eq_block_qty, "an equity print of this size is a block, 1e-6 shares"),
    ROW(eq_block_notional, "or of this value, 1e-9 dollars"),
    ROW(stale_option_ns, "silence of the options feed after which its quotes are stale"),
    ROW(stale_equity_ns, "silence of the equities feed after which its quotes are stale"),
    ROW(stale_move_bp, "move of the underlying since the quote that makes it stale, 1/100 percent"),
    ROW(wide_pct, "a spread above this percent of the middle ..."),
    ROW(wide_ticks, "... and above this many cents is wide"),
    ROW(quote_lag_ns, "a quote must be at least this much older than the print"),
    ROW(rate_bp, "interest for forwards and greeks, continuous, 1/100 percent a year"),
    ROW(forward_refresh_ns, "a chain's implied forward holds this long while its underlying stays"),
    ROW(baseline_min, "packets seen before of a symbol, days to expiry and hour, before a rarity "
                      "is stated"),
    ROW(leg_gap_ns, "legs marked so are one package within this execution time"),
    ROW(infer_gap_ns, "legs without a mark are one structure within this execution time"),
    ROW(net_band_pct, "a net price nearer one side by this percent of the width has a taker"),
    ROW(directional_pct, "a package is directional from this percent of its gross delta"),
    ROW(repeat_min, "parts of a repeat run at least, by its size and the flow around it more"),
    ROW(repeat_gap_ns, "longest pause between parts of a repeat run"),
    ROW(repeat_span_ns, "longest repeat run, first part to last"),
    ROW(repeat_max_qty, "largest part of a repeat run, 1e-6 contracts"),
    ROW(repeat_size_pct, "parts differ by at most this percent from the first"),
    ROW(repeat_share_pct, "parts more for each other print, in percent of a part, over the size"),
    ROW(repeat_floor_pct, "... and at least so many percent of a part, whatever the size"),
    ROW(campaign_min, "packets of a campaign at least, in two contracts or more"),
    ROW(campaign_quiet_ns, "a campaign is told again when it has not grown for so long"),
};

size_t deck_policy_count(void)
{
    return ARRAY_LEN(deck_policy_rows);
}

uint64_t deck_policy_hash(const struct deck_policy *p)
{
    return XXH3_64bits_withSeed(p, sizeof *p, DECK_ENGINE_VERSION);
}
