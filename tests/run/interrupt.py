#!/usr/bin/env python3
"""Stopping import, export and verify: nothing half-made, and it is said what happened.

usage: interrupt.py PROGRAM
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program, environment  # noqa: E402
from tap import Tap  # noqa: E402

# Large enough for a second of work, whatever the machine.
EVENTS = 400000
STOPS = (signal.SIGINT, signal.SIGTERM)


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home = tap, home
        self.program = Program(path, home)
        self.program.made("record", "--feed", "synthetic:?seed=3&rate=5000&events=%d&speed=max"
                          % EVENTS, "--session", "big.db")
        with open(os.path.join(home, "big.csv"), "w") as f:
            for i, kind in enumerate(("options", "quotes")):
                text = self.program.made("query", "big.db", kind, "--format", "tape").stdout
                f.write(text if i == 0 else text.split("\n", 1)[1])

    def stop(self, after, number, *words):
        """Starts, sends the signal after so long, gives exit status and what was said."""
        run = subprocess.Popen([self.program.path, *words], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               cwd=self.home, env=environment(self.home))
        time.sleep(after)
        run.send_signal(number)
        out, err = run.communicate(timeout=60)
        return run.returncode, out, err

    def left(self, name):
        return sorted(n for n in os.listdir(self.home) if n.startswith(name))

    def imports(self):
        whole = time.monotonic()
        self.program.made("import", "big.csv", "--to", "whole.db")
        whole = time.monotonic() - whole
        for number in STOPS:
            for share in (0.1, 0.3, 0.5):
                after = whole * share
                code, out, err = self.stop(after, number, "import", "big.csv", "--to", "i.db")
                self.tap.ok(code == 128 + number and not self.left("i.db"),
                            "import stopped by %s after %.2f s leaves nothing" %
                            (number.name, after), "exit %s, %s\n%s" % (code, self.left("i.db"), err))
                self.tap.ok("interrupted" in err and "nothing was kept" in err and
                            "in i.db" not in out, "and says so", out + err)
        self.stop(whole * 0.4, signal.SIGKILL, "import", "big.csv", "--to", "i.db")
        left = self.left("i.db")
        self.tap.ok("i.db" not in left, "killed, it leaves no session under the name", left)
        first = subprocess.Popen([self.program.path, "import", "big.csv", "--to", "two.db"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 cwd=self.home, env=environment(self.home))
        time.sleep(whole * 0.3)
        second = self.program.run("import", "big.csv", "--to", "two.db")
        self.tap.ok(second.returncode == 6 and "another process" in second.stderr,
                    "a second import to one name is refused", second.stderr)
        self.tap.ok(first.wait(60) == 0, "and does not disturb the first")
        for name in ("two.db", "i.db"):
            if name == "i.db":  # over what the killed one left
                self.program.made("import", "big.csv", "--to", name)
            run = self.program.run("verify", name)
            self.tap.ok(run.returncode == 0 and self.left(name) == [name],
                        "%s verifies and stands alone" % name, run.stdout + run.stderr)

    def exports(self):
        for number in STOPS:
            for after in (0.03, 0.15, 0.4):
                code, out, err = self.stop(after, number, "export", "big.db", "e.db")
                done = code == 0 and self.left("e.db") == ["e.db"]
                early = code == -number  # it had not begun
                self.tap.ok(done or ((code == 128 + number or early) and not self.left("e.db")),
                            "export stopped by %s after %.2f s leaves nothing" %
                            (number.name, after), "exit %s, %s\n%s" % (code, self.left("e.db"), err))
                self.tap.ok(done or early or "interrupted: nothing was written" in err,
                            "and says so", err)
                if done:
                    os.unlink(os.path.join(self.home, "e.db"))
        self.stop(0.2, signal.SIGKILL, "export", "big.db", "e.db")
        self.tap.ok("e.db" not in self.left("e.db"), "killed, it leaves nothing under the name",
                    self.left("e.db"))
        self.program.made("export", "big.db", "e.db")
        run = self.program.run("verify", "e.db")
        self.tap.ok(run.returncode == 0 and self.left("e.db") == ["e.db"],
                    "the next one is whole", run.stdout + run.stderr)

    def verifies(self):
        whole = time.monotonic()
        self.program.made("verify", "big.db")
        whole = time.monotonic() - whole
        for number in STOPS:
            for share in (0.1, 0.4, 0.7):
                start = time.monotonic()
                code, out, err = self.stop(whole * share, number, "verify", "big.db")
                took = time.monotonic() - start
                m = re.search(r"stopped after ([0-9]+) of (\d+) events were derived again"
                              r"(?:, while checking the file \(.+\))?; 0 problems", out)
                self.tap.ok(code == 128 + number and m and int(m.group(2)) == EVENTS,
                            "verify stopped by %s at %d %% says where" % (number.name, share * 100),
                            "exit %s\n%s%s" % (code, out, err))
                self.tap.ok(took < whole * share + 1.5, "at once", "%.2f s" % took)
                self.tap.ok("PROBLEM" not in out, "and calls nothing a problem", out)

    def several(self):
        run = self.program.run("verify", "big.db", "two.db")
        self.tap.ok(run.returncode == 0 and "big.db: all agree" in run.stdout and
                    "two.db: all agree" in run.stdout, "verify takes several", run.stdout)
        with open(os.path.join(self.home, "bad.db"), "w") as f:
            f.write("no session")
        run = self.program.run("verify", "bad.db", "big.db")
        self.tap.ok(run.returncode == 2 and "big.db: all agree" in run.stdout and
                    "1 of 2" in run.stderr, "and goes on after a bad one", run.stdout + run.stderr)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-interrupt-") as home:
        suite = Suite(tap, sys.argv[1], home)
        for part in (suite.imports, suite.exports, suite.verifies, suite.several):
            try:
                part()
            except (AssertionError, OSError, ValueError) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
