#!/usr/bin/env python3
"""Sides through the real program: tight markets, and every classic rule on real data print by print
against a second implementation in exact fractions, straight from the source files.

usage: sides.py PROGRAM
"""
import collections
import csv
import gzip
import os
import sys
import tempfile
from fractions import Fraction as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.environ.get("TAPEDECK_SAMPLES", os.path.join(HERE, "../../../shared/samples"))
RULES = "quote tick reverse-tick lr emo clnv depth size bjzz qmp".split()
WORD = {1: "buy", -1: "sell", 0: "none"}


def sign(x):
    return (x > 0) - (x < 0)


# ---- the rules, from their definitions ----

class Print:
    """px; quote (bid, bid size, ask, ask size) or None; own: the venue's; sign against the last and
    the next different price; trf."""

    def __init__(self, px, qty, trf=False):
        self.px, self.qty, self.trf = px, qty, trf
        self.quote = self.own = None
        self.last = self.next = 0


def two_sided(q):
    return q if q and q[1] > 0 and q[3] > 0 and q[0] <= q[2] else None


def by_quote(p):
    q = two_sided(p.quote)
    return sign(2 * p.px - q[0] - q[2]) if q else 0


def by_emo(p):
    q = two_sided(p.quote)
    at = (p.px == q[2]) - (p.px == q[0]) if q else 0
    return at or p.last


def by_clnv(p):
    q = two_sided(p.quote)
    if q and q[2] - F(3, 10) * (q[2] - q[0]) < p.px <= q[2]:
        return 1
    if q and q[0] <= p.px < q[0] + F(3, 10) * (q[2] - q[0]):
        return -1
    return p.last


def by_depth(p):
    q = two_sided(p.quote)
    return sign(q[3] - q[1]) if q and 2 * p.px == q[0] + q[2] else 0


def by_size(p):
    q = two_sided(p.own) or two_sided(p.quote)
    return (p.qty == q[1]) - (p.qty == q[3]) if q else 0


def by_bjzz(p):
    z = p.px * 100 % 1
    if not p.trf or z == 0:
        return 0
    return -1 if z < F(4, 10) else 1 if z > F(6, 10) else 0


def by_qmp(p):
    q = two_sided(p.quote)
    if not p.trf or p.px * 100 % 1 == 0 or not q or q[0] == q[2]:
        return 0
    pos = (p.px - q[0]) / (q[2] - q[0])
    return -1 if pos < F(4, 10) else 1 if pos > F(6, 10) else 0


BY = {"quote": by_quote, "tick": lambda p: p.last, "reverse-tick": lambda p: p.next,
      "lr": lambda p: by_quote(p) or p.last, "emo": by_emo, "clnv": by_clnv, "depth": by_depth,
      "size": by_size, "bjzz": by_bjzz, "qmp": by_qmp}


def fill_ticks(prints):
    """Signs against the last and the next different price; None stands for what is no trade."""
    last = move = None
    for p in prints:
        if p and last is not None and p.px != last:
            move = sign(p.px - last)
        if p:
            p.last, last = move or 0, p.px
    following = move = None
    for p in reversed(prints):
        if p and following is not None and p.px != following:
            move = sign(p.px - following)
        if p:
            p.next, following = move or 0, p.px


def best(venues, now, gone):
    """National best at a quote over venues with size; of equal prices the one shown first. The older
    of two sides that have locked or crossed for more than a second is gone until quoted again: it
    goes into `gone` as (venue, side, place)."""
    while True:
        bids = [(-q[0], q[4], k) for k, q in venues.items() if q[1] > 0 and (k, "bid", q[4]) not in gone]
        asks = [(q[2], q[4], k) for k, q in venues.items() if q[3] > 0 and (k, "ask", q[4]) not in gone]
        if not bids or not asks:
            return None
        (_, place_b, kb), (_, place_a, ka) = min(bids), min(asks)
        b, a = venues[kb], venues[ka]
        oldest = min((b[5], "bid", kb, place_b), (a[5], "ask", ka, place_a),
                     key=lambda x: (x[0], x[1] == "ask"))
        if b[0] < a[2] or now - oldest[0] <= 1000:
            return (b[0], b[1], a[2], a[3])
        gone.add((oldest[2], oldest[1], oldest[3]))


# ---- the samples ----

def rows_of(name, header=True):
    with gzip.open(os.path.join(SAMPLES, name), "rt") as f:
        yield from csv.DictReader(f) if header else csv.reader(f)


TAQ = "taq/eq-taq-%s-xxx-20180102-0925-1100-1545-1615.csv.gz"
BAC = "lean/eq-tick-%s-bac-20131007.csv.gz"
THETA = "thetadata/eq-trade-nbbo-aapl-20240102-open.csv.gz"


