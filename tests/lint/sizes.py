#!/usr/bin/env python3
"""Files of at most 800 lines, functions of at most 100; the worst ten of each are shown."""
import sys

from source import Tap, files, read

FILE_LINES = 800
FUNCTION_LINES = 100


def functions(text):
    """(lines, line number, signature) of each function: our form puts its braces in column 0."""
    lines = text.splitlines()
    start = None
    for n, line in enumerate(lines):
        if line == "{":
            start = n
        elif line == "}" and start is not None:
            head = start - 1
            while head > 0 and lines[head].startswith((" ", "\t")):
                head -= 1
            yield n - start + 1, head + 1, lines[head].strip()
            start = None


def main():
    tap = Tap()
    paths = files(["src", "tui", "tests"], (".c", ".h"))
    sized = sorted(((len(read(p).splitlines()), p) for p in paths), reverse=True)
    over = ["%s: %d lines" % (p, n) for n, p in sized if n > FILE_LINES]
    tap.ok(sized and not over, "no file is over %d lines" % FILE_LINES, over)
    tap.note(["%5d lines  %s" % row for row in sized[:10]])

    bodies = []
    for p in paths:
        bodies += [(n, "%s:%d: %s" % (p, at, head)) for n, at, head in functions(read(p))]
    bodies.sort(reverse=True)
    over = ["%s (%d lines)" % (where, n) for n, where in bodies if n > FUNCTION_LINES]
    tap.ok(bodies and not over, "no function is over %d lines" % FUNCTION_LINES, over)
    tap.note(["%5d lines  %s" % row for row in bodies[:10]])
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
