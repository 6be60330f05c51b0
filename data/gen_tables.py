#!/usr/bin/env python3
"""Turns the reference tables of this folder into one C file (declared in src/event/table.h).

    gen_tables.py OUT.c FOLDER

Every table is checked first; an error names file and line and ends the build.
"""
import datetime
import os
import sys

FAMILIES = ("regular iso auction cross floor multi_leg stock_tied proprietary compression late "
            "cancel extended").split()
MODES = "regular average derivative contingent prior_ref late cross extended not_a_trade".split()
# Strictest first: which reading of a letter holds when the tape is not known.
MODE_RANK = ("not_a_trade average contingent derivative prior_ref late extended cross "
             "regular").split()
KINDS = "exchange trf adf ats sip".split()
USES = {"v": "USE_VOLUME", "h": "USE_HIGH_LOW", "l": "USE_LAST", "f": "USE_LAST_IF_FIRST",
        "s": "USE_SIDE", "w": "USE_SIDE_WEAK", "p": "USE_SWEEP", "d": "USE_DARK_LEVEL",
        "i": "USE_ISO"}
WEEKDAYS = "mon tue wed thu fri sat sun".split()
ANNOUNCED = 2027  # the last year whose days are published; later ones are by rule
OPTION_IDS = range(1, 64)


class Row(dict):
    """A table row that knows where it stands."""

    def __init__(self, path, line, fields):
        super().__init__(fields)
        self.path, self.line = path, line

    def fail(self, why):
        sys.exit(f"{self.path}:{self.line}: {why}")

    def number(self, key):
        if not self[key].isdigit():
            self.fail(f"{key} is not a number: {self[key]!r}")
        return int(self[key])

    def numbers(self, key):
        """A comma list of numbers; "-" is an empty one."""
        if self[key] == "-":
            return []
        parts = self[key].split(",")
        for part in parts:
            if not part.isdigit():
                self.fail(f"{key} is not a list of numbers: {self[key]!r}")
        return [int(part) for part in parts]

    def word(self, key, known):
        if self[key] not in known:
            self.fail(f"{key} {self[key]!r} is none of: {' '.join(known)}")
        return self[key]

    def letter(self, key):
        c = " " if self[key] == "blank" else self[key]
        if len(c) != 1 or not " " <= c <= "~":
            self.fail(f"{key} must be one letter: {self[key]!r}")
        return c


def read(folder, name, columns):
    path = os.path.join(folder, name)
    rows, head = [], None
    with open(path, encoding="ascii") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#") or not line.strip():
                continue
            fields = line.rstrip("\n").split("\t")
            if head is None:
                head = fields
                if head != columns.split():
                    sys.exit(f"{path}:{number}: columns must be: {columns}")
                continue
            if len(fields) != len(head) or "" in fields:
                sys.exit(f"{path}:{number}: {len(fields)} fields, wanted {len(head)}, none empty")
            rows.append(Row(path, number, zip(head, fields)))
    if not rows:
        sys.exit(f"{path}:1: no rows")
    return rows


def place(table, row, what, key, value, size):
    """table[key] = value, once."""
    at = ord(key) if isinstance(key, str) else key
    if not 0 <= at < size:
        row.fail(f"{what} {key!r} is out of range")
    if table.get(at, value) != value or at in table:
        row.fail(f"{what} {key!r} is given twice")
    table[at] = value


