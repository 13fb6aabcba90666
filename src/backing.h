/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * backing.h - stage 3: where a slot's pages come from (enum locket_backing).
 *
 * Anonymous pages are those of the range, opened in place (slab).  Others are
 * put in their place, and replaced by pages as those of the range again.  Such
 * pages are given back as they were made: all that a slot has, together.
 */
#ifndef LOCKET_BACKING_H
#define LOCKET_BACKING_H

#include "config.h"
#include "advice.h"
#include "slab.h"
#include "span.h"
#include "spec.h"

/**
 * locket_backing_open(policy, range, lo, hi, locked):
 * Open the closed pages ${lo} .. ${hi} of ${range} as ${policy} says, and lock
 * them unless ${locked} is LOCKET_OFF.  All or nothing.
 *
 * Returns: as locket_slab_open; what os.h says of the backing; and EINVAL for
 *          secret memory that is not to be locked: there is none.
 */
/*@ requires policy:   \valid_read(policy);
    requires range:    \valid_read(range);
    requires pages:    lo <= hi;
    requires wiped:    zeroed(range->base, lo, hi);
    requires closed:   access_is(lo, hi, LOCKET_NO_ACCESS);
    requires unlocked: locked_is(lo, hi, 0);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1], locket_ghost_locked[lo .. hi - 1];
    ensures open:    \result <= 0 ==> access_is(lo, hi, LOCKET_READ_WRITE);
    ensures locked:  \result == 0 && locked != LOCKET_OFF ==> locked_is(lo, hi, 1);
    ensures not:     \result < 0 || (\result == 0 && locked == LOCKET_OFF) ==>
                       locked_is(lo, hi, 0);
    ensures demand:  \result < 0 ==> locked == LOCKET_PREFER;
    ensures refused: \result > 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS) && locked_is(lo, hi, 0);
    ensures negates: \result > -2147483648;
*/
LOCKET_INTERNAL int locket_backing_open(const struct locket_policy *policy,
                                        const struct locket_range *range, size_t lo, size_t hi,
                                        enum locket_demand locked);

/**
 * locket_backing_give_back(policy, range, lo, hi, held, open):
 * Give the memory of the pages ${lo} .. ${hi} of ${range} back: as
 * locket_slab_give_back.  Zeros that were not written to the disk of a
 * LOCKET_FILE are a refusal too (EIO and others of msync(2)).
 */
/*@ requires policy:   \valid_read(policy);
    requires range:    \valid_read(range);
    requires pages:    lo <= hi;
    requires wiped:    zeroed(range->base, lo, hi);
    requires unlocked: held == LOCKET_HELD_MARKED ==> locked_is(lo, hi, 0);
    requires closed:   open == 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1], locket_ghost_locked[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS) && locked_is(lo, hi, 0);
    ensures refused: \result != 0 ==> \forall integer i; lo <= i < hi ==>
                       locket_ghost_access[i] == \old(locket_ghost_access[i]) &&
                       locket_ghost_locked[i] == \old(locket_ghost_locked[i]);
*/
LOCKET_INTERNAL int locket_backing_give_back(const struct locket_policy *policy,
                                             const struct locket_range *range, size_t lo,
                                             size_t hi, enum locket_held held, int open);

/**
 * locket_backing_parts(policy):
 * 1 if a part of a slot's pages can be given back, 0 if only all of them.
 */
/*@ requires policy: \valid_read(policy);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result != 0 <==> policy->backing == LOCKET_ANONYMOUS;
*/
LOCKET_INTERNAL int locket_backing_parts(const struct locket_policy *policy);

/**
 * locket_backing_wiped(policy, range, lo, hi):
 * The pages ${lo} .. ${hi} of ${range}, or what of them are secrets, have just
 * been wiped: have that on the disk of a LOCKET_FILE before anything else.
 * Async-signal-safe.
 */
/*@ requires policy: \valid_read(policy);
    requires range:  \valid_read(range);
    requires pages:  lo <= hi;
    requires wiped:  zeroed(range->base, lo, hi);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_backing_wiped(const struct locket_policy *policy,
                                          const struct locket_range *range, size_t lo, size_t hi);

/**
 * locket_backing_lacks(policy):
 * 0 if this machine has what ${policy} wants its pages to be; else the errno.
 */
/*@ requires policy: \valid_read(policy);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_backing_lacks(const struct locket_policy *policy);

#endif
