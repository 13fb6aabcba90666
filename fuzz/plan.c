/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * plan.c - which call to the operating system fails, and how.  See plan.h.
 */
#include "plan.h"

#include <errno.h>

#define PLAN_ERRORS 3u

/* The errors that each contract of os.h names; 0: the first again. */
static const int plan_errors[PLAN_FUNCTIONS][PLAN_ERRORS] = {
        [PLAN_RESERVE] = { ENOMEM },
        [PLAN_TABLE] = { ENOMEM },
        [PLAN_OPEN_TABLE] = { ENOMEM },
        [PLAN_WIPE_TABLE] = { EINVAL, ENOTSUP },
        [PLAN_OPEN] = { ENOMEM },
        [PLAN_READ_ONLY] = { ENOMEM },
        [PLAN_CLOSE] = { ENOMEM },
        [PLAN_LOCK] = { EAGAIN, ENOMEM, EPERM },
        [PLAN_UNLOCK] = { ENOMEM },
        [PLAN_DISCARD] = { EINVAL },
        [PLAN_UNDUMP] = { EINVAL, ENOTSUP, ENOMEM },
        [PLAN_WIPE_ON_FORK] = { EINVAL, ENOTSUP, ENOMEM },
        [PLAN_UNMERGE] = { ENOTSUP },
        [PLAN_MARK] = { ENOMEM },
        [PLAN_ZERO] = { ENOSYS, EPERM },
        [PLAN_RANDOM] = { EIO },
        [PLAN_AT_EXIT] = { ENOMEM },
        [PLAN_AT_FORK] = { ENOMEM },
        [PLAN_LOCKED_NOW] = { EACCES, ENOENT, EMFILE },
        [PLAN_MAPPING_LIMIT] = { EACCES, ENOENT, EMFILE },
        [PLAN_MAPPINGS_NOW] = { EACCES, ENOENT, EMFILE },
        [PLAN_HARDEN] = { EPERM },
};

static struct {
        int armed, forever;
        unsigned function, which;
        size_t left;            /* calls until one fails */
        size_t struck, calls;
} plan;

void plan_clear(void)
{
        plan.armed = 0;
}

void plan_spare(enum plan_function f)
{
        if (plan.function == f || plan.function == PLAN_FUNCTIONS) {
                plan.armed = 0;
        }
}

void plan_set(unsigned f, size_t n, int forever, unsigned which)
{
        plan.armed = 1;
        plan.function = f;
        plan.left = n;
        plan.forever = forever;
        plan.which = which % PLAN_ERRORS;
}

int plan_strike(enum plan_function f)
{
        int error;

        plan.calls += 1;
        if (!plan.armed || (plan.function != f && plan.function != PLAN_FUNCTIONS)) {
                return 0;
        }
        if (plan.left > 1) {
                plan.left -= 1;
                return 0;
        }
        plan.armed = plan.forever;
        plan.struck += 1;
        error = plan_errors[f][plan.which];
        return error != 0 ? error : plan_errors[f][0];
}

size_t plan_struck(void)
{
        return plan.struck;
}

size_t plan_calls(void)
{
        return plan.calls;
}
