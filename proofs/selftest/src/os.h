/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os.h - the self-test's border with the system: one call.
 */
#ifndef SELFTEST_OS_H
#define SELFTEST_OS_H

/** locket_os_zap(b): Zero the byte; 0, or the errno value of a refusal. */
/*@ requires valid: \valid(b);
    terminates \true;
    exits      \false;
    assigns    *b;
    ensures errno: 0 <= \result;
    ensures ok:    \result == 0 ==> *b == 0;
*/
int locket_os_zap(unsigned char *b);

#endif