def c_string(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_char(c):
    return "0" if not c else f"'\\{c}'" if c in "'\\" else f"'{c}'"


def c_use(row):
    bits = [] if row["counts"] == "-" else list(row["counts"])
    if len(set(bits)) != len(bits) or any(b not in USES for b in bits):
        row.fail(f"counts {row['counts']!r} must be different letters of: {' '.join(USES)}")
    if {"s", "w"} <= set(bits) or {"l", "f"} <= set(bits):
        row.fail(f"counts {row['counts']!r}: s and w, l and f exclude each other")
    return " | ".join(USES[b] for b in bits) or "0"


def c_table(out, kind, name, table, size, chars=False):
    out.append(f"const {kind} {name}[{size}] = {{")
    for at, value in sorted(table.items()):
        out.append(f"    [{at}] = {c_char(value) if chars else value},")
    if not table:
        out.append("    0,")
    out.append("};\n")


def c_sides(out, kind, name, tables, size):
    out.append(f"const {kind} {name}[{len(tables)}][{size}] = {{")
    for table in tables:
        cells = ", ".join(f"[{at}] = {value}" for at, value in sorted(table.items()))
        out.append(f"    {{{cells or 0}}},")
    out.append("};\n")


def venues(out, folder):
    rows = read(folder, "venues.tsv",
                "id mic name side kind letter finds theta massive publisher source")
    letters, thetas, massives = ({}, {}), ({}, {}), ({}, {})
    publishers, mics, last = {}, {}, 0
    for row in rows:
        number, side = row.number("id"), "OE".index(row.word("side", ["O", "E"]))
        row.word("kind", KINDS)
        if number <= last or number > 255:
            row.fail("ids must grow and stay below 256")
        if (number in OPTION_IDS) != (side == 0):
            row.fail("option venues take the ids 1..63 and equity venues those from 64")
        last = number
        if row["mic"] in mics:
            row.fail(f"MIC {row['mic']} is given twice")
        mics[row["mic"]] = number
        if row["finds"] != "-":
            for c in row["finds"].split(","):
                place(letters[side], row, "letter", c, number, 128)
        for code in row.numbers("theta"):
            place(thetas[side], row, "ThetaData code", code, number, 256)
        for code in row.numbers("massive"):
            place(massives[side], row, "Massive id", code, number, 512)
        for code in row.numbers("publisher"):
            place(publishers, row, "publisher", code, number, 256)
    out.append("const struct venue venue_rows[] = {")
    for row in rows:
        first = {k: (row.numbers(k) or [-1])[0] for k in ("theta", "massive")}
        letter = "" if row["letter"] == "-" else row.letter("letter")
        out.append(f"    [{row['id']}] = {{{c_string(row['mic'])}, {c_string(row['name'])}, "
                   f"'{row['side']}', VENUE_{row['kind'].upper()}, {c_char(letter)}, "
                   f"{first['theta']}, {first['massive']}, {c_string(row['source'])}}},")
    out.append(f"}};\nconst uint16_t venue_rows_n = {last + 1};\n")
    c_sides(out, "uint8_t", "venue_letters", letters, 128)
    c_sides(out, "uint8_t", "venue_thetas", thetas, 256)
    c_sides(out, "uint8_t", "venue_massives", massives, 512)
    c_table(out, "uint8_t", "venue_publishers", publishers, 256)
    out.append("const uint8_t venue_mics[] = {"
               + ", ".join(str(n) for _, n in sorted(mics.items())) + "};")
    out.append(f"const size_t venue_mics_n = {len(mics)};\n")


# What the short names of the source columns stand for, as people read them.
SOURCES = (("conditions A", "OPRA recipient specification, last-sale types"),
           ("conditions B", "CTA and UTP specifications, sale conditions"),
           ("microstructure 4", "tapedeck's reading by families of conditions"))


def c_source(row):
    text = row["source"]
    for name, words in SOURCES:
        text = text.replace(name, words)
    return c_string(text)


def c_cond(row, tape, mnemonic, family):
    forbids = "" if row["forbids"] == "-" else row["forbids"]
    return (f"    {{{c_char(row.letter('letter'))}, {c_char(tape)}, {c_string(mnemonic)}, "
            f"{c_string(row['meaning'])},\n     {family}, {c_use(row)},\n"
            f"     {c_string(forbids)}, {c_source(row)}}},")


def unknown(family, tape):
    return (f"    {{0, {c_char(tape)}, \"?\", \"not in our tables\", {family}, USE_VOLUME,\n"
            "     \"everything but volume: its meaning is not known\", \"\"},")


def option_conditions(out, folder):
    rows = read(folder, "opra_conditions.tsv",
                "letter names meaning family counts theta massive forbids source")
    at, names, theta, massive = {}, {}, {}, {}
    out.append("const struct cond cond_option_rows[] = {")
    out.append(unknown("COND_UNKNOWN", ""))
    for number, row in enumerate(rows, 1):
        letter = row.letter("letter")
        place(at, row, "letter", letter, number, 128)
        for name in row["names"].split(","):
            if name in names:
                row.fail(f"name {name} is given twice")
            names[name] = letter
        for code in row.numbers("theta"):
            place(theta, row, "ThetaData code", code, letter, 256)
        for code in row.numbers("massive"):
            place(massive, row, "Massive id", code, letter, 512)
        family = "COND_" + row.word("family", FAMILIES).upper()
        out.append(c_cond(row, "", row["names"].split(",")[0], family))
    out.append("};\n")
    c_table(out, "uint8_t", "cond_option_at", at, 128)
    c_table(out, "char", "cond_option_theta", theta, 256, chars=True)
    c_table(out, "char", "cond_option_massive", massive, 512, chars=True)
    out.append("const struct cond_name cond_option_names[] = {")
    out.extend(f"    {{{c_string(n)}, {c_char(c)}}}," for n, c in sorted(names.items()))
    out.append(f"}};\nconst size_t cond_option_names_n = {len(names)};\n")


def stricter(rows, a, b):
    return min(a, b, key=lambda n: MODE_RANK.index(rows[n - 1]["mode"]))


def equity_conditions(out, folder):
    """Lookups by tape: 0 CTA, 1 UTP, 2 not known."""
    rows = read(folder, "sip_conditions.tsv",
                "letter tape meaning mode counts theta massive forbids source")
    at, massive, theta = ({}, {}, {}), ({}, {}, {}), {}
    out.append("const struct cond cond_equity_rows[] = {")
    out.append(unknown("PRICE_REGULAR", "*"))
    for number, row in enumerate(rows, 1):
        letter, tape = row.letter("letter"), row.word("tape", ["A", "C", "*"])
        for k in {"A": [0], "C": [1], "*": [0, 1]}[tape]:
            place(at[k], row, f"letter of tape {'AC'[k]}", letter, number, 128)
            for code in row.numbers("massive"):
                place(massive[k], row, f"Massive id of tape {'AC'[k]}", code, letter, 512)
        for code in row.numbers("theta"):
            place(theta, row, "ThetaData code", code, letter, 256)
        mnemonic = "@" if letter == " " else letter
        out.append(c_cond(row, tape, mnemonic, "PRICE_" + row.word("mode", MODES).upper()))
    out.append("};\n")
    for key in set(at[0]) | set(at[1]):
        a, c = at[0].get(key), at[1].get(key)
        at[2][key] = stricter(rows, a or c, c or a)
        at[0].setdefault(key, c)
        at[1].setdefault(key, a)
    for key in set(massive[0]) | set(massive[1]):
        a, c = massive[0].get(key), massive[1].get(key)
        # Without a tape, the letter that reads the same everywhere: the one only UTP defines.
        massive[2][key] = c or a
        massive[0].setdefault(key, c)
        massive[1].setdefault(key, a)
    c_sides(out, "uint8_t", "cond_equity_at", at, 128)
    c_sides(out, "char", "cond_equity_massive",
            [{k: c_char(v) for k, v in m.items()} for m in massive], 512)
    c_table(out, "char", "cond_equity_theta", theta, 256, chars=True)
    known = {chr(key) for key in at[2]}
    bits = {}
    for row in read(folder, "lean_mask.tsv", "bit letter name source"):
        if row.letter("letter") not in known:
            row.fail(f"letter {row['letter']!r} is not in sip_conditions.tsv")
        place(bits, row, "bit", row.number("bit"), row.letter("letter"), 32)
    c_table(out, "char", "cond_lean_bits", bits, 32, chars=True)


def nth_weekday(year, month, weekday, nth):
    """nth from 1; 0 is the last."""
    if nth == 0:
        day = datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)
        return day - datetime.timedelta((day.weekday() - weekday) % 7)
    day = datetime.date(year, month, 1)
    return day + datetime.timedelta((weekday - day.weekday()) % 7 + 7 * (nth - 1))


