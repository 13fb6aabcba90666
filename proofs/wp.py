# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
"""Run Frama-C/WP on a unit and read what it says.

Frama-C exits with 0 whatever happens, so nothing is believed but what is read
here, and a line of the log that is not known is an error.
"""
import csv, os, re, shutil, signal, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Steps per goal, which make the verdict the same on a slow machine: three times
# what any goal needs.  Each prover counts its own way; in a second CVC4 takes
# about 100,000, and Z3 between 300,000 and 3 million.
STEPS = {'cvc4': 500000, 'z3': 13000000, 'cvc5': 1000000}
# The same for a search for contradictions, which is to find nothing.
SEARCH = {'cvc4': 40000, 'z3': 100000, 'cvc5': 80000}
# Units of which the first prover finds all goals, and which have it alone: provers run
# at once, and a goal that the first one finds costs the second as much.
ALONE = {'arena', 'pages', 'run', 'secret', 'slab'}
# Seconds per goal: steps do not bound every procedure of Z3.  Running out of
# them is reported as such, because it says nothing about the goal.
TIMEOUT = 60
# What an option may be, and must be: a proof with others proves something else.
SOUND = {
    '-c11': '-', '-machdep': 'gcc_x86_64', '-cpp-extra-args': r'-Iinclude -Isrc -D_DEFAULT_SOURCE',
    '-warn-unsigned-overflow': '-', '-warn-unsigned-downcast': '-', '-warn-signed-downcast': '-',
    '-asm-contracts-auto-validate': '-', '-wp': '-', '-wp-rte': '-', '-wp-model': 'Typed',
    '-wp-split': '-',
    '-wp-prover': r'(cvc4|z3|cvc5)(,(cvc4|z3|cvc5))*', '-wp-par': '[12]',
}
COMMANDS = {    # Why3's driver, and the command without its limit, with steps, with seconds
    'cvc4': ('cvc4_17', '--stats --lang=smt2', '--rlimit=%s', '--tlimit=%t000'),
    'cvc5': ('cvc4_17', '--stats --lang=smt2', '--rlimit=%s', '--tlimit=%t000'),
    'z3': ('z3_471', '-smt2 -st sat.random_seed=42 nlsat.randomize=false smt.random_seed=42',
           'rlimit=%s', '-t:%t000'),
}
PROVERS = r'(?:CVC4|CVC5|Z3) [\w.:]+'
KNOWN = re.compile('|'.join([
    r'\[kernel\] Parsing \S+ \(with preprocessing\)', r'\[wp\] Running WP plugin\.\.\.',
    r'\[rte:annot\] annotating function \w+', r'\[wp\] \d+ goals? scheduled',
    r'\[wp\] Computing \[\d+ goals\.\.\.\]',
    r'\[wp\] \[[^]]+\] Goal \S+ : .*', r'\[wp\] \[(Failed|Passed)\] (Goal|Smoke-test) \S+.*',
    r'  %s: .*' % PROVERS, r'  Qed: .*', r'\[wp\] Proved goals: .*', r'\[wp\] \[Cache\] .*',
    r'  Smoke Tests: .*', r'\[(metrics|cg)\].*', '']))


def table(name, columns):
    """The lines of a file of this folder, split at tabs."""
    rows = []
    for number, line in enumerate(open(name).read().splitlines(), 1):
        if not line or line[0] == '#':
            continue
        row = line.split('\t')
        if len(row) != columns:
            sys.exit('prove: %s:%d: not %d columns' % (name, number, columns))
        rows.append(row)
    return rows


def pinned():
    """The versions of proofs/versions; fails if a tool has another one."""
    want = dict(table(HERE + '/versions', 2))
    for command, version in want.items():
        if shutil.which(command.split()[0]) is None:
            sys.exit('prove: %s is not installed' % command.split()[0])
        have = subprocess.run(command.split(), capture_output=True, text=True).stdout
        if not re.search(r'(?<![\w.])%s(?![\w.-])' % re.escape(version), have):
            sys.exit('prove: "%s" says %r, proofs/versions has %s' %
                     (command, have.split('\n')[0], version))
    return {command.split()[0]: version for command, version in want.items()}


