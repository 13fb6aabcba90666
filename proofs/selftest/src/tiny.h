/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * tiny.h - the self-test's upper unit.
 */
#ifndef SELFTEST_TINY_H
#define SELFTEST_TINY_H

/** locket_tiny_clear(b, x): Zero the byte; ${x} less one then, 0 if refused. */
/*@ requires valid: \valid(b);
    requires some:  x > 0;
    terminates \true;
    exits      \false;
    assigns    *b;
    ensures done:    \result != 0 ==> *b == 0 && \result == x - 1;
*/
unsigned locket_tiny_clear(unsigned char *b, unsigned x);

#endif
