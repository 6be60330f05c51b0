#!/usr/bin/env python3
"""Counts the single results in the logs of `meson test` and prints the sum as its last line.

usage: summary.py STATUS LOG...    STATUS: nonzero when a build or a run already went wrong

Meson counts programs; here each TAP line counts. A result that follows a notice `# skipped:` is a
skip (a sample that is not there). Exit status 1 when something failed or nothing ran.
"""
import json
import os
import re
import sys

TAP_LINE = re.compile(r"^(ok|not ok)\b\s*\d*\s*(?:-\s*)?(.*)$")
SKIP = re.compile(r"#\s*skip", re.I)


def count_tap(text):
    """[passed, failed, skipped] of TAP text, or None when it holds no result."""
    counts, notice, seen = [0, 0, 0], False, False
    for line in text.splitlines():
        m = TAP_LINE.match(line)
        if line.startswith("# skipped:"):
            notice = True
        elif m:
            seen = True
            skipped = notice or SKIP.search(m.group(2))
            counts[1 if m.group(1) == "not ok" else 2 if skipped else 0] += 1
            notice = False
        elif re.match(r"^1\.\.0\b", line):
            seen = True
            counts[2] += 1
    return counts if seen else None


def count_test(test):
    counts = count_tap(test.get("stdout", ""))
    result = test["result"]
    bad = result not in ("OK", "SKIP", "EXPECTEDFAIL")
    if counts is None:
        return [int(not bad and result != "SKIP"), int(bad), int(result == "SKIP")]
    if bad and counts[1] == 0:
        counts[1] = 1  # crashed, timed out or ended early: the lines before do not make it good
    return counts


def what_failed(test):
    """The results that are not ok, each with the line that says why; at most ten."""
    lines = test.get("stdout", "").splitlines()
    found = []
    for i, line in enumerate(lines):
        if line.startswith("not ok"):
            found.append("    " + line)
            found += ["      " + why for why in lines[i + 1:i + 2] if why.startswith("# ")]
    return found[:20]


def add(total, counts):
    for i, n in enumerate(counts):
        total[i] += n


def suite_of(test):
    """meson names it `suite / test` or `project:suite / test`."""
    head = test["name"].split(" / ")[0] if " / " in test["name"] else "other"
    return head.split(":")[-1].split("+")[0]


def main():
    status, logs = int(sys.argv[1]), sys.argv[2:]
    total, failures = [0, 0, 0], []
    for log in logs:
        build = os.path.basename(os.path.dirname(os.path.dirname(log)))
        suites = {}
        if os.path.exists(log):
            with open(log, encoding="utf-8") as f:
                for line in f:
                    test = json.loads(line)
                    counts = count_test(test)
                    add(suites.setdefault(suite_of(test), [0, 0, 0]), counts)
                    if counts[1]:
                        failures.append("failed: %s: %s (%s)" % (build, test["name"], test["result"]))
                        failures += what_failed(test)
        for name, counts in sorted(suites.items()):
            add(total, counts)
            print("%-12s %-8s %5d ok %4d not ok %4d skipped" % ((build, name) + tuple(counts)))
    for failure in failures:
        print(failure)
    if status and not total[1]:
        print("failed: a build or a test run ended badly, see above")
        total[1] = 1
    print("%d passed, %d failed" % tuple(total[:2]) +
          (", %d skipped" % total[2] if total[2] else ""))
    return 0 if total[0] and not total[1] else 1


if __name__ == "__main__":
    sys.exit(main())
