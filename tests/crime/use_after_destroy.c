/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a destroyed arena has no open page, whatever its policy for freed
 *          secrets was.
 * Attack:  read or write (1) a secret of such an arena (2: check or close).
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        crime_byte *p;

        crime_start();
        locket_policy_init(&policy);
        if (crime_is(crime_word(argc, argv, 2), "check"))
                policy.freed = LOCKET_FREED_CHECK;
        arena = locket_arena_create(&policy);
        p = locket_arena_malloc(arena, 5000);
        crime_check(p != NULL, "locket_arena_malloc failed");
        locket_free((void *)p);
        crime_check(locket_arena_destroy(arena) == 0, "locket_arena_destroy");
        crime_expect((void *)p);
        if (crime_is(crime_word(argc, argv, 1), "read"))
                crime_read(p);
        else
                *p = 1;
        return 0;
}
