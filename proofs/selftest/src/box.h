/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * box.h - the self-test's lower unit.
 */
#ifndef SELFTEST_BOX_H
#define SELFTEST_BOX_H

/** locket_box_less(x): One less, but not below 0. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures less: x > 0 ==> \result == x - 1;
    ensures zero: x == 0 ==> \result == 0;
*/
unsigned locket_box_less(unsigned x);

#endif
