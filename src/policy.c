/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * policy.c - what an arena promises: defaults, and what can be had.
 *
 * Knows:    struct locket_policy.
 * Promises: what cannot be kept is refused, never faked.
 * Proved:   all functions.   Tests: tests/unit/test_policy.c
 */
#include "policy.h"

#include <errno.h>

void locket_policy_default(struct locket_policy *policy)
{
        policy->struct_size = sizeof *policy;
        policy->layout = LOCKET_GUARDED;
        policy->backing = LOCKET_ANONYMOUS;
        policy->fork = LOCKET_FORK_WIPE;
        policy->freed = LOCKET_FREED_CLOSE;
        policy->locked = LOCKET_REQUIRE;
        policy->undumped = LOCKET_REQUIRE;
        policy->fork_safe = LOCKET_REQUIRE;
        policy->unmerged = LOCKET_REQUIRE;
        policy->capacity = 0;
        policy->quarantine = LOCKET_QUARANTINE;
        policy->directory = NULL;
        policy->label = NULL;
}

/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:  \result == 0 || \result == 1;
    ensures known: \result == 1 <==> demand_ok(demand);
*/
static int locket_policy_demand(enum locket_demand demand)
{
        return (demand == LOCKET_REQUIRE) + (demand == LOCKET_PREFER) + (demand == LOCKET_OFF);
}

/* 1 if every value is one that locket.h names. */
/*@ requires valid: \valid_read(p);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:    \result == 0 || \result == 1;
    ensures layout:  \result == 1 ==>
                       p->layout == LOCKET_GUARDED || p->layout == LOCKET_COMPACT;
    ensures freed:   \result == 1 ==>
                       p->freed == LOCKET_FREED_CLOSE || p->freed == LOCKET_FREED_CHECK;
    ensures fork:    \result == 1 ==> fork_ok(p->fork);
    ensures backing: \result == 1 ==> p->backing == LOCKET_ANONYMOUS ||
                       p->backing == LOCKET_SECRETMEM || p->backing == LOCKET_FILE;
    ensures demands: \result == 1 ==> demand_ok(p->locked) && demand_ok(p->undumped) &&
                       demand_ok(p->fork_safe) && demand_ok(p->unmerged);
    ensures ok:      policy_ok(p) ==> \result == 1;
*/
static int locket_policy_known(const struct locket_policy *p)
{
        const int layout = (p->layout == LOCKET_GUARDED) + (p->layout == LOCKET_COMPACT);
        const int backing = (p->backing == LOCKET_ANONYMOUS) + (p->backing == LOCKET_SECRETMEM) +
                            (p->backing == LOCKET_FILE);
        const int child = (p->fork == LOCKET_FORK_WIPE) + (p->fork == LOCKET_FORK_OMIT) +
                          (p->fork == LOCKET_FORK_KEEP);
        const int freed = (p->freed == LOCKET_FREED_CLOSE) + (p->freed == LOCKET_FREED_CHECK);
        const int demands = locket_policy_demand(p->locked) + locket_policy_demand(p->undumped) +
                            locket_policy_demand(p->fork_safe) +
                            locket_policy_demand(p->unmerged);

        return layout + backing + child + freed + demands == 8;
}

/* 1 if the backing can do what is to happen at a fork: shared pages can be left
 * out of a child, but neither wiped there nor copied; and a file has a
 * directory. */
/*@ requires valid: \valid_read(p);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result != 0 <==> p->backing == LOCKET_ANONYMOUS ||
                     ((p->fork == LOCKET_FORK_OMIT || p->fork_safe == LOCKET_OFF) &&
                      (p->backing != LOCKET_FILE || p->directory != \null));
*/
static int locket_policy_carried(const struct locket_policy *p)
{
        if (p->backing == LOCKET_ANONYMOUS) {
                return 1;
        }
        return (p->fork == LOCKET_FORK_OMIT || p->fork_safe == LOCKET_OFF) &&
               (p->backing != LOCKET_FILE || p->directory != NULL);
}

int locket_policy_check(const struct locket_policy *policy)
{
        if (policy->struct_size < sizeof *policy) {
                return EINVAL;
        }
        if (policy->struct_size > sizeof *policy) {
                return ENOTSUP; /* of a later version: what it adds is unknown */
        }
        if (!locket_policy_known(policy)) {
                return EINVAL;
        }
        if (!locket_policy_carried(policy)) {
                return EINVAL;
        }
        if (policy->layout == LOCKET_COMPACT &&
            (policy->backing != LOCKET_ANONYMOUS || policy->fork != LOCKET_FORK_WIPE)) {
                return ENOTSUP; /* not in this version */
        }
        return 0;
}

void locket_policy_settle(struct locket_policy *policy)
{
        if (policy->backing == LOCKET_ANONYMOUS) {
                return;
        }
        policy->fork = LOCKET_FORK_OMIT;
        policy->fork_safe = LOCKET_REQUIRE;
        if (policy->backing == LOCKET_SECRETMEM) {
                policy->locked = LOCKET_REQUIRE;
        }
}

int locket_policy_lacks(const struct locket_policy *policy, const struct locket_range *range)
{
        if (policy->undumped == LOCKET_REQUIRE && range->undump_error != 0) {
                return range->undump_error;
        }
        if (policy->fork_safe == LOCKET_REQUIRE && policy->fork == LOCKET_FORK_WIPE &&
            range->fork_error != 0) {
                return range->fork_error;
        }
        if (policy->unmerged == LOCKET_REQUIRE && range->merge_error != 0) {
                return range->merge_error;
        }
        return 0;
}
