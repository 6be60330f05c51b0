#!/usr/bin/env python3
"""`tapedeck calendar` against published days and hours.

usage: hours.py PROGRAM

Days: NYSE holiday pages and history of special closings, as in the reference notes on conditions
(section E). Daylight time: the Energy Policy Act of 2005; and the system's own zone data where it
is installed.
"""
import csv
import datetime
import io
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import Program  # noqa: E402
from tap import Tap  # noqa: E402

CLOSED = {
    2025: "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
    2026: "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
    2027: "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24",
}
EARLY = {2025: "07-03 11-28 12-24", 2026: "11-27 12-24", 2027: "11-26"}
SPECIAL = ("1994-04-27 2001-09-11 2001-09-12 2001-09-13 2001-09-14 2004-06-11 2007-01-02 "
           "2012-10-29 2012-10-30 2018-12-05 2025-01-09").split()
# Sessions at which the clock of the opening changes: the last before a switch, the first after.
EDGES = {
    "2006-03-31": "14:30", "2006-04-03": "13:30", "2006-10-27": "13:30", "2006-10-30": "14:30",
    "2007-03-09": "14:30", "2007-03-12": "13:30", "2007-11-02": "13:30", "2007-11-05": "14:30",
    "2025-03-07": "14:30", "2025-03-10": "13:30", "2025-10-31": "13:30", "2025-11-03": "14:30",
    "2026-03-06": "14:30", "2026-03-09": "13:30", "2026-10-30": "13:30", "2026-11-02": "14:30",
}


def sessions(program, *words):
    text = program.made("calendar", *words, "--format", "csv").stdout
    return {row["date"]: row for row in csv.DictReader(io.StringIO(text))}


def clock(stamp):
    return stamp[11:16]


def published_years(tap, program):
    for year, closed in CLOSED.items():
        rows = sessions(program, str(year))
        day, want = datetime.date(year, 1, 1), []
        while day.year == year:
            if day.weekday() < 5 and "%02d-%02d" % (day.month, day.day) not in closed.split():
                want.append(day.isoformat())
            day += datetime.timedelta(1)
        tap.ok(list(rows) == want, "the sessions of %d are those published" % year,
               sorted(set(want) ^ set(rows)))
        early = [d[5:] for d, row in rows.items() if row["early"] == "true"]
        tap.ok(early == EARLY[year].split(), "the early closes of %d" % year, str(early))
        bad = [d for d in rows if (clock(rows[d]["close"]) in ("17:00", "18:00"))
               != (d[5:] in early)]
        tap.ok(not bad, "they close at 13:00 in New York", bad)
        tap.ok(all(row["basis"] == "known" for row in rows.values()), "%d is known" % year)


def history(tap, program):
    rows = sessions(program, "1990", "2060")
    tap.ok(min(rows) == "1990-01-02" and max(rows) == "2060-12-31", "1990 to 2060 in one answer",
           "%s %s" % (min(rows), max(rows)))
    open_days = [d for d in SPECIAL if d in rows]
    tap.ok(not open_days, "special closures are closed", open_days)
    wrong = ["%s %s" % (d, rows[d]["open"]) for d, at in EDGES.items()
             if clock(rows[d]["open"]) != at]
    tap.ok(not wrong, "daylight time switches between the right sessions", wrong)
    bases = {d[:4] for d, row in rows.items() if row["basis"] == "rule"}
    tap.ok(min(bases) == "2028", "years not yet published say they are by rule", min(bases))
    late = rows["2001-09-17"]
    tap.ok(clock(late["open"]) == "13:33" and late["note"], "a late open is late and says why",
           str(late))
    zone_data(tap, rows)


def zone_data(tap, rows):
    name = "every opening agrees with the system's zone data"
    try:
        import zoneinfo
        zone = zoneinfo.ZoneInfo("America/New_York")
    except Exception as e:
        tap.skip(name, str(e))
        return
    wrong = []
    for day, row in rows.items():
        if "open" in row["note"]:
            continue
        # Zone data of files end in 2037; what follows is the rule behind them.
        local = datetime.datetime.fromisoformat(day + "T09:30:00").replace(tzinfo=zone)
        utc = local.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M")
        if row["open"][:16] != utc and "Snow" not in row["note"]:
            wrong.append("%s %s" % (day, row["open"]))
    tap.ok(not wrong, name, wrong[:10])


def words(tap, program):
    one = sessions(program, "2026-11-27")
    tap.ok(list(one) == ["2026-11-27"], "one date gives one session")
    some = sessions(program, "2026-11-25", "20261130")
    tap.ok(list(some) == ["2026-11-25", "2026-11-27", "2026-11-30"], "a range has both its ends",
           str(list(some)))
    line = json.loads(program.made("calendar", "2026-11-27", "--format", "jsonl").stdout)
    tap.ok(line == {"date": "2026-11-27", "open": "2026-11-27T14:30:00.000000000Z",
                    "close": "2026-11-27T18:00:00.000000000Z", "early": True,
                    "note": "Day after Thanksgiving", "basis": "known"}, "the same as JSON",
           str(line))
    now = program.made("calendar").stdout.splitlines()
    tap.ok(abs(int(now[1][:4]) - datetime.date.today().year) <= 1, "by default this year", now[1])
    for args, code in ((["2026-13-01"], 2), (["1989"], 2), (["2061"], 2), (["2026", "2025"], 2),
                       (["2026-07-04"], 1), (["2026", "--format", "tape"], 2)):
        run = program.run("calendar", *args)
        tap.ok(run.returncode == code, "calendar %s: exit %d" % (" ".join(args), code),
               "exit %d %s" % (run.returncode, run.stderr))


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="tapedeck-hours-") as home:
        program = Program(sys.argv[1], home)
        for check in (published_years, history, words):
            check(tap, program)
    return tap.done()


sys.exit(main())
