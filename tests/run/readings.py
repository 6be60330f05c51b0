#!/usr/bin/env python3
"""Packages, inferred structures and repeat runs through the program: the same words in every format,
the evidence under each, cuts that are whole. The tape is small enough to be worked out by hand.

usage: readings.py PROGRAM
"""
import csv
import io
import json
import os
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402

HEAD = ("kind,ts,recv,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref,"
        "report_ts,value\n")
LOWER, UPPER, FAR = "XYZ260220C00105000", "XYZ260220C00110000", "XYZ260320P00095000"


def quote(at, symbol, bid, ask):
    return "option_quote,2026-01-15T15:%s,,%s,,,%s,10,%s,10,,,,,,,\n" % (at, symbol, bid, ask)


def sale(at, symbol, price, size, venue, cond):
    return "option_print,2026-01-15T15:%s,,%s,%s,%d,,,,,%s,%s,,,,,\n" % (at, symbol, price, size,
                                                                         venue, cond)


def tape():
    """Events 1-3: quotes. 4, 5: 10 call verticals 105/110 bought for 2.10 - 0.50 = 1.60, marked; the
    market of one is 2.00 - 0.60 = 1.40 x 2.10 - 0.50 = 1.60. 6, 7: the same 7 times without the
    mark, a second later. From 8 on: ten 20-lots of a put sold at the bid, one every 2 s."""
    text = HEAD + "".join(quote("00:00.000Z", *q) for q in
                          ((LOWER, "2.00", "2.10"), (UPPER, "0.50", "0.60"), (FAR, "1.00", "1.10")))
    for at, size, cond in (("00:00.100Z", 10, "MLET"), ("00:01.100Z", 7, "AUTO")):
        text += sale(at, LOWER, "2.10", size, "C", cond) + sale(at, UPPER, "0.50", size, "C", cond)
    for i in range(10):
        at = "00:%02d.000Z" % (10 + 2 * i)
        text += quote(at, FAR, "1.00", "1.10") + sale(at, FAR, "1.00", 20, "CX"[i % 2], "AUTO")
    return text


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home = tap, home
        self.program = Program(path, home)
        self.session = os.path.join(home, "readings.db")
        with open(os.path.join(home, "tape.csv"), "w", encoding="utf-8") as f:
            f.write(tape())
        self.program.made("import", os.path.join(home, "tape.csv"), "--to", self.session)

    def why(self, what):
        return self.program.made("why", self.session, what, "--ascii").stdout

    def has(self, text, wanted, name):
        missing = [w for w in wanted if w not in text]
        self.tap.ok(not missing, name, "no %s in\n%s" % (missing, text))

    def lists(self):
        packets = self.program.rows(self.session, "packets")
        self.tap.ok([p["kind"] for p in packets] == ["package", "single", "single", "repeat"],
                    "a row a parent order: package, two singles, repeat run", str(packets))
        package, run = packets[0], packets[3]
        self.tap.ok(package["id"] == 4 and package["contract"] is None and
                    package["legs"] == ["+1 XYZ 260220C00105000", "-1 XYZ 260220C00110000"] and
                    package["structure"] == "call_vertical" and package["net_price"] == "1.60" and
                    package["premium"] == "2600.00" and package["size"] == 20 and
                    package["side"] == "buy" and package["direction"] == "bullish" and
                    package["vwap"] is None and package["grade"] == "flagged",
                    "the package: legs, net price, gross sums", str(package))
        self.tap.ok(run["size"] == 200 and run["premium"] == "20000.00" and run["members"] == 10 and
                    run["side"] == "sell" and run["direction"] == "bullish" and
                    run["others"] == 0 and run["grade"] == "inferred",
                    "the run: sums over its ten orders", str(run))
        structures = self.program.rows(self.session, "structures")
        self.tap.ok([(s["id"], s["grade"], s["reading"], s["size"]) for s in structures] ==
                    [(4, "flagged", "buys call vertical 105/110", 10),
                     (6, "inferred", "buys call vertical 105/110", 7)],
                    "two structures in the taker's words", str(structures))
        self.tap.ok(all((s["net_bid"], s["net_ask"]) == ("1.40", "1.60") for s in structures),
                    "in the market of the whole", str(structures))
        self.run = run["id"]

    def formats(self):
        for kind in ("packets", "structures"):
            rows = self.program.rows(self.session, kind)
            text = self.program.made("query", self.session, kind, "--format", "csv").stdout
            table = list(csv.DictReader(io.StringIO(text)))
            bad = [(r[c], t[c]) for r, t in zip(rows, table) for c in t
                   if isinstance(r[c], list) and "|".join(map(str, r[c])) != t[c].lstrip("'") or
                   isinstance(r[c], str) and r[c] != t[c].lstrip("'")]
            self.tap.ok(len(table) == len(rows) > 0 and list(table[0]) == list(rows[0]) and not bad,
                        "csv says of %s what JSON says" % kind, str(bad))
        text = self.program.made("query", self.session, "structures").stdout
        self.has(text, ["buys call vertical 105/110", "inferred", "flagged"], "and the table")
        for words, n in (("structure == call_vertical", 2), ("grade == inferred", 1),
                         ("side == buy and size > 8", 1), ("net_price < 1.5", 0)):
            rows = self.program.rows(self.session, "structures", "--filter", words)
            self.tap.ok(len(rows) == n, "filter: " + words, str(rows))
        run = self.program.run("query", self.session, "structures", "--filter",
                               "structure == call_verticl")
        self.tap.ok(run.returncode == 2 and "call_vertical" in run.stderr,
                    "a mistyped structure is told", run.stderr)

    def evidence(self):
        self.has(self.why("4"),
                 ["packet P4  XYZ 105/110C 02-20  package flagged  buy  20 contracts  $2600.00",
                  "buys call vertical 105/110", "net price 1.60 in a market of 1.40 x 1.60",
                  "+- leg +1 XYZ   260220C00105000  2.10 x 10  in 2.00 x 2.10, ask: buy",
                  "`- leg -1 XYZ   260220C00110000  0.50 x 10  in 0.50 x 0.60, bid: sell",
                  "print 4 ", "print 5 ", "quote 1 ", "quote 2 "], "why: a package leg by leg")
        self.has(self.why("P7"), ["packet P7", "single", "also read as a leg of",
                                  "structure S6  buys call vertical 105/110  inferred  7 units"],
                 "why: a packet is also a leg")
        self.has(self.why("S6"), ["structure S6", "print 6 ", "print 7 ", "inferred"],
                 "why: an inferred structure down to its prints")
        self.has(self.why("P%d" % self.run),
                 ["repeat inferred  sell  200 contracts", "rate: 10 orders in 18 s, one every 2 s",
                  "against it: 0 other prints", "+- packet P9 ", "print 9 ", "print 27 "],
                 "why: a run member by member")
        self.has(self.why("P9"), ["merged", "a member of the repeat run P%d" % self.run],
                 "why: a member says which run it is part of")
        for what in ("4", "P7", "S6", "P%d" % self.run):
            text = self.program.made("why", self.session, what, "--format", "jsonl").stdout
            tree = json.loads(text)
            parts = {"4": ("packet", "structure", "legs", "prints"), "P7": ("packet", "also"),
                     "S6": ("structure", "legs")}.get(what, ("packet", "merged", "prints"))
            self.tap.ok(all(tree.get(p) for p in parts), "why %s as JSON has %s" % (what, parts), text)
        self.tap.ok(len(tree["merged"]) == 9 and len(tree["prints"]) == 10,
                    "nine merged packets, ten prints", text)
        run = self.program.run("why", self.session, "S99")
        self.tap.ok(run.returncode == 1, "no such structure: exit 1", run.stderr)

    def cuts(self):
        for kinds in ("packets", "structures", "options", "structures,packets"):
            out = os.path.join(self.home, kinds.replace(",", "-") + ".db")
            self.program.made("export", self.session, out, "--kind", kinds)
            run = self.program.run("verify", out)
            self.tap.ok(run.returncode == 0, "a cut of %s verifies" % kinds, run.stdout + run.stderr)
        out = os.path.join(self.home, "structures.db")
        self.tap.ok(len(self.program.rows(out, "structures")) == 2 and
                    len(self.program.rows(out, "packets")) == 3, "structures come with their packets")
        out = os.path.join(self.home, "late.db")
        self.program.made("export", self.session, out, "--from", "2026-01-15T15:00:25Z")
        run = self.program.rows(out, "packets")
        self.tap.ok([r["kind"] for r in run] == ["repeat"] and run[0]["size"] == 200,
                    "a cut through a run has the whole run", str(run))
        run = self.program.run("verify", out)
        self.tap.ok(run.returncode == 0, "and verifies", run.stdout + run.stderr)
        db = sqlite3.connect("file:%s?mode=ro" % self.session, uri=True)
        rows = db.execute("SELECT structure, side, grade, legs, net_price FROM v_structure ORDER BY id")
        self.tap.ok(rows.fetchall() ==
                    [("call_vertical", "buy", grade,
                      "+1 XYZ 260220C00105000|-1 XYZ 260220C00110000", "1.60")
                     for grade in ("flagged", "inferred")], "v_structure says the same")
        db.close()

    def opening(self):
        """The check set of microstructure section 13: OI0 = 1000, V = 400, s = 1500; the day's
        volume is then 1900, of whose 3800 sides max(0, 1900 - 1000) must have opened."""
        session = os.path.join(self.home, "opening.db")
        at = "2026-01-15T1%s"
        text = HEAD + "open_interest,%s,,%s,,1000%s\n" % (at % "1:00:00Z", LOWER, "," * 11)
        for i, size in enumerate((400, 1500)):
            text += sale("00:0%d.000Z" % i, LOWER, "2.00", size, "C", "SLCN")
        with open(os.path.join(self.home, "opening.csv"), "w", encoding="utf-8") as f:
            f.write(text)
        self.program.made("import", os.path.join(self.home, "opening.csv"), "--to", session)
        said = self.program.made("why", session, "3", "--ascii").stdout
        self.has(said, ["opening minimum max(0, 1500 - 1000 - 400) = 100",
                        "of its 3800 sides max(0, 1900 - 1000) = 900 opened at least"],
                 "why: the opening arithmetic of a print and of the day")

    def playhead(self):
        rows = self.program.rows(self.session, "packets", "--to", "2026-01-15T15:00:16Z")
        self.tap.ok([r["kind"] for r in rows][3:] == ["single"] * (len(rows) - 3) and len(rows) > 4,
                    "before the evidence is complete its orders stand alone", str(rows))


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-run-") as home:
        suite = Suite(tap, sys.argv[1], home)
        for part in (suite.lists, suite.formats, suite.evidence, suite.cuts, suite.opening,
                     suite.playhead):
            try:
                part()
            except (AssertionError, OSError, ValueError, KeyError, IndexError, sqlite3.Error) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, str(e) or repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