def taq_prints():
    quotes, venues, at = list(rows_of(TAQ % "quotes")), {}, 0
    nbbo, gone = None, set()
    for t in rows_of(TAQ % "trades"):
        if t["correction"] in ("7", "8", "10", "11", "12"):
            continue
        while at < len(quotes) and int(quotes[at]["epoch_ms"]) <= int(t["epoch_ms"]):
            q = quotes[at]
            at += 1
            venues[q["exchange"]] = (F(q["bid"]), 100 * int(q["bid_size_lots"]), F(q["offer"]),
                                     100 * int(q["offer_size_lots"]), at, int(q["epoch_ms"]))
            nbbo = best(venues, int(q["epoch_ms"]), gone)
        if set(t["conditions"]) & set("MQ"):  # official close, official open
            yield None
            continue
        p = Print(F(t["price"]), int(t["size"]), t["exchange"] == "D")
        p.quote, p.own = nbbo, venues.get(t["exchange"])
        yield p


def bac_prints():
    quotes, at, bid, ask = list(rows_of(BAC % "quote", False)), 0, None, None
    for ms, px, size, venue, mask, _ in rows_of(BAC % "trade", False):
        while at < len(quotes) and int(quotes[at][0]) <= int(ms):
            q = quotes[at]
            at += 1
            if q[1] != "0":
                bid = (F(int(q[1]), 10000), int(q[2]))
            else:
                ask = (F(int(q[3]), 10000), int(q[4]))
        p = Print(F(int(px), 10000), int(size), venue == "D")
        p.quote = bid + ask if bid and ask else None
        yield None if int(mask, 16) & OFFICIAL else p


OFFICIAL = 1 << 24 | 1 << 26  # LEAN's flags of a venue's official close and open


def theta_prints():
    for t in rows_of(THETA):
        p = Print(F(t["price"]), int(t["size"]), t["exchange"] in ("57", "58", "59"))
        p.quote = (F(t["bid"]), 100 * int(t["bid_size"]), F(t["ask"]), 100 * int(t["ask_size"]))
        codes = {t["ext_condition%d" % i] for i in range(1, 5)}
        yield None if codes & NO_TRADE else p


NO_TRADE = {"51", "66", "117"}  # official close and open of a venue, corrected close

SESSIONS = {
    "TAQ": (taq_prints, ["file:" + os.path.join(SAMPLES, TAQ % kind) + "?map=taq-" + kind[:-1]
                             for kind in ("quotes", "trades")]),
    "LEAN BAC": (bac_prints, ["file:%s?map=lean-equity-%s&set=date=20131007&set=symbol=BAC" %
                              (os.path.join(SAMPLES, BAC % kind), how)
                              for kind, how in (("quote", "nbbo"), ("trade", "trade"))]),
    "ThetaData AAPL": (theta_prints, ["file:%s?map=thetadata-equity&set=symbol=AAPL" %
                                      os.path.join(SAMPLES, THETA)]),
}


# ---- tight markets ----

TICK = F(1, 100)
HEAD = "kind,ts,recv,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref,report_ts,value"


def tight_markets():
    """(bid, ask, prices) in dollars: bid, mid and ask of each width, and one tick around each."""
    for i, cents in enumerate((1, 2, 3, 5, 10)):
        bid = F(123 + 20 * i, 100)
        ask = bid + cents * TICK
        prices = {p + d for p in (bid, (bid + ask) / 2, ask) for d in (-TICK, 0, TICK)}
        yield bid, ask, sorted(prices, key=lambda p: (p * 7919 % 1, p))  # in no order of price


def placed(p, bid, ask):
    """Label and side of the quote rule, by distance to both ends."""
    if p <= bid:
        return "bid" if p == bid else "below", -1
    if p >= ask:
        return "ask" if p == ask else "above", 1
    near = sign((p - bid) - (ask - p))
    return {-1: "lo", 0: "mid", 1: "hi"}[near], near


def tight_tape(kind):
    """Tape CSV and the prints in order: sizes shown are 10 x 30."""
    lines, prints, s = [HEAD], [], 0
    for n, (bid, ask, prices) in enumerate(tight_markets()):
        name = "XYZ260220C00%d000" % (100 + n) if kind == "option" else "XYZ" + "ABCDE"[n]
        venue, cond = ("C", "AUTO") if kind == "option" else ("N", "@")
        mine = []
        stamp = "2026-01-15T15:00:%02d.%02dZ"  # within the staleness limits
        lines.append("%s_quote,%s,,%s,,,%.3f,10,%.3f,30,,,,,,," % (
            kind, stamp % divmod(s, 100), name, bid, ask))
        for px in prices:
            s += 1
            lines.append("%s_print,%s,,%s,%.3f,7,,,,,%s,%s,,,,," % (
                kind, stamp % divmod(s, 100), name, px, venue, cond))
            p = Print(px, 7)
            p.quote = (bid, 10, ask, 30)
            p.place, p.near = placed(px, bid, ask)
            mine.append(p)
        fill_ticks(mine)
        prints += mine
    return "\n".join(lines) + "\n", prints


