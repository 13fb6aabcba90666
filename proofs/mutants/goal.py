# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
"""usage: goal.py goal provers [option ...] --fct NAME unit
prove.py for one goal of a function and its parts: all that a mutant needs.
Provers are those of proofs/options, or fewer: a goal that fails costs each
prover all its steps.
"""
import os, re, sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import prove, wp


def selection(goal):
    """What -wp-prop calls the property of a goal: its name, or its kind."""
    goal = re.sub(r'_\d+$', '', goal)
    found = re.search(r'_assert_rte_(\w+)$', goal) or \
        re.search(r'_(?:requires|ensures|assert|loop_invariant)_(\w+?)(?:_established|_preserved)?$',
                  goal)
    kind = re.search('_(assigns|variant|terminates|exits)', goal)
    return found[1] if found else '@' + kind[1] if kind else ''


def main():
    goal, provers = sys.argv.pop(1), sys.argv.pop(1)
    args, bad = prove.arguments()
    if provers != 'all':
        args.options = [re.sub('^-wp-prover=.*', '-wp-prover=' + provers, o) for o in args.options]
    extra = ['-wp-fct', args.fct]
    extra += ['-wp-prop', selection(goal)] if selection(goal) else []
    run = wp.Run(args.unit[0], 'src/%s.c' % args.unit[0], args, extra=extra, report=False)
    ours = re.compile(re.escape(goal) + r'(_part\d+)?')
    for name in [*run.proved, *run.failed]:
        if ours.fullmatch(name):
            print(('proved: ' if name in run.proved else
                   'timeout: ' if run.reason(name) == 'timeout' else 'failed: ') + name)
    for problem in bad + run.bad:
        print('error: ' + problem)
    

main()
