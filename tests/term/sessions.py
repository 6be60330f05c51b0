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


def main():
    if not shutil.which("tmux"):
        print("1..0 # SKIP tmux is not installed")
        return 0
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-sessions-") as home:
        suite = Suite(tap, sys.argv[1], home)
        for part in (suite.rotated,):
            try:
                part()
            except (AssertionError, OSError, ValueError) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
