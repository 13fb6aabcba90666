/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: every byte that was asked for may be written, and is zero at first.
 * No crime: all sizes from 0 to 5000, alignments 16 and 1, every byte; then
 *           once more with the arena that checks instead of closing.
 */
#include "crime.h"

static void
use(crime_byte *p, size_t size, size_t alignment)
{
        size_t i;

        crime_check(p != NULL, "NULL");
        crime_check((uintptr_t)p % alignment == 0, "alignment");
        crime_check(locket_size((void *)p) == size, "size");
        for (i = 0; i < size; i++)
                crime_check(p[i] == 0, "not zero");
        for (i = 0; i < size; i++)
                p[i] = 0xff;
        locket_free_sized((void *)p, size);
}

int
main(void)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        size_t size;

        crime_start();
        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        arena = locket_arena_create(&policy);
        for (size = 0; size <= 5000; size++) {
                use(locket_malloc(size), size, 16);
                use(locket_aligned_alloc(1, size), size, 1);
                use(locket_arena_malloc(arena, size), size, 16);
        }
        for (size = 1; size <= 4096; size *= 2)
                use(locket_aligned_alloc(size, 5000), 5000, size);
        crime_check(locket_validate() == 0, "validate");
        return 0;
}
