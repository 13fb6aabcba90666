/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lib_home.c - src/home.c as it ships, and a function that it does not have:
 * to forget everything, so that each input begins before the first use.
 */
#include "../src/home.c"

#include "lib_home.h"

void fuzz_home_forget(int handlers)
{
        locket_lock_init(&locket_home_lock);
        locket_home_made = NULL;
        locket_home_forking = NULL;
        locket_home_took = 0;
        if (handlers) {
                locket_home_forks = 0;
                locket_home_exits = 0;
        }
}

unsigned fuzz_home_rank(const struct locket_lock *lock)
{
        const struct locket_home *h = locket_home_made;

        if (lock == &locket_home_lock) {
                return 1;
        }
        if (h != NULL && lock == &h->tables.span_lock) {
                return FUZZ_RANKS - 1u;
        }
        if (h != NULL) {
                const uint32_t i = locket_home_index(h, (uintptr_t)lock); /* an arena begins with it */

                return i == LOCKET_NONE ? 0 : 2u + i;
        }
        return 0;
}
