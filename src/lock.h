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
 * It inherits no priority: a mutex of pthreads that does costs 9.1 ns a pair where
 * nobody waits, one that does not 5.5, this one 4.7 (glibc 2.36).  Who needs
 * bounded waiting gives each thread an arena of its own: then none waits.
 *
 * The lock is a word of ours, not a mutex of pthreads, because whoever wipes
 * all secrets asks whether it is held, without taking it and in a signal
 * handler: turn.h.
 */
#ifndef LOCKET_LOCK_H
#define LOCKET_LOCK_H

#include "config.h"

struct locket_lock {
        uint32_t word;          /* 0: free; 1: held; 2: held, and waited for */
        uint32_t disturbed;     /* 1: what it guards was touched meanwhile: turn.h */
};

/* A variable that each thread has, found without a call that may allocate:
 * signal handlers ask for it. */
#if defined(__GNUC__)
#define LOCKET_LOCK_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define LOCKET_LOCK_LOCAL _Thread_local
#endif

/* What a lock in static memory begins as. */
#define LOCKET_LOCK_NEW { 0, 0 }

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

#endif
