/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lock.h - stage 8: one owner at a time.
 *
 * What a lock gives is assumed by the proof: whoever holds it is alone.
 *
 * Order, outermost first: home, arena (lower index first), spans; the fuzzer's
 * lock (fuzz/lib_lock.c) refuses another one.  No lock is held while a handler of
 * the caller's runs (tests/crime/handler_uses.c).  A fork takes all, in that order;
 * but none, if it was called by a signal handler that has interrupted a call of
 * ours in the same thread, as that call will not let go.
 *
 * A real-time thread that waits gives its priority to whoever has the lock, until
 * that one lets go (futex(2), FUTEX_LOCK_PI), and gets it then: threads of a priority
 * between do not hold it up.  Where nobody waits that costs no system call, as the
 * word is the number of the thread that has it: a get and a free took the same
 * with a word that only says "held" (246 and 239 ns on a busy machine, medians of 24).
 * All other threads sleep beside it, on `asleep`, and are not served in turn, which
 * is as fast as it was; unless one has another lock and a real-time thread has ever
 * waited: it may be waited for.  What inherits nothing: waiting for a wiper
 * (turn.h), and the first wait of all for two locks, one behind the other.
 *
 * The lock is a word of ours, not a mutex of pthreads, because whoever wipes
 * all secrets asks whether it is held, without taking it and in a signal
 * handler: turn.h.
 */
#ifndef LOCKET_LOCK_H
#define LOCKET_LOCK_H

#include "config.h"

struct locket_lock {
        uint32_t word;          /* 0: free; else the thread that has it, gettid(2),
                                 * and the kernel's sign that one waits for it
                                 * that it has to tell (FUTEX_WAITERS) */
        uint32_t disturbed;     /* 1: what it guards was touched meanwhile: turn.h */
        uint32_t asleep;        /* 1: others may sleep until it is free */
};

/* A variable that each thread has, found without a call that may allocate:
 * signal handlers ask for it. */
#if defined(__GNUC__)
#define LOCKET_LOCK_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define LOCKET_LOCK_LOCAL _Thread_local
#endif

/* What a lock in static memory begins as. */
#define LOCKET_LOCK_NEW { 0, 0, 0 }

/* What a thread may be in the middle of, and a signal handler above it asks
 * for.  How many locks it has; how many wipes of everything, one above the other;
 * setting the tables of a child right. */
#define LOCKET_LOCK_HOLDS 0xffffu
#define LOCKET_LOCK_WIPES 0xff0000u
#define LOCKET_LOCK_REVIVES 0x1000000u
#define LOCKET_LOCK_ANYTHING UINT32_MAX

/** locket_lock_init(lock): Make a lock, or make it anew in a child, where its
 * owner is gone. */
/*@ requires valid: \valid(lock);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_lock_init(struct locket_lock *lock);

/** locket_lock_take(lock): Wait for the lock, and have it. */
/*@ requires valid: \valid(lock);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_lock_take(struct locket_lock *lock);

/** locket_lock_try(lock): 1 if the lock could be taken at once. */
/*@ requires valid: \valid(lock);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool: \result == 0 || \result == 1;
*/
LOCKET_INTERNAL int locket_lock_try(struct locket_lock *lock);

/** locket_lock_drop(lock): Let others have it. */
/*@ requires valid: \valid(lock);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_lock_drop(struct locket_lock *lock);

/** locket_lock_held(lock): 1 if somebody has it just now.  Async-signal-safe. */
LOCKET_INTERNAL int locket_lock_held(const struct locket_lock *lock);

/** locket_lock_inside(): 1 if this thread takes or has a lock of ours.  Who asks
 * outside of a call, in a signal handler, has interrupted one then. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool: \result == 0 || \result == 1;
*/
LOCKET_INTERNAL int locket_lock_inside(void);

/**
 * locket_lock_does(what): 1 if this thread is in the middle of any of ${what}.
 * locket_lock_begins(what), locket_lock_ends(what): one more wipe, or the
 *      child, and one less, if there is any.
 * locket_lock_renew(): this thread is that of another process, or forgets its
 *      number: it is in the middle of nothing.
 * locket_lock_clear(lock): in a child: ${lock}, which a fork had taken, is free.
 * All are async-signal-safe.
 */
LOCKET_INTERNAL int locket_lock_does(uint32_t what);
LOCKET_INTERNAL void locket_lock_begins(uint32_t what);
LOCKET_INTERNAL void locket_lock_ends(uint32_t what);
LOCKET_INTERNAL void locket_lock_renew(void);
LOCKET_INTERNAL void locket_lock_clear(struct locket_lock *lock);

#endif
