#!/usr/bin/env python3
"""What the program says of a session, where it was once wrong.

usage: facts.py PROGRAM
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402

# The deliverable of the second contract changed; OCC memos write such notes.
TAPE = """kind,ts,recv,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref,report_ts,value
contract,2024-06-13T13:00:00Z,,SPX   240621C05000000,,100,,,,,,,,,,,
contract,2024-06-13T13:00:00Z,,XYZ1  261218C00105000,,100,,,,,,,,,,,100 XYZ + 50 ABC
option_print,2024-06-13T14:30:00Z,,XYZ1  261218C00105000,1.00,5,1.00,10,1.10,10,XCBO,AUTO,,1,,,
equity_quote,2024-06-13T14:30:00.1Z,,XYZ,,,10.00,100,10.02,100,,,A,,,,
equity_print,2024-06-13T14:30:00.2Z,,XYZ,0,100,,,,,N,@,A,2,,,
equity_print,2024-06-13T14:30:00.3Z,,XYZ,10.02,100,,,,,N,@,A,3,,,
"""


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home = tap, home
        self.program = Program(path, home)
        with open(os.path.join(home, "tape.csv"), "w") as f:
            f.write(TAPE)
        self.program.made("import", "tape.csv", "--to", "s.db")

    def numbers(self):
        facts = json.loads(self.program.made("info", "s.db", "--format", "jsonl").stdout)
        self.tap.ok(facts["events"] == 7 and facts["feed.0.records"] == 6 and
                    isinstance(facts["bytes"], int), "info gives numbers as JSON numbers", facts)
        self.tap.ok(isinstance(facts["digest"], str) and isinstance(facts["policy"], str),
                    "hashes are text", facts)

    def times(self):
        for words in (("stats", "--from", "09:30"), ("stats", "--to", "50%"),
                      ("instruments", "--from", "09:30")):
            run = self.program.run("query", "s.db", *words)
            self.tap.ok(run.returncode == 2 and words[0] in run.stderr,
                        "%s takes no %s, and says so" % words[:2], run.stderr)
        rows = self.program.rows("s.db", "stats", "--filter", "name == events.received")
        self.tap.ok(len(rows) == 1, "stats can be filtered", rows)

    def notes(self):
        note = "100 XYZ + 50 ABC"
        by = {r["name"]: r for r in self.program.rows("s.db", "instruments")}
        self.tap.ok(by["XYZ1  261218C00105000"]["note"] == note, "the note of a contract is kept",
                    by)
        self.tap.ok(by["XYZ1  261218C00105000"].get("underlying") == "XYZ",
                    "and leaves its underlying as it was", by)
        self.tap.ok(by["SPX"]["class"] == "index" and by["XYZ"]["class"] == "equity",
                    "an index is no equity", by)
        run = self.program.made("why", "s.db", "4")
        self.tap.ok("note: " + note in run.stdout, "why tells the note", run.stdout)
        self.program.made("export", "s.db", "cut.db", "--symbol", "XYZ")
        rows = [r for r in self.program.rows("cut.db", "instruments") if r.get("note")]
        self.tap.ok(len(rows) == 1 and rows[0]["note"] == note, "an export has it", rows)
        for session in ("s.db", "cut.db"):
            run = self.program.run("verify", session)
            self.tap.ok(run.returncode == 0, session + " verifies", run.stdout + run.stderr)

    def no_price(self):
        rows = self.program.rows("s.db", "equities")
        self.tap.ok([(r["side"], r["side_reason"]) for r in rows] ==
                    [("none", "no_price"), ("buy", None)],
                    "a share at 0 has no side, and the reason", rows)

    def cut_zstd(self):
        if not shutil.which("zstd"):
            self.tap.skip("a cut zstd file", "zstd is not installed")
            return
        whole = subprocess.run(["zstd", "-c"], input=TAPE.encode(), capture_output=True).stdout
        with open(os.path.join(self.home, "cut.zst"), "wb") as f:
            f.write(whole[:len(whole) // 2])
        run = self.program.run("import", "cut.zst", "--to", "z.db")
        self.tap.ok(run.returncode == 4 and "stops short" in run.stderr and
                    "empty" not in run.stderr, "a cut zstd file is called cut", run.stderr)
        self.tap.ok(not os.path.exists(os.path.join(self.home, "z.db")), "and nothing is made")


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-facts-") as home:
        suite = Suite(tap, sys.argv[1], home)
        for part in (suite.numbers, suite.times, suite.notes, suite.no_price, suite.cut_zstd):
            try:
                part()
            except (AssertionError, OSError, ValueError, KeyError) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
