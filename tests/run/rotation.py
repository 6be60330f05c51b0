#!/usr/bin/env python3
"""A session a trading day: nothing lost, nothing twice, every session complete in itself.

usage: rotation.py PROGRAM
"""
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program, environment  # noqa: E402
from tap import Tap  # noqa: E402

HEAD = "kind,ts,recv,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id,ref,report_ts,value"
LEAP, WEEK = "XYZ   261218C00105000", "XYZ   240614C00105000"
# Thursday, Friday, Monday. New York was at UTC-4.
DAYS = ("2024-06-13", "2024-06-14", "2024-06-17")
KINDS = ("options", "quotes", "equities", "equity-quotes")


def row(kind, ts, symbol, **values):
    cells = dict(values, kind=kind, ts=ts, symbol=symbol)
    return ",".join(str(cells.get(c, "")) for c in HEAD.split(","))


def tape(prints=200, days=DAYS):
    """Three days of one contract; late reports of each evening; one print after the last day."""
    rows = [HEAD,
            row("contract", "2024-06-13T13:00:00Z", LEAP, size=100, value="XYZ"),
            row("contract", "2024-06-13T13:00:00Z", WEEK, size=100, value="XYZ")]
    for day in days:
        for i in range(prints):
            at = "%sT14:%02d:%02d" % (day, i // 60 % 60, i % 60)
            rows.append(row("option_quote", at + ".1Z", LEAP, bid="1.00", bid_size=10, ask="1.10",
                            ask_size=10))
            rows.append(row("option_print", at + ".2Z", LEAP, price="1.%02d" % (i % 12), size=5,
                            venue="XCBO", cond="AUTO", id="%s%d" % (day, i)))
        # 20:09:59.999999999 New York: the last nanosecond of the trading day.
        rows.append(row("equity_print", next_day(day) + "T00:09:59.999999999Z", "XYZ", price="100.5",
                        size=100, venue="D", cond="@", tape="C", id="late" + day))
    # 20:10 New York on Monday evening is Tuesday's.
    rows.append(row("equity_print", "2024-06-18T00:10:00Z", "XYZ", price="100.5", size=7,
                    venue="D", cond="@", tape="C", id="next"))
    return "\n".join(rows) + "\n"


def next_day(day):
    return "%s-%02d" % (day[:7], int(day[8:]) + 1)


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home, self.path = tap, home, path
        self.program = Program(path, home)

    def at(self, name):
        return os.path.join(self.home, name)

    def file(self, name, text):
        with open(self.at(name), "w") as f:
            f.write(text)
        return "file:" + name

    def verifies(self, session, name):
        run = self.program.run("verify", session)
        return self.tap.ok(run.returncode == 0, name, run.stdout + run.stderr)

    def facts(self, session):
        return json.loads(self.program.made("info", session, "--format", "jsonl").stdout)

    def all_rows(self, session, kinds=KINDS):
        """Raw rows as Tape CSV lines: what was recorded, without the ids of the session."""
        rows = []
        for kind in kinds:
            run = self.program.run("query", session, kind, "--format", "tape")
            assert run.returncode in (0, 1), run.stderr
            rows += run.stdout.splitlines()[1:]
        return rows

    def compare(self, feed, whole, parts, name):
        """The rows of all parts are those of one recording, and the accounts of all add up."""
        self.program.made("record", "--feed", feed, "--session", whole)
        one = sorted(self.all_rows(whole))
        many = sorted(r for p in parts for r in self.all_rows(p))
        self.tap.ok(one and one == many, "%s: no row lost, none twice" % name,
                    "%d in one session, %d in %d" % (len(one), len(many), len(parts)))
        facts, sums = self.facts(whole), [self.facts(p) for p in parts]
        for key in ("feed.0.records", "feed.0.used", "events.duplicate"):
            n = [int(f[key]) for f in sums]
            self.tap.ok(int(facts[key]) == sum(n), "%s: %s adds up" % (name, key),
                        "%s is not the sum of %s" % (facts[key], n))
        for f, p in zip(sums, parts):
            got, kept, twice = (int(f["events." + k]) for k in
                                ("received", "committed", "duplicate"))
            self.tap.ok(got == kept + twice == int(f["events"]) + twice,
                        "%s: the account of %s is closed" % (name, p), str(f))
            self.verifies(p, "%s: %s verifies" % (name, p))
        self.tap.ok(sum(int(f["events.received"]) - int(f["events.carried"]) for f in sums) ==
                    int(facts["events.received"]), "%s: what was received adds up" % name)

    def three_days(self):
        feed = self.file("three.csv", tape())
        run = self.program.made("record", "--feed", feed, "--rotate", "day", "--session", "d.db")
        parts = ["d-%s.db" % d for d in DAYS + ("2024-06-18",)]
        self.tap.ok(all(os.path.exists(self.at(p)) for p in parts),
                    "a session a trading day, named by it", sorted(os.listdir(self.home)))
        self.tap.ok(all(re.search(r"\d+ events, \d+ packets in " + re.escape(p), run.stdout)
                        for p in parts), "the summary names each", run.stdout)
        self.tap.ok(not [n for n in os.listdir(self.home) if n.endswith(("-wal", ".lock", ".new"))],
                    "each is one closed file", sorted(os.listdir(self.home)))
        self.compare(feed, "whole.db", parts, "three days")
        last = [self.program.rows(p, "equities")[-1] for p in parts[:3]]
        self.tap.ok([r["ts"][:23] for r in last] ==
                    [next_day(d) + "T00:09:59.999" for d in DAYS],
                    "a late report of 20:09:59 is of its day", last)
        self.tap.ok([r["size"] for r in self.program.rows(parts[3], "equities")] == [7],
                    "one of 20:10 of the next")
        stated = [len([r for r in self.program.rows(p, "instruments") if r.get("multiplier")])
                  for p in parts]
        self.tap.ok(stated == [2, 2, 1, 1],
                    "terms are stated again in each session, until a contract expires", stated)
        self.tap.ok([int(self.facts(p)["events.carried"]) for p in parts] == [0, 2, 1, 1],
                    "and counted")
        names = [(f.get("session.before"), f.get("session.after")) for f in map(self.facts, parts)]
        self.tap.ok(names == [(None, parts[1]), (parts[0], parts[2]), (parts[1], parts[3]),
                              (parts[2], None)], "each names its neighbours", names)
        again = self.program.made("record", "--feed", feed, "--rotate", "day", "--session", "d.db")
        self.tap.ok("d-2024-06-14-2.db" in again.stdout,
                    "a name that is taken gets a number", again.stdout)
        self.compare(feed, "whole2.db", [p.replace(".db", "-2.db") for p in parts], "once more")

    def a_market(self):
        """Faults, two feeds in one, more than a record at a time; in the data folder."""
        feed = "synthetic:?seed=7&rate=2&date=2024-07-02&for=54h&profile=dirty&speed=max"
        self.program.made("record", "--feed", feed, "--rotate", "day")
        folder = os.path.join("data", "tapedeck")
        names = sorted(n for n in os.listdir(self.at(folder)) if n.endswith(".db"))
        self.tap.ok(names == ["2024-07-0%d-synthetic.db" % d for d in (2, 3)] or
                    names == ["2024-07-0%d-synthetic.db" % d for d in (2, 3, 5)],
                    "sessions of the synthetic market are named by date and feed", names)
        self.compare(feed, "market.db", [os.path.join(folder, n) for n in names], "market")
        reordered = ["--reorder", "50ms"]
        self.program.made("record", "--feed", feed, "--rotate", "day", "--session", "r.db",
                          *reordered)
        parts = sorted(n for n in os.listdir(self.home) if n.startswith("r-"))
        n = sum(len(self.all_rows(p)) for p in parts)
        whole = len(self.all_rows("market.db"))
        self.tap.ok(len(parts) == len(names) and n == whole,
                    "events held back for their order are in the session of their day",
                    "%d %d %s" % (n, whole, parts))
        self.verifies(parts[0], "which verifies")

    def several(self):
        """Rows of several sessions are those of each, in order of time, whatever order they are named in."""
        feed = self.file("three.csv", tape())
        self.program.made("record", "--feed", feed, "--rotate", "day", "--session", "d.db")
        parts = ["d-%s.db" % d for d in DAYS]
        for kind in KINDS + ("packets",):
            run = self.program.run("query", parts[2], parts[0], parts[1], kind, "--format", "jsonl")
            rows = [json.loads(x, parse_float=str) for x in run.stdout.splitlines()]
            each = [self.program.rows(p, kind) for p in parts]
            want = [[r.get("ts") or r.get("start"), r.get("contract"), r.get("price") or
                     r.get("premium")] for p in each for r in p]
            have = [[r.get("ts") or r.get("start"), r.get("contract"), r.get("price") or
                     r.get("premium")] for r in rows]
            self.tap.ok(have == want and (want or kind == "equity-quotes"),
                        "several: %s of all are those of each in turn" % kind,
                        "%d %d %s" % (len(have), len(want), run.stderr))
            ids = [r.get("seq") or r.get("id") for r in rows]
            self.tap.ok(ids == sorted(set(ids)), "several: their numbers count on", ids[:9])
        run = self.program.run("query", *parts, "options", "--format", "tape", "--from",
                               "2024-06-14T14:31:00Z", "--to", "2024-06-17T14:31:00Z")
        self.tap.ok(len(run.stdout.splitlines()) - 1 == 140 + 60,
                    "several: --from and --to go over the night", len(run.stdout.splitlines()))
        run = self.program.run("query", *parts, "options", "--filter", "price == 1.11",
                               "--format", "jsonl")
        self.tap.ok(len(run.stdout.splitlines()) == 3 * 16, "several: filters hold in all",
                    len(run.stdout.splitlines()))
        for words in (("stats",), ("instruments",), ("options", "--side-rule", "lr")):
            run = self.program.run("query", *parts, *words)
            self.tap.ok(run.returncode == 2 and "one session" in run.stderr,
                        "several: %s are refused" % words[0], run.stderr)
        run = self.program.run("query", parts[0], "d-2024-06-13.db", "options")
        self.tap.ok(run.returncode == 2 and "overlap" in run.stderr,
                    "several: the same twice is refused", run.stderr)

    def names_run_out(self):
        feed = self.file("three.csv", tape())
        for n in range(1, 1001):
            open(self.at("full-2024-06-14%s.db" % ("-%d" % n if n > 1 else "")), "w").close()
        run = self.program.run("record", "--feed", feed, "--rotate", "day", "--session", "full.db")
        self.tap.ok(run.returncode == 2 and "taken" in run.stderr,
                    "without a free name the recording ends, and says why", run.stderr)
        self.verifies("full-2024-06-13.db", "and the day before is complete")

    def the_disk_is_full(self):
        """Files may not grow beyond a limit that the first day stays below."""
        small, large = tape(60, DAYS[:1]).splitlines()[:-1], tape(3000, DAYS[1:2]).splitlines()[3:]
        feed = self.file("full.csv", "\n".join(small + large) + "\n")
        def limited():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (600000, 600000))
        run = subprocess.run([self.program.path, "record", "--feed", feed, "--rotate", "day",
                              "--session", "disk.db"], capture_output=True, text=True,
                             cwd=self.home, env=environment(self.home), preexec_fn=limited,
                             restore_signals=False)
        self.tap.ok(run.returncode == 7 and "disk-2024-06-14.db" in run.stderr,
                    "a full disk ends the recording with exit 7 and names the session",
                    "exit %d\n%s" % (run.returncode, run.stderr))
        self.verifies("disk-2024-06-13.db", "the day before is complete")
        self.verifies("disk-2024-06-14.db", "the day itself as far as it was written")

    def wrong_words(self):
        run = self.program.run("record", "--rotate", "hour")
        self.tap.ok(run.returncode == 2 and "neither day nor off" in run.stderr,
                    "another rotation is refused", run.stderr)


def main():
    tap = Tap()
    suite = Suite(tap, sys.argv[1], "")
    for part in (suite.three_days, suite.a_market, suite.several, suite.names_run_out, suite.the_disk_is_full,
                 suite.wrong_words):
        with tempfile.TemporaryDirectory(prefix="tapedeck-rotation-") as home:
            suite.home, suite.program.home = home, home
            try:
                part()
            except (AssertionError, OSError, ValueError, KeyError) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
