#!/usr/bin/env python3
"""The real panel in a real terminal (tmux): what it shows, what keys do, how it leaves.

usage: run.py PROGRAM
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program, environment  # noqa: E402
from tap import Tap  # noqa: E402
from panel import Panel  # noqa: E402

STATE = r"\b(LIVE|HOLD \+[\d,.]+[kM]?|REPLAY [\d.]+x|REPLAY max|PAUSED|STALE|ENDED|GAP)"


class Suite:
    def __init__(self, tap, path, home):
        self.tap, self.home, self.count = tap, home, 0
        self.program = Program(path, home)

    def session(self):
        self.count += 1
        return os.path.join(self.home, "s%d.db" % self.count)

    def live(self, session, *words, **options):
        return Panel(self.home, [self.program.path, "live", "--feed", "synthetic:?seed=7",
                                 "--session", session, *words], **options)

    def step(self, panel, name, keys, pattern):
        """Presses keys; the pattern has to come up. The screen is shown when it does not."""
        panel.keys(*keys)
        return self.tap.ok(panel.until(pattern), name, panel.screen())

    def verifies(self, session, name):
        run = self.program.run("verify", session)
        self.tap.ok(run.returncode == 0, name,
                    "exit %d\n%s%s" % (run.returncode, run.stdout, run.stderr))

    def quit(self, panel):
        panel.keys("C-c")
        time.sleep(0.3)
        panel.keys("y")
        return panel.status()

    def keys(self):
        session = self.session()
        with self.live(session, size=(200, 55)) as p:
            self.tap.ok(p.until("LIVE") and p.until("synthetic"),
                        "live on the synthetic market says LIVE and names its feed", p.screen())
            self.tap.ok(p.until(r"\b(CALL|PUT|[CP])\b.*\d"), "prints appear", p.screen())
            time.sleep(1)
            self.step(p, "Space holds the tape", ["Space"], r"HOLD \+")
            self.step(p, "Space releases it", ["Space"], r"LIVE")
            self.step(p, "a step back leaves LIVE", [","], r"PAUSED|REPLAY|HOLD")
            self.step(p, "Space plays from there", ["Space"], r"REPLAY")
            self.step(p, "F goes back to LIVE", ["F"], r"LIVE")
            self.step(p, "five seconds back is a replay", ["Left"], r"PAUSED|REPLAY")
            self.step(p, "F again", ["F"], r"LIVE")
            self.step(p, "help opens", ["?"], r"Play or pause")
            self.step(p, "Esc closes it", ["Escape"], r"LIVE")
            self.step(p, "Tab and f show one pane", ["Tab", "f"], STATE)
            self.step(p, "f again and Tab", ["f", "Tab"], STATE)
            self.step(p, "moving the cursor holds the pane", ["k", "k"], r"HOLD")
            self.step(p, "Enter opens the evidence of a row", ["Enter"], r"(?i)quote|evidence|members")
            self.step(p, "Esc goes back", ["Escape"], STATE)
            self.step(p, "F follows", ["F"], r"LIVE")
            self.step(p, "a filter opens", ["&"], r"(?i)filter")
            p.type("size > 0")
            self.step(p, "and is taken", ["Enter"], STATE)
            for cols, rows in ((60, 15), (20, 5), (100, 30)):
                p.resize(cols, rows)
                self.tap.ok(p.until(STATE), "at %dx%d the state is on the screen" % (cols, rows),
                            p.screen())
            p.resize(10, 2)
            time.sleep(0.5)
            p.resize(80, 24)
            self.tap.ok(p.until(STATE), "no size ends the program", p.screen())
            self.tap.ok(self.quit(p) == 0, "it quits when told to", p.screen())
            self.tap.ok(not p.left_behind(), "the terminal is as it was", p.left_behind())
        self.verifies(session, "what was recorded verifies")

    def replay(self):
        session = self.session()
        self.program.made("record", "--feed", "synthetic:?seed=7&rate=2000&events=20000&speed=max",
                          "--session", session)
        with Panel(self.home, [self.program.path, "replay", session]) as p:
            self.tap.ok(p.until(r"PAUSED|REPLAY"), "replay starts on a recording", p.screen())
            self.step(p, "End goes to its end", ["End"], STATE)
            self.step(p, "50% goes to the middle", ["5", "0", "%"], STATE)
            self.step(p, "a time that is none is answered", ["t", "x", "Enter"], STATE)
            p.keys("Escape", "q")
            self.tap.ok(p.status() == 0, "q leaves a replay at once", p.screen())
            self.tap.ok(not p.left_behind(), "the terminal is as it was", p.left_behind())

    def deck(self):
        """Marks, loop, reverse, search and jumps in a recording; the marks are in its file."""
        session = self.session()
        self.program.made("record", "--feed", "synthetic:?seed=7&rate=200&events=40000&speed=max",
                          "--session", session)
        with Panel(self.home, [self.program.path, "replay", session], size=(200, 55)) as p:
            p.until(r"REPLAY")
            self.step(p, "Space stands still", ["Space"], r"PAUSED")
            self.step(p, "50% is the middle", ["5", "0", "%"], r" 50% ")
            self.step(p, "m x marks it", ["m", "x"], r"mark x set")
            self.step(p, "M opens a note for it", ["M"], r"note:")
            p.type("opening sweep")
            self.step(p, "which is taken", ["Enter"], r"noted")
            self.step(p, "elsewhere", ["9", "0", "%"], r" 90% ")
            self.step(p, "' lists the marks", ["'"], r"go to mark.*x.*opening sweep")
            self.step(p, "and x goes there", ["x"], r" 50% ")
            self.step(p, "'' goes back", ["'", "'"], r" 90% ")
            self.step(p, "[[ goes to the mark before", ["[", "["], r" 50% ")
            self.step(p, "a second one is not there, and said so", ["[", "["], r"no mark before")
            self.step(p, "U goes back", ["U"], r" 90% ")
            self.step(p, "gU forth", ["g", "U"], r" 50% ")
            self.step(p, "L begins a loop", ["L"], r"loop \[")
            p.keys("Right", "Right", "L")
            self.tap.ok(p.until(r"loop \[\d\d:\d\d:\d\d \d\d:\d\d:\d\d\]"), "and ends it",
                        p.screen())
            self.step(p, "a third L takes it away", ["L"], r"loop off")
            self.step(p, "20% has events before and behind it", ["2", "0", "%"], r" 20% ")
            self.step(p, "v plays backwards", ["v", "Space"], r"REPLAY -1x")
            self.step(p, "and forwards again", ["v"], r"REPLAY 1x")
            p.keys("Space", "w", "1", "/")
            p.type("spy")
            self.tap.ok(p.until(r"/spy  \d[\d,]*\+? hits?"), "a search counts its hits", p.screen())
            self.step(p, "n goes on", ["Enter", "n"], r"/spy")
            self.step(p, "T shows distances", ["T"], r"DELTA")
            self.step(p, "z zooms the timeline", ["z"], r"zoom 2x")
            self.step(p, "]p goes to a packet", ["F", "5", "0", "%", "]", "p"], r"PAUSED")
            packet = p.screen()
            self.step(p, "r to the next", ["r"], r"PAUSED")
            self.tap.ok(p.screen() != packet, "which is another screen", packet)
            self.step(p, "o opens the flow pane's packet to its prints", ["w", "3", "k", "o"],
                      "\u2514")
            self.step(p, "j goes into it and Enter shows the print", ["j", "Enter"],
                      r"packet \d+ \u203a print \d+")
            p.keys("q", "q", "o")
            self.tap.ok(p.wait(lambda: "\u2514" not in p.screen() and "kind != single" in
                               p.screen()), "q leads back, o closes it", p.screen())
            self.step(p, "O opens all, and closes them", ["O"], "(?s)\u2514.*\u2514")
            self.step(p, "with O again", ["O"], "all packets closed")
            self.step(p, "i offers the symbol of the row", ["k", "i"], r"only: symbol == \w+")
            self.step(p, "l the next value", ["l"], r"only: (?!symbol)\w+ (==|has)")
            self.step(p, "Enter takes it", ["Enter"], r"kind != single and \w+")
            self.step(p, "u takes it back", ["u"], r"filter: kind != single")
            self.step(p, "]w goes to a sweep", ["]", "w"], r"PAUSED")
            self.step(p, "P hides the future", ["P"], r"peek off")
            self.step(p, "and shows it", ["P"], r"peek on")
            p.keys("&")
            p.type("kind == package")
            self.step(p, "packages open to their legs", ["Enter", "k", "k", "o"], r"\u2502 +leg ")
            self.step(p, "Enter on a leg shows the package", ["j", "Enter"],
                      r"(?s)reading +(consistent with|trades unresolved).*Legs \(\d\)")
            self.step(p, "and u the filter before", ["q", "u"], r"filter: kind != single")
            self.step(p, "D takes a mark out", ["m", "y", "D"], r"take out mark.*y")
            self.step(p, "by its letter", ["y"], r"u brings it back")
            self.step(p, "u brings it back", ["u"], r"mark y is back")
            self.step(p, "and D takes it out again", ["D", "y"], r"u brings it back")
            self.step(p, "a prefix shows what may follow", ["]"], r"\]h halt")
            p.keys("Escape", "q")
            self.tap.ok(p.status() == 0, "q leaves", p.screen())
        marks = self.program.rows(session, "marks")
        self.tap.ok([m["letter"] for m in marks] == ["x"] and
                    marks[0]["text"] == "opening sweep", "the mark is in the file", repr(marks))
        self.verifies(session, "which verifies")

    def dvr(self):
        """Back and forth while recording: rates stay, and no row is lost on the way."""
        session = self.session()
        with self.live(session, size=(200, 55)) as p:
            p.until(r"LIVE")
            time.sleep(2)
            self.step(p, "m in live marks the edge", ["m", "a"], r"mark a set")
            p.keys("Left")
            self.tap.ok(p.until(r"PAUSED.*LIVE \+[\d,]+.*[1-9][\d,.]*k? ev/s"),
                        "going back keeps the recording's rates in sight", p.screen())
            behind = [int(x.replace(",", "")) for x in re.findall(r"LIVE \+([\d,]+)", p.screen())]
            time.sleep(0.5)
            later = [int(x.replace(",", "")) for x in re.findall(r"LIVE \+([\d,]+)", p.screen())]
            self.tap.ok(behind and later and later[0] > behind[0], "and what it does meanwhile",
                        "%s %s" % (behind, later))
            self.step(p, "v from live plays backwards", ["F", "v"], r"REPLAY -1x")
            self.step(p, "F rejoins", ["F"], r"^ LIVE")
            self.tap.ok(self.quit(p) == 0, "it quits", p.screen())
        self.verifies(session, "what was recorded meanwhile verifies")
        marks = self.program.rows(session, "marks")
        self.tap.ok([m["letter"] for m in marks] == ["a"], "the mark was recorded", repr(marks))

    def picker(self):
        """Without an operand the session is chosen from a list, newest on top."""
        empty = self.program.run("replay")
        self.tap.ok(empty.returncode == 1 and "no session" in empty.stderr,
                    "replay without any session says so", empty.stderr)
        for _ in range(2):
            self.program.made("record", "--feed", "synthetic:?seed=7&events=2000&speed=max")
            time.sleep(1.1)  # their names hold the second
        names = [json.loads(x)["name"] for x in
                 self.program.made("sessions", "--format", "jsonl").stdout.splitlines()]
        self.tap.ok(len(names) == 2, "two recordings are listed", names)
        refused = self.program.run("replay")
        self.tap.ok(refused.returncode == 2 and "SESSION" in refused.stderr,
                    "without a terminal a name is needed", refused.stderr)
        with Panel(self.home, [self.program.path, "replay"], size=(120, 30)) as p:
            self.tap.ok(p.until(r"\u25ba .*" + re.escape(names[1])), "the newest is on top",
                        p.screen())
            self.tap.ok(names[0] in p.screen() and "closed" in p.screen(), "and the other there",
                        p.screen())
            self.step(p, "j goes down", ["j"], r"\u25ba .*" + re.escape(names[0]))
            p.resize(80, 24)
            self.step(p, "Enter opens it", ["Enter"], r"REPLAY|PAUSED")
            p.keys("q")
            self.tap.ok(p.status() == 0 and not p.left_behind(), "q leaves, all as it was",
                        p.left_behind())
        with Panel(self.home, [self.program.path, "replay"]) as p:
            p.until("Sessions")
            p.keys("q")
            self.tap.ok(p.status() == 0 and not p.left_behind(), "q leaves the list", p.screen())
        with Panel(self.home, [self.program.path, "replay"]) as p:
            p.until("Sessions")
            os.kill(p.pid(), signal.SIGTERM)
            self.tap.ok(p.status() == 128 + signal.SIGTERM and not p.left_behind(),
                        "SIGTERM ends the list", p.screen())

    def kept(self):
        """Old sessions go only when the word is typed; uses what picker() has left."""
        def answer(text):
            return subprocess.run([self.program.path, "sessions", "--keep", "1s"], text=True,
                                  input=text, capture_output=True, cwd=self.home,
                                  env=environment(self.home))

        def there():
            return len(self.program.run("sessions", "--format", "jsonl").stdout.splitlines())
        before = there()
        for text in ("", "\n", "y\n", "remove it\n"):
            answer(text)
        self.tap.ok(before == 2 and there() == 2, "neither Enter nor y removes a session")
        wrong = self.program.run("sessions", "--keep", "old")
        self.tap.ok(wrong.returncode == 2, "an age that is none is refused", wrong.stderr)
        run = answer("remove\n")
        self.tap.ok(run.returncode == 0 and there() == 0, "the word remove does", run.stderr)

    def attached(self):
        """Another process's recording: back in it and forth, and no mark from outside."""
        session = self.session()
        recorder = self.program.start("record", "--feed", "synthetic:?seed=7", "--for", "20s",
                                      "--session", session)
        try:
            Panel.wait(lambda: os.path.exists(session) and
                       self.program.run("info", session).returncode == 0)
            with Panel(self.home, [self.program.path, "attach", session], size=(200, 55)) as p:
                self.tap.ok(p.until(r"^ LIVE"), "attach is live", p.screen())
                time.sleep(1)
                self.step(p, "attach: back in time", ["Left"], r"PAUSED.*LIVE \+[1-9]")
                self.step(p, "attach: a mark is refused", ["m", "a"], r"recorded by another process")
                self.step(p, "attach: F rejoins", ["F"], r"^ LIVE")
                p.keys("q")
                self.tap.ok(p.status() == 0, "attach: leaving does not ask", p.screen())
            self.tap.ok(recorder.poll() is None, "and the recorder goes on")
        finally:
            recorder.terminate()
            recorder.wait(10)
        self.verifies(session, "attach: what was recorded verifies")

    def storm(self):
        """200 sizes in two seconds: then the screen of the last one, whole."""
        session = self.session()
        self.program.made("record", "--feed", "synthetic:?seed=7&rate=2000&events=20000&speed=max",
                          "--session", session)
        with Panel(self.home, [self.program.path, "replay", session]) as p:
            p.until(r"REPLAY")
            self.step(p, "storm: the end of the tape", ["End"], r"PAUSED")
            p.resize(120, 40)
            p.until(r"\d+ open packets")  # the deck stands where the playhead does
            time.sleep(0.5)
            want = p.screen()
            end = time.monotonic() + 2
            for i in range(200):
                p.resize(20 + i * 37 % 190, 5 + i * 23 % 60)
                time.sleep(max(0, (end - time.monotonic()) / (200 - i)))
            p.resize(120, 40)
            self.tap.ok(p.wait(lambda: p.screen() == want, 2),
                        "storm: after 200 sizes the screen is as before",
                        want + "\n----\n" + p.screen())
            p.keys("q")
            self.tap.ok(p.status() == 0, "storm: q leaves", p.screen())

    def signals(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            session, name = self.session(), number.name
            with self.live(session) as p:
                self.tap.ok(p.until("LIVE"), "%s: the panel is up" % name, p.screen())
                time.sleep(0.5)
                os.kill(p.pid(), number)
                status = p.status(5)
                self.tap.ok(status == 128 + number, "%s: exit status %d" % (name, 128 + number),
                            "got %s" % status)
                self.tap.ok(not p.left_behind(), "%s: the terminal is as it was" % name,
                            p.left_behind())
            self.verifies(session, "%s: the recording verifies" % name)

    def killed(self):
        session = self.session()
        with self.live(session) as p:
            self.tap.ok(p.until("LIVE"), "kill -9: the panel is up", p.screen())
            time.sleep(2)
            os.kill(p.pid(), signal.SIGKILL)
            p.status(5)
        self.verifies(session, "kill -9: the recording verifies")
        self.tap.ok(self.program.rows(session, "options", "--limit", "1"),
                    "kill -9: and holds prints")

    def variants(self):
        with self.live(self.session(), "--for", "2s") as p:
            status = p.status(15)
            self.tap.ok(status == 0, "--for ends it", "exit status %s\n%s" % (status, p.screen()))
            self.tap.ok(not p.left_behind(), "--for: the terminal is as it was", p.left_behind())
        with self.live(self.session(), NO_COLOR="1") as p:
            p.until("LIVE")
            colours = re.findall(r"\x1b\[[0-9;]*?\b(?:3[0-7]|4[0-7]|9[0-7]|[34]8;[25])[0-9;]*m",
                                 p.screen(colours=True))
            self.tap.ok(p.until("LIVE") and not colours, "NO_COLOR shows no colour", colours[:5])
        with self.live(self.session(), LC_ALL="C") as p:
            self.tap.ok(p.until("LIVE") and p.screen().isascii(),
                        "a locale without UTF-8 gets ASCII alone", p.screen())
        with self.live(self.session(), "--ascii") as p:
            self.tap.ok(p.until("LIVE") and p.screen().isascii(), "--ascii is ASCII alone",
                        p.screen())
        run = self.program.run("live", "--plain", "--for", "2s", "--feed", "synthetic:?seed=7",
                               "--session", self.session())
        control = re.findall(r"[^\n\x20-\x7e\u00a1-\uffff]", run.stdout)
        self.tap.ok(run.returncode == 0 and run.stdout and not control,
                    "--plain writes lines without a control byte",
                    "exit %d, %r\n%s" % (run.returncode, control[:5], run.stderr))


def main():
    if not shutil.which("tmux"):
        print("1..0 # SKIP tmux is not installed")
        return 0
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-term-") as home:
        suite = Suite(tap, sys.argv[1], home)
        for part in (suite.keys, suite.replay, suite.deck, suite.dvr, suite.attached, suite.picker, suite.kept, suite.storm, suite.signals, suite.killed, suite.variants):
            try:
                part()
            except (AssertionError, OSError, ValueError) as e:
                tap.ok(False, "%s runs to its end" % part.__name__, repr(e))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
