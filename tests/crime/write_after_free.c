/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: with LOCKET_FREED_CHECK every write to a freed secret's pages is
 *          found before they are used again.
 * Attack:  size 1, change byte 2 (or "page": the page's first byte) after
 *          free, quarantine 3; then ask for secrets until the place must be
 *          used again, or with argument 4 destroy the arena.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        size_t i, size = crime_number(argc, argv, 1);
        const char *offset = crime_word(argc, argv, 2);
        struct locket_policy policy;
        struct locket_arena *arena;
        crime_byte *p;

        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        policy.quarantine = crime_number(argc, argv, 3);
        crime_start();
        arena = locket_arena_create(&policy);
        p = locket_arena_malloc(arena, size);
        crime_check(p != NULL, "locket_arena_malloc failed");
        locket_free((void *)p);
        crime_expect((void *)p);
        if (crime_is(offset, "page"))
                crime_change(crime_at((uintptr_t)p - (uintptr_t)p % 4096));
        else
                crime_change(p + strtoull(offset, NULL, 0));
        if (argc > 4)
                (void)locket_arena_destroy(arena);
        for (i = 0; i < 100; i++)       /* get and free ... */
                locket_free(locket_arena_malloc(arena, size));
        for (i = 0; i < 500; i++)       /* ... and get and keep */
                crime_check(locket_arena_malloc(arena, size) != NULL, "NULL");
        return 0;
}
