#!/usr/bin/env python3
"""What must hold of the whole program whatever the timing: same events, same answers.

usage: properties.py PROGRAM
"""
import gzip
import json
import os
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.environ.get("TAPEDECK_SAMPLES", os.path.join(HERE, "../../../shared/samples"))
FEED = "synthetic:?seed=7&rate=4000&events=20000"


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home = tap, home
        self.program = Program(path, home)

    def path(self, name):
        return os.path.join(self.home, name)

    def digest(self, session):
        """The digest of all derived rows, as `verify` derives them again."""
        text = self.program.made("verify", session).stdout
        m = re.search(r"digest\W+([0-9a-f]{16})", text)
        assert m, "verify names no digest:\n" + text
        return m.group(1)

    def verifies(self, session, name):
        run = self.program.run("verify", session)
        return self.tap.ok(run.returncode == 0, name,
                           "exit %d\n%s%s" % (run.returncode, run.stdout, run.stderr))

    def any_speed_gives_the_same(self):
        digests = {}
        for speed in ("max", "1000x", "20x"):
            session = self.path("speed-%s.db" % speed)
            self.program.made("record", "--feed", "%s&speed=%s" % (FEED, speed),
                              "--session", session)
            digests[speed] = self.digest(session)
            self.verifies(session, "recorded at %s it verifies" % speed)
        self.tap.ok(len(set(digests.values())) == 1, "any speed gives the same digest", str(digests))
        other = self.path("seed8.db")
        self.program.made("record", "--feed", FEED.replace("seed=7", "seed=8") + "&speed=max",
                          "--session", other)
        self.tap.ok(self.digest(other) not in digests.values(), "another seed gives another")

    def a_tape_written_and_read_is_the_same(self):
        """Needs the session of the test before."""
        first, text = self.path("speed-max.db"), self.path("tape.csv")
        rows = []
        for kind in ("options", "quotes", "equities", "equity-quotes"):
            run = self.program.run("query", first, kind, "--format", "tape")
            assert run.returncode == 0, "query %s: exit %d" % (kind, run.returncode)
            header, *lines = run.stdout.splitlines()
            rows += lines
        recv = header.split(",").index("recv")
        rows.sort(key=lambda x: x.split(",")[recv])
        with open(text, "w") as f:
            f.write("\n".join([header] + rows) + "\n")
        for name in ("a.db", "b.db"):
            self.program.made("import", text, "--to", self.path(name))
        self.tap.ok(self.digest(self.path("a.db")) == self.digest(self.path("b.db")),
                    "a file imported twice gives the same digest")
        with open(text, "rb") as f, gzip.open(text + ".gz", "wb") as g:
            shutil.copyfileobj(f, g)
        self.program.made("import", text + ".gz", "--to", self.path("c.db"))
        self.tap.ok(self.digest(self.path("a.db")) == self.digest(self.path("c.db")),
                    "compressed or not is the same")
        self.verifies(self.path("a.db"), "the import verifies")
        a, b = (self.program.rows(s, "options", "--limit", "1000000") for s in
                (first, self.path("a.db")))
        self.tap.ok(len(a) == len(b) > 0, "no print is lost on the way", "%d %d" % (len(a), len(b)))

    def packets_add_up_to_the_prints(self):
        """One row a parent order: what is in the list of packets is what is on the tape, to the cent."""
        session = self.path("sum.db")
        self.program.made("record", "--feed",
                          "synthetic:?seed=9&rate=4000&events=300000&speed=max", "--session", session)
        packets = [p for p in self.program.rows(session, "packets", "--limit", "1000000")
                   if p["state"] != "retracted"]
        prints = [p for p in self.program.rows(session, "options", "--limit", "1000000")
                  if p["revision"] != "cancelled" and p["family"] != "cancel"]
        for what in ("size", "premium"):
            sums = [sum(Decimal(r[what]) for r in rows) for rows in (packets, prints)]
            self.tap.ok(sums[0] == sums[1] > 0, "packets add up to the prints: " + what, str(sums))
        kinds = {p["kind"] for p in packets}
        self.tap.ok({"single", "fill_run", "sweep", "package"} <= kinds,
                    "with every kind among them", str(kinds))
        flagged = self.program.rows(session, "structures", "--filter", "grade == flagged",
                                    "--limit", "1000000")
        packages = {p["id"]: p for p in packets if p["kind"] == "package"}
        bad = [s["id"] for s in flagged if s["state"] != "retracted" and
               (s["id"] not in packages or packages[s["id"]]["legs"] != s["legs"] or
                packages[s["id"]]["premium"] != s["premium"])]
        self.tap.ok(flagged and not bad, "each structure marked as such is a package", str(bad))
        bad = []
        for c in self.program.rows(session, "campaigns"):
            tree = json.loads(self.program.made("why", session, "C%d" % c["id"], "--format",
                                                "jsonl").stdout)
            if len(tree["packets"]) != c["packets"]:
                bad.append((c["id"], c["packets"], len(tree["packets"])))
        self.tap.ok(not bad, "a campaign's packets are as many as it says", str(bad))
        for i, kinds in enumerate(("structures", "campaigns", "packets", "structures,campaigns")):
            out = self.path("sum-%d.db" % i)
            self.program.made("export", session, out, "--kind", kinds, "--from", "+%ds" % (i + 2),
                              "--to", "+%d.%ds" % (i + 2, 2 * i + 1))
            self.verifies(out, "a cut of %s verifies" % kinds)

    def an_export_is_a_session(self):
        out = self.path("export.db")
        self.program.made("export", self.path("speed-max.db"), out)
        db = sqlite3.connect("file:%s?mode=ro" % out, uri=True)
        views = [r[0] for r in db.execute("select name from sqlite_master where type = 'view'")]
        bad = []
        for view in views:
            try:
                db.execute("select * from %s limit 10" % view).fetchall()
            except sqlite3.Error as e:
                bad.append("%s: %s" % (view, e))
        self.tap.ok(views and not bad, "every view of an export selects (%d)" % len(views), bad)
        self.tap.ok(not db.execute("pragma foreign_key_check").fetchall(),
                    "its references resolve")
        packets = db.execute("select count(*) from packet").fetchone()[0]
        self.tap.ok(packets > 0, "it holds packets")
        db.close()
        self.verifies(out, "an export verifies")
        again = self.program.run("export", self.path("speed-max.db"), out)
        self.tap.ok(again.returncode == 2, "an export overwrites nothing", "exit %d" %
                    again.returncode)

    def a_kill_loses_only_what_was_not_committed(self):
        for i in range(5):
            session = self.path("kill%d.db" % i)
            run = self.program.start("record", "--feed", "synthetic:?seed=%d&rate=5000" % i,
                                     "--session", session)
            time.sleep(0.5 + 0.37 * i)
            run.send_signal(signal.SIGKILL)
            run.communicate()
            self.verifies(session, "killed after %.2f s it verifies" % (0.5 + 0.37 * i))
        session = self.path("term.db")
        run = self.program.start("record", "--feed", "synthetic:?seed=1&rate=5000",
                                 "--session", session)
        time.sleep(1)
        run.send_signal(signal.SIGTERM)
        run.communicate()
        self.tap.ok(run.returncode in (143, -signal.SIGTERM), "SIGTERM gives 143",
                    str(run.returncode))
        self.verifies(session, "ended by SIGTERM it verifies")
        self.tap.ok(not os.path.exists(session + "-wal"), "and is one file")

    def a_session_has_one_writer(self):
        session = self.path("locked.db")
        run = self.program.start("record", "--feed", "synthetic:?seed=1", "--session", session)
        end = time.monotonic() + 10
        while not os.path.exists(session) and time.monotonic() < end:
            time.sleep(0.05)
        second = self.program.run("record", "--feed", "synthetic:", "--session", session,
                                  "--for", "1s")
        self.tap.ok(second.returncode == 6, "a second recorder is told that it is locked",
                    "exit %d %s" % (second.returncode, second.stderr))
        read = self.program.run("query", session, "stats")
        self.tap.ok(read.returncode == 0, "a reader is welcome meanwhile", read.stderr)
        run.send_signal(signal.SIGTERM)
        run.communicate()
        mode = os.stat(session).st_mode & 0o777
        self.tap.ok(mode == 0o600, "the file is its owner's alone", oct(mode))

    def mistakes_are_told_with_the_right_status(self):
        foreign, damaged = self.path("foreign.db"), self.path("damaged.db")
        with open(foreign, "wb") as f:
            f.write(b"not a session" * 1000)
        good = self.path("speed-max.db")
        with open(good, "rb") as f:
            body = bytearray(f.read())
        # Every tree page behind the schema loses its type byte.
        for at in range(8 * 8192, len(body), 8192):
            body[at] = 0xee
        with open(damaged, "wb") as f:
            f.write(body)
        cases = [
            (["nonsense"], 2), (["query", good, "nonsense"], 2), (["--nonsense"], 2),
            (["query", good, "options", "--filter", "sise > 5"], 2),
            (["query", good, "options", "--filter", "size > 100000000"], 1),
            (["verify", self.path("absent.db")], 2), (["record", "--feed", "nonsense:"], 2),
            (["verify", foreign], 2), (["verify", damaged], 5), (["help"], 0), (["--version"], 0), (["feeds"], 0),
        ]
        for words, status in cases:
            run = self.program.run(*words)
            said = run.stdout if status == 0 else run.stderr
            self.tap.ok(run.returncode == status and (said or status == 1) and "\x1b" not in said,
                        "exit %d: tapedeck %s" % (status, " ".join(os.path.basename(w)
                                                                   for w in words)),
                        "exit %d\n%s%s" % (run.returncode, run.stdout, run.stderr))

    def sessions_get_names_of_their_own(self):
        """Without --session, in a data folder that no other part of this suite uses."""
        data = self.path("names")
        for _ in range(3):
            run = self.program.run("record", "--feed", "synthetic:?events=100&speed=max",
                                   XDG_DATA_HOME=data)
            self.tap.ok(run.returncode == 0, "a recording finds itself a name", run.stderr)
        names = os.listdir(os.path.join(data, "tapedeck"))
        self.tap.ok(len(names) == 3, "and each its own, also within a second", str(names))
        data = self.path("no-screen")
        run = self.program.run("live", XDG_DATA_HOME=data, TERM="xterm")
        left = os.listdir(os.path.join(data, "tapedeck"))
        self.tap.ok(run.returncode == 2 and not left, "a panel without a terminal leaves no session",
                    "exit %d %s" % (run.returncode, left))

    def sample(self, name, session, *words):
        """Imports a real file; False with a skip where it is absent."""
        path = os.path.join(SAMPLES, name)
        if not os.path.exists(path):
            self.tap.skip("real data: " + name, "the sample is not here")
            return False
        self.program.made("import", path, "--to", session, *words)
        return True

    def real_data_counts_as_published(self):
        spy = self.path("spy.db")
        if self.sample("thetadata/opt-trade-nbbo-spy-20240621C500-20240614.csv", spy,
                       "--map", "thetadata-option"):
            rows = self.program.rows(spy, "options", "--limit", "1000")
            contracts = sum(int(r["size"]) for r in rows)
            self.tap.ok(len(rows) == 98, "SPY option file: 98 prints", str(len(rows)))
            self.tap.ok(contracts == 682, "SPY option file: 682 contracts", str(contracts))
            self.verifies(spy, "SPY option file verifies")
        bac = self.path("bac.db")
        if self.sample("lean/eq-tick-trade-bac-20131008.csv.gz", bac, "--map", "lean-equity-trade",
                       "--set", "symbol=BAC", "--set", "date=20131008"):
            rows = self.program.rows(bac, "equities", "--limit", "1000000")
            off = sum(1 for r in rows if str(r["off_exchange"]).lower() in ("true", "1", "yes"))
            self.tap.ok(len(rows) == 125872, "BAC trades: 125,872 prints", str(len(rows)))
            share = 100 * off / max(len(rows), 1)
            self.tap.ok(round(share, 1) == 40.4, "BAC trades: 40.4 % off exchange", "%.2f" % share)
            self.verifies(bac, "BAC trades verify")


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-run-") as home:
        suite = Suite(tap, sys.argv[1], home)
        for part in (suite.any_speed_gives_the_same, suite.a_tape_written_and_read_is_the_same,
                     suite.packets_add_up_to_the_prints, suite.an_export_is_a_session, suite.a_kill_loses_only_what_was_not_committed,
                     suite.a_session_has_one_writer, suite.mistakes_are_told_with_the_right_status,
                     suite.sessions_get_names_of_their_own,
                     suite.real_data_counts_as_published):
            try:
                part()
            except (AssertionError, OSError, ValueError, KeyError, sqlite3.Error) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, str(e) or repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
