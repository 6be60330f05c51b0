#!/usr/bin/env python3
"""Text files are clean UTF-8 without control bytes; C sources are formatted and hold no leftovers."""
import os
import shutil
import subprocess
import sys

from source import ROOT, Tap, files, matches, read

ENDS = (".c", ".h", ".py", ".build", ".txt", ".md", ".sql", ".tsv", ".conf", ".1", ".theme")
FOLDERS = ["src", "tui", "data", "tests", "man", ".ci"]
SINGLE = ["dev", "meson.build", "meson_options.txt", "README.md", "CHANGELOG.md", ".ci/run"]
# Bidirectional controls, zero-width characters, byte order marks: they hide what a text says.
HIDDEN = set("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
             "\u2069\ufeff")


def problems(path):
    with open(os.path.join(ROOT, path), "rb") as f:
        raw = f.read()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as e:
        return ["%s: not UTF-8 at byte %d" % (path, e.start)]
    tab_ok = path.endswith(".tsv")
    found = []
    for n, line in enumerate(text.split("\n"), 1):
        bad = [c for c in line if (ord(c) < 32 and not (c == "\t" and tab_ok)) or
               0x7f <= ord(c) < 0xa0 or c in HIDDEN]
        if bad:
            found.append("%s:%d: hidden or control character U+%04X" % (path, n, ord(bad[0])))
        if line != line.rstrip() and not tab_ok:
            found.append("%s:%d: blanks at the end of the line" % (path, n))
    if text and not text.endswith("\n"):
        found.append("%s: no newline at the end" % path)
    return found


def main():
    tap = Tap()
    paths = files(FOLDERS, ENDS) + [p for p in SINGLE if os.path.exists(os.path.join(ROOT, p))]
    paths = [p for p in paths if "/corpus/" not in p]
    dirty = [hit for p in paths for hit in problems(p)]
    tap.ok(paths and not dirty, "texts are UTF-8 without control or hidden characters", dirty[:50])

    sources = files(["src", "tui", "tests"], (".c", ".h"))
    wide = [p + ": not ASCII" for p in sources
            if p.startswith("src/") and not read(p).isascii()]
    tap.ok(not wide, "sources of the engine are ASCII", wide)
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"))
    left = matches(files(["src", "tui", "tests", "data", "man"], (".c", ".h", ".py", ".sql", ".1")),
                   r"\b(%s)\b(?!,)" % words, of=lambda t: t)
    tap.ok(not left, "no notes to do later", left)

    tool = shutil.which("clang-format")
    if not tool:
        tap.skip("C sources are formatted", "clang-format is not installed")
    else:
        run = subprocess.run([tool, "--dry-run", "-Werror"] + sources, cwd=ROOT,
                             capture_output=True, text=True)
        tap.ok(run.returncode == 0, "C sources are formatted (./dev format)",
               [x for x in run.stderr.splitlines() if "error:" in x][:30])
    tool = shutil.which("shellcheck")
    if not tool:
        tap.skip("shell scripts pass shellcheck", "shellcheck is not installed")
    else:
        run = subprocess.run([tool, "dev", ".ci/run"], cwd=ROOT, capture_output=True, text=True)
        tap.ok(run.returncode == 0, "shell scripts pass shellcheck", run.stdout)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
