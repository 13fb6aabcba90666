#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
"""Prove units with Frama-C/WP and judge the outcome.

usage: prove.py [--accept | --smoke | --fct NAME] [--tree DIR] [--out DIR] unit ...

Frama-C exits with 0 whatever happens, so nothing is believed but what is read
here: the run fails unless every goal is proved, every property of the report
is valid, no warning was given, and the goals are those of expected/<unit>.txt.
  --accept  rewrites that list instead of comparing with it
  --smoke   looks for contradictory contracts and dead code instead
  --fct     proves one function and prints the goals that failed (for mutants)
"""
import argparse, csv, os, re, shutil, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
RTE = '-c11 -machdep gcc_x86_64 -warn-unsigned-overflow -warn-unsigned-downcast ' \
      '-warn-signed-downcast -asm-contracts-auto-validate'
WP = '-wp -wp-rte -wp-model Typed -wp-prover z3,cvc4 -wp-par 2 -wp-cache none'
TIMEOUT = 30    # seconds per goal; the slowest takes 2 on a busy machine
ATONCE = 2      # runs of Frama-C at once, each with two provers
# Properties that may be less than valid: unit, function, kind, status.
ALLOWED = {('wipe', 'locket_wipe_barrier', 'assigns clause', 'Partially proven')}
# Warnings that may be given: unit, text.
WARNED = {('wipe', 'Clobber list contains "memory" argument. Assuming no side effects '
                   'beyond those mentioned in operands.')}
# What a function must have, by the names of the report.
WANTED = {'termination clause', 'assigns clause', 'postcondition'}
# What the proved files may not say: code hidden from the prover, things assumed.
FORBIDDEN = re.compile(r'__FRAMAC__|__builtin|\baxiom(atic)?\b|\badmit\b')


def pinned():
    """The versions of proofs/versions; fails if a tool has another one."""
    want = dict(line.split('\t') for line in open(HERE + '/versions').read().splitlines()
                if line and line[0] != '#')
    for command, version in want.items():
        if shutil.which(command.split()[0]) is None:
            sys.exit('prove: %s is not installed' % command.split()[0])
        have = subprocess.run(command.split(), capture_output=True, text=True).stdout
        if not re.search(r'(?<![\w.])%s(?![\w.-])' % re.escape(version), have):
            sys.exit('prove: "%s" says %r, proofs/versions has %s' %
                     (command, have.split('\n')[0], version))
    return want


def configure(out):
    """A Why3 configuration of the two pinned provers and no other."""
    want = pinned()
    path = out + '/why3.conf'
    with open(path, 'w') as f:
        f.write('[main]\nmagic = 14\nmemlimit = 4000\nrunning_provers_max = 2\n')
        for name in 'z3', 'cvc4':
            f.write('\n[partial_prover]\nname = "%s"\npath = "%s"\nversion = "%s"\n' %
                    (name.upper(), shutil.which(name),
                     want[name + ' --version']))
    return path


def run(unit, args):
    """Run Frama-C on a unit: its log and its report."""
    base = os.path.join(args.out, unit + ('-smoke' if args.smoke else ''))
    command = ['frama-c', '-cpp-extra-args=-Iinclude -Isrc'] + RTE.split() + WP.split()
    command += ['-wp-timeout', str(args.timeout)]
    if args.smoke:
        command += ['-wp-smoke-tests', '-wp-smoke-timeout', '2']
    if args.fct:
        command += ['-wp-fct', args.fct]
    command += [os.path.join(args.tree, 'src/%s.c' % unit), '-then', '-report', '-report-csv', base + '.csv']
    if os.path.exists(base + '.csv'):
        os.remove(base + '.csv')
    with open(base + '.log', 'w') as log:
        status = subprocess.run(command, cwd=args.tree, stdout=log, stderr=subprocess.STDOUT,
                                env=dict(os.environ, PWD=args.tree,     # Frama-C believes PWD
                                         WHY3CONFIG=args.conf)).returncode
    return status, open(base + '.log', errors='replace').read(), base + '.csv'


def properties(unit, report, functions):
    """What is wrong with the report, and the number of its properties."""
    bad, number, kinds = [], 0, {}
    if not os.path.exists(report):
        return ['no report'], 0
    for r in csv.DictReader(open(report), delimiter='\t'):
        if r['directory'].startswith('FRAMAC_SHARE') and r['file'] == '__fc_gcc_builtins.h':
            continue            # declared by Frama-C, called by nobody: see FORBIDDEN
        number += 1
        kinds.setdefault(r['function'], set()).add(r['property kind'])
        if r['status'] != 'Valid' and \
           (unit, r['function'], r['property kind'], r['status']) not in ALLOWED:
            bad.append('%s:%s: %s: %s: %s' % (r['file'], r['line'], r['function'],
                                              r['property kind'], r['status']))
    for f in functions:
        for kind in WANTED - kinds.get(f, set()):
            bad.append('%s has no %s' % (f, kind))
    return bad, number


