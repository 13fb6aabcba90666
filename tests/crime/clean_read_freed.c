/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: with LOCKET_FREED_CHECK a late read sees zeros; a destroyed arena
 *          leaves no trace.
 * No crime: reading freed memory is one, but this policy allows it.
 */
#include "crime.h"

int
main(void)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        crime_byte *p;
        size_t i;

        crime_start();
        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        arena = locket_arena_create(&policy);
        p = locket_arena_malloc(arena, 5000);
        crime_check(p != NULL, "locket_arena_malloc failed");
        for (i = 0; i < 5000; i++)
                p[i] = 0x5a;
        locket_free((void *)p);
        for (i = 0; i < 5000; i++)
                crime_check(p[i] == 0, "not zero");
        for (i = 0; (uintptr_t)(p - i) % 4096 != 0; i++)
                crime_check(*(crime_byte *)crime_at((uintptr_t)p - i) == 0,
                            "slack not zero");
        crime_check(locket_arena_destroy(arena) == 0, "destroy");
        return 0;
}
