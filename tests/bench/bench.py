#!/usr/bin/env python3
"""Runs the benchmark programs of a build and prints one table.

usage: bench.py BUILD_DIR [NAME...]    NAME: deck, store, ... (default: every bench_* there is)

Each program prints `figure, value, unit, limit, target` (bench.h). The ratio is value / limit,
both from the same run; a target with a trailing x is held against the ratio, others against the
value. Exit status 1 when a program failed; a missed target is shown, not an error: absolute
times hold only as orders of magnitude.
"""
import glob
import os
import re
import subprocess
import sys


def number(text):
    value = float(text)
    if value == 0:
        return "-"
    if abs(value) >= 1000:
        return "{:,.0f}".format(value)
    return "%.3g" % value


def judge(value, limit, target):
    m = re.fullmatch(r"(<=|>=)([0-9.]+)(x?)", target)
    if not m:
        return ""
    if m.group(3):
        if not limit:
            return ""
        value /= limit
    bound = float(m.group(2))
    return "met" if (value <= bound if m.group(1) == "<=" else value >= bound) else "MISSED"


def figures(build, program):
    """Rows of a program, or None when it failed."""
    command = [sys.executable, program, build] if program.endswith(".py") else [program]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    rows = [line.split("\t") for line in run.stdout.splitlines()]
    name = os.path.basename(program)
    if run.returncode:
        print("%s: failed (exit %d)" % (name, run.returncode), file=sys.stderr)
        return None
    if not rows or any(len(r) != 5 for r in rows):
        print("%s: printed what is no row of figures" % name, file=sys.stderr)
        return None
    return rows


def main():
    build, names = sys.argv[1], sys.argv[2:]
    here = os.path.dirname(os.path.abspath(__file__))
    found = glob.glob(os.path.join(build, "tests", "bench", "bench_*"))
    found = [p for p in found if os.access(p, os.X_OK) and os.path.isfile(p)]
    found += glob.glob(os.path.join(here, "bench_*.py"))
    programs = {os.path.basename(p)[len("bench_"):].replace(".py", ""): p for p in found}
    programs = [p for name, p in sorted(programs.items()) if not names or name in names]
    form = "%-44s %12s %-13s %12s %8s %-12s %s"
    print(form % ("figure", "value", "unit", "limit", "ratio", "target", ""))
    failed = not programs
    for program in programs:
        rows = figures(build, program)
        failed |= rows is None
        for figure, value, unit, limit, target in rows or []:
            ratio = float(value) / float(limit) if float(limit) else 0
            print((form % (figure, number(value), unit, number(limit), number(ratio), target,
                           judge(float(value), float(limit), target))).rstrip())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
