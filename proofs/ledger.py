# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
"""What the core consists of, what of it is trusted, and what may not be said."""
import glob, os, re
import wp

# Units that are not proved: the system's side, the threads', the process's end.
BORDER = re.compile(r'os_\w+|fatal|lock|word')
# Headers whose functions may be trusted, with or without a body; and the one
# function of the core that may.
TRUSTABLE = ('os', 'lock', 'word', 'fatal')
BARRIER = 'locket_wipe_barrier'
ACSL = re.compile(r'/\*@(.*?)\*/|//@([^\n]*)', re.S)
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
CONTRACT = re.compile(r'/\*@((?:(?!\*/).)*?\b(?:requires|terminates|exits|assigns|ensures|behavior)\b'
                      r'.*?)\*/\s*([^;{}/]*?\b(\w+)\s*\([^;{]*)[;{]', re.S)
# Code hidden from the prover; clauses that are believed, or passed over.
HIDDEN = re.compile(r'__FRAMAC__|__FC_\w*|\bFRAMA_?C\w*|__builtin\w*', re.I)
BELIEVED = re.compile(r'\badmit\b|\b(?:global|type|strong|weak)\s+invariant\b|\\fresh\b|'
                      r'\ballocates\b|\bfrees\b|\\from\b|\bterminates\s+(?!\\true\s*;)[^;]*')
AXIOM = re.compile(r'\b(axiom|axiomatic)\s+(\w+)')


def read(path):
    return open(path, errors='replace').read()


def bodies(text):
    """The functions that a file has a body of."""
    text = re.sub(r'^\s*#(?:.*\\\n)*.*', '', COMMENT.sub('', text), flags=re.M)
    before = None
    while text != before:       # innermost braces first
        before, text = text, re.sub(r'\{[^{}]*\}', '@', text)
    return set(re.findall(r'\b(\w+)\s*\([^;@]*\)\s*@', text))


