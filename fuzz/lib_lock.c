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
        if (pthread_mutex_trylock(&lock->mutex) != 0) {
                locks_held -= 1; /* a parent's */
        }
        (void)pthread_mutex_init(&lock->mutex, NULL);
}

void locket_lock_take(struct locket_lock *lock)
{
        MUST(pthread_mutex_trylock(&lock->mutex) == 0, "deadlock: a lock is taken twice");
        locks_held += 1;
}

int locket_lock_try(struct locket_lock *lock)
{
        const int taken = pthread_mutex_trylock(&lock->mutex) == 0;

        locks_held += taken;
        return taken;
}

void locket_lock_drop(struct locket_lock *lock)
{
        MUST(pthread_mutex_unlock(&lock->mutex) == 0, "a lock that is not held is dropped");
        locks_held -= 1;
}

uintptr_t locket_lock_thread(void)
{
        return 4096;
}

int fuzz_locks_held(void)
{
        return locks_held;
}
