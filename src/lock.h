/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lock.h - stage 8: one owner at a time.
 *
 * What a lock gives is assumed by the proof: whoever holds it is alone.
 *
 * Order, outermost first: home, arena (lower index first), spans.  No lock is
 * held while a handler of the caller's runs.
 */
#ifndef LOCKET_LOCK_H
#define LOCKET_LOCK_H

#include "config.h"

#include <pthread.h>

struct locket_lock {
        pthread_mutex_t mutex;
};

/* What a lock in static memory begins as. */
#define LOCKET_LOCK_NEW { PTHREAD_MUTEX_INITIALIZER }

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

/** locket_lock_thread(): A number that no other thread has as long as this one
 * runs. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL uintptr_t locket_lock_thread(void);

#endif
