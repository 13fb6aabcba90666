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

/* Locks that this thread takes or has.  Counted before it is so, and until it
 * is no longer so. */
static LOCKET_LOCK_LOCAL uint32_t locket_lock_depth;

void locket_lock_init(struct locket_lock *lock)
{
        (void)pthread_mutex_init(&lock->mutex, NULL); /* cannot fail without attributes */
}

void locket_lock_take(struct locket_lock *lock)
{
        locket_lock_depth += 1;
        (void)pthread_mutex_lock(&lock->mutex); /* cannot fail: made, and not recursive */
}

int locket_lock_try(struct locket_lock *lock)
{
        int locked;

        locket_lock_depth += 1;
        locked = pthread_mutex_trylock(&lock->mutex) == 0;
        locket_lock_depth -= locked ? 0u : 1u;
        return locked;
}

void locket_lock_drop(struct locket_lock *lock)
{
        (void)pthread_mutex_unlock(&lock->mutex); /* cannot fail: ours */
        locket_lock_depth -= 1;
}

int locket_lock_inside(void)
{
        return locket_lock_depth != 0;
}