def options(path):
    """The options of proofs/options, and what is wrong with them."""
    rows = table(path, 3)
    bad = ['option %s %s is not one of the sound ones (wp.py)' % (o, v) for o, v, _ in rows
           if o not in SOUND or not re.fullmatch(SOUND[o], v)]
    bad += ['option %s is missing' % o for o in SOUND if [r[0] for r in rows].count(o) != 1]
    return [o if v == '-' else '%s=%s' % (o, v) for o, v, _ in rows], bad


def configure(out, limits):
    """A Why3 configuration of the pinned provers and no other."""
    want = pinned()
    path = os.path.join(out, 'why3.conf')
    with open(path + '.new', 'w') as f:
        f.write('[main]\nmagic = 14\nmemlimit = 4000\nrunning_provers_max = 2\n')
        for name, (driver, command, limit, seconds) in COMMANDS.items():
            if name not in want:
                continue
            if name == 'cvc5':
                driver = cvc5_driver(out)
            command = '%s %s ' % (shutil.which(name), command)
            f.write('\n[prover]\nname = "%s"\nversion = "%s"\nalternative = ""\nshortcut = "%s"\n'
                    'command = "%s %%f"\ncommand_steps = "%s %%f"\ndriver = "%s"\neditor = ""\n'
                    'in_place = false\ninteractive = false\n' %
                    (name.upper(), want[name], name, command + seconds,
                     command + limit % limits[name], driver))
    os.replace(path + '.new', path)
    return path


def cvc5_driver(out):
    """Why3's driver for CVC4 with the one name that cvc5 knows another way."""
    data = subprocess.run(['why3', '--print-datadir'], capture_output=True, text=True,
                          check=True).stdout.strip() + '/drivers/'
    os.makedirs(out + '/drivers', exist_ok=True)
    for name in os.listdir(data):
        if name.endswith('.gen'):
            shutil.copy(data + name, out + '/drivers/')
    text = open(data + 'cvc4_17.drv').read().replace('ALL_SUPPORTED', 'ALL')
    open(out + '/drivers/cvc5.drv', 'w').write(text)
    return out + '/drivers/cvc5.drv'


def frama_c(command, log, tree, conf):
    """Run Frama-C in the tree; its output goes to the log."""
    with open(log, 'w') as f:
        process = subprocess.Popen(['frama-c'] + command, cwd=tree, stdout=f,
                                   stderr=subprocess.STDOUT, start_new_session=True,
                                   env=dict(os.environ, PWD=tree,     # Frama-C believes PWD
                                            WHY3CONFIG=conf or os.devnull))
        try:
            status = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    return status, open(log, errors='replace').read()


