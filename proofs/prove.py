#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
"""Prove units with Frama-C/WP and judge the outcome.

usage: prove.py [--all] [--accept] unit ...     the gate; --all: over all units
       prove.py --fct NAME[,NAME] [-v] unit     the goals of a function that fail
       prove.py --smoke unit ...                contradictory contracts, dead code
       prove.py --controls unit ...             contradictory contracts of os.h

  --accept   make what is proved now the list to compare with, expected/
  --timeout  seconds a goal; running out of them is an error of its own
  --steps    share of the steps that a goal has, 1 for all (wp.py)
  PROVE_CACHE=folder in the environment keeps answers of the provers there: for
  work on contracts, never for the gate.

With --fct a failed goal is printed with "timeout: " before it if all provers
ran out of time: that says nothing about the goal.
"""
import argparse, json, os, re, sys, time
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
import controls, ledger, wp

HERE = os.path.dirname(os.path.abspath(__file__))
ATONCE = 2      # runs of Frama-C at once: WP sleeps between looks at its provers, so
                # each has two of them, which keep two cores busy
# Properties that may be less than valid: function, kind, status.
ALLOWED = {(ledger.BARRIER, 'assigns clause', 'Partially proven')}
# What a function promises, by the names of the report, and what it must.
PROMISES = {'termination clause', 'assigns clause', 'postcondition', 'exit condition',
            'from clause'}
# What operations may do wrong, by the names of their goals.
ALARMS = ('mem_access', 'signed_overflow', 'unsigned_overflow', 'unsigned_downcast',
          'signed_downcast', 'division_by_zero', 'shift', 'index_bound')
# What is not a smoke test.
ORDINARY = ('requires', 'assigns', 'ensures', 'exits', 'assert', 'invariant', 'variant',
            'terminates', 'lemma', 'check')


def clause(row):
    return row['function'], row['property kind'], row['property']


def judge(run, scan, names):
    """What is wrong with the report of a unit; the clauses it proves and assumes."""
    bad, kinds, proved, assumed = [], {}, set(), set()
    # A property may hang on a function of the unit that is not proved: its own
    # goals are proved all the same, and `unproved` has the function.
    open_ = set(scan.own) - set(scan.proved)
    called = set().union(*(scan.calls.get(f, ()) for f in scan.proved))
    for row in run.rows:
        function, kind, status = row['function'], row['property kind'], row['status']
        say = '%s:%s: %s: %s: %s' % (row['file'], row['line'], function, kind, status)
        if kind == 'axiom' or kind == 'precondition':
            continue            # the ledger's; the callers'
        if not function or function in scan.proved:
            kinds.setdefault(function, set()).add(kind)
            if kind == 'termination clause' and row['property'] != '\\true':
                bad.append(say + ': not \\true')
            if status == 'Valid' or (function, kind, status) in ALLOWED or \
               (status == 'Partially proven' and open_):
                proved.add(clause(row))
            elif not run.failed:        # else it is one of those
                bad.append(say)
        elif function not in scan.defined and row['directory'].startswith('FRAMAC_SHARE'):
            if function in called:
                bad.append('%s, of the C library, is called' % function)
        elif kind in PROMISES:
            assumed.add(clause(row))
        elif function not in scan.defined:
            bad.append(say + ': not known')
    for f in scan.proved:
        have = kinds.get(f, set())
        for kind in 'termination clause', 'assigns clause', ('postcondition', 'exit condition'):
            if not have & set([kind] if isinstance(kind, str) else kind):
                bad.append('%s has no %s' % (f, kind))
        if f not in run.annotated:
            bad.append('%s has no goals for errors at run time' % f)
        bad += ['%s calls %s, which has no contract that anyone answers for' % (f, g)
                for g in sorted(scan.calls.get(f, ())) if g not in names]
    return bad, proved, assumed


