#!/usr/bin/env python3
"""The figures of the sample notes and of the traffic notes, reproduced by import, query and SQL.

usage: samples.py PROGRAM [slow]

Every expected figure stands in those notes (shared/reference/samples.md and rates.md), or is
counted here from the sample itself. Skipped with a notice where the samples are absent.
"""
import csv
import gzip
import io
import os
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.environ.get("TAPEDECK_SAMPLES", os.path.join(HERE, "../../../shared/samples"))

# name, date, prints; D share of prints and of shares in percent; peak second, peak 100 ms
LEAN_TRADES = (
    ("bac", "2013-10-08", 125872, 40.4, 36.9, 416, 320),
    ("ibm", "2013-10-08", 33381, 32.3, 34.3, 290, 75),
    ("aig", "2013-10-10", 54318, None, None, None, None),
)
LEAN_TRADES_SLOW = (
    ("bac", "2013-10-07", 88172, 42.2, 39.8, 741, 421),
    ("spy", "2013-10-09", 439677, 15.4, 22.3, 550, 338),
    ("spy", "2013-10-10", 460032, 17.4, 27.3, 714, 566),
    ("aig", "2013-10-07", 25351, None, None, None, None),
    ("aig", "2013-10-08", 43342, None, None, None, None),
    ("aig", "2013-10-09", 52008, None, None, None, None),
    ("bac", "2013-10-09", 122832, None, None, None, None),
    ("bac", "2013-10-10", 124567, None, None, None, None),
    ("ibm", "2013-10-07", 24293, None, None, None, None),
    ("ibm", "2013-10-09", 27042, None, None, None, None),
    ("ibm", "2013-10-10", 22415, None, None, None, None),
)
# name, date, rows, peak second, peak 100 ms, largest share of locked and of crossed in percent
LEAN_QUOTES = (("bac", "2013-10-08", 576096, 1726, 1140, 10, 1),)
LEAN_QUOTES_SLOW = (("aig", "2013-10-07", 1079935, 788, 442, 12, 1),
                    ("ibm", "2013-10-08", 125750, None, None, 2, 1),
                    ("bac", "2013-10-10", 571780, None, None, 10, 1))


def sample(*parts):
    return os.path.join(SAMPLES, *parts)


def rounded(part, whole):
    return round(100.0 * part / whole, 1)


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home, self.program = tap, home, Program(path, home)

    def made(self, name, *words):
        """Imports into a new session and gives its path and stats."""
        session = os.path.join(self.home, name + ".db")
        self.program.made("import", *words, "--to", session)
        text = self.program.made("query", session, "stats", "--format", "csv").stdout
        return session, {r["name"]: r for r in csv.DictReader(io.StringIO(text))}

    def dropped(self, session):
        os.remove(session)

    def equal(self, name, got, want):
        self.tap.ok(got == want, name, "%s, the notes say %s" % (got, want))

    def peak(self, session, table, ns):
        db = sqlite3.connect("file:%s?mode=ro" % session, uri=True)
        row = db.execute("SELECT max(n) FROM (SELECT count(*) AS n FROM %s GROUP BY ts_ns / %d)" %
                         (table, ns)).fetchone()
        db.close()
        return row[0]

    def sql(self, session, text):
        db = sqlite3.connect("file:%s?mode=ro" % session, uri=True)
        rows = db.execute(text).fetchall()
        db.close()
        return rows


def lean(name, date, kind, how=None):
    return "file:%s?map=lean-equity-%s&set=date=%s&set=symbol=%s" % (
        sample("lean", "eq-tick-%s-%s-%s.csv.gz" % (kind, name, date.replace("-", ""))),
        how or kind, date, name.upper())


def count(stats, name):
    return float(stats[name]["value"]) if name in stats else 0


def lean_trades(s, rows):
    for name, date, prints, d_prints, d_shares, second, tenth in rows:
        session, st = s.made(name + date, lean(name, date, "trade"))
        what = "LEAN %s %s: " % (name.upper(), date)
        s.equal(what + "prints", count(st, "equity.prints"), prints)
        s.equal(what + "every record is accounted for", count(st, "total.records"),
                count(st, "total.used"))
        if d_prints:
            s.equal(what + "D share of prints",
                    rounded(count(st, "equity.off_exchange.prints"), prints), d_prints)
            s.equal(what + "D share of shares",
                    rounded(count(st, "equity.off_exchange.shares"), count(st, "equity.shares")),
                    d_shares)
            s.equal(what + "peak second", s.peak(session, "equity_print", 10**9), second)
            s.equal(what + "peak 100 ms", s.peak(session, "equity_print", 10**8), tenth)
        s.dropped(session)


