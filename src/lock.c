/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lock.c - stage 8: one owner at a time.
 *
 * Knows:    which thread has it; what this thread is in the middle of.
 * Promises: one owner at a time; no system call unless two meet (and one at a
 *           thread's first lock), no locked instruction while there is one
 *           thread; a real-time thread's wait is bounded by what
 *           the owner does, not by other threads.
 * Assumed:  the contracts of lock.h: what a lock changes is read by nobody
 *           else.   Tests: tests/unit/test_lock.c, tests/unit/test_urgent.c
 */
#include "lock.h"

#include <errno.h>

#include "os.h"
#include "word.h"

/* Looks at a held lock before it is slept for: some 0.2 us, as long as a short
 * call holds it. */
#define LOCKET_LOCK_LOOKS 100u

/* What this thread is in the middle of (lock.h).  Locks that it takes or has are
 * counted before it is so, and until it is no longer so. */
static LOCKET_LOCK_LOCAL uint32_t locket_lock_doing;

/* The number of this thread; 0: not known yet. */
static LOCKET_LOCK_LOCAL uint32_t locket_lock_self;

/* 1: a real-time thread has waited for a lock of ours. */
static uint32_t locket_lock_hurry;

/* What hardly ever runs stays out of what always does. */
#if defined(__GNUC__)
#define LOCKET_LOCK_RARE __attribute__((noinline, cold))
#else
#define LOCKET_LOCK_RARE
#endif

/* glibc 2.32 and later says whether this process has one thread; elsewhere it is
 * taken to have more. */
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)
extern char __libc_single_threaded;
#define LOCKET_LOCK_ALONE (__libc_single_threaded != 0)
#else
#define LOCKET_LOCK_ALONE 0
#endif

/* 1 if no other thread can be about to take a lock. */
LOCKET_INLINE int locket_lock_alone(void)
{
        return LOCKET_LOCK_ALONE;
}

/* Set ${word} to ${me} if it is 0: 1 if so.  Alone, plain instructions do, at a
 * fifth of the time: a signal handler between them leaves the word as it was,
 * and sees it held whenever what it guards is being changed. */
LOCKET_INLINE int locket_lock_claim(uint32_t *word, uint32_t me)
{
        if (!locket_lock_alone()) {
                return locket_claim(word, 0, me);
        }
        if (locket_load(word) != 0) {
                return 0;
        }
        locket_store(word, me);
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        return 1;
}

LOCKET_LOCK_RARE static uint32_t locket_lock_ask(void)
{
        locket_lock_self = locket_os_self();
        return locket_lock_self;
}

LOCKET_INLINE uint32_t locket_lock_me(void)
{
        return locket_lock_self != 0 ? locket_lock_self : locket_lock_ask();
}

void locket_lock_init(struct locket_lock *lock)
{
        locket_lock_clear(lock);
        locket_store(&lock->disturbed, 0);
}

void locket_lock_clear(struct locket_lock *lock)
{
        locket_store(&lock->word, 0);
        locket_store(&lock->asleep, 0);
}

/* Wait for it the way in which its owner inherits the priority of this thread, if
 * that is real-time; or has another lock, for which such a one may wait.  1 if
 * it is this thread's then. */
static int locket_lock_hasten(struct locket_lock *lock)
{
        const int nested = (locket_lock_doing & LOCKET_LOCK_HOLDS) > 1;
        int error = EAGAIN;

        if (!(nested && locket_load(&locket_lock_hurry) != 0) && !locket_os_real_time()) {
                return 0;
        }
        locket_store(&locket_lock_hurry, 1);
        while (error == EAGAIN) { /* its owner's thread is just ending */
                error = locket_os_inherit(&lock->word);
        }
        return error == 0 && locket_load(&lock->word) != 0;
}

/* Somebody has it: look a little, then sleep. */
LOCKET_LOCK_RARE static void locket_lock_wait(struct locket_lock *lock, uint32_t me)
{
        uint32_t looks;

        for (looks = 0; looks < LOCKET_LOCK_LOOKS; looks++) {
                if (locket_load(&lock->word) == 0 && locket_claim(&lock->word, 0, me)) {
                        return;
                }
        }
        if (locket_lock_hasten(lock)) {
                return;
        }
        for (;;) {
                (void)locket_swap(&lock->asleep, 1); /* first, so that its owner sees it */
                if (locket_claim(&lock->word, 0, me)) {
                        return; /* others may sleep: asleep stays */
                }
                locket_os_sleep(&lock->asleep, 1);
        }
}

void locket_lock_take(struct locket_lock *lock)
{
        const uint32_t me = locket_lock_me();

        locket_lock_doing += 1;
        if (!locket_lock_claim(&lock->word, me)) {
                locket_lock_wait(lock, me);
        }
}

int locket_lock_try(struct locket_lock *lock)
{
        const uint32_t me = locket_lock_me();
        int locked;

        locket_lock_doing += 1;
        locked = locket_lock_claim(&lock->word, me);
        locket_lock_doing -= locked ? 0u : 1u;
        return locked;
}

/* Give it to who waits for it in the kernel, the most urgent first.  Refused to
 * a child of vfork(2), which is not the thread that it says to be. */
LOCKET_LOCK_RARE static void locket_lock_bequeath(struct locket_lock *lock)
{
        (void)locket_add(&lock->word, 0); /* what was stored is seen by the next */
        if (locket_os_bequeath(&lock->word) != 0) {
                locket_store(&lock->word, 0);
        }
}

LOCKET_LOCK_RARE static void locket_lock_wake(struct locket_lock *lock)
{
        locket_store(&lock->asleep, 0);
        locket_os_wake(&lock->asleep, 1);
}

/* There are threads: one may wait in either way. */
LOCKET_INLINE void locket_lock_pass(struct locket_lock *lock)
{
        if (!locket_claim(&lock->word, locket_lock_me(), 0)) {
                locket_lock_bequeath(lock);
        }
        if (locket_load(&lock->asleep) != 0) {
                locket_lock_wake(lock);
        }
}

void locket_lock_drop(struct locket_lock *lock)
{
        if (locket_lock_alone()) {
                locket_store(&lock->word, 0); /* nobody waits */
                __atomic_signal_fence(__ATOMIC_SEQ_CST);
        } else {
                locket_lock_pass(lock);
        }
        locket_lock_doing -= 1;
}

int locket_lock_inside(void)
{
        return locket_lock_does(LOCKET_LOCK_HOLDS);
}

int locket_lock_held(const struct locket_lock *lock)
{
        return locket_load(&lock->word) != 0;
}

/* ------------------------------------------------------- what a thread does */

int locket_lock_does(uint32_t what)
{
        return (locket_lock_doing & what) != 0;
}

void locket_lock_begins(uint32_t what)
{
        locket_lock_doing += what & ~(what - 1u); /* its lowest bit */
}

void locket_lock_ends(uint32_t what)
{
        if (locket_lock_does(what)) {
                locket_lock_doing -= what & ~(what - 1u);
        }
}

void locket_lock_renew(void)
{
        locket_lock_self = 0;
        locket_lock_doing = 0;
}
