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
        locket_home_reviving = 0;
        if (handlers) {
                locket_home_forks = 0;
                locket_home_exits = 0;
        }
}