def lean_quotes(s, rows):
    """Trades and quotes together: the quotes first, so that equal stamps count as known."""
    for name, date, quotes, second, tenth, locked, crossed in rows:
        what = "LEAN %s %s with quotes: " % (name.upper(), date)
        session, st = s.made("q" + name + date, lean(name, date, "quote", "nbbo"),
                             lean(name, date, "trade"))
        s.equal(what + "quotes", count(st, "feed.0.events.equity_quotes"), quotes)
        if second:
            s.equal(what + "peak second", s.peak(session, "equity_quote", 10**9), second)
            s.equal(what + "peak 100 ms", s.peak(session, "equity_quote", 10**8), tenth)
        later = s.sql(session, "SELECT count(*) FROM equity_join j JOIN equity_print p USING (seq)"
                      " JOIN equity_quote q ON q.seq IN (j.bid_seq, j.ask_seq)"
                      " WHERE q.seq > p.seq OR q.ts_ns > p.ts_ns")[0][0]
        s.equal(what + "prints joined to a later quote", later, 0)
        share = {k: float(st[k]["share"]) if k in st else 0.0
                 for k in ("equity.quote_state.ok", "equity.quote_state.locked",
                           "equity.quote_state.crossed", "equity.quote_state.none")}
        s.tap.ok(share["equity.quote_state.ok"] > 80 and
                 share["equity.quote_state.locked"] < locked and
                 share["equity.quote_state.crossed"] < crossed and
                 share["equity.quote_state.none"] < 1, what + "states of the quotes are sane",
                 str(share))
        s.dropped(session)


def by_venue(s):
    """The same file as venue quotes. A venue's quote that others have locked or crossed for long is
    left out of the best, so that may be no better than over all venues, but each side is the newest
    word of its venue."""
    session, st = s.made("venues", lean("ibm", "2013-10-10", "quote"),
                         lean("ibm", "2013-10-10", "trade"))
    s.equal("LEAN IBM by venue: quotes", count(st, "feed.0.events.equity_quotes"), 105428)
    newest, wrong, checked = {}, [], 0
    quotes = iter(s.sql(session, "SELECT seq, o.venue, bid_e9, ask_e9, o.flags FROM equity_quote q"
                        " JOIN quote_origin o ON o.id = q.origin ORDER BY seq"))
    quote = next(quotes, None)
    joins = s.sql(session, "SELECT seq, bid_seq, ask_seq FROM print_join ORDER BY seq")
    for seq, bid, ask in joins:
        while quote and quote[0] < seq:
            at, venue, b, a, flags = quote
            old = newest.get(venue, {})
            newest[venue] = {"bid": old.get("bid") if flags & 1 else (b, at),
                             "ask": old.get("ask") if flags & 2 else (a, at)}
            quote = next(quotes, None)
        for side, got in (("bid", bid), ("ask", ask)):
            known = {q[side][1]: q[side][0] for q in newest.values() if q.get(side)
                     and q[side][0] is not None}
            checked += got in known
            if got is not None and got not in known and len(wrong) < 5:
                wrong.append("print %d: its %s is event %d, which has been replaced" %
                             (seq, side, got))
    s.tap.ok(checked > 2 * 22000 and not wrong,
             "LEAN IBM by venue: each side is the newest of its venue", wrong or str(checked))
    s.dropped(session)


def taq(s):
    session, st = s.made("taq", "file:%s?map=taq-trade" % sample(
        "taq", "eq-taq-trades-xxx-20180102-0925-1100-1545-1615.csv.gz"))
    s.equal("TAQ: trades", count(st, "equity.prints"), 15637)
    s.equal("TAQ: D prints", count(st, "equity.off_exchange.prints"), 4653)
    s.equal("TAQ: D prints that are no whole cent", count(st, "equity.off_exchange.subpenny"), 2604)
    absent = [c for c in "4BVTIZRNMQO67" if not count(st, "equity.condition." + c)]
    s.equal("TAQ: conditions that do not occur", absent, [])
    s.equal("TAQ: unknown codes", count(st, "total.unknown_codes"), 0)
    s.dropped(session)


def theta_stock(s):
    session, st = s.made("aapl", "file:%s?map=thetadata-equity&set=symbol=AAPL" % sample(
        "thetadata", "eq-trade-nbbo-aapl-20240102-open.csv.gz"))
    for name, what, want in (
            ("equity.prints", "prints", 5924), ("equity.off_exchange.prints", "off exchange", 819),
            ("equity.facility.FINN", "Nasdaq TRF", 796), ("equity.facility.FINY", "NYSE TRF", 21),
            ("equity.facility.FINC", "Chicago TRF", 2),
            ("equity.off_exchange.subpenny", "off exchange and sub-penny", 329)):
        s.equal("ThetaData AAPL: " + what, count(st, name), want)
    s.equal("ThetaData AAPL: peak second", s.peak(session, "equity_print", 10**9), 3707)
    s.equal("ThetaData AAPL: peak 100 ms", s.peak(session, "equity_print", 10**8), 805)
    s.dropped(session)