class Run:
    """What a run of WP said: proved and failed goals, errors, properties."""

    def __init__(self, unit, source, args, tag='', extra=(), report=True, provers=True,
                 alone=False):
        base = os.path.join(args.out, unit + tag)
        for old in base + '.csv', base + '.log':
            if os.path.exists(old):
                os.remove(old)
        command = [o if provers or not o.startswith('-wp-prover') else '-wp-prover=none'
                   for o in args.options]
        if alone:
            command = [re.sub('(-wp-prover=[^,]*).*', r'\1', o) for o in command]
        command += ['-wp-steps', str(STEPS['cvc4']), '-wp-timeout', str(args.timeout)]
        cache = os.environ.get('PROVE_CACHE')
        if cache:
            command += ['-wp-cache', 'update', '-wp-cache-dir', os.path.abspath(cache)]
        else:
            command += ['-wp-cache', 'none']
        command += list(extra) + [source]
        if report:
            command += ['-then', '-report', '-report-csv', base + '.csv']
        self.unit = unit
        status, log = frama_c(command, base + '.log', args.tree, args.conf)
        log = log.replace(source, 'src/%s.c' % unit)    # a copy, for the controls
        self.bad = ['frama-c exits with %d' % status] if status else []
        self.proved, self.failed, self.annotated, self.smoke = {}, {}, set(), {}
        self.counts, self.log = [], log
        self.read(log.split('[report] Dumping properties')[0])
        self.rows = []
        if report:
            if os.path.exists(base + '.csv'):
                self.rows = [r for r in csv.DictReader(open(base + '.csv'), delimiter='\t')
                             if r['file'] != '__fc_gcc_builtins.h']  # called by nobody
            else:
                self.bad.append('no report')

    def read(self, log):
        goal = None
        for place, text in warnings_of(log):
            if not allowed(self.unit, place, text):
                self.bad.append('warning: %s: %s' % (place, text))
        for line in without_warnings(log):
            found = re.match(r'\[wp\] \[([^]]+)\] (Goal|Smoke-test) (\S+)(?: : (\w.*))?$', line)
            if found and found[2] == 'Smoke-test':
                self.smoke[found[3]] = found[1]
            elif found and found[1] == 'Failed':
                goal = found[3]
                self.failed.setdefault(goal, [])
            elif found and found[4].startswith('Valid'):
                self.goal(found[3], found[1], found[4])
            elif found:
                self.failed[found[3]] = [found[1] + ': ' + found[4]]
            elif goal and re.match('  %s: ' % PROVERS, line):
                self.failed[goal].append(line.strip())
            elif line.startswith('[rte:annot]'):
                self.annotated.add(line.split()[-1])
            elif line.startswith('[wp] Proved goals:'):
                self.counts.append(tuple(map(int, re.findall(r'\d+', line))))
            if not KNOWN.fullmatch(line):
                self.bad.append('Frama-C says: ' + line)
            if not line.startswith('  ') and not (found and found[1] == 'Failed'):
                goal = None

    def goal(self, name, prover, rest):
        if name in self.proved:
            self.bad.append('goal %s is there twice' % name)
        time = re.search(r'\(([\d.]+)(ms|s)\)', re.sub(r'\(Qed:[^)]*\)', '', rest))
        qed = re.search(r'\(Qed:([\d.]+)(ms|s)\)', rest)
        seconds = sum(float(t[1]) / (1000 if t[2] == 'ms' else 1) for t in (time, qed) if t)
        steps = re.search(r'\((\d+)\)$', rest)
        self.proved[name] = (prover, seconds, int(steps[1]) if steps else 0)

    def reason(self, goal):
        """Why a goal is not proved; a time-out of all provers says nothing about it."""
        answers = [re.sub(r' \(.*', '', a) for a in self.failed[goal]]
        if answers and all(a.endswith(': Timeout') for a in answers):
            return 'timeout'
        return '; '.join(answers) or 'no answer'


WARNING = re.compile(r'\[[\w:-]+\] (?:(\S+?):\d+: )?(?:User Error|Failure|Warning):(.*)')


def warnings_of(log):
    """Each warning or error: its file and its text on one line."""
    found = None
    for line in log.splitlines():
        start = WARNING.match(line)
        if found and (start or not line.startswith('  ')):
            yield found[0], re.sub(r'\s+', ' ', found[1]).strip()
            found = None
        if start:
            found = [start[1] or '-', start[2]]
        elif found:
            found[1] += line
    if found:
        yield found[0], re.sub(r'\s+', ' ', found[1]).strip()


def without_warnings(log):
    inside = False
    for line in log.splitlines():
        inside = bool(WARNING.match(line)) or (inside and line.startswith('  '))
        if not inside:
            yield line


def allowed(unit, place, text):
    return any(u in ('*', unit) and re.fullmatch(p, place) and re.fullmatch(t, text)
               for u, p, t, _ in table(HERE + '/warnings', 4))
