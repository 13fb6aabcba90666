# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
"""Look for contradictions in the contracts that are believed.

If the contract of a function without a body contradicts itself, or what its
caller knows, everything after the call is proved, and nothing else notices.
So each unit is copied, as Frama-C prints it (one call a statement), with a
`check \\false` after each call of a trusted function, and for a function that
answers with an int one more for each of 0 and not 0.  None of them may be
proved.
"""
import os, re
import wp

DECLARES = re.compile(r'\w[\w\s]*[\s*]+\w+')     # a type and a name
INT = re.compile(r'^(?:LOCKET_INTERNAL\s+|static\s+|inline\s+)*int\s+\w+\s*\(')


def blanked(text):
    """The text with comments and strings blanked out, character for character."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"',
                  lambda m: re.sub(r'[^\n]', ' ', m[0]), text, flags=re.S)


def instrument(text, ledger):
    """The text with checks, and the number of calls and of checks."""
    code, out, at, calls, checks = blanked(text), [], 0, 0, 0
    depth, depths = 0, []
    for c in code:
        depth += (c == '{') - (c == '}')
        depths.append(depth)
    names = '|'.join(sorted(ledger.trusted, key=len, reverse=True))
    for found in re.finditer(r'\b(%s)\s*\(' % names, code):
        if depths[found.start()] == 0 or found[1] == 'locket_fatal':
            continue            # declared, or known not to return
        start = max(code.rfind(c, 0, found.start()) for c in ';{}:') + 1
        start = max(start, statement(code, start, found.start()))
        end = code.index(';', found.end()) + 1
        head = code[start:found.start()].strip()
        simple = re.fullmatch(r'(?:([^=]+?)\s*=\s*)?(?:\([\w\s*]+\)\s*)*', head)
        if not simple or code[closing(code, found.end()):end].strip() != ';':
            raise ValueError('cannot put a check after: ' + text[start:end].strip())
        calls += 1
        extra = ' /*@ check locket_never: \\false; */ ;'
        checks += 1
        left = simple[1] or ''
        if left and INT.match(ledger.contracts[found[1]][2].strip()):
            left = re.findall(r'\w+', left)[-1] if DECLARES.fullmatch(left) else left
            extra += (' if (%s == 0) { /*@ check locket_never_zero: \\false; */ ; }'
                      ' else { /*@ check locket_never_other: \\false; */ ; }' % left)
            checks += 2
        declares = DECLARES.fullmatch(simple[1] or '')
        lead = len(code[start:]) - len(code[start:].lstrip())
        out += [text[at:start + lead], '' if declares else '{ ', text[start + lead:end], extra,
                '' if declares else ' }']
        at = end
    return ''.join(out + [text[at:]]), calls, checks


def closing(code, at):
    """The place after the parenthesis that the one before ${at} opens."""
    depth = 1
    while depth:
        depth += (code[at] == '(') - (code[at] == ')')
        at += 1
    return at


def statement(code, start, end):
    """Where the statement begins that may follow `if (...)`, `else` or `while (...)`."""
    while True:
        found = re.match(r'\s*(?:(else|do)\b|(if|while|for|switch)\s*\()', code[start:end])
        if not found:
            return start
        start += found.end()
        if found[2]:
            start = closing(code, start)
            if start > end:     # the call is in the condition
                raise ValueError('cannot put a check into a condition')


def run(unit, args):
    """The checks of a unit: each must stay open."""
    scan, ledger = args.scans[unit], args.ledger
    copy = os.path.join(args.out, unit + '-controls.c')
    kernel = [o for o in args.options if not o.startswith('-wp')]
    status, log = wp.frama_c(kernel + ['src/%s.c' % unit, '-print', '-ocode', copy],
                             os.path.join(args.out, unit + '-print.log'), args.tree, None)
    if status:
        return ['Frama-C cannot print it: ' + log], None
    try:
        text, calls, checks = instrument(open(copy).read(), ledger)
    except (ValueError, IndexError) as e:
        return [str(e)], None
    result = {'unit': unit, 'goals': 0, 'of': 0}
    callers = sorted(f for f in scan.proved if scan.calls.get(f, set()) & ledger.trusted)
    if not callers or not calls:
        return [], result
    with open(copy, 'w') as f:
        f.write(text)
    props = 'locket_never,locket_never_zero,locket_never_other'
    out = wp.Run(unit, copy, args, tag='-controls', report=False,
                 extra=['-wp-prop', props, '-wp-fct', ','.join(callers)])
    result['goals'], result['of'] = len(out.failed), len(out.failed) + len(out.proved)
    bad = out.bad + ['%s is proved: what is believed contradicts itself' % g for g in out.proved]
    want = sum(len(re.findall(r'check locket_never', body))
               for body in (part(text, f) for f in callers))
    if want != result['of']:
        bad.append('%d checks, but %d goals' % (want, result['of']))
    return bad, result


def part(text, function):
    """The body of a function."""
    code = blanked(text)
    for found in re.finditer(r'^[^\s#/{}][^;{}]*\b%s\s*\([^;{}]*\)\s*\{' % function, code, re.M):
        depth, at = 1, found.end()
        while depth:
            depth += (code[at] == '{') - (code[at] == '}')
            at += 1
        return text[found.start():at]
    return ''