class Ledger:
    """ASSUMPTIONS.md and `unproved`, held against the sources."""

    def __init__(self, tree, proofs):
        self.tree, self.proofs, self.bad = tree, proofs, []
        self.texts = {os.path.relpath(p, tree): read(p) for p in
                      sorted(glob.glob(tree + '/src/*.[ch]') + glob.glob(tree + '/include/*.h'))}
        self.bodies = {p: bodies(t) for p, t in self.texts.items()}
        self.units = [u for u in (os.path.basename(p)[:-2] for p in self.texts if p.endswith('.c'))
                      if not BORDER.fullmatch(u)]
        text = read(proofs + '/ASSUMPTIONS.md')
        first = '\n'.join(re.findall(r'^\|([^|\n]*)\|', text, re.M))
        names = re.findall(r'`([^`]+)`', first)
        self.trusted = {n for n in names if re.fullmatch(r'\w+', n)}
        self.axioms = {tuple(n.split()) for n in names if AXIOM.fullmatch(n)}
        self.tests = set(re.findall(r'\b(?:tests|fuzz|ci)/[\w/.-]*\w', text))
        self.unproved = {}
        if os.path.exists(proofs + '/unproved'):
            for line in read(proofs + '/unproved').splitlines():
                if line and line[0] != '#':
                    unit, function, reason = (line.split(None, 2) + ['', ''])[:3]
                    self.unproved[function] = (unit, reason)
        self.contracts = {}     # of functions in headers that may be trusted
        for stem in TRUSTABLE:
            text = self.texts.get('src/%s.h' % stem, '')
            for found in CONTRACT.finditer(text):
                self.contracts[found[3]] = (stem, found[1], found[2])

    def declared(self, stem):
        """Functions that a header names, whether they have a contract or not."""
        code = COMMENT.sub('', self.texts.get('src/%s.h' % stem, ''))
        return set(re.findall(r'\b(locket_\w+)\s*\(', code))

    def check(self):
        """What is wrong with the ledger itself."""
        bad = []
        trustable = {n for stem in TRUSTABLE for n in self.declared(stem)} | {BARRIER}
        bad += ['ASSUMPTIONS.md: %s may not be trusted, or does not exist' % n
                for n in sorted(self.trusted - trustable)]
        bad += ['ASSUMPTIONS.md: %s, of src/%s.h, is not listed' % (n, c[0])
                for n, c in sorted(self.contracts.items()) if n not in self.trusted]
        bad += ['ASSUMPTIONS.md: %s does not exist' % t for t in sorted(self.tests)
                if not os.path.exists(os.path.join(self.tree, t))]
        bad += ['unproved: %s has no reason' % f for f, (_, reason) in self.unproved.items()
                if not reason]
        return bad + self.words()

    def words(self):
        """What the files say that they may not."""
        bad, seen = [], set()
        for path, text in self.texts.items():
            if BORDER.fullmatch(os.path.basename(path).split('.')[0]):
                continue
            bad += ['%s says %s' % (path, hit) for hit in
                    HIDDEN.findall(COMMENT.sub(lambda c: c[0] if '@' in c[0][:3] else '', text))]
            for found in ACSL.finditer(text):
                spec = found[1] or found[2] or ''
                bad += ['%s says %s' % (path, hit) for hit in BELIEVED.findall(spec)]
                for axiom in AXIOM.findall(spec):
                    seen.add(axiom)
                    if axiom not in self.axioms:
                        bad.append('%s: %s %s is not in ASSUMPTIONS.md' % ((path,) + axiom))
        return bad + ['ASSUMPTIONS.md: there is no %s %s' % a for a in sorted(self.axioms - seen)]

    def home(self, function, unit):
        """The unit in which a function is proved: that of the file with its body."""
        if function in self.bodies['src/%s.c' % unit]:
            return unit
        for path, names in self.bodies.items():
            if path.endswith('.h') and function in names:
                stem = os.path.basename(path)[:-2]
                return stem if stem in self.units + list(TRUSTABLE) else \
                    next(u for u in self.units if path[4:] in self.texts['src/%s.c' % u])
        return unit

    def cover(self, proved, scans):
        """Functions that nobody accounts for, and entries for functions that are not there."""
        bad, there = [], set()
        for unit in self.units:
            for f in scans[unit].own:
                there.add((unit, f))
                entry = self.unproved.get(f)
                if f in self.trusted and f != BARRIER:
                    bad.append('%s of src/%s.c may not be trusted' % (f, unit))
                if unit not in proved and (not entry or entry[0] != unit):
                    bad.append('%s of src/%s.c is neither proved nor in proofs/unproved' % (f, unit))
        bad += ['unproved: %s has no %s' % (unit, f) for f, (unit, _) in self.unproved.items()
                if (unit, f) not in there and not (unit in scans and scans[unit].bad)]
        return bad


class Scan:
    """The functions of a unit and who calls whom, as Frama-C sees them."""

    def __init__(self, unit, args, ledger):
        base = os.path.join(args.out, unit + '-scan')
        kernel = [o for o in args.options if not o.startswith('-wp')]
        status, log = wp.frama_c(kernel + ['src/%s.c' % unit, '-cg', base + '.dot',
                                           '-cg-no-services'], base + '.log', args.tree, None)
        self.bad = ['Frama-C cannot read it: %s' % log] if status else []
        dot = '' if status else read(base + '.dot')
        self.defined = set(re.findall(r'^\s*(\w+) \[style="bold"', dot, re.M))
        self.calls = {}
        for caller, callee in re.findall(r'^\s*(\w+) -> (\w+)', dot, re.M):
            self.calls.setdefault(caller, set()).add(callee)
        homes = {f: ledger.home(f, unit) for f in self.defined}
        self.own = sorted(f for f in self.defined if homes[f] == unit)      # proved here
        self.skip = sorted(f for f in self.defined if homes[f] != unit or f in ledger.unproved)
        self.proved = [f for f in self.own if f not in ledger.unproved]
