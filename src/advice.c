/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * advice.c - stage 3: what the kernel is told of a slab's pages, for a fork.
 *
 * Knows:    policies, offsets.  Touches no byte.
 * Promises: a slab that is given back is advised as the range is, or spoilt.
 * Proved:   all functions.   Tests: tests/unit/test_advice.c, tests/fork
 */
#include "advice.h"

#include <errno.h>

#include "os.h"

/* What is only preferred may be refused, but for a lack of memory. */
/*@ requires policy: \valid_read(policy);
    requires code:   0 <= error;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:     \result == 0 || \result == error;
    ensures required: policy->fork_safe != LOCKET_PREFER ==> \result == error;
*/
static int locket_advice_answer(const struct locket_policy *policy, int error)
{
        return policy->fork_safe == LOCKET_PREFER && error != ENOMEM ? 0 : error;
}

/* 1 if the pages are to be copied to a child: then they must not be wiped. */
/*@ requires policy: \valid_read(policy);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result != 0 <==> policy->fork_safe == LOCKET_OFF ||
                     policy->fork == LOCKET_FORK_KEEP;
*/
static int locket_advice_copies(const struct locket_policy *policy)
{
        return policy->fork_safe == LOCKET_OFF || policy->fork == LOCKET_FORK_KEEP;
}

/*@ requires policy: \valid_read(policy);
    requires range:  \valid_read(range);
    requires pages:  lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
static int locket_advice_set(const struct locket_policy *policy, const struct locket_range *range,
                             size_t lo, size_t hi, int on)
{
        if (locket_advice_copies(policy)) { /* what the kernel lacks, nobody has */
                return range->fork_error == 0
                               ? locket_os_wipe_on_fork(range->base, lo, hi, !on)
                               : 0;
        }
        if (policy->fork == LOCKET_FORK_OMIT) {
                /* It stays wiped on fork too: as if it were mapped there again. */
                return locket_advice_answer(policy,
                                            locket_os_omit_on_fork(range->base, lo, hi, on));
        }
        return 0;
}

int locket_advice_give(const struct locket_policy *policy, const struct locket_range *range,
                       size_t lo, size_t hi)
{
        return locket_advice_set(policy, range, lo, hi, 1);
}

int locket_advice_renew(const struct locket_policy *policy, const struct locket_range *range,
                        size_t lo, size_t hi)
{
        int error = 0;

        locket_os_small_pages(range->base, lo, hi);
        if (policy->undumped != LOCKET_OFF && range->undump_error == 0) {
                error = locket_os_undump(range->base, lo, hi, 1);
        }
        if (error == 0 && range->fork_error == 0) {
                error = locket_os_wipe_on_fork(range->base, lo, hi, 1);
        }
        if (error == 0 && range->merge_error == 0) {
                error = locket_os_unmerge(range->base, lo, hi);
        }
        return error != 0 ? error : locket_advice_give(policy, range, lo, hi);
}

int locket_advice_take(const struct locket_policy *policy, const struct locket_range *range,
                       size_t lo, size_t hi)
{
        int error = 0;

        if (policy->backing != LOCKET_ANONYMOUS) {
                error = locket_advice_renew(policy, range, lo, hi);
        }
        return error != 0 ? error : locket_advice_set(policy, range, lo, hi, 0);
}
