#!/usr/bin/env python3
"""No figure of a detector stands among the parameters of the synthetic market: a generator tuned to
its detectors proves nothing about them. Compared are figures of one meaning: durations with
durations, sizes with sizes, money with money, shares of the whole with shares of the whole.

usage: constants.py BUILD_DIR [FILE...] (FILE: further files read as if they were the market's)
"""
import re
import sys

from source import COMMENT_OR_STRING, Tap, files, read

POLICY = "struct deck_policy deck_policy_default(void)\n{"
UNITS = {"NS_PER_US": 10**3, "NS_PER_MS": 10**6, "NS_PER_SEC": 10**9, "QTY_ONE": 1, "PX_ONE": 1}
# Meaning by how a name ends: durations are in ns, sizes in contracts or shares, money in dollars,
# shares in 1/1000. Counts are of prints or parts.
MEANINGS = [
    (r"_(ns|us|ms)$|_NS$", "duration"),
    (r"(_qty|_lots|_size|^lots|^shares|^sizes|^few|_shares)$", "size"),
    (r"(premium|notional|dollars)$", "money"),
    (r"(_pct|_bp|_permille)$", "share"),
    (r"(_min|^least|^most)$", "count"),
]
SCALE = {"_pct": 10, "_bp": 0.1, "_us": 10**3, "_ms": 10**6}
# Sizes in these files are shares, elsewhere contracts; so are those of policy fields eq_...
OF_STOCKS = ("print.c", "stock.c", "auction.c")
# A number of ticks, and one of packets: no parameter here is one.
POLICY_SKIP = {"wide_ticks", "baseline_min"}


def meaning(name):
    for pattern, what in MEANINGS:
        if re.search(pattern, name):
            return what
    return None


def scaled(name, value):
    for end, factor in SCALE.items():
        if name.endswith(end):
            return value * factor
    return value


def number(text):
    """Value of a product of literals and units, or None."""
    value = 1
    text = re.sub(r"U?INT64_C\((\d+)\)", r"\1", text).strip("() \n")
    for op, part in re.findall(r"([*/]?)\s*(\w+)", text):
        factor = int(part.rstrip("uUlL")) if part[0].isdigit() and part.rstrip("uUlL").isdigit() \
            else UNITS.get(part)
        if factor is None:
            return None
        value = value / factor if op == "/" else value * factor
    return value


def thresholds(text):
    """(field, meaning, value) of the policy's defaults."""
    body = re.search(r"deck_policy_default\(void\)\s*\{(.*?)\n\}", text, re.S).group(1)
    for field, value in re.findall(r"\.(\w+)\s*=\s*([^,\n]+),", body):
        v = number(value)
        what = meaning(field)
        if v and what:
            yield field, what, scaled(field, v)
        elif v and field not in POLICY_SKIP:
            yield field, None, v


def fields(declaration):
    """Names of the members of a struct body, in order, arrays as one."""
    names = []
    for line in declaration.split(";"):
        names += re.findall(r"(\w+)(?:\[[^]]*\])?\s*(?:,|$)", line.strip())
    return names


def split(body):
    """Elements of an initialiser at its own depth."""
    parts, depth, start = [], 0, 0
    for at, c in enumerate(body):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(c, 0)
        if c == "," and depth == 0:
            parts.append(body[start:at].strip())
            start = at + 1
    return [p for p in parts + [body[start:].strip()] if p]


def flat(element):
    """Rows of an initialiser: a list of lists of values."""
    element = re.sub(r"^\[\w+\]\s*=\s*", "", element)
    return split(element[1:-1]) if element.startswith("{") else [element]


STRUCT = re.compile(r"(?:static const )?struct(?: \w+)? \{([^{}]*)\}\s*(\w+)(\[[^]]*\])?\s*=\s*\{(.*?)\};",
                    re.S)
ARRAY = re.compile(r"static const u?int\d+_t (\w+)\[\w*\]\s*=\s*\{(.*?)\};", re.S)
DEFINE = re.compile(r"#define (\w+)\s+(.+)")


def parameters(text):
    """(name, value) of the constants and tables of a C file; literals in a duration's expression."""
    text = COMMENT_OR_STRING.sub(" ", text)
    for body, _, many, init in STRUCT.findall(text):
        names = fields(body)
        for row in ([flat(r) for r in split(init)] if many else [split(init)]):
            for name, value in zip(names, row):
                yield name, number(value)
    for name, init in ARRAY.findall(text):
        for value in split(init):
            yield name, number(value)
    for name, value in DEFINE.findall(text):
        yield name, number(value)
    # Figures inside functions: a literal time anywhere, a literal size where one is drawn.
    for value in re.findall(r"(?:U?INT64_C\()?\d+\)? ?\* ?NS_PER_\w+(?: ?/ ?\d+)?", text):
        yield "literal_ns", number(value)
    for value in re.findall(r"\bNS_PER_\w+(?: ?/ ?\d+)?", text):
        if not re.search(r"[*] ?" + re.escape(value), text):
            yield "literal_ns", number(value)
    for first, second in re.findall(r"\b(?:qty|size)\w* = (\d+) \+ (\d+)?", text):
        yield "literal_size", int(first)
    for lot, least in re.findall(r"\b(?:qty|size)\w* = (\d+) \* \((\d+) \+", text):
        yield "literal_size", int(lot) * int(least)
    for value in re.findall(r"chance_permille\([^,]+, (\d+)\)", text):
        yield "literal_permille", int(value)


def table(path):
    for line in read(path).splitlines():
        cells = line.split("\t")
        if not line.startswith("#") and len(cells) > 1 and all(c.isdigit() for c in cells[1:]):
            for cell in cells[1:]:
                yield cells[0], int(cell)


def collisions(limits, path, found):
    for name, value in found:
        what = meaning(name)
        for field, of, limit in limits:
            # Shares of orders are no shares of a price: only names of spread and width compare.
            if what == "share" and not re.search(r"spread|half|wide|move|apart", name):
                continue
            if what == "size" and field.startswith("eq_") != path.endswith(OF_STOCKS):
                continue
            if of == what and value is not None and scaled(name, value) == limit:
                yield "%s: %s = %s is the detector's %s" % (path, name, value, field)


def main():
    tap = Tap()
    homes = [p for p in files(["src/deck"], (".c",)) if POLICY in read(p)]
    if not tap.ok(len(homes) == 1, "the policy's defaults are found", homes):
        return tap.done()
    every = list(thresholds(read(homes[0])))
    limits = [t for t in every if t[1]]
    unknown = ["%s = %s" % (f, v) for f, what, v in every if not what]
    tap.ok(len(limits) >= 8 and not unknown, "every threshold of the policy has a meaning", unknown)
    paths = files(["src/feed/market"], (".c", ".h")) + ["src/feed/synthetic.c"] + sys.argv[2:]
    hits, seen = [], 0
    for path in paths:
        found = [p for p in parameters(read(path)) if p[1] is not None]
        seen += len(found)
        hits += collisions(limits, path, found)
    rows = list(table("data/market_profiles.tsv"))
    hits += collisions(limits, "data/market_profiles.tsv", rows)
    tap.note("%d thresholds, %d parameters, %d in the profiles" % (len(limits), seen, len(rows)))
    tap.ok(seen > 150 and rows, "the market's parameters are found")
    tap.ok(not hits, "no threshold of a detector stands among them", hits)
    planted = [("gap_ns", 100 * 10**6), ("block_lots", 500), ("wide_permille", 250)]
    caught = list(collisions(limits, "planted", planted))
    tap.ok(all(any(n in c for c in caught) for n, _ in planted), "planted ones are found", caught)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
