#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
"""What is proved, by what and on what: report.md and report.svg from report.json.

usage: figure.py DIR     the folder in which prove.py left report.json
"""
import json, sys
from html import escape

COLOURS = {'Qed': '#8fb8a8', 'CVC4': '#3f7d8c', 'Z3': '#c98b4b', 'CVC5': '#8c5f8f'}
TEXT, SOFT, LINE, OPEN = '#1d2a30', '#66757c', '#dfe5e3', '#c8503c'
ROW, WIDTH, LEFT, BARS = 17, 1080, 300, 330


def short(name):
    return name.replace('locket_', '', 1)


def rests(f):
    """What a function rests on besides what is proved."""
    return [short(n) for n in f['trusted']] + ['not proved: ' + short(n) for n in f['unproved']]


def markdown(data, totals):
    out = ['# What is proved', '', totals, '',
           'Each goal was proved by one of the provers: Qed simplifies inside Frama-C, the others are SMT solvers.',
           'A function rests on the contracts of those that it calls: proved ones, and what the last column names, '
           'which is trusted (`proofs/ASSUMPTIONS.md`) or not proved (`proofs/unproved`).', '',
           '| function | goals | provers | seconds | slowest | calls, proved | rests on |',
           '| --- | --: | --- | --: | --: | --: | --- |']
    for unit in data['units']:
        out.append('| **%s** | %d | | %.1f | | | |' % (unit['unit'], *sums(unit)))
        for name, f in sorted(unit['functions'].items()):
            out.append('| `%s` | %d | %s | %.1f | %.1f | %d | %s |' % (
                name, f['goals'], ', '.join('%s %d' % p for p in sorted(f['provers'].items())),
                f['seconds'], f['slowest'], len(f['calls']), ', '.join(rests(f)) or '-'))
    if data['unproved']:
        out += ['', '## Not proved', '', '| unit | function | reason |', '| --- | --- | --- |']
        out += ['| %s | `%s` | %s |' % (u, f, r) for f, (u, r) in sorted(
            data['unproved'].items(), key=lambda x: (x[1][0], x[0]))]
    return '\n'.join(out) + '\n'


def sums(unit):
    """The goals of a unit and their seconds."""
    return [sum(f[key] for f in unit['functions'].values()) for key in ('goals', 'seconds')]


class Page:
    def __init__(self):
        self.out, self.y = [], 0

    def text(self, x, what, size=11, colour=TEXT, weight='normal', anchor='start'):
        self.out.append('<text x="%.1f" y="%.1f" font-size="%d" fill="%s" font-weight="%s" '
                        'text-anchor="%s">%s</text>' %
                        (x, self.y, size, colour, weight, anchor, escape(what)))

    def box(self, x, width, colour, height=11, up=9):
        self.out.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>' %
                        (x, self.y - up, width, height, colour))


def svg(data, totals):
    page, most = Page(), max([f['goals'] for u in data['units'] for f in u['functions'].values()] + [1])
    page.y = 34
    page.text(24, 'locket: what is proved, by what, resting on what', 18, weight='bold')
    page.y += 22
    page.text(24, totals, 12, SOFT)
    page.y += 24
    x = LEFT
    for name, colour in COLOURS.items():
        if any(name in f['provers'] for u in data['units'] for f in u['functions'].values()):
            page.box(x, 11, colour)
            page.text(x + 16, name)
            x += 70
    page.text(LEFT + BARS + 48, 'goals', colour=SOFT, anchor='end')
    page.text(LEFT + BARS + 104, 'seconds', colour=SOFT, anchor='end')
    page.text(LEFT + BARS + 124, 'rests on, besides what is proved', colour=SOFT)
    for unit in data['units']:
        page.y += 14
        page.box(24, WIDTH - 48, LINE, 1, -4)
        page.y += ROW
        page.text(24, unit['unit'], 13, weight='bold')
        goals, seconds = sums(unit)
        page.text(LEFT + BARS + 48, str(goals), 12, weight='bold', anchor='end')
        page.text(LEFT + BARS + 104, '%.1f' % seconds, 12, weight='bold', anchor='end')
        for name, f in sorted(unit['functions'].items(), key=lambda x: (x[0] == 'lemmas', x[0])):
            page.y += ROW
            page.text(36, short(name))
            x = LEFT
            for prover, colour in COLOURS.items():
                width = BARS * f['provers'].get(prover, 0) / most
                if width:
                    page.box(x, width, colour)
                    x += width
            page.text(LEFT + BARS + 48, str(f['goals']), anchor='end')
            page.text(LEFT + BARS + 104, '%.1f' % f['seconds'], colour=SOFT, anchor='end')
            on = ', '.join(rests(f))
            page.text(LEFT + BARS + 124, on if len(on) < 60 else on[:57] + '...',
                      colour=OPEN if f['unproved'] else SOFT)
    groups = {}
    for name, (unit, _) in sorted(data['unproved'].items()):
        groups.setdefault(unit, []).append(short(name))
    if groups:
        page.y += 14
        page.box(24, WIDTH - 48, LINE, 1, -4)
        page.y += ROW + 4
        page.text(24, 'not proved', 13, OPEN, 'bold')
        for unit, names in groups.items():
            lines, line = [], ''
            for name in names:
                if len(line) + len(name) > 120:
                    lines, line = lines + [line], ''
                line += (', ' if line else '') + name
            for i, line in enumerate(lines + [line]):
                page.y += ROW
                page.text(36, unit if i == 0 else '', weight='bold')
                page.text(140, line, colour=SOFT)
    height = page.y + 24
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" '
            'font-family="DejaVu Sans, Verdana, sans-serif">\n<rect width="100%%" height="100%%" '
            'fill="#ffffff"/>\n%s\n</svg>\n' % (WIDTH, height, WIDTH, height, '\n'.join(page.out)))


def main():
    folder = sys.argv[1]
    with open(folder + '/report.json') as f:
        data = json.load(f)
    all_ = [f for u in data['units'] for n, f in u['functions'].items()]
    functions = sum(n != 'lemmas' for u in data['units'] for n in u['functions'])
    provers = {}
    for f in all_:
        for prover, number in f['provers'].items():
            provers[prover] = provers.get(prover, 0) + number
    totals = '%d functions of %d units, %d goals (%s), %.0f s of provers; trusted: %d; not proved: %d' % (
        functions, len(data['units']), sum(f['goals'] for f in all_),
        ', '.join('%s %d' % p for p in sorted(provers.items())), sum(f['seconds'] for f in all_),
        len(data['trusted']), len(data['unproved']))
    with open(folder + '/report.md', 'w') as f:
        f.write(markdown(data, totals))
    with open(folder + '/report.svg', 'w') as f:
        f.write(svg(data, totals))
    print('%s/report.md, report.svg: %s' % (folder, totals))


if __name__ == '__main__':
    main()
