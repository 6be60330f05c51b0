#!/usr/bin/env python3
"""No mutable variable at file scope or static in a function: two decks can run at once.

Read from the objects, not the sources: whatever the compiler put into a writable section counts.
usage: globals.py BUILD_DIR
"""
import glob
import os
import re
import subprocess
import sys

from source import Tap

# symbol: why it has to be there
ALLOWED = {
    "crash_terminal": "tui/term.c: a signal handler gets no argument and must restore the terminal",
}

# objdump -t:  value flags section size name; .data.rel.ro is constant once the program has started
SYMBOL = re.compile(r"^[0-9a-f]+ (.{7}) (\.(?:data|bss|tdata|tbss|sdata|sbss)\S*|\*COM\*)\s+"
                    r"([0-9a-f]+)\s+(?:\.hidden )?(\S+)$")


def mutable(path):
    out = subprocess.run(["objdump", "-t", path], capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        m = SYMBOL.match(line)
        if not m or m.group(2).startswith(".data.rel.ro"):
            continue
        size, name = int(m.group(3), 16), re.sub(r"\.\d+$", "", m.group(4))
        if "d" in m.group(1) or size == 0 or name.startswith((".", "__gcov", "__asan", "__odr")):
            continue
        yield name


def main():
    build = sys.argv[1]
    tap = Tap()
    objects = sorted(p for folder in ("src", "tui", "data", ".")
                     for p in glob.glob(os.path.join(build, folder, "*.p", "**", "*.o"),
                                        recursive=True))
    objects = sorted(set(os.path.normpath(p) for p in objects))
    tap.ok(objects, "there are objects to look at", "none below %s" % build)
    found, used = [], set()
    for path in objects:
        for name in mutable(path):
            if name in ALLOWED:
                used.add(name)
            else:
                found.append("%s: %s" % (os.path.relpath(path, build), name))
    tap.ok(not found, "nothing mutable at file scope or static in a function", found)
    tap.note("allowed and present: " + (", ".join(sorted(used)) or "none"))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
