#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
# What OSS-Fuzz and ClusterFuzzLite run in their builder: the targets, their seeds,
# options and dictionaries go into OUT.  What the builder says decides how:
#   CC CXX CFLAGS CXXFLAGS LIB_FUZZING_ENGINE SANITIZER FUZZING_ENGINE ARCHITECTURE
#   SRC (the sources are in SRC/locket) WORK (objects) OUT
# ci/oss-fuzz runs it in the same way without their images.
set -eu
: "${CC:?}" "${CXX:?}" "${LIB_FUZZING_ENGINE:?}" "${SRC:?}" "${WORK:?}" "${OUT:?}"
SANITIZER=${SANITIZER:-address}
FUZZING_ENGINE=${FUZZING_ENGINE:-libfuzzer}
ARCHITECTURE=${ARCHITECTURE:-x86_64}
root=$SRC/locket

# The main target needs 64 bits of address space; the units do not.
case $ARCHITECTURE in
x86_64 | aarch64) targets="sequence unit_size unit_canary unit_wipe unit_table" ;;
*) targets="unit_size unit_canary unit_wipe unit_table" ;;
esac

# What only looks is not instrumented, for speed; but a program is all for MSan, or
# nothing of it.
case $SANITIZER in
address) speed="-O3 -fno-sanitize=all -DSIM_SANITIZED=1" ;;
undefined) speed="-O3 -fno-sanitize=all" ;;
coverage | none) speed=-O1 ;;
*) speed=-O2 ;;
esac

build=$WORK/locket-$FUZZING_ENGINE-$SANITIZER-$ARCHITECTURE
for target in $targets; do
    set -- "$@" "$build/fuzz/$target"
done
make -s -j"$(nproc)" -C "$root" BUILD="$build" WERROR= HARDEN= \
    FUZZ_CC="$CC" FUZZ_LD="$CXX" FUZZ_SAN= FUZZ_COV= FUZZ_SPEED="$speed" \
    FUZZ_FLAGS="-std=c11 -D_DEFAULT_SOURCE -Iinclude -Isrc ${CFLAGS:-}" \
    FUZZ_LINK="${CXXFLAGS:-}" FUZZ_ENGINE="$LIB_FUZZING_ENGINE" "$@"

for target in $targets; do
    cp "$build/fuzz/$target" "$OUT/$target"
    rm -f "$OUT/${target}_seed_corpus.zip"
    zip -jqr "$OUT/${target}_seed_corpus.zip" "$root/fuzz/corpus/$target"
    cp "$root/fuzz/oss-fuzz/$target.options" "$OUT/$target.options"
    [ ! -f "$root/fuzz/$target.dict" ] || cp "$root/fuzz/$target.dict" "$OUT/$target.dict"
done
