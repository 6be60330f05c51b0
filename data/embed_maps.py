#!/usr/bin/env python3
"""Writes the column maps of data/maps as C strings, so that the program carries them."""
import pathlib
import sys


def literal(text):
    lines = text.splitlines(keepends=True)
    escape = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return "\n".join('     "' + "".join(escape.get(c, c) for c in line) + '"' for line in lines)


def main(out, *files):
    rows = []
    for name in sorted(files):
        path = pathlib.Path(name)
        rows.append('    {"%s",\n%s},\n' % (path.stem, literal(path.read_text(encoding="ascii"))))
    pathlib.Path(out).write_text(
        "/* Generated from data/maps: change the maps, not this file. */\n"
        '#include "feed/column_map.h"\n\n'
        "const struct map_text map_texts[] = {\n%s    {NULL, NULL},\n};\n" % "".join(rows))


main(*sys.argv[1:])