def prove(unit, args):
    """Prove a unit; what is wrong, and what there is for the report."""
    scan, data = args.scans[unit], args.ledger
    if not scan.proved:
        return ['nothing of it is proved: it belongs in no list'], None
    extra = ['-wp-skip-fct', ','.join(scan.skip)] if scan.skip else []
    began = time.time()
    run = wp.Run(unit, 'src/%s.c' % unit, args, extra=extra, alone=unit in wp.ALONE)
    names = data.trusted | set(data.unproved) | args.core
    bad, proved, assumed = judge(run, scan, names)
    bad = run.bad + ['%s: %s (%s)' % ('no verdict' if run.reason(g) == 'timeout' else 'not proved',
                                      g, run.reason(g)) for g in run.failed] + bad
    if len(run.counts) != 1 or run.counts[0] != (len(run.proved),) * 2:
        bad.append('Frama-C counts %s, the log names %d goals' % (run.counts, len(run.proved)))
    path = '%s/expected/%s.txt' % (args.proofs, unit)
    if args.accept and not bad:
        open(path, 'w').write('\n'.join(sorted(run.proved)) + '\n')
    want = set(ledger.read(path).split()) if os.path.exists(path) else set()
    if not args.accept:
        bad += ['lost: ' + g for g in sorted(want - set(run.proved))]
        bad += ['not in expected/: ' + g for g in sorted(set(run.proved) - want)]
    result = {'unit': unit, 'goals': len(set(run.proved) & want), 'of': len(want),
              'seconds': round(time.time() - began, 1), 'skipped': len(scan.own) - len(scan.proved),
              'functions': functions(run, scan, data), 'proved': proved, 'assumed': assumed}
    return bad, result


def functions(run, scan, data):
    """For each function its goals, by which provers, in what time, resting on what."""
    table = {f: {'goals': 0, 'provers': {}, 'seconds': 0.0, 'slowest': 0.0, 'steps': {},
                 'trusted': sorted(scan.calls.get(f, set()) & data.trusted),
                 'unproved': sorted(scan.calls.get(f, set()) & set(data.unproved)),
                 'calls': sorted(scan.calls.get(f, set()) - data.trusted - set(data.unproved))}
             for f in scan.proved}
    for goal, (prover, seconds, steps) in run.proved.items():
        name = re.sub('^typed_', '', goal)
        owner = max((f for f in scan.proved if name.startswith(f + '_')), key=len, default='lemmas')
        entry = table.setdefault(owner, {'goals': 0, 'provers': {}, 'seconds': 0.0, 'slowest': 0.0,
                                         'steps': {}, 'trusted': [], 'unproved': [], 'calls': []})
        prover = 'Qed' if prover == 'CFG' else prover.split()[0]
        entry['goals'] += 1
        entry['provers'][prover] = entry['provers'].get(prover, 0) + 1
        entry['seconds'] = round(entry['seconds'] + seconds, 3)
        entry['slowest'] = max(entry['slowest'], seconds)
        entry['steps'][prover] = max(entry['steps'].get(prover, 0), steps)
    return table


def cross(results, data):
    """Clauses that a unit assumes and that nobody proves."""
    proved = set().union(*(r['proved'] for r in results))
    known = data.trusted | set(data.unproved)
    open_ = sorted({c for r in results for c in r['assumed'] if c not in proved and c[0] not in known})
    rest = {c[0] for r in results for c in r['assumed'] if c not in proved and c[0] in data.unproved}
    shared = {c for r in results for c in r['assumed']} & proved
    return ['assumed, proved nowhere: %s: %s: %s' % c for c in open_], len(shared), sorted(rest)


def alarms(args):
    """Whether each kind of error at run time gets a goal: alarms.c has one of each."""
    run = wp.Run('alarms', HERE + '/alarms.c', args, report=False, provers=False)
    return ['no goal for %s: run-time error goals are not on' % kind for kind in ALARMS
            if 'Goal typed_alarms_assert_rte_' + kind not in run.log]


def smoke(unit, args):
    scan = args.scans[unit]
    extra = ['-wp-smoke-tests', '-wp-smoke-timeout', str(args.timeout),
             '-wp-prop=' + ','.join('-@' + p for p in ORDINARY)]
    extra += ['-wp-skip-fct', ','.join(scan.skip)] if scan.skip else []
    run = wp.Run(unit, 'src/%s.c' % unit, args, tag='-smoke', extra=extra, report=False)
    bad = run.bad + ['doomed: ' + g for g, verdict in run.smoke.items()
                     if verdict != 'Passed' and not g.startswith('typed_locket_fatal_wp_smoke_dead_call')]
    if not run.smoke:           # straight code without a requires has none
        bad = [b for b in bad if not b.endswith(': No goal generated')]
    return bad, {'unit': unit, 'goals': sum(v == 'Passed' for v in run.smoke.values()),
                 'of': len(run.smoke), 'skipped': 0}


def one(unit, args):
    """The goals of functions that fail, for mutants and for work on contracts."""
    run = wp.Run(unit, 'src/%s.c' % unit, args, extra=['-wp-fct', args.fct], report=False,
                 tag='-' + args.fct[:60])
    for goal in run.failed:
        print(('timeout: ' if run.reason(goal) == 'timeout' else '') + goal +
              ('  (%s)' % run.reason(goal) if args.v else ''))
    for problem in run.bad:
        print('error: ' + problem)
    if not run.proved and not run.failed:
        print('error: no goal')
    if args.v:
        print('%d proved, %d not' % (len(run.proved), len(run.failed)))
    return not run.failed and not run.bad


