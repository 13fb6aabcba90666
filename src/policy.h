/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * policy.h - what an arena promises: defaults, and what can be had.
 */
#ifndef LOCKET_POLICY_H
#define LOCKET_POLICY_H

#include "config.h"
#include "span.h"

/** locket_policy_default(policy): The defaults of locket.h. */
LOCKET_INTERNAL void locket_policy_default(struct locket_policy *policy);

/**
 * locket_policy_check(policy):
 * 0, EINVAL or ENOTSUP as locket_arena_create says, the kernel left aside.
 */
LOCKET_INTERNAL int locket_policy_check(const struct locket_policy *policy);

/**
 * locket_policy_lacks(policy, range):
 * The errno of a protection that ${policy} requires and the kernel refused
 * for ${range}; 0 if it has all.
 */
LOCKET_INTERNAL int locket_policy_lacks(const struct locket_policy *policy,
                                        const struct locket_range *range);

#endif
