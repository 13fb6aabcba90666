/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * policy.h - what an arena promises: defaults, and what can be had.
 */
#ifndef LOCKET_POLICY_H
#define LOCKET_POLICY_H

#include "config.h"
#include "span.h"

/*@ predicate demand_ok(integer demand) =
      demand == LOCKET_REQUIRE || demand == LOCKET_PREFER || demand == LOCKET_OFF;

    predicate fork_ok(integer fork) =
      fork == LOCKET_FORK_WIPE || fork == LOCKET_FORK_OMIT || fork == LOCKET_FORK_KEEP;

    // shared pages can be left out of a child, and nothing else
    predicate backing_ok{L}(struct locket_policy *p) =
         p->backing == LOCKET_ANONYMOUS
      || (p->layout == LOCKET_GUARDED &&
          (p->fork == LOCKET_FORK_OMIT || p->fork_safe == LOCKET_OFF) &&
          (p->backing == LOCKET_SECRETMEM ||
           (p->backing == LOCKET_FILE && p->directory != \null)));

    // what this version can promise; label and directory may point anywhere
    predicate policy_ok{L}(struct locket_policy *p) =
         p->struct_size == sizeof(struct locket_policy)
      && (p->layout == LOCKET_GUARDED || p->layout == LOCKET_COMPACT)
      && backing_ok(p)
      && fork_ok(p->fork)
      && (p->layout == LOCKET_COMPACT ==> p->fork == LOCKET_FORK_WIPE)
      && (p->freed == LOCKET_FREED_CLOSE || p->freed == LOCKET_FREED_CHECK)
      && demand_ok(p->locked) && demand_ok(p->undumped) && demand_ok(p->fork_safe)
      && demand_ok(p->unmerged);
*/

/** locket_policy_default(policy): The defaults of locket.h. */
/*@ requires valid: \valid(policy);
    terminates \true;
    exits      \false;
    assigns    *policy;
    ensures ok:       policy_ok(policy);
    ensures required: policy->locked == LOCKET_REQUIRE && policy->undumped == LOCKET_REQUIRE &&
                      policy->fork_safe == LOCKET_REQUIRE && policy->unmerged == LOCKET_REQUIRE;
    ensures values:   policy->freed == LOCKET_FREED_CLOSE && policy->capacity == 0 &&
                      policy->quarantine == LOCKET_QUARANTINE &&
                      policy->directory == \null && policy->label == \null;
*/
LOCKET_INTERNAL void locket_policy_default(struct locket_policy *policy);

/**
 * locket_policy_check(policy):
 * 0, EINVAL or ENOTSUP as locket_arena_create says, the kernel left aside.
 */
/*@ requires valid: \valid_read(policy);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
    ensures ok:    \result == 0 <==> policy_ok(policy);
*/
LOCKET_INTERNAL int locket_policy_check(const struct locket_policy *policy);

/**
 * locket_policy_settle(policy):
 * What a backing does by its nature, ${policy} asks for: its pages are in no
 * child, and secret memory is locked.  Else nothing changes.
 */
/*@ requires valid: \valid(policy);
    requires ok:    policy_ok(policy);
    terminates \true;
    exits      \false;
    assigns    policy->fork, policy->fork_safe, policy->locked;
    ensures ok:     policy_ok(policy);
    ensures omit:   policy->backing != LOCKET_ANONYMOUS ==>
                      policy->fork == LOCKET_FORK_OMIT && policy->fork_safe == LOCKET_REQUIRE;
    ensures locked: policy->backing == LOCKET_SECRETMEM ==> policy->locked == LOCKET_REQUIRE;
    ensures same:   policy->backing != LOCKET_SECRETMEM ==>
                      policy->locked == \old(policy->locked);
    ensures plain:  policy->backing == LOCKET_ANONYMOUS ==>
                      policy->fork == \old(policy->fork) &&
                      policy->fork_safe == \old(policy->fork_safe);
*/
LOCKET_INTERNAL void locket_policy_settle(struct locket_policy *policy);

/**
 * locket_policy_lacks(policy, range):
 * The errno of a protection that ${policy} requires and the kernel refused
 * for ${range}; 0 if it has all.
 */
/*@ requires policy: \valid_read(policy);
    requires range:  \valid_read(range);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == 0 <==>
                     (policy->undumped == LOCKET_REQUIRE ==> range->undump_error == 0) &&
                     (policy->fork_safe == LOCKET_REQUIRE && policy->fork == LOCKET_FORK_WIPE ==>
                       range->fork_error == 0) &&
                     (policy->unmerged == LOCKET_REQUIRE ==> range->merge_error == 0);
    ensures code:  0 <= range->undump_error && 0 <= range->fork_error &&
                   0 <= range->merge_error ==> 0 <= \result;
*/
LOCKET_INTERNAL int locket_policy_lacks(const struct locket_policy *policy,
                                        const struct locket_range *range);

#endif
