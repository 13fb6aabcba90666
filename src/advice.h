/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * advice.h - stage 3: what the kernel is told of a slab's pages, for a fork.
 *
 * The range as a whole is wiped on fork.  A slab of an arena with another
 * policy gets another advice when its spans are taken, and theirs again before
 * they are given back, so arenas of different policies never share a span.  An
 * advice splits the range's mapping: two mappings more for each such slab that
 * does not lie beside one like it.
 */
#ifndef LOCKET_ADVICE_H
#define LOCKET_ADVICE_H

#include "config.h"
#include "span.h"

/**
 * locket_advice_give(policy, range, lo, hi):
 * Have what ${policy} says of a fork for the pages ${lo} .. ${hi}.  0, or an
 * errno: the kernel does not know it, or ENOMEM.  What is only preferred, and
 * unknown, is 0.
 */
/*@ requires policy: \valid_read(policy);
    requires range:  \valid_read(range);
    requires pages:  lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_advice_give(const struct locket_policy *policy,
                                       const struct locket_range *range, size_t lo, size_t hi);

/**
 * locket_advice_renew(policy, range, lo, hi):
 * The same for pages that are new there: what the whole range was told, too.  0,
 * or an errno.
 */
/*@ requires policy: \valid_read(policy);
    requires range:  \valid_read(range);
    requires pages:  lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_advice_renew(const struct locket_policy *policy,
                                        const struct locket_range *range, size_t lo, size_t hi);

/**
 * locket_advice_take(policy, range, lo, hi):
 * Undo it: the pages are as the rest of the range is.  0, or an errno.  Where
 * other pages have been meanwhile, that is seen to for all of them.
 */
/*@ requires policy: \valid_read(policy);
    requires range:  \valid_read(range);
    requires pages:  lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_advice_take(const struct locket_policy *policy,
                                       const struct locket_range *range, size_t lo, size_t hi);

#endif
