#!/usr/bin/env python3
"""Which sessions go, and which never do.

usage: retention.py PROGRAM
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program, environment  # noqa: E402
from tap import Tap  # noqa: E402


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home = tap, home
        self.program = Program(path, home)
        self.folder = os.path.join(home, "data", "tapedeck")
        os.makedirs(self.folder)
        for day in ("08", "09", "10", "11", "12"):  # January 2024, oldest first
            self.make("2024-01-%s" % day)

    def make(self, date):
        self.program.made("record", "--feed", "synthetic:?events=3000&speed=max&date=" + date,
                          "--session", os.path.join(self.folder, date + ".db"))

    def keep(self, *words, answer=""):
        return subprocess.run([self.program.path, "sessions", "--keep", *words], input=answer,
                              text=True, capture_output=True, cwd=self.home,
                              env=environment(self.home))

    def there(self):
        return sorted(n[:-3] for n in os.listdir(self.folder) if n.endswith(".db"))

    def listed(self, run):
        return [x.split(".db")[0] for x in run.stdout.splitlines()[1:]]

    def rules(self):
        days = self.there()
        size = os.path.getsize(os.path.join(self.folder, days[-1] + ".db"))
        for words, gone, why in (
                (("3",), days[:2], "beyond the newest 3"),
                (("1d",), days, "older than"),
                (("36500d",), [], ""),
                (("%dkB" % (size * 5 // 2 // 1000),), days[:3], "beyond"),
                (("4,%dkB" % (size * 5 // 2 // 1000),), days[:3], "beyond"),
                (("2,36500d",), days[:3], "beyond the newest 2")):
            run = self.keep(*words, "--dry-run")
            self.tap.ok(self.listed(run) == gone and run.returncode == (0 if gone else 1),
                        "--keep %s takes %d" % (words[0], len(gone)), run.stdout + run.stderr)
            self.tap.ok(not gone or all(why in x for x in run.stdout.splitlines()[1:]),
                        "and says by which rule", run.stdout)
            self.tap.ok(self.there() == days, "and nothing when only asked", self.there())
        for wrong in ("old", "0", "-3", "5XB", "3,", "", "0d"):
            run = self.keep(wrong, "--dry-run")
            self.tap.ok(run.returncode == 2, "--keep '%s' is refused" % wrong, run.stderr)
        run = self.program.run("sessions", "--dry-run")
        self.tap.ok(run.returncode == 2, "--dry-run alone is refused", run.stderr)

    def never(self):
        """Pinned, recording, interrupted and unreadable ones stay whatever the rule."""
        self.program.made("sessions", "--pin", "2024-01-08.db")
        rows = {json.loads(x)["name"]: json.loads(x) for x in
                self.program.made("sessions", "--format", "jsonl").stdout.splitlines()}
        self.tap.ok(rows["2024-01-08.db"]["pinned"] is True and
                    rows["2024-01-09.db"]["pinned"] is False, "a pin is listed", rows)
        self.tap.ok("closed pinned" in self.program.made("sessions").stdout, "in the table too")
        run = self.program.run("verify", os.path.join(self.folder, "2024-01-08.db"))
        self.tap.ok(run.returncode == 0, "a pinned session verifies", run.stdout)
        feed = "synthetic:?seed=1&date=2024-01-05"
        killed = self.program.start("record", "--feed", feed, "--session",
                                    os.path.join(self.folder, "killed.db"))
        running = self.program.start("record", "--feed", feed, "--session",
                                     os.path.join(self.folder, "running.db"))
        try:
            time.sleep(1.5)
            killed.send_signal(signal.SIGKILL)
            killed.wait()
            with open(os.path.join(self.folder, "broken.db"), "w") as f:
                f.write("no session")
            run = self.keep("1", answer="remove\n")
            self.tap.ok(run.returncode == 0 and self.there() ==
                        ["2024-01-08", "2024-01-12", "broken", "killed", "running"],
                        "only what is complete and not pinned goes", "%s\n%s%s" %
                        (self.there(), run.stdout, run.stderr))
            for name, why in (("2024-01-08.db", "pinned"), ("running.db", "recording"),
                              ("killed.db", "interrupted"), ("broken.db", "unreadable")):
                self.tap.ok("%s stays: %s" % (name, why) in run.stderr, "%s: %s" % (name, why),
                            run.stderr)
            pin = self.program.run("sessions", "--pin", "running.db")
            self.tap.ok(pin.returncode == 6, "one that is recorded cannot be pinned now",
                        pin.stderr)
            self.tap.ok(running.poll() is None, "its recorder goes on")
        finally:
            running.terminate()
            running.wait(10)
        run = self.program.run("verify", os.path.join(self.folder, "running.db"))
        self.tap.ok(run.returncode == 0, "and its session verifies", run.stdout)
        self.program.made("sessions", "--unpin", os.path.join(self.folder, "2024-01-08.db"))
        self.keep("1", answer="remove\n")
        self.tap.ok("2024-01-08" not in self.there(), "no longer pinned it goes", self.there())
        self.tap.ok(not [n for n in os.listdir(self.folder) if n.endswith(".lock") and n != "killed.db.lock"],
                    "no lock is left behind", os.listdir(self.folder))

    def several(self):
        paths = [os.path.join(self.folder, n + ".db") for n in self.there() if n[:4] == "2024"]
        self.make("2024-01-16")
        paths.append(os.path.join(self.folder, "2024-01-16.db"))
        run = self.program.made("info", *paths, "--format", "jsonl")
        facts = [json.loads(x) for x in run.stdout.splitlines()]
        self.tap.ok([f["path"] for f in facts] == paths, "info of several is a line each", facts)
        run = self.program.made("info", *paths)
        self.tap.ok(run.stdout.count("path ") == len(paths) and "\n\n" in run.stdout,
                    "or a paragraph", run.stdout)
        bad = self.program.run("info", "nothing.db", paths[0])
        self.tap.ok(bad.returncode == 2 and paths[0] in bad.stdout, "one that is not there is said",
                    bad.stdout + bad.stderr)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-retention-") as home:
        suite = Suite(tap, sys.argv[1], home)
        for part in (suite.rules, suite.never, suite.several):
            try:
                part()
            except (AssertionError, OSError, ValueError, KeyError) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
