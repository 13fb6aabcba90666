/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * every.c - linked into other tests, it has them run with another backing:
 * LOCKET_TEST_BACKING=secretmem or file in the environment becomes that of the
 * default policy (--wrap=locket_policy_default), whose pages are then in no child.
 */
#include <stdlib.h>
#include <string.h>

#include "os.h"
#include "policy.h"

#include "../../include/locket.h"

/* Of arenas that name none; not /tmp, which may be memory. */
static const char every_directory[] = "/var/tmp";

void __real_locket_policy_default(struct locket_policy *policy);
void __wrap_locket_policy_default(struct locket_policy *policy);
int __real_locket_os_file(unsigned char *b, size_t lo, size_t hi, const char *directory);
int __wrap_locket_os_file(unsigned char *b, size_t lo, size_t hi, const char *directory);

void __wrap_locket_policy_default(struct locket_policy *policy)
{
        const char *backing = getenv("LOCKET_TEST_BACKING");

        __real_locket_policy_default(policy);
        if (backing == NULL) {
                return;
        }
        policy->backing = strcmp(backing, "file") == 0 ? LOCKET_FILE : LOCKET_SECRETMEM;
        policy->fork = LOCKET_FORK_OMIT;
        policy->directory = every_directory;
}

/* The default arena has no directory of its own. */
int __wrap_locket_os_file(unsigned char *b, size_t lo, size_t hi, const char *directory)
{
        return __real_locket_os_file(b, lo, hi, directory == NULL ? every_directory : directory);
}
