#!/usr/bin/env python3
"""Golden cases through the real program: a folder's input.csv is imported, its answers compared.

usage: run.py [--update] PROGRAM [CASE...]

A case is a folder with
  input.csv        Tape CSV (design: one row an event), imported into a fresh session
  KIND.jsonl       what `query SESSION KIND --format jsonl` has to say: one object a row. Only the
                   keys of the expected row are compared. Packets are compared in order of id.
  NAME.sql, .rows  a query of the file itself and its rows, columns joined by `|`
  cmd, NAME.txt    lines `NAME: WORDS` run as `tapedeck WORDS` ($S the session, $D the case), the
                   expected standard output, then a line `exit N`
Lines that start with # in expected files say why the value is what it is.

Every session must pass `verify` too. --update writes the program's answers in place (the keys of
the old first row stay); read the diff before it is committed: expectations come from the
definitions, not from the program.

How values compare: numbers and numeric text by value; times by instant; absent, null and "" are
the same; where a number is expected and a list given, its length counts; lists have no order.
"""
import decimal
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from tap import Tap  # noqa: E402

TIME = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$")


def plain(value):
    """A value as something that compares by meaning."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return sorted(str(plain(v)) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    text = str(value)
    m = TIME.match(text)
    if m:
        return "%s.%sZ" % (m.group(1), (m.group(2) or "").ljust(9, "0"))
    try:
        return str(decimal.Decimal(text).normalize().__format__("f"))
    except decimal.InvalidOperation:
        return text


def fits(expected, actual):
    if isinstance(expected, list) and isinstance(actual, str):
        actual = actual.split("|")
    if isinstance(actual, list) and isinstance(expected, int):
        actual = len(actual)
    return plain(expected) == plain(actual)


def load(path):
    """(comments at the head, rows)"""
    with open(path, encoding="utf-8") as f:
        lines = f.read().splitlines()
    head = [x for x in lines if x.startswith("#")]
    return head, [x for x in lines if x.strip() and not x.startswith("#")]


class Case:
    def __init__(self, program, name, work):
        self.program, self.name = program, name
        self.dir = os.path.join(HERE, name)
        self.session = os.path.join(work, name + ".db")

    def tapedeck(self, *words):
        env = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC", NO_COLOR="1")
        return subprocess.run([self.program, *words], capture_output=True, text=True, env=env,
                              timeout=120, stdin=subprocess.DEVNULL)

    def expected_files(self, end):
        return sorted(n for n in os.listdir(self.dir) if n.endswith(end))

    def import_input(self):
        run = self.tapedeck("import", os.path.join(self.dir, "input.csv"), "--to", self.session)
        return run.returncode == 0, "exit %d\n%s" % (run.returncode, run.stderr)

    def query(self, kind):
        run = self.tapedeck("query", self.session, kind, "--format", "jsonl")
        if run.returncode not in (0, 1):
            raise RuntimeError("query %s: exit %d: %s" % (kind, run.returncode, run.stderr))
        rows = [json.loads(x, parse_float=str) for x in run.stdout.splitlines()]
        return sorted(rows, key=lambda r: int(r["id"])) if kind == "packets" else rows

    def check_query(self, name):
        expected = [json.loads(x, parse_float=str) for x in load(os.path.join(self.dir, name))[1]]
        actual = self.query(name[:-len(".jsonl")])
        diff = []
        for i in range(max(len(expected), len(actual))):
            want = expected[i] if i < len(expected) else None
            have = actual[i] if i < len(actual) else None
            if want is None:
                diff.append("row %d not expected: %s" % (i + 1, json.dumps(have)))
            elif have is None:
                diff.append("row %d is missing: %s" % (i + 1, json.dumps(want)))
            else:
                diff += ["row %d %s: expected %s, got %s" % (i + 1, k, json.dumps(v),
                                                             json.dumps(have.get(k)))
                         for k, v in want.items() if not fits(v, have.get(k))]
        return diff

    def update_query(self, name):
        path = os.path.join(self.dir, name)
        head, rows = load(path)
        keys = list(json.loads(rows[0])) if rows else []
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(x + "\n" for x in head)
            for row in self.query(name[:-len(".jsonl")]):
                f.write(json.dumps({k: row.get(k) for k in keys or row}) + "\n")

    def sql_rows(self, name):
        with open(os.path.join(self.dir, name), encoding="utf-8") as f:
            text = f.read()
        db = sqlite3.connect("file:%s?mode=ro" % self.session, uri=True)
        try:
            return ["|".join(str(v) for v in row) for row in db.execute(text)]
        finally:
            db.close()

    def commands(self):
        path = os.path.join(self.dir, "cmd")
        if not os.path.exists(path):
            return
        for line in load(path)[1]:
            name, words = line.split(":", 1)
            words = [w.replace("$S", self.session).replace("$D", self.dir)
                     for w in shlex.split(words)]
            run = self.tapedeck(*words)
            yield name.strip() + ".txt", run.stdout.splitlines() + ["exit %d" % run.returncode]

    def texts(self):
        for name in self.expected_files(".sql"):
            yield name[:-len(".sql")] + ".rows", self.sql_rows(name)
        yield from self.commands()

    def check(self, tap):
        good, why = self.import_input()
        if not tap.ok(good, "%s: imports" % self.name, why):
            return
        for name in self.expected_files(".jsonl"):
            diff = self.check_query(name)
            tap.ok(not diff, "%s: %s" % (self.name, name), diff)
        for name, have in self.texts():
            want = load(os.path.join(self.dir, name))[1]
            have = [x for x in have if x.strip()]
            tap.ok(want == have, "%s: %s" % (self.name, name),
                   ["expected " + x for x in want] + ["got      " + x for x in have])
        run = self.tapedeck("verify", self.session)
        tap.ok(run.returncode == 0, "%s: verifies" % self.name,
               "exit %d\n%s%s" % (run.returncode, run.stdout, run.stderr))

    def update(self):
        good, why = self.import_input()
        if not good:
            sys.exit("%s: %s" % (self.name, why))
        for name in self.expected_files(".jsonl"):
            self.update_query(name)
        for name, rows in self.texts():
            path = os.path.join(self.dir, name)
            head = load(path)[0] if os.path.exists(path) else []
            with open(path, "w", encoding="utf-8") as f:
                f.writelines(x + "\n" for x in head + rows)


def main():
    args = sys.argv[1:]
    update = args[:1] == ["--update"]
    program, names = args[update], args[update + 1:]
    names = names or sorted(n for n in os.listdir(HERE)
                            if os.path.exists(os.path.join(HERE, n, "input.csv")))
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-golden-") as work:
        for name in names:
            case = Case(os.path.abspath(program), name, work)
            if update:
                case.update()
                continue
            try:
                case.check(tap)
            except (RuntimeError, ValueError, OSError, KeyError, sqlite3.Error,
                    subprocess.TimeoutExpired) as e:
                tap.ok(False, "%s: runs" % name, repr(e))
    return 0 if update else tap.done()


if __name__ == "__main__":
    sys.exit(main())
