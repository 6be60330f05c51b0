#!/usr/bin/env python3
"""Turns the SQL of a schema migration into a C string, writing out the few macros its views use.

usage: embed.py SYMBOL IN.sql OUT.c
"""
import re
import sys

# Each takes SQL expressions. NULL in, NULL out.
MACROS = {
    # RFC 3339 UTC with nanoseconds.
    'UTC': "strftime('%Y-%m-%dT%H:%M:%S', ({0}) / 1000000000, 'unixepoch')"
           " || printf('.%09dZ', ({0}) % 1000000000)",
    # Dollars with two to nine decimals.
    'PX': "iif(({0}) < 0, '-', substr('', 1, {0})) || printf('%d.%02d%s', abs({0}) / 1000000000,"
          " abs({0}) / 10000000 % 100, rtrim(printf('%07d', abs({0}) % 10000000), '0'))",
    # Shares or contracts with as many decimals as they have.
    'QTY': "rtrim(rtrim(printf('%s%d.%06d', iif(({0}) < 0, '-', ''), abs({0}) / 1000000,"
           " abs({0}) % 1000000), '0'), '.')",
    'WORD': "(SELECT w.word FROM word w WHERE w.list = {0} AND w.n = {1})",
    'IDENT': "iif(({0}) < 0, (SELECT t.text FROM ident t WHERE t.n = -({0})), {0})",
    # What later events did to a print: table of its revisions, its seq.
    'STATE': "ifnull((SELECT w.word FROM {0} r JOIN verdict d ON d.id = r.verdict JOIN word w"
             " ON w.list = 'revision' AND w.n = d.revision WHERE r.seq = {1}"
             " ORDER BY r.rev DESC LIMIT 1), '')",
    'VENUE': "(SELECT e.mic FROM venue e WHERE e.id = {0})",
    'SYM': "ifnull((SELECT i.osi FROM instrument i WHERE i.id = {0}),"
           " (SELECT s.symbol FROM symbol s WHERE s.id = {0}))",
    # Conditions of an origin in its own order, joined by '|': market, tape, alias of origin.
    'CONDS': "nullif(trim(" + " || '|' || ".join(
        "ifnull((SELECT d.mnemonic FROM condition d WHERE d.market = {0} AND d.tape IN ({1}, '*')"
        " AND d.letter = substr({2}.cond, %d, 1) ORDER BY d.tape DESC LIMIT 1),"
        " substr({2}.cond, %d, 1))" % (i, i) for i in range(1, 5)) +
        " || ifnull('|?' || (SELECT t.text FROM code t WHERE t.n = {2}.cond_other), ''), '|'), '')",
}


def arguments(text, at):
    """Splits the arguments of a call whose opening parenthesis is text[at - 1]."""
    depth, start, found = 1, at, []
    while depth:
        c = text[at]
        if c == "'":
            at = text.index("'", at + 1)
        elif c == '(':
            depth += 1
        elif c == ')' or c == ',' and depth == 1:
            depth -= c == ')'
            if depth == 0 or c == ',':
                found.append(text[start:at].strip())
                start = at + 1
        at += 1
    return found, at


def expand(text):
    call = re.compile(r'\b(%s)\(' % '|'.join(MACROS))
    out, at = [], 0
    while m := call.search(text, at):
        found, end = arguments(text, m.end())
        out += [text[at:m.start()], '(', MACROS[m[1]].format(*map(expand, found)), ')']
        at = end
    return ''.join(out) + text[at:]


def main():
    symbol, source, target = sys.argv[1:]
    with open(source, encoding='utf-8') as f:
        lines = [line.rstrip() for line in f if not line.lstrip().startswith('--')]
    sql = expand('\n'.join(line for line in lines if line))
    with open(target, 'w', encoding='utf-8') as f:
        f.write('/* Made by data/embed.py; do not edit. */\n')
        f.write('extern const char %s[];\nconst char %s[] =\n' % (symbol, symbol))
        for line in sql.split('\n'):
            quoted = line.replace('\\', '\\\\').replace('"', '\\"').replace('??', '?\\?')
            f.write('    "%s\\n"\n' % quoted)
        f.write('    ;\n')


main()
