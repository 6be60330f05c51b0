#!/usr/bin/env python3
"""Baselines go from session to session: what was counted, what is refused, what verify looks at.

usage: baselines.py PROGRAM
"""
import os
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402

HEAD = "kind,ts,recv,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref,report_ts,value"
FAR = "XYZ   261218C00105000"


def tape(day, dollars, symbol=FAR, hour="14:%02d:%02d"):
    """Prints two seconds apart without a quote, each a packet of its own; premium in dollars."""
    rows = [HEAD]
    for i, d in enumerate(dollars):
        at = day + "T" + hour % (i * 2 // 60, i * 2 % 60) + "Z"
        rows.append("option_print,%s,,%s,%.2f,1,,,,,C,AUTO,,,,," % (at, symbol, d / 100))
    return "\n".join(rows) + "\n"


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home, self.program = tap, home, Program(path, home)

    def at(self, name):
        return os.path.join(self.home, name)

    def session(self, name, text, *words):
        with open(self.at(name + ".csv"), "w", encoding="utf-8") as f:
            f.write(text)
        path = self.at(name + ".db")
        run = self.program.made("import", self.at(name + ".csv"), "--to", path, *words)
        return path, run.stderr

    def facts(self, path):
        run = self.program.made("info", path)
        return dict(re.split(r"\s{2,}", x, maxsplit=1) for x in run.stdout.splitlines() if "  " in x)

    def last(self, path):
        rows = self.program.rows(path, "packets", "--from", "2000-01-01T00:00:00Z")
        return max(rows, key=lambda r: int(r["id"]))

    def verified(self, path, what):
        run = self.program.run("verify", path)
        self.tap.ok(run.returncode == 0, what + " verifies", run.stdout)

    def equal(self, what, got, want):
        self.tap.ok(got == want, what, "%r, expected %r" % (got, want))

    def carries(self):
        """Prints are 2 s apart, so 100 take 200 s: all in 09:30 to 10:00 New York (winter time)."""
        a, said = self.session("a", tape("2026-01-15", [100.0] * 100 + [1000.0], hour="14:3%d:%02d"))
        last = self.last(a)
        self.equal("of 100 before none was as large", last["rarity"], "1 in >100")
        self.equal("n is told", int(last["rarity_n"]), 100)
        self.equal("nothing was carried", self.facts(a)["baseline.from"], "none")
        self.verified(a, "the first session")
        b, said = self.session("b", tape("2026-01-16", [1000.0], hour="14:3%d:%02d"), "--baseline", a)
        self.equal("the next day begins with what the first left",
                   (self.last(b)["rarity"], int(self.last(b)["rarity_n"])), ("1 in 101", 101))
        self.equal("info names the session before", self.facts(b)["baseline.from"], "a.db")
        self.equal("and counts the cells", self.facts(b)["baseline.begun"], "1")
        self.equal("nothing is said when all is well", said, "")
        self.verified(b, "a session with baselines of another")
        c, _ = self.session("c", tape("2026-01-19", [50.0]), "--baseline", b)
        self.equal("another hour is another cell", self.last(c)["rarity_reason"], "cold_start")
        with sqlite3.connect(c) as db:
            left = db.execute("SELECT symbol, dte, slot, n FROM baseline_cell WHERE generation = 1 "
                              "ORDER BY slot").fetchall()
        self.equal("what was not asked for is handed on with the rest",
                   left, [("XYZ", 4, 0, 1), ("XYZ", 4, 1, 102)])
        d, _ = self.session("d", tape("2026-01-16", [1000.0], hour="14:3%d:%02d"))
        self.equal("an import begins with none", self.last(d)["rarity_reason"], "cold_start")
        return a, b

    def refused(self, a):
        tapes = tape("2026-01-16", [1000.0], hour="14:3%d:%02d")
        changes = {
            "damaged": ("UPDATE baseline_cell SET counts = x'ff'", "makes no sense"),
            "newer": ("UPDATE meta SET value = '99' WHERE key = 'baseline.version'", "newer tapedeck"),
            "open": ("DELETE FROM meta WHERE key = 'closed'", "was not closed"),
        }
        for name, (sql, word) in changes.items():
            path = self.at(name + "_before.db")
            shutil.copy(a, path)
            with sqlite3.connect(path) as db:
                db.execute(sql)
            after, said = self.session(name + "_after", tapes, "--baseline", path)
            self.tap.ok(word in said and "cold" in said, "%s: says so" % name, said)
            self.equal("%s: starts cold" % name, self.last(after)["rarity_reason"], "cold_start")
            self.equal("%s: carries nothing" % name, self.facts(after)["baseline.begun"], "0")
        after, said = self.session("missing_after", tapes, "--baseline", self.at("no.db"))
        self.tap.ok("cold" in said, "missing: says so", said)

    def verifies(self, b):
        for what, sql in (("began with", "UPDATE baseline_cell SET counts = x'5701', n = 1 "
                                         "WHERE generation = 0"),
                          ("leaves", "UPDATE baseline_cell SET counts = x'5701', n = 1 "
                                     "WHERE generation = 1"),
                          ("left a cell out", "DELETE FROM baseline_cell WHERE generation = 1")):
            path = self.at("changed.db")
            shutil.copy(b, path)
            with sqlite3.connect(path) as db:
                db.execute(sql)
            run = self.program.run("verify", path)
            self.tap.ok(run.returncode == 5, "verify finds what it %s changed" % what, run.stdout)

    def recordings(self):
        """Of the data folder the newest closed session of the same kind of feed."""
        def record(*words):
            run = self.program.made("record", "--feed", "synthetic:?events=8000&rate=20000", *words)
            return re.search(r"packets in (\S+)", run.stdout).group(1)
        first = record()
        self.equal("the first recording begins with none", self.facts(first)["baseline.from"], "none")
        second = record()
        self.equal("the second with what the first left", self.facts(second)["baseline.from"],
                   os.path.basename(first))
        self.verified(second, "a recording with baselines")
        third = record("--baseline", "none")
        self.equal("none is none", self.facts(third)["baseline.from"], "none")
        away = record("--session", self.at("away.db"))
        self.equal("elsewhere none", self.facts(away)["baseline.from"], "none")
        killed = self.at("killed.db")
        p = self.program.start("record", "--feed", "synthetic:?rate=20000", "--session", killed,
                               "--baseline", first)
        until = time.time() + 20
        while time.time() < until and not self.committed(killed):
            time.sleep(0.1)
        p.send_signal(signal.SIGKILL)
        p.wait()
        p.stderr.close()
        self.verified(killed, "a killed recording with baselines")
        _, said = self.session("after_killed", tape("2026-01-16", [1000.0]), "--baseline", killed)
        self.tap.ok("was not closed" in said, "a killed recording leaves none, and that is said", said)

    def rotated(self):
        """With a session a day each begins with what the one of the day before left."""
        with open(self.at("days.csv"), "w", encoding="utf-8") as f:
            f.write(tape("2026-01-15", [100.0] * 60, hour="14:3%d:%02d"))
            f.write(tape("2026-01-16", [1000.0], hour="14:3%d:%02d").split("\n", 1)[1])
        self.program.made("record", "--feed", "file:%s?speed=max" % self.at("days.csv"), "--rotate",
                          "day", "--session", self.at("days.db"))
        second = self.at("days-2026-01-16.db")
        self.equal("the second day begins with the first", self.facts(second)["baseline.from"],
                   "days-2026-01-15.db")
        self.equal("and ranks by it", self.last(second)["rarity"], "1 in >60")
        self.verified(second, "the second day")

    def committed(self, path):
        try:
            with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as db:
                return db.execute("SELECT count(*) FROM option_print").fetchone()[0] > 100
        except sqlite3.Error:
            return False


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-baselines-") as home:
        suite = Suite(tap, sys.argv[1], home)
        try:
            a, b = suite.carries()
            suite.refused(a)
            suite.verifies(b)
            suite.recordings()
            suite.rotated()
        except AssertionError as e:
            tap.ok(False, "runs", str(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
