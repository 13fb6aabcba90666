/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lock.c - stage 8: one owner at a time.
 *
 * Knows:    the mutex of pthreads.
 * Promises: one owner at a time.
 * Assumed:  the contracts of lock.h: what a lock changes is read by nobody
 *           else.   Tests: tests/unit/test_fork.c, tests/crime
 */
#include "lock.h"

void locket_lock_init(struct locket_lock *lock)
{
        (void)pthread_mutex_init(&lock->mutex, NULL); /* cannot fail without attributes */
}

void locket_lock_take(struct locket_lock *lock)
{
        (void)pthread_mutex_lock(&lock->mutex); /* cannot fail: made, and not recursive */
}

int locket_lock_try(struct locket_lock *lock)
{
        return pthread_mutex_trylock(&lock->mutex) == 0;
}

void locket_lock_drop(struct locket_lock *lock)
{
        (void)pthread_mutex_unlock(&lock->mutex); /* cannot fail: ours */
}

uintptr_t locket_lock_thread(void)
{
        return (uintptr_t)pthread_self();
}
