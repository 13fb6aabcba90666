/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * backing.c - stage 3: where a slot's pages come from.
 *
 * Knows:    policies, offsets.  Touches no byte.
 * Promises: pages are open and locked, or as they were; what is given back is
 *           all zero, on the disk of a file too.
 * Proved:   all functions.   Tests: tests/unit/test_backing.c, tests/backing
 */
#include "backing.h"

#include <errno.h>

#include "os.h"

/* Pages that are new in ${lo} .. ${hi}, without access, get what the range has.  A
 * wish: what is lost by a refusal is not what is in them, and is asked for
 * again before anybody else gets the place (locket_advice_take). */
/*@ requires policy: \valid_read(policy);
    requires range:  \valid_read(range);
    requires pages:  lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
static void locket_backing_level(const struct locket_policy *policy,
                                 const struct locket_range *range, size_t lo, size_t hi)
{
        (void)locket_advice_renew(policy, range, lo, hi);
}

/* Have open pages of a file as ${policy} and ${locked} say, or anonymous ones again.
 * As locket_backing_open. */
/*@ requires policy:   \valid_read(policy);
    requires range:    \valid_read(range);
    requires pages:    lo <= hi;
    requires wiped:    zeroed(range->base, lo, hi);
    requires open:     access_is(lo, hi, LOCKET_READ_WRITE);
    requires unlocked: locked_is(lo, hi, 0);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_locked[lo .. hi - 1];
    ensures locked:  \result == 0 && locked != LOCKET_OFF ==> locked_is(lo, hi, 1);
    ensures not:     \result != 0 || locked == LOCKET_OFF ==> locked_is(lo, hi, 0);
    ensures demand:  \result < 0 ==> locked == LOCKET_PREFER;
    ensures negates: \result > -2147483648;
*/
static int locket_backing_settle(const struct locket_policy *policy,
                                 const struct locket_range *range, size_t lo, size_t hi,
                                 enum locket_demand locked)
{
        int error = 0;

        if (policy->undumped != LOCKET_OFF && range->undump_error == 0) {
                error = locket_os_undump(range->base, lo, hi, 1);
        }
        if (error == 0 && locked != LOCKET_OFF) {
                error = locket_os_lock(range->base, lo, hi);
                if (error != 0 && locked == LOCKET_PREFER) {
                        return -error;
                }
        }
        return error;
}

/* Open pages of a new file.  As locket_backing_open. */
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
static int locket_backing_file(const struct locket_policy *policy,
                               const struct locket_range *range, size_t lo, size_t hi,
                               enum locket_demand locked)
{
        int error = locket_os_file(range->base, lo, hi, policy->directory);

        if (error != 0) {
                return error;
        }
        error = locket_backing_settle(policy, range, lo, hi, locked);
        if (error > 0) {
                if (locket_os_plain(range->base, lo, hi) != 0) {
                        /* The file stays until the slab goes: zero, and closed. */
                        locket_os_restore(range->base, lo, hi, LOCKET_NO_ACCESS);
                }
                locket_backing_level(policy, range, lo, hi);
        }
        return error;
}

int locket_backing_open(const struct locket_policy *policy, const struct locket_range *range,
                        size_t lo, size_t hi, enum locket_demand locked)
{
        int error;

        if (policy->backing == LOCKET_SECRETMEM) {
                error = locked == LOCKET_OFF ? EINVAL : locket_os_secret(range->base, lo, hi);
        } else if (policy->backing == LOCKET_FILE) {
                error = locket_backing_file(policy, range, lo, hi, locked);
        } else {
                error = locket_slab_open(range->base, lo, hi, locked);
        }
        return error;
}

int locket_backing_give_back(const struct locket_policy *policy, const struct locket_range *range,
                             size_t lo, size_t hi, enum locket_held held, int open)
{
        int error = 0;

        if (policy->backing != LOCKET_SECRETMEM && policy->backing != LOCKET_FILE) {
                return locket_slab_give_back(range->base, lo, hi, held, open);
        }
        if (policy->backing == LOCKET_FILE) {
                error = locket_os_sync(range->base, lo, hi);
        }
        if (error == 0) {
                error = locket_os_plain(range->base, lo, hi);
        }
        if (error == 0) {
                locket_backing_level(policy, range, lo, hi);
        }
        return error;
}

int locket_backing_parts(const struct locket_policy *policy)
{
        return policy->backing == LOCKET_ANONYMOUS;
}

void locket_backing_wiped(const struct locket_policy *policy, const struct locket_range *range,
                          size_t lo, size_t hi)
{
        if (policy->backing == LOCKET_FILE && lo < hi) {
                (void)locket_os_sync(range->base, lo, hi); /* again when they are given back */
        }
}

int locket_backing_lacks(const struct locket_policy *policy)
{
        if (policy->backing == LOCKET_SECRETMEM) {
                return locket_os_try_secret();
        }
        return policy->backing == LOCKET_FILE ? locket_os_try_file(policy->directory) : 0;
}
