/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * spec.h - the words in which contracts are written; no code.
 *
 * Every range is a base and two absolute offsets: lo .. hi, hi excluded.
 *
 * What the kernel knows of the range and C does not, is ghost state, one
 * element for each byte: which access its page has, and whether it is locked.
 * Only the contracts of os.h change it.
 */
#ifndef LOCKET_SPEC_H
#define LOCKET_SPEC_H

#include <stddef.h>

/* enum locket_access of each byte's page; 1 if the page is locked. */
/*@ ghost short locket_ghost_access[0x1000000000]; */
/*@ ghost unsigned short locket_ghost_locked[0x1000000000]; */
/* Bytes of the range; 0: not reserved.  There is one at a time. */
/*@ ghost size_t locket_ghost_reserved; */
/* The index of the slot whose place a byte is part of; nobody's: any number. */
/*@ ghost unsigned locket_ghost_owner[0x1000000000]; */

/*@ predicate text{L}(char *s) =
      \exists integer n; 0 <= n && \valid_read(s + (0 .. n)) && s[n] == 0;

    predicate zeroed{L}(unsigned char *b, integer lo, integer hi) =
      \forall integer i; lo <= i < hi ==> b[i] == 0;

    predicate same{L1,L2}(unsigned char *b, integer lo, integer hi) =
      \forall integer i; lo <= i < hi ==> \at(b[i],L1) == \at(b[i],L2);

    // what was zero is zero
    predicate stays_zero{L1,L2}(unsigned char *b, integer lo, integer hi) =
      \forall integer i; lo <= i < hi ==> \at(b[i],L1) == 0 ==> \at(b[i],L2) == 0;

    // the pages have access mode m, an enum locket_access
    predicate access_is{L}(integer lo, integer hi, integer m) =
      \forall integer i; lo <= i < hi ==> locket_ghost_access[i] == m;

    predicate readable{L}(integer lo, integer hi) =
      \forall integer i; lo <= i < hi ==> locket_ghost_access[i] != 0;

    // the pages are locked (1) or not (0)
    predicate locked_is{L}(integer lo, integer hi, integer m) =
      \forall integer i; lo <= i < hi ==> locket_ghost_locked[i] == m;
*/

#endif
