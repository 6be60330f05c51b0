"""What the lint tests share: the list of sources, and C text without comments and strings."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tap import Tap  # noqa: E402,F401  (the lint tests take it from here)

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SKIP_DIRS = {".git", "__pycache__"}


def files(folders, ends):
    """Paths below the folders (relative to the root) that end in one of `ends`, sorted."""
    found = []
    for folder in folders:
        for base, dirs, names in os.walk(os.path.join(ROOT, folder)):
            dirs[:] = sorted(d for d in dirs if d not in SKIP_DIRS and not d.startswith("build"))
            found += [os.path.relpath(os.path.join(base, n), ROOT) for n in names
                      if n.endswith(ends)]
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as f:
        return f.read()


COMMENT_OR_STRING = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def code(text):
    """The text with comments and literals blanked; line numbers stay as they are."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group(0))
    return COMMENT_OR_STRING.sub(blank, text)


def matches(paths, pattern, of=code):
    """'path:line: text' of every match of the pattern in the files, as seen through `of`."""
    hits = []
    for path in paths:
        text = read(path)
        seen = of(text)
        lines = text.splitlines()
        for m in re.finditer(pattern, seen):
            n = seen.count("\n", 0, m.start())
            hits.append("%s:%d: %s" % (path, n + 1, lines[n].strip()))
    return hits