def theta_option(s):
    session, st = s.made("spy", "file:%s?map=thetadata-option" % sample(
        "thetadata", "opt-trade-nbbo-spy-20240621C500-20240614.csv"))
    for name, want in (("option.prints", 98), ("option.contracts", 682),
                       ("option.condition.MLET", 70), ("option.condition.AUTO", 15),
                       ("option.condition.MLAT", 7), ("option.condition.SLAN", 5),
                       ("option.condition.ISOI", 1)):
        s.equal("ThetaData SPY option: " + name, count(st, name), want)
    rows = s.program.rows(session, "options")
    inside = [r for r in rows if r["placement"] not in ("below", "above", "none")
              and float(r["bid"]) < float(r["price"]) < float(r["ask"])]
    # Counted from the sample: of 98, one is at the bid and one at the ask.
    s.equal("ThetaData SPY option: inside the NBBO", len(inside), 96)
    s.equal("ThetaData SPY option: days to expiry", {r["dte"] for r in rows}, {7})
    s.dropped(session)


def option_files(s):
    """GOOG 2015-12-24 is an early close; AAPL 2014-06-06 the day before a 7:1 split."""
    def lines(name):
        with gzip.open(sample("lean", name), "rt") as f:
            return list(csv.DictReader(f))
    for name, date, want in (("aapl", "2014-06-06", 2322), ("goog", "2015-12-24", 2058),
                             ("spxw", "2021-01-04", 12), ("spx", "2021-01-04", 6)):
        file = "opt-minute-openinterest-%s-%s.csv.gz" % (name, date.replace("-", ""))
        session, st = s.made("oi" + name, "file:%s?map=lean-open-interest&set=date=%s" % (
            sample("lean", file), date))
        s.equal("LEAN open interest %s: records" % name, count(st, "reference.open_interest"), want)
        rows = [r for r in s.program.rows(session, "instruments") if r["class"] == "option"]
        mine = {(r["contract"][:6].strip(), r["expiry"].replace("-", ""), r["right"],
                 round(float(r["strike"]) * 10000)): float(r["open_interest"]) for r in rows}
        theirs = lines(file)
        keys = list(theirs[0])
        right = {(r[keys[0]].upper(), r[keys[1]].replace("-", ""), r[keys[2]][:1].upper(),
                  int(r[keys[3]])): float(r[keys[-1]]) for r in theirs}
        s.tap.ok(mine == right, "LEAN open interest %s: each contract has its own" % name,
                 str([k for k in right if mine.get(k) != right[k]][:3]))
        s.equal("LEAN open interest %s: as of that day, by feed 0" % name,
                {(r["oi_ts"][:10], r["oi_feed"]) for r in rows}, {(date, 0)})
        settled = {"spx": "am"}.get(name, "pm")
        s.equal("LEAN open interest %s: settlement" % name, {r["settlement"] for r in rows},
                {settled})
        if name == "aapl":
            s.tap.ok(max(k[3] for k in mine) >= 10000000, "AAPL before its split: strikes of 1,000",
                     str(max(k[3] for k in mine)))
            s.equal("and keeps its root", {k[0] for k in mine}, {"AAPL"})
        s.dropped(session)


def joins_before_a_split(s):
    """A print of a contract joins the quote of that contract, whatever the strike."""
    tape = os.path.join(s.home, "goog.csv")
    with open(tape, "w") as f:
        # The quotes stand contract by contract in their file, so the prints are seen after all.
        f.write("kind,ts,recv,symbol,price,size,cond,venue\n")
        for contract in ("GOOG151231C00752500", "GOOG180119C01080000"):
            f.write("option_print,2015-12-24T18:00:30Z,2015-12-24T18:20:00Z,%s,1.00,1,AUTO,XCBO\n"
                    % contract)
    session, st = s.made("goog", "file:%s?map=lean-option-quote&set=date=2015-12-24" % sample(
        "lean", "opt-minute-quote-goog-20151224.csv.gz"), tape)
    s.equal("LEAN GOOG option quotes", count(st, "feed.0.events.option_quotes"), 275552)
    rows = s.program.rows(session, "options")
    s.equal("prints of both strikes have a quote", [r["bid"] is not None or r["ask"] is not None
                                                    for r in rows], [True, True])
    late = s.sql(session, "SELECT max(ts_ns) FROM option_quote")[0][0]
    s.tap.ok(late <= 1450980900 * 10**9, "no quote after 13:15 in New York", str(late))
    s.dropped(session)


def main():
    tap = Tap()
    slow = "slow" in sys.argv[2:]
    if not os.path.isdir(SAMPLES):
        tap.skip("figures of the samples", "no samples at " + SAMPLES)
        return tap.done()
    with tempfile.TemporaryDirectory(prefix="tapedeck-samples-") as home:
        s = Suite(tap, sys.argv[1], home)
        lean_trades(s, LEAN_TRADES_SLOW if slow else LEAN_TRADES)
        lean_quotes(s, LEAN_QUOTES_SLOW if slow else LEAN_QUOTES)
        for check in () if slow else (by_venue, taq, theta_stock, theta_option, option_files,
                                      joins_before_a_split):
            check(s)
    return tap.done()


sys.exit(main())
