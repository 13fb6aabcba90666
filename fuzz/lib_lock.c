/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lib_lock.c - src/lock.h for one thread: a lock that would be waited for is a
 * deadlock, and whoever leaves locket holds none.
 */
#include "lock.h"

#include "lib_lock.h"
#include "say.h"

static int locks_held;

void locket_lock_init(struct locket_lock *lock)
{
        locks_held -= lock->word != 0; /* a parent's */
        lock->word = 0;
        lock->disturbed = 0;
}

void locket_lock_take(struct locket_lock *lock)
{
        MUST(lock->word == 0, "deadlock: a lock is taken twice");
        lock->word = 1;
        locks_held += 1;
}

int locket_lock_try(struct locket_lock *lock)
{
        const int free = lock->word == 0;

        lock->word = 1;
        locks_held += free;
        return free;
}

void locket_lock_drop(struct locket_lock *lock)
{
        MUST(lock->word == 1, "a lock that is not held is dropped");
        lock->word = 0;
        locks_held -= 1;
}

int locket_lock_held(const struct locket_lock *lock)
{
        return lock->word != 0;
}

int locket_lock_inside(void)
{
        return locks_held != 0;
}

int fuzz_locks_held(void)
{
        return locks_held;
}
