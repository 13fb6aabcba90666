/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lock.c - stage 8: one owner at a time.
 *
 * Knows:    one word.
 * Promises: one owner at a time; no system call unless two meet.
 * Assumed:  the contracts of lock.h: what a lock changes is read by nobody
 *           else.   Tests: tests/unit/test_lock.c, tests/crime
 */
#include "lock.h"

#include "os.h"
#include "word.h"

/* Looks at a held lock before it is slept for: some 0.2 us, as long as a short
 * call holds it. */
#define LOCKET_LOCK_LOOKS 100u

/* Locks that this thread takes or has.  Counted before it is so, and until it
 * is no longer so. */
static LOCKET_LOCK_LOCAL uint32_t locket_lock_depth;

void locket_lock_init(struct locket_lock *lock)
{
        locket_store(&lock->word, 0);
        locket_store(&lock->disturbed, 0);
}

/* Somebody has it: look a little, then sleep. */
static void locket_lock_wait(struct locket_lock *lock)
{
        uint32_t looks;

        for (looks = 0; looks < LOCKET_LOCK_LOOKS; looks++) {
                if (locket_load(&lock->word) == 0 && locket_claim(&lock->word, 0, 1)) {
                        return;
                }
        }
        while (locket_swap(&lock->word, 2) != 0) {
                locket_os_sleep(&lock->word, 2);
        }
}

void locket_lock_take(struct locket_lock *lock)
{
        locket_lock_depth += 1;
        if (!locket_claim(&lock->word, 0, 1)) {
                locket_lock_wait(lock);
        }
}

int locket_lock_try(struct locket_lock *lock)
{
        int locked;

        locket_lock_depth += 1;
        locked = locket_claim(&lock->word, 0, 1);
        locket_lock_depth -= locked ? 0u : 1u;
        return locked;
}

void locket_lock_drop(struct locket_lock *lock)
{
        if (locket_swap(&lock->word, 0) == 2) {
                locket_os_wake(&lock->word, 1);
        }
        locket_lock_depth -= 1;
}

int locket_lock_inside(void)
{
        return locket_lock_depth != 0;
}

int locket_lock_held(const struct locket_lock *lock)
{
        return locket_load(&lock->word) != 0;
}

