/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * wipe.c - stage 6: zero bytes so that the compiler keeps it.
 *
 * Knows:    bytes.
 * Promises: every byte of the range is zero afterwards; a copy leaves no byte
 *           of it in a vector register.
 * Proved:   the loops; that the barrier stops the compiler is assumed, and
 *           looked for in the object code.   Tests: tests/unit/test_wipe.c
 */
#include "wipe.h"

/* The one line of assembly in the core: a compiler must take it for a reader
 * of all memory that ${b} leads to, so it keeps the stores before it.  The
 * operand is a number because a pointer makes Frama-C assume that *b is
 * written. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
static void locket_wipe_barrier(const unsigned char *b)
{
        uintptr_t address = (uintptr_t)b;

        __asm__ __volatile__("" : : "r"(address) : "memory");
}

void locket_wipe_bytes(unsigned char *b, size_t lo, size_t hi)
{
        size_t i;

        /*@ loop invariant range: lo <= i <= hi;
            loop invariant wiped: zeroed(b, lo, i);
            loop assigns i, b[lo .. hi - 1];
            loop variant hi - i;
        */
        for (i = lo; i < hi; i++) {
                b[i] = 0;
        }
        locket_wipe_barrier(b);
}

void locket_wipe_range(unsigned char *b, size_t lo, size_t hi)
{
        locket_wipe_bytes(b, lo, hi);
}

void locket_wipe_words(unsigned char *b, size_t lo, size_t hi)
{
        size_t i;

        if (hi - lo >= LOCKET_SMALL_BLOCK) {
                locket_wipe_bytes(b, lo, hi);
                return;
        }
        /*@ loop invariant range: lo <= i <= hi;
            loop invariant words: (hi - i) % 8 == 0;
            loop invariant wiped: zeroed(b, lo, i);
            loop assigns i, b[lo .. hi - 1];
            loop variant hi - i;
        */
        for (i = lo; i < hi; i += 8u) {
                b[i] = 0;
                b[i + 1] = 0;
                b[i + 2] = 0;
                b[i + 3] = 0;
                b[i + 4] = 0;
                b[i + 5] = 0;
                b[i + 6] = 0;
                b[i + 7] = 0;
                locket_wipe_barrier(b);
        }
}

void locket_wipe_copy(unsigned char *b, size_t to, size_t from, size_t bytes)
{
        size_t i;

        /*@ loop invariant range:  0 <= i <= bytes;
            loop invariant copied: \forall integer k; to <= k < to + i ==>
                                     b[k] == \at(b[k - to + from], Pre);
            loop invariant source: \forall integer k; from <= k < from + bytes ==>
                                     b[k] == \at(b[k], Pre);
            loop assigns i, b[to .. to + bytes - 1];
            loop variant bytes - i;
        */
        for (i = 0; i < bytes; i++) {
                b[to + i] = b[from + i];
                locket_wipe_barrier(b);
        }
}
