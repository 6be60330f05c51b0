#!/usr/bin/env python3
"""The man page names everything the tables offer, and headers say what their functions promise."""
import os
import re
import shutil
import subprocess
import sys

from source import ROOT, Tap, code, files, matches, read

MAN = "man/tapedeck.1"
STRING = r'"((?:[^"\\]|\\.)*)"'


def table_rows(paths, declaration, key="name"):
    """First string, or the string of .key, of each row of the arrays and structs so declared."""
    names = []
    for path in paths:
        text = read(path)
        for start in re.finditer(declaration + r"[^;={()]*=\s*\{", code(text)):
            body = text[start.end():closing(code(text), start.end())]
            rows = re.findall(r"\." + key + r"\s*=\s*" + STRING, body)
            rows = rows or re.findall(r"\{\s*" + STRING, body)
            names += rows
    return names


def closing(text, at):
    """Index of the brace that closes the one before `at`."""
    depth = 1
    while depth and at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


def column_names():
    """Columns stand in arrays and in the macros that rows share."""
    text = "".join(read(p) for p in files(["src/view"], (".c", ".h"))
                   if re.search(r"/(column|field|greeks)", p))
    return (re.findall(r"\.name = " + STRING, text) +
            re.findall(r"\b[A-Z]+_COLUMN\(\s*" + STRING + r"\s*,", text))


def bound_actions():
    """The actions of the lines `bind CONTEXT KEY ACTION`."""
    text = "".join(read(p) for p in files(["data"], ("keys.conf",)))
    return re.findall(r"^bind\s+\S+\s+\S+\s+(\w+)", text, re.M)


def macro_names(path, macro):
    """Second argument of each X(...) row of an X-macro list, empty ones left out."""
    body = re.search(r"#define " + macro + r"\(X\)((?:.*\\\n)*.*)", read(path)).group(1)
    return [n for n in re.findall(r"X\(\w+,\s*" + STRING, body) if n]


def man_text():
    """The page as words: roff's escapes for dashes and fonts taken out."""
    text = read(MAN)
    text = re.sub(r"\\f[BIRP]|\\&|\\\|", "", text)
    return text.replace("\\-", "-").replace("\\(aq", "'").replace("\\e", "\\")


def missing(names, page, dashes=""):
    return ["%s%s" % (dashes, n) for n in sorted(set(names))
            if not re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(dashes + n), page)]


# By our naming these say all there is; so does a function that reads one thing of its object.
SELF_EVIDENT = re.compile(r"_(create|destroy|init|finish|open|close|free|reset|copy|get|name"
                          r"|sentence|count)$")
GETTER = re.compile(r"(?!void )[\w ]+[ *]\w+\((const )?struct \w+ \*\w+\);")
PROTOTYPE = re.compile(r"(?!static|typedef|#)[a-z_][\w \*]*?\b([a-z_]\w*)\(")


def bare_functions(path):
    """Prototypes in paragraphs without a comment: what stands together is explained together."""
    at, found = 1, []
    for paragraph in read(path).split("\n\n"):
        for n, line in enumerate(paragraph.split("\n"), at):
            m = PROTOTYPE.match(line)
            if m and "/*" not in paragraph and not (SELF_EVIDENT.search(m.group(1)) or
                                                    GETTER.match(line)):
                found.append("%s:%d: %s" % (path, n, m.group(1)))
        at += paragraph.count("\n") + 2
    return found


def check_page(tap, page):
    sources = files(["src", "tui"], (".c",))
    headers = [p for p in files(["src", "tui"], (".h",))]
    tables = [
        ("command", table_rows(sources, r"const struct command \w+"), ""),
        ("option", table_rows([p for p in sources if p.startswith("src/command/")],
                              r"const struct arg_option \w+\[\w*\]"), "--"),
        ("column", column_names(), ""),
        ("action", table_rows(sources, r"const struct action \w+\[\w*\]") + bound_actions(), ""),
        ("feed", re.findall(r"\.scheme = " + STRING, "".join(map(read, sources))), ""),
        ("column map", [os.path.basename(p)[:-4] for p in files(["data/maps"], (".map",))], ""),
        ("feed option", table_rows(sources, r"const struct feed_option \w+\[\w*\]", "key"), ""),
        ("side reason", macro_names("src/event/record.h", "SIDE_REASONS"), ""),
        ("reason of refusal", macro_names("src/feed/feed.h", "DROP_REASONS"), ""),
    ]
    for what, names, dashes in tables:
        absent = missing(names, page, dashes)
        tap.ok(not absent, "every %s is in the man page (%d)" % (what, len(set(names))), absent)
    options = set(tables[1][1])
    told = {(p, o) for p, text in ((MAN, page), ("README.md", read("README.md")))
            for o in re.findall(r"(?<![\w-])--([a-z][a-z-]*)", text)}
    gone = ["%s: --%s" % hit for hit in sorted(told) if options and hit[1] not in options]
    tap.ok(not gone, "the documents name no option that is not there", gone)
    bare = [hit for p in headers for hit in bare_functions(p)]
    tap.ok(headers and not bare, "every public function has a comment", bare)


def main():
    tap = Tap()
    if not os.path.exists(os.path.join(ROOT, MAN)):
        tap.ok(False, "there is a man page")
        return tap.done()
    check_page(tap, man_text())
    tool = shutil.which("groff")
    if not tool:
        tap.skip("the man page is clean roff", "groff is not installed")
    else:
        run = subprocess.run([tool, "-t", "-man", "-ww", "-Tutf8", "-z", os.path.join(ROOT, MAN)],
                             capture_output=True, text=True)
        tap.ok(run.returncode == 0 and not run.stderr, "the man page is clean roff", run.stderr)
    links = [m for p in ("README.md", "CHANGELOG.md")
             for m in re.findall(r"\]\(((?!https?:|#)[^)]+)\)", read(p))]
    dead = [x for x in links if not os.path.exists(os.path.join(ROOT, x.split("#")[0]))]
    tap.ok(not dead, "links in README and CHANGELOG lead somewhere", dead)
    here = matches(["README.md", "CHANGELOG.md", MAN], r"not (yet )?implemented|coming soon",
                   of=lambda t: t)
    tap.ok(not here, "the documents promise nothing that is not there", here)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
