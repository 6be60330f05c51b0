#!/usr/bin/env python3
"""Who may include whom, one line a layer, and which folder alone may touch which library.

usage: layers.py BUILD_DIR (where headers are generated)
"""
import os
import re
import sys

from source import ROOT, Tap, files, matches, read

# layer: our layers or single headers it may include besides its own; libraries
LAYERS = {
    "base":    ("", "xxhash pthread"),
    "event":   ("base", ""),
    "price":   ("base", ""),
    "feed":    ("base event", "uv msgpack zstd zlib"),
    "book":    ("base event price/value.h", ""),
    "flow":    ("base event book price/value.h", "xxhash"),
    "store":   ("base event", "sqlite3 pthread zstd"),
    "deck":    ("base event price/value.h book flow", "xxhash"),
    "view":    ("base event price/value.h store/query.h", ""),
    "score":   ("base event store/query.h feed/csv.h feed/input.h", ""),
    "play":    ("base event feed/feed.h store deck view/tape.h view/when.h", "pthread"),
    "account": ("base event feed/feed.h deck store play/recorded.h", ""),
    "carry":   ("base event deck/deck.h store", ""),
    "health": ("base event deck/deck.h", ""),
    "marks":   ("base event store", ""),
    "source":  ("base feed", ""),
    "session": ("base event feed book flow store deck view play account.h carry.h health.h marks.h "
                "session_state.h source.h", "uv"),
    "session_state": ("base event feed store deck view play carry.h rotation.h session.h "
                      "source.h", "uv"),
    "session_view": ("base event store deck play health.h session_state.h", "uv"),
    "rotation": ("base event feed store deck session.h session_state.h source.h", "uv"),
    "command": ("base event feed price book flow store deck view play score carry.h session.h "
                "tui/tui.h", "uv"),
    "tui":     ("base event view store/query.h play/transport.h session.h health.h command/command.h", "uv curses pthread"),
    "main":    ("command store/store.h", ""),
}
# library: its headers, and the only files that may include them (beyond the layer's own line)
LIBRARIES = {
    "uv":      (r"uv\.h", r"."),
    "sqlite3": (r"sqlite3\.h", r"^src/store/"),
    "msgpack": (r"msgpack(\.h|/.*)", r"^src/feed/(alpaca|capture)[a-z_]*\.[ch]$"),
    "zstd":    (r"zstd(_errors)?\.h", r"."),
    "zlib":    (r"zlib\.h", r"."),
    "xxhash":  (r"xxhash\.h", r"."),
    "pthread": (r"pthread\.h|threads\.h|semaphore\.h", r"."),
    "curses":  (r"(.*/)?(n?curses|panel|term|form|menu)\.h", r"^tui/term\.c$"),
}
LIBC = set("""assert complex ctype dirent dlfcn endian errno fcntl fenv float fnmatch getopt glob
    inttypes langinfo libgen limits locale math netdb poll pwd regex sched setjmp signal stdalign
    stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings syslog termios
    time uchar unistd wchar wctype sys/auxv sys/eventfd sys/file sys/ioctl sys/mman sys/random sys/resource
    sys/select sys/socket sys/stat sys/statvfs sys/syscall sys/time sys/timerfd sys/types sys/uio
    sys/un sys/wait arpa/inet netinet/in""".split())

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def layer_of(path):
    """src/feed/x.c -> feed, src/session.h -> session, tui/x.c -> tui."""
    parts = path.split("/")
    if parts[0] == "tui":
        return "tui"
    return parts[1] if len(parts) > 2 else os.path.splitext(parts[1])[0]


def header_path(name):
    """Path of one of our headers, or None; headers are included from src/ or from the root."""
    for folder in ("src", "."):
        path = os.path.normpath(os.path.join(folder, name))
        if os.path.exists(os.path.join(ROOT, path)):
            return path
    return None


def check_ours(path, layer, name, generated):
    target = header_path(name)
    if target is None:
        if os.path.basename(name) in generated:
            return None
        return "%s: no file %s in src/ or tui/ (include by the path from src/)" % (path, name)
    allowed = LAYERS[layer][0].split()
    if layer_of(target) in allowed + [layer] or name in allowed:
        return None
    return "%s: layer %s may not include %s" % (path, layer, name)


def check_library(path, layer, name):
    for library, (headers, where) in LIBRARIES.items():
        if re.fullmatch(headers, name):
            if library not in LAYERS[layer][1].split():
                return "%s: layer %s may not include <%s>" % (path, layer, name)
            if not re.search(where, path):
                return "%s: <%s> belongs in %s alone" % (path, name, where)
            return None
    if name.endswith(".h") and name[:-2] in LIBC:
        return None
    return "%s: <%s> is neither libc nor a library listed in layers.py" % (path, name)


def main():
    generated = {n for _, _, names in os.walk(sys.argv[1]) for n in names if n.endswith(".h")}
    tap = Tap()
    paths = files(["src", "tui"], (".c", ".h"))
    tap.ok(paths, "there are sources to look at")
    found = {layer: [] for layer in LAYERS}
    unknown = []
    for path in paths:
        layer = layer_of(path)
        if layer not in LAYERS:
            unknown.append("%s: no layer %s in layers.py" % (path, layer))
            continue
        for quote, name in INCLUDE.findall(read(path)):
            problem = (check_library(path, layer, name) if quote == "<"
                       else check_ours(path, layer, name, generated))
            if problem:
                found[layer].append(problem)
    tap.ok(not unknown, "every file belongs to a layer", unknown)
    for layer, problems in found.items():
        tap.ok(not problems, "%s includes only what it may see" % layer, problems)

    engine = files(["src/deck", "src/book", "src/flow"], (".c", ".h"))
    clock = (r"\b(clock_\w+|time|gettimeofday|localtime(_r)?|gmtime(_r)?|mktime|uv_now|uv_hrtime"
             r"|rand|random|getrandom)\s*\(")
    tap.ok(*report(matches(engine, clock), "no clock and no chance in deck, book and flow"))
    tap.ok(*report(matches(engine, r"\b(float|double|_Float\w+)\b"),
                   "no binary floating point in deck, book and flow"))
    tap.ok(*report(matches(["src/price/value.h"], r"\b(float|double|_Float\w+|#[ \t]*include\s+\"price)"),
                   "none in what they see of the models"))
    sql = matches(files(["src", "tui"], (".c", ".h")), r"\bsqlite3_\w+")
    sql = [h for h in sql if not h.startswith("src/store/")]
    tap.ok(*report(sql, "SQLite is called in the store alone"))
    return tap.done()


def report(hits, name):
    return not hits, name, hits


if __name__ == "__main__":
    sys.exit(main())
