/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lib_lock.c - src/lock.h for one thread: a lock that would be waited for is a
 * deadlock, and so is, with two threads, one that is taken out of order (lock.h);
 * whoever leaves locket holds none.
 */
#include "lock.h"

#include "lib_home.h"
#include "lib_lock.h"
#include "say.h"

static int locks_held;
static uint32_t inner[FUZZ_RANKS];      /* how many locks of each rank are held */

/* None of the locks that are held comes after ${lock}. */
static void in_order(const struct locket_lock *lock)
{
        uint32_t rank;

        for (rank = fuzz_home_rank(lock); locks_held != 0 && rank < FUZZ_RANKS; rank++) {
                MUST(inner[rank] == 0, "lock order: one is held that comes after it");
        }
}

void locket_lock_init(struct locket_lock *lock)
{
        if (lock->word != 0) { /* a parent's */
                locks_held -= 1;
                inner[fuzz_home_rank(lock)] -= 1;
        }
        lock->word = 0;
        lock->disturbed = 0;
}

void locket_lock_take(struct locket_lock *lock)
{
        MUST(lock->word == 0, "deadlock: a lock is taken twice");
        in_order(lock);
        lock->word = 1;
        locks_held += 1;
        inner[fuzz_home_rank(lock)] += 1;
}

int locket_lock_try(struct locket_lock *lock)
{
        const int free = lock->word == 0;

        if (free) {
                in_order(lock);
                inner[fuzz_home_rank(lock)] += 1;
        }
        lock->word = 1;
        locks_held += free;
        return free;
}

void locket_lock_drop(struct locket_lock *lock)
{
        MUST(lock->word == 1, "a lock that is not held is dropped");
        lock->word = 0;
        locks_held -= 1;
        inner[fuzz_home_rank(lock)] -= 1;
}

int locket_lock_held(const struct locket_lock *lock)
{
        return lock->word != 0;
}

int locket_lock_inside(void)
{
        return locks_held != 0;
}

/* One thread, without signals: there is nothing that it could be in the middle
 * of but these. */
int locket_lock_does(uint32_t what)
{
        return (what & LOCKET_LOCK_HOLDS) != 0 && locks_held != 0;
}

void locket_lock_begins(uint32_t what)
{
        (void)what;
}

void locket_lock_ends(uint32_t what)
{
        (void)what;
}

void locket_lock_renew(void)
{
}

void locket_lock_clear(struct locket_lock *lock)
{
        if (lock->word != 0) {
                locket_lock_drop(lock);
        }
}

int fuzz_locks_held(void)
{
        return locks_held;
}