def weight(unit, args):
    path = '%s/expected/%s.txt' % (args.proofs, unit)
    return len(ledger.read(path).split()) if os.path.exists(path) else 10**6


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument('--all', action='store_true')
    p.add_argument('--accept', action='store_true')
    p.add_argument('--smoke', action='store_true')
    p.add_argument('--controls', action='store_true')
    p.add_argument('--fct')
    p.add_argument('-v', action='store_true')
    p.add_argument('--timeout', type=int, default=wp.TIMEOUT)
    p.add_argument('--steps', type=float, default=1)
    p.add_argument('--jobs', type=int, default=ATONCE)
    p.add_argument('--tree', default=os.path.dirname(HERE))
    p.add_argument('--out', default='build/proofs')
    p.add_argument('unit', nargs='+')
    args = p.parse_args()
    args.out, args.tree = os.path.abspath(args.out), os.path.realpath(args.tree)
    os.makedirs(args.out, exist_ok=True)
    # A tree with a ledger of its own is judged by that: the self-test's.
    args.proofs = args.tree + '/proofs' if os.path.exists(args.tree + '/proofs') else HERE
    args.options, bad = wp.options(next(p for p in (args.proofs + '/options', HERE + '/options')
                                        if os.path.exists(p)))
    limits = wp.SEARCH if args.smoke or args.controls else wp.STEPS
    args.conf = wp.configure(args.out, {p: int(n * args.steps) for p, n in limits.items()})
    return args, bad


def main():
    args, bad = arguments()
    if bad:
        sys.exit('\n'.join('prove: ' + b for b in bad))
    if args.fct:
        return 0 if one(args.unit[0], args) else 1
    start = time.time()
    args.ledger = data = ledger.Ledger(args.tree, args.proofs)
    bad += data.check() if args.all else []
    with ThreadPoolExecutor(args.jobs) as pool:
        missing = [u for u in args.unit if u not in data.units]
        if missing:
            sys.exit('prove: no unit of the core: ' + ' '.join(missing))
        units = data.units if args.all else args.unit
        args.scans = dict(zip(units, pool.map(lambda u: ledger.Scan(u, args, data), units)))
        bad += ['%s: %s' % (u, b) for u, s in args.scans.items() for b in s.bad]
        args.core = {f for s in args.scans.values() for f in s.own} if args.all else \
            set().union(*(data.declared(u) for u in data.units), *(s.own for s in args.scans.values()))
        if args.all:
            bad += data.cover(args.unit, args.scans) + alarms(args)
        if args.all and bad:    # no use to wait for the provers
            sys.exit('\n'.join(bad + ['prove: FAILED before any proof']))
        job = smoke if args.smoke else controls.run if args.controls else prove
        jobs = {u: pool.submit(job, u, args)
                for u in sorted(args.unit, key=lambda u: -weight(u, args))      # longest first
                if not args.scans[u].bad}
        results = []
        for unit in jobs:
            problems, result = jobs[unit].result()
            bad += ['%s: %s' % (unit, p) for p in problems]
            results += [result] if result else []
    if not args.all and not any(r['of'] for r in results):
        bad.append('nothing was looked at')
    note = ''
    if not args.smoke and not args.controls:
        if args.all:
            problems, shared, rest = cross(results, data)
            bad += problems
            note = '%d functions not proved, %d of them relied on; %d clauses assumed and proved ' \
                   'elsewhere; ' % (len(data.unproved), len(rest), shared)
            save(results, args)
        else:
            note = 'not the whole gate; '
    for b in bad:
        print(b)
    what = 'smoke' if args.smoke else 'controls' if args.controls else 'prove'
    good = {'smoke': 'no contradiction', 'controls': 'all open', 'prove': 'all proved'}[what]
    print('%s: %s: %s%s (%d s)' % (what, ', '.join('%s %d/%d' % (r['unit'], r['goals'], r['of'])
                                                  for r in results), note,
                                 'FAILED' if bad else good, time.time() - start))
    return 1 if bad else 0


def save(results, args):
    keep = [{k: v for k, v in r.items() if k not in ('proved', 'assumed')} for r in results]
    with open(args.out + '/report.json', 'w') as f:
        json.dump({'units': keep, 'trusted': sorted(args.ledger.trusted),
                   'unproved': args.ledger.unproved}, f, indent=1, sort_keys=True)


if __name__ == '__main__':
    sys.exit(main())