class Suite:
    def __init__(self, tap, program, home):
        self.tap, self.home, self.program = tap, home, Program(program, home)

    def answers(self, session, kind, *words):
        text = self.program.made("query", session, kind, "--format", "csv", *words).stdout
        return list(csv.DictReader(text.splitlines()))

    def check_tight(self, kind, rows_kind):
        """Live stack: the quote's side; at the midpoint options by depth (30 above 10 buys), lit
        equities by tick. Then each rule."""
        text, prints = tight_tape(kind)
        tape, session = (os.path.join(self.home, kind + end) for end in (".csv", ".db"))
        with open(tape, "w", encoding="utf-8") as f:
            f.write(text)
        self.program.made("import", tape, "--to", session)
        live = [(p.place, WORD[p.near or (1 if kind == "option" else p.last)]) for p in prints]
        rows = self.answers(session, rows_kind)
        have = [(r["placement"], r["side"]) for r in rows]
        bad = ["%s: %s, expected %s" % (p.px, h, w) for p, h, w in zip(prints, have, live) if h != w]
        self.tap.ok(len(have) == len(live) and not bad,
                    "tight markets, %s: %d prints placed and signed" % (rows_kind, len(live)), bad)
        for rule in RULES:
            rows = self.answers(session, rows_kind, "--side-rule", rule)
            want = [(WORD[BY[rule](p)], rule, "") for p in prints]
            have = [(r["side"], r["side_rule"], r["side_confidence"]) for r in rows]
            bad = ["%s in %s x %s: %s, expected %s" % (p.px, p.quote[0], p.quote[2], h, w)
                   for p, h, w in zip(prints, have, want) if h != w]
            self.tap.ok(len(have) == len(want) and not bad,
                        "tight markets, %s by %s" % (rows_kind, rule), bad)

    def check_options(self):
        """Filter, limit, range and lag see the rule's answer."""
        tape, session = (os.path.join(self.home, "words" + end) for end in (".csv", ".db"))
        quote = "equity_quote,2026-01-15T15:00:%sZ,,XYZ,,,%s,1,%s,1,,,,,,,"
        trade = "equity_print,2026-01-15T15:00:%sZ,,XYZ,%s,100,,,,,N,@,,,,,"
        with open(tape, "w", encoding="utf-8") as f:
            f.write("\n".join([HEAD, quote % ("00", "10.00", "10.10"), trade % ("05", "10.08"),
                               quote % ("10", "10.08", "10.20"), trade % ("10.5", "10.10"),
                               trade % ("20", "10.10"), trade % ("30", "10.12")]) + "\n")
        self.program.made("import", tape, "--to", session)

        def sides(*words):
            return [r["side"] for r in self.answers(session, "equities", *words)]
        # mids 10.05 until :10, then 10.14
        for want, words in (
                ("buy sell sell sell", "quote"),
                # a second older than :10.5 only 10.00 x 10.10 is: 10.10 is its ask
                ("buy buy sell sell", "quote --quote-lag 1s"),
                ("none buy sell sell", "quote --quote-lag 10s"),
                ("sell sell sell none", "reverse-tick"),
                # up to :25 the 10.12 has not come: the two at 10.10 wait for nothing
                ("sell none none", "reverse-tick --to 2026-01-15T15:00:25Z"),
                ("none buy buy buy", "tick:all"),
                ("buy", "quote --filter side==buy"),
                ("sell sell", "quote --filter side==sell --limit 2"),
                ("sell", "quote --from 2026-01-15T15:00:30Z")):
            have = sides("--side-rule", *words.split())
            self.tap.ok(have == want.split(), "--side-rule " + words, " ".join(have))
        for code, words in ((2, "packets --side-rule lr"), (2, "equities --side-rule lt"),
                            (2, "equities --quote-lag 1s"), (2, "equities --side-rule lr:xx"),
                            (2, "equities --side-rule lr --quote-lag -1s")):
            run = self.program.run("query", session, *words.split())
            self.tap.ok(run.returncode == code and run.stderr, "%s: exit %d" % (words, code),
                        "exit %d" % run.returncode)

    def check_sample(self, name):
        make, files = SESSIONS[name]
        paths = [f[5:].split("?")[0] for f in files]
        if not all(map(os.path.exists, paths)):
            self.tap.skip("%s: print by print" % name, "the sample is not here")
            return
        session = os.path.join(self.home, name.split()[0] + ".db")
        self.program.made("import", *files, "--to", session)
        prints = list(make())
        fill_ticks(prints)
        for rule in RULES:
            rows = self.answers(session, "equities", "--side-rule", rule)
            want = [WORD[BY[rule](p) if p else 0] for p in prints]
            bad = ["%d: %s at %s, expected %s" % (i, r["side"], r["price"], w)
                   for i, (r, w) in enumerate(zip(rows, want)) if r["side"] != w]
            n = collections.Counter(r["side"] for r in rows)
            self.tap.ok(len(rows) == len(want) and not bad, "%s: %s signs as defined" % (name, rule),
                        ["%d rows for %d prints, %d differ" % (len(rows), len(want), len(bad))] +
                        bad[:5])
            self.tap.note("%s %s: %d prints, buy %.1f %%, sell %.1f %%, none %.1f %%" % (
                (name, rule, len(rows)) + tuple(100 * n[w] / len(rows) for w in WORD.values())))


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-sides-") as home:
        suite = Suite(tap, sys.argv[1], home)
        suite.check_tight("option", "options")
        suite.check_tight("equity", "equities")
        suite.check_options()
        for name in SESSIONS:
            suite.check_sample(name)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
