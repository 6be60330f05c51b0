#!/usr/bin/env python3
"""Prices to 1e-9 dollars and fractional sizes go through the program without loss.

usage: exact.py PROGRAM
"""
import csv
import io
import os
import re
import struct
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402

HEAD = "kind,ts,symbol,price,size,bid,bid_size,ask,ask_size,venue,cond,tape,id\n"
# price, size as they must come back: the sixth decimal of a size, the ninth of a price
PRINTS = (("187.182500001", "0.0015"), ("0.000000001", "0.000001"), ("187.1825", "100"),
          ("0.0001", "1234567.891011"), ("123456789.123456789", "3"), ("187.18", "0.5"))
TAPE = HEAD + "".join(
    "equity_quote,2026-01-15T15:00:0%d.000000001Z,XYZ,,,187.000000001,0.25,187.999999999,"
    "1.000001,,,,\n"
    "equity_print,2026-01-15T15:00:0%d.123456789Z,XYZ,%s,%s,,,,,D,@|I,C,id-%d\n" %
    (i, i, px, qty, i)
    for i, (px, qty) in enumerate(PRINTS))
TAPE += ("option_quote,2026-01-15T15:00:10Z,XYZ260220C00105000,,,1.000000001,10,1.02,10,,,,\n"
         "option_print,2026-01-15T15:00:11Z,XYZ260220C00105000,1.000000007,7,,,,,C,AUTO,,\n"
         "option_print,2026-01-15T15:00:12Z,XYZ260220C00105000,9000000000,2000000,,,,,C,AUTO,,\n")


def made(program, home, name, text):
    path, session = os.path.join(home, name + ".csv"), os.path.join(home, name + ".db")
    with open(path, "w") as f:
        f.write(text)
    program.made("import", path, "--to", session)
    return session


def digest(program, session):
    return re.search(r"digest\W+([0-9a-f]{16})", program.made("verify", session).stdout).group(1)


def written(program, session):
    """The whole session as Tape CSV, in the order of the engine."""
    rows, header = [], None
    for kind in ("options", "quotes", "equities", "equity-quotes"):
        text = program.run("query", session, kind, "--format", "tape").stdout
        header, *lines = text.splitlines() or [header]
        rows += lines
    recv = header.split(",").index("recv")
    return "\n".join([header] + sorted(rows, key=lambda r: r.split(",")[recv])) + "\n"


def round_trip(tap, program, home):
    first = made(program, home, "first", TAPE)
    text = written(program, first)
    second = made(program, home, "second", text)
    tap.ok(digest(program, first) == digest(program, second),
           "a tape of nine decimals, written and read again, gives the same digest")
    tap.ok(written(program, second) == text, "and the same text")
    got = [(r["price"], r["size"]) for r in csv.DictReader(io.StringIO(text))
           if r["kind"] == "equity_print"]
    tap.ok(got == list(PRINTS), "prices and sizes are those of the file", str(got))
    rows = program.rows(first, "equities")
    shown = [(str(r["price"]), str(r["size"])) for r in rows]
    tap.ok(shown == list(PRINTS), "as JSON, too", str(shown))
    table = program.made("query", first, "equities").stdout
    tap.ok("0.0015" in table and "1,234,567.891011" in table, "a screen shows 0.0015 shares", table)
    tap.ok(str(rows[0]["notional"]) == "0.28077375", "a product is rounded once, at 1e-9",
           str(rows[0]["notional"]))
    tap.ok([r["subpenny"] for r in rows] == [True, True, True, True, True, False],
           "what is no whole cent says so")


def overflow(tap, program, home):
    session = os.path.join(home, "first.db")
    rows = program.rows(session, "options")
    tap.ok(str(rows[0]["premium"]) == "700.0000049", "a premium has nine decimals as well",
           str(rows[0]["premium"]))
    tap.ok(rows[1]["premium"] is None and rows[1]["packet"] is None and
           str(rows[1]["price"]) == "9000000000.00",
           "a premium too large is unknown, the print kept", str(rows[1]))
    tap.ok(len(program.rows(session, "packets")) == 1, "it is in no packet")
    stats = {r["name"]: r["value"] for r in program.rows(session, "stats")}
    tap.ok(stats.get("deck.overflow") == "1", "and counted", str(stats.get("deck.overflow")))


def dbn(prices):
    """A DBN stream of version 1: one stock, a trade for each price."""
    def name(s, n):
        return s.encode().ljust(n, b"\0")
    day = 20260115
    metadata = (name("XNAS.ITCH", 16) + struct.pack("<HQQQQBBB", 0, 0, 0, 0, 0, 1, 0, 0) +
                bytes(47) + struct.pack("<I", 0) +
                struct.pack("<I", 1) + name("XYZ", 22) + struct.pack("<II", 0, 0) +
                struct.pack("<I", 1) + name("XYZ", 22) + struct.pack("<I", 1) +
                struct.pack("<II", day, day + 1) + name("7", 22))
    out = b"DBN\x01" + struct.pack("<I", len(metadata)) + metadata
    ns = 1768489200 * 10**9  # 2026-01-15T15:00:00Z
    for i, px in enumerate(prices):
        out += struct.pack("<BBHIQqIccBBQiI", 12, 0, 2, 7, ns + i, px, 100 + i, b"T", b"A", 0, 0,
                           ns + i, 0, i + 1)
    return out


def databento(tap, program, home):
    prices = (1, 999999999, 187182500001, 123456789123456789)
    path = os.path.join(home, "prices.dbn")
    with open(path, "wb") as f:
        f.write(dbn(prices))
    session = os.path.join(home, "dbn.db")
    program.made("import", path, "--to", session)
    got = [str(r["price"]) for r in program.rows(session, "equities")]
    want = ["0.000000001", "0.999999999", "187.182500001", "123456789.123456789"]
    tap.ok(got == want, "a DBN price of 1e-9 arrives whole", str(got))
    again = made(program, home, "dbn-again", written(program, session))
    back = [str(r["price"]) for r in program.rows(again, "equities")]
    tap.ok(back == want and digest(program, session) == digest(program, again),
           "and survives the way through text", str(back))


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-exact-") as home:
        program = Program(sys.argv[1], home)
        for check in (round_trip, overflow, databento):
            check(tap, program, home)
    return tap.done()


sys.exit(main())
