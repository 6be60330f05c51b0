"""Test results as TAP lines, for every Python test here. Standard library only."""
import sys


class Tap:
    """Numbers the results and knows the exit status; done() writes the plan last."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name, why=""):
        """One result; `why` (text or lines) is shown when it failed."""
        self.count += 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        if not good:
            self.failed += 1
            self.note(why)
        sys.stdout.flush()
        return good

    def skip(self, name, reason):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, reason))
        sys.stdout.flush()

    def note(self, text):
        lines = text if isinstance(text, list) else str(text).splitlines()
        for line in lines:
            print("# %s" % line)

    def done(self):
        print("1..%d" % self.count)
        return 1 if self.failed else 0
