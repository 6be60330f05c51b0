#!/usr/bin/env python3
"""Sessions in a real terminal (tmux): a new trading day under the panel.

usage: sessions.py PROGRAM
"""
import os
import re
import shutil
import sys
import tempfile
import time

from panel import Panel

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home = tap, home
        self.program = Program(path, home)

    def step(self, panel, name, keys, pattern):
        panel.keys(*keys)
        return self.tap.ok(panel.until(pattern), name, panel.screen())

    def verifies(self, session, name):
        run = self.program.run("verify", session)
        self.tap.ok(run.returncode == 0, name, run.stdout + run.stderr)

    def rotated(self):
        """The night between two trading days passes in some seconds; the user stands in the past."""
        feed = "synthetic:?seed=7&rate=3&date=2024-06-13&start=15:30&speed=6000"
        words = ["live", "--feed", feed, "--rotate", "day", "--session",
                 os.path.join(self.home, "r.db")]
        with Panel(self.home, [self.program.path, *words], size=(160, 50)) as p:
            self.tap.ok(p.until(r"LIVE[\s\S]*2024-06-13"), "rotated: live on the first day",
                        p.screen())
            p.keys("k", "k")
            self.step(p, "rotated: back in time", ["Left"], r"PAUSED")
            self.tap.ok(p.until(r"a new trading day: recording to .*r-2024-06-14\.db", 30),
                        "rotated: the new day is said", p.screen())
            self.step(p, "rotated: F is live on it", ["F"], r"^ LIVE")
            self.tap.ok(p.until(r"09:\d\d:\d\d|1\d:\d\d:\d\d"), "rotated: rows of it appear",
                        p.screen())
            self.step(p, "rotated: back in it", ["Left"], r"PAUSED.*LIVE \+[1-9]")
            self.step(p, "rotated: F again", ["F"], r"^ LIVE")
            p.keys("C-c")
            time.sleep(0.3)
            p.keys("y")
            self.tap.ok(p.status() == 0 and not p.left_behind(), "rotated: it quits", p.screen())
            text = p.screen()
        names = sorted(n for n in os.listdir(self.home) if n.endswith(".db"))
        self.tap.ok(names[:2] == ["r-2024-06-13.db", "r-2024-06-14.db"],
                    "rotated: a session a day", names)
        for name in names:
            self.verifies(name, "rotated: %s verifies" % name)
        self.tap.ok(all(name in text for name in names), "rotated: the summary names them", text)


    def several(self):
        """Three trading days as one tape: from end to end, over the nights, by percent and date."""
        feed = "synthetic:?seed=7&rate=2&date=2024-06-13&for=102h&speed=max"
        self.program.made("record", "--feed", feed, "--rotate", "day", "--session", "m.db")
        names = ["m-2024-06-%d.db" % d for d in (13, 14, 17)]
        paths = [os.path.join(self.home, n) for n in names]
        words = [self.program.path, "replay", paths[2], paths[0], paths[1]]
        with Panel(self.home, words, size=(160, 50)) as p:
            self.tap.ok(p.until(r"REPLAY") and p.until(re.escape(names[0]) + r" \(1 of 3\)"),
                        "several: the earliest is first", p.screen())
            self.tap.ok(all(d in p.screen() for d in ("06-13", "06-14", "06-17")),
                        "several: the timeline shows where each begins", p.screen())
            self.step(p, "several: it stands", ["Space"], r"PAUSED")
            self.step(p, "several: 50% is in the middle one", ["5", "0", "%"], r"\(2 of 3\)")
            self.tap.ok(p.until(r"Fri 2024-06-14"), "several: and so is the clock", p.screen())
            self.step(p, "several: [s goes to where it begins", ["[", "s"],
                      r"09:30:0\d.*Fri 2024-06-14")
            self.step(p, "several: and on to the close before it", ["[", "s"],
                      r"16:00:00.*Thu 2024-06-13")
            self.step(p, "several: ]s comes back", ["]", "s"], r"09:30:0\d.*Fri 2024-06-14")
            self.step(p, "several: a time is of the day shown", ["9", "0", "%", "t"], r"go to")
            p.type("10:00:00")
            self.step(p, "several: 10:00 is Monday's", ["Enter"], r"10:00:00.*Mon 2024-06-17")
            self.step(p, "several: ten minutes at a time back", ["("], r"09:50:00.*Mon 2024-06-17")
            for _ in range(3):
                p.keys("(")
            self.tap.ok(p.until(r"PAUSED.*Fri 2024-06-14"), "several: over the weekend", p.screen())
            self.tap.ok(p.until(re.escape(names[1]) + r" \(2 of 3\)"), "several: it is Friday's file",
                        p.screen())
            self.step(p, "several: a mark is set", ["m", "x"], r"mark x set")
            self.step(p, "several: the end is Monday's", ["End"], r"Mon 2024-06-17")
            self.step(p, "several: and back at the mark", ["'", "x"], r"Fri 2024-06-14")
            self.step(p, "several: the start is Thursday's", ["Home"], r"Thu 2024-06-13")
            p.keys("Escape", "q")
            self.tap.ok(p.status() == 0 and not p.left_behind(), "several: q leaves", p.screen())
        marks = [len(self.program.rows(n, "marks")) for n in names]
        self.tap.ok(marks == [0, 1, 0], "several: the mark is in Friday's file", marks)
        for name in names:
            self.verifies(name, "several: %s verifies" % name)
        run = self.program.run("replay", "--plain", paths[0], paths[0])
        self.tap.ok(run.returncode == 2 and "overlap" in run.stderr,
                    "several: the same time twice is refused", run.stderr)

    def attached(self):
        """Another process records: back in its tape and live again without a row lost, alerts and
        rates of the recording in sight, and a word when it goes on in another session."""
        path = os.path.join(self.home, "a.db")
        recorder = self.program.start("record", "--feed", "synthetic:?seed=7&rate=1500", "--for",
                                      "25s", "--session", path)
        try:
            Panel.wait(lambda: os.path.exists(path) and
                       self.program.run("info", path).returncode == 0)
            with Panel(self.home, [self.program.path, "attach", path], size=(160, 50)) as p:
                self.tap.ok(p.until(r"^ LIVE.*[1-9][\d,.]*k? ev/s"),
                            "attached: live, with the recording's rate", p.screen())
                self.step(p, "attached: back", ["Left"], r"PAUSED.*LIVE \+[1-9]")
                behind = self.behind(p)
                time.sleep(1)
                self.tap.ok(self.behind(p) > behind, "attached: the recording goes on meanwhile",
                            p.screen())
                self.tap.ok(re.search(r"LIVE \+[\d,]+.*[1-9][\d,.]*k? ev/s", p.screen()),
                            "attached: its rate stays in sight", p.screen())
                self.step(p, "attached: it plays there", ["Space"], r"REPLAY 1x")
                self.step(p, "attached: a bar back", ["Space", "<"], r"PAUSED")
                self.step(p, "attached: F rejoins", ["F"], r"^ LIVE")
                self.step(p, "attached: v plays backwards", ["v"], r"REPLAY -1x")
                self.step(p, "attached: F again", ["F"], r"^ LIVE")
                self.tap.ok(p.until(r"recording has ended|ENDED", 40),
                            "attached: the end of the recording is said", p.screen())
                p.keys("q")
                self.tap.ok(p.status() == 0, "attached: q leaves", p.screen())
        finally:
            recorder.terminate()
            recorder.wait(10)
        self.verifies(path, "attached: what was recorded verifies")
        left = [n for n in os.listdir(self.home) if n.startswith("a.db")]
        self.tap.ok(left == ["a.db"], "attached: and is a single file", left)

    def handed_on(self):
        """A recorder goes on in the session of the next day under the eyes of another process."""
        stem = os.path.join(self.home, "h")
        feed = "synthetic:?seed=7&rate=3&date=2024-06-13&start=15:00&speed=4000"
        recorder = self.program.start("record", "--feed", feed, "--rotate", "day", "--session",
                                      stem + ".db")
        first, second = stem + "-2024-06-13.db", stem + "-2024-06-14.db"
        try:
            Panel.wait(lambda: os.path.exists(first) and
                       self.program.run("info", first).returncode == 0)
            with Panel(self.home, [self.program.path, "attach", first], size=(120, 40)) as p:
                self.tap.ok(p.until(r"LIVE"), "handed on: attached to the first day", p.screen())
                self.tap.ok(p.until(r"the recording goes on in h-2024-06-14\.db", 40),
                            "handed on: where it goes on is said", p.screen())
                self.tap.ok(p.until(r"ENDED"), "handed on: this one has ended", p.screen())
                with Panel(self.home, [self.program.path, "attach", second], size=(120, 40)) as q:
                    self.tap.ok(q.until(r"^ LIVE"), "handed on: the new one is live", q.screen())
                    q.keys("q")
                p.keys("q")
                self.tap.ok(p.status() == 0 and "goes on in" in p.screen(),
                            "handed on: q leaves, and says it again", p.screen())
        finally:
            recorder.terminate()
            recorder.wait(10)
        for path in (first, second):
            self.verifies(path, "handed on: %s verifies" % os.path.basename(path))
            left = [n for n in os.listdir(self.home) if n.startswith(os.path.basename(path) + "-")]
            self.tap.ok(not left, "handed on: and is a single file", left)

    @staticmethod
    def behind(p):
        found = re.search(r"LIVE \+([\d,]+)", p.screen())
        return int(found.group(1).replace(",", "")) if found else -1


def main():
    if not shutil.which("tmux"):
        print("1..0 # SKIP tmux is not installed")
        return 0
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-sessions-") as home:
        suite = Suite(tap, sys.argv[1], home)
        for part in (suite.rotated, suite.several, suite.attached,
                     suite.handed_on):
            try:
                part()
            except (AssertionError, OSError, ValueError) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
