# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
#
# verdict.sh - what the tests of the command share; sourced by them.
#
# Needs: $1, the command.  Leaves: $locket, its path; $here, this folder; $top;
# $work, a folder of the test's own, removed at the end; $CC; $python.

# shellcheck shell=sh disable=SC2034

locket=${1:?usage: sh $0 build/locket}
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
case $locket in
/*) ;;
*) locket=$PWD/$locket ;;
esac
CC=${CC:-cc}
python=$(python3 -c 'import sys; print(sys.executable)') # not a slow wrapper

work=$(mktemp -d "${TMPDIR:-/tmp}/locket-cmd-XXXXXX") || exit 2
trap 'rm -rf -- "$work"' EXIT
trap 'exit 2' INT TERM HUP
passed=0
failed=0
: >"$work/out"
: >"$work/err"

# verdict STATUS NAME: count and print a test.
verdict()
{
        if [ "$1" -eq 0 ]; then
                passed=$((passed + 1))
                echo "ok $((passed + failed)) - $2"
        else
                failed=$((failed + 1))
                echo "not ok $((passed + failed)) - $2"
                sed 's/^/# /' "$work/out" "$work/err"
        fi
}

# skip NAME REASON: a test that cannot be made here.
skip()
{
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $1 # SKIP $2"
}

# expect STATUS COMMAND...: run it, its output to out and err; true if the exit
# status is the expected one.
expect()
{
        expected=$1
        shift
        "$@" >"$work/out" 2>"$work/err"
        got=$?
        [ "$got" -eq "$expected" ] && return 0
        echo "exit status $got, expected $expected" >>"$work/err"
        return 1
}

# run STATUS ARGUMENT...: the same, of the command.
run()
{
        wanted=$1
        shift
        expect "$wanted" "$locket" "$@"
}

has()      { grep -q -e "$1" "$work/out"; }
complains() { grep -q -e "$1" "$work/err" && [ ! -s "$work/out" ]; }

# as_user COMMAND...: as an ordinary user without rights, if root runs this.
as_user()
{
        if [ "$(id -u)" -eq 0 ]; then
                setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
        else
                "$@"
        fi
}

# tidy FILE: fits a terminal of 100 columns, and no colour in a pipe.
tidy()
{
        [ "$(LC_ALL=C.UTF-8 wc -L <"$1")" -le 100 ] &&
                ! LC_ALL=C grep -q "$(printf '\033')" "$1"
}

# finish: the last line; the exit status of the test.
finish()
{
        echo "$passed passed, $failed failed"
        [ "$failed" -eq 0 ]
}