def easter(year):
    """Gregorian Easter Sunday (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    day = (h + m - 7 * n + 33 * month + 19) % 32
    return datetime.date(year, month, day)


def date_of(row, year):
    when = row["when"]
    if when == "easter-2":
        return easter(year) - datetime.timedelta(2)
    if when == "thanksgiving+1":
        return nth_weekday(year, 11, 3, 4) + datetime.timedelta(1)
    try:
        if " " in when:
            which, month = when.split()
            nth, weekday = which.split("-")
            return nth_weekday(year, int(month), WEEKDAYS.index(weekday),
                               0 if nth == "last" else int(nth))
        month, day = when.split("-")
        return datetime.date(year, int(month), int(day))
    except ValueError:
        row.fail(f"when {when!r} is not a day of {year}")


def moved(row, day):
    """The day as kept, or None when it is not kept in its year."""
    shift, weekday = row["shift"], day.weekday()
    if shift.startswith("days:"):
        days = shift[5:].split(",")
        for d in days:
            if d not in WEEKDAYS:
                row.fail(f"shift {shift!r}: {d!r} is not a weekday")
        return day if WEEKDAYS[weekday] in days else None
    if shift not in ("-", "sun", "both"):
        row.fail(f"shift {shift!r} is none of: - sun both days:...")
    if weekday == 6 and shift != "-":
        return day + datetime.timedelta(1)
    if weekday == 5:
        return day - datetime.timedelta(1) if shift == "both" else None
    return day if weekday < 5 else None


def minutes(row, key, usual):
    text = row[key]
    if text == "closed":
        return -1
    if text == "-":
        return usual
    hours, sep, rest = text.partition(":")
    if not (sep and hours.isdigit() and rest.isdigit() and int(rest) < 60):
        row.fail(f"{key} {text!r} is not hh:mm")
    value = int(hours) * 60 + int(rest)
    if not 9 * 60 + 30 <= value <= 16 * 60:
        row.fail(f"{key} {text!r} lies outside 09:30-16:00")
    return value


def holidays(out, folder):
    rows = read(folder, "holidays.tsv", "from to when shift open close name basis source")
    days, years = {}, set()
    for row in rows:
        first, last = row.number("from"), row.number("to")
        if not 1990 <= first <= last <= 2099:
            row.fail(f"years {first}..{last} are not in order or out of range")
        row.word("basis", ["rule", "listed"])
        opens, closes = minutes(row, "open", 570), minutes(row, "close", 960)
        if (opens < 0) != (closes < 0) or (opens >= 0 and opens >= closes):
            row.fail("open and close do not make a session")
        for year in range(first, last + 1):
            years.add(year)
            day = moved(row, date_of(row, year))
            if day is None:
                continue
            old = days.get(day)
            if old and not (old[0] < 0 or opens < 0):
                row.fail(f"{day} is given twice")
            if old and old[0] < 0:
                if opens < 0:
                    row.fail(f"{day} is closed twice")
                continue
            by_rule = " (by rule)" if year > ANNOUNCED else ""
            days[day] = (opens, closes, row["name"] + by_rule)
    out.append("const struct holiday holiday_rows[] = {")
    for day, (opens, closes, name) in sorted(days.items()):
        out.append(f"    {{{day:%Y%m%d}, {opens}, {closes}, {c_string(name)}}},")
    out.append(f"}};\nconst size_t holiday_rows_n = {len(days)};")
    out.append(f"const int32_t holiday_first_year = {min(years)};")
    out.append(f"const int32_t holiday_last_year = {max(years)};")
    out.append(f"const int32_t holiday_announced_year = {ANNOUNCED};")


def roots(out, folder):
    rows = read(folder, "roots.tsv",
                "root underlying index settlement style multiplier note source")
    names = {}
    for row in rows:
        name = row["root"]
        ending = len(name) == 2 and name[0] == "*" and name[1].isdigit()
        if not ending and not (1 <= len(name) <= 6 and name.isascii() and name.isalpha()
                               and name.isupper()):
            row.fail(f"root {name!r} is neither letters nor an ending such as *7")
        if name in names:
            row.fail(f"root {name} is given twice")
        under = row["underlying"]
        names[name] = (f"    {{{c_string(name)}, {c_string('' if under == '-' else under)}, "
                       f"{c_string(row['note'])}, {c_string(row['source'])},\n"
                       f"     {'true' if row.word('index', ['yes', 'no']) == 'yes' else 'false'}, "
                       f"SETTLE_{row.word('settlement', ['am', 'pm']).upper()}, "
                       f"STYLE_{row.word('style', ['american', 'european']).upper()}, "
                       f"{row.number('multiplier')}}},")
        if not 1 <= row.number("multiplier") <= 10000:
            row.fail("multiplier is out of range")
    out.append("const struct root root_rows[] = {")
    out.extend(text for _, text in sorted(names.items()))
    out.append(f"}};\nconst size_t root_rows_n = {len(names)};")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    out = ["/* Generated by data/gen_tables.py from data/<name>.tsv; do not edit. */",
           '#include "event/table.h"\n']
    for table in (venues, option_conditions, equity_conditions, holidays, roots):
        table(out, sys.argv[2])
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write("\n".join(out) + "\n")


main()
