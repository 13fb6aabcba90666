/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * spec.h - the words in which contracts are written; no code.
 *
 * Every range is a base and two absolute offsets: lo .. hi, hi excluded.
 */
#ifndef LOCKET_SPEC_H
#define LOCKET_SPEC_H

/*@ predicate zeroed{L}(unsigned char *b, integer lo, integer hi) =
      \forall integer i; lo <= i < hi ==> b[i] == 0;

    predicate same{L1,L2}(unsigned char *b, integer lo, integer hi) =
      \forall integer i; lo <= i < hi ==> \at(b[i],L1) == \at(b[i],L2);
*/

#endif
