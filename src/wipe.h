/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * wipe.h - stage 6: zero bytes so that the compiler keeps it.
 */
#ifndef LOCKET_WIPE_H
#define LOCKET_WIPE_H

#include "config.h"
#include "spec.h"

/**
 * locket_wipe_bytes(b, lo, hi):
 * Zero the bytes ${lo} .. ${hi} - 1 of ${b}, any memory.  No compiler removes
 * it, even if nothing reads them again.
 */
/*@ requires range: lo <= hi;
    requires valid: \valid(b + (lo .. hi - 1));
    terminates \true;
    exits      \false;
    assigns    b[lo .. hi - 1];
    ensures wiped:  zeroed(b, lo, hi);
*/
LOCKET_INTERNAL void locket_wipe_bytes(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_wipe_range(b, lo, hi):
 * The same for open pages of the range, which begins at ${b}.
 */
/*@ requires range: lo <= hi;
    requires valid: \valid(b + (lo .. hi - 1));
    requires open:  access_is(lo, hi, LOCKET_READ_WRITE);
    terminates \true;
    exits      \false;
    assigns    b[lo .. hi - 1];
    ensures wiped:  zeroed(b, lo, hi);
*/
LOCKET_INTERNAL void locket_wipe_range(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_wipe_words(b, lo, hi):
 * locket_wipe_range for a few whole words, where a call of memset(3) would take
 * longer than all else.
 */
/*@ requires range: lo <= hi;
    requires words: (hi - lo) % 8 == 0;
    requires valid: \valid(b + (lo .. hi - 1));
    requires open:  access_is(lo, hi, LOCKET_READ_WRITE);
    terminates \true;
    exits      \false;
    assigns    b[lo .. hi - 1];
    ensures wiped:  zeroed(b, lo, hi);
*/
LOCKET_INTERNAL void locket_wipe_words(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_wipe_copy(b, to, from, bytes):
 * Copy ${bytes} bytes of the range ${b} from ${from} on to ${to} on, byte by byte: no
 * vector register holds any of them, which a dynamic linker would save to the
 * stack when a function is first called.  1 to 2 ns a byte.
 */
/*@ requires from:  from + bytes <= SIZE_MAX;
    requires to:    to + bytes <= SIZE_MAX;
    requires read:  \valid_read(b + (from .. from + bytes - 1));
    requires write: \valid(b + (to .. to + bytes - 1));
    requires source: readable(from, from + bytes);
    requires target: access_is(to, to + bytes, LOCKET_READ_WRITE);
    requires apart: to + bytes <= from || from + bytes <= to;
    terminates \true;
    exits      \false;
    assigns    b[to .. to + bytes - 1];
    ensures copied: \forall integer i; to <= i < to + bytes ==> b[i] == \old(b[i - to + from]);
*/
LOCKET_INTERNAL void locket_wipe_copy(unsigned char *b, size_t to, size_t from, size_t bytes);

#endif