def text(unit, tree):
    """What the proved files say that they may not."""
    bad = []
    for name in ['src/%s.c' % unit, 'src/%s.h' % unit, 'src/spec.h', 'src/config.h']:
        for hit in FORBIDDEN.finditer(open(os.path.join(tree, name)).read()):
            bad.append('%s says %s' % (name, hit.group()))
    return bad


def warnings(unit, log):
    """Every warning and error of Frama-C that is not in WARNED."""
    found = [re.sub(r'\s+', ' ', w).strip()
             for w in re.findall(r'Warning:((?:.*\n)(?:  .*\n)*)', log)]
    bad = [w for w in found if (unit, w) not in WARNED]
    return bad + re.findall(r'.*(?:User Error|aborted|Unexpected error|Internal error).*', log)


def prove(unit, args):
    status, log, report = run(unit, args)
    proved = re.findall(r'^\[wp\] \[(?!Failed|Passed)[^]]*\] Goal (\S+) : Valid', log, re.M)
    failed = re.findall(r'^\[wp\] \[Failed\] Goal (\S+)', log, re.M)
    count = re.findall(r'Proved goals:\s+(\d+) / (\d+)', log)
    if args.fct:
        print('\n'.join(failed + ['error: ' + w for w in warnings(unit, log)]))
        return True, ''
    functions = re.findall(r'annotating function (\S+)', log)
    bad = ['frama-c exits with %d' % status] if status else []
    bad += text(unit, args.tree) + warnings(unit, log) + ['not proved: ' + g for g in failed]
    more, number = properties(unit, report, functions)
    bad += more
    if not functions:
        bad.append('no function')
    if len(count) != 1 or len(proved) != len(set(proved)) or \
       count[0] != (str(len(proved)),) * 2:
        bad.append('Frama-C counts %s, the log names %d goals' % (count, len(proved)))
    path = '%s/expected/%s.txt' % (HERE, unit)
    if args.accept and not bad:
        open(path, 'w').write('\n'.join(sorted(proved)) + '\n')
    want = set(open(path).read().split()) if os.path.exists(path) else set()
    if not args.accept:
        bad += ['lost: ' + g for g in sorted(want - set(proved))]
        bad += ['not in expected/: ' + g for g in sorted(set(proved) - want)]
    for b in bad:
        print('%s: %s' % (unit, b))
    return not bad, '%s %d/%d' % (unit, len(set(proved) & want), len(want))


def smoke(unit, args):
    status, log, _ = run(unit, args)
    passed = re.findall(r'^\[wp\] \[Passed\] Smoke-test (\S+)', log, re.M)
    failed = re.findall(r'^\[wp\] \[Failed\] Smoke-test (\S+)', log, re.M)
    bad = ['doomed: ' + g for g in failed] + warnings(unit, log)
    if status or not passed:
        bad.append('no smoke test was run')
    for b in bad:
        print('%s: %s' % (unit, b))
    return not bad, '%s %d/%d' % (unit, len(passed), len(passed) + len(failed))


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--accept', action='store_true')
    p.add_argument('--smoke', action='store_true')
    p.add_argument('--fct')
    p.add_argument('--timeout', type=int, default=TIMEOUT)
    p.add_argument('--tree', default=os.path.dirname(HERE))
    p.add_argument('--out', default='build/proofs')
    p.add_argument('unit', nargs='+')
    args = p.parse_args()
    args.out = os.path.abspath(args.out)
    args.tree = os.path.realpath(args.tree)
    os.makedirs(args.out, exist_ok=True)
    args.conf = configure(args.out)
    start = time.time()
    with ThreadPoolExecutor(ATONCE) as pool:    # the last unit takes longest: it goes first
        jobs = [pool.submit(smoke if args.smoke else prove, unit, args)
                for unit in reversed(args.unit)]
        results = [job.result() for job in reversed(jobs)]
    ok = all(r[0] for r in results)
    if not args.fct:
        verdict = 'FAILED' if not ok else 'no contradiction' if args.smoke else 'all proved'
        print('%s: %s: %s (%d s)' % ('smoke' if args.smoke else 'prove',
                                     ', '.join(r[1] for r in results), verdict,
                                     time.time() - start))
    return 0 if ok else 1


if __name__ == '__main__':
    sys.exit(main())
